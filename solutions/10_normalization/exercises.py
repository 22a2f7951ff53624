"""Exercises of lesson 10: normalisation."""

from typing import ClassVar

import keras
import numpy as np
from keras import layers

from autograder.exercise import (
    Block,
    Choices,
    Criterion,
    Function,
    Probe,
    Rule,
    Tolerance,
    Value,
    accepted,
    wrong,
)

SUMS = {
    "float64": Tolerance(
        atol=1e-8, rtol=1e-7, reason="float64 means of some hundred numbers, in any order"
    ),
    "float32": Tolerance(
        atol=1e-3, rtol=1e-3, reason="float32 means, and a root that enlarges their rounding"
    ),
}
BY_HAND = Rule(
    forbid=("keras", "tensorflow", "torch", "jax"),
    reason="Write the arithmetic yourself; NumPy has all you need.",
)


def _bill(**changed: float) -> str:
    """The bill as a student types it, with some entries changed."""
    right = {"conv": 432, "bn": 64, "bn_trained": 32, "gn": 48, "ln_image": 1200, "bias_saved": 16}
    return repr({**right, **changed})


def _by_hand(**changed: float) -> str:
    """The numbers found by hand, to two or three decimals, with some entries changed."""
    right = {"batch": -1.4, "instance": -1, "layer": -1.667, "gamma": 5, "beta": 8, "fresh": 1}
    return repr({**right, **changed})


class BatchNorm(Function):
    name = "batch_norm"
    title = "Batch normalisation, forwards"
    difficulty = 1
    criteria = (
        Criterion("normalised", 2, "what shares a mean and a variance, with γ = 1 and β = 0"),
        Criterion("learned", 1, "γ and β"),
        Criterion("epsilon", 1, "the place of ε, and channels without variance"),
    )
    tolerance = SUMS
    rule = BY_HAND
    revisit = "The same inside the network"

    def probes(self, rng):
        ones, zeros = np.ones(2), np.zeros(2)
        tiny = {"epsilon": 1e-10}  # so that its place shows in its own criterion alone
        x = rng.normal(3, 2, (4, 3, 5, 2)) * [1, 10] + rng.normal(0, 3, (4, 1, 1, 1))
        yield Probe(
            "normalised", "4 images of 3×5, two channels of different width", (x, ones, zeros), tiny
        )
        yield Probe(
            "normalised",
            "2 images of 1×1, three channels",
            (rng.normal(0, 50, (2, 1, 1, 3)), np.ones(3), np.zeros(3)),
            tiny,
        )
        yield Probe(
            "normalised",
            "one image of 4×2, values around 10⁴",
            (1e4 + rng.normal(size=(1, 4, 2, 2)), ones, zeros),
            tiny,
        )
        yield Probe(
            "learned",
            "γ and β drawn at random",
            (rng.normal(1, 2, (3, 2, 4, 3)), rng.uniform(0.5, 2, 3), rng.normal(2, 1, 3)),
            tiny,
        )
        yield Probe(
            "learned",
            "float32, γ negative",
            (
                rng.normal(1, 2, (3, 4, 4, 2)).astype("float32"),
                np.array([-1.5, 0.5], "float32"),
                np.array([0.25, -3], "float32"),
            ),
            tiny,
        )
        yield Probe("epsilon", "ε left out", (rng.normal(0, 0.1, (3, 2, 3, 2)), ones, zeros))
        yield Probe(
            "epsilon",
            "ε = 0.5, as large as the variance",
            (rng.normal(0, 0.7, (3, 2, 3, 2)), ones, zeros),
            {"epsilon": 0.5},
        )
        yield Probe(
            "epsilon",
            "channels that are constant",
            (np.full((2, 3, 3, 2), [5.0, -1.0]), ones, zeros),
        )

    @accepted("loops over the channels")
    def loops(x, gamma, beta, epsilon=1e-3):
        y = np.zeros(x.shape, dtype=x.dtype)
        means, variances = [], []
        for c in range(x.shape[-1]):
            channel = x[..., c]
            m = channel.sum() / channel.size
            v = ((channel - m) ** 2).sum() / channel.size
            y[..., c] = gamma[c] * (channel - m) / (v + epsilon) ** 0.5 + beta[c]
            means.append(m)
            variances.append(v)
        return y, np.array(means), np.array(variances)

    @accepted("one row a place")
    def as_table(x, gamma, beta, epsilon=1e-3):
        rows = x.reshape(-1, x.shape[-1])
        mean = np.mean(rows, axis=0)
        variance = np.mean(np.square(rows - mean), axis=0)
        scale = gamma / np.sqrt(variance + epsilon)
        return (rows * scale + (beta - mean * scale)).reshape(x.shape), mean, variance

    @accepted("einsum, keepdims")
    def with_einsum(x, gamma, beta, epsilon=1e-3):
        m = x[..., 0].size
        mean = np.einsum("nhwc->c", x) / m
        centred = x - mean[None, None, None, :]
        variance = np.einsum("nhwc,nhwc->c", centred, centred) / m
        return (
            np.einsum("nhwc,c->nhwc", centred, gamma / np.sqrt(variance + epsilon)) + beta,
            mean,
            variance,
        )

    @wrong(
        "Your variance divides by m − 1. That estimates the variance of a population "
        "from a sample; "
        "the layer divides by the number of values it has."
    )
    def unbiased(x, gamma, beta, epsilon=1e-3):
        mean = x.mean(axis=(0, 1, 2))
        variance = x.var(axis=(0, 1, 2), ddof=1)
        return gamma * (x - mean) / np.sqrt(variance + epsilon) + beta, mean, variance

    @wrong(
        "You take a mean for each image by itself: that is instance normalisation. Here all "
        "images of the batch share one mean a channel.",
        revisit="Who is averaged with whom",
    )
    def per_image(x, gamma, beta, epsilon=1e-3):
        mean = x.mean(axis=(1, 2), keepdims=True)
        variance = x.var(axis=(1, 2), keepdims=True)
        y = gamma * (x - mean) / np.sqrt(variance + epsilon) + beta
        return y, mean[:, 0, 0].mean(axis=0), variance[:, 0, 0].mean(axis=0)

    @wrong(
        "You average over the channels of each image: that is layer normalisation. A channel of "
        "batch normalisation knows nothing of the others.",
        revisit="Who is averaged with whom",
    )
    def per_sample(x, gamma, beta, epsilon=1e-3):
        mean, variance = x.mean(axis=(1, 2, 3)), x.var(axis=(1, 2, 3))
        shape = (-1, 1, 1, 1)
        y = gamma * (x - mean.reshape(shape)) / np.sqrt(variance.reshape(shape) + epsilon) + beta
        return y, mean, variance

    @wrong(
        "You average over the images alone, so that every place of a map has a mean of its own. "
        "A channel has one mean for all places."
    )
    def per_place(x, gamma, beta, epsilon=1e-3):
        mean, variance = x.mean(axis=0), x.var(axis=0)
        return gamma * (x - mean) / np.sqrt(variance + epsilon) + beta, mean, variance

    @wrong("You average over everything, channels included. There is one mean for each channel.")
    def over_everything(x, gamma, beta, epsilon=1e-3):
        mean, variance = x.mean(), x.var()
        return gamma * (x - mean) / np.sqrt(variance + epsilon) + beta, mean, variance

    @wrong(
        "You add ε to the standard deviation. It is added to the variance, before the "
        "root is taken."
    )
    def epsilon_outside(x, gamma, beta, epsilon=1e-3):
        mean, variance = x.mean(axis=(0, 1, 2)), x.var(axis=(0, 1, 2))
        return gamma * (x - mean) / (np.sqrt(variance) + epsilon) + beta, mean, variance

    @wrong("ε is missing: a channel without variance is divided by zero.")
    def no_epsilon(x, gamma, beta, epsilon=1e-3):
        mean, variance = x.mean(axis=(0, 1, 2)), x.var(axis=(0, 1, 2))
        with np.errstate(all="ignore"):
            return gamma * (x - mean) / np.sqrt(variance) + beta, mean, variance

    @wrong(
        "Your variance is the mean of the squares. The mean has to be taken away before squaring, "
        "or its square afterwards."
    )
    def mean_of_squares(x, gamma, beta, epsilon=1e-3):
        mean, variance = x.mean(axis=(0, 1, 2)), (x**2).mean(axis=(0, 1, 2))
        return gamma * (x - mean) / np.sqrt(variance + epsilon) + beta, mean, variance

    @wrong("You divide by the variance. Divide by its root: then the result has a width of 1.")
    def divides_by_variance(x, gamma, beta, epsilon=1e-3):
        mean, variance = x.mean(axis=(0, 1, 2)), x.var(axis=(0, 1, 2))
        return gamma * (x - mean) / (variance + epsilon) + beta, mean, variance

    @wrong(
        "The normalised values are right; what you return beside them is the standard deviation. "
        "The variance is asked for."
    )
    def returns_deviation(x, gamma, beta, epsilon=1e-3):
        mean, variance = x.mean(axis=(0, 1, 2)), x.var(axis=(0, 1, 2))
        return gamma * (x - mean) / np.sqrt(variance + epsilon) + beta, mean, np.sqrt(variance)

    @wrong("The variance that you return has ε added to it. ε belongs to the division alone.")
    def returns_with_epsilon(x, gamma, beta, epsilon=1e-3):
        mean, variance = x.mean(axis=(0, 1, 2)), x.var(axis=(0, 1, 2)) + epsilon
        return gamma * (x - mean) / np.sqrt(variance) + beta, mean, variance

    @wrong("γ and β have changed places: γ stretches, β shifts.")
    def gamma_for_beta(x, gamma, beta, epsilon=1e-3):
        mean, variance = x.mean(axis=(0, 1, 2)), x.var(axis=(0, 1, 2))
        return beta * (x - mean) / np.sqrt(variance + epsilon) + gamma, mean, variance

    @wrong("You return the normalised values themselves. γ and β come after that.")
    def nothing_learned(x, gamma, beta, epsilon=1e-3):
        mean, variance = x.mean(axis=(0, 1, 2)), x.var(axis=(0, 1, 2))
        return (x - mean) / np.sqrt(variance + epsilon), mean, variance


