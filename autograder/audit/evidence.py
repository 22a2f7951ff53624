"""Weigh what is known of a misconception: could another mistake have shown the same by chance?

A whole array of drawn numbers that agree cannot be a coincidence. An exception, a nan, a wrong
shape or a truth value can: many mistakes end in the same one. A misconception that is known by
nothing else is *thin*, and needs a near miss that shows where it ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import log10
from typing import Any

import numpy as np

from cnncourse.check.key import ExerciseKey, KeyProbe
from cnncourse.check.reply import Ask, question

# A number says something where it has so many significant digits: 0.5, 12 and 400 are guessed.
_DIGITS_OF_ONE = 3
# Together, the numbers that differ from the reference's need so many.
ENOUGH_DIGITS = 4
# Digits that float32 holds for certain.
_MOST_DIGITS = 6
_NETWORKS = ("block", "model")


def is_thin(key: ExerciseKey, mistake: str, ask: Ask) -> bool:
    """Return whether a misconception's record could be shown by another mistake as well.

    Args:
        key: the exercise, compiled.
        mistake: the misconception.
        ask: puts requests to its wrong answer.

    Returns:
        True if the numbers on record that differ from the reference's have fewer than four
        significant digits in all, counting only finite numbers with three or more. The letter
        of a quiz is itself the misconception, and never thin.
    """
    if key.kind == "choices":
        return False
    digits = 0.0
    for probe in key.probes:
        if mistake in probe.variants and digits < ENOUGH_DIGITS:
            digits += _digits(key, probe, probe.variants[mistake], ask)
    return digits < ENOUGH_DIGITS


def _digits(key: ExerciseKey, probe: KeyProbe, record: Mapping[str, Any], ask: Ask) -> float:
    """Return the significant digits of what one probe shows."""
    if key.kind == "pipeline":
        return _of_statistic(record.get("statistic"), probe.options["within"])
    if key.kind == "value":  # its record is a hash
        return _of_all(_differing(question(ask, probe.request).get("value"), None))
    if key.kind in _NETWORKS:
        return _of_all(_differing(_of_network(record), _of_network(probe.expected)))
    return _of_all(_differing(record.get("value"), probe.expected.get("value")))


def _of_network(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return its count and its outputs; the rest of a report is told by these."""
    total = record.get("report", {}).get("total")
    return {"total": total, **{mode: record.get(mode) for mode in ("behaviour", "training")}}


def _of_statistic(statistic: float | None, within: float) -> float:
    if statistic is None or not np.isfinite(statistic) or not statistic:
        return 0.0
    return max(0.0, log10(abs(statistic) / within))


def _of_all(numbers: Iterator[float]) -> int:
    """Return the digits of all numbers that have enough; no more are counted than are needed."""
    found = 0
    for number in numbers:
        own = significant_digits(number)
        found += own if own >= _DIGITS_OF_ONE else 0
        if found >= ENOUGH_DIGITS:
            break
    return found


def significant_digits(number: float) -> int:
    """Return how many digits a number needs, of six.

    Example:
        >>> [significant_digits(x) for x in (0.5, 400, 61706, 1 / 3, float("nan"))]
        [1, 1, 5, 6, 0]
    """
    if not np.isfinite(number):
        return 0
    mantissa = f"{abs(number):.{_MOST_DIGITS - 1}e}".partition("e")[0]
    return len(mantissa.replace(".", "").rstrip("0"))


def _differing(mine: Any, theirs: Any) -> Iterator[float]:
    """Yield the numbers that are not the reference's in the same place."""
    if isinstance(mine, Mapping):
        others = theirs if isinstance(theirs, Mapping) else {}
        for name, value in mine.items():
            yield from _differing(value, others.get(name))
    elif isinstance(mine, (list, tuple)):
        others = theirs if isinstance(theirs, (list, tuple, np.ndarray)) else ()
        for place, value in enumerate(mine):
            yield from _differing(value, others[place] if place < len(others) else None)
    elif isinstance(mine, (int, float, np.ndarray)) and np.asarray(mine).dtype.kind in "iuf":
        yield from _places(np.asarray(mine, np.float64).ravel(), theirs)


def _places(mine: np.ndarray, theirs: Any) -> Iterator[float]:
    """Yield those of an array's numbers; the right ones in another shape say nothing."""
    try:
        other = np.asarray(theirs if isinstance(theirs, (int, float, list, np.ndarray)) else ())
    except ValueError:  # arrays of several shapes
        other = np.empty(0)
    if other.dtype.kind in "biuf" and other.size == mine.size:
        mine = mine[~np.isclose(mine, other.astype(np.float64).ravel(), equal_nan=True)]
    yield from map(float, mine)
