"""A class: honest, broken and hostile submissions side by side in one batch."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures.process import BrokenProcessPool

import minilesson
import nbformat
import pytest
from minilesson import LESSON, RIGHT, answered, hand_in
from nbgrader.api import Gradebook
from tasks import dies_on_three

from autograder import cli
from autograder.course import CourseError
from autograder.grading import warm_sandboxes
from autograder.grading.batch import Graded, Grading
from autograder.grading.results import as_tree, remark
from autograder.grading.secret_key import FOLDER
from autograder.grading.submission_limits import GradingLimits
from autograder.grading.workers import run_here
from autograder.sandbox import Sandbox
from cnncourse.check.outcome import AwaitingHand, CriterionResult, NotAttempted, Right

pytestmark = pytest.mark.heavy

IMPATIENT = GradingLimits(
    cell_seconds=8, answer_seconds=8, first_seconds=3, outputs_bytes=1_000_000
)
HOSTILE = """
import os, pathlib
for folder in ("/work", "/home", "/tmp", "..", "../submitted"):
    for path in pathlib.Path(folder).rglob("*.ipynb"):
        try: path.write_text("owned")
        except OSError: pass
def double(x): return 2 * x
"""


def one_lost(**answers):
    notebook = answered(**answers)
    notebook.cells = [c for c in notebook.cells if minilesson.grade_id(c) != "answer-answer"]
    return notebook


def with_script():
    notebook = answered(**RIGHT, explain="<script>alert(1)</script> [x](javascript:alert(1))")
    notebook.cells.insert(2, minilesson.cell("markdown", "<img src=x onerror=alert(2)>"))
    notebook.cells.insert(2, minilesson.cell("raw", "<script>alert(3)</script>"))
    source = "from IPython.display import HTML; HTML('<script>alert(4)</script>')"
    notebook.cells.insert(2, minilesson.cell("code", source))
    return notebook


def chatty():
    notebook = answered(**RIGHT)
    talk = minilesson.cell("code", "print('x' * 700_000)")
    notebook.cells += [talk, minilesson.cell("code", "print('y' * 700_000)")]
    return notebook


CLASS = {
    "ann": (answered(**RIGHT), 4, None),
    "Zoë O'Neill, [1] {x}": (answered(**RIGHT), 4, None),
    " spaces ": (answered(**RIGHT), 4, None),
    "..dots": (answered(**RIGHT), 4, None),
    "script": (with_script(), 4, None),
    "partly": (answered(double="def double(x):\n    return x * x"), 1, None),
    "starter": (minilesson.release(), 0, None),
    "hostile": (answered(double=HOSTILE), 3, None),
    "exits": (answered(**RIGHT | {"double": "import os; os._exit(0)"}), 1, "ended itself"),
    "loops": (answered(**RIGHT | {"double": "while True: pass"}), 1, "stopped after 8 s"),
    "broken": (b"{oops", 0, "JSON is broken"),
    "other": ('{"cells": [{"cell_type": "code", "source": "1"}]}', 0, "another lesson"),
    "lost": (one_lost(**RIGHT), 3, "answer cells of answer were lost"),
    "chatty": (chatty(), 4, "outputs of 1 cell(s) were left out"),
    "no picture": (answered(**RIGHT, explain="![b](attachment:missing.svg)"), 4, None),
}
# Handed in otherwise than into a folder of one's own: points, and what the report says of it.
ODD = {
    "empty": (0, "There is no 01_mini.ipynb in the folder."),
    "new\\nline": (4, "holds characters that cannot be shown"),
    "gabi": (4, "recognised by the name 'gabi_1_2_01_mini.ipynb', Canvas's"),
    "linked": (0, "folder is a link"),
    "robbed": (4, "is a hard link in the folder of thief, too"),
    "thief": (0, "hard link to a file of robbed's"),
    "deep": (4, "more than 8 deep"),
}


def hand_in_oddly(submitted):
    """Hand in what `ODD` lists."""
    solved = answered(**RIGHT)
    (submitted / "empty" / LESSON).mkdir(parents=True)
    hand_in(submitted, "new\nline", solved)
    (submitted / "gabi_1_2_01_mini.ipynb").write_text(json.dumps(solved))
    (submitted / "linked").symlink_to(submitted / "ann")
    stolen = submitted / "thief" / LESSON / f"{LESSON}.ipynb"
    stolen.parent.mkdir(parents=True)
    os.link(hand_in(submitted, "robbed", solved), stolen)
    place = hand_in(submitted, "deep", solved).parent
    place.joinpath(*["x"] * 40).mkdir(parents=True)


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The whole class, graded by two workers: the course, and the results by student."""
    course = minilesson.course(tmp_path_factory.mktemp("course"))
    for student, (notebook, *_) in CLASS.items():
        hand_in(course.root / "submitted", student, notebook)
    hand_in_oddly(course.root / "submitted")
    (course.root / "submitted" / "elsewhere" / "02_other").mkdir(parents=True)
    (course.root / "submitted" / "a file").write_text("")
    grading = Grading(course, LESSON, course.root / "submitted", IMPATIENT)
    assert len(grading) == len(CLASS) + len(ODD)
    assert [sentence.split()[0] for sentence in grading.inventory.unmatched] == [
        "'a",
        "'elsewhere'",
    ]
    return course, {g.student: g for g in grading.results(jobs=2)}