class BatchNormLayer(Function):
    name = "batch_norm_layer"
    title = "Training and inference"
    difficulty = 2
    criteria = (
        Criterion("inference", 2, "inference: running statistics, which stay as they are"),
        Criterion("training", 2, "training: the batch's statistics, and the running ones updated"),
        Criterion("momentum", 1, "momenta of 0, 0.5 and 1, and the default"),
    )
    tolerance = SUMS
    rule = BY_HAND
    revisit = "Two ways to run"

    def probes(self, rng):
        def arguments(shape):
            c = shape[-1]
            x = rng.normal(4, 3, shape)
            return (
                x,
                rng.uniform(0.5, 2, c),
                rng.normal(size=c),
                rng.normal(size=c),
                rng.uniform(0.5, 2, c),
            )

        yield Probe("inference", "inference, 3 images of 2×4", (*arguments((3, 2, 4, 2)), False))
        yield Probe("inference", "inference, one image of 1×1", (*arguments((1, 1, 1, 3)), False))
        yield Probe(
            "inference", "inference, ε = 0.4", (*arguments((2, 2, 2, 2)), False), {"epsilon": 0.4}
        )
        yield Probe(
            "training",
            "training, momentum 0.9",
            (*arguments((3, 2, 4, 2)), True),
            {"momentum": 0.9},
        )
        yield Probe(
            "training",
            "training, momentum 0.7, two images of 1×1",
            (*arguments((2, 1, 1, 2)), True),
            {"momentum": 0.7, "epsilon": 0.2},
        )
        yield Probe("momentum", "training, momentum left out", (*arguments((2, 3, 3, 2)), True))
        for momentum in (0.0, 0.5, 1.0):
            yield Probe(
                "momentum",
                f"training, momentum {momentum}",
                (*arguments((2, 3, 2, 2)), True, momentum),
            )

    @accepted("choose the statistics, then one formula")
    def chosen(
        x, gamma, beta, running_mean, running_variance, training, momentum=0.99, epsilon=1e-3
    ):
        mean, variance = running_mean, running_variance
        if training:
            mean, variance = x.mean((0, 1, 2)), x.var((0, 1, 2))
            running_mean = running_mean + (1 - momentum) * (mean - running_mean)
            running_variance = running_variance + (1 - momentum) * (variance - running_variance)
        y = (x - mean) * gamma / np.sqrt(variance + epsilon) + beta
        return y, running_mean, running_variance

    @accepted("channel by channel")
    def loops(
        x, gamma, beta, running_mean, running_variance, training, momentum=0.99, epsilon=1e-3
    ):
        y, means, variances = np.empty_like(x), running_mean.copy(), running_variance.copy()
        for c in range(x.shape[-1]):
            m, v = running_mean[c], running_variance[c]
            if training:
                m = np.mean(x[..., c])
                v = np.mean((x[..., c] - m) ** 2)
                means[c] = momentum * means[c] + (1 - momentum) * m
                variances[c] = momentum * variances[c] + (1 - momentum) * v
            y[..., c] = gamma[c] * (x[..., c] - m) / np.sqrt(v + epsilon) + beta[c]
        return y, means, variances

    @accepted("a weighted average, statistics stacked")
    def stacked(
        x, gamma, beta, running_mean, running_variance, training, momentum=0.99, epsilon=1e-3
    ):
        running = np.stack([running_mean, running_variance])
        rows = x.reshape(-1, x.shape[-1])
        batch = np.stack([rows.mean(0), rows.var(0)])
        used = batch if training else running
        weights = [momentum, 1 - momentum] if training else [1, 0]
        mean, variance = np.average([running, batch], axis=0, weights=weights)
        return gamma * (x - used[0]) / np.sqrt(used[1] + epsilon) + beta, mean, variance

    @wrong(
        "Your momentum is the share of the new value. In Keras it is the share of the old one "
        "that stays (PyTorch has it as you do)."
    )
    def momentum_inverted(
        x, gamma, beta, running_mean, running_variance, training, momentum=0.99, epsilon=1e-3
    ):
        if not training:
            return (
                gamma * (x - running_mean) / np.sqrt(running_variance + epsilon) + beta,
                running_mean,
                running_variance,
            )
        m, v = x.mean((0, 1, 2)), x.var((0, 1, 2))
        y = gamma * (x - m) / np.sqrt(v + epsilon) + beta
        return (
            y,
            (1 - momentum) * running_mean + momentum * m,
            (1 - momentum) * running_variance + momentum * v,
        )

    @wrong(
        "In inference you normalise with the statistics of the batch: then an image's answer "
        "depends on its neighbours. That is what the running statistics are for."
    )
    def batch_statistics_in_inference(
        x, gamma, beta, running_mean, running_variance, training, momentum=0.99, epsilon=1e-3
    ):
        m, v = x.mean((0, 1, 2)), x.var((0, 1, 2))
        y = gamma * (x - m) / np.sqrt(v + epsilon) + beta
        if training:
            running_mean = momentum * running_mean + (1 - momentum) * m
            running_variance = momentum * running_variance + (1 - momentum) * v
        return y, running_mean, running_variance

    @wrong(
        "Your running statistics move in inference, too. Using a network must not change it; only "
        "training does."
    )
    def updated_in_inference(
        x, gamma, beta, running_mean, running_variance, training, momentum=0.99, epsilon=1e-3
    ):
        m, v = x.mean((0, 1, 2)), x.var((0, 1, 2))
        used = (m, v) if training else (running_mean, running_variance)
        y = gamma * (x - used[0]) / np.sqrt(used[1] + epsilon) + beta
        return (
            y,
            momentum * running_mean + (1 - momentum) * m,
            momentum * running_variance + (1 - momentum) * v,
        )

    @wrong(
        "In training you normalise with the running statistics after their update. The batch is "
        "normalised with its own; the running ones only listen."
    )
    def normalises_with_updated(
        x, gamma, beta, running_mean, running_variance, training, momentum=0.99, epsilon=1e-3
    ):
        if training:
            running_mean = momentum * running_mean + (1 - momentum) * x.mean((0, 1, 2))
            running_variance = momentum * running_variance + (1 - momentum) * x.var((0, 1, 2))
        y = gamma * (x - running_mean) / np.sqrt(running_variance + epsilon) + beta
        return y, running_mean, running_variance

    @wrong(
        "You normalise with the old running statistics in training, as in inference. In training "
        "the batch's own are used."
    )
    def always_running(
        x, gamma, beta, running_mean, running_variance, training, momentum=0.99, epsilon=1e-3
    ):
        y = gamma * (x - running_mean) / np.sqrt(running_variance + epsilon) + beta
        if training:
            running_mean = momentum * running_mean + (1 - momentum) * x.mean((0, 1, 2))
            running_variance = momentum * running_variance + (1 - momentum) * x.var((0, 1, 2))
        return y, running_mean, running_variance

    @wrong(
        "The running variance is fed with the variance over m − 1. The 2015 paper and PyTorch do "
        "so; Keras, which is asked for here, does not."
    )
    def unbiased_running(
        x, gamma, beta, running_mean, running_variance, training, momentum=0.99, epsilon=1e-3
    ):
        if not training:
            return (
                gamma * (x - running_mean) / np.sqrt(running_variance + epsilon) + beta,
                running_mean,
                running_variance,
            )
        m, v = x.mean((0, 1, 2)), x.var((0, 1, 2))
        y = gamma * (x - m) / np.sqrt(v + epsilon) + beta
        v = x.var((0, 1, 2), ddof=1)
        return (
            y,
            momentum * running_mean + (1 - momentum) * m,
            momentum * running_variance + (1 - momentum) * v,
        )

    @wrong(
        "Your output is right; the running statistics never move. How would inference "
        "learn of the data?"
    )
    def never_updated(
        x, gamma, beta, running_mean, running_variance, training, momentum=0.99, epsilon=1e-3
    ):
        m, v = (
            (x.mean((0, 1, 2)), x.var((0, 1, 2))) if training else (running_mean, running_variance)
        )
        return gamma * (x - m) / np.sqrt(v + epsilon) + beta, running_mean, running_variance

    @wrong(
        "In training you return the statistics of this batch alone. The running ones "
        "keep a share of the past."
    )
    def forgets_the_past(
        x, gamma, beta, running_mean, running_variance, training, momentum=0.99, epsilon=1e-3
    ):
        m, v = (
            (x.mean((0, 1, 2)), x.var((0, 1, 2))) if training else (running_mean, running_variance)
        )
        return gamma * (x - m) / np.sqrt(v + epsilon) + beta, m, v

    @wrong("ε has got into your running variance. It belongs to the division alone.")
    def epsilon_in_running(
        x, gamma, beta, running_mean, running_variance, training, momentum=0.99, epsilon=1e-3
    ):
        if not training:
            return (
                gamma * (x - running_mean) / np.sqrt(running_variance + epsilon) + beta,
                running_mean,
                running_variance,
            )
        m, v = x.mean((0, 1, 2)), x.var((0, 1, 2)) + epsilon
        y = gamma * (x - m) / np.sqrt(v) + beta
        return (
            y,
            momentum * running_mean + (1 - momentum) * m,
            momentum * running_variance + (1 - momentum) * v,
        )


