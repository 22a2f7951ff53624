"""What is right in `scale`, and what students get wrong."""

import numpy as np

from autograder.exercise import EITHER, Criterion, Function, Probe, accepted, near_miss, wrong


class Scale(Function):
    title = "Your first answer"
    difficulty = 1
    criteria = (
        Criterion("full", 1, "images that hold paper and full ink"),
        Criterion("pale", 1, "images without full ink, or without paper"),
        Criterion("batch", 1, "many images at once, and a single pixel"),
    )
    tolerance = EITHER
    revisit = "Cells and keys"

    def probes(self, rng):
        full = rng.integers(0, 256, (5, 7)).astype(np.uint8)
        full[0, 0], full[4, 6] = 0, 255
        yield Probe(
            "full", "a 2×3 image", (np.array([[0, 255, 51], [102, 0, 204]], dtype=np.uint8),)
        )
        yield Probe("full", "a random 5×7 image", (full,))
        pale = rng.integers(40, 120, (4, 3)).astype(np.uint8)
        yield Probe("pale", "a pale image, all pixels from 40 to 119", (pale,))
        batch = rng.integers(0, 256, (3, 4, 5)).astype(np.uint8)
        batch[:, 0, :2] = [[0, 255]] * 3
        yield Probe("batch", "a batch of three 4×5 images", (batch,))
        yield Probe("batch", "one pixel, 51", (np.array([51], dtype=np.uint8),))

    @accepted("converted first")
    def converted(images):
        return images.astype("float32") / 255.0

    @accepted("a loop over the pixels")
    def loop(images):
        result = np.zeros(images.shape)
        for place in np.ndindex(images.shape):
            result[place] = float(images[place]) / 255
        return result

    @accepted("a table of 256 values")
    def table(images):
        return np.linspace(0, 1, 256)[images]

    @accepted("Keras's layer")
    def layer(images):
        return np.asarray(keras.layers.Rescaling(1 / 255)(images.astype("float32")))

    whole_numbers = wrong(
        "You divided in whole numbers: `//` drops what stands behind the point, so that "
        "everything but full ink becomes 0.",
        change={"images / 255": "images // 255"},
    )

    by_256 = wrong(
        "You divided by 256. There are 256 values, but the largest is 255, and full ink is to "
        "become exactly 1.",
        change={"images / 255": "images / 256"},
    )

    by_the_brightest = wrong(
        "You divided by the largest pixel of what you were given. A pale image then comes out "
        "as strong as any other. Full ink is the same number for all images, whether it occurs "
        "in this one or not.",
        change={"images / 255": "images / images.max()"},
    )

    @wrong(
        "You stretched each input so that its own darkest and brightest pixels become 0 and 1. "
        "Paper and full ink are fixed numbers, the same for all images."
    )
    def stretched(images):
        low, high = int(images.min()), int(images.max())
        return (images - low) / max(high - low, 1)

    in_place = wrong(
        "You divided in place, with `/=`. The array holds whole numbers and cannot keep "
        "fractions; besides, it belongs to whoever called you. Give back a new array.",
        change={"return images / 255": ("images /= 255\n    return images")},
    )

    minus_one_to_one = wrong(
        "Your values run from −1 to 1. Some networks want that; here, paper is to become 0.",
        change={"images / 255": "images / 127.5 - 1"},
    )

    inverted = wrong(
        "You swapped paper and ink: 0 becomes 1 in your result, and 255 becomes 0.",
        change={"images / 255": "1 - images / 255"},
    )

    rounded = wrong(
        "You rounded: every pixel is 0 or 1, and the greys between are gone.",
        change={"images / 255": "np.round(images / 255)"},
    )

    percent = wrong(
        "Your values run from 0 to 100, as percentages. Full ink is to become 1.",
        change={"images / 255": "images / 255 * 100"},
    )

    in_one_row = wrong(
        "You laid the pixels out in one row. The result has the shape of the input.",
        change={"images / 255": "images.ravel() / 255"},
        revisit="Shapes",
    )

    nothing_returned = wrong(
        "Your function computes, and gives nothing back. A result needs the word `return`.",
        change={"return images / 255": "result = images / 255"},
    )

    converted_alone = wrong(
        "You made floats of the pixels and left them from 0 to 255. Full ink is to become 1.",
        change={"images / 255": 'images.astype("float64")'},
    )

    multiplied = wrong(
        "You multiplied by 255. That goes from 0 … 1 back to 0 … 255.",
        change={"images / 255": "images * 255.0"},
    )

    by_100 = wrong(
        "You divided by 100. Full ink is 255, and is to become 1.",
        change={"images / 255": "images / 100"},
    )

    inverted_bytes = wrong(
        "You swapped paper and ink and left the pixels from 0 to 255.",
        change={"images / 255": "255.0 - images"},
    )

    standardised = wrong(
        "You took away the mean and divided by the standard deviation. Here 0 stays 0 and 255 "
        "becomes 1, whatever else is in the image.",
        change={"images / 255": "(images - images.mean()) / (images.std() or 1)"},
    )

    each_image_by_its_brightest = wrong(
        "You divided each image by its own largest pixel. Full ink is the same number for all "
        "images.",
        change={"images / 255": "images / images.max(axis=(-2, -1), keepdims=True)"},
    )

    scaled_twice = wrong(
        "You divided by 255 twice: full ink is nearly 0 in your result.",
        change={"images / 255": "images / 255 / 255"},
    )

    every_second_grey = near_miss(
        "rounds to halves",
        change={"images / 255": "np.round(images / 255 * 2) / 2"},
        unlike=(whole_numbers, rounded),
    )

    in_one_column = near_miss(
        "lays the pixels out in one column",
        change={"images / 255": "images.reshape(-1, 1, 1, 1) / 255"},
        unlike=in_one_row,
    )

    raises_on_a_shape = near_miss(
        "raises because of a shape",
        change={"images / 255": "images / np.full(images.size + 1, 255)"},
        unlike=in_place,
    )

    text_returned = near_miss(
        "returns text", change={"images / 255": "str(images / 255)"}, unlike=nothing_returned
    )
