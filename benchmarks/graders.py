"""The graders that are compared: each gets the same notebooks and must give all points."""

from __future__ import annotations

import contextlib
import copy
import json
import os
import shutil
import socket
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

import nbformat
from distributed import Client
from measuring import Measured, measured
from nbformat import NotebookNode
from nbgrader.api import Gradebook

from autograder.course import Course
from autograder.demo.course import copied
from cnncourse.check.outcome import AwaitingHand

ROOT = Path(__file__).resolve().parents[1]
HERE = Path(__file__).parent
# Every grader runs the lesson in its shortest form, and finds the tools of this environment.
ENVIRONMENT = {
    "CNNCOURSE_BUDGET": "smoke",
    "PYTHONPATH": str(ROOT),
    "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
    "TF_CPP_MIN_LOG_LEVEL": "3",
}
_KEY = (
    "import sys; from pathlib import Path; from autograder.course import Course; "
    "from autograder.grading.secret_key import judge_key; "
    "judge_key(Course(Path(sys.argv[1])), sys.argv[2])"
)
_STOCK = """
c = get_config()
c.CourseDirectory.course_id = "stock"
c.Execute.timeout = 900
"""
_OTTER_TEST = """
from otter.test_files import test_case

OK_FORMAT = False
name = "{name}"
points = {points}


@test_case()
def test_it(env):
    {test}
"""


class Ours:
    """``autograder grade``.

    Args:
        folder: an empty folder.
        lesson: the lesson's name.

    Attributes:
        first: what compiling the key took, which is done once for all classes.
    """

    def __init__(self, folder: Path, lesson: str) -> None:
        self._prepared, self._lesson = folder / "prepared", lesson
        self._fresh = folder / "fresh"
        copied(self._prepared, Course(ROOT), lesson)
        self.first = measured(
            [sys.executable, "-c", _KEY, self._prepared, lesson], self._prepared, ENVIRONMENT
        )

    def grade(self, notebooks: Mapping[str, bytes], workers: int) -> Measured:
        """Grade a class in a fresh copy of the course: nothing was graded before."""
        self._anew(notebooks)
        return self._graded(notebooks, "--jobs", workers)

    def grade_on(self, workers: int, notebooks: Mapping[str, bytes]) -> Measured:
        """Grade a class on a cluster whose workers are warm; only the writer's memory counts."""
        with cluster(workers) as address:
            self.grade_at(address, dict(islice(notebooks.items(), 2 * workers)))
            return self.grade_at(address, notebooks)

    def grade_at(self, address: str, notebooks: Mapping[str, bytes]) -> Measured:
        """Grade a class on the workers of a cluster."""
        self._anew(notebooks)
        return self._graded(notebooks, "--scheduler", address)

    def _anew(self, notebooks: Mapping[str, bytes]) -> None:
        shutil.rmtree(self._fresh, ignore_errors=True)
        shutil.copytree(self._prepared, self._fresh)
        hand_in(self._fresh, self._lesson, notebooks)

    def _graded(self, notebooks: Mapping[str, bytes], *options: object) -> Measured:
        command = [sys.executable, "-m", "autograder", "grade", self._lesson]
        options = (*options, "--json", self._fresh / "results.json")
        took = measured([*command, *options], self._fresh, ENVIRONMENT)
        students = json.loads((self._fresh / "results.json").read_text())["students"]
        for student in notebooks:
            for name, outcome in students[student]["exercises"].items():
                right = outcome["state"] in ("right", AwaitingHand.state)
                _must(right, "autograder", student, name, outcome["state"])
        return took


class Nbgrader:
    """``nbgrader autograde`` and ``generate_feedback``, as they come: no plugin of ours.

    Args:
        folder: an empty folder.
        lesson: the lesson's name.
        release: the lesson as released; its checks become autograder tests.
    """

    def __init__(self, folder: Path, lesson: str, release: NotebookNode) -> None:
        self._folder, self._lesson = folder, lesson
        (folder / "nbgrader_config.py").write_text(_STOCK)
        source = copy.deepcopy(release)
        for cell, name, points in _checks(source):
            cell.source = f"### BEGIN HIDDEN TESTS\n{_test(name, points)}\n### END HIDDEN TESTS"
        place = folder / "source" / lesson / f"{lesson}.ipynb"
        place.parent.mkdir(parents=True)
        nbformat.write(source, place)
        self._run("generate_assignment")
        shutil.copy(folder / "gradebook.db", folder / "empty.db")

    def grade(self, notebooks: Mapping[str, bytes]) -> Measured:
        """Grade a class and write its feedback pages, from an empty gradebook."""
        for name in ("submitted", "autograded", "feedback"):
            shutil.rmtree(self._folder / name, ignore_errors=True)
        shutil.copy(self._folder / "empty.db", self._folder / "gradebook.db")
        hand_in(self._folder, self._lesson, notebooks)
        took = self._run("autograde") + self._run("generate_feedback")
        with Gradebook(f"sqlite:///{self._folder}/gradebook.db") as gradebook:
            for student in notebooks:
                graded = gradebook.find_submission(self._lesson, student)
                for grade in (g for notebook in graded.notebooks for g in notebook.grades):
                    right = grade.auto_score == grade.max_score or grade.auto_score is None
                    _must(right, "nbgrader", student, grade.name, grade.auto_score)
        return took

    def _run(self, verb: str) -> Measured:
        command = [sys.executable, "-m", "nbgrader", verb, self._lesson]
        return measured(command, self._folder, ENVIRONMENT)


