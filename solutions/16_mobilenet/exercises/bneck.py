"""What is right in `bneck`, and what students get wrong."""

import keras
from keras import layers

from autograder.exercise import SUMS_32, Block, Build, Criterion, accepted, wrong

# The three bugs of the draft.
FIXED_KERNEL = {"kernel_size, stride, padding": "3, stride, padding"}
FIXED_ACTIVATION = {
    "\n    y = layers.Activation(activation)": '\n    y = layers.Activation("relu")',
}
LATE_SQUEEZE = {
    "    if squeeze:\n        y = squeeze_excite(y)\n": "",
    "return": "if squeeze:\n        y = squeeze_excite(y)\n    return",
}


class Bneck(Block):
    title = "Find the bugs"
    difficulty = 3
    criteria = (
        Criterion("shape", 1, "the size by the stride, the channels asked for"),
        Criterion("parameters", 2, "the parameters, trainable and not"),
        Criterion("behaviour", 3, "the same values with the same weights"),
    )
    tolerance = SUMS_32
    revisit = "MobileNet V3: searched, not drawn"

    def probes(self, rng):
        swish = (4, 3, 1, 12, False, "hard_silu")
        yield Build("hard_silu", args=swish, input_shape=(5, 6, 4))
        weighed = (6, 3, 2, 16, True, "relu")
        yield Build("squeeze, stride 2", args=weighed, input_shape=(6, 8, 5))
        large = (5, 5, 1, 20, False, "relu")
        yield Build("a 5×5 kernel", args=large, input_shape=(7, 6, 3))
        every = (8, 5, 1, 24, True, "hard_silu")
        yield Build("everything, a shortcut", args=every, input_shape=(6, 6, 8))
        narrow = (8, 3, 1, 8, True, "relu")
        yield Build("no expansion, a shortcut", args=narrow, input_shape=(5, 5, 8))
        f, c = (int(v) for v in rng.integers((9, 3), (40, 30)))
        yield Build(
            f"{f} filters on {c} channels",
            args=(f, 3, 2, 2 * c, True, "relu"),
            input_shape=(6, 8, c),
            aspects=("shape", "parameters"),
            symbolic=True,
        )

    @accepted("a helper for convolution and normalisation")
    def helper(x, filters, kernel_size, stride, expanded, squeeze, activation):
        def normalised(y, layer):
            return layers.BatchNormalization(epsilon=1e-3)(layer(y))

        y = x
        if x.shape[-1] != expanded:
            y = normalised(y, layers.Conv2D(expanded, 1, use_bias=False))
            y = layers.Activation(activation)(y)
        y = normalised(y, layers.DepthwiseConv2D(kernel_size, stride, "same", use_bias=False))
        y = layers.Activation(activation)(y)
        y = squeeze_excite(y) if squeeze else y
        y = normalised(y, layers.Conv2D(filters, 1, use_bias=False))
        return y + x if x.shape == y.shape else y

    @accepted("activations as operations, conditions spelled out")
    def operations(x, filters, kernel_size, stride, expanded, squeeze, activation):
        act = getattr(keras.ops, activation)
        out = x
        if expanded != x.shape[3]:
            out = layers.Conv2D(expanded, 1, padding="same", use_bias=False)(out)
            out = act(layers.BatchNormalization()(out))
        out = layers.DepthwiseConv2D(
            (kernel_size, kernel_size), strides=(stride, stride), padding="same", use_bias=False
        )(out)
        out = act(layers.BatchNormalization()(out))
        if squeeze:
            out = squeeze_excite(out)
        out = layers.BatchNormalization()(layers.Conv2D(filters, 1, use_bias=False)(out))
        if stride == 1 and x.shape[3] == filters:
            out = layers.add([x, out])
        return out

    @accepted("a list of steps")
    def steps(x, filters, kernel_size, stride, expanded, squeeze, activation):
        path = []
        if expanded != x.shape[-1]:
            path += [layers.Conv2D(expanded, 1, use_bias=False)]
            path += [layers.BatchNormalization(epsilon=1e-3), layers.Activation(activation)]
        path += [layers.DepthwiseConv2D(kernel_size, stride, "same", use_bias=False)]
        path += [layers.BatchNormalization(epsilon=1e-3), layers.Activation(activation)]
        path += [squeeze_excite] if squeeze else []
        path += [layers.Conv2D(filters, 1, use_bias=False), layers.BatchNormalization(epsilon=1e-3)]
        y = x
        for step in path:
            y = step(y)
        return layers.Add()([y, x]) if y.shape == x.shape else y

    draft = wrong(
        "This is the draft as it was, with all three bugs. Go through the arguments: two of them "
        "have no effect where they should. Then through the order of the steps.",
        change={**FIXED_KERNEL, **FIXED_ACTIVATION, **LATE_SQUEEZE},
    )
    fixed_kernel = wrong(
        "One bug is left: your depthwise kernel is 3×3, whatever size is asked for.",
        change=FIXED_KERNEL,
    )
    fixed_activation = wrong(
        "One bug is left, and it shows in values only: which activation follows the depthwise "
        "step when hard_silu is asked for?",
        change=FIXED_ACTIVATION,
    )
    late_squeeze = wrong(
        "One bug is left: your block weighs the few channels of its result. V3 weighs the many "
        "channels inside.",
        change=LATE_SQUEEZE,
    )
    kernel_mended = wrong(
        "Two bugs are left. The kernel is right now. Where are the channels weighed, and what "
        "follows the depthwise step?",
        change={**FIXED_ACTIVATION, **LATE_SQUEEZE},
    )
    activation_mended = wrong(
        "Two bugs are left. The activation is right now. Look at the size of the kernel, and at "
        "where the channels are weighed.",
        change={**FIXED_KERNEL, **LATE_SQUEEZE},
    )
    squeeze_mended = wrong(
        "Two bugs are left. The channels are weighed in the right place now. Both others are "
        "arguments that have no effect.",
        change={**FIXED_KERNEL, **FIXED_ACTIVATION},
    )
    squeeze_before_depthwise = wrong(
        "You weigh the channels before the depthwise step. In V3 that comes after it and its "
        "activation.",
        change={
            "    if squeeze:\n        y = squeeze_excite(y)\n": "",
            "    y = layers.DepthwiseConv2D": (
                "    if squeeze:\n        y = squeeze_excite(y)\n    y = layers.DepthwiseConv2D"
            ),
        },
    )
    projection_activated = wrong(
        "You put an activation behind the projection. The bottleneck is linear in V3 as in V2.",
        change={
            "y = layers.BatchNormalization(epsilon=1e-3)(y)": (
                "y = layers.Activation(activation)(layers.BatchNormalization(epsilon=1e-3)(y))"
            )
        },
        revisit="What ReLU costs in few channels",
    )
    always_expanded = wrong(
        "Your block has an expansion layer even where x has as many channels as `expanded` asks "
        "for. The draft was right there.",
        change={"expanded != x.shape[-1]": "True"},
    )
    no_shortcut = wrong(
        "Your block never adds its input. The draft was right there.",
        change={"layers.Add()([x, y]) if x.shape == y.shape else y": "y"},
    )
    always_squeezed = wrong(
        "Your block weighs its channels always; the argument `squeeze` says whether it should.",
        change={"if squeeze": "if True"},
    )

    squeeze_before_activation = wrong(
        "You weigh the channels before the depthwise step is activated. The squeeze reads what "
        "comes out of the activation.",
        change={
            "y = layers.Activation(activation)(layers.BatchNormalization(epsilon=1e-3)(y))\n"
            "    if squeeze:\n        y = squeeze_excite(y)": (
                "y = layers.BatchNormalization(epsilon=1e-3)(y)\n"
                "    if squeeze:\n        y = squeeze_excite(y)\n"
                "    y = layers.Activation(activation)(y)"
            )
        },
    )

    depthwise_linear = wrong(
        "Nothing activates your depthwise step.",
        change={
            "y = layers.Activation(activation)(layers.BatchNormalization(epsilon=1e-3)(y))\n"
            "    if squeeze:": ("y = layers.BatchNormalization(epsilon=1e-3)(y)\n    if squeeze:")
        },
    )
