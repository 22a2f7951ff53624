"""What is right in `closing`, and what students get wrong."""

import numpy as np

from autograder.exercise import COPIED, Criterion, Function, Probe, accepted, near_miss, wrong


class Closing(Function):
    title = "Find the bug"
    difficulty = 2
    criteria = (
        Criterion("inside", 2, "the values away from the border"),
        Criterion("border", 2, "the border"),
        Criterion("negative", 1, "images with negative or large numbers"),
    )
    tolerance = COPIED
    revisit = "Edges without products: morphology"

    def probes(self, rng):
        dot = np.zeros((11, 12))
        dot[4:7, 5:8] = rng.uniform(0.5, 1.0, (3, 3))
        dot[5, 6] = 0.1
        yield Probe("inside", "a bright square with a dark dot, on black", (dot, 3))
        yield Probe("inside", "window 1", (rng.uniform(0, 1, (4, 5)), 1))
        yield Probe(
            "border", "a random 7×9 image between 0 and 1, window 3", (rng.uniform(0, 1, (7, 9)), 3)
        )
        yield Probe(
            "border",
            "a random 8×6 image between 0 and 1, window 5",
            (rng.uniform(0.2, 1, (8, 6)), 5),
        )
        yield Probe(
            "border", "a window of 5, wider than the 3×4 image", (rng.uniform(0.2, 1, (3, 4)), 5)
        )
        yield Probe(
            "negative", "an image of negative numbers, window 3", (rng.uniform(-2, -1, (6, 7)), 3)
        )
        yield Probe(
            "negative", "an image from 300 to 900, window 3", (rng.uniform(300, 900, (6, 5)), 3)
        )
        yield Probe("negative", "a row of negative numbers", (rng.uniform(-9, -1, (1, 8)), 3))
        yield Probe(
            "negative", "an image from −50 to 200, window 5", (rng.uniform(-50, 200, (9, 8)), 5)
        )

    @accepted("repeat the border")
    def by_edge(image, size):
        for pick in (np.max, np.min):
            padded = np.pad(image, size // 2, mode="edge")
            image = pick(
                np.lib.stride_tricks.sliding_window_view(padded, (size, size)), axis=(-2, -1)
            )
        return image

    @accepted("SciPy")
    def by_library(image, size):
        from scipy import ndimage

        return ndimage.minimum_filter(
            ndimage.maximum_filter(image, size, mode="nearest"), size, mode="nearest"
        )

    @accepted("loops over cut windows")
    def by_loops(image, size):
        def filtered(source, pick):
            r, (H, W) = size // 2, source.shape
            return np.array(
                [
                    [
                        pick(source[max(i - r, 0) : i + r + 1, max(j - r, 0) : j + r + 1])
                        for j in range(W)
                    ]
                    for i in range(H)
                ]
            )

        return filtered(filtered(image, np.max), np.min)

    @accepted("rows first, then columns, by negation")
    def by_axes(image, size):
        def dilate(a):
            for axis in (0, 1):
                width = [(0, 0), (0, 0)]
                width[axis] = (size // 2, size // 2)
                a = np.lib.stride_tricks.sliding_window_view(
                    np.pad(a, width, mode="symmetric"), size, axis=axis
                ).max(-1)
            return a

        return -dilate(-dilate(image))

    zeros_outside = wrong(
        "Nothing has changed: around the image there are still zeros, and a zero wins every "
        "minimum of positive numbers. Which of the two steps takes minima?",
        change={"((np.max, -np.inf), (np.min, np.inf))": "((np.max, 0.0), (np.min, 0.0))"},
    )

    zeros_in_dilation = wrong(
        "The erosion is mended. But the dilation still puts zeros outside, and a zero wins "
        "every maximum of negative numbers.",
        change={"(np.max, -np.inf)": "(np.max, 0.0)"},
    )

    assumes_zero_to_one = wrong(
        "You put 0 outside for one step and 1 for the other. That is neutral for pictures "
        "between 0 and 1, and wrong for all others. Which number never wins, whatever the "
        "picture?",
        change={"((np.max, -np.inf), (np.min, np.inf))": "((np.max, 0.0), (np.min, 1.0))"},
    )

    opening = wrong(
        "Erosion comes first in your function: that is an opening, which removes bright "
        "specks. A closing fills dark ones.",
        change={"((np.max, -np.inf), (np.min, np.inf))": "((np.min, np.inf), (np.max, -np.inf))"},
    )

    dilation_alone = wrong(
        "You stopped after the dilation: bright things have grown and stay grown. The second "
        "step gives them their size back.",
        change={"((np.max, -np.inf), (np.min, np.inf))": "((np.max, -np.inf),)"},
    )

    size_for_radius = wrong(
        "Your window reaches `size` pixels to each side. Its whole side is `size` pixels long.",
        change={
            "size // 2": "size",
            "(size, size)": "(2 * size + 1, 2 * size + 1)",
        },
    )

    wraps_around = wrong(
        "At the border you look at the opposite side of the image. What is left of the first "
        "column is not the last one.",
        change={'mode="edge"': 'mode="wrap"'},
        of=by_edge,
    )

    border_cut_off = wrong(
        "You avoid the frame by leaving the border out, so the picture shrinks. The result "
        "must have the image's shape.",
        change={
            "padded = np.pad(image, size // 2, constant_values=neutral)": (
                "if min(image.shape) < size:\n            break\n        padded = image"
            ),
        },
    )

    @wrong(
        "You painted the frame over with the original pixels. The border has a closing of its "
        "own: the part of the window that lies inside."
    )
    def frame_painted_over(image, size):
        from scipy import ndimage

        r = size // 2
        out = ndimage.grey_closing(image, (size, size))
        keep = np.ones(image.shape, dtype=bool)
        if r:
            keep[r:-r, r:-r] = False
        else:
            keep[:] = False
        return np.where(keep, image, out)

    zeros_in_erosion = wrong(
        "The dilation is mended. But the erosion still puts zeros outside, and a zero wins every "
        "minimum of positive numbers.",
        change={"(np.min, np.inf)": "(np.min, 0.0)"},
    )

    assumes_bytes = wrong(
        "You put 0 outside for one step and 255 for the other. That is neutral for pictures "
        "between 0 and 255, and wrong for all others. Which number never wins, whatever the "
        "picture?",
        change={"((np.max, -np.inf), (np.min, np.inf))": "((np.max, 0.0), (np.min, 255.0))"},
    )

    neutral_swapped = wrong(
        "You exchanged the two numbers outside: the one that never wins a maximum wins every "
        "minimum.",
        change={"((np.max, -np.inf), (np.min, np.inf))": "((np.max, np.inf), (np.min, -np.inf))"},
    )

    one_number_for_both = wrong(
        "You put the same number outside in both steps. What never wins a maximum wins every "
        "minimum.",
        change={"((np.max, -np.inf), (np.min, np.inf))": "((np.max, -np.inf), (np.min, -np.inf))"},
    )

    nan_outside = wrong(
        "You put nan outside. nan wins every comparison: largest and smallest of a window that "
        "holds one are nan.",
        change={"((np.max, -np.inf), (np.min, np.inf))": "((np.max, np.nan), (np.min, np.nan))"},
    )

    erosion_alone = wrong(
        "Only the erosion is left: bright things shrink. A closing dilates first.",
        change={"((np.max, -np.inf), (np.min, np.inf))": "((np.min, np.inf),)"},
    )

    dilated_twice = wrong(
        "You dilated twice. The second step takes the smallest number of each window.",
        change={"(np.min, np.inf)": "(np.max, -np.inf)"},
    )

    mean_outside = wrong(
        "You put the image's mean outside. It wins where all of the window is darker, or brighter.",
        change={"constant_values=neutral": "constant_values=image.mean()"},
    )

    one_axis_only = wrong(
        "Your window is one row. It is a square: rows and columns take part.",
        change={
            "np.pad(image, size // 2, constant_values=neutral)": (
                "np.pad(image, ((0, 0), (size // 2, size // 2)), constant_values=neutral)"
            ),
            "(size, size)": "(1, size)",
        },
    )

    unchanged = wrong(
        "You return the image as it came.",
        change={"        image = pick": "        pick"},
    )

    @wrong(
        "You pad once, before the first step. In the second step pixels outside then take part: "
        "they hold what the dilation has spread there."
    )
    def padded_once(image, size):
        padded = np.pad(image, 2 * (size // 2), constant_values=-np.inf)
        for pick in (np.max, np.min):
            windows = np.lib.stride_tricks.sliding_window_view(padded, (size, size))
            padded = pick(windows, axis=(2, 3))
        return padded

    near_numbers = near_miss(
        "numbers outside that win after all, for large images",
        change={"((np.max, -np.inf), (np.min, np.inf))": "((np.max, -1e3), (np.min, 50.0))"},
        unlike=(
            zeros_in_erosion, one_number_for_both, nan_outside, neutral_swapped, zeros_outside,
            assumes_zero_to_one, assumes_bytes,
        ),
    )  # fmt: skip
