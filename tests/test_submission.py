"""What becomes of the things students hand in."""

from __future__ import annotations

import base64
import json
import os

import minilesson
import nbformat
import pytest
from minilesson import RIGHT, answered, find, grade_id, hand_in
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.utils import compute_checksum

from autograder.grading.submission import repair
from autograder.grading.submission_limits import GradingLimits

RELEASE = minilesson.release()
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n and the rest").decode()


def repaired(tmp_path, notebook, **limits):
    path = hand_in(tmp_path, "ann", notebook)
    result = repair(path, RELEASE, minilesson.LESSON, GradingLimits(**limits))
    nbformat.validate(result.notebook)
    MetadataValidator().validate_nb(result.notebook)
    return result


def sources(result):
    return [c.source for c in result.notebook.cells]


def without(notebook, *grade_ids):
    notebook.cells = [c for c in notebook.cells if grade_id(c) not in grade_ids]
    return notebook


def test_an_orderly_submission_keeps_its_answers_and_has_nothing_to_report(tmp_path):
    result = repaired(tmp_path, answered(**RIGHT))
    assert result.sentence is None
    assert find(result.notebook, "double").source == RIGHT["double"]
    assert find(result.notebook, "answer").source == RIGHT["answer"]
    assert len(result.notebook.cells) == len(RELEASE.cells)


def test_a_lost_answer_cell_costs_only_that_answer(tmp_path):
    result = repaired(tmp_path, without(answered(**RIGHT), "double-answer"))
    assert "answer cells of double were lost" in result.sentence
    assert find(result.notebook, "double").source == minilesson.DOUBLE
    assert find(result.notebook, "answer").source == RIGHT["answer"]


def test_lost_checks_and_demonstrations_come_back(tmp_path):
    result = repaired(tmp_path, without(answered(**RIGHT), "double", "answer"))
    assert "2 other code cell(s) were lost" in result.sentence
    assert [grade_id(c) for c in result.notebook.cells] == [grade_id(c) for c in RELEASE.cells]


@pytest.mark.parametrize("changed", [0, 1])
def test_of_a_duplicated_answer_the_changed_one_counts(tmp_path, changed):
    notebook = answered(**RIGHT)
    place = notebook.cells.index(find(notebook, "double"))
    stub = minilesson.solution("double", minilesson.DOUBLE)
    notebook.cells.insert(place + changed, stub)
    result = repaired(tmp_path, notebook)
    assert find(result.notebook, "double").source == RIGHT["double"]
    assert "cell of double is there several times and the changed one counts" in result.sentence
    assert sources(result).count(minilesson.DOUBLE) == 0


def test_of_two_changed_copies_the_last_counts(tmp_path):
    notebook = answered(double="def double(x):\n    return x")
    copy = minilesson.solution("double", RIGHT["double"])
    notebook.cells.append(copy)
    result = repaired(tmp_path, notebook)
    assert find(result.notebook, "double").source == RIGHT["double"]
    assert "the last one counts" in result.sentence


def test_an_answer_written_in_a_new_cell_is_found(tmp_path):
    notebook = minilesson.release()
    notebook.cells.insert(2, minilesson.cell("code", RIGHT["double"]))
    result = repaired(tmp_path, notebook)
    assert find(result.notebook, "double").source == RIGHT["double"]
    assert "another cell than its own" in result.sentence


def test_an_experiment_below_does_not_replace_the_answer(tmp_path):
    notebook = answered(**RIGHT)
    notebook.cells.append(minilesson.cell("code", "def double(x):\n    return x + 1"))
    result = repaired(tmp_path, notebook)
    assert find(result.notebook, "double").source == RIGHT["double"]
    assert result.sentence is None


def test_metadata_and_cell_ids_may_be_gone(tmp_path):
    notebook = answered(**RIGHT)
    for cell in notebook.cells:
        cell.metadata = {}
        del cell["id"]
    result = repaired(tmp_path, notebook)
    assert find(result.notebook, "double").source == RIGHT["double"]
    assert find(result.notebook, "answer").source == RIGHT["answer"]


