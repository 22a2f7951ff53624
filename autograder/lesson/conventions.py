"""Check the rules that an authored lesson keeps, one function per rule."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Sequence

from autograder.lesson.markdown import headings, images
from autograder.lesson.percent import Cell
from autograder.lesson.regions import BEGIN, find_regions, marker_faults, statements
from cnncourse.check.source import parse

Faults = Iterator[tuple[int, str]]

# Beside the course's own tags: those by which nbclient and nbval know cells that need care.
TAGS = (
    "setup",
    "exercise",
    "check",
    "written",
    "needs-answer",
    "gpu",
    "nbval-check-output",
    "nbval-ignore-output",
    "raises-exception",
)
# `{{seconds}}` in the authored lesson is a number in its notebook.
HEADER = re.compile(
    r"^\*\*Time\*\* (?P<minutes>\d+) minutes · "
    r"\*\*Needs\*\* (?P<needs>nothing|lessons? \d\d(?:(?:, | and )\d\d)*)[^·\d]* · .+$",
    re.MULTILINE,
)
SECONDS = "{{seconds}} s"
QUESTION = re.compile(r"\*\*(?P<text>[^*]+\?)\*\*")
CHECK = re.compile(r"check\((?P<object>\w+)(?:=(?P<value>\w+))?\)")

_UNFINISHED = re.compile(r"\b(?:TODO|FIXME)\b")


def known_tags(cells: Sequence[Cell]) -> Faults:
    """Refuse a tag that nothing acts on: it is misspelt."""
    for cell in cells:
        for tag in cell.tags:
            if tag not in TAGS:
                near = difflib.get_close_matches(tag, TAGS, n=1, cutoff=0)
                yield cell.line, f"The tag {tag!r} is not known; did you mean {near[0]!r}?"


def one_title(cells: Sequence[Cell]) -> Faults:
    """Ask for exactly one H1, as the lesson's first line."""
    titles = [
        cell.at(heading.row)
        for cell in _markdown(cells)
        for heading in headings(cell.source)
        if heading.level == 1
    ]
    for line in titles[1:]:
        yield line, f"A second H1 (the first is in line {titles[0]}); use ## here."
    if not titles or titles[0] != cells[0].at(0) or not cells[0].source.startswith("# "):
        yield cells[0].line, "The lesson must begin with its title as a line `# Title`."


def header(cells: Sequence[Cell]) -> Faults:
    """Ask for the line that says how long the lesson takes and what it needs."""
    line = HEADER.search(cells[0].source)
    if not line or SECONDS not in line[0]:
        yield (
            cells[0].line,
            "The first cell needs a line `**Time** 75 minutes · **Needs** lesson 06 · "
            "**Running everything** {{seconds}} s on two CPU cores` below the title.",
        )


def question(cells: Sequence[Cell]) -> Faults:
    """Ask for the question that the lesson answers, in bold, before the first exercise."""
    for cell in cells:
        if cell.kind == "markdown" and QUESTION.search(cell.source):
            return
        if "exercise" in cell.tags:
            break
    yield (
        cells[0].line,
        "Ask in bold, before the first exercise, the question that the lesson answers: **How …?**",
    )


def alternative_text(cells: Sequence[Cell]) -> Faults:
    """Ask for alternative text on each picture that Markdown shows."""
    for cell in _markdown(cells):
        for row in sorted({image.row for image in images(cell.source) if not image.alt}):
            yield cell.at(row), "A picture without alternative text; say what it shows."


def finished(cells: Sequence[Cell]) -> Faults:
    """Refuse notes to oneself."""
    for cell in cells:
        for row, line in enumerate(cell.source.split("\n")):
            if found := _UNFINISHED.search(line):
                yield cell.at(row), f"{found[0]} is left in the lesson; do it or delete it."


def markers(cells: Sequence[Cell]) -> Faults:
    """Refuse solution markers that do not match or that nothing would cut."""
    for cell in cells:
        faults = list(marker_faults(cell.source))
        yield from ((cell.at(row), sentence) for row, sentence in faults)
        if faults:
            continue
        regions = find_regions(cell.source)
        holder = "exercise" in cell.tags or "written" in cell.tags
        if regions and not holder:
            yield (
                cell.at(regions[0].begin),
                "A solution in a cell that is no exercise; add the tag 'exercise' or 'written'.",
            )
        if holder and not regions:
            yield cell.line, f"This cell has no solution; mark one with `{BEGIN}`."
        if "written" in cell.tags and len(regions) > 1:
            yield cell.at(regions[1].begin), "A written answer has one solution; join the two."


def python(cells: Sequence[Cell]) -> Faults:
    """Refuse code that is no Python, and solutions that are no whole statements."""
    for cell in cells:
        if cell.kind != "code":
            continue
        try:
            parse(cell.source)
        except SyntaxError as error:
            yield cell.at((error.lineno or 1) - 1), f"This is not valid Python: {error.msg}."
            continue
        if any(marker_faults(cell.source)):
            continue
        for region in find_regions(cell.source):
            if not statements(cell.source, region):
                yield (
                    cell.at(region.begin),
                    "A solution must hold at least one whole statement; this one holds none.",
                )


def places(cells: Sequence[Cell]) -> Faults:
    """Refuse a tag on a cell of the wrong kind, and a name where none belongs."""
    wanted = {"written": "markdown", "setup": "code", "exercise": "code", "check": "code"}
    for cell in cells:
        roles = [tag for tag in cell.tags if tag in wanted]
        for role in roles:
            if cell.kind != wanted[role]:
                yield cell.line, f"The tag {role!r} belongs on a {wanted[role]} cell."
        if len(roles) > 1:
            yield cell.line, f"A cell is {' or '.join(roles)}, not both; take one tag away."
        if "written" in roles and not (cell.name or "").isidentifier():
            yield cell.line, 'A written answer needs an identifier as its name: name="explain_x".'
        if "written" not in roles and cell.name is not None:
            yield cell.line, "Only written answers have a name on the marker; take it away."


def check_calls(cells: Sequence[Cell]) -> Faults:
    """Refuse a check cell that does more than check one answer."""
    for cell in cells:
        if "check" in cell.tags and checked(cell) is None:
            yield cell.at(0), "A check cell holds `check(name)` or `check(name=name)`, and no more."


def opening(cells: Sequence[Cell]) -> Faults:
    """Ask for a set-up cell before all other code."""
    code = [cell for cell in cells if cell.kind == "code"]
    if code and "setup" not in code[0].tags:
        yield code[0].line, 'The first code cell must be the set-up; give it tags=["setup"].'
    elif not code:
        yield cells[0].line, 'The lesson has no set-up cell; write one with tags=["setup"].'


RULES: tuple[Callable[[Sequence[Cell]], Faults], ...] = (
    known_tags,
    one_title,
    header,
    question,
    alternative_text,
    finished,
    markers,
    python,
    places,
    check_calls,
    opening,
)


def checked(cell: Cell) -> str | None:
    """Return the exercise that a check cell checks.

    Args:
        cell: a cell tagged ``check``.

    Returns:
        The name; None if the cell is not exactly one call.
    """
    call = CHECK.fullmatch(cell.source)
    return call["object"] if call and call["value"] in (None, call["object"]) else None


def _markdown(cells: Sequence[Cell]) -> list[Cell]:
    return [cell for cell in cells if cell.kind == "markdown"]
