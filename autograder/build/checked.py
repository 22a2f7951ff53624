"""Keep the results of ``build --check``: files found up to date are not compared again.

What is up to date is known from a hash of the files, without TensorFlow and nbgrader, in a moment.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from autograder.build.inputs import check_inputs, course_inputs
from autograder.build.place import interrupted
from autograder.build.store import Store
from autograder.course import Course

if TYPE_CHECKING:
    from autograder.build.builder import Drift

_SOUND = "up to date"


def check(course: Course, name: str, *, budget: str, tell: Callable[[str], None]) -> list[Drift]:
    """Do what `builder.check` does, unless it found nothing in the same files before.

    Args:
        course: the course.
        name: the lesson.
        budget: the budget that the lesson has to be executed with.
        tell: is told what is being done.

    Returns:
        The files that differ from what the authored lesson makes.

    Raises:
        AuthoringError: everything that is wrong with the lesson.
    """
    find = lambda: _builder().check(course, name, budget=budget, tell=tell)  # noqa: E731
    if interrupted(course, name):
        return find()
    return _once(course, check_inputs(course, name, budget), find)


def check_course(course: Course) -> list[Drift]:
    """Do what `builder.check_course` does, unless it found nothing in the same files before.

    Args:
        course: the course.

    Returns:
        The files that differ from what the authored lessons make.
    """
    return _once(course, course_inputs(course), lambda: _builder().check_course(course))


def _once(course: Course, made_from: str, find: Callable[[], list[Drift]]) -> list[Drift]:
    store = Store.of(course.root)
    if store.get(made_from) == _SOUND:
        return []
    drift = find()
    if not drift:
        store.put(made_from, _SOUND)
    return drift


def _builder():
    from autograder.build import builder  # imports much

    return builder
