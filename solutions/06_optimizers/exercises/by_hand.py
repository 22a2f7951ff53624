"""What is right in `by_hand`, and what students get wrong."""

from autograder.exercise import Criterion, Value, accepted, near_miss, wrong


class ByHand(Value):
    title = "By hand"
    difficulty = 1
    entries = dict.fromkeys(("w1", "w2", "largest", "left"), "number")
    follows = {"w2": "w2 / w1"}
    step = 0.001
    criteria = (
        Criterion("w1", 1, "the weight after one step"),
        Criterion("w2", 1, "the weight after two steps"),
        Criterion("largest", 2, "the largest stable learning rate"),
        Criterion("left", 1, "what is left of the flat weight"),
    )
    revisit = "One weight, one number"

    as_dict = accepted(
        "a dictionary", source='{"w1": 0.8, "w2": 0.32, "largest": 0.3333, "left": 0.85}'
    )
    rounded = accepted("rounded", source="dict(w1=0.80, w2=0.32, largest=0.333, left=0.85)")
    computed = accepted(
        "computed",
        source="""{
    "w1": 2 - 0.1 * 6 * 2,
    "w2": 2 * (1 - 0.1 * 6) ** 2,
    "largest": np.float64(2) / 6,
    "left": 1 - 0.3 * 2 * 0.25,
}""",
    )

    exponent_forgotten = wrong(
        "Your slopes lack the factor 2 that comes down from the exponent: the slope of c·w² is "
        "not c·w.",
        source='{"w1": 1.4, "w2": 0.98, "largest": 2 / 3, "left": 0.925}',
    )
    slope_not_renewed = wrong(
        "For the second step you used the first step's slope again. The slope is measured anew "
        "at every place, and the new place is less steep.",
        change={"2 * (1 - 0.1 * 6) ** 2": "-0.4"},
        of=computed,
    )
    uphill = wrong(
        "You stepped along the slope, uphill. Descent goes against it.",
        change={"2 - 0.1 * 6 * 2": "3.2", "2 * (1 - 0.1 * 6) ** 2": "5.12"},
        of=computed,
    )
    arrives_in_one_step = wrong(
        "For the largest rate you gave the one that arrives in a single step. A larger one "
        "overshoots, lands on the other side, and may still come closer each time.",
        change={"0.3333": "1 / 6"},
        of=as_dict,
    )
    coefficient_for_curvature = wrong(
        "For the largest rate you divided by the coefficient in front of the square. The formula "
        "asks for the curvature, and the parabola in the text was written with a half in front.",
        change={"0.3333": "2 / 3"},
        of=as_dict,
    )
    two_decimals = wrong(
        "Your largest rate has the right idea but only two decimals. Asked are three.",
        change={"1 / 3": "0.33"},
    )
    steep_for_flat = wrong(
        "For the share left you took the steep weight u: it jumps to the other side. Asked is "
        "the flat weight v.",
        change={"1 - 0.3 * 2 * 0.25": "-0.8"},
        of=computed,
        revisit="A ravine",
    )
    lost_for_left = wrong(
        "For the last entry you gave the share that v loses. Asked is what is left of it.",
        change={"1 - 0.3 * 2 * 0.25": "0.15"},
        of=computed,
        revisit="A ravine",
    )

    rate_forgotten = wrong(
        "You moved by the whole slope. The learning rate says what part of it is taken.",
        change={"2 - 0.1 * 6 * 2": "-10", "2 * (1 - 0.1 * 6) ** 2": "50"},
        of=computed,
    )
    losses_for_weights = wrong(
        "You gave the loss at each place. The weight is asked for.",
        change={"2 - 0.1 * 6 * 2": "1.92", "2 * (1 - 0.1 * 6) ** 2": "0.3072"},
        of=computed,
    )
    one_step_taken_off = wrong(
        "You gave the step, not where it leads.",
        change={"2 - 0.1 * 6 * 2": "1.2", "2 * (1 - 0.1 * 6) ** 2": "0.48"},
        of=computed,
    )
    curvature_given = wrong(
        "For the largest rate you gave the curvature. The rate is 2 divided by it.",
        change={"0.3333": "6"},
        of=as_dict,
    )
    exponent_forgotten_in_the_flat_weight = wrong(
        "In the flat weight's slope the 2 of the exponent is missing.",
        change={"1 - 0.3 * 2 * 0.25": "0.925"},
        of=computed,
        revisit="A ravine",
    )
    first_rate_for_second = wrong(
        "For the last entry you went on with the first rate. There it is 0.3.",
        change={"1 - 0.3 * 2 * 0.25": "0.95"},
        of=computed,
        revisit="A ravine",
    )

    other_numbers = near_miss(
        "another number in every entry",
        source='{"w1": 0.7, "w2": 0.4, "largest": 0.5, "left": 0.8}',
        unlike=(
            exponent_forgotten, slope_not_renewed, uphill, arrives_in_one_step, two_decimals,
            coefficient_for_curvature, steep_for_flat, lost_for_left, rate_forgotten,
            losses_for_weights, one_step_taken_off, curvature_given,
            exponent_forgotten_in_the_flat_weight, first_rate_for_second,
        ),
    )  # fmt: skip
