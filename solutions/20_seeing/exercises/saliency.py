"""What is right in `saliency`, and what students get wrong."""

import keras
import numpy as np
from keras import ops

from autograder.exercise import Criterion, Function, Probe, accepted, wrong

from ._shared import NETWORK, _image, _tiny

SALIENCY = """
def saliency(name, image, label):
    network = open_network(name)
    slopes = slope(lambda x: network(x)[0, label], image[None])[0]
    return np.abs(slopes).max(axis=-1)
"""


class Saliency(Function):
    title = "Saliency map"
    difficulty = 1
    criteria = (
        Criterion("slopes", 2, "the slopes of the score at each pixel"),
        Criterion("sure", 1, "a network that is very sure"),
    )
    tolerance = NETWORK
    revisit = "Saliency: the slope of each pixel"

    def probes(self, rng):
        for label in (0, 1, 2):
            yield Probe(
                "slopes", f"a random network, class {label}", (_tiny(rng), _image(rng), label)
            )
        yield Probe("sure", "an image of large numbers, class 1", (_tiny(rng), 20 * _image(rng), 1))

    helper = accepted("with the helper", source=SALIENCY)

    @accepted("channels one by one")
    def one_by_one(name, image, label):
        network = open_network(name)
        g = slope(lambda x: ops.sum(network(x)[:, label]), np.array([image]))
        red, green, blue = (np.absolute(g[0, :, :, k]) for k in range(3))
        return np.maximum(np.maximum(red, green), blue)

    @accepted("one-hot product, Keras operations")
    def one_hot(name, image, label):
        network = open_network(name)
        chosen = np.eye(network.output.shape[-1], dtype="float32")[label]
        g = slope(lambda x: ops.sum(network(x) * chosen), image[np.newaxis])
        return ops.convert_to_numpy(ops.max(ops.abs(g), axis=-1))[0]

    @accepted("maximum of the slopes and their negatives")
    def both_signs(name, image, label):
        network = open_network(name)
        part = keras.Model(network.input, network.output[:, label])
        g = slope(lambda x: part(x)[0], image[None])[0]
        return np.maximum(g.max(axis=2), -g.min(axis=2))

    no_absolute = wrong(
        "You took the largest slope as it is, with its sign. Of −5, 1 and 2 the largest size is 5: "
        "absolute values first.",
        change={"np.abs(slopes)": "slopes"},
    )
    absolute_after = wrong(
        "You took the maximum first and its absolute value afterwards. Of −5, 1 and 2 that "
        "gives 2: "
        "absolute values first.",
        change={"np.abs(slopes).max(axis=-1)": "np.abs(slopes.max(axis=-1))"},
    )
    summed = wrong(
        "You add the channels up. The largest of the three stands for the pixel.",
        change={"np.abs(slopes).max": "np.abs(slopes).sum"},
    )
    averaged = wrong(
        "You average over the channels. The largest of the three stands for the pixel.",
        change={"np.abs(slopes).max": "np.abs(slopes).mean"},
    )
    signed_sum = wrong(
        "You add the signed slopes of the channels and then take the size. Slopes of opposite "
        "signs "
        "cancel; take sizes first, and of them the largest.",
        change={"np.abs(slopes).max(axis=-1)": "np.abs(slopes.sum(axis=-1))"},
    )
    length = wrong(
        "You take the length of the three slopes as a vector. The largest of the three stands "
        "for the "
        "pixel.",
        change={"np.abs(slopes).max(axis=-1)": "np.sqrt((slopes**2).sum(axis=-1))"},
    )
    of_probability = wrong(
        "You took the slope of the probability. The softmax is flat where the network is sure, and "
        "mixes the classes: take the score.",
        change={"network(x)": "ops.softmax(network(x))"},
    )
    of_loss = wrong(
        "You took the slope of the loss, or of the log-probability. They know of all classes; "
        "asked "
        "for is the score of one.",
        change={"network(x)": "ops.log_softmax(network(x))"},
    )
    all_scores = wrong(
        "You took the slope of the sum of all scores. The map belongs to one class: `label`.",
        change={"network(x)[0, label]": "ops.sum(network(x)[0])"},
    )
    likeliest = wrong(
        "You explain the likeliest class. The caller says which class it is: `label`.",
        change={"network(x)[0, label]": "ops.max(network(x)[0])"},
    )
    by_maximum = wrong(
        "You divided by the maximum. Here the slopes stay as they are.",
        change={
            "return np.abs(slopes).max(axis=-1)": (
                "heat = np.abs(slopes).max(axis=-1)\n    return heat / heat.max()"
            )
        },
    )
    times_image = wrong(
        "You multiplied the slopes by the image. That is another map, which later in this lesson "
        "fails a test.",
        change={"np.abs(slopes)": "np.abs(slopes * image)"},
    )
    one_a_channel = wrong(
        "You return three numbers a pixel. The map has one: the largest.",
        change={"np.abs(slopes).max(axis=-1)": "np.abs(slopes)"},
    )
