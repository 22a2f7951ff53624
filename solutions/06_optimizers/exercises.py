"""Exercises of lesson 06: from SGD to Adam."""

from typing import ClassVar

import numpy as np

from autograder.exercise import (
    Choices,
    Criterion,
    Function,
    Probe,
    Rule,
    Tolerance,
    Value,
    accepted,
    wrong,
)

FRAMEWORKS = ("keras", "tensorflow", "torch", "jax", "optax")
WRITE_IT = Rule(
    forbid=FRAMEWORKS, reason="Write the update rule yourself; NumPy's arithmetic is all you need."
)
AS_KERAS = Tolerance(
    atol=1e-6, rtol=1e-6, reason="50 steps agree with Keras's own to this; order of sums is free"
)
EXACT = Tolerance(atol=1e-9, rtol=1e-9, reason="a few float64 operations, in any order")


class ByHand(Value):
    name = "by_hand"
    title = "Two steps by hand, and the largest learning rate"
    difficulty = 1
    entries: ClassVar = dict.fromkeys(("w1", "w2", "largest", "left"), "number")
    step = 0.001
    criteria = (
        Criterion("w1", 1, "the weight after one step"),
        Criterion("w2", 1, "the weight after two steps"),
        Criterion("largest", 2, "the largest stable learning rate"),
        Criterion("left", 1, "what is left of the flat weight"),
    )
    revisit = "One weight, one number"

    as_dict = accepted(
        "a dictionary", source='{"w1": 0.8, "w2": 0.32, "largest": 0.3333, "left": 0.85}'
    )
    rounded = accepted("rounded", source="dict(w1=0.80, w2=0.32, largest=0.333, left=0.85)")
    computed = accepted(
        "computed",
        source="""{
    "w1": 2 - 0.1 * 6 * 2,
    "w2": 2 * (1 - 0.1 * 6) ** 2,
    "largest": np.float64(2) / 6,
    "left": 1 - 0.3 * 2 * 0.25,
}""",
    )

    exponent_forgotten = wrong(
        "Your slopes lack the factor 2 that comes down from the exponent: the slope of c·w² is "
        "not c·w.",
        source='{"w1": 1.4, "w2": 0.98, "largest": 2 / 3, "left": 0.925}',
    )
    slope_not_renewed = wrong(
        "For the second step you used the first step's slope again. The slope is measured anew "
        "at every place, and the new place is less steep.",
        source='{"w1": 0.8, "w2": -0.4, "largest": 1 / 3, "left": 0.85}',
    )
    uphill = wrong(
        "You stepped along the slope, uphill. Descent goes against it.",
        source='{"w1": 3.2, "w2": 5.12, "largest": 1 / 3, "left": 0.85}',
    )
    arrives_in_one_step = wrong(
        "For the largest rate you gave the one that arrives in a single step. A larger one "
        "overshoots, lands on the other side, and may still come closer each time.",
        source='{"w1": 0.8, "w2": 0.32, "largest": 1 / 6, "left": 0.85}',
    )
    coefficient_for_curvature = wrong(
        "For the largest rate you divided by the coefficient in front of the square. The formula "
        "asks for the curvature, and the parabola in the text was written with a half in front.",
        source='{"w1": 0.8, "w2": 0.32, "largest": 2 / 3, "left": 0.85}',
    )
    two_decimals = wrong(
        "Your largest rate has the right idea but only two decimals. Asked are three.",
        source='{"w1": 0.8, "w2": 0.32, "largest": 0.33, "left": 0.85}',
    )
    steep_for_flat = wrong(
        "For the share left you took the steep weight u: it jumps to the other side. Asked is "
        "the flat weight v.",
        revisit="A ravine",
        source='{"w1": 0.8, "w2": 0.32, "largest": 1 / 3, "left": -0.8}',
    )
    lost_for_left = wrong(
        "For the last entry you gave the share that v loses. Asked is what is left of it.",
        revisit="A ravine",
        source='{"w1": 0.8, "w2": 0.32, "largest": 1 / 3, "left": 0.15}',
    )


class MovingAverage(Function):
    name = "moving_average"
    title = "The moving average"
    difficulty = 1
    criteria = (
        Criterion("first", 2, "the first few values, where the correction counts"),
        Criterion("later", 2, "long series"),
        Criterion("rows", 1, "rows of numbers"),
    )
    tolerance = EXACT
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

    @wrong(
        "Your average never sees the values: it averages itself with itself, as the misprint on "
        "the slides does, and stays at zero."
    )
    def itself_averaged(values, beta):
        v, out = np.zeros_like(values[0]), []
        for _ in values:
            v = beta * v + (1 - beta) * v
            out.append(v)
        return np.array(out)

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

    @wrong(
        "You carry the corrected number into the next step. The correction is for reading only; "
        "what runs on is the uncorrected number."
    )
    def corrected_number_carried(values, beta):
        v, out = np.zeros_like(values[0]), []
        for t, x in enumerate(values, 1):
            v = (beta * v + (1 - beta) * x) / (1 - beta**t)
            out.append(v)
        return np.array(out)

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


