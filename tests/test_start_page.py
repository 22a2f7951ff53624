"""Does a student find the way, lose nothing, and is what checks said kept in that one place?"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from lab_server import lab_server
from test_pages import browser, in_browser

from cnncourse.check import begin
from cnncourse.check.outcome import CriterionResult, NotAttempted, Right, WrongValues
from cnncourse.start.__main__ import main
from cnncourse.start.copies import lay_out
from cnncourse.start.lessons import lessons, parts
from cnncourse.start.page import start_page, write_page
from cnncourse.start.record import FILE, FOLDER, Check, checks, keep
from cnncourse.start.review import due

__all__ = ["browser"]  # a fixture

ROOT = Path(__file__).resolve().parents[1]
NOON = datetime(2026, 11, 2, 12)
MET = (CriterionResult("all", "all of it", 3, earned=True),)


def released(folder, *names, text="A lesson"):
    """Lessons of one cell and one exercise each."""
    for name in names:
        graded = {"grade": True, "grade_id": "twice", "points": 3, "solution": False}
        heading = "### Exercise 1 ★ · Twice a number ●○○ · 3 points"
        cells = [
            {"cell_type": "markdown", "id": "a", "source": f"# {text}\n\n**Time** 80 minutes"},
            {"cell_type": "markdown", "id": "b", "source": [heading, "\n", "Do."], "metadata": {}},
            {"cell_type": "code", "id": "c", "source": "", "metadata": {"nbgrader": graded}},
        ]
        place = folder / name / f"{name}.ipynb"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    return folder


def said(day, lesson="00_one", exercise="twice", right=True):
    at = (NOON + timedelta(days=day)).timestamp()
    return Check(at, lesson, exercise, right, 3.0 if right else 1.0, 3.0)


# --- what checks said ----------------------------------------------------------------------------


def test_a_check_leaves_a_line_where_a_student_works(tmp_path, monkeypatch):
    """Is what was right and what was not both kept, from a lesson's own folder?"""
    (tmp_path / FOLDER).mkdir()
    (tmp_path / "00_one").mkdir()
    monkeypatch.chdir(tmp_path / "00_one")
    keep("00_one", WrongValues("twice", (), "No."))
    keep("00_one", NotAttempted("twice", (), "Nothing yet."))
    keep("00_one", Right("twice", MET, "Right."))
    assert [(c.exercise, c.right, c.score) for c in checks(tmp_path)] == [
        ("twice", False, 0),
        ("twice", True, 3),
    ]


def test_check_itself_keeps_what_it_says(tmp_path, monkeypatch, capsys):
    """Does a real check of a real lesson do so, and does one of an empty answer not?"""
    (tmp_path / FOLDER).mkdir()
    monkeypatch.chdir(tmp_path)
    check = begin("07_edges", keras=False)
    check("quiz")
    assert checks(tmp_path) == []
    check(quiz={"q1": "z"})
    assert [(c.lesson, c.exercise, c.right) for c in checks(tmp_path)] == [
        ("07_edges", "quiz", False)
    ]


def test_elsewhere_nothing_is_kept(tmp_path, monkeypatch):
    """Does a check in any other folder write nothing?"""
    monkeypatch.chdir(tmp_path)
    keep("00_one", Right("twice", MET, "Right."))
    assert list(tmp_path.iterdir()) == []


def test_a_record_that_cannot_be_written_disturbs_no_check(tmp_path, monkeypatch):
    """Is a folder in the record's place passed over?"""
    (tmp_path / FOLDER / FILE).mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    keep("00_one", Right("twice", MET, "Right."))
    assert checks(tmp_path) == []


@pytest.mark.parametrize(
    "line", ["{", "3", "null", '{"at": 1}', '{"at": "x"}', "\x00\xff", '{"at": 1e999}', "[]"]
)
def test_a_damaged_record_is_read_as_far_as_it_goes(tmp_path, line):
    """Is one bad line one line lost, and is the page written all the same?"""
    (tmp_path / FOLDER).mkdir()
    good = json.dumps(vars(said(0)))
    (tmp_path / FOLDER / FILE).write_text(f"{good}\n{line}\n{good}\n", encoding="latin-1")
    assert len(checks(tmp_path)) == 2
    released(tmp_path, "00_one")
    assert "1 of 1" in write_page(tmp_path).read_text(encoding="utf-8")


