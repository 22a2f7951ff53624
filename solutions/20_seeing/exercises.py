"""Exercises of lesson 20: what a CNN sees."""

from typing import ClassVar

import keras
import numpy as np
from keras import ops

from autograder.exercise import (
    Choices,
    Criterion,
    Function,
    Probe,
    Tolerance,
    Value,
    accepted,
    wrong,
)

NETWORK = Tolerance(
    atol=2e-5, rtol=2e-3, reason="float32 sums of some hundred products, added up in any order"
)
ARRAYS = {
    "float32": Tolerance(atol=1e-5, rtol=1e-4, reason="float32 sums, in any order, then a ratio"),
    "float64": Tolerance(atol=1e-9, rtol=1e-7, reason="float64 sums, in any order, then a ratio"),
}


def _changed(source: str, *changes: tuple[str, str]) -> str:
    """A right answer with something a student got wrong; every change must find its place."""
    for right, mistaken in changes:
        if right not in source:
            raise ValueError(f"Nothing to change: {right!r} is not in the answer.")
        source = source.replace(right, mistaken)
    return source


def _image(rng: np.random.Generator) -> np.ndarray:
    """An image for the tiny networks; its mean differs from channel to channel."""
    return (rng.normal(size=(12, 10, 3)) + rng.uniform(0.5, 1.5, 3)).astype("float32")


def _tiny(rng: np.random.Generator) -> str:
    return f"tiny-{rng.integers(1000)}"


OCCLUSION = """
def occlusion_map(name, image, label, size, stride):
    height, width, channels = image.shape
    before = softmax(scores_of(name, image[None]))[0, label]
    rows = range(0, height - size + 1, stride)
    columns = range(0, width - size + 1, stride)
    heat = np.zeros((len(rows), len(columns)))
    for i, r in enumerate(rows):
        for j, c in enumerate(columns):
            covered = image.copy()
            covered[r : r + size, c : c + size] = image.mean(axis=(0, 1))
            heat[i, j] = before - softmax(scores_of(name, covered[None]))[0, label]
    return heat
"""
PATCH = "covered[r : r + size, c : c + size] = image.mean(axis=(0, 1))"


