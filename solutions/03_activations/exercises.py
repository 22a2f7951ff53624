# ruff: noqa: F821 (answers use names of the lesson that they stand in)
"""Exercises of lesson 03: what is right, and what students get wrong about non-linearities."""

from itertools import pairwise
from typing import ClassVar

import numpy as np
from scipy import special

from autograder.exercise import (
    Choices,
    Criterion,
    Function,
    Probe,
    Rule,
    Tolerance,
    accepted,
    wrong,
)

_TOLERANCE = {
    "float64": Tolerance(1e-9, 1e-9, "two formulas for one function agree to about ten digits"),
    "float32": Tolerance(1e-6, 1e-5, "float32 carries about seven digits"),
}
_FAR_TOLERANCE = {
    "float64": Tolerance(1e-9, 1e-9, "two formulas for one function agree to about ten digits"),
    "float32": Tolerance(2e-4, 2e-4, "neighbours of 1000 in float32 lie 6e-5 apart"),
}
_FAR = np.array([-1000.0, -90.0, 90.0, 1000.0])
_BY_HAND = Rule(
    forbid=("keras", "tensorflow", "torch", "jax"),
    reason="Write this one yourself, with NumPy and SciPy.",
)


def _points(rng, name, near):
    """Probe one named function: chosen points, a random block, float32, and far from zero."""
    yield Probe(name, f"{name}, a few points", (np.array(near), name))
    yield Probe(name, f"{name}, a random (2, 3, 4) array", (rng.normal(0, 3, (2, 3, 4)), name))
    single = rng.normal(0, 3, (5, 1)).astype("float32")
    yield Probe(name, f"{name}, a float32 column", (single, name))
    yield Probe(name, f"{name}, far from zero", (_FAR, name))
    yield Probe(name, f"{name}, far from zero, float32", (_FAR.astype("float32"), name))


class Collapse(Function):
    name = "collapse"
    title = "Fold the stack"
    difficulty = 1
    criteria = (
        Criterion("one", 1, "one layer is returned as it is"),
        Criterion("square", 2, "layers of one width fold into one"),
        Criterion("widths", 2, "layers of different widths fold into one"),
    )
    tolerance: ClassVar = {
        "float64": Tolerance(1e-9, 1e-9, "the order of the sums may differ"),
        "float32": Tolerance(1e-4, 1e-4, "float32, and the order of the sums may differ"),
    }
    revisit = "Ten lines make one line"

    def probes(self, rng):
        def stack(*widths, dtype="float64"):
            kernels = [rng.normal(size=s).astype(dtype) for s in pairwise(widths)]
            return kernels, [rng.normal(size=w).astype(dtype) for w in widths[1:]]

        yield Probe("one", "one layer, 3 to 2", stack(3, 2))
        yield Probe("square", "two layers of width 2", stack(2, 2, 2))
        yield Probe("square", "four layers of width 3", stack(3, 3, 3, 3, 3))
        yield Probe("widths", "widths 2, 5, 3, 1", stack(2, 5, 3, 1))
        yield Probe("widths", "widths 4, 1, 4, in float32", stack(4, 1, 4, dtype="float32"))

    @accepted("recursion")
    def recursion(kernels, biases):
        if len(kernels) == 1:
            return kernels[0], biases[0]
        W, b = collapse(kernels[:-1], biases[:-1])
        return W @ kernels[-1], b @ kernels[-1] + biases[-1]

    @accepted("send the unit vectors through")
    def by_sending_unit_vectors(kernels, biases):
        def through(x):
            for W, b in zip(kernels, biases):
                x = x @ W + b
            return x

        n = kernels[0].shape[0]
        b = through(np.zeros(n))
        return through(np.eye(n)) - b, b

    @accepted("one more column that holds the bias")
    def augmented(kernels, biases):
        product = np.eye(kernels[0].shape[0] + 1)
        for W, b in zip(kernels, biases):
            step = np.zeros((W.shape[0] + 1, W.shape[1] + 1))
            step[:-1, :-1], step[-1, :-1], step[-1, -1] = W, b, 1
            product = product @ step
        return product[:-1, :-1], product[-1, :-1]

    @accepted("Keras ops")
    def with_keras(kernels, biases):
        W, b = kernels[0], biases[0]
        for kernel, bias in zip(kernels[1:], biases[1:]):
            W = keras.ops.matmul(W, kernel)
            b = keras.ops.matmul(b, kernel) + bias
        return keras.ops.convert_to_numpy(W), keras.ops.convert_to_numpy(b)

    @wrong(
        "You added the biases up as they are. The first bias goes through the second layer like "
        "any other number that comes out of the first. Follow it on paper."
    )
    def biases_added(kernels, biases):
        W = kernels[0]
        for kernel in kernels[1:]:
            W = W @ kernel
        b = biases[-1]
        for bias in biases[:-1]:
            b = b + np.resize(bias, b.shape)
        return W, b

    @wrong(
        "You kept the last bias and dropped the ones before it. They are still in the result: "
        "send x = 0 through the stack and see what comes out."
    )
    def last_bias(kernels, biases):
        W = kernels[0]
        for kernel in kernels[1:]:
            W = W @ kernel
        return W, biases[-1]

    @wrong(
        "Your matrix is right, but the biases that come after the first never arrive. Each layer "
        "adds its own."
    )
    def first_bias(kernels, biases):
        W, b = kernels[0], biases[0]
        for kernel in kernels[1:]:
            W, b = W @ kernel, b @ kernel
        return W, b

    @wrong(
        "You multiplied the kernels in the wrong order. In x @ W the input stands on the left, so "
        "the first layer's kernel meets it first."
    )
    def order_reversed(kernels, biases):
        W, b = kernels[0], biases[0]
        for kernel, bias in zip(kernels[1:], biases[1:]):
            W, b = kernel @ W, b @ kernel + bias
        return W, b

    @wrong(
        "Your W is transposed: it has the shape (outputs, inputs). Keras keeps (inputs, outputs), "
        "and the inputs stand on the left."
    )
    def transposed(kernels, biases):
        W, b = kernels[0], biases[0]
        for kernel, bias in zip(kernels[1:], biases[1:]):
            W, b = W @ kernel, b @ kernel + bias
        return W.T, b

    @wrong(
        "You sent the bias through the matrix of all layers so far, not through the one layer "
        "that comes next: it has already been through the others.",
    )
    def bias_through_product(kernels, biases):
        W, b = kernels[0], biases[0]
        for kernel, bias in zip(kernels[1:], biases[1:]):
            W = W @ kernel
            b = b @ W + bias
        return W, b

    @wrong("You multiplied element by element (*). A layer after a layer is a product of matrices.")
    def elementwise(kernels, biases):
        W, b = kernels[0], biases[0]
        for kernel, bias in zip(kernels[1:], biases[1:]):
            W, b = W * kernel, b @ kernel + bias
        return W, b


