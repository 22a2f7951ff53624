"""The students' repository: complete, kept up to date, and with nothing that is not for them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sysconfig
import tomllib
import venv
from pathlib import Path

import minilesson
import nbformat
import pytest
import yaml
from minilesson import LESSON

from autograder import cli
from autograder.course import Course, CourseError
from autograder.lesson import Lesson
from autograder.publish.repository import MADE_BY_US, publish

ROOT = Path(__file__).parents[1]
SOLUTION = "return np.concatenate([x, x])"
ACCEPTED = """
    @accepted("two halves")
    def halves(x):
        first, second = x / 0.5, x / 2.0
        return first + second - x / 2.0
"""
SEED = "12345678901234567890"


@pytest.fixture
def course(tmp_path):
    """A course of one lesson that was built, graded, and has a solution worth hiding."""
    course = minilesson.course(tmp_path / "course")
    script = course.script(LESSON)
    script.write_text(script.read_text().replace("return 2 * x", SOLUTION))
    [specification] = (script.parent / "exercises").glob("double.py")
    specification.write_text(specification.read_text() + ACCEPTED)
    for path in (course.key(LESSON), course.released_key(LESSON)):
        path.write_text('{"tree": {"dict": {}}}')
    private = course.root / ".autograder" / f"{LESSON}.json"
    private.parent.mkdir()
    private.write_text(json.dumps({"lesson": LESSON, "seed": int(SEED)}))
    (course.notebooks / "README.md").write_text(
        f"# A course\n\n## One\n\n| 01 | [Mini]({LESSON}/{LESSON}.ipynb) |\n"
        "| 02 | [More](02_more/x.ipynb) |\n\n## Two\n\n| 03 | [Most](03_most/x.ipynb) |\n"
    )
    return course


def edit(course, source):
    """Put a cell into the released notebook."""
    path = course.release(LESSON)
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_markdown_cell(source))
    nbformat.write(notebook, path)


def test_students_get_notebooks_package_and_how_to_install_it(course, tmp_path):
    """Is all there, and is nothing of the author's, by name?"""
    folder = tmp_path / "students"
    done = publish(course, folder)
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert done.lessons == [LESSON]
    assert {
        *("README.md", ".gitignore", "pyproject.toml", "environment.yml"),
        *(f"notebooks/{LESSON}/{LESSON}.ipynb", f"notebooks/{LESSON}/{LESSON}.key.json"),
        *("notebooks/README.md", "cnncourse/__init__.py", "cnncourse/check/verdict.py"),
        *("cnncourse/py.typed", "cnncourse/LICENSE", MADE_BY_US),
    } <= names
    odd = ("solutions", "autograder", ".autograder", "exercises", "cnncourse/keys", "submitted")
    assert not [name for name in names if name.startswith(odd) or "__pycache__" in name]
    assert (folder / "notebooks" / "README.md").read_text() == (
        f"# A course\n\n## One\n\n| 01 | [Mini]({LESSON}/{LESSON}.ipynb) |\n"
    )


def test_what_to_install_is_what_the_package_needs(course, tmp_path):
    """Are dependencies those of pyproject.toml, for pip and conda, and nothing of instructors'?"""
    publish(course, tmp_path / "students")
    own = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    theirs = tomllib.loads((tmp_path / "students" / "pyproject.toml").read_text())["project"]
    assert theirs["dependencies"] == own["dependencies"]
    assert theirs["optional-dependencies"].keys() == {"cpu", "gpu", "transfer", "lab"}
    needs = yaml.safe_load((tmp_path / "students" / "environment.yml").read_text())["dependencies"]
    assert set(own["dependencies"]) < set(filter(lambda need: isinstance(need, str), needs))
    assert not any("nbgrader" in str(need) for need in needs)


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (lambda c: edit(c, f"Hint: {SOLUTION}"), "The solution of 'double' can be read in"),
        (lambda c: edit(c, "first, second = x / 0.5, x / 2.0\nreturn first + second - x / 2.0"),
         "A specification of 01_mini stands in"),
        (lambda c: edit(c, f"seed = {SEED}"), "holds a secret seed"),
        (lambda c: shutil.copy(c.script(LESSON), c.release(LESSON).parent / "data.txt"),
         "data.txt is a file of the author's"),
        (lambda c: (c.release(LESSON).parent / "grader.csv.json").write_text(f'["{SOLUTION}"]'),
         "can be read in notebooks/01_mini/grader.csv.json"),
        (lambda c: c.released_key(LESSON).write_text("{}"), "is not the public key"),
        (lambda c: c.released_key(LESSON).unlink(), "has no key"),
        (lambda c: c.release(LESSON).write_text(c.release(LESSON).read_text().replace(
            '"outputs": []',
            '"outputs": [{"output_type": "stream", "name": "stdout", "text": "42"}]', 1)),
         "holds outputs"),
    ],
)  # fmt: skip
def test_what_would_give_something_away_is_not_written(course, tmp_path, harm, sentence):
    """Is each kind of leak found, wherever it stands, before anything is written?"""
    harm(course)
    with pytest.raises(CourseError, match="Nothing was written") as told:
        publish(course, tmp_path / "students")
    assert sentence in str(told.value)
    assert not (tmp_path / "students").exists()