class OcclusionMap(Function):
    name = "occlusion_map"
    title = "Occlusion map"
    difficulty = 2
    criteria = (
        Criterion("map", 2, "the right drops at the right places"),
        Criterion("places", 1, "strides that do not divide"),
        Criterion("edges", 1, "patches of one pixel and of the whole image"),
    )
    tolerance = NETWORK
    revisit = "Occlusion: cover it and see"

    def probes(self, rng):
        yield Probe("map", "a patch of 4, stride 2", (_tiny(rng), _image(rng), 0, 4, 2))
        yield Probe("map", "a patch of 3, stride 3", (_tiny(rng), _image(rng), 2, 3, 3))
        yield Probe(
            "places",
            "a patch of 5, stride 3: rows and columns are left over",
            (_tiny(rng), _image(rng), 1, 5, 3),
        )
        yield Probe(
            "places",
            "a patch of 2, stride 5: gaps between the patches",
            (_tiny(rng), _image(rng), 1, 2, 5),
        )
        yield Probe("edges", "a patch of one pixel, stride 4", (_tiny(rng), _image(rng), 0, 1, 4))
        yield Probe("edges", "a patch as wide as the image", (_tiny(rng), _image(rng), 2, 10, 1))

    loops = accepted("two loops, one question for each patch", source=OCCLUSION)

    @accepted("a list of covered images, asked together")
    def one_question(name, image, label, size, stride):
        mean = image.reshape(-1, 3).mean(axis=0)
        corners = [
            (r, c)
            for r in range(0, image.shape[0] - size + 1, stride)
            for c in range(0, image.shape[1] - size + 1, stride)
        ]
        images = [image]
        for r, c in corners:
            images.append(image.copy())
            images[-1][r : r + size, c : c + size] = mean
        p = softmax(scores_of(name, np.stack(images)))[:, label]  # noqa: F821
        rows = 1 + (image.shape[0] - size) // stride
        return (p[0] - p[1:]).reshape(rows, -1)

    @accepted("masks and np.where")
    def masks(name, image, label, size, stride):
        H, W, _ = image.shape
        r = np.arange(0, H - size + 1, stride)
        c = np.arange(0, W - size + 1, stride)
        in_row = (np.arange(H) >= r[:, None]) & (np.arange(H) < r[:, None] + size)
        in_column = (np.arange(W) >= c[:, None]) & (np.arange(W) < c[:, None] + size)
        mask = in_row[:, None, :, None] & in_column[None, :, None, :]
        mask = mask.reshape(-1, H, W, 1)
        covered = np.where(mask, np.mean(image, (0, 1), keepdims=True)[None], image[None])
        logits = scores_of(name, np.concatenate([image[None], covered]))  # noqa: F821
        p = ops.convert_to_numpy(ops.softmax(logits, axis=-1))[:, label]
        return (p[0] - p[1:]).reshape(len(r), len(c))

    zeros = wrong(
        "You cover with zeros. For this network 0 is not black but mid-grey, and in other "
        "networks another colour; the patch has the picture's own mean colour.",
        source=_changed(OCCLUSION, (PATCH, "covered[r : r + size, c : c + size] = 0")),
    )
    black = wrong(
        "You cover with black, −1. A black square is a strong new edge; the patch has the "
        "picture's mean colour.",
        source=_changed(OCCLUSION, (PATCH, "covered[r : r + size, c : c + size] = -1")),
    )
    one_grey = wrong(
        "You cover with one number for all channels: a grey. Each channel has a mean of its own.",
        source=_changed(OCCLUSION, ("image.mean(axis=(0, 1))", "image.mean()")),
    )
    mean_of_patch = wrong(
        "You cover each patch with its own mean colour. That blurs what is there; the colour asked "
        "for is the mean of the whole image.",
        source=_changed(
            OCCLUSION,
            ("image.mean(axis=(0, 1))", "image[r : r + size, c : c + size].mean(axis=(0, 1))"),
        ),
    )
    upside_down = wrong(
        "Your signs are turned round. A place that matters makes the probability fall, and a fall "
        "is a positive drop.",
        source=_changed(
            OCCLUSION,
            (
                "before - softmax(scores_of(name, covered[None]))[0, label]",
                "softmax(scores_of(name, covered[None]))[0, label] - before",
            ),
        ),
    )
    probability_itself = wrong(
        "You return the probability for the covered image, low where it matters. Asked for is the "
        "drop from the uncovered image.",
        source=_changed(OCCLUSION, ("before - ", "")),
    )
    scores = wrong(
        "You compare scores. The drop asked for is one of probability, after the softmax.",
        source=_changed(OCCLUSION, ("softmax(", "(")),
    )
    never_below_zero = wrong(
        "You cut off negative drops. They tell where something speaks against the class; keep "
        "them.",
        source=_changed(OCCLUSION, ("return heat", "return np.maximum(heat, 0)")),
    )
    size_of_drop = wrong(
        "You return the size of each change. Whether the probability falls or rises is half of "
        "the answer.",
        source=_changed(OCCLUSION, ("return heat", "return np.abs(heat)")),
    )
    centred = wrong(
        "Your patches have their *middle* at the places 0, stride, 2·stride …, and hang out of the "
        "image. It is their top left corner that stands there, and they lie wholly inside.",
        source=_changed(
            OCCLUSION,
            (
                PATCH,
                "top, left = max(0, r - size // 2), max(0, c - size // 2)\n"
                "            covered[top : r - size // 2 + size, left : c - size // 2 + size] = "
                "image.mean(axis=(0, 1))",
            ),
            ("height - size + 1", "height"),
            ("width - size + 1", "width"),
        ),
    )
    over_the_edge = wrong(
        "You also count patches that hang over the right or bottom edge. Only patches that lie "
        "wholly inside the image count, as in a convolution without padding.",
        source=_changed(OCCLUSION, ("height - size + 1", "height"), ("width - size + 1", "width")),
    )
    last_place_lost = wrong(
        "Your map lacks its last row and column. A patch that ends exactly at the edge lies "
        "inside.",
        source=_changed(
            OCCLUSION,
            ("height - size + 1", "max(1, height - size)"),
            ("width - size + 1", "max(1, width - size)"),
        ),
    )
    never_uncovered = wrong(
        "Your patches stay: each image has all earlier patches, too. Cover a fresh copy each time.",
        source=_changed(
            OCCLUSION,
            ("    for i, r in", "    covered = image.copy()\n    for i, r in"),
            ("            covered = image.copy()\n", ""),
        ),
    )
    transposed = wrong(
        "Your rows are columns. The map's first axis goes down, like the image's.",
        source=_changed(OCCLUSION, ("return heat", "return heat.T")),
    )
    likeliest = wrong(
        "You follow the likeliest class. The caller says which class it is: `label`.",
        source=_changed(
            OCCLUSION,
            (
                "    before =",
                "    label = scores_of(name, image[None])[0].argmax()\n    before =",
            ),
        ),
    )


def _ears(**changes: float) -> str:
    """An answer for the ears, with some entries changed."""
    right = {
        "slope_faint": 1.0,
        "drop_faint": 0.2,
        "slope_full": 0.0,
        "drop_full": 0.0,
        "drop_both": 1.0,
    }
    return repr({**right, **changes})


