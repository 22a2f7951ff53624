"""What is right in `softmax_gradient`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Function, Probe, Rule, accepted, wrong

from ._shared import FRAMEWORKS, LOSS_SUMS


class SoftmaxGradient(Function):
    title = "The first step backwards"
    starred = True
    difficulty = 2
    criteria = (
        Criterion("one", 1, "one sample"),
        Criterion("batch", 2, "a batch"),
        Criterion("extreme", 1, "logits of ±1000"),
    )
    tolerance = LOSS_SUMS
    rule = Rule(forbid=FRAMEWORKS, reason="Write the gradient yourself, with NumPy alone.")
    revisit = "Softmax meets cross-entropy"

    def probes(self, rng):
        yield Probe(
            "one",
            "p = (0.2, 0.5, 0.3), right is class 1",
            (np.array([1]), np.log([[0.2, 0.5, 0.3]])),
        )
        yield Probe("one", "one sample of 5 classes", (np.array([4]), rng.normal(size=(1, 5))))
        yield Probe(
            "batch",
            "6 samples of 4 classes",
            (rng.permutation([0, 1, 2, 3, 3, 1]), 2 * rng.normal(size=(6, 4))),
        )
        yield Probe(
            "batch",
            "3 samples of 7 classes",
            (rng.permutation([5, 0, 2]), rng.normal(size=(3, 7))),
        )
        yield Probe(
            "extreme",
            "sure and wrong: logits (1000, 0, −1000)",
            (np.array([2]), np.array([[1000.0, 0.0, -1000.0]])),
        )
        yield Probe(
            "extreme",
            "two samples, logits near 0 and near −1000",
            (np.array([1, 0]), np.array([[0.0, 1.0], [-1000.0, -1001.0]])),
        )
        far = 1000.0 * rng.permutation([-1.0, 0.0, 1.0]) + rng.normal(size=(2, 3))
        yield Probe("extreme", "two samples, random logits far apart", (np.array([0, 2]), far))

    @accepted("one-hot rows")
    def one_hot(labels, logits):
        e = np.exp(logits - np.max(logits, axis=-1, keepdims=True))
        return (e / e.sum(-1, keepdims=True) - np.eye(logits.shape[1])[labels]) / logits.shape[0]

    @accepted("loops")
    def loops(labels, logits):
        n, k = logits.shape
        slopes = np.zeros((n, k))
        for i in range(n):
            e = np.exp(logits[i] - max(logits[i]))
            for j in range(k):
                slopes[i, j] = (e[j] / sum(e) - (j == labels[i])) / n
        return slopes

    @accepted("log-softmax and comparison")
    def by_comparison(labels, logits):
        log_p = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
        right = labels[:, None] == np.arange(logits.shape[1])
        return (np.exp(log_p) - right) / len(labels)

    @accepted("through the Jacobian of the softmax")
    def jacobian(labels, logits):
        z = logits - logits.max(1, keepdims=True)
        p = np.exp(z) / np.exp(z).sum(1, keepdims=True)
        rows = []
        for q, label in zip(p, labels):
            # The slope of ln p_label: row of diag(p) − p pᵀ over p_label, with p_label cancelled.
            rows.append(-(np.eye(len(q))[label] - q))
        return np.mean([np.array(rows)], axis=0) / len(labels)

    no_mean = wrong(
        "The mean over the batch is missing: every slope is N times too large, and with another "
        "batch size you would need another learning rate.",
        change={"p / len(labels)": "p"},
    )

    p_alone = wrong(
        "You return what the network said and do not subtract what is so. All your slopes push "
        "down, the right class's, too.",
        change={"p[np.arange(len(labels)), labels] -= 1": ""},
    )

    sign_turned = wrong(
        "Your sign is turned: a step against these slopes makes the loss larger. Which comes "
        "first, what was said or what is so?",
        change={"return p": "return -p"},
    )

    divided_by_all = wrong(
        "You divide by N · K. The loss is a mean over samples; the classes of a sample are not "
        "averaged.",
        change={"logits.shape[0]": "logits.size"},
        of=one_hot,
    )

    divided_by_classes = wrong(
        "You divide by the number of classes. The mean is over the samples.",
        change={"logits.shape[0]": "logits.shape[1]"},
        of=one_hot,
    )

    softmax_over_batch = wrong(
        "Your softmax runs down the batch. The classes of one sample stand in a row.",
        change={
            "np.max(logits, axis=-1, keepdims=True)": "logits.max(axis=0)",
            "e.sum(-1, keepdims=True)": "e.sum(axis=0)",
        },
        of=one_hot,
    )

    all_columns = wrong(
        "`[:, labels]` subtracts in every label's column of every row. Only one entry of each "
        "row belongs to the right class.",
        change={"np.arange(len(labels))": ":"},
    )

    slope_of_softmax_twice = wrong(
        "You multiplied by p · (1 − p) once more. That slope of the softmax is in p − y already; "
        "with it, the sure and wrong ones have no pull.",
        change={
            "p[np.arange(len(labels)), labels] -= 1": (
                "p = (p - np.eye(logits.shape[1])[labels]) * p * (1 - p)"
            )
        },
        revisit="Why not the squared error?",
    )

    logits_for_probabilities = wrong(
        "You subtract the one-hot rows from the logits. It is the probabilities that are compared "
        "with what is so.",
        change={"e / e.sum(-1, keepdims=True)": "logits"},
        of=one_hot,
    )

    label_as_amount = wrong(
        "You subtract the label itself, a class's number, from every probability. A label names "
        "the one place in its row where something is to be subtracted.",
        change={"np.eye(logits.shape[1])[labels]": "labels[:, None]"},
        of=one_hot,
    )

    no_shift = wrong(
        "Your exponentials overflow at logits of 1000. Subtract each row's largest logit first.",
        change={"logits - logits.max(axis=1, keepdims=True)": "logits"},
        revisit="From logits",
    )
