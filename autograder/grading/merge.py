"""Put a student's cells into the release: which cell answers which exercise, and what stays where.

The release gives the order, the metadata and every cell that is not the student's to write.
"""

from __future__ import annotations

import copy
import re
import textwrap
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import nbformat
from nbgrader.utils import compute_checksum, is_grade, is_locked, is_solution

from autograder.grading.plain_text import listed
from cnncourse.check import names
from cnncourse.check.source import readable

ANSWER = "-answer"
# What the report says of one exercise, and of several: one clause per class of trouble.
_CLAUSES = {
    "lost": ("the answer cells of {} were lost",) * 2,
    "elsewhere": (
        "the answer to {} was taken from another cell than its own",
        "the answers to {} were taken from other cells than their own",
    ),
    "last": (
        "the cell of {} is there several times and the last one counts",
        "the cells of {} are there several times and the last ones count",
    ),
    "changed": (
        "the cell of {} is there several times and the changed one counts",
        "the cells of {} are there several times and the changed ones count",
    ),
    "joined": ("the cell of {} was in parts, which were joined",) * 2,
    "undefined": ("nothing defines the name {}", "nothing defines the names {}"),
    "markdown": (
        "the cell of {} had become a markdown cell and was turned back",
        "the cells of {} had become markdown cells and were turned back",
    ),
    "raw": (
        "the cell of {} had become a raw cell and was turned back",
        "the cells of {} had become raw cells and were turned back",
    ),
    "code": ("the cell of {} had become a code cell and was turned back",) * 2,
}
_METADATA = "nbgrader's metadata was lost, and cells were found by what they hold"
_PROMPT = re.compile(r"^[ \t]*(?:>>> ?|\.\.\. ?|In \[\d*\]: ?|%time\s+)", re.MULTILINE)
# What binds names that do not stand in the cell.
_HIDING = re.compile(
    r"^[ \t]*%(?:run|load|pylab)\b|\b(?:exec|globals|locals|run_cell|setattr)\s*\(|\bimport\s*\*",
    re.MULTILINE,
)


@dataclass(frozen=True)
class SubmittedCell:
    """What is believed of a submitted cell: its kind and text, and the names it goes by."""

    kind: str
    source: str
    id: str | None = None
    grade_id: str | None = None
    attachments: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Merged:
    """The release with a student's cells in it.

    Args:
        notebook: valid in nbformat 4.5, without outputs.
        findings: what had to be put right, one clause each.
        recognised: whether the submission belongs to this release at all.
    """

    notebook: nbformat.NotebookNode
    findings: list[str]
    recognised: bool


def merge(cells: Sequence[SubmittedCell], release: nbformat.NotebookNode) -> Merged:
    """Put submitted cells into the release.

    Args:
        cells: the submission, in its order.
        release: the lesson as released.

    Returns:
        The merged notebook and what was found.
    """
    notebook = fresh(release)
    matching = _Matching(cells, notebook.cells)
    added = _added(cells, matching)
    composed = list(added[None])
    for index, cell in enumerate(notebook.cells):
        composed += [*matching.before[index], cell, *matching.after[index], *added[index]]
    notebook.cells = _with_unique_ids(composed)
    return Merged(notebook, matching.findings(), matching.recognised)


