"""Exercises of lesson 11: under- and overfitting."""

# Answers call functions that the lesson defines in its own cells.
# ruff: noqa: F821

from typing import ClassVar

import numpy as np

from autograder.exercise import (
    Choices,
    Criterion,
    Function,
    Pipeline,
    Probe,
    Rule,
    Tolerance,
    Trained,
    Value,
    Written,
    accepted,
    wrong,
)
from cnncourse import data

EXACT = Tolerance(atol=0, rtol=0, reason="image numbers and epochs are whole numbers")
LIBRARY_DROPOUT = Rule(
    forbid=("keras.layers", "keras.random.dropout", "keras.ops.nn", "tensorflow", "torch", "jax"),
    reason="Write the dropout yourself: draw random numbers, do not call a library's dropout.",
)


class Diagnosis(Choices):
    name = "diagnosis"
    title = "Six fever charts"
    difficulty = 1
    revisit = "Reading learning curves"
    questions: ClassVar = {
        "A": (
            "200 images, panel A",
            {"a": "it underfits", "b": "it overfits", "c": "the validation set leaks"},
        ),
        "B": (
            "panel B",
            {"a": "it underfits", "b": "learning rate too high", "c": "it overfits"},
        ),
        "C": (
            "panel C",
            {
                "a": "it overfits",
                "b": "validation images of another kind",
                "c": "learning rate too high",
            },
        ),
        "D": (
            "panel D",
            {"a": "all is well", "b": "the validation set leaks", "c": "it underfits"},
        ),
        "E": (
            "panel E",
            {
                "a": "nothing is wrong",
                "b": "the validation set leaks",
                "c": "it overfits",
            },
        ),
        "F": (
            "panel F",
            {
                "a": "it overfits; more dropout",
                "b": "learning rate too high",
                "c": "validation images of another kind",
            },
        ),
    }
    because: ClassVar = {
        "A": {
            "a": "A network that underfits cannot even fit its training images. Look where the "
            "solid line of panel A ends.",
            "c": "With a leak the validation loss would follow the training loss down. In panel A "
            "it parts from it, and the new images agree with it.",
        },
        "B": {
            "b": "A rate that is too high shows as jumps of the training loss. In panel B it comes "
            "down smoothly, but not far.",
            "c": "To overfit is to do well on the training images at least. Panel B does badly on "
            "both.",
        },
        "C": {
            "a": "In panel C the training loss itself is in trouble: it starts far above guessing. "
            "It is not a matter of new images.",
            "b": "In panel C the new images do no better than the validation images; and no "
            "validation set can make the *training* loss jump.",
        },
        "D": {
            "a": "Training and validation agree in panel D, but the new images do not. Who is to "
            "be believed, and how can the dashed line have become so good?",
            "c": "Both lines of panel D end near zero: it fits what it was given very well.",
        },
        "E": {
            "b": "With a leak the new images would be far worse than the validation images. In "
            "panel E they agree.",
            "c": "Overfitting is a validation loss *above* the training loss. In panel E it is "
            "below. Under what conditions was each of the two measured?",
        },
        "F": {
            "a": "If panel F only overfitted, new images would do as badly as the validation "
            "images. They do far better, so these two sets are not alike.",
            "b": "The training loss of panel F goes down smoothly. With a rate too high it would "
            "jump.",
        },
    }


