"""A class as grading leaves it, without grading: gradebook and graded notebooks made by hand."""

from __future__ import annotations

import copy
import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import nbformat
from nbgrader import api

from autograder.grading.gradebook import Recorder, read_config
from autograder.grading.merge import fresh


@dataclass(frozen=True)
class Given:
    """An answer and what it got; `points` None is all of them where it is right, else none."""

    source: str = ""
    state: str = "right"
    points: float | None = None
    misconception: str | None = None
    message: str = "Said."
    manual: float | None = None
    extra: float | None = None
    waiting: bool = False
    seconds: float | None = None


def grade(course, lesson, students, *, names=None, penalties=None, notebooks=True):
    """Write a gradebook and graded notebooks.

    Args:
        course: a course with the lesson's release.
        lesson: its name.
        students: id → exercise → `Given`; None for who handed in nothing. Exercises that are not
            named are not attempted.
        names: id → first and last name.
        penalties: id → points lost for being late.
        notebooks: whether graded notebooks are written, too.
    """
    file = course.root / "gradebook.db"
    if not file.exists():
        file.write_bytes(empty_gradebook(course))
    release = fresh(nbformat.read(course.release(lesson), as_version=4))
    with Recorder(course, lesson) as recorder:
        recorder.prepare(copy.deepcopy(release))
    graded = [c for c in release.cells if c.metadata.get("nbgrader", {}).get("grade")]
    worth = {c.metadata.nbgrader.grade_id: c.metadata.nbgrader.points for c in graded}
    with api.Gradebook(f"sqlite:///{file}", "cnncourse") as book:
        assignment = book.find_assignment(lesson)
        (master,) = assignment.notebooks
        cells = {cell.name: cell for cell in master.grade_cells if cell.name in worth}
        known = {student.id for student in book.students}
        for student, given in students.items():
            first, last = (names or {}).get(student, (None, None))
            if student not in known:
                book.db.add(api.Student(id=student, first_name=first, last_name=last))
            if given is None:
                continue
            handed_in = api.SubmittedAssignment(
                assignment_id=assignment.id, student_id=student, notebooks=[]
            )
            penalty = (penalties or {}).get(student)
            part = api.SubmittedNotebook(
                notebook_id=master.id, late_submission_penalty=penalty, grades=[]
            )
            handed_in.notebooks.append(part)
            for name, cell in cells.items():
                part.grades.append(_grade(cell, given.get(name, NOTHING), worth[name]))
            book.db.add(handed_in)
            if notebooks:
                _write(course, lesson, student, release, worth, given)
        book.db.commit()
    return course


def empty_gradebook(course) -> bytes:
    """A gradebook without lessons; nbgrader takes seconds to make one, so it is made once."""
    read_config(course)  # lets nbgrader find the program it starts
    return _empty()


@cache
def _empty() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        api.Gradebook(f"sqlite:///{folder}/gradebook.db", "cnncourse").close()
        return Path(folder, "gradebook.db").read_bytes()


NOTHING = Given(state="not attempted", message="Nothing here yet.")


def _points(given, most):
    if given.points is not None:
        return given.points
    return most if given.state == "right" else 0.0


def _grade(cell, given, most):
    auto = None if given.waiting else _points(given, most)
    scores = {"auto_score": auto, "manual_score": given.manual, "extra_credit": given.extra}
    return api.Grade(cell_id=cell.id, needs_manual_grade=given.waiting, **scores)


def _write(course, lesson, student, release, worth: Mapping[str, float], answers):
    notebook = copy.deepcopy(release)
    for cell in notebook.cells:
        about = cell.metadata.get("nbgrader", {})
        given = answers.get(about.get("grade_id", "").removesuffix("-answer"))
        if about.get("solution") and given is not None and given.source:
            cell.source = given.source
        if about.get("grade"):
            given = given or NOTHING
            cell.metadata["outcome"] = {
                "state": given.state,
                "score": _points(given, about["points"]),
                "max": about["points"],
                "misconception": given.misconception,
                "message": given.message,
                "details": [],
                "lost": [],
            }
    used = {n: {"seconds": g.seconds, "memory_mb": 90.0} for n, g in answers.items() if g.seconds}
    notebook.metadata["cnncourse"] = {"exercises": used}
    path = course.root / "autograded" / student / lesson / f"{lesson}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(notebook), encoding="utf-8")
