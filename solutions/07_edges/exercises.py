"""Exercises of lesson 07: images, filters, edges."""

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

SUMS = Tolerance(
    atol=1e-9, rtol=1e-9, reason="a few hundred float64 products, added up in any order"
)


class HandWindow(Value):
    name = "hand_window"
    title = "Cross-correlation by hand"
    difficulty = 1
    entries: ClassVar = {
        "shape": "shape",
        "top_right": "integer",
        "bottom_left": "integer",
        "flipped": "integer",
    }
    criteria = (
        Criterion("shape", 1, "the shape of the output"),
        Criterion("top_right", 1, "the top right number"),
        Criterion("bottom_left", 1, "the bottom left number"),
        Criterion("flipped", 1, "the top left number with the turned kernel"),
    )
    revisit = "Products and a sum"

    as_dict = accepted(
        "a dictionary", source='{"shape": (2, 3), "top_right": 5, "bottom_left": -1, "flipped": 6}'
    )
    as_list = accepted(
        "the shape as a list",
        source="dict(shape=[2, 3], top_right=5.0, bottom_left=-1.0, flipped=6.0)",
    )
    computed = accepted(
        "computed",
        source="""{
    "shape": tuple(n - 2 + 1 for n in (3, 4)),
    "top_right": int(np.sum(np.array([[0, 3], [1, 0]]) * [[0, 1], [2, -1]])),
    "bottom_left": int(np.sum(np.array([[4, 1], [0, 2]]) * [[0, 1], [2, -1]])),
    "flipped": int(np.sum(np.array([[2, 2], [4, 1]]) * [[-1, 2], [1, 0]])),
}""",
    )

    rows_and_columns_swapped = wrong(
        "Your shape is (columns, rows). Arrays are written rows first, then columns.",
        revisit="An image is an array",
        source='{"shape": (3, 2), "top_right": 5, "bottom_left": -1, "flipped": 6}',
    )
    size_kept = wrong(
        "Your output is as large as the image. Nothing was put around it here, so a window "
        "two wide has fewer places than the image has columns.",
        source='{"shape": (3, 4), "top_right": 5, "bottom_left": -1, "flipped": 6}',
    )
    one_place_lost = wrong(
        "Your output is one too small both ways: you subtracted the kernel's size from the "
        "image's and left it there. Slide a window with your fingers and count its places.",
        source='{"shape": (1, 2), "top_right": 5, "bottom_left": -1, "flipped": 6}',
    )
    flipped_throughout = wrong(
        "You turned the kernel for the first numbers and left it as it is for the last: that "
        "is convolution where cross-correlation is asked, and the other way round.",
        revisit="Correlation or convolution?",
        source='{"shape": (2, 3), "top_right": 7, "bottom_left": -2, "flipped": 9}',
    )
    rows_flipped_only = wrong(
        "For the last entry you swapped the kernel's rows but left its columns. A turn by "
        "180° does both.",
        revisit="Correlation or convolution?",
        source='{"shape": (2, 3), "top_right": 5, "bottom_left": -1, "flipped": 3}',
    )
    transposed_for_turned = wrong(
        "For the last entry you mirrored the kernel at its diagonal: that is its transpose. A "
        "turn by 180° swaps the rows and swaps the columns.",
        revisit="Correlation or convolution?",
        source='{"shape": (2, 3), "top_right": 5, "bottom_left": -1, "flipped": 7}',
    )
    minus_lost = wrong(
        "You lost the minus sign of the kernel's last number.",
        source='{"shape": (2, 3), "top_right": 5, "bottom_left": 3, "flipped": 10}',
    )


