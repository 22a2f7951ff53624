"""What is right in `mbconv_cost`, and what students get wrong."""

import math

import numpy as np

from autograder.exercise import (
    EXACT,
    Criterion,
    Function,
    Probe,
    accepted,
    wrong,
)

# The three bugs of the draft.
FULL = {"kernel_size * kernel_size": "kernel_size * kernel_size * expanded"}
EVERYWHERE = {"multiply_adds += weights\n": "multiply_adds += weights * out * out\n"}
TOO_FEW = {"weights * side * side": "weights * out * out"}


class MBConvCost(Function):
    title = "Find the bugs"
    difficulty = 3
    criteria = (
        Criterion("depthwise", 1, "a map of one place"),
        Criterion("gates", 1, "larger maps, stride 1"),
        Criterion("expansion", 2, "stride 2, and the blocks of B0"),
    )
    tolerance = EXACT
    revisit = "MBConv"

    def probes(self, rng):
        channels, filters = 4 * rng.integers(2, 9, 2) + rng.integers(0, 4)
        numbers = int(channels), int(filters)
        yield Probe("depthwise", "one place, expansion 1", args=(*numbers, 3, 1, 1, 1))
        yield Probe("depthwise", "one place, expansion 6", args=(*numbers, 5, 1, 6, 1))
        yield Probe("gates", "9×9 places, expansion 1", args=(*numbers, 3, 1, 1, 9))
        yield Probe("gates", "9×9 places, expansion 4", args=(*numbers, 5, 1, 4, 9))
        yield Probe("gates", "two channels, 3×3 places", args=(2, 3, 3, 1, 6, 3))
        yield Probe("expansion", "8×8 places, stride 2", args=(*numbers, 5, 2, 6, 8))
        yield Probe("expansion", "7×7 places, stride 2", args=(*numbers, 3, 2, 6, 7))
        yield Probe("expansion", "B0, first block of stage 4", args=(24, 40, 5, 2, 6, 56))

    @accepted("a list of convolutions")
    def as_list(channels, filters, kernel_size, stride, expansion, side):
        wide = channels * expansion
        quarter = max(channels // 4, 1)
        out = math.ceil(side / stride)
        convs = [  # weights, other parameters, places
            (channels * wide, 4 * wide, side**2),
            (kernel_size**2 * wide, 4 * wide, out**2),
            (wide * quarter, quarter, 1),
            (quarter * wide, wide, 1),
            (wide * filters, 4 * filters, out**2),
        ][expansion == 1 :]
        return sum(w + more for w, more, _ in convs), sum(w * n for w, _, n in convs)

    @accepted("one formula each")
    def formulas(channels, filters, kernel_size, stride, expansion, side):
        e, r = expansion * channels, max(1, channels // 4)
        out = (side + stride - 1) // stride
        first = e * channels if expansion > 1 else 0
        parameters = first + (4 * e if expansion > 1 else 0)
        parameters += e * (kernel_size**2 + 4) + 2 * e * r + r + e + (e + 4) * filters
        work = first * side**2 + e * (kernel_size**2 + filters) * out**2 + 2 * e * r
        return parameters, work

    @accepted("with NumPy")
    def vectorised(channels, filters, kernel_size, stride, expansion, side):
        e, r = expansion * channels, max(1, channels // 4)
        out = int(np.ceil(side / stride))
        more = int(expansion > 1)
        weights = np.array(
            [more * channels * e, kernel_size**2 * e, 2 * e * r, e * filters], dtype=np.int64
        )
        extra = np.array([more * 4 * e, 4 * e, r + e, 4 * filters], dtype=np.int64)
        places = np.array([side * side, out * out, 1, out * out], dtype=np.int64)
        return int((weights + extra).sum()), int(weights @ places)

    draft = wrong(
        "This is the draft as it was, with all three bugs. Begin with a map of one place, where "
        "only one of them shows.",
        change={**FULL, **EVERYWHERE, **TOO_FEW},
    )
    two_left_work = wrong(
        "Two bugs are left; the depthwise convolution is right. Ask of the other parts at how many "
        "places each weight is used.",
        change={**EVERYWHERE, **TOO_FEW},
    )
    gates_mended = wrong(
        "Two bugs are left; the gates are right. One shows on a map of one place, one only with "
        "stride 2.",
        change={**FULL, **TOO_FEW},
    )
    expansion_mended = wrong(
        "Two bugs are left; the expansion is right. One shows on a map of one place, one on a "
        "larger map with stride 1.",
        change={**FULL, **EVERYWHERE},
    )
    full = wrong(
        "One bug is left: your middle convolution has a weight for every pair of channels. What "
        "does *depthwise* mean?",
        change=FULL,
        revisit="MBConv",
    )
    everywhere = wrong(
        "One bug is left: your gates' weights are used at every place. How many places are left "
        "after the squeeze?",
        change=EVERYWHERE,
        revisit="What the slide leaves out",
    )
    too_few = wrong(
        "One bug is left, and it shows with stride 2 only: which convolution of the block runs "
        "before the map shrinks?",
        change=TOO_FEW,
        revisit="MBConv",
    )
    quarter_of_expanded = wrong(
        "Your gates squeeze to a quarter of the expanded channels. The draft had that right: the "
        "quarter is of the channels that come in.",
        change={"channels // 4": "expansion * channels // 4"},
        revisit="MBConv",
    )
    floored = wrong(
        "You round the smaller side down. Same padding gives the ceiling (lesson 08); a side of 7 "
        "with stride 2 has 4 places.",
        change={"-(-side // stride)": "side // stride"},
    )
    two_a_channel = wrong(
        "You count two numbers a channel for batch normalisation. The two that are not trained, "
        "the running mean and variance, are parameters, too (lesson 10).",
        change={"4 * e": "2 * e", "kernel_size**2 + 4": "kernel_size**2 + 2", "(e + 4)": "(e + 2)"},
        of=formulas,
    )
    always_expands = wrong(
        "You count an expanding convolution where the expansion is 1. There is none.",
        change={"expansion > 1": "True"},
        revisit="MBConv",
    )