@pytest.mark.parametrize("student", CLASS)
def test_each_gets_what_the_work_deserves(graded, student):
    _, score, error = CLASS[student]
    result = graded[1][student]
    assert (result.score, result.max_score) == (score, 6)
    assert error is None if result.error is None else error in result.error


@pytest.mark.parametrize("student", ODD)
def test_what_is_handed_in_oddly_is_graded_or_named(graded, student):
    """Does each get the points for what is certainly theirs, and a sentence that says why?"""
    score, said = ODD[student]
    assert graded[1][student].score == score
    assert said in graded[1][student].error


def test_nobody_else_is_graded(graded):
    assert set(graded[1]) == {*CLASS, *ODD}


def test_a_graded_notebook_keeps_what_there_is_room_for(graded):
    """Are outputs beyond the limit of a notebook left out, with a line in their place?"""
    path = graded[0].root / "autograded/chatty" / LESSON / f"{LESSON}.ipynb"
    text = path.read_text("utf-8")
    assert "x" * 700_000 in text
    assert "The outputs of this cell were left out" in text
    assert len(text) < 1_000_000


def test_who_takes_long_is_graded_after_all_others(graded):
    """Does an endless loop hold up nobody else, and does the table say who waited?"""
    _, results = graded
    waited = [graded.waited is not None for graded in results.values()]
    assert waited == sorted(waited)  # on a busy machine others may have waited, too
    assert results["loops"].waited == 3
    assert remark(results["loops"]).endswith("took more than 3 s, so waited for all others")


def test_the_gradebook_agrees(graded):
    course, results = graded
    with Gradebook(f"sqlite:///{course.root}/gradebook.db", "cnncourse") as gradebook:
        recorded = {s.student.id: s.score for s in gradebook.assignment_submissions(LESSON)}
    assert recorded == {name: g.score for name, g in results.items()}


def test_what_was_handed_in_is_untouched(graded):
    course, _ = graded
    for student, (notebook, *_) in CLASS.items():
        text = notebook if isinstance(notebook, (str, bytes)) else json.dumps(notebook)
        path = course.root / "submitted" / student / LESSON / f"{LESSON}.ipynb"
        assert path.read_bytes() == (text if isinstance(text, bytes) else text.encode())


def test_everybody_gets_a_feedback_page(graded):
    course, results = graded
    for student in results:
        page = (course.root / "feedback" / student / LESSON / f"{LESSON}.html").read_text("utf-8")
        assert f"<b>{results[student].score:.4g}</b> of 6 points" in page


def test_feedback_shows_outcomes_and_findings(graded):
    folder = graded[0].root / "feedback"
    assert "You squared it." in (folder / "partly" / LESSON / f"{LESSON}.html").read_text("utf-8")
    page = (folder / "broken" / LESSON / f"{LESSON}.html").read_text("utf-8")
    assert "About this submission" in page
    assert "JSON is broken" in page


def test_no_script_of_a_student_reaches_a_page(graded):
    page = (graded[0].root / "feedback/script" / LESSON / f"{LESSON}.html").read_text("utf-8")
    for number in range(1, 5):
        assert f"<script>alert({number})" not in page
    assert "onerror" not in page
    assert 'href="javascript' not in page


