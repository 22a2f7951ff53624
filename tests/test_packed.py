"""Does a submission that travels as bytes come to what it would come to where its files lie?"""

from __future__ import annotations

import shutil
import zipfile
from dataclasses import replace

import minilesson
import pytest
from minilesson import LESSON, RIGHT, answered, hand_in

from autograder.grading.inventory import take_inventory
from autograder.grading.submission import packed, repair
from autograder.grading.submission_limits import GradingLimits

LIMITS = GradingLimits(files=2, files_bytes=1000, stored_bytes=100_000)


def orderly(submitted):
    hand_in(submitted, "ann", answered(**RIGHT)).with_name("data.csv").write_text("1,2")


def zipped(submitted):
    path = hand_in(submitted, "ann", answered(**RIGHT))
    path.with_name("data.csv").write_text("1,2")
    with zipfile.ZipFile(submitted / "ann" / "work.zip", "w") as archive:
        for file in path.parent.iterdir():
            archive.write(file, f"{LESSON}/{file.name}")
    shutil.rmtree(path.parent)


def many_files(submitted):
    folder = hand_in(submitted, "ann", answered(**RIGHT)).parent
    for name in ("a", "b", "c", "numpy.py"):
        (folder / name).write_text(name)


def large_file(submitted):
    folder = hand_in(submitted, "ann", answered(**RIGHT)).parent
    (folder / "a").write_bytes(b"x" * 600)
    (folder / "b").write_bytes(b"x" * 600)
    (folder / "c").symlink_to("/etc/hostname")


def large_notebook(submitted):
    hand_in(submitted, "ann", b" " * 200_000)


def broken(submitted):
    hand_in(submitted, "ann", b"{oops")


def linked(submitted):
    path = hand_in(submitted, "ann", answered(**RIGHT))
    path.rename(submitted / "elsewhere.ipynb")
    path.symlink_to(submitted / "elsewhere.ipynb")


def nothing(submitted):
    (submitted / "ann" / LESSON).mkdir(parents=True)


@pytest.mark.parametrize(
    "hands_in",
    [orderly, zipped, many_files, large_file, large_notebook, broken, linked, nothing],
    ids=lambda function: function.__name__,
)
def test_bytes_come_to_the_same_as_files(tmp_path, hands_in):
    """Are notebook, files and every finding the same after the student's folder is gone?"""
    hands_in(tmp_path / "submitted")
    release = minilesson.release()
    inventory = take_inventory(tmp_path / "submitted", LESSON, release, limits=LIMITS)
    (submission,) = (s for s in inventory.submissions if s.student == "ann")
    here = repair(submission, release, LESSON, LIMITS)
    sent = packed(submission, LIMITS)
    shutil.rmtree(tmp_path / "submitted")
    there = repair(sent, release, LESSON, LIMITS)
    assert (there.sentence, there.files) == (here.sentence, here.files)
    assert _sources(there) == _sources(here)


def test_no_more_travels_than_may_be_used(tmp_path):
    """Are bytes beyond the limits left behind, so that nobody fills the network?"""
    large_file(tmp_path / "submitted")
    inventory = take_inventory(tmp_path / "submitted", LESSON, minilesson.release(), limits=LIMITS)
    (submission,) = inventory.submissions
    sent = packed(submission, LIMITS)
    assert sum(len(entry.data or b"") for entry in sent.companions) == 600
    assert packed(sent, LIMITS) == sent
    assert replace(sent, companions=()).notebook.data


def _sources(repaired):
    return [cell.source for cell in repaired.notebook.cells]
