"""Does the leaderboard rank a class by what the judge measured, and say who is not on it?"""

from __future__ import annotations

import json

import authored
import minilesson
import nbformat
import pytest
from minilesson import LESSON, hand_in
from nbgrader.api import Gradebook

from autograder import cli
from autograder.build.compiler import compile_key
from autograder.course import CourseError
from autograder.grading.batch import Grading
from autograder.grading.leaderboard import Standing, _in_order, as_tree, leaderboard
from autograder.lesson import Lesson
from autograder.sandbox import probe_isolation

pytestmark = pytest.mark.heavy

SETUP = minilesson.SETUP + "\nimport keras\nfrom keras import layers"
# A network that is right on the first n of five classes, without any training.
NETWORK = """
def network(n, units=5):
    weights = np.zeros((5, units))
    weights[range(n), range(n)] = 1
    made = keras.Sequential([keras.Input((5,)), layers.Dense(units, use_bias=False)])
    made.set_weights([weights])
    return made
"""
SCRIPT = f"""# %% [markdown]
# # A contest
#
# **Time** 5 minutes · **Needs** nothing · **Running everything** {{{{seconds}}}} s on two CPU cores
#
# **Which is the best?**

# %% tags=["setup"]
{SETUP}
{NETWORK}

# %% [markdown]
# ### {{{{exercise net}}}}
# Train one.

# %% tags=["exercise"]
### BEGIN SOLUTION
net = network(5)
### END SOLUTION

# %% tags=["check"]
check(net=net)
"""
SPECIFICATIONS = """
import numpy as np

from autograder.exercise import Criterion, Trained


class Net(Trained):
    name = "net"
    title = "A network"
    criteria = (
        Criterion("good", 2, "80 %"),
        Criterion("parameters", 1, "small"),
        Criterion("multiply_adds", 1, "cheap"),
    )
    thresholds = {"good": 0.8}
    classes = 5
    max_parameters = 40
    max_multiply_adds = 40

    def hidden(self, rng):
        labels = rng.permutation(np.arange(100) % 5)
        return np.eye(5)[labels], labels
"""
DEEP = "net = keras.Sequential([network(5), layers.Dense(5, 'linear', False, 'identity')])"
# It answers with everything right, and describes a smaller network that is not.
LIAR = """
import cnncourse.check.subject as subject
small = network(2)
subject._ACTIONS["export"] = lambda model, request: subject.model_size.parts_of(small)
net = network(5)
"""
CLASS = {
    "ann": "net = network(4)",
    "bob": "net = network(5)",
    "[b]cat": "net = network(4)",
    "eve": LIAR,
    "large": DEEP,
    "function": "net = lambda x: np.asarray(x)",
    "absent": "net = ...  # your answer",
}


@pytest.fixture(scope="module")
def walls():
    """What keeps student code in; without it, nothing is graded."""
    if not all(check.ok for check in probe_isolation()):
        pytest.skip("this machine cannot isolate code")


def contest(root):
    """A course of one lesson in which a network is trained."""
    course = minilesson.course(root)
    folder = course.solutions / LESSON
    (folder / f"{LESSON}.py").write_text(SCRIPT, encoding="utf-8")
    authored.write_specifications(folder, SPECIFICATIONS)
    cells = [
        minilesson.cell("markdown", "# A contest"),
        minilesson.cell("code", f"{SETUP}\n{NETWORK}"),
        minilesson.solution("net", "net = ...  # your answer"),
        minilesson.check("net", "check(net=net)", 4),
    ]
    cells[1].metadata["tags"] = ["setup"]
    notebook = minilesson.release()
    notebook.cells = cells
    nbformat.write(notebook, course.release(LESSON))
    course.key(LESSON).parent.mkdir(parents=True, exist_ok=True)
    key = compile_key(Lesson.read(folder))
    course.key(LESSON).write_text(key.to_json(), encoding="utf-8")
    return course


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The contest before anybody handed in."""
    return contest(tmp_path_factory.mktemp("contest"))


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The contest, graded for real."""
    course = contest(tmp_path_factory.mktemp("graded"))
    for student, answer in CLASS.items():
        notebook = nbformat.read(course.release(LESSON), as_version=4)
        notebook.cells[2].source = answer
        # what a student writes there must count for nothing
        notebook.cells[3].metadata["measured"] = {"accuracy": 2.0}
        hand_in(course.root / "submitted", student, notebook)
    results = list(Grading(course, LESSON, course.root / "submitted").results(jobs=1))
    assert len(results) == len(CLASS)
    return course