class SplitThenRepeat(Function):
    name = "split_then_repeat"
    title = "Find the bug: balanced, then split"
    difficulty = 2
    criteria = (
        Criterion("apart", 1, "no image is on both sides"),
        Criterion("balanced", 2, "the training classes are balanced by repetition"),
        Criterion("untouched", 1, "the validation part stays as it is"),
    )
    tolerance = EXACT
    revisit = "A leak, and a test that cannot lie"

    def probes(self, rng):
        yield Probe(
            "apart",
            "4 images of two equal classes, in their order, validation 2",
            (np.array([0, 1, 0, 1]), np.arange(4), 2),
        )
        labels = rng.permutation([0] * 4 + [1] * 4 + [2] * 4)
        yield Probe(
            "apart",
            "12 images of three classes in random order, validation 3",
            (labels, rng.permutation(12), 3),
        )
        labels = rng.permutation([0] * 10 + [1] * 3 + [2] * 4)
        order = np.concatenate([np.flatnonzero(labels == 1)[:1], np.flatnonzero(labels == 0)[:3]])
        rest = rng.permutation(np.setdiff1d(np.arange(17), order))
        yield Probe(
            "balanced",
            "17 images: 10, 3 and 4 of a class; 4 of them for validation",
            (labels, np.concatenate([order, rest]), 4),
        )
        labels = rng.permutation([0] * 13 + [3] * 5 + [5] * 7)
        yield Probe(
            "balanced",
            "25 images of the classes 0, 3 and 5, validation 6",
            (labels, rng.permutation(25), 6),
        )
        labels = np.array([2, 0, 0, 0, 0, 1, 1, 0])
        yield Probe(
            "balanced",
            "the only image of class 2 is in the validation part",
            (labels, np.array([0, 7, 6, 4, 1, 2, 3, 5]), 2),
        )
        labels = np.array([1] * 9 + [0] * 3)
        yield Probe(
            "untouched",
            "a validation part with 5 images of one class and 1 of the other",
            (labels, np.array([8, 2, 4, 0, 6, 11, 1, 3, 10, 5, 9, 7]), 6),
        )

    @accepted("loop over classes")
    def loop(labels, order, validation):
        held, rest = list(order[:validation]), list(order[validation:])
        groups = {}
        for i in rest:
            groups.setdefault(int(labels[i]), []).append(int(i))
        most = max(map(len, groups.values()))
        training = [g[j % len(g)] for g in groups.values() for j in range(most)]
        return np.array(sorted(training)), np.array(sorted(held))

    @accepted("counting how often each image is taken")
    def counting(labels, order, validation):
        rest = order[validation:]
        sizes = np.bincount(labels[rest])
        most, times = sizes.max(), np.zeros(len(labels), dtype=int)
        for k in np.flatnonzero(sizes):
            members = rest[labels[rest] == k]
            times[members] = most // len(members)
            times[members[: most % len(members)]] += 1
        return np.repeat(np.arange(len(labels)), times), np.sort(order[:validation])

    @accepted("index arithmetic with take and mode wrap")
    def wrapped(labels, order, validation):
        from collections import Counter

        parts = np.split(order, [validation])
        most = Counter(labels[parts[1]].tolist()).most_common(1)[0][1]
        training = np.hstack(
            [
                np.take(parts[1][labels[parts[1]] == k], range(most), mode="wrap")
                for k in set(labels[parts[1]].tolist())
            ]
        )
        training.sort()
        return training, np.sort(parts[0])

    @wrong(
        "You balance first and split then, as your colleague did. Copies of one image end up on "
        "both sides."
    )
    def repeated_first(labels, order, validation):
        most = np.bincount(labels).max()
        repeated = [np.resize(order[labels[order] == k], most) for k in np.unique(labels)]
        everything = np.random.default_rng(0).permutation(np.concatenate(repeated))
        return np.sort(everything[validation:]), np.sort(everything[:validation])

    @wrong(
        "The training classes are not balanced: every image is taken once. The leak is gone, and "
        "with it the purpose of the function."
    )
    def not_balanced(labels, order, validation):
        return np.sort(order[validation:]), np.sort(order[:validation])

    @wrong(
        "You repeat up to the most frequent class of *all* images. After the split, some of those "
        "are in the validation part and no longer count."
    )
    def most_of_all(labels, order, validation):
        rest, most = order[validation:], np.bincount(labels).max()
        training = [np.resize(rest[labels[rest] == k], most) for k in np.unique(labels[rest])]
        return np.sort(np.concatenate(training)), np.sort(order[:validation])

    @wrong(
        "You balance the validation part, too. It is there to show the world as it is, with its "
        "frequent and its rare classes."
    )
    def validation_repeated(labels, order, validation):
        def balanced(part):
            members = [part[labels[part] == k] for k in np.unique(labels[part])]
            most = max(len(m) for m in members)
            return np.sort(np.concatenate([np.resize(m, most) for m in members]))

        return balanced(order[validation:]), balanced(order[:validation])

    @wrong(
        "You balance by throwing images away, down to the rarest class. Asked for is repetition: "
        "with few images none is to spare."
    )
    def thrown_away(labels, order, validation):
        rest = order[validation:]
        members = [rest[labels[rest] == k] for k in np.unique(labels[rest])]
        least = min(len(m) for m in members)
        return np.sort(np.concatenate([m[:least] for m in members])), np.sort(order[:validation])

    @wrong(
        "Your validation part comes from the end of `order`. It is the first images of `order` "
        "that are held out."
    )
    def from_the_end(labels, order, validation):
        rest, held = order[:-validation], order[-validation:]
        members = [rest[labels[rest] == k] for k in np.unique(labels[rest])]
        most = max(len(m) for m in members)
        return np.sort(np.concatenate([np.resize(m, most) for m in members])), np.sort(held)

    @wrong(
        "You split by the images' numbers and leave `order` unused. If images are stored class by "
        "class, the two parts are then of different kinds."
    )
    def order_ignored(labels, order, validation):
        numbers = np.arange(len(labels))
        held, rest = numbers[:validation], numbers[validation:]
        members = [rest[labels[rest] == k] for k in np.unique(labels[rest])]
        most = max(len(m) for m in members)
        return np.sort(np.concatenate([np.resize(m, most) for m in members])), held

    @wrong("The two parts are exchanged: the training part comes first.")
    def exchanged(labels, order, validation):
        held, rest = order[:validation], order[validation:]
        members = [rest[labels[rest] == k] for k in np.unique(labels[rest])]
        most = max(len(m) for m in members)
        return np.sort(held), np.sort(np.concatenate([np.resize(m, most) for m in members]))