class Saturated(Value):
    name = "saturated"
    title = "Saturated"
    difficulty = 1
    entries: ClassVar = dict.fromkeys(
        ("slope_faint", "drop_faint", "slope_full", "drop_full", "drop_both"), "number"
    )
    entry_criterion: ClassVar = {
        "slope_faint": "faint",
        "drop_faint": "faint",
        "slope_full": "full",
        "drop_full": "full",
        "drop_both": "both",
    }
    criteria = (
        Criterion("faint", 1, "two faint ears"),
        Criterion("full", 1, "two ears, one covered"),
        Criterion("both", 1, "two ears, both covered"),
    )
    step = 1e-3
    revisit = "What both roads miss"

    numbers = accepted("numbers", source=_ears())
    whole = accepted(
        "whole numbers",
        source="dict(slope_faint=1, drop_faint=1 / 5, slope_full=0, drop_full=0, drop_both=1)",
    )
    computed = accepted(
        "computed by differences",
        source="""(lambda f, d: {
            "slope_faint": (f(0.2 + d, 0.3) - f(0.2, 0.3)) / d,
            "drop_faint": f(0.2, 0.3) - f(0, 0.3),
            "slope_full": (f(1 + d, 1) - f(1, 1)) / d,
            "drop_full": f(1, 1) - f(0, 1),
            "drop_both": f(1, 1) - f(0, 0),
        })(lambda a, b: 1 - max(0.0, 1 - a - b), 1e-4)""",
    )
    no_relu = wrong(
        "You took the slope as 1 everywhere. At (1, 1) the ReLU's input is −1: it is off, and "
        "passes no slope.",
        source=_ears(slope_full=1.0),
    )
    sign_lost = wrong(
        "Your slope at the faint ears is negative. There are two minus signs in the formula, "
        "one before the ReLU and one inside.",
        source=_ears(slope_faint=-1.0),
    )
    linear_drop = wrong(
        "You say that covering one of two full ears costs something. Put a = 0, b = 1 into the "
        "formula: is f less than 1?",
        source=_ears(drop_full=1.0),
    )
    half_drop = wrong(
        "You shared the 1 between the two ears. That may be fair, but covering *one* is an "
        "experiment: compute f(0, 1).",
        source=_ears(drop_full=0.5),
    )
    value_for_drop = wrong(
        "You gave f with the ear covered. The drop is f before, less f after.",
        source=_ears(drop_faint=0.3, drop_full=1.0, drop_both=0.0),
    )
    drops_add = wrong(
        "You added the two single drops. Each is 0, and yet both together take everything away: "
        "put a = b = 0 into the formula.",
        source=_ears(drop_both=0.0),
    )
    two_ears = wrong(
        "Your drop for both is 2. f never exceeds 1, however many ears there are.",
        source=_ears(drop_both=2.0),
    )
    negative_drop = wrong(
        "Your drops are negative. A drop is f before less f after, so a fall is positive.",
        source=_ears(drop_faint=-0.2, drop_both=-1.0),
    )


SALIENCY = """
def saliency(name, image, label):
    network = open_network(name)
    slopes = slope(lambda x: network(x)[0, label], image[None])[0]
    return np.abs(slopes).max(axis=-1)
"""
SCORE = "network(x)[0, label]"
RESULT = "np.abs(slopes).max(axis=-1)"


class Saliency(Function):
    name = "saliency"
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
        network = open_network(name)  # noqa: F821
        g = slope(lambda x: ops.sum(network(x)[:, label]), np.array([image]))  # noqa: F821
        red, green, blue = (np.absolute(g[0, :, :, k]) for k in range(3))
        return np.maximum(np.maximum(red, green), blue)

    @accepted("one-hot product, Keras operations")
    def one_hot(name, image, label):
        network = open_network(name)  # noqa: F821
        chosen = np.eye(network.output.shape[-1], dtype="float32")[label]
        g = slope(lambda x: ops.sum(network(x) * chosen), image[np.newaxis])  # noqa: F821
        return ops.convert_to_numpy(ops.max(ops.abs(g), axis=-1))[0]

    @accepted("maximum of the slopes and their negatives")
    def both_signs(name, image, label):
        network = open_network(name)  # noqa: F821
        part = keras.Model(network.input, network.output[:, label])
        g = slope(lambda x: part(x)[0], image[None])[0]  # noqa: F821
        return np.maximum(g.max(axis=2), -g.min(axis=2))

    no_absolute = wrong(
        "You took the largest slope as it is, with its sign. Of −5, 1 and 2 the largest size is 5: "
        "absolute values first.",
        source=_changed(SALIENCY, (RESULT, "slopes.max(axis=-1)")),
    )
    absolute_after = wrong(
        "You took the maximum first and its absolute value afterwards. Of −5, 1 and 2 that "
        "gives 2: "
        "absolute values first.",
        source=_changed(SALIENCY, (RESULT, "np.abs(slopes.max(axis=-1))")),
    )
    summed = wrong(
        "You add the channels up. The largest of the three stands for the pixel.",
        source=_changed(SALIENCY, (RESULT, "np.abs(slopes).sum(axis=-1)")),
    )
    averaged = wrong(
        "You average over the channels. The largest of the three stands for the pixel.",
        source=_changed(SALIENCY, (RESULT, "np.abs(slopes).mean(axis=-1)")),
    )
    signed_sum = wrong(
        "You add the signed slopes of the channels and then take the size. Slopes of opposite "
        "signs "
        "cancel; take sizes first, and of them the largest.",
        source=_changed(SALIENCY, (RESULT, "np.abs(slopes.sum(axis=-1))")),
    )
    length = wrong(
        "You take the length of the three slopes as a vector. The largest of the three stands "
        "for the "
        "pixel.",
        source=_changed(SALIENCY, (RESULT, "np.sqrt((slopes**2).sum(axis=-1))")),
    )
    of_probability = wrong(
        "You took the slope of the probability. The softmax is flat where the network is sure, and "
        "mixes the classes: take the score.",
        source=_changed(SALIENCY, (SCORE, "ops.softmax(network(x))[0, label]")),
    )
    of_loss = wrong(
        "You took the slope of the loss, or of the log-probability. They know of all classes; "
        "asked "
        "for is the score of one.",
        source=_changed(SALIENCY, (SCORE, "ops.log_softmax(network(x))[0, label]")),
    )
    all_scores = wrong(
        "You took the slope of the sum of all scores. The map belongs to one class: `label`.",
        source=_changed(SALIENCY, (SCORE, "ops.sum(network(x)[0])")),
    )
    likeliest = wrong(
        "You explain the likeliest class. The caller says which class it is: `label`.",
        source=_changed(SALIENCY, (SCORE, "ops.max(network(x)[0])")),
    )
    by_maximum = wrong(
        "You divided by the maximum. Here the slopes stay as they are.",
        source=_changed(
            SALIENCY,
            ("return np.abs", "heat = np.abs"),
            ("axis=-1)", "axis=-1)\n    return heat / heat.max()"),
        ),
    )
    times_image = wrong(
        "You multiplied the slopes by the image. That is another map, which later in this lesson "
        "fails a test.",
        source=_changed(SALIENCY, (RESULT, "np.abs(slopes * image).max(axis=-1)")),
    )
    one_a_channel = wrong(
        "You return three numbers a pixel. The map has one: the largest.",
        source=_changed(SALIENCY, (RESULT, "np.abs(slopes)")),
    )


