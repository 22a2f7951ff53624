"""What is right in `hand_numbers`, and what students get wrong."""

from autograder.exercise import Criterion, Value, accepted, wrong


class HandNumbers(Value):
    title = "By hand"
    difficulty = 1
    entries = {
        "variance": "number",
        "normalised": "number",
        "bin": "integer",
        "bins": "integer",
        "rescaled": "number",
    }
    step = 0.001
    criteria = (
        Criterion("variance", 1, "the variance that is learned"),
        Criterion("normalised", 1, "a reading, normalised"),
        Criterion("bin", 1, "the bin of a value on a boundary"),
        Criterion("bins", 1, "the number of bins"),
        Criterion("rescaled", 1, "a value, rescaled"),
    )
    revisit = "Numbers"

    as_dict = accepted(
        "a dictionary",
        source='{"variance": 8, "normalised": 2.5, "bin": 2, "bins": 4, "rescaled": -0.6}',
    )
    computed = accepted(
        "computed",
        source="""{
    "variance": np.var([2, 6, 10, 6, 2, 10, 6, 6]),
    "normalised": (11 - 6) / np.sqrt(4),
    "bin": int(np.digitize(15, [5, 15, 25])),
    "bins": len([5, 15, 25]) + 1,
    "rescaled": 51 / 127.5 - 1,
}""",
    )
    as_fractions = accepted(
        "fractions and another order",
        source="dict(bins=4.0, bin=2.0, rescaled=-3 / 5, normalised=5 / 2, variance=64 / 8)",
    )

    sample_variance = wrong(
        "Your variance divides by one less than the number of values. That estimates the variance "
        "of a population from a sample; the layer takes the mean of the squared distances.",
        change={'"variance": 8': '"variance": 64 / 7'},
    )
    deviation_for_variance = wrong(
        "You gave the standard deviation where the variance is asked.",
        change={'"variance": 8': '"variance": 8**0.5'},
    )
    divided_by_variance = wrong(
        "You divided the distance from the mean by the variance. Compare with the worked "
        "temperatures: which of the two numbers stands below there?",
        change={'"normalised": 2.5': '"normalised": 1.25'},
    )
    mean_left = wrong(
        "You divided without subtracting the mean first.",
        change={'"normalised": 2.5': '"normalised": 5.5'},
    )
    boundary_below = wrong(
        "You put a value that lies on a boundary into the bin below it. Compare with 0 in the "
        "printed example.",
        change={'"bin": 2': '"bin": 1'},
    )
    bins_from_one = wrong(
        "You counted the bins from 1. The lowest one, below all boundaries, has the number 0.",
        change={'"bin": 2': '"bin": 3'},
    )
    as_many_bins_as_boundaries = wrong(
        "You counted the boundaries. Draw them as three strokes on a line, and count the pieces.",
        change={'"bins": 4': '"bins": 3'},
    )
    offset_forgotten = wrong(
        "You scaled, but did not add the offset.",
        change={'"rescaled": -0.6': '"rescaled": 0.4'},
    )
    offset_first = wrong(
        "You added the offset before you scaled.",
        change={'"rescaled": -0.6': '"rescaled": 50 / 127.5'},
    )
    three_readings = wrong(
        "You took the first three readings alone. All eight are learned from.",
        change={'"variance": 8': '"variance": 32 / 3'},
    )
    not_averaged = wrong(
        "You added the squared distances up. The variance is their mean.",
        change={'"variance": 8': '"variance": 64'},
    )
    own_variance = wrong(
        "You normalised with the variance that you computed before. Here the training readings "
        "have variance 4.",
        change={'"normalised": 2.5': '"normalised": 5 / 8**0.5'},
    )
    sign_turned = wrong(
        "Your sign is turned: a reading above the mean comes out positive.",
        change={'"normalised": 2.5': '"normalised": -2.5'},
    )
    inner_bins = wrong(
        "You counted the bins between the boundaries. What lies below the first and above the last "
        "has a bin as well.",
        change={'"bins": 4': '"bins": 2'},
    )
    divided_by_255 = wrong(
        "You brought the value between 0 and 1, and that is another layer: this one divides by "
        "half as much and then moves.",
        change={'"rescaled": -0.6': '"rescaled": 51 / 255'},
    )
    multiplied_by_127 = wrong(
        "You multiplied by 127.5. The layer multiplies by 1 / 127.5.",
        change={'"rescaled": -0.6': '"rescaled": 51 * 127.5 - 1'},
    )
