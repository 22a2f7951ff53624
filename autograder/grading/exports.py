"""Export the gradebook in the form that other systems import."""

from __future__ import annotations

import csv
import io
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook

from autograder.course import Course, CourseError
from autograder.files import write
from autograder.grading.canvas_file import points_text, read_canvas_file
from autograder.grading.deadlines import Deadlines
from autograder.grading.places import Places
from autograder.grading.plain_text import listed, plain

Row = list[str]
# What begins a formula, in their wide forms, too.
_FORMULA = ("=", "+", "-", "@", "|", "%", "\uff1d", "\uff0b", "\uff0d", "\uff20")
# Spreadsheets take a file for UTF-8 only if it begins with this mark. Moodle drops it, and Canvas
# can write it itself.
_MARK = "\ufeff"
_NO_GRADE = "-"  # what Moodle writes and reads; an empty cell of a new column would be a grade


@dataclass(frozen=True)
class Mark:
    """One student's result in one lesson.

    Args:
        lesson: the lesson's name.
        student: nbgrader's record of the student: ``id``, names, ``email``.
        max_score: points there were to earn.
        submission: nbgrader's record of the submission; None if nothing was handed in.
        due: when it had to be handed in by, in UTC; None if it was left open.
    """

    lesson: str
    student: Any
    max_score: float
    submission: Any | None
    due: Any | None = None

    @property
    def penalty(self) -> float:
        """Points lost for being late."""
        return (self.submission and self.submission.late_submission_penalty) or 0.0

    @property
    def score(self) -> float | None:
        """Points that count; None if nothing was handed in."""
        return None if self.submission is None else max(0.0, self.submission.score - self.penalty)

    @property
    def waiting(self) -> list[str]:
        """The answers that somebody has to grade by hand."""
        if self.submission is None or not self.submission.needs_manual_grade:
            return []
        grades = (grade for notebook in self.submission.notebooks for grade in notebook.grades)
        return sorted(grade.name for grade in grades if grade.needs_manual_grade)


@dataclass(frozen=True)
class Exported:
    """What was written.

    Args:
        students: how many.
        notes: sentences for whoever imports the file.
    """

    students: int
    notes: tuple[str, ...] = ()


def export(course: Course, form: str, path: Path, known: Path | None = None) -> Exported:
    """Write the gradebook to a file.

    Args:
        course: the course.
        form: ``csv`` (a line for each student and lesson, nbgrader's columns), ``canvas`` or
            ``moodle`` (a line per student, a column per lesson).
        path: the file; written whole or not at all, replacing what is there.
        known: for ``canvas``, what Canvas exported: its students and assignments keep their ids.

    Returns:
        What was written, and what is to be known about it.

    Raises:
        CourseError: there is no gradebook yet, a file cannot be read or written, or `known` is not
            Canvas's.
    """
    lessons = course.lessons()
    canvas = read_canvas_file(known, lessons) if known else None
    with Places(course).gradebook() as gradebook:
        Deadlines.of(course).settle(gradebook)  # points given by hand may be late ones, too
        gradebook.db.commit()
        entries = list(_entries(gradebook, lessons))
        rows, notes = canvas.rows(entries) if canvas else (FORMS[form](entries), list[str]())
        if form == "moodle" and entries:
            notes.append(_maxima(entries))
        notes.extend(_waiting(entries))
        students = len({entry.student.id for entry in entries})
    try:
        write(path, _MARK + as_csv(rows))
    except OSError as error:
        raise CourseError(f"{path} cannot be written: {error.strerror}.") from None
    return Exported(students, tuple(notes))


def _entries(gradebook: Gradebook, lessons: Sequence[str]) -> Iterator[Mark]:
    """Yield all results, lesson by lesson in teaching order."""
    order = {lesson: number for number, lesson in enumerate(lessons)}
    students = sorted(gradebook.students, key=lambda student: student.id)
    assignments = gradebook.assignments
    for assignment in sorted(assignments, key=lambda a: (order.get(a.name, len(order)), a.name)):
        submissions = {s.student_id: s for s in gradebook.assignment_submissions(assignment.name)}
        for student in students:
            submission = submissions.get(student.id)
            yield Mark(
                assignment.name, student, assignment.max_score, submission, assignment.duedate
            )