class ReluFamily(Function):
    name = "relu_family"
    title = "The one-sided family"
    difficulty = 1
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

    def probes(self, rng):
        near = [-3.0, -1.0, -0.25, 0.0, 0.5, 2.0, 5.0, 6.0, 7.5]
        for criterion in self.criteria:
            yield from _points(rng, criterion.key, near)

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

    @wrong(
        "Your leaky slope is 0.3. That is the default of the layer LeakyReLU; the function "
        "leaky_relu has another one.",
        revisit="The table",
    )
    def slope_of_the_layer(x, name):
        plus = np.maximum(x, 0)
        return {
            "relu": plus,
            "relu6": np.minimum(plus, 6),
            "leaky_relu": np.where(x > 0, x, 0.3 * x),
            "elu": plus + np.exp(np.minimum(x, 0)) - 1,
            "softplus": np.logaddexp(0, x),
        }[name]

    @wrong(
        "Your leaky slope is 0.01. The paper of 2013 used it; Keras's function leaky_relu has "
        "another default.",
        revisit="The table",
    )
    def slope_of_the_paper(x, name):
        plus = np.maximum(x, 0)
        return {
            "relu": plus,
            "relu6": np.minimum(plus, 6),
            "leaky_relu": np.where(x > 0, x, 0.01 * x),
            "elu": plus + np.exp(np.minimum(x, 0)) - 1,
            "softplus": np.logaddexp(0, x),
        }[name]

    @wrong(
        "Your leaky ReLU bends the wrong way: the smaller of x and its scaled copy is steep on "
        "the left and flat on the right. Draw both lines."
    )
    def leak_on_the_right(x, name):
        plus = np.maximum(x, 0)
        return {
            "relu": plus,
            "relu6": np.minimum(plus, 6),
            "leaky_relu": np.minimum(x, 0.2 * x),
            "elu": plus + np.exp(np.minimum(x, 0)) - 1,
            "softplus": np.logaddexp(0, x),
        }[name]

    @wrong("Your ReLU6 cuts at 6 but lets negative numbers through. It is a ReLU first.")
    def relu6_without_a_floor(x, name):
        plus = np.maximum(x, 0)
        return {
            "relu": plus,
            "relu6": np.minimum(x, 6),
            "leaky_relu": np.where(x > 0, x, 0.2 * x),
            "elu": plus + np.exp(np.minimum(x, 0)) - 1,
            "softplus": np.logaddexp(0, x),
        }[name]

    @wrong("Your ReLU6 has no upper end. The 6 in its name is the largest value it gives.")
    def relu6_without_a_ceiling(x, name):
        plus = np.maximum(x, 0)
        return {
            "relu": plus,
            "relu6": plus,
            "leaky_relu": np.where(x > 0, x, 0.2 * x),
            "elu": plus + np.exp(np.minimum(x, 0)) - 1,
            "softplus": np.logaddexp(0, x),
        }[name]

    @wrong("Your ReLU keeps the size of negative numbers and drops their sign: that is |x|.")
    def absolute_value(x, name):
        plus = np.maximum(x, 0)
        return {
            "relu": np.abs(x),
            "relu6": np.minimum(plus, 6),
            "leaky_relu": np.where(x > 0, x, 0.2 * x),
            "elu": plus + np.exp(np.minimum(x, 0)) - 1,
            "softplus": np.logaddexp(0, x),
        }[name]

    @wrong(
        "Your ELU jumps at zero: it comes from 1 on the left and starts at 0 on the right. The "
        "function has no jump. What must be taken away on the left?"
    )
    def elu_with_a_jump(x, name):
        plus = np.maximum(x, 0)
        return {
            "relu": plus,
            "relu6": np.minimum(plus, 6),
            "leaky_relu": np.where(x > 0, x, 0.2 * x),
            "elu": np.where(x > 0, x, np.exp(np.minimum(x, 0))),
            "softplus": np.logaddexp(0, x),
        }[name]

    @wrong(
        "Your ELU picks its branch by multiplying with a mask. The branch that is not wanted is "
        "infinite for large x, and zero times infinity is nan. Choose, do not multiply."
    )
    def elu_by_a_product_of_masks(x, name):
        plus = np.maximum(x, 0)
        if name == "elu":
            with np.errstate(all="ignore"):
                return (x > 0) * x + (x <= 0) * (np.exp(x) - 1)
        return {
            "relu": plus,
            "relu6": np.minimum(plus, 6),
            "leaky_relu": np.where(x > 0, x, 0.2 * x),
            "softplus": np.logaddexp(0, x),
        }[name]

    @wrong(
        "Your softplus is right on paper and overflows: the exponential of 1000 is infinite in "
        "a computer, and so is its logarithm. For large x, what is softplus nearly?"
    )
    def softplus_overflows(x, name):
        plus = np.maximum(x, 0)
        if name == "softplus":
            with np.errstate(all="ignore"):
                return np.log(1 + np.exp(x))
        return {
            "relu": plus,
            "relu6": np.minimum(plus, 6),
            "leaky_relu": np.where(x > 0, x, 0.2 * x),
            "elu": plus + np.exp(np.minimum(x, 0)) - 1,
        }[name]

    @wrong(
        "You avoid the overflow by clipping x, so that your softplus stops growing. It must go "
        "on like x itself."
    )
    def softplus_clipped(x, name):
        plus = np.maximum(x, 0)
        return {
            "relu": plus,
            "relu6": np.minimum(plus, 6),
            "leaky_relu": np.where(x > 0, x, 0.2 * x),
            "elu": plus + np.exp(np.minimum(x, 0)) - 1,
            "softplus": np.log1p(np.exp(np.clip(x, -80, 80))),
        }[name]

    @wrong("Your softplus is ReLU. Near zero it is a smooth curve: softplus(0) is ln 2, not 0.")
    def softplus_is_relu(x, name):
        plus = np.maximum(x, 0)
        return {
            "relu": plus,
            "relu6": np.minimum(plus, 6),
            "leaky_relu": np.where(x > 0, x, 0.2 * x),
            "elu": plus + np.exp(np.minimum(x, 0)) - 1,
            "softplus": plus,
        }[name]


