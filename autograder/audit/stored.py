"""Audits, kept: a sound exercise that did not change is not measured again.

One with faults is: whoever mends it wants to see it measured, and what failed once by chance should
not go on failing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from autograder.audit.measure import ExerciseAudit, audit_exercise
from autograder.build.compiler import filled, references
from autograder.build.inputs import AUDIT_CODE, code, digest, exercise_inputs, lesson_inputs
from autograder.build.keys import StoredKeys
from autograder.build.store import Store
from autograder.lesson import Lesson


def stored_audit(
    folder: Path, names: Sequence[str] = (), *, again: bool = False
) -> dict[str, ExerciseAudit]:
    """Audit exercises of a lesson, or look up what was measured.

    Args:
        folder: the authored lesson's folder, below ``solutions`` of its course.
        names: the exercises; all that a machine judges if there is none.
        again: whether to measure even what was measured before.

    Returns:
        ``lesson/name`` → what was measured, as `audit_lesson` returns it.

    Raises:
        AuthoringError: everything that is wrong with the lesson.
    """
    store = Store.of(folder.parent.parent)
    whole = digest("audit of a lesson", lesson_inputs(folder), code(AUDIT_CODE))
    known = None if again else _read(store.get(whole))
    if known is None:
        known = dict(_exercises(Lesson.read(folder), names, store, again))
        if not names and not any(counts["faults"] for counts in known.values()):
            store.put(whole, json.dumps(known))
    asked = [f"{folder.name}/{name}" for name in names] or known
    return {name: ExerciseAudit(**known[name]) for name in asked}


def _exercises(
    lesson: Lesson, names: Sequence[str], store: Store, again: bool
) -> Iterator[tuple[str, dict[str, Any]]]:
    fill = filled if again else StoredKeys(lesson, store).fill
    marks = {
        spec.name: digest("audit", exercise_inputs(lesson, spec.name), code(AUDIT_CODE))
        for spec in lesson.specs
        if spec.automatic and (not names or spec.name in names)
    }
    known = {} if again else {n: c for n, mark in marks.items() if (c := _read(store.get(mark)))}
    missing = set(marks) - set(known)
    for spec, namespace in references(lesson) if missing else ():
        if spec.name in missing:
            measured = audit_exercise(spec, namespace, lesson.stub(spec.name), fill=fill)
            known[spec.name] = asdict(measured)
            if not measured.faults:
                store.put(marks[spec.name], json.dumps(known[spec.name]))
    for name in marks:
        yield f"{lesson.name}/{name}", known[name]


def _read(text: str | None) -> dict[str, Any] | None:
    return json.loads(text) if text else None
