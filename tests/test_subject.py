"""Does the student's side report faithfully, whatever the student's object does?"""

import numpy as np
import pytest

from cnncourse.check.subject import perform, to_tree

CALL = {"op": "call", "name": "f", "args": [np.arange(3.0)], "kwargs": {}}


def test_a_value_comes_back():
    """Does a call return the value?"""
    assert perform({"f": lambda x: x * 2}, CALL)["value"].tolist() == [0, 2, 4]


def test_a_changed_argument_is_reported():
    """Is an argument changed in place its own finding, and the next call unharmed?"""

    def f(x):
        x += 1
        return x

    first, second = perform({"f": f}, CALL), perform({"f": f}, CALL)
    assert first["mutated"] == [0]
    assert second["value"].tolist() == [1, 2, 3]


@pytest.mark.parametrize("raised", [ValueError("no"), SystemExit(3), NotImplementedError()])
def test_an_error_is_data(raised):
    """Does an exception come back as its type and text?"""

    def f(x):
        raise raised

    assert perform({"f": f}, CALL)["error"]["type"] == type(raised).__name__


def test_an_error_whose_text_raises_is_still_data():
    """Is an exception reported that cannot be printed?"""

    class Nasty(Exception):
        def __str__(self):
            raise RuntimeError

    def f(x):
        raise Nasty

    assert perform({"f": f}, CALL)["error"]["type"] == "Nasty"


@pytest.mark.parametrize(
    ("namespace", "why"), [({}, "undefined"), ({"f": ...}, "untouched")], ids=["gone", "stub"]
)
def test_no_answer_is_absent(namespace, why):
    """Is a missing or untouched answer told apart from a wrong one?"""
    assert perform(namespace, CALL) == {"absent": why}


def test_what_is_no_function_is_not_called():
    """Is a number in place of a function reported as what it is?"""
    assert "not a function" in perform({"f": 3}, CALL)["value"]["__opaque__"]


def test_entries_are_read_one_by_one():
    """Is one entry of a dictionary read, and an unfilled or missing one reported?"""
    read = {"op": "read", "name": "d"}
    d = {"a": (1, 2), "b": ...}
    assert perform({"d": d}, {**read, "entry": "a"}) == {"value": (1, 2)}
    assert perform({"d": d}, {**read, "entry": "b"}) == {"absent": "untouched"}
    assert "missing" in perform({"d": d}, {**read, "entry": "c"})["value"]["__opaque__"]


def test_random_generators_are_made_fresh():
    """Does a repeated call get a new generator each time, and the same ones the next time?"""
    request = {
        "op": "repeat",
        "name": "f",
        "args": [{"__rng__": 5}],
        "kwargs": {},
        "times": 4,
        "seed": 1,
    }
    runs = [perform({"f": lambda rng: rng.random(3)}, request)["value"] for _ in range(2)]
    assert runs[0].shape == (4, 3)
    assert np.array_equal(*runs)
    assert len({row.tobytes() for row in runs[0]}) == 4


def test_tensors_become_arrays():
    """Does a Keras tensor come back as an array, and a bfloat16 one as no array?"""
    from keras import ops

    assert isinstance(to_tree(ops.ones((2, 2))), np.ndarray)
    assert "__opaque__" in to_tree(ops.cast(ops.ones(2), "bfloat16"))


def test_named_tuples_become_tuples():
    """Is a subclass of tuple reduced to a plain one?"""
    from collections import namedtuple

    assert to_tree(namedtuple("P", "x y")(1, np.int64(2))) == (1, 2)
