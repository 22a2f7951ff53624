"""What is right in `hysteresis`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Function, Probe, accepted, near_miss, wrong

from ._shared import _DIAGONAL, _SNAKE


def _path(shape, steps, strong, rng):
    """Weak pixels along a path, strong at one of them, amid noise below the low threshold."""
    strength = rng.uniform(0.0, 1.9, size=shape)
    for r, c in steps:
        strength[r, c] = rng.uniform(2.1, 4.9)
    strength[strong] = rng.uniform(5.1, 9.0)
    return strength


class Hysteresis(Function):
    title = "Hysteresis"
    difficulty = 3
    criteria = (
        Criterion("thresholds", 1, "what counts as strong and as weak"),
        Criterion("chains", 3, "long chains in every direction"),
        Criterion("corners", 1, "chains that step diagonally"),
        Criterion("gaps", 1, "no jump over a gap or around the border"),
        Criterion("kept", 1, "`strength` stays as it is"),
    )
    keeps_arguments = "kept"
    revisit = "Canny, step by step"
    _FIXED = (
        "You looked a fixed number of times. A chain may have any number of links: go on until "
        "nothing changes."
    )

    def probes(self, rng):
        row = np.array([[4.0, 5.0, 9.0, 2.0, 5.0, 4.0]])
        yield Probe("thresholds", "the row of the text, thresholds 3 and 7", (row, 3.0, 7.0))
        exact = np.array([[7.0, 3.0, 2.9, 0.0], [0.0, 0.0, 0.0, 0.0], [3.0, 6.9, 0.0, 7.0]])
        yield Probe("thresholds", "values equal to the thresholds 3 and 7", (exact, 3.0, 7.0))
        both = np.array([[9.0, 3.0, 0.0, 7.0, 6.9]])
        yield Probe("thresholds", "a row with a 3 beside a 9 and a 7", (both, 3.0, 7.0))
        yield Probe(
            "thresholds", "weak pixels and no strong one", (rng.uniform(3.1, 6.9, (4, 5)), 3.0, 7.0)
        )
        yield Probe("thresholds", "one threshold for both", (rng.uniform(0, 9, (5, 6)), 5.0, 5.0))
        yield Probe(
            "chains",
            "a snake that is strong at its lower end",
            (_path((9, 10), _SNAKE, (8, 0), rng), 2.0, 5.0),
        )
        yield Probe(
            "chains",
            "a snake that is strong at its upper end",
            (_path((9, 10), _SNAKE, (2, 1), rng), 2.0, 5.0),
        )
        yield Probe(
            "chains",
            "a row that is strong at its right end",
            (_path((3, 12), [(1, c) for c in range(12)], (1, 11), rng), 2.0, 5.0),
        )
        # One long road through all pixels, for those who let a function call itself at each: more
        # pixels than the depth at which Python, in a notebook, too, gives up.
        large = np.full((60, 60), 4.0)
        large[59, 0] = 9.0
        yield Probe(
            "chains", "a 60×60 image, weak everywhere, strong in a corner", (large, 3.0, 7.0)
        )
        yield Probe(
            "corners",
            "a chain along the diagonals",
            (_path((7, 11), _DIAGONAL, (3, 10), rng), 2.0, 5.0),
        )
        yield Probe("corners", "a random 12×14 image", (rng.uniform(0, 1, (12, 14)), 0.55, 0.97))
        ring = _path((6, 7), [(2, 0), (2, 6), (3, 6), (0, 4), (5, 4), (5, 5)], (2, 0), rng)
        ring[0, 4] = 7.0
        yield Probe("gaps", "weak pixels at the far border", (ring, 2.0, 5.0))
        islands = _path((5, 9), [(2, 0), (2, 1), (2, 3), (2, 4), (2, 6), (2, 8)], (2, 0), rng)
        yield Probe("gaps", "weak islands, each two pixels from the next", (islands, 2.0, 5.0))

    @accepted("flood from every strong pixel")
    def by_flood(strength, low, high):
        H, W = strength.shape
        edges = strength >= high
        waiting = [tuple(p) for p in np.argwhere(edges)]
        while waiting:
            r, c = waiting.pop()
            for i in range(max(r - 1, 0), min(r + 2, H)):
                for j in range(max(c - 1, 0), min(c + 2, W)):
                    if strength[i, j] >= low and not edges[i, j]:
                        edges[i, j] = True
                        waiting.append((i, j))
        return edges

    @accepted("connected regions")
    def by_labels(strength, low, high):
        from scipy import ndimage

        regions, _ = ndimage.label(strength >= low, structure=np.ones((3, 3)))
        alive = np.unique(regions[strength >= high])
        return np.isin(regions, alive[alive > 0])

    @accepted("SciPy's propagation")
    def by_propagation(strength, low, high):
        from scipy.ndimage import binary_propagation

        return binary_propagation(strength >= high, structure=np.ones((3, 3)), mask=strength >= low)

    @accepted("repeat the maximum of nine neighbours")
    def by_maximum(strength, low, high):
        weak = strength >= low
        edges = strength >= high
        for _ in range(strength.size):
            windows = np.lib.stride_tricks.sliding_window_view(np.pad(edges, 1), (3, 3))
            edges = windows.max(axis=(2, 3)) & weak
        return edges

    one_pass = wrong(
        "You looked once: weak pixels that touch a strong one are kept, but not those that "
        "touch *them*. A chain may have any number of links.",
        change={"while edges.sum() != count": "if edges.sum() != count"},
    )

    @wrong(
        "You scanned the image once, from the top left. Chains that run downwards and to the "
        "right are followed, those that run back are not. One scan is not enough."
    )
    def one_scan(strength, low, high):
        H, W = strength.shape
        edges = strength >= high
        for r in range(H):
            for c in range(W):
                if (
                    strength[r, c] >= low
                    and edges[max(r - 1, 0) : r + 2, max(c - 1, 0) : c + 2].any()
                ):
                    edges[r, c] = True
        return edges

    four_neighbours = wrong(
        "Your chains step only to the four neighbours above, below, left and right. Diagonal "
        "neighbours are links, too.",
        change={"structure=np.ones((3, 3)), mask=strength >= low": "mask=strength >= low"},
        of=by_propagation,
    )

    strong_alone = wrong(
        "You kept the strong pixels alone. That is one threshold, and it cuts outlines to "
        "pieces: the weak ones that hang on to a strong one belong to it.",
        change={"return edges": "return strength >= high"},
    )

    every_weak_one = wrong(
        "You kept every weak pixel, also where no chain leads to a strong one. That lets the "
        "noise in.",
        change={"return edges": "return weak"},
    )

    strictly_above = wrong(
        "Pixels exactly at a threshold go wrong. Strong and weak are defined with ≥.",
        change={
            "strength >= low": "strength > low",
            "strength >= high": "strength > high",
        },
    )

    over_gaps = wrong(
        "Your chains jump over gaps: you grow through pixels below the low threshold and ask "
        "for weakness only at the end. Every link must be weak itself.",
        change={
            "np.any(near, axis=0) & weak": "np.any(near, axis=0)",
            "return edges": "return edges & weak",
        },
    )

    wraps_around = wrong(
        "Your chains leave the image on one side and enter on the other: `np.roll` wraps around.",
        change={"np.pad(edges, 1)": 'np.pad(edges, 1, mode="wrap")'},
    )

    strengths_for_mask = wrong(
        "You return the strengths of the kept pixels. Asked for is a mask: True at an edge, "
        "False elsewhere.",
        change={"return edges": "return np.where(edges, strength, 0.0)"},
    )

    @wrong(
        "Your flood calls itself at every pixel. Python gives up some thousand calls deep, and an "
        "outline may be longer. Keep the pixels that still have to be looked at in a list."
    )
    def recursion(strength, low, high):
        edges = strength >= high

        def grow(r, c):
            for i in range(max(r - 1, 0), min(r + 2, strength.shape[0])):
                for j in range(max(c - 1, 0), min(c + 2, strength.shape[1])):
                    if strength[i, j] >= low and not edges[i, j]:
                        edges[i, j] = True
                        grow(i, j)

        for r, c in np.argwhere(edges):
            grow(r, c)
        return edges

    border_never_joined = wrong(
        "Weak pixels of the border never join your chains: your loops leave out the first and last "
        "row and column. A border pixel has fewer neighbours, and is a link all the same.",
        change={
            "np.any(near, axis=0) & weak": (
                "edges | np.pad((np.any(near, axis=0) & weak)[1:-1, 1:-1], 1)"
                " if min(height, width) > 2 else edges"
            )
        },
    )

    border_lost = wrong(
        "Your border is never an edge: the first and last row and column are left out. A border "
        "pixel has fewer neighbours, and is judged all the same.",
        change={
            "return edges": (
                "inside = np.zeros_like(edges)\n"
                "    inside[1:-1, 1:-1] = edges[1:-1, 1:-1]\n    return inside"
            )
        },
    )

    slice_from_minus_one = wrong(
        "In the first row and column your window begins at −1. To a slice that is the *last* "
        "place: the window is empty, and these pixels never join a chain.",
        change={
            "near = [around[r : r + height, c : c + width] for r in range(3) for c in range(3)]": (
                "near = [around[r : r + height, c : c + width] for r in range(3) for c in "
                "range(3)]\n        first = np.zeros_like(weak)\n        first[0] = first[:, 0] = "
                "True"
            ),
            "np.any(near, axis=0) & weak": "edges | (np.any(near, axis=0) & weak & ~first)",
        },
    )

    @wrong(
        "You scanned the image once, from the top left, and left its border out. A chain may run "
        "back, and it may run along the border: one scan is not enough."
    )
    def one_scan_inside(strength, low, high):
        H, W = strength.shape
        edges = strength >= high
        for r in range(1, H - 1):
            for c in range(1, W - 1):
                if strength[r, c] >= low and edges[r - 1 : r + 2, c - 1 : c + 2].any():
                    edges[r, c] = True
        return edges

    @wrong(
        "You looked once, and left the border out: weak pixels that touch a strong one are kept, "
        "but not those that touch *them*. A chain may have any number of links."
    )
    def one_pass_inside(strength, low, high):
        H, W = strength.shape
        strong = strength >= high
        edges = strong.copy()
        for r in range(1, H - 1):
            for c in range(1, W - 1):
                if strength[r, c] >= low and strong[r - 1 : r + 2, c - 1 : c + 2].any():
                    edges[r, c] = True
        return edges

    @wrong(
        "You scanned the image there and back. A chain that turns more than once needs more scans: "
        "go on until nothing changes."
    )
    def there_and_back(strength, low, high):
        H, W = strength.shape
        edges = strength >= high
        places = [(r, c) for r in range(H) for c in range(W)]
        for r, c in places + places[::-1]:
            if strength[r, c] >= low and edges[max(r - 1, 0) : r + 2, max(c - 1, 0) : c + 2].any():
                edges[r, c] = True
        return edges

    @wrong(
        "You scanned the image once from each of its four corners. A chain that turns more often "
        "needs more scans: go on until nothing changes."
    )
    def from_four_corners(strength, low, high):
        H, W = strength.shape
        edges = strength >= high
        for down in (1, -1):
            for right in (1, -1):
                for r in range(H)[::down]:
                    for c in range(W)[::right]:
                        if (
                            strength[r, c] >= low
                            and edges[max(r - 1, 0) : r + 2, max(c - 1, 0) : c + 2].any()
                        ):
                            edges[r, c] = True
        return edges

    two_passes = wrong(
        _FIXED,
        change={
            "count = -1": "count, turns = -1, 2",
            "while edges.sum() != count:": "while turns:\n        turns -= 1",
        },
    )

    ten_passes = wrong(
        _FIXED,
        change={
            "count = -1": "count, turns = -1, 10",
            "while edges.sum() != count:": "while turns:\n        turns -= 1",
        },
    )

    strong_without_equal = wrong(
        "Pixels exactly at the high threshold go wrong. Strong is defined with ≥.",
        change={"strength >= high": "strength > high"},
    )

    weak_without_equal = wrong(
        "Pixels exactly at the low threshold go wrong. Weak is defined with ≥.",
        change={"strength >= low": "strength > low"},
    )

    strong_left_out = wrong(
        "You return the weak pixels that were joined, without the strong ones. They are edges, "
        "too.",
        change={"return edges": "return edges & (strength < high)"},
    )

    white_for_true = wrong(
        "You return 255 for edges, as for a picture. Asked for is a mask: True at an edge, False "
        "elsewhere.",
        change={"return edges": "return np.where(edges, 255, 0)"},
    )

    ones_for_true = wrong(
        "You return ones and zeros. Asked for is a mask of truth values, True and False.",
        change={"return edges": "return edges.astype(int)"},
    )

    any_weak_neighbour = wrong(
        "You keep weak pixels that touch *any* weak pixel. The chain has to end at a strong one.",
        change={
            "edges = strength >= high": "edges = weak.copy()",
            "return edges": "seen = np.pad(weak, 1).astype(int)\n"
            "    touched = sum(seen[r : r + height, c : c + width] for r in range(3) "
            "for c in range(3)) > 1\n    return (strength >= high) | (weak & touched)",
        },
    )

    three_passes = wrong(
        _FIXED,
        change={
            "count = -1": "count, turns = -1, 3",
            "while edges.sum() != count:": "while turns:\n        turns -= 1",
        },
    )

    four_passes = wrong(
        _FIXED,
        change={
            "count = -1": "count, turns = -1, 4",
            "while edges.sum() != count:": "while turns:\n        turns -= 1",
        },
    )

    five_passes = wrong(
        _FIXED,
        change={
            "count = -1": "count, turns = -1, 5",
            "while edges.sum() != count:": "while turns:\n        turns -= 1",
        },
    )

    twenty_passes = wrong(
        _FIXED,
        change={
            "count = -1": "count, turns = -1, 20",
            "while edges.sum() != count:": "while turns:\n        turns -= 1",
        },
    )

    fifty_passes = wrong(
        _FIXED,
        change={
            "count = -1": "count, turns = -1, 50",
            "while edges.sum() != count:": "while turns:\n        turns -= 1",
        },
    )

    whole_rows = near_miss(
        "joins every weak pixel of a row that holds a strong one",
        change={"return edges": "return weak & (strength >= high).any(axis=1, keepdims=True)"},
        unlike=(
            one_pass, one_scan, four_neighbours, strong_alone, strictly_above,
            over_gaps, wraps_around, border_never_joined, border_lost, slice_from_minus_one,
            one_scan_inside, one_pass_inside, there_and_back, from_four_corners, two_passes,
            ten_passes, three_passes, four_passes, five_passes, twenty_passes, fifty_passes,
            strong_without_equal, weak_without_equal, any_weak_neighbour, strong_left_out,
        ),
    )  # fmt: skip

    to_the_right_only = near_miss(
        "chains run to the right only",
        change={"for r in range(3) for c in range(3)]": "for r in range(3) for c in range(2)]"},
        unlike=(
            every_weak_one,
            one_scan,
            four_neighbours,
            there_and_back,
            border_never_joined,
            slice_from_minus_one,
        ),
    )

    minus_one_elsewhere = near_miss(
        "returns 1 and −1",
        change={"return edges": "return np.where(edges, 1, -1)"},
        unlike=(white_for_true, ones_for_true, strengths_for_mask),
    )

    shape_lost = near_miss(
        "raises because of a shape",
        change={"return edges": "return edges.reshape(height, width + 1)"},
        unlike=recursion,
    )

    weak_cleared = wrong(
        "You set what is below the low threshold to zero in `strength` itself. Your edges are "
        "right, and the caller has lost the strengths, for a second try with other thresholds.",
        change={"count = -1": "strength[~weak] = 0\n    count = -1"},
    )
