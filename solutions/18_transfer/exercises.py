"""Exercises of lesson 18: transfer learning and fine-tuning."""

from typing import ClassVar

import keras
import numpy as np
from keras import layers

from autograder.exercise import (
    Block,
    Choices,
    Criterion,
    Function,
    Model,
    Probe,
    Tolerance,
    Trained,
    Value,
    accepted,
    wrong,
)
from cnncourse import data

FLOAT32 = Tolerance(
    atol=2e-4, rtol=2e-4, reason="float32 sums of some hundred products, added up in any order"
)
PIXELS = Tolerance(atol=2e-6, rtol=0, reason="one division and one difference in float32")
RATES = Tolerance(atol=0, rtol=1e-6, reason="a few powers in float64, or in float32 by Keras")


def _changed(source: str, *changes: tuple[str, str]) -> str:
    """A right answer with something a student got wrong; every change must find its place."""
    for right, mistaken in changes:
        if right not in source:
            raise ValueError(f"Nothing to change: {right!r} is not in the answer.")
        source = source.replace(right, mistaken)
    return source


PREPARED = """
def prepared(images, order="RGB"):
    x = np.asarray(images, dtype="float32")
    x = x / 127.5 - 1
    if x.ndim == 3:
        return np.stack([x, x, x], axis=-1)
    return x[..., ::-1] if order == "BGR" else x
"""
SCALED = "x = x / 127.5 - 1"


class Prepared(Function):
    name = "prepared"
    title = "Prepare the images"
    difficulty = 1
    criteria = (
        Criterion("range", 2, "−1 to 1, from whole numbers and from floats"),
        Criterion("order", 1, "red first"),
        Criterion("grey", 1, "grey images with three channels"),
    )
    tolerance = PIXELS
    revisit = "What the weights expect"

    def probes(self, rng):
        colour = rng.integers(0, 256, (2, 3, 5, 3)).astype("uint8")
        colour[0, 0, 0], colour[0, 0, 1] = (0, 100, 255), (255, 0, 200)
        yield Probe("range", "uint8, RGB", args=(colour,))
        floats = rng.uniform(0, 255, (1, 4, 2, 3)).astype("float32")
        yield Probe("range", "float32, RGB", args=(floats,))
        dark = np.full((1, 2, 3, 3), 1, dtype="uint8")
        yield Probe("range", "uint8, nearly black", args=(dark,))
        yield Probe("order", "uint8, BGR", args=(colour,), kwargs={"order": "BGR"})
        yield Probe("order", "float32, BGR", args=(floats, "BGR"))
        grey = rng.integers(0, 256, (2, 4, 3)).astype("uint8")
        yield Probe("grey", "grey, uint8", args=(grey,))
        yield Probe("grey", "grey, order BGR", args=(grey / 1.0, "BGR"))

    @accepted("Keras's own layer")
    def rescaling(images, order="RGB"):
        x = keras.ops.convert_to_numpy(layers.Rescaling(1 / 127.5, offset=-1)(images * 1.0))
        if x.ndim == 3:
            x = np.repeat(x[:, :, :, None], 3, axis=3)
        elif order == "BGR":
            x = np.flip(x, axis=-1)
        return x.astype("float32")

    @accepted("channel by channel")
    def channel_by_channel(images, order="RGB"):
        images = np.asarray(images)
        grey = images.ndim == 3
        picked = [0, 0, 0] if grey else ([2, 1, 0] if order == "BGR" else [0, 1, 2])
        source = images[..., None] if grey else images
        x = np.empty((*source.shape[:3], 3), dtype="float32")
        for channel, k in enumerate(picked):
            x[..., channel] = (source[..., k].astype("float32") - 127.5) / 127.5
        return x

    @accepted("interpolated between the ends")
    def interpolated(images, order="RGB"):
        if images.ndim == 3:
            images = np.broadcast_to(images[..., None], (*images.shape, 3))
        if order == "BGR":
            images = images[..., [2, 1, 0]]
        return np.interp(images, [0, 255], [-1, 1]).astype(np.float32)

    divided_twice = wrong(
        "You divide twice: by 255, and then again. After that all images are nearly the same even "
        "grey to the network.",
        source=_changed(PREPARED, (SCALED, "x = (x / 255) / 127.5 - 1")),
    )
    zero_to_one = wrong(
        "Your values run from 0 to 1. It is the quiet mistake: clear photographs survive it. These "
        "weights have seen values on both sides of zero.",
        source=_changed(PREPARED, (SCALED, "x = x / 255")),
    )
    as_they_are = wrong(
        "You leave 0 to 255 as it is. Networks that begin with a scaling of their own want that; "
        "this one does not.",
        source=_changed(PREPARED, (SCALED, "x = x")),
    )
    half = wrong(
        "Your values run from −0.5 to 0.5. The range is right only when 255 becomes 1.",
        source=_changed(PREPARED, (SCALED, "x = x / 255 - 0.5")),
    )
    by_128 = wrong(
        "You divide by 128: 255 becomes a little less than 1. Where is the middle of 0 and 255?",
        source=_changed(PREPARED, (SCALED, "x = x / 128 - 1")),
    )
    imagenet_statistics = wrong(
        "You subtract ImageNet's mean and divide by its deviation, channel by channel. That is "
        "the convention of other weights (DenseNet's, here).",
        source="""
        def prepared(images, order="RGB"):
            x = np.asarray(images, dtype="float32") / 255
            x = np.stack([x, x, x], axis=-1) if x.ndim == 3 else x
            x = x[..., ::-1] if order == "BGR" else x
            x = (x - np.array([0.485, 0.456, 0.406])) / np.array([0.229, 0.224, 0.225])
            return x.astype("float32")
        """,
    )
    order_ignored = wrong(
        "You do not look at `order`: images with blue first stay so. Nothing fails, which is why "
        "it is found so late.",
        source=_changed(PREPARED, ('x[..., ::-1] if order == "BGR" else x', "x")),
    )
    always_reversed = wrong(
        "You reverse the channels of every image. Those that are red first already become blue "
        "first.",
        source=_changed(PREPARED, ('x[..., ::-1] if order == "BGR" else x', "x[..., ::-1]")),
    )
    mirrored = wrong(
        "You reverse the columns of the image: it is mirrored, and its colours are as before. The "
        "channels are the last axis.",
        source=_changed(PREPARED, ("x[..., ::-1]", "x[:, :, ::-1]")),
    )
    one_channel = wrong(
        "Your grey images have one channel. The first convolution of the network has weights for "
        "three.",
        source=_changed(PREPARED, ("np.stack([x, x, x], axis=-1)", "x[..., None]")),
    )
    wrapped = wrong(
        "You calculate in uint8: there 2 · 200 is 144, because 255 is followed by 0. Change the "
        "type first.",
        source=_changed(
            PREPARED,
            ('np.asarray(images, dtype="float32")', "np.asarray(images)"),
            (SCALED, 'x = (2 * x - 255).astype("float32") / 255'),
        ),
    )


