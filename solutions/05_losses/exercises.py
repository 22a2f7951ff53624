"""Exercises of lesson 05: losses and backpropagation."""

# Answers call functions that the lesson defines in its own cells.
# ruff: noqa: F821

from typing import ClassVar

import numpy as np

from autograder.exercise import (
    Choices,
    Criterion,
    Function,
    Probe,
    Rule,
    Tolerance,
    Value,
    accepted,
    wrong,
)

FRAMEWORKS = ("scipy", "keras", "tensorflow", "torch", "jax", "sklearn")
SUMS = Tolerance(
    atol=1e-9, rtol=1e-7, reason="sums of a few hundred float64 numbers, added in any order"
)


class Huber(Function):
    name = "huber"
    title = "Huber's loss"
    difficulty = 1
    criteria = (
        Criterion("near", 1, "small errors, of either sign"),
        Criterion("far", 1, "large errors, of either sign"),
        Criterion("samples", 1, "one number a sample"),
        Criterion("delta", 1, "any δ"),
    )
    tolerance = SUMS
    revisit = "One number for everything that is wrong"

    def probes(self, rng):
        zero = np.zeros((3, 1))
        yield Probe(
            "near", "errors 0.5, 0.1 and −0.6, δ = 1", (zero, np.array([[0.5], [0.1], [-0.6]]))
        )
        yield Probe("far", "errors 4, 1.5 and 10, δ = 1", (zero, np.array([[4.0], [1.5], [10.0]])))
        yield Probe(
            "far", "errors −4 and −1 million, δ = 1", (np.array([[4.0], [1e6]]), np.zeros((2, 1)))
        )
        yield Probe(
            "samples",
            "random errors of 4 samples with 3 outputs, δ = 1",
            (rng.normal(size=(4, 3)), 2 * rng.normal(size=(4, 3))),
        )
        yield Probe(
            "samples",
            "3 samples with 3 outputs, one output wrong",
            (np.zeros((3, 3)), np.diag(rng.uniform(2, 4, 3))),
        )
        yield Probe(
            "delta",
            "errors 3, 2, −2 and 0.5, δ = 2",
            (np.zeros((4, 1)), np.array([[3.0], [2.0], [-2.0], [0.5]])),
            {"delta": 2.0},
        )
        yield Probe(
            "delta",
            "random errors of 2 samples with 5 outputs, δ = 0.3",
            (rng.normal(size=(2, 5)), rng.normal(size=(2, 5))),
            {"delta": 0.3},
        )

    @accepted("a mask and two assignments")
    def by_mask(y_true, y_pred, delta=1.0):
        e = np.abs(y_true - y_pred)
        loss = e**2 / 2
        far = e > delta
        loss[far] = delta * e[far] - delta**2 / 2
        return np.mean(loss, axis=1)

    @accepted("two loops")
    def loops(y_true, y_pred, delta=1.0):
        result = []
        for right, said in zip(y_true, y_pred):
            total = 0.0
            for a, b in zip(right, said):
                e = abs(a - b)
                total += 0.5 * e * e if e <= delta else delta * (e - 0.5 * delta)
            result.append(total / len(right))
        return np.array(result)

    @accepted("one formula: the clipped error")
    def clipped(y_true, y_pred, delta=1.0):
        e = np.abs(y_pred - y_true)
        near = np.minimum(e, delta)
        return (near * (e - near / 2)).mean(-1)

    @accepted("SciPy")
    def by_library(y_true, y_pred, delta=1.0):
        from scipy.special import huber as library

        return library(delta, y_pred - y_true).mean(axis=-1)

    @wrong(
        "Your branches are swapped: small errors get the line and large ones the parabola. "
        "Which of the two should an outlier meet?"
    )
    def branches_swapped(y_true, y_pred, delta=1.0):
        e = np.abs(y_pred - y_true)
        return np.where(e > delta, e**2 / 2, delta * (e - delta / 2)).mean(axis=-1)

    @wrong(
        "The parabola lacks its factor of one half, so the two branches do not meet where one "
        "hands over to the other."
    )
    def parabola_without_half(y_true, y_pred, delta=1.0):
        e = np.abs(y_pred - y_true)
        return np.where(e <= delta, e**2, delta * (e - delta / 2)).mean(axis=-1)

    @wrong(
        "Your loss is twice Huber's throughout: the halves are missing in both branches. The "
        "shape is right, the scale is not."
    )
    def no_halves_at_all(y_true, y_pred, delta=1.0):
        e = np.abs(y_pred - y_true)
        return np.where(e <= delta, e**2, delta * (2 * e - delta)).mean(axis=-1)

    @wrong(
        "Your line starts too high: at |e| = δ it is not where the parabola ends. A part is to "
        "be taken off so that there is no step."
    )
    def line_without_offset(y_true, y_pred, delta=1.0):
        e = np.abs(y_pred - y_true)
        return np.where(e <= delta, e**2 / 2, delta * e).mean(axis=-1)

    @wrong(
        "Large errors rise with slope 1 whatever δ is. At the seam the parabola has another "
        "slope; the line must go on with it."
    )
    def slope_without_delta(y_true, y_pred, delta=1.0):
        e = np.abs(y_pred - y_true)
        return np.where(e <= delta, e**2 / 2, e - delta / 2).mean(axis=-1)

    @wrong("You took δ = 1 for granted. It is an argument.")
    def delta_is_one(y_true, y_pred, delta=1.0):
        e = np.abs(y_pred - y_true)
        return np.where(e <= 1, e**2 / 2, e - 0.5).mean(axis=-1)

    @wrong(
        "Negative errors go wrong: you compare the error itself with δ, and every negative "
        "number is below it. It is the size of the error that counts."
    )
    def sign_kept(y_true, y_pred, delta=1.0):
        e = y_pred - y_true
        return np.where(e <= delta, e**2 / 2, delta * (e - delta / 2)).mean(axis=-1)

    @wrong(
        "You averaged over the samples and kept the outputs. Samples lie along axis 0; each "
        "keeps its own loss."
    )
    def mean_over_samples(y_true, y_pred, delta=1.0):
        e = np.abs(y_pred - y_true)
        return np.where(e <= delta, e**2 / 2, delta * (e - delta / 2)).mean(axis=0)

    @wrong("You averaged over everything. Asked for is one loss a sample, so N numbers.")
    def one_number(y_true, y_pred, delta=1.0):
        e = np.abs(y_pred - y_true)
        return np.where(e <= delta, e**2 / 2, delta * (e - delta / 2)).mean()

    @wrong("You added up each sample's outputs. Their mean is asked for.")
    def sum_for_mean(y_true, y_pred, delta=1.0):
        e = np.abs(y_pred - y_true)
        return np.where(e <= delta, e**2 / 2, delta * (e - delta / 2)).sum(axis=-1)


