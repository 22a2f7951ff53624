"""Where things lie in a course repository, and the one kind of error that is shown to people."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

# nbgrader copies every other file of a lesson's folder to students: these are never for them.
PRIVATE_FILES = ("exercises", "*.py", "*.pyc", "__pycache__", ".ipynb_checkpoints", ".pytest_cache")


class CourseError(Exception):
    """Something the person at the keyboard can put right; its text is all they need to read."""


@dataclass(frozen=True)
class Course:
    """The folders of one course.

    Args:
        root: folder that holds ``solutions``, ``notebooks`` and ``cnncourse``.

    Example:
        >>> Course(Path("/course")).key("07_edges").as_posix()
        '/course/cnncourse/keys/07_edges.json'
    """

    root: Path

    @property
    def solutions(self) -> Path:
        """The authored lessons, one folder each; nbgrader's source folder."""
        return self.root / "solutions"

    @property
    def notebooks(self) -> Path:
        """What students get, one folder a lesson; nbgrader's release folder."""
        return self.root / "notebooks"

    @property
    def keys(self) -> Path:
        """The compiled keys that the instant checks read."""
        return self.root / "cnncourse" / "keys"

    def script(self, lesson: str) -> Path:
        """The authored percent script of a lesson."""
        return self.solutions / lesson / f"{lesson}.py"

    def solution(self, lesson: str) -> Path:
        """The executed notebook with solutions."""
        return self.solutions / lesson / f"{lesson}.ipynb"

    def release(self, lesson: str) -> Path:
        """The student's notebook."""
        return self.notebooks / lesson / f"{lesson}.ipynb"

    def key(self, lesson: str) -> Path:
        """The key that the student's checks use."""
        return self.keys / f"{lesson}.json"

    def lessons(self) -> list[str]:
        """The names of the authored lessons, in teaching order.

        Returns:
            Folder names under ``solutions`` that hold a script of the same name, sorted.
        """
        folders = self.solutions.iterdir() if self.solutions.is_dir() else ()
        return sorted(folder.name for folder in folders if self.script(folder.name).is_file())

    def select(self, names: Sequence[str]) -> list[str]:
        """Turn the lessons named on a command line into lessons of this course.

        Args:
            names: what the person typed; nothing means every lesson.

        Returns:
            Lesson names in teaching order, none twice.

        Raises:
            CourseError: a name is no lesson; the message offers the nearest one.
        """
        known = self.lessons()
        if not known:
            raise CourseError(f"No lesson found in {self.solutions}: nothing to do.")
        for name in names:
            if name not in known:
                raise CourseError(unknown("lesson", name, known))
        return [name for name in known if not names or name in names]


def find_course(start: Path | None = None) -> Course:
    """Find the course that a folder belongs to.

    Args:
        start: where to look first, then in each folder above it; the working folder if None.

    Returns:
        The course.

    Raises:
        CourseError: neither the folder nor any above it holds a course.
    """
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / "solutions").is_dir() and (folder / "nbgrader_config.py").is_file():
            return Course(folder)
    raise CourseError(
        f"{start} is not inside a course (no folder with solutions/ and nbgrader_config.py): "
        "change to the repository's folder first."
    )


def shown(path: Path) -> str:
    """Write a path as short as it can be written from here.

    Args:
        path: any path.

    Returns:
        The path relative to the working folder if it lies below it; else as it is.
    """
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """Say that a name is not known, and which known one is nearest.

    Args:
        what: the kind of thing, in words.
        name: what was asked for.
        known: the names that exist.

    Returns:
        One sentence.

    Example:
        >>> unknown("lesson", "07_edge", ["06_images", "07_edges"])
        "There is no lesson '07_edge'; did you mean '07_edges'?"
        >>> unknown("lesson", "zzz", ["07_edges"])
        "There is no lesson 'zzz'; there are: 07_edges."
    """
    known = list(known)
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    if near:
        return f"There is no {what} {name!r}; did you mean {near[0]!r}?"
    return f"There is no {what} {name!r}; there are: {', '.join(known)}."
