"""What is right in `he_truncated`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Pipeline, Repeat, Rule, accepted, near_miss, wrong

from ._shared import FRAMEWORKS, GLOBAL_CHANCE, _rng


class HeTruncated(Pipeline):
    title = "Write He's initialiser"
    difficulty = 3
    criteria = (
        Criterion("spread", 2, "the standard deviation, for a Dense kernel"),
        Criterion("convolution", 1, "the standard deviation, for a convolution"),
        Criterion("bounds", 2, "no value beyond the bounds, and the mean"),
        Criterion("chance", 1, "other numbers with every generator"),
    )
    revisit = "The odd one out"
    rule = Rule(
        forbid=(*FRAMEWORKS, *GLOBAL_CHANCE, "initializers"),
        reason="Draw the numbers yourself, with rng; Keras's initialisers you have seen above.",
    )

    def probes(self, rng):
        seed = int(rng.integers(1000))
        n, m, c, f = (int(v) for v in rng.integers((45, 70, 7, 12), (60, 95, 10, 30)))
        dense, conv = ((n, m),), ((3, 3, c, f),)
        draws = f"Dense ({n}, {m}), 60 draws"
        yield Repeat("spread", draws, dense, _rng(seed), repeats=60,
                    statistic="std", within=0.003)  # fmt: skip
        yield Repeat("convolution", f"3×3 from {c} to {f} channels, 60 draws", conv, _rng(seed),
                    repeats=60, statistic="std", within=0.003)  # fmt: skip
        yield Repeat("bounds", f"{draws}: the largest number", dense, _rng(seed),
                    repeats=60, statistic="max", within=0.004)  # fmt: skip
        yield Repeat("bounds", f"{draws}: the smallest number", dense, _rng(seed),
                    repeats=60, statistic="min", within=0.004)  # fmt: skip
        yield Repeat("bounds", f"{draws}: the mean", dense, _rng(seed), repeats=60,
                    statistic="mean", within=0.005)  # fmt: skip
        yield Repeat("chance", "60 draws with different generators: how many differ", dense,
                    _rng(seed), repeats=60, statistic="distinct", within=0.01)  # fmt: skip

    @accepted("one number at a time")
    def one_by_one(shape, rng):
        sigma = np.sqrt(2 / np.prod(shape[:-1])) / 0.87962566
        kept = []
        while len(kept) < np.prod(shape):
            kept += [w for w in rng.normal(0, sigma, 500) if abs(w) <= 2 * sigma]
        return np.array(kept[: int(np.prod(shape))]).reshape(shape)

    @accepted("SciPy's truncated normal")
    def by_scipy(shape, rng):
        bell = stats.truncnorm(-2, 2)
        draws = bell.rvs(size=shape, random_state=rng)
        return draws / bell.std() * starting_std(shape, "he")

    @accepted("more than enough, then a choice")
    def surplus(shape, rng):
        count = int(np.prod(shape))
        draws = rng.standard_normal(2 * count + 100)
        draws = draws[np.abs(draws) < 2][:count].reshape(shape)
        return draws * starting_std(shape, "he") / np.sqrt(0.77374)

    @accepted("through the inverse of the bell's area")
    def inverse(shape, rng):
        low, high = stats.norm.cdf([-2, 2])
        draws = stats.norm.ppf(rng.uniform(low, high, shape))
        return draws * np.sqrt(2 / fans(shape)[0]) / 0.8796256610342398

    not_corrected = wrong(
        "Your weights are too narrow: the bell had He's σ *before* truncation, and truncation took "
        "12 % of it. Which σ must you start from?",
        change={
            'starting_std(shape, "he") / stats.truncnorm(-2, 2).std()': (
                'starting_std(shape, "he")'
            )
        },
    )

    @wrong(
        "The spread is He's, but nothing is cut: values beyond two standard deviations are left."
    )
    def not_truncated(shape, rng):
        return rng.normal(0, starting_std(shape, "he"), shape)

    @wrong(
        "The bell is wider to make up for a truncation, and then it is not truncated: too wide, "
        "with tails."
    )
    def corrected_not_truncated(shape, rng):
        return rng.normal(0, starting_std(shape, "he") / 0.8796, shape)

    @wrong(
        "You moved what lies outside to the bound. There it heaps up, and the spread is larger "
        "than after a redraw."
    )
    def clipped(shape, rng):
        sigma = starting_std(shape, "he") / 0.8796
        return np.minimum(np.maximum(rng.normal(0, sigma, shape), -2 * sigma), 2 * sigma)

    redrawn_once = wrong(
        "You redraw once. Of the redrawn values one in twenty lies outside again: as often as it "
        "takes.",
        change={"while np.any": "if np.any"},
    )

    variance_for_std = wrong(
        "You handed NumPy the variance where it wants the standard deviation: your weights are "
        "far too small.",
        change={'starting_std(shape, "he")': 'starting_std(shape, "he") ** 2'},
        revisit="Three rules",
    )

    lecun = wrong(
        "The spread is LeCun's. He's variance is twice as large, because ReLU halves.",
        change={'"he"': '"lecun"'},
        revisit="Three rules",
    )

    window_forgotten = wrong(
        "For a Dense kernel your spread is right, for a convolution too large: the window is "
        "missing in your fan-in.",
        change={'starting_std(shape, "he")': "np.sqrt(2 / shape[-2])"},
        revisit="Fan-in and fan-out",
    )

    own_generator = wrong(
        "You made a generator of your own with a fixed seed: every kernel of this shape gets the "
        "same numbers. Use the one that you are given.",
        change={"sigma =": "rng = np.random.default_rng(0)\n    sigma ="},
    )

    @wrong(
        "The spread is He's, but your distribution is uniform: its bound is too near. Asked is a "
        "bell with its tails cut."
    )
    def uniform(shape, rng):
        limit = np.sqrt(3) * starting_std(shape, "he")
        return rng.uniform(-limit, limit, shape)

    cut_too_near = wrong(
        "You draw from the wider bell, but cut it at twice He's σ. The cut is at two standard "
        "deviations of the bell that you draw from.",
        change={"2 * sigma": '2 * starting_std(shape, "he")'},
    )

    one_side = wrong(
        "Outside is outside on both sides: you redraw what is too large, and keep what is too far "
        "below zero.",
        change={"np.abs(weights)": "weights"},
    )

    glorot = wrong(
        "The spread is Glorot's. He's looks at what enters alone, and makes up for ReLU.",
        change={'"he"': '"glorot"'},
        revisit="Three rules",
    )

    sizes_only = wrong(
        "Your weights are all positive: you kept the sizes and lost the signs.",
        change={"return weights": "return np.abs(weights)"},
    )

    corrected_the_wrong_way = wrong(
        "You multiplied by the truncated bell's spread. Truncation narrows; to make up for it σ "
        "has to grow.",
        change={"/ stats.truncnorm(-2, 2).std()": "* stats.truncnorm(-2, 2).std()"},
    )

    @wrong("You set what lies outside to 0. Redraw it.")
    def zeros_outside(shape, rng):
        sigma = starting_std(shape, "he") / 0.8796
        weights = rng.normal(0, sigma, shape)
        return np.where(np.abs(weights) > 2 * sigma, 0.0, weights)

    @wrong(
        "You start from He's σ, which truncation would narrow, and moved what lies outside to the "
        "bound instead of redrawing it: too narrow, and heaped up at the bounds."
    )
    def clipped_not_corrected(shape, rng):
        sigma = starting_std(shape, "he")
        return np.minimum(np.maximum(rng.normal(0, sigma, shape), -2 * sigma), 2 * sigma)

    @wrong(
        "You handed NumPy the variance where it wants the standard deviation, and nothing is cut: "
        "your weights are far too small.",
        revisit="Three rules",
    )
    def variance_not_truncated(shape, rng):
        return rng.normal(0, starting_std(shape, "he") ** 2, shape)

    @near_miss("a triangle in place of the bell", unlike=(uniform, not_truncated))
    def triangle(shape, rng):
        limit = np.sqrt(6) * starting_std(shape, "he")
        return rng.triangular(-limit, 0, limit, shape)

    two_seeds = near_miss(
        "two seeds by turns",
        change={"sigma =": "rng = np.random.default_rng(rng.integers(2))\n    sigma ="},
        unlike=own_generator,
    )

    first_side = near_miss(
        "takes one side of the window for its area",
        change={'starting_std(shape, "he")': "np.sqrt(2 / np.prod(shape[:-1:2]))"},
        unlike=window_forgotten,
    )
