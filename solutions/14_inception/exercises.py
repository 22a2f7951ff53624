"""Exercises of lesson 14: network in network, GoogLeNet."""

from typing import ClassVar

import keras
import numpy as np
from keras import layers

from autograder.exercise import (
    Block,
    Choices,
    Criterion,
    Function,
    Model,
    Probe,
    Tolerance,
    accepted,
    wrong,
)
from cnncourse import nets

SUMS = {
    "float32": Tolerance(
        atol=1e-4, rtol=1e-4, reason="float32 sums of some hundred products, added up in any order"
    ),
    "float64": Tolerance(atol=1e-10, rtol=1e-10, reason="float64 sums, added up in any order"),
}
FLOAT32 = SUMS["float32"]
EXACT = Tolerance(atol=0, rtol=0, reason="counts are whole numbers")


class OneByOne(Function):
    name = "one_by_one"
    title = "A 1×1 convolution"
    difficulty = 1
    criteria = (
        Criterion("mixes", 2, "every output channel from all input channels"),
        Criterion("bias", 1, "one bias for each output channel"),
    )
    tolerance = SUMS
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

    @wrong(
        "You have the products of all channels, and do not add them up: your result has one axis "
        "more than an image batch."
    )
    def not_summed(x, kernel, bias):
        return x[..., None] * kernel[0, 0] + bias

    @wrong(
        "You average over the channels. A convolution adds up: its weights decide how much each "
        "channel counts."
    )
    def averaged(x, kernel, bias):
        return x @ kernel[0, 0] / x.shape[-1] + bias

    @wrong("You left the bias out: each output channel has one.")
    def no_bias(x, kernel, bias):
        return x @ kernel[0, 0]

    @wrong(
        "You subtract the bias. The table by hand adds it: filter A comes to −1 because of its +1."
    )
    def bias_subtracted(x, kernel, bias):
        return x @ kernel[0, 0] - bias

    @wrong(
        "You bend the result with a ReLU. The exercise asks for the convolution without activation."
    )
    def with_relu(x, kernel, bias):
        return np.maximum(x @ kernel[0, 0] + bias, 0)

    @wrong(
        "Your kernel stands on its head: its rows are the channels that come in, its columns the "
        "filters. Where both are as many, nothing warns you."
    )
    def transposed(x, kernel, bias):
        return x @ kernel[0, 0].T + bias

    @wrong(
        "You brought the kernel to (c_out, c_in) by `reshape`. That keeps the numbers in their "
        "order and tears the filters apart."
    )
    def torn(x, kernel, bias):
        return x @ kernel.reshape(kernel.shape[-1], -1).T + bias

    @wrong("You add the whole sum of the biases to every channel. Each output channel has its own.")
    def one_bias(x, kernel, bias):
        return x @ kernel[0, 0] + bias.sum()


class Mlpconv(Block):
    name = "mlpconv"
    title = "The block of network in network"
    difficulty = 1
    criteria = (
        Criterion("shape", 1, "the size after one stride, the last number of channels"),
        Criterion("parameters", 1, "one convolution and two of 1×1"),
        Criterion("behaviour", 2, "the same values with the same weights"),
    )
    tolerance = FLOAT32
    revisit = "A network in every pixel"

    def probes(self, rng):
        yield Probe(None, "5×5, same", args=((4, 3, 2), 5, 1, "same"), input_shape=(8, 6, 3))
        yield Probe(
            None, "stride 4, valid", args=((5, 4, 6), 7, 4, "valid"), input_shape=(21, 18, 2)
        )
        yield Probe(None, "stride 2, same", args=((2, 5, 3), 3, 2, "same"), input_shape=(9, 7, 4))

    @accepted("loop over the three")
    def loop(x, filters, kernel_size, stride, padding):
        for f, k, s in zip(filters, (kernel_size, 1, 1), (stride, 1, 1)):
            x = layers.Conv2D(f, k, s, padding, activation="relu")(x)
        return x

    @accepted("activations as layers")
    def spelled_out(x, filters, kernel_size, stride, padding):
        first, second, third = filters
        x = layers.Conv2D(first, (kernel_size, kernel_size), strides=stride, padding=padding)(x)
        x = layers.ReLU()(x)
        x = layers.Activation("relu")(layers.Conv2D(second, (1, 1), padding="same")(x))
        return layers.Activation("relu")(layers.Conv2D(third, (1, 1), padding="valid")(x))

    @accepted("a Sequential inside")
    def sequential(x, filters, kernel_size, stride, padding):
        small = [layers.Conv2D(f, 1, activation=keras.ops.relu) for f in filters[1:]]
        first = layers.Conv2D(
            filters[0], kernel_size, stride, padding=padding, activation=keras.ops.relu
        )
        return keras.Sequential([first, *small])(x)

    @wrong(
        "Your 1×1 convolutions have the stride too, so the map shrinks three times. The block "
        "steps once, in its first convolution."
    )
    def strides_each_time(x, filters, kernel_size, stride, padding):
        for f, k in zip(filters, (kernel_size, 1, 1)):
            x = layers.Conv2D(f, k, stride, padding, activation="relu")(x)
        return x

    @wrong(
        "All three of your convolutions have the large filter. The small network inside a pixel "
        "sees that pixel only."
    )
    def all_large(x, filters, kernel_size, stride, padding):
        for f, s in zip(filters, (stride, 1, 1)):
            x = layers.Conv2D(f, kernel_size, s, padding, activation="relu")(x)
        return x

    @wrong(
        "Your 1×1 convolutions have no ReLU. Then they and the convolution before them are one "
        "linear mixture, and no network in a network."
    )
    def linear_pixels(x, filters, kernel_size, stride, padding):
        x = layers.Conv2D(filters[0], kernel_size, stride, padding, activation="relu")(x)
        return layers.Conv2D(filters[2], 1)(layers.Conv2D(filters[1], 1)(x))

    @wrong("Your first convolution has no ReLU, so it and the first 1×1 melt into one convolution.")
    def linear_first(x, filters, kernel_size, stride, padding):
        x = layers.Conv2D(filters[0], kernel_size, stride, padding)(x)
        for f in filters[1:]:
            x = layers.Conv2D(f, 1, activation="relu")(x)
        return x

    @wrong("The last of the three has no ReLU in your block. The exercise asks for one after each.")
    def linear_last(x, filters, kernel_size, stride, padding):
        x = layers.Conv2D(filters[0], kernel_size, stride, padding, activation="relu")(x)
        return layers.Conv2D(filters[2], 1)(layers.Conv2D(filters[1], 1, activation="relu")(x))

    @wrong("Your block has one 1×1 convolution. The network inside has two layers of them.")
    def one_small(x, filters, kernel_size, stride, padding):
        x = layers.Conv2D(filters[0], kernel_size, stride, padding, activation="relu")(x)
        return layers.Conv2D(filters[2], 1, activation="relu")(x)

    @wrong("You always pad. The argument `padding` is there for the network with 11×11 filters.")
    def always_same(x, filters, kernel_size, stride, padding):
        x = layers.Conv2D(filters[0], kernel_size, stride, "same", activation="relu")(x)
        for f in filters[1:]:
            x = layers.Conv2D(f, 1, activation="relu")(x)
        return x

    @wrong("You never pad: `padding` does not reach your first convolution.")
    def never_padded(x, filters, kernel_size, stride, padding):
        x = layers.Conv2D(filters[0], kernel_size, stride, activation="relu")(x)
        for f in filters[1:]:
            x = layers.Conv2D(f, 1, activation="relu")(x)
        return x

    @wrong(
        "Your three convolutions have equally many channels; `filters` holds one number for each."
    )
    def first_number_only(x, filters, kernel_size, stride, padding):
        x = layers.Conv2D(filters[0], kernel_size, stride, padding, activation="relu")(x)
        for _ in range(2):
            x = layers.Conv2D(filters[0], 1, activation="relu")(x)
        return x