class DropoutByHand(Value):
    name = "dropout_by_hand"
    title = "Dropout with paper and pencil"
    difficulty = 1
    criteria = (
        Criterion("training", 2, "outputs in training"),
        Criterion("inference", 1, "the sum at inference"),
        Criterion("slopes", 2, "the slopes"),
    )
    entries: ClassVar = {
        "first": "number",
        "sum": "number",
        "inference": "number",
        "slope_first": "number",
        "slope_third": "number",
    }
    entry_criterion: ClassVar = {
        "first": "training",
        "sum": "training",
        "inference": "inference",
        "slope_first": "slopes",
        "slope_third": "slopes",
    }
    step = 1e-3
    revisit = "Dropout"

    as_fractions = accepted(
        "as fractions",
        source='{"first": 4 / 0.8, "sum": (4 - 2 + 6) / 0.8, "inference": 4 - 2 + 10 + 6, '
        '"slope_first": 1 / 0.8, "slope_third": 0}',
    )
    as_array = accepted(
        "with NumPy",
        source='dict(zip(["first", "sum", "inference", "slope_first", "slope_third"], '
        "np.array([5.0, 10.0, 18.0, 1.25, 0.0])))",
    )
    by_call = accepted(
        "by dict()",
        source="dict(first=5.0, sum=10, inference=18.0, slope_first=5 / 4, slope_third=0.0)",
    )
    no_scale = wrong(
        "The units that stay keep their outputs in your calculation. Then the next layer gets a "
        "fifth less in training than at inference.",
        source='{"first": 4, "sum": 8, "inference": 18, "slope_first": 1, "slope_third": 0}',
    )
    rate_is_kept = wrong(
        "You divide by the rate itself, as if 0.2 were the probability to stay. Keras's rate is "
        "the probability to be thrown out.",
        source='{"first": 20, "sum": 40, "inference": 18, "slope_first": 5, "slope_third": 0}',
    )
    multiplied = wrong(
        "You multiply by 1 − p. The units that stay must make up for those that are missing, so "
        "they get larger, not smaller.",
        source='{"first": 3.2, "sum": 6.4, "inference": 18, "slope_first": 0.8, "slope_third": 0}',
    )
    by_count = wrong(
        "You scale by how many units happen to be left, 4 of 3. The factor depends on the rate "
        "alone, whatever the mask of this step.",
        source='{"first": 16 / 3, "sum": 32 / 3, "inference": 18, "slope_first": 4 / 3, '
        '"slope_third": 0}',
    )
    active_at_inference = wrong(
        "You use the mask at inference as well. There, all units take part.",
        source='{"first": 5, "sum": 10, "inference": 10, "slope_first": 1.25, "slope_third": 0}',
    )
    scaled_at_inference = wrong(
        "You multiply by 1 − p at inference. The 2014 paper does that instead of scaling in "
        "training; doing both counts it twice.",
        source='{"first": 5, "sum": 10, "inference": 14.4, "slope_first": 1.25, "slope_third": 0}',
    )
    slope_through = wrong(
        "You let a slope through to the third unit. It has been thrown out: however it moves, s "
        "does not notice.",
        source='{"first": 5, "sum": 10, "inference": 18, "slope_first": 1.25, "slope_third": 1.25}',
    )
    slope_unscaled = wrong(
        "Your slope of the first unit is 1. On its way to s the output passes through dropout's "
        "factor, and so does the slope.",
        source='{"first": 5, "sum": 10, "inference": 18, "slope_first": 1, "slope_third": 0}',
    )