class CrossEntropy(Function):
    name = "cross_entropy"
    title = "Cross-entropy from logits"
    difficulty = 2
    criteria = (
        Criterion("one", 1, "one sample"),
        Criterion("batch", 2, "the mean over a batch"),
        Criterion("extreme", 2, "logits of ±1000"),
    )
    tolerance = SUMS
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

    @wrong(
        "You form the probability first and take its logarithm then. With logits of ±1000 the "
        "probability is exactly 0 in floating point, and its logarithm is lost. Do the "
        "logarithm on paper before you compute."
    )
    def log_of_zero(labels, logits):
        with np.errstate(all="ignore"):
            e = np.exp(logits - logits.max(axis=1, keepdims=True))
            p = e / e.sum(axis=1, keepdims=True)
            return -np.log(p[np.arange(len(labels)), labels]).mean()

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

    @wrong(
        "You subtract one maximum for the whole batch. A row that lies far below it comes out as "
        "zeros: every row needs a shift of its own."
    )
    def one_shift_for_all(labels, logits):
        with np.errstate(all="ignore"):
            shifted = logits - logits.max()
            log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
            return -log_p[np.arange(len(labels)), labels].mean()

    @wrong(
        "You clip the probability so that the logarithm stays finite. "
        "Then the worst mistakes all cost the same, and have no slope."
    )
    def clipped(labels, logits):
        e = np.exp(logits - logits.max(axis=1, keepdims=True))
        p = np.clip(e / e.sum(axis=1, keepdims=True), 1e-7, 1)
        return -np.log(p[np.arange(len(labels)), labels]).mean()

    @wrong(
        "You add a tiny number to the probability before the logarithm. It keeps the loss "
        "finite and makes it wrong where it matters most: on the worst mistakes."
    )
    def epsilon_added(labels, logits):
        e = np.exp(logits - logits.max(axis=1, keepdims=True))
        p = e / e.sum(axis=1, keepdims=True)
        return -np.log(p[np.arange(len(labels)), labels] + 1e-12).mean()

    @wrong("You added up the samples. The loss of a batch is their mean.")
    def sum_for_mean(labels, logits):
        shifted = logits - logits.max(axis=1, keepdims=True)
        log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        return -log_p[np.arange(len(labels)), labels].sum()

    @wrong(
        "You averaged over classes as well: the one-hot rows' zeros were counted as terms. Each "
        "sample has one term; divide by the number of samples."
    )
    def mean_over_classes(labels, logits):
        shifted = logits - logits.max(axis=1, keepdims=True)
        log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        return -(np.eye(logits.shape[1])[labels] * log_p).mean()

    @wrong(
        "Your softmax runs down the batch. The classes of one sample stand in a row, along "
        "axis 1, and their probabilities must sum to 1."
    )
    def softmax_over_batch(labels, logits):
        shifted = logits - logits.max(axis=0)
        log_p = shifted - np.log(np.exp(shifted).sum(axis=0))
        return -log_p[np.arange(len(labels)), labels].mean()

    @wrong(
        "`[:, labels]` takes every label's column in every row, N × N numbers. You need row 0 "
        "with label 0, row 1 with label 1, and so on."
    )
    def all_columns(labels, logits):
        shifted = logits - logits.max(axis=1, keepdims=True)
        log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        return -log_p[:, labels].mean()

    @wrong("Your loss is negative: ln p is below zero, and the sign in front of it is missing.")
    def sign_lost(labels, logits):
        shifted = logits - logits.max(axis=1, keepdims=True)
        log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        return log_p[np.arange(len(labels)), labels].mean()

    @wrong("You used the logarithm to base 2. Here, and in Keras, it is the natural one.")
    def base_two(labels, logits):
        shifted = logits - logits.max(axis=1, keepdims=True)
        log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        return -log_p[np.arange(len(labels)), labels].mean() / np.log(2)

    @wrong(
        "You charge 1 − p. That is never more than 1; the price of surprise is a logarithm.",
        revisit="Cross-entropy: the price of surprise",
    )
    def one_minus_p(labels, logits):
        e = np.exp(logits - logits.max(axis=1, keepdims=True))
        p = e / e.sum(axis=1, keepdims=True)
        return (1 - p[np.arange(len(labels)), labels]).mean()


