"""Small changes to a right answer, as a student's slip would make them.

Changes are enumerated from the answer's syntax tree, so that the same answer has the same mutants
each time. They touch the solution alone: not the signature, the annotations, the imports or the
errors that it raises. No text is changed but the few words in `_WORDS`, so that a mutant opens no
other file than the answer does.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any

from autograder.lesson.regions import find_regions

_SWAPS: dict[type[ast.AST], tuple[type[ast.AST], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div,),
    ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Div,),
    ast.Mod: (ast.FloorDiv,),
    ast.Pow: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
    ast.BitAnd: (ast.BitOr,),
    ast.BitOr: (ast.BitAnd,),
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
}
_NOT_COMMUTATIVE = (ast.Sub, ast.Div, ast.FloorDiv, ast.MatMult)
# Functions of two arguments whose order says nothing.
_COMMUTATIVE = frozenset(
    ["add", "multiply", "min", "max", "minimum", "maximum", "hypot", "logaddexp", "isclose"]
)

# Names of which each may stand for its neighbour.
_FAMILIES = (
    ("min", "max"),
    ("minimum", "maximum"),
    ("argmin", "argmax"),
    ("reduce_min", "reduce_max"),
    ("floor", "ceil"),
    ("sum", "mean"),
    ("var", "std"),
    ("any", "all"),
    ("zeros", "ones"),
    ("zeros_like", "ones_like"),
    ("sin", "cos"),
    ("exp", "expm1"),
    ("log", "log1p"),
    ("add", "multiply", "subtract"),
    ("Add", "Multiply", "Concatenate"),
    ("ReLU", "LeakyReLU"),
    ("MaxPooling2D", "AveragePooling2D"),
    ("GlobalMaxPooling2D", "GlobalAveragePooling2D"),
    ("Conv2D", "DepthwiseConv2D"),
)
_NAMES = {
    name: family[(place + 1) % len(family)]
    for family in _FAMILIES
    for place, name in enumerate(family)
}
_WORDS = {
    "same": "valid",
    "valid": "same",
    "relu": "linear",
    "relu6": "relu",
    "softmax": "sigmoid",
    "sigmoid": "softmax",
}

_DROPPED = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr, ast.If, ast.For, ast.While)
# What a student is given, or what no probe asks for.
_LEFT_ALONE = (ast.arguments, ast.Import, ast.ImportFrom, ast.Raise, ast.Assert, ast.JoinedStr)
_NO_ANSWER = frozenset({"decorator_list", "returns", "annotation", "type_comment"})


@dataclass(frozen=True)
class Mutant:
    """An answer with one change.

    Args:
        line: the line of the cell, from 1, at which it is changed.
        old: what stands there.
        new: what stands there instead.
        source: the whole cell, changed.
    """

    line: int
    old: str
    new: str
    source: str


@dataclass(frozen=True)
class _Change:
    """One field of one node, set to something else."""

    line: int
    node: ast.AST
    field: str
    value: Any


def mutants(source: str) -> list[Mutant]:
    """Change an answer in each of the known ways, one at a time.

    Args:
        source: a cell with its solution marked; without marks, all of it is the solution.

    Returns:
        The mutants, in the order of the lines; no two are the same code.

    Example:
        >>> [f"{m.old} -> {m.new}" for m in mutants("half = n // 2")][:3]
        ['half = n // 2 -> pass', 'half = n // 2 -> half = n', 'half = n // 2 -> half = 2']
    """
    tree = ast.parse(source)
    plain = ast.unparse(tree)
    regions = find_regions(source)
    seen = {plain}
    found = []
    for change in sorted(_changes(tree, 1), key=lambda change: change.line):
        if regions and not any(region.holds(change.line - 1) for region in regions):
            continue
        text = _applied(tree, change)
        code = text.replace("--", "")  # of a number, the sign of which was changed twice
        if code not in seen:
            seen.add(code)
            found.append(Mutant(change.line, *_difference(plain, text), text))
    return found


def _applied(tree: ast.Module, change: _Change) -> str:
    kept = getattr(change.node, change.field)
    setattr(change.node, change.field, change.value)
    text = ast.unparse(ast.fix_missing_locations(tree))
    setattr(change.node, change.field, kept)
    return text


def _difference(before: str, after: str) -> tuple[str, str]:
    """The lines in which two texts differ, those of a text joined to one."""
    old, new = before.split("\n"), after.split("\n")
    while old and new and old[0] == new[0]:
        del old[0], new[0]
    while old and new and old[-1] == new[-1]:
        del old[-1], new[-1]
    return "; ".join(map(str.strip, old)), "; ".join(map(str.strip, new))


def _changes(node: ast.AST, line: int, ordered: bool = True) -> Iterator[_Change]:
    """Yield the changes to what stands below a node, whose items may have an order."""
    line = getattr(node, "lineno", line)
    for field, value in ast.iter_fields(node):
        if field in _NO_ANSWER:
            continue
        children = value if isinstance(value, list) else [value]
        for place, child in enumerate(children):
            if not isinstance(child, ast.AST) or isinstance(child, _LEFT_ALONE):
                continue
            at = getattr(child, "lineno", line)
            for new in _instead(child):
                items = [*children[:place], new, *children[place + 1 :]]
                yield _Change(at, node, field, items if value is children else new)
            axes = isinstance(node, ast.keyword) and node.arg == "axis"
            yield from _changes(child, line, ordered=not axes)
        if value is children and ordered:
            for first, items in _rearranged(node, field, value):
                yield _Change(getattr(first, "lineno", line), node, field, items)


def _instead(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what may stand in the place of a node."""
    for kind in _SWAPS.get(type(node), ()):
        yield kind()
    if isinstance(node, _DROPPED) and not _is_text(node):
        yield ast.Pass()
    yield from _REPLACED.get(type(node), lambda _: iter(()))(node)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _binary(node: ast.BinOp) -> Iterator[ast.AST]:
    yield node.left
    yield node.right
    if isinstance(node.op, _NOT_COMMUTATIVE):
        yield ast.BinOp(node.right, node.op, node.left)


