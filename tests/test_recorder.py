"""Does the one writer leave in nbgrader's database and folders what nbgrader itself would?"""

from __future__ import annotations

import errno
import json
import resource
import shutil
import sqlite3
import subprocess
import sys
import warnings
from datetime import datetime

import gradebooks
import minilesson
import nbformat
import pytest
from minilesson import LESSON
from nbgrader import api
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.dbutil import _temp_alembic_ini
from nbgrader.plugins import LateSubmissionPlugin
from nbgrader.preprocessors import ClearOutput, Execute, NbGraderPreprocessor
from sqlalchemy.exc import IntegrityError, OperationalError

from autograder.course import CourseError
from autograder.grading import gradebook as writer
from autograder.grading.feedback import Shows
from autograder.grading.gradebook import Recorder, database_version, read_config
from autograder.grading.merge import fresh
from autograder.grading.preprocessors import Refuse, annotate
from autograder.grading.row import row_of
from autograder.grading.task import Graded
from cnncourse.check.outcome import CriterionResult, PartlyRight

pytestmark = [
    pytest.mark.heavy,
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
]

WHEN = b"2026-11-03 10:00:00 UTC\n"


class Tenth(LateSubmissionPlugin):
    """Takes a tenth of the points, and asks nbgrader's step for what it knows."""

    def late_submission_penalty(self, student_id, score, total_seconds_late):
        assert self.parent.gradebook.find_submission(self.parent.assignment_id, student_id)
        return score / 10


class Due(NbGraderPreprocessor):
    """Makes the lesson due before anybody handed in."""

    def settle(self, gradebook, students):
        assert [s.student_id for s in gradebook.assignment_submissions(LESSON)] == students
        gradebook.find_assignment(LESSON).duedate = datetime(2026, 11, 1)
        gradebook.db.commit()


@pytest.fixture
def course(tmp_path):
    return minilesson.course(tmp_path / "course")


def judged(double: float, explain: str | None = None):
    """A notebook as the judge leaves it."""
    notebook = fresh(minilesson.release())
    if explain:
        minilesson.find(notebook, "explain").source = explain
    for cell in notebook.cells:
        if minilesson.grade_id(cell) in ("double", "answer"):
            points = double if minilesson.grade_id(cell) == "double" else 1
            cell.outputs = [
                nbformat.v4.new_output(
                    "execute_result", {"text/plain": f"{points:g}"}, execution_count=1
                )
            ]
    annotate(notebook, None, "seed", {})
    return notebook


def result(student, notebook, files=None, **more):
    criteria = (CriterionResult("c", "it works", 3, False),)
    return Graded(
        student,
        {"double": PartlyRight("double", criteria, "No.")},
        notebook=nbformat.v4.writes(notebook),
        page=f"<html>{student}</html>",
        files=files or {},
        row=row_of(notebook),
        **more,
    )


def record(course, *results, config=None):
    with Recorder(course, LESSON, config) as recorder:
        recorder.prepare(fresh(minilesson.release()))
        return recorder.record(results)


def edit(course, change):
    with api.Gradebook(f"sqlite:///{course.root}/gradebook.db", "cnncourse") as gradebook:
        change(gradebook)
        gradebook.db.commit()


def give_by_hand(gradebook):
    """What a teacher gives: points, extra credit, a comment; and the lesson becomes due."""
    grade = gradebook.find_grade("explain", LESSON, LESSON, "ann")
    grade.manual_score, grade.needs_manual_grade = 1.5, False
    gradebook.find_grade("double", LESSON, LESSON, "ann").extra_credit = 0.25
    gradebook.find_comment("explain", LESSON, LESSON, "ann").manual_comment = "Good."
    gradebook.find_assignment(LESSON).duedate = datetime(2026, 11, 1)


