"""What is right in `compare`, and what students get wrong."""

import numpy as np

from autograder.exercise import SUMS_64, Criterion, Function, Probe, accepted, wrong


class Compare(Function):
    title = "Compare"
    difficulty = 2
    tolerance = SUMS_64
    criteria = (
        Criterion("numbers", 2, "difference and standard error"),
        Criterion("sure", 2, "sure of what is more than chance, in either direction"),
    )
    revisit = "A fair comparison"

    def probes(self, rng):
        yield Probe("numbers", "the example by hand", args=([70, 74, 72], [67, 73, 70]))
        base = rng.normal(80, 4, 6)
        near = base + rng.normal(0.5, 1.5, 6)
        yield Probe("numbers", "six seeds, lists of floats", args=(near.tolist(), base.tolist()))
        up = base + 3 + rng.uniform(-0.5, 0.5, 6)
        yield Probe("sure", "the first better, with every seed", args=(up, base))
        yield Probe("sure", "the second better, with every seed", args=(base, up))
        yield Probe("sure", "a large difference that comes from one seed",
                    args=([91.0, 80.0, 79.5, 80.5], [80.0, 80.5, 79.0, 80.5]))  # fmt: skip
        yield Probe("sure", "sure of the mean, though one seed says otherwise",
                    args=([84.0, 83.0, 85.0, 82.0, 84.5, 79.9, 84.0, 83.5, 84.0],
                          [81.0, 81.0, 82.0, 80.0, 81.0, 80.0, 81.5, 80.5, 82.5]))  # fmt: skip
        yield Probe("sure", "no difference at all", args=([75.0, 76.0], [75.0, 76.0]))
        for mean, errors in ((1.45, "2.5"), (1.76, "3"), (2.0, "3.5")):
            yield Probe("sure", f"three seeds, {errors} standard errors from zero",
                        args=([70 + mean, 73 + mean, 70.5 + mean], [71.0, 73.0, 69.5]))  # fmt: skip
        yield Probe("sure", "two seeds, ten standard errors from zero",
                    args=([80.0, 81.2], [75.0, 75.2]))  # fmt: skip

    @accepted("plain Python")
    def plain(first, second):
        from statistics import mean, stdev

        from scipy import stats

        d = [float(a) - float(b) for a, b in zip(first, second)]
        error = stdev(d) / len(d) ** 0.5
        far = float(stats.t(len(d) - 1).ppf(0.975))
        return {"difference": mean(d), "error": error, "sure": abs(mean(d)) > far * error}

    @accepted("SciPy's standard error")
    def in_scipy(first, second):
        from scipy import stats

        d = np.subtract(first, second).astype(float)
        error = float(stats.sem(d))
        t = stats.t.isf(0.025, len(d) - 1)
        return dict(
            difference=float(np.mean(d)), error=error, sure=bool(np.abs(d.mean()) > t * error)
        )

    @accepted("sums of squares, and the interval around the mean")
    def sums(first, second):
        from scipy import stats

        n = len(first)
        d = np.array(first, dtype=float) - np.array(second, dtype=float)
        mean = d.sum() / n
        error = (((d - mean) ** 2).sum() / (n - 1) / n) ** 0.5
        half = stats.t.ppf(0.975, df=n - 1) * error
        return {
            "difference": mean,
            "error": error,
            "sure": bool(mean > half or mean < -half),
        }

    best_seeds = wrong(
        "You compare the best seed of each. The best of many is partly luck: the mean over "
        "seeds is what repeats.",
        change={
            "float(d.mean())": "float(max(first) - max(second))",
            "abs(d.mean())": "abs(max(first) - max(second))",
        },
        revisit="Wearing out a validation set",
    )

    divisor_n = wrong(
        "You divide by n where the standard deviation of a sample takes n − 1. With few seeds "
        "that flatters.",
        change={"ddof=1": "ddof=0"},
    )

    no_root = wrong(
        "That is the spread of the single differences. The mean of n of them wobbles less: "
        "what is missing is what n does.",
        change={" / math.sqrt(len(d))": ""},
    )

    @wrong("You treat the runs as if they had nothing to do with each other. They share their "
           "seeds: subtract in pairs first.")  # fmt: skip
    def unpaired(first, second):
        a, b = np.asarray(first, float), np.asarray(second, float)
        error = float(np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / len(a)))
        mean, t = float(a.mean() - b.mean()), stats.t.ppf(0.975, len(a) - 1)
        return {"difference": mean, "error": error, "sure": bool(abs(mean) > t * error)}

    twice_its_error = wrong(
        "You call it sure beyond twice the error. That holds for many seeds; with three, chance "
        "gets that far in 18 of 100 cases. The table has the number for n.",
        change={"stats.t.ppf(0.975, len(d) - 1)": "2"},
    )

    one_tail = wrong(
        "Your t leaves 5 of 100 on one side alone. The difference may have either sign: leave "
        "half of that on each side.",
        change={"0.975": "0.95"},
    )

    freedom_n = wrong(
        "You asked for t with n where the table counts n − 1: one number is used up by the mean.",
        change={"len(d) - 1)": "len(d))"},
    )

    one_sided = wrong(
        "You are sure only when the first is better. A network can be worse for certain, too.",
        change={"abs(d.mean())": "d.mean()"},
    )

    reversed_sign = wrong(
        "The sign of your difference is the other way round: first minus second.",
        change={
            "first, dtype=float": "second, dtype=float",
            "second, dtype=float": "first, dtype=float",
        },
    )

    every_seed = wrong(
        "You call it sure when one network wins with every seed. That asks too much of many "
        "seeds and too little of two; the rule compares the mean with its error.",
        change={
            "abs(d.mean()) > stats.t.ppf(0.975, len(d) - 1) * error": (
                "(d > 0).all() or (d < 0).all()"
            )
        },
    )
