"""What the name of a file or folder says: whose it is, and which lesson it means."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

# What copying and downloading add to a file's name, before and after it.
_COPY_OF = re.compile(r"^(copy of|kopie von|kopie|copie de|copia de|c[oó]pia de|kopia) ?")
_COPY = re.compile(
    r"([ _-]*\(\d+\)|[ _-]+(copy|kopie|copie|copia|kopia)[ _]?\d*|[ _]+\d{1,2}|-checkpoint)+$"
)
_AGAIN = re.compile(r"-\d{1,2}$")  # what Canvas adds when somebody hands in again
_SEPARATORS = re.compile(r"[\s_.-]+")
_LONGEST = 200  # a name in a ZIP file may have 65,535 characters
_SHORTEST = 5  # with fewer letters, another name is as near

# How learning platforms name what they let instructors download.
_DOWNLOADS = {
    "Moodle": re.compile(
        r"(?P<name>.+?)_(?P<number>\d+)_assignsubmission_(file|onlinetext)_?(?P<file>.*)", re.DOTALL
    ),
    "Canvas": re.compile(
        r"(?P<name>[^_]+)(?P<late>_late)?_(?P<number>\d+)_(?P<order>\d{1,20})_(?P<file>.+)",
        re.DOTALL | re.IGNORECASE,
    ),
    "Blackboard": re.compile(
        r".*_(?P<name>[^_]+)_attempt_(?P<number>)(?P<file>\d{4}(-\d\d){5}_.+)", re.DOTALL
    ),
}


@dataclass(frozen=True)
class Download:
    """What the name of a download says.

    Args:
        platform: which learning platform gave the name.
        student: whose it is.
        number: tells students of one name apart.
        file: the file's own name; empty for a folder.
        late: whether the platform says that it came too late.
        order: a number that is larger for what was handed in later; 0 where there is none.
    """

    platform: str
    student: str
    number: str
    file: str
    late: bool = False
    order: int = 0


def download(name: str, *, folder: bool) -> Download | None:
    """Read the name that a learning platform gave to what a student handed in.

    Args:
        name: of a file or folder in ``submitted/``.
        folder: which of the two it is: only Moodle makes folders.

    Returns:
        What it says; None for any other name.

    Example:
        >>> found = download("gabi_LATE_12_34_07_edges.ipynb", folder=False)
        >>> found.platform, found.student, found.number, found.file, found.late, found.order
        ('Canvas', 'gabi', '12', '07_edges.ipynb', True, 34)
    """
    for platform, pattern in _DOWNLOADS.items():
        found = pattern.fullmatch(name)
        if found and (platform == "Moodle" or not folder):
            student = found["name"].strip()
            # Such a name would be no folder's of its own, or a hidden one.
            if student and not student.startswith("."):
                more = found.groupdict()
                order = int(more.get("order") or 0)
                late = bool(more.get("late"))
                return Download(platform, student, more["number"], more["file"], late, order)
    return None


def lesson_meant(name: str, lessons: Collection[str]) -> str | None:
    """Return the lesson that the name of a file or folder means.

    Args:
        name: of a file, with its suffixes, or of a folder.
        lessons: the names there are.

    Returns:
        The lesson whose name it is, but for case, separators, and what copying or downloading
        adds; else the only one whose name differs in one letter; else None.

    Example:
        >>> lessons = ["06_optimizers", "07_edges"]
        >>> [lesson_meant(n, lessons) for n in ("Kopie von 07_Edges (1).IPYNB", "07_edge", "x")]
        ['07_edges', '07_edges', None]
    """
    known = {_normal(lesson): lesson for lesson in lessons}
    readings = _readings(name)
    for reading in readings:
        if reading in known:
            return known[reading]
    for reading in readings:
        near = [lesson for plain, lesson in known.items() if _is_near(reading, plain)]
        if len(near) == 1:
            return near[0]
    return None


def _readings(name: str) -> list[str]:
    """Return what a name may mean, the most literal first."""
    stem = name[:_LONGEST].lower()
    if ".ipynb" in stem:
        stem = stem.partition(".ipynb")[0]
    elif re.search(r"\.[a-z][a-z0-9]{0,4}$", stem):
        stem = stem.rpartition(".")[0]
    own = _COPY.sub("", _COPY_OF.sub("", stem.strip()))
    readings = (stem, own, _AGAIN.sub("", own))
    return list(dict.fromkeys(_normal(reading) for reading in readings))


def _normal(name: str) -> str:
    return _SEPARATORS.sub("_", name.lower()).strip("_")


def _is_near(name: str, other: str) -> bool:
    """Say whether one letter changed, lost or added, or two swapped, makes one name the other."""
    if min(len(name), len(other)) < _SHORTEST or abs(len(name) - len(other)) > 1:
        return False
    same = next((i for i, (a, b) in enumerate(zip(name, other, strict=False)) if a != b), None)
    if same is None:
        return name != other
    rest, others = name[same:], other[same:]
    return (
        rest[1:] == others[1:]
        or rest[1:] == others
        or rest == others[1:]
        or (rest[1::-1] == others[:2] and rest[2:] == others[2:])
    )