def nbgrader_records(course, students, config):
    """Record staged notebooks with nbgrader's own converter, as this grader once did."""
    places = CourseDirectory(config=config, root=str(course.root))
    places.submitted_directory, places.assignment_id = "staged", LESSON
    converter = Autograde(coursedir=places, config=config)
    converter.force = True
    done = (ClearOutput, Execute, Refuse)
    for steps in ("sanitize_preprocessors", "autograde_preprocessors"):
        left = [s for s in getattr(converter, steps) if not issubclass(s, done)]
        setattr(converter, steps, left)
    for student, (notebook, files) in students.items():
        path = minilesson.hand_in(course.root / "staged", student, notebook)
        for name, data in files.items():
            (path.parent / name).write_bytes(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        converter.start()
    shutil.rmtree(course.root / "staged")


CLASS = {
    "ann": (judged(2.5, "Because."), {"timestamp.txt": WHEN, "data.csv": b"1"}),
    "ben": (judged(3), {}),
    "Zoë": (judged(0, "x"), {"timestamp.txt": b"2026-10-03 10:00:00 UTC"}),
}


@pytest.mark.parametrize("penalty", [False, True])
def test_the_gradebook_is_row_by_row_what_nbgrader_makes(tmp_path, penalty):
    """Do first grading, grades given by hand, and a second grading end the same?"""
    dumps = []
    for way in ("ours", "theirs"):
        course = minilesson.course(tmp_path / way)
        config = read_config(course)
        if penalty:
            config.AssignLatePenalties.plugin_class = Tenth
        again = {**CLASS, "ann": (judged(1, "Because."), {"timestamp.txt": WHEN})}
        for students in (CLASS, again):
            if way == "ours":
                every = [result(name, *handed_in) for name, handed_in in students.items()]
                record(course, *every, config=config)
            else:
                record(course, config=config)
                nbgrader_records(course, students, config)
            dumps.append(gradebooks.dump(course.root / "gradebook.db"))
            edit(course, give_by_hand)
    first, second, their_first, their_second = dumps
    assert first == their_first
    assert second == their_second
    assert any("0.375" in row for row in second["submitted_notebook"]) == penalty
    assert len(second["grade"]) == 9


def test_folders_hold_what_nbgrader_puts_there(tmp_path):
    """Are the graded notebooks and the files beside them the same, with the same permissions?"""
    seen = []
    for way in ("ours", "theirs"):
        course = minilesson.course(tmp_path / way)
        (course.solutions / LESSON / "given.csv").write_text("2")
        if way == "ours":
            record(course, *[result(name, *handed_in) for name, handed_in in CLASS.items()])
        else:
            record(course)
            nbgrader_records(course, CLASS, read_config(course))
        folder = course.root / "autograded"
        files = [path for path in folder.rglob("*") if path.is_file()]
        seen.append({str(p.relative_to(folder)): (p.stat().st_mode, _content(p)) for p in files})
    assert seen[0] == seen[1]
    assert f"ann/{LESSON}/data.csv" in seen[0]
    assert f"ben/{LESSON}/given.csv" in seen[0]


def _content(path):
    return json.loads(path.read_text()) if path.suffix == ".ipynb" else path.read_bytes()


def test_what_a_person_gave_stays_and_is_told(course):
    """Does a regrade keep points, extra credit and comment, and does the result hold them?"""
    (first,) = record(course, result("ann", judged(2.5, "Because."), {"timestamp.txt": WHEN}))
    assert (first.score, first.standing.scores["explain"]) == (3.5, 0)
    edit(course, give_by_hand)
    (again,) = record(course, result("ann", judged(1, "Because."), {"timestamp.txt": WHEN}))
    assert again.score == 1 + 0.25 + 1 + 1.5
    rows = gradebooks.dump(course.root / "gradebook.db")
    assert any("Good." in row for row in rows["comment"])
    assert any("'needs_manual_grade', 1" in row and "1.5" in row for row in rows["grade"])


def page_of(course, student):
    return course.root / "feedback" / student / LESSON / f"{LESSON}.html"


def test_the_page_has_what_a_person_gave(course):
    """Does a student read points and comment, and nobody else another page than the worker's?"""
    both = [result("ann", judged(2.5, "Because.")), result("ben", judged(1))]
    record(course, *both)
    edit(course, give_by_hand)
    record(course, *both)
    page = page_of(course, "ann").read_text("utf-8")
    assert "Good." in page
    assert "<b>1.5</b> of 2" in page
    assert page_of(course, "ben").read_text("utf-8") == "<html>ben</html>"


@pytest.mark.parametrize(("year", "there"), [(2100, False), (2020, True)])
def test_no_page_is_there_before_it_may_be_read(course, year, there, monkeypatch):
    """Is a page held back until the lesson was due, where the course says so?"""
    monkeypatch.setattr(writer, "page_settings", lambda course: Shows(when="after due date"))
    record(course)
    edit(course, lambda g: setattr(g.find_assignment(LESSON), "duedate", datetime(year, 1, 1)))
    record(course, result("ann", judged(1)))
    assert page_of(course, "ann").exists() == there
    assert (course.root / "autograded" / "ann" / LESSON).exists()


def test_what_has_to_be_settled_before_penalties_is(course):
    """Does a step that settles due dates find the submissions, and does its date count?"""
    config = read_config(course)
    config.AssignLatePenalties.plugin_class = Tenth
    config.Autograde.autograde_preprocessors = [*config.Autograde.autograde_preprocessors, Due]
    (ann,) = record(course, result("ann", *CLASS["ann"]), config=config)
    assert ann.standing.penalty == pytest.approx(0.35)
    assert ann.score == pytest.approx(3.15)


def test_an_unchanged_result_asks_nobody_to_grade_again(course):
    """Does what a person has graded stay done where nothing was judged anew?"""
    record(course, result("ann", judged(2.5, "Because.")))
    edit(course, give_by_hand)
    record(course, result("ann", judged(2.5, "Because."), judged_anew=False))
    rows = gradebooks.dump(course.root / "gradebook.db")
    assert not any("'needs_manual_grade', 1" in row for row in rows["grade"])


def test_one_who_cannot_be_recorded_costs_nobody_else_anything(course, monkeypatch):
    """Is each of the others recorded, and has the one no score?"""
    write = writer.GradebookRows.write

    def fails(self, entries):
        entries = list(entries)
        if any(entry.student == "ben" for entry in entries):
            raise IntegrityError("INSERT", {}, Exception("no such\nthing"))
        return write(self, entries)

    monkeypatch.setattr(writer.GradebookRows, "write", fails)
    results = {r.student: r for r in record(course, *[result(n, *f) for n, f in CLASS.items()])}
    assert {n: r.score is None for n, r in results.items()} == {
        "ann": False, "ben": True, "Zoë": False
    }  # fmt: skip
    assert results["ben"].error.startswith("It was judged, but could not be recorded")
    assert "\n" not in results["ben"].error
    assert not (course.root / "autograded" / "ben" / LESSON).exists()


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OperationalError("", {}, sqlite3.OperationalError("database is locked")), "is locked by"),
        (OperationalError("", {}, sqlite3.OperationalError("disk is full")), "The disk is full"),
        (OSError(errno.ENOSPC, "No space left on device"), "The disk is full"),
        (OSError(errno.EROFS, "Read-only file system"), "cannot be written to"),
    ],
)
def test_trouble_of_the_machine_ends_the_batch_and_changes_nothing(
    course, monkeypatch, error, sentence
):
    """Is it told in one sentence, and is what was there before still there, whole?"""
    record(course, result("ann", *CLASS["ann"]))
    before = gradebooks.dump(course.root / "gradebook.db")
    files = {p: p.read_bytes() for p in (course.root / "autograded").rglob("*") if p.is_file()}

    def fails(self, entries):
        raise error

    monkeypatch.setattr(writer.GradebookRows, "write", fails)
    with pytest.raises(CourseError, match=sentence) as caught:
        record(course, result("ann", judged(0)), result("ben", judged(1)))
    assert "\n" not in str(caught.value)
    assert gradebooks.dump(course.root / "gradebook.db") == before
    assert files == {
        p: p.read_bytes() for p in (course.root / "autograded").rglob("*") if p.is_file()
    }


