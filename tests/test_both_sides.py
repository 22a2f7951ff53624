"""Do the notebook's check and the grader agree, however a right network is written?"""

from pathlib import Path

import pytest
from judged import compiled, notebook

from autograder.audit import both_sides
from autograder.audit.lesson_state import states
from autograder.audit.measure import OTHER_SEED, audit_exercise
from autograder.audit.styles import blocks_of, styles
from autograder.build.compiler import questions_only, run_answer, with_reference
from autograder.exercise import Answer, Block, Build, Criterion
from autograder.grading.judge import HANDLER
from autograder.grading.structure import RebuildingAsk
from autograder.lesson import Lesson
from autograder.sandbox import Limits, Sandbox, probe_isolation
from cnncourse.check.outcome import Right
from cnncourse.check.verdict import verdict

pytestmark = pytest.mark.heavy

ROOT = Path(__file__).resolve().parents[1]
# A block, and a model that may be made of it. The audit judges these styles in every lesson, the
# student's side in its own process.
LESSON, ASKED = "15_resnet", ("basic", "resnet")


@pytest.fixture(scope="module")
def sandbox():
    """A warm sandbox."""
    if not all(check.ok for check in probe_isolation()):
        pytest.skip("this machine cannot isolate code")
    with Sandbox(handler=HANDLER, import_from=[ROOT], modules=("tensorflow", "keras")) as warm:
        yield warm


def test_every_style_earns_the_same_on_both_sides(sandbox):
    """Do a function, a nested model and a layer of one's own earn all points in both places?"""
    lesson = Lesson.read(ROOT / "solutions" / LESSON)
    limits = Limits(wall_seconds=400, request_seconds=90, cpu_seconds=400)
    tried, ran = [], 0
    with sandbox.open(limits) as child:
        for state in states(lesson, ASKED):
            spec, namespace = state.spec, state.namespace
            key = with_reference(spec, namespace, questions_only(spec, OTHER_SEED))
            for cell in state.cells[ran:]:
                assert child.run_cell(cell).ok
            ran = len(state.cells)
            plain = next(a for a in spec.answers if a.right)
            for answer in (plain, *styles(spec, namespace, blocks_of(lesson))):
                assert child.run_cell(spec.cell(answer)).ok
                check = verdict(key, run_answer(spec, answer, namespace))
                with RebuildingAsk(child.call, sandbox) as ask:
                    grader = verdict(key, ask)
                assert isinstance(check, Right), (answer.id, check.message, check.details)
                assert grader.criteria == check.criteria, (answer.id, grader.message)
                tried.append(answer.label)
    assert {"nested_model", "layer", "subclass", "over_layers"} <= set(tried)


REFERENCE = """
def twice(x, filters):
    x = keras.layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    return keras.layers.Conv2D(filters, 3, padding="same")(x)
"""


class Twice(Block):
    name = "twice"
    title = "Two convolutions"
    criteria = (Criterion("shape", 1, "shape"), Criterion("parameters", 1, "parameters"))

    def probes(self, rng):
        yield Build("small", args=(3,), input_shape=(5, 6, 2), symbolic=True)


def noted(source):
    """An answer that keeps its replies, its exercise and what it was judged by."""
    spec, namespace = Twice(), notebook(REFERENCE)
    key = compiled(spec, REFERENCE)
    answer = Answer("plain", True, "plain", None, source)
    ask = both_sides.Noted(run_answer(spec, answer, namespace))
    return spec, answer, [key], ask, [verdict(key, ask)]


def test_the_audit_judges_as_grading_would():
    """Is an answer judged once more where a network was built again, and are both the same?"""
    *given, ask, outcomes = noted(REFERENCE)
    assert ask.rebuilt
    assert both_sides.faults(*given, ask, outcomes) == []


def test_a_difference_is_a_fault():
    """Is a criterion told that the grader would give, and the check did not?"""
    spec, answer, keys, ask, [outcome] = noted(REFERENCE)
    lost = tuple(c.__class__(c.key, c.text, c.points, False) for c in outcome.criteria)
    refused = outcome.__class__(outcome.exercise, lost, "no")
    assert both_sides.faults(spec, answer, keys, ask, [refused]) == [
        "check and grader differ on 'plain': 'shape' is not met here, met in grading",
        "check and grader differ on 'plain': 'parameters' is not met here, met in grading",
    ]


class Judged(Twice):
    """The same, run."""

    def probes(self, rng):
        yield Build("small", args=(3,), input_shape=(5, 6, 2))


def test_the_audit_writes_every_block_in_other_styles():
    """Are a nested model and a layer made of a function, and judged?"""
    stub = "def twice(x, filters):\n    raise NotImplementedError"
    spec = Judged()
    spec.solved_by(REFERENCE)
    found = audit_exercise(spec, notebook(REFERENCE), stub)
    assert found.styles == 2
    assert not [f for f in found.faults if "refuses" in f or "differ" in f]


def test_a_style_that_is_refused_is_a_fault():
    """Is it told that an exercise that runs nothing cannot judge layers of a student's own?"""
    stub = "def twice(x, filters):\n    raise NotImplementedError"
    spec = Twice()
    spec.solved_by(REFERENCE)
    faults = audit_exercise(spec, notebook(REFERENCE), stub).faults
    assert [f.partition(" (")[0] for f in faults if "refuses" in f] == ["refuses 'as layer'"]