@pytest.mark.heavy
def test_two_notebooks_do_not_mix_their_lines(tmp_path):
    """Are all lines of two processes whole?"""
    (tmp_path / FOLDER).mkdir()
    code = (
        "from cnncourse.check.outcome import Right; from cnncourse.start.record import keep\n"
        "for _ in range(200): keep('00_one', Right('twice', (), 'Right.'))"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    both = [
        subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path, env=environment)
        for _ in range(2)
    ]
    assert [process.wait(60) for process in both] == [0, 0]
    assert len(checks(tmp_path)) == 400


# --- copies --------------------------------------------------------------------------------------


@pytest.fixture
def course(tmp_path):
    """Two released lessons, and the folder of a student who has copies of them."""
    notebooks, work = released(tmp_path / "notebooks", "00_one", "01_two"), tmp_path / "work"
    assert lay_out(notebooks, work) == []
    return notebooks, work


def notebook(folder, name):
    return folder / name / f"{name}.ipynb"


def test_what_was_not_edited_is_brought_up_to_date(course):
    """Does a correction reach who has not begun, and a new lesson everybody?"""
    notebooks, work = course
    released(notebooks, "00_one", "02_three", text="Corrected")
    assert lay_out(notebooks, work) == []
    for name in ("00_one", "01_two", "02_three"):
        assert notebook(work, name).read_bytes() == notebook(notebooks, name).read_bytes()


def test_what_was_edited_stays_and_the_new_one_lies_beside_it(course):
    """Is no letter of an answer lost, is the correction there, and is it brought only once?"""
    notebooks, work = course
    notebook(work, "00_one").write_text("my answers")
    released(notebooks, "00_one", text="Corrected")
    (new,) = lay_out(notebooks, work)
    assert notebook(work, "00_one").read_text() == "my answers"
    assert new.read_bytes() == notebook(notebooks, "00_one").read_bytes()
    new.unlink()
    assert lay_out(notebooks, work) == []
    assert notebook(work, "00_one").read_text() == "my answers"


def test_without_a_memory_nothing_is_overwritten(course):
    """Is a file kept whose origin nobody knows, since the list of what was given out is broken?"""
    notebooks, work = course
    (work / FOLDER / "given_out.json").write_text("[")
    notebook(work, "00_one").write_text("my answers")
    released(notebooks, "00_one", text="Corrected")
    assert [path.name for path in lay_out(notebooks, work)] == ["00_one-new.ipynb"]
    assert notebook(work, "00_one").read_text() == "my answers"


def test_where_no_lessons_are_one_sentence_says_so(tmp_path, capsys):
    """Is a wrong folder told, with what to do?"""
    there = ["--notebooks", str(tmp_path / "none"), "--work", str(tmp_path / "w"), "--prepare"]
    assert main(there) == 1
    assert "There are no lessons in" in capsys.readouterr().out
    assert not (tmp_path / "w").exists()


def test_a_folder_that_cannot_be_written_is_told(course, tmp_path, capsys):
    """Is it one sentence, no traceback?"""
    (tmp_path / "file").touch()
    assert main(["--notebooks", str(course[0]), "--work", str(tmp_path / "file"), "--prepare"]) == 1
    assert "cannot be written" in capsys.readouterr().out


# --- the page ------------------------------------------------------------------------------------


def page(folder, *record, day=0, new=()):
    return start_page(
        lessons(folder),
        record,
        (NOON + timedelta(days=day)).date(),
        "# C\n\n## Part 1 · Tools\n",
        new,
    )


@pytest.mark.parametrize(
    ("record", "told"),
    [
        ([], "**Begin:** [Lesson 00 · A lesson](00_one/00_one.ipynb) (80 minutes)"),
        (
            [said(0, right=False)],
            "**Continue:** [Lesson 00 · A lesson, Exercise 1 · Twice a number]"
            "(00_one/00_one.ipynb#cell-id=b)",
        ),
        ([said(0)], "**Next:** [Lesson 01 · A lesson](01_two/01_two.ipynb) (80 minutes)"),
        ([said(0, "01_two")], "**Next:** [Lesson 00 · A lesson](00_one/00_one.ipynb) (80 minutes)"),
        ([said(0), said(0, "01_two")], "You have solved every exercise"),
        ([said(0, "99_gone")], "**Next:** [Lesson 00"),
    ],
)
def test_it_says_what_comes_next(course, record, told):
    """Is it the first thing that is not right yet, from the lesson worked on last?"""
    assert told in page(course[1], *record)


