"""Say of each entry of ``submitted/`` what it is: a student's lesson, something to name, or litter.

Nothing is copied and no link is followed. What can be told for certain is taken and said; where
two files are equally plausible, both are named and neither is guessed. docs/submissions.md has
the rules.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from autograder.course import CourseError
from autograder.grading.chosen_notebook import Choice, choose
from autograder.grading.entries import (
    Entry,
    Found,
    companions,
    entries_in,
    entries_of,
    is_litter,
)
from autograder.grading.hard_links import without_shared_files
from autograder.grading.plain_text import plain, shown, student_id
from autograder.grading.submission_limits import GradingLimits
from autograder.grading.submitted_names import download, lesson_meant

_LINKED = "its folder is a link, not a folder: put the folder itself there"
TIMESTAMP = "timestamp.txt"
_OWN_TIME = f"its {TIMESTAMP} was left out: nbgrader puts it elsewhere, so the student wrote it"
_CLOSED = "its folder cannot be opened: allow it to be read"


@dataclass(frozen=True)
class Submission:
    """What one student handed in for one lesson.

    Args:
        student: printable, unique, fit for a folder's name.
        notebook: the file to grade; None if there is none.
        companions: the files beside it, that its cells may open.
        findings: how it was recognised, one clause each; empty for nbgrader's own layout.
        error: why there is no notebook, as a clause; the student gets the bare release and 0.
        hand_in: which of the student's; "" for the last, the name of its shelf for an earlier one.
    """

    student: str
    notebook: Entry | None
    companions: tuple[Entry, ...] = field(repr=False, default=())
    findings: tuple[str, ...] = ()
    error: str | None = None
    hand_in: str = ""

    @property
    def name(self) -> tuple[str, str]:
        """What tells it from all others: whose it is, and which of theirs."""
        return self.student, self.hand_in


@dataclass(frozen=True)
class Inventory:
    """All that lies in ``submitted/``, for one lesson.

    Args:
        submissions: one per student who handed the lesson in, by student.
        unmatched: a sentence for each entry that fits nobody.
        ignored: names that are nobody's: ``.git``, ``__MACOSX``, hidden folders.
    """

    submissions: tuple[Submission, ...]
    unmatched: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


@dataclass
class Holding:
    """What belongs to one student, before it is known which of it counts.

    Attributes:
        student: the name to record it under.
        source: name of the entry in ``submitted/``; of the first, where there are several.
        found: the files.
        has_folder: whether there is a folder of the lesson's name, be it empty.
        said: how the student was recognised.
        downloaded: whether the student made every file in it.
        error: why nothing can be used.
    """

    student: str
    source: str
    found: Found = field(default_factory=Found)
    has_folder: bool = False
    said: list[str] = field(default_factory=list)
    downloaded: bool = False
    error: str | None = None


def take_inventory(
    submitted: Path,
    lesson: str,
    release: nbformat.NotebookNode,
    lessons: Sequence[str] = (),
    limits: GradingLimits | None = None,
) -> Inventory:
    """Find what was handed in for a lesson.

    Args:
        submitted: folder with an entry for each student.
        lesson: the lesson's name.
        release: the lesson as released; it tells whose notebook is which lesson's.
        lessons: names of all the course's lessons; their folders are no strays.
        limits: bounds on what is looked at.

    Returns:
        Every entry, in one of three places.

    Raises:
        CourseError: there is no such folder, or nothing for the lesson in it.
    """
    if not submitted.is_dir():
        raise CourseError(f"There is no folder {submitted}: name the one with --submitted.")
    # Where two names are recorded as one, that which is recorded as it is comes first.
    names = sorted(os.listdir(submitted), key=lambda name: (not name.isprintable(), name))
    ignored = tuple(plain(name) for name in names if is_litter(name))
    taking = _Taking(submitted, lesson, release, lessons, limits or GradingLimits())
    taking.look_at([name for name in names if not is_litter(name)])
    if not taking.submissions:
        where = f"{submitted}/<student>/{lesson}/{lesson}.ipynb"
        seen = f" What lies there: {' '.join(taking.unmatched[:3])}" if taking.unmatched else ""
        raise CourseError(
            f"Nothing was handed in for {lesson}: submissions belong in {where}.{seen}"
        )
    ordered = sorted(taking.submissions, key=lambda s: s.student)
    return Inventory(tuple(ordered), tuple(taking.unmatched), ignored)


def submission_in(
    folder: Path,
    lesson: str,
    release: nbformat.NotebookNode,
    limits: GradingLimits | None = None,
) -> Submission:
    """Find the notebook in the folder of one student's lesson, wherever that folder lies.

    Args:
        folder: the folder, ``<student>/<lesson>``, whatever it is called.
        lesson: the lesson's name.
        release: the lesson as released.
        limits: bounds on what is looked at.

    Returns:
        What counts in it; its student has no name.
    """
    limits = limits or GradingLimits()
    holding = Holding("", folder.name, has_folder=True)
    if folder.is_symlink():
        holding.error = _LINKED
    else:
        holding.found = entries_in(folder, limits, prefix=f"{lesson}/")
        without_shared_files([(holding.student, holding.found)])
    choice = choose(holding.found, lesson, release, [lesson], limits)
    return _submission(holding, lesson, choice)


class _Taking:
    """One inventory while it is taken."""

    def __init__(
        self,
        submitted: Path,
        lesson: str,
        release: nbformat.NotebookNode,
        lessons: Sequence[str],
        limits: GradingLimits,
    ) -> None:
        self.submissions: list[Submission] = []
        self.unmatched: list[str] = []
        self._submitted = submitted
        self._lesson = lesson
        self._release = release
        self._lessons = sorted({lesson, *lessons})
        self._limits = limits

    def look_at(self, names: list[str]) -> None:
        holdings = [*self._folders(names), *self._downloads(names)]
        without_shared_files([(h.student, h.found) for h in holdings])
        claims: dict[str, list[tuple[Holding, Submission]]] = defaultdict(list)
        for holding in holdings:
            if (submission := self._submission(holding)) is not None:
                claims[submission.student].append((holding, submission))
        for student, found in claims.items():
            # A folder of the student's own name comes first.
            (holding, submission), *others = found
            self.submissions.append(submission)
            for other, _ in others:
                self.unmatched.append(
                    f"{shown(other.source)} was not graded: it would be recorded for {student}, "
                    f"as {shown(holding.source)} is; keep one of them, or rename it."
                )

    def _folders(self, names: list[str]) -> Iterator[Holding]:
        """Yield what lies in folders that are named after students."""
        for name in names:
            path = self._submitted / name
            if download(name, folder=os.path.isdir(path)):
                continue
            if not os.path.isdir(path):
                self.unmatched.append(self._loose(name, path))
            elif name in self._lessons:
                self.unmatched.append(
                    f"{shown(name)} is a lesson's name, not a student's: submissions belong in "
                    f"<student>/{self._lesson}/{self._lesson}.ipynb."
                )
            else:
                yield self._in_folder(name, path)

    def _in_folder(self, name: str, path: Path) -> Holding:
        holding = Holding(student_id(name), name)
        if holding.student != name:
            holding.said.append(
                "the folder's name holds characters that cannot be shown, so it is recorded "
                f"as {shown(name)}"
            )
        holding.has_folder = os.path.lexists(path / self._lesson)
        if path.is_symlink() or os.path.islink(path / self._lesson):
            holding.error = _LINKED
        elif not os.access(path, os.R_OK | os.X_OK):
            holding.has_folder, holding.error = True, _CLOSED
        else:
            holding.found = entries_in(path, self._limits, self._lesson)
        return holding

    def _downloads(self, names: list[str]) -> Iterator[Holding]:
        """Yield what was downloaded from a learning platform, a student's entries together."""
        together: dict[tuple[str, str], list[tuple[str, Path]]] = defaultdict(list)
        platforms: dict[str, set[str]] = defaultdict(set)
        first: dict[tuple[str, str], tuple[str, str]] = {}
        for name in names:
            path = self._submitted / name
            if what := download(name, folder=os.path.isdir(path)):
                whose = (what.student, what.number)
                together[whose].append((what.file, path))
                platforms[what.student].add(what.number)
                first.setdefault(whose, (name, what.platform))
        for (student, number), files in together.items():
            name, platform = first[student, number]
            namesakes = len(platforms[student]) > 1
            own = student_id(f"{student}_{number}" if namesakes else student)
            holding = Holding(own, name, downloaded=True)
            holding.said.append(f"it was recognised by the name {shown(name)}, {platform}'s")
            linked = [path for _, path in files if path.is_symlink()]
            if linked:
                holding.error = "it is a link: put what was handed in there itself"
            else:
                holding.found = entries_of(files, self._limits)
            yield holding

    def _submission(self, holding: Holding) -> Submission | None:
        """Return what counts of a student's; None if nothing is this lesson's."""
        try:
            choice = choose(holding.found, self._lesson, self._release, self._lessons, self._limits)
        except Exception as error:  # one student's files cost nobody else anything
            why = f"what was handed in could not be looked at ({type(error).__name__})"
            return Submission(holding.student, None, error=why)
        if choice is None and not holding.has_folder:
            if sentence := self._stray(holding):
                self.unmatched.append(sentence)
            return None
        return _submission(holding, self._lesson, choice)

    def _stray(self, holding: Holding) -> str | None:
        """Name a student's entry in which nothing is any lesson's."""
        if holding.error:
            return f"{shown(holding.source)}: {holding.error}."
        names = [entry.name for entry in holding.found.entries]
        if not names:
            why = "; ".join(holding.found.unopened) or "it is empty"
            return f"{shown(holding.source)} holds nothing that can be graded: {why}."
        if any(lesson_meant(part, self._lessons) for n in names for part in n.split("/")):
            return None  # other lessons of a student's
        return (
            f"{shown(holding.source)} holds nothing of {self._lesson}'s: "
            f"{shown(names[0])}{' and others' if len(names) > 1 else ''} could not be placed."
        )

    def _loose(self, name: str, path: Path) -> str:
        if path.is_symlink():
            return f"{shown(name)} is a link that leads nowhere."
        if lesson_meant(name, self._lessons) or ".ipynb" in name.lower():
            return (
                f"{shown(name)} lies in no student's folder, so it cannot be told whose it is: "
                f"move it to <student>/{self._lesson}/{self._lesson}.ipynb."
            )
        if name.lower().endswith(".zip"):
            return f"{shown(name)} is a ZIP file of nobody's: unpack it here if it holds a class."
        return f"{shown(name)} is a file of nobody's."


def _submission(holding: Holding, lesson: str, choice: Choice | None) -> Submission:
    """Return a student's submission, for better or worse."""
    found, said = holding.found, tuple(holding.said)
    if holding.error is None and choice is not None and choice.notebook is not None:
        findings = (*said, *choice.findings, *found.said)
        beside = tuple(companions(found.entries, choice.notebook))
        if not _is_nbgraders(holding, lesson, choice.notebook):
            kept = tuple(entry for entry in beside if entry.name != TIMESTAMP)
            if kept != beside:
                findings = (*findings, _OWN_TIME)
            beside = kept
        return Submission(holding.student, choice.notebook, beside, findings)
    missing = choice.error if choice else f"there is no {lesson}.ipynb in the folder"
    findings = (*said, *(choice.findings if choice else ()), *found.unopened, *found.said)
    return Submission(holding.student, None, (), findings, holding.error or missing)


def _is_nbgraders(holding: Holding, lesson: str, notebook: Entry) -> bool:
    """Say whether a notebook lies where nbgrader, not a student, writes when it was handed in."""
    folder = notebook.name.rpartition("/")[0]
    return folder == lesson and not notebook.members and not holding.downloaded
