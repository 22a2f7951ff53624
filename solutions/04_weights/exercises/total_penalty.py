"""What is right in `total_penalty`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Function, Probe, Rule, accepted, wrong

from ._shared import FRAMEWORKS, KERAS_SUMS


class TotalPenalty(Function):
    title = "The bill"
    difficulty = 2
    criteria = (
        Criterion("l1", 1, "the kernel's L1 penalty"),
        Criterion("l2", 1, "the kernel's L2 penalty"),
        Criterion("activity", 2, "the price on outputs, in batches of any size"),
        Criterion("together", 1, "all three, and none"),
    )
    tolerance = KERAS_SUMS
    revisit = "A price on weights"
    rule = Rule(
        forbid=(*FRAMEWORKS, "regularizers"),
        reason="Compute the penalties yourself; Keras's you have seen above.",
    )

    def probes(self, rng):
        w, one = np.array([[3.0], [-4.0]]), np.array([[5.0]])
        yield Probe("l1", "kernel (3, −4), l1 = 0.1", (w, one), {"l1": 0.1})
        yield Probe(
            "l1", "a random 3×3×2×4 kernel, l1 = 0.02",
            (rng.normal(size=(3, 3, 2, 4)), rng.normal(size=(3, 4))), {"l1": 0.02},
        )  # fmt: skip
        yield Probe("l2", "kernel (3, −4), l2 = 0.1", (w, one), {"l2": 0.1})
        yield Probe(
            "l2", "a random 5×3 kernel, l2 = 0.3",
            (rng.normal(size=(5, 3)), rng.normal(size=(2, 3))), {"l2": 0.3},
        )  # fmt: skip
        yield Probe(
            "activity", "outputs 5 and −2, activity_l2 = 0.1",
            (w, np.array([[5.0], [-2.0]])), {"activity_l2": 0.1},
        )  # fmt: skip
        yield Probe(
            "activity", "random outputs of 7 samples with 3 units, activity_l2 = 0.5",
            (rng.normal(size=(4, 3)), rng.normal(size=(7, 3))), {"activity_l2": 0.5},
        )  # fmt: skip
        yield Probe(
            "activity", "random feature maps (2, 4, 5, 3), activity_l2 = 0.01",
            (rng.normal(size=(3, 3, 1, 3)), rng.normal(size=(2, 4, 5, 3))), {"activity_l2": 0.01},
        )  # fmt: skip
        yield Probe("together", "no price at all", (w, one))
        yield Probe(
            "together", "a random 6×2 kernel, 5 samples, l1 = 0.01, l2 = 0.02, activity_l2 = 0.03",
            (rng.normal(size=(6, 2)), rng.normal(size=(5, 2))),
            {"l1": 0.01, "l2": 0.02, "activity_l2": 0.03},
        )  # fmt: skip

    @accepted("loops over single numbers")
    def loops(kernel, outputs, l1=0.0, l2=0.0, activity_l2=0.0):
        total = 0.0
        for w in kernel.ravel():
            total += l1 * abs(w) + l2 * w * w
        for a in outputs.ravel():
            total += activity_l2 * a * a / outputs.shape[0]
        return total

    @accepted("norms")
    def norms(kernel, outputs, l1=0.0, l2=0.0, activity_l2=0.0):
        w = kernel.ravel()
        return (
            l1 * np.linalg.norm(w, 1)
            + l2 * np.linalg.norm(w) ** 2
            + activity_l2 * np.linalg.norm(outputs.ravel()) ** 2 / outputs.shape[0]
        )

    @accepted("dot products, one sample at a time")
    def dots(kernel, outputs, l1=0.0, l2=0.0, activity_l2=0.0):
        w = np.ravel(kernel)
        a_sample = [np.vdot(a, a) for a in outputs]
        return l1 * np.dot(w, np.sign(w)) + l2 * np.dot(w, w) + activity_l2 * np.mean(a_sample)

    half = wrong(
        "You have a ½ before the squares, as many books do. Keras has none.",
        change={"+ l2 *": "+ l2 / 2 *", "activity_l2 *": "activity_l2 / 2 *"},
    )

    l1_for_l2 = wrong(
        "Your kernel's two prices both grow with |w|. One of them is L2: what does the 2 do to "
        "the weight?",
        change={"np.square(kernel)": "np.abs(kernel)"},
    )

    l2_for_l1 = wrong(
        "Your L1 squares the weights. |w|² is w²: that is L2, whatever a slide calls it.",
        change={"np.abs(kernel)": "np.square(kernel)"},
    )

    factor_missing = wrong(
        "Your factors λ have no effect, or only on and off. The same weights must cost ten times "
        "as much when λ is ten times as large.",
        change={
            "l1 *": "(l1 > 0) *",
            "+ l2 *": "+ (l2 > 0) *",
            "activity_l2 *": "(activity_l2 > 0) *",
        },
    )

    batch_not_divided = wrong(
        "The outputs' price is not divided by the batch size: twice the images, twice the bill.",
        change={"np.square(outputs).sum() / len(outputs)": "np.square(outputs).sum()"},
    )

    mean_of_outputs = wrong(
        "You averaged over all outputs. Keras divides by the number of samples only; a layer with "
        "more units pays more.",
        change={"np.square(outputs).sum() / len(outputs)": "np.square(outputs).mean()"},
    )

    activity_left_out = wrong(
        "The outputs cost nothing in your bill: the third of the three terms is missing.",
        change={"on_kernel + activity_l2 * np.square(outputs).sum() / len(outputs)": "on_kernel"},
    )

    activity_l1 = wrong(
        "Your price on the outputs is L1, |a|. Asked is L2.",
        change={"np.square(outputs)": "np.abs(outputs)"},
    )

    mean_of_weights = wrong(
        "You averaged over the weights. The price is a sum: more weights cost more.",
        change={
            "np.abs(kernel).sum()": "np.abs(kernel).mean()",
            "np.square(kernel).sum()": "np.square(kernel).mean()",
        },
    )

    signs_kept = wrong(
        "Your L1 adds weights with their signs, so that 3 and −4 make −1. Prices never cancel.",
        change={"np.abs(kernel)": "kernel"},
    )

    length_for_squares = wrong(
        "You took the root: the length of the weights. L2 is the sum of the squares itself.",
        change={"np.square(kernel).sum()": "np.sqrt(np.square(kernel).sum())"},
    )

    kernel_divided = wrong(
        "You divided the kernel's price by the batch size, too. A kernel knows of no batch.",
        change={"on_kernel +": "on_kernel / len(outputs) +"},
    )

    half_on_the_kernel = wrong(
        "You have a ½ before the kernel's squares, as many books do. Keras has none.",
        change={"+ l2 *": "+ l2 / 2 *"},
    )

    half_on_the_outputs = wrong(
        "You have a ½ before the outputs' squares. Keras has none.",
        change={"activity_l2 *": "activity_l2 / 2 *"},
    )

    mean_of_sizes = wrong(
        "You averaged |w| over the weights. The L1 price is a sum: more weights cost more.",
        change={"np.abs(kernel).sum()": "np.abs(kernel).mean()"},
    )

    mean_of_squares = wrong(
        "You averaged w² over the weights. The L2 price is a sum: more weights cost more.",
        change={"np.square(kernel).sum()": "np.square(kernel).mean()"},
    )

    sum_squared = wrong(
        "You squared the sum of the weights. Each weight is squared first, so that signs do not "
        "cancel.",
        change={"np.square(kernel).sum()": "np.square(kernel.sum())"},
    )

    divided_by_units = wrong(
        "You divided the outputs' price by the number of units. It is the number of samples, axis "
        "0.",
        change={"len(outputs)": "outputs.shape[-1]"},
    )

    outputs_averaged_first = wrong(
        "You averaged the outputs over the batch and squared then. Each output pays by itself: "
        "square first.",
        change={"np.square(outputs).sum() / len(outputs)": "np.square(outputs.mean(axis=0)).sum()"},
    )

    outputs_length = wrong(
        "You took the root over the outputs' squares. L2 is the sum of the squares itself.",
        change={"np.square(outputs).sum()": "np.sqrt(np.square(outputs).sum())"},
    )

    prices_swapped = wrong(
        "The two prices on the kernel are exchanged: l1 goes with |w|, l2 with w².",
        change={"l1 * np.abs": "l2 * np.abs", "l2 * np.square(kernel)": "l1 * np.square(kernel)"},
    )

    kernel_left_out = wrong(
        "The kernel costs nothing in your bill: two of the three terms are missing.",
        change={"on_kernel + activity": "activity"},
    )

    kernel_for_outputs = wrong(
        "Your third price is on the kernel once more. It is on the layer's outputs.",
        change={"np.square(outputs).sum() / len(outputs)": "np.square(kernel).sum()"},
    )

    factors_squared = wrong(
        "You squared the factor λ together with the weight. Only the weight is squared.",
        change={"l2 * np.square(kernel).sum()": "np.square(l2 * kernel).sum()"},
    )

    three_numbers = wrong(
        "You return the terms one by one. Their sum is asked for.",
        change={
            "return float(on_kernel + activity_l2 * np.square(outputs).sum() / len(outputs))": (
                "return on_kernel, activity_l2 * np.square(outputs).sum() / len(outputs)"
            )
        },
    )

    matrix_norm = wrong(
        "`np.linalg.norm(kernel, 1)` is the norm of a *matrix*, its largest column; an array of "
        "more axes has none. Add up |w| over all weights.",
        change={"np.abs(kernel).sum()": "np.linalg.norm(kernel, 1)"},
    )

    largest_column = wrong(
        "Your L1 is the price of the most expensive unit alone. All weights pay.",
        change={
            "np.abs(kernel).sum()": "np.abs(kernel.reshape(-1, kernel.shape[-1])).sum(axis=0).max()"
        },
    )