NAMER = """
kernel, bias = fit_head(features(few_patches), few_sources, 7)
def namer(images):
    return features(images) @ kernel + bias
"""


class Namer(Trained):
    name = "namer"
    title = "Beat it"
    difficulty = 2
    criteria = (
        Criterion("learns", 1, "names 45 % of new patches rightly"),
        Criterion("transfers", 3, "names 72 % of them rightly"),
    )
    thresholds: ClassVar = {"learns": 0.45, "transfers": 0.72}
    classes = 7
    revisit = "A linear probe"

    def hidden(self, rng):
        _, (images, labels) = data.photo_patches(
            train=7, test=140, size=48, seed=int(rng.integers(1, 2**31))
        )
        return images.mean(axis=-1).round().astype("uint8"), labels

    probe = accepted("the head of the lesson on features", source=NAMER)
    keras_head = accepted(
        "a Keras head trained on the features, in a function",
        source="""
        keras.utils.set_random_seed(0)
        small_head = keras.Sequential([keras.Input((1280,)), layers.Dense(7)])
        small_head.compile(keras.optimizers.Adam(3e-3),
                           keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        small_head.fit(features(few_patches), few_sources, epochs=40, batch_size=7, verbose=0)
        namer = lambda patches: small_head(features(patches))
        """,
    )
    whole_model = accepted(
        "one model: sizes, scaling, frozen body, head",
        source="""
        kernel, bias = fit_head(features(few_patches), few_sources, 7)
        image = keras.Input((48, 48))
        x = layers.Reshape((48, 48, 1))(image)
        x = layers.Concatenate()([x, x, x])
        x = layers.Rescaling(1 / 127.5, offset=-1)(layers.Resizing(96, 96, antialias=True)(x))
        frozen = keras.Model(network().input, network().layers[-3].output)
        frozen.trainable = False
        head = layers.Dense(7)
        namer = keras.Model(image, head(frozen(x)))
        head.set_weights([kernel, bias])
        """,
    )
    nearest = accepted(
        "no training: the class whose mean feature is nearest in direction",
        source="""
        kept = features(few_patches)
        middle = kept.mean(axis=0)
        means = np.stack([kept[few_sources == k].mean(axis=0) - middle for k in range(7)])
        means /= np.linalg.norm(means, axis=1, keepdims=True)
        def namer(images):
            return (features(images) - middle) @ means.T
        """,
    )

    too_few = wrong(
        "Your network has learned, but not enough. Has the head seen all 35 patches, and are they "
        "features of the published weights that it has seen?",
        symptom="falls_short",
        source="""
        kernel, bias = fit_head(features(few_patches[:25]), few_sources[:25], 7)
        def namer(images):
            return features(images) @ kernel + bias
        """,
    )
    never_fitted = wrong(
        "Your answers are hardly better than guesses. Has the head been fitted, and are the "
        "features made in the same way for the new patches as for the few?",
        symptom="untrained",
        source="""
        keras.utils.set_random_seed(3)
        head = keras.Sequential([keras.Input((1280,)), layers.Dense(7)])
        def namer(images):
            return head(features(images))
        """,
    )
    names_instead = wrong(
        "Your function gives no scores, one for each of the 7 kinds and each patch. If it "
        "chooses the best kind, leave that out; if it gives features, the head is missing.",
        symptom="no_scores",
        source="""
        kernel, bias = fit_head(features(few_patches), few_sources, 7)
        def namer(images):
            return (features(images) @ kernel + bias).argmax(axis=1)
        """,
    )
    divided_before = wrong(
        "Nearly all patches get the same name. `features` scales by itself: if you divide before "
        "it, every patch is nearly black to the network.",
        symptom="one_class",
        source="""
        kernel, bias = fit_head(features(few_patches), few_sources, 7)
        def namer(images):
            return features(images / 255) @ kernel + bias
        """,
    )
    shifted_labels = wrong(
        "Your network tells the kinds apart, but calls them by other names. Are your labels in the "
        "order of `few_sources`, 0 to 6?",
        symptom="renamed_classes",
        source="""
        kernel, bias = fit_head(features(few_patches), (few_sources + 1) % 7, 7)
        def namer(images):
            return features(images) @ kernel + bias
        """,
    )


