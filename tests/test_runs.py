"""Are spreads and comparisons of runs what statistics says?"""

import numpy as np
import pytest

from cnncourse.runs import deviation, versus, with_spread


def test_the_spread_is_the_sample_deviation():
    """Is the sum of squares divided by n − 1, along the axis of the runs?"""
    runs = np.array([[1.0, 10.0], [3.0, 10.0]])
    assert np.allclose(deviation(runs), [np.sqrt(2), 0.0])


def test_one_run_has_no_spread():
    """Is a single run told without a warning?"""
    assert with_spread([0.5], ".1f") == "0.5 ± 0.0"


def test_a_difference_has_to_leave_zero_out():
    """Are the three seeds of t = 3.46 a draw, and five such a difference?"""
    assert versus([1.0, 2.0, 3.0], [0.0, 0.0, 0.0]).is_draw
    assert not versus([1.0, 2.0, 3.0, 1.0, 3.0], np.zeros(5)).is_draw


def test_the_interval_covers_as_often_as_it_says():
    """Do about 95 of 100 intervals of pure chance hold zero?"""
    rng = np.random.default_rng(0)
    draws = [versus(*rng.normal(size=(2, 3))).is_draw for _ in range(2000)]
    assert 0.93 < np.mean(draws) < 0.97


def test_pairs_take_out_what_they_share():
    """Does pairing find a small shift under a large common spread?"""
    common = np.array([10.0, 30.0, 50.0, 70.0])
    shift = np.array([1.0, 1.1, 0.9, 1.0])
    assert not versus(common + shift, common).is_draw
    assert versus(common + shift, common, paired=False).is_draw


def test_equal_differences_need_no_interval():
    """Is a shift without any spread a difference, and none a draw?"""
    with np.errstate(all="ignore"):
        assert not versus([2.0, 3.0], [1.0, 2.0]).is_draw
        assert versus([2.0, 3.0], [2.0, 3.0]).is_draw


@pytest.mark.parametrize("runs", [([1.0], [2.0]), ([], []), ([[1.0, 2.0]], [[1.0, 2.0]])])
def test_too_few_runs_are_refused(runs):
    """Is one run, or none, refused in one sentence?"""
    with pytest.raises(ValueError, match="at least two runs"):
        versus(*runs)


def test_unequal_pairs_are_refused():
    """Are pairs that do not match told apart?"""
    with pytest.raises(ValueError, match="paired=False"):
        versus([1.0, 2.0], [1.0, 2.0, 3.0])