class Hinge(Function):
    name = "hinge"
    title = "Find the bug: a hinge that knows no zero"
    difficulty = 2
    criteria = (
        Criterion("signs", 1, "labels −1 and +1"),
        Criterion("bits", 2, "labels 0 and 1"),
        Criterion("integers", 1, "labels stored as integers, and batches with one kind of label"),
    )
    tolerance = SUMS
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
            (np.array([0.0, 1, 0, 0, 1, 1, 0]), 2 * rng.normal(size=7)),
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

    @wrong(
        "Nothing has changed: with a label of 0 the product is 0, the loss is 1 whatever the "
        "score, and there is no slope."
    )
    def zeros_ignored(y_true, scores):
        return np.maximum(0, 1 - np.asarray(y_true, dtype=float) * scores).mean()

    @wrong(
        "You always convert. Labels of −1 then become −3, and those samples are asked for a "
        "margin that nobody wanted."
    )
    def always_converted(y_true, scores):
        y = 2 * np.asarray(y_true, dtype=float) - 1
        return np.maximum(0, 1 - y * scores).mean()

    @wrong(
        "You decide from one label, the first. It may be a 1, and a 1 does not tell which kind "
        "the labels are."
    )
    def first_label_decides(y_true, scores):
        y = np.asarray(y_true, dtype=float)
        if y[0] == 0:
            y = 2 * y - 1
        return np.maximum(0, 1 - y * scores).mean()

    @wrong(
        "You drop the samples whose label is 0. They are half of what there is to learn: a 0 "
        "stands for −1."
    )
    def zeros_dropped(y_true, scores):
        y = np.asarray(y_true, dtype=float)
        kept = np.maximum(0, 1 - y * scores)[y != 0]
        return kept.sum() / len(y)

    @wrong("You lost the part at zero: a large margin makes your loss negative.")
    def no_floor(y_true, scores):
        y = np.where(np.asarray(y_true) > 0, 1.0, -1.0)
        return (1 - y * scores).mean()

    @wrong(
        "You take the maximum with zero after the mean. Then samples with a margin to spare pay "
        "for those without."
    )
    def floor_after_mean(y_true, scores):
        y = np.where(np.asarray(y_true) > 0, 1.0, -1.0)
        return max(0.0, (1 - y * scores).mean())

    @wrong("The sign in front of y · s is turned: being right by far costs most in your loss.")
    def sign_turned(y_true, scores):
        y = np.where(np.asarray(y_true) > 0, 1.0, -1.0)
        return np.maximum(0, 1 + y * scores).mean()

    @wrong("You ask only for the right sign. The hinge wants a margin of 1.")
    def no_margin(y_true, scores):
        y = np.where(np.asarray(y_true) > 0, 1.0, -1.0)
        return np.maximum(0, -y * scores).mean()

    @wrong("You squared: that is the squared hinge.")
    def squared(y_true, scores):
        y = np.where(np.asarray(y_true) > 0, 1.0, -1.0)
        return (np.maximum(0, 1 - y * scores) ** 2).mean()

    @wrong("You added up the samples. Their mean is asked for.")
    def sum_for_mean(y_true, scores):
        y = np.where(np.asarray(y_true) > 0, 1.0, -1.0)
        return np.maximum(0, 1 - y * scores).sum()


class TwoRoads(Value):
    name = "two_roads"
    title = "Two roads by hand"
    difficulty = 1
    entries: ClassVar = dict.fromkeys(("L", "c", "a", "b", "w", "x"), "integer")
    entry_criterion: ClassVar = {"b": "b", "w": "ends", "x": "ends"}
    criteria = (
        Criterion("L", 1, "the value of L"),
        Criterion("c", 1, "the slope of c"),
        Criterion("a", 2, "the slope of a, which takes two roads"),
        Criterion("b", 1, "the slope of b"),
        Criterion("ends", 1, "the slopes of w and x"),
    )
    revisit = "The chain rule on a small graph"

    plain = accepted("numbers", source='{"L": 30, "c": 6, "a": 11, "b": 6, "w": 22, "x": 33}')
    floats = accepted("floats", source="dict(L=30.0, c=6.0, a=11.0, b=6.0, w=22.0, x=33.0)")
    worked = accepted(
        "worked out",
        source="""{
    "L": (3 * 2 - 1) * (3 * 2),
    "c": 3 * 2,
    "a": (3 * 2 - 1) + 1 * (3 * 2),
    "b": 1 * (3 * 2),
    "w": 11 * 2,
    "x": 11 * 3,
}""",
    )

    straight_road_only = wrong(
        "You took only the straight road from a to L. A change of a also changes c, and reaches "
        "L by that road, too.",
        source='{"L": 30, "c": 6, "a": 5, "b": 6, "w": 10, "x": 15}',
    )
    road_through_c_only = wrong(
        "You took only the road through c. a is also a factor of L itself.",
        source='{"L": 30, "c": 6, "a": 6, "b": 6, "w": 12, "x": 18}',
    )
    roads_multiplied = wrong(
        "You multiplied the two roads. Along one road slopes multiply; different roads add up.",
        source='{"L": 30, "c": 6, "a": 30, "b": 6, "w": 60, "x": 90}',
    )
    factors_swapped = wrong(
        "For a product you took each factor's own value as its slope. How much the product "
        "changes with one factor is a matter of the other.",
        source='{"L": 30, "c": 5, "a": 11, "b": 5, "w": 33, "x": 22}',
    )
    ends_swapped = wrong(
        "The slopes of w and x are exchanged: each is moved by the other's value.",
        source='{"L": 30, "c": 6, "a": 11, "b": 6, "w": 33, "x": 22}',
    )
    local_slopes_only = wrong(
        "You wrote down local slopes and did not multiply them by the slope of the box ahead.",
        source='{"L": 30, "c": 6, "a": 11, "b": 1, "w": 2, "x": 3}',
    )
    sign_of_b = wrong(
        "You carried the minus sign of b's value into its slope. A sum passes a change on one "
        "for one, whatever the number is.",
        source='{"L": 30, "c": 6, "a": 11, "b": -6, "w": 22, "x": 33}',
    )


