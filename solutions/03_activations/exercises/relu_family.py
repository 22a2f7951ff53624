"""What is right in `relu_family`, and what students get wrong."""

import numpy as np
from scipy import special

from autograder.exercise import SUMS_64, Criterion, Family, Tolerance, accepted, near_miss, wrong

from ._shared import _BY_HAND

_TOLERANCE = {
    "float64": SUMS_64,
    "float32": Tolerance(1e-6, 1e-5, "float32 carries about seven digits"),
}


class ReluFamily(Family):
    title = "The one-sided family"
    difficulty = 1
    near = (-3.0, -1.0, -0.25, 0.0, 0.5, 2.0, 5.0, 6.0, 7.5)
    criteria = (
        Criterion("relu", 1, "ReLU"),
        Criterion("relu6", 1, "ReLU6"),
        Criterion("leaky_relu", 1, "leaky ReLU with Keras's slope"),
        Criterion("elu", 1, "ELU"),
        Criterion("softplus", 1, "softplus, finite for large inputs too"),
        Criterion("kept", 1, "`x` stays as it is"),
    )
    keeps_arguments = "kept"
    tolerance = _TOLERANCE
    rule = _BY_HAND
    revisit = "The table"
    _STOPS = (
        "You avoid the overflow by clipping x, so that your softplus stops growing. It must go "
        "on like x itself."
    )

    @accepted("one number at a time")
    def loops(x, name):
        import math

        def one(v):
            if name == "relu":
                return max(0.0, v)
            if name == "relu6":
                return min(max(0.0, v), 6.0)
            if name == "leaky_relu":
                return v if v > 0 else 0.2 * v
            if name == "elu":
                return v if v > 0 else math.exp(v) - 1
            return max(v, 0.0) + math.log1p(math.exp(-abs(v)))

        return np.array([one(float(v)) for v in x.ravel()]).reshape(x.shape)

    @accepted("assign to masks")
    def masks(x, name):
        y = x.copy()
        left, right = x < 0, x > 0
        if name == "relu":
            y[left] = 0
        elif name == "relu6":
            y[left] = 0
            y[x > 6] = 6
        elif name == "leaky_relu":
            y[left] *= 0.2
        elif name == "elu":
            y[left] = np.exp(y[left]) - 1
        else:
            y[right] = x[right] + np.log1p(np.exp(-x[right]))
            y[~right] = np.log1p(np.exp(x[~right]))
        return y

    @accepted("a dictionary of formulas")
    def dictionary(x, name):
        plus, minus = np.maximum(x, 0), np.minimum(x, 0)
        return {
            "relu": plus,
            "relu6": np.minimum(plus, 6),
            "leaky_relu": plus + 0.2 * minus,
            "elu": plus + np.exp(minus) - 1,
            "softplus": plus + np.log1p(np.exp(-np.abs(x))),
        }[name]

    @accepted("absolute values, and SciPy")
    def algebra(x, name):
        if name == "softplus":
            return -special.log_expit(-x)
        if name == "elu":
            return (x + np.abs(x)) / 2 + np.expm1((x - np.abs(x)) / 2)
        if name == "relu6":
            return (np.abs(x) - np.abs(x - 6) + 6) / 2
        slope = 0.2 if name == "leaky_relu" else 0.0
        return ((1 + slope) * x + (1 - slope) * np.abs(x)) / 2

    slope_of_the_layer = wrong(
        "Your leaky slope is 0.3. That is the default of the layer LeakyReLU; the function "
        "leaky_relu has another one.",
        change={"0.2 * x": "0.3 * x"},
        revisit="The table",
    )

    slope_of_the_paper = wrong(
        "Your leaky slope is 0.01. The paper of 2013 used it; Keras's function leaky_relu has "
        "another default.",
        change={"0.2 * x": "0.01 * x"},
        revisit="The table",
    )

    leak_on_the_right = wrong(
        "Your leaky ReLU bends the wrong way: the smaller of x and its scaled copy is steep on "
        "the left and flat on the right. Draw both lines.",
        change={"np.where(x > 0, x, 0.2 * x)": "np.minimum(x, 0.2 * x)"},
    )

    relu6_without_a_floor = wrong(
        "Your ReLU6 cuts at 6 but lets negative numbers through. It is a ReLU first.",
        change={"np.clip(x, 0, 6)": "np.minimum(x, 6)"},
    )

    relu6_without_a_ceiling = wrong(
        "Your ReLU6 has no upper end. The 6 in its name is the largest value it gives.",
        change={"np.clip(x, 0, 6)": "np.maximum(x, 0)"},
    )

    absolute_value = wrong(
        "Your ReLU keeps the size of negative numbers and drops their sign: that is |x|.",
        change={"np.maximum(x, 0)": "np.abs(x)"},
    )

    elu_with_a_jump = wrong(
        "Your ELU jumps at zero: it comes from 1 on the left and starts at 0 on the right. The "
        "function has no jump. What must be taken away on the left?",
        change={"np.expm1(np.minimum(x, 0))": "np.exp(np.minimum(x, 0))"},
    )

    elu_by_a_product_of_masks = wrong(
        "For large x your ELU is nan: the exponential there is infinite, and zero times "
        "infinity, or infinity minus infinity, is nan. Do you pick the branch by multiplying "
        "with a mask? Choose, do not multiply.",
        change={
            "np.where(x > 0, x, np.expm1(np.minimum(x, 0)))": (
                "(x > 0) * x + (x <= 0) * (np.exp(x) - 1)"
            )
        },
    )

    softplus_overflows = wrong(
        "Your softplus is right on paper and overflows: the exponential of 1000 is infinite in "
        "a computer, and so is its logarithm. For large x, what is softplus nearly?",
        change={"np.logaddexp(0, x)": "np.log(1 + np.exp(x))"},
        revisit="Softmax: from scores to shares",
    )

    softplus_clipped = wrong(
        _STOPS,
        change={"np.logaddexp(0, x)": "np.log1p(np.exp(np.clip(x, -80, 80)))"},
    )

    softplus_is_relu = wrong(
        "Your softplus is ReLU. Near zero it is a smooth curve: softplus(0) is ln 2, not 0.",
        change={"np.logaddexp(0, x)": "np.maximum(x, 0)"},
    )

    softplus_clipped_at_20 = wrong(
        _STOPS,
        change={"np.logaddexp(0, x)": "np.log1p(np.exp(np.clip(x, -20, 20)))"},
    )

    softplus_clipped_at_30 = wrong(
        _STOPS,
        change={"np.logaddexp(0, x)": "np.log1p(np.exp(np.clip(x, -30, 30)))"},
    )

    softplus_clipped_at_50 = wrong(
        _STOPS,
        change={"np.logaddexp(0, x)": "np.log1p(np.exp(np.clip(x, -50, 50)))"},
    )

    softplus_clipped_at_88 = wrong(
        _STOPS,
        change={"np.logaddexp(0, x)": "np.log1p(np.exp(np.clip(x, -88, 88)))"},
    )

    softplus_clipped_at_100 = wrong(
        _STOPS,
        change={"np.logaddexp(0, x)": "np.log1p(np.exp(np.clip(x, -100, 100)))"},
    )

    softplus_clipped_at_500 = wrong(
        _STOPS,
        change={"np.logaddexp(0, x)": "np.log1p(np.exp(np.clip(x, -500, 500)))"},
    )

    softplus_clipped_at_700 = wrong(
        _STOPS,
        change={"np.logaddexp(0, x)": "np.log1p(np.exp(np.clip(x, -700, 700)))"},
    )

    softplus_clipped_at_709 = wrong(
        _STOPS,
        change={"np.logaddexp(0, x)": "np.log1p(np.exp(np.clip(x, -709, 709)))"},
    )

    softplus_ends_in_zero = wrong(
        "Your softplus falls to 0 for large x. Where ln(1 + eˣ) cannot be computed as it stands, "
        "it is nearly x, not nearly nothing.",
        change={"np.logaddexp(0, x)": "np.where(x < 20, np.log1p(np.exp(np.minimum(x, 20))), 0)"},
    )

    softplus_infinity_replaced = wrong(
        "You replace the infinity after it has arisen, by the largest number of the computer. For "
        "large x softplus is nearly x.",
        change={"np.logaddexp(0, x)": "np.nan_to_num(np.log1p(np.exp(x)))"},
        revisit="Softmax: from scores to shares",
    )

    softplus_overflows_on_the_left = wrong(
        "Your softplus is safe on the right and overflows on the left: there e⁻ˣ is infinite. "
        "Each form is for one side.",
        change={"np.logaddexp(0, x)": "x + np.log1p(np.exp(-x))"},
        revisit="Softmax: from scores to shares",
    )

    softplus_by_a_product_of_masks = wrong(
        "For large x your softplus is nan: the exponential there is infinite, and zero times "
        "infinity is nan. Do you pick the branch by multiplying with a mask? Choose, do not "
        "multiply.",
        change={
            "np.logaddexp(0, x)": "(x > 20) * x + (x <= 20) * np.log1p(np.exp(x))",
        },
    )

    softplus_mirrored = wrong(
        "Your softplus is mirrored: it grows to the left. Mind the sign in the exponent.",
        change={"np.logaddexp(0, x)": "np.logaddexp(0, -x)"},
    )

    softplus_is_its_slope = wrong(
        "For softplus you give the sigmoid. That is its slope; softplus itself grows without end.",
        change={"np.logaddexp(0, x)": "special.expit(x)"},
    )

    softplus_base_two = wrong(
        "Your softplus uses another logarithm than the natural one: at 0 it must be ln 2.",
        change={"np.logaddexp(0, x)": "np.logaddexp(0, x) / np.log(2)"},
    )

    slope_of_a_tenth = wrong(
        "Your leaky slope is 0.1. Keras's function leaky_relu has another default.",
        change={"0.2 * x": "0.1 * x"},
        revisit="The table",
    )

    slope_of_prelu = wrong(
        "Your leaky slope is 0.25, with which the paper starts PReLU. Keras's function leaky_relu "
        "has another default.",
        change={"0.2 * x": "0.25 * x"},
        revisit="The table",
    )

    softplus_returns_nothing = wrong(
        "For softplus your function gives nothing back. Is the last branch there, and does it "
        "return something?",
        change={"return np.logaddexp(0, x)": "return None"},
    )

    leaky_is_relu = wrong(
        "Your leaky ReLU does not leak: on the left it is 0.",
        change={"0.2 * x)": "0 * x)"},
    )

    leak_upwards = wrong(
        "Your leaky ReLU rises on the left as well: the sign of the leak is turned. With x "
        "negative, the output stays negative.",
        change={"0.2 * x)": "-0.2 * x)"},
    )

    leak_without_x = wrong(
        "On the left your leaky ReLU is a constant. The slope has to be multiplied by x.",
        change={"0.2 * x)": "0.2)"},
    )

    relu6_clipped_on_both_sides = wrong(
        "Your ReLU6 runs from −6 to 6. It is a ReLU first: its lowest value is 0.",
        change={"np.clip(x, 0, 6)": "np.clip(x, -6, 6)"},
    )

    relu6_falls_back = wrong(
        "Above 6 your ReLU6 falls back to 0. It stays at 6 there.",
        change={"np.clip(x, 0, 6)": "np.where((x > 0) & (x < 6), x, 0)"},
    )

    relu6_bounds_swapped = wrong(
        "Your ReLU6 is constant: the larger of x and 6 comes first, and nothing of x is left. "
        "Mind which bound goes with the maximum and which with the minimum.",
        change={"np.clip(x, 0, 6)": "np.minimum(np.maximum(x, 6), 0)"},
    )

    relu6_by_relu_of_six = wrong(
        "Your ReLU6 is never below 6. The maximum is to be taken with 0, the minimum with 6.",
        change={"np.clip(x, 0, 6)": "np.maximum(x, 6)"},
    )

    relu_mirrored = wrong(
        "Your ReLU keeps what is negative and drops the rest. It is the other way round.",
        change={"np.maximum(x, 0)": "np.minimum(x, 0)"},
    )

    relu_is_a_step = wrong(
        "Your ReLU gives 0 or 1: that is its slope. Where x is positive, the output is x itself.",
        change={"np.maximum(x, 0)": "(x > 0) * 1.0"},
    )

    one_maximum_for_all = wrong(
        "`np.max` gives one number for a whole array. Wanted is, at each place, the larger of x "
        "and 0.",
        change={"np.maximum(x, 0)": "np.max(x, initial=0)"},
    )

    python_max = wrong(
        "You ask an array as a whole, in an `if` or with Python's `max` or `min`, and an "
        "array has no single truth value. NumPy has functions that decide number by number.",
        change={"np.maximum(x, 0)": "max(0, x)"},
    )

    python_min_and_max = wrong(
        "You ask an array as a whole, in an `if` or with Python's `max` or `min`, and an "
        "array has no single truth value. NumPy has functions that decide number by number.",
        change={"np.maximum(x, 0)": "max(0, x)", "np.clip(x, 0, 6)": "min(max(0, x), 6)"},
    )

    python_if = wrong(
        "You ask an array as a whole, in an `if` or with Python's `max` or `min`, and an "
        "array has no single truth value. NumPy has functions that decide number by number.",
        change={
            "np.where(x > 0, x, 0.2 * x)": "x if x > 0 else 0.2 * x",
            "np.where(x > 0, x, np.expm1(np.minimum(x, 0)))": "x if x > 0 else np.expm1(x)",
        },
    )

    python_if_everywhere = wrong(
        "You ask an array as a whole, in an `if` or with Python's `max` or `min`, and an "
        "array has no single truth value. NumPy has functions that decide number by number.",
        change={
            "np.maximum(x, 0)": "x if x > 0 else 0",
            "np.clip(x, 0, 6)": "min(max(0, x), 6)",
            "np.where(x > 0, x, 0.2 * x)": "x if x > 0 else 0.2 * x",
            "np.where(x > 0, x, np.expm1(np.minimum(x, 0)))": "x if x > 0 else np.expm1(x)",
        },
    )

    elu_exponential_everywhere = wrong(
        "Your ELU is the exponential minus 1 on both sides. On the right it is x itself.",
        change={"np.where(x > 0, x, np.expm1(np.minimum(x, 0)))": "np.expm1(x)"},
    )

    elu_sides_swapped = wrong(
        "The two sides of your ELU are swapped: the straight line belongs to the right, the "
        "exponential to the left.",
        change={
            "np.where(x > 0, x, np.expm1(np.minimum(x, 0)))": "np.where(x < 0, x, np.expm1(x))"
        },
    )

    elu_is_selu = wrong(
        "On the left your ELU has SELU's constant. Here α is 1.",
        change={"np.expm1(np.minimum(x, 0))": "1.6732632423543772 * np.expm1(np.minimum(x, 0))"},
    )

    elu_sign_turned = wrong(
        "On the left your ELU is positive: 1 − eˣ has its sign turned.",
        change={"np.expm1(np.minimum(x, 0))": "-np.expm1(np.minimum(x, 0))"},
    )

    elu_leaks = wrong(
        "On the left your ELU is a small straight line: that is a leaky ReLU. ELU bends there "
        "and ends at −1.",
        change={"np.expm1(np.minimum(x, 0))": "0.2 * x"},
    )

    softplus_too_steep = near_miss(
        "grows like x² where the exponential would overflow",
        change={"np.logaddexp(0, x)": "np.where(x < 80, np.logaddexp(0, np.minimum(x, 80)), x**2)"},
        unlike=(
            softplus_overflows, softplus_clipped, softplus_clipped_at_20, softplus_clipped_at_30,
            softplus_clipped_at_50, softplus_clipped_at_88, softplus_clipped_at_100,
            softplus_clipped_at_500, softplus_clipped_at_700, softplus_clipped_at_709,
            softplus_ends_in_zero, softplus_overflows_on_the_left, softplus_returns_nothing,
            softplus_by_a_product_of_masks,
        ),
    )  # fmt: skip

    elu_infinite = near_miss(
        "an ELU that is infinite, not nan, for large x",
        change={
            "np.where(x > 0, x, np.expm1(np.minimum(x, 0)))": (
                "np.where(x > 80, np.inf, np.where(x > 0, x, np.expm1(np.minimum(x, 0))))"
            )
        },
        unlike=elu_by_a_product_of_masks,
    )

    relu6_of_five = near_miss(
        "cuts at 5",
        change={"np.clip(x, 0, 6)": "np.clip(x, 0, 5)"},
        unlike=(
            relu6_without_a_ceiling,
            relu6_falls_back,
            relu6_bounds_swapped,
            relu6_by_relu_of_six,
        ),
    )

    leak_of_a_constant = near_miss(
        "is −0.1 on the left",
        change={"0.2 * x)": "-0.1)"},
        unlike=(leaky_is_relu, leak_without_x),
    )

    step_of_two = near_miss(
        "a step of height 2",
        change={"np.maximum(x, 0)": "(x > 0) * 2.0"},
        unlike=relu_is_a_step,
    )

    second_argument_missing = near_miss(
        "raises because np.maximum wants two arguments",
        change={"np.maximum(x, 0)": "np.maximum(x)"},
        unlike=(python_max, python_min_and_max, python_if, python_if_everywhere),
    )

    negatives_cleared = wrong(
        "You set negative numbers to zero in `x` itself. Your result is right, and the caller has "
        "lost the inputs, which the backward pass will ask for.",
        change={"return np.maximum(x, 0)": "x[x < 0] = 0\n        return x"},
    )
