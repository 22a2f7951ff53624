"""What is right in `relu_family`, and what students get wrong."""

import numpy as np
from scipy import special

from autograder.exercise import SUMS_64, Criterion, Family, Tolerance, accepted, wrong

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
        Criterion("softplus", 2, "softplus, finite for large inputs too"),
    )
    tolerance = _TOLERANCE
    rule = _BY_HAND
    revisit = "Nineteen bends in one picture"

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
        "Your ELU picks its branch by multiplying with a mask. The branch that is not wanted is "
        "infinite for large x, and zero times infinity is nan. Choose, do not multiply.",
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
    )

    softplus_clipped = wrong(
        "You avoid the overflow by clipping x, so that your softplus stops growing. It must go "
        "on like x itself.",
        change={"np.logaddexp(0, x)": "np.log1p(np.exp(np.clip(x, -80, 80)))"},
    )

    softplus_is_relu = wrong(
        "Your softplus is ReLU. Near zero it is a smooth curve: softplus(0) is ln 2, not 0.",
        change={"np.logaddexp(0, x)": "np.maximum(x, 0)"},
    )