class MomentumPath(Function):
    name = "momentum_path"
    title = "SGD with momentum, as Keras has it"
    difficulty = 2
    criteria = (
        Criterion("plain", 1, "without momentum"),
        Criterion("first", 1, "the first steps with momentum"),
        Criterion("fifty", 2, "50 steps with momentum"),
    )
    tolerance = AS_KERAS
    rule = WRITE_IT
    revisit = "Momentum"

    def probes(self, rng):
        def gradients(steps, n):
            return rng.normal(0.5, 1.0, (steps, n))

        yield Probe(
            "plain", "β = 0: two steps of one weight", (np.ones(1), np.array([[2.0], [-4.0]]), 0.1)
        )
        yield Probe(
            "plain", "β = 0, 50 steps of 3 weights", (rng.normal(size=3), gradients(50, 3), 0.02)
        )
        yield Probe(
            "first",
            "two slopes of 10, lr = 0.1, β = 0.9",
            (np.zeros(1), np.full((2, 1), 10.0), 0.1, 0.9),
        )
        yield Probe(
            "first",
            "one step of 4 weights, β = 0.9",
            (rng.normal(size=4), gradients(1, 4), 0.5, 0.9),
        )
        yield Probe(
            "first", "three steps, β = 0.5", (rng.normal(size=2), gradients(3, 2), 0.1, 0.5)
        )
        yield Probe(
            "fifty",
            "50 steps of 4 weights, lr = 0.05, β = 0.9",
            (rng.normal(size=4), gradients(50, 4), 0.05, 0.9),
        )
        yield Probe(
            "fifty",
            "50 steps of 2 weights, lr = 0.01, β = 0.99",
            (rng.normal(size=2), gradients(50, 2), 0.01, 0.99),
        )

    @accepted("an array filled row by row")
    def by_rows(w, gradients, lr, beta=0.0):
        path = np.empty_like(gradients)
        velocity = np.zeros(w.shape)
        now = w.copy()
        for i in range(len(gradients)):
            velocity = velocity * beta - gradients[i] * lr
            now = now + velocity
            path[i] = now
        return path

    @accepted("the learning rate outside the velocity")
    def rate_outside(w, gradients, lr, beta=0.0):
        v = np.zeros_like(w)
        path = []
        for g in gradients:
            v = beta * v + g
            w = w - lr * v
            path.append(w)
        return np.stack(path)

    @accepted("sums of the past")
    def by_sums(w, gradients, lr, beta=0.0):
        T = len(gradients)
        age = np.arange(T)[:, None] - np.arange(T)
        velocity = -lr * np.where(age >= 0, float(beta) ** np.abs(age), 0.0) @ gradients
        return w + np.cumsum(velocity, axis=0)

    @accepted("in place, with copies")
    def with_copies(w, gradients, lr, beta=0.0):
        w, v, path = w.copy(), np.zeros_like(w), []
        for g in gradients:
            v *= beta
            v -= lr * g
            w += v
            path.append(w.copy())
        return np.array(path)

    @wrong(
        "Your velocity never sees the gradient: it is averaged with itself, as the misprint on "
        "the slides does, and the weights do not move."
    )
    def velocity_averaged_with_itself(w, gradients, lr, beta=0.0):
        v, path = np.zeros_like(w), []
        for _ in gradients:
            v = beta * v + (1 - beta) * v
            w = w - lr * v
            path.append(w)
        return np.array(path)

    @wrong(
        "That is the slides' version: your velocity is an average, with (1 − β) before the "
        "gradient. Keras adds the gradients up, and its steps are longer."
    )
    def averaged(w, gradients, lr, beta=0.0):
        v, path = np.zeros_like(w), []
        for g in gradients:
            v = beta * v + (1 - beta) * g
            w = w - lr * v
            path.append(w)
        return np.array(path)

    @wrong(
        "You look ahead: that is Nesterov's version. The plain one moves by the velocity and by "
        "nothing else.",
        revisit="Nesterov: look ahead",
    )
    def nesterov(w, gradients, lr, beta=0.0):
        v, path = np.zeros_like(w), []
        for g in gradients:
            v = beta * v - lr * g
            w = w + beta * v - lr * g
            path.append(w)
        return np.array(path)

    @wrong("A sign is wrong: your weights climb. Compare the first step with the arithmetic above.")
    def uphill(w, gradients, lr, beta=0.0):
        v, path = np.zeros_like(w), []
        for g in gradients:
            v = beta * v + lr * g
            w = w + v
            path.append(w)
        return np.array(path)

    @wrong(
        "You move by the old velocity, and only then take in the gradient: every gradient acts "
        "one step late, and the first step goes nowhere."
    )
    def one_step_late(w, gradients, lr, beta=0.0):
        v, path = np.zeros_like(w), []
        for g in gradients:
            w = w + v
            v = beta * v - lr * g
            path.append(w)
        return np.array(path)

    @wrong(
        "All your rows are equal: you put the same array into the list each time and went on "
        "changing it in place."
    )
    def same_array_each_time(w, gradients, lr, beta=0.0):
        w, v, path = w.copy(), np.zeros_like(w), []
        for g in gradients:
            v = beta * v - lr * g
            w += v
            path.append(w)
        return np.array(path)

    @wrong(
        "Your path begins with the first weights. Asked are the weights after each step: as many "
        "rows as gradients."
    )
    def start_included(w, gradients, lr, beta=0.0):
        v, path = np.zeros_like(w), [w]
        for g in gradients:
            v = beta * v - lr * g
            w = w + v
            path.append(w)
        return np.array(path)

    @wrong("You return the last weights alone. Asked are the weights after each step.")
    def last_weights_only(w, gradients, lr, beta=0.0):
        v = np.zeros_like(w)
        for g in gradients:
            v = beta * v - lr * g
            w = w + v
        return w

    @wrong(
        "Your β weakens the newest gradient, too: a bracket stands in the wrong place. Only the "
        "old velocity fades."
    )
    def gradient_weakened(w, gradients, lr, beta=0.0):
        v, path = np.zeros_like(w), []
        for g in gradients:
            v = beta * (v - lr * g)
            w = w + v
            path.append(w)
        return np.array(path)

    @wrong(
        "β has no effect: your velocity forgets everything at each step. It must live on from "
        "one step to the next."
    )
    def velocity_reset(w, gradients, lr, beta=0.0):
        path = []
        for g in gradients:
            v = np.zeros_like(w)
            v = beta * v - lr * g
            w = w + v
            path.append(w)
        return np.array(path)