def _counts(**changes: int) -> str:
    """An answer for the counts, with some entries changed."""
    right = {
        "probe": 8_967,
        "everything": 3_379_975,
        "norm_frozen": 3_337_959,
        "forgotten": 8_967,
        "moving": 42_016,
    }
    return repr({**right, **changes})


class FrozenCount(Value):
    name = "frozen_count"
    title = "Freeze and count"
    difficulty = 2
    entries: ClassVar = dict.fromkeys(
        ("probe", "everything", "norm_frozen", "forgotten", "moving"), "integer"
    )
    entry_criterion: ClassVar = {
        "probe": "head",
        "everything": "thawed",
        "norm_frozen": "thawed",
        "forgotten": "compiled",
        "moving": "moving",
    }
    criteria = (
        Criterion("head", 1, "the head alone"),
        Criterion("thawed", 2, "a body that is trained, with and without its normalisations"),
        Criterion("compiled", 1, "what counts is the last compile"),
        Criterion("moving", 1, "what no gradient changes"),
    )
    revisit = "Frozen"

    numbers = accepted("numbers", source=_counts())
    arithmetic = accepted(
        "arithmetic",
        source="""(lambda head, total, channels: dict(
            probe=head, everything=total + head - 2 * channels,
            norm_frozen=total + head - 4 * channels, forgotten=head, moving=2 * channels,
        ))(1281 * 7, 3413024, 21008)""",
    )
    in_numpy = accepted(
        "in NumPy",
        source="""dict(zip(
            ["probe", "everything", "norm_frozen", "forgotten", "moving"],
            np.array([[0, 0, 1], [1, -2, 1], [1, -4, 1], [0, 0, 1], [0, 2, 0]])
            @ np.array([3_413_024, 21_008, 8_967]),
        ))""",
    )
    moving_counted = wrong(
        "Your `everything` counts the moving means and variances. They change in `fit`, but no "
        "gradient changes them.",
        source=_counts(everything=3_421_991),
    )
    no_recompile = wrong(
        "Your `forgotten` believes the body is trained. It was thawed after `compile` and `fit`: "
        "which training step does the second `fit` use?",
        source=_counts(forgotten=3_379_975),
    )
    no_bias = wrong(
        "Your head has no biases. A dense layer has one a unit.",
        source=_counts(probe=8_960, forgotten=8_960, everything=3_379_968, norm_frozen=3_337_952),
    )
    head_forgotten = wrong(
        "You forgot the head: it is trained in every case.",
        source=_counts(probe=0, forgotten=0, everything=3_371_008, norm_frozen=3_328_992),
    )
    gamma_counted = wrong(
        "Your `norm_frozen` still counts γ and β. `trainable=False` on a batch normalisation "
        "freezes all four numbers of a channel.",
        source=_counts(norm_frozen=3_379_975),
    )
    norms_for_channels = wrong(
        "Your `moving` counts layers. Each channel of each normalisation has its own statistics.",
        source=_counts(moving=98),
    )
    mean_alone = wrong(
        "Your `moving` counts one number a channel. There is a moving mean and a moving variance.",
        source=_counts(moving=21_008),
    )
    all_four = wrong(
        "Your `moving` counts γ and β as well. Gradients change those, if they are trainable.",
        source=_counts(moving=84_032),
    )


