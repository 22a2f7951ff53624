"""Write what a course is built into, or say how it differs from what is there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.build.assemble import as_text
from autograder.build.index import entry, index
from autograder.build.links import surroundings
from autograder.build.place import finish, interrupted, put_in_place
from autograder.build.products import (
    Notebooks,
    Tell,
    compiled,
    notebooks,
    released_files,
    stale,
    without_outputs,
)
from autograder.build.store import Store
from autograder.course import Course, shown
from autograder.files import write
from autograder.lesson import Lesson
from cnncourse.check.key import Key
from cnncourse.runtime import start_backend


@dataclass(frozen=True, order=True)
class Drift:
    """A file that is not what its authored lesson makes.

    Args:
        file: the file.
        reason: how it differs, a clause.
    """

    file: Path
    reason: str

    def __str__(self) -> str:
        return f"{shown(self.file)}: {self.reason}"


def build(course: Course, name: str, *, budget: str, run: bool | None, tell: Tell) -> list[Path]:
    """Write the key and both notebooks of a lesson, all or none.

    Args:
        course: the course.
        name: the lesson.
        budget: what ``CNNCOURSE_BUDGET`` is set to when the lesson is executed.
        run: whether to execute it; None to do so only if its code changed.
        tell: is told what is being done.

    Returns:
        The files that were changed.

    Raises:
        AuthoringError: everything that is wrong with the lesson; no file was changed.
    """
    if finish(course, name):
        tell("finishing a build that was interrupted")
    store = Store.of(course.root)
    lesson = _read(course, name, tell)
    tell("compiling the key")
    key = compiled(lesson, store)
    # A key that differs by rounding alone stays, so that building elsewhere changes no file.
    committed = course.key(name)
    text = key.to_json() if key_drift(course, key) else committed.read_text(encoding="utf-8")
    old = read_notebook(course.solution(name))
    around = surroundings(course, name)
    made = notebooks(lesson, around, old, budget=budget, run=run, key=text, store=store, tell=tell)
    tell("writing")
    files = {
        committed: text.encode(),
        course.solution(name): as_text(made.solution).encode(),
        course.release(name): as_text(made.student).encode(),
    }
    beside = course.release(name).parent
    files |= {
        beside / inner: (lesson.folder / inner).read_bytes() for inner in released_files(lesson)
    }
    if released := course.released_key(name):
        files[released] = text.encode()
    return put_in_place(course, name, files)


def write_index(course: Course) -> list[Path]:
    """Write the list of lessons beside the notebooks, and beside the solutions.

    Args:
        course: the course.

    Returns:
        The files that were changed.
    """
    text = _index(course)
    pages = _index_files(course)
    for page in pages:
        page.parent.mkdir(parents=True, exist_ok=True)
    return [page for page in pages if write(page, text)]


def check(course: Course, name: str, *, budget: str, tell: Tell) -> list[Drift]:
    """Compare a lesson's files with what its authored form makes; write nothing, run nothing.

    Args:
        course: the course.
        name: the lesson.
        budget: the budget that the lesson has to be executed with.
        tell: is told what is being done.

    Returns:
        The files that differ. Outputs of executed cells are not compared: they may differ.

    Raises:
        AuthoringError: everything that is wrong with the lesson.
    """
    lesson = _read(course, name, tell)
    old = read_notebook(course.solution(name))
    made = notebooks(lesson, surroundings(course, name), old, tell=tell)
    drift = list(_notebook_drift(course, name, made))
    if not drift and stale(lesson, old, budget):
        reason = f"it was not executed with the budget {budget!r} since its code or checks changed"
        drift.append(Drift(course.solution(name), reason))
    drift += _companion_drift(course, lesson)
    if interrupted(course, name):
        drift.append(Drift(course.solution(name), "a build was interrupted; build it again"))
    tell("compiling the key")
    key_reason = key_drift(course, compiled(lesson, Store.of(course.root)))
    return drift + ([Drift(course.key(name), key_reason)] if key_reason else [])


def check_course(course: Course) -> list[Drift]:
    """Compare what belongs to no single lesson: the index, and what lost its lesson.

    Args:
        course: the course.

    Returns:
        The files that differ.
    """
    drift = [
        Drift(path, "it does not list the lessons as they are")
        for path in _index_files(course)
        if _text(path) != _index(course)
    ]
    names = course.lessons()
    made = [*course.notebooks.glob("*/"), *(course.keys.glob("*.json") if course.keys else ())]
    orphans = [path for path in made if path.stem not in names and not path.name.startswith(".")]
    return drift + [Drift(path, "no authored lesson makes it; delete it") for path in orphans]


def key_drift(course: Course, key: Key) -> str | None:
    """Say how a lesson's committed key differs from a compiled one.

    Args:
        course: the course.
        key: as compiled now.

    Returns:
        A clause; None if they agree, floats to within rounding.
    """
    path = course.key(key.lesson)
    if not path.is_file():
        return "it is missing"
    try:
        committed = Key.from_json(path.read_text(encoding="utf-8"))
    except (ValueError, KeyError, TypeError):
        return "it is not a key"
    return committed.differs(key)


def read_notebook(path: Path) -> NotebookNode | None:
    """Read a notebook that the builder wrote.

    Args:
        path: the notebook.

    Returns:
        The notebook; None if the file is missing or is no notebook any more.
    """
    try:
        text = path.read_text(encoding="utf-8")
        nbformat.validate(json.loads(text), version=4)
    except (OSError, ValueError, AttributeError, nbformat.ValidationError):
        return None
    return nbformat.reads(text, as_version=4)


def _read(course: Course, name: str, tell: Tell) -> Lesson:
    tell("reading")
    if course.file.uses_keras:  # before a specification imports it: its backend greets at length
        start_backend()
    return Lesson.read(course.solutions / name)


def _notebook_drift(course: Course, name: str, made: Notebooks) -> Iterator[Drift]:
    solution, student = course.solution(name), course.release(name)
    committed = read_notebook(solution)
    if committed is None:
        yield Drift(solution, "it is missing or no notebook")
    elif solution.read_bytes() != as_text(committed).encode():
        yield Drift(solution, "it was saved by another program")
    elif without_outputs(committed) != without_outputs(made.solution):
        yield Drift(solution, "its cells are not the authored ones")
    if not student.is_file():
        yield Drift(student, "it is missing")
    elif student.read_bytes() != as_text(made.student).encode():
        yield Drift(student, "its cells are not the authored ones")


def _companion_drift(course: Course, lesson: Lesson) -> Iterator[Drift]:
    """Find files beside a student's notebook that are no copies of the lesson's."""
    folder = course.release(lesson.name).parent
    copies = {folder / inner: lesson.folder / inner for inner in released_files(lesson)}
    for copy, original in copies.items():
        if not copy.is_file() or copy.read_bytes() != original.read_bytes():
            yield Drift(copy, f"it is no copy of {shown(original)}")
    for path in sorted(folder.rglob("*")):
        made = path in copies or path == course.release(lesson.name)
        if path.is_file() and not made and ".ipynb_checkpoints" not in path.parts:
            yield Drift(path, "the lesson does not make it; delete it")


def _index_files(course: Course) -> list[Path]:
    return [course.notebooks / "README.md", course.solutions / "README.md"]


def _index(course: Course) -> str:
    released = {name: read_notebook(course.release(name)) for name in course.lessons()}
    entries = [entry(name, notebook) for name, notebook in released.items() if notebook]
    return index(entries, course.file.name, course.parts())


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None
