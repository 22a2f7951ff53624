"""Write answers as differences: a right answer's source, with a few texts replaced."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterable, Iterator


class ChangeFault(ValueError):
    """A change that cannot be made, or that leaves no Python behind."""


def changed(base: str, changes: Iterable[tuple[str, str]]) -> str:
    """Replace each old text by its new one, all at once.

    Args:
        base: source code.
        changes: pairs of old and new text; each old one occurs exactly once in ``base``, and no
            two of them overlap.

    Returns:
        The changed source.

    Raises:
        ChangeFault: an old text is missing, stands there more than once, or overlaps another.

    Example:
        >>> changed("y = x + 1", [("x", "2 * x"), ("1", "3")])
        'y = 2 * x + 3'
        >>> changed("y = x + x", [("x", "z")])
        Traceback (most recent call last):
        autograder.exercise.changes.ChangeFault: 'x' occurs 2 times there; quote more around it.
    """
    spans = []
    for old, new in changes:
        times = base.count(old) if old else 0
        if times != 1:
            advice = "quote more around it" if times else "quote what stands there"
            raise ChangeFault(f"{old!r} occurs {times} times there; {advice}.")
        start = base.index(old)
        spans.append((start, start + len(old), new))
    spans.sort(reverse=True)
    for (start, _, _), (_, end, _) in itertools.pairwise(spans):
        if end > start:
            raise ChangeFault(f"two changes overlap at {base[start:end]!r}; make them one.")
    for start, end, new in spans:
        base = base[:start] + new + base[end:]
    return base


def compiles(source: str) -> str:
    """Return a cell's source if it is Python.

    Raises:
        ChangeFault: it is not.
    """
    try:
        compile(source, "<changed>", "exec")
    except SyntaxError as error:
        line = (error.text or "").strip()
        raise ChangeFault(f"what comes out is no Python ({error.msg}: {line}).") from None
    return source


def undocumented(source: str) -> str:
    """Return source code without docstrings, so that a change need not step around them.

    Args:
        source: a cell that parses.

    Returns:
        The same code; a docstring that is all of a body stays.

    Example:
        >>> undocumented('def f(x):\\n    \"\"\"Double.\"\"\"\\n    return 2 * x')
        'def f(x):\\n    return 2 * x'
    """
    lines = source.split("\n")
    for node in _docstrings(ast.parse(source)):
        for row in range(node.lineno - 1, node.end_lineno or node.lineno):
            lines[row] = "\0"
    return "\n".join(line for line in lines if line != "\0")


def _docstrings(tree: ast.Module) -> Iterator[ast.stmt]:
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    for node in ast.walk(tree):
        if isinstance(node, definitions) and len(node.body) > 1 and ast.get_docstring(node):
            yield node.body[0]
