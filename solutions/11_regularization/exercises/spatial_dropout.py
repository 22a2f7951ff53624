"""What is right in `spatial_dropout`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Pipeline, Repeat, accepted, wrong

from ._shared import LIBRARY_DROPOUT


class SpatialDropout(Pipeline):
    title = "Spatial dropout"
    starred = True
    difficulty = 2
    criteria = (
        Criterion("maps", 2, "a map stays or goes as a whole"),
        Criterion("each", 1, "each map of each image by itself"),
        Criterion("share", 1, "the right share goes"),
        Criterion("scale", 1, "what stays is scaled"),
        Criterion("kept", 1, "`x` stays as it is"),
    )
    keeps_arguments = "kept"
    rule = LIBRARY_DROPOUT
    revisit = "Whole maps: spatial dropout"

    def probes(self, rng):
        yield Repeat(
            "maps", "one map of 5×4, rate 0.5: different results among the calls",
            (np.ones((1, 5, 4, 1)), 0.5),
            statistic="distinct", within=0.004, repeats=200,
        )  # fmt: skip
        yield Repeat(
            "each", "three maps of 5×4, rate 0.5: different results among the calls",
            (np.ones((1, 5, 4, 3)), 0.5),
            statistic="distinct", within=0.004, repeats=200,
        )  # fmt: skip
        yield Repeat(
            "each", "40 maps of one number, rate 0.5: different results among the calls",
            (np.ones((1, 1, 1, 40)), 0.5),
            statistic="distinct", within=0.02, repeats=60,
        )  # fmt: skip
        yield Repeat(
            "each", "4 equal images with 12 maps: calls in which the images differ",
            (np.ones((4, 3, 2, 12)), 0.5),
            statistic="varies_in_batch", within=0.02, repeats=60,
        )  # fmt: skip
        yield Repeat(
            "share", "images of ones, rate 0.25: share of zeros", (np.ones((8, 6, 5, 16)), 0.25),
            statistic="zero_fraction", within=0.03, repeats=60,
        )  # fmt: skip
        yield Repeat(
            "scale", "images of ones, rate 0.25: largest", (np.ones((8, 6, 5, 16)), 0.25),
            statistic="max", within=0.01, repeats=60,
        )  # fmt: skip
        yield Repeat(
            "scale", "random maps, rate 0.2: standard deviation",
            (2 + rng.normal(size=(6, 3, 4, 20)), 0.2),
            statistic="std", within=0.12, repeats=60,
        )  # fmt: skip
        level, rate = rng.uniform(1, 2), round(float(rng.uniform(0.3, 0.7)), 3)
        yield Repeat(
            "maps", "one map of 4×3, rate 0.5: different results among the calls",
            (np.full((1, 4, 3, 1), level), 0.5),
            statistic="distinct", within=0.004, repeats=200,
        )  # fmt: skip
        yield Repeat(
            "each", "5 equal images with 12 maps: calls in which the images differ",
            (np.full((5, 2, 3, 12), level), 0.5),
            statistic="varies_in_batch", within=0.02, repeats=60,
        )  # fmt: skip
        yield Repeat(
            "share", f"images of one grey, rate {rate}: share of zeros",
            (np.full((8, 2, 2, 60), level), rate),
            statistic="zero_fraction", within=0.03, repeats=60,
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

    each_number = wrong(
        "You draw for each number: that is ordinary dropout, and the neighbours tell what was "
        "there. A map has one draw for all its places.",
        change={"(len(x), 1, 1, x.shape[3])": "x.shape"},
    )

    whole_images = wrong(
        "You throw out whole images, all their maps together: one draw an image. A draw belongs "
        "to an image *and* a channel.",
        change={"(len(x), 1, 1, x.shape[3])": "(len(x), 1, 1, 1)"},
    )

    same_for_batch = wrong(
        "All images of the batch lose the same maps. Your random numbers have no axis for the "
        "images.",
        change={"(len(x), 1, 1, x.shape[3])": "(1, 1, 1, x.shape[3])"},
    )

    places = wrong(
        "You throw out places, through all channels: a hole in the picture. What goes is a "
        "channel, at all places.",
        change={"(len(x), 1, 1, x.shape[3])": "(*x.shape[:3], 1)"},
    )

    channels_first = wrong(
        "You throw out rows of the image: your draws run along axis 1, as if channels came first. "
        "Here they are the last axis.",
        change={"(len(x), 1, 1, x.shape[3])": "(*x.shape[:2], 1, 1)"},
    )

    no_scale = wrong(
        "The maps that stay are not scaled up, so the expectation falls.",
        change={"x * kept / (1 - rate)": "x * kept"},
    )

    rate_is_kept = wrong(
        "You took `rate` for the probability to stay. It is the probability to be thrown out.",
        change={
            ">= rate": "< rate",
            "x * kept / (1 - rate)": "x * kept / rate",
        },
    )

    by_count = wrong(
        "You scale by the share of maps that happens to be left in this call. The factor depends "
        "on the rate alone.",
        change={"1 - rate": "max(kept.mean(), 0.01)"},
    )

    divided_by_rate = wrong(
        "The right share of maps goes, but what stays is divided by the share that *goes*. What "
        "share of the sum is left?",
        change={"x * kept / (1 - rate)": "x * kept / rate"},
    )

    inverted_mask = wrong(
        "You throw out the wrong maps: a share 1 − rate goes, and what stays is scaled as if only "
        "a share of `rate` had gone.",
        change={">= rate": "< rate"},
    )

    multiplied = wrong(
        "What stays gets smaller in your version: you multiply by 1 − p. It has to make up for "
        "what is missing.",
        change={"x * kept / (1 - rate)": "x * kept * (1 - rate)"},
    )

    same_seed = wrong(
        "The same maps are thrown out in every call: a generator with a fixed seed starts anew "
        "each time.",
        change={"np.random.random(": "np.random.default_rng(0).random("},
    )

    columns = wrong(
        "You throw out columns of the image: your draws run along its width. What goes is a "
        "channel, at all places.",
        change={"(len(x), 1, 1, x.shape[3])": "(len(x), 1, x.shape[2], 1)"},
    )

    everything_or_nothing = wrong(
        "You draw once for the whole batch: all goes or all stays. Each map of each image has a "
        "draw of its own.",
        change={"(len(x), 1, 1, x.shape[3])": "(1, 1, 1, 1)"},
    )

    fixed_count = wrong(
        "You throw out a fixed number of maps in every call. Each tosses its own coin: sometimes "
        "more go, sometimes fewer.",
        change={
            "kept = np.random.random((len(x), 1, 1, x.shape[3])) >= rate": (
                "shape = (len(x), 1, 1, x.shape[3])\n"
                "    kept = np.ones(shape)\n"
                "    kept.flat[np.random.permutation(kept.size)[: round(rate * kept.size)]] = 0"
            ),
        },
    )

    normal_numbers = wrong(
        "You draw normal numbers (`randn`). Those below `rate` are another share: it is *uniform* "
        "numbers from 0 to 1 of which a share of `rate` lies below `rate`.",
        change={
            "np.random.random((len(x), 1, 1, x.shape[3]))": (
                "np.random.randn(len(x), 1, 1, x.shape[3])"
            )
        },
    )

    in_place = wrong(
        "You throw out of `x` itself. Your maps are right, and the caller cannot ask a second "
        "time: return a new array.",
        change={"return x * kept / (1 - rate)": "x *= kept\n    x /= 1 - rate\n    return x"},
    )