THAWED = """
def thawed(classes, blocks):
    body = three_blocks()
    first = len(body.layers) - 3 * blocks
    for i, layer in enumerate(body.layers):
        layer.trainable = i >= first and not isinstance(layer, layers.BatchNormalization)
    image = keras.Input((16, 16, 3))
    x = layers.GlobalAveragePooling2D()(body(image))
    return keras.Model(image, layers.Dense(classes)(x))
"""
NO_NORM = " and not isinstance(layer, layers.BatchNormalization)"


class Thawed(Model):
    name = "thawed"
    title = "Find the bugs: thawing"
    difficulty = 3
    criteria = (
        Criterion("shape", 1, "one score a class"),
        Criterion("parameters", 3, "what is trainable, and what is not"),
        Criterion("training", 2, "what `fit` computes: running statistics, not the batch's"),
    )
    tolerance = FLOAT32
    revisit = "Thawing"

    def probes(self, rng):
        for blocks in (1, 0, 2, 3):
            label = f"{blocks} of three blocks thawed"
            yield Probe(None, label, args=(4 + blocks, blocks), input_shape=(16, 16, 3))

    @accepted("frozen first, then the last convolutions thawed")
    def convolutions(classes, blocks):
        body = three_blocks()  # noqa: F821
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
        body = three_blocks()  # noqa: F821
        for layer in body.layers:
            layer.trainable = False
        for k in range(blocks):
            body.layers[-3 - 3 * k].trainable = True
        x = layers.GlobalAveragePooling2D()(body.output)
        return keras.Model(body.input, layers.Dense(classes)(x))

    @accepted("a stack, the indices counted by hand")
    def stack(classes, blocks):
        body = three_blocks()  # noqa: F821
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
        revisit="Frozen",
        source=_changed(
            THAWED, ("layer.trainable = i >= first" + NO_NORM, "layer.trainable = True")
        ),
    )
    norms_trained = wrong(
        "Blocks are chosen rightly, but their batch normalisations are trained with them: γ and β "
        "by gradients, the running statistics in passing. `training=False` in a call does not "
        "keep `fit` from it.",
        revisit="Frozen",
        source=_changed(THAWED, (NO_NORM, "")),
    )
    all_thawed_at_zero = wrong(
        "With `blocks=0` your slice holds all layers, not none: there is no −0 to count from the "
        "end.",
        source="""
        def thawed(classes, blocks):
            body = three_blocks()
            body.trainable = False
            for layer in body.layers[-3 * blocks:]:
                layer.trainable = not isinstance(layer, layers.BatchNormalization)
            image = keras.Input((16, 16, 3))
            x = layers.GlobalAveragePooling2D()(body(image))
            return keras.Model(image, layers.Dense(classes)(x))
        """,
    )
    from_the_front = wrong(
        "You thaw the first blocks. They find edges and textures, which all images have; the last "
        "ones are to be adapted.",
        source=_changed(THAWED, ("i >= first", "i <= 3 * blocks")),
    )
    all_frozen = wrong(
        "The whole body is frozen, whatever `blocks` says. `body.trainable = False` is handed down "
        "to all layers, and undoes what a loop before it has done.",
        revisit="Frozen",
        source=_changed(
            THAWED, ("layer.trainable = i >= first" + NO_NORM, "layer.trainable = False")
        ),
    )
    layers_for_blocks = wrong(
        "You thaw so many *layers*. A block is three of them: convolution, batch normalisation, "
        "ReLU.",
        source=_changed(THAWED, ("- 3 * blocks", "- blocks")),
    )
    one_too_many = wrong(
        "You thaw one block more than asked for.",
        source=_changed(THAWED, ("- 3 * blocks", "- 3 * (blocks + 1)")),
    )
    norms_free_in_front = wrong(
        "The batch normalisations are trainable in every block of yours, also in front. The loop "
        "has to reach them.",
        source=_changed(THAWED, (NO_NORM, " or isinstance(layer, layers.BatchNormalization)")),
    )
    head_frozen = wrong(
        "Your head is frozen as well. It is new: it must be trained.",
        source=_changed(THAWED, ("Dense(classes)", "Dense(classes, trainable=False)")),
    )
    active_head = wrong(
        "Your head ends in a softmax. Scores are asked for, without an activation.",
        source=_changed(THAWED, ("Dense(classes)", 'Dense(classes, activation="softmax")')),
    )