def test_an_untouched_answer_without_metadata_is_not_called_lost(tmp_path):
    notebook = answered(answer="answer = 42")
    find(notebook, "double").metadata = {}
    assert repaired(tmp_path, notebook).sentence is None


@pytest.mark.parametrize("kind", ["markdown", "raw"])
def test_a_retyped_answer_is_turned_back(tmp_path, kind):
    notebook = answered(**RIGHT)
    place = notebook.cells.index(find(notebook, "double"))
    notebook.cells[place] = minilesson.cell(kind, RIGHT["double"], "double-answer", solution=True)
    result = repaired(tmp_path, notebook)
    assert find(result.notebook, "double").cell_type == "code"
    assert find(result.notebook, "double").source == RIGHT["double"]
    assert f"had become a {kind} cell" in result.sentence


def test_a_renamed_function_is_reported(tmp_path):
    result = repaired(tmp_path, answered(double="def twice(x):\n    return 2 * x"))
    assert "nothing defines the name double" in result.sentence.lower()


def test_a_renamed_cell_is_found_by_what_it_defines(tmp_path):
    notebook = answered(**RIGHT)
    find(notebook, "double").metadata.nbgrader["grade_id"] = "something-else"
    result = repaired(tmp_path, notebook)
    assert find(result.notebook, "double").source == RIGHT["double"]


def test_a_syntax_error_does_not_hide_which_cell_it_is(tmp_path):
    source = "def double(x)\n    return 2 * x"
    notebook = answered(double=source)
    find(notebook, "double").metadata = {}
    del find_by_source(notebook, source)["id"]
    assert find(repaired(tmp_path, notebook).notebook, "double").source == source


def find_by_source(notebook, source):
    return next(c for c in notebook.cells if c.source == source)


def test_the_students_own_cells_stay_beside_their_neighbours(tmp_path):
    notebook = answered(**RIGHT)
    notebook.cells.insert(3, minilesson.cell("code", "helper = 1"))
    notebook.cells.insert(0, minilesson.cell("markdown", "Ann"))
    result = sources(repaired(tmp_path, notebook))
    assert result[0] == "Ann"
    assert result[result.index("helper = 1") + 1] == RIGHT["double"]


def test_a_changed_setup_runs_after_the_original(tmp_path):
    notebook = answered(**RIGHT)
    notebook.cells[1].source = "import math"
    result = sources(repaired(tmp_path, notebook))
    assert result[1:3] == [minilesson.SETUP, "import math"]


def test_forged_points_and_grade_ids_have_no_effect(tmp_path):
    notebook = answered(**RIGHT)
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader.update(points=1000, grade=True, locked=False)
    forged = minilesson.check("bonus", "1000", 1000)
    notebook.cells.append(forged)
    notebook.metadata["junk"] = "x" * 100_000
    result = repaired(tmp_path, notebook).notebook
    points = [
        c.metadata.nbgrader.points
        for c in result.cells
        if c.metadata.get("nbgrader", {}).get("grade")
    ]
    assert points == [3, 1, 2]
    assert result.metadata == RELEASE.metadata


def test_a_changed_check_is_the_releases_again(tmp_path):
    notebook = answered(**RIGHT)
    notebook.cells[4].source = "3.0"
    result = repaired(tmp_path, notebook).notebook
    check = next(c for c in result.cells if grade_id(c) == "double")
    assert check.source == "check(double)"
    assert check.metadata.nbgrader.points == 3


def test_submitted_outputs_are_dropped(tmp_path):
    notebook = answered(**RIGHT)
    notebook.cells[4].outputs = [nbformat.v4.new_output("execute_result", {"text/plain": "3"})]
    assert not any(c.get("outputs") for c in repaired(tmp_path, notebook).notebook.cells)


def test_an_untouched_written_answer_keeps_the_releases_checksum(tmp_path):
    cells = {grade_id(c): c for c in repaired(tmp_path, answered(**RIGHT)).notebook.cells}
    assert cells["explain"].metadata.nbgrader.checksum == compute_checksum(cells["explain"])


