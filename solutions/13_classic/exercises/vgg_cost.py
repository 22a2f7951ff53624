"""What is right in `vgg_cost`, and what students get wrong."""

import numpy as np

from autograder.exercise import EXACT, Criterion, Function, Probe, accepted, wrong

from ._shared import SMALL, VGG_A, VGG_D


class VggCost(Function):
    title = "Find the bugs"
    difficulty = 3
    criteria = (
        Criterion("convolution", 1, "blocks of one convolution"),
        Criterion("blocks", 1, "blocks of several convolutions"),
        Criterion("whole", 2, "whole networks, with dense layers"),
    )
    tolerance = EXACT
    revisit = "Where parameters and work lie"

    def probes(self, rng):
        def sizes(*bounds):
            return tuple(int(rng.integers(*b)) for b in bounds)

        side, channels = sizes((5, 12), (2, 5))
        yield Probe(
            "convolution", "one block, one convolution", args=([(7, 1)], side, channels, ())
        )
        yield Probe("convolution", "two blocks on an odd side", args=([(3, 1), (5, 1)], 9, 2, ()))
        yield Probe("blocks", "one block of three", args=([(6, 3)], 8, 2, ()))
        yield Probe("blocks", "two blocks of two", args=([(4, 2), (9, 2)], 12, 3, ()))
        yield Probe("whole", "one dense layer", args=([(4, 1)], 6, 1, (10,)))
        yield Probe("whole", "three dense layers", args=(SMALL, 16, 3, (7, 11, 5)))
        yield Probe("whole", "VGG-16", args=(VGG_D,))
        yield Probe("whole", "VGG-11 with 10 classes", args=(VGG_A, 64, 3, (128, 128, 10)))
        a, b = sizes((3, 20), (3, 20))
        yield Probe("blocks", "a block of two, a block of three", args=([(a, 2), (b, 3)], 8, 2, ()))
        yield Probe("whole", "two dense layers", args=([(a, 1), (b, 2)], 8, 3, (b + 9, 4)))

    @accepted("lists of layers first")
    def by_lists(blocks, side=224, channels=3, dense=(4096, 4096, 1000)):
        sizes = []  # (weights, outputs of a map, biases)
        for filters, convs in blocks:
            for _ in range(convs):
                sizes.append((9 * channels * filters, side**2, filters))
                channels = filters
            side //= 2
        widths = [side**2 * channels, *dense]
        sizes += [(widths[i] * n, 1, n) for i, n in enumerate(dense)]
        return sum(w + b for w, _, b in sizes), sum(w * n for w, n, _ in sizes)

    @accepted("one formula a block")
    def by_block(blocks, side=224, channels=3, dense=(4096, 4096, 1000)):
        parameters, work = 0, 0
        for filters, convs in blocks:
            weights = 9 * filters * (channels + (convs - 1) * filters)
            parameters, work = parameters + weights + convs * filters, work + weights * side * side
            channels, side = filters, side // 2
        units = channels * side * side
        for width in dense:
            parameters, work, units = parameters + (units + 1) * width, work + units * width, width
        return (parameters, work)

    @accepted("with NumPy")
    def vectorised(blocks, side=224, channels=3, dense=(4096, 4096, 1000)):
        maps = np.array([f for f, convs in blocks for _ in range(convs)], dtype=np.int64)
        sides = [side // 2**i for i, (_, convs) in enumerate(blocks) for _ in range(convs)]
        weights = 9 * maps * np.concatenate([[channels], maps[:-1]])
        last = side // 2 ** len(blocks)
        widths = np.array([last * last * maps[-1], *dense], dtype=np.int64)
        full = widths[:-1] * widths[1:]
        parameters = weights.sum() + maps.sum() + full.sum() + widths[1:].sum()
        return int(parameters), int((weights * np.square(sides)).sum() + full.sum())

    draft = wrong(
        "This is the draft as it was, with all three bugs. Take its smallest case and count by "
        "hand: one convolution with one map on an image of 2×2, no dense layer.",
        change={
            "weights * side * side\n            channels = filters": (
                "weights * side\n        channels = filters"
            ),
            "        units = width\n": "",
        },
    )

    one_row = wrong(
        "One bug is left; it concerns work, not parameters: at how many positions does a filter "
        "stand on a square map?",
        change={"weights * side * side": "weights * side"},
        revisit="LeNet-5 as it is taught today",
    )

    stale_channels = wrong(
        "One bug is left: what does the second convolution of a block see? In your count, as many "
        "maps as the first one.",
        change={"            channels = filters": "        channels = filters"},
    )

    stale_units = wrong(
        "One bug is left, among the dense layers: in your count every one of them sees the "
        "flattened map.",
        change={"        units = width\n": ""},
    )

    convolutions_wrong = wrong(
        "Two bugs are left. Dense layers are right; among the convolutions, look at what the "
        "second of a block sees, and at how many positions a filter stands.",
        change={
            "weights * side * side\n            channels = filters": (
                "weights * side\n        channels = filters"
            ),
        },
    )

    positions_and_units = wrong(
        "Two bugs are left. You mended what the next convolution sees; ask the same of the dense "
        "layers, and count a filter's positions.",
        change={
            "weights * side * side": "weights * side",
            "        units = width\n": "",
        },
    )

    nothing_handed_on = wrong(
        "Two bugs are left, of one kind: a layer that does not hand on what the next one sees. "
        "Positions are right.",
        change={
            "            channels = filters": "        channels = filters",
            "        units = width\n": "",
        },
    )

    biases_as_work = wrong(
        "You count the biases as work. A bias is added, not multiplied; papers leave it out of the "
        "multiply-adds.",
        change={
            "weights * side * side": "(weights + filters) * side * side",
            "multiply_adds += units * width": "multiply_adds += units * width + width",
        },
    )

    pooled_first = wrong(
        "You halve the side before the block's convolutions. They run on the full map; pooling "
        "comes at the end of the block.",
        change={
            "for _ in range(convs)": "side = side // 2\n        for _ in range(convs)",
            "        side = side // 2\n": "",
        },
    )

    two_operations = wrong(
        "You count two operations, a multiplication and an addition, where one multiply-add is "
        "asked for. Both ways of counting are found in papers; yours gives twice as many.",
        change={
            "weights * side * side": "2 * weights * side * side",
            "multiply_adds += units * width": "multiply_adds += 2 * units * width",
        },
    )

    biases_forgotten = wrong(
        "The biases are missing from your parameters: one for each map and each unit.",
        change={
            "parameters += weights + filters": "parameters += weights",
            "parameters += units * width + width": "parameters += units * width",
        },
    )

    dense_biases_forgotten = wrong(
        "The biases of your dense layers are missing: one for each unit.",
        change={"parameters += units * width + width": "parameters += units * width"},
    )

    dense_work_forgotten = wrong(
        "Your dense layers have parameters but no work: each of their weights is used once.",
        change={"        multiply_adds += units * width\n": ""},
    )

    last_map_flat = wrong(
        "Your first dense layer sees one number for each map. The map is laid flat: it sees all "
        "of its numbers.",
        change={"units = side * side * channels": "units = channels"},
    )

    one_side_flat = wrong(
        "Your first dense layer sees one row of each map. The map is laid flat: how many numbers "
        "has a square?",
        change={"units = side * side * channels": "units = side * channels"},
    )

    never_halved = wrong(
        "Your maps keep their size. Each block ends in pooling, which halves the side.",
        change={"        side = side // 2\n": ""},
    )

    halved_too_often = wrong(
        "You halve the side after each convolution. Pooling comes once a block, at its end.",
        change={"        side = side // 2\n": "            side = side // 2\n"},
    )

    valid_convolutions = wrong(
        "Your convolutions lose a pixel at each border. VGG's keep the size of the map.",
        change={"weights * side * side": "weights * (side - 2) ** 2"},
    )

    rounded_up = wrong(
        "You round the halved side up. A pixel that fills no window of the pooling is left out.",
        change={"side = side // 2": "side = -(-side // 2)"},
    )

    real_side = wrong(
        "Your sides are not whole numbers: an odd side is halved and rounded down.",
        change={"side = side // 2": "side = side / 2"},
    )

    order_swapped = wrong(
        "Your two numbers come in the wrong order: parameters first.",
        change={"return parameters, multiply_adds": "return multiply_adds, parameters"},
    )

    depth_forgotten = wrong(
        "Your filters are flat. A filter is as deep as the volume it looks at.",
        change={"3 * 3 * channels * filters": "3 * 3 * filters"},
    )
