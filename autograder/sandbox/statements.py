"""Run a cell statement by statement, so that one that fails takes only those along that need it.

A line that works on a student's machine may fail here: a module, a file or an accelerator is
missing, nobody answers ``input()``. It is left out and told; the cell goes on with what follows.
"""

from __future__ import annotations

import ast
import importlib.util
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cnncourse.check.names import STAR, Names, names

# Cell magics whose effect on Python's own lines is nothing but a measurement.
_MEASURING = ("time", "prun")
_CELL_MAGIC = re.compile(r"\s*%%(\w+)[^\n]*")
_MOST_TOLD = 50
_MOST_NAMES = 50


@dataclass(frozen=True)
class LeftOut:
    """A statement that did not run to its end.

    Args:
        line: its line in the cell.
        kind: the exception's name.
        text: what the exception says.
        names: what the statement would have bound.
    """

    line: int
    kind: str
    text: str
    names: tuple[str, ...] = ()

    def as_list(self) -> list[Any]:
        """Return it as a value tree."""
        return [self.line, self.kind, self.text, list(self.names)]


@dataclass
class Progress:
    """How far a cell has come.

    Attributes:
        above: empty lines at its top, which IPython drops.
        missing: names that statements which failed would have bound.
        left_out: those statements.
    """

    above: int = 0
    missing: set[str] = field(default_factory=set)
    left_out: list[LeftOut] = field(default_factory=list)

    def lacks(self, statement: ast.stmt) -> bool:
        """Say whether a statement uses at once what is missing; if so, its names are, too."""
        if not self.missing:
            return False
        found = _names_of(statement)
        if self.missing & found.used:
            self.missing |= found.bound.keys()
            return True
        self.missing -= found.certain
        return False

    def leave_out(
        self,
        statement: ast.stmt,
        error: tuple[str, str],
        before: Mapping[str, Any],
        after: Mapping[str, Any],
    ) -> None:
        """Note that a statement failed.

        Args:
            statement: its tree.
            error: name and text of the exception.
            before: the notebook's variables before it ran.
            after: and after.
        """
        found = _names_of(statement)
        done = {n for n in after if after[n] is not before.get(n) or n in found.imported}
        bound = [name for name in found.bound if name != STAR and name not in done]
        self.missing.update(bound)
        kind, text = error
        if len(self.left_out) < _MOST_TOLD:
            line = getattr(statement, "lineno", 1) + self.above
            self.left_out.append(LeftOut(line, kind, text, tuple(bound[:_MOST_NAMES])))


class WithoutMissingImports(ast.NodeTransformer):
    """Takes imports of modules that are not here out of functions, unless the code expects it.

    Args:
        tell: is called with the statement and the name of the module.
    """

    def __init__(self, tell: Callable[[ast.stmt, str], None]) -> None:
        self._tell = tell
        self._depth = 0

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Look into a function."""
        self._depth += 1
        self.generic_visit(node)
        self._depth -= 1
        return node

    visit_AsyncFunctionDef = visit_FunctionDef  # type: ignore[assignment]

    def visit_Try(self, node: ast.Try) -> ast.AST:
        """Leave alone what expects that a module may be missing."""
        return node

    visit_TryStar = visit_With = visit_Try  # type: ignore[assignment]

    def visit_Import(self, node: ast.Import) -> ast.AST:
        """Replace an import of which every module is missing, if it stands in a function."""
        return self._replaced(node, [alias.name for alias in node.names])

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST:
        """Replace it likewise."""
        return self._replaced(node, [node.module or ""] if not node.level else [])

    def _replaced(self, node: ast.stmt, modules: list[str]) -> ast.AST:
        if not self._depth or not modules or not all(map(_is_missing, modules)):
            return node
        self._tell(node, modules[0])
        return ast.copy_location(ast.Pass(), node)


def without_cell_magic(source: str, known: Callable[[str], bool]) -> tuple[str, str | None]:
    """Take away a cell magic that only measures, or that is unknown and stands above Python.

    Args:
        source: a cell.
        known: says whether a cell magic of a name exists.

    Returns:
        The cell with its line empty, and the name of the magic if it is unknown.

    Example:
        >>> without_cell_magic("%%time\\nx = 1", lambda name: True)
        ('\\nx = 1', None)
        >>> without_cell_magic("%%memit\\nx = 1", lambda name: False)
        ('\\nx = 1', 'memit')
        >>> without_cell_magic("%%sh\\nls -l", lambda name: True)
        ('%%sh\\nls -l', None)
    """
    found = _CELL_MAGIC.match(source)
    if not found or not source[found.end() :].strip():
        return source, None
    name, body = found[1], source[: found.start(1) - 2] + source[found.end() :]
    if name in _MEASURING:
        return body, None
    try:
        names(body)
    except SyntaxError:
        return source, None
    return (source, None) if known(name) else (body, name)


def one_by_one(statements: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield statements, an import of several modules as several imports."""
    for statement in statements:
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                yield ast.copy_location(ast.Import(names=[alias]), statement)
        else:
            yield statement


def _is_missing(module: str) -> bool:
    top = module.partition(".")[0]
    try:
        return bool(top) and importlib.util.find_spec(top) is None
    except (ImportError, ValueError):
        return False


def _names_of(statement: ast.stmt) -> Names:
    try:
        return names(ast.unparse(statement))
    except (SyntaxError, ValueError, RecursionError):
        return Names()
