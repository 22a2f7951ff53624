"""What learning platforms let instructors download, in folders that the grader knows."""

from __future__ import annotations

import json
import stat
import zipfile

import minilesson
import nbformat
import pytest
from minilesson import LESSON
from nbgrader.api import Gradebook

from autograder import cli
from autograder.course import CourseError
from autograder.grading.collect import collect
from autograder.grading.hand_ins import (
    EARLIER,
    Stamp,
    earlier_submissions,
    hand_ins,
    keep,
)
from autograder.grading.inventory import take_inventory
from autograder.grading.roster import letters, read_roster
from autograder.moments import zone_named

LESSONS = [LESSON, "07_edges"]
NOTEBOOK = nbformat.writes(minilesson.answered(**minilesson.RIGHT))
ROSTER = """id,name,email,canvas_id
ann,"Lee, Ann",ann@uni.edu,101
zoe,"O'Neill, Zoë",zoe@uni.edu,102
ben1,Ben Oak,,103
ben2,Ben Oak,,
"""


def pack(tmp_path, files, name="download.zip"):
    """A ZIP file of these names and contents."""
    path = tmp_path / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for inside, content in files.items():
            archive.writestr(inside, content)
    return path


def unpack(tmp_path, files, name="download"):
    """The same as a folder."""
    for inside, content in files.items():
        path = tmp_path / name / inside
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return tmp_path / name


def roster(tmp_path, text=ROSTER, zone="UTC"):
    path = tmp_path / "class.csv"
    path.write_text(text, encoding="utf-8")
    return read_roster(path, zone_named(zone))


def lying(folder):
    """All files below a folder, but for notes of our own."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name[0] != ".")
    return sorted(str(path.relative_to(folder)) for path in files)


CANVAS = {
    "leeann_101_900_01_mini.ipynb": NOTEBOOK,
    "leeann_101_901_data.csv": "1,2",
    "oneillzoë_LATE_102_902_01-Mini (1).ipynb": NOTEBOOK + " ",
}
MOODLE = {
    "Ann Lee_555_assignsubmission_file_/01_mini.ipynb": NOTEBOOK,
    "Ann Lee_555_assignsubmission_file_/extra/data.csv": "1,2",
    "Zoë O'Neill_556_assignsubmission_file/01_mini.ipynb": NOTEBOOK,
}
FLAT = {
    "Ann Lee_555_assignsubmission_file_01_mini.ipynb": NOTEBOOK,
    "Zoë O'Neill_556_assignsubmission_file_01_mini.ipynb": NOTEBOOK,
}


@pytest.mark.parametrize("made", [pack, unpack])
@pytest.mark.parametrize("files", [CANVAS, MOODLE, FLAT])
def test_a_download_becomes_folders_of_students(tmp_path, files, made):
    """Do Canvas's and Moodle's names, with folders or without, lead to the roster's ids?"""
    into = tmp_path / "submitted"
    found = collect(made(tmp_path, files), into, LESSONS, LESSON, roster(tmp_path))
    assert found.refused == []
    assert found.kept[LESSON] == {"first": 2}
    assert found.absent == ["ben1", "ben2"]
    assert {f"ann/{LESSON}/{LESSON}.ipynb", f"zoe/{LESSON}/{LESSON}.ipynb"} <= set(lying(into))
    assert ("data.csv" in str(lying(into))) == (files is not FLAT)


def test_the_inventory_takes_what_was_collected(tmp_path):
    """Is nothing of it strange to the grader, the kept ones included?"""
    into = tmp_path / "submitted"
    collect(pack(tmp_path, CANVAS), into, LESSONS, LESSON, roster(tmp_path))
    again = {"leeann_101_950_01_mini-1.ipynb": NOTEBOOK + "\n"}
    collect(pack(tmp_path, again), into, LESSONS, LESSON, roster(tmp_path))
    found = take_inventory(into, LESSON, minilesson.release(), LESSONS)
    assert [submission.student for submission in found.submissions] == ["ann", "zoe"]
    assert [submission.findings for submission in found.submissions] == [(), ()]
    assert found.unmatched == ()