class Bill(Value):
    name = "bill"
    title = "Parameters of normalisation layers"
    difficulty = 1
    entries: ClassVar = {
        "conv": "integer",
        "bn": "integer",
        "bn_trained": "integer",
        "gn": "integer",
        "ln_image": "integer",
        "bias_saved": "integer",
    }
    criteria = (
        Criterion("bn", 1, "batch normalisation, all"),
        Criterion("bn_trained", 1, "batch normalisation, those that are trained"),
        Criterion("gn", 1, "group normalisation"),
        Criterion("ln_image", 1, "layer normalisation over the image"),
        Criterion("conv", 1, "the convolution without bias, and what that saves"),
    )
    entry_criterion: ClassVar = {"bias_saved": "conv"}
    revisit = "Four numbers a channel"

    as_dict = accepted(
        "a dictionary",
        source=_bill(),
    )
    computed = accepted(
        "computed",
        source="""dict(
    conv=3 * 3 * 3 * 16, bn=4 * 16, bn_trained=2 * 16, gn=2 * 24, ln_image=2 * 5 * 5 * 24,
    bias_saved=16,
)""",
    )
    as_floats = accepted(
        "as floats",
        source=_bill(
            conv=432.0, bn=64.0, bn_trained=32.0, gn=48.0, ln_image=1200.0, bias_saved=16.0
        ),
    )

    bias_kept = wrong(
        "Your convolution has a bias for each filter. It was made with `use_bias=False`.",
        source=_bill(conv=448),
    )
    running_forgotten = wrong(
        "You count γ and β of batch normalisation and leave out its running statistics. Keras "
        "counts them, as non-trainable.",
        source=_bill(bn=32),
    )
    all_trained = wrong(
        "You let gradient descent train all four numbers a channel. Two of them are averages: "
        "another rule changes those.",
        source=_bill(bn_trained=64),
    )
    per_layer = wrong(
        "Your batch normalisation has one set of numbers for the whole layer. It has one for each "
        "channel.",
        source=_bill(bn=4, bn_trained=2),
    )
    per_group = wrong(
        "Your group normalisation has γ and β for each group. The groups share statistics; γ and β "
        "belong to the channels.",
        source=_bill(gn=16),
    )
    group_running = wrong(
        "You give group normalisation running statistics. It needs none: it never looks beyond one "
        "image.",
        revisit="Who is averaged with whom",
        source=_bill(gn=96),
    )
    layer_per_channel = wrong(
        "Your layer normalisation has γ and β for each channel. With axis=(1, 2, 3) they have the "
        "shape of the whole map.",
        source=_bill(ln_image=48),
    )
    layer_gamma_alone = wrong(
        "You counted γ of the layer normalisation and forgot β.",
        source=_bill(ln_image=600),
    )
    depth_forgotten = wrong(
        "Your kernels are one channel deep. Each spans all three channels of its input.",
        source=_bill(conv=144),
    )
    one_bias = wrong(
        "A convolution has a bias for each filter, not one for the layer.",
        source=_bill(bias_saved=1),
    )


