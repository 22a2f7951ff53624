"""Compile a lesson's specifications into a key: what right and wrong answers do on the probes.

Only trusted code runs here: the lesson's own solutions, and the wrong answers that its author
wrote. The public seed gives the student's key, a secret one the judge's.
"""

from __future__ import annotations

import ast
import json
import linecache
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from autograder.build.rounding import rounding
from autograder.course import CourseError
from autograder.exercise import Answer, Choices, Exercise
from autograder.lesson import Lesson
from cnncourse.check.fixed_weights import seed_of
from cnncourse.check.key import ExerciseKey, Key, KeyProbe, Misconception
from cnncourse.check.kinds import KINDS
from cnncourse.check.kinds.value import ValueObservation
from cnncourse.check.reply import Ask
from cnncourse.check.subject import perform

PUBLIC_SEED = 20

# Gives what puts requests to an answer: `run_answer`, or one that remembers.
Asker = Callable[[Exercise, Answer, Mapping[str, Any]], Ask]


class SpecificationError(CourseError):
    """A specification that does not work: the reference fails its own probes, say."""


def compile_key(lesson: Lesson, seed: int = PUBLIC_SEED) -> Key:
    """Compile a lesson's exercises.

    Args:
        lesson: the authored lesson.
        seed: the probes are drawn from it.

    Returns:
        The key, in the order of the lesson.

    Raises:
        SpecificationError: a reference answer raises, is missing, or contradicts itself.
    """
    compiled = {
        spec.name: compile_exercise(spec, namespace, seed) for spec, namespace in references(lesson)
    }
    # Written answers have no reference cell, and keep their place at the end.
    for spec in lesson.specs:
        if spec.name not in compiled:
            compiled[spec.name] = spec.key(())
    return Key(lesson.name, compiled)


def references(lesson: Lesson) -> Iterator[tuple[Exercise, dict[str, Any]]]:
    """Yield each exercise with the variables that the lesson has once it is solved.

    Args:
        lesson: the authored lesson.

    Yields:
        The specification, and the namespace of the setup cells and of all solutions up to and
        including this one. The namespace is the same object, growing.
    """
    specs = {spec.name: spec for spec in lesson.specs}
    namespace = fresh_namespace()
    for name, source in lesson.reference_source():
        spec = specs.get(name or "")
        if spec is None or spec.has_reference:
            execute(source, namespace, f"{lesson.name}, {name or 'setup'}")
        if spec is not None:
            yield spec, namespace


def compile_exercise(spec: Exercise, namespace: Mapping[str, Any], seed: int) -> ExerciseKey:
    """Compile one exercise.

    Args:
        spec: its specification.
        namespace: the lesson's variables, this exercise solved.
        seed: the probes are drawn from it and from the exercise's name.

    Returns:
        The compiled exercise.

    Raises:
        SpecificationError: the reference answer raises, is missing, or contradicts itself.
    """
    return with_records(spec, namespace, questions_only(spec, seed))


def with_records(
    spec: Exercise,
    namespace: Mapping[str, Any],
    empty: ExerciseKey,
    asker: Asker | None = None,
) -> ExerciseKey:
    """Put on record what the reference and the known mistakes do when asked.

    Args:
        spec: the exercise's specification.
        namespace: the lesson's variables, this exercise solved.
        empty: what is asked, as `questions_only` returns it.
        asker: how known mistakes are asked; `run_answer` if None.

    Returns:
        The compiled exercise.

    Raises:
        SpecificationError: as `compile_exercise`.
    """
    mistakes = {
        a.id: (asker or run_answer)(spec, a, namespace)
        for a in spec.answers
        if not a.right and spec.has_reference
    }
    probes = [_record(spec, empty, probe, namespace, mistakes) for probe in empty.probes]
    key = replace(empty, probes=tuple(probes))
    return _nameless(key) if isinstance(spec, Choices) else key


def with_reference(spec: Exercise, namespace: Mapping[str, Any], empty: ExerciseKey) -> ExerciseKey:
    """Put on record what the reference alone does when asked.

    Args:
        spec: the exercise's specification.
        namespace: the lesson's variables, this exercise solved.
        empty: what is asked, as `questions_only` returns it.

    Returns:
        An exercise that tells right from wrong, and knows no mistake.

    Raises:
        SpecificationError: as `compile_exercise`.
    """
    probes = [_record(spec, empty, probe, namespace, {}) for probe in empty.probes]
    return replace(empty, probes=tuple(probes), misconceptions=())