def by_student(board):
    return {entry.student: entry for entry in board.entries}


@pytest.mark.usefixtures("walls")
def test_the_best_come_first(graded):
    """Are networks ranked by hidden accuracy, equals side by side?"""
    ranked = [(e.rank, e.student, e.accuracy) for e in leaderboard(graded, LESSON).ranked]
    assert ranked == [
        (1, "bob", 1.0),
        (2, "[b]cat", 0.8),
        (2, "ann", 0.8),
        (4, "eve", 0.4),
    ]


@pytest.mark.usefixtures("walls")
def test_a_network_that_lies_is_measured_as_the_one_it_describes(graded):
    """Are accuracy and size of one and the same network, and paid accordingly?"""
    entry = by_student(leaderboard(graded, LESSON))["eve"]
    assert (entry.accuracy, entry.parameters, entry.score) == (0.4, 25, 2)


@pytest.mark.usefixtures("walls")
@pytest.mark.parametrize(
    ("student", "accuracy", "reason"),
    [
        ("large", 1.0, "over the budget by 10 parameters and 10 multiply-adds"),
        ("function", 1.0, "not counted, because it is not a keras.Model"),
        ("absent", None, "no network that answers"),
    ],
)
def test_who_is_not_ranked_is_listed_with_the_reason(graded, student, accuracy, reason):
    """Is nobody left out without a word?"""
    entry = by_student(leaderboard(graded, LESSON))[student]
    assert (entry.rank, entry.accuracy) == (None, accuracy)
    assert entry.reason.startswith(reason)


@pytest.mark.usefixtures("walls")
def test_the_command_prints_a_table(graded, monkeypatch, capsys):
    """Does the table hold ranks, names as they are, facts, points, reasons and the budget?"""
    monkeypatch.chdir(graded.root)
    monkeypatch.setenv("COLUMNS", "200")
    assert cli.main(["leaderboard", LESSON]) == 0
    text = capsys.readouterr().out
    assert "[b]cat" in text
    for words in ("100.0%", "4 / 4", "over the budget by", "budget: 40 parameters and 40 multiply"):
        assert words in text


@pytest.mark.usefixtures("walls")
def test_json_top_and_anonymous(graded, monkeypatch, capsys):
    """Does --json print the report alone, --top the best, and --anonymous nobody's name?"""
    monkeypatch.chdir(graded.root)
    assert cli.main(["leaderboard", LESSON, "--json", "--top", "2", "--anonymous"]) == 0
    tree = json.loads(capsys.readouterr().out)
    assert tree["budgets"] == {"parameters": 40, "multiply_adds": 40}
    assert [(e["rank"], e["student"]) for e in tree["entries"]] == [
        (1, "network 1"),
        (2, "network 2"),
    ]
    everybody = as_tree(leaderboard(graded, LESSON).anonymous())["entries"]
    assert not {e["student"] for e in everybody} & CLASS.keys()


@pytest.mark.usefixtures("walls")
def test_another_gradebook_is_read_with_the_notebooks_beside_it(graded, course):
    """Can a gradebook lie elsewhere than the course?"""
    elsewhere = graded.root / "gradebook.db"
    assert leaderboard(course, LESSON, elsewhere) == leaderboard(graded, LESSON)


