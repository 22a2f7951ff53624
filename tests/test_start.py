"""Does lesson 00 work for somebody who has TensorFlow, a Python kernel, and nothing else?

The project's wheel gets into a fresh environment by way of the lesson's own first cell. Then its
notebooks run there, each alone in an empty folder, as after a download or on Colab: the solved one
as it is, the student's one on a machine without Git.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import v4

from autograder.build.links import Surroundings, installer

ROOT = Path(__file__).resolve().parents[1]
LESSON = "00_start"
SOLVED = ROOT / "solutions" / LESSON / f"{LESSON}.ipynb"
UNSOLVED = ROOT / "notebooks" / LESSON / f"{LESSON}.ipynb"
NO_REGISTRY = re.compile(r"from versions: none|Connection|Temporary failure|timed out|No route")

pytestmark = pytest.mark.heavy


class Fresh:
    """A fresh environment, what it held before the course came, and how to run a notebook in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        venv.create(folder / "venv", with_pip=True)
        scripts = next(folder.glob("venv/*/activate")).parent
        self.python = next(scripts.glob("python*[!w]"), scripts / "python")
        self.pip("install", tensorflow(), "ipykernel")
        where = ["--prefix", str(folder / "venv"), "--name", LESSON]
        self._run("-m", "ipykernel", "install", *where)
        self.before = self.releases()

    def pip(self, *words: str) -> None:
        """Run the environment's own pip; skip the tests where no registry answers it."""
        done = self._run("-m", "pip", *words, "--quiet", "--disable-pip-version-check", check=False)
        if done.returncode and NO_REGISTRY.search(done.stderr):
            pytest.skip("no package registry answers, so TensorFlow cannot be installed afresh")
        assert done.returncode == 0, done.stderr

    def releases(self) -> dict[str, str]:
        """Package → release."""
        code = "from importlib.metadata import distributions as d; import json; "
        code += "print(json.dumps({p.name: p.version for p in d()}))"
        return json.loads(self._run("-c", code).stdout)

    def execute(self, notebook: nbformat.NotebookNode, **settings: str) -> nbformat.NotebookNode:
        """Run a notebook in an empty folder, to its end whatever happens."""
        client = NotebookClient(notebook, kernel_name=LESSON, timeout=300, allow_errors=True)
        with (
            tempfile.TemporaryDirectory(dir=self.folder) as empty,
            pytest.MonkeyPatch.context() as m,
        ):
            m.setenv("JUPYTER_PATH", str(self.folder / "venv" / "share" / "jupyter"))
            client.execute(cwd=empty, env=self._environment() | settings)
        return notebook

    def _run(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        command = [str(self.python), *words]
        about = {"cwd": self.folder, "env": self._environment(), "check": check}
        return subprocess.run(command, capture_output=True, text=True, **about)

    def _environment(self) -> dict[str, str]:
        """Ours without what this test run has set to find its packages and to be quiet."""
        ours = ("PYTHON", "MPLBACKEND", "TF_CPP", "KERAS", "VIRTUAL_ENV")
        kept = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
        return kept | {"CNNCOURSE_BUDGET": "smoke", "IPYTHONDIR": str(self.folder / "ipython")}


def tensorflow() -> str:
    """The TensorFlow of this environment: the release that pip has in its cache."""
    for name in ("tensorflow-cpu", "tensorflow"):
        try:
            return f"{name}=={version(name)}"
        except PackageNotFoundError:
            continue
    pytest.skip("this environment has no TensorFlow whose release a fresh one could take")


def wheel(folder: Path) -> Path:
    """The project's wheel, built from a copy, so that the repository stays clean."""
    source = folder / "source"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE", "LICENSE-prose"):
        shutil.copy(ROOT / name, source)
    for package in ("cnncourse", "autograder"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / package, source / package, ignore=ignored)
    options = ["--no-deps", "--no-build-isolation", "--quiet", "--wheel-dir", str(folder)]
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, str(source)], check=True)
    return next(folder.glob("cnncourse-*.whl"))


@pytest.fixture(scope="module")
def fresh():
    """An environment with TensorFlow and a kernel, and the course as the first cell installs it."""
    with tempfile.TemporaryDirectory() as folder:
        environment = Fresh(Path(folder))
        address = "https://example.org/course"
        [cell] = installer(Surroundings(repository=address))
        cell.source = cell.source.replace(f"git+{address}", str(wheel(Path(folder))))
        ran = environment.execute(v4.new_notebook(cells=[cell]))
        # pip's failures are no exceptions in a notebook: ask what became of it
        assert "cnncourse" in environment.releases(), ran.cells[0].outputs
        yield environment


@pytest.fixture(scope="module")
def solved(fresh):
    return fresh.execute(nbformat.read(SOLVED, as_version=4))


@pytest.fixture(scope="module")
def unsolved(fresh):
    """The student's notebook, run where only Python's own folder is searched for programs."""
    return fresh.execute(nbformat.read(UNSOLVED, as_version=4), PATH=str(fresh.python.parent))


def errors(cell):
    """The exceptions that a cell ended with."""
    return [f"{o.ename}: {o.evalue}" for o in cell.get("outputs", ()) if o.output_type == "error"]


def checks(notebook):
    """The replies of all checks of exercises, as text."""
    graded = [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade")]
    return [out.data["text/plain"] for cell in graded for out in cell.outputs if "data" in out]


def pictures_of_the_past(notebook):
    """The drawings of commits, by the cell that drew them."""
    return {
        cell.id: [
            out.data["image/png"] for out in cell.outputs if "image/png" in out.get("data", ())
        ]
        for cell in notebook.cells
        if cell.cell_type == "code" and cell.source.startswith("draw_history(")
    }


def test_the_first_cell_installs_only_what_is_missing(fresh):
    """Has every package that was there before still its release?"""
    after = fresh.releases()
    assert {k: after.get(k) for k in fresh.before} == fresh.before
    assert {"keras", "numpy"} < fresh.before.keys()


def test_the_solved_lesson_runs(solved):
    """Does every cell run, and is every answer right?"""
    assert [e for cell in solved.cells for e in errors(cell)] == []
    assert len(checks(solved)) == 8
    assert [reply for reply in checks(solved) if not reply.startswith("✓")] == []


def test_the_unsolved_lesson_waits_for_answers(unsolved):
    """Does each check say "not attempted", and does nothing fail but for want of an answer?"""
    assert len(checks(unsolved)) == 8
    assert [reply for reply in checks(unsolved) if "not attempted" not in reply] == []
    for cell in unsolved.cells:
        if "needs-answer" not in cell.metadata.get("tags", ()):
            assert errors(cell) == [], cell.source


def test_nothing_is_said_in_red(solved, unsolved):
    """Is there no warning and no log, though nothing was set to silence them?"""
    for cell in (*solved.cells, *unsolved.cells):
        for out in cell.get("outputs", ()):
            assert out.get("name") != "stderr", f"{out.text} from the cell:\n{cell.source}"


@pytest.mark.skipif(shutil.which("git") is None, reason="Git is missing here")
def test_without_git_the_same_past_is_drawn(solved, unsolved):
    """Are the pictures of commits that are drawn without Git those that Git tells?"""
    assert pictures_of_the_past(solved)
    assert pictures_of_the_past(solved) == pictures_of_the_past(unsolved)
