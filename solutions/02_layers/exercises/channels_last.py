"""What is right in `channels_last`, and what students get wrong."""

import keras
from keras import layers, ops

from autograder.exercise import Block, Build, Criterion, accepted, wrong

from ._shared import MOVED


class ChannelsLast(Block):
    title = "Channels last"
    difficulty = 1
    criteria = (
        Criterion("shape", 1, "the output's shape"),
        Criterion("behaviour", 2, "every number at its place"),
    )
    tolerance = MOVED
    revisit = "The memory is a tape"

    def probes(self, rng):
        yield Build("3 channels of 4×6 pixels", input_shape=(3, 4, 6))
        yield Build("5 channels of 7×2 pixels", input_shape=(5, 7, 2))
        yield Build("4 channels of 4×4 pixels", input_shape=(4, 4, 4))
        c, h, w = (int(v) for v in rng.integers(5, 30, 3))
        yield Build(
            f"{c} channels of {h}×{w} pixels",
            input_shape=(c, h, w),
            aspects=("shape",),
        )

    @accepted("ops.transpose")
    def by_transpose(x):
        return ops.transpose(x, (0, 2, 3, 1))

    @accepted("moveaxis")
    def by_moveaxis(x):
        return keras.ops.moveaxis(x, 1, -1)

    @accepted("two neighbour swaps")
    def by_swaps(x):
        return layers.Permute((1, 3, 2))(layers.Permute((2, 1, 3))(x))

    @accepted("the channels stacked")
    def by_stack(x):
        return ops.stack([x[:, c] for c in range(x.shape[1])], axis=-1)

    reshaped = wrong(
        "Your shape is right, the picture is not: Reshape keeps the tape and reads it in other "
        "rows. Here the numbers themselves must move.",
        change={
            "layers.Permute((2, 3, 1))": "layers.Reshape((x.shape[2], x.shape[3], x.shape[1]))"
        },
    )

    axes_from_zero = wrong(
        "You counted the axes from 0. In Permute, axis 0 is the batch; the others begin with 1.",
        change={"(2, 3, 1)": "(1, 2, 0)"},
    )

    opposite_direction = wrong(
        "You permuted in the opposite direction: columns, channels, rows comes out. The numbers "
        "say, for each *output* axis, which input axis it is.",
        change={"(2, 3, 1)": "(3, 1, 2)"},
    )

    all_reversed = wrong(
        "You turned the order of all axes around: the channels are last, but rows and columns are "
        "swapped and the picture is mirrored at its diagonal.",
        change={"(2, 3, 1)": "(3, 2, 1)"},
    )

    first_two_swapped = wrong(
        "You swapped channels and rows only: rows, channels, columns comes out. The channels have "
        "one more place to go.",
        change={"(2, 3, 1)": "(2, 1, 3)"},
    )

    last_two_swapped = wrong(
        "You swapped rows and columns. The channels still come first: axis 1 is theirs, since the "
        "batch is axis 0.",
        change={"(2, 3, 1)": "(1, 3, 2)"},
    )

    batch_forgotten = wrong(
        "You gave three axes. In `ops.transpose` every axis is named, the batch, axis 0, included: "
        "there are four.",
        change={"(0, 2, 3, 1)": "(1, 2, 0)"},
        of=by_transpose,
    )

    by_numpy = wrong(
        "NumPy cannot work here: while a model is built, `x` is a tensor without values. Use a "
        "layer, or a function of `keras.ops`.",
        change={"keras.ops": "np"},
        of=by_moveaxis,
    )

    unchanged = wrong(
        "Your function returns its input as it is.",
        change={"layers.Permute((2, 3, 1))": "layers.Identity()"},
    )
