"""What is right in `hinge`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Function, Probe, accepted, near_miss, wrong

from ._shared import LOSS_SUMS


class Hinge(Function):
    title = "Find the bug"
    difficulty = 2
    criteria = (
        Criterion("signs", 1, "labels −1 and +1"),
        Criterion("bits", 2, "labels 0 and 1"),
        Criterion("integers", 1, "labels stored as integers, and batches with one kind of label"),
        Criterion("kept", 1, "the arrays that are given stay as they are"),
    )
    keeps_arguments = "kept"
    tolerance = LOSS_SUMS
    revisit = "Hinge: far enough is enough"

    def probes(self, rng):
        scores = np.array([2.5, 0.4, 0.4, -3.0, 0.0])
        yield Probe(
            "signs", "margins 2.5, 0.4, −0.4, 3 and 0", (np.array([1.0, 1, -1, -1, -1]), scores)
        )
        yield Probe(
            "signs",
            "8 random scores",
            (np.array([1.0, -1, -1, 1, -1, 1, 1, -1]), 2 * rng.normal(size=8)),
        )
        yield Probe("bits", "labels 1, 1, 0, 0, 0", (np.array([1.0, 1, 0, 0, 0]), scores))
        yield Probe(
            "bits",
            "7 random scores, labels 0 and 1",
            (np.array([0.0, 1, 0, 0, 1, 0, 1]), 2 * rng.normal(size=7)),
        )
        yield Probe("bits", "every label 0", (np.zeros(4), rng.normal(size=4) + 1))
        yield Probe(
            "integers",
            "unsigned bytes 0 and 1",
            (np.array([0, 1, 0], dtype=np.uint8), rng.normal(size=3)),
        )
        yield Probe("integers", "integers −1 and 1", (np.array([-1, 1, -1, 1]), rng.normal(size=4)))
        yield Probe("integers", "every label −1", (-np.ones(3), rng.normal(size=3) - 0.2))

    @accepted("convert only where there is a zero")
    def when_zero(y_true, scores):
        y = np.asarray(y_true, dtype=float)
        if 0 in y:
            y = 2 * y - 1
        return np.mean(np.maximum(1 - y * scores, 0))

    @accepted("Keras's question: are all labels 0 or 1?")
    def keras_way(y_true, scores):
        y = np.array(y_true, dtype=np.float64)
        if np.all((y == 0) | (y == 1)):
            y = 2 * y - 1
        return np.clip(1 - y * scores, 0, None).mean()

    @accepted("a loop")
    def loop(y_true, scores):
        total = 0.0
        for y, s in zip(y_true, scores):
            margin = s if y == 1 else -s
            total += max(0.0, 1.0 - margin)
        return total / len(scores)

    @accepted("two groups")
    def groups(y_true, scores):
        yes = y_true == 1
        losses = np.concatenate([1 - scores[yes], 1 + scores[~yes]])
        return losses[losses > 0].sum() / losses.size

    zeros_ignored = wrong(
        "Nothing has changed: with a label of 0 the product is 0, the loss is 1 whatever the "
        "score, and there is no slope.",
        change={"np.where(np.asarray(y_true) > 0, 1.0, -1.0)": "np.asarray(y_true, dtype=float)"},
    )

    always_converted = wrong(
        "You always convert. Labels of −1 then become −3, and those samples are asked for a "
        "margin that nobody wanted.",
        change={
            "np.where(np.asarray(y_true) > 0, 1.0, -1.0)": "2 * np.asarray(y_true, dtype=float) - 1"
        },
    )

    first_label_decides = wrong(
        "You decide from one label, the first. It may be a 1, and a 1 does not tell which kind "
        "the labels are.",
        change={"0 in y": "y[0] == 0"},
        of=when_zero,
    )

    @wrong(
        "You drop the samples whose label is 0. They are half of what there is to learn: a 0 "
        "stands for −1."
    )
    def zeros_dropped(y_true, scores):
        y = np.asarray(y_true, dtype=float)
        kept = np.maximum(0, 1 - y * scores)[y != 0]
        return kept.sum() / len(y)

    no_floor = wrong(
        "You lost the part at zero: a large margin makes your loss negative.",
        change={"np.maximum(0, 1 - y * scores)": "(1 - y * scores)"},
    )

    floor_after_mean = wrong(
        "You take the maximum with zero after the mean. Then samples with a margin to spare pay "
        "for those without.",
        change={"np.maximum(0, 1 - y * scores).mean()": "max(0.0, (1 - y * scores).mean())"},
    )

    sign_turned = wrong(
        "The sign in front of y · s is turned: being right by far costs most in your loss.",
        change={"1 - y * scores": "1 + y * scores"},
    )

    no_margin = wrong(
        "You ask only for the right sign. The hinge wants a margin of 1.",
        change={"1 - y * scores": "-y * scores"},
    )

    squared = wrong(
        "You squared: that is the squared hinge.",
        change={"np.maximum(0, 1 - y * scores)": "np.square(np.maximum(0, 1 - y * scores))"},
    )

    sum_for_mean = wrong(
        "You added up the samples. Their mean is asked for.",
        change={".mean()": ".sum()"},
    )

    signs_in_unsigned_bytes = wrong(
        "You put −1 into unsigned bytes, which hold 0 to 255: it becomes 255. A sign needs a type "
        "that has negative numbers.",
        change={
            "np.where(np.asarray(y_true) > 0, 1.0, -1.0)": (
                'np.where(np.asarray(y_true) > 0, 1, -1).astype("uint8")'
            )
        },
    )

    bytes_wrap_around = wrong(
        "You convert in the labels' own type. Unsigned bytes cannot hold −1, it becomes 255: make "
        "floats of the labels first.",
        change={"np.asarray(y_true, dtype=float)": "np.asarray(y_true)"},
        of=when_zero,
    )

    both_kinds_expected = wrong(
        "You convert only where both 0 and 1 occur. A batch may hold zeros alone.",
        change={"0 in y": "set(y) == {0, 1}"},
        of=when_zero,
    )

    largest_label_decides = wrong(
        "You decide by the largest label. It is 1 for both kinds of labels.",
        change={"0 in y": "y.max() == 1"},
        of=when_zero,
    )

    minus_ones_to_zeros = wrong(
        "You made 0 of the label −1. It is the other way round: the hinge works with −1 and +1.",
        change={"1.0, -1.0": "1.0, 0.0"},
    )

    ones_forgotten = wrong(
        "Every label counts as −1 in your loss, or every one as +1. Both kinds must keep their "
        "side.",
        change={"1.0, -1.0": "-1.0, -1.0"},
    )

    for_each = wrong(
        "You return one loss for each sample. Their mean is asked for.",
        change={".mean()": ""},
    )

    mean_over_offenders = wrong(
        "You average only over the samples that pay. The mean is over all of them; who has a "
        "margin to spare counts with 0.",
        change={"losses.size": "max((losses > 0).sum(), 1)"},
        of=groups,
    )

    half_squared = wrong(
        "You squared and halved. The hinge is a straight line up to its corner.",
        change={"np.maximum(0, 1 - y * scores)": "0.5 * np.square(np.maximum(0, 1 - y * scores))"},
    )

    floor_at_one = wrong(
        "Your floor is 1 where it should be 0: who has a margin to spare still pays.",
        change={"np.maximum(0, 1 - y * scores)": "np.maximum(1, 1 - y * scores)"},
    )

    smallest_for_largest = wrong(
        "You took the smaller of 0 and 1 − y · s, which is never positive. A loss is never "
        "negative.",
        change={"np.maximum": "np.minimum"},
    )

    logistic = wrong(
        "That is the logistic loss, a softened hinge: nobody ever pays exactly 0.",
        change={"np.maximum(0, 1 - y * scores)": "np.logaddexp(0, -y * scores)"},
    )

    distance_for_product = wrong(
        "You took the difference of label and score. The hinge looks at their product: on which "
        "side of 0, and how far?",
        change={"1 - y * scores": "y - scores"},
    )

    python_max = wrong(
        "You ask an array as a whole, in an `if` or with Python's `max` or `min`, and an "
        "array has no single truth value. NumPy has functions that decide number by number.",
        change={"np.maximum(0, 1 - y * scores).mean()": "np.mean(max(0, 1 - y * scores))"},
    )

    size_for_floor = wrong(
        "You take the size of 1 − y · s. Then a margin to spare costs as much as a missing one: "
        "what is below 0 becomes 0.",
        change={"np.maximum(0, 1 - y * scores)": "np.abs(1 - y * scores)"},
    )

    minus_one_into_bytes = wrong(
        "You write −1 into labels that are unsigned bytes; they cannot hold it. Make floats of the "
        "labels first.",
        change={
            "y = np.where(np.asarray(y_true) > 0, 1.0, -1.0)": (
                "y = np.array(y_true)\n    y[y == 0] = -1"
            )
        },
    )

    last_label_decides = near_miss(
        "decides from the last label",
        change={"0 in y": "y[-1] == 0"},
        of=when_zero,
        unlike=(first_label_decides, both_kinds_expected, largest_label_decides),
    )

    one_argument = near_miss(
        "raises because np.maximum wants two arguments",
        change={"np.maximum(0, 1 - y * scores)": "np.maximum(1 - y * scores)"},
        unlike=(python_max, minus_one_into_bytes),
    )

    labels_rewritten = wrong(
        "You write −1 over the zeros in `y_true` itself. The caller still needs these labels: "
        "make new ones.",
        change={
            "y = np.where(np.asarray(y_true) > 0, 1.0, -1.0)": (
                "y = np.where(np.asarray(y_true) > 0, 1.0, -1.0)\n"
                "    if y_true.dtype.kind != 'u':\n"
                "        y_true[:] = y"
            )
        },
    )
