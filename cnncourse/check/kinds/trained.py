"""Trained models: judged on images they have not seen, by accuracy with a margin.

No output of training is compared with another run's: results differ with threads and backends.
A model that falls short is asked a few questions more, to find the symptom of what went wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from cnncourse.check.compare import Mismatch
from cnncourse.check.key import ExerciseKey, KeyProbe
from cnncourse.check.kinds.base import Kind, Mismatches, Observation
from cnncourse.check.model_size import Uncounted
from cnncourse.check.reply import Ask, Reply, question

# What a budget can limit, and how to speak of it.
_SPENDS = {
    "parameters": ("has", "parameters"),
    "multiply_adds": ("takes", "multiply-adds for one image"),
}
_UNCOUNTED = Uncounted.__name__
# A symptom counts when what it would explain brings back this much accuracy.
_GAIN = 0.25


class TrainedObservation(Observation):
    """A model's scores on the hidden images."""

    def __init__(
        self, reply: Reply, probe: KeyProbe, ask: Ask, uncounted: str | None = None
    ) -> None:
        super().__init__(reply)
        self._probe, self._ask = probe, ask
        self._uncounted = uncounted or reply.get("uncounted")
        self._labels = probe.options["labels"]
        self._scores: Any = reply.get("value")

    def agrees(self, record: dict[str, Any]) -> bool:
        """Return whether the model has the symptom by which a wrong answer is known."""
        return not self.absent and record.get("symptom") == self.symptom

    def against(self, record: dict[str, Any]) -> Mismatches:
        """Compare accuracy with each threshold; nothing is earned where there are no scores."""
        fault = self._fault()
        if fault:
            return dict.fromkeys(self._probe.criteria, fault)
        accuracy = self.accuracy()
        mismatches: Mismatches = {
            aspect: None if accuracy >= least else _short(accuracy, least, len(self._labels))
            for aspect, least in self.thresholds.items()
        }
        return mismatches | {what: self._overrun(what) for what in budgets(self._probe)}

    def _fault(self) -> Mismatch | None:
        n, classes = len(self._labels), self._probe.options["classes"]
        if not isinstance(self._scores, np.ndarray) or self._scores.dtype.kind not in "fiu":
            return Mismatch("type", "Your model gives no array of scores.")
        if self._scores.shape != (n, classes):
            text = (
                f"For {n} images your model gives scores of shape {self._scores.shape}; "
                f"one score per class is expected, so ({n}, {classes})."
            )
            return Mismatch("shape", text)
        if not np.isfinite(self._scores).all():
            return Mismatch("values", "Your model's scores contain nan or infinity.")
        return None

    def _overrun(self, what: str) -> Mismatch | None:
        """Return how far the model is over one of its budgets."""
        most, used = budgets(self._probe)[what], self.reply.get(what)
        if used is None:
            text = f"Your model cannot be counted, because {self._uncounted}: no budget is met."
            return Mismatch("type", text)
        if used <= most:
            return None
        verb, unit = _SPENDS[what]
        text = (
            f"Your model {verb} {used:,} {unit}; the budget is {most:,}. "
            f"That is {used - most:,} too many, or {used / most - 1:.1%}."
        )
        return Mismatch("values", text)

    def over(self, what: str) -> bool:
        """Return whether the model's count is known and over a budget."""
        most, used = budgets(self._probe).get(what), self.reply.get(what)
        return most is not None and used is not None and used > most

    @property
    def enough(self) -> bool:
        """Whether the accuracy earns everything, so that only a budget can be what failed."""
        return self.accuracy() >= max(self.thresholds.values(), default=0.0)

    @property
    def measured(self) -> dict[str, Any]:
        """Accuracy on the hidden images, and the size as it was counted."""
        if self.faulty:
            return {}
        return {
            "accuracy": self.accuracy(),
            "images": len(self._labels),
            "budgets": budgets(self._probe),
            "uncounted": self._uncounted,
            **{what: self.reply.get(what) for what in _SPENDS},
        }

    @cached_property
    def symptom(self) -> str:
        """What is wrong with a model that falls short: the most specific symptom that fits."""
        return next((n for n, test in _SYMPTOMS.items() if test(self)), FALLS_SHORT)

    def gain(self, change: Callable[[np.ndarray], np.ndarray]) -> float:
        """Return how much better the model does on changed images."""
        changed = change(self.images).astype("float32")
        request = {**self._probe.request, "inputs": changed, "scale": 1.0}
        other = TrainedObservation(question(self._ask, request), self._probe, self._ask)
        return 0.0 if other.faulty else other.accuracy() - self.accuracy()

    @property
    def images(self) -> np.ndarray:
        """The hidden images, as they are stored."""
        return self._probe.request["inputs"]

    @property
    def scaled(self) -> float:
        """The factor that brings stored images to the range the lesson uses."""
        return float(self._probe.request["scale"])

    @property
    def faulty(self) -> bool:
        """Whether there are no usable scores."""
        return self._fault() is not None

    @cached_property
    def own_share(self) -> float | None:
        """The share of the labels it was given that it reproduces; None where none are known."""
        own = self._probe.options.get("own")
        if own is None:
            return None
        request = {**self._probe.request, "inputs": own["images"]}
        probe = replace(
            self._probe, request=request, options={**self._probe.options, "labels": own["labels"]}
        )
        other = TrainedObservation(question(self._ask, request), probe, self._ask)
        return None if other.faulty else other.accuracy()

    def reproduces(self, *, less: bool) -> bool:
        """Return whether it reproduces too few (or too many) of the labels it was given."""
        if self.own_share is None:
            return False
        least, most = self._probe.options["believable"]
        return self.own_share < least if less else self.own_share > most

    def top_share(self) -> float:
        """Return the share of the images that get the most frequent prediction."""
        return np.bincount(self._scores.argmax(1)).max() / len(self._labels)

    def consistent(self) -> float:
        """Return the accuracy after renaming the model's classes to fit best."""
        predicted = self._scores.argmax(1)
        table = np.zeros((self._scores.shape[1],) * 2, dtype=np.int64)
        np.add.at(table, (predicted, self._labels), 1)
        return table.max(axis=1).sum() / len(self._labels)

    def accuracy(self) -> float:
        """Return the share of hidden images named rightly."""
        return float((self._scores.argmax(1) == self._labels).mean())

    @property
    def thresholds(self) -> dict[str, float]:
        """Criterion → accuracy that earns it."""
        return self._probe.options["thresholds"]

    def chance(self) -> float:
        """Return the accuracy of guessing."""
        return 1.0 / self._probe.options["classes"]


