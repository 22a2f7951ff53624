"""What is right in `inverted`, and what students get wrong."""

import keras
from keras import layers

from autograder.exercise import SUMS_32, Block, Build, Criterion, accepted, wrong


class Inverted(Block):
    title = "The inverted residual"
    difficulty = 3
    criteria = (
        Criterion("shape", 1, "the size by the stride, the channels asked for"),
        Criterion("parameters", 2, "the parameters, trainable and not"),
        Criterion("behaviour", 3, "the same values with the same weights"),
    )
    tolerance = SUMS_32
    revisit = "MobileNet V2: the inverted residual"

    def probes(self, rng):
        loud = 4 * rng.normal(size=(2, 6, 6, 4)).astype("float32")
        yield Build("with a shortcut", args=(4, 1, 6), input_shape=(6, 6, 4), inputs=(loud,))
        yield Build("other channels out", args=(7, 1, 3), input_shape=(5, 6, 4))
        yield Build("stride 2, the same channels", args=(4, 2, 6), input_shape=(8, 7, 4))
        named = {"filters": 5, "stride": 1, "expansion": 1}
        yield Build("an expansion of 1, a shortcut", kwargs=named, input_shape=(4, 5, 5))
        f, c = (int(v) for v in rng.integers((9, 3), (40, 30)))
        yield Build(
            f"{f} filters on {c} channels",
            args=(f, 2, 4),
            input_shape=(8, 7, c),
            aspects=("shape", "parameters"),
            symbolic=True,
        )

    @accepted("conditions spelled out")
    def spelled_out(x, filters, stride, expansion):
        channels = x.shape[-1]
        path = x
        if expansion > 1:
            path = layers.Conv2D(channels * expansion, 1, use_bias=False)(path)
            path = layers.BatchNormalization()(path)
            path = layers.Activation("relu6")(path)
        path = layers.DepthwiseConv2D(3, strides=stride, padding="same", use_bias=False)(path)
        path = layers.BatchNormalization()(path)
        path = layers.Activation("relu6")(path)
        path = layers.Conv2D(filters, 1, padding="same", use_bias=False)(path)
        path = layers.BatchNormalization()(path)
        if stride == 1 and channels == filters:
            return path + x
        return path

    @accepted("one Sequential for the path")
    def sequential(x, filters, stride, expansion):
        wide = expansion * x.shape[-1]
        steps = [] if expansion == 1 else [layers.Conv2D(wide, 1, use_bias=False)]
        if steps:
            steps += [layers.BatchNormalization(epsilon=1e-3), layers.ReLU(6.0)]
        steps += [
            layers.DepthwiseConv2D(3, stride, "same", use_bias=False),
            layers.BatchNormalization(epsilon=1e-3),
            layers.ReLU(6.0),
            layers.Conv2D(filters, 1, use_bias=False),
            layers.BatchNormalization(epsilon=1e-3),
        ]
        y = keras.Sequential(steps)(x)
        return keras.layers.add([y, x]) if tuple(y.shape) == tuple(x.shape) else y

    @accepted("a helper, Keras operations")
    def helper(x, filters, stride, expansion):
        def normalised(y, layer, act=True):
            y = layers.BatchNormalization(epsilon=1e-3)(layer(y))
            return keras.ops.relu6(y) if act else y

        width = x.shape[-1] * expansion
        y = normalised(x, layers.Dense(width, use_bias=False)) if expansion - 1 else x
        y = normalised(y, layers.DepthwiseConv2D(3, stride, "same", use_bias=False))
        y = normalised(y, layers.Conv2D(filters, 1, use_bias=False), act=False)
        return keras.ops.add(x, y) if (stride, filters) == (1, x.shape[-1]) else y

    relu_on_the_projection = wrong(
        "Your projection ends in ReLU6. That is the one place where V2 has none: the few channels "
        "behind it are where ReLU destroys most. Look at the spiral in two channels.",
        change={
            "y = layers.BatchNormalization(epsilon=1e-3)(y)": (
                "y = layers.ReLU(6)(layers.BatchNormalization(epsilon=1e-3)(y))"
            )
        },
        revisit="What ReLU costs in few channels",
    )
    relu_after_add = wrong(
        "You apply ReLU6 after the shortcut has been added, as ResNet does. In V2 what leaves the "
        "block is linear.",
        change={"layers.Add()([x, y])": "layers.ReLU(6)(layers.Add()([x, y]))"},
        revisit="What ReLU costs in few channels",
    )
    no_shortcut = wrong(
        "Your block never adds its input. Where the result has the input's shape, it should.",
        change={"layers.Add()([x, y]) if x.shape == y.shape else y": "y"},
    )
    add_at_stride_two = wrong(
        "You add the input whenever the channels agree, even when the stride is 2. Then the two "
        "maps have different sizes; such a block has no shortcut.",
        change={"x.shape == y.shape": "x.shape[-1] == filters"},
    )
    add_when_channels_differ = wrong(
        "You add the input whenever the stride is 1, even when the channels differ. Such a block "
        "has no shortcut.",
        change={"x.shape == y.shape": "stride == 1"},
    )
    projects_the_shortcut = wrong(
        "Where shapes differ you bring the input into shape by a 1×1 convolution, as ResNet does. "
        "V2 does without: no equal shapes, no shortcut.",
        change={
            "return layers.Add()([x, y]) if x.shape == y.shape else y": (
                "if x.shape != y.shape:\n"
                "        x = layers.Conv2D(filters, 1, stride, use_bias=False)(x)\n"
                "        x = layers.BatchNormalization(epsilon=1e-3)(x)\n"
                "    return layers.Add()([x, y])"
            )
        },
    )
    expands_from_c_out = wrong(
        "You expand to a multiple of `filters`. The middle is a multiple of the channels that come "
        "in.",
        change={"x.shape[-1]": "filters"},
    )
    expands_by_one = wrong(
        "Your block has an expansion layer even when `expansion` is 1. A 1×1 convolution to the "
        "same number of channels is not asked for there.",
        change={"expansion != 1": "True"},
    )
    fixed_expansion = wrong(
        "Your block expands six times whatever `expansion` says.",
        change={"expansion * x.shape[-1]": "6 * x.shape[-1]"},
    )
    full_middle = wrong(
        "The middle of your block is an ordinary 3×3 convolution. In so many channels it would be "
        "very expensive; V2's middle is depthwise only.",
        change={"layers.DepthwiseConv2D(3, stride": "layers.Conv2D(y.shape[-1], 3, stride"},
    )
    no_projection_norm = wrong(
        "Your projection has no batch normalisation. It has no activation, but it is normalised "
        "like the others.",
        change={("    y = layers.BatchNormalization(epsilon=1e-3)(y)\n"): ""},
    )
    linear_middle = wrong(
        "Your depthwise step has no ReLU6. Linear is only the projection; the wide middle is where "
        "the block's non-linearity is.",
        change={("        layers.ReLU(6.0),\n"): ""},
        of=sequential,
    )
    stride_on_expansion = wrong(
        "Your stride is on the 1×1 expansion, so three of four places are never looked at. It "
        "belongs to the depthwise step.",
        change={
            "x.shape[-1], 1, use_bias=False": "x.shape[-1], 1, stride, use_bias=False",
            "3, stride": "3, 1 if expansion != 1 else stride",
        },
    )
    plain_relu = wrong(
        "Your block has ReLU where ReLU6 is asked for: values above 6 pass.",
        change={
            "\n        y = layers.ReLU(6)": "\n        y = layers.ReLU()",
            "\n    y = layers.ReLU(6)": "\n    y = layers.ReLU()",
        },
    )
    adds_to_itself = wrong(
        "What you add is not the input of the block: on the way its name has been given to "
        "something else, so that the result is added to itself.",
        change={"[x, y]": "[y, y]"},
    )
    linear_expansion = wrong(
        "Your expansion has no ReLU6. Linear is only the projection.",
        change={", layers.ReLU(6.0)]": "]"},
        of=sequential,
    )
    bottleneck = wrong(
        "Your block is narrow inside and wide outside: that is ResNet's bottleneck. V2 turns it "
        "round and multiplies where ResNet divides.",
        change={"expansion * x.shape[-1]": "max(x.shape[-1] // expansion, 1)"},
    )

    relu_on_the_end = wrong(
        "There is a ReLU6 on whatever leaves your block, with a shortcut or without. The end of "
        "this block is linear: what is narrow must not be cut.",
        change={
            "return layers.Add()([x, y]) if x.shape == y.shape else y": (
                "return layers.ReLU(6)(layers.Add()([x, y]) if x.shape == y.shape else y)"
            )
        },
    )
