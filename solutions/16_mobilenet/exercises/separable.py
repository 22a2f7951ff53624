"""What is right in `separable`, and what students get wrong."""

import keras
from keras import layers

from autograder.exercise import SUMS_32, Block, Build, Criterion, accepted, wrong


class Separable(Block):
    title = "The block of V1"
    difficulty = 2
    criteria = (
        Criterion("shape", 1, "the size by the stride, the channels asked for"),
        Criterion("parameters", 1, "the parameters, trainable and not"),
        Criterion("behaviour", 2, "the same values with the same weights"),
    )
    tolerance = SUMS_32
    revisit = "MobileNet V1"

    def probes(self, rng):
        loud = 4 * rng.normal(size=(2, 6, 6, 4)).astype("float32")
        yield Build("stride 1", args=(8, 1), input_shape=(6, 6, 4), inputs=(loud,))
        yield Build("stride 2, an even side and an odd one", args=(5, 2), input_shape=(8, 7, 3))
        named = {"filters": 2, "stride": 1}
        yield Build("fewer channels out than in", kwargs=named, input_shape=(5, 4, 6))
        f, c = (int(v) for v in rng.integers((9, 3), (40, 30)))
        yield Build(
            f"{f} filters on {c} channels",
            args=(f, 2),
            input_shape=(8, 7, c),
            aspects=("shape", "parameters"),
            symbolic=True,
        )

    @accepted("a loop over the two halves")
    def looped(x, filters, stride):
        own = layers.DepthwiseConv2D(3, strides=stride, padding="same", use_bias=False)
        for layer in (own, layers.Conv2D(filters, 1, use_bias=False)):
            x = layers.Activation("relu6")(layers.BatchNormalization(epsilon=0.001)(layer(x)))
        return x

    @accepted("a Sequential inside, the default epsilon")
    def sequential(x, filters, stride):
        return keras.Sequential(
            [
                layers.DepthwiseConv2D((3, 3), (stride, stride), "same", use_bias=False),
                layers.BatchNormalization(),
                layers.ReLU(max_value=6.0),
                layers.Conv2D(filters, (1, 1), padding="same", use_bias=False),
                layers.BatchNormalization(),
                layers.ReLU(max_value=6.0),
            ]
        )(x)

    @accepted("a grouped convolution, and a dense layer for 1×1")
    def grouped(x, filters, stride):
        channels = x.shape[-1]
        x = layers.Conv2D(channels, 3, stride, "same", groups=channels, use_bias=False)(x)
        x = keras.ops.relu6(layers.BatchNormalization(epsilon=1e-3)(x))
        x = layers.Dense(filters, use_bias=False)(x)
        return keras.ops.relu6(layers.BatchNormalization(epsilon=1e-3)(x))

    nothing_between = wrong(
        "Between your depthwise and your 1×1 convolution there is nothing. V1 has batch "
        "normalisation and ReLU6 after each half.",
        change={("    x = layers.ReLU(6)(layers.BatchNormalization(epsilon=1e-3)(x))\n"): ""},
    )
    keras_layer = wrong(
        "`SeparableConv2D` does both halves at once, and so has no room for batch normalisation "
        "and ReLU6 between them; it has a bias, too.",
        source="""
def separable(x, filters, stride):
    x = layers.SeparableConv2D(filters, 3, strides=stride, padding="same")(x)
    return layers.ReLU(6)(layers.BatchNormalization(epsilon=1e-3)(x))
""",
    )
    no_relu_between = wrong(
        "After your depthwise half comes batch normalisation but no ReLU6. Then both halves "
        "together are one linear map.",
        change={
            "x = layers.ReLU(6)(layers.BatchNormalization(epsilon=1e-3)(x))": (
                "x = layers.BatchNormalization(epsilon=1e-3)(x)"
            )
        },
    )
    no_norm_between = wrong(
        "After your depthwise half comes ReLU6 but no batch normalisation.",
        change={
            "x = layers.ReLU(6)(layers.BatchNormalization(epsilon=1e-3)(x))": (
                "x = layers.ReLU(6)(x)"
            )
        },
    )
    linear_end = wrong(
        "Your block ends without ReLU6. The linear end is V2's idea; V1 has a ReLU6 after each "
        "half.",
        change={
            "return layers.ReLU(6)(layers.BatchNormalization(epsilon=1e-3)(x))": (
                "return layers.BatchNormalization(epsilon=1e-3)(x)"
            )
        },
    )
    stride_on_pointwise = wrong(
        "Your stride is on the 1×1 convolution. It skips three of four places that the depthwise "
        "half has just worked out; the stride belongs to the half that looks around.",
        change={
            '3, stride, padding="same"': '3, padding="same"',
            "filters, 1, use_bias=False": "filters, 1, stride, use_bias=False",
        },
    )
    stride_twice = wrong(
        "Both halves of your block have the stride, so a stride of 2 shrinks four times.",
        change={"filters, 1, use_bias=False": "filters, 1, stride, use_bias=False"},
    )
    stride_ignored = wrong(
        "Your block keeps the size of the map even when the stride is 2.",
        change={'3, stride, padding="same"': '3, padding="same"'},
    )
    relu_before_norm = wrong(
        "Your ReLU6 comes before batch normalisation. Here it comes after it, in both halves.",
        change={
            'layers.Activation("relu6")(layers.BatchNormalization(epsilon=0.001)(layer(x)))': (
                'layers.BatchNormalization(epsilon=0.001)(layers.Activation("relu6")(layer(x)))'
            )
        },
        of=looped,
    )
    plain_relu = wrong(
        "Your block has ReLU where ReLU6 is asked for: values above 6 pass. (The paper's text says "
        "ReLU; Keras Applications, with which yours will be compared, has ReLU6.)",
        change={'"relu6"': '"relu"'},
        of=looped,
    )
    with_bias = wrong(
        "Your convolutions have biases. Batch normalisation comes next and takes every constant "
        "away again; only its own β remains.",
        change={
            'padding="same", use_bias=False': 'padding="same"',
            "filters, 1, use_bias=False": "filters, 1",
        },
    )
    full_convolution = wrong(
        "Your first half is an ordinary convolution: it mixes all channels at 3×3, which is the "
        "expense that this block is there to avoid.",
        change={"layers.DepthwiseConv2D(3, stride": "layers.Conv2D(x.shape[-1], 3, stride"},
    )
    pointwise_first = wrong(
        "You mix the channels first and look around second. V1 has it the other way round; the "
        "depthwise half then works on the channels that come in.",
        change={
            "(own, layers.Conv2D(filters, 1, use_bias=False))": (
                "(layers.Conv2D(filters, 1, use_bias=False), own)"
            )
        },
        of=looped,
    )
    unpadded = wrong(
        "Your depthwise half loses the border of the map: its padding is missing.",
        change={'stride, padding="same"': "stride"},
    )

    @wrong(
        "You filter in one step: every channel of your 3×3 convolution reads all channels. Two "
        "steps are asked for, and the 1×1 one is missing."
    )
    def one_step(x, filters, stride):
        x = layers.Conv2D(filters, 3, stride, padding="same", use_bias=False)(x)
        return layers.ReLU(6)(layers.BatchNormalization(epsilon=1e-3)(x))

    @wrong("Your depthwise step stands alone: no 1×1 convolution mixes the channels after it.")
    def depthwise_alone(x, filters, stride):
        x = layers.DepthwiseConv2D(3, stride, padding="same", use_bias=False)(x)
        return layers.ReLU(6)(layers.BatchNormalization(epsilon=1e-3)(x))
