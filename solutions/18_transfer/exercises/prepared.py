"""What is right in `prepared`, and what students get wrong."""

import keras
import numpy as np
from keras import layers

from autograder.exercise import Criterion, Function, Probe, Tolerance, accepted, wrong

PIXELS = Tolerance(atol=2e-6, rtol=0, reason="one division and one difference in float32")


class Prepared(Function):
    title = "Prepare the images"
    difficulty = 1
    criteria = (
        Criterion("range", 1, "−1 to 1, from whole numbers and from floats"),
        Criterion("order", 1, "red first"),
        Criterion("grey", 1, "grey images with three channels"),
        Criterion("dtype", 1, "float32, whatever comes in"),
        Criterion("kept", 1, "the array that is given stays as it is"),
    )
    keeps_arguments = "kept"
    tolerance = PIXELS
    precision = "float32"
    float32_criterion = "dtype"
    revisit = "What the weights expect"

    def probes(self, rng):
        colour = rng.integers(0, 256, (2, 3, 5, 3)).astype("uint8")
        colour[0, 0, 0], colour[0, 0, 1] = (0, 100, 255), (255, 0, 200)
        yield Probe("range", "uint8, RGB", args=(colour,))
        floats = rng.uniform(0, 255, (1, 4, 2, 3)).astype("float32")
        yield Probe("range", "float32, RGB", args=(floats,))
        dark = np.full((1, 2, 3, 3), 1, dtype="uint8")
        yield Probe("range", "uint8, nearly black", args=(dark,))
        yield Probe("order", "uint8, BGR", args=(colour,), kwargs={"order": "BGR"})
        yield Probe("order", "float32, BGR", args=(floats, "BGR"))
        grey = rng.integers(0, 256, (2, 4, 3)).astype("uint8")
        yield Probe("grey", "grey, uint8", args=(grey,))
        yield Probe("grey", "grey, order BGR", args=(grey / 1.0, "BGR"))

    @accepted("Keras's own layer")
    def rescaling(images, order="RGB"):
        x = keras.ops.convert_to_numpy(layers.Rescaling(1 / 127.5, offset=-1)(images * 1.0))
        if x.ndim == 3:
            x = np.repeat(x[:, :, :, None], 3, axis=3)
        elif order == "BGR":
            x = np.flip(x, axis=-1)
        return x.astype("float32")

    @accepted("channel by channel")
    def channel_by_channel(images, order="RGB"):
        images = np.asarray(images)
        grey = images.ndim == 3
        picked = [0, 0, 0] if grey else ([2, 1, 0] if order == "BGR" else [0, 1, 2])
        source = images[..., None] if grey else images
        x = np.empty((*source.shape[:3], 3), dtype="float32")
        for channel, k in enumerate(picked):
            x[..., channel] = (source[..., k].astype("float32") - 127.5) / 127.5
        return x

    @accepted("interpolated between the ends")
    def interpolated(images, order="RGB"):
        if images.ndim == 3:
            images = np.broadcast_to(images[..., None], (*images.shape, 3))
        if order == "BGR":
            images = images[..., [2, 1, 0]]
        return np.interp(images, [0, 255], [-1, 1]).astype(np.float32)

    divided_twice = wrong(
        "You divide twice: by 255, and then again. After that all images are nearly the same even "
        "grey to the network.",
        change={"/ 127.5": "/ 255 / 127.5"},
    )
    zero_to_one = wrong(
        "Your values run from 0 to 1. It is the quiet mistake: clear photographs survive it. These "
        "weights have seen values on both sides of zero.",
        change={"/ 127.5 - 1": "/ 255"},
    )
    as_they_are = wrong(
        "You leave 0 to 255 as it is. Networks that begin with a scaling of their own want that; "
        "this one does not.",
        change={" / 127.5 - 1": ""},
    )
    half = wrong(
        "Your values run from −0.5 to 0.5. The range is right only when 255 becomes 1.",
        change={"/ 127.5 - 1": "/ 255 - 0.5"},
    )
    by_128 = wrong(
        "You divide by 128: 255 becomes a little less than 1. Where is the middle of 0 and 255?",
        change={"/ 127.5": "/ 128"},
    )
    imagenet_statistics = wrong(
        "You subtract ImageNet's mean and divide by its deviation, channel by channel. That is "
        "the convention of other weights (DenseNet's, here).",
        source="""
        def prepared(images, order="RGB"):
            x = np.asarray(images, dtype="float32") / 255
            x = np.stack([x, x, x], axis=-1) if x.ndim == 3 else x
            x = x[..., ::-1] if order == "BGR" else x
            x = (x - np.array([0.485, 0.456, 0.406])) / np.array([0.229, 0.224, 0.225])
            return x.astype("float32")
        """,
    )
    order_ignored = wrong(
        "You do not look at `order`: images with blue first stay so. Nothing fails, which is why "
        "it is found so late.",
        change={'x[..., ::-1] if order == "BGR" else x': "x"},
    )
    always_reversed = wrong(
        "You reverse the channels of every image. Those that are red first already become blue "
        "first.",
        change={'x[..., ::-1] if order == "BGR" else x': "x[..., ::-1]"},
    )
    mirrored = wrong(
        "You reverse the columns of the image: it is mirrored, and its colours are as before. The "
        "channels are the last axis.",
        change={"x[..., ::-1]": "x[:, :, ::-1]"},
    )
    one_channel = wrong(
        "Your grey images have one channel. The first convolution of the network has weights for "
        "three.",
        change={"np.repeat(x[..., None], 3, axis=-1)": "x[..., None]"},
    )
    wrapped = wrong(
        "You calculate in uint8: there 2 · 200 is 144, because 255 is followed by 0. Change the "
        "type first.",
        change={
            'np.asarray(images, dtype="float32") / 127.5 - 1': (
                '(2 * np.asarray(images) - 255).astype("float32") / 255'
            )
        },
    )
    means_subtracted = wrong(
        "You subtract a mean from each channel and leave the scale of bytes. That is what VGG's "
        "and ResNet's weights expect, blue first; these weights want −1 to 1.",
        source="""
        def prepared(images, order="RGB"):
            x = np.asarray(images, dtype="float32")
            x = np.stack([x, x, x], axis=-1) if x.ndim == 3 else x
            x = x[..., ::-1] if order == "RGB" else x
            return x - np.array([103.939, 116.779, 123.68], dtype="float32")
        """,
    )
    means_subtracted_as_they_come = wrong(
        "You subtract a mean for blue, green and red from each channel and leave the scale of "
        "bytes. Other weights want that; these want −1 to 1.",
        source="""
        def prepared(images, order="RGB"):
            x = np.asarray(images, dtype="float32")
            x = np.stack([x, x, x], axis=-1) if x.ndim == 3 else x
            x = x - np.array([103.939, 116.779, 123.68], dtype="float32")
            return x[..., ::-1]
        """,
    )
    whole_division = wrong(
        "You divide with `//`: a whole image becomes −1, 0 and 1. A division that keeps its "
        "decimals is `/`.",
        change={
            'np.asarray(images, dtype="float32") / 127.5 - 1': (
                '(np.asarray(images) // 127.5 - 1).astype("float32")'
            )
        },
    )
    whole_division_of_bytes = wrong(
        "You divide whole numbers by 127 with `//`, and take 1 away in uint8: 0 − 1 is 255 there. "
        "Change the type first, and divide with `/`.",
        source="""
        def prepared(images, order="RGB"):
            x = np.asarray(images)
            x = np.repeat(x[..., None], 3, -1) if x.ndim == 3 else x
            x = x if order == "RGB" else x[..., ::-1]
            return (x // 127 - 1).astype("float32")
        """,
    )
    by_its_own_maximum = wrong(
        "You divide by half of this batch's largest value. A dark image then becomes bright: the "
        "scale is that of the file, 0 to 255, not that of the batch.",
        change={"/ 127.5 - 1": "/ (np.max(images) / 2) - 1"},
    )
    by_its_own_range = wrong(
        "You spread each batch from its own smallest to its own largest value. The scale is that "
        "of the file, 0 to 255, whatever values an image has.",
        change={
            'np.asarray(images, dtype="float32") / 127.5 - 1': (
                '2 * (np.asarray(images, dtype="float32") - np.min(images)) '
                "/ max(np.ptp(images), 1e-6) - 1"
            )
        },
    )
    guesses_the_scale = wrong(
        "You take images whose largest value is 1 or less for images that run from 0 to 1. Here "
        "all of them run from 0 to 255; one that is nearly black is nearly black.",
        change={"/ 127.5 - 1": "* (2 if np.max(images) <= 1 else 2 / 255) - 1"},
    )
    clipped = wrong(
        "You cut at 0: everything darker than the middle becomes the same grey.",
        change={"/ 127.5 - 1": "/ 127.5 - 1\n    x = np.maximum(x, 0)"},
    )
    in_place = wrong(
        "You compute in the given array itself, with `/=` and `-=`. `np.asarray` copies nothing "
        "where the type is right already, so float32 images of the caller are changed.",
        change={
            'x = np.asarray(images, dtype="float32") / 127.5 - 1': (
                'x = np.asarray(images, dtype="float32")\n    x /= 127.5\n    x -= 1'
            )
        },
    )
    in_float64 = wrong(
        "Your numbers are right, in float64. The network computes in float32, which is what was "
        "asked for.",
        change={'dtype="float32"': 'dtype="float64"'},
    )
