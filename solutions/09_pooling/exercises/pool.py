"""What is right in `pool`, and what students get wrong."""

import numpy as np

from autograder.exercise import EITHER, Criterion, Function, Probe, accepted, near_miss, wrong

from ._shared import BY_HAND


class Pool(Function):
    title = "Pooling"
    starred = True
    difficulty = 2
    criteria = (
        Criterion("size", 1, "the size of the output"),
        Criterion("max", 2, "max pooling of batches with channels"),
        Criterion("negative", 1, "max pooling of maps that are negative everywhere"),
        Criterion("average", 2, "average pooling"),
        Criterion("overlap", 1, "windows that overlap or leave gaps"),
    )
    tolerance = EITHER
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
        yield Probe("negative", "around −10⁸", (-1e8 * (1 + rng.random((1, 4, 4, 1))), 2, 2, "max"))
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
        level = np.full((1, 8, 5, 1), rng.uniform(1, 4))
        yield Probe("size", "one map of 8×5 equal numbers, f = 2, s = 3", (level, 2, 3, "max"))

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

    stride_ignored = wrong(
        "You move the window by one pixel, whatever the stride is.",
        change={"views[:, ::stride, ::stride]": "views"},
        of=windows,
    )

    start_without_stride = wrong(
        "Your output has the right size, but its windows start at i, not where the stride "
        "takes them: they all lie in the top left corner.",
        change={"i * stride, j * stride": "i, j"},
    )

    stride_is_size = wrong(
        "You move the window by its own width. That is the usual case, not the only one: the "
        "stride is an argument.",
        change={":, ::stride, ::stride": ":, ::size, ::size"},
        of=windows,
        revisit="Which f, which s?",
    )

    starts_from_zero = wrong(
        "On a map that is negative everywhere your maximum is 0: the search for the largest "
        "starts from a zero that is not in the window.",
        change={"0.0, -np.inf": "0.0, 0.0"},
        of=loops,
    )

    rounded_up = wrong(
        "You round the output's size up and pool windows that stick out at the far end. "
        "Without padding they are left out: the formula rounds down.",
        change={"(n - size) // stride + 1": "-((size - n) // stride) + 1"},
    )

    sum_for_mean = wrong(
        "For the average you add the window up and do not divide by the number of pixels.",
        change={"views.mean": "views.sum"},
        of=windows,
    )

    divided_by_side = wrong(
        "For the average you divide by the window's side; a window has side times side pixels.",
        change={"views.mean(axis=(-2, -1))": "views.sum(axis=(-2, -1)) / size"},
        of=windows,
    )

    how_ignored = wrong(
        "You always take the largest: the argument `how` makes no difference.",
        change={'"average": np.mean': '"average": np.max'},
    )

    channels_mixed = wrong(
        "You pool over the channels, too: every channel of your output holds the same. Each "
        "channel is pooled by itself.",
        change={
            "reduce(x[:, top : top + size, left : left + size], axis=(1, 2))": (
                "reduce(x[:, top : top + size, left : left + size], axis=(1, 2, 3))[:, None]"
            ),
        },
    )

    one_channel_left = wrong(
        "Your output has only one channel. Pooling keeps the number of channels: each is pooled "
        "by itself.",
        change={":, ::stride, ::stride": ":, ::stride, ::stride, :1"},
        of=windows,
    )

    first_image_only = wrong(
        "Every image of your batch gets the first image's result.",
        change={
            "x[:, top : top + size, left : left + size]": (
                "x[:1, top : top + size, left : left + size]"
            ),
        },
    )

    rows_and_columns_swapped = wrong(
        "Your output has its two image axes swapped: rows first, then columns.",
        change={"return output": "return output.swapaxes(1, 2)"},
    )

    first_place_lost = wrong(
        "Your output is one too small each way: you counted the steps and forgot the place where "
        "the window begins.",
        change={"(n - size) // stride + 1": "(n - size) // stride"},
    )

    size_not_used = wrong(
        "Your output's size does not depend on the window's. A wide window has fewer places than "
        "a narrow one, and the last ones must still fit.",
        change={"(n - size) // stride + 1": "n // stride"},
    )

    as_same = wrong(
        "Your output has the size of *same* pooling: windows at the far end stick out. Nothing is "
        "padded here; what does not fill a window is left out.",
        change={"(n - size) // stride + 1": "-(-n // stride)"},
    )

    divided_by_window = wrong(
        "Your output's size is the map's divided by the window's side. The stride says how far "
        "the windows are apart.",
        change={"(n - size) // stride + 1": "n // size"},
        revisit="Which f, which s?",
    )

    square_maps_only = wrong(
        "You take the number of rows for the number of columns, too. A map need not be square.",
        change={"for n in x.shape[1:3]": "for n in (x.shape[1], x.shape[1])"},
    )

    batch_mixed = wrong(
        "You pool over the batch, too: every image of your output holds the same. Each image is "
        "pooled by itself.",
        change={"axis=(1, 2))": "axis=(0, 1, 2))"},
    )

    everything_mixed = wrong(
        "You reduce a window to one number for all images and all channels. Each image and each "
        "channel is pooled by itself.",
        change={", axis=(1, 2))": ")"},
    )

    stride_down_only = wrong(
        "You move the window down by the stride and across by one pixel. It holds for both.",
        change={":, ::stride, ::stride": ":, ::stride"},
        of=windows,
    )

    columns_not_stepped = wrong(
        "Your windows step down by the stride, but across by one pixel: they overlap where they "
        "should not.",
        change={"i * stride, j * stride": "i * stride, j"},
    )

    rows_not_stepped = wrong(
        "Your windows step across by the stride, but down by one pixel: they overlap where they "
        "should not.",
        change={"i * stride, j * stride": "i, j * stride"},
    )

    average_stays_zero = wrong(
        'For the average your output stays zero. The caller says "average"; which word does your '
        "function wait for?",
        change={
            "output[:, i, j] = reduce": 'output[:, i, j] = (how != "average") * reduce',
        },
    )

    smallest = wrong(
        "You take the smallest number of each window. Max pooling keeps the largest.",
        change={'"max": np.max': '"max": np.min'},
    )

    starts_too_high = wrong(
        "Your search for the largest starts from a number that is not in the window: on a map "
        "whose numbers are all smaller, that number is your result.",
        change={"0.0, -np.inf": "0.0, -1.0"},
        of=loops,
    )

    whole_numbers = wrong(
        "Your output holds whole numbers: the array that you fill cuts the fractions off. Which "
        "dtype was it made with?",
        change={"x.shape[3]))": "x.shape[3]), dtype=int)"},
    )

    channels_first = wrong(
        "Your output has the channels before the rows, as PyTorch keeps them. Here they are the "
        "last axis.",
        change={"return output": "return np.moveaxis(output, -1, 1)"},
    )

    one_window_filled = wrong(
        "Only the first window is computed; the rest of your output stays zero. How far is your "
        "`return` indented?",
        change={
            "else total / size**2": "else total / size**2\n                return out",
        },
        of=loops,
    )

    one_image_filled = wrong(
        "Only the first image of your batch is pooled, the others stay zero. Over what does the "
        "outer loop run, and how far is your `return` indented?",
        change={"for n in range(N)": "for n in range(1)"},
        of=loops,
    )

    one_row_filled = wrong(
        "Only the first row of windows is computed; the rest of your output stays zero. How far is "
        "your `return` indented?",
        change={"return output": "output[:, 1:] = 0\n    return output"},
    )

    one_place_filled = wrong(
        "Only the first window is computed, for every image; the rest of your output stays zero. "
        "How far is your `return` indented?",
        change={"return output": "output[:, 1:] = output[:, :, 1:] = 0\n    return output"},
    )

    starts_from_a_million = wrong(
        "Your search for the largest starts from a number that is not in the window: on a map "
        "whose numbers are all smaller, that number is your result.",
        change={"0.0, -np.inf": "0.0, -1e6"},
        of=loops,
    )

    starts_from_a_thousand = wrong(
        "Your search for the largest starts from a number that is not in the window: on a map "
        "whose numbers are all smaller, that number is your result.",
        change={"0.0, -np.inf": "0.0, -1000.0"},
        of=loops,
    )

    last_row_empty = near_miss(
        "leaves the last row of windows empty",
        change={"return output": "output[:, -1:] = 0\n    return output"},
        unlike=(one_window_filled, one_image_filled, one_row_filled, one_place_filled),
    )

    negative_made_positive = near_miss(
        "takes the largest size, whatever the sign",
        change={"[how]\n": "[how]\n    x = np.abs(x)\n"},
        unlike=(
            starts_from_zero, starts_too_high, starts_from_a_thousand, starts_from_a_million,
        ),
    )  # fmt: skip

    average_of_nothing = near_miss(
        "gives nan for the average",
        change={'"average": np.mean': '"average": lambda x, axis: np.mean(x, axis) * np.nan'},
        unlike=average_stays_zero,
    )

    rounded = near_miss(
        "rounds to whole numbers",
        change={"return output": "return np.round(output)"},
        unlike=whole_numbers,
    )