def questions_only(spec: Exercise, seed: int) -> ExerciseKey:
    """Return what an exercise asks, before anybody has answered.

    Args:
        spec: its specification.
        seed: the probes are drawn from it and from the exercise's name.

    Returns:
        The exercise's key, its records still empty.
    """
    rng = np.random.default_rng([seed, seed_of(spec.name)])
    visible = seed == PUBLIC_SEED
    return spec.key(spec.visible_questions_for(rng) if visible else spec.questions_for(rng))


def _record(
    spec: Exercise,
    key: ExerciseKey,
    probe: KeyProbe,
    namespace: Mapping[str, Any],
    mistakes: dict[str, Ask],
) -> KeyProbe:
    kind = KINDS[key.kind]
    if not spec.has_reference:
        symptoms = {a.id: {"symptom": a.symptom} for a in spec.answers if a.symptom}
        return replace(probe, variants=symptoms)
    right = partial(perform, namespace)
    expected = _reference(spec, key, probe, right)
    if probe.request["op"] == "call":
        expected["rounding"] = rounding(right, probe.request, expected["value"])
    variants = {}
    raises = {a.id: a.raises.__name__ for a in spec.answers if a.raises}
    for name, ask in mistakes.items():
        seen = kind.examine(key, probe, ask)
        if not seen.agrees(expected):
            variants[name] = record = seen.record()
            if isinstance(spec, Choices) and isinstance(seen, ValueObservation):
                record["sealed"] = seen.seal(_said(spec, name))
            if "error" in record and record["error"]["type"] == raises.get(name):
                record["error"]["meant"] = True
    return replace(probe, expected=expected, variants=variants)


def _said(spec: Exercise, name: str) -> str:
    """Return what is said to a wrong answer, as text."""
    answer = next(a for a in spec.answers if a.id == name)
    return json.dumps([answer.id, answer.label, answer.revisit])


def _nameless(key: ExerciseKey) -> ExerciseKey:
    """Return a quiz's key that does not name the wrong letters: the right one would be missing."""
    ordered = sorted((v["hash"], name) for p in key.probes for name, v in p.variants.items())
    numbers = {name: f"m{n}" for n, (_, name) in enumerate(ordered)}
    probes = [
        replace(
            p, variants={new: p.variants[old] for old, new in numbers.items() if old in p.variants}
        )
        for p in key.probes
    ]
    misconceptions = tuple(Misconception(number, "") for number in numbers.values())
    return replace(key, probes=tuple(probes), misconceptions=misconceptions)


def _reference(spec: Exercise, key: ExerciseKey, probe: KeyProbe, ask: Ask) -> dict[str, Any]:
    """Return the reference's record, once it is sure that the reference would pass."""
    kind = KINDS[key.kind]
    expected = kind.reference(key, probe, ask)
    again = kind.examine(key, probe, ask)
    where = f"{spec.name}: the reference fails on {probe.label!r}"
    if again.absent or again.error or "error" in expected:
        error = again.error or expected.get("error") or {"message": "there is no answer"}
        raise SpecificationError(f"{where}: {error['message']}")
    mismatch = next((m for m in again.against(expected).values() if m), None)
    if mismatch:
        nan = mismatch.kind == "values" and again.agrees(expected)
        why = "it gives nan, which equals nothing" if nan else f"asked again: {mismatch.text}"
        raise SpecificationError(f"{where}: {why}")
    return expected


def run_answer(spec: Exercise, answer: Answer, namespace: Mapping[str, Any]) -> Ask:
    """Return what puts requests to an answer, run in place of the lesson's solution.

    Args:
        spec: the exercise.
        answer: one of its accepted or wrong answers.
        namespace: the lesson's variables up to there.

    Returns:
        A function from request to reply. An answer that raises as it is defined replies so.
    """
    own = {k: v for k, v in namespace.items() if k != spec.name}
    try:
        execute(spec.cell(answer), own, f"{spec.name}, {answer.id}")
    except Exception as error:  # whatever a student's cell may raise
        failure = {"error": {"type": type(error).__name__, "message": str(error)}}
        return lambda request: failure
    return lambda request: perform(own, request)


def fresh_namespace() -> dict[str, Any]:
    """Return an empty notebook's variables."""
    os.environ.setdefault("MPLBACKEND", "agg")  # lessons import plots; nothing is shown here
    return {"__name__": "__main__"}


def execute(
    source: str, namespace: dict[str, Any], label: str, tree: ast.Module | None = None
) -> None:
    """Run trusted source as a notebook cell, so that errors show its lines.

    Args:
        source: the cell.
        namespace: its variables, changed in place.
        label: what to call the cell in a traceback.
        tree: what is run, where it is not quite what the cell says.
    """
    filename = f"<cell {label}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
    exec(compile(tree or source, filename, "exec"), namespace)