class GradientCheck(Function):
    name = "gradient_check"
    title = "Gradient check"
    difficulty = 2
    criteria = (
        Criterion("wrong", 2, "the relative error of wrong gradients"),
        Criterion("right", 1, "nearly zero for a right one"),
        Criterion("nudge", 2, "central differences with the given h"),
    )
    tolerance = Tolerance(
        atol=2e-7,
        rtol=1e-5,
        reason="differences of losses in float64 carry rounding of about 1e-16 / h, here 1e-11, "
        "and a right gradient's relative error is of that size",
    )
    revisit = "The other way: nudge and look"

    def _setting(self, rng, samples):
        theta = rng.normal(size=11)
        X, y = rng.normal(size=(samples, 3)), rng.normal(size=(samples, 1))
        W1, b1 = theta[:6].reshape(3, 2), theta[6:8]
        W2, b2 = theta[8:10].reshape(2, 1), theta[10:]
        H = np.tanh(X @ W1 + b1)
        d_out = 2 / samples * (H @ W2 + b2 - y)
        d_hidden = d_out @ W2.T * (1 - H**2)
        parts = X.T @ d_hidden, d_hidden.sum(0), H.T @ d_out, d_out.sum(0)
        return theta, X, y, np.concatenate([p.ravel() for p in parts])

    def probes(self, rng):
        theta, X, y, gradient = self._setting(rng, 5)
        yield Probe("right", "the right gradient, 5 samples", (theta, X, y, gradient))
        yield Probe(
            "wrong", "a gradient half as long as the right one", (theta, X, y, gradient / 2)
        )
        yield Probe("wrong", "a gradient with its sign turned", (theta, X, y, -gradient))
        yield Probe("wrong", "random numbers for a gradient", (theta, X, y, rng.normal(size=11)))
        theta, X, y, gradient = self._setting(rng, 3)
        off = gradient + 0.5 * np.eye(11)[7]
        yield Probe("wrong", "a gradient with one number off by 0.5", (theta, X, y, off))
        yield Probe("nudge", "the right gradient, h = 0.3", (theta, X, y, gradient), {"h": 0.3})
        yield Probe(
            "nudge",
            "random numbers for a gradient, h = 0.1",
            (theta, X, y, rng.normal(size=11)),
            {"h": 0.1},
        )

    @accepted("a loop over nudged copies")
    def copies(theta, X, y, claimed, h=1e-5):
        nudged = np.empty(theta.size)
        for i in range(theta.size):
            up, down = theta.copy(), theta.copy()
            up[i] += h
            down[i] -= h
            nudged[i] = (toy_loss(up, X, y) - toy_loss(down, X, y)) / 2 / h
        return np.linalg.norm(claimed - nudged) / (np.linalg.norm(claimed) + np.linalg.norm(nudged))

    @accepted("in place, and put back")
    def put_back(theta, X, y, claimed, h=1e-5):
        theta, nudged = np.array(theta), []
        for i, old in enumerate(theta.copy()):
            theta[i] = old + h
            up = toy_loss(theta, X, y)
            theta[i] = old - h
            nudged.append((up - toy_loss(theta, X, y)) / (2 * h))
            theta[i] = old
        length = lambda v: np.sqrt(np.sum(np.square(v)))  # noqa: E731
        return length(claimed - np.array(nudged)) / (length(claimed) + length(nudged))

    @accepted("all nudges as the rows of a matrix")
    def matrix(theta, X, y, claimed, h=1e-5):
        rows = np.vstack([theta + h * np.eye(11), theta - h * np.eye(11)])
        losses = np.apply_along_axis(toy_loss, 1, rows, X, y)
        nudged = (losses[:11] - losses[11:]) / (2 * h)
        a, b = (float(v @ v) ** 0.5 for v in (claimed, nudged))
        return float((claimed - nudged) @ (claimed - nudged)) ** 0.5 / (a + b)

    @wrong(
        "You nudge one way only: that is the forward difference. Its error falls with h, the "
        "central one's with h²."
    )
    def forward(theta, X, y, claimed, h=1e-5):
        nudged = np.array(
            [(toy_loss(theta + n, X, y) - toy_loss(theta, X, y)) / h for n in h * np.eye(11)]
        )
        return np.linalg.norm(claimed - nudged) / (np.linalg.norm(claimed) + np.linalg.norm(nudged))

    @wrong(
        "Your slopes are twice too large: from one nudge to the other it is not h, but more.",
    )
    def divided_by_h(theta, X, y, claimed, h=1e-5):
        nudged = np.array(
            [(toy_loss(theta + n, X, y) - toy_loss(theta - n, X, y)) / h for n in h * np.eye(11)]
        )
        return np.linalg.norm(claimed - nudged) / (np.linalg.norm(claimed) + np.linalg.norm(nudged))

    @wrong(
        "Your nudges pile up: a parameter is not put back before the next is moved. With small "
        "h it hardly shows; with large h it does."
    )
    def not_put_back(theta, X, y, claimed, h=1e-5):
        theta, nudged = theta.copy(), np.zeros(11)
        for i in range(11):
            theta[i] += h
            up = toy_loss(theta, X, y)
            theta[i] -= 2 * h
            nudged[i] = (up - toy_loss(theta, X, y)) / (2 * h)
        return np.linalg.norm(claimed - nudged) / (np.linalg.norm(claimed) + np.linalg.norm(nudged))

    @wrong(
        "You nudge all parameters at once. That is one slope, along the diagonal; each "
        "parameter has a slope of its own."
    )
    def all_at_once(theta, X, y, claimed, h=1e-5):
        slope = (toy_loss(theta + h, X, y) - toy_loss(theta - h, X, y)) / (2 * h)
        nudged = np.full(11, slope)
        return np.linalg.norm(claimed - nudged) / (np.linalg.norm(claimed) + np.linalg.norm(nudged))

    @wrong(
        "You return the difference's own length. Whether 0.01 is much depends on how long the "
        "gradients are."
    )
    def absolute(theta, X, y, claimed, h=1e-5):
        nudged = np.array(
            [
                (toy_loss(theta + n, X, y) - toy_loss(theta - n, X, y)) / 2 / h
                for n in h * np.eye(11)
            ]
        )
        return np.linalg.norm(claimed - nudged)

    @wrong("You divide by one of the two lengths. The formula has the sum of both.")
    def one_length(theta, X, y, claimed, h=1e-5):
        nudged = np.array(
            [
                (toy_loss(theta + n, X, y) - toy_loss(theta - n, X, y)) / 2 / h
                for n in h * np.eye(11)
            ]
        )
        return np.linalg.norm(claimed - nudged) / np.linalg.norm(nudged)

    @wrong(
        "You divide by the length of the sum. Two opposite gradients then have a sum of no "
        "length. Add the lengths, not the gradients."
    )
    def length_of_sum(theta, X, y, claimed, h=1e-5):
        nudged = np.array(
            [
                (toy_loss(theta + n, X, y) - toy_loss(theta - n, X, y)) / 2 / h
                for n in h * np.eye(11)
            ]
        )
        return np.linalg.norm(claimed - nudged) / (np.linalg.norm(claimed + nudged) + 1e-12)

    @wrong("You forgot the roots: a length is the root of the sum of squares.")
    def squares(theta, X, y, claimed, h=1e-5):
        nudged = np.array(
            [
                (toy_loss(theta + n, X, y) - toy_loss(theta - n, X, y)) / 2 / h
                for n in h * np.eye(11)
            ]
        )
        return np.sum((claimed - nudged) ** 2) / (np.sum(claimed**2) + np.sum(nudged**2))

    @wrong("You ignore the argument h and nudge by a number of your own.")
    def own_nudge(theta, X, y, claimed, h=1e-5):
        nudged = np.array(
            [
                (toy_loss(theta + n, X, y) - toy_loss(theta - n, X, y)) / 2e-5
                for n in 1e-5 * np.eye(11)
            ]
        )
        return np.linalg.norm(claimed - nudged) / (np.linalg.norm(claimed) + np.linalg.norm(nudged))


