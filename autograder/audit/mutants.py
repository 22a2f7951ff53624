"""Let the check judge changed right answers: what it misses is a proposal for a probe.

The reference of an exercise is changed in many small ways (`mutation`). The student's check refuses
most mutants: they are killed. Each of the rest is asked more: the probes of other seeds, then
questions near the probes (`nearby`). One that is told apart there survived: the check misses it,
and grading may miss it, too. One that is told apart nowhere is equivalent to the reference as far
as was seen. A killed one that a thin misconception claims (`near_misses`) is that mistake, or a
near miss of it; an author can tell.

What is mutated is the author's, but a mutant may do anything: call from a process's main thread, so
that an endless one can be stopped.
"""

from __future__ import annotations

import contextlib
import io
import signal
import tempfile
import time
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from autograder.audit.lesson_state import LessonState, states
from autograder.audit.mutation import Mutant, mutants
from autograder.audit.near_misses import is_thin
from autograder.audit.nearby import nearby
from autograder.audit.warm import warm_up
from autograder.build.compiler import (
    PUBLIC_SEED,
    SpecificationError,
    execute,
    questions_only,
    run_answer,
    with_records,
    with_reference,
)
from autograder.course import Course
from autograder.lesson import Lesson
from cnncourse.check import values
from cnncourse.check.key import ExerciseKey, KeyProbe
from cnncourse.check.outcome import Right
from cnncourse.check.reply import Ask
from cnncourse.check.subject import perform
from cnncourse.check.verdict import verdict

FRESH_SEEDS = (7919, 104_729, 1_299_709)
# Processor time, in seconds, that a mutant may take: for the check, so much and a multiple of what
# the reference takes; for all other questions together.
CHECK_SECONDS = 2.0
CHECK_TIMES = 10
MORE_SECONDS = 20.0
# Questions near the probes; each costs the reference two answers, and each survivor one.
_MOST_NEARBY = 150


class _TooLong(KeyboardInterrupt):
    """A mutant used up its time; `perform` lets no other kind of exception through."""


@dataclass(frozen=True)
class Unkilled:
    """A mutant that the student's check accepts.

    Args:
        line: the line of the solution cell at which it is changed.
        old: what stands there in the reference.
        new: what stands there in the mutant.
        shown_by: the question that tells them apart; None if none was found.
    """

    line: int
    old: str
    new: str
    shown_by: str | None


@dataclass(frozen=True)
class Claimed:
    """A mutant that is refused with the message of a misconception known by thin evidence.

    Args:
        line: the line of the solution cell at which it is changed.
        old: what stands there in the reference.
        new: what stands there in the mutant.
        misconception: what it is taken for.
    """

    line: int
    old: str
    new: str
    misconception: str


