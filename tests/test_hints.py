"""Is what was probably meant named, for every exercise, and nothing where it is not known?"""

import numpy as np
import pytest
from judged import compiled, judged

from autograder.exercise import Criterion, Function, Probe, Value
from cnncourse.check.compare import compare
from cnncourse.check.hints import about_error

WANTED = np.arange(12.0).reshape(3, 4)


@pytest.mark.parametrize(
    ("got", "hint"),
    [
        (WANTED[None], "one axis too many in front, as a batch of one has"),
        (WANTED[..., None], "one axis too many at the end"),
        (WANTED.T, "The numbers are right: only the axes are in another order"),
        (2 * WANTED.T, "The sizes fit, but their order does not: are axes swapped?"),
        (WANTED.ravel(), "The numbers are right: only the shape is not"),
        (np.float64(3.0), "It is one number: was everything added up or averaged?"),
    ],
)
def test_a_wrong_shape_says_what_it_looks_like(got, hint):
    """Is the sentence about shapes followed by what they have in common?"""
    found = compare(got, WANTED)
    assert found.kind == "shape"
    assert hint in found.text


@pytest.mark.parametrize(
    ("got", "wanted", "hint"),
    [
        (WANTED, WANTED[None], "The first axis is missing: the one that counts the samples"),
        (WANTED, WANTED[..., None], "The last axis, of size 1, is missing"),
    ],
)
def test_a_missing_axis_is_named(got, wanted, hint):
    """Is a lost batch axis told from a lost last one?"""
    assert hint in compare(got, wanted).text


def test_a_shape_that_looks_like_nothing_gets_no_hint():
    """Is nothing guessed?"""
    assert compare(np.zeros((2, 2)), WANTED).text == (
        "Your result has shape (2, 2); the expected shape is (3, 4)."
    )


@pytest.mark.parametrize(
    ("got", "text"),
    [
        ([1.0, 2.0], "Your result is a list of 2; an array of shape (2,) is expected. "
         "np.array(…) makes an array of it."),
        ((np.zeros(2), 1), "Your result is a tuple of 2; an array of shape (2,) is expected. "
         "Return the array alone."),
        (None, "Your result is None (is a return missing?); an array of shape (2,) is expected."),
    ],
)  # fmt: skip
def test_what_is_no_array_is_told_how_to_become_one(got, text):
    """Are list, tuple and None each named?"""
    assert compare(got, np.zeros(2)).text == text


@pytest.mark.parametrize(
    ("got", "text"),
    [
        ((np.zeros(2), np.zeros((1, 2))), "Your result[1] has shape (1, 2); the expected shape is "
         "(2,). It has one axis too many in front, as a batch of one has."),
        ((np.zeros(2), None), "Your result[1] is None (is a return missing?); an array of shape "
         "(2,) is expected."),
    ],
)  # fmt: skip
def test_the_entry_of_a_tuple_is_named(got, text):
    """Is it said which of several results is of the wrong kind or shape?"""
    assert compare(got, (np.zeros(2), np.zeros(2))).text == text


class Shape(Value):
    name = "shape"
    title = "A shape"
    expects = "shape"
    criteria = (Criterion("value", 1, "the shape"),)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("(None, 28, 28)", "whose entry 0 is None (leave the batch axis out)"),
        ("(28, '28', 6)", "whose entry 1 is text"),
        ("(28, 2.5)", "whose entry 1 is a number"),
    ],
)
def test_the_entry_of_a_shape_is_named(answer, words):
    """Is it said which part of a shape is no whole number?"""
    outcome = judged(compiled(Shape(), "shape = (28, 28)"), f"shape = {answer}")
    assert f"{words}; a tuple of whole numbers is expected." in outcome.message


class Sums(Function):
    name = "sums"
    title = "Sums"
    criteria = (Criterion("value", 1, "the sums"),)

    def probes(self, rng):
        yield Probe("value", "a (2, 3) array", (rng.normal(size=(2, 3)),))


@pytest.fixture(scope="module")
def sums():
    return compiled(Sums(), "def sums(x): return x.sum(axis=1)")


CLASSES = {
    "takes no arguments": "class sums:\n    def __call__(self, x):\n        return x.sum(axis=1)",
    "keeps its argument": "class sums:\n    def __init__(self, x):\n        self.x = x",
}


@pytest.mark.parametrize("cell", CLASSES.values(), ids=CLASSES)
def test_a_class_in_the_place_of_a_function_is_named(sums, cell):
    """Is it said that an object came back, and not what Python says of its arguments?"""
    outcome = judged(sums, cell)
    assert outcome.message == (
        "Your result is an object of your class 'sums', where a function is asked for; an array "
        "of shape (2,) is expected."
    )


def test_an_object_in_the_place_of_a_function_is_named(sums):
    """Is an instance that cannot be called told from a result?"""
    outcome = judged(sums, "class Sums: pass\nsums = Sums()")
    assert outcome.message.startswith("Your result is a Sums, not a function")


def test_a_class_that_makes_results_is_as_good_as_a_function(sums):
    """Is one accepted whose objects are numbers or tuples?"""
    cell = (
        "class sums(np.ndarray):\n    def __new__(cls, x):\n        return x.sum(axis=1).view(cls)"
    )
    assert judged(sums, cell).state == "right"


def test_sizes_that_do_not_fit_are_pointed_out(sums):
    """Does a broadcasting error say which sizes meet?"""
    outcome = judged(sums, "def sums(x): return (x / x.sum(axis=1)).sum(axis=1)")
    assert "could not be broadcast together" in outcome.message
    assert (
        "shapes are lined up from the last axis, and 3 meets 2: keepdims=True keeps an axis"
    ) in outcome.details


@pytest.mark.parametrize(
    ("run", "words"),
    [
        (lambda: np.zeros((2, 3)) @ np.zeros((2, 3)), "in a product A @ B"),
        (lambda: np.zeros((2, 3)).dot(np.zeros((2, 3))), "in a product A @ B"),
        (lambda: bool(np.zeros(2)), "one truth value"),
        (lambda: None + 1, "something here is None"),
        (lambda: [0][np.zeros(2)], "whole number"),
        (lambda: 1 / 0, ""),
        (lambda: int("a"), ""),
    ],
)
def test_common_errors_get_a_line(run, words):
    """Is NumPy's message explained where its cause is known?"""
    with pytest.raises(Exception) as raised:  # noqa: PT011
        run()
    hint = about_error(type(raised.value).__name__, str(raised.value))
    assert len(hint) == bool(words)
    assert words in "".join(hint)
