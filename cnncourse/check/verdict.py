"""Judge an answer: the same function in the notebook and in the judge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from cnncourse.check.diagnosis import (
    Cause,
    ProbeResult,
    SubjectLost,
    by_entries,
    diagnose,
    explains,
    of_entry,
    relate,
)
from cnncourse.check.hints import about_error
from cnncourse.check.key import ExerciseKey, KeyProbe, Misconception
from cnncourse.check.kinds import KINDS
from cnncourse.check.kinds.base import ARGUMENTS, CHANGES, aside_faults
from cnncourse.check.outcome import (
    AwaitingHand,
    CriterionResult,
    NotAttempted,
    Noted,
    Outcome,
    PartlyRight,
    Raised,
    Right,
    RuleBroken,
    WrongShape,
    WrongType,
    WrongValues,
)
from cnncourse.check.relations import GENERAL
from cnncourse.check.reply import Ask
from cnncourse.check.rules import Rule, forbidden_names, shown_habit, violation
from cnncourse.check.text import printable

_STATES: dict[str, type[Outcome]] = {
    "type": WrongType,
    "shape": WrongShape,
    "values": WrongValues,
}
_MOST_DETAILS = 12


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
    watching = _Watching(ask, key.rule) if key.rule else None
    seen, lost = _observe(key, watching or ask)
    if not lost and all(s.observation.absent for s in seen):
        return _not_attempted(key, seen)
    # Where the cell is lost, the definition is looked for in the others.
    broken = violation(source or "", key.rule, context, key.name) if key.rule else None
    broken = broken or (watching.broken if watching else None)
    if broken:
        return RuleBroken(key.name, _results(key, set()), broken, revisit=key.revisit)
    if lost:
        earned = _earned(key, seen)
        state: type[Outcome] = PartlyRight if earned else Raised
        return state(key.name, _results(key, earned), lost, revisit=key.revisit)
    if key.withheld:
        return _noted(key, seen)
    outcome = _judge(key, seen)
    if isinstance(outcome, Right):
        notes = outcome.notes + _remarks(key, seen, source, context)
        return replace(outcome, notes=notes, solution=key.solution)
    return outcome


class _Watching:
    """Has an answer watched while it runs, since its source does not show all that it calls.

    Attributes:
        broken: how the rule was broken, in a sentence; None if it was not.
    """

    def __init__(self, ask: Ask, rule: Rule) -> None:
        self._ask = ask
        self._rule = rule
        self.broken: str | None = None

    def __call__(self, request: dict[str, Any]) -> Any:
        """Put a request, and note whether it was refused."""
        reply = self._ask({**request, "forbid": forbidden_names(self._rule)})
        match reply:
            case {"refused": str(what)}:
                what = printable(what, 100)
                reason = self._rule.reason
                self.broken = f"While it runs, your answer uses {what}. {reason}".strip()
                return {"error": {"type": "Refused", "message": what}}
        return reply


def _observe(key: ExerciseKey, ask: Ask) -> tuple[list[ProbeResult], str | None]:
    """Return what the probes showed, up to the one that lost the answer, and how it was lost."""
    seen: list[ProbeResult] = []
    for probe in key.probes:
        try:
            observation = KINDS[key.kind].examine(key, probe, ask)
            judgeable = not (observation.absent or observation.error)
            mismatches = observation.against(probe.expected) if judgeable else {}
        except SubjectLost as gone:
            return seen, str(gone)
        seen.append(ProbeResult(probe, observation, mismatches))
    return seen, None


def _judge(key: ExerciseKey, seen: list[ProbeResult]) -> Outcome:
    earned = _earned(key, seen)
    results = _results(key, earned)
    failing = [s for s in seen if s.fails]
    measured = {k: v for s in seen for k, v in s.measured.items()}
    if not failing:
        return Right(key.name, results, "Right.", notes=_notes(seen), measured=measured)
    # What is wrong with results says more than what is wrong beside them.
    telling = [s for s in failing if s.wrong_result] or failing
    cause = diagnose(key, seen, telling)
    known = cause.known
    said = known or relate(telling)
    state, message, details = _explain(key, telling[0])
    if by_entries(key):
        message, *others = _entry_lines(key, failing, known)
        details = tuple(others)
    elif said:
        # What was seen comes under what it means.
        message, details = said.message, (*cause.questions, message, *details)
    else:
        details = (*cause.questions, *details)
    return (PartlyRight if earned else state)(
        key.name,
        results,
        message,
        misconception=known.id if known else f"{GENERAL}{said.id}" if said else None,
        revisit=(known.revisit if known else None) or key.revisit,
        notes=_notes(seen) + (_beside(failing) if telling[0].wrong_result else ()),
        details=details[:_MOST_DETAILS],
        measured=measured,
        alike=() if known else tuple(m.id for m in cause.candidates),
    )


def _not_attempted(key: ExerciseKey, seen: list[ProbeResult]) -> Outcome:
    gone = any(s.observation.reply.get("absent") == "undefined" for s in seen)
    message = (
        f"Nothing is called {key.name!r} here. Run the exercise's cell, and keep its name."
        if gone
        else "Not attempted yet: replace the placeholder in the cell above, and run both cells."
    )
    return NotAttempted(key.name, _results(key, set()), message)


def _noted(key: ExerciseKey, seen: list[ProbeResult]) -> Outcome:
    """Say that an answer is taken down, and what of it is missing or of the wrong kind."""
    return Noted(
        key.name,
        _results(key, set()),
        "Your answer is noted. Whether it is right is said when your notebook is graded.",
        revisit=key.revisit,
        details=tuple(_entry_lines(key, [s for s in seen if s.fails])),
    )


def _earned(key: ExerciseKey, seen: list[ProbeResult]) -> set[str]:
    """Return the criteria that every aspect of every probe meets; what was not asked is not."""
    asked = {c for s in seen for c in s.probe.criteria.values()}
    failed = {c for s in seen for c in s.failed_criteria}
    open_still = {c for probe in key.probes[len(seen) :] for c in probe.criteria.values()}
    return asked - failed - open_still


def _results(key: ExerciseKey, earned: set[str]) -> tuple[CriterionResult, ...]:
    return tuple(CriterionResult(c.key, c.text, c.points, c.key in earned) for c in key.criteria)


def _notes(seen: list[ProbeResult]) -> tuple[str, ...]:
    carried = tuple(
        f"{s.probe.request['entry']!r} is what follows from your {_listed(s.observation.carries)}, "
        "so it counts as right. Once that is mended, it changes, too."
        for s in seen
        if s.observation.carries
    )
    return carried + _notes_on_arguments(seen)


def _beside(failing: list[ProbeResult]) -> tuple[str, ...]:
    """Return what is wrong beside wrong results, each thing once."""
    judged = [s for s in failing if s.mismatches]
    found = [m for s in judged for m in aside_faults(s.probe, s.observation.reply).values() if m]
    return tuple(dict.fromkeys(m.text for m in found))


def _listed(entries: tuple[str, ...]) -> str:
    return " and ".join(map(repr, entries))


def _notes_on_arguments(seen: list[ProbeResult]) -> tuple[str, ...]:
    judged = any(ARGUMENTS in s.probe.criteria for s in seen)
    if not judged and any(s.observation.reply.get("mutated") for s in seen):
        return (
            f"{CHANGES}. It costs no points here, but the caller's data is no longer what it was: "
            "work on a copy.",
        )
    return ()


def _remarks(
    key: ExerciseKey, seen: list[ProbeResult], source: str | None, context: str | Sequence[str]
) -> tuple[str, ...]:
    """Return what could be better in a right answer: a habit worth losing, lost precision."""
    found = (s.observation.remark(s.probe.expected) for s in seen)
    lost = next((remark for remark in found if remark), None)
    around = (context,) if isinstance(context, str) else context
    habit = shown_habit(source or "", key.habit, around, key.name) if key.habit else None
    return tuple(remark for remark in (lost, habit) if remark)


def _entry_lines(
    key: ExerciseKey, failing: list[ProbeResult], known: Misconception | None = None
) -> list[str]:
    """Return what is wrong with each entry of a dictionary; or, once, what is wrong with all."""
    lines = {}
    for seen in failing:
        _, text, details = _explain(key, seen)
        cause = Cause((known,)) if known and explains(known, seen) else of_entry(key, seen, failing)
        lines[seen.probe.request["entry"]] = (
            cause.known.message if cause.known else " ".join((text, *details, *cause.questions))
        )
    reasons = set(lines.values())
    if len(reasons) == 1 < len(lines):
        return [*reasons]
    return [f"{entry}: {reason}" for entry, reason in lines.items()]


def _explain(key: ExerciseKey, seen: ProbeResult) -> tuple[type[Outcome], str, tuple[str, ...]]:
    """Return state, message and details of one failing probe."""
    probe, observation = seen.probe, seen.observation
    if observation.absent:
        return WrongType, f"Not filled in yet: {probe.label}.", ()
    tried = () if probe.request["op"] == "read" else (f"tried with: {probe.label}",)
    if observation.error:
        message, where = _explain_error(observation.error)
        hint = about_error(observation.error["type"], observation.error["message"])
        return Raised, message, (*tried, *where, *hint, *_shown_arguments(probe))
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
