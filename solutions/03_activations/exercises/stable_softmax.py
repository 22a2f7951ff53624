"""What is right in `stable_softmax`, and what students get wrong."""

import numpy as np
from scipy import special

from autograder.exercise import Criterion, Function, Probe, Rule, accepted, wrong

from ._shared import _FAR_TOLERANCE


class StableSoftmax(Function):
    title = "A softmax that holds"
    difficulty = 2
    criteria = (
        Criterion("values", 1, "shares of ordinary scores"),
        Criterion("axis", 1, "along any axis"),
        Criterion("temperature", 1, "at any temperature"),
        Criterion("extreme", 2, "for scores up to ±1000, row by row"),
    )
    tolerance = _FAR_TOLERANCE
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
        yield Probe("extreme", "scores of −1000, one alone", (np.array([-1000.0, -1000.0]),))
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
        "You exponentiate the scores as they are. For a score of 1000 that is infinite, and "
        "infinity over infinity is nan. You saw which change leaves the shares as they are.",
        change={"z - z.max(axis=axis, keepdims=True)": "z"},
    )

    one_shift_for_all = wrong(
        "You shift all rows by one number, the largest of the whole batch. A row that lies far "
        "below it vanishes: all its exponentials become 0, and 0/0 is nan.",
        change={"z.max(axis=axis, keepdims=True)": "z.max()"},
    )

    shift_by_the_mean = wrong(
        "You shift by the mean. It keeps small scores small, but a score may lie far above the "
        "mean and still overflow. After the shift no exponent may be positive.",
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
        "You leave the temperature out. At T = 1 nobody notices.",
        change={"z / temperature": "z"},
    )