class InvertedDropout(Pipeline):
    name = "inverted_dropout"
    title = "Inverted dropout"
    difficulty = 2
    criteria = (
        Criterion("share", 1, "the right share is thrown out"),
        Criterion("scale", 2, "what stays is scaled"),
        Criterion("each", 1, "each number by itself, anew in each call"),
        Criterion("inference", 1, "inference, and a rate of 0"),
    )
    rule = LIBRARY_DROPOUT
    revisit = "Dropout"

    def probes(self, rng):
        ones = np.ones((20, 30))
        yield Probe(
            "share", "all ones, rate 0.25, training: share of zeros", (ones, 0.25, True),
            statistic="zero_fraction", within=0.02, repeats=60,
        )  # fmt: skip
        yield Probe(
            "share", "all ones, rate 0.8, training: share of zeros", (ones, 0.8, True),
            statistic="zero_fraction", within=0.02, repeats=60,
        )  # fmt: skip
        yield Probe(
            "scale", "all ones, rate 0.25, training: largest", (ones, 0.25, True),
            statistic="max", within=0.01, repeats=60,
        )  # fmt: skip
        yield Probe(
            "scale", "all ones, rate 0.8, training: mean", (ones, 0.8, True),
            statistic="mean", within=0.08, repeats=60,
        )  # fmt: skip
        yield Probe(
            "scale", "random numbers around 3, rate 0.5, training: standard deviation",
            (3 + rng.normal(size=(10, 4, 5)), 0.5, True),
            statistic="std", within=0.15, repeats=60,
        )  # fmt: skip
        yield Probe(
            "each", "4 equal samples, rate 0.5: calls in which the samples differ",
            (np.ones((4, 40)), 0.5, True),
            statistic="varies_in_batch", within=0.02, repeats=60,
        )  # fmt: skip
        yield Probe(
            "each", "one sample, rate 0.5: different results among the calls",
            (np.ones((1, 60)), 0.5, True),
            statistic="distinct", within=0.02, repeats=60,
        )  # fmt: skip
        yield Probe(
            "each", "a single number, rate 0.25: share of zeros", (np.ones((1, 1)), 0.25, True),
            statistic="zero_fraction", within=0.14, repeats=300,
        )  # fmt: skip
        yield Probe(
            "inference", "inference, rate 0.5: calls that change anything",
            (rng.normal(size=(3, 8)), 0.5, False),
            statistic="fraction_changed", within=0.01, repeats=20,
        )  # fmt: skip
        yield Probe(
            "inference", "training, rate 0: calls that change anything",
            (rng.normal(size=(3, 8)), 0.0, True),
            statistic="fraction_changed", within=0.01, repeats=20,
        )  # fmt: skip

    @accepted("binomial draws")
    def binomial(x, rate, training):
        if not training or rate == 0:
            return x
        return x * np.random.default_rng().binomial(1, 1 - rate, size=x.shape) / (1 - rate)

    @accepted("one number at a time")
    def loop(x, rate, training):
        import random

        if not training:
            return x
        flat = [0.0 if random.random() < rate else float(v) / (1 - rate) for v in x.ravel()]
        return np.array(flat).reshape(x.shape)

    @accepted("Keras tensors")
    def tensors(x, rate, training):
        if not training:
            return x
        thrown = keras.random.uniform(x.shape) < rate
        return keras.ops.where(thrown, 0.0, keras.ops.cast(x, "float32") / (1 - rate))

    @accepted("a copy and a boolean index")
    def indexed(x, rate, training):
        y = np.array(x, dtype=float)
        if training:
            y[np.random.uniform(size=y.shape) < rate] = 0
            y /= 1 - rate
        return y

    @wrong(
        "What stays is not scaled up. In training the next layer then gets less on the average "
        "than it will get at inference."
    )
    def no_scale(x, rate, training):
        if not training:
            return x
        return x * (np.random.random(x.shape) >= rate)

    @wrong(
        "Your dropout works at inference as well: predictions become a matter of luck. "
        "What is `training` for?"
    )
    def active_at_inference(x, rate, training):
        return x * (np.random.random(x.shape) >= rate) / (1 - rate)

    @wrong(
        "You took `rate` for the probability to *stay*, as the paper of 2014 does. Here, as in "
        "Keras, it is the probability to be thrown out."
    )
    def rate_is_kept(x, rate, training):
        if not training or rate == 0:
            return x
        return x * (np.random.random(x.shape) < rate) / rate

    @wrong(
        "You throw out the wrong ones: a share 1 − rate goes, and what stays is scaled as if only "
        "a share of `rate` had gone."
    )
    def inverted_mask(x, rate, training):
        if not training or rate == 0:
            return x
        return x * (np.random.random(x.shape) < rate) / (1 - rate)

    @wrong(
        "You scale at inference instead of in training. That is the original recipe of 2014; the "
        "inverted one leaves inference alone."
    )
    def scaled_at_inference(x, rate, training):
        if not training:
            return x * (1 - rate)
        return x * (np.random.random(x.shape) >= rate)

    @wrong(
        "What stays gets smaller in your version: you multiply by 1 − p. It has to make up for "
        "what is missing."
    )
    def multiplied(x, rate, training):
        if not training:
            return x
        return x * (np.random.random(x.shape) >= rate) * (1 - rate)

    @wrong(
        "All samples of the batch lose the same units: your mask lacks the batch axis. Each "
        "sample meets its own thinned network."
    )
    def one_mask_for_all(x, rate, training):
        if not training:
            return x
        return x * (np.random.random(x.shape[1:]) >= rate) / (1 - rate)

    @wrong(
        "The same units are thrown out in every call: a generator with a fixed seed starts anew "
        "each time."
    )
    def same_seed(x, rate, training):
        if not training:
            return x
        return x * (np.random.default_rng(0).random(x.shape) >= rate) / (1 - rate)

    @wrong(
        "You throw out a fixed number of units in every call. Each tosses its own coin: sometimes "
        "more go, sometimes fewer, and a single unit goes in a share of `rate` of all calls."
    )
    def fixed_count(x, rate, training):
        if not training:
            return x
        y = np.array(x, dtype=float).ravel()
        y[np.random.permutation(y.size)[: round(rate * y.size)]] = 0
        return y.reshape(x.shape) / (1 - rate)

    @wrong(
        "You throw out whole samples: one draw each. It is the numbers within them that come and "
        "go."
    )
    def whole_samples(x, rate, training):
        if not training:
            return x
        shape = (len(x),) + (1,) * (x.ndim - 1)
        return x * (np.random.random(shape) >= rate) / (1 - rate)


