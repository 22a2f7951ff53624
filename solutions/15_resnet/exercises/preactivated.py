"""What is right in `preactivated`, and what students get wrong."""

from keras import layers, ops

from autograder.exercise import SUMS_32, Block, Build, accepted, wrong

from ._shared import _SHAPES


class Preactivated(Block):
    title = "Activate before you convolve"
    difficulty = 2
    criteria = _SHAPES
    tolerance = SUMS_32
    revisit = "Pre-activation"

    def probes(self, rng):
        yield Build("same shape: the identity", args=(4, 1), input_shape=(3, 5, 4))
        yield Build("more channels, stride 1", args=(5, 1), input_shape=(4, 3, 3))
        yield Build("same channels, stride 2", args=(4, 2), input_shape=(6, 5, 4))
        f, c = (int(v) for v in rng.integers((9, 3), (40, 30)))
        yield Build(
            f"{f} filters on {c} channels",
            args=(f, 2),
            input_shape=(6, 5, c),
            aspects=("shape", "parameters"),
            symbolic=True,
        )

    @accepted("layers spelled out")
    def spelled_out(x, filters, stride):
        ready = layers.BatchNormalization(epsilon=1e-5)(x)
        ready = layers.Activation("relu")(ready)
        if stride != 1 or x.shape[-1] != filters:
            x = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(ready)
        y = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(ready)
        y = layers.BatchNormalization(epsilon=1e-5)(y)
        y = layers.Activation("relu")(y)
        y = layers.Conv2D(filters, 3, padding="same", use_bias=False)(y)
        return layers.Add()([x, y])

    @accepted("operations for layers")
    def with_ops(x, filters, stride):
        def conv(y, kernel, s):
            return layers.Conv2D(filters, kernel, s, padding="same", use_bias=False)(y)

        first = ops.relu(layers.BatchNormalization(epsilon=1e-5)(x))
        y = conv(first, 3, stride)
        y = conv(ops.relu(layers.BatchNormalization(epsilon=1e-5)(y)), 3, 1)
        return y + (x if x.shape == y.shape else conv(first, 1, stride))

    @accepted("the branch as a list of layers")
    def as_list(x, filters, stride):
        def norm_relu(y):
            return layers.ReLU()(layers.BatchNormalization(epsilon=1e-5)(y))

        h = y = norm_relu(x)
        steps = [
            layers.Conv2D(filters, 3, stride, "same", use_bias=False),
            norm_relu,
            layers.Conv2D(filters, 3, 1, "same", use_bias=False),
        ]
        for step in steps:
            y = step(y)
        same = x.shape == y.shape
        return layers.add([x if same else layers.Conv2D(filters, 1, stride, use_bias=False)(h), y])

    relu_after = wrong(
        "There is a ReLU after your sum. Then nothing negative can travel along the shortcuts; "
        "with pre-activation the sum is handed on as it is.",
        change={"layers.Add()([x, y])": "layers.ReLU()(layers.Add()([x, y]))"},
    )

    activated_shortcut = wrong(
        "Where the shapes agree, you add the normalised, activated input. The identity is the "
        "point: the shortcut carries x untouched.",
        change={"first = activated(x)": "first = x = activated(x)"},
    )

    raw_projection = wrong(
        "Your projection starts from the raw input. In this exercise it starts from the input that "
        "has been normalised and activated, as the branch does.",
        change={"conv(1, strides=stride)(first)": "conv(1, strides=stride)(x)"},
    )

    @wrong(
        "You convolve first and normalise after it, as in the first paper. Here normalisation and "
        "ReLU come before each convolution."
    )
    def post_activation(x, filters, stride):
        y = layers.ReLU()(normalised(x, filters, 3, stride))
        y = normalised(y, filters, 3)
        if x.shape != y.shape:
            x = normalised(x, filters, 1, stride)
        return layers.ReLU()(layers.Add()([x, y]))

    relu_first = wrong(
        "You apply ReLU before the normalisation. The order is normalise, ReLU, convolve.",
        change={
            "layers.ReLU()(layers.BatchNormalization(epsilon=1e-5)(y))": (
                "layers.BatchNormalization(epsilon=1e-5)(layers.ReLU()(y))"
            )
        },
        of=as_list,
    )

    normalised_projection = wrong(
        "Your projection is normalised. In this block nothing stands after the 1×1 convolution.",
        change={"conv(1, strides=stride)(first)": "normalised(first, filters, 1, stride)"},
    )

    once_only = wrong(
        "You normalise and activate before the first convolution only. The second one needs its "
        "own.",
        change={"activated(y)": "y"},
    )

    always_projects = wrong(
        "You project every shortcut, also where the shapes agree and x itself can be added.",
        change={"x.shape != y.shape": "True"},
    )

    with_biases = wrong(
        "Your convolutions have biases; here none of them has one.",
        change={"use_bias=False": "use_bias=True"},
    )

    two_normalisations = wrong(
        "You normalise the input twice, once for the branch and once for the projection. Two "
        "normalisations have two sets of parameters; both ways start from the same one.",
        change={"conv(1, strides=stride)(first)": "conv(1, strides=stride)(activated(x))"},
    )

    stride_late = wrong(
        "Your stride is in the second 3×3 convolution. The first one has it, so that both of them "
        "give small maps.",
        change={
            "conv(3, strides=stride)": "conv(3)",
            "conv(3)(activated(y))": "conv(3, strides=stride)(activated(y))",
        },
    )

    keras_epsilon = wrong(
        "Your normalisations have Keras's default for ε. This block has another one, as the "
        "exercise says.",
        change={"layers.BatchNormalization(epsilon=1e-5)(y)": "layers.BatchNormalization()(y)"},
        of=as_list,
    )
