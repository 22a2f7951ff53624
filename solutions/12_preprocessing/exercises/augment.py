"""What is right in `augment`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Pipeline, Repeat, accepted, wrong


class Augment(Pipeline):
    title = "Pad, crop, mirror"
    difficulty = 2
    criteria = (
        Criterion("inference", 1, "images pass unchanged when it is not training"),
        Criterion("mirror", 2, "left to right, half of the time"),
        Criterion("labels", 1, "never mirrored where mirroring is not allowed"),
        Criterion("crop", 2, "crops of the padded image, at all places equally often"),
        Criterion("each", 2, "each image by itself"),
    )
    revisit = "New pictures from old"

    def probes(self, rng):
        image = rng.uniform(0.1, 1, (1, 5, 7, 2))
        level = np.tile(rng.uniform(0.1, 1, (1, 5, 1, 1)), (1, 1, 4, 1))
        left = np.zeros((1, 5, 5, 1))
        left[:, :, 0] = 1
        spark = np.zeros((1, 5, 5, 1))
        spark[:, 2, 2] = 1
        batch = np.repeat(image, 8, axis=0)
        changed = {"statistic": "fraction_changed", "repeats": 400}
        yield Repeat(
            "inference",
            "training=False, pad 2, mirror: how often changed",
            (image, 2, True, False),
            within=0.01,
            **changed,
        )
        yield Repeat(
            "mirror",
            "no padding, mirror: how often changed",
            (image, 0, True, True),
            within=0.15,
            **changed,
        )
        yield Repeat(
            "mirror",
            "level stripes, no padding, mirror: how often changed",
            (level, 0, True, True),
            within=0.01,
            **changed,
        )
        yield Repeat(
            "labels",
            "no padding, mirror=False: how often changed",
            (image, 0, False, True),
            within=0.01,
            **changed,
        )
        yield Repeat(
            "crop",
            "an image of one grey, pad 2: share of black pixels",
            (np.full((1, 5, 5, 1), rng.uniform(0.5, 1)), 2, False, True),
            statistic="zero_fraction",
            repeats=300,
            within=0.06,
        )
        yield Repeat(
            "crop",
            "a white line at the left end, pad 1, no mirror: spread between the calls",
            (left, 1, False, True),
            statistic="spread",
            repeats=300,
            within=0.05,
        )
        yield Repeat(
            "crop",
            "one bright pixel, pad 2: different results among the calls",
            (spark, 2, True, True),
            statistic="distinct",
            repeats=400,
            within=0.004,
        )
        yield Repeat(
            "each",
            "eight equal images, pad 2: how often a batch varies",
            (batch, 2, False, True),
            statistic="varies_in_batch",
            repeats=60,
            within=0.05,
        )
        yield Repeat(
            "each",
            "eight equal images, mirror only: how often a batch varies",
            (batch, 0, True, True),
            statistic="varies_in_batch",
            repeats=100,
            within=0.08,
        )

    @accepted("indices for the whole batch at once")
    def by_indices(images, pad, mirror, training):
        if not training:
            return images
        rng = np.random.default_rng()
        n, h, w, _ = images.shape
        around = ((0, 0), (pad, pad), (pad, pad), (0, 0))
        padded = np.pad(images, around)
        rows = rng.integers(0, 2 * pad + 1, (n, 1, 1)) + np.arange(h)[None, :, None]
        columns = rng.integers(0, 2 * pad + 1, (n, 1, 1)) + np.arange(w)[None, None, :]
        if mirror:
            turned = rng.random((n, 1, 1)) < 0.5
            columns = np.where(turned, columns[:, :, ::-1], columns)
        return padded[np.arange(n)[:, None, None], rows, columns]

    @accepted("Python's random numbers, an empty canvas")
    def on_a_canvas(images, pad, mirror, training):
        import random

        if not training:
            return images.copy()
        _, h, w, c = images.shape
        pieces = []
        for image in images:
            canvas = np.zeros((h + 2 * pad, w + 2 * pad, c))
            canvas[pad : pad + h, pad : pad + w] = image
            i, j = random.randint(0, 2 * pad), random.randint(0, 2 * pad)
            piece = canvas[i : i + h, j : j + w]
            if mirror and random.random() < 0.5:
                piece = np.fliplr(piece)
            pieces.append(piece)
        return np.array(pieces)

    @accepted("Keras's random numbers and ops")
    def with_keras(images, pad, mirror, training):
        import keras

        if not training:
            return images
        n, h, w = images.shape[:3]
        padded = keras.ops.pad(images, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
        starts = np.asarray(keras.random.randint((n, 2), 0, 2 * pad + 1))
        flips = np.asarray(keras.random.uniform((n,))) < (0.5 if mirror else 0)
        out = [
            keras.ops.flip(padded[k, i : i + h, j : j + w], 1)
            if flips[k]
            else padded[k, i : i + h, j : j + w]
            for k, (i, j) in enumerate(starts)
        ]
        return keras.ops.stack(out)

    one_draw_for_the_batch = wrong(
        "You draw one place and one throw for the whole batch, so all its images are treated "
        "alike. Each image has its own luck.",
        change={
            (
                "for k, image in enumerate(padded):\n"
                "        top, left = np.random.randint(0, 2 * pad + 1, size=2)"
            ): (
                "top, left = np.random.randint(0, 2 * pad + 1, size=2)\n"
                "    turned = mirror and np.random.rand() < 0.5\n"
                "    for k, image in enumerate(padded):"
            ),
            "mirror and np.random.rand() < 0.5": "turned",
        },
    )

    one_crop_for_the_batch = wrong(
        "You crop the whole batch at one place, as RandomCrop does; only the mirroring is drawn "
        "for each image.",
        change={
            (
                "for k, image in enumerate(padded):\n"
                "        top, left = np.random.randint(0, 2 * pad + 1, size=2)"
            ): (
                "top, left = np.random.randint(0, 2 * pad + 1, size=2)\n"
                "    for k, image in enumerate(padded):"
            ),
        },
    )

    one_flip_for_the_batch = wrong(
        "You mirror the whole batch or none of it; only the crops are drawn for each image.",
        change={
            "for k, image in enumerate(padded):": (
                "turned = mirror and np.random.rand() < 0.5\n    for k, image in enumerate(padded):"
            ),
            "mirror and np.random.rand() < 0.5": "turned",
        },
    )

    augments_validation = wrong(
        "You augment when training is False, too. Then validation and test are measured on changed "
        "pictures, and differently each time.",
        change={"    if not training:\n        return images\n": ""},
    )

    flips_digits = wrong(
        "You mirror although mirror is False. Whoever calls it so has digits or letters, whose "
        "labels do not survive a mirror.",
        change={"mirror and np.random.rand() < 0.5": "np.random.rand() < 0.5"},
        revisit="An augmentation is a claim",
    )

    always_mirrored = wrong(
        "You mirror every image. Then the network never sees the pictures as they are; a throw "
        "decides, for each image.",
        change={"mirror and np.random.rand() < 0.5": "mirror"},
    )

    upside_down = wrong(
        "Your mirror reverses the rows of an image. It exchanges left and right alone: axis 0 runs "
        "down, axis 1 to the right.",
        change={"piece[:, ::-1]": "piece[::-1]"},
    )

    always_in_the_corner = wrong(
        "Your crop always begins in the top left corner of the padded image: the picture is "
        "shifted, but by the same amount every time.",
        change={"np.random.randint(0, 2 * pad + 1, size=2)": "0, 0"},
    )

    never_cropped = wrong(
        "You never crop: the images are mirrored, but they stay where they are.",
        change={"np.random.randint(0, 2 * pad + 1, size=2)": "pad, pad"},
    )

    padded_only = wrong(
        "You return the padded images as they are. A piece of the old size is to be cut out of "
        "each.",
        change={
            "np.empty_like(images)": "np.empty_like(padded)",
            "image[top : top + height, left : left + width]": "image",
        },
    )

    last_place_missing = wrong(
        "Your crop never begins at the last row and column that it could: one place is missing "
        "both ways. Is the end of your range included?",
        change={"2 * pad + 1": "max(2 * pad, 1)"},
    )

    along_the_diagonal = wrong(
        "You move every image along the diagonal: one number serves as its row and its column. "
        "Most places never occur.",
        change={
            "top, left = np.random.randint(0, 2 * pad + 1, size=2)": (
                "top = left = np.random.randint(0, 2 * pad + 1)"
            ),
        },
    )

    rolled_around = wrong(
        "What leaves your image on one side comes back on the other (np.roll). Black pixels are to "
        "come in.",
        change={
            "((0, 0), (pad, pad), (pad, pad), (0, 0))": (
                '((0, 0), (pad, pad), (pad, pad), (0, 0)), mode="wrap"'
            ),
        },
    )

    border_repeated = wrong(
        "You filled the margin with copies of the image's border. Black (zero) is asked.",
        change={
            "((0, 0), (pad, pad), (pad, pad), (0, 0))": (
                '((0, 0), (pad, pad), (pad, pad), (0, 0)), mode="edge"'
            ),
        },
    )

    same_seed = wrong(
        "Your draws are the same in every call: a generator with a fixed seed starts anew each "
        "time.",
        change={"np.random.default_rng()": "np.random.default_rng(0)"},
        of=by_indices,
    )

    half_the_places = wrong(
        "Your crops begin only in the upper left half of the places. In an image that has grown by "
        "2 · pad, how many places are there?",
        change={"2 * pad + 1": "pad + 1"},
    )

    nothing_to_draw_from = wrong(
        "Without padding there is one place, but your range is empty and the draw raises an error; "
        "with padding, the last place is missing. Is the end of your range included?",
        change={"2 * pad + 1": "2 * pad"},
    )

    square_images_only = wrong(
        "You take an image's height for its width, too. An image need not be square.",
        change={"left : left + width": "left : left + height"},
    )

    all_axes_padded = wrong(
        "Your padding also grows the batch or the channels. Only rows and columns get black "
        "pixels.",
        change={"((0, 0), (pad, pad), (pad, pad), (0, 0))": "pad"},
    )

    seldom_mirrored = wrong(
        "You mirror more seldom than half of the time.",
        change={"np.random.rand() < 0.5": "np.random.rand() < 0.2"},
    )

    never_mirrored = wrong(
        "You never mirror.",
        change={"mirror and np.random.rand() < 0.5": "False"},
    )

    mirrored_on_demand_inverted = wrong(
        "You mirror where `mirror` is False, and not where it is True.",
        change={"mirror and np.random.rand() < 0.5": "not mirror and np.random.rand() < 0.5"},
    )

    training_inverted = wrong(
        "You augment where `training` is False, and not where it is True.",
        change={"if not training": "if training"},
    )

    @wrong(
        "Two things: you draw once for the whole batch, though each image has its own luck; and "
        "you mirror top to bottom: with the batch in front, axis 1 runs down and axis 2 to the "
        "right."
    )
    def batch_upside_down(images, pad, mirror, training):
        if not training:
            return images
        padded = np.pad(images, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
        top, left = np.random.randint(0, 2 * pad + 1, size=2)
        pieces = padded[:, top : top + images.shape[1], left : left + images.shape[2]]
        return pieces[:, ::-1] if mirror and np.random.rand() < 0.5 else pieces
