"""Is the time of a lesson what the stated model makes of its words, code and exercises?"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest

from autograder.build.minutes import EXERCISE, SIDE_TRIP, Minutes, minutes, pieces, with_minutes
from autograder.lesson import lessons
from autograder.lesson.percent import Cell, read_cells
from cnncourse.check.names import names

ROOT = Path(__file__).resolve().parents[1]
HEAD = (
    "# T\n\n**Time** 75 minutes · **Needs** lesson 02 · **Running everything** 8 s on two CPU cores"
)


def lesson(*cells: Cell, difficulty: int | None = None) -> SimpleNamespace:
    """A lesson of some cells; with a difficulty its last cell is the check of an exercise."""
    spec = SimpleNamespace(difficulty=difficulty)
    tasks = {"task": SimpleNamespace(check=cells[-1], spec=spec)} if difficulty else {}
    return SimpleNamespace(cells=cells, exercises=tasks)


def text(source: str, line: int = 1) -> Cell:
    """A cell of text."""
    return Cell("markdown", source, (), line)


def code(source: str, *tags: str) -> Cell:
    """A cell of code."""
    return Cell("code", source, tags, 2)


@cache
def trips(folder: Path) -> list:
    """The pieces of an authored lesson."""
    return list(pieces(read_cells(folder / f"{folder.name}.py")[0]))


def test_words_lines_and_exercises_add_up():
    """Do 2,000 words, 60 lines and a ●●○ task take 10 + 5 + 7 minutes, rounded up to 25?"""
    cells = text("# T\n" + "word " * 1999), code("x = 1\n" * 60), code("check(x)", "check")
    assert minutes(lesson(*cells, difficulty=2)) == Minutes(25, 0)
    assert EXERCISE[2] == 7


@pytest.mark.parametrize(
    "cell",
    [
        text("# References\n" + "word " * 4000),
        text("$" + "x + " * 4000 + "x$"),
        code("import numpy\n" * 600, "setup"),
        code("answer = 1\n" * 600, "exercise"),
        code("# a comment\n)\n\nalt='said to who does not see'\n" * 600),
        Cell("markdown", "word " * 4000, ("written",), 1, "essay"),
    ],
)
def test_what_is_not_read_costs_nothing(cell):
    """Are references, long formulas, answers, comments and alternative texts left out?"""
    assert minutes(lesson(cell)).main <= 5


def test_a_side_trip_ends_at_the_next_heading_of_its_level():
    """Are a side trip, smaller headings and code below it counted apart, and nothing after it?"""
    cells = [
        text("# T"),
        text(f"## A\n\n*{SIDE_TRIP}*\n\n### B\n" + "word " * 1800),
        code("x = 1\n" * 60),
        text("## C\n" + "word " * 900, 3),
    ]
    assert minutes(lesson(*cells)) == Minutes(5, 15)


@pytest.mark.parametrize(("side", "said"), [(0, ""), (15, "**Side trips** 15 minutes · ")])
def test_the_promise_is_replaced(side, said):
    """Does the header say the computed minutes, and name side trips where there are any?"""
    head = HEAD.replace("75", "90").replace("**Running", f"{said}**Running")
    assert with_minutes(HEAD, Minutes(90, side)) == head


@pytest.mark.parametrize("folder", lessons(ROOT), ids=lambda folder: folder.name)
def test_a_side_trip_may_be_skipped(folder):
    """Has no side trip an exercise, and does no later cell need a name that one binds?"""
    bound: set[str] = set()
    for piece in trips(folder):
        assert not (piece.side and "{{exercise" in piece.text), piece.title
        if piece.cell.kind == "markdown":
            continue
        found = names(piece.cell.source)
        if piece.side:
            assert not {"exercise", "check"} & set(piece.cell.tags), piece.cell.line
            bound |= found.bound.keys() | found.changed
        else:
            assert not bound & (found.used | found.later), (folder.name, piece.cell.line)
            bound -= found.bound.keys()
