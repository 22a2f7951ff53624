"""Is what is said of a network's weights true, and silent where more than one thing differs?"""

import pytest

from cnncourse.check.weight_relations import weight_relation


def conv(name, *kernel, bias=True, role="kernel"):
    parts = [(role, list(kernel)), *([("bias", [kernel[-1]])] if bias else [])]
    return [{"role": r, "shape": s, "layer": name} for r, s in parts]


def norm(name, channels):
    roles = ("gamma", "beta", "moving_mean", "moving_variance")
    return [{"role": r, "shape": [channels], "layer": name} for r in roles]


FIRST, LAST = conv("a", 3, 3, 2, 4), conv("z", 4, 10)
DESCRIBED = [*FIRST, *norm("n", 4), *LAST]
ONE_THING = {
    "a bias too many": ([*conv("a", 3, 3, 2, 4, bias=False), *LAST], [*FIRST, *LAST], "lacks its"),
    "biases too many": ([*FIRST, *LAST], [*conv("a", 3, 3, 2, 4, bias=False), *LAST], "has a bias"),
    "a layer too many": ([*DESCRIBED, *conv("m", 1, 1, 4, 4)], DESCRIBED, "one 1×1 convolution"),
    "no normalisation": ([*FIRST, *LAST], DESCRIBED, "lacks one normalisation"),
    "no convolution": ([*norm("n", 4), *LAST], DESCRIBED, "lacks one convolution"),
    "another window": ([*conv("a", 5, 5, 2, 4), *LAST], [*FIRST, *LAST], "none of 5×5×2×4"),
    "another width": ([*FIRST, *conv("z", 4, 7)], [*FIRST, *LAST], "no kernel of 4×7"),
    "other inputs": ([*FIRST, *conv("z", 8, 10)], [*FIRST, *LAST], "another number of channels"),
}


@pytest.mark.parametrize(("mine", "theirs", "words"), ONE_THING.values(), ids=ONE_THING)
def test_one_difference_is_named(mine, theirs, words):
    """Is the one thing named in which weights differ?"""
    assert words in weight_relation(mine, theirs).message


@pytest.mark.parametrize(("mine", "theirs", "words"), ONE_THING.values(), ids=ONE_THING)
def test_the_size_that_is_described_is_not_given_away(mine, theirs, words):
    """Does no message hold a kernel's shape that the student has not written?"""
    written = {"×".join(map(str, w["shape"])) for w in mine}
    hidden = {"×".join(map(str, w["shape"])) for w in theirs if len(w["shape"]) > 1} - written
    said = weight_relation(mine, theirs).message
    assert not [shape for shape in hidden if shape in said]


def test_equal_weights_are_silent_in_any_order_and_under_any_name():
    """Is nothing said where only names and order differ?"""
    renamed = [{**w, "layer": f"my_{w['layer']}"} for w in reversed(DESCRIBED)]
    assert weight_relation(renamed, DESCRIBED) is None


def test_two_differences_are_silent():
    """Is nothing claimed where a window and a width differ at once?"""
    assert weight_relation([*conv("a", 5, 5, 2, 6), *conv("z", 6, 10)], DESCRIBED) is None
