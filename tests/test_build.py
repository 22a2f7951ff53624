"""Does the builder make the notebooks, keys and index that an authored lesson stands for?"""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from authored import EXERCISES, NAME, SCRIPT, another_lesson, write_course, write_lesson
from nbformat import v4
from nbgrader.nbgraderformat import MetadataValidator

from autograder.build import builder
from autograder.build.assemble import named_cells
from autograder.build.builder import Drift
from autograder.build.cell_outputs import LIMIT_BYTES, output_problems, tidy
from autograder.build.execute import steady_seconds
from autograder.build.index import IndexEntry, index
from autograder.build.leak import leaks_in_text
from autograder.build.links import (
    Neighbour,
    Surroundings,
    badges,
    installer,
    navigation,
    surroundings,
)
from autograder.cli import main
from autograder.course import find_course
from autograder.lesson import AuthoringError, Lesson
from cnncourse.check.key import Key
from cnncourse.plots import encoding

pytestmark = pytest.mark.heavy


def build(course, name=NAME, run=False):
    """Build one lesson; without running it unless asked."""
    return builder.build(course, name, budget="cpu", run=run, tell=lambda what: None)


def check(course, name=NAME):
    """The names of the files that are not up to date."""
    drift = builder.check(course, name, budget="cpu", tell=lambda what: None)
    return [
        item.file.name if item.file.suffix != ".ipynb" else item.file.parts[-3] for item in drift
    ]


def read(path):
    return nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)


def cell_of(notebook, identifier):
    return next(cell for cell in notebook.cells if cell.id == identifier)


@pytest.fixture
def course(tmp_path):
    """A course of one lesson, not built."""
    return write_course(tmp_path)


@pytest.fixture(scope="module")
def executed_once(tmp_path_factory):
    course = write_course(tmp_path_factory.mktemp("course"))
    build(course, run=None)
    builder.write_index(course)
    return course


@pytest.fixture
def executed(executed_once, tmp_path):
    """A course of one lesson, built and executed."""
    shutil.copytree(executed_once.root, tmp_path, dirs_exist_ok=True)
    return type(executed_once)(tmp_path)


@pytest.fixture
def no_kernel(monkeypatch):
    """Let any attempt to run a notebook fail the test."""

    def fail(*args, **kwargs):
        raise AssertionError("the lesson was executed")

    monkeypatch.setattr("autograder.build.executed.execute", fail)


# Notebooks


def test_both_notebooks_are_valid(course):
    """Do nbformat's and nbgrader's own validators accept what is built?"""
    build(course)
    for path in (course.solution(NAME), course.release(NAME)):
        notebook = read(path)
        assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
        nbformat.validate(notebook)
        MetadataValidator().validate_nb(notebook)


def test_released_cells_carry_the_metadata_of_nbgrader(course):
    """Are answers open, checks locked and worth their points, and other cells left alone?"""
    build(course)
    graded = {
        cell.metadata.nbgrader.grade_id: (
            cell.metadata.nbgrader.solution,
            cell.metadata.nbgrader.grade,
            cell.metadata.nbgrader.locked,
            cell.metadata.nbgrader.get("points"),
        )
        for cell in read(course.release(NAME)).cells
        if "nbgrader" in cell.metadata
    }
    assert graded == {
        "double-answer": (True, False, False, None),
        "double": (False, True, True, 2),
        "answer-answer": (True, False, False, None),
        "answer": (False, True, True, 1),
        "explain_mini": (True, True, False, 2),
    }


def test_a_release_holds_no_solution(course):
    """Is every solution gone from the student's notebook and from the key?"""
    build(course)
    for path in (course.release(NAME), course.key(NAME)):
        text = path.read_text(encoding="utf-8")
        for solution in ("twice_as_much", "6 * 7", "read to the end", "SOLUTION"):
            assert solution not in text


def test_a_release_has_no_outputs(executed):
    """Are the outputs of the solved lesson kept from students?"""
    solved, student = read(executed.solution(NAME)), read(executed.release(NAME))
    assert any(cell.get("outputs") for cell in solved.cells)
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in student.cells)


def test_checks_are_replayed_exactly(course):
    """Does the builder tag check cells so that nbval compares their outputs?"""
    build(course)
    tags = cell_of(read(course.solution(NAME)), "double").metadata.tags
    assert tags == ["check", "nbval-check-output"]


