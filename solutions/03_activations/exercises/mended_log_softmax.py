"""What is right in `mended_log_softmax`, and what students get wrong."""

import numpy as np
from scipy import special

from autograder.exercise import Criterion, Function, Probe, Rule, accepted, wrong

from ._shared import _FAR_TOLERANCE


class MendedLogSoftmax(Function):
    title = "Find the bugs"
    difficulty = 3
    criteria = (
        Criterion("values", 1, "ordinary scores, along any axis"),
        Criterion("rows", 2, "rows that lie far apart"),
        Criterion("far", 2, "one score far below the others"),
    )
    tolerance = _FAR_TOLERANCE
    rule = Rule(
        forbid=("keras", "tensorflow", "torch", "jax", "scipy.special.log_softmax"),
        reason="Mend the function itself, with NumPy and SciPy.",
    )
    revisit = "Softmax: from scores to shares"

    def probes(self, rng):
        yield Probe("values", "the scores (2, 1, 0)", (np.array([2.0, 1.0, 0.0]),))
        yield Probe(
            "values", "a (4, 3) batch, float32", (rng.normal(size=(4, 3)).astype("float32"),)
        )
        yield Probe("values", "a (3, 3) batch, axis=0", (rng.normal(size=(3, 3)),), {"axis": 0})
        yield Probe(
            "values", "a (2, 3, 4) array, axis=1", (rng.normal(size=(2, 3, 4)),), {"axis": 1}
        )
        apart = np.array([[1000.0, 999.0], [1.0, 0.0], [-1000.0, -999.5]])
        yield Probe("rows", "rows far apart", (apart,))
        yield Probe("rows", "rows far apart, float32", (apart.astype("float32"),))
        yield Probe("far", "the scores (1000, 0)", (np.array([[1000.0, 0.0]]),))
        yield Probe("far", "the scores (0, −30, −200)", (np.array([0.0, -30.0, -200.0]),))
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

    small_number_added = wrong(
        "You add a small number inside the logarithm. That hides the infinity and answers about "
        "−16 where −1000 is right: a wrong loss instead of a loud one.",
        change={
            "z - np.log(np.exp(z).sum(axis=axis, keepdims=True))": (
                "np.log(np.exp(z) / np.exp(z).sum(axis=axis, keepdims=True) + 1e-7)"
            )
        },
    )

    share_cut_off = wrong(
        "You cut the shares off from below before the logarithm. The infinity is gone, and so is "
        "the answer: all small shares get one and the same value.",
        change={
            "z - np.log(np.exp(z).sum(axis=axis, keepdims=True))": (
                "np.log(np.maximum(np.exp(z) / np.exp(z).sum(axis=axis, keepdims=True), 1e-30))"
            )
        },
    )

    no_shift = wrong(
        "You left the shift out altogether. Without it the exponential of 1000 is infinite, and "
        "so is the logarithm of the sum.",
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
