"""What is right in `falling_rates`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Function, Probe, Tolerance, accepted, wrong

RATES = Tolerance(atol=0, rtol=1e-6, reason="a few powers in float64, or in float32 by Keras")


class FallingRates(Function):
    title = "Falling rates"
    difficulty = 1
    criteria = (
        Criterion("fall", 2, "from the head to the first block"),
        Criterion("frozen", 1, "frozen blocks"),
    )
    tolerance = RATES
    revisit = "Rates for head and body"

    def probes(self, rng):
        yield Probe("fall", "3 blocks, factor 10", args=(3, 0.01, 10))
        yield Probe("fall", "1 block, ULMFiT's factor", args=(1, 0.02, 2.6))
        rate = round(float(rng.uniform(0.001, 0.1)), 4)
        yield Probe("fall", "5 blocks", args=(5, rate, 1.5))
        yield Probe("fall", "factor 1: one rate for all", args=(2, rate, 1))
        yield Probe("frozen", "the lesson's: 3 blocks, 1 frozen", args=(3, 0.01, 10, 1))
        yield Probe("frozen", "5 blocks, 3 frozen", args=(5, rate, 2), kwargs={"frozen": 3})
        yield Probe("frozen", "all frozen but the head", args=(4, rate, 3.0, 4))

    @accepted("a loop back from the head")
    def loop(blocks, head_rate, factor, frozen=0):
        rates = np.zeros(blocks + 1)
        rate = float(head_rate)
        for k in range(blocks, frozen - 1, -1):
            rates[k] = rate
            rate = rate / factor
        return rates

    @accepted("geometric series, then a mask")
    def geometric(blocks, head_rate, factor, frozen=0):
        rates = np.geomspace(head_rate / factor**blocks, head_rate, blocks + 1)
        return np.where(np.arange(blocks + 1) < frozen, 0.0, rates)

    @accepted("a list, by its formula")
    def formula(blocks, head_rate, factor, frozen=0):
        return np.array(
            [
                0.0 if k < frozen else head_rate * float(factor) ** (k - blocks)
                for k in range(blocks + 1)
            ]
        )

    wrong_way_round = wrong(
        "Your rates fall towards the head. It is new and has farthest to go; the first block is "
        "nearly right as it is.",
        change={"np.arange(blocks, -1, -1.0)": "np.arange(blocks + 1.0)"},
    )
    head_divided = wrong(
        "Your head has not `head_rate` but a factor less. The first division comes with the last "
        "block.",
        change={"np.arange(blocks, -1, -1.0)": "np.arange(blocks + 1, 0, -1.0)"},
    )
    one_for_the_body = wrong(
        "All blocks have the same rate in your answer. Each step away from the head divides once "
        "more.",
        change={"np.arange(blocks, -1, -1.0)": "(np.arange(blocks + 1) < blocks)"},
    )
    subtracted = wrong(
        "Your rates fall by equal differences. They are divided by the factor at each step.",
        change={
            "head_rate / factor ** np.arange(blocks, -1, -1.0)": (
                "np.linspace(head_rate / factor**blocks, head_rate, blocks + 1)"
            )
        },
    )
    linear = wrong(
        "You divide by the factor times the number of steps. Each step divides what the step "
        "before has left.",
        change={
            "factor ** np.arange(blocks, -1, -1.0)": (
                "np.maximum(1, factor * np.arange(blocks, -1, -1.0))"
            )
        },
    )
    grows = wrong(
        "Your body is faster than the head: you multiply where the rate should be divided.",
        change={"head_rate / factor": "head_rate * factor"},
    )
    frozen_forgotten = wrong(
        "Your frozen blocks have a rate. Theirs is 0.",
        change={("    rates[:frozen] = 0\n"): ""},
    )
    frozen_at_the_head = wrong(
        "You freeze the blocks next to the head. Frozen ones are counted from the input.",
        change={"rates[:frozen]": "rates[blocks - frozen : blocks]"},
    )
    no_head = wrong(
        "The head's own rate is missing: there is one rate more than blocks.",
        change={"return rates": "return rates[:-1]"},
    )
    integer_powers = wrong(
        "You raise a whole number to negative whole powers, which NumPy refuses: the result would "
        "be no whole number. Let one of the two be a float.",
        change={
            "head_rate / factor ** np.arange(blocks, -1, -1.0)": (
                "head_rate * factor ** np.arange(-blocks, 1)"
            )
        },
    )
