"""Tell whose a file is that lies in several students' folders at once, by hard links."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from autograder.grading.entries import Entry, Found
from autograder.grading.plain_text import shown

_OUTSIDE = (
    "is a hard link: the file has another name outside the student's folder; put a copy there"
)


def without_shared_files(holdings: Sequence[tuple[str, Found]]) -> None:
    """Leave each file that has several names to one student at most, and say so.

    A link can be made to a file that is there already. So the file is left to the student whose
    folder belongs to the file's owner, and among those to the one whose folder has been as it is
    for the longest time.

    Args:
        holdings: students and their files; the entries that are somebody else's get a trouble.
    """
    places: dict[tuple[int, int], list[tuple[str, Found, Entry]]] = defaultdict(list)
    for student, found in holdings:
        for entry in found.entries:
            if entry.links is not None and not entry.members:
                places[entry.links.file].append((student, found, entry))
    for names in places.values():
        _settle(names)


def _settle(names: list[tuple[str, Found, Entry]]) -> None:
    links = names[0][2].links
    assert links is not None
    if links.names > len(names):
        refused = {student: _OUTSIDE for student, *_ in names}
    else:
        owner, _, kept = min(names, key=lambda name: _age(name[2]))
        others = {student for student, *_ in names} - {owner}
        refused = dict.fromkeys(
            others, f"is a hard link to a file of {owner}'s: a copy of one's own is needed"
        )
        if others:
            found = next(found for student, found, _ in names if student == owner)
            whose = " and ".join(sorted(others))
            found.said.append(f"{shown(kept.name)} is a hard link in the folder of {whose}, too")
    for student, found, entry in names:
        if student in refused:
            _refuse(found, entry, refused[student])


def _refuse(found: Found, refused: Entry, why: str) -> None:
    """Refuse a file, and whatever is in it if it is a ZIP file."""
    found.entries = [
        replace(e, trouble=why) if e.path == refused.path else e for e in found.entries
    ]


def _age(entry: Entry) -> tuple[bool, int, int]:
    about = os.lstat(entry.path.parent)
    assert entry.links is not None
    return about.st_uid != entry.links.owner, about.st_ctime_ns, about.st_ino
