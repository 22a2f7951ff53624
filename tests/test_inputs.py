"""Does the hash of a product change with everything that decides it, and with nothing else?"""

from __future__ import annotations

import shutil

import pytest
from authored import EXERCISES, NAME, SCRIPT, write_course, write_lesson

from autograder.build import inputs
from autograder.build.inputs import (
    ENGINE,
    KEY_CODE,
    check_inputs,
    code,
    execution_inputs,
    exercise_inputs,
    fingerprint,
    lesson_inputs,
    package_code,
    verdict_code,
)
from autograder.lesson import Lesson


@pytest.fixture
def folder(tmp_path):
    """An authored lesson's folder."""
    return write_lesson(tmp_path)


def edit(folder, old, new, file=f"{NAME}.py"):
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")


def forget():
    """Let code be read again, as another process would."""
    inputs._code.cache_clear()
    inputs._package_code.cache_clear()


# What a key is made from

DECIDES = {
    "a solution": (f"{NAME}.py", "2 * np.asarray(x)", "np.asarray(x) * 2"),
    "the set-up": (f"{NAME}.py", "import numpy as np", "import numpy as np\nimport math"),
    "a statement in the stub": (f"{NAME}.py", "Twice x.", "Two times x."),
    "a probe": ("exercises/double.py", "size=3", "size=4"),
    "a message": ("exercises/double.py", "You squared", "You have squared"),
}
IRRELEVANT = {
    "prose": (f"{NAME}.py", "Now check it.", "Check it now."),
    "a demonstration": (f"{NAME}.py", "np.arange(3)", "np.arange(4)"),
    "a written answer": (f"{NAME}.py", "read to the end", "read"),
}


@pytest.mark.parametrize(("file", "old", "new"), DECIDES.values(), ids=DECIDES)
def test_what_decides_a_key_changes_its_hash(folder, file, old, new):
    """Is a key of another lesson or specification never taken for this one's?"""
    before = lesson_inputs(folder)
    edit(folder, old, new, file)
    assert lesson_inputs(folder) != before


@pytest.mark.parametrize(("file", "old", "new"), IRRELEVANT.values(), ids=IRRELEVANT)
def test_what_no_key_holds_compiles_nothing(folder, file, old, new):
    """Is a key kept when prose, a demonstration or a written answer changes?"""
    before = lesson_inputs(folder)
    edit(folder, old, new, file)
    assert lesson_inputs(folder) == before


def test_built_files_compile_nothing(folder):
    """Do a notebook and Python's own caches beside the lesson leave the hash alone?"""
    before = lesson_inputs(folder)
    (folder / f"{NAME}.ipynb").write_text("{}")
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "exercises.pyc").touch()
    assert lesson_inputs(folder) == before


@pytest.mark.parametrize("file", ["helper.py", "exercises/double.py", "table.csv"])
def test_files_beside_the_script_count(folder, file):
    """Does a key depend on all that its specifications may read?"""
    before = lesson_inputs(folder)
    (folder / file).parent.mkdir(exist_ok=True)
    (folder / file).write_text("1")
    assert lesson_inputs(folder) != before


@pytest.mark.parametrize("library", ["keras", "numpy", "scipy", "one-of-the-course"])
def test_another_version_of_a_library_changes_it(folder, monkeypatch, library):
    """Is a key not kept over an upgrade of what computed it, the course's own libraries too?"""
    (folder.parents[1] / "course.toml").write_text('libraries = ["one-of-the-course"]')
    before, version = lesson_inputs(folder), inputs._version
    monkeypatch.setattr(inputs, "_version", lambda n: "0.0" if n == library else version(n))
    assert lesson_inputs(folder) != before


def test_another_backend_changes_it(folder, monkeypatch):
    """Are keys that TensorFlow computed not taken for those that JAX would?"""
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    before = lesson_inputs(folder)
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    assert lesson_inputs(folder) != before


