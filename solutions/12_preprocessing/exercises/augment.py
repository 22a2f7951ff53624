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
            "a white image, pad 2: share of black pixels",
            (np.ones((1, 5, 5, 1)), 2, False, True),
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

    @wrong(
        "You draw one place and one throw for the whole batch, so all its images are treated "
        "alike. Each image has its own luck.",
    )
    def one_draw_for_the_batch(images, pad, mirror, training):
        if not training:
            return images
        h, w = images.shape[1:3]
        padded = np.pad(images, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
        i, j = np.random.randint(0, 2 * pad + 1, 2)
        out = padded[:, i : i + h, j : j + w]
        return out[:, :, ::-1] if mirror and np.random.rand() < 0.5 else out

    @wrong(
        "You crop the whole batch at one place, as RandomCrop does; only the mirroring is drawn "
        "for each image.",
    )
    def one_crop_for_the_batch(images, pad, mirror, training):
        if not training:
            return images
        h, w = images.shape[1:3]
        padded = np.pad(images, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
        i, j = np.random.randint(0, 2 * pad + 1, 2)
        out = padded[:, i : i + h, j : j + w]
        turned = (np.random.rand(len(images), 1, 1, 1) < 0.5) & mirror
        return np.where(turned, out[:, :, ::-1], out)

    @wrong(
        "You mirror the whole batch or none of it; only the crops are drawn for each image.",
    )
    def one_flip_for_the_batch(images, pad, mirror, training):
        if not training:
            return images
        h, w = images.shape[1:3]
        padded = np.pad(images, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
        places = np.random.randint(0, 2 * pad + 1, (len(images), 2))
        out = np.stack([p[i : i + h, j : j + w] for p, (i, j) in zip(padded, places, strict=True)])
        return out[:, :, ::-1] if mirror and np.random.rand() < 0.5 else out

    @wrong(
        "You augment when training is False, too. Then validation and test are measured on changed "
        "pictures, and differently each time.",
    )
    def augments_validation(images, pad, mirror, training):
        h, w = images.shape[1:3]
        out = []
        for p in np.pad(images, ((0, 0), (pad, pad), (pad, pad), (0, 0))):
            i, j = np.random.randint(0, 2 * pad + 1, 2)
            piece = p[i : i + h, j : j + w]
            out.append(piece[:, ::-1] if mirror and np.random.rand() < 0.5 else piece)
        return np.stack(out)

    @wrong(
        "You mirror although mirror is False. Whoever calls it so has digits or letters, whose "
        "labels do not survive a mirror.",
        revisit="An augmentation is a claim",
    )
    def flips_digits(images, pad, mirror, training):
        if not training:
            return images
        h, w = images.shape[1:3]
        out = []
        for p in np.pad(images, ((0, 0), (pad, pad), (pad, pad), (0, 0))):
            i, j = np.random.randint(0, 2 * pad + 1, 2)
            piece = p[i : i + h, j : j + w]
            out.append(piece[:, ::-1] if np.random.rand() < 0.5 else piece)
        return np.stack(out)

    @wrong(
        "You mirror every image. Then the network never sees the pictures as they are; a throw "
        "decides, for each image.",
    )
    def always_mirrored(images, pad, mirror, training):
        if not training:
            return images
        h, w = images.shape[1:3]
        out = []
        for p in np.pad(images, ((0, 0), (pad, pad), (pad, pad), (0, 0))):
            i, j = np.random.randint(0, 2 * pad + 1, 2)
            piece = p[i : i + h, j : j + w]
            out.append(piece[:, ::-1] if mirror else piece)
        return np.stack(out)

    @wrong(
        "You mirror top to bottom. Axis 0 of an image runs down, axis 1 to the right.",
    )
    def upside_down(images, pad, mirror, training):
        if not training:
            return images
        h, w = images.shape[1:3]
        out = []
        for p in np.pad(images, ((0, 0), (pad, pad), (pad, pad), (0, 0))):
            i, j = np.random.randint(0, 2 * pad + 1, 2)
            piece = p[i : i + h, j : j + w]
            out.append(piece[::-1] if mirror and np.random.rand() < 0.5 else piece)
        return np.stack(out)

    @wrong(
        "Your crop always begins in the top left corner of the padded image: the picture is "
        "shifted, but by the same amount every time.",
    )
    def always_in_the_corner(images, pad, mirror, training):
        if not training:
            return images
        h, w = images.shape[1:3]
        out = np.pad(images, ((0, 0), (pad, pad), (pad, pad), (0, 0)))[:, :h, :w]
        turned = (np.random.rand(len(images), 1, 1, 1) < 0.5) & mirror
        return np.where(turned, out[:, :, ::-1], out)

    @wrong(
        "You never crop: the images are mirrored, but they stay where they are.",
    )
    def never_cropped(images, pad, mirror, training):
        if not training:
            return images
        turned = (np.random.rand(len(images), 1, 1, 1) < 0.5) & mirror
        return np.where(turned, images[:, :, ::-1], images)

    @wrong(
        "You return the padded images as they are. A piece of the old size is to be cut out of "
        "each.",
    )
    def padded_only(images, pad, mirror, training):
        if not training:
            return images
        out = np.pad(images, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
        turned = (np.random.rand(len(images), 1, 1, 1) < 0.5) & mirror
        return np.where(turned, out[:, :, ::-1], out)

    @wrong(
        "Your crop never begins at the last row and column that it could: one place is missing "
        "both ways. Is the end of your range included?",
    )
    def last_place_missing(images, pad, mirror, training):
        if not training:
            return images
        h, w = images.shape[1:3]
        out = []
        for p in np.pad(images, ((0, 0), (pad, pad), (pad, pad), (0, 0))):
            i, j = np.random.randint(0, max(2 * pad, 1), 2)
            piece = p[i : i + h, j : j + w]
            out.append(piece[:, ::-1] if mirror and np.random.rand() < 0.5 else piece)
        return np.stack(out)

    @wrong(
        "You move every image along the diagonal: one number serves as its row and its column. "
        "Most places never occur.",
    )
    def along_the_diagonal(images, pad, mirror, training):
        if not training:
            return images
        h, w = images.shape[1:3]
        out = []
        for p in np.pad(images, ((0, 0), (pad, pad), (pad, pad), (0, 0))):
            i = np.random.randint(0, 2 * pad + 1)
            piece = p[i : i + h, i : i + w]
            out.append(piece[:, ::-1] if mirror and np.random.rand() < 0.5 else piece)
        return np.stack(out)

    @wrong(
        "What leaves your image on one side comes back on the other (np.roll). Black pixels are to "
        "come in.",
    )
    def rolled_around(images, pad, mirror, training):
        if not training:
            return images
        out = []
        for x in images:
            i, j = np.random.randint(-pad, pad + 1, 2)
            x = np.roll(x, (i, j), axis=(0, 1))
            out.append(x[:, ::-1] if mirror and np.random.rand() < 0.5 else x)
        return np.stack(out)

    @wrong(
        "You filled the margin with copies of the image's border. Black (zero) is asked.",
    )
    def border_repeated(images, pad, mirror, training):
        if not training:
            return images
        h, w = images.shape[1:3]
        out = []
        for p in np.pad(images, ((0, 0), (pad, pad), (pad, pad), (0, 0)), mode="edge"):
            i, j = np.random.randint(0, 2 * pad + 1, 2)
            piece = p[i : i + h, j : j + w]
            out.append(piece[:, ::-1] if mirror and np.random.rand() < 0.5 else piece)
        return np.stack(out)
