"""What is right in `googlenet`, and what students get wrong."""

import keras
from keras import layers

from autograder.exercise import Build, Criterion, Model, accepted, wrong
from cnncourse import nets

from ._shared import FLOAT32


class GoogLeNet(Model):
    title = "All of it from a table"
    difficulty = 3
    criteria = (
        Criterion("shape", 1, "one probability for each class"),
        Criterion("parameters", 2, "6,998,552 parameters, and those of smaller tables"),
        Criterion("behaviour", 2, "the same probabilities with the same weights"),
    )
    tolerance = FLOAT32
    revisit = "GoogLeNet"

    def probes(self, rng):
        two = {"a": (3, 2, 4, 2, 3, 2), "pool": None, "b": (5, 3, 2, 4, 6, 3)}
        yield Build("two modules and a pool", args=(two, 32, 5), input_shape=(32, 32, 3))
        yield Build(
            "a side that does not halve, the pool last",
            kwargs={"table": {"a": (2, 5, 3, 3, 2, 4), "p": None}, "side": 44, "classes": 3},
            input_shape=(44, 44, 3),
        )
        whole = {"input_shape": (224, 224, 3), "aspects": ("shape", "parameters"), "symbolic": True}
        yield Build("the whole network", **whole)
        yield Build("twelve classes", kwargs={"classes": 12}, **whole)
        widths = tuple(int(v) for v in rng.integers(2, 20, 6))
        yield Build(
            "one module of random widths",
            args=({"a": widths, "p": None}, 32, widths[0] + 3),
            input_shape=(32, 32, 3),
            aspects=("shape", "parameters"),
            symbolic=True,
        )

    @accepted("layer by layer")
    def spelled_out(table=nets.GOOGLENET, side=224, classes=1000):
        image = keras.Input(shape=(side, side, 3))
        x = layers.Conv2D(64, 7, strides=2, padding="same")(image)
        x = layers.ReLU()(x)
        x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
        x = layers.ReLU()(layers.Conv2D(64, 1)(x))
        x = layers.ReLU()(layers.Conv2D(192, 3, padding="same")(x))
        x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
        for row in table.values():
            if row is None:
                x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
            else:
                x = inception(x, *row)
        x = layers.GlobalAveragePooling2D()(x)
        x = layers.Dropout(0.4)(x)
        x = layers.Dense(classes)(x)
        return keras.Model(image, layers.Softmax()(x))

    @accepted("start and end as Sequential models")
    def parts(table=nets.GOOGLENET, side=224, classes=1000):
        start = keras.Sequential(
            [
                layers.Conv2D(64, 7, 2, "same", activation="relu"),
                layers.MaxPool2D(3, 2, "same"),
                layers.Conv2D(64, 1, activation="relu"),
                layers.Conv2D(192, 3, padding="same", activation="relu"),
                layers.MaxPool2D(3, 2, "same"),
            ]
        )
        end = keras.Sequential(
            [
                layers.GlobalAvgPool2D(),
                layers.Dropout(0.4),
                layers.Dense(classes, activation="softmax"),
            ]
        )
        inputs = keras.Input((side, side, 3))
        x = start(inputs)
        for name in table:
            x = inception(x, *table[name]) if table[name] else layers.MaxPool2D(3, 2, "same")(x)
        return keras.Model(inputs, end(x))

    @accepted("folded with reduce, dropout left out")
    def folded(table=nets.GOOGLENET, side=224, classes=1000):
        def stage(x, row):
            return inception(x, *row) if row is not None else pool(x)

        def pool(x):
            return layers.MaxPooling2D((3, 3), (2, 2), padding="same")(x)

        def conv(*what):
            return layers.Conv2D(*what, padding="same", activation=keras.activations.relu)

        image = keras.Input((side, side, 3))
        x = pool(conv(192, 3)(conv(64, 1)(pool(conv(64, 7, 2)(image)))))
        x = functools.reduce(stage, table.values(), x)
        x = keras.ops.mean(x, axis=(1, 2))
        return keras.Model(image, layers.Dense(classes, "softmax")(x))

    flattened = wrong(
        "You flatten where GoogLeNet averages: each place of the last map gets its own weights. "
        "That is where VGG's parameters lie.",
        change={"layers.GlobalAveragePooling2D": "layers.Flatten"},
        revisit="An average in place of dense layers",
    )

    no_small_first = wrong(
        "The 1×1 convolution of the start is missing: 64 channels go through it before the 3×3 to "
        "192.",
        change={"conv(64, 1)(x)": "x"},
    )

    no_softmax = wrong(
        "Your network gives scores: the softmax at its end is missing.",
        change={'layers.Dense(classes, activation="softmax")': "layers.Dense(classes)"},
    )

    pools_skipped = wrong(
        "You skip the `None`s of the table. Each is a max pooling between two stages; without it "
        "the counts are right and the maps far too large.",
        change={"pool()(x)": "x"},
    )

    small_windows = wrong(
        "Your pooling windows are 2×2. GoogLeNet's are 3×3 and overlap, as AlexNet's do.",
        change={"layers.MaxPooling2D, 3, 2": "layers.MaxPooling2D, 2, 2"},
    )

    pools_unpadded = wrong(
        "Your pools have no padding and lose the border; with 224 pixels the maps of 28 become 27. "
        'Every pooling here has padding "same".',
        change={'layers.MaxPooling2D, 3, 2, padding="same"': "layers.MaxPooling2D, 3, 2"},
    )

    linear_start = wrong(
        "The convolutions of your start have no ReLU.",
        change={'padding="same", activation="relu"': 'padding="same"'},
    )

    fixed_classes = wrong(
        "Your network has 1000 classes whatever `classes` says.",
        change={'classes, activation="softmax"': '1000, activation="softmax"'},
    )

    fixed_table = wrong(
        "You build from `nets.GOOGLENET` whatever table you are given.",
        change={"table.values()": "nets.GOOGLENET.values()"},
    )
