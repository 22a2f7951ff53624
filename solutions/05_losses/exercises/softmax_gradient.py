"""What is right in `softmax_gradient`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Function, Probe, Rule, accepted, near_miss, wrong

from ._shared import FRAMEWORKS, LOSS_SUMS


class SoftmaxGradient(Function):
    title = "The first step backwards"
    starred = True
    difficulty = 2
    criteria = (
        Criterion("one", 1, "one sample"),
        Criterion("batch", 2, "a batch"),
        Criterion("extreme", 1, "logits of ±1000"),
        Criterion("kept", 1, "`logits` stays as it is"),
    )
    keeps_arguments = "kept"
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
            "logits (1, 998, 1000, 999), right is class 1",
            (np.array([1]), np.array([[1.0, 998.0, 1000.0, 999.0]])),
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
        "Your exponentials overflow at logits of 1000. What must be taken away from a row before "
        "it is exponentiated, so that no exponent is above 0?",
        change={"logits - logits.max(axis=1, keepdims=True)": "logits"},
        revisit="From logits",
    )

    shift_by_the_mean = wrong(
        "Your shift lies in the middle of a row, as their mean does. One of them may lie far "
        "above it, and its exponential still overflows. After the shift no exponent may be "
        "positive.",
        change={"logits.max(axis=1, keepdims=True)": "logits.mean(axis=1, keepdims=True)"},
        revisit="From logits",
    )

    shift_by_the_smallest = wrong(
        "You subtract each row's smallest logit. The others then lie above 0, and their "
        "exponentials overflow. After the shift no exponent may be positive.",
        change={"logits.max(axis=1, keepdims=True)": "logits.min(axis=1, keepdims=True)"},
        revisit="From logits",
    )

    one_shift_for_all = wrong(
        "You subtract one maximum for the whole batch. A row that lies far below it comes out as "
        "zeros: every row needs a shift of its own.",
        change={"logits.max(axis=1, keepdims=True)": "logits.max()"},
        revisit="From logits",
    )

    @wrong(
        "In the softmax's slope you use the logits where its output belongs. p · (1 − p) and −p · "
        "q are about probabilities; the loss's own slope, −1/p, is to be multiplied in as well."
    )
    def inputs_for_outputs(labels, logits):
        p = np.exp(logits - logits.max(axis=1, keepdims=True))
        p = p / p.sum(axis=1, keepdims=True)
        slopes = -p * logits
        rows = np.arange(len(labels))
        slopes[rows, labels] = p[rows, labels] * (1 - logits[rows, labels])
        return slopes / len(labels)

    @wrong(
        "You give the slope of the softmax: how the right class's *probability* changes. The loss "
        "is its negative logarithm, whose slope has to be multiplied in."
    )
    def slope_of_the_probability(labels, logits):
        p = np.exp(logits - logits.max(axis=1, keepdims=True))
        p = p / p.sum(axis=1, keepdims=True)
        right = p[np.arange(len(labels)), labels][:, None]
        return right * (np.eye(logits.shape[1])[labels] - p) / len(labels)

    softmax_slope_alone = wrong(
        "You give p · (1 − p), the softmax's slope along its own diagonal. The labels are not in "
        "it, and the loss has a slope, too.",
        change={"p[np.arange(len(labels)), labels] -= 1": "p = p * (1 - p)"},
        revisit="Why not the squared error?",
    )

    stopped_at_the_probability = wrong(
        "You stop at the probability: −1/p is the loss's slope with respect to *p*. It still has "
        "to go back through the softmax to the logits.",
        change={
            "p[np.arange(len(labels)), labels] -= 1": (
                "p = np.where(np.eye(logits.shape[1])[labels] == 1, -1 / p, 0)"
            )
        },
    )

    through_the_diagonal_only = wrong(
        "You multiply −y/p by p · (1 − p), the softmax's slope along its diagonal. Every logit "
        "moves every probability: the other entries of the Jacobian are missing.",
        change={
            "p[np.arange(len(labels)), labels] -= 1": (
                "p = -np.eye(logits.shape[1])[labels] * (1 - p)"
            )
        },
    )

    logarithms_for_probabilities = wrong(
        "You subtract the one-hot rows from ln p. It is the probabilities that are compared with "
        "what is so.",
        change={"e / e.sum(-1, keepdims=True)": "np.log(e / e.sum(-1, keepdims=True))"},
        of=one_hot,
    )

    powers_for_probabilities = wrong(
        "You forgot to divide the exponentials by their sum: these are no probabilities yet.",
        change={"e / e.sum(-1, keepdims=True)": "e"},
        of=one_hot,
    )

    sum_over_everything = wrong(
        "Your softmax shares out 1 among the whole batch. The probabilities of each sample sum to "
        "1 by themselves.",
        change={"e.sum(-1, keepdims=True)": "e.sum()"},
        of=one_hot,
    )

    double_softmax = wrong(
        "You apply the softmax twice: the probabilities go through it once more, as if they were "
        "logits.",
        change={
            "p /= p.sum(axis=1, keepdims=True)": (
                "p /= p.sum(axis=1, keepdims=True)\n    p = np.exp(p)\n"
                "    p /= p.sum(axis=1, keepdims=True)"
            )
        },
    )

    divided_twice = wrong(
        "You divide by N twice. One mean, one division.",
        change={"p / len(labels)": "p / len(labels) ** 2"},
    )

    one_after_division = wrong(
        "You divide the probabilities by N and subtract a whole 1 afterwards. The mean is of the "
        "difference: subtract first.",
        change={
            "p[np.arange(len(labels)), labels] -= 1": "",
            "return p / len(labels)": (
                "p = p / len(labels)\n    p[np.arange(len(labels)), labels] -= 1\n    return p"
            ),
        },
    )

    labels_for_rows = wrong(
        "`p[labels]` takes whole rows: a label names a column, and each sample has its own row.",
        change={"p[np.arange(len(labels)), labels]": "p[labels]"},
    )

    one_for_every_class = wrong(
        "You subtract 1 everywhere. Only the right class's place in each row loses 1.",
        change={"p[np.arange(len(labels)), labels]": "p[:]"},
    )

    averaged_over_the_batch = wrong(
        "You averaged the slopes over the samples: one row is left. Every logit of every sample "
        "has a slope of its own.",
        change={"p / len(labels)": "p.mean(axis=0)"},
    )

    sum_without_keepdims = wrong(
        "Your sum over the classes loses its axis. NumPy then lines the sums up with the wrong "
        "axis of the powers, or cannot.",
        change={"e.sum(-1, keepdims=True)": "e.sum(-1)"},
        of=one_hot,
    )

    largest_without_keepdims = wrong(
        "Your maximum over the classes loses its axis. NumPy then lines the maxima up with the "
        "wrong axis of the logits, or cannot.",
        change={"np.max(logits, axis=-1, keepdims=True)": "np.max(logits, axis=-1)"},
        of=one_hot,
    )

    no_keepdims = wrong(
        "A maximum and a sum over the classes lose that axis. NumPy then lines them up with the "
        "wrong axis of the logits, or cannot.",
        change={
            "np.max(logits, axis=-1, keepdims=True)": "np.max(logits, axis=-1)",
            "e.sum(-1, keepdims=True)": "e.sum(-1)",
        },
        of=one_hot,
    )

    one_hot_by_samples = wrong(
        "Your one-hot rows have the wrong length: as many columns as samples. A row has a place "
        "for each class.",
        change={"logits.shape[1]": "logits.shape[0]"},
        of=one_hot,
    )

    twice = wrong(
        "Your slopes are twice the right ones: a 2 came in, as from the slope of a square. "
        "Cross-entropy has none.",
        change={"p / len(labels)": "2 * p / len(labels)"},
    )

    half_a_shift = near_miss(
        "subtracts a tenth of the largest logit",
        change={"logits.max(axis=1, keepdims=True)": "0.1 * logits.max(axis=1, keepdims=True)"},
        unlike=(
            shift_by_the_mean, shift_by_the_smallest, one_shift_for_all,
            through_the_diagonal_only,
        ),
    )  # fmt: skip

    sums_of_other_rows = near_miss(
        "divides by another row's sum",
        change={"e.sum(-1, keepdims=True)": "e.sum(-1)[::-1, None]"},
        of=one_hot,
        unlike=(sum_without_keepdims, largest_without_keepdims, no_keepdims, one_hot_by_samples),
    )

    infinite_for_large_ones = near_miss(
        "an infinite slope where a logit is large",
        change={"return p /": "return np.where(logits > 500, np.inf, p) /"},
        unlike=no_shift,
    )

    logits_shifted = wrong(
        "You shift `logits` itself, with `-=`. Your slopes are right, and the caller no longer "
        "has the logits.",
        change={
            "p = np.exp(logits - logits.max(axis=1, keepdims=True))": (
                "logits -= logits.max(axis=1, keepdims=True)\n    p = np.exp(logits)"
            )
        },
    )
