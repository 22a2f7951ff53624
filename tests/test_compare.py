"""Does the comparison tell right from wrong, and say what differs?"""

import numpy as np
import pytest

from cnncourse.check.compare import Tolerance, compare, describe


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (np.ones((2, 3)), np.ones((2, 3))),
        (np.ones(3, "float32"), np.ones(3)),
        (3, np.float64(3.0)),
        ((1, [2, 3]), [1, (2, 3)]),
        ({"a": 1.0, "more": 2}, {"a": 1.0}),
        (np.array([np.inf, -np.inf]), np.array([np.inf, -np.inf])),
        (np.array([2], "uint8"), np.array([2])),
        (None, None),
    ],
)
def test_equal_values_agree(got, expected):
    """Are values equal that differ only in what does not matter?"""
    assert compare(got, expected) is None


@pytest.mark.parametrize(
    ("got", "expected", "kind", "words"),
    [
        (0.0, np.zeros((3, 3)), "shape", "shape ()"),
        (np.zeros(0), np.ones(1), "shape", "(0,)"),
        (np.zeros((1, 3)), np.zeros(3), "shape", "(1, 3)"),
        (None, np.zeros(3), "type", "return missing"),
        ([1.0, 2.0], np.zeros(2), "type", "a list of 2"),
        (np.array([1, 0]), np.array([1.0, 0.0]), "type", "integers"),
        (np.array([True]), np.array([1]), "type", "truth values"),
        (np.array([np.nan]), np.array([np.nan]), "values", "differs"),
        (np.array([np.nan]), np.array([1.0]), "values", "nan"),
        (np.array([np.inf]), np.array([1.0]), "values", "infinity"),
        ((1, 2), (1, 2, 3), "shape", "2 values"),
        ({"a": 1}, {"b": 1}, "type", "'b'"),
        ("x", 1.0, "type", "text"),
        ("x", "y", "values", "text"),
        (None, ["a"], "type", "a list of 1 is expected"),
        (["a", "c"], ["a", "b"], "values", "1 of 2 places"),
        pytest.param(10**400, 1.0, "values", "too large", id="400 digits"),
        (62006.4, 62006, "values", "not the expected value"),
    ],
)
def test_differences_are_named(got, expected, kind, words):
    """Is each difference of the right kind, and said in words?"""
    found = compare(got, expected)
    assert found is not None
    assert found.kind == kind
    assert words in found.text


def test_broadcasting_makes_nothing_equal():
    """Is a matrix of ones refused where a scalar one is expected, and the other way round?"""
    assert compare(np.ones((2, 2)), 1.0).kind == "shape"
    assert compare(1.0, np.ones((2, 2))).kind == "shape"


def test_tolerance_decides():
    """Does the tolerance, and nothing else, decide about a small difference?"""
    loose, strict = Tolerance(1e-3, 0, "test"), Tolerance(1e-6, 0, "test")
    assert compare(np.array([1.0001]), np.array([1.0]), loose) is None
    assert compare(np.array([1.0001]), np.array([1.0]), strict).kind == "values"


def test_details_show_both_values():
    """Are the student's value and the expected one both shown, at the first place that differs?"""
    got, expected = np.zeros((9, 9)), np.zeros((9, 9))
    got[2, 5] = 7
    assert compare(got, expected).details == ("at [2, 5]", "yours:    7", "expected: 0")


def test_an_object_of_a_students_class_is_only_described():
    """Is a thing that is no number refused without being asked whether it is equal?"""
    assert "a Tensorish" in describe({"__opaque__": "Tensorish"})
    assert compare({"__opaque__": "Tensorish"}, np.zeros(2)).kind == "type"


def test_a_float64_answer_to_a_float32_question_gets_float32s_tolerance():
    """Is a loop over Python floats not held to more digits than the question has?"""
    by_dtype = {"float32": Tolerance(1e-3, 0, "test"), "float64": Tolerance(1e-12, 0, "test")}
    expected = np.array([0.5], "float32")
    assert compare(np.array([0.5001]), expected, by_dtype) is None
    assert compare(np.array([0.5001]), expected.astype("float64"), by_dtype).kind == "values"


def test_texts_stand_side_by_side():
    """Are lists of texts shown whole, and not the first alone that differs?"""
    found = compare(["a", "c"], ("a", "b"))
    assert found.details == ("yours: ['a', 'c']", "expected: ['a', 'b']")
