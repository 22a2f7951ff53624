"""What is right in `activation_slope`, and what students get wrong."""

import numpy as np
from scipy import special

from autograder.exercise import SUMS_64, Criterion, Family, Tolerance, accepted, near_miss, wrong

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

    tanh_input_for_output = wrong(
        "For tanh you squared the input where its output belongs: 1 − x² is negative far from "
        "zero, yet tanh never falls.",
        change={"1 - np.tanh(x) ** 2": "1 - x**2"},
    )

    inputs_for_outputs = wrong(
        "For sigmoid and tanh you put the input where the function's output belongs. Both formulas "
        "are written with the output; compute that first.",
        change={
            "special.expit(x) * (1 - special.expit(x))": "x * (1 - x)",
            "1 - np.tanh(x) ** 2": "1 - x**2",
        },
    )

    values_for_slopes = wrong(
        "You give the functions, not their slopes. How much does each output change when x grows "
        "by a little?",
        change={
            "np.where(x > 0, 1.0, 0.0)": "np.maximum(x, 0)",
            "special.expit(x) * (1 - special.expit(x))": "special.expit(x)",
            "1 - np.tanh(x) ** 2": "np.tanh(x)",
            "return special.expit(x)\n": "return np.logaddexp(0, x)\n",
            "return np.exp(np.minimum(x, 0))": (
                "return np.where(x > 0, x, np.expm1(np.minimum(x, 0)))"
            ),
        },
    )

    sigmoid_plus = wrong(
        "In your sigmoid's slope a sign is turned: the second factor must vanish where the sigmoid "
        "is nearly 1, for the curve is flat there.",
        change={"(1 - special.expit(x))": "(1 + special.expit(x))"},
    )

    sigmoid_turned = wrong(
        "Your sigmoid's slope is negative. The sigmoid never falls.",
        change={"(1 - special.expit(x))": "(special.expit(x) - 1)"},
    )

    sigmoid_of_the_sigmoid = wrong(
        "For the sigmoid you take the sigmoid of the sigmoid, as if x were its output already.",
        change={
            "special.expit(x) * (1 - special.expit(x))": (
                "special.expit(special.expit(x)) * (1 - special.expit(special.expit(x)))"
            )
        },
    )

    sigmoid_like_tanh = wrong(
        "For the sigmoid you took tanh's rule, one minus the output squared. At the far left that "
        "is 1, where the curve is flat.",
        change={"special.expit(x) * (1 - special.expit(x))": "1 - special.expit(x) ** 2"},
    )

    sigmoid_slope_overflows_on_the_right = wrong(
        "Your sigmoid's slope overflows: far to the right an infinite exponential is divided by a "
        "larger infinity. Compute the output first; the slope follows from it.",
        change={"special.expit(x) * (1 - special.expit(x))": "np.exp(x) / (1 + np.exp(x)) ** 2"},
    )

    tanh_plus = wrong(
        "For tanh a sign is turned: one *plus* the square is 2 where the curve is flat.",
        change={"1 - np.tanh(x) ** 2": "1 + np.tanh(x) ** 2"},
    )

    tanh_turned = wrong(
        "Your tanh's slope is never positive. tanh never falls.",
        change={"1 - np.tanh(x) ** 2": "np.tanh(x) ** 2 - 1"},
    )

    tanh_of_the_square = wrong(
        "For tanh you squared x before the tanh. It is the output that is squared.",
        change={"np.tanh(x) ** 2": "np.tanh(x**2)"},
    )

    tanh_of_the_tanh = wrong(
        "For tanh you take the tanh of the tanh, as if x were its output already.",
        change={"np.tanh(x) ** 2": "np.tanh(np.tanh(x)) ** 2"},
    )

    tanh_overflows = wrong(
        "Your tanh's slope overflows: written with exponentials, it is infinity over infinity far "
        "from zero. Compute the output first; the slope follows from it.",
        change={
            "1 - np.tanh(x) ** 2": "1 - ((np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))) ** 2"
        },
    )

    softplus_is_its_value = wrong(
        "For softplus you give its value. Its slope never exceeds 1.",
        change={"return special.expit(x)\n": "return np.logaddexp(0, x)\n"},
    )

    softplus_mirrored = wrong(
        "Your softplus's slope is mirrored: 1 on the left and 0 on the right. Mind the sign in the "
        "exponent.",
        change={"return special.expit(x)\n": "return special.expit(-x)\n"},
    )

    softplus_overflows = wrong(
        "Your softplus's slope divides an exponential by itself plus 1. For large x that is "
        "infinity over infinity, nan.",
        change={"return special.expit(x)\n": "return np.exp(x) / (1 + np.exp(x))\n"},
    )

    softplus_like_the_sigmoid = wrong(
        "You gave softplus the slope *of the sigmoid*. Its own slope *is* the sigmoid.",
        change={"return special.expit(x)\n": "return special.expit(x) * (1 - special.expit(x))\n"},
    )

    elu_zero_on_the_left = wrong(
        "On the left your ELU is flat, like ReLU. It still rises there, less and less.",
        change={"np.exp(np.minimum(x, 0))": "np.where(x > 0, 1.0, 0.0)"},
    )

    elu_input_for_output = wrong(
        "On the left you give x + 1. The rule is output plus one: compute ELU's output first.",
        change={"np.exp(np.minimum(x, 0))": "np.where(x > 0, 1.0, x + 1)"},
    )

    elu_is_its_value = wrong(
        "For ELU you give its value on both sides, not its slope.",
        change={"np.exp(np.minimum(x, 0))": "np.where(x > 0, x, np.expm1(np.minimum(x, 0)))"},
    )

    elu_straight_on_the_left = wrong(
        "Your ELU has slope 1 on both sides: that is a straight line.",
        change={"np.exp(np.minimum(x, 0))": "np.ones_like(x)"},
    )

    relu_by_sign = wrong(
        "Your ReLU has slope −1 on the left: that is the sign of x, the slope of |x|.",
        change={"np.where(x > 0, 1.0, 0.0)": "np.sign(x)"},
    )

    relu_by_division = wrong(
        "You divide ReLU's value by x. At 0 that is 0/0, nan.",
        change={"np.where(x > 0, 1.0, 0.0)": "np.maximum(x, 0) / x"},
    )

    relu_leaks = wrong(
        "On the left your ReLU has a small slope: that is the leaky one. ReLU is flat there.",
        change={"np.where(x > 0, 1.0, 0.0)": "np.where(x > 0, 1.0, 0.2)"},
    )

    elu_line_on_the_left = wrong(
        "On the left your ELU's slope is x itself: negative, though the function rises. It is an "
        "exponential there.",
        change={"np.exp(np.minimum(x, 0))": "np.where(x > 0, 1.0, x)"},
    )

    elu_returns_nothing = wrong(
        "For ELU your function gives nothing back. Is the last branch there, and does it return "
        "something?",
        change={"return np.exp(np.minimum(x, 0))": "return None"},
    )

    quarter_at_the_corner = near_miss(
        "ReLU's slope at the corner is a quarter",
        change={"np.where(x > 0, 1.0, 0.0)": "np.heaviside(x, 0.25)"},
        unlike=(
            one_at_the_corner,
            half_at_the_corner,
            relu_by_division,
            relu_by_sign,
            truth_values,
        ),
    )

    relu_rises_on_the_left = near_miss(
        "ReLU's slope on the left is ½",
        change={"np.where(x > 0, 1.0, 0.0)": "np.where(x > 0, 1.0, 0.5)"},
        unlike=(relu_leaks, relu_by_sign, half_at_the_corner),
    )

    elu_half_on_the_left = near_miss(
        "ELU's slope on the left is ½",
        change={"np.exp(np.minimum(x, 0))": "np.where(x > 0, 1.0, 0.5)"},
        unlike=(elu_zero_on_the_left, elu_straight_on_the_left, elu_returns_nothing),
    )

    infinite_far_out = near_miss(
        "slopes of sigmoid, tanh and softplus that are infinite far from zero",
        change={
            "special.expit(x) * (1 - special.expit(x))": (
                "np.where(np.abs(x) > 80, np.inf, special.expit(x) * (1 - special.expit(x)))"
            ),
        },
        unlike=(sigmoid_slope_overflows, sigmoid_slope_overflows_on_the_right),
    )

    tanh_infinite = near_miss(
        "a slope of tanh that is infinite far from zero",
        change={"1 - np.tanh(x) ** 2": "np.where(np.abs(x) > 80, np.inf, 1 - np.tanh(x) ** 2)"},
        unlike=tanh_overflows,
    )

    softplus_two_thirds = near_miss(
        "a slope of softplus that is a step to ½",
        change={"return special.expit(x)\n": "return np.where(x > 0, 0.5, 0.0)\n"},
        unlike=(softplus_with_a_corner, softplus_overflows),
    )
