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

from autograder.audit import both_sides, near_misses, precision
from autograder.audit.lesson_state import states
from autograder.audit.lookup import points_of_look_up
from autograder.audit.once import Once
from autograder.audit.replies import Replies
from autograder.audit.styles import blocks_of, styles
from autograder.build.compiler import (
    PUBLIC_SEED,
    Asker,
    SpecificationError,
    execute,
    questions_only,
    run_answer,
    with_records,
    with_reference,
)
from autograder.exercise import Answer, Choices, Exercise, Value
from autograder.exercise.probed import Probed
from autograder.lesson import Lesson
from cnncourse.check import values
from cnncourse.check.key import ExerciseKey
from cnncourse.check.kinds.base import SLIPS
from cnncourse.check.kinds.network import NETWORKS
from cnncourse.check.outcome import NotAttempted, Outcome, Right, RuleBroken
from cnncourse.check.reply import Ask
from cnncourse.check.subject import perform
from cnncourse.check.verdict import verdict

# Any seed but the public one: the audit must not depend on the probes that students can see.
OTHER_SEED = 7919
# Puts on record what reference and mistakes do, or looks it up where that was done before.
Fill = Callable[[Exercise, Mapping[str, Any], ExerciseKey, Asker], ExerciseKey]
# Kinds whose keys hold hashes.
HASHED = (Value.kind, Choices.kind)
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
        thin: misconceptions that are known by thin evidence (`near_misses`).
        unproved: those of them without a near miss.
        faults: what must be mended, a sentence each.
    """

    accepted: int = 0
    accepted_passed: int = 0
    wrong: int = 0
    wrong_refused: int = 0
    diagnosed: int = 0
    starter_state: str = ""
    styles: int = 0
    precision_variants: int = 0
    precision_variants_passed: int = 0
    # Points that the answers in the public key earn where a secret one asks.
    looked_up: float = 0.0
    near_misses: int = 0
    near_misses_told: int = 0
    thin: int = 0
    unproved: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return the numbers of the report's contract."""
        return {k: v for k, v in asdict(self).items() if k not in ("faults", "looked_up")}


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
    def looked_up(self) -> float:
        """Points that can be had in grading from what stands in the public keys."""
        return sum(e.looked_up for e in self.exercises.values())

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
            "styles": sum(e.styles for e in self.exercises.values()),
            "precision_variants": sum(e.precision_variants for e in self.exercises.values()),
            "precision_variants_passed": sum(
                e.precision_variants_passed for e in self.exercises.values()
            ),
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
        found[f"{lesson.name}/{name}"] = audit_exercise(
            state.spec, state.namespace, stub, asker, blocks=blocks_of(lesson)
        )
    return found


def audit_exercise(
    spec: Exercise,
    namespace: dict[str, Any],
    stub: str,
    asker: Asker = run_answer,
    fill: Fill = with_records,
    blocks: Sequence[str] = (),
) -> ExerciseAudit:
    """Audit one exercise.

    Args:
        spec: its specification.
        namespace: the lesson's variables, this exercise solved.
        stub: the exercise's cell as released.
        asker: how answers are asked.
        fill: compiles the keys that answers are judged by.
        blocks: the lesson's exercises that ask for a block, which a model may be made of.

    Returns:
        Counts, and a sentence for each fault.
    """
    found = ExerciseAudit(faults=spec.problems())
    asker = Once(asker)
    try:
        keys = _keys(spec, namespace, fill, asker)
    except SpecificationError as error:
        found.faults.append(str(error))
        return found
    naming = keys[:1] if spec.kind in NETWORKS else keys
    found.faults += _slips(spec, naming)
    passed: list[Answer] = []
    for answer in spec.answers:
        ask = both_sides.Noted(asker(spec, answer, namespace))
        outcomes = list(_outcomes(spec, answer, ask, keys if answer.right else naming))
        _count(found, answer, outcomes)
        passed += [answer] if answer.right and not _refusals(answer, outcomes) else []
        ruled = any(isinstance(o, RuleBroken) for o in outcomes)
        if not (answer.right or ruled) and near_misses.is_thin(keys[0], answer.id, ask):
            found.thin += 1
            found.unproved.append(answer.id)
        if answer.right:
            found.faults += both_sides.faults(spec, answer, keys, ask, outcomes)
    for style in styles(spec, namespace, blocks):
        ask = both_sides.Noted(asker(spec, style, namespace))
        outcomes = list(_outcomes(spec, style, ask, keys))
        found.styles += 1
        found.faults += _refusals(style, outcomes)
        found.faults += both_sides.faults(spec, style, keys, ask, outcomes)
    for variant, asking in precision.variants(spec, passed, keys, partial(asker, spec), namespace):
        _count_variant(found, variant, list(_outcomes(spec, variant, asking, keys)))
    _look_up(found, spec, namespace, keys)
    for near in spec.near_misses:
        near_ask = asker(spec, near, namespace)
        outcomes = list(_outcomes(spec, near, near_ask, naming))
        _count_near(found, spec, near, outcomes, naming, near_ask)
    if found.accepted < LEAST_ACCEPTED:
        found.faults.append(f"{found.accepted} accepted styles; at least {LEAST_ACCEPTED}")
    if found.wrong < LEAST_WRONG:
        found.faults.append(f"{found.wrong} wrong answers; at least {LEAST_WRONG}")
    starter = _starter(spec, namespace, keys[0], stub)
    found.starter_state = starter.state
    if not isinstance(starter, NotAttempted):
        found.faults.append(f"the untouched cell is judged {starter.state!r}")
    return found


