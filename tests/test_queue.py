"""Are slow submissions judged last, with all their time, and without delay for the others?"""

from __future__ import annotations

from concurrent.futures.process import BrokenProcessPool

import pytest

from autograder.grading import batch
from autograder.grading.batch import Graded, Shared
from autograder.grading.execution import TimeBudget
from autograder.grading.inventory import Submission
from autograder.grading.submission_limits import GradingLimits
from autograder.grading.workers import run_inline
from cnncourse.check.outcome import Right

LIMITS = GradingLimits(notebook_seconds=600, first_seconds=90)


def shared(limits):
    return Shared("01_mini", "", "", {}, "", {}, limits)


@pytest.fixture
def asked(monkeypatch):
    """What was judged: student, and whether in a hurry; names beginning with ``slow`` need long."""
    asked = []

    def grade(shared, task):
        student = task.submission.student
        asked.append((student, task.hurried))
        if student == "deadly":
            raise BrokenProcessPool
        slow = task.hurried and student.startswith("slow")
        return Graded(student, {"f": Right("f", (), "Right.")}, unfinished=slow)

    monkeypatch.setattr(batch, "grade_submission", grade)
    monkeypatch.setattr(
        batch,
        "run_here",
        lambda function, shared, tasks, jobs: ([r] for r in run_inline(function, shared, tasks)),
    )
    return asked


def judged(*students, jobs=2, limits=LIMITS):
    submissions = [Submission(student, None) for student in students]
    groups = batch._judged(shared(limits), submissions, jobs, None)
    return [graded for group in groups for graded in group]


def test_slow_ones_come_last_and_are_told(asked):
    """Do two slow ones among three wait for the third, and get a result all the same?"""
    results = judged("slow a", "slow b", "zoe")
    assert [(g.student, g.waited) for g in results] == [
        ("zoe", None),
        ("slow a", 90),
        ("slow b", 90),
    ]
    assert all(graded.outcomes for graded in results)
    assert asked == [
        ("slow a", True), ("slow b", True), ("zoe", True), ("slow a", False), ("slow b", False)
    ]  # fmt: skip


def test_nobody_is_hurried_where_nobody_waits(asked):
    """Is all the time given at once to as many as there are workers?"""
    assert [g.waited for g in judged("slow a", "slow b")] == [None, None]
    assert asked == [("slow a", False), ("slow b", False)]


def test_nobody_is_judged_twice_within_the_same_time(asked):
    """Is a second round left out where it would be as short as the first?"""
    judged("a", "b", "slow", limits=GradingLimits(notebook_seconds=60, first_seconds=90))
    assert asked == [("a", False), ("b", False), ("slow", False)]


def test_who_ends_the_process_is_not_tried_again(asked):
    """Is a submission that broke its worker reported rather than put off?"""
    results = {g.student: g for g in judged("a", "b", "deadly")}
    assert "ended the process" in results["deadly"].error
    assert [student for student, _ in asked] == ["a", "b", "deadly"]


def test_nobody_means_nothing(asked):
    """Does a class without submissions ask nothing?"""
    assert judged() == []


def test_time_is_used_up_by_the_processor_or_by_the_clock(monkeypatch):
    """Does waiting count half, and is no process given more than what is left?"""
    now = 1000.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    budget = TimeBudget(60)
    assert (budget.left, budget.processor) == (120, 60)
    budget.spend(59.5)
    assert (budget.left, budget.processor) == (120, 1)
    now += 119
    assert budget.left == 1
    budget.spend(1)
    assert budget.left == 0
