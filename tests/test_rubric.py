"""Whoever grades a written answer sees question and rubric above it; students do not."""

from __future__ import annotations

from pathlib import Path

import minilesson
import nbformat
import nbgrader
import pytest
from minilesson import answered, find
from nbconvert.exporters import HTMLExporter
from traitlets.config import Config

from autograder.exercise import Criterion, Written
from autograder.grading.nbgrader_plugin import configure
from autograder.grading.rubric import WithoutRubrics, show_rubrics

RUBRICS = {"explain": "| criterion | points |\n| :-- | --: |\n| a reason is given | 2 |"}


def shown(notebook):
    show_rubrics(notebook, minilesson.release(), RUBRICS)
    nbformat.validate(notebook)
    return notebook


@pytest.fixture
def graded():
    return shown(answered(explain="Because it is so."))


def test_the_question_stands_above_an_answer_that_took_its_place(graded):
    """Does the cell above the answer hold the released question, without the line to replace?"""
    above = graded.cells[graded.cells.index(find(graded, "explain")) - 1]
    assert above.source.startswith("**Why?**\n\n**What earns points**\n\n| criterion")
    assert minilesson.WRITTEN.splitlines()[-1] not in above.source


def test_the_answer_stays_as_it_was_written(graded):
    """Is the student's own text left alone?"""
    assert find(graded, "explain").source == "Because it is so."


def test_the_cell_is_locked_and_graded_by_nobody(graded):
    """Can the inserted cell neither be edited nor be taken for one of nbgrader's?"""
    above = graded.cells[graded.cells.index(find(graded, "explain")) - 1]
    assert not above.metadata.editable
    assert not above.metadata.deletable
    assert "nbgrader" not in above.metadata


def test_showing_it_again_shows_it_once(graded):
    """Does a second call replace what the first put in?"""
    before = nbformat.writes(graded)
    assert nbformat.writes(shown(graded)) == before


def test_exercises_without_a_rubric_get_no_cell():
    """Are notebooks of lessons without written answers left as they are?"""
    notebook = answered()
    show_rubrics(notebook, minilesson.release(), {})
    assert notebook == answered()


def test_nbgraders_form_shows_question_rubric_and_answer_in_this_order(graded, tmp_path):
    """Does the page on which people grade hold all three, the rubric as a table?"""
    config = Config()
    configure(config, str(tmp_path / "nbgrader_config.py"))
    config.HTMLExporter.template_name = "formgrade"
    templates = Path(nbgrader.__file__).parent / "server_extensions/formgrader/templates"
    config.HTMLExporter.extra_template_basedirs = [str(templates)]
    page, _ = HTMLExporter(config=config).from_notebook_node(
        graded, resources={"index": 0, "total": 1}
    )
    pieces = ("<strong>Why?</strong>", "<table>", "a reason is given", "Because it is so.")
    places = [page.rindex(piece) for piece in pieces]
    assert places == sorted(places)


def test_feedback_leaves_it_out(graded):
    """Does the step for feedback pages take away what was put in, and nothing else?"""
    plain, _ = WithoutRubrics().preprocess(graded, {})
    assert plain.cells == answered(explain="Because it is so.").cells


def test_a_rubric_is_a_table_of_one_line_per_criterion():
    """Do line breaks and bars in an author's text leave the table whole?"""

    class Why(Written):
        name = "why"
        title = "Why"
        criteria = (Criterion("reason", 1.5, "a reason | a cause"),)
        rubric = {"reason": "one of\n two"}  # noqa: RUF012

    assert Why().rubric_table().splitlines() == [
        "| criterion | points | what earns it |",
        "| :-- | --: | :-- |",
        "| a reason \\| a cause | 1.5 | one of two |",
    ]