class Gated(Function):
    name = "gated"
    title = "Four gates"
    difficulty = 2
    criteria = (
        Criterion("silu", 1, "SiLU"),
        Criterion("hard_silu", 1, "hard SiLU as in Keras 3"),
        Criterion("gelu", 2, "the exact GELU"),
        Criterion("mish", 1, "Mish"),
    )
    tolerance: ClassVar = {
        "float64": Tolerance(1e-9, 1e-9, "two formulas for one function agree to ten digits"),
        "float32": Tolerance(2e-6, 1e-5, "float32 carries about seven digits"),
    }
    rule = _BY_HAND
    revisit = "A gate that depends on its own input"

    def probes(self, rng):
        near = [-5.0, -3.0, -2.75, -1.0, 0.0, 0.5, 1.0, 2.75, 4.0]
        for criterion in self.criteria:
            yield from _points(rng, criterion.key, near)

    @accepted("one number at a time, with math")
    def loops(x, name):
        import math

        def gate(v):
            if name == "silu":
                return 1 / (1 + math.exp(-v)) if v > 0 else math.exp(v) / (1 + math.exp(v))
            if name == "hard_silu":
                return min(max(v + 3, 0), 6) / 6
            if name == "gelu":
                return math.erfc(-v / math.sqrt(2)) / 2
            return math.tanh(max(v, 0) + math.log1p(math.exp(-abs(v))))

        return np.array([float(v) * gate(float(v)) for v in x.ravel()]).reshape(x.shape)

    @accepted("a dictionary of gates")
    def dictionary(x, name):
        gates = {
            "silu": lambda v: (1 + np.tanh(v / 2)) / 2,
            "hard_silu": lambda v: np.minimum(np.maximum(v / 6 + 0.5, 0), 1),
            "gelu": lambda v: (1 + special.erf(v / np.sqrt(2))) / 2,
            "mish": lambda v: np.tanh(np.log1p(np.exp(-np.abs(v))) + np.maximum(v, 0)),
        }
        return x * gates[name](x)

    @accepted("pieces and closed forms")
    def closed_forms(x, name):
        if name == "silu":
            return x * np.exp(-np.logaddexp(0, -x))
        if name == "hard_silu":
            return np.where(x <= -3, 0.0, np.where(x >= 3, x, x * (x + 3) / 6))
        if name == "gelu":
            return x * np.exp(special.log_ndtr(x))
        with np.errstate(over="ignore"):
            e = np.exp(np.minimum(x, 40))
        return x * (e * e + 2 * e) / (e * e + 2 * e + 2)

    @accepted("the normal distribution of scipy.stats")
    def with_stats(x, name):
        from scipy import stats

        if name == "gelu":
            return x * stats.norm.cdf(x)
        if name == "hard_silu":
            return x * np.clip((x + 3) / 6, 0, 1)
        if name == "silu":
            return x * special.expit(x)
        return x * np.tanh(-special.log_expit(-x))

    @wrong(
        "Your GELU gives Φ(x), the gate alone. An activation that cannot exceed 1 would be a "
        "squashing one; GELU follows x on the right. What is the gate for?"
    )
    def gelu_is_the_gate(x, name):
        if name == "gelu":
            return special.ndtr(x)
        if name == "silu":
            return x * special.expit(x)
        if name == "hard_silu":
            return x * np.clip(x + 3, 0, 6) / 6
        return x * np.tanh(np.logaddexp(0, x))

    @wrong(
        "Your GELU is the approximation with tanh. It is close, but Keras computes the exact one "
        "unless it is told approximate=True."
    )
    def gelu_by_tanh(x, name):
        if name == "gelu":
            return x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))) / 2
        if name == "silu":
            return x * special.expit(x)
        if name == "hard_silu":
            return x * np.clip(x + 3, 0, 6) / 6
        return x * np.tanh(np.logaddexp(0, x))

    @wrong(
        "Your GELU's gate is a sigmoid of 1.702x. That is a rough stand-in for Φ; here the exact "
        "normal distribution is asked for."
    )
    def gelu_by_sigmoid(x, name):
        if name == "gelu":
            return x * special.expit(1.702 * x)
        if name == "silu":
            return x * special.expit(x)
        if name == "hard_silu":
            return x * np.clip(x + 3, 0, 6) / 6
        return x * np.tanh(np.logaddexp(0, x))

    @wrong(
        "In your Φ the root of 2 is missing: the error function measures in other units than the "
        "normal distribution."
    )
    def erf_without_the_root(x, name):
        if name == "gelu":
            return x * (1 + special.erf(x)) / 2
        if name == "silu":
            return x * special.expit(x)
        if name == "hard_silu":
            return x * np.clip(x + 3, 0, 6) / 6
        return x * np.tanh(np.logaddexp(0, x))

    @wrong(
        "For GELU you took the bell curve itself, the density. The gate is the share of it that "
        "lies below x: it rises from 0 to 1 and never falls."
    )
    def density_for_distribution(x, name):
        if name == "gelu":
            return x * np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
        if name == "silu":
            return x * special.expit(x)
        if name == "hard_silu":
            return x * np.clip(x + 3, 0, 6) / 6
        return x * np.tanh(np.logaddexp(0, x))

    @wrong(
        "Your hard SiLU uses the hard sigmoid of Keras 2, with slope 0.2. Keras 3 has another "
        "ramp: it starts at −3 and ends at 3.",
        revisit="The table",
    )
    def ramp_of_keras_2(x, name):
        if name == "hard_silu":
            return x * np.clip(0.2 * x + 0.5, 0, 1)
        if name == "silu":
            return x * special.expit(x)
        if name == "gelu":
            return x * special.ndtr(x)
        return x * np.tanh(np.logaddexp(0, x))

    @wrong(
        "Your hard gate has no ends: it goes below 0 and above 1. Before the division stands a "
        "ReLU6, not just a sum.",
        revisit="The table",
    )
    def ramp_without_ends(x, name):
        if name == "hard_silu":
            return x * (x + 3) / 6
        if name == "silu":
            return x * special.expit(x)
        if name == "gelu":
            return x * special.ndtr(x)
        return x * np.tanh(np.logaddexp(0, x))

    @wrong(
        "Your hard SiLU is the hard sigmoid, the gate alone. x still has to go through the gate."
    )
    def hard_gate_alone(x, name):
        if name == "hard_silu":
            return np.clip(x + 3, 0, 6) / 6
        if name == "silu":
            return x * special.expit(x)
        if name == "gelu":
            return x * special.ndtr(x)
        return x * np.tanh(np.logaddexp(0, x))

    @wrong(
        "Your SiLU applies the sigmoid to the input and stops there. That is the gate; SiLU is "
        "the input times it."
    )
    def silu_is_the_sigmoid(x, name):
        if name == "silu":
            return special.expit(x)
        if name == "hard_silu":
            return x * np.clip(x + 3, 0, 6) / 6
        if name == "gelu":
            return x * special.ndtr(x)
        return x * np.tanh(np.logaddexp(0, x))

    @wrong(
        "Your SiLU's gate is turned round: it is open on the left and shut on the right. Mind the "
        "sign in the sigmoid's exponent."
    )
    def silu_gate_turned_round(x, name):
        if name == "silu":
            return x * special.expit(-x)
        if name == "hard_silu":
            return x * np.clip(x + 3, 0, 6) / 6
        if name == "gelu":
            return x * special.ndtr(x)
        return x * np.tanh(np.logaddexp(0, x))

    @wrong(
        "Your sigmoid divides an exponential by itself plus 1. For large x that is infinity over "
        "infinity, nan. Write it so that only a vanishing exponential is left there."
    )
    def sigmoid_overflows(x, name):
        if name == "silu":
            with np.errstate(all="ignore"):
                return x * np.exp(x) / (1 + np.exp(x))
        if name == "hard_silu":
            return x * np.clip(x + 3, 0, 6) / 6
        if name == "gelu":
            return x * special.ndtr(x)
        return x * np.tanh(np.logaddexp(0, x))

    @wrong(
        "In your Mish softplus itself is the gate. It grows without bound; something has to "
        "squash it to at most 1 first."
    )
    def mish_without_tanh(x, name):
        if name == "mish":
            return x * np.logaddexp(0, x)
        if name == "silu":
            return x * special.expit(x)
        if name == "hard_silu":
            return x * np.clip(x + 3, 0, 6) / 6
        return x * special.ndtr(x)

    @wrong(
        "Your Mish leaves out the softplus: with tanh(x) as the gate the result is positive on "
        "the left too."
    )
    def mish_without_softplus(x, name):
        if name == "mish":
            return x * np.tanh(x)
        if name == "silu":
            return x * special.expit(x)
        if name == "hard_silu":
            return x * np.clip(x + 3, 0, 6) / 6
        return x * special.ndtr(x)


