"""Exercises of lesson 15: residual networks."""
# ruff: noqa: F821  (answers use what the lesson's setup and earlier exercises define)

from typing import ClassVar

import keras
import numpy as np
from keras import layers, ops

from autograder.exercise import (
    Block,
    Choices,
    Criterion,
    Function,
    Model,
    Probe,
    Tolerance,
    Value,
    accepted,
    wrong,
)

FLOAT32 = Tolerance(
    atol=1e-4, rtol=1e-4, reason="float32 sums of some hundred products, added up in any order"
)
SUMS = {
    "float32": Tolerance(atol=1e-4, rtol=1e-4, reason="sums of some products in float32"),
    "float64": Tolerance(atol=1e-9, rtol=1e-9, reason="sums of some products in float64"),
}


def _dense_pair(rng, rows, width, hidden, dtype="float64", scale=1.0):
    """An input and the weights of two dense layers."""
    shapes = ((rows, width), (width, hidden), (hidden,), (hidden, width), (width,))
    return tuple((scale * rng.normal(size=s)).astype(dtype) for s in shapes)


class Residual(Function):
    name = "residual"
    title = "Two dense layers and a shortcut"
    difficulty = 1
    criteria = (
        Criterion("values", 2, "random inputs and weights"),
        Criterion("zeros", 1, "weights that are all zero"),
    )
    tolerance = SUMS
    revisit = "The same sum, by hand"

    def probes(self, rng):
        yield Probe("values", "one row, as many hidden units", args=_dense_pair(rng, 1, 3, 3))
        yield Probe("values", "four rows, a wider hidden layer", args=_dense_pair(rng, 4, 3, 5))
        yield Probe("values", "float32", args=_dense_pair(rng, 2, 6, 4, "float32"))
        yield Probe("values", "large numbers", args=_dense_pair(rng, 3, 2, 4, scale=100.0))
        a, W1, b1, W2, b2 = _dense_pair(rng, 3, 4, 5)
        zeros = tuple(map(np.zeros_like, (W1, b1, W2, b2)))
        yield Probe("zeros", "all weights and biases zero", args=(a, *zeros))
        yield Probe("zeros", "weights zero, biases not", args=(a, 0 * W1, b1, 0 * W2, b2))

    @accepted("row by row, unit by unit")
    def loops(a, W1, b1, W2, b2):
        out = np.empty_like(a)
        for r in range(a.shape[0]):
            hidden = [max(0.0, a[r] @ W1[:, j] + b1[j]) for j in range(W1.shape[1])]
            for i in range(a.shape[1]):
                z = b2[i] + sum(hidden[j] * W2[j, i] for j in range(len(hidden)))
                out[r, i] = max(0.0, z + a[r, i])
        return out

    @accepted("einsum and a mask")
    def masked(a, W1, b1, W2, b2):
        z1 = np.einsum("rd,dh->rh", a, W1) + b1
        z2 = np.einsum("rh,hd->rd", z1 * (z1 > 0), W2) + b2 + a
        return np.where(z2 > 0, z2, np.zeros_like(z2))

    @accepted("the shortcut as one more block of the matrix")
    def one_matrix(a, W1, b1, W2, b2):
        hidden = (a @ W1 + b1).clip(min=0)
        both = np.concatenate([hidden, a], axis=1)
        return (both @ np.concatenate([W2, np.eye(a.shape[1], dtype=a.dtype)]) + b2).clip(min=0)

    @wrong(
        "You apply the last ReLU to the branch and add the input afterwards. The sum comes first: "
        "the branch must be able to take something away from its input."
    )
    def relu_before_add(a, W1, b1, W2, b2):
        return np.maximum(np.maximum(a @ W1 + b1, 0) @ W2 + b2, 0) + a

    @wrong(
        "You apply ReLU to the branch and once more to the sum. Before the sum there is none, or "
        "the branch could only add."
    )
    def relu_twice(a, W1, b1, W2, b2):
        return np.maximum(np.maximum(np.maximum(a @ W1 + b1, 0) @ W2 + b2, 0) + a, 0)

    @wrong("Your sum has no ReLU after it: negative numbers leave the block.")
    def no_last_relu(a, W1, b1, W2, b2):
        return np.maximum(a @ W1 + b1, 0) @ W2 + b2 + a

    @wrong("This is the plain pair of layers: the input is not added.")
    def plain(a, W1, b1, W2, b2):
        return np.maximum(np.maximum(a @ W1 + b1, 0) @ W2 + b2, 0)

    @wrong(
        "Between your two layers there is no ReLU. Then the branch is a single linear layer, "
        "whatever its two matrices are."
    )
    def linear_branch(a, W1, b1, W2, b2):
        return np.maximum((a @ W1 + b1) @ W2 + b2 + a, 0)

    @wrong("You left the biases out. They are what the zero weights do not switch off.")
    def no_biases(a, W1, b1, W2, b2):
        return np.maximum(np.maximum(a @ W1, 0) @ W2 + a, 0)

    @wrong(
        "You apply ReLU to the input before you add it. The shortcut carries the input as it is."
    )
    def clipped_shortcut(a, W1, b1, W2, b2):
        z = np.maximum(a @ W1 + b1, 0) @ W2 + b2
        return np.maximum(z + np.maximum(a, 0), 0)


_SHAPES = (
    Criterion("shape", 1, "the right shape, where it changes and where it does not"),
    Criterion("parameters", 1, "no parameter more or less"),
    Criterion("behaviour", 2, "the same values with the same weights"),
)


