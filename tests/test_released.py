"""What happens when a student opens a released notebook and runs all of it, unsolved?"""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from autograder.build.index import entry, number
from autograder.build.inputs import replay_inputs
from autograder.build.processor_time import Allowance, watched
from autograder.build.store import Store

ROOT = Path(__file__).resolve().parents[1]
RELEASES = sorted(ROOT.glob("notebooks/*/*.ipynb"))
# What a cell that builds on the student's answer may do while there is none.
UNSOLVED = {"NotImplementedError"}


@pytest.fixture(scope="module", params=RELEASES, ids=lambda path: path.stem)
def executed(request, tmp_path_factory):
    """A released notebook, run as it is in an empty folder; its outputs are kept if all is well."""
    store, made_from = Store.of(ROOT), replay_inputs(ROOT, request.param)
    text, failed = store.get(made_from), request.session.testsfailed
    if text is None:
        folder = tmp_path_factory.mktemp(request.param.stem)
        text = nbformat.writes(run(nbformat.read(request.param, as_version=4), folder))
    yield nbformat.reads(text, as_version=4)
    if request.session.testsfailed == failed:
        store.put(made_from, text)


def run(notebook, folder):
    """Run a notebook in a folder, errors and all; only endless work or waiting ends it."""
    client = NotebookClient(notebook, timeout=None, startup_timeout=600, allow_errors=True)
    with client.setup_kernel(cwd=str(folder)), watched(client.km.provisioner.pid, Allowance(600)):
        for index, cell in enumerate(notebook.cells):
            client.execute_cell(cell, index)
    return notebook


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.stem)
def test_a_lesson_needs_only_what_was_taught_before_it(release):
    """Is each lesson that a lesson says it needs there, and earlier?"""
    there = {number(path.stem) for path in RELEASES}
    needs = entry(release.stem, nbformat.read(release, as_version=4)).needs
    assert needs or release == RELEASES[0], "Only the first lesson needs nothing."
    assert all(n in there and n < number(release.stem) for n in needs), needs


def errors(cell):
    """Names of the exceptions that a cell ended with."""
    return [o.ename for o in cell.get("outputs", ()) if o.output_type == "error"]


def text(cell):
    """All plain text that a cell put out."""
    return "".join(
        o.get("text", "") or o.get("data", {}).get("text/plain", "")
        for o in cell.get("outputs", ())
    )


def is_check(cell):
    """Whether a cell checks an answer."""
    about = cell.metadata.get("nbgrader", {})
    return bool(about.get("grade") and not about.get("solution"))


def test_every_check_says_not_attempted(executed):
    """Does each check say that nothing was attempted, and not that something is wrong?"""
    checks = [c for c in executed.cells if is_check(c)]
    assert checks
    for cell in checks:
        assert "not attempted" in text(cell), f"{cell.source}: {text(cell) or errors(cell)}"


def test_only_cells_that_need_an_answer_stop(executed):
    """Does every other cell run, and those fail only because an answer is not there?"""
    for cell in executed.cells:
        found = set(errors(cell))
        allowed = UNSOLVED if "needs-answer" in cell.metadata.get("tags", ()) else set()
        assert found <= allowed, f"{found} in the cell:\n{cell.source}"


def test_nothing_is_said_on_stderr(executed):
    """Is there no warning and no log in red?"""
    for cell in executed.cells:
        for output in cell.get("outputs", ()):
            assert output.get("name") != "stderr", f"{output.text} from the cell:\n{cell.source}"
