"""Judge near misses: answers that are wrong, and that a misconception must not claim."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from autograder.exercise import Answer
from cnncourse.check.key import ExerciseKey
from cnncourse.check.kinds import KINDS
from cnncourse.check.kinds.base import SLIPS
from cnncourse.check.outcome import Outcome, Raised, Right, RuleBroken
from cnncourse.check.reply import Ask

# A message that is listed among others may be cut; so much of it is enough to know it.
_KNOWN_BY = 200


def told(near: Answer, labels: dict[str, str], outcomes: Sequence[Outcome]) -> list[str]:
    """Return the mistakes that a near miss was wrongly taken for.

    Args:
        near: the near miss.
        labels: misconception → its message.
        outcomes: what was said to it.

    Returns:
        Those in its ``unlike`` that were named or whose message was shown.
    """
    named = {o.misconception for o in outcomes}
    shown = [text for o in outcomes for text in (o.message, *o.details)]
    return [
        mistake
        for mistake in near.unlike
        if mistake in named or any(labels[mistake][:_KNOWN_BY] in text for text in shown)
    ]


def faults_of(
    near: Answer,
    mistakes: Sequence[str],
    outcomes: Sequence[Outcome],
    keys: Sequence[ExerciseKey],
    ask: Ask,
) -> Iterator[str]:
    """Find what makes a near miss a fault.

    Args:
        near: the near miss.
        mistakes: those that it was wrongly taken for.
        outcomes: what was said to it, key by key.
        keys: the exercise, compiled.
        ask: puts requests to it.

    Yields:
        A sentence per fault: it is accepted, taken for what it is not, or proves nothing.
    """
    if any(isinstance(o, Right) for o in outcomes):
        yield f"lets the near miss {near.id!r} through"
    for mistake in mistakes:
        yield (
            f"takes the near miss {near.id!r} for {mistake}: add a probe that tells them apart, or "
            "let the message say no more than is seen"
        )
    if any(isinstance(o, RuleBroken) for o in outcomes):
        yield f"stops the near miss {near.id!r} by its rule, so that it proves nothing"
    if any(isinstance(o, Raised) for o in outcomes):
        yield from _stumbles(near, keys[0], ask)


def _stumbles(near: Answer, key: ExerciseKey, ask: Ask) -> Iterator[str]:
    errors = [KINDS[key.kind].examine(key, probe, ask).error or {} for probe in key.probes]
    if all(error.get("type") in SLIPS for error in errors):
        yield (
            f"near miss {near.id!r} does nothing but raise {errors[0]['type']} "
            f"({errors[0]['message']}); mend it"
        )
