"""Files written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_text(path: Path, text: str, *, private: bool = False) -> None:
    """Write a text file so that a reader finds the old one or the new one, never a part.

    Args:
        path: the file; its folder must exist.
        text: what to write, as UTF-8.
        private: whether only its owner may read it.

    Raises:
        OSError: it cannot be written there; what was there before is untouched.
    """
    write_bytes(path, text.encode("utf-8"), private=private)


def write_bytes(path: Path, data: bytes, *, private: bool = False) -> None:
    """Write a file so that a reader finds the old one or the new one, never a part.

    Args:
        path: the file; its folder must exist.
        data: what to write.
        private: whether only its owner may read it.

    Raises:
        OSError: it cannot be written there; what was there before is untouched.
    """
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with open(descriptor, "wb") as file:
            file.write(data)
        if not private:  # temporary files are made private
            os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