class BatchNormBackward(Function):
    name = "batch_norm_backward"
    title = "Batch normalisation, backwards"
    difficulty = 3
    criteria = (
        Criterion("parameters", 2, "the slopes for γ and β, where x itself has none (dY constant)"),
        Criterion("input", 3, "all three slopes on random numbers"),
        Criterion("epsilon", 1, "a large ε, and a batch of two single numbers"),
    )
    tolerance = SUMS
    rule = BY_HAND
    revisit = "Backwards through the batch"

    def probes(self, rng):
        def arguments(shape, width=3.0):
            c = shape[-1]
            return rng.normal(2, width, shape), rng.uniform(0.5, 2, c), rng.normal(0.5, 1, shape)

        tiny = {"epsilon": 1e-10}  # so that its place shows in its own criterion alone
        x, gamma, dy = arguments((2, 3, 2, 2))
        some = np.zeros_like(dy) + [0.0, 2.0]
        yield Probe("parameters", "dY is 1 everywhere", (x, gamma, np.ones_like(dy)), tiny)
        yield Probe("parameters", "dY is 0 in one channel, 2 in the other", (x, gamma, some), tiny)
        yield Probe("input", "3 images of 2×4, two channels", arguments((3, 2, 4, 2)), tiny)
        yield Probe("input", "5 images of 1×1, three channels", arguments((5, 1, 1, 3)), tiny)
        yield Probe("input", "one image of 3×3, one channel", arguments((1, 3, 3, 1)), tiny)
        yield Probe("epsilon", "ε left out", arguments((2, 2, 3, 2), 0.1))
        yield Probe(
            "epsilon",
            "ε = 0.5, as large as the variance",
            arguments((2, 2, 3, 2), 0.7),
            {"epsilon": 0.5},
        )
        yield Probe(
            "epsilon", "two images of 1×1, ε = 0.1", arguments((2, 1, 1, 2), 1.0), {"epsilon": 0.1}
        )

    @accepted("the paper's six equations")
    def six_equations(x, gamma, dy, epsilon=1e-3):
        ax = (0, 1, 2)
        m = x.shape[0] * x.shape[1] * x.shape[2]
        mu, var = x.mean(ax), x.var(ax)
        x_hat = (x - mu) / np.sqrt(var + epsilon)
        d_hat = dy * gamma
        d_var = np.sum(d_hat * (x - mu), ax) * -0.5 * (var + epsilon) ** -1.5
        d_mu = -np.sum(d_hat, ax) / np.sqrt(var + epsilon) - d_var * 2 * np.mean(x - mu, ax)
        dx = d_hat / np.sqrt(var + epsilon) + d_var * 2 * (x - mu) / m + d_mu / m
        return dx, np.sum(dy * x_hat, ax), np.sum(dy, ax)

    @accepted("the matrix of slopes, channel by channel")
    def jacobian(x, gamma, dy, epsilon=1e-3):
        C = x.shape[-1]
        dx, dgamma, dbeta = np.zeros(x.shape), np.zeros(C), np.zeros(C)
        for c in range(C):
            v, g = x[..., c].ravel(), dy[..., c].ravel()
            m, s = v.size, np.sqrt(v.var() + epsilon)
            h = (v - v.mean()) / s
            J = (np.eye(m) - 1 / m - np.outer(h, h) / m) / s
            dx[..., c] = (gamma[c] * (J.T @ g)).reshape(x.shape[:-1])
            dgamma[c], dbeta[c] = g @ h, g.sum()
        return dx, dgamma, dbeta

    @accepted("from dγ and dβ")
    def from_the_sums(x, gamma, dy, epsilon=1e-3):
        m = x[..., 0].size
        deviation = np.sqrt(np.var(x, axis=(0, 1, 2)) + epsilon)
        x_hat = (x - np.mean(x, axis=(0, 1, 2))) / deviation
        dgamma = np.einsum("nhwc,nhwc->c", dy, x_hat)
        dbeta = np.einsum("nhwc->c", dy)
        return gamma / (m * deviation) * (m * dy - dbeta - x_hat * dgamma), dgamma, dbeta

    @wrong(
        "You treat mean and variance as constants. They move with every x: two roads are missing, "
        "the one through the mean and the one through the variance."
    )
    def statistics_constant(x, gamma, dy, epsilon=1e-3):
        ax = (0, 1, 2)
        s = np.sqrt(x.var(ax) + epsilon)
        return dy * gamma / s, (dy * (x - x.mean(ax)) / s).sum(ax), dy.sum(ax)

    @wrong("The road through the variance is missing: you let only the mean move with x.")
    def variance_constant(x, gamma, dy, epsilon=1e-3):
        ax = (0, 1, 2)
        s = np.sqrt(x.var(ax) + epsilon)
        d = dy * gamma
        return (d - d.mean(ax)) / s, (dy * (x - x.mean(ax)) / s).sum(ax), dy.sum(ax)

    @wrong("The road through the mean is missing: you let only the variance move with x.")
    def mean_constant(x, gamma, dy, epsilon=1e-3):
        ax = (0, 1, 2)
        s = np.sqrt(x.var(ax) + epsilon)
        h, d = (x - x.mean(ax)) / s, dy * gamma
        return (d - h * (d * h).mean(ax)) / s, (dy * h).sum(ax), dy.sum(ax)

    @wrong(
        "γ is missing on the way to x: the slope for x̂ is not yet the slope for y. (With γ = 1 "
        "nobody would notice.)"
    )
    def gamma_forgotten(x, gamma, dy, epsilon=1e-3):
        ax = (0, 1, 2)
        s = np.sqrt(x.var(ax) + epsilon)
        h = (x - x.mean(ax)) / s
        return (dy - dy.mean(ax) - h * (dy * h).mean(ax)) / s, (dy * h).sum(ax), dy.sum(ax)

    @wrong(
        "You average the slopes for γ and β. They touch all m outputs of their channel, and roads "
        "add up; a division by N, if any, is in dY already."
    )
    def averaged(x, gamma, dy, epsilon=1e-3):
        ax = (0, 1, 2)
        s = np.sqrt(x.var(ax) + epsilon)
        h, d = (x - x.mean(ax)) / s, dy * gamma
        return (d - d.mean(ax) - h * (d * h).mean(ax)) / s, (dy * h).mean(ax), dy.mean(ax)

    @wrong("Your slope for γ uses x. What γ multiplies is the normalised x̂.")
    def gamma_from_x(x, gamma, dy, epsilon=1e-3):
        ax = (0, 1, 2)
        s = np.sqrt(x.var(ax) + epsilon)
        h, d = (x - x.mean(ax)) / s, dy * gamma
        return (d - d.mean(ax) - h * (d * h).mean(ax)) / s, (dy * x).sum(ax), dy.sum(ax)

    @wrong("Your slopes for γ and β have changed places.")
    def gamma_for_beta(x, gamma, dy, epsilon=1e-3):
        ax = (0, 1, 2)
        s = np.sqrt(x.var(ax) + epsilon)
        h, d = (x - x.mean(ax)) / s, dy * gamma
        return (d - d.mean(ax) - h * (d * h).mean(ax)) / s, dy.sum(ax), (dy * h).sum(ax)

    @wrong(
        "You add up over the images alone: each place of the map has a slope of its own. γ and β "
        "are shared by all places."
    )
    def images_alone(x, gamma, dy, epsilon=1e-3):
        ax = (0, 1, 2)
        s = np.sqrt(x.var(ax) + epsilon)
        h, d = (x - x.mean(ax)) / s, dy * gamma
        return (d - d.mean(ax) - h * (d * h).mean(ax)) / s, (dy * h).sum(0), dy.sum(0)

    @wrong(
        "Both corrections are there but not averaged: each is a sum over the m numbers and lacks "
        "its 1/m. The mean and the variance both have one."
    )
    def sums_for_means(x, gamma, dy, epsilon=1e-3):
        ax = (0, 1, 2)
        s = np.sqrt(x.var(ax) + epsilon)
        h, d = (x - x.mean(ax)) / s, dy * gamma
        return (d - d.sum(ax) - h * (d * h).sum(ax)) / s, (dy * h).sum(ax), dy.sum(ax)

    @wrong(
        "Your slopes for x lack a division: on the way forwards the centred values are divided by "
        "the standard deviation, and the slope passes the same gate."
    )
    def deviation_forgotten(x, gamma, dy, epsilon=1e-3):
        ax = (0, 1, 2)
        h, d = (x - x.mean(ax)) / np.sqrt(x.var(ax) + epsilon), dy * gamma
        return d - d.mean(ax) - h * (d * h).mean(ax), (dy * h).sum(ax), dy.sum(ax)

    @wrong(
        "Your corrections have the wrong sign: nudging x up lifts the mean, which *lowers* every x̂."
    )
    def corrections_added(x, gamma, dy, epsilon=1e-3):
        ax = (0, 1, 2)
        s = np.sqrt(x.var(ax) + epsilon)
        h, d = (x - x.mean(ax)) / s, dy * gamma
        return (d + d.mean(ax) + h * (d * h).mean(ax)) / s, (dy * h).sum(ax), dy.sum(ax)

    @wrong("γ is in your slopes for γ and β. It belongs to the road to x alone.")
    def gamma_in_its_own_slope(x, gamma, dy, epsilon=1e-3):
        ax = (0, 1, 2)
        s = np.sqrt(x.var(ax) + epsilon)
        h, d = (x - x.mean(ax)) / s, dy * gamma
        return (d - d.mean(ax) - h * (d * h).mean(ax)) / s, (d * h).sum(ax), d.sum(ax)

    @wrong("ε is missing in your backward pass. It stood under the root on the way forwards.")
    def no_epsilon(x, gamma, dy, epsilon=1e-3):
        ax = (0, 1, 2)
        s = np.sqrt(x.var(ax))
        h, d = (x - x.mean(ax)) / s, dy * gamma
        return (d - d.mean(ax) - h * (d * h).mean(ax)) / s, (dy * h).sum(ax), dy.sum(ax)


