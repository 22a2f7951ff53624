"""What is right in `thin`, and what students get wrong."""

import numpy as np

from autograder.exercise import COPIED, Criterion, Function, Probe, accepted, near_miss, wrong


def _field(rng, shape, degrees, *, spread=15.0, rim=1):
    """Gradients of random strength whose directions lie around some of the four, either way.

    A rim of zeros keeps what happens at the border out of the other criteria.
    """
    base = rng.choice(degrees, size=shape) + 180 * rng.integers(0, 2, size=shape)
    angle = np.deg2rad(base + rng.uniform(-spread, spread, size=shape))
    strength = np.pad(rng.uniform(0.2, 1.0, size=shape), rim)
    gx, gy = strength * np.cos(np.pad(angle, rim)), strength * np.sin(np.pad(angle, rim))
    return np.hypot(gx, gy), gx, gy


class Thin(Function):
    title = "Non-maximum suppression"
    difficulty = 3
    criteria = (
        Criterion("straight", 2, "gradients along the rows or the columns"),
        Criterion("diagonal", 2, "gradients along the diagonals"),
        Criterion("mixed", 1, "gradients of every direction"),
        Criterion("border", 1, "ties, and pixels at the border"),
    )
    tolerance = COPIED
    revisit = "Canny, step by step"

    def probes(self, rng):
        yield Probe("straight", "gradients to the right or left", _field(rng, (6, 9), [0]))
        yield Probe("straight", "gradients down or up", _field(rng, (8, 7), [90]))
        yield Probe("diagonal", "gradients along ↘ or ↖", _field(rng, (7, 9), [45]))
        yield Probe("diagonal", "gradients along ↙ or ↗", _field(rng, (9, 7), [135]))
        yield Probe(
            "mixed",
            "gradients of every direction",
            _field(rng, (10, 12), [0, 45, 90, 135], spread=21.0),
        )
        strong = (1000 * part for part in _field(rng, (9, 11), [0, 45, 90, 135], spread=20.0))
        yield Probe(
            "mixed",
            "the same, in float32 and a thousand times as strong",
            tuple(part.astype(np.float32) for part in strong),
        )
        plateau = np.array(
            [[0.0, 2.0, 2.0, 1.0, 3.0], [3.0, 3.0, 3.0, 0.0, 1.0], [1.0, 2.0, 4.0, 4.0, 4.0]]
        )
        yield Probe(
            "border",
            "equal neighbours, gradients to the right",
            (plateau, plateau, np.zeros((3, 5))),
        )
        yield Probe(
            "border",
            "equal neighbours, gradients upwards",
            (plateau.T, np.zeros((5, 3)), -plateau.T),
        )
        yield Probe("border", "a single row", _field(rng, (1, 8), [0, 90], rim=0))
        field = _field(rng, (6, 7), [0, 45, 90, 135], rim=0)
        yield Probe("border", "strong pixels at the border", field)

    @accepted("loops, with a check of the border")
    def by_loops(magnitude, gx, gy):
        H, W = magnitude.shape
        out = np.zeros_like(magnitude)

        def at(r, c):
            return magnitude[r, c] if 0 <= r < H and 0 <= c < W else 0

        for r in range(H):
            for c in range(W):
                angle = np.degrees(np.arctan2(gy[r, c], gx[r, c])) % 180
                if angle < 22.5 or angle >= 157.5:
                    dr, dc = 0, 1
                elif angle < 67.5:
                    dr, dc = 1, 1
                elif angle < 112.5:
                    dr, dc = 1, 0
                else:
                    dr, dc = 1, -1
                if magnitude[r, c] >= at(r + dr, c + dc) and magnitude[r, c] >= at(r - dr, c - dc):
                    out[r, c] = magnitude[r, c]
        return out

    @accepted("the slope instead of the angle")
    def by_slope(magnitude, gx, gy):
        t = np.tan(np.pi / 8)
        flat, steep = np.abs(gy) <= t * np.abs(gx), np.abs(gx) <= t * np.abs(gy)
        m = np.pad(magnitude, 1)
        lines = [
            (m[1:-1, 2:], m[1:-1, :-2]), (m[2:, 1:-1], m[:-2, 1:-1]),
            (m[2:, 2:], m[:-2, :-2]), (m[2:, :-2], m[:-2, 2:]),
        ]  # fmt: skip
        highest = [(magnitude >= a) & (magnitude >= b) for a, b in lines]
        keep = np.select([flat, steep, gx * gy > 0], highest[:3], highest[3])
        return magnitude * keep

    @accepted("round the unit vector, look up both neighbours")
    def by_indexing(magnitude, gx, gy):
        H, W = magnitude.shape
        sector = np.round(np.arctan2(gy, gx) / (np.pi / 4)) * (np.pi / 4)
        dr, dc = np.round(np.sin(sector)).astype(int), np.round(np.cos(sector)).astype(int)
        r, c = np.indices((H, W)) + 1
        m = np.pad(magnitude, 1)
        highest = np.maximum(m[r + dr, c + dc], m[r - dr, c - dc])
        return np.where(magnitude < highest, 0.0, magnitude)

    along_the_edge = wrong(
        "You compared each pixel with its neighbours *along* the edge. The gradient points "
        "across the edge, and across it is where only one pixel should stay.",
        change={"np.arctan2(gy, gx)": "np.arctan2(gx, -gy)"},
    )

    y_upwards = wrong(
        "Your two diagonals are exchanged, as if y pointed upwards. In an image a positive gy "
        "points to the next row, which is further down.",
        change={"np.arctan2(gy, gx)": "np.arctan2(-gy, gx)"},
        revisit="An image is an array",
    )

    x_and_y_swapped = wrong(
        "Left-right and above-below are exchanged while the diagonals are right: x and y, or "
        "rows and columns, are swapped somewhere. x belongs to the columns.",
        change={"np.arctan2(gy, gx)": "np.arctan2(gx, gy)"},
        revisit="An image is an array",
    )

    @wrong(
        "You compared each pixel with all eight neighbours. Then a line keeps only its single "
        "brightest pixel: along the edge, neighbours are allowed to be stronger."
    )
    def all_eight(magnitude, gx, gy):
        from scipy import ndimage

        highest = ndimage.maximum_filter(magnitude, size=3, mode="constant")
        return np.where(magnitude < highest, 0.0, magnitude)

    no_diagonals = wrong(
        "You use only the two straight directions. A diagonal gradient has diagonal neighbours.",
        change={
            "[flat, steep, gx * gy > 0], highest[:3], highest[3]": (
                "[np.abs(gx) >= np.abs(gy)], highest[:1], highest[1]"
            ),
        },
        of=by_slope,
    )

    always_sideways = wrong(
        "You always compared with the left and the right neighbour. If you did look at the "
        "angle, check its unit: `arctan2` gives radians.",
        change={"m[r + dr, c + dc], m[r - dr, c - dc]": "m[r, c + 1], m[r, c - 1]"},
        of=by_indexing,
    )

    negative_angles = wrong(
        "Gradients that point upwards go wrong: their angles are negative, and your cases "
        "treat all of those alike. A direction and its opposite have the same neighbours.",
        change={" % 180": ""},
        of=by_loops,
    )

    ties_dropped = wrong(
        "You drop a pixel that ties with a neighbour, so a ridge two pixels wide vanishes "
        "altogether. At least as large is enough.",
        change={"magnitude < highest": "magnitude <= highest"},
        of=by_indexing,
    )

    ones_for_strength = wrong(
        "You return ones for the pixels that stay. The next step needs their strength.",
        change={"np.where(keep, magnitude, 0.0)": "np.where(keep, 1.0, 0.0)"},
    )

    border_left_out = wrong(
        "Your border is all zero: you left it out because its pixels lack neighbours. Outside "
        "the image the magnitude counts as 0, so border pixels can win.",
        change={"return": "keep[[0, -1]] = keep[:, [0, -1]] = False\n    return"},
    )

    wraps_around = wrong(
        "At the border you compare with the opposite side of the image: `np.roll`, or a "
        "negative index, wraps around.",
        change={"np.pad(magnitude, 1)": 'np.pad(magnitude, 1, mode="wrap")'},
    )

    one_side = wrong(
        "You compared with one neighbour only. A maximum is at least as large as *both* sides.",
        change={"(magnitude >= ahead) & (magnitude >= behind)": "(magnitude >= ahead)"},
    )

    @wrong(
        "You wrote zeros into the array that you were still comparing with: a pixel that was "
        "suppressed first no longer suppresses the next one. Write into a new array."
    )
    def in_place(magnitude, gx, gy):
        H, W = magnitude.shape
        m = np.pad(magnitude, 1)
        for r in range(H):
            for c in range(W):
                sector = np.round(np.arctan2(gy[r, c], gx[r, c]) / (np.pi / 4)) * (np.pi / 4)
                dr, dc = round(float(np.sin(sector))), round(float(np.cos(sector)))
                if m[r + 1, c + 1] < max(m[r + 1 + dr, c + 1 + dc], m[r + 1 - dr, c + 1 - dc]):
                    m[r + 1, c + 1] = 0
        return m[1:-1, 1:-1]

    y_upwards_and_border_left_out = wrong(
        "Two things. Your two diagonals are exchanged, as if y pointed upwards; and your border "
        "is all zero, because its pixels lack neighbours. Outside the image the magnitude counts "
        "as 0.",
        change={
            "np.arctan2(gy, gx)": "np.arctan2(-gy, gx)",
            "return": "keep[[0, -1]] = keep[:, [0, -1]] = False\n    return",
        },
        revisit="An image is an array",
    )

    along_the_edge_and_border_left_out = wrong(
        "Two things. You compared each pixel with its neighbours *along* the edge; and your border "
        "is all zero, because its pixels lack neighbours. Outside the image the magnitude counts "
        "as 0.",
        change={
            "np.arctan2(gy, gx)": "np.arctan2(gx, -gy)",
            "return": "keep[[0, -1]] = keep[:, [0, -1]] = False\n    return",
        },
    )

    x_and_y_swapped_and_border_left_out = wrong(
        "Two things. x and y, or rows and columns, are swapped somewhere; and your border is all "
        "zero, because its pixels lack neighbours. Outside the image the magnitude counts as 0.",
        change={
            "np.arctan2(gy, gx)": "np.arctan2(gx, gy)",
            "return": "keep[[0, -1]] = keep[:, [0, -1]] = False\n    return",
        },
        revisit="An image is an array",
    )

    ties_dropped_and_border_left_out = wrong(
        "Two things. You drop a pixel that ties with a neighbour; at least as large is enough. And "
        "your border is all zero: outside the image the magnitude counts as 0.",
        change={
            "(magnitude >= ahead) & (magnitude >= behind)": (
                "(magnitude > ahead) & (magnitude > behind)"
            ),
            "return": "keep[[0, -1]] = keep[:, [0, -1]] = False\n    return",
        },
    )

    tie_ahead_dropped = wrong(
        "You drop a pixel that ties with the neighbour on one side. At least as large is enough, "
        "on both sides.",
        change={"magnitude >= ahead": "magnitude > ahead"},
    )

    tie_behind_dropped = wrong(
        "You drop a pixel that ties with the neighbour on one side. At least as large is enough, "
        "on both sides.",
        change={"magnitude >= behind": "magnitude > behind"},
    )

    other_side_only = wrong(
        "You compared with one neighbour only. A maximum is at least as large as *both* sides.",
        change={"(magnitude >= ahead) & (magnitude >= behind)": "(magnitude >= behind)"},
    )

    one_side_is_enough = wrong(
        "You keep a pixel that beats *one* of its two neighbours. It has to be at least as large "
        "as both.",
        change={
            "(magnitude >= ahead) & (magnitude >= behind)": (
                "((magnitude >= ahead) | (magnitude >= behind))"
            )
        },
    )

    directions_rounded_down = wrong(
        "You round the direction down. 40° lies nearer to 45° than to 0°.",
        change={
            "np.round(np.rad2deg(np.arctan2(gy, gx)) / 45)": (
                "np.floor(np.rad2deg(np.arctan2(gy, gx)) / 45)"
            )
        },
    )

    opposite_directions_lost = wrong(
        "Pixels whose gradient points to one half of the compass are all lost: their directions "
        "are in none of your four cases. A direction and its opposite have the same neighbours.",
        change={" % 4": ""},
    )

    signs_dropped = wrong(
        "You took the sizes of gx and gy for the angle. Then both diagonals look alike: whether "
        "the signs agree tells them apart.",
        change={"np.arctan2(gy, gx)": "np.arctan2(abs(gy), abs(gx))"},
    )

    diagonals_alike = wrong(
        "You compared along the other diagonal for every diagonal gradient. Whether the signs of "
        "gx and gy agree tells the two apart.",
        change={"np.arctan2(gy, gx)": "np.arctan2(-abs(gy), abs(gx))"},
    )

    four_neighbours = wrong(
        "You compared each pixel with its four straight neighbours, whatever the direction. Only "
        "the two in the gradient's direction count.",
        change={
            "[flat, steep, gx * gy > 0], highest[:3], highest[3]": (
                "[flat | ~flat], [highest[0] & highest[1]], highest[0]"
            ),
        },
        of=by_slope,
    )

    always_upwards = wrong(
        "You always compared with the neighbours above and below. The gradient's direction says "
        "which two count.",
        change={"m[r + dr, c + dc], m[r - dr, c - dc]": "m[r + 1, c], m[r - 1, c]"},
        of=by_indexing,
    )

    mask_returned = wrong(
        "You return a mask. The next step needs the strength of the pixels that stay.",
        change={"np.where(keep, magnitude, 0.0)": "keep"},
    )

    losers_kept = wrong(
        "You keep the pixels that are *not* maxima. It is the other way round.",
        change={"np.where(keep, magnitude, 0.0)": "np.where(keep, 0.0, magnitude)"},
    )

    nothing_removed = wrong(
        "You return the magnitude as it came: nothing is suppressed.",
        change={"np.where(keep, magnitude, 0.0)": "magnitude.copy()"},
    )

    always_sideways_and_border_left_out = wrong(
        "Two things. You always compared with the left and the right neighbour (if you did look at "
        "the angle, check its unit: `arctan2` gives radians); and your border is all zero.",
        change={
            "np.rad2deg(np.arctan2(gy, gx))": "0 * gx",
            "return": "keep[[0, -1]] = keep[:, [0, -1]] = False\n    return",
        },
    )

    edges_of_two = near_miss(
        "drops the border's rows, keeps its columns",
        change={"return": "keep[[0, -1]] = False\n    return"},
        unlike=(border_left_out, wraps_around, ties_dropped_and_border_left_out),
    )

    six_neighbours = near_miss(
        "compares with the neighbours above and below as well",
        change={
            "(magnitude >= ahead) & (magnitude >= behind)": (
                "(magnitude >= ahead) & (magnitude >= behind)"
                " & (magnitude >= around[:-2, 1:-1]) & (magnitude >= around[2:, 1:-1])"
            )
        },
        unlike=(all_eight, four_neighbours, ties_dropped),
    )

    ties_by_chance = near_miss(
        "drops a pixel that is less than twice as large as a neighbour",
        change={"magnitude >= ahead": "magnitude >= 2 * ahead"},
        unlike=(tie_ahead_dropped, tie_behind_dropped, ties_dropped),
    )

    twos_for_strength = near_miss(
        "returns twos for the pixels that stay",
        change={"np.where(keep, magnitude, 0.0)": "np.where(keep, 2.0, 0.0)"},
        unlike=(ones_for_strength, mask_returned),
    )

    backward_directions_kept = near_miss(
        "keeps everything whose gradient points to one half of the compass",
        change={"np.where(keep, magnitude, 0.0)": "np.where(keep | (gy < 0), magnitude, 0.0)"},
        unlike=opposite_directions_lost,
    )
