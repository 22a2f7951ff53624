"""Answers without what does not matter in them: comments, docstrings, the names of variables.

The answers are students': they are read, never run, and may be no Python at all.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Mapping

from cnncourse.check.bindings import DEFINITIONS
from cnncourse.check.source import parse

_LONGEST = 20_000
# What stands before the name in a definition.
_BEFORE = {ast.FunctionDef: len("def "), ast.ClassDef: len("class ")}


def normal_form(source: str, name: str) -> str:
    """Return a text that is the same for answers that differ in nothing but names and form.

    Args:
        source: a cell.
        name: what it defines, which keeps its name.

    Returns:
        Its syntax tree as text; where there is none, the source without blank space.

    Example:
        >>> one = normal_form("def f(x):  # mine\\n    y = 2 * x\\n    return y", "f")
        >>> one == normal_form("def f(a):\\n    b = 2*a\\n    return b", "f")
        True
    """
    if len(source) > _LONGEST:
        return "".join(source.split())
    try:
        new = {old: f"v{i}" for i, old in enumerate(own_names(source, name))}
        tree = copy.deepcopy(parse(source))
        for node in ast.walk(tree):
            _simplify(node, new)
        return ast.dump(tree)
    except (SyntaxError, RecursionError):
        return "".join(source.split())


def _simplify(node: ast.AST, new: Mapping[str, str]) -> None:
    """Rename what a node names, and drop its docstring."""
    for field in ("id", "arg", "name"):
        if isinstance(node, (ast.Name, ast.arg, *DEFINITIONS)) and hasattr(node, field):
            old = getattr(node, field)
            setattr(node, field, new.get(old, old))
    if isinstance(node, DEFINITIONS) and ast.get_docstring(node) is not None:
        del node.body[0]


def own_names(source: str, name: str) -> list[str]:
    """List the names that an answer gives, in the order of the text.

    Args:
        source: a cell.
        name: what it defines, which is left out; imported names are, too.

    Raises:
        SyntaxError: it is no Python.

    Example:
        >>> own_names("def f(x, n):\\n    y = np.sum(x)\\n    return y", "f")
        ['x', 'n', 'y']
    """
    found: dict[str, tuple[int, int]] = {}
    for node in ast.walk(parse(source)):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Store):
            continue
        if isinstance(node, (ast.Name, ast.arg, ast.FunctionDef, ast.ClassDef)):
            own = _name_of(node)
            place = (node.lineno, node.col_offset)
            found[own] = min(place, found.get(own, place))
    return sorted(found.keys() - {name}, key=found.__getitem__)


def renamed(source: str, new: Mapping[str, str]) -> str:
    """Rename variables; attributes and the keywords of calls keep their names.

    Args:
        source: a cell.
        new: old name → new name.

    Returns:
        The cell, its lines where they were.

    Raises:
        SyntaxError: it is no Python.

    Example:
        >>> renamed("y = x.x + f(x=x)", {"x": "a"})
        'y = a.x + f(x=a)'
    """
    lines = [line.encode() for line in source.split("\n")]  # ast counts in bytes
    places = {
        (node.lineno, node.col_offset + _BEFORE.get(type(node), 0), _name_of(node))
        for node in ast.walk(parse(source))
        if isinstance(node, (ast.Name, ast.arg, ast.FunctionDef, ast.ClassDef))
    }
    for row, column, old in sorted(places, reverse=True):
        before, rest = lines[row - 1][:column], lines[row - 1][column:]
        if old in new and rest.startswith(old.encode()):
            lines[row - 1] = before + new[old].encode() + rest[len(old.encode()) :]
    return b"\n".join(lines).decode()


def _name_of(node: ast.Name | ast.arg | ast.FunctionDef | ast.ClassDef) -> str:
    match node:
        case ast.Name(id=name) | ast.arg(arg=name):
            return name
        case _:
            return node.name
