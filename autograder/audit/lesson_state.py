"""Run a lesson up to an exercise, as a student's notebook would have run it.

All earlier solutions run, whether an exercise uses them or not: in no lesson of this course does
that take half a second, since training is nowhere a reference.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.build.compiler import references
from autograder.course import CourseError, unknown
from autograder.exercise import Exercise
from autograder.lesson import AuthoringError, Lesson, Problem


@dataclass(frozen=True)
class LessonState:
    """An exercise where a lesson reaches it.

    Args:
        spec: its specification.
        namespace: the lesson's variables up to and including its solution. The same object serves
            the exercises after it.
        cells: the sources of what ran before its solution, in order.
    """

    spec: Exercise
    namespace: dict[str, Any]
    cells: tuple[str, ...]

    @property
    def context(self) -> str:
        """All that ran before its solution, as one text."""
        return "\n\0".join(self.cells)


def states(lesson: Lesson, names: Sequence[str] = ()) -> Iterator[LessonState]:
    """Run a lesson's solutions as far as some exercises need, and stop at each of them.

    Args:
        lesson: the authored lesson.
        names: the exercises; all that a machine judges if there is none.

    Yields:
        Each of them, in the order of the lesson.

    Raises:
        CourseError: there is no such exercise, a person grades it, or a cell raises.
    """
    left = set(known_names(lesson, names))
    solved = references(lesson)
    while left:
        try:
            spec, namespace = next(solved)
        except Exception as error:  # whatever an author's cell may raise
            raise AuthoringError([_raised(lesson, error)]) from error
        if spec.name in left:
            left.remove(spec.name)
            yield LessonState(spec, namespace, _before(lesson, spec.name))


def known_names(lesson: Lesson, names: Sequence[str] = ()) -> list[str]:
    """Look up the exercises that a machine judges.

    Args:
        lesson: the authored lesson.
        names: the exercises wanted; all if there is none.

    Returns:
        Their names.

    Raises:
        CourseError: there is no such exercise, or a person grades it.
    """
    judged = [spec.name for spec in lesson.specs if spec.automatic]
    for name in names:
        if name in lesson.exercises and name not in judged:
            raise CourseError(f"{lesson.name}/{name} is graded by hand: there is nothing to judge.")
        if name not in judged:
            raise CourseError(f"{lesson.name}: {unknown('exercise', name, judged)}")
    return list(names or judged)


def _before(lesson: Lesson, name: str) -> tuple[str, ...]:
    """Return what `references` runs before an exercise's own solution."""
    sources = lesson.reference_source()
    end = next(i for i, (own, _) in enumerate(sources) if own == name)
    return tuple(
        source
        for own, source in sources[:end]
        if own is None or lesson.exercises[own].spec.has_reference
    )


def _raised(lesson: Lesson, error: Exception) -> Problem:
    """Return the author's last line that an exception came through, and its file."""
    sentence = f"Running this cell raised {type(error).__name__}: {error}"
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        number = frame.lineno or 1
        if Path(frame.filename).is_relative_to(lesson.folder):
            return Problem(Path(frame.filename), number, sentence)
        if frame.filename.startswith(f"<cell {lesson.name}, "):
            # Set-up cells share a label, so the text of the line tells which one it was.
            for cell in lesson.cells:
                lines = cell.source.split("\n")
                if cell.kind == "code" and frame.line in [
                    s.strip() for s in lines[number - 1 :][:1]
                ]:
                    return Problem(lesson.script, cell.at(number - 1), sentence)
    return Problem(lesson.script, 1, sentence)
