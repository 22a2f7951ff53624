"""What is right in `dense_and_conv`, and what students get wrong."""

from autograder.exercise import Criterion, Function, Probe, accepted, wrong

from ._shared import CHOSEN


class DenseAndConv(Function):
    title = "What it would cost"
    difficulty = 1
    criteria = (
        Criterion("small", 2, "small volumes"),
        Criterion("network", 1, "CONV1 of the notes' network"),
        Criterion("large", 1, "large images"),
    )
    tolerance = CHOSEN
    revisit = "Why not Dense?"

    def probes(self, rng):
        h, w, c, f = (int(v) for v in rng.integers(6, 12, 4))
        yield Probe("small", "a 3×4 image, 1 channel, one 2×2 filter", (3, 4, 1, 2, 1))
        yield Probe("small", f"{h}×{w + 6}×{c}, {f} filters of 3×3", (h, w + 6, c, 3, f))
        yield Probe("small", "a kernel as large as the 5×5×2 input, 3 filters", (5, 5, 2, 5, 3))
        yield Probe("small", f"{f} filters of 1×1 on 4×6×{c}", (4, 6, c, 1, f))
        yield Probe("network", "32×32×3, 6 filters of 5×5", (32, 32, 3, 5, 6))
        yield Probe("large", "1080×1920×3, 64 filters of 7×7", (1080, 1920, 3, 7, 64))
        h, w, c, f = (int(v) for v in rng.integers((20, 20, 2, 3), (60, 60, 9, 20)))
        yield Probe("network", f"{h}×{w}×{c}, {f} filters of 5×5", (h, w, c, 5, f))
        yield Probe("large", f"{9 * h}×{16 * h}×3, {w} filters of 7×7", (9 * h, 16 * h, 3, 7, w))

    @accepted("step by step")
    def steps(height, width, channels, kernel, filters):
        oh, ow = height - kernel + 1, width - kernel + 1
        inputs = height * width * channels
        outputs = oh * ow * filters
        dense = inputs * outputs + outputs
        conv = kernel**2 * channels * filters + filters
        return dense, conv

    @accepted("products of shapes, as a list")
    def products(height, width, channels, kernel, filters):
        import math

        outputs = math.prod([height - kernel + 1, width - kernel + 1, filters])
        return [
            outputs * (math.prod([height, width, channels]) + 1),
            filters * (math.prod([kernel, kernel, channels]) + 1),
        ]

    @accepted("a loop over the filters")
    def by_counting(height, width, channels, kernel, filters):
        dense = conv = 0
        for _ in range(filters):
            conv += kernel * kernel * channels + 1
            dense += (height - kernel + 1) * (width - kernel + 1) * (height * width * channels + 1)
        return int(dense), int(conv)

    no_biases = wrong(
        "You left the biases out. Each unit and each filter has one.",
        change={
            "inputs + 1": "inputs",
            "kernel * kernel * channels + 1": "kernel * kernel * channels",
        },
    )

    order_swapped = wrong(
        "Your two numbers come in the wrong order: the Dense layer's is the first.",
        change={"return dense, conv": "return conv, dense"},
        of=steps,
    )

    not_shared = wrong(
        "You gave the convolution weights of its own at every place. It has one set of filters, "
        "shared by all places: that is its point.",
        change={"kernel**2 * channels * filters + filters": "(kernel**2 * channels + 1) * outputs"},
        of=steps,
    )

    units_are_filters = wrong(
        "Your Dense layer has only as many units as the convolution has filters. It must give as "
        "many numbers as the convolution gives: one for each filter at each place.",
        change={"inputs * outputs + outputs": "inputs * filters + filters"},
        of=steps,
    )

    same_size = wrong(
        "Your output is as large as the input. Nothing is padded: a window has fewer places.",
        change={"height - kernel + 1, width - kernel + 1": "height, width"},
        of=steps,
    )

    flat_filters = wrong(
        "Your filters are flat. A filter is as deep as the volume: it has all its channels.",
        change={"kernel * kernel * channels": "kernel * kernel"},
    )

    one_channel_in = wrong(
        "The input of your Dense layer has only one channel. Flattening keeps them all.",
        change={"inputs + 1": "height * width + 1"},
    )

    one_place_lost = wrong(
        "Your output is one too small each way: how many places has a window in its own size?",
        change={"height - kernel + 1, width - kernel + 1": "height - kernel, width - kernel"},
        of=steps,
    )

    kernel_not_squared = wrong(
        "Your filters are one row of a kernel. A kernel of side k has k rows of k numbers, in each "
        "channel.",
        change={"kernel * kernel * channels": "kernel * channels"},
    )

    one_filter = wrong(
        "Your Dense layer has a unit for each place. The convolution gives one number for each "
        "filter at each place.",
        change={"oh * ow * filters": "oh * ow"},
        of=steps,
    )

    one_bias_for_all_filters = wrong(
        "Your convolution has one bias for the whole layer. Each filter has its own.",
        change={
            "kernel**2 * channels * filters + filters": "kernel**2 * channels * filters + 1",
        },
        of=steps,
    )

    dense_without_bias = wrong(
        "The biases of your Dense layer are missing: one for each unit.",
        change={"inputs * outputs + outputs": "inputs * outputs"},
        of=steps,
    )

    conv_without_bias = wrong(
        "The biases of your convolution are missing: one for each filter.",
        change={"kernel**2 * channels * filters + filters": "kernel**2 * channels * filters"},
        of=steps,
    )

    bias_for_each_input = wrong(
        "Your Dense layer has a bias for each input. It is one for each unit, that is, for each "
        "output.",
        change={"inputs * outputs + outputs": "inputs * outputs + inputs"},
        of=steps,
    )

    work_for_weights = wrong(
        "You counted the convolution's multiplications. Its weights are used at many places and "
        "are the same ones there: count them once.",
        change={
            "kernel**2 * channels * filters + filters": "kernel**2 * channels * outputs",
        },
        of=steps,
    )
