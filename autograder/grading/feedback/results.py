"""Read from a graded notebook how each exercise went. Nothing in it is trusted to have a form."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nbgrader.utils import is_grade, is_solution

from autograder.grading.feedback.shows import CRITERIA, REASON, Shows
from autograder.grading.judge import OUTCOME
from autograder.grading.merge import ANSWER
from autograder.grading.plain_text import plain
from autograder.grading.safe_html import text_of
from cnncourse.check.outcome import AwaitingHand, NotAttempted, Noted, PartlyRight, Right
from cnncourse.check.text import printable

_LONGEST = 1000  # characters of one sentence
_MOST = 50  # lines, criteria or notes of one exercise
_LONGEST_TEXT = 20_000
# The heading of an exercise; its difficulty and points stand elsewhere on the page.
_HEADING = re.compile(r"^#{1,6}[ \t]+(.*\S)[ \t]+·[ \t]+[\d.]+ points?[ \t]*$", re.MULTILINE)
_DIFFICULTY = re.compile(r"\s*[●○]+")
# Of each state, what the page's style calls it and the sign beside the words.
_KINDS = {
    Right.state: ("good", Right.symbol),
    PartlyRight.state: ("part", PartlyRight.symbol),
    NotAttempted.state: ("none", NotAttempted.symbol),
    AwaitingHand.state: ("hand", AwaitingHand.symbol),
    Noted.state: ("hand", Noted.symbol),
}
_WRONG = ("bad", "✗")
_OPEN = {AwaitingHand.state, Noted.state}


@dataclass(frozen=True)
class Criterion:
    """What earns some of an exercise's points, and whether it was met."""

    text: str
    points: float
    earned: bool


@dataclass(frozen=True)
class Result:
    """How one exercise went, in plain text.

    Args:
        name: its name in the lesson.
        title: its title for people.
        anchor: the id of its place on the page.
        state: in words.
        points: earned; None while a person has still to grade it.
        most: points that a right answer earns.
        message: what was wrong, in a sentence or two.
        known: the message names a known mistake, which the answer makes.
        details: values that the check compared, line by line.
        notes: remarks that cost no points.
        revisit: section of the lesson to go back to.
        criteria: what earned points and what did not.
        solution: the author's own version.
        said: all that the check said, where a notebook does not hold it in parts.
        comment: of the person who graded it.
        seconds: processor time that it took.
        memory_mb: memory that it took, in MB.
    """

    name: str
    title: str
    anchor: str
    state: str
    points: float | None
    most: float
    message: str = ""
    known: bool = False
    details: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    revisit: str = ""
    criteria: tuple[Criterion, ...] = ()
    solution: str = ""
    said: str = ""
    comment: str = ""
    seconds: float | None = None
    memory_mb: float | None = None

    @property
    def kind(self) -> str:
        """Return which of the page's colours belongs to the state."""
        return self._kind[0]

    @property
    def symbol(self) -> str:
        """Return the sign that stands beside the state."""
        return self._kind[1]

    @property
    def _kind(self) -> tuple[str, str]:
        if self.state in _KINDS:
            return _KINDS[self.state]
        return _BY_POINTS.get(self.state, _WRONG)

    @property
    def unmet(self) -> list[Criterion]:
        """Return the criteria that were not met."""
        return [c for c in self.criteria if not c.earned]


_ALL, _SOME, _NO, _WAITING = "all points", "some points", "no points", "not graded yet"
_BY_HAND = "graded by hand"
_BY_POINTS = {
    _ALL: _KINDS[Right.state],
    _SOME: _KINDS[PartlyRight.state],
    _NO: _WRONG,
    _WAITING: _KINDS[AwaitingHand.state],
}


def results_of(notebook: Any, shows: Shows) -> dict[str, Result]:
    """Return the results of a graded notebook, no more of each than the page shows.

    Args:
        notebook: as it is recorded; scores and comments of nbgrader's gradebook may stand in
            its cells' metadata, where nbgrader writes them, and come first.
        shows: what the page tells.

    Returns:
        Exercise → result, in the order of the lesson.
    """
    found: dict[str, Result] = {}
    used = _table(_table(notebook.metadata, "cnncourse"), "exercises")
    titles = _titles(notebook.cells)
    comments = _comments(notebook.cells)
    for cell in filter(is_grade, notebook.cells):
        name = str(cell.metadata["nbgrader"].get("grade_id"))
        result = _result(cell, name, titles.get(name) or name.replace("_", " "))
        result = replace(
            result,
            anchor=f"exercise-{len(found) + 1}",
            comment=comments.get(name, ""),
            seconds=_number(_table(used, name).get("seconds")),
            memory_mb=_number(_table(used, name).get("memory_mb")),
        )
        found.setdefault(name, _limited(result, shows))
    return found


