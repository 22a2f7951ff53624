"""What is right in `sobel`, and what students get wrong."""

import numpy as np

from autograder.exercise import (
    SUMS_64,
    Criterion,
    Function,
    Probe,
    Tolerance,
    accepted,
    near_miss,
    wrong,
)


class Sobel(Function):
    title = "Sobel"
    starred = True
    difficulty = 1
    criteria = (
        Criterion("directions", 2, "which derivative is which, and its sign"),
        Criterion("values", 2, "the values, where only one of the two derivatives is not zero"),
        Criterion("length", 1, "the length of the gradient on any image"),
    )
    tolerance = {
        "float64": SUMS_64,
        "float32": Tolerance(1e-3, 1e-5, "eight float32 products of pixels up to 255 may cancel"),
    }
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
        steep = rng.uniform(1, 5)
        yield Probe("directions", "a steeper rise to the right", (steep * column,))
        yield Probe("directions", "a steeper fall downwards", (-steep * row,))

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

    @accepted("slices in float32")
    def in_float32(image):
        image = image.astype("float32")
        gx, gy = np.zeros((2, image.shape[0] - 2, image.shape[1] - 2), dtype="float32")
        for k, weight in enumerate((1, 2, 1)):
            rows = slice(k, image.shape[0] - 2 + k)
            columns = slice(k, image.shape[1] - 2 + k)
            gx += weight * (image[rows, 2:] - image[rows, :-2])
            gy += weight * (image[2:, columns] - image[:-2, columns])
        return gx, gy, np.sqrt(gx * gx + gy * gy)

    x_and_y_swapped = wrong(
        "You return the y-derivative as gx and the x-derivative as gy. The kernel with a "
        "negative left column measures change along x: it *finds* vertical edges, and many "
        "notes therefore name it the wrong way round.",
        change={"gx, gy, np.hypot(gx, gy)": "gy, gx, np.hypot(gx, gy)"},
    )

    y_upwards = wrong(
        "Your gy is positive where it gets brighter upwards. In an image, y counts downwards, "
        "like the rows.",
        change={"correlate(image, along_x.T)": "-correlate(image, along_x.T)"},
        revisit="An image is an array",
    )

    convolved = wrong(
        "Both derivatives have the wrong sign. Either your kernels are turned, or you used a "
        "function that turns them: convolution flips its kernel, and flipping a derivative "
        "changes its sign.",
        change={
            "from scipy.signal import correlate2d": (
                "from scipy.signal import convolve2d as correlate2d"
            ),
        },
        of=by_library,
        revisit="Correlation or convolution?",
    )

    sum_of_sizes = wrong(
        "Your length is the sum of the two sizes. That makes diagonal edges look up to 41 % "
        "stronger than they are; an arrow's length follows Pythagoras.",
        change={"np.hypot(gx, gy)": "np.abs(gx) + np.abs(gy)"},
    )

    root_forgotten = wrong(
        "Your length is not a length yet: it is still squared.",
        change={"np.hypot(gx, gy)": "gx**2 + gy**2"},
    )

    prewitt = wrong(
        "Your averaging weights are 1, 1, 1. These are Prewitt's kernels; Sobel gives the "
        "middle row more weight.",
        change={"[-2, 0, 2]": "[-1, 0, 1]"},
    )

    divided = wrong(
        "Your values are the expected ones divided by a constant. Some libraries scale the "
        "kernel so that a unit slope gives 1; here its numbers are whole.",
        change={"return": "gx, gy = gx / 8, gy / 8\n    return"},
    )

    signs_dropped = wrong(
        "You dropped the signs of gx and gy. The sign says on which side it is brighter; only "
        "the length has none.",
        change={"return": "gx, gy = abs(gx), abs(gy)\n    return"},
    )

    size_kept = wrong(
        "Your results are as large as the image: something was put around it. Here the "
        "kernels stand only where they fit.",
        change={"[1:-1, 1:-1]": ""},
        of=by_ndimage,
        revisit="Products and a sum",
    )

    length_alone = wrong(
        "You return the length alone. The two derivatives are asked for as well: the "
        "direction of an edge is in them.",
        change={"gx, gy, np.hypot(gx, gy)": "np.hypot(gx, gy)"},
    )

    scharr = wrong(
        "Your averaging weights are 3, 10, 3. These are Scharr's kernels; Sobel's are 1, 2, 1.",
        change={"[[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]": "[[-3, 0, 3], [-10, 0, 10], [-3, 0, 3]]"},
    )

    divided_by_four = wrong(
        "Your values are a quarter of the expected ones, as in scikit-image. Here the kernel's "
        "numbers are whole.",
        change={"return": "gx, gy = gx / 4, gy / 4\n    return"},
    )

    divided_by_two = wrong(
        "Your values are half the expected ones. The docstring divides by nothing.",
        change={"return": "gx, gy = gx / 2, gy / 2\n    return"},
    )

    scaled_to_one = wrong(
        "You divided the length by its largest value, as for a picture. Here the length itself is "
        "asked for.",
        change={"np.hypot(gx, gy)": "np.hypot(gx, gy) / (np.hypot(gx, gy).max() or 1)"},
    )

    scaled_to_bytes = wrong(
        "You scaled the length to 255, as for a picture. Here the length itself is asked for.",
        change={"np.hypot(gx, gy)": "np.hypot(gx, gy) / (np.hypot(gx, gy).max() or 1) * 255"},
    )

    larger_for_length = wrong(
        "You took the larger of the two sizes. An arrow's length follows Pythagoras.",
        change={"np.hypot(gx, gy)": "np.maximum(np.abs(gx), np.abs(gy))"},
    )

    mean_of_sizes = wrong(
        "You averaged the two sizes. An arrow's length follows Pythagoras.",
        change={"np.hypot(gx, gy)": "(np.abs(gx) + np.abs(gy)) / 2"},
    )

    added_before_squared = wrong(
        "You added gx and gy and took the size of the sum. Square each of them first; with "
        "opposite signs they would cancel.",
        change={"np.hypot(gx, gy)": "np.abs(gx + gy)"},
    )

    direction_for_length = wrong(
        "Your third array is the direction. The length is asked for.",
        change={"np.hypot(gx, gy)": "np.arctan2(gy, gx)"},
    )

    length_first = wrong(
        "You return the length first. The order is gx, gy, length.",
        change={"gx, gy, np.hypot(gx, gy)": "np.hypot(gx, gy), gx, gy"},
    )

    length_missing = wrong(
        "You return the two derivatives. The length is asked for as well.",
        change={"gx, gy, np.hypot(gx, gy)": "gx, gy"},
    )

    x_leftwards = wrong(
        "Your gx is positive where it gets brighter to the left. It should be so where it gets "
        "brighter to the right.",
        change={"correlate(image, along_x),": "-correlate(image, along_x),"},
    )

    one_kernel_for_both = wrong(
        "You used the same kernel for both derivatives. The one for y is turned.",
        change={"along_x.T": "along_x"},
    )

    no_smoothing = wrong(
        "You smooth nothing: your kernels are plain differences of neighbours. Sobel also averages "
        "across.",
        change={"[[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]": "[[0, 0, 0], [-1, 0, 1], [0, 0, 0]]"},
    )

    middle_row_of_one = wrong(
        "Your kernel has the 2s in the corners, or in the wrong row. The row through the middle "
        "weighs double.",
        change={"[[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]": "[[-2, 0, 2], [-1, 0, 1], [-2, 0, 2]]"},
    )

    cut_to_bytes = wrong(
        "You cut the derivatives to 0 … 255, as for a picture: the negative ones are gone.",
        change={"return": "gx, gy = np.clip(gx, 0, 255), np.clip(gy, 0, 255)\n    return"},
    )

    central_differences = wrong(
        "You took half the difference of the two neighbours, as `np.gradient` does, without "
        "averaging across. Sobel's kernels have whole numbers, and average over three rows.",
        change={"[[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]": "[[0, 0, 0], [-0.5, 0, 0.5], [0, 0, 0]]"},
    )

    one_derivative = near_miss(
        "returns gx and the length",
        change={"gx, gy, np.hypot(gx, gy)": "gx, np.hypot(gx, gy)"},
        unlike=length_missing,
    )
