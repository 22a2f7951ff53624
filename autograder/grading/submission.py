"""Read what a student handed in without trusting it, and complete it from the release.

Points, locked cells and checks come from the release alone; from the submission come the answers
and the student's own cells. Whatever is wrong with it costs its author at most that cell, is
said in one sentence, and never touches anybody else.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat

from autograder.grading.merge import SubmittedCell, fresh, merge
from autograder.grading.safe_html import PICTURES, picture, text_of
from autograder.grading.submission_limits import GradingLimits
from cnncourse.check.bounded import MOST_TOKENS, tokens

# A student's file of such a name would be imported instead of the package that everybody uses.
_OUR_PACKAGES = frozenset(
    {"cnncourse", "autograder", "numpy", "keras", "tensorflow", "matplotlib", "sitecustomize"}
)


class Unreadable(Exception):
    """A submission that holds no notebook that can be graded; its text is one sentence."""


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
    submitted: Path,
    release: nbformat.NotebookNode,
    lesson: str,
    limits: GradingLimits | None = None,
) -> Repaired:
    """Make a gradable notebook of whatever a student handed in.

    Args:
        submitted: path of the submitted notebook, ``<student>/<lesson>/<lesson>.ipynb``; where it
            is missing, a single notebook of another name in the same folder is taken.
        release: the student's version of the lesson, as released.
        lesson: the lesson's name.
        limits: bounds on sizes.

    Returns:
        A valid notebook (nbformat 4.5) in any case; `error` says why it is the bare release.
    """
    limits = limits or GradingLimits()
    findings: list[str] = []
    try:
        path = _notebook_path(submitted, findings)
        merged = merge(_cells(_read(path, limits.notebook_bytes), limits, findings), release)
        if not merged.recognised:
            raise Unreadable(f"nothing in it belongs to {lesson}: it is another lesson's notebook")
        files = read_companions(submitted.parent, limits, findings)
        return Repaired(merged.notebook, findings + merged.findings, files=files)
    except Unreadable as error:
        return Repaired(fresh(release), findings, str(error))


def read_companions(folder: Path, limits: GradingLimits, findings: list[str]) -> dict[str, bytes]:
    """Read the files beside a notebook that its cells may open.

    Args:
        folder: the student's folder of the lesson.
        limits: how many, and how large together.
        findings: gets a clause where files were left out.

    Returns:
        File name relative to the folder → contents; notebooks and hidden files excluded.
    """
    found: dict[str, bytes] = {}
    refused: list[str] = []
    left = limits.files_bytes
    for path in _files(folder):
        name = path.relative_to(folder).as_posix()
        shadows = name.partition("/")[0].partition(".")[0] in _OUR_PACKAGES
        try:
            if shadows or len(found) == limits.files:
                raise Unreadable
            found[name] = _read(path, left)
            left -= len(found[name])
        except Unreadable:
            refused.append(name)
    if refused:
        findings.append(
            f"{_shown(refused[0])}{' and others' if len(refused) > 1 else ''} beside the notebook "
            "cannot be used: a link, too large, one too many, or named like a package"
        )
    return found


def _files(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        # A link to a folder is listed with the folders, but is refused like one to a file.
        links = [name for name in folders if (Path(parent) / name).is_symlink()]
        folders[:] = sorted(n for n in folders if not n.startswith((".", "__")) and n not in links)
        for name in sorted([*names, *links]):
            if not name.startswith(".") and not name.endswith(".ipynb"):
                yield Path(parent) / name


def _notebook_path(expected: Path, findings: list[str]) -> Path:
    folder = expected.parent
    if folder.is_symlink():
        raise Unreadable("its folder is a link, not a folder")
    if os.path.lexists(expected):
        return expected
    notebooks = folder.glob("*.ipynb") if folder.is_dir() else ()
    others = [path for path in notebooks if not path.name.startswith(".")]
    if len(others) == 1:
        shown = _shown(others[0].name)
        findings.append(f"the notebook is called {shown} instead of {expected.name}")
        return others[0]
    if others:
        raise Unreadable(f"none of the folder's {len(others)} notebooks is called {expected.name}")
    raise Unreadable(f"there is no {expected.name} in the folder")


def _read(path: Path, limit: int) -> bytes:
    """Read a regular file, following no link, and no more of it than the limit."""
    name = _shown(path.name)
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        why = "it is a link" if path.is_symlink() else error.strerror
        raise Unreadable(f"{name} cannot be opened ({why})") from None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise Unreadable(f"{name} is a folder or a device, not a file")
        with open(descriptor, "rb", closefd=False) as file:
            data = file.read(limit + 1)
    finally:
        os.close(descriptor)
    if len(data) > limit:
        raise Unreadable(f"{name} is larger than {limit >> 20} MB: clear its outputs")
    return data


def _cells(data: bytes, limits: GradingLimits, findings: list[str]) -> list[SubmittedCell]:
    notebook = _upgraded(_parsed(data))
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        raise Unreadable("the file is JSON but not a notebook")
    if not cells:
        raise Unreadable("the notebook has no cells")
    if len(cells) > limits.cells:
        raise Unreadable(f"the notebook has {len(cells)} cells, more than {limits.cells}")
    read = [_cell(c, limits) for c in cells]
    _check_length(read, limits)
    lost = [str(number) for number, cell in enumerate(read, start=1) if cell is None]
    if lost:
        findings.append(
            f"left out as no cells of text, or longer than {limits.source_characters} characters: "
            f"cell {', '.join(lost[:9])}{' and others' * (len(lost) > 9)}"
        )
    return [cell for cell in read if cell is not None]


def _check_length(cells: Iterable[SubmittedCell | None], limits: GradingLimits) -> None:
    """Refuse more code than anybody writes: reading it takes a kilobyte of memory per token."""
    lengths = (tokens(cell.source) for cell in cells if cell and cell.kind == "code")
    # A longer cell is run, and read by nobody.
    if sum(length for length in lengths if length <= MOST_TOKENS) > limits.tokens:
        raise Unreadable(f"its code has more than {limits.tokens:,} words and signs")


def _parsed(data: bytes) -> dict[str, Any]:
    if not data.strip():
        raise Unreadable("the file is empty")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("the file is not text in UTF-8, so not a notebook") from None
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable(
            "the file is not a notebook, or one that was cut off: its JSON is broken"
        ) from None
    if not isinstance(tree, dict):
        raise Unreadable("the file is JSON but not a notebook")
    return tree


def _upgraded(tree: dict[str, Any]) -> Mapping[str, Any]:
    if isinstance(tree.get("cells"), list):
        return tree
    try:  # the format of 2014 and before: cells lie in worksheets
        return nbformat.convert(nbformat.from_dict(tree), 4)
    except Exception:  # whatever an old format's converter trips over, the file is no notebook
        raise Unreadable("the file is JSON but not a notebook") from None


def _cell(raw: Any, limits: GradingLimits) -> SubmittedCell | None:
    if not isinstance(raw, Mapping) or raw.get("cell_type") not in ("code", "markdown", "raw"):
        return None
    source = text_of(raw.get("source", raw.get("input", "")))
    if source is None or len(source) > limits.source_characters:
        return None
    metadata = raw.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, Mapping) else None
    grade_id = nbgrader.get("grade_id") if isinstance(nbgrader, Mapping) else None
    return SubmittedCell(
        kind=raw["cell_type"],
        source=source,
        id=raw["id"] if isinstance(raw.get("id"), str) else None,
        grade_id=grade_id if isinstance(grade_id, str) else None,
        attachments=_attachments(raw.get("attachments"), limits.attachment_bytes),
    )


def _attachments(raw: Any, limit: int) -> dict[str, dict[str, str]]:
    kept: dict[str, dict[str, str]] = {}
    for name, bundle in raw.items() if isinstance(raw, Mapping) else ():
        if not isinstance(bundle, Mapping):
            continue
        pictures = {mime: picture(mime, bundle.get(mime), limit) for mime in PICTURES}
        good = {mime: data for mime, data in pictures.items() if data}
        limit -= sum(map(len, good.values()))
        if good and limit >= 0:
            kept[str(name)[:200]] = good
    return kept


def _shown(name: str) -> str:
    """Return a file name fit for a sentence: no control characters, not too long."""
    clean = "".join(c if c.isprintable() else "�" for c in name)
    return repr(clean if len(clean) <= 60 else clean[:57] + "…")
