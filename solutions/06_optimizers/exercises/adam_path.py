"""What is right in `adam_path`, and what students get wrong."""

import numpy as np

from autograder.exercise import EITHER, Criterion, Function, Probe, accepted, near_miss, wrong

from ._shared import WRITE_IT


class AdamPath(Function):
    title = "Adam as Keras has it"
    starred = True
    difficulty = 3
    criteria = (
        Criterion("first", 2, "the first steps, where the correction counts"),
        Criterion("fifty", 3, "50 steps"),
        Criterion("zeros", 1, "weights whose gradients are zero"),
        Criterion("epsilon", 1, "small gradients, where epsilon counts"),
        Criterion("kept", 1, "the arrays that are given stay as they are"),
    )
    keeps_arguments = "kept"
    tolerance = EITHER
    rule = WRITE_IT
    revisit = "Adam"
    _HATS = "m / (1 - beta_1**t), v / (1 - beta_2**t)"
    _SCALED = "epsilon / np.sqrt(1 - beta_2**t)"

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
        yield Probe(
            "first",
            "two random slopes, lr = 0.1",
            (np.ones(2), rng.normal(0, 3, (2, 2)), 0.1),
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

    not_corrected = wrong(
        "There is no bias correction. Both averages start at zero, the one of squares much more "
        "so, and your first steps are about three times too long.",
        change={"lr * np.sqrt(1 - beta_2**t) / (1 - beta_1**t)": "lr"},
    )

    counted_from_zero = wrong(
        "Your weights are nan from the first step on: something divides zero by zero there. Do you "
        "count from t = 0? Then the first correction does.",
        change={"start=1": "start=0"},
    )

    epsilon_inside = wrong(
        "Your ε stands inside the root, as in Keras's RMSprop. Adam adds it to the root.",
        change={"np.sqrt(v) + epsilon": "np.sqrt(v + epsilon)"},
    )

    epsilon_of_algorithm_1 = wrong(
        "Algorithm 1 to the letter: you add ε to the root of the *corrected* average. Keras adds "
        "it to the root of the uncorrected one, where it weighs more in the first steps.",
        change={"epsilon / np.sqrt(1 - beta_2**t)": "epsilon"},
        of=by_algorithm_1,
    )

    squares_not_corrected = wrong(
        "You corrected the average of slopes, but not the average of squares.",
        change={"lr * np.sqrt(1 - beta_2**t)": "lr"},
    )

    slopes_not_corrected = wrong(
        "You corrected the average of squares, but not the average of slopes.",
        change={"np.sqrt(1 - beta_2**t) / (1 - beta_1**t)": "np.sqrt(1 - beta_2**t)"},
    )

    averaged_with_themselves = wrong(
        "Your averages never see the gradient: each is averaged with itself, as in the misprint "
        "on the slides, and the weights do not move.",
        change={"(1 - beta_1) * g": "(1 - beta_1) * m"},
    )

    momentum_not_averaged = wrong(
        "You took Keras's momentum for m: it lacks the (1 − β₁). Adam's m is an average.",
        change={"(1 - beta_1) * g": "g"},
    )

    betas_swapped = wrong(
        "The two β are swapped: the short memory belongs to the slopes, the long one to the "
        "squares.",
        change={"m, v": ("beta_1, beta_2 = beta_2, beta_1\n    m, v")},
    )

    corrected_averages_carried = wrong(
        "You carry the corrected averages into the next step. The correction is for reading "
        "only; what runs on is uncorrected.",
        change={
            "m_hat, v_hat =": "m, v = m_hat, v_hat =",
            "epsilon / np.sqrt(1 - beta_2**t)": "epsilon",
        },
        of=by_algorithm_1,
    )

    correction_without_count = wrong(
        "Your correction does not grow with t: it divides by 1 − β in every step, which is right "
        "in the first one only.",
        change={"beta_2**t": "beta_2", "beta_1**t": "beta_1"},
    )

    root_of_correction_forgotten = wrong(
        "Your correction of the step size lacks the root over the part of the squares: the "
        "average of squares is corrected before its root is taken.",
        change={"np.sqrt(1 - beta_2**t)": "(1 - beta_2**t)"},
    )

    rate_carried_on = wrong(
        "You write the corrected rate over the learning rate, and correct it again in the next "
        "step. Each step's rate comes from the same lr.",
        change={"rate = lr": "lr = rate = lr"},
    )

    counted_for_each_weight = wrong(
        "Your t counts weights, not steps: it grows with every number that you go through. All "
        "weights of one step have the same t.",
        change={
            "rate = lr * np.sqrt(1 - beta_2**t) / (1 - beta_1**t)": (
                "t = len(w) * (t - 1) + np.arange(1, len(w) + 1)\n"
                "        rate = lr * np.sqrt(1 - beta_2**t) / (1 - beta_1**t)"
            )
        },
    )

    correction_without_count_in_the_averages = wrong(
        "Your correction does not grow with t: both averages are divided by 1 − β in every step, "
        "which is right in the first one only.",
        change={_HATS: "m / (1 - beta_1), v / (1 - beta_2)", _SCALED: "epsilon"},
        of=by_algorithm_1,
    )

    counted_from_two = wrong(
        "Your count is one ahead: in the first step t is 2.",
        change={"start=1": "start=2"},
    )

    counted_from_two_in_the_averages = wrong(
        "Your count is one ahead: in the first step t is 2.",
        change={"enumerate(gradients, 1)": "enumerate(gradients, 2)", _SCALED: "epsilon"},
        of=by_algorithm_1,
    )

    last_count_for_all = wrong(
        "You correct every step by the number of all steps. t grows from step to step.",
        change={"beta_2**t": "beta_2 ** len(gradients)", "beta_1**t": "beta_1 ** len(gradients)"},
    )

    slopes_not_corrected_epsilon_late = wrong(
        "You corrected the average of squares, but not the average of slopes.",
        change={_HATS: "m, v / (1 - beta_2**t)", _SCALED: "epsilon"},
        of=by_algorithm_1,
    )

    powers_swapped = wrong(
        "In the correction the two β are swapped: each average is corrected by its own.",
        change={"beta_2**t": "beta_1**t", "(1 - beta_1**t)": "(1 - beta_2**t)"},
    )

    powers_swapped_in_the_averages = wrong(
        "In the correction the two β are swapped: each average is corrected by its own.",
        change={_HATS: "m / (1 - beta_2**t), v / (1 - beta_1**t)", _SCALED: "epsilon"},
        of=by_algorithm_1,
    )

    one_power_for_both = wrong(
        "You correct both averages by β₁. Each has a memory of its own.",
        change={_HATS: "m / (1 - beta_1**t), v / (1 - beta_1**t)", _SCALED: "epsilon"},
        of=by_algorithm_1,
    )

    correction_multiplied = wrong(
        "You multiply by 1 − βᵗ, which makes the first averages smaller still. They are too small "
        "by this factor.",
        change={_HATS: "m * (1 - beta_1**t), v * (1 - beta_2**t)", _SCALED: "epsilon"},
        of=by_algorithm_1,
    )

    correction_turned = wrong(
        "Your correction of the step size is upside down: it has the part of the slopes above and "
        "that of the squares below.",
        change={
            "np.sqrt(1 - beta_2**t) / (1 - beta_1**t)": "(1 - beta_1**t) / np.sqrt(1 - beta_2**t)"
        },
    )

    epsilon_inside_after_correction = wrong(
        "Your ε stands inside the root, beside the corrected average. Adam adds it to the root.",
        change={
            "np.sqrt(v_hat) + epsilon / np.sqrt(1 - beta_2**t)": "np.sqrt(v_hat + epsilon)",
        },
        of=by_algorithm_1,
    )

    epsilon_after_division = wrong(
        "A bracket is missing: your ε is added to the step after the division, so it protects "
        "nothing and moves the weights by itself.",
        change={"rate * m / (np.sqrt(v) + epsilon)": "(rate * m / np.sqrt(v) + epsilon)"},
    )

    without_epsilon = wrong(
        "You left ε out. Where a weight's gradients are zero you divide zero by zero, and the "
        "weight becomes nan.",
        change={"np.sqrt(v) + epsilon": "np.sqrt(v)"},
    )

    own_epsilon = wrong(
        "You ignore the argument epsilon and use a number of your own.",
        change={"np.sqrt(v) + epsilon": "np.sqrt(v) + 1e-8"},
    )

    own_epsilon_after_correction = wrong(
        "You use an ε of your own, and add it to the root of the corrected average. The argument "
        "epsilon belongs to the root of the uncorrected one.",
        change={_SCALED: "1e-8"},
        of=by_algorithm_1,
    )

    root_forgotten = wrong(
        "You divide by the average of squares itself. Its root has the size of a slope.",
        change={"np.sqrt(v_hat)": "v_hat", _SCALED: "epsilon"},
        of=by_algorithm_1,
    )

    root_forgotten_folded = wrong(
        "You divide by the average of squares itself. Its root has the size of a slope.",
        change={"np.sqrt(v) + epsilon": "v + epsilon"},
    )

    not_squared = wrong(
        "Both of your averages hold slopes: the second one is of their *squares*. A negative "
        "average has no root.",
        change={"g**2": "g"},
    )

    sizes_averaged = wrong(
        "Your second average holds the slopes' sizes. It is of their *squares*, and the root makes "
        "sizes of it.",
        change={"g**2": "np.abs(g)"},
    )

    average_squared = wrong(
        "You square the average of slopes. Where signs alternate, they cancel before you square: "
        "the second average takes in the square of each slope.",
        change={"g**2": "m**2"},
    )

    momentum_not_averaged_epsilon_late = wrong(
        "You took Keras's momentum for m: it lacks the (1 − β₁). Adam's m is an average.",
        change={"beta_1 * m + (1 - beta_1) * g": "beta_1 * m + g", _SCALED: "epsilon"},
        of=by_algorithm_1,
    )

    squares_not_averaged = wrong(
        "The newest square comes in whole: the weight 1 − β₂ is missing, so your second average "
        "is a sum.",
        change={"(1 - beta_2) * g**2": "g**2"},
    )

    neither_averaged = wrong(
        "Slope and square come in whole: the weights 1 − β are missing, so your averages are sums.",
        change={"(1 - beta_1) * g": "g", "(1 - beta_2) * g**2": "g**2"},
    )

    weights_swapped = wrong(
        "In both averages the weights are swapped: β is the weight of the past.",
        change={
            "beta_1 * m + (1 - beta_1) * g": "(1 - beta_1) * m + beta_1 * g",
            "beta_2 * v + (1 - beta_2) * g**2": "(1 - beta_2) * v + beta_2 * g**2",
        },
    )

    betas_swapped_epsilon_late = wrong(
        "The two β are swapped: the short memory belongs to the slopes, the long one to the "
        "squares.",
        change={
            "m, v, path": "beta_1, beta_2 = beta_2, beta_1\n    m, v, path",
            _SCALED: "epsilon",
        },
        of=by_algorithm_1,
    )

    slope_for_average = wrong(
        "You move by the slope itself: the average m is kept and never used. That is RMSProp with "
        "a correction.",
        change={"rate * m": "rate * g"},
    )

    nesterov = wrong(
        "You look ahead: that is Nadam. Adam moves by m alone.",
        change={"rate * m": "rate * (beta_1 * m + (1 - beta_1) * g)"},
    )

    largest_square_kept = wrong(
        "You keep the largest average of squares so far: that is AMSGrad. Keras has it off unless "
        "it is asked for.",
        change={
            "m, v, path = np.zeros_like(w), np.zeros_like(w), []": (
                "m, v, path = np.zeros_like(w), np.zeros_like(w), []\n    top = np.zeros_like(w)"
            ),
            "rate = lr": "top = np.maximum(top, v)\n        rate = lr",
            "np.sqrt(v) + epsilon": "np.sqrt(top) + epsilon",
        },
    )

    uphill = wrong(
        "A sign is wrong: your weights climb.",
        change={"w - rate": "w + rate"},
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
        change={"w = w - rate * m": "w -= rate * m"},
    )

    list_returned = wrong(
        "You return a list of rows. One array is asked for.",
        change={"return np.array(path)": "return path"},
    )

    powers_outside_the_bracket = wrong(
        "You raise 1 − β to the power of t. It is β that is raised, and 1 minus that: the share "
        "that the zero has lost after t steps.",
        change={"1 - beta_2**t": "(1 - beta_2) ** t", "1 - beta_1**t": "(1 - beta_1) ** t"},
    )

    powers_outside_the_bracket_in_the_averages = wrong(
        "You raise 1 − β to the power of t. It is β that is raised, and 1 minus that: the share "
        "that the zero has lost after t steps.",
        change={_HATS: "m / (1 - beta_1) ** t, v / (1 - beta_2) ** t", _SCALED: "epsilon"},
        of=by_algorithm_1,
    )

    powers_of_two = wrong(
        "You raise β to the power of 2 in every step. The exponent is t, the number of the step.",
        change={_HATS: "m / (1 - beta_1**2), v / (1 - beta_2**2)", _SCALED: "epsilon"},
        of=by_algorithm_1,
    )

    corrected_twice = wrong(
        "You correct twice: the averages, and the step size as well. The folded form does both at "
        "once.",
        change={
            "rate * m / (np.sqrt(v) + epsilon)": (
                "rate * m / (1 - beta_1**t) / (np.sqrt(v / (1 - beta_2**t)) + epsilon)"
            )
        },
    )

    begun_with_the_first = wrong(
        "Your averages begin with the first slope and its square, whole. They begin at zero; the "
        "correction makes up for that.",
        change={
            "beta_1 * m + (1 - beta_1) * g": "(beta_1 * m + (1 - beta_1) * g) if t > 1 else g",
            "beta_2 * v + (1 - beta_2) * g**2": (
                "(beta_2 * v + (1 - beta_2) * g**2) if t > 1 else g**2"
            ),
        },
    )

    begun_with_the_first_not_corrected = wrong(
        "Your averages begin with the first slope and its square, and there is no correction. They "
        "begin at zero; the correction makes up for that.",
        change={
            "beta_1 * m + (1 - beta_1) * g": "(beta_1 * m + (1 - beta_1) * g) if t > 1 else g",
            "beta_2 * v + (1 - beta_2) * g**2": (
                "(beta_2 * v + (1 - beta_2) * g**2) if t > 1 else g**2"
            ),
            "lr * np.sqrt(1 - beta_2**t) / (1 - beta_1**t)": "lr",
        },
    )

    old_averages_used = wrong(
        "You move by the averages of the step before; the newest slope is taken in only "
        "afterwards.",
        change={
            "m = beta_1 * m": "m_old, v_old = m, v\n        m = beta_1 * m",
            "rate * m / (np.sqrt(v) + epsilon)": "rate * m_old / (np.sqrt(v_old) + epsilon)",
        },
    )

    rate_missing = wrong(
        "The learning rate is nowhere in your step.",
        change={"rate = lr * np": "rate = np"},
    )

    dictionary_returned = near_miss(
        "returns a dictionary", change={"np.array(path)": '{"path": path}'}, unlike=list_returned
    )

    not_corrected_epsilon_inside = wrong(
        "Two things. There is no bias correction. And your ε stands inside the root, as in Keras's "
        "RMSprop; Adam adds it to the root.",
        change={
            "lr * np.sqrt(1 - beta_2**t) / (1 - beta_1**t)": "lr",
            "np.sqrt(v) + epsilon": "np.sqrt(v + epsilon)",
        },
    )

    uphill_epsilon_late = wrong(
        "Two things. A sign is wrong: your weights climb. And you add ε to the root of the "
        "corrected average; Keras adds it to the root of the uncorrected one.",
        change={"w - lr": "w + lr", _SCALED: "epsilon"},
        of=by_algorithm_1,
    )

    infinite_at_first = near_miss(
        "an infinite first step",
        change={"w = w - rate": "rate = rate if t > 1 else np.inf\n        w = w - rate"},
        unlike=counted_from_zero,
    )

    first_weights_lost = wrong(
        "You step with `+=` or `-=` on `w` itself. Your path is right, since you copy each point, "
        "and the caller has lost the weights at which it begins.",
        change={"w = w - rate * m": "w -= rate * m", "path.append(w)": "path.append(w.copy())"},
    )
