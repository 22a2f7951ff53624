"""Load the exercise specifications that stand beside a lesson."""

from __future__ import annotations

import inspect
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from autograder.exercise import Exercise
from autograder.lesson.percent import read_text
from autograder.lesson.problem import AuthoringError, Problem


@dataclass(frozen=True)
class Specification:
    """A specification and where it is written.

    Args:
        spec: an instance of the class in ``exercises.py``.
        file: the file of the class.
        line: the line of its ``class`` statement.
    """

    spec: Exercise
    file: Path
    line: int

    @property
    def name(self) -> str:
        """The exercise's name."""
        return self.spec.name


def read_specifications(path: Path) -> tuple[list[Specification], list[Problem]]:
    """Load the specifications of a lesson.

    A class without a ``name`` is taken for what several specifications share.

    Args:
        path: the lesson's ``exercises.py``.

    Returns:
        One entry a class, in the order of the file, and what is wrong with the file.
    """
    try:
        text = read_text(path)
    except AuthoringError as error:
        return [], list(error.problems)
    module = ModuleType(f"exercises_of_{path.parent.name}")
    module.__file__ = str(path)
    # `inspect` finds the source of an answer by way of the module's entry here.
    sys.modules[module.__name__] = module
    try:
        exec(compile(text, str(path), "exec"), vars(module))
    except SyntaxError as error:
        return [], [Problem(path, error.lineno or 1, f"This is not valid Python: {error.msg}.")]
    except Exception as error:
        sentence = f"Running this file raised {type(error).__name__}: {error}"
        return [], [Problem(path, _line_in(path, error), sentence)]
    found = [
        Specification(kind(), path, inspect.getsourcelines(kind)[1])
        for kind in vars(module).values()
        if _is_specification(kind, module)
    ]
    first: dict[str, Specification] = {}
    problems = [
        Problem(path, entry.line, f"The name {entry.name!r} is taken by the class in line {line}.")
        for entry in found
        if (line := first.setdefault(entry.name, entry).line) != entry.line
    ]
    return found, problems


def _is_specification(value: object, module: ModuleType) -> bool:
    return (
        isinstance(value, type)
        and issubclass(value, Exercise)
        and value.__module__ == module.__name__
        and hasattr(value, "name")
    )


def _line_in(path: Path, error: Exception) -> int:
    """The last line of a file that an exception came through."""
    frames = traceback.extract_tb(error.__traceback__)
    return next((f.lineno for f in reversed(frames) if f.filename == str(path) and f.lineno), 1)
