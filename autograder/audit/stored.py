"""Keep audits: a sound exercise that did not change is not measured again.

One with faults is: whoever mends it wants to see it measured, and what failed once by chance should
not go on failing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from autograder.audit.lesson_state import known_names, states
from autograder.audit.measure import ExerciseAudit, audit_exercise
from autograder.audit.styles import blocks_of
from autograder.audit.warm import warm_up
from autograder.build.compiler import with_records
from autograder.build.inputs import AUDIT_CODE, code, digest, exercise_inputs, lesson_inputs
from autograder.build.keys import StoredKeys
from autograder.build.store import Store
from autograder.course import Course
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
        CourseError: as `audit_named`; an AuthoringError tells all that is wrong with the lesson.
    """
    course = Course(folder.parent.parent)
    store = Store.of(course.root)
    whole = _whole_mark(folder)
    known = None if again else _read(store.get(whole))
    if known is None or not {f"{folder.name}/{name}" for name in names} <= set(known):
        warm_up(course)
        known = dict(_exercises(Lesson.read(folder), names, store, again))
        unchanged = whole == _whole_mark(folder)
        if unchanged and not names and not any(counts["faults"] for counts in known.values()):
            store.put(whole, json.dumps(known))
    asked = {f"{folder.name}/{name}" for name in names} or set(known)
    return {name: ExerciseAudit(**known[name]) for name in known if name in asked}


def _exercises(
    lesson: Lesson, names: Sequence[str], store: Store, again: bool
) -> Iterator[tuple[str, dict[str, Any]]]:
    fill = with_records if again else StoredKeys(lesson, store).fill
    marks = {name: _mark(lesson, name) for name in known_names(lesson, names)}
    known = {} if again else {n: c for n, mark in marks.items() if (c := _read(store.get(mark)))}
    missing = [name for name in marks if name not in known]
    for state in states(lesson, missing) if missing else ():
        name = state.spec.name
        measured = audit_exercise(
            state.spec, state.namespace, lesson.stub(name), fill=fill, blocks=blocks_of(lesson)
        )
        known[name] = asdict(measured)
        unchanged = marks[name] == _mark(lesson, name)
        if unchanged and not measured.faults:
            store.put(marks[name], json.dumps(known[name]))
    for name in marks:
        yield f"{lesson.name}/{name}", known[name]


def _whole_mark(folder: Path) -> str:
    return digest("audit of a lesson", lesson_inputs(folder), code(AUDIT_CODE))


def _mark(lesson: Lesson, name: str) -> str:
    return digest("audit", exercise_inputs(lesson, name), code(AUDIT_CODE))


def _read(text: str | None) -> dict[str, Any] | None:
    return json.loads(text) if text else None
