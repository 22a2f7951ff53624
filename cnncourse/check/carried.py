"""Tell whether an entry only carries on what is wrong in an earlier one.

An author says how an entry follows from others by an expression for its *rest*: what remains of
the entry once the others are taken out of it. If the output's shape is wrong, the number of
multiply-adds is wrong, too; but divided by the number of places it must give the same rest as in
the right answer. The rest is compared by its hash, so that a key does not hold it.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from math import prod
from typing import Any

_OPERATORS: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
}
_FUNCTIONS: dict[str, Callable[[Any], Any]] = {"prod": prod, "sum": sum}


class NotAnExpression(ValueError):
    """A text that is no arithmetic with entries; says what is not allowed in it."""


def rest(expression: str, entries: Mapping[str, Any]) -> tuple[Fraction, ...] | None:
    """Compute what remains of an entry when those it follows from are taken out.

    Args:
        expression: sums, products and quotients of entries, their items, ``prod(entry)`` and
            ``sum(entry)``; or several of them, separated by commas.
        entries: their values: numbers, or tuples of numbers.

    Returns:
        The numbers, exactly; None where they cannot be computed, because an item is missing, say.

    Raises:
        NotAnExpression: the expression holds something else.

    Example:
        >>> rest("work / (shape[0] * shape[1])", {"work": 600, "shape": (5, 6)})
        (Fraction(20, 1),)
        >>> rest("work / shape[0]", {"work": 600, "shape": ()}) is None
        True
    """
    tree = _parsed(expression)
    try:
        found = _value(tree, entries)
        parts = found if isinstance(found, tuple) else (found,)
        return tuple(Fraction(part) for part in parts)
    except (ArithmeticError, IndexError, KeyError, TypeError, ValueError):
        return None


def names_in(expression: str) -> set[str]:
    """Return the entries that an expression speaks of.

    Raises:
        NotAnExpression: it holds something other than arithmetic with entries.

    Example:
        >>> sorted(names_in("total - prod(kernel)"))
        ['kernel', 'total']
    """
    tree = _parsed(expression)
    called = {node.func for node in ast.walk(tree) if isinstance(node, ast.Call)}
    names = (n for n in ast.walk(tree) if isinstance(n, ast.Name) and n not in called)
    return {node.id for node in names}


def _parsed(expression: str) -> ast.expr:
    try:
        tree = ast.parse(expression.strip(), mode="eval").body
    except SyntaxError:
        raise NotAnExpression(f"{expression!r} is no Python expression.") from None
    odd = next((node for node in ast.walk(tree) if not _is_allowed(node)), None)
    if odd is not None:
        raise NotAnExpression(f"{expression!r} holds more than arithmetic: {ast.unparse(odd)!r}.")
    return tree


def _is_allowed(node: ast.AST) -> bool:
    match node:
        case ast.Constant(value=value):
            return type(value) in (int, float)
        case ast.Call(func=ast.Name(id=name), args=[ast.Name()], keywords=[]):
            return name in _FUNCTIONS
        case ast.Subscript(value=ast.Name(), slice=ast.Constant(value=int())):
            return True
        case ast.BinOp(op=op):
            return type(op) in _OPERATORS
        case ast.UnaryOp(op=op):
            return isinstance(op, ast.USub)
    allowed = (ast.Name, ast.Tuple, ast.expr_context, ast.operator, ast.unaryop)
    return isinstance(node, allowed)


def _value(node: ast.expr, entries: Mapping[str, Any]) -> Any:
    match node:
        case ast.Constant(value=int() | float() as value):
            return Fraction(value)
        case ast.Name(id=name):
            return _exact(entries[name])
        case ast.Subscript(value=inner, slice=ast.Constant(value=int(place))):
            return _value(inner, entries)[place]
        case ast.Call(func=ast.Name(id=name), args=[argument]):
            return _FUNCTIONS[name](_value(argument, entries))
        case ast.UnaryOp(operand=inner):
            return -_value(inner, entries)
        case ast.BinOp(left=left, op=op, right=right):
            return _OPERATORS[type(op)](_value(left, entries), _value(right, entries))
        case ast.Tuple(elts=parts):
            return tuple(_value(part, entries) for part in parts)
    raise TypeError(type(node).__name__)


def _exact(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return tuple(Fraction(part) for part in value)
    return Fraction(value)
