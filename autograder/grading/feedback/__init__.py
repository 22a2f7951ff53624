"""The feedback page that a student opens: one file, rendered from a graded notebook."""

from autograder.grading.feedback.page import feedback_page
from autograder.grading.feedback.shows import Shows

__all__ = ["Shows", "feedback_page"]
