"""nbgrader's pages for students, not before they may be read."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from nbgrader import converters
from nbgrader.api import Gradebook, MissingEntry

from autograder.course import Course
from autograder.grading.deadlines import Deadlines, may_show


class GenerateFeedback(converters.GenerateFeedback):
    """Writes no page before the student's due date where ``course.toml`` says so."""

    def init_destination(self, assignment_id: str, student_id: str) -> bool:
        """Return whether to write this student's page."""
        names = self.coursedir
        deadlines = Deadlines.of(Course(Path(names.root)))
        with Gradebook(names.db_url, names.course_id) as gradebook:
            try:
                due = gradebook.find_assignment(assignment_id).duedate
            except MissingEntry:
                due = None
        until = deadlines.until(assignment_id, student_id, due and due.replace(tzinfo=UTC))
        if not may_show(datetime.now(UTC), until, deadlines.feedback):
            self.log.warning("%s: no feedback before %s, when it is due", student_id, until)
            return False
        return super().init_destination(assignment_id, student_id)
