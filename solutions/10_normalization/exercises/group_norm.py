"""What is right in `group_norm`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Function, Probe, accepted, wrong

from ._shared import BY_HAND, STATISTICS


class GroupNorm(Function):
    title = "Group normalisation"
    difficulty = 2
    criteria = (
        Criterion("groups", 3, "which channels form a group"),
        Criterion("extremes", 1, "one group, and a group for each channel"),
        Criterion("learned", 1, "γ and β, one pair a channel"),
        Criterion("epsilon", 1, "ε, and numbers of all sizes"),
    )
    tolerance = STATISTICS
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

    interleaved = wrong(
        "Your groups are interleaved: every second or third channel, like cards dealt out. A group "
        "is a run of neighbouring channels.",
        change={
            "groups, C // groups": "C // groups, groups",
            "mean(axis=(1, 2, 4), keepdims=True)": "mean(axis=(1, 2, 3), keepdims=True)",
            "var(axis=(1, 2, 4), keepdims=True)": "var(axis=(1, 2, 3), keepdims=True)",
        },
    )

    over_the_batch = wrong(
        "The batch is in your averages. Group normalisation stays within one image: that is its "
        "whole point.",
        change={
            "mean(axis=(1, 2, 4), keepdims=True)": "mean(axis=(0, 1, 2, 4), keepdims=True)",
            "var(axis=(1, 2, 4), keepdims=True)": "var(axis=(0, 1, 2, 4), keepdims=True)",
        },
    )

    per_pixel = wrong(
        "Each place of your maps has statistics of its own: you average over the "
        "channels of a group "
        "at one pixel. Height and width belong into the average.",
        change={
            "mean(axis=(1, 2, 4), keepdims=True)": "mean(axis=4, keepdims=True)",
            "var(axis=(1, 2, 4), keepdims=True)": "var(axis=4, keepdims=True)",
        },
    )

    instance = wrong(
        "You average over the places alone, so every channel is by itself, whatever `groups` says. "
        "That is instance normalisation.",
        change={"groups, C // groups": "C, 1"},
    )

    channels_first = wrong(
        "You reshape (N, H, W, C) as if the channels stood before the places: your groups are "
        "strips of the map, with all channels in each. In Keras the channels are the last axis.",
        change={
            "x.transpose(0, 3, 1, 2)": "x",
            "reshape(N, C, H, W).transpose(0, 2, 3, 1)": "reshape(x.shape)",
        },
        of=rows,
    )

    no_mean = wrong(
        "You subtract no mean: that is RMS normalisation. Group normalisation takes the mean away "
        "first.",
        change={"part - mean": "part"},
        of=split,
        revisit="A photograph through all of them",
    )

    layer = wrong(
        "You ignore `groups` and take all channels together. That is layer normalisation.",
        change={"groups, C // groups": "1, C"},
    )

    size_for_number = wrong(
        "Your groups have `groups` channels each. It is the number of groups, not their size.",
        change={"groups, C // groups": "C // groups, groups"},
    )

    unbiased = wrong(
        "Your variance divides by one number less than there are. Divide by all.",
        change={"part.var()": "part.var(ddof=1)"},
        of=loops,
    )

    epsilon_outside = wrong(
        "ε stands outside the root in your function. It is added to the variance.",
        change={"np.sqrt(variance + epsilon)": "(np.sqrt(variance) + epsilon)"},
    )

    nothing_learned = wrong(
        "γ and β are missing from your output: they come after the normalisation, one "
        "pair a channel.",
        change={"gamma * out + beta": "out"},
        of=loops,
    )

    learned_per_group = wrong(
        "All channels of a group get the γ and β of its first channel. Each channel has its own.",
        change={
            "gamma * out + beta": (
                "np.repeat(gamma[::size], size) * out + np.repeat(beta[::size], size)"
            ),
        },
        of=loops,
    )

    no_epsilon = wrong(
        "ε is missing: a group without variance is divided by zero.",
        change={"part.var() + epsilon": "part.var()"},
        of=loops,
    )

    divides_by_variance = wrong(
        "You divide by the variance. Divide by its root: then the result has a width of 1.",
        change={"np.sqrt(variance + epsilon)": "(variance + epsilon)"},
    )

    gamma_missing = wrong(
        "γ is missing: one for each channel, after the normalisation.",
        change={"gamma * out + beta": "out + beta"},
        of=loops,
    )

    beta_missing = wrong(
        "β is missing: one for each channel, after the normalisation.",
        change={"gamma * out + beta": "gamma * out"},
        of=loops,
    )

    beta_is_stretched = wrong(
        "You add β before you multiply by γ, so that γ stretches β as well.",
        change={"gamma * out + beta": "gamma * (out + beta)"},
        of=loops,
    )

    gamma_for_beta = wrong(
        "γ and β have changed places: γ stretches, β shifts.",
        change={"gamma * out + beta": "beta * out + gamma"},
        of=loops,
    )

    over_everything = wrong(
        "You average over everything, the images of the batch included. Each image and each group "
        "is by itself.",
        change={
            "grouped.mean(axis=(1, 2, 4), keepdims=True)": "grouped.mean()",
            "grouped.var(axis=(1, 2, 4), keepdims=True)": "grouped.var()",
        },
    )

    as_batch_norm = wrong(
        "You average each channel over the batch: that is batch normalisation. Here each image is "
        "by itself, and channels come in groups.",
        change={
            "grouped.mean(axis=(1, 2, 4), keepdims=True)": "grouped.mean(axis=(0, 1, 2))",
            "grouped.var(axis=(1, 2, 4), keepdims=True)": "grouped.var(axis=(0, 1, 2))",
        },
    )

    axes_left_split = wrong(
        "Your result still has five axes: after the normalisation the groups go back to (N, H, W, "
        "C).",
        change={
            ".reshape(x.shape) * gamma + beta": (
                " * gamma.reshape(groups, -1) + beta.reshape(groups, -1)"
            )
        },
    )

    mean_of_squares = wrong(
        "Your variance is the mean of the squares. The mean has to be taken away before squaring.",
        change={"(centred**2).mean": "(part**2).mean"},
        of=split,
    )

    @wrong(
        "The mean of a group does not fit its numbers: where axes are averaged away, they have to "
        "be kept with length 1 before you subtract."
    )
    def axes_not_kept(x, groups, gamma, beta, epsilon=1e-3):
        N, H, W, C = x.shape
        grouped = x.reshape(N, H, W, groups, C // groups)
        mean, variance = grouped.mean(axis=(1, 2, 4)), grouped.var(axis=(1, 2, 4))
        return ((grouped - mean) / np.sqrt(variance + epsilon)).reshape(x.shape) * gamma + beta

    across_the_groups = wrong(
        "You average across the groups, channel by channel of each: the first channels of all "
        "groups share a mean, and so on. Which of the two axes that you split is the one within a "
        "group?",
        change={
            "mean(axis=(1, 2, 4), keepdims=True)": "mean(axis=(1, 2, 3), keepdims=True)",
            "var(axis=(1, 2, 4), keepdims=True)": "var(axis=(1, 2, 3), keepdims=True)",
        },
    )
