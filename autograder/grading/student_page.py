"""A student's feedback page: when it may be read, and what people gave by hand."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

from nbgrader.utils import is_grade, is_solution

from autograder.course import Course, CourseError
from autograder.grading.feedback import Shows
from autograder.grading.feedback.shows import TIMES
from autograder.grading.row import Standing


def page_settings(course: Course) -> Shows:
    """Return what ``[feedback]`` of ``course.toml`` says on pages.

    Raises:
        CourseError: it says something that cannot be.
    """
    try:
        return Shows(**course.file.feedback)
    except (TypeError, ValueError) as error:
        raise CourseError(f"{course.root / 'course.toml'}: {error}") from None


def may_be_read(shows: Shows, standing: Standing) -> bool:
    """Say whether the student may read the page by now.

    Args:
        shows: what the course says.
        standing: what the gradebook holds: the due date, too.

    Example:
        >>> late = Standing(due=datetime(2100, 1, 1))
        >>> may_be_read(Shows(), late), may_be_read(Shows(when="after due date"), late)
        (True, False)
    """
    now = datetime.now(UTC).replace(tzinfo=None)
    return shows.when == TIMES[0] or standing.due is None or now > standing.due


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
        if is_grade(cell) and name in standing.scores and name not in standing.waiting:
            about["score"] = standing.scores[name]
        if is_solution(cell) and name in standing.comments:
            about["comment"] = standing.comments[name]
    return notebook
