"""Find the files of one student without reading them: in folders, and in ZIP files as in folders.

No link is followed, nothing is opened that is not a plain file, nothing is unpacked to the disk,
and how much is looked at is bounded before it is looked at.
"""

from __future__ import annotations

import io
import os
import stat
import zipfile
import zlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, cast

from autograder.grading.plain_text import shown
from autograder.grading.submission_limits import MIB, GradingLimits

_LITTER = frozenset(
    {"__macosx", "__pycache__", "thumbs.db", "desktop.ini", "$recycle.bin", "lost+found", "@eadir"}
)
_LINK = "is a link, not a file"
_FOLDER = "is a folder, not a file"
_DEVICE = "is a device or a pipe, not a file"
_ZIP_MAGIC = b"PK\x03\x04"
_CHUNK = 2**16
# What zipfile and zlib raise over a file that somebody spoilt.
BROKEN_ZIP = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
    EOFError,
    OverflowError,
    LookupError,
)


class Unreadable(Exception):
    """What cannot be used of a submission; its text is a clause without full stop."""


@dataclass(frozen=True)
class HardLinks:
    """Where a file lies that has several names.

    Args:
        file: device and number of the file.
        names: how many names it has, wherever they are.
        owner: the file's owner.
    """

    file: tuple[int, int]
    names: int
    owner: int


@dataclass(frozen=True)
class Entry:
    """A file of a student's, found but not read.

    Args:
        name: path inside the student's folder, ``/`` between; a ZIP file counts as a folder.
        path: the file on disk.
        size: bytes, unpacked.
        members: the way into the ZIP file at `path`; empty for a plain file.
        trouble: why it must not be read (``is a link``); None for what `read` reads.
        links: set if the file has several names.
        data: what is in it, where it travels to another machine; None: it is still to be read.
    """

    name: str
    path: Path
    size: int = 0
    members: tuple[str, ...] = ()
    trouble: str | None = None
    links: HardLinks | None = None
    data: bytes | None = field(repr=False, default=None)


@dataclass
class Found:
    """What lies in a folder.

    Attributes:
        entries: the files, nearest first.
        said: clauses for the report, such as one for each bound that was met.
        unopened: a clause for each ZIP file, or part of one, that cannot be used.
    """

    entries: list[Entry] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    unopened: list[str] = field(default_factory=list)


def is_litter(name: str) -> bool:
    """Say whether a name is hidden or a system's own; ``..dots`` is an odd name, not a hidden one.

    Example:
        >>> [is_litter(name) for name in (".git", "__MACOSX", "ann", "..dots")]
        [True, True, False, False]
    """
    return name.lower() in _LITTER or (name.startswith(".") and not name.startswith(".."))


def is_notebook_name(name: str) -> bool:
    """Say whether a file's name is that of a notebook, or was before something was added to it.

    Example:
        >>> [is_notebook_name(n) for n in ("a.ipynb", "A.IPYNB", "a.ipynb.txt", "a.py")]
        [True, True, True, False]
    """
    return ".ipynb" in name.lower()


def entries_in(
    folder: Path, limits: GradingLimits, first: str | None = None, prefix: str = ""
) -> Found:
    """List what lies in a folder and below.

    Args:
        folder: a folder, not a link.
        limits: how deep and how much.
        first: the folder in it whose files matter most.
        prefix: what to put before each name.
    """
    walk = _Walk(limits)
    if first is not None:  # known whatever else the folder is filled with
        walk.add(f"{first}/{first}.ipynb", folder / first / f"{first}.ipynb")
    walk.folder(folder, first, prefix)
    return walk.found


def entries_of(files: list[tuple[str, Path]], limits: GradingLimits) -> Found:
    """List single files as if they lay in one folder.

    Args:
        files: name that each would have in the folder, and its place.
        limits: how much.
    """
    walk = _Walk(limits)
    for name, path in files:
        if path.is_dir() and not path.is_symlink():
            walk.folder(path, prefix=f"{name}/" if name else "")
        else:
            walk.add(name, path)
    return walk.found


def read(entry: Entry, limit: int, limits: GradingLimits | None = None) -> bytes:
    """Read an entry.

    Args:
        entry: what to read.
        limit: the most bytes it may have.
        limits: bounds on the ZIP file that it is in.

    Raises:
        Unreadable: it is no plain file, too large, or cannot be opened.
    """
    limits = limits or GradingLimits()
    name = shown(PurePosixPath(entry.name).name)
    if entry.trouble:
        raise Unreadable(f"{name} {entry.trouble}")
    data = _contents(entry, name, limit, limits) if entry.data is None else entry.data
    if len(data) > limit:
        raise Unreadable(f"{name} is larger than {limit // MIB} MB")
    return data


