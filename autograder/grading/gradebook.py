"""Record judged submissions through nbgrader's own converter, one at a time."""

from __future__ import annotations

import contextlib
import json
import logging
import signal
import tempfile
import threading
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde, GenerateFeedback
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import ClearOutput, Execute, SaveCells
from nbgrader.utils import parse_utc
from sqlalchemy.exc import SAWarning
from traitlets.config import Config, ConfigFileNotFound, PyFileConfigLoader

from autograder.course import Course, CourseError
from autograder.grading.preprocessors import Refuse
from autograder.grading.secret_key import FOLDER

# Steps of the pipeline that are done by the time a submission is recorded.
_DONE = (ClearOutput, Execute, Refuse)
_TIMESTAMP = "timestamp.txt"


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
        self._coursedir = CourseDirectory(config=self._config, root=str(course.root))
        self._coursedir.student_id = self._coursedir.notebook_id = "*"  # one submission at a time
        (course.root / FOLDER).mkdir(mode=0o700, exist_ok=True)
        self._staging = tempfile.TemporaryDirectory(dir=course.root / FOLDER, prefix="staged-")
        self._staged = f"{FOLDER}/{Path(self._staging.name).name}"

    def __enter__(self) -> Recorder:
        return self

    def __exit__(self, *_: object) -> None:
        self._staging.cleanup()

    def prepare(self, release: nbformat.NotebookNode) -> None:
        """Make the gradebook know the lesson's cells as they are released.

        Args:
            release: the release, with nbgrader's checksums.

        Raises:
            CourseError: the lesson was graded before it got other exercises.
        """
        names = {"notebook": self._lesson, "assignment": self._lesson}
        with self._gradebook() as gradebook:
            gradebook.update_or_create_assignment(self._lesson)
        try:
            SaveCells(config=self._config).preprocess(
                release, {"nbgrader": names | {"db_url": self._coursedir.db_url}}
            )
        except RuntimeError:
            raise CourseError(
                f"The gradebook holds grades for another version of {self._lesson}, with other "
                f"exercises. To start it anew: nbgrader db assignment remove {self._lesson} --force"
            ) from None

    def record(
        self, student: str, notebook: nbformat.NotebookNode, files: Mapping[str, bytes]
    ) -> None:
        """Write one student's grades and graded notebook; an interruption waits until it is done.

        Args:
            student: the student's id.
            notebook: the judged notebook.
            files: what lies beside it.

        Raises:
            NbGraderException: nbgrader refused it; nothing of an earlier grading is relied on.
        """
        folder = self._stage(student, notebook, files)
        coursedir = CourseDirectory(parent=self._coursedir, root=self._coursedir.root)
        coursedir.submitted_directory = self._staged
        converter = _Autograde(coursedir=coursedir, config=self._config)
        for steps in ("sanitize_preprocessors", "autograde_preprocessors"):
            left = [s for s in getattr(converter, steps) if not _is_done(s)]
            setattr(converter, steps, left)
        with _uninterrupted():
            _convert(converter, folder)

    def feedback(self, student: str) -> None:
        """Write one student's feedback page."""
        converter = _GenerateFeedback(coursedir=self._coursedir, config=self._config)
        folder = self._coursedir.format_path(
            self._coursedir.autograded_directory, student, self._lesson
        )
        with _uninterrupted():
            _convert(converter, Path(folder))

    def _stage(
        self, student: str, notebook: nbformat.NotebookNode, files: Mapping[str, bytes]
    ) -> Path:
        folder = Path(self._coursedir.format_path(self._staged, student, self._lesson))
        folder.mkdir(parents=True)
        for name, data in files.items():
            if name == _TIMESTAMP and not _is_time(data):
                continue
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
        text = json.dumps(notebook, ensure_ascii=False)
        (folder / f"{self._lesson}.ipynb").write_text(text, encoding="utf-8")
        return folder

    def _gradebook(self) -> Gradebook:
        return Gradebook(self._coursedir.db_url, self._coursedir.course_id)


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


class _One:
    """A converter of the one submission in a folder, which nbgrader would find by a pattern."""

    folder: Path

    def init_notebooks(self) -> None:
        """Name the folder and its notebook as they are: a student's id may hold any character."""
        notebook = self.folder / f"{self.folder.name}.ipynb"
        self.assignments = {str(self.folder): [str(notebook)]}


class _Autograde(_One, Autograde):
    pass


class _GenerateFeedback(_One, GenerateFeedback):
    pass


def _convert(converter: Any, folder: Path) -> None:
    converter.folder = folder
    converter.force = True
    log = logging.Logger("nbgrader")  # nbgrader tells its story at length; only the end matters
    log.addHandler(kept := _Kept())
    converter.log = log
    try:
        with warnings.catch_warnings():
            # nbgrader adds to its database in an order that SQLAlchemy remarks on at length.
            warnings.simplefilter("ignore", SAWarning)
            converter.start()
    except NbGraderException as error:
        raise NbGraderException(kept.last or str(error)) from None


class _Kept(logging.Handler):
    """Keeps the last line of the last traceback that was logged."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.last: str | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it."""
        lines = record.getMessage().strip().splitlines()
        if lines and lines[0].startswith("Traceback"):
            self.last = lines[-1]


def _is_done(step: Any) -> bool:
    return isinstance(step, type) and issubclass(step, _DONE)


def _is_time(data: bytes) -> bool:
    try:
        return parse_utc(data.decode().strip()) is not None
    except (ValueError, OverflowError, IndexError):
        return False


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let Ctrl-C wait, so that no record is left half written."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals are handled elsewhere
        return
    waiting: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: waiting.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if waiting:
        raise KeyboardInterrupt
