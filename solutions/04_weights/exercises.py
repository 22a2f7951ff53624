"""Exercises of lesson 04: initialisers, regularisers, constraints."""

# Answers call functions that the lesson defines in its own cells.
# ruff: noqa: F821

from typing import ClassVar

import numpy as np

from autograder.exercise import (
    Choices,
    Criterion,
    Function,
    Pipeline,
    Probe,
    Rule,
    Tolerance,
    Value,
    accepted,
    wrong,
)

SUMS = Tolerance(
    atol=1e-9, rtol=1e-6, reason="sums of a few hundred float64 numbers, or Keras's float32"
)

FRAMEWORKS = ("keras", "tensorflow", "torch", "jax")
GLOBAL_CHANCE = tuple(
    f"numpy.random.{name}" for name in ("uniform", "normal", "rand", "randn", "random", "seed")
)


class Twins(Value):
    name = "twins"
    title = "Who stays equal?"
    difficulty = 2
    entries: ClassVar = {
        "constant": "integer",
        "zeros_tanh": "integer",
        "zeros_relu": "integer",
        "zero_output": "integer",
    }
    criteria = (
        Criterion("constant", 1, "equal units under random outputs"),
        Criterion("zeros_tanh", 1, "zeros under tanh"),
        Criterion("zeros_relu", 1, "zeros under ReLU"),
        Criterion("zero_output", 1, "outputs that start at zero"),
    )
    revisit = "Equal stays equal"

    in_braces = accepted(
        "in braces", source='{"constant": 64, "zeros_tanh": 64, "zeros_relu": 1, "zero_output": 64}'
    )
    by_keyword = accepted(
        "by keywords",
        source="dict(zero_output=64.0, zeros_relu=1.0, zeros_tanh=64.0, constant=64.0)",
    )
    by_reasoning = accepted(
        "by what can make a difference",
        source="""{
    name: 64 if differs else 1
    for name, differs in {
        "constant": True, "zeros_tanh": True, "zeros_relu": False, "zero_output": True,
    }.items()
}""",
    )

    all_equal = wrong(
        "You took every start with equal numbers in it for the end of learning. Equal units stay "
        "equal only if what comes *back* to them is equal, too. Where are the random numbers?",
        source='{"constant": 1, "zeros_tanh": 1, "zeros_relu": 1, "zero_output": 1}',
    )
    only_zeros_harm = wrong(
        "You let both networks with a hidden kernel of zeros stay equal. Under ReLU that is so. "
        "Compare tanh: what is its slope at 0, and through which weights does blame arrive?",
        source='{"constant": 64, "zeros_tanh": 1, "zeros_relu": 1, "zero_output": 64}',
    )
    hidden_decides = wrong(
        "You looked at the hidden kernel alone: equal numbers there, equal units afterwards. But "
        "each unit's blame comes through its own output weights, and these may differ.",
        source='{"constant": 1, "zeros_tanh": 1, "zeros_relu": 1, "zero_output": 64}',
    )
    zero_output_blocks = wrong(
        "You let an output kernel of zeros block everything. In the first step it does: no blame "
        "comes back. But what do its own weights get, under hidden units that differ already, and "
        "what comes back in the second step? (And what was random before stays different anyway.)",
        source='{"constant": 64, "zeros_tanh": 64, "zeros_relu": 1, "zero_output": 1}',
    )
    constant_stays = wrong(
        "You let the constant start stay equal. In the experiment it did, but there the *output* "
        "kernel was constant, too. Here each unit's blame comes back through other weights.",
        source='{"constant": 1, "zeros_tanh": 64, "zeros_relu": 1, "zero_output": 64}',
    )
    zeros_relu_learns = wrong(
        "You let random output weights wake units of zeros under ReLU. Blame does arrive, but it "
        "is multiplied by ReLU's slope at 0. What does Keras take for it?",
        source='{"constant": 64, "zeros_tanh": 64, "zeros_relu": 64, "zero_output": 64}',
    )
    inputs_counted = wrong(
        "You counted inputs. A unit is a column of the kernel, and there are 64 columns.",
        source='{"constant": 784, "zeros_tanh": 784, "zeros_relu": 1, "zero_output": 784}',
    )


