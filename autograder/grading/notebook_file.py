"""Read the cells of a notebook file, or say what else the file is."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

import nbformat

from autograder.grading.entries import Unreadable
from autograder.grading.merge import SubmittedCell
from autograder.grading.safe_html import PICTURES, picture, text_of
from autograder.grading.stored_outputs import TooManyValues, without_outputs
from autograder.grading.submission_limits import MIB, GradingLimits
from cnncourse.check.bounded import MOST_TOKENS, tokens

_OTHER_ENCODING = "cp1252"
_ASK = "hand in the notebook itself, the .ipynb file"
_ARCHIVE = "the file is an archive of another kind than ZIP: " + _ASK

# What students hand in under a notebook's name, by how it begins.
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", f"the file is a PDF: {_ASK}"),
    (b"PK\x03\x04", f"the file is a ZIP file without a notebook that can be read: {_ASK}"),
    (b"\xd0\xcf\x11\xe0", f"the file is a document of Word or Excel: {_ASK}"),
    (rb"{\rtf", f"the file is a formatted text (RTF): {_ASK}"),
    (b"\x89PNG", f"the file is a picture: {_ASK}"),
    (b"\xff\xd8\xff", f"the file is a picture: {_ASK}"),
    (b"\x1f\x8b", _ARCHIVE),
    (b"7z\xbc\xaf", _ARCHIVE),
    (b"Rar!", _ARCHIVE),
)
_TEXTS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(r"^(<{7}|>{7})( |$)", re.MULTILINE),
        "the file holds conflict markers of git (<<<<<<<): settle the conflict, save the notebook "
        "in JupyterLab and hand it in again",
    ),
    (
        re.compile(r"\Aversion https://git-lfs"),
        "the file is only git LFS's pointer to the notebook: fetch it with `git lfs pull`",
    ),
    (
        re.compile(r"\A\s*<(!doctype html|html|head|\?xml|!--)", re.IGNORECASE),
        f"the file is a web page (HTML), exported or saved from a browser: {_ASK}",
    ),
    (
        re.compile(r"\A\s*(https?://\S+\s*\Z|\[InternetShortcut\])"),
        f"the file is a link to a notebook, not the notebook: {_ASK}",
    ),
    (
        re.compile(
            r"\A#!.*python|^# (In ?\[|%%|coding:)|^(import \w+( as |,|\s*$)|from [\w.]+ import )"
            r"|^(def|class) \w+ ?[(:]",
            re.MULTILINE,
        ),
        f"the file is a Python script, not a notebook: {_ASK}",
    ),
)
BROKEN = "the file is not a notebook, or one that was cut off: its JSON is broken"
_NO_NOTEBOOK = "the file is JSON but not a notebook"


def cells_of(data: bytes, limits: GradingLimits, findings: list[str]) -> list[SubmittedCell]:
    """Read the cells of a notebook file, in any version of the format.

    Args:
        data: the file, in any encoding that notebooks are saved in.
        limits: bounds on sizes.
        findings: gets a clause for what was put right.

    Raises:
        Unreadable: it holds no cells; the text says what it is instead, and what to do.
    """
    notebook = _upgraded(_parsed(data, limits, findings))
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        raise Unreadable(_NO_NOTEBOOK)
    if not cells:
        raise Unreadable("the notebook has no cells")
    if len(cells) > limits.cells:
        raise Unreadable(f"the notebook has {len(cells)} cells, more than {limits.cells}")
    read = [_cell(raw, limits) for raw in cells]
    _check_length(read, limits)
    lost = [str(number) for number, cell in enumerate(read, start=1) if cell is None]
    if lost:
        findings.append(
            f"left out as no cells of text, or longer than {limits.source_characters} characters: "
            f"cell {', '.join(lost[:9])}{' and others' * (len(lost) > 9)}"
        )
    return [cell for cell in read if cell is not None]


def _check_length(cells: Iterable[SubmittedCell | None], limits: GradingLimits) -> None:
    """Refuse more than anybody writes: reading code takes a kilobyte of memory per token."""
    there = [cell for cell in cells if cell is not None]
    if sum(cell.source.count("\n") for cell in there) > limits.lines:
        raise Unreadable(f"its cells have more than {limits.lines:,} lines")
    lengths = (tokens(cell.source) for cell in there if cell.kind == "code")
    # A longer cell is run, and read by nobody.
    if sum(length for length in lengths if length <= MOST_TOKENS) > limits.tokens:
        raise Unreadable(f"its code has more than {limits.tokens:,} words and signs")


def _parsed(data: bytes, limits: GradingLimits, findings: list[str]) -> dict[str, Any]:
    if not data.strip():
        raise Unreadable("the file is empty")
    if not data.strip(b"\0"):
        raise Unreadable("the file holds nothing but zeros: its contents were lost, save it again")
    for magic, what in _MAGIC:
        if data.startswith(magic):
            raise Unreadable(what)
    said: list[str] = []
    text = _in_utf8(data, said)
    try:
        bare = without_outputs(text)
        if len(bare) > limits.notebook_bytes:
            most = limits.notebook_bytes // MIB
            raise Unreadable(f"the notebook is larger than {most} MB, even without its outputs")
        tree = json.loads(bare.decode("utf-8", "surrogatepass"), parse_int=_integer)
    except (ValueError, RecursionError, TooManyValues):
        raise Unreadable(_kind_of(text, said)) from None
    if not isinstance(tree, dict):
        raise Unreadable(_NO_NOTEBOOK)
    if len(text) > limits.notebook_bytes:
        said.append(f"the outputs stored in the notebook ({len(text) // MIB} MB) were dropped")
    findings += said
    return tree


def _integer(digits: str) -> int:
    """Return an integer; 0 for one of more digits than any in a notebook, which Python refuses."""
    return int(digits) if len(digits) < 20 else 0


def _in_utf8(data: bytes, said: list[str]) -> bytes:
    encoding: str = json.detect_encoding(data)
    try:
        text = _recoded(data, encoding)
    except UnicodeDecodeError:
        encoding = _OTHER_ENCODING
        text = _recoded(data, encoding, "replace")
    if not encoding.startswith("utf-8"):
        said.append(f"the file was not saved in UTF-8 and was read as {encoding}")
    return text


def _recoded(data: bytes, encoding: str, errors: str = "strict") -> bytes:
    """Return text in UTF-8, recoded piece by piece: as one string it can be four times as large."""
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    starts = range(0, len(data), MIB)
    pieces = (decoder.decode(data[at : at + MIB], final=at + MIB >= len(data)) for at in starts)
    return b"".join(piece.encode("utf-8", "surrogatepass") for piece in pieces)


def _kind_of(data: bytes, said: list[str]) -> str:
    text = data[:MIB].decode("utf-8", "replace")
    unknown = "; ".join([BROKEN, *said])
    return next((what for pattern, what in _TEXTS if pattern.search(text)), unknown)


def _upgraded(tree: dict[str, Any]) -> Mapping[str, Any]:
    if isinstance(tree.get("cells"), list):
        return tree
    try:  # the format of 2014 and before: cells lie in worksheets
        return nbformat.convert(nbformat.from_dict(tree), 4)
    except Exception:  # whatever an old format's converter trips over, the file is no notebook
        raise Unreadable(_NO_NOTEBOOK) from None


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
            kept[(text_of(name) or "")[:200]] = good
    return kept
