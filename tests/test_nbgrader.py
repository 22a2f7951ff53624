"""nbgrader's own commands and buttons grade with our judge, and lose nobody's work."""

from __future__ import annotations

import json
import subprocess
import sys

import minilesson
import nbformat
import pytest
from minilesson import LESSON, RIGHT, answered, hand_in
from nbgrader import converters
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute
from traitlets.config import Config

from autograder.build.assemble import as_text
from autograder.build.builder import read_notebook
from autograder.build.release import release
from autograder.course import CourseError
from autograder.grading.batch import Graded
from autograder.grading.gradebook import read_config
from autograder.grading.inventory import Inventory
from autograder.grading.nbgrader_commands import Autograde
from autograder.grading.nbgrader_plugin import configure
from autograder.grading.pages import markdown2html
from autograder.grading.plain_text import student_id
from autograder.grading.preprocessors import annotate

pytestmark = [
    pytest.mark.heavy,
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
]

DUPLICATED = answered(**RIGHT)
DUPLICATED.cells.append(minilesson.solution("double", minilesson.DOUBLE))
OLD = answered(**RIGHT)
for _cell in OLD.cells:
    _cell.metadata.pop("nbgrader", None)
CLASS = {
    "ann": (answered(**RIGHT), 4),
    "duplicated": (DUPLICATED, 4),
    "old": (OLD, 4),
    "partly": (answered(double="def double(x):\n    return x * x"), 1),
    "warns": (answered(**RIGHT | {"double": "import warnings; warnings.warn('x')\n"
                                            "def double(x):\n    return 2 * x"}), 4),
    "broken": ("{oops", 0),
    "new\nline": (answered(**RIGHT), 4),
    "deep": (answered(**RIGHT), 4),
    "many": (answered(**RIGHT), 4),
    "zoe": (answered(**RIGHT), 4),
}  # fmt: skip


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A fresh checkout of a course, whose lesson no gradebook knows, and a class's submissions."""
    course = minilesson.course(tmp_path_factory.mktemp("course"))
    for student, (notebook, _) in CLASS.items():
        hand_in(course.root / "submitted", student, notebook)
    fill_with_traps(course.root, course.root / "submitted")
    return course


def fill_with_traps(root, submitted):
    """Put what a copy would choke on beside right answers, and a link in a neighbour's place."""
    endless = root / "endless.bin"
    with endless.open("wb") as file:
        file.truncate(64 << 20)  # stands for /dev/zero, which no test should copy if it fails
    (submitted / "ann" / LESSON / "endless.bin").symlink_to(endless)
    (submitted / "ann" / LESSON / "timestamp.txt").symlink_to(endless)
    folder = submitted / "deep" / LESSON
    for _ in range(300):
        folder /= "a"
    folder.mkdir(parents=True)
    (folder / "b.txt").write_text("b")
    for number in range(3000):
        (submitted / "many" / LESSON / f"{number}.txt").touch()
    (submitted / "neighbour").symlink_to(submitted / "ann")


@pytest.fixture(scope="module")
def autograded(course):
    """The same course after `nbgrader autograde`, run as people run it."""
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "autograde", LESSON],
        cwd=course.root, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    return done, course


def recorded(course):
    with Gradebook(f"sqlite:///{course.root}/gradebook.db", "cnncourse") as gradebook:
        return {s.student.id: s.score for s in gradebook.assignment_submissions(LESSON)}


def notebook_of(course, student):
    return nbformat.read(course.root / "autograded" / student / LESSON / f"{LESSON}.ipynb", 4)


def test_the_command_ends_well_and_grades_everybody(autograded):
    done, course = autograded
    assert done.returncode == 0, done.stderr
    scores = {student_id(student): score for student, (_, score) in CLASS.items()}
    assert recorded(course) == {**scores, "neighbour": 0}


def test_the_command_reports_what_was_wrong(autograded):
    done, _ = autograded
    assert "duplicated: The cell of double is there several times" in done.stderr
    assert "JSON is broken" in done.stderr


def test_the_graded_notebook_holds_verdict_and_report(autograded):
    _, course = autograded
    check = next(
        c for c in notebook_of(course, "partly").cells if minilesson.grade_id(c) == "double"
    )
    assert "You squared it." in check.outputs[0].data["text/plain"]
    assert "About this submission" in notebook_of(course, "broken").cells[0].source


def test_nothing_is_copied_through_a_link_nor_without_bounds(autograded):
    """Is each trap one student's sentence, and the disk as it was?"""
    done, course = autograded
    for student, most in (("ann", 1), ("deep", 1), ("many", 50), ("neighbour", 1)):
        files = list((course.root / "autograded" / student / LESSON).rglob("*"))
        assert 1 <= len(files) <= most
        assert any(line.split("] ")[-1].startswith(f"{student}: ") for line in said(done))


def said(done):
    """The lines of nbgrader's that speak of a student's trouble."""
    return [line for line in done.stderr.splitlines() if "WARNING" in line]


