"""What is right in `batch_norm_backward`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Function, Probe, accepted, wrong

from ._shared import BY_HAND, STATISTICS


class BatchNormBackward(Function):
    title = "Batch normalisation, backwards"
    starred = True
    difficulty = 3
    criteria = (
        Criterion("parameters", 2, "the slopes for γ and β, where x itself has none (dY constant)"),
        Criterion("input", 3, "all three slopes on random numbers"),
        Criterion("epsilon", 1, "a large ε, and a batch of two single numbers"),
    )
    tolerance = STATISTICS
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

    statistics_constant = wrong(
        "You treat mean and variance as constants. They move with every x: two roads are missing, "
        "the one through the mean and the one through the variance.",
        change={"dx / deviation": "dx_hat / deviation"},
    )

    variance_constant = wrong(
        "The road through the variance is missing: you let only the mean move with x.",
        change={"dx / deviation": "(dx_hat - dx_hat.mean(axis=axes)) / deviation"},
    )

    mean_constant = wrong(
        "The road through the mean is missing: you let only the variance move with x.",
        change={"dx_hat - dx_hat.mean(axis=axes)": "dx_hat"},
    )

    gamma_forgotten = wrong(
        "γ is missing on the way to x: the slope for x̂ is not yet the slope for y. (With γ = 1 "
        "nobody would notice.)",
        change={"dy * gamma": "dy"},
    )

    averaged = wrong(
        "You average the slopes for γ and β. They touch all m outputs of their channel, and roads "
        "add up; a division by N, if any, is in dY already.",
        change={
            "(dy * x_hat).sum(axis=axes), dy.sum(axis=axes)": (
                "(dy * x_hat).mean(axis=axes), dy.mean(axis=axes)"
            ),
        },
    )

    gamma_from_x = wrong(
        "Your slope for γ uses x. What γ multiplies is the normalised x̂.",
        change={"(dy * x_hat)": "(dy * x)"},
    )

    gamma_for_beta = wrong(
        "Your slopes for γ and β have changed places.",
        change={
            "(dy * x_hat).sum(axis=axes), dy.sum(axis=axes)": (
                "dy.sum(axis=axes), (dy * x_hat).sum(axis=axes)"
            ),
        },
    )

    images_alone = wrong(
        "You add up over the images alone: each place of the map has a slope of its own. γ and β "
        "are shared by all places.",
        change={
            "(dy * x_hat).sum(axis=axes), dy.sum(axis=axes)": (
                "(dy * x_hat).sum(axis=0), dy.sum(axis=0)"
            ),
        },
    )

    sums_for_means = wrong(
        "Both corrections are there but not averaged: each is a sum over the m numbers and lacks "
        "its 1/m. The mean and the variance both have one.",
        change={
            "dx_hat.mean(axis=axes)": "dx_hat.sum(axis=axes)",
            "(dx_hat * x_hat).mean(axis=axes)": "(dx_hat * x_hat).sum(axis=axes)",
        },
    )

    deviation_forgotten = wrong(
        "Your slopes for x lack a division: on the way forwards the centred values are divided by "
        "the standard deviation, and the slope passes the same gate.",
        change={"dx / deviation": "dx"},
    )

    corrections_added = wrong(
        "Your corrections have the wrong sign: nudging x up lifts the mean, which *lowers* "
        "every x̂.",
        change={
            "dx_hat - dx_hat.mean(axis=axes) - x_hat": "dx_hat + dx_hat.mean(axis=axes) + x_hat",
        },
    )

    gamma_in_its_own_slope = wrong(
        "γ is in your slopes for γ and β. It belongs to the road to x alone.",
        change={
            "(dy * x_hat).sum(axis=axes), dy.sum(axis=axes)": (
                "(dx_hat * x_hat).sum(axis=axes), dx_hat.sum(axis=axes)"
            ),
        },
    )

    no_epsilon = wrong(
        "ε is missing in your backward pass. It stood under the root on the way forwards.",
        change={"x.var(axis=axes) + epsilon": "x.var(axis=axes)"},
    )

    divided_by_images = wrong(
        "Your m is the number of images. A mean of this layer is taken over all places of all "
        "images: how many numbers are that?",
        change={"m = x[..., 0].size": "m = len(x)"},
        of=from_the_sums,
    )

    divided_by_places = wrong(
        "Your m is the number of places of one map. A mean of this layer is taken over all images "
        "as well: how many numbers are that?",
        change={"m = x[..., 0].size": "m = x[0, ..., 0].size"},
        of=from_the_sums,
    )

    divided_by_everything = wrong(
        "Your m counts the channels, too. Each channel has its own mean: how many numbers is one "
        "mean taken over?",
        change={"m = x[..., 0].size": "m = x.size"},
        of=from_the_sums,
    )

    images_alone_everywhere = wrong(
        "You average and add up over the images alone, as for a table of features. In a map, all "
        "places of a channel share their statistics, γ and β.",
        change={"axes = (0, 1, 2)": "axes = 0"},
    )

    summed_over_channels = wrong(
        "Your slopes for γ and β are single numbers: you added up over the channels, too. Each "
        "channel has a γ and a β of its own.",
        change={
            "(dy * x_hat).sum(axis=axes), dy.sum(axis=axes)": "(dy * x_hat).sum(), dy.sum()",
        },
    )

    axes_kept = wrong(
        "Your slopes for γ and β have the right numbers, but keep axes of length 1. Their shape is "
        "that of γ and β, (C,).",
        change={
            "(dy * x_hat).sum(axis=axes), dy.sum(axis=axes)": (
                "(dy * x_hat).sum(axis=axes, keepdims=True), dy.sum(axis=axes, keepdims=True)"
            ),
        },
    )

    order_changed = wrong(
        "Your slopes are right, but in another order: dx first, then dgamma, then dbeta.",
        change={
            "return dx / deviation, (dy * x_hat).sum(axis=axes), dy.sum(axis=axes)": (
                "return (dy * x_hat).sum(axis=axes), dy.sum(axis=axes), dx / deviation"
            ),
        },
    )

    sign_of_the_variance = wrong(
        "The road through the variance has the wrong sign: a larger variance makes every x̂ "
        "*smaller*.",
        change={"* -0.5 *": "* 0.5 *"},
        of=six_equations,
    )

    sign_of_the_mean = wrong(
        "The road through the mean has the wrong sign: x̂ falls when the mean rises.",
        change={"d_mu = -np.sum": "d_mu = np.sum"},
        of=six_equations,
    )

    half_lost = wrong(
        "In the road through the variance a factor is lost: what is the slope of v to the power "
        "−1/2?",
        change={"* -0.5 *": "* -1.0 *"},
        of=six_equations,
    )

    two_lost = wrong(
        "In the road through the variance a factor of 2 is lost: the slope of a square.",
        change={"d_var * 2 * (x - mu) / m": "d_var * (x - mu) / m"},
        of=six_equations,
    )

    mean_not_shared = wrong(
        "The road through the mean lacks its 1/m: nudge one x by 1, and the mean moves by how "
        "much?",
        change={"+ d_mu / m": "+ d_mu"},
        of=six_equations,
    )

    variance_not_shared = wrong(
        "The road through the variance lacks its 1/m: each x has only its share in the variance.",
        change={"d_var * 2 * (x - mu) / m": "d_var * 2 * (x - mu)"},
        of=six_equations,
    )

    gamma_from_centred = wrong(
        "Your slope for γ uses x without its mean, but not yet divided by its width. What γ "
        "multiplies is x̂.",
        change={"np.sum(dy * x_hat, ax)": "np.sum(dy * (x - mu), ax)"},
        of=six_equations,
    )

    epsilon_outside = wrong(
        "You add ε to the standard deviation. In the forward pass it stood under the root, with "
        "the variance.",
        change={"np.sqrt(x.var(axis=axes) + epsilon)": "np.sqrt(x.var(axis=axes)) + epsilon"},
    )

    divided_by_variance = wrong(
        "You divide by the variance where the forward pass divided by its root.",
        change={"np.sqrt(x.var(axis=axes) + epsilon)": "(x.var(axis=axes) + epsilon)"},
    )

    input_alone = wrong(
        "You return the slope for x alone. Those for γ and β are asked for as well: three arrays.",
        change={
            "return dx / deviation, (dy * x_hat).sum(axis=axes), dy.sum(axis=axes)": (
                "return dx / deviation"
            ),
        },
    )

    power_of_the_variance = wrong(
        "In the road through the variance the power is wrong: what is the slope of v to the power "
        "−1/2?",
        change={"** -1.5": "** -0.5"},
        of=six_equations,
    )