FALLING = """
def falling_rates(blocks, head_rate, factor, frozen=0):
    rates = head_rate / factor ** np.arange(blocks, -1, -1.0)
    rates[:frozen] = 0
    return rates
"""


class FallingRates(Function):
    name = "falling_rates"
    title = "Falling rates"
    difficulty = 1
    criteria = (
        Criterion("fall", 2, "from the head to the first block"),
        Criterion("frozen", 1, "frozen blocks"),
    )
    tolerance = RATES
    revisit = "Rates for head and body"

    def probes(self, rng):
        yield Probe("fall", "3 blocks, factor 10", args=(3, 0.01, 10))
        yield Probe("fall", "1 block, ULMFiT's factor", args=(1, 0.02, 2.6))
        rate = round(float(rng.uniform(0.001, 0.1)), 4)
        yield Probe("fall", "5 blocks", args=(5, rate, 1.5))
        yield Probe("fall", "factor 1: one rate for all", args=(2, rate, 1))
        yield Probe("frozen", "the lesson's: 3 blocks, 1 frozen", args=(3, 0.01, 10, 1))
        yield Probe("frozen", "5 blocks, 3 frozen", args=(5, rate, 2), kwargs={"frozen": 3})
        yield Probe("frozen", "all frozen but the head", args=(4, rate, 3.0, 4))

    @accepted("a loop back from the head")
    def loop(blocks, head_rate, factor, frozen=0):
        rates = np.zeros(blocks + 1)
        rate = float(head_rate)
        for k in range(blocks, frozen - 1, -1):
            rates[k] = rate
            rate = rate / factor
        return rates

    @accepted("geometric series, then a mask")
    def geometric(blocks, head_rate, factor, frozen=0):
        rates = np.geomspace(head_rate / factor**blocks, head_rate, blocks + 1)
        return np.where(np.arange(blocks + 1) < frozen, 0.0, rates)

    @accepted("a list, by its formula")
    def formula(blocks, head_rate, factor, frozen=0):
        return np.array(
            [
                0.0 if k < frozen else head_rate * float(factor) ** (k - blocks)
                for k in range(blocks + 1)
            ]
        )

    wrong_way_round = wrong(
        "Your rates fall towards the head. It is new and has farthest to go; the first block is "
        "nearly right as it is.",
        source=_changed(FALLING, ("np.arange(blocks, -1, -1.0)", "np.arange(blocks + 1.0)")),
    )
    head_divided = wrong(
        "Your head has not `head_rate` but a factor less. The first division comes with the last "
        "block.",
        source=_changed(FALLING, ("np.arange(blocks, -1, -1.0)", "np.arange(blocks + 1, 0, -1.0)")),
    )
    one_for_the_body = wrong(
        "All blocks have the same rate in your answer. Each step away from the head divides once "
        "more.",
        source=_changed(
            FALLING, ("np.arange(blocks, -1, -1.0)", "(np.arange(blocks + 1) < blocks)")
        ),
    )
    subtracted = wrong(
        "Your rates fall by equal differences. They are divided by the factor at each step.",
        source=_changed(
            FALLING,
            (
                "head_rate / factor ** np.arange(blocks, -1, -1.0)",
                "np.linspace(head_rate / factor**blocks, head_rate, blocks + 1)",
            ),
        ),
    )
    linear = wrong(
        "You divide by the factor times the number of steps. Each step divides what the step "
        "before has left.",
        source=_changed(
            FALLING,
            (
                "factor ** np.arange(blocks, -1, -1.0)",
                "np.maximum(1, factor * np.arange(blocks, -1, -1.0))",
            ),
        ),
    )
    grows = wrong(
        "Your body is faster than the head: you multiply where the rate should be divided.",
        source=_changed(FALLING, ("head_rate / factor", "head_rate * factor")),
    )
    frozen_forgotten = wrong(
        "Your frozen blocks have a rate. Theirs is 0.",
        source=_changed(FALLING, ("    rates[:frozen] = 0\n", "")),
    )
    frozen_at_the_head = wrong(
        "You freeze the blocks next to the head. Frozen ones are counted from the input.",
        source=_changed(FALLING, ("rates[:frozen]", "rates[blocks - frozen:blocks]")),
    )
    no_head = wrong(
        "The head's own rate is missing: there is one rate more than blocks.",
        source=_changed(FALLING, ("return rates", "return rates[:-1]")),
    )


