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


@pytest.mark.heavy
def test_tensors_become_arrays():
    """Does a Keras tensor come back as an array, and a bfloat16 one as no array?"""
    from keras import ops

    assert isinstance(to_tree(ops.ones((2, 2))), np.ndarray)
    assert "__opaque__" in to_tree(ops.cast(ops.ones(2), "bfloat16"))


def test_named_tuples_become_tuples():
    """Is a subclass of tuple reduced to a plain one?"""
    from collections import namedtuple

    assert to_tree(namedtuple("P", "x y")(1, np.int64(2))) == (1, 2)


def test_a_changed_named_argument_is_reported():
    """Are arguments watched that are given by name, and arrays inside of containers?"""

    def f(x, table):
        table["rows"][0][0] = 7

    request = {**CALL, "kwargs": {"table": {"rows": [np.zeros(2)], "name": "a"}}}
    assert perform({"f": f}, request)["mutated"] == ["table"]
    assert request["kwargs"]["table"]["rows"][0][0] == 0


def test_drawing_from_a_generator_changes_nothing():
    """Is a random generator that was used not taken for an argument that was changed?"""
    request = {**CALL, "args": [{"__rng__": 1}]}
    assert perform({"f": lambda rng: rng.random()}, request)["mutated"] == []


class Symbolic:
    """Cannot become an array."""

    def __array__(self, dtype=None, copy=None):
        raise TypeError("no numbers here")


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("value", "words"),
    [
        (np.array([1, None], dtype=object), "array of object"),
        (np.array(["a"]), "array of <U1"),
        (np.array([1j]), "array of complex128"),
        (np.complex64(1), "complex64"),
        (1j, "complex"),
        (np.zeros(2, "longdouble"), "array of"),
        (np.longdouble(1), "128"),
        (np.datetime64("2020-01-01"), "datetime64"),
        (np.ma.masked_array([1.0, 2.0], [True, False]), "masked array"),
        (Symbolic(), "Symbolic"),
        (np.ndarray, "array of object"),
        ((x for x in ()), "generator"),
        (range(3), "range"),
        (b"raw", "bytes"),
        (10**400, "whole number of 1,329 bits"),
        ("a" * 10**5, "text of 100,000 letters"),
    ],
    ids=lambda v: v if isinstance(v, str) and len(v) < 50 else "",
)
def test_what_cannot_travel_is_named(value, words):
    """Is a result that is no plain number, text or array described in words?"""
    from cnncourse.check.values import encode

    tree = to_tree([value])
    assert words in tree[0]["__opaque__"]
    encode(tree)


@pytest.mark.heavy
def test_a_symbolic_tensor_is_named():
    """Is a Keras tensor without numbers described, and not an error of NumPy's?"""
    import keras

    assert to_tree(keras.Input((2,))) == {"__opaque__": "KerasTensor"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.ma.array([1.0, 2.0]), [1.0, 2.0]),
        (np.zeros((1, 1)).view(np.recarray), [[0.0]]),
        (np.array(3.0), 3.0),
        (np.zeros((0, 2)), []),
    ],
)
def test_arrays_of_every_sort_become_plain_ones(value, expected):
    """Does an unmasked, a record or an empty array come back as an array?"""
    tree = to_tree(value)
    assert type(tree) is np.ndarray
    assert tree.tolist() == expected


def test_a_warning_made_an_error_costs_nothing():
    """Is an answer judged alike where the notebook turns warnings into errors?"""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        reply = perform({"f": lambda x: np.log(x[:1])}, CALL)
    assert reply["value"].tolist() == [-np.inf]


def test_even_what_is_no_exception_is_reported():
    """Is an exception reported that is derived from BaseException, but a stop obeyed?"""

    class Odd(BaseException):
        pass

    def f(x):
        raise Odd("gone")

    def stopped(x):
        raise KeyboardInterrupt

    assert perform({"f": f}, CALL)["error"]["type"] == "Odd"
    with pytest.raises(KeyboardInterrupt):
        perform({"f": stopped}, CALL)


def test_a_value_that_holds_itself_is_an_error():
    """Does a list that contains itself end the check, and not the notebook?"""
    endless: list = []
    endless.append(endless)
    assert perform({"f": lambda x: endless}, CALL)["error"]["type"] == "RecursionError"
