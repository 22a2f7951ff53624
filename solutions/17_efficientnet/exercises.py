"""Exercises of lesson 17: SENet, compound scaling."""

import math
from typing import ClassVar

import keras
import numpy as np
from keras import layers, ops

from autograder.exercise import (
    Block,
    Choices,
    Criterion,
    Function,
    Model,
    Probe,
    Tolerance,
    Value,
    accepted,
    wrong,
)

FLOAT32 = Tolerance(
    atol=2e-4, rtol=2e-4, reason="float32 sums of some hundred products, added up in any order"
)
EXACT = Tolerance(atol=0, rtol=0, reason="counts are whole numbers")
POWERS = Tolerance(atol=1e-9, rtol=1e-6, reason="a few powers in float64, in any order")


def _changed(source: str, *changes: tuple[str, str]) -> str:
    """A right answer with something a student got wrong; every change must find its place."""
    for right, mistaken in changes:
        if right not in source:
            raise ValueError(f"Nothing to change: {right!r} is not in the answer.")
        source = source.replace(right, mistaken)
    return source


SQUEEZE = """
def squeeze_excite(x, reduced, activation="relu"):
    s = layers.GlobalAveragePooling2D(keepdims=True)(x)
    s = layers.Dense(reduced, activation=activation)(s)
    s = layers.Dense(x.shape[-1], activation="sigmoid")(s)
    return layers.Multiply()([x, s])
"""


class SqueezeExcite(Block):
    name = "squeeze_excite"
    title = "Squeeze and excitation"
    difficulty = 1
    criteria = (
        Criterion("shape", 1, "the shape of what comes in"),
        Criterion("parameters", 1, "two dense layers with biases"),
        Criterion("behaviour", 2, "the same outputs with the same weights"),
    )
    tolerance = FLOAT32
    revisit = "Squeeze and excitation"

    def probes(self, rng):
        yield Probe(None, "maps of 5×7, 6 channels to 3", args=(3,), input_shape=(5, 7, 6))
        yield Probe(None, "maps of 4×4, 16 channels to 1", args=(1,), input_shape=(4, 4, 16))
        yield Probe(
            None,
            "maps of 3×2, 8 channels to 2, swish",
            args=(2,),
            kwargs={"activation": "silu"},
            input_shape=(3, 2, 8),
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
        revisit="What the slide leaves out",
        source="""
        def squeeze_excite(x, reduced, activation="relu"):
            s = layers.GlobalAveragePooling2D(keepdims=True)(x)
            s = layers.Dense(x.shape[-1], activation="sigmoid", use_bias=False)(s)
            return layers.Multiply()([x, s])
        """,
    )
    no_reduction = wrong(
        "Your first dense layer is as wide as the input. The bottleneck in the middle is what "
        "makes the gate cheap: it has `reduced` units.",
        source=_changed(SQUEEZE, ("Dense(reduced", "Dense(x.shape[-1]")),
    )
    nothing_between = wrong(
        "Nothing happens between your two dense layers. Without a non-linearity, two dense layers "
        "are no more than one of low rank.",
        revisit="What the slide leaves out",
        source=_changed(SQUEEZE, (", activation=activation", "")),
    )
    always_relu = wrong(
        "You use ReLU whatever `activation` says. SENet has ReLU there, EfficientNet has swish; "
        "the caller decides.",
        source=_changed(SQUEEZE, ("activation=activation", 'activation="relu"')),
    )
    softmax_gate = wrong(
        "Your gates are a softmax: they compete, and add up to 1 over all channels. A gate says "
        "how much of *its* channel passes; many may be open at once.",
        source=_changed(SQUEEZE, ('"sigmoid"', '"softmax"')),
    )
    no_gate_activation = wrong(
        "Your gate is not bounded: the second dense layer has no activation. A gate lies between "
        "0, shut, and 1, open.",
        source=_changed(SQUEEZE, (', activation="sigmoid"', "")),
    )
    over_channels = wrong(
        "You average over the channels, which leaves one number a place. The squeeze leaves one "
        "number a channel: height and width are averaged away.",
        source=_changed(
            SQUEEZE,
            (
                "layers.GlobalAveragePooling2D(keepdims=True)(x)",
                "ops.mean(x, axis=-1, keepdims=True)",
            ),
        ),
    )
    never_squeezed = wrong(
        "You never average: your gates differ from place to place. Squeeze first: one number for "
        "each channel of the image.",
        source=_changed(SQUEEZE, ("layers.GlobalAveragePooling2D(keepdims=True)(x)", "x")),
    )
    max_pooled = wrong(
        "You squeeze by the maximum. Here, as in the paper, a channel is squeezed to its mean.",
        source=_changed(SQUEEZE, ("GlobalAveragePooling2D", "GlobalMaxPooling2D")),
    )
    gate_alone = wrong(
        "You return the gates. What comes out of the block is the maps, each multiplied by its "
        "gate.",
        source=_changed(SQUEEZE, ("layers.Multiply()([x, s])", "s")),
    )
    added = wrong(
        "You add the gate to the maps. A gate that is shut, 0, must make its channel vanish.",
        source=_changed(SQUEEZE, ("layers.Multiply()", "layers.Add()")),
    )
    as_ratio = wrong(
        "You divide the channels by `reduced`. It is the number of units in the middle, not the "
        "paper's ratio r.",
        source=_changed(SQUEEZE, ("Dense(reduced", "Dense(max(1, x.shape[-1] // reduced)")),
    )
    no_biases = wrong(
        "Your dense layers have no biases. Then a channel's gate is ½ when the squeeze is zero, "
        "and cannot be anything else.",
        source=_changed(
            SQUEEZE,
            ("activation=activation", "activation=activation, use_bias=False"),
            ('"sigmoid"', '"sigmoid", use_bias=False'),
        ),
    )