ADAPTER = """
def adapter(x, reduced):
    y = layers.Dense(reduced, activation="relu")(x)
    y = layers.Dense(x.shape[-1], kernel_initializer="zeros")(y)
    return layers.Add()([x, y])
"""


class Adapter(Block):
    name = "adapter"
    title = "An adapter"
    difficulty = 2
    criteria = (
        Criterion("shape", 1, "the shape of what comes in"),
        Criterion("parameters", 1, "two dense layers with biases"),
        Criterion("behaviour", 2, "the same outputs with the same weights"),
    )
    tolerance = FLOAT32
    revisit = "Adapters"

    def probes(self, rng):
        yield Probe(None, "maps of 5×3, 6 channels to 2", args=(2,), input_shape=(5, 3, 6))
        yield Probe(None, "maps of 2×2, 12 channels to 5", args=(5,), input_shape=(2, 2, 12))
        yield Probe(None, "one place, 4 channels to 1", args=(1,), input_shape=(1, 1, 4))

    @accepted("1×1 convolutions")
    def convolutions(x, reduced):
        y = layers.Conv2D(reduced, 1, activation="relu")(x)
        y = layers.Conv2D(int(x.shape[-1]), 1, kernel_initializer=keras.initializers.Zeros())(y)
        return x + y

    @accepted("a stack of layers, and ReLU as one of them")
    def stack(x, reduced):
        bottleneck = keras.Sequential(
            [
                layers.Dense(reduced),
                layers.ReLU(),
                layers.Dense(x.shape[-1], kernel_initializer="zeros", bias_initializer="zeros"),
            ]
        )
        return layers.add([bottleneck(x), x])

    @accepted("places in one row, and back")
    def in_one_row(x, reduced):
        *places, channels = x.shape[1:]
        rows = layers.Reshape((-1, channels))(x)
        narrow = keras.ops.relu(layers.Dense(reduced)(rows))
        wide = layers.Dense(channels, kernel_initializer="zeros")(narrow)
        return keras.ops.add(x, layers.Reshape((*places, channels))(wide))

    no_shortcut = wrong(
        "The shortcut is missing: with zeros in the up-projection your adapter lets nothing "
        "through.",
        source=_changed(ADAPTER, ("layers.Add()([x, y])", "y")),
    )
    no_activation = wrong(
        "Nothing happens between your two layers. Without a non-linearity they are one matrix of "
        "low rank.",
        source=_changed(ADAPTER, (', activation="relu"', "")),
    )
    no_bottleneck = wrong(
        "Your middle is as wide as the input. It has `reduced` units: that is what makes an "
        "adapter small.",
        source=_changed(ADAPTER, ("Dense(reduced", "Dense(x.shape[-1]")),
    )
    active_end = wrong(
        "You apply ReLU after the sum. A fresh adapter must return x as it is, negative values "
        "too.",
        source=_changed(ADAPTER, ("layers.Add()([x, y])", "layers.ReLU()(layers.Add()([x, y]))")),
    )
    active_up = wrong(
        "Your up-projection has an activation. Then the adapter can only add, never take away.",
        source=_changed(
            ADAPTER, ('kernel_initializer="zeros"', 'kernel_initializer="zeros", activation="relu"')
        ),
    )
    no_biases = wrong(
        "Your dense layers have no biases. Both have them here.",
        source=_changed(
            ADAPTER,
            ('activation="relu"', 'activation="relu", use_bias=False'),
            ('"zeros")', '"zeros", use_bias=False)'),
        ),
    )
    multiplied = wrong(
        "You multiply x by the bottleneck's output. That is a gate (lesson 17); a fresh one with "
        "zeros would erase everything. An adapter adds.",
        source=_changed(ADAPTER, ("layers.Add()", "layers.Multiply()")),
    )
    as_ratio = wrong(
        "You divide the channels by `reduced`. It is the number of units in the middle.",
        source=_changed(ADAPTER, ("Dense(reduced", "Dense(x.shape[-1] // reduced")),
    )
    squeezed = wrong(
        "You average over the places first, as squeeze and excitation does. An adapter works at "
        "every place by itself.",
        source=_changed(
            ADAPTER,
            ('activation="relu")(x)', 'activation="relu")(keras.ops.mean(x, (1, 2), True))'),
        ),
    )