class SpatialDropout(Pipeline):
    name = "spatial_dropout"
    title = "Whole maps"
    difficulty = 2
    criteria = (
        Criterion("maps", 2, "a map stays or goes as a whole"),
        Criterion("each", 1, "each map of each image by itself"),
        Criterion("share", 1, "the right share goes"),
        Criterion("scale", 1, "what stays is scaled"),
    )
    rule = LIBRARY_DROPOUT
    revisit = "Whole maps: spatial dropout"

    def probes(self, rng):
        yield Probe(
            "maps", "one map of 5×4, rate 0.5: different results among the calls",
            (np.ones((1, 5, 4, 1)), 0.5),
            statistic="distinct", within=0.004, repeats=200,
        )  # fmt: skip
        yield Probe(
            "each", "three maps of 5×4, rate 0.5: different results among the calls",
            (np.ones((1, 5, 4, 3)), 0.5),
            statistic="distinct", within=0.004, repeats=200,
        )  # fmt: skip
        yield Probe(
            "each", "40 maps of one number, rate 0.5: different results among the calls",
            (np.ones((1, 1, 1, 40)), 0.5),
            statistic="distinct", within=0.02, repeats=60,
        )  # fmt: skip
        yield Probe(
            "each", "4 equal images with 12 maps: calls in which the images differ",
            (np.ones((4, 3, 2, 12)), 0.5),
            statistic="varies_in_batch", within=0.02, repeats=60,
        )  # fmt: skip
        yield Probe(
            "share", "images of ones, rate 0.25: share of zeros", (np.ones((8, 6, 5, 16)), 0.25),
            statistic="zero_fraction", within=0.03, repeats=60,
        )  # fmt: skip
        yield Probe(
            "scale", "images of ones, rate 0.25: largest", (np.ones((8, 6, 5, 16)), 0.25),
            statistic="max", within=0.01, repeats=60,
        )  # fmt: skip
        yield Probe(
            "scale", "random maps, rate 0.2: standard deviation",
            (2 + rng.normal(size=(6, 3, 4, 20)), 0.2),
            statistic="std", within=0.12, repeats=60,
        )  # fmt: skip

    @accepted("loops over images and maps")
    def loops(x, rate):
        import random

        y = np.array(x, dtype=float)
        for n in range(x.shape[0]):
            for c in range(x.shape[-1]):
                y[n, :, :, c] *= 0.0 if random.random() < rate else 1 / (1 - rate)
        return y

    @accepted("einsum with a table of factors")
    def einsum(x, rate):
        factor = np.random.binomial(1, 1 - rate, (x.shape[0], x.shape[3])) / (1 - rate)
        return np.einsum("nhwc,nc->nhwc", x, factor)

    @accepted("Keras tensors")
    def tensors(x, rate):
        n, _, _, c = x.shape
        kept = keras.ops.cast(keras.random.uniform((n, 1, 1, c)) >= rate, "float32")
        return keras.ops.multiply(keras.ops.cast(x, "float32"), kept) / (1 - rate)

    @accepted("axes moved, then broadcast")
    def moved(x, rate):
        maps = np.moveaxis(x, -1, 1)
        kept = np.random.default_rng().uniform(size=maps.shape[:2]) > rate
        return np.moveaxis(maps * kept[:, :, None, None] / (1 - rate), 1, -1)

    @wrong(
        "You draw for each number: that is ordinary dropout, and the neighbours tell what was "
        "there. A map has one draw for all its places."
    )
    def each_number(x, rate):
        return x * (np.random.random(x.shape) >= rate) / (1 - rate)

    @wrong(
        "You throw out whole images, all their maps together: one draw an image. A draw belongs "
        "to an image *and* a channel."
    )
    def whole_images(x, rate):
        return x * (np.random.random((len(x), 1, 1, 1)) >= rate) / (1 - rate)

    @wrong(
        "All images of the batch lose the same maps. Your random numbers have no axis for the "
        "images."
    )
    def same_for_batch(x, rate):
        return x * (np.random.random((1, 1, 1, x.shape[3])) >= rate) / (1 - rate)

    @wrong(
        "You throw out places, through all channels: a hole in the picture. What goes is a "
        "channel, at all places."
    )
    def places(x, rate):
        return x * (np.random.random((*x.shape[:3], 1)) >= rate) / (1 - rate)

    @wrong(
        "You throw out rows of the image: your draws run along axis 1, as if channels came first. "
        "Here they are the last axis."
    )
    def channels_first(x, rate):
        return x * (np.random.random((*x.shape[:2], 1, 1)) >= rate) / (1 - rate)

    @wrong("The maps that stay are not scaled up, so the expectation falls.")
    def no_scale(x, rate):
        return x * (np.random.random((len(x), 1, 1, x.shape[3])) >= rate)

    @wrong("You took `rate` for the probability to stay. It is the probability to be thrown out.")
    def rate_is_kept(x, rate):
        return x * (np.random.random((len(x), 1, 1, x.shape[3])) < rate) / rate

    @wrong(
        "You scale by the share of maps that happens to be left in this call. The factor depends "
        "on the rate alone."
    )
    def by_count(x, rate):
        kept = np.random.random((len(x), 1, 1, x.shape[3])) >= rate
        return x * kept / max(kept.mean(), 0.01)


