"""A class's refused answers that no known mistake explains.

The graded notebooks hold what became of each answer. Nothing is run and nothing is judged again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.course import Course, CourseError
from cnncourse.check.outcome import AwaitingHand, NotAttempted, Right, RuleBroken
from cnncourse.check.relations import GENERAL

# Nobody's misconception: nothing is wrong, nothing is there, or the rule's reason says it all.
_NO_MISTAKE = {kind.state for kind in (AwaitingHand, NotAttempted, Right, RuleBroken)}


@dataclass(frozen=True)
class Unexplained:
    """One refused answer; whose it is, is not kept.

    Args:
        exercise: the exercise's name.
        state: the outcome's state, such as ``wrong values``.
        message: what its student read first.
        details: the lines below it.
        lost: the criteria that it did not earn.
        source: its cell. It is a student's: nothing in it may be trusted.
    """

    exercise: str
    state: str
    message: str
    details: tuple[str, ...]
    lost: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class ClassAnswers:
    """What the graded notebooks of a class say.

    Args:
        notebooks: how many were read.
        unreadable: how many say nothing, since they are broken or were graded by an older version.
        answers: the unexplained answers.
    """

    notebooks: int
    unreadable: int
    answers: tuple[Unexplained, ...]


def unexplained(course: Course, lesson: str) -> ClassAnswers:
    """Read the graded notebooks of a lesson.

    Args:
        course: the course.
        lesson: the lesson's name.

    Returns:
        The refused answers without a misconception, by student's folder, then as in the lesson.

    Raises:
        CourseError: the lesson was never graded.
    """
    found: list[Unexplained] = []
    read = unreadable = 0
    for path in _notebooks(course, lesson):
        try:
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            answers = list(_answers(cells))
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
            unreadable += 1
            continue
        read += 1
        found += answers
    if not read + unreadable:
        raise CourseError(f"{lesson} was never graded: run `autograder grade {lesson}` first.")
    return ClassAnswers(read, unreadable, tuple(found))


def _notebooks(course: Course, lesson: str) -> list[Path]:
    from nbgrader.coursedir import CourseDirectory

    from autograder.grading.gradebook import read_config

    places = CourseDirectory(config=read_config(course), root=str(course.root))
    folder = places.directory_structure.format(
        nbgrader_step=places.autograded_directory, student_id="*", assignment_id=lesson
    )
    return sorted(Path(places.root).glob(f"{folder}/{lesson}.ipynb"))


def _answers(cells: list[Mapping[str, Any]]) -> Iterator[Unexplained]:
    """The unexplained answers of one notebook.

    Raises:
        KeyError: an outcome is not on record.
    """
    from autograder.grading.judge import OUTCOME
    from autograder.grading.left_out import MISSING

    sources = {}
    for cell in cells:
        nbgrader = cell["metadata"].get("nbgrader", {})
        if nbgrader.get("solution"):
            sources[nbgrader["grade_id"].removesuffix("-answer")] = "".join(cell["source"])
        if not nbgrader.get("grade"):
            continue
        name, outcome = nbgrader["grade_id"], cell["metadata"][OUTCOME]
        named = outcome["misconception"] or ""
        known = (named and not named.startswith(GENERAL)) or any(
            MISSING in line for line in outcome["details"]
        )
        if not known and outcome["state"] not in _NO_MISTAKE:
            yield Unexplained(
                name,
                outcome["state"],
                outcome["message"],
                tuple(outcome["details"]),
                tuple(outcome["lost"]),
                sources.get(name, ""),
            )
