"""Grant a student more time for a lesson."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from nbgrader.api import Gradebook, MissingEntry

from autograder.course import Course, CourseError, unknown
from autograder.grading.deadlines import Deadlines, recorded_due, write_extensions
from autograder.grading.entries import is_litter
from autograder.grading.places import Places
from autograder.moments import NoSuchMoment, on_the_clock, read_moment

_FEW = 20  # as many names a sentence carries


@dataclass(frozen=True)
class Extension:
    """More time for one student.

    Args:
        student: the student's id.
        lesson: the lesson.
        until: until when it can be handed in; None if the extension was taken back.
        due: until when it can be without it.
        penalty: points lost for being late before and after; None if nothing was recorded yet.
    """

    student: str
    lesson: str
    until: datetime | None
    due: datetime | None
    penalty: tuple[float, float] | None = None

    def sentence(self, course: Course) -> str:
        """Return it in words."""
        zone = course.file.zone
        due = f"due {on_the_clock(self.due, zone)}" if self.due else "which is not due"
        if self.until is None:
            said = f"{self.student} has no extension for {self.lesson}, {due}"
        else:
            until = on_the_clock(self.until, zone)
            said = f"{self.student} has until {until} for {self.lesson}, {due}"
        if self.penalty and self.penalty[0] != self.penalty[1]:
            before, after = self.penalty
            said += f"; the late penalty of what was handed in: {before:g} → {after:g} points"
        return f"{said}."


def extend(course: Course, student: str, lesson: str, text: str | None) -> Extension:
    """Grant an extension, or take it back, and let the gradebook know.

    Args:
        course: the course.
        student: a student of the gradebook, or with a folder in ``submitted``.
        lesson: the lesson; it must be due at some time.
        text: until when, or ``+2d``: two days after the due date; None to take it back.

    Raises:
        CourseError: there is no such student, lesson, date or extension.
    """
    course.select([lesson])
    deadlines = Deadlines.of(course)
    with _gradebook(course) as gradebook:
        _check_student(course, gradebook, student)
        due = _due(deadlines, gradebook, lesson)
        extended = {name: dict(students) for name, students in deadlines.extended.items()}
        until = None
        if text is None:
            if extended.get(lesson, {}).pop(student, None) is None:
                raise CourseError(f"{student} has no extension for {lesson}.")
        else:
            until = _until(course, lesson, text, due)
            extended.setdefault(lesson, {})[student] = until
        write_extensions(course, extended)
        penalty = None
        if gradebook is not None:
            before = _penalty(gradebook, lesson, student)
            replace(deadlines, extended=extended).settle(gradebook, [student])
            gradebook.db.commit()
            after = _penalty(gradebook, lesson, student)
            penalty = (before, after) if before is not None and after is not None else None
    return Extension(student, lesson, until, due, penalty)


def extensions(course: Course, student: str | None = None, lesson: str | None = None) -> list[str]:
    """Return a sentence for each extension there is.

    Args:
        course: the course.
        student: of this one only.
        lesson: for this one only.

    Raises:
        CourseError: there is no such lesson.
    """
    if lesson is not None:
        course.select([lesson])
    deadlines = Deadlines.of(course)
    with _gradebook(course) as gradebook:
        return [
            Extension(name, which, until, _due(deadlines, gradebook, which)).sentence(course)
            for which, students in deadlines.extended.items()
            for name, until in students.items()
            if student in (None, name) and lesson in (None, which)
        ]


@contextmanager
def _gradebook(course: Course) -> Iterator[Gradebook | None]:
    """Open the gradebook; None if there is none yet."""
    places = Places(course)
    if not places.graded:
        yield None
        return
    with places.gradebook() as gradebook:
        yield gradebook


def _check_student(course: Course, gradebook: Gradebook | None, student: str) -> None:
    """Refuse a name that nobody has, for a slip of the pen would help nobody."""
    submitted = course.root / "submitted"
    folders = os.listdir(submitted) if submitted.is_dir() else []
    known = {name for name in folders if not is_litter(name)}
    known |= {found.id for found in gradebook.students} if gradebook is not None else set()
    if not known:
        raise CourseError(
            f"No student is known yet. Add {student} with `nbgrader db student add`, or collect a "
            "lesson with a roster first."
        )
    if student in known:
        return
    if len(known) > _FEW and not difflib.get_close_matches(student, known, n=1, cutoff=0.5):
        raise CourseError(f"There is no student {student!r} among the {len(known)} known.")
    raise CourseError(unknown("student", student, sorted(known)))


def _due(deadlines: Deadlines, gradebook: Gradebook | None, lesson: str) -> datetime | None:
    if lesson in deadlines.due or gradebook is None:
        return deadlines.due.get(lesson)
    return recorded_due(gradebook, lesson)


def _until(course: Course, lesson: str, text: str, due: datetime | None) -> datetime:
    if due is None:
        raise CourseError(
            f"{lesson} has no due date, so there is nothing to extend: say in course.toml, under "
            f"[due], {lesson} = 2026-12-01T18:00:00+01:00."
        )
    zone = course.file.zone
    try:
        until = read_moment(text, zone, due)
    except NoSuchMoment as error:
        raise CourseError(f"{error}.") from None
    if until <= due:
        raise CourseError(
            f"{on_the_clock(until, zone)} is not later than {on_the_clock(due, zone)}, when "
            f"{lesson} is due for all."
        )
    return until


def _penalty(gradebook: Gradebook, lesson: str, student: str) -> float | None:
    try:
        return gradebook.find_submission(lesson, student).late_submission_penalty or 0.0
    except MissingEntry:
        return None