class ConvCost(Function):
    name = "conv_cost"
    title = "The cost before and after the bottleneck"
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
        first = conv_cost(side, c_in, reduced, 1)  # noqa: F821
        second = conv_cost(side, reduced, c_out, kernel_size)  # noqa: F821
        return first[0] + second[0], first[1] + second[1]

    @accepted("counted by Keras")
    def by_keras(side, c_in, c_out, kernel_size, reduced=None):
        model = keras.Sequential([keras.Input((side, side, c_in))])
        with anatomy.shapes_only():  # noqa: F821
            if reduced is not None:
                model.add(layers.Conv2D(reduced, 1, use_bias=False))
            model.add(layers.Conv2D(c_out, kernel_size, padding="same", use_bias=False))
        return model.count_params(), anatomy.multiply_adds(model)  # noqa: F821

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

    @wrong(
        "Your reducing convolution has the large filter, too. It is a 1×1: no factor of the "
        "filter's area."
    )
    def reduces_with_large_filter(side, c_in, c_out, kernel_size, reduced=None):
        if reduced is None:
            weights = kernel_size**2 * c_in * c_out
        else:
            weights = kernel_size**2 * (c_in * reduced + reduced * c_out)
        return weights, weights * side**2

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

    @wrong("Your filters are lines: a filter of side k has k times k weights for each channel.")
    def lines(side, c_in, c_out, kernel_size, reduced=None):
        weights = kernel_size * (reduced or c_in) * c_out
        if reduced is not None:
            weights += c_in * reduced
        return weights, weights * side**2

    @wrong(
        "You count a multiplication and its addition as two. A multiply-add is both in one, here "
        "and in most papers."
    )
    def counted_twice(side, c_in, c_out, kernel_size, reduced=None):
        weights = kernel_size**2 * (reduced or c_in) * c_out
        if reduced is not None:
            weights += c_in * reduced
        return weights, 2 * weights * side**2


