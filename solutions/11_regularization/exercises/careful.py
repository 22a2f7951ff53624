"""What is right in `careful`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Trained, accepted, near_miss, wrong
from cnncourse import data


def _halved(images):
    """The lesson's digits of 14×14, each pixel the mean of four."""
    return images.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4))[..., None]


class Careful(Trained):
    title = "Fit within a gap"
    starred = True
    difficulty = 3
    criteria = (
        Criterion("learns", 1, "reads 55 % of unseen digits"),
        Criterion("holds", 2, "reads 80 % of them"),
        Criterion("parameters", 1, "at most 60,000 parameters"),
    )
    thresholds = {"learns": 0.55, "holds": 0.80}
    max_parameters = 60_000
    scale = 1 / 255
    believable = (0.58, 0.7)
    revisit = "Remedies, measured"

    def hidden(self, rng):
        _, (images, labels) = data.mnist_sample()
        chosen = rng.permutation(len(images))[:800]
        return _halved(images[chosen]).astype("float32"), labels[chosen]

    def own(self):
        """Half of `x_messy` and `y_messy`, as the lesson draws them."""
        (images, digits), _ = data.mnist_sample()
        rng = np.random.default_rng(123)
        chosen = rng.permutation(len(images))[:400]
        redrawn, drawn = rng.random(400) < 0.4, rng.integers(0, 10, 400)
        labels = np.where(redrawn, drawn, digits[chosen])
        return np.rint(_halved(images[chosen[:200]])).astype("uint8"), labels[:200]

    with_dropout = accepted(
        "dropout, strong",
        source="""
        careful = network(dropout=0.6)
        _ = fit(careful, x_messy, y_messy, epochs=40)
        """,
    )
    stopped = accepted(
        "dropout, stopped early by a held-out part",
        source="""
        careful = network(dropout=0.5, spatial=0.2)
        stop = keras.callbacks.EarlyStopping(patience=10, restore_best_weights=True)
        held_out = (x_messy[:60], y_messy[:60])
        options = {"validation_data": held_out, "callbacks": [stop]}
        _ = fit(careful, x_messy[60:], y_messy[60:], 40, **options)
        """,
    )
    own_network = accepted(
        "a functional network of one's own with a weak L2 penalty",
        source="""
        keras.utils.set_random_seed(1)
        weak = keras.regularizers.L2(3e-4)
        image = keras.Input((14, 14, 1))
        x = layers.Conv2D(24, 3, padding="same", activation="relu", kernel_regularizer=weak)(image)
        x = layers.SpatialDropout2D(0.2)(layers.MaxPooling2D(2)(x))
        x = layers.Conv2D(40, 3, padding="same", activation="relu", kernel_regularizer=weak)(x)
        x = layers.Flatten()(layers.MaxPooling2D(2)(x))
        x = layers.Dropout(0.6)(x)
        x = layers.Dropout(0.6)(layers.Dense(112, activation="relu")(x))
        careful = keras.Model(image, layers.Dense(10)(x))
        _ = fit(careful, x_messy, y_messy, 40)
        """,
    )
    memorised = wrong(
        "Your network has learned, but it believes its labels too much, the wrong ones included: "
        "it reproduces more of them than can be right (about two thirds).",
        change={"network(dropout=0.6, spatial=0.2)": "network()", "epochs=40": "epochs=60"},
        symptom="by_heart",
    )
    held_back = wrong(
        "Your network does not reproduce as many of its own labels as are right. It has been "
        "trained too little, or too much is held back: fewer remedies, weaker ones, or more epochs "
        "would show which.",
        change={"network(dropout=0.6, spatial=0.2)": "network()", "epochs=40": "epochs=6"},
        symptom="held_back",
    )
    between = wrong(
        "Your network reproduces about as many of its own labels as are right, but reads too few "
        "of the new digits: it has learned what the 400 images show, and not enough of what makes "
        "a digit. Compare kinds of networks and of remedies on a part that you keep back.",
        symptom="falls_short",
        source="""
        keras.utils.set_random_seed(0)
        image = keras.Input((14, 14, 1))
        x = layers.Dense(32, activation="relu")(layers.Flatten()(image))
        careful = keras.Model(image, layers.Dense(10)(x))
        _ = fit(careful, x_messy, y_messy, epochs=25)
        """,
    )
    strong_remedies_few_epochs = near_miss(
        "trained too little, with strong remedies",
        change={
            "dropout=0.6, spatial=0.2": "dropout=0.6, spatial=0.3",
            "y_messy, epochs=40": "y_messy, epochs=15",
        },
        unlike=(memorised, between),
    )
    too_large = wrong(
        "Your network reads well enough, but it is larger than allowed. Most parameters stand "
        "between the last map and the first Dense layer.",
        change={"network(dropout=0.6, spatial=0.2)": "network(filters=24, units=256, dropout=0.6)"},
        symptom="too_large",
    )
    unscaled = wrong(
        "Your network has learned from values of 0 to 255, but it is asked with values of 0 to 1. "
        "What a network is asked must be scaled as what it learned from.",
        change={
            "dropout=0.6": "dropout=0.5",
            "x_messy, y_messy, epochs=40": "x_messy * 255, y_messy, epochs=60",
        },
        of=with_dropout,
        symptom="unscaled",
    )
    untrained = wrong(
        "Your network guesses. Either it has not been fitted, or so much is held back that "
        "nothing is left to learn with, or images and labels went out of step.",
        change={
            "dropout=0.6, spatial=0.2": "dropout=0.5, seed=1",
            "y_messy, epochs=40": "np.random.default_rng(0).permutation(y_messy), epochs=8",
        },
        symptom="untrained",
    )
    one_class = wrong(
        "Your network gives nearly every image the same name. Has it been fitted at all? A penalty "
        "that is too strong does that, too: it is cheaper to have no weights than to read.",
        change={"dropout=0.6": "penalty=keras.regularizers.L2(0.3)", "epochs=40": "epochs=15"},
        of=with_dropout,
        symptom="one_class",
    )
    one_number = wrong(
        "Your network does not give ten scores an image. A class is not a number to be "
        "approached: each digit needs its own score.",
        symptom="no_scores",
        source="""
        keras.utils.set_random_seed(0)
        careful = keras.Sequential([keras.Input((14, 14, 1)), layers.Flatten(), layers.Dense(1)])
        careful.compile("adam", "mse")
        _ = careful.fit(x_messy, y_messy, epochs=2, verbose=0)
        """,
    )
