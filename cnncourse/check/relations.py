"""How a wrong result relates to the expected one, where no known mistake explains it.

Students make more mistakes than any author foresees, but many of them leave the same trace: a
sign, a constant factor, a transposed result, a sum where a mean is due. What is said here is
arithmetic that holds in every place of every probe that fails, so that it is certain; which idea
lies behind it, the student knows better.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

# Two results may agree in a few numbers by chance, but not in this many that are all different.
_LEAST_NUMBERS = 4
# Relative; honest float32 sums of a few hundred products stay below it.
_CLOSE = 1e-4
_MOST_NUMBERS = 200_000
_MOST_AXES = 4
# Stands before a relation's kind where misconceptions are named, since exercises name their own.
GENERAL = "general: "
# A single factor of 2 or 3 may be many things; from here on, an equal length is hardly chance.
_TELLING = 5
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")

_KNOWN_FACTORS: tuple[tuple[float, str], ...] = (
    (1 / math.log(10), "logarithms to base 10 are 0.434 of natural ones"),
    (1 / math.log(2), "logarithms to base 2 are 1.443 of natural ones"),
    (math.log(10), "natural logarithms are 2.303 of those to base 10"),
    (math.log(2), "natural logarithms are 0.693 of those to base 2"),
    (180 / math.pi, "degrees are 57.3 of radians"),
    (math.pi / 180, "radians are 0.0175 of degrees"),
    (100.0, "percent in place of shares, or the reverse"),
    (0.01, "percent in place of shares, or the reverse"),
    (255.0, "the scale of bytes in place of 0 to 1, or the reverse"),
    (1 / 255, "the scale of bytes in place of 0 to 1, or the reverse"),
)


@dataclass(frozen=True)
class Relation:
    """What holds between a student's results and the expected ones.

    Args:
        id: its kind, as gradebooks and statistics of a class name it.
        message: one or two sentences for the student.
    """

    id: str
    message: str


@dataclass(frozen=True)
class Pair:
    """A result beside the expected one.

    Args:
        mine: value tree from the student's code.
        want: value tree from the reference.
        arguments: what the function was called with, under the words that a student reads.
    """

    mine: Any
    want: Any
    arguments: Mapping[str, Any]


@dataclass(frozen=True)
class _Arrays:
    """Two arrays of floating-point numbers; of one shape, but for what looks at axes."""

    mine: np.ndarray
    want: np.ndarray
    arguments: Mapping[str, Any]

    @property
    def sizes(self) -> list[tuple[float, str]]:
        """Lengths that a sum or a mean may run over, and numbers handed over, with their names."""
        found: list[tuple[float, str]] = []
        for whose, value in self.arguments.items():
            if isinstance(value, np.ndarray) and value.ndim:
                lengths = enumerate(value.shape)
                found += [(n, f"the length of axis {i} of {whose}") for i, n in lengths]
                found.append((value.size, f"the number of values in {whose}"))
            elif isinstance(value, (int, float)) and not isinstance(value, bool):
                found.append((value, whose))
        return found


def relation(pairs: Sequence[Pair]) -> Relation | None:
    """Find what holds between wrong results and the expected ones.

    Args:
        pairs: all probes that an answer fails by its values.

    Returns:
        The first relation that holds in all of them; None if there is none, or if too few numbers
        differ for it to be more than chance.

    Example:
        >>> want = np.array([0.3, -1.2, 2.5, 0.7])
        >>> relation([Pair(-want, want, {})]).id
        'sign'
        >>> relation([Pair(want + np.arange(4), want, {})]) is None
        True
    """
    if not pairs:
        return None
    order = _in_another_order(pairs)
    if order:
        return order
    differing = [_differing(pair) for pair in pairs]
    if any(part is None for part in differing):
        return None
    parts = [part for found in differing if found is not None for part in found]
    names = {name for name, _ in parts}
    arrays = [both for _, both in parts]
    if not arrays or not _enough(arrays):
        return None
    one = len(names) == 1
    where = f"your result{next(iter(names))}" if one else "each differing part of your result"
    for find in (_by_axes, _by_arithmetic, _by_place):
        found = find(arrays, where)
        if found:
            return found
    return None


def _differing(pair: Pair) -> list[tuple[str, _Arrays]] | None:
    """Return the parts of a result that differ; None where the two cannot be laid side by side."""
    found: list[tuple[str, _Arrays]] = []
    for name, mine, want in _leaves(pair.mine, pair.want, ""):
        have, due = _numbers(mine), _numbers(want)
        if have is None or due is None or max(have.size, due.size) > _MOST_NUMBERS:
            return None
        if have.shape == due.shape and _close(have, due):
            continue
        found.append((name, _Arrays(have, due, pair.arguments)))
    return found


def _leaves(mine: Any, want: Any, name: str) -> Iterator[tuple[str, Any, Any]]:
    """Yield the numbers of two trees beside each other."""
    sequences = isinstance(want, (tuple, list)) and isinstance(mine, (tuple, list))
    if sequences and len(mine) == len(want) and not all(type(v) in (int, float) for v in want):
        for i, (one, other) in enumerate(zip(mine, want, strict=True)):
            yield from _leaves(one, other, f"{name}[{i}]")
        return
    if isinstance(want, Mapping) and isinstance(mine, Mapping):
        for key in want:
            yield from _leaves(mine.get(key), want[key], f"{name}[{key!r}]")
        return
    yield name, mine, want


def _numbers(value: Any) -> np.ndarray | None:
    """Return a value's floating-point numbers; None where it holds others, or nan or infinity."""
    if isinstance(value, (float, list, tuple, np.ndarray, np.floating)):
        try:
            array = np.asarray(value)
        except ValueError:
            return None
        if array.dtype.kind == "f" and np.isfinite(array).all():
            return array.astype(np.float64)
    return None


