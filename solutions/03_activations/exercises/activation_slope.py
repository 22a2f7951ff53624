"""What is right in `activation_slope`, and what students get wrong."""

import numpy as np
from scipy import special

from autograder.exercise import SUMS_64, Criterion, Family, Tolerance, accepted, wrong

from ._shared import _BY_HAND


class ActivationSlope(Family):
    title = "Slopes"
    difficulty = 2
    near = (-4.0, -1.0, -0.25, 0.0, 0.25, 1.0, 3.0)
    criteria = (
        Criterion("relu", 1, "ReLU, with slope 0 at its corner"),
        Criterion("sigmoid", 1, "sigmoid"),
        Criterion("tanh", 1, "tanh"),
        Criterion("softplus", 1, "softplus"),
        Criterion("elu", 1, "ELU"),
    )
    tolerance = {
        "float64": SUMS_64,
        "float32": Tolerance(2e-6, 1e-5, "1 − tanh² loses a digit in float32"),
    }
    rule = _BY_HAND
    revisit = "The slope decides what is learned"

    @accepted("one number at a time")
    def loops(x, name):
        import math

        def one(v):
            small = math.exp(-abs(v))
            if name == "relu":
                return 1.0 if v > 0 else 0.0
            if name == "sigmoid":
                return small / (1 + small) ** 2
            if name == "tanh":
                return 4 * small**2 / (1 + small**2) ** 2
            if name == "softplus":
                return 1 / (1 + small) if v > 0 else small / (1 + small)
            return 1.0 if v > 0 else math.exp(v)

        return np.array([one(float(v)) for v in x.ravel()]).reshape(x.shape)

    @accepted("a dictionary, all through tanh")
    def through_tanh(x, name):
        half = np.tanh(x / 2)
        return {
            "relu": (x > 0).astype(x.dtype),
            "sigmoid": (1 - half**2) / 4,
            "tanh": (1 - np.tanh(x)) * (1 + np.tanh(x)),
            "softplus": (1 + half) / 2,
            "elu": np.where(x > 0, 1, np.exp(np.minimum(x, 0))),
        }[name]

    @accepted("from each function's output")
    def from_outputs(x, name):
        if name == "relu":
            return np.heaviside(x, 0)
        if name == "elu":
            y = np.where(x > 0, x, np.expm1(np.minimum(x, 0)))
            return np.where(y > 0, 1.0, y + 1)
        if name == "softplus":
            return 1 - np.exp(-np.logaddexp(0, x))
        y = special.expit(x) if name == "sigmoid" else np.tanh(x)
        return y - y * y if name == "sigmoid" else 1 - y * y

    @accepted("masks")
    def masks(x, name):
        y = np.zeros_like(x)
        if name == "relu":
            y[x > 0] = 1
        elif name == "elu":
            y[x > 0] = 1
            y[x <= 0] = np.exp(x[x <= 0])
        elif name == "tanh":
            y = 1 - np.square(np.tanh(x))
        else:
            y = special.expit(x)
            if name == "sigmoid":
                y = y * special.expit(-x)
        return y

    slope_is_the_sigmoid = wrong(
        "For the sigmoid you give the function itself. Its slope is something else: where the "
        "sigmoid is nearly 1 it is flat.",
        change={"special.expit(x) * (1 - special.expit(x))": "special.expit(x)"},
    )

    input_for_output = wrong(
        "For the sigmoid you put the input where its output belongs: x(1 − x) is negative for "
        "most x, yet a sigmoid never falls.",
        change={"special.expit(x) * (1 - special.expit(x))": "x * (1 - x)"},
    )

    sigmoid_slope_overflows = wrong(
        "Your sigmoid's slope overflows: far to the left an infinite exponential is divided by "
        "a larger infinity. Compute the output first; the slope follows from it.",
        change={"special.expit(x) * (1 - special.expit(x))": "np.exp(-x) / (1 + np.exp(-x)) ** 2"},
    )

    tanh_without_the_square = wrong(
        "For tanh the square is missing: your slope is 2 far on the left, where the curve is flat.",
        change={"np.tanh(x) ** 2": "np.tanh(x)"},
    )

    tanh_by_the_rule_of_sigmoid = wrong(
        "For tanh you took the sigmoid's rule, output times one minus output. For tanh that is "
        "negative on the left, where the curve rises.",
        change={"1 - np.tanh(x) ** 2": "np.tanh(x) * (1 - np.tanh(x))"},
    )

    one_at_the_corner = wrong(
        "At exactly 0 your ReLU has slope 1. There it has a corner, so a convention is needed; "
        "Keras's is on the other side. (It matters: a unit that gets 0 must count as silent.)",
        change={"x > 0": "x >= 0"},
    )

    half_at_the_corner = wrong(
        "At exactly 0 you give ReLU the slope ½, halfway between the two sides. That is a "
        "possible convention, and what a finite difference says; Keras has another one.",
        change={"np.where(x > 0, 1.0, 0.0)": "np.heaviside(x, 0.5)"},
    )

    truth_values = wrong(
        "For ReLU you give truth values. They look like 0 and 1 until somebody takes them away "
        "from each other. A slope is a floating-point number.",
        change={"np.where(x > 0, 1.0, 0.0)": "x > 0"},
    )

    value_for_slope = wrong(
        "For ReLU you give its value, not its slope. How much does the output change when x "
        "grows by a little?",
        change={"np.where(x > 0, 1.0, 0.0)": "np.maximum(x, 0)"},
    )

    softplus_with_a_corner = wrong(
        "You gave softplus the slope of ReLU. Softplus has no corner: its slope rises smoothly, "
        "and you know the function that it follows.",
        change={'name == "relu"': 'name in ("relu", "softplus")'},
    )

    elu_keeps_the_constant = wrong(
        "On the left your ELU has the slope that is its value. The function is an exponential "
        "minus a constant, and a constant has no slope.",
        change={"np.exp(np.minimum(x, 0))": "np.where(x > 0, 1.0, np.expm1(np.minimum(x, 0)))"},
    )

    elu_exponential_everywhere = wrong(
        "Your ELU goes on as an exponential on the right. There it is a straight line.",
        change={"np.exp(np.minimum(x, 0))": "np.exp(x)"},
    )
