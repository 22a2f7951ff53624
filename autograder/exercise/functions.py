"""Kinds of exercise that are asked with arrays: functions, random functions, equations."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.exercise.probed import Probed, question
from autograder.exercise.probes import Probe, Repeat
from cnncourse.check.key import KeyProbe
from cnncourse.check.kinds.base import ARGUMENTS
from cnncourse.check.statistics import STATISTICS


class Function(Probed):
    """A function of arrays; its author yields probes.

    Attributes:
        keeps_arguments: the criterion that an answer loses by changing an argument in place, where
            the statement says that it must not. All probes decide it.
    """

    kind = "function"
    asks = Probe
    keeps_arguments: str | None = None

    def _criteria(self, own: str | None) -> dict[str, str]:
        """Return the criterion of a probe's value, and of what is done to its arguments."""
        kept = {ARGUMENTS: self.keeps_arguments} if self.keeps_arguments else {}
        return {"value": own or self.criteria[0].key, **kept}

    def questions_for(self, rng: np.random.Generator) -> Iterator[KeyProbe]:
        """Yield one call per probe."""
        for p in self.checked_probes(rng):
            request = {"op": "call", "name": self.name, "args": list(p.args), "kwargs": p.kwargs}
            yield question(p.label, self._criteria(p.criterion), request)


class Family(Function):
    """A function of an array and a name, which chooses one of several functions of a number.

    Each criterion is one of the functions, by its name.

    Attributes:
        near: the points where the functions bend.
        far: points where a careless formula overflows.
    """

    near: tuple[float, ...]
    far: tuple[float, ...] = (-1000.0, -90.0, 90.0, 1000.0)

    def probes(self, rng: np.random.Generator) -> Iterator[Probe]:
        """Yield, for each function, chosen points, a random block, float32, and far from zero."""
        far = np.array(self.far)
        for name in (c.key for c in self.criteria):
            block, column = rng.normal(0, 3, (2, 3, 4)), rng.normal(0, 3, (5, 1))
            for label, x in (
                ("a few points", np.array(self.near)),
                ("a random (2, 3, 4) array", block),
                ("a float32 column", column.astype("float32")),
                ("far from zero", far),
                ("far from zero, float32", far.astype("float32")),
            ):
                yield Probe(name, f"{name}, {label}", (x, name))


class Pipeline(Function):
    """A random function, judged by statistics of many calls."""

    kind = "pipeline"
    asks = Repeat

    def questions_for(self, rng: np.random.Generator) -> Iterator[KeyProbe]:
        """Yield one series of calls per probe."""
        for p in self.checked_probes(rng):
            request = {
                "op": "repeat",
                "name": self.name,
                "args": list(p.args),
                "kwargs": p.kwargs,
                "times": p.repeats,
                "seed": int(rng.integers(2**31)),
            }
            criteria = self._criteria(p.criterion)
            yield question(p.label, criteria, request, statistic=p.statistic, within=p.within)

    def problems(self) -> list[str]:
        """Return what is wrong; every statistic must be known."""
        asked = {p.statistic for p in self.checked_probes(np.random.default_rng(0))}
        return super().problems() + [
            f"{self.name}: there is no statistic {s!r}" for s in sorted(asked - set(STATISTICS))
        ]


class Equation(Probed):
    """An einsum equation, judged by what it computes on the arrays of its probes."""

    kind = "equation"
    asks = Probe
    expressions = True
    _unseen = frozenset({"value"})  # the answer is a text, computed with elsewhere

    def questions_for(self, rng: np.random.Generator) -> Iterator[KeyProbe]:
        """Yield one evaluation per probe."""
        for p in self.checked_probes(rng):
            request = {"op": "read", "name": self.name}
            criteria = {"value": p.criterion or self.criteria[0].key}
            yield question(p.label, criteria, request, arrays=list(p.args))
