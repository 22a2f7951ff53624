"""Export the gradebook in the form that other systems import."""

from __future__ import annotations

import csv
import io
import math
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory

from autograder.course import Course, CourseError
from autograder.files import write
from autograder.grading.gradebook import read_config
from autograder.grading.plain_text import plain

Row = list[str]
# What begins a formula, in their wide forms, too.
_FORMULA = ("=", "+", "-", "@", "|", "%", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@dataclass(frozen=True)
class Mark:
    """One student's result in one lesson.

    Args:
        lesson: the lesson's name.
        student: nbgrader's record of the student: ``id``, names, ``email``.
        max_score: points there were to earn.
        submission: nbgrader's record of the submission; None if nothing was handed in.
    """

    lesson: str
    student: Any
    max_score: float
    submission: Any | None

    @property
    def penalty(self) -> float:
        """Points lost for being late."""
        return (self.submission and self.submission.late_submission_penalty) or 0.0

    @property
    def score(self) -> float | None:
        """Points that count; None if nothing was handed in."""
        return None if self.submission is None else max(0.0, self.submission.score - self.penalty)


def export(course: Course, form: str, path: Path) -> int:
    """Write the gradebook to a file.

    Args:
        course: the course.
        form: ``csv`` (a line for each student and lesson, nbgrader's columns), ``canvas`` or
            ``moodle`` (a line per student, a column per lesson; empty where nothing was handed in).
        path: the file; written whole or not at all, replacing what is there.

    Returns:
        The number of students.

    Raises:
        CourseError: there is no gradebook yet, or the file cannot be written.
    """
    coursedir = CourseDirectory(config=read_config(course), root=str(course.root))
    database = coursedir.db_url.removeprefix("sqlite:///")
    if coursedir.db_url.startswith("sqlite:") and not Path(database).is_file():
        raise CourseError(f"There is no gradebook at {database}: grade a lesson first.")
    with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
        entries = list(_entries(gradebook))
        text = as_csv(FORMS[form](entries))
        students = len({entry.student.id for entry in entries})
        waiting = sum(bool(e.submission and e.submission.needs_manual_grade) for e in entries)
    if waiting:
        print(f"Note: {waiting} submissions have answers to grade by hand.", file=sys.stderr)
    try:
        write(path, text)
    except OSError as error:
        raise CourseError(f"{path} cannot be written: {error.strerror}.") from None
    return students


def _entries(gradebook: Gradebook) -> Iterable[Mark]:
    for assignment in gradebook.assignments:
        for student in gradebook.students:
            try:
                submission = gradebook.find_submission(assignment.name, student.id)
            except MissingEntry:
                submission = None
            yield Mark(assignment.name, student, assignment.max_score, submission)


def as_nbgrader(entries: list[Mark]) -> list[Row]:
    """Return the rows that ``nbgrader export`` writes, with what must be quoted left to `csv`."""
    head = (
        "assignment,timestamp,student_id,last_name,first_name,email,"
        "raw_score,late_submission_penalty,score,max_score"
    )
    rows = [head.split(",")]
    for e in entries:
        raw, when = (e.submission.score, e.submission.timestamp) if e.submission else (0.0, "")
        who = [e.student.id, e.student.last_name, e.student.first_name, e.student.email]
        numbers = [raw, e.penalty, e.score or 0.0, e.max_score]
        rows.append([e.lesson, _text(when), *map(_text, who), *map(_text, numbers)])
    return rows


def as_canvas(entries: list[Mark]) -> list[Row]:
    """Return rows for Canvas: its five columns, the points possible, then the students."""
    lessons = {e.lesson: e.max_score for e in entries}
    rows = [["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *lessons]]
    rows.append(["    Points Possible", "", "", "", "", *map(_text, lessons.values())])
    for student, scores in _by_student(entries):
        name = ", ".join(filter(None, (student.last_name, student.first_name))) or student.id
        rows.append([name, "", student.id, student.id, "", *scores])
    return rows


def as_moodle(entries: list[Mark]) -> list[Row]:
    """Return rows for Moodle's grade import, which finds students by id number or address."""
    lessons = {e.lesson: None for e in entries}
    rows = [["First name", "Last name", "ID number", "Email address", *lessons]]
    for student, scores in _by_student(entries):
        names = map(_text, (student.first_name, student.last_name))
        rows.append([*names, student.id, _text(student.email), *scores])
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
    return f"{value:g}" if isinstance(value, float) else str(value)


def as_csv(rows: list[Row]) -> str:
    """Return rows as CSV in which no cell is a formula."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([list(map(_inert, row)) for row in rows])
    return text.getvalue()


def _inert(cell: str) -> str:
    """Return a cell that no spreadsheet computes: names come from students.

    Example:
        >>> [_inert(cell) for cell in ("=cmd|'!A1", "+1+1", "-0.5", "Ann")]
        ["'=cmd|'!A1", "'+1+1", '-0.5', 'Ann']
    """
    text = plain(cell)
    return f"'{text}" if text.lstrip().startswith(_FORMULA) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
