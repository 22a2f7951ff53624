"""What is right in `adam_path`, and what students get wrong."""

import numpy as np

from autograder.exercise import EITHER, Criterion, Function, Probe, accepted, wrong

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
    )
    tolerance = EITHER
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
        "You count from t = 0: the first correction divides by zero, and all later ones lag one "
        "step behind.",
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