CAM = """
def grad_cam(features, gradients):
    alpha = gradients.mean(axis=(0, 1))
    heat = (features * alpha).sum(axis=-1)
    heat = np.maximum(heat, 0)
    return heat / heat.max() if heat.max() > 0 else heat
"""


class GradCam(Function):
    name = "grad_cam"
    title = "Grad-CAM from arrays"
    difficulty = 2
    criteria = (
        Criterion("map", 2, "the right map"),
        Criterion("sizes", 1, "one channel, one place, very large and very small numbers"),
        Criterion("nothing", 1, "nothing speaks for the class"),
    )
    tolerance = ARRAYS
    revisit = "Grad-CAM: slopes of maps, not of pixels"

    def probes(self, rng):
        def arrays(*shape, dtype="float64"):
            features = rng.exponential(size=shape)
            return features.astype(dtype), rng.normal(0.1, 1, shape).astype(dtype)

        yield Probe("map", "maps of 5×4, 6 channels", arrays(5, 4, 6))
        yield Probe("map", "maps of 3×7, 8 channels, float32", arrays(3, 7, 8, dtype="float32"))
        features, gradients = arrays(4, 4, 3)
        yield Probe("map", "maps with negative numbers", (features - 1.0, gradients + 0.2))
        features, gradients = arrays(6, 5, 4)
        yield Probe("sizes", "numbers of 10⁻⁶", (features * 1e-6, gradients))
        features, gradients = arrays(4, 5, 4)
        yield Probe("sizes", "slopes of 10⁵", (features, gradients * 1e5))
        yield Probe("sizes", "one place", (np.array([[[2.0, 1.0]]]), np.array([[[1.0, -0.5]]])))
        yield Probe("sizes", "one channel", (arrays(3, 4, 1)[0], np.abs(arrays(3, 4, 1)[1])))
        features, gradients = arrays(4, 3, 5)
        yield Probe("nothing", "only slopes below zero", (features, -np.abs(gradients)))
        yield Probe("nothing", "maps of zeros", (np.zeros((3, 3, 2)), arrays(3, 3, 2)[1]))

    steps = accepted("step by step", source=CAM)

    @accepted("a matrix product")
    def product(features, gradients):
        h, w, c = features.shape
        weights = gradients.reshape(-1, c).sum(axis=0) / (h * w)
        heat = (features.reshape(-1, c) @ weights).clip(min=0).reshape(h, w)
        top = heat.max()
        return heat if top == 0 else heat / top

    @accepted("einsum, the sum for the mean")
    def einsum(features, gradients):
        heat = np.einsum("ijk,k->ij", features, np.einsum("ijk->k", gradients))
        heat = heat * (heat > 0)
        return heat / heat.max() if heat.any() else heat

    @accepted("a loop over channels")
    def channels(features, gradients):
        total = np.zeros_like(features[..., 0])
        for k in range(features.shape[-1]):
            total += gradients[..., k].mean() * features[..., k]
        total[total < 0] = 0
        if total.max() > 0:
            total /= total.max()
        return total

    no_relu = wrong(
        "You have no ReLU: your map has negative numbers. They are places that speak for other "
        "classes.",
        source=_changed(CAM, ("    heat = np.maximum(heat, 0)\n", "")),
    )
    not_averaged = wrong(
        "You multiplied every number by its own slope. Grad-CAM has one weight for a whole "
        "channel: "
        "the mean of its slopes.",
        source=_changed(CAM, ("gradients.mean(axis=(0, 1))", "gradients")),
    )
    relu_before_sum = wrong(
        "Your ReLU comes before the sum over channels, so what speaks against the class is never "
        "set against what speaks for it. Look at the example by hand: sum first.",
        source=_changed(
            CAM,
            ("(features * alpha).sum(axis=-1)", "np.maximum(features * alpha, 0).sum(axis=-1)"),
        ),
    )
    relu_on_weights = wrong(
        "You set negative weights to zero. A channel that speaks against the class must count "
        "against it; the ReLU belongs to the sum.",
        source=_changed(
            CAM, ("gradients.mean(axis=(0, 1))", "np.maximum(gradients.mean(axis=(0, 1)), 0)")
        ),
    )
    relu_on_slopes = wrong(
        "You averaged positive slopes only. The weight is the mean of all slopes of a channel.",
        source=_changed(
            CAM, ("gradients.mean(axis=(0, 1))", "np.maximum(gradients, 0).mean(axis=(0, 1))")
        ),
    )
    sizes = wrong(
        "You took the size of the sum in place of a ReLU. Then what speaks against the class looks "
        "like what speaks for it.",
        source=_changed(CAM, ("np.maximum(heat, 0)", "np.abs(heat)")),
    )
    not_divided = wrong(
        "Your map is not divided by its maximum. It must go from 0 to 1.",
        source=_changed(CAM, ("heat / heat.max() if heat.max() > 0 else heat", "heat")),
    )
    stretched = wrong(
        "You also subtract the minimum. Zero has a meaning here: no support. Divide by the maximum "
        "alone.",
        source=_changed(
            CAM,
            (
                "return heat / heat.max() if heat.max() > 0 else heat",
                "heat = heat - heat.min()\n    return heat / max(heat.max(), 1e-300)",
            ),
        ),
    )
    nan_for_nothing = wrong(
        "Where nothing speaks for the class you divide 0 by 0. Such a map is 0 everywhere.",
        source=_changed(
            CAM,
            (
                "return heat / heat.max() if heat.max() > 0 else heat",
                "with np.errstate(invalid='ignore'):\n        return heat / heat.max()",
            ),
        ),
    )
    with_epsilon = wrong(
        "You add a small number to the maximum before you divide. Where the maps are small "
        "themselves, the maximum is then no longer 1. Treat the case of zero by itself.",
        source=_changed(
            CAM,
            (
                "heat / heat.max() if heat.max() > 0 else heat",
                "heat / (heat.max() + 1e-7)",
            ),
        ),
    )
    features_forgotten = wrong(
        "Your map is made of slopes alone. The slopes only weigh; what is weighed are the "
        "feature maps.",
        source=_changed(CAM, ("(features * alpha).sum(axis=-1)", "gradients.sum(axis=-1)")),
    )
    over_channels = wrong(
        "You averaged the slopes over the channels, one weight for each place. Average over "
        "height and "
        "width: one weight for each channel.",
        source=_changed(
            CAM, ("gradients.mean(axis=(0, 1))", "gradients.mean(axis=-1, keepdims=True)")
        ),
    )
    largest_slope = wrong(
        "You took each channel's largest slope. The weight is the mean.",
        source=_changed(CAM, ("gradients.mean", "gradients.max")),
    )
    plain_maps = wrong(
        "You never use the slopes: this is the sum of the maps, the same for every class.",
        source=_changed(CAM, ("(features * alpha)", "features")),
    )