def _bill(**changes: int) -> str:
    """An answer for the counts, with some entries changed."""
    right = {
        "slide": 262_144,
        "reduced": 32_768,
        "block": 33_312,
        "resnet50": 2_530_992,
        "work": 2_514_944,
    }
    return repr({**right, **changes})


class SeBill(Value):
    name = "se_bill"
    title = "What the gates cost"
    difficulty = 2
    entries: ClassVar = dict.fromkeys(("slide", "reduced", "block", "resnet50", "work"), "integer")
    entry_criterion: ClassVar = {
        "slide": "one",
        "reduced": "one",
        "block": "one",
        "resnet50": "network",
        "work": "work",
    }
    criteria = (
        Criterion("one", 1, "one block of 512 channels, in three versions"),
        Criterion("network", 2, "all sixteen blocks of ResNet-50"),
        Criterion("work", 1, "their multiply-adds for one image"),
    )
    revisit = "What the slide leaves out"

    numbers = accepted("numbers", source=_bill())
    arithmetic = accepted(
        "arithmetic",
        source="""{
            "slide": 512 * 512,
            "reduced": 2 * 512 * 32,
            "block": 512 * 32 + 32 + 32 * 512 + 512,
            "resnet50": sum(n * (c * c // 8 + c // 16 + c)
                            for n, c in [(3, 256), (4, 512), (6, 1024), (3, 2048)]),
            "work": sum(n * c * c // 8 for n, c in [(3, 256), (4, 512), (6, 1024), (3, 2048)]),
        }""",
    )
    by_numpy = accepted(
        "summed over stages in NumPy",
        source="""(lambda n, c: {
            "slide": np.int64(512) ** 2,
            "reduced": np.int64(2 * 512 * 32),
            "block": np.int64(2 * 512 * 32 + 544),
            "resnet50": (n * (2 * c * (c // 16) + c // 16 + c)).sum(),
            "work": (n * 2 * c * (c // 16)).sum(),
        })(np.array([3, 4, 6, 3]), np.array([256, 512, 1024, 2048]))""",
    )
    by_keras = accepted(
        "counted by Keras",
        source="""(lambda gates, count: {
            "slide": keras.Sequential([keras.Input((512,)),
                                       layers.Dense(512, use_bias=False)]).count_params(),
            "reduced": gates(512).count_params() - 544,
            "block": gates(512).count_params(),
            "resnet50": sum(n * gates(c).count_params() for c, n in count.items()),
            "work": sum(n * (gates(c).count_params() - c - c // 16) for c, n in count.items()),
        })(lambda c: keras.Sequential([keras.Input((c,)), layers.Dense(c // 16), layers.Dense(c)]),
           {256: 3, 512: 4, 1024: 6, 2048: 3})""",
    )
    one_matrix = wrong(
        "Your `reduced` counts one of the two dense layers: down from 512 and up again are two "
        "matrices.",
        source=_bill(reduced=16_384),
    )
    without_biases = wrong(
        "You left the biases out of `block` or `resnet50`. Each of the two dense layers has a "
        "bias for each of its units.",
        source=_bill(block=32_768, resnet50=2_514_944),
    )
    biases_as_work = wrong(
        "Your `work` counts the biases. They are added, not multiplied; papers leave them out.",
        source=_bill(work=2_530_992),
    )
    at_every_place = wrong(
        "Your `work` uses the gates' weights at every place of the map. They see squeezed "
        "vectors: how many places has a vector?",
        source=_bill(
            work=sum(
                n * c * c // 8 * side**2
                for n, c, side in ((3, 256, 56), (4, 512, 28), (6, 1024, 14), (3, 2048, 7))
            )
        ),
    )
    narrow_channels = wrong(
        "You took the width of the 3×3 convolution, 64 to 512. The gates stand behind the last "
        "1×1 convolution, where a bottleneck is four times as wide.",
        source=_bill(resnet50=161_196, work=157_184),
    )
    one_block_a_stage = wrong(
        "You counted one block a stage. ResNet-50 has 3, 4, 6 and 3 of them, and each has its own "
        "gates.",
        source=_bill(resnet50=700_400, work=696_320),
    )
    slide_with_bias = wrong(
        "You gave the slide's layer a bias. Its code says `use_bias=False`.",
        source=_bill(slide=262_656),
    )


MBCONV = """
def mbconv(x, filters, kernel_size, stride, expansion, activation="silu", gates=True):
    channels = x.shape[-1]
    y = x
    if expansion > 1:
        y = layers.Conv2D(expansion * channels, 1, use_bias=False)(y)
        y = layers.BatchNormalization(epsilon=1e-3)(y)
        y = layers.Activation(activation)(y)
    y = layers.DepthwiseConv2D(kernel_size, stride, "same", use_bias=False)(y)
    y = layers.BatchNormalization(epsilon=1e-3)(y)
    y = layers.Activation(activation)(y)
    if gates:
        y = squeeze_excite(y, max(1, channels // 4), activation)
    y = layers.Conv2D(filters, 1, use_bias=False)(y)
    y = layers.BatchNormalization(epsilon=1e-3)(y)
    if stride == 1 and channels == filters:
        y = layers.Add()([x, y])
    return y
"""
GATES = """    if gates:
        y = squeeze_excite(y, max(1, channels // 4), activation)
"""


