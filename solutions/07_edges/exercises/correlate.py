"""What is right in `correlate`, and what students get wrong."""

import numpy as np

from autograder.exercise import (
    SUMS_64,
    Criterion,
    Function,
    Probe,
    Rule,
    accepted,
    near_miss,
    wrong,
)


class Correlate(Function):
    title = "Cross-correlate"
    starred = True
    difficulty = 2
    criteria = (
        Criterion("size", 1, "the size of the output"),
        Criterion("square", 2, "the values for square kernels"),
        Criterion("oblong", 2, "the values for kernels that are not square"),
        Criterion("numbers", 1, "integers, bytes and very large or small numbers"),
    )
    tolerance = SUMS_64
    rule = Rule(
        forbid=(
            "scipy", "skimage", "cv2", "keras", "tensorflow", "torch", "jax",
            "numpy.convolve", "numpy.correlate",
        ),
        reason="Write the sliding sum yourself; NumPy's arithmetic is all you need.",
    )  # fmt: skip
    revisit = "Products and a sum"

    def probes(self, rng):
        yield Probe(
            "size", "a 6×9 image of ones, a 3×3 kernel of ones", (np.ones((6, 9)), np.ones((3, 3)))
        )
        yield Probe(
            "size", "a kernel as large as its 4×4 image", (np.ones((4, 4)), np.ones((4, 4)))
        )
        yield Probe(
            "square",
            "a random 5×7 image, a random 3×3 kernel",
            (rng.normal(size=(5, 7)), rng.normal(size=(3, 3))),
        )
        yield Probe(
            "square",
            "a random 8×6 image, a random 2×2 kernel",
            (rng.normal(size=(8, 6)), rng.normal(size=(2, 2))),
        )
        yield Probe(
            "square",
            "a 3×5 image, a kernel of one number",
            (rng.normal(size=(3, 5)), np.array([[-2.5]])),
        )
        yield Probe(
            "oblong",
            "a random 6×8 image, a 2×4 kernel",
            (rng.normal(size=(6, 8)), rng.normal(size=(2, 4))),
        )
        yield Probe(
            "oblong",
            "a random 8×6 image, a 4×1 kernel",
            (rng.normal(size=(8, 6)), rng.normal(size=(4, 1))),
        )
        yield Probe(
            "numbers",
            "an image of integers, a kernel of fractions",
            (rng.integers(-9, 10, (5, 5)), rng.normal(size=(3, 3))),
        )
        yield Probe(
            "numbers", "an image and a kernel of bytes (uint8)",
            (
                rng.integers(100, 256, (4, 6)).astype(np.uint8),
                rng.integers(2, 9, (2, 2)).astype(np.uint8),
            ),
        )  # fmt: skip
        yield Probe(
            "numbers",
            "numbers around 10⁸ and 10⁻⁸",
            (1e8 * rng.normal(size=(4, 5)), 1e-8 * rng.normal(size=(2, 3))),
        )
        level = np.full((6, 8), rng.uniform(1, 3))
        yield Probe(
            "size", "a 6×8 image of one grey, a 3×3 kernel of ones", (level, np.ones((3, 3)))
        )

    @accepted("two loops over the output")
    def loops(image, kernel):
        image, kernel = np.array(image, dtype=float), np.array(kernel, dtype=float)
        kh, kw = kernel.shape
        out = np.zeros((image.shape[0] - kh + 1, image.shape[1] - kw + 1))
        for i in range(out.shape[0]):
            for j in range(out.shape[1]):
                out[i, j] = np.sum(image[i : i + kh, j : j + kw] * kernel)
        return out

    @accepted("four loops, no slices")
    def four_loops(image, kernel):
        H, W = image.shape
        kh, kw = kernel.shape
        rows = []
        for i in range(H - kh + 1):
            row = []
            for j in range(W - kw + 1):
                total = 0.0
                for m in range(kh):
                    for n in range(kw):
                        total += float(kernel[m, n]) * float(image[i + m, j + n])
                row.append(total)
            rows.append(row)
        return np.array(rows)

    @accepted("windows and einsum")
    def windows(image, kernel):
        views = np.lib.stride_tricks.sliding_window_view(image.astype(np.float64), kernel.shape)
        return np.einsum("ijmn,mn->ij", views, kernel.astype(np.float64))

    @accepted("a matrix of patches times a vector")
    def as_matrix_product(image, kernel):
        kh, kw = kernel.shape
        h, w = image.shape[0] - kh + 1, image.shape[1] - kw + 1
        patches = np.array(
            [image[i : i + kh, j : j + kw].ravel() for i in range(h) for j in range(w)], dtype=float
        )
        return (patches @ kernel.ravel().astype(float)).reshape(h, w)

    flipped = wrong(
        "You turned the kernel by 180° before you slid it: that is mathematical convolution. "
        "Cross-correlation, and a CNN layer, lay it on as it is.",
        change={"kernel[m, n]": "kernel[-1 - m, -1 - n]"},
        revisit="Correlation or convolution?",
    )

    rows_and_columns_swapped = wrong(
        "Your output has rows and columns swapped: one side's count of places was taken for "
        "the other's, or the result is transposed. Axis 0 runs down, axis 1 to the right.",
        change={"return output": "return output.T"},
        revisit="An image is an array",
    )

    last_place_lost = wrong(
        "Your output lacks its last row and last column: the loops stop one window too early. "
        "How many places has a window as large as the image?",
        change={
            "image.shape[0] - kh + 1, image.shape[1] - kw + 1": (
                "image.shape[0] - kh, image.shape[1] - kw"
            ),
        },
        of=loops,
    )

    last_place_empty = wrong(
        "Your output has the right size, but its last row and column are still zero: the "
        "array is large enough, the loops are one short.",
        change={
            "range(out.shape[0])": "range(out.shape[0] - 1)",
            "range(out.shape[1])": "range(out.shape[1] - 1)",
        },
        of=loops,
    )

    padded_with_zeros = wrong(
        "You put zeros around the image, so that the output keeps its size. Here the kernel "
        "may only stand where it fits entirely; padding comes in lesson 08.",
        change={
            "image.astype(np.float64)": (
                "np.pad(image.astype(float), [((k - 1) // 2, k // 2) for k in kernel.shape])"
            ),
        },
        of=windows,
    )

    kernel_transposed = wrong(
        "Your kernel is transposed: its rows lie where its columns belong. With a symmetric "
        "kernel nobody would notice.",
        change={"np.asarray(kernel, dtype=np.float64)": "np.asarray(kernel, dtype=np.float64).T"},
        revisit="An image is an array",
    )

    one_axis_flipped = wrong(
        "You turned only one axis of the kernel. Cross-correlation turns none; convolution "
        "would turn both.",
        change={"kernel[m, n]": "kernel[-1 - m, n]"},
        revisit="Correlation or convolution?",
    )

    mean_for_sum = wrong(
        "You averaged the products. The definition adds them up; a kernel that should average "
        "says so in its numbers.",
        change={"return output": "return output / kernel.size"},
    )

    square_kernels_only = wrong(
        "You assume a square kernel: its number of rows is used for the columns, too. Height "
        "and width are two numbers.",
        change={"kh, kw = kernel.shape": "kh = kw = kernel.shape[0]"},
        of=loops,
    )

    @wrong(
        "Your output array has the image's dtype, so with an image of integers every sum "
        "loses its fraction or wraps around. The result is float64 whatever comes in.",
        revisit="An image is an array",
    )
    def output_of_the_images_dtype(image, kernel):
        views = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
        sums = np.einsum("ijmn,mn->ij", views.astype(float), kernel.astype(float))
        if image.dtype.kind in "iu":
            sums = sums.astype(np.int64)
        return sums.astype(image.dtype)

    bytes_multiplied = wrong(
        "Your products of bytes wrap around at 256 before you add them: the conversion to "
        "float comes too late, or not at all.",
        change={
            "np.array(image, dtype=float)": "image",
            "np.array(kernel, dtype=float)": "kernel",
        },
        of=loops,
        revisit="An image is an array",
    )

    @wrong(
        "You put every sum into an array of the image's own dtype, and make floats of it "
        "afterwards. Then it is too late: fractions are cut off, and bytes have wrapped around at "
        "256.",
        revisit="An image is an array",
    )
    def converted_too_late(image, kernel):
        views = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
        sums = np.einsum("ijmn,mn->ij", views.astype(float), kernel.astype(float))
        if image.dtype.kind in "iu":
            sums = sums.astype(np.int64)
        return sums.astype(image.dtype).astype(float)

    divided_by_the_sum = wrong(
        "You divided the kernel by its sum. The definition takes it as it is; a kernel that should "
        "average says so in its numbers.",
        change={"return output": "return output / (kernel.sum() or 1)"},
    )

    divided_by_the_sizes = wrong(
        "You divided the kernel by the sum of its sizes. The definition takes it as it is.",
        change={"return output": "return output / (np.abs(kernel).sum() or 1)"},
    )

    columns_flipped = wrong(
        "You mirrored the kernel's columns. Cross-correlation turns nothing; convolution would "
        "turn rows and columns.",
        change={"kernel[m, n]": "kernel[m, -1 - n]"},
        revisit="Correlation or convolution?",
    )

    border_repeated = wrong(
        "You repeated the border around the image, so that the output keeps its size. Here the "
        "kernel may only stand where it fits entirely; padding comes in lesson 08.",
        change={
            "image.astype(np.float64)": (
                "np.pad(image.astype(float), [((k - 1) // 2, k // 2) for k in kernel.shape], "
                'mode="edge")'
            ),
        },
        of=windows,
    )

    zeros_on_every_side = wrong(
        "You put half a kernel of zeros on every side of the image before you slid. Here the "
        "kernel may only stand where it fits entirely; padding comes in lesson 08.",
        change={
            "image.astype(np.float64)": (
                "np.pad(image.astype(float), [(k // 2, k // 2) for k in kernel.shape])"
            ),
        },
        of=windows,
    )

    one_place_too_many = wrong(
        "Your output has one row and one column too many: there the kernel hangs over the image's "
        "edge.",
        change={
            "image.shape[0] - kh + 1, image.shape[1] - kw + 1": (
                "image.shape[0] - kh + 2, image.shape[1] - kw + 2"
            ),
        },
        of=loops,
    )

    frame_of_zeros = wrong(
        "Your output is as large as the image, with a frame of zeros where the kernel does not "
        "fit. Those places do not belong to the result.",
        change={
            "out = np.zeros((image.shape[0] - kh + 1, image.shape[1] - kw + 1))": (
                "full = np.zeros(image.shape)\n"
                "    out = full[kh // 2 : kh // 2 + image.shape[0] - kh + 1, "
                "kw // 2 : kw // 2 + image.shape[1] - kw + 1]"
            ),
            "return out": "return full",
        },
        of=loops,
    )

    whole_steps = wrong(
        "Your kernel jumps by its own size. It is to slide by one pixel at a time.",
        change={"views, kernel": "views[:: kernel.shape[0], :: kernel.shape[1]], kernel"},
        of=windows,
    )

    product_of_matrices = wrong(
        "You multiplied window and kernel as matrices (@). Here each number meets the one that it "
        "lies on: the product goes element by element.",
        change={"image[i : i + kh, j : j + kw] * kernel": "image[i : i + kh, j : j + kw] @ kernel"},
        of=loops,
    )

    total_not_reset = wrong(
        "Your total is not set back to zero: every number still holds the sum of all windows "
        "before it.",
        change={
            "out = np.zeros((": "total = 0.0\n    out = np.zeros((",
            "out[i, j] = np.sum(image[i : i + kh, j : j + kw] * kernel)": (
                "total += np.sum(image[i : i + kh, j : j + kw] * kernel)\n"
                "            out[i, j] = total"
            ),
        },
        of=loops,
    )

    returned_too_early = wrong(
        "Your `return` stands inside the loops: after one turn the work is over. Look at its "
        "indentation.",
        change={"    return out": "        return out"},
        of=loops,
    )

    list_returned = wrong(
        "You return a list of rows. A NumPy array is asked for.",
        change={"return np.array(rows)": "return rows"},
        of=four_loops,
    )

    places_swapped = wrong(
        "You take the window at [j, i] and write at [i, j]: rows and columns are exchanged in one "
        "of the two.",
        change={
            "image[i : i + kh, j : j + kw] * kernel": "image.T[i : i + kh, j : j + kw] * kernel"
        },
        of=loops,
        revisit="An image is an array",
    )

    sizes_returned = wrong(
        "You drop the signs: your numbers are the sums' sizes. A filter's answer may be negative.",
        change={"return output": "return np.abs(output)"},
    )

    cut_to_bytes = wrong(
        "You cut the result to 0 … 255, as for a picture that is to be shown. The sums are asked "
        "for as they are.",
        change={"return output": "return np.clip(output, 0, 255)"},
    )

    nothing_added = wrong(
        "You write a window's products over each other instead of adding them up: only the last "
        "one is left.",
        change={"output +=": "output ="},
    )

    size_of_the_image = wrong(
        "You padded by half a kernel and kept the image's size. Here the kernel may only stand "
        "where it fits entirely; padding comes in lesson 08.",
        change={
            "out = np.zeros((image.shape[0] - kh + 1, image.shape[1] - kw + 1))": (
                "out = np.zeros(image.shape)\n"
                "    image = np.pad(image, ((kh // 2, kh // 2), (kw // 2, kw // 2)))"
            ),
        },
        of=loops,
    )

    size_of_the_image_left_over = wrong(
        "Your output is as large as the image; the places where the kernel does not fit are left "
        "at 0. They do not belong to the result.",
        change={
            "out = np.zeros((image.shape[0] - kh + 1, image.shape[1] - kw + 1))": (
                "full = np.zeros(image.shape)\n"
                "    out = full[: image.shape[0] - kh + 1, : image.shape[1] - kw + 1]"
            ),
            "return out": "return full",
        },
        of=loops,
    )

    always_bytes = wrong(
        "Your result holds bytes. The sums may be negative, large, or fractions; the result is "
        "float64 whatever comes in.",
        change={"return output": "return output.astype(np.int64).astype(np.uint8)"},
        revisit="An image is an array",
    )

    first_place_empty = near_miss(
        "first row and column still zero",
        change={"return out": "out[0] = out[:, 0] = 0\n    return out"},
        of=loops,
        unlike=(last_place_empty, returned_too_early),
    )

    tuple_of_rows = near_miss(
        "returns a dictionary of rows",
        change={"return np.array(rows)": "return dict(enumerate(rows))"},
        of=four_loops,
        unlike=list_returned,
    )
