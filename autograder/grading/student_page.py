"""A student's feedback page: of the judge's outcomes, or with what people gave by hand."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from nbgrader.utils import is_grade, is_solution

from autograder.course import Course
from autograder.grading.row import Standing


def student_page(notebook: Any, lesson: str, student: str, shows: Mapping[str, str]) -> str | None:
    """Return a page.

    Args:
        notebook: the graded notebook.
        lesson: the lesson's name.
        student: the student's id.
        shows: ``[feedback]`` of ``course.toml``.

    Returns:
        HTML; None where nbgrader's own page has to do.
    """
    if find_spec("autograder.grading.feedback") is None:
        return None
    feedback = import_module("autograder.grading.feedback")
    return feedback.feedback_page(
        notebook, lesson=lesson, student=student, shows=feedback.Shows(**shows)
    )


def page_settings(course: Course) -> dict[str, str]:
    """Return what ``course.toml`` says on feedback pages."""
    return dict(vars(course.file).get("feedback", {}))


def with_standing(notebook: Any, standing: Standing) -> Any:
    """Return a graded notebook with scores and comments where nbgrader's GetGrades puts them.

    Args:
        notebook: as it is recorded; it is not changed.
        standing: what the gradebook holds.
    """
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        about = cell.metadata.get("nbgrader", {})
        name = about.get("grade_id")
        if is_grade(cell) and name in standing.scores:
            about["score"] = standing.scores[name]
        if is_solution(cell) and name in standing.comments:
            about["comment"] = standing.comments[name]
    return notebook