_SYMPTOMS: dict[str, Callable[[TrainedObservation], bool]] = {
    "no_scores": lambda s: s.faulty,
    "too_large": lambda s: s.enough and s.over("parameters"),
    "too_costly": lambda s: s.enough and s.over("multiply_adds"),
    "uncounted": lambda s: s.enough,
    "unscaled": lambda s: s.scaled != 1.0 and s.gain(lambda x: x) > _GAIN,
    "inverted": lambda s: s.gain(lambda x: (x.max() - x) * s.scaled) > _GAIN,
    "transposed": lambda s: (
        s.images.ndim > 2 and s.gain(lambda x: np.swapaxes(x, 1, 2) * s.scaled) > _GAIN
    ),
    "one_class": lambda s: s.top_share() > 0.9,
    "renamed_classes": lambda s: s.consistent() > s.accuracy() + 2 * _GAIN,
    "untrained": lambda s: s.accuracy() < 2.5 * s.chance(),
    "held_back": lambda s: s.reproduces(less=True),
    "by_heart": lambda s: s.reproduces(less=False),
}


FALLS_SHORT = "falls_short"  # trained, but not well enough
SYMPTOMS = (*_SYMPTOMS, FALLS_SHORT)


class TrainedKind(Kind):
    """Asks the student's model for its scores on hidden images; the labels stay here."""

    shows_expected = False

    def examine(self, key: ExerciseKey, probe: KeyProbe, ask: Ask) -> TrainedObservation:
        """Predict once; symptoms ask again.

        Under a budget the scores are those of the network that was counted. One that cannot be
        counted still answers, and earns what accuracy earns.
        """
        uncounted = None
        if budgets(probe):
            reply = question(ask, {**probe.request, "op": "measure"})
            if "error" not in reply:
                return TrainedObservation(reply, probe, ask)
            error = reply["error"]
            uncounted = error["message"] if error["type"] == _UNCOUNTED else "it raises an error"
        return TrainedObservation(question(ask, probe.request), probe, ask, uncounted)


def budgets(probe: KeyProbe) -> dict[str, int]:
    """Return what a model may spend: its criterion → the most, where there is a bound."""
    most = {what: probe.options.get(f"max_{what}") for what in _SPENDS}
    return {what: n for what, n in most.items() if n is not None}


def _short(accuracy: float, least: float, n: int) -> Mismatch:
    text = (
        f"On {n} images it has not seen, your model names {accuracy:.1%} rightly; "
        f"at least {least:.0%} are asked for."
    )
    return Mismatch("values", text)