class EarlyStop(Function):
    name = "early_stop"
    title = "When to stop"
    difficulty = 2
    criteria = (
        Criterion("stop", 2, "the epoch at which training ends"),
        Criterion("best", 1, "the epoch whose weights come back"),
        Criterion("delta", 1, "min_delta"),
        Criterion("border", 1, "one epoch, never stopping, ties"),
    )
    tolerance = EXACT
    rule = Rule(forbid=("keras.callbacks",), reason="Write it yourself; Keras is asked afterwards.")
    revisit = "Early stopping"

    def probes(self, rng):
        yield Probe("stop", "the table above, patience 2", ([0.9, 0.7, 0.8, 0.6, 0.65, 0.61], 2))
        yield Probe(
            "stop", "falls, then rises; patience 3",
            ([1.0, 0.8, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1], 3),
        )  # fmt: skip
        yield Probe(
            "stop", "falls back a little again and again; patience 2",
            ([1.0, 1.2, 0.8, 0.9, 0.85, 0.84, 0.7, 0.6], 2),
        )  # fmt: skip
        yield Probe("stop", "patience 1", ([1.0, 0.9, 0.95, 0.5], 1))
        yield Probe(
            "best", "a better epoch comes after the stop; patience 2",
            ([0.9, 0.6, 0.7, 0.8, 0.3, 0.2], 2),
        )  # fmt: skip
        walk = (3 + rng.normal(-0.03, 0.1, 40).cumsum()).tolist()
        yield Probe("best", "a random walk of 40 epochs, patience 4", (walk, 4))
        yield Probe(
            "delta", "improves by 0.01 an epoch, min_delta 0.025, patience 5",
            ([round(1 - 0.01 * k, 2) for k in range(12)], 5), {"min_delta": 0.025},
        )  # fmt: skip
        yield Probe(
            "delta", "small steps down, min_delta 0.1, patience 3",
            ([1.0, 0.95, 0.92, 0.91, 0.5, 0.45, 0.44, 0.43, 0.1], 3, 0.1),
        )  # fmt: skip
        yield Probe(
            "delta", "losses around 10, min_delta 0.3, patience 2",
            ([10.0, 9.6, 9.2, 8.8, 8.7, 8.65, 8.6, 8.2], 2, 0.3),
        )  # fmt: skip
        walk = (3 + rng.normal(-0.05, 0.1, 40).cumsum()).tolist()
        yield Probe("delta", "a random walk, min_delta 0.08, patience 3", (walk, 3, 0.08))
        yield Probe("border", "one epoch only", ([0.7], 1))
        yield Probe("border", "better in every epoch", ([0.9, 0.8, 0.7, 0.6], 2))
        yield Probe(
            "border", "the best loss returns exactly, patience 3",
            ([0.8, 0.5, 0.5, 0.5, 0.5, 0.4], 3),
        )  # fmt: skip
        yield Probe("border", "ends before the patience does", ([0.8, 0.5, 0.6, 0.7], 3))

    @accepted("the distance from the best epoch")
    def distance(losses, patience, min_delta=0.0):
        best = 0
        for epoch in range(1, len(losses)):
            if losses[epoch] < losses[best] - min_delta:
                best = epoch
            elif epoch - best >= patience:
                return epoch, best
        return len(losses) - 1, best

    @accepted("recursion over improvements")
    def recursive(losses, patience, min_delta=0.0):
        def follow(best):
            window = range(best + 1, min(best + 1 + patience, len(losses)))
            better = [e for e in window if losses[e] < losses[best] - min_delta]
            return follow(better[0]) if better else (min(best + patience, len(losses) - 1), best)

        return follow(0)

    @accepted("NumPy, jumping from best to best")
    def jumping(losses, patience, min_delta=0.0):
        v = np.asarray(losses)
        best = 0
        while True:
            ahead = np.flatnonzero(v[best + 1 : best + 1 + patience] < v[best] - min_delta)
            if len(ahead) == 0:
                return int(min(best + patience, len(v) - 1)), int(best)
            best += 1 + ahead[0]

    @wrong(
        "You stop one epoch late. With patience 2, the second epoch in a row without improvement "
        "is the last."
    )
    def one_late(losses, patience, min_delta=0.0):
        best, waited = 0, 0
        for epoch, loss in enumerate(losses):
            if epoch == 0 or loss < losses[best] - min_delta:
                best, waited = epoch, 0
            else:
                waited += 1
                if waited > patience:
                    break
        return epoch, best

    @wrong(
        "You stop one epoch early. Patience counts the epochs without improvement; the best one "
        "itself is none of them."
    )
    def one_early(losses, patience, min_delta=0.0):
        best, waited = 0, 1
        for epoch, loss in enumerate(losses):
            if epoch == 0 or loss < losses[best] - min_delta:
                best, waited = epoch, 1
            else:
                waited += 1
                if waited >= patience:
                    break
        return epoch, best

    @wrong(
        "You return the last epoch as the best. Between the two lie as many epochs as the "
        "patience, all of them worse."
    )
    def last_for_best(losses, patience, min_delta=0.0):
        best, waited = 0, 0
        for epoch, loss in enumerate(losses):
            if epoch == 0 or loss < losses[best] - min_delta:
                best, waited = epoch, 0
            else:
                waited += 1
                if waited == patience:
                    break
        return epoch, epoch

    @wrong(
        "`min_delta` plays no part in your answer: every smaller loss counts, however little "
        "smaller."
    )
    def delta_ignored(losses, patience, min_delta=0.0):
        best, waited = 0, 0
        for epoch, loss in enumerate(losses):
            if epoch == 0 or loss < losses[best]:
                best, waited = epoch, 0
            else:
                waited += 1
                if waited == patience:
                    break
        return epoch, best

    @wrong(
        "Your bar sinks with every smaller loss, even where the step was smaller than min_delta. "
        "Many small steps then never add up to an improvement."
    )
    def bar_moves(losses, patience, min_delta=0.0):
        lowest, best, waited = losses[0], 0, 0
        for epoch, loss in enumerate(losses):
            if epoch == 0 or loss < lowest - min_delta:
                best, waited = epoch, 0
            else:
                waited += 1
                if waited == patience:
                    break
            lowest = min(lowest, loss)
        return epoch, best

    @wrong(
        "You add up all epochs without improvement. The patience starts afresh after each "
        "improvement."
    )
    def never_reset(losses, patience, min_delta=0.0):
        best, waited = 0, 0
        for epoch, loss in enumerate(losses):
            if epoch == 0 or loss < losses[best] - min_delta:
                best = epoch
            else:
                waited += 1
                if waited == patience:
                    break
        return epoch, best

    @wrong(
        "You compare each loss with the one before. A small recovery after a bad epoch is no "
        "improvement: the bar is the best loss so far."
    )
    def previous_not_best(losses, patience, min_delta=0.0):
        best, waited = 0, 0
        for epoch, loss in enumerate(losses):
            if epoch == 0 or loss < losses[epoch - 1] - min_delta:
                best, waited = epoch, 0
            else:
                waited += 1
                if waited == patience:
                    break
        return epoch, best

    @wrong(
        "You look for the smallest loss in the whole list, also after the stop. Those epochs "
        "were never trained."
    )
    def looks_ahead(losses, patience, min_delta=0.0):
        best, waited = 0, 0
        for epoch, loss in enumerate(losses):
            if epoch == 0 or loss < losses[best] - min_delta:
                best, waited = epoch, 0
            else:
                waited += 1
                if waited == patience:
                    break
        return epoch, int(np.argmin(losses))

    @wrong(
        "A loss that only equals the best counts as an improvement in your answer. It must be "
        "smaller."
    )
    def ties_count(losses, patience, min_delta=0.0):
        best, waited = 0, 0
        for epoch, loss in enumerate(losses):
            if epoch == 0 or loss <= losses[best] - min_delta:
                best, waited = epoch, 0
            else:
                waited += 1
                if waited == patience:
                    break
        return epoch, best

    @wrong(
        "You take min_delta for a share of the best loss. It is a difference, in the unit of the "
        "loss itself."
    )
    def relative_delta(losses, patience, min_delta=0.0):
        best, waited = 0, 0
        for epoch, loss in enumerate(losses):
            if epoch == 0 or loss < losses[best] * (1 - min_delta):
                best, waited = epoch, 0
            else:
                waited += 1
                if waited == patience:
                    break
        return epoch, best

    @wrong(
        "Your numbers are one too small where training stops: if the loop begins with the second "
        "loss, its first epoch is number 1, not 0."
    )
    def loop_from_second(losses, patience, min_delta=0.0):
        lowest, best, waited = losses[0], 0, 0
        for epoch, loss in enumerate(losses[1:]):
            if loss < lowest - min_delta:
                lowest, best, waited = loss, epoch, 0
            else:
                waited += 1
                if waited == patience:
                    return epoch, best
        return len(losses) - 1, best

    @wrong("Your epochs count from 1; here they count from 0, as in Keras's callbacks.")
    def from_one(losses, patience, min_delta=0.0):
        best, waited = 0, 0
        for epoch, loss in enumerate(losses):
            if epoch == 0 or loss < losses[best] - min_delta:
                best, waited = epoch, 0
            else:
                waited += 1
                if waited == patience:
                    break
        return epoch + 1, best + 1

    @wrong("The two epochs are exchanged: the last one trained comes first, the best one second.")
    def exchanged(losses, patience, min_delta=0.0):
        best, waited = 0, 0
        for epoch, loss in enumerate(losses):
            if epoch == 0 or loss < losses[best] - min_delta:
                best, waited = epoch, 0
            else:
                waited += 1
                if waited == patience:
                    break
        return best, epoch