def _enough(arrays: Sequence[_Arrays]) -> bool:
    numbers = np.concatenate([a.want.ravel() for a in arrays])
    return len(np.unique(np.round(numbers[np.abs(numbers) > 1e-9], 9))) >= _LEAST_NUMBERS


def _close(one: np.ndarray, other: np.ndarray) -> bool:
    scale = max(float(np.max(np.abs(other), initial=0)), 1e-9)
    return bool(np.all(np.abs(one - other) <= _CLOSE * scale))


def _in_another_order(pairs: Sequence[Pair]) -> Relation | None:
    """Return whether a tuple holds the right values in another order, the same one each time."""
    orders = None
    for pair in pairs:
        if not (isinstance(pair.mine, (tuple, list)) and isinstance(pair.want, tuple)):
            return None
        parts = [[_numbers(v) for v in tree] for tree in (pair.mine, pair.want)]
        mine, want = parts
        if len(mine) != len(want) or not 2 <= len(want) <= _MOST_AXES + 1:
            return None
        fits = {
            order
            for order in itertools.permutations(range(len(want)))
            if all(_same(mine[i], want[k]) for i, k in enumerate(order))
        }
        orders = fits if orders is None else orders & fits
    if not orders or tuple(range(len(next(iter(orders))))) in orders:
        return None
    order = next(iter(orders))
    place = next(i for i, k in enumerate(order) if i != k)
    text = (
        "Your values are right, their order is not: what you return "
        f"{_ORDINALS[place]} belongs elsewhere in the tuple."
    )
    return Relation("order", text)


def _same(mine: np.ndarray | None, want: np.ndarray | None) -> bool:
    return (
        mine is not None
        and want is not None
        and want.size > 0
        and mine.shape == want.shape
        and _close(mine, want)
    )


# Axes


def _by_axes(arrays: Sequence[_Arrays], where: str) -> Relation | None:
    axes = arrays[0].want.ndim
    if not 1 <= axes <= _MOST_AXES or any(a.want.ndim != axes for a in arrays):
        return None
    for order in list(itertools.permutations(range(axes)))[1:]:
        if _all(arrays, lambda want, order=order: want.transpose(order)):
            how = "transposed" if axes == 2 else f"with its axes in the order {order}"
            text = f"{where} holds the right values, {how}."
            return Relation("axes", _capital(text))
    for flipped in _subsets(axes):
        if _all(arrays, lambda want, flipped=flipped: np.flip(want, flipped)):
            along = " and ".join(f"axis {axis}" for axis in flipped)
            text = f"{where} holds the right values in reverse order along {along}."
            return Relation("reversed", _capital(text))
    for axis, step in itertools.product(range(axes), (1, -1)):
        if all(_moved(a, axis, step) for a in arrays):
            way = "late" if step == 1 else "early"
            text = (
                f"along axis {axis} the values of {where} stand one place too {way}: you are off "
                "by one."
            )
            return Relation("off_by_one", _capital(text))
    return None


