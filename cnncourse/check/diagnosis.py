"""Find the mistake behind an answer, where what it does fits one mistake and no other.

What fits on every probe is named. What fits on a part of them, because a student got the rest
right in another way or made a second mistake, is named only where that part alone says enough
(`evidence`): an exception or a nan on one probe has many causes. Where several mistakes fit alike,
none is named; their authors' words become a question.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cnncourse.check.evidence import ENOUGH, weight
from cnncourse.check.key import ExerciseKey, KeyProbe, Misconception
from cnncourse.check.kinds.base import ASIDE, BASIC, Mismatches, Observation
from cnncourse.check.kinds.value import ValueObservation
from cnncourse.check.relations import Pair, Relation, relation

# Of more causes than this, asking which it was helps nobody.
_MOST_QUESTIONS = 3
_SENTENCE = re.compile(r"(?<=[.!?:])\s")


class SubjectLost(Exception):
    """The process that holds the answer is gone, or did not reply in time.

    Args:
        reason: one sentence for the student.
    """


@dataclass(frozen=True)
class ProbeResult:
    """One probe, what it showed, and how that differs from the reference."""

    probe: KeyProbe
    observation: Observation
    mismatches: Mismatches

    @property
    def fails(self) -> bool:
        """Whether the answer is wrong here."""
        return bool(
            self.observation.absent or self.observation.error or any(self.mismatches.values())
        )

    @property
    def wrong_result(self) -> bool:
        """Whether more is wrong here than what is judged beside the result."""
        return self.fails and (
            not self.mismatches or any(m for a, m in self.mismatches.items() if a not in ASIDE)
        )

    @property
    def measured(self) -> dict[str, Any]:
        """What was measured beside the verdict."""
        return (
            {} if self.observation.absent or self.observation.error else self.observation.measured
        )

    @property
    def failed_criteria(self) -> set[str]:
        """The criteria that this probe costs."""
        if self.observation.absent or self.observation.error:
            beside = () if self.probe.options.get(BASIC) else ASIDE
            return {c for aspect, c in self.probe.criteria.items() if aspect not in beside}
        return {c for aspect, c in self.probe.criteria.items() if self.mismatches.get(aspect)}


@dataclass(frozen=True)
class Cause:
    """What is known of the mistake behind an answer.

    Args:
        candidates: the misconceptions that fit alike; none where nothing known fits.
    """

    candidates: tuple[Misconception, ...] = ()

    @property
    def known(self) -> Misconception | None:
        """The misconception, where it is the only one that fits."""
        return self.candidates[0] if len(self.candidates) == 1 else None

    @property
    def questions(self) -> tuple[str, ...]:
        """Lines that ask which of several mistakes it was, in the first words of each."""
        if not 1 < len(self.candidates) <= _MOST_QUESTIONS:
            return ()
        asked = (_SENTENCE.split(m.message)[0].rstrip(".!:") for m in self.candidates)
        return (
            "More than one mistake looks like this. Which is yours?",
            *(f"- {a}?" for a in asked),
        )


def diagnose(
    key: ExerciseKey, seen: Sequence[ProbeResult], failing: Sequence[ProbeResult]
) -> Cause:
    """Find the known wrong answers that behave as this one does.

    Preferably on every probe; else on every probe that fails, since a student may have got the
    rest right in another way; else, where each entry of a dictionary is asked by itself, on the
    first entry that is wrong; else on most of the probes that fail, since two mistakes may stand
    side by side and one of them is better named than none; else on all of the first criterion that
    is missed.

    Args:
        key: the exercise, compiled.
        seen: what all probes showed.
        failing: those of them that the answer fails.

    Returns:
        The cause, as far as it is known.
    """
    try:
        everywhere = _fitting(key, seen)
        if everywhere:
            return _opened(everywhere, seen)
        on_failing = tuple(m for m in _fitting(key, failing) if _is_enough(key, m, failing))
        if on_failing:
            return _opened(on_failing, failing)
        if by_entries(key):
            return of_entry(key, failing[0], failing)
        most = _most_shown(key, failing)
        return most if most.candidates else _of_first_criterion(key, failing)
    except SubjectLost:  # asked once too often; what was seen before stands
        return Cause()


def of_entry(key: ExerciseKey, entry: ProbeResult, failing: Sequence[ProbeResult]) -> Cause:
    """Find the mistakes that one entry of a dictionary shows.

    Args:
        key: the exercise, compiled.
        entry: what the entry's probe showed.
        failing: what the probes of all wrong entries showed.

    Returns:
        Those that fit all wrong entries, if there are any; else those that show in this entry
        alone; else those for which it says enough.
    """
    fitting = _fitting(key, [entry])
    in_all = _fitting(key, failing)
    everywhere = [m for m in fitting if m in in_all]
    here = [m for m in fitting if sum(m.id in p.variants for p in key.probes) == 1]
    enough = [m for m in fitting if _is_enough(key, m, [entry])]
    found = everywhere if len(failing) > 1 and everywhere else here or enough
    return _opened(found, [entry])


def _opened(found: Sequence[Misconception], pool: Sequence[ProbeResult]) -> Cause:
    """Return the cause; what is said of a quiz's letter is sealed with that letter."""
    return Cause(tuple(_readable(known, pool) for known in found))


