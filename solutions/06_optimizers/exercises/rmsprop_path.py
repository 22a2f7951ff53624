"""What is right in `rmsprop_path`, and what students get wrong."""

import numpy as np

from autograder.exercise import EITHER, Criterion, Function, Probe, accepted, wrong

from ._shared import WRITE_IT


class RmspropPath(Function):
    title = "RMSProp as Keras has it"
    starred = True
    difficulty = 2
    criteria = (
        Criterion("first", 1, "the first step"),
        Criterion("fifty", 2, "50 steps"),
        Criterion("zeros", 1, "weights whose gradients are zero"),
        Criterion("epsilon", 2, "small gradients, where epsilon counts"),
    )
    tolerance = EITHER
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
        yield Probe(
            "first",
            "two random slopes, ρ = 0.6",
            (np.ones(2), rng.normal(0, 3, (2, 2)), 0.1, 0.6),
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

    epsilon_outside = wrong(
        "Your ε stands outside the root, as in Adam. Keras's RMSprop has it inside, and for small "
        "gradients that is another step.",
        change={"np.sqrt(S + epsilon)": "(np.sqrt(S) + epsilon)"},
    )

    without_epsilon = wrong(
        "You left ε out. Where a weight's gradients are zero you divide zero by zero, and the "
        "weight becomes nan.",
        change={"S + epsilon": "S"},
    )

    averaged_with_itself = wrong(
        "Your S never sees the gradient: it is averaged with itself and stays zero, so that you "
        "divide by the root of ε alone.",
        change={"(1 - rho) * g**2": "(1 - rho) * S"},
    )

    squares_added_up = wrong(
        "You add the squares up and forget nothing: that is Adagrad (without its (1 − ρ)), and "
        "its steps shrink for ever. RMSProp keeps an average.",
        change={"rho * S + (1 - rho) * g**2": "S + g**2"},
    )

    begun_at_one = wrong(
        "Your average of squares begins at 1, so the first gradients hardly count. It begins at 0.",
        change={"np.zeros_like": "np.ones_like"},
    )

    old_average_used = wrong(
        "You divide by the S of the step before; the newest gradient is taken in only "
        "afterwards. The first step then divides by almost nothing.",
        change={
            "S = rho * S + (1 - rho) * g**2": "w = w - lr * g / np.sqrt(S + epsilon)",
            "w = w - lr * g / np.sqrt(S + epsilon)": "S = rho * S + (1 - rho) * g**2",
        },
    )

    root_forgotten = wrong(
        "You divide by the average of squares itself. Its root has the size of a slope; without "
        "the root, steep weights hardly move and flat ones leap.",
        change={"np.sqrt(S + epsilon)": "(S + epsilon)"},
    )

    weights_swapped = wrong(
        "The two weights of your average are swapped. ρ is the weight of the past, and the past "
        "has most of it.",
        change={"rho * S + (1 - rho) * g**2": "(1 - rho) * S + rho * g**2"},
    )

    bias_corrected = wrong(
        "You corrected the bias of S. A good idea, and Adam's; RMSProp goes without, so its first "
        "steps are longer.",
        change={
            "for g in gradients": "for t, g in enumerate(gradients, 1)",
            "S + epsilon": "S / (1 - rho**t) + epsilon",
        },
    )

    averaged_before_squared = wrong(
        "You average the gradients and square the average. Where signs alternate, they cancel "
        "before you square. Square first.",
        change={"(1 - rho) * g**2": "(1 - rho) * g", "S + epsilon": "S**2 + epsilon"},
    )

    one_for_all_weights = wrong(
        "You have one S for all weights: the mean over them. RMSProp keeps one for each weight; "
        "that is its whole point.",
        change={"(1 - rho) * g**2": "(1 - rho) * np.mean(g**2)"},
    )
