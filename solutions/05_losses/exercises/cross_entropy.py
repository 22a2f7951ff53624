"""What is right in `cross_entropy`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Function, Probe, Rule, accepted, wrong

from ._shared import FRAMEWORKS, LOSS_SUMS


class CrossEntropy(Function):
    title = "Cross-entropy from logits"
    starred = True
    difficulty = 2
    criteria = (
        Criterion("one", 1, "one sample"),
        Criterion("batch", 2, "the mean over a batch"),
        Criterion("extreme", 2, "logits of ±1000"),
    )
    tolerance = LOSS_SUMS
    rule = Rule(forbid=FRAMEWORKS, reason="Write it with NumPy alone.")
    revisit = "From logits"

    def probes(self, rng):
        yield Probe(
            "one", "one sample of 3 classes", (np.array([1]), np.log([[0.2, 0.5, 0.3]]) + 1)
        )
        yield Probe("one", "one sample of 5 classes", (np.array([4]), rng.normal(size=(1, 5))))
        yield Probe("batch", "4 equal logits, 6 samples", (rng.integers(0, 4, 6), np.zeros((6, 4))))
        yield Probe(
            "batch",
            "7 samples of 4 classes, random logits",
            (rng.permutation([0, 1, 2, 3, 0, 1, 2]), 2 * rng.normal(size=(7, 4))),
        )
        yield Probe(
            "batch",
            "3 samples of 10 classes, random logits",
            (rng.permutation([2, 7, 9]), 3 * rng.normal(size=(3, 10))),
        )
        yield Probe(
            "extreme",
            "logits (1000, 0, −1000), right is class 0",
            (np.array([0]), np.array([[1000.0, 0.0, -1000.0]])),
        )
        yield Probe(
            "extreme",
            "logits (1000, 0, −1000), right is class 2",
            (np.array([2]), np.array([[1000.0, 0.0, -1000.0]])),
        )
        yield Probe(
            "extreme",
            "two samples, logits near 0 and near −1000",
            (np.array([1, 0]), np.array([[0.0, 1.0], [-1000.0, -1001.0]])),
        )
        far = 1000.0 * rng.permutation([-1.0, 0.0, 1.0]) + rng.normal(size=(2, 3))
        yield Probe("extreme", "two samples, random logits far apart", (np.array([0, 2]), far))

    @accepted("shift and log of the sum")
    def shifted(labels, logits):
        m = logits.max(axis=1)
        log_sum = m + np.log(np.exp(logits - m[:, None]).sum(axis=1))
        return np.mean(log_sum - np.take_along_axis(logits, labels[:, None], axis=1)[:, 0])

    @accepted("loops")
    def loops(labels, logits):
        import math

        total = 0.0
        for label, row in zip(labels, logits.tolist()):
            top = max(row)
            total += top + math.log(sum(math.exp(z - top) for z in row)) - row[label]
        return total / len(labels)

    @accepted("logaddexp and one-hot labels")
    def one_hot(labels, logits):
        y = np.eye(logits.shape[1])[labels]
        return (np.logaddexp.reduce(logits, axis=1) - (y * logits).sum(axis=1)).mean()

    @accepted("differences of logits")
    def differences(labels, logits):
        gaps = logits - logits[np.arange(len(labels)), labels][:, None]
        top = np.maximum(gaps.max(axis=1, keepdims=True), 0)
        return float(np.mean(top[:, 0] + np.log(np.sum(np.exp(gaps - top), axis=1))))

    log_of_zero = wrong(
        "You form the probability first and take its logarithm then. With logits of ±1000 the "
        "probability is exactly 0 in floating point, and its logarithm is lost. Do the "
        "logarithm on paper before you compute.",
        change={"-log_p": "-np.log(np.exp(log_p))"},
    )

    @wrong(
        "Your exponentials overflow: nothing is subtracted from logits of 1000 before they are "
        "exponentiated.",
        revisit="From logits",
    )
    def no_shift(labels, logits):
        with np.errstate(all="ignore"):
            e = np.exp(logits)
            p = e / e.sum(axis=1, keepdims=True)
            return -np.log(p[np.arange(len(labels)), labels]).mean()

    one_shift_for_all = wrong(
        "You subtract one maximum for the whole batch. A row that lies far below it comes out as "
        "zeros: every row needs a shift of its own.",
        change={"logits.max(axis=1, keepdims=True)": "logits.max()"},
    )

    clipped = wrong(
        "You clip the probability so that the logarithm stays finite. "
        "Then the worst mistakes all cost the same, and have no slope.",
        change={"-log_p": "-np.log(np.clip(np.exp(log_p), 1e-7, 1))"},
    )

    epsilon_added = wrong(
        "You add a tiny number to the probability before the logarithm. It keeps the loss "
        "finite and makes it wrong where it matters most: on the worst mistakes.",
        change={"-log_p": "-np.log(np.exp(log_p) + 1e-12)"},
    )

    sum_for_mean = wrong(
        "You added up the samples. The loss of a batch is their mean.",
        change={".mean()": ".sum()"},
    )

    mean_over_classes = wrong(
        "You averaged over classes as well: the one-hot rows' zeros were counted as terms. Each "
        "sample has one term; divide by the number of samples.",
        change={
            "log_p[np.arange(len(labels)), labels]": "(np.eye(logits.shape[1])[labels] * log_p)"
        },
    )

    softmax_over_batch = wrong(
        "Your softmax runs down the batch. The classes of one sample stand in a row, along "
        "axis 1, and their probabilities must sum to 1.",
        change={
            "logits.max(axis=1, keepdims=True)": "logits.max(axis=0)",
            "np.exp(shifted).sum(axis=1, keepdims=True)": "np.exp(shifted).sum(axis=0)",
        },
    )

    all_columns = wrong(
        "`[:, labels]` takes every label's column in every row, N × N numbers. You need row 0 "
        "with label 0, row 1 with label 1, and so on.",
        change={"np.arange(len(labels))": ":"},
    )

    sign_lost = wrong(
        "Your loss is negative: ln p is below zero, and the sign in front of it is missing.",
        change={"-log_p": "log_p"},
    )

    base_two = wrong(
        "You used the logarithm to base 2. Here, and in Keras, it is the natural one.",
        change={".mean()": ".mean() / np.log(2)"},
    )

    one_minus_p = wrong(
        "You charge 1 − p. That is never more than 1; the price of surprise is a logarithm.",
        change={"-log_p": "(1 - np.exp(log_p))"},
        revisit="Cross-entropy: the price of surprise",
    )