class Correlate(Function):
    name = "correlate"
    title = "Cross-correlation from scratch"
    difficulty = 2
    criteria = (
        Criterion("size", 1, "the size of the output"),
        Criterion("square", 2, "the values for square kernels"),
        Criterion("oblong", 2, "the values for kernels that are not square"),
        Criterion("numbers", 1, "integers, bytes and very large or small numbers"),
    )
    tolerance = SUMS
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

    @wrong(
        "You turned the kernel by 180° before you slid it: that is mathematical convolution. "
        "Cross-correlation, and a CNN layer, lay it on as it is.",
        revisit="Correlation or convolution?",
    )
    def flipped(image, kernel):
        kernel = np.asarray(kernel, dtype=float)[::-1, ::-1]
        views = np.lib.stride_tricks.sliding_window_view(
            np.asarray(image, dtype=float), kernel.shape
        )
        return np.einsum("ijmn,mn->ij", views, kernel)

    @wrong(
        "Your output has rows and columns swapped: one side's count of places was taken for "
        "the other's, or the result is transposed. Axis 0 runs down, axis 1 to the right.",
        revisit="An image is an array",
    )
    def rows_and_columns_swapped(image, kernel):
        views = np.lib.stride_tricks.sliding_window_view(
            np.asarray(image, dtype=float), kernel.shape
        )
        return np.einsum("ijmn,mn->ji", views, np.asarray(kernel, dtype=float))

    @wrong(
        "Your output lacks its last row and last column: the loops stop one window too early. "
        "How many places has a window as large as the image?",
    )
    def last_place_lost(image, kernel):
        kh, kw = kernel.shape
        out = np.zeros((image.shape[0] - kh, image.shape[1] - kw))
        for i in range(out.shape[0]):
            for j in range(out.shape[1]):
                out[i, j] = np.sum(image[i : i + kh, j : j + kw] * kernel, dtype=float)
        return out

    @wrong(
        "Your output has the right size, but its last row and column are still zero: the "
        "array is large enough, the loops are one short.",
    )
    def last_place_empty(image, kernel):
        kh, kw = kernel.shape
        image, kernel = np.asarray(image, dtype=float), np.asarray(kernel, dtype=float)
        out = np.zeros((image.shape[0] - kh + 1, image.shape[1] - kw + 1))
        for i in range(image.shape[0] - kh):
            for j in range(image.shape[1] - kw):
                out[i, j] = np.sum(image[i : i + kh, j : j + kw] * kernel)
        return out

    @wrong(
        "You put zeros around the image, so that the output keeps its size. Here the kernel "
        "may only stand where it fits entirely; padding comes in lesson 08.",
    )
    def padded_with_zeros(image, kernel):
        kh, kw = kernel.shape
        padded = np.pad(
            np.asarray(image, dtype=float), (((kh - 1) // 2, kh // 2), ((kw - 1) // 2, kw // 2))
        )
        views = np.lib.stride_tricks.sliding_window_view(padded, kernel.shape)
        return np.einsum("ijmn,mn->ij", views, np.asarray(kernel, dtype=float))

    @wrong(
        "Your kernel is transposed: its rows lie where its columns belong. With a symmetric "
        "kernel nobody would notice.",
        revisit="An image is an array",
    )
    def kernel_transposed(image, kernel):
        kernel = np.asarray(kernel, dtype=float).T
        views = np.lib.stride_tricks.sliding_window_view(
            np.asarray(image, dtype=float), kernel.shape
        )
        return np.einsum("ijmn,mn->ij", views, kernel)

    @wrong(
        "You turned only one axis of the kernel. Cross-correlation turns none; convolution "
        "would turn both.",
        revisit="Correlation or convolution?",
    )
    def one_axis_flipped(image, kernel):
        kernel = np.asarray(kernel, dtype=float)[::-1]
        views = np.lib.stride_tricks.sliding_window_view(
            np.asarray(image, dtype=float), kernel.shape
        )
        return np.einsum("ijmn,mn->ij", views, kernel)

    @wrong(
        "You averaged the products. The definition adds them up; a kernel that should average "
        "says so in its numbers.",
    )
    def mean_for_sum(image, kernel):
        views = np.lib.stride_tricks.sliding_window_view(
            np.asarray(image, dtype=float), kernel.shape
        )
        return np.einsum("ijmn,mn->ij", views, np.asarray(kernel, dtype=float)) / kernel.size

    @wrong(
        "You assume a square kernel: its number of rows is used for the columns, too. Height "
        "and width are two numbers.",
    )
    def square_kernels_only(image, kernel):
        k = kernel.shape[0]
        image, kernel = np.asarray(image, dtype=float), np.asarray(kernel, dtype=float)
        out = np.zeros((image.shape[0] - k + 1, image.shape[1] - k + 1))
        for i in range(out.shape[0]):
            for j in range(out.shape[1]):
                out[i, j] = np.sum(image[i : i + k, j : j + k] * kernel)
        return out

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

    @wrong(
        "Your products of bytes wrap around at 256 before you add them: the conversion to "
        "float comes too late, or not at all.",
        revisit="An image is an array",
    )
    def bytes_multiplied(image, kernel):
        views = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
        return (views * kernel).sum(axis=(2, 3)).astype(np.float64)


class Sobel(Function):
    name = "sobel"
    title = "Sobel's gradient"
    difficulty = 1
    criteria = (
        Criterion("directions", 2, "which derivative is which, and its sign"),
        Criterion("values", 2, "the values, where only one of the two derivatives is not zero"),
        Criterion("length", 1, "the length of the gradient on any image"),
    )
    tolerance = SUMS
    revisit = "Slopes: the first derivative"

    def probes(self, rng):
        row, column = np.mgrid[0:5, 0:6].astype(float)
        yield Probe("directions", "an image that gets brighter to the right", (column,))
        yield Probe("directions", "an image that gets brighter downwards", (row,))
        yield Probe(
            "directions", "an upright edge, bright on the left", ((column < 3).astype(float),)
        )
        yield Probe("values", "random upright stripes", (np.tile(rng.normal(size=(1, 7)), (5, 1)),))
        yield Probe("values", "random level stripes", (np.tile(rng.normal(size=(6, 1)), (1, 4)),))
        yield Probe("length", "a slope of 3 to the right and 4 downwards", (3 * column + 4 * row,))
        yield Probe("length", "a random 3×3 image", (rng.normal(size=(3, 3)),))
        yield Probe(
            "length", "a random 6×4 image between 0 and 255", (rng.uniform(0, 255, (6, 4)),)
        )

    @accepted("kernels and SciPy")
    def by_library(image):
        from scipy.signal import correlate2d

        kx = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
        gx = correlate2d(image, kx, mode="valid")
        gy = correlate2d(image, kx.T, mode="valid")
        return gx, gy, np.sqrt(gx**2 + gy**2)

    @accepted("slices: average, then difference")
    def by_slices(image):
        down = image[:-2] + 2 * image[1:-1] + image[2:]
        right = image[:, :-2] + 2 * image[:, 1:-1] + image[:, 2:]
        gx = down[:, 2:] - down[:, :-2]
        gy = right[2:] - right[:-2]
        return gx, gy, np.hypot(gx, gy)

    @accepted("loops over the pixels")
    def by_loops(image):
        height, width = image.shape
        gx, gy = np.zeros((height - 2, width - 2)), np.zeros((height - 2, width - 2))
        weights = (1, 2, 1)
        for i in range(height - 2):
            for j in range(width - 2):
                for k, weight in enumerate(weights):
                    gx[i, j] += weight * (image[i + k, j + 2] - image[i + k, j])
                    gy[i, j] += weight * (image[i + 2, j + k] - image[i, j + k])
        return gx, gy, abs(gx + 1j * gy)

    @accepted("a list, SciPy's own Sobel cut to size")
    def by_ndimage(image):
        from scipy import ndimage

        gx, gy = (ndimage.sobel(image, axis=axis)[1:-1, 1:-1] for axis in (1, 0))
        return [gx, gy, np.linalg.norm(np.stack([gx, gy]), axis=0)]

    @wrong(
        "You return the y-derivative as gx and the x-derivative as gy. The kernel with a "
        "negative left column measures change along x: it *finds* vertical edges, and many "
        "notes therefore name it the wrong way round.",
    )
    def x_and_y_swapped(image):
        from scipy.signal import correlate2d

        kx = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
        gy, gx = correlate2d(image, kx, "valid"), correlate2d(image, kx.T, "valid")
        return gx, gy, np.hypot(gx, gy)

    @wrong(
        "Your gy is positive where it gets brighter upwards. In an image, y counts downwards, "
        "like the rows.",
        revisit="An image is an array",
    )
    def y_upwards(image):
        from scipy.signal import correlate2d

        kx = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
        gx, gy = correlate2d(image, kx, "valid"), -correlate2d(image, kx.T, "valid")
        return gx, gy, np.hypot(gx, gy)

    @wrong(
        "Both derivatives have the wrong sign. Either your kernels are turned, or you used a "
        "function that turns them: convolution flips its kernel, and flipping a derivative "
        "changes its sign.",
        revisit="Correlation or convolution?",
    )
    def convolved(image):
        from scipy.signal import convolve2d

        kx = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
        gx, gy = convolve2d(image, kx, "valid"), convolve2d(image, kx.T, "valid")
        return gx, gy, np.hypot(gx, gy)

    @wrong(
        "Your length is the sum of the two sizes. That makes diagonal edges look up to 41 % "
        "stronger than they are; an arrow's length follows Pythagoras.",
    )
    def sum_of_sizes(image):
        from scipy.signal import correlate2d

        kx = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
        gx, gy = correlate2d(image, kx, "valid"), correlate2d(image, kx.T, "valid")
        return gx, gy, np.abs(gx) + np.abs(gy)

    @wrong("Your length is not a length yet: it is still squared.")
    def root_forgotten(image):
        from scipy.signal import correlate2d

        kx = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
        gx, gy = correlate2d(image, kx, "valid"), correlate2d(image, kx.T, "valid")
        return gx, gy, gx**2 + gy**2

    @wrong(
        "Your averaging weights are 1, 1, 1. These are Prewitt's kernels; Sobel gives the "
        "middle row more weight."
    )
    def prewitt(image):
        from scipy.signal import correlate2d

        kx = np.array([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]])
        gx, gy = correlate2d(image, kx, "valid"), correlate2d(image, kx.T, "valid")
        return gx, gy, np.hypot(gx, gy)

    @wrong(
        "Your values are the expected ones divided by a constant. Some libraries scale the "
        "kernel so that a unit slope gives 1; here its numbers are whole.",
    )
    def divided(image):
        from scipy.signal import correlate2d

        kx = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]) / 8
        gx, gy = correlate2d(image, kx, "valid"), correlate2d(image, kx.T, "valid")
        return gx, gy, np.hypot(gx, gy)

    @wrong(
        "You dropped the signs of gx and gy. The sign says on which side it is brighter; only "
        "the length has none."
    )
    def signs_dropped(image):
        from scipy.signal import correlate2d

        kx = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
        gx, gy = np.abs(correlate2d(image, kx, "valid")), np.abs(correlate2d(image, kx.T, "valid"))
        return gx, gy, np.hypot(gx, gy)

    @wrong(
        "Your results are as large as the image: something was put around it. Here the "
        "kernels stand only where they fit.",
        revisit="Products and a sum",
    )
    def size_kept(image):
        from scipy import ndimage

        gx, gy = ndimage.sobel(image, axis=1), ndimage.sobel(image, axis=0)
        return gx, gy, np.hypot(gx, gy)

    @wrong(
        "You return the length alone. The two derivatives are asked for as well: the "
        "direction of an edge is in them."
    )
    def length_alone(image):
        from scipy import ndimage

        return np.hypot(ndimage.sobel(image, axis=1), ndimage.sobel(image, axis=0))[1:-1, 1:-1]