def test_a_cell_put_in_changes_no_other_cells_name(tmp_path, course):
    """Do cell ids stay when a lesson grows, and differ where two cells are alike?"""
    before = list(named_cells(Lesson.read(course.solutions / NAME)))
    grown = SCRIPT.replace("# %%\nnp", "# %%\nnp.arange(3)\n\n# %%\nnp")
    after = list(named_cells(Lesson.read(write_lesson(tmp_path / "grown", script=grown))))
    assert set(before) < set(after)
    assert len(set(after)) == len(before) + 1


# The same files again


def test_building_twice_gives_the_same_bytes(tmp_path):
    """Is a build a function of the authored files alone?"""
    files = ("solution", "release", "key")
    made = []
    for folder in ("one", "two"):
        course = write_course(tmp_path / folder)
        build(course)
        made.append([getattr(course, file)(NAME).read_bytes() for file in files])
    assert made[0] == made[1]


def test_a_second_build_writes_nothing_and_runs_nothing(executed, no_kernel):
    """Is a lesson that did not change left alone?"""
    assert build(executed, run=None) == []


def test_executing_again_changes_no_byte(executed):
    """Are a lesson's outputs free of times, ids and addresses?"""
    before = executed.solution(NAME).read_bytes()
    build(executed, run=True)
    assert executed.solution(NAME).read_bytes() == before


def test_a_key_that_differs_by_rounding_is_kept(executed):
    """Does another machine's arithmetic leave the committed key as it is?"""
    key = executed.key(NAME)
    tree = Key.from_json(key.read_text(encoding="utf-8"))
    vector = tree.exercises["double"].probes[0].expected["value"]
    vector *= 1 + 1e-7
    key.write_text(tree.to_json(), encoding="utf-8")
    assert build(executed) == []
    assert check(executed) == []


# Execution


def test_an_executed_lesson_keeps_its_outputs(executed):
    """Does the notebook with solutions show what its cells return?"""
    array = next(c for c in read(executed.solution(NAME)).cells if c.source == "np.arange(3)")
    assert array.outputs[0].data["text/plain"] == "array([0, 1, 2])"


def test_measured_seconds_stand_in_both_headers(executed):
    """Is the time rounded up to five seconds and shown to students too?"""
    for path in (executed.solution(NAME), executed.release(NAME)):
        assert "**Running everything** 5 s on two CPU cores" in read(path).cells[0].source


@pytest.mark.parametrize(("before", "printed"), [(40, 40), (None, 55), (30, 55), (90, 55)])
def test_seconds_change_only_when_they_matter(before, printed):
    """Does a busier machine alone leave the printed time, and the release, as they were?"""
    assert steady_seconds(before, 55) == printed


def test_new_prose_needs_no_execution(executed, no_kernel):
    """Are outputs kept when only Markdown changes?"""
    edit(executed, "Now check it.", "Check it now.")
    build(executed, run=None)
    assert check(executed) == []
    assert "array([0, 1, 2])" in executed.solution(NAME).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (f"{NAME}.py", "np.arange(3)", "np.arange(4)"),
        ("exercises/double.py", "are right", "are good"),
    ],
)
def test_new_code_or_checks_need_execution(executed, file, old, new):
    """Is a lesson run again when its code, or what its checks say, changed?"""
    edit(executed, old, new, file)
    build(executed, run=False)
    assert check(executed) == ["solutions"]
    build(executed, run=None)
    assert check(executed) == []


def test_without_execution_only_changed_cells_lose_their_outputs(executed, no_kernel):
    """Does --no-execute keep what can be kept, and say that the rest is missing?"""
    edit(executed, "np.arange(3)", "np.arange(4)")
    build(executed, run=False)
    solved = read(executed.solution(NAME))
    assert not next(c for c in solved.cells if c.source == "np.arange(4)").outputs
    assert cell_of(solved, "double").outputs


def test_a_cell_that_raises_is_told_with_its_line(course):
    """Does an author learn which line of the script failed, and why?"""
    edit(course, "np.arange(3)", "np.arange(3) / undefined")
    line = course.script(NAME).read_text().split("\n").index("np.arange(3) / undefined")
    with pytest.raises(AuthoringError) as caught:
        build(course, run=True)
    (problem,) = caught.value.problems
    assert problem.line == line
    assert "NameError: name 'undefined' is not defined" in problem.sentence
    assert not course.solution(NAME).exists()


