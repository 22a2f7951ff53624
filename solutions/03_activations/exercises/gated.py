"""What is right in `gated`, and what students get wrong."""

import numpy as np
from scipy import special

from autograder.exercise import Criterion, Function, Tolerance, accepted, wrong

from ._shared import _BY_HAND, _points


class Gated(Function):
    title = "Four gates"
    difficulty = 2
    criteria = (
        Criterion("silu", 1, "SiLU"),
        Criterion("hard_silu", 1, "hard SiLU as in Keras 3"),
        Criterion("gelu", 2, "the exact GELU"),
        Criterion("mish", 1, "Mish"),
    )
    tolerance = {
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
