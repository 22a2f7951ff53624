"""Does a class that was interrupted, killed or changed go on where it was?"""

from __future__ import annotations

import json
import subprocess
import sys

import grader_kills
import pytest
from minilesson import LESSON, RIGHT, answered, hand_in
from nbgrader.api import Gradebook

from autograder import cli
from autograder.course import CourseError
from autograder.grading import batch
from autograder.grading.batch import Grading

pytestmark = pytest.mark.heavy


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A class of two that was graded."""
    course = grader_kills.light_course(tmp_path_factory.mktemp("course") / "light")
    for student in ("ann", "ben"):
        hand_in(course.root / "submitted", student, answered(**RIGHT))
    results = list(Grading(course, LESSON, course.root / "submitted").results(jobs=0))
    return course, results


@pytest.fixture
def asked(monkeypatch):
    """Who is judged from now on."""
    asked, judge = [], batch.grade_submission

    def noted(shared, task):
        asked.append(task.submission.student)
        return judge(shared, task)

    monkeypatch.setattr(batch, "grade_submission", noted)
    return asked


def again(course, **options):
    grading = Grading(course, LESSON, course.root / "submitted")
    return {g.student: g for g in grading.results(jobs=0, **options)}


def test_what_did_not_change_is_not_judged_again(graded, asked):
    """Is only he judged who handed in something else, and does the table show all?"""
    course, first = graded
    assert again(course).keys() == {"ann", "ben"}
    assert asked == []
    hand_in(course.root / "submitted", "ben", answered(double=RIGHT["double"]))
    results = again(course)
    assert asked == ["ben"]
    assert {name: g.score for name, g in results.items()} == {"ann": 4, "ben": 3}
    assert results["ann"].outcomes == first[0].outcomes


def test_again_judges_all(graded, asked):
    """Does ``--again`` judge what was judged before?"""
    again(graded[0], again=True)
    assert sorted(asked) == ["ann", "ben"]  # the slower comes first


def test_another_limit_is_another_result(graded, asked):
    """Is nothing taken from the journal that was judged under other limits?"""
    course, _ = graded
    limits = batch.GradingLimits(notebook_seconds=500)
    list(Grading(course, LESSON, course.root / "submitted", limits).results(jobs=0))
    assert sorted(asked) == ["ann", "ben"]  # the slower comes first


def test_table_and_json_show_what_a_person_gave(graded, monkeypatch, capsys, tmp_path):
    """Are points given by hand in both, after a run that judged nobody?"""
    course, _ = graded
    with Gradebook(f"sqlite:///{course.root}/gradebook.db", "cnncourse") as gradebook:
        gradebook.find_grade("explain", LESSON, LESSON, "ann").manual_score = 1.5
        gradebook.db.commit()
    monkeypatch.chdir(course.root)
    assert cli.main(["grade", LESSON, "--jobs", "1", "--json", str(tmp_path / "out.json")]) == 0
    assert "5.5 / 6" in capsys.readouterr().out
    ann = json.loads((tmp_path / "out.json").read_text())["students"]["ann"]
    assert (ann["score"], ann["exercises"]["explain"]["score"]) == (5.5, 1.5)


def test_a_full_disk_ends_the_batch_with_a_sentence_and_without_a_score(graded, tmp_path):
    """Has nobody a score whose row does not stand in the gradebook, and is the status 1?

    A limit on the size of files stands for the disk: the system refuses to write more.
    """
    course, _ = graded
    other = tmp_path / "course"
    grader_kills.copy_of(other, course.root)
    talks = RIGHT["double"] + "\nprint('x' * 700_000)"
    hand_in(other / "submitted", "cai", answered(double=talks))
    limited = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000)); "
        "from autograder.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", limited, "grade", LESSON, "--jobs", "1"]
    done = subprocess.run(command, cwd=other, capture_output=True, text=True)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "The disk is full: make room, then grade again" in done.stderr
    assert "cai" not in done.stdout
    recorded = sum("/ 6" in line for line in done.stdout.splitlines())
    assert f"{recorded} recorded, {3 - recorded} left." in done.stderr
    assert not list(other.rglob("*-staged"))


def test_a_clock_that_jumps_changes_nothing(graded, monkeypatch):
    """Is the same given when the time of day is another century's?"""
    course, _ = graded
    monkeypatch.setattr("time.time", lambda: 0.0)
    assert {name: g.error for name, g in again(course, again=True).items()} == {
        "ann": None, "ben": None
    }  # fmt: skip


def test_a_folder_that_cannot_be_written_is_told_before_anybody_is_judged(
    graded, asked, monkeypatch
):
    """Is a read-only folder one sentence?"""
    course, _ = graded

    def closed(*where, **how):
        raise PermissionError(13, "Permission denied", "autograded")

    monkeypatch.setattr("tempfile.TemporaryFile", closed)
    with pytest.raises(CourseError, match="Grades cannot be written"):
        again(course)
    assert asked == []


def test_a_killed_grader_loses_nothing_and_leaves_nobody(tmp_path):
    """Do two kills and a last run end as an undisturbed run does? `make kills` does twenty."""
    assert grader_kills.compare(tmp_path, kills=2, seed=3, students=4) >= 1
