"""Render a student's feedback page from a graded notebook, by one template and one style sheet."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment
from markupsafe import Markup, escape
from nbgrader.utils import is_grade, is_solution

from autograder.grading.feedback.results import Result, results_of
from autograder.grading.feedback.shown_cells import ShownCells
from autograder.grading.feedback.shows import Shows
from autograder.grading.html_templates import environment_of
from autograder.grading.merge import ANSWER
from autograder.grading.plain_text import plain
from autograder.grading.preprocessors import REPORT
from autograder.grading.rubric import ORIGIN as RUBRIC
from cnncourse.check.text import printable

_FOLDER = Path(__file__).parent
_TITLE = re.compile(r"^#[ \t]+(.*\S)", re.MULTILINE)
_SECTION = re.compile(r"^##[ \t]+(.*\S)", re.MULTILINE)
_NAME = re.compile(r"`([^`]+)`")
_STRESSED = re.compile(r"(?<![\w*])\*(\w[^*<>]*)\*(?![\w*])")
_BELOW_WORK, _BELOW_EXERCISE = 2, 3  # levels of the headings above a cell
_LONGEST = 5000  # characters of a report, and of a cell that is searched for headings


@dataclass
class Piece:
    """One cell as the page shows it: what stands in it and what it gave."""

    kind: str
    source: Markup
    outputs: list[Markup] = field(default_factory=list)


@dataclass
class Block:
    """Cells that stand together: an exercise, or some of the lesson, or the student's own.

    Args:
        kind: "exercise", "lesson" or "own".
        result: of the exercise.
        section: the section of the lesson that it stands in.
        titles: sections of the lesson that begin in it.
        pieces: its cells.
        checked: the exercise's check was seen: what follows stands on its own.
    """

    kind: str
    result: Result | None = None
    section: str = ""
    titles: list[str] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    checked: bool = False


def feedback_page(
    notebook: Any, *, lesson: str, student: str, shows: Shows, penalty: float = 0.0
) -> str:
    """Return a student's feedback page: one file that runs no script and loads nothing.

    Args:
        notebook: the graded notebook, as it is recorded.
        lesson: the lesson's name.
        student: whose it is.
        shows: what the page tells.
        penalty: points lost for being late.

    Returns:
        HTML in which everything that comes from the student is escaped or cleaned.
    """
    results = results_of(notebook, shows)
    blocks = _blocks(notebook.cells, results)
    earned = sum(r.points or 0.0 for r in results.values())
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            title=_title(notebook.cells) or lesson,
            lesson=plain(lesson),
            student=printable(plain(student), 300),
            results=list(results.values()),
            points=max(0.0, earned - penalty),
            earned=earned,
            penalty=penalty,
            most=sum(r.most for r in results.values()),
            waiting=sum(r.points is None for r in results.values()),
            report=_report(notebook.metadata),
            blocks=blocks,
            style=_style(),
        )
    )


def _blocks(cells: list[Any], results: dict[str, Result]) -> list[Block]:
    """Return the notebook's cells in their order, those together that belong together."""
    shown = ShownCells()
    blocks = [Block("lesson")]
    section = ""
    for cell in cells:
        kind, result = _kind(cell, results)
        if kind is None:
            continue
        if not _goes_on(blocks[-1], kind, result):
            blocks.append(Block(kind, result, section))
        block = blocks[-1]
        if kind == "lesson":
            block.pieces.append(_piece(cell, shown, "the lesson", lesson=True))
            block.titles += _sections(cell)
            section = block.titles[-1] if block.titles else section
        elif is_grade(cell) and not is_solution(cell):
            block.checked = True  # its outputs are the result
        else:
            block.pieces.append(_piece(cell, shown, result.title if result else "your own cell"))
    return [block for block in blocks if block.pieces or block.result]


def _kind(cell: Any, results: dict[str, Result]) -> tuple[str | None, Result | None]:
    """Return the kind of block that a cell belongs in, and its exercise; None to leave it out."""
    origin = _table(cell.metadata, "cnncourse").get("origin")
    if is_grade(cell) or is_solution(cell):
        name = str(cell.metadata["nbgrader"].get("grade_id"))
        result = results.get(name) or results.get(name.removesuffix(ANSWER))
        if result:
            return "exercise", result
    if origin in (REPORT, RUBRIC) or not cell.source.strip():
        return None, None
    return ("own" if origin else "lesson"), None


def _goes_on(block: Block, kind: str, result: Result | None) -> bool:
    """Return whether a cell belongs to the block above it."""
    if kind == "own" and block.kind == "exercise":
        return not block.checked
    return block.kind == kind and block.result is result


def _piece(cell: Any, shown: ShownCells, of: str, *, lesson: bool = False) -> Piece:
    if cell.cell_type == "markdown":
        level = _BELOW_WORK if lesson else _BELOW_EXERCISE
        return Piece("markdown", shown.markdown(cell, level, lesson=lesson))
    if cell.cell_type == "raw":
        return Piece("raw", shown.text(cell.source))
    return Piece("code", shown.code(cell.source, lesson=lesson), shown.outputs(cell, of))


def _sections(cell: Any) -> list[str]:
    """Return the titles of the sections of the lesson that begin in a cell."""
    if cell.cell_type != "markdown":
        return []
    return [printable(title, 200) for title in _SECTION.findall(cell.source[:_LONGEST])]


def _title(cells: list[Any]) -> str:
    """Return the lesson's title; what the student wrote is none."""
    texts = [c.source[:_LONGEST] for c in cells if _kind(c, {}) == ("lesson", None)]
    return next((printable(m[1], 200) for t in texts if (m := _TITLE.search(t))), "")


def _report(metadata: Any) -> str:
    """Return what was found wrong with the submission as such."""
    report = _table(metadata, "cnncourse").get(REPORT)
    return printable(report, _LONGEST) if isinstance(report, str) else ""


def _table(holder: Any, key: str) -> Mapping[str, Any]:
    value = holder.get(key) if isinstance(holder, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def _points(value: float) -> str:
    return f"{value:.4g}" if value < 1000 else f"{value:.0f}"


def _seconds(value: float) -> str:
    return f"{value:.2g} s" if value < 10 else f"{value:.0f} s"


def _inline(text: str) -> Markup:
    """Return a sentence with the names and stressed words in it set as such.

    Example:
        >>> _inline("Your `f` is the *negative* of <b>, 2*x*3.")
        Markup('Your <code>f</code> is the <em>negative</em> of &lt;b&gt;, 2*x*3.')
    """
    html = _NAME.sub(r"<code>\1</code>", str(escape(text)))
    return Markup(_STRESSED.sub(r"<em>\1</em>", html))


@lru_cache(maxsize=1)
def _environment() -> Environment:
    filters: dict[str, Callable[..., str]] = {
        "points": _points,
        "seconds": _seconds,
        "inline": _inline,
    }
    return environment_of(_FOLDER, filters)


@lru_cache(maxsize=1)
def _style() -> Markup:
    return Markup((_FOLDER / "page.css").read_text(encoding="utf-8"))
