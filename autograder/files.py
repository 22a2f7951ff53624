"""Files written whole or not at all."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def write(path: Path, content: str | bytes, *, private: bool = False) -> bool:
    """Write a file so that a reader finds the old one or the new one, never a part.

    Args:
        path: the file; its folder must exist. A pipe or a device is written to, not replaced.
        content: what it is to hold; text as UTF-8, line ends as they are.
        private: whether only its owner may read it.

    Returns:
        True if the file was written; False if it was already so and was left alone.

    Raises:
        OSError: it cannot be written there; what was there before is untouched.
        UnicodeEncodeError: the text cannot be UTF-8; what was there before is untouched.
    """
    data = content.encode() if isinstance(content, str) else content
    if path.exists() and not path.is_file():
        path.write_bytes(data)
        return True
    if _holds(path, data, private):
        return False
    mode = 0o600 if private else 0o666  # the second less what the user's umask forbids
    temporary = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    try:
        with open(temporary, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
            file.write(data)
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return True


def _holds(path: Path, data: bytes, private: bool) -> bool:
    """Return whether a file is there with this content, closed to others if that is asked for."""
    try:
        open_to_others = path.stat().st_mode & 0o077
        return path.read_bytes() == data and not (private and open_to_others)
    except OSError:  # missing, or not to be read: then it is replaced, or that fails and is told
        return False
