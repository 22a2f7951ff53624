"""What becomes of each entry of `submitted/`: taken and said, named, or ignored."""

from __future__ import annotations

import io
import json
import os
import stat
import zipfile
from pathlib import Path

import minilesson
import nbformat
import pytest
from minilesson import DOUBLE, LESSON, RIGHT, answered, find

from autograder.course import CourseError
from autograder.grading.inventory import take_inventory
from autograder.grading.submission import repair
from autograder.grading.submission_limits import GradingLimits

RELEASE = minilesson.release()
LESSONS = [LESSON, "02_other"]
SOLVED = json.dumps(answered(**RIGHT)).encode()
UNTOUCHED = json.dumps(RELEASE).encode()
OTHER = json.dumps(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x = 1")])).encode()
EXPECTED = f"{LESSON}/{LESSON}.ipynb"


def write(folder, files):
    """Write files below a folder: path → contents."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def zipped(files, **options):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data, **options)
    return packed.getvalue()


def inventory(folder, **limits):
    return take_inventory(folder, LESSON, RELEASE, LESSONS, GradingLimits(**limits))


def graded(folder, student=None, **limits):
    """The one student's repaired submission, or that of the student who is named."""
    found = {s.student: s for s in inventory(folder, **limits).submissions}
    submission = found[student] if student else next(iter(found.values()))
    return repair(submission, RELEASE, LESSON, GradingLimits(**limits))


def answers(result):
    """How many of the two answers are the right ones."""
    return sum(find(result.notebook, name).source == source for name, source in RIGHT.items())


TAKEN = {
    "as expected": ({EXPECTED: SOLVED}, None),
    "capitals": ({f"{LESSON}/{LESSON.upper()}.IPYNB": SOLVED}, "is called '01_MINI.IPYNB'"),
    "json": ({f"{LESSON}/{LESSON}.ipynb.json": SOLVED}, "is called '01_mini.ipynb.json'"),
    "txt": ({f"{LESSON}/{LESSON}.ipynb.txt": SOLVED}, "is called '01_mini.ipynb.txt'"),
    "no suffix": ({f"{LESSON}/{LESSON}": SOLVED}, "is called '01_mini'"),
    "own name": ({f"{LESSON}/homework.ipynb": SOLVED}, "is called 'homework.ipynb'"),
    "deeper": ({f"{LESSON}/{LESSON}/{LESSON}.ipynb": SOLVED}, "from '01_mini/01_mini/01_mini"),
    "much deeper": ({f"a/b/c/d/{LESSON}.ipynb": SOLVED}, "from 'a/b/c/d/01_mini.ipynb'"),
    "no folder": ({f"{LESSON}.ipynb": SOLVED}, "from '01_mini.ipynb'"),
    "no folder, own name": ({"homework.ipynb": SOLVED}, "from 'homework.ipynb'"),
    "one letter": ({"01_mimi/01_mimi.ipynb": SOLVED}, "from '01_mimi/01_mimi.ipynb'"),
    "letter lost": ({"01_min/work.ipynb": SOLVED}, "from '01_min/work.ipynb'"),
    "letters swapped": ({"01_miin/work.ipynb": SOLVED}, "from '01_miin/work.ipynb'"),
    "case of the folder": ({f"01_Mini/{LESSON}.ipynb": SOLVED}, "from '01_Mini/01_mini.ipynb'"),
    "spaces": ({f"01 mini/{LESSON}.ipynb": SOLVED}, "from '01 mini/01_mini.ipynb'"),
    "wrong folder": ({f"02_other/{LESSON}.ipynb": SOLVED}, "from '02_other/01_mini.ipynb'"),
    "in a folder of that name": (
        {f"{LESSON}/{LESSON}.ipynb/{LESSON}.ipynb": SOLVED},
        "from '01_mini/01_mini.ipynb/01_mini.ipynb'",
    ),
    "zip": (
        {f"{LESSON}/work.zip": zipped({f"{LESSON}.ipynb": SOLVED})},
        "from '01_mini/work.zip/01_mini.ipynb', in a ZIP file",
    ),
    "zip beside the folder": ({"work.ZIP": zipped({EXPECTED: SOLVED})}, "in a ZIP file"),
    "zip of Windows": ({"a.zip": zipped({f"{LESSON}\\{LESSON}.ipynb": SOLVED})}, "in a ZIP file"),
    "zip of macOS": (
        {"a.zip": zipped({f"__MACOSX/._{LESSON}.ipynb": b"\0", f"{LESSON}.ipynb": SOLVED})},
        "in a ZIP file",
    ),
    "zip in a zip": (
        {"a.zip": zipped({"b.zip": zipped({f"{LESSON}.ipynb": SOLVED})})},
        "from 'a.zip/b.zip/01_mini.ipynb', in a ZIP file",
    ),
    "zip under its name": ({EXPECTED: zipped({f"{LESSON}.ipynb": SOLVED})}, "in a ZIP file"),
    "UTF-16": ({EXPECTED: SOLVED.decode().encode("utf-16")}, "read as utf-16"),
    "UTF-16 without mark": ({EXPECTED: SOLVED.decode().encode("utf-16-le")}, "read as utf-16-le"),
    "UTF-16 backwards": ({EXPECTED: SOLVED.decode().encode("utf-16-be")}, "read as utf-16-be"),
    "UTF-8 with mark": ({EXPECTED: SOLVED.decode().encode("utf-8-sig")}, None),
    "cp1252": (
        {EXPECTED: json.dumps(answered(**RIGHT, explain="Größe – ß"), ensure_ascii=False)
            .encode("cp1252")},
        "read as cp1252",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", TAKEN)
def test_what_is_certain_is_taken_and_said(tmp_path, what):
    """Does a right answer count wherever it lies, and does the report say how it was found?"""
    files, said = TAKEN[what]
    write(tmp_path / "ann", files)
    result = graded(tmp_path, "ann")
    assert (answers(result), result.error) == (2, None)
    if said is None:
        assert result.sentence is None
    else:
        assert said in result.sentence
        assert len(result.findings) == 1


def test_letters_of_another_encoding_are_read_rightly(tmp_path):
    """Does an umlaut survive a file of Windows?"""
    write(tmp_path / "ann", TAKEN["cp1252"][0])
    assert find(graded(tmp_path).notebook, "explain").source == "Größe – ß"


COPIES = ["01_mini (1)", "01_mini-Copy1", "Kopie von 01_mini", "Copy of 01_mini", "01_mini copy 2"]


@pytest.mark.parametrize("name", [*COPIES, "work"])
def test_beside_an_untouched_release_the_answered_notebook_counts(tmp_path, name):
    """Do downloads twice, and copies, cost nobody the work in them?"""
    write(tmp_path / "ann", {EXPECTED: UNTOUCHED, f"{LESSON}/{name}.ipynb": SOLVED})
    result = graded(tmp_path)
    assert answers(result) == 2
    assert f"is called '{name}.ipynb' instead" in result.sentence
    assert "left aside: '01_mini/01_mini.ipynb' (no answers)" in result.sentence


@pytest.mark.parametrize("double", [RIGHT["double"], "def double(x):\n    return x"])
def test_a_notebook_that_goes_on_from_another_counts(tmp_path, double):
    """Does the later one count, with the earlier answers or with better ones in their place?"""
    before = json.dumps(answered(double=double)).encode()
    write(tmp_path / "ann", {EXPECTED: before, f"{LESSON}/{LESSON} (1).ipynb": SOLVED})
    result = graded(tmp_path)
    assert answers(result) == 2
    assert "left aside: '01_mini/01_mini.ipynb' (fewer answers)" in result.sentence


def test_an_unreadable_notebook_does_not_hide_a_readable_one(tmp_path):
    write(tmp_path / "ann", {EXPECTED: b"", f"{LESSON}/{LESSON}-Copy1.ipynb": SOLVED})
    result = graded(tmp_path)
    assert answers(result) == 2
    assert "left aside: '01_mini/01_mini.ipynb' (it is empty)" in result.sentence


def test_of_different_answers_those_under_the_expected_name_count(tmp_path):
    """Is the other notebook named, where neither goes on from the other?"""
    other = json.dumps(answered(**RIGHT | {"double": "def double(x):\n    return x"})).encode()
    write(tmp_path / "ann", {EXPECTED: SOLVED, f"{LESSON}/{LESSON} (1).ipynb": other})
    result = graded(tmp_path)
    assert answers(result) == 2
    assert result.findings == ["left aside: '01_mini/01_mini (1).ipynb' (other answers)"]


def test_of_many_notebooks_the_likeliest_are_looked_at(tmp_path):
    """Is the one in its place found among any number, and the bound said?"""
    many = {f"{LESSON}/{n}.ipynb": OTHER for n in range(30)}
    write(tmp_path / "ann", {EXPECTED: SOLVED, **many})
    result = graded(tmp_path)
    assert answers(result) == 2
    assert "only 20 of 31 notebooks were looked at" in result.findings


def test_of_two_equally_plausible_notebooks_neither_is_guessed(tmp_path):
    other = json.dumps(answered(**RIGHT | {"double": "def double(x):\n    return x"})).encode()
    write(tmp_path / "ann", {"first.ipynb": SOLVED, "second.ipynb": other})
    result = graded(tmp_path)
    assert find(result.notebook, "double").source == DOUBLE
    assert "'first.ipynb' and 'second.ipynb' hold different answers" in result.error


NAMED = {
    "HTML": (b"<!DOCTYPE html>\n<html><body>x</body></html>", "is a web page (HTML)"),
    "script": (b"#!/usr/bin/env python\n# coding: utf-8\n\n# In[1]:\n\nx = 1\n", "a Python script"),
    "percent script": (b"# %%\nx = 1\n", "is a Python script"),
    "module": (b"import numpy as np\n\ndef double(x):\n    return 2 * x\n", "is a Python script"),
    "conflict": (
        SOLVED[:200] + b"\n<<<<<<< HEAD\n1\n=======\n2\n>>>>>>> ann\n" + SOLVED[200:],
        "conflict markers of git",
    ),
    "LFS": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "git lfs pull"),
    "empty": (b" \n", "is empty"),
    "zeros": (bytes(4096), "nothing but zeros"),
    "PDF": (b"%PDF-1.7\n", "is a PDF"),
    "Word": (b"\xd0\xcf\x11\xe0\xa1\xb1", "document of Word"),
    "RTF": (rb"{\rtf1\ansi}", "formatted text (RTF)"),
    "picture": (b"\x89PNG\r\n\x1a\n", "is a picture"),
    "7z": (b"7z\xbc\xaf\x27\x1c", "archive of another kind than ZIP"),
    "link": (b"https://colab.research.google.com/drive/1\n", "is a link to a notebook"),
    "zip without notebook": (zipped({"a.txt": b"x"}), "ZIP file without a notebook"),
    "cut off": (SOLVED[:-300], "cut off"),
    "cut off in an output": (b'{"cells": [{"outputs": [{"text": "a', "cut off"),
    "another lesson": (OTHER, "another lesson's notebook"),
}


@pytest.mark.parametrize("what", NAMED)
def test_what_is_no_notebook_is_called_what_it_is(tmp_path, what):
    """Is the file named in one sentence, and is there a student who gets it with 0 points?"""
    data, expected = NAMED[what]
    write(tmp_path / "ann", {EXPECTED: data})
    result = graded(tmp_path, "ann")
    assert answers(result) == 0
    assert expected in result.error
    assert "\n" not in result.sentence


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("edges.html", NAMED["HTML"][0], "'01_mini/edges.html' is a web page (HTML)"),
        (f"{LESSON}.pdf", NAMED["PDF"][0], "'01_mini/01_mini.pdf' is a PDF"),
        (f"{LESSON}.py", NAMED["script"][0], "'01_mini/01_mini.py' is a Python script"),
        ("data.csv", b"1,2", "there is no 01_mini.ipynb in the folder"),
        ("a.zip", b"PK\x03\x04 and no more", "not a ZIP file that can be unpacked"),
        ("a.zip", zipped({"a": b"x"}), "there is no 01_mini.ipynb in the folder"),
    ],
)
def test_a_folder_without_a_notebook_says_what_is_there_instead(tmp_path, name, data, expected):
    write(tmp_path / "ann", {f"{LESSON}/{name}": data})
    assert expected.lower() in graded(tmp_path, "ann").sentence.lower()