class Basic(Block):
    name = "basic"
    title = "The basic block"
    difficulty = 2
    criteria = _SHAPES
    tolerance = FLOAT32
    revisit = "When the shapes differ"

    def probes(self, rng):
        yield Probe(None, "same shape: no projection", args=(4, 1), input_shape=(3, 5, 4))
        yield Probe(None, "more channels, stride 1", args=(5, 1), input_shape=(4, 3, 3))
        yield Probe(
            None,
            "same channels, stride 2",
            args=(4, 2),
            input_shape=(6, 5, 4),
            aspects=("shape", "parameters"),
        )
        both = {"filters": 5, "stride": 2}
        yield Probe(None, "more channels, stride 2", kwargs=both, input_shape=(5, 6, 3))

    @accepted("layers spelled out")
    def spelled_out(x, filters, stride):
        y = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
        y = layers.BatchNormalization(epsilon=1e-5)(y)
        y = layers.Activation("relu")(y)
        y = layers.Conv2D(filters, (3, 3), padding="same", use_bias=False)(y)
        y = layers.BatchNormalization(epsilon=1e-5)(y)
        if stride != 1 or x.shape[-1] != filters:
            x = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(x)
            x = layers.BatchNormalization(epsilon=1e-5)(x)
        return layers.Activation("relu")(layers.Add()([y, x]))

    @accepted("the shortcut first, operations for layers")
    def with_ops(x, filters, stride):
        same = stride == 1 and x.shape[-1] == filters
        shortcut = x if same else normalised(x, filters, 1, stride)
        y = ops.relu(normalised(x, filters, 3, stride))
        return ops.relu(shortcut + normalised(y, filters, 3))

    @accepted("the branch as a Sequential")
    def sequential(x, filters, stride):
        def conv(kernel, strides):
            return layers.Conv2D(filters, kernel, strides, "same", use_bias=False)

        def norm():
            return layers.BatchNormalization(epsilon=1e-5)

        branch = keras.Sequential([conv(3, stride), norm(), layers.ReLU(), conv(3, 1), norm()])
        y = branch(x)
        shortcut = [] if x.shape == y.shape else [conv(1, stride), norm()]
        for layer in shortcut:
            x = layer(x)
        return layers.ReLU()(layers.Add()([x, y]))

    @wrong(
        "Your last ReLU stands on the branch, before the sum. The branch can then only add to its "
        "input, never take away; and what leaves the block may be negative."
    )
    def relu_before_add(x, filters, stride):
        y = layers.ReLU()(normalised(x, filters, 3, stride))
        y = layers.ReLU()(normalised(y, filters, 3))
        if x.shape != y.shape:
            x = normalised(x, filters, 1, stride)
        return layers.Add()([x, y])

    @wrong(
        "You have a ReLU on the branch just before the sum, and one after it. The first of them "
        "forbids the branch to take anything away."
    )
    def relu_twice(x, filters, stride):
        y = layers.ReLU()(normalised(x, filters, 3, stride))
        y = layers.ReLU()(normalised(y, filters, 3))
        if x.shape != y.shape:
            x = normalised(x, filters, 1, stride)
        return layers.ReLU()(layers.Add()([x, y]))

    @wrong("Your block ends with the sum; the ReLU after it is missing.")
    def no_last_relu(x, filters, stride):
        y = layers.ReLU()(normalised(x, filters, 3, stride))
        y = normalised(y, filters, 3)
        if x.shape != y.shape:
            x = normalised(x, filters, 1, stride)
        return layers.Add()([x, y])

    @wrong(
        "You add the input as it is, also where the branch has another shape. There the shortcut "
        "needs a projection."
    )
    def no_projection(x, filters, stride):
        y = layers.ReLU()(normalised(x, filters, 3, stride))
        y = normalised(y, filters, 3)
        return layers.ReLU()(layers.Add()([x, y]))

    @wrong(
        "Where the block has a stride, your branch and your shortcut differ in height and width. "
        "Each way has the stride exactly once: the branch in its first 3×3, the shortcut in its "
        "projection."
    )
    def no_stride_on_shortcut(x, filters, stride):
        y = layers.ReLU()(normalised(x, filters, 3, stride))
        y = normalised(y, filters, 3)
        if x.shape != y.shape:
            x = normalised(x, filters, 1)
        return layers.ReLU()(layers.Add()([x, y]))

    @wrong(
        "You project only where the stride is not 1. Channels may change without a stride: compare "
        "the shapes of the two things that you add."
    )
    def projects_on_stride_only(x, filters, stride):
        y = layers.ReLU()(normalised(x, filters, 3, stride))
        y = normalised(y, filters, 3)
        if stride != 1:
            x = normalised(x, filters, 1, stride)
        return layers.ReLU()(layers.Add()([x, y]))

    @wrong(
        "You project only where the channels change. A stride alone changes the shape, too: "
        "compare the shapes of the two things that you add."
    )
    def projects_on_channels_only(x, filters, stride):
        y = layers.ReLU()(normalised(x, filters, 3, stride))
        y = normalised(y, filters, 3)
        if x.shape[-1] != filters:
            x = normalised(x, filters, 1, stride)
        return layers.ReLU()(layers.Add()([x, y]))

    @wrong(
        "You project every shortcut, also where the shapes agree: the paper's option C. Here a "
        "shortcut that need not change anything is the identity and has no parameters."
    )
    def always_projects(x, filters, stride):
        y = layers.ReLU()(normalised(x, filters, 3, stride))
        y = normalised(y, filters, 3)
        return layers.ReLU()(layers.Add()([normalised(x, filters, 1, stride), y]))

    @wrong(
        "Your stride is in the second 3×3 convolution. The first one has it, so that both of them "
        "give small maps."
    )
    def stride_late(x, filters, stride):
        y = layers.ReLU()(normalised(x, filters, 3))
        y = normalised(y, filters, 3, stride)
        if x.shape != y.shape:
            x = normalised(x, filters, 1, stride)
        return layers.ReLU()(layers.Add()([x, y]))

    @wrong(
        "Your projection is a 3×3 convolution. It is only to bring the shortcut to the right "
        "shape: 1×1, as in lesson 14."
    )
    def wide_projection(x, filters, stride):
        y = layers.ReLU()(normalised(x, filters, 3, stride))
        y = normalised(y, filters, 3)
        if x.shape != y.shape:
            x = normalised(x, filters, 3, stride)
        return layers.ReLU()(layers.Add()([x, y]))

    @wrong("Your projection is not normalised; every convolution of this block is.")
    def bare_projection(x, filters, stride):
        y = layers.ReLU()(normalised(x, filters, 3, stride))
        y = normalised(y, filters, 3)
        if x.shape != y.shape:
            x = layers.Conv2D(filters, 1, stride, use_bias=False)(x)
        return layers.ReLU()(layers.Add()([x, y]))

    @wrong(
        "There is a ReLU on your projection. The shortcut has no non-linearity: two linear things "
        "are added, and then comes the ReLU."
    )
    def activated_projection(x, filters, stride):
        y = layers.ReLU()(normalised(x, filters, 3, stride))
        y = normalised(y, filters, 3)
        if x.shape != y.shape:
            x = layers.ReLU()(normalised(x, filters, 1, stride))
        return layers.ReLU()(layers.Add()([x, y]))

    @wrong("Between your two 3×3 convolutions there is no ReLU.")
    def linear_branch(x, filters, stride):
        y = normalised(x, filters, 3, stride)
        y = normalised(y, filters, 3)
        if x.shape != y.shape:
            x = normalised(x, filters, 1, stride)
        return layers.ReLU()(layers.Add()([x, y]))

    @wrong(
        "Your convolutions have biases. What follows is a normalisation, which takes any constant "
        "away again; use `normalised`."
    )
    def with_biases(x, filters, stride):
        y = layers.ReLU()(normalised(x, filters, 3, stride, bias=True))
        y = normalised(y, filters, 3, bias=True)
        if x.shape != y.shape:
            x = normalised(x, filters, 1, stride, bias=True)
        return layers.ReLU()(layers.Add()([x, y]))

    @wrong("Your block lacks the shortcut: it is the plain pair of layers.")
    def plain_pair(x, filters, stride):
        y = layers.ReLU()(normalised(x, filters, 3, stride))
        return layers.ReLU()(normalised(y, filters, 3))


