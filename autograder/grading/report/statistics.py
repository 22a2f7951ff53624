"""Item analysis: how hard exercises are, how well they tell students apart, how sure a score is.

All of it describes this class in this lesson. Sources:

* Crocker and Algina (1986), *Introduction to Classical and Modern Test Theory*, chapters 7 and 14.
* Henrysson (1963), Correction of item–total correlations in item analysis, *Psychometrika* 28.
* Cronbach (1951), Coefficient alpha and the internal structure of tests, *Psychometrika* 16.
* Feldt (1965), The approximate sampling distribution of Kuder–Richardson reliability coefficient
  twenty, *Psychometrika* 30.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

# Below it, correlations of a class are chance for the most part: with ten students, one of 0.6
# has a 95 % interval from about 0 to 0.9 (Fisher's z).
FEWEST = 10
_CONFIDENCE = 0.95


@dataclass(frozen=True)
class Reliability:
    """How far a lesson's scores would come out the same with other exercises of the kind.

    Args:
        alpha: Cronbach's alpha; None where it cannot be said.
        low: lower end of its 95 % interval.
        high: upper end.
        students: how many it was computed from.
        items: how many exercises.
        reason: why it cannot be said.
    """

    students: int
    items: int
    alpha: float | None = None
    low: float | None = None
    high: float | None = None
    reason: str | None = None


def difficulty(points: np.ndarray, most: float) -> float | None:
    """Return the mean share of the points: 1 where everybody had all, so larger is easier.

    Known as an item's difficulty, or facility (Crocker and Algina 1986, chapter 14).

    Args:
        points: points of each student, shape (students,).
        most: points that the exercise is worth.

    Returns:
        The share; None without students or points. Extra credit may lift it above 1.

    Example:
        >>> difficulty(np.array([0.0, 1.0, 2.0]), 2)
        0.5
    """
    return float(np.mean(points) / most) if len(points) and most > 0 else None


def discrimination(points: np.ndarray, item: int) -> float | None:
    """Return the correlation of one exercise with the sum of all *others* over the students.

    The exercise itself is taken out of the sum, or it would correlate with itself: the corrected
    item–total correlation (Henrysson 1963).

    Args:
        points: shape (students, exercises).
        item: column of the exercise.

    Returns:
        Between -1 and 1; None for fewer than `FEWEST` students, and where all have the same.

    Example:
        >>> points = np.arange(12.0)[:, None] * [1, 2]
        >>> round(discrimination(points, 0), 6)
        1.0
    """
    if len(points) < FEWEST or points.shape[1] < 2:
        return None
    own = points[:, item]
    rest = points.sum(axis=1) - own
    if not _varies(own) or not _varies(rest):
        return None
    return float(np.clip(np.corrcoef(own, rest)[0, 1], -1, 1))


def reliability(points: np.ndarray) -> Reliability:
    """Return Cronbach's alpha with its interval.

    alpha = k/(k−1) · (1 − Σ variances of the exercises / variance of the sum), for k exercises
    (Cronbach 1951). The interval is Feldt's (1965): (1 − alpha) / (1 − estimate) follows F with
    n − 1 and (n − 1)(k − 1) degrees of freedom, for n students.

    Args:
        points: shape (students, exercises).

    Returns:
        The number, or the reason why there is none.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> able = rng.normal(size=(200, 1))
        >>> round(reliability(able + rng.normal(size=(200, 4))).alpha, 1)  # 4 / (4 + 1)
        0.8
    """
    n, k = points.shape
    if reason := _too_little(points):
        return Reliability(n, k, reason=reason)
    variances = points.var(axis=0, ddof=1).sum()
    alpha = k / (k - 1) * (1 - variances / points.sum(axis=1).var(ddof=1))
    from scipy.stats import f  # imports much

    tail = (1 - _CONFIDENCE) / 2
    above, below = f.ppf([1 - tail, tail], n - 1, (n - 1) * (k - 1))
    low, high = (float(1 - (1 - alpha) * quantile) for quantile in (above, below))
    return Reliability(n, k, float(alpha), low, high)


def _too_little(points: np.ndarray) -> str | None:
    """Say why a class or a lesson is too small to speak of reliability; None if it is not."""
    n, k = points.shape
    if k < 2:
        return "it takes at least two exercises with points"
    if n < FEWEST:
        return f"the class is too small: {n} of at least {FEWEST} students"
    if not _varies(points.sum(axis=1)):
        return "all students have the same score"
    return None


def _varies(values: np.ndarray) -> bool:
    """Say whether values differ by more than rounding."""
    return bool(np.ptp(values) > 1e-9)
