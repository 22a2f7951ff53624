"""What is right in `bottleneck`, and what students get wrong."""

from keras import layers, ops

from autograder.exercise import Block, Build, accepted, wrong

from ._shared import _SHAPES, FLOAT32


class Bottleneck(Block):
    title = "The bottleneck"
    difficulty = 2
    criteria = _SHAPES
    tolerance = FLOAT32
    revisit = "The bottleneck"

    def probes(self, rng):
        yield Build("same shape: no projection", args=(4, 1), input_shape=(3, 5, 16))
        yield Build("more channels, stride 1", args=(4, 1), input_shape=(4, 3, 5))
        yield Build("stride 2, on the 3×3 unless told", args=(4, 2), input_shape=(6, 4, 16))
        options = {"stride_on": 1, "bias": True, "epsilon": 0.3}
        label = "stride 2 on the first 1×1, bias and epsilon passed on"
        yield Build(label, args=(4, 2), kwargs=options, input_shape=(5, 4, 6))

    @accepted("a loop over the three convolutions")
    def loop(x, filters, stride, stride_on=3, **options):
        y = x
        for kernel, maps in ((1, filters), (3, filters), (1, 4 * filters)):
            here = stride if kernel == stride_on and maps == filters else 1
            y = normalised(y, maps, kernel, here, **options)
            if maps == filters:
                y = layers.ReLU()(y)
        if x.shape != y.shape:
            x = normalised(x, 4 * filters, 1, stride, **options)
        return layers.ReLU()(layers.Add()([x, y]))

    @accepted("the shortcut first, operations for layers")
    def with_ops(x, filters, stride, stride_on=3, **options):
        wide = filters * 4
        same = stride == 1 and x.shape[-1] == wide
        shortcut = x if same else normalised(x, wide, 1, stride, **options)
        one, three = (stride, 1) if stride_on == 1 else (1, stride)
        y = ops.relu(normalised(x, filters, 1, one, **options))
        y = ops.relu(normalised(y, filters, 3, three, **options))
        return ops.relu(normalised(y, wide, 1, **options) + shortcut)

    @accepted("layers spelled out")
    def spelled_out(x, filters, stride, stride_on=3, bias=False, epsilon=1e-5):
        strides = {1: (stride, 1), 3: (1, stride)}[stride_on]
        y = layers.Conv2D(filters, 1, strides[0], use_bias=bias)(x)
        y = layers.BatchNormalization(epsilon=epsilon)(y)
        y = layers.Activation("relu")(y)
        y = layers.Conv2D(filters, 3, strides[1], padding="same", use_bias=bias)(y)
        y = layers.BatchNormalization(epsilon=epsilon)(y)
        y = layers.Activation("relu")(y)
        y = layers.Conv2D(4 * filters, 1, use_bias=bias)(y)
        y = layers.BatchNormalization(epsilon=epsilon)(y)
        if x.shape[1:] != y.shape[1:]:
            x = layers.Conv2D(4 * filters, 1, stride, use_bias=bias)(x)
            x = layers.BatchNormalization(epsilon=epsilon)(x)
        return layers.Activation("relu")(layers.add([x, y]))

    @wrong(
        "You forgot the expansion: your last convolution has as many maps as the narrow ones. The "
        "block comes back to four times `filters`."
    )
    def no_expansion(x, filters, stride, stride_on=3, **options):
        y = layers.ReLU()(normalised(x, filters, 1, stride if stride_on == 1 else 1, **options))
        y = layers.ReLU()(normalised(y, filters, 3, stride if stride_on == 3 else 1, **options))
        y = normalised(y, filters, 1, **options)
        if x.shape != y.shape:
            x = normalised(x, filters, 1, stride, **options)
        return layers.ReLU()(layers.Add()([x, y]))

    @wrong(
        "Your stride is always in the 3×3 convolution, whatever `stride_on` says.",
        revisit="Where is the stride?",
    )
    def always_on_three(x, filters, stride, stride_on=3, **options):
        y = layers.ReLU()(normalised(x, filters, 1, **options))
        y = layers.ReLU()(normalised(y, filters, 3, stride, **options))
        y = normalised(y, 4 * filters, 1, **options)
        if x.shape != y.shape:
            x = normalised(x, 4 * filters, 1, stride, **options)
        return layers.ReLU()(layers.Add()([x, y]))

    @wrong(
        "Your stride is always in the first 1×1 convolution, whatever `stride_on` says.",
        revisit="Where is the stride?",
    )
    def always_on_one(x, filters, stride, stride_on=3, **options):
        y = layers.ReLU()(normalised(x, filters, 1, stride, **options))
        y = layers.ReLU()(normalised(y, filters, 3, **options))
        y = normalised(y, 4 * filters, 1, **options)
        if x.shape != y.shape:
            x = normalised(x, 4 * filters, 1, stride, **options)
        return layers.ReLU()(layers.Add()([x, y]))

    @wrong(
        "Your stride is in the last 1×1 convolution. There the work on the large maps is done "
        "already; `stride_on` names one of the two convolutions before it.",
        revisit="Where is the stride?",
    )
    def stride_last(x, filters, stride, stride_on=3, **options):
        y = layers.ReLU()(normalised(x, filters, 1, **options))
        y = layers.ReLU()(normalised(y, filters, 3, **options))
        y = normalised(y, 4 * filters, 1, stride, **options)
        if x.shape != y.shape:
            x = normalised(x, 4 * filters, 1, stride, **options)
        return layers.ReLU()(layers.Add()([x, y]))

    @wrong(
        "There is a ReLU after your last normalisation, before the sum. The branch must be able to "
        "take something away from the shortcut."
    )
    def relu_before_add(x, filters, stride, stride_on=3, **options):
        y = layers.ReLU()(normalised(x, filters, 1, stride if stride_on == 1 else 1, **options))
        y = layers.ReLU()(normalised(y, filters, 3, stride if stride_on == 3 else 1, **options))
        y = layers.ReLU()(normalised(y, 4 * filters, 1, **options))
        if x.shape != y.shape:
            x = normalised(x, 4 * filters, 1, stride, **options)
        return layers.ReLU()(layers.Add()([x, y]))

    @wrong("Your block ends with the sum; the ReLU after it is missing.")
    def no_last_relu(x, filters, stride, stride_on=3, **options):
        y = layers.ReLU()(normalised(x, filters, 1, stride if stride_on == 1 else 1, **options))
        y = layers.ReLU()(normalised(y, filters, 3, stride if stride_on == 3 else 1, **options))
        y = normalised(y, 4 * filters, 1, **options)
        if x.shape != y.shape:
            x = normalised(x, 4 * filters, 1, stride, **options)
        return layers.Add()([x, y])

    @wrong(
        "Your projection has `filters` maps, the branch four times as many: they cannot be added."
    )
    def narrow_projection(x, filters, stride, stride_on=3, **options):
        y = layers.ReLU()(normalised(x, filters, 1, stride if stride_on == 1 else 1, **options))
        y = layers.ReLU()(normalised(y, filters, 3, stride if stride_on == 3 else 1, **options))
        y = normalised(y, 4 * filters, 1, **options)
        if x.shape != y.shape:
            x = normalised(x, filters, 1, stride, **options)
        return layers.ReLU()(layers.Add()([x, y]))

    @wrong(
        "You project only where the stride is not 1. The first stage widens 64 channels to 256 at "
        "stride 1: compare the shapes of the two things that you add."
    )
    def projects_on_stride_only(x, filters, stride, stride_on=3, **options):
        y = layers.ReLU()(normalised(x, filters, 1, stride if stride_on == 1 else 1, **options))
        y = layers.ReLU()(normalised(y, filters, 3, stride if stride_on == 3 else 1, **options))
        y = normalised(y, 4 * filters, 1, **options)
        if stride != 1:
            x = normalised(x, 4 * filters, 1, stride, **options)
        return layers.ReLU()(layers.Add()([x, y]))

    @wrong(
        "You project every shortcut, also where the shapes agree. There the shortcut is the "
        "identity and has no parameters."
    )
    def always_projects(x, filters, stride, stride_on=3, **options):
        y = layers.ReLU()(normalised(x, filters, 1, stride if stride_on == 1 else 1, **options))
        y = layers.ReLU()(normalised(y, filters, 3, stride if stride_on == 3 else 1, **options))
        y = normalised(y, 4 * filters, 1, **options)
        x = normalised(x, 4 * filters, 1, stride, **options)
        return layers.ReLU()(layers.Add()([x, y]))

    @wrong(
        "Your block is wide in the middle: you expand before the 3×3 convolution and narrow after "
        "it. That is lesson 16's inverted residual; a bottleneck is narrow where the 3×3 works."
    )
    def inverted(x, filters, stride, stride_on=3, **options):
        y = layers.ReLU()(normalised(x, 4 * filters, 1, stride if stride_on == 1 else 1, **options))
        y = layers.ReLU()(normalised(y, 4 * filters, 3, stride if stride_on == 3 else 1, **options))
        y = normalised(y, filters, 1, **options)
        if x.shape != y.shape:
            x = normalised(x, filters, 1, stride, **options)
        return layers.ReLU()(layers.Add()([x, y]))

    @wrong(
        "You do not pass the options on: your convolutions have no biases where they are asked "
        "for, or the epsilon is always the same."
    )
    def options_lost(x, filters, stride, stride_on=3, **options):
        y = layers.ReLU()(normalised(x, filters, 1, stride if stride_on == 1 else 1))
        y = layers.ReLU()(normalised(y, filters, 3, stride if stride_on == 3 else 1))
        y = normalised(y, 4 * filters, 1)
        if x.shape != y.shape:
            x = normalised(x, 4 * filters, 1, stride)
        return layers.ReLU()(layers.Add()([x, y]))

    @wrong("You pass the options on to the branch, but not to the projection.")
    def options_lost_on_shortcut(x, filters, stride, stride_on=3, **options):
        y = layers.ReLU()(normalised(x, filters, 1, stride if stride_on == 1 else 1, **options))
        y = layers.ReLU()(normalised(y, filters, 3, stride if stride_on == 3 else 1, **options))
        y = normalised(y, 4 * filters, 1, **options)
        if x.shape != y.shape:
            x = normalised(x, 4 * filters, 1, stride)
        return layers.ReLU()(layers.Add()([x, y]))

    @wrong(
        "Where the block has a stride, your branch and your shortcut differ in height and width. "
        "Each way has the stride exactly once: the branch where `stride_on` says, the shortcut in "
        "its projection.",
        revisit="Where is the stride?",
    )
    def stride_twice(x, filters, stride, stride_on=3, **options):
        y = layers.ReLU()(normalised(x, filters, 1, stride, **options))
        y = layers.ReLU()(normalised(y, filters, 3, stride, **options))
        y = normalised(y, 4 * filters, 1, **options)
        if x.shape != y.shape:
            x = normalised(x, 4 * filters, 1, stride, **options)
        return layers.ReLU()(layers.Add()([x, y]))

    @wrong(
        "You narrow to a quarter of `filters`, and come back to `filters`. Here `filters` is the "
        "narrow width; what leaves the block has four times as many channels."
    )
    def quarter_width(x, filters, stride, stride_on=3, **options):
        thin = filters // 4
        y = layers.ReLU()(normalised(x, thin, 1, stride if stride_on == 1 else 1, **options))
        y = layers.ReLU()(normalised(y, thin, 3, stride if stride_on == 3 else 1, **options))
        y = normalised(y, filters, 1, **options)
        if x.shape != y.shape:
            x = normalised(x, filters, 1, stride, **options)
        return layers.ReLU()(layers.Add()([x, y]))

    @wrong("Between your first 1×1 and your 3×3 convolution there is no ReLU.")
    def linear_start(x, filters, stride, stride_on=3, **options):
        y = normalised(x, filters, 1, stride if stride_on == 1 else 1, **options)
        y = layers.ReLU()(normalised(y, filters, 3, stride if stride_on == 3 else 1, **options))
        y = normalised(y, 4 * filters, 1, **options)
        if x.shape != y.shape:
            x = normalised(x, 4 * filters, 1, stride, **options)
        return layers.ReLU()(layers.Add()([x, y]))
