"""Measure how far rounding moves a reference's results.

An answer may be computed in float32 or in float64, or change from one to the other half-way: a
square root from NumPy is enough to promote an array. How far two honest answers then lie apart
depends on what is asked, not on the dtype they arrive in. So the reference is run on the same
inputs in both precisions, and on inputs that differ by no more than float32 can tell apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from cnncourse.check.compare import SINGLE
from cnncourse.check.reply import Ask

Tree = Any

# Inputs moved at random, as rounding would move them; more would hardly change the largest.
_DRAWS = 4
# A step that is so many times as large must move a result so many times as far: what jumps, as a
# slope does at a bend, is no rounding.
_STEP = 8
_CROOKED = 0.25
# What float32 moves farther than this, relative to the largest number, is another result.
_FARTHEST = 1e-3


def rounding(ask: Ask, request: Mapping[str, Any], value: Tree) -> Tree:
    """Measure how far float32 moves what a reference returns.

    Args:
        ask: puts requests to the reference.
        request: a call with the probe's arguments.
        value: what the reference returned to it.

    Returns:
        A tree like ``value``, with an array of distances in place of floating-point numbers, and
        None in place of all else.

    Example:
        >>> double = lambda request: {"value": 2 * request["args"][0]}
        >>> request = {"op": "call", "args": [np.array([1.0, 3.0])], "kwargs": {}}
        >>> (rounding(double, request, np.array([2.0, 6.0])) / SINGLE).round(3).tolist()
        [2.0, 6.0]
    """
    leaves = list(_floats(value))
    if not leaves:
        return _filled(value, iter(()))
    with np.errstate(all="ignore"):
        units = _units(ask, request, leaves)
        held = [np.asarray(u, "float32") for u in units]
    return _filled(value, iter(held))


def _units(ask: Ask, request: Mapping[str, Any], leaves: list[np.ndarray]) -> list[np.ndarray]:
    farthest = [SINGLE * np.maximum(np.abs(_finite(leaf)), _typical(leaf)) for leaf in leaves]

    def run(change: Callable[[np.ndarray], np.ndarray]) -> list[np.ndarray]:
        """Return the results on changed inputs; on what cannot be run so, the results as known."""
        reply = ask(
            {**request, **{k: cast(request[k], change) for k in ("args", "kwargs") if k in request}}
        )
        found = list(_floats(reply.get("value")))
        same = [a.shape for a in found] == [a.shape for a in leaves]
        return found if same else leaves

    exact = run(lambda x: x.astype("float64"))
    for other in (leaves, run(lambda x: x.astype("float32"))):
        for i, (a, b) in enumerate(zip(exact, other, strict=True)):
            gap = np.abs(_finite(a - b))
            largest = np.max(np.abs(_finite(a)), initial=0.0)
            farthest[i] = farthest[i] + np.where(gap <= _FARTHEST * largest, gap, 0.0)
    for draw in range(_DRAWS):
        near, far = (run(_Moved(step, draw)) for step in (1, _STEP))
        for i, (a, b, c) in enumerate(zip(exact, near, far, strict=True)):
            short, long = _finite(b - a), _finite(c - a)
            straight = np.abs(long - _STEP * short) <= _CROOKED * np.abs(long)
            moved = np.where(straight, np.abs(long) / _STEP, 0.0)
            farthest[i] = np.maximum(farthest[i], moved)
    return farthest


class _Moved:
    """Moves numbers by up to a few steps of float32, up or down at random, from a seed."""

    def __init__(self, steps: int, seed: int) -> None:
        self._size = steps * SINGLE
        self._rng = np.random.default_rng(seed)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        return x.astype("float64") * (1 + self._size * self._rng.uniform(-1, 1, x.shape))


def cast(tree: Tree, change: Callable[[np.ndarray], np.ndarray], *, numbers: bool = False) -> Tree:
    """Return a tree with every array of float32 or float64 changed.

    Args:
        tree: arguments or results.
        change: from array to array.
        numbers: whether to change single numbers, too.

    Example:
        >>> cast((np.zeros(1), 3), lambda x: x + 1)
        (array([1.]), 3)
    """
    if isinstance(tree, np.ndarray):
        return change(tree) if tree.dtype in ("float32", "float64") else tree
    if isinstance(tree, Mapping):
        return {k: cast(v, change, numbers=numbers) for k, v in tree.items()}
    if isinstance(tree, (list, tuple)):
        return type(tree)([cast(v, change, numbers=numbers) for v in tree])
    return change(np.asarray(tree)).item() if numbers and isinstance(tree, float) else tree


def _typical(x: np.ndarray) -> float:
    """Return the median size of numbers: another formula may pass it on the way to a zero."""
    sizes = np.abs(x[np.isfinite(x) & (x != 0)])
    return float(np.quantile(sizes, 0.5, method="lower")) if sizes.size else 0.0


def _finite(x: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(x), x, 0.0)


def _floats(value: Tree) -> Iterator[np.ndarray]:
    """Yield the floating-point arrays and numbers of a tree, in order, as float64."""
    if isinstance(value, Mapping):
        for part in value.values():
            yield from _floats(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _floats(part)
    elif isinstance(value, (float, np.floating)) or (
        isinstance(value, np.ndarray) and value.dtype.kind == "f"
    ):
        yield np.asarray(value, "float64")


def _filled(value: Tree, leaves: Iterator[np.ndarray]) -> Tree:
    if isinstance(value, Mapping):
        return {k: _filled(v, leaves) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_filled(v, leaves) for v in value]
    return next(leaves) if list(_floats(value)) else None