def test_the_kernel_gets_the_budget_and_a_folder_of_its_own(course):
    """Does a lesson see its budget and companions, and leave nothing behind?"""
    (course.solutions / NAME / "house.txt").write_text("a house")
    code = "import os\nopen('made.txt', 'w').close()\nos.environ['CNNCOURSE_BUDGET'], os.listdir()"
    edit(course, "np.arange(3)", code)
    builder.build(course, NAME, budget="smoke", run=True, tell=lambda what: None)
    shown = next(c for c in read(course.solution(NAME)).cells if c.source == code)
    assert "'smoke'" in shown.outputs[0].data["text/plain"]
    assert "'house.txt'" in shown.outputs[0].data["text/plain"]
    assert not (course.solutions / NAME / "made.txt").exists()


def edit(course, old, new, file=f"{NAME}.py"):
    """Change an authored file of the course's lesson."""
    path = course.solutions / NAME / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


# Outputs


def display(**fields):
    return v4.new_output("display_data", **fields)


def shown(course, *outputs):
    """The sentences about a notebook whose one code cell has these outputs, and their lines."""
    lesson = Lesson.read(course.solutions / NAME)
    cells = named_cells(lesson)
    identifier, cell = next((i, c) for i, c in cells.items() if c.source == "np.arange(3)")
    code = v4.new_code_cell(cell.source, outputs=list(outputs), id=identifier)
    notebook = v4.new_notebook(cells=[code])
    tidy(notebook)
    problems = list(output_problems(notebook, cells, lesson.script))
    assert all(problem.line in (1, cell.line) for problem in problems)
    return notebook, [problem.sentence for problem in problems]


PNG = {"image/png": "iVBORw0KGgo="}
BAD_OUTPUTS = {
    "warning": (
        v4.new_output("stream", name="stderr", text="a\nUserWarning: b\n"),
        "UserWarning: b",
    ),
    "figure": (display(data=PNG), "alternative text"),
    "figure, blank text": (display(data=PNG, metadata={"image/png": {"alt": " "}}), "alternative"),
    "address": (display(data={"text/plain": "<Line2D at 0x7f52b0a1c0d0>"}), "memory address"),
    "address in print": (v4.new_output("stream", text="f at 0x7f52b0a1c0d0"), "memory address"),
    "progress bar": (v4.new_output("stream", text="1/9\x08\x08\x08 2/9"), "verbose=0"),
    "HTML picture": (display(data={"text/html": '<img src="a.png">'}), "alternative text"),
    "path": (v4.new_output("stream", text=f"{Path.home() / 'me.py'}"), "folder of this machine"),
    "path in a traceback": (
        v4.new_output("error", ename="E", evalue="", traceback=[f"{Path(sys.prefix) / 'a.py'}"]),
        "folder of this machine",
    ),
    "size": (v4.new_output("stream", text="x" * (LIMIT_BYTES + 1)), "4.0 MB, more than the 4 MB"),
}


@pytest.mark.parametrize(("output", "part"), BAD_OUTPUTS.values(), ids=BAD_OUTPUTS)
def test_outputs_not_fit_to_be_published_are_refused(course, output, part):
    """Is each told once, at the cell that made it?"""
    (sentence,) = shown(course, output)[1]
    assert part in sentence


def test_a_figure_with_alternative_text_is_published(course):
    """Is a figure shown by `plots.show` accepted as it is?"""
    data, metadata = encoding.bundle(b"\x89PNG\r\n\x1a\n", "A house.")
    figure = display(data=data, metadata=metadata)
    notebook, sentences = shown(course, figure)
    assert sentences == []
    assert notebook.cells[0].outputs == [figure]


def test_a_figure_of_before_gets_its_words_where_readers_are(course):
    """Does a picture whose text stood in its metadata come out as one that is shown today?"""
    before = display(data=dict(PNG), metadata={"image/png": {"alt": "A house."}})
    notebook, sentences = shown(course, before)
    assert sentences == []
    (after,) = notebook.cells[0].outputs
    assert after.data["text/html"].startswith('<img alt="A house." ')
    assert PNG["image/png"] in after.data["text/html"]
    assert after.data["text/plain"] == "A house."
    assert shown(course, after)[0].cells[0].outputs == [after]


