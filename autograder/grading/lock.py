"""Let one grader at a time write into a course's gradebook."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from autograder.build.store import private_folder
from autograder.course import CourseError
from autograder.grading.trouble import told

_NAME = "grading.lock"


@contextlib.contextmanager
def only_grader(root: Path) -> Iterator[None]:
    """Hold the course's lock for the block; the system frees it however the process ends.

    Args:
        root: the course's folder.

    Raises:
        CourseError: another grader holds it, or nothing can be written there.
    """
    import fcntl  # Windows has none; grading refuses there, with a sentence of its own

    with told():
        path = private_folder(root) / _NAME
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with open(descriptor, "r+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            who = file.read().strip()
            raise CourseError(
                f"Another grader is at work in this course{f' (process {who})' if who else ''}: "
                "wait until it has ended, then grade again."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
        file.truncate(0)
