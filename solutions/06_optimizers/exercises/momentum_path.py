"""What is right in `momentum_path`, and what students get wrong."""

import numpy as np

from autograder.exercise import EITHER, Criterion, Function, Probe, accepted, near_miss, wrong

from ._shared import WRITE_IT


class MomentumPath(Function):
    title = "Momentum as Keras has it"
    starred = True
    difficulty = 2
    criteria = (
        Criterion("plain", 1, "without momentum"),
        Criterion("first", 1, "the first steps with momentum"),
        Criterion("fifty", 2, "50 steps with momentum"),
        Criterion("kept", 1, "the arrays that are given stay as they are"),
    )
    keeps_arguments = "kept"
    tolerance = EITHER
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

    velocity_averaged_with_itself = wrong(
        "Your velocity never sees the gradient: it is averaged with itself, as the misprint on "
        "the slides does, and the weights do not move.",
        change={"beta * v - lr * g": "beta * v + (1 - beta) * v"},
    )

    averaged = wrong(
        "That is the slides' version: your velocity is an average, with (1 − β) before the "
        "gradient. Keras adds the gradients up, and its steps are longer.",
        change={"beta * v - lr * g": "beta * v + (1 - beta) * g", "w + v": "w - lr * v"},
    )

    nesterov = wrong(
        "You look ahead: that is Nesterov's version. The plain one moves by the velocity and by "
        "nothing else.",
        change={"w + v": "w + beta * v - lr * g"},
        revisit="Nesterov: look ahead",
    )

    uphill = wrong(
        "A sign is wrong: your weights climb. Compare the first step with the arithmetic above.",
        change={"beta * v - lr * g": "beta * v + lr * g"},
    )

    one_step_late = wrong(
        "Every gradient acts one step late, and your first row is the start. Do you move by the "
        "old velocity, before the gradient is in it? Or write the weights down before they move?",
        change={"v = beta * v - lr * g": "w = w + v", "w = w + v": "v = beta * v - lr * g"},
    )

    same_array_each_time = wrong(
        "All your rows are equal: you put the same array into the list each time and went on "
        "changing it in place.",
        change={"w = w + v": "w += v"},
    )

    start_included = wrong(
        "Your path begins with the first weights. Asked are the weights after each step: as many "
        "rows as gradients.",
        change={"np.zeros_like(w), []": "np.zeros_like(w), [w]"},
    )

    last_weights_only = wrong(
        "You return the last weights alone. Asked are the weights after each step.",
        change={"np.array(path)": "w"},
    )

    gradient_weakened = wrong(
        "Your β weakens the newest gradient, too: a bracket stands in the wrong place. Only the "
        "old velocity fades.",
        change={"beta * v - lr * g": "beta * (v - lr * g)"},
    )

    velocity_reset = wrong(
        "β has no effect: your velocity forgets everything at each step. It must live on from "
        "one step to the next.",
        change={"beta * v - lr * g": "-lr * g"},
    )

    averaged_and_late = wrong(
        "You move by the old velocity and weaken it once more by 1 − β. Keras takes the gradient "
        "in first, whole, and then moves by the velocity.",
        change={
            "v = beta * v - lr * g": "w = w - (1 - beta) * lr * v",
            "w = w + v": "v = beta * v + (1 - beta) * g",
        },
    )

    averaged_one_step_late = wrong(
        "Your velocity is an average, and you move by it before the new gradient has come in. "
        "Keras adds gradients up, and takes the new one in first.",
        change={
            "v = beta * v - lr * g": "w = w - lr * v",
            "w = w + v": "v = beta * v + (1 - beta) * g",
        },
    )

    averaged_twice = wrong(
        "You weaken the gradient by 1 − β, and the step once more. Keras has neither.",
        change={
            "beta * v - lr * g": "beta * v + (1 - beta) * g",
            "w + v": "w - (1 - beta) * lr * v",
        },
    )

    averaged_and_corrected = wrong(
        "Your velocity is an average with bias correction: that is Adam's m. Keras's momentum adds "
        "the gradients up and corrects nothing.",
        change={
            "for g in gradients": "for t, g in enumerate(gradients, 1)",
            "beta * v - lr * g": "beta * v + (1 - beta) * g",
            "w + v": "w - lr * v / (1 - beta**t)",
        },
    )

    averaged_weights_swapped = wrong(
        "Your velocity is an average, and its two weights are swapped as well. In Keras the old "
        "velocity is multiplied by β, and the gradient comes in whole.",
        change={"beta * v - lr * g": "(1 - beta) * v + beta * g", "w + v": "w - lr * v"},
    )

    fades_by_the_rest = wrong(
        "Your old velocity is multiplied by 1 − β: it fades almost at once. β says what is *kept*.",
        change={"beta * v - lr * g": "(1 - beta) * v - lr * g"},
    )

    signs_mixed = wrong(
        "Your two terms pull apart: the velocity is collected uphill, the gradient is taken "
        "downhill. Give both one sign; and the plain rule moves by the velocity and nothing else.",
        change={"beta * v - lr * g": "beta * v + lr * g", "w + v": "w + beta * v - lr * g"},
        revisit="Nesterov: look ahead",
    )

    gradient_twice = wrong(
        "You take the gradient twice: it is in the velocity already when you move.",
        change={"w + v": "w + v - lr * g"},
    )

    rate_twice = wrong(
        "The learning rate comes in twice: once in the velocity, and once more when you move.",
        change={"beta * v - lr * g": "beta * v + lr * g", "w + v": "w - lr * v"},
    )

    rate_missing = wrong(
        "The learning rate is nowhere: your steps are as long as the slopes.",
        change={"beta * v - lr * g": "beta * v - g"},
    )

    rate_on_both = wrong(
        "The learning rate multiplies the old velocity, too. It was in it when it came in; now it "
        "shrinks it at every step.",
        change={"beta * v - lr * g": "lr * (beta * v - g)"},
    )

    dampened = wrong(
        "Your first gradient comes in whole, later ones are weakened by 1 − β. Keras takes every "
        "gradient whole.",
        change={
            "for g in gradients": "for t, g in enumerate(gradients)",
            "beta * v - lr * g": "(beta * v + (1 - beta) * g) if t else g",
            "w + v": "w - lr * v",
        },
    )

    always_from_the_start = wrong(
        "Every one of your steps begins at the first weights. It must begin where the last one "
        "ended.",
        change={"w = w + v": "place = w + v", "path.append(w)": "path.append(place)"},
    )

    velocities_returned = wrong(
        "You return the velocities. The weights are asked for.",
        change={"path.append(w)": "path.append(v)"},
    )

    transposed = wrong(
        "Your result is transposed: one row for each weight. One row for each step is asked for.",
        change={"np.array(path)": "np.array(path).T"},
    )

    nesterov_averaged = wrong(
        "You look ahead, and your velocity is an average. The plain rule does neither.",
        change={
            "beta * v - lr * g": "beta * v + (1 - beta) * g",
            "w + v": "w - lr * (beta * v + (1 - beta) * g)",
        },
        revisit="Nesterov: look ahead",
    )

    list_returned = wrong(
        "You return a list of rows. One array is asked for.",
        change={"return np.array(path)": "return path"},
    )

    stayed_ahead = wrong(
        "You go ahead by the old velocity, and then move by the whole new one: the old velocity "
        "counts twice.",
        change={"w + v": "w + v + (v + lr * g)"},
        revisit="Nesterov: look ahead",
    )

    dictionary_returned = near_miss(
        "returns a dictionary", change={"np.array(path)": '{"path": path}'}, unlike=list_returned
    )

    last_gradient_only = wrong(
        "Your memory is one step long: the last gradient, weakened by β. A velocity holds all of "
        "them, each weakened once more at every step.",
        change={
            "v = beta * v - lr * g": "v, last = -lr * (g + beta * v), g",
            "path.append(w)": "path.append(w)\n        v = last",
        },
    )

    first_weights_lost = wrong(
        "You step with `+=` or `-=` on `w` itself. Your path is right, since you copy each point, "
        "and the caller has lost the weights at which it begins.",
        change={"w = w + v": "w += v", "path.append(w)": "path.append(w.copy())"},
    )
