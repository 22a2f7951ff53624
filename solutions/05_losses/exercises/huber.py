"""What is right in `huber`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Function, Probe, accepted, wrong

from ._shared import LOSS_SUMS


class Huber(Function):
    title = "Huber"
    difficulty = 1
    criteria = (
        Criterion("near", 1, "small errors, of either sign"),
        Criterion("far", 1, "large errors, of either sign"),
        Criterion("samples", 1, "one number a sample"),
        Criterion("delta", 1, "any δ"),
    )
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
