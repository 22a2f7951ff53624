"""The list of lessons that stands beside them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nbformat import NotebookNode

from autograder.lesson.rules import QUESTION

_MINUTES = re.compile(r"^\*\*Time\*\* (\d+) minutes", re.MULTILINE)
_INTRODUCTION = """\
# Lessons

Each lesson is a notebook; open it from this folder in JupyterLab.

| | Lesson | Minutes | Exercises | Points |
|---|---|---:|---:|---:|
"""


@dataclass(frozen=True)
class Entry:
    """What the index says about a lesson.

    Args:
        name: the lesson's folder.
        title: its H1.
        question: the question it answers.
        minutes: how long it takes to work through.
        exercises: how many answers are graded.
        points: what they are worth together.
    """

    name: str
    title: str
    question: str
    minutes: str
    exercises: int
    points: float


def entry(name: str, notebook: NotebookNode) -> Entry:
    """Read off a lesson's notebook what the index says about it.

    Args:
        name: the lesson.
        notebook: its notebook for students.

    Returns:
        Its entry.
    """
    head = notebook.cells[0].source
    title, _, rest = head.partition("\n")
    minutes = _MINUTES.search(rest)
    asked = (QUESTION.search(c.source) for c in notebook.cells if c.cell_type == "markdown")
    question = next(filter(None, asked), None)
    points = [
        cell.metadata.nbgrader.points
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade")
    ]
    return Entry(
        name,
        title.removeprefix("# ").strip(),
        " ".join(question["text"].split()) if question else "",
        minutes[1] if minutes else "",
        len(points),
        sum(points),
    )


def index(entries: Sequence[Entry]) -> str:
    """Write the list of lessons.

    Args:
        entries: the lessons in teaching order.

    Returns:
        Markdown.

    Example:
        >>> print(index([Entry("07_edges", "Edges", "What is an edge?", "75", 6, 14)]))
        # Lessons
        <BLANKLINE>
        Each lesson is a notebook; open it from this folder in JupyterLab.
        <BLANKLINE>
        | | Lesson | Minutes | Exercises | Points |
        |---|---|---:|---:|---:|
        | 07 | [Edges](07_edges/07_edges.ipynb) – What is an edge? | 75 | 6 | 14 |
        | | Together | 75 | 6 | 14 |
        <BLANKLINE>
    """
    rows = [
        f"| {e.name.partition('_')[0]} | [{e.title}]({e.name}/{e.name}.ipynb)"
        + (f" – {e.question}" if e.question else "")
        + f" | {e.minutes} | {e.exercises} | {e.points:g} |\n"
        for e in entries
    ]
    together = (
        sum(int(e.minutes or 0) for e in entries),
        sum(e.exercises for e in entries),
        sum(e.points for e in entries),
    )
    last = "| | Together | {} | {} | {:g} |\n".format(*together)
    return _INTRODUCTION + "".join(rows) + last
