"""What is right in `stable_softmax`, and what students get wrong."""

import numpy as np
from scipy import special

from autograder.exercise import Criterion, Function, Probe, Rule, accepted, near_miss, wrong

from ._shared import _SHARES


class StableSoftmax(Function):
    title = "A softmax that holds"
    difficulty = 2
    criteria = (
        Criterion("values", 1, "shares of ordinary scores"),
        Criterion("axis", 1, "along any axis"),
        Criterion("temperature", 1, "at any temperature"),
        Criterion("extreme", 2, "for scores up to ±1000, row by row"),
        Criterion("kept", 1, "`z` stays as it is"),
    )
    keeps_arguments = "kept"
    tolerance = _SHARES
    rule = Rule(
        forbid=("keras", "tensorflow", "torch", "jax", "scipy.special.softmax"),
        reason="Write the softmax yourself, with NumPy.",
    )
    revisit = "Softmax: from scores to shares"

    def probes(self, rng):
        yield Probe("values", "the scores (2, 1, 0)", (np.array([2.0, 1.0, 0.0]),))
        yield Probe("values", "a (3, 4) batch", (rng.normal(0, 2, (3, 4)),))
        yield Probe("values", "one score", (np.array([[-3.0]]),))
        yield Probe("axis", "a (3, 3) batch, axis=0", (rng.normal(size=(3, 3)),), {"axis": 0})
        yield Probe("axis", "a (2, 3, 4) array, axis=1", (rng.normal(size=(2, 3, 4)),), {"axis": 1})
        z = rng.normal(size=(2, 5))
        yield Probe("temperature", "temperature 0.5", (z,), {"temperature": 0.5})
        yield Probe("temperature", "temperature 4", (z,), {"temperature": 4.0})
        far = np.array([[1000.0, 999.0, 998.5], [-1000.0, -1000.0, -999.0], [0.0, 1.0, 2.0]])
        yield Probe("extreme", "rows far apart", (far,))
        yield Probe("extreme", "rows far apart, float32", (far.astype("float32"),))
        for temperature in (10.0, 0.5):
            yield Probe(
                "extreme", f"rows far apart, temperature {temperature:g}",
                (far,), {"temperature": temperature},
            )  # fmt: skip
        yield Probe("extreme", "scores of −1000, one alone", (np.array([-1000.0, -1000.0]),))
        yield Probe("extreme", "one score far below", (np.array([1.0, 998.0, 1000.0, 999.0]),))
        # Large scores of both signs and a mean of zero: a shift by the mean does not help.
        yield Probe(
            "extreme", "scores of both signs", (np.array([1000.0, -1000.0, 998.0, -998.0]),)
        )
        near = rng.normal(size=(2, 4)) + [[800.0], [-800.0]]
        yield Probe("extreme", "random rows near 800 and −800", (near,))

    @accepted("loops over the vectors")
    def loops(z, axis=-1, temperature=1.0):
        moved = np.moveaxis(np.array(z, dtype=float), axis, -1)
        out = np.empty_like(moved)
        for index in np.ndindex(moved.shape[:-1]):
            v = [s / temperature for s in moved[index]]
            powers = [np.exp(s - max(v)) for s in v]
            out[index] = [p / sum(powers) for p in powers]
        return np.moveaxis(out, -1, axis)

    @accepted("through the logarithm of the sum")
    def through_logsumexp(z, axis=-1, temperature=1.0):
        z = z / temperature
        return np.exp(z - special.logsumexp(z, axis=axis, keepdims=True))

    @accepted("np.apply_along_axis")
    def along_axis(z, axis=-1, temperature=1.0):
        def share(v):
            powers = np.exp((v - v.max()) / temperature)
            return powers / np.sum(powers)

        return np.apply_along_axis(share, axis, z)

    @accepted("a reduction of logaddexp")
    def reduction(z, axis=-1, temperature=1.0):
        z = np.divide(z, temperature)
        whole = np.logaddexp.reduce(z, axis=axis, keepdims=True)
        return np.exp(z - whole)

    no_shift = wrong(
        "Your exponentials overflow: for a score of 1000 they are infinite, and infinity over "
        "infinity is nan. You saw which change leaves the shares as they are.",
        change={"z - z.max(axis=axis, keepdims=True)": "z"},
    )

    one_shift_for_all = wrong(
        "You shift all rows by one number, the largest of the whole batch. A row that lies far "
        "below it vanishes: all its exponentials become 0, and 0/0 is nan.",
        change={"z.max(axis=axis, keepdims=True)": "z.max()"},
    )

    shift_by_the_mean = wrong(
        "Your shift lies in the middle of the scores, as their mean does. One of them may lie "
        "far above it, and its exponential still overflows. After the shift no exponent may "
        "be positive.",
        change={"z.max": "z.mean"},
    )

    divided_by_the_largest = wrong(
        "You divide by the largest score instead of subtracting it. Softmax ignores a shift; a "
        "change of scale is a change of temperature.",
        change={
            "z - z.max(axis=axis, keepdims=True)": ("z / np.abs(z).max(axis=axis, keepdims=True)")
        },
    )

    clipped = wrong(
        "You clip the scores to avoid the overflow. Scores of 999 and 1000 then look alike, "
        "though their difference is all that softmax sees.",
        change={"z - z.max(axis=axis, keepdims=True)": "np.clip(z, -50, 50)"},
    )

    sum_over_everything = wrong(
        "You take the shares of the whole array. Along the axis each row has its own sum of 1.",
        change={"powers.sum(axis=axis, keepdims=True)": "powers.sum()"},
    )

    axis_ignored = wrong(
        "You always work along the last axis. The argument axis says along which one.",
        change={
            "z.max(axis=axis, keepdims=True)": "z.max(axis=-1, keepdims=True)",
            "powers.sum(axis=axis, keepdims=True)": "powers.sum(axis=-1, keepdims=True)",
        },
    )

    largest_is_one = wrong(
        "Your shares do not sum to 1: the largest is always 1. The sum of the powers is missing.",
        change={"powers / powers.sum(axis=axis, keepdims=True)": "powers"},
    )

    no_keepdims = wrong(
        "A sum and a maximum along an axis lose that axis. NumPy then lines them up with the wrong "
        "axis of z, or cannot. Keep the axis with size 1.",
        change={
            "z.max(axis=axis, keepdims=True)": "z.max(axis=axis)",
            "powers.sum(axis=axis, keepdims=True)": "powers.sum(axis=axis)",
        },
    )

    multiplied_by_temperature = wrong(
        "You multiply by the temperature. A high temperature must make the shares more alike, so "
        "the scores must shrink.",
        change={"z / temperature": "z * temperature"},
    )

    temperature_after = wrong(
        "You divide the shares by the temperature. Then they no longer sum to 1: the scores are "
        "what the temperature works on.",
        change={"z = z / temperature": "", "return powers": "return powers / temperature"},
    )

    temperature_ignored = wrong(
        "The temperature has no effect in your function: it is left out, or cancels. At T = 1 "
        "nobody notices.",
        change={"z / temperature": "z"},
    )

    shift_before_division = wrong(
        "You shift by the largest score and divide by the temperature in the wrong order: the "
        "scores are divided, the number you take away is not. With scores of 1000 and a "
        "temperature other than 1 nothing finite is left.",
        change={"z - z.max": "z - temperature * z.max"},
    )

    sum_without_keepdims = wrong(
        "Your shift keeps its axis, your sum loses it. NumPy then lines the sums up with the wrong "
        "axis of the powers, or cannot.",
        change={"powers.sum(axis=axis, keepdims=True)": "powers.sum(axis=axis)"},
    )

    largest_without_keepdims = wrong(
        "Your sum keeps its axis, your maximum loses it. NumPy then lines the maxima up with the "
        "wrong axis of z, or cannot.",
        change={"z.max(axis=axis, keepdims=True)": "z.max(axis=axis)"},
    )

    always_axis_zero = wrong(
        "You always work along axis 0. The argument axis says along which one, and its default is "
        "the last.",
        change={
            "z.max(axis=axis, keepdims=True)": "z.max(axis=0, keepdims=True)",
            "powers.sum(axis=axis, keepdims=True)": "powers.sum(axis=0, keepdims=True)",
        },
    )

    always_axis_one = wrong(
        "You always work along axis 1. The argument axis says along which one; a single row of "
        "scores has no axis 1.",
        change={
            "z.max(axis=axis, keepdims=True)": "z.max(axis=1, keepdims=True)",
            "powers.sum(axis=axis, keepdims=True)": "powers.sum(axis=1, keepdims=True)",
        },
    )

    summed_along_another_axis = wrong(
        "You shift along the right axis, but sum along the last one. The shares must sum to 1 "
        "along the axis that the argument names.",
        change={"powers.sum(axis=axis, keepdims=True)": "powers.sum(axis=-1, keepdims=True)"},
    )

    shifted_by_the_smallest = wrong(
        "You take away the smallest score. Then no exponent is below 0, and the largest may be "
        "2000: the exponential overflows all the same.",
        change={"z.max": "z.min"},
    )

    sign_turned = wrong(
        "Your exponents have their sign turned: the lowest score gets the largest share.",
        change={"z - z.max(axis=axis, keepdims=True)": "z.min(axis=axis, keepdims=True) - z"},
    )

    shift_turned = wrong(
        "You subtract the scores from their maximum: the exponents are turned round, and no longer "
        "at most 0.",
        change={"z - z.max(axis=axis, keepdims=True)": "z.max(axis=axis, keepdims=True) - z"},
    )

    without_exponential = wrong(
        "You divide the scores themselves by their sum. Scores may be negative, and their sum may "
        "be zero. What makes every number positive first?",
        change={"np.exp(z - z.max(axis=axis, keepdims=True))": "z"},
    )

    logarithm = wrong(
        "You return the logarithm of the shares. The shares themselves are asked for.",
        change={
            "return powers / powers.sum(axis=axis, keepdims=True)": (
                "return np.log(powers / powers.sum(axis=axis, keepdims=True))"
            )
        },
    )

    divided_by_the_number = wrong(
        "You divide by the number of scores, or by the powers' mean. Shares are parts of the sum.",
        change={"powers.sum": "powers.mean"},
    )

    shifted_after = wrong(
        "You take away the largest *power*, after the exponential. The shift must come before, "
        "where the exponential could overflow.",
        change={
            "np.exp(z - z.max(axis=axis, keepdims=True))": (
                "np.exp(z) - np.exp(z).max(axis=axis, keepdims=True)"
            )
        },
    )

    nan_replaced = wrong(
        "You replace nan after it has arisen. The shares that were lost are not in there.",
        change={
            "z - z.max(axis=axis, keepdims=True)": "z",
            "return powers / powers.sum(axis=axis, keepdims=True)": (
                "return np.nan_to_num(powers / powers.sum(axis=axis, keepdims=True))"
            ),
        },
    )

    clipped_wider = wrong(
        "You clip the scores where the exponential would overflow. Scores beyond the clip then "
        "look alike, though their difference is all that softmax sees.",
        change={"z - z.max(axis=axis, keepdims=True)": "np.clip(z, -500, 500)"},
    )

    shifted_only_downwards = wrong(
        "Where all scores are around −1000, all your exponentials vanish, and 0/0 is nan. Are "
        "they shifted by their own largest, or by something that is never below 0? After the "
        "shift one exponent of each row should be 0.",
        change={
            "z - z.max(axis=axis, keepdims=True)": (
                "z - np.maximum(z.max(axis=axis, keepdims=True), 0)"
            )
        },
    )

    whole_array = wrong(
        "You take the maximum and the sum over the whole array. Along the axis each row has its "
        "own maximum, and its own sum of 1.",
        change={
            "z.max(axis=axis, keepdims=True)": "z.max()",
            "powers.sum(axis=axis, keepdims=True)": "powers.sum()",
        },
    )

    no_shift_and_a_tiny_number = wrong(
        "Your exponentials overflow: for a score of 1000 they are infinite. A tiny number below "
        "the fraction line keeps 0/0 away, not infinity over infinity.",
        change={
            "z - z.max(axis=axis, keepdims=True)": "z",
            "powers / powers.sum(axis=axis, keepdims=True)": (
                "powers / (powers.sum(axis=axis, keepdims=True) + 1e-9)"
            ),
        },
    )

    a_tiny_number_for_a_shift = wrong(
        "A tiny number below the fraction line keeps 0/0 away, and the shares of a row that has "
        "vanished are all 0. Each row needs a shift of its own.",
        change={
            "z.max(axis=axis, keepdims=True)": "z.max()",
            "powers / powers.sum(axis=axis, keepdims=True)": (
                "powers / (powers.sum(axis=axis, keepdims=True) + 1e-9)"
            ),
        },
    )

    shifted_by_the_median = near_miss(
        "shifts by the median",
        change={"z.max(": "np.median(z, "},
        unlike=(no_shift, one_shift_for_all, shift_before_division, shifted_by_the_smallest),
    )

    shifted_by_half = near_miss(
        "shifts by half of the largest score",
        change={"z - z.max": "z - 0.5 * z.max"},
        unlike=(shift_by_the_mean, nan_replaced, shifted_only_downwards, one_shift_for_all),
    )

    shifted_by_the_first = near_miss(
        "shifts by the first score of each row",
        change={"z.max(axis=axis, keepdims=True)": "np.take(z, [0], axis=axis)"},
        unlike=(shift_by_the_mean, shifted_by_the_smallest, no_shift_and_a_tiny_number),
    )

    scores_shifted = wrong(
        "You shift `z` itself, with `-=`. Your shares are right, and the caller no longer has the "
        "scores: subtract into a new array.",
        change={
            "z = z / temperature\n    powers = np.exp(z - z.max(axis=axis, keepdims=True))": (
                "z -= z.max(axis=axis, keepdims=True)\n    powers = np.exp(z / temperature)"
            )
        },
    )
