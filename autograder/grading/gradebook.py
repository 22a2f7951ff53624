"""The one writer: puts judged submissions into nbgrader's gradebook and folders."""

from __future__ import annotations

import logging
import os
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from fnmatch import fnmatch
from pathlib import Path

import nbformat
from nbgrader import api
from nbgrader.api import Gradebook, InvalidEntry
from nbgrader.converters import Autograde, GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import SaveCells
from nbgrader.utils import find_all_files, parse_utc
from sqlalchemy.exc import SAWarning, SQLAlchemyError
from traitlets.config import Config, ConfigFileNotFound, PyFileConfigLoader

from autograder.course import Course, CourseError
from autograder.grading.deadlines import Deadlines
from autograder.grading.feedback import feedback_page
from autograder.grading.gradebook_rows import Entry, GradebookRows
from autograder.grading.graded_files import Modes, Staged, stage
from autograder.grading.inventory import TIMESTAMP
from autograder.grading.row import Standing
from autograder.grading.student_page import may_be_read, page_settings, with_standing
from autograder.grading.task import Graded
from autograder.grading.trouble import why_nothing_works

_NBGRADERS_LOG = logging.getLogger("tornado.application")


class Recorder:
    """Writes grades, graded notebooks and feedback pages, as nbgrader lays them out.

    Args:
        course: the course; its ``nbgrader_config.py`` holds for all that is written.
        lesson: the lesson that is graded.
        config: nbgrader's, if it is more than that file says.
    """

    def __init__(self, course: Course, lesson: str, config: Config | None = None) -> None:
        self._lesson = lesson
        self._config = config or read_config(course)
        self._places = CourseDirectory(config=self._config, root=str(course.root))
        self._autograde = Autograde(coursedir=self._places, config=self._config)
        self._feedback = GenerateFeedback(coursedir=self._places, config=self._config)
        self._gradebook: Gradebook | None = None
        self._shows = page_settings(course)
        self._deadlines = Deadlines.of(course)

    def __enter__(self) -> Recorder:
        return self

    def __exit__(self, *_: object) -> None:
        if self._gradebook is not None:
            self._gradebook.close()

    def prepare(self, release: nbformat.NotebookNode) -> None:
        """Make the gradebook know the lesson's cells as they are released.

        Args:
            release: the release, with nbgrader's checksums.

        Raises:
            CourseError: the lesson was graded before it got other exercises; or gradebook or
                folders cannot be written.
        """
        _NBGRADERS_LOG.disabled = (
            True  # nbgrader logs a traceback of what is told here in one sentence
        )
        try:
            for folder in (self._places.autograded_directory, self._places.feedback_directory):
                _prove_writable(Path(self._places.root, folder))
            self._gradebook = Gradebook(self._places.db_url, self._places.course_id)
            self._gradebook.update_or_create_assignment(self._lesson)
            self._save_cells(release)
            steps = self._autograde.autograde_preprocessors
            settling = [step(config=self._config) for step in steps if hasattr(step, "settle")]
            self._rows = GradebookRows(self._gradebook, self._lesson, self._config, settling)
        except (OSError, SQLAlchemyError, InvalidEntry) as error:
            raise CourseError(why_nothing_works(error) or _cannot(error)) from None
        finally:
            _NBGRADERS_LOG.disabled = False
        self._beside = self._files_beside()

    def share_lost(self, result: Graded) -> float:
        """Return the share of its points that a result would lose for being late, if it counted."""
        assert self._gradebook is not None, "prepare first"
        when = _handed_in(result)
        return self._deadlines.share_lost(self._gradebook, result.student, self._lesson, when)

    def record(self, results: Sequence[Graded], *, feedback: bool = True) -> list[Graded]:
        """Write students' grades, graded notebooks and pages.

        Args:
            results: of different students, each with a notebook.
            feedback: whether to write feedback pages, too.

        Returns:
            The results with what the gradebook holds now; where one student's could not be
            recorded, an error and no outcome instead.

        Raises:
            CourseError: nothing can be recorded any more; nothing of these results is.
        """
        try:
            return self._record(results, feedback) if results else []
        except Exception as error:
            if why := why_nothing_works(error):
                raise CourseError(why) from None
            if len(results) > 1:
                return [one for r in results for one in self.record([r], feedback=feedback)]
            kind = f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
            why = f"It was judged, but could not be recorded ({kind})."
            said = " ".join(filter(None, (why, results[0].error)))
            return [Graded(results[0].student, error=said)]

    def _record(self, results: Sequence[Graded], feedback: bool) -> list[Graded]:
        assert self._gradebook is not None, "prepare first"
        staged: list[Staged] = []
        try:
            for result in results:
                files = self._own_files(result) | self._beside
                files[f"{self._lesson}.ipynb"] = (result.notebook or "").encode()
                staged.append(self._stage(self._autograde, result, files))
            standings = self._rows.write(map(_entry, results))
        except BaseException:
            self._gradebook.db.rollback()
            for one in staged:
                one.drop()
            raise
        # Whoever is killed from here on begins at the journal, and comes here again.
        for one in staged:
            one.put()
        if feedback:
            self._write_pages(results, standings)
        return [replace(r, standing=standings[r.student]).without_texts() for r in results]

    def _write_pages(self, results: Sequence[Graded], standings: Mapping[str, Standing]) -> None:
        for result in results:
            standing, page = standings[result.student], result.page or ""
            if not may_be_read(self._shows, standing):
                continue
            if standing.by_hand or standing.penalty:
                notebook = nbformat.reads(result.notebook or "", as_version=4)
                page = feedback_page(
                    with_standing(notebook, standing),
                    lesson=self._lesson,
                    student=result.student,
                    shows=self._shows,
                    penalty=standing.penalty,
                )
            when = {TIMESTAMP: result.files[TIMESTAMP]} if _handed_in(result) else {}
            files = when | {f"{self._lesson}.html": page.encode()}
            self._stage(self._feedback, result, files).put()

    def _stage(
        self, step: Autograde | GenerateFeedback, result: Graded, files: dict[str, bytes]
    ) -> Staged:
        places = self._places
        above = (
            places.autograded_directory if step is self._autograde else places.feedback_directory
        )
        folder = places.format_path(above, result.student, self._lesson)
        modes = Modes(int(str(step.permissions), 8), places.groupshared)
        return stage(Path(folder), files, modes)

    def _own_files(self, result: Graded) -> dict[str, bytes]:
        """Return what a student handed in beside the notebook and nbgrader would keep."""
        ignored = self._places.ignore
        kept = {
            name: data
            for name, data in result.files.items()
            if not any(fnmatch(part, glob) for part in name.split("/") for glob in ignored)
        }
        if not _handed_in(result):
            kept.pop(TIMESTAMP, None)
        return kept

    def _files_beside(self) -> dict[str, bytes]:
        """Return what nbgrader puts from the solution's folder beside every graded notebook."""
        folder = self._places.format_path(self._places.source_directory, ".", self._lesson)
        left = {Path(folder, n) for n in self._autograde.exclude_overwriting.get(self._lesson, ())}
        found = find_all_files(folder, [*self._places.ignore, "*.ipynb"])
        files = [Path(name) for name in found if Path(name) not in left]
        return {os.path.relpath(path, folder): path.read_bytes() for path in files}

    def _save_cells(self, release: nbformat.NotebookNode) -> None:
        names = {"notebook": self._lesson, "assignment": self._lesson}
        try:
            with warnings.catch_warnings():
                # nbgrader adds to its database in an order that SQLAlchemy remarks on at length.
                warnings.simplefilter("ignore", SAWarning)
                SaveCells(config=self._config).preprocess(
                    release, {"nbgrader": names | {"db_url": self._places.db_url}}
                )
        except RuntimeError:
            raise CourseError(
                f"The gradebook holds grades for another version of {self._lesson}, with other "
                f"exercises. To start it anew: nbgrader db assignment remove {self._lesson} --force"
            ) from None


