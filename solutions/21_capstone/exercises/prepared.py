"""What is right in `prepared`, and what students get wrong."""

import numpy as np

from autograder.exercise import (
    EXACT,
    SINGLE,
    Criterion,
    Function,
    Probe,
    accepted,
    near_miss,
    wrong,
)

SINGLE = {
    "float32": SINGLE,
    "default": EXACT,
}


class Prepared(Function):
    title = "Find the bugs"
    difficulty = 2
    tolerance = SINGLE
    criteria = (
        Criterion("rows", 2, "images stay beside their labels"),
        Criterion("statistics", 1, "one mean and spread, of the training images"),
        Criterion("dtype", 1, "float32"),
    )
    precision = "float32"
    float32_criterion = "dtype"
    revisit = "A split that tells the truth"

    def probes(self, rng):
        def pixels(n, low, high):
            return rng.integers(low, high, (n, 4, 5, 1)).astype("uint8")

        yield Probe("rows", "twelve dark images, eight bright others",
                    args=(pixels(12, 0, 90), rng.permutation(12), pixels(8, 140, 250),
                          {"__rng__": 3}))  # fmt: skip
        yield Probe("rows", "labels that repeat, of another type",
                    args=(pixels(9, 20, 200), (np.arange(9) % 3).astype("uint8"),
                          pixels(4, 0, 255), {"__rng__": 8}))  # fmt: skip
        yield Probe("statistics", "a single other image, all white",
                    args=(pixels(6, 0, 255), np.arange(6), np.full((1, 4, 5, 1), 255, "uint8"),
                          {"__rng__": 1}))  # fmt: skip
        yield Probe("statistics", "one training image",
                    args=(pixels(1, 0, 255), np.array([4]), pixels(3, 0, 255),
                          {"__rng__": 2}))  # fmt: skip

    @accepted("a function inside")
    def inner(images, labels, others, rng):
        centre, scale = np.mean(images), np.std(images)

        def ready(x):
            return ((x.astype(float) - centre) / scale).astype(np.float32)

        order = rng.permutation(len(labels))
        return ready(images[order]), labels[order], ready(others)

    @accepted("row by row")
    def row_by_row(images, labels, others, rng):
        order = list(rng.permutation(len(images)))
        mean, std = float(images.mean()), float(images.std())
        rows = [(images[i] - mean) / std for i in order]
        rest = [(x - mean) / std for x in others]
        shuffled = np.array([labels[i] for i in order])
        return np.array(rows, dtype="float32"), shuffled, np.array(rest, dtype="float32")

    @accepted("a Normalization layer")
    def layer(images, labels, others, rng):
        variance = float(np.var(images.astype("float64")))
        scale = keras.layers.Normalization(axis=None, mean=float(images.mean()), variance=variance)
        order = rng.permutation(len(images))
        a, b = (np.asarray(scale(x.astype("float32"))) for x in (images[order], others))
        return a, labels[order], b

    @wrong("Images and labels are shuffled apart from each other, and the others are scaled by "
           "their own mean: both bugs are still in it.")  # fmt: skip
    def draft(images, labels, others, rng):
        others = (others - others.mean()) / np.maximum(others.std(), 1e-9)
        images = (images - images.mean()) / images.std()
        images = rng.permutation(images)
        labels = rng.permutation(labels)
        return images.astype("float32"), labels, others.astype("float32")

    @wrong("Images and labels each get an order of their own. Draw one order, for both.")
    def apart(images, labels, others, rng):
        mean, std = images.mean(), images.std()
        images, others = (images - mean) / std, (others - mean) / std
        images, labels = rng.permutation(images), rng.permutation(labels)
        return images.astype("float32"), labels, others.astype("float32")

    own_statistics = wrong(
        "The labels stand beside their images now. But the others are still scaled by their "
        "own brightness: a bright set and a dark one come out alike, and a single image "
        "depends on itself.",
        change={"(x - mean) / spread": "(x - x.mean()) / np.maximum(x.std(), 1e-9)"},
        revisit="Your tools",
    )

    pooled = wrong(
        "Mean and spread are taken from both sets together. What is only to be validated on "
        "must not decide anything.",
        change={
            "mean, spread = images.mean(), images.std()": (
                "both = np.concatenate([images, others])\n"
                "    mean, spread = both.mean(), both.std()"
            )
        },
        revisit="Your tools",
    )

    labels_left = wrong(
        "Only the images are in a new order; their labels stand where they stood.",
        change={"labels[order]": "labels"},
    )

    @wrong("You scale each image by its own mean and spread. Asked for is one of each, over all "
           "training pixels.")  # fmt: skip
    def each_image(images, labels, others, rng):
        def ready(x):
            std = np.maximum(x.std((1, 2, 3), keepdims=True), 1e-9)
            return ((x - x.mean((1, 2, 3), keepdims=True)) / std).astype("float32")

        order = rng.permutation(len(images))
        return ready(images[order]), labels[order], ready(others)

    in_order = wrong(
        "Nothing is shuffled any more. One order, drawn once, was asked for.",
        change={"images[order]": "images", "labels[order]": "labels"},
    )

    in_float64 = wrong(
        "Your numbers are right, in float64. float32 was asked for, of both sets of images.",
        change={
            'images[order].astype("float32")': "images[order]",
            'others.astype("float32")': "others",
        },
    )

    labels_sorted = near_miss(
        "sorts the labels",
        change={"labels[order]": "np.sort(labels)"},
        unlike=(apart, labels_left),
    )

    images_left = near_miss(
        "shuffles the labels alone",
        change={"images[order]": "images"},
        unlike=(apart, labels_left, in_order),
    )

    in_float16 = near_miss(
        "gives half precision",
        change={
            'images[order].astype("float32")': 'images[order].astype("float16")',
            'others.astype("float32")': 'others.astype("float16")',
        },
        unlike=(in_float64,),
    )