def test_outputs_make_no_notebook_too_large(tmp_path):
    """Are stored outputs dropped before sizes are looked at, and is that said?"""
    notebook = answered(**RIGHT)
    text = 'a "quoted" ] } line\\n' * 1000
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [nbformat.v4.new_output("stream", text=text) for _ in range(20)]
    write(tmp_path / "ann", {EXPECTED: json.dumps(notebook).encode()})
    result = graded(tmp_path, notebook_bytes=100_000)
    assert answers(result) == 2
    assert "he outputs stored in the notebook (2 MB) were dropped" in result.sentence


def test_a_notebook_too_large_without_outputs_is_refused_in_words(tmp_path):
    write(tmp_path / "ann", {EXPECTED: SOLVED})
    assert "even without its outputs" in graded(tmp_path, notebook_bytes=1000).error
    assert "is larger than 0 MB" in graded(tmp_path, stored_bytes=1000).error


def test_a_cell_that_is_left_out_is_named(tmp_path):
    notebook = answered(**RIGHT)
    notebook.cells.append(minilesson.cell("code", "x" * 3000))
    write(tmp_path / "ann", {EXPECTED: json.dumps(notebook).encode()})
    result = graded(tmp_path, source_characters=2000)
    assert answers(result) == 2
    assert "longer than 2000 characters: cell 10" in result.sentence


