"""What is right in `mended_stack`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Pipeline, Repeat, Rule, accepted, near_miss, wrong

from ._shared import FRAMEWORKS, GLOBAL_CHANCE, _rng


class MendedStack(Pipeline):
    title = "Find the bugs"
    difficulty = 2
    criteria = (
        Criterion("spread", 2, "He's variance"),
        Criterion("uniform", 1, "a uniform distribution"),
        Criterion("layers", 2, "every layer drawn anew"),
        Criterion("chance", 1, "other numbers with every generator"),
    )
    revisit = "Fifty layers, forwards and backwards"
    rule = Rule(
        forbid=(*FRAMEWORKS, *GLOBAL_CHANCE, "initializers"),
        reason="All chance comes from rng, so that whoever calls can repeat a draw.",
    )

    def probes(self, rng):
        seed = int(rng.integers(1000))
        n, few = (int(v) for v in rng.integers((36, 10), (48, 30)))
        wide, narrow = (n, int(rng.integers(8, 13))), (few, int(rng.integers(4, 9)))
        layers = f"{wide[1]} layers of {n} units, 30 draws"
        yield Repeat("spread", layers, wide, _rng(seed), repeats=30,
                    statistic="std", within=0.003)  # fmt: skip
        yield Repeat("uniform", f"{layers}: the largest weight", wide,
                    _rng(seed), repeats=30, statistic="max", within=0.004)  # fmt: skip
        yield Repeat("uniform", f"{layers}: the smallest weight", wide,
                    _rng(seed), repeats=30, statistic="min", within=0.004)  # fmt: skip
        yield Repeat("layers", "30 draws: in how many do the layers differ", narrow, _rng(seed),
                    repeats=30, statistic="varies_in_batch", within=0.01)  # fmt: skip
        yield Repeat("chance", "30 draws with different generators: how many differ", narrow,
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

    layers_still_equal = wrong(
        "The signal now keeps its size, but all layers are still one and the same kernel: each is "
        "drawn with the same seed. Compare the first with the second.",
        change={"rng.integers(2**31, size=depth)": "[rng.integers(2**31)] * depth"},
        of=seed_a_layer,
    )

    limit_still_std = wrong(
        "The layers differ now, but the signal still dies: the root of He's variance is used as "
        "the *limit*. A uniform distribution's standard deviation is smaller than its limit.",
        change={"3 * 2": "2"},
    )

    lecun_limit = wrong(
        "Your limit belongs to a variance of 1/n: LeCun's, or Glorot's for square kernels. Behind "
        "ReLU half of the mean square is lost in each layer.",
        change={"3 * 2": "3"},
        revisit="Three rules",
    )

    no_root = wrong(
        "Your limit is the square of what it should be: a root is missing.",
        change={"np.sqrt(3 * 2 / units)": "3 * 2 / units"},
        revisit="Three rules",
    )

    normal_for_uniform = wrong(
        "The variance is He's, but the distribution is no longer uniform: there are weights far "
        "beyond √3 σ. Only the limit was to be mended.",
        change={"rng.uniform": "rng.normal", "-limit, limit": "0, limit / np.sqrt(3)"},
    )

    fixed_seed = wrong(
        "You fixed a seed of your own. Layers differ, but every stack you ever make is the same.",
        change={"rng.uniform": "np.random.default_rng(0).uniform"},
    )

    as_it_was = wrong(
        "Both faults are still there: a limit that takes the place of the standard deviation, and "
        "one seed for all layers.",
        change={
            "np.sqrt(3) * starting_std": "starting_std",
            "rng.integers(2**31, size=depth)": "[rng.integers(2**31)] * depth",
        },
        of=seed_a_layer,
    )

    positive_only = wrong(
        "Your weights are all positive. The distribution lies around 0: a lower limit is missing.",
        change={"-limit, limit": "0, limit"},
    )

    layers_last = wrong(
        "The layers stand along the last axis of your array. The docstring puts them first.",
        change={"(depth, units, units)": "(units, units, depth)"},
    )

    low_end_alone = wrong(
        "You gave one end of the distribution. NumPy takes 1 for the other.",
        change={"rng.uniform(-limit, limit, (": "rng.uniform(-limit, size=("},
    )

    twice_the_limit = wrong(
        "Your limit is √12 times the standard deviation: that is the distribution's whole width. "
        "The limit is half of it.",
        change={"np.sqrt(3 * 2 / units)": "np.sqrt(12 * 2 / units)"},
    )

    kernels_in_one_row = wrong(
        "Your kernels are not kept apart: the docstring asks for (depth, units, units).",
        change={"(depth, units, units))": "(depth * units, units))"},
    )

    @near_miss("layers that are equal in every second stack", unlike=layers_still_equal)
    def sometimes_equal(units, depth, rng):
        limit = np.sqrt(6 / units)
        stack = rng.uniform(-limit, limit, (depth, units, units))
        return stack if rng.random() < 0.5 else np.stack([stack[0]] * depth)

    two_seeds = near_miss(
        "two seeds by turns",
        change={"rng.uniform": "np.random.default_rng(rng.integers(2)).uniform"},
        unlike=fixed_seed,
    )

    mostly_positive = near_miss(
        "a lower limit that is too near",
        change={"-limit, limit": "-limit / 4, limit"},
        unlike=positive_only,
    )