@dataclass
class ExerciseMutants:
    """What became of the mutants of one exercise.

    Args:
        mutants: how many there are.
        killed: how many the student's check refuses.
        survivors: those that it accepts, and that another question tells from the reference.
        equivalent: those that no question told from the reference.
        claimed: those killed ones that a thin misconception claims.
        questions: how many questions, at most, an equivalent one was asked.
        seconds: processor time that this took.
    """

    mutants: int = 0
    killed: int = 0
    survivors: list[Unkilled] = field(default_factory=list)
    equivalent: list[Unkilled] = field(default_factory=list)
    claimed: list[Claimed] = field(default_factory=list)
    questions: int = 0
    seconds: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values, for the report."""
        return asdict(self)


def lesson_mutants(folder: Path, names: Sequence[str] = ()) -> dict[str, ExerciseMutants]:
    """Mutate the references of a lesson's exercises.

    Args:
        folder: the authored lesson's folder.
        names: the exercises; all that a machine judges if there is none.

    Returns:
        ``lesson/name`` → what became of its mutants. Exercises without a reference to change, such
        as trained networks, are left out.

    Raises:
        CourseError: there is no such exercise, or a cell of the lesson raises.
    """
    warm_up(Course(folder.absolute().parents[1]))
    lesson = Lesson.read(folder)
    found = {}
    for state in states(lesson, names):
        if state.spec.has_reference:
            cell = lesson.exercises[state.spec.name].solution
            found[f"{lesson.name}/{state.spec.name}"] = exercise_mutants(state, cell.source)
    return found


def exercise_mutants(state: LessonState, source: str) -> ExerciseMutants:
    """Mutate one exercise's reference.

    Args:
        state: the exercise, where its lesson reaches it.
        source: its solution cell, the solution marked.

    Returns:
        Counts, and the mutants that are not killed, in the order of the lines.
    """
    start = time.process_time()
    found = ExerciseMutants()
    with _quiet():
        questions = _Questions(state)
        for mutant in mutants(source):
            found.mutants += 1
            accepted, shown_by = _judged(questions, mutant)
            if not accepted:
                found.killed += 1
                found.claimed += questions.claimed(mutant)
                continue
            kept = found.survivors if shown_by else found.equivalent
            kept.append(Unkilled(mutant.line, mutant.old, mutant.new, shown_by))
        if found.equivalent:
            found.questions = questions.count
    found.seconds = round(time.process_time() - start, 2)
    return found


class _Questions:
    """What may be asked of an exercise's mutants, with the reference's answers on record."""

    def __init__(self, state: LessonState) -> None:
        self._state = state
        self._spec = state.spec
        start = time.process_time()
        self.visible = with_reference(
            self._spec, state.namespace, questions_only(self._spec, PUBLIC_SEED)
        )
        self.check_seconds = CHECK_SECONDS + CHECK_TIMES * (time.process_time() - start)

    def asking(self, mutant: Mutant) -> Ask | None:
        """Run a mutant's cell; None if that raises."""
        own = {k: v for k, v in self._state.namespace.items() if k != self._spec.name}
        try:
            execute(mutant.source, own, f"{self._spec.name}, changed")
        except Exception:  # whatever a changed cell may raise
            return None
        return lambda request: perform(own, request)

    def failed(self, keys: Sequence[ExerciseKey], ask: Ask, source: str) -> str | None:
        """Return the label of the first probe that an answer fails; None if there is none."""
        for key in keys:
            for probe in key.probes:
                alone = replace(key, probes=(probe,))
                if not isinstance(verdict(alone, ask, source, self._state.cells), Right):
                    return probe.label
        return None

    def claimed(self, mutant: Mutant) -> list[Claimed]:
        """Return what a thin misconception claims of a killed mutant; nothing, or one entry."""
        if not self._thin:
            return []
        try:
            with _limited(self.check_seconds):
                ask = self.asking(mutant)
                named = (
                    verdict(
                        self._with_mistakes, ask, mutant.source, self._state.cells
                    ).misconception
                    if ask
                    else None
                )
        except _TooLong:
            return []
        known = named in self._thin
        return [Claimed(mutant.line, mutant.old, mutant.new, str(named))] if known else []

    @cached_property
    def _with_mistakes(self) -> ExerciseKey:
        """The students' key, with what the known mistakes do."""
        return with_records(
            self._spec, self._state.namespace, questions_only(self._spec, PUBLIC_SEED)
        )

    @cached_property
    def _thin(self) -> set[str]:
        """The misconceptions known by thin evidence."""
        return {
            a.id
            for a in self._spec.answers
            if not a.right
            and is_thin(self._with_mistakes, a.id, run_answer(self._spec, a, self._state.namespace))
        }

    @cached_property
    def fresh(self) -> list[ExerciseKey]:
        """The keys of other seeds, as far as they ask anything else."""
        asked = {values.to_json([p.request for p in self.visible.probes])}
        found = []
        for seed in FRESH_SEEDS:
            key = questions_only(self._spec, seed)
            requests = values.to_json([p.request for p in key.probes])
            if requests not in asked:
                asked.add(requests)
                found.append(with_reference(self._spec, self._state.namespace, key))
        return found

    @cached_property
    def near(self) -> list[ExerciseKey]:
        """Keys of one question each near a probe, as far as the reference answers them."""
        probes = list(nearby(self.visible.probes, np.random.default_rng(FRESH_SEEDS[0])))
        return [key for p in probes[:: len(probes) // _MOST_NEARBY + 1] if (key := self._one(p))]

    @property
    def count(self) -> int:
        """How many questions there are."""
        return sum(len(key.probes) for key in (self.visible, *self.fresh, *self.near))

    def _one(self, probe: KeyProbe) -> ExerciseKey | None:
        alone = replace(self.visible, probes=(probe,))
        try:
            with _limited(self.check_seconds):
                return with_reference(self._spec, self._state.namespace, alone)
        except (SpecificationError, _TooLong):
            return None  # not a question that this exercise can be asked


def _judged(questions: _Questions, mutant: Mutant) -> tuple[bool, str | None]:
    """Whether the check accepts a mutant; and the question, if any, that tells it apart."""
    try:
        with _limited(questions.check_seconds):
            ask = questions.asking(mutant)
            if ask is None or questions.failed([questions.visible], ask, mutant.source):
                return False, None
    except _TooLong:
        return False, None
    groups = (("on other numbers", questions.fresh), ("near a probe", questions.near))
    try:
        with _limited(MORE_SECONDS):
            for words, keys in groups:
                label = questions.failed(keys, ask, mutant.source)
                if label:
                    return True, f"{words}: {label}"
    except _TooLong:
        pass  # as far as was seen
    return True, None


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Let nothing be printed or warned of, and work in an empty folder."""
    with (
        tempfile.TemporaryDirectory() as folder,
        contextlib.chdir(folder),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Raise `_TooLong` in the block once this process has used so much processor time."""

    def stop(*_: object) -> None:
        raise _TooLong

    before = signal.signal(signal.SIGVTALRM, stop)
    # Again and again, for an answer may catch what stops it.
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, 0.5)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
