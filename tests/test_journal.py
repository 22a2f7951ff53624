"""Is what was judged kept, whole or not at all, and is the class judged in a good order?"""

from __future__ import annotations

import subprocess
import sys

import pytest

from autograder.course import CourseError
from autograder.grading.execution import Used
from autograder.grading.inventory import Submission
from autograder.grading.journal import Journal
from autograder.grading.lock import only_grader
from autograder.grading.queue_order import slowest_first
from autograder.grading.row import Row
from autograder.grading.task import Graded
from cnncourse.check.outcome import AwaitingHand, CriterionResult, WrongValues

CRITERIA = (CriterionResult("c", "it works", 2, True), CriterionResult("d", "for all", 1, False))
OUTCOMES = {
    "f": WrongValues("f", CRITERIA, "No.", "squared", details=("a", "b"), measured={"loss": 0.5}),
    "g": AwaitingHand("g", (), "A person grades it."),
}
GRADED = Graded(
    "Zoë\n/..",
    OUTCOMES,
    "Ä sentence.",
    notebook='{"cells": []}\n',
    page="<p>ü</p>",
    files={"a/b.csv": b"\x00\n1", "empty": b""},
    row=Row({"f": 2.0, "g": None}, {"f": None, "g": "No response."}),
    used={"f": Used(0.25, 12.5)},
    digest="abc",
    seconds=1.5,
    waited=90,
    hand_in="2",
)
NAME = GRADED.student, GRADED.hand_in


@pytest.fixture
def journal(tmp_path):
    journal = Journal(tmp_path, "01_mini")
    journal.open()
    return journal


def test_a_result_comes_back_as_it_was(journal):
    """Are outcomes, texts, files and numbers the same, and is it known to be an old one?"""
    journal.put(GRADED)
    back = journal.get(NAME)
    assert not back.judged_anew
    assert {**vars(back), "judged_anew": True} == vars(GRADED)


def test_only_its_owner_may_read_it(journal, tmp_path):
    """Is an entry closed to others, since it holds what students wrote?"""
    journal.put(GRADED)
    (entry,) = (tmp_path / ".autograder" / "journal" / "01_mini").iterdir()
    assert entry.stat().st_mode & 0o077 == 0
    assert entry.parent.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("spoil", [b"", b"x", b"\xff" * 200])
def test_a_damaged_entry_is_as_good_as_none(journal, tmp_path, spoil):
    """Is a file that was cut off or overwritten not believed?"""
    journal.put(GRADED)
    (entry,) = (tmp_path / ".autograder" / "journal" / "01_mini").iterdir()
    entry.write_bytes(spoil or entry.read_bytes()[:-1])
    assert journal.get(NAME) is None


def test_what_was_being_written_is_removed(journal, tmp_path):
    """Does the file of a killed grader go, and does no finished entry?"""
    journal.put(GRADED)
    folder = tmp_path / ".autograder" / "journal" / "01_mini"
    (folder / f".{'a' * 40}-0123abcd").write_bytes(b"half")
    journal.open()
    assert len(list(folder.iterdir())) == 1
    assert journal.get(NAME) is not None


def test_nobody_else_is_found_under_a_students_name(journal):
    """Does a student without an entry have none, and another hand-in neither?"""
    journal.put(GRADED)
    assert journal.get((GRADED.student, "")) is None
    assert journal.get(("Zoë", NAME[1])) is None


def test_the_slowest_come_first_and_the_endless_last():
    """Are those that nothing is known of in the middle, in their order?"""
    students = ["new", "quick", "slow", "endless", "newer", "usual"]
    before = {
        ("quick", ""): Graded("quick", seconds=1),
        ("slow", ""): Graded("slow", seconds=50),
        ("usual", ""): Graded("usual", seconds=5),
        ("endless", ""): Graded("endless", seconds=600, out_of_time=True),
        ("new", ""): None,
    }
    ordered = slowest_first([Submission(s, None) for s in students], before)
    assert [s.student for s in ordered] == ["slow", "new", "newer", "usual", "quick", "endless"]


def test_a_class_that_was_never_graded_keeps_its_order():
    """Does nothing change where nothing is known?"""
    submissions = [Submission(s, None) for s in "cab"]
    assert slowest_first(submissions, {}) == submissions


HOLD = """
import sys, time
from pathlib import Path
from autograder.grading.lock import only_grader
with only_grader(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.mark.heavy
def test_two_graders_are_one_too_many(tmp_path):
    """Is the second refused in a sentence, and may it begin when the first was killed?"""
    first = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    with first:
        assert first.stdout.readline() == "held\n"
        with pytest.raises(CourseError, match=f"process {first.pid}"), only_grader(tmp_path):
            pass
        first.kill()
    with only_grader(tmp_path):
        pass
