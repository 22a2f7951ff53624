"""Does a lesson become a key that knows its references and their mistakes?"""

from types import SimpleNamespace

import numpy as np
import pytest
from judged import compiled, judged

from autograder.build.compiler import SpecificationError, compile_key, references
from autograder.course import CourseError
from autograder.exercise import Criterion, Function, Probe, Trained, Value, Written, wrong
from cnncourse.check.outcome import Right

pytestmark = pytest.mark.heavy

ONE = (Criterion("value", 1, "the value"),)


class Twice(Function):
    name = "twice"
    title = "Twice"
    criteria = ONE

    def probes(self, rng):
        yield Probe("value", "four", args=(2.0,))
        yield Probe("value", "a random number", args=(float(rng.uniform(3, 9)),))

    @wrong("You squared it.")
    def squared(x):
        return x * x


class Total(Value):
    name = "total"
    title = "Total"
    expects = "integer"
    criteria = ONE


class Net(Trained):
    name = "net"
    title = "A network"
    criteria = (Criterion("learns", 1, "learns"),)
    thresholds = {"learns": 0.5}  # noqa: RUF012
    flat = wrong("It never learned.", source="net = None", symptom="untrained")

    def hidden(self, rng):
        return np.zeros((4, 3)), np.zeros(4, int)


class Why(Written):
    name = "why"
    title = "Why"
    criteria = (Criterion("reason", 2, "a reason"),)
    rubric = {"reason": "any reason"}  # noqa: RUF012


def lesson(*cells, specs=(Twice, Total, Net, Why)):
    """A lesson of these cells: (exercise or None, source)."""
    return SimpleNamespace(
        name="00_test", specs=[s() for s in specs], reference_source=lambda: list(cells)
    )


SOUND = (
    (None, "import numpy as np"),
    ("twice", "def twice(x):\n    return 2 * x"),
    (None, "start = twice(10)"),
    ("total", "total = int(start + 1)"),
    ("net", "raise RuntimeError('training is not run here')"),
)


def test_every_exercise_is_compiled_in_order():
    """Are all exercises in the key, written ones without probes?"""
    key = compile_key(lesson(*SOUND), seed=5)
    assert list(key.exercises) == ["twice", "total", "net", "why"]
    assert key.exercises["why"].probes == ()


def test_a_key_holds_no_rubric():
    """Is what earns a written answer's points kept out of the file that students have?"""
    assert "any reason" not in compile_key(lesson(*SOUND), seed=5).to_json()


def test_a_later_solution_may_use_earlier_ones():
    """Is each exercise compiled with what the lesson has defined up to there?"""
    key = compile_key(lesson(*SOUND), seed=5)
    assert isinstance(judged(key.exercises["total"], "total = 21"), Right)


def test_a_trained_solution_is_not_run():
    """Is a solution that trains left alone, its symptoms kept?"""
    (probe,) = compile_key(lesson(*SOUND), seed=5).exercises["net"].probes
    assert probe.variants == {"flat": {"symptom": "untrained"}}


def test_a_mistake_is_kept_only_where_it_shows():
    """Has a probe no variant that gives there what the reference gives?"""
    first, second = compile_key(lesson(*SOUND), seed=5).exercises["twice"].probes
    assert first.variants == {}
    assert list(second.variants) == ["squared"]


def test_the_seed_decides_the_probes():
    """Does the same seed give the same key, and another one another?"""
    one, same, other = (compile_key(lesson(*SOUND), seed=s) for s in (5, 5, 6))
    assert one.to_json() == same.to_json()
    assert one.differs(other) is not None


def test_a_secret_of_any_size_is_a_seed():
    """May the judge's seed have 64 bits and more?"""
    assert compile_key(lesson(*SOUND), seed=2**64 + 1).differs(compile_key(lesson(*SOUND), 1))


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("def twice(x):\n    return 1 / 0", "division by zero"),
        ("def twice(x):\n    raise NotImplementedError('no')", "no"),
        ("twice = ...", "there is no answer"),
        ("once = 1", "there is no answer"),
        ("def twice(x):\n    return float('nan')", "nan"),
        ("import random\ndef twice(x):\n    return random.random()", "asked again"),
    ],
)
def test_a_reference_that_fails_is_reported(source, words):
    """Is the author told which exercise fails on which probe, in one sentence?"""
    with pytest.raises(SpecificationError, match="twice: the reference fails on 'four'") as raised:
        compile_key(lesson(("twice", source), specs=(Twice,)))
    assert words in str(raised.value)
    assert isinstance(raised.value, CourseError)


def test_an_answer_that_fails_as_it_is_defined_is_an_error_of_the_answer():
    """Is a wrong answer whose cell raises recorded as raising?"""

    class Broken(Twice):
        at_once = wrong("It raises at once.", source="twice = undefined")

    key = compiled(Broken(), "def twice(x): return 2 * x")
    assert key.probes[0].variants["at_once"]["error"]["type"] == "NameError"


def test_a_wrong_answer_sees_the_lesson_but_not_the_solution():
    """Is the reference out of reach for the answers that replace it?"""

    class Peeking(Twice):
        peek = wrong("You looked.", source="other = twice")

    key = compiled(Peeking(), "def twice(x): return 2 * x")
    assert "peek" in key.probes[0].variants


def test_references_run_cells_once_and_in_order():
    """Does each cell run once, before the exercises after it?"""
    ran = [(spec.name, "start" in namespace) for spec, namespace in references(lesson(*SOUND))]
    assert ran == [("twice", False), ("total", True), ("net", True)]
