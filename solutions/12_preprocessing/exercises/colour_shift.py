"""What is right in `colour_shift`, and what students get wrong."""

import numpy as np

from autograder.exercise import EITHER, Criterion, Function, Probe, accepted, wrong


class ColourShift(Function):
    title = "Find the bug"
    difficulty = 3
    criteria = (
        Criterion("first", 2, "along the direction of largest variance"),
        Criterion("others", 1, "along the other two directions"),
        Criterion("all", 2, "along all three at once"),
        Criterion("range", 1, "results stay between 0 and 1"),
        Criterion("kept", 1, "the arrays that are given stay as they are"),
    )
    keeps_arguments = "kept"
    tolerance = EITHER
    revisit = "Colour, as AlexNet did it"

    def probes(self, rng):
        # Colours that vary mostly in brightness, and then from red to blue.
        mixing = np.array([[0.2, 0.21, 0.17], [0.12, -0.02, -0.09], [0.05, -0.03, 0.06]])
        pixels = 0.5 + rng.normal(size=(60, 3)) @ mixing
        image = rng.uniform(0.35, 0.65, (3, 4, 3))
        yield Probe("first", "alphas (1, 0, 0)", (image, pixels, (1.0, 0.0, 0.0)))
        yield Probe("first", "alphas (−0.7, 0, 0)", (image, pixels, (-0.7, 0.0, 0.0)))
        yield Probe("others", "alphas (0, 2, 0)", (image, pixels, (0.0, 2.0, 0.0)))
        yield Probe("others", "alphas (0, 0, −3)", (image, pixels, (0.0, 0.0, -3.0)))
        alphas = tuple(float(a) for a in rng.uniform(0.3, 1, 3) * rng.choice([-1, 1], 3))
        yield Probe("all", "three random alphas", (image, pixels, alphas))
        yield Probe(
            "range", "large alphas", (rng.uniform(size=(2, 3, 3)), pixels, (4.0, -3.0, 5.0))
        )

    @accepted("a sum over the directions")
    def as_sum(image, pixels, alphas):
        values, vectors = np.linalg.eigh(np.cov(pixels, rowvar=False))
        shifted = np.array(image, dtype=float)
        for k in range(3):
            direction = vectors[:, 2 - k]
            if direction.sum() < 0:
                direction = -direction
            shifted = shifted + alphas[k] * values[2 - k] * direction
        return np.minimum(np.maximum(shifted, 0), 1)

    @accepted("by a singular value decomposition")
    def by_svd(image, pixels, alphas):
        centred = pixels - pixels.mean(axis=0)
        _, sizes, rows = np.linalg.svd(centred, full_matrices=False)
        rows = rows * np.where(rows.sum(axis=1) < 0, -1, 1)[:, None]
        values = sizes**2 / (len(pixels) - 1)
        return np.clip(image + (np.array(alphas) * values) @ rows, 0, 1)

    @accepted("transposed, with einsum")
    def transposed(image, pixels, alphas):
        values, vectors = np.linalg.eig(np.cov(pixels.T))
        order = np.argsort(-values)
        directions = vectors.T[order]
        directions = directions * np.where(directions.sum(1) >= 0, 1, -1)[:, None]
        shift = np.einsum("k,k,kc->c", np.asarray(alphas), values[order], directions)
        return np.clip(np.asarray(image) + shift[None, None, :], 0.0, 1.0)

    rows_for_columns = wrong(
        "You still add up the rows of the matrix of eigenvectors: this is the colleague's shift. "
        "eigh puts each direction elsewhere.",
        change={"vectors @": "vectors.T @"},
    )

    rows_sorted = wrong(
        "You sorted the rows of the matrix instead of its columns: eigenvalues and directions do "
        "not belong together any more.",
        change={":, largest_first": "largest_first"},
    )

    smallest_first = wrong(
        "Your first alpha goes with the *smallest* variance: eigh sorts upwards, and the order was "
        "not turned round.",
        change={"np.argsort(values)[::-1]": "np.argsort(values)"},
    )

    root_of_eigenvalue = wrong(
        "You took the root of the eigenvalues. Many programs do, because it is then a standard "
        "deviation; the paper, and this exercise, take the eigenvalue itself.",
        change={"np.asarray(alphas) * values": "np.asarray(alphas) * np.sqrt(values)"},
    )

    without_eigenvalues = wrong(
        "The eigenvalues are missing: all three directions count alike, and rare colours become "
        "frequent.",
        change={"np.asarray(alphas) * values": "np.asarray(alphas)"},
    )

    not_centred = wrong(
        "You did not subtract the mean colour: this is the matrix of second moments, not the "
        "covariance. Its first direction points at the mean colour.",
        change={"np.cov(pixels.T)": "pixels.T @ pixels / (len(pixels) - 1)"},
    )

    signs_turned = wrong(
        "Your shift has the wrong sign. It is added; and an eigenvector is one with either sign: "
        "the docstring says which one to take.",
        change={"vectors.sum(axis=0) < 0": "vectors.sum(axis=0) >= 0"},
    )

    correlations = wrong(
        "You took the matrix of correlations. It forgets that one channel may vary more than "
        "another; the covariance is asked.",
        change={"np.cov": "np.corrcoef"},
    )

    not_clipped = wrong(
        "Your results leave the range from 0 to 1. (255 is the end of the range for bytes.)",
        change={"np.minimum(np.maximum(shifted, 0), 1)": "shifted"},
        of=as_sum,
    )

    grey_shift = wrong(
        "You add the mean of the three shifts to all channels: the picture becomes brighter or "
        "darker, but its colours never shift.",
        change={
            "vectors @ (np.asarray(alphas) * values)": (
                "np.mean(vectors @ (np.asarray(alphas) * values))"
            ),
        },
    )

    pixels_for_channels = wrong(
        "`np.cov` takes rows for the quantities and columns for the observations, unless told "
        "otherwise. Yours compares pixels with each other; three channels are to be compared.",
        change={"np.cov(pixels.T)": "np.cov(pixels)"},
    )

    divided_by_all = wrong(
        "Your covariance divides by the number of pixels. The docstring asks for np.cov's, which "
        "divides by one less.",
        change={"np.cov(pixels.T)": "np.cov(pixels.T, bias=True)"},
    )

    directions_unsorted = wrong(
        "You sorted the eigenvalues and left the directions as they were: they do not belong "
        "together any more.",
        change={", vectors[:, largest_first]": ", vectors"},
    )

    values_unsorted = wrong(
        "You sorted the directions and left the eigenvalues as they were: they do not belong "
        "together any more.",
        change={"values[largest_first], vectors": "values, vectors"},
    )

    multiplied = wrong(
        "You multiply the image by the shift. One colour is *added* to every pixel.",
        change={"image + vectors": "image * (1 + vectors", "* values)": "* values))"},
    )

    singular_values = wrong(
        "You took the singular values for variances. A variance is a square.",
        change={"sizes**2 / (len(pixels) - 1)": "sizes / (len(pixels) - 1)"},
        of=by_svd,
    )

    alphas_forgotten = wrong(
        "The alphas are missing: each direction is weighed by its own.",
        change={"(np.asarray(alphas) * values)": "values"},
    )

    first_direction_alone = wrong(
        "Only the first direction counts in your sum. There are three.",
        change={"range(3)": "range(1)"},
        of=as_sum,
    )

    signs_left_to_chance = wrong(
        "The sign of your directions is left to chance: an eigenvector is one with either sign. "
        "The docstring says which one to take.",
        change={
            "    vectors = vectors * np.where(vectors.sum(axis=0) < 0, -1, 1)\n": "",
        },
    )

    image_shifted = wrong(
        "You add the colour to `image` itself. What comes back is right, and the next epoch "
        "begins with a shifted picture.",
        change={
            "return np.clip(image + vectors @ (np.asarray(alphas) * values), 0, 1)": (
                "image += vectors @ (np.asarray(alphas) * values)\n    return np.clip(image, 0, 1)"
            )
        },
    )
