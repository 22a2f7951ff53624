"""What is right in `capstone`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Trained, accepted, wrong
from cnncourse import data

KINDS = ("brick", "camera", "cat", "coffee", "coins", "grass", "gravel", "hubble", "page", "text")

SIDE, TILE = 24, 40


def _cut(count, part, rng):
    """Patches from the tiles of one part: the lesson gives parts 1, 2 and 3 to students."""
    photos = [data.photograph(name, gray=True) for name in KINDS]
    labels = rng.permutation(np.arange(count) % len(KINDS))
    images = []
    for label in labels:
        photo = photos[label]
        rows, columns = (n // TILE for n in photo.shape)
        places = [(r, c) for r in range(rows) for c in range(columns) if (2 * r + c) % 5 == part]
        row, column = places[rng.integers(len(places))]
        y, x = np.multiply(TILE, (row, column)) + rng.integers(TILE - SIDE + 1, size=2)
        images.append(photo[y : y + SIDE, x : x + SIDE, None])
    return np.stack(images), labels


class Capstone(Trained):
    title = "The capstone"
    difficulty = 3
    criteria = (
        Criterion("learns", 1, "names 50 % of patches from tiles it has not seen"),
        Criterion("good", 2, "names 65 % of them"),
        Criterion("excellent", 2, "names 70 % of them"),
        Criterion("parameters", 1, "at most 5,000 parameters"),
        Criterion("multiply_adds", 1, "at most 200,000 multiply-adds for one image"),
    )
    thresholds = {"learns": 0.50, "good": 0.65, "excellent": 0.70}
    max_parameters = 5_000
    max_multiply_adds = 200_000
    scale = 1 / 255
    shift = 0.25
    revisit = "Your tools"

    def hidden(self, rng):
        return _cut(800, 0, rng)

    def visible(self, rng):
        return _cut(400, 4, rng)

    turned = accepted(
        "a narrower plan C, patches mirrored in both directions",
        source="""
        keras.utils.set_random_seed(1)
        narrow = [("separable", 3, 24, 1), ("separable", 3, 36, 2), ("separable", 3, 36, 1)]
        capstone = build([("conv", 5, 12, 2), *narrow], flip="horizontal_and_vertical")
        fit(capstone, scaled(patches), labels, epochs=20)
        """,
    )
    ordinary = accepted(
        "a Sequential model compiled and fitted by hand",
        source="""
        keras.utils.set_random_seed(2)
        capstone = keras.Sequential([keras.Input((24, 24, 1)), layers.RandomFlip()])
        capstone.add(layers.Conv2D(12, 5, 2, "same"))
        for filters, stride in ((24, 1), (34, 2), (38, 1)):
            capstone.add(layers.SeparableConv2D(filters, 3, stride, "same", use_bias=False))
            capstone.add(layers.BatchNormalization(momentum=0.9))
            capstone.add(layers.Activation("relu"))
        capstone.add(layers.GlobalAveragePooling2D())
        capstone.add(layers.Dense(10))
        loss = keras.losses.CategoricalCrossentropy(from_logits=True)
        rate = keras.optimizers.schedules.PolynomialDecay(8e-3, 20 * 50, 1e-5)
        capstone.compile(keras.optimizers.AdamW(rate), loss)
        capstone.fit(patches / 255.0, np.eye(10)[labels], batch_size=32, epochs=20, verbose=0)
        """,
    )
    residual = accepted(
        "separable layers with a shortcut written as a sum, probabilities",
        source="""
        keras.utils.set_random_seed(3)
        def unit(x, filters, stride=1):
            x = layers.SeparableConv2D(filters, 3, stride, "same", use_bias=False)(x)
            return layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
        image = keras.Input((24, 24, 1))
        x = layers.Conv2D(12, 5, 2, "same", use_bias=False)(layers.RandomFlip()(image))
        x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
        x = unit(x, 33, 2)
        x = unit(x + unit(x, 33), 44)
        x = layers.GlobalAveragePooling2D()(x)
        capstone = keras.Model(image, layers.Dense(10, activation="softmax")(x))
        rate = keras.optimizers.schedules.CosineDecay(8e-3, 24 * 50)
        capstone.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy")
        capstone.fit(scaled(patches), labels, batch_size=32, epochs=24, verbose=0)
        """,
    )

    too_small = wrong(
        "Your network has learned, but not enough. Compare its accuracy on `patches` with that in "
        "validation: if both are low, it needs to learn faster or more (the section on spending "
        "shows what helped most); if only the second is, think of lines four and nine of the "
        "checklist.",
        revisit="Spending the budget",
        symptom="falls_short",
        source="""
        keras.utils.set_random_seed(0)
        capstone = build([("conv", 3, 8, 2), ("conv", 3, 16, 2)], flip=None, norm=False)
        fit(capstone, scaled(patches), labels, epochs=8)
        """,
    )
    too_large = wrong(
        "Your network is good enough, and larger than allowed. `anatomy.layer_table(capstone)` "
        "shows in which layer its parameters are. What stands between the last map and the scores?",
        revisit="Count before you build",
        symptom="too_large",
        source="""
        keras.utils.set_random_seed(0)
        plan = [("conv", 5, 12, 2), ("separable", 3, 40, 2), ("separable", 3, 72, 1)]
        capstone = build(plan, flip="horizontal_and_vertical")
        fit(capstone, scaled(patches), labels, epochs=20)
        """,
    )
    too_costly = wrong(
        "Your network is good enough and small enough, but it works too hard. Work is weights "
        "times places: on which map are the places many, and how soon could they be fewer?",
        revisit="Count before you build",
        symptom="too_costly",
        source="""
        keras.utils.set_random_seed(0)
        wide = [("separable", 3, 24, 1), ("separable", 3, 40, 2), ("separable", 3, 44, 1)]
        capstone = build([("conv", 5, 12, 2), *wide], flip="horizontal_and_vertical")
        fit(capstone, scaled(patches), labels, epochs=22)
        """,
    )
    unscaled = wrong(
        "Your network has learned from values of 0 to 255, but it is asked with values of 0 to 1. "
        "What a network is asked must be scaled as what it learned from.",
        symptom="unscaled",
        source="""
        keras.utils.set_random_seed(0)
        capstone = build([("conv", 5, 12, 2), ("separable", 3, 24, 1), ("separable", 3, 40, 2)])
        fit(capstone, patches.astype("float32"), labels, epochs=8)
        """,
    )
    out_of_step = wrong(
        "Your network guesses. Either it has not been fitted, or images and labels went out of "
        "step on the way: what shuffles the one must shuffle the other in the same order.",
        revisit="A split that tells the truth",
        symptom="untrained",
        source="""
        keras.utils.set_random_seed(0)
        capstone = build([("conv", 3, 8, 2), ("conv", 3, 16, 2)])
        rng = np.random.default_rng(0)
        fit(capstone, rng.permutation(scaled(patches)), rng.permutation(labels), epochs=2)
        """,
    )
    one_answer = wrong(
        "Your network gives nearly every patch the same name. Look at its scores for ten patches: "
        "if they hardly differ, a rate that was too high, or dead units, have silenced it.",
        symptom="one_class",
        source="""
        capstone = build([("conv", 5, 16, 2)])
        capstone.set_weights([0 * w for w in capstone.get_weights()])
        """,
    )
    one_number = wrong(
        "Your network does not give ten scores a patch. The photographs have no order, so their "
        "number is nothing to be approached: each needs a score of its own.",
        symptom="no_scores",
        source="""
        keras.utils.set_random_seed(0)
        capstone = keras.Sequential([keras.Input((24, 24, 1)), layers.Flatten(), layers.Dense(1)])
        capstone.compile("adam", "mse")
        capstone.fit(scaled(patches), labels, epochs=1, verbose=0)
        """,
    )
    own_layer = wrong(
        "Your network is good enough, but it holds something that nobody else can build or count: "
        "a layer or function of your own, or a constant. Keras's own layers will do.",
        revisit="Your network",
        symptom="uncounted",
        source="""
        keras.utils.set_random_seed(0)
        class Brighter(layers.Layer):
            def call(self, x):
                return x - 0.5
        image = keras.Input((24, 24, 1))
        plan = [("conv", 5, 12, 2), ("separable", 3, 24, 1), ("separable", 3, 40, 2)]
        plan += [("separable", 3, 34, 1)]
        network = build(plan, flip="horizontal_and_vertical")
        capstone = keras.Model(image, network(Brighter()(image)))
        fit(capstone, scaled(patches), labels, epochs=22)
        """,
    )
