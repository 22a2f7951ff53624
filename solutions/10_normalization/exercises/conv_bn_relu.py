"""What is right in `conv_bn_relu`, and what students get wrong."""

import keras
from keras import layers

from autograder.exercise import DEEP_32, Block, Build, Criterion, accepted, wrong


class ConvBnRelu(Block):
    title = "The block"
    difficulty = 2
    criteria = (
        Criterion("shape", 1, "the output's shape"),
        Criterion("parameters", 1, "no parameter too many, none too few"),
        Criterion("behaviour", 1, "the same values in inference, with the same weights"),
        Criterion("training", 1, "the same values in training"),
    )
    tolerance = DEEP_32
    revisit = "The same inside the network"

    def probes(self, rng):
        yield Build("8 filters, stride 1", args=(8,), input_shape=(6, 6, 3))
        yield Build("4 filters, stride 2, maps of 7×10", args=(4, 2), input_shape=(7, 10, 2))
        yield Build("strides=3 by name", kwargs={"filters": 5, "strides": 3}, input_shape=(8, 8, 1))
        f, c = (int(v) for v in rng.integers((9, 3), (40, 30)))
        yield Build(
            f"{f} filters on {c} channels",
            args=(f, 2),
            input_shape=(9, 12, c),
            aspects=("shape", "parameters"),
            symbolic=True,
        )

    @accepted("activation as a function")
    def with_activation(x, filters, strides=1):
        conv = layers.Conv2D(
            filters, (3, 3), strides=(strides, strides), padding="same", use_bias=False
        )
        return layers.Activation("relu")(layers.BatchNormalization(axis=-1)(conv(x)))

    @accepted("a Sequential inside")
    def sequential(x, filters, strides=1):
        return keras.Sequential(
            [
                layers.Conv2D(filters, 3, strides, "same", use_bias=False),
                layers.BatchNormalization(),
                layers.ReLU(),
            ]
        )(x)

    @accepted("operations of Keras")
    def with_ops(x, filters, strides=1):
        x = layers.Conv2D(
            filters=filters, kernel_size=3, strides=strides, padding="same", use_bias=False
        )(x)
        return keras.ops.maximum(layers.BatchNormalization()(x), 0.0)

    bias_kept = wrong(
        "Your convolution keeps its bias. The mean that batch normalisation subtracts "
        "takes it away "
        "again, and β does its work: a parameter for nothing.",
        change={"use_bias=False": "use_bias=True"},
        revisit="The same inside the network",
    )

    relu_first = wrong(
        "In your block ReLU comes first and the normalisation after it. In the 2015 paper the "
        "normalisation stands immediately before the non-linearity.",
        change={
            "use_bias=False": 'use_bias=False, activation="relu"',
            "layers.ReLU()(x)": "x",
        },
    )

    relu_twice = wrong(
        "You apply ReLU twice, before and after the normalisation: the first one cuts off what the "
        "normalisation should have seen.",
        change={"use_bias=False": 'use_bias=False, activation="relu"'},
    )

    norm_first = wrong(
        "Your block normalises before it convolves. The convolution comes first here.",
        change={
            "x = layers.Conv2D": "x = layers.BatchNormalization()(x)\n    x = layers.Conv2D",
            "    x = layers.BatchNormalization()(x)\n": "",
        },
    )

    no_relu = wrong(
        "ReLU is missing at the end of your block.",
        change={"layers.ReLU()(x)": "x"},
    )

    no_norm = wrong(
        "The normalisation is missing in your block, and with it everything that replaces the "
        "bias.",
        change={"layers.BatchNormalization()(x)": "x"},
    )

    unpadded = wrong(
        "Your convolution loses the border: same padding is asked for.",
        change={'padding="same"': 'padding="valid"'},
    )

    no_stride = wrong(
        "Your convolution ignores `strides`.",
        change={"strides=strides": "strides=1"},
    )

    no_beta = wrong(
        "You switched γ or β off. The bias was the useless one; γ and β are what lets a "
        "channel have "
        "another mean and width.",
        change={"BatchNormalization()": "BatchNormalization(center=False)"},
    )

    layer_norm = wrong(
        "Your normalisation stays within each pixel: that is LayerNormalization with its defaults. "
        "It has no running statistics.",
        change={"BatchNormalization": "LayerNormalization"},
        revisit="Who is averaged with whom",
    )

    no_gamma = wrong(
        "You switched γ off. The bias was the useless parameter; γ lets a channel have another "
        "width.",
        change={"BatchNormalization()": "BatchNormalization(scale=False)"},
    )

    neither_gamma_nor_beta = wrong(
        "You switched γ and β off. The bias was the useless parameter; γ and β let a channel have "
        "another mean and width.",
        change={"BatchNormalization()": "BatchNormalization(center=False, scale=False)"},
    )

    other_epsilon = wrong(
        "Your network has the right weights, but its normalisation another ε than Keras's default "
        "(1e-5 is PyTorch's).",
        change={"BatchNormalization()": "BatchNormalization(epsilon=1e-5)"},
    )

    larger_kernel = wrong(
        "Your kernels are 5×5. A 3×3 convolution is asked for.",
        change={"filters, 3,": "filters, 5,"},
    )

    pointwise = wrong(
        "Your kernels are 1×1: they see no neighbours. A 3×3 convolution is asked for.",
        change={"filters, 3,": "filters, 1,"},
    )

    rows_normalised = wrong(
        "Your normalisation takes the rows for the channels (axis=1). In Keras the channels are "
        "the last axis.",
        change={"BatchNormalization()": "BatchNormalization(axis=1)"},
    )

    group_norm = wrong(
        "Your normalisation keeps no running statistics: it is another than batch normalisation.",
        change={"BatchNormalization()": "GroupNormalization(1)"},
        revisit="Who is averaged with whom",
    )

    pooled = wrong(
        "You shrink the map by pooling. The stride belongs to the convolution.",
        change={
            "strides=strides": "strides=1",
            "return layers.ReLU()(x)": (
                'return layers.MaxPooling2D(strides, padding="same")(layers.ReLU()(x))'
            ),
        },
    )
