"""What is right in `pad_shortcut`, and what students get wrong."""

import numpy as np
from keras import layers, ops

from autograder.exercise import SUMS_32, Block, Build, Criterion, accepted, wrong


class PadShortcut(Block):
    title = "Option A, with bugs"
    difficulty = 2
    criteria = (
        Criterion("shape", 1, "the shape of the branch"),
        Criterion("parameters", 1, "no parameters at all"),
        Criterion("behaviour", 2, "the right pixels and the right channels"),
    )
    tolerance = SUMS_32
    revisit = "When the shapes differ"

    def probes(self, rng):
        yield Build("nothing changes", args=(4, 1), input_shape=(5, 6, 4))
        yield Build("twice the channels, stride 2", args=(8, 2), input_shape=(6, 10, 4))
        yield Build("odd sides, stride 2", args=(5, 2), input_shape=(7, 5, 3))
        yield Build("more channels, stride 1", args=(7, 1), input_shape=(4, 6, 2))
        yield Build("stride 3", args=(3, 3), input_shape=(8, 7, 3))
        f, c = (int(v) for v in rng.integers((9, 3), (40, 30)))
        yield Build(
            f"{f + c} channels from {c}, stride 2",
            args=(f + c, 2),
            input_shape=(6, 8, c),
            aspects=("shape", "parameters"),
            symbolic=True,
        )

    @accepted("concatenated with zeros")
    def concatenated(x, filters, stride):
        x = x[:, ::stride, ::stride, :]
        more = filters - x.shape[-1]
        if not more:
            return x
        zeros = ops.zeros_like(ops.repeat(x[..., :1], more, axis=-1))
        return ops.concatenate([x, zeros], axis=-1)

    @accepted("layers only: pooling over one pixel, padding of another axis")
    def with_layers(x, filters, stride):
        x = layers.MaxPooling2D(1, stride)(x)
        more = filters - x.shape[-1]
        x = layers.Permute((1, 3, 2))(x)
        x = layers.ZeroPadding2D(((0, 0), (0, more)))(x)
        return layers.Permute((1, 3, 2))(x)

    @accepted("a matrix that keeps channels")
    def by_matrix(x, filters, stride):
        keep = np.eye(x.shape[-1], filters, dtype="float32")
        return ops.einsum("bhwc,cf->bhwf", x[:, ::stride, ::stride], keep)

    draft = wrong(
        "This is the draft with both of its bugs. Put in an image of 4×4 with one channel and the "
        "numbers 1 to 16, and write down what comes out at stride 2.",
        change={"x[:, ::stride, ::stride]": "x[:, ::stride]", "(0, more)": "(more, 0)"},
    )

    rows_only = wrong(
        "One bug is left: your shortcut takes every stride-th row, but all columns.",
        change={"x[:, ::stride, ::stride]": "x[:, ::stride]"},
    )

    zeros_first = wrong(
        "One bug is left: the pixels are right, but the zeros stand before the channels. Channel 0 "
        "of the input must stay channel 0: that is what identity means here.",
        change={"(0, more)": "(more, 0)"},
    )

    averaged = wrong(
        "You average over windows. Option A takes single pixels, as a 1×1 convolution with that "
        "stride would.",
        change={"x[:, ::stride, ::stride]": 'layers.AveragePooling2D(stride, padding="same")(x)'},
    )

    pooled = wrong(
        "You take the largest of each window. Option A takes its first pixel.",
        change={"x[:, ::stride, ::stride]": 'layers.MaxPooling2D(stride, padding="same")(x)'},
    )

    @wrong(
        "You project with a convolution: that is option B. Option A has no parameters, only zeros."
    )
    def projected(x, filters, stride):
        return layers.Conv2D(filters, 1, stride, use_bias=False)(x)

    repeated = wrong(
        "Your new channels repeat the old ones. The paper fills up with zeros, so that the branch "
        "alone decides what the new channels hold.",
        change={
            "filters - x.shape[-1]": "-(-filters // x.shape[-1])",
            "ops.pad(x, ((0, 0), (0, 0), (0, 0), (0, more)))": (
                "ops.concatenate([x] * more, axis=-1)[..., :filters]"
            ),
        },
    )

    zeros_around = wrong(
        "You share the new zeros out, half of them before the old channels. Here all of them come "
        "after, so that channel 0 stays channel 0.",
        change={"(0, more)": "(more // 2, more - more // 2)"},
    )

    @wrong("Your slices begin at the last pixel of each window; they must begin at the first row.")
    def offset(x, filters, stride):
        x = ops.pad(x, ((0, 0), (0, stride - 1), (0, stride - 1), (0, filters - x.shape[-1])))
        return x[:, stride - 1 :: stride, stride - 1 :: stride]

    starts_at_one = wrong(
        "Your slices begin at row and column 1. The first pixel of each window is taken, and the "
        "first window begins at 0.",
        change={"x[:, ::stride, ::stride]": "x[:, (stride > 1) :: stride, (stride > 1) :: stride]"},
    )

    columns_only = wrong(
        "Your shortcut takes every stride-th column, but all rows.",
        change={"x[:, ::stride, ::stride]": "x[:, :, ::stride]"},
    )
