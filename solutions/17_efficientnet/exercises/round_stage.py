"""What is right in `round_stage`, and what students get wrong."""

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


class RoundStage(Function):
    title = "Round"
    difficulty = 2
    criteria = (
        Criterion("filters", 1, "the nearest multiple of 8"),
        Criterion("limits", 2, "never below 8, never more than a tenth below"),
        Criterion("repeats", 1, "repeats"),
    )
    tolerance = EXACT
    revisit = "Whole numbers"

    def probes(self, rng):
        yield Probe("filters", "112 filters, width 1.1", args=(112, 1, 1.1, 1.0))
        yield Probe("filters", "40 filters, width 1.4", args=(40, 3, 1.4, 1.0))
        yield Probe("filters", "half-way: 104 filters, width 0.5", args=(104, 2, 0.5, 1.0))
        yield Probe("filters", "320 filters, width 3.1", args=(320, 1, 3.1, 1.0))
        yield Probe("limits", "24 filters, width 0.8", args=(24, 2, 0.8, 1.0))
        yield Probe("limits", "16 filters, width 0.7", args=(16, 1, 0.7, 1.0))
        yield Probe("limits", "16 filters, width 0.1", args=(16, 1, 0.1, 1.0))
        few, deep = ((2, 1.3), (3, 1.6), (4, 1.7))[rng.integers(3)]
        yield Probe("repeats", "repeats at an uneven depth", args=(24, few, 1.0, deep))
        yield Probe("repeats", "one repeat, depth 1.1", args=(80, 1, 1.0, 1.1))
        yield Probe("repeats", "4 repeats, depth 0.5", args=(80, 4, 1.0, 0.5))
        filters, lost, often = (int(v) for v in rng.integers((40, 178, 5), (400, 199, 30)))
        width, depth = (float(v) for v in rng.uniform(1.05, 2, 2))
        yield Probe(
            "filters", f"{filters} filters, width {width:.3f}", args=(filters, 1, width, 1.0)
        )
        yield Probe("limits", f"{lost} filters, width 0.1", args=(lost, often, 0.1, 1.0))
        yield Probe("repeats", f"{often} repeats, depth {depth:.3f}", args=(80, often, 1.0, depth))

    @accepted("the better of two neighbours")
    def neighbours(filters, repeats, width, depth):
        scaled = filters * width
        low = int(scaled // 8) * 8
        best = low if scaled - low < 4 else low + 8
        if best == low and low < 0.9 * scaled:
            best = low + 8
        return max(best, 8), math.ceil(repeats * depth)

    @accepted("the first multiple that is allowed")
    def search(filters, repeats, width, depth):
        scaled = width * filters
        candidates = range(8, int(scaled) + 17, 8)
        allowed = [n for n in candidates if n > scaled - 4 and n >= 0.9 * scaled]
        count = int(repeats * depth)
        return allowed[0], count + (count < repeats * depth)

    @accepted("with NumPy")
    def with_numpy(filters, repeats, width, depth):
        scaled = np.float64(filters) * width
        eights = max(1, int(np.floor(scaled / 8 + 0.5)))
        eights += int(8 * eights < 0.9 * scaled)
        return 8 * eights, int(np.ceil(repeats * depth))

    floor_filters = wrong(
        "You round the filters down to a multiple of 8. The nearest multiple is asked for, and "
        "never more than a tenth below.",
        change={
            "int(scaled + 4)": "int(scaled)",
            ("    if rounded < 0.9 * scaled:\n        rounded += 8\n"): "",
        },
    )
    ceil_filters = wrong(
        "You round the filters up to a multiple of 8. The nearest multiple may lie below.",
        change={"int(scaled + 4) // 8": "math.ceil(scaled / 8)"},
    )
    no_tenth = wrong(
        "You take the nearest multiple of 8 even where it is more than a tenth below: for few "
        "channels that is a real loss. There is a second rule.",
        change={("    if rounded < 0.9 * scaled:\n        rounded += 8\n"): ""},
    )
    tenth_of_unscaled = wrong(
        "You compare with a tenth below the filters *before* scaling. The rule protects the "
        "scaled number.",
        change={"0.9 * scaled": "0.9 * filters"},
    )
    no_multiple = wrong(
        "You round to a whole number. The hardware likes multiples of 8.",
        change={"int(scaled + 4) // 8 * 8": "round(scaled)"},
    )
    no_minimum = wrong(
        "For a very narrow network you return fewer than 8 filters. 8 is the least.",
        change={
            "max(8, int(scaled + 4) // 8 * 8)": "int(scaled + 4) // 8 * 8",
            "rounded += 8": "rounded += 8 if rounded else 0",
        },
    )
    bankers = wrong(
        "Half-way numbers go up, but Python's `round` sends them to the even neighbour: "
        "round(6.5) is 6.",
        change={"int(scaled + 4) // 8": "round(scaled / 8)"},
    )
    floor_repeats = wrong(
        "You round the repeats down. A network asked to be deeper would not be: one block at "
        "depth 1.1 stays one. Repeats are rounded up.",
        change={"math.ceil": "int"},
    )
    nearest_repeats = wrong(
        "You round the repeats to the nearest number. Repeats are always rounded up.",
        change={"math.ceil": "round"},
    )
    swapped = wrong(
        "You exchanged width and depth: width is for the channels, depth for the number of blocks.",
        change={"filters * width": "filters * depth", "repeats * depth": "repeats * width"},
        revisit="Deeper, wider, sharper",
    )
