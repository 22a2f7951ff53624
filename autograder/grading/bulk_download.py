"""List what a learning platform let an instructor download: a ZIP file, or a folder of it unpacked.

Nothing is unpacked to the disk, no link is followed, and a file that cannot be used costs nobody
else anything.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from zipfile import ZipFile, ZipInfo

from autograder.course import CourseError
from autograder.grading.entries import (
    BROKEN_ZIP,
    Entry,
    Unreadable,
    bounded_read,
    is_litter,
    open_archive,
    opened,
    read,
    refusal,
)
from autograder.grading.plain_text import shown
from autograder.grading.submission_limits import MIB, GradingLimits
from autograder.grading.submitted_names import Download, download

_LIST_BYTES = 64 * MIB  # the list of contents: some 600,000 files
_LONGEST_NAME = 255


@dataclass(frozen=True)
class Piece:
    """A file of a student's in a download.

    Args:
        source: its path there.
        what: what its name says.
        name: its path inside the hand-in.
        size: bytes, unpacked.
        read: returns its content; raises `Unreadable`.
    """

    source: str
    what: Download
    name: str
    size: int
    read: Callable[[], bytes] = field(repr=False)


@dataclass(frozen=True)
class BulkDownload:
    """All that lies in a download.

    Args:
        pieces: the students' files.
        refused: a sentence for each file that cannot be used or is nobody's.
    """

    pieces: list[Piece] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def add(self, path: str, size: int, trouble: str | None, content: Callable[[], bytes]) -> None:
        """Take a file, or say why not.

        Args:
            path: its path in the download.
            size: bytes, unpacked.
            trouble: why it cannot be read, as a clause.
            content: reads it.
        """
        parts = PurePosixPath(path.replace("\\", "/")).parts
        if any(map(is_litter, parts)):
            return
        if trouble := trouble or _trouble(parts):
            self.refused.append(f"{shown(path)} {trouble}.")
        elif (found := _whose(parts)) is None:
            self.refused.append(
                f"{shown(path)} is nobody's: no learning platform gives files such names."
            )
        elif size > GradingLimits().stored_bytes:
            most = GradingLimits().stored_bytes // MIB
            self.refused.append(f"{shown(path)} is larger than {most} MB.")
        else:
            self.pieces.append(Piece(path, *found, size, content))


@contextmanager
def open_download(path: Path) -> Iterator[BulkDownload]:
    """List a download; its pieces can be read as long as it is open.

    Args:
        path: a ZIP file or a folder.

    Raises:
        CourseError: there is no such thing, or it cannot be read as a whole.
    """
    if path.is_dir():
        yield _in_folder(path)
        return
    if not path.exists():
        raise CourseError(f"There is no {path}: name the ZIP file or folder that you downloaded.")
    try:
        with opened(path, path.name) as file, open_archive(file, _LIST_BYTES) as archive:
            found = BulkDownload()
            for info in archive.infolist():
                if not info.is_dir():
                    found.add(info.filename, info.file_size, refusal(info), _member(archive, info))
            yield found
    except Unreadable as error:
        raise CourseError(f"{error}.") from None
    except BROKEN_ZIP as error:
        if isinstance(error, OSError) and error.errno:
            raise  # it is about where files are written
        raise CourseError(
            f"{path} is no ZIP file that can be unpacked: download it again."
        ) from None


def _in_folder(folder: Path) -> BulkDownload:
    found = BulkDownload()
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not is_litter(name))
        for name in [*sorted(files), *(n for n in folders if Path(place, n).is_symlink())]:
            path = Path(place, name)
            inside = path.relative_to(folder).as_posix()
            entry = Entry(inside, path, path.lstat().st_size)
            trouble = "is a link, not a file" if path.is_symlink() else None
            found.add(inside, entry.size, trouble, _file(entry))
    return found


def _file(entry: Entry) -> Callable[[], bytes]:
    return lambda: read(entry, GradingLimits().stored_bytes)


def _member(archive: ZipFile, info: ZipInfo) -> Callable[[], bytes]:
    def content() -> bytes:
        try:
            return bounded_read(archive, info, GradingLimits().stored_bytes)
        except BROKEN_ZIP:
            raise Unreadable("cannot be unpacked: it is broken") from None

    return content


def _trouble(parts: tuple[str, ...]) -> str | None:
    if not parts or ".." in parts or parts[0] == "/" or parts[0].endswith(":"):
        return "has a name that leads out of the download"
    if any("\0" in part or len(part.encode(errors="replace")) > _LONGEST_NAME for part in parts):
        return "has a name that no file can have"
    if len(parts) > GradingLimits().folder_depth:
        return "lies too deep in folders"
    return None


def _whose(parts: tuple[str, ...]) -> tuple[Download, str] | None:
    """Return what the first part says that a platform named, and the path below it."""
    for place, part in enumerate(parts):
        rest = parts[place + 1 :]
        if what := download(part, folder=bool(rest)):
            return what, "/".join(filter(None, (what.file, *rest)))
    return None