def test_without_a_lesson_the_names_of_notebooks_tell_it(tmp_path):
    """Do two lessons in one download part, and is a name that says nothing not guessed?"""
    files = {
        "leeann_1_1_01_mini.ipynb": NOTEBOOK,
        "leeann_1_2_07_edges.ipynb": NOTEBOOK,
        "leeann_1_3_photo.png": "x",
        "oakben_2_4_Untitled.ipynb": NOTEBOOK,
    }
    found = collect(pack(tmp_path, files), tmp_path / "submitted", LESSONS)
    assert lying(tmp_path / "submitted") == [
        "leeann/01_mini/01_mini.ipynb", "leeann/07_edges/07_edges.ipynb",
    ]  # fmt: skip
    assert len(found.refused) == 2
    assert "'leeann_1_3_photo.png' belongs to no notebook" in found.refused[0]
    assert "'oakben_2_4_Untitled.ipynb' names no lesson" in found.refused[1]


def test_with_a_lesson_a_notebook_may_be_called_anything(tmp_path):
    """Is Untitled.ipynb taken, whose cells tell the grader, and another lesson's left?"""
    files = {"leeann_1_1_Untitled.ipynb": NOTEBOOK, "leeann_1_2_07_edges.ipynb": NOTEBOOK}
    found = collect(pack(tmp_path, files), tmp_path / "submitted", LESSONS, LESSON)
    assert lying(tmp_path / "submitted") == ["leeann/01_mini/Untitled.ipynb"]
    assert found.refused == [
        "'leeann_1_2_07_edges.ipynb' is called like 07_edges: collect that lesson for it."
    ]


def test_every_hand_in_is_kept_and_the_last_one_counts(tmp_path):
    """Does a later download keep the earlier one, and an earlier one not take its place?"""
    into = tmp_path / "submitted"
    for number, order in ((1, 900), (3, 950), (2, 920)):
        files = {f"leeann_1_{order}_01_mini.ipynb": f"version {number}"}
        found = collect(pack(tmp_path, files), into, LESSONS, LESSON)
    assert found.kept[LESSON] == {"earlier": 1}
    texts = [
        (each.folder / f"{LESSON}.ipynb").read_text() for each in hand_ins(into, "leeann", LESSON)
    ]
    assert texts == ["version 1", "version 2", "version 3"]
    assert (into / "leeann" / LESSON / f"{LESSON}.ipynb").read_text() == "version 3"


def test_collecting_again_changes_nothing(tmp_path):
    """Is what is there already recognised, also where it is an earlier one by now?"""
    into, first = tmp_path / "submitted", pack(tmp_path, CANVAS)
    second = pack(tmp_path, {"leeann_101_950_01_mini-1.ipynb": "later"}, "second.zip")
    for source in (first, second):
        collect(source, into, LESSONS, LESSON, roster(tmp_path))
    before = lying(into)
    for source in (first, second):
        found = collect(source, into, LESSONS, LESSON, roster(tmp_path))
        assert set(found.kept[LESSON]) == {"known"}
    assert lying(into) == before


def test_two_notebooks_of_one_name_are_two_hand_ins(tmp_path):
    """Does Canvas's number tell which of a student's files came later?"""
    files = {
        "leeann_1_31_01_mini-1.ipynb": "second",
        "leeann_1_30_01_mini.ipynb": "first",
        "leeann_1_32_data.csv": "1,2",
    }
    into = tmp_path / "submitted"
    collect(pack(tmp_path, files), into, LESSONS, LESSON)
    assert lying(into / "leeann") == ["01_mini/01_mini.ipynb", "01_mini/data.csv"]
    assert (into / "leeann" / LESSON / f"{LESSON}.ipynb").read_text() == "second"
    assert lying(into / EARLIER) == ["leeann/01_mini/1/01_mini.ipynb"]


def test_what_was_put_there_by_hand_is_kept_too(tmp_path):
    """Is a folder that nobody collected moved aside whole, and the same content not doubled?"""
    into = tmp_path / "submitted"
    minilesson.hand_in(into, "leeann", "by hand")
    collect(pack(tmp_path, {"leeann_1_1_01_mini.ipynb": "by hand"}), into, LESSONS, LESSON)
    assert lying(into) == ["leeann/01_mini/01_mini.ipynb"]
    collect(pack(tmp_path, {"leeann_1_2_01_mini.ipynb": "new"}), into, LESSONS, LESSON)
    assert [path.read_text() for path in sorted(into.rglob("*.ipynb"))] == ["by hand", "new"]