class ActivationSlope(Function):
    name = "activation_slope"
    title = "Slopes"
    difficulty = 2
    criteria = (
        Criterion("relu", 1, "ReLU, with slope 0 at its corner"),
        Criterion("sigmoid", 1, "sigmoid"),
        Criterion("tanh", 1, "tanh"),
        Criterion("softplus", 1, "softplus"),
        Criterion("elu", 1, "ELU"),
    )
    tolerance: ClassVar = {
        "float64": Tolerance(1e-9, 1e-9, "two formulas for one slope agree to ten digits"),
        "float32": Tolerance(2e-6, 1e-5, "1 − tanh² loses a digit in float32"),
    }
    rule = _BY_HAND
    revisit = "The slope decides what is learned"

    def probes(self, rng):
        near = [-4.0, -1.0, -0.25, 0.0, 0.25, 1.0, 3.0]
        for criterion in self.criteria:
            yield from _points(rng, criterion.key, near)

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

    @wrong(
        "For the sigmoid you give the function itself. Its slope is something else: where the "
        "sigmoid is nearly 1 it is flat."
    )
    def slope_is_the_sigmoid(x, name):
        if name == "relu":
            return np.where(x > 0, 1.0, 0.0)
        if name in ("sigmoid", "softplus"):
            return special.expit(x)
        if name == "tanh":
            return 1 - np.tanh(x) ** 2
        return np.exp(np.minimum(x, 0))

    @wrong(
        "For the sigmoid you put the input where its output belongs: x(1 − x) is negative for "
        "most x, yet a sigmoid never falls."
    )
    def input_for_output(x, name):
        if name == "relu":
            return np.where(x > 0, 1.0, 0.0)
        if name == "sigmoid":
            return x * (1 - x)
        if name == "tanh":
            return 1 - np.tanh(x) ** 2
        if name == "softplus":
            return special.expit(x)
        return np.exp(np.minimum(x, 0))

    @wrong(
        "Your sigmoid's slope overflows: far to the left an infinite exponential is divided by "
        "a larger infinity. Compute the output first; the slope follows from it."
    )
    def sigmoid_slope_overflows(x, name):
        if name == "relu":
            return np.where(x > 0, 1.0, 0.0)
        if name == "sigmoid":
            with np.errstate(all="ignore"):
                return np.exp(-x) / (1 + np.exp(-x)) ** 2
        if name == "tanh":
            return 1 - np.tanh(x) ** 2
        if name == "softplus":
            return special.expit(x)
        return np.exp(np.minimum(x, 0))

    @wrong(
        "For tanh the square is missing: your slope is 2 far on the left, where the curve is flat."
    )
    def tanh_without_the_square(x, name):
        if name == "relu":
            return np.where(x > 0, 1.0, 0.0)
        if name == "sigmoid":
            return special.expit(x) * (1 - special.expit(x))
        if name == "tanh":
            return 1 - np.tanh(x)
        if name == "softplus":
            return special.expit(x)
        return np.exp(np.minimum(x, 0))

    @wrong(
        "For tanh you took the sigmoid's rule, output times one minus output. For tanh that is "
        "negative on the left, where the curve rises."
    )
    def tanh_by_the_rule_of_sigmoid(x, name):
        if name == "relu":
            return np.where(x > 0, 1.0, 0.0)
        if name == "sigmoid":
            return special.expit(x) * (1 - special.expit(x))
        if name == "tanh":
            return np.tanh(x) * (1 - np.tanh(x))
        if name == "softplus":
            return special.expit(x)
        return np.exp(np.minimum(x, 0))

    @wrong(
        "At exactly 0 your ReLU has slope 1. There it has a corner, so a convention is needed; "
        "Keras's is on the other side. (It matters: a unit that gets 0 must count as silent.)"
    )
    def one_at_the_corner(x, name):
        if name == "relu":
            return np.where(x >= 0, 1.0, 0.0)
        if name == "sigmoid":
            return special.expit(x) * (1 - special.expit(x))
        if name == "tanh":
            return 1 - np.tanh(x) ** 2
        if name == "softplus":
            return special.expit(x)
        return np.exp(np.minimum(x, 0))

    @wrong(
        "At exactly 0 you give ReLU the slope ½, halfway between the two sides. That is a "
        "possible convention, and what a finite difference says; Keras has another one."
    )
    def half_at_the_corner(x, name):
        if name == "relu":
            return np.heaviside(x, 0.5)
        if name == "sigmoid":
            return special.expit(x) * (1 - special.expit(x))
        if name == "tanh":
            return 1 - np.tanh(x) ** 2
        if name == "softplus":
            return special.expit(x)
        return np.exp(np.minimum(x, 0))

    @wrong(
        "For ReLU you give truth values. They look like 0 and 1 until somebody takes them away "
        "from each other. A slope is a floating-point number."
    )
    def truth_values(x, name):
        if name == "relu":
            return x > 0
        if name == "sigmoid":
            return special.expit(x) * (1 - special.expit(x))
        if name == "tanh":
            return 1 - np.tanh(x) ** 2
        if name == "softplus":
            return special.expit(x)
        return np.exp(np.minimum(x, 0))

    @wrong(
        "For ReLU you give its value, not its slope. How much does the output change when x "
        "grows by a little?"
    )
    def value_for_slope(x, name):
        if name == "relu":
            return np.maximum(x, 0)
        if name == "sigmoid":
            return special.expit(x) * (1 - special.expit(x))
        if name == "tanh":
            return 1 - np.tanh(x) ** 2
        if name == "softplus":
            return special.expit(x)
        return np.exp(np.minimum(x, 0))

    @wrong(
        "You gave softplus the slope of ReLU. Softplus has no corner: its slope rises smoothly, "
        "and you know the function that it follows."
    )
    def softplus_with_a_corner(x, name):
        if name in ("relu", "softplus"):
            return np.where(x > 0, 1.0, 0.0)
        if name == "sigmoid":
            return special.expit(x) * (1 - special.expit(x))
        if name == "tanh":
            return 1 - np.tanh(x) ** 2
        return np.exp(np.minimum(x, 0))

    @wrong(
        "On the left your ELU has the slope that is its value. The function is an exponential "
        "minus a constant, and a constant has no slope."
    )
    def elu_keeps_the_constant(x, name):
        if name == "relu":
            return np.where(x > 0, 1.0, 0.0)
        if name == "sigmoid":
            return special.expit(x) * (1 - special.expit(x))
        if name == "tanh":
            return 1 - np.tanh(x) ** 2
        if name == "softplus":
            return special.expit(x)
        return np.where(x > 0, 1.0, np.expm1(np.minimum(x, 0)))

    @wrong("Your ELU goes on as an exponential on the right. There it is a straight line.")
    def elu_exponential_everywhere(x, name):
        if name == "relu":
            return np.where(x > 0, 1.0, 0.0)
        if name == "sigmoid":
            return special.expit(x) * (1 - special.expit(x))
        if name == "tanh":
            return 1 - np.tanh(x) ** 2
        if name == "softplus":
            return special.expit(x)
        with np.errstate(over="ignore"):
            return np.exp(x)


