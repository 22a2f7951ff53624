"""Problems of an authored lesson: what is wrong, and where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from autograder.course import CourseError, shown


@dataclass(frozen=True, order=True)
class Problem:
    """One thing an author has to put right.

    Args:
        file: the file it is in.
        line: line number in that file, from 1.
        sentence: what is wrong and what to do about it.

    Example:
        >>> print(Problem(Path("/course/solutions/07_edges/07_edges.py"), 3, "Two H1."))
        /course/solutions/07_edges/07_edges.py:3: Two H1.
    """

    file: Path
    line: int
    sentence: str

    def __str__(self) -> str:
        """Return the form that editors and terminals make a link of."""
        return f"{shown(self.file)}:{self.line}: {self.sentence}"


class AuthoringError(CourseError):
    """All that is wrong with a lesson, one line per problem.

    Args:
        problems: at least one problem.
    """

    def __init__(self, problems: Iterable[Problem]):
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple[type[AuthoringError], tuple[tuple[Problem, ...]]]:
        """Return how a worker process hands the error over: by its problems."""
        return type(self), (self.problems,)
