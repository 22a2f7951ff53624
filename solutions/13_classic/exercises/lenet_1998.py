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
        change={"connections * 25 + 16": "16 * (6 * 25 + 1)"},
    )
    pooling_without_parameters = wrong(
        "You count no parameters for S2 and S4. Pooling of today has none, but the subsampling of "
        "1998 learns.",
        change={
            '"S2": 6 * 2': '"S2": 0',
            '"S4": 16 * 2': '"S4": 0',
        },
    )
    pooling_without_bias = wrong(
        "You count one parameter a map in S2 and S4. Read again what is done to the sum of the "
        "four inputs before it is squashed: the coefficient is not all.",
        change={
            '"S2": 6 * 2': '"S2": 6',
            '"S4": 16 * 2': '"S4": 16',
        },
    )
    pooling_with_weights = wrong(
        "You give S2 and S4 a weight for each of the four inputs, as a 2×2 convolution would have. "
        "The four are added up first; what is trained comes after.",
        change={
            '"S2": 6 * 2': '"S2": 6 * 5',
            '"S4": 16 * 2': '"S4": 16 * 5',
        },
    )
    pooling_per_unit = wrong(
        "You give each unit of S2 and S4 its own parameters. All units of a map share them, as in "
        "a convolution.",
        change={
            '"S2": 6 * 2': '"S2": 6 * 14 * 14 * 2',
            '"S4": 16 * 2': '"S4": 16 * 5 * 5 * 2',
        },
    )
    bias_per_connection = wrong(
        "Your C3 has a bias for every connection. A map adds up its filters' results and then adds "
        "one bias.",
        change={"connections * 25 + 16": "connections * (25 + 1)"},
    )
    one_filter_per_map = wrong(
        "Your C3 has one 5×5 filter a map, whatever it sees. Each black square of the table is a "
        "filter of its own.",
        change={"connections * 25 + 16": "16 * (25 + 1)"},
    )
    c5_sees_one_map = wrong(
        "Your C5 sees one map of 5×5. Each of its 120 units sees all sixteen maps of S4.",
        change={"16 * 25 + 1": "25 + 1"},
    )
    no_biases = wrong(
        "You left the biases out. Every map and every unit of C1, C3, C5 and F6 has one.",
        change={
            "6 * (25 + 1)": "6 * 25",
            "connections * 25 + 16": "connections * 25",
            "(16 * 25 + 1)": "16 * 25",
            "(120 + 1)": "120",
        },
    )
    three_for_all = wrong(
        "You let each map of C3 see three maps. Look at the table again: some see four, one sees "
        "all six.",
        change={"connections * 25 + 16": "16 * (3 * 25 + 1)"},
    )
    four_for_all = wrong(
        "You let each map of C3 see four maps. Look at the table again: some see three, one sees "
        "all six.",
        change={"connections * 25 + 16": "16 * (4 * 25 + 1)"},
    )
    last_map_forgotten = wrong(
        "One map of C3 is missing from your count. The last one sees all six maps.",
        change={"connections * 25 + 16": "54 * 25 + 15"},
    )
    one_bias_a_layer = wrong(
        "You give each layer one bias. Each map and each unit has its own.",
        change={
            "6 * (25 + 1)": "6 * 25 + 1",
            "connections * 25 + 16": "connections * 25 + 1",
            "120 * (16 * 25 + 1)": "120 * 16 * 25 + 1",
            "84 * (120 + 1)": "84 * 120 + 1",
        },
    )
    pooling_per_layer = wrong(
        "You give S2 and S4 one coefficient and one bias for the whole layer. Each map has its "
        "own.",
        change={'"S2": 6 * 2': '"S2": 2', '"S4": 16 * 2': '"S4": 2'},
    )
    c5_sees_the_next = wrong(
        "Your C5 takes S4's maps at 4×4. They are 5×5 there.",
        change={"16 * 25 + 1": "16 * 16 + 1"},
    )
    f6_sees_s4 = wrong(
        "Your F6 sees S4. It sees the 120 units of C5.",
        change={"84 * (120 + 1)": "84 * (16 * 25 + 1)"},
    )
    outputs_for_f6 = wrong(
        "That is the output layer of today. F6 has 84 units and sees C5.",
        change={"84 * (120 + 1)": "10 * (84 + 1)"},
    )
