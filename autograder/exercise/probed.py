"""The base class of kinds whose author yields probes."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

import numpy as np

from autograder.exercise.answers import Faulty
from autograder.exercise.base import Exercise
from cnncourse.check import values
from cnncourse.check.key import KeyProbe

# So many draws show whether a question is the same for every seed.
_DRAWS = 8


class Probed(Exercise):
    """An exercise whose author yields probes.

    Attributes:
        settled: criteria that the statement gives away as well, because nothing about them could
            be drawn: the parameters of a network that takes no argument, say.
    """

    settled: tuple[str, ...] = ()
    # Aspects of a probe that depend on drawn numbers which the answer's own code is not shown.
    _unseen: ClassVar[frozenset[str]] = frozenset()

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

    def problems(self) -> list[str]:
        """Return what is wrong; every criterion must hang on a question that is drawn."""
        return super().problems() or [
            f"{self.name}: all that decides {key!r} stands with its answer in the key that "
            "students have; add a probe whose arguments are drawn from rng"
            for key in self._undrawn()
        ]

    def _undrawn(self) -> list[str]:
        """Return the criteria that the same questions decide whatever the seed."""
        draws = [list(self.questions_for(np.random.default_rng(n))) for n in range(_DRAWS)]
        known = {shown(probe.request) for probe in draws[0]}
        decided = [
            {
                criterion
                for probe in draw
                for aspect, criterion in probe.criteria.items()
                if aspect in self._unseen or shown(probe.request) not in known
            }
            for draw in draws[1:]
        ]
        # Two of many may be alike by chance: a question that is one in thirty is drawn.
        often = {c.key: sum(c.key in draw for draw in decided) for c in self.criteria}
        return [key for key, n in often.items() if n < len(decided) - 1 and key not in self.settled]


def question(label: str, criteria: dict[str, str], request: dict, **options: Any) -> KeyProbe:
    """Return a compiled probe whose records are still empty."""
    return KeyProbe(label, criteria, request, expected={}, variants={}, options=options)


def shown(request: Mapping[str, Any]) -> str:
    """Return as text what an answer can see of a question.

    Two questions with the same text look the same to a table, whatever their seeds.

    Args:
        request: what `cnncourse.check.subject.perform` is asked.
    """
    parts = ("args", "kwargs", "input_shapes")
    return values.to_json([_without_seeds(request.get(part)) for part in parts])


def _without_seeds(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: None if k == "__rng__" else _without_seeds(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_seeds(v) for v in value]
    return value
