"""Working copies of the released lessons: what a student edited is never overwritten."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from cnncourse.start.record import FOLDER

_GIVEN = "given_out.json"
_LITTER = {".ipynb_checkpoints", "__pycache__", FOLDER}
NEW = "-new"


def lay_out(released: Path, work: Path) -> list[Path]:
    """Bring a student's folder up to the release.

    What is not there yet is copied. What is there as it was given out is replaced by what is
    given out now. What the student edited stays; if the release changed since, the new version is
    laid beside it, once.

    Args:
        released: the folder of released lessons.
        work: the student's folder; it is made if it is not there.

    Returns:
        New versions that lie beside edited ones, below `work`.

    Raises:
        OSError: the folder cannot be written.
        FileNotFoundError: there are no released lessons.
    """
    files = [path for path in sorted(released.rglob("*")) if path.is_file() and _given_out(path)]
    if not files:
        raise FileNotFoundError(f"There are no lessons in {released}.")
    (work / FOLDER).mkdir(parents=True, exist_ok=True)
    known = _known(work)
    for path in files:
        place = path.relative_to(released)
        _bring(path, work / place, known, place.as_posix())
    _write(work / FOLDER / _GIVEN, json.dumps(known, indent=1, sort_keys=True).encode())
    return sorted(p for p in work.glob(f"*/*{NEW}.ipynb") if _is_new(p))


def _bring(source: Path, target: Path, known: dict[str, str], place: str) -> None:
    content = source.read_bytes()
    now = _digest(content)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        _write(target, content)
    elif known.get(place) != now:
        there = _digest(target.read_bytes())
        if there == known.get(place):
            _write(target, content)
        elif there != now:
            _write(target.with_name(f"{target.stem}{NEW}{target.suffix}"), content)
    known[place] = now


def _is_new(path: Path) -> bool:
    return path.with_name(path.name.replace(f"{NEW}.", ".")).is_file()


def _given_out(path: Path) -> bool:
    return not _LITTER & set(path.parts)


def _known(work: Path) -> dict[str, str]:
    """Hash of each file as it was last given out; nothing where that cannot be read."""
    with suppress(OSError, ValueError):
        known = json.loads((work / FOLDER / _GIVEN).read_text(encoding="utf-8"))
        if isinstance(known, dict):
            return {str(place): str(found) for place, found in known.items()}
    return {}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        shutil.copymode(path, name) if path.exists() else os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise
