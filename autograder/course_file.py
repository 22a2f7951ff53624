"""What belongs to one course and not to the grader: the file ``course.toml`` at its root."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from autograder.errors import CourseError, unknown

NAME = "course.toml"
WHEN_GRADED = "when graded"


@dataclass(frozen=True)
class CourseFile:
    """What a course says about itself; the defaults are those of a course that says nothing.

    Args:
        id: names the course in nbgrader's gradebook and exchange.
        name: the title of the list of lessons.
        address: the repository's; one in ``pyproject.toml`` comes first.
        keys: folder of keys that the package ``cnncourse`` carries, relative to the root. Without
            it each key lies beside its lesson, and is released with it.
        preload: modules that lessons import and that take long; the sandbox imports them once for
            a whole class. Where ``keras`` is not among them, building and grading load no Keras.
        libraries: distributions that results hang on, beside NumPy, SciPy and Keras: with another
            version of one, nothing that was made before is taken for up to date.
        extras: what a lesson's script names → the extra of the course's package that brings it.
        parts: the lesson that a part begins at → the part's title.
        quiz: when students learn whether the answers of a quiz are right, "at once" or "when
            graded"; then the keys that they have hold no answers to quizzes.
        show_solutions: whether a right answer is shown the author's own version beside it. Then the
            keys that students have hold the solutions.
    """

    id: str = "course"
    name: str = "Lessons"
    address: str | None = None
    keys: str | None = None
    preload: tuple[str, ...] = ("tensorflow", "keras")
    libraries: tuple[str, ...] = ()
    extras: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)
    quiz: str = "at once"
    show_solutions: bool = False

    @property
    def uses_keras(self) -> bool:
        """Whether lessons use Keras."""
        return "keras" in self.preload


def read_course_file(root: Path) -> CourseFile:
    """Read a course's ``course.toml``.

    Args:
        root: the course's folder.

    Returns:
        What it says; the defaults where there is no such file.

    Raises:
        CourseError: the file is no TOML, or holds an unknown key or a value that does not fit; the
            sentence names file and key.
    """
    path = root / NAME
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return CourseFile()
    except (OSError, ValueError) as error:
        raise CourseError(f"{path} cannot be read: {error}.") from None
    for key in tree.keys() - _FORMS.keys():
        raise CourseError(f"{path}: {unknown('key', key, _FORMS)}")
    return CourseFile(**{key: _value(path, key, value) for key, value in tree.items()})


def _value(path: Path, key: str, value: Any) -> Any:
    form, fits = _FORMS[key]
    if not fits(value):
        raise CourseError(f"{path}: {key} must be {form}, not {value!r}.")
    return tuple(value) if isinstance(value, list) else value


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value.strip() == value != ""


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[\w-]+", value) is not None


def _is_folder(value: Any) -> bool:
    return _is_text(value) and not PurePosixPath(value).is_absolute() and ".." not in value


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_is_text, value.values()))


_LIST = "a list of texts"
_FORMS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "id": ("a word of letters, digits, _ and -", _is_id),
    "name": ("a text", _is_text),
    "address": ("a text", _is_text),
    "keys": ("a folder below the course's", _is_folder),
    "preload": (_LIST, _is_list),
    "libraries": (_LIST, _is_list),
    "extras": ("a table of texts", _is_table),
    "parts": ("a table of texts", _is_table),
    "quiz": (f'"at once" or "{WHEN_GRADED}"', lambda value: value in ("at once", WHEN_GRADED)),
    "show_solutions": ("true or false", lambda value: isinstance(value, bool)),
}