def test_a_written_answer_keeps_its_text_and_pictures(tmp_path):
    notebook = answered(explain="Because ![a](attachment:a.png)")
    cell = notebook.cells[-1]
    cell["attachments"] = {
        "a.png": {"image/png": PNG},
        "b.html": {"text/html": "<script>"},
        "c.png": {"image/png": base64.b64encode(b"<svg onload=x>").decode()},
    }
    written = repaired(tmp_path, notebook).notebook.cells[-1]
    assert written.source.startswith("Because")
    assert written.attachments == {"a.png": {"image/png": PNG}}
    assert written.metadata.nbgrader.checksum != compute_checksum(written)


def test_pictures_beyond_the_limit_are_dropped(tmp_path):
    notebook = answered(explain="Because")
    notebook.cells[-1]["attachments"] = {"a.png": {"image/png": PNG}}
    assert "attachments" not in repaired(tmp_path, notebook, attachment_bytes=10).notebook.cells[-1]


def test_the_format_of_2014_is_upgraded(tmp_path):
    old = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {"name": ""},
        "worksheets": [
            {
                "metadata": {},
                "cells": [
                    {
                        "cell_type": "code",
                        "language": "python",
                        "metadata": {},
                        "outputs": [],
                        "collapsed": False,
                        "input": RIGHT["double"],
                    },
                ],
            }
        ],
    }
    result = repaired(tmp_path, json.dumps(old))
    assert find(result.notebook, "double").source == RIGHT["double"]


def test_sources_stored_as_lines_and_a_missing_minor_version_are_read(tmp_path):
    notebook = answered(**RIGHT)
    del notebook["nbformat_minor"]
    for cell in notebook.cells:
        cell["source"] = cell["source"].splitlines(keepends=True)
    assert repaired(tmp_path, notebook).sentence is None


def own(result):
    """The sources of the student's own cells."""
    return [
        c.source for c in result.notebook.cells if c.metadata.get("cnncourse", {}).get("origin")
    ]


def test_both_halves_of_a_split_cell_are_kept(tmp_path):
    """Does the helper stay above the function, and what was added below stay below?"""
    notebook = answered(**RIGHT)
    place = notebook.cells.index(find(notebook, "double"))
    notebook.cells[place].source = "def double(x):\n    return times(x)"
    notebook.cells.insert(place, minilesson.solution("double", "def times(x):\n    return 2 * x"))
    notebook.cells.insert(place + 2, minilesson.cell("code", "double(3)"))
    result = repaired(tmp_path, notebook)
    assert sources(result)[3:7] == [
        "def times(x):\n    return 2 * x",
        "def double(x):\n    return times(x)",
        "double(3)",
        "check(double)",
    ]
    assert grade_id(result.notebook.cells[4]) == "double-answer"
    assert result.sentence is None


def test_a_pasted_copy_that_became_a_helper_stays_where_it_is(tmp_path):
    """Is a copy of an answer's cell that defines something else a cell of the student's own?"""
    notebook = answered(**RIGHT)
    copy = minilesson.solution("double", "def triple(x):\n    return 3 * x")
    notebook.cells.insert(6, copy)
    result = repaired(tmp_path, notebook)
    assert find(result.notebook, "double").source == RIGHT["double"]
    assert own(result) == [copy.source]
    assert sources(result).index(copy.source) == 6
    assert result.sentence is None


def test_the_earlier_of_two_answers_stays_as_a_cell_of_its_own(tmp_path):
    notebook = answered(double="def double(x):\n    return x\nstep = 2")
    notebook.cells.append(minilesson.solution("double", RIGHT["double"]))
    notebook.cells.append(minilesson.cell("code", "below = 1"))
    result = repaired(tmp_path, notebook)
    assert own(result) == ["def double(x):\n    return x\nstep = 2", "below = 1"]
    assert sources(result)[-1] == "below = 1"


@pytest.mark.parametrize(
    "source",
    ["import math\ncheck(double)", "check(double)\nimport math", "import math", "\nimport math\n"],
)
def test_what_is_typed_into_a_check_runs_before_it(tmp_path, source):
    notebook = answered(**RIGHT)
    notebook.cells[4].source = source
    result = repaired(tmp_path, notebook)
    assert [s.strip("\n") for s in sources(result)[4:6]] == ["import math", "check(double)"]
    assert result.sentence is None


