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


@pytest.mark.parametrize("got", [[1], 1.0, "a", None, {"__opaque__": "Tensorish", "a": 1}])
def test_what_is_no_dictionary_is_refused_as_such(got):
    """Is a list, a number, a text, nothing or a foreign object told from a dictionary?"""
    found = compare(got, {"a": 1})
    assert (found.kind, found.text.endswith("a dictionary is expected.")) == ("type", True)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "a truth value"),
        (np.bool_(False), "a truth value"),
        (1, "a number"),
        (np.float32(1), "a number"),
        (np.array(1.0), "a number"),
        ("x", "text"),
        ({"a": 1}, "a dictionary"),
        ([1], "a list of 1"),
        (np.zeros(0), "an array of shape (0,)"),
        ({"__opaque__": "Apple"}, "an Apple"),
        ({"__opaque__": "Box"}, "a Box"),
        ({"__opaque__": ""}, "a "),
    ],
)
def test_every_kind_of_value_has_a_name(value, words):
    """Is each kind of value called what a reader calls it?"""
    assert describe(value) == words


@pytest.mark.parametrize(
    ("got", "expected", "text"),
    [
        ((1,), (1, 2), "Your result holds 1 value, not 2."),
        ((1, 2), (1,), "Your result holds 2 values, not 1."),
        (None, "x", "Your result is None (is a return missing?); text is expected."),
        ("x", None, "Your result is text; nothing (None) is expected."),
        (["a", 1], ["a", "b"], "Your result[1] is a number; text is expected."),
        ({"a": [1, 5]}, {"a": [1, 2]}, "Your result['a'][1] is not the expected value."),
        (np.zeros(()), np.array([0.0]), "Your result has shape (); the expected shape is (1,)."),
        (1.5, np.array(2), "Your result is not the expected value."),
        (True, 1, "Your result holds truth values; integers are expected."),
        (np.array([1 + 0j]), np.ones(1), "holds complex128; floating-point numbers are expected."),
        (
            np.array([1.0, 3.0, 5.0]),
            np.array([1.0, 2.0, 4.0]),
            "Your result differs from the expected values in 2 of 3 places.",
        ),
    ],
)
def test_sentences_say_where_and_what(got, expected, text):
    """Does the sentence name the place in a tree, count in the singular, and give both sides?"""
    assert compare(got, expected).text.endswith(text)


def test_a_text_is_compared_to_the_letter():
    """Is another text refused, and shown?"""
    assert compare("y", "y") is None
    assert compare("x", "y").details == ("yours: 'x'",)


def test_several_texts_are_shown_whole():
    """Are the student's texts and the expected ones both shown?"""
    assert compare(["b", "a"], ["b", "a"]) is None
    assert compare(["b", "a"], ["a", "a"]).details == (
        "yours: ['b', 'a']",
        "expected: ['a', 'a']",
    )


@pytest.mark.parametrize(
    ("got", "expected", "details"),
    [
        (1.5, 2.0, ("yours:    1.5", "expected: 2")),
        (np.array([1, 5, 3]), np.array([1, 2, 3]), ("yours:    [1, 5, 3]", "expected: [1, 2, 3]")),
        (np.array([1, 5]), np.array([1, 2]), ("at [1]", "yours:    5", "expected: 2")),
        (np.zeros(17), np.arange(17.0), ("at [1]", "yours:    0", "expected: 1")),
        (
            np.array([[1, 10], [3, 4]]),
            np.array([[1, 2], [3, 4]]),
            ("yours:", "   1  10", "   3   4", "expected:", "  1  2", "  3  4"),
        ),
    ],
)
def test_small_arrays_are_shown_whole_and_large_ones_where_they_differ(got, expected, details):
    """Is what is shown small enough to read?"""
    assert compare(got, expected).details == details


def test_nan_equals_nan_only_where_asked():
    """Is nan equal to nan where two wrong answers are compared, and nowhere else?"""
    nan = np.array([np.nan, 1.0])
    assert compare(nan, nan, same_nan=True) is None
    assert compare(nan, nan) is not None
    assert compare(nan, np.array([2.0, 1.0]), same_nan=True) is not None


def test_infinities_differ_by_their_sign():
    """Is minus infinity no plus infinity, and a number neither?"""
    inf = np.array([np.inf])
    assert compare(-inf, inf).kind == "values"
    assert compare(np.array([1.0]), inf).kind == "values"


def test_integers_are_equal_exactly():
    """Is a whole number that is off by one refused, however large it is?"""
    assert compare(np.array([10**9 + 1]), np.array([10**9])).kind == "values"
    assert compare(10**9 + 0.5, 10**9).kind == "values"


def test_a_tolerance_has_an_absolute_and_a_relative_part():
    """Are both parts added, the relative one times the size of what is expected?"""
    tolerance = Tolerance(0.5, 0.1, "test")
    assert compare(np.array([-11.4]), np.array([-10.0]), tolerance) is None
    assert compare(np.array([-11.6]), np.array([-10.0]), tolerance) is not None


def test_the_larger_of_two_tolerances_counts_in_both_parts():
    """Does a dtype that is not named get the default, and the looser of both dtypes hold?"""
    by_dtype = {"default": Tolerance(0, 0.1, "test"), "float32": Tolerance(0.5, 0, "test")}
    answer, expected = np.array([-11.4], "float32"), np.array([-10.0])
    assert compare(answer, expected, by_dtype) is None
    assert compare(answer.astype("float64"), expected, by_dtype) is not None