class SoftmaxGradient(Function):
    name = "softmax_gradient"
    title = "The first step backwards"
    difficulty = 2
    criteria = (
        Criterion("one", 1, "one sample"),
        Criterion("batch", 2, "a batch"),
        Criterion("extreme", 1, "logits of ±1000"),
    )
    tolerance = SUMS
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

    @wrong(
        "The mean over the batch is missing: every slope is N times too large, and with another "
        "batch size you would need another learning rate."
    )
    def no_mean(labels, logits):
        e = np.exp(logits - logits.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True) - np.eye(logits.shape[1])[labels]

    @wrong(
        "You return what the network said and do not subtract what is so. All your slopes push "
        "down, the right class's, too."
    )
    def p_alone(labels, logits):
        e = np.exp(logits - logits.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True) / len(labels)

    @wrong(
        "Your sign is turned: a step against these slopes makes the loss larger. Which comes "
        "first, what was said or what is so?"
    )
    def sign_turned(labels, logits):
        e = np.exp(logits - logits.max(axis=1, keepdims=True))
        return (np.eye(logits.shape[1])[labels] - e / e.sum(axis=1, keepdims=True)) / len(labels)

    @wrong(
        "You divide by N · K. The loss is a mean over samples; the classes of a sample are not "
        "averaged."
    )
    def divided_by_all(labels, logits):
        e = np.exp(logits - logits.max(axis=1, keepdims=True))
        return (e / e.sum(axis=1, keepdims=True) - np.eye(logits.shape[1])[labels]) / logits.size

    @wrong("You divide by the number of classes. The mean is over the samples.")
    def divided_by_classes(labels, logits):
        e = np.exp(logits - logits.max(axis=1, keepdims=True))
        slopes = e / e.sum(axis=1, keepdims=True) - np.eye(logits.shape[1])[labels]
        return slopes / logits.shape[1]

    @wrong("Your softmax runs down the batch. The classes of one sample stand in a row.")
    def softmax_over_batch(labels, logits):
        e = np.exp(logits - logits.max(axis=0))
        return (e / e.sum(axis=0) - np.eye(logits.shape[1])[labels]) / len(labels)

    @wrong(
        "`[:, labels]` subtracts in every label's column of every row. Only one entry of each "
        "row belongs to the right class."
    )
    def all_columns(labels, logits):
        e = np.exp(logits - logits.max(axis=1, keepdims=True))
        p = e / e.sum(axis=1, keepdims=True)
        p[:, labels] -= 1
        return p / len(labels)

    @wrong(
        "You multiplied by p · (1 − p) once more. That slope of the softmax is in p − y already; "
        "with it, the sure and wrong ones have no pull.",
        revisit="Why not the squared error?",
    )
    def slope_of_softmax_twice(labels, logits):
        e = np.exp(logits - logits.max(axis=1, keepdims=True))
        p = e / e.sum(axis=1, keepdims=True)
        return (p - np.eye(logits.shape[1])[labels]) * p * (1 - p) / len(labels)

    @wrong(
        "You subtract the one-hot rows from the logits. It is the probabilities that are compared "
        "with what is so."
    )
    def logits_for_probabilities(labels, logits):
        return (logits - np.eye(logits.shape[1])[labels]) / len(labels)

    @wrong(
        "You subtract the label itself, a class's number, from every probability. A label names "
        "the one place in its row where something is to be subtracted."
    )
    def label_as_amount(labels, logits):
        e = np.exp(logits - logits.max(axis=1, keepdims=True))
        return (e / e.sum(axis=1, keepdims=True) - labels[:, None]) / len(labels)

    @wrong(
        "Your exponentials overflow at logits of 1000. Subtract each row's largest logit first.",
        revisit="From logits",
    )
    def no_shift(labels, logits):
        with np.errstate(all="ignore"):
            e = np.exp(logits)
            p = e / e.sum(axis=1, keepdims=True)
        return (p - np.eye(logits.shape[1])[labels]) / len(labels)


