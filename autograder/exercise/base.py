"""The base class of all kinds of exercise, and their criteria."""

from __future__ import annotations

import difflib
import inspect
import keyword
from abc import ABCMeta, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from autograder.exercise.answers import Answer, Declared, Faulty
from autograder.exercise.changes import undocumented
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


class _Body(dict):
    """The names of a class body, in which no answer silently takes the place of another."""

    def __setitem__(self, name: str, value: Any) -> None:
        if isinstance(value, Declared) and name in self:
            raise Faulty(f"Two answers are called {name!r}; give one another name.", value.line)
        if isinstance(self.get(name), Declared):
            raise Faulty(f"{name!r} is an answer already; give this another name.")
        super().__setitem__(name, value)


class _Checked(ABCMeta):
    """Makes exercise classes, and refuses one that says a thing twice."""

    @classmethod
    def __prepare__(cls, name: str, bases: tuple[type, ...], /, **options: Any) -> _Body:  # type: ignore[override]
        return _Body()


class Exercise(metaclass=_Checked):
    """An exercise's specification; a lesson's classes fill in the attributes.

    Attributes:
        name: what the student defines; unique within the lesson. A specification in a file of its
            own takes the name of the file.
        title: in words, as the exercise's heading shows it.
        difficulty: 1 to 3.
        starred: whether it builds on an earlier exercise of the lesson, or a later one on it;
            the heading shows a star.
        criteria: what earns points.
        tolerance: for floating-point answers: one, or one for each dtype.
        rule: what an answer may use.
        revisit: the heading to go back to unless a wrong answer names another.
    """

    kind: ClassVar[str]
    # What its probes must be: kinds read different fields.
    asks: ClassVar[type] = object
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
    starred: bool = False
    criteria: tuple[Criterion, ...]
    tolerance: Tolerance | dict[str, Tolerance] = Tolerance()
    rule: Rule | None = None
    revisit: str | None = None
    # The lesson's solution, without docstrings: what a wrong answer may be a change of.
    reference: str | None = None

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if not cls.__module__.startswith(__package__):  # kinds bring attributes of their own
            _refuse_unknown(cls)
        known: dict[Declared, Answer] = {}
        for key, value in vars(cls).items():
            if isinstance(value, Declared):
                known[value] = value.named(key, known)
        cls._declared = list(known.values())

    def solved_by(self, source: str) -> None:
        """Tell the exercise the lesson's solution.

        Args:
            source: the solution cell without the marks around the solution.

        Raises:
            Faulty: a wrong answer changes what does not stand there.
        """
        if not self.automatic:
            return
        self.reference = undocumented(source)
        for answer in (*self.answers, *self.near_misses):
            if answer.change:
                self.cell(answer)

    @property
    def answers(self) -> list[Answer]:
        """Every accepted and wrong answer, in the order of the class."""
        return [answer for answer in self._declared if not answer.unlike]

    @property
    def near_misses(self) -> list[Answer]:
        """Answers that are close to a mistake and must not be taken for it; in no key."""
        return [answer for answer in self._declared if answer.unlike]

    @property
    def points(self) -> float:
        """Points that a right answer earns."""
        return sum(c.points for c in self.criteria)

    def cell(self, answer: Answer) -> str:
        """Return an answer as the source of the exercise's cell."""
        return answer.cell(self.name, expression=self.expressions, reference=self.reference)

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
        """Return a sentence per criterion that no probe decides, or that is not declared."""
        probes = self.questions_for(np.random.default_rng(0))
        decided = {c for p in probes for c in p.criteria.values()}
        return [
            *(f"{self.name}: no probe decides {k!r}" for k in keys if k not in decided),
            *(f"{self.name}: no criterion {k!r}" for k in sorted(decided - set(keys))),
        ]


def _refuse_unknown(cls: type[Exercise]) -> None:
    """Refuse attributes that nothing reads, for they are misspelt, and answers that hide one.

    Whatever begins with an underscore is the author's own.
    """
    inherited: dict[str, Any] = {}
    for base in reversed(cls.__mro__[1:]):
        inherited |= dict.fromkeys(_annotated(base)) | vars(base)
    known = inherited.keys()
    for name, value in vars(cls).items():
        if isinstance(value, Declared) and not isinstance(inherited.get(name, value), Declared):
            raise Faulty(
                f"{name!r} is an attribute of every {cls.kind} exercise; give the answer another "
                "name.",
                value.line,
            )
        if name.startswith("_") or name in known or isinstance(value, Declared):
            continue
        near = difflib.get_close_matches(name, sorted(known), n=1)
        advice = f"did you mean {near[0]!r}?" if near else "a helper's name begins with _."
        raise Faulty(
            f"{cls.__name__}.{name} is no attribute of an exercise; {advice}", _line_of(cls, name)
        )


def _annotated(cls: type) -> Iterator[str]:
    yield from inspect.get_annotations(cls)


def _line_of(cls: type, name: str) -> int | None:
    """Return the line in which a class sets a name; None where its source is not at hand."""
    try:
        lines, first = inspect.getsourcelines(cls)
    except (OSError, TypeError):
        return None
    for row, line in enumerate(lines):
        words = line.strip().removeprefix("def ").removeprefix("async def ")
        if words.startswith(name) and not words[len(name) :][:1].isidentifier():
            return first + row
    return first