def test_the_best_counts(course):
    """Does an answer that was right once stay right, whatever was tried afterwards?"""
    text = page(course[1], said(0), said(1, right=False))
    assert '<progress value="1" max="1"></progress> 1 of 1 | 3 of 3 |' in text


def test_a_correction_that_waits_is_named(course):
    """Is there a link to the new version?"""
    assert "[00_one/00_one-new.ipynb](00_one/00_one-new.ipynb)" in page(
        course[1], new=["00_one/00_one-new.ipynb"]
    )


def test_the_page_of_this_course_has_all_its_lessons():
    """Are parts, minutes, exercises and the map there, each exercise with a heading to go to?"""
    found = lessons(ROOT / "notebooks")
    assert len(found) == len(list(ROOT.glob("notebooks/*/*.ipynb")))
    assert all(lesson.minutes for lesson in found)
    assert all(e.cell and e.title.startswith("Exercise ") for f in found for e in f.exercises)
    index = (ROOT / "notebooks" / "README.md").read_text(encoding="utf-8")
    assert len(parts(index)) == 4
    text = start_page(found, [], date(2026, 11, 2), index)
    assert text.count("| Minutes |") == 4
    assert "```mermaid" in text


# --- again ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("solved", "day", "asked"),
    [
        ([0], 0, False),
        ([0], 1, True),
        ([0, 1], 3, False),
        ([0, 1], 4, True),
        ([0, 0, 0], 1, True),
        ([0, 1, 4], 10, False),
        ([0, 1, 4], 11, True),
    ],
)
def test_an_exercise_is_due_after_longer_and_longer_pauses(solved, day, asked):
    """Does the pause grow with the days, not the times, on which it was right?"""
    today = (NOON + timedelta(days=day)).date()
    assert bool(due([said(at) for at in solved], today)) is asked


def test_what_was_never_right_is_not_asked_again():
    """Is an exercise that is still open left to its lesson?"""
    assert due([said(0, right=False)], date(2026, 12, 31)) == []


def test_a_few_are_drawn_and_stay_drawn():
    """Are there three of many, the same all day, others on another day, none of this lesson?"""
    record = [said(0, exercise=f"e{k}") for k in range(30)]
    days = [date(2026, 12, day) for day in (1, 2, 3)]
    drawn = [due(record, day) for day in days]
    assert [len(few) for few in drawn] == [3, 3, 3]
    assert len({tuple(few) for few in drawn}) == 3
    solved = Check(NOON.timestamp() + 29 * 86400, *drawn[0][0], True, 3, 3)
    assert due([*record, solved], days[0])[:2] == drawn[0][1:]
    assert due(record, days[0], frozenset(["00_one"])) == []


# --- in a browser --------------------------------------------------------------------------------


@pytest.mark.heavy
@in_browser
def test_jupyterlab_opens_on_it(tmp_path, browser):
    """Does it follow a check and lead to an exercise, and is no menu of nbgrader's there?"""
    work = tmp_path / "work"
    command = [sys.executable, "-m", "cnncourse.start", "--work", str(work)]
    command += ["--notebooks", str(ROOT / "notebooks")]
    with lab_server(command, tmp_path) as address:
        tab = browser.new_context().new_page()
        tab.set_default_timeout(60_000)
        tab.goto(address)
        tab.locator(".jp-RenderedMarkdown strong", has_text="Begin:").wait_for()
        assert "Nbgrader" not in tab.locator(".lm-MenuBar-itemLabel").all_inner_texts()
        solved = said(0, "08_convolution", "output_size")
        (work / FOLDER / FILE).write_text(json.dumps(vars(solved)) + "\n", encoding="utf-8")
        for _ in range(120):
            if "**Continue:**" in (work / "start.md").read_text(encoding="utf-8"):
                break
            tab.wait_for_timeout(500)
        tab.goto(address)
        tab.locator(".jp-RenderedMarkdown strong", has_text="Continue:").wait_for()
        link = tab.locator(".jp-RenderedMarkdown a", has_text="Exercise 2")
        assert "#cell-id=" in link.get_attribute("href")  # as JupyterLab finds a cell
        link.click()
        tab.locator(".jp-NotebookPanel-toolbar", has_text="Validate").wait_for()
        tab.locator(".jp-NotebookPanel h1", has_text="Padding").wait_for(state="attached")
        tab.context.close()
