"""What is right in `read_digit`, and what students get wrong."""

import numpy as np

from autograder.exercise import SUMS_32, Criterion, Function, Probe, accepted, wrong
from cnncourse import data


class ReadDigit(Function):
    title = "Read one digit"
    difficulty = 2
    criteria = (
        Criterion("digits", 2, "real digits"),
        Criterion("faint", 1, "digits written with a faint pen"),
    )
    tolerance = SUMS_32
    revisit = "Asked the wrong way"

    def probes(self, rng):
        _, (images, labels) = data.mnist_sample()
        for digit in rng.permutation([0, 2, 3, 5, 6, 8])[:4]:
            image = images[rng.choice(np.flatnonzero(labels == digit))]
            yield Probe("digits", "a digit of the test set", (image,))
        for digit, share in ((3, 0.7), (6, 0.6)):
            image = images[rng.choice(np.flatnonzero(labels == digit))]
            yield Probe(
                "faint",
                f"a digit at {share:.0%} of its ink",
                ((image * share).astype(np.uint8),),
            )

    @accepted("called, not predicted; a new axis")
    def called(image):
        batch = np.expand_dims(image.astype("float32"), 0) / 255
        scores = keras.ops.convert_to_numpy(reader(batch))
        return np.argmax(scores), np.max(scores)

    @accepted("reshape and a loop")
    def loop(image):
        row = reader.predict(image.reshape(1, 28, 28) / 255.0, verbose=0)[0].tolist()
        best = 0
        for digit in range(10):
            if row[digit] > row[best]:
                best = digit
        return best, row[best]

    @accepted("a batch of three copies, sorted")
    def copies(image):
        rows = reader.predict(np.stack([image / 255] * 3), verbose=0)
        digit = np.argsort(rows[0])[-1]
        return [int(digit), float(rows[0, digit])]

    no_batch_axis = wrong(
        "What you gave the network is no batch of images: the axis in front is missing, or the "
        "pixels lie in one row. A single image needs an axis more, and keeps its other two.",
        change={"image[None]": "image"},
        revisit="Shapes",
    )

    batch_axis_last = wrong(
        "Your new axis stands last. That makes 28 things of shape 28 × 1; the batch axis comes "
        "first.",
        change={"image[None]": "image[..., None]"},
        revisit="Shapes",
    )

    whole_numbers = wrong(
        "You divided in whole numbers: `//` makes every grey pixel 0. Scale as in your first "
        "exercise.",
        change={"image[None] / 255": "image[None] // 255"},
        revisit="Cells and keys",
    )

    not_scaled = wrong(
        "You asked with pixels from 0 to 255. The network was made from pixels between 0 and 1, "
        "and is sure of whatever it says about others.",
        change={"image[None] / 255": "image[None]"},
    )

    scaled_twice = wrong(
        "You scaled twice: the network sees a sheet that is nearly blank. Is the image divided "
        "once more than you think?",
        change={"image[None]": "image[None] / 255"},
        revisit="The kernel remembers",
    )

    by_the_brightest = wrong(
        "You divided by the image's own largest pixel, so a faint digit becomes a strong one. "
        "The network was made from images that were all divided by the same number.",
        change={"image[None] / 255": "image[None] / image.max()"},
        revisit="Cells and keys",
    )

    inverted = wrong(
        "You swapped paper and ink. In these images 0 is paper, as the network expects.",
        change={"image[None] / 255": "1 - image[None] / 255"},
        revisit="Cells and keys",
    )

    all_ten = wrong(
        "You returned the ten probabilities. Asked for are the place of the largest one, and "
        "its value.",
        change={"int(answer.argmax()), float(answer.max())": "answer"},
        revisit="Five steps",
    )

    digit_alone = wrong(
        "You returned the digit alone; its probability is asked for, too.",
        change={"int(answer.argmax()), float(answer.max())": "int(answer.argmax())"},
    )

    along_the_batch = wrong(
        "You looked for the largest along axis 0, which is the batch. It has length 1, so every "
        "place is 0. The ten probabilities lie along the other axis.",
        change={
            "verbose=0)[0]": "verbose=0)",
            "int(answer.argmax())": "answer.argmax(axis=0)",
            "float(answer.max())": "answer.max(axis=0)",
        },
        revisit="Shapes",
    )

    batch_axis_kept = wrong(
        "Your results still have the batch axis: arrays of length 1 where single numbers are "
        "asked for. Take the only row first.",
        change={
            "verbose=0)[0]": "verbose=0)",
            "int(answer.argmax())": "answer.argmax(axis=1)",
            "float(answer.max())": "answer.max(axis=1)",
        },
        revisit="Shapes",
    )

    swapped = wrong(
        "You returned the probability first, and the digit second.",
        change={
            "int(answer.argmax()), float(answer.max())": "float(answer.max()), int(answer.argmax())"
        },
    )

    percent = wrong(
        "Your probability is a percentage. The largest that there is, is 1.",
        change={"float(answer.max())": "100 * float(answer.max())"},
    )

    counted_from_one = wrong(
        "You counted the places from 1. The first of the ten belongs to the digit 0.",
        change={"int(answer.argmax())": "int(answer.argmax()) + 1"},
    )

    transposed = wrong(
        "You turned the image on its side: rows became columns.",
        change={"image[None]": "image.T[None]"},
        revisit="Shapes",
    )

    smallest = wrong(
        "You took the digit with the *smallest* probability.",
        change={"answer.argmax()": "answer.argmin()", "answer.max()": "answer.min()"},
    )

    sum_of_probabilities = wrong(
        "Your probability is the sum of all ten, which is always 1. The largest of them is asked "
        "for.",
        change={"answer.max()": "answer.sum()"},
    )

    rounded = wrong(
        "You rounded the probability. It is asked for as it is.",
        change={"float(answer.max())": "float(round(answer.max()))"},
    )