class Fans(Function):
    name = "fans"
    title = "Fan-in and fan-out"
    difficulty = 1
    criteria = (
        Criterion("dense", 1, "Dense kernels"),
        Criterion("window", 2, "convolution kernels with square windows"),
        Criterion("oblong", 1, "windows that are not square, over one to three axes"),
    )
    revisit = "Fan-in and fan-out"
    rule = Rule(
        forbid=(*FRAMEWORKS, "initializers"),
        reason="Count the weights yourself; a product is all it takes.",
    )

    def probes(self, rng):
        yield Probe("dense", "Dense, 200 inputs, 300 units", ((200, 300),))
        yield Probe("dense", "Dense, 7 inputs, 1 unit", ((7, 1),))
        yield Probe("window", "3×3 convolution from 2 to 4 channels", ((3, 3, 2, 4),))
        yield Probe("window", "1×1 convolution from 16 to 5 channels", ((1, 1, 16, 5),))
        c_in, c_out = (int(n) for n in rng.permutation([24, 56, 72, 96])[:2])
        yield Probe("window", f"5×5 convolution from {c_in} to {c_out}", ((5, 5, c_in, c_out),))
        yield Probe("oblong", "1×7 convolution from 6 to 10 channels", ((1, 7, 6, 10),))
        yield Probe("oblong", "convolution over one axis: (5, 3, 8)", ((5, 3, 8),))
        yield Probe("oblong", "convolution over three axes: (2, 3, 4, 5, 6)", ((2, 3, 4, 5, 6),))

    @accepted("a loop over the window")
    def loop(shape):
        fan_in, fan_out = shape[-2], shape[-1]
        for side in shape[:-2]:
            fan_in *= side
            fan_out *= side
        return fan_in, fan_out

    @accepted("all weights, divided by one side")
    def by_division(shape):
        total = int(np.prod(shape))
        return total // shape[-1], total // shape[-2]

    @accepted("counted on an array")
    def counted(shape):
        kernel = np.zeros(shape)
        return kernel[..., 0].size, kernel[..., 0, :].size

    @accepted("math.prod")
    def by_prod(shape):
        from math import prod

        return prod(shape[:-1]), prod(shape[:-2]) * shape[-1]

    @wrong(
        "Your fans of a convolution are its channels alone: the window is missing. How many "
        "weights does one output number of a 3×3 convolution with one channel have?"
    )
    def window_forgotten(shape):
        return shape[-2], shape[-1]

    @wrong(
        "In and out are swapped. The kernel's last axis is the outputs; what enters stands before."
    )
    def swapped(shape):
        area = int(np.prod(shape[:-2]))
        return area * shape[-1], area * shape[-2]

    @wrong(
        "The window is in your fan-in but not in your fan-out. One input number lies under many "
        "positions of the window, too: look at the right half of the sketch."
    )
    def window_in_only(shape):
        return int(np.prod(shape[:-1])), shape[-1]

    @wrong(
        "You squared one side of the window. That is right for square windows over two axes and "
        "for no others."
    )
    def square_windows(shape):
        area = shape[0] ** 2 if len(shape) > 2 else 1
        return area * shape[-2], area * shape[-1]

    @wrong(
        "You took the first two axes, as for a Dense kernel. In a convolution kernel these are "
        "the window; the channels come last."
    )
    def first_two_axes(shape):
        return shape[0], shape[1]

    @wrong("You multiplied by the window's number of axes or its sides' sum, not by its area.")
    def sides_added(shape):
        area = sum(shape[:-2]) if len(shape) > 2 else 1
        return area * shape[-2], area * shape[-1]

    @wrong("Your fan-in counts all weights of the kernel. Count those of *one* output number.")
    def all_weights(shape):
        return int(np.prod(shape)), int(np.prod(shape[:-2])) * shape[-1]


