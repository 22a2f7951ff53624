"""Until when each student may hand in, what being late costs, and when feedback may be read.

Due dates are nbgrader's own, as are extensions and late penalties: its pages and exports show them.
What decides them is ``course.toml`` and `EXTENSIONS`, which also hold for those who have not handed
in yet and of whom nbgrader's database knows nothing.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from nbgrader.api import Gradebook, MissingEntry, SubmittedAssignment

from autograder.build.store import FOLDER, private_folder
from autograder.course import Course, CourseError, unknown
from autograder.course_file import AFTER_DUE_DATE, NAME, Late
from autograder.files import write
from autograder.moments import as_utc

EXTENSIONS = f"{FOLDER}/extensions.json"
_DAY = 86_400


def late_shares(rule: Late, late: Sequence[tuple[str, float]]) -> dict[str, float]:
    """Return the share of the points that one student loses in each lesson.

    Args:
        rule: what being late costs.
        late: the student's lessons in the order of their due dates, and by how many seconds each
            was late.

    Example:
        >>> rule = Late(grace_days=2, percent_per_day=10, cap_percent=50)
        >>> late_shares(rule, [("a", 0), ("b", 86_400), ("c", 2 * 86_400 + 1), ("d", 9e9)])
        {'a': 0.0, 'b': 0.0, 'c': 0.2, 'd': 0.5}
    """
    free, shares = rule.grace_days, {}
    for lesson, seconds in late:
        days = math.ceil(max(0.0, seconds) / _DAY)
        used = min(free, days)
        free -= used
        shares[lesson] = min(rule.cap_percent, (days - used) * rule.percent_per_day) / 100
    return shares


def may_show(now: datetime, due: datetime | None, when: str) -> bool:
    """Say whether a student may read what became of a submission.

    Args:
        now: the time, with its zone.
        due: until when the student may hand in, extension included; None if the lesson is not due.
        when: ``feedback.when`` of ``course.toml``.

    Example:
        >>> noon = datetime.fromisoformat("2026-12-01T12:00Z")
        >>> [may_show(noon, noon + timedelta(hours=h), "after due date") for h in (-1, 0, 1)]
        [True, False, False]
        >>> may_show(noon, noon + timedelta(hours=1), "at once")
        True
    """
    return when != AFTER_DUE_DATE or due is None or now > due


@dataclass(frozen=True)
class Deadlines:
    """All that a course says about dates.

    Args:
        due: lesson → its due date; nbgrader's holds for others.
        extended: lesson → student → until when that student may hand in.
        rule: what being late costs; None if nbgrader's own settings decide.
        feedback: when feedback may be read.
    """

    due: Mapping[str, datetime] = field(default_factory=dict)
    extended: Mapping[str, Mapping[str, datetime]] = field(default_factory=dict)
    rule: Late | None = None
    feedback: str = "at once"

    @classmethod
    def of(cls, course: Course) -> Deadlines:
        """Read a course's.

        Raises:
            CourseError: ``course.toml`` names a lesson that there is not, or a file is damaged.
        """
        said = course.file
        when = said.feedback.get("when", "at once")
        return cls(due_dates(course), read_extensions(course), said.late, when)

    def until(self, lesson: str, student: str, due: datetime | None = None) -> datetime | None:
        """Return until when a student may hand in; None if the lesson is not due.

        Args:
            lesson: the lesson.
            student: the student's id.
            due: nbgrader's due date for all, for lessons of which the course says nothing.
        """
        due = self.due.get(lesson, due)
        own = self.extended.get(lesson, {}).get(student)
        return max(due, own) if due and own else due

    def settle(self, gradebook: Gradebook, students: Iterable[str] | None = None) -> None:
        """Write due dates, extensions and what being late costs into nbgrader's database.

        Args:
            gradebook: an open one; who calls commits.
            students: whose submissions; all if None.
        """
        assignments = gradebook.assignments
        for assignment in assignments:
            if assignment.name in self.due:
                assignment.duedate = as_utc(self.due[assignment.name])
        query = gradebook.db.query(SubmittedAssignment)
        if students is not None:
            query = query.filter(SubmittedAssignment.student_id.in_(list(students)))
        by_student: dict[str, list[SubmittedAssignment]] = {}
        for submission in query:
            submission.extension = self._extension(submission)
            by_student.setdefault(submission.student_id, []).append(submission)
        if self.rule is not None:
            for submissions in by_student.values():
                _charge(self.rule, submissions)

    def share_lost(
        self, gradebook: Gradebook, student: str, lesson: str, handed_in: datetime | None
    ) -> float:
        """Return the share of the points that a hand-in would lose if it counted.

        Args:
            gradebook: an open one, which knows the lesson.
            student: the student's id.
            lesson: the lesson.
            handed_in: when, in UTC; None if nobody knows, and then nothing is lost.
        """
        if self.rule is None or handed_in is None:
            return 0.0
        set_for_all = recorded_due(gradebook, lesson)
        due = self.until(lesson, student, set_for_all)
        first = set_for_all or due
        query = gradebook.db.query(SubmittedAssignment)
        rows = [_late(s) for s in query.filter(SubmittedAssignment.student_id == student)]
        rows = [row for row in rows if row[1] != lesson]
        seconds = (handed_in - as_utc(due)).total_seconds() if due else 0.0
        rows.append((first and as_utc(first), lesson, seconds))
        return late_shares(self.rule, _by_due_date(rows))[lesson]

    def _extension(self, submission: SubmittedAssignment) -> timedelta | None:
        lesson, due = submission.assignment.name, submission.assignment.duedate
        own = self.extended.get(lesson, {}).get(submission.student_id)
        if due is None:
            return None  # nbgrader adds it to the due date, whether there is one or not
        if own is None:
            return None
        return max(timedelta(), as_utc(own) - due) or None


def _charge(rule: Late, submissions: Sequence[SubmittedAssignment]) -> None:
    """Set what a student's submissions lose, as nbgrader's own step does."""
    shares = late_shares(rule, seconds_late(submissions))
    for submission in submissions:
        share = shares[submission.assignment.name]
        for notebook in submission.notebooks:
            notebook.late_submission_penalty = share * notebook.score if share else None


def seconds_late(submissions: Iterable[SubmittedAssignment]) -> list[tuple[str, float]]:
    """Return a student's lessons in the order of their due dates, and how late each was."""
    return _by_due_date(map(_late, submissions))


