"""What is right in `network_cam`, and what students get wrong."""

import keras
import numpy as np
from keras import ops

from autograder.exercise import Criterion, Function, Probe, Tolerance, accepted, wrong

from ._shared import _image, _tiny

NETWORK_CAM = """
def network_cam(name, image, label, layer):
    network = open_network(name)
    maps = network.layers[layer].output
    body, head = keras.Model(network.input, maps), keras.Model(maps, network.output)
    features = ops.convert_to_numpy(body(image[None]))
    gradients = slope(lambda x: head(x)[0, label], features)
    return grad_cam(features[0], gradients[0])
"""


class NetworkCam(Function):
    title = "Grad-CAM of a network"
    starred = True
    difficulty = 3
    criteria = (
        Criterion("last", 3, "at the last layer with maps"),
        Criterion("earlier", 2, "at earlier layers"),
    )
    tolerance = Tolerance(
        atol=1e-4, rtol=2e-3, reason="float32 sums of some hundred products, then a ratio"
    )
    revisit = "Grad-CAM: slopes of maps, not of pixels"

    def probes(self, rng):
        for label in (0, 1, 2):
            yield Probe(
                "last",
                f"the second convolution, class {label}",
                (_tiny(rng), _image(rng), label, 3),
            )
        yield Probe("earlier", "the first convolution, class 0", (_tiny(rng), _image(rng), 0, 1))
        yield Probe("earlier", "the first convolution, class 2", (_tiny(rng), _image(rng), 2, 1))
        yield Probe("earlier", "the pooling, class 1", (_tiny(rng), _image(rng), 1, 2))

    two_models = accepted("body and head", source=NETWORK_CAM)

    @accepted("layer by layer")
    def by_layers(name, image, label, layer):
        network = open_network(name)
        x = image[None]
        for part in network.layers[1 : layer + 1]:
            x = part(x)
        features = ops.convert_to_numpy(x)

        def score(x):
            for part in network.layers[layer + 1 :]:
                x = part(x)
            return x[0, label]

        return grad_cam(features[0], slope(score, features)[0])

    @accepted("one class cut out, own weights")
    def own_weights(name, image, label, layer):
        network = open_network(name)
        middle = network.layers[layer].output
        features = ops.convert_to_numpy(keras.Model(network.input, middle)(image[None]))
        head = keras.Model(middle, network.output[:, label])
        gradient = slope(lambda maps: ops.sum(head(maps)), features)
        heat = np.maximum(features[0] @ gradient[0].mean(axis=(0, 1)), 0)
        return heat / heat.max() if heat.max() > 0 else heat

    @accepted("a one-hot row picks the class")
    def one_hot(name, image, label, layer):
        network = open_network(name)
        chosen = network.layers[layer]
        body = keras.Model(network.inputs, [chosen.output])
        head = keras.Model([chosen.output], network.outputs[0])
        features = np.asarray(ops.convert_to_numpy(keras.tree.flatten(body([image[None]]))[0]))
        row = np.eye(network.output.shape[-1], dtype="float32")[label]
        gradients = slope(lambda maps: ops.sum(head([maps]) * row), features)
        return grad_cam(features[0], gradients[0])

    no_relu = wrong(
        "Your map has negative numbers: the ReLU after the sum is missing.",
        change={
            "np.maximum(features[0] @ gradient[0].mean(axis=(0, 1)), 0)": (
                "features[0] @ gradient[0].mean(axis=(0, 1))"
            ),
            "heat / heat.max() if heat.max() > 0 else heat": "heat / max(heat.max(), 1e-30)",
        },
        of=own_weights,
    )
    not_averaged = wrong(
        "You multiplied every number by its own slope. Grad-CAM has one weight for a whole "
        "channel: "
        "the mean of its slopes.",
        change={
            "features[0] @ gradient[0].mean(axis=(0, 1))": (
                "(features[0] * gradient[0]).sum(axis=-1)"
            )
        },
        of=own_weights,
    )
    not_divided = wrong(
        "Your map is not divided by its maximum. It must go from 0 to 1, as from `grad_cam`.",
        change={"heat / heat.max() if heat.max() > 0 else heat": "heat"},
        of=own_weights,
    )
    of_probability = wrong(
        "You took the slopes of the probability. The softmax mixes the classes, and is flat where "
        "the network is sure: take the score.",
        change={"head(x)": "ops.softmax(head(x))"},
        revisit="Saliency: the slope of each pixel",
    )
    of_loss = wrong(
        "You took the slopes of a loss, which grows where the class becomes less likely. Your map "
        "shows what speaks against it.",
        change={"head(x)[0, label]": "-ops.log_softmax(head(x))[0, label]"},
    )
    always_last = wrong(
        "You always take the last layer with maps. The caller says which: `layer`.",
        change={"network.layers[layer]": "network.layers[3]"},
    )
    always_first = wrong(
        "You always take the first convolution. The caller says which layer: `layer`.",
        change={"network.layers[layer]": "network.layers[1]"},
    )
    one_before = wrong(
        "You took the layer before the one asked for. Positions in `network.layers` count from 0, "
        "and the input is layer 0.",
        change={"network.layers[layer]": "network.layers[layer - 1]"},
    )
    likeliest = wrong(
        "Your map is that of the likeliest class. The caller says which class it is: `label`.",
        change={"head(x)[0, label]": "ops.max(head(x)[0])"},
    )
    all_scores = wrong(
        "You took the slopes of the sum of all scores. The map belongs to one class: `label`.",
        change={"head(x)[0, label]": "ops.sum(head(x)[0])"},
    )
    slopes_at_zero = wrong(
        "You took the slopes at maps of zeros. Slopes belong to a point: the maps of *this* image.",
        change={"[0, label], features": "[0, label], np.zeros_like(features)"},
    )
    plain_maps = wrong(
        "You never use the slopes: this is the sum of the maps, the same for every class.",
        change={"gradients[0]": "np.ones_like(gradients[0])"},
    )
    pixels = wrong(
        "You took slopes with respect to the *image*. Grad-CAM needs them with respect to the maps "
        "of the layer.",
        source="""
        def network_cam(name, image, label, layer):
            network = open_network(name)
            gradients = slope(lambda x: network(x)[0, label], image[None])
            return grad_cam(image, gradients[0])
        """,
    )