PLATFORMS = {
    "Fritz Meier_12345_assignsubmission_file_/01_mini.ipynb": "Fritz Meier",
    "Fritz Meier_12345_assignsubmission_file/01_mini/01_mini.ipynb": "Fritz Meier",
    "Fritz Meier_12345_assignsubmission_file_work.ipynb": "Fritz Meier",
    "Fritz_12345_assignsubmission_file_/a.zip": "Fritz",
    "gabi_12345_67890_01_mini.ipynb": "gabi",
    "gabi_LATE_12345_67890_01_mini-1.ipynb": "gabi",
    "gabi_12345_67890_01_mini.zip": "gabi",
    "gradebook_c_A1_gabi_attempt_2026-11-30-10-00-00_01_mini.ipynb": "gabi",
}


@pytest.mark.parametrize("name", PLATFORMS)
def test_downloads_of_learning_platforms_are_their_students(tmp_path, name):
    """Is the student recognised by the name that Moodle, Canvas or Blackboard gave?"""
    data = zipped({EXPECTED: SOLVED}) if name.endswith(".zip") else SOLVED
    write(tmp_path, {name: data})
    [submission] = inventory(tmp_path).submissions
    assert submission.student == PLATFORMS[name]
    result = graded(tmp_path)
    assert answers(result) == 2
    assert "It was recognised by the name" in result.sentence