def test_pages_and_graded_notebooks_name_no_seed_and_no_solution(graded):
    course, _ = graded
    seed = str(json.loads((course.root / FOLDER / f"{LESSON}.json").read_text())["seed"])
    for folder in ("feedback", "autograded"):
        for path in (course.root / folder).rglob("*"):
            if path.is_file():
                text = path.read_text("utf-8")
                assert seed not in text
                assert "BEGIN SOLUTION" not in text
                assert path.suffix in (".html", ".ipynb")


def test_graded_notebooks_show_the_rubric_and_feedback_does_not(graded):
    """Does the rubric reach whoever grades by hand, through the judge's key, and nobody else?"""
    course, _ = graded
    notebook = nbformat.read(course.root / "autograded/script" / LESSON / f"{LESSON}.ipynb", 4)
    place = notebook.cells.index(minilesson.find(notebook, "explain"))
    assert notebook.cells[place - 1].source.startswith("**Why?**")
    assert "| a reason is given | 2 | a reason |" in notebook.cells[place - 1].source
    page = (course.root / "feedback/script" / LESSON / f"{LESSON}.html").read_text("utf-8")
    assert "What earns points" not in page


def test_the_graded_notebook_names_the_seeds_fingerprint(graded):
    path = graded[0].root / "autograded/ann" / LESSON / f"{LESSON}.ipynb"
    assert len(json.loads(path.read_text())["metadata"]["cnncourse"]["seed"]) == 12


def test_grading_again_by_command_gives_the_same_and_the_promised_json(
    graded, monkeypatch, capsys, tmp_path
):
    course, results = graded
    few = tmp_path / "submitted"
    for student in ("ann", "partly"):
        hand_in(few, student, CLASS[student][0])
    monkeypatch.chdir(course.root)
    out = tmp_path / "out.json"
    command = ["grade", LESSON, "--submitted", str(few), "--jobs", "1", "--json", str(out)]
    assert cli.main(command) == 0
    shown = capsys.readouterr().out
    assert "ann" in shown
    assert "4 / 6" in shown
    tree = json.loads(out.read_text())
    assert set(tree) == {"lesson", "students", "seconds"}
    for student in ("ann", "partly"):
        before = as_tree(LESSON, [results[student]], 0)["students"][student]
        again = tree["students"][student]
        assert set(again) == {"score", "max", "exercises", "error"}
        for exercise in (*before["exercises"].values(), *again["exercises"].values()):
            assert 0 <= exercise.pop("seconds") < 10
            assert exercise.pop("memory_mb") >= 0
        assert again == before
    exercise = tree["students"]["partly"]["exercises"]["double"]
    assert set(exercise) == {"state", "score", "max", "misconception", "message"}
    assert exercise["misconception"] == "squared"


def test_grades_given_by_hand_survive_grading_again(graded):
    course, _ = graded
    url = f"sqlite:///{course.root}/gradebook.db"
    with Gradebook(url, "cnncourse") as gradebook:
        gradebook.find_grade("explain", LESSON, LESSON, "script").manual_score = 1.5
        gradebook.db.commit()
    one = course.root / "again"
    hand_in(one, "script", CLASS["script"][0])
    list(Grading(course, LESSON, one).results(jobs=1))
    with Gradebook(url, "cnncourse") as gradebook:
        assert gradebook.find_submission(LESSON, "script").score == 5.5
        assert gradebook.find_submission(LESSON, "ann").score == 4


@pytest.fixture
def course(tmp_path):
    return minilesson.course(tmp_path)


def test_a_lesson_that_is_not_released_is_refused(course):
    hand_in(course.root / "submitted", "ann", answered())
    course.release(LESSON).unlink()
    with pytest.raises(CourseError, match="autograder build 01_mini"):
        Grading(course, LESSON, course.root / "submitted")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["01_mimi"], "did you mean '01_mini'"),
        ([LESSON, "--jobs", "0"], "at least one worker"),
        ([LESSON, "--json", "no/such/folder/x.json"], "no such folder"),
        ([LESSON], "There is no folder"),
    ],
)
def test_a_wrong_command_gets_one_sentence(course, monkeypatch, capsys, arguments, message):
    monkeypatch.chdir(course.root)
    assert cli.main(["grade", *arguments]) == 1
    captured = capsys.readouterr().err.strip()
    assert message in captured
    assert "\n" not in captured


