"""Is work ended that uses or waits too much, and none because the machine is busy?"""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager

import pytest
from authored import NAME, write_course

from autograder.build import execute as executing
from autograder.build.assemble import assemble, named_cells
from autograder.build.links import Surroundings
from autograder.build.processor_time import Allowance, Watch, watched
from autograder.course import CourseError
from autograder.grading import compiling, secret_key
from autograder.lesson import AuthoringError, Lesson

pytestmark = pytest.mark.heavy

BUSY = "while True: pass"
WAITING = "import time; time.sleep(1000)"
BUSY_CHILD = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {BUSY!r}])"


@contextmanager
def running(code):
    process = subprocess.Popen([sys.executable, "-c", code])
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("code", [BUSY, BUSY_CHILD], ids=["itself", "its child"])
def test_a_process_that_works_too_much_is_ended(code):
    """Is processor time counted, that of children too?"""
    allowance = Allowance(busy_seconds=0.5, idle_seconds=1000)
    with running(code) as process, watched(process.pid, allowance, every=0.1) as watch:
        assert process.wait() != 0
    assert watch.excess == "used more than 0.5 s of processor time"


def test_a_process_that_waits_forever_is_ended():
    """Is it told that it did nothing?"""
    allowance = Allowance(busy_seconds=1000, idle_seconds=1)
    with running(WAITING) as process, watched(process.pid, allowance, every=0.1) as watch:
        assert process.wait() != 0
    assert watch.excess == "did nothing for 1 s but wait"


def test_time_on_the_clock_alone_ends_nothing(monkeypatch):
    """Is a process left alone that a busy machine gives a second of an hour?"""
    clock = iter(range(0, 10**9, 3600))
    used = iter(range(10**9))
    monkeypatch.setattr("autograder.build.processor_time.time.monotonic", lambda: next(clock))
    monkeypatch.setattr("autograder.build.processor_time._used", lambda process: next(used))
    with running(WAITING) as process:
        watch = Watch(process.pid, Allowance(busy_seconds=1800, idle_seconds=900))
        for _ in range(1000):
            watch.look()
        assert process.poll() is None
    assert watch.excess is None


def test_each_piece_of_work_has_an_allowance_of_its_own(monkeypatch):
    """Does a new cell not pay for the ones before it?"""
    used = iter(range(0, 10**6, 7))
    monkeypatch.setattr("autograder.build.processor_time._used", lambda process: next(used))
    with running(WAITING) as process:
        watch = Watch(process.pid, Allowance(busy_seconds=10, idle_seconds=900))
        for _ in range(5):
            watch.look()
            watch.renew()
        assert watch.excess is None
        watch.look()
        watch.look()
        assert watch.excess


def test_a_process_that_is_gone_is_nobodys_fault():
    """Is nothing raised when the process ends between two looks?"""
    with running("") as process:
        watch = Watch(process.pid, Allowance())
        process.wait()
        watch.look()
    assert watch.excess is None


TOO_MUCH = {
    "work": (BUSY, Allowance(busy_seconds=1), "This cell used more than 1 s of processor time"),
    "waiting": (WAITING, Allowance(idle_seconds=2), "This cell did nothing for 2 s but wait"),
}


@pytest.mark.parametrize(("code", "allowance", "sentence"), TOO_MUCH.values(), ids=TOO_MUCH)
def test_a_cell_that_uses_too_much_is_told_with_its_line(tmp_path, code, allowance, sentence):
    """Does an author read one sentence with the cell's file and line?"""
    course = write_course(tmp_path)
    script = course.script(NAME).read_text(encoding="utf-8").replace("np.arange(3)", code)
    course.script(NAME).write_text(script, encoding="utf-8")
    lesson = Lesson.read(course.solutions / NAME)
    notebook = assemble(lesson, Surroundings(), None)
    with pytest.raises(AuthoringError) as caught:
        executing.execute(notebook, lesson, named_cells(lesson), budget="cpu", allowance=allowance)
    (problem,) = caught.value.problems
    assert problem.file == lesson.script
    assert problem.line == script.split("\n").index(code)
    assert problem.sentence.startswith(sentence)


def test_a_judges_key_that_takes_too_much_gets_one_sentence(tmp_path, monkeypatch):
    """Is an instructor told why, and without a traceback?"""
    course = write_course(tmp_path)
    monkeypatch.setattr(compiling, "_COMPILATION", Allowance(busy_seconds=0.2))
    with pytest.raises(CourseError) as caught:
        secret_key.judge_key(course, NAME)
    assert str(caught.value) == (
        f"The judge's key of {NAME} cannot be compiled: it used more than 0.2 s of processor "
        "time; give its exercises less to do."
    )
