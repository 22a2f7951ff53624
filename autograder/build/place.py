"""Put the files of a lesson in place, all of them or none.

All are written below ``.autograder`` first, a list of them last; then each is moved to where it
belongs. Who is killed in between leaves the list, and whoever builds next goes on from there.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from autograder.build.store import FOLDER, private_folder
from autograder.course import Course
from autograder.files import write

_LIST = "list.json"
_LEFT_OVER_SECONDS = 3600  # nobody takes that long to write a lesson's files


def put_in_place(course: Course, lesson: str, files: Mapping[Path, bytes]) -> list[Path]:
    """Write the files of a lesson, all or none.

    Args:
        course: the course.
        lesson: the lesson's name.
        files: path → content; those that hold it already are left alone.

    Returns:
        The files that were changed.
    """
    new = {path: data for path, data in files.items() if _content(path) != data}
    if not new:
        return []
    private_folder(course.root)
    waiting = _waiting_room(course)
    waiting.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=waiting, prefix=f"{lesson}."))
    entries = []
    for number, (path, data) in enumerate(new.items()):
        write(folder / str(number), data)
        entries.append([path.relative_to(course.root).as_posix(), _hash(data)])
    write(folder / _LIST, json.dumps(entries).encode())
    _finish(course, folder)
    return list(new)


def interrupted(course: Course, lesson: str) -> list[Path]:
    """Find builds of a lesson that ended before all its files were in place.

    Args:
        course: the course.
        lesson: the lesson's name.

    Returns:
        Folders that `finish` takes.
    """
    return sorted(path.parent for path in _waiting_room(course).glob(f"{lesson}.*/{_LIST}"))


def finish(course: Course, lesson: str) -> bool:
    """Finish builds of a lesson that ended before all its files were in place.

    Args:
        course: the course.
        lesson: the lesson's name.

    Returns:
        Whether there was something to finish. What cannot be finished, because a file was lost, is
        dropped: the lesson is then as a mixture of two builds is, which ``--check`` tells.
    """
    found = interrupted(course, lesson)
    for folder in found:
        _finish(course, folder)
    for folder in _left_over(course, lesson):
        shutil.rmtree(folder, ignore_errors=True)
    return bool(found)


def _finish(course: Course, folder: Path) -> None:
    """Move the files of a folder to their places; another process may be doing the same."""
    try:
        entries = json.loads((folder / _LIST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        entries = []
    for number, (name, content) in enumerate(entries):
        data = _content(folder / str(number))
        if data is not None and _hash(data) == content:
            _move(folder / str(number), course.root / name, data)
    shutil.rmtree(folder, ignore_errors=True)


def _move(source: Path, target: Path, data: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.replace(source, target)
    except OSError:  # another file system, or moved by another process meanwhile
        write(target, data)


def _left_over(course: Course, lesson: str) -> Iterator[Path]:
    """Yield folders of builds that ended before their list was written: nothing was moved."""
    for folder in _waiting_room(course).glob(f"{lesson}.*"):
        old = time.time() - folder.stat().st_mtime > _LEFT_OVER_SECONDS
        if old and not (folder / _LIST).exists():
            yield folder


def _waiting_room(course: Course) -> Path:
    return course.root / FOLDER / "building"


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
