"""What is right in `basic`, and what students get wrong."""

import keras
from keras import layers, ops

from autograder.exercise import SUMS_32, Block, Build, accepted, wrong

from ._shared import _SHAPES


class Basic(Block):
    title = "The basic block"
    difficulty = 2
    criteria = _SHAPES
    tolerance = SUMS_32
    revisit = "When the shapes differ"

    def probes(self, rng):
        yield Build("same shape: no projection", args=(4, 1), input_shape=(3, 5, 4))
        yield Build("more channels, stride 1", args=(5, 1), input_shape=(4, 3, 3))
        yield Build(
            "same channels, stride 2",
            args=(4, 2),
            input_shape=(6, 5, 4),
            aspects=("shape", "parameters"),
        )
        both = {"filters": 5, "stride": 2}
        yield Build("more channels, stride 2", kwargs=both, input_shape=(5, 6, 3))
        f, c = (int(v) for v in rng.integers((9, 3), (40, 30)))
        yield Build(
            f"{f} filters on {c} channels",
            args=(f, 2),
            input_shape=(6, 5, c),
            aspects=("shape", "parameters"),
            symbolic=True,
        )

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

    relu_before_add = wrong(
        "Your last ReLU stands on the branch, before the sum. The branch can then only add to its "
        "input, never take away; and what leaves the block may be negative.",
        change={"layers.ReLU()(layers.Add()([x, y]))": "layers.Add()([x, layers.ReLU()(y)])"},
    )

    relu_twice = wrong(
        "You have a ReLU on the branch just before the sum, and one after it. The first of them "
        "forbids the branch to take anything away.",
        change={"[x, y]": "[x, layers.ReLU()(y)]"},
    )

    no_last_relu = wrong(
        "Your block ends with the sum; the ReLU after it is missing.",
        change={"layers.ReLU()(layers.Add()([x, y]))": "layers.Add()([x, y])"},
    )

    no_projection = wrong(
        "You add the input as it is, also where the branch has another shape. There the shortcut "
        "needs a projection.",
        change={"x.shape != y.shape": "False"},
    )

    no_stride_on_shortcut = wrong(
        "Where the block has a stride, your branch and your shortcut differ in height and width. "
        "Each way has the stride exactly once: the branch in its first 3×3, the shortcut in its "
        "projection.",
        change={"filters, 1, stride": "filters, 1"},
    )

    projects_on_stride_only = wrong(
        "You project only where the stride is not 1. Channels may change without a stride: compare "
        "the shapes of the two things that you add.",
        change={"x.shape != y.shape": "stride != 1"},
    )

    projects_on_channels_only = wrong(
        "You project only where the channels change. A stride alone changes the shape, too: "
        "compare the shapes of the two things that you add.",
        change={"x.shape != y.shape": "x.shape[-1] != filters"},
    )

    always_projects = wrong(
        "You project every shortcut, also where the shapes agree: the paper's option C. Here a "
        "shortcut that need not change anything is the identity and has no parameters.",
        change={"x.shape != y.shape": "True"},
    )

    stride_late = wrong(
        "Your stride is in the second 3×3 convolution. The first one has it, so that both of them "
        "give small maps.",
        change={
            "filters, 3, stride": "filters, 3",
            "normalised(y, filters, 3)": "normalised(y, filters, 3, stride)",
        },
    )

    wide_projection = wrong(
        "Your projection is a 3×3 convolution. It is only to bring the shortcut to the right "
        "shape: 1×1, as in lesson 14.",
        change={"filters, 1, stride": "filters, 3, stride"},
    )

    bare_projection = wrong(
        "Your projection is not normalised; every convolution of this block is.",
        change={
            "normalised(x, filters, 1, stride)": (
                "layers.Conv2D(filters, 1, stride, use_bias=False)(x)"
            )
        },
    )

    activated_projection = wrong(
        "There is a ReLU on your projection. The shortcut has no non-linearity: two linear things "
        "are added, and then comes the ReLU.",
        change={
            "x = normalised(x, filters, 1, stride)": (
                "x = layers.ReLU()(normalised(x, filters, 1, stride))"
            )
        },
    )

    linear_branch = wrong(
        "Between your two 3×3 convolutions there is no ReLU.",
        change={
            "layers.ReLU()(normalised(x, filters, 3, stride))": (
                "normalised(x, filters, 3, stride)"
            )
        },
    )

    with_biases = wrong(
        "Your convolutions have biases. What follows is a normalisation, which takes any constant "
        "away again; use `normalised`.",
        change={
            "filters, 3, stride": "filters, 3, stride, bias=True",
            "normalised(y, filters, 3)": "normalised(y, filters, 3, bias=True)",
            "filters, 1, stride": "filters, 1, stride, bias=True",
        },
    )

    plain_pair = wrong(
        "Your block lacks the shortcut: it is the plain pair of layers.",
        change={"layers.Add()([x, y])": "y"},
    )

    stride_in_both = wrong(
        "Both of your 3×3 convolutions have the stride, so that the block shrinks its maps by its "
        "square. It has it once.",
        change={
            "normalised(y, filters, 3)": "normalised(y, filters, 3, stride)",
            "normalised(x, filters, 1, stride)": "normalised(x, filters, 1, stride * stride)",
        },
    )

    shortcut_from_the_branch = wrong(
        "Your shortcut starts inside the branch, after the first convolution: the name of the "
        "input was given to something else. Keep the input until the sum.",
        change={
            "    y = layers.ReLU()(normalised(x, filters, 3, stride))": (
                "    x = y = layers.ReLU()(normalised(x, filters, 3, stride))"
            )
        },
    )

    relu_before_norm = wrong(
        "In your branch ReLU comes before the normalisation. Here each convolution is normalised, "
        "and then comes the ReLU.",
        change={
            '(y)\n    y = layers.Activation("relu")(y)': "(layers.ReLU()(y))",
        },
        of=spelled_out,
    )

    concatenated = wrong(
        "You put branch and input side by side, channel after channel. They are added.",
        change={"layers.Add()([x, y])": "layers.Concatenate()([x, y])"},
    )

    keras_epsilon = wrong(
        "Your normalisations have Keras's default for ε. This block has another one, as the "
        "exercise says.",
        change={
            "(epsilon=1e-5)(y)\n    y = layers.Activation": "()(y)\n    y = layers.Activation",
            "(epsilon=1e-5)(y)\n    if": "()(y)\n    if",
            "(epsilon=1e-5)(x)": "()(x)",
        },
        of=spelled_out,
    )