class DeadUnits(Function):
    name = "dead_units"
    title = "Count the dead"
    difficulty = 3
    criteria = (
        Criterion("one", 2, "one layer"),
        Criterion("zero", 1, "a unit that gets exactly zero counts as silent"),
        Criterion("deep", 2, "several layers"),
    )
    revisit = "Dead units"

    def probes(self, rng):
        x = np.array([[-1.0], [2.0]])
        case = (x, [np.array([[1.0, -1.0, 0.0]])], [np.array([0.0, -2.0, 0.0])])
        yield Probe("zero", "the case to try by hand", case)
        # Units: alive by its bias, alive for one row only, two silent, silent on average only.
        x = rng.uniform(0.5, 1, (7, 3))
        x[4] = 2.0
        kernel = np.array([[-1.0, 1.0, -1.0, -0.5, 1.0, -1.0]] * 3)
        bias = np.array([9.0, -5.5, -1.0, 0.5, 2.0, 0.2])
        yield Probe("one", "seven rows, six units", (x, [kernel], [bias]))
        yield Probe("one", "one row, eight units", self._random(rng, 1, (4, 8)))
        yield Probe("one", "negative inputs, float32", self._negative(rng))
        yield Probe("zero", "a layer of zeros", (x, [np.zeros((3, 4))], [np.zeros(4)]))
        yield Probe("deep", "three layers", self._random(rng, 6, (3, 9, 7, 5), shift=-1.0))
        yield Probe("deep", "inhibited by a lively layer", self._inhibited(rng))
        yield Probe("deep", "layers with biases alone", self._by_bias(rng))

    @staticmethod
    def _random(rng, n, widths, shift=0.0):
        kernels = [rng.normal(size=s) for s in pairwise(widths)]
        biases = [rng.normal(shift, 1, size=w) for w in widths[1:]]
        return rng.normal(size=(n, widths[0])), kernels, biases

    @staticmethod
    def _negative(rng):
        x = -rng.uniform(1, 2, (5, 2)).astype("float32")
        kernel = np.array([[-1, 1, 1, -2, 1], [-1, 1, 0, 1, -0.1]], dtype="float32")
        bias = np.array([0, 0, 0.5, 0, 2.1], dtype="float32")
        return x, [kernel], [bias]

    @staticmethod
    def _inhibited(rng):
        # The first layer's answers are positive, so the second layer's negative weights silence
        # it; without the first ReLU half of its units would speak.
        x = rng.normal(size=(12, 3))
        first = np.concatenate([np.eye(3), -np.eye(3)], axis=1)
        second = np.concatenate([-np.ones((6, 2)), np.ones((6, 1)), -np.ones((6, 1))], axis=1)
        second[:3, 1] = -2.0
        return x, [first, second], [np.zeros(6), np.array([0.0, 0.0, 0.0, 50.0])]

    @staticmethod
    def _by_bias(rng):
        x = rng.normal(size=(3, 2))
        kernels = [np.zeros((2, 3)), rng.uniform(1, 2, (3, 4))]
        return x, kernels, [np.array([1.0, -1.0, 2.0]), np.array([-1.0, -40.0, 0.0, -40.0])]

    @accepted("loops")
    def loops(x, kernels, biases):
        counts = []
        rows = [list(row) for row in x]
        for W, b in zip(kernels, biases):
            out = []
            for row in rows:
                z = [sum(r * w for r, w in zip(row, W[:, j])) + b[j] for j in range(W.shape[1])]
                out.append([max(0.0, float(v)) for v in z])
            counts.append(sum(all(r[j] == 0 for r in out) for j in range(W.shape[1])))
            rows = out
        return counts

    @accepted("slope by slope")
    def by_slopes(x, kernels, biases):
        counts = []
        for W, b in zip(kernels, biases):
            z = x @ W + b
            speaks = (z > 0).any(axis=0)
            counts.append(int((~speaks).sum()))
            x = z * (z > 0)
        return counts

    @accepted("Keras ops, as an array")
    def with_keras(x, kernels, biases):
        counts = []
        for W, b in zip(kernels, biases):
            x = keras.ops.relu(keras.ops.matmul(x, W) + b)
            total = keras.ops.convert_to_numpy(keras.ops.sum(x, axis=0))
            counts.append(len(total) - np.count_nonzero(total))
        return np.array(counts)

    @accepted("largest input")
    def largest_input(x, kernels, biases):
        found = []
        for layer in range(len(kernels)):
            z = np.einsum("ni,iu->nu", x, kernels[layer]) + biases[layer]
            found.append(int(np.count_nonzero(np.max(z, axis=0) <= 0)))
            x = np.where(z > 0, z, 0)
        return tuple(found)

    @wrong(
        "You count units that are silent for at least one input. One quiet image is no death: a "
        "dead unit is silent for all of them."
    )
    def silent_once(x, kernels, biases):
        counts = []
        for W, b in zip(kernels, biases):
            x = np.maximum(x @ W + b, 0)
            counts.append(int((x == 0).any(axis=0).sum()))
        return counts

    @wrong(
        "You count inputs for which all units are silent, not units that are silent for all "
        "inputs. Which axis holds the units?"
    )
    def wrong_axis(x, kernels, biases):
        counts = []
        for W, b in zip(kernels, biases):
            x = np.maximum(x @ W + b, 0)
            counts.append(int((x == 0).all(axis=1).sum()))
        return counts

    @wrong(
        "You count zeros, one for each input and unit. A unit is counted once, and only if all "
        "its answers are zero."
    )
    def zeros_counted(x, kernels, biases):
        counts = []
        for W, b in zip(kernels, biases):
            x = np.maximum(x @ W + b, 0)
            counts.append(int((x == 0).sum()))
        return counts

    @wrong(
        "You ask whether a unit's input is negative on average. One input on which it speaks up "
        "is enough to keep it alive, however negative the others are."
    )
    def negative_on_average(x, kernels, biases):
        counts = []
        for W, b in zip(kernels, biases):
            z = x @ W + b
            counts.append(int((z.mean(axis=0) <= 0).sum()))
            x = np.maximum(z, 0)
        return counts

    @wrong(
        "A unit that gets exactly zero slips through your count. It answers 0, and its slope is "
        "0 there in Keras: it is as silent as the others.",
        revisit="Exercise 5 · Count the dead",
    )
    def exact_zero_missed(x, kernels, biases):
        counts = []
        for W, b in zip(kernels, biases):
            z = x @ W + b
            counts.append(int((z < 0).all(axis=0).sum()))
            x = np.maximum(z, 0)
        return counts

    @wrong(
        "Your layers have no ReLU between them: the second layer gets negative numbers that the "
        "first one never sends."
    )
    def no_relu_between(x, kernels, biases):
        counts = []
        for W, b in zip(kernels, biases):
            x = x @ W + b
            counts.append(int((x <= 0).all(axis=0).sum()))
        return counts

    @wrong(
        "You leave the biases out. A bias can silence a unit whose weights are harmless, and "
        "wake one whose weights are not."
    )
    def no_bias(x, kernels, biases):
        counts = []
        for W in kernels:
            x = np.maximum(x @ W, 0)
            counts.append(int((x == 0).all(axis=0).sum()))
        return counts

    @wrong(
        "You look at the weights alone: a unit with negative weights is alive where its inputs "
        "are negative or its bias is large. Send the data through."
    )
    def negative_weights(x, kernels, biases):
        return [int((W <= 0).all(axis=0).sum()) for W in kernels]

    @wrong(
        "You look at the biases alone. A negative bias is a threshold; whether any input passes "
        "it, only the data can tell."
    )
    def negative_bias(x, kernels, biases):
        return [int((b < 0).sum()) for b in biases]

    @wrong("You count the units that are alive. The exercise asks for the others.")
    def alive_counted(x, kernels, biases):
        counts = []
        for W, b in zip(kernels, biases):
            x = np.maximum(x @ W + b, 0)
            counts.append(int((x > 0).any(axis=0).sum()))
        return counts

    @wrong("You give a share of each layer. The exercise asks for the number of units.")
    def share(x, kernels, biases):
        counts = []
        for W, b in zip(kernels, biases):
            x = np.maximum(x @ W + b, 0)
            counts.append(float((x == 0).all(axis=0).mean()))
        return counts

    @wrong(
        "You give a truth value for each unit. Which units are dead is known; now count them, "
        "layer by layer."
    )
    def masks(x, kernels, biases):
        counts = []
        for W, b in zip(kernels, biases):
            x = np.maximum(x @ W + b, 0)
            counts.append((x == 0).all(axis=0))
        return counts

    @wrong("You give one number for the whole network. Give one for each layer, in a list.")
    def one_total(x, kernels, biases):
        total = 0
        for W, b in zip(kernels, biases):
            x = np.maximum(x @ W + b, 0)
            total += int((x == 0).all(axis=0).sum())
        return total

    @wrong(
        "Each of your layers gets the first layer's input. What goes into the second layer is "
        "what came out of the first."
    )
    def same_input_for_all(x, kernels, biases):
        counts = []
        for W, b in zip(kernels, biases):
            fitting = np.resize(x, (x.shape[0], W.shape[0]))
            z = np.maximum((x if W.shape[0] == x.shape[1] else fitting) @ W + b, 0)
            counts.append(int((z == 0).all(axis=0).sum()))
        return counts


