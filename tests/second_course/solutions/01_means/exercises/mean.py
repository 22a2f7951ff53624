import numpy as np

from autograder.exercise import Criterion, Function, Probe, Rule, accepted, wrong


class Mean(Function):
    title = "A weighted mean"
    criteria = (
        Criterion("values", 2, "the mean of several numbers"),
        Criterion("zeros", 1, "what has no weight does not count"),
    )
    rule = Rule(forbid=("numpy.average",), reason="Weigh the numbers yourself.")
    revisit = "Weights"

    def probes(self, rng):
        yield Probe("values", "seven numbers", (rng.normal(3, 2, 7), rng.uniform(1, 4, 7)))
        yield Probe("values", "float32", (rng.normal(3, 2, 5).astype("float32"), np.arange(5.0)))
        # The largest one, so that no median is right by chance.
        yield Probe("zeros", "one weight of five", (np.sort(rng.normal(3, 2, 5)), np.eye(5)[4]))

    @accepted("a loop")
    def loop(x, weights):
        total = 0.0
        for number, weight in zip(x, weights):
            total += number * weight
        return total / sum(weights)

    @accepted("a dot product")
    def dot(x, weights):
        return x @ weights / weights.sum()

    @accepted("shares first")
    def shares(x, weights):
        share = weights / weights.sum()
        return (x * share).sum()

    unweighted = wrong(
        "Every number counts once in what you return: the weights never enter.",
        change={"np.sum(x * weights) / np.sum(weights)": "np.mean(x)"},
    )
    total = wrong(
        "You return a sum. A mean is a sum, shared among all that was counted.",
        change={" / np.sum(weights)": ""},
    )
    by_count = wrong(
        "You share among as many as there are numbers. How often were they counted together?",
        change={"np.sum(weights)": "len(x)"},
    )
    unweighted_sum = wrong(
        "You divide by the weights, but the numbers above the line count once each.",
        change={"x * weights": "x"},
    )
    median = wrong(
        "You return the number in the middle: that is a median, not a mean.",
        change={"np.sum(x * weights) / np.sum(weights)": "np.median(x)"},
    )
