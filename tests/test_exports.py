"""The gradebook in other systems' forms."""

from __future__ import annotations

import csv
import io
from types import SimpleNamespace

import minilesson
import pytest
from minilesson import LESSON
from nbgrader.api import Gradebook

from autograder import cli
from autograder.course import CourseError
from autograder.grading.exports import FORMS, Mark, as_csv, export
from autograder.grading.gradebook import Recorder
from autograder.grading.merge import fresh

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """Two students of whom one handed in; a name needs quoting."""
    course = minilesson.course(tmp_path_factory.mktemp("course"))
    with Recorder(course, LESSON) as recorder:
        recorder.prepare(fresh(minilesson.release()))
    with Gradebook(f"sqlite:///{course.root}/gradebook.db", "cnncourse") as gradebook:
        gradebook.add_student("ann", first_name="Ann", last_name='Lee, "Jr"', email="a@b.org")
        gradebook.add_student("ben")
        gradebook.add_submission(LESSON, "ann")
        gradebook.find_grade("double", LESSON, LESSON, "ann").auto_score = 2.5
        gradebook.find_grade("explain", LESSON, LESSON, "ann").needs_manual_grade = True
        gradebook.db.commit()
    return course


def rows(course, form, tmp_path):
    path = tmp_path / "out.csv"
    assert export(course, form, path) == 2
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_csv_has_a_line_for_each_student_and_lesson(course, tmp_path):
    head, *lines = rows(course, "csv", tmp_path)
    ann, ben = (dict(zip(head, line, strict=True)) for line in sorted(lines, key=lambda x: x[2]))
    assert ann["last_name"] == 'Lee, "Jr"'
    assert (ann["assignment"], ann["score"], ann["max_score"]) == (LESSON, "2.5", "6")
    assert (ben["student_id"], ben["score"]) == ("ben", "0")


def test_canvas_finds_its_columns_and_the_points_possible(course, tmp_path):
    head, possible, ann, ben = rows(course, "canvas", tmp_path)
    assert head == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", LESSON]
    assert (possible[0].strip(), possible[-1]) == ("Points Possible", "6")
    assert ann == ['Lee, "Jr", Ann', "", "ann", "ann", "", "2.5"]
    assert ben[-1] == ""


def test_moodle_finds_students_by_id_and_address(course, tmp_path):
    head, ann, ben = rows(course, "moodle", tmp_path)
    assert head == ["First name", "Last name", "ID number", "Email address", LESSON]
    assert ann == ["Ann", 'Lee, "Jr"', "ann", "a@b.org", "2.5"]
    assert ben == ["", "", "ben", "", ""]


NAMES = {
    "=cmd|'!A1": "'=cmd|'!A1",
    "+1+1": "'+1+1",
    "@SUM(1)": "'@SUM(1)",
    "-x": "'-x",
    " =1": "' =1",
    "\t=1": "\\t=1",
    "\uff1d1": "'\uff1d1",
    "-1.5": "-1.5",
    "ann": "ann",
    "O'Neill": "O'Neill",
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", FORMS)
def test_no_spreadsheet_computes_a_students_name(form, name):
    """Is what begins a formula marked as text, and nothing else changed?"""
    student = SimpleNamespace(id=name, last_name=None, first_name=None, email=None)
    [cells] = list(csv.reader(io.StringIO(as_csv(FORMS[form]([Mark("a", student, 1.0, None)])))))[
        -1:
    ]
    assert NAMES[name] in cells
    assert name == NAMES[name] or name not in cells


@pytest.mark.parametrize("form", FORMS)
def test_the_command_says_what_it_wrote_and_what_it_replaced(
    course, form, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(course.root)
    path = tmp_path / "grades.csv"
    for expected in ("2 students written", "what was there was replaced"):
        assert cli.main(["export", "--format", form, str(path)]) == 0
        captured = capsys.readouterr()
        assert expected in captured.out
        assert "1 submissions have answers to grade by hand" in captured.err


def test_without_a_gradebook_it_says_so_and_makes_none(tmp_path):
    course = minilesson.course(tmp_path)
    with pytest.raises(CourseError, match="grade a lesson first"):
        export(course, "csv", tmp_path / "x.csv")
    assert not (tmp_path / "gradebook.db").exists()


def test_a_place_that_cannot_be_written_is_named(course, tmp_path):
    with pytest.raises(CourseError, match="cannot be written"):
        export(course, "csv", tmp_path / "missing" / "x.csv")
