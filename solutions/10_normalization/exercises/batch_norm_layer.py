"""What is right in `batch_norm_layer`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Function, Probe, accepted, wrong

from ._shared import BY_HAND, STATISTICS


class BatchNormLayer(Function):
    title = "Both ways"
    starred = True
    difficulty = 2
    criteria = (
        Criterion("inference", 2, "inference: running statistics, which stay as they are"),
        Criterion("training", 2, "training: the batch's statistics, and the running ones updated"),
        Criterion("momentum", 1, "momenta of 0, 0.5 and 1, and the default"),
        Criterion("kept", 1, "the arrays that are given stay as they are"),
    )
    keeps_arguments = "kept"
    tolerance = STATISTICS
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

    momentum_inverted = wrong(
        "Your momentum is the share of the new value. In Keras it is the share of the old one "
        "that stays (PyTorch has it as you do).",
        change={"if training:": "if training:\n        momentum = 1 - momentum"},
        of=chosen,
    )

    batch_statistics_in_inference = wrong(
        "In inference you normalise with the statistics of the batch: then an image's answer "
        "depends on its neighbours. That is what the running statistics are for.",
        change={"= running_mean, running_variance": "= x.mean((0, 1, 2)), x.var((0, 1, 2))"},
        of=chosen,
    )

    updated_in_inference = wrong(
        "Your running statistics move in inference, too. Using a network must not change it; only "
        "training does.",
        change={"[momentum, 1 - momentum] if training else [1, 0]": "[momentum, 1 - momentum]"},
        of=stacked,
    )

    normalises_with_updated = wrong(
        "In training you normalise with the running statistics after their update. The batch is "
        "normalised with its own; the running ones only listen.",
        change={
            "y = (x - mean)": "mean, variance = running_mean, running_variance\n    y = (x - mean)",
        },
        of=chosen,
    )

    always_running = wrong(
        "You normalise with the old running statistics in training, as in inference. In training "
        "the batch's own are used.",
        change={"batch if training else running": "running"},
        of=stacked,
    )

    unbiased_running = wrong(
        "The running variance is fed with the variance over m − 1. The 2015 paper and PyTorch do "
        "so; Keras, which is asked for here, does not.",
        change={"variance - running_variance": "x.var((0, 1, 2), ddof=1) - running_variance"},
        of=chosen,
    )

    never_updated = wrong(
        "Your output is right; the running statistics never move. How would inference "
        "learn of the data?",
        change={"[momentum, 1 - momentum] if training else [1, 0]": "[1, 0]"},
        of=stacked,
    )

    forgets_the_past = wrong(
        "In training you return the statistics of this batch alone. The running ones "
        "keep a share of the past.",
        change={
            "[momentum, 1 - momentum] if training else [1, 0]": "[0, 1] if training else [1, 0]",
        },
        of=stacked,
    )

    epsilon_in_running = wrong(
        "ε has got into your running variance. It belongs to the division alone.",
        change={"variance - running_variance": "variance + epsilon - running_variance"},
        of=chosen,
    )

    training_and_inference_exchanged = wrong(
        "Training and inference have changed places: you use the batch's statistics where "
        "`training` is False.",
        change={"if training:": "if not training:"},
        of=chosen,
    )

    new_share_not_weighted = wrong(
        "You add the batch's statistics in full to what stays of the old ones. The two shares "
        "together must be 1.",
        change={
            "[momentum, 1 - momentum] if training else [1, 0]": "[1, 0]",
            "return gamma": (
                "if training:\n"
                "        mean, variance = momentum * running + batch\n"
                "    return gamma"
            ),
        },
        of=stacked,
    )

    old_share_not_weighted = wrong(
        "The old running statistics stay in full, and a share of the new ones is added. The two "
        "shares together must be 1.",
        change={
            "momentum * means[c]": "means[c]",
            "momentum * variances[c]": "variances[c]",
        },
        of=loops,
    )

    running_deviation = wrong(
        "You feed the running variance with the standard deviation of the batch. In inference, a "
        "root is taken of it.",
        change={"variance - running_variance": "np.sqrt(variance) - running_variance"},
        of=chosen,
    )

    momentum_fixed = wrong(
        "Your momentum is always 0.99, whatever the caller says.",
        change={"if training:": "if training:\n        momentum = 0.99"},
        of=chosen,
    )

    variance_not_updated = wrong(
        "Your running mean moves, your running variance does not.",
        change={"variances[c] = momentum": "_ = momentum"},
        of=loops,
    )

    output_alone = wrong(
        "You return the output alone. The running statistics after this call are asked for as "
        "well: three arrays.",
        change={
            "return gamma * (x - used[0]) / np.sqrt(used[1] + epsilon) + beta, mean, variance": (
                "return gamma * (x - used[0]) / np.sqrt(used[1] + epsilon) + beta"
            ),
        },
        of=stacked,
    )

    batch_returned_in_inference = wrong(
        "In inference your output is right, but you return the statistics of the batch as the "
        "running ones. Using a network must not change it.",
        change={"else [1, 0]": "else [0, 1]"},
        of=stacked,
    )

    no_epsilon = wrong(
        "ε is missing: it is added to the variance, in training and in inference.",
        change={"variance + epsilon": "variance"},
        of=chosen,
    )

    epsilon_outside = wrong(
        "You add ε to the standard deviation. It is added to the variance, before the root is "
        "taken.",
        change={"np.sqrt(used[1] + epsilon)": "(np.sqrt(used[1]) + epsilon)"},
        of=stacked,
    )

    nothing_learned_in_inference = wrong(
        "In inference γ and β are missing. They belong to the layer in both ways of running.",
        change={
            "return gamma * x_hat + beta, running_mean, running_variance": (
                "return x_hat, running_mean, running_variance"
            ),
        },
    )

    variance_for_deviation = wrong(
        "You divide by the running variance in inference. Divide by its root, with ε under it.",
        change={"np.sqrt(running_variance + epsilon)": "(running_variance + epsilon)"},
    )

    updated_and_used_in_inference = wrong(
        "In inference you update the running statistics and normalise with what comes out. Using a "
        "network must not change it, nor may an image's answer depend on its neighbours.",
        change={
            "used = batch if training else running": "used = batch",
            "[momentum, 1 - momentum] if training else [1, 0]": "[momentum, 1 - momentum]",
            "    return gamma": (
                "    if not training:\n        used = [mean, variance]\n    return gamma"
            ),
        },
        of=stacked,
    )

    unbiased_everywhere = wrong(
        "Your variance divides by m − 1, in the output as in the running statistics. The layer "
        "divides by the number of values it has.",
        change={"x.var((0, 1, 2))": "x.var((0, 1, 2), ddof=1)"},
        of=chosen,
    )

    per_place = wrong(
        "In training you average over the images alone, so that every place of a map has a mean of "
        "its own. A channel has one mean for all places.",
        change={"x.mean((0, 1, 2)), x.var((0, 1, 2))": "x.mean(0), x.var(0)"},
        of=chosen,
    )

    over_everything = wrong(
        "In training you average over everything, channels included. There is one mean for each "
        "channel.",
        change={"x.mean((0, 1, 2)), x.var((0, 1, 2))": "x.mean(), x.var()"},
        of=chosen,
    )

    running_in_place = wrong(
        "You update the running statistics in the arrays that you were given. What comes back is "
        "right, and the caller has lost the old ones: return new arrays.",
        change={
            "running_mean = momentum * running_mean + (1 - momentum) * mean": (
                "running_mean[:] = momentum * running_mean + (1 - momentum) * mean"
            ),
            "running_variance = momentum * running_variance + (1 - momentum) * variance": (
                "running_variance[:] = momentum * running_variance + (1 - momentum) * variance"
            ),
        },
    )
