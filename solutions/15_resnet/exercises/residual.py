"""What is right in `residual`, and what students get wrong."""

import numpy as np

from autograder.exercise import SUMS, Criterion, Function, Probe, accepted, wrong


def _dense_pair(rng, rows, width, hidden, dtype="float64", scale=1.0):
    """An input and the weights of two dense layers."""
    shapes = ((rows, width), (width, hidden), (hidden,), (hidden, width), (width,))
    return tuple((scale * rng.normal(size=s)).astype(dtype) for s in shapes)


class Residual(Function):
    title = "Two layers and a shortcut"
    difficulty = 1
    criteria = (
        Criterion("values", 2, "random inputs and weights"),
        Criterion("zeros", 1, "weights that are all zero"),
    )
    tolerance = SUMS
    revisit = "The same sum, by hand"

    def probes(self, rng):
        yield Probe("values", "one row, as many hidden units", args=_dense_pair(rng, 1, 3, 3))
        yield Probe("values", "four rows, a wider hidden layer", args=_dense_pair(rng, 4, 3, 5))
        yield Probe("values", "float32", args=_dense_pair(rng, 2, 6, 4, "float32"))
        yield Probe("values", "large numbers", args=_dense_pair(rng, 3, 2, 4, scale=100.0))
        a, W1, b1, W2, b2 = _dense_pair(rng, 3, 4, 5)
        zeros = tuple(map(np.zeros_like, (W1, b1, W2, b2)))
        yield Probe("zeros", "all weights and biases zero", args=(a, *zeros))
        yield Probe("zeros", "weights zero, biases not", args=(a, 0 * W1, b1, 0 * W2, b2))

    @accepted("row by row, unit by unit")
    def loops(a, W1, b1, W2, b2):
        out = np.empty_like(a)
        for r in range(a.shape[0]):
            hidden = [max(0.0, a[r] @ W1[:, j] + b1[j]) for j in range(W1.shape[1])]
            for i in range(a.shape[1]):
                z = b2[i] + sum(hidden[j] * W2[j, i] for j in range(len(hidden)))
                out[r, i] = max(0.0, z + a[r, i])
        return out

    @accepted("einsum and a mask")
    def masked(a, W1, b1, W2, b2):
        z1 = np.einsum("rd,dh->rh", a, W1) + b1
        z2 = np.einsum("rh,hd->rd", z1 * (z1 > 0), W2) + b2 + a
        return np.where(z2 > 0, z2, np.zeros_like(z2))

    @accepted("the shortcut as one more block of the matrix")
    def one_matrix(a, W1, b1, W2, b2):
        hidden = (a @ W1 + b1).clip(min=0)
        both = np.concatenate([hidden, a], axis=1)
        return (both @ np.concatenate([W2, np.eye(a.shape[1], dtype=a.dtype)]) + b2).clip(min=0)

    relu_before_add = wrong(
        "You apply the last ReLU to the branch and add the input afterwards. The sum comes first: "
        "the branch must be able to take something away from its input.",
        change={"np.maximum(hidden @ W2 + b2 + a, 0)": "np.maximum(hidden @ W2 + b2, 0) + a"},
    )

    relu_twice = wrong(
        "You apply ReLU to the branch and once more to the sum. Before the sum there is none, or "
        "the branch could only add.",
        change={"hidden @ W2 + b2 + a": "np.maximum(hidden @ W2 + b2, 0) + a"},
    )

    no_last_relu = wrong(
        "Your sum has no ReLU after it: negative numbers leave the block.",
        change={"np.maximum(hidden @ W2 + b2 + a, 0)": "hidden @ W2 + b2 + a"},
    )

    plain = wrong(
        "This is the plain pair of layers: the input is not added.",
        change={"hidden @ W2 + b2 + a": "hidden @ W2 + b2"},
    )

    linear_branch = wrong(
        "Between your two layers there is no ReLU. Then the branch is a single linear layer, "
        "whatever its two matrices are.",
        change={"np.maximum(a @ W1 + b1, 0)": "a @ W1 + b1"},
    )

    no_biases = wrong(
        "You left the biases out. They are what the zero weights do not switch off.",
        change={"a @ W1 + b1": "a @ W1", "hidden @ W2 + b2 + a": "hidden @ W2 + a"},
    )

    clipped_shortcut = wrong(
        "You apply ReLU to the input before you add it. The shortcut carries the input as it is.",
        change={"hidden @ W2 + b2 + a": "hidden @ W2 + b2 + np.maximum(a, 0)"},
    )

    second_reads_input = wrong(
        "Your second layer reads the block's input again. It works on what the first layer made.",
        change={"hidden @ W2": "a @ W2"},
    )

    @wrong("Your second layer reads the block's input, cut to fit, and not the first one's output.")
    def second_reads_cut_input(a, W1, b1, W2, b2):
        n = min(a.shape[1], W2.shape[0])
        return np.maximum(a[:, :n] @ W2[:n] + b2 + a, 0)

    adds_itself = wrong(
        "You add the branch to itself. What is added to it is the input of the block, as it came "
        "in: keep it under a name of its own.",
        change={"hidden @ W2 + b2 + a": "2 * (hidden @ W2 + b2)"},
    )

    input_clipped = wrong(
        "You cut the input of the block at 0 before both ways start, or change it in place: the "
        "shortcut has to carry the negative numbers, too.",
        change={"hidden = np.maximum(a": "a = np.maximum(a, 0)\n    hidden = np.maximum(a"},
    )

    @wrong(
        "You add the hidden layer where its shape allows it. The shortcut starts before the first "
        "layer, whatever the shapes are."
    )
    def early_add(a, W1, b1, W2, b2):
        hidden = np.maximum(a @ W1 + b1, 0)
        carried = hidden if hidden.shape == a.shape else a
        return np.maximum(hidden @ W2 + b2 + carried, 0)

    second_bias_forgotten = wrong(
        "The bias of your second layer is missing.",
        change={"hidden @ W2 + b2 + a": "hidden @ W2 + a"},
    )

    first_bias_forgotten = wrong(
        "The bias of your first layer is missing.", change={"a @ W1 + b1": "a @ W1"}
    )

    averaged = wrong(
        "You take the mean of branch and input. They are added, and nothing is halved.",
        change={"hidden @ W2 + b2 + a": "(hidden @ W2 + b2 + a) / 2"},
    )

    subtracted = wrong(
        "You subtract the input. The branch learns a difference; the block adds it to the input.",
        change={"+ b2 + a": "+ b2 - a"},
    )
