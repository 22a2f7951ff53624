"""Is what is said of a wrong result true in every place, and said only where it is no chance?"""

import numpy as np
import pytest

from cnncourse.check.relations import Pair, relation

RNG = np.random.default_rng(5)
ONE, OTHER = RNG.normal(size=(6, 4)), RNG.normal(size=(3, 4))
CUBE = RNG.normal(size=(2, 5, 6, 3))


def found(change, *wants, arguments=lambda want: {}):
    """Return what is said of results that are the expected ones, changed."""
    return relation([Pair(change(want), want, arguments(want)) for want in wants or (ONE, OTHER)])


CHANGES = {
    "a sign": (np.negative, "sign", "minus"),
    "no sign": (np.abs, "absolute", "negative"),
    "one minus": (lambda w: 1 - w, "rest_to_one", "1 minus"),
    "transposed": (np.transpose, "axes", "transposed"),
    "reversed": (lambda w: w[:, ::-1], "reversed", "axis 1"),
    "one place late": (lambda w: np.roll(w, 1, 0), "off_by_one", "one place too late"),
    "twice": (lambda w: 2 * w, "factor", "2 times"),
    "logarithm to base 10": (lambda w: w / np.log(10), "factor", "base 10"),
    "more by a constant": (lambda w: w + 0.25, "offset", "0.25 above"),
    "squared": (np.square, "square", "a root is missing"),
    "without decimals": (lambda w: np.trunc(10 * w), "truncated", "decimals"),
    "in float32": (lambda w: (-w).astype("float32"), "sign", "minus"),
}


@pytest.mark.parametrize(("change", "identifier", "words"), CHANGES.values(), ids=CHANGES)
def test_a_relation_is_found(change, identifier, words):
    """Is what holds in all places named, in words that are true of it?"""
    scale = 10 if identifier == "truncated" else 1
    pairs = [Pair(change(w), scale * w, {}) for w in (ONE, OTHER)]
    said = relation(pairs)
    assert said.id == identifier
    assert words in said.message


def test_a_sum_for_a_mean_is_found_by_the_length():
    """Is a factor that is each probe's length told as that length?"""
    said = found(lambda w: len(w) * w, arguments=lambda want: {"'x'": want})
    assert said.id == "size_factor"
    assert "n times" in said.message
    assert "axis 0 of 'x'" in said.message


def test_different_factors_without_a_reason_are_nothing():
    """Is nothing said where each probe has a factor of its own that no length explains?"""
    pairs = [Pair(2 * ONE, ONE, {"'x'": ONE}), Pair(7 * OTHER, OTHER, {"'x'": OTHER})]
    assert relation(pairs) is None


def test_the_entry_of_a_tuple_is_named():
    """Is only the part that differs spoken of?"""
    said = relation([Pair((ONE, -OTHER), (ONE, OTHER), {})])
    assert said.id == "sign"
    assert said.message.startswith("Your result[1]")


def test_the_order_of_a_tuple_is_found():
    """Are right values in another order called so, and not given the right order?"""
    said = relation([Pair((OTHER, ONE), (ONE, OTHER), {})])
    assert said.id == "order"


def test_the_border_is_found():
    """Is an image that is wrong only at its border told so?"""
    mine = CUBE.copy()
    mine[:, 0], mine[:, -1], mine[:, :, 0], mine[:, :, -1] = 0, 0, 0, 0
    assert relation([Pair(mine, CUBE, {})]).id == "border"


def test_axes_in_another_order_are_found():
    """Are channels first told from channels last?"""
    said = relation([Pair(CUBE.transpose(0, 3, 1, 2), CUBE, {})])
    assert said.id == "axes"
    assert "(0, 3, 1, 2)" in said.message


NOTHING = {
    "other numbers": (RNG.normal(size=(6, 4)), ONE),
    "too few numbers": (np.array([2.0, 4.0]), np.array([1.0, 2.0])),
    "one number many times": (np.full(9, 2.0), np.full(9, 1.0)),
    "nan": (np.full((6, 4), np.nan), ONE),
    "integers": (np.arange(6) * 2, np.arange(6)),
    "another size": (ONE[:3], ONE),
    "text": ("minus", ONE),
    "None": (None, ONE),
    "a dictionary for an array": ({"a": ONE}, ONE),
    "ragged": ([[1.0], [1.0, 2.0]], ONE),
    "wrong in the middle, too": (ONE * np.linspace(1.5, 2, 24).reshape(6, 4), ONE),
    "symmetric, and right": (ONE, ONE),
}


@pytest.mark.parametrize(("mine", "want"), NOTHING.values(), ids=NOTHING)
def test_nothing_is_said_without_evidence(mine, want):
    """Is silence kept where numbers are few, odd, or simply others?"""
    assert relation([Pair(mine, want, {})]) is None


def test_a_relation_holds_in_all_probes():
    """Is nothing said of a sign that only one of two probes shows?"""
    assert relation([Pair(-ONE, ONE, {}), Pair(2 * OTHER, OTHER, {})]) is None


def test_nothing_wrong_is_nothing_to_relate():
    """Is an empty list answered?"""
    assert relation([]) is None
