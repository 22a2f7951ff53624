"""Name what was probably meant, where a result or an error has a shape that gives it away."""

from __future__ import annotations

import re
from itertools import permutations
from typing import Any

import numpy as np

# More axes than this have too many orders to try.
_MOST_AXES = 5
# What some errors usually mean: type, what the message holds, and a line for the student.
_ERRORS = (
    (
        "ValueError",
        re.compile("matmul.*mismatch|not aligned"),
        "in a product A @ B, the last axis of A and the second-last of B are equally long",
    ),
    (
        "ValueError",
        re.compile("truth value of an array"),
        "`if` and `and` want one truth value: compare arrays with np.where, & or .all()",
    ),
    (
        "TypeError",
        re.compile("only integer scalar arrays can be converted"),
        "an index or a size must be a whole number, not an array",
    ),
    (
        "TypeError",
        re.compile("'NoneType'"),
        "something here is None: does a function before it lack its return?",
    ),
)
_SHAPE = re.compile(r"\([\d, ]*\)")


def about_shapes(have: np.ndarray, want: np.ndarray) -> str:
    """Say what a wrong shape looks like.

    Args:
        have: the student's array.
        want: the expected one, of another shape.

    Returns:
        A sentence with a space before it, or nothing.

    Example:
        >>> about_shapes(np.zeros((1, 4, 3)), np.zeros((4, 3)))
        ' It has one axis too many in front, as a batch of one has.'
        >>> about_shapes(np.array([[1, 2, 3]]).T, np.array([[1, 2, 3]]))
        ' The numbers are right: only the axes are in another order.'
    """
    if not have.ndim or not want.ndim:
        alone = want.size > 1 and not have.ndim
        return " It is one number: was everything added up or averaged?" if alone else ""
    if have.shape == (1, *want.shape):
        return " It has one axis too many in front, as a batch of one has."
    if want.shape == (1, *have.shape):
        return " The first axis is missing: the one that counts the samples of a batch."
    if have.shape == (*want.shape, 1):
        return " It has one axis too many at the end."
    if want.shape == (*have.shape, 1):
        return " The last axis, of size 1, is missing."
    if have.ndim == want.ndim and sorted(have.shape) == sorted(want.shape):
        same = any(
            have.transpose(order).shape == want.shape and _equal(have.transpose(order), want)
            for order in permutations(range(have.ndim))
            if have.ndim <= _MOST_AXES
        )
        return (
            " The numbers are right: only the axes are in another order."
            if same
            else " The sizes fit, but their order does not: are axes swapped?"
        )
    if have.size == want.size and _equal(have.ravel(), want.ravel()):
        return " The numbers are right: only the shape is not."
    return ""


def _equal(have: np.ndarray, want: np.ndarray) -> bool:
    if not {have.dtype.kind, want.dtype.kind} <= set("biuf"):
        return False
    return bool(np.allclose(have.astype(float), want.astype(float), rtol=1e-5, equal_nan=True))


def about_type(got: Any, want: np.ndarray) -> str:
    """Say how a sequence of numbers becomes the array that is expected.

    Example:
        >>> about_type([1.0, 2.0], np.zeros(2))
        ' np.array(…) makes an array of it.'
        >>> about_type(None, np.zeros(2))
        ''
    """
    if not isinstance(got, (list, tuple)) or not want.ndim:
        return ""
    if isinstance(got, tuple) and any(isinstance(item, np.ndarray) for item in got):
        return " Return the array alone."
    return " np.array(…) makes an array of it."


def about_error(kind: str, message: str) -> tuple[str, ...]:
    """Say what an error of NumPy's usually means.

    Args:
        kind: the exception's type.
        message: what it says.

    Returns:
        A line, or nothing.

    Example:
        >>> about_error("ValueError", "operands could not be broadcast together with shapes "
        ...             "(4,3) (4,) ")
        ('shapes are lined up from the last axis, and 3 meets 4: keepdims=True keeps an axis',)
    """
    if kind == "ValueError" and "could not be broadcast together" in message:
        shapes: list[tuple[int, ...]] = [*_shapes(message), (), ()]
        first, second = shapes[:2]
        for mine, theirs in zip(reversed(first), reversed(second), strict=False):
            if mine != theirs and 1 not in (mine, theirs):
                return (
                    f"shapes are lined up from the last axis, and {mine} meets {theirs}: "
                    "keepdims=True keeps an axis",
                )
    return tuple(line for name, words, line in _ERRORS if kind == name and words.search(message))


def _shapes(message: str) -> list[tuple[int, ...]]:
    found = _SHAPE.findall(message)
    return [tuple(int(n) for n in re.findall(r"\d+", text)) for text in found]
