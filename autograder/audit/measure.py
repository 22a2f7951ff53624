"""Measure the checks: is every wrong answer refused and named, every right one accepted?

Each answer in a specification is judged by the student's key and, where another seed asks other
questions, by a key from another seed too, as grading would. An exercise that lets a wrong answer
through, refuses a right one, or cannot tell two mistakes apart is a defect of the course, and
fails here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from autograder.audit import near_misses
from autograder.audit.evidence import is_thin
from autograder.audit.lesson_state import states
from autograder.audit.replies import Replies
from autograder.build.compiler import (
    PUBLIC_SEED,
    Asker,
    SpecificationError,
    execute,
    questions_only,
    run_answer,
    with_records,
)
from autograder.exercise import Answer, Exercise
from autograder.lesson import Lesson
from cnncourse.check import values
from cnncourse.check.key import ExerciseKey
from cnncourse.check.kinds.base import SLIPS
from cnncourse.check.outcome import NotAttempted, Outcome, Right, RuleBroken
from cnncourse.check.reply import Ask
from cnncourse.check.subject import perform
from cnncourse.check.verdict import verdict

# Any seed but the public one: the audit must not depend on the probes that students can see.
OTHER_SEED = 7919
# Puts on record what reference and mistakes do, or looks it up where that was done before.
Fill = Callable[[Exercise, Mapping[str, Any], ExerciseKey], ExerciseKey]
LEAST_ACCEPTED = 3
LEAST_WRONG = 5


@dataclass
class ExerciseAudit:
    """What was measured on one exercise.

    Args:
        accepted: right answers, and how many of them passed.
        wrong: wrong answers, how many of them were refused, and how many named.
        starter_state: how the untouched cell is judged.
        near_misses: answers that a misconception must not claim, and how many it claimed.
        thin: misconceptions that are known by thin evidence (`evidence`).
        unproved: those of them without a near miss.
        faults: what must be mended, a sentence each.
    """

    accepted: int = 0
    accepted_passed: int = 0
    wrong: int = 0
    wrong_refused: int = 0
    diagnosed: int = 0
    starter_state: str = ""
    near_misses: int = 0
    near_misses_told: int = 0
    thin: int = 0
    unproved: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return the numbers of the report's contract."""
        return {k: v for k, v in asdict(self).items() if k != "faults"}


@dataclass
class Audit:
    """The audit of many exercises, by ``lesson/name``."""

    exercises: dict[str, ExerciseAudit] = field(default_factory=dict)

    @property
    def kill_rate(self) -> float:
        """Share of the wrong answers that are refused."""
        return self._share("wrong_refused", "wrong")

    @property
    def diagnosis_rate(self) -> float:
        """Share of the wrong answers whose misconception is named."""
        return self._share("diagnosed", "wrong")

    @property
    def false_rejections(self) -> int:
        """Right answers that are refused."""
        return sum(e.accepted - e.accepted_passed for e in self.exercises.values())

    @property
    def near_miss_share(self) -> float:
        """Share of the misconceptions known by thin evidence that have a near miss."""
        thin = self.total("thin")
        return 1.0 - sum(len(e.unproved) for e in self.exercises.values()) / thin if thin else 1.0

    def total(self, count: str) -> int:
        """Return the sum of one count over all exercises."""
        return sum(getattr(e, count) for e in self.exercises.values())

    @property
    def faults(self) -> list[str]:
        """Everything that must be mended, one sentence each."""
        return [f"{name}: {fault}" for name, e in self.exercises.items() for fault in e.faults]

    def _share(self, part: str, whole: str) -> float:
        total = self.total(whole)
        return self.total(part) / total if total else 1.0

    def as_dict(self) -> dict[str, Any]:
        """Return the report in the form of `autograder audit --json`.

        Example:
            >>> Audit().as_dict()["kill_rate"]
            1.0
        """
        return {
            "exercises": {name: e.as_dict() for name, e in self.exercises.items()},
            "kill_rate": self.kill_rate,
            "false_rejections": self.false_rejections,
            "diagnosis_rate": self.diagnosis_rate,
            "near_misses": self.total("near_misses"),
            "near_misses_told": self.total("near_misses_told"),
            "thin_misconceptions": self.total("thin"),
            "near_miss_share": self.near_miss_share,
        }


def audit_lesson(folder: Path) -> dict[str, ExerciseAudit]:
    """Audit every exercise of a lesson that a machine judges.

    Args:
        folder: the authored lesson's folder.

    Returns:
        ``lesson/name`` → what was measured.
    """
    return audit_named(Lesson.read(folder))


def audit_named(
    lesson: Lesson, names: Sequence[str] = (), replies: Mapping[str, Replies] | None = None
) -> dict[str, ExerciseAudit]:
    """Audit some exercises of a lesson; the specifications of others are not compiled.

    Args:
        lesson: the authored lesson.
        names: the exercises; all that a machine judges if there is none.
        replies: what is remembered of each exercise, where it is audited again and again.

    Returns:
        ``lesson/name`` → what was measured, in the order of the lesson.

    Raises:
        CourseError: there is no such exercise, or a cell of the lesson raises.
    """
    found = {}
    for state in states(lesson, names):
        name = state.spec.name
        asker: Asker = run_answer
        if replies is not None:
            asker = replies[name]
            replies[name].begin(state.context)
        stub = lesson.stub(name)
        found[f"{lesson.name}/{name}"] = audit_exercise(state.spec, state.namespace, stub, asker)
    return found


