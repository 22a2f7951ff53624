"""Due dates, extensions, days of grace and late penalties, in nbgrader's own gradebook."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import minilesson
import pytest
from minilesson import LESSON
from nbgrader.api import Gradebook
from nbgrader.apps import api, generatefeedbackapp
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import AssignLatePenalties

from autograder import cli
from autograder.course import Course, CourseError
from autograder.course_file import Late
from autograder.grading import nbgrader_commands
from autograder.grading.deadlines import (
    EXTENSIONS,
    Deadlines,
    late_shares,
    may_show,
    read_extensions,
)
from autograder.grading.exports import export
from autograder.grading.extend import extend
from autograder.grading.feedback_time import GenerateFeedback
from autograder.grading.gradebook import Recorder, read_config
from autograder.grading.late_penalty import ApplyDeadlines
from autograder.grading.merge import fresh
from autograder.moments import NoSuchMoment, as_utc, moment, read_moment, zone_named

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")

BERLIN = ZoneInfo("Europe/Berlin")
DUE = "2026-12-01T18:00:00"
SAID = f"""
id = "cnncourse"
zone = "Europe/Berlin"

[due]
{LESSON} = {DUE}

[late]
grace_days = 1
percent_per_day = 10
cap_percent = 40
"""


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """A course with a gradebook, which takes seconds to make; it says when its lesson is due."""
    course = minilesson.course(tmp_path_factory.mktemp("course"))
    with Recorder(course, LESSON) as recorder:
        recorder.prepare(fresh(minilesson.release()))
    (course.root / "course.toml").write_text(SAID, encoding="utf-8")
    return course


@pytest.fixture
def course(empty, tmp_path):
    """A copy of it for one test."""
    return Course(shutil.copytree(empty.root, tmp_path / "course"))


def record(course, student, handed_in, score=3):
    """Record a submission of that time on Berlin's clocks, by nbgrader's own steps."""
    stamp = as_utc(datetime.fromisoformat(handed_in).replace(tzinfo=BERLIN))
    with gradebook(course) as found:
        found.update_or_create_student(student)
        found.update_or_create_submission(LESSON, student, timestamp=stamp)
        found.find_grade("double", LESSON, LESSON, student).auto_score = score
        found.db.commit()
    config = read_config(course)
    names = {"notebook": LESSON, "assignment": LESSON, "student": student}
    resources = {"nbgrader": names | {"db_url": f"sqlite:///{course.root}/gradebook.db"}}
    for step in config.Autograde.autograde_preprocessors:
        if step in (ApplyDeadlines, AssignLatePenalties):
            step(config=config).preprocess(minilesson.release(), resources)


def penalty(course, student, lesson=LESSON):
    with gradebook(course) as found:
        return found.find_submission(lesson, student).late_submission_penalty


def gradebook(course):
    return Gradebook(f"sqlite:///{course.root}/gradebook.db", "cnncourse")


@pytest.mark.parametrize(
    ("handed_in", "lost"),
    [
        ("2026-12-01T17:59:59", 0),
        ("2026-12-02T18:00:00", 0),  # the day of grace
        ("2026-12-02T18:00:01", 0.1),
        ("2026-12-05T17:00:00", 0.3),
        ("2026-12-24T18:00:00", 0.4),  # the cap
    ],
)
def test_nbgrader_records_what_being_late_costs(course, handed_in, lost):
    """Does the penalty stand where nbgrader keeps it, days of grace and cap considered?"""
    record(course, "ann", handed_in)
    with gradebook(course) as found:
        submission = found.find_submission(LESSON, "ann")
        assert submission.assignment.duedate == datetime(2026, 12, 1, 17)
        assert submission.late_submission_penalty == pytest.approx(lost * submission.score)
        assert submission.score > 0


def test_an_extension_given_before_the_hand_in_holds(course):
    """Is a student extended who is known by no more than a folder, and then not late?"""
    (course.root / "submitted" / "ann").mkdir(parents=True)
    extend(course, "ann", LESSON, "+3d")
    record(course, "ann", "2026-12-04T18:00:00")
    record(course, "ben", "2026-12-04T18:00:00")
    assert penalty(course, "ann") == 0
    assert penalty(course, "ben") > 0
    with gradebook(course) as found:
        assert found.find_submission(LESSON, "ann").extension == timedelta(days=3)


def test_an_extension_given_afterwards_changes_the_gradebook_at_once(course, monkeypatch, capsys):
    """Does the command say what it changed, and does --remove undo it?"""
    monkeypatch.chdir(course.root)
    record(course, "ann", "2026-12-04T18:00:00")
    late = penalty(course, "ann")
    assert cli.main(["extend", "ann", LESSON, "2026-12-04"]) == 0
    told = capsys.readouterr().out
    assert f"ann has until 2026-12-04 23:59 CET for {LESSON}, due 2026-12-01 18:00 CET" in told
    assert f"{late:g} → 0 points" in told
    assert penalty(course, "ann") == 0
    assert cli.main(["extend", "--show"]) == 0
    assert "ann has until 2026-12-04 23:59 CET" in capsys.readouterr().out
    assert cli.main(["extend", "ann", LESSON, "--remove"]) == 0
    assert penalty(course, "ann") == late
    assert cli.main(["extend", "--show"]) == 0
    assert capsys.readouterr().out.endswith("There are no extensions.\n")


def test_grace_used_for_one_lesson_is_missing_in_the_next(course):
    """Are days of grace counted over the whole course, in the order of due dates?"""
    record(course, "ann", "2026-12-02T12:00:00")
    assert penalty(course, "ann") == 0
    with gradebook(course) as found:
        found.add_assignment("00_before", duedate="2026-11-01 00:00:00 UTC")
        found.add_submission("00_before", "ann", timestamp=datetime(2026, 11, 1, 5))
        Deadlines.of(course).settle(found, ["ann"])
        found.db.commit()
    assert penalty(course, "ann") > 0


def test_a_students_own_penalty_is_no_business_of_others(course):
    """Is nobody else's submission touched when one is settled?"""
    record(course, "ann", "2026-12-24T12:00:00")
    record(course, "ben", "2026-12-24T12:00:00")
    with gradebook(course) as found:
        found.find_submission(LESSON, "ben").notebooks[0].late_submission_penalty = 0.25
        found.db.commit()
        Deadlines.of(course).settle(found, ["ann"])
        found.db.commit()
    assert penalty(course, "ben") == 0.25