def test_files_of_one_student_in_a_download_belong_together(tmp_path):
    names = ("gabi_1_2_01_mini.ipynb", "gabi_1_3_data.csv", "hans_4_5_data.csv")
    write(tmp_path, dict.fromkeys(names, SOLVED))
    assert graded(tmp_path, "gabi").files == {"data.csv": SOLVED}


def test_namesakes_are_told_apart(tmp_path):
    write(tmp_path, {"gabi_1_2_01_mini.ipynb": SOLVED, "gabi_3_4_01_mini.ipynb": UNTOUCHED})
    assert answers(graded(tmp_path, "gabi_1")) == 2
    assert answers(graded(tmp_path, "gabi_3")) == 0


def test_a_download_does_not_replace_what_lies_in_a_students_folder(tmp_path):
    """Is a second submission under one name left out, and named?"""
    write(tmp_path, {f"gabi/{EXPECTED}": SOLVED, "gabi_1_2_01_mini.ipynb": UNTOUCHED})
    found = inventory(tmp_path)
    assert [s.student for s in found.submissions] == ["gabi"]
    assert "'gabi_1_2_01_mini.ipynb' was not graded" in found.unmatched[0]
    assert answers(graded(tmp_path, "gabi")) == 2


def test_a_name_from_a_download_leads_nowhere(tmp_path):
    """Can the name in a download make a folder above, or a hidden one?"""
    write(tmp_path, {f".._1_assignsubmission_file_/{LESSON}.ipynb": SOLVED})
    assert inventory(tmp_path).submissions[0].student == ".._1_assignsubmission_file_"


