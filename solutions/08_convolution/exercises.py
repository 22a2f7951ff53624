"""Exercises of lesson 08: padding, stride, volumes."""

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

SUMS = {
    "float32": Tolerance(
        atol=1e-4, rtol=1e-4, reason="a few hundred float32 products, added up in any order"
    ),
    "float64": Tolerance(
        atol=1e-9, rtol=1e-9, reason="a few hundred float64 products, added up in any order"
    ),
}
BY_HAND = Rule(
    forbid=(
        "scipy", "skimage", "cv2", "keras", "tensorflow", "torch", "jax",
        "numpy.convolve", "numpy.correlate",
    ),
    reason="Write the layer yourself; NumPy's arithmetic is all you need.",
)  # fmt: skip


class OutputSize(Function):
    name = "output_size"
    title = "Output size"
    difficulty = 1
    criteria = (
        Criterion("valid", 2, "valid"),
        Criterion("padded", 2, "a given number of zeros on each side"),
        Criterion("same", 2, "same"),
    )
    revisit = "Stride"

    def probes(self, rng):
        for n, k, s in ((6, 3, 1), (5, 3, 2), (8, 3, 2), (11, 4, 3), (7, 7, 1), (4, 1, 3)):
            yield Probe("valid", f"n = {n}, kernel {k}, stride {s}, valid", (n, k, s, "valid"))
        yield Probe("valid", "n = 9, kernel 4, nothing else given", (9, 4))
        n, k, s, p = (int(rng.integers(*span)) for span in ((20, 90), (2, 9), (2, 6), (1, 4)))
        for n, k, s, p in ((6, 3, 1, 1), (227, 11, 4, 0), (8, 3, 2, 1), (3, 5, 2, 2), (n, k, s, p)):
            yield Probe("padded", f"n = {n}, kernel {k}, stride {s}, padding {p}", (n, k, s, p))
        for n, k, s in (
            (9, 3, 1),
            (224, 3, 2),
            (225, 3, 2),
            (10, 5, 4),
            (7, 2, 3),
            (2, 5, 3),
            (8, 2, 1),
        ):
            yield Probe("same", f"n = {n}, kernel {k}, stride {s}, same", (n, k, s, "same"))

    @accepted("the formula, two cases")
    def formula(n, kernel, stride=1, padding="valid"):
        import math

        if padding == "same":
            return math.ceil(n / stride)
        if padding == "valid":
            padding = 0
        return math.floor((n + 2 * padding - kernel) / stride + 1)

    @accepted("count the places")
    def counted(n, kernel, stride=1, padding="valid"):
        if padding == "same":
            return len(range(0, n, stride))
        wide = n + 2 * {"valid": 0}.get(padding, padding)
        return sum(1 for start in range(0, wide, stride) if start + kernel <= wide)

    @accepted("ask Keras")
    def asked(n, kernel, stride=1, padding="valid"):
        import keras

        if isinstance(padding, int):
            n, padding = n + 2 * padding, "valid"
        layer = keras.layers.Conv1D(1, kernel, strides=stride, padding=padding)
        return layer.compute_output_shape((1, n, 1))[1]

    @wrong(
        "You round up where nothing is padded. Without padding a step that does not fit is not "
        "taken: the pixels left over are never looked at."
    )
    def ceil_for_valid(n, kernel, stride=1, padding="valid"):
        if padding == "same":
            return -(-n // stride)
        p = 0 if padding == "valid" else padding
        return -(-(n + 2 * p - kernel) // stride) + 1

    @wrong("You added the padding once. It stands on both sides of the input.", revisit="Padding")
    def padding_on_one_side(n, kernel, stride=1, padding="valid"):
        if padding == "same":
            return -(-n // stride)
        p = 0 if padding == "valid" else padding
        return (n + p - kernel) // stride + 1

    @wrong(
        "You left the padding out: with zeros on both sides the window has more room.",
        revisit="Padding",
    )
    def padding_ignored(n, kernel, stride=1, padding="valid"):
        if padding == "same":
            return -(-n // stride)
        return (n - kernel) // stride + 1

    @wrong(
        'Your "same" drops the stride that was started but not finished. Keras counts it.',
        revisit="Same, with a stride",
    )
    def same_rounded_down(n, kernel, stride=1, padding="valid"):
        if padding == "same":
            return n // stride
        p = 0 if padding == "valid" else padding
        return (n + 2 * p - kernel) // stride + 1

    @wrong(
        'Your "same" keeps the size whatever the stride. With a stride it cannot: see what '
        "Keras means by the word then.",
        revisit="Same, with a stride",
    )
    def same_is_n(n, kernel, stride=1, padding="valid"):
        if padding == "same":
            return n
        p = 0 if padding == "valid" else padding
        return (n + 2 * p - kernel) // stride + 1

    @wrong(
        'Your "same" pads by half the kernel on each side. That is right for odd kernels only: '
        "an even kernel needs one zero more on one side.",
        revisit="Padding",
    )
    def same_as_half_the_kernel(n, kernel, stride=1, padding="valid"):
        p = {"valid": 0, "same": (kernel - 1) // 2}.get(padding, padding)
        return (n + 2 * p - kernel) // stride + 1

    @wrong(
        "You counted the steps and forgot the place where the walk begins. A window as wide as "
        "the input has one place, not none."
    )
    def first_place_lost(n, kernel, stride=1, padding="valid"):
        if padding == "same":
            return -(-n // stride)
        p = 0 if padding == "valid" else padding
        return (n + 2 * p - kernel) // stride

    @wrong(
        "You add the 1 before you divide by the stride. The starting place is one place, "
        "whatever the stride."
    )
    def one_inside(n, kernel, stride=1, padding="valid"):
        if padding == "same":
            return -(-n // stride)
        p = 0 if padding == "valid" else padding
        return (n + 2 * p - kernel + 1) // stride

    @wrong(
        "Your result is not a whole number when the stride does not divide. There is no half "
        "place for a window."
    )
    def not_rounded(n, kernel, stride=1, padding="valid"):
        if padding == "same":
            return n / stride
        p = 0 if padding == "valid" else padding
        return (n + 2 * p - kernel) / stride + 1

    @wrong("Your result does not depend on the stride: you count the places of stride 1.")
    def stride_ignored(n, kernel, stride=1, padding="valid"):
        if padding == "same":
            return n
        p = 0 if padding == "valid" else padding
        return n + 2 * p - kernel + 1


class SamePadding(Function):
    name = "same_padding"
    title = "Where the zeros go"
    difficulty = 2
    criteria = (
        Criterion("odd", 1, "odd kernels, stride 1"),
        Criterion("even", 1, "even kernels, stride 1"),
        Criterion("strided", 2, "strides"),
        Criterion("wide", 1, "strides wider than the kernel"),
    )
    revisit = "Same, with a stride"

    def probes(self, rng):
        n = int(rng.integers(10, 40))
        cases = {
            "odd": [(7, 3, 1), (9, 1, 1), (n, 5, 1), (3, 7, 1)],
            "even": [(8, 2, 1), (n, 4, 1)],
            "strided": [(224, 3, 2), (225, 3, 2), (10, 4, 3), (11, 5, 2), (2 * n, 6, 2)],
            "wide": [(8, 1, 2), (9, 1, 4), (10, 2, 4), (12, 3, 6)],
        }
        for criterion, triples in cases.items():
            for n, k, s in triples:
                yield Probe(criterion, f"n = {n}, kernel {k}, stride {s}", (n, k, s))

    @accepted("ceil, then divmod")
    def by_divmod(n, kernel, stride=1):
        import math

        total = max((math.ceil(n / stride) - 1) * stride + kernel - n, 0)
        before, odd = divmod(total, 2)
        return before, before + odd

    @accepted("by the remainder")
    def by_remainder(n, kernel, stride=1):
        over = n % stride
        total = kernel - (over if over else stride)
        if total < 0:
            total = 0
        return total // 2, (total + 1) // 2

    @accepted("add zeros in turn until the windows fit")
    def in_turn(n, kernel, stride=1):
        sides, turn = [0, 0], 1
        while n + sum(sides) < kernel + (len(range(0, n, stride)) - 1) * stride:
            sides[turn] += 1
            turn = 1 - turn
        return tuple(sides)

    @wrong(
        "You put the same number on both sides. Count how many zeros are needed in all: with a "
        "stride or an even kernel that can be odd, and smaller than you think."
    )
    def half_the_kernel(n, kernel, stride=1):
        return (kernel - 1) // 2, (kernel - 1) // 2

    @wrong(
        "Your total is right, but the odd zero is on the wrong side. Look again at what the "
        "first and the last tap saw."
    )
    def odd_one_before(n, kernel, stride=1):
        total = max((-(-n // stride) - 1) * stride + kernel - n, 0)
        return total - total // 2, total // 2

    @wrong(
        "You take the total for stride 1, kernel − 1, whatever the stride. With a stride there "
        "are fewer windows, and they may need fewer zeros."
    )
    def stride_ignored(n, kernel, stride=1):
        return (kernel - 1) // 2, kernel // 2

    @wrong(
        "One of your numbers is negative: where the windows need fewer pixels than there are, "
        "nothing is padded, and nothing is cut off either."
    )
    def negative(n, kernel, stride=1):
        total = (-(-n // stride) - 1) * stride + kernel - n
        return total // 2, total - total // 2

    @wrong(
        "You round the number of outputs down. Keras counts a stride that was started, so the "
        "last window may reach beyond the input."
    )
    def outputs_rounded_down(n, kernel, stride=1):
        total = max((n // stride - 1) * stride + kernel - n, 0)
        return total // 2, total - total // 2

    @wrong(
        "Your total is the kernel less the stride, whatever the input's width. That holds when "
        "the stride divides the width; else the last window reaches further out."
    )
    def width_ignored(n, kernel, stride=1):
        total = max(0, kernel - stride)
        return total // 2, total - total // 2

    @wrong("You put the total on each side. It is what both sides together need.")
    def total_on_each_side(n, kernel, stride=1):
        total = max((-(-n // stride) - 1) * stride + kernel - n, 0)
        return total, total

    @wrong("You put all zeros on one side. Share them as equally as whole numbers allow.")
    def all_after(n, kernel, stride=1):
        return 0, max((-(-n // stride) - 1) * stride + kernel - n, 0)

    @wrong(
        "You pad until the output is as large as the input. With a stride, same means fewer "
        "outputs than inputs."
    )
    def size_kept(n, kernel, stride=1):
        total = max((n - 1) * stride + kernel - n, 0)
        return total // 2, total - total // 2


class ConvForward(Function):
    name = "conv_forward"
    title = "A convolutional layer"
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

    @wrong(
        "Your output has the size of the stride, but its windows start at (i, j) instead of a "
        "whole stride further on each time: you read the first places of stride 1.",
        revisit="Stride",
    )
    def stride_ignored_in_the_start(x, w, b, stride=1, pad=0):
        x = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
        kh, kw = w.shape[:2]
        oh, ow = (x.shape[1] - kh) // stride + 1, (x.shape[2] - kw) // stride + 1
        views = np.lib.stride_tricks.sliding_window_view(x, (kh, kw), axis=(1, 2))
        return np.einsum("nijcmk,mkcf->nijf", views[:, :oh, :ow], w) + b

    @wrong("You do not use the stride at all: the window moves by one pixel.", revisit="Stride")
    def stride_ignored(x, w, b, stride=1, pad=0):
        x = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
        views = np.lib.stride_tricks.sliding_window_view(x, w.shape[:2], axis=(1, 2))
        return np.einsum("nijcmk,mkcf->nijf", views, w) + b

    @wrong("You step down by the stride and across by one. It holds for both.", revisit="Stride")
    def stride_down_only(x, w, b, stride=1, pad=0):
        x = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
        views = np.lib.stride_tricks.sliding_window_view(x, w.shape[:2], axis=(1, 2))
        return np.einsum("nijcmk,mkcf->nijf", views[:, ::stride], w) + b

    @wrong("The bias is missing: each filter adds one number to its whole map.")
    def bias_lost(x, w, b, stride=1, pad=0):
        x = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
        views = np.lib.stride_tricks.sliding_window_view(x, w.shape[:2], axis=(1, 2))
        return np.einsum("nijcmk,mkcf->nijf", views[:, ::stride, ::stride], w)

    @wrong("All your filters use the first filter's bias. Each has one of its own.")
    def bias_shared(x, w, b, stride=1, pad=0):
        x = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
        views = np.lib.stride_tricks.sliding_window_view(x, w.shape[:2], axis=(1, 2))
        return np.einsum("nijcmk,mkcf->nijf", views[:, ::stride, ::stride], w) + b[0]

    @wrong(
        "The bias enters once for each product or each channel. It is added once, after the sum."
    )
    def bias_in_every_channel(x, w, b, stride=1, pad=0):
        x = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
        views = np.lib.stride_tricks.sliding_window_view(x, w.shape[:2], axis=(1, 2))
        return np.einsum("nijcmk,mkcf->nijf", views[:, ::stride, ::stride], w) + b * w.shape[2]

    @wrong(
        "You look at the first channel only. A filter is as deep as its input, and sums over "
        "all channels."
    )
    def one_channel(x, w, b, stride=1, pad=0):
        x = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
        views = np.lib.stride_tricks.sliding_window_view(x, w.shape[:2], axis=(1, 2))
        views = views[:, ::stride, ::stride, :1]
        return np.einsum("nijcmk,mkcf->nijf", views, w[:, :, :1]) + b

    @wrong(
        "You use the first slice of each kernel for every channel. The slices are separate "
        "numbers: think of the edge between red and green."
    )
    def same_slice_for_all(x, w, b, stride=1, pad=0):
        x = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
        views = np.lib.stride_tricks.sliding_window_view(x, w.shape[:2], axis=(1, 2))
        views = views[:, ::stride, ::stride].sum(axis=3)
        return np.einsum("nijmk,mkf->nijf", views, w[:, :, 0]) + b

    @wrong(
        "Your output is too large where the stride does not divide, and its last places look "
        "beyond the image. A step that does not fit is not taken.",
        revisit="Stride",
    )
    def ceil_for_floor(x, w, b, stride=1, pad=0):
        kh, kw = w.shape[:2]
        rest = [-(x.shape[a] + 2 * pad - k) % stride for a, k in ((1, kh), (2, kw))]
        x = np.pad(x, ((0, 0), (pad, pad + rest[0]), (pad, pad + rest[1]), (0, 0)))
        views = np.lib.stride_tricks.sliding_window_view(x, (kh, kw), axis=(1, 2))
        return np.einsum("nijcmk,mkcf->nijf", views[:, ::stride, ::stride], w) + b

    @wrong(
        "You always pad by half the kernel, whatever `pad` says. The caller decides.",
        revisit="Padding",
    )
    def padding_hard_coded(x, w, b, stride=1, pad=0):
        kh, kw = w.shape[:2]
        x = np.pad(x, ((0, 0), (kh // 2, kh // 2), (kw // 2, kw // 2), (0, 0)))
        views = np.lib.stride_tricks.sliding_window_view(x, (kh, kw), axis=(1, 2))
        return np.einsum("nijcmk,mkcf->nijf", views[:, ::stride, ::stride], w) + b

    @wrong("You pad above and on the left only. Each of the four sides gets it.", revisit="Padding")
    def padding_on_one_side(x, w, b, stride=1, pad=0):
        x = np.pad(x, ((0, 0), (2 * pad, 0), (2 * pad, 0), (0, 0)))
        views = np.lib.stride_tricks.sliding_window_view(x, w.shape[:2], axis=(1, 2))
        return np.einsum("nijcmk,mkcf->nijf", views[:, ::stride, ::stride], w) + b

    @wrong(
        "You repeat the border pixels outwards. The docstring asks for zeros.", revisit="Padding"
    )
    def border_repeated(x, w, b, stride=1, pad=0):
        x = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)), mode="edge")
        views = np.lib.stride_tricks.sliding_window_view(x, w.shape[:2], axis=(1, 2))
        return np.einsum("nijcmk,mkcf->nijf", views[:, ::stride, ::stride], w) + b

    @wrong(
        "You turned the kernels by 180° before you slid them: that is mathematical convolution "
        "(lesson 07). A layer lays them on as they are."
    )
    def flipped(x, w, b, stride=1, pad=0):
        x = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
        views = np.lib.stride_tricks.sliding_window_view(x, w.shape[:2], axis=(1, 2))
        return np.einsum("nijcmk,mkcf->nijf", views[:, ::stride, ::stride], w[::-1, ::-1]) + b

    @wrong("You take the kernel's height for its width, too. A kernel may be 2 high and 3 wide.")
    def square_kernels_only(x, w, b, stride=1, pad=0):
        x = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
        k = w.shape[0]
        oh, ow = (x.shape[1] - k) // stride + 1, (x.shape[2] - k) // stride + 1
        out = np.zeros((len(x), oh, ow, w.shape[3]))
        for i, j in np.ndindex(oh, ow):
            window = x[:, i * stride : i * stride + k, j * stride : j * stride + k]
            out[:, i, j] = np.tensordot(window, w, axes=3) + b
        return out

    @wrong("You computed the first image alone; the batch has more.")
    def first_image_alone(x, w, b, stride=1, pad=0):
        x = np.pad(x[:1], ((0, 0), (pad, pad), (pad, pad), (0, 0)))
        views = np.lib.stride_tricks.sliding_window_view(x, w.shape[:2], axis=(1, 2))
        return np.einsum("nijcmk,mkcf->nijf", views[:, ::stride, ::stride], w) + b


class Stamp(Function):
    name = "conv1d_transpose"
    title = "Stamp: transposed convolution"
    difficulty = 2
    criteria = (
        Criterion("apart", 1, "stamps that do not overlap"),
        Criterion("overlap", 2, "stamps that overlap"),
        Criterion("corner", 1, "one input, one tap, large numbers"),
    )
    tolerance = SUMS
    revisit = "Transposed"

    def probes(self, rng):
        yield Probe(
            "apart", "3 inputs, kernel 2, stride 2", (rng.normal(size=3), rng.normal(size=2), 2)
        )
        yield Probe(
            "apart", "2 inputs, kernel 4, stride 4", (rng.normal(size=2), rng.normal(size=4), 4)
        )
        yield Probe(
            "overlap", "4 inputs, kernel 3, stride 1", (rng.normal(size=4), rng.normal(size=3))
        )
        yield Probe(
            "overlap", "2 inputs, kernel 3, stride 2", (rng.normal(size=2), rng.normal(size=3), 2)
        )
        yield Probe(
            "overlap", "5 inputs, kernel 5, stride 2", (rng.normal(size=5), rng.normal(size=5), 2)
        )
        yield Probe(
            "corner", "1 input, kernel 4, stride 3", (rng.normal(size=1), rng.normal(size=4), 3)
        )
        yield Probe("corner", "4 inputs, a kernel of one", (rng.normal(size=4), np.array([-2.5])))
        yield Probe(
            "corner", "numbers around 10⁶, stride 3",
            (1e6 * rng.normal(size=3), 1e6 * rng.normal(size=4), 3),
        )  # fmt: skip

    @accepted("two loops")
    def two_loops(x, kernel, stride=1):
        out = [0.0] * ((len(x) - 1) * stride + len(kernel))
        for i in range(len(x)):
            for m in range(len(kernel)):
                out[i * stride + m] += float(x[i]) * float(kernel[m])
        return np.array(out)

    @accepted("zeros between the inputs, then a convolution")
    def zero_stuffed(x, kernel, stride=1):
        spread = np.zeros((len(x) - 1) * stride + 1)
        spread[::stride] = x
        return np.convolve(spread, kernel)

    @accepted("the transposed matrix")
    def by_matrix(x, kernel, stride=1):
        C = np.zeros((len(x), (len(x) - 1) * stride + len(kernel)))
        for i in range(len(x)):
            C[i, i * stride : i * stride + len(kernel)] = kernel
        return C.T @ x

    @accepted("an index for every product")
    def by_index(x, kernel, stride=1):
        at = stride * np.arange(len(x))[:, None] + np.arange(len(kernel))
        return np.bincount(at.ravel(), weights=np.outer(x, kernel).ravel())

    @wrong(
        "Your output is n · stride long: what the last stamps reach beyond that is cut off. "
        "Valid keeps all of it."
    )
    def tail_cut_off(x, kernel, stride=1):
        out = np.zeros((len(x) - 1) * stride + len(kernel))
        for i, value in enumerate(x):
            out[i * stride : i * stride + len(kernel)] += value * kernel
        return out[: len(x) * stride]

    @wrong(
        "Where stamps overlap, the later one replaces the earlier. They add up: each input has "
        "its share in that pixel."
    )
    def overwritten(x, kernel, stride=1):
        out = np.zeros((len(x) - 1) * stride + len(kernel))
        for i, value in enumerate(x):
            out[i * stride : i * stride + len(kernel)] = value * kernel
        return out

    @wrong(
        "You average where stamps overlap. They add up; that is where the chequered patterns "
        "come from."
    )
    def averaged(x, kernel, stride=1):
        out = np.zeros((len(x) - 1) * stride + len(kernel))
        count = np.zeros_like(out)
        for i, value in enumerate(x):
            out[i * stride : i * stride + len(kernel)] += value * kernel
            count[i * stride : i * stride + len(kernel)] += 1
        return out / np.maximum(count, 1)

    @wrong(
        "Your stamps are turned around. A stamp lays the kernel down as it is, first number first."
    )
    def stamp_flipped(x, kernel, stride=1):
        out = np.zeros((len(x) - 1) * stride + len(kernel))
        for i, value in enumerate(x):
            out[i * stride : i * stride + len(kernel)] += value * kernel[::-1]
        return out

    @wrong(
        "Your output is stride − 1 too long: there are zeros after the last input as well. "
        "They belong between the inputs only."
    )
    def zeros_after_the_last(x, kernel, stride=1):
        spread = np.zeros(len(x) * stride)
        spread[::stride] = x
        return np.convolve(spread, kernel)

    @wrong(
        "Your output is one stride too long: you made room for one stamp more than there are "
        "inputs."
    )
    def room_for_one_more(x, kernel, stride=1):
        out = np.zeros(len(x) * stride + len(kernel))
        for i, value in enumerate(x):
            out[i * stride : i * stride + len(kernel)] += value * kernel
        return out

    @wrong("All your stamps are one pixel apart: the stride is not used.")
    def stride_ignored(x, kernel, stride=1):
        return np.convolve(x, kernel)

    @wrong(
        "You repeat every input `stride` times and then convolve. A transposed convolution "
        "puts gaps between the inputs, not copies."
    )
    def repeated_inputs(x, kernel, stride=1):
        return np.convolve(np.repeat(x, stride)[: (len(x) - 1) * stride + 1], kernel)

    @wrong(
        "Stamps begin a whole kernel's length apart, so none overlap. How far apart they are is "
        "the stride's business."
    )
    def apart_by_the_kernel(x, kernel, stride=1):
        return np.outer(x, kernel).ravel()


class Bill(Value):
    name = "bill"
    title = "The bill"
    difficulty = 1
    entries: ClassVar = {
        "shape": "shape",
        "parameters": "integer",
        "multiply_adds": "integer",
        "separable": "integer",
        "back": "shape",
    }
    criteria = (
        Criterion("shape", 1, "the output's shape"),
        Criterion("parameters", 1, "the parameters"),
        Criterion("multiply_adds", 1, "the multiply-adds"),
        Criterion("separable", 1, "the separable layer's parameters"),
        Criterion("back", 1, "the transposed layer's output"),
    )
    revisit = "What it costs"

    as_dict = accepted(
        "a dictionary",
        source='{"shape": (15, 21, 32), "parameters": 12832, "multiply_adds": 4032000, '
        '"separable": 944, "back": (31, 43, 16)}',
    )
    computed = accepted(
        "computed",
        source="""{
    "shape": [-(-30 // 2), -(-41 // 2), 32],
    "parameters": (5 * 5 * 16 + 1) * 32,
    "multiply_adds": 15 * 21 * 5 * 5 * 16 * 32,
    "separable": 5 * 5 * 16 + 16 * 32 + 32,
    "back": [14 * 2 + 3, 20 * 2 + 3, 16],
}""",
    )
    by_keras = accepted(
        "asked Keras",
        source="""(lambda L, x: (lambda conv, sep, back: {
    "shape": tuple(conv(x).shape[1:]),
    "parameters": conv.count_params(),
    "multiply_adds": 4.032e6,
    "separable": (sep(x), sep.count_params())[1],
    "back": tuple(back(conv(x)).shape[1:]),
})(L.Conv2D(32, 5, strides=2, padding="same"),
   L.SeparableConv2D(32, 5, strides=2, padding="same"),
   L.Conv2DTranspose(16, 3, strides=2)))(keras.layers, np.zeros((1, 30, 41, 16)))""",
    )

    no_bias = wrong(
        "The biases are missing from your parameters: one for each filter.",
        source='{"shape": (15, 21, 32), "parameters": 12800, "multiply_adds": 4032000, '
        '"separable": 912, "back": (31, 43, 16)}',
    )
    depth_forgotten = wrong(
        "Your filters are flat: 5×5 numbers each. A filter is as deep as the volume it looks at.",
        revisit="Volumes",
        source='{"shape": (15, 21, 32), "parameters": 832, "multiply_adds": 252000, '
        '"separable": 944, "back": (31, 43, 16)}',
    )
    one_bias_for_each_weight_slice = wrong(
        "You counted a bias for each slice of each filter. A filter sums over its slices and "
        "then adds one bias.",
        source='{"shape": (15, 21, 32), "parameters": 13312, "multiply_adds": 4032000, '
        '"separable": 944, "back": (31, 43, 16)}',
    )
    rounded_down = wrong(
        "You rounded the halves of 41 down. Same padding counts a stride that was started.",
        revisit="Same, with a stride",
        source='{"shape": (15, 20, 32), "parameters": 12832, "multiply_adds": 3840000, '
        '"separable": 944, "back": (31, 41, 16)}',
    )
    valid_for_same = wrong(
        "Your shape is that of a valid convolution. The layer is padded.",
        revisit="Same, with a stride",
        source='{"shape": (13, 19, 32), "parameters": 12832, "multiply_adds": 3161600, '
        '"separable": 944, "back": (27, 39, 16)}',
    )
    places_of_the_input = wrong(
        "Your multiply-adds count every pixel of the input as a place. The kernel stands only "
        "where there is an output.",
        source='{"shape": (15, 21, 32), "parameters": 12832, "multiply_adds": 15744000, '
        '"separable": 944, "back": (31, 43, 16)}',
    )
    depthwise_for_separable = wrong(
        "You stopped after the depthwise half. The pointwise half mixes the channels, and has "
        "most of the parameters.",
        revisit="Depthwise and separable",
        source='{"shape": (15, 21, 32), "parameters": 12832, "multiply_adds": 4032000, '
        '"separable": 416, "back": (31, 43, 16)}',
    )
    bias_in_both_halves = wrong(
        "You gave the depthwise half of the separable layer biases of its own. The layer has "
        "one bias a filter, at its end.",
        revisit="Depthwise and separable",
        source='{"shape": (15, 21, 32), "parameters": 12832, "multiply_adds": 4032000, '
        '"separable": 960, "back": (31, 43, 16)}',
    )
    transposed_twice_the_size = wrong(
        "You doubled the size on the way back. Valid keeps what the last stamp reaches beyond "
        "that: draw the last two stamps.",
        revisit="Transposed",
        source='{"shape": (15, 21, 32), "parameters": 12832, "multiply_adds": 4032000, '
        '"separable": 944, "back": (30, 42, 16)}',
    )
    transposed_to_the_start = wrong(
        "You went back to the size of the very first volume. The layer knows nothing of it: it "
        "stamps each of its own inputs.",
        revisit="Transposed",
        source='{"shape": (15, 21, 32), "parameters": 12832, "multiply_adds": 4032000, '
        '"separable": 944, "back": (30, 41, 16)}',
    )


class Im2col(Function):
    name = "im2col"
    title = "Find the bug: windows laid flat"
    difficulty = 2
    criteria = (
        Criterion("grey", 1, "one channel"),
        Criterion("colour", 2, "the order of several channels"),
        Criterion("stride", 1, "strides, also with several images"),
    )
    tolerance = Tolerance(atol=1e-12, rtol=1e-7, reason="values are only moved, never computed")
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

    @wrong(
        "The bug is still there: `sliding_window_view` puts the window's axes last, so the "
        "channels come before them, and your rows run through them slowest."
    )
    def unchanged(x, kernel, stride=1):
        windows = np.lib.stride_tricks.sliding_window_view(x, kernel, axis=(1, 2))
        windows = windows[:, ::stride, ::stride]
        return windows.reshape(*windows.shape[:3], -1)

    @wrong(
        "You moved the channels between the window's rows and columns. They must run fastest "
        "of the three."
    )
    def channels_in_the_middle(x, kernel, stride=1):
        views = np.lib.stride_tricks.sliding_window_view(x, kernel, axis=(1, 2))
        views = views[:, ::stride, ::stride].transpose(0, 1, 2, 4, 3, 5)
        return views.reshape(*views.shape[:3], -1)

    @wrong(
        "The channels run fastest now, but your windows are read column by column. A kernel "
        "array is flattened row by row."
    )
    def columns_first(x, kernel, stride=1):
        views = np.lib.stride_tricks.sliding_window_view(x, kernel, axis=(1, 2))
        views = views[:, ::stride, ::stride].transpose(0, 1, 2, 5, 4, 3)
        return views.reshape(*views.shape[:3], -1)

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

    @wrong("The order is mended, but the stride got lost: your windows are one pixel apart.")
    def stride_lost(x, kernel, stride=1):
        views = np.lib.stride_tricks.sliding_window_view(x, kernel, axis=(1, 2))
        views = np.moveaxis(views, 3, -1)
        return views.reshape(*views.shape[:3], -1)

    @wrong("The order is mended, but the stride is applied down and not across.")
    def stride_down_only(x, kernel, stride=1):
        views = np.lib.stride_tricks.sliding_window_view(x, kernel, axis=(1, 2))
        views = np.moveaxis(views[:, ::stride], 3, -1)
        return views.reshape(*views.shape[:3], -1)

    @wrong(
        "You added the channels up. That is the product's work: each channel has weights of "
        "its own.",
        revisit="Volumes",
    )
    def channels_summed(x, kernel, stride=1):
        views = np.lib.stride_tricks.sliding_window_view(x.sum(axis=-1), kernel, axis=(1, 2))
        views = views[:, ::stride, ::stride]
        return views.reshape(*views.shape[:3], -1)

    @wrong(
        "Your windows are turned by 180°, as for a mathematical convolution. A layer does not "
        "turn anything."
    )
    def turned(x, kernel, stride=1):
        views = np.lib.stride_tricks.sliding_window_view(x, kernel, axis=(1, 2))
        views = np.moveaxis(views[:, ::stride, ::stride, :, ::-1, ::-1], 3, -1)
        return views.reshape(*views.shape[:3], -1)


class ConvBackward(Function):
    name = "conv_backward"
    title = "The backward pass"
    difficulty = 3
    criteria = (
        Criterion("plain", 3, "stride 1, no padding"),
        Criterion("strided", 2, "strides, also where some pixels are never looked at"),
        Criterion("padded", 2, "padding"),
    )
    tolerance = SUMS
    rule = BY_HAND
    revisit = "The backward pass"

    def probes(self, rng):
        def case(x, w, stride=1, pad=0):
            sides = [(n + 2 * pad - k) // stride + 1 for n, k in zip(x[1:3], w[:2])]
            dy = rng.normal(size=(x[0], *sides, w[3]))
            return dy, rng.normal(size=x), rng.normal(size=w), stride, pad

        yield Probe("plain", "one 3×4 image, one 2×2 kernel", case((1, 3, 4, 1), (2, 2, 1, 1)))
        yield Probe("plain", "2 images, 2 channels, 3 filters", case((2, 4, 3, 2), (2, 3, 2, 3)))
        yield Probe("plain", "a 1×1 kernel", case((2, 2, 3, 3), (1, 1, 3, 2)))
        yield Probe("strided", "5×5, kernel 3, stride 2", case((1, 5, 5, 2), (3, 3, 2, 2), 2))
        yield Probe(
            "strided",
            "6×4, kernel 3×2, stride 2, a row unused",
            case((2, 6, 4, 1), (3, 2, 1, 2), 2),
        )
        yield Probe("strided", "5×4, kernel 2, stride 3", case((1, 5, 4, 2), (2, 2, 2, 1), 3))
        yield Probe("padded", "3×4, kernel 3, padding 1", case((1, 3, 4, 2), (3, 3, 2, 2), 1, 1))
        yield Probe(
            "padded", "2 images 2×3, kernel 3, padding 2", case((2, 2, 3, 1), (3, 3, 1, 2), 1, 2)
        )
        yield Probe(
            "padded", "5×4, kernel 2×3, stride 2, padding 1", case((2, 5, 4, 2), (2, 3, 2, 2), 2, 1)
        )

    @accepted("loops over images and places")
    def loops(dy, x, w, stride=1, pad=0):
        H, W = x.shape[1:3]
        kh, kw, _, F = w.shape
        dx, dw, db = np.zeros_like(x), np.zeros_like(w), np.zeros(F)
        for n, i, j, f in np.ndindex(*dy.shape):
            g = dy[n, i, j, f]
            db[f] += g
            for m in range(kh):
                for k in range(kw):
                    r, c = i * stride + m - pad, j * stride + k - pad
                    if 0 <= r < H and 0 <= c < W:
                        dw[m, k, :, f] += g * x[n, r, c]
                        dx[n, r, c] += g * w[m, k, :, f]
        return dx, dw, db

    @accepted("a slice for each number of the kernel")
    def by_taps(dy, x, w, stride=1, pad=0):
        xp = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
        dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
        h, v = dy.shape[1:3]
        for m, k in np.ndindex(*w.shape[:2]):
            at = np.s_[
                :, m : m + (h - 1) * stride + 1 : stride, k : k + (v - 1) * stride + 1 : stride
            ]
            dw[m, k] = np.tensordot(xp[at], dy, axes=((0, 1, 2), (0, 1, 2)))
            dxp[at] += dy @ w[m, k].T
        H, W = x.shape[1:3]
        return dxp[:, pad : pad + H, pad : pad + W], dw, dy.reshape(-1, dy.shape[-1]).sum(0)

    @accepted("zeros between the gradients, then a full convolution")
    def by_full_convolution(dy, x, w, stride=1, pad=0):
        kh, kw = w.shape[:2]
        xp = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
        spread = np.zeros((len(x), xp.shape[1] - kh + 1, xp.shape[2] - kw + 1, w.shape[3]))
        spread[:, ::stride, ::stride][:, : dy.shape[1], : dy.shape[2]] = dy
        view = np.lib.stride_tricks.sliding_window_view
        around = np.pad(spread, ((0, 0), (kh - 1, kh - 1), (kw - 1, kw - 1), (0, 0)))
        dxp = np.einsum("nijfmk,mkcf->nijc", view(around, (kh, kw), axis=(1, 2)), w[::-1, ::-1])
        dw = np.einsum("nmkcij,nijf->mkcf", view(xp, spread.shape[1:3], axis=(1, 2)), spread)
        H, W = x.shape[1:3]
        return dxp[:, pad : pad + H, pad : pad + W], dw, np.einsum("nijf->f", dy)

    @wrong(
        "Your dx is as large as the padded input. The padding is no part of x: its gradient is "
        "cut off at the end."
    )
    def padding_not_removed(dy, x, w, stride=1, pad=0):
        kh, kw = w.shape[:2]
        padded = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
        dx, dw = np.zeros_like(padded), np.zeros_like(w)
        for i, j in np.ndindex(dy.shape[1:3]):
            at = np.s_[:, i * stride : i * stride + kh, j * stride : j * stride + kw]
            dx[at] += np.einsum("no,mkco->nmkc", dy[:, i, j], w)
            dw += np.einsum("no,nmkc->mkco", dy[:, i, j], padded[at])
        return dx, dw, dy.sum(axis=(0, 1, 2))

    @wrong(
        "Without padding your dx is empty: a slice that ends at −0 ends at the beginning. Say "
        "where the inside ends by counting from the front."
    )
    def empty_without_padding(dy, x, w, stride=1, pad=0):
        kh, kw = w.shape[:2]
        padded = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
        dx, dw = np.zeros_like(padded), np.zeros_like(w)
        for i, j in np.ndindex(dy.shape[1:3]):
            at = np.s_[:, i * stride : i * stride + kh, j * stride : j * stride + kw]
            dx[at] += np.einsum("no,mkco->nmkc", dy[:, i, j], w)
            dw += np.einsum("no,nmkc->mkco", dy[:, i, j], padded[at])
        return dx[:, pad:-pad, pad:-pad], dw, dy.sum(axis=(0, 1, 2))

    @wrong(
        "Your dx has the right shape, but you cut off the wrong rows and columns: the padding "
        "lies on all sides, and you kept the corner at the top left."
    )
    def wrong_part_cut(dy, x, w, stride=1, pad=0):
        kh, kw = w.shape[:2]
        padded = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
        dx, dw = np.zeros_like(padded), np.zeros_like(w)
        for i, j in np.ndindex(dy.shape[1:3]):
            at = np.s_[:, i * stride : i * stride + kh, j * stride : j * stride + kw]
            dx[at] += np.einsum("no,mkco->nmkc", dy[:, i, j], w)
            dw += np.einsum("no,nmkc->mkco", dy[:, i, j], padded[at])
        return dx[:, : x.shape[1], : x.shape[2]], dw, dy.sum(axis=(0, 1, 2))

    @wrong(
        "In dx, later windows overwrite earlier ones. A pixel that several windows looked at "
        "gets a share from each, and the shares add up."
    )
    def shares_overwritten(dy, x, w, stride=1, pad=0):
        kh, kw = w.shape[:2]
        padded = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
        dx, dw = np.zeros_like(padded), np.zeros_like(w)
        for i, j in np.ndindex(dy.shape[1:3]):
            at = np.s_[:, i * stride : i * stride + kh, j * stride : j * stride + kw]
            dx[at] = np.einsum("no,mkco->nmkc", dy[:, i, j], w)
            dw += np.einsum("no,nmkc->mkco", dy[:, i, j], padded[at])
        H, W = x.shape[1:3]
        return dx[:, pad : pad + H, pad : pad + W], dw, dy.sum(axis=(0, 1, 2))

    @wrong(
        "Your dw holds the last window's share alone. The kernel is used at every place, and "
        "every place has its say."
    )
    def last_window_alone(dy, x, w, stride=1, pad=0):
        kh, kw = w.shape[:2]
        padded = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
        dx, dw = np.zeros_like(padded), np.zeros_like(w)
        for i, j in np.ndindex(dy.shape[1:3]):
            at = np.s_[:, i * stride : i * stride + kh, j * stride : j * stride + kw]
            dx[at] += np.einsum("no,mkco->nmkc", dy[:, i, j], w)
            dw = np.einsum("no,nmkc->mkco", dy[:, i, j], padded[at])
        H, W = x.shape[1:3]
        return dx[:, pad : pad + H, pad : pad + W], dw, dy.sum(axis=(0, 1, 2))

    @wrong(
        "You divide dw and db by the number of images. The backward pass gets the loss's "
        "gradient as it is; if the loss is a mean, that is in dy already."
    )
    def mean_over_the_batch(dy, x, w, stride=1, pad=0):
        kh, kw = w.shape[:2]
        padded = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
        dx, dw = np.zeros_like(padded), np.zeros_like(w)
        for i, j in np.ndindex(dy.shape[1:3]):
            at = np.s_[:, i * stride : i * stride + kh, j * stride : j * stride + kw]
            dx[at] += np.einsum("no,mkco->nmkc", dy[:, i, j], w)
            dw += np.einsum("no,nmkc->mkco", dy[:, i, j], padded[at])
        H, W = x.shape[1:3]
        inside = dx[:, pad : pad + H, pad : pad + W]
        return inside, dw / len(x), dy.sum(axis=(0, 1, 2)) / len(x)

    @wrong(
        "Your db averages over the places. The bias is added at every place, so each adds its "
        "whole δ."
    )
    def bias_averaged(dy, x, w, stride=1, pad=0):
        kh, kw = w.shape[:2]
        padded = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
        dx, dw = np.zeros_like(padded), np.zeros_like(w)
        for i, j in np.ndindex(dy.shape[1:3]):
            at = np.s_[:, i * stride : i * stride + kh, j * stride : j * stride + kw]
            dx[at] += np.einsum("no,mkco->nmkc", dy[:, i, j], w)
            dw += np.einsum("no,nmkc->mkco", dy[:, i, j], padded[at])
        H, W = x.shape[1:3]
        return dx[:, pad : pad + H, pad : pad + W], dw, dy.mean(axis=(0, 1, 2))

    @wrong(
        "The windows of your backward pass start at (i, j), whatever the stride. They must be "
        "those of the forward pass."
    )
    def stride_ignored_in_the_start(dy, x, w, stride=1, pad=0):
        kh, kw = w.shape[:2]
        padded = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
        dx, dw = np.zeros_like(padded), np.zeros_like(w)
        for i, j in np.ndindex(dy.shape[1:3]):
            at = np.s_[:, i : i + kh, j : j + kw]
            dx[at] += np.einsum("no,mkco->nmkc", dy[:, i, j], w)
            dw += np.einsum("no,nmkc->mkco", dy[:, i, j], padded[at])
        H, W = x.shape[1:3]
        return dx[:, pad : pad + H, pad : pad + W], dw, dy.sum(axis=(0, 1, 2))

    @wrong(
        "Your dx lays the kernel down turned by 180°. The stamp is the kernel as it is; only "
        "when you *gather* instead of stamping does it have to be turned."
    )
    def stamp_flipped(dy, x, w, stride=1, pad=0):
        kh, kw = w.shape[:2]
        padded = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
        dx, dw = np.zeros_like(padded), np.zeros_like(w)
        for i, j in np.ndindex(dy.shape[1:3]):
            at = np.s_[:, i * stride : i * stride + kh, j * stride : j * stride + kw]
            dx[at] += np.einsum("no,mkco->nmkc", dy[:, i, j], w[::-1, ::-1])
            dw += np.einsum("no,nmkc->mkco", dy[:, i, j], padded[at])
        H, W = x.shape[1:3]
        return dx[:, pad : pad + H, pad : pad + W], dw, dy.sum(axis=(0, 1, 2))

    @wrong(
        "Your dw is computed with x where no padding stands, so the windows are shifted "
        "against those of the forward pass."
    )
    def kernel_gradient_without_padding(dy, x, w, stride=1, pad=0):
        kh, kw = w.shape[:2]
        padded = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
        shifted = np.pad(x, ((0, 0), (0, 2 * pad), (0, 2 * pad), (0, 0)))
        dx, dw = np.zeros_like(padded), np.zeros_like(w)
        for i, j in np.ndindex(dy.shape[1:3]):
            at = np.s_[:, i * stride : i * stride + kh, j * stride : j * stride + kw]
            dx[at] += np.einsum("no,mkco->nmkc", dy[:, i, j], w)
            dw += np.einsum("no,nmkc->mkco", dy[:, i, j], shifted[at])
        H, W = x.shape[1:3]
        return dx[:, pad : pad + H, pad : pad + W], dw, dy.sum(axis=(0, 1, 2))

    @wrong("Your gradients are right, but in another order: dx first, then dw, then db.")
    def order_swapped(dy, x, w, stride=1, pad=0):
        kh, kw = w.shape[:2]
        padded = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
        dx, dw = np.zeros_like(padded), np.zeros_like(w)
        for i, j in np.ndindex(dy.shape[1:3]):
            at = np.s_[:, i * stride : i * stride + kh, j * stride : j * stride + kw]
            dx[at] += np.einsum("no,mkco->nmkc", dy[:, i, j], w)
            dw += np.einsum("no,nmkc->mkco", dy[:, i, j], padded[at])
        H, W = x.shape[1:3]
        return dw, dy.sum(axis=(0, 1, 2)), dx[:, pad : pad + H, pad : pad + W]


class Quiz(Choices):
    name = "quiz"
    title = "Quiz"
    difficulty = 1
    revisit = "Summary"
    questions: ClassVar = {
        "q1": (
            "224 pixels, kernel 3, stride 2, Keras's “same”. The zeros on the left and on the "
            "right are",
            {"a": "one and one", "b": "none and one", "c": "one and none"},
        ),
        "q2": (
            "`Conv2D(10, 3)` on an RGB photograph. One filter is a box of",
            {
                "a": "3×3 numbers, used on each channel alike",
                "b": "3×3×3 numbers that slides in three directions",
                "c": "3×3×3 numbers that slides in two directions",
            },
        ),
        "q3": (
            "You feed images twice as high and twice as wide to the same `Conv2D`. Its "
            "parameters and its multiply-adds",
            {
                "a": "stay, and grow about fourfold",
                "b": "both grow about fourfold",
                "c": "both stay",
            },
        ),
        "q4": (
            "`Conv2D` with stride 2, then `Conv2DTranspose` with the same kernel and stride. "
            "What is restored?",
            {"a": "the picture", "b": "the shape alone", "c": "the picture up to a factor"},
        ),
        "q5": (
            "An object moves by one pixel to the right. The feature map of a layer with stride 2",
            {
                "a": "moves by one",
                "b": "moves by exactly half a pixel",
                "c": "takes values that were nowhere in the old map",
            },
        ),
        "q6": (
            "Three `Conv1D` layers, kernel 3, dilations 1, 2, 4. One output sees how many inputs?",
            {"a": "15", "b": "9", "c": "21"},
        ),
    }
    because: ClassVar = {
        "q1": {
            "a": (
                "That is PyTorch's usual padding. Count the pixels that 112 windows need; how "
                "many are missing?"
            ),
            "c": "The total is right. Look again at what the first tap saw.",
        },
        "q2": {
            "a": "Then no filter could tell red from green. The slices are separate numbers.",
            "b": "Which way could it move along the channels, if it is as deep as they are?",
        },
        "q3": {
            "b": "Does the image's size stand in the formula for the parameters?",
            "c": "Each place costs the same; how many places are there now?",
        },
        "q4": {
            "a": "You grew the photographer back. Was he as sharp as before?",
            "c": "No factor brings back what a mean of sixteen pixels has thrown away.",
        },
        "q5": {
            "a": "One pixel of the map stands for two of the image.",
            "b": (
                "A map has no half pixels. Look at the third of the four tests: which image "
                "pixels does the layer look at now?"
            ),
        },
        "q6": {
            "b": "Nine is the number of weights. How far do the windows reach, one on the other?",
            "c": "Each layer adds twice its dilation to the reach of a single pixel. Add up.",
        },
    }
