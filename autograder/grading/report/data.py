"""Read a class's results in one lesson: points from the gradebook, outcomes from graded notebooks.

Manual scores, extra credit and late penalties are in, since the gradebook alone says what counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from nbgrader.api import (
    Assignment,
    BaseCell,
    Grade,
    Gradebook,
    GradeCell,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    TaskCell,
)

from autograder.course import Course, CourseError
from autograder.grading.graded_notebook import GradedNotebook, Use, Verdict, read_graded
from autograder.grading.places import Places
from cnncourse.check.key import ExerciseKey, Key
from cnncourse.check.outcome import AwaitingHand, NotAttempted, PartlyRight, Right


class Result(StrEnum):
    """What an answer comes to."""

    RIGHT = "right"
    PARTLY = "partly right"
    WRONG = "wrong"
    NOT_ATTEMPTED = "not attempted"
    WAITING = "waiting to be graded by hand"
    UNKNOWN = "not on record"


@dataclass(frozen=True)
class Answer:
    """One student's answer to one exercise.

    Args:
        points: what it earned, extra credit included; None while it waits to be graded by hand.
        result: what it comes to.
        verdict: what the judge said; None if that is not on record.
        source: its cell.
        use: what it took.
    """

    points: float | None
    result: Result
    verdict: Verdict | None = None
    source: str = ""
    use: Use = field(default_factory=Use)


@dataclass(frozen=True)
class Exercise:
    """One exercise of the lesson.

    Args:
        name: the name that its answer defines.
        title: its heading.
        points: what it is worth.
        revisit: heading of the lesson to go back to.
        advice: misconception → heading to go back to.
    """

    name: str
    title: str
    points: float
    revisit: str | None = None
    advice: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Standing:
    """What one student has in one lesson.

    Args:
        score: points that count, after the late penalty.
        possible: points to earn, less those of answers that wait to be graded by hand.
    """

    score: float
    possible: float

    @property
    def share(self) -> float | None:
        """Share of the possible points; None if there are none."""
        return self.score / self.possible if self.possible > 0 else None


@dataclass(frozen=True)
class Participant:
    """One student of the course.

    Args:
        id: as the gradebook has it.
        name: first and last name, as far as the gradebook has them.
        standing: in this lesson; None if nothing was handed in.
        answers: exercise → answer; empty if nothing was handed in.
        earlier: earlier lesson → standing, of those handed in.
    """

    id: str
    name: str = ""
    standing: Standing | None = None
    answers: Mapping[str, Answer] = field(default_factory=dict)
    earlier: Mapping[str, Standing] = field(default_factory=dict)


@dataclass(frozen=True)
class ClassResults:
    """A class in one lesson.

    Args:
        lesson: the lesson's name.
        exercises: in the lesson's order.
        participants: everybody in the gradebook, by id.
        unread: ids of those who handed in, but whose graded notebook is missing or damaged.
    """

    lesson: str
    exercises: tuple[Exercise, ...]
    participants: tuple[Participant, ...]
    unread: tuple[str, ...] = ()

    @property
    def points(self) -> float:
        """Points that the lesson is worth."""
        return sum(exercise.points for exercise in self.exercises)

    @property
    def handed_in(self) -> list[Participant]:
        """Those who handed in."""
        return [
            participant for participant in self.participants if participant.standing is not None
        ]


@dataclass(frozen=True)
class _Recorded:
    """A row of the gradebook: points for one answer."""

    lesson: str
    student: str
    exercise: str
    score: float
    by_hand: bool
    waiting: bool


def class_results(course: Course, lesson: str) -> ClassResults:
    """Read a class's results.

    Args:
        course: the course.
        lesson: the lesson's name.

    Returns:
        Everybody in the gradebook, whether or not they handed in.

    Raises:
        CourseError: there is no gradebook, it cannot be read, or the lesson was never graded.
    """
    places = Places(course)
    with places.gradebook(lesson) as book:
        known = {name for (name,) in book.db.query(Assignment.name)}
        worth = _worth(book)
        recorded = list(_recorded(book))
        penalties = _penalties(book)
        names = {s: " ".join(filter(None, parts)) for s, *parts in _students(book)}
    if lesson not in known:
        raise CourseError(f"{lesson} was never graded: run `autograder grade {lesson}` first.")
    exercises = _exercises(course, lesson, worth[lesson])
    standings = _standings(recorded, penalties, worth)
    rows: dict[str, list[_Recorded]] = defaultdict(list)
    for row in recorded:
        if row.lesson == lesson:
            rows[row.student].append(row)
    before = [name for name in course.lessons() if name in known and name < lesson]
    participants, unread = [], []
    for student, name in sorted(names.items()):
        answers: dict[str, Answer] = {}
        if (lesson, student) in standings:
            notebook = read_graded(places.notebook(student, lesson))
            if notebook is None:
                unread.append(student)
            answers = _answers(exercises, rows[student], notebook or GradedNotebook())
        earlier = {n: standings[n, student] for n in before if (n, student) in standings}
        standing = standings.get((lesson, student))
        participants.append(Participant(student, name, standing, answers, earlier))
    return ClassResults(lesson, exercises, tuple(participants), tuple(unread))


# Flat queries: nbgrader's own properties ask the database anew for each student and exercise.


def _worth(book: Gradebook) -> dict[str, dict[str, float]]:
    """Return lesson → exercise → points."""
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for kind in (GradeCell, TaskCell):
        asked = book.db.query(Assignment.name, kind.name, kind.max_score).select_from(kind)
        asked = asked.join(Notebook, kind.notebook_id == Notebook.id)
        for lesson, name, points in asked.join(Assignment, Notebook.assignment_id == Assignment.id):
            found[lesson][name] = points or 0.0
    return found


def _recorded(book: Gradebook) -> Iterator[_Recorded]:
    columns = (Grade.score, Grade.manual_score, Grade.extra_credit, Grade.needs_manual_grade)
    asked = (
        book.db.query(Assignment.name, SubmittedAssignment.student_id, BaseCell.name, *columns)
        .select_from(Grade)
        .join(BaseCell, Grade.cell_id == BaseCell.id)
        .join(SubmittedNotebook, Grade.notebook_id == SubmittedNotebook.id)
        .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
    )
    for lesson, student, name, score, manual, extra, waiting in asked:
        by_hand = manual is not None or bool(extra)
        yield _Recorded(lesson, student, name, score or 0.0, by_hand, bool(waiting))


def _penalties(book: Gradebook) -> dict[tuple[str, str], float]:
    """Return points lost for being late, by lesson and student, of all who handed in."""
    found: dict[tuple[str, str], float] = defaultdict(float)
    asked = (
        book.db.query(
            Assignment.name,
            SubmittedAssignment.student_id,
            SubmittedNotebook.late_submission_penalty,
        )
        .select_from(SubmittedAssignment)
        .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
        .outerjoin(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
    )
    for lesson, student, penalty in asked:
        found[lesson, student] += penalty or 0.0
    return found


def _students(book: Gradebook) -> list[Any]:
    return book.db.query(Student.id, Student.first_name, Student.last_name).all()


def _standings(
    recorded: Sequence[_Recorded],
    penalties: Mapping[tuple[str, str], float],
    worth: Mapping[str, Mapping[str, float]],
) -> dict[tuple[str, str], Standing]:
    earned: dict[tuple[str, str], float] = defaultdict(float)
    open_points: dict[tuple[str, str], float] = defaultdict(float)
    for row in recorded:
        earned[row.lesson, row.student] += row.score
        if row.waiting:
            open_points[row.lesson, row.student] += worth[row.lesson].get(row.exercise, 0.0)
    return {
        of: Standing(
            max(0.0, earned[of] - penalty),
            sum(worth.get(of[0], {}).values()) - open_points[of],
        )
        for of, penalty in penalties.items()
    }


def _exercises(course: Course, lesson: str, worth: Mapping[str, float]) -> tuple[Exercise, ...]:
    keys = _keys(course, lesson)
    order = [name for name in keys if name in worth]
    order += [name for name in worth if name not in keys]
    return tuple(_exercise(name, worth[name], keys.get(name)) for name in order)


def _exercise(name: str, points: float, key: ExerciseKey | None) -> Exercise:
    if key is None:
        return Exercise(name, name, points)
    advice = {m.id: m.revisit for m in key.misconceptions}
    return Exercise(name, key.title, points, key.revisit, advice)


def _keys(course: Course, lesson: str) -> Mapping[str, ExerciseKey]:
    """Return the lesson's exercises; without a key that can be read, names have to do."""
    path = course.key(lesson)
    try:
        if path.is_file():
            return Key.from_json(path.read_text(encoding="utf-8")).exercises
        return Key.load(lesson).exercises  # one that the package carries
    except (OSError, ValueError, LookupError):
        return {}


