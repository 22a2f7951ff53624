"""Kinds of exercise that are asked with arrays: functions, random functions, equations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.exercise.probed import Probed, question
from autograder.exercise.probes import Probe, Repeat
from cnncourse.check.key import KeyProbe
from cnncourse.check.kinds.base import ARGUMENTS, BASIC, DTYPE
from cnncourse.check.statistics import STATISTICS


class Function(Probed):
    """A function of arrays; its author yields probes.

    Attributes:
        keeps_arguments: the criterion that an answer loses by changing an argument in place, where
            the statement says that it must not. All probes decide it; those of the first criterion
            must be right, too, or an answer that does nothing would earn it.
        float32_criterion: the criterion that an answer loses by a result of another dtype, where
            ``precision`` is ``"float32"``. It is decided in the same way.
    """

    kind = "function"
    asks = Probe
    keeps_arguments: str | None = None
    float32_criterion: str | None = None

    def _question(self, probe: Probe | Repeat, request: dict[str, Any], **options: Any) -> KeyProbe:
        """Return a probe, compiled, with the criteria of its value and of what is asked beside."""
        first = next((c.key for c in self.criteria), "")
        criteria = {"value": probe.criterion or first, **self._beside()}
        if len(criteria) > 1 and criteria["value"] == first:
            options[BASIC] = True
        return question(probe.label, criteria, request, **options)

    def _beside(self) -> dict[str, str]:
        """Return the criterion of each aspect that is judged beside the result."""
        named = {ARGUMENTS: self.keeps_arguments, DTYPE: self.float32_criterion}
        return {aspect: key for aspect, key in named.items() if key}

    def questions_for(self, rng: np.random.Generator) -> Iterator[KeyProbe]:
        """Yield one call per probe."""
        for p in self.checked_probes(rng):
            request = {"op": "call", "name": self.name, "args": list(p.args), "kwargs": p.kwargs}
            yield self._question(p, request)

    def problems(self) -> list[str]:
        """Return what is wrong; a demanded float32 must be worth a criterion, and no other."""
        found = super().problems()
        if (self.precision == "float32") != (self.float32_criterion is not None):
            found.append(
                f"{self.name}: precision = 'float32' and float32_criterion, what another dtype "
                "costs, go together"
            )
        return found


class Family(Function):
    """A function of an array and a name, which chooses one of several functions of a number.

    Each criterion is one of the functions, by its name, or judged beside the result.

    Attributes:
        near: the points where the functions bend.
        far: points where a careless formula overflows.
    """

    near: tuple[float, ...]
    far: tuple[float, ...] = (-1000.0, -90.0, 90.0, 1000.0)

    def probes(self, rng: np.random.Generator) -> Iterator[Probe]:
        """Yield, for each function, chosen points, a random block, float32, and far from zero."""
        far = np.array(self.far)
        beside = self._beside().values()
        for name in (c.key for c in self.criteria if c.key not in beside):
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
            yield self._question(p, request, statistic=p.statistic, within=p.within)

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