class RmspropPath(Function):
    name = "rmsprop_path"
    title = "RMSProp, as Keras has it"
    difficulty = 2
    criteria = (
        Criterion("first", 1, "the first step"),
        Criterion("fifty", 2, "50 steps"),
        Criterion("zeros", 1, "weights whose gradients are zero"),
        Criterion("epsilon", 2, "small gradients, where epsilon counts"),
    )
    tolerance = AS_KERAS
    rule = WRITE_IT
    revisit = "A step size for every weight"

    def probes(self, rng):
        scale = np.array([10.0, 1.0, 0.1])
        yield Probe(
            "first",
            "first slopes 5 and −0.05, lr = 0.1",
            (np.zeros(2), np.array([[5.0, -0.05]]), 0.1),
        )
        yield Probe(
            "first",
            "two slopes of 2, ρ = 0.5",
            (np.ones(1), np.full((2, 1), 2.0), 0.1, 0.5),
        )
        yield Probe(
            "fifty",
            "50 steps of 3 weights, lr = 0.01, ρ = 0.9",
            (rng.normal(size=3), scale * rng.normal(0.5, 1, (50, 3)), 0.01),
        )
        yield Probe(
            "fifty",
            "50 steps of 3 weights, lr = 0.02, ρ = 0.99",
            (rng.normal(size=3), scale * rng.normal(0.5, 1, (50, 3)), 0.02, 0.99),
        )
        yield Probe(
            "zeros",
            "the second weight's gradients are all zero",
            (np.array([1.0, -2.0]), np.c_[rng.normal(1, 1, 10), np.zeros(10)], 0.05),
        )
        yield Probe(
            "epsilon",
            "50 gradients around 10⁻⁴, lr = 0.01",
            (rng.normal(size=2), 1e-4 * rng.normal(0.5, 1, (50, 2)), 0.01),
        )
        yield Probe(
            "epsilon",
            "epsilon = 0.01, 20 steps",
            (rng.normal(size=3), rng.normal(0.2, 0.3, (20, 3)), 0.05, 0.9, 0.01),
        )

    @accepted("an array filled row by row")
    def by_rows(w, gradients, lr, rho=0.9, epsilon=1e-7):
        path = np.zeros(gradients.shape)
        squares = np.zeros(len(w))
        for t in range(gradients.shape[0]):
            squares = squares + (1 - rho) * (gradients[t] ** 2 - squares)
            w = w - lr * gradients[t] * (squares + epsilon) ** -0.5
            path[t] = w
        return path

    @accepted("all averages first")
    def by_filter(w, gradients, lr, rho=0.9, epsilon=1e-7):
        from scipy.signal import lfilter

        S = lfilter([1 - rho], [1, -rho], gradients**2, axis=0)
        return w - np.cumsum(lr * gradients / np.sqrt(S + epsilon), axis=0)

    @accepted("number by number")
    def by_number(w, gradients, lr, rho=0.9, epsilon=1e-7):
        import math

        columns = []
        for now, column in zip(w.tolist(), gradients.T.tolist()):
            S, places = 0.0, []
            for g in column:
                S = rho * S + (1 - rho) * g * g
                now -= lr * g / math.sqrt(S + epsilon)
                places.append(now)
            columns.append(places)
        return np.array(columns).T

    @wrong(
        "Your ε stands outside the root, as in Adam. Keras's RMSprop has it inside, and for small "
        "gradients that is another step."
    )
    def epsilon_outside(w, gradients, lr, rho=0.9, epsilon=1e-7):
        S, path = np.zeros_like(w), []
        for g in gradients:
            S = rho * S + (1 - rho) * g**2
            w = w - lr * g / (np.sqrt(S) + epsilon)
            path.append(w)
        return np.array(path)

    @wrong(
        "You left ε out. Where a weight's gradients are zero you divide zero by zero, and the "
        "weight becomes nan."
    )
    def without_epsilon(w, gradients, lr, rho=0.9, epsilon=1e-7):
        S, path = np.zeros_like(w), []
        with np.errstate(all="ignore"):
            for g in gradients:
                S = rho * S + (1 - rho) * g**2
                w = w - lr * g / np.sqrt(S)
                path.append(w)
        return np.array(path)

    @wrong(
        "Your S never sees the gradient: it is averaged with itself and stays zero, so that you "
        "divide by the root of ε alone."
    )
    def averaged_with_itself(w, gradients, lr, rho=0.9, epsilon=1e-7):
        S, path = np.zeros_like(w), []
        for g in gradients:
            S = rho * S + (1 - rho) * S
            w = w - lr * g / np.sqrt(S + epsilon)
            path.append(w)
        return np.array(path)

    @wrong(
        "You add the squares up and forget nothing: that is Adagrad (without its (1 − ρ)), and "
        "its steps shrink for ever. RMSProp keeps an average."
    )
    def squares_added_up(w, gradients, lr, rho=0.9, epsilon=1e-7):
        S, path = np.zeros_like(w), []
        for g in gradients:
            S = S + g**2
            w = w - lr * g / np.sqrt(S + epsilon)
            path.append(w)
        return np.array(path)

    @wrong(
        "Your average of squares begins at 1, so the first gradients hardly count. It begins at 0."
    )
    def begun_at_one(w, gradients, lr, rho=0.9, epsilon=1e-7):
        S, path = np.ones_like(w), []
        for g in gradients:
            S = rho * S + (1 - rho) * g**2
            w = w - lr * g / np.sqrt(S + epsilon)
            path.append(w)
        return np.array(path)

    @wrong(
        "You divide by the S of the step before; the newest gradient is taken in only "
        "afterwards. The first step then divides by almost nothing."
    )
    def old_average_used(w, gradients, lr, rho=0.9, epsilon=1e-7):
        S, path = np.zeros_like(w), []
        for g in gradients:
            w = w - lr * g / np.sqrt(S + epsilon)
            S = rho * S + (1 - rho) * g**2
            path.append(w)
        return np.array(path)

    @wrong(
        "You divide by the average of squares itself. Its root has the size of a slope; without "
        "the root, steep weights hardly move and flat ones leap."
    )
    def root_forgotten(w, gradients, lr, rho=0.9, epsilon=1e-7):
        S, path = np.zeros_like(w), []
        for g in gradients:
            S = rho * S + (1 - rho) * g**2
            w = w - lr * g / (S + epsilon)
            path.append(w)
        return np.array(path)

    @wrong(
        "The two weights of your average are swapped. ρ is the weight of the past, and the past "
        "has most of it."
    )
    def weights_swapped(w, gradients, lr, rho=0.9, epsilon=1e-7):
        S, path = np.zeros_like(w), []
        for g in gradients:
            S = (1 - rho) * S + rho * g**2
            w = w - lr * g / np.sqrt(S + epsilon)
            path.append(w)
        return np.array(path)

    @wrong(
        "You corrected the bias of S. A good idea, and Adam's; RMSProp goes without, so its first "
        "steps are longer."
    )
    def bias_corrected(w, gradients, lr, rho=0.9, epsilon=1e-7):
        S, path = np.zeros_like(w), []
        for t, g in enumerate(gradients, 1):
            S = rho * S + (1 - rho) * g**2
            w = w - lr * g / np.sqrt(S / (1 - rho**t) + epsilon)
            path.append(w)
        return np.array(path)

    @wrong(
        "You average the gradients and square the average. Where signs alternate, they cancel "
        "before you square. Square first."
    )
    def averaged_before_squared(w, gradients, lr, rho=0.9, epsilon=1e-7):
        m, path = np.zeros_like(w), []
        for g in gradients:
            m = rho * m + (1 - rho) * g
            w = w - lr * g / np.sqrt(m**2 + epsilon)
            path.append(w)
        return np.array(path)

    @wrong(
        "You have one S for all weights: the mean over them. RMSProp keeps one for each weight; "
        "that is its whole point."
    )
    def one_for_all_weights(w, gradients, lr, rho=0.9, epsilon=1e-7):
        S, path = 0.0, []
        for g in gradients:
            S = rho * S + (1 - rho) * np.mean(g**2)
            w = w - lr * g / np.sqrt(S + epsilon)
            path.append(w)
        return np.array(path)