def test_code_in_a_cell_of_prose_is_kept(tmp_path):
    """Is code kept that was typed into prose turned code, with and without the prose?"""
    for source in ("Write `double`.\n\nhelper = 1", "helper = 1"):
        notebook = answered(**RIGHT)
        notebook.cells[2] = minilesson.cell("code", source)
        notebook.cells[2].id = RELEASE.cells[2].id
        result = repaired(tmp_path, notebook)
        assert own(result) == ["helper = 1"]
        assert sources(result)[2:4] == ["Write `double`.", "helper = 1"]


def test_a_demonstration_that_is_there_twice_keeps_both_texts(tmp_path):
    notebook = answered(**RIGHT)
    second = minilesson.cell("code", "print('mine')")
    second.id = notebook.cells[5].id
    notebook.cells[5].source = "print('changed')"
    notebook.cells.insert(6, second)
    result = sources(repaired(tmp_path, json.dumps(notebook)))
    assert result[5:7] == ["print('changed')", "print('mine')"]


def test_a_written_answer_in_two_parts_is_joined(tmp_path):
    notebook = answered(explain="**Why?**")
    rest = minilesson.cell("markdown", "Because.", "explain", grade=True, solution=True, points=2)
    notebook.cells.append(rest)
    result = repaired(tmp_path, notebook)
    assert result.notebook.cells[-1].source == "**Why?**\n\nBecause."
    assert result.sentence == "The cell of explain was in parts, which were joined."


def test_lost_metadata_is_one_clause(tmp_path):
    """Is a class of trouble told once, whatever the number of cells that have it?"""
    notebook = answered(**RIGHT)
    for cell in notebook.cells:
        cell.metadata = {}
        del cell["id"]
    sentence = repaired(tmp_path, notebook).sentence
    assert sentence == "Nbgrader's metadata was lost, and cells were found by what they hold."


def test_renamed_answers_are_one_clause(tmp_path):
    sentence = repaired(tmp_path, answered(double="def d(x): pass", answer="a = 1")).sentence
    assert sentence == "Nothing defines the names double and answer."


@pytest.mark.parametrize(
    "source",
    [
        "%time double = make()",
        ">>> def double(x):\n...     return 2 * x",
        "    def double(x):\n        return 2 * x",
        "%%time\ndef double(x):\n    return 2 * x",
        ">>> def double(x)\n...     return 2 * x",
        "   def double(x)\n      return 2 * x",
        "from helper import *",
        "%run helper.py",
        "exec(text)",
    ],
)
def test_a_name_that_may_be_defined_is_not_said_to_be_missing(tmp_path, source):
    assert repaired(tmp_path, answered(double=source)).sentence is None


def test_cells_that_cannot_be_kept_are_named(tmp_path):
    notebook = answered(**RIGHT)
    notebook.cells.insert(0, minilesson.cell("code", "#" * 300))
    sentence = repaired(tmp_path, notebook, source_characters=200).sentence
    assert "cell 1" in sentence