class ConvBnRelu(Block):
    name = "conv_bn_relu"
    title = "Convolution, batch normalisation, ReLU"
    difficulty = 2
    criteria = (
        Criterion("shape", 1, "the output's shape"),
        Criterion("parameters", 1, "no parameter too many, none too few"),
        Criterion("behaviour", 1, "the same values in inference, with the same weights"),
        Criterion("training", 1, "the same values in training"),
    )
    tolerance = Tolerance(
        atol=2e-4,
        rtol=2e-4,
        reason="float32 sums of some dozens of products, then divided by a root",
    )
    revisit = "The same inside the network"

    def probes(self, rng):
        yield Probe(None, "8 filters, stride 1", args=(8,), input_shape=(6, 6, 3))
        yield Probe(None, "4 filters, stride 2, maps of 7×10", args=(4, 2), input_shape=(7, 10, 2))
        yield Probe(
            None, "strides=3 by name", kwargs={"filters": 5, "strides": 3}, input_shape=(8, 8, 1)
        )

    @accepted("activation as a function")
    def with_activation(x, filters, strides=1):
        conv = layers.Conv2D(
            filters, (3, 3), strides=(strides, strides), padding="same", use_bias=False
        )
        return layers.Activation("relu")(layers.BatchNormalization(axis=-1)(conv(x)))

    @accepted("a Sequential inside")
    def sequential(x, filters, strides=1):
        return keras.Sequential(
            [
                layers.Conv2D(filters, 3, strides, "same", use_bias=False),
                layers.BatchNormalization(),
                layers.ReLU(),
            ]
        )(x)

    @accepted("operations of Keras")
    def with_ops(x, filters, strides=1):
        x = layers.Conv2D(
            filters=filters, kernel_size=3, strides=strides, padding="same", use_bias=False
        )(x)
        return keras.ops.maximum(layers.BatchNormalization()(x), 0.0)

    @wrong(
        "Your convolution keeps its bias. The mean that batch normalisation subtracts "
        "takes it away "
        "again, and β does its work: a parameter for nothing.",
        revisit="The same inside the network",
    )
    def bias_kept(x, filters, strides=1):
        x = layers.Conv2D(filters, 3, strides, padding="same")(x)
        return layers.ReLU()(layers.BatchNormalization()(x))

    @wrong(
        "In your block ReLU comes first and the normalisation after it. In the 2015 paper the "
        "normalisation stands immediately before the non-linearity."
    )
    def relu_first(x, filters, strides=1):
        x = layers.Conv2D(filters, 3, strides, padding="same", use_bias=False, activation="relu")(x)
        return layers.BatchNormalization()(x)

    @wrong(
        "You apply ReLU twice, before and after the normalisation: the first one cuts off what the "
        "normalisation should have seen."
    )
    def relu_twice(x, filters, strides=1):
        x = layers.Conv2D(filters, 3, strides, padding="same", use_bias=False, activation="relu")(x)
        return layers.ReLU()(layers.BatchNormalization()(x))

    @wrong("Your block normalises before it convolves. The convolution comes first here.")
    def norm_first(x, filters, strides=1):
        x = layers.BatchNormalization()(x)
        return layers.Conv2D(
            filters, 3, strides, padding="same", use_bias=False, activation="relu"
        )(x)

    @wrong("ReLU is missing at the end of your block.")
    def no_relu(x, filters, strides=1):
        return layers.BatchNormalization()(
            layers.Conv2D(filters, 3, strides, padding="same", use_bias=False)(x)
        )

    @wrong(
        "The normalisation is missing in your block, and with it everything that replaces the bias."
    )
    def no_norm(x, filters, strides=1):
        return layers.ReLU()(layers.Conv2D(filters, 3, strides, padding="same", use_bias=False)(x))

    @wrong("Your convolution loses the border: same padding is asked for.")
    def unpadded(x, filters, strides=1):
        x = layers.Conv2D(filters, 3, strides, use_bias=False)(x)
        return layers.ReLU()(layers.BatchNormalization()(x))

    @wrong("Your convolution ignores `strides`.")
    def no_stride(x, filters, strides=1):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
        return layers.ReLU()(layers.BatchNormalization()(x))

    @wrong(
        "You switched γ or β off. The bias was the useless one; γ and β are what lets a "
        "channel have "
        "another mean and width."
    )
    def no_beta(x, filters, strides=1):
        x = layers.Conv2D(filters, 3, strides, padding="same", use_bias=False)(x)
        return layers.ReLU()(layers.BatchNormalization(center=False)(x))

    @wrong(
        "Your normalisation stays within each pixel: that is LayerNormalization with its defaults. "
        "It has no running statistics.",
        revisit="Who is averaged with whom",
    )
    def layer_norm(x, filters, strides=1):
        x = layers.Conv2D(filters, 3, strides, padding="same", use_bias=False)(x)
        return layers.ReLU()(layers.LayerNormalization()(x))


