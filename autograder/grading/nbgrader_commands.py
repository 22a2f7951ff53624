"""nbgrader's own commands and buttons, doing what the course's commands do.

`nbgrader autograde` copies a student's folder, whatever is in it, before any of its hooks runs, and
ends at a folder whose name it cannot match. So not a step of it is replaced but the whole: it
grades as `autograder grade` does. `nbgrader generate_assignment` deletes a release before it makes
a new one; here it makes one only where there is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path

from nbgrader import converters
from nbgrader.api import Gradebook
from nbgrader.apps import api, autogradeapp, generateassignmentapp, generatefeedbackapp
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import parse_utc

from autograder.build.assemble import as_text
from autograder.build.builder import read_notebook
from autograder.build.preprocessor import CutSolutions
from autograder.build.release import release
from autograder.course import Course, CourseError, shown
from autograder.grading.batch import Graded, Grading
from autograder.grading.entries import Entry, Unreadable, read
from autograder.grading.feedback_time import GenerateFeedback
from autograder.grading.gradebook import Recorder
from autograder.grading.inventory import TIMESTAMP
from autograder.grading.merge import fresh
from autograder.grading.preprocessors import Refuse
from cnncourse.runtime import usable_cores

_TIMESTAMP_BYTES = 100


def install() -> None:
    """Let nbgrader's commands, and the pages that use them, take what stands below."""
    for module in (autogradeapp, api):
        module.Autograde = Autograde
    for module in (generateassignmentapp, api):
        module.GenerateAssignment = GenerateAssignment
    for module in (generatefeedbackapp, api):
        module.GenerateFeedback = GenerateFeedback
    CourseDirectory.get_existing_timestamp = lambda self, folder: handed_in(folder)
    api.NbGraderAPI.get_submitted_timestamp = _submitted_timestamp


def handed_in(folder: str) -> datetime | None:
    """Return when a submission was handed in, by the file that nbgrader puts into its folder.

    In the place of nbgrader's own reading, which follows the file wherever it leads, however long
    it is, and raises, for a whole page of students, where it holds no time.

    Args:
        folder: the submission's.

    Returns:
        The time in UTC; None if there is none.
    """
    try:
        entry = Entry(TIMESTAMP, Path(folder, TIMESTAMP))
        data = read(entry, _TIMESTAMP_BYTES)
        return parse_utc(data.decode().strip())
    except (Unreadable, ValueError, OverflowError, IndexError):
        return None


def _submitted_timestamp(
    self: api.NbGraderAPI, assignment_id: str, student_id: str
) -> datetime | None:
    names = self.coursedir
    return handed_in(names.format_path(names.submitted_directory, student_id, assignment_id))


class Autograde(converters.Autograde):
    """Grades submissions as `autograder grade` does; nbgrader's options choose which."""

    def start(self) -> None:
        """Grade, record, and report each student's trouble in one line.

        Raises:
            NbGraderException: a submission, or the lesson, could not be graded.
        """
        if Refuse not in self.autograde_preprocessors:  # another course's configuration
            super().start()
            return
        try:
            failed = [graded.student for graded in self._graded() if graded.score is None]
        except CourseError as error:
            self.log.error("%s", error)
            raise NbGraderException(str(error)) from None
        if failed:
            raise NbGraderException(f"Nothing was recorded for {', '.join(failed)}.")

    def _graded(self) -> Iterator[Graded]:
        names, self._asked = self.coursedir, False
        grading = Grading(
            Course(Path(names.root)),
            names.assignment_id,
            Path(names.root, names.submitted_directory),
            chosen=self._is_chosen,
            config=self.config,
        )
        for sentence in grading.inventory.unmatched:
            self.log.warning("%s", sentence)
        if not self._asked:
            raise CourseError(f"{names.student_id} handed in nothing for {grading.lesson}.")
        # One alone is judged here, where a server keeps the sandbox warm for the next.
        jobs = usable_cores() if len(grading) > 1 else 0
        for graded in grading.results(jobs, feedback=False, again=self.force):
            self.log.info("%s: graded", graded.student)
            if graded.error:
                self.log.warning("%s: %s", graded.student, graded.error)
            yield graded

    def _is_chosen(self, student: str) -> bool:
        """Say whether nbgrader's options ask for this student, and something is to be done."""
        names = self.coursedir
        literally = names.student_id in (student, student.strip())  # as nbgrader does
        if not literally and not fnmatchcase(student, names.student_id):
            return False
        self._asked = True
        if student in names.student_id_exclude.split(","):
            return False
        if not self.create_student and not self._is_known(student):
            self.log.error("%s: the gradebook knows no such student; nothing was graded.", student)
            return False
        if self.force or self._is_newer(student):
            return True
        self.log.info("%s: was graded before; --force does it again", student)
        return False

    def _is_known(self, student: str) -> bool:
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
            return any(known.id == student for known in gradebook.students)

    def _is_newer(self, student: str) -> bool:
        """Say whether there is no graded notebook, or one handed in earlier than the submission."""
        names = self.coursedir
        before, now = (
            names.format_path(folder, student, names.assignment_id)
            for folder in (names.autograded_directory, names.submitted_directory)
        )
        if not Path(before).exists():
            return True
        earlier, later = handed_in(before), handed_in(now)
        return earlier is not None and later is not None and earlier < later


class GenerateAssignment(converters.GenerateAssignment):
    """Makes a release where there is none; one that is there is kept, and made known."""

    def init_destination(self, assignment_id: str, student_id: str) -> bool:
        """Return whether to make the release."""
        course = Course(Path(self.coursedir.root))
        path = course.release(assignment_id)
        if not path.is_file() or CutSolutions not in self.preprocessors:
            return super().init_destination(assignment_id, student_id)
        kept = shown(path)
        if path.read_bytes() == self._made(course, assignment_id):
            self.log.info("%s is what the solution makes: nothing to do.", kept)
        else:
            self.log.warning(
                "%s was kept: it is not what the solution makes, so someone may have edited it; "
                "delete it to have it made anew.",
                kept,
            )
        self._make_known(course, assignment_id)
        return False

    def _made(self, course: Course, lesson: str) -> bytes | None:
        solution = read_notebook(course.solution(lesson))
        return as_text(release(solution)).encode() if solution else None

    def _make_known(self, course: Course, lesson: str) -> None:
        """Let the gradebook know the cells of a release that is kept."""
        kept = read_notebook(course.release(lesson))
        if kept is None or self.no_database:
            return
        try:
            with Recorder(course, lesson, self.config) as recorder:
                recorder.prepare(fresh(kept))
        except CourseError as error:
            self.log.error("%s", error)
            raise NbGraderException(str(error)) from None