def packed(entry: Entry, limit: int, limits: GradingLimits | None = None) -> Entry:
    """Return an entry that can be read on another machine: with its data, or why there is none.

    Args:
        entry: what to read.
        limit: the most bytes it may have.
        limits: bounds on the ZIP file that it is in.
    """
    try:
        return replace(entry, data=read(entry, limit, limits))
    except Unreadable as error:
        name = shown(PurePosixPath(entry.name).name)
        return replace(entry, data=None, trouble=str(error).removeprefix(f"{name} "))


def companions(entries: list[Entry], notebook: Entry) -> Iterator[Entry]:
    """Yield the files beside a notebook, by their names in its folder; other notebooks are none.

    Args:
        entries: a student's files.
        notebook: one of them.
    """
    folder = notebook.name.rpartition("/")[0]
    prefix = f"{folder}/" if folder else ""
    for entry in entries:
        name = entry.name.removeprefix(prefix)
        together = _packed_in(entry) == _packed_in(notebook) and entry.name.startswith(prefix)
        if together and not any(map(is_notebook_name, name.split("/"))):
            yield replace(entry, name=name)


def _contents(entry: Entry, name: str, limit: int, limits: GradingLimits) -> bytes:
    """Read a file, or a member of a ZIP file, up to one byte beyond a limit."""
    with opened(entry.path, name) as file:
        try:
            if entry.members:
                return _member(file, entry.members, limit, limits)
            return file.read(limit + 1)
        except BROKEN_ZIP:
            raise Unreadable(f"{name} cannot be read or unpacked: it is broken") from None


def _packed_in(entry: Entry) -> tuple[Path | None, tuple[str, ...]]:
    return (entry.path, entry.members[:-1]) if entry.members else (None, ())


class _Walk:
    """Fills a `Found` within limits."""

    def __init__(self, limits: GradingLimits) -> None:
        self.found = Found()
        self._limits = limits
        self._seen: set[str] = set()
        self._looked_at = 0
        self._archives = 0

    def folder(self, folder: Path, first: str | None = None, prefix: str = "") -> None:
        """Add what lies in a folder and below, level by level, one folder in it before all."""
        queue = deque([(prefix, folder, 0)])
        if first is not None and (folder / first).is_dir():
            queue.appendleft((f"{prefix}{first}/", folder / first, 1))
        while queue:
            prefix, place, depth = queue.popleft()
            for item in self._listed(prefix, place):
                if depth == 0 and item.name == first and item.is_dir():
                    continue
                if not self._afford():
                    return
                name = f"{prefix}{item.name}"
                if not item.is_dir(follow_symlinks=False):
                    self.add(name, Path(item.path))
                    continue
                if is_notebook_name(item.name):
                    self.found.entries.append(Entry(name, Path(item.path), trouble=_FOLDER))
                if depth < self._limits.folder_depth:
                    queue.append((f"{name}/", Path(item.path), depth + 1))
                else:
                    self._too_deep()

    def add(self, name: str, path: Path) -> None:
        """Add a file, and what is in it if it is a ZIP file."""
        try:
            about = path.lstat()
        except OSError:  # it is not there, or not any more
            return
        if name in self._seen or stat.S_ISDIR(about.st_mode):
            return
        self._seen.add(name)
        trouble: str | None = None
        links: HardLinks | None = None
        if stat.S_ISLNK(about.st_mode):
            trouble = _LINK
        elif not stat.S_ISREG(about.st_mode):
            trouble = _DEVICE
        elif about.st_nlink > 1:
            links = HardLinks((about.st_dev, about.st_ino), about.st_nlink, about.st_uid)
        entry = Entry(name, path, about.st_size, trouble=trouble, links=links)
        self.found.entries.append(entry)
        if trouble is None and _is_zip(entry):
            self._unpack(entry)

    def _listed(self, prefix: str, place: Path) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(place) as items:
                wanted = (item for item in items if not is_litter(item.name))
                batch = list(islice(wanted, self._limits.folder_entries + 1))
        except OSError as error:
            why = f"cannot be opened ({error.strerror})"
            self.found.unopened.append(
                f"the folder {shown(prefix.rstrip('/') or place.name)} {why}"
            )
            return []
        return sorted(batch, key=lambda item: item.name)

    def _unpack(self, entry: Entry) -> None:
        try:
            with opened(entry.path, "") as file:
                self._members(entry, file, 1)
        except Unreadable as error:
            self.found.unopened.append(f"{shown(entry.name)} {error}")
        except BROKEN_ZIP:
            self.found.unopened.append(
                f"{shown(entry.name)} is not a ZIP file that can be unpacked"
            )

    def _members(self, outer: Entry, file: BinaryIO, nesting: int) -> None:
        self._archives += 1
        if self._archives > self._limits.archives:
            raise Unreadable("is one ZIP file too many")
        with open_archive(file) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
            if sum(info.file_size for info in infos) > self._limits.archive_bytes:
                raise Unreadable(
                    f"unpacks to more than {self._limits.archive_bytes // MIB} MB: "
                    "pack the notebook alone"
                )
            for info in infos:
                if not self._afford():
                    return
                self._member(outer, archive, info, nesting)

    def _member(
        self, outer: Entry, archive: zipfile.ZipFile, info: zipfile.ZipInfo, nesting: int
    ) -> None:
        parts = PurePosixPath(info.filename.replace("\\", "/")).parts
        if any(is_litter(part) for part in parts):
            return
        if not parts or ".." in parts or parts[0] == "/" or parts[0].endswith(":"):
            self.found.unopened.append(
                f"{shown(info.filename)} in {shown(outer.name)} has a name that leads out of it"
            )
            return
        if len(parts) > self._limits.folder_depth:
            self._too_deep()
            return
        members = (*outer.members, info.filename)
        trouble = refusal(info)
        name = "/".join((outer.name, *parts))
        entry = Entry(name, outer.path, info.file_size, members, trouble)
        # Of two members of one name the last counts, as for whoever unpacks the file.
        self.found.entries = [e for e in self.found.entries if e.name != name]
        self.found.entries.append(entry)
        if trouble is None and parts[-1].lower().endswith(".zip"):
            if nesting == self._limits.archive_nesting:
                self.found.unopened.append(f"{shown(name)} is a ZIP file in a ZIP file in another")
                return
            inner = bounded_read(archive, info, self._limits.archive_bytes)
            try:
                self._members(entry, io.BytesIO(inner), nesting + 1)
            except Unreadable as error:
                self.found.unopened.append(f"{shown(name)} {error}")

    def _afford(self) -> bool:
        self._looked_at += 1
        if self._looked_at > self._limits.folder_entries:
            self._say(f"more than {self._limits.folder_entries} files and folders were handed in")
        return self._looked_at <= self._limits.folder_entries

    def _too_deep(self) -> None:
        self._say(f"folders lie more than {self._limits.folder_depth} deep in each other")

    def _say(self, what: str) -> None:
        clause = f"{what}: the rest was left out"
        if clause not in self.found.said:
            self.found.said.append(clause)