class DenseBackward(Function):
    name = "dense_backward"
    title = "Backwards through Dense"
    difficulty = 2
    criteria = (
        Criterion("square", 1, "three inputs and three outputs"),
        Criterion("oblong", 2, "as many inputs and outputs as you like"),
        Criterion("batch", 1, "a batch of one, and a large one"),
    )
    tolerance = SUMS
    rule = Rule(forbid=FRAMEWORKS, reason="Write the three products yourself, with NumPy alone.")
    revisit = "Backwards through a layer"

    def probes(self, rng):
        def case(n, d, m):
            return rng.normal(size=(n, d)), rng.normal(size=(d, m)), rng.normal(size=(n, m))

        yield Probe("square", "3 samples, 3 inputs, 3 outputs", case(3, 3, 3))
        yield Probe("oblong", "4 samples, 2 inputs, 5 outputs", case(4, 2, 5))
        yield Probe("oblong", "2 samples, 6 inputs, 1 output", case(2, 6, 1))
        yield Probe("batch", "1 sample, 3 inputs, 2 outputs", case(1, 3, 2))
        yield Probe("batch", "50 samples, 4 inputs, 3 outputs", case(50, 4, 3))

    @accepted("einsum")
    def by_einsum(X, W, dY):
        return (
            np.einsum("nm,dm->nd", dY, W),
            np.einsum("nd,nm->dm", X, dY),
            np.einsum("nm->m", dY),
        )

    @accepted("loops over single numbers")
    def loops(X, W, dY):
        dX, dW, db = np.zeros(X.shape), np.zeros(W.shape), np.zeros(W.shape[1])
        for n in range(X.shape[0]):
            for m in range(W.shape[1]):
                db[m] += dY[n, m]
                for d in range(X.shape[1]):
                    dX[n, d] += dY[n, m] * W[d, m]
                    dW[d, m] += X[n, d] * dY[n, m]
        return dX, dW, db

    @accepted("one outer product a sample")
    def outer(X, W, dY):
        dW = sum(np.outer(x, dy) for x, dy in zip(X, dY))
        return np.array([W @ dy for dy in dY]), dW, np.ones(len(dY)) @ dY

    @accepted("the bias as the weight of one more input, which is always 1")
    def extra_input(X, W, dY):
        with_one = np.hstack([X, np.ones((len(X), 1))])
        slopes = with_one.T @ dY
        return np.tensordot(dY, W, (1, 1)), slopes[:-1], slopes[-1]

    @wrong(
        "The kernel is not transposed in dX. Input d reaches output m through W[d, m]; on the "
        "way back the roads are the same, walked the other way."
    )
    def kernel_not_transposed(X, W, dY):
        return dY @ W, X.T @ dY, dY.sum(axis=0)

    @wrong("X is not transposed in dW. The sum runs over the samples, the first axis of both.")
    def inputs_not_transposed(X, W, dY):
        return dY @ W.T, X @ dY, dY.sum(axis=0)

    @wrong("Your dW is transposed: it must have the shape of W, inputs first.")
    def kernel_gradient_transposed(X, W, dY):
        return dY @ W.T, dY.T @ X, dY.sum(axis=0)

    @wrong("Your bias gradient is not summed: one bias serves all samples, and roads add up.")
    def bias_not_summed(X, W, dY):
        return dY @ W.T, X.T @ dY, dY

    @wrong(
        "You averaged the bias gradient. Roads add up; the 1/N of the mean loss is in dY already."
    )
    def bias_averaged(X, W, dY):
        return dY @ W.T, X.T @ dY, dY.mean(axis=0)

    @wrong(
        "You divided dW and db by N. The slopes that arrive hold the 1/N of the mean loss "
        "already; with yours it is there twice."
    )
    def divided_by_n(X, W, dY):
        return dY @ W.T, X.T @ dY / len(X), dY.mean(axis=0)

    @wrong("You summed the bias gradient over the outputs, along axis 1. It runs over the samples.")
    def bias_summed_over_outputs(X, W, dY):
        return dY @ W.T, X.T @ dY, dY.sum(axis=1)

    @wrong("Your bias gradient is one number for all outputs. Each output has a bias of its own.")
    def one_bias_for_all(X, W, dY):
        return dY @ W.T, X.T @ dY, dY.sum()

    @wrong("Your db has shape (1, M): the sum kept its axis. The bias has shape (M,).")
    def bias_kept_its_axis(X, W, dY):
        return dY @ W.T, X.T @ dY, dY.sum(axis=0, keepdims=True)

    @wrong("Your three answers come in another order. First dX, then dW, then db.")
    def another_order(X, W, dY):
        return X.T @ dY, dY.sum(axis=0), dY @ W.T

    @wrong("Only the first sample reaches your dW. Every sample used the same kernel.")
    def first_sample_only(X, W, dY):
        return dY @ W.T, np.outer(X[0], dY[0]), dY.sum(axis=0)