def test_a_written_answer_waits_in_nbgraders_form(autograded):
    _, course = autograded
    with Gradebook(f"sqlite:///{course.root}/gradebook.db", "cnncourse") as gradebook:
        grade = gradebook.find_grade("explain", LESSON, LESSON, "ann")
        assert (grade.auto_score, grade.needs_manual_grade) == (0, False)


def test_the_command_puts_question_and_rubric_above_a_written_answer(autograded):
    """Does nbgrader's own command show whoever grades what `autograder grade` shows?"""
    _, course = autograded
    notebook = notebook_of(course, "partly")
    above = notebook.cells[notebook.cells.index(minilesson.find(notebook, "explain")) - 1]
    assert above.source.startswith("**Why?**")
    assert "| a reason is given | 2 | a reason |" in above.source


def test_nbgraders_feedback_shows_no_rubric(autograded):
    """Do the pages of `nbgrader generate_feedback` keep the rubric from students?"""
    _, course = autograded
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "generate_feedback", LESSON, "--student", "partly"],
        cwd=course.root, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    page = (course.root / "feedback/partly" / LESSON / f"{LESSON}.html").read_text("utf-8")
    assert "You squared it." in page
    assert "What earns points" not in page


def test_the_button_in_jupyterlab_grades_with_our_judge(autograded):
    """The button calls this interface, in a process that lives on."""
    _, course = autograded
    config = read_config(course)
    coursedir = CourseDirectory(config=config, root=str(course.root))
    path = course.root / "submitted" / "ann" / LESSON / f"{LESSON}.ipynb"
    path.write_text(json.dumps(answered(answer="answer = 42", explain="Because.")))
    result = NbGraderAPI(coursedir=coursedir, config=config).autograde(LESSON, "ann")
    assert result["success"], result.get("error")
    assert recorded(course)["ann"] == 1
    with Gradebook(coursedir.db_url, "cnncourse") as gradebook:
        assert gradebook.find_grade("explain", LESSON, LESSON, "ann").needs_manual_grade


def test_nbgrader_never_executes_a_notebook_itself(tmp_path):
    """Is student code refused, should nbgrader's own steps ever be reached?"""
    config = Config()
    configure(config, str(tmp_path / "nbgrader_config.py"))
    steps = config.Autograde.autograde_preprocessors
    assert not any(issubclass(step, Execute) for step in steps)
    with pytest.raises(CourseError, match="Only the sandbox"):
        steps[0](config=config).preprocess(minilesson.release(), {})


@pytest.fixture
def api(tmp_path):
    """nbgrader's interface to a course without submissions, as formgrader has it."""
    course = minilesson.course(tmp_path)
    config = read_config(course)
    coursedir = CourseDirectory(config=config, root=str(course.root))
    return NbGraderAPI(coursedir=coursedir, config=config), course


def test_formgrader_grades_in_a_fresh_checkout(api, monkeypatch):
    """Is a lesson graded that no "Generate" made known, and only the student who was asked for?"""
    api, course = api
    hand_in(course.root / "submitted", "ann", answered())
    assert [listed["student"] for listed in api.get_submissions(LESSON)] == ["ann"]
    asked = []

    class Noted:
        lesson = LESSON
        inventory = Inventory((), ("A note fits nobody.",))

        def __init__(self, course, lesson, submitted, *, chosen, config):
            asked.extend(s for s in ("[x]*?", "x", "ben") if chosen(s))

        def __len__(self):
            return len(asked)

        def results(self, jobs, *, feedback, again):
            assert (jobs, feedback, again) == (0, False, True)
            return [Graded(student, error="It is empty.") for student in asked]

    monkeypatch.setattr("autograder.grading.nbgrader_commands.Grading", Noted)
    result = api.autograde(LESSON, "[x]*?")
    assert asked == ["[x]*?"]
    assert not result["success"]
    assert "[x]*?: It is empty." in result["log"]
    assert "A note fits nobody." in result["log"]


def test_who_handed_in_nothing_is_named(api):
    """Is an unknown student told in one sentence?"""
    api, course = api
    hand_in(course.root / "submitted", "ann", answered())
    result = api.autograde(LESSON, "bob")
    assert not result["success"]
    assert f"bob handed in nothing for {LESSON}." in result["log"]


def test_what_was_graded_is_graded_again_only_if_it_is_newer(api):
    """Does nbgrader's rule hold: not without --force, unless a later submission came?"""
    api, course = api
    converter = Autograde(coursedir=api.coursedir, config=api.config)
    converter.coursedir.assignment_id = LESSON
    before, now = (course.root / f / "ann" / LESSON for f in ("autograded", "submitted"))
    now.mkdir(parents=True)
    assert converter._is_chosen("ann")
    before.mkdir(parents=True)
    assert not converter._is_chosen("ann")
    (before / "timestamp.txt").write_text("2026-01-01 10:00:00 UTC")
    (now / "timestamp.txt").write_text("2026-01-01 11:00:00 UTC")
    assert converter._is_chosen("ann")
    (now / "timestamp.txt").rename(course.root / "later.txt")
    (now / "timestamp.txt").symlink_to(course.root / "later.txt")
    assert not converter._is_chosen("ann")
    converter.force = True
    assert converter._is_chosen("ann")
    converter.create_student = False
    assert not converter._is_chosen("ann")