def _subsets(axes: int) -> Iterator[tuple[int, ...]]:
    for count in range(1, axes + 1):
        yield from itertools.combinations(range(axes), count)


def _moved(a: _Arrays, axis: int, step: int) -> bool:
    """Whether all that can be seen of both agrees once one of them is moved by a place."""
    length = a.want.shape[axis]
    if a.mine.shape != a.want.shape or length < 3:
        return False
    early, late = slice(0, length - 1), slice(1, length)
    mine = np.moveaxis(a.mine, axis, 0)[late if step == 1 else early]
    want = np.moveaxis(a.want, axis, 0)[early if step == 1 else late]
    return len(np.unique(np.round(want, 9))) >= _LEAST_NUMBERS and _close(mine, want)


# Arithmetic


def _by_arithmetic(arrays: Sequence[_Arrays], where: str) -> Relation | None:
    if any(a.mine.shape != a.want.shape for a in arrays):
        return None
    for identifier, form, change in _CHANGES:
        with np.errstate(all="ignore"):
            if _all(arrays, change):
                return Relation(identifier, _capital(form.format(where)))
    found = _cut_away(arrays, where) or _scores(arrays, where)
    return found or _factor(arrays, where) or _offset(arrays, where)


def _cut_away(arrays: Sequence[_Arrays], where: str) -> Relation | None:
    """Find what only lacks a cut at 0."""
    if all(_close(np.maximum(a.mine, 0), a.want) for a in arrays):
        text = f"{where} is right where positive; where 0 is expected, yours is negative."
        return Relation("uncut", _capital(text))
    return None


def _scores(arrays: Sequence[_Arrays], where: str) -> Relation | None:
    """Find what only lacks a softmax over the last axis."""
    if any(a.want.ndim == 0 or a.want.shape[-1] < 2 for a in arrays):
        return None
    shares = [np.exp(a.mine - a.mine.max(axis=-1, keepdims=True)) for a in arrays]
    if all(
        _close(e / e.sum(axis=-1, keepdims=True), a.want)
        for e, a in zip(shares, arrays, strict=True)
    ):
        return Relation("scores", _capital(f"{where} holds scores; a softmax is missing."))
    return None


Change = Callable[[np.ndarray], np.ndarray]
_CHANGES: tuple[tuple[str, str, Change], ...] = (
    ("sign", "{} is minus the expected one, in every place: a sign.", np.negative),
    ("absolute", "{} has the right sizes, but no negative sign survives.", np.abs),
    ("rest_to_one", "{} is 1 minus the expected one, in every place.", lambda w: 1 - w),
    ("inverse", "{} is 1 divided by the expected one, in every place.", lambda w: 1 / w),
    ("square", "{} is the square of the expected one: a root is missing.", np.square),
    ("root", "{} is the square root of the expected one.", lambda w: np.sqrt(np.abs(w))),
    ("logarithm", "{} is the logarithm of the expected one.", np.log),
    ("exponential", "{} is the exponential of the expected one.", np.exp),
    ("cut", "{} is right where positive; all below 0 became 0.", lambda w: np.maximum(w, 0)),
    ("rounded", "{} is the expected one, rounded to whole numbers.", np.round),
    ("truncated", "{} is the expected one without its decimals.", np.trunc),
)


def _factor(arrays: Sequence[_Arrays], where: str) -> Relation | None:
    """Find one factor for all probes, or one that is each probe's size."""
    factors = [_ratio(a) for a in arrays]
    if any(f is None or abs(f) < 1e-9 for f in factors):
        return None
    known = [f for f in factors if f is not None]
    varied = len(arrays) > 1 and not math.isclose(min(known), max(known), rel_tol=_CLOSE)
    for name, power in _POWERS.items():
        common = [
            {whose for size, whose in a.sizes if _is(f, _power(size, power))}
            for a, f in zip(arrays, known, strict=True)
        ]
        shared = set.intersection(*common)
        if shared and (varied or max(abs(known[0]), 1 / abs(known[0])) >= _TELLING):
            whose = min(shared, key=lambda text: (text.startswith("the"), text))
            text = f"{where} is {name} times the expected one, in every place; n is {whose}"
            sums = abs(power) == 1 and whose.startswith("the ")
            more = ": a sum and a mean differ so." if sums else "."
            return Relation("size_factor", _capital(text + more))
    factor = known[0]
    if varied or math.isinf(factor):
        return None
    special = next((f"; {why}" for f, why in _KNOWN_FACTORS if _is(factor, f)), "")
    text = f"{where} is {_short(factor)} times the expected one, in every place{special}."
    return Relation("factor", _capital(text))


