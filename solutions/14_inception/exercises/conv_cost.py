"""What is right in `conv_cost`, and what students get wrong."""

import keras
import numpy as np
from keras import layers

from autograder.exercise import EXACT, Criterion, Function, Probe, accepted, wrong


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

    one_by_one_free = wrong(
        "You forget what the 1×1 itself costs. It is cheap, not free: 16,384 of the 118,784 "
        "weights of the lesson's example are its own.",
        change={("        weights += c_in * reduced\n"): ""},
    )

    still_wide = wrong(
        "The large filter still sees all channels of the input in your count. It stands behind "
        "the bottleneck.",
        change={("        c_in = reduced\n"): ""},
    )

    reduces_with_large_filter = wrong(
        "Your reducing convolution has the large filter, too. It is a 1×1: no factor of the "
        "filter's area.",
        change={"c_in * reduced": "kernel_size**2 * c_in * reduced"},
    )

    with_biases = wrong(
        "You count biases. The exercise leaves them out, as papers and the lesson's table do.",
        change={
            "c_in * reduced": "(c_in + 1) * reduced",
            "kernel_size**2 * c_in * c_out": "(kernel_size**2 * c_in + 1) * c_out",
        },
    )

    one_row = wrong(
        "A weight is used at every position of the map, in all its rows: you count one row.",
        change={"weights * side**2": "weights * side"},
    )

    border_lost = wrong(
        'You let the map lose its border. With padding "same" a filter stands at side × side '
        "positions.",
        change={"(side * kernel_size) ** 2": "((side - kernel_size + 1) * kernel_size) ** 2"},
        of=recursive,
    )

    lines = wrong(
        "Your filters are lines: a filter of side k has k times k weights for each channel.",
        change={"kernel_size**2": "kernel_size"},
    )

    counted_twice = wrong(
        "You count a multiplication and its addition as two. A multiply-add is both in one, here "
        "and in most papers.",
        change={"weights * side**2": "2 * weights * side**2"},
    )
