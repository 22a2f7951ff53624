"""Can the container files be what they promise, as far as that shows without building them?"""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted((ROOT / "containers").glob("*.Containerfile"))
INSTRUCTIONS = {"CMD", "COPY", "ENTRYPOINT", "EXPOSE", "FROM", "RUN", "USER", "WORKDIR"}


def instructions(path):
    """The instructions of a file, in order: name and the rest."""
    lines = path.read_text().replace("\\\n", " ").splitlines()
    return [tuple(line.split(maxsplit=1)) for line in lines if line and line[0] != "#"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_container_runs_as_nobody_special(path):
    """Is every instruction known, the first one FROM, and the last user not root?"""
    found = instructions(path)
    assert found[0][0] == "FROM"
    assert {name for name, _ in found} <= INSTRUCTIONS
    assert [rest for name, rest in found if name == "USER"][-1] in ("student", "grader")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_container_installs_extras_that_there_are(path):
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = re.findall(r"'\.\[([\w,]+)\]'", path.read_text())
    assert asked
    assert set(",".join(asked).split(",")) <= set(extras["optional-dependencies"])


def test_the_graders_image_holds_no_solution_and_no_submission():
    """Is everything that is copied into it named, there, and not for instructors alone?"""
    copied = [
        word
        for name, rest in instructions(ROOT / "containers" / "grader.Containerfile")
        if name == "COPY"
        for word in shlex.split(rest)[:-1]
    ]
    assert all((ROOT / word).exists() for word in copied)
    assert not {".", "solutions", "submitted", ".autograder"} & set(copied)
