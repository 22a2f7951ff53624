"""Write the list of lessons."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nbformat import NotebookNode

from autograder.lesson.conventions import HEADER, QUESTION
from autograder.lesson.markdown import headings

_PARTS = {0: "The tools", 8: "The layers of a CNN", 13: "The networks", 19: "Beyond"}
_INTRODUCTION = """\
# Lessons

Each lesson is a notebook; open it from this folder in JupyterLab.
"""
_HEADINGS = """
| | Lesson | Needs | Minutes | Exercises | Points |
|---|---|---|---:|---:|---:|
"""
_MAP = """
## What needs what

An arrow leads from a lesson to one that builds on it. What a lesson needs by way of another has
no arrow of its own.

```mermaid
flowchart TD
    accTitle: Map of the course
    accDescr: The lessons as boxes, with arrows as the column Needs lists them.
"""


@dataclass(frozen=True)
class IndexEntry:
    """What the index says about a lesson.

    Args:
        name: the lesson's folder.
        title: its H1.
        question: the question it answers.
        needs: numbers of the lessons it builds on, of two digits.
        minutes: how long it takes to work through.
        exercises: how many answers are graded.
        points: what they are worth together.
    """

    name: str
    title: str
    question: str
    needs: tuple[str, ...]
    minutes: str
    exercises: int
    points: float


def entry(name: str, notebook: NotebookNode) -> IndexEntry:
    """Read off a lesson's notebook what the index says about it.

    Args:
        name: the lesson.
        notebook: its notebook for students.

    Returns:
        Its entry.
    """
    head = notebook.cells[0].source
    titles = headings(head)
    line = HEADER.search(head)
    asked = (QUESTION.search(c.source) for c in notebook.cells if c.cell_type == "markdown")
    question = next(filter(None, asked), None)
    points = [
        cell.metadata.nbgrader.points
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade")
    ]
    return IndexEntry(
        name,
        titles[0].text if titles else name,
        " ".join(question["text"].split()) if question else "",
        tuple(re.findall(r"\d\d", line["needs"])) if line else (),
        line["minutes"] if line else "",
        len(points),
        sum(points),
    )


def number(name: str) -> str:
    """Return the number that a lesson's name begins with: `"07_edges"` has `"07"`."""
    return name.partition("_")[0]


def index(entries: Sequence[IndexEntry]) -> str:
    """Write the list of lessons, part by part, and the map of what needs what.

    Args:
        entries: the lessons in teaching order.

    Returns:
        Markdown, with the map in Mermaid.

    Example:
        >>> page = index([IndexEntry("07_edges", "Edges", "What is an edge?", (), "75", 6, 14)])
        >>> print(page[page.index("## Part") : page.index("## What")].strip())
        ## Part 1 · The tools
        <BLANKLINE>
        | | Lesson | Needs | Minutes | Exercises | Points |
        |---|---|---|---:|---:|---:|
        | 07 | [Edges](07_edges/07_edges.ipynb) – What is an edge? |  | 75 | 6 | 14 |
        <BLANKLINE>
        Together: 75 minutes, 6 exercises, 14 points.
    """
    parts = "".join(_part(place, own) for place, own in enumerate(_by_part(entries), 1) if own)
    minutes = sum(int(e.minutes or 0) for e in entries)
    exercises, points = sum(e.exercises for e in entries), sum(e.points for e in entries)
    together = f"\nTogether: {minutes} minutes, {exercises} exercises, {points:g} points.\n"
    return _INTRODUCTION + parts + together + _map(entries)


def _by_part(entries: Sequence[IndexEntry]) -> list[list[IndexEntry]]:
    """Return the entries of each part, a part perhaps having none."""
    found: dict[str, list[IndexEntry]] = {title: [] for title in _PARTS.values()}
    for e in entries:
        begun = [title for first, title in _PARTS.items() if first <= int(number(e.name))]
        found[begun[-1]].append(e)
    return list(found.values())


def _title(place: int) -> str:
    return f"Part {place} · {list(_PARTS.values())[place - 1]}"


def _part(place: int, entries: Sequence[IndexEntry]) -> str:
    rows = (
        f"| {number(e.name)} | [{e.title}]({e.name}/{e.name}.ipynb)"
        + (f" – {e.question}" if e.question else "")
        + f" | {', '.join(e.needs)} | {e.minutes} | {e.exercises} | {e.points:g} |\n"
        for e in entries
    )
    return f"\n## {_title(place)}\n{_HEADINGS}" + "".join(rows)


def _map(entries: Sequence[IndexEntry]) -> str:
    """Return the map: lessons as boxes in their parts, arrows where no longer way leads."""
    lines = []
    for place, own in enumerate(_by_part(entries), 1):
        boxes = [f'        L{number(e.name)}["{number(e.name)} {e.title}"]' for e in own]
        lines += [f'    subgraph P{place}["{_title(place)}"]', *boxes, "    end"] if own else []
    behind: dict[str, set[str]] = {}  # all that a lesson needs, directly or not
    for e in entries:
        direct = [n for n in e.needs if n in behind]
        behind[number(e.name)] = set(direct).union(*(behind[n] for n in direct))
        arrows = [n for n in direct if not any(n in behind[other] for other in direct)]
        lines += [f"    L{n} --> L{number(e.name)}" for n in arrows]
    return _MAP + "\n".join(lines) + "\n```\n"
