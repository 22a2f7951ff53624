"""What is right in `mlpconv`, and what students get wrong."""

import keras
from keras import layers

from autograder.exercise import Block, Build, Criterion, accepted, wrong

from ._shared import FLOAT32


class Mlpconv(Block):
    title = "mlpconv"
    difficulty = 1
    criteria = (
        Criterion("shape", 1, "the size after one stride, the last number of channels"),
        Criterion("parameters", 1, "one convolution and two of 1×1"),
        Criterion("behaviour", 2, "the same values with the same weights"),
    )
    tolerance = FLOAT32
    revisit = "A network in every pixel"

    def probes(self, rng):
        yield Build("5×5, same", args=((4, 3, 2), 5, 1, "same"), input_shape=(8, 6, 3))
        yield Build("stride 4, valid", args=((5, 4, 6), 7, 4, "valid"), input_shape=(21, 18, 2))
        yield Build("stride 2, same", args=((2, 5, 3), 3, 2, "same"), input_shape=(9, 7, 4))
        a, b, c, d = (int(v) for v in rng.integers(3, 20, 4))
        yield Build(
            f"{a}, {b} and {c} filters on {d} channels",
            args=((a, b, c), 3, 2, "same"),
            input_shape=(9, 7, d),
            aspects=("shape", "parameters"),
            symbolic=True,
        )

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

    strides_each_time = wrong(
        "Your 1×1 convolutions have the stride too, so the map shrinks three times. The block "
        "steps once, in its first convolution.",
        change={"(stride, 1, 1)": "(stride, stride, stride)"},
        of=loop,
    )

    all_large = wrong(
        "All three of your convolutions have the large filter. The small network inside a pixel "
        "sees that pixel only.",
        change={"(kernel_size, 1, 1)": "(kernel_size, kernel_size, kernel_size)"},
        of=loop,
    )

    linear_pixels = wrong(
        "Your 1×1 convolutions have no ReLU. Then they and the convolution before them are one "
        "linear mixture, and no network in a network.",
        change={
            'filters[1], 1, activation="relu"': "filters[1], 1",
            'filters[2], 1, activation="relu"': "filters[2], 1",
        },
    )

    linear_first = wrong(
        "Your first convolution has no ReLU, so it and the first 1×1 melt into one convolution.",
        change={'padding, activation="relu"': "padding"},
    )

    linear_last = wrong(
        "The last of the three has no ReLU in your block. The exercise asks for one after each.",
        change={'filters[2], 1, activation="relu"': "filters[2], 1"},
    )

    one_small = wrong(
        "Your block has one 1×1 convolution. The network inside has two layers of them.",
        change={('    x = layers.Conv2D(filters[1], 1, activation="relu")(x)\n'): ""},
    )

    always_same = wrong(
        "You always pad. The argument `padding` is there for the network with 11×11 filters.",
        change={'padding, activation="relu"': '"same", activation="relu"'},
    )

    never_padded = wrong(
        "You never pad: `padding` does not reach your first convolution.",
        change={'stride, padding, activation="relu"': 'stride, activation="relu"'},
    )

    first_number_only = wrong(
        "Your three convolutions have equally many channels; `filters` holds one number for each.",
        change={"filters[1]": "filters[0]", "filters[2]": "filters[0]"},
    )
