"""Exercises of lesson 21: design your own network."""

# Answers call functions that the lesson defines in its own cells.
# ruff: noqa: F821

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
    Written,
    accepted,
    wrong,
)
from cnncourse import data

EXACT = Tolerance(atol=0, rtol=0, reason="counts and row numbers are whole numbers")
SINGLE = {
    "float32": Tolerance(atol=1e-5, rtol=1e-5, reason="the mean may be taken in single precision"),
    "default": Tolerance(atol=0, rtol=0, reason="labels are copied"),
}
DOUBLE = Tolerance(atol=1e-9, rtol=1e-9, reason="sums of a few numbers in double precision")
KINDS = ("brick", "camera", "cat", "coffee", "coins", "grass", "gravel", "hubble", "page", "text")
SIDE, TILE = 24, 40


def _by_hand(**changed):
    right = {
        "conv_parameters": 400,
        "conv_work": 57_600,
        "norm_parameters": 64,
        "separable_parameters": 656,
        "separable_work": 94_464,
        "flat_parameters": 46_090,
        "mean_parameters": 330,
    }
    return repr({**right, **changed})


class ByHand(Value):
    name = "by_hand"
    title = "A bill by hand"
    difficulty = 1
    entries: ClassVar = dict.fromkeys(
        (
            "conv_parameters",
            "conv_work",
            "norm_parameters",
            "separable_parameters",
            "separable_work",
            "flat_parameters",
            "mean_parameters",
        ),
        "integer",
    )
    entry_criterion: ClassVar = {
        "conv_parameters": "parameters",
        "norm_parameters": "parameters",
        "separable_parameters": "parameters",
        "conv_work": "work",
        "separable_work": "work",
        "flat_parameters": "heads",
        "mean_parameters": "heads",
    }
    criteria = (
        Criterion("parameters", 1, "parameters of the convolutions and the normalisation"),
        Criterion("work", 2, "multiply-adds of both convolutions"),
        Criterion("heads", 1, "parameters of both heads"),
    )
    revisit = "Count before you build"

    numbers = accepted("numbers", source=_by_hand())
    call = accepted(
        "dict with arithmetic",
        source="dict(conv_parameters=5 * 5 * 16, conv_work=5 * 5 * 16 * 144, norm_parameters=64, "
        "separable_parameters=9 * 16 + 16 * 32, separable_work=144 * (9 * 16 + 16 * 32), "
        "flat_parameters=144 * 32 * 10 + 10, mean_parameters=33 * 10)",
    )
    in_numpy = accepted(
        "products in NumPy",
        source="""{
            "conv_parameters": np.prod((5, 5, 1, 16)), "conv_work": np.prod((5, 5, 16, 12, 12)),
            "norm_parameters": np.int64(4) * 16, "separable_parameters": np.dot([9, 32], [16, 16]),
            "separable_work": np.dot([9, 32], [16, 16]) * 12**2,
            "flat_parameters": (np.prod((12, 12, 32)) + 1) * 10, "mean_parameters": 33 * 10}""",
    )
    with_biases = wrong(
        "You counted biases for the convolutions. They say `use_bias=False`: batch normalisation, "
        "which follows, shifts each channel anyway.",
        source=_by_hand(conv_parameters=416, separable_parameters=688),
    )
    full_size = wrong(
        "You counted places of the input. A weight is used once for each place of the output, and "
        "a stride of 2 leaves a quarter of the places.",
        source=_by_hand(conv_work=230_400, separable_work=377_856),
    )
    two_a_channel = wrong(
        "You counted two numbers a channel for batch normalisation, those that are trained. It "
        "keeps two more, which the budget counts, too.",
        revisit="Your tools",
        source=_by_hand(norm_parameters=32),
    )
    not_separated = wrong(
        "That is an ordinary 3×3 convolution. A separable one filters each channel by itself and "
        "mixes them in a second, 1×1 step.",
        source=_by_hand(separable_parameters=4608, separable_work=663_552),
    )
    depthwise_only = wrong(
        "That is the first half of a separable convolution. The 1×1 part, which makes 32 channels "
        "of 16, is missing.",
        source=_by_hand(separable_parameters=144, separable_work=20_736),
    )
    no_head_bias = wrong(
        "The dense layers have biases, one for each of the ten scores.",
        source=_by_hand(flat_parameters=46_080, mean_parameters=320),
    )
    no_stride = wrong(
        "You flattened a map of 24×24 places. How large is it after a stride of 2?",
        source=_by_hand(flat_parameters=184_330),
    )