def opened(path: Path, name: str) -> BinaryIO:
    """Open a plain file, following no link and waiting for nobody."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        why = "it is a link" if path.is_symlink() else error.strerror
        raise Unreadable(f"{name} cannot be opened ({why})") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise Unreadable(f"{name} {_DEVICE}")
    return open(descriptor, "rb")


def _is_zip(entry: Entry) -> bool:
    """Say whether an entry is a ZIP file, be it under the name of a notebook."""
    if entry.name.lower().endswith(".zip"):
        return True
    if not is_notebook_name(entry.name):
        return False
    try:
        with opened(entry.path, "") as file:
            return file.read(len(_ZIP_MAGIC)) == _ZIP_MAGIC
    except (Unreadable, OSError):
        return False


class _Bounded:
    """A file that gives no more than so much at once: a ZIP file's list of contents is read whole.

    Args:
        file: what to read from.
        most: bytes.
    """

    def __init__(self, file: BinaryIO, most: int) -> None:
        self._file, self._most = file, most
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(self._most + 1 if size < 0 else min(size, self._most + 1))
        if len(data) > self._most:
            raise Unreadable("holds too many files")
        return data

    def close(self) -> None:
        """Leave the file open: who opened it closes it."""


def open_archive(file: BinaryIO, most: int = MIB) -> zipfile.ZipFile:
    """Open a ZIP file whose list of contents is bounded.

    Args:
        file: the file; it stays open.
        most: bytes that the list may have; a name takes about a hundred.

    Raises:
        Unreadable: the list is longer.
    """
    return zipfile.ZipFile(cast(BinaryIO, _Bounded(file, most)))


def refusal(info: zipfile.ZipInfo) -> str | None:
    """Return why a member of a ZIP file cannot be used, as a clause; None if it can."""
    if stat.S_ISLNK(info.external_attr >> 16):
        return _LINK
    if info.flag_bits & 1:
        return "is locked with a password: pack it without one"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "is packed in an unusual way: make an ordinary ZIP file"
    if info.file_size > max(MIB, 500 * info.compress_size):
        return "is packed more than 500 times smaller than it is, as no notebook is"
    return None


def _member(file: BinaryIO, members: tuple[str, ...], limit: int, limits: GradingLimits) -> bytes:
    *outer, last = members
    for name in outer:
        with open_archive(file) as archive:
            inner = bounded_read(archive, archive.getinfo(name), limits.archive_bytes)
        file = io.BytesIO(inner)
    with open_archive(file) as archive:
        return bounded_read(archive, archive.getinfo(last), limit)


def bounded_read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes:
    """Read a member up to one byte beyond a limit, whatever the archive says of its size."""
    with archive.open(info) as file:
        return b"".join(islice(_chunks(file), limit // _CHUNK + 1))[: limit + 1]


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk
