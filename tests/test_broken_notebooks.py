"""Does no file, however broken, stop the grader, fill its memory or take its time?

``make broken`` hands in 500 of them, and grades them.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import broken_notebooks
import minilesson
import nbformat
import pytest
from grade_broken import GRADED_BYTES, LIMITS, MEMORY
from minilesson import RIGHT, answered, find, hand_in
from nbgrader.nbgraderformat import MetadataValidator

from autograder.grading.output_room import OutputRoom
from autograder.grading.submission import repair
from autograder.sandbox import probe_isolation

RELEASE = minilesson.release()
HANDED_IN = json.loads(json.dumps(answered(**RIGHT)))
SECONDS = 20  # processor time of one file; the largest take a few


def check_repair(path):
    """Fail unless a file becomes a bounded, valid notebook in time, or is told in one sentence."""
    start = time.process_time()
    found = repair(path, RELEASE, minilesson.LESSON, LIMITS)
    assert time.process_time() - start < SECONDS
    nbformat.validate(found.notebook)
    MetadataValidator().validate_nb(found.notebook)
    assert len(nbformat.writes(found.notebook).encode()) < GRADED_BYTES
    said = found.sentence
    assert said is None or (said.isprintable() and said.endswith(".") and len(said) < 2_000)
    if found.error is not None:
        assert len(found.notebook.cells) == len(RELEASE.cells)
    return found


def test_a_broken_file_is_repaired_or_told_in_a_sentence(tmp_path):
    """Is each of fifty files made a valid notebook, or reported?"""
    broken_notebooks.each(HANDED_IN, 50, lambda data: check_repair(hand_in(tmp_path, "ann", data)))


@pytest.mark.heavy
def test_a_class_of_broken_files_is_graded(tmp_path):
    """Does each get a row and a notebook, and each that is not in order a sentence?"""
    if not all(check.ok for check in probe_isolation()):
        pytest.skip("this machine cannot isolate code")
    # In a process of its own: the memory of one that runs tests would count as the grader's.
    script = Path(__file__).parent / "grade_broken.py"
    command = [sys.executable, str(script), "--files", "8"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(re.findall(r"^(\d+) files in", done.stdout, re.MULTILINE)[0]) >= 6


# --- the largest files that are read at all ---

# Reads each file as the grader does, and says how much memory that took.
READ_LARGEST = f"""
import resource, sys
from pathlib import Path
import grade_broken
import test_broken_notebooks as tests

resource.setrlimit(resource.RLIMIT_DATA, ({MEMORY * 10**6},) * 2)
for path in sorted(Path(sys.argv[1]).glob("*/*/*.ipynb")):
    print(path.parts[-3], flush=True)
    tests.check_repair(path)
print(round(grade_broken.own_peak()))
"""


def with_output(text):
    """A right submission with a stored output."""
    notebook = json.loads(json.dumps(HANDED_IN))
    output = {"output_type": "stream", "name": "stdout", "text": text}
    notebook["cells"][1]["outputs"] = [output]
    return json.dumps(notebook, ensure_ascii=False)


def with_cells(number, source):
    """A right submission with so many more cells."""
    notebook = json.loads(json.dumps(HANDED_IN))
    notebook["cells"] += [{"cell_type": "markdown", "metadata": {}, "source": source}] * number
    return json.dumps(notebook).encode()


MOST = LIMITS.stored_bytes - 2**16
LARGEST = {
    "letters of four bytes": lambda: with_output("😀@").encode().replace(b"@", b"x" * MOST),
    "UTF-16": lambda: with_output("x" * (MOST // 2)).encode("utf-16"),
    "empty lines": lambda: with_cells(900, "\n" * 11_000),
    "many cells": lambda: with_cells(100_000, ""),
    "quotes": lambda: b'"' * MOST,
    "short values": lambda: b'{"cells": [' + b"[],{}," * (LIMITS.notebook_bytes // 6 - 10) + b"0]}",
    "worksheets": lambda: json.dumps(
        {"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": "a"}] * 200_000}]}
    ).encode(),
}


@pytest.mark.heavy
def test_the_largest_files_fit_into_the_memory(tmp_path):
    """Are the largest files that are read at all, of several kinds, read within a gigabyte?"""
    for name, content in LARGEST.items():
        hand_in(tmp_path, name, content())
    here = Path(__file__).parent
    environment = {**os.environ, "PYTHONPATH": f"{here}{os.pathsep}{here.parent}"}
    command = [sys.executable, "-c", READ_LARGEST, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    *read, memory = done.stdout.split("\n")[:-1]
    assert (len(read), int(memory) < MEMORY) == (len(LARGEST), True)


# --- what such files taught ---


def test_a_giant_integer_costs_nobody_a_notebook(tmp_path):
    """Is a notebook read in which some number has more digits than Python takes?"""
    text = json.dumps(HANDED_IN).replace(
        '"execution_count": null', f'"execution_count": {"9" * 5000}'
    )
    found = check_repair(hand_in(tmp_path, "ann", text.encode()))
    assert found.sentence is None
    assert find(found.notebook, "double").source == RIGHT["double"]


def test_the_name_of_a_picture_can_be_written(tmp_path):
    """Can a notebook be recorded in which a picture's name holds half a letter?"""
    notebook = json.loads(json.dumps(answered(explain="Because")))
    png = {"image/png": "iVBORw0KGgo="}
    notebook["cells"][-1]["attachments"] = {broken_notebooks.SURROGATE: png, "a.png": png}
    found = check_repair(hand_in(tmp_path, "ann", json.dumps(notebook).encode()))
    assert list(found.notebook.cells[-1].attachments) == ["?", "a.png"]


def test_more_lines_than_anybody_writes_are_refused_in_a_sentence(tmp_path):
    """Is a notebook refused that would grow by a string per empty line?"""
    found = check_repair(hand_in(tmp_path, "ann", with_cells(20, "\n" * 11_000)))
    assert found.sentence == "Its cells have more than 100,000 lines."


def test_many_empty_lines_are_no_small_output():
    """Do outputs count as what they take in a notebook file, where each line is a string?"""
    room = OutputRoom(2**20)
    output = {"output_type": "stream", "name": "stdout", "text": "\n" * 100_000}
    assert room.fit([output])[0]["name"] == "stderr"


def test_errors_without_room_are_shortened():
    """Does an error of which there is no room for the traceback say what it was, in short?"""
    raised = {
        "output_type": "error",
        "ename": "E",
        "evalue": "x" * 10**5,
        "traceback": ["y" * 10**6],
    }
    note, *errors = OutputRoom(2**20).fit([raised] * 3)
    assert note["output_type"] == "stream"
    assert [len(json.dumps(error)) < 2_000 for error in errors] == [True]
    assert errors[0]["evalue"].startswith("xxx")
