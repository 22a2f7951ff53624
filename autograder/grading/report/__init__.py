"""The report on a class in one lesson: what it got, what it got wrong, and what to do about it."""

from autograder.grading.report.data import ClassResults, class_results
from autograder.grading.report.page import Report, as_page, as_tree

__all__ = ["ClassResults", "Report", "as_page", "as_tree", "class_results"]