def _waiting(entries: Iterable[Mark]) -> Iterator[str]:
    """Yield a sentence for each lesson in which answers wait to be graded by hand."""
    waiting: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for entry in entries:
        for name in entry.waiting:
            waiting[entry.lesson][name].append(plain(entry.student.id))
    for lesson, answers in waiting.items():
        whose = "; ".join(
            f"{name} of {listed(students, len(students))}" for name, students in answers.items()
        )
        yield f"{lesson} has answers to grade by hand, and without them fewer points: {whose}."


def _maxima(entries: Iterable[Mark]) -> str:
    """Return what Moodle has to be told by hand: its file has no place for points possible."""
    maxima = {e.lesson: _text(e.max_score) for e in entries}
    points = ", ".join(f"{points} for {lesson}" for lesson, points in maxima.items())
    return f"Moodle reads no maximum from a file; set its grade items to {points}."


def as_nbgrader(entries: list[Mark]) -> list[Row]:
    """Return the rows that ``nbgrader export`` writes, with what must be quoted left to `csv`."""
    head = (
        "assignment,duedate,timestamp,student_id,last_name,first_name,email,"
        "raw_score,late_submission_penalty,score,max_score"
    )
    rows = [head.split(",")]
    for e in entries:
        raw, when = (e.submission.score, e.submission.timestamp) if e.submission else (0.0, "")
        who = [e.student.id, e.student.last_name, e.student.first_name, e.student.email]
        numbers = [raw, e.penalty, e.score or 0.0, e.max_score]
        rows.append([e.lesson, _text(e.due), _text(when), *map(_text, who), *map(_text, numbers)])
    return rows


def as_canvas(entries: list[Mark]) -> list[Row]:
    """Return rows for Canvas: its five columns, the points possible, then the students.

    "ID" is Canvas's own number of a student, which a roster told the gradebook.
    """
    lessons = {e.lesson: e.max_score for e in entries}
    rows = [["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *lessons]]
    rows.append(["    Points Possible", "", "", "", "", *map(_text, lessons.values())])
    for student, scores in _by_student(entries):
        name = ", ".join(filter(None, (student.last_name, student.first_name))) or student.id
        number = _text(getattr(student, "lms_user_id", None))
        rows.append([name, number, student.id, student.id, "", *scores])
    return rows


def as_moodle(entries: list[Mark]) -> list[Row]:
    """Return rows for Moodle's grade import, which finds students by id number or address."""
    lessons = {e.lesson: None for e in entries}
    rows = [["First name", "Last name", "ID number", "Email address", *lessons]]
    for student, scores in _by_student(entries):
        names = map(_text, (student.first_name, student.last_name))
        grades = (score or _NO_GRADE for score in scores)
        rows.append([*names, student.id, _text(student.email), *grades])
    return rows


FORMS: dict[str, Callable[[list[Mark]], list[Row]]] = {
    "csv": as_nbgrader,
    "canvas": as_canvas,
    "moodle": as_moodle,
}


def _by_student(entries: list[Mark]) -> Iterable[tuple[Any, list[str]]]:
    """Yield students, each with a score for every lesson, in the order of the lessons."""
    students = {e.student.id: e.student for e in entries}
    scores = {(e.student.id, e.lesson): _text(e.score) for e in entries}
    lessons = list(dict.fromkeys(e.lesson for e in entries))
    for name in sorted(students):
        yield students[name], [scores[name, lesson] for lesson in lessons]


def _text(value: Any) -> str:
    if value is None:
        return ""
    return points_text(value) if isinstance(value, float) else str(value)


def as_csv(rows: list[Row]) -> str:
    """Return rows as CSV in which no cell is a formula."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([list(map(_inert, row)) for row in rows])
    return text.getvalue()


def _inert(cell: str) -> str:
    """Return a cell that no spreadsheet computes: names come from students.

    Example:
        >>> [_inert(cell) for cell in ("=cmd|'!A1", "+1+1", "-0.5", "Ann", "-")]
        ["'=cmd|'!A1", "'+1+1", '-0.5', 'Ann', '-']
    """
    text = plain(cell)
    harmless = text == _NO_GRADE or _is_number(text)
    return f"'{text}" if text.lstrip().startswith(_FORMULA) and not harmless else text


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
