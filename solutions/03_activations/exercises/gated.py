"""What is right in `gated`, and what students get wrong."""

import numpy as np
from scipy import special

from autograder.exercise import SUMS_64, Criterion, Family, Tolerance, accepted, wrong

from ._shared import _BY_HAND


class Gated(Family):
    title = "Four gates"
    difficulty = 2
    near = (-5.0, -3.0, -2.75, -1.0, 0.0, 0.5, 1.0, 2.75, 4.0)
    criteria = (
        Criterion("silu", 1, "SiLU"),
        Criterion("hard_silu", 1, "hard SiLU as in Keras 3"),
        Criterion("gelu", 2, "the exact GELU"),
        Criterion("mish", 1, "Mish"),
    )
    tolerance = {
        "float64": SUMS_64,
        "float32": Tolerance(2e-6, 1e-5, "float32 carries about seven digits"),
    }
    rule = _BY_HAND
    revisit = "A gate that depends on its own input"

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

    gelu_is_the_gate = wrong(
        "Your GELU gives Φ(x), the gate alone. An activation that cannot exceed 1 would be a "
        "squashing one; GELU follows x on the right. What is the gate for?",
        change={"gate = special.ndtr(x)": "return special.ndtr(x)"},
    )

    gelu_by_tanh = wrong(
        "Your GELU is the approximation with tanh. It is close, but Keras computes the exact one "
        "unless it is told approximate=True.",
        change={"special.ndtr(x)": "(1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))) / 2"},
    )

    gelu_by_sigmoid = wrong(
        "Your GELU's gate is a sigmoid of 1.702x. That is a rough stand-in for Φ; here the exact "
        "normal distribution is asked for.",
        change={"special.ndtr(x)": "special.expit(1.702 * x)"},
    )

    erf_without_the_root = wrong(
        "In your Φ the root of 2 is missing: the error function measures in other units than the "
        "normal distribution.",
        change={"special.ndtr(x)": "(1 + special.erf(x)) / 2"},
    )

    density_for_distribution = wrong(
        "For GELU you took the bell curve itself, the density. The gate is the share of it that "
        "lies below x: it rises from 0 to 1 and never falls.",
        change={"special.ndtr(x)": "np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)"},
    )

    ramp_of_keras_2 = wrong(
        "Your hard SiLU uses the hard sigmoid of Keras 2, with slope 0.2. Keras 3 has another "
        "ramp: it starts at −3 and ends at 3.",
        change={"np.clip(x + 3, 0, 6) / 6": "np.clip(0.2 * x + 0.5, 0, 1)"},
        revisit="The table",
    )

    ramp_without_ends = wrong(
        "Your hard gate has no ends: it goes below 0 and above 1. Before the division stands a "
        "ReLU6, not just a sum.",
        change={"np.clip(x + 3, 0, 6) / 6": "(x + 3) / 6"},
        revisit="The table",
    )

    hard_gate_alone = wrong(
        "Your hard SiLU is the hard sigmoid, the gate alone. x still has to go through the gate.",
        change={"gate = np.clip(x + 3, 0, 6) / 6": "return np.clip(x + 3, 0, 6) / 6"},
    )

    silu_is_the_sigmoid = wrong(
        "Your SiLU applies the sigmoid to the input and stops there. That is the gate; SiLU is "
        "the input times it.",
        change={"gate = special.expit(x)": "return special.expit(x)"},
    )

    silu_gate_turned_round = wrong(
        "Your SiLU's gate is turned round: it is open on the left and shut on the right. Mind the "
        "sign in the sigmoid's exponent.",
        change={"special.expit(x)": "special.expit(-x)"},
    )

    sigmoid_overflows = wrong(
        "Your sigmoid divides an exponential by itself plus 1. For large x that is infinity over "
        "infinity, nan. Write it so that only a vanishing exponential is left there.",
        change={"special.expit(x)": "np.exp(x) / (1 + np.exp(x))"},
    )

    mish_without_tanh = wrong(
        "In your Mish softplus itself is the gate. It grows without bound; something has to "
        "squash it to at most 1 first.",
        change={"np.tanh(np.logaddexp(0, x))": "np.logaddexp(0, x)"},
    )

    mish_without_softplus = wrong(
        "Your Mish leaves out the softplus: with tanh(x) as the gate the result is positive on "
        "the left too.",
        change={"np.logaddexp(0, x)": "x"},
    )
