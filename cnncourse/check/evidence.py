"""Weigh what is known of a misconception: could another mistake have shown the same by chance?

A whole array of drawn numbers that agree cannot be a coincidence. An exception, a nan, a wrong
shape or a truth value can: many mistakes end in the same one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import log10
from typing import Any

import numpy as np

from cnncourse.check.key import ExerciseKey, KeyProbe
from cnncourse.check.kinds.base import ARGUMENTS
from cnncourse.check.kinds.network import NETWORKS

# Digits that float32 holds for certain.
_MOST_DIGITS = 6
# What is known by fewer significant digits may be another mistake's.
ENOUGH = 4
# A shape of so many numbers is enough: each of them fits.
_WHOLE_SHAPE = 3


def weight(key: ExerciseKey, mistake: str, shown: Iterable[tuple[KeyProbe, Any]]) -> float:
    """Return how much some probes say for a misconception.

    Args:
        key: the exercise, compiled.
        mistake: the misconception.
        shown: probes, each with what an answer gave that agrees with the wrong answer's record;
            of a value the record itself is a hash.

    Returns:
        The significant digits of the numbers on record that differ from the reference's; `ENOUGH`
        or more where that is enough. Only different finite numbers count, one of two digits for
        one, and one of a single digit not at all. The letter of a quiz is itself the
        misconception, so that it is enough.
    """
    if key.kind == "choices":
        return ENOUGH
    found = 0.0
    counted: set[str] = set()
    for probe, value in shown:
        record = probe.variants.get(mistake)
        if record is None:
            continue
        if ARGUMENTS in probe.criteria and record.get("mutated"):
            return ENOUGH  # it was seen that an argument changed
        if key.kind == "pipeline":
            found += _of_statistic(record.get("statistic"), probe.options["within"])
        if isinstance(value, (tuple, list)) and len(value) >= _WHOLE_SHAPE and key.kind == "value":
            return ENOUGH
        for number in _numbers(key, probe, record, value):
            if found >= ENOUGH:
                return found
            text = _in_short(number)
            found += 0 if text in counted else _worth(number)
            counted.add(text)
    return found


def _numbers(
    key: ExerciseKey, probe: KeyProbe, record: Mapping[str, Any], value: Any
) -> Iterator[float]:
    if key.kind == "value":
        return _differing(value, None)
    if key.kind in NETWORKS:
        return _differing(_of_network(record), _of_network(probe.expected))
    return _differing(record.get("value"), probe.expected.get("value"))


def _of_network(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return its count and its outputs; the rest of a report is told by these."""
    total = record.get("report", {}).get("total")
    return {"total": total, **{mode: record.get(mode) for mode in ("behaviour", "training")}}


def _of_statistic(statistic: float | None, within: float) -> float:
    if statistic is None or not np.isfinite(statistic) or not statistic:
        return 0.0
    return max(0.0, log10(abs(statistic) / within))


def _in_short(number: float) -> str:
    return f"{number:.{_MOST_DIGITS - 1}e}"


def _worth(number: float) -> int:
    digits = significant_digits(number)
    return digits if digits > 2 else max(0, digits - 1)


def significant_digits(number: float) -> int:
    """Return how many digits a number needs, of six.

    Example:
        >>> [significant_digits(x) for x in (0.5, 400, 61706, 1 / 3, float("nan"))]
        [1, 1, 5, 6, 0]
    """
    if not np.isfinite(number):
        return 0
    mantissa = _in_short(abs(number)).partition("e")[0]
    return len(mantissa.replace(".", "").rstrip("0"))


def _differing(mine: Any, theirs: Any) -> Iterator[float]:
    """Yield the numbers that are not the reference's in the same place."""
    if isinstance(mine, Mapping):
        named = theirs if isinstance(theirs, Mapping) else {}
        for name, value in mine.items():
            yield from _differing(value, named.get(name))
    elif isinstance(mine, (list, tuple)):
        others = theirs if isinstance(theirs, (list, tuple, np.ndarray)) else ()
        for place, value in enumerate(mine):
            yield from _differing(value, others[place] if place < len(others) else None)
    elif isinstance(mine, (int, float, np.ndarray)) and np.asarray(mine).dtype.kind in "iuf":
        yield from _places(np.asarray(mine, np.float64).ravel(), theirs)


def _places(mine: np.ndarray, theirs: Any) -> Iterator[float]:
    """Yield those of an array's numbers; the right ones in another shape say nothing."""
    other = np.asarray(theirs if isinstance(theirs, (int, float, np.generic, np.ndarray)) else ())
    if other.dtype.kind in "biuf" and other.size == mine.size:
        mine = mine[~np.isclose(mine, other.astype(np.float64).ravel(), equal_nan=True)]
    yield from map(float, mine)
