"""Put a student's folder of graded files in its place, whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.sandbox.linux import exchange

_GROUP_SHARED = 0o2770


@dataclass(frozen=True)
class Modes:
    """What others may do with files.

    Args:
        file: permissions of each file.
        group_shared: whether the instructors' group may write into the folders.
    """

    file: int = 0o444
    group_shared: bool = False


@dataclass(frozen=True)
class Staged:
    """A folder beside the one that it will replace.

    Args:
        folder: what is to be replaced.
        new: what stands ready; None if all is as it should be.
    """

    folder: Path
    new: Path | None

    def put(self) -> None:
        """Let the new folder take the old one's place, in one step where the system has it."""
        if self.new is None:
            return
        if self.folder.exists():
            exchange(self.new, self.folder)
            shutil.rmtree(self.new)
        else:
            os.rename(self.new, self.folder)

    def drop(self) -> None:
        """Leave everything as it was."""
        if self.new is not None:
            shutil.rmtree(self.new, ignore_errors=True)


def stage(folder: Path, files: Mapping[str, bytes], modes: Modes) -> Staged:
    """Write files beside a folder that is to hold them and nothing else.

    Args:
        folder: the folder; what an interrupted grader left beside it is removed.
        files: name relative to it → contents.
        modes: their permissions.

    Raises:
        OSError: there is no room, or no right to write.
    """
    new = folder.with_name(f".{folder.name}-staged")
    if new.exists():
        shutil.rmtree(new)
    if _holds(folder, files, modes):
        return Staged(folder, None)
    staged = Staged(folder, new)
    try:
        for name, data in files.items():
            path = new / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            path.chmod(modes.file)
        if modes.group_shared:
            for place in (new, *new.rglob("*/")):
                place.chmod(place.stat().st_mode | _GROUP_SHARED)
    except BaseException:
        staged.drop()
        raise
    return staged


def _holds(folder: Path, files: Mapping[str, bytes], modes: Modes) -> bool:
    try:
        found = {str(p.relative_to(folder)): p for p in folder.rglob("*") if not p.is_dir()}
        return found.keys() == files.keys() and all(
            path.stat().st_mode & 0o777 == modes.file and path.read_bytes() == files[name]
            for name, path in found.items()
        )
    except OSError:  # missing, or not to be read: then it is replaced, or that fails and is told
        return False
