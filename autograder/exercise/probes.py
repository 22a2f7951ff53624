"""Questions to put to an answer, one class for each way of asking."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Probe:
    """One call of a function, or one evaluation of an equation.

    Args:
        criterion: the criterion it decides; None for the exercise's first.
        label: the probe in words, shown to the student when it fails.
        args: positional arguments; for an equation, the arrays to compute with.
        kwargs: keyword arguments.
    """

    criterion: str | None
    label: str
    args: tuple = ()
    kwargs: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Repeat(Probe):
    """Many calls of a random function, judged by a statistic.

    Args:
        repeats: the number of calls.
        statistic: a name from `cnncourse.check.statistics`.
        within: how far the statistic may be from the reference's.
    """

    repeats: int = 200
    statistic: str = "mean"
    within: float = 0.05


@dataclass(frozen=True)
class Build:
    """One network: a block or a model, built and perhaps run.

    Args:
        label: the probe in words, shown to the student when it fails.
        args: positional arguments of the function or the layer.
        kwargs: keyword arguments.
        input_shape: the shape of the input without its batch axis; a list of shapes for several
            inputs; None for a model, which has its own.
        inputs: the arrays to run with, where random ones will not do.
        aspects: what this probe is judged on; None for all criteria.
        symbolic: for networks too large to allocate: build them without weights.
    """

    label: str
    args: tuple = ()
    kwargs: dict[str, Any] = field(default_factory=dict)
    input_shape: tuple | list | None = None
    inputs: tuple[np.ndarray, ...] | None = None
    aspects: tuple[str, ...] | None = None
    symbolic: bool = False
