"""Does a judge stay whole, and unimpressed, whatever well-formed reply a hostile child sends?"""

import math
import random
from functools import cache
from typing import ClassVar

import numpy as np
import pytest
from judged import asking, compiled, replying

from autograder.exercise import (
    Block,
    Build,
    Choices,
    Criterion,
    Equation,
    Function,
    Pipeline,
    Probe,
    Repeat,
    Trained,
    Value,
)
from cnncourse.check.outcome import NotAttempted, Outcome, Right
from cnncourse.check.reply import question, tidy
from cnncourse.check.verdict import verdict

CALL = {"op": "call", "name": "f", "args": [], "kwargs": {}}
BUILD = {"op": "build", "name": "f"}
pytestmark = pytest.mark.heavy

ONE = (Criterion("value", 1, "the value"),)


class Double(Function):
    name = "double"
    title = "Double"
    criteria = ONE

    def probes(self, rng):
        yield Probe("value", "random numbers", args=(rng.normal(size=(3, 4)),))


class Noise(Pipeline):
    name = "noise"
    title = "Noise of mean zero"
    criteria = ONE

    def probes(self, rng):
        zeros = np.zeros((2, 3))
        yield Repeat("value", "zeros", args=(zeros,), repeats=20, within=0.5)
        yield Repeat("value", "zeros", args=(zeros,), repeats=20, statistic="std", within=0.2)


class Side(Value):
    name = "side"
    title = "A size"
    expects = "integer"
    criteria = ONE


class Length(Value):
    name = "length"
    title = "A length"
    expects = "number"
    step = 0.01
    criteria = ONE


class Quiz(Choices):
    name = "quiz"
    title = "Quiz"
    questions: ClassVar = {"q1": ("?", {"a": "A", "b": "B"}), "q2": ("?", {"a": "A", "b": "B"})}
    because: ClassVar = {"q1": {"a": "no"}, "q2": {"b": "no"}}


class Product(Equation):
    name = "product"
    title = "A product of matrices"
    criteria = ONE

    def probes(self, rng):
        yield Probe(
            "value", "two matrices", args=(rng.normal(size=(2, 3)), rng.normal(size=(3, 4)))
        )


class Layer(Block):
    name = "layer"
    title = "A layer"
    criteria = tuple(
        Criterion(k, 1, k) for k in ("shape", "parameters", "behaviour", "training", "stages")
    )

    def probes(self, rng):
        yield Build("three numbers", input_shape=(3,))


class Net(Trained):
    name = "net"
    title = "A trained network"
    criteria = (Criterion("learns", 1, "learns"), Criterion("parameters", 1, "small"))
    thresholds: ClassVar = {"learns": 0.8}
    classes = 4
    scale = 1 / 255
    max_parameters = 100

    def hidden(self, rng):
        labels = np.arange(40) % 4
        return np.eye(4, dtype="uint8")[labels] * 255, labels


REFERENCES = {
    Double: "def double(x): return 2 * x",
    Noise: "def noise(x): return x + np.random.uniform(-1, 1, x.shape)",
    Side: "side = 28",
    Length: "length = 0.731",
    Quiz: "quiz = dict(q1='b', q2='a')",
    Product: "product = 'ij,jk->ik'",
    Layer: "def layer(x): return keras.layers.Dense(2)(x)",
    Net: "",
}
NAMES = [spec.name for spec in REFERENCES]


@cache
def key(name: str):
    """The compiled key of one of them."""
    spec = next(spec for spec in REFERENCES if spec.name == name)
    return compiled(spec(), REFERENCES[spec])