def test_the_judges_key_is_not_taken_for_the_public_one(course, tmp_path, monkeypatch):
    """Is it found, even if it lies where the public key should?"""
    key = course.key(LESSON).read_text()
    monkeypatch.setattr("autograder.publish.scan.stored_key", lambda course, lesson: key)
    with pytest.raises(CourseError, match="is the judge's key"):
        publish(course, tmp_path / "students")


def test_authors_files_beside_a_notebook_stay_behind(course, tmp_path):
    """Are scripts and specifications left out, and links not followed?"""
    beside = course.release(LESSON).parent
    (beside / "exercises").mkdir()
    (beside / "exercises" / "double.txt").write_text("x")
    (beside / "notes.py").write_text("x = 1")
    (beside / "data.csv").write_text("1,2")
    (beside / "link.csv").symlink_to(course.script(LESSON))
    publish(course, tmp_path / "students")
    names = {path.name for path in (tmp_path / "students" / "notebooks" / LESSON).iterdir()}
    assert names == {f"{LESSON}.ipynb", f"{LESSON}.key.json", "data.csv"}


def test_an_update_writes_what_is_new_and_leaves_what_was_changed(course, tmp_path):
    """Do files of others stay, and is a changed one named and not overwritten?"""
    folder = tmp_path / "students"
    publish(course, folder)
    (folder / "syllabus.md").write_text("Mondays")
    (folder / "README.md").write_text("Our own")
    data = course.release(LESSON).parent / "data.csv"
    data.write_text("1,2")
    edit(course, "A correction.")
    done = publish(course, folder)
    notebook = f"notebooks/{LESSON}/{LESSON}.ipynb"
    assert sorted(done.written) == [notebook, f"notebooks/{LESSON}/data.csv"]
    assert done.kept == ["README.md"]
    assert (folder / "README.md").read_text() == "Our own"
    assert (folder / "syllabus.md").read_text() == "Mondays"
    data.unlink()
    done = publish(course, folder)
    assert (done.written, done.removed) == ([], [f"notebooks/{LESSON}/data.csv"])
    assert not (folder / "notebooks" / LESSON / "data.csv").exists()


def test_a_file_that_somebody_put_there_first_is_not_overwritten(course, tmp_path):
    """Is a file of a name that is new to us kept?"""
    folder = tmp_path / "students"
    publish(course, folder)
    (folder / "notebooks" / LESSON / "data.csv").write_text("theirs")
    (course.release(LESSON).parent / "data.csv").write_text("ours")
    assert publish(course, folder).kept == [f"notebooks/{LESSON}/data.csv"]
    assert (folder / "notebooks" / LESSON / "data.csv").read_text() == "theirs"


def test_nothing_is_written_through_a_link(course, tmp_path):
    folder, outside = tmp_path / "students", tmp_path / "outside"
    publish(course, folder)
    outside.mkdir()
    shutil.rmtree(folder / "notebooks")
    (folder / "notebooks").symlink_to(outside)
    assert f"notebooks/{LESSON}/{LESSON}.ipynb" in publish(course, folder).kept
    assert list(outside.iterdir()) == []


