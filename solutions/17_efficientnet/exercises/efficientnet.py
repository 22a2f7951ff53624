"""What is right in `efficientnet`, and what students get wrong."""

import keras
from keras import layers, ops

from autograder.exercise import DEEP_32, Build, Criterion, Model, accepted, wrong


class EfficientNet(Model):
    title = "The whole family"
    difficulty = 3
    criteria = (
        Criterion("shape", 1, "one probability a class"),
        Criterion("parameters", 2, "the published numbers of parameters"),
        Criterion("behaviour", 2, "the same probabilities with the same weights"),
    )
    tolerance = DEEP_32
    revisit = "Deeper, wider, sharper"

    def probes(self, rng):
        yield Build(
            "a narrow, shallow one for images of 32",
            args=(0.3, 0.5, 32),
            kwargs={"classes": 5},
            input_shape=(32, 32, 3),
        )
        yield Build(
            "B2",
            args=(1.1, 1.2, 260),
            input_shape=(260, 260, 3),
            aspects=("shape", "parameters"),
            symbolic=True,
        )
        classes = int(rng.integers(6, 90))
        yield Build(
            f"a narrow one, {classes} classes",
            args=(0.3, 0.5, 32),
            kwargs={"classes": classes},
            input_shape=(32, 32, 3),
            aspects=("shape", "parameters"),
            symbolic=True,
        )

    @accepted("a list of all blocks first")
    def list_first(width, depth, resolution, classes=1000):
        todo = []
        for k, e, f, n, s in B0:
            f, n = round_stage(f, n, width, depth)
            todo += [(f, k, s, e)] + [(f, k, 1, e)] * (n - 1)
        inputs = x = keras.Input(shape=(resolution, resolution, 3))
        first, last = (round_stage(f, 1, width, 1)[0] for f in (32, 1280))
        x = layers.Conv2D(first, 3, strides=2, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization(epsilon=1e-3)(x)
        x = ops.silu(x)
        for block in todo:
            x = mbconv(x, *block)
        x = layers.Conv2D(last, 1, use_bias=False)(x)
        x = layers.BatchNormalization(epsilon=1e-3)(x)
        x = ops.silu(x)
        x = ops.mean(x, axis=(1, 2))
        return keras.Model(inputs, ops.softmax(layers.Dense(classes)(x)))

    @accepted("body and head as two models")
    def two_models(width, depth, resolution, classes=1000):
        def channels(filters):
            return round_stage(filters, 1, width, 1)[0]

        image = keras.Input((resolution, resolution, 3))
        x = layers.Conv2D(channels(32), 3, 2, padding="same", use_bias=False)(image)
        x = layers.Activation("swish")(layers.BatchNormalization(epsilon=0.001)(x))
        for kernel_size, expansion, filters, repeats, stride in B0:
            for _ in range(round_stage(8, repeats, 1, depth)[1]):
                x = mbconv(x, channels(filters), kernel_size, stride, expansion)
                stride = 1
        head = keras.Sequential(
            [
                layers.Conv2D(channels(1280), 1, use_bias=False),
                layers.BatchNormalization(epsilon=0.001),
                layers.Activation("swish"),
                layers.GlobalAveragePooling2D(),
                layers.Dense(classes, "softmax"),
            ]
        )
        return keras.Model(image, head(x))

    @accepted("with dropout before the last layer")
    def with_dropout(width, depth, resolution, classes=1000):
        inputs = keras.Input((resolution, resolution, 3))
        x = inputs
        rows = [(3, None, 32, 1, 2), *B0, (1, None, 1280, 1, 1)]
        for k, e, filters, n, stride in rows:
            filters, n = round_stage(filters, n, width, depth if e else 1)
            for i in range(n):
                step = stride if i == 0 else 1
                if e:
                    x = mbconv(x, filters, k, step, e)
                    continue
                x = layers.Conv2D(filters, k, step, "same", use_bias=False)(x)
                x = layers.BatchNormalization(epsilon=1e-3)(x)
                x = layers.Activation("silu")(x)
        x = layers.Dropout(0.2)(layers.GlobalAveragePooling2D()(x))
        return keras.Model(inputs, layers.Dense(classes, activation="softmax")(x))

    fixed_ends = wrong(
        "Your first and last convolution are not scaled with the width. That is EfficientNet-"
        "Lite; in B1 to B7 both grow.",
        change={("        filters, _ = round_stage(filters, 1, width, 1)\n"): ""},
    )
    swapped = wrong(
        "You exchanged width and depth somewhere: width is for the channels, depth for the number "
        "of blocks.",
        change={"repeats, width, depth": "repeats, depth, width"},
        revisit="Deeper, wider, sharper",
    )
    every_block_strides = wrong(
        "Every block of a stage has the stride in your network. Only the first one shrinks the "
        "map; what comes after keeps its size.",
        change={"stride if i == 0 else 1": "stride"},
    )
    no_head = wrong(
        "The 1×1 convolution to 1280 channels is missing: row 9 of the table comes before the "
        "average.",
        change={"unit(x, 1280, 1, 1)": "x"},
    )
    unrounded = wrong(
        "You scale the filters to whole numbers without rounding them to multiples of 8.",
        change={
            "round_stage(filters, repeats, width, depth)": (
                "int(filters * width), math.ceil(repeats * depth)"
            )
        },
        revisit="Whole numbers",
    )
    not_deeper = wrong(
        "Your network never gets deeper: the repeats stay those of B0.",
        change={"repeats, width, depth": "repeats, width, 1"},
        revisit="Deeper, wider, sharper",
    )
    one_block_a_stage = wrong(
        "You build one block a stage. The table's last column says how often it is repeated.",
        change={"range(repeats)": "range(1)"},
    )
    logits = wrong(
        "Your network ends in scores. Probabilities are asked for, as in Keras Applications.",
        change={'layers.Dense(classes, activation="softmax")': "layers.Dense(classes)"},
    )
    stem_keeps_size = wrong(
        "Your first convolution has no stride. It halves the image before the first block.",
        change={"unit(inputs, 32, 3, 2)": "unit(inputs, 32, 3, 1)"},
    )
    relu_ends = wrong(
        "Your first and last convolution have ReLU. Swish is used everywhere in EfficientNet.",
        change={'"silu"': '"relu"'},
    )