class LogKernel(Function):
    name = "log_kernel"
    title = "Laplacian of a Gaussian"
    difficulty = 2
    criteria = (
        Criterion(
            "formula", 3, "the values, where the kernel is wide enough to sum to zero by itself"
        ),
        Criterion("zero_sum", 2, "the sum is zero for kernels that are cut off early"),
    )
    tolerance = Tolerance(atol=1e-9, rtol=1e-7, reason="one exponential and a mean in float64")
    revisit = "Bends: the second derivative"

    def probes(self, rng):
        yield Probe("formula", "σ = 1, radius 8", (1.0, 8))
        yield Probe("formula", "σ = 1.5, radius 12", (1.5, 12))
        sigma = round(float(rng.uniform(1.1, 1.9)), 2)
        yield Probe("formula", f"σ = {sigma}, radius 15", (sigma, 15))
        yield Probe("zero_sum", "σ = 1, radius 2", (1.0, 2))
        yield Probe("zero_sum", "σ = 2, radius 1: a 3×3 kernel", (2.0, 1))
        yield Probe("zero_sum", "σ = 0.5, radius 3", (0.5, 3))
        sigma = round(float(rng.uniform(2.0, 4.0)), 2)
        yield Probe("zero_sum", f"σ = {sigma}, radius 5", (sigma, 5))

    @accepted("a meshgrid")
    def by_meshgrid(sigma, radius):
        x, y = np.meshgrid(np.arange(-radius, radius + 1), np.arange(-radius, radius + 1))
        r2 = x**2 + y**2
        gauss = np.exp(-r2 / (2 * sigma**2)) / (2 * np.pi * sigma**2)
        log = (r2 / sigma**4 - 2 / sigma**2) * gauss
        return log - log.sum() / log.size

    @accepted("loops")
    def by_loops(sigma, radius):
        import math

        size = 2 * radius + 1
        kernel = np.empty((size, size))
        for i in range(size):
            for j in range(size):
                r2 = (i - radius) ** 2 + (j - radius) ** 2
                kernel[i, j] = (
                    (r2 - 2 * sigma**2) / (2 * math.pi * sigma**6) * math.exp(-r2 / 2 / sigma**2)
                )
        return kernel - kernel.mean()

    @accepted("two outer products: bend one way, smooth the other")
    def by_outer_products(sigma, radius):
        t = np.linspace(-radius, radius, 2 * radius + 1)
        g = np.exp(-0.5 * (t / sigma) ** 2) / np.sqrt(2 * np.pi) / sigma
        g2 = (t**2 - sigma**2) / sigma**4 * g
        kernel = np.outer(g, g2) + np.outer(g2, g)
        return kernel - np.average(kernel)

    @wrong(
        "Your kernel does not sum to zero once it is cut off, so a bright flat sky gets an "
        "answer. The formula alone sums to zero only over the infinite plane.",
    )
    def sum_not_zero(sigma, radius):
        t = np.arange(-radius, radius + 1)
        r2 = t[:, None] ** 2 + t**2
        return (r2 - 2 * sigma**2) / (2 * np.pi * sigma**6) * np.exp(-r2 / (2 * sigma**2))

    @wrong(
        "Your kernel has the wrong sign: the middle must be the pit. You drew the Mexican hat "
        "the right way up, which is the *negative* of this operator."
    )
    def upside_down(sigma, radius):
        t = np.arange(-radius, radius + 1)
        r2 = t[:, None] ** 2 + t**2
        k = (2 * sigma**2 - r2) / (2 * np.pi * sigma**6) * np.exp(-r2 / (2 * sigma**2))
        return k - k.mean()

    @wrong(
        "Your zero crossing lies at r = σ. That is the second derivative in one dimension; in "
        "two, both axes contribute.",
    )
    def one_dimension(sigma, radius):
        t = np.arange(-radius, radius + 1)
        r2 = t[:, None] ** 2 + t**2
        k = (r2 - sigma**2) / (2 * np.pi * sigma**6) * np.exp(-r2 / (2 * sigma**2))
        return k - k.mean()

    @wrong("Your kernel is a Gaussian: it smooths, but it does not differentiate.")
    def gaussian(sigma, radius):
        t = np.arange(-radius, radius + 1)
        r2 = t[:, None] ** 2 + t**2
        k = np.exp(-r2 / (2 * sigma**2)) / (2 * np.pi * sigma**2)
        return k - k.mean()

    @wrong(
        "Your values have the right shape but the wrong height: the Gaussian's own factor in "
        "front, which makes its volume 1, is missing."
    )
    def gaussian_not_normalised(sigma, radius):
        t = np.arange(-radius, radius + 1)
        r2 = t[:, None] ** 2 + t**2
        k = (r2 - 2 * sigma**2) / sigma**4 * np.exp(-r2 / (2 * sigma**2))
        return k - k.mean()

    @wrong(
        "Your values are too large by a power of σ; at σ = 1 nobody would notice. Count the "
        "powers in the denominator again."
    )
    def power_of_sigma(sigma, radius):
        t = np.arange(-radius, radius + 1)
        r2 = t[:, None] ** 2 + t**2
        k = (r2 - 2 * sigma**2) / (2 * np.pi * sigma**4) * np.exp(-r2 / (2 * sigma**2))
        return k - k.mean()

    @wrong(
        "Your Gaussian is too narrow or too wide: the 2 in the exponent's denominator is missing."
    )
    def exponent_without_two(sigma, radius):
        t = np.arange(-radius, radius + 1)
        r2 = t[:, None] ** 2 + t**2
        k = (r2 - 2 * sigma**2) / (2 * np.pi * sigma**6) * np.exp(-r2 / sigma**2)
        return k - k.mean()

    @wrong("You used the distance where its square belongs: a Gaussian falls with r², not with r.")
    def distance_not_squared(sigma, radius):
        t = np.arange(-radius, radius + 1)
        r = np.sqrt(t[:, None] ** 2 + t**2)
        k = (r - 2 * sigma**2) / (2 * np.pi * sigma**6) * np.exp(-r / (2 * sigma**2))
        return k - k.mean()

    @wrong(
        "You divided by the sum, as one does for a blur. A kernel whose sum is nearly zero "
        "explodes when it is divided by it."
    )
    def divided_by_its_sum(sigma, radius):
        t = np.arange(-radius, radius + 1)
        r2 = t[:, None] ** 2 + t**2
        k = (r2 - 2 * sigma**2) / (2 * np.pi * sigma**6) * np.exp(-r2 / (2 * sigma**2))
        return k / k.sum()

    @wrong(
        "Your kernel sums to zero, but you put the whole correction into the middle pixel and "
        "made a spike there. Spread it evenly."
    )
    def middle_corrected(sigma, radius):
        t = np.arange(-radius, radius + 1)
        r2 = t[:, None] ** 2 + t**2
        k = (r2 - 2 * sigma**2) / (2 * np.pi * sigma**6) * np.exp(-r2 / (2 * sigma**2))
        k[radius, radius] -= k.sum()
        return k

    @wrong(
        "Your kernel is `radius` wide. The radius counts from the middle to the border, so "
        "that there is a middle."
    )
    def radius_for_size(sigma, radius):
        t = np.arange(radius) - radius // 2
        r2 = t[:, None] ** 2 + t**2
        k = (r2 - 2 * sigma**2) / (2 * np.pi * sigma**6) * np.exp(-r2 / (2 * sigma**2))
        return k - k.mean()