class PadShortcut(Block):
    name = "pad_shortcut"
    title = "Option A: find the bugs"
    difficulty = 2
    criteria = (
        Criterion("shape", 1, "the shape of the branch"),
        Criterion("parameters", 1, "no parameters at all"),
        Criterion("behaviour", 2, "the right pixels and the right channels"),
    )
    tolerance = FLOAT32
    revisit = "When the shapes differ"

    def probes(self, rng):
        yield Probe(None, "nothing changes", args=(4, 1), input_shape=(5, 6, 4))
        yield Probe(None, "twice the channels, stride 2", args=(8, 2), input_shape=(6, 10, 4))
        yield Probe(None, "odd sides, stride 2", args=(5, 2), input_shape=(7, 5, 3))
        yield Probe(None, "more channels, stride 1", args=(7, 1), input_shape=(4, 6, 2))
        yield Probe(None, "stride 3", args=(3, 3), input_shape=(8, 7, 3))

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

    @wrong(
        "This is the draft with both of its bugs. Put in an image of 4×4 with one channel and the "
        "numbers 1 to 16, and write down what comes out at stride 2."
    )
    def draft(x, filters, stride):
        x = x[:, ::stride]
        more = filters - x.shape[-1]
        return ops.pad(x, ((0, 0), (0, 0), (0, 0), (more, 0)))

    @wrong(
        "One bug is left: your shortcut takes every stride-th row, but all columns.",
    )
    def rows_only(x, filters, stride):
        x = x[:, ::stride]
        more = filters - x.shape[-1]
        return ops.pad(x, ((0, 0), (0, 0), (0, 0), (0, more)))

    @wrong(
        "One bug is left: the pixels are right, but the zeros stand before the channels. Channel 0 "
        "of the input must stay channel 0: that is what identity means here."
    )
    def zeros_first(x, filters, stride):
        x = x[:, ::stride, ::stride]
        more = filters - x.shape[-1]
        return ops.pad(x, ((0, 0), (0, 0), (0, 0), (more, 0)))

    @wrong(
        "You average over windows. Option A takes single pixels, as a 1×1 convolution with that "
        "stride would."
    )
    def averaged(x, filters, stride):
        x = layers.AveragePooling2D(stride, padding="same")(x)
        more = filters - x.shape[-1]
        return ops.pad(x, ((0, 0), (0, 0), (0, 0), (0, more)))

    @wrong("You take the largest of each window. Option A takes its first pixel.")
    def pooled(x, filters, stride):
        x = layers.MaxPooling2D(stride, padding="same")(x)
        more = filters - x.shape[-1]
        return ops.pad(x, ((0, 0), (0, 0), (0, 0), (0, more)))

    @wrong(
        "You project with a convolution: that is option B. Option A has no parameters, only zeros."
    )
    def projected(x, filters, stride):
        return layers.Conv2D(filters, 1, stride, use_bias=False)(x)

    @wrong(
        "Your new channels repeat the old ones. The paper fills up with zeros, so that the branch "
        "alone decides what the new channels hold."
    )
    def repeated(x, filters, stride):
        x = x[:, ::stride, ::stride]
        times = -(-filters // x.shape[-1])
        return ops.concatenate([x] * times, axis=-1)[..., :filters]

    @wrong(
        "You share the new zeros out, half of them before the old channels. Here all of them come "
        "after, so that channel 0 stays channel 0."
    )
    def zeros_around(x, filters, stride):
        x = x[:, ::stride, ::stride]
        more = filters - x.shape[-1]
        return ops.pad(x, ((0, 0), (0, 0), (0, 0), (more // 2, more - more // 2)))

    @wrong("Your slices begin at the last pixel of each window; they must begin at the first row.")
    def offset(x, filters, stride):
        x = ops.pad(x, ((0, 0), (0, stride - 1), (0, stride - 1), (0, filters - x.shape[-1])))
        return x[:, stride - 1 :: stride, stride - 1 :: stride]


class Bottleneck(Block):
    name = "bottleneck"
    title = "The bottleneck"
    difficulty = 2
    criteria = _SHAPES
    tolerance = FLOAT32
    revisit = "The bottleneck"

    def probes(self, rng):
        yield Probe(None, "same shape: no projection", args=(4, 1), input_shape=(3, 5, 16))
        yield Probe(None, "more channels, stride 1", args=(4, 1), input_shape=(4, 3, 5))
        yield Probe(None, "stride 2, on the 3×3 unless told", args=(4, 2), input_shape=(6, 4, 16))
        options = {"stride_on": 1, "bias": True, "epsilon": 0.3}
        label = "stride 2 on the first 1×1, bias and epsilon passed on"
        yield Probe(None, label, args=(4, 2), kwargs=options, input_shape=(5, 4, 6))

    @accepted("a loop over the three convolutions")
    def loop(x, filters, stride, stride_on=3, **options):
        y = x
        for kernel, maps in ((1, filters), (3, filters), (1, 4 * filters)):
            here = stride if kernel == stride_on and maps == filters else 1
            y = normalised(y, maps, kernel, here, **options)
            if maps == filters:
                y = layers.ReLU()(y)
        if x.shape != y.shape:
            x = normalised(x, 4 * filters, 1, stride, **options)
        return layers.ReLU()(layers.Add()([x, y]))

    @accepted("the shortcut first, operations for layers")
    def with_ops(x, filters, stride, stride_on=3, **options):
        wide = filters * 4
        same = stride == 1 and x.shape[-1] == wide
        shortcut = x if same else normalised(x, wide, 1, stride, **options)
        one, three = (stride, 1) if stride_on == 1 else (1, stride)
        y = ops.relu(normalised(x, filters, 1, one, **options))
        y = ops.relu(normalised(y, filters, 3, three, **options))
        return ops.relu(normalised(y, wide, 1, **options) + shortcut)

    @accepted("layers spelled out")
    def spelled_out(x, filters, stride, stride_on=3, bias=False, epsilon=1e-5):
        strides = {1: (stride, 1), 3: (1, stride)}[stride_on]
        y = layers.Conv2D(filters, 1, strides[0], use_bias=bias)(x)
        y = layers.BatchNormalization(epsilon=epsilon)(y)
        y = layers.Activation("relu")(y)
        y = layers.Conv2D(filters, 3, strides[1], padding="same", use_bias=bias)(y)
        y = layers.BatchNormalization(epsilon=epsilon)(y)
        y = layers.Activation("relu")(y)
        y = layers.Conv2D(4 * filters, 1, use_bias=bias)(y)
        y = layers.BatchNormalization(epsilon=epsilon)(y)
        if x.shape[1:] != y.shape[1:]:
            x = layers.Conv2D(4 * filters, 1, stride, use_bias=bias)(x)
            x = layers.BatchNormalization(epsilon=epsilon)(x)
        return layers.Activation("relu")(layers.add([x, y]))

    @wrong(
        "You forgot the expansion: your last convolution has as many maps as the narrow ones. The "
        "block comes back to four times `filters`."
    )
    def no_expansion(x, filters, stride, stride_on=3, **options):
        y = layers.ReLU()(normalised(x, filters, 1, stride if stride_on == 1 else 1, **options))
        y = layers.ReLU()(normalised(y, filters, 3, stride if stride_on == 3 else 1, **options))
        y = normalised(y, filters, 1, **options)
        if x.shape != y.shape:
            x = normalised(x, filters, 1, stride, **options)
        return layers.ReLU()(layers.Add()([x, y]))

    @wrong(
        "Your stride is always in the 3×3 convolution, whatever `stride_on` says.",
        revisit="Where is the stride?",
    )
    def always_on_three(x, filters, stride, stride_on=3, **options):
        y = layers.ReLU()(normalised(x, filters, 1, **options))
        y = layers.ReLU()(normalised(y, filters, 3, stride, **options))
        y = normalised(y, 4 * filters, 1, **options)
        if x.shape != y.shape:
            x = normalised(x, 4 * filters, 1, stride, **options)
        return layers.ReLU()(layers.Add()([x, y]))

    @wrong(
        "Your stride is always in the first 1×1 convolution, whatever `stride_on` says.",
        revisit="Where is the stride?",
    )
    def always_on_one(x, filters, stride, stride_on=3, **options):
        y = layers.ReLU()(normalised(x, filters, 1, stride, **options))
        y = layers.ReLU()(normalised(y, filters, 3, **options))
        y = normalised(y, 4 * filters, 1, **options)
        if x.shape != y.shape:
            x = normalised(x, 4 * filters, 1, stride, **options)
        return layers.ReLU()(layers.Add()([x, y]))

    @wrong(
        "Your stride is in the last 1×1 convolution. There the work on the large maps is done "
        "already; `stride_on` names one of the two convolutions before it.",
        revisit="Where is the stride?",
    )
    def stride_last(x, filters, stride, stride_on=3, **options):
        y = layers.ReLU()(normalised(x, filters, 1, **options))
        y = layers.ReLU()(normalised(y, filters, 3, **options))
        y = normalised(y, 4 * filters, 1, stride, **options)
        if x.shape != y.shape:
            x = normalised(x, 4 * filters, 1, stride, **options)
        return layers.ReLU()(layers.Add()([x, y]))

    @wrong(
        "There is a ReLU after your last normalisation, before the sum. The branch must be able to "
        "take something away from the shortcut."
    )
    def relu_before_add(x, filters, stride, stride_on=3, **options):
        y = layers.ReLU()(normalised(x, filters, 1, stride if stride_on == 1 else 1, **options))
        y = layers.ReLU()(normalised(y, filters, 3, stride if stride_on == 3 else 1, **options))
        y = layers.ReLU()(normalised(y, 4 * filters, 1, **options))
        if x.shape != y.shape:
            x = normalised(x, 4 * filters, 1, stride, **options)
        return layers.ReLU()(layers.Add()([x, y]))

    @wrong("Your block ends with the sum; the ReLU after it is missing.")
    def no_last_relu(x, filters, stride, stride_on=3, **options):
        y = layers.ReLU()(normalised(x, filters, 1, stride if stride_on == 1 else 1, **options))
        y = layers.ReLU()(normalised(y, filters, 3, stride if stride_on == 3 else 1, **options))
        y = normalised(y, 4 * filters, 1, **options)
        if x.shape != y.shape:
            x = normalised(x, 4 * filters, 1, stride, **options)
        return layers.Add()([x, y])

    @wrong(
        "Your projection has `filters` maps, the branch four times as many: they cannot be added."
    )
    def narrow_projection(x, filters, stride, stride_on=3, **options):
        y = layers.ReLU()(normalised(x, filters, 1, stride if stride_on == 1 else 1, **options))
        y = layers.ReLU()(normalised(y, filters, 3, stride if stride_on == 3 else 1, **options))
        y = normalised(y, 4 * filters, 1, **options)
        if x.shape != y.shape:
            x = normalised(x, filters, 1, stride, **options)
        return layers.ReLU()(layers.Add()([x, y]))

    @wrong(
        "You project only where the stride is not 1. The first stage widens 64 channels to 256 at "
        "stride 1: compare the shapes of the two things that you add."
    )
    def projects_on_stride_only(x, filters, stride, stride_on=3, **options):
        y = layers.ReLU()(normalised(x, filters, 1, stride if stride_on == 1 else 1, **options))
        y = layers.ReLU()(normalised(y, filters, 3, stride if stride_on == 3 else 1, **options))
        y = normalised(y, 4 * filters, 1, **options)
        if stride != 1:
            x = normalised(x, 4 * filters, 1, stride, **options)
        return layers.ReLU()(layers.Add()([x, y]))

    @wrong(
        "You project every shortcut, also where the shapes agree. There the shortcut is the "
        "identity and has no parameters."
    )
    def always_projects(x, filters, stride, stride_on=3, **options):
        y = layers.ReLU()(normalised(x, filters, 1, stride if stride_on == 1 else 1, **options))
        y = layers.ReLU()(normalised(y, filters, 3, stride if stride_on == 3 else 1, **options))
        y = normalised(y, 4 * filters, 1, **options)
        x = normalised(x, 4 * filters, 1, stride, **options)
        return layers.ReLU()(layers.Add()([x, y]))

    @wrong(
        "Your block is wide in the middle: you expand before the 3×3 convolution and narrow after "
        "it. That is lesson 16's inverted residual; a bottleneck is narrow where the 3×3 works."
    )
    def inverted(x, filters, stride, stride_on=3, **options):
        y = layers.ReLU()(normalised(x, 4 * filters, 1, stride if stride_on == 1 else 1, **options))
        y = layers.ReLU()(normalised(y, 4 * filters, 3, stride if stride_on == 3 else 1, **options))
        y = normalised(y, filters, 1, **options)
        if x.shape != y.shape:
            x = normalised(x, filters, 1, stride, **options)
        return layers.ReLU()(layers.Add()([x, y]))

    @wrong(
        "You do not pass the options on: your convolutions have no biases where they are asked "
        "for, or the epsilon is always the same."
    )
    def options_lost(x, filters, stride, stride_on=3, **options):
        y = layers.ReLU()(normalised(x, filters, 1, stride if stride_on == 1 else 1))
        y = layers.ReLU()(normalised(y, filters, 3, stride if stride_on == 3 else 1))
        y = normalised(y, 4 * filters, 1)
        if x.shape != y.shape:
            x = normalised(x, 4 * filters, 1, stride)
        return layers.ReLU()(layers.Add()([x, y]))

    @wrong("You pass the options on to the branch, but not to the projection.")
    def options_lost_on_shortcut(x, filters, stride, stride_on=3, **options):
        y = layers.ReLU()(normalised(x, filters, 1, stride if stride_on == 1 else 1, **options))
        y = layers.ReLU()(normalised(y, filters, 3, stride if stride_on == 3 else 1, **options))
        y = normalised(y, 4 * filters, 1, **options)
        if x.shape != y.shape:
            x = normalised(x, 4 * filters, 1, stride)
        return layers.ReLU()(layers.Add()([x, y]))

    @wrong(
        "Where the block has a stride, your branch and your shortcut differ in height and width. "
        "Each way has the stride exactly once: the branch where `stride_on` says, the shortcut in "
        "its projection.",
        revisit="Where is the stride?",
    )
    def stride_twice(x, filters, stride, stride_on=3, **options):
        y = layers.ReLU()(normalised(x, filters, 1, stride, **options))
        y = layers.ReLU()(normalised(y, filters, 3, stride, **options))
        y = normalised(y, 4 * filters, 1, **options)
        if x.shape != y.shape:
            x = normalised(x, 4 * filters, 1, stride, **options)
        return layers.ReLU()(layers.Add()([x, y]))

    @wrong(
        "You narrow to a quarter of `filters`, and come back to `filters`. Here `filters` is the "
        "narrow width; what leaves the block has four times as many channels."
    )
    def quarter_width(x, filters, stride, stride_on=3, **options):
        thin = filters // 4
        y = layers.ReLU()(normalised(x, thin, 1, stride if stride_on == 1 else 1, **options))
        y = layers.ReLU()(normalised(y, thin, 3, stride if stride_on == 3 else 1, **options))
        y = normalised(y, filters, 1, **options)
        if x.shape != y.shape:
            x = normalised(x, filters, 1, stride, **options)
        return layers.ReLU()(layers.Add()([x, y]))

    @wrong("Between your first 1×1 and your 3×3 convolution there is no ReLU.")
    def linear_start(x, filters, stride, stride_on=3, **options):
        y = normalised(x, filters, 1, stride if stride_on == 1 else 1, **options)
        y = layers.ReLU()(normalised(y, filters, 3, stride if stride_on == 3 else 1, **options))
        y = normalised(y, 4 * filters, 1, **options)
        if x.shape != y.shape:
            x = normalised(x, 4 * filters, 1, stride, **options)
        return layers.ReLU()(layers.Add()([x, y]))


class CountBlocks(Value):
    name = "counted"
    title = "Count before you build"
    difficulty = 2
    entries: ClassVar = dict.fromkeys(
        ("wide_pair", "bottleneck", "blocks_152", "projections_34", "projections_50"), "integer"
    )
    entry_criterion: ClassVar = {
        "wide_pair": "weights",
        "bottleneck": "weights",
        "blocks_152": "depth",
        "projections_34": "projections",
        "projections_50": "projections",
    }
    criteria = (
        Criterion("weights", 1, "the weights of the two branches"),
        Criterion("depth", 1, "the blocks of ResNet-152"),
        Criterion("projections", 2, "the projections of ResNet-34 and ResNet-50"),
    )
    revisit = "The bottleneck"

    numbers = accepted(
        "numbers",
        source="""{"wide_pair": 1179648, "bottleneck": 69632, "blocks_152": 50,
            "projections_34": 3, "projections_50": 4}""",
    )
    arithmetic = accepted(
        "arithmetic",
        source="""dict(wide_pair=2 * 3 * 3 * 256 * 256, bottleneck=17 * 64 * 64,
            blocks_152=(152 - 2) // 3, projections_34=4 - 1, projections_50=4)""",
    )
    from_shapes = accepted(
        "products of kernel shapes in NumPy",
        source="""{
            "wide_pair": np.prod([(3, 3, 256, 256)] * 2, axis=1).sum(),
            "bottleneck": sum(map(np.prod, [(256, 64), (3, 3, 64, 64), (64, 256)])),
            "blocks_152": np.int64(3 + 8 + 36 + 3),
            "projections_34": sum(a != b for a, b in zip((64, 64, 128, 256), (64, 128, 256, 512))),
            "projections_50": sum(a != b for a, b in zip((64, 256, 512, 1024),
                                                         (256, 512, 1024, 2048))),
        }""",
    )
    one_three = wrong(
        "You count one 3×3 convolution at 256 channels. The pair has two.",
        source="""{"wide_pair": 589824, "bottleneck": 69632, "blocks_152": 50,
            "projections_34": 3, "projections_50": 4}""",
    )
    no_neighbours = wrong(
        "You count a weight for each pair of channels, as for 1×1 convolutions everywhere. A 3×3 "
        "filter has nine for each pair.",
        source="""{"wide_pair": 131072, "bottleneck": 69632, "blocks_152": 50,
            "projections_34": 3, "projections_50": 4}""",
    )
    nine_once = wrong(
        "You count the 3×3 convolution of the bottleneck alone, or all three of its convolutions "
        "as if they were 1×1. It is 1×1, 3×3 and 1×1, each between its own numbers of channels.",
        source="""{"wide_pair": 1179648, "bottleneck": 36864, "blocks_152": 50,
            "projections_34": 3, "projections_50": 4}""",
    )
    with_biases = wrong(
        "You count biases. The convolutions of these blocks have none, as a normalisation follows.",
        source="""{"wide_pair": 1180160, "bottleneck": 70016, "blocks_152": 50,
            "projections_34": 3, "projections_50": 4}""",
    )
    bottleneck_wide = wrong(
        "Your 3×3 convolution works at 256 channels. In the bottleneck the first 1×1 has brought "
        "them down to 64 before.",
        source="""{"wide_pair": 1179648, "bottleneck": 622592, "blocks_152": 50,
            "projections_34": 3, "projections_50": 4}""",
    )
    bottleneck_without_return = wrong(
        "Your bottleneck does not come back to 256 channels: the last 1×1 convolution is missing.",
        source="""{"wide_pair": 1179648, "bottleneck": 53248, "blocks_152": 50,
            "projections_34": 3, "projections_50": 4}""",
    )
    with_normalisation = wrong(
        "You count the scales and offsets of the normalisations. The exercise asks for the "
        "weights of the convolutions alone.",
        source="""{"wide_pair": 1180672, "bottleneck": 70400, "blocks_152": 50,
            "projections_34": 3, "projections_50": 4}""",
    )
    stem_forgotten = wrong(
        "Your number of blocks is 152 divided by 3, about. Two of the 152 layers are in no block: "
        "the first convolution and the dense layer.",
        revisit="ResNet-18 to -152",
        source="""{"wide_pair": 1179648, "bottleneck": 69632, "blocks_152": 51,
            "projections_34": 3, "projections_50": 4}""",
    )
    two_in_a_block = wrong(
        "You count two convolutions a block. ResNet-152 is made of bottlenecks, which have three.",
        revisit="ResNet-18 to -152",
        source="""{"wide_pair": 1179648, "bottleneck": 69632, "blocks_152": 75,
            "projections_34": 3, "projections_50": 4}""",
    )
    four_each = wrong(
        "You count one projection a stage in ResNet-34, too. In its first stage 64 channels come "
        "in and 64 go out, at stride 1.",
        revisit="ResNet-18 to -152",
        source="""{"wide_pair": 1179648, "bottleneck": 69632, "blocks_152": 50,
            "projections_34": 4, "projections_50": 4}""",
    )
    three_each = wrong(
        "You count no projection in the first stage of ResNet-50. It has no stride, but compare "
        "the channels: what comes in, what goes out?",
        revisit="ResNet-18 to -152",
        source="""{"wide_pair": 1179648, "bottleneck": 69632, "blocks_152": 50,
            "projections_34": 3, "projections_50": 3}""",
    )
    every_block = wrong(
        "You count a projection in every block. Where the shapes agree the shortcut is the "
        "identity.",
        revisit="When the shapes differ",
        source="""{"wide_pair": 1179648, "bottleneck": 69632, "blocks_152": 50,
            "projections_34": 16, "projections_50": 16}""",
    )


class Resnet(Model):
    name = "resnet"
    title = "ResNet-50 from your block"
    difficulty = 3
    criteria = (
        Criterion("shape", 1, "one probability a class"),
        Criterion("parameters", 2, "no parameter more or less"),
        Criterion("behaviour", 2, "the same probabilities with the same weights"),
    )
    tolerance = FLOAT32
    revisit = "ResNet-18 to -152"

    def probes(self, rng):
        small = {"classes": 5, "side": 32}
        yield Probe(
            None, "one block, then two", args=((1, 2),), kwargs=small, input_shape=(32, 32, 3)
        )
        yield Probe(
            None,
            "three stages, 1000 classes, 224 pixels",
            args=((2, 1, 2),),
            input_shape=(224, 224, 3),
            aspects=("shape", "parameters"),
            symbolic=True,
        )

    @accepted("a list of all blocks first")
    def planned(repeats, classes=1000, side=224):
        plan = []
        for stage, count in enumerate(repeats):
            plan += [(64 << stage, 2 if stage > 0 and i == 0 else 1) for i in range(count)]
        image = keras.Input((side, side, 3))
        x = stem(image)
        for filters, stride in plan:
            x = bottleneck(x, filters, stride)
        x = layers.GlobalAveragePooling2D()(x)
        return keras.Model(image, layers.Dense(classes, activation="softmax")(x))

    @accepted("first block of each stage apart")
    def first_apart(repeats, classes=1000, side=224):
        image = x = keras.Input((side, side, 3))
        x, filters, stride = stem(x), 64, 1
        for count in repeats:
            x = bottleneck(x, filters, stride)
            for _ in range(count - 1):
                x = bottleneck(x, filters, 1)
            filters, stride = 2 * filters, 2
        x = ops.mean(x, axis=(1, 2))
        return keras.Model(image, layers.Softmax()(layers.Dense(classes)(x)))

    @accepted("recursion over the stages")
    def recursive(repeats, classes=1000, side=224):
        def body(x, left, filters, stride):
            if not left:
                return x
            for i in range(left[0]):
                x = bottleneck(x, filters, stride if i == 0 else 1)
            return body(x, left[1:], filters * 2, 2)

        image = keras.Input((side, side, 3))
        maps = body(stem(image), list(repeats), 64, 1)
        scores = layers.Dense(classes, "softmax")
        return keras.Model(image, scores(layers.GlobalAveragePooling2D()(maps)))

    @wrong(
        "Every block of your later stages has stride 2. A stage halves its maps once, in its first "
        "block."
    )
    def strides_everywhere(repeats, classes=1000, side=224):
        image = keras.Input((side, side, 3))
        x = stem(image)
        for stage, count in enumerate(repeats):
            for _ in range(count):
                x = bottleneck(x, 64 * 2**stage, 2 if stage else 1)
        x = layers.GlobalAveragePooling2D()(x)
        return keras.Model(image, layers.Dense(classes, activation="softmax")(x))

    @wrong(
        "Your first stage halves its maps, too. The stem has done so twice by then; the first "
        "stage keeps the size."
    )
    def first_stage_strided(repeats, classes=1000, side=224):
        image = keras.Input((side, side, 3))
        x = stem(image)
        for stage, count in enumerate(repeats):
            for i in range(count):
                x = bottleneck(x, 64 * 2**stage, 2 if i == 0 else 1)
        x = layers.GlobalAveragePooling2D()(x)
        return keras.Model(image, layers.Dense(classes, activation="softmax")(x))

    @wrong("Your stages never halve their maps: no block has a stride.")
    def never_strided(repeats, classes=1000, side=224):
        image = keras.Input((side, side, 3))
        x = stem(image)
        for stage, count in enumerate(repeats):
            for _ in range(count):
                x = bottleneck(x, 64 * 2**stage, 1)
        x = layers.GlobalAveragePooling2D()(x)
        return keras.Model(image, layers.Dense(classes, activation="softmax")(x))

    @wrong("All of your stages have 64 filters. They double from stage to stage.")
    def never_wider(repeats, classes=1000, side=224):
        image = keras.Input((side, side, 3))
        x = stem(image)
        for stage, count in enumerate(repeats):
            for i in range(count):
                x = bottleneck(x, 64, 2 if stage and i == 0 else 1)
        x = layers.GlobalAveragePooling2D()(x)
        return keras.Model(image, layers.Dense(classes, activation="softmax")(x))

    @wrong(
        "You ask for 256 filters in the first stage. `filters` is the width of the narrow part; "
        "the block itself comes back to four times as many."
    )
    def wide_filters(repeats, classes=1000, side=224):
        image = keras.Input((side, side, 3))
        x = stem(image)
        for stage, count in enumerate(repeats):
            for i in range(count):
                x = bottleneck(x, 256 * 2**stage, 2 if stage and i == 0 else 1)
        x = layers.GlobalAveragePooling2D()(x)
        return keras.Model(image, layers.Dense(classes, activation="softmax")(x))

    @wrong(
        "You flatten the last maps as VGG does. A residual network averages over each map, so that "
        "its dense layer sees one number a channel."
    )
    def flattened(repeats, classes=1000, side=224):
        image = keras.Input((side, side, 3))
        x = stem(image)
        for stage, count in enumerate(repeats):
            for i in range(count):
                x = bottleneck(x, 64 * 2**stage, 2 if stage and i == 0 else 1)
        x = layers.Flatten()(x)
        return keras.Model(image, layers.Dense(classes, activation="softmax")(x))

    @wrong("Your network gives scores; probabilities are asked for: the softmax is missing.")
    def no_softmax(repeats, classes=1000, side=224):
        image = keras.Input((side, side, 3))
        x = stem(image)
        for stage, count in enumerate(repeats):
            for i in range(count):
                x = bottleneck(x, 64 * 2**stage, 2 if stage and i == 0 else 1)
        x = layers.GlobalAveragePooling2D()(x)
        return keras.Model(image, layers.Dense(classes)(x))

    @wrong(
        "Your stages grow by 64 filters each: 64, 128, 192. They double from stage to stage, which "
        "shows from the third stage on."
    )
    def added(repeats, classes=1000, side=224):
        image = keras.Input((side, side, 3))
        x = stem(image)
        for stage, count in enumerate(repeats):
            for i in range(count):
                x = bottleneck(x, 64 * (stage + 1), 2 if stage and i == 0 else 1)
        x = layers.GlobalAveragePooling2D()(x)
        return keras.Model(image, layers.Dense(classes, activation="softmax")(x))

    @wrong("You take the largest number of each last map. The head takes the average of each.")
    def max_pooled(repeats, classes=1000, side=224):
        image = keras.Input((side, side, 3))
        x = stem(image)
        for stage, count in enumerate(repeats):
            for i in range(count):
                x = bottleneck(x, 64 * 2**stage, 2 if stage and i == 0 else 1)
        x = layers.GlobalMaxPooling2D()(x)
        return keras.Model(image, layers.Dense(classes, activation="softmax")(x))


def _branch(rng, rows, width, hidden, alpha, dtype="float64"):
    """Arguments of the backward pass: x, W1, W2, alpha, and the gradient that arrives."""
    shapes = ((rows, width), (width, hidden), (hidden, width), (rows, width))
    x, W1, W2, G = (rng.normal(size=s).astype(dtype) for s in shapes)
    return x, W1, W2, alpha, G


class ResidualBackward(Function):
    name = "residual_backward"
    title = "A branch that starts at zero"
    difficulty = 3
    criteria = (
        Criterion("general", 3, "all four gradients where the branch is open"),
        Criterion("start", 1, "all four at the start, alpha = 0"),
    )
    tolerance = Tolerance(
        atol=1e-4, rtol=1e-4, reason="sums in float32; the gradient of alpha has no dtype to tell"
    )
    revisit = "What comes back through the sum"

    def probes(self, rng):
        yield Probe("general", "one row, alpha 1", args=_branch(rng, 1, 3, 3, 1.0))
        yield Probe("general", "five rows, alpha 0.5", args=_branch(rng, 5, 3, 4, 0.5))
        yield Probe("general", "alpha negative", args=_branch(rng, 3, 4, 2, -1.5))
        yield Probe("general", "float32", args=_branch(rng, 4, 5, 3, 0.7, "float32"))
        yield Probe("start", "alpha 0: the branch is shut", args=_branch(rng, 4, 3, 5, 0.0))

    @accepted("row by row with outer products")
    def row_by_row(x, W1, W2, alpha, G):
        dx, dW1, dW2 = np.zeros_like(x), np.zeros_like(W1), np.zeros_like(W2)
        dalpha = x.dtype.type(0)
        for r in range(len(x)):
            z = W1.T @ x[r]
            h = np.maximum(z, 0)
            dalpha += G[r] @ (W2.T @ h)
            dW2 += alpha * np.outer(h, G[r])
            dz = alpha * (W2 @ G[r]) * (z > 0)
            dW1 += np.outer(x[r], dz)
            dx[r] = G[r] + W1 @ dz
        return dx, dW1, dW2, dalpha

    @accepted("einsum")
    def by_einsum(x, W1, W2, alpha, G):
        z = np.einsum("rd,dh->rh", x, W1)
        is_on = (z > 0).astype(x.dtype)
        dalpha = np.einsum("rd,rh,hd->", G, z * is_on, W2)
        dz = np.einsum("rd,hd,rh->rh", G, W2, is_on) * alpha
        dW2 = np.einsum("rh,rd->hd", z * is_on, G) * alpha
        return G + np.einsum("rh,dh->rd", dz, W1), np.einsum("rd,rh->dh", x, dz), dW2, dalpha

    @accepted("scaled gradient first")
    def scaled_first(x, W1, W2, alpha, G):
        h = np.maximum(x @ W1, 0)
        shut = h == 0
        into = alpha * G
        back = into @ W2.T
        back[shut] = 0
        return back @ W1.T + G, x.T @ back, h.T @ into, np.vdot(G, h @ W2)

    @wrong(
        "Your gradient for x lacks what comes along the shortcut. x has two ways to the output, "
        "and their gradients add up."
    )
    def shortcut_forgotten(x, W1, W2, alpha, G):
        h = np.maximum(x @ W1, 0)
        dz = alpha * (G @ W2.T) * (h > 0)
        return dz @ W1.T, x.T @ dz, alpha * h.T @ G, np.sum(G * (h @ W2))

    @wrong(
        "Along the shortcut you pass a 1 back. In the table by hand the gradient that arrived was "
        "1; here it is G."
    )
    def one_for_g(x, W1, W2, alpha, G):
        h = np.maximum(x @ W1, 0)
        dz = alpha * (G @ W2.T) * (h > 0)
        return 1 + dz @ W1.T, x.T @ dz, alpha * h.T @ G, np.sum(G * (h @ W2))

    @wrong(
        "Your weights' gradients do not depend on alpha. What arrives at the branch is the "
        "gradient times alpha, as the branch was multiplied by it on the way forward."
    )
    def alpha_forgotten(x, W1, W2, alpha, G):
        h = np.maximum(x @ W1, 0)
        dz = (G @ W2.T) * (h > 0)
        return G + dz @ W1.T, x.T @ dz, h.T @ G, np.sum(G * (h @ W2))

    @wrong(
        "Your gradient for alpha is multiplied by alpha. Then a branch that starts at zero would "
        "stay there for ever: what is the derivative of alpha · F by alpha?"
    )
    def alpha_dead(x, W1, W2, alpha, G):
        h = np.maximum(x @ W1, 0)
        dz = alpha * (G @ W2.T) * (h > 0)
        return G + dz @ W1.T, x.T @ dz, alpha * h.T @ G, alpha * np.sum(G * (h @ W2))

    @wrong(
        "You do not stop the gradient at hidden units that ReLU has switched off.",
    )
    def no_mask(x, W1, W2, alpha, G):
        h = np.maximum(x @ W1, 0)
        dz = alpha * (G @ W2.T)
        return G + dz @ W1.T, x.T @ dz, alpha * h.T @ G, np.sum(G * (h @ W2))

    @wrong(
        "The shortcut of your gradient is multiplied by alpha, too. Alpha stands before the branch "
        "only."
    )
    def shortcut_scaled(x, W1, W2, alpha, G):
        h = np.maximum(x @ W1, 0)
        dz = alpha * (G @ W2.T) * (h > 0)
        return alpha * G + dz @ W1.T, x.T @ dz, alpha * h.T @ G, np.sum(G * (h @ W2))

    @wrong(
        "You give alpha one gradient a row. There is a single alpha for all rows: their gradients "
        "are summed."
    )
    def alpha_per_row(x, W1, W2, alpha, G):
        h = np.maximum(x @ W1, 0)
        dz = alpha * (G @ W2.T) * (h > 0)
        return G + dz @ W1.T, x.T @ dz, alpha * h.T @ G, np.sum(G * (h @ W2), axis=1)

    @wrong(
        "You average the weights' gradients over the rows. G is the gradient of a number that is "
        "computed already; whatever mean there was is in it."
    )
    def averaged(x, W1, W2, alpha, G):
        n = len(x)
        h = np.maximum(x @ W1, 0)
        dz = alpha * (G @ W2.T) * (h > 0)
        return G + dz @ W1.T, x.T @ dz / n, alpha * h.T @ G / n, np.sum(G * (h @ W2)) / n

    @wrong(
        "Your gradient for alpha sums the branch and leaves out G: how much a change of the output "
        "matters is not the same everywhere."
    )
    def alpha_without_g(x, W1, W2, alpha, G):
        h = np.maximum(x @ W1, 0)
        dz = alpha * (G @ W2.T) * (h > 0)
        return G + dz @ W1.T, x.T @ dz, alpha * h.T @ G, np.sum(h @ W2)


class Preactivated(Block):
    name = "preactivated"
    title = "Activate before you convolve"
    difficulty = 2
    criteria = _SHAPES
    tolerance = FLOAT32
    revisit = "Pre-activation"

    def probes(self, rng):
        yield Probe(None, "same shape: the identity", args=(4, 1), input_shape=(3, 5, 4))
        yield Probe(None, "more channels, stride 1", args=(5, 1), input_shape=(4, 3, 3))
        yield Probe(None, "same channels, stride 2", args=(4, 2), input_shape=(6, 5, 4))

    @accepted("layers spelled out")
    def spelled_out(x, filters, stride):
        ready = layers.BatchNormalization(epsilon=1e-5)(x)
        ready = layers.Activation("relu")(ready)
        if stride != 1 or x.shape[-1] != filters:
            x = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(ready)
        y = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(ready)
        y = layers.BatchNormalization(epsilon=1e-5)(y)
        y = layers.Activation("relu")(y)
        y = layers.Conv2D(filters, 3, padding="same", use_bias=False)(y)
        return layers.Add()([x, y])

    @accepted("operations for layers")
    def with_ops(x, filters, stride):
        def conv(y, kernel, s):
            return layers.Conv2D(filters, kernel, s, padding="same", use_bias=False)(y)

        first = ops.relu(layers.BatchNormalization(epsilon=1e-5)(x))
        y = conv(first, 3, stride)
        y = conv(ops.relu(layers.BatchNormalization(epsilon=1e-5)(y)), 3, 1)
        return y + (x if x.shape == y.shape else conv(first, 1, stride))

    @accepted("the branch as a list of layers")
    def as_list(x, filters, stride):
        def norm_relu(y):
            return layers.ReLU()(layers.BatchNormalization(epsilon=1e-5)(y))

        h = y = norm_relu(x)
        steps = [
            layers.Conv2D(filters, 3, stride, "same", use_bias=False),
            norm_relu,
            layers.Conv2D(filters, 3, 1, "same", use_bias=False),
        ]
        for step in steps:
            y = step(y)
        same = x.shape == y.shape
        return layers.add([x if same else layers.Conv2D(filters, 1, stride, use_bias=False)(h), y])

    @wrong(
        "There is a ReLU after your sum. Then nothing negative can travel along the shortcuts; "
        "with pre-activation the sum is handed on as it is."
    )
    def relu_after(x, filters, stride):
        first = activated(x)
        y = layers.Conv2D(filters, 3, stride, "same", use_bias=False)(first)
        y = layers.Conv2D(filters, 3, padding="same", use_bias=False)(activated(y))
        if x.shape != y.shape:
            x = layers.Conv2D(filters, 1, stride, use_bias=False)(first)
        return layers.ReLU()(layers.Add()([x, y]))

    @wrong(
        "Where the shapes agree, you add the normalised, activated input. The identity is the "
        "point: the shortcut carries x untouched."
    )
    def activated_shortcut(x, filters, stride):
        x = activated(x)
        y = layers.Conv2D(filters, 3, stride, "same", use_bias=False)(x)
        y = layers.Conv2D(filters, 3, padding="same", use_bias=False)(activated(y))
        if x.shape != y.shape:
            x = layers.Conv2D(filters, 1, stride, use_bias=False)(x)
        return layers.Add()([x, y])

    @wrong(
        "Your projection starts from the raw input. In this exercise it starts from the input that "
        "has been normalised and activated, as the branch does."
    )
    def raw_projection(x, filters, stride):
        y = layers.Conv2D(filters, 3, stride, "same", use_bias=False)(activated(x))
        y = layers.Conv2D(filters, 3, padding="same", use_bias=False)(activated(y))
        if x.shape != y.shape:
            x = layers.Conv2D(filters, 1, stride, use_bias=False)(x)
        return layers.Add()([x, y])

    @wrong(
        "You convolve first and normalise after it, as in the first paper. Here normalisation and "
        "ReLU come before each convolution."
    )
    def post_activation(x, filters, stride):
        y = layers.ReLU()(normalised(x, filters, 3, stride))
        y = normalised(y, filters, 3)
        if x.shape != y.shape:
            x = normalised(x, filters, 1, stride)
        return layers.ReLU()(layers.Add()([x, y]))

    @wrong("You apply ReLU before the normalisation. The order is normalise, ReLU, convolve.")
    def relu_first(x, filters, stride):
        first = layers.BatchNormalization(epsilon=1e-5)(layers.ReLU()(x))
        y = layers.Conv2D(filters, 3, stride, "same", use_bias=False)(first)
        y = layers.BatchNormalization(epsilon=1e-5)(layers.ReLU()(y))
        y = layers.Conv2D(filters, 3, padding="same", use_bias=False)(y)
        if x.shape != y.shape:
            x = layers.Conv2D(filters, 1, stride, use_bias=False)(first)
        return layers.Add()([x, y])

    @wrong("Your projection is normalised. In this block nothing stands after the 1×1 convolution.")
    def normalised_projection(x, filters, stride):
        first = activated(x)
        y = layers.Conv2D(filters, 3, stride, "same", use_bias=False)(first)
        y = layers.Conv2D(filters, 3, padding="same", use_bias=False)(activated(y))
        if x.shape != y.shape:
            x = normalised(first, filters, 1, stride)
        return layers.Add()([x, y])

    @wrong(
        "You normalise and activate before the first convolution only. The second one needs its "
        "own."
    )
    def once_only(x, filters, stride):
        first = activated(x)
        y = layers.Conv2D(filters, 3, stride, "same", use_bias=False)(first)
        y = layers.Conv2D(filters, 3, padding="same", use_bias=False)(y)
        if x.shape != y.shape:
            x = layers.Conv2D(filters, 1, stride, use_bias=False)(first)
        return layers.Add()([x, y])

    @wrong("You project every shortcut, also where the shapes agree and x itself can be added.")
    def always_projects(x, filters, stride):
        first = activated(x)
        y = layers.Conv2D(filters, 3, stride, "same", use_bias=False)(first)
        y = layers.Conv2D(filters, 3, padding="same", use_bias=False)(activated(y))
        return layers.Add()([layers.Conv2D(filters, 1, stride, use_bias=False)(first), y])

    @wrong("Your convolutions have biases; here none of them has one.")
    def with_biases(x, filters, stride):
        first = activated(x)
        y = layers.Conv2D(filters, 3, stride, "same")(first)
        y = layers.Conv2D(filters, 3, padding="same")(activated(y))
        if x.shape != y.shape:
            x = layers.Conv2D(filters, 1, stride)(first)
        return layers.Add()([x, y])

    @wrong(
        "You normalise the input twice, once for the branch and once for the projection. Two "
        "normalisations have two sets of parameters; both ways start from the same one."
    )
    def two_normalisations(x, filters, stride):
        y = layers.Conv2D(filters, 3, stride, "same", use_bias=False)(activated(x))
        y = layers.Conv2D(filters, 3, padding="same", use_bias=False)(activated(y))
        if x.shape != y.shape:
            x = layers.Conv2D(filters, 1, stride, use_bias=False)(activated(x))
        return layers.Add()([x, y])

    @wrong(
        "Your stride is in the second 3×3 convolution. The first one has it, so that both of them "
        "give small maps."
    )
    def stride_late(x, filters, stride):
        first = activated(x)
        y = layers.Conv2D(filters, 3, padding="same", use_bias=False)(first)
        y = layers.Conv2D(filters, 3, stride, "same", use_bias=False)(activated(y))
        if x.shape != y.shape:
            x = layers.Conv2D(filters, 1, stride, use_bias=False)(first)
        return layers.Add()([x, y])


class Quiz(Choices):
    name = "quiz"
    title = "Quiz"
    revisit = "Summary"
    questions: ClassVar = {
        "q1": (
            "A plain network of 56 layers has a higher training error than one of 20. This is …",
            {
                "a": "overfitting",
                "b": "degradation: the deeper one is harder to optimise",
                "c": "underfitting, because it has too few parameters",
                "d": "vanishing gradients, as the authors show",
            },
        ),
        "q2": (
            "All weights and biases of a block's branch are zero. With a ReLU after the sum …",
            {
                "a": "it gives a for every a",
                "b": "it gives 0",
                "c": "it gives a wherever a is not negative",
                "d": "it gives 2a",
            },
        ),
        "q3": (
            "Where must the last ReLU of a basic block stand?",
            {
                "a": "on the branch, before the sum",
                "b": "on the shortcut",
                "c": "before and after the sum",
                "d": "after the sum",
            },
        ),
        "q4": (
            "A bottleneck with filters = 64, and 256 channels coming in at stride 1 …",
            {
                "a": "gives 256 channels; the shortcut is the identity",
                "b": "gives 64 channels",
                "c": "gives 256 channels; the shortcut is a projection",
                "d": "gives 1,024 channels",
            },
        ),
        "q5": (
            "ResNet-50 has 3.8 or 4.1 billion multiply-adds. Why two numbers?",
            {
                "a": "biases are counted or not",
                "b": "the stride of a stage's first block is on its first 1×1, or on its 3×3",
                "c": "the dense layer is counted or not",
                "d": "multiplications and additions are counted once or twice",
            },
        ),
        "q6": (
            "The last gamma of every branch starts at zero. In the first step …",
            {
                "a": "nothing in the branch moves, then or later",
                "b": "every weight of the branch moves",
                "c": "of the branch, only its last gamma and beta move",
                "d": "the shortcut has to learn first",
            },
        ),
    }
    because: ClassVar = {
        "q1": {
            "a": "Overfitting shows as a low training error with a high test error.",
            "c": "It has more parameters, and could copy the shallow one.",
            "d": "They argue the opposite: with batch normalisation the gradients were healthy.",
        },
        "q2": {
            "a": "What does the last ReLU do with a negative a?",
            "b": "The branch gives 0; the shortcut does not.",
            "d": "The branch adds nothing; the shortcut adds a once.",
        },
        "q3": {
            "a": "Then the branch could never take anything away.",
            "b": "The shortcut carries its input as it is.",
            "c": "The one before the sum would cut off all that the branch takes away.",
        },
        "q4": {
            "b": "64 is the width inside; the block comes back to four times that.",
            "c": "Compare what comes in with what goes out: is there anything to adapt?",
            "d": "Four times 64, not four times 256.",
        },
        "q5": {
            "a": "Biases are no multiply-adds, and Keras's ResNet-50 has biases and 3.86 billion.",
            "c": "The dense layer has 2 million multiply-adds: too few to matter here.",
            "d": "That would be a factor of two.",
        },
        "q6": {
            "a": "The gradient of gamma itself is not zero, so gamma moves; then the rest follows.",
            "b": "Their gradients come through gamma, which is zero.",
            "d": "An identity shortcut has nothing to learn.",
        },
    }