def read_config(course: Course) -> Config:
    """Return what ``nbgrader_config.py`` sets.

    Raises:
        CourseError: there is none.
    """
    loader = PyFileConfigLoader("nbgrader_config.py", path=str(course.root))
    try:
        return loader.load_config()
    except ConfigFileNotFound:
        raise CourseError(
            f"{course.root} has no nbgrader_config.py: write the two lines that "
            "docs/your-own-course.md gives."
        ) from None


def database_version() -> str:
    """Return the version of nbgrader's database, which nbgrader asks a new process for."""
    from alembic.script import ScriptDirectory
    from nbgrader.dbutil import ALEMBIC_DIR

    return str(ScriptDirectory(ALEMBIC_DIR).get_current_head())


api.get_alembic_version = database_version


def _entry(result: Graded) -> Entry:
    return Entry(result.student, result.row, _handed_in(result), result.judged_anew)


def _handed_in(result: Graded) -> datetime | None:
    """Return when it was handed in, by the file that nbgrader puts beside it; None if unknown."""
    try:
        return parse_utc(result.files.get(TIMESTAMP, b"").decode().strip())
    except (ValueError, OverflowError, IndexError):
        return None


def _prove_writable(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        pass


def _cannot(error: Exception) -> str:
    where = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) else str(error)
    return f"Grades cannot be written ({' '.join(where.split())[:300]}): put that right first."