def _field(rng, shape, degrees, *, spread=15.0, rim=1):
    """Gradients of random strength whose directions lie around some of the four, either way.

    A rim of zeros keeps what happens at the border out of the other criteria.
    """
    base = rng.choice(degrees, size=shape) + 180 * rng.integers(0, 2, size=shape)
    angle = np.deg2rad(base + rng.uniform(-spread, spread, size=shape))
    strength = np.pad(rng.uniform(0.2, 1.0, size=shape), rim)
    gx, gy = strength * np.cos(np.pad(angle, rim)), strength * np.sin(np.pad(angle, rim))
    return np.hypot(gx, gy), gx, gy


class Thin(Function):
    name = "thin"
    title = "Non-maximum suppression"
    difficulty = 3
    criteria = (
        Criterion("straight", 2, "gradients along the rows or the columns"),
        Criterion("diagonal", 2, "gradients along the diagonals"),
        Criterion("mixed", 1, "gradients of every direction"),
        Criterion("border", 1, "ties, and pixels at the border"),
    )
    tolerance = Tolerance(atol=1e-12, rtol=1e-7, reason="values are kept as they are")
    revisit = "Canny, step by step"

    def probes(self, rng):
        yield Probe("straight", "gradients to the right or left", _field(rng, (6, 9), [0]))
        yield Probe("straight", "gradients down or up", _field(rng, (8, 7), [90]))
        yield Probe("diagonal", "gradients along ↘ or ↖", _field(rng, (7, 9), [45]))
        yield Probe("diagonal", "gradients along ↙ or ↗", _field(rng, (9, 7), [135]))
        yield Probe(
            "mixed",
            "gradients of every direction",
            _field(rng, (10, 12), [0, 45, 90, 135], spread=21.0),
        )
        strong = (1000 * part for part in _field(rng, (9, 11), [0, 45, 90, 135], spread=20.0))
        yield Probe(
            "mixed",
            "the same, in float32 and a thousand times as strong",
            tuple(part.astype(np.float32) for part in strong),
        )
        plateau = np.array(
            [[0.0, 2.0, 2.0, 1.0, 3.0], [3.0, 3.0, 3.0, 0.0, 1.0], [1.0, 2.0, 4.0, 4.0, 4.0]]
        )
        yield Probe(
            "border",
            "equal neighbours, gradients to the right",
            (plateau, plateau, np.zeros((3, 5))),
        )
        yield Probe(
            "border",
            "equal neighbours, gradients upwards",
            (plateau.T, np.zeros((5, 3)), -plateau.T),
        )
        yield Probe("border", "a single row", _field(rng, (1, 8), [0, 90], rim=0))
        field = _field(rng, (6, 7), [0, 45, 90, 135], rim=0)
        yield Probe("border", "strong pixels at the border", field)

    @accepted("loops, with a check of the border")
    def by_loops(magnitude, gx, gy):
        H, W = magnitude.shape
        out = np.zeros_like(magnitude)

        def at(r, c):
            return magnitude[r, c] if 0 <= r < H and 0 <= c < W else 0

        for r in range(H):
            for c in range(W):
                angle = np.degrees(np.arctan2(gy[r, c], gx[r, c])) % 180
                if angle < 22.5 or angle >= 157.5:
                    dr, dc = 0, 1
                elif angle < 67.5:
                    dr, dc = 1, 1
                elif angle < 112.5:
                    dr, dc = 1, 0
                else:
                    dr, dc = 1, -1
                if magnitude[r, c] >= at(r + dr, c + dc) and magnitude[r, c] >= at(r - dr, c - dc):
                    out[r, c] = magnitude[r, c]
        return out

    @accepted("the slope instead of the angle")
    def by_slope(magnitude, gx, gy):
        t = np.tan(np.pi / 8)
        flat, steep = np.abs(gy) <= t * np.abs(gx), np.abs(gx) <= t * np.abs(gy)
        m = np.pad(magnitude, 1)
        lines = [
            (m[1:-1, 2:], m[1:-1, :-2]), (m[2:, 1:-1], m[:-2, 1:-1]),
            (m[2:, 2:], m[:-2, :-2]), (m[2:, :-2], m[:-2, 2:]),
        ]  # fmt: skip
        highest = [(magnitude >= a) & (magnitude >= b) for a, b in lines]
        keep = np.select([flat, steep, gx * gy > 0], highest[:3], highest[3])
        return magnitude * keep

    @accepted("round the unit vector, look up both neighbours")
    def by_indexing(magnitude, gx, gy):
        H, W = magnitude.shape
        sector = np.round(np.arctan2(gy, gx) / (np.pi / 4)) * (np.pi / 4)
        dr, dc = np.round(np.sin(sector)).astype(int), np.round(np.cos(sector)).astype(int)
        r, c = np.indices((H, W)) + 1
        m = np.pad(magnitude, 1)
        highest = np.maximum(m[r + dr, c + dc], m[r - dr, c - dc])
        return np.where(magnitude < highest, 0.0, magnitude)

    @wrong(
        "You compared each pixel with its neighbours *along* the edge. The gradient points "
        "across the edge, and across it is where only one pixel should stay."
    )
    def along_the_edge(magnitude, gx, gy):
        gx, gy = -gy, gx
        H, W = magnitude.shape
        sector = np.round(np.arctan2(gy, gx) / (np.pi / 4)) * (np.pi / 4)
        dr, dc = np.round(np.sin(sector)).astype(int), np.round(np.cos(sector)).astype(int)
        r, c = np.indices((H, W)) + 1
        m = np.pad(magnitude, 1)
        return np.where(
            magnitude < np.maximum(m[r + dr, c + dc], m[r - dr, c - dc]), 0.0, magnitude
        )

    @wrong(
        "Your two diagonals are exchanged, as if y pointed upwards. In an image a positive gy "
        "points to the next row, which is further down.",
        revisit="An image is an array",
    )
    def y_upwards(magnitude, gx, gy):
        H, W = magnitude.shape
        sector = np.round(np.arctan2(-gy, gx) / (np.pi / 4)) * (np.pi / 4)
        dr, dc = np.round(np.sin(sector)).astype(int), np.round(np.cos(sector)).astype(int)
        r, c = np.indices((H, W)) + 1
        m = np.pad(magnitude, 1)
        return np.where(
            magnitude < np.maximum(m[r + dr, c + dc], m[r - dr, c - dc]), 0.0, magnitude
        )

    @wrong(
        "Left-right and above-below are exchanged while the diagonals are right: x and y, or "
        "rows and columns, are swapped somewhere. x belongs to the columns.",
        revisit="An image is an array",
    )
    def x_and_y_swapped(magnitude, gx, gy):
        gx, gy = gy, gx
        H, W = magnitude.shape
        sector = np.round(np.arctan2(gy, gx) / (np.pi / 4)) * (np.pi / 4)
        dr, dc = np.round(np.sin(sector)).astype(int), np.round(np.cos(sector)).astype(int)
        r, c = np.indices((H, W)) + 1
        m = np.pad(magnitude, 1)
        return np.where(
            magnitude < np.maximum(m[r + dr, c + dc], m[r - dr, c - dc]), 0.0, magnitude
        )

    @wrong(
        "You compared each pixel with all eight neighbours. Then a line keeps only its single "
        "brightest pixel: along the edge, neighbours are allowed to be stronger."
    )
    def all_eight(magnitude, gx, gy):
        from scipy import ndimage

        highest = ndimage.maximum_filter(magnitude, size=3, mode="constant")
        return np.where(magnitude < highest, 0.0, magnitude)

    @wrong("You use only the two straight directions. A diagonal gradient has diagonal neighbours.")
    def no_diagonals(magnitude, gx, gy):
        m = np.pad(magnitude, 1)
        sideways = np.maximum(m[1:-1, 2:], m[1:-1, :-2])
        upright = np.maximum(m[2:, 1:-1], m[:-2, 1:-1])
        return np.where(
            magnitude < np.where(np.abs(gx) >= np.abs(gy), sideways, upright), 0.0, magnitude
        )

    @wrong(
        "You always compared with the left and the right neighbour. If you did look at the "
        "angle, check its unit: `arctan2` gives radians."
    )
    def always_sideways(magnitude, gx, gy):
        m = np.pad(magnitude, 1)
        return np.where(magnitude < np.maximum(m[1:-1, 2:], m[1:-1, :-2]), 0.0, magnitude)

    @wrong(
        "Gradients that point upwards go wrong: their angles are negative, and your cases "
        "treat all of those alike. A direction and its opposite have the same neighbours."
    )
    def negative_angles(magnitude, gx, gy):
        H, W = magnitude.shape
        m = np.pad(magnitude, 1)
        out = np.zeros_like(magnitude)
        for r in range(H):
            for c in range(W):
                angle = np.degrees(np.arctan2(gy[r, c], gx[r, c]))
                if angle < 22.5 or angle >= 157.5:
                    dr, dc = 0, 1
                elif angle < 67.5:
                    dr, dc = 1, 1
                elif angle < 112.5:
                    dr, dc = 1, 0
                else:
                    dr, dc = 1, -1
                if magnitude[r, c] >= max(m[r + 1 + dr, c + 1 + dc], m[r + 1 - dr, c + 1 - dc]):
                    out[r, c] = magnitude[r, c]
        return out

    @wrong(
        "You drop a pixel that ties with a neighbour, so a ridge two pixels wide vanishes "
        "altogether. At least as large is enough."
    )
    def ties_dropped(magnitude, gx, gy):
        H, W = magnitude.shape
        sector = np.round(np.arctan2(gy, gx) / (np.pi / 4)) * (np.pi / 4)
        dr, dc = np.round(np.sin(sector)).astype(int), np.round(np.cos(sector)).astype(int)
        r, c = np.indices((H, W)) + 1
        m = np.pad(magnitude, 1)
        return np.where(
            magnitude > np.maximum(m[r + dr, c + dc], m[r - dr, c - dc]), magnitude, 0.0
        )

    @wrong("You return ones for the pixels that stay. The next step needs their strength.")
    def ones_for_strength(magnitude, gx, gy):
        H, W = magnitude.shape
        sector = np.round(np.arctan2(gy, gx) / (np.pi / 4)) * (np.pi / 4)
        dr, dc = np.round(np.sin(sector)).astype(int), np.round(np.cos(sector)).astype(int)
        r, c = np.indices((H, W)) + 1
        m = np.pad(magnitude, 1)
        return np.where(magnitude < np.maximum(m[r + dr, c + dc], m[r - dr, c - dc]), 0.0, 1.0)

    @wrong(
        "Your border is all zero: you left it out because its pixels lack neighbours. Outside "
        "the image the magnitude counts as 0, so border pixels can win."
    )
    def border_left_out(magnitude, gx, gy):
        H, W = magnitude.shape
        sector = np.round(np.arctan2(gy, gx) / (np.pi / 4)) * (np.pi / 4)
        dr, dc = np.round(np.sin(sector)).astype(int), np.round(np.cos(sector)).astype(int)
        r, c = np.indices((H, W)) + 1
        m = np.pad(magnitude, 1)
        out = np.where(magnitude < np.maximum(m[r + dr, c + dc], m[r - dr, c - dc]), 0.0, magnitude)
        out[[0, -1]] = 0
        out[:, [0, -1]] = 0
        return out

    @wrong(
        "At the border you compare with the opposite side of the image: `np.roll`, or a "
        "negative index, wraps around."
    )
    def wraps_around(magnitude, gx, gy):
        H, W = magnitude.shape
        sector = np.round(np.arctan2(gy, gx) / (np.pi / 4)) * (np.pi / 4)
        dr, dc = np.round(np.sin(sector)).astype(int), np.round(np.cos(sector)).astype(int)
        r, c = np.indices((H, W)) + 1
        m = np.pad(magnitude, 1, mode="wrap")
        return np.where(
            magnitude < np.maximum(m[r + dr, c + dc], m[r - dr, c - dc]), 0.0, magnitude
        )

    @wrong("You compared with one neighbour only. A maximum is at least as large as *both* sides.")
    def one_side(magnitude, gx, gy):
        H, W = magnitude.shape
        sector = (np.round(np.arctan2(gy, gx) / (np.pi / 4)) % 4) * (np.pi / 4)
        dr, dc = np.round(np.sin(sector)).astype(int), np.round(np.cos(sector)).astype(int)
        r, c = np.indices((H, W)) + 1
        m = np.pad(magnitude, 1)
        return np.where(magnitude < m[r + dr, c + dc], 0.0, magnitude)

    @wrong(
        "You wrote zeros into the array that you were still comparing with: a pixel that was "
        "suppressed first no longer suppresses the next one. Write into a new array."
    )
    def in_place(magnitude, gx, gy):
        H, W = magnitude.shape
        m = np.pad(magnitude, 1)
        for r in range(H):
            for c in range(W):
                sector = np.round(np.arctan2(gy[r, c], gx[r, c]) / (np.pi / 4)) * (np.pi / 4)
                dr, dc = round(float(np.sin(sector))), round(float(np.cos(sector)))
                if m[r + 1, c + 1] < max(m[r + 1 + dr, c + 1 + dc], m[r + 1 - dr, c + 1 - dc]):
                    m[r + 1, c + 1] = 0
        return m[1:-1, 1:-1]


