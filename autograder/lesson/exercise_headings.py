"""Make the headings of exercises from their specifications."""

from __future__ import annotations

import re
from collections.abc import Iterable

from autograder.exercise import Exercise
from autograder.lesson.percent import Cell

_PLACEHOLDER = re.compile(r"\{\{exercise (?P<name>\w+)\}\}")
_QUIZ = "Quiz"


def announced(cell: Cell) -> list[str]:
    """Return the exercises whose headings a cell asks for.

    Args:
        cell: an authored cell; code has no headings.
    """
    return _PLACEHOLDER.findall(cell.source) if cell.kind == "markdown" else []


def exercise_headings(specs: Iterable[Exercise]) -> dict[str, str]:
    """Return the heading of each exercise of a lesson.

    Args:
        specs: the specifications, in the order of the lesson.

    Returns:
        Name → number, title, difficulty and points; a star where exercises build on one another.
        The quiz at the end has no number.
    """
    found: dict[str, str] = {}
    number = 0
    for spec in specs:
        points = f"{spec.points:g} point{'s' * (spec.points != 1)}"
        if spec.title == _QUIZ:
            found[spec.name] = f"{_QUIZ} · {points}"
            continue
        number += 1
        star = " ★" if spec.starred else ""
        dots = "●" * spec.difficulty + "○" * (3 - spec.difficulty)
        found[spec.name] = f"Exercise {number}{star} · {spec.title} {dots} · {points}"
    return found


def filled_in(source: str, headings: dict[str, str]) -> str:
    """Return Markdown with headings in the place of what asks for them.

    Args:
        source: the source of an authored Markdown cell.
        headings: what `exercise_headings` returned.

    Example:
        >>> filled_in("### {{exercise relu}}", {"relu": "Exercise 1 · ReLU ●○○ · 2 points"})
        '### Exercise 1 · ReLU ●○○ · 2 points'
    """
    return _PLACEHOLDER.sub(lambda found: headings[found["name"]], source)