def test_the_roster_says_when_it_was_handed_in(tmp_path):
    """Does Moodle's grading worksheet give nbgrader its time, in UTC, and match its numbers?"""
    worksheet = (
        "Identifier,Full name,ID number,Email address,Status,Last modified (submission)\n"
        'Participant 555,Ann Lee,ann,a@b.org,Submitted,"Tuesday, 1 December 2026, 6:00 PM"\n'
        "Participant 556,Ann Lee,zoe,z@b.org,Submitted,-\n"
    )
    files = {name.replace("Zoë O'Neill", "Ann Lee"): text for name, text in MOODLE.items()}
    into = tmp_path / "submitted"
    found = collect(
        pack(tmp_path, files), into, LESSONS, LESSON, roster(tmp_path, worksheet, "Europe/Berlin")
    )
    assert found.refused == []
    assert (into / "ann" / LESSON / "timestamp.txt").read_text() == "2026-12-01 17:00:00 UTC"
    assert not (into / "zoe" / LESSON / "timestamp.txt").exists()


def test_a_roster_with_times_says_later_when_it_was_handed_in(tmp_path):
    """Does a download collected once more, now with times, get them?"""
    into, source = tmp_path / "submitted", pack(tmp_path, CANVAS)
    collect(source, into, LESSONS, LESSON, roster(tmp_path))
    timed = "id,name,canvas_id,handed_in\nzoe,Zoë O'Neill,102,2026-12-01 10:00\nann,Ann Lee,101,-\n"
    found = collect(source, into, LESSONS, LESSON, roster(tmp_path, timed))
    assert found.kept[LESSON] == {"known": 2}
    assert found.notes == []
    assert (into / "zoe" / LESSON / "timestamp.txt").read_text() == "2026-12-01 10:00:00 UTC"
    assert not (into / "ann" / LESSON / "timestamp.txt").exists()
    assert lying(into / EARLIER) == []


def test_students_do_not_say_themselves_when_they_handed_in(tmp_path):
    """Is a timestamp.txt of a student's left out, which would make a late one early?"""
    files = {
        "Ann Lee_5_assignsubmission_file_/01_mini.ipynb": NOTEBOOK,
        "Ann Lee_5_assignsubmission_file_/timestamp.txt": "2000-01-01 00:00:00 UTC",
        "Ann Lee_5_assignsubmission_file_/TIMESTAMP.TXT": "2000-01-01 00:00:00 UTC",
    }
    into = tmp_path / "submitted"
    found = collect(pack(tmp_path, files), into, LESSONS, LESSON)
    assert lying(into) == ["Ann Lee/01_mini/01_mini.ipynb"]
    assert "students do not say when they handed in" in found.notes[0]


def test_who_was_late_by_an_unknown_time_is_named(tmp_path):
    found = collect(pack(tmp_path, CANVAS), tmp_path / "s", LESSONS, LESSON, roster(tmp_path))
    assert found.notes == [
        "zoe was late with 01_mini, and the download does not say by how much: a roster with a "
        "column handed_in does."
    ]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("oakben_999_1_01_mini.ipynb", "'oakben' may be ben2"),
        ("Ben Oak_7_assignsubmission_file_/01_mini.ipynb", "'Ben Oak' may be ben1 and ben2"),
        ("doejane_9_1_01_mini.ipynb", "nobody in the roster is called 'doejane'"),
        ("01_mini.ipynb", "'01_mini.ipynb' is nobody's"),
        ("notes/readme.txt", "'notes/readme.txt' is nobody's"),
    ],
)
def test_what_is_nobodys_is_named_and_not_guessed(tmp_path, name, why):
    files = {"leeann_101_900_01_mini.ipynb": NOTEBOOK, name: NOTEBOOK}
    text = ROSTER.replace("ben2,Ben Oak,,\n", "ben2,Ben Oak,,\nben3,Ben Oak,,\n")
    text = text if "999" in name else ROSTER
    found = collect(pack(tmp_path, files), tmp_path / "s", LESSONS, LESSON, roster(tmp_path, text))
    assert lying(tmp_path / "s") == ["ann/01_mini/01_mini.ipynb"]
    assert len(found.refused) == 1
    assert why in found.refused[0]


def test_two_downloads_of_one_student_are_not_guessed(tmp_path):
    """Is neither collected where a name and a number lead to one id?"""
    files = {"leeann_101_1_01_mini.ipynb": "a", "annlee__2_01_mini.ipynb": "b",
             "Ann Lee_5_assignsubmission_file_/01_mini.ipynb": "c"}  # fmt: skip
    found = collect(pack(tmp_path, files), tmp_path / "s", LESSONS, LESSON, roster(tmp_path))
    assert any("would both be ann's: neither was collected" in said for said in found.refused)


