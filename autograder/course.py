"""Where things lie in a course repository."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.course_file import NAME as COURSE_FILE
from autograder.course_file import CourseFile, read_course_file
from autograder.errors import CourseError, unknown

__all__ = ["PRIVATE_FILES", "Course", "CourseError", "find_course", "shown", "unknown"]

# nbgrader copies every other file of a lesson's folder to students: these are never for them.
PRIVATE_FILES = ("exercises", "*.py", "*.pyc", "__pycache__", ".ipynb_checkpoints", ".pytest_cache")


@dataclass(frozen=True)
class Course:
    """The folders of one course.

    Args:
        root: folder that holds ``solutions`` and ``notebooks``.

    Example:
        >>> Course(Path("/course")).key("01_means").as_posix()
        '/course/solutions/01_means/01_means.key.json'
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
    def file(self) -> CourseFile:
        """What ``course.toml`` says.

        Raises:
            CourseError: it says something that cannot be.
        """
        return read_course_file(self.root)

    @property
    def keys(self) -> Path | None:
        """The folder of the keys that a package carries; None if each lies beside its lesson."""
        folder = self.file.keys
        return self.root / folder if folder else None

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
        if self.keys is None:
            return self.solutions / lesson / _beside(lesson)
        return self.keys / f"{lesson}.json"

    def released_key(self, lesson: str) -> Path | None:
        """The copy of the key beside the student's notebook; None if a package carries it."""
        return self.notebooks / lesson / _beside(lesson) if self.keys is None else None

    def parts(self) -> dict[str, str]:
        """The parts that the lessons fall into.

        Returns:
            The lesson that each begins at → its title, in teaching order; empty if there are none.

        Raises:
            CourseError: a part begins at no lesson, or no part at the first one.
        """
        path, parts, lessons = self.root / COURSE_FILE, self.file.parts, self.lessons()
        for name in parts:
            if name not in lessons:
                raise CourseError(f"{path}: parts: {unknown('lesson', name, lessons)}")
        if parts and lessons[0] not in parts:
            raise CourseError(f"{path}: parts: the first part must begin at {lessons[0]}.")
        return {name: parts[name] for name in lessons if name in parts}

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
        marked = any((folder / name).is_file() for name in (COURSE_FILE, "nbgrader_config.py"))
        if marked and (folder / "solutions").is_dir():
            return Course(folder)
    raise CourseError(
        f"{start} is not inside a course (no folder with solutions/ and {COURSE_FILE}): "
        "change to the repository's folder first."
    )


def _beside(lesson: str) -> str:
    from cnncourse.check.key import BESIDE  # imports much

    return f"{lesson}{BESIDE}"


def shown(path: Path) -> str:
    """Write a path as short as it can be written from here.

    Args:
        path: any path.

    Returns:
        The path relative to the working folder if it lies below it; else as it is.
    """
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
