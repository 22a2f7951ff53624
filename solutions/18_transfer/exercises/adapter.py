"""What is right in `adapter`, and what students get wrong."""

import keras
from keras import layers

from autograder.exercise import DEEP_32, Block, Build, Criterion, accepted, wrong


class Adapter(Block):
    title = "An adapter"
    difficulty = 2
    criteria = (
        Criterion("shape", 1, "the shape of what comes in"),
        Criterion("parameters", 1, "two dense layers with biases"),
        Criterion("behaviour", 1, "the same outputs with the same weights"),
        Criterion("fresh", 1, "fresh, it returns x, and can learn from there"),
    )
    tolerance = DEEP_32
    revisit = "Adapters"

    def probes(self, rng):
        yield Build("maps of 5×3, 6 channels to 2", args=(2,), input_shape=(5, 3, 6))
        yield Build("maps of 2×2, 12 channels to 5", args=(5,), input_shape=(2, 2, 12))
        yield Build(  # a single unit of ReLU may be dead when fresh
            "one place, 4 channels to 1",
            args=(1,),
            input_shape=(1, 1, 4),
            aspects=("shape", "parameters", "behaviour"),
        )
        r, c = (int(v) for v in rng.integers((1, 6), (6, 40)))
        yield Build(
            f"{c} channels to {r}",
            args=(r,),
            input_shape=(3, 2, c),
            aspects=("shape", "parameters"),
            symbolic=True,
        )

    @accepted("1×1 convolutions")
    def convolutions(x, reduced):
        y = layers.Conv2D(reduced, 1, activation="relu")(x)
        y = layers.Conv2D(int(x.shape[-1]), 1, kernel_initializer=keras.initializers.Zeros())(y)
        return x + y

    @accepted("a stack of layers, and ReLU as one of them")
    def stack(x, reduced):
        bottleneck = keras.Sequential(
            [
                layers.Dense(reduced),
                layers.ReLU(),
                layers.Dense(x.shape[-1], kernel_initializer="zeros", bias_initializer="zeros"),
            ]
        )
        return layers.add([bottleneck(x), x])

    @accepted("places in one row, and back")
    def in_one_row(x, reduced):
        *places, channels = x.shape[1:]
        rows = layers.Reshape((-1, channels))(x)
        narrow = keras.ops.relu(layers.Dense(reduced)(rows))
        wide = layers.Dense(channels, kernel_initializer="zeros")(narrow)
        return keras.ops.add(x, layers.Reshape((*places, channels))(wide))

    no_shortcut = wrong(
        "The shortcut is missing: with zeros in the up-projection your adapter lets nothing "
        "through.",
        change={"layers.Add()([x, y])": "y"},
    )
    no_activation = wrong(
        "Nothing happens between your two layers. Without a non-linearity they are one matrix of "
        "low rank.",
        change={'layers.Dense(reduced, activation="relu")': "layers.Dense(reduced)"},
    )
    no_bottleneck = wrong(
        "Your middle is as wide as the input. It has `reduced` units: that is what makes an "
        "adapter small.",
        change={'reduced, activation="relu"': 'x.shape[-1], activation="relu"'},
    )
    active_end = wrong(
        "You apply ReLU after the sum. A fresh adapter must return x as it is, negative values "
        "too.",
        change={"layers.Add()([x, y])": "layers.ReLU()(layers.Add()([x, y]))"},
    )
    active_up = wrong(
        "Your up-projection has an activation. Then the adapter can only add, never take away.",
        change={'"zeros"': '"zeros", activation="relu"'},
    )
    no_biases = wrong(
        "Your dense layers have no biases. Both have them here.",
        change={'"relu"': '"relu", use_bias=False', '"zeros"': '"zeros", use_bias=False'},
    )
    multiplied = wrong(
        "You multiply x by the bottleneck's output. That is a gate (lesson 17); a fresh one with "
        "zeros would erase everything. An adapter adds.",
        change={"layers.Add": "layers.Multiply"},
    )
    as_ratio = wrong(
        "You divide the channels by `reduced`. It is the number of units in the middle.",
        change={'reduced, activation="relu"': 'x.shape[-1] // reduced, activation="relu"'},
    )
    squeezed = wrong(
        "You average over the places first, as squeeze and excitation does. An adapter works at "
        "every place by itself.",
        change={
            'layers.Dense(reduced, activation="relu")(x)': (
                'layers.Dense(reduced, activation="relu")(keras.ops.mean(x, (1, 2), True))'
            )
        },
    )
    random_start = wrong(
        "Your fresh adapter changes x: both of its layers start at random. Which of the two has to "
        "start at zero, so that nothing changes before it learns?",
        change={', kernel_initializer="zeros"': ""},
    )
    nothing_to_learn_from = wrong(
        "Your fresh adapter returns x, and always will: its narrow layer gives only zeros, and a "
        "ReLU at 0 has no slope. One of the two layers must start at random: which?",
        change={'"relu"': '"relu", kernel_initializer="zeros"'},
    )
