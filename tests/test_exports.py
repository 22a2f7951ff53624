"""The gradebook in other systems' forms."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from types import SimpleNamespace

import minilesson
import pytest
from minilesson import LESSON
from nbgrader.api import Gradebook
from nbgrader.plugins import CsvExportPlugin

from autograder import cli
from autograder.course import CourseError
from autograder.grading.canvas_file import read_canvas_file
from autograder.grading.exports import FORMS, Mark, _entries, as_canvas, as_csv, export
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


def rows(course, form, tmp_path, known=None):
    path = tmp_path / "out.csv"
    assert export(course, form, path, known).students == 2
    with open(path, newline="", encoding="utf-8-sig") as file:
        return list(csv.reader(file))


def canvas_file(tmp_path, *students, head=f"{LESSON} (4711)", possible="6.00", mark="\ufeff"):
    """What Canvas exports: a row of posting policies, the points possible, then students."""
    path = tmp_path / "canvas.csv"
    lines = (
        f"Student,ID,SIS User ID,SIS Login ID,Section,Nickname,{head},Final Score",
        ",,,,,,Manual Posting,",
        f"    Points Possible,,,,,,{possible},(read only)",
        *students,
    )
    path.write_text(mark + "\n".join(lines) + "\n", encoding="utf-8")
    return path


ANN = '"Lee, Ann",77,S1,ann,Tuesday,,1.00,20'
BEN = '"Oak, Ben",78,S2,ben@uni.edu,Monday,,3.50,20'


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
    """Is no grade told as Moodle tells it, so that it becomes none and not nought?"""
    head, ann, ben = rows(course, "moodle", tmp_path)
    assert head == ["First name", "Last name", "ID number", "Email address", LESSON]
    assert ann == ["Ann", 'Lee, "Jr"', "ann", "a@b.org", "2.5"]
    assert ben == ["", "", "ben", "", "-"]


@pytest.mark.parametrize("form", FORMS)
def test_a_spreadsheet_takes_the_file_for_utf_8(course, form, tmp_path):
    """Does it begin with the mark that Excel looks for, and is it no part of the first title?"""
    path = tmp_path / "out.csv"
    export(course, form, path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with open(path, newline="", encoding="utf-8-sig") as file:
        assert csv.DictReader(file).fieldnames[0] in ("assignment", "Student", "First name")


def test_csv_has_the_columns_of_nbgraders_own_export(course, tmp_path):
    """Do a program's columns stay where they were when it read nbgrader's file?"""
    own = CsvExportPlugin(to=str(tmp_path / "own.csv"))
    with Gradebook(f"sqlite:///{course.root}/gradebook.db", "cnncourse") as gradebook:
        gradebook.find_assignment(LESSON)  # as nbgrader reads it
        gradebook.find_student("ann").last_name = "Lee"  # which nbgrader does not quote
        own.export(gradebook)
        gradebook.db.rollback()
    theirs = (tmp_path / "own.csv").read_text().splitlines()[0].split(",")
    assert rows(course, "csv", tmp_path)[0] == theirs


def test_canvas_keeps_the_ids_that_it_gave(course, tmp_path):
    """Are rows found by login, columns by the lesson's name, and is a missing grade left alone?"""
    known = canvas_file(tmp_path, ANN, BEN)
    with Gradebook(f"sqlite:///{course.root}/gradebook.db", "cnncourse") as gradebook:
        gradebook.update_or_create_student("ben", email="Ben@uni.edu")
    head, possible, ann, ben = rows(course, "canvas", tmp_path, known)
    assert head == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", f"{LESSON} (4711)"]
    assert possible == ["    Points Possible", "", "", "", "", "6"]
    assert ann == ["Lee, Ann", "77", "S1", "ann", "Tuesday", "2.5"]
    assert ben == ["Oak, Ben", "78", "S2", "ben@uni.edu", "Monday", "3.50"]
    with Gradebook(f"sqlite:///{course.root}/gradebook.db", "cnncourse") as gradebook:
        gradebook.update_or_create_student("ben", email=None)


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        ({"students": [ANN]}, "ben is not in Canvas's file, by login or address, and was left out"),
        ({"students": [ANN, ANN]}, "ann is not in Canvas's file"),
        (
            {"students": [ANN], "possible": "10"},
            "Canvas has 10 points for 01_mini, the gradebook 6",
        ),
        ({"students": [ANN], "head": "Homework (3)"}, "Canvas has no assignment for 01_mini"),
    ],
)
def test_what_canvas_and_gradebook_have_not_in_common_is_named(course, tmp_path, file, sentence):
    students = file.pop("students")
    known = canvas_file(tmp_path, *students, **file)
    notes = export(course, "canvas", tmp_path / "out.csv", known).notes
    assert any(sentence in note for note in notes)


