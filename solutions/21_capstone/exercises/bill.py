"""What is right in `bill`, and what students get wrong."""

import numpy as np

from autograder.exercise import EXACT, Criterion, Function, Probe, accepted, wrong


class Bill(Function):
    title = "The bill"
    starred = True
    difficulty = 2
    tolerance = EXACT
    criteria = (
        Criterion("parameters_and_work", 2, "plans of convolutions with stride 1 and 2"),
        Criterion("separable", 1, "separable convolutions"),
        Criterion("edges", 1, "odd sides, colour, an empty plan"),
    )
    revisit = "Count before you build"

    def probes(self, rng):
        conv, separable = "conv", "separable"
        yield Probe("parameters_and_work", "one convolution", args=([(conv, 3, 8, 1)], 24))
        plan = [(conv, 5, 16, 2), (conv, 3, 12, 1), (conv, 1, 20, 2)]
        yield Probe("parameters_and_work", "three, two of them with a stride", args=(plan, 32))
        plan = [(separable, 3, 8, 1), (separable, 5, 12, 1)]
        yield Probe("separable", "two separable ones", args=(plan, 16, 3))
        plan = [(conv, 3, 10, 2), (separable, 3, 14, 2), (separable, 3, 6, 1)]
        yield Probe("separable", "separable with a stride", args=(plan, 28))
        drawn = [
            (str(rng.choice([conv, separable])), int(k), int(f), int(s))
            for k, f, s in rng.integers((1, 3, 1), (6, 20, 3), size=(4, 3))
        ]
        yield Probe("separable", "four rows drawn at random", args=(drawn, 40, 2, 7))
        yield Probe("edges", "a side that the stride does not divide",
                    args=([(conv, 3, 4, 2), (conv, 3, 4, 2)], 25))  # fmt: skip
        yield Probe("edges", "no rows: the head alone", args=([], 24, 3, 5))
        f, g, side = (int(v) for v in rng.integers((3, 3, 8), (30, 30, 20)))
        plan = [(conv, 3, f, 2), (conv, 5, g, 1)]
        yield Probe("parameters_and_work", "two, drawn at random", args=(plan, 4 * side))
        yield Probe("edges", f"a side of {2 * side + 1}, a stride of 2",
                    args=([(conv, 3, f, 2), (conv, 3, g, 2)], 2 * side + 1))  # fmt: skip

    @accepted("a loop over rows")
    def loop(plan, side, channels=1, classes=10):
        total, work = 0, 0
        for row in plan:
            kind, k, filters, stride = row
            side = (side + stride - 1) // stride
            n = k**2 * channels * (filters if kind == "conv" else 1)
            n += channels * filters if kind == "separable" else 0
            total, work, channels = total + n + 4 * filters, work + n * side**2, filters
        return total + channels * classes + classes, work + channels * classes

    @accepted("recursive")
    def recursive(plan, side, channels=1, classes=10):
        if not plan:
            return channels * classes + classes, channels * classes
        (kind, k, filters, stride), *rest = plan
        side = int(np.ceil(side / stride))
        weights = {"conv": k * k * channels * filters, "separable": channels * (k * k + filters)}
        a, b = bill(rest, side, filters, classes)
        return a + weights[kind] + 4 * filters, b + weights[kind] * side * side

    @accepted("built in Keras and counted")
    def built(plan, side, channels=1, classes=10):
        with anatomy.shapes_only():
            x = image = keras.Input((side, side, channels))
            for kind, k, filters, stride in plan:
                made = layers.Conv2D if kind == "conv" else layers.SeparableConv2D
                x = made(filters, k, strides=stride, padding="same", use_bias=False)(x)
                x = layers.BatchNormalization()(x)
            x = layers.Dense(classes)(layers.GlobalAveragePooling2D()(x))
            model = keras.Model(image, x)
        return model.count_params(), anatomy.multiply_adds(model)

    floored = wrong(
        "You rounded down. With padding `same` a map of 25 has 13 places after a stride of 2.",
        change={"-(-side // stride)": "side // stride"},
    )

    places_before = wrong(
        "You multiply by the places of the map that comes in; the work is done once for each "
        "place of the map that goes out.",
        change={
            ("        side = -(-side // stride)\n"): "",
            "channels = filters": "channels, side = filters, -(-side // stride)",
        },
    )

    never_separable = wrong(
        "You bill a separable convolution as an ordinary one: it filters first, each channel by "
        "itself, and then mixes.",
        change={'kind == "conv"': "True"},
    )

    half_the_norm = wrong(
        "Batch normalisation is missing from your parameters, or half of it: what it keeps "
        "counts like what it learns.",
        change={"4 * filters": "2 * filters"},
    )

    @wrong("You forgot what the channels have become: the filters of one row are the channels "
           "that come into the next.")  # fmt: skip
    def channels_stay(plan, side, channels=1, classes=10):
        total, work, last = 0, 0, channels
        for kind, k, filters, stride in plan:
            side = -(-side // stride)
            n = k * k * channels * filters
            if kind == "separable":
                n = k * k * channels + channels * filters
            total, work, last = total + n + 4 * filters, work + n * side * side, filters
        return total + (last + 1) * classes, work + last * classes

    flattened = wrong(
        "You bill a dense layer on the flattened map. A global average leaves one number a "
        "channel.",
        change={"    return parameters": ("    channels *= side * side\n    return parameters")},
    )

    headless = wrong(
        "The dense layer at the end is missing from your bill.",
        change={
            "total + channels * classes + classes": "total",
            "work + channels * classes": "work",
        },
        of=loop,
    )
