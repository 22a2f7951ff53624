"""Read a jupytext percent script into cells that know their line numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import jupytext

from autograder.lesson.problem import AuthoringError, Problem

# jupytext does not say where a cell came from. Each cell marker is given its line number as one
# more metadata entry before jupytext reads it; where a look-alike stands inside a string, and so
# is no marker, the entry stays in the source and is taken out again.
_MARKER = re.compile(r"^\s*#\s*%%(?!%)(?:\s.*)?$")
_NOTE = re.compile(r" authored_line=\d+$", re.MULTILINE)
# Said to the formatter and the linter of the script, not to a reader of the notebook.
_ASIDE = re.compile(r"[ \t]*# (?:fmt: skip|noqa\b.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Cell:
    """One cell of an authored lesson.

    Args:
        kind: ``"code"`` or ``"markdown"``.
        source: its text, solutions included.
        tags: the tags on its marker.
        line: line number of its ``# %%`` marker in the script, from 1.
        name: the ``name=`` on its marker; only cells with a written answer have one.
        indent: lines between the marker and the first line of the source.
    """

    kind: str
    source: str
    tags: tuple[str, ...]
    line: int
    name: str | None = None
    indent: int = 1

    def at(self, row: int) -> int:
        """Return the line number in the script of a row of the source.

        Args:
            row: row of the source, from 0.

        Returns:
            Line number in the file, from 1.
        """
        return self.line + self.indent + row


def read_text(path: Path) -> str:
    """Read an authored file whatever its line ends.

    Args:
        path: a text file in UTF-8.

    Returns:
        Its text with ``\\n`` line ends and no byte order mark.

    Raises:
        AuthoringError: the file is missing or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise AuthoringError([Problem(path, 1, "This file is missing; write it.")]) from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        sentence = "This line is not UTF-8 text; save the file as UTF-8."
        raise AuthoringError([Problem(path, line, sentence)]) from None


def read_cells(path: Path) -> tuple[list[Cell], list[Problem]]:
    """Read the cells of a percent script.

    Args:
        path: the script.

    Returns:
        The cells in order, and what is wrong with their markers.

    Raises:
        AuthoringError: the file cannot be read at all.
    """
    noted = [
        f"{line.rstrip()} authored_line={number}" if _MARKER.match(line) else line
        for number, line in enumerate(read_text(path).split("\n"), start=1)
    ]
    notebook = jupytext.reads("\n".join(noted), fmt="py:percent")
    cells: list[Cell] = []
    problems: list[Problem] = []
    for raw in notebook.cells:
        metadata = dict(raw.metadata)
        line = metadata.pop("authored_line", None)
        if line is None:
            if _NOTE.sub("", raw.source).strip():
                problems.append(Problem(path, 1, "Text stands before the first `# %%` marker."))
            continue
        problems += [Problem(path, line, fault) for fault in _marker_faults(raw, metadata)]
        source = _NOTE.sub("", raw.source).rstrip()
        quoted = metadata.get("cell_marker") in ('"""', "'''")
        cells.append(
            Cell(
                kind=raw.cell_type,
                source=_ASIDE.sub("", source) if raw.cell_type == "code" else source,
                tags=tuple(metadata.get("tags", ())),
                line=line,
                name=metadata.get("name"),
                indent=2 if quoted else 1,
            )
        )
    if not cells:
        problems.append(Problem(path, 1, "The lesson has no cells; begin each with `# %%`."))
    return cells, problems


def _marker_faults(raw, metadata: dict):
    """Yield a sentence for each part of a cell's marker that means nothing here."""
    if raw.cell_type not in ("code", "markdown"):
        yield f"A {raw.cell_type} cell; only code and [markdown] cells can be built."
    for key in metadata.keys() - {"tags", "name", "cell_marker", "lines_to_next_cell"}:
        shown = metadata[key] if key == "title" else key
        yield f'The cell marker says {shown!r}, which means nothing; write tags=["…"] or name="…".'
