"""What is right in `two_roads`, and what students get wrong."""

from autograder.exercise import Criterion, Value, accepted, near_miss, wrong


class TwoRoads(Value):
    title = "Two roads by hand"
    difficulty = 1
    entries = dict.fromkeys(("L", "c", "a", "b", "w", "x"), "integer")
    follows = {"a": "a - c", "b": "b - c", "w": "w / a", "x": "x / a"}
    entry_criterion = {"b": "b", "w": "ends", "x": "ends"}
    criteria = (
        Criterion("L", 1, "the value of L"),
        Criterion("c", 1, "the slope of c"),
        Criterion("a", 2, "the slope of a, which takes two roads"),
        Criterion("b", 1, "the slope of b"),
        Criterion("ends", 1, "the slopes of w and x"),
    )
    revisit = "The chain rule on a small graph"

    plain = accepted("numbers", source='{"L": 30, "c": 6, "a": 11, "b": 6, "w": 22, "x": 33}')
    floats = accepted("floats", source="dict(L=30.0, c=6.0, a=11.0, b=6.0, w=22.0, x=33.0)")
    worked = accepted(
        "worked out",
        source="""{
    "L": (3 * 2 - 1) * (3 * 2),
    "c": 3 * 2,
    "a": (3 * 2 - 1) + 1 * (3 * 2),
    "b": 1 * (3 * 2),
    "w": 11 * 2,
    "x": 11 * 3,
}""",
    )

    straight_road_only = wrong(
        "You took only the straight road from a to L. A change of a also changes c, and reaches "
        "L by that road, too.",
        change={'"a": 11': '"a": 5', '"w": 22': '"w": 10', '"x": 33': '"x": 15'},
    )
    road_through_c_only = wrong(
        "You took only the road through c. a is also a factor of L itself.",
        change={'"a": 11': '"a": 6', '"w": 22': '"w": 12', '"x": 33': '"x": 18'},
    )
    roads_multiplied = wrong(
        "You multiplied the two roads. Along one road slopes multiply; different roads add up.",
        change={'"a": 11': '"a": 30', '"w": 22': '"w": 60', '"x": 33': '"x": 90'},
    )
    factors_swapped = wrong(
        "For a product you took each factor's own value as its slope. How much the product "
        "changes with one factor is a matter of the other.",
        change={'"c": 6': '"c": 5', '"b": 6': '"b": 5', '"w": 22': '"w": 33', '"x": 33': '"x": 22'},
    )
    ends_swapped = wrong(
        "The slopes of w and x are exchanged: each is moved by the other's value.",
        change={'"w": 22': '"w": 33', '"x": 33': '"x": 22'},
    )
    local_slopes_only = wrong(
        "You wrote down local slopes and did not multiply them by the slope of the box ahead.",
        change={'"b": 6': '"b": 1', '"w": 22': '"w": 2', '"x": 33': '"x": 3'},
    )
    sign_of_b = wrong(
        "You carried the minus sign of b's value into its slope. A sum passes a change on one "
        "for one, whatever the number is.",
        change={'"b": 6': '"b": -6'},
    )

    other_numbers = near_miss(
        "another number in every entry",
        source='{"L": 36, "c": 7, "a": 12, "b": 7, "w": 24, "x": 36}',
        unlike=(
            straight_road_only, road_through_c_only, roads_multiplied, factors_swapped,
            ends_swapped, local_slopes_only, sign_of_b,
        ),
    )  # fmt: skip
