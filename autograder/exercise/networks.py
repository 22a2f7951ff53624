"""Kinds of exercise whose answer is a network: blocks, models, trained models."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import numpy as np

from autograder.exercise.base import Exercise
from autograder.exercise.probed import Probed, question
from autograder.exercise.probes import Build
from autograder.exercise.unfiled import unfiled
from cnncourse.check.fixed_weights import seed_of
from cnncourse.check.key import KeyProbe
from cnncourse.check.kinds.network import ASPECTS
from cnncourse.check.kinds.trained import SYMPTOMS

_BATCH = 2


class Block(Probed):
    """A function from tensor to tensor or a layer; criteria are aspects of a network.

    The aspects: ``shape``, ``parameters``, ``stages``, ``behaviour`` (inference), ``training``,
    ``fresh`` (what it computes as it is built, and whether it can learn from there).
    """

    kind = "block"
    asks = Build
    style: ClassVar[str] = "block"
    _unseen = frozenset({"behaviour", "training", "fresh"})  # weights and inputs are drawn

    def questions_for(self, rng: np.random.Generator) -> Iterator[KeyProbe]:
        """Yield one network per probe."""
        for number, p in enumerate(self.checked_probes(rng)):
            shapes = p.input_shape if isinstance(p.input_shape, list) else [p.input_shape or ()]
            aspects = p.aspects or tuple(c.key for c in self.criteria)
            if p.symbolic:
                aspects = tuple(a for a in aspects if a not in self._unseen)
            request = {
                "op": "build",
                "name": self.name,
                "style": self.style,
                "args": list(p.args),
                "kwargs": p.kwargs,
                "input_shapes": [list(s) for s in shapes],
                "symbolic": p.symbolic,
            }
            inputs = [
                rng.normal(size=(_BATCH, *s)).astype("float32") for s in shapes if not p.symbolic
            ]
            yield question(
                p.label,
                {a: a for a in aspects},
                request,
                aspects=list(aspects),
                inputs=inputs if p.inputs is None else list(p.inputs),
                seed=seed_of(self.name, number, int(rng.integers(2**31))),
            )

    def problems(self) -> list[str]:
        """Return what is wrong; every criterion must be an aspect of a network."""
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
        shift: how far the images are moved before they are asked, at most, in pixels; they are
            made a little lighter or darker and grainy in any case.
        max_parameters: budget, with its own criterion ``parameters``.
        max_multiply_adds: budget for one image, with its own criterion ``multiply_adds``.
        believable: the least and the most of the labels it learned from that a good model
            reproduces: below it was `held_back`, above it knows them `by_heart`.
    """

    kind = "trained"
    has_reference = False
    thresholds: ClassVar[dict[str, float]] = {}
    classes: int = 10
    scale: float = 1.0
    shift: float = 0.0
    max_parameters: int | None = None
    max_multiply_adds: int | None = None
    believable: tuple[float, float] = (0.0, 1.0)

    def hidden(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Return images and labels that the student's training has not seen."""
        raise NotImplementedError(f"{type(self).__name__} has no hidden images.")

    def visible(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Return what the student's own check asks, where the judge's images are kept secret.

        They go into the key that students have, so they must be images that students may see.
        """
        return self.hidden(rng)

    def own(self) -> tuple[np.ndarray, np.ndarray] | None:
        """Return images and labels that training was given, or None.

        They decide no point. A model that falls short is asked for them, to tell one that has
        learned too little from one that has learned its labels by heart.
        """
        return None

    def visible_questions_for(self, rng: np.random.Generator) -> Iterator[KeyProbe]:
        """Yield one prediction on images that students may see."""
        yield self._question(rng, *self.visible(rng))

    def questions_for(self, rng: np.random.Generator) -> Iterator[KeyProbe]:
        """Yield one prediction."""
        yield self._question(rng, *self.hidden(rng))

    def _question(
        self, rng: np.random.Generator, images: np.ndarray, labels: np.ndarray
    ) -> KeyProbe:
        inputs = unfiled(images, rng, self.shift)
        criteria = {t: t for t in self.thresholds}
        limits = {"parameters": self.max_parameters, "multiply_adds": self.max_multiply_adds}
        criteria |= {what: what for what, most in limits.items() if most is not None}
        request = {"op": "predict", "name": self.name, "inputs": inputs, "scale": self.scale}
        given = self.own()
        own = dict(zip(("images", "labels"), given, strict=True)) if given else None
        return question(
            f"{len(labels)} images it has not seen, each changed a little",
            criteria,
            request,
            labels=np.asarray(labels),
            classes=self.classes,
            thresholds=dict(self.thresholds),
            **({"own": own, "believable": list(self.believable)} if own else {}),
            **{f"max_{what}": most for what, most in limits.items()},
        )

    def problems(self) -> list[str]:
        """Return what is wrong; every wrong answer must name a symptom that it is recognised by."""
        return super().problems() + [
            f"{self.name}: {a.id!r} has the symptom {a.symptom!r}; known are {', '.join(SYMPTOMS)}"
            for a in self.answers
            if not a.right and a.symptom not in SYMPTOMS
        ]
