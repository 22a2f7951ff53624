"""The course's rule for late submissions, where nbgrader asks for one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, SubmittedAssignment
from nbgrader.plugins import BasePlugin
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Unicode

from autograder.course import Course
from autograder.grading.deadlines import Deadlines, late_shares, seconds_late


class ApplyDeadlines(NbGraderPreprocessor):
    """Writes due date and extension into the database before nbgrader asks how late it is.

    Days of grace that an earlier lesson uses up are missing in later ones, so all of the student's
    lessons are looked at.
    """

    root = Unicode(help="the course's folder").tag(config=True)

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Return both as they are."""
        about = resources["nbgrader"]
        with Gradebook(about["db_url"]) as gradebook:
            self.settle(gradebook, [about["student"]])
            gradebook.db.commit()
        return nb, resources

    def settle(self, gradebook: Gradebook, students: Iterable[str]) -> None:
        """Do so for several students at once, in the transaction of whoever calls.

        Args:
            gradebook: an open one.
            students: their ids.
        """
        Deadlines.of(Course(Path(self.root))).settle(gradebook, students)


class LatePenalty(BasePlugin):
    """nbgrader's plugin for late penalties, after ``[late]`` of ``course.toml``."""

    root = Unicode(help="the course's folder").tag(config=True)

    def late_submission_penalty(
        self, student_id: str, score: float, total_seconds_late: float
    ) -> float | None:
        """Return the points lost; None if none are.

        Args:
            student_id: the student.
            score: points earned.
            total_seconds_late: by how much, extension considered.
        """
        rule = Course(Path(self.root)).file.late
        if rule is None:
            return None
        step = self.parent  # nbgrader's AssignLatePenalties, which knows the lesson
        submissions = step.gradebook.db.query(SubmittedAssignment).filter(
            SubmittedAssignment.student_id == student_id
        )
        late = [
            (lesson, total_seconds_late if lesson == step.assignment_id else seconds)
            for lesson, seconds in seconds_late(submissions)
        ]
        return late_shares(rule, late)[step.assignment_id] * score or None
