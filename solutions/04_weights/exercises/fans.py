"""What is right in `fans`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Function, Probe, Rule, accepted, near_miss, wrong

from ._shared import FRAMEWORKS


class Fans(Function):
    title = "Fans"
    difficulty = 1
    criteria = (
        Criterion("dense", 1, "Dense kernels"),
        Criterion("window", 2, "convolution kernels with square windows"),
        Criterion("oblong", 1, "windows that are not square, over one to three axes"),
    )
    revisit = "Fan-in and fan-out"
    rule = Rule(
        forbid=(*FRAMEWORKS, "initializers"),
        reason="Count the weights yourself; a product is all it takes.",
    )

    def probes(self, rng):
        yield Probe("dense", "Dense, 200 inputs, 300 units", ((200, 300),))
        yield Probe("dense", "Dense, 7 inputs, 1 unit", ((7, 1),))
        yield Probe("window", "3×3 convolution from 2 to 4 channels", ((3, 3, 2, 4),))
        yield Probe("window", "1×1 convolution from 16 to 5 channels", ((1, 1, 16, 5),))
        c_in, c_out = (int(n) for n in rng.permutation([24, 56, 72, 96])[:2])
        yield Probe("window", f"5×5 convolution from {c_in} to {c_out}", ((5, 5, c_in, c_out),))
        yield Probe("oblong", "1×7 convolution from 6 to 10 channels", ((1, 7, 6, 10),))
        yield Probe("oblong", "convolution over one axis: (5, 3, 8)", ((5, 3, 8),))
        yield Probe("oblong", "convolution over three axes: (2, 3, 4, 5, 6)", ((2, 3, 4, 5, 6),))
        n, m, k = (int(v) for v in rng.integers((20, 400, 2), (300, 900, 8)))
        yield Probe("dense", f"Dense, {n} inputs, {m} units", ((n, m),))
        oblong = f"{k}×{k + 3} convolution from {n} to {m} channels"
        yield Probe("oblong", oblong, ((k, k + 3, n, m),))

    @accepted("a loop over the window")
    def loop(shape):
        fan_in, fan_out = shape[-2], shape[-1]
        for side in shape[:-2]:
            fan_in *= side
            fan_out *= side
        return fan_in, fan_out

    @accepted("all weights, divided by one side")
    def by_division(shape):
        total = int(np.prod(shape))
        return total // shape[-1], total // shape[-2]

    @accepted("counted on an array")
    def counted(shape):
        kernel = np.zeros(shape)
        return kernel[..., 0].size, kernel[..., 0, :].size

    @accepted("math.prod")
    def by_prod(shape):
        from math import prod

        return prod(shape[:-1]), prod(shape[:-2]) * shape[-1]

    window_forgotten = wrong(
        "Your fans of a convolution are its channels alone: the window is missing. How many "
        "weights does one output number of a 3×3 convolution with one channel have?",
        change={"area = int(np.prod(window))": "area = 1"},
    )

    swapped = wrong(
        "In and out are swapped. The kernel's last axis is the outputs; what enters stands before.",
        change={
            "area * channels_in, area * channels_out": ("area * channels_out, area * channels_in")
        },
    )

    window_in_only = wrong(
        "The window is in your fan-in but not in your fan-out. One input number lies under many "
        "positions of the window, too: look at the right half of the sketch.",
        change={"area * channels_out": "channels_out"},
    )

    square_windows = wrong(
        "You squared one side of the window. That is right for square windows over two axes and "
        "for no others.",
        change={"int(np.prod(window))": "window[0] ** 2 if window else 1"},
    )

    @wrong(
        "You took the first two axes, as for a Dense kernel. In a convolution kernel these are "
        "the window; the channels come last."
    )
    def first_two_axes(shape):
        return shape[0], shape[1]

    sides_added = wrong(
        "You multiplied by the window's number of axes or its sides' sum, not by its area.",
        change={"int(np.prod(window))": "sum(window) if window else 1"},
    )

    all_weights = wrong(
        "Your fan-in counts all weights of the kernel. Count those of *one* output number.",
        change={"return area * channels_in": "return area * channels_in * channels_out"},
    )

    @wrong(
        "You read the shape as PyTorch writes it: outputs first, then inputs, then the window. In "
        "Keras the window comes first and the outputs come last."
    )
    def layout_of_pytorch(shape):
        window = int(np.prod(shape[2:]))
        return shape[1] * window, shape[0] * window

    @wrong(
        "Your Dense kernels are right, your convolutions are read as PyTorch writes them: channels "
        "first. In Keras the window comes first and the channels come last."
    )
    def convolutions_of_pytorch(shape):
        if len(shape) == 2:
            return shape[0], shape[1]
        window = int(np.prod(shape[2:]))
        return shape[1] * window, shape[0] * window

    @wrong(
        "Your fan-out leaves out one axis, and not the right one: it multiplies all but the first. "
        "What is left out is the axis of the inputs."
    )
    def all_but_the_first(shape):
        return int(np.prod(shape[:-1])), int(np.prod(shape[1:]))

    four_axes_expected = wrong(
        "You expect a fixed number of axes. A Dense kernel has two, a convolution three, four or "
        "five.",
        change={
            "*window, channels_in, channels_out = shape": (
                "height, width, channels_in, channels_out = shape\n    window = height, width"
            )
        },
    )

    @wrong("Your convolutions always have a window over two axes. There may be one side, or three.")
    def two_sides_only(shape):
        if len(shape) == 2:
            return shape
        window = shape[0] * shape[1]
        return window * shape[-2], window * shape[-1]

    channels_forgotten = wrong(
        "Your fans count the window alone. Under each of its places there are as many numbers as "
        "channels.",
        change={
            "area * channels_in, area * channels_out": (
                "(area, area) if window else (channels_in, channels_out)"
            )
        },
    )

    bias_counted = wrong(
        "You counted the bias among the inputs. A fan counts weights of the kernel.",
        change={"area * channels_in,": "area * channels_in + 1,"},
    )

    one_number = wrong(
        "You return one number. Two are asked for, the fan-in and the fan-out.",
        change={"area * channels_in, area * channels_out": "area * channels_in"},
    )

    window_out_only = wrong(
        "The window is in your fan-out but not in your fan-in. One output number sees all of its "
        "window.",
        change={"area * channels_in,": "channels_in,"},
    )

    all_weights_twice = wrong(
        "Both of your fans count all weights of the kernel. Count those into *one* output number, "
        "and those out of *one* input number.",
        change={
            "area * channels_in, area * channels_out": ("(area * channels_in * channels_out,) * 2")
        },
    )

    @wrong(
        "You read the shape as PyTorch writes it, and left the window out of the fan-out. In Keras "
        "the window comes first and the outputs come last; and one input number lies under many "
        "positions of the window."
    )
    def outputs_first(shape):
        return int(np.prod(shape[1:])), shape[0]

    four_axes_by_number = wrong(
        "Your convolutions always have four axes: channels at place 2, outputs at place 3. A "
        "window may have one side, or three; count from the end.",
        source="""
        def fans(shape):
            if len(shape) == 2:
                return shape[0], shape[1]
            window = int(np.prod(shape[:2]))
            return window * shape[2], window * shape[3]
        """,
    )

    fan_out_of_all = wrong(
        "Your fan-out counts all weights of the kernel. Count those out of *one* input number.",
        change={"area * channels_out": "area * channels_in * channels_out"},
    )

    number_of_sides = wrong(
        "You multiplied by the window's number of sides. It is their product that counts, the "
        "area.",
        change={"int(np.prod(window))": "max(len(window), 1)"},
    )

    longest_side = near_miss(
        "takes the longest side for the area",
        change={"int(np.prod(window))": "max(window, default=1)"},
        unlike=(
            window_forgotten, square_windows, sides_added, window_in_only, window_out_only,
            channels_forgotten, two_sides_only, number_of_sides,
        ),
    )  # fmt: skip

    first_and_last = near_miss(
        "takes the first and the last axis",
        change={"area * channels_in, area * channels_out": "shape[0], shape[-1]"},
        unlike=(swapped, first_two_axes, window_forgotten, layout_of_pytorch, outputs_first),
    )

    three_axes_expected = near_miss(
        "expects three axes",
        change={
            "*window, channels_in, channels_out = shape": (
                "side, channels_in, channels_out = shape\n    window = (side,)"
            )
        },
        unlike=(two_sides_only, four_axes_by_number),
    )

    average = near_miss(
        "returns the average of both fans",
        change={
            "area * channels_in, area * channels_out": "area * (channels_in + channels_out) / 2"
        },
        unlike=one_number,
    )

    product_along_an_axis = near_miss(
        "raises because of an axis",
        change={"int(np.prod(window))": "int(np.prod(window, axis=1))"},
        unlike=four_axes_expected,
    )
