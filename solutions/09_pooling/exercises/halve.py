"""What is right in `halve`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Function, Probe, accepted, near_miss, wrong

from ._shared import BY_HAND, CHOSEN


class Halve(Function):
    title = "Find the bug"
    difficulty = 2
    criteria = (
        Criterion("even", 2, "maps with an even number of rows and columns"),
        Criterion("batch", 1, "batches with channels"),
        Criterion("odd", 2, "maps with an odd number of rows or columns"),
    )
    tolerance = CHOSEN
    rule = BY_HAND
    revisit = "Every pooling layer of Keras"

    def probes(self, rng):
        yield Probe(
            "even", "the numbers 0 to 15 as a 4×4 map", (np.arange(16.0).reshape(1, 4, 4, 1),)
        )
        yield Probe("even", "a random 4×6 map", (rng.normal(size=(1, 4, 6, 1)),))
        yield Probe("even", "a map of negative numbers", (-1 - rng.random((1, 6, 4, 1)),))
        yield Probe("batch", "3 images of 4×8 with 2 channels", (rng.normal(size=(3, 4, 8, 2)),))
        yield Probe("odd", "a random 5×6 map", (rng.normal(size=(1, 5, 6, 1)),))
        yield Probe("odd", "a random 4×7 map", (rng.normal(size=(1, 4, 7, 2)),))
        yield Probe("odd", "a map with its largest number in the last row and column", (
            np.arange(25.0).reshape(1, 5, 5, 1),
        ))  # fmt: skip
        yield Probe("odd", "a random 3×3 map, negative", (-1 - rng.random((2, 3, 3, 1)),))

    @accepted("four slices")
    def slices(x):
        h, w = x.shape[1] // 2 * 2, x.shape[2] // 2 * 2
        top = np.maximum(x[:, 0:h:2, 0:w:2], x[:, 0:h:2, 1:w:2])
        return np.maximum(top, np.maximum(x[:, 1:h:2, 0:w:2], x[:, 1:h:2, 1:w:2]))

    @accepted("loops")
    def loops(x):
        n, h, w, c = x.shape
        out = np.empty((n, h // 2, w // 2, c))
        for i in range(h // 2):
            for j in range(w // 2):
                out[:, i, j] = x[:, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2].max(axis=(1, 2))
        return out

    @accepted("windows as a view")
    def windows(x):
        views = np.lib.stride_tricks.sliding_window_view(x, (2, 2), axis=(1, 2))
        return views[:, ::2, ::2].max(axis=(-1, -2))

    @accepted("one axis at a time")
    def one_axis(x):
        n, h, w, c = x.shape
        rows = x[:, : h - h % 2].reshape(n, h // 2, 2, w, c).max(axis=2)
        return rows[:, :, : w - w % 2].reshape(n, h // 2, w // 2, 2, c).max(axis=3)

    four_in_a_row = wrong(
        "Nothing is mended but the odd sizes: your windows are still four neighbours of one row. "
        "Feed it the numbers 0 to 15 and see which four it compares.",
        change={
            "h // 2, 2, w // 2, 2, c": "h // 2, w // 2, 2, 2, c",
            "axis=(2, 4)": "axis=(3, 4)",
        },
    )

    even_only = wrong(
        "The windows are right, but odd sizes are refused: the reshape wants an even number of "
        "rows and columns.",
        change={"x[:, : h // 2 * 2, : w // 2 * 2]": "x"},
    )

    rounded_up = wrong(
        "An odd last row or column is to be left out; you pool it as a window of its own.",
        change={"n, h, w, c = x.shape": "n, h, w, c = x.shape\n    h, w = h + h % 2, w + w % 2"},
        of=loops,
    )

    first_dropped = wrong(
        "For odd sizes you drop the first row or column. Windows start at the top left; what is "
        "left over lies at the far end.",
        change={"x[:, : h // 2 * 2, : w // 2 * 2]": "x[:, h % 2 :, w % 2 :]"},
    )

    mean_for_max = wrong(
        "You take the mean of each window. Asked for is the largest.",
        change={"max(axis=(2, 4))": "mean(axis=(2, 4))"},
    )

    strided = wrong(
        "You keep the top left pixel of each window. That is a stride without pooling: the other "
        "three are never looked at.",
        change={"even.reshape(n, h // 2, 2, w // 2, 2, c).max(axis=(2, 4))": "even[:, ::2, ::2]"},
    )

    map_reduced = wrong(
        "You reduce the wrong two axes: not the two of the window, but those of the map, so what "
        "is left is 2×2.",
        change={"axis=(2, 4)": "axis=(1, 3)"},
    )

    draft = wrong(
        "That is your colleague's function as it was: its windows are four neighbours of one row. "
        "Feed it the numbers 0 to 15 and see which four it compares.",
        change={
            "x[:, : h // 2 * 2, : w // 2 * 2]": "x",
            "h // 2, 2, w // 2, 2, c": "h // 2, w // 2, 2, 2, c",
            "axis=(2, 4)": "axis=(3, 4)",
        },
    )

    odd_columns_left = wrong(
        "The windows are right, but maps with an odd number of columns are refused: you leave out "
        "the odd row, not the odd column.",
        change={", : w // 2 * 2]": "]"},
    )

    odd_rows_left = wrong(
        "The windows are right, but maps with an odd number of rows are refused: you leave out the "
        "odd column, not the odd row.",
        change={": h // 2 * 2, : w": ":, : w"},
    )

    windows_overlap = wrong(
        "Your windows move by one pixel and overlap. They are to stand side by side.",
        change={"views[:, ::2, ::2]": "views"},
        of=windows,
    )

    channels_mixed = wrong(
        "You take the largest over the channels, too. Each channel is pooled by itself.",
        change={"max(axis=(2, 4))": "max(axis=(2, 4, 5), keepdims=True)[:, :, 0, :, 0]"},
    )

    rows_alone = wrong(
        "You halve the rows only: the window is two pixels wide as well.",
        change={
            "return rows[:, :, : w - w % 2].reshape(n, h // 2, w // 2, 2, c).max(axis=3)": (
                "return rows"
            )
        },
        of=one_axis,
    )

    border_of_zeros = wrong(
        "You complete odd maps with zeros and pool those as well. An odd last row or column is to "
        "be left out.",
        change={
            "n, h, w, c = x.shape": (
                "x = np.pad(x, ((0, 0), (0, x.shape[1] % 2), (0, x.shape[2] % 2), (0, 0)))\n"
                "    n, h, w, c = x.shape"
            ),
        },
        of=loops,
    )

    always_one_less = wrong(
        "You cut the last row and column off even where their number is even: two rows make a "
        "window, and you lose a whole one.",
        change={
            ": h // 2 * 2, : w // 2 * 2": ": (h - 1) // 2 * 2, : (w - 1) // 2 * 2",
            "h // 2, 2, w // 2, 2": "(h - 1) // 2, 2, (w - 1) // 2, 2",
        },
    )

    smallest = wrong(
        "You take the smallest of each window. Asked for is the largest.",
        change={"max(axis=(2, 4))": "min(axis=(2, 4))"},
    )

    starts_not_doubled = wrong(
        "Your result has the right size, but its windows start at (i, j) and overlap: they all lie "
        "in the top left quarter.",
        change={"2 * i : 2 * i + 2, 2 * j : 2 * j + 2": "i : i + 2, j : j + 2"},
        of=loops,
    )

    three_rows_in_two = near_miss(
        "raises because the sizes of a reshape do not fit",
        change={"h // 2, 2, w // 2, 2, c": "h // 2, 3, w // 2, 2, c"},
        unlike=(even_only, odd_columns_left, odd_rows_left),
    )