class StableSoftmax(Function):
    name = "stable_softmax"
    title = "A softmax that holds"
    difficulty = 2
    criteria = (
        Criterion("values", 1, "shares of ordinary scores"),
        Criterion("axis", 1, "along any axis"),
        Criterion("temperature", 1, "at any temperature"),
        Criterion("extreme", 2, "for scores up to ±1000, row by row"),
    )
    tolerance = _FAR_TOLERANCE
    rule = Rule(
        forbid=("keras", "tensorflow", "torch", "jax", "scipy.special.softmax"),
        reason="Write the softmax yourself, with NumPy.",
    )
    revisit = "Softmax: from scores to shares"

    def probes(self, rng):
        yield Probe("values", "the scores (2, 1, 0)", (np.array([2.0, 1.0, 0.0]),))
        yield Probe("values", "a (3, 4) batch", (rng.normal(0, 2, (3, 4)),))
        yield Probe("values", "one score", (np.array([[-3.0]]),))
        yield Probe("axis", "a (3, 3) batch, axis=0", (rng.normal(size=(3, 3)),), {"axis": 0})
        yield Probe("axis", "a (2, 3, 4) array, axis=1", (rng.normal(size=(2, 3, 4)),), {"axis": 1})
        z = rng.normal(size=(2, 5))
        yield Probe("temperature", "temperature 0.5", (z,), {"temperature": 0.5})
        yield Probe("temperature", "temperature 4", (z,), {"temperature": 4.0})
        far = np.array([[1000.0, 999.0, 998.5], [-1000.0, -1000.0, -999.0], [0.0, 1.0, 2.0]])
        yield Probe("extreme", "rows far apart", (far,))
        yield Probe("extreme", "rows far apart, float32", (far.astype("float32"),))
        yield Probe("extreme", "scores of −1000, one alone", (np.array([-1000.0, -1000.0]),))
        # Large scores of both signs and a mean of zero: a shift by the mean does not help.
        yield Probe(
            "extreme", "scores of both signs", (np.array([1000.0, -1000.0, 998.0, -998.0]),)
        )

    @accepted("loops over the vectors")
    def loops(z, axis=-1, temperature=1.0):
        moved = np.moveaxis(np.array(z, dtype=float), axis, -1)
        out = np.empty_like(moved)
        for index in np.ndindex(moved.shape[:-1]):
            v = [s / temperature for s in moved[index]]
            powers = [np.exp(s - max(v)) for s in v]
            out[index] = [p / sum(powers) for p in powers]
        return np.moveaxis(out, -1, axis)

    @accepted("through the logarithm of the sum")
    def through_logsumexp(z, axis=-1, temperature=1.0):
        z = z / temperature
        return np.exp(z - special.logsumexp(z, axis=axis, keepdims=True))

    @accepted("np.apply_along_axis")
    def along_axis(z, axis=-1, temperature=1.0):
        def share(v):
            powers = np.exp((v - v.max()) / temperature)
            return powers / np.sum(powers)

        return np.apply_along_axis(share, axis, z)

    @accepted("a reduction of logaddexp")
    def reduction(z, axis=-1, temperature=1.0):
        z = np.divide(z, temperature)
        whole = np.logaddexp.reduce(z, axis=axis, keepdims=True)
        return np.exp(z - whole)

    @wrong(
        "You exponentiate the scores as they are. For a score of 1000 that is infinite, and "
        "infinity over infinity is nan. You saw which change leaves the shares as they are."
    )
    def no_shift(z, axis=-1, temperature=1.0):
        with np.errstate(all="ignore"):
            powers = np.exp(z / temperature)
            return powers / powers.sum(axis=axis, keepdims=True)

    @wrong(
        "You shift all rows by one number, the largest of the whole batch. A row that lies far "
        "below it vanishes: all its exponentials become 0, and 0/0 is nan."
    )
    def one_shift_for_all(z, axis=-1, temperature=1.0):
        z = z / temperature
        with np.errstate(all="ignore"):
            powers = np.exp(z - z.max())
            return powers / powers.sum(axis=axis, keepdims=True)

    @wrong(
        "You shift by the mean. It keeps small scores small, but a score may lie far above the "
        "mean and still overflow. After the shift no exponent may be positive."
    )
    def shift_by_the_mean(z, axis=-1, temperature=1.0):
        z = z / temperature
        with np.errstate(all="ignore"):
            powers = np.exp(z - z.mean(axis=axis, keepdims=True))
            return powers / powers.sum(axis=axis, keepdims=True)

    @wrong(
        "You divide by the largest score instead of subtracting it. Softmax ignores a shift; a "
        "change of scale is a change of temperature."
    )
    def divided_by_the_largest(z, axis=-1, temperature=1.0):
        z = z / temperature
        with np.errstate(all="ignore"):
            powers = np.exp(z / np.abs(z).max(axis=axis, keepdims=True))
            return powers / powers.sum(axis=axis, keepdims=True)

    @wrong(
        "You clip the scores to avoid the overflow. Scores of 999 and 1000 then look alike, "
        "though their difference is all that softmax sees."
    )
    def clipped(z, axis=-1, temperature=1.0):
        powers = np.exp(np.clip(z / temperature, -50, 50))
        return powers / powers.sum(axis=axis, keepdims=True)

    @wrong("You take the shares of the whole array. Along the axis each row has its own sum of 1.")
    def sum_over_everything(z, axis=-1, temperature=1.0):
        z = z / temperature
        powers = np.exp(z - z.max(axis=axis, keepdims=True))
        return powers / powers.sum()

    @wrong("You always work along the last axis. The argument axis says along which one.")
    def axis_ignored(z, axis=-1, temperature=1.0):
        z = z / temperature
        powers = np.exp(z - z.max(axis=-1, keepdims=True))
        return powers / powers.sum(axis=-1, keepdims=True)

    @wrong(
        "Your shares do not sum to 1: the largest is always 1. The sum of the powers is missing."
    )
    def largest_is_one(z, axis=-1, temperature=1.0):
        z = z / temperature
        return np.exp(z - z.max(axis=axis, keepdims=True))

    @wrong(
        "A sum and a maximum along an axis lose that axis. NumPy then lines them up with the wrong "
        "axis of z, or cannot. Keep the axis with size 1."
    )
    def no_keepdims(z, axis=-1, temperature=1.0):
        z = z / temperature
        powers = np.exp(z - z.max(axis=axis))
        return powers / powers.sum(axis=axis)

    @wrong(
        "You multiply by the temperature. A high temperature must make the shares more alike, so "
        "the scores must shrink."
    )
    def multiplied_by_temperature(z, axis=-1, temperature=1.0):
        z = z * temperature
        powers = np.exp(z - z.max(axis=axis, keepdims=True))
        return powers / powers.sum(axis=axis, keepdims=True)

    @wrong(
        "You divide the shares by the temperature. Then they no longer sum to 1: the scores are "
        "what the temperature works on."
    )
    def temperature_after(z, axis=-1, temperature=1.0):
        powers = np.exp(z - z.max(axis=axis, keepdims=True))
        return powers / powers.sum(axis=axis, keepdims=True) / temperature

    @wrong("You leave the temperature out. At T = 1 nobody notices.")
    def temperature_ignored(z, axis=-1, temperature=1.0):
        powers = np.exp(z - z.max(axis=axis, keepdims=True))
        return powers / powers.sum(axis=axis, keepdims=True)


