"""What is right in `thawed`, and what students get wrong."""

import keras
from keras import layers

from autograder.exercise import DEEP_32, Build, Criterion, Model, accepted, wrong


class Thawed(Model):
    title = "Find the bugs"
    difficulty = 3
    criteria = (
        Criterion("shape", 1, "one score a class"),
        Criterion("parameters", 3, "what is trainable, and what is not"),
        Criterion("training", 2, "what `fit` computes: running statistics, not the batch's"),
    )
    tolerance = DEEP_32
    revisit = "Thawing"

    def probes(self, rng):
        for blocks in (1, 0, 2, 3):
            label = f"{blocks} of three blocks thawed"
            yield Build(label, args=(4 + blocks, blocks), input_shape=(16, 16, 3))
        classes, blocks = (int(v) for v in rng.integers((9, 0), (60, 4)))
        yield Build(
            f"{blocks} of three blocks thawed, {classes} classes",
            args=(classes, blocks),
            input_shape=(16, 16, 3),
            aspects=("shape", "parameters"),
        )

    @accepted("frozen first, then the last convolutions thawed")
    def convolutions(classes, blocks):
        body = three_blocks()
        found = [x for x in body.layers if isinstance(x, layers.Conv2D)]
        body.trainable = False
        for layer in found[len(found) - blocks :]:
            layer.trainable = True
        body_trained = keras.Sequential([*body.layers[1:]])
        image = keras.Input((16, 16, 3))
        x = layers.GlobalAveragePooling2D()(body_trained(image))
        return keras.Model(image, layers.Dense(classes)(x))

    @accepted("on the body's own graph")
    def own_graph(classes, blocks):
        body = three_blocks()
        for layer in body.layers:
            layer.trainable = False
        for k in range(blocks):
            body.layers[-3 - 3 * k].trainable = True
        x = layers.GlobalAveragePooling2D()(body.output)
        return keras.Model(body.input, layers.Dense(classes)(x))

    @accepted("a stack, the indices counted by hand")
    def stack(classes, blocks):
        body = three_blocks()
        for number, layer in enumerate(body.layers[1:]):
            is_convolution = number % 3 == 0
            layer.trainable = is_convolution and number // 3 >= 3 - blocks
        return keras.Sequential(
            [
                keras.Input((16, 16, 3)),
                body,
                layers.GlobalAveragePooling2D(),
                layers.Dense(classes),
            ]
        )

    all_thawed = wrong(
        "Every layer of your body is trainable, whatever `blocks` says. The first blocks and all "
        "batch normalisations have to be frozen.",
        change={"i >= first and not isinstance(layer, layers.BatchNormalization)": "True"},
        revisit="Frozen",
    )
    norms_trained = wrong(
        "Blocks are chosen rightly, but their batch normalisations are trained with them: γ and β "
        "by gradients, the running statistics in passing. `training=False` in a call does not "
        "keep `fit` from it.",
        change={" and not isinstance(layer, layers.BatchNormalization)": ""},
        revisit="Frozen",
    )
    all_thawed_at_zero = wrong(
        "With `blocks=0` your slice holds all layers, not none: there is no −0 to count from the "
        "end.",
        change={
            "len(body.layers) - 3 * blocks": ("0 if blocks == 0 else len(body.layers) - 3 * blocks")
        },
    )
    from_the_front = wrong(
        "You thaw the first blocks. They find edges and textures, which all images have; the last "
        "ones are to be adapted.",
        change={"i >= first": "i <= 3 * blocks"},
    )
    all_frozen = wrong(
        "The whole body is frozen, whatever `blocks` says. `body.trainable = False` is handed down "
        "to all layers, and undoes what a loop before it has done.",
        change={"i >= first and not isinstance(layer, layers.BatchNormalization)": "False"},
        revisit="Frozen",
    )
    layers_for_blocks = wrong(
        "You thaw so many *layers*. A block is three of them: convolution, batch normalisation, "
        "ReLU.",
        change={"3 * blocks": "blocks"},
    )
    one_too_many = wrong(
        "You thaw one block more than asked for.",
        change={"3 * blocks": "3 * (blocks + 1)"},
    )
    norms_free_in_front = wrong(
        "The batch normalisations are trainable in every block of yours, also in front. The loop "
        "has to reach them.",
        change={"and not isinstance": "or isinstance"},
    )
    head_frozen = wrong(
        "Your head is frozen as well. It is new: it must be trained.",
        change={"layers.Dense(classes)": "layers.Dense(classes, trainable=False)"},
    )
    active_head = wrong(
        "Your head ends in a softmax. Scores are asked for, without an activation.",
        change={"layers.Dense(classes)": 'layers.Dense(classes, activation="softmax")'},
    )
