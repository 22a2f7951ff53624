"""Exercises of lesson 09: pooling and a whole network."""

from typing import ClassVar

import numpy as np

from autograder.exercise import (
    Choices,
    Criterion,
    Function,
    Probe,
    Rule,
    Tolerance,
    Value,
    accepted,
    wrong,
)

MEANS = Tolerance(
    atol=1e-6, rtol=1e-6, reason="a mean of a few numbers; float32 inputs may be summed as such"
)
SUMS = Tolerance(atol=1e-9, rtol=1e-9, reason="a handful of float64 numbers, added in any order")
CHOSEN = Tolerance(atol=0, rtol=1e-12, reason="values are only chosen, never computed")
BY_HAND = Rule(
    forbid=("keras", "tensorflow", "torch", "jax", "skimage.measure", "scipy.ndimage"),
    reason="Write the windows yourself; NumPy is all you need.",
)


class HandPool(Value):
    name = "hand_pool"
    title = "Pooling by hand"
    difficulty = 1
    entries: ClassVar = {
        "shape": "shape",
        "average": "number",
        "overlapping_shape": "shape",
        "overlapping_max": "integer",
        "unseen": "integer",
    }
    step = 0.001
    criteria = (
        Criterion("shape", 1, "the shape with f = 2, s = 2"),
        Criterion("average", 1, "a mean"),
        Criterion("overlapping_shape", 1, "the shape with f = 3, s = 2"),
        Criterion("overlapping_max", 1, "a maximum with overlapping windows"),
        Criterion("unseen", 1, "the pixels that f = 2, s = 3 does not see"),
    )
    revisit = "Keep the largest"

    as_dict = accepted(
        "a dictionary",
        source="""{"shape": (2, 3), "average": 1.75, "overlapping_shape": (2, 2),
 "overlapping_max": 9, "unseen": 14}""",
    )
    as_lists = accepted(
        "shapes as lists",
        source="""dict(shape=[2, 3], average=7 / 4, overlapping_shape=[2, 2],
 overlapping_max=9.0, unseen=14)""",
    )
    computed = accepted(
        "computed",
        source="""{
    "shape": tuple((n - 2) // 2 + 1 for n in (5, 6)),
    "average": np.mean([0, 3, 4, 0]),
    "overlapping_shape": tuple((n - 3) // 2 + 1 for n in (5, 6)),
    "overlapping_max": int(np.max([[7, 2, 0], [1, 5, 8], [0, 9, 3]])),
    "unseen": 5 * 6 - 4 * 4,
}""",
    )

    last_row_pooled = wrong(
        "You pooled the fifth row, too, though it does not fill a window. Without padding such "
        "a row is left out.",
        source="""{"shape": (3, 3), "average": 4.0, "overlapping_shape": (2, 2),
 "overlapping_max": 9, "unseen": 14}""",
    )
    rows_and_columns_swapped = wrong(
        "Your first shape is (columns, rows). Rows come first.",
        source="""{"shape": (3, 2), "average": 1.75, "overlapping_shape": (2, 2),
 "overlapping_max": 9, "unseen": 14}""",
    )
    sum_for_mean = wrong(
        "For the average you added up the window and did not divide.",
        source="""{"shape": (2, 3), "average": 7, "overlapping_shape": (2, 2),
 "overlapping_max": 9, "unseen": 14}""",
    )
    largest_for_mean = wrong(
        "For the average you took the largest of the window.",
        source="""{"shape": (2, 3), "average": 4, "overlapping_shape": (2, 2),
 "overlapping_max": 9, "unseen": 14}""",
    )
    stride_one = wrong(
        "With f = 3 you moved the window by one pixel only. The stride says 2.",
        revisit="Which f, which s?",
        source="""{"shape": (2, 3), "average": 1.75, "overlapping_shape": (3, 4),
 "overlapping_max": 9, "unseen": 14}""",
    )
    stride_equals_size = wrong(
        "With f = 3 you moved the window by its own width, so that nothing overlaps. The stride "
        "is 2 here: the next window begins two pixels on.",
        revisit="Which f, which s?",
        source="""{"shape": (2, 3), "average": 1.75, "overlapping_shape": (1, 2),
 "overlapping_max": 7, "unseen": 14}""",
    )
    seen_for_unseen = wrong(
        "You counted the pixels that are seen. Asked for are the others.",
        revisit="Which f, which s?",
        source="""{"shape": (2, 3), "average": 1.75, "overlapping_shape": (2, 2),
 "overlapping_max": 9, "unseen": 16}""",
    )
    both_needed = wrong(
        "You counted only pixels whose row and whose column are both skipped. One of the two is "
        "enough to be missed by every window.",
        revisit="Which f, which s?",
        source="""{"shape": (2, 3), "average": 1.75, "overlapping_shape": (2, 2),
 "overlapping_max": 9, "unseen": 2}""",
    )


