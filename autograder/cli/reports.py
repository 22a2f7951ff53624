"""Where reports that name students lie, and how they are written: for their owner's eyes alone."""

from __future__ import annotations

from pathlib import Path

from autograder.course import Course, CourseError
from autograder.files import write

_FOLDER = "reports"


def place(course: Course, name: str) -> Path:
    """Return the path of a report in the course's own folder for them, which is made if need be.

    Args:
        course: the course.
        name: the file's name.

    Raises:
        CourseError: the folder cannot be made.
    """
    folder = course.root / _FOLDER
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        write(folder / ".gitignore", "*\n")
    except OSError as error:
        raise CourseError(f"{folder} cannot be made: {error.strerror}.") from None
    return folder / name


def written(path: Path, text: str) -> None:
    """Write a report, readable by its owner alone.

    Raises:
        CourseError: it cannot be written.
    """
    try:
        write(path, text, private=True)
    except OSError as error:
        raise CourseError(f"{path} cannot be written: {error.strerror}.") from None
