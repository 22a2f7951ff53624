"""What is right in `fans`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Function, Probe, Rule, accepted, wrong

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