_POWERS = {"n": 1.0, "1/n": -1.0, "√n": 0.5, "1/√n": -0.5, "n²": 2.0, "1/n²": -2.0}


def _power(size: float, power: float) -> float:
    """Return a power of a size, nan where there is none; 1/0 is what a forgotten 0 leaves."""
    if size == 0:
        return math.inf if power < 0 else 0.0
    return math.nan if size < 0 and not power.is_integer() else size**power


def _is(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=_CLOSE)


def _ratio(a: _Arrays) -> float | None:
    size = float(np.sum(a.want * a.want))
    if size == 0:
        return math.inf
    factor = float(np.sum(a.mine * a.want)) / size
    return factor if _close(a.mine, factor * a.want) and abs(factor - 1) > _CLOSE else None


def _offset(arrays: Sequence[_Arrays], where: str) -> Relation | None:
    """Find one number that was added everywhere."""
    offsets = np.concatenate([(a.mine - a.want).ravel() for a in arrays])
    scale = max(float(np.max(np.abs(a.want))) for a in arrays)
    middle = float(np.mean(offsets))
    if np.ptp(offsets) > _CLOSE * scale or abs(middle) <= 10 * _CLOSE * scale:
        return None
    word = "above" if middle > 0 else "below"
    text = f"{where} lies {_short(abs(middle))} {word} the expected one, in every place."
    return Relation("offset", _capital(text))


def _all(arrays: Sequence[_Arrays], change: Callable[..., np.ndarray]) -> bool:
    """Whether every result is the expected one, changed, and the change changes something."""
    changed = [change(a.want) for a in arrays]
    return all(
        made.shape == a.mine.shape and bool(np.isfinite(made).all()) and _close(a.mine, made)
        for a, made in zip(arrays, changed, strict=True)
    ) and any(
        made.shape != a.want.shape or not _close(made, a.want)
        for a, made in zip(arrays, changed, strict=True)
    )


# Places


def _by_place(arrays: Sequence[_Arrays], where: str) -> Relation | None:
    if any(a.mine.shape != a.want.shape or not 1 <= a.want.ndim <= _MOST_AXES for a in arrays):
        return None
    axes = arrays[0].want.ndim
    if any(a.want.ndim != axes for a in arrays):
        return None
    wrong = [_wrong(a) for a in arrays]
    for axis in range(axes):
        for index, word in ((0, "first"), (-1, "last")):
            if all(w.shape[axis] >= 3 and _only(w, axis, (index,)) for w in wrong):
                text = f"{where} is right but for the {word} place along axis {axis}."
                return Relation("border", _capital(text))
        if all(w.shape[axis] >= 4 and _only(w, axis, (0, -1)) for w in wrong):
            text = f"{where} is right but for the first and last places along axis {axis}."
            return Relation("border", _capital(text))
    for first, second in itertools.combinations(range(axes), 2):
        if all(min(w.shape[first], w.shape[second]) >= 4 for w in wrong) and all(
            not np.moveaxis(w, (first, second), (0, 1))[1:-1, 1:-1].any() for w in wrong
        ):
            text = f"{where} is right inside; only places at the border are not."
            return Relation("border", _capital(text))
    return None


def _wrong(a: _Arrays) -> np.ndarray:
    scale = max(float(np.max(np.abs(a.want), initial=0)), 1e-9)
    return np.abs(a.mine - a.want) > _CLOSE * scale


def _only(wrong: np.ndarray, axis: int, places: tuple[int, ...]) -> bool:
    """Whether all that is wrong stands at these places, and something stands at each."""
    along = np.moveaxis(wrong, axis, 0)
    rest = np.delete(along, places, axis=0)
    return not rest.any() and all(along[place].any() for place in places)


def _short(number: float) -> str:
    return f"{number:.4g}"


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
