"""Are tasks run on workers that come and go, each once, with nothing in common but a network?"""

from __future__ import annotations

import itertools
import os
from concurrent.futures.process import BrokenProcessPool

import machines
import pytest
from grader_kills import light_course
from minilesson import LESSON, RIGHT, answered, hand_in
from nbgrader.api import Gradebook
from tasks import dies_on_three, times

from autograder.course import CourseError
from autograder.grading import cluster
from autograder.grading.batch import Grading

pytestmark = pytest.mark.heavy

STUDENTS = [f"student{n:02}" for n in range(12)]
READS = "def double(x):\n    return float(open('factor.txt').read()) * x"


def run(*arguments, **options):
    """Return what each task came to: task → future."""
    groups = cluster.run_on_cluster(*arguments, **options)
    return dict(itertools.chain.from_iterable(groups))


@pytest.fixture
def course(tmp_path):
    """A class of which the last student's answer reads a file handed in beside the notebook."""
    made = light_course(tmp_path)
    for student in STUDENTS:
        hand_in(made.root / "submitted", student, answered(**RIGHT))
    last = hand_in(made.root / "submitted", STUDENTS[-1], answered(**RIGHT | {"double": READS}))
    (last.parent / "factor.txt").write_text("2")
    return made


def test_a_class_is_graded_by_machines_that_come_and_go(course):
    """Is everybody graded once, with no file in common, if one machine is lost and one joins?"""
    with machines.network(hidden=course.root) as network:
        lost = network.worker("--no-nanny")
        network.worker("--no-nanny")
        results = []
        for graded in Grading(course, LESSON, course.root / "submitted").results(
            scheduler=network.address, feedback=False
        ):
            results.append(graded)
            if len(results) == 3:
                network.worker("--no-nanny")
                lost.kill()
    assert sorted(g.student for g in results) == STUDENTS
    assert {(g.score, g.error) for g in results} == {(4, None)}
    with Gradebook(f"sqlite:///{course.root}/gradebook.db") as gradebook:
        rows = gradebook.assignment_submissions(LESSON)
        assert sorted(row.student.id for row in rows) == STUDENTS


def test_who_ends_two_workers_fails_alone(tmp_path):
    """Are all others graded by the only worker, although it takes what all share along?"""
    with machines.network(hidden=tmp_path) as network:
        network.worker()  # with a nanny, who starts it again
        finished = run(dies_on_three, 2, range(6), network.address)
    assert isinstance(finished.pop(3).exception(), BrokenProcessPool)
    assert {task: future.result() for task, future in finished.items()} == {
        n: 2 * n for n in (0, 1, 2, 4, 5)
    }


@pytest.fixture
def address():
    """A cluster within this process."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=1, processes=False, dashboard_address=None) as local:
        yield local.scheduler_address


def test_tasks_are_packed_when_they_are_sent_and_given_back_as_they_were(address):
    """Does the caller get its own task back, and the worker what was packed?"""
    finished = run(times, 2, range(4), address, pack=lambda task: task + 10)
    assert {task: future.result() for task, future in finished.items()} == {
        n: 2 * (n + 10) for n in range(4)
    }


def test_no_more_is_packed_than_can_begin_soon(address):
    """Is a class not held in memory, while its results wait to be recorded?"""
    packed = []

    def pack(task):
        packed.append(task)
        return task

    finished = cluster.run_on_cluster(times, 2, range(1000), address, pack)
    next(finished)
    assert len(packed) <= 2 * (os.cpu_count() or 1)
    finished.close()


def test_a_worker_with_another_grader_is_refused(address, monkeypatch):
    """Is it said in one sentence that machines differ, rather than graded in two ways?"""
    versions = iter(["ours", "theirs"])
    monkeypatch.setattr(cluster, "version", lambda: next(versions, "theirs"))
    (future,) = run(times, 2, [1], address).values()
    with pytest.raises(CourseError, match="runs another version of the grader: install the same"):
        future.result()


def test_no_scheduler_is_told_in_one_sentence(monkeypatch):
    monkeypatch.setattr(cluster, "_ANSWER_SECONDS", 0.2)
    with pytest.raises(CourseError, match="No Dask scheduler answers at tcp"):
        list(cluster.run_on_cluster(times, 2, [1], "tcp://127.0.0.1:9"))


def test_a_scheduler_that_ends_is_told_in_one_sentence():
    """Does the grader stop with what to do, and not wait for ever?"""
    from distributed import LocalCluster

    with LocalCluster(n_workers=1, processes=False, dashboard_address=None) as local:
        finished = cluster.run_on_cluster(times, 2, range(1000), local.scheduler_address)
        next(finished)
        local.close()
        with pytest.raises(CourseError, match=r"was lost.*grade again to go on"):
            list(finished)


def test_a_scheduler_without_workers_is_told_in_one_sentence(monkeypatch):
    from distributed import LocalCluster

    monkeypatch.setattr(cluster, "_WORKER_SECONDS", 0.2)
    with (
        LocalCluster(n_workers=0, processes=False, dashboard_address=None) as local,
        pytest.raises(CourseError, match="had no worker for"),
    ):
        list(cluster.run_on_cluster(times, 2, [1], local.scheduler_address))
