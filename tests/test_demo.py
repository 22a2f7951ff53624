"""Does `make demo` show what happens while it happens, and end with the page to open?"""

from __future__ import annotations

import io
import subprocess

import pytest
from rich.console import Console

from autograder.demo import __main__ as demo
from autograder.demo.course import DEMO_LIMITS
from autograder.demo.sample import Sample
from autograder.grading.batch import Graded
from autograder.grading.submission_limits import GradingLimits

SAMPLES = [Sample("perfect", "", b"", 1, 1), Sample("endless-loop", "", b"", 0, 1)]


@pytest.fixture
def screen():
    """What is printed, as a stream."""
    return io.StringIO()


def test_each_student_is_shown_before_the_next_is_graded(screen):
    """Does a row stand on the screen as soon as there is a result?"""
    seen = []

    def grading():
        for sample in SAMPLES:
            seen.append(screen.getvalue())
            yield Graded(sample.student, error=f"{sample.student} said.")

    demo._graded(Console(file=screen, width=120), grading(), SAMPLES)
    before, between = seen
    assert "warms up" in before
    assert "perfect said." in between
    assert "endless-loop said." not in between
    assert "endless-loop said." in screen.getvalue()


def test_an_endless_loop_waits_for_the_others_and_not_for_long():
    """Is who takes long put off, and given less than in a real class?"""
    assert DEMO_LIMITS.first_seconds < DEMO_LIMITS.notebook_seconds
    assert DEMO_LIMITS.notebook_seconds < GradingLimits().notebook_seconds / 10


@pytest.mark.parametrize(
    ("status", "said"), [(0, "report.html"), (1, "no report on the class: Odd")]
)
def test_it_ends_with_the_report_or_says_why_there_is_none(monkeypatch, tmp_path, status, said):
    """Is the report's page named only if it was written?"""
    done = subprocess.CompletedProcess([], status, "", "Traceback\nOdd.\n")
    monkeypatch.setattr(demo.subprocess, "run", lambda *args, **kwargs: done)
    assert said in demo._report(tmp_path)
