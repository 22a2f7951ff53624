"""Do the course's command, nbgrader's command and formgrader's button leave the same gradebook?"""

from __future__ import annotations

import gradebooks
import grader_kills
import pytest
from minilesson import LESSON, RIGHT, answered, hand_in
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory

from autograder.course import Course
from autograder.grading.batch import Grading
from autograder.grading.gradebook import read_config
from autograder.grading.nbgrader_commands import Autograde

pytestmark = pytest.mark.heavy

CLASS = {
    "ann": answered(**RIGHT, explain="Because."),
    "ben": answered(double="def double(x):\n    return x * x"),
    "cai": answered(**RIGHT | {"double": "import os; os._exit(0)"}),
    "dan": b"{oops",
}


def ours(course):
    list(Grading(course, LESSON, course.root / "submitted").results(jobs=0))


def nbgraders(course):
    converter = Autograde(coursedir=places(course), config=read_config(course))
    converter.coursedir.assignment_id = LESSON
    converter.start()


def formgraders(course):
    api = NbGraderAPI(coursedir=places(course), config=read_config(course))
    for student in CLASS:
        assert api.autograde(LESSON, student)["success"]


def places(course):
    return CourseDirectory(config=read_config(course), root=str(course.root))


def test_three_ways_give_one_gradebook(tmp_path, monkeypatch):
    """Is every table the same, row by row, and every graded notebook?"""
    monkeypatch.setattr("autograder.grading.nbgrader_commands.usable_cores", lambda: 0)
    seen = []
    first = grader_kills.light_course(tmp_path / "first")
    for student, notebook in CLASS.items():
        path = hand_in(first.root / "submitted", student, notebook)
        (path.parent / "timestamp.txt").write_text("2026-11-03 10:00:00 UTC")
    for grade in (ours, nbgraders, formgraders):
        course = Course(tmp_path / grade.__name__)
        grader_kills.copy_of(course.root, first.root)
        grade(course)
        left = grader_kills.remains(course.root)
        seen.append({name: what for name, what in left.items() if not name.startswith("feedback")})
        if grade is ours:  # the secret, and the key made from it, for the others
            first = course
    assert seen[0]["gradebook"] == seen[1]["gradebook"] == seen[2]["gradebook"]
    assert len(seen[0]["gradebook"]["grade"]) == 3 * len(CLASS)
    assert seen[0] == seen[1] == seen[2]
    assert gradebooks.dump(tmp_path / "ours" / "gradebook.db") == seen[0]["gradebook"]
