"""Keep what was made under a hash of its inputs, from run to run.

An entry is a text. It is only ever a copy of what can be made again: a missing or damaged entry
costs time and nothing else. Several processes may read and write at once.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path

from autograder.files import write

FOLDER = ".autograder"  # beside the lessons; what this machine keeps, for its owner alone
SWITCH = "CNNCOURSE_NO_STORE"
LIMIT_BYTES = 512_000_000


def private_folder(root: Path) -> Path:
    """Return the folder of a course that only its owner may read; it is made if need be.

    Args:
        root: the course's folder.
    """
    folder = root / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


class Store:
    """Texts by the hash of what they were made from.

    Args:
        folder: where the entries lie; None for a store that keeps nothing.
        limit_bytes: together they take no more; what was used longest ago goes first.

    Example:
        >>> import tempfile
        >>> store = Store(Path(tempfile.mkdtemp()) / "store")
        >>> store.put("0a1b", "a key")
        >>> store.get("0a1b"), store.get("ffff")
        ('a key', None)
    """

    def __init__(self, folder: Path | None, limit_bytes: int = LIMIT_BYTES) -> None:
        self._folder = folder
        self._limit = limit_bytes

    @classmethod
    def of(cls, root: Path) -> Store:
        """Return the store of a course.

        Args:
            root: the course's folder.

        Returns:
            The store; one that keeps nothing if the environment variable CNNCOURSE_NO_STORE is
            set to anything but 0.
        """
        off = os.environ.get(SWITCH, "0") not in ("", "0")
        return cls(None) if off else cls.private(root)

    @classmethod
    def private(cls, root: Path) -> Store:
        """Return the store of a course, even where the environment switches stores off.

        Args:
            root: the course's folder.
        """
        return cls(root / FOLDER / "store")

    def get(self, key: str) -> str | None:
        """Look an entry up.

        Args:
            key: hexadecimal hash of the inputs.

        Returns:
            The text; None if it was never put there, was dropped, or is damaged.
        """
        if self._folder is None:
            return None
        path = self._folder / key
        try:
            seal, text = path.read_bytes().decode("utf-8").split("\n", 1)
        except (OSError, ValueError):  # missing, or cut off and no text any more
            return None
        if seal != _seal(key, text):
            return None
        with suppress(OSError):  # another process may have dropped it meanwhile
            os.utime(path)
        return text

    def put(self, key: str, text: str) -> None:
        """Keep an entry, and drop others if they are too many.

        A folder that cannot be written is no fault of the work in hand: nothing is kept then.

        Args:
            key: hexadecimal hash of the inputs.
            text: what was made from them.
        """
        if self._folder is None:
            return
        with suppress(OSError):
            for folder in (self._folder.parent, self._folder):
                folder.mkdir(mode=0o700, exist_ok=True)
            write(self._folder / key, f"{_seal(key, text)}\n{text}", private=True)
            self._drop_oldest(self._folder)

    def _drop_oldest(self, folder: Path) -> None:
        entries = sorted(_entries(folder), reverse=True)
        kept = 0
        for _, size, path in entries:
            kept += size
            if kept > self._limit:
                path.unlink(missing_ok=True)


def _entries(folder: Path) -> list[tuple[float, int, Path]]:
    """Return time of last use, size and path of each file, also those of killed processes."""
    found = []
    for path in folder.iterdir():
        with suppress(FileNotFoundError):
            about = path.stat()
            found.append((about.st_mtime, about.st_size, path))
    return found


def _seal(key: str, text: str) -> str:
    return hashlib.sha256(f"{key}\n{text}".encode()).hexdigest()