def test_points_given_by_hand_are_late_ones_too(course):
    """Does an export bring penalties up to date, so that they are of all points earned?"""
    record(course, "ann", "2026-12-24T12:00:00")
    before = penalty(course, "ann")
    with gradebook(course) as found:
        found.find_grade("explain", LESSON, LESSON, "ann").manual_score = 2
        found.db.commit()
    export(course, "csv", course.root / "x.csv")
    assert penalty(course, "ann") == pytest.approx(before + 0.8)


def test_without_a_rule_nbgraders_own_settings_decide(course):
    """Is a penalty that somebody set left alone where course.toml has no [late]?"""
    (course.root / "course.toml").write_text(SAID.partition("[late]")[0], encoding="utf-8")
    record(course, "ann", "2026-12-24T12:00:00")
    assert penalty(course, "ann") == 0
    with gradebook(course) as found:
        found.find_submission(LESSON, "ann").notebooks[0].late_submission_penalty = 0.25
        found.db.commit()
        Deadlines.of(course).settle(found)
        found.db.commit()
    assert penalty(course, "ann") == 0.25


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["amn", LESSON, "+2d"], "There is no student 'amn'; did you mean 'ann'?"),
        (["ann", "01_mimi", "+2d"], "did you mean '01_mini'?"),
        (["ann", LESSON, "2026-12-32"], "'2026-12-32' is no date"),
        (["ann", LESSON, "2027-02-29"], "'2027-02-29' is no date"),
        (["ann", LESSON, "2027-03-28T02:30"], "does not exist in Europe/Berlin: clocks skip it"),
        (["ann", LESSON, "soon"], "'soon' is no date"),
        (["ann", LESSON, "+99999999999d"], "is no date"),
        (["ann", LESSON, "2026-11-30"], "is not later than 2026-12-01 18:00 CET"),
        (["ann", LESSON, "+0d"], "is not later than"),
        (["ann", LESSON, "--remove"], "ann has no extension for 01_mini."),
        (["ann", LESSON], "Say autograder extend STUDENT LESSON DATE"),
        (["ann", "--remove"], "Say autograder extend --remove STUDENT LESSON"),
        (["ann", LESSON, "+2d", "--show"], "--show takes a student and a lesson at most"),
    ],
)
def test_what_cannot_be_granted_is_told(course, monkeypatch, capsys, words, sentence):
    monkeypatch.chdir(course.root)
    (course.root / "submitted" / "ann").mkdir(parents=True)
    assert cli.main(["extend", *words]) == 1
    assert sentence in capsys.readouterr().err
    assert read_extensions(course) == {}


def test_a_lesson_that_is_never_due_is_not_extended(course):
    (course.root / "course.toml").write_text('id = "cnncourse"', encoding="utf-8")
    (course.root / "submitted" / "ann").mkdir(parents=True)
    with pytest.raises(CourseError, match="has no due date, so there is nothing to extend"):
        extend(course, "ann", LESSON, "+2d")