def test_a_picture_in_html_names_no_folder_by_chance(course):
    """Are the letters that stand for pixels not read as words?"""
    data, metadata = encoding.bundle(b"", "A house.")
    data["text/html"] = data["text/html"].replace(";base64,", f";base64,{Path.home()}/")
    assert shown(course, display(data=data, metadata=metadata))[1] == []


def test_views_of_widgets_are_dropped_and_their_text_kept(course):
    """Does no random id of a live widget reach the notebook?"""
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": "7f"}}
    notebook, sentences = shown(
        course, display(data={**view, "text/plain": "a slider"}), display(data=view)
    )
    assert sentences == []
    assert [output.data for output in notebook.cells[0].outputs] == [{"text/plain": "a slider"}]


def test_a_warning_stops_the_build(course):
    """Is a lesson that warns refused, and not written?"""
    edit(course, "np.arange(3)", "import warnings\nwarnings.warn('careful')")
    with pytest.raises(AuthoringError, match="a lesson must run without warnings"):
        build(course, run=True)
    assert not course.solution(NAME).exists()


# Leaks


def test_a_solution_in_the_key_is_refused(course):
    """Is a wrong answer's message that quotes the solution caught?"""
    edit(
        course,
        "You squared",
        "Write twice_as_much = 2 * np.asarray(x), you squared",
        "exercises/double.py",
    )
    with pytest.raises(AuthoringError, match=r"'double' can be read in the key: `twice_as_much"):
        build(course)
    assert not course.key(NAME).exists()


def test_a_solution_repeated_in_a_hint_is_refused(course):
    """Is a hint that holds all of a solution caught?"""
    hint = "# twice_as_much = 2 * np.asarray(x)\n# return twice_as_much\n#\n# Now check it."
    edit(course, "# Now check it.", hint)
    with pytest.raises(AuthoringError, match="repeats the solution of 'double'"):
        build(course)
    assert not course.release(NAME).exists()


def test_lines_shown_elsewhere_and_short_ones_give_nothing_away(tmp_path):
    """Is a line that the lesson shows in the open no leak, and a telling one?"""
    example = SCRIPT.replace("np.arange(3)", "twice_as_much = 2 * np.asarray(x)")
    lesson = Lesson.read(write_lesson(tmp_path, script=example))
    text = "twice_as_much = 2 * np.asarray(x); answer = 6 * 7; return twice_as_much"
    assert [sentence for _, sentence in leaks_in_text(lesson, {"the text": text})] == [
        "The solution of 'double' can be read in the text: `return twice_as_much`.",
        "The solution of 'answer' can be read in the text: `answer = 6 * 7`.",
    ]


# Keys


def test_the_key_is_the_students(course):
    """Does the builder write the key that the lesson's checks load?"""
    build(course)
    key = Key.from_json(course.key(NAME).read_text(encoding="utf-8"))
    assert list(key.exercises) == ["double", "answer", "explain_mini"]


COMPILING = {
    "solution raises": (f"{NAME}.py", "answer = 6 * 7", "answer = 6 / 0", "ZeroDivisionError"),
    "probe raises": ("exercises/double.py", "rng.normal(size=3)", "rng.normal(sized=3)", "sized"),
    "reference fails its probe": (f"{NAME}.py", "np.asarray(x)", "np.asarray(x) + []", "reference"),
}


@pytest.mark.parametrize(("file", "old", "new", "part"), COMPILING.values(), ids=COMPILING)
def test_faults_found_in_compiling_are_told_with_file_and_line(course, file, old, new, part):
    """Does a fault in a solution or a specification point at its file, and near it?"""
    edit(course, old, new, file)
    with pytest.raises(AuthoringError) as caught:
        build(course)
    (problem,) = caught.value.problems
    text = (course.solutions / NAME / file).read_text(encoding="utf-8")
    assert problem.file == course.solutions / NAME / file
    assert part in problem.sentence
    assert 0 <= text[: text.index(new)].count("\n") + 1 - problem.line <= 4


# --check

