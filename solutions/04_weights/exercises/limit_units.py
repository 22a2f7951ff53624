"""What is right in `limit_units`, and what students get wrong."""

import numpy as np

from autograder.exercise import (
    Criterion,
    Function,
    Probe,
    Rule,
    Tolerance,
    accepted,
    near_miss,
    wrong,
)

from ._shared import FRAMEWORKS


class LimitUnits(Function):
    title = "The fence per unit"
    difficulty = 2
    criteria = (
        Criterion("dense", 2, "Dense kernels, some units too long"),
        Criterion("inside", 1, "units that are short enough"),
        Criterion("convolution", 2, "convolutions"),
        Criterion("zero", 1, "a unit of zeros, and very long units"),
        Criterion("kept", 1, "the given kernel stays as it is"),
    )
    keeps_arguments = "kept"
    tolerance = Tolerance(
        atol=1e-9, rtol=1e-6, reason="Keras adds 1e-7 to each length; both ways are right"
    )
    revisit = "The axis"
    rule = Rule(
        forbid=(*FRAMEWORKS, "constraints"),
        reason="Write the fence with NumPy; Keras's stands beside yours in the next cell.",
    )

    def probes(self, rng):
        yield Probe(
            "dense", "units (3, −4), (1, 1) and (0, 6), limit 2",
            (np.array([[3.0, 1.0, 0.0], [-4.0, 1.0, 6.0]]), 2.0),
        )  # fmt: skip
        yield Probe("dense", "a random 6×4 kernel, limit 1", (2 * rng.normal(size=(6, 4)), 1.0))
        yield Probe(
            "inside", "a random 3×5 kernel, every unit shorter than the limit 50",
            (rng.normal(size=(3, 5)), 50.0),
        )  # fmt: skip
        lengths = np.array([0.5, 1.5, 3.0, 8.0])
        units = rng.normal(size=(5, 4))
        units = units / np.linalg.norm(units, axis=0) * lengths
        yield Probe("inside", "units of length 0.5, 1.5, 3 and 8, limit 2", (units, 2.0))
        yield Probe(
            "convolution", "a random 3×2×4×5 kernel, limit 3",
            (rng.normal(size=(3, 2, 4, 5)) * np.array([0.2, 0.5, 1, 2, 3]), 3.0),
        )  # fmt: skip
        yield Probe(
            "convolution", "a kernel over one axis, (4, 3, 6), limit 0.7",
            (rng.normal(size=(4, 3, 6)), 0.7),
        )  # fmt: skip
        yield Probe(
            "zero", "units (0, 0) and (30, 40), limit 1",
            (np.array([[0.0, 30.0], [0.0, 40.0]]), 1.0),
        )  # fmt: skip
        yield Probe(
            "zero", "a 4×3 kernel of numbers around a million, limit 2",
            (1e6 * rng.normal(size=(4, 3)), 2.0),
        )  # fmt: skip

    @accepted("one unit after the other")
    def loop(kernel, limit):
        out = kernel.copy()
        for unit in range(kernel.shape[-1]):
            length = np.linalg.norm(kernel[..., unit])
            if length > limit:
                out[..., unit] = kernel[..., unit] / length * limit
        return out

    @accepted("as a matrix with one column a unit, as Keras computes it")
    def as_matrix(kernel, limit):
        columns = kernel.reshape(-1, kernel.shape[-1])
        lengths = np.linalg.norm(columns, axis=0)
        return (columns * np.clip(lengths, 0, limit) / (1e-12 + lengths)).reshape(kernel.shape)

    @accepted("einsum and np.where")
    def by_einsum(kernel, limit):
        units = kernel.reshape(-1, kernel.shape[-1])
        length = np.sqrt(np.einsum("iu,iu->u", units, units))
        factor = np.where(length > limit, limit / np.where(length > 0, length, 1), 1.0)
        return np.einsum("...u,u->...u", kernel, factor)

    whole_kernel = wrong(
        "You measured the whole kernel at once: all units share one allowance, so a short unit "
        "is shortened because its neighbours are long.",
        change={"tuple(range(kernel.ndim - 1))": "None"},
    )

    last_axis = wrong(
        "You measured along the last axis: what is limited is each *input's* weights, a row. A "
        "unit is a column.",
        change={"tuple(range(kernel.ndim - 1))": "-1"},
    )

    axis_zero = wrong(
        "Right for Dense kernels; in a convolution you measure only along axis 0. There a unit's "
        "weights run over more than one axis.",
        change={"tuple(range(kernel.ndim - 1))": "0"},
    )

    always_rescaled = wrong(
        "You give *every* unit the length of the limit, the short ones, too. That is a UnitNorm "
        "of another length; a fence leaves alone what is inside.",
        change={"np.maximum(lengths, limit)": "np.maximum(lengths, 1e-12)"},
        revisit="A fence",
    )

    @wrong(
        "You cut off single weights at the limit. The unit then points in another direction, and "
        "may still be too long: a length is of all its weights together.",
        revisit="A fence",
    )
    def weights_clipped(kernel, limit):
        return np.clip(kernel, -limit, limit)

    no_root = wrong(
        "You forgot the root: you compare the *squared* length with the limit.",
        change={"np.maximum(lengths, limit)": "np.maximum(lengths**2, limit)"},
    )

    sum_of_absolutes = wrong(
        "You measure a unit by the sum of its |w|. Its length is the root of the squares' sum.",
        change={
            "np.sqrt(np.square(kernel).sum(axis=axes, keepdims=True))": (
                "np.abs(kernel).sum(axis=axes, keepdims=True)"
            )
        },
    )

    zero_becomes_nan = wrong(
        "A unit of zeros becomes nan: 0 divided by 0. It is within every limit and stays as it is.",
        change={"limit / np.maximum(lengths, limit)": "np.minimum(lengths, limit) / lengths"},
    )

    length_one = wrong(
        "You set units that are too long to length 1. They should end *at* the limit.",
        change={
            "limit / np.maximum(lengths, limit)": (
                "np.where(lengths > limit, 1 / np.maximum(lengths, 1e-12), 1)"
            )
        },
        revisit="A fence",
    )

    divided_by_limit = wrong(
        "You divide the long units by the limit. That shortens them by a fixed factor, however "
        "long they are.",
        change={"limit / np.maximum(lengths, limit)": "np.where(lengths > limit, 1 / limit, 1)"},
    )

    window_only = wrong(
        "In a convolution you measure each window by itself. A unit's weights run over all its "
        "channels, too.",
        change={
            "tuple(range(kernel.ndim - 1))": "tuple(range(kernel.ndim - 2)) or 0",
        },
    )

    channels_in_only = wrong(
        "Right for Dense kernels; in a convolution you measure along the channels alone. A unit's "
        "weights run over the window, too.",
        change={"tuple(range(kernel.ndim - 1))": "-2"},
    )

    convolutions_only = wrong(
        "You expect the three axes of a convolution over two axes. A Dense kernel has one axis of "
        "inputs, other convolutions have two or four.",
        change={"tuple(range(kernel.ndim - 1))": "(0, 1, 2)"},
    )

    factor_turned = wrong(
        "Your factor is upside down: long units become longer still.",
        change={"limit / np.maximum(lengths, limit)": "np.maximum(lengths, limit) / limit"},
    )

    smaller_for_larger = wrong(
        "You divide by the smaller of length and limit, so long units stay as they are and short "
        "ones grow.",
        change={"np.maximum(lengths, limit)": "np.minimum(lengths, np.maximum(limit, 1e-12))"},
    )

    limit_not_reached = wrong(
        "You give long units the length 1 and never multiply by the limit; short ones grow, too.",
        change={"limit / np.maximum(lengths, limit)": "1 / np.maximum(lengths, 1e-12)"},
    )

    mean_of_squares = wrong(
        "You take the mean of the squares. A length is the root of their *sum*.",
        change={"np.square(kernel).sum(": "np.square(kernel).mean("},
    )

    largest_weight = wrong(
        "You measure a unit by its largest weight. Its length is of all its weights together.",
        change={
            "np.sqrt(np.square(kernel).sum(axis=axes, keepdims=True))": (
                "np.abs(kernel).max(axis=axes, keepdims=True)"
            )
        },
    )

    no_keepdims_on_rows = wrong(
        "You divide by the limit's share of *all* long units at once: one long unit shortens every "
        "other.",
        change={"limit / np.maximum(lengths, limit)": "limit / max(lengths.max(), limit)"},
    )

    long_units_removed = wrong(
        "You set long units to zero. They are to be shortened to the limit.",
        change={"limit / np.maximum(lengths, limit)": "lengths <= limit"},
    )

    square_compared = wrong(
        "You compare the *squared* length with the limit: units are shortened that were short "
        "enough, or grow.",
        change={
            "limit / np.maximum(lengths, limit)": (
                "np.where(lengths**2 > limit, limit / np.maximum(lengths, 1e-12), 1)"
            )
        },
    )

    zero_becomes_one = near_miss(
        "gives a unit of zeros the length of the limit",
        change={"return kernel *": "return (lengths == 0) * limit + kernel *"},
        unlike=zero_becomes_nan,
    )

    long_units_turned = near_miss(
        "turns long units round",
        change={"limit / np.maximum(lengths, limit)": "np.where(lengths > limit, -1, 1)"},
        unlike=long_units_removed,
    )

    in_place = wrong(
        "You shorten the units in the given kernel itself, with `*=`. A new array was to come "
        "back.",
        change={
            "return kernel * (limit / np.maximum(lengths, limit))": (
                "kernel *= limit / np.maximum(lengths, limit)\n    return kernel"
            )
        },
    )
