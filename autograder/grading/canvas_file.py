"""Read what Canvas exported from its gradebook, and fill in points under the ids that are in it.

The form is that of Canvas's own ``lib/gradebook_exporter.rb`` and ``lib/gradebook_importer.rb``:
columns about the student up to "Section", then columns whose title ends in the assignment's id, and
a row of the points possible before the students.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.course import CourseError, shown
from autograder.grading.csv_table import read_table
from autograder.grading.plain_text import plain
from autograder.grading.submitted_names import lesson_meant

_POSSIBLE = "Points Possible"
_WITH_ID = re.compile(r"(?P<title>.*?)\s*\((?P<id>\d+)\)", re.DOTALL)


@dataclass(frozen=True)
class CanvasFile:
    """An export of Canvas's gradebook.

    Args:
        head: titles of the columns about students, the last of them "Section".
        columns: lesson → the place of the assignment that means it.
        titles: all titles.
        possible: the row of the points possible.
        students: the rows after it.
    """

    head: list[str]
    columns: Mapping[str, int]
    titles: list[str]
    possible: list[str]
    students: list[list[str]]

    def rows(self, marks: Sequence[Any]) -> tuple[list[list[str]], list[str]]:
        """Return the rows to import, and a sentence for each thing that needs a person.

        Students stand as Canvas wrote them. Where nothing was handed in, what Canvas has stays.

        Args:
            marks: the results, lesson by lesson.
        """
        lessons = {mark.lesson: mark.max_score for mark in marks}
        students = {mark.student.id: mark.student for mark in marks}
        scores = {(mark.student.id, mark.lesson): mark.score for mark in marks}
        found, notes = self._matched(list(students.values()))
        notes.extend(self._differences(lessons))
        rows = [
            [*self.head, *(self._title(lesson) for lesson in lessons)],
            [f"    {_POSSIBLE}", *[""] * (len(self.head) - 1), *map(points_text, lessons.values())],
        ]
        for number, row in enumerate(self.students):
            if number in found:
                whose = found[number]
                points = (self._points(row, lesson, scores[whose, lesson]) for lesson in lessons)
                rows.append([*row[: len(self.head)], *points])
        return rows, notes

    def _title(self, lesson: str) -> str:
        return self.titles[self.columns[lesson]] if lesson in self.columns else lesson

    def _points(self, row: list[str], lesson: str, score: float | None) -> str:
        if score is None:
            return row[self.columns[lesson]] if lesson in self.columns else ""
        return points_text(score)

    def _differences(self, lessons: Mapping[str, float]) -> Iterator[str]:
        for lesson, points in lessons.items():
            if lesson not in self.columns:
                yield f"Canvas has no assignment for {lesson}: the import will offer to create one."
                continue
            theirs = self.possible[self.columns[lesson]]
            if theirs.strip() and not _same(theirs, points):
                ours = points_text(points)
                yield (
                    f"Canvas has {plain(theirs)} points for {lesson}, the gradebook {ours}: "
                    f"set the assignment to {ours} before the import."
                )

    def _matched(self, students: Sequence[Any]) -> tuple[dict[int, str], list[str]]:
        """Return row → student, and sentences on those of whom it cannot be told."""
        given, login, number = map(self._by, ("ID", "SIS Login ID", "SIS User ID"))
        claims: dict[int, list[str]] = defaultdict(list)
        lost = []
        for student in students:
            own, address = student.id.lower(), (student.email or "").lower()
            told = getattr(student, "lms_user_id", None) or ""
            places = (
                given.get(told)
                or login.get(own)
                or (address and login.get(address))
                or number.get(own)
                or []
            )
            if len(places) == 1:
                claims[places[0]].append(student.id)
            else:
                lost.append(student.id)
        notes = []
        for place, names in list(claims.items()):
            if len(names) > 1:
                both = " and ".join(map(plain, names))
                notes.append(f"{both} would be one student in Canvas: neither was written.")
                del claims[place]
        notes.extend(
            f"{plain(name)} is not in Canvas's file, by login or address, and was left out."
            for name in lost
        )
        return {place: names[0] for place, names in claims.items()}, notes

    def _by(self, title: str) -> dict[str, list[int]]:
        places: dict[str, list[int]] = defaultdict(list)
        if title in self.head:
            column = self.head.index(title)
            for number, row in enumerate(self.students):
                if row[column]:
                    places[row[column].lower()].append(number)
        return places


def read_canvas_file(path: Path, lessons: Sequence[str]) -> CanvasFile:
    """Read an export of Canvas's gradebook.

    Args:
        path: the file.
        lessons: names of the course's lessons; an assignment means that whose name its title is.

    Raises:
        CourseError: it cannot be read, is not Canvas's, or two assignments mean one lesson.
    """
    table = read_table(path, ",;", "export it from Canvas again", utf_16=True)
    rows = [row for row in table if row]
    head = rows[0] if rows else []
    named = head[:1] == ["Student"] or head[:2] == ["LastName", "FirstName"]
    if not named or "ID" not in head or "Section" not in head:
        raise CourseError(
            f"{shown(path)} is no export of Canvas's gradebook: its first line must name Student, "
            "ID and Section. Canvas writes it under Grades, Export."
        )
    rows = [row + [""] * (len(head) - len(row)) for row in rows]
    about = next((n for n, row in enumerate(rows) if _POSSIBLE in row[0]), None)
    if about is None:
        raise CourseError(f'{shown(path)} has no row "{_POSSIBLE}": export it from Canvas again.')
    section = head.index("Section") + 1
    columns = _columns(path, head, section, lessons)
    return CanvasFile(head[:section], columns, head, rows[about], rows[about + 1 :])


def _columns(path: Path, head: list[str], first: int, lessons: Sequence[str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for place, title in enumerate(head):
        with_id = _WITH_ID.fullmatch(title)
        meant = lesson_meant(with_id["title"], lessons) if with_id and place >= first else None
        if meant is None:
            continue
        if meant in columns:
            raise CourseError(
                f"{shown(path)} has two assignments for {meant}, {plain(head[columns[meant]])} and "
                f"{plain(title)}: delete the column that is not meant."
            )
        columns[meant] = place
    return columns


def _same(theirs: str, points: float) -> bool:
    try:
        return abs(float(theirs.replace(",", ".")) - points) < 0.005
    except ValueError:
        return False


def points_text(value: float) -> str:
    """Return points with four decimals at most, and never an exponent, which no system reads.

    Example:
        >>> points_text(2.5), points_text(1e-5), points_text(1234567.25)
        ('2.5', '0', '1234567.25')
    """
    return f"{value:.4f}".rstrip("0").rstrip(".")
