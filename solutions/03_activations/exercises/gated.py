"""What is right in `gated`, and what students get wrong."""

import numpy as np
from scipy import special

from autograder.exercise import SUMS_64, Criterion, Family, Tolerance, accepted, near_miss, wrong

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

    gates_alone = wrong(
        "You return the four gates. An activation of this kind is the *input times* its gate: the "
        "last step is missing.",
        change={"return x * gate": "return gate"},
    )

    mish_gate_alone = wrong(
        "Your Mish is the gate alone, the tanh of the softplus. x still has to go through it.",
        change={"gate = np.tanh(np.logaddexp(0, x))": "return np.tanh(np.logaddexp(0, x))"},
    )

    gates_added = wrong(
        "You add the gate to the input. A gate multiplies: shut, it lets nothing through.",
        change={"x * gate": "x + gate"},
    )

    gelu_without_half = wrong(
        "Your Φ runs from 0 to 2: the half before 1 + erf is missing.",
        change={"special.ndtr(x)": "1 + special.erf(x / np.sqrt(2))"},
    )

    gelu_without_one = wrong(
        "In your Φ the 1 is missing: erf runs from −1 to 1, a share from 0 to 1.",
        change={"special.ndtr(x)": "special.erf(x / np.sqrt(2)) / 2"},
    )

    gelu_divided_by_two = wrong(
        "In your Φ x is divided by 2 where its root belongs.",
        change={"special.ndtr(x)": "(1 + special.erf(x / 2)) / 2"},
    )

    gelu_times_the_root = wrong(
        "In your Φ x is multiplied by the root of 2. The error function wants it divided.",
        change={"special.ndtr(x)": "(1 + special.erf(x * np.sqrt(2))) / 2"},
    )

    gelu_by_tanh_without_root = wrong(
        "Your GELU is the approximation with tanh, and its factor √(2/π) is not right. Here the "
        "exact normal distribution is asked for.",
        change={"special.ndtr(x)": "(1 + np.tanh(2 / np.pi * (x + 0.044715 * x**3))) / 2"},
    )

    gelu_by_the_sigmoid = wrong(
        "Your GELU's gate is the plain sigmoid: that is SiLU. GELU's gate is the normal "
        "distribution's Φ.",
        change={"special.ndtr(x)": "special.expit(x)"},
    )

    gelu_by_a_rounded_sigmoid = wrong(
        "Your GELU's gate is a sigmoid of 1.7x. That is a rough stand-in for Φ; here the exact "
        "normal distribution is asked for.",
        change={"special.ndtr(x)": "special.expit(1.7 * x)"},
    )

    ramp_not_divided = wrong(
        "Your hard gate runs from 0 to 6. A gate that is fully open is 1.",
        change={"np.clip(x + 3, 0, 6) / 6": "np.clip(x + 3, 0, 6)"},
        revisit="The table",
    )

    ramp_not_shifted = wrong(
        "Your hard gate is still shut at 0: a ReLU6 of x itself. The ramp goes from −3 to 3.",
        change={"np.clip(x + 3, 0, 6) / 6": "np.clip(x, 0, 6) / 6"},
        revisit="The table",
    )

    ramp_ends_at_three = wrong(
        "Your hard gate is fully open at 0 and has only three units to open. The ramp is six wide.",
        change={"np.clip(x + 3, 0, 6) / 6": "np.clip(x + 3, 0, 3) / 3"},
        revisit="The table",
    )

    ramp_from_minus_one = wrong(
        "Your hard gate opens from −1 to 1. In Keras 3 the ramp goes from −3 to 3.",
        change={"np.clip(x + 3, 0, 6) / 6": "np.clip((x + 1) / 2, 0, 1)"},
        revisit="The table",
    )

    ramp_cut_before_division = wrong(
        "Your hard gate is cut off at 1 before it is divided: it never opens beyond a sixth.",
        change={"np.clip(x + 3, 0, 6) / 6": "np.clip(x + 3, 0, 1) / 6"},
        revisit="The table",
    )

    silu_by_tanh = wrong(
        "Your SiLU's gate is tanh, which is negative on the left. A gate lies between 0 and 1.",
        change={"special.expit(x)": "np.tanh(x)"},
    )

    silu_overflows_on_the_left = wrong(
        "On the left your sigmoid's exponential is infinite, and infinity over infinity, or zero "
        "times infinity, is nan.",
        change={"special.expit(x)": "1 - np.exp(-x) / (1 + np.exp(-x))"},
    )

    mish_factors_swapped = wrong(
        "In your Mish softplus is multiplied by tanh(x). It is the other way round: x is "
        "multiplied by the tanh of softplus.",
        change={"gate = np.tanh(np.logaddexp(0, x))": "return np.logaddexp(0, x) * np.tanh(x)"},
    )

    mish_sigmoid_of_softplus = wrong(
        "In your Mish a sigmoid stands where tanh belongs. At the far left the sigmoid of softplus "
        "is ½, so the gate never shuts.",
        change={"np.tanh(np.logaddexp(0, x))": "special.expit(np.logaddexp(0, x))"},
    )

    mish_tanh_of_sigmoid = wrong(
        "In your Mish the sigmoid stands where softplus belongs.",
        change={"np.tanh(np.logaddexp(0, x))": "np.tanh(special.expit(x))"},
    )

    mish_overflows = wrong(
        "Your Mish overflows: written with exponentials, tanh of a large number is infinity over "
        "infinity.",
        change={
            "np.tanh(np.logaddexp(0, x))": (
                "((1 + np.exp(x)) ** 2 - 1) / ((1 + np.exp(x)) ** 2 + 1)"
            )
        },
    )

    ramp_without_a_ceiling = wrong(
        "Your hard gate opens beyond 1: the ramp has a floor and no ceiling. Before the division "
        "stands a ReLU6, not a ReLU.",
        change={"np.clip(x + 3, 0, 6) / 6": "np.maximum(x + 3, 0) / 6"},
        revisit="The table",
    )

    ramp_without_a_floor = wrong(
        "Your hard gate goes below 0: the ramp has a ceiling and no floor.",
        change={"np.clip(x + 3, 0, 6) / 6": "np.minimum(x + 3, 6) / 6"},
        revisit="The table",
    )

    mish_returns_nothing = wrong(
        "For Mish your function gives nothing back. Is the last branch there, and does it return "
        "something?",
        change={"gate = np.tanh(np.logaddexp(0, x))": "return None"},
    )

    silu_infinite = near_miss(
        "a SiLU that is infinite far from zero",
        change={"special.expit(x)": "np.where(np.abs(x) > 80, np.inf, special.expit(x))"},
        unlike=(sigmoid_overflows, silu_overflows_on_the_left),
    )

    mish_infinite = near_miss(
        "a Mish that is infinite far from zero",
        change={
            "np.tanh(np.logaddexp(0, x))": "np.where(x > 80, np.inf, np.tanh(np.logaddexp(0, x)))"
        },
        unlike=(mish_overflows, mish_returns_nothing),
    )
