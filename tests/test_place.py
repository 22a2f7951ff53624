"""Are the files of a lesson replaced all or none, whenever a build ends?"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from authored import NAME, write_course

from autograder.build import builder, place
from autograder.build.place import finish, interrupted, put_in_place
from autograder.build.store import FOLDER
from autograder.cli import main
from autograder.lesson import AuthoringError

TESTS = Path(__file__).parent


@pytest.fixture
def course(tmp_path):
    return write_course(tmp_path)


@pytest.fixture
def files(course):
    """Three files of a lesson, of which one is there with an older content."""
    paths = (course.key(NAME), course.solution(NAME), course.release(NAME))
    course.key(NAME).write_bytes(b"old")
    return {path: f"new {number}".encode() for number, path in enumerate(paths)}


def written(files):
    return [path.read_bytes() if path.exists() else None for path in files]


def staged(course):
    return sorted((course.root / FOLDER / "building").rglob("*"))


def build(course, run=False):
    return builder.build(course, NAME, budget="cpu", run=run, tell=lambda what: None)


def test_all_files_are_written(course, files):
    """Are they changed and named, and nothing left over?"""
    assert put_in_place(course, NAME, files) == list(files)
    assert written(files) == list(files.values())
    assert staged(course) == []


def test_files_that_hold_their_content_are_left_alone(course, files):
    """Is only what changed written?"""
    course.key(NAME).write_bytes(b"new 0")
    before = course.key(NAME).stat().st_mtime_ns
    assert put_in_place(course, NAME, files) == list(files)[1:]
    assert course.key(NAME).stat().st_mtime_ns == before
    assert put_in_place(course, NAME, files) == []


def test_others_may_read_what_is_put_in_place(course, files):
    """Do files get the permissions that new files get, not those of temporary ones?"""
    put_in_place(course, NAME, files)
    (course.root / "plain").touch()
    assert course.release(NAME).stat().st_mode == (course.root / "plain").stat().st_mode


class Killed(BaseException):
    """Stands for a process that ends in the middle of it."""


def kill_at(monkeypatch, move):
    """End `put_in_place` at its nth move (from 1), before that file is moved."""
    moves = []

    def counted(source, target, data, really=place._move):
        moves.append(target)
        if len(moves) == move:
            raise Killed
        really(source, target, data)

    monkeypatch.setattr(place, "_move", counted)


@pytest.mark.parametrize("move", [1, 2, 3])
def test_what_was_interrupted_is_finished(course, files, monkeypatch, move):
    """Is a build that ended between two renames found, and can the rest be put in place?"""
    with monkeypatch.context() as patched:
        kill_at(patched, move)
        with pytest.raises(Killed):
            put_in_place(course, NAME, files)
    assert None in written(files)
    assert len(interrupted(course, NAME)) == 1
    assert finish(course, NAME)
    assert written(files) == list(files.values())
    assert not interrupted(course, NAME)
    assert not finish(course, NAME)


def test_nothing_changes_before_everything_is_written_down(course, files, monkeypatch):
    """Is a lesson untouched, and not taken for interrupted, if writing itself fails?"""

    def full(path, data):
        raise OSError("no space left on device")

    monkeypatch.setattr(place, "write", full)
    with pytest.raises(OSError, match="no space"):
        put_in_place(course, NAME, files)
    assert written(files) == [b"old", None, None]
    assert not interrupted(course, NAME)


def test_a_damaged_file_is_not_put_in_place(course, files, monkeypatch):
    """Is what lost its content left out, and the rest finished?"""
    with monkeypatch.context() as patched:
        kill_at(patched, 1)
        with pytest.raises(Killed):
            put_in_place(course, NAME, files)
    (folder,) = interrupted(course, NAME)
    (folder / "0").write_bytes(b"damaged")
    finish(course, NAME)
    assert written(files) == [b"old", b"new 1", b"new 2"]


def test_another_process_may_finish_first(course, files, monkeypatch):
    """Does a build that is slow in moving its files come to the same end?"""

    def late(source, target, data, really=place._move):
        source.unlink()
        really(source, target, data)

    monkeypatch.setattr(place, "_move", late)
    put_in_place(course, NAME, files)
    assert written(files) == list(files.values())


def test_old_left_overs_are_swept(course):
    """Is a folder removed whose build ended long ago before its list was written?"""
    for name, age in (("old", 1e5), ("new", 0)):
        folder = course.root / FOLDER / "building" / f"{NAME}.{name}"
        folder.mkdir(parents=True)
        time = folder.stat().st_mtime - age
        os.utime(folder, (time, time))
    assert not finish(course, NAME)
    assert [path.name for path in staged(course)] == [f"{NAME}.new"]


# Whole builds

KILLED = f"""
import os, signal, sys
sys.path.insert(0, {str(TESTS)!r})
from pathlib import Path
from authored import NAME
from autograder.build import builder, place
from autograder.course import Course