@pytest.mark.parametrize(
    ("file", "counts"),
    [
        ("lesson/percent.py", True),
        ("exercise/kinds.py", True),
        ("build/compiler.py", True),
        ("build/links.py", False),
    ],
)
def test_code_that_reads_and_compiles_lessons_counts(tmp_path, file, counts):
    """Does a change to the parser of lessons compile keys again, and one to links not?"""
    for part in ("lesson", "exercise", "build"):
        shutil.copytree(ENGINE / part, tmp_path / part)
    before = code(KEY_CODE, tmp_path)
    with (tmp_path / file).open("a") as source:
        source.write("\n# changed\n")
    forget()
    assert (code(KEY_CODE, tmp_path) != before) == counts


@pytest.mark.parametrize(
    ("file", "of_verdicts", "of_package"),
    [
        ("check/verdict.py", True, True),
        ("check/rendering.py", False, True),
        ("plots/a.py", False, False),
    ],
)
def test_a_new_colour_compiles_nothing(tmp_path, file, of_verdicts, of_package):
    """Does code that verdicts stand on count for keys, and code that draws or renders not?"""

    def hashes():
        forget()
        return verdict_code(tmp_path), package_code(tmp_path)

    path = tmp_path / file
    path.parent.mkdir()
    path.write_text("RED = 1")
    before = hashes()
    path.write_text("RED = 2")
    changed = [old != new for old, new in zip(before, hashes(), strict=True)]
    assert changed == [of_verdicts, of_package]


# What the key of one exercise is made from


def of_exercise(folder, name):
    return exercise_inputs(Lesson.read(folder), name)


def test_an_exercise_depends_on_what_stands_before_it(folder):
    """Does a changed solution compile later exercises again, and no earlier one?"""
    before = {name: of_exercise(folder, name) for name in ("double", "answer")}
    edit(folder, "answer = 6 * 7", "answer = 7 * 6")
    assert of_exercise(folder, "double") == before["double"]
    assert of_exercise(folder, "answer") != before["answer"]
    edit(folder, "2 * np.asarray(x)", "np.asarray(x) * 2")
    assert of_exercise(folder, "double") != before["double"]


@pytest.fixture
def in_files(folder):
    """A lesson whose exercises have a file each."""
    lesson = Lesson.read(folder)
    shutil.rmtree(folder / "exercises")
    (folder / "exercises").mkdir()
    for name in ("double", "answer", "_shared"):
        (folder / "exercises" / f"{name}.py").write_text("1")
    return lesson


@pytest.mark.parametrize(
    ("file", "counts"), [("answer", False), ("double", True), ("_shared", True)]
)
def test_the_file_of_another_exercise_does_not_count(in_files, file, counts):
    """Is only the exercise compiled again whose own file changed, or one that is shared?"""
    before = exercise_inputs(in_files, "double")
    (in_files.folder / "exercises" / f"{file}.py").write_text("2")
    assert (exercise_inputs(in_files, "double") != before) == counts


def test_the_file_of_another_exercise_counts_where_it_is_spoken_of(in_files):
    """Is an exercise compiled again whose file may import the one that changed?"""
    files = in_files.folder / "exercises"
    (files / "double.py").write_text("from exercises.answer import RANGE")
    before = exercise_inputs(in_files, "double")
    (files / "answer.py").write_text("RANGE = 2")
    assert exercise_inputs(in_files, "double") != before


# What outputs are made from


def test_prose_and_messages_execute_nothing(folder):
    """Do outputs stay when Markdown or a misconception's message changes?"""
    before = fingerprint(Lesson.read(folder), "cpu")
    edit(folder, "Now check it.", "Check it now.")
    edit(folder, "You squared", "You have squared", "exercises/double.py")
    assert fingerprint(Lesson.read(folder), "cpu") == before


