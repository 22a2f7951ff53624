"""Keep every hand-in of a student.

The last one lies where nbgrader expects it, ``submitted/<student>/<lesson>``. Earlier ones lie in
``submitted/.earlier/<student>/<lesson>/<number>``: what begins with a dot is no student, to this
grader or to nbgrader.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import nbformat

from autograder.files import write
from autograder.grading.entries import Unreadable, entries_in, read
from autograder.grading.inventory import TIMESTAMP, Submission, submission_in
from autograder.grading.submission_limits import GradingLimits
from autograder.moments import as_utc

EARLIER = ".earlier"
_ABOUT = ".hand-in.json"


@dataclass(frozen=True)
class Stamp:
    """What tells which of two hand-ins is later.

    Args:
        handed_in: when, if the platform says so.
        order: the platform's own number, larger for what was handed in later; 0 if there is none.
    """

    handed_in: datetime | None = None
    order: int = 0

    def before(self, other: Stamp) -> bool:
        """Say whether this is certainly earlier than another."""
        if self.handed_in and other.handed_in and self.handed_in != other.handed_in:
            return self.handed_in < other.handed_in
        return bool(self.order and other.order) and self.order < other.order


@dataclass(frozen=True)
class HandIn:
    """One of a student's hand-ins for a lesson.

    Args:
        folder: where it lies.
        stamp: how early it was.
        digest: names its content.
    """

    folder: Path
    stamp: Stamp
    digest: str


def hand_ins(submitted: Path, student: str, lesson: str) -> tuple[HandIn, ...]:
    """Return all of a student's hand-ins for a lesson, the last one last.

    Args:
        submitted: folder of all students.
        student: name of the student's folder.
        lesson: the lesson.
    """
    kept = _earlier(submitted, student, lesson)
    current = submitted / student / lesson
    return (*kept, *([_read(current)] if current.is_dir() else []))


def earlier_submissions(
    submitted: Path,
    student: str,
    lesson: str,
    release: nbformat.NotebookNode,
    limits: GradingLimits | None = None,
) -> tuple[Submission, ...]:
    """Return what a student handed in before the last time, as the inventory would.

    Args:
        submitted: folder of all students.
        student: name of the student's folder.
        lesson: the lesson.
        release: the lesson as released.
        limits: bounds on what is looked at.
    """
    kept = _earlier(submitted, student, lesson)
    return tuple(
        replace(
            submission_in(each.folder, lesson, release, limits),
            student=student,
            hand_in=each.folder.name,
        )
        for each in kept
    )


def keep(
    submitted: Path, student: str, lesson: str, files: Mapping[str, bytes], stamp: Stamp
) -> str:
    """Put a hand-in beside those that there are; nothing is overwritten.

    Args:
        submitted: folder of all students.
        student: name of the student's folder.
        lesson: the lesson.
        files: path inside the hand-in → content.
        stamp: how early it was.

    Returns:
        "first", "later" (what lay there is kept as an earlier one), "earlier", or "known" if it is
        there already.

    Raises:
        OSError: it cannot be written; then nothing has changed.
    """
    new = HandIn(Path(), stamp, _digest(files))
    there = hand_ins(submitted, student, lesson)
    for known in filter(lambda other: _same(new, other), there):
        _say_when(known, stamp)
        return "known"
    staged = submitted / f"{EARLIER}-{secrets.token_hex(4)}"
    try:
        _write(staged, files, new)
        current = submitted / student / lesson
        if not there or not current.is_dir():
            current.parent.mkdir(parents=True, exist_ok=True)
            os.rename(staged, current)
            return "later" if there else "first"
        shelf = submitted / EARLIER / student / lesson
        shelf.mkdir(parents=True, exist_ok=True)
        if stamp.before(there[-1].stamp):
            os.rename(staged, _free(shelf))
            return "earlier"
        os.rename(current, _free(shelf))
        os.rename(staged, current)
        return "later"
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _write(folder: Path, files: Mapping[str, bytes], about: HandIn) -> None:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    _describe(folder, about)


def _describe(folder: Path, about: HandIn) -> None:
    """Say when it was handed in, to nbgrader and to us."""
    stamp = about.stamp
    if stamp.handed_in:
        write(folder / TIMESTAMP, f"{as_utc(stamp.handed_in):%Y-%m-%d %H:%M:%S} UTC")
    tree = {
        "handed_in": stamp.handed_in.isoformat() if stamp.handed_in else None,
        "order": stamp.order,
        "sha256": about.digest,
    }
    write(folder / _ABOUT, json.dumps(tree))


def _say_when(known: HandIn, stamp: Stamp) -> None:
    """Add the time to a hand-in that was collected without one."""
    if stamp.handed_in and not known.stamp.handed_in and not (known.folder / TIMESTAMP).exists():
        order = known.stamp.order or stamp.order
        _describe(known.folder, replace(known, stamp=replace(stamp, order=order)))


def _same(new: HandIn, other: HandIn) -> bool:
    """Say whether it is the same hand-in once more; the same content later is another one."""
    if new.digest != other.digest:
        return False
    return not (new.stamp.before(other.stamp) or other.stamp.before(new.stamp))


def _earlier(submitted: Path, student: str, lesson: str) -> list[HandIn]:
    shelf = submitted / EARLIER / student / lesson
    numbers = [name for name in os.listdir(shelf) if name.isdecimal()] if shelf.is_dir() else []
    found = [_read(shelf / number) for number in sorted(numbers, key=int)]
    return sorted(found, key=lambda each: (each.stamp.order, _when(each)))


def _when(each: HandIn) -> float:
    return each.stamp.handed_in.timestamp() if each.stamp.handed_in else 0.0


def _free(shelf: Path) -> Path:
    numbers = [int(name) for name in os.listdir(shelf) if name.isdecimal()]
    return shelf / str(max(numbers, default=0) + 1)


def _read(folder: Path) -> HandIn:
    try:
        tree = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
        when = tree["handed_in"] and datetime.fromisoformat(tree["handed_in"])
        return HandIn(folder, Stamp(when, int(tree["order"])), str(tree["sha256"]))
    except (OSError, ValueError, KeyError, TypeError):  # somebody put it there by hand
        return HandIn(folder, Stamp(), _digest(_content(folder)))


def _content(folder: Path) -> dict[str, bytes]:
    limits = GradingLimits()
    files = {}
    for entry in entries_in(folder, limits).entries:
        with contextlib.suppress(Unreadable):
            if not entry.members and entry.name != TIMESTAMP:
                files[entry.name] = read(entry, limits.stored_bytes)
    return files


def _digest(files: Mapping[str, bytes]) -> str:
    whole = hashlib.sha256()
    for name in sorted(files):
        whole.update(f"{name}\0{len(files[name])}\0".encode())
        whole.update(files[name])
    return whole.hexdigest()
