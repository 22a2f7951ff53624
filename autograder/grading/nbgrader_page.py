"""nbgrader's own feedback page of one student, as `nbgrader generate_feedback` makes it."""

from __future__ import annotations

import logging
import warnings
from pathlib import Path
from typing import Any

from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SAWarning
from traitlets.config import Config


class _OfOne(GenerateFeedback):
    """A converter of the one notebook in a folder, which nbgrader would find by a pattern."""

    folder: Path

    def init_notebooks(self) -> None:
        """Name the folder and its notebook as they are: a student's id may hold any character."""
        notebook = self.folder / f"{self.folder.name}.ipynb"
        self.assignments = {str(self.folder): [str(notebook)]}


def write_nbgrader_page(places: CourseDirectory, config: Config, student: str, lesson: str) -> None:
    """Write the feedback page of a graded notebook that is recorded.

    Args:
        places: the course's folders.
        config: nbgrader's.
        student: the student's id.
        lesson: the lesson's name.

    Raises:
        NbGraderException: nbgrader cannot make it.
    """
    places = CourseDirectory(parent=places, root=places.root)
    places.student_id = places.notebook_id = "*"
    converter: Any = _OfOne(coursedir=places, config=config)
    converter.folder = Path(places.format_path(places.autograded_directory, student, lesson))
    converter.force = True
    converter.log = logging.Logger("nbgrader", logging.CRITICAL)  # it tells its story at length
    with warnings.catch_warnings():
        # nbgrader adds to its database in an order that SQLAlchemy remarks on at length.
        warnings.simplefilter("ignore", SAWarning)
        converter.start()
