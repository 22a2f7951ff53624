"""From an answer to its outcome: the same function in the notebook and in the judge."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cnncourse.check.compare import Mismatch
from cnncourse.check.key import ExerciseKey, KeyProbe, Misconception
from cnncourse.check.kinds import KINDS
from cnncourse.check.kinds.base import Findings, Sighting
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


def verdict(
    key: ExerciseKey,
    ask: Callable[[dict[str, Any]], dict[str, Any]],
    source: str | None = None,
    context: str = "",
) -> Outcome:
    """Judge one answer.

    Args:
        key: the exercise, compiled.
        ask: puts a request to the answer and returns the reply
            (`cnncourse.check.subject.perform`, here or in a sandbox).
        source: the exercise cell, for rules on what an answer may use.
        context: the notebook's other cells, for the same.

    Returns:
        The outcome, with the points of every criterion.

    Raises:
        nothing for a bad answer: whatever it does is an outcome.
    """
    if key.kind == "written":
        return AwaitingHand(key.name, _results(key, set()), "Your instructor reads this answer.")
    seen: list[tuple[KeyProbe, Sighting, Findings]] = []
    lost: str | None = None
    for probe in key.probes:
        try:
            sighting = KINDS[key.kind].examine(key, probe, ask)
            findings = {} if sighting.absent or sighting.error else sighting.against(probe.expected)
        except SubjectLost as gone:
            lost = str(gone)
            break
        seen.append((probe, sighting, findings))
    if not lost and all(s.absent for _, s, _ in seen):
        return _not_attempted(key, seen)
    broken = violation(source, key.rule, context) if source and key.rule else None
    if broken:
        return RuleBroken(key.name, _results(key, set()), broken, revisit=key.revisit)
    if lost:
        earned = _earned(key, seen, complete=False)
        return Raised(key.name, _results(key, earned), lost, revisit=key.revisit)
    return _judge(key, seen)


def _judge(key: ExerciseKey, seen: list[tuple[KeyProbe, Sighting, Findings]]) -> Outcome:
    earned = _earned(key, seen, complete=True)
    results = _results(key, earned)
    notes = _notes(seen)
    failing = [(p, s, f) for p, s, f in seen if s.absent or s.error or any(f.values())]
    if not failing:
        return Right(key.name, results, "Right.", notes=notes)
    try:
        known = _diagnose(key, seen, failing)
    except SubjectLost:
        known = None
    state, message, details = _explain(key, *failing[0])
    if known:
        # What was seen comes under what it means.
        message, details = known.message, (message, *details)
    elif _by_entries(key):
        details = _entry_lines(key, failing)
    if earned:
        state = PartlyRight
    return state(
        key.name,
        results,
        message,
        misconception=known.id if known else None,
        revisit=(known.revisit if known else None) or key.revisit,
        notes=notes,
        details=details[:_MOST_DETAILS],
    )


def _not_attempted(key: ExerciseKey, seen: list) -> Outcome:
    gone = any(s.reply.get("absent") == "undefined" for _, s, _ in seen)
    message = (
        f"Nothing is called {key.name!r} here. Run the exercise's cell, and keep its name."
        if gone
        else "Not attempted yet: replace the placeholder in the cell above, and run both cells."
    )
    return NotAttempted(key.name, _results(key, set()), message)


def _earned(key: ExerciseKey, seen: list, *, complete: bool) -> set[str]:
    """The criteria that every aspect of every probe meets."""
    failed: set[str] = set()
    asked: set[str] = set()
    for probe, sighting, findings in seen:
        asked |= set(probe.criteria.values())
        if sighting.absent or sighting.error:
            failed |= set(probe.criteria.values())
        failed |= {c for aspect, c in probe.criteria.items() if findings.get(aspect)}
    if not complete:  # what was never asked is not earned
        later = key.probes[len(seen) :]
        failed |= {c for probe in later for c in probe.criteria.values()}
    return asked - failed


def _results(key: ExerciseKey, earned: set[str]) -> tuple[CriterionResult, ...]:
    return tuple(CriterionResult(c.key, c.text, c.points, c.key in earned) for c in key.criteria)


def _notes(seen: list) -> tuple[str, ...]:
    if any(sighting.reply.get("mutated") for _, sighting, _ in seen):
        return (
            "Your function changes an array that it was given. It costs no points here, but "
            "the caller's data is no longer what it was: work on a copy.",
        )
    return ()


def _diagnose(key: ExerciseKey, seen: list, failing: list) -> Misconception | None:
    """The known wrong answer that behaves as this one does.

    Preferably on every probe; else on every probe that fails, since a student may have got the
    rest right in another way; else, where each entry of a dictionary is asked by itself, on the
    first entry that is wrong.
    """
    pools = [seen, failing, *([failing[:1]] if _by_entries(key) else [])]
    for pool in pools:
        for known in key.misconceptions:
            if _behaves(known.id, pool) and any(known.id in p.variants for p, _, _ in pool):
                return known
    return None


def _behaves(variant: str, pool: list) -> bool:
    return all(
        sighting.agrees(probe.variants.get(variant, probe.expected))
        for probe, sighting, _ in pool
        if not sighting.absent
    ) and not any(s.absent for _, s, _ in pool)


def _by_entries(key: ExerciseKey) -> bool:
    return any("entry" in p.request for p in key.probes)


def _entry_lines(key: ExerciseKey, failing: list) -> tuple[str, ...]:
    return tuple(f"{p.request['entry']}: {_explain(key, p, s, f)[1]}" for p, s, f in failing)


def _explain(
    key: ExerciseKey, probe: KeyProbe, sighting: Sighting, findings: Findings
) -> tuple[type[Outcome], str, tuple[str, ...]]:
    """State, message and details of one failing probe."""
    if sighting.absent:
        return WrongType, f"Not filled in yet: {probe.label}.", ()
    if sighting.error:
        return _explain_error(probe, sighting.error)
    mismatch: Mismatch = next(m for m in findings.values() if m)
    details = mismatch.details
    if not KINDS[key.kind].shows_expected:
        details = tuple(d for d in details if not d.startswith("expected"))
    tried = () if probe.request["op"] == "read" else (f"tried with: {probe.label}",)
    return _STATES[mismatch.kind], mismatch.text, (*tried, *details)


def _explain_error(
    probe: KeyProbe, error: dict[str, Any]
) -> tuple[type[Outcome], str, tuple[str, ...]]:
    message = f"Your code raised {error['type']}: {error.get('message', '')}".rstrip(": ") + "."
    line = error.get("line")
    where = (f"line {line}: {error.get('code') or ''}".rstrip(": "),) if line else ()
    return Raised, message, (f"tried with: {probe.label}", *where, *_shown_arguments(probe))


def _shown_arguments(probe: KeyProbe) -> tuple[str, ...]:
    import numpy as np

    def show(value: Any) -> str:
        if isinstance(value, np.ndarray):
            small = value.size <= 6
            return repr(value.tolist()) if small else f"{value.dtype} array of shape {value.shape}"
        return repr(value)

    args = [show(a) for a in probe.request.get("args", ())]
    args += [f"{k}={show(v)}" for k, v in probe.request.get("kwargs", {}).items()]
    shapes = [tuple(s) for s in probe.request.get("input_shapes", ())]
    shown = [*([f"an input of shape {s}" for s in shapes]), *args]
    return (f"called with: {', '.join(shown)}",) if shown else ()
