"""Find solution regions, and cut them out of what students get."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from cnncourse.check.bindings import DEFINITIONS, FUNCTIONS
from cnncourse.check.names import names
from cnncourse.check.source import parse

BEGIN = "### BEGIN SOLUTION"
END = "### END SOLUTION"
WRITTEN_STUB = "*Your answer here.*"

# nbgrader's other regions are refused too: nothing would cut them.
_LOOKS_LIKE_MARKER = re.compile(
    r"\b(?:BEGIN|END)[ _-]*(?:SOLUTION|HIDDEN TESTS|MARK SCHEME)S?\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Region:
    """A solution region, as rows of a cell's source.

    Args:
        begin: row of its BEGIN marker, from 0.
        end: row of its END marker.
    """

    begin: int
    end: int

    def holds(self, row: int) -> bool:
        """Say whether a row lies between the markers."""
        return self.begin < row < self.end


def find_regions(source: str) -> list[Region]:
    """Find the solution regions of a cell whose markers match.

    Args:
        source: a cell's source without :func:`marker_faults`.

    Returns:
        The regions in order.

    Example:
        >>> find_regions("### BEGIN SOLUTION\\nx = 1\\n### END SOLUTION")
        [Region(begin=0, end=2)]
    """
    rows = [line.strip() for line in source.split("\n")]
    begins = [row for row, text in enumerate(rows) if text == BEGIN]
    ends = [row for row, text in enumerate(rows) if text == END]
    return [Region(*pair) for pair in zip(begins, ends, strict=True)]


def marker_faults(source: str) -> Iterator[tuple[int, str]]:
    """Find markers that are misspelt or do not match.

    Args:
        source: a cell's source.

    Yields:
        Row from 0 and one sentence for each fault.
    """
    opened: int | None = None
    for row, line in enumerate(source.split("\n")):
        text = line.strip()
        if text == BEGIN:
            if opened is not None:
                yield row, f"A solution begins inside another; close the first with `{END}`."
            opened = row
        elif text == END:
            if opened is None:
                yield row, f"`{END}` without a `{BEGIN}` before it in this cell."
            opened = None
        elif _LOOKS_LIKE_MARKER.search(line):
            yield row, f"A misspelt marker; write `{BEGIN}` or `{END}`, alone on its line."
    if opened is not None:
        yield opened, f"`{BEGIN}` without an `{END}` after it in this cell."


def without_markers(source: str) -> str:
    """Return a cell's source without the lines that mark its solution.

    Args:
        source: a cell whose markers match.

    Example:
        >>> without_markers("### BEGIN SOLUTION\\nx = 1\\n### END SOLUTION")
        'x = 1'
    """
    return "\n".join(row for row in source.split("\n") if row.strip() not in (BEGIN, END))


def cut_text(source: str) -> str:
    """Replace the model answer in a written cell by a line that invites one.

    Args:
        source: Markdown with one solution region.

    Returns:
        What the student gets.

    Example:
        >>> print(cut_text("Why?\\n\\n### BEGIN SOLUTION\\nBecause.\\n### END SOLUTION"))
        Why?
        <BLANKLINE>
        *Your answer here.*
    """
    return _replace(source, {region: [WRITTEN_STUB] for region in find_regions(source)})


def cut_code(source: str, name: str) -> str:
    """Replace the solution in an exercise cell by what the student starts from.

    Inside a function a region becomes ``raise NotImplementedError``; in the body of a class, a
    constructor that raises it; at the top level, ``name = ...``, once, unless the cell binds the
    name outside its solution already. A region for which none of these is right leaves a comment.

    Args:
        source: a code cell that parses and whose markers match.
        name: the exercise's name.

    Returns:
        What the student gets.

    Example:
        >>> print(cut_code("### BEGIN SOLUTION\\nshape = [3, 3]\\n### END SOLUTION", "shape"))
        shape = ...  # your answer
    """
    regions = find_regions(source)
    kept = [row for row in names(source).bound.get(name, []) if not _inside(row, regions)]
    # Scopes that have their stub already; None is the top level.
    done: set[ast.AST | None] = {None} if kept else set()
    stubs: dict[Region, list[str]] = {}
    for region in regions:
        scope = _scope(source, region)
        if isinstance(scope, ast.ClassDef):
            stub = [
                "def __init__(self, *args, **kwargs):",
                f'    raise NotImplementedError("{name}: not written yet")',
            ]
            if _has_constructor(scope, regions):
                done.add(scope)
        elif scope is None:
            stub = [f"{name} = ...  # your answer"]
        else:
            stub = [f'raise NotImplementedError("{name}: not written yet")']
        if scope in done:
            stub = ["# your code"]
        elif not isinstance(scope, FUNCTIONS):
            done.add(scope)
        stubs[region] = [_indentation(source, region) + line for line in stub]
    return _replace(source, stubs)


def statements(source: str, region: Region) -> list[ast.stmt]:
    """Find the statements that begin and end inside a region.

    Args:
        source: a code cell that parses.
        region: one of its regions.

    Returns:
        The statements; none when the region is empty or cuts a statement in two.
    """
    return [
        node
        for node in ast.walk(parse(source))
        if isinstance(node, ast.stmt)
        and region.holds(node.lineno - 1)
        and region.holds(_last_row(node))
    ]


def _scope(source: str, region: Region) -> ast.AST | None:
    """Find the innermost function or class around a region; None at the top level."""
    around = [
        node
        for node in ast.walk(parse(source))
        if isinstance(node, DEFINITIONS)
        and node.lineno - 1 < region.begin
        and any(_last_row(node) >= _last_row(inner) for inner in statements(source, region))
    ]
    return max(around, key=lambda node: node.lineno, default=None)


def _has_constructor(scope: ast.ClassDef, regions: list[Region]) -> bool:
    """Say whether a class keeps a constructor when its regions are cut."""
    return any(
        isinstance(node, FUNCTIONS)
        and node.name == "__init__"
        and not _inside(node.lineno - 1, regions)
        for node in scope.body
    )


def _last_row(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - 1


def _inside(row: int, regions: list[Region]) -> bool:
    return any(region.holds(row) for region in regions)


def _indentation(source: str, region: Region) -> str:
    """Return the indentation of the first statement in a region, tabs kept."""
    first = min(node.lineno for node in statements(source, region))
    line = source.split("\n")[first - 1]
    return line[: len(line) - len(line.lstrip())]


def _replace(source: str, stubs: dict[Region, list[str]]) -> str:
    """Put other lines in the place of regions and their markers."""
    lines = source.split("\n")
    for region in sorted(stubs, key=lambda region: region.begin, reverse=True):
        lines[region.begin : region.end + 1] = stubs[region]
    return "\n".join(lines)