def test_a_file_that_finds_no_room_changes_nothing(course):
    """Is a graded notebook that the system cuts off no half of one, and told in a sentence?"""
    record(course, result("ann", *CLASS["ann"]))
    place = course.root / "autograded" / "ann" / LESSON / f"{LESSON}.ipynb"
    before, rows = place.read_bytes(), gradebooks.dump(course.root / "gradebook.db")
    large = judged(1)
    large.cells[0].source = "x" * 3_000_000
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, limits[1]))
    try:
        with pytest.raises(CourseError, match="The disk is full"):
            record(course, result("ann", large))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert place.read_bytes() == before
    assert gradebooks.dump(course.root / "gradebook.db") == rows
    assert [p.name for p in place.parent.parent.iterdir()] == [LESSON]


def test_a_damaged_gradebook_is_told_and_left_alone(course):
    """Is a file that is no database named, and not replaced?"""
    (course.root / "gradebook.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(CourseError, match="gradebook is damaged"):
        record(course, result("ann", judged(1)))
    assert (course.root / "gradebook.db").read_bytes().startswith(b"no database")


def test_a_gradebook_that_another_program_locks_is_told(course):
    """Is a lock that is not given back told in one sentence?"""
    record(course, result("ann", judged(1)))
    other = sqlite3.connect(course.root / "gradebook.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(CourseError, match="is locked by another program"):
            record(course, result("ann", judged(2)))
    finally:
        other.close()


def test_what_a_killed_grader_left_is_removed(course):
    """Is a folder that was never put in its place gone after the next recording?"""
    folder = course.root / "autograded" / "ann" / f".{LESSON}-staged"
    (folder / "sub").mkdir(parents=True)
    record(course, result("ann", judged(1)))
    assert [p.name for p in folder.parent.iterdir()] == [LESSON]


def test_a_new_gradebook_is_one_that_nbgrader_knows(course):
    """Has it the version that nbgrader would have asked a process for?"""
    with _temp_alembic_ini("sqlite://") as ini:
        command = [sys.executable, "-m", "alembic.config", "-c", ini, "heads"]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert database_version() == said.split()[0]
    record(course)
    with sqlite3.connect(course.root / "gradebook.db") as connection:
        rows = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    connection.close()
    assert rows == [(said.split()[0],)]