def recorded_due(gradebook: Gradebook, lesson: str) -> datetime | None:
    """Return a lesson's due date for all, as the gradebook has it; None if it has none.

    Args:
        gradebook: an open one.
        lesson: the lesson.
    """
    try:
        due = gradebook.find_assignment(lesson).duedate
    except MissingEntry:
        return None
    return due and due.replace(tzinfo=UTC)


def _late(submission: SubmittedAssignment) -> tuple[datetime | None, str, float]:
    """Return a submission's due date for all, its lesson, and by how many seconds it was late."""
    assignment = submission.assignment
    return assignment.duedate, assignment.name, submission.total_seconds_late


def _by_due_date(
    rows: Iterable[tuple[datetime | None, str, float]],
) -> list[tuple[str, float]]:
    ordered = sorted(rows, key=lambda row: (row[0] or datetime.max, row[1]))
    return [(lesson, seconds) for _, lesson, seconds in ordered]


def due_dates(course: Course) -> Mapping[str, datetime]:
    """Return the due dates that ``course.toml`` sets.

    Raises:
        CourseError: it names a lesson that there is not.
    """
    due, lessons = course.file.due, course.lessons()
    for lesson in due:
        if lesson not in lessons:
            raise CourseError(f"{course.root / NAME}: due: {unknown('lesson', lesson, lessons)}")
    return due


def read_extensions(course: Course) -> dict[str, dict[str, datetime]]:
    """Return the extensions of a course: lesson → student → until when.

    Raises:
        CourseError: the file is damaged.
    """
    path = course.root / EXTENSIONS
    try:
        tree = json.loads(path.read_text(encoding="utf-8"))
        return {
            lesson: {name: _aware(text) for name, text in students.items()}
            for lesson, students in tree.items()
        }
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise CourseError(
            f"{path} cannot be read ({error}): mend it, or delete it and grant the extensions anew."
        ) from None


def write_extensions(course: Course, extended: Mapping[str, Mapping[str, datetime]]) -> None:
    """Write the extensions of a course, whole or not at all.

    Raises:
        CourseError: they cannot be written.
    """
    path = course.root / EXTENSIONS
    tree = {
        lesson: {name: until.isoformat() for name, until in sorted(students.items())}
        for lesson, students in sorted(extended.items())
        if students
    }
    try:
        private_folder(course.root)
        write(path, json.dumps(tree, indent=2, ensure_ascii=False) + "\n", private=True)
    except OSError as error:
        raise CourseError(f"{path} cannot be written: {error.strerror}.") from None


def _aware(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return found