class Backprop(Function):
    name = "backprop"
    title = "Backpropagation through two layers"
    difficulty = 3
    criteria = (
        Criterion("loss", 1, "a batch on which every ReLU is open"),
        Criterion("bend", 3, "a batch on which some are closed"),
        Criterion("edge", 1, "ReLUs at exactly zero, extreme logits"),
    )
    tolerance = SUMS
    rule = Rule(
        forbid=FRAMEWORKS, reason="No framework here: your three functions and NumPy are enough."
    )
    revisit = "A network with no framework"

    def probes(self, rng):
        def params(d, hidden, k, shift=0.0):
            return (
                rng.normal(size=(d, hidden)),
                rng.normal(size=hidden) + shift,
                rng.normal(size=(hidden, k)),
                rng.normal(size=k),
            )

        def batch(n, d, k):
            return rng.normal(size=(n, d)), rng.integers(0, k, n)

        yield Probe("loss", "4 samples, every ReLU open", (params(3, 4, 3, 30.0), *batch(4, 3, 3)))
        yield Probe(
            "bend", "6 samples, 5 inputs, 4 hidden, 3 classes", (params(5, 4, 3), *batch(6, 5, 3))
        )
        yield Probe(
            "bend", "3 samples, 2 inputs, 7 hidden, 4 classes", (params(2, 7, 4), *batch(3, 2, 4))
        )
        W1, _, W2, b2 = params(3, 4, 3)
        still = W1, np.array([0.0, 0.7, -0.4, 0.0]), W2, b2
        yield Probe(
            "edge",
            "all inputs zero: some ReLUs stand at exactly 0",
            (still, np.zeros((2, 3)), np.array([0, 2])),
        )
        W1, b1, W2, b2 = params(3, 4, 3)
        loud = W1, b1, 1000 * W2, b2
        yield Probe("edge", "a second layer of weights around 1000", (loud, *batch(3, 3, 3)))

    @accepted("all in one place, no helpers")
    def in_one_place(params, X, labels):
        W1, b1, W2, b2 = params
        A = X @ W1 + b1
        H = A * (A > 0)
        Z = H @ W2 + b2
        Z = Z - Z.max(axis=1, keepdims=True)
        log_p = Z - np.log(np.exp(Z).sum(axis=1, keepdims=True))
        y = np.eye(Z.shape[1])[labels]
        dZ = (np.exp(log_p) - y) / len(X)
        dA = np.where(A > 0, dZ @ W2.T, 0.0)
        grads = X.T @ dA, dA.sum(0), H.T @ dZ, dZ.sum(0)
        return -(y * log_p).sum() / len(X), grads

    @accepted("the mask from the activations, a list for a tuple")
    def mask_from_h(params, X, labels):
        H = np.clip(X @ params[0] + params[1], 0, None)
        Z = H @ params[2] + params[3]
        dH, *last = dense_backward(H, params[2], softmax_gradient(labels, Z))
        dH[H == 0] = 0
        first = list(dense_backward(X, params[0], dH)[1:])
        return cross_entropy(labels, Z), first + last

    @accepted("sample by sample")
    def sample_by_sample(params, X, labels):
        W1, b1, W2, b2 = params
        grads = [np.zeros(p.shape) for p in params]
        loss = 0.0
        for x, label in zip(X, labels):
            a = x @ W1 + b1
            h = np.maximum(a, 0)
            z = h @ W2 + b2
            log_p = z - np.logaddexp.reduce(z)
            loss -= log_p[label] / len(X)
            dz = np.exp(log_p) / len(X)
            dz[label] -= 1 / len(X)
            da = (W2 @ dz) * (a > 0)
            grads[2] += np.outer(h, dz)
            grads[3] += dz
            grads[0] += np.outer(x, da)
            grads[1] += da
        return loss, tuple(grads)

    @wrong(
        "The ReLU is missing on the way back: slopes pass where it was closed. A unit that gave "
        "0 did not change the loss."
    )
    def relu_forgotten_backwards(params, X, labels):
        W1, b1, W2, b2 = params
        A = X @ W1 + b1
        H = np.maximum(A, 0)
        Z = H @ W2 + b2
        dH, dW2, db2 = dense_backward(H, W2, softmax_gradient(labels, Z))
        _, dW1, db1 = dense_backward(X, W1, dH)
        return cross_entropy(labels, Z), (dW1, db1, dW2, db2)

    @wrong("The ReLU is missing altogether, forwards and backwards: two layers fold into one.")
    def no_relu(params, X, labels):
        W1, b1, W2, b2 = params
        A = X @ W1 + b1
        Z = A @ W2 + b2
        dA, dW2, db2 = dense_backward(A, W2, softmax_gradient(labels, Z))
        _, dW1, db1 = dense_backward(X, W1, dA)
        return cross_entropy(labels, Z), (dW1, db1, dW2, db2)

    @wrong(
        "You let slopes pass where the *slope* is positive. The ReLU's gate was set on the way "
        "forward, by its input."
    )
    def gate_by_slope(params, X, labels):
        W1, b1, W2, b2 = params
        H = np.maximum(X @ W1 + b1, 0)
        Z = H @ W2 + b2
        dH, dW2, db2 = dense_backward(H, W2, softmax_gradient(labels, Z))
        _, dW1, db1 = dense_backward(X, W1, np.maximum(dH, 0))
        return cross_entropy(labels, Z), (dW1, db1, dW2, db2)

    @wrong(
        "You multiplied by the ReLU's output. Its local slope is 1 or 0, however large the output."
    )
    def output_for_slope(params, X, labels):
        W1, b1, W2, b2 = params
        H = np.maximum(X @ W1 + b1, 0)
        Z = H @ W2 + b2
        dH, dW2, db2 = dense_backward(H, W2, softmax_gradient(labels, Z))
        _, dW1, db1 = dense_backward(X, W1, dH * H)
        return cross_entropy(labels, Z), (dW1, db1, dW2, db2)

    @wrong(
        "A ReLU whose input is exactly 0 lets slopes pass in your function. Here it is closed "
        "there, as in TensorFlow."
    )
    def open_at_zero(params, X, labels):
        W1, b1, W2, b2 = params
        A = X @ W1 + b1
        H = np.maximum(A, 0)
        Z = H @ W2 + b2
        dH, dW2, db2 = dense_backward(H, W2, softmax_gradient(labels, Z))
        _, dW1, db1 = dense_backward(X, W1, dH * (A >= 0))
        return cross_entropy(labels, Z), (dW1, db1, dW2, db2)

    @wrong(
        "The second layer's backward pass got A. Its input was H, after the ReLU: keep both, and "
        "use each in its place."
    )
    def before_for_after(params, X, labels):
        W1, b1, W2, b2 = params
        A = X @ W1 + b1
        Z = np.maximum(A, 0) @ W2 + b2
        dH, dW2, db2 = dense_backward(A, W2, softmax_gradient(labels, Z))
        _, dW1, db1 = dense_backward(X, W1, dH * (A > 0))
        return cross_entropy(labels, Z), (dW1, db1, dW2, db2)

    @wrong(
        "You divided by N once more on the way back. The 1/N of the mean came in at the loss, "
        "and once is enough."
    )
    def mean_twice(params, X, labels):
        W1, b1, W2, b2 = params
        A = X @ W1 + b1
        H = np.maximum(A, 0)
        Z = H @ W2 + b2
        dH, dW2, db2 = dense_backward(H, W2, softmax_gradient(labels, Z) / len(X))
        _, dW1, db1 = dense_backward(X, W1, dH * (A > 0))
        return cross_entropy(labels, Z), (dW1, db1, dW2, db2)

    @wrong("You put a ReLU on the logits as well. The last layer has none: logits may be negative.")
    def relu_on_logits(params, X, labels):
        W1, b1, W2, b2 = params
        A = X @ W1 + b1
        H = np.maximum(A, 0)
        B = H @ W2 + b2
        Z = np.maximum(B, 0)
        dZ = softmax_gradient(labels, Z) * (B > 0)
        dH, dW2, db2 = dense_backward(H, W2, dZ)
        _, dW1, db1 = dense_backward(X, W1, dH * (A > 0))
        return cross_entropy(labels, Z), (dW1, db1, dW2, db2)

    @wrong(
        "The biases are left out on the way forward. Their gradients are there, but of another "
        "network."
    )
    def no_biases_forwards(params, X, labels):
        W1, _, W2, _ = params
        A = X @ W1
        H = np.maximum(A, 0)
        Z = H @ W2
        dH, dW2, db2 = dense_backward(H, W2, softmax_gradient(labels, Z))
        _, dW1, db1 = dense_backward(X, W1, dH * (A > 0))
        return cross_entropy(labels, Z), (dW1, db1, dW2, db2)