class Bill(Function):
    name = "bill"
    title = "What a plan costs"
    difficulty = 2
    tolerance = EXACT
    criteria = (
        Criterion("parameters_and_work", 2, "plans of convolutions with stride 1 and 2"),
        Criterion("separable", 1, "separable convolutions"),
        Criterion("edges", 1, "odd sides, colour, an empty plan"),
    )
    revisit = "Count before you build"

    def probes(self, rng):
        conv, separable = "conv", "separable"
        yield Probe("parameters_and_work", "one convolution", args=([(conv, 3, 8, 1)], 24))
        plan = [(conv, 5, 16, 2), (conv, 3, 12, 1), (conv, 1, 20, 2)]
        yield Probe("parameters_and_work", "three, two of them with a stride", args=(plan, 32))
        plan = [(separable, 3, 8, 1), (separable, 5, 12, 1)]
        yield Probe("separable", "two separable ones", args=(plan, 16, 3))
        plan = [(conv, 3, 10, 2), (separable, 3, 14, 2), (separable, 3, 6, 1)]
        yield Probe("separable", "separable with a stride", args=(plan, 28))
        drawn = [
            (str(rng.choice([conv, separable])), int(k), int(f), int(s))
            for k, f, s in rng.integers((1, 3, 1), (6, 20, 3), size=(4, 3))
        ]
        yield Probe("separable", "four rows drawn at random", args=(drawn, 40, 2, 7))
        yield Probe("edges", "a side that the stride does not divide",
                    args=([(conv, 3, 4, 2), (conv, 3, 4, 2)], 25))  # fmt: skip
        yield Probe("edges", "no rows: the head alone", args=([], 24, 3, 5))

    @accepted("a loop over rows")
    def loop(plan, side, channels=1, classes=10):
        total, work = 0, 0
        for row in plan:
            kind, k, filters, stride = row
            side = (side + stride - 1) // stride
            n = k**2 * channels * (filters if kind == "conv" else 1)
            n += channels * filters if kind == "separable" else 0
            total, work, channels = total + n + 4 * filters, work + n * side**2, filters
        return total + channels * classes + classes, work + channels * classes

    @accepted("recursive")
    def recursive(plan, side, channels=1, classes=10):
        if not plan:
            return channels * classes + classes, channels * classes
        (kind, k, filters, stride), *rest = plan
        side = int(np.ceil(side / stride))
        weights = {"conv": k * k * channels * filters, "separable": channels * (k * k + filters)}
        a, b = bill(rest, side, filters, classes)
        return a + weights[kind] + 4 * filters, b + weights[kind] * side * side

    @accepted("built in Keras and counted")
    def built(plan, side, channels=1, classes=10):
        with anatomy.shapes_only():
            x = image = keras.Input((side, side, channels))
            for kind, k, filters, stride in plan:
                made = layers.Conv2D if kind == "conv" else layers.SeparableConv2D
                x = made(filters, k, strides=stride, padding="same", use_bias=False)(x)
                x = layers.BatchNormalization()(x)
            x = layers.Dense(classes)(layers.GlobalAveragePooling2D()(x))
            model = keras.Model(image, x)
        return model.count_params(), anatomy.multiply_adds(model)

    @wrong("You rounded down. With padding `same` a map of 25 has 13 places after a stride of 2.")
    def floored(plan, side, channels=1, classes=10):
        total, work = 0, 0
        for kind, k, filters, stride in plan:
            side = side // stride
            n = k * k * channels * filters
            if kind == "separable":
                n = k * k * channels + channels * filters
            total, work, channels = total + n + 4 * filters, work + n * side * side, filters
        return total + (channels + 1) * classes, work + channels * classes

    @wrong("You multiply by the places of the map that comes in; the work is done once for each "
           "place of the map that goes out.")  # fmt: skip
    def places_before(plan, side, channels=1, classes=10):
        total, work = 0, 0
        for kind, k, filters, stride in plan:
            n = k * k * channels * filters
            if kind == "separable":
                n = k * k * channels + channels * filters
            total, work, channels = total + n + 4 * filters, work + n * side * side, filters
            side = -(-side // stride)
        return total + (channels + 1) * classes, work + channels * classes

    @wrong("You bill a separable convolution as an ordinary one: it filters first, each channel by "
           "itself, and then mixes.")  # fmt: skip
    def never_separable(plan, side, channels=1, classes=10):
        total, work = 0, 0
        for kind, k, filters, stride in plan:
            side = -(-side // stride)
            n = k * k * channels * filters
            total, work, channels = total + n + 4 * filters, work + n * side * side, filters
        return total + (channels + 1) * classes, work + channels * classes

    @wrong("Batch normalisation is missing from your parameters, or half of it: what it keeps "
           "counts like what it learns.")  # fmt: skip
    def half_the_norm(plan, side, channels=1, classes=10):
        total, work = 0, 0
        for kind, k, filters, stride in plan:
            side = -(-side // stride)
            n = k * k * channels * filters
            if kind == "separable":
                n = k * k * channels + channels * filters
            total, work, channels = total + n + 2 * filters, work + n * side * side, filters
        return total + (channels + 1) * classes, work + channels * classes

    @wrong("You forgot what the channels have become: the filters of one row are the channels "
           "that come into the next.")  # fmt: skip
    def channels_stay(plan, side, channels=1, classes=10):
        total, work, last = 0, 0, channels
        for kind, k, filters, stride in plan:
            side = -(-side // stride)
            n = k * k * channels * filters
            if kind == "separable":
                n = k * k * channels + channels * filters
            total, work, last = total + n + 4 * filters, work + n * side * side, filters
        return total + (last + 1) * classes, work + last * classes

    @wrong("You bill a dense layer on the flattened map. A global average leaves one number a "
           "channel.")  # fmt: skip
    def flattened(plan, side, channels=1, classes=10):
        total, work = 0, 0
        for kind, k, filters, stride in plan:
            side = -(-side // stride)
            n = k * k * channels * filters
            if kind == "separable":
                n = k * k * channels + channels * filters
            total, work, channels = total + n + 4 * filters, work + n * side * side, filters
        n = side * side * channels * classes
        return total + n + classes, work + n

    @wrong("The dense layer at the end is missing from your bill.")
    def headless(plan, side, channels=1, classes=10):
        total, work = 0, 0
        for kind, k, filters, stride in plan:
            side = -(-side // stride)
            n = k * k * channels * filters
            if kind == "separable":
                n = k * k * channels + channels * filters
            total, work, channels = total + n + 4 * filters, work + n * side * side, filters
        return total, work


class Choice(Choices):
    name = "choice"
    title = "Choose a plan"
    difficulty = 2
    revisit = "Count before you build"
    questions: ClassVar = {
        "which": ("keep both", {"a": "A, C", "b": "B, C, D", "c": "C, D", "d": "all"}),
        "saves": (
            "one change to B",
            {"a": "3×3 first", "b": "second separable", "c": "stride 4", "d": "Flatten"},
        ),
        "early": (
            "what D gave up",
            {"a": "receptive field", "b": "detail", "c": "non-linearities", "d": "trainable"},
        ),
        "norm": (
            "C without normalisation",
            {"a": "half the work", "b": "nothing", "c": "640 less biases", "d": "memory"},
        ),
    }
    because: ClassVar = {
        "which": {
            "a": "A has its parameters in 32 to 64 channels at 3×3, and does most of its work on "
            "large maps. Compare its row with both budgets.",
            "b": "B is over both. Its second convolution, from 32 to 40 channels, is the reason.",
            "d": "Two rows of the table are over a budget; look at both columns.",
        },
        "saves": {
            "a": "That saves where B spends little; and its windows become smaller.",
            "c": "That saves work, but no parameter. And the receptive field grows.",
            "d": "A dense layer on 36 places has 36 times the weights.",
        },
        "early": {
            "a": "Look at the last column: large strides make it see far.",
            "c": "It has three, one more than B.",
            "d": "It has twice those of many a good network here; strides cost no parameters.",
        },
        "norm": {
            "a": "Scaling and shifting are not counted as multiply-adds, here as in papers.",
            "b": "It has four numbers a channel, and all of them are counted.",
            "d": "It saves memory, too. But look at the column of parameters.",
        },
    }


class HoldOut(Function):
    name = "hold_out"
    title = "No tile on both sides"
    difficulty = 2
    tolerance = EXACT
    criteria = (
        Criterion("tiles", 2, "tiles stay whole, label by label"),
        Criterion("order", 1, "rows in ascending order, every row once"),
        Criterion("edges", 1, "few tiles, one label, every tile"),
    )
    revisit = "A split that tells the truth"

    def probes(self, rng):
        labels = np.array([0, 0, 0, 0, 0, 1, 1, 1, 1])
        tiles = np.array([3, 3, 7, 9, 9, 3, 9, 11, 11])
        yield Probe("tiles", "two labels, every second tile", args=(labels, tiles, 2))
        labels = rng.integers(0, 5, 120)
        tiles = 100 * rng.integers(0, 4, 120) + rng.integers(0, 5, 120)
        yield Probe("order", "120 rows in no order, every third tile", args=(labels, tiles, 3))
        labels = np.repeat([4, 2], 30)
        tiles = np.concatenate([rng.permutation(30) // 2 + 40, rng.permutation(30) // 3])
        yield Probe("tiles", "labels with other tiles, every fourth", args=(labels, tiles, 4))
        yield Probe("edges", "fewer tiles than asked for",
                    args=(np.array([0, 0, 1, 1, 1]), np.array([5, 6, 1, 2, 3]), 3))  # fmt: skip
        yield Probe("edges", "every tile held out", args=(np.array([1, 1]), np.array([0, 3]), 1))
        yield Probe("edges", "one row", args=(np.array([7]), np.array([0]), 2))

    @accepted("loops over sets")
    def sets(labels, tiles, every):
        out = set()
        for label in set(labels.tolist()):
            numbers = sorted({t for k, t in zip(labels.tolist(), tiles.tolist()) if k == label})
            out |= {(label, t) for i, t in enumerate(numbers, 1) if i % every == 0}
        pairs = list(zip(labels.tolist(), tiles.tolist()))
        train = [i for i, pair in enumerate(pairs) if pair not in out]
        validation = [i for i, pair in enumerate(pairs) if pair in out]
        return np.array(train, dtype=int), np.array(validation, dtype=int)

    @accepted("ranks of tiles")
    def ranks(labels, tiles, every):
        rank = np.zeros(len(labels), dtype=int)
        for label in np.unique(labels):
            rows = np.flatnonzero(labels == label)
            rank[rows] = np.unique(tiles[rows], return_inverse=True)[1] + 1
        held = rank % every == 0
        return np.nonzero(~held)[0], np.nonzero(held)[0]

    @accepted("unique pairs")
    def pairs(labels, tiles, every):
        found, inverse = np.unique(np.stack([labels, tiles], 1), axis=0, return_inverse=True)
        first = np.searchsorted(found[:, 0], found[:, 0])
        held = ((np.arange(len(found)) - first + 1) % every == 0)[inverse.ravel()]
        return np.flatnonzero(~held), np.flatnonzero(held)

    @wrong("You hold out every so many rows. The other patches of their tiles stay in training, "
           "and show the network nearly the same pixels.")  # fmt: skip
    def by_row(labels, tiles, every):
        held = np.zeros(len(labels), dtype=bool)
        for label in np.unique(labels):
            rows = np.flatnonzero(labels == label)
            held[rows[every - 1 :: every]] = True
        return np.flatnonzero(~held), np.flatnonzero(held)

    @wrong("You take tile numbers for names. Tile 205 of one photograph is not tile 205 of "
           "another: hold out label by label.")  # fmt: skip
    def across_labels(labels, tiles, every):
        chosen = np.unique(tiles)[every - 1 :: every]
        held = np.isin(tiles, chosen)
        return np.flatnonzero(~held), np.flatnonzero(held)

    @wrong("You choose tiles label by label, but then hold out every row with one of these "
           "numbers, whatever its label.")  # fmt: skip
    def label_forgotten(labels, tiles, every):
        held = np.zeros(len(labels), dtype=bool)
        for label in np.unique(labels):
            chosen = np.unique(tiles[labels == label])[every - 1 :: every]
            held |= np.isin(tiles, chosen)
        return np.flatnonzero(~held), np.flatnonzero(held)

    @wrong("You begin with the first tile. Counted from 1, the first that is held out is the tile "
           "number `every`.")  # fmt: skip
    def from_the_first(labels, tiles, every):
        held = np.zeros(len(labels), dtype=bool)
        for label in np.unique(labels):
            mine = labels == label
            held |= mine & np.isin(tiles, np.unique(tiles[mine])[::every])
        return np.flatnonzero(~held), np.flatnonzero(held)

    @wrong("You exchanged the two: the first is what you train on.")
    def swapped(labels, tiles, every):
        held = np.zeros(len(labels), dtype=bool)
        for label in np.unique(labels):
            mine = labels == label
            held |= mine & np.isin(tiles, np.unique(tiles[mine])[every - 1 :: every])
        return np.flatnonzero(held), np.flatnonzero(~held)

    @wrong("Your training rows are all rows. Whatever is trained on them has seen the validation "
           "patches.")  # fmt: skip
    def both(labels, tiles, every):
        held = np.zeros(len(labels), dtype=bool)
        for label in np.unique(labels):
            mine = labels == label
            held |= mine & np.isin(tiles, np.unique(tiles[mine])[every - 1 :: every])
        return np.arange(len(labels)), np.flatnonzero(held)

    @wrong("You went through the tiles in the order in which they turn up, not in ascending order "
           "of their numbers.")  # fmt: skip
    def as_they_come(labels, tiles, every):
        held = np.zeros(len(labels), dtype=bool)
        for label in np.unique(labels):
            mine = labels == label
            seen = list(dict.fromkeys(tiles[mine].tolist()))
            held |= mine & np.isin(tiles, seen[every - 1 :: every])
        return np.flatnonzero(~held), np.flatnonzero(held)


class Prepared(Function):
    name = "prepared"
    title = "Two bugs in the preparation"
    difficulty = 2
    tolerance = SINGLE
    criteria = (
        Criterion("rows", 2, "images stay beside their labels"),
        Criterion("statistics", 2, "one mean and spread, of the training images"),
    )
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

    @wrong("The labels stand beside their images now. But the others are still scaled by their "
           "own brightness: a bright set and a dark one come out alike, and a single image "
           "depends on itself.", revisit="Your tools")  # fmt: skip
    def own_statistics(images, labels, others, rng):
        order = rng.permutation(len(images))
        images = (images - images.mean()) / images.std()
        others = (others - others.mean()) / np.maximum(others.std(), 1e-9)
        return images[order].astype("float32"), labels[order], others.astype("float32")

    @wrong("Mean and spread are taken from both sets together. What is only to be validated on "
           "must not decide anything.", revisit="Your tools")  # fmt: skip
    def pooled(images, labels, others, rng):
        every = np.concatenate([images, others])
        order = rng.permutation(len(images))
        images, others = ((x - every.mean()) / every.std() for x in (images, others))
        return images[order].astype("float32"), labels[order], others.astype("float32")

    @wrong("Only the images are in a new order; their labels stand where they stood.")
    def labels_left(images, labels, others, rng):
        mean, std = images.mean(), images.std()
        order = rng.permutation(len(images))
        images, others = ((x - mean) / std for x in (images, others))
        return images[order].astype("float32"), labels, others.astype("float32")

    @wrong("You scale each image by its own mean and spread. Asked for is one of each, over all "
           "training pixels.")  # fmt: skip
    def each_image(images, labels, others, rng):
        def ready(x):
            std = np.maximum(x.std((1, 2, 3), keepdims=True), 1e-9)
            return ((x - x.mean((1, 2, 3), keepdims=True)) / std).astype("float32")

        order = rng.permutation(len(images))
        return ready(images[order]), labels[order], ready(others)

    @wrong("Nothing is shuffled any more. One order, drawn once, was asked for.")
    def in_order(images, labels, others, rng):
        mean, std = images.mean(), images.std()
        images, others = ((x - mean) / std for x in (images, others))
        return images.astype("float32"), labels, others.astype("float32")


class Compare(Function):
    name = "compare"
    title = "Two networks, several seeds"
    difficulty = 2
    tolerance = DOUBLE
    criteria = (
        Criterion("numbers", 2, "difference and standard error"),
        Criterion("sure", 2, "sure of what is more than chance, in either direction"),
    )
    revisit = "A fair comparison"

    def probes(self, rng):
        yield Probe("numbers", "the example by hand", args=([70, 74, 72], [67, 73, 70]))
        base = rng.normal(80, 4, 6)
        near = base + rng.normal(0.5, 1.5, 6)
        yield Probe("numbers", "six seeds, lists of floats", args=(near.tolist(), base.tolist()))
        up = base + 3 + rng.uniform(-0.5, 0.5, 6)
        yield Probe("sure", "the first better, with every seed", args=(up, base))
        yield Probe("sure", "the second better, with every seed", args=(base, up))
        yield Probe("sure", "a large difference that comes from one seed",
                    args=([91.0, 80.0, 79.5, 80.5], [80.0, 80.5, 79.0, 80.5]))  # fmt: skip
        yield Probe("sure", "sure of the mean, though one seed says otherwise",
                    args=([84.0, 83.0, 85.0, 82.0, 84.5, 79.9, 84.0, 83.5, 84.0],
                          [81.0, 81.0, 82.0, 80.0, 81.0, 80.0, 81.5, 80.5, 82.5]))  # fmt: skip
        yield Probe("sure", "no difference at all", args=([75.0, 76.0], [75.0, 76.0]))

    @accepted("plain Python")
    def plain(first, second):
        from statistics import mean, stdev

        d = [float(a) - float(b) for a, b in zip(first, second)]
        error = stdev(d) / len(d) ** 0.5
        return {"difference": mean(d), "error": error, "sure": abs(mean(d)) > 2 * error}

    @accepted("SciPy's standard error")
    def in_scipy(first, second):
        from scipy import stats

        d = np.subtract(first, second).astype(float)
        error = float(stats.sem(d))
        return dict(
            difference=float(np.mean(d)), error=error, sure=bool(np.abs(d.mean()) > 2 * error)
        )

    @accepted("sums of squares")
    def sums(first, second):
        n = len(first)
        d = np.array(first, dtype=float) - np.array(second, dtype=float)
        mean = d.sum() / n
        error = (((d - mean) ** 2).sum() / (n - 1) / n) ** 0.5
        return {
            "difference": mean,
            "error": error,
            "sure": bool(mean > 2 * error or -mean > 2 * error),
        }

    @wrong("You compare the best seed of each. The best of many is partly luck: the mean over "
           "seeds is what repeats.", revisit="Wearing out a validation set")  # fmt: skip
    def best_seeds(first, second):
        d = np.asarray(first, float) - np.asarray(second, float)
        error = float(d.std(ddof=1) / np.sqrt(len(d)))
        best = float(max(first) - max(second))
        return {"difference": best, "error": error, "sure": bool(abs(best) > 2 * error)}

    @wrong("You divide by n where the standard deviation of a sample takes n − 1. With few seeds "
           "that flatters.")  # fmt: skip
    def divisor_n(first, second):
        d = np.asarray(first, float) - np.asarray(second, float)
        error = float(d.std() / np.sqrt(len(d)))
        mean = float(d.mean())
        return {"difference": mean, "error": error, "sure": bool(abs(mean) > 2 * error)}

    @wrong("That is the spread of the single differences. The mean of n of them wobbles less: "
           "what is missing is what n does.")  # fmt: skip
    def no_root(first, second):
        d = np.asarray(first, float) - np.asarray(second, float)
        error, mean = float(d.std(ddof=1)), float(d.mean())
        return {"difference": mean, "error": error, "sure": bool(abs(mean) > 2 * error)}

    @wrong("You treat the runs as if they had nothing to do with each other. They share their "
           "seeds: subtract in pairs first.")  # fmt: skip
    def unpaired(first, second):
        a, b = np.asarray(first, float), np.asarray(second, float)
        error = float(np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / len(a)))
        mean = float(a.mean() - b.mean())
        return {"difference": mean, "error": error, "sure": bool(abs(mean) > 2 * error)}

    @wrong("You are sure only when the first is better. A network can be worse for certain, too.")
    def one_sided(first, second):
        d = np.asarray(first, float) - np.asarray(second, float)
        error, mean = float(d.std(ddof=1) / np.sqrt(len(d))), float(d.mean())
        return {"difference": mean, "error": error, "sure": bool(mean > 2 * error)}

    @wrong("The sign of your difference is the other way round: first minus second.")
    def reversed_sign(first, second):
        d = np.asarray(second, float) - np.asarray(first, float)
        error, mean = float(d.std(ddof=1) / np.sqrt(len(d))), float(d.mean())
        return {"difference": mean, "error": error, "sure": bool(abs(mean) > 2 * error)}

    @wrong("You call it sure when one network wins with every seed. That asks too much of many "
           "seeds and too little of two; the rule compares the mean with its error.")  # fmt: skip
    def every_seed(first, second):
        d = np.asarray(first, float) - np.asarray(second, float)
        error, mean = float(d.std(ddof=1) / np.sqrt(len(d))), float(d.mean())
        return {"difference": mean, "error": error, "sure": bool((d > 0).all() or (d < 0).all())}


def _cut(count, part, rng):
    """Patches from the tiles of one part: the lesson gives parts 1, 2 and 3 to students."""
    photos = [data.photograph(name, gray=True) for name in KINDS]
    labels = rng.permutation(np.arange(count) % len(KINDS))
    images = []
    for label in labels:
        photo = photos[label]
        rows, columns = (n // TILE for n in photo.shape)
        places = [(r, c) for r in range(rows) for c in range(columns) if (2 * r + c) % 5 == part]
        row, column = places[rng.integers(len(places))]
        y, x = np.multiply(TILE, (row, column)) + rng.integers(TILE - SIDE + 1, size=2)
        images.append(photo[y : y + SIDE, x : x + SIDE, None])
    return np.stack(images), labels


class Capstone(Trained):
    name = "capstone"
    title = "Your own network"
    difficulty = 3
    criteria = (
        Criterion("learns", 1, "names 50 % of patches from tiles it has not seen"),
        Criterion("good", 2, "names 62 % of them"),
        Criterion("excellent", 2, "names 72 % of them"),
        Criterion("parameters", 1, "at most 10,000 parameters"),
        Criterion("multiply_adds", 1, "at most 400,000 multiply-adds for one image"),
    )
    thresholds: ClassVar = {"learns": 0.50, "good": 0.62, "excellent": 0.72}
    max_parameters = 10_000
    max_multiply_adds = 400_000
    scale = 1 / 255
    revisit = "Your tools"

    def hidden(self, rng):
        return _cut(800, 0, rng)

    def visible(self, rng):
        return _cut(400, 4, rng)

    turned = accepted(
        "plan C, patches mirrored in both directions",
        source="""
        keras.utils.set_random_seed(1)
        wide = [("separable", 3, 32, 1), ("separable", 3, 48, 2), ("separable", 3, 64, 1)]
        capstone = build([("conv", 5, 16, 2), *wide], flip="horizontal_and_vertical")
        fit(capstone, scaled(patches), labels, epochs=16)
        """,
    )
    ordinary = accepted(
        "ordinary convolutions, a Sequential model compiled and fitted by hand",
        source="""
        keras.utils.set_random_seed(2)
        capstone = keras.Sequential([keras.Input((24, 24, 1)), layers.RandomFlip()])
        for filters, kernel, stride in ((16, 5, 2), (22, 3, 2), (26, 3, 1)):
            capstone.add(layers.Conv2D(filters, kernel, stride, "same", use_bias=False))
            capstone.add(layers.BatchNormalization(momentum=0.9))
            capstone.add(layers.Activation("relu"))
        capstone.add(layers.GlobalAveragePooling2D())
        capstone.add(layers.Dense(10))
        loss = keras.losses.CategoricalCrossentropy(from_logits=True)
        rate = keras.optimizers.schedules.PolynomialDecay(8e-3, 18 * 50, 1e-5)
        capstone.compile(keras.optimizers.AdamW(rate), loss)
        capstone.fit(patches / 255.0, np.eye(10)[labels], batch_size=32, epochs=18, verbose=0)
        """,
    )
    residual = accepted(
        "separable layers with a shortcut written as a sum, probabilities",
        source="""
        keras.utils.set_random_seed(3)
        def unit(x, filters, stride=1):
            x = layers.SeparableConv2D(filters, 3, stride, "same", use_bias=False)(x)
            return layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
        image = keras.Input((24, 24, 1))
        x = layers.Conv2D(24, 5, 2, "same", use_bias=False)(layers.RandomFlip()(image))
        x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
        x = x + unit(x, 24)
        x = unit(unit(x, 48, 2), 64)
        x = layers.GlobalAveragePooling2D()(x)
        capstone = keras.Model(image, layers.Dense(10, activation="softmax")(x))
        rate = keras.optimizers.schedules.CosineDecay(8e-3, 16 * 50)
        capstone.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy")
        capstone.fit(scaled(patches), labels, batch_size=32, epochs=16, verbose=0)
        """,
    )

    too_small = wrong(
        "Your network has learned, but not enough. Compare its accuracy on `patches` with that in "
        "validation: if both are low, it needs to learn faster or more (the section on spending "
        "shows what helped most); if only the second is, think of lines four and nine of the "
        "checklist.",
        revisit="Spending the budget",
        symptom="falls_short",
        source="""
        keras.utils.set_random_seed(0)
        capstone = build([("conv", 3, 8, 1), ("conv", 3, 16, 2)], flip=None, norm=False)
        fit(capstone, scaled(patches), labels, epochs=8)
        """,
    )
    too_large = wrong(
        "Your network is good enough, and larger than allowed. `anatomy.layer_table(capstone)` "
        "shows in which layer its parameters are. What stands between the last map and the scores?",
        revisit="Count before you build",
        symptom="too_large",
        source="""
        keras.utils.set_random_seed(0)
        plan = [("conv", 5, 16, 2), ("conv", 3, 32, 2), ("conv", 3, 40, 2)]
        capstone = build(plan, flip="horizontal_and_vertical")
        fit(capstone, scaled(patches), labels, epochs=13)
        """,
    )
    too_costly = wrong(
        "Your network is good enough and small enough, but it works too hard. Work is weights "
        "times places: on which map are the places many, and how soon could they be fewer?",
        revisit="Count before you build",
        symptom="too_costly",
        source="""
        keras.utils.set_random_seed(0)
        plan = [("conv", 5, 16, 2), ("conv", 3, 20, 1), ("conv", 3, 24, 2), ("separable", 3, 48, 1)]
        capstone = build(plan, flip="horizontal_and_vertical")
        fit(capstone, scaled(patches), labels, epochs=14)
        """,
    )
    unscaled = wrong(
        "Your network has learned from values of 0 to 255, but it is asked with values of 0 to 1. "
        "What a network is asked must be scaled as what it learned from.",
        symptom="unscaled",
        source="""
        keras.utils.set_random_seed(0)
        capstone = build([("conv", 5, 16, 2), ("separable", 3, 32, 1), ("separable", 3, 48, 2)])
        fit(capstone, patches.astype("float32"), labels, epochs=8)
        """,
    )
    out_of_step = wrong(
        "Your network guesses. Either it has not been fitted, or images and labels went out of "
        "step on the way: what shuffles the one must shuffle the other in the same order.",
        revisit="A split that tells the truth",
        symptom="untrained",
        source="""
        keras.utils.set_random_seed(0)
        capstone = build([("conv", 3, 8, 2), ("conv", 3, 16, 2)])
        rng = np.random.default_rng(0)
        fit(capstone, rng.permutation(scaled(patches)), rng.permutation(labels), epochs=2)
        """,
    )
    one_answer = wrong(
        "Your network gives nearly every patch the same name. Look at its scores for ten patches: "
        "if they hardly differ, a rate that was too high, or dead units, have silenced it.",
        symptom="one_class",
        source="""
        capstone = build([("conv", 5, 16, 2)])
        capstone.set_weights([0 * w for w in capstone.get_weights()])
        """,
    )
    one_number = wrong(
        "Your network does not give ten scores a patch. The photographs have no order, so their "
        "number is nothing to be approached: each needs a score of its own.",
        symptom="no_scores",
        source="""
        keras.utils.set_random_seed(0)
        capstone = keras.Sequential([keras.Input((24, 24, 1)), layers.Flatten(), layers.Dense(1)])
        capstone.compile("adam", "mse")
        capstone.fit(scaled(patches), labels, epochs=1, verbose=0)
        """,
    )
    own_layer = wrong(
        "Your network is good enough, but it holds something that nobody else can build or count: "
        "a layer or function of your own, or a constant. Keras's own layers will do.",
        revisit="Your network",
        symptom="uncounted",
        source="""
        keras.utils.set_random_seed(0)
        class Brighter(layers.Layer):
            def call(self, x):
                return x - 0.5
        image = keras.Input((24, 24, 1))
        plan = [("conv", 5, 16, 2), ("conv", 3, 22, 2), ("conv", 3, 26, 1)]
        network = build(plan, flip="horizontal_and_vertical")
        capstone = keras.Model(image, network(Brighter()(image)))
        fit(capstone, scaled(patches), labels, epochs=11)
        """,
    )


class Report(Written):
    name = "report"
    title = "The report"
    difficulty = 2
    criteria = (
        Criterion("design", 2, "what it is and costs, and two choices with their alternatives"),
        Criterion("evidence", 3, "split, tries, seeds, one comparison with its error"),
        Criterion("errors", 2, "two confusions, and what no network could mend"),
        Criterion("limits", 1, "an honest promise"),
    )
    rubric = (
        "Design (2): one point for the network with its two counts; one for two layers each set "
        "against "
        "an alternative of like cost ('separable saves parameters' alone is not an alternative). "
        "Evidence (3): one for a split by tile with the reason; one for naming how many designs "
        "and "
        "seeds were tried; one for a comparison with a difference and a standard error over the "
        "same seeds, or an honest statement that a single run was all there was and what it is "
        "worth. "
        "Errors (2): one for two confusions read off a table, with a guess that the patches "
        "support; one for a "
        "kind of patch that nobody could name (flat, blurred) or a check that there is none. "
        "Limits "
        "(1): a number below the best validation result with a reason (choosing, sample size), "
        "and that other "
        "photographs are outside the claim. A lower accuracy, well defended, earns full points "
        "here."
    )


class Quiz(Choices):
    name = "quiz"
    title = "Quiz"
    difficulty = 1
    revisit = "Summary"
    questions: ClassVar = {
        "q1": (
            "58 % and 57 %",
            {
                "a": "dropout",
                "b": "more or faster",
                "c": "larger validation",
                "d": "early stopping",
            },
        ),
        "q2": (
            "halve the multiply-adds",
            {"a": "dense units", "b": "no normalisation", "c": "stride earlier", "d": "no biases"},
        ),
        "q3": (
            "frames of films",
            {"a": "by film", "b": "at random", "c": "every twentieth", "d": "by brightness"},
        ),
        "q4": (
            "best of five against one",
            {"a": "first better", "b": "nothing yet", "c": "equal", "d": "second better"},
        ),
        "q5": (
            "winner of 150 settings",
            {"a": "91 %", "b": "more", "c": "less", "d": "the mean"},
        ),
        "q6": (
            "Flatten or average",
            {"a": "as many", "b": "a 140th", "c": "none", "d": "a tenth"},
        ),
    }
    because: ClassVar = {
        "q1": {
            "a": "Dropout holds learning back. There is no gap to close; both numbers are low.",
            "c": "It would tell you the same low number more exactly.",
            "d": "It stops what has hardly begun.",
        },
        "q2": {
            "a": "A dense layer at the end works at one place. Work is weights times places.",
            "b": "Normalisation is counted with no multiply-adds; and the lesson measured what it "
            "brings.",
            "d": "A bias is no multiply-add, here as in papers.",
        },
        "q3": {
            "b": "Frames of one film would stand on both sides, nearly alike.",
            "c": "Its neighbours, nearly the same picture, stay on the other side.",
            "d": "Then validation asks about another kind of picture than training showed.",
        },
        "q4": {
            "a": "One of five tries is compared with one of one. The more tries, the luckier the "
            "best.",
            "c": "A point of difference between two numbers of unknown spread is no proof of "
            "equality.",
            "d": "It may be as good with fewer tries, or it was lucky. One run cannot tell.",
        },
        "q5": {
            "a": "It won partly by luck with these 100 images, and the luck stays behind.",
            "b": "Perhaps more images help a little. But first comes off what the choosing "
            "flattered.",
            "d": "The winner is better than the mean, most likely. Only not by as much as it "
            "looked.",
        },
        "q6": {
            "a": "Compare 12·12·32 numbers with 32: that is what comes into the dense layer.",
            "c": "The average has none; the dense layer behind it has.",
            "d": "The number of classes does not come into it. How many places become one?",
        },
    }