class Quiz(Choices):
    name = "quiz"
    title = "Quiz"
    revisit = "Summary"
    questions: ClassVar = {
        "q1": (
            "You freeze a body after two epochs of fit, and call fit again. What is trained?",
            {
                "a": "the head only",
                "b": "all that was trained before",
                "c": "nothing",
                "d": "Keras raises an error",
            },
        ),
        "q2": (
            "A batch normalisation has trainable=False. In fit it uses",
            {
                "a": "the batch's mean and variance",
                "b": "the batch's, and does not store them",
                "c": "its running mean and variance",
                "d": "neither; it returns its input",
            },
        ),
        "q3": (
            "Keras's EfficientNet-B0 names every photograph wrongly; your pipeline divides by 255.",
            {
                "a": "divide by 127.5 and subtract 1",
                "b": "swap red and blue",
                "c": "train longer",
                "d": "leave the division out",
            },
        ),
        "q4": (
            "With Adam you multiply the body's gradients by 0.01. What happens?",
            {
                "a": "its steps are as long as before",
                "b": "its steps are a hundredth",
                "c": "it is frozen",
                "d": "its steps are a tenth",
            },
        ),
        "q5": (
            "Both projections of an adapter start at zero. What does training do to its kernels?",
            {
                "a": "both learn",
                "b": "only the up projection learns",
                "c": "only the down projection learns",
                "d": "neither ever moves",
            },
        ),
        "q6": (
            "30 photographs each of four kinds of birds. Where do you begin?",
            {
                "a": "from scratch",
                "b": "thaw all, rate 0.001",
                "c": "a probe on frozen features",
                "d": "thaw the first layers",
            },
        ),
    }
    because: ClassVar = {
        "q1": {
            "a": "That would be so after another compile. Read the second line of the table.",
            "c": "The training step of the first fit is still there. What does it train?",
            "d": "There is neither an error nor a warning, alas.",
        },
        "q2": {
            "a": "That is a trainable one. Look at the example with 3 and 5.",
            "b": "Freezing does more than to stop the storing. Look at the example with 3 and 5.",
            "d": "With running mean 0 and variance 1 it looks so; what if they are others?",
        },
        "q3": {
            "a": "That is what Lite0 and MobileNetV2 expect. What does EfficientNet do itself?",
            "b": "A wrong order is a quiet mistake; this one is loud.",
            "c": "Nothing is wrong with the weights.",
        },
        "q4": {
            "b": "So it would be with SGD. What does Adam divide by?",
            "c": "Even tiny gradients make steps of the usual length in Adam.",
            "d": "Adam's step does not depend on the gradients' scale by a root either.",
        },
        "q5": {
            "a": "The gradient of each is multiplied by something that the other makes.",
            "b": "What does the narrow layer put out, which the up projection's gradient needs?",
            "c": "Through which weights does its gradient come back?",
        },
        "q6": {
            "a": "120 images are few. Look at the first figure with three lines.",
            "b": "It can be tried later; at that rate, what is forgotten?",
            "d": "Edges and textures are what all images have.",
        },
    }
