"""Does the grader serve a course of its own: NumPy alone, its own name, parts and keys?"""

from __future__ import annotations

import importlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbgrader.api import Gradebook

from autograder.cli import main
from autograder.course import Course
from autograder.sandbox import probe_isolation
from cnncourse.check import Checker

pytestmark = pytest.mark.heavy

HERE = Path(__file__).parent
LESSON, OTHER = "01_means", "02_matrices"
HEAVY = ("keras", "tensorflow")
EVERYTHING_RIGHT = {
    "mean-answer": "def mean(x, weights):\n    return weights @ x / weights.sum()",
    "penalty-answer": """def penalty(d, name):
    far = abs(d)
    near = np.minimum(far, 1)
    return {"squared": d * d, "absolute": far, "huber": near * (far - near / 2)}[name]""",
    "quiz-answer": 'quiz = {"q1": "b", "q2": "c", "q3": "a"}',
}
EVERYTHING_WRONG = {
    "mean-answer": "def mean(x, weights):\n    return np.median(x)",
    "penalty-answer": "def penalty(d, name):\n    return d",
    "quiz-answer": 'quiz = {"q1": "c", "q2": "b", "q3": "c"}',
}
# On the page: a file's path above its text between fences, or an indented command.
STEP = re.compile(
    r"^`(?P<file>[\w./]+)`\n\n```\w+\n(?P<text>(?:.*\n)*?)```$|^    (?P<command>[a-z].*)$",
    re.MULTILINE,
)
LOADED = f"import sys\nprint(sorted({set(HEAVY)!r} & set(sys.modules)))"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The course, in the working folder, on a machine where Keras and TensorFlow cannot be had."""
    folder = tmp_path_factory.mktemp("second")
    shutil.copytree(HERE / "second_course", folder / "course")
    refused = folder / "refused"
    for name in HEAVY:
        (refused / name).mkdir(parents=True)
        (refused / name / "__init__.py").write_text(f"raise ImportError('no {name} here')")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder / "course")
        patch.syspath_prepend(refused)
        path = [str(refused), *filter(None, [os.environ.get("PYTHONPATH")])]
        patch.setenv("PYTHONPATH", os.pathsep.join(path))
        for name in HEAVY:
            patch.delitem(sys.modules, name, raising=False)
        yield Course(folder / "course")


@pytest.fixture(scope="module")
def built(course):
    """The course after `autograder build`."""
    assert main(["build"]) == 0
    return course


@pytest.fixture(scope="module")
def graded(built):
    """Its first lesson after a class of three was graded: the report."""
    for student, answers in (
        ("right", EVERYTHING_RIGHT),
        ("wrong", EVERYTHING_WRONG),
        ("untouched", {}),
    ):
        notebook = nbformat.read(built.release(LESSON), 4)
        for cell in notebook.cells:
            grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
            cell.source = answers.get(grade_id, cell.source)
        notebook.cells.append(nbformat.v4.new_code_cell(LOADED))
        target = built.root / "submitted" / student / LESSON / f"{LESSON}.ipynb"
        target.parent.mkdir(parents=True)
        nbformat.write(notebook, target)
    walls = all(step.ok for step in probe_isolation())
    isolation = [] if walls else ["--isolation", "none"]
    assert main(["grade", LESSON, "--jobs", "1", "--json", "marks.json", *isolation]) == 0
    return json.loads((built.root / "marks.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", HEAVY)
def test_what_the_course_does_not_need_cannot_be_had(course, name):
    """Would whatever imports Keras or TensorFlow in the tests below fail?"""
    with pytest.raises(ImportError, match=f"no {name} here"):
        importlib.import_module(name)


def test_it_is_up_to_date_once_it_is_built(built):
    """Does `build --check` find nothing, and does it find a change?"""
    assert main(["build", "--check"]) == 0
    key = built.released_key(OTHER)
    before = key.read_bytes()
    key.write_bytes(before + b" ")
    assert main(["build", "--check", OTHER]) == 1
    key.write_bytes(before)


def test_it_is_built_without_keras(built):
    """Has this process, which built it, imported neither Keras nor TensorFlow?"""
    assert not set(HEAVY) & set(sys.modules)


def test_the_list_of_lessons_has_its_name_and_its_parts(built):
    """Does the index say what course.toml says?"""
    lines = (built.notebooks / "README.md").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith(("# ", "## Part"))] == [
        "# Numbers with NumPy",
        "## Part 1 · One number for many",
        "## Part 2 · Many numbers at once",
    ]


def test_a_released_lesson_brings_its_key(built, monkeypatch):
    """Does a student's check find the key beside the notebook, wherever that was copied to?"""
    elsewhere = built.root.parent / "a student's folder"
    shutil.copytree(built.notebooks / LESSON, elsewhere)
    monkeypatch.chdir(elsewhere)
    outcome = Checker(LESSON).outcome("mean", lambda x, weights: np.median(x))
    assert (outcome.state, outcome.misconception) == ("wrong values", "median")


def test_its_checks_are_good(built):
    """Is every mistake refused and named, and nothing right refused?"""
    assert main(["audit", "--json", "audit.json"]) == 0
    report = json.loads((built.root / "audit.json").read_text(encoding="utf-8"))
    assert (report["kill_rate"], report["false_rejections"], report["diagnosis_rate"]) == (1, 0, 1)
    named = ["mean", "penalty", "quiz"]
    wanted = [*(f"{LESSON}/{name}" for name in named), f"{OTHER}/multiplications"]
    assert list(report["exercises"]) == wanted


def test_each_of_a_class_gets_what_the_work_deserves(graded):
    """Do right answers earn all points, and wrong and untouched ones what they should?"""
    students = graded["students"]
    assert {s: (r["score"], r["max"]) for s, r in students.items()} == {
        "right": (10, 10),
        "wrong": (0, 10),
        "untouched": (0, 10),
    }
    assert students["wrong"]["exercises"]["mean"]["misconception"] == "median"
    assert {e["state"] for e in students["untouched"]["exercises"].values()} == {"not attempted"}


def test_the_gradebook_has_the_courses_id(built, graded):
    """Are the marks recorded under the id that course.toml gives?"""
    with Gradebook(f"sqlite:///{built.root}/gradebook.db", "numbers") as gradebook:
        recorded = {s.student.id: s.score for s in gradebook.assignment_submissions(LESSON)}
    assert recorded == {"right": 10, "wrong": 0, "untouched": 0}


def test_students_code_runs_without_keras(built, graded):
    """Has the process that ran a student's cells imported neither Keras nor TensorFlow?"""
    path = built.root / "autograded" / "right" / LESSON / f"{LESSON}.ipynb"
    cells = nbformat.read(path, 4).cells
    [ran] = [cell for cell in cells if cell.source == LOADED]
    assert [output.text for output in ran.outputs] == ["[]\n"]


# -- docs/your-own-course.md ----------------------------------------------------------------------


def test_the_page_works_as_it_is_written(tmp_path, monkeypatch):
    """Do its files, copied from it, make a course that its commands build and measure?"""
    page = (HERE.parent / "docs" / "your-own-course.md").read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    done = []
    for step in STEP.finditer(page, page.index("## 2."), page.index("## 6.")):
        if step["file"]:
            Path(step["file"]).write_text(step["text"], encoding="utf-8")
            continue
        program, *arguments = step["command"].split()
        done.append(program)
        if program == "cd":
            monkeypatch.chdir(*arguments)
        elif program == "autograder":
            assert main(arguments) == 0
        else:
            subprocess.run([program, *arguments], check=True)
    assert done == ["mkdir", "cd", "autograder", "autograder"]
