# ruff: noqa: F821, F841 (answers use names of the lesson that they stand in, and forget some)
"""Exercises of lesson 00: how this course works."""

from typing import ClassVar

import numpy as np

from autograder.exercise import (
    Choices,
    Criterion,
    Function,
    Probe,
    Tolerance,
    Trained,
    Value,
    accepted,
    wrong,
)
from cnncourse import data

DIVIDED = Tolerance(
    atol=1e-6, rtol=1e-6, reason="one division, in float32 or float64; 1/255 against 1/256 is 4e-3"
)
PROBABILITY = Tolerance(
    atol=1e-4, rtol=1e-4, reason="a float32 sum of 784 products, in any order, through a softmax"
)
COUNTED = Tolerance(atol=1e-6, rtol=0, reason="a mean of zeros and ones, in float32 or float64")


class Scale(Function):
    name = "scale"
    title = "Scale an image to 0 … 1"
    difficulty = 1
    criteria = (
        Criterion("full", 1, "images that hold paper and full ink"),
        Criterion("pale", 1, "images without full ink, or without paper"),
        Criterion("batch", 1, "many images at once, and a single pixel"),
    )
    tolerance = DIVIDED
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

    @wrong(
        "You divided in whole numbers: `//` drops what stands behind the point, so that "
        "everything but full ink becomes 0."
    )
    def whole_numbers(images):
        return images // 255

    @wrong(
        "You divided by 256. There are 256 values, but the largest is 255, and full ink is to "
        "become exactly 1."
    )
    def by_256(images):
        return images / 256

    @wrong(
        "You divided by the largest pixel of what you were given. A pale image then comes out "
        "as strong as any other. Full ink is the same number for all images, whether it occurs "
        "in this one or not."
    )
    def by_the_brightest(images):
        return images / images.max()

    @wrong(
        "You stretched each input so that its own darkest and brightest pixels become 0 and 1. "
        "Paper and full ink are fixed numbers, the same for all images."
    )
    def stretched(images):
        low, high = int(images.min()), int(images.max())
        return (images - low) / max(high - low, 1)

    @wrong(
        "You divided in place, with `/=`. The array holds whole numbers and cannot keep "
        "fractions; besides, it belongs to whoever called you. Give back a new array.",
    )
    def in_place(images):
        images /= 255
        return images

    @wrong(
        "Your values run from −1 to 1. Some networks want that; here, paper is to become 0.",
    )
    def minus_one_to_one(images):
        return images / 127.5 - 1

    @wrong("You swapped paper and ink: 0 becomes 1 in your result, and 255 becomes 0.")
    def inverted(images):
        return 1 - images / 255

    @wrong("You rounded: every pixel is 0 or 1, and the greys between are gone.")
    def rounded(images):
        return np.round(images / 255)

    @wrong("Your values run from 0 to 100, as percentages. Full ink is to become 1.")
    def percent(images):
        return images / 255 * 100

    @wrong(
        "You laid the pixels out in one row. The result has the shape of the input.",
        revisit="Shapes",
    )
    def in_one_row(images):
        return images.ravel() / 255

    @wrong("Your function computes, and gives nothing back. A result needs the word `return`.")
    def nothing_returned(images):
        result = images / 255


