"""Write a row of the table "ran on": a date, the releases that tests ran with, how they ended.

python .github/ran_on.py junit.xml      # the row
python .github/ran_on.py --header       # the table's head
"""

from __future__ import annotations

import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from xml.etree import ElementTree

PACKAGES = ("tensorflow-cpu", "keras", "numpy", "matplotlib", "ipython", "jupyterlab", "nbgrader")
COLUMNS = ("date", "system", "Python", *PACKAGES, "tests")


def outcome(report: Path) -> str:
    """Say in words how many tests passed, failed and were skipped.

    Args:
        report: JUnit's XML, as pytest writes it.

    Returns:
        Such as "3,274 passed, 0 failed, 2 skipped"; "did not finish" without a report.
    """
    if not report.is_file():
        return "did not finish"
    suites = list(ElementTree.parse(report).iter("testsuite"))
    total, failures, errors, skipped = (
        sum(int(suite.get(count, 0)) for suite in suites)
        for count in ("tests", "failures", "errors", "skipped")
    )
    failed = failures + errors
    return f"{total - failed - skipped:,} passed, {failed:,} failed, {skipped:,} skipped"


def release(package: str) -> str:
    """Return the installed release of a package, or a dash."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "–"


def line(cells: tuple[str, ...]) -> str:
    """Return a line of a Markdown table."""
    return f"| {' | '.join(cells)} |"


def header() -> str:
    """Return the table's title and head."""
    rule = line(("---",) * len(COLUMNS))
    return f"## Ran on\n\n{line(COLUMNS)}\n{rule}"


def row(report: Path) -> str:
    """Return the row of this machine.

    Args:
        report: JUnit's XML, as pytest writes it.
    """
    system = f"{platform.system()} {platform.machine()}"
    there = (datetime.now(UTC).date().isoformat(), system, platform.python_version())
    return line((*there, *map(release, PACKAGES), outcome(report)))


if __name__ == "__main__":
    print(header() if sys.argv[1] == "--header" else row(Path(sys.argv[1])))
