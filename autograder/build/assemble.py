"""Put the notebook with solutions together from an authored lesson; nothing is run here."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator

import nbformat
from nbformat import NotebookNode, v4

from autograder.build.links import Surroundings, badges, installer, navigation
from autograder.build.minutes import minutes, with_minutes
from autograder.lesson import Cell, Lesson
from autograder.lesson.exercise_headings import exercise_headings, filled_in

SCHEMA_VERSION = 3
SECONDS = "{{seconds}}"

KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def assemble(lesson: Lesson, around: Surroundings, seconds: int | None) -> NotebookNode:
    """Put a lesson's notebook with solutions together.

    Args:
        lesson: the authored lesson.
        around: its neighbours and the repository.
        seconds: how long running all of it takes; None if that is not known yet.

    Returns:
        The notebook, nbformat 4.5, nbgrader's metadata in it, no outputs. Two calls with the
        same arguments return equal notebooks.
    """
    lines = named_cells(lesson)
    titles = exercise_headings(lesson.specs)
    cells = [
        _notebook_cell(cell, identifier, metadata)
        for cell, identifier, metadata in zip(lesson.cells, lines, _metadata(lesson), strict=True)
    ]
    for cell in cells:
        if cell.cell_type == "markdown":
            cell.source = filled_in(cell.source, titles)
    head = cells[0].source.replace(SECONDS, "?" if seconds is None else str(seconds))
    cells[0].source = with_minutes(head, minutes(lesson))
    first_code = next(i for i, cell in enumerate(cells) if cell.cell_type == "code")
    cells[first_code:first_code] = installer(around)
    cells[1:1] = badges(lesson.name, around)
    cells.append(navigation(around))
    notebook = v4.new_notebook(cells=cells, metadata=KERNEL)
    return nbformat.from_dict(notebook)


def named_cells(lesson: Lesson) -> dict[str, Cell]:
    """Name the cells of a lesson for its notebooks.

    A name says which exercise a cell belongs to, or is drawn from the cell's text: so a cell
    that is put in changes no other cell's name, and a change to a lesson stays a small one.

    Args:
        lesson: the authored lesson.

    Returns:
        Cell id → authored cell, in order.
    """
    roles = _exercise_ids(lesson)
    seen: Counter[str] = Counter()
    named: dict[str, Cell] = {}
    for cell in lesson.cells:
        text = "\0".join([lesson.name, cell.kind, cell.source])
        identifier = roles.get(cell) or hashlib.sha256(text.encode()).hexdigest()[:12]
        seen[identifier] += 1
        named[identifier if seen[identifier] == 1 else f"{identifier}-{seen[identifier]}"] = cell
    return named


def as_text(notebook: NotebookNode) -> str:
    """Write a notebook down, always in the same way.

    Args:
        notebook: any notebook.

    Returns:
        JSON with sorted keys that ends in a line break.
    """
    return nbformat.writes(notebook).rstrip("\n") + "\n"


def _exercise_ids(lesson: Lesson) -> dict[Cell, str]:
    ids = {}
    for name, exercise in lesson.exercises.items():
        ids[exercise.solution] = f"{name}-answer"
        ids[exercise.check] = name
    return ids


def _metadata(lesson: Lesson) -> Iterator[dict]:
    """Yield the metadata of each cell: its tags, and nbgrader's where it is part of an exercise."""
    graded: dict[Cell, dict] = {}
    for name, exercise in lesson.exercises.items():
        points = exercise.spec.points
        graded[exercise.solution] = _nbgrader(f"{name}-answer", solution=True)
        graded[exercise.check] = _nbgrader(
            name,
            points=points,
            locked=exercise.spec.automatic,
            solution=not exercise.spec.automatic,
        )
    for cell in lesson.cells:
        tags = list(cell.tags)
        if "check" in tags and "nbval-check-output" not in tags:
            tags.append("nbval-check-output")
        metadata: dict = {"tags": tags} if tags else {}
        if cell in graded:
            metadata["nbgrader"] = graded[cell]
        yield metadata


def _nbgrader(
    grade_id: str, *, points: float | None = None, solution: bool = False, locked: bool = False
) -> dict:
    metadata = {
        "schema_version": SCHEMA_VERSION,
        "grade_id": grade_id,
        "grade": points is not None,
        "solution": solution,
        "locked": locked,
        "task": False,
    }
    return metadata if points is None else metadata | {"points": points}


def _notebook_cell(cell: Cell, identifier: str, metadata: dict) -> NotebookNode:
    new = v4.new_code_cell if cell.kind == "code" else v4.new_markdown_cell
    return new(cell.source, id=identifier, metadata=metadata)