class MendedLogSoftmax(Function):
    name = "mended_log_softmax"
    title = "Find the bugs"
    difficulty = 3
    criteria = (
        Criterion("values", 1, "ordinary scores, along any axis"),
        Criterion("rows", 2, "rows that lie far apart"),
        Criterion("far", 2, "one score far below the others"),
    )
    tolerance = _FAR_TOLERANCE
    rule = Rule(
        forbid=("keras", "tensorflow", "torch", "jax", "scipy.special.log_softmax"),
        reason="Mend the function itself, with NumPy and SciPy.",
    )
    revisit = "Exercise 7 · Find the bugs"

    def probes(self, rng):
        yield Probe("values", "the scores (2, 1, 0)", (np.array([2.0, 1.0, 0.0]),))
        yield Probe(
            "values", "a (4, 3) batch, float32", (rng.normal(size=(4, 3)).astype("float32"),)
        )
        yield Probe("values", "a (3, 3) batch, axis=0", (rng.normal(size=(3, 3)),), {"axis": 0})
        yield Probe(
            "values", "a (2, 3, 4) array, axis=1", (rng.normal(size=(2, 3, 4)),), {"axis": 1}
        )
        apart = np.array([[1000.0, 999.0], [1.0, 0.0], [-1000.0, -999.5]])
        yield Probe("rows", "rows far apart", (apart,))
        yield Probe("rows", "rows far apart, float32", (apart.astype("float32"),))
        yield Probe("far", "the scores (1000, 0)", (np.array([[1000.0, 0.0]]),))
        yield Probe("far", "the scores (0, −30, −200)", (np.array([0.0, -30.0, -200.0]),))
        yield Probe("far", "(500, −1000, 500), float32", (np.array([500, -1000, 500], "float32"),))

    @accepted("loops over the vectors")
    def loops(z, axis=-1):
        moved = np.moveaxis(np.array(z, dtype=float), axis, -1)
        out = np.empty_like(moved)
        for index in np.ndindex(moved.shape[:-1]):
            v = moved[index]
            whole = max(v) + np.log(sum(np.exp(s - max(v)) for s in v))
            out[index] = [s - whole for s in v]
        return np.moveaxis(out, -1, axis)

    @accepted("SciPy's logarithm of a sum of exponentials")
    def with_logsumexp(z, axis=-1):
        return z - special.logsumexp(z, axis=axis, keepdims=True)

    @accepted("a reduction of logaddexp")
    def reduction(z, axis=-1):
        return z - np.expand_dims(np.logaddexp.reduce(z, axis=axis), axis)

    @accepted("sums of differences")
    def differences(z, axis=-1):
        last = np.moveaxis(z, axis, -1)
        top = last.max(axis=-1, keepdims=True)
        out = (last - top) - np.log(np.exp(last - top).sum(axis=-1, keepdims=True))
        return np.moveaxis(out, -1, axis)

    @wrong(
        "Both faults are still there: rows far apart give nan, and a share that has become 0 has "
        "an infinite logarithm."
    )
    def as_given(z, axis=-1):
        with np.errstate(all="ignore"):
            z = z - z.max()
            p = np.exp(z) / np.exp(z).sum(axis=axis, keepdims=True)
            return np.log(p)

    @wrong(
        "One fault is mended, the shift. The other is still there: a share too small for the "
        "computer becomes 0, and you take its logarithm."
    )
    def still_through_the_share(z, axis=-1):
        with np.errstate(all="ignore"):
            z = z - z.max(axis=axis, keepdims=True)
            return np.log(np.exp(z) / np.exp(z).sum(axis=axis, keepdims=True))

    @wrong(
        "One fault is mended: you no longer take the logarithm of a share. The other is still "
        "there: one shift for the whole batch leaves nothing of a row that lies far below."
    )
    def still_one_shift(z, axis=-1):
        with np.errstate(all="ignore"):
            z = z - z.max()
            return z - np.log(np.exp(z).sum(axis=axis, keepdims=True))

    @wrong(
        "You add a small number inside the logarithm. That hides the infinity and answers about "
        "−16 where −1000 is right: a wrong loss instead of a loud one."
    )
    def small_number_added(z, axis=-1):
        z = z - z.max(axis=axis, keepdims=True)
        return np.log(np.exp(z) / np.exp(z).sum(axis=axis, keepdims=True) + 1e-7)

    @wrong(
        "You cut the shares off from below before the logarithm. The infinity is gone, and so is "
        "the answer: all small shares get one and the same value."
    )
    def share_cut_off(z, axis=-1):
        z = z - z.max(axis=axis, keepdims=True)
        return np.log(np.maximum(np.exp(z) / np.exp(z).sum(axis=axis, keepdims=True), 1e-30))

    @wrong(
        "You left the shift out altogether. Without it the exponential of 1000 is infinite, and "
        "so is the logarithm of the sum."
    )
    def no_shift(z, axis=-1):
        with np.errstate(all="ignore"):
            return z - np.log(np.exp(z).sum(axis=axis, keepdims=True))

    @wrong(
        "You shift inside the exponentials and take the sum's logarithm from the unshifted "
        "scores, so that the shift comes out again. Use one z for both terms."
    )
    def shift_in_one_place(z, axis=-1):
        shifted = z - z.max(axis=axis, keepdims=True)
        return z - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))

    @wrong("You replace infinities and nan after they have arisen. What was lost is not in there.")
    def nan_replaced(z, axis=-1):
        with np.errstate(all="ignore"):
            z = z - z.max()
            p = np.exp(z) / np.exp(z).sum(axis=axis, keepdims=True)
            return np.nan_to_num(np.log(p), nan=0.0, neginf=-1000.0)

    @wrong("Your sign is turned round. The logarithm of a share is never positive.")
    def negative(z, axis=-1):
        z = z - z.max(axis=axis, keepdims=True)
        return np.log(np.exp(z).sum(axis=axis, keepdims=True)) - z

    @wrong("You work along the last axis whatever the argument axis says.")
    def axis_ignored(z, axis=-1):
        z = z - z.max(axis=-1, keepdims=True)
        return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