def test_nobodys_entries_are_ignored_or_named(tmp_path):
    """Is every entry of a crowded folder in one of three places?"""
    write(
        tmp_path,
        {
            f"ann/{EXPECTED}": SOLVED,
            f"..dots/{EXPECTED}": SOLVED,
            f".git/{EXPECTED}": SOLVED,
            f"__MACOSX/ann/{EXPECTED}": SOLVED,
            f".ipynb_checkpoints/{EXPECTED}": SOLVED,
            ".DS_Store": b"",
            "others/02_other/02_other.ipynb": OTHER,
            "notes/plan.pdf": b"%PDF",
            "empty/.keep": b"",
            "grades.csv": b"",
            "01_mini.ipynb": SOLVED,
            "class.zip": zipped({"a": b""}),
            f"{LESSON}/eve/{LESSON}.ipynb": SOLVED,
        },
    )
    found = inventory(tmp_path)
    assert [s.student for s in found.submissions] == ["..dots", "ann"]
    assert set(found.ignored) == {".git", "__MACOSX", ".ipynb_checkpoints", ".DS_Store"}
    named = " ".join(found.unmatched)
    for name in ("notes", "empty", "grades.csv", "01_mini.ipynb", "class.zip", LESSON):
        assert f"'{name}'" in named
    assert "others" not in named


def test_other_lessons_beside_this_one_are_left_alone(tmp_path):
    """Are notebooks of other lessons in a student's folder neither taken nor named?"""
    write(
        tmp_path / "ann", {f"{LESSON}.ipynb": SOLVED, "02_other.ipynb": OTHER, "note.ipynb": OTHER}
    )
    result = graded(tmp_path, "ann")
    assert answers(result) == 2
    assert result.findings == ["the notebook was taken from '01_mini.ipynb'"]


def test_without_submissions_it_says_where_they_belong(tmp_path):
    with pytest.raises(CourseError, match=r"<student>/01_mini/01_mini\.ipynb"):
        inventory(tmp_path)


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(CourseError, match=r"no folder .*nowhere"):
        inventory(tmp_path / "nowhere")


def test_without_anything_it_says_what_lies_there(tmp_path):
    write(tmp_path, {"01_mini.ipynb": SOLVED})
    with pytest.raises(CourseError, match=r"belong in .*'01_mini.ipynb' lies in no student's"):
        inventory(tmp_path)


ODD = ["new\nline", "a\u202eb", "esc\x1b[2J\x1b]0;t\x07", "=cmd|'!A1", "[red]rich", "x" * 250]


@pytest.mark.parametrize("name", ODD)
def test_a_students_name_may_hold_anything(tmp_path, name):
    """Is each graded, under a name that neither steers a terminal nor breaks a path?"""
    write(tmp_path / name, {EXPECTED: SOLVED})
    write(tmp_path / "zoe", {EXPECTED: SOLVED})
    found = {s.student: s for s in inventory(tmp_path).submissions}
    [student] = set(found) - {"zoe"}
    assert student.isprintable()
    assert answers(repair(found[student], RELEASE, LESSON)) == 2
    assert (student == name) == name.isprintable() == (not found[student].findings)


def test_a_name_that_is_no_text_is_graded(tmp_path):
    """Are bytes that are no text written out?"""
    folder = os.fsdecode(os.fsencode(tmp_path) + b"/b\xff")
    write(Path(folder), {EXPECTED: SOLVED})
    assert answers(graded(tmp_path, "b\\udcff")) == 2


