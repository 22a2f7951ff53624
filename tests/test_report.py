"""Does the report say of a class what gradebook and graded notebooks hold, to whoever reads it?"""

from __future__ import annotations

import json
import re
import stat
from html.parser import HTMLParser

import gradedclass
import minilesson
import nbformat
import numpy as np
import pytest
from gradedclass import Given
from minilesson import LESSON

from autograder import cli
from autograder.course import CourseError
from autograder.grading.report import Report, as_page, as_tree, class_results
from autograder.grading.report.data import Participant, Result
from autograder.grading.report.findings import anonymous
from autograder.grading.report.statistics import discrimination, reliability
from cnncourse.check.key import ExerciseKey, Key, Misconception

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")

RIGHT = {name: Given(source) for name, source in minilesson.RIGHT.items()}
SQUARED = Given("def double(x):\n    return x * x", "wrong values", 0, "squared", "You squared it.")
BY_HAND = Given("Because.", "graded by hand", manual=2)
ALL_RIGHT = RIGHT | {"explain": BY_HAND}
HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}\x1b[2J\u202e"


@pytest.fixture
def course(tmp_path):
    return minilesson.course(tmp_path)


def report_of(course, students, lesson=LESSON, **more):
    return Report(class_results(gradedclass.grade(course, lesson, students, **more), lesson))


def by_name(report):
    return {row.exercise.name: row for row in report.rows}


class Seen(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.text, self.headings = [], [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))

    def handle_data(self, data):
        self.text.append(data)


def test_points_are_those_that_the_gradebook_counts(course):
    """Are manual scores, extra credit and the late penalty in?"""
    manual = RIGHT | {"double": Given(state="wrong values", points=0, manual=2.5, extra=1)}
    report = report_of(course, {"ann": manual}, penalties={"ann": 2})
    (ann,) = report.results.handed_in
    assert ann.standing.score == 2.5 + 1 + 1 - 2
    assert ann.answers["double"].result is Result.RIGHT


def test_a_penalty_never_takes_more_than_there_is(course):
    """Is a score at least nought?"""
    report = report_of(course, {"ann": {}}, penalties={"ann": 5})
    assert report.shares == [0]


def test_scores_above_all_points_have_a_place(course):
    """Does extra credit beyond all points draw and count?"""
    report = report_of(course, {"ann": ALL_RIGHT | {"double": Given(extra=30)}})
    assert report.shares == [6]
    assert "over 100 %: 1" in as_page(report)


def test_answers_that_wait_count_on_neither_side(course):
    """Is who waits for a grade by hand not taken for somebody with few points?"""
    waits = RIGHT | {"explain": Given("Because.", "graded by hand", waiting=True)}
    report = report_of(course, {"ann": waits, "bob": ALL_RIGHT})
    assert report.shares == [1, 1]
    assert report.waiting == {"explain": 1}
    assert by_name(report)["explain"].difficulty is None
    assert by_name(report)["double"].difficulty == 1
    assert "wait to be graded by hand" in as_page(report)


@pytest.mark.parametrize(
    ("given", "result"),
    [
        (RIGHT["double"], Result.RIGHT),
        (Given(state="partly right", points=1), Result.PARTLY),
        (Given(state="raised"), Result.WRONG),
        (Given(state="not attempted"), Result.NOT_ATTEMPTED),
        (Given(state="not attempted", manual=3), Result.RIGHT),
        (Given(state="wrong values", manual=0), Result.WRONG),
        (Given(state="right", manual=0), Result.WRONG),
        (Given(waiting=True), Result.WAITING),
    ],
)
def test_what_an_answer_comes_to(course, given, result):
    """Does a person's score go before the judge's word?"""
    report = report_of(course, {"ann": {"double": given}})
    assert by_name(report)["double"].counts[result] == 1


def test_mistakes_come_by_frequency_the_unknown_last(course):
    """Are answers that differ in names alone counted together, under their misconception?"""
    renamed = Given(
        "def double(a):  # mine\n    return a*a", "wrong values", 0, "squared", SQUARED.message
    )
    other = Given("def double(x):\n    return 7", "wrong values", message="Differs.")
    students = {"a": {"double": other}, "b": {"double": other}, "c": {"double": other}}
    students |= {"d": {"double": SQUARED}, "e": {"double": renamed}}
    squared, unknown = report_of(course, students).mistakes
    assert (squared.label, squared.count, squared.lost) == ("squared", 2, 6)
    assert [form.count for form in squared.forms] == [2]
    assert (unknown.label, unknown.count, unknown.message) == (None, 3, "")


def test_what_costs_most_is_taught_again_with_its_section(course):
    """Do points decide, and is the lesson's section named?"""
    known = (Misconception("squared", "You squared it.", "Powers"),)
    exercises = {
        "double": ExerciseKey("double", "function", "Twice", (), (), known, {}, "The table"),
        "answer": ExerciseKey("answer", "value", "The answer", (), (), (), {}, "The table"),
    }
    course.key(LESSON).write_text(Key(LESSON, exercises).to_json(), encoding="utf-8")
    counted = Given("answer = 43", "wrong values", 0, "off_by_one", "You counted from one.")
    students = {f"s{i}": {"double": SQUARED, "answer": counted} for i in range(2)}
    report = report_of(course, students)
    assert [(m.label, m.revisit) for m in report.teach_again] == [
        ("squared", "Powers"),
        ("off by one", "The table"),
    ]
    assert report.rows[0].exercise.title == "Twice"
    assert "You squared it." in as_page(report)


def test_one_students_mistake_is_no_matter_for_a_class(course):
    """Is what a single student of many got wrong left out of what is taught again?"""
    students = {f"s{i}": ALL_RIGHT for i in range(11)} | {"x": {"double": SQUARED}}
    assert report_of(course, students).teach_again == []


def earlier_lesson(course):
    """Add a lesson before the one that is reported on, released and not graded; its name."""
    before = "00_before"
    (course.solutions / before).mkdir()
    (course.solutions / before / f"{before}.py").write_text("# %%\n", encoding="utf-8")
    course.release(before).parent.mkdir()
    nbformat.write(minilesson.release(), course.release(before))
    return before


def test_who_needs_a_talk(course):
    """Are the absent, the low and those who fell named with their reasons, and nobody else?"""
    before = earlier_lesson(course)
    good = dict.fromkeys(("ann", "bob", "cat", "dan", "fell"), ALL_RIGHT)
    gradedclass.grade(course, before, good | {"low": {}, "gone": ALL_RIGHT}, notebooks=False)
    fell = ALL_RIGHT | {"double": Given(points=1, state="partly right")}
    students = {"gone": None, "low": {}, "fell": fell}
    report = report_of(course, good | students)
    assert [(talk.participant.id, *talk.reasons) for talk in report.talks] == [
        ("gone", "handed in nothing"),
        ("low", "0 of 6 points"),
        ("fell", "67% of the points, after 100% in 1 earlier lesson"),
    ]


def test_a_hard_lesson_is_nobodys_fall(course):
    """Is nobody named for falling as the whole class did?"""
    before = earlier_lesson(course)
    everybody = [f"s{i}" for i in range(5)]
    gradedclass.grade(course, before, dict.fromkeys(everybody, ALL_RIGHT), notebooks=False)
    harder = ALL_RIGHT | {"double": Given(points=1, state="partly right")}
    assert report_of(course, dict.fromkeys(everybody, harder)).talks == []


@pytest.mark.parametrize("size", [0, 1, 2, 9])
def test_small_classes_are_told_what_cannot_be_said(course, size):
    """Does a class of any size have a page, and a sentence in place of a chance number?"""
    students = {f"s{i}": {"double": SQUARED} if i % 2 else ALL_RIGHT for i in range(size)}
    report = report_of(course, students)
    assert report.reliability.alpha is None
    page = as_page(report)
    assert ("Nobody has handed in" in page) == (size == 0)
    assert ("the class is too small" in page) == (size > 0)


def test_all_right_and_all_absent(course, tmp_path):
    """Is a class without any variance, and one without any hand-in, told so?"""
    page = as_page(report_of(course, {f"s{i}": ALL_RIGHT for i in range(12)}))
    assert "all students have the same score" in page
    assert "No misconception was named in this class." in page
    assert "Nobody: all who are in the gradebook" in page
    other = minilesson.course(tmp_path / "other")
    page = as_page(report_of(other, {f"s{i}": None for i in range(12)}))
    assert "Nobody has handed in" in page
    assert page.count("handed in nothing") == 12 + 1  # each, and the explanation


def test_five_hundred_students(course):
    """Does a large class have its numbers?"""
    rng = np.random.default_rng(0)
    students = {}
    for i in range(500):
        double, answer = rng.random(2) < 0.2 + 0.6 * rng.random()
        given = {"double": RIGHT["double"] if double else SQUARED, "explain": BY_HAND}
        students[f"s{i}"] = given | ({"answer": RIGHT["answer"]} if answer else {})
    report = report_of(course, students)
    tree = as_tree(report)
    assert tree["handed_in"] == 500
    assert sum(tree["exercises"][0]["results"].values()) == 500
    assert tree["teach_again"] == [{"exercise": "double", "label": "squared"}]
    assert -1 < tree["reliability"]["alpha"] < 1


def test_nothing_of_a_students_runs_or_loads(course):
    """Are ids, names, answers and messages shown as what they are?"""
    hostile = Given(f"double = '''{HOSTILE}'''\n", "raised", message=HOSTILE)
    students = {"=1+1 & <b>\u202e🎓": {"double": hostile}, "שלום": None}
    names = {"=1+1 & <b>\u202e🎓": ("<script>", HOSTILE)}
    gradedclass.grade(course, LESSON, students, names=names)
    page = as_page(Report(class_results(course, LESSON), names=True))
    seen = Seen(page)
    assert not {"script", "img", "link", "iframe", "object"} & set(seen.tags)
    values = [value or "" for _, value in seen.attributes]
    assert not [name for name, _ in seen.attributes if name.startswith("on")]
    assert not [value for value in values if "://" in value or value.startswith("//")]
    text = "".join(seen.text)
    assert "<script>alert(1)</script>" in text
    assert "49" not in text
    assert "שלום" in text
    assert not set(page) & {"\x1b", "\u202e"}


def test_the_page_is_one_that_everybody_can_read(course):
    """Has it a language, a title, headings in order, pictures in words, and no address?"""
    timed = {"double": Given(state="right", seconds=0.25), "answer": Given(seconds=3.0)}
    page = as_page(report_of(course, {f"s{i}": timed for i in range(3)}))
    seen = Seen(page)
    assert ("lang", "en") in seen.attributes
    assert page.count("<title>") == 1
    assert seen.headings[0] == 1
    steps = zip(seen.headings, seen.headings[1:], strict=False)
    assert all(after <= before + 1 for before, after in steps)
    pictures = re.findall(r"<svg[^>]*>", page)
    assert len(pictures) == 6  # scores, outcomes, time; each wide and narrow
    assert all('role="img"' in p and 'aria-label="' in p for p in pictures)
    ids = [value for name, value in seen.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    assert "url(" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert "median 0.25 s" in page


def test_comments_and_names_stay_with_the_student():
    """Is an answer shown without what tells whose it is?"""
    source = 'def f(x):\n    """Lee\'s."""\n    # ann-1 was here\n    return "Ann Lee", leek'
    shown = anonymous(source, Participant("ann-1", "Ann Lee"))
    assert shown == 'def f(x):\n    return "▮▮▮ ▮▮▮", leek'


def test_long_answers_are_shortened():
    """Are lines and columns bounded?"""
    shown = anonymous("\n".join(["x = " + "1" * 5000] * 5000), Participant("a"))
    assert len(shown.split("\n")) < 20
    assert max(map(len, shown.split("\n"))) < 200


@pytest.mark.parametrize(
    "content",
    [
        *(None, "", "{oops", "[]", '{"cells": [3]}', '{"cells": {"a": 1}}', b"\xff\xfe\x00"),
        *("[" * 100_000, '{"cells": [], "metadata": {"cnncourse": {"exercises": {"double": 3}}}}'),
    ],
)
def test_a_damaged_notebook_is_said_and_costs_no_points(course, content):
    """Is a graded notebook that is missing or broken counted, and everybody else shown?"""
    gradedclass.grade(course, LESSON, {"ann": ALL_RIGHT, "bob": {"double": SQUARED}})
    path = course.root / "autograded" / "ann" / LESSON / f"{LESSON}.ipynb"
    path.unlink()
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    report = Report(class_results(course, LESSON))
    assert report.results.unread == ("ann",)
    assert sorted(report.shares) == [0, 1]
    assert "1 graded notebook is missing or damaged" in as_page(report)


def test_an_outcome_that_is_none_is_not_on_record(course):
    """Does a notebook of another version, without outcomes, give points and no more?"""
    gradedclass.grade(course, LESSON, {"ann": {"double": Given(points=1)}})
    path = course.root / "autograded" / "ann" / LESSON / f"{LESSON}.ipynb"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"outcome"', '"other"'), encoding="utf-8")
    rows = by_name(Report(class_results(course, LESSON)))
    assert rows["double"].counts[Result.PARTLY] == 1
    assert rows["answer"].counts[Result.UNKNOWN] == 1


def test_without_a_gradebook_or_a_grading_one_sentence_says_so(course):
    """Is what is missing named, and nothing made?"""
    with pytest.raises(CourseError, match=r"There is no gradebook at .*gradebook\.db: run"):
        class_results(course, LESSON)
    assert not (course.root / "gradebook.db").exists()
    (course.root / "gradebook.db").write_bytes(gradedclass.empty_gradebook(course))
    with pytest.raises(CourseError, match="was never graded"):
        class_results(course, LESSON)


def test_a_damaged_gradebook_is_one_sentence(course):
    """Does a file that is no database end in words?"""
    (course.root / "gradebook.db").write_bytes(b"no database " * 1000)
    with pytest.raises(CourseError, match=r"gradebook\.db cannot be read \(file is not a database"):
        class_results(course, LESSON)


def test_the_command_writes_page_and_values(course, tmp_path, monkeypatch, capsys):
    """Is the page private, in the course's folder for reports, and the JSON where it was asked?"""
    gradedclass.grade(course, LESSON, {"ann": ALL_RIGHT, "gone": None})
    monkeypatch.chdir(course.root)
    values = tmp_path / "values.json"
    assert cli.main(["report", LESSON, "--json", str(values)]) == 0
    out = capsys.readouterr().out
    assert "1 of 2 students handed in." in out
    page = course.root / "reports" / f"{LESSON}.html"
    assert f"reports/{LESSON}.html" in out
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    assert (page.parent / ".gitignore").read_text() == "*\n"
    assert json.loads(values.read_text())["talks"][0]["student"] == "gone"


def test_an_anonymous_page_names_nobody(course, tmp_path, monkeypatch):
    """Are ids and names of students left out of page and values?"""
    students = {"ann-id": {"double": SQUARED}, "gone-id": None, "lost-id": ALL_RIGHT}
    gradedclass.grade(course, LESSON, students, names={"gone-id": ("Gustav", "Lee")})
    (course.root / "autograded" / "lost-id" / LESSON / f"{LESSON}.ipynb").unlink()
    monkeypatch.chdir(course.root)
    page, values = tmp_path / "page.html", tmp_path / "values.json"
    words = ["report", LESSON, "--anonymous", "--out", str(page), "--json", str(values)]
    assert cli.main(words) == 0
    for text in (page.read_text(encoding="utf-8"), values.read_text(encoding="utf-8")):
        assert not re.search("ann-id|gone-id|lost-id|Gustav", text)


def test_a_file_that_cannot_be_written_is_one_sentence(course, monkeypatch, capsys):
    """Is a folder that is not there named?"""
    gradedclass.grade(course, LESSON, {"ann": ALL_RIGHT})
    monkeypatch.chdir(course.root)
    assert cli.main(["report", LESSON, "--out", "nowhere/x.html"]) == 1
    assert "nowhere/x.html cannot be written" in capsys.readouterr().err


def test_reliability_is_the_textbooks():
    """Does alpha agree with its formula written out, and lie in its interval?"""
    points = np.random.default_rng(1).normal(size=(30, 1)) + np.random.default_rng(2).normal(
        size=(30, 5)
    )
    found = reliability(points)
    covariances = np.cov(points.T)
    mean_variance = np.diag(covariances).mean()
    mean_covariance = (covariances.sum() - np.trace(covariances)) / 20
    # the same by the means of variances and covariances
    alpha = 5 * mean_covariance / (mean_variance + 4 * mean_covariance)
    assert found.alpha == pytest.approx(alpha)
    assert found.low < found.alpha < found.high


def test_an_exercise_is_not_compared_with_itself():
    """Is an exercise at odds with all others seen as such, though it makes most of the sum?"""
    others = np.arange(20.0)
    points = np.stack([others, others, -10 * others], axis=1)
    assert discrimination(points, 2) == pytest.approx(-1)
    assert np.corrcoef(points[:, 2], points.sum(axis=1))[0, 1] == pytest.approx(1)


@pytest.mark.parametrize("points", [np.ones((20, 2)), np.eye(20)[:, :1], np.zeros((3, 2))])
def test_what_cannot_be_told_is_not_told(points):
    """Is there no discrimination without variance, without others and without a class?"""
    assert discrimination(points, 0) is None
    assert reliability(points).reason
