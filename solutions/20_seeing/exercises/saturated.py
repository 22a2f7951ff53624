"""What is right in `saturated`, and what students get wrong."""

from autograder.exercise import Criterion, Value, accepted, wrong


class Saturated(Value):
    title = "Saturated"
    difficulty = 1
    entries = dict.fromkeys(
        ("slope_faint", "drop_faint", "slope_full", "drop_full", "drop_both"), "number"
    )
    entry_criterion = {
        "slope_faint": "faint",
        "drop_faint": "faint",
        "slope_full": "full",
        "drop_full": "full",
        "drop_both": "both",
    }
    criteria = (
        Criterion("faint", 1, "two faint ears"),
        Criterion("full", 1, "two ears, one covered"),
        Criterion("both", 1, "two ears, both covered"),
    )
    step = 1e-3
    revisit = "What both roads miss"

    numbers = accepted(
        "numbers",
        source="""{"slope_faint": 1.0, "drop_faint": 0.2, "slope_full": 0.0,
            "drop_full": 0.0, "drop_both": 1.0}""",
    )
    whole = accepted(
        "whole numbers",
        source="dict(slope_faint=1, drop_faint=1 / 5, slope_full=0, drop_full=0, drop_both=1)",
    )
    computed = accepted(
        "computed by differences",
        source="""(lambda f, d: {
            "slope_faint": (f(0.2 + d, 0.3) - f(0.2, 0.3)) / d,
            "drop_faint": f(0.2, 0.3) - f(0, 0.3),
            "slope_full": (f(1 + d, 1) - f(1, 1)) / d,
            "drop_full": f(1, 1) - f(0, 1),
            "drop_both": f(1, 1) - f(0, 0),
        })(lambda a, b: 1 - max(0.0, 1 - a - b), 1e-4)""",
    )
    no_relu = wrong(
        "You took the slope as 1 everywhere. At (1, 1) the ReLU's input is −1: it is off, and "
        "passes no slope.",
        change={'"slope_full": 0.0': '"slope_full": 1.0'},
    )
    sign_lost = wrong(
        "Your slope at the faint ears is negative. There are two minus signs in the formula, "
        "one before the ReLU and one inside.",
        change={'"slope_faint": 1.0': '"slope_faint": -1.0'},
    )
    linear_drop = wrong(
        "You say that covering one of two full ears costs something. Put a = 0, b = 1 into the "
        "formula: is f less than 1?",
        change={'"drop_full": 0.0': '"drop_full": 1.0'},
    )
    half_drop = wrong(
        "You shared the 1 between the two ears. That may be fair, but covering *one* is an "
        "experiment: compute f(0, 1).",
        change={'"drop_full": 0.0': '"drop_full": 0.5'},
    )
    value_for_drop = wrong(
        "You gave f with the ear covered. The drop is f before, less f after.",
        change={
            '"drop_faint": 0.2': '"drop_faint": 0.3',
            '"drop_full": 0.0': '"drop_full": 1.0',
            '"drop_both": 1.0': '"drop_both": 0.0',
        },
    )
    drops_add = wrong(
        "You added the two single drops. Each is 0, and yet both together take everything away: "
        "put a = b = 0 into the formula.",
        change={'"drop_both": 1.0': '"drop_both": 0.0'},
    )
    two_ears = wrong(
        "Your drop for both is 2. f never exceeds 1, however many ears there are.",
        change={'"drop_both": 1.0': '"drop_both": 2.0'},
    )
    negative_drop = wrong(
        "Your drops are negative. A drop is f before less f after, so a fall is positive.",
        change={'"drop_faint": 0.2': '"drop_faint": -0.2', '"drop_both": 1.0': '"drop_both": -1.0'},
    )