def test_names_that_look_alike_when_escaped_are_not_mixed(tmp_path):
    write(tmp_path / "a\nb", {EXPECTED: UNTOUCHED})
    write(tmp_path / "a\\nb", {EXPECTED: SOLVED})
    found = inventory(tmp_path)
    assert len(found.submissions) == len(found.unmatched) == 1


def test_a_linked_student_is_named(tmp_path):
    """Is a folder that is a link to a neighbour's worth nothing?"""
    write(tmp_path, {f"ann/{EXPECTED}": SOLVED})
    (tmp_path / "eve").symlink_to(tmp_path / "ann")
    assert "folder is a link" in graded(tmp_path, "eve").error
    assert answers(graded(tmp_path, "ann")) == 2


@pytest.mark.parametrize("order", [("ann", "eve"), ("eve", "ann")])
def test_a_hard_link_to_a_neighbours_file_is_worth_nothing(tmp_path, order):
    """Do the points stay with the student who had the file first, whatever the names?"""
    victim, thief = order
    write(tmp_path, {f"{victim}/{EXPECTED}": SOLVED})
    (tmp_path / thief / LESSON).mkdir(parents=True)
    os.link(tmp_path / victim / EXPECTED, tmp_path / thief / EXPECTED)
    stolen, own = graded(tmp_path, thief), graded(tmp_path, victim)
    assert (answers(stolen), answers(own)) == (0, 2)
    assert f"hard link to a file of {victim}'s" in stolen.error
    assert f"is a hard link in the folder of {thief}, too" in own.sentence


def test_a_hard_link_to_a_file_elsewhere_is_not_read(tmp_path):
    write(tmp_path, {"solution.ipynb": SOLVED})
    (tmp_path / "submitted/eve" / LESSON).mkdir(parents=True)
    os.link(tmp_path / "solution.ipynb", tmp_path / "submitted/eve" / EXPECTED)
    result = graded(tmp_path / "submitted")
    assert answers(result) == 0
    assert "another name outside" in result.error


def test_hard_links_within_a_students_folder_do_no_harm(tmp_path):
    write(tmp_path, {f"ann/{EXPECTED}": SOLVED})
    os.link(tmp_path / "ann" / EXPECTED, tmp_path / "ann" / LESSON / "backup.ipynb")
    assert answers(graded(tmp_path)) == 2


def make(path, kind):
    path.parent.mkdir(parents=True, exist_ok=True)
    match kind:
        case "link to a device":
            path.symlink_to("/dev/zero")
        case "link to a file":
            path.symlink_to("/etc/hostname")
        case "dead link":
            path.symlink_to(path)
        case "pipe":
            os.mkfifo(path)
        case "folder":
            path.mkdir()


@pytest.mark.parametrize(
    "kind", ["link to a device", "link to a file", "dead link", "pipe", "folder"]
)
def test_what_is_no_plain_file_is_not_opened(tmp_path, kind):
    """Is it named under the notebook's name, and left out beside a notebook?"""
    make(tmp_path / "ann" / EXPECTED, kind)
    write(tmp_path / "ben", {EXPECTED: SOLVED})
    make(tmp_path / "ben" / LESSON / "x", kind)
    assert ", not a file" in graded(tmp_path, "ann").error
    beside = graded(tmp_path, "ben")
    assert (answers(beside), beside.files) == (2, {})
    assert ("'x' beside the notebook cannot be used" in (beside.sentence or "")) == (
        kind != "folder"
    )