def test_where_nobody_is_known_it_says_how_to_change_that(course):
    (course.root / "gradebook.db").unlink()
    with pytest.raises(CourseError, match="No student is known yet"):
        extend(course, "ann", LESSON, "+2d")


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"a": 1}',
        '{"a": {"b": "soon"}}',
        '{"a": {"b": "2026-12-01"}}',
        '{"a": {"b": 3}}',
    ],
)
def test_a_damaged_file_of_extensions_is_told_and_kept(course, text):
    path = course.root / EXTENSIONS
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    with pytest.raises(CourseError, match=r"extensions\.json cannot be read"):
        Deadlines.of(course)
    assert path.read_text() == text


def test_extensions_are_kept_readable_and_private(course):
    """Does the file say until when, zone included, to its owner alone?"""
    (course.root / "submitted" / "ann").mkdir(parents=True)
    extend(course, "ann", LESSON, "2026-12-03T12:00+02:00")
    path = course.root / EXTENSIONS
    assert json.loads(path.read_text()) == {LESSON: {"ann": "2026-12-03T12:00:00+02:00"}}
    assert path.stat().st_mode & 0o077 == 0


def test_a_due_date_for_no_lesson_is_refused(course):
    (course.root / "course.toml").write_text("[due]\n01_mimi = 2026-12-01T00:00:00Z")
    with pytest.raises(CourseError, match=r"due: There is no lesson '01_mimi'; did you mean"):
        Deadlines.of(course)


def test_days_are_counted_by_the_clock_when_clocks_change():
    """Are two days later at the same time of the day, be it 47, 48 or 49 hours later?"""
    spring = datetime(2026, 3, 28, 18, tzinfo=BERLIN)
    assert read_moment("+2d", BERLIN, spring) - spring == timedelta(days=2)  # of one clock
    later = read_moment("+2d", BERLIN, spring.astimezone(UTC))
    assert as_utc(later) - as_utc(spring) == timedelta(hours=47)
    assert as_utc(read_moment("+2h", BERLIN, spring)) - as_utc(spring) == timedelta(hours=2)


def test_of_two_equal_times_the_later_is_meant():
    """Has a student all of the hour that clocks show twice?"""
    found = moment(datetime(2026, 10, 25, 2, 30), BERLIN)
    assert as_utc(found) == datetime(2026, 10, 25, 1, 30)


def test_a_day_lasts_until_its_end():
    assert moment(date(2026, 12, 1), BERLIN).isoformat() == "2026-12-01T23:59:59+01:00"


@pytest.mark.parametrize("name", ["Europe/Berlim", "../etc/passwd", "Europe", "", "\0"])
def test_a_zone_that_does_not_exist_is_refused(name):
    with pytest.raises(NoSuchMoment, match="there is no time zone"):
        zone_named(name)


def test_shares_never_pass_the_cap_and_never_pay():
    """Is nobody given points for being early, and no more than the cap taken?"""
    rule = Late(percent_per_day=60, cap_percent=100)
    assert late_shares(rule, [("a", -5), ("b", 1), ("c", 86_401)]) == {"a": 0, "b": 0.6, "c": 1}


def test_feedback_waits_for_the_students_own_due_date(course):
    """Does an extension put it off, and does a lesson that is never due keep nobody waiting?"""
    due, later = (datetime(2026, 12, day, tzinfo=UTC) for day in (1, 4))
    deadlines = Deadlines({LESSON: due}, {LESSON: {"ann": later}})
    now = datetime(2026, 12, 2, tzinfo=UTC)
    shown = [
        may_show(now, deadlines.until(lesson, student), "after due date")
        for lesson, student in ((LESSON, "ann"), (LESSON, "ben"), ("02_more", "ann"))
    ]
    assert shown == [False, True, True]
    assert may_show(now, later, "at once")


@pytest.mark.parametrize(("due", "written"), [("2026-01-01", True), ("2999-01-01", False)])
def test_no_page_is_written_before_it_may_be_read(course, due, written):
    """Does nbgrader's own page wait as well?"""
    (course.root / "course.toml").write_text(
        f'id = "cnncourse"\nzone = "UTC"\n[due]\n{LESSON} = {due}\n'
        '[feedback]\nwhen = "after due date"\n'
    )
    record(course, "ann", "2025-12-01T12:00:00")
    minilesson.hand_in(course.root / "autograded", "ann", minilesson.release())
    config = read_config(course)
    names = CourseDirectory(config=config, root=str(course.root))
    names.student_id, names.assignment_id = "ann", LESSON
    GenerateFeedback(coursedir=names, config=config).start()
    page = course.root / "feedback" / "ann" / LESSON / f"{LESSON}.html"
    assert page.is_file() == written


def test_nbgraders_command_and_button_wait_too():
    """Do `nbgrader generate_feedback` and formgrader take the converter that waits?"""
    nbgrader_commands.install()
    assert generatefeedbackapp.GenerateFeedback is api.GenerateFeedback is GenerateFeedback
