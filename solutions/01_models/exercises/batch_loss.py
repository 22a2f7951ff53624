"""What is right in `batch_loss`, and what students get wrong."""

import keras
import numpy as np

from autograder.exercise import (
    Criterion,
    Function,
    Probe,
    Tolerance,
    accepted,
    wrong,
)


class BatchLoss(Function):
    title = "The loss that fits"
    difficulty = 2
    criteria = (
        Criterion("scores", 2, "ten classes, no activation"),
        Criterion("probabilities", 2, "ten classes, softmax"),
        Criterion("one_score", 1, "one answer, no activation"),
        Criterion("one_probability", 1, "one answer, sigmoid"),
    )
    tolerance = Tolerance(
        atol=2e-5,
        rtol=2e-4,
        reason="float32 logarithms; Keras keeps probabilities a ten-millionth away from 0 and 1",
    )
    revisit = "Scores, probabilities, and the loss that fits"

    def probes(self, rng):
        def scores(n, k):
            return (2 * rng.normal(size=(n, k))).astype("float32")

        def softmax(z):
            e = np.exp(z - z.max(axis=1, keepdims=True))
            return (e / e.sum(axis=1, keepdims=True)).astype("float32")

        def labels(n, k):
            return rng.integers(0, k, n)

        yes_no = np.array([1, 0, 1, 1, 0])
        yield Probe("scores", "6 rows of 10 scores", (scores(6, 10), labels(6, 10), None))
        yield Probe("scores", "4 rows of 2 scores", (scores(4, 2), np.array([0, 1, 1, 0]), None))
        yield Probe("scores", "1 row of 3 scores", (scores(1, 3), np.array([2]), None))
        yield Probe(
            "probabilities",
            "6 rows of 10 probabilities",
            (softmax(scores(6, 10)), labels(6, 10), "softmax"),
        )
        yield Probe(
            "probabilities",
            "3 rows of 2 probabilities",
            (softmax(scores(3, 2)), np.array([1, 0, 1]), "softmax"),
        )
        yield Probe("one_score", "5 single scores", (scores(5, 1), yes_no, None))
        yield Probe("one_score", "1 single score", (scores(1, 1), np.array([0]), None))
        yield Probe(
            "one_probability",
            "5 single probabilities",
            ((1 / (1 + np.exp(-scores(5, 1)))).astype("float32"), yes_no, "sigmoid"),
        )

    @accepted("the functions in place of the classes")
    def functions(outputs, labels, activation):
        if outputs.shape[1] == 1:
            values = keras.losses.binary_crossentropy(
                labels.reshape(-1, 1), outputs, from_logits=activation is None
            )
        else:
            values = keras.losses.sparse_categorical_crossentropy(
                labels, outputs, from_logits=activation is None
            )
        return float(np.mean(values))

    @accepted("one-hot rows")
    def one_hot(outputs, labels, activation):
        k = outputs.shape[1]
        if k == 1:
            loss = keras.losses.BinaryCrossentropy(from_logits=activation != "sigmoid")
            return loss(labels.astype("float32")[:, np.newaxis], outputs)
        loss = keras.losses.CategoricalCrossentropy(from_logits=activation != "softmax")
        return loss(np.eye(k)[labels], outputs)

    @accepted("probabilities first, NumPy alone")
    def by_hand(outputs, labels, activation):
        p = outputs.astype("float64")
        if outputs.shape[1] == 1:
            p = p if activation else 1 / (1 + np.exp(-p))
            p = np.hstack([1 - p, p])
        elif activation is None:
            p = np.exp(p - p.max(axis=1, keepdims=True))
            p = p / p.sum(axis=1, keepdims=True)
        return float(-np.log(p[np.arange(len(labels)), labels]).mean())

    @accepted("a table of losses")
    def table(outputs, labels, activation):
        L = keras.losses
        kinds = {
            (False, None): L.SparseCategoricalCrossentropy(from_logits=True),
            (False, "softmax"): L.SparseCategoricalCrossentropy(),
            (True, None): L.BinaryCrossentropy(from_logits=True),
            (True, "sigmoid"): L.BinaryCrossentropy(),
        }
        return kinds[outputs.shape[-1] == 1, activation](labels, outputs).numpy()

    always_logits = wrong(
        "You set from_logits=True always. Where the network gives probabilities, that is a "
        "softmax on a softmax (or a sigmoid on a sigmoid): the price of being right is too high.",
        change={'activation != "sigmoid"': "True", 'activation != "softmax"': "True"},
        of=one_hot,
    )

    @wrong(
        "You leave from_logits at its default. Where the network has no activation, its scores "
        "are then taken for probabilities."
    )
    def never_logits(outputs, labels, activation):
        if outputs.shape[1] == 1:
            return float(keras.losses.BinaryCrossentropy()(labels[:, None], outputs))
        return float(keras.losses.SparseCategoricalCrossentropy()(labels, outputs))

    @wrong(
        "from_logits is the wrong way round: you set it where there is an activation. It asks "
        "whether the numbers are scores."
    )
    def inverted(outputs, labels, activation):
        from_logits = activation is not None
        if outputs.shape[1] == 1:
            return float(
                keras.losses.BinaryCrossentropy(from_logits=from_logits)(labels[:, None], outputs)
            )
        return float(
            keras.losses.SparseCategoricalCrossentropy(from_logits=from_logits)(labels, outputs)
        )

    sparse_for_one = wrong(
        "You use the categorical loss for one output, too. With one class to choose from there is "
        "nothing to choose; one yes or no has a loss of its own.",
        change={"outputs.shape[1] == 1": "False"},
    )

    binary_for_all = wrong(
        "You use the binary loss for classes that compete: every class becomes a yes or no of its "
        "own.",
        change={"keras.losses.CategoricalCrossentropy": "keras.losses.BinaryCrossentropy"},
        of=one_hot,
    )

    for_each = wrong(
        "You return one loss for each sample. Their mean is asked for.",
        change={"float(np.mean(values))": "np.array(values)"},
        of=functions,
    )

    summed = wrong(
        "You add up the batch. The mean is asked for, so that the batch's size does not matter.",
        change={"np.mean": "np.sum"},
        of=functions,
    )

    sigmoid_forgotten = wrong(
        "You know that softmax gives probabilities, but take what comes out of a sigmoid for a "
        "score. Both give probabilities.",
        change={'activation != "sigmoid"': "True"},
        of=one_hot,
    )

    no_answers_left_out = wrong(
        "For one output you count only the samples whose answer is yes. A no costs, too: −ln(1 − "
        "p).",
        change={"p = np.hstack([1 - p, p])": "return float(-(labels * np.log(p[:, 0])).mean())"},
        of=by_hand,
    )

    base_two = wrong(
        "You used the logarithm to base 2. Keras's is the natural one.",
        change={"-np.log(": "-np.log2("},
        of=by_hand,
    )

    sign_lost = wrong(
        "Your loss is negative: ln p is below zero, and the sign in front of it is missing.",
        change={"-np.log(": "np.log("},
        of=by_hand,
    )

    softmax_over_the_batch = wrong(
        "Your softmax runs down the batch. The classes of one sample stand in a row.",
        change={
            "p.max(axis=1, keepdims=True)": "p.max(axis=0, keepdims=True)",
            "p.sum(axis=1, keepdims=True)": "p.sum(axis=0, keepdims=True)",
        },
        of=by_hand,
    )

    softmax_forgotten = wrong(
        "You took the logarithm of the scores themselves. Where there is no activation, they are "
        "no probabilities yet.",
        change={"elif activation is None:": "elif activation == 0:"},
        of=by_hand,
    )

    sigmoid_of_one_left_out = wrong(
        "For one output without an activation you took the score for a probability.",
        change={"p if activation else 1 / (1 + np.exp(-p))": "p"},
        of=by_hand,
    )
