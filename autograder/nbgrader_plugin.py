"""How nbgrader is told to work on this course; ``nbgrader_config.py`` calls `configure`."""

from __future__ import annotations

from traitlets.config import Config

# nbgrader copies every other file of a lesson's folder to students: these are never for them.
PRIVATE_FILES = ("*.py", "*.pyc", "__pycache__", ".ipynb_checkpoints", ".pytest_cache")


def configure(config: Config) -> None:
    """Set all that nbgrader has to know.

    Args:
        config: nbgrader's configuration; it is changed in place.
    """
    _lay_out(config)
    _release(config)


def _lay_out(config: Config) -> None:
    """Name the folders, and the files in them that students never get."""
    config.CourseDirectory.course_id = "cnncourse"
    config.CourseDirectory.source_directory = "solutions"
    config.CourseDirectory.release_directory = "notebooks"
    config.CourseDirectory.submitted_directory = "submitted"
    config.CourseDirectory.autograded_directory = "autograded"
    config.CourseDirectory.feedback_directory = "feedback"
    config.CourseDirectory.ignore = list(PRIVATE_FILES)


def _release(config: Config) -> None:
    """Let ``nbgrader generate_assignment`` make the same notebook as ``autograder build``."""
    from nbgrader.preprocessors import (
        CheckCellMetadata,
        ClearOutput,
        ComputeChecksums,
        LockCells,
        SaveCells,
    )

    from autograder.build.preprocessor import CutSolutions

    config.GenerateAssignment.preprocessors = [
        CutSolutions,
        LockCells,
        ClearOutput,
        CheckCellMetadata,
        ComputeChecksums,
        SaveCells,
    ]
