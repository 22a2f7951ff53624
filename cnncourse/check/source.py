"""Parse notebook cells: a syntax tree of what IPython accepts, each line in its place."""

from __future__ import annotations

import ast
import re
import warnings
from functools import cache
from typing import Any

from cnncourse.check.bounded import MOST_TOKENS, Kept, tokens

# Magics that run the Python in them, in the notebook's namespace (but for `timeit`).
_RUNNING = ("time", "timeit", "prun", "capture", "debug")
_OPTIONS = {
    "time": re.compile(r"\s*(?:--no-raise-error\s+)?"),
    "timeit": re.compile(r"\s*(?:-(?:[nrp]\s*\d+|[tcqov]+)\s+)*(?:-(?:[nrp]\s*\d+|[tcqov]+)\s*$)?"),
    "prun": re.compile(r"\s*(?:-(?:[lsTD]\s*\S+|[rq]+)\s+)*(?:-(?:[lsTD]\s*\S+|[rq]+)\s*$)?"),
}
# Without a `%` too, as the only line of a cell.
_AUTOMAGIC = re.compile(r"\s*(?:time|timeit|prun)\s")
# Each magic makes IPython read the cell anew: a bound on characters times magics.
_MOST_CHARACTERS = 50_000
_MOST_NESTED = 8
# The last two: what IPython's transformer raises at some cells that are no Python.
_UNREADABLE = (
    *(SyntaxError, ValueError, RecursionError, MemoryError, OverflowError),
    *(AssertionError, IndexError),
)


def parse(cell: str) -> ast.Module:
    """Parse a code cell as IPython would run it.

    Leading indentation, pasted prompts, magics, `!` and `?` are read by IPython's own rules. What
    a magic such as ``%time`` or ``%%capture`` runs stands in the tree as itself; any other magic is
    the call of ``get_ipython()`` that IPython makes of it. Each node has the line of the cell at
    which it stands.

    Args:
        cell: its text.

    Returns:
        The syntax tree; not to be changed, since it is kept for the next caller.

    Raises:
        SyntaxError: it cannot be read by this version of Python, or is longer than any cell that
            people write: `MOST_TOKENS` tokens.

    Example:
        >>> parse("\\n%%time\\nx = 1").body[0].lineno
        3
        >>> ast.unparse(parse("x = (5\\n % 2)\\nlen?"))
        'x = 5 % 2\\nlen'
    """
    read = _read(cell)
    if isinstance(read, ast.Module):
        return read
    message, line = read
    raise SyntaxError(message, ("<cell>", line, None, None))


def readable(cell: str) -> bool:
    """Say whether a cell can be parsed.

    Example:
        >>> readable("t = %pwd"), readable("x = (1")
        (True, False)
    """
    return isinstance(_read(cell), ast.Module)


def magic(node: ast.AST) -> str | None:
    """Name the magic that a call runs.

    Returns:
        Such as ``%run``; ``!`` for a shell's command, ``= !`` where its output is kept; None if
        the node is no such call.

    Example:
        >>> [magic(parse(cell).body[0].value) for cell in ("%cd ..", "!ls", "files = !ls", "f()")]
        ['%cd', '!', '= !', None]
    """
    match _call(node):
        case (("run_line_magic" | "run_cell_magic"), [name, *_]):
            return f"%{name}"
        case "system", _:
            return "!"
        case "getoutput", _:
            return "= !"
    return None


@Kept
def _read(cell: str) -> ast.Module | tuple[str, int]:
    """Return the tree; or what is wrong, and in which line."""
    if tokens(cell) > MOST_TOKENS:
        return f"it is longer than {MOST_TOKENS:,} words and signs", 1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an invalid escape is the student's business
        try:
            return _parsed(cell)
        except _UNREADABLE as error:
            first = error
        if len(cell.splitlines()) == 1 and _AUTOMAGIC.match(cell):
            try:
                return _parsed("%" + cell.strip())
            except _UNREADABLE:
                pass
    if isinstance(first, SyntaxError):
        return first.msg or "invalid syntax", first.lineno or 1
    return str(first) or "it is nested too deeply", 1


def _parsed(cell: str, depth: int = 0) -> ast.Module:
    if depth > _MOST_NESTED:
        raise SyntaxError("too many magics inside each other")
    lines = cell.split("\n")
    above = 0  # IPython drops empty lines at the top
    while above < len(lines) - 1 and not lines[above].strip():
        above += 1
    text = "\n" * above + _transformer().transform_cell("\n".join(lines[above:]))
    tree = ast.parse(text)
    return _Expand(depth).visit(tree) if "get_ipython" in text else tree


