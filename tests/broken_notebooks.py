"""Notebook files as no program should write them: what students, editors and disks make of one.

``files(notebook)`` draws the bytes of a file that began as a notebook: some of its values were
replaced, its text was spoilt, its encoding changed, it was packed, its bytes were spoilt, or not.
Each draw is small, so that Hypothesis finds the smallest file that does harm.
"""

from __future__ import annotations

import copy
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SURROGATE = "\ud800"
MOST_DEEP = 100_000
# Characters: beyond the bounds of a notebook without its outputs, below what fills a memory.
MOST_LONG = 25_000_000
ENCODINGS = (
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "latin-1",
    "cp1252",
)
# The beginnings of other files, with a notebook behind them or without.
BEGINNINGS = (
    b"", b"\0", b"%PDF-1.7\n", b"PK\x03\x04", b"\x1f\x8b\x08", b"\x89PNG\r\n\x1a\n", b"\xff\xfe",
    b"\xef\xbb\xbf", b"<html>", b"<<<<<<< HEAD\n", b"version https://git-lfs\n", b"import os\n",
)  # fmt: skip
# Stand in the tree where the text gets what no tree can hold.
GIANT, DEEP = "«giant»", "«deep»"


def odd_values() -> st.SearchStrategy[Any]:
    """Draw a value that belongs at no place of a notebook, or at another than it is put."""
    texts = ("", "\0", SURROGATE, "\u202e", "\U0001f600", "x" * 300, "a;" * 5_000, GIANT, DEEP)
    numbers = (0, -1, 10**400, 2**63, float("nan"), float("inf"), -0.0, 1e308)
    trees: tuple[Any, ...] = ([], {}, [[]], [1], [None], ["a", 1], {"": ""}, {SURROGATE: SURROGATE})
    simple = st.sampled_from((None, True, False, *numbers, *texts, *trees))
    return simple | st.text(max_size=20) | st.lists(st.text(max_size=5), max_size=3)


def places(tree: Any, found: tuple = ()) -> Iterator[tuple]:
    """Yield the way to each value of a tree, as keys and indexes."""
    items = (
        tree.items()
        if isinstance(tree, dict)
        else enumerate(tree)
        if isinstance(tree, list)
        else ()
    )
    for key, value in items:
        yield (*found, key)
        yield from places(value, (*found, key))


@st.composite
def spoilt_trees(draw: st.DrawFn, notebook: dict[str, Any]) -> dict[str, Any]:
    """Draw a notebook in which up to four things are not as they should be."""
    tree = copy.deepcopy(notebook)
    for spoil in draw(st.lists(st.sampled_from(SPOILING), max_size=4)):
        spoil(draw, tree)
    return tree


def _value(draw: st.DrawFn, tree: dict[str, Any]) -> None:
    """Put an odd value at any place, or nothing."""
    *way, last = draw(st.sampled_from(list(places(tree)) or [("cells",)]))
    holder: Any = tree
    for key in way:
        holder = holder[key]
    if draw(st.booleans()):
        holder[last] = draw(odd_values())
    else:
        holder.pop(last, None) if isinstance(holder, dict) else holder.pop(last)


def _version(draw: st.DrawFn, tree: dict[str, Any]) -> None:
    tree["nbformat"] = draw(st.sampled_from((0, 1, 2, 3, 5, -4, 4.5, "4", None, [4], 10**30)))
    tree["nbformat_minor"] = draw(st.sampled_from((0, 4, 99, -1, "5", None)))


def _worksheets(draw: st.DrawFn, tree: dict[str, Any]) -> None:
    """Make it the format of 2014 or before, more or less."""
    tree["nbformat"] = draw(st.sampled_from((1, 2, 3)))
    cells = tree.pop("cells", [])
    for cell in cells if isinstance(cells, list) else ():
        if isinstance(cell, dict) and cell.get("cell_type") == "code" and draw(st.booleans()):
            cell["input"] = cell.pop("source", "")
    tree["worksheets"] = draw(
        st.sampled_from(([{"cells": cells}], [{"cells": cells}] * 3, [cells], {}))
    )


def _kernel(draw: st.DrawFn, tree: dict[str, Any]) -> None:
    names = ("julia-1.9", "../../bin/sh", "", SURROGATE, 3, None, "python3\n", "x" * 10_000)
    tree["metadata"] = {"kernelspec": {"name": draw(st.sampled_from(names))}, "language_info": []}


def _ids(draw: st.DrawFn, tree: dict[str, Any]) -> None:
    """Repeat ids, of cells and of nbgrader's, leave them out, or make them odd."""
    own = draw(st.sampled_from(("r-double", "", "a b", "x" * 5_000, SURROGATE, None, 7)))
    for cell in _cells(tree):
        if draw(st.booleans()):
            cell["id"] = own
        if draw(st.booleans()):
            meta = {"grade_id": own, "grade": True, "solution": True, "points": float("inf")}
            cell["metadata"] = {"nbgrader": meta}


def _outputs(draw: st.DrawFn, tree: dict[str, Any]) -> None:
    """Store large outputs, or such as are none."""
    size = draw(st.sampled_from((10, 10**6, MOST_LONG)))
    odd = (
        [{"output_type": "stream", "name": "stdout", "text": "x" * size}],
        ["]"] * 5_000,
        {"a": []},
        "}",
        3,
    )
    for cell in _cells(tree)[:2]:
        cell["outputs"] = draw(st.sampled_from(odd))


