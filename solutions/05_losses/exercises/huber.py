"""What is right in `huber`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Function, Probe, accepted, near_miss, wrong

from ._shared import LOSS_SUMS


class Huber(Function):
    title = "Huber"
    difficulty = 1
    criteria = (
        Criterion("near", 1, "small errors, of either sign"),
        Criterion("far", 1, "large errors, of either sign"),
        Criterion("samples", 1, "one number a sample"),
        Criterion("delta", 1, "any δ"),
        Criterion("kept", 1, "the arrays that are given stay as they are"),
    )
    keeps_arguments = "kept"
    tolerance = LOSS_SUMS
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
            "errors 3, 1.5, −2.5 and 0.5, δ = 2",
            (np.zeros((4, 1)), np.array([[3.0], [1.5], [-2.5], [0.5]])),
            {"delta": 2.0},
        )
        yield Probe(
            "delta",
            "random errors of 2 samples with 5 outputs, δ = 0.3",
            (rng.normal(size=(2, 5)), rng.normal(size=(2, 5))),
            {"delta": 0.3},
        )
        small, large = rng.uniform(-1, 1, (5, 1)), rng.uniform(1.5, 9, (5, 1))
        signs = rng.choice([-1.0, 1.0], (5, 1))
        yield Probe("near", "random errors between −1 and 1, δ = 1", (np.zeros((5, 1)), small))
        yield Probe("far", "random errors beyond 1.5, δ = 1", (np.zeros((5, 1)), signs * large))

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

    branches_swapped = wrong(
        "Your branches are swapped: small errors get the line and large ones the parabola. "
        "Which of the two should an outlier meet?",
        change={"error <= delta": "error > delta"},
    )

    parabola_without_half = wrong(
        "The parabola lacks its factor of one half, so the two branches do not meet where one "
        "hands over to the other.",
        change={"0.5 * error**2": "error**2"},
    )

    no_halves_at_all = wrong(
        "Your loss is twice Huber's throughout: the halves are missing in both branches. The "
        "shape is right, the scale is not.",
        change={"0.5 * error**2": "error**2", "error - 0.5 * delta": "2 * error - delta"},
    )

    line_without_offset = wrong(
        "Your line starts too high: at |e| = δ it is not where the parabola ends. A part is to "
        "be taken off so that there is no step.",
        change={"delta * (error - 0.5 * delta)": "delta * error"},
    )

    slope_without_delta = wrong(
        "Large errors rise with slope 1 whatever δ is. At the seam the parabola has another "
        "slope; the line must go on with it.",
        change={"delta * (error - 0.5 * delta)": "error - 0.5 * delta"},
    )

    delta_is_one = wrong(
        "You took δ = 1 for granted. It is an argument.",
        change={"error =": "delta = 1\n    error ="},
    )

    sign_kept = wrong(
        "Negative errors go wrong: you compare the error itself with δ, and every negative "
        "number is below it. It is the size of the error that counts.",
        change={"np.abs(y_pred - y_true)": "y_pred - y_true"},
    )

    mean_over_samples = wrong(
        "You averaged over the samples and kept the outputs. Samples lie along axis 0; each "
        "keeps its own loss.",
        change={"axis=-1": "axis=0"},
    )

    one_number = wrong(
        "You averaged over everything. Asked for is one loss a sample, so N numbers.",
        change={"loss.mean(axis=-1)": "loss.mean()"},
    )

    sum_for_mean = wrong(
        "You added up each sample's outputs. Their mean is asked for.",
        change={"loss.mean": "loss.sum"},
    )

    line_for_delta_one = wrong(
        "You take off a half whatever δ is. That fits δ = 1 alone; for another δ the line does not "
        "begin where the parabola ends, or has another slope.",
        change={"delta * (error - 0.5 * delta)": "error - 0.5"},
    )

    delta_taken_off_whole = wrong(
        "You take too much off the error before you multiply by δ: your line begins at 0, the "
        "parabola ends above it. There is a step between them.",
        change={"error - 0.5 * delta": "error - delta"},
    )

    half_for_half_delta = wrong(
        "What you take off does not grow with δ as it must: the two branches meet for δ = 1 alone.",
        change={"error - 0.5 * delta": "error - 0.5"},
    )

    half_taken_off_outside = wrong(
        "You take a plain half off δ · |e|. The two branches then meet for δ = 1 alone.",
        change={"delta * (error - 0.5 * delta)": "delta * error - 0.5"},
    )

    half_added = wrong(
        "A sign is turned in your line: it begins above the parabola's end.",
        change={"error - 0.5 * delta": "error + 0.5 * delta"},
    )

    smooth_l1 = wrong(
        "That is PyTorch's smooth L1 loss: Huber's divided by δ. Here the parabola is ½e², "
        "whatever δ is.",
        change={
            "0.5 * error**2": "0.5 * error**2 / delta",
            "delta * (error - 0.5 * delta)": "error - 0.5 * delta",
        },
    )

    half_squared = wrong(
        "You square the half together with the error: a quarter of e² is left.",
        change={"0.5 * error**2": "(0.5 * error) ** 2"},
    )

    pseudo_huber = wrong(
        "That is the pseudo-Huber loss, one smooth root. Huber's is put together from a parabola "
        "and a line.",
        change={
            "np.where(error <= delta, 0.5 * error**2, delta * (error - 0.5 * delta))": (
                "delta**2 * (np.sqrt(1 + (error / delta) ** 2) - 1)"
            )
        },
    )

    log_cosh = wrong(
        "That is the log-cosh loss. It looks like Huber's and has no δ.",
        change={
            "np.where(error <= delta, 0.5 * error**2, delta * (error - 0.5 * delta))": (
                "np.logaddexp(error, -error) - np.log(2)"
            )
        },
    )

    parabola_everywhere = wrong(
        "Your loss is the parabola for every error. An outlier then counts as much as in the MSE.",
        change={
            "np.where(error <= delta, 0.5 * error**2, delta * (error - 0.5 * delta))": (
                "0.5 * error**2"
            )
        },
    )

    sign_kept_in_the_line = wrong(
        "Your line uses the error with its sign, so large negative errors lower the loss. It is "
        "the size of the error that counts, in both branches.",
        change={
            "np.abs(y_pred - y_true)": "y_pred - y_true",
            "error <= delta": "np.abs(error) <= delta",
        },
    )

    square_compared = wrong(
        "You compare the *squared* error with δ. δ is a size of error, not of its square.",
        change={"error <= delta": "error**2 <= delta"},
    )

    not_averaged = wrong(
        "You return one loss for every output. A sample's loss is the mean over its outputs.",
        change={"loss.mean(axis=-1)": "loss"},
    )

    axis_kept = wrong(
        "Your result keeps the axis that was averaged, shape (N, 1). One number for each sample "
        "has shape (N,).",
        change={"axis=-1": "axis=-1, keepdims=True"},
    )

    errors_averaged_first = wrong(
        "You average a sample's errors before you ask how large they are. One large and many small "
        "errors are then a middling one; the loss of each output comes first.",
        change={
            "np.abs(y_pred - y_true)": "np.abs(y_pred - y_true).mean(axis=-1)",
            "loss.mean(axis=-1)": "loss",
        },
    )

    python_if = wrong(
        "You ask an array as a whole, in an `if` or with Python's `max` or `min`, and an "
        "array has no single truth value. NumPy has functions that decide number by number.",
        change={
            "np.where(error <= delta, 0.5 * error**2, delta * (error - 0.5 * delta))": (
                "0.5 * error**2 if error <= delta else delta * (error - 0.5 * delta)"
            )
        },
    )

    negative_ones_lost = wrong(
        "Large negative errors cost nothing in your loss: one of your two questions asks for the "
        "error, the other for its size.",
        change={
            "np.where(error <= delta, 0.5 * error**2, delta * (error - 0.5 * delta))": (
                "np.where(error <= delta, 0.5 * error**2, 0.0)"
                " + np.where(y_pred - y_true > delta, delta * (error - 0.5 * delta), 0.0)"
            )
        },
    )

    negative_ones_lost_the_other_way = wrong(
        "Errors on one side cost nothing in your loss once they are large: one of your two "
        "questions asks for the error, the other for its size.",
        change={
            "np.where(error <= delta, 0.5 * error**2, delta * (error - 0.5 * delta))": (
                "np.where(error <= delta, 0.5 * error**2, 0.0)"
                " + np.where(y_true - y_pred > delta, delta * (error - 0.5 * delta), 0.0)"
            )
        },
    )

    both_branches_added = wrong(
        "You added the parabola and the line. Each error belongs to one of them.",
        change={
            "np.where(error <= delta, 0.5 * error**2, delta * (error - 0.5 * delta))": (
                "0.5 * error**2 + delta * (error - 0.5 * delta)"
            )
        },
    )

    absolute_for_large = wrong(
        "Your large errors cost their plain size, whatever δ is. The line has to begin where the "
        "parabola ends, with the same slope.",
        change={"delta * (error - 0.5 * delta)": "error"},
    )

    line_everywhere = wrong(
        "Your loss is the line for every error, the small ones, too.",
        change={
            "np.where(error <= delta, 0.5 * error**2, delta * (error - 0.5 * delta))": (
                "delta * (error - 0.5 * delta)"
            )
        },
    )

    delta_squared = wrong(
        "Your line rises with slope δ². At the seam the parabola has another slope; the line must "
        "go on with it.",
        change={"delta * (error - 0.5 * delta)": "delta**2 * (error - 0.5 * delta)"},
    )

    slope_one_and_delta_squared = wrong(
        "Your line rises with slope 1 whatever δ is, and what you take off grows with δ². The two "
        "branches then meet for δ = 1 alone.",
        change={"delta * (error - 0.5 * delta)": "error - 0.5 * delta**2"},
    )

    half_line = wrong(
        "You halved the line, too. The half belongs to the parabola; the line goes on from where "
        "it ends.",
        change={"delta * (error - 0.5 * delta)": "0.5 * delta * (error - 0.5 * delta)"},
    )

    divided_by_samples = wrong(
        "You divide each sample's sum by the number of samples. Its mean is over its own outputs.",
        change={"loss.mean(axis=-1)": "loss.sum(axis=-1) / len(loss)"},
    )

    axis_kept_in_front = near_miss(
        "a result of shape (1, N)",
        change={"loss.mean(axis=-1)": "loss.mean(axis=-1)[None]"},
        unlike=axis_kept,
    )

    one_argument_missing = near_miss(
        "raises because np.where wants one argument more",
        change={
            "np.where(error <= delta, 0.5 * error**2, delta * (error - 0.5 * delta))": (
                "np.where(error <= delta, 0.5 * error**2)"
            )
        },
        unlike=python_if,
    )

    predictions_changed = wrong(
        "You write the errors into `y_pred`, with `-=`. Your losses are right, and the caller has "
        "lost the predictions.",
        change={"error = np.abs(y_pred - y_true)": "y_pred -= y_true\n    error = np.abs(y_pred)"},
    )