def _answers(
    exercises: Sequence[Exercise], recorded: Sequence[_Recorded], notebook: GradedNotebook
) -> dict[str, Answer]:
    points = {exercise.name: exercise.points for exercise in exercises}
    return {
        row.exercise: Answer(
            None if row.waiting else row.score,
            _result(row, points[row.exercise], notebook.verdicts.get(row.exercise)),
            notebook.verdicts.get(row.exercise),
            notebook.sources.get(row.exercise, ""),
            notebook.used.get(row.exercise, Use()),
        )
        for row in recorded
        if row.exercise in points
    }


def _result(row: _Recorded, points: float, verdict: Verdict | None) -> Result:
    """Say what an answer comes to: a person's score goes before the judge's word."""
    state = verdict.state if verdict else None
    if row.waiting:
        return Result.WAITING
    if state == NotAttempted.state and row.score <= 0:
        return Result.NOT_ATTEMPTED
    if row.by_hand or state in (None, AwaitingHand.state):
        if row.score >= points:
            return Result.RIGHT
        if row.score > 0:
            return Result.PARTLY
        return Result.WRONG if row.by_hand else Result.UNKNOWN
    if state == Right.state:
        return Result.RIGHT
    return Result.PARTLY if state == PartlyRight.state else Result.WRONG