really, moves = place._move, []
def killed(*arguments):
    moves.append(arguments)
    if len(moves) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    really(*arguments)

place._move = killed
builder.build(Course(Path(sys.argv[1])), NAME, budget="cpu", run=False, tell=lambda what: None)
"""


@pytest.mark.heavy
def test_a_killed_build_is_told_and_finished(course, monkeypatch, capsys):
    """Does --check name a lesson whose build was killed between renames, and build finish it?"""
    done = subprocess.run([sys.executable, "-c", KILLED, str(course.root)], check=False)
    assert done.returncode == -9
    assert course.key(NAME).exists()
    assert not course.release(NAME).exists()
    monkeypatch.chdir(course.root)
    assert main(["build", "--check"]) == 1
    assert "a build was interrupted; build it again" in capsys.readouterr().out
    assert main(["build", "--no-execute"]) == 0
    assert course.release(NAME).exists()
    assert build(course) == []


@pytest.mark.heavy
def test_an_interrupted_build_is_finished_even_if_the_lesson_is_refused(course, files, monkeypatch):
    """Is a lesson no mixture of two builds, although its script is broken meanwhile?"""
    with monkeypatch.context() as patched:
        kill_at(patched, 2)
        with pytest.raises(Killed):
            put_in_place(course, NAME, files)
    course.script(NAME).write_text("", encoding="utf-8")
    with pytest.raises(AuthoringError):
        build(course)
    assert written(files) == list(files.values())


@pytest.mark.heavy
def test_a_cell_that_raises_changes_no_file(course):
    """Do key, notebooks and companions stay as they were if a cell of the new lesson fails?"""
    build(course)
    (course.solutions / NAME / "house.txt").write_text("a house")
    paths = [course.key(NAME), course.solution(NAME), course.release(NAME)]
    before = [path.read_bytes() for path in paths]
    script = course.script(NAME).read_text(encoding="utf-8")
    script = script.replace("np.arange(3)", "np.arange(3) / undefined")
    course.script(NAME).write_text(script, encoding="utf-8")
    specifications = course.solutions / NAME / "exercises" / "double.py"
    text = specifications.read_text(encoding="utf-8")
    specifications.write_text(text.replace("You squared", "Squared"), encoding="utf-8")
    with pytest.raises(AuthoringError, match="undefined"):
        build(course, run=True)
    assert [path.read_bytes() for path in paths] == before
    assert not (course.release(NAME).parent / "house.txt").exists()


@pytest.mark.heavy
def test_checks_run_with_the_key_that_is_being_built(course):
    """Does a cell that is executed find the new key, while the old one is still in place?"""
    course.key(NAME).write_text("old", encoding="utf-8")
    (course.root / "cnncourse" / "__init__.py").write_text(
        "import json, os\n"
        "def begin(lesson):\n"
        "    path = os.path.join(os.environ['CNNCOURSE_KEYS'], lesson + '.json')\n"
        "    size = os.path.getsize(path)\n"
        "    return lambda *objects, **named: print('key of', size, 'bytes')\n",
        encoding="utf-8",
    )
    build(course, run=True)
    said = f"key of {course.key(NAME).stat().st_size} bytes"
    outputs = json.loads(course.solution(NAME).read_text(encoding="utf-8"))["cells"]
    assert any(said in json.dumps(cell.get("outputs")) for cell in outputs)