@pytest.mark.parametrize("content", ["abc", "9" * 99, "\xff", None])
def test_a_time_that_is_none_costs_nobody_formgraders_list(api, content):
    """Is a timestamp.txt without a time, or one that is a link, no fault of the whole page?"""
    api, course = api
    for student in ("ann", "ben"):
        hand_in(course.root / "submitted", student, answered())
    file = course.root / "submitted/ben" / LESSON / "timestamp.txt"
    if content is None:
        (course.root / "time.txt").write_text("2026-01-01 10:00:00 UTC")
        file.symlink_to(course.root / "time.txt")
    else:
        file.write_text(content, encoding="latin-1")
    listed = {s["student"]: s["timestamp"] for s in api.get_submissions(LESSON)}
    assert listed == {"ann": None, "ben": None}


def test_another_courses_configuration_keeps_nbgraders_own_way(api, monkeypatch):
    """Does a server that has our class, too, leave a course alone that does not ask for it?"""
    api, _ = api
    reached = []
    monkeypatch.setattr(converters.Autograde, "start", lambda self: reached.append(self))
    converter = Autograde(coursedir=api.coursedir, config=Config())
    converter.start()
    assert reached == [converter]


@pytest.mark.parametrize("edit", ["A remark of the teacher's.", None])
def test_generate_keeps_a_release_that_is_there(api, edit):
    """Is an edited notebook left as it is, and said; and its lesson made known all the same?"""
    api, course = api
    notebook = minilesson.release()
    course.solution(LESSON).write_text(json.dumps(notebook))
    made = as_text(release(read_notebook(course.solution(LESSON))))
    path = course.release(LESSON)
    path.write_text(made.replace("# A lesson", edit) if edit else made)
    kept = path.read_bytes()
    (path.parent / "extra.txt").write_text("mine")
    result = api.generate_assignment(LESSON)
    assert result["success"], result["error"]
    assert path.read_bytes() == kept
    assert (path.parent / "extra.txt").exists()
    assert ("someone may have edited it" in result.get("log", "")) == bool(edit)
    with Gradebook(api.coursedir.db_url, "cnncourse") as gradebook:
        assert gradebook.find_notebook(LESSON, LESSON).max_score == 6


def test_generate_keeps_what_is_no_notebook_any_more(api):
    """Is a release that someone broke kept, too?"""
    api, course = api
    course.solution(LESSON).write_text(json.dumps(minilesson.release()))
    course.release(LESSON).write_text("<<<<<<< mine")
    result = api.generate_assignment(LESSON)
    assert result["success"], result["error"]
    assert course.release(LESSON).read_text() == "<<<<<<< mine"
    assert "delete it" in result["log"]


@pytest.mark.parametrize(("text", "name"), [('id = "numbers"', "numbers"), ("", "course")])
def test_nbgrader_knows_the_course_by_its_id(tmp_path, text, name):
    """Is the id that of the course.toml beside nbgrader_config.py, wherever it is read from?"""
    (tmp_path / "course.toml").write_text(text)
    config = Config()
    configure(config, str(tmp_path / "nbgrader_config.py"))
    assert config.CourseDirectory.course_id == name


def test_a_report_stands_once_at_the_top():
    notebook = minilesson.release()
    annotate(notebook, "First.")
    annotate(notebook, "It is <b>; a_b.", "abc")
    nbformat.validate(notebook)
    tops = [c.source for c in notebook.cells if "About this" in c.source]
    assert tops == [r"**About this submission.** It is \<b\>; a\_b."]
    assert notebook.metadata.cnncourse == {"report": "It is <b>; a_b.", "seed": "abc"}


@pytest.mark.parametrize(
    ("source", "kept", "dropped"),
    [
        ("*a* `b < c`", "<code>b &lt; c</code>", "<script"),
        ("<script>x</script>", "x", "<script"),
        ("<details><summary>Hint</summary>a</details>", "<details>", "onclick"),
        ("[a](javascript:x)", "a", "javascript:"),
        ("[a](data:text/html,x)", "a", "data:text"),
        ("<a href='data:text/html,x'>a</a>", "a", "data:text"),
        ("![a](https://example.org/a.png)", "a", "example.org"),
        ("![a](figure.png)", "figure.png", "onerror"),
        ("![a](../logout)", "(Not shown: ", "<img"),
        ("![a](a/%2e%2e/%2e%2e/logout)", "(Not shown: ", "<img"),
        ("<svg onload=x></svg><iframe src=x></iframe>b", "b", "onload"),
        ("$a < b$", "<mo>&lt;</mo>", "<b"),
    ],
)
def test_pages_show_markdown_but_run_nothing(source, kept, dropped):
    html = markdown2html({"cell": {}}, source)
    assert kept in html
    assert dropped not in html


def test_pasted_pictures_are_shown():
    cell = {"attachments": {"a.png": {"image/png": "iVBORw0KGgo="}}}
    assert 'src="data:image/png;base64,iVBORw0KGgo="' in markdown2html(
        {"cell": cell}, "![a](attachment:a.png)"
    )
