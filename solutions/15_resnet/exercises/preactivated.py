"""What is right in `preactivated`, and what students get wrong."""

from keras import layers, ops

from autograder.exercise import Block, Build, accepted, wrong

from ._shared import _SHAPES, FLOAT32


class Preactivated(Block):
    title = "Activate before you convolve"
    difficulty = 2
    criteria = _SHAPES
    tolerance = FLOAT32
    revisit = "Pre-activation"

    def probes(self, rng):
        yield Build("same shape: the identity", args=(4, 1), input_shape=(3, 5, 4))
        yield Build("more channels, stride 1", args=(5, 1), input_shape=(4, 3, 3))
        yield Build("same channels, stride 2", args=(4, 2), input_shape=(6, 5, 4))

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

    @wrong(
        "There is a ReLU after your sum. Then nothing negative can travel along the shortcuts; "
        "with pre-activation the sum is handed on as it is."
    )
    def relu_after(x, filters, stride):
        first = activated(x)
        y = layers.Conv2D(filters, 3, stride, "same", use_bias=False)(first)
        y = layers.Conv2D(filters, 3, padding="same", use_bias=False)(activated(y))
        if x.shape != y.shape:
            x = layers.Conv2D(filters, 1, stride, use_bias=False)(first)
        return layers.ReLU()(layers.Add()([x, y]))

    @wrong(
        "Where the shapes agree, you add the normalised, activated input. The identity is the "
        "point: the shortcut carries x untouched."
    )
    def activated_shortcut(x, filters, stride):
        x = activated(x)
        y = layers.Conv2D(filters, 3, stride, "same", use_bias=False)(x)
        y = layers.Conv2D(filters, 3, padding="same", use_bias=False)(activated(y))
        if x.shape != y.shape:
            x = layers.Conv2D(filters, 1, stride, use_bias=False)(x)
        return layers.Add()([x, y])

    @wrong(
        "Your projection starts from the raw input. In this exercise it starts from the input that "
        "has been normalised and activated, as the branch does."
    )
    def raw_projection(x, filters, stride):
        y = layers.Conv2D(filters, 3, stride, "same", use_bias=False)(activated(x))
        y = layers.Conv2D(filters, 3, padding="same", use_bias=False)(activated(y))
        if x.shape != y.shape:
            x = layers.Conv2D(filters, 1, stride, use_bias=False)(x)
        return layers.Add()([x, y])

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

    @wrong("You apply ReLU before the normalisation. The order is normalise, ReLU, convolve.")
    def relu_first(x, filters, stride):
        first = layers.BatchNormalization(epsilon=1e-5)(layers.ReLU()(x))
        y = layers.Conv2D(filters, 3, stride, "same", use_bias=False)(first)
        y = layers.BatchNormalization(epsilon=1e-5)(layers.ReLU()(y))
        y = layers.Conv2D(filters, 3, padding="same", use_bias=False)(y)
        if x.shape != y.shape:
            x = layers.Conv2D(filters, 1, stride, use_bias=False)(first)
        return layers.Add()([x, y])

    @wrong("Your projection is normalised. In this block nothing stands after the 1×1 convolution.")
    def normalised_projection(x, filters, stride):
        first = activated(x)
        y = layers.Conv2D(filters, 3, stride, "same", use_bias=False)(first)
        y = layers.Conv2D(filters, 3, padding="same", use_bias=False)(activated(y))
        if x.shape != y.shape:
            x = normalised(first, filters, 1, stride)
        return layers.Add()([x, y])

    @wrong(
        "You normalise and activate before the first convolution only. The second one needs its "
        "own."
    )
    def once_only(x, filters, stride):
        first = activated(x)
        y = layers.Conv2D(filters, 3, stride, "same", use_bias=False)(first)
        y = layers.Conv2D(filters, 3, padding="same", use_bias=False)(y)
        if x.shape != y.shape:
            x = layers.Conv2D(filters, 1, stride, use_bias=False)(first)
        return layers.Add()([x, y])

    @wrong("You project every shortcut, also where the shapes agree and x itself can be added.")
    def always_projects(x, filters, stride):
        first = activated(x)
        y = layers.Conv2D(filters, 3, stride, "same", use_bias=False)(first)
        y = layers.Conv2D(filters, 3, padding="same", use_bias=False)(activated(y))
        return layers.Add()([layers.Conv2D(filters, 1, stride, use_bias=False)(first), y])

    @wrong("Your convolutions have biases; here none of them has one.")
    def with_biases(x, filters, stride):
        first = activated(x)
        y = layers.Conv2D(filters, 3, stride, "same")(first)
        y = layers.Conv2D(filters, 3, padding="same")(activated(y))
        if x.shape != y.shape:
            x = layers.Conv2D(filters, 1, stride)(first)
        return layers.Add()([x, y])

    @wrong(
        "You normalise the input twice, once for the branch and once for the projection. Two "
        "normalisations have two sets of parameters; both ways start from the same one."
    )
    def two_normalisations(x, filters, stride):
        y = layers.Conv2D(filters, 3, stride, "same", use_bias=False)(activated(x))
        y = layers.Conv2D(filters, 3, padding="same", use_bias=False)(activated(y))
        if x.shape != y.shape:
            x = layers.Conv2D(filters, 1, stride, use_bias=False)(activated(x))
        return layers.Add()([x, y])

    @wrong(
        "Your stride is in the second 3×3 convolution. The first one has it, so that both of them "
        "give small maps."
    )
    def stride_late(x, filters, stride):
        first = activated(x)
        y = layers.Conv2D(filters, 3, padding="same", use_bias=False)(first)
        y = layers.Conv2D(filters, 3, stride, "same", use_bias=False)(activated(y))
        if x.shape != y.shape:
            x = layers.Conv2D(filters, 1, stride, use_bias=False)(first)
        return layers.Add()([x, y])
