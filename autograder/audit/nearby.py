"""Questions near those that an exercise asks: what its probes may have left out.

Probes that always ask with a square picture, with stride 1, or without equal numbers let a mistake
through that shows elsewhere. Each question here differs from a probe in one argument, or in all
arrays at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from cnncourse.check.key import KeyProbe

# From a request to the value that is changed: keys and places.
_Path = tuple[Any, ...]

# What may be done to all arrays of a call, which often have to fit each other. Their number of axes
# and the kind of their numbers stay: those are what an exercise's docstring settles.
_TOGETHER: tuple[tuple[str, Callable[[np.ndarray], np.ndarray]], ...] = (
    ("one row less", lambda a: a[:-1]),
    ("one row only", lambda a: a[:1]),
    ("a shorter last axis", lambda a: a[..., :-1]),
)


def nearby(probes: Iterable[KeyProbe], rng: np.random.Generator) -> Iterator[KeyProbe]:
    """Change the arguments of probes, one at a time, and all their arrays together.

    Args:
        probes: an exercise's probes.
        rng: where new arrays come from.

    Yields:
        Probes whose label says what is changed; their records are still empty. Not every one of
        them is a question that the reference can answer.
    """
    for probe in probes:
        request = probe.request
        leaves = [
            leaf for part in ("args", "kwargs") for leaf in _leaves(request.get(part, ()), (part,))
        ]
        for path, value in leaves:
            where = path[0] + "".join(f"[{step!r}]" for step in path[1:])
            for words, new in _others(value, rng):
                label = f"{probe.label}, with {words} as {where}"
                yield replace(probe, label=label, request=_changed(request, path, new))
        yield from _together(probe, leaves)
        if probe.options.get("inputs"):
            yield _larger(probe, rng)


def _together(probe: KeyProbe, leaves: list[tuple[_Path, Any]]) -> Iterator[KeyProbe]:
    """The same call, all its arrays changed in one way; none of them becomes empty."""
    arrays = [
        (path, value) for path, value in leaves if isinstance(value, np.ndarray) and value.ndim
    ]
    for words, change in _TOGETHER if arrays else ():
        new = [(path, change(value)) for path, value in arrays]
        request = probe.request
        for path, array in new:
            request = _changed(request, path, array)
        if all(array.size for _, array in new):
            yield replace(probe, label=f"{probe.label}, its arrays with {words}", request=request)


def _larger(probe: KeyProbe, rng: np.random.Generator) -> KeyProbe:
    """The same network on inputs that are one larger along every axis but the last."""
    shapes = [[*(n + 1 for n in s[:-1]), *s[-1:]] for s in probe.request["input_shapes"]]
    batch = [len(array) for array in probe.options["inputs"]]
    inputs = [
        rng.normal(size=(n, *shape)).astype("float32")
        for n, shape in zip(batch, shapes, strict=False)
    ]
    return replace(
        probe,
        label=f"{probe.label}, with inputs of shape {shapes}",
        request=probe.request | {"input_shapes": shapes},
        options=probe.options | {"inputs": inputs},
    )


def _leaves(value: Any, path: _Path) -> Iterator[tuple[_Path, Any]]:
    if isinstance(value, (list, tuple)):
        for place, item in enumerate(value):
            yield from _leaves(item, (*path, place))
    elif isinstance(value, dict):
        if "__rng__" not in value:
            for key, item in value.items():
                yield from _leaves(item, (*path, key))
    else:
        yield path, value


def _others(value: Any, rng: np.random.Generator) -> Iterator[tuple[str, Any]]:
    """Yield values of the same kind, each with words for it."""
    match value:
        case bool():
            yield repr(not value), not value
        case int():
            yield from ((repr(n), n) for n in (value + 1, value - 1))
        case float():
            yield from ((repr(x), x) for x in (2 * value, value / 2))
        case np.ndarray(size=size) if size:
            yield from _arrays(value, rng)


def _arrays(value: np.ndarray, rng: np.random.Generator) -> Iterator[tuple[str, np.ndarray]]:
    yield "its numbers in another order", rng.permuted(value.ravel()).reshape(value.shape)
    for axis in range(value.ndim):
        if value.shape[axis] > 1:
            shorter = value.take(range(value.shape[axis] - 1), axis)
            yield f"an array of shape {shorter.shape}", shorter
    if value.dtype.kind == "f":
        yield "its numbers rounded", np.round(value)
        low, high = value.min(), value.max()
        new = rng.uniform(low, high, value.shape) if low >= 0 else rng.normal(0, 3, value.shape)
        yield "other numbers", new.astype(value.dtype)


def _changed(tree: Any, path: _Path, new: Any) -> Any:
    """A tree with one value in the place of another; the tree itself stays as it is."""
    if not path:
        return new
    first, *rest = path
    if isinstance(tree, dict):
        return tree | {first: _changed(tree[first], tuple(rest), new)}
    items = list(tree)
    items[int(first)] = _changed(items[int(first)], tuple(rest), new)
    return type(tree)(items)
