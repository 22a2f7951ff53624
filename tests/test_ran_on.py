"""Does the weekly run's table say what tests ran on, and how they ended?"""

from __future__ import annotations

import platform
import runpy
from importlib.metadata import version
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[1] / ".github" / "ran_on.py"


@pytest.fixture(scope="module")
def ran_on():
    """The script's names."""
    return runpy.run_path(str(SCRIPT))


def report(path, **counts):
    attributes = " ".join(f'{name}="{count}"' for name, count in counts.items())
    path.write_text(f"<testsuites><testsuite {attributes}/></testsuites>")
    return path


def test_tests_are_counted_by_how_they_ended(ran_on, tmp_path):
    """Are errors failures, and skipped tests not among those that passed?"""
    file = report(tmp_path / "junit.xml", tests=1210, failures=2, errors=1, skipped=4)
    assert ran_on["outcome"](file) == "1,203 passed, 3 failed, 4 skipped"


def test_a_run_without_a_report_did_not_finish(ran_on, tmp_path):
    """Is a row written even where the installation failed?"""
    assert ran_on["outcome"](tmp_path / "none.xml") == "did not finish"


def test_a_row_fits_the_head(ran_on, tmp_path):
    """Has a row as many cells as the head, with Python and the releases among them?"""
    row = ran_on["row"](report(tmp_path / "junit.xml", tests=1))
    *_, head, rule = ran_on["header"]().splitlines()
    assert row.count("|") == head.count("|") == rule.count("|")
    assert {platform.python_version(), version("keras")} <= set(row.split(" | "))


def test_a_package_that_is_not_there_is_a_dash(ran_on):
    """Does a missing package end nothing?"""
    assert ran_on["release"]("no-such-package") == "–"
