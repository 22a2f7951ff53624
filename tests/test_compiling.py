"""Is the judge's key compiled on all cores, told while it goes on, and kept?"""

from __future__ import annotations

import json

import pytest
from grader_kills import light_course
from minilesson import LESSON

from autograder.build.store import FOLDER
from autograder.grading import compiling
from autograder.grading.compiling import compile_apart
from cnncourse.check.key import Key

pytestmark = pytest.mark.heavy


def test_several_processes_make_the_key_that_one_makes(tmp_path, monkeypatch):
    """Are its exercises the same, in the order of the lesson, with the rubrics?"""
    made = []
    for cores in (1, 2):
        monkeypatch.setattr(compiling, "usable_cores", lambda cores=cores: cores)
        course = light_course(tmp_path / str(cores))
        made.append(compile_apart(course, LESSON, 7, lambda done, of: None))
    assert made[0] == made[1]
    assert list(Key.from_json(json.loads(made[0])["key"]).exercises) == [
        "double", "answer", "explain"
    ]  # fmt: skip


def test_each_exercise_is_told_and_kept(tmp_path):
    """Is progress told to the last exercise, and is nothing executed a second time?"""
    told = []
    course = light_course(tmp_path)
    first = compile_apart(course, LESSON, 7, lambda done, of: told.append((done, of)))
    assert told == [(0, 0), (1, 3), (2, 3), (3, 3)]
    entries = {path: path.stat().st_ino for path in (course.root / FOLDER / "store").iterdir()}
    assert compile_apart(course, LESSON, 7, lambda done, of: None) == first
    assert entries == {p: p.stat().st_ino for p in (course.root / FOLDER / "store").iterdir()}
    assert len(entries) == 2  # a written answer is not compiled
