"""What is right in `sobel`, and what students get wrong."""

import numpy as np

from autograder.exercise import SUMS_64, Criterion, Function, Probe, accepted, wrong


class Sobel(Function):
    title = "Sobel"
    starred = True
    difficulty = 1
    criteria = (
        Criterion("directions", 2, "which derivative is which, and its sign"),
        Criterion("values", 2, "the values, where only one of the two derivatives is not zero"),
        Criterion("length", 1, "the length of the gradient on any image"),
    )
    tolerance = SUMS_64
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
