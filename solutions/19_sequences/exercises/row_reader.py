"""What is right in `row_reader`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Trained, accepted, wrong
from cnncourse import data


class RowReader(Trained):
    title = "Train a reader that waits"
    difficulty = 2
    criteria = (
        Criterion("learns", 1, "reads 65 % of scans it has not seen"),
        Criterion("waits", 2, "reads 88 % of them"),
        Criterion("parameters", 1, "at most 5,500 parameters"),
    )
    thresholds = {"learns": 0.65, "waits": 0.88}
    max_parameters = 5_500
    scale = 1 / 255
    revisit = "A digit that comes late"

    def hidden(self, rng):
        _, (images, labels) = data.mnist_sample()
        chosen = rng.permutation(len(images))[:400]
        small = images[chosen].reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)).round()
        scans = np.zeros((len(chosen), 20, 14), "uint8")
        for scan, digit, late in zip(scans, small, rng.integers(0, 7, len(chosen))):
            scan[late : late + 14] = digit
        return scans, labels[chosen]

    with_lstm = accepted(
        "an LSTM, all delays at once",
        source="""
        keras.utils.set_random_seed(1)
        x = np.concatenate([scanned(x_train, seed=s) for s in range(8)])
        order = np.random.default_rng(0).permutation(len(x))
        row_reader = keras.Sequential([keras.Input((20, 14)), layers.LSTM(28), layers.Dense(10)])
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        row_reader.compile(keras.optimizers.Adam(0.015), loss)
        row_reader.fit(x[order], np.tile(y_train, 8)[order], batch_size=64, verbose=0)
        """,
    )
    with_mask = accepted(
        "black rows masked, no delays in training",
        source="""
        keras.utils.set_random_seed(0)
        scan = keras.Input((None, 14))
        state = layers.GRU(32)(layers.Masking(0.0)(scan))
        row_reader = keras.Model(scan, layers.Dense(10, activation="softmax")(state))
        row_reader.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
        row_reader.fit(x_train, y_train, batch_size=64, epochs=6, verbose=0)
        """,
    )
    convolved = accepted(
        "a convolution over time below a GRU",
        source="""
        keras.utils.set_random_seed(2)
        row_reader = keras.Sequential([
            keras.Input((20, 14)),
            layers.Conv1D(24, 3, strides=2, padding="same", activation="relu"),
            layers.GRU(26), layers.Dense(10),
        ])
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        row_reader.compile(keras.optimizers.Adam(0.01), loss)
        for epoch in range(6):
            row_reader.fit(scanned(x_train, epoch), y_train, batch_size=64, verbose=0)
        """,
    )
    never_waited = wrong(
        "Your network reads some scans, but too few. Has it met delays in training, and black rows "
        "after a digit? And does its layer keep what it has read?",
        symptom="falls_short",
        source="""
        keras.utils.set_random_seed(0)
        row_reader = keras.Sequential([keras.Input((None, 14)), layers.GRU(32), layers.Dense(10)])
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        row_reader.compile(keras.optimizers.Adam(0.01), loss)
        row_reader.fit(x_train, y_train, batch_size=64, epochs=3, verbose=0)
        """,
    )
    unscaled = wrong(
        "Your network has learned from values of 0 to 255, but it is asked with values of 0 to 1. "
        "`x_train` is scaled already.",
        symptom="unscaled",
        source="""
        keras.utils.set_random_seed(0)
        row_reader = keras.Sequential([
            keras.Input((20, 14)), layers.Rescaling(1 / 255), layers.Flatten(),
            layers.Dense(18, activation="relu"), layers.Dense(10),
        ])
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        row_reader.compile(keras.optimizers.Adam(0.01), loss)
        for epoch in range(6):
            x = scanned(x_train, epoch)
            row_reader.fit(255 * x, y_train, batch_size=64, verbose=0)
        """,
    )
    inverted = wrong(
        "Your network has learned black digits on white paper; in the scans ink is 1 and paper "
        "is 0.",
        symptom="inverted",
        source="""
        keras.utils.set_random_seed(0)
        row_reader = keras.Sequential([
            keras.Input((20, 14)), layers.Rescaling(-1.0, offset=1.0), layers.Flatten(),
            layers.Dense(18, activation="relu"), layers.Dense(10),
        ])
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        row_reader.compile(keras.optimizers.Adam(0.01), loss)
        for epoch in range(6):
            row_reader.fit(1 - scanned(x_train, epoch), y_train, batch_size=64, verbose=0)
        """,
    )
    labels_shifted = wrong(
        "Your network tells the digits apart, but calls them by other names: score number k must "
        "be that of digit k.",
        symptom="renamed_classes",
        source="""
        keras.utils.set_random_seed(0)
        row_reader = keras.Sequential([
            keras.Input((20, 14)), layers.Flatten(), layers.Dense(18, activation="relu"),
            layers.Dense(10),
        ])
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        row_reader.compile(keras.optimizers.Adam(0.01), loss)
        for epoch in range(6):
            row_reader.fit(scanned(x_train, epoch), (y_train + 1) % 10, batch_size=64, verbose=0)
        """,
    )
    untrained = wrong(
        "Your network guesses. Either it has not been fitted, or scans and labels went out of "
        "step.",
        symptom="untrained",
        source="""
        keras.utils.set_random_seed(0)
        row_reader = keras.Sequential([keras.Input((None, 14)), layers.GRU(32), layers.Dense(10)])
        row_reader.set_weights([w - w.mean() for w in row_reader.get_weights()])
        """,
    )
    states_of_all_steps = wrong(
        "Your network does not give ten scores a scan. With `return_sequences=True` it gives ten "
        "scores for each row.",
        symptom="no_scores",
        source="""
        row_reader = keras.Sequential([
            keras.Input((20, 14)), layers.GRU(32, return_sequences=True), layers.Dense(10),
        ])
        """,
    )
