"""What is right in `one_by_one`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Function, Probe, Rule, accepted, wrong

from ._shared import FINE_SUMS


class OneByOne(Function):
    title = "One pixel at a time"
    difficulty = 1
    criteria = (
        Criterion("mixes", 2, "every output channel from all input channels"),
        Criterion("bias", 1, "one bias for each output channel"),
    )
    tolerance = FINE_SUMS
    habit = Rule(
        forbid=("for", "while"),
        reason="That is right; the product `@` takes the last axis of all pixels at once.",
    )
    revisit = "One pixel at a time"

    def probes(self, rng):
        def arrays(batch, height, width, c_in, c_out, dtype="float32", bias=0.0):
            x = rng.normal(size=(batch, height, width, c_in)).astype(dtype)
            kernel = rng.normal(size=(1, 1, c_in, c_out)).astype(dtype)
            return x, kernel, (bias * rng.normal(size=c_out)).astype(dtype)

        yield Probe("mixes", "3 channels to 5, no bias", args=arrays(2, 4, 6, 3, 5))
        yield Probe("mixes", "as many channels out as in", args=arrays(1, 3, 2, 4, 4))
        yield Probe("mixes", "one pixel, 6 channels to 1", args=arrays(1, 1, 1, 6, 1))
        yield Probe("mixes", "one channel in", args=arrays(1, 2, 3, 1, 4))
        yield Probe("mixes", "float64", args=arrays(2, 3, 5, 7, 2, "float64"))
        yield Probe("bias", "with a bias", args=arrays(3, 2, 4, 5, 3, bias=2.0))
        yield Probe("bias", "a large bias, float64", args=arrays(1, 4, 3, 2, 4, "float64", 1e3))

    @accepted("five loops")
    def loops(x, kernel, bias):
        batch, height, width, c_in = x.shape
        out = np.zeros((batch, height, width, kernel.shape[-1]), x.dtype)
        for n in range(batch):
            for i in range(height):
                for j in range(width):
                    for o in range(kernel.shape[-1]):
                        total = bias[o]
                        for c in range(c_in):
                            total = total + x[n, i, j, c] * kernel[0, 0, c, o]
                        out[n, i, j, o] = total
        return out

    @accepted("einsum")
    def einsum(x, kernel, bias):
        return np.einsum("nijc,hwco->nijo", x, kernel) + bias

    @accepted("a matrix of pixels")
    def matrix(x, kernel, bias):
        pixels = x.reshape(-1, x.shape[-1])
        mixed = np.dot(pixels, kernel.reshape(kernel.shape[2:])) + bias
        return mixed.reshape(*x.shape[:-1], -1)

    @accepted("channel by channel, added up")
    def added_up(x, kernel, bias):
        return sum(x[..., c, None] * kernel[0, 0, c] for c in range(x.shape[-1])) + bias

    @wrong(
        "Each of your outputs is made of one input channel alone: pixels multiplied by a constant. "
        "A 1×1 filter has a weight for every channel, and adds the products up."
    )
    def no_mixing(x, kernel, bias):
        c_in = x.shape[-1]
        columns = [x[..., o % c_in] * kernel[0, 0, o % c_in, o] for o in range(kernel.shape[-1])]
        return np.stack(columns, axis=-1) + bias

    not_summed = wrong(
        "You have the products of all channels, and do not add them up: your result has one axis "
        "more than an image batch.",
        change={"x @ kernel[0, 0]": "x[..., None] * kernel[0, 0]"},
    )

    averaged = wrong(
        "You average over the channels. A convolution adds up: its weights decide how much each "
        "channel counts.",
        change={"x @ kernel[0, 0]": "x @ kernel[0, 0] / x.shape[-1]"},
    )

    no_bias = wrong(
        "You left the bias out: each output channel has one.",
        change={"x @ kernel[0, 0] + bias": "x @ kernel[0, 0]"},
    )

    bias_subtracted = wrong(
        "You subtract the bias. The table by hand adds it: filter A comes to −1 because of its +1.",
        change={"x @ kernel[0, 0] + bias": "x @ kernel[0, 0] - bias"},
    )

    with_relu = wrong(
        "You bend the result with a ReLU. The exercise asks for the convolution without "
        "activation.",
        change={"x @ kernel[0, 0] + bias": "np.maximum(x @ kernel[0, 0] + bias, 0)"},
    )

    transposed = wrong(
        "Your kernel stands on its head: its rows are the channels that come in, its columns the "
        "filters. Where both are as many, nothing warns you.",
        change={"kernel[0, 0]": "kernel[0, 0].T"},
    )

    torn = wrong(
        "You brought the kernel to (c_out, c_in) by `reshape`. That keeps the numbers in their "
        "order and tears the filters apart.",
        change={"kernel[0, 0]": "kernel.reshape(kernel.shape[-1], -1).T"},
    )

    one_bias = wrong(
        "You add the whole sum of the biases to every channel. Each output channel has its own.",
        change={"x @ kernel[0, 0] + bias": "x @ kernel[0, 0] + bias.sum()"},
    )

    @wrong(
        "You add up the channels first, and the weights of each filter by themselves. Each "
        "channel has to meet its own weight before anything is added."
    )
    def sums_apart(x, kernel, bias):
        return x.sum(axis=-1, keepdims=True) * kernel[0, 0].sum(axis=0) + bias