def audit_exercise(
    spec: Exercise,
    namespace: dict[str, Any],
    stub: str,
    asker: Asker = run_answer,
    fill: Fill | None = None,
) -> ExerciseAudit:
    """Audit one exercise.

    Args:
        spec: its specification.
        namespace: the lesson's variables, this exercise solved.
        stub: the exercise's cell as released.
        asker: how answers are asked.
        fill: compiles the keys that answers are judged by; `compiler.with_records` if None.

    Returns:
        Counts, and a sentence for each fault.
    """
    found = ExerciseAudit(faults=spec.problems())
    fill = fill or partial(with_records, asker=asker)
    try:
        keys = [fill(spec, namespace, empty) for empty in _asked(spec)]
    except SpecificationError as error:
        found.faults.append(str(error))
        return found
    found.faults += _slips(spec, keys)
    for answer in spec.answers:
        ask = asker(spec, answer, namespace)
        outcomes = list(_outcomes(spec, answer, ask, keys))
        _count(found, answer, outcomes)
        ruled = any(isinstance(o, RuleBroken) for o in outcomes)
        if not (answer.right or ruled) and is_thin(keys[0], answer.id, ask):
            found.thin += 1
            found.unproved.append(answer.id)
    for near in spec.near_misses:
        ask = asker(spec, near, namespace)
        _count_near(found, spec, near, list(_outcomes(spec, near, ask, keys)), keys, ask)
    if found.accepted < LEAST_ACCEPTED:
        found.faults.append(f"{found.accepted} accepted styles; at least {LEAST_ACCEPTED}")
    if found.wrong < LEAST_WRONG:
        found.faults.append(f"{found.wrong} wrong answers; at least {LEAST_WRONG}")
    starter = _starter(spec, namespace, keys[0], stub)
    found.starter_state = starter.state
    if not isinstance(starter, NotAttempted):
        found.faults.append(f"the untouched cell is judged {starter.state!r}")
    return found


def _slips(spec: Exercise, keys: list[ExerciseKey]) -> Iterator[str]:
    """Find wrong answers that do nothing but stumble over a name: their author's own slips."""
    for answer in spec.answers:
        if answer.right or answer.raises:
            continue
        records = [p.variants[answer.id] for k in keys for p in k.probes if answer.id in p.variants]
        errors = [record.get("error") or {} for record in records]
        if errors and all(error.get("type") in SLIPS for error in errors):
            kind, message = errors[0]["type"], errors[0]["message"]
            yield (
                f"{answer.id!r} does nothing but raise {kind} ({message}); mend it, or say "
                f"raises={kind} if that is the mistake"
            )


def _asked(spec: Exercise) -> list[ExerciseKey]:
    """Return what two seeds ask; only one, where both ask the same, as networks often do."""
    empties = [questions_only(spec, seed) for seed in (PUBLIC_SEED, OTHER_SEED)]
    public, other = (values.to_json([p.request for p in key.probes]) for key in empties)
    return empties[:1] if public == other else empties


def _outcomes(
    spec: Exercise, answer: Answer, ask: Ask, keys: list[ExerciseKey]
) -> Iterator[Outcome]:
    return (verdict(key, ask, spec.cell(answer)) for key in keys)


def _count(found: ExerciseAudit, answer: Answer, outcomes: list[Outcome]) -> None:
    passed = all(isinstance(o, Right) for o in outcomes)
    if answer.right:
        found.accepted += 1
        found.accepted_passed += passed
        if not passed:
            failing = next(o for o in outcomes if not isinstance(o, Right))
            found.faults.append(
                f"refuses {answer.id!r} ({failing.state}: {failing.message}"
                f" {' '.join(failing.details)})"
            )
        return
    refused = not any(isinstance(o, Right) for o in outcomes)
    named = {_named(o) for o in outcomes}
    found.wrong += 1
    found.wrong_refused += refused
    found.diagnosed += named <= {answer.id, "the rule"}
    if not refused:
        found.faults.append(f"lets {answer.id!r} through")
    elif not named <= {answer.id, "the rule"}:
        found.faults.append(f"takes {answer.id!r} for {', '.join(sorted(map(str, named)))}")


def _count_near(
    found: ExerciseAudit,
    spec: Exercise,
    near: Answer,
    outcomes: list[Outcome],
    keys: list[ExerciseKey],
    ask: Ask,
) -> None:
    told = near_misses.told(near, {a.id: a.label for a in spec.answers}, outcomes)
    found.near_misses += 1
    found.near_misses_told += bool(told)
    found.unproved = [name for name in found.unproved if name not in near.unlike]
    found.faults += near_misses.faults_of(near, told, outcomes, keys, ask)


def _named(outcome: Outcome) -> str:
    if isinstance(outcome, RuleBroken):
        return "the rule"
    return outcome.misconception or f"nothing known ({outcome.message})"


def _starter(spec: Exercise, namespace: dict[str, Any], key: ExerciseKey, stub: str) -> Outcome:
    own = {k: v for k, v in namespace.items() if k != spec.name}
    execute(stub, own, f"{spec.name}, as released")
    return verdict(key, lambda request: perform(own, request), stub)


def merged(parts: Iterable[dict[str, ExerciseAudit]]) -> Audit:
    """Return the audits of several lessons as one."""
    return Audit({name: e for part in parts for name, e in part.items()})
