"""What is right in `mobilenet_v2`, and what students get wrong."""

import keras
from keras import layers

from autograder.exercise import SUMS_32, Build, Criterion, Model, accepted, wrong

ROWS = [
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
]


class MobileNetV2(Model):
    title = "The whole of V2"
    difficulty = 2
    criteria = (
        Criterion("shape", 1, "one probability a class"),
        Criterion("parameters", 2, "the published numbers of parameters"),
        Criterion("behaviour", 2, "the same probabilities with the same weights"),
    )
    tolerance = SUMS_32
    revisit = "Seventeen from seven rows"

    def probes(self, rng):
        small = [(1, 16, 1, 1), (2, 24, 3, 2)]
        yield Build(
            "two small rows, alpha 0.5",
            args=(small, 0.5, 32, 4),
            input_shape=(32, 32, 3),
        )
        yield Build(
            "one small row, alpha 1.4",
            args=([(2, 24, 2, 2)], 1.4, 64, 3),
            input_shape=(64, 64, 3),
            aspects=("shape", "parameters"),
            symbolic=True,
        )
        yield Build(
            "the paper's rows",
            args=(ROWS,),
            input_shape=(224, 224, 3),
            aspects=("shape", "parameters"),
            symbolic=True,
        )
        filters, classes = (int(v) for v in rng.integers((2, 3), (9, 90)))
        yield Build(
            f"one row of {8 * filters} filters, {classes} classes",
            args=([(2, 8 * filters, 2, 2)], 1.0, 32, classes),
            input_shape=(32, 32, 3),
            aspects=("shape", "parameters"),
            symbolic=True,
        )

    @accepted("a flat list of blocks first")
    def flat(rows, alpha=1.0, resolution=224, classes=1000):
        blocks = [(t, c, s if i == 0 else 1) for t, c, n, s in rows for i in range(n)]
        image = keras.Input(shape=(resolution, resolution, 3))
        x = conv_bn(image, nets.round_channels(32 * alpha), 3, stride=2)
        for t, c, s in blocks:
            x = inverted(x, nets.round_channels(c * alpha), s, t)
        last = nets.round_channels(1280 * alpha) if alpha > 1 else 1280
        x = conv_bn(x, last, 1)
        x = layers.GlobalAveragePooling2D()(x)
        return keras.Model(inputs=image, outputs=layers.Dense(classes, "softmax")(x))

    @accepted("the stride set back to 1")
    def set_back(rows, alpha=1.0, resolution=224, classes=1000):
        def wide(channels):
            return nets.round_channels(channels * alpha)

        x = image = layers.Input((resolution, resolution, 3))
        x = conv_bn(x, wide(32), 3, 2)
        for row in rows:
            t, c, n, s = row
            while n:
                x = inverted(x, wide(c), s, t)
                s, n = 1, n - 1
        x = conv_bn(x, max(1280, wide(1280)), 1)
        x = layers.GlobalAveragePooling2D(keepdims=True)(x)
        x = layers.Dense(classes)(layers.Flatten()(x))
        return keras.Model(image, layers.Softmax()(x))

    @accepted("first block, then the others")
    def first_then_rest(rows, alpha=1.0, resolution=224, classes=1000):
        image = keras.Input((resolution, resolution, 3))
        x = conv_bn(image, nets.round_channels(alpha * 32), 3, 2)
        for expansion, filters, repeats, stride in rows:
            filters = nets.round_channels(alpha * filters)
            x = inverted(x, filters, stride, expansion)
            for _ in range(repeats - 1):
                x = inverted(x, filters, 1, expansion)
        x = conv_bn(x, nets.round_channels(1280 * (alpha if alpha > 1 else 1)), 1)
        x = keras.ops.mean(x, axis=(1, 2))
        return keras.Model(image, keras.ops.softmax(layers.Dense(classes)(x)))

    every_block_strided = wrong(
        "All blocks of a row have its stride in your network, so the maps shrink to nothing. The "
        "stride in the table is that of the row's first block.",
        change={"stride if i == 0 else 1": "stride"},
    )
    last_block_strided = wrong(
        "The stride is on the last block of each row in your network. It is on the first: the "
        "others work on the smaller map.",
        change={"i == 0": "i == repeats - 1"},
    )
    one_block_a_row = wrong(
        "Your network has one block for each row: 7, not 17. The third number says how many.",
        change={"range(repeats)": "range(1)"},
    )
    strides_ignored = wrong(
        "Your blocks all have stride 1: after the first convolution the map never shrinks.",
        change={"stride if i == 0 else 1": "1"},
    )
    last_always_scaled = wrong(
        "Your last convolution shrinks with alpha. It keeps its 1280 channels when alpha is below "
        "1: the features that the classifier reads are not to be thinned out.",
        change={"max(alpha, 1)": "alpha"},
    )
    last_never_scaled = wrong(
        "Your last convolution has 1280 channels always. When alpha is greater than 1 it grows "
        "with it.",
        change={"nets.round_channels(1280 * max(alpha, 1))": "1280"},
    )
    stem_not_scaled = wrong(
        "Your first convolution has 32 channels whatever alpha is.",
        change={"nets.round_channels(32 * alpha)": "32"},
    )
    not_rounded = wrong(
        "You cut the number of channels down to a whole number. The networks that were published "
        "have multiples of 8; `nets.round_channels` finds them.",
        change={
            "nets.round_channels(32 * alpha)": "int(32 * alpha)",
            "nets.round_channels(filters * alpha)": "int(filters * alpha)",
            "nets.round_channels(1280 * max(alpha, 1))": "int(1280 * max(alpha, 1))",
        },
    )
    alpha_ignored = wrong(
        "Your blocks have the same channels for every alpha.",
        change={"nets.round_channels(filters * alpha)": "filters"},
    )
    no_last_convolution = wrong(
        "Between your last block and the pooling a convolution is missing: 1×1, to 1280 channels.",
        change={("    x = conv_bn(x, nets.round_channels(1280 * max(alpha, 1)), 1)\n"): ""},
    )
    stem_keeps_the_size = wrong(
        "Your first convolution has stride 1. It has stride 2, so that all that follows works on "
        "maps of 112×112 at most.",
        change={"nets.round_channels(32 * alpha), 3, 2": "nets.round_channels(32 * alpha), 3, 1"},
    )
    flattened = wrong(
        "You flatten the last map where V2 takes the average of each channel. That costs 49 times "
        "as many weights in the last layer.",
        change={"layers.GlobalAveragePooling2D": "layers.Flatten"},
    )
    classes_ignored = wrong(
        "Your network has a thousand classes, whatever `classes` says.",
        change={'classes, activation="softmax"': '1000, activation="softmax"'},
    )
    no_softmax = wrong(
        "Your network gives scores, not probabilities: its last layer has no softmax.",
        change={'layers.Dense(classes, activation="softmax")': "layers.Dense(classes)"},
    )
