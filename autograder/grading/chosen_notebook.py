"""Choose the notebook that counts among a student's files, by their places, names and cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import nbformat

from autograder.grading.entries import Entry, Found, Unreadable, is_notebook_name, read
from autograder.grading.merge import exercise_of, merge
from autograder.grading.notebook_file import BROKEN, cells_of
from autograder.grading.plain_text import listed, shown
from autograder.grading.submission_limits import GradingLimits
from autograder.grading.submitted_names import lesson_meant

# How near a file's place and name are to nbgrader's <lesson>/<lesson>.ipynb.
_EXPECTED, _IN_FOLDER, _IN_SIMILAR, _NAMED, _UNNAMED = range(5)
# The likeliest come first; nobody hands in so many.
_MOST_READ = 20


@dataclass(frozen=True)
class Choice:
    """What counts of a student's files.

    Args:
        notebook: the file to grade; None if there is none.
        findings: how it was recognised, and what was not used: one clause each.
        error: why there is none.
    """

    notebook: Entry | None
    findings: tuple[str, ...] = ()
    error: str | None = None


@dataclass
class _Candidate:
    """A file that may be the notebook.

    Attributes:
        entry: the file.
        rank: how near its place is to the expected one.
        answers: exercise → the cell that answers it, where it is not the release's own; None if
            nothing in it is this lesson's.
        error: why it cannot be read.
    """

    entry: Entry
    rank: int
    answers: dict[str, str] | None = field(default=None)
    error: str | None = None

    @property
    def file(self) -> str:
        return PurePosixPath(self.entry.name).name

    @property
    def place(self) -> tuple[int, int, str]:
        """Return what puts the likelier file first."""
        return self.rank, self.entry.name.count("/"), self.entry.name


def choose(
    found: Found,
    lesson: str,
    release: nbformat.NotebookNode,
    lessons: Sequence[str],
    limits: GradingLimits,
) -> Choice | None:
    """Choose the notebook that counts.

    Args:
        found: a student's files.
        lesson: the lesson's name.
        release: the lesson as released.
        lessons: names of all lessons.
        limits: bounds on sizes.

    Returns:
        The notebook, or why there is none; None if no file is or claims to be this lesson's.
    """
    ranked = [
        _Candidate(entry, rank)
        for entry in found.entries
        if (rank := _rank(entry.name, lesson, lessons)) is not None
    ]
    candidates = sorted(ranked, key=lambda c: c.place)
    notebooks = [c for c in candidates if is_notebook_name(c.file)]
    others = [c for c in candidates if c not in notebooks and c.rank < _UNNAMED]
    if len(notebooks) == 1 and notebooks[0].rank <= _IN_FOLDER:
        return Choice(notebooks[0].entry, _how(notebooks[0], lesson))
    if len(notebooks) > _MOST_READ:
        found.said.append(f"only {_MOST_READ} of {len(notebooks)} notebooks were looked at")
    for some in (notebooks[:_MOST_READ], others[:_MOST_READ]):
        for candidate in some:
            _look_into(candidate, release, limits)
        if any(c.answers is not None for c in some):
            return _best(some, lesson)
    return _nothing(notebooks[:_MOST_READ], others, lesson)


def _rank(name: str, lesson: str, lessons: Sequence[str]) -> int | None:
    """Return how near a file is to where it is expected; None if it is another lesson's."""
    *folders, file = name.split("/")
    if folders == [lesson] and file == f"{lesson}.ipynb":
        return _EXPECTED
    if folders[:1] == [lesson]:
        return _IN_FOLDER
    meant = lesson_meant(file, lessons)
    if meant == lesson:
        return _NAMED
    if meant is not None or any(f in lessons and f != lesson for f in folders):
        return None
    similar = any(lesson_meant(folder, lessons) == lesson for folder in folders)
    return _IN_SIMILAR if similar else _UNNAMED


