"""Compare a class's trained networks on the judge's hidden images.

The gradebook says who handed in and what it earned; the graded notebook beside it holds what the
judge measured. Nothing is run and nothing is judged again.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.course import Course, CourseError

if TYPE_CHECKING:
    from nbgrader.api import Gradebook
    from rich.console import Console

    from cnncourse.check.key import ExerciseKey

_OVER = {"parameters": "parameters", "multiply_adds": "multiply-adds"}


@dataclass(frozen=True)
class Standing:
    """One student's network.

    Args:
        student: whose it is.
        score: points that the exercise earned; None if nothing is recorded.
        accuracy: share of the hidden images named rightly; None if it named none.
        parameters: of the network that was measured; None where it was not counted.
        multiply_adds: for one image; None where they were not counted.
        images: how many hidden images there were; None if that is not recorded.
        reason: why it is not ranked; None for one that is.
        rank: 1 for the best; equals share a rank.
    """

    student: str
    score: float | None
    accuracy: float | None = None
    parameters: int | None = None
    multiply_adds: int | None = None
    images: int | None = None
    reason: str | None = None
    rank: int | None = None


@dataclass(frozen=True)
class Leaderboard:
    """The networks of one lesson, the best first, then those that are not ranked.

    Args:
        lesson: the lesson's name.
        exercise: the one in which a network is trained.
        max_score: points that it is worth.
        budgets: what a network may spend.
        entries: in order.
    """

    lesson: str
    exercise: str
    max_score: float
    budgets: dict[str, int]
    entries: tuple[Standing, ...]

    @property
    def ranked(self) -> list[Standing]:
        """The entries that have a rank."""
        return [entry for entry in self.entries if entry.rank is not None]

    def top(self, n: int) -> Leaderboard:
        """Return the first n of the ranked entries alone."""
        return replace(self, entries=tuple(self.ranked[:n]))

    def anonymous(self) -> Leaderboard:
        """Return the same with numbers, in the order shown, in place of students."""
        named = (replace(e, student=f"network {n}") for n, e in enumerate(self.entries, start=1))
        return replace(self, entries=tuple(named))


def leaderboard(course: Course, lesson: str, gradebook: Path | None = None) -> Leaderboard:
    """Read a lesson's leaderboard.

    Args:
        course: the course.
        lesson: the lesson's name.
        gradebook: the database file, the graded notebooks beside it; None for the course's own.

    Returns:
        Entries by accuracy on the hidden images. Those within two standard errors of the best are
        equals, and among equals fewer multiply-adds come first, then fewer parameters; then the
        best of the others leads its own equals. Those over a budget, or without a measured
        network, follow unranked.

    Raises:
        CourseError: the lesson trains no network, there is no gradebook, or nothing in it.
    """
    key = _trained(course, lesson)
    from autograder.grading.places import Places

    places = Places(course, gradebook)
    with places.gradebook(lesson) as book:
        scores = _scores(book, lesson, key.name)
    entries = [
        _entry(student, score, places.notebook(student, lesson), key.name)
        for student, score in scores.items()
    ]
    most = sum(c.points for c in key.criteria)
    return Leaderboard(lesson, key.name, most, _budgets(key), tuple(_in_order(entries)))


def _trained(course: Course, lesson: str) -> ExerciseKey:
    """Return the exercise of a lesson in which a network is trained; the last of several."""
    from cnncourse.check.key import Key

    path = course.key(lesson)
    if not path.is_file():
        raise CourseError(f"{lesson} is not built yet: run `autograder build {lesson}` first.")
    exercises = Key.from_json(path.read_text(encoding="utf-8")).exercises.values()
    trained = [exercise for exercise in exercises if exercise.kind == "trained"]
    if not trained:
        raise CourseError(
            f"No network is trained in an exercise of {lesson}, so there is nothing to rank."
        )
    return trained[-1]


def _budgets(key: ExerciseKey) -> dict[str, int]:
    from cnncourse.check.kinds.trained import budgets

    return budgets(key.probes[0])


def _scores(book: Gradebook, lesson: str, exercise: str) -> dict[str, float | None]:
    """Return each student's points for the exercise, of all who handed in."""
    from nbgrader.api import MissingEntry

    try:
        book.find_assignment(lesson)
    except MissingEntry:
        raise CourseError(
            f"{lesson} was never graded: run `autograder grade {lesson}` first."
        ) from None
    found: dict[str, float | None] = {}
    for submission in book.assignment_submissions(lesson):
        grades = [g for n in submission.notebooks for g in n.grades if g.name == exercise]
        found[submission.student.id] = grades[0].score if grades else None
    if not found:
        raise CourseError(f"Nobody has handed in {lesson} yet, so there is nothing to rank.")
    return found