@cache
def _transformer() -> Any:
    """Return IPython's own transformer, but keeping each line at its number."""
    # Here, since importing this package must not import IPython.
    from IPython.core.inputtransformer2 import TransformerManager

    class LineKeeping(TransformerManager):
        def do_token_transforms(self, lines: list[str]) -> list[str]:
            if _is_python("".join(lines)):
                return lines
            for _ in range(2 + _MOST_CHARACTERS // sum(map(len, lines))):
                changed, lines = self.do_one_token_transform(lines)
                if not changed:
                    return lines
            raise SyntaxError("too many magics in one cell")

        def do_one_token_transform(self, lines: list[str]) -> tuple[bool, list[str]]:
            changed, after = super().do_one_token_transform(lines)
            if lost := len(lines) - len(after):  # a magic that went on over several lines
                pairs = enumerate(zip(lines, after, strict=False))
                row = next((i for i, (old, new) in pairs if old != new), len(after) - 1)
                after[row + 1 : row + 1] = ["\n"] * lost
            return changed, after

    return LineKeeping()


class _Expand(ast.NodeTransformer):
    """Puts the Python that a magic runs, or the object that `?` asks about, into its place."""

    def __init__(self, depth: int) -> None:
        self._depth = depth

    def visit_Expr(self, node: ast.Expr) -> Any:
        match _call(node.value):
            case "run_cell_magic", [name, line, body] if name in _RUNNING:
                return self._cell_magic(name, line, body, node)
            case "run_line_magic", ["time" | "prun" | "timeit" as name, line]:
                return _run(name, self._statements(_code(name, line), node.lineno - 1), node)
            case "run_line_magic", ["pinfo" | "pinfo2", asked] if _is_python(asked, "eval"):
                return self._statements(asked, node.lineno - 1)
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> Any:
        """Read ``x = %time f()``, which is the value of ``f()``."""
        match _call(node):
            case "run_line_magic", ["time", line] if _is_python(_code("time", line), "eval"):
                (statement,) = self._statements(_code("time", line), node.lineno - 1)
                return statement.value
        return self.generic_visit(node)

    def _cell_magic(self, name: str, line: str, body: str, node: ast.Expr) -> Any:
        below = self._statements(body, node.lineno)
        if name == "timeit":
            return _run(name, self._statements(_code(name, line), node.lineno - 1) + below, node)
        if name == "capture" and line.split() and line.split()[-1].isidentifier():
            below += self._statements(f"{line.split()[-1]} = None", node.lineno - 1)
        return _run(name, below, node)

    def _statements(self, text: str, rows: int) -> list[Any]:
        """Return the statements of a text that begins so many rows below the top."""
        try:
            tree = _parsed(text, self._depth + 1)
        except SyntaxError as error:
            place = ("<cell>", (error.lineno or 1) + rows, None, None)
            raise SyntaxError(error.msg, place) from None
        return ast.increment_lineno(tree, rows).body


def _run(name: str, body: list[Any], node: ast.Expr) -> list[Any]:
    """Return what stands for a magic; `timeit` keeps its names to itself, as a function does."""
    body = body or [ast.copy_location(ast.Pass(), node)]
    if name != "timeit":
        return body
    shell: Any = ast.parse("def _timeit_(): pass\ndel _timeit_")
    for part in ast.walk(shell):
        ast.copy_location(part, node)
    shell.body[0].body = body
    return shell.body


def _is_python(text: str, mode: str = "exec") -> bool:
    try:
        ast.parse(text, mode=mode)
    except _UNREADABLE:
        return False
    return True


def _call(node: ast.AST) -> tuple[str, list[str]] | None:
    """Return method and texts of a call such as ``get_ipython().run_line_magic('pwd', '')``."""
    match node:
        case ast.Call(
            func=ast.Attribute(value=ast.Call(func=ast.Name(id="get_ipython")), attr=method),
            args=[ast.Constant(), *_] as arguments,
            keywords=[],
        ):
            values = [a.value for a in arguments if isinstance(a, ast.Constant)]
            texts = [value for value in values if isinstance(value, str)]
            if len(texts) == len(arguments):
                return method, texts
    return None


def _code(name: str, line: str) -> str:
    """Return what a magic's line holds after the magic's options."""
    found = _OPTIONS[name].match(line)
    return line[found.end() :] if found else line
