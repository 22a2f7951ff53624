"""Compile an exercise and judge answers to it, for the tests of the check."""

from __future__ import annotations

from autograder.build.compiler import compile_exercise, execute
from autograder.exercise import Exercise
from cnncourse.check.key import ExerciseKey, Key
from cnncourse.check.outcome import Outcome
from cnncourse.check.subject import perform
from cnncourse.check.verdict import verdict
from cnncourse.runtime import start_backend


def notebook(source: str) -> dict[str, object]:
    """The variables of a notebook after one cell; Keras is there if the cell speaks of it."""
    namespace: dict[str, object] = {"__name__": "__main__"}
    setup = "import numpy as np"
    if "keras" in source:
        start_backend()
        setup += "\nimport keras"
    execute(setup, namespace, "setup")
    execute(source, namespace, "answer")
    return namespace


def compiled(spec: Exercise, reference: str, seed: int = 3) -> ExerciseKey:
    """The exercise with its reference, as it is once written to a file and read back."""
    key = Key("test", {spec.name: compile_exercise(spec, notebook(reference), seed)})
    return Key.from_json(key.to_json()).exercises[spec.name]


def asking(source: str):
    """What puts requests to a cell's answer."""
    namespace = notebook(source)
    return lambda request: perform(namespace, request)


def judged(key: ExerciseKey, source: str, context: str = "") -> Outcome:
    """The outcome of an exercise's cell."""
    return verdict(key, asking(source), source, context)


def replying(reply: object):
    """A student's side that says the same to everything."""
    return lambda request: reply


def earned(outcome: Outcome) -> set[str]:
    """The criteria that an answer meets."""
    return {c.key for c in outcome.criteria if c.earned}
