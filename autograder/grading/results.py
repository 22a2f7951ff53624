"""Show what grading gave: a table for people, JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder.files import write
from autograder.grading.batch import Graded
from autograder.grading.plain_text import literal
from cnncourse.check.outcome import AwaitingHand, Right


def as_tree(lesson: str, results: Sequence[Graded], seconds: float) -> dict[str, Any]:
    """Return the report as plain values.

    Args:
        lesson: the lesson's name.
        results: one per student.
        seconds: how long grading took.

    Returns:
        ``{"lesson", "students": {id: {"score", "max", "exercises", "error"}}, "seconds"}``, with
        the scores that the gradebook holds; a score of None means that nothing was recorded.
    """
    students = {
        graded.student: {
            "score": graded.score,
            "max": graded.max_score,
            "exercises": {name: _exercise(graded, name) for name in graded.outcomes},
            "error": graded.error,
        }
        for graded in sorted(results, key=lambda g: g.student)
    }
    return {"lesson": lesson, "students": students, "seconds": round(seconds, 3)}


def _exercise(graded: Graded, name: str) -> dict[str, Any]:
    tree = graded.outcomes[name].as_dict()
    if graded.standing is not None:
        tree["score"] = graded.standing.scores[name]
    if name in graded.used:
        used = graded.used[name]
        tree |= {"seconds": round(used.seconds, 3), "memory_mb": round(used.memory_mb, 1)}
    return tree


def write_json(path: Path, tree: dict[str, Any]) -> None:
    """Write a report, whole or not at all."""
    write(path, json.dumps(tree, indent=2, ensure_ascii=False) + "\n")


def print_table(console: Console, lesson: str, results: Sequence[Graded]) -> None:
    """Print students, scores and one line on each.

    Args:
        console: where to.
        lesson: the lesson's name.
        results: one per student.
    """
    table = Table(title=escape(lesson), title_justify="left")
    table.add_column("student", no_wrap=True)
    table.add_column("score", justify="right", no_wrap=True)
    table.add_column("what there is to say", overflow="fold")
    for graded in sorted(results, key=lambda g: g.student):
        said = literal(remark(graded))
        table.add_row(literal(graded.student), _score(graded), said)
    console.print(table)


def remark(graded: Graded) -> str:
    """Say in one line what a student's result comes down to.

    Example:
        >>> remark(Graded("ann", {"f": Right("f", (), "Right.")}))
        'all right'
    """
    said = graded.error or _outcomes(graded)
    if graded.waited is None:
        return said
    return f"{said} · took more than {graded.waited:g} s, so waited for all others"


def _outcomes(graded: Graded) -> str:
    waiting = sum(isinstance(o, AwaitingHand) for o in graded.outcomes.values())
    if graded.standing is not None:
        waiting = len(graded.standing.waiting)
    wrong = [o for o in graded.outcomes.values() if not isinstance(o, (Right, AwaitingHand))]
    parts = ["all right"]
    if wrong:
        others = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
        parts = [f"{wrong[0].exercise}: {_shortened(wrong[0].message)}{others}"]
    if waiting:
        parts.append(f"{waiting} to grade by hand")
    return " · ".join(parts)


def _score(graded: Graded) -> str:
    return "—" if graded.score is None else f"{graded.score:g} / {graded.max_score:g}"


def _shortened(text: str) -> str:
    return text if len(text) <= 160 else text[:157] + "…"