def _path(shape, steps, strong, rng):
    """Weak pixels along a path, strong at one of them, amid noise below the low threshold."""
    strength = rng.uniform(0.0, 1.9, size=shape)
    for r, c in steps:
        strength[r, c] = rng.uniform(2.1, 4.9)
    strength[strong] = rng.uniform(5.1, 9.0)
    return strength


# Four rows, there and back, from the lower left corner upwards, joined at alternating ends.
_SNAKE = [
    *((8, c) for c in range(10)),
    *((7, 9), (6, 9)),
    *((6, c) for c in range(9, -1, -1)),
    *((5, 0), (4, 0)),
    *((4, c) for c in range(10)),
    *((3, 9), (2, 9)),
    *((2, c) for c in range(9, 0, -1)),
]
_DIAGONAL = [(k, k) for k in range(7)] + [(6 - k, 7 + k) for k in range(1, 4)]


class Hysteresis(Function):
    name = "hysteresis"
    title = "Two thresholds and the chains between them"
    difficulty = 3
    criteria = (
        Criterion("thresholds", 1, "what counts as strong and as weak"),
        Criterion("chains", 3, "long chains in every direction"),
        Criterion("corners", 1, "chains that step diagonally"),
        Criterion("gaps", 1, "no jump over a gap or around the border"),
    )
    revisit = "Canny, step by step"

    def probes(self, rng):
        row = np.array([[4.0, 5.0, 9.0, 2.0, 5.0, 4.0]])
        yield Probe("thresholds", "the row of the text, thresholds 3 and 7", (row, 3.0, 7.0))
        exact = np.array([[7.0, 3.0, 2.9, 0.0], [0.0, 0.0, 0.0, 0.0], [3.0, 6.9, 0.0, 7.0]])
        yield Probe("thresholds", "values equal to the thresholds 3 and 7", (exact, 3.0, 7.0))
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

    @wrong(
        "You looked once: weak pixels that touch a strong one are kept, but not those that "
        "touch *them*. A chain may have any number of links."
    )
    def one_pass(strength, low, high):
        from scipy import ndimage

        return ndimage.binary_dilation(strength >= high, np.ones((3, 3))) & (strength >= low)

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

    @wrong(
        "Your chains step only to the four neighbours above, below, left and right. Diagonal "
        "neighbours are links, too."
    )
    def four_neighbours(strength, low, high):
        from scipy import ndimage

        return ndimage.binary_propagation(strength >= high, mask=strength >= low)

    @wrong(
        "You kept the strong pixels alone. That is one threshold, and it cuts outlines to "
        "pieces: the weak ones that hang on to a strong one belong to it."
    )
    def strong_alone(strength, low, high):
        return strength >= high

    @wrong(
        "You kept every weak pixel, also where no chain leads to a strong one. That lets the "
        "noise in."
    )
    def every_weak_one(strength, low, high):
        return strength >= low

    @wrong("Pixels exactly at a threshold go wrong. Strong and weak are defined with ≥.")
    def strictly_above(strength, low, high):
        from scipy import ndimage

        return ndimage.binary_propagation(
            strength > high, structure=np.ones((3, 3)), mask=strength > low
        )

    @wrong(
        "Your chains jump over gaps: you grow through pixels below the low threshold and ask "
        "for weakness only at the end. Every link must be weak itself."
    )
    def over_gaps(strength, low, high):
        from scipy import ndimage

        return ndimage.binary_dilation(
            strength >= high, np.ones((3, 3)), iterations=strength.size
        ) & (strength >= low)

    @wrong(
        "Your chains leave the image on one side and enter on the other: `np.roll` wraps around."
    )
    def wraps_around(strength, low, high):
        weak, edges = strength >= low, strength >= high
        for _ in range(strength.size):
            shifted = [np.roll(edges, (r, c), (0, 1)) for r in (-1, 0, 1) for c in (-1, 0, 1)]
            edges = np.any(shifted, axis=0) & weak
        return edges

    @wrong(
        "You return the strengths of the kept pixels. Asked for is a mask: True at an edge, "
        "False elsewhere."
    )
    def strengths_for_mask(strength, low, high):
        from scipy import ndimage

        kept = ndimage.binary_propagation(
            strength >= high, structure=np.ones((3, 3)), mask=strength >= low
        )
        return np.where(kept, strength, 0.0)


