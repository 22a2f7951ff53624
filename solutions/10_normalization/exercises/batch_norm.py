"""What is right in `batch_norm`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Function, Probe, Rule, accepted, near_miss, wrong

from ._shared import BY_HAND, STATISTICS


class BatchNorm(Function):
    title = "Batch normalisation, forwards"
    starred = True
    difficulty = 1
    criteria = (
        Criterion("normalised", 2, "what shares a mean and a variance, with γ = 1 and β = 0"),
        Criterion("learned", 1, "γ and β"),
        Criterion("epsilon", 1, "the place of ε, and channels without variance"),
    )
    tolerance = STATISTICS
    rule = BY_HAND
    habit = Rule(
        forbid=("for", "while"),
        reason="That is right; a mean over three axes does it for all channels at once.",
    )
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

    unbiased = wrong(
        "Your variance divides by m − 1. That estimates the variance of a population "
        "from a sample; "
        "the layer divides by the number of values it has.",
        change={"x.var(axis=(0, 1, 2))": "x.var(axis=(0, 1, 2), ddof=1)"},
    )

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

    per_place = wrong(
        "You average over the images alone, so that every place of a map has a mean of its own. "
        "A channel has one mean for all places.",
        change={"x.mean(axis=(0, 1, 2)), x.var(axis=(0, 1, 2))": "x.mean(axis=0), x.var(axis=0)"},
    )

    over_everything = wrong(
        "You average over everything, channels included. There is one mean for each channel.",
        change={"x.mean(axis=(0, 1, 2)), x.var(axis=(0, 1, 2))": "x.mean(), x.var()"},
    )

    epsilon_outside = wrong(
        "You add ε to the standard deviation. It is added to the variance, before the "
        "root is taken.",
        change={"np.sqrt(variance + epsilon)": "(np.sqrt(variance) + epsilon)"},
    )

    no_epsilon = wrong(
        "ε is missing: a channel without variance is divided by zero.",
        change={"np.sqrt(variance + epsilon)": "np.sqrt(variance)"},
    )

    mean_of_squares = wrong(
        "Your variance is the mean of the squares. The mean has to be taken away before squaring, "
        "or its square afterwards.",
        change={"x.var(axis=(0, 1, 2))": "(x**2).mean(axis=(0, 1, 2))"},
    )

    divides_by_variance = wrong(
        "You divide by the variance. Divide by its root: then the result has a width of 1.",
        change={"np.sqrt(variance + epsilon)": "(variance + epsilon)"},
    )

    returns_deviation = wrong(
        "The normalised values are right; what you return beside them is the standard deviation. "
        "The variance is asked for.",
        change={"beta, mean, variance": "beta, mean, np.sqrt(variance)"},
    )

    returns_with_epsilon = wrong(
        "The variance that you return has ε added to it. ε belongs to the division alone.",
        change={"beta, mean, variance": "beta, mean, variance + epsilon"},
    )

    gamma_for_beta = wrong(
        "γ and β have changed places: γ stretches, β shifts.",
        change={"gamma * x_hat + beta": "beta * x_hat + gamma"},
    )

    nothing_learned = wrong(
        "You return the normalised values themselves. γ and β come after that.",
        change={"gamma * x_hat + beta": "x_hat"},
    )

    @wrong(
        "Your mean does not fit the images: it has three axes. Where images and places are "
        "averaged away, one number for each channel is left. Over which axes do you average?",
        revisit="Who is averaged with whom",
    )
    def mean_does_not_fit(x, gamma, beta, epsilon=1e-3):
        mean, variance = x.mean(axis=-1), x.var(axis=-1)
        return gamma * (x - mean) / np.sqrt(variance + epsilon) + beta, mean, variance

    @wrong(
        "Your mean does not fit the images: it has two axes. Where images and places are averaged "
        "away, one number for each channel is left. Over which axes do you average?",
        revisit="Who is averaged with whom",
    )
    def means_of_images_do_not_fit(x, gamma, beta, epsilon=1e-3):
        mean, variance = x.mean(axis=(1, 2)), x.var(axis=(1, 2))
        return gamma * (x - mean) / np.sqrt(variance + epsilon) + beta, mean, variance

    @wrong(
        "Something that you combine with the images does not fit: it has one axis, but not that of "
        "the channels. If it is your mean: over which axes do you average, and which one is left?",
        revisit="Who is averaged with whom",
    )
    def means_of_samples_do_not_fit(x, gamma, beta, epsilon=1e-3):
        mean, variance = x.mean(axis=(1, 2, 3)), x.var(axis=(1, 2, 3))
        return gamma * (x - mean) / np.sqrt(variance + epsilon) + beta, mean, variance

    @wrong(
        "You average over the channels at each place: that is layer normalisation as Keras does it "
        "by default. A channel of batch normalisation knows nothing of the others.",
        revisit="Who is averaged with whom",
    )
    def per_pixel(x, gamma, beta, epsilon=1e-3):
        mean, variance = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)
        return gamma * (x - mean) / np.sqrt(variance + epsilon) + beta, mean, variance

    @wrong(
        "You take a mean for each image by itself, and return one for each image. All images of "
        "the batch share one mean per channel.",
        revisit="Who is averaged with whom",
    )
    def per_image_returned(x, gamma, beta, epsilon=1e-3):
        mean, variance = x.mean(axis=(1, 2), keepdims=True), x.var(axis=(1, 2), keepdims=True)
        return gamma * (x - mean) / np.sqrt(variance + epsilon) + beta, mean, variance

    axes_kept = wrong(
        "The numbers are right; the mean and the variance that you return keep axes of length 1. "
        "Their shape is to be (C,).",
        change={"beta, mean, variance": "beta, mean[None, None, None], variance[None, None, None]"},
    )

    divided_by_images = wrong(
        "You divide the sums by the number of images. Every place of every image has been added "
        "up: how many numbers are that?",
        change={"m = x[..., 0].size": "m = len(x)"},
        of=with_einsum,
    )

    output_alone = wrong(
        "You return the output alone. The batch's mean and variance are asked for as well: "
        "three arrays.",
        change={"beta, mean, variance": "beta"},
    )

    statistics_exchanged = wrong(
        "Your mean and variance are returned in the wrong order: the mean comes first.",
        change={"beta, mean, variance": "beta, variance, mean"},
    )

    deviation_for_variance = wrong(
        "You compute the standard deviation and then treat it as the variance: its root is taken "
        "once more.",
        change={"x.var(axis=(0, 1, 2))": "x.std(axis=(0, 1, 2))"},
    )

    beta_is_stretched = wrong(
        "You add β before you multiply by γ, so that γ stretches β as well.",
        change={"gamma * x_hat + beta": "gamma * (x_hat + beta)"},
    )

    gamma_missing = wrong(
        "γ is missing: the normalised values are shifted, but not stretched.",
        change={"gamma * x_hat + beta": "x_hat + beta"},
    )

    beta_missing = wrong(
        "β is missing: the normalised values are stretched, but not shifted.",
        change={"gamma * x_hat + beta": "gamma * x_hat"},
    )

    not_centred = wrong(
        "You divide by the width, but the mean is not taken away first.",
        change={"(x - mean) / np.sqrt": "x / np.sqrt"},
    )

    unbiased_returned = wrong(
        "The normalised values are right; the variance that you return divides by m − 1. The layer "
        "divides by the number of values it has.",
        change={"beta, mean, variance": "beta, mean, x.var(axis=(0, 1, 2), ddof=1)"},
    )

    too_much_returned = wrong(
        "You return more than the three arrays asked for: the output, the batch's mean and its "
        "variance.",
        change={"beta, mean, variance": "beta, x_hat, mean, variance"},
    )

    @wrong(
        "You take a mean for each image by itself: that is instance normalisation. Here all images "
        "of the batch share one mean per channel.",
        revisit="Who is averaged with whom",
    )
    def per_image_squeezed(x, gamma, beta, epsilon=1e-3):
        mean, variance = x.mean(axis=(1, 2), keepdims=True), x.var(axis=(1, 2), keepdims=True)
        y = gamma * (x - mean) / np.sqrt(variance + epsilon) + beta
        return y, mean.squeeze(), variance.squeeze()

    joined = near_miss(
        "raises because γ and the images cannot be joined",
        change={"gamma * x_hat + beta": "np.concatenate([gamma, x_hat]) + beta"},
        unlike=(
            mean_does_not_fit, means_of_images_do_not_fit, means_of_samples_do_not_fit,
        ),
    )  # fmt: skip

    one_axis_kept = near_miss(
        "keeps one axis of length 1",
        change={"beta, mean, variance": "beta, mean[None], variance[None]"},
        unlike=axes_kept,
    )

    variance_left_out = near_miss(
        "returns two of the three arrays",
        change={"beta, mean, variance": "beta, mean"},
        unlike=(output_alone, too_much_returned),
    )