class ByHand(Value):
    name = "by_hand"
    title = "Three normalisations by hand"
    difficulty = 1
    entries: ClassVar = {
        "batch": "number",
        "instance": "number",
        "layer": "number",
        "gamma": "number",
        "beta": "number",
        "fresh": "number",
    }
    criteria = (
        Criterion("batch", 1, "batch normalisation"),
        Criterion("instance", 1, "instance normalisation"),
        Criterion("layer", 1, "layer normalisation"),
        Criterion("undo", 1, "γ and β that undo it"),
        Criterion("fresh", 1, "inference of an untrained layer"),
    )
    entry_criterion: ClassVar = {"gamma": "undo", "beta": "undo"}
    step = 0.011
    revisit = "Who is averaged with whom"

    as_dict = accepted(
        "two decimals",
        source=_by_hand(layer=-1.67),
    )
    computed = accepted(
        "computed",
        source="""{
    "batch": (1 - np.mean([1, 7, 9, 15])) / np.std([1, 7, 9, 15]),
    "instance": (1 - np.mean([1, 7])) / np.std([1, 7]),
    "layer": (1 - np.mean([1, 7, 7, 9])) / np.std([1, 7, 7, 9]),
    "gamma": np.std([1, 7, 9, 15]),
    "beta": np.mean([1, 7, 9, 15]),
    "fresh": (1 - 0) / np.sqrt(1),
}""",
    )
    as_fractions = accepted(
        "fractions",
        source="""dict(
    batch=-7 / 5, instance=-3 / 3, layer=-5 / 3, gamma=25**0.5, beta=32 / 4, fresh=1.0
)""",
    )

    sign_lost = wrong(
        "Your signs are turned: x minus its mean, not the mean minus x. A number below its mean "
        "comes out negative.",
        revisit="The same inside the network",
        source=_by_hand(batch=1.4, instance=1, layer=1.667),
    )
    divided_by_variance = wrong(
        "You divided by the variance. Take its root first.",
        revisit="The same inside the network",
        source=_by_hand(batch=-0.28, instance=-0.333, layer=-0.556),
    )
    batch_and_instance_swapped = wrong(
        "Batch and instance have changed places: batch normalisation takes all images, instance "
        "normalisation one.",
        source=_by_hand(batch=-1.0, instance=-1.4),
    )
    layer_over_the_batch = wrong(
        "Your layer normalisation takes all eight numbers. It stays within one image.",
        source=_by_hand(layer=-1.5),
    )
    layer_per_pixel = wrong(
        "Your layer normalisation takes the channels of one pixel, as Keras does by "
        "default. Here it "
        "is to go over the whole image.",
        source=_by_hand(layer=-1.0),
    )
    gamma_and_beta_swapped = wrong(
        "γ and β have changed places: γ stretches, β shifts.",
        revisit="The same inside the network",
        source=_by_hand(gamma=8, beta=5),
    )
    gamma_is_variance = wrong(
        "Your γ is the variance. To undo a division by the standard deviation, multiply by that.",
        revisit="The same inside the network",
        source=_by_hand(gamma=25),
    )
    untouched_parameters = wrong(
        "γ = 1 and β = 0 leave the *normalised* numbers alone. Asked for are those that bring the "
        "original ones back.",
        revisit="The same inside the network",
        source=_by_hand(gamma=1, beta=0),
    )
    fresh_uses_the_batch = wrong(
        "In inference you used the batch's statistics. The layer has running ones, even before the "
        "first batch.",
        revisit="Two ways to run",
        source=_by_hand(fresh=-1.4),
    )
    fresh_is_zero = wrong(
        "You took a running variance of 0 or an output of β. The running statistics "
        "start at mean 0 "
        "and variance 1.",
        revisit="Two ways to run",
        source=_by_hand(fresh=0),
    )
    unbiased = wrong(
        "Your standard deviations divide by one number less than there are. Divide by all.",
        revisit="The same inside the network",
        source=_by_hand(batch=-1.212, instance=-0.707, layer=-1.443, gamma=5.774),
    )