def _many(draw: st.DrawFn, tree: dict[str, Any]) -> None:
    """Repeat a cell by the thousand."""
    cells = _cells(tree)
    if cells:
        cell = draw(st.sampled_from(cells))
        number = draw(st.sampled_from((2, 300, 980, 1_001, 30_000)))
        tree["cells"] = cells + [cell] * min(number, MOST_LONG // len(str(cell)))


def _long(draw: st.DrawFn, tree: dict[str, Any]) -> None:
    """Write a cell so long that reading it would cost much."""
    unit = draw(
        st.sampled_from(
            ("a;", "(", "if a: double = 1\n", "double = ", "'''", "é", "x" * 50 + "\n", "%run ")
        )
    )
    for cell in _cells(tree)[:3]:
        times = draw(st.sampled_from((50, 4_000, 60_000, 1_000_000)))
        cell["source"] = unit * min(times, MOST_LONG // 10 // len(unit))


def _attachments(draw: st.DrawFn, tree: dict[str, Any]) -> None:
    png = draw(
        st.sampled_from(("iVBORw0KGgo=", "iVBORw0KGgo" * 2**18, ["iVBORw0K", "Ggo="], "no", 3))
    )
    names = draw(
        st.lists(st.sampled_from((SURROGATE, "", "../a.png", "x" * 10_000, "a\0")), max_size=3)
    )
    for cell in _cells(tree):
        cell["attachments"] = {name: {"image/png": png} for name in names}


def _cells(tree: dict[str, Any]) -> list[Any]:
    cells = tree.get("cells")
    return [c for c in cells if isinstance(c, dict)] if isinstance(cells, list) else []


SPOILING: tuple[Callable[[st.DrawFn, dict[str, Any]], None], ...] = (
    _value, _value, _value, _version, _worksheets, _kernel, _ids, _outputs, _many, _long,
    _attachments,
)  # fmt: skip


def as_text(tree: Any, deep: int = 1_000, digits: int = 5_000, *, escaped: bool = True) -> str:
    """Write a tree as JSON, and in it what no tree holds: deep lists, giant numbers."""
    text = json.dumps(tree, ensure_ascii=escaped)
    for mark, instead in ((GIANT, "9" * digits), (DEEP, "[" * deep + "]" * deep)):
        text = text.replace(json.dumps(mark, ensure_ascii=escaped), instead, 20)
    return text


@st.composite
def spoilt_texts(draw: st.DrawFn, text: str) -> str:
    """Draw a text that is no JSON any more, or other JSON than it was."""
    how = draw(
        st.sampled_from(("kept", "kept", "cut", "gone", "added", "twice", "wrapped", "conflict"))
    )
    at = draw(st.integers(0, len(text)))
    match how:
        case "cut":
            return text[:at]
        case "gone":
            return text[:at] + text[at + draw(st.integers(1, 200)) :]
        case "added":
            return (
                text[:at]
                + draw(st.text(max_size=10) | st.sampled_from(("[" * MOST_DEEP, "NaN", "//")))
                + text[at:]
            )
        case "twice":  # each key of the outermost object, and the last counts
            return text[:-1] + ", " + text[1:] if text.startswith("{") else text * 2
        case "wrapped":
            depth = draw(st.sampled_from((1, 900, MOST_DEEP)))
            return "[" * depth + text + "]" * depth
        case "conflict":
            return text[:at] + "\n<<<<<<< HEAD\n=======\n>>>>>>> theirs\n" + text[at:]
    return text


@st.composite
def files(draw: st.DrawFn, notebook: dict[str, Any]) -> bytes:
    """Draw a file.

    Args:
        notebook: what it was before, as a plain tree.
    """
    tree = draw(spoilt_trees(notebook))
    deep = draw(st.sampled_from((50, 1_000, MOST_DEEP)))
    digits = draw(st.sampled_from((30, 4_000, 20_000)))
    text = draw(spoilt_texts(as_text(tree, deep, digits, escaped=draw(st.booleans()))))
    errors = (
        "surrogatepass" if "utf" in (encoding := draw(st.sampled_from(ENCODINGS))) else "replace"
    )
    data = text.encode(encoding, errors)
    if draw(st.integers(0, 9)) == 0:
        data = packed(draw, data)
    match draw(st.sampled_from(("kept", "kept", "kept", "begun", "binary", "zeros", "bytes"))):
        case "begun":
            kept = draw(st.sampled_from((0, 100, len(data))))
            return draw(st.sampled_from(BEGINNINGS)) + data[:kept]
        case "binary":
            return draw(st.binary(max_size=300))
        case "zeros":
            return data[:100] + bytes(draw(st.sampled_from((1, 10**6))))
        case "bytes":
            at = draw(st.integers(0, len(data)))
            return data[:at] + draw(st.binary(min_size=1, max_size=8)) + data[at + 4 :]
    return data


def packed(draw: st.DrawFn, data: bytes) -> bytes:
    """Put a file into a ZIP file under an odd name, beside others or in another ZIP file."""
    names = ("a.ipynb", "01_mini/01_mini.ipynb", "../a.ipynb", "/a.ipynb", "é.IPYNB", "a.zip", ".a")
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in draw(st.lists(st.sampled_from(names), max_size=3, unique=True)):
            archive.writestr(zipfile.ZipInfo(name), data)
    return file.getvalue()


def each(notebook: dict[str, Any], number: int, use: Callable[[bytes], None]) -> None:
    """Draw files, the same ones each time, and use each.

    Args:
        notebook: what they were before.
        number: how many.
        use: what raises for a file that does harm; the smallest such file is then looked for.
    """

    @settings(
        max_examples=number, derandomize=True, database=None, deadline=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(files(notebook))
    def used(data: bytes) -> None:
        use(data)

    used()
