"""What is right in `collapse`, and what students get wrong."""

from itertools import pairwise

import numpy as np

from autograder.exercise import (
    SUMS,
    Criterion,
    Function,
    Probe,
    accepted,
    near_miss,
    wrong,
)


class Collapse(Function):
    title = "Fold the stack"
    difficulty = 1
    criteria = (
        Criterion("one", 1, "one layer is returned as it is"),
        Criterion("square", 2, "layers of one width fold into one"),
        Criterion("widths", 2, "layers of different widths fold into one"),
        Criterion("kept", 1, "the lists and arrays that are given stay as they are"),
    )
    keeps_arguments = "kept"
    tolerance = SUMS
    revisit = "Ten lines make one line"

    def probes(self, rng):
        def stack(*widths, dtype="float64"):
            kernels = [rng.normal(size=s).astype(dtype) for s in pairwise(widths)]
            return kernels, [rng.normal(size=w).astype(dtype) for w in widths[1:]]

        yield Probe("one", "one layer, 3 to 2", stack(3, 2))
        yield Probe("square", "two layers of width 2", stack(2, 2, 2))
        yield Probe("square", "four layers of width 3", stack(3, 3, 3, 3, 3))
        yield Probe("widths", "widths 2, 5, 3, 1", stack(2, 5, 3, 1))
        yield Probe("widths", "widths 4, 1, 4, in float32", stack(4, 1, 4, dtype="float32"))

    @accepted("recursion")
    def recursion(kernels, biases):
        if len(kernels) == 1:
            return kernels[0], biases[0]
        W, b = collapse(kernels[:-1], biases[:-1])
        return W @ kernels[-1], b @ kernels[-1] + biases[-1]

    @accepted("send the unit vectors through")
    def by_sending_unit_vectors(kernels, biases):
        def through(x):
            for W, b in zip(kernels, biases):
                x = x @ W + b
            return x

        n = kernels[0].shape[0]
        b = through(np.zeros(n))
        return through(np.eye(n)) - b, b

    @accepted("one more column that holds the bias")
    def augmented(kernels, biases):
        product = np.eye(kernels[0].shape[0] + 1)
        for W, b in zip(kernels, biases):
            step = np.zeros((W.shape[0] + 1, W.shape[1] + 1))
            step[:-1, :-1], step[-1, :-1], step[-1, -1] = W, b, 1
            product = product @ step
        return product[:-1, :-1], product[-1, :-1]

    @accepted("Keras ops")
    def with_keras(kernels, biases):
        W, b = kernels[0], biases[0]
        for kernel, bias in zip(kernels[1:], biases[1:]):
            W = keras.ops.matmul(W, kernel)
            b = keras.ops.matmul(b, kernel) + bias
        return keras.ops.convert_to_numpy(W), keras.ops.convert_to_numpy(b)

    biases_added = wrong(
        "You added the biases up as they are. The first bias goes through the second layer like "
        "any other number that comes out of the first. Follow it on paper.",
        change={"b @ kernel + bias": "np.resize(b, bias.shape) + bias"},
    )

    last_bias = wrong(
        "You kept the last bias and dropped the ones before it. They are still in the result: "
        "send x = 0 through the stack and see what comes out.",
        change={"b @ kernel + bias": "bias"},
    )

    first_bias = wrong(
        "Your matrix is right, but the biases that come after the first never arrive. Each layer "
        "adds its own.",
        change={"b @ kernel + bias": "b @ kernel"},
    )

    order_reversed = wrong(
        "You multiplied the kernels in the wrong order. In x @ W the input stands on the left, so "
        "the first layer's kernel meets it first.",
        change={"W @ kernel": "kernel @ W"},
    )

    transposed = wrong(
        "Your W is transposed: it has the shape (outputs, inputs). Keras keeps (inputs, outputs), "
        "and the inputs stand on the left.",
        change={"return W, b": "return W.T, b"},
    )

    bias_through_product = wrong(
        "You sent the bias through the matrix of all layers so far, not through the one layer "
        "that comes next: it has already been through the others.",
        change={"b @ kernel + bias": "b @ (W @ kernel) + bias"},
    )

    elementwise = wrong(
        "You multiplied element by element (*). A layer after a layer is a product of matrices.",
        change={"W @ kernel": "W * kernel"},
    )

    bias_before_kernel = wrong(
        "You add a layer's bias before its kernel. In x @ W + b the bias comes after, so it must "
        "not go through its own kernel.",
        change={"b @ kernel + bias": "(b + bias) @ kernel"},
    )

    kernel_on_the_left = wrong(
        "You multiply the bias from the wrong side. It comes out of the layer before as a row, and "
        "meets the kernel as x does: from the left.",
        change={"b @ kernel + bias": "kernel @ b + bias"},
    )

    old_matrix_for_kernel = wrong(
        "You sent the bias through the matrix of the layers *before*. It has been through those "
        "already; what it meets now is the next kernel.",
        change={"b @ kernel + bias": "b @ W + bias"},
    )

    kernels_added = wrong(
        "You added the kernels. One layer after another is a product of matrices.",
        change={"W @ kernel": "W + kernel"},
    )

    first_layer_twice = wrong(
        "You begin with the first layer and then go through all of them, the first once more.",
        change={"zip(kernels[1:], biases[1:])": "zip(kernels, biases)"},
    )

    last_layer_first = wrong(
        "You go through the stack from its end. The first layer of the list meets x first.",
        change={
            "kernels[0], biases[0]": "kernels[-1], biases[-1]",
            "zip(kernels[1:], biases[1:])": "zip(kernels[-2::-1], biases[-2::-1])",
        },
    )

    last_layer_lost = wrong(
        "You stop one layer too early: the last one is missing from your product.",
        change={"zip(kernels[1:], biases[1:])": "zip(kernels[1:-1], biases[1:-1])"},
    )

    two_layers_only = wrong(
        "You fold the first two layers and leave the rest. The stack may be of any height, one "
        "layer included.",
        change={"zip(kernels[1:], biases[1:])": "zip(kernels[1:2], biases[1:2])"},
    )

    bias_as_a_row = wrong(
        "Your b has two axes, shape (1, outputs). A bias has one.",
        change={"return W, b": "return W, np.atleast_2d(b)"},
    )

    matrix_alone = wrong(
        "You return the matrix alone. The pair (W, b) is asked for.",
        change={"return W, b": "return W"},
    )

    pair_swapped = wrong(
        "You return the bias first. The pair is (W, b), the matrix first.",
        change={"return W, b": "return b, W"},
    )

    biases_start_at_zero = wrong(
        "Your bias starts at zero, so the first layer's own bias is lost.",
        change={"kernels[0], biases[0]": "kernels[0], np.zeros_like(biases[0])"},
    )

    bias_as_a_column = near_miss(
        "a bias of shape (outputs, 1)",
        change={"return W, b": "return W, b[:, None]"},
        unlike=bias_as_a_row,
    )

    biases_changed = wrong(
        "You write into the bias of the next layer, with `+=`. Your layer is right, and the "
        "caller has another stack than before.",
        change={
            "W, b = W @ kernel, b @ kernel + bias": (
                "bias += b @ kernel\n        W, b = W @ kernel, bias"
            )
        },
    )
