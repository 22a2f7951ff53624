"""nbgrader's pages for students, not before they may be read."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from nbgrader import converters
from nbgrader.api import Gradebook

from autograder.course import Course
from autograder.grading.deadlines import Deadlines, may_show, recorded_due


class GenerateFeedback(converters.GenerateFeedback):
    """Writes no page before the student's due date where ``course.toml`` says so."""

    def init_destination(self, assignment_id: str, student_id: str) -> bool:
        """Return whether to write this student's page."""
        names = self.coursedir
        deadlines = Deadlines.of(Course(Path(names.root)))
        with Gradebook(names.db_url, names.course_id) as gradebook:
            if is_withheld(deadlines, gradebook, assignment_id, student_id):
                self.log.warning("%s: no feedback yet: the lesson is not due", student_id)
                return False
        return super().init_destination(assignment_id, student_id)


def is_withheld(deadlines: Deadlines, gradebook: Gradebook, lesson: str, student: str) -> bool:
    """Say whether a student may not read yet what became of a submission.

    Args:
        deadlines: the course's.
        gradebook: an open one; its due date counts where the course says nothing of the lesson.
        lesson: the lesson.
        student: the student's id.
    """
    until = deadlines.until(lesson, student, recorded_due(gradebook, lesson))
    return not may_show(datetime.now(UTC), until, deadlines.feedback)
