"""What is right in `resnet`, and what students get wrong."""

import keras
from keras import layers, ops

from autograder.exercise import SUMS_32, Build, Criterion, Model, accepted, wrong


class Resnet(Model):
    title = "ResNet-50 from your block"
    difficulty = 3
    criteria = (
        Criterion("shape", 1, "one probability a class"),
        Criterion("parameters", 2, "no parameter more or less"),
        Criterion("behaviour", 2, "the same probabilities with the same weights"),
    )
    tolerance = SUMS_32
    revisit = "ResNet-18 to -152"

    def probes(self, rng):
        small = {"classes": 5, "side": 32}
        yield Build("one block, then two", args=((1, 2),), kwargs=small, input_shape=(32, 32, 3))
        yield Build("three stages", args=((1, 1, 1),), kwargs=small, input_shape=(32, 32, 3))
        yield Build(
            "three stages, 1000 classes, 224 pixels",
            args=((2, 1, 2),),
            input_shape=(224, 224, 3),
            aspects=("shape", "parameters"),
            symbolic=True,
        )
        blocks, classes = (int(v) for v in rng.integers((1, 5), (4, 90)))
        yield Build(
            f"stages of 1 and {blocks}, {classes} classes",
            args=((1, blocks),),
            kwargs={"classes": classes, "side": 32},
            input_shape=(32, 32, 3),
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

    strides_everywhere = wrong(
        "Every block of your later stages has stride 2. A stage halves its maps once, in its first "
        "block.",
        change={"stage > 0 and i == 0": "stage > 0"},
    )

    first_stage_strided = wrong(
        "Your first stage halves its maps, too. The stem has done so twice by then; the first "
        "stage keeps the size.",
        change={"stage > 0 and i == 0": "i == 0"},
    )

    never_strided = wrong(
        "Your stages never halve their maps: no block has a stride.",
        change={"2 if stage > 0 and i == 0 else 1": "1"},
    )

    never_wider = wrong(
        "All of your stages have 64 filters. They double from stage to stage.",
        change={"64 * 2**stage": "64"},
    )

    wide_filters = wrong(
        "You ask for 256 filters in the first stage. `filters` is the width of the narrow part; "
        "the block itself comes back to four times as many.",
        change={"64 * 2**stage": "256 * 2**stage"},
    )

    flattened = wrong(
        "You flatten the last maps as VGG does. A residual network averages over each map, so that "
        "its dense layer sees one number a channel.",
        change={"layers.GlobalAveragePooling2D": "layers.Flatten"},
    )

    no_softmax = wrong(
        "Your network gives scores; probabilities are asked for: the softmax is missing.",
        change={'layers.Dense(classes, activation="softmax")': "layers.Dense(classes)"},
    )

    added = wrong(
        "Your stages grow by 64 filters each: 64, 128, 192. They double from stage to stage, which "
        "shows from the third stage on.",
        change={"64 * 2**stage": "64 * (stage + 1)"},
    )

    max_pooled = wrong(
        "You take the largest number of each last map. The head takes the average of each.",
        change={"layers.GlobalAveragePooling2D": "layers.GlobalMaxPooling2D"},
    )

    strided_once = wrong(
        "Only your second stage halves its maps. Each stage after the first does, in its first "
        "block.",
        change={"stage > 0 and i == 0": "stage == 1 and i == 0"},
    )