class KernelMemory(Value):
    name = "kernel_memory"
    title = "What the kernel remembers"
    difficulty = 1
    entries: ClassVar = dict.fromkeys(
        ("in_order", "twice", "stale", "edited", "restarted"), "integer"
    )
    criteria = (
        Criterion("in_order", 1, "run from top to bottom"),
        Criterion("twice", 1, "a cell run twice"),
        Criterion("stale", 1, "a cell run again, and one below it not"),
        Criterion("edited", 1, "a cell changed and run again"),
        Criterion("restarted", 1, "restarted, and all of it run"),
    )
    revisit = "The kernel remembers"

    as_dict = accepted(
        "a dictionary",
        source='{"in_order": 30, "twice": 40, "stale": 30, "edited": 90, "restarted": 60}',
    )
    as_call = accepted(
        "dict, some floats",
        source="dict(in_order=30.0, twice=40, stale=30, edited=90.0, restarted=60)",
    )
    computed = accepted(
        "computed",
        source="""{
    "in_order": (10 + 5) * 2,
    "twice": (10 + 5 + 5) * 2,
    "stale": (10 + 5) * 2,
    "edited": (10 + 5) * 3 * 2,
    "restarted": 10 * 3 * 2,
}""",
    )

    read_from_the_page = wrong(
        "You read the page: on it, cell 2 stands once. The kernel does what it is sent, each "
        "time it is sent.",
        source='{"in_order": 30, "twice": 30, "stale": 30, "edited": 90, "restarted": 60}',
    )
    result_follows = wrong(
        "You let `result` follow `total`, as a cell of a spreadsheet would. A name keeps its "
        "value until a cell that assigns to it is run.",
        source='{"in_order": 30, "twice": 40, "stale": 40, "edited": 90, "restarted": 60}',
    )
    cell_one_run_again = wrong(
        "You let the changed cell start from 10. Cell 1 was not run again: what does `total` "
        "hold when the changed cell runs?",
        source='{"in_order": 30, "twice": 40, "stale": 30, "edited": 60, "restarted": 60}',
    )
    edit_ignored = wrong(
        "You ran the old cell 2 once more. The change counts from the moment the cell is run.",
        source='{"in_order": 30, "twice": 40, "stale": 30, "edited": 40, "restarted": 60}',
    )
    edited_not_run = wrong(
        "You left `result` as it was. The changed cell was run, and cell 3 after it.",
        source='{"in_order": 30, "twice": 40, "stale": 30, "edited": 30, "restarted": 60}',
    )
    memory_survives = wrong(
        "You let the kernel remember through a restart. A restart forgets everything; then the "
        "page, as it stands now, is run from the top.",
        source='{"in_order": 30, "twice": 40, "stale": 30, "edited": 90, "restarted": 90}',
    )
    old_page_restarted = wrong(
        "After the restart you ran the page as it was before the change. What is run is what "
        "the page says now.",
        source='{"in_order": 30, "twice": 40, "stale": 30, "edited": 90, "restarted": 30}',
    )
    total_for_result = wrong(
        "You gave `total`. The question is what `result` holds.",
        source='{"in_order": 15, "twice": 20, "stale": 20, "edited": 45, "restarted": 30}',
    )


