"""What is right in `moving_average`, and what students get wrong."""

import numpy as np

from autograder.exercise import SUMS_64, Criterion, Function, Probe, accepted, wrong


class MovingAverage(Function):
    title = "The moving average"
    starred = True
    difficulty = 1
    criteria = (
        Criterion("first", 2, "the first few values, where the correction counts"),
        Criterion("later", 2, "long series"),
        Criterion("rows", 1, "rows of numbers"),
    )
    tolerance = SUMS_64
    revisit = "An average that forgets"

    def probes(self, rng):
        yield Probe("first", "10, 20, 30 with β = 0.9", (np.array([10.0, 20.0, 30.0]), 0.9))
        yield Probe("first", "one value, β = 0.99", (np.array([-7.0]), 0.99))
        yield Probe("first", "the same value six times, β = 0.8", (np.full(6, 4.0), 0.8))
        yield Probe("later", "50 random values, β = 0.9", (rng.normal(3, 1, 50), 0.9))
        yield Probe("later", "50 random values, β = 0.3", (rng.normal(-2, 1, 50), 0.3))
        yield Probe("later", "β = 0: no memory", (rng.normal(size=5), 0.0))
        yield Probe("rows", "20 rows of 3 numbers, β = 0.95", (rng.normal(1, 2, (20, 3)), 0.95))

    @accepted("a loop over an array")
    def by_loop(values, beta):
        v = np.zeros_like(values[0])
        out = np.empty_like(values)
        for i in range(len(values)):
            v = v * beta + values[i] * (1 - beta)
            out[i] = v / (1 - beta ** (i + 1))
        return out

    @accepted("a matrix of weights")
    def by_matrix(values, beta):
        n = len(values)
        age = np.arange(n)[:, None] - np.arange(n)[None, :]
        weights = np.where(age >= 0, float(beta) ** np.abs(age), 0.0)
        return (weights / weights.sum(axis=1, keepdims=True)) @ values

    @accepted("a filter")
    def by_filter(values, beta):
        from scipy.signal import lfilter

        top = lfilter([1.0], [1.0, -beta], values, axis=0)
        bottom = lfilter([1.0], [1.0, -beta], np.ones(len(values)))
        return top / bottom.reshape((-1,) + (1,) * (values.ndim - 1))

    @accepted("no correction needed: a rate that falls")
    def by_rate(values, beta):
        averages = [np.asarray(values[0], dtype=float)]
        for t in range(2, len(values) + 1):
            rate = (1 - beta) / (1 - beta**t)
            averages.append(averages[-1] + rate * (values[t - 1] - averages[-1]))
        return np.array(averages)

    itself_averaged = wrong(
        "Your average never sees the values: it averages itself with itself, as the misprint on "
        "the slides does, and stays at zero.",
        change={
            "averages = [np.asarray(values[0], dtype=float)]": "v, averages = np.zeros_like(values[0]), []",
            "range(2, len(values) + 1)": "values",
            "averages[-1] + rate * (values[t - 1] - averages[-1])": "v",
        },
        of=by_rate,
    )

    @wrong(
        "There is no bias correction: your first values are far too close to zero, because the "
        "zero you began with still has most of the weight."
    )
    def not_corrected(values, beta):
        v, out = np.zeros_like(values[0]), []
        for x in values:
            v = beta * v + (1 - beta) * x
            out.append(v)
        return np.array(out)

    @wrong(
        "You count from t = 0, so the first correction divides by zero and every later one "
        "lags behind. How much weight have the values after the first of them?"
    )
    def counted_from_zero(values, beta):
        v, out = np.zeros_like(values[0]), []
        with np.errstate(all="ignore"):
            for t, x in enumerate(values):
                v = beta * v + (1 - beta) * x
                out.append(v / np.float64(1 - beta**t))
        return np.array(out)

    @wrong(
        "The two weights are swapped: your β multiplies the new value. Here β is the weight of "
        "the past."
    )
    def weights_swapped(values, beta):
        v, out = np.zeros_like(values[0]), []
        with np.errstate(all="ignore"):
            for t, x in enumerate(values, 1):
                v = (1 - beta) * v + beta * x
                out.append(v / np.float64(1 - (1 - beta) ** t))
        return np.array(out)

    corrected_number_carried = wrong(
        "You carry the corrected number into the next step. The correction is for reading only; "
        "what runs on is the uncorrected number.",
        change={
            "beta * running + (1 - beta) * value": "(beta * running + (1 - beta) * value) / (1 - beta**t)",
            "running / (1 - beta**t)": "running",
        },
    )

    @wrong(
        "You begin with the first value instead of zero. That avoids the zero, but gives the "
        "first value far more weight than the others; the correction treats all fairly."
    )
    def begun_with_first_value(values, beta):
        v, out = values[0], []
        for x in values:
            v = beta * v + (1 - beta) * x
            out.append(v)
        return np.array(out)

    @wrong(
        "That is the plain mean of all values so far: nothing is forgotten, and β has no effect."
    )
    def plain_mean(values, beta):
        count = np.arange(1, len(values) + 1).reshape((-1,) + (1,) * (values.ndim - 1))
        return np.cumsum(values, axis=0) / count

    @wrong(
        "You divide by 1 − β in every step. That is right for the first value only: the weight "
        "of the values grows with their number."
    )
    def correction_without_count(values, beta):
        v, out = np.zeros_like(values[0]), []
        for x in values:
            v = beta * v + (1 - beta) * x
            out.append(v / (1 - beta))
        return np.array(out)

    @wrong("You return the last average alone. Asked is the average after each value.")
    def last_one_only(values, beta):
        v = np.zeros_like(values[0])
        for x in values:
            v = beta * v + (1 - beta) * x
        return v / (1 - beta ** len(values))