def _look_into(
    candidate: _Candidate, release: nbformat.NotebookNode, limits: GradingLimits
) -> None:
    try:
        cells = cells_of(read(candidate.entry, limits.stored_bytes, limits), limits, [])
    except Unreadable as error:
        candidate.error = str(error)
        return
    merged = merge(cells, release)
    if merged.recognised:
        own = {cell.source.strip() for cell in release.cells}
        answers = [c for c in merged.notebook.cells if exercise_of(c)]
        changed = (c for c in answers if c.source.strip() not in own)
        candidate.answers = {str(exercise_of(c)): c.source for c in changed}


def _best(candidates: list[_Candidate], lesson: str) -> Choice:
    """Return the notebook that goes on from all others, else the one of the right name."""
    usable = [c for c in candidates if c.answers is not None]
    fullest = [c for c in usable if all(_goes_on_from(other, c) for other in usable)]
    named = [c for c in usable if c.file == f"{lesson}.ipynb"]
    if fullest:
        chosen = fullest[0]
    elif named and (len(named) == 1 or named[0].rank == _EXPECTED):
        chosen = named[0]
    else:
        which = listed([shown(c.entry.name) for c in usable])
        return Choice(
            None,
            error=f"{which} hold different answers, and it cannot be told which one counts: keep "
            "one of them (several students' folders belong side by side in submitted/)",
        )
    notes = [_note(c, chosen, lesson) for c in candidates if c is not chosen]
    unused = [note for note in notes if note]
    findings = _how(chosen, lesson)
    if unused:
        findings += (f"left aside: {listed(unused)}",)
    return Choice(chosen.entry, findings)


def _goes_on_from(other: _Candidate, one: _Candidate) -> bool:
    """Say whether one has all answers of another, or answers to all its exercises and to more."""
    before, after = other.answers or {}, one.answers or {}
    return before.items() <= after.items() or before.keys() < after.keys()


def _note(other: _Candidate, chosen: _Candidate, lesson: str) -> str | None:
    """Return why a notebook was not used; None for one that has nothing to do with the lesson."""
    name = shown(other.entry.name)
    if chosen.entry.name.startswith(f"{other.entry.name}/"):
        return None  # the folder or ZIP file that it lies in
    if other.answers is None:
        if other.rank >= _UNNAMED:
            return None
        why = _of_its_own(other, "it") or f"nothing of {lesson}'s"
        return f"{name} ({why.partition(':')[0]})"
    if not other.answers:
        return f"{name} (no answers)"
    if other.answers == chosen.answers:
        return f"{name} (the same answers)"
    return f"{name} ({'fewer' if _goes_on_from(other, chosen) else 'other'} answers)"


def _how(chosen: _Candidate, lesson: str) -> tuple[str, ...]:
    """Return the clause that says where the notebook was found, if not where it belongs."""
    name = chosen.entry.name
    if chosen.rank == _EXPECTED:
        return ()
    if name == f"{lesson}/{chosen.file}":
        return (f"the notebook is called {shown(chosen.file)} instead of {lesson}.ipynb",)
    packed = ", in a ZIP file" if chosen.entry.members else ""
    return (f"the notebook was taken from {shown(name)}{packed}",)


def _nothing(notebooks: list[_Candidate], others: list[_Candidate], lesson: str) -> Choice | None:
    """Say why nothing can be used of files that claim to be the lesson's."""
    claiming = [c for c in notebooks if c.rank < _UNNAMED]
    if len(claiming) == 1:
        why = _of_its_own(claiming[0], shown(claiming[0].entry.name)) or _foreign(lesson)
        return Choice(None, error=why)
    if claiming:
        first = claiming[0]
        why = _of_its_own(first, shown(first.entry.name)) or f"{shown(first.entry.name)} is another"
        return Choice(
            None, error=f"none of the {len(claiming)} notebooks handed in is {lesson}'s: {why}"
        )
    known = [c for c in others if c.error and BROKEN not in c.error]
    if known:
        what = _of_its_own(known[0], shown(known[0].entry.name))
        return Choice(None, error=f"there is no {lesson}.ipynb in the folder: {what}")
    return None


def _of_its_own(candidate: _Candidate, name: str) -> str | None:
    """Return why a file cannot be read, with its name."""
    if candidate.error is None:
        return None
    return candidate.error.replace("the file", name, 1)


def _foreign(lesson: str) -> str:
    return f"nothing in it belongs to {lesson}: it is another lesson's notebook"
