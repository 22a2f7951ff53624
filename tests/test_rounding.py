"""Does the tolerance follow the precision in which an answer was reached?"""

from dataclasses import replace

import numpy as np
import pytest
from judged import asking, compiled, earned, judged, notebook

from autograder.audit.measure import audit_exercise
from autograder.audit.precision import VARIANTS
from autograder.build.rounding import rounding
from autograder.exercise import Criterion, Function, Probe, Tolerance, accepted, wrong
from cnncourse.check.compare import SINGLE, compare
from cnncourse.check.key import Key
from cnncourse.check.outcome import Right


def unit(source, *args):
    """How far rounding moves what a function called ``f`` returns, in steps of float32."""
    ask = asking(source)
    request = {"op": "call", "name": "f", "args": list(args), "kwargs": {}}
    return rounding(ask, request, ask(request)["value"]) / SINGLE


def test_a_difference_carries_the_rounding_of_what_is_subtracted():
    """Is a small result of large numbers expected to be no better than these?"""
    found = unit("def f(x): return x[1:] - x[:-1]", np.array([1000.1, 1000.3, 1000.3, 3.1]))
    assert (found > 100).all()


def test_a_jump_is_no_rounding():
    """Is a slope at its bend not taken for a number that rounding moves by its whole size?"""
    found = unit("def f(x): return np.where(x >= 3, 1.0, 0.5) * x", np.array([3.0, 2.0]))
    assert (found < 10).all()


def test_a_float32_step_inside_the_reference_is_seen():
    """Is what the reference loses in float32 measured, whatever dtype it returns?"""
    source = "def f(x): return (1 - x.astype('float32') ** 2).astype('float64')"
    assert unit(source, np.array([0.99999]))[0] > 0.3


@pytest.mark.parametrize("value", ["3", "'a'", "np.arange(3)", "None", "True"])
def test_only_floating_point_numbers_are_measured(value):
    """Are whole numbers, texts and nothing left as they are?"""
    ask = asking(f"def f(x): return [{value}, x]")
    request = {"op": "call", "name": "f", "args": [2.5], "kwargs": {}}
    first, second = rounding(ask, request, ask(request)["value"])
    assert first is None
    assert second == pytest.approx(2.5 * SINGLE)


class Softmax(Function):
    name = "shares"
    title = "Shares"
    criteria = (Criterion("values", 1, "the values"),)
    tolerance = Tolerance(1e-9, 1e-9, "float64")

    def probes(self, rng):
        yield Probe("values", "float64", (rng.normal(size=(3, 5)), rng.normal(size=(5, 4))))
        single = rng.normal(size=(2, 3, 4)).astype("float32")
        yield Probe("values", "float32", (single[0], single[1].T))

    @accepted("as it is")
    def plain(q, k):
        z = q @ k / np.sqrt(q.shape[-1])
        e = np.exp(z - z.max(-1, keepdims=True))
        return e / e.sum(-1, keepdims=True)

    @accepted("scaled before the product, which promotes")
    def promoted(q, k):
        z = (q * (1 / np.sqrt(q.shape[-1]))) @ k
        e = np.exp(z - z.max(-1, keepdims=True))
        return e / e.sum(-1, keepdims=True)

    @accepted("a tiny guard in the denominator")
    def guarded(q, k):
        z = q @ k / np.sqrt(q.shape[-1])
        e = np.exp(z - z.max(-1, keepdims=True))
        return e / (e.sum(-1, keepdims=True) + 1e-8)


REFERENCE = """
def shares(q, k):
    z = q @ k / np.sqrt(q.shape[-1])
    e = np.exp(z - z.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)
"""
STUB = "def shares(q, k):\n    raise NotImplementedError"


@pytest.fixture(scope="module")
def shares():
    return compiled(Softmax(), REFERENCE)


@pytest.mark.parametrize(
    "change",
    [
        ("q @ k / np.sqrt(q.shape[-1])", "(q * (1 / np.sqrt(q.shape[-1]))) @ k"),
        ("q @ k", "q.astype('float32') @ k.astype('float32')"),
        ("q @ k", "(q.astype('float32') @ k.astype('float32')).astype('float64')"),
        ("q @ k", "q.astype('float64') @ k.astype('float64')"),
        ("keepdims=True)\n    return e / e.sum(-1, keepdims=True)",
         "keepdims=True)\n    return e / (e.sum(-1, keepdims=True) + 1e-8)"),
    ],
    ids=["scaled first", "float32", "promoted", "float64", "a guard"],
)  # fmt: skip
def test_every_precision_is_right(shares, change):
    """Is an answer right in whatever precision it was reached?"""
    source = REFERENCE.replace(*change)
    assert isinstance(judged(shares, source), Right)


@pytest.mark.parametrize("error", [1e-4, 3e-5])
def test_what_rounding_does_not_explain_is_wrong(shares, error):
    """Is an answer refused that is off by more than float32 would be?"""
    source = REFERENCE.replace("e / e.sum", f"{1 + error} * e / e.sum")
    assert not isinstance(judged(shares, source), Right)


