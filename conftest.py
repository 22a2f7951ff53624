"""What every test run sets before anything imports Keras, and what it need not replay."""

import os

import pytest

# Lessons replay in their smallest budget; kernels that tests start inherit it.
os.environ.setdefault("CNNCOURSE_BUDGET", "smoke")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("MPLBACKEND", "agg")

from pathlib import Path

from autograder.build.inputs import replay_inputs
from autograder.build.store import Store

ROOT = Path(__file__).parent
REPLAYED = pytest.StashKey[set[str]]()
MADE_FROM = pytest.StashKey[str]()


def is_replay(item):
    """Whether a test is a cell of an executed lesson, replayed by nbval."""
    return type(item).__name__ == "IPyNbCell"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Skip lessons whose replay passed with the same inputs; without a store there are none."""
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
