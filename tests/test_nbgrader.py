"""nbgrader's own commands and buttons grade with our judge, and lose nobody's work."""

from __future__ import annotations

import json
import subprocess
import sys

import minilesson
import nbformat
import pytest
from minilesson import LESSON, RIGHT, answered, hand_in
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute
from traitlets.config import Config

from autograder.grading.gradebook import Recorder, read_config
from autograder.grading.merge import fresh
from autograder.grading.nbgrader_plugin import configure
from autograder.grading.preprocessors import annotate, markdown2html

pytestmark = pytest.mark.heavy

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
}  # fmt: skip


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course whose lesson the gradebook knows, with a class's submissions."""
    course = minilesson.course(tmp_path_factory.mktemp("course"))
    with Recorder(course, LESSON) as recorder:
        recorder.prepare(fresh(minilesson.release()))
    for student, (notebook, _) in CLASS.items():
        hand_in(course.root / "submitted", student, notebook)
    secret = course.root / "secret.txt"
    secret.write_text("not for students")
    (course.root / "submitted" / "ann" / LESSON / "stolen.txt").symlink_to(secret)
    return course


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
    assert recorded(course) == {student: score for student, (_, score) in CLASS.items()}


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


def test_a_link_out_of_the_folder_is_not_copied(autograded):
    _, course = autograded
    folder = course.root / "autograded" / "ann" / LESSON
    assert [path.name for path in folder.iterdir()] == [f"{LESSON}.ipynb"]


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
    config = Config()
    configure(config, str(tmp_path / "nbgrader_config.py"))
    steps = config.Autograde.autograde_preprocessors
    assert not any(issubclass(step, Execute) for step in steps)


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
        ("<svg onload=x></svg><iframe src=x></iframe>b", "b", "onload"),
        ("$a < b$", "a &lt; b", "<b"),
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