def test_a_known_mistake_is_named_in_float32():
    """Is a misconception recognised where the student made it in another precision?"""

    class Named(Softmax):
        unscaled = wrong("Not scaled.", source=REFERENCE.replace(" / np.sqrt(q.shape[-1])", ""))

    key = compiled(Named(), REFERENCE)
    source = REFERENCE.replace("q @ k / np.sqrt(q.shape[-1])", "np.float32(q) @ np.float32(k)")
    assert judged(key, source).misconception == "unscaled"


class Demanding(Softmax):
    precision = "float64"

    def probes(self, rng):
        yield Probe("values", "float64", (rng.normal(size=(3, 5)), rng.normal(size=(5, 4))))


def test_a_demanded_precision_is_named():
    """Is float32 refused where float64 is asked for, with the precision as the reason?"""
    key = compiled(Demanding(), REFERENCE)
    outcome = judged(key, REFERENCE.replace("q @ k", "np.float32(q) @ np.float32(k)"))
    assert "right to about 7 digits, as float32 carries them" in outcome.message
    assert judged(key, REFERENCE.replace("q @ k", "2 * q @ k")).message.startswith(
        "Your result differs"
    )


def test_an_unknown_precision_is_a_problem():
    """Is a slip in the attribute told?"""

    class Slip(Softmax):
        precision = "double"

    assert "shares: the precision is 'double', not float32 or float64" in Slip().problems()


class Stored(Softmax):
    criteria = (*Softmax.criteria, Criterion("dtype", 1, "an array of float32"))
    precision = "float32"
    float32_criterion = "dtype"


STORED = REFERENCE.replace("return e / e", "return (e / e").rstrip() + ").astype('float32')\n"


def test_a_demanded_dtype_is_named():
    """Does float64 cost no more than the criterion that asks for float32, and is it said?"""
    key = compiled(Stored(), STORED)
    assert isinstance(judged(key, STORED), Right)
    outcome = judged(key, REFERENCE)
    assert outcome.message == "The dtype of your result is float64; float32 is asked for."
    assert earned(outcome) == {"values"}


def test_wrong_values_of_another_dtype_are_told_by_their_values():
    """Is the mistake named that the values show, and the dtype told beside it?"""
    key = compiled(Stored(), STORED)
    doubled = judged(key, REFERENCE.replace("q @ k", "2 * q @ k"))
    assert doubled.message.startswith("Your result differs")
    assert doubled.notes == ("The dtype of your result is float64; float32 is asked for.",)
    assert judged(key, STORED.replace("q @ k", "2 * q @ k")).notes == ()


def test_a_demanded_dtype_is_worth_a_criterion():
    """Is an author told who asks for float32 and does not say what another dtype costs?"""

    class Priceless(Softmax):
        precision = "float32"

    assert any("go together" in problem for problem in Priceless().problems())


def test_two_numbers_that_differ_are_shown_different():
    """Are as many digits shown as tell yours from the expected ones?"""
    got, want = np.array([0.1, 0.69314718, 2.0]), np.array([0.1, 0.69314720, 2.0])
    details = compare(got, want, Tolerance(0, 1e-9, "test")).details
    assert details == ("yours:    [0.1, 0.69314718, 2]", "expected: [0.1, 0.6931472, 2]")


def test_keys_of_two_machines_differ_by_no_rounding(shares):
    """Is what was measured of rounding left out where keys are compared?"""
    probe = shares.probes[0]
    other = replace(
        probe, expected={**probe.expected, "rounding": 1000 * probe.expected["rounding"]}
    )
    changed = replace(shares, probes=(other, *shares.probes[1:]))
    assert Key("t", {"shares": shares}).differs(Key("t", {"shares": changed})) is None


def audited(spec):
    return audit_exercise(spec(), notebook(REFERENCE), STUB)


def test_the_audit_asks_in_every_precision():
    """Is each right answer tried in all of them where the precision is open, and only there?"""
    found = audited(Softmax)
    assert found.precision_variants == found.precision_variants_passed == 3 * len(VARIANTS)
    assert audited(Demanding).precision_variants == 0


def test_a_precision_that_is_refused_is_a_fault():
    """Does the audit say which answer is refused, and in which precision?"""

    class Picky(Softmax):
        @accepted("right in float64 alone")
        def picky(q, k):
            if q.dtype != "float64":
                return 0.999 * q @ k
            z = q @ k / np.sqrt(q.shape[-1])
            e = np.exp(z - z.max(-1, keepdims=True))
            return e / e.sum(-1, keepdims=True)

        def probes(self, rng):
            yield Probe("values", "float64", (rng.normal(size=(3, 5)), rng.normal(size=(5, 4))))

    faults = [f for f in audited(Picky).faults if f.startswith("refuses")]
    assert [f.partition("' (")[0] for f in faults] == [
        "refuses 'picky in float32",
        "refuses 'picky promoted half-way",
    ]
