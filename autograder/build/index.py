"""Write the list of lessons."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nbformat import NotebookNode

from autograder.build.minutes import SIDE
from autograder.lesson.conventions import HEADER, QUESTION
from autograder.lesson.markdown import headings

_INTRODUCTION = """\
# {name}

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

_TITLES = "    classDef part fill:none,stroke:none,font-weight:bold"

# A part's title and its lessons, in teaching order; None for the lessons of a course without parts.
Part = tuple[str | None, list["IndexEntry"]]


@dataclass(frozen=True)
class IndexEntry:
    """What the index says about a lesson.

    Args:
        name: the lesson's folder.
        title: its H1.
        question: the question it answers.
        needs: numbers of the lessons it builds on, of two digits.
        minutes: how long it takes to work through, side trips aside.
        exercises: how many answers are graded.
        points: what they are worth together.
        side: the minutes of its side trips.
    """

    name: str
    title: str
    question: str
    needs: tuple[str, ...]
    minutes: str
    exercises: int
    points: float
    side: str = "0"


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
        trips[1] if (trips := SIDE.search(head)) else "0",
    )


def number(name: str) -> str:
    """Return the number that a lesson's name begins with: `"07_edges"` has `"07"`."""
    return name.partition("_")[0]


def index(entries: Sequence[IndexEntry], name: str, parts: Mapping[str, str]) -> str:
    """Write the list of lessons, part by part, and the map of what needs what.

    Args:
        entries: the lessons in teaching order.
        name: the course's name.
        parts: the lesson that each part begins at → its title; empty for a course without parts.

    Returns:
        Markdown, with the map in Mermaid.

    Example:
        >>> edges = IndexEntry("07_edges", "Edges", "What is an edge?", (), "75", 6, 14)
        >>> page = index([edges], "Pictures", {"07_edges": "The tools"})
        >>> print(page[page.index("## Part") : page.index("## What")].strip())
        ## Part 1 · The tools
        <BLANKLINE>
        | | Lesson | Needs | Minutes | Exercises | Points |
        |---|---|---|---:|---:|---:|
        | 07 | [Edges](07_edges/07_edges.ipynb) – What is an edge? |  | 75 | 6 | 14 |
        <BLANKLINE>
        Together: 75 minutes, 6 exercises, 14 points.
    """
    grouped = _by_part(entries, parts)
    tables = "".join(_table(part) for part in grouped)
    minutes = sum(int(e.minutes or 0) for e in entries)
    exercises, points = sum(e.exercises for e in entries), sum(e.points for e in entries)
    side = sum(int(e.side) for e in entries)
    trips = f", {side} more for side trips" if side else ""
    together = f"\nTogether: {minutes} minutes{trips}, {exercises} exercises, {points:g} points.\n"
    return _INTRODUCTION.format(name=name) + tables + together + _map(entries, grouped)


def _by_part(entries: Sequence[IndexEntry], parts: Mapping[str, str]) -> list[Part]:
    """The lessons of each part that has any."""
    found: list[Part] = []
    titles = {
        name: f"Part {place} · {title}" for place, (name, title) in enumerate(parts.items(), 1)
    }
    for e in entries:
        begun = [title for name, title in titles.items() if name <= e.name]
        title = begun[-1] if begun else None
        if not found or found[-1][0] != title:
            found.append((title, []))
        found[-1][1].append(e)
    return found


def _table(part: Part) -> str:
    title, entries = part
    rows = (
        f"| {number(e.name)} | [{e.title}]({e.name}/{e.name}.ipynb)"
        + (f" – {e.question}" if e.question else "")
        + f" | {', '.join(e.needs)} | {_minutes(e)} | {e.exercises} | {e.points:g} |\n"
        for e in entries
    )
    return (f"\n## {title}\n" if title else "") + _HEADINGS + "".join(rows)


def _minutes(lesson: IndexEntry) -> str:
    """The minutes of the main road, and of side trips where there are any."""
    return lesson.minutes + (f" + {lesson.side}" if lesson.side != "0" else "")


def _map(entries: Sequence[IndexEntry], parts: Sequence[Part]) -> str:
    """The lessons as boxes in their parts; arrows, those left out that a longer way shows."""
    lines = []
    for place, (title, own) in enumerate(parts, 1):
        boxes = [f'        L{number(e.name)}["{number(e.name)} {e.title}"]' for e in own]
        if title:
            # Arrows run across a subgraph's own title, but around a box: so the title is one.
            above = f'        T{place}["{title}"]:::part ~~~ L{number(own[0].name)}'
            boxes = [f'    subgraph P{place}[" "]', above, *boxes, "    end"]
        lines += boxes
    behind: dict[str, set[str]] = {}  # all that a lesson needs, directly or not
    for e in entries:
        direct = [n for n in e.needs if n in behind]
        behind[number(e.name)] = set(direct).union(*(behind[n] for n in direct))
        arrows = [n for n in direct if not any(n in behind[other] for other in direct)]
        lines += [f"    L{n} --> L{number(e.name)}" for n in arrows]
    look = [_TITLES] if any(title for title, _ in parts) else []
    return _MAP + "\n".join([*lines, *look]) + "\n```\n"
