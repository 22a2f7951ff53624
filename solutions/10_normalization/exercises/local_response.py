"""What is right in `local_response`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Function, Probe, accepted, wrong

from ._shared import BY_HAND, STATISTICS


class LocalResponse(Function):
    title = "Find the bug"
    difficulty = 2
    criteria = (
        Criterion("window", 2, "which channels are neighbours, at the ends, too"),
        Criterion("alexnet", 2, "AlexNet's constants on large activities"),
        Criterion("constants", 1, "other constants, where nobody has neighbours"),
        Criterion("kept", 1, "`a` stays as it is"),
    )
    keeps_arguments = "kept"
    tolerance = STATISTICS
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

    still_in_place = wrong(
        "Nothing has changed: later channels still meet neighbours that have been normalised "
        "already. Which array does the sum read, and which one is written?",
        change={"b = np.empty_like(a)": "b = a = a.copy()"},
    )

    n_for_radius = wrong(
        "You take n channels on each side. n is the whole window, with the channel in its middle "
        "(TensorFlow's `depth_radius` is the other way to count).",
        change={"max(0, i - n // 2) : i + n // 2 + 1": "max(0, i - n) : i + n + 1"},
    )

    alpha_over_n = wrong(
        "You divide α by n: that is PyTorch's and Caffe's convention. In the AlexNet "
        "paper α multiplies "
        "the sum as it is.",
        change={"k + alpha": "k + alpha / n"},
    )

    lopsided = wrong(
        "Your window ends one channel too early on its upper side: a slice leaves its end out.",
        change={"i + n // 2 + 1": "i + n // 2"},
    )

    wraps_around = wrong(
        "Your window wraps around: the first channel's neighbours are the last ones. It "
        "should end where the channels end.",
        change={
            "((0, 0), (0, 0), (0, 0), (n // 2, n // 2))": (
                '((0, 0), (0, 0), (0, 0), (n // 2, n // 2)), mode="wrap"'
            ),
        },
        of=padded,
    )

    negative_start = wrong(
        "At the first channels your window is empty: its start is negative, and a slice counts "
        "negative numbers from the end. Nothing divides those channels as it should.",
        change={"max(0, i - n // 2)": "i - n // 2"},
    )

    ends_left_out = wrong(
        "The first and last channels stay 0: you leave out those whose window is not complete. "
        "They are channels like the others, with fewer neighbours.",
        change={
            "np.empty_like(a)": "np.zeros_like(a)",
            "range(a.shape[-1])": "range(n // 2, a.shape[-1] - n // 2)",
        },
    )

    not_squared = wrong(
        "You add up the activities themselves. Their squares are asked for.",
        change={"window**2": "window"},
    )

    without_itself = wrong(
        "You leave out the channel itself. The window has it in its middle.",
        change={"np.sum(window**2, axis=-1)": "(np.sum(window**2, axis=-1) - a[..., i] ** 2)"},
    )

    neighbouring_pixels = wrong(
        "Your windows lie in the map: neighbouring pixels. The neighbours here are the "
        "channels at the same place.",
        change={
            "((0, 0), (0, 0), (0, 0), (n // 2, n // 2))": (
                "((0, 0), (0, 0), (n // 2, n // 2), (0, 0))"
            ),
            "squares, n, axis=-1": "squares, n, axis=2",
        },
        of=padded,
    )

    square_root = wrong(
        "The power β is missing, or is always a root. It is a constant of its own.",
        change={"** beta": "** 0.5"},
    )

    mean_for_sum = wrong(
        "You average the squares over the channels that are there. The paper adds them up.",
        change={"np.sum(window**2, axis=-1)": "np.mean(window**2, axis=-1)"},
    )

    own_square = wrong(
        "In your sum every neighbour has the channel's own activity. It is what the *others* do at "
        "this place that divides it.",
        change={"(a**2 @ near)": "a**2 * near.sum(axis=0)"},
        of=banded,
    )

    no_neighbours = wrong(
        "Your sum holds the channel alone: its neighbours do not matter, whatever n says.",
        change={"(a**2 @ near)": "a**2"},
        of=banded,
    )

    square_of_the_sum = wrong(
        "You square the sum of the activities. Each is squared first; then the squares are added.",
        change={"np.sum(window**2, axis=-1)": "np.sum(window, axis=-1) ** 2"},
    )

    multiplied = wrong(
        "You multiply by the measure of the neighbours. Loud neighbours are to make a channel "
        "quieter.",
        change={"** -beta": "** beta"},
        of=padded,
    )

    no_power = wrong(
        "The power β is missing.",
        change={") ** beta": ")"},
    )

    constant_missing = wrong(
        "k is missing from the sum, or is always 1. It is a constant of the formula.",
        change={"(k + alpha": "(1 + alpha"},
    )

    alpha_missing = wrong(
        "α is missing: it weighs the sum of the squares.",
        change={"alpha * np.sum": "np.sum"},
    )

    default_constants = wrong(
        "You use the paper's constants, whatever the caller says. They are arguments.",
        change={
            "b = np.empty_like(a)": "k, alpha, beta = 2.0, 1e-4, 0.75\n    b = np.empty_like(a)"
        },
    )

    every_channel = wrong(
        "Your sum runs over all channels, whatever n says. Only the nearest count.",
        change={"max(0, i - n // 2) : i + n // 2 + 1": ":"},
    )

    one_side = wrong(
        "Your window has only the channels before. The channel stands in its middle: as many come "
        "after it.",
        change={"i + n // 2 + 1": "i + 1"},
    )

    beyond_the_channels = wrong(
        "At the last channels you ask for a neighbour that does not exist. The window ends where "
        "the channels end.",
        change={
            "low, high = max(0, i - n // 2), min(a.shape[-1] - 1, i + n // 2)": (
                "low, high = i - n // 2, i + n // 2"
            ),
        },
        of=copied,
    )

    factor_alone = wrong(
        "You return the measure of the neighbours. The activity divided by it is asked for.",
        change={"a * (k + alpha * sums) ** -beta": "(k + alpha * sums) ** beta"},
        of=padded,
    )

    end_of_the_range = wrong(
        "Your sum leaves out the last neighbour: a range ends before its end.",
        change={"range(low, high + 1)": "range(low, high)"},
        of=copied,
    )

    summed_over_everything = wrong(
        "You add up over all images and all places. The neighbours are the channels at the *same* "
        "place of the same image.",
        change={"np.sum(window**2, axis=-1)": "np.sum(window**2)"},
    )

    written_over = wrong(
        "You read from a copy and write into `a`. Your numbers are right, and the caller's "
        "feature maps are gone: turn the two round.",
        change={"b = np.empty_like(a)": "b, a = a, a.copy()"},
    )
