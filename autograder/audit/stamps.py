"""Say when files were last saved."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

Stamps = dict[Path, tuple[int, int]]


def stamps(files: Iterable[Path]) -> Stamps:
    """Return when each file was last written, in nanoseconds, and its size in bytes.

    Args:
        files: their paths; a file that is gone, perhaps because an editor is replacing it, has
            no stamp.

    Returns:
        Two calls give equal stamps if nothing was saved between them.
    """
    found = {}
    for path in files:
        with suppress(FileNotFoundError):
            status = path.stat()
            found[path] = (status.st_mtime_ns, status.st_size)
    return found
