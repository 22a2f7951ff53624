"""Give right answers their inputs, and take their results, in other precisions.

Where a docstring leaves the precision open, an answer may be computed in float32, in float64, or
change from one to the other half-way. Which of them a student takes is no question of right or
wrong, so that each accepted answer must pass in all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.build.rounding import cast
from autograder.exercise import Answer, Exercise
from cnncourse.check.key import ExerciseKey
from cnncourse.check.reply import Ask

# The dtype in which an answer computes, and the one in which its result arrives.
VARIANTS = {
    "in float32": ("float32", "float32"),
    "in float64": ("float64", "float64"),
    "promoted half-way": ("float32", "float64"),
}


def variants(
    spec: Exercise,
    answers: Sequence[Answer],
    keys: list[ExerciseKey],
    asker: Callable[[Answer, Mapping[str, Any]], Ask],
    namespace: Mapping[str, Any],
) -> Iterator[tuple[Answer, Ask]]:
    """Yield answers in each precision, where the exercise leaves the precision open.

    Args:
        spec: the exercise.
        answers: right answers that pass as they are.
        keys: what its answers are judged by.
        asker: gives what puts requests to an answer.
        namespace: the lesson's variables, this exercise solved.
    """
    if not is_open(spec, keys):
        return
    for answer in answers:
        for words, (computes, arrives) in VARIANTS.items():
            variant = replace(answer, id=f"{answer.id} {words}")
            yield variant, _In(asker(answer, namespace), computes, arrives)


def is_open(spec: Exercise, keys: list[ExerciseKey]) -> bool:
    """Return whether an exercise asks for floating-point results of any precision."""
    records = (p.expected.get("rounding") for key in keys for p in key.probes)
    return spec.precision is None and any(any(_arrays(r)) for r in records)


class _In:
    """Puts requests to an answer with other dtypes before and after."""

    def __init__(self, ask: Ask, computes: str, arrives: str) -> None:
        self._ask = ask
        self._computes, self._arrives = computes, arrives

    def __call__(self, request: dict[str, Any]) -> Any:
        before = {k: cast(request[k], self._before) for k in request if k in ("args", "kwargs")}
        reply = self._ask({**request, **before})
        if "value" in reply:
            reply = {**reply, "value": cast(reply["value"], self._after, numbers=True)}
        return reply

    def _before(self, x: np.ndarray) -> np.ndarray:
        return _held(x, self._computes)

    def _after(self, x: np.ndarray) -> np.ndarray:
        return _held(x, self._arrives)


def _held(x: np.ndarray, dtype: str) -> np.ndarray:
    """Return an array in another dtype; as it is where that cannot hold its numbers."""
    with np.errstate(all="ignore"):
        other = x.astype(dtype)
    fits = np.isfinite(other) == np.isfinite(x)
    return other if (fits & ((other == 0) == (x == 0))).all() else x


def _arrays(tree: Any) -> Iterator[bool]:
    if isinstance(tree, np.ndarray):
        yield True
    for part in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from _arrays(part)
