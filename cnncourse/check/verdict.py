"""Judge an answer: the same function in the notebook and in the judge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cnncourse.check.key import ExerciseKey, KeyProbe, Misconception
from cnncourse.check.kinds import KINDS
from cnncourse.check.kinds.base import Mismatches, Observation
from cnncourse.check.outcome import (
    AwaitingHand,
    CriterionResult,
    NotAttempted,
    Outcome,
    PartlyRight,
    Raised,
    Right,
    RuleBroken,
    WrongShape,
    WrongType,
    WrongValues,
)
from cnncourse.check.reply import Ask
from cnncourse.check.rules import violation

_STATES: dict[str, type[Outcome]] = {
    "type": WrongType,
    "shape": WrongShape,
    "values": WrongValues,
}
_MOST_DETAILS = 12


class SubjectLost(Exception):
    """The process that holds the answer is gone, or did not reply in time.

    Args:
        reason: one sentence for the student.
    """


@dataclass(frozen=True)
class _ProbeResult:
    """One probe, what it showed, and how that differs from the reference."""

    probe: KeyProbe
    observation: Observation
    mismatches: Mismatches

    @property
    def fails(self) -> bool:
        return bool(
            self.observation.absent or self.observation.error or any(self.mismatches.values())
        )

    @property
    def measured(self) -> dict[str, Any]:
        return (
            {} if self.observation.absent or self.observation.error else self.observation.measured
        )

    @property
    def failed_criteria(self) -> set[str]:
        if self.observation.absent or self.observation.error:
            return set(self.probe.criteria.values())
        return {c for aspect, c in self.probe.criteria.items() if self.mismatches.get(aspect)}


def verdict(
    key: ExerciseKey,
    ask: Ask,
    source: str | None = None,
    context: str | Sequence[str] = (),
) -> Outcome:
    """Judge one answer.

    Args:
        key: the exercise, compiled.
        ask: puts a request to the answer and returns the reply
            (`cnncourse.check.subject.perform`, here or in a sandbox).
        source: the exercise cell, for rules on what an answer may use.
        context: the notebook's other cells, for the same.

    Returns:
        The outcome, with the points of every criterion. Whatever the answer does is an outcome;
        only what `ask` itself raises, other than `SubjectLost`, gets through.
    """
    if key.kind == "written":
        return AwaitingHand(key.name, _results(key, set()), "Your instructor reads this answer.")
    seen, lost = _observe(key, ask)
    if not lost and all(s.observation.absent for s in seen):
        return _not_attempted(key, seen)
    # Where the cell is lost, the definition is looked for in the others.
    broken = violation(source or "", key.rule, context, key.name) if key.rule else None
    if broken:
        return RuleBroken(key.name, _results(key, set()), broken, revisit=key.revisit)
    if lost:
        earned = _earned(key, seen)
        state: type[Outcome] = PartlyRight if earned else Raised
        return state(key.name, _results(key, earned), lost, revisit=key.revisit)
    return _judge(key, seen)


def _observe(key: ExerciseKey, ask: Ask) -> tuple[list[_ProbeResult], str | None]:
    """Return what the probes showed, up to the one that lost the answer, and how it was lost."""
    seen: list[_ProbeResult] = []
    for probe in key.probes:
        try:
            observation = KINDS[key.kind].examine(key, probe, ask)
            judgeable = not (observation.absent or observation.error)
            mismatches = observation.against(probe.expected) if judgeable else {}
        except SubjectLost as gone:
            return seen, str(gone)
        seen.append(_ProbeResult(probe, observation, mismatches))
    return seen, None


def _judge(key: ExerciseKey, seen: list[_ProbeResult]) -> Outcome:
    earned = _earned(key, seen)
    results = _results(key, earned)
    failing = [s for s in seen if s.fails]
    measured = {k: v for s in seen for k, v in s.measured.items()}
    if not failing:
        return Right(key.name, results, "Right.", notes=_notes(seen), measured=measured)
    known = _diagnose(key, seen, failing)
    state, message, details = _explain(key, failing[0])
    if _by_entries(key):
        message, *others = _entry_lines(key, failing)
        details = tuple(others)
    elif known:
        # What was seen comes under what it means.
        message, details = known.message, (message, *details)
    return (PartlyRight if earned else state)(
        key.name,
        results,
        message,
        misconception=known.id if known else None,
        revisit=(known.revisit if known else None) or key.revisit,
        notes=_notes(seen),
        details=details[:_MOST_DETAILS],
        measured=measured,
    )


def _not_attempted(key: ExerciseKey, seen: list[_ProbeResult]) -> Outcome:
    gone = any(s.observation.reply.get("absent") == "undefined" for s in seen)
    message = (
        f"Nothing is called {key.name!r} here. Run the exercise's cell, and keep its name."
        if gone
        else "Not attempted yet: replace the placeholder in the cell above, and run both cells."
    )
    return NotAttempted(key.name, _results(key, set()), message)


def _earned(key: ExerciseKey, seen: list[_ProbeResult]) -> set[str]:
    """Return the criteria that every aspect of every probe meets; what was not asked is not."""
    asked = {c for s in seen for c in s.probe.criteria.values()}
    failed = {c for s in seen for c in s.failed_criteria}
    open_still = {c for probe in key.probes[len(seen) :] for c in probe.criteria.values()}
    return asked - failed - open_still


def _results(key: ExerciseKey, earned: set[str]) -> tuple[CriterionResult, ...]:
    return tuple(CriterionResult(c.key, c.text, c.points, c.key in earned) for c in key.criteria)


def _notes(seen: list[_ProbeResult]) -> tuple[str, ...]:
    if any(s.observation.reply.get("mutated") for s in seen):
        return (
            "Your function changes an array that it was given. It costs no points here, but "
            "the caller's data is no longer what it was: work on a copy.",
        )
    return ()


def _diagnose(
    key: ExerciseKey, seen: list[_ProbeResult], failing: list[_ProbeResult]
) -> Misconception | None:
    """Return the known wrong answer that behaves as this one does.

    Preferably on every probe; else on every probe that fails, since a student may have got the
    rest right in another way; else, where each entry of a dictionary is asked by itself, on the
    first entry that is wrong; else on most of the probes that fail, since two mistakes may stand
    side by side and one of them is better named than none; else on all of the first criterion
    that is missed.
    """
    pools = [seen, failing, *([failing[:1]] if _by_entries(key) else [])]
    try:
        found = next((known for pool in pools if (known := _named(key, pool))), None)
        return found or _most_shown(key, failing) or _of_first_criterion(key, failing)
    except SubjectLost:  # asked once too often; what was seen before stands
        return None


def _most_shown(key: ExerciseKey, failing: list[_ProbeResult]) -> Misconception | None:
    """Return the one misconception that more than half of the failing probes show, or None."""
    shown = [s for s in failing if not (s.observation.absent or s.observation.error)]
    explained = {
        known.id: sum(
            s.observation.agrees(s.probe.variants[known.id])
            for s in shown
            if known.id in s.probe.variants
        )
        for known in key.misconceptions
    }
    most = max(explained.values(), default=0)
    best = [known for known in key.misconceptions if explained[known.id] == most]
    return best[0] if len(best) == 1 and 2 * most > len(failing) else None


def _of_first_criterion(key: ExerciseKey, failing: list[_ProbeResult]) -> Misconception | None:
    """Return the misconception that the first missed criterion shows by itself, or None.

    Several probes of one criterion are evidence, whatever goes wrong in another. One probe is not,
    and neither is an exception.
    """
    missed = failing[0].failed_criteria
    pool = [s for s in failing if s.failed_criteria & missed]
    if len(pool) < 2 or any(s.observation.error for s in pool):
        return None
    return _named(key, pool)


def _named(key: ExerciseKey, pool: list[_ProbeResult]) -> Misconception | None:
    """Return the first misconception that explains all that a pool of probes showed."""
    if any(s.observation.absent for s in pool):
        return None
    for known in key.misconceptions:
        if any(known.id in s.probe.variants for s in pool) and all(
            s.observation.agrees(s.probe.variants.get(known.id, s.probe.expected)) for s in pool
        ):
            return known
    return None


def _by_entries(key: ExerciseKey) -> bool:
    return any("entry" in p.request for p in key.probes)


def _entry_lines(key: ExerciseKey, failing: list[_ProbeResult]) -> list[str]:
    """Return what is wrong with each entry of a dictionary; or, once, what is wrong with all."""
    lines = {}
    for seen in failing:
        known = _named(key, [seen])
        _, text, details = _explain(key, seen)
        lines[seen.probe.request["entry"]] = known.message if known else " ".join((text, *details))
    reasons = set(lines.values())
    if len(reasons) == 1 < len(lines):
        return [*reasons]
    return [f"{entry}: {reason}" for entry, reason in lines.items()]


def _explain(key: ExerciseKey, seen: _ProbeResult) -> tuple[type[Outcome], str, tuple[str, ...]]:
    """Return state, message and details of one failing probe."""
    probe, observation = seen.probe, seen.observation
    if observation.absent:
        return WrongType, f"Not filled in yet: {probe.label}.", ()
    tried = () if probe.request["op"] == "read" else (f"tried with: {probe.label}",)
    if observation.error:
        message, where = _explain_error(observation.error)
        return Raised, message, (*tried, *where, *_shown_arguments(probe))
    mismatch = next(m for m in seen.mismatches.values() if m)
    details = mismatch.details
    if not KINDS[key.kind].shows_expected:
        details = tuple(d for d in details if not d.startswith("expected"))
    return _STATES[mismatch.kind], mismatch.text, (*tried, *details)


def _explain_error(error: dict[str, Any]) -> tuple[str, tuple[str, ...]]:
    if not error["type"]:  # nothing was raised: the reply itself could not be judged
        return error["message"], ()
    message = f"Your code raised {error['type']}: {error['message']}".rstrip(": ")
    where = f"line {error['line']}: {error['code'] or ''}".rstrip(": ")
    return message + "." * (message[-1] not in ".!?"), (where,) if error["line"] else ()


def _shown_arguments(probe: KeyProbe) -> tuple[str, ...]:
    def show(value: Any) -> str:
        if isinstance(value, np.ndarray):
            small = value.size <= 6
            return repr(value.tolist()) if small else f"{value.dtype} array of shape {value.shape}"
        if isinstance(value, dict) and "__rng__" in value:
            return "a random generator"
        return repr(value)

    args = [show(a) for a in probe.request.get("args", ())]
    args += [f"{k}={show(v)}" for k, v in probe.request.get("kwargs", {}).items()]
    shapes = [tuple(s) for s in probe.request.get("input_shapes", ())]
    shown = [*([f"an input of shape {s}" for s in shapes]), *args]
    return (f"called with: {', '.join(shown)}",) if shown else ()
