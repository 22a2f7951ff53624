"""What is right in `moving_average`, and what students get wrong."""

import numpy as np

from autograder.exercise import SUMS_64, Criterion, Function, Probe, accepted, near_miss, wrong


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
        yield Probe("first", "three random values, β = 0.7", (rng.normal(5, 2, 3), 0.7))

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
        change={"values[i] * (1 - beta)": "v * (1 - beta)"},
        of=by_loop,
    )

    not_corrected = wrong(
        "There is no bias correction: your first values are far too close to zero, because the "
        "zero you began with still has most of the weight.",
        change={"running / (1 - beta**t)": "running"},
    )

    counted_from_zero = wrong(
        "You count from t = 0, so the first correction divides by zero and every later one "
        "lags behind. How much weight have the values after the first of them?",
        change={"start=1": "start=0"},
    )

    weights_swapped = wrong(
        "The two weights are swapped: your β multiplies the new value. Here β is the weight of "
        "the past.",
        change={
            "beta * running + (1 - beta) * value": "(1 - beta) * running + beta * value",
            "beta**t": "(1 - beta) ** t",
        },
    )

    corrected_number_carried = wrong(
        "You carry the corrected number into the next step. The correction is for reading only; "
        "what runs on is the uncorrected number.",
        change={"running / (1 - beta**t)": "running := running / (1 - beta**t)"},
    )

    begun_with_first_value = wrong(
        "You begin with the first value instead of zero. That avoids the zero, but gives the "
        "first value far more weight than the others; the correction treats all fairly.",
        change={"0.0, []": "values[0], []", "running / (1 - beta**t)": "running"},
    )

    @wrong(
        "That is the plain mean of all values so far: nothing is forgotten, and β has no effect."
    )
    def plain_mean(values, beta):
        count = np.arange(1, len(values) + 1).reshape((-1,) + (1,) * (values.ndim - 1))
        return np.cumsum(values, axis=0) / count

    correction_without_count = wrong(
        "You divide by 1 − β in every step, or leave out the weight 1 − β of the new value, which "
        "is the same. That is right for the first value only: the weight of the values grows with "
        "their number.",
        change={"beta**t": "beta"},
    )

    last_one_only = wrong(
        "You return the last average alone. Asked is the average after each value.",
        change={"np.array(averages)": "averages[-1]"},
    )

    weights_swapped_under_the_correction = wrong(
        "The two weights are swapped in the average, though your correction has them right. Here β "
        "is the weight of the past.",
        change={"beta * running + (1 - beta) * value": "(1 - beta) * running + beta * value"},
    )

    weights_swapped_not_corrected = wrong(
        "The two weights are swapped, and there is no bias correction. Here β is the weight of the "
        "past.",
        change={
            "beta * running + (1 - beta) * value": "(1 - beta) * running + beta * value",
            "running / (1 - beta**t)": "running",
        },
    )

    correction_multiplied = wrong(
        "You multiply by 1 − βᵗ, which makes the first values smaller still. They are too small by "
        "this factor.",
        change={"running / (1 - beta**t)": "running * (1 - beta**t)"},
    )

    correction_of_the_new_weight = wrong(
        "You raised 1 − β to the power of t. What is left of the zero after t steps is βᵗ.",
        change={"1 - beta**t": "1 - (1 - beta) ** t"},
    )

    correction_one_ahead = wrong(
        "Your count is one ahead: the first value is corrected as if it were the second.",
        change={"start=1": "start=2"},
    )

    correction_by_the_last_count = wrong(
        "You correct every value by the number of all values. After t values the zero has kept βᵗ "
        "of the weight, with t growing from step to step.",
        change={"beta**t": "beta ** len(values)"},
    )

    correction_turned = wrong(
        "You divide by βᵗ, the share of the zero. What is to be made up for is the share of the "
        "values.",
        change={"running / (1 - beta**t)": "running / np.maximum(beta**t, 1e-12)"},
    )

    values_added_up = wrong(
        "The new value comes in whole: its weight 1 − β is missing, so your sum grows beyond the "
        "values.",
        change={"(1 - beta) * value": "value"},
    )

    one_step_late = wrong(
        "You write the average down before the new value has come in: every entry is one step "
        "late.",
        change={
            "running = beta * running + (1 - beta) * value": "before = running",
            "averages.append(running / (1 - beta**t))": (
                "running = beta * running + (1 - beta) * value\n"
                "        averages.append(before / (1 - beta**t))"
            ),
        },
    )

    start_included = wrong(
        "Your series begins with the zero. Asked are the averages after each value: as many as "
        "there are values.",
        change={"0.0, []": "0.0, [0.0 * np.asarray(values[0])]"},
    )

    corrected_and_carried_from_first = wrong(
        "You begin with the first value *and* correct. The correction makes up for a beginning at "
        "zero; with another beginning there is nothing to make up for.",
        change={"0.0, []": "values[0], []"},
    )

    neighbours_only = wrong(
        "Each of your entries mixes two neighbouring values. The past is the running average, not "
        "the last value alone.",
        change={
            "running = beta * running + (1 - beta) * value": (
                "running, last = beta * running + (1 - beta) * value, value"
            ),
            "averages.append(running / (1 - beta**t))": (
                "averages.append(running / (1 - beta**t))\n        running = last"
            ),
        },
    )

    list_returned = wrong(
        "You return a list. One array is asked for.",
        change={"return np.array(averages)": "return averages"},
    )

    first_value_left_out = wrong(
        "Your first value never enters the average: the loop begins with the second.",
        change={
            "beta * running + (1 - beta) * value": (
                "beta * running + (1 - beta) * value if t > 1 else 0.0 * value"
            )
        },
    )

    half_of_itself = near_miss(
        "halves itself in every step and stays near zero",
        change={"values[i] * (1 - beta)": "1e-3"},
        of=by_loop,
        unlike=itself_averaged,
    )

    tuple_returned = near_miss(
        "returns a dictionary", change={"np.array(averages)": '{"averages": averages}'},
        unlike=list_returned,
    )  # fmt: skip
