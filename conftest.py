"""What every test run sets before anything imports Keras, what it need not replay, and `--quick`.

With ``--quick`` only those tests run that need no Keras, no kernel and no sandbox: what a developer
runs on each save. A test that needs one is marked ``heavy``; a file that imports Keras at its top
is left out by itself. Who forgets the mark is told so by the first such test, which fails.
"""

import ast
import gc
import os
import sys

import pytest
import warm_kernels

# Lessons replay in their smallest budget; kernels that tests start inherit it.
os.environ.setdefault("CNNCOURSE_BUDGET", "smoke")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("MPLBACKEND", "agg")
# Several tests run at once, each with its kernels and sandboxes: more threads than cores only wait
# for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")

from pathlib import Path

from autograder.build.inputs import replay_inputs
from autograder.build.store import Store

ROOT = Path(__file__).parent
HEAVY_MODULES = {"keras", "tensorflow"}
# What `multiprocessing` imports to start Python, which no other event tells.
SPAWNING = {"multiprocessing.popen_spawn_posix", "multiprocessing.popen_forkserver"}
HEAVY_PROGRAMS = ("python", "bwrap")
# Where examples in docstrings build networks, ask the backend or start a sandbox.
HEAVY_EXAMPLES = (
    "autograder/sandbox/probe.py",
    "cnncourse/anatomy/",
    "cnncourse/check/checker.py",
    "cnncourse/nets/",
    "cnncourse/plots/__init__.py",
    "cnncourse/runtime.py",
    "cnncourse/weights/",
)
REPLAYED = pytest.StashKey[set[str]]()
MADE_FROM = pytest.StashKey[str]()


def pytest_addoption(parser):
    """Add `--quick`."""
    parser.addoption("--quick", action="store_true", help="leave out all that needs Keras")


def pytest_configure(config):
    """Let garbage lie longer; refuse Keras and programs, if only quick tests are wanted."""
    # Layers are full of cycles; Python's own thresholds walk all of TensorFlow for a few layers.
    gc.set_threshold(50_000, 20, 50)
    # pytest-xdist starts Python, for its workers, in the process that runs no test
    if config.getoption("quick") and not getattr(config.option, "numprocesses", None):
        sys.addaudithook(refuse_heavy)


def refuse_heavy(event, about):
    """Fail a quick test that imports Keras, or starts Python or a sandbox."""
    if event == "import" and about[0] in HEAVY_MODULES | SPAWNING:
        what = f"imports {about[0]}"
    elif event == "subprocess.Popen" and Path(str(about[0])).name.startswith(HEAVY_PROGRAMS):
        what = f"starts {about[0]}"
    else:
        return
    pytest.fail(f"A quick test {what}: mark it with pytest.mark.heavy.")


def pytest_ignore_collect(collection_path, config):
    """Leave out, if only quick tests are wanted, notebooks and files that import Keras."""
    if config.getoption("quick"):
        if collection_path.suffix == ".ipynb":
            return True
        if collection_path.suffix == ".py" and imports_keras(collection_path):
            return True
    return None


def imports_keras(path):
    """Whether a file imports Keras at its top, itself or by a helper beside it."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import):
            imported = [alias.name for alias in node.names]
        else:
            imported = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for name in imported:
            helper = path.with_name(f"{name}.py")
            if name.split(".")[0] in HEAVY_MODULES or (helper.is_file() and imports_keras(helper)):
                return True
    return False


def is_heavy(item):
    """Whether a test is marked, or is an example of a package that works with networks."""
    example = isinstance(item, pytest.DoctestItem) and item.path.is_relative_to(ROOT)
    return bool(
        item.get_closest_marker("heavy")
        or (example and item.path.relative_to(ROOT).as_posix().startswith(HEAVY_EXAMPLES))
    )


def pytest_sessionfinish(session):
    """Fail a quick run into which Keras came all the same."""
    if session.config.getoption("quick") and HEAVY_MODULES & sys.modules.keys():
        pytest.exit("Keras was imported in a quick run.", returncode=1)


def is_replay(item):
    """Whether a test is a cell of an executed lesson, replayed by nbval."""
    return type(item).__name__ == "IPyNbCell"


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Replay lessons in kernels that need not import Keras again."""
    if is_replay(item):
        item.config.option.nbval_kernel_name = warm_kernels.kernel_name()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """Leave out what is not wanted, and skip lessons whose replay passed with the same inputs."""
    if config.getoption("quick"):
        config.hook.pytest_deselected(items=[item for item in items if is_heavy(item)])
        items[:] = [item for item in items if not is_heavy(item)]
    store = Store.of(ROOT)
    skip = pytest.mark.skip(reason="passed with the same inputs; CNNCOURSE_NO_STORE=1 replays it")
    for lesson in {item.parent for item in items if is_replay(item)}:
        lesson.stash[MADE_FROM] = made_from = replay_inputs(ROOT, lesson.path)
        lesson.stash[REPLAYED] = set()
        if store.get(made_from):
            lesson.add_marker(skip)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Keep that a lesson was replayed once each of its code cells has passed."""
    report = yield
    if is_replay(item) and report.when == "call" and report.passed:
        lesson = item.parent
        lesson.stash[REPLAYED].add(item.name)
        if len(lesson.stash[REPLAYED]) == sum(c.cell_type == "code" for c in lesson.nb.cells):
            Store.of(ROOT).put(lesson.stash[MADE_FROM], "passed")
    return report