def hostile(tmp_path):
    """A ZIP file of a class in which one member is honest."""
    path = tmp_path / "hostile.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("leeann_1_1_01_mini.ipynb", NOTEBOOK)
        archive.writestr("../oakben_2_2_01_mini.ipynb", "x")
        archive.writestr("/tmp/oakben_2_3_01_mini.ipynb", "x")
        archive.writestr("c:\\oakben_2_4_01_mini.ipynb", "x")
        archive.writestr("oakben_2_5_" + "a" * 300 + ".ipynb", "x")
        archive.writestr("a/" * 20 + "oakben_2_6_01_mini.ipynb", "x")
        archive.writestr("oakben_2_7_01_mini.ipynb", b"\0" * 50_000_000)
        link = zipfile.ZipInfo("oakben_2_8_01_mini.ipynb")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("Ben Oak_7_assignsubmission_file_/../../01_mini.ipynb", "x")
    return path


def test_a_hostile_download_writes_nothing_outside_and_costs_the_others_nothing(tmp_path):
    """Are paths that lead out, bombs, links and absurd names each named?"""
    into = tmp_path / "in" / "submitted"
    found = collect(hostile(tmp_path), into, LESSONS, LESSON)
    assert lying(tmp_path / "in") == ["submitted/leeann/01_mini/01_mini.ipynb"]
    assert len(found.refused) == 8
    for why in ("leads out of the download", "500 times smaller", "is a link", "no file can have"):
        assert any(why in sentence for sentence in found.refused)
    assert all(len(sentence) < 300 for sentence in found.refused)


def test_a_member_that_lies_about_its_size_is_not_unpacked(tmp_path):
    """Is a broken member named, and is the rest of that student's taken?"""
    path = pack(tmp_path, {"leeann_1_1_01_mini.ipynb": NOTEBOOK, "leeann_1_2_a.csv": "1" * 5000})
    data = bytearray(path.read_bytes())
    data[data.rindex(b"PK\x03\x04", 0, data.index(b"leeann_1_2")) + 60] ^= 0xFF
    path.write_bytes(data)
    found = collect(path, tmp_path / "s", LESSONS, LESSON)
    assert lying(tmp_path / "s") == ["leeann/01_mini/01_mini.ipynb"]
    assert "it is broken" in found.refused[0]


@pytest.mark.parametrize("content", [b"", b"no ZIP", b"PK\x03\x04" + b"\0" * 100])
def test_what_is_no_zip_file_is_told(tmp_path, content):
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    with pytest.raises(CourseError, match=r"x\.zip is no ZIP file that can be unpacked"):
        collect(path, tmp_path / "s", LESSONS, LESSON)
    assert not (tmp_path / "s").exists()


@pytest.mark.parametrize("name", ["ann", f"ann/{LESSON}"])
def test_a_link_in_submitted_is_not_followed(tmp_path, name):
    """Is nothing written through a link, and is it said?"""
    into, outside = tmp_path / "submitted", tmp_path / "outside"
    outside.mkdir()
    (into / name).parent.mkdir(parents=True)
    (into / name).symlink_to(outside)
    found = collect(pack(tmp_path, CANVAS), into, LESSONS, LESSON, roster(tmp_path))
    assert list(outside.iterdir()) == []
    told = "'ann/01_mini' is a link or a file, no folder: nothing was put there."
    assert told in found.refused


def test_a_file_in_the_place_of_a_folder_stops_nobody_else(tmp_path):
    (tmp_path / "submitted" / "ann").mkdir(parents=True)
    (tmp_path / "submitted" / "ann" / LESSON).write_text("a file")
    found = collect(
        pack(tmp_path, CANVAS), tmp_path / "submitted", LESSONS, LESSON, roster(tmp_path)
    )
    assert len(found.refused) == 1
    assert (tmp_path / "submitted" / "zoe" / LESSON).is_dir()


def test_a_linked_file_in_a_downloaded_folder_is_not_read(tmp_path):
    folder = unpack(tmp_path, {"oakben_2_2_01_mini.ipynb": NOTEBOOK})
    (tmp_path / "secret").write_text("secret")
    (folder / "leeann_1_1_01_mini.ipynb").symlink_to(tmp_path / "secret")
    found = collect(folder, tmp_path / "s", LESSONS, LESSON)
    assert lying(tmp_path / "s") == ["oakben/01_mini/01_mini.ipynb"]
    assert found.refused == ["'leeann_1_1_01_mini.ipynb' is a link, not a file."]