UNSEEN = {
    "another budget's number": ("n = budget(smoke=1, cpu=5)", "n = budget(smoke=2, cpu=5)"),
    "a comment": ("x = 1  # one", "x = 1  # the first"),
    "a comment on a line of its own": ("x = 1\ny = 2", "x = 1\n# then\ny = 2"),
    "a docstring": (
        'def f():\n    """Ä."""\n    return 1',
        'def f():\n    """B,\n    c."""\n    return 1',
    ),
    "a comment within an argument": ("budget(smoke=(1,  # a\n2), cpu=3)", "budget(smoke=0, cpu=3)"),
}
SEEN = {
    "this budget's number": ("n = budget(smoke=1, cpu=5)", "n = budget(smoke=1, cpu=6)"),
    "a number of another function": ("n = f(smoke=1, cpu=5)", "n = f(smoke=2, cpu=5)"),
    "what looks like a comment": ('x = "a # b"', 'x = "a # c"'),
    "a text that is no docstring": ('x = 1\n"a"', 'x = 1\n"b"'),
    "what Python alone cannot read": ("%time f()  # 1", "%time f()  # 2"),
    "an indentation": ("if a:\n    b()\n    c()", "if a:\n    b()\nc()"),
}


@pytest.mark.parametrize(("one", "other"), UNSEEN.values(), ids=UNSEEN)
def test_what_cannot_change_outputs_is_left_out(one, other):
    """Are two cells the same to a run that differ only in what no run can show?"""
    assert inputs.as_run(one, "cpu") == inputs.as_run(other, "cpu")


@pytest.mark.parametrize(("one", "other"), SEEN.values(), ids=SEEN)
def test_what_can_change_outputs_is_kept(one, other):
    """Are two cells different to a run that may show so?"""
    assert inputs.as_run(one, "cpu") != inputs.as_run(other, "cpu")


def test_the_fingerprint_knows_no_machine(tmp_path, monkeypatch):
    """Is what is written into notebooks the same with other libraries?"""
    lesson = Lesson.read(write_lesson(tmp_path))
    before = fingerprint(lesson, "cpu"), execution_inputs(lesson, "cpu", [])
    monkeypatch.setattr(inputs, "_version", lambda name: "0.0")
    assert fingerprint(lesson, "cpu") == before[0]
    assert execution_inputs(lesson, "cpu", []) != before[1]


EXECUTION = {
    "a file that cells read": ("solutions/01_mini/house.txt", "another house"),
    "a plot": ("cnncourse/plots.py", "RED = 2"),
}


@pytest.mark.parametrize(("file", "text"), EXECUTION.values(), ids=EXECUTION)
def test_all_that_a_kernel_reads_counts(tmp_path, file, text):
    """Are kept outputs those of these files, plots included?"""
    course = write_course(tmp_path)
    lesson = Lesson.read(course.solutions / NAME)
    before = execution_inputs(lesson, "cpu", [])
    (tmp_path / file).write_text(text)
    assert execution_inputs(lesson, "cpu", []) != before


# What a check compares


@pytest.mark.parametrize(
    "file",
    [
        "solutions/01_mini/01_mini.py",
        "solutions/01_mini/01_mini.ipynb",
        "solutions/02_more/02_more.py",
        "notebooks/01_mini/01_mini.ipynb",
        "notebooks/01_mini/house.txt",
        "cnncourse/keys/01_mini.json",
        "pyproject.toml",
    ],
)
def test_a_check_depends_on_every_file_that_it_compares(tmp_path, file):
    """Is a lesson compared again once one of its files, or its neighbour's title, changes?"""
    course = write_course(tmp_path)
    write_lesson(tmp_path, "02_more", SCRIPT.replace(NAME, "02_more"), EXERCISES)
    before = check_inputs(course, NAME, "cpu")
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    with (tmp_path / file).open("a") as target:
        target.write("# changed\n")
    assert check_inputs(course, NAME, "cpu") != before