def _result(cell: Any, name: str, title: str) -> Result:
    kept, graded = _table(cell.metadata, OUTCOME), cell.metadata["nbgrader"]
    most = _number(graded.get("points")) or 0.0
    state = _line(kept.get("state"))
    points = _number(graded.get("score"))
    if not state:
        state = NotAttempted.state if not is_solution(cell) else AwaitingHand.state
    if points is None and state not in _OPEN:
        points = _number(kept.get("score"))
        points = _printed_score(cell) if points is None else points
        points = 0.0 if points is None else points
    if state in _OPEN:
        state = _WAITING if points is None else _BY_HAND
    criteria = tuple(_criteria(kept.get("criteria")))
    return Result(
        name=_line(name),
        title=_line(title),
        anchor="",
        state=state,
        points=points,
        most=most,
        message=_line(kept.get("message")),
        known=bool(_line(kept.get("misconception"))),
        details=tuple(_lines(kept.get("details"))),
        notes=tuple(_lines(kept.get("notes"))),
        revisit=_line(kept.get("revisit")),
        criteria=criteria,
        solution=_text(kept.get("solution")),
        said="" if criteria or is_solution(cell) else _printed(cell),
    )


def _limited(result: Result, shows: Shows) -> Result:
    """Leave out what a page does not show."""
    if not shows.tells(REASON):
        state = result.state
        if result.points is not None:
            earned_all = result.points >= result.most
            state = _ALL if earned_all else _SOME if result.points > 0 else _NO
        bare = Result(result.name, result.title, result.anchor, state, result.points, result.most)
        return replace(
            bare,
            comment=result.comment,
            seconds=result.seconds,
            memory_mb=result.memory_mb,
        )
    if not shows.tells(CRITERIA):
        return replace(result, details=(), criteria=(), solution="", said="")
    return result


def _titles(cells: Sequence[Any]) -> dict[str, str]:
    """Return each exercise's title: the heading above it that says its points."""
    titles: dict[str, str] = {}
    heading = ""
    for cell in cells:
        settings = _table(cell.metadata, "nbgrader")
        own = is_solution(cell) or _table(cell.metadata, "cnncourse").get("origin")
        if cell.cell_type == "markdown" and not own:
            for match in _HEADING.finditer(cell.source[:_LONGEST_TEXT]):
                heading = _DIFFICULTY.sub("", match[1])
        if settings.get("grade"):
            titles.setdefault(str(settings.get("grade_id")), heading)
            heading = ""
    return titles


def _comments(cells: Sequence[Any]) -> dict[str, str]:
    """Return what graders wrote about the answers, by exercise."""
    comments = {}
    for cell in filter(is_solution, cells):
        settings = cell.metadata["nbgrader"]
        if comment := _text(settings.get("comment")):
            comments[str(settings.get("grade_id")).removesuffix(ANSWER)] = comment
    return comments


def _printed(cell: Any) -> str:
    """Return what a check printed for people."""
    texts = [_table(o, "data").get("text/plain") for o in _outputs(cell, "display_data")]
    return "\n".join(filter(None, map(_text, texts)))


def _printed_score(cell: Any) -> float | None:
    for output in _outputs(cell, "execute_result"):
        try:
            return _number(float(_text(_table(output, "data").get("text/plain"))))
        except ValueError:
            continue
    return None


def _outputs(cell: Any, kind: str) -> list[Any]:
    outputs = cell.get("outputs") or []
    return [o for o in outputs if isinstance(o, Mapping) and o.get("output_type") == kind]


def _criteria(found: Any) -> list[Criterion]:
    if not isinstance(found, list):
        return []
    read = [c for c in found[:_MOST] if isinstance(c, Mapping)]
    return [
        Criterion(_line(c.get("text")), _number(c.get("points")) or 0.0, c.get("earned") is True)
        for c in read
    ]


def _table(holder: Any, key: str) -> Mapping[str, Any]:
    value = holder.get(key) if isinstance(holder, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def _line(value: Any) -> str:
    return printable(value, _LONGEST) if isinstance(value, str) else ""


def _lines(values: Any) -> list[str]:
    if not isinstance(values, (list, tuple)):
        return []
    return [_line(value) for value in values[:_MOST] if isinstance(value, str)]


def _text(value: Any) -> str:
    text = text_of(value)
    if not text:
        return ""
    return "\n".join(map(plain, text[:_LONGEST_TEXT].expandtabs(4).split("\n")))


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if math.isfinite(value) else None