@pytest.mark.usefixtures("walls")
@pytest.mark.parametrize("content", [None, "{oops", '{"cells": [3]}', '{"cells": []}'])
def test_a_lost_notebook_costs_the_others_nothing(graded, content):
    """Is a graded notebook that cannot be read told apart, and everybody else ranked?"""
    path = graded.root / "autograded" / "bob" / LESSON / f"{LESSON}.ipynb"
    kept = path.read_bytes()
    path.chmod(0o644)
    try:
        path.unlink() if content is None else path.write_text(content)
        board = leaderboard(graded, LESSON)
        assert by_student(board)["bob"].reason == "there is no graded notebook: grade again"
        assert board.ranked[0].student == "[b]cat"
    finally:
        path.write_bytes(kept)


def test_equals_are_told_apart_by_work_then_size():
    """Does the cheaper of two equally good networks come first, then the smaller?"""

    def entry(student, work, size):
        return Standing(student, 1, 0.9, size, work)

    entries = [entry("a", 30, 10), entry("b", 20, 30), entry("c", 20, 20), entry("d", 20, 30)]
    assert [(e.rank, e.student) for e in _in_order(entries)] == [
        (1, "c"),
        (2, "b"),
        (2, "d"),
        (4, "a"),
    ]


def test_what_is_within_two_standard_errors_is_equal():
    """Does less work win among networks that the images cannot tell apart, and only there?"""

    def entry(student, accuracy, work, images=800):
        return Standing(student, 1, accuracy, 100, work, images)

    entries = [entry("best", 0.84, 300), entry("near", 0.82, 200), entry("far", 0.80, 100)]
    assert [(e.rank, e.student) for e in _in_order(entries)] == [
        (1, "near"),
        (2, "best"),
        (3, "far"),
    ]
    perfect = [entry("all", 1.0, 300, 100), entry("all but one", 0.99, 200, 100)]
    assert [e.student for e in _in_order(perfect)] == ["all but one", "all"]


def test_without_a_gradebook_one_is_asked_for(course):
    """Is the missing file named, and not made?"""
    with pytest.raises(CourseError, match=r"There is no gradebook at .*gradebook\.db: run"):
        leaderboard(course, LESSON)
    assert not (course.root / "gradebook.db").exists()


def test_a_lesson_never_graded_and_one_that_nobody_handed_in(course, tmp_path):
    """Is a gradebook without the lesson told apart from an empty class?"""
    book = tmp_path / "other.db"
    with Gradebook(f"sqlite:///{book}", "cnncourse") as gradebook:
        gradebook.add_assignment("02_other")
    with pytest.raises(CourseError, match=f"{LESSON} was never graded"):
        leaderboard(course, LESSON, book)
    with Gradebook(f"sqlite:///{book}", "cnncourse") as gradebook:
        gradebook.add_assignment(LESSON)
    with pytest.raises(CourseError, match="Nobody has handed in"):
        leaderboard(course, LESSON, book)


def test_a_lesson_without_a_network(tmp_path):
    """Is a lesson that trains nothing told so, and one that is not built?"""
    course = minilesson.course(tmp_path)
    with pytest.raises(CourseError, match="is not built yet"):
        leaderboard(course, LESSON)
    course.key(LESSON).parent.mkdir(parents=True, exist_ok=True)
    key = compile_key(Lesson.read(course.solutions / LESSON))
    course.key(LESSON).write_text(key.to_json(), encoding="utf-8")
    with pytest.raises(CourseError, match="No network is trained in an exercise"):
        leaderboard(course, LESSON)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [(["99_none"], "99_none"), ([LESSON, "--top", "0"], "--top 0: at least one network")],
)
def test_a_wrong_word_is_one_sentence(course, monkeypatch, capsys, words, sentence):
    """Does a lesson or number that makes no sense end in exit code 1 and a sentence?"""
    monkeypatch.chdir(course.root)
    assert cli.main(["leaderboard", *words]) == 1
    assert sentence in capsys.readouterr().err