class Otter:
    """``otter run``, once for each notebook, in an environment of its own.

    Args:
        folder: an empty folder.
        lesson: the lesson's name.
        release: the lesson as released; its checks become otter's tests.
        environment: a virtual environment that has otter-grader.
    """

    def __init__(self, folder: Path, lesson: str, release: NotebookNode, environment: Path) -> None:
        self._folder, self._lesson, self._environment = folder, lesson, environment
        self._tests = folder / "autograder.zip"
        with zipfile.ZipFile(self._tests, "w") as archive:
            archive.writestr("otter_config.json", "{}")
            for _, name, points in _checks(release):
                test = _test(name, points, "env")
                text = _OTTER_TEST.format(name=name, points=points, test=test)
                archive.writestr(f"tests/{name}.py", text)

    def grade(self, notebooks: Mapping[str, bytes]) -> Measured:
        """Grade a class, one after another."""
        took = Measured(0, 0, 0)
        environment = ENVIRONMENT | {
            "PATH": os.pathsep.join([str(self._environment / "bin"), ENVIRONMENT["PATH"]])
        }
        for student, content in notebooks.items():
            folder = self._folder / student
            folder.mkdir(exist_ok=True)
            notebook = folder / f"{self._lesson}.ipynb"
            notebook.write_bytes(_without_checks(content))
            program = self._environment / "bin" / "otter"
            command = [program, "run", "--no-logo", "-a", self._tests, "-o", folder, notebook]
            took += measured(command, folder, environment)
            for test in json.loads((folder / "results.json").read_text())["tests"]:
                right = test.get("score", 0) == test.get("max_score", 0)
                _must(right, "otter", student, test["name"], test.get("output"))
        return took


def otter_environment(folder: Path) -> Path | None:
    """Return a virtual environment with otter-grader beside this one's packages.

    Args:
        folder: where to make it.

    Returns:
        The environment; None if it cannot be made, which is said.
    """
    import sysconfig

    try:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True, capture_output=True)
        (packages,) = folder.glob("lib/python*/site-packages")
        # Its own packages come first; what it lacks, TensorFlow for one, is taken from here.
        (packages / "zz_beside.pth").write_text(sysconfig.get_path("purelib") + "\n")
        install = [folder / "bin" / "pip", "install", "--quiet", "otter-grader"]
        subprocess.run(install, check=True, capture_output=True, text=True)
    except subprocess.CalledProcessError as error:
        said = str(error.stderr or error).strip().splitlines()
        print(f"otter-grader cannot be installed here: {said[-1] if said else error}")
        return None
    return folder


@contextlib.contextmanager
def cluster(workers: int) -> Iterator[str]:
    """Start a Dask scheduler and workers on this machine, and yield its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    at = ["--host", "127.0.0.1", "--port", port, "--no-dashboard"]
    commands = [["scheduler", *at], *[["worker", address, "--nthreads", 1, "--no-nanny"]] * workers]
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "dask", *map(str, command)],
            env={**os.environ, **ENVIRONMENT},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for command in commands
    ]
    try:
        with Client(address, timeout=60) as client:
            client.wait_for_workers(workers, timeout=120)
        yield address
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            process.wait()


def floor(folder: Path, lesson: str, notebooks: Mapping[str, bytes]) -> list[tuple[float, float]]:
    """Run the needed cells of each notebook in a child of one warm process.

    Args:
        folder: an empty folder.
        lesson: the lesson's name.
        notebooks: the class.

    Returns:
        Seconds on the clock and of the processor, for each notebook.
    """
    hand_in(folder, lesson, notebooks)
    paths = sorted(folder.glob(f"submitted/*/{lesson}/*.ipynb"))
    threads = dict.fromkeys(("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"), "1")
    ran = subprocess.run(
        [sys.executable, HERE / "floor.py", ROOT, lesson, *paths],
        env={**os.environ, **ENVIRONMENT, **threads, "MPLBACKEND": "agg", "OMP_NUM_THREADS": "1"},
        check=True,
        stdout=subprocess.PIPE,
    )
    return json.loads(ran.stdout)


def hand_in(root: Path, lesson: str, notebooks: Mapping[str, bytes]) -> None:
    """Write a class where every grader expects it."""
    for student, content in notebooks.items():
        path = root / "submitted" / student / lesson / f"{lesson}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _checks(notebook: NotebookNode) -> Sequence[tuple[NotebookNode, str, float]]:
    """Return the check cells of a notebook, with the exercise's name and points."""
    return [
        (cell, cell.metadata.nbgrader.grade_id, cell.metadata.nbgrader.points)
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade")
        and not cell.metadata.nbgrader.get("solution")
    ]


def _test(name: str, points: float, namespace: str = "globals()") -> str:
    """Return the line that asks what the check cell asks, and fails if the answer is not right."""
    given = f"{namespace}[{name!r}]"
    check = f"{namespace}['check']"
    return f"assert {check}.outcome({name!r}, {given}, {namespace}).score == {points}"


def _without_checks(content: bytes) -> bytes:
    """Leave out the check cells: otter's tests ask the same once more."""
    notebook = json.loads(content)
    notebook["cells"] = [
        cell
        for cell in notebook["cells"]
        if not cell["metadata"].get("nbgrader", {}).get("grade")
        or cell["metadata"]["nbgrader"].get("solution")
    ]
    return json.dumps(notebook).encode()


def _must(right: bool, grader: str, student: str, name: str, said: object) -> None:
    if not right:
        raise SystemExit(f"{grader} does not give {student} all points for {name}: {said}")
