"""Does nobody wait for libraries that the work in hand does not need? One process does it all."""

import json
import subprocess
import sys

import pytest

pytestmark = pytest.mark.heavy  # it starts Python

# What is done, in this order, since what is imported stays so; and what must not be there after it.
STEPS = {
    "the course is imported": ("import cnncourse", {"tensorflow", "keras", "matplotlib"}),
    "the help of all commands is made": (
        "from autograder.cli import parser; parser()",
        {"numpy", "jupytext", "nbformat", "IPython", "keras", "tensorflow", "rich"},
    ),
    "cells can be read, but none was": ("import cnncourse.check.names", {"IPython"}),
    "random numbers are seeded": (
        "from cnncourse import runtime; runtime.seed_everything()",
        {"tensorflow", "keras"},
    ),
    "figures can be drawn, but none was": ("from cnncourse import plots", {"matplotlib"}),
    "a figure is drawn": ("plots.matrix([[1]], alt='One.')", {"matplotlib.pyplot"}),
}


@pytest.fixture(scope="module")
def imported():
    """Names of the modules that are there after each step."""
    after = "; print(json.dumps(sorted(sys.modules)))"
    code = "import json, sys\n" + "\n".join(step + after for step, _ in STEPS.values())
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return dict(zip(STEPS, map(json.loads, done.stdout.splitlines()), strict=True))


@pytest.mark.parametrize("step", STEPS)
def test_what_is_not_needed_is_not_imported(step, imported):
    """Is no library there that only later work needs?"""
    assert STEPS[step][1] & set(imported[step]) == set()


def test_what_is_needed_is_imported(imported):
    """Would the names above be seen if they were imported?"""
    assert {"matplotlib", "numpy"} <= set(imported["a figure is drawn"])
