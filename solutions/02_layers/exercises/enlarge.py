"""What is right in `enlarge`, and what students get wrong."""

import numpy as np

from autograder.exercise import (
    SINGLE,
    SUMS_64,
    Criterion,
    Function,
    Probe,
    Rule,
    accepted,
    wrong,
)

MIXES = {
    "float32": SINGLE,
    "default": SUMS_64,
}


class Enlarge(Function):
    title = "Enlarge by hand"
    difficulty = 3
    criteria = (
        Criterion("nearest", 2, "nearest"),
        Criterion("row", 2, "bilinear along one axis"),
        Criterion("image", 2, "bilinear along both axes"),
        Criterion("edge", 1, "images of one row or pixel, factor 1, integers"),
    )
    tolerance = MIXES
    rule = Rule(
        forbid=(
            "keras", "tensorflow", "torch", "jax", "scipy", "skimage", "cv2", "PIL",
        ),
        reason="Place and mix the pixels yourself; NumPy is all you need.",
    )  # fmt: skip
    revisit = "Enlarge: UpSampling"

    def probes(self, rng):
        yield Probe(
            "nearest", "[[1, 2], [3, 4]], factor 2", (np.array([[1.0, 2], [3, 4]]), 2, "nearest")
        )
        yield Probe(
            "nearest", "a random 3×4 image, factor 3", (rng.normal(size=(3, 4)), 3, "nearest")
        )
        row = np.array([[0.0, 10.0, 20.0, 40.0]])
        yield Probe("row", "the row 0, 10, 20, 40, factor 2", (row, 2, "bilinear"))
        yield Probe("row", "the row 0, 10, 20, 40, factor 3", (row, 3, "bilinear"))
        yield Probe(
            "row", "a random column of 5, factor 4", (rng.normal(size=(5, 1)), 4, "bilinear")
        )
        yield Probe(
            "image", "[[1, 2], [3, 8]], factor 2", (np.array([[1.0, 2], [3, 8]]), 2, "bilinear")
        )
        yield Probe(
            "image", "a random 3×5 image, factor 3", (rng.normal(size=(3, 5)), 3, "bilinear")
        )
        yield Probe(
            "image", "a random 4×2 image, factor 2", (100 + rng.normal(size=(4, 2)), 2, "bilinear")
        )
        yield Probe("edge", "one pixel, factor 3", (np.array([[2.5]]), 3, "bilinear"))
        yield Probe(
            "edge", "a random 3×2 image, factor 1", (rng.normal(size=(3, 2)), 1, "bilinear")
        )
        yield Probe(
            "edge", "integers, factor 2", (rng.integers(0, 100, (2, 3)) * 4 + 1, 2, "bilinear")
        )

    @accepted("four loops")
    def loops(image, factor, how):
        H, W = image.shape
        out = np.zeros((H * factor, W * factor))
        for i in range(H * factor):
            for j in range(W * factor):
                if how == "nearest":
                    out[i, j] = image[i // factor, j // factor]
                    continue
                y = min(max((i + 0.5) / factor - 0.5, 0), H - 1)
                z = min(max((j + 0.5) / factor - 0.5, 0), W - 1)
                a, b = int(y), int(z)
                c, d = min(a + 1, H - 1), min(b + 1, W - 1)
                p, q = y - a, z - b
                out[i, j] = (
                    (1 - p) * (1 - q) * image[a, b] + (1 - p) * q * image[a, d]
                    + p * (1 - q) * image[c, b] + p * q * image[c, d]
                )  # fmt: skip
        return out

    @accepted("np.repeat and np.interp")
    def by_interp(image, factor, how):
        image = image.astype(float)
        if how == "nearest":
            return np.repeat(np.repeat(image, factor, axis=0), factor, axis=1)
        for _ in range(2):
            n = image.shape[1]
            places = (np.arange(n * factor) + 0.5) / factor - 0.5
            image = np.array([np.interp(places, np.arange(n), line) for line in image]).T
        return image

    @accepted("two matrices")
    def by_matrices(image, factor, how):
        def mixing(n):
            if how == "nearest":
                return np.kron(np.eye(n), np.ones((factor, 1)))
            places = np.clip((np.arange(n * factor) + 0.5) / factor - 0.5, 0, n - 1)
            return np.maximum(0, 1 - np.abs(places[:, None] - np.arange(n)))

        return mixing(image.shape[0]) @ image.astype(np.float64) @ mixing(image.shape[1]).T

    tiled = wrong(
        "You laid copies of the whole picture side by side, as tiles. To enlarge, each *pixel* "
        "becomes a block.",
        change={
            "np.repeat(np.repeat(image, factor, axis=0), factor, axis=1)": (
                "np.tile(image, (factor, factor))"
            )
        },
        of=by_interp,
    )

    blocks_in_a_row = wrong(
        "Each pixel is repeated along its row often enough for a whole block, but the block lies "
        "in one line: rows of the result are filled from the tape. Repeat along one axis, then "
        "along the other.",
        change={
            "np.repeat(np.repeat(image, factor, axis=0), factor, axis=1)": (
                "np.repeat(image, factor**2).reshape(-1, image.shape[1] * factor)"
            )
        },
        of=by_interp,
    )

    rows_tiled = wrong(
        "Whole rows are repeated as blocks: the columns are right, but the *sequence* of rows "
        "comes again instead of each row by itself.",
        change={
            "np.repeat(np.repeat(image, factor, axis=0), factor, axis=1)": (
                "np.tile(np.repeat(image, factor, axis=1), (factor, 1))"
            )
        },
        of=by_interp,
    )

    corners_aligned = wrong(
        'You put the first and last centres of both images on top of each other ("align '
        'corners"). Keras sees pixels as tiles: the new centres lie inside the old tile.',
        change={
            "(np.arange(n * factor) + 0.5) / factor - 0.5": "np.linspace(0, n - 1, n * factor)"
        },
        of=by_interp,
    )

    no_half_pixels = wrong(
        "Your output pixel i lies at i / factor: the half pixels are missing, so the picture is "
        "shifted. Look at the drawing: where is the centre of the first new pixel?",
        change={"(np.arange(n * factor) + 0.5) / factor - 0.5": "np.arange(n * factor) / factor"},
        of=by_interp,
    )

    shares_exchanged = wrong(
        "The shares of the two neighbours are exchanged: the nearer pixel must count *more*.",
        change={"p, q = y - a, z - b": "p, q = 1 - (y - a), 1 - (z - b)"},
        of=loops,
    )

    extrapolated = wrong(
        "Beyond the outermost centres you continue the slope. There is no pixel to mix with "
        "there: the outermost pixel counts alone.",
        change={
            "np.clip((np.arange(n * factor) + 0.5) / factor - 0.5, 0, n - 1)": (
                "(np.arange(n * factor) + 0.5) / factor - 0.5"
            ),
            "np.floor(place)": "np.clip(np.floor(place), 0, max(n - 2, 0))",
        },
    )

    zeros_outside = wrong(
        "Beyond the outermost centres you mix with zeros, so the picture gets a dark frame. There "
        "the outermost pixel counts alone.",
        change={
            "np.interp(places, np.arange(n), line)": (
                "np.interp(places, np.arange(-1, n + 1), np.pad(line, 1))"
            )
        },
        of=by_interp,
    )

    one_axis_mixed = wrong(
        "You mix along the rows only; down the columns you copy. Bilinear mixes along both axes.",
        change={'how == "nearest"': 'how == "nearest" or axis == 0'},
    )

    always_nearest = wrong(
        "You copy in both cases: the argument `how` makes no difference.",
        change={'how == "nearest"': "True"},
        of=by_interp,
    )

    always_bilinear = wrong(
        'You mix in both cases: for "nearest" pixels are copied as they are.',
        change={'how == "nearest"': "False"},
        of=by_interp,
    )

    @wrong(
        "From an image of integers your result loses its fractions: it is written into an array "
        "of the image's dtype. The result is a float array."
    )
    def integers_kept(image, factor, how):
        dtype = image.dtype
        image = image.astype(float)
        if how == "nearest":
            image = image.repeat(factor, axis=0).repeat(factor, axis=1)
        else:
            for _ in range(2):
                n = image.shape[1]
                places = (np.arange(n * factor) + 0.5) / factor - 0.5
                image = np.array([np.interp(places, np.arange(n), line) for line in image]).T
        return image.astype(dtype).astype(float)