class OutputHead(Choices):
    name = "output_head"
    title = "Choose the last layer"
    difficulty = 2
    revisit = "The last layer"
    questions: ClassVar = {
        "t1": (
            "One of 7 kinds of flower; the label is a whole number.",
            {
                "a": "Dense(7, softmax), sparse categorical cross-entropy",
                "b": "Dense(7, sigmoid), binary cross-entropy",
                "c": "Dense(1), mean squared error",
                "d": "Dense(1, softmax), sparse categorical cross-entropy",
            },
        ),
        "t2": (
            "A dog, a beach, a sunset: all, some or none.",
            {
                "a": "Dense(3, softmax), categorical cross-entropy",
                "b": "Dense(3, sigmoid), binary cross-entropy",
                "c": "Dense(1, sigmoid), binary cross-entropy",
                "d": "Dense(3, relu), mean squared error",
            },
        ),
        "t3": (
            "Tomorrow's temperature in degrees Celsius.",
            {
                "a": "Dense(1, relu), mean squared error",
                "b": "Dense(1, tanh), mean squared error",
                "c": "Dense(1), mean squared error",
                "d": "Dense(1, sigmoid), binary cross-entropy",
            },
        ),
        "t4": (
            "A standard deviation that the loss divides by.",
            {
                "a": "Dense(1)",
                "b": "Dense(1, relu)",
                "c": "Dense(1, sigmoid)",
                "d": "Dense(1, softplus)",
            },
        ),
        "t5": (
            "Spam or not, from Dense(1) without activation.",
            {
                "a": "BinaryCrossentropy()",
                "b": "BinaryCrossentropy(from_logits=True)",
                "c": "SparseCategoricalCrossentropy(from_logits=True)",
                "d": "CategoricalCrossentropy()",
            },
        ),
    }
    because: ClassVar = {
        "t1": {
            "b": "Seven sigmoids answer seven separate questions. A flower is one kind only, so "
            "the outputs should compete, and the loss should expect one number as a label.",
            "c": "The numbers of the kinds are names. Kind 6 is not twice kind 3, so a distance "
            "between them means nothing.",
            "d": "A softmax over one output always answers 1: there is nothing to share with.",
        },
        "t2": {
            "a": "Softmax makes the outputs share a total of 1. A photograph with all three "
            "could never score high on each.",
            "c": "One output cannot answer three questions.",
            "d": "The answers are yes or no. ReLU has no upper end and dies on the left, and a "
            "squared error does not know that 3 is as good a yes as 1.",
        },
        "t3": {
            "a": "ReLU has no negative outputs. There are frosty days.",
            "b": "tanh ends at −1 and 1. Look at the range of the answer.",
            "d": "A sigmoid answers with a number between 0 and 1, and binary cross-entropy "
            "expects such targets. Degrees are neither.",
        },
        "t4": {
            "a": "A linear output can be negative; a standard deviation cannot.",
            "b": "ReLU answers exactly 0 for half its inputs. The loss divides by it.",
            "c": "The sigmoid ends at 1. Nothing says that the forecast is never off by more "
            "than one degree.",
        },
        "t5": {
            "a": "Without from_logits=True the loss takes your scores for probabilities. They "
            "can be −3 or 8.",
            "c": "A categorical loss compares several scores with one another. With one output "
            "there is nothing to compare.",
            "d": "A categorical loss expects one output a class, with shares that sum to 1.",
        },
    }


class Quiz(Choices):
    name = "quiz"
    title = "Quiz"
    difficulty = 1
    revisit = "Summary"
    questions: ClassVar = {
        "q1": (
            "Which borders can fifty Dense layers without activations draw?",
            {
                "a": "any",
                "b": "one straight line",
                "c": "a curve of degree 50",
                "d": "up to 50 straight pieces",
            },
        ),
        "q2": (
            "layers.LeakyReLU()(-1.0) and activations.leaky_relu(-1.0)?",
            {"a": "both -0.2", "b": "-0.3 and -0.2", "c": "-0.2 and -0.3", "d": "both -0.01"},
        ),
        "q3": (
            "How many sigmoids until the product of slopes is below a millionth?",
            {"a": "4", "b": "6", "c": "10", "d": "20"},
        ),
        "q4": (
            "For one image a ReLU unit answers 0. Is it dead?",
            {
                "a": "yes",
                "b": "nobody can tell from one image",
                "c": "yes, if its bias is negative",
                "d": "no, a unit that answers 0 is never dead",
            },
        ),
        "q5": (
            "100 is added to every score of a softmax. What happens to the shares?",
            {
                "a": "nothing",
                "b": "they become more decided",
                "c": "they all become equal",
                "d": "they become nan on paper",
            },
        ),
        "q6": (
            "Thirty layers of tanh, weights of variance 1/n. What reached layer 1?",
            {
                "a": "as little as with the sigmoid",
                "b": "a good part of the gradient",
                "c": "thousands of times the gradient",
                "d": "exactly nothing",
            },
        ),
    }
    because: ClassVar = {
        "q1": {
            "a": "Depth alone gives no freedom. You folded ten such layers into three numbers.",
            "c": "Powers of x never arise: no layer multiplies an input by an input.",
            "d": "Each straight piece needs a bend, and these layers have none.",
        },
        "q2": {
            "a": "The layer and the function have different defaults.",
            "c": "The right two numbers, the wrong way round.",
            "d": "0.01 is the slope of the paper of 2013, not of Keras.",
        },
        "q3": {
            "a": "Four slopes of a quarter multiply to 1/256.",
            "b": "Six would do if each slope were a tenth. A sigmoid's is at most a quarter.",
            "d": "Twenty would be needed if each slope were a half: that is the sigmoid's "
            "value at zero, not its slope.",
        },
        "q4": {
            "a": "A quiet image is no death. A useful unit is silent on most images.",
            "c": "A negative bias is a threshold. Another image may pass it.",
            "d": "A dead unit answers 0 too. The question is on how many images.",
        },
        "q5": {
            "b": "Shares become more decided when scores are multiplied, not when they are "
            "shifted.",
            "c": "Equal shares come from equal scores; a shift leaves the differences alone.",
            "d": "On paper nothing overflows. In a computer it may, unless one shifts back.",
        },
        "q6": {
            "a": "tanh's slope at zero is 1, the sigmoid's a quarter. Look at the figure of the "
            "thirty layers again.",
            "c": "That was tanh with weights three times as large.",
            "d": "Exactly nothing is what passes a dead ReLU. tanh's slope is never 0 on paper.",
        },
    }
