"""What is right in `cross_entropy`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Function, Probe, Rule, accepted, near_miss, wrong

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
    _CLIPPED = (
        "You clip the probability so that the logarithm stays finite. "
        "Then the worst mistakes all cost the same, and have no slope."
    )
    _TWO = (
        "Two things. Your exponentials overflow at logits of 1000: what must be taken away from a "
        "row first? And you add a tiny number to the probability, which is wrong where it matters "
        "most."
    )
    _KEPT = (
        "You keep the probability away from zero by a tiny number before the logarithm. All "
        "mistakes that the computer cannot hold then cost the same."
    )
    _ADDED = (
        "You add a tiny number to the probability before the logarithm. It keeps the loss "
        "finite and makes it wrong where it matters most: on the worst mistakes."
    )

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
            "batch",
            "4 samples of 4 classes, random logits",
            (rng.permutation([3, 1, 0, 1]), rng.normal(size=(4, 4))),
        )
        yield Probe(
            "extreme",
            "right classes with shares of 2·10⁻⁹ and 10⁻¹³",
            (np.array([1, 1]), np.array([[20.0, 0.0, -5.0], [30.0, 0.0, -10.0]])),
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
            "logits (1, 998, 1000, 999), right is class 1",
            (np.array([1]), np.array([[1.0, 998.0, 1000.0, 999.0]])),
        )
        yield Probe(
            "extreme",
            "logits (−1000, −1001), right is class 0",
            (np.array([0]), np.array([[-1000.0, -1001.0]])),
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
        "Your exponentials overflow at logits of 1000. What must be taken away from a row before "
        "it is exponentiated, so that no exponent is above 0?",
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
        _CLIPPED,
        change={"-log_p": "-np.log(np.clip(np.exp(log_p), 1e-7, 1))"},
    )

    epsilon_added = wrong(
        _ADDED,
        change={"-log_p": "-np.log(np.exp(log_p) + 1e-12)"},
    )

    plus_1e_5 = wrong(_ADDED, change={"-log_p": "-np.log(np.exp(log_p) + 1e-5)"})
    plus_1e_6 = wrong(_ADDED, change={"-log_p": "-np.log(np.exp(log_p) + 1e-6)"})
    plus_1e_7 = wrong(_ADDED, change={"-log_p": "-np.log(np.exp(log_p) + 1e-7)"})
    plus_1e_8 = wrong(_ADDED, change={"-log_p": "-np.log(np.exp(log_p) + 1e-8)"})
    plus_1e_9 = wrong(_ADDED, change={"-log_p": "-np.log(np.exp(log_p) + 1e-9)"})
    plus_1e_10 = wrong(_ADDED, change={"-log_p": "-np.log(np.exp(log_p) + 1e-10)"})
    plus_1e_15 = wrong(_ADDED, change={"-log_p": "-np.log(np.exp(log_p) + 1e-15)"})
    plus_1e_16 = wrong(_ADDED, change={"-log_p": "-np.log(np.exp(log_p) + 1e-16)"})
    plus_1e_20 = wrong(_KEPT, change={"-log_p": "-np.log(np.exp(log_p) + 1e-20)"})
    plus_1e_30 = wrong(_KEPT, change={"-log_p": "-np.log(np.exp(log_p) + 1e-30)"})
    plus_1e_300 = wrong(_KEPT, change={"-log_p": "-np.log(np.exp(log_p) + 1e-300)"})

    at_least_1e_8 = wrong(_CLIPPED, change={"-log_p": "-np.log(np.maximum(np.exp(log_p), 1e-8))"})
    at_least_1e_9 = wrong(_CLIPPED, change={"-log_p": "-np.log(np.maximum(np.exp(log_p), 1e-9))"})
    at_least_1e_10 = wrong(_CLIPPED, change={"-log_p": "-np.log(np.maximum(np.exp(log_p), 1e-10))"})
    at_least_1e_12 = wrong(_CLIPPED, change={"-log_p": "-np.log(np.maximum(np.exp(log_p), 1e-12))"})
    at_least_1e_15 = wrong(_CLIPPED, change={"-log_p": "-np.log(np.maximum(np.exp(log_p), 1e-15))"})
    at_least_eps = wrong(
        _CLIPPED, change={"-log_p": "-np.log(np.maximum(np.exp(log_p), np.finfo(float).eps))"}
    )
    at_least_tiny = wrong(
        _CLIPPED, change={"-log_p": "-np.log(np.maximum(np.exp(log_p), np.finfo(float).tiny))"}
    )
    kept_between_1e_5 = wrong(
        _CLIPPED, change={"-log_p": "-np.log(np.clip(np.exp(log_p), 1e-5, 1 - 1e-5))"}
    )
    kept_between_1e_6 = wrong(
        _CLIPPED, change={"-log_p": "-np.log(np.clip(np.exp(log_p), 1e-6, 1 - 1e-6))"}
    )
    kept_between_1e_7 = wrong(
        _CLIPPED, change={"-log_p": "-np.log(np.clip(np.exp(log_p), 1e-7, 1 - 1e-7))"}
    )
    kept_between_1e_8 = wrong(
        _CLIPPED, change={"-log_p": "-np.log(np.clip(np.exp(log_p), 1e-8, 1 - 1e-8))"}
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

    shift_by_the_mean = wrong(
        "Your shift lies in the middle of a row, as their mean does. One of them may lie far "
        "above it, and its exponential still overflows. After the shift no exponent may be "
        "positive.",
        change={"logits.max(axis=1, keepdims=True)": "logits.mean(axis=1, keepdims=True)"},
    )

    shift_by_the_smallest = wrong(
        "You subtract each row's smallest logit. The others then lie above 0, and their "
        "exponentials overflow. After the shift no exponent may be positive.",
        change={"logits.max(axis=1, keepdims=True)": "logits.min(axis=1, keepdims=True)"},
    )

    shift_not_added_back = wrong(
        "The shift is in your logarithm of the sum and not in the right class's logit, or is never "
        "added back: the loss changes when all logits grow alike.",
        change={
            "log_p = shifted -": "log_p = logits -",
        },
    )

    shift_turned = wrong(
        "You subtract the logits from their maximum. The exponents are turned round: the lowest "
        "logit gets the largest share.",
        change={
            "logits - logits.max(axis=1, keepdims=True)": (
                "logits.max(axis=1, keepdims=True) - logits"
            )
        },
    )

    double_softmax = wrong(
        "You apply the softmax twice: the probabilities go through it once more, as if they were "
        "logits. Then even a sure and right answer costs a lot.",
        change={
            "-log_p": (
                "-(np.exp(log_p) - np.log(np.exp(np.exp(log_p)).sum(axis=1, keepdims=True)))"
            )
        },
    )

    sum_over_everything = wrong(
        "Your softmax shares out 1 among the whole batch. The probabilities of each sample sum to "
        "1 by themselves.",
        change={"np.exp(shifted).sum(axis=1, keepdims=True)": "np.exp(shifted).sum()"},
    )

    for_each = wrong(
        "You return one loss for each sample. Their mean is asked for.",
        change={".mean()": ""},
    )

    divided_by_classes = wrong(
        "You divide by the number of classes. The mean is over the samples.",
        change={".mean()": ".sum() / logits.shape[1]"},
    )

    base_ten = wrong(
        "You used the logarithm to base 10. Here, and in Keras, it is the natural one.",
        change={".mean()": ".mean() / np.log(10)"},
    )

    every_class = wrong(
        "You added −ln p over all classes. Only the right class's probability counts: the loss "
        "asks how surprised the network is by what is so.",
        change={"log_p[np.arange(len(labels)), labels]": "log_p.sum(axis=1)"},
    )

    entropy = wrong(
        "You weight the logarithms with the network's own probabilities: that is its entropy, and "
        "the labels are not in it.",
        change={"log_p[np.arange(len(labels)), labels]": "(np.exp(log_p) * log_p).sum(axis=1)"},
    )

    labels_as_amounts = wrong(
        "You multiply by the labels themselves. A label is a name, the number of a column; it says "
        "*which* logarithm counts, not how much.",
        change={"log_p[np.arange(len(labels)), labels]": "(labels[:, None] * log_p).sum(axis=1)"},
    )

    likeliest_class = wrong(
        "You take the probability of the class that the network finds likeliest. What counts is "
        "the probability of the right one.",
        change={"log_p[np.arange(len(labels)), labels]": "log_p.max(axis=1)"},
    )

    binary = wrong(
        "You added ln(1 − p) for the wrong classes, as the binary loss does. With one right class "
        "of many, its own −ln p is all.",
        change={
            "-log_p[np.arange(len(labels)), labels]": (
                "-np.log(np.abs(1 - np.eye(logits.shape[1])[labels] - np.exp(log_p))).sum(axis=1)"
            )
        },
    )

    logits_for_logarithms = wrong(
        "You take the right class's logit for its ln p. A logit becomes a log-probability only "
        "when the logarithm of the sum of all exponentials is taken away.",
        change={"-log_p": "-logits"},
    )

    log_of_the_logits = wrong(
        "You take the logarithm of the logits themselves, without a softmax. Logits may be "
        "negative.",
        change={"-log_p": "-np.log(logits)"},
    )

    squared_error = wrong(
        "You took the squared error of the probabilities. That is never more than 2; the price of "
        "surprise is a logarithm.",
        change={
            "-log_p[np.arange(len(labels)), labels]": (
                "((np.exp(log_p) - np.eye(logits.shape[1])[labels]) ** 2).sum(axis=1)"
            )
        },
        revisit="Cross-entropy: the price of surprise",
    )

    sum_without_keepdims = wrong(
        "Your sum over the classes loses its axis. NumPy then lines the sums up with the wrong "
        "axis of the logits, or cannot.",
        change={"np.exp(shifted).sum(axis=1, keepdims=True)": "np.exp(shifted).sum(axis=1)"},
    )

    largest_without_keepdims = wrong(
        "Your maximum over the classes loses its axis. NumPy then lines the maxima up with the "
        "wrong axis of the logits, or cannot.",
        change={"logits.max(axis=1, keepdims=True)": "logits.max(axis=1)"},
    )

    no_keepdims = wrong(
        "A maximum and a sum over the classes lose that axis. NumPy then lines them up with the "
        "wrong axis of the logits, or cannot.",
        change={
            "logits.max(axis=1, keepdims=True)": "logits.max(axis=1)",
            "np.exp(shifted).sum(axis=1, keepdims=True)": "np.exp(shifted).sum(axis=1)",
        },
    )

    shifted_only_downwards = wrong(
        "Where all logits are around −1000, all your exponentials vanish, and their logarithm "
        "is lost. Are they shifted by their own largest, or by something that is never below "
        "0? After the shift one exponent of each row should be 0.",
        change={
            "logits.max(axis=1, keepdims=True)": (
                "np.maximum(logits.max(axis=1, keepdims=True), 0)"
            )
        },
    )

    no_shift_plus_1e_7 = wrong(
        _TWO, change={"-log_p": "-np.log(np.exp(logits) / np.exp(logits).sum(1)[:, None] + 1e-7)"}
    )
    no_shift_plus_1e_8 = wrong(
        _TWO, change={"-log_p": "-np.log(np.exp(logits) / np.exp(logits).sum(1)[:, None] + 1e-8)"}
    )
    no_shift_plus_1e_9 = wrong(
        _TWO, change={"-log_p": "-np.log(np.exp(logits) / np.exp(logits).sum(1)[:, None] + 1e-9)"}
    )
    no_shift_plus_1e_10 = wrong(
        _TWO, change={"-log_p": "-np.log(np.exp(logits) / np.exp(logits).sum(1)[:, None] + 1e-10)"}
    )
    no_shift_plus_1e_12 = wrong(
        _TWO, change={"-log_p": "-np.log(np.exp(logits) / np.exp(logits).sum(1)[:, None] + 1e-12)"}
    )
    no_shift_plus_1e_15 = wrong(
        _TWO, change={"-log_p": "-np.log(np.exp(logits) / np.exp(logits).sum(1)[:, None] + 1e-15)"}
    )

    no_shift_in_the_logarithm = wrong(
        "Your exponentials overflow at logits of 1000, or all vanish at −1000, and the logarithm "
        "of their sum is infinite. What must be taken away from a row first, and put back "
        "afterwards?",
        change={"-log_p": "-(logits - np.log(np.exp(logits).sum(axis=1, keepdims=True)))"},
    )

    one_shift_and_log_of_zero = wrong(
        "Two things. You subtract one maximum for the whole batch; every row needs a shift of its "
        "own. And you form the probability before its logarithm: it may be exactly 0 in floating "
        "point.",
        change={
            "logits.max(axis=1, keepdims=True)": "logits.max()",
            "-log_p": "-np.log(np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True))",
        },
    )

    binary_mean = wrong(
        "You used the binary loss and averaged over classes as well. With one right class of many, "
        "its own −ln p is all.",
        change={
            "-log_p[np.arange(len(labels)), labels]": (
                "-np.log(np.abs(1 - np.eye(logits.shape[1])[labels] - np.exp(log_p)))"
            )
        },
    )

    labels_into_the_flat_array = wrong(
        "You look all labels up in the first row, or in one long row of all numbers. Row 0 goes "
        "with label 0, row 1 with label 1, and so on.",
        change={"log_p[np.arange(len(labels)), labels]": "np.take(log_p, labels)"},
    )

    half_a_shift = near_miss(
        "subtracts a tenth of the largest logit",
        change={"logits.max(axis=1, keepdims=True)": "0.1 * logits.max(axis=1, keepdims=True)"},
        unlike=(
            log_of_zero, one_shift_for_all, shift_by_the_mean, shift_by_the_smallest,
            shifted_only_downwards, one_shift_and_log_of_zero,
        ),
    )  # fmt: skip

    sums_of_other_rows = near_miss(
        "takes the logarithm of the first row's sum",
        change={"np.exp(shifted).sum(axis=1, keepdims=True)": "np.exp(shifted).sum(1)[:1, None]"},
        unlike=(sum_without_keepdims, largest_without_keepdims, no_keepdims, sum_over_everything),
    )

    infinite_for_large_ones = near_miss(
        "an infinite logarithm where a logit is large",
        change={"-log_p": "-np.where(logits > 500, np.inf, log_p)"},
        unlike=(no_shift, no_shift_in_the_logarithm),
    )