def _keys(
    spec: Exercise, namespace: Mapping[str, Any], fill: Fill, asker: Asker
) -> list[ExerciseKey]:
    """Return the keys that answers are judged by, the student's first.

    Building networks takes long, and what a wrong one computes hangs on no seed: the second key
    tells right from wrong alone there.
    """
    public, *others = _asked(spec)
    first = fill(spec, namespace, public, asker)
    if spec.kind in NETWORKS:
        return [first, *(with_reference(spec, namespace, empty) for empty in others)]
    return [first, *(fill(spec, namespace, empty, asker) for empty in others)]


def _look_up(
    found: ExerciseAudit, spec: Exercise, namespace: dict[str, Any], keys: list[ExerciseKey]
) -> None:
    """Attack a key of another seed with what stands in the public one."""
    if not spec.has_reference:
        return
    secret = keys[-1]
    if len(keys) == 1:
        secret = with_reference(spec, namespace, questions_only(spec, OTHER_SEED))
    settled = spec.settled if isinstance(spec, Probed) else ()
    found.looked_up = points_of_look_up(keys[0], secret, lambda r: perform(namespace, r), settled)
    if found.looked_up:
        found.faults.append(
            f"the answers in the public key earn {found.looked_up:g} of {spec.points:g} points in "
            "grading: let probes draw more from rng"
        )


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
    """Return what two seeds ask; only one, where both ask the same of all that computes."""
    empties = [questions_only(spec, seed) for seed in (PUBLIC_SEED, OTHER_SEED)]
    public, other = (
        values.to_json([p.request for p in key.probes if not p.request.get("symbolic")])
        for key in empties
    )
    if public != other:
        return empties
    # Of hashes, those that only a judge has are quick.
    return empties[1:] if spec.kind in HASHED else empties[:1]


def _outcomes(
    spec: Exercise, answer: Answer, ask: Ask, keys: list[ExerciseKey]
) -> Iterator[Outcome]:
    return (verdict(key, ask, spec.cell(answer)) for key in keys)


def _count(found: ExerciseAudit, answer: Answer, outcomes: list[Outcome]) -> None:
    passed = all(isinstance(o, Right) for o in outcomes)
    if answer.right:
        found.accepted += 1
        found.accepted_passed += passed
        found.faults += _refusals(answer, outcomes)
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


def _count_variant(found: ExerciseAudit, answer: Answer, outcomes: list[Outcome]) -> None:
    found.precision_variants += 1
    refusals = _refusals(answer, outcomes)
    found.precision_variants_passed += not refusals
    found.faults += refusals


def _refusals(answer: Answer, outcomes: list[Outcome]) -> list[str]:
    """Return a sentence on the first key by which a right answer is refused."""
    refused = [o for o in outcomes if not isinstance(o, Right)]
    return [
        f"refuses {answer.id!r} ({o.state}: {o.message} {' '.join(o.details)})" for o in refused[:1]
    ]


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
    if outcome.alike:
        return f"any of {', '.join(outcome.alike)}, which no probe tells apart"
    return outcome.misconception or f"nothing known ({outcome.message})"


def _starter(spec: Exercise, namespace: dict[str, Any], key: ExerciseKey, stub: str) -> Outcome:
    own = {k: v for k, v in namespace.items() if k != spec.name}
    execute(stub, own, f"{spec.name}, as released")
    return verdict(key, lambda request: perform(own, request), stub)


def merged(parts: Iterable[dict[str, ExerciseAudit]]) -> Audit:
    """Return the audits of several lessons as one."""
    return Audit({name: e for part in parts for name, e in part.items()})