def deep(folder, levels):
    """Make folders in folders, deeper than a path may be long."""
    folder.mkdir(parents=True, exist_ok=True)
    place = os.open(folder, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir("d" * 20, dir_fd=place)
        inner = os.open("d" * 20, os.O_RDONLY, dir_fd=place)
        os.close(place)
        place = inner
    os.close(place)


def test_folders_without_end_cost_nothing_but_themselves(tmp_path):
    """Is a notebook graded beside 300 folders in each other, which no path can name?"""
    write(tmp_path / "ann", {EXPECTED: SOLVED})
    deep(tmp_path / "ann" / LESSON, 300)
    deep(tmp_path / "ann" / "aaa", 300)
    result = graded(tmp_path, "ann")
    assert answers(result) == 2
    assert "more than 8 deep in each other: the rest was left out" in result.sentence
    _remove(tmp_path / "ann")


def _remove(folder):
    """Remove what `deep` made: pytest's own way fails at it."""
    for parent, folders, files, place in os.fwalk(folder, topdown=False):
        del parent
        for name in files:
            os.unlink(name, dir_fd=place)
        for name in folders:
            os.rmdir(name, dir_fd=place)


def test_files_without_number_cost_nothing_but_themselves(tmp_path):
    """Is the notebook found however many files lie around it, and is the rest not copied?"""
    many = {f"{LESSON}/{n:04}.txt": b"" for n in range(120)} | {f"a{n}": b"" for n in range(120)}
    write(tmp_path / "ann", {EXPECTED: SOLVED, **many})
    result = graded(tmp_path, "ann", folder_entries=100)
    assert answers(result) == 2
    assert len(result.files) <= 40
    assert "more than 100 files and folders were handed in" in result.findings[0]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may open every folder")
def test_a_closed_folder_is_its_students_trouble(tmp_path):
    write(tmp_path, {f"ann/{EXPECTED}": SOLVED, f"eve/{EXPECTED}": SOLVED})
    os.chmod(tmp_path / "eve", 0)
    assert "cannot be opened" in graded(tmp_path, "eve").error
    os.chmod(tmp_path / "eve", 0o700)
    assert answers(graded(tmp_path, "ann")) == 2


def test_a_folder_that_cannot_be_listed_is_named(tmp_path, monkeypatch):
    """Does a folder that the system refuses to open cost its student's part alone?"""
    write(tmp_path, {f"ann/{EXPECTED}": SOLVED, f"eve/{EXPECTED}": SOLVED, "eve/x/a": b""})
    scandir = os.scandir

    def refused(place):
        if os.fspath(place).endswith("eve/" + LESSON):
            raise PermissionError(13, "Permission denied")
        return scandir(place)

    monkeypatch.setattr(os, "scandir", refused)
    assert answers(graded(tmp_path, "ann")) == 2
    assert {s.student for s in inventory(tmp_path).submissions} == {"ann", "eve"}


HOSTILE_ZIPS = {
    "leads out": ({"../x.ipynb": SOLVED}, {}, "leads out"),
    "absolute": ({"/x.ipynb": SOLVED}, {}, "leads out"),
    "drive": ({"C:\\x.ipynb": SOLVED}, {}, "leads out"),
    "too much": ({"a": os.urandom(3000)}, {"archive_bytes": 2000}, "unpacks to more than"),
    "too many": ({str(n): b"" for n in range(60)}, {"folder_entries": 50}, "more than 50 files"),
    "too deep": ({"a/" * 9 + "x.ipynb": SOLVED}, {}, "more than 8 deep"),
    "in another in another": (
        {"b.zip": zipped({"c.zip": zipped({f"{LESSON}.ipynb": SOLVED})})},
        {},
        "is a ZIP file in a ZIP file in another",
    ),
    "too many ZIP files": (
        {f"{n}.zip": zipped({"a": b""}) for n in range(6)},
        {"archives": 3},
        "one ZIP file too many",
    ),
}


@pytest.mark.parametrize("what", HOSTILE_ZIPS)
def test_a_hostile_zip_file_is_its_students_trouble(tmp_path, what):
    files, limits, expected = HOSTILE_ZIPS[what]
    write(tmp_path / "eve", {f"{LESSON}/a.zip": zipped(files)})
    write(tmp_path / "ann", {EXPECTED: SOLVED})
    assert expected in graded(tmp_path, "eve", **limits).sentence
    assert answers(graded(tmp_path, "ann", **limits)) == 2


def special(name, **attributes):
    """A ZIP file whose one member has odd attributes."""
    info = zipfile.ZipInfo(name)
    for key, value in attributes.items():
        setattr(info, key, value)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(
            info, b"0" * (2 << 20) if "compress_type" in attributes else b"/etc/passwd"
        )
    return packed.getvalue()


@pytest.mark.parametrize(
    ("packed", "expected"),
    [
        (special(EXPECTED, external_attr=(stat.S_IFLNK | 0o777) << 16), "is a link"),
        (special(EXPECTED, compress_type=zipfile.ZIP_DEFLATED), "500 times smaller"),
        (special(EXPECTED, compress_type=zipfile.ZIP_LZMA), "packed in an unusual way"),
    ],
)
def test_members_that_cannot_be_used_are_named(tmp_path, packed, expected):
    write(tmp_path / "eve", {"a.zip": packed})
    assert expected in graded(tmp_path, "eve").error


def test_a_locked_zip_file_is_named(tmp_path):
    """Is a password said to be the trouble?"""
    data = bytearray(zipped({f"{LESSON}.ipynb": SOLVED}))
    data[6] |= 1  # the flag, in the member's own header and in the list of contents
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    write(tmp_path / "eve", {"a.zip": bytes(data)})
    assert "locked with a password" in graded(tmp_path, "eve").error


def test_a_zip_file_that_lies_about_sizes_is_read_no_further_than_allowed(tmp_path):
    """Is reading bounded by what comes out, not by what the file says?"""
    data = bytearray(zipped({f"{LESSON}.ipynb": SOLVED + b" " * 1_000_000}))
    size = data.rindex(b"PK\x01\x02") + 24
    data[size : size + 4] = (9).to_bytes(4, "little")
    write(tmp_path / "eve", {"a.zip": bytes(data)})
    assert "cannot be read or unpacked" in graded(tmp_path, "eve").error


def test_files_in_the_zip_file_come_along_with_the_notebook(tmp_path):
    packed = zipped(
        {"w/01_mini.ipynb": SOLVED, "w/data/a.csv": b"1", "b.csv": b"2", "w/data": b"3"}
    )
    write(tmp_path / "ann", {"a.zip": packed, "c.csv": b"4"})
    result = graded(tmp_path)
    assert result.files == {"data": b"3"}
    assert "'data/a.csv' beside the notebook cannot be used" in result.sentence


def test_what_nobody_foresaw_costs_one_student(tmp_path, monkeypatch):
    """Is a fault while a student's files are looked at told to that student alone?"""
    write(tmp_path, {f"ann/{EXPECTED}": SOLVED, "eve/a.ipynb": b"[", f"eve/{LESSON}.ipynb": b"["})

    def failing(data, *others):
        raise MemoryError

    monkeypatch.setattr("autograder.grading.chosen_notebook.cells_of", failing)
    assert "could not be looked at (MemoryError)" in graded(tmp_path, "eve").error
    assert answers(graded(tmp_path, "ann")) == 2


STAMP = b"2000-01-01 00:00:00 UTC"


@pytest.mark.parametrize(
    ("files", "believed"),
    [
        ({EXPECTED: SOLVED, f"{LESSON}/timestamp.txt": STAMP}, True),
        ({f"{LESSON}.ipynb": SOLVED, "timestamp.txt": STAMP}, False),
        ({f"{LESSON}/deeper/x.ipynb": SOLVED, f"{LESSON}/deeper/timestamp.txt": STAMP}, False),
        ({f"{LESSON}/a.zip": zipped({"x.ipynb": SOLVED, "timestamp.txt": STAMP})}, False),
    ],
)
@pytest.mark.parametrize("student", ["ann", "Ann Lee_12_assignsubmission_file_"])
def test_students_do_not_say_themselves_when_they_handed_in(tmp_path, student, files, believed):
    """Is a time believed where nbgrader writes it, and no other, which would undo being late?"""
    write(tmp_path / student, files)
    [found] = inventory(tmp_path).submissions
    believed = believed and student == "ann"
    assert found.notebook is not None
    assert ("timestamp.txt" in [entry.name for entry in found.companions]) == believed
    assert any("so the student wrote it" in said for said in found.findings) != believed
