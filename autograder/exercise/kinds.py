"""The kinds of exercise: each turns its author's probes into compiled ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

import numpy as np

from autograder.exercise.answers import Answer
from autograder.exercise.base import Criterion, Exercise, Probe
from cnncourse.check.fixed_weights import seed_of
from cnncourse.check.key import KeyProbe
from cnncourse.check.kinds.network import ASPECTS
from cnncourse.check.kinds.trained import SYMPTOMS
from cnncourse.check.statistics import STATISTICS

_BATCH = 2


def _probe(label: str, criteria: dict[str, str], request: dict, **options: Any) -> KeyProbe:
    return KeyProbe(label, criteria, request, expected={}, variants={}, options=options)


class Function(Exercise):
    """A function of arrays; its author yields probes."""

    kind = "function"

    def probes(self, rng: np.random.Generator) -> Iterable[Probe]:
        """Yield probes; every random number comes from ``rng``."""
        raise NotImplementedError(f"{type(self).__name__} has no probes.")

    def questions_for(self, rng: np.random.Generator) -> Iterator[KeyProbe]:
        """Yield one call a probe."""
        for p in self.probes(rng):
            request = {"op": "call", "name": self.name, "args": list(p.args), "kwargs": p.kwargs}
            yield _probe(p.label, {"value": p.criterion or self.criteria[0].key}, request)


class Pipeline(Function):
    """A random function, judged by statistics of many calls."""

    kind = "pipeline"

    def questions_for(self, rng: np.random.Generator) -> Iterator[KeyProbe]:
        """Yield one series of calls a probe."""
        for p in self.probes(rng):
            request = {
                "op": "repeat",
                "name": self.name,
                "args": list(p.args),
                "kwargs": p.kwargs,
                "times": p.repeats,
                "seed": int(rng.integers(2**31)),
            }
            criteria = {"value": p.criterion or self.criteria[0].key}
            yield _probe(p.label, criteria, request, statistic=p.statistic, within=p.within)

    def problems(self) -> list[str]:
        """Every statistic must be known."""
        asked = {p.statistic for p in self.probes(np.random.default_rng(0))}
        return super().problems() + [
            f"{self.name}: there is no statistic {s!r}" for s in sorted(asked - set(STATISTICS))
        ]


class Value(Exercise):
    """A variable: a number, a shape, a word, or a dictionary of them.

    Attributes:
        expects: ``number``, ``integer``, ``shape``, ``text`` or ``truth``.
        step: for numbers, how far from the right one still counts as right.
        entries: for a dictionary, its keys with what each expects.
        entry_criterion: for a dictionary, the criterion of each key, where it is not its own.
    """

    kind = "value"
    expressions = True
    expects: str = "number"
    step: float = 1e-6
    entries: ClassVar[dict[str, str]] = {}
    entry_criterion: ClassVar[dict[str, str]] = {}

    def questions_for(self, rng: np.random.Generator) -> Iterator[KeyProbe]:
        """Yield one question for the variable, or one an entry."""
        if not self.entries:
            request = {"op": "read", "name": self.name}
            criteria = {"value": self.criteria[0].key}
            yield _probe("your value", criteria, request, expects=self.expects, step=self.step)
        for entry, expects in self.entries.items():
            request = {"op": "read", "name": self.name, "entry": entry}
            criteria = {"value": self.entry_criterion.get(entry, entry)}
            yield _probe(f"entry {entry!r}", criteria, request, expects=expects, step=self.step)


class Choices(Value):
    """A short quiz: a dictionary from question to the letter of the answer.

    Attributes:
        questions: key → (text, letters with their texts).
        because: key → wrong letter → why it is not that.
    """

    kind = "choices"
    questions: ClassVar[dict[str, tuple[str, dict[str, str]]]] = {}
    because: ClassVar[dict[str, dict[str, str]]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.entries = dict.fromkeys(cls.questions, "text")
        cls.criteria = tuple(Criterion(q, 1, f"question {q}") for q in cls.questions)

    @property
    def right(self) -> dict[str, str]:
        """The right letter of each question: the one that needs no reason against it."""
        return {
            q: next((x for x in letters if x not in self.because.get(q, {})), "?")
            for q, (_, letters) in self.questions.items()
        }

    @property
    def answers(self) -> list[Answer]:
        """Letters as students type them, then every wrong letter with its reason."""
        right = self.right
        capitals = {q: f" {letter.upper()} " for q, letter in right.items()}
        call = ", ".join(f"{q}={letter!r}" for q, letter in right.items())
        styles = {"dictionary": repr(right), "capitals": repr(capitals), "call": f"dict({call})"}
        accepted = [Answer(k, True, f"as {k}", None, v) for k, v in styles.items()]
        return accepted + [
            Answer(f"{q}_{letter}", False, why, None, repr({**right, q: letter}))
            for q, letters in self.because.items()
            for letter, why in letters.items()
        ]

    def problems(self) -> list[str]:
        """Every letter but one must have its reason."""
        found = super().problems()
        for q, (_, letters) in self.questions.items():
            missing = set(letters) - set(self.because.get(q, {}))
            if len(missing) != 1:
                found.append(f"{self.name}: {q} needs a reason for every letter but the right one")
        return found


class Equation(Exercise):
    """An einsum equation, judged by what it computes."""

    kind = "equation"
    expressions = True

    def probes(self, rng: np.random.Generator) -> Iterable[Probe]:
        """Yield probes whose ``args`` are the arrays to compute with."""
        raise NotImplementedError(f"{type(self).__name__} has no probes.")

    def questions_for(self, rng: np.random.Generator) -> Iterator[KeyProbe]:
        """Yield one evaluation a probe."""
        for p in self.probes(rng):
            request = {"op": "read", "name": self.name}
            criteria = {"value": p.criterion or self.criteria[0].key}
            yield _probe(p.label, criteria, request, arrays=list(p.args))


class Block(Exercise):
    """A function from tensor to tensor or a layer; criteria are aspects of a network.

    The aspects: ``shape``, ``parameters``, ``stages``, ``behaviour`` (inference), ``training``.
    """

    kind = "block"
    style: ClassVar[str] = "block"

    def probes(self, rng: np.random.Generator) -> Iterable[Probe]:
        """Yield probes with arguments and ``input_shape``."""
        raise NotImplementedError(f"{type(self).__name__} has no probes.")

    def questions_for(self, rng: np.random.Generator) -> Iterator[KeyProbe]:
        """Yield one network a probe."""
        for number, p in enumerate(self.probes(rng)):
            shapes = p.input_shape if isinstance(p.input_shape, list) else [p.input_shape or ()]
            aspects = p.aspects or tuple(c.key for c in self.criteria)
            if p.symbolic:
                aspects = tuple(a for a in aspects if a not in ("behaviour", "training"))
            request = {
                "op": "build",
                "name": self.name,
                "style": self.style,
                "args": list(p.args),
                "kwargs": p.kwargs,
                "input_shapes": [list(s) for s in shapes],
                "symbolic": p.symbolic,
            }
            runs = {"behaviour", "training"} & set(aspects)
            inputs = [rng.normal(size=(_BATCH, *s)).astype("float32") for s in shapes if runs]
            yield _probe(
                p.label,
                {a: a for a in aspects},
                request,
                aspects=list(aspects),
                inputs=inputs if p.inputs is None else list(p.inputs),
                seed=seed_of(self.name, number, int(rng.integers(2**31))),
            )

    def problems(self) -> list[str]:
        """Every criterion must be an aspect of a network."""
        return super().problems() + [
            f"{self.name}: a network has no aspect {c.key!r}"
            for c in self.criteria
            if c.key not in ASPECTS
        ]


class Model(Block):
    """A function that returns a `keras.Model`; judged like a block."""

    kind = "model"
    style = "model"


class Trained(Exercise):
    """A variable that holds a trained model, judged on images it has not seen.

    Attributes:
        thresholds: criterion → accuracy that earns it.
        classes: number of classes.
        scale: factor from the stored images to what the model expects.
        max_parameters: budget, with its own criterion ``parameters``.
        max_multiply_adds: budget for one image, with its own criterion ``multiply_adds``.
    """

    kind = "trained"
    has_reference = False
    thresholds: ClassVar[dict[str, float]] = {}
    classes: int = 10
    scale: float = 1.0
    max_parameters: int | None = None
    max_multiply_adds: int | None = None

    def hidden(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Return images and labels that the student's training has not seen."""
        raise NotImplementedError(f"{type(self).__name__} has no hidden images.")

    def visible(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Return what the student's own check asks, where the judge's images are kept secret.

        They go into the key that students have, so they must be images that students may see.
        """
        return self.hidden(rng)

    def visible_questions_for(self, rng: np.random.Generator) -> Iterator[KeyProbe]:
        """Yield one prediction on images that students may see."""
        yield self._question(*self.visible(rng))

    def questions_for(self, rng: np.random.Generator) -> Iterator[KeyProbe]:
        """Yield one prediction."""
        yield self._question(*self.hidden(rng))

    def _question(self, inputs: np.ndarray, labels: np.ndarray) -> KeyProbe:
        criteria = {t: t for t in self.thresholds}
        limits = {"parameters": self.max_parameters, "multiply_adds": self.max_multiply_adds}
        criteria |= {what: what for what, most in limits.items() if most is not None}
        request = {"op": "predict", "name": self.name, "inputs": inputs, "scale": self.scale}
        return _probe(
            f"{len(labels)} images it has not seen",
            criteria,
            request,
            labels=np.asarray(labels),
            classes=self.classes,
            thresholds=dict(self.thresholds),
            **{f"max_{what}": most for what, most in limits.items()},
        )

    def problems(self) -> list[str]:
        """Every wrong answer must name a symptom by which it is recognised."""
        return super().problems() + [
            f"{self.name}: {a.id!r} has the symptom {a.symptom!r}; known are {', '.join(SYMPTOMS)}"
            for a in self.answers
            if not a.right and a.symptom not in SYMPTOMS
        ]


class Written(Exercise):
    """An answer in words, graded by a person in nbgrader's form.

    Attributes:
        points: what it is worth.
        rubric: what the instructor looks for.
    """

    kind = "written"
    has_reference = False
    automatic = False
    rubric: str = ""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "points" in vars(cls) and "criteria" not in vars(cls):
            cls.criteria = (Criterion("written", float(cls.points), "graded by hand"),)  # type: ignore[arg-type]

    def questions_for(self, rng: np.random.Generator) -> Iterator[KeyProbe]:
        """Yield nothing: no machine reads it."""
        yield from ()
