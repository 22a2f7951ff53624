"""What is right in `mended_log_softmax`, and what students get wrong."""

import numpy as np
from scipy import special

from autograder.exercise import Criterion, Function, Probe, Rule, accepted, near_miss, wrong

from ._shared import _FAR_TOLERANCE


class MendedLogSoftmax(Function):
    title = "Find the bugs"
    difficulty = 3
    criteria = (
        Criterion("values", 1, "ordinary scores, along any axis"),
        Criterion("rows", 2, "rows that lie far apart"),
        Criterion("far", 2, "one score far below the others"),
        Criterion("kept", 1, "`z` stays as it is"),
    )
    keeps_arguments = "kept"
    tolerance = _FAR_TOLERANCE
    rule = Rule(
        forbid=("keras", "tensorflow", "torch", "jax", "scipy.special.log_softmax"),
        reason="Mend the function itself, with NumPy and SciPy.",
    )
    revisit = "Softmax: from scores to shares"
    _GUARDED = (
        "You keep the shares away from zero by a small number, before the logarithm. Infinity is "
        "gone, and so is the answer: all shares below that number get one and the same value."
    )
    _DIFFERENCE = "[s - whole for s in v]"

    def probes(self, rng):
        yield Probe("values", "the scores (2, 1, 0)", (np.array([2.0, 1.0, 0.0]),))
        yield Probe(
            "values", "a (4, 3) batch, float32", (rng.normal(size=(4, 3)).astype("float32"),)
        )
        yield Probe("values", "a (3, 3) batch", (rng.normal(size=(3, 3)),))
        yield Probe("values", "a (3, 3) batch, axis=0", (rng.normal(size=(3, 3)),), {"axis": 0})
        yield Probe(
            "values", "a (2, 3, 4) array, axis=1", (rng.normal(size=(2, 3, 4)),), {"axis": 1}
        )
        apart = np.array([[1000.0, 999.0], [1.0, 0.0], [-1000.0, -999.5]])
        yield Probe("rows", "rows far apart", (apart,))
        yield Probe("rows", "rows far apart, float32", (apart.astype("float32"),))
        yield Probe("far", "the scores (1000, 0)", (np.array([[1000.0, 0.0]]),))
        yield Probe("far", "the scores (0, −30, −200)", (np.array([0.0, -30.0, -200.0]),))
        yield Probe("far", "scores of both signs", (np.array([1000.0, -1000.0, 998.0, -998.0]),))
        yield Probe("far", "(500, −1000, 500), float32", (np.array([500, -1000, 500], "float32"),))
        near = rng.normal(size=(3, 2)) + [[900.0], [0.0], [-900.0]]
        yield Probe("rows", "random rows near 900, 0 and −900", (near,))
        drawn = rng.permutation([700.0, 0.0, -300.0]) + rng.normal(size=3)
        yield Probe("far", "three random scores far apart", (drawn,))

    @accepted("loops over the vectors")
    def loops(z, axis=-1):
        moved = np.moveaxis(np.array(z, dtype=float), axis, -1)
        out = np.empty_like(moved)
        for index in np.ndindex(moved.shape[:-1]):
            v = moved[index]
            whole = max(v) + np.log(sum(np.exp(s - max(v)) for s in v))
            out[index] = [s - whole for s in v]
        return np.moveaxis(out, -1, axis)

    @accepted("SciPy's logarithm of a sum of exponentials")
    def with_logsumexp(z, axis=-1):
        return z - special.logsumexp(z, axis=axis, keepdims=True)

    @accepted("a reduction of logaddexp")
    def reduction(z, axis=-1):
        return z - np.expand_dims(np.logaddexp.reduce(z, axis=axis), axis)

    @accepted("sums of differences")
    def differences(z, axis=-1):
        last = np.moveaxis(z, axis, -1)
        top = last.max(axis=-1, keepdims=True)
        out = (last - top) - np.log(np.exp(last - top).sum(axis=-1, keepdims=True))
        return np.moveaxis(out, -1, axis)

    plus_1e_5 = wrong(_GUARDED, change={_DIFFERENCE: "np.log(np.exp(v - whole) + 1e-5)"}, of=loops)
    plus_1e_6 = wrong(_GUARDED, change={_DIFFERENCE: "np.log(np.exp(v - whole) + 1e-6)"}, of=loops)
    plus_1e_7 = wrong(_GUARDED, change={_DIFFERENCE: "np.log(np.exp(v - whole) + 1e-7)"}, of=loops)
    plus_1e_8 = wrong(_GUARDED, change={_DIFFERENCE: "np.log(np.exp(v - whole) + 1e-8)"}, of=loops)
    plus_1e_9 = wrong(_GUARDED, change={_DIFFERENCE: "np.log(np.exp(v - whole) + 1e-9)"}, of=loops)
    plus_1e_10 = wrong(
        _GUARDED, change={_DIFFERENCE: "np.log(np.exp(v - whole) + 1e-10)"}, of=loops
    )
    plus_1e_12 = wrong(
        _GUARDED, change={_DIFFERENCE: "np.log(np.exp(v - whole) + 1e-12)"}, of=loops
    )
    plus_1e_15 = wrong(
        _GUARDED, change={_DIFFERENCE: "np.log(np.exp(v - whole) + 1e-15)"}, of=loops
    )
    plus_1e_16 = wrong(
        _GUARDED, change={_DIFFERENCE: "np.log(np.exp(v - whole) + 1e-16)"}, of=loops
    )
    plus_1e_20 = wrong(
        _GUARDED, change={_DIFFERENCE: "np.log(np.exp(v - whole) + 1e-20)"}, of=loops
    )
    plus_1e_30 = wrong(
        _GUARDED, change={_DIFFERENCE: "np.log(np.exp(v - whole) + 1e-30)"}, of=loops
    )
    plus_1e_300 = wrong(
        _GUARDED, change={_DIFFERENCE: "np.log(np.exp(v - whole) + 1e-300)"}, of=loops
    )

    at_least_1e_9 = wrong(
        _GUARDED, change={_DIFFERENCE: "np.log(np.maximum(np.exp(v - whole), 1e-9))"}, of=loops
    )
    at_least_1e_10 = wrong(
        _GUARDED, change={_DIFFERENCE: "np.log(np.maximum(np.exp(v - whole), 1e-10))"}, of=loops
    )
    at_least_1e_12 = wrong(
        _GUARDED, change={_DIFFERENCE: "np.log(np.maximum(np.exp(v - whole), 1e-12))"}, of=loops
    )
    at_least_1e_15 = wrong(
        _GUARDED, change={_DIFFERENCE: "np.log(np.maximum(np.exp(v - whole), 1e-15))"}, of=loops
    )
    at_least_eps = wrong(
        _GUARDED,
        change={_DIFFERENCE: "np.log(np.maximum(np.exp(v - whole), np.finfo(float).eps))"},
        of=loops,
    )
    at_least_tiny = wrong(
        _GUARDED,
        change={_DIFFERENCE: "np.log(np.maximum(np.exp(v - whole), np.finfo(float).tiny))"},
        of=loops,
    )

    as_given = wrong(
        "Both faults are still there: rows far apart give nan, and a share that has become 0 has "
        "an infinite logarithm.",
        change={
            "z.max(axis=axis, keepdims=True)": "z.max()",
            "z - np.log(np.exp(z).sum(axis=axis, keepdims=True))": (
                "np.log(np.exp(z) / np.exp(z).sum(axis=axis, keepdims=True))"
            ),
        },
    )

    still_through_the_share = wrong(
        "One fault is mended, the shift. The other is still there: a share too small for the "
        "computer becomes 0, and you take its logarithm.",
        change={
            "z - np.log(np.exp(z).sum(axis=axis, keepdims=True))": (
                "np.log(np.exp(z) / np.exp(z).sum(axis=axis, keepdims=True))"
            )
        },
    )

    still_one_shift = wrong(
        "One fault is mended: you no longer take the logarithm of a share. The other is still "
        "there: one shift for the whole batch leaves nothing of a row that lies far below.",
        change={"z.max(axis=axis, keepdims=True)": "z.max()"},
    )

    no_shift = wrong(
        "Your exponentials overflow: that of 1000 is infinite, and so is the logarithm of the "
        "sum. Is the shift still there, and does it reach every exponential?",
        change={"z - z.max(axis=axis, keepdims=True)": "z"},
    )

    shift_in_one_place = wrong(
        "You shift inside the exponentials and take the sum's logarithm from the unshifted "
        "scores, so that the shift comes out again. Use one z for both terms.",
        change={"z = z": "shifted = z", "np.exp(z)": "np.exp(shifted)"},
    )

    @wrong("You replace infinities and nan after they have arisen. What was lost is not in there.")
    def nan_replaced(z, axis=-1):
        with np.errstate(all="ignore"):
            z = z - z.max()
            p = np.exp(z) / np.exp(z).sum(axis=axis, keepdims=True)
            return np.nan_to_num(np.log(p), nan=0.0, neginf=-1000.0)

    negative = wrong(
        "Your sign is turned round. The logarithm of a share is never positive.",
        change={"return z - np.log": "return -z + np.log"},
    )

    axis_ignored = wrong(
        "You work along the last axis whatever the argument axis says.",
        change={
            "z.max(axis=axis, keepdims=True)": "z.max(axis=-1, keepdims=True)",
            "np.exp(z).sum(axis=axis, keepdims=True)": "np.exp(z).sum(axis=-1, keepdims=True)",
        },
    )

    sum_without_keepdims = wrong(
        "Your shift keeps its axis, your sum loses it. NumPy then lines the sums up with the wrong "
        "axis of z, or cannot.",
        change={"np.exp(z).sum(axis=axis, keepdims=True)": "np.exp(z).sum(axis=axis)"},
    )

    largest_without_keepdims = wrong(
        "Your sum keeps its axis, your maximum loses it. NumPy then lines the maxima up with the "
        "wrong axis of z, or cannot.",
        change={"z.max(axis=axis, keepdims=True)": "z.max(axis=axis)"},
    )

    no_keepdims = wrong(
        "A maximum and a sum along an axis lose that axis. NumPy then lines them up with the wrong "
        "axis of z, or cannot.",
        change={
            "z.max(axis=axis, keepdims=True)": "z.max(axis=axis)",
            "np.exp(z).sum(axis=axis, keepdims=True)": "np.exp(z).sum(axis=axis)",
        },
    )

    always_axis_zero = wrong(
        "You always work along axis 0. The argument axis says along which one.",
        change={
            "z.max(axis=axis, keepdims=True)": "z.max(axis=0, keepdims=True)",
            "np.exp(z).sum(axis=axis, keepdims=True)": "np.exp(z).sum(axis=0, keepdims=True)",
        },
    )

    always_axis_one = wrong(
        "You always work along axis 1. The argument axis says along which one; a single row of "
        "scores has no axis 1.",
        change={
            "z.max(axis=axis, keepdims=True)": "z.max(axis=1, keepdims=True)",
            "np.exp(z).sum(axis=axis, keepdims=True)": "np.exp(z).sum(axis=1, keepdims=True)",
        },
    )

    sum_over_everything = wrong(
        "The sum in your logarithm runs over the whole array. Each row has a sum of its own.",
        change={"np.exp(z).sum(axis=axis, keepdims=True)": "np.exp(z).sum()"},
    )

    shares_returned = wrong(
        "You return the shares. Their logarithm is asked for.",
        change={
            "z - np.log(np.exp(z).sum(axis=axis, keepdims=True))": (
                "np.exp(z) / np.exp(z).sum(axis=axis, keepdims=True)"
            )
        },
    )

    logarithm_of_the_sum_missing = wrong(
        "You take away the sum of the exponentials, not its logarithm. The logarithm of a fraction "
        "is a difference of two logarithms.",
        change={
            "np.log(np.exp(z).sum(axis=axis, keepdims=True))": (
                "np.exp(z).sum(axis=axis, keepdims=True)"
            )
        },
    )

    only_shifted = wrong(
        "You stop after the shift: the logarithm of the sum is still to be taken away.",
        change={"z - np.log(np.exp(z).sum(axis=axis, keepdims=True))": "z"},
    )

    sum_of_the_unshifted = wrong(
        "The first term is shifted, the exponentials in the sum are not: the exponential of 1000 "
        "is infinite. Use one z for both terms.",
        change={"z = z -": "raw = z\n    z = z -", "np.exp(z)": "np.exp(raw)"},
    )

    shifted_by_the_mean = wrong(
        "Your shift lies in the middle of the scores, as their mean does. One of them may lie "
        "far above it, and its exponential still overflows. After the shift no exponent may "
        "be positive.",
        change={"z.max": "z.mean"},
    )

    shifted_by_the_smallest = wrong(
        "You take away the smallest score. Then the exponent of the largest may be 2000, and the "
        "exponential overflows.",
        change={"z.max": "z.min"},
    )

    scores_clipped = wrong(
        "You clip the scores so that no exponential overflows. Scores beyond the clip then look "
        "alike, though their difference is the answer.",
        change={"z - z.max(axis=axis, keepdims=True)": "np.clip(z, -50, 50)"},
    )

    scores_clipped_wider = wrong(
        "You clip the scores where the exponential would overflow. Scores beyond the clip then "
        "look alike, though their difference is the answer.",
        change={"z - z.max(axis=axis, keepdims=True)": "np.clip(z, -500, 500)"},
    )

    infinity_replaced = wrong(
        "You replace the infinity after it has arisen, by the lowest number of the computer. The "
        "answer that was lost is not in there.",
        change={
            "z - np.log(np.exp(z).sum(axis=axis, keepdims=True))": (
                "np.nan_to_num(np.log(np.exp(z) / np.exp(z).sum(axis=axis, keepdims=True)))"
            )
        },
    )

    infinity_to_zero = wrong(
        "Where a share is 0 you answer 0. That is the logarithm of a share of 1: the least likely "
        "class looks certain.",
        change={
            "return z - np.log(np.exp(z).sum(axis=axis, keepdims=True))": (
                "p = np.exp(z) / np.exp(z).sum(axis=axis, keepdims=True)\n"
                "    return np.where(p > 0, np.log(np.where(p > 0, p, 1)), 0.0)"
            )
        },
    )

    base_two = wrong(
        "You used the logarithm to base 2. Here, and in Keras, it is the natural one.",
        change={"np.log(": "np.log2("},
    )

    base_ten = wrong(
        "You used the logarithm to base 10. Here, and in Keras, it is the natural one.",
        change={"np.log(": "np.log10("},
    )

    mean_for_sum = wrong(
        "You take the logarithm of the exponentials' mean. It is their sum that stands below the "
        "fraction line.",
        change={"np.exp(z).sum": "np.exp(z).mean"},
    )

    shifted_only_downwards = wrong(
        "Where all scores are around −1000, all your exponentials vanish, and the logarithm "
        "of their sum is infinite. Are they shifted by their own largest, or by something "
        "that is never below 0? After the shift one exponent of each row should be 0.",
        change={
            "z - z.max(axis=axis, keepdims=True)": (
                "z - np.maximum(z.max(axis=axis, keepdims=True), 0)"
            )
        },
    )

    shifted_by_half = near_miss(
        "shifts by half of the largest score",
        change={"z - z.max": "z - 0.5 * z.max"},
        unlike=(
            as_given, still_through_the_share, still_one_shift, shifted_by_the_mean,
            shifted_only_downwards, shifted_by_the_smallest,
        ),
    )  # fmt: skip

    infinity_to_minus_hundred = near_miss(
        "answers −100 where a share is 0",
        change={
            "return z - np.log(np.exp(z).sum(axis=axis, keepdims=True))": (
                "p = np.exp(z) / np.exp(z).sum(axis=axis, keepdims=True)\n"
                "    return np.where(p > 0, np.log(np.where(p > 0, p, 1)), -100.0)"
            )
        },
        unlike=(infinity_to_zero, nan_replaced, infinity_replaced),
    )

    infinite_for_the_largest = near_miss(
        "an infinite logarithm for the largest score",
        change={"return z -": "return np.where(z == 0, np.inf, z) -"},
        unlike=no_shift,
    )

    scores_shifted = wrong(
        "You shift `z` itself, with `-=`. Your result is right, and the caller no longer has the "
        "scores: subtract into a new array.",
        change={"z = z - z.max(": "z -= z.max("},
    )
