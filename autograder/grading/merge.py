"""Put a student's cells into the release: which cell answers which exercise, and what stays where.

The release gives the order, the metadata and every cell that is not the student's to write.
"""

from __future__ import annotations

import copy
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import nbformat
from nbgrader.utils import compute_checksum, is_grade, is_locked, is_solution

from cnncourse.check import names
from cnncourse.check.source import readable

ANSWER = "-answer"


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
    added = _added(cells, matching.partner)
    composed = list(added[None])
    for index, cell in enumerate(notebook.cells):
        composed += [cell, *matching.extra[index], *added[index]]
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
    """
    if name not in source:
        return False
    if readable(source):
        return names.defines(source, name)
    pattern = rf"^(?:(?:async\s+)?def|class)\s+{re.escape(name)}\b|^{re.escape(name)}\s*[:=]"
    return re.search(pattern, source, re.MULTILINE) is not None


class _Matching:
    """Which submitted cell stands for which cell of the release.

    Attributes:
        partner: index of a submitted cell → index of the release's cell it stands for.
        extra: index of a release's cell → the student's cells to put right after it.
        recognised: whether the submission belongs to this release at all.
    """

    def __init__(self, cells: Sequence[SubmittedCell], release: list[Any]) -> None:
        self.cells = cells
        self.release = release
        self.partner: dict[int, int] = {}
        self.extra: dict[int, list[Any]] = defaultdict(list)
        self._texts = {cell.source.strip() for cell in release}
        self._found: list[str] = []
        self._lost: list[str] = []
        for index, cell in enumerate(release):
            if name := exercise_of(cell):
                self._match_answer(index, cell, name)
        graded = {i for i, c in enumerate(release) if is_grade(c) or is_solution(c)}
        for nickname in range(3):
            self._match_others(nickname)
        matched = set(self.partner.values())
        self.recognised = bool(matched & graded) or 2 * len(matched) >= len(release)

    def findings(self) -> list[str]:
        """Return what had to be put right, one clause each."""
        findings = list(self._found)
        if self._lost:
            findings.append(f"the answer cells of {_listed(self._lost)} were lost")
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
            self._lost.append(name)
            return
        chosen = max(candidates, key=lambda i: (*self._merits(i, cell, name), i in originals, i))
        self._report(chosen, cell, name, originals)
        self._take(self.cells[chosen], cell)
        # Copies of the cell are neither the answer nor cells of the student's own.
        self.partner.update(dict.fromkeys([chosen, *originals], index))

    def _is_original(self, submitted: SubmittedCell, cell: Any) -> bool:
        if submitted.grade_id is not None:
            return submitted.grade_id == cell.metadata.nbgrader.grade_id
        return submitted.id == cell.id or submitted.source.strip() == cell.source.strip()

    def _merits(self, index: int, cell: Any, name: str) -> tuple[bool, bool]:
        source = self.cells[index].source
        changed = source.strip() != cell.source.strip()
        return changed, cell.cell_type != "code" or seems_to_define(source, name)

    def _report(self, chosen: int, cell: Any, name: str, originals: list[int]) -> None:
        changed, defining = self._merits(chosen, cell, name)
        kind = self.cells[chosen].kind
        if len(originals) > 1:
            rivals = sum(self._merits(i, cell, name) == (changed, defining) for i in originals)
            which = "last" if rivals > 1 else "changed"
            self._found.append(
                f"the cell of {name} is there {len(originals)} times and the {which} one counts"
            )
        elif chosen not in originals:
            self._found.append(f"the answer to {name} was taken from another cell than its own")
        if changed and not defining:
            self._found.append(f"nothing defines the name {name}")
        if kind != cell.cell_type:
            self._found.append(f"the cell of {name} had become a {kind} cell and was turned back")

    def _take(self, submitted: SubmittedCell, cell: Any) -> None:
        cell.source = submitted.source
        if cell.cell_type == "markdown" and submitted.attachments:
            cell.attachments = nbformat.from_dict(submitted.attachments)

    def _match_others(self, nickname: int) -> None:
        """Match prose, set-up, demonstrations and checks that go by the same name."""
        places: dict[str, int] = {}
        for index, cell in enumerate(self.release):
            own = _released_names(cell)[nickname]
            if own and not is_solution(cell) and index not in self.partner.values():
                places.setdefault(own, index)
        for i, submitted in enumerate(self.cells):
            place = places.get(_submitted_names(submitted)[nickname] or "")
            if i not in self.partner and place is not None:
                self.partner[i] = place
                self._keep_changes(submitted, place)

    def _keep_changes(self, submitted: SubmittedCell, index: int) -> None:
        """Keep an open cell as the student left it; let a changed set-up run after the original."""
        cell = self.release[index]
        same = submitted.source.strip() == cell.source.strip()
        if same or submitted.kind != cell.cell_type or is_grade(cell):
            return
        if "setup" in cell.metadata.get("tags", ()):
            self.extra[index].append(_own(submitted))
        elif not is_locked(cell):
            cell.source = submitted.source


def _released_names(cell: Any) -> tuple[str | None, str | None, str]:
    """Return what a release's cell goes by, the surest name first: grade id, cell id, text."""
    return cell.metadata.get("nbgrader", {}).get("grade_id"), cell.get("id"), cell.source.strip()


def _submitted_names(cell: SubmittedCell) -> tuple[str | None, str | None, str]:
    return cell.grade_id, cell.id, cell.source.strip()


def _added(cells: Sequence[SubmittedCell], partner: dict[int, int]) -> dict[int | None, list[Any]]:
    """Return the student's own cells, by the release's cell that they follow (None: before all)."""
    added: dict[int | None, list[Any]] = defaultdict(list)
    anchor: int | None = None
    for i, cell in enumerate(cells):
        if i in partner:
            anchor = partner[i]
        elif cell.source.strip():
            added[anchor].append(_own(cell))
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


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
