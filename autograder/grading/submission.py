"""Read what a student handed in without trusting it, and complete it from the release.

Points, locked cells and checks come from the release alone; from the submission come the answers
and the student's own cells. Whatever is wrong with it costs its author at most that cell, is
said in one sentence, and never touches anybody else.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

import nbformat

from autograder.grading.entries import Entry, Unreadable, entries_in, is_notebook_name, read
from autograder.grading.entries import packed as packed_entry
from autograder.grading.inventory import Submission, submission_in
from autograder.grading.merge import fresh, merge
from autograder.grading.notebook_file import cells_of
from autograder.grading.plain_text import shown
from autograder.grading.submission_limits import GradingLimits

# A student's file of such a name would be imported instead of the package that everybody uses.
_OUR_PACKAGES = frozenset(
    {"cnncourse", "autograder", "numpy", "keras", "tensorflow", "matplotlib", "sitecustomize"}
)
_LONGEST_NAME = 255  # bytes that a file system allows


@dataclass(frozen=True)
class Repaired:
    """A submission that can be graded.

    Args:
        notebook: the release with the student's answers and cells in it, no outputs.
        findings: what was wrong with it, one clause each, without full stop.
        error: why nothing of it could be used; the notebook is then the bare release.
        files: the other files of the folder: name → contents.
    """

    notebook: nbformat.NotebookNode
    findings: list[str] = field(default_factory=list)
    error: str | None = None
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def sentence(self) -> str | None:
        """All there is to report, in one sentence; None if the submission was in order."""
        if self.error is None and not self.findings:
            return None
        text = "; ".join(([self.error] if self.error else []) + self.findings)
        return text[0].upper() + text[1:] + "."


def repair(
    submitted: Path | Submission,
    release: nbformat.NotebookNode,
    lesson: str,
    limits: GradingLimits | None = None,
) -> Repaired:
    """Make a gradable notebook of whatever a student handed in.

    Args:
        submitted: what an inventory found; or the path where the notebook should lie,
            ``<student>/<lesson>/<lesson>.ipynb``: then its folder is looked through.
        release: the student's version of the lesson, as released.
        lesson: the lesson's name.
        limits: bounds on sizes.

    Returns:
        A valid notebook (nbformat 4.5) in any case; `error` says why it is the bare release.
    """
    limits = limits or GradingLimits()
    if isinstance(submitted, Path):
        submitted = submission_in(submitted.parent, lesson, release, limits)
    findings = list(submitted.findings)
    if submitted.notebook is None:
        return Repaired(fresh(release), findings, submitted.error)
    try:
        data = read(submitted.notebook, limits.stored_bytes, limits)
        merged = merge(cells_of(data, limits, findings), release)
        if not merged.recognised:
            raise Unreadable(f"nothing in it belongs to {lesson}: it is another lesson's notebook")
        files = read_files(submitted.companions, limits, findings)
        return Repaired(merged.notebook, findings + merged.findings, files=files)
    except Unreadable as error:
        return Repaired(fresh(release), findings, str(error))


def read_companions(folder: Path, limits: GradingLimits, findings: list[str]) -> dict[str, bytes]:
    """Read the files of a folder that a notebook in it may open.

    Args:
        folder: the notebook's folder.
        limits: how many, and how large together.
        findings: gets a clause where files were left out.

    Returns:
        File name relative to the folder → contents; notebooks and hidden files excluded.
    """
    found = entries_in(folder, limits)
    wanted = (e for e in found.entries if not any(map(is_notebook_name, e.name.split("/"))))
    findings += found.said
    return read_files((e for e in wanted if not e.members), limits, findings)


def read_files(
    entries: Iterable[Entry], limits: GradingLimits, findings: list[str]
) -> dict[str, bytes]:
    """Read the files that a notebook's cells may open.

    Args:
        entries: the files, by their names relative to the notebook's folder.
        limits: how many, and how large together.
        findings: gets a clause where files were left out.

    Returns:
        File name → contents.
    """
    found: dict[str, bytes] = {}
    refused: list[str] = []
    for entry in _read_in_order(entries, limits):
        if entry.data is None:
            refused.append(entry.name)
        else:
            found[entry.name] = entry.data
    if refused:
        findings.append(
            f"{shown(refused[0])}{' and others' if len(refused) > 1 else ''} beside the notebook "
            "cannot be used: a link, too large, one too many, or named like a package"
        )
    return found


def packed(submitted: Submission, limits: GradingLimits) -> Submission:
    """Return a submission that carries its files, to be repaired where none of them lies.

    Args:
        submitted: what an inventory found on this machine.
        limits: how many, and how large together; what is beyond is left behind, and `repair` says
            of it what it would say here.
    """
    notebook = submitted.notebook
    if notebook is not None:
        notebook = packed_entry(notebook, limits.stored_bytes, limits)
    companions = tuple(_read_in_order(submitted.companions, limits))
    return replace(submitted, notebook=notebook, companions=companions)


def _read_in_order(entries: Iterable[Entry], limits: GradingLimits) -> Iterator[Entry]:
    """Yield the files beside a notebook by name, each with its data or with the trouble with it."""
    found: set[str] = set()
    left = limits.files_bytes
    for entry in sorted(entries, key=lambda e: e.name):
        if len(found) == limits.files or _is_in_the_way(entry.name, found):
            yield replace(entry, data=None, trouble="was left out")
            continue
        held = packed_entry(entry, left, limits)
        if held.data is not None:
            found.add(entry.name)
            left -= len(held.data)
        yield held


def together(own: Mapping[str, bytes], released: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return a student's files and the released ones, which come first where they collide.

    Args:
        own: the student's: file name → contents.
        released: the lesson's.

    Example:
        >>> together({"data": b"mine", "a": b""}, {"data/x.csv": b"1"})
        {'a': b'', 'data/x.csv': b'1'}
    """
    folders = {str(f) for name in released for f in PurePosixPath(name).parents}
    kept = {
        name: data
        for name, data in own.items()
        if name not in folders and not _is_below(name, released)
    }
    return {**kept, **released}


def _is_in_the_way(name: str, found: Collection[str]) -> bool:
    """Say whether a file could not be written, or would be taken for a package of the course."""
    parts = name.split("/")
    shadows = parts[0].partition(".")[0] in _OUR_PACKAGES
    too_long = any(len(os.fsencode(part)) > _LONGEST_NAME for part in parts)
    return shadows or too_long or _is_below(name, found)


def _is_below(name: str, files: Collection[str]) -> bool:
    return any(str(folder) in files for folder in PurePosixPath(name).parents)