class Careful(Trained):
    name = "careful"
    title = "A network that does not believe everything"
    difficulty = 3
    criteria = (
        Criterion("learns", 1, "reads 55 % of unseen digits"),
        Criterion("holds", 2, "reads 80 % of them"),
        Criterion("parameters", 1, "at most 60,000 parameters"),
    )
    thresholds: ClassVar = {"learns": 0.55, "holds": 0.80}
    max_parameters = 60_000
    scale = 1 / 255
    revisit = "Remedies, measured"

    def hidden(self, rng):
        _, (images, labels) = data.mnist_sample()
        chosen = rng.permutation(len(images))[:800]
        pixels = images[chosen].reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4))
        return pixels[..., None].astype("float32"), labels[chosen]

    with_dropout = accepted(
        "dropout, strong",
        source="""
        careful = network(dropout=0.6)
        _ = fit(careful, x_messy, y_messy, epochs=40)
        """,
    )
    stopped = accepted(
        "dropout, stopped early by a held-out part",
        source="""
        careful = network(dropout=0.5, spatial=0.2)
        stop = keras.callbacks.EarlyStopping(patience=10, restore_best_weights=True)
        held_out = (x_messy[:60], y_messy[:60])
        options = {"validation_data": held_out, "callbacks": [stop]}
        _ = fit(careful, x_messy[60:], y_messy[60:], 40, **options)
        """,
    )
    own_network = accepted(
        "a functional network of one's own with a weak L2 penalty",
        source="""
        keras.utils.set_random_seed(1)
        weak = keras.regularizers.L2(3e-4)
        image = keras.Input((14, 14, 1))
        x = layers.Conv2D(24, 3, padding="same", activation="relu", kernel_regularizer=weak)(image)
        x = layers.SpatialDropout2D(0.2)(layers.MaxPooling2D(2)(x))
        x = layers.Conv2D(40, 3, padding="same", activation="relu", kernel_regularizer=weak)(x)
        x = layers.Flatten()(layers.MaxPooling2D(2)(x))
        x = layers.Dropout(0.6)(x)
        x = layers.Dropout(0.6)(layers.Dense(112, activation="relu")(x))
        careful = keras.Model(image, layers.Dense(10)(x))
        _ = fit(careful, x_messy, y_messy, 40)
        """,
    )
    memorised = wrong(
        "Your network has learned, but it believes its labels too much, the wrong ones included. "
        "What share of its own labels does it reproduce? More than about two thirds of them "
        "cannot be right.",
        symptom="falls_short",
        source="""
        careful = network()
        _ = fit(careful, x_messy, y_messy, epochs=60)
        """,
    )
    too_large = wrong(
        "Your network reads well enough, but it is larger than allowed. Most parameters stand "
        "between the last map and the first Dense layer.",
        symptom="too_large",
        source="""
        careful = network(filters=24, units=256, dropout=0.6)
        _ = fit(careful, x_messy, y_messy, epochs=40)
        """,
    )
    unscaled = wrong(
        "Your network has learned from values of 0 to 255, but it is asked with values of 0 to 1. "
        "What a network is asked must be scaled as what it learned from.",
        symptom="unscaled",
        source="""
        careful = network(dropout=0.5)
        _ = fit(careful, x_messy * 255, y_messy, epochs=60)
        """,
    )
    untrained = wrong(
        "Your network guesses. Either it has not been fitted, or so much is held back that "
        "nothing is left to learn with, or images and labels went out of step.",
        symptom="untrained",
        source="""
        careful = network(dropout=0.5, seed=1)
        _ = fit(careful, x_messy, np.random.default_rng(0).permutation(y_messy), epochs=8)
        """,
    )
    one_class = wrong(
        "Your network gives nearly every image the same name. A penalty that is too strong does "
        "that: it is cheaper to have no weights than to read.",
        symptom="one_class",
        source="""
        careful = network(penalty=keras.regularizers.L2(0.3))
        _ = fit(careful, x_messy, y_messy, epochs=15)
        """,
    )
    one_number = wrong(
        "Your network does not give ten scores an image. A class is not a number to be "
        "approached: each digit needs its own score.",
        symptom="no_scores",
        source="""
        keras.utils.set_random_seed(0)
        careful = keras.Sequential([keras.Input((14, 14, 1)), layers.Flatten(), layers.Dense(1)])
        careful.compile("adam", "mse")
        _ = careful.fit(x_messy, y_messy, epochs=2, verbose=0)
        """,
    )