class MBConv(Block):
    name = "mbconv"
    title = "MBConv"
    difficulty = 2
    criteria = (
        Criterion("shape", 1, "filters maps, smaller by the stride"),
        Criterion("parameters", 2, "as many parameters as published"),
        Criterion("behaviour", 3, "the same outputs with the same weights"),
    )
    tolerance = FLOAT32
    revisit = "MBConv"

    def probes(self, rng):
        yield Probe(None, "8 channels to 8, stride 1", args=(8, 3, 1, 6), input_shape=(6, 5, 8))
        yield Probe(None, "8 channels to 12, stride 1", args=(12, 5, 1, 6), input_shape=(5, 6, 8))
        yield Probe(None, "8 channels to 8, stride 2", args=(8, 5, 2, 4), input_shape=(7, 6, 8))
        yield Probe(
            None, "12 channels to 8, expansion 1", args=(8, 3, 1, 1), input_shape=(4, 6, 12)
        )
        yield Probe(
            None,
            "as in Lite: ReLU6, no gates",
            args=(8, 3, 1, 6),
            kwargs={"activation": "relu6", "gates": False},
            input_shape=(5, 5, 8),
        )

    @accepted("a list of layers, applied in turn")
    def list_of_layers(x, filters, kernel_size, stride, expansion, activation="silu", gates=True):
        wide = x.shape[-1] * expansion
        active = [layers.BatchNormalization(epsilon=0.001), layers.Activation(activation)]
        steps = [layers.Conv2D(wide, 1, use_bias=False), *active] if expansion != 1 else []
        steps += [
            layers.DepthwiseConv2D(kernel_size, strides=stride, padding="same", use_bias=False),
            layers.BatchNormalization(epsilon=0.001),
            layers.Activation(activation),
            lambda t: squeeze_excite(t, x.shape[-1] // 4, activation) if gates else t,  # noqa: F821
            layers.Conv2D(filters, 1, use_bias=False),
            layers.BatchNormalization(epsilon=0.001),
        ]
        y = x
        for step in steps:
            y = step(y)
        return y + x if y.shape == x.shape else y

    @accepted("own gates, with 1×1 convolutions")
    def own_gates(x, filters, kernel_size, stride, expansion, activation="silu", gates=True):
        def norm(t):
            return layers.BatchNormalization(epsilon=1e-3)(t)

        act = keras.activations.get(activation)
        c = int(x.shape[-1])
        y = x
        if expansion > 1:
            y = act(norm(layers.Conv2D(c * expansion, (1, 1), use_bias=False)(y)))
        depthwise = layers.DepthwiseConv2D(
            (kernel_size, kernel_size), (stride, stride), padding="same", use_bias=False
        )
        y = act(norm(depthwise(y)))
        if gates:
            s = ops.mean(y, axis=(1, 2), keepdims=True)
            s = layers.Conv2D(max(c // 4, 1), 1, activation=act)(s)
            y = y * layers.Conv2D(c * expansion, 1, activation="sigmoid")(s)
        y = norm(layers.Conv2D(filters, 1, use_bias=False)(y))
        return layers.add([y, x]) if (c, 1) == (filters, stride) else y

    @accepted("1×1 convolutions as dense layers over channels")
    def dense(x, filters, kernel_size, stride, expansion, activation="silu", gates=True):
        def unit(t, layer, active=True):
            t = layers.BatchNormalization(epsilon=1e-3)(layer(t))
            return layers.Activation(activation)(t) if active else t

        channels = x.shape[-1]
        y = unit(x, layers.Dense(expansion * channels, use_bias=False)) if expansion > 1 else x
        y = unit(y, layers.DepthwiseConv2D(kernel_size, stride, "same", use_bias=False))
        y = squeeze_excite(y, channels // 4, activation) if gates else y  # noqa: F821
        y = unit(y, layers.Dense(filters, use_bias=False), active=False)
        shortcut = stride == 1 and filters == channels
        return layers.Add()([x, y]) if shortcut else y

    gates_last = wrong(
        "Your gates stand behind the projection. In MBConv they weigh the many channels of the "
        "expanded middle, before the projection chooses among them.",
        source=_changed(
            MBCONV,
            (GATES, ""),
            ("    if stride == 1 and", GATES + "    if stride == 1 and"),
        ),
    )
    quarter_of_expanded = wrong(
        "Your gates squeeze to a quarter of the expanded channels. The quarter is taken of the "
        "channels that come into the block, as the parameter count of B0 shows.",
        source=_changed(MBCONV, ("max(1, channels // 4)", "max(1, y.shape[-1] // 4)")),
    )
    active_projection = wrong(
        "You have an activation after the projection. It is linear: few channels, and an "
        "activation there would lose what they carry (lesson 16).",
        source=_changed(
            MBCONV,
            (
                "    if stride == 1 and",
                "    y = layers.Activation(activation)(y)\n    if stride == 1 and",
            ),
        ),
    )
    projected_shortcut = wrong(
        "Where shapes differ you project the shortcut, as ResNet does. MBConv then has no "
        "shortcut at all.",
        source=_changed(
            MBCONV,
            (
                "    return y",
                "    else:\n        x = layers.Conv2D(filters, 1, stride, use_bias=False)(x)\n"
                "        y = layers.Add()([x, y])\n    return y",
            ),
        ),
    )
    added_anyway = wrong(
        "You add the input although stride or channels differ: those shapes do not fit. Which "
        "blocks have a shortcut?",
        source=_changed(MBCONV, ("if stride == 1 and channels == filters:", "if True:")),
    )
    no_shortcut = wrong(
        "Your block has no shortcut. Where shapes allow it, the input is added to the output.",
        source=_changed(MBCONV, ("if stride == 1 and channels == filters:", "if False:")),
    )
    expands_filters = wrong(
        "You expand `expansion` times the channels that go *out*. The expansion is counted from "
        "the channels that come in.",
        source=_changed(MBCONV, ("expansion * channels", "expansion * filters")),
    )
    expands_by_one = wrong(
        "You have an expanding convolution where the expansion is 1. There the block begins with "
        "the depthwise convolution.",
        source=_changed(MBCONV, ("if expansion > 1:", "if True:")),
    )
    relu6 = wrong(
        "Your convolutions have ReLU6, as MobileNetV2's. EfficientNet has swish; ReLU6 comes back "
        "in EfficientNet-Lite.",
        source=_changed(MBCONV, ("Activation(activation)", 'Activation("relu6")')),
    )
    no_gates = wrong(
        "Your block has no gates: this is MobileNetV2's block with swish.",
        source=_changed(MBCONV, (GATES, "")),
    )
    gates_with_relu = wrong(
        "Your gates have ReLU in the middle. SENet has that; EfficientNet has swish there, too.",
        source=_changed(MBCONV, ("4), activation)", "4))")),
    )
    always_gates = wrong(
        "Your block has gates whatever `gates` says. EfficientNet-Lite goes without.",
        source=_changed(MBCONV, ("if gates:", "if True:")),
    )
    always_swish = wrong(
        "Your convolutions have swish whatever `activation` says. EfficientNet-Lite has ReLU6.",
        source=_changed(MBCONV, ("(activation)", '("silu")')),
    )
    stride_first = wrong(
        "The stride is in your first 1×1 convolution: it would skip three of four places before "
        "anybody looked at them. The depthwise convolution takes the stride.",
        source=_changed(
            MBCONV,
            ("Conv2D(expansion * channels, 1, use", "Conv2D(expansion * channels, 1, stride, use"),
            (
                "DepthwiseConv2D(kernel_size, stride,",
                "DepthwiseConv2D(kernel_size, 1 if expansion > 1 else stride,",
            ),
        ),
    )
    with_biases = wrong(
        "Your convolutions have biases. Each is followed by batch normalisation, which takes any "
        "bias away again (lesson 10).",
        source=_changed(MBCONV, (", use_bias=False", "")),
    )
    full_convolution = wrong(
        "Your middle convolution mixes all channels. A depthwise one filters each channel by "
        "itself; that is why expanding is affordable.",
        source=_changed(
            MBCONV,
            ("DepthwiseConv2D(kernel_size,", "Conv2D(y.shape[-1], kernel_size,"),
        ),
    )


COST = """
def mbconv_cost(channels, filters, kernel_size, stride, expansion, side):
    expanded, reduced = expansion * channels, max(1, channels // 4)
    out = -(-side // stride)
    parameters = multiply_adds = 0
    if expansion > 1:
        weights = channels * expanded
        parameters += weights + 4 * expanded
        multiply_adds += weights * side * side
    weights = kernel_size * kernel_size * expanded
    parameters += weights + 4 * expanded
    multiply_adds += weights * out * out
    weights = 2 * expanded * reduced
    parameters += weights + reduced + expanded
    multiply_adds += weights
    weights = expanded * filters
    parameters += weights + 4 * filters
    multiply_adds += weights * out * out
    return parameters, multiply_adds
"""
# The draft's three bugs.
FULL = ("kernel_size * kernel_size * expanded", "kernel_size * kernel_size * expanded * expanded")
EVERYWHERE = ("multiply_adds += weights\n", "multiply_adds += weights * out * out\n")
TOO_FEW = ("weights * side * side", "weights * out * out")


class MBConvCost(Function):
    name = "mbconv_cost"
    title = "Find the bugs in the count"
    difficulty = 3
    criteria = (
        Criterion("depthwise", 1, "a map of one place"),
        Criterion("gates", 1, "larger maps, stride 1"),
        Criterion("expansion", 2, "stride 2, and the blocks of B0"),
    )
    tolerance = EXACT
    revisit = "Exercise 4 · Find the bugs"

    def probes(self, rng):
        channels, filters = 4 * rng.integers(2, 9, 2) + rng.integers(0, 4)
        numbers = int(channels), int(filters)
        yield Probe("depthwise", "one place, expansion 1", args=(*numbers, 3, 1, 1, 1))
        yield Probe("depthwise", "one place, expansion 6", args=(*numbers, 5, 1, 6, 1))
        yield Probe("gates", "9×9 places, expansion 1", args=(*numbers, 3, 1, 1, 9))
        yield Probe("gates", "9×9 places, expansion 4", args=(*numbers, 5, 1, 4, 9))
        yield Probe("gates", "two channels, 3×3 places", args=(2, 3, 3, 1, 6, 3))
        yield Probe("expansion", "8×8 places, stride 2", args=(*numbers, 5, 2, 6, 8))
        yield Probe("expansion", "7×7 places, stride 2", args=(*numbers, 3, 2, 6, 7))
        yield Probe("expansion", "B0, first block of stage 4", args=(24, 40, 5, 2, 6, 56))

    @accepted("a list of convolutions")
    def as_list(channels, filters, kernel_size, stride, expansion, side):
        wide = channels * expansion
        quarter = max(channels // 4, 1)
        out = math.ceil(side / stride)
        convs = [  # weights, other parameters, places
            (channels * wide, 4 * wide, side**2),
            (kernel_size**2 * wide, 4 * wide, out**2),
            (wide * quarter, quarter, 1),
            (quarter * wide, wide, 1),
            (wide * filters, 4 * filters, out**2),
        ][expansion == 1 :]
        return sum(w + more for w, more, _ in convs), sum(w * n for w, _, n in convs)

    @accepted("one formula each")
    def formulas(channels, filters, kernel_size, stride, expansion, side):
        e, r = expansion * channels, max(1, channels // 4)
        out = (side + stride - 1) // stride
        first = e * channels if expansion > 1 else 0
        parameters = first + (4 * e if expansion > 1 else 0)
        parameters += e * (kernel_size**2 + 4) + 2 * e * r + r + e + (e + 4) * filters
        work = first * side**2 + e * (kernel_size**2 + filters) * out**2 + 2 * e * r
        return parameters, work

    @accepted("with NumPy")
    def vectorised(channels, filters, kernel_size, stride, expansion, side):
        e, r = expansion * channels, max(1, channels // 4)
        out = int(np.ceil(side / stride))
        more = int(expansion > 1)
        weights = np.array(
            [more * channels * e, kernel_size**2 * e, 2 * e * r, e * filters], dtype=np.int64
        )
        extra = np.array([more * 4 * e, 4 * e, r + e, 4 * filters], dtype=np.int64)
        places = np.array([side * side, out * out, 1, out * out], dtype=np.int64)
        return int((weights + extra).sum()), int(weights @ places)

    draft = wrong(
        "This is the draft as it was, with all three bugs. Begin with a map of one place, where "
        "only one of them shows.",
        source=_changed(COST, FULL, EVERYWHERE, TOO_FEW),
    )
    two_left_work = wrong(
        "Two bugs are left; the depthwise convolution is right. Ask of the other parts at how many "
        "places each weight is used.",
        source=_changed(COST, EVERYWHERE, TOO_FEW),
    )
    gates_mended = wrong(
        "Two bugs are left; the gates are right. One shows on a map of one place, one only with "
        "stride 2.",
        source=_changed(COST, FULL, TOO_FEW),
    )
    expansion_mended = wrong(
        "Two bugs are left; the expansion is right. One shows on a map of one place, one on a "
        "larger map with stride 1.",
        source=_changed(COST, FULL, EVERYWHERE),
    )
    full = wrong(
        "One bug is left: your middle convolution has a weight for every pair of channels. What "
        "does *depthwise* mean?",
        revisit="MBConv",
        source=_changed(COST, FULL),
    )
    everywhere = wrong(
        "One bug is left: your gates' weights are used at every place. How many places are left "
        "after the squeeze?",
        revisit="What the slide leaves out",
        source=_changed(COST, EVERYWHERE),
    )
    too_few = wrong(
        "One bug is left, and it shows with stride 2 only: which convolution of the block runs "
        "before the map shrinks?",
        revisit="MBConv",
        source=_changed(COST, TOO_FEW),
    )
    quarter_of_expanded = wrong(
        "Your gates squeeze to a quarter of the expanded channels. The draft had that right: the "
        "quarter is of the channels that come in.",
        revisit="MBConv",
        source=_changed(COST, ("channels // 4", "expanded // 4")),
    )
    floored = wrong(
        "You round the smaller side down. Same padding gives the ceiling (lesson 08); a side of 7 "
        "with stride 2 has 4 places.",
        source=_changed(COST, ("-(-side // stride)", "side // stride")),
    )
    two_a_channel = wrong(
        "You count two numbers a channel for batch normalisation. The two that are not trained, "
        "the running mean and variance, are parameters, too (lesson 10).",
        source=_changed(COST, ("4 * expanded", "2 * expanded"), ("4 * filters", "2 * filters")),
    )
    always_expands = wrong(
        "You count an expanding convolution where the expansion is 1. There is none.",
        revisit="MBConv",
        source=_changed(COST, ("if expansion > 1:", "if True:")),
    )


ROUND = """
def round_stage(filters, repeats, width, depth):
    scaled = filters * width
    rounded = max(8, int(scaled + 4) // 8 * 8)
    if rounded < 0.9 * scaled:
        rounded += 8
    return rounded, math.ceil(repeats * depth)
"""


class RoundStage(Function):
    name = "round_stage"
    title = "Round filters and repeats"
    difficulty = 2
    criteria = (
        Criterion("filters", 1, "the nearest multiple of 8"),
        Criterion("limits", 2, "never below 8, never more than a tenth below"),
        Criterion("repeats", 1, "repeats"),
    )
    tolerance = EXACT
    revisit = "Whole numbers"

    def probes(self, rng):
        yield Probe("filters", "112 filters, width 1.1", args=(112, 1, 1.1, 1.0))
        yield Probe("filters", "40 filters, width 1.4", args=(40, 3, 1.4, 1.0))
        yield Probe("filters", "half-way: 104 filters, width 0.5", args=(104, 2, 0.5, 1.0))
        yield Probe("filters", "320 filters, width 3.1", args=(320, 1, 3.1, 1.0))
        yield Probe("limits", "24 filters, width 0.8", args=(24, 2, 0.8, 1.0))
        yield Probe("limits", "16 filters, width 0.7", args=(16, 1, 0.7, 1.0))
        yield Probe("limits", "16 filters, width 0.1", args=(16, 1, 0.1, 1.0))
        few, deep = ((2, 1.3), (3, 1.6), (4, 1.7))[rng.integers(3)]
        yield Probe("repeats", "repeats at an uneven depth", args=(24, few, 1.0, deep))
        yield Probe("repeats", "one repeat, depth 1.1", args=(80, 1, 1.0, 1.1))
        yield Probe("repeats", "4 repeats, depth 0.5", args=(80, 4, 1.0, 0.5))

    @accepted("the better of two neighbours")
    def neighbours(filters, repeats, width, depth):
        scaled = filters * width
        low = int(scaled // 8) * 8
        best = low if scaled - low < 4 else low + 8
        if best == low and low < 0.9 * scaled:
            best = low + 8
        return max(best, 8), math.ceil(repeats * depth)

    @accepted("the first multiple that is allowed")
    def search(filters, repeats, width, depth):
        scaled = width * filters
        candidates = range(8, int(scaled) + 17, 8)
        allowed = [n for n in candidates if n > scaled - 4 and n >= 0.9 * scaled]
        count = int(repeats * depth)
        return allowed[0], count + (count < repeats * depth)

    @accepted("with NumPy")
    def with_numpy(filters, repeats, width, depth):
        scaled = np.float64(filters) * width
        eights = max(1, int(np.floor(scaled / 8 + 0.5)))
        eights += int(8 * eights < 0.9 * scaled)
        return 8 * eights, int(np.ceil(repeats * depth))

    floor_filters = wrong(
        "You round the filters down to a multiple of 8. The nearest multiple is asked for, and "
        "never more than a tenth below.",
        source=_changed(
            ROUND,
            ("scaled + 4", "scaled"),
            ("    if rounded < 0.9 * scaled:\n        rounded += 8\n", ""),
        ),
    )
    ceil_filters = wrong(
        "You round the filters up to a multiple of 8. The nearest multiple may lie below.",
        source=_changed(ROUND, ("int(scaled + 4) // 8", "math.ceil(scaled / 8)")),
    )
    no_tenth = wrong(
        "You take the nearest multiple of 8 even where it is more than a tenth below: for few "
        "channels that is a real loss. There is a second rule.",
        source=_changed(ROUND, ("    if rounded < 0.9 * scaled:\n        rounded += 8\n", "")),
    )
    tenth_of_unscaled = wrong(
        "You compare with a tenth below the filters *before* scaling. The rule protects the "
        "scaled number.",
        source=_changed(ROUND, ("0.9 * scaled", "0.9 * filters")),
    )
    no_multiple = wrong(
        "You round to a whole number. The hardware likes multiples of 8.",
        source=_changed(ROUND, ("int(scaled + 4) // 8 * 8", "round(scaled)")),
    )
    no_minimum = wrong(
        "For a very narrow network you return fewer than 8 filters. 8 is the least.",
        source=_changed(
            ROUND,
            ("max(8, int(scaled + 4) // 8 * 8)", "int(scaled + 4) // 8 * 8"),
            ("rounded += 8", "rounded += 8 if rounded else 0"),
        ),
    )
    bankers = wrong(
        "Half-way numbers go up, but Python's `round` sends them to the even neighbour: "
        "round(6.5) is 6.",
        source=_changed(ROUND, ("int(scaled + 4) // 8 * 8", "round(scaled / 8) * 8")),
    )
    floor_repeats = wrong(
        "You round the repeats down. A network asked to be deeper would not be: one block at "
        "depth 1.1 stays one. Repeats are rounded up.",
        source=_changed(ROUND, ("math.ceil(repeats * depth)", "int(repeats * depth)")),
    )
    nearest_repeats = wrong(
        "You round the repeats to the nearest number. Repeats are always rounded up.",
        source=_changed(ROUND, ("math.ceil(repeats * depth)", "round(repeats * depth)")),
    )
    swapped = wrong(
        "You exchanged width and depth: width is for the channels, depth for the number of blocks.",
        revisit="Deeper, wider, sharper",
        source=_changed(
            ROUND, ("filters * width", "filters * depth"), ("repeats * depth", "repeats * width")
        ),
    )


COMPOUND = """
def compound(phi, alpha=1.2, beta=1.1, gamma=1.15):
    work = (alpha * beta**2 * gamma**2) ** phi
    return alpha**phi, beta**phi, gamma**phi, work
"""


class Compound(Function):
    name = "compound"
    title = "α, β, γ"
    difficulty = 1
    criteria = (
        Criterion("one", 1, "φ = 0 and φ = 1"),
        Criterion("more", 2, "larger and fractional φ, other constants"),
    )
    tolerance = POWERS
    revisit = "One dial for three"

    def probes(self, rng):
        yield Probe("one", "φ = 1, the paper's constants", args=(1,))
        yield Probe("one", "φ = 0", args=(0, 1.3, 1.05, 1.2))
        yield Probe("more", "φ = 3", args=(3,))
        yield Probe("more", "φ = 0.5", args=(0.5, 1.4, 1.1, 1.1))
        a, b, c = (round(float(v), 3) for v in rng.uniform(1.05, 1.5, 3))
        yield Probe(
            "more", "other constants", args=(2.5,), kwargs={"alpha": a, "beta": b, "gamma": c}
        )

    @accepted("through logarithms, in NumPy")
    def logarithms(phi, alpha=1.2, beta=1.1, gamma=1.15):
        logs = phi * np.log([alpha, beta, gamma])
        return (*np.exp(logs), np.exp(logs @ [1, 2, 2]))

    @accepted("work from the three factors")
    def from_factors(phi, alpha=1.2, beta=1.1, gamma=1.15):
        depth, width, resolution = pow(alpha, phi), pow(beta, phi), pow(gamma, phi)
        return depth, width, resolution, depth * width * width * resolution * resolution

    @accepted("one loop")
    def loop(phi, alpha=1.2, beta=1.1, gamma=1.15):
        factors, work = [], 1.0
        for constant, power in ((alpha, 1), (beta, 2), (gamma, 2)):
            factors.append(float(np.float64(constant) ** phi))
            work *= factors[-1] ** power
        return tuple([*factors, work])

    swapped = wrong(
        "You let α widen and β deepen, as some notes do. In the paper α is depth, β is width; and "
        "only then the squares stand where the work needs them.",
        source=_changed(
            COMPOUND,
            ("alpha * beta**2", "beta * alpha**2"),
            ("alpha**phi, beta**phi", "beta**phi, alpha**phi"),
        ),
    )
    names_swapped = wrong(
        "Your work is right, but depth and width stand in the wrong order: the first number is "
        "the depth, α to the φ.",
        source=_changed(COMPOUND, ("alpha**phi, beta**phi", "beta**phi, alpha**phi")),
    )
    not_squared = wrong(
        "You multiply the three factors. Twice the width is four times the work, and so is twice "
        "the resolution; look at the measured table again.",
        revisit="Deeper, wider, sharper",
        source=_changed(COMPOUND, ("alpha * beta**2 * gamma**2", "alpha * beta * gamma")),
    )
    all_squared = wrong(
        "You square the depth as well. Twice as many blocks do twice the work, not four times.",
        revisit="Deeper, wider, sharper",
        source=_changed(COMPOUND, ("alpha * beta**2", "alpha**2 * beta**2")),
    )
    resolution_once = wrong(
        "You do not square the resolution. An image has two sides, and both grow.",
        revisit="Deeper, wider, sharper",
        source=_changed(COMPOUND, ("* gamma**2", "* gamma")),
    )
    about_two = wrong(
        "You say 2 to the φ. The constants are only *near* 2, and the error is raised to the φ as "
        "well; compute the work from them.",
        source=_changed(COMPOUND, ("(alpha * beta**2 * gamma**2) ** phi", "2**phi")),
    )
    times_phi = wrong(
        "You multiply by φ. Every step of φ multiplies once more: φ is an exponent, and φ = 0 is "
        "B0 itself.",
        source=_changed(
            COMPOUND,
            (") ** phi", ") * phi"),
            ("alpha**phi, beta**phi, gamma**phi", "alpha * phi, beta * phi, gamma * phi"),
        ),
    )
    work_of_one_step = wrong(
        "Your work is that of one step. With φ steps it is multiplied φ times.",
        source=_changed(COMPOUND, (") ** phi", ")")),
    )


NETWORK = """
def efficientnet(width, depth, resolution, classes=1000):
    def unit(x, filters, kernel_size, stride):
        filters, _ = round_stage(filters, 1, width, 1)
        x = layers.Conv2D(filters, kernel_size, stride, "same", use_bias=False)(x)
        return layers.Activation("silu")(layers.BatchNormalization(epsilon=1e-3)(x))

    inputs = keras.Input((resolution, resolution, 3))
    x = unit(inputs, 32, 3, 2)
    for kernel_size, expansion, filters, repeats, stride in B0:
        filters, repeats = round_stage(filters, repeats, width, depth)
        for i in range(repeats):
            x = mbconv(x, filters, kernel_size, stride if i == 0 else 1, expansion)
    x = layers.GlobalAveragePooling2D()(unit(x, 1280, 1, 1))
    return keras.Model(inputs, layers.Dense(classes, activation="softmax")(x))
"""


class EfficientNet(Model):
    name = "efficientnet"
    title = "The whole family"
    difficulty = 3
    criteria = (
        Criterion("shape", 1, "one probability a class"),
        Criterion("parameters", 2, "the published numbers of parameters"),
        Criterion("behaviour", 2, "the same probabilities with the same weights"),
    )
    tolerance = FLOAT32
    revisit = "Exercise 6 · The whole family"

    def probes(self, rng):
        yield Probe(
            None,
            "a narrow, shallow one for images of 32",
            args=(0.3, 0.5, 32),
            kwargs={"classes": 5},
            input_shape=(32, 32, 3),
        )
        yield Probe(
            None,
            "B2",
            args=(1.1, 1.2, 260),
            input_shape=(260, 260, 3),
            aspects=("shape", "parameters"),
            symbolic=True,
        )

    @accepted("a list of all blocks first")
    def list_first(width, depth, resolution, classes=1000):
        todo = []
        for k, e, f, n, s in B0:  # noqa: F821
            f, n = round_stage(f, n, width, depth)  # noqa: F821
            todo += [(f, k, s, e)] + [(f, k, 1, e)] * (n - 1)
        inputs = x = keras.Input(shape=(resolution, resolution, 3))
        first, last = (round_stage(f, 1, width, 1)[0] for f in (32, 1280))  # noqa: F821
        x = layers.Conv2D(first, 3, strides=2, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization(epsilon=1e-3)(x)
        x = ops.silu(x)
        for block in todo:
            x = mbconv(x, *block)  # noqa: F821
        x = layers.Conv2D(last, 1, use_bias=False)(x)
        x = layers.BatchNormalization(epsilon=1e-3)(x)
        x = ops.silu(x)
        x = ops.mean(x, axis=(1, 2))
        return keras.Model(inputs, ops.softmax(layers.Dense(classes)(x)))

    @accepted("body and head as two models")
    def two_models(width, depth, resolution, classes=1000):
        def channels(filters):
            return round_stage(filters, 1, width, 1)[0]  # noqa: F821

        image = keras.Input((resolution, resolution, 3))
        x = layers.Conv2D(channels(32), 3, 2, padding="same", use_bias=False)(image)
        x = layers.Activation("swish")(layers.BatchNormalization(epsilon=0.001)(x))
        for kernel_size, expansion, filters, repeats, stride in B0:  # noqa: F821
            for _ in range(round_stage(8, repeats, 1, depth)[1]):  # noqa: F821
                x = mbconv(x, channels(filters), kernel_size, stride, expansion)  # noqa: F821
                stride = 1
        head = keras.Sequential(
            [
                layers.Conv2D(channels(1280), 1, use_bias=False),
                layers.BatchNormalization(epsilon=0.001),
                layers.Activation("swish"),
                layers.GlobalAveragePooling2D(),
                layers.Dense(classes, "softmax"),
            ]
        )
        return keras.Model(image, head(x))

    @accepted("with dropout before the last layer")
    def with_dropout(width, depth, resolution, classes=1000):
        inputs = keras.Input((resolution, resolution, 3))
        x = inputs
        rows = [(3, None, 32, 1, 2), *B0, (1, None, 1280, 1, 1)]  # noqa: F821
        for k, e, filters, n, stride in rows:
            filters, n = round_stage(filters, n, width, depth if e else 1)  # noqa: F821
            for i in range(n):
                step = stride if i == 0 else 1
                if e:
                    x = mbconv(x, filters, k, step, e)  # noqa: F821
                    continue
                x = layers.Conv2D(filters, k, step, "same", use_bias=False)(x)
                x = layers.BatchNormalization(epsilon=1e-3)(x)
                x = layers.Activation("silu")(x)
        x = layers.Dropout(0.2)(layers.GlobalAveragePooling2D()(x))
        return keras.Model(inputs, layers.Dense(classes, activation="softmax")(x))

    fixed_ends = wrong(
        "Your first and last convolution are not scaled with the width. That is EfficientNet-"
        "Lite; in B1 to B7 both grow.",
        source=_changed(NETWORK, ("        filters, _ = round_stage(filters, 1, width, 1)\n", "")),
    )
    swapped = wrong(
        "You exchanged width and depth somewhere: width is for the channels, depth for the number "
        "of blocks.",
        revisit="Deeper, wider, sharper",
        source=_changed(NETWORK, ("repeats, width, depth)", "repeats, depth, width)")),
    )
    every_block_strides = wrong(
        "Every block of a stage has the stride in your network. Only the first one shrinks the "
        "map; what comes after keeps its size.",
        source=_changed(NETWORK, ("stride if i == 0 else 1", "stride")),
    )
    no_head = wrong(
        "The 1×1 convolution to 1280 channels is missing: row 9 of the table comes before the "
        "average.",
        source=_changed(NETWORK, ("unit(x, 1280, 1, 1)", "x")),
    )
    unrounded = wrong(
        "You scale the filters to whole numbers without rounding them to multiples of 8.",
        revisit="Whole numbers",
        source=_changed(
            NETWORK,
            (
                "filters, repeats = round_stage(filters, repeats, width, depth)",
                "filters, repeats = int(filters * width), math.ceil(repeats * depth)",
            ),
        ),
    )
    not_deeper = wrong(
        "Your network never gets deeper: the repeats stay those of B0.",
        revisit="Deeper, wider, sharper",
        source=_changed(NETWORK, ("repeats, width, depth)", "repeats, width, 1)")),
    )
    one_block_a_stage = wrong(
        "You build one block a stage. The table's last column says how often it is repeated.",
        source=_changed(NETWORK, ("in range(repeats)", "in range(1)")),
    )
    logits = wrong(
        "Your network ends in scores. Probabilities are asked for, as in Keras Applications.",
        source=_changed(NETWORK, (', activation="softmax"', "")),
    )
    stem_keeps_size = wrong(
        "Your first convolution has no stride. It halves the image before the first block.",
        source=_changed(NETWORK, ("unit(inputs, 32, 3, 2)", "unit(inputs, 32, 3, 1)")),
    )
    relu_ends = wrong(
        "Your first and last convolution have ReLU. Swish is used everywhere in EfficientNet.",
        source=_changed(NETWORK, ('Activation("silu")', 'Activation("relu")')),
    )


class Quiz(Choices):
    name = "quiz"
    title = "Quiz"
    revisit = "The answer"
    questions: ClassVar = {
        "q1": (
            "SE adds 10 % to ResNet-50's parameters, but 0.06 % to its multiply-adds. Why?",
            {
                "a": "Sigmoids are cheap.",
                "b": "Its dense layers see a vector, so each weight is used once an image.",
                "c": "It stands in the last stage only.",
                "d": "The reduction ratio divides the work, not the parameters.",
            },
        ),
        "q2": (
            "Width 2, depth 1, resolution 1: about how much more work?",
            {"a": "twice", "b": "three times", "c": "four times", "d": "eight times"},
        ),
        "q3": (
            "Which does β scale in the paper?",
            {"a": "depth", "b": "width", "c": "resolution", "d": "the learning rate"},
        ),
        "q4": (
            "MBConv with 40 channels coming in, expansion 6. How many units has the gates' middle?",
            {"a": "10", "b": "15", "c": "40", "d": "60"},
        ),
        "q5": (
            "What does no EfficientNet-Lite have?",
            {
                "a": "depthwise convolutions",
                "b": "shortcuts",
                "c": "batch normalisation",
                "d": "gates",
            },
        ),
        "q6": (
            "B7 has depth 3.1, width 2.0 and 600 pixels. Which φ is that?",
            {"a": "6", "b": "7", "c": "7.3", "d": "no single one"},
        ),
    }
    because: ClassVar = {
        "q1": {
            "a": "Activations are not counted at all. Ask how often each weight is used.",
            "c": "It stands in all sixteen blocks.",
            "d": "It divides both alike.",
        },
        "q2": {
            "a": "Both sides of a weight matrix grow: the channels that come in, too.",
            "b": "Think of a 1×1 convolution from c to c channels.",
            "d": "That would be width and depth together.",
        },
        "q3": {
            "a": "Depth is α; it stands in the constraint without a square.",
            "c": "Resolution is γ.",
            "d": "The three constants scale the network, not its training.",
        },
        "q4": {
            "b": "That is a sixteenth of the expanded channels, SENet's ratio.",
            "c": "That would be no reduction at all.",
            "d": "That is a quarter of the expanded channels. The quarter is of what comes in.",
        },
        "q5": {
            "a": "They are the middle of every block.",
            "b": "They are where they were; only the gates and swish are gone.",
            "c": "Every convolution has one. It can be folded into the weights afterwards.",
        },
        "q6": {
            "a": "That fits the depth alone, nearly.",
            "b": "That fits the resolution alone.",
            "c": "That fits the width alone.",
        },
    }
