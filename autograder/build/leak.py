"""Find solution text where no solution may be."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from nbformat import NotebookNode

from autograder.lesson import Cell, Lesson
from autograder.lesson.regions import find_regions

_REVEALING = 12  # a line of fewer characters gives nothing away


def revealing_lines(cell: Cell) -> list[list[str]]:
    """Return the lines of a cell's solutions that would give an answer away.

    Args:
        cell: an exercise or written cell.

    Returns:
        For each region its stripped lines of more than a dozen characters.
    """
    rows = cell.source.split("\n")
    return [
        [
            text
            for row in rows[region.begin + 1 : region.end]
            if len(text := row.strip()) > _REVEALING
        ]
        for region in find_regions(cell.source)
    ]


def leaks_in_text(lesson: Lesson, texts: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    """Find single solution lines in generated text.

    Lines that the lesson also shows outside its solutions give nothing away.

    Args:
        lesson: the authored lesson.
        texts: what was generated, by a name for messages.

    Yields:
        Line of the exercise in the script, and a sentence.
    """
    open_text = "\n".join(_outside(cell) for cell in lesson.cells)
    for name, exercise in lesson.exercises.items():
        lines = {line for region in revealing_lines(exercise.solution) for line in region}
        for line in sorted(line for line in lines if line not in open_text):
            for where, text in texts.items():
                if line in text:
                    yield (
                        exercise.solution.line,
                        f"The solution of {name!r} can be read in {where}: `{line}`.",
                    )


def leaks_in_cells(lesson: Lesson, student: NotebookNode) -> Iterator[tuple[int, str]]:
    """Find whole solutions that stand once more in another cell, such as a hint.

    Args:
        lesson: the authored lesson.
        student: its notebook for students.

    Yields:
        Line of the exercise in the script, and a sentence.
    """
    for name, exercise in lesson.exercises.items():
        for region in revealing_lines(exercise.solution):
            for cell in student.cells:
                shown = "\n".join(line.strip() for line in cell.source.split("\n"))
                if len(region) > 1 and "\n".join(region) in shown:
                    yield (
                        exercise.solution.line,
                        f"A released cell repeats the solution of {name!r}, from `{region[0]}` on.",
                    )


def strings(text: str) -> str:
    """Return the strings in a JSON text, escapes undone, one per line.

    Args:
        text: JSON.

    Returns:
        All strings, names of fields included.

    Example:
        >>> strings('{"a": ["b", 1]}')
        'a\\nb'
    """
    return "\n".join(_leaves(json.loads(text)))


def _leaves(tree: object) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, list):
        for item in tree:
            yield from _leaves(item)
    elif isinstance(tree, dict):
        for name, item in tree.items():
            yield name
            yield from _leaves(item)


def _outside(cell: Cell) -> str:
    rows = cell.source.split("\n")
    for region in reversed(find_regions(cell.source)):
        del rows[region.begin : region.end + 1]
    return "\n".join(rows)
