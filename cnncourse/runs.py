"""Tell what several runs of one experiment say: mean, spread, and whether two of them differ.

A run is one training from one seed. The spread after ± is the *sample* standard deviation of the
runs (divided by n − 1), because a few seeds stand for all that could have been drawn. A difference
is called one only where a confidence interval leaves zero out; otherwise it is a draw. The interval
is Student's, for paired or for independent runs (D. S. Moore, G. P. McCabe and B. A. Craig,
*Introduction to the Practice of Statistics*, chapter 7; B. L. Welch, Biometrika 34, 1947).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["Comparison", "deviation", "versus", "with_spread"]


def deviation(values: ArrayLike, axis: int = 0) -> NDArray[np.float64]:
    """Return the sample standard deviation over runs; 0 where there is only one run.

    Args:
        values: one number per run along `axis`, in any unit.
        axis: along which the runs lie.

    Example:
        >>> float(deviation([1.0, 2.0, 3.0]))
        1.0
        >>> float(deviation([0.9]))
        0.0
    """
    array = np.asarray(values, dtype=np.float64)
    return np.std(array, axis=axis, ddof=1 if array.shape[axis] > 1 else 0)


def with_spread(values: ArrayLike, form: str = ".2f") -> str:
    """Return mean ± sample standard deviation of some runs as text.

    Args:
        values: one number per run, of any shape.
        form: how to write each of the two, as in an f-string.

    Example:
        >>> with_spread([0.91, 0.93, 0.95], ".1%")
        '93.0% ± 2.0%'
    """
    array = np.ravel(np.asarray(values, dtype=np.float64))
    return f"{array.mean():{form}} ± {float(deviation(array)):{form}}"


@dataclass(frozen=True)
class Comparison:
    """Two experiments, compared over their runs.

    Args:
        difference: mean of the first less mean of the second.
        low: lower end of the confidence interval of the difference.
        high: upper end.
        runs: how many runs each has; the smaller number where they differ.
        confidence: of the interval, from 0 to 1.
    """

    difference: float
    low: float
    high: float
    runs: int
    confidence: float

    @property
    def is_draw(self) -> bool:
        """Whether the interval holds zero, so that the runs do not tell which is better."""
        return self.low <= 0 <= self.high

    def told(self, form: str = "+.1f", unit: str = "points") -> str:
        """Return the comparison in words.

        Args:
            form: how to write the numbers, as in an f-string.
            unit: what they are.

        Example:
            >>> Comparison(1.2, -0.5, 2.9, 3, 0.95).told()
            'a draw: +1.2 points, 95 % interval -0.5 to +2.9, 3 seeds'
        """
        verdict = "a draw" if self.is_draw else "a difference"
        interval = f"{self.confidence:.0%}".replace("%", " %")
        return (
            f"{verdict}: {self.difference:{form}} {unit}, {interval} interval "
            f"{self.low:{form}} to {self.high:{form}}, {self.runs} seeds"
        )


def versus(
    first: ArrayLike, second: ArrayLike, *, paired: bool = True, confidence: float = 0.95
) -> Comparison:
    """Compare two experiments over their runs.

    Args:
        first: one number per run, (n,), n ≥ 2.
        second: the same for the other experiment; of the same length if paired.
        paired: whether run i of both had the same seed, and with it the same data and start.
        confidence: of the interval.

    Returns:
        The comparison. `Comparison.is_draw` says whether zero lies in the interval.

    Raises:
        ValueError: fewer than two runs, or pairs that do not match.

    Example:
        >>> versus([0.90, 0.92, 0.94], [0.80, 0.83, 0.83]).is_draw
        False
    """
    from scipy import stats

    a, b = (np.asarray(values, dtype=np.float64) for values in (first, second))
    if a.ndim != 1 or b.ndim != 1 or min(len(a), len(b)) < 2:
        raise ValueError("Give one number per run, at least two runs of each experiment.")
    if paired and len(a) != len(b):
        raise ValueError(f"{len(a)} and {len(b)} runs are no pairs: give paired=False.")
    difference = float(a.mean() - b.mean())
    if paired:
        error, freedom = float(deviation(a - b)) / len(a) ** 0.5, len(a) - 1.0
    else:
        shares = [(float(deviation(v)) ** 2 / len(v), len(v) - 1) for v in (a, b)]
        error = sum(share for share, _ in shares) ** 0.5
        freedom = error**4 / max(sum(s**2 / n for s, n in shares), np.finfo(float).tiny)
    half = error * float(stats.t.ppf((1 + confidence) / 2, max(freedom, 1.0)))
    return Comparison(
        difference, difference - half, difference + half, min(len(a), len(b)), confidence
    )
