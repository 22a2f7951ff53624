"""What is right in `conv_forward`, and what students get wrong."""

import numpy as np

from autograder.exercise import SUMS, Criterion, Function, Probe, accepted, wrong

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
