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
        Criterion("range", 2, "−1 to 1, from whole numbers and from floats"),
        Criterion("order", 1, "red first"),
        Criterion("grey", 1, "grey images with three channels"),
    )
    tolerance = PIXELS
    precision = "float32"
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
