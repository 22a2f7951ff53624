"""Notebook cells read as Python: magics taken away, what does not parse taken for nothing."""

from __future__ import annotations

import ast
import re
import warnings

_MAGIC = re.compile(r"^(\s*)[%!].*$", re.MULTILINE)


def parse(cell: str) -> ast.Module | None:
    """The syntax tree of a cell.

    Args:
        cell: its text, magics and all.

    Returns:
        The tree, each line at its number, or None where the text is no Python.

    Example:
        >>> parse("%%time\\nx = 1").body[-1].lineno
        2
        >>> parse("x = (1") is None
        True
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an invalid escape is the student's business
            return ast.parse(_without_magics(cell))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def plain(cell: str) -> str:
    """A cell without magics; nothing if it does not parse, so that it cannot hide its neighbours.

    Example:
        >>> plain("%matplotlib inline\\nx = 1"), plain("x = (1")
        ('pass\\nx = 1', '')
    """
    return _without_magics(cell) if parse(cell) else ""


def _without_magics(cell: str) -> str:
    # `pass`, not nothing: the magic may be all that an `if` holds.
    return _MAGIC.sub(r"\1pass", cell)