DAMAGE = {
    "edited release": (lambda c: append(c.release(NAME)), ["notebooks"]),
    "edited solution": (lambda c: append(c.solution(NAME)), ["solutions"]),
    "solution saved by another program": (lambda c: reindent(c.solution(NAME)), ["solutions"]),
    "release saved by another program": (lambda c: reindent(c.release(NAME)), ["notebooks"]),
    "release missing": (lambda c: c.release(NAME).unlink(), ["notebooks"]),
    "release no notebook": (lambda c: c.release(NAME).write_text("[]"), ["notebooks"]),
    "key missing": (lambda c: c.key(NAME).unlink(), [f"{NAME}.json"]),
    "key no key": (lambda c: c.key(NAME).write_text("{}"), [f"{NAME}.json"]),
    "key of other answers": (
        lambda c: c.key(NAME).write_text(c.key(NAME).read_text().replace("squared", "cubed")),
        [f"{NAME}.json"],
    ),
    "a file too many": (lambda c: (c.release(NAME).parent / "s.py").write_text(""), ["s.py"]),
    "a companion missing": (lambda c: (c.solution(NAME).parent / "a.txt").touch(), ["a.txt"]),
}


def append(path):
    notebook = read(path)
    notebook.cells[0].source += "\nMore."
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")


def reindent(path):
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")), indent=2))


@pytest.mark.parametrize(("damage", "files"), DAMAGE.values(), ids=DAMAGE)
def test_check_names_every_file_that_drifted(executed, damage, files):
    """Is exactly the file that is not what the lesson makes named?"""
    assert check(executed) == []
    damage(executed)
    assert check(executed) == files


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"cells": 3}', "\xff"])
def test_check_survives_a_solution_that_is_no_notebook(executed, content):
    """Is a broken notebook drift, not a traceback?"""
    executed.solution(NAME).write_text(content, encoding="latin-1")
    assert "solutions" in check(executed)


def test_check_leaves_outputs_alone(executed):
    """May the outputs of executed cells differ?"""
    notebook = read(executed.solution(NAME))
    cell_of(notebook, "double").outputs = [v4.new_output("stream", text="other\n")]
    executed.solution(NAME).write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
    assert check(executed) == []


def test_check_writes_nothing(course):
    """Does checking a course that was never built leave it so?"""
    before = sorted(course.root.rglob("[!.]*"))
    assert check(course) == ["solutions", "notebooks", f"{NAME}.json"]
    shutil.rmtree(course.root / ".autograder")  # what it found out, for the next time
    assert sorted(course.root.rglob("[!.]*")) == before


def test_what_lost_its_lesson_is_named(executed):
    """Are a release and a key without an authored lesson found?"""
    old = executed.notebooks / "99_old"
    old.mkdir()
    executed.key("99_old").touch()
    assert builder.check_course(executed) == [
        Drift(old, "no authored lesson makes it; delete it"),
        Drift(executed.key("99_old"), "no authored lesson makes it; delete it"),
    ]


def test_a_stale_index_is_named(executed):
    """Is an index found that does not list the lessons as they are?"""
    assert builder.check_course(executed) == []
    (executed.notebooks / "README.md").write_text("# Lessons\n")
    assert [drift.file.parts[-2:] for drift in builder.check_course(executed)] == [
        ("notebooks", "README.md")
    ]


# A course of several lessons


def test_two_lessons_may_use_one_name(course):
    """Can every lesson have an exercise called quiz, say?"""
    lesson = another_lesson("02_more", "More", "more")
    lesson["script"] = lesson["script"].replace("more_double", "double")
    lesson["exercises"] = lesson["exercises"].replace("more_double", "double")
    write_lesson(course.root, **lesson)
    build(course, "02_more")
    assert course.release("02_more").is_file()


def test_lessons_link_to_their_neighbours(course):
    """Do previous and next lead, relatively, to notebooks that exist?"""
    for number, title in ((2, "More"), (3, "Last")):
        write_lesson(course.root, **another_lesson(f"0{number}_l", title, f"l{number}"))
    for name in course.lessons():
        build(course, name)
    source = read(course.release("02_l")).cells[-1].source
    assert source == (
        f"Previous: [← Small numbers](../{NAME}/{NAME}.ipynb) · [All lessons](../README.md)"
        " · Next: [Last →](../03_l/03_l.ipynb)"
    )
    assert (course.release("02_l").parent / f"../{NAME}/{NAME}.ipynb").is_file()
    assert read(course.solution("02_l")).cells[-1].source == source


def test_first_and_last_lesson_link_one_way():
    """Is there no link before the first lesson and none after the last?"""
    assert "Previous" not in navigation(Surroundings(following=Neighbour("b", "B"))).source
    assert "Next" not in navigation(Surroundings(previous=Neighbour("a", "A"))).source