def test_canvass_own_number_comes_first(tmp_path):
    """Is a student whose number a roster told found by it, whatever the login is?"""
    file = read_canvas_file(canvas_file(tmp_path, ANN), [LESSON])
    student = SimpleNamespace(id="lee", email=None, lms_user_id="77")
    written, notes = file.rows([Mark(LESSON, student, 6.0, None)])
    assert [row[0] for row in written[2:]] == ["Lee, Ann"]
    assert notes == []


def test_two_students_who_would_be_one_in_canvas_are_not_guessed(tmp_path):
    """Is neither written where login and address lead to one row?"""
    file = read_canvas_file(canvas_file(tmp_path, ANN), [LESSON])
    marks = [
        Mark(LESSON, SimpleNamespace(id=name, email=address), 6.0, None)
        for name, address in (("ann", None), ("lee", "ANN"))
    ]
    written, notes = file.rows(marks)
    assert len(written) == 2
    assert notes == ["ann and lee would be one student in Canvas: neither was written."]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is no export of Canvas's gradebook"),
        (b"name,points\nann,3\n", "is no export of Canvas's gradebook"),
        (b"Student,ID,Section\nann,1,x\n", 'has no row "Points Possible"'),
        (b"Student,ID,Section,\xff\xfe\n", "is not UTF-8"),
        (b'Student,ID,"Section', "is no CSV file"),
        (b"Student,ID,Section,01_mini (1),01 mini (2)\nPoints Possible,,,1,1\n", "two assignments"),
    ],
)
def test_a_file_that_is_not_canvass_is_refused(tmp_path, content, sentence):
    path = tmp_path / "canvas.csv"
    path.write_bytes(content)
    with pytest.raises(CourseError, match=sentence):
        read_canvas_file(path, [LESSON])


@pytest.mark.parametrize("separator", [",", ";"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_canvas_files_are_read_as_canvas_may_write_them(tmp_path, separator, encoding):
    """Does a semicolon, which Canvas writes for decimal commas, separate as well?"""
    path = tmp_path / "canvas.csv"
    lines = [
        "Student|ID|SIS Login ID|Section|01_mini (9)",
        "    Points Possible||||6,00".replace(",", "." if separator == "," else ","),
    ]
    path.write_text("\n".join(lines).replace("|", separator), encoding=encoding)
    file = read_canvas_file(path, [LESSON])
    assert file.columns == {LESSON: 4}
    assert file.head[-1] == "Section"


def test_lessons_stand_in_teaching_order(tmp_path):
    """Do due dates not decide, by which nbgrader sorts?"""
    with Gradebook(f"sqlite:///{tmp_path}/gradebook.db") as gradebook:
        for name, due in (("02_b", datetime(2026, 1, 1)), ("01_a", None), ("00_gone", None)):
            gradebook.add_assignment(name, duedate=due)
        gradebook.add_student("ann")
        names = [entry.lesson for entry in _entries(gradebook, ["01_a", "02_b"])]
    assert names == ["01_a", "02_b", "00_gone"]


def test_points_never_become_exponents(tmp_path):
    """Is a small or a large number of points written as digits?"""
    student = SimpleNamespace(id="ann", last_name=None, first_name=None, email=None)
    for points, text in ((0.00001, "0"), (1234567.25, "1234567.25"), (1 / 3, "0.3333")):
        assert as_canvas([Mark("a", student, points, None)])[1][-1] == text


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
        assert "01_mini has answers to grade by hand" in captured.err
        assert "explain of ann." in captured.err


def test_without_a_gradebook_it_says_so_and_makes_none(tmp_path):
    course = minilesson.course(tmp_path)
    with pytest.raises(CourseError, match="run `autograder grade LESSON` first"):
        export(course, "csv", tmp_path / "x.csv")
    assert not (tmp_path / "gradebook.db").exists()


def test_a_place_that_cannot_be_written_is_named(course, tmp_path):
    with pytest.raises(CourseError, match="cannot be written"):
        export(course, "csv", tmp_path / "missing" / "x.csv")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--format", "moodle", "--from", "x.csv", "y.csv"], "--from is for --format canvas"),
        (["--format", "canvas", "--from", "x.csv", "./x.csv"], "would be overwritten"),
        (["--format", "canvas", "--from", "x.csv", "y.csv"], "x.csv cannot be read"),
    ],
)
def test_a_canvas_file_that_cannot_serve_is_told(
    course, tmp_path, monkeypatch, capsys, words, sentence
):
    monkeypatch.chdir(course.root)
    assert cli.main(["export", *words]) == 1
    assert sentence in capsys.readouterr().err
    assert not (course.root / "y.csv").exists()
