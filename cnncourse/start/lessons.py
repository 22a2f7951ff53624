"""What the start page says about lessons, read off their notebooks."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

_HEADER = re.compile(r"\*\*Time\*\* (?P<minutes>\d+) minutes")
_HEADING = re.compile(r"^#{1,6} +(?P<text>.+?) *$", re.MULTILINE)
_EXERCISE = re.compile(r"^### (?P<text>Exercise \d+ .+?) *$", re.MULTILINE)


@dataclass(frozen=True)
class Exercise:
    """An exercise of a lesson.

    Args:
        name: as `check` knows it.
        heading: the heading above it.
        cell: the id of the cell that the heading stands in.
        points: what it is worth.
        automatic: whether a check says at once if it is right.
    """

    name: str
    heading: str
    cell: str
    points: float
    automatic: bool

    @property
    def title(self) -> str:
        """The heading without stars, difficulty and points: "Exercise 2 · Where the zeros go"."""
        return " · ".join(self.heading.split(" · ")[:2]).rstrip(" ●○").replace(" ★", "")


@dataclass(frozen=True)
class Lesson:
    """A lesson.

    Args:
        name: its folder.
        title: its first heading.
        minutes: how long it takes to work through; 0 where it does not say.
        exercises: what is graded, in order.
    """

    name: str
    title: str
    minutes: int
    exercises: tuple[Exercise, ...]

    @property
    def number(self) -> str:
        """The number that its name begins with."""
        return self.name.partition("_")[0]

    def link(self, exercise: Exercise | None = None) -> str:
        """Return the address of the notebook, or of an exercise in it, on the start page."""
        place = f"{self.name}/{self.name}.ipynb"
        return f"{place}#cell-id={quote(exercise.cell)}" if exercise and exercise.cell else place


def lessons(folder: Path) -> list[Lesson]:
    """Read the lessons in a folder.

    Args:
        folder: holds a folder per lesson, with a notebook of the same name.

    Returns:
        The lessons in teaching order; notebooks that cannot be read are left out.
    """
    found = []
    for path in sorted(folder.glob("*/*.ipynb")):
        if path.stem == path.parent.name:
            try:
                found.append(_lesson(path.stem, json.loads(path.read_text(encoding="utf-8"))))
            except (OSError, ValueError, KeyError, TypeError, AttributeError):
                continue
    return found


def parts(index: str) -> dict[str, str]:
    """Return the lesson that each part of a course begins at → its title, from the course's index.

    Args:
        index: Markdown, as ``notebooks/README.md`` holds it.

    Example:
        >>> parts("## Part 1 · Tools\\n| 00 | [Start](00_start/00_start.ipynb) |")
        {'00_start': 'Part 1 · Tools'}
    """
    found: dict[str, str] = {}
    title = ""
    for line in index.splitlines():
        if line.startswith("## "):
            title = line[3:].strip() if line.startswith("## Part ") else ""
        elif title and (name := re.search(r"\]\((\w+)/\1\.ipynb\)", line)):
            found[name[1]], title = title, ""
    return found


def map_of(index: str) -> str:
    """Return the drawing of what needs what from the course's index, or nothing."""
    drawn = re.search(r"^```mermaid\n.*?^```$", index, re.MULTILINE | re.DOTALL)
    return drawn[0] if drawn else ""


def _lesson(name: str, notebook: dict[str, Any]) -> Lesson:
    exercises, title, minutes, heading, place = [], name, 0, "", ""
    for cell in notebook["cells"]:
        source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
        about = cell.get("metadata", {}).get("nbgrader", {})
        if cell["cell_type"] == "markdown":
            if title == name and (first := _HEADING.search(source)):
                title = first["text"]
            if line := _HEADER.search(source):
                minutes = minutes or int(line["minutes"])
            for found in _EXERCISE.findall(source):
                heading, place = found, cell.get("id", "")
        if about.get("grade"):
            points, automatic = float(about.get("points", 0)), not about.get("solution")
            exercises.append(Exercise(about["grade_id"], heading, place, points, automatic))
    return Lesson(name, title, minutes, tuple(exercises))
