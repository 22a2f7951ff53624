"""Where a course keeps its gradebook and its graded notebooks, as nbgrader lays them out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SQLAlchemyError

from autograder.course import Course, CourseError
from autograder.grading.gradebook import read_config


class Places:
    """A course's gradebook and graded notebooks.

    Args:
        course: the course; its ``nbgrader_config.py`` says where.
        gradebook: another database file, the graded notebooks beside it.

    Raises:
        CourseError: the course has no ``nbgrader_config.py``.
    """

    def __init__(self, course: Course, gradebook: Path | None = None) -> None:
        root = course.root if gradebook is None else gradebook.absolute().parent
        self._folders = CourseDirectory(config=read_config(course), root=str(root))
        self._url = (
            self._folders.db_url if gradebook is None else f"sqlite:///{gradebook.absolute()}"
        )
        self._file = Path(self._url.removeprefix("sqlite:///"))

    @property
    def graded(self) -> bool:
        """Whether there is a gradebook; one on a server is taken to be there."""
        return not self._url.startswith("sqlite:") or self._file.is_file()

    @contextmanager
    def gradebook(self, lesson: str = "LESSON", *, new: bool = False) -> Iterator[Gradebook]:
        """Open the gradebook.

        Args:
            lesson: what should have been graded.
            new: make one where there is none.

        Raises:
            CourseError: there is none, or it cannot be read.
        """
        if not (new or self.graded):
            raise CourseError(
                f"There is no gradebook at {self._file}: run `autograder grade {lesson}` first."
            )
        try:
            with Gradebook(self._url, self._folders.course_id) as gradebook:
                yield gradebook
        except SQLAlchemyError as error:
            why = str(getattr(error, "orig", None) or type(error).__name__).rstrip(".")
            raise CourseError(
                f"The gradebook {self._file} cannot be read ({why}): close what uses it, or put a "
                "copy back."
            ) from None

    def notebook(self, student: str, lesson: str) -> Path:
        """Return where a student's graded notebook lies, if there is one."""
        folder = self._folders.format_path(self._folders.autograded_directory, student, lesson)
        return Path(folder) / f"{lesson}.ipynb"

    def notebooks(self, lesson: str) -> dict[str, Path]:
        """Return student → graded notebook, of all that there are."""
        above = Path(self._folders.root) / self._folders.autograded_directory
        students = sorted(path.name for path in above.iterdir()) if above.is_dir() else []
        found = {student: self.notebook(student, lesson) for student in students}
        return {student: path for student, path in found.items() if path.is_file()}
