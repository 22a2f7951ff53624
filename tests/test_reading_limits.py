"""Is reading a submission bounded in memory and processor time, whatever stands in it?"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import minilesson
import pytest

from autograder.grading.submission import repair
from autograder.grading.submission_limits import GradingLimits
from cnncourse.check.bounded import MOST_TOKENS, Kept, tokens
from cnncourse.check.source import parse, readable

MEGABYTES = 150
SECONDS = 30
# Reads a submission as the judge does, within limits of memory and processor time.
READ = f"""
import resource, sys
from pathlib import Path
import minilesson
from autograder.grading.cell_dependencies import needed
from autograder.grading.merge import released_sources
from autograder.grading.submission import repair
from cnncourse.check.rules import Rule, violation

rule = Rule(forbid=("scipy", "numpy.convolve"), reason="Write it.")
violation("x = 1", rule)
held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (held + {MEGABYTES} * 2**20,) * 2)
used = resource.getrusage(resource.RUSAGE_SELF)
spent = int(used.ru_utime + used.ru_stime)
resource.setrlimit(resource.RLIMIT_CPU, (spent + {SECONDS},) * 2)
release = minilesson.release()
found = repair(Path(sys.argv[1]), release, minilesson.LESSON)
cells = [cell.source for cell in found.notebook.cells if cell.cell_type == "code"]
needed(found.notebook.cells, released_sources(release))
for _ in range(8):
    said = violation(minilesson.find(found.notebook, "double").source, rule, cells, "double")
print(said or found.sentence or "kept")
"""
FILLED = {
    "six long cells": (["a;" * 100_000] * 6, "kept"),
    "long cells that name the answer": (["double;" * 20_000] * 6, "kept"),
    "many cells within the limit": (
        [f"b = {i}\n" + "a;" * 4_000 for i in range(100)],
        "Its code has more than 100,000 words and signs.",
    ),
    "as many as may be": ([f"b = {i}\n" + "a;" * 4_000 for i in range(11)], "kept"),
    "many that are no Python": ([f"b = {i} = = \n" + "a;" * 4_000 for i in range(11)], "kept"),
    "names without number": ([" = ".join(f"a{i}" for i in range(4_000)) + " = 1"] * 9, "kept"),
    "conditions without number": (["if a: double = 1\n" * 1_500] * 6, None),
}


@pytest.mark.heavy
@pytest.mark.parametrize("what", FILLED)
def test_what_is_read_stays_within_limits(tmp_path, what):
    """Does reading end within the limits, and is an honest answer beside it kept?"""
    sources, said = FILLED[what]
    notebook = minilesson.answered(**minilesson.RIGHT)
    notebook.cells[3:3] = [minilesson.cell("code", source) for source in sources]
    path = minilesson.hand_in(tmp_path, "ann", notebook)
    here = Path(__file__).parent
    environment = {**os.environ, "PYTHONPATH": f"{here}{os.pathsep}{here.parent}"}
    done = subprocess.run(
        [sys.executable, "-c", READ, path], capture_output=True, text=True, env=environment
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert said is None or done.stdout.strip() == said


def test_a_cell_is_read_up_to_a_length():
    """Is a cell read that people write, and a longer one not?"""
    assert readable("a;" * (MOST_TOKENS // 2))
    assert not readable("a;" * MOST_TOKENS)
    with pytest.raises(SyntaxError, match="longer than 10,000 words"):
        parse("a;" * MOST_TOKENS)


def test_a_notebook_may_hold_long_data(tmp_path):
    """Does a long list of numbers cost nothing, though nobody reads it?"""
    notebook = minilesson.answered(**minilesson.RIGHT)
    data = f"data = [{', '.join(map(str, range(20_000)))}]"
    notebook.cells.insert(3, minilesson.cell("code", data))
    path = minilesson.hand_in(tmp_path, "ann", notebook)
    result = repair(path, minilesson.release(), minilesson.LESSON)
    assert result.sentence is None
    assert result.notebook.cells[3].source == data


def test_more_code_than_anybody_writes_is_refused_in_a_sentence(tmp_path):
    path = minilesson.hand_in(tmp_path, "ann", minilesson.answered(**minilesson.RIGHT))
    result = repair(path, minilesson.release(), minilesson.LESSON, GradingLimits(tokens=10))
    assert result.sentence == "Its code has more than 10 words and signs."


def test_only_so_much_is_kept():
    """Are the results for the oldest texts forgotten, and errors not kept?"""
    asked = []
    kept = Kept(lambda text: asked.append(text) or int(text), most=4)
    for text in ("1", "2", "1", "3", "1", "2"):
        assert kept(text) == int(text)
    assert asked == ["1", "2", "3", "2"]
    for _ in range(2):
        with pytest.raises(ValueError, match="invalid literal"):
            kept("x")
    assert asked[-2:] == ["x", "x"]


def test_tokens_are_counted_no_further_than_asked():
    assert tokens("x = f(1)") == 6
    assert tokens("a;" * 10**6, most=100) == 101
