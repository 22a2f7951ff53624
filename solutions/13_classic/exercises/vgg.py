"""What is right in `vgg`, and what students get wrong."""

import keras
from keras import layers

from autograder.exercise import SUMS_32, Build, Criterion, Model, accepted, wrong

from ._shared import SMALL, VGG_A, VGG_D


class Vgg(Model):
    title = "All of them from a list"
    difficulty = 3
    criteria = (
        Criterion("shape", 1, "one probability a class"),
        Criterion("parameters", 2, "the published numbers of parameters"),
        Criterion("behaviour", 2, "the same probabilities with the same weights"),
    )
    tolerance = SUMS_32
    revisit = "VGG: one filter size for everything"

    def probes(self, rng):
        small = {"classes": 5, "side": 16, "dense": 7}
        yield Build("two small blocks", args=(SMALL,), kwargs=small, input_shape=(16, 16, 3))
        yield Build(
            "three blocks, the last one narrow",
            args=([(3, 2), (8, 1), (2, 1)], 4, 24, 9),
            input_shape=(24, 24, 3),
        )
        for column, blocks in (("D, VGG-16", VGG_D), ("A, VGG-11", VGG_A)):
            yield Build(
                f"column {column}",
                args=(blocks,),
                input_shape=(224, 224, 3),
                aspects=("shape", "parameters"),
                symbolic=True,
            )
        f, g = (int(v) for v in rng.integers(3, 30, 2))
        yield Build(
            f"blocks of {f} and {g} filters",
            args=([(f, 1), (g, 2)], f + 2, 16, g),
            input_shape=(16, 16, 3),
            aspects=("shape", "parameters"),
            symbolic=True,
        )

    @accepted("Sequential, layer by layer")
    def sequential(blocks, classes=1000, side=224, dense=4096):
        model = keras.Sequential([keras.Input((side, side, 3))])
        for filters, convs in blocks:
            for _ in range(convs):
                model.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
            model.add(layers.MaxPooling2D(2))
        model.add(layers.Flatten())
        model.add(layers.Dense(dense, activation="relu"))
        model.add(layers.Dense(dense, activation="relu"))
        model.add(layers.Dense(classes, activation="softmax"))
        return model

    @accepted("softmax as a layer, one list of sizes")
    def flat_list(blocks, classes=1000, side=224, dense=4096):
        plan = [step for filters, convs in blocks for step in [filters] * convs + ["pool"]]
        image = keras.Input(shape=(side, side, 3))
        x = image
        for step in plan:
            if step == "pool":
                x = layers.MaxPooling2D(pool_size=2, strides=2)(x)
            else:
                x = layers.ReLU()(layers.Conv2D(step, (3, 3), padding="same")(x))
        x = layers.Reshape((-1,))(x)
        for _ in range(2):
            x = layers.ReLU()(layers.Dense(dense)(x))
        x = layers.Softmax()(layers.Dense(classes)(x))
        return keras.Model(inputs=image, outputs=x)

    @accepted("parts as models")
    def parts(blocks, classes=1000, side=224, dense=4096):
        def stage(filters, convs):
            made = [layers.Conv2D(filters, 3, 1, "same", activation="relu") for _ in range(convs)]
            return keras.Sequential([*made, layers.MaxPooling2D()])

        head = [layers.Dense(dense, "relu"), layers.Dense(dense, "relu")]
        return keras.Sequential(
            [
                keras.Input((side, side, 3)),
                *[stage(*block) for block in blocks],
                layers.Flatten(),
                *head,
                layers.Dense(classes, "softmax"),
            ]
        )

    no_softmax = wrong(
        "Your network gives scores, not probabilities: its last layer has no softmax. The paper's "
        "network ends in one, and the exercise asks for it.",
        change={'layers.Dense(classes, activation="softmax")': "layers.Dense(classes)"},
    )

    one_hidden = wrong(
        "Your network has one hidden dense layer. VGG has two of them before the layer of classes; "
        "count the layers with weights: 16 in column D.",
        change={"range(2)": "range(1)"},
    )

    averaged = wrong(
        "You average over each map where VGG flattens. That is what lesson 14 does, and it saves "
        "most of the parameters; here the flattened map is asked for.",
        change={"layers.Flatten()": "layers.GlobalAveragePooling2D()"},
    )

    fixed_width = wrong(
        "Your dense layers have 4096 units whatever `dense` says. The arguments are there to build "
        "small networks, too.",
        change={'layers.Dense(dense, activation="relu")': 'layers.Dense(4096, activation="relu")'},
    )

    one_convolution = wrong(
        "Your network has one convolution a block, whatever the second number of the pair says.",
        change={"vgg_block(x, filters, convs)": "vgg_block(x, filters, 1)"},
    )

    last_unpooled = wrong(
        "You do not pool after the last block, so the first dense layer sees four times as many "
        "numbers. Every block ends in pooling, the last one too.",
        change={"model.add(layers.Flatten())": "model.pop()\n    model.add(layers.Flatten())"},
        of=sequential,
    )

    linear_head = wrong(
        "The hidden dense layers have no ReLU in your network: together with the last one they are "
        "a single linear layer.",
        change={'layers.Dense(dense, activation="relu")': "layers.Dense(dense)"},
    )

    relu_on_probabilities = wrong(
        "Your last layer ends in a sigmoid: each class gets a number of its own, and they do not "
        "add up to 1. Probabilities over the classes come from a softmax.",
        change={
            'layers.Dense(classes, activation="softmax")': (
                'layers.Dense(classes, activation="sigmoid")'
            )
        },
    )

    three_hidden = wrong(
        "Your network has three hidden dense layers. VGG has two before the layer of classes.",
        change={"range(2)": "range(3)"},
    )

    classes_fixed = wrong(
        "Your network has 1000 classes whatever `classes` says.",
        change={"layers.Dense(classes, ": "layers.Dense(1000, "},
    )

    not_flattened = wrong(
        "Your network gives probabilities for each *place* of the last map: a Dense layer works on "
        "the last axis alone. The map has to be laid flat before it.",
        change={"layers.Flatten()(x)": "x"},
    )

    last_block_missing = wrong(
        "Your network has one block less than the list. Over what does your loop run?",
        change={"in blocks:": "in blocks[:-1]:"},
    )

    blocks_not_chained = wrong(
        "Your blocks all start from the image: only the last one reaches the output. The output of "
        "one must be the input of the next.",
        change={"x = vgg_block(x, ": "x = vgg_block(inputs, "},
    )
