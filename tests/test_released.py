"""What happens when a student opens a released notebook and runs all of it, unsolved?

Run are exercises and checks, each cell that uses an answer, tagged or not, and what these need. No
other cell can tell a missing answer from a given one: nbval replays it in the lesson with
solutions.
"""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell
from warm_kernels import kernel_name

from autograder.build.index import entry, number
from autograder.build.inputs import code, digest, replay_inputs
from autograder.build.store import Store
from autograder.grading.cell_dependencies import needed
from cnncourse.check.names import names

pytestmark = pytest.mark.heavy

ROOT = Path(__file__).resolve().parents[1]
RELEASES = sorted(ROOT.glob("notebooks/*/*.ipynb"))
# What a cell that builds on the student's answer may do while there is none.
UNSOLVED = {"NotImplementedError"}
CHOICE = ("grading/cell_dependencies.py",)  # code that chooses what is run


@pytest.fixture(scope="module", params=RELEASES, ids=lambda path: path.stem)
def executed(request, tmp_path_factory):
    """A released notebook, run in an empty folder; its outputs are kept if all is well."""
    made_from = digest("unsolved", replay_inputs(ROOT, request.param), code(CHOICE))
    store, failed = Store.of(ROOT), request.session.testsfailed
    text = store.get(made_from)
    if text is None:
        folder = tmp_path_factory.mktemp(request.param.stem)
        text = nbformat.writes(run(nbformat.read(request.param, as_version=4), folder))
    yield nbformat.reads(text, as_version=4)
    if request.session.testsfailed == failed:
        store.put(made_from, text)


def run(notebook, folder):
    """Run a notebook's chosen cells in a folder, errors and all; only endless work ends it."""
    limits = {"timeout": 1800, "startup_timeout": 600}
    client = NotebookClient(notebook, kernel_name=kernel_name(), allow_errors=True, **limits)
    with client.setup_kernel(cwd=str(folder)):
        for index in chosen(notebook.cells):
            client.execute_cell(notebook.cells[index], index)
    return notebook


def chosen(cells):
    """Places of the cells on which the absence of answers tells."""
    without_answers = {
        c.source for c, uses in zip(cells, using_answers(cells), strict=True) if not uses
    }
    checks = {i for i, cell in enumerate(cells) if is_check(cell) and cell.cell_type == "code"}
    return sorted(needed(cells, without_answers) | checks)


def using_answers(cells):
    """For each cell, whether it is an answer, or uses one, or uses what was made with one."""
    read = [names(c.source if c.cell_type == "code" else "") for c in cells]
    modules = {name for found in read for name in found.imported}  # plots.show(x) changes no plots
    made = set()
    for cell, found in zip(cells, read, strict=True):
        changed = found.changed | found.called
        uses = bool(
            cell.metadata.get("nbgrader", {}).get("solution")
            or made & (found.used | found.later | changed)
        )
        if uses:
            made |= found.bound.keys() | changed - modules
        yield uses


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


def test_cells_that_use_answers_are_run():
    """Is a cell run that uses an answer through another's value, and none that uses no answer?"""
    exercise = new_code_cell("def f(x):\n    raise NotImplementedError")
    exercise.metadata["nbgrader"] = {"grade_id": "f-answer", "solution": True, "grade": False}
    check = new_code_cell("check(f)")
    check.metadata["nbgrader"] = {"grade_id": "f", "grade": True, "solution": False}
    others = ["x = 2", "y = f(x)", "net = train()", "z = 3", "print(y + z)"]
    cells = [exercise, check, *map(new_code_cell, others)]
    assert [cells[i].source for i in chosen(cells)][2:] == [
        "x = 2",
        "y = f(x)",
        "z = 3",
        "print(y + z)",
    ]


def test_cells_that_say_they_need_an_answer_are_run(executed):
    """Does the reading of names miss none of the cells that the author tagged?"""
    tagged = [c for c in executed.cells if "needs-answer" in c.metadata.get("tags", ())]
    assert [c.source for c in tagged if c.execution_count is None] == []


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