def _entry(student: str, score: float | None, notebook: Path, exercise: str) -> Standing:
    from autograder.grading.judge import MEASURED

    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        graded = (c["metadata"] for c in cells)
        found = next(m for m in graded if m.get("nbgrader", {}).get("grade_id") == exercise)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, StopIteration):
        return Standing(student, score, reason="there is no graded notebook: grade again")
    measured = found.get(MEASURED)
    if not measured:
        return Standing(student, score, reason="no network that answers")
    size = {what: measured[what] for what in (*_OVER, "images")}
    return Standing(student, score, measured["accuracy"], **size, reason=_reason(measured))


def _reason(measured: dict[str, Any]) -> str | None:
    """Return why a measured network is not ranked; the budgets are those it was judged by."""
    over = []
    for what in filter(measured["budgets"].get, _OVER):
        used, most = measured[what], measured["budgets"][what]
        if used is None:
            return f"not counted, because {measured['uncounted'] or 'it is not known how'}"
        if used > most:
            over.append(f"{used - most:,} {_OVER[what]}")
    return f"over the budget by {' and '.join(over)}" if over else None


def _in_order(entries: Sequence[Standing]) -> list[Standing]:
    left = sorted((e for e in entries if e.reason is None), key=lambda e: -(e.accuracy or 0.0))
    ordered: list[Standing] = []
    while left:
        least = _least_of_equals(left[0])
        equals = [e for e in left if (e.accuracy or 0.0) >= least]
        places = sorted(map(_cost, equals))
        ordered += sorted(
            (replace(e, rank=len(ordered) + 1 + places.index(_cost(e))) for e in equals),
            key=lambda e: (e.rank or 0, e.student),
        )
        left = left[len(equals) :]
    others = (e for e in entries if e.reason is not None)
    return ordered + sorted(others, key=lambda e: (-(e.accuracy or 0.0), e.student))


def _least_of_equals(best: Standing) -> float:
    """Return the accuracy from which on a network is as good as this one, for all that is known.

    Two standard errors of a share, with two right and two wrong added, so that 100 % has one, too
    (Agresti and Coull, *The American Statistician* 52, 1998).
    """
    accuracy = best.accuracy or 0.0
    if not best.images:
        return accuracy
    n = best.images + 4
    share = (accuracy * best.images + 2) / n
    return accuracy - 2 * math.sqrt(share * (1 - share) / n)


def _cost(entry: Standing) -> tuple[float, float]:
    """Return what decides between equals: work, then size."""
    none = float("inf")
    work = none if entry.multiply_adds is None else entry.multiply_adds
    size = none if entry.parameters is None else entry.parameters
    return work, size


def as_tree(board: Leaderboard) -> dict[str, Any]:
    """Return a leaderboard as plain values.

    Returns:
        ``{"lesson", "exercise", "max", "budgets", "entries": [{"rank", "student", "score",
        "accuracy", "parameters", "multiply_adds", "images", "reason"}]}``.
    """
    return {
        "lesson": board.lesson,
        "exercise": board.exercise,
        "max": board.max_score,
        "budgets": board.budgets,
        "entries": [asdict(entry) for entry in board.entries],
    }


def print_table(console: Console, board: Leaderboard) -> None:
    """Print a leaderboard for people."""
    from rich.markup import escape
    from rich.table import Table

    from autograder.grading.plain_text import literal

    allowed = [f"{most:,} {_OVER[what]}" for what, most in board.budgets.items()]
    said = [f"budget: {' and '.join(allowed)}"] if allowed else []
    caption = "; ".join([*said, "within two standard errors of the best, less work comes first"])
    title = escape(f"{board.lesson} · {board.exercise}")
    table = Table(title=title, title_justify="left", caption=caption, caption_justify="left")
    for heading in ("rank", "student", "accuracy", "multiply-adds", "parameters", "points"):
        table.add_column(
            heading,
            justify="left" if heading == "student" else "right",
            no_wrap=heading != "student",
            overflow="fold",
        )
    if any(entry.reason for entry in board.entries):
        table.add_column("why not ranked", overflow="fold")
    for e in board.entries:
        accuracy = "—" if e.accuracy is None else f"{e.accuracy:.1%}"
        points = "—" if e.score is None else f"{e.score:g} / {board.max_score:g}"
        cells = [_text(e.rank), e.student, accuracy, _text(e.multiply_adds), _text(e.parameters)]
        row = [*cells, points, *([e.reason] if e.reason else [])]
        table.add_row(*(literal(cell) for cell in row))
    console.print(table)


def _text(number: int | None) -> str:
    return "—" if number is None else f"{number:,}"