class Closing(Function):
    name = "closing"
    title = "Find the bug: a closing with a black frame"
    difficulty = 2
    criteria = (
        Criterion("inside", 2, "the values away from the border"),
        Criterion("border", 2, "the border"),
        Criterion("negative", 1, "images with negative or large numbers"),
    )
    tolerance = Tolerance(atol=1e-12, rtol=1e-7, reason="values are only chosen, never computed")
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

    @wrong(
        "Nothing has changed: around the image there are still zeros, and a zero wins every "
        "minimum of positive numbers. Which of the two steps takes minima?"
    )
    def zeros_outside(image, size):
        for pick in (np.max, np.min):
            windows = np.lib.stride_tricks.sliding_window_view(
                np.pad(image, size // 2), (size, size)
            )
            image = pick(windows, axis=(2, 3))
        return image

    @wrong(
        "The erosion is mended. But the dilation still puts zeros outside, and a zero wins "
        "every maximum of negative numbers."
    )
    def zeros_in_dilation(image, size):
        for pick, mode in ((np.max, "constant"), (np.min, "edge")):
            windows = np.lib.stride_tricks.sliding_window_view(
                np.pad(image, size // 2, mode=mode), (size, size)
            )
            image = pick(windows, axis=(2, 3))
        return image

    @wrong(
        "You put 0 outside for one step and 1 for the other. That is neutral for pictures "
        "between 0 and 1, and wrong for all others. Which number never wins, whatever the "
        "picture?"
    )
    def assumes_zero_to_one(image, size):
        for pick, outside in ((np.max, 0.0), (np.min, 1.0)):
            windows = np.lib.stride_tricks.sliding_window_view(
                np.pad(image, size // 2, constant_values=outside), (size, size)
            )
            image = pick(windows, axis=(2, 3))
        return image

    @wrong(
        "Erosion comes first in your function: that is an opening, which removes bright "
        "specks. A closing fills dark ones."
    )
    def opening(image, size):
        from scipy import ndimage

        return ndimage.grey_opening(image, (size, size))

    @wrong(
        "You stopped after the dilation: bright things have grown and stay grown. The second "
        "step gives them their size back."
    )
    def dilation_alone(image, size):
        from scipy import ndimage

        return ndimage.grey_dilation(image, (size, size))

    @wrong("Your window reaches `size` pixels to each side. Its whole side is `size` pixels long.")
    def size_for_radius(image, size):
        from scipy import ndimage

        return ndimage.grey_closing(image, (2 * size + 1, 2 * size + 1))

    @wrong(
        "At the border you look at the opposite side of the image. What is left of the first "
        "column is not the last one."
    )
    def wraps_around(image, size):
        from scipy import ndimage

        return ndimage.minimum_filter(
            ndimage.maximum_filter(image, size, mode="wrap"), size, mode="wrap"
        )

    @wrong(
        "You avoid the frame by leaving the border out, so the picture shrinks. The result "
        "must have the image's shape."
    )
    def border_cut_off(image, size):
        for pick in (np.max, np.min):
            if min(image.shape) >= size:
                image = pick(
                    np.lib.stride_tricks.sliding_window_view(image, (size, size)), axis=(2, 3)
                )
        return image

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


class Quiz(Choices):
    name = "quiz"
    title = "Quiz"
    difficulty = 1
    revisit = "Summary"
    questions: ClassVar = {
        "q1": (
            "A photograph of horizontal blinds, lit evenly. The response of the kernel with "
            "columns −1 0 1 / −2 0 2 / −1 0 1 is",
            {"a": "strong along every slat", "b": "close to zero", "c": "strong, but negative"},
        ),
        "q2": (
            "The object in an image moves 10 pixels to the right. The feature map of a "
            "convolution (stride 1, away from the border)",
            {
                "a": "stays the same",
                "b": "changes in no simple way",
                "c": "moves 10 pixels to the right",
            },
        ),
        "q3": (
            "Someone replaces the cross-correlation in every layer of an untrained CNN by "
            "true convolution and trains it. The network",
            {
                "a": "learns flipped kernels and does as well",
                "b": "cannot learn edges",
                "c": "needs its images turned by 180°",
            },
        ),
        "q4": (
            "A Laplacian-of-Gaussian kernel sums to 0.2 instead of 0. On a cloudless, evenly "
            "bright sky the response is",
            {"a": "zero", "b": "one fifth of the sky's brightness", "c": "random"},
        ),
        "q5": (
            "You raise only Canny's high threshold. Then",
            {
                "a": "lines get thinner",
                "b": "lines get gaps wherever they are weak",
                "c": "some lines vanish as a whole, the others stay as they are",
            },
        ),
        "q6": (
            "A network imitates a filter on photographs with almost no error. Its kernel",
            {
                "a": "must be the filter's kernel",
                "b": "may differ, in directions that photographs hardly use",
                "c": "must be the filter's kernel, flipped",
            },
        ),
    }
    because: ClassVar = {
        "q1": {
            "a": "This kernel measures change along x. Walk along a slat: what changes?",
            "c": (
                "A sign needs a change first. This kernel measures change along x; walk along a "
                "slat."
            ),
        },
        "q2": {
            "a": (
                "That would be invariance. You shifted the photograph and looked: the output was "
                "not the same."
            ),
            "b": "You shifted the photograph and compared: there was a simple rule.",
        },
        "q3": {
            "b": (
                "Which kernels can the layer represent after the change that it could not before? "
                "None are lost."
            ),
            "c": (
                "The images need not change, since the kernels are learned: think of what becomes "
                "of them."
            ),
        },
        "q4": {
            "a": "Put the same brightness under every number of the kernel and add up.",
            "c": (
                "There is no chance in a sum of products. Put the same brightness under every "
                "number and add up."
            ),
        },
        "q5": {
            "a": "Thickness was decided one step before, by non-maximum suppression.",
            "b": (
                "Gaps come from the low threshold. The high one decides which chains are believed "
                "at all."
            ),
        },
        "q6": {
            "a": (
                "Look at the two curves again: the loss had fallen a hundredfold while the "
                "kernel was still off."
            ),
            "c": (
                "Nothing is flipped here. Look at the two curves again: what was near zero, and "
                "what was not?"
            ),
        },
    }
