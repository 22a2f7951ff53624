"""Is docs/coverage.md what its topics and the lessons make, and does a topic that is gone show?"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from autograder.errors import CourseError
from autograder.lesson.percent import Cell

ROOT = Path(__file__).resolve().parents[1]
_spec = importlib.util.spec_from_file_location("make_coverage", ROOT / "tools/make_coverage.py")
coverage = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(coverage)

LESSON = coverage.parts(
    [
        Cell("markdown", "# Bends", (), 1),
        Cell("code", "from keras.layers import Lambda", ("setup",), 2),
        Cell("markdown", "## ReLU\n\nHalf of it is *dead\n> for good*.", (), 3),
        Cell("markdown", "### {{exercise relu}}", (), 4),
        Cell("code", "layer = ReLU()  # no Softmax", (), 5),
        Cell("code", "layer = ELU()", ("gpu",), 6),
        Cell("markdown", "## Last", (), 7),
    ]
)


def fault(*row: str) -> str | None:
    """What is wrong with a topic, in a course with one small lesson."""
    return coverage.Topic("topic", *row).fault({"03": LESSON})


@pytest.mark.parametrize(
    "row", [(), ("03", "ReLU", "run: ReLU"), ("03", "Bends", "told: dead for")]
)
def test_a_topic_in_its_place_is_no_fault(row):
    """Are words found below their heading, exercises and smaller headings included?"""
    assert fault(*row) is None


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("04", "ReLU", "run: ReLU"), "there is no lesson 04"),
        (("03", "Tanh", "run: ReLU"), "lesson 03 has no heading 'Tanh'"),
        (("03", "Last", "run: ReLU"), "'ReLU' is not run below 'Last'"),
        (("03", "Bends", "run: Lambda"), "'Lambda' is not run"),  # imported and never used
        (("03", "Bends", "run: Softmax"), "'Softmax' is not run"),  # in a comment
        (("03", "Bends", "run: ELU"), "'ELU' is not run"),  # on a GPU, and within ReLU
        (("03", "Bends", "told: alive"), "'alive' is not told"),
        (("03", "Bends", "ReLU"), "write its evidence as"),
    ],
)
def test_a_topic_that_is_gone_is_told(row, said):
    """Does a lesson, a heading or a use that is no longer there show?"""
    assert said in fault(*row)


def test_all_faults_are_told_at_once():
    """Does a table with two wrong rows name both?"""
    rows = '["a", "99", "b", "run: c"], ["d", "98", "e", "told: f"]'
    with pytest.raises(CourseError, match=r"a: there is no lesson 99\.\nd: there is no lesson 98"):
        coverage.made(f'[[group]]\ntitle = "t"\ntopics = [{rows}]')


def test_the_table_is_up_to_date():
    """Is each topic where the data says, and the page made from it?"""
    text = coverage.made(coverage.DATA.read_text(encoding="utf-8"))
    assert coverage.PAGE.read_text(encoding="utf-8") == text, "Run python tools/make_coverage.py."