LEAVES = [
    *(None, True, False, 0, 1, -1, 28, 2**63, -(2**64), 10**300, 10**400),
    *(0.5, math.nan, math.inf, -math.inf, 1e308, 5e-324, "", "ij,jk->ik", "a" * 20_000, b"raw"),
    *("\x1b[31m<script>alert(1)</script>\u202e\0", "value", "absent", "undefined", "ValueError"),
    *("ijklmnop,jk->ijklmnop", "ij,jk->", "...", "->", "ij,jk,kl->il", "i" * 20, "TypeError"),
    *(np.float16(65504), np.float32(np.nan), np.uint64(2**64 - 1), np.bool_(True), np.int8(-128)),
    *(np.zeros(0), np.zeros((0, 3)), np.zeros(()), np.array(True), np.ones((3, 4), bool)),
    *(np.full((3, 4), np.nan), np.full((3, 4), np.inf, "float16"), np.zeros((3, 4), "uint64")),
    *(np.zeros((20, 2, 3)), np.full((20, 2, 3), np.nan), np.zeros((1, 2, 3)), np.zeros((20,))),
    *(np.zeros((40, 4)), np.full((40, 4), np.nan), np.zeros((40, 4), bool), np.zeros((4, 40))),
    *(np.zeros((1,) * 16), np.zeros((2, 4)), np.zeros((2, 2)), np.zeros((5_000, 100), "uint8")),
]
WORDS = [
    *("value", "error", "absent", "report", "handle", "mutated", "type", "message", "line", "code"),
    *("weights", "total", "trainable", "outputs", "stages", "role", "shape", "layer", "q1", "q2"),
    *("__opaque__", "tree"),
]
REPORT = {
    "weights": [
        {"role": "kernel", "shape": [3, 2], "trainable": True, "layer": "a"},
        {"role": "bias", "shape": [2], "trainable": True, "layer": "a"},
    ],
    "total": 8,
    "trainable": 8,
    "outputs": [[2]],
    "stages": [[3], [2]],
}
PLAUSIBLE = [
    {"value": np.zeros((3, 4)), "mutated": []},
    {"error": {"type": "ValueError", "message": "no", "line": 3, "code": "x"}},
    {"absent": "untouched"},
    {"report": REPORT, "handle": 1},
]


def tree(rng: random.Random, depth: int = 0):
    """Any value tree that could come over the wire, with a taste for the words of a reply."""
    pick = rng.random()
    if depth > 4 or pick < 0.4:
        return rng.choice(LEAVES)
    if pick < 0.7:
        return {rng.choice(WORDS): tree(rng, depth + 1) for _ in range(rng.randrange(5))}
    items = [tree(rng, depth + 1) for _ in range(rng.randrange(4))]
    return items if pick < 0.85 else tuple(items)


def spoiled(rng: random.Random, good):
    """A plausible reply with something in it replaced, left out or added."""
    if "value" in good and rng.random() < 0.5:
        return {"value": tree(rng)}
    return _spoiled(rng, good)


def _spoiled(rng: random.Random, good):
    if rng.random() < 0.15:
        return tree(rng, 3)
    if isinstance(good, dict):
        made = {k: _spoiled(rng, v) for k, v in good.items() if rng.random() > 0.1}
        return made | ({rng.choice(WORDS): tree(rng, 3)} if rng.random() < 0.1 else {})
    if isinstance(good, list):
        return [_spoiled(rng, v) for v in good if rng.random() > 0.1]
    return good


@pytest.mark.parametrize("name", NAMES)
def test_no_reply_breaks_the_judge_or_passes(name):
    """Is every reply an outcome, with a clean and bounded message, and never a right answer?"""
    rng = random.Random(name)
    states = set()
    for _ in range(1000):
        pool = [rng.choice(PLAUSIBLE) for _ in range(rng.randrange(1, 4))]
        made = [tree(rng) if rng.random() < 0.3 else spoiled(rng, good) for good in pool]
        outcome = verdict(key(name), lambda request, made=made: rng.choice(made))
        assert isinstance(outcome, Outcome)
        assert outcome.message.isprintable()
        assert len(outcome.message) <= 1000
        assert all(line.isprintable() and len(line) <= 300 for line in outcome.details)
        states.add(type(outcome))
        if name in ("double", "noise", "layer", "net"):
            assert not isinstance(outcome, Right)
    assert len(states) > 1


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "reply",
    [
        *(
            {},
            None,
            "x",
            [],
            3,
            np.zeros(3),
            {"value": {}, "error": "text"},
            {"error": {"type": 5}},
        ),
        *({"error": {"type": "", "message": ""}}, {"error": []}, {"report": REPORT, "handle": "1"}),
        {"handle": 1, "mutated": "yes"},
    ],
    ids=repr,
)
def test_a_malformed_reply_is_said_to_be_one(name, reply):
    """Does a reply that cannot be read earn nothing, and is that said in one sentence?"""
    outcome = verdict(key(name), replying(reply))
    assert outcome.score == 0
    assert "Your code's reply could not be read." in outcome.message


