"""Read who is in a class, and find the student whom a learning platform's download means."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from dateutil import parser as dates
from nbgrader.api import Gradebook, Student

from autograder.course import CourseError, shown
from autograder.grading.csv_table import read_table
from autograder.grading.entries import is_litter
from autograder.grading.plain_text import listed, plain
from autograder.grading.plain_text import shown as quoted
from autograder.grading.submitted_names import Download
from autograder.moments import NoSuchMoment, moment

# What columns are called in a list of one's own, in Canvas's export of its gradebook, and in
# Moodle's grading worksheet and list of participants; the first that is there counts.
_COLUMNS: Mapping[str, Sequence[str]] = {
    "student": (
        *("student_id", "student id", "sis login id", "login", "username"),
        *("id number", "idnumber", "id", "email", "email address", "e-mail"),
    ),
    "canvas": ("canvas_id", "canvas id", "canvas_user_id", "id"),
    "moodle": ("moodle_id", "moodle id", "identifier", "participant"),
    "first": ("first_name", "first name", "firstname", "given name"),
    "last": ("last_name", "last name", "lastname", "surname", "family name"),
    "name": ("name", "full name", "fullname", "student"),
    "email": ("email", "email address", "e-mail", "mail"),
    "handed_in": ("handed_in", "submitted_at", "submitted at", "last modified (submission)"),
}
_LONGEST_ID = 128  # what nbgrader's database holds


@dataclass(frozen=True)
class Enrolled:
    """One student of a class.

    Args:
        student: the id to record under.
        names: ways to write the name, letters and digits only.
        numbers: platform → the number that it knows the student by.
        first: first name.
        last: last name.
        email: address.
        handed_in: when something was handed in, if the list says so.
    """

    student: str
    names: frozenset[str]
    numbers: Mapping[str, str]
    first: str | None = None
    last: str | None = None
    email: str | None = None
    handed_in: datetime | None = None


@dataclass(frozen=True)
class Roster:
    """A class.

    Args:
        students: all of them.
    """

    students: tuple[Enrolled, ...]

    def whose(self, what: Download) -> Enrolled | str:
        """Return whose a download is, or a clause on why that cannot be told.

        The platform's own number decides; a name does where one student alone has it.
        """
        if what.number:
            for student in self.students:
                if student.numbers.get(what.platform) == what.number:
                    return student
        name = letters(what.student)
        found = [
            student
            for student in self.students
            if (name in student.names or name == letters(student.student))
            # who has another number is a namesake
            and student.numbers.get(what.platform) in (None, what.number)
        ]
        if len(found) == 1:
            return found[0]
        if found:
            both = listed([plain(student.student) for student in found])
            return f"{quoted(what.student)} may be {both}"
        return f"nobody in the roster is called {quoted(what.student)}"


def letters(name: str) -> str:
    """Return a name without what platforms drop or change in it.

    Example:
        >>> letters("O'Neill, Zoë ") == letters("oneillzoe\u0308")
        True
    """
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", name).casefold())


def read_roster(path: Path, zone: ZoneInfo | None) -> Roster:
    """Read a list of students.

    Args:
        path: a CSV file with a line of titles: a list of one's own with ``id``, ``name``, ``email``
            and ``canvas_id``, Canvas's export of its gradebook, or Moodle's grading worksheet.
        zone: the course's, for times that name none.

    Raises:
        CourseError: it cannot be read, names no ids, or one twice.
    """
    students: dict[str, Enrolled] = {}
    for line, row in enumerate(_rows(path), start=2):
        if (found := _enrolled(row, f"{shown(path)}, line {line}", zone)) is None:
            continue
        if found.student in students:
            raise CourseError(f"{shown(path)}, line {line}: {found.student} stands there twice.")
        students[found.student] = found
    if not students:
        raise CourseError(f"{shown(path)} names no student: is it the right file?")
    return Roster(tuple(students.values()))


def make_known(gradebook: Gradebook, roster: Roster) -> None:
    """Give nbgrader's gradebook the names, addresses and Canvas's numbers of a class.

    Args:
        gradebook: an open one; all is committed at once.
        roster: the class.
    """
    known = {student.id: student for student in gradebook.students}
    for enrolled in roster.students:
        student = known.get(enrolled.student)
        if student is None:
            student = Student(id=enrolled.student)
            gradebook.db.add(student)
        about = {
            "first_name": enrolled.first,
            "last_name": enrolled.last,
            "email": enrolled.email,
            "lms_user_id": enrolled.numbers.get("Canvas"),
        }
        for name, value in about.items():
            if value:
                setattr(student, name, value)
    gradebook.db.commit()


def _rows(path: Path) -> Iterator[dict[str, str]]:
    """Yield what each line says, by what we call the columns."""
    table = read_table(path, ",;\t", "save it as CSV in UTF-8")
    titles = [title.strip().casefold() for title in table[0]] if table else []
    places: dict[str, int] = {}
    for what, names in _COLUMNS.items():
        free = [name for name in names if name in titles]
        # Where another column names the student, "ID" is the number that Canvas gave.
        if free and not (what == "canvas" and places.get("student") == titles.index(free[0])):
            places[what] = titles.index(free[0])
    if "student" not in places:
        raise CourseError(
            f"{shown(path)} has no column of ids: its first line must name the columns, such as "
            "id,name,email,canvas_id."
        )
    for row in table[1:]:
        yield {what: row[n].strip() if n < len(row) else "" for what, n in places.items()}


def _enrolled(row: Mapping[str, str], where: str, zone: ZoneInfo | None) -> Enrolled | None:
    student = row["student"] or row.get("email", "")
    if not student:
        return None
    name, first, last = (row.get(key, "") for key in ("name", "first", "last"))
    if not (first or last):
        before, comma, after = name.partition(",")
        words = name.rpartition(" ")
        first, last = (after, before) if comma else (words[0], words[2])
    _check_id(student, where)
    ways = (f"{last}{first}", f"{first}{last}", name)
    moodle = re.sub(r"\D", "", row.get("moodle", ""))
    numbers = {"Canvas": row.get("canvas", ""), "Moodle": moodle}
    return Enrolled(
        student,
        frozenset(filter(None, map(letters, ways))),
        {platform: number for platform, number in numbers.items() if number},
        first.strip() or None,
        last.strip() or None,
        row.get("email") or None,
        _time(row.get("handed_in", ""), where, zone),
    )


def _check_id(student: str, where: str) -> None:
    """Refuse an id that could be no folder of its own, or that nbgrader could not keep."""
    trouble = (
        plain(student) != student
        or len(student.encode()) > _LONGEST_ID
        or is_litter(student)
        or student in (".", "..")
        or any(character in student for character in '/\\:*?"<>|')
    )
    if trouble:
        raise CourseError(f"{where}: the id {quoted(student)} cannot be the name of a folder.")


def _time(text: str, where: str, zone: ZoneInfo | None) -> datetime | None:
    """Return when something was handed in, as Canvas or Moodle write it; None for no time."""
    if not text or text == "-":
        return None
    try:
        return moment(dates.parse(text), zone)
    except NoSuchMoment as error:
        raise CourseError(f"{where}: {error}.") from None
    except (ValueError, OverflowError):
        raise CourseError(f"{where}: {quoted(text)} is no time.") from None
