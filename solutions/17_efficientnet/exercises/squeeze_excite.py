"""What is right in `squeeze_excite`, and what students get wrong."""

import keras
from keras import layers, ops

from autograder.exercise import DEEP_32, Block, Build, Criterion, accepted, wrong


class SqueezeExcite(Block):
    title = "The gates"
    difficulty = 1
    criteria = (
        Criterion("shape", 1, "the shape of what comes in"),
        Criterion("parameters", 1, "two dense layers with biases"),
        Criterion("behaviour", 2, "the same outputs with the same weights"),
    )
    tolerance = DEEP_32
    revisit = "Squeeze and excitation"

    def probes(self, rng):
        yield Build("maps of 5×7, 6 channels to 3", args=(3,), input_shape=(5, 7, 6))
        yield Build("maps of 4×4, 16 channels to 1", args=(1,), input_shape=(4, 4, 16))
        yield Build(
            "maps of 3×2, 8 channels to 2, swish",
            args=(2,),
            kwargs={"activation": "silu"},
            input_shape=(3, 2, 8),
        )
        r, c = (int(v) for v in rng.integers((1, 6), (6, 40)))
        yield Build(
            f"{c} channels to {r}",
            args=(r,),
            input_shape=(4, 3, c),
            aspects=("shape", "parameters"),
            symbolic=True,
        )

    @accepted("1×1 convolutions")
    def convolutions(x, reduced, activation="relu"):
        channels = x.shape[-1]
        s = layers.GlobalAveragePooling2D(keepdims=True)(x)
        s = layers.Conv2D(reduced, 1, activation=activation)(s)
        s = layers.Conv2D(channels, 1, activation="sigmoid")(s)
        return x * s

    @accepted("pooled to a vector, reshaped at the end")
    def vectors(x, reduced, activation="relu"):
        s = layers.GlobalAveragePooling2D()(x)
        s = layers.Dense(reduced)(s)
        s = layers.Activation(activation)(s)
        s = layers.Dense(int(x.shape[-1]))(s)
        s = layers.Reshape((1, 1, -1))(layers.Activation("sigmoid")(s))
        return layers.multiply([s, x])

    @accepted("Keras operations between the layers")
    def operations(x, reduced, activation="relu"):
        mean = ops.mean(x, axis=(1, 2))
        hidden = keras.activations.get(activation)(layers.Dense(reduced)(mean))
        gate = ops.sigmoid(layers.Dense(x.shape[-1])(hidden))
        return ops.multiply(x, gate[:, None, None, :])

    slide = wrong(
        "This is the slide's version: one dense layer, no bottleneck, nothing between. Count its "
        "weights for 512 channels, and compare with the picture: there are two layers.",
        change={
            ("    s = layers.Dense(reduced, activation=activation)(s)\n"): "",
            'activation="sigmoid"': 'activation="sigmoid", use_bias=False',
        },
        revisit="What the slide leaves out",
    )
    no_reduction = wrong(
        "Your first dense layer is as wide as the input. The bottleneck in the middle is what "
        "makes the gate cheap: it has `reduced` units.",
        change={"reduced, activation=activation": "x.shape[-1], activation=activation"},
    )
    nothing_between = wrong(
        "Nothing happens between your two dense layers. Without a non-linearity, two dense layers "
        "are no more than one of low rank.",
        change={"layers.Dense(reduced, activation=activation)": "layers.Dense(reduced)"},
        revisit="What the slide leaves out",
    )
    always_relu = wrong(
        "You use ReLU whatever `activation` says. SENet has ReLU there, EfficientNet has swish; "
        "the caller decides.",
        change={"activation=activation": 'activation="relu"'},
    )
    softmax_gate = wrong(
        "Your gates are a softmax: they compete, and add up to 1 over all channels. A gate says "
        "how much of *its* channel passes; many may be open at once.",
        change={'"sigmoid"': '"softmax"'},
    )
    no_gate_activation = wrong(
        "Your gate is not bounded: the second dense layer has no activation. A gate lies between "
        "0, shut, and 1, open.",
        change={'layers.Dense(x.shape[-1], activation="sigmoid")': "layers.Dense(x.shape[-1])"},
    )
    over_channels = wrong(
        "You average over the channels, which leaves one number a place. The squeeze leaves one "
        "number a channel: height and width are averaged away.",
        change={
            "layers.GlobalAveragePooling2D(keepdims=True)(x)": (
                "ops.mean(x, axis=-1, keepdims=True)"
            )
        },
    )
    never_squeezed = wrong(
        "You never average: your gates differ from place to place. Squeeze first: one number for "
        "each channel of the image.",
        change={"layers.GlobalAveragePooling2D(keepdims=True)(x)": "x"},
    )
    max_pooled = wrong(
        "You squeeze by the maximum. Here, as in the paper, a channel is squeezed to its mean.",
        change={"layers.GlobalAveragePooling2D": "layers.GlobalMaxPooling2D"},
    )
    gate_alone = wrong(
        "You return the gates. What comes out of the block is the maps, each multiplied by its "
        "gate.",
        change={"layers.Multiply()([x, s])": "s"},
    )
    added = wrong(
        "You add the gate to the maps. A gate that is shut, 0, must make its channel vanish.",
        change={"layers.Multiply": "layers.Add"},
    )
    as_ratio = wrong(
        "You divide the channels by `reduced`. It is the number of units in the middle, not the "
        "paper's ratio r.",
        change={
            "reduced, activation=activation": (
                "max(1, x.shape[-1] // reduced), activation=activation"
            )
        },
    )
    no_biases = wrong(
        "Your dense layers have no biases. Then a channel's gate is ½ when the squeeze is zero, "
        "and cannot be anything else.",
        change={
            "activation=activation": "activation=activation, use_bias=False",
            'activation="sigmoid"': 'activation="sigmoid", use_bias=False',
        },
    )

    @wrong(
        "You have one gate for each pixel: nothing is squeezed. The gates belong to the channels, "
        "and each is computed from the means of whole maps."
    )
    def gate_per_pixel(x, reduced, activation="relu"):
        return layers.Multiply()([x, layers.Conv2D(1, 1, activation="sigmoid")(x)])
