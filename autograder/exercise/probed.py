"""The base class of kinds whose author yields probes."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from autograder.exercise.answers import Faulty
from autograder.exercise.base import Exercise
from cnncourse.check.key import KeyProbe


class Probed(Exercise):
    """An exercise whose author yields probes."""

    @abstractmethod
    def probes(self, rng: np.random.Generator) -> Iterable[Any]:
        """Yield probes; every random number comes from ``rng``."""

    def checked_probes(self, rng: np.random.Generator) -> Iterator[Any]:
        """Yield the probes, each of the class that this kind of exercise reads.

        Raises:
            Faulty: a probe of another class, whose fields nobody would read.
        """
        for probe in self.probes(rng):
            if type(probe) is not self.asks:
                kind, wanted = type(probe).__name__, self.asks.__name__
                raise Faulty(
                    f"{self.name}: a {self.kind} exercise asks with {wanted}, not with {kind}."
                )
            yield probe


def question(label: str, criteria: dict[str, str], request: dict, **options: Any) -> KeyProbe:
    """Return a compiled probe whose records are still empty."""
    return KeyProbe(label, criteria, request, expected={}, variants={}, options=options)