def test_a_lesson_that_does_not_compile_is_told_in_one_sentence(course):
    hand_in(course.root / "submitted", "ann", answered())
    script = course.script(LESSON)
    script.write_text(script.read_text().replace("return 2 * x", "raise KeyError(x)"))
    with pytest.raises(CourseError, match="cannot be compiled: double") as caught:
        list(Grading(course, LESSON, course.root / "submitted").results())
    assert "\n" not in str(caught.value)


def test_a_seed_that_was_spoilt_is_not_replaced_silently(course):
    hand_in(course.root / "submitted", "ann", answered())
    (course.root / FOLDER).mkdir()
    (course.root / FOLDER / f"{LESSON}.json").write_text("{}")
    with pytest.raises(CourseError, match="holds no grading seed"):
        list(Grading(course, LESSON, course.root / "submitted").results())


def test_an_upgrade_in_the_midst_of_a_class_costs_nobody_a_point(course, monkeypatch, tmp_path):
    """Does a class end with the right points although a file that a sandbox shows was replaced?"""
    shown, new = tmp_path / "library.so", tmp_path / "new.so"
    for path in (shown, new):
        path.write_bytes(bytes(2 << 20))  # too large to be copied into each child
    started = []

    def start(**options):
        started.append(Sandbox(**options, read_only=[shown]))
        return started[-1]

    monkeypatch.setattr(warm_sandboxes, "Sandbox", start)
    monkeypatch.setattr(warm_sandboxes, "_WARM", {})
    for student in ("ann", "ben", "cai"):
        hand_in(course.root / "submitted", student, answered(**RIGHT))
    results = []
    for graded in Grading(course, LESSON, course.root / "submitted").results(jobs=0):
        results.append((graded.student, graded.score, graded.error))
        if len(results) == 1:
            os.replace(new, shown)
    warm_sandboxes.close_all()
    assert results == [("ann", 4, None), ("ben", 4, None), ("cai", 4, None)]
    assert len(started) == 2


def fails_on_three(factor: int, number: int) -> int:
    if number == 3:
        raise ValueError("three")
    return factor * number


def run(function, factor, numbers):
    """Each number with its future, from two processes."""
    return dict(pair for group in run_here(function, factor, numbers, 2) for pair in group)


def test_a_worker_that_dies_costs_only_its_task():
    finished = run(dies_on_three, 2, range(6))
    assert isinstance(finished.pop(3).exception(), BrokenProcessPool)
    assert {task: future.result() for task, future in finished.items()} == {
        n: 2 * n for n in (0, 1, 2, 4, 5)
    }


def test_a_task_that_raises_costs_only_itself():
    finished = run(fails_on_three, 1, range(5))
    assert isinstance(finished[3].exception(), ValueError)
    assert finished[4].result() == 4


def test_an_interruption_keeps_what_is_finished(course):
    for student in ("ann", "ben"):
        hand_in(course.root / "submitted", student, answered(**RIGHT))
    slow = answered(**RIGHT, explain="x")
    slow.cells.insert(1, minilesson.cell("code", "import time; time.sleep(100)"))
    hand_in(course.root / "submitted", "slow", slow)
    command = [sys.executable, "-m", "autograder.cli", "grade", LESSON, "--jobs", "1"]
    process = subprocess.Popen(
        command, cwd=course.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    page = course.root / "feedback/ben" / LESSON / f"{LESSON}.html"
    deadline = time.monotonic() + 600
    while not page.exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.2)
    time.sleep(5)  # the page is written a moment before the result is counted
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=300)
    assert process.returncode == 130, err
    assert "2 recorded, 1 left" in err
    assert "Traceback" not in err
    assert "ben" in out


CRITERIA = (CriterionResult("c", "it works", 2, True),)


@pytest.mark.parametrize(
    ("graded", "expected"),
    [
        (Graded("a", {"f": Right("f", CRITERIA, "Right.")}), "all right"),
        (Graded("a", {"f": AwaitingHand("f", (), "")}), "all right · 1 to grade by hand"),
        (Graded("a", {n: NotAttempted(n, (), "No.") for n in "fg"}), "f: No. (and 1 more)"),
        (Graded("a", error="It is empty."), "It is empty."),
        (
            Graded("a", {"f": Right("f", CRITERIA, "Right.")}, waited=90),
            "all right · took more than 90 s, so waited for all others",
        ),
    ],
)
def test_a_result_comes_down_to_one_line(graded, expected):
    assert remark(graded) == expected
