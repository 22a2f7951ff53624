"""What is right in `grad_cam`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Function, Probe, Tolerance, accepted, wrong

ARRAYS = {
    "float32": Tolerance(atol=1e-5, rtol=1e-4, reason="float32 sums, in any order, then a ratio"),
    "float64": Tolerance(atol=1e-9, rtol=1e-7, reason="float64 sums, in any order, then a ratio"),
}

CAM = """
def grad_cam(features, gradients):
    alpha = gradients.mean(axis=(0, 1))
    heat = (features * alpha).sum(axis=-1)
    heat = np.maximum(heat, 0)
    return heat / heat.max() if heat.max() > 0 else heat
"""


class GradCam(Function):
    title = "Grad-CAM from arrays"
    starred = True
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
        features, gradients = arrays(4, 3, 5)
        gradients = -np.abs(gradients)
        gradients[..., 1] *= -1
        yield Probe("nothing", "only one map speaks for it", (features, gradients))

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
        change={("heat = np.maximum(heat, 0)\n    "): ""},
        of=steps,
    )
    not_averaged = wrong(
        "You multiplied every number by its own slope. Grad-CAM has one weight for a whole "
        "channel: "
        "the mean of its slopes.",
        change={"gradients.mean(axis=(0, 1))": "gradients"},
        of=steps,
    )
    relu_before_sum = wrong(
        "Your ReLU comes before the sum over channels, so what speaks against the class is never "
        "set against what speaks for it. Look at the example by hand: sum first.",
        change={"features * alpha": "np.maximum(features * alpha, 0)"},
        of=steps,
    )
    relu_on_weights = wrong(
        "You set negative weights to zero. A channel that speaks against the class must count "
        "against it; the ReLU belongs to the sum.",
        change={"gradients.mean(axis=(0, 1))": "np.maximum(gradients.mean(axis=(0, 1)), 0)"},
        of=steps,
    )
    relu_on_slopes = wrong(
        "You averaged positive slopes only. The weight is the mean of all slopes of a channel.",
        change={"gradients.mean": "np.maximum(gradients, 0).mean"},
        of=steps,
    )
    sizes = wrong(
        "You took the size of the sum in place of a ReLU. Then what speaks against the class looks "
        "like what speaks for it.",
        change={"np.maximum(heat, 0)": "np.abs(heat)"},
        of=steps,
    )
    not_divided = wrong(
        "Your map is not divided by its maximum. It must go from 0 to 1.",
        change={"heat / heat.max() if heat.max() > 0 else heat": "heat"},
        of=steps,
    )
    stretched = wrong(
        "You also subtract the minimum. Zero has a meaning here: no support. Divide by the maximum "
        "alone.",
        change={
            "return heat / heat.max() if heat.max() > 0 else heat": (
                "heat = heat - heat.min()\n    return heat / max(heat.max(), 1e-300)"
            )
        },
        of=steps,
    )
    nan_for_nothing = wrong(
        "Where nothing speaks for the class you divide 0 by 0. Such a map is 0 everywhere.",
        change={
            "return heat / heat.max() if heat.max() > 0 else heat": (
                "with np.errstate(invalid='ignore'):\n        return heat / heat.max()"
            )
        },
        of=steps,
    )
    with_epsilon = wrong(
        "You add a small number to the maximum before you divide. Where the maps are small "
        "themselves, the maximum is then no longer 1. Treat the case of zero by itself.",
        change={"heat / heat.max() if heat.max() > 0 else heat": "heat / (heat.max() + 1e-7)"},
        of=steps,
    )
    features_forgotten = wrong(
        "Your map is made of slopes alone. The slopes only weigh; what is weighed are the "
        "feature maps.",
        change={"features * alpha": "gradients"},
        of=steps,
    )
    over_channels = wrong(
        "You averaged the slopes over the channels, one weight for each place. Average over "
        "height and "
        "width: one weight for each channel.",
        change={"gradients.mean(axis=(0, 1))": "gradients.mean(axis=-1, keepdims=True)"},
        of=steps,
    )
    largest_slope = wrong(
        "You took each channel's largest slope. The weight is the mean.",
        change={"gradients.mean": "gradients.max"},
        of=steps,
    )
    plain_maps = wrong(
        "You never use the slopes: this is the sum of the maps, the same for every class.",
        change={"features * alpha": "features"},
        of=steps,
    )