class Quiz(Choices):
    name = "quiz"
    title = "Quiz"
    difficulty = 1
    revisit = "Summary"
    questions: ClassVar = {
        "q1": (
            "House prices; two of the thousand in your table lack a digit. You want the model not "
            "to care. Train with",
            {"a": "MSE", "b": "MAE or Huber", "c": "hinge"},
        ),
        "q2": (
            "A ten-class network ends in a softmax, and its loss has from_logits=True. Even when "
            "it is perfectly sure and right on every image, the loss is about",
            {"a": "0", "b": "2.303", "c": "1.461"},
        ),
        "q3": (
            "Labels are whole numbers from 0 to 9, and the last layer has ten outputs. The loss is",
            {
                "a": "sparse categorical cross-entropy",
                "b": "categorical cross-entropy",
                "c": "binary cross-entropy",
            },
        ),
        "q4": (
            "A classifier's loss before the first training step, 100 classes, is 11.5. Most likely",
            {
                "a": "all is well, training will lower it",
                "b": "it is sure of wrong answers already: look at scaling and initialisation",
                "c": "the learning rate is too high",
            },
        ),
        "q5": (
            "In a graph a value feeds three boxes. Its slope is",
            {
                "a": "the sum over the three roads",
                "b": "the product of the three roads",
                "c": "the largest of the three",
            },
        ),
        "q6": (
            "A central difference in float64 with h = 10⁻¹⁵ disagrees with your gradient in the "
            "second digit. You conclude",
            {
                "a": "the gradient is wrong",
                "b": "nothing yet: h is too small",
                "c": "h must be smaller still",
            },
        ),
    }
    because: ClassVar = {
        "q1": {
            "a": "A missing digit is an error of hundreds of thousands. Think of its square.",
            "c": "Hinge is for yes and no. What do its labels look like?",
        },
        "q2": {
            "a": (
                "The loss applies a softmax of its own. What does softmax make of "
                "(1, 0, 0, …), the surest output there is?"
            ),
            "b": "That is ten equal probabilities. Softmax of (1, 0, 0, …) is not quite equal.",
        },
        "q3": {
            "b": "That one wants one-hot rows as labels.",
            "c": "Ten outputs, of which exactly one is right: that is not ten separate yes or no.",
        },
        "q4": {
            "a": "What is the loss of a network that finds all 100 classes equally likely?",
            "c": "No step has been taken yet, so no learning rate has been used.",
        },
        "q5": {
            "b": "Slopes multiply along one road. These are three different ones.",
            "c": "A change goes down all three roads, not only the widest.",
        },
        "q6": {
            "a": "Look at the left end of the plot with the two valleys.",
            "c": "Look at the plot with the two valleys: which way does the error go on the left?",
        },
    }
