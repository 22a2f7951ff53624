"""Can the grader's sandbox run each lesson, and pay what is due for all of it?

The judge has the key that is committed: what it finds on probes of its own is the audit's business.
That half of the answers earn half of the points is seen in the classes of `test_class.py`.
"""

from pathlib import Path

import nbformat
import pytest

from autograder.build.inputs import code, digest, lesson_inputs, replay_inputs
from autograder.build.store import Store
from autograder.course import Course
from autograder.demo.sample import sample_class
from autograder.grading.judge import HANDLER, judge
from autograder.lesson import Lesson
from autograder.sandbox import Sandbox, probe_isolation
from cnncourse.check.key import Key

pytestmark = pytest.mark.heavy

COURSE = Course(Path(__file__).resolve().parents[1])
GRADER = ("grading", "sandbox", "demo/sample.py")


@pytest.fixture(scope="module")
def sandbox():
    """One warm sandbox for all lessons."""
    if not all(check.ok for check in probe_isolation()):
        pytest.skip("this machine cannot isolate code")
    with Sandbox(handler=HANDLER) as sandbox:
        yield sandbox


@pytest.mark.parametrize("name", COURSE.lessons())
def test_right_answers_are_paid_in_the_sandbox(name, sandbox):
    """Do the cells that grading runs suffice, so that all answers earn all points?"""
    store, release = Store.of(COURSE.root), COURSE.release(name)
    parts = (replay_inputs(COURSE.root, release), lesson_inputs(COURSE.solutions / name))
    made_from = digest("sandboxed", *parts, code(GRADER))
    if store.get(made_from):
        pytest.skip("passed with the same inputs; CNNCOURSE_NO_STORE=1 runs it")
    released = nbformat.read(release, as_version=4)
    key = Key.from_json(COURSE.key(name).read_text(encoding="utf-8"))
    beside = [path for path in release.parent.iterdir() if path.is_file() and path != release]
    files = {path.name: path.read_bytes() for path in beside}
    samples = sample_class(Lesson.read(COURSE.solutions / name), released, attacks=())
    perfect = next(sample for sample in samples if sample.student == "perfect")
    notebook = nbformat.reads(perfect.content.decode(), as_version=4)
    judged = judge(notebook, key, sandbox, files=files, release=released)
    earned = {exercise: outcome.score for exercise, outcome in judged.outcomes.items()}
    assert sum(earned.values()) == pytest.approx(perfect.least), earned
    assert judged.findings == []
    store.put(made_from, "passed")