class StartingStd(Function):
    name = "starting_std"
    title = "The right spread"
    difficulty = 1
    criteria = (
        Criterion("he", 1, "He's rule"),
        Criterion("lecun", 1, "LeCun's rule"),
        Criterion("glorot", 1, "Glorot's rule"),
        Criterion("convolution", 2, "all three for convolutions"),
    )
    tolerance = SUMS
    revisit = "Three rules"
    rule = Rule(
        forbid=(*FRAMEWORKS, "initializers"),
        reason="Compute the number from the rule; drawing weights would only estimate it.",
    )

    def probes(self, rng):
        n, m = (int(k) for k in rng.choice(np.arange(20, 400), 2, replace=False))
        for rule in ("he", "lecun", "glorot"):
            yield Probe(rule, f"{rule}, Dense (200, 300)", ((200, 300), rule))
            yield Probe(rule, f"{rule}, Dense ({n}, {m})", ((n, m), rule))
        yield Probe("convolution", "he, 5×5 from 8 to 16 channels", ((5, 5, 8, 16), "he"))
        yield Probe("convolution", "lecun, 1×3 from 12 to 4 channels", ((1, 3, 12, 4), "lecun"))
        yield Probe("convolution", "glorot, 3×3 from 10 to 40 channels", ((3, 3, 10, 40), "glorot"))

    @accepted("three branches")
    def branches(shape, rule):
        fan_in, fan_out = fans(shape)
        if rule == "he":
            return (2.0 / fan_in) ** 0.5
        if rule == "lecun":
            return fan_in**-0.5
        return ((fan_in + fan_out) / 2) ** -0.5

    @accepted("as a scale and a fan, like VarianceScaling")
    def scale_and_fan(shape, rule):
        import math

        area = math.prod(shape[:-2])
        fan = {"glorot": (shape[-2] + shape[-1]) / 2}.get(rule, shape[-2])
        return math.sqrt((2 if rule == "he" else 1) / (area * fan))

    @accepted("by the uniform limits of the papers")
    def by_limits(shape, rule):
        enter, leave = fans(shape)
        limit = np.sqrt({"he": 6 / enter, "lecun": 3 / enter, "glorot": 6 / (enter + leave)}[rule])
        return limit / np.sqrt(3)

    @wrong(
        "You return the variance. The standard deviation is its root: a std of 0.01 in place of "
        "0.1 is no rounding error."
    )
    def variance(shape, rule):
        fan_in, fan_out = fans(shape)
        return {"lecun": 1 / fan_in, "glorot": 2 / (fan_in + fan_out), "he": 2 / fan_in}[rule]

    @wrong(
        "You used the fan-out for He and LeCun. They keep the forward signal: what is summed there?"
    )
    def fan_out(shape, rule):
        enter, leave = fans(shape)
        return np.sqrt({"lecun": 1 / leave, "glorot": 2 / (enter + leave), "he": 2 / leave}[rule])

    @wrong(
        "Glorot takes the *average* of the two fans. You took their sum; the 2 in the numerator "
        "comes from there."
    )
    def sum_for_average(shape, rule):
        enter, leave = fans(shape)
        return np.sqrt({"lecun": 1 / enter, "glorot": 1 / (enter + leave), "he": 2 / enter}[rule])

    @wrong(
        "The window is missing: your fans are the channels alone. Your own function `fans` knows "
        "better.",
        revisit="Fan-in and fan-out",
    )
    def window_forgotten(shape, rule):
        enter, leave = shape[-2:]
        return np.sqrt({"lecun": 1 / enter, "glorot": 2 / (enter + leave), "he": 2 / enter}[rule])

    @wrong(
        "You return the limit of a uniform distribution, √3 times too much. Asked is the standard "
        "deviation."
    )
    def uniform_limit(shape, rule):
        enter, leave = fans(shape)
        return np.sqrt({"lecun": 3 / enter, "glorot": 6 / (enter + leave), "he": 6 / enter}[rule])

    @wrong(
        "You took the root of the fan but not of the 2 above it. The root is of the whole variance."
    )
    def root_of_the_fan_only(shape, rule):
        enter, leave = fans(shape)
        return {"lecun": 1, "he": 2}.get(rule, 2) / np.sqrt(
            enter + leave if rule == "glorot" else enter
        )

    @wrong("He and LeCun are swapped. ReLU loses half of the mean square: who makes up for it?")
    def he_and_lecun_swapped(shape, rule):
        enter, leave = fans(shape)
        return np.sqrt({"lecun": 2 / enter, "glorot": 2 / (enter + leave), "he": 1 / enter}[rule])

    @wrong(
        "Your numbers are right before truncation: divided by 0.88. The rule's standard deviation "
        "is that of the weights in the end."
    )
    def before_truncation(shape, rule):
        enter, leave = fans(shape)
        final = {"lecun": 1 / enter, "glorot": 2 / (enter + leave), "he": 2 / enter}[rule]
        return np.sqrt(final) / 0.87962566103423978


def _rng(k):
    return {"rng": {"__rng__": k}}


