"""What is right in `conv_cost`, and what students get wrong."""

import keras
import numpy as np
from keras import layers

from autograder.exercise import Criterion, Function, Probe, Tolerance, accepted, wrong

EXACT = Tolerance(atol=0, rtol=0, reason="counts are whole numbers")


class ConvCost(Function):
    title = "What it costs, before and after"
    difficulty = 1
    criteria = (
        Criterion("alone", 1, "one convolution"),
        Criterion("bottleneck", 2, "with a 1×1 before it"),
    )
    tolerance = EXACT
    revisit = "The bottleneck"

    def probes(self, rng):
        side, c_in, c_out, reduced = (int(n) for n in rng.integers((5, 20, 6, 2), (30, 60, 18, 15)))
        yield Probe("alone", "the lesson's 5×5", args=(254, 256, 64, 5))
        yield Probe("alone", "3×3", args=(side, c_in, c_out, 3))
        yield Probe("alone", "reduced=None by name", args=(7, 3, 8, 1), kwargs={"reduced": None})
        yield Probe("bottleneck", "the lesson's bottleneck", args=(254, 256, 64, 5, 64))
        yield Probe("bottleneck", "3×3", args=(side, c_in, c_out, 3, reduced))
        yield Probe("bottleneck", "one channel between", args=(9, 12, 10, 7, 1))
        yield Probe("bottleneck", "wider than the map", args=(4, 8, 5, 3, 20))
        yield Probe("bottleneck", "before a 1×1", args=(6, 30, 20, 1, 4))

    @accepted("two cases")
    def two_cases(side, c_in, c_out, kernel_size, reduced=None):
        if reduced is None:
            weights = kernel_size * kernel_size * c_in * c_out
        else:
            weights = c_in * reduced + kernel_size * kernel_size * reduced * c_out
        return weights, weights * side * side

    @accepted("recursion")
    def recursive(side, c_in, c_out, kernel_size, reduced=None):
        if reduced is None:
            return kernel_size**2 * c_in * c_out, (side * kernel_size) ** 2 * c_in * c_out
        first = conv_cost(side, c_in, reduced, 1)
        second = conv_cost(side, reduced, c_out, kernel_size)
        return first[0] + second[0], first[1] + second[1]

    @accepted("counted by Keras")
    def by_keras(side, c_in, c_out, kernel_size, reduced=None):
        model = keras.Sequential([keras.Input((side, side, c_in))])
        with anatomy.shapes_only():
            if reduced is not None:
                model.add(layers.Conv2D(reduced, 1, use_bias=False))
            model.add(layers.Conv2D(c_out, kernel_size, padding="same", use_bias=False))
        return model.count_params(), anatomy.multiply_adds(model)

    @accepted("a list of layers in NumPy")
    def table(side, c_in, c_out, kernel_size, reduced=None):
        stack = [(kernel_size, c_in, c_out)]
        if reduced is not None:
            stack = [(1, c_in, reduced), (kernel_size, reduced, c_out)]
        k, before, after = np.array(stack, dtype=np.int64).T
        total = int(np.sum(k**2 * before * after))
        return total, total * side**2

    @wrong(
        "You forget what the 1×1 itself costs. It is cheap, not free: 16,384 of the 118,784 "
        "weights of the lesson's example are its own."
    )
    def one_by_one_free(side, c_in, c_out, kernel_size, reduced=None):
        weights = kernel_size**2 * (reduced or c_in) * c_out
        return weights, weights * side**2

    @wrong(
        "The large filter still sees all channels of the input in your count. It stands behind "
        "the bottleneck."
    )
    def still_wide(side, c_in, c_out, kernel_size, reduced=None):
        weights = kernel_size**2 * c_in * c_out + (c_in * reduced if reduced else 0)
        return weights, weights * side**2

    reduces_with_large_filter = wrong(
        "Your reducing convolution has the large filter, too. It is a 1×1: no factor of the "
        "filter's area.",
        change={
            "c_in * reduced + kernel_size * kernel_size * reduced * c_out": "kernel_size**2 * (c_in * reduced + reduced * c_out)"
        },
        of=two_cases,
    )

    @wrong("You count biases. The exercise leaves them out, as papers and the lesson's table do.")
    def with_biases(side, c_in, c_out, kernel_size, reduced=None):
        weights = kernel_size**2 * (reduced or c_in) * c_out + c_out
        if reduced is not None:
            weights += c_in * reduced + reduced
        return weights, weights * side**2

    @wrong("A weight is used at every position of the map, in all its rows: you count one row.")
    def one_row(side, c_in, c_out, kernel_size, reduced=None):
        weights = kernel_size**2 * (reduced or c_in) * c_out
        if reduced is not None:
            weights += c_in * reduced
        return weights, weights * side

    @wrong(
        'You let the map lose its border. With padding "same" a filter stands at side × side '
        "positions."
    )
    def border_lost(side, c_in, c_out, kernel_size, reduced=None):
        inner = side - kernel_size + 1
        weights = kernel_size**2 * (reduced or c_in) * c_out
        first = 0 if reduced is None else c_in * reduced
        return weights + first, weights * inner**2 + first * side**2

    lines = wrong(
        "Your filters are lines: a filter of side k has k times k weights for each channel.",
        change={
            "weights = 0": "weights = kernel_size * (reduced or c_in) * c_out",
            ("        c_in = reduced\n    weights += kernel_size**2 * c_in * c_out"): "",
        },
    )

    @wrong(
        "You count a multiplication and its addition as two. A multiply-add is both in one, here "
        "and in most papers."
    )
    def counted_twice(side, c_in, c_out, kernel_size, reduced=None):
        weights = kernel_size**2 * (reduced or c_in) * c_out
        if reduced is not None:
            weights += c_in * reduced
        return weights, 2 * weights * side**2