def test_namesakes_without_a_roster_are_told_apart(tmp_path):
    files = {"leeann_1_1_01_mini.ipynb": "a", "leeann_2_2_01_mini.ipynb": "b"}
    collect(pack(tmp_path, files), tmp_path / "s", LESSONS, LESSON)
    assert lying(tmp_path / "s") == [
        "leeann_1/01_mini/01_mini.ipynb", "leeann_2/01_mini/01_mini.ipynb",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "has no column of ids"),
        ("color,shape\nred,round\n", "has no column of ids"),
        ("id,name\n", "names no student"),
        ("id,name\nann,A\nann,B\n", "line 3: ann stands there twice"),
        ("id,name\n../x,A\n", r"line 2: the id '\.\./x' cannot be the name of a folder"),
        ("id,name\n.earlier,A\n", "cannot be the name of a folder"),
        ("id,name\na/b,A\n", "cannot be the name of a folder"),
        ("id,name\nann\u202e,A\n", "cannot be the name of a folder"),
        ("id,name,handed_in\nann,A,soon\n", "line 2: 'soon' is no time"),
        ('id,name\n"ann', "is no CSV file"),
    ],
)
def test_a_roster_that_cannot_serve_is_told(tmp_path, text, sentence):
    with pytest.raises(CourseError, match=sentence):
        roster(tmp_path, text)


def test_canvass_own_export_is_a_roster(tmp_path):
    """Is "ID" Canvas's number where another column names the student?"""
    text = (
        "Student,ID,SIS User ID,SIS Login ID,Section,01_mini (9)\n"
        '    Points Possible,,,,,6\n"Lee, Ann",101,S1,ann,A,\n'
    )
    [ann] = roster(tmp_path, text).students
    assert (ann.student, ann.first, ann.last, ann.numbers) == (
        "ann",
        "Ann",
        "Lee",
        {"Canvas": "101"},
    )


def test_names_are_compared_as_platforms_write_them():
    assert letters("O'Neill, Zoë") == letters("oneillzoe\u0308")


def test_earlier_hand_ins_are_submissions_like_any_other(tmp_path):
    """Can the grader be given each hand-in, the earliest first?"""
    for order in (2, 1):
        files = {f"{LESSON}.ipynb": NOTEBOOK.encode() + b" " * order}
        keep(tmp_path, "ann", LESSON, files, Stamp(order=order))
    [earlier] = earlier_submissions(tmp_path, "ann", LESSON, minilesson.release())
    assert (earlier.student, earlier.error) == ("ann", None)
    assert earlier.notebook.path == tmp_path / EARLIER / "ann" / LESSON / "1" / f"{LESSON}.ipynb"


def test_the_command_says_what_it_did(tmp_path, monkeypatch, capsys):
    """Does roster.csv serve by itself, and is the exit status 1 where something is left?"""
    course = minilesson.course(tmp_path / "course")
    monkeypatch.chdir(course.root)
    (course.root / "roster.csv").write_text(ROSTER, encoding="utf-8")
    whole, odd = pack(tmp_path, CANVAS), pack(tmp_path, {**CANVAS, "x.txt": ""}, "odd.zip")
    assert cli.main(["collect", str(whole), LESSON]) == 0
    assert "01_mini: 2 new; in submitted" in (told := capsys.readouterr().out)
    assert "Nothing of 2 in the roster: ben1, ben2." in told
    assert cli.main(["collect", str(odd), LESSON]) == 1
    assert "01_mini: 2 there already" in (told := capsys.readouterr().out)
    assert "'x.txt' is nobody's" in told
    with Gradebook(f"sqlite:///{course.root}/gradebook.db") as gradebook:
        zoe = gradebook.find_student("zoe")
        assert (zoe.first_name, zoe.last_name, zoe.email) == ("Zoë", "O'Neill", "zoe@uni.edu")
        assert zoe.lms_user_id == "102"
    about = json.loads((course.root / "submitted/ann" / LESSON / ".hand-in.json").read_text())
    assert about["order"] == 901


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nowhere.zip"], "There is no nowhere.zip"),
        (["nowhere.zip", "01_mimi"], "did you mean '01_mini'?"),
        (["course.toml", "--roster", "none.csv"], "none.csv cannot be read"),
    ],
)
def test_what_cannot_be_collected_is_told(tmp_path, monkeypatch, capsys, words, sentence):
    monkeypatch.chdir(minilesson.course(tmp_path).root)
    assert cli.main(["collect", *words]) == 1
    assert sentence in capsys.readouterr().err