class HeTruncated(Pipeline):
    name = "he_truncated"
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
        dense, conv = ((50, 80),), ((3, 3, 8, 16),)
        yield Probe("spread", "Dense (50, 80), 60 draws", dense, _rng(seed), repeats=60,
                    statistic="std", within=0.003)  # fmt: skip
        yield Probe("convolution", "3×3 from 8 to 16 channels, 60 draws", conv, _rng(seed),
                    repeats=60, statistic="std", within=0.003)  # fmt: skip
        yield Probe("bounds", "Dense (50, 80), 60 draws: the largest number", dense, _rng(seed),
                    repeats=60, statistic="max", within=0.004)  # fmt: skip
        yield Probe("bounds", "Dense (50, 80), 60 draws: the smallest number", dense, _rng(seed),
                    repeats=60, statistic="min", within=0.004)  # fmt: skip
        yield Probe("bounds", "Dense (50, 80), 60 draws: the mean", dense, _rng(seed), repeats=60,
                    statistic="mean", within=0.005)  # fmt: skip
        yield Probe("chance", "60 draws with different generators: how many differ", dense,
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

    @wrong(
        "Your weights are too narrow: the bell had He's σ *before* truncation, and truncation took "
        "12 % of it. Which σ must you start from?"
    )
    def not_corrected(shape, rng):
        sigma = starting_std(shape, "he")
        w = rng.normal(0, sigma, shape)
        while np.any(np.abs(w) > 2 * sigma):
            w = np.where(np.abs(w) > 2 * sigma, rng.normal(0, sigma, shape), w)
        return w

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

    @wrong(
        "You redraw once. Of the redrawn values one in twenty lies outside again: as often as it "
        "takes."
    )
    def redrawn_once(shape, rng):
        sigma = starting_std(shape, "he") / 0.8796
        w = rng.normal(0, sigma, shape)
        return np.where(np.abs(w) > 2 * sigma, rng.normal(0, sigma, shape), w)

    @wrong(
        "You handed NumPy the variance where it wants the standard deviation: your weights are "
        "far too small.",
        revisit="Three rules",
    )
    def variance_for_std(shape, rng):
        sigma = 2 / fans(shape)[0] / 0.8796
        w = rng.normal(0, sigma, shape)
        while np.any(out := np.abs(w) > 2 * sigma):
            w[out] = rng.normal(0, sigma, out.sum())
        return w

    @wrong(
        "The spread is LeCun's. He's variance is twice as large, because ReLU halves.",
        revisit="Three rules",
    )
    def lecun(shape, rng):
        sigma = starting_std(shape, "lecun") / 0.8796
        w = rng.normal(0, sigma, shape)
        while np.any(out := np.abs(w) > 2 * sigma):
            w[out] = rng.normal(0, sigma, out.sum())
        return w

    @wrong(
        "For a Dense kernel your spread is right, for a convolution too large: the window is "
        "missing in your fan-in.",
        revisit="Fan-in and fan-out",
    )
    def window_forgotten(shape, rng):
        sigma = np.sqrt(2 / shape[-2]) / 0.8796
        w = rng.normal(0, sigma, shape)
        while np.any(out := np.abs(w) > 2 * sigma):
            w[out] = rng.normal(0, sigma, out.sum())
        return w

    @wrong(
        "You made a generator of your own with a fixed seed: every kernel of this shape gets the "
        "same numbers. Use the one that you are given."
    )
    def own_generator(shape, rng):
        rng = np.random.default_rng(0)
        sigma = starting_std(shape, "he") / 0.8796
        w = rng.normal(0, sigma, shape)
        while np.any(out := np.abs(w) > 2 * sigma):
            w[out] = rng.normal(0, sigma, out.sum())
        return w

    @wrong(
        "The spread is He's, but your distribution is uniform: its bound is too near. Asked is a "
        "bell with its tails cut."
    )
    def uniform(shape, rng):
        limit = np.sqrt(3) * starting_std(shape, "he")
        return rng.uniform(-limit, limit, shape)

    @wrong(
        "You draw from the wider bell, but cut it at twice He's σ. The cut is at two standard "
        "deviations of the bell that you draw from."
    )
    def cut_too_near(shape, rng):
        sigma = starting_std(shape, "he")
        w = rng.normal(0, sigma / 0.8796, shape)
        while np.any(out := np.abs(w) > 2 * sigma):
            w[out] = rng.normal(0, sigma / 0.8796, out.sum())
        return w

    @wrong(
        "Outside is outside on both sides: you redraw what is too large, and keep what is too far "
        "below zero."
    )
    def one_side(shape, rng):
        sigma = starting_std(shape, "he") / 0.8796
        w = rng.normal(0, sigma, shape)
        while np.any(out := w > 2 * sigma):
            w[out] = rng.normal(0, sigma, out.sum())
        return w


class MendedStack(Pipeline):
    name = "mended_stack"
    title = "Find the bugs"
    difficulty = 2
    criteria = (
        Criterion("spread", 2, "He's variance"),
        Criterion("uniform", 1, "a uniform distribution"),
        Criterion("layers", 2, "every layer drawn anew"),
        Criterion("chance", 1, "other numbers with every generator"),
    )
    revisit = "Exercise 5 · Find the bugs"
    rule = Rule(
        forbid=(*FRAMEWORKS, *GLOBAL_CHANCE, "initializers"),
        reason="All chance comes from rng, so that whoever calls can repeat a draw.",
    )

    def probes(self, rng):
        seed = int(rng.integers(1000))
        yield Probe("spread", "10 layers of 40 units, 30 draws", (40, 10), _rng(seed), repeats=30,
                    statistic="std", within=0.003)  # fmt: skip
        yield Probe("uniform", "10 layers of 40 units, 30 draws: the largest weight", (40, 10),
                    _rng(seed), repeats=30, statistic="max", within=0.004)  # fmt: skip
        yield Probe("uniform", "10 layers of 40 units, 30 draws: the smallest weight", (40, 10),
                    _rng(seed), repeats=30, statistic="min", within=0.004)  # fmt: skip
        yield Probe("layers", "30 draws: in how many do the layers differ", (12, 6), _rng(seed),
                    repeats=30, statistic="varies_in_batch", within=0.01)  # fmt: skip
        yield Probe("chance", "30 draws with different generators: how many differ", (12, 6),
                    _rng(seed), repeats=30, statistic="distinct", within=0.01)  # fmt: skip

    @accepted("a loop, one generator")
    def loop(units, depth, rng):
        limit = np.sqrt(6 / units)
        return np.stack([rng.uniform(-limit, limit, (units, units)) for _ in range(depth)])

    @accepted("a seed for each layer")
    def seed_a_layer(units, depth, rng):
        limit = np.sqrt(3) * starting_std((units, units), "he")
        kernels = []
        for seed in rng.integers(2**31, size=depth):
            kernels.append(np.random.default_rng(seed).uniform(-limit, limit, (units, units)))
        return np.array(kernels)

    @accepted("numbers from 0 to 1, moved and stretched")
    def stretched(units, depth, rng):
        return (rng.random((depth, units, units)) - 0.5) * np.sqrt(24 / units)

    @accepted("child generators")
    def children(units, depth, rng):
        limit = (6 / units) ** 0.5
        return np.stack(
            [child.uniform(-limit, limit, (units, units)) for child in rng.spawn(depth)]
        )

    @wrong(
        "The signal now keeps its size, but all layers are still one and the same kernel: each is "
        "drawn with the same seed. Compare the first with the second."
    )
    def layers_still_equal(units, depth, rng):
        seed = int(rng.integers(2**31))
        limit = np.sqrt(6 / units)
        kernels = []
        for _ in range(depth):
            kernels.append(np.random.default_rng(seed).uniform(-limit, limit, (units, units)))
        return np.stack(kernels)

    @wrong(
        "The layers differ now, but the signal still dies: the root of He's variance is used as "
        "the *limit*. A uniform distribution's standard deviation is smaller than its limit."
    )
    def limit_still_std(units, depth, rng):
        limit = np.sqrt(2 / units)
        return rng.uniform(-limit, limit, (depth, units, units))

    @wrong(
        "Your limit belongs to a variance of 1/n: LeCun's, or Glorot's for square kernels. Behind "
        "ReLU half of the mean square is lost in each layer.",
        revisit="Three rules",
    )
    def lecun_limit(units, depth, rng):
        limit = np.sqrt(3 / units)
        return rng.uniform(-limit, limit, (depth, units, units))

    @wrong(
        "Your limit is the square of what it should be: a root is missing.", revisit="Three rules"
    )
    def no_root(units, depth, rng):
        return rng.uniform(-6 / units, 6 / units, (depth, units, units))

    @wrong(
        "The variance is He's, but the distribution is no longer uniform: there are weights far "
        "beyond √3 σ. Only the limit was to be mended."
    )
    def normal_for_uniform(units, depth, rng):
        return rng.normal(0, np.sqrt(2 / units), (depth, units, units))

    @wrong(
        "You fixed a seed of your own. Layers differ, but every stack you ever make is the same."
    )
    def fixed_seed(units, depth, rng):
        limit = np.sqrt(6 / units)
        return np.random.default_rng(0).uniform(-limit, limit, (depth, units, units))

    @wrong(
        "Both faults are still there: a limit that takes the place of the standard deviation, and "
        "one seed for all layers."
    )
    def as_it_was(units, depth, rng):
        seed = int(rng.integers(2**31))
        limit = np.sqrt(2 / units)
        kernels = []
        for _ in range(depth):
            kernels.append(np.random.default_rng(seed).uniform(-limit, limit, (units, units)))
        return np.stack(kernels)

    @wrong(
        "Your weights are all positive. The distribution lies around 0: a lower limit is missing."
    )
    def positive_only(units, depth, rng):
        return rng.uniform(0, np.sqrt(6 / units), (depth, units, units))

    @wrong("The layers stand along the last axis of your array. The docstring puts them first.")
    def layers_last(units, depth, rng):
        limit = np.sqrt(6 / units)
        return rng.uniform(-limit, limit, (units, units, depth))


class TotalPenalty(Function):
    name = "total_penalty"
    title = "The bill"
    difficulty = 2
    criteria = (
        Criterion("l1", 1, "the kernel's L1 penalty"),
        Criterion("l2", 1, "the kernel's L2 penalty"),
        Criterion("activity", 2, "the price on outputs, in batches of any size"),
        Criterion("together", 1, "all three, and none"),
    )
    tolerance = SUMS
    revisit = "A price on weights"
    rule = Rule(
        forbid=(*FRAMEWORKS, "regularizers"),
        reason="Compute the penalties yourself; Keras's you have seen above.",
    )

    def probes(self, rng):
        w, one = np.array([[3.0], [-4.0]]), np.array([[5.0]])
        yield Probe("l1", "kernel (3, −4), l1 = 0.1", (w, one), {"l1": 0.1})
        yield Probe(
            "l1", "a random 3×3×2×4 kernel, l1 = 0.02",
            (rng.normal(size=(3, 3, 2, 4)), rng.normal(size=(3, 4))), {"l1": 0.02},
        )  # fmt: skip
        yield Probe("l2", "kernel (3, −4), l2 = 0.1", (w, one), {"l2": 0.1})
        yield Probe(
            "l2", "a random 5×3 kernel, l2 = 0.3",
            (rng.normal(size=(5, 3)), rng.normal(size=(2, 3))), {"l2": 0.3},
        )  # fmt: skip
        yield Probe(
            "activity", "outputs 5 and −2, activity_l2 = 0.1",
            (w, np.array([[5.0], [-2.0]])), {"activity_l2": 0.1},
        )  # fmt: skip
        yield Probe(
            "activity", "random outputs of 7 samples with 3 units, activity_l2 = 0.5",
            (rng.normal(size=(4, 3)), rng.normal(size=(7, 3))), {"activity_l2": 0.5},
        )  # fmt: skip
        yield Probe(
            "activity", "random feature maps (2, 4, 5, 3), activity_l2 = 0.01",
            (rng.normal(size=(3, 3, 1, 3)), rng.normal(size=(2, 4, 5, 3))), {"activity_l2": 0.01},
        )  # fmt: skip
        yield Probe("together", "no price at all", (w, one))
        yield Probe(
            "together", "a random 6×2 kernel, 5 samples, l1 = 0.01, l2 = 0.02, activity_l2 = 0.03",
            (rng.normal(size=(6, 2)), rng.normal(size=(5, 2))),
            {"l1": 0.01, "l2": 0.02, "activity_l2": 0.03},
        )  # fmt: skip

    @accepted("loops over single numbers")
    def loops(kernel, outputs, l1=0.0, l2=0.0, activity_l2=0.0):
        total = 0.0
        for w in kernel.ravel():
            total += l1 * abs(w) + l2 * w * w
        for a in outputs.ravel():
            total += activity_l2 * a * a / outputs.shape[0]
        return total

    @accepted("norms")
    def norms(kernel, outputs, l1=0.0, l2=0.0, activity_l2=0.0):
        w = kernel.ravel()
        return (
            l1 * np.linalg.norm(w, 1)
            + l2 * np.linalg.norm(w) ** 2
            + activity_l2 * np.linalg.norm(outputs.ravel()) ** 2 / outputs.shape[0]
        )

    @accepted("dot products, one sample at a time")
    def dots(kernel, outputs, l1=0.0, l2=0.0, activity_l2=0.0):
        w = np.ravel(kernel)
        a_sample = [np.vdot(a, a) for a in outputs]
        return l1 * np.dot(w, np.sign(w)) + l2 * np.dot(w, w) + activity_l2 * np.mean(a_sample)

    @wrong("You have a ½ before the squares, as many books do. Keras has none.")
    def half(kernel, outputs, l1=0.0, l2=0.0, activity_l2=0.0):
        squares = l2 * np.sum(kernel**2) + activity_l2 * np.sum(outputs**2) / len(outputs)
        return l1 * np.sum(np.abs(kernel)) + 0.5 * squares

    @wrong(
        "Your kernel's two prices both grow with |w|. One of them is L2: what does the 2 do to "
        "the weight?"
    )
    def l1_for_l2(kernel, outputs, l1=0.0, l2=0.0, activity_l2=0.0):
        on_kernel = (l1 + l2) * np.sum(np.abs(kernel))
        return on_kernel + activity_l2 * np.sum(outputs**2) / len(outputs)

    @wrong("Your L1 squares the weights. |w|² is w²: that is L2, whatever a slide calls it.")
    def l2_for_l1(kernel, outputs, l1=0.0, l2=0.0, activity_l2=0.0):
        on_kernel = (l1 + l2) * np.sum(kernel**2)
        return on_kernel + activity_l2 * np.sum(outputs**2) / len(outputs)

    @wrong(
        "Your factors λ have no effect, or only on and off. The same weights must cost ten times "
        "as much when λ is ten times as large."
    )
    def factor_missing(kernel, outputs, l1=0.0, l2=0.0, activity_l2=0.0):
        return (
            (l1 > 0) * np.sum(np.abs(kernel))
            + (l2 > 0) * np.sum(kernel**2)
            + (activity_l2 > 0) * np.sum(outputs**2) / len(outputs)
        )

    @wrong("The outputs' price is not divided by the batch size: twice the images, twice the bill.")
    def batch_not_divided(kernel, outputs, l1=0.0, l2=0.0, activity_l2=0.0):
        on_kernel = l1 * np.sum(np.abs(kernel)) + l2 * np.sum(kernel**2)
        return on_kernel + activity_l2 * np.sum(outputs**2)

    @wrong(
        "You averaged over all outputs. Keras divides by the number of samples only; a layer with "
        "more units pays more."
    )
    def mean_of_outputs(kernel, outputs, l1=0.0, l2=0.0, activity_l2=0.0):
        on_kernel = l1 * np.sum(np.abs(kernel)) + l2 * np.sum(kernel**2)
        return on_kernel + activity_l2 * np.mean(outputs**2)

    @wrong("The outputs cost nothing in your bill: the third of the three terms is missing.")
    def activity_left_out(kernel, outputs, l1=0.0, l2=0.0, activity_l2=0.0):
        return l1 * np.sum(np.abs(kernel)) + l2 * np.sum(kernel**2)

    @wrong("Your price on the outputs is L1, |a|. Asked is L2.")
    def activity_l1(kernel, outputs, l1=0.0, l2=0.0, activity_l2=0.0):
        on_kernel = l1 * np.sum(np.abs(kernel)) + l2 * np.sum(kernel**2)
        return on_kernel + activity_l2 * np.sum(np.abs(outputs)) / len(outputs)

    @wrong("You averaged over the weights. The price is a sum: more weights cost more.")
    def mean_of_weights(kernel, outputs, l1=0.0, l2=0.0, activity_l2=0.0):
        on_kernel = l1 * np.mean(np.abs(kernel)) + l2 * np.mean(kernel**2)
        return on_kernel + activity_l2 * np.sum(outputs**2) / len(outputs)

    @wrong("Your L1 adds weights with their signs, so that 3 and −4 make −1. Prices never cancel.")
    def signs_kept(kernel, outputs, l1=0.0, l2=0.0, activity_l2=0.0):
        on_kernel = l1 * np.sum(kernel) + l2 * np.sum(kernel**2)
        return on_kernel + activity_l2 * np.sum(outputs**2) / len(outputs)

    @wrong("You took the root: the length of the weights. L2 is the sum of the squares itself.")
    def length_for_squares(kernel, outputs, l1=0.0, l2=0.0, activity_l2=0.0):
        on_kernel = l1 * np.sum(np.abs(kernel)) + l2 * np.sqrt(np.sum(kernel**2))
        return on_kernel + activity_l2 * np.sum(outputs**2) / len(outputs)

    @wrong("You divided the kernel's price by the batch size, too. A kernel knows of no batch.")
    def kernel_divided(kernel, outputs, l1=0.0, l2=0.0, activity_l2=0.0):
        on_kernel = l1 * np.sum(np.abs(kernel)) + l2 * np.sum(kernel**2)
        return (on_kernel + activity_l2 * np.sum(outputs**2)) / len(outputs)


class LimitUnits(Function):
    name = "limit_units"
    title = "The fence per unit"
    difficulty = 2
    criteria = (
        Criterion("dense", 2, "Dense kernels, some units too long"),
        Criterion("inside", 1, "units that are short enough"),
        Criterion("convolution", 2, "convolutions"),
        Criterion("zero", 1, "a unit of zeros, and very long units"),
    )
    tolerance = Tolerance(
        atol=1e-9, rtol=1e-6, reason="Keras adds 1e-7 to each length; both ways are right"
    )
    revisit = "The axis"
    rule = Rule(
        forbid=(*FRAMEWORKS, "constraints"),
        reason="Write the fence with NumPy; Keras's stands beside yours in the next cell.",
    )

    def probes(self, rng):
        yield Probe(
            "dense", "units (3, −4), (1, 1) and (0, 6), limit 2",
            (np.array([[3.0, 1.0, 0.0], [-4.0, 1.0, 6.0]]), 2.0),
        )  # fmt: skip
        yield Probe("dense", "a random 6×4 kernel, limit 1", (2 * rng.normal(size=(6, 4)), 1.0))
        yield Probe(
            "inside", "a random 3×5 kernel, every unit shorter than the limit 50",
            (rng.normal(size=(3, 5)), 50.0),
        )  # fmt: skip
        lengths = np.array([0.5, 1.5, 3.0, 8.0])
        units = rng.normal(size=(5, 4))
        units = units / np.linalg.norm(units, axis=0) * lengths
        yield Probe("inside", "units of length 0.5, 1.5, 3 and 8, limit 2", (units, 2.0))
        yield Probe(
            "convolution", "a random 3×2×4×5 kernel, limit 3",
            (rng.normal(size=(3, 2, 4, 5)) * np.array([0.2, 0.5, 1, 2, 3]), 3.0),
        )  # fmt: skip
        yield Probe(
            "convolution", "a kernel over one axis, (4, 3, 6), limit 0.7",
            (rng.normal(size=(4, 3, 6)), 0.7),
        )  # fmt: skip
        yield Probe(
            "zero", "units (0, 0) and (30, 40), limit 1",
            (np.array([[0.0, 30.0], [0.0, 40.0]]), 1.0),
        )  # fmt: skip
        yield Probe(
            "zero", "a 4×3 kernel of numbers around a million, limit 2",
            (1e6 * rng.normal(size=(4, 3)), 2.0),
        )  # fmt: skip

    @accepted("one unit after the other")
    def loop(kernel, limit):
        out = kernel.copy()
        for unit in range(kernel.shape[-1]):
            length = np.linalg.norm(kernel[..., unit])
            if length > limit:
                out[..., unit] = kernel[..., unit] / length * limit
        return out

    @accepted("as a matrix with one column a unit, as Keras computes it")
    def as_matrix(kernel, limit):
        columns = kernel.reshape(-1, kernel.shape[-1])
        lengths = np.linalg.norm(columns, axis=0)
        return (columns * np.clip(lengths, 0, limit) / (1e-12 + lengths)).reshape(kernel.shape)

    @accepted("einsum and np.where")
    def by_einsum(kernel, limit):
        units = kernel.reshape(-1, kernel.shape[-1])
        length = np.sqrt(np.einsum("iu,iu->u", units, units))
        factor = np.where(length > limit, limit / np.where(length > 0, length, 1), 1.0)
        return np.einsum("...u,u->...u", kernel, factor)

    @wrong(
        "You measured the whole kernel at once: all units share one allowance, so a short unit "
        "is shortened because its neighbours are long."
    )
    def whole_kernel(kernel, limit):
        length = np.linalg.norm(kernel.ravel())
        return kernel * min(1.0, limit / length) if length > 0 else kernel * 1.0

    @wrong(
        "You measured along the last axis: what is limited is each *input's* weights, a row. A "
        "unit is a column.",
    )
    def last_axis(kernel, limit):
        lengths = np.sqrt(np.sum(kernel**2, axis=-1, keepdims=True))
        return kernel * limit / np.maximum(lengths, limit)

    @wrong(
        "Right for Dense kernels; in a convolution you measure only along axis 0. There a unit's "
        "weights run over more than one axis."
    )
    def axis_zero(kernel, limit):
        lengths = np.sqrt(np.sum(kernel**2, axis=0, keepdims=True))
        return kernel * limit / np.maximum(lengths, limit)

    @wrong(
        "You give *every* unit the length of the limit, the short ones, too. That is a UnitNorm "
        "of another length; a fence leaves alone what is inside.",
        revisit="A fence",
    )
    def always_rescaled(kernel, limit):
        axes = tuple(range(kernel.ndim - 1))
        lengths = np.sqrt(np.sum(kernel**2, axis=axes, keepdims=True))
        return kernel * limit / np.maximum(lengths, 1e-12)

    @wrong(
        "You cut off single weights at the limit. The unit then points in another direction, and "
        "may still be too long: a length is of all its weights together.",
        revisit="A fence",
    )
    def weights_clipped(kernel, limit):
        return np.clip(kernel, -limit, limit)

    @wrong("You forgot the root: you compare the *squared* length with the limit.")
    def no_root(kernel, limit):
        axes = tuple(range(kernel.ndim - 1))
        lengths = np.sum(kernel**2, axis=axes, keepdims=True)
        return kernel * limit / np.maximum(lengths, limit)

    @wrong("You measure a unit by the sum of its |w|. Its length is the root of the squares' sum.")
    def sum_of_absolutes(kernel, limit):
        axes = tuple(range(kernel.ndim - 1))
        lengths = np.sum(np.abs(kernel), axis=axes, keepdims=True)
        return kernel * limit / np.maximum(lengths, limit)

    @wrong(
        "A unit of zeros becomes nan: 0 divided by 0. It is within every limit and stays as it is."
    )
    def zero_becomes_nan(kernel, limit):
        axes = tuple(range(kernel.ndim - 1))
        lengths = np.sqrt(np.sum(kernel**2, axis=axes, keepdims=True))
        with np.errstate(invalid="ignore"):
            return kernel * (np.minimum(lengths, limit) / lengths)

    @wrong(
        "You set units that are too long to length 1. They should end *at* the limit.",
        revisit="A fence",
    )
    def length_one(kernel, limit):
        axes = tuple(range(kernel.ndim - 1))
        lengths = np.sqrt(np.sum(kernel**2, axis=axes, keepdims=True))
        return np.where(lengths > limit, kernel / np.maximum(lengths, 1e-12), kernel)

    @wrong(
        "You divide the long units by the limit. That shortens them by a fixed factor, however "
        "long they are."
    )
    def divided_by_limit(kernel, limit):
        axes = tuple(range(kernel.ndim - 1))
        lengths = np.sqrt(np.sum(kernel**2, axis=axes, keepdims=True))
        return np.where(lengths > limit, kernel / limit, kernel)


class Quiz(Choices):
    name = "quiz"
    title = "Quiz"
    difficulty = 1
    revisit = "Summary"
    questions: ClassVar = {
        "q1": (
            "All kernels of a network start at the constant 0.05. After long training its layer "
            "of 64 units",
            {
                "a": "has learned nothing at all",
                "b": "is 64 copies of one unit that has learned something",
                "c": "has learned like any other, only more slowly",
            },
        ),
        "q2": (
            "A convolution with window 3×3 goes from 64 to 128 channels. He's variance is",
            {"a": "2/64", "b": "2/576", "c": "2/1152"},
        ),
        "q3": (
            "Glorot's weights in a stack of 20 square ReLU layers: the mean square of the signal",
            {"a": "stays", "b": "is divided by 20", "c": "is divided by about a million"},
        ),
        "q4": (
            "TruncatedNormal(stddev=0.1) gives weights with a standard deviation of about",
            {"a": "0.088", "b": "0.1", "c": "0.114"},
        ),
        "q5": (
            "You train with regularizers.L1(0.001) and count the weights that are exactly 0. You "
            "find",
            {
                "a": "most of them",
                "b": "hardly any, but many that are tiny",
                "c": "as many tiny ones as without a price",
            },
        ),
        "q6": (
            "You want each filter of a Conv2D to have at most length 2. You write",
            {
                "a": "MaxNorm(2)",
                "b": "MaxNorm(2, axis=3)",
                "c": "MaxNorm(2, axis=[0, 1, 2])",
            },
        ),
    }
    because: ClassVar = {
        "q1": {
            "a": "Look at the table of the five starts again: was its accuracy that of guessing?",
            "c": "What could ever make two equal units different, if what comes back is equal?",
        },
        "q2": {
            "a": "How many numbers enter one output number? The window has nine places.",
            "c": "That is the fan-out: 9 · 128. He's rule keeps the forward signal.",
        },
        "q3": {
            "a": "With tanh it nearly would. What does ReLU do to the mean square in each layer?",
            "b": "Layers multiply, they do not add. What is one layer's factor?",
        },
        "q4": {
            "b": "That is the bell's before its tails are cut. What is left without tails?",
            "c": "That is what VarianceScaling would have to start from to end at 0.1.",
        },
        "q5": {
            "a": "Look at the last column of the table, and at the path of a single weight at 0.",
            "c": "Compare the rows *no price* and *L1* of the table.",
        },
        "q6": {
            "a": "The default axis is 0. In a convolution kernel that is the window's height.",
            "b": "Axis 3 counts the filters. The sum runs over what belongs to *one* of them.",
        },
    }