def test_the_index_lists_title_question_needs_time_exercises_and_points(course):
    """Does the index say of each lesson what it asks, needs, takes and gives?"""
    write_lesson(course.root, **another_lesson("02_more", "More numbers", "more"))
    for name in course.lessons():
        build(course, name)
    builder.write_index(course)
    rows = (course.notebooks / "README.md").read_text(encoding="utf-8").split("\n")
    assert (
        "| 01 | [Small numbers](01_mini/01_mini.ipynb) – Can a lesson be small? |  | 15 | 3 | 5 |"
        in rows
    )
    assert (
        "| 02 | [More numbers](02_more/02_more.ipynb) – Can a lesson be small? |  | 15 | 3 | 5 |"
        in rows
    )
    assert "Together: 30 minutes, 6 exercises, 10 points." in rows


def test_the_map_draws_what_needs_what():
    """Is there an arrow for each need that no longer way shows, and none to a lesson not there?"""

    def lesson(name, *needs):
        return IndexEntry(name, "Title", "", needs, "5", 1, 1)

    page = index(
        [
            lesson("01_a", "00"),
            lesson("02_b", "01"),
            lesson("03_c", "01"),
            lesson("08_d", "01", "02", "03"),
        ],
        "Numbers",
        {"01_a": "Small ones", "08_d": "Large ones", "09_e": "Those to come"},
    )
    assert page.startswith("# Numbers\n")
    arrows = [line.strip() for line in page.split("\n") if "-->" in line]
    assert arrows == ["L01 --> L02", "L01 --> L03", "L02 --> L08", "L03 --> L08"]
    part = [
        'subgraph P2[" "]',
        'T2["Part 2 · Large ones"]:::part ~~~ L08',
        'L08["08 Title"]',
        "end",
    ]
    lines = [line.strip() for line in page.split("\n")]
    assert lines[lines.index(part[0]) :][:4] == part
    assert "P3" not in page
    assert "| 08 | [Title](08_d/08_d.ipynb) | 01, 02, 03 | 5 | 1 | 1 |" in page


# The repository's address

URLS = '[project.urls]\nRepository = "https://github.com/someone/course"\n'


def test_without_an_address_nothing_points_to_one(course):
    """Are badges and Colab's cell left out while the repository has no address?"""
    (course.root / "pyproject.toml").write_text('[project]\nname = "course"\n')
    write_lesson(course.root, **another_lesson("02_more", "More numbers", "more"))
    build(course, "02_more")
    assert not {"badges", "installer"} & {cell.id for cell in read(course.release("02_more")).cells}


def test_without_an_address_the_first_lesson_says_what_to_do(course, capsys, monkeypatch):
    """Does its first code cell say in one sentence how to install, if and only if need be?"""
    (course.root / "pyproject.toml").write_text('[project]\nname = "course"\n')
    build(course)
    cells = read(course.release(NAME)).cells
    assert "badges" not in {cell.id for cell in cells}
    first = next(cell for cell in cells if cell.cell_type == "code")
    assert first.id == "installer"
    exec(first.source, {})
    assert capsys.readouterr().out == ""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    exec(first.source, {})
    said = capsys.readouterr().out
    assert "pip install ." in said
    assert said.count("\n") == 1


def test_with_an_address_a_lesson_opens_on_colab_and_binder(course):
    """Do both links lead to this lesson, and does the first code cell install the package?"""
    (course.root / "pyproject.toml").write_text(URLS)
    build(course)
    notebook = read(course.release(NAME))
    links = cell_of(notebook, "badges").source
    path = f"notebooks/{NAME}/{NAME}.ipynb"
    assert f"https://colab.research.google.com/github/someone/course/blob/main/{path}" in links
    assert f"https://mybinder.org/v2/gh/someone/course/main?urlpath=lab/tree/{path}" in links
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    assert first.id == "installer"
    assert first.source.endswith(" git+https://github.com/someone/course")
    assert "%pip install --quiet" in first.source


def test_an_address_elsewhere_installs_and_has_no_badges():
    """Is a repository that Colab and Binder cannot read by name still installed from?"""
    around = Surroundings(repository="https://example.org/course.git")
    assert badges(NAME, around) == []
    assert "git+https://example.org/course.git" in installer(around)[0].source