BROKEN = {
    "empty": (b"", "is empty"),
    "cut off": (json.dumps(answered(**RIGHT)).encode()[:500], "JSON is broken"),
    "no notebook": (b"[1, 2]", "not a notebook"),
    "no cells": (b'{"metadata": {}}', "not a notebook"),
    "bare": (b'{"cells": []}', "no cells"),
    "not UTF-8": ("é".encode("latin-1") * 9, "not saved in UTF-8"),
    "a zip": (b"PK\x03\x04\xff\xfe" * 9, "is a ZIP file without a notebook"),
    "deep": (b'{"cells":' + b"[" * 100_000, "JSON is broken"),
    "long number": (b'{"cells": ' + b"9" * 10_000 + b"}", "JSON but not a notebook"),
    "another lesson": (
        json.dumps(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x = 1")])).encode(),
        "another lesson",
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_cannot_be_read_is_said_in_one_sentence(tmp_path, what):
    data, expected = BROKEN[what]
    result = repaired(tmp_path, data)
    assert expected in result.error
    assert result.sentence.count("\n") == 0
    assert result.sentence.endswith(".")
    assert sources(result) == [c.source for c in RELEASE.cells]


def test_odd_cells_are_left_out(tmp_path):
    notebook = json.loads(json.dumps(answered(**RIGHT)))
    notebook["cells"] += [None, 3, {"cell_type": "evil"}, {"cell_type": "code", "source": {"a": 1}}]
    notebook["cells"].append({"cell_type": "code", "source": "\ud800", "metadata": 5, "id": []})
    assert repaired(tmp_path, json.dumps(notebook)).error is None


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    assert "larger than 0 MB" in repaired(tmp_path, answered(), notebook_bytes=100).error


def test_a_missing_notebook_is_reported(tmp_path):
    folder = tmp_path / "ann" / minilesson.LESSON
    folder.mkdir(parents=True)
    result = repair(folder / "01_mini.ipynb", RELEASE, minilesson.LESSON)
    assert result.sentence == "There is no 01_mini.ipynb in the folder."


def test_a_single_notebook_of_another_name_is_taken(tmp_path):
    path = hand_in(tmp_path, "ann", answered(**RIGHT))
    path.rename(path.with_name("final (2).ipynb"))
    result = repair(path, RELEASE, minilesson.LESSON)
    assert result.error is None
    assert "is called 'final (2).ipynb' instead of 01_mini.ipynb" in result.sentence


def test_a_link_is_not_followed(tmp_path):
    secret = hand_in(tmp_path, "bob", answered(**RIGHT))
    path = tmp_path / "ann" / minilesson.LESSON / "01_mini.ipynb"
    path.parent.mkdir(parents=True)
    path.symlink_to(secret)
    assert "link" in repair(path, RELEASE, minilesson.LESSON).error


def test_a_linked_folder_is_not_followed(tmp_path):
    hand_in(tmp_path, "bob", answered(**RIGHT))
    (tmp_path / "ann").mkdir()
    (tmp_path / "ann" / minilesson.LESSON).symlink_to(tmp_path / "bob" / minilesson.LESSON)
    path = tmp_path / "ann" / minilesson.LESSON / "01_mini.ipynb"
    assert "link" in repair(path, RELEASE, minilesson.LESSON).error


def test_a_folder_in_place_of_the_notebook_is_reported(tmp_path):
    path = tmp_path / "ann" / minilesson.LESSON / "01_mini.ipynb"
    path.mkdir(parents=True)
    assert "is a folder" in repair(path, RELEASE, minilesson.LESSON).error


def test_a_pipe_in_place_of_the_notebook_does_not_block(tmp_path):
    path = tmp_path / "ann" / minilesson.LESSON / "01_mini.ipynb"
    path.parent.mkdir(parents=True)
    os.mkfifo(path)
    assert "a device" in repair(path, RELEASE, minilesson.LESSON).error


def test_files_beside_the_notebook_come_along(tmp_path):
    path = hand_in(tmp_path, "ann", answered(**RIGHT))
    (path.parent / "data").mkdir()
    (path.parent / "data" / "a.csv").write_bytes(b"1,2")
    (path.parent / "helper.py").write_bytes(b"x = 1")
    (path.parent / ".hidden").write_bytes(b"")
    result = repair(path, RELEASE, minilesson.LESSON)
    assert result.files == {"data/a.csv": b"1,2", "helper.py": b"x = 1"}
    assert result.sentence is None


@pytest.mark.parametrize("name", ["numpy.py", "cnncourse/__init__.py", "link", "large", "z/linked"])
def test_files_that_could_do_harm_are_left_out(tmp_path, name):
    path = hand_in(tmp_path, "ann", answered(**RIGHT))
    bad = path.parent / name
    bad.parent.mkdir(exist_ok=True)
    if "link" in name:
        bad.symlink_to(tmp_path)
    else:
        bad.write_bytes(b"x" * (100 if name == "large" else 1))
    (path.parent / "fine.txt").write_bytes(b"ok")
    result = repair(path, RELEASE, minilesson.LESSON, GradingLimits(files_bytes=50))
    assert result.files == {"fine.txt": b"ok"}
    assert "cannot be used" in result.sentence
    assert result.error is None
