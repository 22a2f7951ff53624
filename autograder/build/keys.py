"""Keep compiled exercises: what did not change is not compiled again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from autograder.build.compiler import (
    PUBLIC_SEED,
    Asker,
    questions_only,
    references,
    run_answer,
    with_records,
)
from autograder.build.inputs import digest, exercise_inputs
from autograder.build.store import Store
from autograder.course import Course
from autograder.course_file import WHEN_GRADED
from autograder.exercise import Choices, Exercise
from autograder.lesson import Lesson
from cnncourse.check.key import ExerciseKey, Key


class StoredKeys:
    """The compiled exercises of a lesson, as far as they are in a store.

    Args:
        lesson: the authored lesson, just read.
        store: where they are looked up and kept.
    """

    def __init__(self, lesson: Lesson, store: Store) -> None:
        self._lesson = lesson
        self._store = store
        self._read = {s.name: exercise_inputs(lesson, s.name) for s in lesson.specs if s.automatic}

    def find(self, empty: ExerciseKey) -> ExerciseKey | None:
        """Look an exercise up.

        Args:
            empty: what is asked, as `compiler.questions_only` returns it.

        Returns:
            The compiled exercise; None if it has to be compiled.
        """
        text = self._store.get(self._hash(empty))
        try:
            return Key.from_json(text).exercises[empty.name] if text else None
        except (ValueError, KeyError):
            return None

    def fill(
        self,
        spec: Exercise,
        namespace: Mapping[str, Any],
        empty: ExerciseKey,
        asker: Asker = run_answer,
    ) -> ExerciseKey:
        """Do what `compiler.with_records` does, unless that was done before.

        Args:
            spec: the exercise's specification.
            namespace: the lesson's variables, this exercise solved.
            empty: what is asked, as `compiler.questions_only` returns it.
            asker: how known mistakes are asked.

        Returns:
            The compiled exercise.

        Raises:
            SpecificationError: as `compiler.with_records`.
        """
        found = self.find(empty)
        if found is None:
            found = with_records(spec, namespace, empty, asker)
            # Whoever saves a file meanwhile has changed what the hash of it stands for.
            if exercise_inputs(self._lesson, spec.name) == self._read[spec.name]:
                self._store.put(self._hash(empty), self._alone(found))
        return found

    def _hash(self, empty: ExerciseKey) -> str:
        return digest("key", self._read[empty.name], self._alone(empty))

    def _alone(self, key: ExerciseKey) -> str:
        return Key(self._lesson.name, {key.name: key}).to_json()


def public_key(lesson: Lesson, store: Store) -> Key:
    """Return the key that students' checks use.

    Args:
        lesson: the authored lesson.
        store: where compiled exercises are looked up and kept.

    Returns:
        What `compiler.compile_key` returns, without the answers to quizzes where the course says
        that they count only when they are graded. Of a lesson without changes no cell runs, of
        others those up to the last exercise that changed.

    Raises:
        SpecificationError: as `compiler.compile_key`.
    """
    keys = StoredKeys(lesson, store)
    empty = {
        spec.name: questions_only(spec, PUBLIC_SEED) for spec in lesson.specs if spec.automatic
    }
    found = {name: key for name, asked in empty.items() if (key := keys.find(asked))}
    missing = set(empty) - set(found)
    if missing:
        for spec, namespace in references(lesson):
            if spec.name in missing:
                found[spec.name] = keys.fill(spec, namespace, empty[spec.name])
                missing.remove(spec.name)
            if not missing:
                break
    if Course(lesson.folder.parent.parent).file.quiz == WHEN_GRADED:
        found |= {n: key.without_answers() for n, key in found.items() if key.kind == Choices.kind}
    if Course(lesson.folder.parent.parent).file.show_solutions:
        found |= {n: replace(found[n], solution=s) for n, s in _solutions(lesson)}
    written = {spec.name: spec.key(()) for spec in lesson.specs if not spec.automatic}
    return Key(lesson.name, {name: found[name] for name in empty} | written)


def _solutions(lesson: Lesson) -> Iterator[tuple[str, str]]:
    """Yield the author's answers that a student may learn from; a quiz has none."""
    for spec in lesson.specs:
        if spec.automatic and spec.kind != Choices.kind and spec.reference:
            yield spec.name, spec.reference