class ChooseRemedy(Written):
    name = "choose_remedy"
    title = "Choose a remedy and justify it"
    difficulty = 2
    criteria = (
        Criterion("leak", 2, "the leak is named, with a way to show it and a better split"),
        Criterion("remedy", 2, "a remedy for and one against, each with its measurement"),
        Criterion("money", 2, "a decision that depends on something to be measured beforehand"),
    )
    rubric = (
        "Leak (2): one point for saying that images of one patient lie on both sides of a random "
        "split, or that 60 images wobble by about 6 points; a second for a test (shuffled labels, "
        "or a split by patient and the difference). Remedy (2): a remedy that fits wrong labels "
        "(dropout, early stopping, a weak penalty) with its figure from the table against the "
        "baseline and the spread of the seeds; and one that is put back with its figure. A bare "
        "'dropout reduces overfitting' earns nothing. Money (2): one point for any measurement "
        "that could turn out either way (a curve over the number of patients; relabelling a part "
        "and training with both), one for a validation set with careful labels as the first "
        "thing to buy or for saying why not. Either purchase may be right."
    )


class Quiz(Choices):
    name = "quiz"
    title = "Quiz"
    difficulty = 1
    revisit = "Summary"
    questions: ClassVar = {
        "q1": (
            "Training 100 %, validation 88 %",
            {"a": "must be regularised", "b": "a gap, no cause yet", "c": "too large"},
        ),
        "q2": (
            "35 % on shuffled labels",
            {"a": "a leak", "b": "generalises", "c": "not trained long enough"},
        ),
        "q3": (
            "Dropout(0.2) at inference",
            {"a": "throws out a fifth", "b": "multiplies by 0.8", "c": "nothing"},
        ),
        "q4": (
            "Why ordinary dropout does little after a convolution",
            {"a": "few weights", "b": "neighbours tell", "c": "ReLU has zeros already"},
        ),
        "q5": (
            "What to report after choosing among 30 settings",
            {"a": "91 %", "b": "training accuracy", "c": "an untouched test set"},
        ),
        "q6": (
            "The largest gain with 200 rightly labelled images",
            {"a": "a smaller network", "b": "an L1 penalty", "c": "more images"},
        ),
        "q7": (
            "AlphaDropout keeps mean 0 and variance 1",
            {"a": "after SELU", "b": "after ReLU", "c": "after anything"},
        ),
    }
    because: ClassVar = {
        "q1": {
            "a": "A gap is no proof that regularising helps. In the left panel of the measured "
            "remedies the gap is as large, and most of them change little.",
            "c": "The much smaller network of this lesson did worse, not better. A gap does not "
            "name its cause.",
        },
        "q2": {
            "b": "There is nothing to generalise: shuffled labels have no rule.",
            "c": "Training longer can only memorise more of the training images; it cannot teach "
            "what labels a lottery gave to others.",
        },
        "q3": {
            "a": "Then every prediction would be a matter of luck. Look at the printed line "
            "beneath the table of rates.",
            "b": "That is the paper's recipe of 2014. Keras scales in training instead.",
        },
        "q4": {
            "a": "It is the *outputs* that are dropped, and a convolution has many of them.",
            "c": "Dropping a zero changes nothing, but half of the others are dropped as well. "
            "Look at the mended photograph.",
        },
        "q5": {
            "a": "They were not trained on, but chosen by. The best of 30 owes part of its score "
            "to luck.",
            "b": "The training score is perfect even with shuffled labels.",
        },
        "q6": {
            "a": "It did worse than the baseline with right labels.",
            "b": "Penalties changed the score by no more than the seeds did.",
        },
        "q7": {
            "b": "What ReLU gives has neither mean 0 nor variance 1, so there is nothing of the "
            "kind to keep.",
            "c": "Its constants are computed for inputs of mean 0 and variance 1.",
        },
    }