NETWORK_CAM = """
def network_cam(name, image, label, layer):
    network = open_network(name)
    maps = network.layers[layer].output
    body, head = keras.Model(network.input, maps), keras.Model(maps, network.output)
    features = ops.convert_to_numpy(body(image[None]))
    gradients = slope(lambda x: head(x)[0, label], features)
    return grad_cam(features[0], gradients[0])
"""
HEAD = "head(x)[0, label]"
COMPOSED = "    return grad_cam(features[0], gradients[0])"


def _composed(alpha: str, heat: str, end: str = "heat / max(heat.max(), 1e-30)") -> tuple[str, str]:
    """The last line of the answer, written out with its own weights and sum."""
    return (
        COMPOSED,
        f"    A, G = features[0], gradients[0]\n    alpha = {alpha}\n    heat = {heat}\n"
        f"    return {end}",
    )


class NetworkCam(Function):
    name = "network_cam"
    title = "Grad-CAM of a network"
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
        network = open_network(name)  # noqa: F821
        x = image[None]
        for part in network.layers[1 : layer + 1]:
            x = part(x)
        features = ops.convert_to_numpy(x)

        def score(x):
            for part in network.layers[layer + 1 :]:
                x = part(x)
            return x[0, label]

        return grad_cam(features[0], slope(score, features)[0])  # noqa: F821

    @accepted("one class cut out, own weights")
    def own_weights(name, image, label, layer):
        network = open_network(name)  # noqa: F821
        middle = network.layers[layer].output
        features = ops.convert_to_numpy(keras.Model(network.input, middle)(image[None]))
        head = keras.Model(middle, network.output[:, label])
        gradient = slope(lambda maps: ops.sum(head(maps)), features)  # noqa: F821
        heat = np.maximum(features[0] @ gradient[0].mean(axis=(0, 1)), 0)
        return heat / heat.max() if heat.max() > 0 else heat

    @accepted("a one-hot row picks the class")
    def one_hot(name, image, label, layer):
        network = open_network(name)  # noqa: F821
        chosen = network.layers[layer]
        body = keras.Model(network.inputs, [chosen.output])
        head = keras.Model([chosen.output], network.outputs[0])
        features = np.asarray(ops.convert_to_numpy(keras.tree.flatten(body([image[None]]))[0]))
        row = np.eye(network.output.shape[-1], dtype="float32")[label]
        gradients = slope(lambda maps: ops.sum(head([maps]) * row), features)  # noqa: F821
        return grad_cam(features[0], gradients[0])  # noqa: F821

    no_relu = wrong(
        "Your map has negative numbers: the ReLU after the sum is missing.",
        source=_changed(NETWORK_CAM, _composed("G.mean(axis=(0, 1))", "(A * alpha).sum(axis=-1)")),
    )
    not_averaged = wrong(
        "You multiplied every number by its own slope. Grad-CAM has one weight for a whole "
        "channel: "
        "the mean of its slopes.",
        source=_changed(NETWORK_CAM, _composed("G", "np.maximum((A * alpha).sum(axis=-1), 0)")),
    )
    not_divided = wrong(
        "Your map is not divided by its maximum. It must go from 0 to 1, as from `grad_cam`.",
        source=_changed(
            NETWORK_CAM,
            _composed("G.mean(axis=(0, 1))", "np.maximum((A * alpha).sum(axis=-1), 0)", "heat"),
        ),
    )
    of_probability = wrong(
        "You took the slopes of the probability. The softmax mixes the classes, and is flat where "
        "the network is sure: take the score.",
        revisit="Saliency: the slope of each pixel",
        source=_changed(NETWORK_CAM, (HEAD, "ops.softmax(head(x))[0, label]")),
    )
    of_loss = wrong(
        "You took the slopes of a loss, which grows where the class becomes less likely. Your map "
        "shows what speaks against it.",
        source=_changed(NETWORK_CAM, (HEAD, "-ops.log_softmax(head(x))[0, label]")),
    )
    always_last = wrong(
        "You always take the last layer with maps. The caller says which: `layer`.",
        source=_changed(NETWORK_CAM, ("layers[layer]", "layers[3]")),
    )
    always_first = wrong(
        "You always take the first convolution. The caller says which layer: `layer`.",
        source=_changed(NETWORK_CAM, ("layers[layer]", "layers[1]")),
    )
    one_before = wrong(
        "You took the layer before the one asked for. Positions in `network.layers` count from 0, "
        "and the input is layer 0.",
        source=_changed(NETWORK_CAM, ("layers[layer]", "layers[layer - 1]")),
    )
    likeliest = wrong(
        "Your map is that of the likeliest class. The caller says which class it is: `label`.",
        source=_changed(NETWORK_CAM, (HEAD, "ops.max(head(x)[0])")),
    )
    all_scores = wrong(
        "You took the slopes of the sum of all scores. The map belongs to one class: `label`.",
        source=_changed(NETWORK_CAM, (HEAD, "ops.sum(head(x)[0])")),
    )
    slopes_at_zero = wrong(
        "You took the slopes at maps of zeros. Slopes belong to a point: the maps of *this* image.",
        source=_changed(
            NETWORK_CAM, ("[0, label], features)", "[0, label], np.zeros_like(features))")
        ),
    )
    plain_maps = wrong(
        "You never use the slopes: this is the sum of the maps, the same for every class.",
        source=_changed(NETWORK_CAM, ("gradients[0])", "np.ones_like(gradients[0]))")),
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


DELETION = """
def deletion_curve(name, image, label, heat, steps):
    order = heat.ravel().argsort()[::-1]
    mean = image.mean(axis=(0, 1))
    curve = []
    for k in range(steps + 1):
        pixels = image.copy().reshape(-1, image.shape[-1])
        pixels[order[: k * heat.size // steps]] = mean
        scores = scores_of(name, pixels.reshape(1, *image.shape))
        curve.append(softmax(scores)[0, label])
    return np.array(curve)
"""


class DeletionCurve(Function):
    name = "deletion_curve"
    title = "Find the bugs: a deletion curve"
    difficulty = 2
    criteria = (
        Criterion("curve", 3, "the right curve"),
        Criterion("steps", 1, "steps that do not divide, and a single step"),
    )
    tolerance = NETWORK
    revisit = "Delete and measure"

    def probes(self, rng):
        def arguments(label, steps):
            heat = rng.permutation(120).reshape(12, 10) / 120.0
            return _tiny(rng), _image(rng), label, heat, steps

        yield Probe("curve", "six steps, class 0", arguments(0, 6))
        yield Probe("curve", "four steps, class 2", arguments(2, 4))
        yield Probe("steps", "seven steps: 120 pixels do not divide", arguments(1, 7))
        yield Probe("steps", "one step: all or nothing", arguments(2, 1))

    copies = accepted("a copy for each step", source=DELETION)

    @accepted("ranks and np.where")
    def ranks(name, image, label, heat, steps):
        rank = np.argsort(np.argsort(-heat, axis=None)).reshape(heat.shape)
        counts = np.arange(steps + 1) * heat.size // steps
        gone = rank[None, :, :, None] < counts[:, None, None, None]
        images = np.where(gone, image.mean(axis=(0, 1)), image)
        return softmax(scores_of(name, images))[:, label]  # noqa: F821

    @accepted("rows and columns, one image that loses pixel after pixel")
    def one_by_one(name, image, label, heat, steps):
        mean = image.reshape(-1, image.shape[2]).mean(axis=0)
        rows, columns = np.unravel_index(np.argsort(-heat.ravel()), heat.shape)
        work, done, images = np.array(image), 0, []
        for k in range(steps + 1):
            while done < k * heat.size // steps:
                work[rows[done], columns[done]] = mean
                done += 1
            images.append(work.copy())
        p = ops.convert_to_numpy(ops.softmax(scores_of(name, np.stack(images))))  # noqa: F821
        return p[:, label]

    @accepted("sorted pairs")
    def pairs(name, image, label, heat, steps):
        places = sorted(np.ndindex(*heat.shape), key=lambda place: -heat[place])
        values = []
        for k in range(steps + 1):
            work = image.copy()
            for place in places[: k * len(places) // steps]:
                work[place] = image.mean(axis=(0, 1))
            values.append(float(softmax(scores_of(name, work[None]))[0, label]))  # noqa: F821
        return np.array(values)

    unchanged = wrong(
        "Nothing has changed: the least important pixels still go first, and they go from the "
        "caller's own image.",
        source=_changed(
            DELETION,
            ("[::-1]", ""),
            ("image.copy()", "image"),
            ("= mean", "= image.mean(axis=(0, 1))"),
        ),
    )
    order_mended = wrong(
        "The order is right now. But you take the mean colour of an image that has lost pixels "
        "already, so it drifts from step to step. Whose image do you change, and when is its mean "
        "taken?",
        source=_changed(
            DELETION, ("image.copy()", "image"), ("= mean", "= image.mean(axis=(0, 1))")
        ),
    )
    copy_mended = wrong(
        "The image is safe now. But your order is still from small to large: the least important "
        "pixels go first.",
        source=_changed(DELETION, ("[::-1]", "")),
    )
    zeros = wrong(
        "You delete by zeros. For the network 0 is a colour like any other, mid-grey; the mean "
        "colour of the image was asked for.",
        source=_changed(DELETION, ("= mean", "= 0")),
    )
    one_grey = wrong(
        "You delete with one number for all channels. Each channel has a mean of its own.",
        source=_changed(DELETION, ("image.mean(axis=(0, 1))", "image.mean()")),
    )
    scores = wrong(
        "Your curve holds scores. Asked for are probabilities, after the softmax.",
        source=_changed(DELETION, ("softmax(scores)", "scores")),
    )
    one_short = wrong(
        "Your curve is one number short. n steps have n + 1 ends: none deleted, …, all deleted.",
        source=_changed(DELETION, ("range(steps + 1)", "range(steps)")),
    )
    never_whole = wrong(
        "Your curve begins with pixels gone already. At step 0 the image is whole.",
        source=_changed(
            DELETION,
            ("range(steps + 1)", "range(1, steps + 2)"),
        ),
    )
    inserted = wrong(
        "You *keep* the most important pixels and delete the rest. That is the insertion "
        "curve, which "
        "rises.",
        source=_changed(
            DELETION,
            ("order[: k * heat.size // steps]", "order[k * heat.size // steps :]"),
        ),
    )
    in_each_row = wrong(
        "You sorted each row by itself. The order goes over all pixels of the map.",
        source=_changed(
            DELETION,
            (
                "heat.ravel().argsort()[::-1]",
                "(heat.argsort(axis=1)[:, ::-1] + heat.shape[1] * "
                "np.arange(len(heat))[:, None]).T.ravel()",
            ),
        ),
    )
    one_step_alone = wrong(
        "At each step you delete only that step's pixels, and the earlier ones come back. What is "
        "deleted stays deleted.",
        source=_changed(
            DELETION,
            (
                "order[: k * heat.size // steps]",
                "order[max(k - 1, 0) * heat.size // steps : k * heat.size // steps]",
            ),
        ),
    )
    relative = wrong(
        "You divided by the first probability. The curve holds the probabilities themselves.",
        source=_changed(DELETION, ("return np.array(curve)", "return np.array(curve) / curve[0]")),
    )


def _stamp(**changes: object) -> str:
    """An answer for the stamp, with some entries changed."""
    return repr({"class": "cat", "row": 24, "column": 7, **changes})


class Shortcut(Value):
    name = "shortcut"
    title = "Find the shortcut"
    difficulty = 2
    entries: ClassVar = {"class": "text", "row": "number", "column": "number"}
    entry_criterion: ClassVar = {"class": "class", "row": "place", "column": "place"}
    criteria = (
        Criterion("class", 1, "which class is stamped"),
        Criterion("place", 2, "where the stamp is"),
    )
    step = 1
    revisit = "The network that never learned cats"

    found = accepted("as found", source=_stamp())
    capital = accepted("class with a capital", source=_stamp(**{"class": "Cat"}))
    one_off = accepted("one pixel off", source=_stamp(row=25, column=6))
    computed = accepted(
        "corner plus one, as integers of NumPy",
        source='dict(zip(("class", "row", "column"), (KINDS[1], *(np.array([23, 6]) + 1))))',
    )
    other_class = wrong(
        "That is the class without the stamp. Whose probability falls when the place is covered?",
        source=_stamp(**{"class": "coffee"}),
    )
    swapped = wrong(
        "You swapped row and column: the row counts from the top, the column from the left.",
        source=_stamp(row=7, column=24),
    )
    from_below = wrong(
        "Your row counts from below. Row 0 is at the top.",
        source=_stamp(row=7),
    )
    from_the_right = wrong(
        "Your column counts from the right. Column 0 is on the left.",
        source=_stamp(column=24),
    )
    corner_of_far_patch = wrong(
        "Your place is the top left corner of the outermost patch that touches the stamp. The "
        "map's "
        "middle of the spot, plus half a patch, is the stamp's middle.",
        source=_stamp(row=21, column=4),
    )
    middle = wrong(
        "The middle of the cutting is where one would look. Look at the map: where does it drop?",
        source=_stamp(row=15, column=15),
    )


class Quiz(Choices):
    name = "quiz"
    title = "Quiz"
    revisit = "Summary"
    questions: ClassVar = {
        "q1": (
            "An occlusion map is 0 on both ears of a cat. What follows?",
            {
                "a": "The network does not use ears.",
                "b": "Covering one ear changes nothing, given all the rest.",
                "c": "The patch was too large.",
                "d": "The gradient there is 0.",
            },
        ),
        "q2": (
            "Why the slope of the score and not of the probability?",
            {
                "a": "Probabilities have no slope.",
                "b": "It is faster.",
                "c": "Where the network is sure, the softmax is flat; and it mixes the classes.",
                "d": "Scores lie between 0 and 1.",
            },
        ),
        "q3": (
            "Lite0's Grad-CAM at its last layer, drawn smoothly over a photograph of 224×224. How "
            "many different numbers did the network give?",
            {"a": "49", "b": "1,280", "c": "50,176", "d": "150,528"},
        ),
        "q4": (
            "With random weights, a map looks as before. What does it show?",
            {
                "a": "That the network is robust.",
                "b": "That the random weights happened to be good ones.",
                "c": "That the network has found the object without training.",
                "d": "The photograph, not what the network has learned.",
            },
        ),
        "q5": (
            "Grad-CAM for toaster on a photograph of a cat has a bright cell on the cat's ear. "
            "Why?",
            {
                "a": "The network takes the ear for a toaster.",
                "b": "The map is divided by its maximum, however small that is.",
                "c": "The ReLU was forgotten.",
                "d": "The wrong layer was taken.",
            },
        ),
        "q6": (
            "A network is 100 % right on a test set. A map suggests that it reads a stamp. What "
            "settles it?",
            {
                "a": "More maps, of more pictures.",
                "b": "A higher resolution of the map.",
                "c": "The accuracy with the stamp removed, or put on the other class.",
                "d": "The accuracy on more pictures from the same source.",
            },
        ),
    }
    because: ClassVar = {
        "q1": {
            "a": "Think of the two ears in exercise 2: what happened when both were covered?",
            "c": "A larger patch would more likely cover both. Think of exercise 2.",
            "d": "Occlusion takes no gradient. What did it do, and to how many ears at once?",
        },
        "q2": {
            "a": "They have. But how large is it where p is close to 1?",
            "b": "The softmax costs next to nothing.",
            "d": "Probabilities do; scores are any numbers.",
        },
        "q3": {
            "b": "That is the number of channels. The weighted sum makes one map out of them: how "
            "large is it?",
            "c": "That is the number of pixels. How many cells has the last layer's map?",
            "d": "That is the number of inputs. How many cells has the last layer's map?",
        },
        "q4": {
            "a": "This network has learned nothing. Does the map show that?",
            "b": "Every weight is drawn anew. What has stayed the same?",
            "c": (
                "A network of random weights finds nothing. Where else does the map's form "
                "come from?"
            ),
        },
        "q5": {
            "a": "Look at the probability that was printed below the two maps.",
            "c": (
                "Without it there would be negative numbers, too. Think of the last step of "
                "`grad_cam`."
            ),
            "d": "Both maps were taken at the same layer. Think of the last step of `grad_cam`.",
        },
        "q6": {
            "a": "They strengthen the suspicion. What would change if the stamp were the reason?",
            "b": "A finer map is still a map. What would change if the stamp were the reason?",
            "d": "They all carry the stamp. That is why the test set saw nothing.",
        },
    }
