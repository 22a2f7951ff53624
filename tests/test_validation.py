"""Does nbgrader's Validate tell a student the truth about a notebook?"""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace

import minilesson
import pytest
from IPython.core.interactiveshell import InteractiveShell
from minilesson import LESSON, RIGHT, answered
from nbgrader.preprocessors import Execute
from nbgrader.server_extensions.validate_assignment.handlers import ValidateAssignmentHandler

from cnncourse.check.outcome import AwaitingHand, CriterionResult, NotAttempted, PartlyRight, Right
from cnncourse.check.validation import NotRight, limit_cells, settle
from cnncourse.runtime import budget_name

MET, MISSED = (CriterionResult(name, name, 1, name == "met") for name in ("met", "missed"))
NOISY = """import logging, os, sys, warnings

def double(x):
    warnings.warn("odd")
    logging.getLogger("any").error("odd")
    print("odd", file=sys.stderr)
    os.write(2, b"odd")
    return 2 * x
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course whose lesson has its key beside it, as courses of their own have."""
    from autograder.build.keys import public_key
    from autograder.build.products import NO_STORE
    from autograder.lesson import Lesson

    course = minilesson.course(tmp_path_factory.mktemp("course"))
    key = public_key(Lesson.read(course.solutions / LESSON), NO_STORE)
    course.release(LESSON).with_suffix(".key.json").write_text(key.to_json(), encoding="utf-8")
    return course


def write(course, **answers):
    """Put a notebook with some answers where students have theirs; return its path."""
    notebook = answered(**answers)
    for cell in notebook.cells:
        cell.source = cell.source.replace("begin(LESSON)", "begin(LESSON, keras=False)")
    path = minilesson.hand_in(course.root, "notebooks", notebook)
    return path


def validated(course, monkeypatch, **answers):
    """What JupyterLab's button gets to show: check cell → why it failed."""
    monkeypatch.chdir(course.root)
    path = write(course, **answers)
    handler = ValidateAssignmentHandler.__new__(ValidateAssignmentHandler)
    handler.application = SimpleNamespace(settings={"root_dir": str(course.root)})
    result = handler.validate_notebook(str(path.relative_to(course.root)))
    assert result["success"], result["value"]
    return {c["source"]: c["raw_error"] for c in result["value"].get("failed", ())}


@pytest.mark.heavy
def test_the_button_fails_an_untouched_notebook(course, monkeypatch):
    """Is nothing called a success where nothing was written, and is it said in words?"""
    failed = validated(course, monkeypatch)
    assert set(failed) == {"check(double)", "check(answer=answer)"}
    assert failed["check(double)"].startswith("○ double: not attempted")
    assert "Traceback" not in failed["check(double)"]


@pytest.mark.heavy
def test_the_button_names_a_mistake_and_passes_what_is_right(course, monkeypatch):
    """Does a wrong answer fail with its misconception, and a right one not fail beside it?"""
    failed = validated(course, monkeypatch, double=NOISY, answer="answer = 43")
    assert set(failed) == {"check(answer=answer)"}
    assert "You counted from one." in failed["check(answer=answer)"]


@pytest.mark.heavy
def test_the_command_says_the_same(course):
    """Does `nbgrader validate` call a right notebook a success, and say why a wrong one is none?"""
    for answers, said in (
        (RIGHT, "Success!"),
        (RIGHT | {"double": "double = abs"}, "✗ double: wrong values"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", "validate", str(write(course, **answers))],
            cwd=course.root, capture_output=True, text=True, timeout=300, check=True,
        )  # fmt: skip
        assert said in done.stdout
        assert ("Success!" in done.stdout) == (said == "Success!")


@pytest.mark.heavy
def test_nbgraders_own_limits_are_lifted(course, monkeypatch):
    """Does the button wait for a slow cell, a slow start or a slow output of a busy machine?"""
    monkeypatch.chdir(course.root)
    handler = ValidateAssignmentHandler.__new__(ValidateAssignmentHandler)
    execute = Execute(config=handler.load_config())
    assert min(execute.timeout, execute.startup_timeout, execute.iopub_timeout) >= 600


def test_an_endless_cell_is_stopped_by_its_processor_time(monkeypatch):
    """Is a loop ended with a sentence, and the next cell given time of its own?"""
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    try:
        limit_cells(0.1)
        ended = shell.run_cell("while True: pass").error_in_exec
        assert isinstance(ended, TimeoutError)
        assert "more than 0.1 s of processor time" in str(ended)
        assert shell.run_cell("1 + 1").result == 2
    finally:
        InteractiveShell.clear_instance()


def test_a_notebook_validates_in_the_budget_of_grading(monkeypatch):
    """Is the least work done, unless the student asked for another budget?"""
    monkeypatch.delenv("CNNCOURSE_BUDGET", raising=False)
    monkeypatch.setenv("NBGRADER_VALIDATING", "1")
    assert budget_name() == "smoke"
    monkeypatch.setenv("CNNCOURSE_BUDGET", "cpu")
    assert budget_name() == "cpu"


@pytest.mark.parametrize("good", [Right("f", (MET,), "Right."), AwaitingHand("f", (), "Later.")])
def test_what_is_right_or_waits_for_a_person_does_not_fail(good):
    """Is no cell failed for an answer that nobody can better now?"""
    settle([good])


def test_what_is_not_right_fails_in_lines_that_nbgrader_shows_whole():
    """Do partly right answers fail, too, and are words folded before nbgrader cuts them?"""
    partly = PartlyRight("f", (MET, MISSED), "Why " * 60)
    with pytest.raises(NotRight) as told:
        settle([Right("e", (MET,), "Right."), partly, NotAttempted("g", (), "Nothing yet.")])
    lines = str(told.value).splitlines()
    assert lines[0] == "◐ f: partly right · 1 of 2 points"
    assert lines[-2:] == ["○ g: not attempted", "  Nothing yet."]
    assert max(map(len, lines)) <= 80