class Shapes(Value):
    name = "shapes"
    title = "Read a shape"
    difficulty = 1
    entries: ClassVar = dict.fromkeys(
        ("one", "batch_of_one", "hundred", "upper_half", "rows_of_pixels"), "shape"
    )
    criteria = (
        Criterion("one", 1, "an index"),
        Criterion("batch_of_one", 1, "a slice of one"),
        Criterion("hundred", 1, "a slice of a hundred"),
        Criterion("upper_half", 1, "an index, then a slice"),
        Criterion("rows_of_pixels", 1, "images laid out as rows"),
    )
    revisit = "Shapes"

    as_dict = accepted(
        "a dictionary of tuples",
        source="""{"one": (28, 28), "batch_of_one": (1, 28, 28), "hundred": (100, 28, 28),
    "upper_half": (14, 28), "rows_of_pixels": (100, 784)}""",
    )
    as_lists = accepted(
        "lists",
        source="""dict(one=[28, 28], batch_of_one=[1, 28, 28], hundred=[100, 28, 28],
    upper_half=[14, 28], rows_of_pixels=[100, 28 * 28])""",
    )
    asked = accepted(
        "asked of NumPy",
        source="""{
    "one": x_train[7].shape,
    "batch_of_one": x_train[7:8].shape,
    "hundred": x_train[:100].shape,
    "upper_half": x_train[7, :14].shape,
    "rows_of_pixels": x_train[:100].reshape(100, -1).shape,
}""",
    )

    index_keeps_the_axis = wrong(
        "You kept an axis of length 1 where an index has picked one image. An index removes "
        "its axis; only a slice keeps it.",
        source="""{"one": (1, 28, 28), "batch_of_one": (1, 28, 28), "hundred": (100, 28, 28),
    "upper_half": (14, 28), "rows_of_pixels": (100, 784)}""",
    )
    slice_drops_the_axis = wrong(
        "You dropped the first axis of a slice because it holds one image. A batch of one is "
        "still a batch.",
        source="""{"one": (28, 28), "batch_of_one": (28, 28), "hundred": (100, 28, 28),
    "upper_half": (14, 28), "rows_of_pixels": (100, 784)}""",
    )
    both_ends_count = wrong(
        "You counted the end of the slice in: `from:to` stops before `to`.",
        source="""{"one": (28, 28), "batch_of_one": (2, 28, 28), "hundred": (101, 28, 28),
    "upper_half": (15, 28), "rows_of_pixels": (101, 784)}""",
    )
    batch_axis_last = wrong(
        "You put the images along the last axis. In this course, and in Keras, the batch axis "
        "comes first.",
        source="""{"one": (28, 28), "batch_of_one": (28, 28, 1), "hundred": (28, 28, 100),
    "upper_half": (14, 28), "rows_of_pixels": (784, 100)}""",
    )
    left_for_upper = wrong(
        "That is the left half of an image, all rows and 14 columns. The axis after the batch "
        "axis counts rows, from the top down.",
        source="""{"one": (28, 28), "batch_of_one": (1, 28, 28), "hundred": (100, 28, 28),
    "upper_half": (28, 14), "rows_of_pixels": (100, 784)}""",
    )
    fourteen_images = wrong(
        "You took fourteen images. The 7 has used up the axis of images, so `:14` is about the "
        "next one.",
        source="""{"one": (28, 28), "batch_of_one": (1, 28, 28), "hundred": (100, 28, 28),
    "upper_half": (14, 28, 28), "rows_of_pixels": (100, 784)}""",
    )
    always_laid_out = wrong(
        "You laid the pixels out in one row where nobody asked for it. Only `reshape` does that; "
        "rows and columns stay as they are otherwise.",
        source="""{"one": (784,), "batch_of_one": (1, 784), "hundred": (100, 784),
    "upper_half": (392,), "rows_of_pixels": (78400,)}""",
    )
    minus_one_written = wrong(
        "You wrote the −1 down. It is no length: it asks NumPy to work out how many numbers "
        "are left for that axis.",
        source="""{"one": (28, 28), "batch_of_one": (1, 28, 28), "hundred": (100, 28, 28),
    "upper_half": (14, 28), "rows_of_pixels": (100, -1)}""",
    )
    pixels_lost = wrong(
        "Pixels got lost in your last shape. What `reshape` gives holds as many numbers as before.",
        source="""{"one": (28, 28), "batch_of_one": (1, 28, 28), "hundred": (100, 28, 28),
    "upper_half": (14, 28), "rows_of_pixels": (100, 28)}""",
    )
    sides_added = wrong(
        "You added rows and columns. An image with 28 rows of 28 pixels has more than that.",
        source="""{"one": (28, 28), "batch_of_one": (1, 28, 28), "hundred": (100, 28, 28),
    "upper_half": (14, 28), "rows_of_pixels": (100, 56)}""",
    )