@pytest.mark.parametrize("absent", [True, "undefined", np.zeros(3), {}, "<script>"])
def test_a_forged_absence_only_harms_itself(absent):
    """Is whoever claims to have no answer taken at that word?"""
    outcome = verdict(key("double"), replying({"absent": absent, "value": np.zeros(3)}))
    assert isinstance(outcome, NotAttempted)
    assert outcome.score == 0


def test_nan_passes_no_statistic():
    """Is nan refused where the expected mean is zero?"""
    outcome = verdict(key("noise"), replying({"value": np.full((20, 2, 3), np.nan)}))
    assert outcome.score == 0
    assert "nan" in outcome.message


def test_fewer_calls_than_asked_do_not_count():
    """Is a series of results refused that is not as long as the series of calls?"""
    assert verdict(key("noise"), replying({"value": np.zeros((1, 2, 3))})).score == 0


def test_the_references_themselves_pass():
    """Would the tests above notice a judge that refuses everything?"""
    assert isinstance(verdict(key("double"), asking("def double(x): return x + x")), Right)
    assert isinstance(verdict(key("side"), replying({"value": np.int64(28)})), Right)
    assert isinstance(verdict(key("product"), replying({"value": "ab,bc->ac"})), Right)


def test_a_long_hostile_error_is_cut_and_cleaned():
    """Is a message of megabytes with control characters shortened to one printable line?"""
    nasty = {"type": "E\x1b[2J" * 99, "message": "\n<b>\x00\u202e" * 10**6, "line": -5, "code": 7}
    error = question(replying({"error": nasty}), CALL)["error"]
    assert error["type"].isprintable()
    assert len(error["type"]) <= 80
    assert error["message"].isprintable()
    assert len(error["message"]) <= 500
    assert (error["line"], error["code"]) == (None, None)


@pytest.mark.parametrize(
    "change",
    [
        {"total": 9},
        {"total": -1},
        {"total": 8.0},
        {"trainable": 7},
        {"outputs": [[-2]]},
        {"outputs": [2]},
        {"outputs": "2"},
        {"stages": [[True]]},
        {"stages": None},
        {"weights": {}},
        {"weights": [{"role": "kernel"}], "total": 0, "trainable": 0},
        {"weights": [REPORT["weights"][0] | {"shape": [-3, -2]}, REPORT["weights"][1]]},
        {"weights": [REPORT["weights"][0] | {"shape": [2**41, 0]}], "total": 0, "trainable": 0},
        {"weights": [REPORT["weights"][0] | {"trainable": 1}, REPORT["weights"][1]]},
    ],
    ids=str,
)
def test_a_report_that_contradicts_itself_is_not_read(change):
    """Is a network's report refused whose numbers cannot be?"""
    reply = {"report": REPORT | change, "handle": 1}
    assert "error" in question(replying(reply), BUILD)
    assert "report" in question(replying({"report": REPORT, "handle": 1}), BUILD)


def test_a_report_is_only_read_where_one_was_asked_for():
    """Is an answer of the wrong form for its question not read?"""
    assert "error" in question(replying({"report": REPORT, "handle": 1}), CALL)
    assert "error" in question(replying({"value": 1}), BUILD)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (10**400, "whole number of 1,329 bits"),
        ("a" * 10**5, "text of 100,000 letters"),
        ([0] * 10**5 + [1], "list of 100,001"),
        (np.zeros(2 * 10**8, "uint8"), "array of 200,000,000 numbers"),
        (np.array(["a"]), "array of <U1"),
        (np.array([None]), "array of object"),
        (np.array([1j]), "array of complex128"),
        (b"raw", "bytes"),
        ({"__opaque__": "x\ny"}, "x y"),
    ],
    ids=["int", "text", "list", "array", "letters", "objects", "complex", "bytes", "named"],
)
def test_what_is_too_large_or_no_number_is_named(value, words):
    """Do words stand in place of what should not be looked at?"""
    assert tidy(value) == {"__opaque__": words}


def test_depth_is_bounded():
    """Is a deeply nested value cut off, without exhausting the stack?"""
    nested: list = []
    for _ in range(500):
        nested = [nested]
    assert "__opaque__" in str(tidy(nested))
