"""What is right in `group_norm`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Function, Probe, accepted, wrong

from ._shared import BY_HAND, SUMS


class GroupNorm(Function):
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
