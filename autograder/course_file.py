"""What belongs to one course and not to the grader: the file ``course.toml`` at its root."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import Any
from zoneinfo import ZoneInfo

from autograder.errors import CourseError, unknown
from autograder.moments import NoSuchMoment, moment, zone_named

NAME = "course.toml"
WHEN_GRADED = "when graded"
AFTER_DUE_DATE = "after due date"


@dataclass(frozen=True)
class Late:
    """What being late costs.

    Args:
        grace_days: late days that cost nothing, for each student in the whole course. They are
            used up in the order of due dates. A day that has begun counts whole.
        percent_per_day: of the points earned, for each further day.
        cap_percent: the most that is lost.
    """

    grace_days: int = 0
    percent_per_day: float = 0
    cap_percent: float = 100


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
        zone: the time zone of dates that name none.
        due: lesson → until when it can be handed in without being late.
        late: what being late costs; None if nbgrader's own settings decide.
        counts: which of several hand-ins counts, the "last" or the "best".
        feedback: what pages for students show, and when: ``shows`` and ``when``.
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
    zone: ZoneInfo | None = None
    due: Mapping[str, datetime] = field(default_factory=dict)
    late: Late | None = None
    counts: str = "last"
    feedback: Mapping[str, str] = field(default_factory=dict)

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
    said = _checked(path, tree, _FORMS)
    try:
        said["zone"] = zone_named(said["zone"]) if "zone" in said else None
        said["due"] = {
            lesson: _due(lesson, value, said["zone"])
            for lesson, value in said.get("due", {}).items()
        }
    except NoSuchMoment as error:
        raise CourseError(f"{path}: {error}.") from None
    if "late" in said:
        said["late"] = Late(**_checked(path, said["late"], _LATE, "late: "))
    if "feedback" in said:
        said["feedback"] = _checked(path, said["feedback"], _FEEDBACK, "feedback: ")
    return CourseFile(**said)


def _checked(path: Path, tree: dict[str, Any], forms: _Forms, where: str = "") -> dict[str, Any]:
    """Return the values of a table, lists as tuples, if each key is known and each value fits."""
    for key in tree.keys() - forms.keys():
        raise CourseError(f"{path}: {where}{unknown('key', key, forms)}")
    for key, value in tree.items():
        form, fits = forms[key]
        if not fits(value):
            raise CourseError(f"{path}: {where}{key} must be {form}, not {value!r}.")
    return {key: tuple(value) if isinstance(value, list) else value for key, value in tree.items()}


def _due(lesson: str, value: datetime | date, zone: ZoneInfo | None) -> datetime:
    try:
        return moment(value, zone)
    except NoSuchMoment as error:
        raise NoSuchMoment(f"due: {lesson}: {error}") from None


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


def _is_dates(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(due, date) for due in value.values())


def _is_percent(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 100


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _one_of(*values: str) -> tuple[str, Callable[[Any], bool]]:
    return " or ".join(f'"{value}"' for value in values), lambda value: value in values


_Forms = Mapping[str, tuple[str, Callable[[Any], bool]]]
_LIST = "a list of texts"
_LATE: _Forms = {
    "grace_days": ("a number of days", _is_count),
    "percent_per_day": ("a number from 0 to 100", _is_percent),
    "cap_percent": ("a number from 0 to 100", _is_percent),
}
_FEEDBACK: _Forms = {
    "shows": _one_of("points", "reason", "criteria"),
    "when": _one_of("at once", AFTER_DUE_DATE),
}
_FORMS: _Forms = {
    "id": ("a word of letters, digits, _ and -", _is_id),
    "name": ("a text", _is_text),
    "address": ("a text", _is_text),
    "keys": ("a folder below the course's", _is_folder),
    "preload": (_LIST, _is_list),
    "libraries": (_LIST, _is_list),
    "extras": ("a table of texts", _is_table),
    "parts": ("a table of texts", _is_table),
    "quiz": _one_of("at once", WHEN_GRADED),
    "show_solutions": ("true or false", lambda value: isinstance(value, bool)),
    "zone": ("the name of a time zone", _is_text),
    "due": ("a table of dates", _is_dates),
    "late": ("a table", lambda value: isinstance(value, dict)),
    "counts": _one_of("last", "best"),
    "feedback": ("a table", lambda value: isinstance(value, dict)),
}