def _readable(known: Misconception, pool: Sequence[ProbeResult]) -> Misconception:
    for seen in pool:
        record = seen.probe.variants.get(known.id, {})
        mine = seen.observation
        if "sealed" in record and isinstance(mine, ValueObservation) and mine.agrees(record):
            return Misconception(*json.loads(mine.unseal(record)))
    return known


def explains(known: Misconception, entry: ProbeResult) -> bool:
    """Return whether a misconception is one that goes wrong here, and in this way."""
    return known.id in entry.probe.variants and _shows(entry, known)


def by_entries(key: ExerciseKey) -> bool:
    """Return whether each entry of a dictionary is asked by itself."""
    return any("entry" in p.request for p in key.probes)


def relate(failing: Sequence[ProbeResult]) -> Relation | None:
    """Return how wrong results relate to the expected ones; None where the answer also raised.

    Args:
        failing: what the probes showed that the answer fails.
    """
    if any(s.observation.absent or s.observation.error for s in failing):
        return None
    try:
        found = [s.observation.relation(s.probe.expected) for s in failing]
        if found[0] and all(f and f.id == found[0].id for f in found):
            return found[0]
        beside = [s.observation.beside(s.probe.expected) for s in failing]
    except SubjectLost:  # asked once too often; what was seen before stands
        return None
    return relation(
        [
            Pair(*both, _arguments(s.probe))
            for both, s in zip(beside, failing, strict=True)
            if both is not None
        ]
        if None not in beside
        else []
    )


def _most_shown(key: ExerciseKey, failing: Sequence[ProbeResult]) -> Cause:
    """Return the one misconception that more than half of the failing probes show, if any."""
    shown = {
        known: [s for s in failing if known.id in s.probe.variants and _shows(s, known)]
        for known in key.misconceptions
    }
    most = max(map(len, shown.values()), default=0)
    best = [known for known in shown if len(shown[known]) == most]
    if len(best) != 1 or 2 * most <= len(failing) or not _is_enough(key, best[0], shown[best[0]]):
        return Cause()
    return _opened(best, shown[best[0]])


def _of_first_criterion(key: ExerciseKey, failing: Sequence[ProbeResult]) -> Cause:
    """Return the one misconception that the first missed criterion shows by itself, if any.

    Several probes of one criterion are evidence, whatever goes wrong in another. One probe is not,
    and neither is an exception.
    """
    missed = failing[0].failed_criteria
    pool = [s for s in failing if s.failed_criteria & missed]
    if len(pool) < 2 or any(s.observation.error for s in pool):
        return Cause()
    found = [m for m in _fitting(key, pool) if _is_enough(key, m, pool)]
    return _opened(found, pool) if len(found) == 1 else Cause()


def _shows(seen: ProbeResult, known: Misconception) -> bool:
    judged = not (seen.observation.absent or seen.observation.error)
    return judged and seen.observation.agrees(seen.probe.variants[known.id])


def _fitting(key: ExerciseKey, pool: Sequence[ProbeResult]) -> tuple[Misconception, ...]:
    """Return the misconceptions that explain all that a pool of probes showed."""
    if any(s.observation.absent for s in pool):
        return ()
    return tuple(
        known
        for known in key.misconceptions
        if any(known.id in s.probe.variants for s in pool)
        and all(
            s.observation.agrees(s.probe.variants.get(known.id, s.probe.expected)) for s in pool
        )
    )


def _is_enough(key: ExerciseKey, known: Misconception, pool: Sequence[ProbeResult]) -> bool:
    """Return whether what a pool of probes showed cannot well be another mistake's."""
    shown = ((s.probe, s.observation.reply.get("value")) for s in pool)
    return weight(key, known.id, shown) >= ENOUGH


def _arguments(probe: KeyProbe) -> dict[str, Any]:
    """Return what was handed over, under the words that a student reads."""
    given = enumerate(probe.request.get("args", ()), start=1)
    named = probe.request.get("kwargs", {}).items()
    return {**{f"argument {i}": a for i, a in given}, **{f"{name!r}": a for name, a in named}}
