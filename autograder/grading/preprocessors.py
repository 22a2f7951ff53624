"""What is put into graded notebooks beside nbgrader's own steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import nbformat
from nbgrader.preprocessors import IgnorePattern, LimitOutput, NbGraderPreprocessor
from traitlets.config import Config

from autograder.course import Course, CourseError
from autograder.grading.submission import read_companions
from autograder.grading.submission_limits import GradingLimits

REPORT = "report"


class Refuse(NbGraderPreprocessor):
    """Stands where nbgrader would run a notebook in the instructor's name, and does not let it."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Refuse.

        Raises:
            CourseError: always; judged notebooks are recorded without this step.
        """
        raise CourseError("Only the sandbox runs student code: use `nbgrader autograde`.")


def annotate(
    notebook: Any,
    report: str | None,
    fingerprint: str | None = None,
    exercises: Mapping[str, Mapping[str, float]] | None = None,
) -> None:
    """Put what was found into a notebook: for people at its top, for programs in its metadata.

    Args:
        notebook: a repaired or judged notebook; it is changed.
        report: sentences about the submission, or nothing.
        fingerprint: names the grading seed.
        exercises: exercise → what it took and gave.
    """
    about: dict[str, Any] = {REPORT: report or None, "seed": fingerprint}
    if exercises is not None:
        about["exercises"] = exercises
    notebook.metadata["cnncourse"] = about
    top = notebook.cells[:1]
    if top and top[0].metadata.get("cnncourse", {}).get("origin") == REPORT:
        notebook.cells.pop(0)
    if report:
        cell = nbformat.v4.new_markdown_cell(
            f"**About this submission.** {_escaped(report)}",
            metadata={"cnncourse": {"origin": REPORT}},
        )
        cell.id = REPORT
        notebook.cells.insert(0, cell)


# nbgrader's own steps that shorten what cells put out, in its order.
_SHORTENING = (IgnorePattern, LimitOutput)


def shortening(config: Config) -> dict[str, dict[str, Any]]:
    """Return what nbgrader's configuration says on outputs: class → option → value."""
    return {step.__name__: dict(config[step.__name__]) for step in _SHORTENING}


def shorten(notebook: Any, options: Mapping[str, Mapping[str, Any]]) -> None:
    """Shorten a graded notebook's outputs as nbgrader does.

    Args:
        notebook: the notebook; it is changed.
        options: what `shortening` returned.
    """
    for step in _SHORTENING:
        step(**options.get(step.__name__, {}))(notebook, {})


def lesson_files(course: Course, lesson: str) -> dict[str, bytes]:
    """Return the files that are released beside a lesson's notebook."""
    return read_companions(course.release(lesson).parent, GradingLimits(), [])


def _escaped(text: str) -> str:
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>()#+!|$~" else c for c in text)