class Pool(Function):
    name = "pool"
    title = "Max and average pooling"
    difficulty = 2
    criteria = (
        Criterion("size", 1, "the size of the output"),
        Criterion("max", 2, "max pooling of batches with channels"),
        Criterion("negative", 1, "max pooling of maps that are negative everywhere"),
        Criterion("average", 2, "average pooling"),
        Criterion("overlap", 1, "windows that overlap or leave gaps"),
    )
    tolerance = MEANS
    rule = BY_HAND
    revisit = "Keep the largest"

    def probes(self, rng):
        def volume(*shape):
            return rng.normal(size=shape)

        yield Probe(
            "size", "one map of 6×9 ones, f = 3, s = 3", (np.ones((1, 6, 9, 1)), 3, 3, "max")
        )
        yield Probe(
            "size", "one map of 7×5 ones, f = 2, s = 2", (np.ones((1, 7, 5, 1)), 2, 2, "average")
        )
        yield Probe(
            "size", "a window as large as its 4×4 map", (np.ones((1, 4, 4, 2)), 4, 1, "max")
        )
        yield Probe("max", "a batch of 2, 4×6, 3 channels", (volume(2, 4, 6, 3) + 4, 2, 2, "max"))
        yield Probe("max", "f = 1, s = 1", (volume(1, 3, 4, 2) + 5, 1, 1, "max"))
        yield Probe("max", "7×8, f = 3, s = 3", (volume(3, 7, 8, 1) + 4, 3, 3, "max"))
        yield Probe("negative", "all negative", (-1 - rng.random((2, 4, 6, 2)), 2, 2, "max"))
        yield Probe("negative", "around −10⁸", (-1e8 - rng.random((1, 4, 4, 1)), 2, 2, "max"))
        yield Probe(
            "average", "a batch of 2, 6×4, 3 channels", (volume(2, 6, 4, 3), 2, 2, "average")
        )
        yield Probe(
            "average",
            "float32, 5×7, f = 2, s = 2",
            (volume(1, 5, 7, 2).astype(np.float32), 2, 2, "average"),
        )
        yield Probe("overlap", "7×9, f = 3, s = 2", (volume(2, 7, 9, 2) + 4, 3, 2, "max"))
        yield Probe("overlap", "8×7, f = 2, s = 3", (volume(1, 8, 7, 2) + 4, 2, 3, "average"))
        yield Probe("overlap", "6×5, f = 3, s = 1", (volume(1, 6, 5, 1), 3, 1, "average"))

    @accepted("loops over everything")
    def loops(x, size, stride, how):
        N, H, W, C = x.shape
        h, w = (H - size) // stride + 1, (W - size) // stride + 1
        out = np.zeros((N, h, w, C))
        for n in range(N):
            for i in range(h):
                for j in range(w):
                    for c in range(C):
                        total, largest = 0.0, -np.inf
                        for a in range(size):
                            for b in range(size):
                                v = float(x[n, i * stride + a, j * stride + b, c])
                                total += v
                                largest = max(largest, v)
                        out[n, i, j, c] = largest if how == "max" else total / size**2
        return out

    @accepted("windows as a view")
    def windows(x, size, stride, how):
        views = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
        views = views[:, ::stride, ::stride]
        return views.max(axis=(-2, -1)) if how == "max" else views.mean(axis=(-2, -1))

    @accepted("shifted copies of the whole map")
    def shifted(x, size, stride, how):
        last_row, last_column = x.shape[1] - size + 1, x.shape[2] - size + 1
        copies = [
            x[:, a : a + last_row : stride, b : b + last_column : stride]
            for a in range(size)
            for b in range(size)
        ]
        return np.maximum.reduce(copies) if how == "max" else sum(copies) / len(copies)

    @accepted("rows first, then columns")
    def by_axes(x, size, stride, how):
        reduce = np.max if how == "max" else np.mean
        for axis in (1, 2):
            starts = range(0, x.shape[axis] - size + 1, stride)
            strips = [np.take(x, range(s, s + size), axis=axis) for s in starts]
            x = np.stack([reduce(strip, axis=axis) for strip in strips], axis=axis)
        return x

    @wrong("You move the window by one pixel, whatever the stride is.")
    def stride_ignored(x, size, stride, how):
        views = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
        return views.max(axis=(-2, -1)) if how == "max" else views.mean(axis=(-2, -1))

    @wrong(
        "Your output has the right size, but its windows start at i, not where the stride "
        "takes them: they all lie in the top left corner."
    )
    def start_without_stride(x, size, stride, how):
        h, w = ((n - size) // stride + 1 for n in x.shape[1:3])
        views = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))[:, :h, :w]
        return views.max(axis=(-2, -1)) if how == "max" else views.mean(axis=(-2, -1))

    @wrong(
        "You move the window by its own width. That is the usual case, not the only one: the "
        "stride is an argument.",
        revisit="Which f, which s?",
    )
    def stride_is_size(x, size, stride, how):
        views = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
        views = views[:, ::size, ::size]
        return views.max(axis=(-2, -1)) if how == "max" else views.mean(axis=(-2, -1))

    @wrong(
        "On a map that is negative everywhere your maximum is 0: the search for the largest "
        "starts from a zero that is not in the window."
    )
    def starts_from_zero(x, size, stride, how):
        views = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
        views = views[:, ::stride, ::stride]
        if how == "max":
            return np.maximum(views.max(axis=(-2, -1)), 0.0)
        return views.mean(axis=(-2, -1))

    @wrong(
        "You round the output's size up and pool windows that stick out at the far end. "
        "Without padding they are left out: the formula rounds down."
    )
    def rounded_up(x, size, stride, how):
        h, w = (-((size - n) // stride) + 1 for n in x.shape[1:3])
        out = np.zeros((x.shape[0], h, w, x.shape[3]))
        for i in range(h):
            for j in range(w):
                part = x[:, i * stride : i * stride + size, j * stride : j * stride + size]
                part = part if part.size else x[:, -1:, -1:]
                out[:, i, j] = part.max(axis=(1, 2)) if how == "max" else part.mean(axis=(1, 2))
        return out

    @wrong("For the average you add the window up and do not divide by the number of pixels.")
    def sum_for_mean(x, size, stride, how):
        views = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
        views = views[:, ::stride, ::stride]
        return views.max(axis=(-2, -1)) if how == "max" else views.sum(axis=(-2, -1))

    @wrong("For the average you divide by the window's side; a window has side times side pixels.")
    def divided_by_side(x, size, stride, how):
        views = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
        views = views[:, ::stride, ::stride]
        return views.max(axis=(-2, -1)) if how == "max" else views.sum(axis=(-2, -1)) / size

    @wrong("You always take the largest: the argument `how` makes no difference.")
    def how_ignored(x, size, stride, how):
        views = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
        return views[:, ::stride, ::stride].max(axis=(-2, -1))

    @wrong(
        "You pool over the channels, too: every channel of your output holds the same. Each "
        "channel is pooled by itself."
    )
    def channels_mixed(x, size, stride, how):
        views = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
        views = views[:, ::stride, ::stride]
        pick = np.max if how == "max" else np.mean
        return np.broadcast_to(pick(views, axis=(-3, -2, -1))[..., None], views.shape[:4]).copy()

    @wrong(
        "Your output has only one channel. Pooling keeps the number of channels: each is pooled "
        "by itself."
    )
    def one_channel_left(x, size, stride, how):
        views = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
        views = views[:, ::stride, ::stride, :1]
        return views.max(axis=(-2, -1)) if how == "max" else views.mean(axis=(-2, -1))

    @wrong("Every image of your batch gets the first image's result.")
    def first_image_only(x, size, stride, how):
        x = np.repeat(x[:1], len(x), axis=0)
        views = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
        views = views[:, ::stride, ::stride]
        return views.max(axis=(-2, -1)) if how == "max" else views.mean(axis=(-2, -1))

    @wrong("Your output has its two image axes swapped: rows first, then columns.")
    def rows_and_columns_swapped(x, size, stride, how):
        views = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
        views = views[:, ::stride, ::stride].swapaxes(1, 2)
        return views.max(axis=(-2, -1)) if how == "max" else views.mean(axis=(-2, -1))


class Halve(Function):
    name = "halve"
    title = "Find the bug: pooling by reshaping"
    difficulty = 2
    criteria = (
        Criterion("even", 2, "maps with an even number of rows and columns"),
        Criterion("batch", 1, "batches with channels"),
        Criterion("odd", 2, "maps with an odd number of rows or columns"),
    )
    tolerance = CHOSEN
    rule = BY_HAND
    revisit = "Exercise · find the bug ●●○"

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

    @wrong(
        "Nothing is mended but the odd sizes: your windows are still four neighbours of one row. "
        "Feed it the numbers 0 to 15 and see which four it compares."
    )
    def four_in_a_row(x):
        n, h, w, c = x.shape
        x = x[:, : h // 2 * 2, : w // 2 * 2]
        return x.reshape(n, h // 2, w // 2, 2, 2, c).max(axis=(3, 4))

    @wrong(
        "The windows are right, but odd sizes are refused: the reshape wants an even number of "
        "rows and columns."
    )
    def even_only(x):
        n, h, w, c = x.shape
        return x.reshape(n, h // 2, 2, w // 2, 2, c).max(axis=(2, 4))

    @wrong("An odd last row or column is to be left out; you pool it as a window of its own.")
    def rounded_up(x):
        n, h, w, c = x.shape
        padded = np.pad(x, ((0, 0), (0, h % 2), (0, w % 2), (0, 0)), constant_values=-np.inf)
        return padded.reshape(n, (h + 1) // 2, 2, (w + 1) // 2, 2, c).max(axis=(2, 4))

    @wrong(
        "For odd sizes you drop the first row or column. Windows start at the top left; what is "
        "left over lies at the far end."
    )
    def first_dropped(x):
        n, h, w, c = x.shape
        x = x[:, h % 2 :, w % 2 :]
        return x.reshape(n, h // 2, 2, w // 2, 2, c).max(axis=(2, 4))

    @wrong("You take the mean of each window. Asked for is the largest.")
    def mean_for_max(x):
        n, h, w, c = x.shape
        x = x[:, : h // 2 * 2, : w // 2 * 2]
        return x.reshape(n, h // 2, 2, w // 2, 2, c).mean(axis=(2, 4))

    @wrong(
        "You keep the top left pixel of each window. That is a stride without pooling: the other "
        "three are never looked at."
    )
    def strided(x):
        h, w = x.shape[1] // 2 * 2, x.shape[2] // 2 * 2
        return x[:, 0:h:2, 0:w:2].copy()

    @wrong(
        "You reduce the wrong two axes: not the two of the window, but those of the map, so what "
        "is left is 2×2."
    )
    def map_reduced(x):
        n, h, w, c = x.shape
        x = x[:, : h // 2 * 2, : w // 2 * 2]
        return x.reshape(n, h // 2, 2, w // 2, 2, c).max(axis=(1, 3))


class PoolBackward(Function):
    name = "pool_backward"
    title = "Back through max pooling"
    difficulty = 3
    criteria = (
        Criterion("routing", 2, "the gradient goes to the winner of each window"),
        Criterion("batch", 1, "each image and channel by itself"),
        Criterion("overlap", 2, "overlapping windows, gaps and left-over pixels"),
        Criterion("ties", 1, "equal inputs"),
    )
    tolerance = SUMS
    rule = BY_HAND
    revisit = "The way back"

    def probes(self, rng):
        def case(shape, size, stride, x=None):
            n, h, w, c = shape
            out = (n, (h - size) // stride + 1, (w - size) // stride + 1, c)
            return rng.normal(size=out), rng.normal(size=shape) if x is None else x, size, stride

        yield Probe("routing", "a 4×4 map, f = 2, s = 2", case((1, 4, 4, 1), 2, 2))
        yield Probe("routing", "a 6×9 map, f = 3, s = 3", case((1, 6, 9, 1), 3, 3))
        yield Probe(
            "routing", "all negative", case((1, 4, 6, 1), 2, 2, -1 - rng.random((1, 4, 6, 1)))
        )
        yield Probe("batch", "2 images, 3 channels", case((2, 4, 6, 3), 2, 2))
        yield Probe("overlap", "f = 3, s = 2, one large number", case(
            (1, 5, 7, 1), 3, 2, rng.random((1, 5, 7, 1)) + 9 * np.eye(5, 7, 0)[None, :, :, None]
        ))  # fmt: skip
        yield Probe("overlap", "7×6, f = 3, s = 1", case((2, 7, 6, 2), 3, 1))
        yield Probe("overlap", "5×7, f = 2, s = 2: an odd row and column", case((1, 5, 7, 1), 2, 2))
        yield Probe("overlap", "8×7, f = 2, s = 3: gaps", case((1, 8, 7, 2), 2, 3))
        yield Probe(
            "ties",
            "all inputs equal, f = 2, s = 2",
            case((1, 4, 4, 2), 2, 2, np.ones((1, 4, 4, 2))),
        )
        yield Probe(
            "ties",
            "inputs of 0 and 1 only, f = 3, s = 3",
            case((1, 6, 6, 2), 3, 3, rng.integers(0, 2, (1, 6, 6, 2)).astype(float)),
        )

    @accepted("loops over everything")
    def loops(gradient, x, size, stride):
        out = np.zeros(x.shape)
        N, h, w, C = gradient.shape
        for n in range(N):
            for i in range(h):
                for j in range(w):
                    for c in range(C):
                        best, where = -np.inf, None
                        for a in range(i * stride, i * stride + size):
                            for b in range(j * stride, j * stride + size):
                                if x[n, a, b, c] > best:
                                    best, where = x[n, a, b, c], (n, a, b, c)
                        out[where] += gradient[n, i, j, c]
        return out

    @accepted("argmax and np.add.at")
    def add_at(gradient, x, size, stride):
        views = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
        views = views[:, ::stride, ::stride]
        down, right = np.divmod(views.reshape(*gradient.shape, -1).argmax(-1), size)
        n, i, j, c = np.indices(gradient.shape)
        out = np.zeros(x.shape)
        np.add.at(out, (n, i * stride + down, j * stride + right, c), gradient)
        return out

    @accepted("flat numbers and np.bincount")
    def bincount(gradient, x, size, stride):
        numbers = np.arange(x.size).reshape(x.shape)
        cut = np.lib.stride_tricks.sliding_window_view
        windows = cut(x, (size, size), axis=(1, 2))[:, ::stride, ::stride]
        places = cut(numbers, (size, size), axis=(1, 2))[:, ::stride, ::stride]
        winner = windows.reshape(*gradient.shape, -1).argmax(-1)[..., None]
        place = np.take_along_axis(places.reshape(*gradient.shape, -1), winner, -1)
        return np.bincount(place.ravel(), gradient.ravel(), x.size).reshape(x.shape)

    @wrong(
        "Where inputs tie, each of them gets the whole gradient. One window hands down one "
        "gradient: to the first in reading order."
    )
    def to_every_tie(gradient, x, size, stride):
        out = np.zeros(x.shape)
        for i, j in np.ndindex(gradient.shape[1:3]):
            here = np.s_[:, i * stride : i * stride + size, j * stride : j * stride + size]
            win = x[here] == x[here].max(axis=(1, 2), keepdims=True)
            out[here] += win * gradient[:, i : i + 1, j : j + 1]
        return out

    @wrong("Where inputs tie, you share the gradient among them. Here the first takes it all.")
    def shared_by_ties(gradient, x, size, stride):
        out = np.zeros(x.shape)
        for i, j in np.ndindex(gradient.shape[1:3]):
            here = np.s_[:, i * stride : i * stride + size, j * stride : j * stride + size]
            win = x[here] == x[here].max(axis=(1, 2), keepdims=True)
            share = win / win.sum(axis=(1, 2), keepdims=True)
            out[here] += share * gradient[:, i : i + 1, j : j + 1]
        return out

    @wrong("Where inputs tie, your gradient goes to the last. Here the first one wins.")
    def last_tie(gradient, x, size, stride):
        out = np.zeros(x.shape)
        for n, i, j, c in np.ndindex(gradient.shape):
            window = x[n, i * stride : i * stride + size, j * stride : j * stride + size, c]
            a, b = divmod(size * size - 1 - window.ravel()[::-1].argmax(), size)
            out[n, i * stride + a, j * stride + b, c] += gradient[n, i, j, c]
        return out

    @wrong(
        "Ties go to the first in column order. Reading order runs along a row first, then on to "
        "the next row."
    )
    def column_order(gradient, x, size, stride):
        out = np.zeros(x.shape)
        for n, i, j, c in np.ndindex(gradient.shape):
            window = x[n, i * stride : i * stride + size, j * stride : j * stride + size, c]
            b, a = divmod(window.T.ravel().argmax(), size)
            out[n, i * stride + a, j * stride + b, c] += gradient[n, i, j, c]
        return out

    @wrong(
        "Every input of a window gets the gradient, winner or not. Nudge an input that is not "
        "the largest: does the output move?"
    )
    def to_every_position(gradient, x, size, stride):
        out = np.zeros(x.shape)
        for i, j in np.ndindex(gradient.shape[1:3]):
            here = np.s_[:, i * stride : i * stride + size, j * stride : j * stride + size]
            out[here] += gradient[:, i : i + 1, j : j + 1]
        return out

    @wrong("You share the gradient evenly in each window. That is the way back through a mean.")
    def average_backward(gradient, x, size, stride):
        out = np.zeros(x.shape)
        for i, j in np.ndindex(gradient.shape[1:3]):
            here = np.s_[:, i * stride : i * stride + size, j * stride : j * stride + size]
            out[here] += gradient[:, i : i + 1, j : j + 1] / size**2
        return out

    @wrong(
        "Where windows overlap, the later one overwrites the earlier: an input that wins twice "
        "must get the sum."
    )
    def overwritten(gradient, x, size, stride):
        out = np.zeros(x.shape)
        for n, i, j, c in np.ndindex(gradient.shape):
            window = x[n, i * stride : i * stride + size, j * stride : j * stride + size, c]
            a, b = divmod(window.argmax(), size)
            out[n, i * stride + a, j * stride + b, c] = gradient[n, i, j, c]
        return out

    @wrong(
        "You multiply the gradient by the largest value. The derivative of a maximum by its "
        "winner is 1, however large the winner is."
    )
    def times_value(gradient, x, size, stride):
        out = np.zeros(x.shape)
        for n, i, j, c in np.ndindex(gradient.shape):
            window = x[n, i * stride : i * stride + size, j * stride : j * stride + size, c]
            a, b = divmod(window.argmax(), size)
            out[n, i * stride + a, j * stride + b, c] += gradient[n, i, j, c] * window.max()
        return out

    @wrong(
        "Your winner's place is counted within its window and never moved to where the window "
        "lies: all gradients land in the top left corner."
    )
    def window_not_moved(gradient, x, size, stride):
        out = np.zeros(x.shape)
        for n, i, j, c in np.ndindex(gradient.shape):
            window = x[n, i * stride : i * stride + size, j * stride : j * stride + size, c]
            a, b = divmod(window.argmax(), size)
            out[n, a, b, c] += gradient[n, i, j, c]
        return out

    @wrong(
        "You let the channels compete: one winner a window for all of them. Each channel has "
        "its own."
    )
    def one_winner_for_all_channels(gradient, x, size, stride):
        out = np.zeros(x.shape)
        for n, i, j in np.ndindex(gradient.shape[:3]):
            window = x[n, i * stride : i * stride + size, j * stride : j * stride + size]
            a, b = divmod(window.max(axis=-1).argmax(), size)
            out[n, i * stride + a, j * stride + b] += gradient[n, i, j]
        return out

    @wrong("Your result has the output's shape. The gradient by the input has the input's shape.")
    def outputs_shape(gradient, x, size, stride):
        return gradient * 1.0


class Unpool(Function):
    name = "unpool"
    title = "Unpooling with switches"
    difficulty = 2
    criteria = (
        Criterion("places", 2, "values at their places in one map"),
        Criterion("batch", 2, "each image and channel by itself"),
        Criterion("overlap", 1, "places that come several times"),
    )
    tolerance = CHOSEN
    rule = BY_HAND
    revisit = "Unpooling with switches"

    def probes(self, rng):
        def case(shape, size, stride):
            x = rng.normal(size=shape)
            cut = np.lib.stride_tricks.sliding_window_view
            windows = cut(x, (size, size), axis=(1, 2))[:, ::stride, ::stride]
            flat = windows.reshape(*windows.shape[:4], -1)
            down, right = np.divmod(flat.argmax(-1), size)
            _, i, j, _ = np.indices(down.shape)
            switches = (i * stride + down) * shape[2] + j * stride + right
            return flat.max(-1), switches, shape[1], shape[2]

        one = np.array([[[[5.0]]]]), np.array([[[[4]]]])
        yield Probe("places", "one value, 5, with switch 4, to a 2×3 map", (*one, 2, 3))
        yield Probe("places", "a 4×6 map, pooled with f = 2, s = 2", case((1, 4, 6, 1), 2, 2))
        yield Probe("places", "a 7×5 map, pooled with f = 2, s = 2", case((1, 7, 5, 1), 2, 2))
        yield Probe("batch", "3 images of 4×4", case((3, 4, 4, 1), 2, 2))
        yield Probe("batch", "2 images of 4×6 with 3 channels", case((2, 4, 6, 3), 2, 2))
        seen = np.array([1.5, 1.5, 1.5, 1.5]).reshape(1, 2, 2, 1), np.full((1, 2, 2, 1), 7)
        yield Probe("overlap", "the same place from four windows", (*seen, 5, 5))
        yield Probe("overlap", "7×9, pooled with f = 3, s = 1", case((1, 7, 9, 2), 3, 1))

    @accepted("loops")
    def loops(values, switches, height, width):
        out = np.zeros((values.shape[0], height, width, values.shape[3]))
        for n, i, j, c in np.ndindex(values.shape):
            place = switches[n, i, j, c]
            out[n, place // width, place % width, c] = values[n, i, j, c]
        return out

    @accepted("put_along_axis on flattened maps")
    def along_axis(values, switches, height, width):
        n, _, _, c = values.shape
        out = np.zeros((n, height * width, c))
        np.put_along_axis(out, switches.reshape(n, -1, c), values.reshape(n, -1, c), axis=1)
        return out.reshape(n, height, width, c)

    @accepted("one flat list for the whole batch")
    def flat(values, switches, height, width):
        n, _, _, c = values.shape
        image, _, _, channel = np.indices(values.shape)
        out = np.zeros(n * height * width * c)
        out[(image * height * width + switches) * c + channel] = values
        return out.reshape(n, height, width, c)

    @wrong(
        "You copy each value to the whole window it came from, as `UpSampling2D` does. The "
        "switches say at which one of its pixels it stood."
    )
    def copied(values, switches, height, width):
        h, w = values.shape[1:3]
        rows = np.minimum(np.arange(height) * h // height, h - 1)
        columns = np.minimum(np.arange(width) * w // width, w - 1)
        return values[:, rows][:, :, columns]

    @wrong(
        "Each value lands in the top left corner of its window. The switches are there to say "
        "where in the window it stood."
    )
    def corner_of_window(values, switches, height, width):
        n, h, w, c = values.shape
        out = np.zeros((n, height, width, c))
        for i in range(h):
            for j in range(w):
                out[:, i * (height // h), j * (width // w)] = values[:, i, j]
        return out

    @wrong(
        "The batch index is lost: all images are written into the first. A switch counts within "
        "its own image."
    )
    def batch_lost(values, switches, height, width):
        out = np.zeros((values.shape[0], height, width, values.shape[3]))
        for n, i, j, c in np.ndindex(values.shape):
            row, column = divmod(switches[n, i, j, c], width)
            out[0, row, column, c] = values[n, i, j, c]
        return out

    @wrong(
        "All channels are written into the first one. A switch counts within its own channel; a "
        "value stays in the channel it comes from."
    )
    def channel_lost(values, switches, height, width):
        out = np.zeros((values.shape[0], height, width, values.shape[3]))
        for n, i, j, c in np.ndindex(values.shape):
            row, column = divmod(switches[n, i, j, c], width)
            out[n, row, column, 0] = values[n, i, j, c]
        return out

    @wrong(
        "Where a place comes several times, you add its values up. They are one and the same "
        "value, seen by several windows; adding is for gradients."
    )
    def added_up(values, switches, height, width):
        out = np.zeros((values.shape[0], height, width, values.shape[3]))
        for n, i, j, c in np.ndindex(values.shape):
            row, column = divmod(switches[n, i, j, c], width)
            out[n, row, column, c] += values[n, i, j, c]
        return out

    @wrong(
        "Row and column are swapped: the remainder of the division is the column, its whole part "
        "the row."
    )
    def row_and_column_swapped(values, switches, height, width):
        out = np.zeros((values.shape[0], height, width, values.shape[3]))
        for n, i, j, c in np.ndindex(values.shape):
            column, row = divmod(switches[n, i, j, c], width)
            out[n, row % height, column % width, c] = values[n, i, j, c]
        return out

    @wrong(
        "You divide the switch by the height. Counting in reading order, a new row begins after "
        "`width` pixels; only on square maps are the two the same."
    )
    def divided_by_height(values, switches, height, width):
        out = np.zeros((values.shape[0], height, width, values.shape[3]))
        for n, i, j, c in np.ndindex(values.shape):
            row, column = divmod(switches[n, i, j, c], height)
            out[n, row % height, column % width, c] = values[n, i, j, c]
        return out

    @wrong(
        "Your result is still flat: the switches count pixels in a row, but a map has a height "
        "and a width."
    )
    def left_flat(values, switches, height, width):
        n, _, _, c = values.shape
        out = np.zeros((n, height * width, c))
        np.put_along_axis(out, switches.reshape(n, -1, c), values.reshape(n, -1, c), axis=1)
        return out


_NAMES = ("CONV1", "POOL1", "CONV2", "POOL2", "flat", "FC3", "FC4", "softmax", "total")


def _table(*numbers):
    """The dictionary a student would write, as text."""
    return repr(dict(zip(_NAMES, numbers, strict=True)))


class Parameters(Value):
    name = "parameters"
    title = "The table of a whole network"
    difficulty = 2
    entries: ClassVar = dict.fromkeys(_NAMES, "integer")
    entry_criterion: ClassVar = {
        "CONV1": "convolutions",
        "CONV2": "convolutions",
        "POOL1": "pooling",
        "POOL2": "pooling",
        "flat": "flat",
        "FC3": "dense",
        "FC4": "dense",
        "softmax": "dense",
        "total": "total",
    }
    criteria = (
        Criterion("convolutions", 2, "the convolutions"),
        Criterion("pooling", 1, "the pooling layers"),
        Criterion("flat", 1, "the number of values after flattening"),
        Criterion("dense", 2, "the Dense layers"),
        Criterion("total", 1, "the total"),
    )
    revisit = "A whole network"

    as_numbers = accepted("numbers", source=_table(456, 0, 2416, 0, 400, 48120, 10164, 850, 62006))
    as_products = accepted(
        "products",
        source="""{"CONV1": 6 * 75 + 6, "POOL1": 0, "CONV2": 16 * 150 + 16, "POOL2": 0,
 "flat": 5 * 5 * 16, "FC3": 400 * 120 + 120, "FC4": 120 * 84 + 84, "softmax": 84 * 10 + 10,
 "total": 62_006}""",
    )
    as_call = accepted(
        "dict(…)",
        source="""dict(CONV1=456.0, POOL1=0, CONV2=np.int64(2416), POOL2=0, flat=400, FC3=48120,
 FC4=10164, softmax=850, total=456 + 2416 + 48120 + 10164 + 850)""",
    )

    biases_omitted = wrong(
        "You left the biases out, everywhere. Each filter and each unit has one.",
        source=_table(450, 0, 2400, 0, 400, 48000, 10080, 840, 61770),
    )
    filters_without_bias = wrong(
        "Your convolutions have no biases, while your Dense layers do. Each filter has one.",
        source=_table(450, 0, 2400, 0, 400, 48120, 10164, 850, 61984),
    )
    bias_for_each_layer = wrong(
        "You gave each convolution one bias for the whole layer. Each *filter* has its own.",
        source=_table(451, 0, 2401, 0, 400, 48120, 10164, 850, 61986),
    )
    pooling_learns = wrong(
        "You gave the pooling layers weights, four for each channel. What would they be? Taking "
        "the largest of four numbers has nothing to learn.",
        revisit="Keep the largest",
        source=_table(456, 24, 2416, 64, 400, 48120, 10164, 850, 62094),
    )
    depth_forgotten = wrong(
        "Your filters are flat: 5×5 numbers. A filter is as deep as the volume that it slides "
        "over.",
        source=_table(156, 0, 416, 0, 400, 48120, 10164, 850, 59706),
    )
    channels_not_flattened = wrong(
        "You flattened one map of POOL2. All sixteen go into FC3.",
        source=_table(456, 0, 2416, 0, 25, 3120, 10164, 850, 17006),
    )
    conv2_padded = wrong(
        "Your CONV2 keeps its 14×14 maps, so POOL2 hands on 7×7. Nothing is padded here: look at "
        "the shapes in the picture.",
        source=_table(456, 0, 2416, 0, 784, 94200, 10164, 850, 108086),
    )
    bias_for_each_input = wrong(
        "Your Dense layers have a bias for each input. It is one for each unit, that is, for each "
        "output.",
        source=_table(456, 0, 2416, 0, 400, 48400, 10200, 924, 62396),
    )
    softmax_learns_nothing = wrong(
        "You counted nothing for the last layer. The softmax itself has no weights, but the ten "
        "units it is applied to have.",
        source=_table(456, 0, 2416, 0, 400, 48120, 10164, 0, 61156),
    )
    flat_added = wrong(
        "Your total also contains the 400 values that FC3 gets. Those are numbers that flow "
        "through the network, not parameters.",
        source=_table(456, 0, 2416, 0, 400, 48120, 10164, 850, 62406),
    )


class DenseAndConv(Function):
    name = "dense_and_conv"
    title = "What a Dense layer would cost"
    difficulty = 1
    criteria = (
        Criterion("small", 2, "small volumes"),
        Criterion("network", 1, "CONV1 of the notes' network"),
        Criterion("large", 1, "large images"),
    )
    tolerance = CHOSEN
    revisit = "Why not Dense?"

    def probes(self, rng):
        h, w, c, f = (int(v) for v in rng.integers(6, 12, 4))
        yield Probe("small", "a 3×4 image, 1 channel, one 2×2 filter", (3, 4, 1, 2, 1))
        yield Probe("small", f"{h}×{w + 6}×{c}, {f} filters of 3×3", (h, w + 6, c, 3, f))
        yield Probe("small", "a kernel as large as the 5×5×2 input, 3 filters", (5, 5, 2, 5, 3))
        yield Probe("small", f"{f} filters of 1×1 on 4×6×{c}", (4, 6, c, 1, f))
        yield Probe("network", "32×32×3, 6 filters of 5×5", (32, 32, 3, 5, 6))
        yield Probe("large", "1080×1920×3, 64 filters of 7×7", (1080, 1920, 3, 7, 64))

    @accepted("step by step")
    def steps(height, width, channels, kernel, filters):
        oh, ow = height - kernel + 1, width - kernel + 1
        inputs = height * width * channels
        outputs = oh * ow * filters
        dense = inputs * outputs + outputs
        conv = kernel**2 * channels * filters + filters
        return dense, conv

    @accepted("products of shapes, as a list")
    def products(height, width, channels, kernel, filters):
        import math

        outputs = math.prod([height - kernel + 1, width - kernel + 1, filters])
        return [
            outputs * (math.prod([height, width, channels]) + 1),
            filters * (math.prod([kernel, kernel, channels]) + 1),
        ]

    @accepted("a loop over the filters")
    def by_counting(height, width, channels, kernel, filters):
        dense = conv = 0
        for _ in range(filters):
            conv += kernel * kernel * channels + 1
            dense += (height - kernel + 1) * (width - kernel + 1) * (height * width * channels + 1)
        return int(dense), int(conv)

    @wrong("You left the biases out. Each unit and each filter has one.")
    def no_biases(height, width, channels, kernel, filters):
        outputs = (height - kernel + 1) * (width - kernel + 1) * filters
        return height * width * channels * outputs, kernel * kernel * channels * filters

    @wrong("Your two numbers come in the wrong order: the Dense layer's is the first.")
    def order_swapped(height, width, channels, kernel, filters):
        outputs = (height - kernel + 1) * (width - kernel + 1) * filters
        return (
            (kernel * kernel * channels + 1) * filters,
            (height * width * channels + 1) * outputs,
        )

    @wrong(
        "You gave the convolution weights of its own at every place. It has one set of filters, "
        "shared by all places: that is its point."
    )
    def not_shared(height, width, channels, kernel, filters):
        outputs = (height - kernel + 1) * (width - kernel + 1) * filters
        return (height * width * channels + 1) * outputs, (kernel**2 * channels + 1) * outputs

    @wrong(
        "Your Dense layer has only as many units as the convolution has filters. It must give as "
        "many numbers as the convolution gives: one for each filter at each place."
    )
    def units_are_filters(height, width, channels, kernel, filters):
        return (
            (height * width * channels + 1) * filters,
            (kernel * kernel * channels + 1) * filters,
        )

    @wrong("Your output is as large as the input. Nothing is padded: a window has fewer places.")
    def same_size(height, width, channels, kernel, filters):
        outputs = height * width * filters
        return (height * width * channels + 1) * outputs, (kernel**2 * channels + 1) * filters

    @wrong("Your filters are flat. A filter is as deep as the volume: it has all its channels.")
    def flat_filters(height, width, channels, kernel, filters):
        outputs = (height - kernel + 1) * (width - kernel + 1) * filters
        return (height * width * channels + 1) * outputs, (kernel * kernel + 1) * filters

    @wrong("The input of your Dense layer has only one channel. Flattening keeps them all.")
    def one_channel_in(height, width, channels, kernel, filters):
        outputs = (height - kernel + 1) * (width - kernel + 1) * filters
        return (height * width + 1) * outputs, (kernel**2 * channels + 1) * filters

    @wrong("Your output is one too small each way: how many places has a window in its own size?")
    def one_place_lost(height, width, channels, kernel, filters):
        outputs = (height - kernel) * (width - kernel) * filters
        return (height * width * channels + 1) * outputs, (kernel**2 * channels + 1) * filters


class Quiz(Choices):
    name = "quiz"
    title = "Quiz"
    difficulty = 1
    revisit = "Summary"
    questions: ClassVar = {
        "q1": (
            "A volume of 28×28×6 goes through max pooling with f = 2, s = 2. Out comes",
            {"a": "14×14×6", "b": "14×14×3", "c": "14×14×1"},
        ),
        "q2": (
            "How many parameters does that pooling layer learn?",
            {"a": "4", "b": "24", "c": "none"},
        ),
        "q3": (
            "In training, one input of a 2×2 max-pooling window is smaller than another one in "
            "it. Its gradient is",
            {
                "a": "zero",
                "b": "a quarter of what comes from above",
                "c": "all of what comes from above",
            },
        ),
        "q4": (
            "A convolutional network with two poolings ends in Flatten and a Dense layer, and "
            "has seen only centred digits. A digit slid by ten pixels",
            {
                "a": "is read as before, since convolution is invariant to translation",
                "b": "is read as before, thanks to pooling",
                "c": "may well be misread",
            },
        ),
        "q5": (
            "You train on 32×32 images and want to use the network on 64×64. It suffices that",
            {
                "a": "it has no Flatten: a global pooling stands before the Dense layers",
                "b": "it pools twice as often",
                "c": "its convolutions use same padding",
            },
        ),
        "q6": (
            "CONV1 of the notes' network, against a Dense layer with as many parameters, does",
            {
                "a": "as many multiply-adds",
                "b": "many more, since each weight is used at 784 places",
                "c": "fewer, since it is sparse",
            },
        ),
    }
    because: ClassVar = {
        "q1": {
            "b": "Halved are height and width. Does the window reach across channels?",
            "c": "Each channel is pooled by itself: what becomes of their number?",
        },
        "q2": {
            "a": "The window has four places, but what would a weight do in taking the largest?",
            "b": "Four places, six channels: but what would a weight do in taking the largest?",
        },
        "q3": {
            "b": "An even share is what the mean hands down. Nudge this input: what moves?",
            "c": "Only the winner gets that. Nudge this input: what moves?",
        },
        "q4": {
            "a": (
                "Convolution is equivariant: the features move along. What does the Dense layer "
                "find at their old places?"
            ),
            "b": "Look at the curve for Flatten: how many pixels do two poolings forgive?",
        },
        "q5": {
            "b": (
                "That holds for this one size, if at all, and it changes the network. Which layer "
                "counts places?"
            ),
            "c": "The convolutions never minded. Which layer counts places?",
        },
        "q6": {
            "a": "A Dense layer uses each weight once. How often does a filter use its own?",
            "c": (
                "Sparse means few inputs for each output. How often is each of its weights used, "
                "though?"
            ),
        },
    }