class Inception(Block):
    name = "inception"
    title = "The inception module"
    difficulty = 2
    criteria = (
        Criterion("shape", 1, "the size of the input, the channels of all branches"),
        Criterion("parameters", 1, "six convolutions"),
        Criterion("behaviour", 3, "the same values, in the order asked for"),
    )
    tolerance = FLOAT32
    revisit = "The inception module"

    def probes(self, rng):
        yield Probe(None, "all numbers differ", args=(3, 5, 4, 2, 6, 7), input_shape=(7, 9, 8))
        yield Probe(None, "branches of equal width", args=(4, 3, 4, 2, 4, 4), input_shape=(8, 6, 5))
        yield Probe(
            None,
            "by name, reductions that widen",
            kwargs={
                "ones": 2,
                "reduce_threes": 6,
                "threes": 3,
                "reduce_fives": 7,
                "fives": 5,
                "pool_projection": 1,
            },
            input_shape=(5, 5, 4),
        )

    @accepted("every layer spelled out")
    def spelled_out(x, ones, reduce_threes, threes, reduce_fives, fives, pool_projection):
        a = layers.ReLU()(layers.Conv2D(ones, (1, 1))(x))
        b = layers.ReLU()(layers.Conv2D(reduce_threes, (1, 1))(x))
        b = layers.ReLU()(layers.Conv2D(threes, (3, 3), padding="same")(b))
        c = layers.ReLU()(layers.Conv2D(reduce_fives, (1, 1))(x))
        c = layers.ReLU()(layers.Conv2D(fives, (5, 5), padding="same")(c))
        d = layers.MaxPooling2D(pool_size=(3, 3), strides=(1, 1), padding="same")(x)
        d = layers.ReLU()(layers.Conv2D(pool_projection, (1, 1))(d))
        return layers.Concatenate(axis=-1)([a, b, c, d])

    @accepted("branches as Sequential models, in another order")
    def branches(x, ones, reduce_threes, threes, reduce_fives, fives, pool_projection):
        def conv(filters, size):
            return layers.Conv2D(filters, size, padding="same", activation="relu")

        pool = keras.Sequential([layers.MaxPool2D(3, 1, "same"), conv(pool_projection, 1)])(x)
        five = keras.Sequential([conv(reduce_fives, 1), conv(fives, 5)])(x)
        three = keras.Sequential([conv(reduce_threes, 1), conv(threes, 3)])(x)
        return layers.concatenate([conv(ones, 1)(x), three, five, pool])

    @accepted("a loop over the branches, padding by hand")
    def loop(x, ones, reduce_threes, threes, reduce_fives, fives, pool_projection):
        joined = []
        for plan in (
            [(ones, 1)],
            [(reduce_threes, 1), (threes, 3)],
            [(reduce_fives, 1), (fives, 5)],
            ["pool", (pool_projection, 1)],
        ):
            y = x
            for step in plan:
                if step == "pool":
                    y = layers.MaxPooling2D(3, strides=1, padding="same")(y)
                else:
                    y = layers.ZeroPadding2D(step[1] // 2)(y)
                    y = layers.Conv2D(*step, activation=keras.ops.relu)(y)
            joined.append(y)
        return keras.ops.concatenate(joined, axis=-1)

    @wrong(
        "You add the branches. They are laid behind one another as channels, so that each keeps "
        "its own and they may be of different width."
    )
    def added(x, ones, reduce_threes, threes, reduce_fives, fives, pool_projection):
        conv = functools.partial(layers.Conv2D, padding="same", activation="relu")  # noqa: F821
        three = conv(threes, 3)(conv(reduce_threes, 1)(x))
        five = conv(fives, 5)(conv(reduce_fives, 1)(x))
        pool = conv(pool_projection, 1)(layers.MaxPooling2D(3, 1, padding="same")(x))
        return layers.Add()([conv(ones, 1)(x), three, five, pool])

    @wrong(
        "Your pooling branch projects before it pools. The shape and the count are right, the "
        "values are not: the maximum is to be taken over the input's own channels."
    )
    def projected_first(x, ones, reduce_threes, threes, reduce_fives, fives, pool_projection):
        conv = functools.partial(layers.Conv2D, padding="same", activation="relu")  # noqa: F821
        three = conv(threes, 3)(conv(reduce_threes, 1)(x))
        five = conv(fives, 5)(conv(reduce_fives, 1)(x))
        pool = layers.MaxPooling2D(3, 1, padding="same")(conv(pool_projection, 1)(x))
        return layers.Concatenate()([conv(ones, 1)(x), three, five, pool])

    @wrong(
        "Your 3×3 and 5×5 see all channels of the input: the reducing 1×1 before them are "
        "missing. This is the paper's naive module.",
        revisit="The bottleneck",
    )
    def no_reduction(x, ones, reduce_threes, threes, reduce_fives, fives, pool_projection):
        conv = functools.partial(layers.Conv2D, padding="same", activation="relu")  # noqa: F821
        pool = conv(pool_projection, 1)(layers.MaxPooling2D(3, 1, padding="same")(x))
        return layers.Concatenate()([conv(ones, 1)(x), conv(threes, 3)(x), conv(fives, 5)(x), pool])

    @wrong(
        "Your branches do not fit beside one another: one has shrunk the map. In a module all keep "
        "the size, the pool too. Look at strides and paddings: which does Keras take by itself?"
    )
    def pool_stride_2(x, ones, reduce_threes, threes, reduce_fives, fives, pool_projection):
        conv = functools.partial(layers.Conv2D, padding="same", activation="relu")  # noqa: F821
        three = conv(threes, 3)(conv(reduce_threes, 1)(x))
        five = conv(fives, 5)(conv(reduce_fives, 1)(x))
        pool = conv(pool_projection, 1)(layers.MaxPooling2D(3, 2, padding="same")(x))
        return layers.Concatenate()([conv(ones, 1)(x), three, five, pool])

    @wrong(
        "Your pooling branch has no 1×1 behind it, so all channels of the input come out. Without "
        "a projection, maps grow from module to module."
    )
    def no_projection(x, ones, reduce_threes, threes, reduce_fives, fives, pool_projection):
        conv = functools.partial(layers.Conv2D, padding="same", activation="relu")  # noqa: F821
        three = conv(threes, 3)(conv(reduce_threes, 1)(x))
        five = conv(fives, 5)(conv(reduce_fives, 1)(x))
        pool = layers.MaxPooling2D(3, 1, padding="same")(x)
        return layers.Concatenate()([conv(ones, 1)(x), three, five, pool])

    @wrong("Your reducing 1×1 convolutions have no ReLU. In GoogLeNet every convolution has one.")
    def linear_reductions(x, ones, reduce_threes, threes, reduce_fives, fives, pool_projection):
        conv = functools.partial(layers.Conv2D, padding="same", activation="relu")  # noqa: F821
        three = conv(threes, 3)(layers.Conv2D(reduce_threes, 1)(x))
        five = conv(fives, 5)(layers.Conv2D(reduce_fives, 1)(x))
        pool = conv(pool_projection, 1)(layers.MaxPooling2D(3, 1, padding="same")(x))
        return layers.Concatenate()([conv(ones, 1)(x), three, five, pool])

    @wrong("No convolution of your module has a ReLU: it is linear, but for the pool.")
    def no_relu(x, ones, reduce_threes, threes, reduce_fives, fives, pool_projection):
        conv = functools.partial(layers.Conv2D, padding="same")  # noqa: F821
        three = conv(threes, 3)(conv(reduce_threes, 1)(x))
        five = conv(fives, 5)(conv(reduce_fives, 1)(x))
        pool = conv(pool_projection, 1)(layers.MaxPooling2D(3, 1, padding="same")(x))
        return layers.Concatenate()([conv(ones, 1)(x), three, five, pool])

    @wrong("You average in the pooling branch; GoogLeNet takes the maximum.")
    def average_pool(x, ones, reduce_threes, threes, reduce_fives, fives, pool_projection):
        conv = functools.partial(layers.Conv2D, padding="same", activation="relu")  # noqa: F821
        three = conv(threes, 3)(conv(reduce_threes, 1)(x))
        five = conv(fives, 5)(conv(reduce_fives, 1)(x))
        pool = conv(pool_projection, 1)(layers.AveragePooling2D(3, 1, padding="same")(x))
        return layers.Concatenate()([conv(ones, 1)(x), three, five, pool])

    @wrong(
        "Your branches are joined in another order than 1×1, 3×3, 5×5, pool. A network that "
        "learns from scratch would not mind, but weights of others no longer fit."
    )
    def other_order(x, ones, reduce_threes, threes, reduce_fives, fives, pool_projection):
        conv = functools.partial(layers.Conv2D, padding="same", activation="relu")  # noqa: F821
        three = conv(threes, 3)(conv(reduce_threes, 1)(x))
        five = conv(fives, 5)(conv(reduce_fives, 1)(x))
        pool = conv(pool_projection, 1)(layers.MaxPooling2D(3, 1, padding="same")(x))
        return layers.Concatenate()([pool, conv(ones, 1)(x), three, five])

    @wrong(
        "You exchanged the two reductions: `reduce_threes` belongs before the 3×3, `reduce_fives` "
        "before the 5×5."
    )
    def reductions_exchanged(x, ones, reduce_threes, threes, reduce_fives, fives, pool_projection):
        conv = functools.partial(layers.Conv2D, padding="same", activation="relu")  # noqa: F821
        three = conv(threes, 3)(conv(reduce_fives, 1)(x))
        five = conv(fives, 5)(conv(reduce_threes, 1)(x))
        pool = conv(pool_projection, 1)(layers.MaxPooling2D(3, 1, padding="same")(x))
        return layers.Concatenate()([conv(ones, 1)(x), three, five, pool])


class GoogLeNet(Model):
    name = "googlenet"
    title = "GoogLeNet from its table"
    difficulty = 3
    criteria = (
        Criterion("shape", 1, "one probability for each class"),
        Criterion("parameters", 2, "6,998,552 parameters, and those of smaller tables"),
        Criterion("behaviour", 2, "the same probabilities with the same weights"),
    )
    tolerance = FLOAT32
    revisit = "GoogLeNet"

    def probes(self, rng):
        two = {"a": (3, 2, 4, 2, 3, 2), "pool": None, "b": (5, 3, 2, 4, 6, 3)}
        yield Probe(None, "two modules and a pool", args=(two, 32, 5), input_shape=(32, 32, 3))
        yield Probe(
            None,
            "a side that does not halve, the pool last",
            kwargs={"table": {"a": (2, 5, 3, 3, 2, 4), "p": None}, "side": 44, "classes": 3},
            input_shape=(44, 44, 3),
        )
        whole = {"input_shape": (224, 224, 3), "aspects": ("shape", "parameters"), "symbolic": True}
        yield Probe(None, "the whole network", **whole)
        yield Probe(None, "twelve classes", kwargs={"classes": 12}, **whole)

    @accepted("layer by layer")
    def spelled_out(table=nets.GOOGLENET, side=224, classes=1000):
        image = keras.Input(shape=(side, side, 3))
        x = layers.Conv2D(64, 7, strides=2, padding="same")(image)
        x = layers.ReLU()(x)
        x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
        x = layers.ReLU()(layers.Conv2D(64, 1)(x))
        x = layers.ReLU()(layers.Conv2D(192, 3, padding="same")(x))
        x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
        for row in table.values():
            if row is None:
                x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
            else:
                x = inception(x, *row)  # noqa: F821
        x = layers.GlobalAveragePooling2D()(x)
        x = layers.Dropout(0.4)(x)
        x = layers.Dense(classes)(x)
        return keras.Model(image, layers.Softmax()(x))

    @accepted("start and end as Sequential models")
    def parts(table=nets.GOOGLENET, side=224, classes=1000):
        start = keras.Sequential(
            [
                layers.Conv2D(64, 7, 2, "same", activation="relu"),
                layers.MaxPool2D(3, 2, "same"),
                layers.Conv2D(64, 1, activation="relu"),
                layers.Conv2D(192, 3, padding="same", activation="relu"),
                layers.MaxPool2D(3, 2, "same"),
            ]
        )
        end = keras.Sequential(
            [
                layers.GlobalAvgPool2D(),
                layers.Dropout(0.4),
                layers.Dense(classes, activation="softmax"),
            ]
        )
        inputs = keras.Input((side, side, 3))
        x = start(inputs)
        for name in table:
            x = inception(x, *table[name]) if table[name] else layers.MaxPool2D(3, 2, "same")(x)  # noqa: F821
        return keras.Model(inputs, end(x))

    @accepted("folded with reduce, dropout left out")
    def folded(table=nets.GOOGLENET, side=224, classes=1000):
        def stage(x, row):
            return inception(x, *row) if row is not None else pool(x)  # noqa: F821

        def pool(x):
            return layers.MaxPooling2D((3, 3), (2, 2), padding="same")(x)

        def conv(*what):
            return layers.Conv2D(*what, padding="same", activation=keras.activations.relu)

        image = keras.Input((side, side, 3))
        x = pool(conv(192, 3)(conv(64, 1)(pool(conv(64, 7, 2)(image)))))
        x = functools.reduce(stage, table.values(), x)  # noqa: F821
        x = keras.ops.mean(x, axis=(1, 2))
        return keras.Model(image, layers.Dense(classes, "softmax")(x))

    @wrong(
        "You flatten where GoogLeNet averages: each place of the last map gets its own weights. "
        "That is where VGG's parameters lie.",
        revisit="An average in place of dense layers",
    )
    def flattened(table=nets.GOOGLENET, side=224, classes=1000):
        conv = functools.partial(layers.Conv2D, padding="same", activation="relu")  # noqa: F821
        pool = functools.partial(layers.MaxPooling2D, 3, 2, padding="same")  # noqa: F821
        inputs = keras.Input((side, side, 3))
        x = pool()(conv(192, 3)(conv(64, 1)(pool()(conv(64, 7, 2)(inputs)))))
        for row in table.values():
            x = inception(x, *row) if row else pool()(x)  # noqa: F821
        x = layers.Dropout(0.4)(layers.Flatten()(x))
        return keras.Model(inputs, layers.Dense(classes, activation="softmax")(x))

    @wrong(
        "The 1×1 convolution of the start is missing: 64 channels go through it before the 3×3 to "
        "192."
    )
    def no_small_first(table=nets.GOOGLENET, side=224, classes=1000):
        conv = functools.partial(layers.Conv2D, padding="same", activation="relu")  # noqa: F821
        pool = functools.partial(layers.MaxPooling2D, 3, 2, padding="same")  # noqa: F821
        inputs = keras.Input((side, side, 3))
        x = pool()(conv(192, 3)(pool()(conv(64, 7, 2)(inputs))))
        for row in table.values():
            x = inception(x, *row) if row else pool()(x)  # noqa: F821
        x = layers.Dropout(0.4)(layers.GlobalAveragePooling2D()(x))
        return keras.Model(inputs, layers.Dense(classes, activation="softmax")(x))

    @wrong("Your network gives scores: the softmax at its end is missing.")
    def no_softmax(table=nets.GOOGLENET, side=224, classes=1000):
        conv = functools.partial(layers.Conv2D, padding="same", activation="relu")  # noqa: F821
        pool = functools.partial(layers.MaxPooling2D, 3, 2, padding="same")  # noqa: F821
        inputs = keras.Input((side, side, 3))
        x = pool()(conv(192, 3)(conv(64, 1)(pool()(conv(64, 7, 2)(inputs)))))
        for row in table.values():
            x = inception(x, *row) if row else pool()(x)  # noqa: F821
        x = layers.Dropout(0.4)(layers.GlobalAveragePooling2D()(x))
        return keras.Model(inputs, layers.Dense(classes)(x))

    @wrong(
        "You skip the `None`s of the table. Each is a max pooling between two stages; without it "
        "the counts are right and the maps far too large."
    )
    def pools_skipped(table=nets.GOOGLENET, side=224, classes=1000):
        conv = functools.partial(layers.Conv2D, padding="same", activation="relu")  # noqa: F821
        pool = functools.partial(layers.MaxPooling2D, 3, 2, padding="same")  # noqa: F821
        inputs = keras.Input((side, side, 3))
        x = pool()(conv(192, 3)(conv(64, 1)(pool()(conv(64, 7, 2)(inputs)))))
        for row in table.values():
            x = inception(x, *row) if row else x  # noqa: F821
        x = layers.Dropout(0.4)(layers.GlobalAveragePooling2D()(x))
        return keras.Model(inputs, layers.Dense(classes, activation="softmax")(x))

    @wrong("Your pooling windows are 2×2. GoogLeNet's are 3×3 and overlap, as AlexNet's do.")
    def small_windows(table=nets.GOOGLENET, side=224, classes=1000):
        conv = functools.partial(layers.Conv2D, padding="same", activation="relu")  # noqa: F821
        pool = functools.partial(layers.MaxPooling2D, 2, 2, padding="same")  # noqa: F821
        inputs = keras.Input((side, side, 3))
        x = pool()(conv(192, 3)(conv(64, 1)(pool()(conv(64, 7, 2)(inputs)))))
        for row in table.values():
            x = inception(x, *row) if row else pool()(x)  # noqa: F821
        x = layers.Dropout(0.4)(layers.GlobalAveragePooling2D()(x))
        return keras.Model(inputs, layers.Dense(classes, activation="softmax")(x))

    @wrong(
        "Your pools have no padding and lose the border; with 224 pixels the maps of 28 become 27. "
        'Every pooling here has padding "same".'
    )
    def pools_unpadded(table=nets.GOOGLENET, side=224, classes=1000):
        conv = functools.partial(layers.Conv2D, padding="same", activation="relu")  # noqa: F821
        inputs = keras.Input((side, side, 3))
        x = layers.MaxPooling2D(3, 2)(conv(64, 7, 2)(inputs))
        x = layers.MaxPooling2D(3, 2)(conv(192, 3)(conv(64, 1)(x)))
        for row in table.values():
            x = inception(x, *row) if row else layers.MaxPooling2D(3, 2)(x)  # noqa: F821
        x = layers.Dropout(0.4)(layers.GlobalAveragePooling2D()(x))
        return keras.Model(inputs, layers.Dense(classes, activation="softmax")(x))

    @wrong("The convolutions of your start have no ReLU.")
    def linear_start(table=nets.GOOGLENET, side=224, classes=1000):
        conv = functools.partial(layers.Conv2D, padding="same")  # noqa: F821
        pool = functools.partial(layers.MaxPooling2D, 3, 2, padding="same")  # noqa: F821
        inputs = keras.Input((side, side, 3))
        x = pool()(conv(192, 3)(conv(64, 1)(pool()(conv(64, 7, 2)(inputs)))))
        for row in table.values():
            x = inception(x, *row) if row else pool()(x)  # noqa: F821
        x = layers.Dropout(0.4)(layers.GlobalAveragePooling2D()(x))
        return keras.Model(inputs, layers.Dense(classes, activation="softmax")(x))

    @wrong("Your network has 1000 classes whatever `classes` says.")
    def fixed_classes(table=nets.GOOGLENET, side=224, classes=1000):
        conv = functools.partial(layers.Conv2D, padding="same", activation="relu")  # noqa: F821
        pool = functools.partial(layers.MaxPooling2D, 3, 2, padding="same")  # noqa: F821
        inputs = keras.Input((side, side, 3))
        x = pool()(conv(192, 3)(conv(64, 1)(pool()(conv(64, 7, 2)(inputs)))))
        for row in table.values():
            x = inception(x, *row) if row else pool()(x)  # noqa: F821
        x = layers.Dropout(0.4)(layers.GlobalAveragePooling2D()(x))
        return keras.Model(inputs, layers.Dense(1000, activation="softmax")(x))

    @wrong("You build from `nets.GOOGLENET` whatever table you are given.")
    def fixed_table(table=nets.GOOGLENET, side=224, classes=1000):
        conv = functools.partial(layers.Conv2D, padding="same", activation="relu")  # noqa: F821
        pool = functools.partial(layers.MaxPooling2D, 3, 2, padding="same")  # noqa: F821
        inputs = keras.Input((side, side, 3))
        x = pool()(conv(192, 3)(conv(64, 1)(pool()(conv(64, 7, 2)(inputs)))))
        for row in nets.GOOGLENET.values():
            x = inception(x, *row) if row else pool()(x)  # noqa: F821
        x = layers.Dropout(0.4)(layers.GlobalAveragePooling2D()(x))
        return keras.Model(inputs, layers.Dense(classes, activation="softmax")(x))


class TrainingLoss(Function):
    name = "training_loss"
    title = "The loss with auxiliary heads"
    difficulty = 2
    criteria = (
        Criterion("main", 1, "the main classifier"),
        Criterion("heads", 2, "the heads, in training"),
        Criterion("inference", 1, "no heads at inference"),
    )
    tolerance: ClassVar = {
        "float32": Tolerance(atol=1e-5, rtol=1e-5, reason="logarithms of float32 probabilities"),
        "float64": Tolerance(atol=1e-5, rtol=1e-5, reason="float32 inside is precise enough"),
    }
    revisit = "Two more heads"

    def probes(self, rng):
        def case(n, classes, heads, dtype="float32"):
            scores = rng.normal(size=(1 + heads, n, classes)) * 2
            p = np.exp(scores) / np.exp(scores).sum(-1, keepdims=True)
            return rng.integers(classes, size=n), [part.astype(dtype) for part in p]

        def by_hand():
            return np.array([0]), [np.array([[q, 1 - q]]) for q in (0.5, 0.25, 0.125)]

        yield Probe("main", "no heads", args=case(6, 4, 0))
        yield Probe("main", "no heads, one image", args=case(1, 3, 0, "float64"))
        yield Probe("heads", "the lesson's example", args=by_hand())
        yield Probe("heads", "two heads", args=case(5, 7, 2))
        yield Probe(
            "heads",
            "one head, training=True by name",
            args=case(4, 3, 1),
            kwargs={"training": True},
        )
        yield Probe("heads", "three heads, float64", args=case(8, 5, 3, "float64"))
        yield Probe("inference", "two heads, not training", args=(*case(5, 4, 2), False))
        yield Probe(
            "inference", "the example, not training", args=by_hand(), kwargs={"training": False}
        )

    @accepted("loops")
    def loops(y, outputs, training=True):
        total = 0.0
        for k, p in enumerate(outputs):
            if k > 0 and not training:
                break
            entropy = 0.0
            for i, label in enumerate(y):
                entropy -= float(np.log(p[i, label])) / len(y)
            total += entropy if k == 0 else 0.3 * entropy
        return total

    @accepted("one-hot labels, a vector of weights")
    def one_hot(y, outputs, training=True):
        stacked = np.stack(outputs)  # (classifiers, n, classes)
        right = np.eye(stacked.shape[-1])[y]
        entropies = -np.sum(right * np.log(stacked), axis=-1).mean(axis=-1)
        importance = np.full(len(outputs), 0.3 if training else 0.0)
        importance[0] = 1
        return float(entropies @ importance)

    @accepted("Keras's cross-entropy")
    def by_keras(y, outputs, training=True):
        entropy = keras.losses.SparseCategoricalCrossentropy()
        main, *heads = (float(entropy(y, p)) for p in outputs)
        return main + 0.3 * training * sum(heads)

    @wrong("Your heads count at inference, too. They are thrown away then: no prediction, no loss.")
    def heads_always(y, outputs, training=True):
        entropies = [-np.mean(np.log(p[np.arange(len(y)), y])) for p in outputs]
        return entropies[0] + 0.3 * sum(entropies[1:])

    @wrong("Your heads never count, so they would learn nothing and help nothing.")
    def heads_never(y, outputs, training=True):
        return -np.mean(np.log(outputs[0][np.arange(len(y)), y]))

    @wrong("The weight of 0.3 is for the heads; you give it to the main classifier as well.")
    def all_weighted(y, outputs, training=True):
        entropies = [-np.mean(np.log(p[np.arange(len(y)), y])) for p in outputs]
        return 0.3 * sum(entropies) if training else 0.3 * entropies[0]

    @wrong("Your heads count in full. Their weight is 0.3, so that the main classifier leads.")
    def unweighted(y, outputs, training=True):
        entropies = [-np.mean(np.log(p[np.arange(len(y)), y])) for p in outputs]
        return sum(entropies) if training else entropies[0]

    @wrong("You share the 0.3 among the heads. Each of them has it whole.")
    def shared(y, outputs, training=True):
        entropies = [-np.mean(np.log(p[np.arange(len(y)), y])) for p in outputs]
        return entropies[0] + 0.3 * np.mean([*entropies[1:]] or [0]) * training

    @wrong("You take the last output for the main classifier. It comes first in the list.")
    def main_last(y, outputs, training=True):
        entropies = [-np.mean(np.log(p[np.arange(len(y)), y])) for p in outputs]
        return entropies[-1] + 0.3 * sum(entropies[:-1]) if training else entropies[-1]

    @wrong("You add over the images. A mean does not depend on how many there are.")
    def summed(y, outputs, training=True):
        entropies = [-np.sum(np.log(p[np.arange(len(y)), y])) for p in outputs]
        return entropies[0] + 0.3 * sum(entropies[1:]) if training else entropies[0]

    @wrong("You take the probability of the class that wins, not of the class that is right.")
    def of_the_winner(y, outputs, training=True):
        entropies = [-np.mean(np.log(p.max(axis=1))) for p in outputs]
        return entropies[0] + 0.3 * sum(entropies[1:]) if training else entropies[0]

    @wrong(
        "Your loss has the wrong sign: a logarithm of a probability is below zero, a loss above."
    )
    def no_minus(y, outputs, training=True):
        entropies = [np.mean(np.log(p[np.arange(len(y)), y])) for p in outputs]
        return entropies[0] + 0.3 * sum(entropies[1:]) if training else entropies[0]

    @wrong(
        "You average the probabilities of all classifiers and take one cross-entropy. Each "
        "classifier has a loss of its own."
    )
    def voted(y, outputs, training=True):
        importance = np.array([1.0] + [0.3] * (len(outputs) - 1))
        if not training:
            importance[1:] = 0
        p = np.tensordot(importance / importance.sum(), np.stack(outputs), 1)
        return -np.mean(np.log(p[np.arange(len(y)), y]))


class Factorised(Block):
    name = "factorised"
    title = "Find the bugs in the module"
    difficulty = 3
    criteria = (
        Criterion("shape", 1, "the size of the input, the channels of all branches"),
        Criterion("parameters", 2, "seven convolutions, each on the right tensor"),
        Criterion("behaviour", 2, "the same values with the same weights"),
    )
    tolerance = FLOAT32
    revisit = "What came after: InceptionV3"

    def probes(self, rng):
        yield Probe(None, "all numbers differ", args=(3, 5, 4, 2, 6, 7), input_shape=(7, 9, 8))
        yield Probe(None, "wide reductions", args=(2, 3, 5, 7, 4, 3), input_shape=(6, 8, 5))

    @accepted("one branch after the other")
    def spelled_out(x, ones, reduce_threes, threes, reduce_fives, fives, pool_projection):
        a = layers.Conv2D(ones, 1, activation="relu")(x)
        b = layers.Conv2D(reduce_threes, 1, activation="relu")(x)
        b = layers.Conv2D(threes, 3, padding="same", activation="relu")(b)
        c = layers.Conv2D(reduce_fives, 1, activation="relu")(x)
        c = layers.Conv2D(fives, 3, padding="same", activation="relu")(c)
        c = layers.Conv2D(fives, 3, padding="same", activation="relu")(c)
        d = layers.MaxPooling2D(3, 1, "same")(x)
        d = layers.Conv2D(pool_projection, 1, activation="relu")(d)
        return layers.concatenate([a, b, c, d])

    @accepted("lists of layers")
    def lists(x, ones, reduce_threes, threes, reduce_fives, fives, pool_projection):
        def branch(*stack):
            y = x
            for layer in stack:
                y = layer(y)
            return y

        def conv(filters, size):
            return layers.Conv2D(filters, size, padding="same", activation="relu")

        return layers.Concatenate()(
            [
                branch(conv(ones, 1)),
                branch(conv(reduce_threes, 1), conv(threes, 3)),
                branch(conv(reduce_fives, 1), conv(fives, 3), conv(fives, 3)),
                branch(layers.MaxPooling2D(3, 1, "same"), conv(pool_projection, 1)),
            ]
        )

    @accepted("Sequential models, ReLU as layers")
    def sequential(x, ones, reduce_threes, threes, reduce_fives, fives, pool_projection):
        def convs(*plan):
            for filters, size in plan:
                yield layers.Conv2D(filters, size, padding="same")
                yield layers.ReLU()

        five = keras.Sequential([*convs((reduce_fives, 1), (fives, 3), (fives, 3))])(x)
        three = keras.Sequential([*convs((reduce_threes, 1), (threes, 3))])(x)
        one = keras.Sequential([*convs((ones, 1))])(x)
        pool = keras.Sequential([layers.MaxPool2D(3, 1, "same"), *convs((pool_projection, 1))])(x)
        return keras.ops.concatenate([one, three, five, pool], -1)

    @wrong(
        "This is the draft as it was, with all three bugs. Take the branches one at a time, and "
        "follow each from `x` to the end."
    )
    def draft(x, ones, reduce_threes, threes, reduce_fives, fives, pool_projection):
        conv = functools.partial(layers.Conv2D, padding="same", activation="relu")  # noqa: F821
        one = conv(ones, 1)(x)
        reduced = conv(reduce_threes, 1)(x)
        three = conv(threes, 3)(reduced)
        five = conv(fives, 3)(reduced)
        pool = conv(pool_projection, 1)(x)
        return layers.Concatenate()([one, three, five, pool])

    @wrong(
        "One bug is left, in the pooling branch: is what the pool gives used by anyone? Counts and "
        "shapes cannot tell you."
    )
    def pool_unused(x, ones, reduce_threes, threes, reduce_fives, fives, pool_projection):
        conv = functools.partial(layers.Conv2D, padding="same", activation="relu")  # noqa: F821
        three = conv(threes, 3)(conv(reduce_threes, 1)(x))
        five = conv(fives, 3)(conv(fives, 3)(conv(reduce_fives, 1)(x)))
        pool = conv(pool_projection, 1)(x)
        return layers.Concatenate()([conv(ones, 1)(x), three, five, pool])

    @wrong(
        "One bug is left: your second 3×3 does not stand behind the first, so the branch sees 3×3, "
        "not 5×5."
    )
    def not_chained(x, ones, reduce_threes, threes, reduce_fives, fives, pool_projection):
        conv = functools.partial(layers.Conv2D, padding="same", activation="relu")  # noqa: F821
        three = conv(threes, 3)(conv(reduce_threes, 1)(x))
        five = conv(fives, 3)(conv(reduce_fives, 1)(x))
        pool = conv(pool_projection, 1)(layers.MaxPooling2D(3, 1, padding="same")(x))
        return layers.Concatenate()([conv(ones, 1)(x), three, five, pool])

    @wrong(
        "One bug is left: two branches share one reduction. `reduce_fives` appears nowhere in your "
        "module."
    )
    def shared_reduction(x, ones, reduce_threes, threes, reduce_fives, fives, pool_projection):
        conv = functools.partial(layers.Conv2D, padding="same", activation="relu")  # noqa: F821
        reduced = conv(reduce_threes, 1)(x)
        three = conv(threes, 3)(reduced)
        five = conv(fives, 3)(conv(fives, 3)(reduced))
        pool = conv(pool_projection, 1)(layers.MaxPooling2D(3, 1, padding="same")(x))
        return layers.Concatenate()([conv(ones, 1)(x), three, five, pool])

    @wrong(
        "Two bugs are left, both in the branch of the two 3×3: where does it start, and does the "
        "second stand behind the first?"
    )
    def five_branch(x, ones, reduce_threes, threes, reduce_fives, fives, pool_projection):
        conv = functools.partial(layers.Conv2D, padding="same", activation="relu")  # noqa: F821
        reduced = conv(reduce_threes, 1)(x)
        three = conv(threes, 3)(reduced)
        five = conv(fives, 3)(reduced)
        pool = conv(pool_projection, 1)(layers.MaxPooling2D(3, 1, padding="same")(x))
        return layers.Concatenate()([conv(ones, 1)(x), three, five, pool])

    @wrong(
        "Two bugs are left: the branch of the two 3×3 has no reduction of its own, and what the "
        "pool gives is lost."
    )
    def shared_and_unpooled(x, ones, reduce_threes, threes, reduce_fives, fives, pool_projection):
        conv = functools.partial(layers.Conv2D, padding="same", activation="relu")  # noqa: F821
        reduced = conv(reduce_threes, 1)(x)
        three = conv(threes, 3)(reduced)
        five = conv(fives, 3)(conv(fives, 3)(reduced))
        pool = conv(pool_projection, 1)(x)
        return layers.Concatenate()([conv(ones, 1)(x), three, five, pool])

    @wrong("Two bugs are left: one of the two 3×3 leads nowhere, and so does the pool.")
    def loose_ends(x, ones, reduce_threes, threes, reduce_fives, fives, pool_projection):
        conv = functools.partial(layers.Conv2D, padding="same", activation="relu")  # noqa: F821
        three = conv(threes, 3)(conv(reduce_threes, 1)(x))
        five = conv(fives, 3)(conv(reduce_fives, 1)(x))
        pool = conv(pool_projection, 1)(x)
        return layers.Concatenate()([conv(ones, 1)(x), three, five, pool])

    @wrong(
        "There is no ReLU between your two 3×3: then they are one 5×5 of a special kind, and the "
        "second bend is lost."
    )
    def linear_between(x, ones, reduce_threes, threes, reduce_fives, fives, pool_projection):
        conv = functools.partial(layers.Conv2D, padding="same", activation="relu")  # noqa: F821
        three = conv(threes, 3)(conv(reduce_threes, 1)(x))
        first = layers.Conv2D(fives, 3, padding="same")(conv(reduce_fives, 1)(x))
        five = conv(fives, 3)(first)
        pool = conv(pool_projection, 1)(layers.MaxPooling2D(3, 1, padding="same")(x))
        return layers.Concatenate()([conv(ones, 1)(x), three, five, pool])

    @wrong("That is your `inception`: its 5×5 is still there. Here two 3×3 stand in its place.")
    def still_five(x, ones, reduce_threes, threes, reduce_fives, fives, pool_projection):
        return inception(x, ones, reduce_threes, threes, reduce_fives, fives, pool_projection)  # noqa: F821

    @wrong("The first of your two 3×3 keeps the reduced number of channels. Both have `fives`.")
    def narrow_first(x, ones, reduce_threes, threes, reduce_fives, fives, pool_projection):
        conv = functools.partial(layers.Conv2D, padding="same", activation="relu")  # noqa: F821
        three = conv(threes, 3)(conv(reduce_threes, 1)(x))
        five = conv(fives, 3)(conv(reduce_fives, 3)(conv(reduce_fives, 1)(x)))
        pool = conv(pool_projection, 1)(layers.MaxPooling2D(3, 1, padding="same")(x))
        return layers.Concatenate()([conv(ones, 1)(x), three, five, pool])


class Quiz(Choices):
    name = "quiz"
    title = "Quiz"
    revisit = "The answer"
    questions: ClassVar = {
        "q1": (
            "What does one filter of a 1×1 convolution do on a map of 14×14×512?",
            {
                "a": "It multiplies each of the 512 channels by one and the same constant.",
                "b": "At each position it forms a weighted sum of 512 numbers.",
                "c": "It averages each channel over its 196 positions.",
                "d": "It keeps one of the 512 channels.",
            },
        ),
        "q2": (
            "256 channels to 64 with a 5×5, behind a bottleneck of 32: how many weights?",
            {"a": "51,200", "b": "409,600", "c": "59,392", "d": "118,784"},
        ),
        "q3": (
            "Global average pooling, one dense layer: parameters at 448×448 in place of 224×224?",
            {
                "a": "Four times as many.",
                "b": "Only the dense layer has four times as many.",
                "c": "It cannot take such images.",
                "d": "None changes.",
            },
        ),
        "q4": (
            "Why is the 1×1 of the pooling branch after the pool?",
            {
                "a": "Pooling has no parameters and needs none before it.",
                "b": "The maximum is of the input's own channels; then their number is reduced.",
                "c": "Before it, it would change the size of the map.",
                "d": "A ReLU must not stand before a pool.",
            },
        ),
        "q5": (
            "The output of module 3a: 64, (96, 128), (16, 32), 32, on 28×28×192?",
            {"a": "28×28×256", "b": "28×28×368", "c": "28×28×128", "d": "14×14×256"},
        ),
        "q6": (
            "GoogLeNet's auxiliary heads at inference?",
            {
                "a": "They vote with weight 0.3 each.",
                "b": "They replace the main classifier where they are surer.",
                "c": "They are thrown away.",
                "d": "They keep the gradient from vanishing.",
            },
        ),
    }
    because: ClassVar = {
        "q1": {
            "a": "A filter has a weight for each channel, and what it does to them is added up.",
            "c": "A 1×1 sees one position. Averaging over positions is another layer.",
            "d": "It would have to have 511 weights of zero; in general all channels count.",
        },
        "q2": {
            "a": "That is the 5×5 alone. The 1×1 before it has weights, too.",
            "b": "That is the 5×5 without any bottleneck.",
            "d": "That is with a bottleneck of 64 channels.",
        },
        "q3": {
            "a": "A convolution's parameters do not depend on the size of the map.",
            "b": "What does the dense layer see: the map, or one number for each of its channels?",
            "c": "Averaging works on maps of any size.",
        },
        "q4": {
            "a": "True of its parameters, but it does not tell the two orders apart.",
            "c": "A 1×1 keeps the size wherever it stands.",
            "d": "It may: in GoogLeNet every pool between the stages stands behind one.",
        },
        "q5": {
            "b": "You counted the reductions too; their channels stay inside the branches.",
            "c": "Branches are joined, not chosen from: all four widths add up.",
            "d": "Inside a module no layer shrinks the map.",
        },
        "q6": {
            "a": "0.3 is the weight of their losses in training.",
            "b": "No such comparison is made.",
            "d": "There is no gradient at inference.",
        },
    }
