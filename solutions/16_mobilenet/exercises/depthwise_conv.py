"""What is right in `depthwise_conv`, and what students get wrong."""

import numpy as np

from autograder.exercise import (
    SUMS_64,
    Criterion,
    Function,
    Probe,
    Tolerance,
    accepted,
    wrong,
)

SMALL_SUMS = {
    "float32": Tolerance(atol=1e-5, rtol=1e-4, reason="float32 sums of up to 25 products"),
    "float64": SUMS_64,
}


class DepthwiseConv(Function):
    title = "Depthwise, from scratch"
    difficulty = 2
    criteria = (
        Criterion("single", 1, "an image of one channel"),
        Criterion("channels", 2, "several channels, each with its own kernel"),
        Criterion("stride", 1, "strides"),
    )
    tolerance = SMALL_SUMS
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
        out = ops.depthwise_conv(image[None], kernel[..., None], strides=stride)
        return ops.convert_to_numpy(out)[0]

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

    channels_summed = wrong(
        "You add the channels up, as an ordinary filter does. In a depthwise convolution nothing "
        "is mixed: as many channels come out as went in.",
        change={'"hwcij,ijc->hwc"': '"hwcij,ijc->hw"'},
        of=windows,
    )

    @wrong(
        "Your result has channels · channels maps: each kernel meets every channel. That is the "
        "work of a full convolution; a depthwise kernel knows one channel only."
    )
    def times_c_out(image, kernel, stride=1):
        k = kernel.shape[0]
        seen = np.lib.stride_tricks.sliding_window_view(image, (k, k), axis=(0, 1))
        out = np.einsum("hwcij,ijd->hwcd", seen[::stride, ::stride], kernel)
        return out.reshape(*out.shape[:2], -1)

    sum_repeated = wrong(
        "Every map of your result is the same sum over all channels. The shape is right, but the "
        "channels have been mixed: each must be computed from its own channel alone.",
        change={"sum(axis=(0, 1))": "sum()"},
    )

    one_kernel = wrong(
        "You use the first channel's kernel for every channel. Each channel has a kernel of its "
        "own, the squares on the diagonal of the picture.",
        change={"window * kernel": "window * kernel[..., :1]"},
    )

    flipped = wrong(
        "You flipped the kernels: that is the convolution of mathematics. A layer slides its "
        "kernel unflipped (lesson 07).",
        change={"window * kernel": "window * kernel[::-1, ::-1]"},
    )

    stride_ignored = wrong(
        "Your windows move by one whatever `stride` says.",
        change={"seen[::stride, ::stride]": "seen"},
        of=windows,
    )

    stride_in_the_size_only = wrong(
        "Your result has the right size, but its windows do not start where they should: you cut "
        "it out of the result of stride 1 where you should have skipped.",
        change={"r * stride, c * stride": "r, c"},
    )

    stride_in_rows_only = wrong(
        "You move the window by `stride` along one axis only.",
        change={"seen[::stride, ::stride]": "seen[::stride]"},
        of=windows,
    )

    padded = wrong(
        "You pad the image, so that the result keeps its size. Here no padding is asked for: a "
        "window must lie inside the image.",
        change={
            ("k = kernel.shape[0]\n"): (
                "k = kernel.shape[0]\n"
                "    image = np.pad(image, [((k - 1) // 2, k // 2)] * 2 + [(0, 0)])\n"
            )
        },
    )

    transposed = wrong(
        "Your kernel's rows and columns are exchanged: `kernel[i, j]` belongs to row i and column "
        "j of the window.",
        change={'"hwcij,ijc->hwc"': '"hwcij,jic->hwc"'},
        of=windows,
    )

    one_too_few = wrong(
        "You stop one window early: the last row and the last column of windows are missing. Try "
        "an image as large as its kernel; one window fits.",
        change={"(n - k) // stride + 1": "(n - k) // stride"},
    )

    averaged = wrong(
        "You take the mean of each window's products. A convolution adds them up.",
        change={".sum(axis=(0, 1))": ".mean(axis=(0, 1))"},
    )
