"""What is right in `rmsprop_path`, and what students get wrong."""

import numpy as np

from autograder.exercise import EITHER, Criterion, Function, Probe, accepted, near_miss, wrong

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
        Criterion("kept", 1, "the arrays that are given stay as they are"),
    )
    keeps_arguments = "kept"
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

    not_averaged = wrong(
        "The newest square comes in whole: the weight 1 − ρ is missing. Your S is a sum that "
        "forgets, several times larger than an average, and your steps are too short.",
        change={"(1 - rho) * g**2": "g**2"},
    )

    not_squared = wrong(
        "You average the slopes themselves. Signs cancel, and a negative average has no root: "
        "square first.",
        change={"g**2": "g"},
    )

    sizes_averaged = wrong(
        "You average the slopes' sizes and take the root of that. The name says it: a root of a "
        "mean of *squares*.",
        change={"g**2": "np.abs(g)"},
    )

    epsilon_after_division = wrong(
        "A bracket is missing: your ε is added to the step after the division, so it protects "
        "nothing and moves the weights by itself.",
        change={"lr * g / np.sqrt(S + epsilon)": "(lr * g / np.sqrt(S) + epsilon)"},
    )

    epsilon_in_both_places = wrong(
        "Your ε stands inside the root and beside it. Keras's RMSprop has it inside alone.",
        change={"np.sqrt(S + epsilon)": "(np.sqrt(S + epsilon) + epsilon)"},
    )

    epsilon_squared = wrong(
        "You square ε under the root. Keras adds it as it is.",
        change={"S + epsilon": "S + epsilon**2"},
    )

    epsilon_as_a_floor = wrong(
        "You use ε as a floor under the root. Keras adds it, always, inside the root.",
        change={"np.sqrt(S + epsilon)": "np.maximum(np.sqrt(S), epsilon)"},
    )

    epsilon_averaged_in = wrong(
        "You add ε to S itself, so it is carried on from step to step and piles up. It belongs to "
        "the division only.",
        change={"(1 - rho) * g**2": "(1 - rho) * g**2 + epsilon", "S + epsilon": "S"},
    )

    own_epsilon = wrong(
        "You ignore the argument epsilon and use a number of your own.",
        change={"np.sqrt(S + epsilon)": "np.sqrt(S + 1e-8)"},
    )

    own_epsilon_outside = wrong(
        "You use an ε of your own, outside the root. Keras's RMSprop has its argument inside.",
        change={"np.sqrt(S + epsilon)": "(np.sqrt(S) + 1e-8)"},
    )

    centred = wrong(
        "You take away the square of the mean slope: that is the centred version. Keras has it off "
        "unless it is asked for.",
        change={
            "S, path =": "mean = np.zeros_like(w)\n    S, path =",
            "S = rho * S + (1 - rho) * g**2": (
                "S = rho * S + (1 - rho) * g**2\n        mean = rho * mean + (1 - rho) * g"
            ),
            "S + epsilon": "S - mean**2 + epsilon",
        },
    )

    begun_with_the_first_square = wrong(
        "Your S begins with the first square instead of zero, so the first step is shorter than "
        "Keras's.",
        change={"np.zeros_like(w)": "gradients[0] ** 2"},
    )

    squares_forgotten = wrong(
        "Your S is the newest square alone: the old ones are forgotten at every step. ρ of the "
        "past is kept.",
        change={"rho * S + (1 - rho) * g**2": "(1 - rho) * g**2"},
    )

    length_of_all = wrong(
        "You have one S for all weights: the squared length of the whole gradient. RMSProp keeps "
        "one for each weight; that is its whole point.",
        change={"(1 - rho) * g**2": "(1 - rho) * np.sum(g**2)"},
    )

    added_up_whole = wrong(
        "You add up the squares, each weakened by 1 − ρ, and forget nothing. RMSProp keeps an "
        "average: the old S fades.",
        change={"rho * S + (1 - rho) * g**2": "S + (1 - rho) * g**2"},
    )

    uphill = wrong(
        "A sign is wrong: your weights climb.",
        change={"w - lr * g": "w + lr * g"},
    )

    rate_missing = wrong(
        "The learning rate is nowhere in your step.",
        change={"lr * g": "g"},
    )

    average_for_slope = wrong(
        "You move by S, the average of squares, and lose the slope's sign. The slope is divided by "
        "the root of S.",
        change={"lr * g": "lr * S"},
    )

    multiplied = wrong(
        "You multiply by the root. Steep weights are to be slowed down, not speeded up.",
        change={"lr * g / np.sqrt(S + epsilon)": "lr * g * np.sqrt(S + epsilon)"},
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

    same_array_each_time = wrong(
        "All your rows are equal: you put the same array into the list each time and went on "
        "changing it in place.",
        change={"w = w - lr * g / np.sqrt(S + epsilon)": "w -= lr * g / np.sqrt(S + epsilon)"},
    )

    list_returned = wrong(
        "You return a list of rows. One array is asked for.",
        change={"return np.array(path)": "return path"},
    )

    dictionary_returned = near_miss(
        "returns a dictionary", change={"np.array(path)": '{"path": path}'}, unlike=list_returned
    )

    not_averaged_epsilon_outside = wrong(
        "Two things. The newest square comes in whole: the weight 1 − ρ is missing. And your ε "
        "stands outside the root; Keras's RMSprop has it inside.",
        change={"(1 - rho) * g**2": "g**2", "np.sqrt(S + epsilon)": "(np.sqrt(S) + epsilon)"},
    )

    weights_swapped_epsilon_outside = wrong(
        "Two things. The two weights of your average are swapped: ρ is the weight of the past. And "
        "your ε stands outside the root; Keras's RMSprop has it inside.",
        change={
            "rho * S + (1 - rho) * g**2": "(1 - rho) * S + rho * g**2",
            "np.sqrt(S + epsilon)": "(np.sqrt(S) + epsilon)",
        },
    )

    squares_added_up_epsilon_outside = wrong(
        "Two things. You add the squares up and forget nothing, as Adagrad does; RMSProp keeps an "
        "average. And your ε stands outside the root; Keras's RMSprop has it inside.",
        change={
            "rho * S + (1 - rho) * g**2": "S + g**2",
            "np.sqrt(S + epsilon)": "(np.sqrt(S) + epsilon)",
        },
    )

    old_average_epsilon_outside = wrong(
        "Two things. You divide by the S of the step before, which lacks the newest square. And "
        "your ε stands outside the root; Keras's RMSprop has it inside.",
        change={
            "S = rho * S + (1 - rho) * g**2": "w = w - lr * g / (np.sqrt(S) + epsilon)",
            "w = w - lr * g / np.sqrt(S + epsilon)": "S = rho * S + (1 - rho) * g**2",
        },
    )

    uphill_epsilon_outside = wrong(
        "Two things. A sign is wrong: your weights climb. And your ε stands outside the root; "
        "Keras's RMSprop has it inside.",
        change={
            "w - lr * g / np.sqrt(S + epsilon)": "w + lr * g / (np.sqrt(S) + epsilon)",
        },
    )

    bias_corrected_epsilon_outside = wrong(
        "You corrected the bias of S and put ε outside the root: that is Adam without its "
        "momentum. RMSProp has no correction, and Keras's has ε inside.",
        change={
            "for g in gradients": "for t, g in enumerate(gradients, 1)",
            "np.sqrt(S + epsilon)": "(np.sqrt(S / (1 - rho**t)) + epsilon)",
        },
    )

    first_weights_lost = wrong(
        "You step with `+=` or `-=` on `w` itself. Your path is right, since you copy each point, "
        "and the caller has lost the weights at which it begins.",
        change={"w = w - lr * g": "w -= lr * g", "path.append(w)": "path.append(w.copy())"},
    )
