"""Say of each entry of ``submitted/`` what it is: a student's lesson, something to name, or litter.

Nothing is copied and no link is followed. What can be told for certain is taken and said; where
two files are equally plausible, both are named and neither is guessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from autograder.course import CourseError
from autograder.grading.submission_limits import GradingLimits


@dataclass(frozen=True)
class Entry:
    """A file of a student's, found but not read.

    Args:
        name: path inside the student's folder, ``/`` between; a ZIP file counts as a folder.
        path: the file on disk.
        size: bytes, unpacked.
        members: the way into the ZIP file at `path`; empty for a plain file.
        trouble: why it must not be read (``is a link``); None for what `read` reads.
    """

    name: str
    path: Path
    size: int = 0
    members: tuple[str, ...] = ()
    trouble: str | None = None


@dataclass(frozen=True)
class Submission:
    """What one student handed in for one lesson.

    Args:
        student: printable, unique, fit for a folder's name.
        notebook: the file to grade; None if there is none.
        companions: the files beside it, that its cells may open.
        findings: how it was recognised, one clause each; empty for nbgrader's own layout.
        error: why there is no notebook, as a clause; the student gets the bare release and 0.
    """

    student: str
    notebook: Entry | None
    companions: tuple[Entry, ...] = field(repr=False, default=())
    findings: tuple[str, ...] = ()
    error: str | None = None


@dataclass(frozen=True)
class Inventory:
    """All that lies in ``submitted/``, for one lesson.

    Args:
        submissions: one per student who handed the lesson in, by student.
        unmatched: a sentence for each entry that fits nobody.
        ignored: names that are nobody's: ``.git``, ``__MACOSX``, hidden folders.
    """

    submissions: tuple[Submission, ...]
    unmatched: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


def take_inventory(
    submitted: Path,
    lesson: str,
    release: nbformat.NotebookNode,
    lessons: Sequence[str] = (),
    limits: GradingLimits | None = None,
) -> Inventory:
    """Find what was handed in for a lesson.

    Args:
        submitted: folder with an entry for each student.
        lesson: the lesson's name.
        release: the lesson as released; it tells whose notebook is which lesson's.
        lessons: names of all the course's lessons; their folders are no strays.
        limits: bounds on what is looked at.

    Raises:
        CourseError: there is no such folder, or nothing for the lesson in it.
    """
    if not submitted.is_dir():
        raise CourseError(f"There is no folder {submitted}: name the one with --submitted.")
    found = [
        Submission(folder.name, Entry(f"{lesson}/{lesson}.ipynb", path))
        for folder in sorted(submitted.iterdir())
        if (path := folder / lesson / f"{lesson}.ipynb").is_file()
    ]
    if not found:
        where = f"{submitted}/<student>/{lesson}/{lesson}.ipynb"
        raise CourseError(f"Nothing was handed in for {lesson}: submissions belong in {where}.")
    return Inventory(tuple(found))