class ReadDigit(Function):
    name = "read_digit"
    title = "Predict on one image"
    difficulty = 2
    criteria = (
        Criterion("digits", 2, "real digits"),
        Criterion("faint", 1, "digits written with a faint pen"),
    )
    tolerance = PROBABILITY
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

    @wrong(
        "What you gave the network is no batch of images: the axis in front is missing, or the "
        "pixels lie in one row. A single image needs an axis more, and keeps its other two.",
        revisit="Shapes",
    )
    def no_batch_axis(image):
        row = reader.predict(image / 255, verbose=0)[0]
        return int(row.argmax()), float(row.max())

    @wrong(
        "Your new axis stands last. That makes 28 things of shape 28 × 1; the batch axis comes "
        "first.",
        revisit="Shapes",
    )
    def batch_axis_last(image):
        row = reader.predict(image[..., None] / 255, verbose=0)[0]
        return int(row.argmax()), float(row.max())

    @wrong(
        "You divided in whole numbers: `//` makes every grey pixel 0. Scale as in your first "
        "exercise.",
        revisit="Cells and keys",
    )
    def whole_numbers(image):
        row = reader.predict(image[None] // 255, verbose=0)[0]
        return int(row.argmax()), float(row.max())

    @wrong(
        "You asked with pixels from 0 to 255. The network was made from pixels between 0 and 1, "
        "and is sure of whatever it says about others."
    )
    def not_scaled(image):
        row = reader.predict(image[None], verbose=0)[0]
        return int(row.argmax()), float(row.max())

    @wrong(
        "You scaled twice: the network sees a sheet that is nearly blank. Is the image divided "
        "once more than you think?",
        revisit="The kernel remembers",
    )
    def scaled_twice(image):
        row = reader.predict(image[None] / 255 / 255, verbose=0)[0]
        return int(row.argmax()), float(row.max())

    @wrong(
        "You divided by the image's own largest pixel, so a faint digit becomes a strong one. "
        "The network was made from images that were all divided by the same number.",
        revisit="Cells and keys",
    )
    def by_the_brightest(image):
        row = reader.predict(image[None] / image.max(), verbose=0)[0]
        return int(row.argmax()), float(row.max())

    @wrong(
        "You swapped paper and ink. In these images 0 is paper, as the network expects.",
        revisit="Cells and keys",
    )
    def inverted(image):
        row = reader.predict(1 - image[None] / 255, verbose=0)[0]
        return int(row.argmax()), float(row.max())

    @wrong(
        "You returned the ten probabilities. Asked for are the place of the largest one, and "
        "its value.",
        revisit="Five steps",
    )
    def all_ten(image):
        return reader.predict(image[None] / 255, verbose=0)[0]

    @wrong("You returned the digit alone; its probability is asked for, too.")
    def digit_alone(image):
        return int(reader.predict(image[None] / 255, verbose=0).argmax())

    @wrong(
        "You looked for the largest along axis 0, which is the batch. It has length 1, so every "
        "place is 0. The ten probabilities lie along the other axis.",
        revisit="Shapes",
    )
    def along_the_batch(image):
        batch = reader.predict(image[None] / 255, verbose=0)
        return batch.argmax(axis=0), batch.max(axis=0)

    @wrong(
        "Your results still have the batch axis: arrays of length 1 where single numbers are "
        "asked for. Take the only row first.",
        revisit="Shapes",
    )
    def batch_axis_kept(image):
        batch = reader.predict(image[None] / 255, verbose=0)
        return batch.argmax(axis=1), batch.max(axis=1)

    @wrong("You returned the probability first, and the digit second.")
    def swapped(image):
        row = reader.predict(image[None] / 255, verbose=0)[0]
        return float(row.max()), int(row.argmax())

    @wrong("Your probability is a percentage. The largest that there is, is 1.")
    def percent(image):
        row = reader.predict(image[None] / 255, verbose=0)[0]
        return int(row.argmax()), 100 * float(row.max())

    @wrong("You counted the places from 1. The first of the ten belongs to the digit 0.")
    def counted_from_one(image):
        row = reader.predict(image[None] / 255, verbose=0)[0]
        return int(row.argmax()) + 1, float(row.max())

    @wrong(
        "You turned the image on its side: rows became columns.",
        revisit="Shapes",
    )
    def transposed(image):
        row = reader.predict(image.T[None] / 255, verbose=0)[0]
        return int(row.argmax()), float(row.max())


class Accuracy(Function):
    name = "accuracy"
    title = "Find the bug: an accuracy that a column spoils"
    difficulty = 2
    criteria = (
        Criterion("row", 1, "labels of shape (n,)"),
        Criterion("column", 2, "labels of shape (n, 1)"),
        Criterion("one", 1, "a single image, and images all right or all wrong"),
    )
    tolerance = COUNTED
    revisit = "Five steps"

    def probes(self, rng):
        def scores(answers, classes):
            p = rng.uniform(0.1, 1, (len(answers), classes))
            p[np.arange(len(answers)), answers] = 2
            return p / p.sum(axis=1, keepdims=True)

        four = scores([7, 2, 1, 0], 10)
        yield Probe("row", "four images, three of them right", (four, np.array([7, 2, 7, 0])))
        answers = rng.permutation([0, 0, 1, 1, 2, 2, 2])
        labels = answers.copy()
        labels[:2] = (labels[:2] + 1) % 3
        seven = scores(answers, 3)
        yield Probe("row", "seven images of three classes", (seven, labels))
        yield Probe(
            "column",
            "the same four images, labels as a column",
            (four, np.array([[7], [2], [7], [0]], dtype=np.uint8)),
        )
        yield Probe("column", "the seven images, labels as a column", (seven, labels[:, None]))
        yield Probe("one", "one image, right", (scores([2], 4), np.array([2])))
        yield Probe("one", "one image, wrong, label as a column", (scores([2], 4), np.array([[1]])))
        same = scores([1, 1, 1, 0, 2], 3)
        yield Probe("one", "five images, all right", (same, np.array([1, 1, 1, 0, 2])))
        yield Probe("one", "five images, all wrong", (same, np.array([[0], [2], [2], [1], [1]])))

    @accepted("a loop")
    def loop(probabilities, labels):
        right = 0
        for row, label in zip(probabilities, labels):
            right += int(np.argmax(row)) == int(np.ravel(label)[0])
        return right / len(probabilities)

    @accepted("both as columns")
    def columns(probabilities, labels):
        answers = probabilities.argmax(axis=1)[:, None]
        return (answers == np.reshape(labels, (len(labels), 1))).mean()

    @accepted("Keras's metric")
    def metric(probabilities, labels):
        right = keras.metrics.sparse_categorical_accuracy(np.ravel(labels), probabilities)
        return float(np.mean(keras.ops.convert_to_numpy(right)))

    @accepted("counting non-zero differences")
    def counted(probabilities, labels):
        difference = np.argmax(probabilities, 1) - labels.flatten().astype(int)
        return 1 - np.count_nonzero(difference) / difference.size

    @wrong(
        "The bug is still there: with labels as a column, every answer is compared with every "
        "label, n × n comparisons. Look at the shapes on both sides of `==`.",
        revisit="Exercise · find the bug ●●○",
    )
    def every_with_every(probabilities, labels):
        answers = probabilities.argmax(axis=1)
        return float((answers == labels).mean())

    @wrong(
        "You moved the bug: now labels as a column are right, and with labels in a row every "
        "answer is compared with every label.",
        revisit="Exercise · find the bug ●●○",
    )
    def bug_moved(probabilities, labels):
        answers = probabilities.argmax(axis=1)[:, None]
        return float((answers == labels).mean())

    @wrong(
        "You take a column out of the labels, which labels of shape (n,) do not have. Both "
        "shapes are to work."
    )
    def columns_only(probabilities, labels):
        return float((probabilities.argmax(axis=1) == labels[:, 0]).mean())

    @wrong(
        "You look for the largest down the batch, along axis 0. The classes of one image lie "
        "along axis 1.",
        revisit="Shapes",
    )
    def along_the_batch(probabilities, labels):
        answers = probabilities.argmax(axis=0)
        n = min(len(answers), len(labels))
        return float((answers[:n] == np.ravel(labels)[:n]).mean())

    @wrong("You compare the largest probability itself with the label. Its place is the answer.")
    def height_for_place(probabilities, labels):
        return float((probabilities.max(axis=1) == np.ravel(labels)).mean())

    @wrong("You gave the share of wrong answers.")
    def error_rate(probabilities, labels):
        return float((probabilities.argmax(axis=1) != np.ravel(labels)).mean())

    @wrong("You counted the right answers. Asked for is their share, a number from 0 to 1.")
    def count_for_share(probabilities, labels):
        return float((probabilities.argmax(axis=1) == np.ravel(labels)).sum())

    @wrong("Your result is a percentage. All right is 1, not 100.")
    def percent(probabilities, labels):
        return 100 * float((probabilities.argmax(axis=1) == np.ravel(labels)).mean())

    @wrong(
        "You ask whether *all* answers are right, and get yes or no. Asked for is how many of "
        "them are, as a share."
    )
    def all_or_nothing(probabilities, labels):
        return float(np.array_equal(probabilities.argmax(axis=1), np.ravel(labels)))

    @wrong(
        "You divide by the number of classes. A share of the images divides by their number.",
    )
    def per_class(probabilities, labels):
        right = (probabilities.argmax(axis=1) == np.ravel(labels)).sum()
        return float(right / probabilities.shape[1])

    @wrong("You gave the mean probability of the right class. Accuracy asks only who is largest.")
    def mean_probability(probabilities, labels):
        return float(probabilities[np.arange(len(labels)), np.ravel(labels)].mean())


class MyModel(Trained):
    name = "my_model"
    title = "Five steps of your own"
    difficulty = 3
    criteria = (
        Criterion("learns", 1, "reads 75 % of digits it has not seen"),
        Criterion("reads", 2, "reads 87 % of them"),
        Criterion("parameters", 1, "at most 60,000 parameters"),
    )
    thresholds: ClassVar = {"learns": 0.75, "reads": 0.87}
    max_parameters = 60_000
    scale = 1 / 255
    revisit = "Five steps"

    def hidden(self, rng):
        _, (images, labels) = data.mnist_sample()
        chosen = rng.permutation(len(images))[:400]
        return images[chosen], labels[chosen]

    sequential = accepted(
        "a stack, as in the lesson",
        source="""
        keras.utils.set_random_seed(0)
        my_model = keras.Sequential([
            keras.Input((28, 28)),
            keras.layers.Flatten(),
            keras.layers.Dense(64, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ])
        my_model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        my_model.fit(x_train / 255, y_train, epochs=8, verbose=0)
        """,
    )
    one_hot = accepted(
        "labels as rows of zeros and a one, two hidden layers, added one by one",
        source="""
        keras.utils.set_random_seed(1)
        my_model = keras.Sequential()
        my_model.add(keras.Input(shape=(28, 28)))
        my_model.add(keras.layers.Flatten())
        my_model.add(keras.layers.Dense(60, activation="relu"))
        my_model.add(keras.layers.Dense(40, activation="relu"))
        my_model.add(keras.layers.Dense(10, activation="softmax"))
        my_model.compile(optimizer="rmsprop", loss="categorical_crossentropy")
        my_model.fit(x_train / 255.0, np.eye(10)[y_train], epochs=10, verbose=0)
        """,
    )
    raw_scores = accepted(
        "ten raw scores, scaled by a function of one's own, some images set aside",
        source="""
        keras.utils.set_random_seed(2)
        def ready(images):
            return images.astype("float32") / 255
        my_model = keras.Sequential([
            keras.Input((28, 28)),
            keras.layers.Reshape((784,)),
            keras.layers.Dense(70, activation="tanh"),
            keras.layers.Dense(10),
        ])
        my_model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        my_model.fit(ready(x_train), y_train, epochs=10, validation_split=0.1, verbose=0)
        """,
    )

    never_fitted = wrong(
        "Your network answers as if it had learned nothing. Defined and compiled it is; was the "
        "third step run, and with the right labels?",
        symptom="untrained",
        source="""
        keras.utils.set_random_seed(0)
        my_model = keras.Sequential([
            keras.Input((28, 28)),
            keras.layers.Flatten(),
            keras.layers.Dense(64, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ])
        my_model.compile("adam", "sparse_categorical_crossentropy")
        """,
    )
    not_flattened = wrong(
        "What is called `my_model` does not give ten numbers an image. If it is a network, print "
        "`my_model.output_shape`: a Dense layer works on the last axis alone. What lays the "
        "pixels of an image out in one row?",
        symptom="no_scores",
        source="""
        keras.utils.set_random_seed(0)
        my_model = keras.Sequential([
            keras.Input((28, 28)),
            keras.layers.Dense(64, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ])
        """,
    )
    too_little = wrong(
        "Your network has learned something, but not enough. Has it seen all learning images, "
        "scaled to 0 … 1, and often enough? The lesson's curve shows how many epochs that takes.",
        symptom="falls_short",
        source="""
        keras.utils.set_random_seed(0)
        my_model = keras.Sequential([
            keras.Input((28, 28)),
            keras.layers.Flatten(),
            keras.layers.Dense(64, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ])
        my_model.compile("adam", "sparse_categorical_crossentropy")
        my_model.fit(x_train[:200] / 255, y_train[:200], epochs=10, verbose=0)
        """,
    )
    too_large = wrong(
        "Your network reads well, and is larger than allowed. Which layer holds most of its "
        "parameters? `my_model.summary()` lists them.",
        symptom="too_large",
        source="""
        keras.utils.set_random_seed(0)
        my_model = keras.Sequential([
            keras.Input((28, 28)),
            keras.layers.Flatten(),
            keras.layers.Dense(128, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ])
        my_model.compile("adam", "sparse_categorical_crossentropy")
        my_model.fit(x_train / 255, y_train, epochs=5, verbose=0)
        """,
    )
    inverted = wrong(
        "Your network has learned from images with paper and ink swapped, and is asked with the "
        "others.",
        revisit="Asked the wrong way",
        symptom="inverted",
        source="""
        keras.utils.set_random_seed(0)
        my_model = keras.Sequential([
            keras.Input((28, 28)),
            keras.layers.Flatten(),
            keras.layers.Dense(64, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ])
        my_model.compile("adam", "sparse_categorical_crossentropy")
        my_model.fit(1 - x_train / 255, y_train, epochs=8, verbose=0)
        """,
    )
    one_answer = wrong(
        "Your network gives nearly all images the same answer. The optimizer may take steps that "
        'are far too large: what happens with "adam" as it is?',
        symptom="one_class",
        source="""
        keras.utils.set_random_seed(0)
        my_model = keras.Sequential([
            keras.Input((28, 28)),
            keras.layers.Flatten(),
            keras.layers.Dense(64, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ])
        my_model.compile(keras.optimizers.Adam(3.0), "sparse_categorical_crossentropy")
        my_model.fit(x_train / 255, y_train, epochs=2, verbose=0)
        """,
    )


class GitCommand(Choices):
    name = "git_command"
    title = "Which Git command?"
    difficulty = 1
    revisit = "Git: your work, and how to get it back"
    questions: ClassVar = {
        "s1": (
            "nothing on your machine yet",
            {"a": "pull", "b": "clone", "c": "switch", "d": "init"},
        ),
        "s2": (
            "a snapshot of what is staged",
            {"a": "push", "b": "status", "c": "commit", "d": "add"},
        ),
        "s3": (
            "try something daring",
            {"a": "switch --create", "b": "clone .", "c": "commit", "d": "merge"},
        ),
        "s4": ("bring it into main", {"a": "switch", "b": "pull", "c": "merge", "d": "revert"}),
        "s5": (
            "a file spoilt since the last commit",
            {"a": "revert HEAD", "b": "restore", "c": "pull", "d": "commit --all"},
        ),
        "s6": (
            "a wrong commit that others have",
            {"a": "revert HEAD", "b": "reset --hard", "c": "restore .", "d": "merge --abort"},
        ),
    }
    because: ClassVar = {
        "s1": {
            "a": "`pull` brings news into a copy that you have. You have none yet.",
            "c": "`switch` goes from branch to branch of a repository, and there is none here yet.",
            "d": "`init` starts an empty repository. The course, with its past, is on the server.",
        },
        "s2": {
            "a": "`push` sends commits to a server. There is no commit yet to send.",
            "b": "`status` only looks.",
            "d": "It is staged already; adding it again changes nothing, and takes no snapshot.",
        },
        "s3": {
            "b": "A second clone works, and costs you a second folder to keep in step. Inside one "
            "repository there is something lighter for this.",
            "c": "That commits on the branch you are on, which was to be left alone.",
            "d": "`merge` brings a branch in. First there must be one.",
        },
        "s4": {
            "a": "`switch` takes you back to the branch; `main` stays as it is.",
            "b": "`pull` fetches from another repository. The branch is in yours already.",
            "d": "`revert` takes a commit back. You want to bring some in.",
        },
        "s5": {
            "a": "`revert` takes back a commit. What spoilt the file was never committed.",
            "c": "`pull` fetches what others did. What you want lies in your own last commit.",
            "d": "That would take a snapshot of the spoilt file.",
        },
        "s6": {
            "b": "`reset --hard` changes the past. Whoever has the commit has another past than "
            "you from then on; and what you have not committed is lost, too.",
            "c": "`restore` brings files back to the last commit. That is the one that is wrong.",
            "d": "No merge is going on.",
        },
    }


class Quiz(Choices):
    name = "quiz"
    title = "Quiz"
    questions: ClassVar = {
        "q1": ("a deleted cell", {"a": "old value", "b": "NameError", "c": "0"}),
        "q2": ("[1], [5], [3]", {"a": "five times", "b": "after the third", "c": "deleted"}),
        "q3": ("partly right", {"a": "hand in", "b": "an if", "c": "which kind of input"}),
        "q4": ("shape of predict", {"a": "(1000,)", "b": "(10, 1000)", "c": "(1000, 10)"}),
        "q5": ("99 % and 92 %", {"a": "99 %", "b": "92 %", "c": "mean"}),
        "q6": ("sure of everything", {"a": "pixels", "b": "optimizer", "c": "nothing"}),
        "q7": ("restore before commit", {"a": "in the commit", "b": "lost", "c": "on idea"}),
    }
    because: ClassVar = {
        "q1": {
            "b": "That is what happens after a restart. Until then, the kernel knows nothing of "
            "the page, nor of what was deleted there.",
            "c": "A name never becomes 0 by itself.",
        },
        "q2": {
            "a": "The number says when a cell was last run, not how often.",
            "c": "Perhaps; but runs that were repeated leave gaps just the same.",
        },
        "q3": {
            "a": "Trying again costs nothing, and the reply tells you where to look.",
            "b": "The marks come from other inputs, so that one value earns nothing.",
        },
        "q4": {
            "a": "That is the shape after `argmax`. `predict` gives a probability for each class.",
            "b": "Images lie along the first axis, in what goes in and in what comes out.",
        },
        "q5": {
            "a": "That says how well it recalls. Your friend's images will be new to it.",
            "c": "A mean of the two describes no images at all, neither old nor new ones.",
        },
        "q6": {
            "b": "The optimizer works in training. Here a trained network is asked.",
            "c": "Being sure is not being right; you have seen a network sure of its mistakes.",
        },
        "q7": {
            "a": "It was never committed. A commit holds what was there when it was made.",
            "c": "You were on `main`, and a branch gets only what is committed on it.",
        },
    }
