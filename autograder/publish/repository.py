"""Write the students' repository, and bring it up to date; what somebody changed stays."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from autograder.course import Course, CourseError, shown
from autograder.files import write
from autograder.publish.contents import contents
from autograder.publish.scan import leaks

MADE_BY_US = ".published.json"
_SHOWN = 5


@dataclass
class Published:
    """What was written.

    Attributes:
        lessons: those that students have now.
        written: paths of files that are new or changed.
        removed: paths of files that are no longer given out.
        kept: paths of files that somebody changed, which were left as they are.
    """

    lessons: list[str]
    written: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


def publish(course: Course, folder: Path, lessons: Sequence[str] = ()) -> Published:
    """Write the students' repository.

    Args:
        course: the course.
        folder: where to; new, empty, or made by an earlier call.
        lessons: what to give out, beside what was before; if none is named and none was, all that
            are released.

    Raises:
        CourseError: a lesson is not released, the folder is somebody else's, or what would be
            written gives something away; then nothing was written.
    """
    _check_place(course, folder)
    before = _made(folder)
    known = course.lessons()
    released = (lesson for lesson in known if course.release(lesson).is_file())
    wanted = {*lessons, *before.get("lessons", ())} or set(released)
    chosen = [lesson for lesson in known if lesson in wanted]
    if not chosen:
        raise CourseError("No lesson is released: run `autograder build` first.")
    files = contents(course, chosen)
    if found := list(islice(leaks(course, chosen, files), _SHOWN)):
        raise CourseError(
            f"Nothing was written, for it would give something away. {' '.join(found)}"
        )
    try:
        return _update(folder, files, before.get("files", {}), chosen)
    except OSError as error:
        raise CourseError(f"{shown(folder)} cannot be written to: {error.strerror}.") from None


def _check_place(course: Course, folder: Path) -> None:
    place = folder.resolve()
    if place == course.root or place in course.root.parents:
        raise CourseError(f"{shown(folder)} holds the course itself: name a folder of its own.")
    own = ("solutions", "notebooks", "cnncourse", "autograder", "submitted", ".autograder")
    if any(place.is_relative_to(course.root / name) for name in own):
        raise CourseError(f"{shown(folder)} is a part of the course: name a folder of its own.")
    if folder.exists() and not folder.is_dir():
        raise CourseError(f"{shown(folder)} is a file, not a folder.")


def _made(folder: Path) -> dict:
    """Return what an earlier call noted; a folder with nothing but `.git` is as good as empty."""
    path = folder / MADE_BY_US
    try:
        tree = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(tree["files"], dict) and isinstance(tree["lessons"], list):
            return tree
    except FileNotFoundError:
        if not folder.is_dir() or {item.name for item in folder.iterdir()} <= {".git"}:
            return {}
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise CourseError(
        f"{shown(folder)} is not empty, and publish did not make it ({MADE_BY_US} is missing or "
        "damaged): name a new folder."
    )


def _update(
    folder: Path, files: Mapping[str, bytes], before: Mapping[str, str], lessons: list[str]
) -> Published:
    done, noted = Published(lessons), dict(before)
    for name, data in files.items():
        path = folder / name
        there = _hash(path)
        if there == _digest(data):
            noted[name] = _digest(data)
        elif _leads_out(folder, path) or (there is not None and there != before.get(name)):
            done.kept.append(name)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            write(path, data)
            noted[name] = _digest(data)
            done.written.append(name)
    for name in sorted(noted.keys() - files.keys()):
        path = folder / name
        there = _hash(path)
        if there is None or there == noted[name]:
            path.unlink(missing_ok=True)
            done.removed.append(name)
        else:
            done.kept.append(name)
        del noted[name]
    tree = {"lessons": lessons, "files": dict(sorted(noted.items()))}
    write(folder / MADE_BY_US, json.dumps(tree, indent=1) + "\n")
    return done


def _leads_out(folder: Path, path: Path) -> bool:
    """Say whether a link, in the place of the file or of a folder above it, leads elsewhere."""
    return any(
        place.is_symlink() for place in (path, *path.parents) if place.is_relative_to(folder)
    ) and not path.resolve().is_relative_to(folder.resolve())


def _hash(path: Path) -> str | None:
    """Return the digest of a file; None if there is none."""
    try:
        return _digest(path.read_bytes())
    except FileNotFoundError:
        return None
    except (IsADirectoryError, NotADirectoryError):
        return ""


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
