"""Exercises of lesson 16: MobileNet V1, V2, V3."""

from typing import ClassVar

import keras
import numpy as np
from keras import layers

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
    atol=1e-4, rtol=1e-4, reason="float32 sums of some hundred products, added up in any order"
)
SUMS = {
    "float32": Tolerance(atol=1e-5, rtol=1e-4, reason="float32 sums of up to 25 products"),
    "float64": Tolerance(atol=1e-9, rtol=1e-9, reason="float64 sums of up to 25 products"),
}


def _with(source: str, *changes: tuple[str, str]) -> str:
    """A right answer's source with a student's mistake put in; every change must apply."""
    for old, new in changes:
        if old not in source:
            raise ValueError(f"The answer does not contain {old!r}.")
        source = source.replace(old, new)
    return source


class DepthwiseConv(Function):
    name = "depthwise_conv"
    title = "Depthwise convolution from scratch"
    difficulty = 2
    criteria = (
        Criterion("single", 1, "an image of one channel"),
        Criterion("channels", 2, "several channels, each with its own kernel"),
        Criterion("stride", 1, "strides"),
    )
    tolerance = SUMS
    revisit = "One job, cut in two"

    def probes(self, rng):
        def draw(height, width, channels, k, dtype="float32"):
            image = rng.normal(size=(height, width, channels)).astype(dtype)
            return image, rng.normal(size=(k, k, channels)).astype(dtype)

        yield Probe("single", "one channel, 6×4", args=draw(6, 4, 1, 3))
        yield Probe("single", "a kernel as large as the image", args=draw(3, 3, 1, 3, "float64"))
        yield Probe("channels", "three channels, 5×7", args=draw(5, 7, 3, 3))
        yield Probe("channels", "five channels, a 2×2 kernel", args=draw(4, 6, 5, 2, "float64"))
        yield Probe("channels", "a 1×1 kernel", args=draw(3, 4, 2, 1))
        image, kernel = draw(6, 5, 2, 3)
        yield Probe("channels", "values near a million", args=(1e6 * image, kernel))
        yield Probe("stride", "stride 2, 7×9", args=(*draw(7, 9, 3, 3), 2))
        yield Probe("stride", "stride 2 that leaves a rest, 8×6", args=(*draw(8, 6, 2, 3), 2))
        image, kernel = draw(9, 11, 2, 3, "float64")
        yield Probe("stride", "stride 3 by name", args=(image, kernel), kwargs={"stride": 3})

    @accepted("windows and einsum")
    def windows(image, kernel, stride=1):
        k = kernel.shape[0]
        seen = np.lib.stride_tricks.sliding_window_view(image, (k, k), axis=(0, 1))
        return np.einsum("hwcij,ijc->hwc", seen[::stride, ::stride], kernel)

    @accepted("one kernel place after the other")
    def by_shifts(image, kernel, stride=1):
        k = len(kernel)
        high, wide = image.shape[0] - k + 1, image.shape[1] - k + 1
        total = 0
        for r in range(k):
            for c in range(k):
                total = total + image[r : r + high, c : c + wide] * kernel[r, c]
        return total[::stride, ::stride]

    @accepted("SciPy, channel by channel")
    def with_scipy(image, kernel, stride=1):
        from scipy.signal import correlate2d

        pairs = zip(np.moveaxis(image, -1, 0), np.moveaxis(kernel, -1, 0))
        return np.stack([correlate2d(i, k, "valid")[::stride, ::stride] for i, k in pairs], -1)

    @accepted("keras.ops")
    def with_keras(image, kernel, stride=1):
        out = ops.depthwise_conv(image[None], kernel[..., None], strides=stride)  # noqa: F821
        return ops.convert_to_numpy(out)[0]  # noqa: F821

    @accepted("five loops, NumPy only to hold the result")
    def loops(image, kernel, stride=1):
        k = kernel.shape[0]
        height, width, channels = image.shape
        out = np.empty(((height - k) // stride + 1, (width - k) // stride + 1, channels))
        for y in range(out.shape[0]):
            for x in range(out.shape[1]):
                for c in range(channels):
                    s = 0.0
                    for i in range(k):
                        for j in range(k):
                            s += image[y * stride + i, x * stride + j, c] * kernel[i, j, c]
                    out[y, x, c] = s
        return out.astype(image.dtype)

    @wrong(
        "You add the channels up, as an ordinary filter does. In a depthwise convolution nothing "
        "is mixed: as many channels come out as went in."
    )
    def channels_summed(image, kernel, stride=1):
        k = kernel.shape[0]
        seen = np.lib.stride_tricks.sliding_window_view(image, (k, k), axis=(0, 1))
        return np.einsum("hwcij,ijc->hw", seen[::stride, ::stride], kernel)

    @wrong(
        "Your result has channels · channels maps: each kernel meets every channel. That is the "
        "work of a full convolution; a depthwise kernel knows one channel only."
    )
    def times_c_out(image, kernel, stride=1):
        k = kernel.shape[0]
        seen = np.lib.stride_tricks.sliding_window_view(image, (k, k), axis=(0, 1))
        out = np.einsum("hwcij,ijd->hwcd", seen[::stride, ::stride], kernel)
        return out.reshape(*out.shape[:2], -1)

    @wrong(
        "Every map of your result is the same sum over all channels. The shape is right, but the "
        "channels have been mixed: each must be computed from its own channel alone."
    )
    def sum_repeated(image, kernel, stride=1):
        k = kernel.shape[0]
        seen = np.lib.stride_tricks.sliding_window_view(image, (k, k), axis=(0, 1))
        total = np.einsum("hwcij,ijc->hw", seen[::stride, ::stride], kernel)
        return np.repeat(total[..., None], image.shape[2], axis=-1)

    @wrong(
        "You use the first channel's kernel for every channel. Each channel has a kernel of its "
        "own, the squares on the diagonal of the picture.",
    )
    def one_kernel(image, kernel, stride=1):
        k = kernel.shape[0]
        seen = np.lib.stride_tricks.sliding_window_view(image, (k, k), axis=(0, 1))
        return np.einsum("hwcij,ij->hwc", seen[::stride, ::stride], kernel[..., 0])

    @wrong(
        "You flipped the kernels: that is the convolution of mathematics. A layer slides its "
        "kernel unflipped (lesson 07)."
    )
    def flipped(image, kernel, stride=1):
        k = kernel.shape[0]
        seen = np.lib.stride_tricks.sliding_window_view(image, (k, k), axis=(0, 1))
        return np.einsum("hwcij,ijc->hwc", seen[::stride, ::stride], kernel[::-1, ::-1])

    @wrong("Your windows move by one whatever `stride` says.")
    def stride_ignored(image, kernel, stride=1):
        k = kernel.shape[0]
        seen = np.lib.stride_tricks.sliding_window_view(image, (k, k), axis=(0, 1))
        return np.einsum("hwcij,ijc->hwc", seen, kernel)

    @wrong(
        "Your result has the right size, but its windows do not start where they should: you cut "
        "it out of the result of stride 1 where you should have skipped."
    )
    def stride_in_the_size_only(image, kernel, stride=1):
        k = kernel.shape[0]
        rows, columns = ((n - k) // stride + 1 for n in image.shape[:2])
        seen = np.lib.stride_tricks.sliding_window_view(image, (k, k), axis=(0, 1))
        return np.einsum("hwcij,ijc->hwc", seen[:rows, :columns], kernel)

    @wrong("You move the window by `stride` along one axis only.")
    def stride_in_rows_only(image, kernel, stride=1):
        k = kernel.shape[0]
        seen = np.lib.stride_tricks.sliding_window_view(image, (k, k), axis=(0, 1))
        return np.einsum("hwcij,ijc->hwc", seen[::stride], kernel)

    @wrong(
        "You pad the image, so that the result keeps its size. Here no padding is asked for: a "
        "window must lie inside the image."
    )
    def padded(image, kernel, stride=1):
        k = kernel.shape[0]
        before, after = (k - 1) // 2, k // 2
        image = np.pad(image, ((before, after), (before, after), (0, 0)))
        seen = np.lib.stride_tricks.sliding_window_view(image, (k, k), axis=(0, 1))
        return np.einsum("hwcij,ijc->hwc", seen[::stride, ::stride], kernel)

    @wrong(
        "Your kernel's rows and columns are exchanged: `kernel[i, j]` belongs to row i and column "
        "j of the window."
    )
    def transposed(image, kernel, stride=1):
        k = kernel.shape[0]
        seen = np.lib.stride_tricks.sliding_window_view(image, (k, k), axis=(0, 1))
        return np.einsum("hwcij,jic->hwc", seen[::stride, ::stride], kernel)

    @wrong(
        "You stop one window early: the last row and the last column of windows are missing. Try "
        "an image as large as its kernel; one window fits."
    )
    def one_too_few(image, kernel, stride=1):
        k = kernel.shape[0]
        seen = np.lib.stride_tricks.sliding_window_view(image, (k, k), axis=(0, 1))
        rows, columns = ((n - k) // stride for n in image.shape[:2])
        seen = seen[::stride, ::stride][:rows, :columns]
        return np.einsum("hwcij,ijc->hwc", seen, kernel)


def _costs(full, depthwise, pointwise, ratio):
    return repr({"full": full, "depthwise": depthwise, "pointwise": pointwise, "ratio": ratio})


class LayerCost(Value):
    name = "layer_cost"
    title = "The cost of a layer, by hand"
    difficulty = 1
    entries: ClassVar = {
        "full": "integer",
        "depthwise": "integer",
        "pointwise": "integer",
        "ratio": "number",
    }
    entry_criterion: ClassVar = {"depthwise": "halves", "pointwise": "halves"}
    criteria = (
        Criterion("full", 1, "the full convolution"),
        Criterion("halves", 1, "its two halves"),
        Criterion("ratio", 1, "the ratio"),
    )
    step = 1e-4
    revisit = "What it saves"

    numbers = accepted("numbers", source=_costs(57802752, 451584, 6422528, 0.1189))
    formula = accepted(
        "the formula for the ratio",
        source="""dict(full=28**2 * 9 * 64 * 128, depthwise=28**2 * 9 * 64,
                       pointwise=28**2 * 64 * 128, ratio=1 / 128 + 1 / 9)""",
    )
    counted = accepted(
        "counted by cnncourse",
        source="""(lambda full, own, mix: {"full": full, "depthwise": own, "pointwise": mix,
                                           "ratio": (own + mix) / full})(*(
            anatomy.multiply_adds(keras.Sequential([keras.Input((28, 28, 64)), layer]))
            for layer in (
                layers.Conv2D(128, 3, padding="same"),
                layers.DepthwiseConv2D(3, padding="same"),
                layers.Conv2D(128, 1),
            )))""",
    )
    weights_only = wrong(
        "You counted weights. Each of them is used at every place of the map; the ratio does not "
        "notice that, the multiply-adds do.",
        source=_costs(73728, 576, 8192, 0.1189),
    )
    depthwise_times_c_out = wrong(
        "Your depthwise half is as expensive as the full convolution: you multiplied by the 128 "
        "filters. A depthwise layer has one kernel for each channel that comes in.",
        source=_costs(57802752, 57802752, 6422528, 1.1111),
    )
    c_in_in_the_ratio = wrong(
        "Your ratio agrees with 1/c_in + 1/k². Divide again: which number of channels is in both "
        "the depthwise half and the full convolution, and cancels?",
        source=_costs(57802752, 451584, 6422528, 0.1267),
    )
    per_filter_out = wrong(
        "You gave the depthwise half 128 kernels. It works on the channels that come in, before "
        "anything has been mixed.",
        source=_costs(57802752, 903168, 6422528, 0.1267),
    )
    pointwise_with_window = wrong(
        "Your pointwise half has nine weights for each pair of channels. It looks at one place at "
        "a time: 1×1.",
        source=_costs(57802752, 451584, 57802752, 1.0078),
    )
    one_channel = wrong(
        "Your full convolution reads one channel. Each filter has a 3×3 kernel for each channel "
        "that it reads.",
        source=_costs(903168, 451584, 6422528, 7.6111),
    )
    upside_down = wrong(
        "Your ratio is how many times the full convolution is dearer. Asked for is the other way "
        "round: the halves, divided by the full one.",
        source=_costs(57802752, 451584, 6422528, 8.4087),
    )
    limit_only = wrong(
        "Your ratio is 1/k² alone, the value for very many filters. With 128 of them the depthwise "
        "half still shows in the fourth decimal.",
        source=_costs(57802752, 451584, 6422528, 0.1111),
    )
    with_bias = wrong(
        "You counted an addition for each result, as if there were a bias. There is none, and a "
        "bias would multiply nothing.",
        source=_costs(57903104, 501760, 6522880, 0.1213),
    )
    halves_exchanged = wrong(
        "You have exchanged the two halves. Which of them looks around, and which mixes channels?",
        source=_costs(57802752, 6422528, 451584, 0.1189),
    )
    border_lost = wrong(
        "You counted 26·26 places. With padding that keeps the size there are as many places as "
        "the map has.",
        source=_costs(49840128, 389376, 5537792, 0.1189),
    )


SEPARABLE = """
def separable(x, filters, stride):
    x = layers.DepthwiseConv2D(3, stride, padding="same", use_bias=False)(x)
    x = layers.ReLU(6)(layers.BatchNormalization(epsilon=1e-3)(x))
    x = layers.Conv2D(filters, 1, use_bias=False)(x)
    return layers.ReLU(6)(layers.BatchNormalization(epsilon=1e-3)(x))
"""
LOOK = 'layers.DepthwiseConv2D(3, stride, padding="same", use_bias=False)'
NORM_RELU = "layers.ReLU(6)(layers.BatchNormalization(epsilon=1e-3)(x))"
NORM = "layers.BatchNormalization(epsilon=1e-3)(y)"
FIRST, LAST = f"    x = {NORM_RELU}", f"    return {NORM_RELU}"


class Separable(Block):
    name = "separable"
    title = "The block of MobileNet V1"
    difficulty = 2
    criteria = (
        Criterion("shape", 1, "the size by the stride, the channels asked for"),
        Criterion("parameters", 1, "the parameters, trainable and not"),
        Criterion("behaviour", 2, "the same values with the same weights"),
    )
    tolerance = FLOAT32
    revisit = "Exercise 3"

    def probes(self, rng):
        loud = 4 * rng.normal(size=(2, 6, 6, 4)).astype("float32")
        yield Probe(None, "stride 1", args=(8, 1), input_shape=(6, 6, 4), inputs=(loud,))
        yield Probe(
            None, "stride 2, an even side and an odd one", args=(5, 2), input_shape=(8, 7, 3)
        )
        named = {"filters": 2, "stride": 1}
        yield Probe(None, "fewer channels out than in", kwargs=named, input_shape=(5, 4, 6))

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
        source=_with(SEPARABLE, (FIRST + "\n", "")),
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
        source=_with(SEPARABLE, (FIRST, "    x = layers.BatchNormalization(epsilon=1e-3)(x)")),
    )
    no_norm_between = wrong(
        "After your depthwise half comes ReLU6 but no batch normalisation.",
        source=_with(SEPARABLE, (FIRST, "    x = layers.ReLU(6)(x)")),
    )
    linear_end = wrong(
        "Your block ends without ReLU6. The linear end is V2's idea; V1 has a ReLU6 after each "
        "half.",
        source=_with(SEPARABLE, (LAST, "    return layers.BatchNormalization(epsilon=1e-3)(x)")),
    )
    stride_on_pointwise = wrong(
        "Your stride is on the 1×1 convolution. It skips three of four places that the depthwise "
        "half has just worked out; the stride belongs to the half that looks around.",
        source=_with(
            SEPARABLE,
            ("(3, stride, ", "(3, "),
            ("Conv2D(filters, 1, ", "Conv2D(filters, 1, stride, "),
        ),
    )
    stride_twice = wrong(
        "Both halves of your block have the stride, so a stride of 2 shrinks four times.",
        source=_with(SEPARABLE, ("Conv2D(filters, 1, ", "Conv2D(filters, 1, stride, ")),
    )
    stride_ignored = wrong(
        "Your block keeps the size of the map even when the stride is 2.",
        source=_with(SEPARABLE, ("(3, stride, ", "(3, ")),
    )
    relu_before_norm = wrong(
        "Your ReLU6 comes before batch normalisation. Here it comes after it, in both halves.",
        source=_with(
            SEPARABLE, (NORM_RELU, "layers.BatchNormalization(epsilon=1e-3)(layers.ReLU(6)(x))")
        ),
    )
    plain_relu = wrong(
        "Your block has ReLU where ReLU6 is asked for: values above 6 pass. (The paper's text says "
        "ReLU; Keras Applications, with which yours will be compared, has ReLU6.)",
        source=_with(SEPARABLE, ("ReLU(6)", "ReLU()")),
    )
    with_bias = wrong(
        "Your convolutions have biases. Batch normalisation comes next and takes every constant "
        "away again; only its own β remains.",
        source=_with(SEPARABLE, (", use_bias=False", "")),
    )
    full_convolution = wrong(
        "Your first half is an ordinary convolution: it mixes all channels at 3×3, which is the "
        "expense that this block is there to avoid.",
        source=_with(
            SEPARABLE,
            (LOOK, 'layers.Conv2D(x.shape[-1], 3, stride, padding="same", use_bias=False)'),
        ),
    )
    pointwise_first = wrong(
        "You mix the channels first and look around second. V1 has it the other way round; the "
        "depthwise half then works on the channels that come in.",
        source="""
def separable(x, filters, stride):
    x = layers.Conv2D(filters, 1, use_bias=False)(x)
    x = layers.ReLU(6)(layers.BatchNormalization(epsilon=1e-3)(x))
    x = layers.DepthwiseConv2D(3, stride, padding="same", use_bias=False)(x)
    return layers.ReLU(6)(layers.BatchNormalization(epsilon=1e-3)(x))
""",
    )
    unpadded = wrong(
        "Your depthwise half loses the border of the map: its padding is missing.",
        source=_with(SEPARABLE, ('padding="same", ', "")),
    )


INVERTED = """
def inverted(x, filters, stride, expansion):
    y = x
    if expansion != 1:
        y = layers.Conv2D(expansion * x.shape[-1], 1, use_bias=False)(y)
        y = layers.ReLU(6)(layers.BatchNormalization(epsilon=1e-3)(y))
    y = layers.DepthwiseConv2D(3, stride, padding="same", use_bias=False)(y)
    y = layers.ReLU(6)(layers.BatchNormalization(epsilon=1e-3)(y))
    y = layers.Conv2D(filters, 1, use_bias=False)(y)
    y = layers.BatchNormalization(epsilon=1e-3)(y)
    return layers.Add()([x, y]) if x.shape == y.shape else y
"""
PROJECTED = f"    y = {NORM}\n    return"
RETURN = "return layers.Add()([x, y]) if x.shape == y.shape else y"


class Inverted(Block):
    name = "inverted"
    title = "The inverted residual of MobileNet V2"
    difficulty = 3
    criteria = (
        Criterion("shape", 1, "the size by the stride, the channels asked for"),
        Criterion("parameters", 2, "the parameters, trainable and not"),
        Criterion("behaviour", 3, "the same values with the same weights"),
    )
    tolerance = FLOAT32
    revisit = "MobileNet V2: the inverted residual"

    def probes(self, rng):
        loud = 4 * rng.normal(size=(2, 6, 6, 4)).astype("float32")
        yield Probe(None, "with a shortcut", args=(4, 1, 6), input_shape=(6, 6, 4), inputs=(loud,))
        yield Probe(None, "other channels out", args=(7, 1, 3), input_shape=(5, 6, 4))
        yield Probe(None, "stride 2, the same channels", args=(4, 2, 6), input_shape=(8, 7, 4))
        named = {"filters": 5, "stride": 1, "expansion": 1}
        yield Probe(None, "an expansion of 1, a shortcut", kwargs=named, input_shape=(4, 5, 5))

    @accepted("conditions spelled out")
    def spelled_out(x, filters, stride, expansion):
        channels = x.shape[-1]
        path = x
        if expansion > 1:
            path = layers.Conv2D(channels * expansion, 1, use_bias=False)(path)
            path = layers.BatchNormalization()(path)
            path = layers.Activation("relu6")(path)
        path = layers.DepthwiseConv2D(3, strides=stride, padding="same", use_bias=False)(path)
        path = layers.BatchNormalization()(path)
        path = layers.Activation("relu6")(path)
        path = layers.Conv2D(filters, 1, padding="same", use_bias=False)(path)
        path = layers.BatchNormalization()(path)
        if stride == 1 and channels == filters:
            return path + x
        return path

    @accepted("one Sequential for the path")
    def sequential(x, filters, stride, expansion):
        wide = expansion * x.shape[-1]
        steps = [] if expansion == 1 else [layers.Conv2D(wide, 1, use_bias=False)]
        if steps:
            steps += [layers.BatchNormalization(epsilon=1e-3), layers.ReLU(6.0)]
        steps += [
            layers.DepthwiseConv2D(3, stride, "same", use_bias=False),
            layers.BatchNormalization(epsilon=1e-3),
            layers.ReLU(6.0),
            layers.Conv2D(filters, 1, use_bias=False),
            layers.BatchNormalization(epsilon=1e-3),
        ]
        y = keras.Sequential(steps)(x)
        return keras.layers.add([y, x]) if tuple(y.shape) == tuple(x.shape) else y

    @accepted("a helper, Keras operations")
    def helper(x, filters, stride, expansion):
        def normalised(y, layer, act=True):
            y = layers.BatchNormalization(epsilon=1e-3)(layer(y))
            return keras.ops.relu6(y) if act else y

        width = x.shape[-1] * expansion
        y = normalised(x, layers.Dense(width, use_bias=False)) if expansion - 1 else x
        y = normalised(y, layers.DepthwiseConv2D(3, stride, "same", use_bias=False))
        y = normalised(y, layers.Conv2D(filters, 1, use_bias=False), act=False)
        return keras.ops.add(x, y) if (stride, filters) == (1, x.shape[-1]) else y

    relu_on_the_projection = wrong(
        "Your projection ends in ReLU6. That is the one place where V2 has none: the few channels "
        "behind it are where ReLU destroys most. Look at the spiral in two channels.",
        revisit="What ReLU costs in few channels",
        source=_with(INVERTED, (PROJECTED, f"    y = layers.ReLU(6)({NORM})\n    return")),
    )
    relu_after_add = wrong(
        "You apply ReLU6 after the shortcut has been added, as ResNet does. In V2 what leaves the "
        "block is linear.",
        revisit="What ReLU costs in few channels",
        source=_with(
            INVERTED, (RETURN, RETURN.replace("Add()([x, y])", "ReLU(6)(layers.Add()([x, y]))"))
        ),
    )
    no_shortcut = wrong(
        "Your block never adds its input. Where the result has the input's shape, it should.",
        source=_with(INVERTED, (RETURN, "return y")),
    )
    add_at_stride_two = wrong(
        "You add the input whenever the channels agree, even when the stride is 2. Then the two "
        "maps have different sizes; such a block has no shortcut.",
        source=_with(INVERTED, ("x.shape == y.shape", "x.shape[-1] == filters")),
    )
    add_when_channels_differ = wrong(
        "You add the input whenever the stride is 1, even when the channels differ. Such a block "
        "has no shortcut.",
        source=_with(INVERTED, ("x.shape == y.shape", "stride == 1")),
    )
    projects_the_shortcut = wrong(
        "Where shapes differ you bring the input into shape by a 1×1 convolution, as ResNet does. "
        "V2 does without: no equal shapes, no shortcut.",
        source=_with(
            INVERTED,
            (
                RETURN,
                """if x.shape != y.shape:
        x = layers.Conv2D(filters, 1, stride, use_bias=False)(x)
        x = layers.BatchNormalization(epsilon=1e-3)(x)
    return layers.Add()([x, y])""",
            ),
        ),
    )
    expands_from_c_out = wrong(
        "You expand to a multiple of `filters`. The middle is a multiple of the channels that come "
        "in.",
        source=_with(INVERTED, ("expansion * x.shape[-1]", "expansion * filters")),
    )
    expands_by_one = wrong(
        "Your block has an expansion layer even when `expansion` is 1. A 1×1 convolution to the "
        "same number of channels is not asked for there.",
        source=_with(INVERTED, ("if expansion != 1:", "if True:")),
    )
    fixed_expansion = wrong(
        "Your block expands six times whatever `expansion` says.",
        source=_with(INVERTED, ("expansion * x.shape[-1]", "6 * x.shape[-1]")),
    )
    full_middle = wrong(
        "The middle of your block is an ordinary 3×3 convolution. In so many channels it would be "
        "very expensive; V2's middle is depthwise only.",
        source=_with(
            INVERTED,
            (LOOK, 'layers.Conv2D(y.shape[-1], 3, stride, padding="same", use_bias=False)'),
        ),
    )
    no_projection_norm = wrong(
        "Your projection has no batch normalisation. It has no activation, but it is normalised "
        "like the others.",
        source=_with(INVERTED, (PROJECTED, "    return")),
    )
    linear_middle = wrong(
        "Your depthwise step has no ReLU6. Linear is only the projection; the wide middle is where "
        "the block's non-linearity is.",
        source=_with(
            INVERTED,
            (
                f"    y = layers.ReLU(6)({NORM})\n    y = layers.Conv2D",
                f"    y = {NORM}\n    y = layers.Conv2D",
            ),
        ),
    )
    stride_on_expansion = wrong(
        "Your stride is on the 1×1 expansion, so three of four places are never looked at. It "
        "belongs to the depthwise step.",
        source=_with(
            INVERTED,
            ("expansion * x.shape[-1], 1, ", "expansion * x.shape[-1], 1, stride, "),
            ("(3, stride, ", "(3, 1 if expansion != 1 else stride, "),
        ),
    )
    plain_relu = wrong(
        "Your block has ReLU where ReLU6 is asked for: values above 6 pass.",
        source=_with(INVERTED, ("ReLU(6)", "ReLU()")),
    )
    adds_to_itself = wrong(
        "What you add is not the input of the block: on the way its name has been given to "
        "something else, so that the result is added to itself.",
        source=_with(INVERTED, ("layers.Add()([x, y])", "layers.Add()([y, y])")),
    )
    linear_expansion = wrong(
        "Your expansion has no ReLU6. Linear is only the projection.",
        source=_with(
            INVERTED,
            (
                f"        y = layers.ReLU(6)({NORM})\n",
                f"        y = {NORM}\n",
            ),
        ),
    )
    bottleneck = wrong(
        "Your block is narrow inside and wide outside: that is ResNet's bottleneck. V2 turns it "
        "round and multiplies where ResNet divides.",
        source=_with(INVERTED, ("expansion * x.shape[-1]", "max(x.shape[-1] // expansion, 1)")),
    )


V2 = """
def mobilenet_v2(rows, alpha=1.0, resolution=224, classes=1000):
    inputs = keras.Input((resolution, resolution, 3))
    x = conv_bn(inputs, nets.round_channels(32 * alpha), 3, 2)
    for expansion, filters, repeats, stride in rows:
        for i in range(repeats):
            first = stride if i == 0 else 1
            x = inverted(x, nets.round_channels(filters * alpha), first, expansion)
    x = conv_bn(x, nets.round_channels(1280 * max(alpha, 1)), 1)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dense(classes, activation="softmax")(x))
"""
ROWS = [
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
]


class MobileNetV2(Model):
    name = "mobilenet_v2"
    title = "The whole of MobileNet V2"
    difficulty = 2
    criteria = (
        Criterion("shape", 1, "one probability a class"),
        Criterion("parameters", 2, "the published numbers of parameters"),
        Criterion("behaviour", 2, "the same probabilities with the same weights"),
    )
    tolerance = FLOAT32
    revisit = "Seventeen from seven rows"

    def probes(self, rng):
        small = [(1, 16, 1, 1), (2, 24, 3, 2)]
        yield Probe(
            None,
            "two small rows, alpha 0.5",
            args=(small, 0.5, 32, 4),
            input_shape=(32, 32, 3),
        )
        yield Probe(
            None,
            "one small row, alpha 1.4",
            args=([(2, 24, 2, 2)], 1.4, 64, 3),
            input_shape=(64, 64, 3),
            aspects=("shape", "parameters"),
            symbolic=True,
        )
        yield Probe(
            None,
            "the paper's rows",
            args=(ROWS,),
            input_shape=(224, 224, 3),
            aspects=("shape", "parameters"),
            symbolic=True,
        )

    @accepted("a flat list of blocks first")
    def flat(rows, alpha=1.0, resolution=224, classes=1000):
        blocks = [(t, c, s if i == 0 else 1) for t, c, n, s in rows for i in range(n)]
        image = keras.Input(shape=(resolution, resolution, 3))
        x = conv_bn(image, nets.round_channels(32 * alpha), 3, stride=2)  # noqa: F821
        for t, c, s in blocks:
            x = inverted(x, nets.round_channels(c * alpha), s, t)  # noqa: F821
        last = nets.round_channels(1280 * alpha) if alpha > 1 else 1280  # noqa: F821
        x = conv_bn(x, last, 1)  # noqa: F821
        x = layers.GlobalAveragePooling2D()(x)
        return keras.Model(inputs=image, outputs=layers.Dense(classes, "softmax")(x))

    @accepted("the stride set back to 1")
    def set_back(rows, alpha=1.0, resolution=224, classes=1000):
        def wide(channels):
            return nets.round_channels(channels * alpha)  # noqa: F821

        x = image = layers.Input((resolution, resolution, 3))
        x = conv_bn(x, wide(32), 3, 2)  # noqa: F821
        for row in rows:
            t, c, n, s = row
            while n:
                x = inverted(x, wide(c), s, t)  # noqa: F821
                s, n = 1, n - 1
        x = conv_bn(x, max(1280, wide(1280)), 1)  # noqa: F821
        x = layers.GlobalAveragePooling2D(keepdims=True)(x)
        x = layers.Dense(classes)(layers.Flatten()(x))
        return keras.Model(image, layers.Softmax()(x))

    @accepted("first block, then the others")
    def first_then_rest(rows, alpha=1.0, resolution=224, classes=1000):
        image = keras.Input((resolution, resolution, 3))
        x = conv_bn(image, nets.round_channels(alpha * 32), 3, 2)  # noqa: F821
        for expansion, filters, repeats, stride in rows:
            filters = nets.round_channels(alpha * filters)  # noqa: F821
            x = inverted(x, filters, stride, expansion)  # noqa: F821
            for _ in range(repeats - 1):
                x = inverted(x, filters, 1, expansion)  # noqa: F821
        x = conv_bn(x, nets.round_channels(1280 * (alpha if alpha > 1 else 1)), 1)  # noqa: F821
        x = keras.ops.mean(x, axis=(1, 2))
        return keras.Model(image, keras.ops.softmax(layers.Dense(classes)(x)))

    every_block_strided = wrong(
        "All blocks of a row have its stride in your network, so the maps shrink to nothing. The "
        "stride in the table is that of the row's first block.",
        source=_with(V2, ("stride if i == 0 else 1", "stride")),
    )
    last_block_strided = wrong(
        "The stride is on the last block of each row in your network. It is on the first: the "
        "others work on the smaller map.",
        source=_with(V2, ("stride if i == 0 else 1", "stride if i == repeats - 1 else 1")),
    )
    one_block_a_row = wrong(
        "Your network has one block for each row: 7, not 17. The third number says how many.",
        source=_with(V2, ("range(repeats)", "range(1)")),
    )
    strides_ignored = wrong(
        "Your blocks all have stride 1: after the first convolution the map never shrinks.",
        source=_with(V2, ("stride if i == 0 else 1", "1")),
    )
    last_always_scaled = wrong(
        "Your last convolution shrinks with alpha. It keeps its 1280 channels when alpha is below "
        "1: the features that the classifier reads are not to be thinned out.",
        source=_with(V2, ("1280 * max(alpha, 1)", "1280 * alpha")),
    )
    last_never_scaled = wrong(
        "Your last convolution has 1280 channels always. When alpha is greater than 1 it grows "
        "with it.",
        source=_with(V2, ("nets.round_channels(1280 * max(alpha, 1))", "1280")),
    )
    stem_not_scaled = wrong(
        "Your first convolution has 32 channels whatever alpha is.",
        source=_with(V2, ("nets.round_channels(32 * alpha)", "32")),
    )
    not_rounded = wrong(
        "You cut the number of channels down to a whole number. The networks that were published "
        "have multiples of 8; `nets.round_channels` finds them.",
        source=_with(V2, ("nets.round_channels(", "int(")),
    )
    alpha_ignored = wrong(
        "Your blocks have the same channels for every alpha.",
        source=_with(V2, ("nets.round_channels(filters * alpha)", "filters")),
    )
    no_last_convolution = wrong(
        "Between your last block and the pooling a convolution is missing: 1×1, to 1280 channels.",
        source=_with(
            V2, ("    x = conv_bn(x, nets.round_channels(1280 * max(alpha, 1)), 1)\n", "")
        ),
    )
    stem_keeps_the_size = wrong(
        "Your first convolution has stride 1. It has stride 2, so that all that follows works on "
        "maps of 112×112 at most.",
        source=_with(V2, ("32 * alpha), 3, 2)", "32 * alpha), 3, 1)")),
    )
    flattened = wrong(
        "You flatten the last map where V2 takes the average of each channel. That costs 49 times "
        "as many weights in the last layer.",
        source=_with(V2, ("layers.GlobalAveragePooling2D()", "layers.Flatten()")),
    )
    classes_ignored = wrong(
        "Your network has a thousand classes, whatever `classes` says.",
        source=_with(V2, ("Dense(classes", "Dense(1000")),
    )
    no_softmax = wrong(
        "Your network gives scores, not probabilities: its last layer has no softmax.",
        source=_with(V2, (', activation="softmax"', "")),
    )


BNECK = """
def bneck(x, filters, kernel_size, stride, expanded, squeeze, activation):
    y = x
    if expanded != x.shape[-1]:
        y = layers.Conv2D(expanded, 1, use_bias=False)(y)
        y = layers.Activation(activation)(layers.BatchNormalization(epsilon=1e-3)(y))
    y = layers.DepthwiseConv2D(kernel_size, stride, padding="same", use_bias=False)(y)
    y = layers.Activation(activation)(layers.BatchNormalization(epsilon=1e-3)(y))
    if squeeze:
        y = squeeze_excite(y)
    y = layers.Conv2D(filters, 1, use_bias=False)(y)
    y = layers.BatchNormalization(epsilon=1e-3)(y)
    return layers.Add()([x, y]) if x.shape == y.shape else y
"""
SQUEEZE = "    if squeeze:\n        y = squeeze_excite(y)\n"
# The draft's three bugs, each as the change that puts it in.
FIXED_KERNEL = (("(kernel_size, stride", "(3, stride"),)
FIXED_ACTIVATION = (
    (
        f"    y = layers.Activation(activation)({NORM})\n    if",
        f'    y = layers.Activation("relu")({NORM})\n    if',
    ),
)
LATE_SQUEEZE = ((SQUEEZE, ""), ("    return", SQUEEZE + "    return"))


class Bneck(Block):
    name = "bneck"
    title = "Find the bugs in the block of V3"
    difficulty = 3
    criteria = (
        Criterion("shape", 1, "the size by the stride, the channels asked for"),
        Criterion("parameters", 2, "the parameters, trainable and not"),
        Criterion("behaviour", 3, "the same values with the same weights"),
    )
    tolerance = FLOAT32
    revisit = "Exercise 6"

    def probes(self, rng):
        swish = (4, 3, 1, 12, False, "hard_silu")
        yield Probe(None, "hard_silu", args=swish, input_shape=(5, 6, 4))
        weighed = (6, 3, 2, 16, True, "relu")
        yield Probe(None, "squeeze, stride 2", args=weighed, input_shape=(6, 8, 5))
        large = (5, 5, 1, 20, False, "relu")
        yield Probe(None, "a 5×5 kernel", args=large, input_shape=(7, 6, 3))
        every = (8, 5, 1, 24, True, "hard_silu")
        yield Probe(None, "everything, a shortcut", args=every, input_shape=(6, 6, 8))
        narrow = (8, 3, 1, 8, True, "relu")
        yield Probe(None, "no expansion, a shortcut", args=narrow, input_shape=(5, 5, 8))

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
        y = squeeze_excite(y) if squeeze else y  # noqa: F821
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
            out = squeeze_excite(out)  # noqa: F821
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
        path += [squeeze_excite] if squeeze else []  # noqa: F821
        path += [layers.Conv2D(filters, 1, use_bias=False), layers.BatchNormalization(epsilon=1e-3)]
        y = x
        for step in path:
            y = step(y)
        return layers.Add()([y, x]) if y.shape == x.shape else y

    draft = wrong(
        "This is the draft as it was, with all three bugs. Go through the arguments: two of them "
        "have no effect where they should. Then through the order of the steps.",
        source=_with(BNECK, *FIXED_KERNEL, *FIXED_ACTIVATION, *LATE_SQUEEZE),
    )
    fixed_kernel = wrong(
        "One bug is left: your depthwise kernel is 3×3, whatever size is asked for.",
        source=_with(BNECK, *FIXED_KERNEL),
    )
    fixed_activation = wrong(
        "One bug is left, and it shows in values only: which activation follows the depthwise "
        "step when hard_silu is asked for?",
        source=_with(BNECK, *FIXED_ACTIVATION),
    )
    late_squeeze = wrong(
        "One bug is left: your block weighs the few channels of its result. V3 weighs the many "
        "channels inside.",
        source=_with(BNECK, *LATE_SQUEEZE),
    )
    kernel_mended = wrong(
        "Two bugs are left. The kernel is right now. Where are the channels weighed, and what "
        "follows the depthwise step?",
        source=_with(BNECK, *FIXED_ACTIVATION, *LATE_SQUEEZE),
    )
    activation_mended = wrong(
        "Two bugs are left. The activation is right now. Look at the size of the kernel, and at "
        "where the channels are weighed.",
        source=_with(BNECK, *FIXED_KERNEL, *LATE_SQUEEZE),
    )
    squeeze_mended = wrong(
        "Two bugs are left. The channels are weighed in the right place now. Both others are "
        "arguments that have no effect.",
        source=_with(BNECK, *FIXED_KERNEL, *FIXED_ACTIVATION),
    )
    squeeze_before_depthwise = wrong(
        "You weigh the channels before the depthwise step. In V3 that comes after it and its "
        "activation.",
        source=_with(
            BNECK,
            (SQUEEZE, ""),
            ("    y = layers.DepthwiseConv2D", SQUEEZE + "    y = layers.DepthwiseConv2D"),
        ),
    )
    projection_activated = wrong(
        "You put an activation behind the projection. The bottleneck is linear in V3 as in V2.",
        revisit="What ReLU costs in few channels",
        source=_with(
            BNECK,
            (PROJECTED, f"    y = layers.Activation(activation)({NORM})\n    return"),
        ),
    )
    always_expanded = wrong(
        "Your block has an expansion layer even where x has as many channels as `expanded` asks "
        "for. The draft was right there.",
        source=_with(BNECK, ("if expanded != x.shape[-1]:", "if True:")),
    )
    no_shortcut = wrong(
        "Your block never adds its input. The draft was right there.",
        source=_with(BNECK, (RETURN, "return y")),
    )
    always_squeezed = wrong(
        "Your block weighs its channels always; the argument `squeeze` says whether it should.",
        source=_with(BNECK, ("if squeeze:", "if True:")),
    )


class Quiz(Choices):
    name = "quiz"
    title = "Quiz"
    revisit = "The answer"
    questions: ClassVar = {
        "q1": (
            "A 5×5 convolution, 200 to 400 channels, made separable: its work falls by nearly?",
            {"a": "9", "b": "24", "c": "200", "d": "400"},
        ),
        "q2": (
            "V1 with α = 0.5 on 112 pixels, against α = 1 on 224: multiply-adds?",
            {"a": "half", "b": "a quarter", "c": "an eighth", "d": "a fifteenth"},
        ),
        "q3": (
            "Why has V2's projection no ReLU6?",
            {
                "a": "ReLU6 is too slow there.",
                "b": "In few channels ReLU destroys information that many channels would keep.",
                "c": "Batch normalisation does the same job.",
                "d": "Softmax comes later.",
            },
        ),
        "q4": (
            "A V2 block with stride 1, 64 channels in, 96 out, expansion 6?",
            {
                "a": "The middle has 576 channels, and there is a shortcut.",
                "b": "The middle has 576 channels, and there is no shortcut.",
                "c": "The middle has 384 channels, and there is no shortcut.",
                "d": "The middle has 384 channels, and the shortcut has a 1×1 convolution.",
            },
        ),
        "q5": (
            "Why does a 512th of the multiply-adds take far more than a 512th of the time?",
            {
                "a": "Its multiplications are more expensive.",
                "b": "Keras counts wrongly.",
                "c": "It has a hidden pointwise step.",
                "d": "It does little arithmetic for each number that it moves.",
            },
        ),
        "q6": (
            "What did the search for V3 minimise, beside the errors?",
            {
                "a": "Parameters",
                "b": "Multiply-adds",
                "c": "Time measured on phones",
                "d": "The number of layers",
            },
        ),
    }
    because: ClassVar = {
        "q1": {
            "a": "Nine is the limit of a 3×3 kernel. How many weights has this one?",
            "c": "The channels that come in are in both halves; they cancel.",
            "d": "That is what depthwise alone would save. The pointwise half has to be paid, too.",
        },
        "q2": {
            "a": "Both knobs act with their square, and they multiply.",
            "b": "That is what one of the two knobs does.",
            "c": "Count the squares: one of α, one of ρ.",
        },
        "q3": {
            "a": "ReLU6 costs the same everywhere, and least where channels are few.",
            "c": "Batch normalisation shifts and scales; for fixed statistics it is linear.",
            "d": "Softmax is applied to the last layer's scores only.",
        },
        "q4": {
            "a": "Expansion multiplies what comes in, and what about the channels of both ends?",
            "b": "Expansion multiplies the channels that come in, not those that go out.",
            "d": "ResNet would project the shortcut. V2 does not.",
        },
        "q5": {
            "a": "A multiplication costs the same in every layer.",
            "b": "The count is right; you have done it by hand.",
            "c": "A depthwise layer has no pointwise step: 320 parameters, not 2,400.",
        },
        "q6": {
            "a": "V3 large has more parameters than V1.",
            "b": "Multiply-adds are only a stand-in for what the search could measure directly.",
            "d": "V3 has more layers than V1.",
        },
    }
