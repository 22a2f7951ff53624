"""What is right in `lenet_1998`, and what students get wrong."""

from autograder.exercise import Criterion, Value, accepted, wrong


class LeNet1998(Value):
    title = "Where 60,000 comes from"
    difficulty = 2
    entries = dict.fromkeys(("C1", "S2", "C3", "S4", "C5", "F6"), "integer")
    entry_criterion = {
        "C1": "full",
        "C5": "full",
        "F6": "full",
        "S2": "pooling",
        "S4": "pooling",
        "C3": "partial",
    }
    criteria = (
        Criterion("full", 1, "C1, C5 and F6, which see everything below them"),
        Criterion("pooling", 1, "S2 and S4, which learn"),
        Criterion("partial", 2, "C3, which sees a part"),
    )
    revisit = "LeNet-5 as it was printed"

    numbers = accepted(
        "numbers",
        source="{'C1': 156, 'S2': 12, 'C3': 1516, 'S4': 32, 'C5': 48120, 'F6': 10164}",
    )
    call = accepted(
        "dict with arithmetic",
        source="dict(C1=26 * 6, S2=2 * 6, C3=60 * 25 + 16, S4=2 * 16, C5=401 * 120, F6=121 * 84)",
    )
    summed = accepted(
        "summed over the table in NumPy",
        source="""{
            "C1": np.prod((6, 26)),
            "S2": np.int64(12),
            "C3": sum(25 * n + 1 for n in [3] * 6 + [4] * 9 + [6]),
            "S4": np.int32(32),
            "C5": 120 + 120 * 5 * 5 * 16,
            "F6": 84 + 84 * 120,
        }""",
    )
    full_c3 = wrong(
        "Your C3 sees all six maps of S2: that is the network as it is taught today. In 1998 only "
        "some connections exist; count the black squares of the table.",
        change={"sum(25 * n + 1 for n in [3] * 6 + [4] * 9 + [6])": "2416"},
        of=summed,
    )
    pooling_without_parameters = wrong(
        "You count no parameters for S2 and S4. Pooling of today has none, but the subsampling of "
        "1998 learns.",
        change={"np.int64(12)": "0", "np.int32(32)": "0"},
        of=summed,
    )
    pooling_without_bias = wrong(
        "You count one parameter a map in S2 and S4. Read again what is done to the sum of the "
        "four inputs before it is squashed: the coefficient is not all.",
        change={"np.int64(12)": "6", "np.int32(32)": "16"},
        of=summed,
    )
    pooling_with_weights = wrong(
        "You give S2 and S4 a weight for each of the four inputs, as a 2×2 convolution would have. "
        "The four are added up first; what is trained comes after.",
        change={"np.int64(12)": "30", "np.int32(32)": "80"},
        of=summed,
    )
    pooling_per_unit = wrong(
        "You give each unit of S2 and S4 its own parameters. All units of a map share them, as in "
        "a convolution.",
        change={"np.int64(12)": "2352", "np.int32(32)": "800"},
        of=summed,
    )
    bias_per_connection = wrong(
        "Your C3 has a bias for every connection. A map adds up its filters' results and then adds "
        "one bias.",
        change={"sum(25 * n + 1 for n in [3] * 6 + [4] * 9 + [6])": "1560"},
        of=summed,
    )
    one_filter_per_map = wrong(
        "Your C3 has one 5×5 filter a map, whatever it sees. Each black square of the table is a "
        "filter of its own.",
        change={"sum(25 * n + 1 for n in [3] * 6 + [4] * 9 + [6])": "416"},
        of=summed,
    )
    c5_sees_one_map = wrong(
        "Your C5 sees one map of 5×5. Each of its 120 units sees all sixteen maps of S4.",
        change={"48120": "3120"},
        of=numbers,
    )
    no_biases = wrong(
        "You left the biases out. Every map and every unit of C1, C3, C5 and F6 has one.",
        change={
            "{'C1': 156, 'S2': 12, 'C3': 1516, 'S4': 32, 'C5': 48120, 'F6': 10164}": "{'C1': 150, 'S2': 12, 'C3': 1500, 'S4': 32, 'C5': 48000, 'F6': 10080}"
        },
        of=numbers,
    )