def test_a_lesson_that_is_not_released_is_told(course, tmp_path):
    """Is it left out where nobody asked for it, and told where somebody did?"""
    course.release(LESSON).unlink()
    for lessons, sentence in (([], "No lesson is released"), ([LESSON], "01_mini is not released")):
        with pytest.raises(CourseError, match=sentence):
            publish(course, tmp_path / "students", lessons)


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        (".", "holds the course itself"),
        ("..", "holds the course itself"),
        ("solutions/x", "is a part of the course"),
        (".autograder", "is a part of the course"),
        ("course.toml", "is a file, not a folder"),
        ("full", "is not empty, and publish did not make it"),
        ("damaged", "is not empty, and publish did not make it"),
    ],
)
def test_a_folder_of_somebody_elses_is_refused(course, monkeypatch, capsys, place, sentence):
    monkeypatch.chdir(course.root)
    for name, file in (("full", "thesis.md"), ("damaged", MADE_BY_US)):
        Path(name).mkdir()
        Path(name, file).write_text("{")
    assert cli.main(["publish", place]) == 1
    assert sentence in capsys.readouterr().err
    assert sorted(os.listdir("full")) == ["thesis.md"]


def test_the_command_tells_a_changed_file_by_its_status(course, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(course.root)
    folder = tmp_path / "students"
    assert cli.main(["publish", str(folder), LESSON]) == 0
    assert "1 lessons in" in capsys.readouterr().out
    (folder / ".gitignore").write_text("mine")
    assert cli.main(["publish", str(folder)]) == 1
    assert "left as they are: .gitignore" in capsys.readouterr().out


def test_a_pull_never_meets_a_students_work(course, tmp_path):
    """Does a corrected lesson arrive while the student's own copy stays as it is?"""
    folder, student = tmp_path / "students", tmp_path / "ann"
    publish(course, folder)
    git(folder, "init", "--quiet", "--initial-branch=main")
    save(folder)
    git(tmp_path, "clone", "--quiet", str(folder), str(student))
    shutil.copytree(student / "notebooks" / LESSON, student / "work" / LESSON)
    mine = student / "work" / LESSON / f"{LESSON}.ipynb"
    mine.write_text("my answers")
    edit(course, "A correction.")
    publish(course, folder)
    save(folder)
    git(student, "pull", "--quiet", "--ff-only")
    assert "A correction." in (student / "notebooks" / LESSON / f"{LESSON}.ipynb").read_text()
    assert mine.read_text() == "my answers"
    assert git(student, "status", "--porcelain") == ""


def git(folder, *words):
    who = ("-c", "user.name=Test", "-c", "user.email=test@example.org")
    done = subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)
    return done.stdout.decode()


def save(folder):
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Release")


# The first cells of a copied lesson, its first exercise with an answer, and where things came from.
FIRST_CELLS = """
import importlib.util, json, sys
assert importlib.util.find_spec("autograder") is None, "the grader is here"
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
for source in json.load(open(sys.argv[1])):
    shell.run_cell(source).raise_error()
import cnncourse
print("from", cnncourse.__file__)
"""


@pytest.mark.heavy
def test_lesson_00_works_from_the_students_repository_alone(tmp_path):
    """Do its first cells run, and is the right answer right, where there is no grader?"""
    folder, name = tmp_path / "students", "00_start"
    publish(Course(ROOT), folder, [name])
    fresh = tmp_path / "venv"
    venv.create(fresh)
    # What is installed here, but for this repository, and the students' folder.
    [packages] = fresh.glob("lib/python*/site-packages")
    (packages / "here.pth").write_text(f"{folder}\n{sysconfig.get_path('purelib')}\n")
    python, environment = fresh / "bin" / "python", {**os.environ, "CNNCOURSE_BUDGET": "smoke"}
    environment.pop("PYTHONPATH", None)
    start = [python, "-m", "cnncourse.start", "--prepare"]
    subprocess.run(start, cwd=folder, env=environment, check=True)
    work = folder / "work" / name
    cells = first_cells(nbformat.read(work / f"{name}.ipynb", as_version=4), name)
    (work / "cells.json").write_text(json.dumps(cells))
    done = subprocess.run(
        [python, "-c", FIRST_CELLS, "cells.json"],
        cwd=work, env=environment, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert f"from {folder}" in done.stdout
    assert "✓" in done.stdout


def first_cells(notebook, lesson):
    """The code up to the first check, with the reference answer in the place of the gap."""
    exercise = next(iter(Lesson.read(ROOT / "solutions" / lesson).exercises.values()))
    cells = []
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        about = cell.metadata.get("nbgrader", {})
        cells.append(exercise.solution.source if about.get("solution") else cell.source)
        if about.get("grade"):
            break
    return cells
