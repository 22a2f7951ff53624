"""What is right in `mbconv`, and what students get wrong."""

import keras
from keras import layers, ops

from autograder.exercise import DEEP_32, Block, Build, Criterion, accepted, wrong


class MBConv(Block):
    title = "The block"
    difficulty = 2
    criteria = (
        Criterion("shape", 1, "filters maps, smaller by the stride"),
        Criterion("parameters", 2, "as many parameters as published"),
        Criterion("behaviour", 3, "the same outputs with the same weights"),
    )
    tolerance = DEEP_32
    revisit = "MBConv"

    def probes(self, rng):
        yield Build("8 channels to 8, stride 1", args=(8, 3, 1, 6), input_shape=(6, 5, 8))
        yield Build("8 channels to 12, stride 1", args=(12, 5, 1, 6), input_shape=(5, 6, 8))
        yield Build("8 channels to 8, stride 2", args=(8, 5, 2, 4), input_shape=(7, 6, 8))
        yield Build("12 channels to 8, expansion 1", args=(8, 3, 1, 1), input_shape=(4, 6, 12))
        yield Build(
            "as in Lite: ReLU6, no gates",
            args=(8, 3, 1, 6),
            kwargs={"activation": "relu6", "gates": False},
            input_shape=(5, 5, 8),
        )
        f, c = (int(v) for v in rng.integers((9, 3), (40, 30)))
        yield Build(
            f"{f} filters on {c} channels",
            args=(f, 3, 2, 4),
            input_shape=(7, 6, c),
            aspects=("shape", "parameters"),
            symbolic=True,
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
            lambda t: squeeze_excite(t, x.shape[-1] // 4, activation) if gates else t,
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
        y = squeeze_excite(y, channels // 4, activation) if gates else y
        y = unit(y, layers.Dense(filters, use_bias=False), active=False)
        shortcut = stride == 1 and filters == channels
        return layers.Add()([x, y]) if shortcut else y

    gates_last = wrong(
        "Your gates stand behind the projection. In MBConv they weigh the many channels of the "
        "expanded middle, before the projection chooses among them.",
        change={
            (
                "    if gates:\n        y = squeeze_excite(y, max(1, channels // 4), activation)\n"
            ): "",
            "    return": (
                "    if gates:\n"
                "        y = squeeze_excite(y, max(1, channels // 4), activation)\n"
                "    return"
            ),
        },
    )
    quarter_of_expanded = wrong(
        "Your gates squeeze to a quarter of the expanded channels. The quarter is taken of the "
        "channels that come into the block, as the parameter count of B0 shows.",
        change={"channels // 4": "y.shape[-1] // 4"},
    )
    active_projection = wrong(
        "You have an activation after the projection. It is linear: few channels, and an "
        "activation there would lose what they carry (lesson 16).",
        change={"    return": "    y = layers.Activation(activation)(y)\n    return"},
    )
    projected_shortcut = wrong(
        "Where shapes differ you project the shortcut, as ResNet does. MBConv then has no "
        "shortcut at all.",
        change={"else y": "else layers.Conv2D(filters, 1, stride, use_bias=False)(x) + y"},
    )
    added_anyway = wrong(
        "You add the input although stride or channels differ: those shapes do not fit. Which "
        "blocks have a shortcut?",
        change={"stride == 1 and channels == filters": "True"},
    )
    no_shortcut = wrong(
        "Your block has no shortcut. Where shapes allow it, the input is added to the output.",
        change={"layers.Add()([x, y]) if stride == 1 and channels == filters else y": "y"},
    )
    expands_filters = wrong(
        "You expand `expansion` times the channels that go *out*. The expansion is counted from "
        "the channels that come in.",
        change={"expansion * channels": "expansion * filters"},
    )
    expands_by_one = wrong(
        "You have an expanding convolution where the expansion is 1. There the block begins with "
        "the depthwise convolution.",
        change={"expansion > 1": "True"},
    )
    relu6 = wrong(
        "Your convolutions have ReLU6, as MobileNetV2's. EfficientNet has swish; ReLU6 comes back "
        "in EfficientNet-Lite.",
        change={
            "        y = layers.Activation(activation)": '        y = layers.Activation("relu6")',
            "\n    y = layers.Activation(activation)": '\n    y = layers.Activation("relu6")',
        },
    )
    no_gates = wrong(
        "Your block has no gates: this is MobileNetV2's block with swish.",
        change={"if gates": "if False"},
    )
    gates_with_relu = wrong(
        "Your gates have ReLU in the middle. SENet has that; EfficientNet has swish there, too.",
        change={"max(1, channels // 4), activation": "max(1, channels // 4)"},
    )
    always_gates = wrong(
        "Your block has gates whatever `gates` says. EfficientNet-Lite goes without.",
        change={"if gates": "if True"},
    )
    always_swish = wrong(
        "Your convolutions have swish whatever `activation` says. EfficientNet-Lite has ReLU6.",
        change={
            "        y = layers.Activation(activation)": '        y = layers.Activation("silu")',
            "\n    y = layers.Activation(activation)": '\n    y = layers.Activation("silu")',
        },
    )
    stride_first = wrong(
        "The stride is in your first 1×1 convolution: it would skip three of four places before "
        "anybody looked at them. The depthwise convolution takes the stride.",
        change={
            "channels, 1, use_bias": "channels, 1, stride, use_bias",
            'kernel_size, stride, "same"': ('kernel_size, 1 if expansion > 1 else stride, "same"'),
        },
    )
    with_biases = wrong(
        "Your convolutions have biases. Each is followed by batch normalisation, which takes any "
        "bias away again (lesson 10).",
        change={
            "channels, 1, use_bias=False": "channels, 1",
            '"same", use_bias=False': '"same"',
            "filters, 1, use_bias=False": "filters, 1",
        },
    )
    full_convolution = wrong(
        "Your middle convolution mixes all channels. A depthwise one filters each channel by "
        "itself; that is why expanding is affordable.",
        change={"layers.DepthwiseConv2D(kernel_size": "layers.Conv2D(y.shape[-1], kernel_size"},
    )
