"""What is right in `conv_bn_relu`, and what students get wrong."""

import keras
from keras import layers

from autograder.exercise import Block, Build, Criterion, Tolerance, accepted, wrong


class ConvBnRelu(Block):
    title = "The block"
    difficulty = 2
    criteria = (
        Criterion("shape", 1, "the output's shape"),
        Criterion("parameters", 1, "no parameter too many, none too few"),
        Criterion("behaviour", 1, "the same values in inference, with the same weights"),
        Criterion("training", 1, "the same values in training"),
    )
    tolerance = Tolerance(
        atol=2e-4,
        rtol=2e-4,
        reason="float32 sums of some dozens of products, then divided by a root",
    )
    revisit = "The same inside the network"

    def probes(self, rng):
        yield Build("8 filters, stride 1", args=(8,), input_shape=(6, 6, 3))
        yield Build("4 filters, stride 2, maps of 7×10", args=(4, 2), input_shape=(7, 10, 2))
        yield Build("strides=3 by name", kwargs={"filters": 5, "strides": 3}, input_shape=(8, 8, 1))

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

    @wrong(
        "Your convolution keeps its bias. The mean that batch normalisation subtracts "
        "takes it away "
        "again, and β does its work: a parameter for nothing.",
        revisit="The same inside the network",
    )
    def bias_kept(x, filters, strides=1):
        x = layers.Conv2D(filters, 3, strides, padding="same")(x)
        return layers.ReLU()(layers.BatchNormalization()(x))

    @wrong(
        "In your block ReLU comes first and the normalisation after it. In the 2015 paper the "
        "normalisation stands immediately before the non-linearity."
    )
    def relu_first(x, filters, strides=1):
        x = layers.Conv2D(filters, 3, strides, padding="same", use_bias=False, activation="relu")(x)
        return layers.BatchNormalization()(x)

    @wrong(
        "You apply ReLU twice, before and after the normalisation: the first one cuts off what the "
        "normalisation should have seen."
    )
    def relu_twice(x, filters, strides=1):
        x = layers.Conv2D(filters, 3, strides, padding="same", use_bias=False, activation="relu")(x)
        return layers.ReLU()(layers.BatchNormalization()(x))

    @wrong("Your block normalises before it convolves. The convolution comes first here.")
    def norm_first(x, filters, strides=1):
        x = layers.BatchNormalization()(x)
        return layers.Conv2D(
            filters, 3, strides, padding="same", use_bias=False, activation="relu"
        )(x)

    @wrong("ReLU is missing at the end of your block.")
    def no_relu(x, filters, strides=1):
        return layers.BatchNormalization()(
            layers.Conv2D(filters, 3, strides, padding="same", use_bias=False)(x)
        )

    @wrong(
        "The normalisation is missing in your block, and with it everything that replaces the bias."
    )
    def no_norm(x, filters, strides=1):
        return layers.ReLU()(layers.Conv2D(filters, 3, strides, padding="same", use_bias=False)(x))

    @wrong("Your convolution loses the border: same padding is asked for.")
    def unpadded(x, filters, strides=1):
        x = layers.Conv2D(filters, 3, strides, use_bias=False)(x)
        return layers.ReLU()(layers.BatchNormalization()(x))

    @wrong("Your convolution ignores `strides`.")
    def no_stride(x, filters, strides=1):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
        return layers.ReLU()(layers.BatchNormalization()(x))

    @wrong(
        "You switched γ or β off. The bias was the useless one; γ and β are what lets a "
        "channel have "
        "another mean and width."
    )
    def no_beta(x, filters, strides=1):
        x = layers.Conv2D(filters, 3, strides, padding="same", use_bias=False)(x)
        return layers.ReLU()(layers.BatchNormalization(center=False)(x))

    @wrong(
        "Your normalisation stays within each pixel: that is LayerNormalization with its defaults. "
        "It has no running statistics.",
        revisit="Who is averaged with whom",
    )
    def layer_norm(x, filters, strides=1):
        x = layers.Conv2D(filters, 3, strides, padding="same", use_bias=False)(x)
        return layers.ReLU()(layers.LayerNormalization()(x))
