"""What is right in `dense_backward`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Function, Probe, Rule, accepted, near_miss, wrong

from ._shared import FRAMEWORKS, LOSS_SUMS


class DenseBackward(Function):
    title = "Backwards through Dense"
    starred = True
    difficulty = 2
    criteria = (
        Criterion("square", 1, "three inputs and three outputs"),
        Criterion("oblong", 2, "as many inputs and outputs as you like"),
        Criterion("batch", 1, "a batch of one, and a large one"),
        Criterion("kept", 1, "the arrays that are given stay as they are"),
    )
    keeps_arguments = "kept"
    tolerance = LOSS_SUMS
    rule = Rule(forbid=FRAMEWORKS, reason="Write the three products yourself, with NumPy alone.")
    habit = Rule(
        forbid=("for", "while"),
        reason="That is right; each of the three is one product or one sum of whole arrays.",
    )
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

    kernel_not_transposed = wrong(
        "The kernel is not transposed in dX. Input d reaches output m through W[d, m]; on the "
        "way back the roads are the same, walked the other way.",
        change={"dY @ W.T": "dY @ W"},
    )

    inputs_not_transposed = wrong(
        "X is not transposed in dW. The sum runs over the samples, the first axis of both.",
        change={"X.T @ dY": "X @ dY"},
    )

    kernel_gradient_transposed = wrong(
        "Your dW is transposed: it must have the shape of W, inputs first.",
        change={"X.T @ dY": "dY.T @ X"},
    )

    bias_not_summed = wrong(
        "Your bias gradient is not summed: one bias serves all samples, and roads add up.",
        change={"dY.sum(axis=0)": "dY"},
    )

    bias_averaged = wrong(
        "You averaged the bias gradient. Roads add up; the 1/N of the mean loss is in dY already.",
        change={"dY.sum": "dY.mean"},
    )

    divided_by_n = wrong(
        "You divided dW and db by N. The slopes that arrive hold the 1/N of the mean loss "
        "already; with yours it is there twice.",
        change={"X.T @ dY": "X.T @ dY / len(X)", "dY.sum": "dY.mean"},
    )

    bias_summed_over_outputs = wrong(
        "You summed the bias gradient over the outputs, along axis 1. It runs over the samples.",
        change={"axis=0": "axis=1"},
    )

    one_bias_for_all = wrong(
        "Your bias gradient is one number for all outputs. Each output has a bias of its own.",
        change={"dY.sum(axis=0)": "dY.sum()"},
    )

    bias_kept_its_axis = wrong(
        "Your db has shape (1, M): the sum kept its axis. The bias has shape (M,).",
        change={"dY.sum(axis=0)": "dY.sum(axis=0, keepdims=True)"},
    )

    another_order = wrong(
        "Your three answers come in another order. First dX, then dW, then db.",
        change={"dY @ W.T, X.T @ dY, dY.sum(axis=0)": "X.T @ dY, dY.sum(axis=0), dY @ W.T"},
    )

    first_sample_only = wrong(
        "Only the first sample reaches your dW. Every sample used the same kernel.",
        change={"X.T @ dY": "np.outer(X[0], dY[0])"},
    )

    elementwise = wrong(
        "You multiply element by element (*). A slope is a sum over roads: both dX and dW are "
        "products of matrices.",
        change={"dY @ W.T, X.T @ dY": "dY * W.T, X.T * dY"},
    )

    inputs_elementwise = wrong(
        "In dX you multiply element by element (*). Input d reaches every output, and the roads "
        "add up: a product of matrices.",
        change={"dY @ W.T": "dY * W.T"},
    )

    kernel_elementwise = wrong(
        "In dW you multiply element by element (*). Every sample adds to every weight: a product "
        "of matrices.",
        change={"X.T @ dY": "X.T * dY"},
    )

    inputs_gradient_transposed = wrong(
        "Your dX is transposed: it must have the shape of X, samples first.",
        change={"dY @ W.T": "W @ dY.T"},
    )

    kernel_before_slopes = wrong(
        "In dX you put the kernel on the left. The samples are the first axis of what arrives and "
        "of what leaves; the kernel stands on the right, as in the forward pass.",
        change={"dY @ W.T": "W.T @ dY"},
    )

    forward_again = wrong(
        "In dX you sent X forward once more. What goes back is dY, through the kernel the other "
        "way.",
        change={"dY @ W.T": "X @ W"},
    )

    inputs_for_kernel = wrong(
        "In dX you used X where the kernel belongs. How much an input counts is written in W; its "
        "own value matters for dW.",
        change={"dY @ W.T": "dY @ X.T"},
    )

    kernel_for_inputs = wrong(
        "In dW you used W where X belongs. How much a weight counts depends on the input that it "
        "was multiplied by.",
        change={"X.T @ dY": "W.T @ dY"},
    )

    kernel_divided = wrong(
        "You divided dW by N. The slopes that arrive hold the 1/N of the mean loss already.",
        change={"X.T @ dY": "X.T @ dY / len(X)"},
    )

    all_divided = wrong(
        "You divided all three by N. The slopes that arrive hold the 1/N of the mean loss already.",
        change={
            "dY @ W.T": "dY @ W.T / len(X)",
            "X.T @ dY": "X.T @ dY / len(X)",
            "dY.sum": "dY.mean",
        },
    )

    bias_of_inputs = wrong(
        "You summed X for the bias. Its local slope is 1: what arrives, dY, is all there is.",
        change={"dY.sum": "X.sum"},
    )

    bias_left_out = wrong(
        "The bias's slope is missing: three arrays are asked for, dX, dW and db.",
        change={"dY @ W.T, X.T @ dY, dY.sum(axis=0)": "dY @ W.T, X.T @ dY"},
    )

    kernel_and_bias_first = wrong(
        "Your three answers come in another order. First dX, then dW, then db.",
        change={"dY @ W.T, X.T @ dY, dY.sum(axis=0)": "X.T @ dY, dY @ W.T, dY.sum(axis=0)"},
    )

    signs_turned = wrong(
        "Your slopes have their sign turned. Going against the slope is the optimizer's task.",
        change={"dY @ W.T, X.T @ dY, dY.sum(axis=0)": "-dY @ W.T, -X.T @ dY, -dY.sum(axis=0)"},
    )

    both_transposes_lost = wrong(
        "Neither X nor W is transposed. On the way back the roads are walked the other way, and "
        "the sum for the kernel runs over the samples.",
        change={"dY @ W.T, X.T @ dY": "dY @ W, X @ dY"},
    )

    bias_from_the_kernel = wrong(
        "You made db from dW: the inputs are in it. The bias's local slope is 1, and only dY is "
        "summed.",
        change={"dY.sum(axis=0)": "(X.T @ dY).sum(axis=0)"},
    )

    both_transposed = wrong(
        "Both dX and dW are transposed. Each gradient has the shape of what it belongs to.",
        change={"dY @ W.T, X.T @ dY": "W @ dY.T, dY.T @ X"},
    )

    bias_of_ones = wrong(
        "Your db is all ones: that is the bias's local slope. It still has to be multiplied by "
        "what arrives, and summed.",
        change={"dY.sum(axis=0)": "np.ones(W.shape[1])"},
    )

    bias_as_a_column = near_miss(
        "a bias gradient of shape (M, 1)",
        change={"dY.sum(axis=0)": "dY.sum(axis=0)[:, None]"},
        unlike=bias_kept_its_axis,
    )

    inputs_left_out = near_miss(
        "returns dW and db alone",
        change={"dY @ W.T, X.T @ dY, dY.sum(axis=0)": "X.T @ dY, dY.sum(axis=0)"},
        unlike=bias_left_out,
    )

    bias_of_twos = near_miss(
        "a bias gradient of twos",
        change={"dY.sum(axis=0)": "np.full(W.shape[1], 2.0)"},
        unlike=bias_of_ones,
    )

    slopes_over_inputs = wrong(
        "You write the slopes dX over X. Your slopes are right, and the caller has lost the "
        "inputs of the layer.",
        change={
            "return dY @ W.T, X.T @ dY, dY.sum(axis=0)": (
                "dW = X.T @ dY\n    X[:] = dY @ W.T\n    return X, dW, dY.sum(axis=0)"
            )
        },
    )