class AdamPath(Function):
    name = "adam_path"
    title = "Adam, as Keras has it"
    difficulty = 3
    criteria = (
        Criterion("first", 2, "the first steps, where the correction counts"),
        Criterion("fifty", 3, "50 steps"),
        Criterion("zeros", 1, "weights whose gradients are zero"),
        Criterion("epsilon", 1, "small gradients, where epsilon counts"),
    )
    tolerance = AS_KERAS
    rule = WRITE_IT
    revisit = "Adam"

    def probes(self, rng):
        scale = np.array([100.0, 1.0, 0.01])
        yield Probe(
            "first",
            "first slopes 2, −2000 and 0.5, lr = 0.1",
            (np.zeros(3), np.array([[2.0, -2000.0, 0.5]]), 0.1),
        )
        yield Probe(
            "first",
            "slopes 1, −3, 2, lr = 0.1",
            (np.ones(1), np.array([[1.0], [-3.0], [2.0]]), 0.1),
        )
        yield Probe(
            "fifty",
            "50 steps of 3 weights, lr = 0.01",
            (rng.normal(size=3), scale * rng.normal(0.5, 1, (50, 3)), 0.01),
        )
        yield Probe(
            "fifty",
            "50 steps, β₁ = 0.5, β₂ = 0.9",
            (rng.normal(size=3), scale * rng.normal(0.5, 1, (50, 3)), 0.02, 0.5, 0.9),
        )
        yield Probe(
            "zeros",
            "the second weight's gradients are all zero",
            (np.array([1.0, -2.0]), np.c_[rng.normal(1, 1, 10), np.zeros(10)], 0.05),
        )
        yield Probe(
            "epsilon",
            "epsilon = 0.01, 20 steps",
            (rng.normal(size=3), rng.normal(0.2, 0.3, (20, 3)), 0.05, 0.9, 0.999, 0.01),
        )
        yield Probe(
            "epsilon",
            "50 gradients around 10⁻⁶, lr = 0.01",
            (rng.normal(size=2), 1e-6 * rng.normal(0.5, 1, (50, 2)), 0.01),
        )

    @accepted("an array filled row by row")
    def by_rows(w, gradients, lr, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        path = np.zeros(gradients.shape)
        m = np.zeros(w.shape)
        v = np.zeros(w.shape)
        for i in range(len(gradients)):
            t = i + 1
            m += (1 - beta_1) * (gradients[i] - m)
            v += (1 - beta_2) * (gradients[i] ** 2 - v)
            alpha = lr * (1 - beta_2**t) ** 0.5 / (1 - beta_1**t)
            w = w - alpha * m / (v**0.5 + epsilon)
            path[i] = w
        return path

    @accepted("Algorithm 1, with its epsilon scaled")
    def by_algorithm_1(w, gradients, lr, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        m, v, path = np.zeros_like(w), np.zeros_like(w), []
        for t, g in enumerate(gradients, 1):
            m = beta_1 * m + (1 - beta_1) * g
            v = beta_2 * v + (1 - beta_2) * g * g
            m_hat, v_hat = m / (1 - beta_1**t), v / (1 - beta_2**t)
            w = w - lr * m_hat / (np.sqrt(v_hat) + epsilon / np.sqrt(1 - beta_2**t))
            path.append(w)
        return np.array(path)

    @accepted("all averages first")
    def by_filter(w, gradients, lr, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        from scipy.signal import lfilter

        t = np.arange(1, len(gradients) + 1)[:, None]
        m = lfilter([1 - beta_1], [1, -beta_1], gradients, axis=0)
        v = lfilter([1 - beta_2], [1, -beta_2], gradients**2, axis=0)
        rate = lr * np.sqrt(1 - beta_2**t) / (1 - beta_1**t)
        return w - np.cumsum(rate * m / (np.sqrt(v) + epsilon), axis=0)

    @wrong(
        "There is no bias correction. Both averages start at zero, the one of squares much more "
        "so, and your first steps are about three times too long."
    )
    def not_corrected(w, gradients, lr, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        m, v, path = np.zeros_like(w), np.zeros_like(w), []
        for g in gradients:
            m = beta_1 * m + (1 - beta_1) * g
            v = beta_2 * v + (1 - beta_2) * g**2
            w = w - lr * m / (np.sqrt(v) + epsilon)
            path.append(w)
        return np.array(path)

    @wrong(
        "You count from t = 0: the first correction divides by zero, and all later ones lag one "
        "step behind."
    )
    def counted_from_zero(w, gradients, lr, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        m, v, path = np.zeros_like(w), np.zeros_like(w), []
        with np.errstate(all="ignore"):
            for t, g in enumerate(gradients):
                m = beta_1 * m + (1 - beta_1) * g
                v = beta_2 * v + (1 - beta_2) * g**2
                rate = lr * np.sqrt(1 - beta_2**t) / np.float64(1 - beta_1**t)
                w = w - rate * m / (np.sqrt(v) + epsilon)
                path.append(w)
        return np.array(path)

    @wrong(
        "Your ε stands inside the root, as in Keras's RMSprop. Adam adds it to the root.",
    )
    def epsilon_inside(w, gradients, lr, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        m, v, path = np.zeros_like(w), np.zeros_like(w), []
        for t, g in enumerate(gradients, 1):
            m = beta_1 * m + (1 - beta_1) * g
            v = beta_2 * v + (1 - beta_2) * g**2
            rate = lr * np.sqrt(1 - beta_2**t) / (1 - beta_1**t)
            w = w - rate * m / np.sqrt(v + epsilon)
            path.append(w)
        return np.array(path)

    @wrong(
        "Algorithm 1 to the letter: you add ε to the root of the *corrected* average. Keras adds "
        "it to the root of the uncorrected one, where it weighs more in the first steps."
    )
    def epsilon_of_algorithm_1(w, gradients, lr, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        m, v, path = np.zeros_like(w), np.zeros_like(w), []
        for t, g in enumerate(gradients, 1):
            m = beta_1 * m + (1 - beta_1) * g
            v = beta_2 * v + (1 - beta_2) * g**2
            w = w - lr * (m / (1 - beta_1**t)) / (np.sqrt(v / (1 - beta_2**t)) + epsilon)
            path.append(w)
        return np.array(path)

    @wrong("You corrected the average of slopes, but not the average of squares.")
    def squares_not_corrected(w, gradients, lr, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        m, v, path = np.zeros_like(w), np.zeros_like(w), []
        for t, g in enumerate(gradients, 1):
            m = beta_1 * m + (1 - beta_1) * g
            v = beta_2 * v + (1 - beta_2) * g**2
            w = w - lr / (1 - beta_1**t) * m / (np.sqrt(v) + epsilon)
            path.append(w)
        return np.array(path)

    @wrong("You corrected the average of squares, but not the average of slopes.")
    def slopes_not_corrected(w, gradients, lr, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        m, v, path = np.zeros_like(w), np.zeros_like(w), []
        for t, g in enumerate(gradients, 1):
            m = beta_1 * m + (1 - beta_1) * g
            v = beta_2 * v + (1 - beta_2) * g**2
            w = w - lr * np.sqrt(1 - beta_2**t) * m / (np.sqrt(v) + epsilon)
            path.append(w)
        return np.array(path)

    @wrong(
        "Your averages never see the gradient: each is averaged with itself, as in the misprint "
        "on the slides, and the weights do not move."
    )
    def averaged_with_themselves(w, gradients, lr, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        m, v, path = np.zeros_like(w), np.zeros_like(w), []
        for t, _ in enumerate(gradients, 1):
            m = beta_1 * m + (1 - beta_1) * m
            v = beta_2 * v + (1 - beta_2) * v
            rate = lr * np.sqrt(1 - beta_2**t) / (1 - beta_1**t)
            w = w - rate * m / (np.sqrt(v) + epsilon)
            path.append(w)
        return np.array(path)

    @wrong("You took Keras's momentum for m: it lacks the (1 − β₁). Adam's m is an average.")
    def momentum_not_averaged(w, gradients, lr, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        m, v, path = np.zeros_like(w), np.zeros_like(w), []
        for t, g in enumerate(gradients, 1):
            m = beta_1 * m + g
            v = beta_2 * v + (1 - beta_2) * g**2
            rate = lr * np.sqrt(1 - beta_2**t) / (1 - beta_1**t)
            w = w - rate * m / (np.sqrt(v) + epsilon)
            path.append(w)
        return np.array(path)

    @wrong(
        "The two β are swapped: the short memory belongs to the slopes, the long one to the "
        "squares."
    )
    def betas_swapped(w, gradients, lr, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        beta_1, beta_2 = beta_2, beta_1
        m, v, path = np.zeros_like(w), np.zeros_like(w), []
        for t, g in enumerate(gradients, 1):
            m = beta_1 * m + (1 - beta_1) * g
            v = beta_2 * v + (1 - beta_2) * g**2
            rate = lr * np.sqrt(1 - beta_2**t) / (1 - beta_1**t)
            w = w - rate * m / (np.sqrt(v) + epsilon)
            path.append(w)
        return np.array(path)

    @wrong(
        "You carry the corrected averages into the next step. The correction is for reading "
        "only; what runs on is uncorrected."
    )
    def corrected_averages_carried(w, gradients, lr, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        m, v, path = np.zeros_like(w), np.zeros_like(w), []
        for t, g in enumerate(gradients, 1):
            m = (beta_1 * m + (1 - beta_1) * g) / (1 - beta_1**t)
            v = (beta_2 * v + (1 - beta_2) * g**2) / (1 - beta_2**t)
            w = w - lr * m / (np.sqrt(v) + epsilon)
            path.append(w)
        return np.array(path)

    @wrong(
        "Your correction does not grow with t: it divides by 1 − β in every step, which is right "
        "in the first one only."
    )
    def correction_without_count(w, gradients, lr, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        m, v, path = np.zeros_like(w), np.zeros_like(w), []
        for g in gradients:
            m = beta_1 * m + (1 - beta_1) * g
            v = beta_2 * v + (1 - beta_2) * g**2
            rate = lr * np.sqrt(1 - beta_2) / (1 - beta_1)
            w = w - rate * m / (np.sqrt(v) + epsilon)
            path.append(w)
        return np.array(path)

    @wrong(
        "Your correction of the step size lacks the root over the part of the squares: the "
        "average of squares is corrected before its root is taken."
    )
    def root_of_correction_forgotten(w, gradients, lr, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        m, v, path = np.zeros_like(w), np.zeros_like(w), []
        for t, g in enumerate(gradients, 1):
            m = beta_1 * m + (1 - beta_1) * g
            v = beta_2 * v + (1 - beta_2) * g**2
            rate = lr * (1 - beta_2**t) / (1 - beta_1**t)
            w = w - rate * m / (np.sqrt(v) + epsilon)
            path.append(w)
        return np.array(path)


class WarmupCosine(Function):
    name = "warmup_cosine"
    title = "Warm-up, then cosine"
    difficulty = 2
    criteria = (
        Criterion("rise", 1, "the warm-up"),
        Criterion("wave", 2, "the cosine"),
        Criterion("end", 1, "the last step and all after it"),
        Criterion("none", 1, "no warm-up at all"),
    )
    tolerance = EXACT
    revisit = "Schedules"

    def probes(self, rng):
        peak = float(rng.uniform(0.1, 1))
        yield Probe("rise", "step 0", (0, peak, 10, 100))
        yield Probe("rise", "step 3 of 10 of the warm-up", (3, peak, 10, 100))
        yield Probe("rise", "the last step of the warm-up", (9, peak, 10, 100))
        yield Probe("wave", "the peak", (10, peak, 10, 100))
        yield Probe("wave", "a third of the way down", (40, peak, 10, 100))
        yield Probe("wave", "half-way down", (60, peak, 20, 100))
        yield Probe("wave", "near the end", (95, peak, 10, 100))
        yield Probe("end", "the last step", (100, peak, 10, 100))
        yield Probe("end", "long after the end", (150, peak, 10, 100))
        yield Probe("none", "step 0 without warm-up", (0, peak, 0, 50))
        yield Probe("none", "step 10 of 50 without warm-up", (10, peak, 0, 50))

    @accepted("three cases")
    def three_cases(step, peak, warmup_steps, total_steps):
        import math

        if step >= total_steps:
            return 0.0
        if step >= warmup_steps:
            left = (total_steps - step) / (total_steps - warmup_steps)
            return peak * math.sin(math.pi / 2 * left) ** 2
        return step / warmup_steps * peak

    @accepted("NumPy's where")
    def by_where(step, peak, warmup_steps, total_steps):
        rise = step / max(warmup_steps, 1)
        done = np.clip((step - warmup_steps) / (total_steps - warmup_steps), 0, 1)
        wave = (1 + np.cos(np.pi * done)) / 2
        return float(peak * np.where(step < warmup_steps, rise, wave))

    @accepted("the square of a cosine")
    def by_square(step, peak, warmup_steps, total_steps):
        if step < warmup_steps:
            return peak / warmup_steps * step
        angle = np.pi / 2 * (step - warmup_steps) / (total_steps - warmup_steps)
        return peak * np.cos(min(angle, np.pi / 2)) ** 2

    @wrong(
        "Your cosine counts from step 0. After the warm-up it has lost part of its way, so the "
        "rate jumps. What share of the steps after the warm-up is done?"
    )
    def wave_from_step_zero(step, peak, warmup_steps, total_steps):
        if step < warmup_steps:
            return peak * step / warmup_steps
        return peak * 0.5 * (1 + np.cos(np.pi * min(1.0, step / total_steps)))

    @wrong(
        "Your cosine takes total_steps for its way down, though the warm-up has already used "
        "some of them. It is not at zero when the training ends."
    )
    def wave_too_long(step, peak, warmup_steps, total_steps):
        if step < warmup_steps:
            return peak * step / warmup_steps
        return peak * 0.5 * (1 + np.cos(np.pi * min(1.0, (step - warmup_steps) / total_steps)))

    @wrong("After the last step your rate rises again: the cosine goes on waving. It must stay 0.")
    def rises_again(step, peak, warmup_steps, total_steps):
        if step < warmup_steps:
            return peak * step / warmup_steps
        done = (step - warmup_steps) / (total_steps - warmup_steps)
        return peak * 0.5 * (1 + np.cos(np.pi * done))

    @wrong(
        "You have no warm-up: the rate is at its peak from the start, or follows the cosine "
        "backwards."
    )
    def no_warmup(step, peak, warmup_steps, total_steps):
        done = np.clip((step - warmup_steps) / (total_steps - warmup_steps), 0, 1)
        return peak * 0.5 * (1 + np.cos(np.pi * done))

    @wrong(
        "Your wave is a quarter, not a half: it leaves the peak slowly, but meets zero at full "
        "speed. Half a wave is flat at both ends."
    )
    def quarter_wave(step, peak, warmup_steps, total_steps):
        if step < warmup_steps:
            return peak * step / warmup_steps
        done = min(1.0, (step - warmup_steps) / (total_steps - warmup_steps))
        return peak * np.cos(np.pi / 2 * done) if done < 1 else 0.0

    @wrong(
        "Your cosine is not scaled: at the peak you have twice the peak. A cosine swings over two "
        "units, from 1 to −1."
    )
    def twice_the_peak(step, peak, warmup_steps, total_steps):
        if step < warmup_steps:
            return peak * step / warmup_steps
        done = min(1.0, (step - warmup_steps) / (total_steps - warmup_steps))
        return peak * (1 + np.cos(np.pi * done))

    @wrong(
        "Your rate becomes negative: the cosine itself goes down to −1, and the weights would "
        "climb. Shift it first."
    )
    def below_zero(step, peak, warmup_steps, total_steps):
        if step < warmup_steps:
            return peak * step / warmup_steps
        done = min(1.0, (step - warmup_steps) / (total_steps - warmup_steps))
        return peak * np.cos(np.pi * done)

    @wrong(
        "Your warm-up is one step early: at step 0 the rate is not 0. Steps are counted from 0 "
        "here."
    )
    def warmup_one_early(step, peak, warmup_steps, total_steps):
        if step < warmup_steps:
            return peak * (step + 1) / warmup_steps
        done = min(1.0, (step - warmup_steps) / (total_steps - warmup_steps))
        return peak * 0.5 * (1 + np.cos(np.pi * done))

    @wrong("Your way down is a straight line. Asked is half a cosine wave.")
    def straight_down(step, peak, warmup_steps, total_steps):
        if step < warmup_steps:
            return peak * step / warmup_steps
        return peak * max(0.0, (total_steps - step) / (total_steps - warmup_steps))

    @wrong("After the warm-up your rate stays at its peak. Where is the way down?")
    def stays_at_the_peak(step, peak, warmup_steps, total_steps):
        return peak * step / warmup_steps if step < warmup_steps else peak

    @wrong("Without warm-up you divide by zero. Which piece is responsible for step 0 then?")
    def divides_by_no_warmup(step, peak, warmup_steps, total_steps):
        rise = step / warmup_steps
        if rise < 1:
            return peak * rise
        done = min(1.0, (step - warmup_steps) / (total_steps - warmup_steps))
        return peak * 0.5 * (1 + np.cos(np.pi * done))


class ClipTogether(Function):
    name = "clip_together"
    title = "Find the bug: clipping by the global norm"
    difficulty = 2
    criteria = (
        Criterion("long", 2, "gradients that are too long"),
        Criterion("short", 2, "gradients that are short enough"),
        Criterion("shapes", 1, "one array, several arrays, any shape"),
        Criterion("zeros", 1, "zeros"),
    )
    tolerance = EXACT
    rule = Rule(forbid=FRAMEWORKS, reason="NumPy's arithmetic is all you need.")
    revisit = "Clipping"

    def probes(self, rng):
        yield Probe(
            "long",
            "(6, 8) and (0, 24), limit 13",
            ([np.array([6.0, 8.0]), np.array([0.0, 24.0])], 13.0),
        )
        yield Probe(
            "long",
            "(3, 4) and (0.3, 0.4), limit 1",
            ([np.array([3.0, 4.0]), np.array([0.3, 0.4])], 1.0),
        )
        yield Probe(
            "long",
            "five gradients, each shorter than the limit 1",
            ([rng.uniform(0.3, 0.5, 3) for _ in range(5)], 1.0),
        )
        yield Probe(
            "short",
            "lengths 0.5 and 0.1, limit 1",
            ([np.array([0.3, 0.4]), np.array([0.0, 0.1])], 1.0),
        )
        yield Probe(
            "short",
            "lengths 3 and 4, limit 6",
            ([np.array([0.0, -3.0]), np.array([4.0])], 6.0),
        )
        yield Probe(
            "short",
            "exactly as long as the limit 5",
            ([np.array([3.0]), np.array([-4.0])], 5.0),
        )
        yield Probe(
            "shapes", "one gradient of shape (2, 3, 4)", ([rng.normal(size=(2, 3, 4))], 2.0)
        )
        yield Probe(
            "shapes",
            "shapes (3, 3), (3,) and ()",
            ([rng.normal(size=(3, 3)), rng.normal(size=3), np.array(2.0)], 0.5),
        )
        yield Probe("zeros", "all zeros", ([np.zeros((2, 2)), np.zeros(3)], 1.0))
        yield Probe("zeros", "one of two is zero", ([np.zeros(3), rng.uniform(5, 6, (2, 2))], 1.0))

    @accepted("one long row")
    def one_long_row(gradients, limit):
        length = np.linalg.norm(np.concatenate([np.ravel(g) for g in gradients]))
        if length <= limit:
            return gradients
        return [g / length * limit for g in gradients]

    @accepted("loops")
    def by_loops(gradients, limit):
        total = 0.0
        for gradient in gradients:
            for number in np.ravel(gradient):
                total += float(number) ** 2
        factor = 1.0
        if total > limit**2:
            factor = limit / total**0.5
        return [np.asarray(g * factor) for g in gradients]

    @accepted("the norm of the norms")
    def norm_of_norms(gradients, limit):
        length = np.linalg.norm([np.linalg.norm(np.ravel(g)) for g in gradients])
        return [g * (limit / max(length, limit)) for g in gradients]

    @wrong(
        "Each gradient is still shortened by its own length. The short ones keep what the long "
        "ones lose, and the step changes its direction."
    )
    def each_by_itself(gradients, limit):
        return [g * (limit / max(np.linalg.norm(np.ravel(g)), limit)) for g in gradients]

    @wrong(
        "Both mistakes are still there: each gradient has its own factor, and short ones are "
        "made longer."
    )
    def bug_untouched(gradients, limit):
        clipped = []
        with np.errstate(all="ignore"):
            for gradient in gradients:
                length = np.linalg.norm(np.ravel(gradient))
                clipped.append(gradient * limit / length)
        return clipped

    @wrong(
        "One factor for all: good. But gradients that are short enough are *stretched* to the "
        "limit. Clipping shortens, or does nothing."
    )
    def stretched(gradients, limit):
        length = np.sqrt(sum(np.sum(g**2) for g in gradients))
        with np.errstate(all="ignore"):
            return [g * (limit / length) for g in gradients]

    @wrong(
        "You cut every number at the limit by itself. That is clipping by value, and it bends "
        "the direction."
    )
    def by_value(gradients, limit):
        return [np.clip(g, -limit, limit) for g in gradients]

    @wrong(
        "You took the longest gradient's length for the length of all. Together they are longer "
        "than any one of them."
    )
    def longest_for_all(gradients, limit):
        length = max(np.linalg.norm(np.ravel(g)) for g in gradients)
        return [g * (limit / max(length, limit)) for g in gradients]

    @wrong("You added the lengths. Lengths of parts at right angles do not add up: 3 and 4 make 5.")
    def lengths_added(gradients, limit):
        length = sum(np.linalg.norm(np.ravel(g)) for g in gradients)
        return [g * (limit / max(length, limit)) for g in gradients]

    @wrong("You forgot the root: you divide by the square of the length.")
    def root_forgotten(gradients, limit):
        squares = sum(np.sum(g**2) for g in gradients)
        return [g * (limit / squares) if squares > limit else g for g in gradients]

    @wrong("You divide by the length but forget the limit: what is clipped ends at length 1.")
    def limit_forgotten(gradients, limit):
        length = np.sqrt(sum(np.sum(g**2) for g in gradients))
        return [g / length if length > limit else g for g in gradients]

    @wrong("You return all numbers in one long row. Each gradient must come back in its own shape.")
    def one_row_returned(gradients, limit):
        row = np.concatenate([np.ravel(g) for g in gradients])
        return row * (limit / max(np.linalg.norm(row), limit))


class Quiz(Choices):
    name = "quiz"
    title = "Quiz"
    difficulty = 1
    revisit = "Summary"
    questions: ClassVar = {
        "q1": (
            "A descent converges, slowly. You double the learning rate and the loss becomes nan. "
            "So",
            {
                "a": "the gradient has a bug",
                "b": "the new rate was above 2 / (largest curvature)",
                "c": "the batch was too small",
            },
        ),
        "q2": (
            "4,000 images, batches of 32, five epochs. How many times are the weights changed?",
            {"a": "5", "b": "20,000", "c": "625"},
        ),
        "q3": (
            "In Keras's SGD you change momentum from 0.9 to 0.99. To keep the size of steady "
            "steps, the learning rate must become",
            {"a": "a tenth", "b": "the same", "c": "ten times as large"},
        ),
        "q4": (
            "You multiply the loss by 1,000. Which run hardly changes?",
            {"a": "SGD's", "b": "SGD's with momentum", "c": "Adam's"},
        ),
        "q5": (
            "Adam without bias correction. Its first steps are",
            {
                "a": "too long, as the average of squares is biased more",
                "b": "too short, as both averages start at zero",
                "c": "unchanged",
            },
        ),
        "q6": (
            "A paper compares a new optimizer, tuned, with Adam at its default. The new one is "
            "better. You conclude",
            {
                "a": "the new one is better",
                "b": "nothing yet",
                "c": "Adam is worse when tuned",
            },
        ),
    }
    because: ClassVar = {
        "q1": {
            "a": "With a wrong gradient the slower run would hardly have converged.",
            "c": "Noise makes a loss tremble. What makes it grow without end?",
        },
        "q2": {
            "a": "That is the number of passes. How many batches has one pass?",
            "b": "That would be one change an image. One change a batch.",
        },
        "q3": {
            "b": "Along a steady slope the velocity adds up. How long is the step it ends at?",
            "c": "The steps have grown already. Would you make them longer still?",
        },
        "q4": {
            "a": "Its step is the slope times the rate, and the slope is 1,000 times as long.",
            "b": "Its velocity is a sum of slopes, and each is 1,000 times as long.",
        },
        "q5": {
            "b": "One of the two is divided by the root of the other. Which is further from home?",
            "c": "You printed both. They were not equal.",
        },
        "q6": {
            "a": "Think of the race with one learning rate for all: who had the rate that suits?",
            "c": "Nobody has tuned Adam there.",
        },
    }
