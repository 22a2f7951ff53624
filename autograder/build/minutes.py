"""Compute how long a lesson takes, from its words, its lines of code and its exercises.

The model is stated in docs/design.md. Whoever edits a lesson need not guess, and no lesson can
promise less than it asks for.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from autograder.lesson import Cell, Lesson
from autograder.lesson.conventions import HEADER
from autograder.lesson.markdown import headings

WORDS = 200  # read in a minute
LINES = 12  # of code, understood in a minute
EXERCISE = {1: 4, 2: 7, 3: 12}  # minutes by difficulty
SIDE_TRIP = "Side trip: may be skipped without loss."
# Side trips in the line `**Time** …` of a lesson.
SIDE = re.compile(r"\*\*Side trips\*\* (\d+) minutes")

_ROUNDING = 5
_NOT_READ = ("References", "Where to read on")
_NO_LINES = {"setup", "exercise", "check"}
_FORMULA = re.compile(r"\$[^$]+\$")
_WORD = re.compile(r"\w+(?:[-'’.,]\w+)*")
# Closing brackets, comments, and texts such as captions and alternative texts are no code to read.
_NO_CODE = re.compile(r"\s*(?:[\])}]+[,)]*|#.*|f?\".*|alt=.*|caption=.*)?$")


class Minutes(NamedTuple):
    """How long a lesson takes: what everybody does, and what may be left out."""

    main: int
    side: int


class Piece(NamedTuple):
    """What stands in one cell below one heading.

    Args:
        cell: the cell.
        title: the heading; empty above a cell's first one, and for code.
        text: the source, the heading included.
        side: whether it lies on a side trip.
        last: whether it is the last of its cell.
    """

    cell: Cell
    title: str
    text: str
    side: bool
    last: bool


def minutes(lesson: Lesson) -> Minutes:
    """Compute how long a lesson takes, running aside.

    A part that says `SIDE_TRIP` below its heading, and all below that heading, is a side trip.

    Args:
        lesson: the authored lesson.

    Returns:
        Minutes, rounded up to the next five.
    """
    tasks = {e.check: EXERCISE[e.spec.difficulty] for e in lesson.exercises.values()}
    spent = {False: 0.0, True: 0.0}
    for piece in pieces(lesson.cells):
        if piece.cell.kind == "code":
            spent[piece.side] += lines(piece.cell) / LINES
        elif piece.title not in _NOT_READ and "written" not in piece.cell.tags:
            spent[piece.side] += words(piece.text) / WORDS
        if piece.last:
            spent[piece.side] += tasks.get(piece.cell, 0)
    return Minutes(*(_ROUNDING * math.ceil(spent[side] / _ROUNDING) for side in (False, True)))


def pieces(cells: Sequence[Cell]) -> Iterator[Piece]:
    """Cut a lesson at its headings, and say what lies on a side trip.

    Args:
        cells: its cells, in order.

    Yields:
        The pieces, in order.
    """
    trip = 0  # the level of the heading below which a side trip began; 0 on the main road
    for cell in cells:
        parts = _parts(cell)
        for place, (level, title, text) in enumerate(parts, 1):
            if 0 < level <= trip:
                trip = 0
            if SIDE_TRIP in text and cell.kind == "markdown" and not trip:
                trip = level
            yield Piece(cell, title, text, trip > 0, place == len(parts))


def with_minutes(head: str, needed: Minutes) -> str:
    """Write the minutes into a lesson's first cell, whatever it promised.

    Args:
        head: the source of the cell.
        needed: what `minutes` returned.

    Returns:
        The source with the minutes in its line `**Time** …`, side trips after what is needed.

    Example:
        >>> with_minutes("**Time** 75 minutes · **Needs** nothing · …", Minutes(90, 15))
        '**Time** 90 minutes · **Needs** nothing · **Side trips** 15 minutes · …'
    """
    line = HEADER.search(head)
    if not line:
        return head
    first, needs, rest = line[0].split(" · ", 2)
    first = first.replace(line["minutes"], str(needed.main))
    side = [f"**Side trips** {needed.side} minutes"] if needed.side else []
    return head.replace(line[0], " · ".join([first, needs, *side, rest]))


def words(text: str) -> int:
    """Count the words of Markdown; a formula counts as one."""
    return len(_WORD.findall(_FORMULA.sub(" x ", text)))


def lines(cell: Cell) -> int:
    """Count the lines of a cell that a student reads; answers have minutes of their own."""
    if _NO_LINES & set(cell.tags):
        return 0
    return sum(not _NO_CODE.match(line) for line in cell.source.split("\n"))


def _parts(cell: Cell) -> list[tuple[int, str, str]]:
    """Cut a cell at its headings: level, title and text; 0 and nothing for what precedes them."""
    rows = cell.source.split("\n")
    plain = cell.kind == "code" or "written" in cell.tags
    found = [] if plain else headings(cell.source)
    starts = [(0, "", 0), *((h.level, h.text, h.row) for h in found)]
    ends = [*(row for _, _, row in starts[1:]), len(rows)]
    return [
        (level, title, "\n".join(rows[first:end]))
        for (level, title, first), end in zip(starts, ends, strict=True)
    ]
