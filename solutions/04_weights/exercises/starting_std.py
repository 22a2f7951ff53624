"""What is right in `starting_std`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Function, Probe, Rule, accepted, wrong

from ._shared import FRAMEWORKS, KERAS_SUMS


class StartingStd(Function):
    title = "The right spread"
    difficulty = 1
    criteria = (
        Criterion("he", 1, "He's rule"),
        Criterion("lecun", 1, "LeCun's rule"),
        Criterion("glorot", 1, "Glorot's rule"),
        Criterion("convolution", 2, "all three for convolutions"),
    )
    tolerance = KERAS_SUMS
    revisit = "Three rules"
    rule = Rule(
        forbid=(*FRAMEWORKS, "initializers"),
        reason="Compute the number from the rule; drawing weights would only estimate it.",
    )

    def probes(self, rng):
        n, m = (int(k) for k in rng.choice(np.arange(20, 400), 2, replace=False))
        for rule in ("he", "lecun", "glorot"):
            yield Probe(rule, f"{rule}, Dense (200, 300)", ((200, 300), rule))
            yield Probe(rule, f"{rule}, Dense ({n}, {m})", ((n, m), rule))
        yield Probe("convolution", "he, 5×5 from 8 to 16 channels", ((5, 5, 8, 16), "he"))
        yield Probe("convolution", "lecun, 1×3 from 12 to 4 channels", ((1, 3, 12, 4), "lecun"))
        yield Probe("convolution", "glorot, 3×3 from 10 to 40 channels", ((3, 3, 10, 40), "glorot"))
        k = int(rng.integers(2, 6))
        yield Probe(
            "convolution", f"he, {k}×{k + 1}, {n} to {m} channels", ((k, k + 1, n, m), "he")
        )

    @accepted("three branches")
    def branches(shape, rule):
        fan_in, fan_out = fans(shape)
        if rule == "he":
            return (2.0 / fan_in) ** 0.5
        if rule == "lecun":
            return fan_in**-0.5
        return ((fan_in + fan_out) / 2) ** -0.5

    @accepted("as a scale and a fan, like VarianceScaling")
    def scale_and_fan(shape, rule):
        import math

        area = math.prod(shape[:-2])
        fan = {"glorot": (shape[-2] + shape[-1]) / 2}.get(rule, shape[-2])
        return math.sqrt((2 if rule == "he" else 1) / (area * fan))

    @accepted("by the uniform limits of the papers")
    def by_limits(shape, rule):
        enter, leave = fans(shape)
        limit = np.sqrt({"he": 6 / enter, "lecun": 3 / enter, "glorot": 6 / (enter + leave)}[rule])
        return limit / np.sqrt(3)

    variance = wrong(
        "You return the variance. The standard deviation is its root: a std of 0.01 in place of "
        "0.1 is no rounding error.",
        change={"float(np.sqrt(variance))": "variance"},
    )

    fan_out = wrong(
        "You used the fan-out for He and LeCun. They keep the forward signal: what is summed "
        "there?",
        change={
            '"lecun": 1 / fan_in': '"lecun": 1 / fan_out',
            '"he": 2 / fan_in': '"he": 2 / fan_out',
        },
    )

    sum_for_average = wrong(
        "Glorot takes the *average* of the two fans. You took their sum; the 2 in the numerator "
        "comes from there.",
        change={"2 / (fan_in + fan_out)": "1 / (fan_in + fan_out)"},
    )

    window_forgotten = wrong(
        "The window is missing: your fans are the channels alone. Your own function `fans` knows "
        "better.",
        change={"fans(shape)": "shape[-2:]"},
        revisit="Fan-in and fan-out",
    )

    uniform_limit = wrong(
        "You return the limit of a uniform distribution, √3 times too much. Asked is the standard "
        "deviation.",
        change={"np.sqrt(variance)": "np.sqrt(3 * variance)"},
    )

    root_of_the_fan_only = wrong(
        "You took the root of the fan but not of the 2 above it. The root is of the whole "
        "variance.",
        change={
            "(2.0 / fan_in) ** 0.5": "2.0 / fan_in**0.5",
            "((fan_in + fan_out) / 2) ** -0.5": "2 / (fan_in + fan_out) ** 0.5",
        },
        of=branches,
    )

    he_and_lecun_swapped = wrong(
        "He and LeCun are swapped. ReLU loses half of the mean square: who makes up for it?",
        change={'"lecun": 1': '"lecun": 2', '"he": 2': '"he": 1'},
    )

    before_truncation = wrong(
        "Your numbers are right before truncation: divided by 0.88. The rule's standard deviation "
        "is that of the weights in the end.",
        change={"float(np.sqrt(variance))": "np.sqrt(variance) / 0.87962566103423978"},
    )

    brackets_missing = wrong(
        "Brackets are missing in Glorot's fraction: `2 / a + b` is (2 / a) + b. The two fans are "
        "added before anything is divided.",
        change={"2 / (fan_in + fan_out)": "2 / fan_in + fan_out"},
    )

    lecun_divided_twice = wrong(
        "For LeCun you divide by the fan-in and by its root as well. The root of the variance is "
        "all.",
        change={'"lecun": 1 / fan_in': '"lecun": 1 / fan_in**3'},
    )

    he_divided_twice = wrong(
        "For He you divide by the fan-in and by its root as well. The root of the variance is all.",
        change={'"he": 2 / fan_in': '"he": 2 / fan_in**3'},
    )

    he_is_lecun = wrong(
        "For He you give LeCun's number. ReLU loses half of the mean square: He makes up for it.",
        change={'"he": 2 / fan_in': '"he": 1 / fan_in'},
    )

    lecun_is_he = wrong(
        "For LeCun you give He's number. LeCun's rule knows of no ReLU and makes up for nothing.",
        change={'"lecun": 1 / fan_in': '"lecun": 2 / fan_in'},
    )

    he_with_the_average = wrong(
        "For He you divide by the average of both fans. That is Glorot's compromise; He keeps the "
        "forward signal alone.",
        change={'"he": 2 / fan_in': '"he": 4 / (fan_in + fan_out)'},
    )

    he_is_glorot = wrong(
        "For He you give Glorot's number. He's rule looks at what enters alone.",
        change={'"he": 2 / fan_in': '"he": 2 / (fan_in + fan_out)'},
    )

    glorot_is_lecun = wrong(
        "For Glorot you use the fan-in alone. Glorot takes the average of both fans.",
        change={"2 / (fan_in + fan_out)": "1 / fan_in"},
    )

    glorot_is_he = wrong(
        "For Glorot you give He's number. Glorot takes the average of both fans, and knows of no "
        "ReLU.",
        change={"2 / (fan_in + fan_out)": "2 / fan_in"},
    )

    he_by_fan_out = wrong(
        "For He you used the fan-out. The rule keeps the forward signal: what is summed there?",
        change={'"he": 2 / fan_in': '"he": 2 / fan_out'},
    )

    lecun_by_fan_out = wrong(
        "For LeCun you used the fan-out. The rule keeps the forward signal: what is summed there?",
        change={'"lecun": 1 / fan_in': '"lecun": 1 / fan_out'},
    )

    glorot_limit = wrong(
        "For Glorot you return the limit of a uniform distribution, √3 times too much. Asked is "
        "the standard deviation.",
        change={"2 / (fan_in + fan_out)": "6 / (fan_in + fan_out)"},
    )

    he_limit = wrong(
        "For He you return the limit of a uniform distribution, √3 times too much. Asked is the "
        "standard deviation.",
        change={'"he": 2 / fan_in': '"he": 6 / fan_in'},
    )

    lecun_limit = wrong(
        "For LeCun you return the limit of a uniform distribution, √3 times too much. Asked is the "
        "standard deviation.",
        change={'"lecun": 1 / fan_in': '"lecun": 3 / fan_in'},
    )

    root_of_the_numerator_only = wrong(
        "You took the root of the number above the fraction line, not of the fan below. The root "
        "is of the whole variance.",
        change={
            "(2.0 / fan_in) ** 0.5": "2.0**0.5 / fan_in",
            "fan_in**-0.5": "1 / fan_in",
            "((fan_in + fan_out) / 2) ** -0.5": "2**0.5 / (fan_in + fan_out)",
        },
        of=branches,
    )

    upside_down = wrong(
        "Your fraction is upside down: the more weights are summed, the *smaller* each has to be.",
        change={"np.sqrt(variance)": "1 / np.sqrt(variance)"},
    )

    fans_multiplied = wrong(
        "For Glorot you multiplied the two fans. Their average is asked for.",
        change={"2 / (fan_in + fan_out)": "2 / (fan_in * fan_out)"},
    )

    halved = wrong(
        "For He you halve where you should double: ReLU loses half of the mean square, the weights "
        "make up for it.",
        change={'"he": 2 / fan_in': '"he": 0.5 / fan_in'},
    )

    glorot_with_three = wrong(
        "For Glorot you have a 3 above the fraction line. It belongs to the limit of a uniform "
        "distribution with another rule; the average of two fans puts another number there.",
        change={"2 / (fan_in + fan_out)": "3 / (fan_in + fan_out)"},
    )

    glorot_doubled = wrong(
        "For Glorot you left the 2 where it was and averaged the fans as well: it counts twice.",
        change={"2 / (fan_in + fan_out)": "4 / (fan_in + fan_out)"},
    )
