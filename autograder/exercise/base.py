"""What all kinds of exercise share."""

from __future__ import annotations

import keyword
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from autograder.exercise.answers import Answer, _Declared
from cnncourse.check.compare import Tolerance
from cnncourse.check.key import ExerciseKey, KeyCriterion, KeyProbe, Misconception
from cnncourse.check.rules import Rule


@dataclass(frozen=True)
class Criterion:
    """One thing that an answer can get right by itself.

    Args:
        key: short name.
        points: points it is worth.
        text: what earns it, in words for the student.
    """

    key: str
    points: float
    text: str


@dataclass(frozen=True)
class Probe:
    """One question to put to an answer.

    Args:
        criterion: the criterion it decides; None where the kind of exercise decides it.
        label: the probe in words, shown to the student when it fails.
        args: positional arguments.
        kwargs: keyword arguments.
        input_shape: for networks, the shape of the input without its batch axis; a list of
            shapes for several inputs.
        inputs: for networks, the arrays to run with, where random ones will not do.
        aspects: for networks, what this probe is judged on; None for all criteria.
        symbolic: for networks too large to allocate: build them without weights.
        repeats: for random functions, the number of calls.
        statistic: for random functions, a name from `cnncourse.check.statistics`.
        within: for random functions, how far the statistic may be from the reference's.
    """

    criterion: str | None
    label: str
    args: tuple = ()
    kwargs: dict[str, Any] = field(default_factory=dict)
    input_shape: tuple | list | None = None
    inputs: tuple[np.ndarray, ...] | None = None
    aspects: tuple[str, ...] | None = None
    symbolic: bool = False
    repeats: int = 200
    statistic: str = "mean"
    within: float = 0.05


class Exercise(ABC):
    """An exercise's specification; a lesson's classes fill in the attributes.

    Attributes:
        name: what the student defines; unique within the lesson.
        title: in words.
        difficulty: 1 to 3.
        criteria: what earns points.
        tolerance: for floating-point answers: one, or one for each dtype.
        rule: what an answer may use.
        revisit: the heading to go back to unless a wrong answer names another.
    """

    kind: ClassVar[str]
    _declared: ClassVar[list[Answer]] = []
    # Whether an answer given as text is an expression; otherwise it is a whole cell.
    expressions: ClassVar[bool] = False
    # Whether the lesson's solution cell is run to get the reference.
    has_reference: ClassVar[bool] = True
    # Whether a machine can judge it.
    automatic: ClassVar[bool] = True

    name: str
    title: str
    difficulty: int = 1
    criteria: tuple[Criterion, ...]
    tolerance: Tolerance | dict[str, Tolerance] = Tolerance()
    rule: Rule | None = None
    revisit: str | None = None

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls._declared = [
            value.named(key) for key, value in vars(cls).items() if isinstance(value, _Declared)
        ]

    @property
    def answers(self) -> list[Answer]:
        """Every accepted and wrong answer, in the order of the class."""
        return list(self._declared)

    @property
    def points(self) -> float:
        """Points that a right answer earns."""
        return sum(c.points for c in self.criteria)

    def cell(self, answer: Answer) -> str:
        """Return an answer as the source of the exercise's cell."""
        return answer.cell(self.name, expression=self.expressions)

    @abstractmethod
    def questions_for(self, rng: np.random.Generator) -> Iterable[KeyProbe]:
        """Yield the probes in their compiled form, the records still empty."""

    def visible_questions_for(self, rng: np.random.Generator) -> Iterable[KeyProbe]:
        """Yield the probes of the key that students have: the same, but for another seed."""
        return self.questions_for(rng)

    def key(self, probes: Iterable[KeyProbe]) -> ExerciseKey:
        """Return the compiled exercise with these probes."""
        tolerance = self.tolerance
        return ExerciseKey(
            name=self.name,
            kind=self.kind,
            title=self.title,
            criteria=tuple(KeyCriterion(c.key, c.points, c.text) for c in self.criteria),
            probes=tuple(probes),
            misconceptions=tuple(
                Misconception(a.id, a.label, a.revisit) for a in self.answers if not a.right
            ),
            tolerance=tolerance if isinstance(tolerance, dict) else {"default": tolerance},
            revisit=self.revisit,
            rule=self.rule,
        )

    def problems(self) -> list[str]:
        """Return what is wrong with the specification itself, one sentence each."""
        missing = [a for a in ("name", "title", "criteria") if not hasattr(self, a)]
        if missing:
            return [f"{type(self).__name__} has no {' and no '.join(missing)}"]
        found = []
        if not self.name.isidentifier() or keyword.iskeyword(self.name):
            found.append(f"the name {self.name!r} is not a Python identifier")
        if self.difficulty not in (1, 2, 3):
            found.append(f"{self.name}: the difficulty is {self.difficulty}, not 1, 2 or 3")
        keys = [c.key for c in self.criteria]
        if len(set(keys)) < len(keys):
            found.append(f"{self.name}: two criteria have the same key")
        if not all(c.points > 0 for c in self.criteria) or not keys:
            found.append(f"{self.name}: a criterion is worth no points")
        return found + (self._undecided(keys) if self.automatic else [])

    def _undecided(self, keys: list[str]) -> list[str]:
        """Criteria that no probe decides, and those that probes name and nobody declared."""
        probes = self.questions_for(np.random.default_rng(0))
        decided = {c for p in probes for c in p.criteria.values()}
        return [
            *(f"{self.name}: no probe decides {k!r}" for k in keys if k not in decided),
            *(f"{self.name}: no criterion {k!r}" for k in sorted(decided - set(keys))),
        ]