def fresh(release: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Copy a release: no outputs, and nbgrader's checksum on each cell that it grades."""
    notebook = copy.deepcopy(release)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader["cell_type"] = cell.cell_type
            cell.metadata.nbgrader["checksum"] = compute_checksum(cell)
    return notebook


def released_sources(release: nbformat.NotebookNode) -> frozenset[str]:
    """Return the sources of the code cells that a lesson is released with."""
    return frozenset(cell.source for cell in release.cells if cell.cell_type == "code")


def exercise_of(cell: Any) -> str | None:
    """Return the name of the exercise that a release's cell lets the student answer, or None."""
    if not is_solution(cell):
        return None
    grade_id = cell.metadata.nbgrader.grade_id
    return grade_id if is_grade(cell) else grade_id.removesuffix(ANSWER)


def seems_to_define(source: str, name: str) -> bool:
    """Say whether a cell defines a name outside functions and classes, or would if it were mended.

    Args:
        source: the cell's text; it need not be valid Python.
        name: an identifier.

    Example:
        >>> seems_to_define("def conv2d(x):\\n    return x", "conv2d")
        True
        >>> seems_to_define("conv2d(x)", "conv2d")
        False
        >>> seems_to_define("conv2d = (lambda x: x", "conv2d")
        True
        >>> seems_to_define(">>> def conv2d(x", "conv2d")
        True
    """
    if name not in source:
        return False
    if readable(source):
        return names.defines(source, name)
    plain = textwrap.dedent(_PROMPT.sub("", source))
    pattern = rf"^(?:(?:async\s+)?def|class)\s+{re.escape(name)}\b|^{re.escape(name)}\s*[:=]"
    return re.search(pattern, plain, re.MULTILINE) is not None


def _may_define(source: str, name: str) -> bool:
    """Say whether a cell may bind a name in a way that cannot be read from it."""
    return seems_to_define(source, name) or bool(_HIDING.search(source))


class _Matching:
    """Which submitted cell stands for which cell of the release.

    A submitted cell that stands for none is the student's own, and stays; so do the lines that a
    student added to one whose text is the release's.

    Attributes:
        partner: index of a submitted cell → index of the release's cell it stands for.
        moved: those submitted cells among them that may have been found elsewhere than in their
            own place.
        before: index of a release's cell → the student's cells to put right before it.
        after: likewise, right after it.
        recognised: whether the submission belongs to this release at all.
    """

    def __init__(self, cells: Sequence[SubmittedCell], release: list[Any]) -> None:
        self.cells = cells
        self.release = release
        self.partner: dict[int, int] = {}
        self.moved: set[int] = set()
        self.before: dict[int, list[Any]] = defaultdict(list)
        self.after: dict[int, list[Any]] = defaultdict(list)
        self._texts = {cell.source.strip() for cell in release}
        # What had to be put right: the class of trouble, and the exercises that have it.
        self._found: dict[str, list[str]] = {}
        for index, cell in enumerate(release):
            if name := exercise_of(cell):
                self._match_answer(index, cell, name)
        graded = {i for i, c in enumerate(release) if is_grade(c) or is_solution(c)}
        for nickname in range(3):
            self._match_others(nickname)
        matched = set(self.partner.values())
        self.recognised = bool(matched & graded) or 2 * len(matched) >= len(release)

    def findings(self) -> list[str]:
        """Return what had to be put right: one clause per class of trouble."""
        found = dict(self._found)
        findings = []
        graded = sum("nbgrader" in cell.metadata for cell in self.release)
        if graded > 1 and not any(cell.grade_id for cell in self.cells):
            found.pop("elsewhere", None)
            findings.append(_METADATA)
        for trouble, about in found.items():
            findings.append(
                _CLAUSES[trouble][len(about) > 1].format(listed(about, most=len(about)))
            )
        others = sum(
            cell.cell_type == "code" and not is_solution(cell) and i not in self.partner.values()
            for i, cell in enumerate(self.release)
        )
        if others:
            findings.append(f"{others} other code cell(s) were lost and came back from the release")
        return findings

    def _match_answer(self, index: int, cell: Any, name: str) -> None:
        originals = [i for i, c in enumerate(self.cells) if self._is_original(c, cell)]
        candidates = originals + [
            i
            for i, c in enumerate(self.cells)
            if cell.cell_type == "code"
            and i not in originals
            and c.source.strip() not in self._texts
            and seems_to_define(c.source, name)
        ]
        if not candidates:
            self._note("lost", name)
            return
        chosen = max(candidates, key=lambda i: (*self._merits(i, cell, name), i in originals, i))
        changed = [i for i in originals if self.cells[i].source.strip() != cell.source.strip()]
        self._report(chosen, cell, name, originals, changed)
        self.partner.update({i: index for i in originals if i not in changed} | {chosen: index})
        if originals != [chosen]:
            self.moved.add(chosen)
        parts = changed if cell.cell_type == "markdown" and changed else [chosen]
        self.partner.update(dict.fromkeys(parts, index))
        self._take([self.cells[i] for i in parts], cell)

    def _is_original(self, submitted: SubmittedCell, cell: Any) -> bool:
        if submitted.grade_id is not None:
            return submitted.grade_id == cell.metadata.nbgrader.grade_id
        return submitted.id == cell.id or submitted.source.strip() == cell.source.strip()

    def _merits(self, index: int, cell: Any, name: str) -> tuple[bool, bool]:
        source = self.cells[index].source
        changed = source.strip() != cell.source.strip()
        return changed, cell.cell_type != "code" or seems_to_define(source, name)

    def _report(
        self, chosen: int, cell: Any, name: str, originals: list[int], changed: list[int]
    ) -> None:
        merits = self._merits(chosen, cell, name)
        if cell.cell_type == "markdown" and len(changed) > 1:
            self._note("joined", name)
        elif sum(self._merits(i, cell, name) == merits for i in originals) > 1:
            self._note("last", name)
        elif len(originals) > len(changed) > 0:
            self._note("changed", name)
        elif chosen not in originals:
            self._note("elsewhere", name)
        if merits[0] and cell.cell_type == "code":
            texts = [self.cells[i].source for i in {chosen, *changed}]
            if not any(_may_define(text, name) for text in texts):
                self._note("undefined", name)
        if self.cells[chosen].kind != cell.cell_type:
            self._note(self.cells[chosen].kind, name)

    def _note(self, trouble: str, name: str) -> None:
        self._found.setdefault(trouble, []).append(name)

    def _take(self, submitted: list[SubmittedCell], cell: Any) -> None:
        cell.source = "\n\n".join(part.source for part in submitted)
        pictures = {k: v for part in submitted for k, v in part.attachments.items()}
        if cell.cell_type == "markdown" and pictures:
            cell.attachments = nbformat.from_dict(pictures)

    def _match_others(self, nickname: int) -> None:
        """Match prose, set-up, demonstrations and checks that go by the same name."""
        places: dict[str, int] = {}
        for index, cell in enumerate(self.release):
            own = _released_names(cell)[nickname]
            if own and not is_solution(cell) and index not in self.partner.values():
                places.setdefault(own, index)
        for i, submitted in enumerate(self.cells):
            place = places.get(_submitted_names(submitted)[nickname] or "")
            if i in self.partner or place is None:
                continue
            if place not in self.partner.values():
                self._keep_changes(submitted, place)
            elif submitted.source.strip() not in self._texts:
                continue  # one more of that name: the student's own
            self.partner[i] = place

    def _keep_changes(self, submitted: SubmittedCell, index: int) -> None:
        """Keep an open cell as the student left it, and what was added to any other."""
        cell = self.release[index]
        above, below = _added_lines(submitted.source, cell.source)
        if not above + below:
            return
        fixed = is_grade(cell) or is_locked(cell) or "setup" in cell.metadata.get("tags", ())
        if submitted.kind == cell.cell_type and not fixed:
            cell.source = submitted.source
            return
        if is_grade(cell):  # it must have run before the question is put
            above, below = "\n".join(filter(None, (above, below))), ""
        for text, beside in ((above, self.before), (below, self.after)):
            if text.strip():
                beside[index].append(_own(replace(submitted, source=text)))


def _added_lines(submitted: str, released: str) -> tuple[str, str]:
    """Return the lines that stand above and below the release's text in a submitted cell.

    Where that text is not there any more, all of the cell stands below.
    """
    own, known = submitted.strip("\n").split("\n"), released.strip("\n").split("\n")
    for start in range(len(own) - len(known) + 1):
        if own[start : start + len(known)] == known:
            rest = own[:start], own[start + len(known) :]
            above, below = ("\n".join(lines).strip("\n") for lines in rest)
            return above, below
    return ("", "") if submitted.strip() == released.strip() else ("", submitted)


def _released_names(cell: Any) -> tuple[str | None, str | None, str]:
    """Return what a release's cell goes by, the surest name first: grade id, cell id, text."""
    return cell.metadata.get("nbgrader", {}).get("grade_id"), cell.get("id"), cell.source.strip()


def _submitted_names(cell: SubmittedCell) -> tuple[str | None, str | None, str]:
    return cell.grade_id, cell.id, cell.source.strip()


def _added(cells: Sequence[SubmittedCell], matching: _Matching) -> dict[int | None, list[Any]]:
    """Return the student's own cells, by the release's cell that they follow (None: before all)."""
    added: dict[int | None, list[Any]] = defaultdict(list)
    anchor: int | None = None
    for i, cell in enumerate(cells):
        if i not in matching.partner:
            if cell.source.strip():
                added[anchor].append(_own(cell))
        elif i not in matching.moved or anchor is None or matching.partner[i] > anchor:
            anchor = matching.partner[i]
    return added


_NEW = {
    "code": nbformat.v4.new_code_cell,
    "markdown": nbformat.v4.new_markdown_cell,
    "raw": nbformat.v4.new_raw_cell,
}


def _own(cell: SubmittedCell) -> Any:
    new = _NEW[cell.kind](cell.source, metadata={"cnncourse": {"origin": "student"}})
    if cell.kind == "raw":  # without a type, it would be pasted into pages as HTML
        new.metadata["raw_mimetype"] = "text/plain"
    elif cell.kind == "markdown" and cell.attachments:
        new.attachments = nbformat.from_dict(cell.attachments)
    return new


def _with_unique_ids(cells: list[Any]) -> list[Any]:
    """Name cells without an id of the release's by their place: the same each time."""
    seen: set[str] = set()
    for place, cell in enumerate(cells):
        own = cell.metadata.get("cnncourse", {}).get("origin") == "student"
        if own or "id" not in cell or cell.id in seen:
            cell.id = f"added-{place}"
        seen.add(cell.id)
    return cells