def _boolean(node: ast.BoolOp) -> Iterator[ast.AST]:
    yield from node.values


def _unary(node: ast.UnaryOp) -> Iterator[ast.AST]:
    yield node.operand


def _conditional(node: ast.IfExp) -> Iterator[ast.AST]:
    yield node.body
    yield node.orelse


def _constant(node: ast.Constant) -> Iterator[ast.AST]:
    match node.value:
        case bool(truth):
            values: tuple[Any, ...] = (not truth,)
        case int(n):
            values = (n + 1, n - 1, 0, -n)
        case float(x):
            near = (10 * x, x / 10) if abs(x) < 1 else (x + 1, x - 1)
            values = (*near, 0.0, -x) if x else (1.0,)
        case str(word) if word in _WORDS:
            values = (_WORDS[word],)
        case _:
            values = ()
    yield from map(ast.Constant, values)


def _call(node: ast.Call) -> Iterator[ast.AST]:
    """Without the call: what it was called with, or on."""
    if node.args and not isinstance(node.args[0], ast.Starred):
        yield node.args[0]
    elif not node.args and isinstance(node.func, ast.Attribute):
        yield node.func.value


def _subscript(node: ast.Subscript) -> Iterator[ast.AST]:
    if isinstance(node.ctx, ast.Load):
        yield node.value


def _slice(node: ast.Slice) -> Iterator[ast.AST]:
    """Without a bound or a step, and with each bound one further or one less."""
    for field in ("lower", "upper", "step"):
        bound = getattr(node, field)
        if bound is None:
            continue
        yield _with(node, field, None)
        if field != "step" and not isinstance(bound, ast.Constant):
            for operator in (ast.Add(), ast.Sub()):
                yield _with(node, field, ast.BinOp(bound, operator, ast.Constant(1)))


def _name(node: ast.Name) -> Iterator[ast.AST]:
    if node.id in _NAMES and isinstance(node.ctx, ast.Load):
        yield ast.Name(_NAMES[node.id], node.ctx)


def _attribute(node: ast.Attribute) -> Iterator[ast.AST]:
    if node.attr in _NAMES:
        yield ast.Attribute(node.value, _NAMES[node.attr], node.ctx)
    if node.attr == "T":
        yield node.value


_REPLACED: dict[type[ast.AST], Callable[[Any], Iterator[ast.AST]]] = {
    ast.BinOp: _binary,
    ast.BoolOp: _boolean,
    ast.UnaryOp: _unary,
    ast.IfExp: _conditional,
    ast.Constant: _constant,
    ast.Call: _call,
    ast.Subscript: _subscript,
    ast.Slice: _slice,
    ast.Name: _name,
    ast.Attribute: _attribute,
}


def _with(node: ast.AST, field: str, value: Any) -> ast.AST:
    changed = copy.copy(node)
    setattr(changed, field, value)
    return changed


def _rearranged(
    node: ast.AST, field: str, items: list[ast.AST]
) -> Iterator[tuple[ast.AST, list[ast.AST]]]:
    """Yield a list with neighbours exchanged or an item left out, each with what is concerned."""
    for place, (first, second) in enumerate(pairwise(items)):
        if _may_swap(node, field, items, first, second):
            yield first, [*items[:place], second, first, *items[place + 2 :]]
    for place, item in enumerate(items):
        layer = isinstance(node, ast.List) and isinstance(item, ast.Call)
        if isinstance(item, ast.keyword) or layer:
            yield item, [*items[:place], *items[place + 1 :]]


def _may_swap(
    node: ast.AST, field: str, items: list[ast.AST], first: ast.AST, second: ast.AST
) -> bool:
    """Whether two neighbours are elements, a call's two arguments, or steps of one variable."""
    if isinstance(node, (ast.Tuple, ast.List)):
        return isinstance(node.ctx, ast.Load)
    if isinstance(node, ast.Call):
        name = getattr(node.func, "attr", None) or getattr(node.func, "id", None)
        return field == "args" and len(items) == 2 and name not in _COMMUTATIVE
    targets = [s.targets for s in (first, second) if isinstance(s, ast.Assign)]
    names = [t.id for t in chain(*targets) if isinstance(t, ast.Name)]
    return len(targets) == len(names) == 2 and names[0] == names[1]