class GroupNorm(Function):
    name = "group_norm"
    title = "Group normalisation"
    difficulty = 2
    criteria = (
        Criterion("groups", 3, "which channels form a group"),
        Criterion("extremes", 1, "one group, and a group for each channel"),
        Criterion("learned", 1, "γ and β, one pair a channel"),
        Criterion("epsilon", 1, "ε, and numbers of all sizes"),
    )
    tolerance = SUMS
    rule = BY_HAND
    revisit = "Who is averaged with whom"

    def probes(self, rng):
        def plain(shape, groups):
            width = np.arange(1, shape[-1] + 1)
            x = rng.normal(0, 1, shape) * width + width**2 + rng.normal(0, 5, (shape[0], 1, 1, 1))
            return x, groups, np.ones(shape[-1]), np.zeros(shape[-1])

        tiny = {"epsilon": 1e-10}  # so that its place shows in its own criterion alone
        yield Probe(
            "groups", "3 images of 2×4, 6 channels in 2 groups", plain((3, 2, 4, 6), 2), tiny
        )
        yield Probe(
            "groups", "2 images of 3×2, 6 channels in 3 groups", plain((2, 3, 2, 6), 3), tiny
        )
        yield Probe(
            "groups", "one image of 1×1, 8 channels in 2 groups", plain((1, 1, 1, 8), 2), tiny
        )
        yield Probe("extremes", "one group: layer normalisation", plain((2, 3, 3, 4), 1), tiny)
        yield Probe(
            "extremes",
            "a group for each channel: instance normalisation",
            plain((2, 4, 3, 3), 3),
            tiny,
        )
        x, groups, ones, zeros = plain((2, 3, 2, 4), 2)
        learned = rng.uniform(0.5, 2, 4), rng.normal(size=4)
        yield Probe("learned", "γ and β drawn at random", (x, groups, *learned), tiny)
        yield Probe("epsilon", "small numbers, ε left out", (x / 50, groups, ones, zeros))
        yield Probe(
            "epsilon", "small numbers, ε = 0.2", (x / 20, groups, ones, zeros), {"epsilon": 0.2}
        )
        yield Probe("epsilon", "a constant image", (np.full((1, 2, 2, 4), 3.0), 2, ones, zeros))

    @accepted("loops over images and groups")
    def loops(x, groups, gamma, beta, epsilon=1e-3):
        out, size = np.zeros(x.shape), x.shape[-1] // groups
        for n in range(len(x)):
            for g in range(groups):
                part = x[n, :, :, g * size : (g + 1) * size]
                out[n, :, :, g * size : (g + 1) * size] = (part - part.mean()) / np.sqrt(
                    part.var() + epsilon
                )
        return gamma * out + beta

    @accepted("split and concatenate")
    def split(x, groups, gamma, beta, epsilon=1e-3):
        def normalised(part):
            mean = part.mean(axis=(1, 2, 3), keepdims=True)
            centred = part - mean
            return centred / np.sqrt((centred**2).mean(axis=(1, 2, 3), keepdims=True) + epsilon)

        parts = [normalised(part) for part in np.split(x, groups, axis=-1)]
        return np.concatenate(parts, axis=-1) * gamma + beta

    @accepted("one row an image and group")
    def rows(x, groups, gamma, beta, epsilon=1e-3):
        N, H, W, C = x.shape
        table = x.transpose(0, 3, 1, 2).reshape(N * groups, -1)
        table = (table - table.mean(1)[:, None]) / np.sqrt(table.var(1)[:, None] + epsilon)
        return table.reshape(N, C, H, W).transpose(0, 2, 3, 1) * gamma + beta

    @wrong(
        "Your groups are interleaved: every second or third channel, like cards dealt out. A group "
        "is a run of neighbouring channels."
    )
    def interleaved(x, groups, gamma, beta, epsilon=1e-3):
        N, H, W, C = x.shape
        g = x.reshape(N, H, W, C // groups, groups)
        mean, var = g.mean((1, 2, 3), keepdims=True), g.var((1, 2, 3), keepdims=True)
        return ((g - mean) / np.sqrt(var + epsilon)).reshape(x.shape) * gamma + beta

    @wrong(
        "The batch is in your averages. Group normalisation stays within one image: that is its "
        "whole point."
    )
    def over_the_batch(x, groups, gamma, beta, epsilon=1e-3):
        N, H, W, C = x.shape
        g = x.reshape(N, H, W, groups, C // groups)
        mean, var = g.mean((0, 1, 2, 4), keepdims=True), g.var((0, 1, 2, 4), keepdims=True)
        return ((g - mean) / np.sqrt(var + epsilon)).reshape(x.shape) * gamma + beta

    @wrong(
        "Each place of your maps has statistics of its own: you average over the "
        "channels of a group "
        "at one pixel. Height and width belong into the average."
    )
    def per_pixel(x, groups, gamma, beta, epsilon=1e-3):
        N, H, W, C = x.shape
        g = x.reshape(N, H, W, groups, C // groups)
        mean, var = g.mean(4, keepdims=True), g.var(4, keepdims=True)
        return ((g - mean) / np.sqrt(var + epsilon)).reshape(x.shape) * gamma + beta

    @wrong(
        "You average over the places alone, so every channel is by itself, whatever `groups` says. "
        "That is instance normalisation."
    )
    def instance(x, groups, gamma, beta, epsilon=1e-3):
        mean, var = x.mean((1, 2), keepdims=True), x.var((1, 2), keepdims=True)
        return (x - mean) / np.sqrt(var + epsilon) * gamma + beta

    @wrong(
        "You reshape (N, H, W, C) as if the channels stood before the places: your groups are "
        "strips of the map, with all channels in each. In Keras the channels are the last axis."
    )
    def channels_first(x, groups, gamma, beta, epsilon=1e-3):
        size = x[0].size
        g = x.reshape(len(x), groups, size // groups)
        mean, var = g.mean(2, keepdims=True), g.var(2, keepdims=True)
        return ((g - mean) / np.sqrt(var + epsilon)).reshape(x.shape) * gamma + beta

    @wrong(
        "You subtract no mean: that is RMS normalisation. Group normalisation takes the mean away "
        "first.",
        revisit="A photograph through all of them",
    )
    def no_mean(x, groups, gamma, beta, epsilon=1e-3):
        N, H, W, C = x.shape
        g = x.reshape(N, H, W, groups, C // groups)
        square = (g**2).mean((1, 2, 4), keepdims=True)
        return (g / np.sqrt(square + epsilon)).reshape(x.shape) * gamma + beta

    @wrong("You ignore `groups` and take all channels together. That is layer normalisation.")
    def layer(x, groups, gamma, beta, epsilon=1e-3):
        mean, var = x.mean((1, 2, 3), keepdims=True), x.var((1, 2, 3), keepdims=True)
        return (x - mean) / np.sqrt(var + epsilon) * gamma + beta

    @wrong("Your groups have `groups` channels each. It is the number of groups, not their size.")
    def size_for_number(x, groups, gamma, beta, epsilon=1e-3):
        N, H, W, C = x.shape
        g = x.reshape(N, H, W, C // groups, groups)
        mean, var = g.mean((1, 2, 4), keepdims=True), g.var((1, 2, 4), keepdims=True)
        return ((g - mean) / np.sqrt(var + epsilon)).reshape(x.shape) * gamma + beta

    @wrong("Your variance divides by one number less than there are. Divide by all.")
    def unbiased(x, groups, gamma, beta, epsilon=1e-3):
        N, H, W, C = x.shape
        g = x.reshape(N, H, W, groups, C // groups)
        mean, var = g.mean((1, 2, 4), keepdims=True), g.var((1, 2, 4), ddof=1, keepdims=True)
        return ((g - mean) / np.sqrt(var + epsilon)).reshape(x.shape) * gamma + beta

    @wrong("ε stands outside the root in your function. It is added to the variance.")
    def epsilon_outside(x, groups, gamma, beta, epsilon=1e-3):
        N, H, W, C = x.shape
        g = x.reshape(N, H, W, groups, C // groups)
        mean, std = g.mean((1, 2, 4), keepdims=True), g.std((1, 2, 4), keepdims=True)
        return ((g - mean) / (std + epsilon)).reshape(x.shape) * gamma + beta

    @wrong(
        "γ and β are missing from your output: they come after the normalisation, one "
        "pair a channel."
    )
    def nothing_learned(x, groups, gamma, beta, epsilon=1e-3):
        N, H, W, C = x.shape
        g = x.reshape(N, H, W, groups, C // groups)
        mean, var = g.mean((1, 2, 4), keepdims=True), g.var((1, 2, 4), keepdims=True)
        return ((g - mean) / np.sqrt(var + epsilon)).reshape(x.shape)

    @wrong(
        "All channels of a group get the γ and β of its first channel. Each channel has its own."
    )
    def learned_per_group(x, groups, gamma, beta, epsilon=1e-3):
        N, H, W, C = x.shape
        size = C // groups
        g = x.reshape(N, H, W, groups, size)
        mean, var = g.mean((1, 2, 4), keepdims=True), g.var((1, 2, 4), keepdims=True)
        out = ((g - mean) / np.sqrt(var + epsilon)).reshape(x.shape)
        return out * np.repeat(gamma[::size], size) + np.repeat(beta[::size], size)


class LocalResponse(Function):
    name = "local_response"
    title = "Find the bug: local response normalisation"
    difficulty = 2
    criteria = (
        Criterion("window", 2, "which channels are neighbours, at the ends, too"),
        Criterion("alexnet", 2, "AlexNet's constants on large activities"),
        Criterion("constants", 1, "other constants, where nobody has neighbours"),
    )
    tolerance = SUMS
    rule = BY_HAND
    revisit = "Neighbours among the channels"

    def probes(self, rng):
        def activities(shape, size=1.0):
            return size * np.maximum(0, rng.normal(0.5, 1, shape))

        friendly = {"k": 1.0, "alpha": 1.0, "beta": 0.5}
        loud = np.zeros((1, 1, 1, 9))
        loud[..., 4], loud[..., 0] = 3.0, 2.0
        yield Probe(
            "window", "two loud channels among nine, n = 3", (loud + 1,), {"n": 3, **friendly}
        )
        yield Probe(
            "window",
            "the lesson's 2, 0, 2, 1",
            (np.array([2.0, 0, 2, 1]).reshape(1, 1, 1, 4),),
            {"n": 3, **friendly},
        )
        yield Probe(
            "window",
            "n = 5, 2 images of 3×2, 8 channels",
            (activities((2, 3, 2, 8)),),
            {"n": 5, **friendly},
        )
        yield Probe(
            "window",
            "n = 7, wider than the 3 channels",
            (activities((1, 2, 2, 3)),),
            {"n": 7, **friendly},
        )
        yield Probe(
            "alexnet",
            "the paper's constants, activities around 100",
            (activities((2, 2, 3, 10), 100),),
        )
        yield Probe(
            "alexnet",
            "the paper's constants, activities around 10⁴",
            (activities((1, 2, 2, 6), 1e4),),
        )
        yield Probe(
            "constants",
            "n = 1: no neighbours",
            (activities((1, 2, 2, 4), 5),),
            {"n": 1, "k": 0.5, "alpha": 0.3, "beta": 1.0},
        )
        yield Probe(
            "constants",
            "β = 0: nothing changes",
            (activities((1, 2, 2, 4), 5),),
            {"n": 1, "beta": 0.0},
        )
        yield Probe(
            "constants",
            "n = 1, k = 3, α = 0.2, β = 0.6",
            (activities((1, 3, 1, 7), 4),),
            {"n": 1, "k": 3.0, "alpha": 0.2, "beta": 0.6},
        )

    @accepted("zeros around the channels, windows")
    def padded(a, n=5, k=2.0, alpha=1e-4, beta=0.75):
        squares = np.pad(np.square(a), ((0, 0), (0, 0), (0, 0), (n // 2, n // 2)))
        sums = np.lib.stride_tricks.sliding_window_view(squares, n, axis=-1).sum(axis=-1)
        return a * (k + alpha * sums) ** -beta

    @accepted("a banded matrix of neighbours")
    def banded(a, n=5, k=2.0, alpha=1e-4, beta=0.75):
        i = np.arange(a.shape[-1])
        near = (np.abs(i[:, None] - i[None, :]) <= n // 2).astype(float)
        return a / (k + alpha * (a**2 @ near)) ** beta

    @accepted("a copy, then the loop")
    def copied(a, n=5, k=2.0, alpha=1e-4, beta=0.75):
        b = a.copy()
        for i in range(a.shape[-1]):
            low, high = max(0, i - n // 2), min(a.shape[-1] - 1, i + n // 2)
            total = sum(a[..., j] ** 2 for j in range(low, high + 1))
            b[..., i] = a[..., i] / np.power(k + alpha * total, beta)
        return b

    @wrong(
        "Nothing has changed: later channels still meet neighbours that have been normalised "
        "already. Which array does the sum read, and which one is written?"
    )
    def still_in_place(a, n=5, k=2.0, alpha=1e-4, beta=0.75):
        a = a.copy()
        for i in range(a.shape[-1]):
            window = a[..., max(0, i - n // 2) : i + n // 2 + 1]
            a[..., i] = a[..., i] / (k + alpha * np.sum(window**2, axis=-1)) ** beta
        return a

    @wrong(
        "You take n channels on each side. n is the whole window, with the channel in its middle "
        "(TensorFlow's `depth_radius` is the other way to count)."
    )
    def n_for_radius(a, n=5, k=2.0, alpha=1e-4, beta=0.75):
        sums = np.stack(
            [np.sum(a[..., max(0, i - n) : i + n + 1] ** 2, -1) for i in range(a.shape[-1])], -1
        )
        return a / (k + alpha * sums) ** beta

    @wrong(
        "You divide α by n: that is PyTorch's and Caffe's convention. In the AlexNet "
        "paper α multiplies "
        "the sum as it is."
    )
    def alpha_over_n(a, n=5, k=2.0, alpha=1e-4, beta=0.75):
        r = n // 2
        sums = np.stack(
            [np.sum(a[..., max(0, i - r) : i + r + 1] ** 2, -1) for i in range(a.shape[-1])], -1
        )
        return a / (k + alpha / n * sums) ** beta

    @wrong("Your window ends one channel too early on its upper side: a slice leaves its end out.")
    def lopsided(a, n=5, k=2.0, alpha=1e-4, beta=0.75):
        r = n // 2
        sums = np.stack(
            [np.sum(a[..., max(0, i - r) : i + r] ** 2, -1) for i in range(a.shape[-1])], -1
        )
        return a / (k + alpha * sums) ** beta

    @wrong(
        "Your window wraps around: the first channel's neighbours are the last ones. It "
        "should end where the channels end."
    )
    def wraps_around(a, n=5, k=2.0, alpha=1e-4, beta=0.75):
        sums = sum(np.roll(a**2, shift, axis=-1) for shift in range(-(n // 2), n // 2 + 1))
        return a / (k + alpha * sums) ** beta

    @wrong(
        "At the first channels your window is empty: its start is negative, and a slice counts "
        "negative numbers from the end. Nothing divides those channels as it should."
    )
    def negative_start(a, n=5, k=2.0, alpha=1e-4, beta=0.75):
        r, b = n // 2, np.zeros_like(a)
        for i in range(a.shape[-1]):
            window = a[..., i - r : i + r + 1]
            b[..., i] = a[..., i] / (k + alpha * np.sum(window**2, axis=-1)) ** beta
        return b

    @wrong(
        "The first and last channels stay 0: you leave out those whose window is not complete. "
        "They are channels like the others, with fewer neighbours."
    )
    def ends_left_out(a, n=5, k=2.0, alpha=1e-4, beta=0.75):
        r, b = n // 2, np.zeros_like(a)
        for i in range(r, a.shape[-1] - r):
            window = a[..., i - r : i + r + 1]
            b[..., i] = a[..., i] / (k + alpha * np.sum(window**2, axis=-1)) ** beta
        return b

    @wrong("You add up the activities themselves. Their squares are asked for.")
    def not_squared(a, n=5, k=2.0, alpha=1e-4, beta=0.75):
        r = n // 2
        sums = np.stack(
            [np.sum(a[..., max(0, i - r) : i + r + 1], -1) for i in range(a.shape[-1])], -1
        )
        return a / (k + alpha * sums) ** beta

    @wrong("You leave out the channel itself. The window has it in its middle.")
    def without_itself(a, n=5, k=2.0, alpha=1e-4, beta=0.75):
        r = n // 2
        sums = np.stack(
            [np.sum(a[..., max(0, i - r) : i + r + 1] ** 2, -1) for i in range(a.shape[-1])], -1
        )
        return a / (k + alpha * (sums - a**2)) ** beta

    @wrong(
        "Your windows lie in the map: neighbouring pixels. The neighbours here are the "
        "channels at the same place."
    )
    def neighbouring_pixels(a, n=5, k=2.0, alpha=1e-4, beta=0.75):
        r = n // 2
        sums = np.zeros_like(a)
        for i in range(a.shape[2]):
            sums[:, :, i] = np.sum(a[:, :, max(0, i - r) : i + r + 1] ** 2, axis=2)
        return a / (k + alpha * sums) ** beta

    @wrong("The power β is missing, or is always a root. It is a constant of its own.")
    def square_root(a, n=5, k=2.0, alpha=1e-4, beta=0.75):
        r = n // 2
        sums = np.stack(
            [np.sum(a[..., max(0, i - r) : i + r + 1] ** 2, -1) for i in range(a.shape[-1])], -1
        )
        return a / np.sqrt(k + alpha * sums)

    @wrong("You average the squares over the channels that are there. The paper adds them up.")
    def mean_for_sum(a, n=5, k=2.0, alpha=1e-4, beta=0.75):
        r = n // 2
        sums = np.stack(
            [np.mean(a[..., max(0, i - r) : i + r + 1] ** 2, -1) for i in range(a.shape[-1])], -1
        )
        return a / (k + alpha * sums) ** beta


class Quiz(Choices):
    name = "quiz"
    title = "Quiz"
    difficulty = 1
    revisit = "Summary"
    questions: ClassVar = {
        "q1": (
            "A batch of 8 images, maps of 10×10 with 16 channels. Over how many numbers "
            "is one mean "
            "of batch normalisation taken?",
            {"a": "800", "b": "8", "c": "1,600"},
        ),
        "q2": (
            "Training accuracy is 95 %, validation accuracy jumps between 20 and 60 % during the "
            "first epoch; momentum is 0.99. The likeliest cause:",
            {
                "a": "overfitting",
                "b": "running statistics that have not settled",
                "c": "a learning rate that is too small",
            },
        ),
        "q3": (
            "You double all weights of a convolution that is followed by batch normalisation, in "
            "training. The output of the normalisation",
            {"a": "doubles", "b": "halves", "c": "stays practically the same"},
        ),
        "q4": (
            "Video frames are classified one by one, in inference, by a network with batch "
            "normalisation that has been trained in batches of 64. This",
            {
                "a": "works: the running statistics are used",
                "b": "gives β everywhere",
                "c": "depends on the frame before",
            },
        ),
        "q5": (
            "Gradient descent changes, in a batch normalisation layer,",
            {
                "a": "γ, β, running mean and running variance",
                "b": "γ and β",
                "c": "nothing",
            },
        ),
        "q6": (
            "On maps of shape (N, H, W, C), LayerNormalization() with its defaults averages over",
            {"a": "H, W and C", "b": "N, H and W", "c": "C alone, at each pixel"},
        ),
    }
    because: ClassVar = {
        "q1": {
            "b": (
                "That would be one mean for each place of a map. All places of a channel share one."
            ),
            "c": "That is one image with all its channels: what layer normalisation takes.",
        },
        "q2": {
            "a": "Overfitting comes late, and creeps. This jumps within the first epoch.",
            "c": "With too small a learning rate the training accuracy would be poor as well.",
        },
        "q3": {
            "a": "What happens to the standard deviation of the channel, by which it is divided?",
            "b": (
                "What happens to the mean and the standard deviation, and what is divided by what?"
            ),
        },
        "q4": {
            "b": (
                "That happens with a batch of one number in *training*. Which statistics does "
                "inference use?"
            ),
            "c": "In inference no statistic is taken from what passes through.",
        },
        "q5": {
            "a": "Two of these are averages of what passes through. No slope changes them.",
            "c": "Two of its numbers are learned like any weight. Look at the table of weights.",
        },
        "q6": {
            "a": "That is what one expects from the name. Look at the default of `axis`.",
            "b": "Those are the axes of batch normalisation.",
        },
    }
