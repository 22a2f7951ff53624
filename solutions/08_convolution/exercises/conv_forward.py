"""What is right in `conv_forward`, and what students get wrong."""

import numpy as np

from autograder.exercise import SUMS, Criterion, Function, Probe, accepted, near_miss, wrong

from ._shared import BY_HAND


class ConvForward(Function):
    title = "A convolutional layer"
    starred = True
    difficulty = 2
    criteria = (
        Criterion("volume", 2, "channels, filters and bias, for a batch"),
        Criterion("stride", 2, "strides"),
        Criterion("padding", 2, "padding"),
        Criterion("together", 1, "all together, float32, and very large or small numbers"),
    )
    tolerance = SUMS
    rule = BY_HAND
    revisit = "Volumes"

    def probes(self, rng):
        def case(x, w, kind=np.float64, scale=1.0):
            arrays = [scale * rng.normal(size=shape) for shape in (x, w, w[-1:])]
            return tuple(a.astype(kind) for a in arrays)

        yield Probe(
            "volume", "one grey 4×5 image, one 3×3 kernel", case((1, 4, 5, 1), (3, 3, 1, 1))
        )
        yield Probe("volume", "one RGB image, two filters", case((1, 4, 4, 3), (2, 2, 3, 2)))
        yield Probe(
            "volume", "a batch of 3, a 2×3 kernel, 4 filters", case((3, 4, 5, 2), (2, 3, 2, 4))
        )
        yield Probe("volume", "a 1×1 kernel", case((2, 3, 2, 3), (1, 1, 3, 2)))
        yield Probe("stride", "5×7, kernel 3, stride 2", (*case((1, 5, 7, 2), (3, 3, 2, 2)), 2))
        yield Probe(
            "stride", "6×8, kernel 3, stride 2, which does not divide",
            (*case((2, 6, 8, 1), (3, 3, 1, 2)), 2),
        )  # fmt: skip
        yield Probe("stride", "7×6, kernel 2, stride 3", (*case((1, 7, 6, 2), (2, 2, 2, 1)), 3))
        yield Probe(
            "padding", "4×5, kernel 3, padding 1", (*case((1, 4, 5, 2), (3, 3, 2, 2)), 1, 1)
        )
        yield Probe(
            "padding", "3×4, kernel 3, padding 2", (*case((2, 3, 4, 1), (3, 3, 1, 2)), 1, 2)
        )
        yield Probe(
            "padding", "2×2, kernel 4×3, padding 1", (*case((1, 2, 2, 2), (4, 3, 2, 2)), 1, 1)
        )
        yield Probe(
            "together", "6×5, kernel 2×3, stride 2, padding 1, in float32",
            (*case((2, 6, 5, 2), (2, 3, 2, 3), np.float32), 2, 1),
        )  # fmt: skip
        yield Probe(
            "together", "numbers around 10⁶, stride 3, padding 2",
            (*case((1, 5, 6, 1), (3, 2, 1, 2), scale=1e6), 3, 2),
        )  # fmt: skip

    @accepted("seven loops")
    def seven_loops(x, w, b, stride=1, pad=0):
        N, H, W, C = x.shape
        kh, kw, _, F = w.shape
        oh, ow = (H + 2 * pad - kh) // stride + 1, (W + 2 * pad - kw) // stride + 1
        out = np.zeros((N, oh, ow, F))
        for n in range(N):
            for i in range(oh):
                for j in range(ow):
                    for f in range(F):
                        total = float(b[f])
                        for m in range(kh):
                            for k in range(kw):
                                r, c = i * stride + m - pad, j * stride + k - pad
                                if 0 <= r < H and 0 <= c < W:
                                    for d in range(C):
                                        total += float(x[n, r, c, d]) * float(w[m, k, d, f])
                        out[n, i, j, f] = total
        return out

    @accepted("windows and einsum")
    def windows(x, w, b, stride=1, pad=0):
        x = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
        views = np.lib.stride_tricks.sliding_window_view(x, w.shape[:2], axis=(1, 2))
        return np.einsum("nijcmk,mkcf->nijf", views[:, ::stride, ::stride], w) + b

    @accepted("one shifted copy for each number of the kernel")
    def shifted_copies(x, w, b, stride=1, pad=0):
        N, H, W, C = x.shape
        big = np.zeros((N, H + 2 * pad, W + 2 * pad, C))
        big[:, pad : pad + H, pad : pad + W] = x
        kh, kw = w.shape[:2]
        h, v = big.shape[1] - kh + 1, big.shape[2] - kw + 1
        dense = sum(big[:, m : m + h, k : k + v] @ w[m, k] for m in range(kh) for k in range(kw))
        return dense[:, ::stride, ::stride] + b

    @accepted("patches times a matrix")
    def as_matrix_product(x, w, b, stride=1, pad=0):
        x = np.pad(x, [(0, 0), (pad, pad), (pad, pad), (0, 0)])
        kh, kw, _, F = w.shape
        rows = range(0, x.shape[1] - kh + 1, stride)
        columns = range(0, x.shape[2] - kw + 1, stride)
        patches = np.array(
            [[x[:, r : r + kh, c : c + kw].reshape(len(x), -1) for c in columns] for r in rows]
        )
        return (patches @ w.reshape(-1, F) + b).transpose(2, 0, 1, 3)

    stride_ignored_in_the_start = wrong(
        "Your output has the size of the stride, but its windows start at (i, j) instead of a "
        "whole stride further on each time: you read the first places of stride 1.",
        change={
            "i * stride : i * stride + kh": "i : i + kh",
            "j * stride : j * stride + kw": "j : j + kw",
        },
        revisit="Stride",
    )

    stride_ignored = wrong(
        "You do not use the stride at all: the window moves by one pixel.",
        change={"views[:, ::stride, ::stride]": "views"},
        of=windows,
        revisit="Stride",
    )

    stride_down_only = wrong(
        "You step down by the stride and across by one. It holds for both.",
        change={":, ::stride, ::stride": ":, ::stride"},
        of=windows,
        revisit="Stride",
    )

    bias_lost = wrong(
        "The bias is missing: each filter adds one number to its whole map.",
        change={"np.tensordot(window, w, axes=3) + b": "np.tensordot(window, w, axes=3)"},
    )

    bias_shared = wrong(
        "All your filters use the first filter's bias. Each has one of its own.",
        change={"np.tensordot(window, w, axes=3) + b": "np.tensordot(window, w, axes=3) + b[0]"},
    )

    bias_in_every_channel = wrong(
        "The bias enters once for each product or each channel. It is added once, after the sum.",
        change={"patches @ w.reshape(-1, F) + b": "patches @ w.reshape(-1, F) + b * w.shape[2]"},
        of=as_matrix_product,
    )

    one_channel = wrong(
        "You look at the first channel only. A filter is as deep as its input, and sums over "
        "all channels.",
        change={
            "np.tensordot(window, w, axes=3)": "np.tensordot(window[..., :1], w[:, :, :1], axes=3)",
        },
    )

    same_slice_for_all = wrong(
        "You use the first slice of each kernel for every channel. The slices are separate "
        "numbers: think of the edge between red and green.",
        change={
            "np.tensordot(window, w, axes=3)": (
                "np.tensordot(window.sum(axis=3), w[:, :, 0], axes=2)"
            ),
        },
    )

    ceil_for_floor = wrong(
        "Your output is too large where the stride does not divide, and its last places look "
        "beyond the image. A step that does not fit is not taken.",
        change={
            "(H + 2 * pad - kh) // stride + 1": "-((kh - H - 2 * pad) // stride) + 1",
            "(W + 2 * pad - kw) // stride + 1": "-((kw - W - 2 * pad) // stride) + 1",
        },
        of=seven_loops,
        revisit="Stride",
    )

    padding_hard_coded = wrong(
        "You always pad by half the kernel, whatever `pad` says. The caller decides.",
        change={"(pad, pad), (pad, pad)": "(kh // 2, kh // 2), (kw // 2, kw // 2)"},
        revisit="Padding",
    )

    padding_on_one_side = wrong(
        "You pad above and on the left only. Each of the four sides gets it.",
        change={"(pad, pad), (pad, pad)": "(2 * pad, 0), (2 * pad, 0)"},
        revisit="Padding",
    )

    border_repeated = wrong(
        "You repeat the border pixels outwards. The docstring asks for zeros.",
        change={
            "((0, 0), (pad, pad), (pad, pad), (0, 0))": (
                '((0, 0), (pad, pad), (pad, pad), (0, 0)), mode="edge"'
            ),
        },
        revisit="Padding",
    )

    flipped = wrong(
        "You turned the kernels by 180° before you slid them: that is mathematical convolution "
        "(lesson 07). A layer lays them on as they are.",
        change={"np.tensordot(window, w, axes=3)": "np.tensordot(window, w[::-1, ::-1], axes=3)"},
    )

    square_kernels_only = wrong(
        "You take the kernel's height for its width, too. A kernel may be 2 high and 3 wide.",
        change={"kh, kw = w.shape[:2]": "kh = kw = w.shape[0]"},
    )

    first_image_alone = wrong(
        "You computed the first image alone; the batch has more.",
        change={"return out": "return out[:1]"},
    )

    rows_not_stepped = wrong(
        "Your windows step across by the stride, but down by one row. It holds for both axes.",
        change={"i * stride : i * stride + kh": "i : i + kh"},
        revisit="Stride",
    )

    columns_not_stepped = wrong(
        "Your windows step down by the stride, but across by one column. It holds for both axes.",
        change={"j * stride : j * stride + kw": "j : j + kw"},
        revisit="Stride",
    )

    stride_across_only = wrong(
        "You step across by the stride and down by one. It holds for both.",
        change={"::stride, ::stride": ":, ::stride"},
        of=windows,
        revisit="Stride",
    )

    sides_swapped = wrong(
        "Height and width have changed places: you count the rows of the output by the width of "
        "the input. Square images would not show it.",
        change={
            "(H + 2 * pad - kh) // stride": "(W + 2 * pad - kw) // stride",
            "(W + 2 * pad - kw) // stride": "(H + 2 * pad - kh) // stride",
        },
        of=seven_loops,
    )

    output_transposed = wrong(
        "Your output has its two image axes exchanged: rows come first, then columns.",
        change={"return out": "return out.swapaxes(1, 2)"},
    )

    channels_first = wrong(
        "Your output has the channels before the rows, as PyTorch keeps them. Here they are the "
        "last axis.",
        change={"return out": "return np.moveaxis(out, -1, 1)"},
    )

    size_before_padding = wrong(
        "Your output has the size that belongs to the image without its padding. Windows also "
        "stand on the zeros.",
        change={"(H + 2 * pad - kh)": "(H - kh)", "(W + 2 * pad - kw)": "(W - kw)"},
        of=seven_loops,
        revisit="Padding",
    )

    padding_ignored = wrong(
        "You do not use `pad`: no zeros are put around your images.",
        change={"(pad, pad), (pad, pad)": "(0, 0), (0, 0)"},
        revisit="Padding",
    )

    padding_counted_once = wrong(
        "Your output is too small: you count the padding once. It stands on both sides.",
        change={"(H + 2 * pad - kh)": "(H + pad - kh)", "(W + 2 * pad - kw)": "(W + pad - kw)"},
        of=seven_loops,
        revisit="Padding",
    )

    window_and_kernel_differ = wrong(
        "With padding, the shapes of your window and of the kernel do not fit. Either `np.pad` "
        "also pads the axes of images or channels, or the size counts the padding twice and the "
        "last windows stick out. Which? Print the shape of x after padding.",
        change={"((0, 0), (pad, pad), (pad, pad), (0, 0))": "pad"},
        revisit="Padding",
    )

    @wrong(
        "With padding, the shapes of your window and of the kernel do not fit. Either `np.pad` "
        "also pads the axes of images or channels, or the size counts the padding twice and the "
        "last windows stick out. Which? Print the shape of x after padding.",
        revisit="Padding",
    )
    def window_times_kernel_differ(x, w, b, stride=1, pad=0):
        N, H, W, _ = x.shape
        kh, kw, _, F = w.shape
        x = np.pad(x, pad)
        out = np.zeros((N, (H + 2 * pad - kh) // stride + 1, (W + 2 * pad - kw) // stride + 1, F))
        for n, i, j, f in np.ndindex(*out.shape):
            window = x[n, i * stride : i * stride + kh, j * stride : j * stride + kw]
            out[n, i, j, f] = np.sum(window * w[..., f]) + b[f]
        return out

    first_place_lost = wrong(
        "Your output is one too small each way: you counted the steps and forgot the place where "
        "the walk begins.",
        change={
            "(x.shape[1] - kh) // stride + 1": "(x.shape[1] - kh) // stride",
            "(x.shape[2] - kw) // stride + 1": "(x.shape[2] - kw) // stride",
        },
        revisit="Stride",
    )

    bias_in_every_product = wrong(
        "The bias is added inside the sum, once for each number of the kernel. It is added once, "
        "after the sum.",
        change={
            "patches @ w.reshape(-1, F) + b": "patches @ w.reshape(-1, F) + b * w[..., 0].size"
        },
        of=as_matrix_product,
    )

    averaged = wrong(
        "You take the mean of the products. A convolution adds them up: any division is for the "
        "weights to learn.",
        change={
            "np.tensordot(window, w, axes=3)": "np.tensordot(window, w, axes=3) / w[..., 0].size",
        },
    )

    first_image_for_all = wrong(
        "Every image of your batch gets the first image's result.",
        change={"x[:, i * stride": "x[:1, i * stride"},
    )

    first_filter_for_all = wrong(
        "All your maps are the first filter's. Each filter has weights of its own: the last axis "
        "of w.",
        change={"np.tensordot(window, w, axes=3)": "np.tensordot(window, w[..., :1], axes=3)"},
    )

    one_window_filled = wrong(
        "Only the first window is computed; the rest of your output stays zero. How far is your "
        "`return` indented?",
        change={"out[n, i, j, f] = total": "out[n, i, j, f] = total\n                return out"},
        of=seven_loops,
    )

    one_image_filled = wrong(
        "Only the first image of your batch is computed, the others stay zero. Over what does the "
        "outer loop run, and how far is your `return` indented?",
        change={"out[n, i, j, f] = total": "out[n, i, j, f] = total\n        return out"},
        of=seven_loops,
    )

    padded_at_the_end_only = wrong(
        "You pad below and on the right only. Each of the four sides gets its zeros.",
        change={"(pad, pad), (pad, pad)": "(0, 2 * pad), (0, 2 * pad)"},
        revisit="Padding",
    )

    pads_all_axes = wrong(
        "With padding, the shapes of your windows and of the kernel do not fit. Which axes does "
        "your `np.pad` pad? Print the shape of x after it.",
        change={"((0, 0), (pad, pad), (pad, pad), (0, 0))": "pad"},
        of=windows,
        revisit="Padding",
    )

    pads_the_batch = wrong(
        "With padding, your output has more images than came in: the first axis of x, the batch, "
        "is padded as well.",
        change={"((0, 0), (pad, pad)": "((pad, pad), (pad, pad)"},
        of=windows,
        revisit="Padding",
    )

    @wrong(
        "With padding, the last windows stick out of the padded image. The size counts the padding "
        "twice: once in the shape of the padded image, and once more in the formula.",
        revisit="Padding",
    )
    def padding_counted_twice(x, w, b, stride=1, pad=0):
        kh, kw, _, F = w.shape
        x = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
        N, H, W, _ = x.shape
        out = np.zeros((N, (H + 2 * pad - kh) // stride + 1, (W + 2 * pad - kw) // stride + 1, F))
        for n, i, j, f in np.ndindex(*out.shape):
            window = x[n, i * stride : i * stride + kh, j * stride : j * stride + kw]
            out[n, i, j, f] = np.sum(window * w[..., f]) + b[f]
        return out

    kernels_turned_over = wrong(
        "Rows and columns of your kernels are exchanged. Lay them on as they are.",
        change={"nijcmk,mkcf->nijf": "nijckm,mkcf->nijf"},
        of=windows,
    )

    kernels_reshaped = wrong(
        "You reshape the kernels as if the filters were their first axis: the numbers keep their "
        "order, and each filter gets numbers of the others. The filters are the last axis of w.",
        change={"w.reshape(-1, F)": "w.reshape(F, -1).T"},
        of=as_matrix_product,
    )

    one_row_filled = wrong(
        "Only the first row of windows is computed; the rest of your output stays zero. How far is "
        "your `return` indented?",
        change={"return out": "out[:, 1:] = 0\n    return out"},
    )

    one_place_filled = wrong(
        "Only the first window is computed, for every image; the rest of your output stays zero. "
        "How far is your `return` indented?",
        change={"return out": "out[:, 1:] = out[:, :, 1:] = 0\n    return out"},
    )

    last_row_empty = near_miss(
        "leaves the last row of windows empty",
        change={"return out": "out[:, -1:] = 0\n    return out"},
        unlike=(one_window_filled, one_image_filled, one_row_filled, one_place_filled),
    )

    two_axes_summed = near_miss(
        "sums over two of the three axes",
        change={"np.tensordot(window, w, axes=3)": "np.tensordot(window, w, axes=2)"},
        unlike=(square_kernels_only, window_and_kernel_differ, padding_counted_twice),
    )
