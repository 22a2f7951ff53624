"""What is right in `trained_lenet`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Trained, accepted, wrong
from cnncourse import data


class TrainedLeNet(Trained):
    title = "A reader that does not mind"
    difficulty = 2
    criteria = (
        Criterion("learns", 1, "reads 70 % of unseen digits up to two pixels off centre"),
        Criterion("anywhere", 2, "reads 93 % of them"),
        Criterion("parameters", 1, "at most 62,000 parameters"),
    )
    thresholds = {"learns": 0.70, "anywhere": 0.93}
    max_parameters = 62_000
    scale = 1 / 255
    believable = (0.9, 1.0)
    revisit = "What it cannot do"

    def hidden(self, rng):
        _, (images, labels) = data.mnist_sample()
        chosen = rng.permutation(len(images))[:400]
        padded = np.pad(images[chosen], ((0, 0), (2, 2), (2, 2)))
        corners = rng.integers(0, 5, size=(len(chosen), 2))
        moved = [p[r : r + 28, c : c + 28] for p, (r, c) in zip(padded, corners)]
        return np.stack(moved)[..., None], labels[chosen]

    def own(self):
        """Digits of the training set, where the lesson has them: in the middle."""
        (images, labels), _ = data.mnist_sample()
        return images[:200, ..., None], labels[:200]

    each_pass = accepted(
        "moved in NumPy, anew before each pass",
        source="""
        rng = np.random.default_rng(0)
        keras.utils.set_random_seed(0)
        trained_lenet = lenet5()
        trained_lenet.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        for _ in range(12):
            shifts = rng.integers(-2, 3, size=(len(x_train), 2))
            x = np.stack([moved(x_train[i:i + 1], r, d)[0] for i, (r, d) in enumerate(shifts)])
            trained_lenet.fit(x, y_train, batch_size=64, verbose=0)
        """,
    )
    copies = accepted(
        "all 25 places, for the whole training set",
        source="""
        keras.utils.set_random_seed(0)
        places = [(r, d) for r in range(-2, 3) for d in range(-2, 3)]
        x = np.concatenate([moved(x_train, r, d) for r, d in places])
        order = np.random.default_rng(0).permutation(len(x))[:48000]
        trained_lenet = lenet5()
        fit(trained_lenet, x[order], np.tile(y_train, 25)[order], epochs=1)
        """,
    )
    with_layer = accepted(
        "a random layer in front, nearest pixel",
        source="""
        keras.utils.set_random_seed(3)
        image = keras.Input((28, 28, 1))
        x = layers.RandomTranslation(3 / 28, 3 / 28, "constant", interpolation="nearest")(image)
        trained_lenet = keras.Model(image, lenet5()(x))
        fit(trained_lenet, x_train, y_train, 12)
        """,
    )
    centred = wrong(
        "Your network has learned, but it loses too many digits that stand off centre. Which "
        "digits has it seen in training, and how often? The sliders of the lesson show what it "
        "makes of a moved one.",
        symptom="falls_short",
        source="""
        keras.utils.set_random_seed(0)
        trained_lenet = lenet5()
        fit(trained_lenet, x_train, y_train, 4)
        """,
    )
    unscaled = wrong(
        "Your network has learned from values of 0 to 255, but it is asked with values of 0 to 1. "
        "What a network is asked must be scaled as what it learned from.",
        symptom="unscaled",
        source="""
        keras.utils.set_random_seed(0)
        trained_lenet = lenet5()
        trained_lenet.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        places = [(r, d) for r in (-2, 0, 2) for d in (-2, 0, 2)]
        x = np.concatenate([moved(train_images[..., None], r, d) for r, d in places])
        trained_lenet.fit(x.astype("float32"), np.tile(y_train, 9), batch_size=64, verbose=0)
        """,
    )
    inverted = wrong(
        "Your network has learned black digits on white paper; here ink is 1 and paper is 0.",
        symptom="inverted",
        source="""
        keras.utils.set_random_seed(0)
        trained_lenet = lenet5()
        fit(trained_lenet, 1 - x_train, y_train, 3)
        """,
    )
    transposed = wrong(
        "Your network does better on images whose rows and columns are exchanged: you have "
        "exchanged the axes of the training images while moving them.",
        symptom="transposed",
        source="""
        keras.utils.set_random_seed(0)
        trained_lenet = lenet5()
        fit(trained_lenet, np.swapaxes(x_train, 1, 2), y_train, 3)
        """,
    )
    untrained = wrong(
        "Your network guesses. Either it has not been fitted, or images and labels went out of "
        "step: who moves or shuffles images must keep the labels in the same order.",
        symptom="untrained",
        source="""
        keras.utils.set_random_seed(2)
        trained_lenet = lenet5()
        fit(trained_lenet, x_train, np.random.default_rng(0).permutation(y_train), 2)
        """,
    )
    one_number = wrong(
        "Your network does not give ten scores an image. A class is not a number to be "
        "approached: each digit needs its own score.",
        symptom="no_scores",
        source="""
        keras.utils.set_random_seed(0)
        trained_lenet = keras.Sequential([keras.Input((28, 28, 1)), lenet5(), layers.Dense(1)])
        trained_lenet.compile("adam", "mse")
        trained_lenet.fit(x_train, y_train, epochs=1, verbose=0)
        """,
    )
    held_back = wrong(
        "Your network does not even read the digits that it has learned from, where they stand in "
        "the middle. It has been trained too little, or too much is held back (moves that are too "
        "wide, dropout that is too strong).",
        symptom="held_back",
        source="""
        keras.utils.set_random_seed(0)
        trained_lenet = lenet5()
        fit(trained_lenet, x_train[:400], y_train[:400], 2)
        """,
    )
