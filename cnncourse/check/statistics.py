"""Named statistics by which random functions are judged: a key holds the name, not the code."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

# Each takes the outputs of repeated calls, stacked on a new first axis, and the input.
Statistic = Callable[[np.ndarray, np.ndarray], float]


def _changed(ys: np.ndarray, x: np.ndarray) -> float:
    if ys.shape[1:] != x.shape:
        return 1.0
    return float(np.mean(~np.isclose(ys, x).all(axis=tuple(range(1, ys.ndim)))))


STATISTICS: dict[str, Statistic] = {
    "mean": lambda ys, x: float(ys.mean()),
    "std": lambda ys, x: float(ys.std()),
    "min": lambda ys, x: float(ys.min()),
    "max": lambda ys, x: float(ys.max()),
    "zero_fraction": lambda ys, x: float((ys == 0).mean()),
    # calls whose output is not the input
    "fraction_changed": _changed,
    # different outputs among the calls, as a fraction of the calls
    "distinct": lambda ys, x: len({y.tobytes() for y in ys}) / len(ys),
    # calls in which the samples of one batch were not all treated alike
    "varies_in_batch": lambda ys, x: float(
        np.mean([len({s.tobytes() for s in y}) > 1 for y in ys])
    ),
    # spread between the calls, averaged over the places
    "spread": lambda ys, x: float(ys.std(axis=0).mean()),
}

# What students read of each.
WORDS = {
    "mean": "the mean of your results",
    "std": "the standard deviation of your results",
    "min": "the smallest of your results",
    "max": "the largest of your results",
    "zero_fraction": "the fraction of zeros in your results",
    "fraction_changed": "the fraction of calls that change their input",
    "distinct": "the number of different results, as a fraction of the calls,",
    "varies_in_batch": "the fraction of calls that treat the samples of a batch differently",
    "spread": "the spread between calls",
}
