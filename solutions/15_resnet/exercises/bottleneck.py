"""What is right in `bottleneck`, and what students get wrong."""

from keras import layers, ops

from autograder.exercise import SUMS_32, Block, Build, accepted, wrong

from ._shared import _SHAPES


class Bottleneck(Block):
    title = "The bottleneck"
    difficulty = 2
    criteria = _SHAPES
    tolerance = SUMS_32
    revisit = "The bottleneck"

    def probes(self, rng):
        yield Build("same shape: no projection", args=(4, 1), input_shape=(3, 5, 16))
        yield Build("more channels, stride 1", args=(4, 1), input_shape=(4, 3, 5))
        yield Build("stride 2, on the 3×3 unless told", args=(4, 2), input_shape=(6, 4, 16))
        options = {"stride_on": 1, "bias": True, "epsilon": 0.3}
        label = "stride 2 on the first 1×1, bias and epsilon passed on"
        yield Build(label, args=(4, 2), kwargs=options, input_shape=(5, 4, 6))
        f, c = (int(v) for v in rng.integers((9, 3), (40, 30)))
        yield Build(
            f"{f} filters on {c} channels",
            args=(f, 2),
            input_shape=(6, 4, c),
            aspects=("shape", "parameters"),
            symbolic=True,
        )

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

    no_expansion = wrong(
        "You forgot the expansion: your last convolution has as many maps as the narrow ones. The "
        "block comes back to four times `filters`.",
        change={
            "4 * filters, 1, **options": "filters, 1, **options",
            "4 * filters, 1, stride": "filters, 1, stride",
        },
    )

    always_on_three = wrong(
        "Your stride is always in the 3×3 convolution, whatever `stride_on` says.",
        change={
            "stride if stride_on == 1 else 1": "1",
            "stride if stride_on == 3 else 1": "stride",
        },
        revisit="Where is the stride?",
    )

    always_on_one = wrong(
        "Your stride is always in the first 1×1 convolution, whatever `stride_on` says.",
        change={
            "stride if stride_on == 1 else 1": "stride",
            "stride if stride_on == 3 else 1": "1",
        },
        revisit="Where is the stride?",
    )

    stride_last = wrong(
        "Your stride is in the last 1×1 convolution. There the work on the large maps is done "
        "already; `stride_on` names one of the two convolutions before it.",
        change={
            "stride if stride_on == 1 else 1": "1",
            "stride if stride_on == 3 else 1": "1",
            "4 * filters, 1, **options": "4 * filters, 1, stride, **options",
        },
        revisit="Where is the stride?",
    )

    relu_before_add = wrong(
        "There is a ReLU after your last normalisation, before the sum. The branch must be able to "
        "take something away from the shortcut.",
        change={"[x, y]": "[x, layers.ReLU()(y)]"},
    )

    no_last_relu = wrong(
        "Your block ends with the sum; the ReLU after it is missing.",
        change={"layers.ReLU()(layers.Add()([x, y]))": "layers.Add()([x, y])"},
    )

    narrow_projection = wrong(
        "Your projection has `filters` maps, the branch four times as many: they cannot be added.",
        change={"4 * filters, 1, stride": "filters, 1, stride"},
    )

    projects_on_stride_only = wrong(
        "You project only where the stride is not 1. The first stage widens 64 channels to 256 at "
        "stride 1: compare the shapes of the two things that you add.",
        change={"x.shape != y.shape": "stride != 1"},
    )

    always_projects = wrong(
        "You project every shortcut, also where the shapes agree. There the shortcut is the "
        "identity and has no parameters.",
        change={"x.shape != y.shape": "True"},
    )

    inverted = wrong(
        "Your block is wide in the middle: you expand before the 3×3 convolution and narrow after "
        "it. That is lesson 16's inverted residual; a bottleneck is narrow where the 3×3 works.",
        change={
            "    y = normalised(x, filters": "    filters *= 4\n    y = normalised(x, filters",
            "4 * filters, 1, **options": "filters // 4, 1, **options",
            "4 * filters, 1, stride": "filters // 4, 1, stride",
        },
    )

    options_lost = wrong(
        "You do not pass the options on: your convolutions have no biases where they are asked "
        "for, or the epsilon is always the same.",
        change={
            "maps, kernel, here, **options": "maps, kernel, here",
            "4 * filters, 1, stride, **options": "4 * filters, 1, stride",
        },
        of=loop,
    )

    options_lost_on_shortcut = wrong(
        "You pass the options on to the branch, but not to the projection.",
        change={"4 * filters, 1, stride, **options": "4 * filters, 1, stride"},
    )

    stride_twice = wrong(
        "Where the block has a stride, your branch and your shortcut differ in height and width. "
        "Each way has the stride exactly once: the branch where `stride_on` says, the shortcut in "
        "its projection.",
        change={
            "stride if stride_on == 1 else 1": "stride",
            "stride if stride_on == 3 else 1": "stride",
        },
        revisit="Where is the stride?",
    )

    quarter_width = wrong(
        "You narrow to a quarter of `filters`, and come back to `filters`. Here `filters` is the "
        "narrow width; what leaves the block has four times as many channels.",
        change={
            "    y = normalised(x, filters": "    filters //= 4\n    y = normalised(x, filters"
        },
    )

    linear_start = wrong(
        "Between your first 1×1 and your 3×3 convolution there is no ReLU.",
        change={"layers.ReLU()(y), filters": "y, filters"},
    )

    stride_squared = wrong(
        "Both of your first convolutions have the stride, so that the block shrinks its maps by "
        "its square. One of them has it, as `stride_on` says.",
        change={
            "stride if stride_on == 1 else 1": "stride",
            "stride if stride_on == 3 else 1": "stride",
            "4 * filters, 1, stride,": "4 * filters, 1, stride * stride,",
        },
        revisit="Where is the stride?",
    )

    projection_follows_stride_on = wrong(
        "Your projection has the stride only where the first 1×1 has it. The shortcut must come "
        "to the branch's height and width wherever in the branch the stride is.",
        change={
            "x = normalised(x, 4 * filters, 1, stride,": (
                "x = normalised(x, 4 * filters, 1, stride if stride_on == 1 else 1,"
            )
        },
        revisit="Where is the stride?",
    )

    no_last_norm = wrong(
        "Your last 1×1 convolution is not normalised; all three are.",
        change={
            "y = normalised(layers.ReLU()(y), 4 * filters, 1, **options)": (
                "y = layers.Conv2D(4 * filters, 1, use_bias=options.get('bias', False))("
                "layers.ReLU()(y))"
            )
        },
    )
