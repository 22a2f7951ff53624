"""Load the exercise specifications that stand beside a lesson, one file per exercise."""

from __future__ import annotations

import hashlib
import importlib.machinery
import inspect
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from autograder.exercise import Exercise, Faulty
from autograder.lesson.percent import read_text
from autograder.lesson.problem import AuthoringError, Problem

FOLDER = "exercises"


@dataclass(frozen=True)
class Specification:
    """A specification and where it is written.

    Args:
        spec: an instance of the class in the exercise's file.
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

    def problem(self, sentence: str, line: int | None = None) -> Problem:
        """Return a problem with this specification, at its class unless a line is known."""
        return Problem(self.file, line or self.line, sentence)


def read_specifications(folder: Path) -> tuple[list[Specification], list[Problem]]:
    """Load the specifications of a lesson.

    Args:
        folder: the lesson's ``exercises`` folder. Each ``<name>.py`` in it holds one class, the
            specification of the exercise ``<name>``; a file whose name begins with an underscore
            holds what several of them import, as in ``from ._shared import SUMS``.

    Returns:
        One entry per file, sorted by name, and what is wrong with the files.
    """
    files = sorted(path for path in folder.glob("*.py") if not path.name.startswith("_"))
    if not files:
        sentence = "No exercise is specified here; write one file per exercise, <name>.py."
        return [], [Problem(folder, 1, sentence)]
    found: list[Specification] = []
    problems: list[Problem] = []
    with _package(folder) as package:
        for path in files:
            try:
                found.append(_read(path, package))
            except AuthoringError as error:
                problems += error.problems
    return found, problems


@contextmanager
def _package(folder: Path) -> Iterator[str]:
    """Make a lesson's folder of specifications importable under a name of its own.

    Modules stay in `sys.modules`, where `inspect` finds the source of an answer; those of an
    earlier reading go. Nothing is compiled to disk, so a file is never older than it looks.
    """
    path = str(folder.resolve())
    name = f"exercises_{hashlib.sha256(path.encode()).hexdigest()[:8]}"
    for known in [m for m in sys.modules if m == name or m.startswith(f"{name}.")]:
        del sys.modules[known]
    package = ModuleType(name)
    package.__path__ = [path]
    sys.modules[name] = package
    importlib.machinery.PathFinder.invalidate_caches()
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        yield name
    finally:
        sys.dont_write_bytecode = before


def _read(path: Path, package: str) -> Specification:
    """Load one specification."""
    text = read_text(path)
    module = ModuleType(f"{package}.{path.stem}")
    module.__file__, module.__package__ = str(path), package
    sys.modules[module.__name__] = module
    try:
        exec(compile(text, str(path), "exec"), vars(module))
    except SyntaxError as error:
        at = Path(error.filename or path)
        sentence = f"This is not valid Python: {error.msg}."
        raise AuthoringError([Problem(at, error.lineno or 1, sentence)]) from None
    except Faulty as fault:
        line = fault.line or _place(path, fault)[1]
        raise AuthoringError([Problem(path, line, fault.sentence)]) from None
    except Exception as error:
        at, line = _place(path, error)
        sentence = f"Running this file raised {type(error).__name__}: {error}"
        raise AuthoringError([Problem(at, line, sentence)]) from None
    return _specification(path, module)


def _specification(path: Path, module: ModuleType) -> Specification:
    kinds = [value for value in vars(module).values() if _is_specification(value, module)]
    if len(kinds) != 1:
        what = "no class of an exercise" if not kinds else "more than one class of an exercise"
        sentence = f"This file holds {what}; it must hold one (a helper's name begins with _)."
        raise AuthoringError([Problem(path, _line(kinds[1]) if kinds else 1, sentence)])
    (kind,) = kinds
    if inspect.isabstract(kind):
        missing = ", ".join(sorted(kind.__abstractmethods__))
        sentence = f"{kind.__name__} has no {missing}: write that method."
        raise AuthoringError([Problem(path, _line(kind), sentence)])
    if unset := [name for name in ("title", "criteria") if not hasattr(kind, name)]:
        sentence = f"{kind.__name__} has no {' and no '.join(unset)}: every exercise states both."
        raise AuthoringError([Problem(path, _line(kind), sentence)])
    if getattr(kind, "name", path.stem) != path.stem:
        sentence = f"The exercise {kind.name!r} stands in {path.name}; name both alike."
        raise AuthoringError([Problem(path, _line(kind), sentence)])
    kind.name = path.stem
    return Specification(kind(), path, _line(kind))


def _is_specification(value: object, module: ModuleType) -> bool:
    return (
        isinstance(value, type)
        and issubclass(value, Exercise)
        and value.__module__ == module.__name__
        and not value.__name__.startswith("_")
    )


def _line(kind: type) -> int:
    return inspect.getsourcelines(kind)[1]


def _place(path: Path, error: Exception) -> tuple[Path, int]:
    """Return the last line of the folder's files that an exception came through."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if Path(frame.filename).parent == path.parent and frame.lineno:
            return Path(frame.filename), frame.lineno
    return path, 1
