"""What is right in `im2col`, and what students get wrong."""

import numpy as np

from autograder.exercise import COPIED, Criterion, Function, Probe, accepted, near_miss, wrong


class Im2col(Function):
    title = "Find the bug"
    difficulty = 2
    criteria = (
        Criterion("grey", 1, "one channel"),
        Criterion("colour", 2, "the order of several channels"),
        Criterion("stride", 1, "strides, also with several images"),
    )
    tolerance = COPIED
    revisit = "One product for everything"

    def probes(self, rng):
        def x(*shape):
            return rng.normal(size=shape)

        yield Probe("grey", "one grey 4×5 image, window 2×3", (x(1, 4, 5, 1), (2, 3)))
        yield Probe("grey", "a window as large as its image", (x(2, 3, 2, 1), (3, 2)))
        yield Probe("colour", "an RGB image 3×4, window 2×2", (x(1, 3, 4, 3), (2, 2)))
        yield Probe("colour", "2 channels, window 3×2", (x(1, 4, 4, 2), (3, 2)))
        yield Probe("colour", "3 channels, a window of one pixel", (x(2, 2, 3, 3), (1, 1)))
        yield Probe(
            "stride", "two images, 2 channels, window 3×2, stride 2", (x(2, 5, 6, 2), (3, 2), 2)
        )
        yield Probe("stride", "window 2×2, stride 3", (x(1, 6, 5, 1), (2, 2), 3))

    @accepted("transpose")
    def by_transpose(x, kernel, stride=1):
        views = np.lib.stride_tricks.sliding_window_view(x, kernel, axis=(1, 2))
        views = views[:, ::stride, ::stride].transpose(0, 1, 2, 4, 5, 3)
        n, h, w = views.shape[:3]
        return views.reshape(n, h, w, kernel[0] * kernel[1] * x.shape[-1])

    @accepted("loops over the places")
    def by_places(x, kernel, stride=1):
        kh, kw = kernel
        rows = range(0, x.shape[1] - kh + 1, stride)
        columns = range(0, x.shape[2] - kw + 1, stride)
        return np.array(
            [
                [[image[r : r + kh, c : c + kw].ravel() for c in columns] for r in rows]
                for image in x
            ]
        )

    @accepted("one shifted copy for each number of the window")
    def by_shifts(x, kernel, stride=1):
        h, w = x.shape[1] - kernel[0] + 1, x.shape[2] - kernel[1] + 1
        copies = [x[:, m : m + h, k : k + w][:, ::stride, ::stride] for m, k in np.ndindex(*kernel)]
        return np.concatenate(copies, axis=-1)

    @accepted("the window over the channels, too")
    def over_channels(x, kernel, stride=1):
        views = np.lib.stride_tricks.sliding_window_view(x, (*kernel, x.shape[-1]), axis=(1, 2, 3))
        views = views[:, ::stride, ::stride, 0]
        return views.reshape(*views.shape[:3], -1)

    unchanged = wrong(
        "The bug is still there: `sliding_window_view` puts the window's axes last, so the "
        "channels come before them, and your rows run through them slowest.",
        change={".transpose(0, 1, 2, 4, 5, 3)": ""},
        of=by_transpose,
    )

    channels_in_the_middle = wrong(
        "You moved the channels between the window's rows and columns. They must run fastest "
        "of the three.",
        change={"transpose(0, 1, 2, 4, 5, 3)": "transpose(0, 1, 2, 4, 3, 5)"},
        of=by_transpose,
    )

    columns_first = wrong(
        "The channels run fastest now, but your windows are read column by column. A kernel "
        "array is flattened row by row.",
        change={"transpose(0, 1, 2, 4, 5, 3)": "transpose(0, 1, 2, 5, 4, 3)"},
        of=by_transpose,
    )

    @wrong(
        "You reshaped instead of moving an axis: the numbers keep their order and only get new "
        "names. Rows of your result mix channels and pixels."
    )
    def reshaped(x, kernel, stride=1):
        views = np.lib.stride_tricks.sliding_window_view(
            x.reshape(x.shape[0], x.shape[3], *x.shape[1:3]), kernel, axis=(2, 3)
        )
        views = views[:, :, ::stride, ::stride].transpose(0, 2, 3, 4, 5, 1)
        return views.reshape(*views.shape[:3], -1)

    stride_lost = wrong(
        "The order is mended, but the stride got lost: your windows are one pixel apart.",
        change={"windows[:, ::stride, ::stride]": "windows"},
    )

    stride_down_only = wrong(
        "The order is mended, but the stride is applied down and not across.",
        change={":, ::stride, ::stride": ":, ::stride"},
    )

    channels_summed = wrong(
        "You added the channels up. That is the product's work: each channel has weights of "
        "its own.",
        change={
            "image[r : r + kh, c : c + kw].ravel()": (
                "image[r : r + kh, c : c + kw].sum(axis=-1).ravel()"
            ),
        },
        of=by_places,
        revisit="Volumes",
    )

    turned = wrong(
        "Your windows are turned by 180°, as for a mathematical convolution. A layer does not "
        "turn anything.",
        change={":, ::stride, ::stride": ":, ::stride, ::stride, :, ::-1, ::-1"},
    )

    one_table = wrong(
        "Your rows are right, but they stand in one long table: images, rows and columns have "
        "become one axis. Keep them apart: (N, H', W', numbers of a window).",
        change={
            "return windows.reshape(*windows.shape[:3], -1)": (
                "rows = windows.reshape(*windows.shape[:3], -1)\n"
                "    return rows.reshape(-1, rows.shape[-1])"
            )
        },
    )

    one_table_unmended = wrong(
        "Two things: the windows stand in one long table, without axes for images, rows and "
        "columns; and within a row the channels still run slowest. Which axis does "
        "`sliding_window_view` put where?",
        change={
            "views.reshape(n, h, w, kernel[0] * kernel[1] * x.shape[-1])": (
                "views.transpose(0, 1, 2, 5, 3, 4).reshape(n * h * w, -1)"
            )
        },
        of=by_transpose,
    )

    table_for_each_image = wrong(
        "Rows and columns of the output have become one axis. Keep them apart: (N, H', W', "
        "numbers of a window).",
        change={
            "return windows.reshape(*windows.shape[:3], -1)": (
                "rows = windows.reshape(*windows.shape[:3], -1)\n"
                "    return rows.reshape(len(x), -1, rows.shape[-1])"
            )
        },
    )

    windows_in_columns = wrong(
        "Your windows stand in columns, as in the original im2col. Here each window is a row: the "
        "numbers of a window are the last axis.",
        change={
            "return windows.reshape(*windows.shape[:3], -1)": (
                "rows = windows.reshape(*windows.shape[:3], -1)\n"
                "    return rows.reshape(-1, rows.shape[-1]).T"
            )
        },
    )

    not_flattened = wrong(
        "The order is mended, but the windows are not laid flat: the last three axes are to become "
        "one.",
        change={"return windows.reshape(*windows.shape[:3], -1)": "return windows"},
    )

    stride_across_only = wrong(
        "The order is mended, but the stride is applied across and not down.",
        change={":, ::stride, ::stride": ":, :, ::stride"},
    )

    square_windows_only = wrong(
        "You take the window's height for its width, too. A window may be 2 high and 3 wide.",
        change={"kh, kw = kernel": "kh = kw = kernel[0]"},
        of=by_places,
    )

    first_image_alone = wrong(
        "You cut out the windows of the first image alone; the batch has more.",
        change={"for image in x": "for image in x[:1]"},
        of=by_places,
    )

    last_place_lost = wrong(
        "The last place is missing, down and across: a window that ends exactly at the edge still "
        "fits. Is the end of your range included?",
        change={"x.shape[1] - kh + 1": "x.shape[1] - kh", "x.shape[2] - kw + 1": "x.shape[2] - kw"},
        of=by_places,
    )

    places_exchanged = wrong(
        "The order within a window is mended, but rows and columns of the output are exchanged.",
        change={
            "windows.reshape(*windows.shape[:3], -1)": (
                "windows.reshape(*windows.shape[:3], -1).swapaxes(1, 2)"
            )
        },
    )

    stride_ignored_in_the_start = wrong(
        "The order is mended and the shape is right, but your windows start at (i, j) instead of a "
        "whole stride further on each time.",
        change={
            "for c in columns": "for c in range(len(columns))",
            "for r in rows": "for r in range(len(rows))",
        },
        of=by_places,
    )

    one_axis_more = near_miss(
        "an axis of length 1 in front",
        change={
            "return windows.reshape(*windows.shape[:3], -1)": (
                "return windows.reshape(1, *windows.shape[:3], -1)"
            )
        },
        unlike=(one_table, table_for_each_image, not_flattened),
    )
