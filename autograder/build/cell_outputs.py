"""Keep the outputs of executed notebooks the same from run to run, and fit to be published."""

from __future__ import annotations

import base64
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from nbformat import NotebookNode

from autograder.build.assemble import as_text
from autograder.lesson import Cell, Problem
from autograder.lesson.markdown import html_images
from cnncourse.plots import encoding

LIMIT_BYTES = 4_000_000  # a figure stands in it twice, as PNG and in HTML

_WIDGET = "application/vnd.jupyter.widget-view+json"  # names a model that no file holds
_EMBEDDED = re.compile(r"(?<=;base64,)[\w+/=]+")  # random letters, which may spell anything
_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")


def tidy(notebook: NotebookNode) -> None:
    """Take out of a notebook's outputs what changes from run to run and says nothing.

    Views of live widgets go, their text stays; times of execution go too. A figure that was shown
    before figures were HTML gets the form that `plots.show` gives one now, without being drawn.

    Args:
        notebook: an executed notebook; it is changed in place.
    """
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", ()):
            output.get("data", {}).pop(_WIDGET, None)
            output.pop("transient", None)
            _put_words_into_html(output)
        if "outputs" in cell:
            cell.outputs = [out for out in cell.outputs if out.get("data", True)]


def _put_words_into_html(output: NotebookNode) -> None:
    """Give a picture whose words stand in its metadata alone the HTML that a reader gets."""
    data, metadata = output.get("data", {}), output.get("metadata", {})
    alt = metadata.get("image/png", {}).get("alt", "").strip()
    if "image/png" not in data or "text/html" in data or not alt:
        return
    picture = base64.b64decode(data["image/png"])
    shown, about = encoding.bundle(encoding.compact(picture), alt)
    output.data = NotebookNode({**data, **shown})
    output.metadata = NotebookNode({**metadata, **about})


def output_problems(
    notebook: NotebookNode, cells: Mapping[str, Cell], script: Path
) -> Iterator[Problem]:
    """Find outputs that are not fit to be published.

    Args:
        notebook: an executed notebook.
        cells: cell id → authored cell.
        script: the authored script, for messages.

    Yields:
        A problem for each warning, picture without alternative text, memory address, progress
        bar and path of this machine, and, once, for a notebook that is too large.
    """
    for cell in notebook.cells:
        line = cells[cell.id].line if cell.id in cells else 1
        for output in cell.get("outputs", ()):
            for sentence in _faults(output):
                yield Problem(script, line, sentence)
    size = len(as_text(notebook).encode())
    if size > LIMIT_BYTES:
        yield Problem(
            script,
            1,
            f"The executed notebook has {size / 1e6:.1f} MB, more than the "
            f"{LIMIT_BYTES / 1e6:.0f} MB that are allowed; show fewer or smaller pictures.",
        )


def _faults(output: NotebookNode) -> Iterator[str]:
    if output.get("name") == "stderr":
        said = output.text.strip().splitlines() or [""]
        yield f"This cell wrote to stderr: {said[-1]!r}; a lesson must run without warnings."
        return
    data = output.get("data", {})
    html = _EMBEDDED.sub("", data.get("text/html", ""))
    figures = [output.metadata.get(mime, {}) for mime in data if mime.startswith("image/")]
    alts = [image.alt for image in html_images(html)]
    alts += [about.get("alt", "").strip() for about in figures]
    if not all(alts):
        yield 'A figure without alternative text; show it with plots.show(fig, alt="…").'
    shown = "\n".join(
        [output.get("text", ""), data.get("text/plain", ""), html, *output.get("traceback", ())]
    )
    if found := _ADDRESS.search(shown):
        yield f"The output shows a memory address ({found[0]}); end the line with `;`."
    if "\x08" in shown:
        yield "The output is a progress bar; pass verbose=0 or verbose=2."
    for folder in _own_folders():
        if f"{folder}{os.sep}" in shown:
            yield f"The output names a folder of this machine ({folder}); show less of the path."
            return


def _own_folders() -> list[str]:
    """Return folders whose names say who built the course, and where."""
    folders = (Path.home(), Path(tempfile.gettempdir()), Path(sys.prefix), Path.cwd())
    return [str(folder) for folder in folders if folder != Path(folder.anchor)]
