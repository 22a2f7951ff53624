"""Are just those cells of a lesson run that an answer needs?"""

import nbformat
import pytest

from autograder.grading.cell_dependencies import needed

new = nbformat.v4.new_code_cell


def running(lesson, answer, changed=None):
    """The sources that run when the lesson's cells stand before an answer."""
    cells = [new(source) for source in lesson]
    if changed is not None:
        cells.append(new(changed))
    solution = new(answer)
    solution.metadata.nbgrader = {"grade": False, "solution": True, "grade_id": "a-answer"}
    cells.append(solution)
    return [cells[i].source for i in sorted(needed(cells, set(lesson)))][:-1]


def test_an_experiment_nobody_uses_does_not_run():
    """Is a cell left out whose names no answer uses?"""
    assert running(["slow = train()", "show(slow)"], "def a(x):\n    return x") == []


def test_what_an_answer_uses_runs_with_what_that_needs():
    """Is the chain of definitions behind an answer kept, in order?"""
    lesson = ["import math as m", "def g(x):\n    return m.sqrt(x)", "other = 1"]
    assert running(lesson, "def a(x):\n    return g(x)") == lesson[:2]


def test_a_functions_own_names_do_not_count():
    """Does an argument or local variable named like a lesson's variable not bring it in?"""
    assert running(["image = load()"], "def a(image):\n    rows = image\n    return rows") == []


def test_a_students_own_cell_counts():
    """Does a cell that the student added run, with what it needs?"""
    assert running(["b = 2", "c = 3"], "def a():\n    return d", changed="d = b") == [
        "b = 2",
        "d = b",
    ]


@pytest.mark.parametrize(
    "change", ["b.append(1)", "b[0] = 1", "b.x = 1", "b += [1]", "for b in range(3): pass"]
)
def test_a_change_in_place_counts(change):
    """Does a cell run that changes a needed value without making it anew?"""
    assert running(["b = [1]", change], "def a():\n    return b") == ["b = [1]", change]


@pytest.mark.parametrize("cell", ["%run other.py", "from m import *", "exec(text)", "x = (1"])
def test_a_cell_that_cannot_be_read_with_certainty_runs(cell):
    """Does a cell run whose effects are not written in it?"""
    assert running([cell], "def a():\n    return 1") == [cell]


def test_a_magic_that_runs_python_is_read():
    """Does a cell that measures time run where its value is used, and not otherwise?"""
    lesson = ["%time b = f()", "%timeit b = f()", "%%time\nc = 1"]
    assert running(lesson, "def a():\n    return b") == lesson[:1]


def test_set_up_runs():
    """Does a set-up cell run though nothing seems to use it?"""
    cell = new("prepare()", metadata={"tags": ["setup"]})
    assert needed([cell], {"prepare()"}) == {0}
