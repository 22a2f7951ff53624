"""Configure nbgrader for this course; ``nbgrader_config.py`` calls `configure`."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from traitlets.config import Config

from autograder.course import PRIVATE_FILES, Course

# What a cell of a validated notebook may wait for nothing; a busy machine makes nobody fail.
VALIDATE_SECONDS = 1800


def configure(config: Config, file: str) -> None:
    """Set all that nbgrader has to know.

    Args:
        config: nbgrader's configuration; it is changed in place.
        file: path of ``nbgrader_config.py``, which lies at the course's root.

    Raises:
        CourseError: the ``course.toml`` beside it cannot be.
    """
    _find_tools()
    course = Course(Path(file).resolve().parent)
    _lay_out(config, course)
    _release(config)
    _grade(config)
    _judge_lateness(config, course)
    _show(config)
    _validate(config)


def _find_tools() -> None:
    """Let nbgrader find the ``alembic`` it starts, even where no environment is activated."""
    if shutil.which("alembic") is None:
        tools = str(Path(sys.executable).parent)
        os.environ["PATH"] = os.pathsep.join([tools, os.environ.get("PATH", os.defpath)])


def _lay_out(config: Config, course: Course) -> None:
    """Name the folders, and the files in them that students never get."""
    config.CourseDirectory.course_id = course.file.id
    config.CourseDirectory.source_directory = "solutions"
    config.CourseDirectory.release_directory = "notebooks"
    config.CourseDirectory.submitted_directory = "submitted"
    config.CourseDirectory.autograded_directory = "autograded"
    config.CourseDirectory.feedback_directory = "feedback"
    config.CourseDirectory.ignore = list(PRIVATE_FILES)
    # Where nbgrader would give out and collect: in a hub, its administrator says where.
    if "root" not in config.Exchange:
        config.Exchange.root = str(course.root / ".autograder" / "exchange")


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


def _grade(config: Config) -> None:
    """Let nbgrader's commands and buttons grade and release as ``autograder`` does."""
    from nbconvert.preprocessors import ClearMetadataPreprocessor
    from nbgrader.preprocessors import (
        AssignLatePenalties,
        CheckCellMetadata,
        IgnorePattern,
        LimitOutput,
        SaveAutoGrades,
    )

    from autograder.grading import nbgrader_commands
    from autograder.grading.late_penalty import ApplyDeadlines
    from autograder.grading.preprocessors import Refuse

    nbgrader_commands.install()
    # nbgrader's own steps for recording; where it would execute the notebook, it is refused.
    config.Autograde.autograde_preprocessors = [
        Refuse,
        IgnorePattern,
        ClearMetadataPreprocessor,
        LimitOutput,
        SaveAutoGrades,
        ApplyDeadlines,
        AssignLatePenalties,
        CheckCellMetadata,
    ]


def _judge_lateness(config: Config, course: Course) -> None:
    """Let nbgrader know due dates and extensions and, where the course says so, what late costs."""
    from autograder.grading.deadlines import due_dates
    from autograder.grading.late_penalty import LatePenalty

    due_dates(course)  # told now if they cannot be, and not for each student
    config.ApplyDeadlines.root = config.LatePenalty.root = str(course.root)
    if course.file.late is not None:
        config.AssignLatePenalties.plugin_class = LatePenalty


def _show(config: Config) -> None:
    """Keep scripts of students out of all pages, and rubrics out of those for students."""
    import nbgrader
    from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
    from nbgrader.preprocessors import GetGrades

    from autograder.grading.pages import TEMPLATES, EscapeNames, markdown2html
    from autograder.grading.rubric import WithoutRubrics

    config.GenerateFeedback.preprocessors = [WithoutRubrics, GetGrades, CSSHTMLHeaderPreprocessor]
    # Pages show what students wrote to people with more rights than students.
    config.HTMLExporter.filters = {"markdown2html": markdown2html}
    config.HTMLExporter.preprocessors = [EscapeNames]
    theirs = Path(nbgrader.__file__).parent / "server_extensions/formgrader/templates"
    config.HTMLExporter.extra_template_basedirs = [str(TEMPLATES), str(theirs)]


def _validate(config: Config) -> None:
    """Let Validate run into no limit of nbgrader's: `check` limits processor time instead."""
    config.Execute.timeout = VALIDATE_SECONDS
    config.Execute.startup_timeout = VALIDATE_SECONDS
    config.Execute.iopub_timeout = VALIDATE_SECONDS