def test_a_course_that_is_no_package_is_opened_with_its_keys_or_not_at_all():
    """Is Colab, which opens a notebook without its key, left out, and pip not sent there?"""
    around = Surroundings(repository="https://github.com/someone/course", packaged=False)
    [links] = badges(NAME, around)
    assert "mybinder.org" in links.source
    assert "colab" not in links.source
    [cell] = installer(around)
    assert "%pip" not in cell.source
    assert "install cnncourse" in cell.source


def test_a_course_without_pyproject_gives_its_address_in_course_toml(course):
    """Is the address in pyproject.toml taken first, and else that in course.toml?"""
    (course.root / "course.toml").write_text('address = "https://example.org/mine"\n')
    assert surroundings(course, NAME).repository == "https://example.org/mine"
    (course.root / "pyproject.toml").write_text(URLS)
    assert surroundings(course, NAME).repository == "https://github.com/someone/course"


@pytest.mark.parametrize("lesson", ["07_edges", "18_transfer", "20_seeing"])
def test_only_lessons_that_load_published_weights_install_them(lesson):
    """Does the first cell fetch the 18 MB of weights where they are used, and only there?"""
    around = surroundings(find_course(Path(__file__).parent), lesson)
    [cell] = installer(replace(around, repository="https://example.org/course"))
    line = cell.source.splitlines()[-1]
    assert ("transfer" in line) == ("transfer" in around.extras) == (lesson != "07_edges")


# nbgrader's own command


def test_nbgrader_generates_the_same_release(executed, monkeypatch):
    """Does `nbgrader generate_assignment` make our release, byte for byte, and nothing else?"""
    from nbgrader.apps import NbGraderAPI
    from nbgrader.apps.nbgraderapp import NbGraderApp

    ours = executed.release(NAME).read_bytes()
    (executed.solutions / NAME / "house.txt").write_text("a house")
    (executed.solutions / NAME / "__pycache__").mkdir()
    (executed.solutions / NAME / "__pycache__" / "double.pyc").touch()
    shutil.rmtree(executed.notebooks / NAME)
    monkeypatch.chdir(executed.root)
    # nbgrader puts the working directory first on the module path and leaves it there, where later
    # tests' workers would take this small course's `cnncourse` for ours.
    monkeypatch.setattr(sys, "path", list(sys.path))
    app = NbGraderApp()
    app.initialize([])
    result = NbGraderAPI(config=app.config).generate_assignment(NAME)
    assert result["success"], result
    assert executed.release(NAME).read_bytes() == ours
    released = sorted(path.name for path in (executed.notebooks / NAME).rglob("*"))
    assert released == [f"{NAME}.ipynb", "house.txt"]


# The command line


def test_build_and_check_from_the_command_line(course, monkeypatch, capsys):
    """Do exit codes and lines say what was written and what is not up to date?"""
    monkeypatch.chdir(course.root)
    assert main(["build", "--check"]) == 1
    assert f"notebooks/{NAME}/{NAME}.ipynb: it is missing" in capsys.readouterr().out
    assert main(["build", "--no-execute"]) == 0
    assert f"notebooks/{NAME}/{NAME}.ipynb" in capsys.readouterr().out
    assert main(["build", "--no-execute"]) == 0
    assert capsys.readouterr().out == "Everything is up to date.\n"


def test_an_unknown_lesson_gets_one_sentence(course, monkeypatch, capsys):
    """Is the nearest lesson offered, without a traceback?"""
    monkeypatch.chdir(course.root)
    assert main(["build", "01_mimi"]) == 1
    assert capsys.readouterr().err == "There is no lesson '01_mimi'; did you mean '01_mini'?\n"


def test_outside_a_course_gets_one_sentence(tmp_path, monkeypatch, capsys):
    """Is the person told to change folders?"""
    monkeypatch.chdir(tmp_path)
    assert main(["build"]) == 1
    assert "is not inside a course" in capsys.readouterr().err


def test_a_refused_lesson_does_not_stop_the_others(course, monkeypatch, capsys):
    """Are sound lessons built although one is refused?"""
    lesson = another_lesson("00_bad", "Bad", "bad")
    write_lesson(course.root, **lesson | {"exercises": EXERCISES})
    monkeypatch.chdir(course.root)
    assert main(["build", "--no-execute"]) == 1
    assert "solutions/00_bad/00_bad.py:" in capsys.readouterr().err
    assert course.release(NAME).is_file()
    assert not course.release("00_bad").exists()
