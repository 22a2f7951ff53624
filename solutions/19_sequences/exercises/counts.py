"""What is right in `counts`, and what students get wrong."""

from autograder.exercise import Criterion, Value, accepted, wrong


def _counts(**changed: int) -> str:
    """The counts as a student types them, with some entries changed."""
    right = {
        "simple": 104,
        "lstm": 416,
        "gru": 336,
        "gru_paper": 312,
        "both_ways": 832,
        "on_top": 200,
    }
    return repr({**right, **changed})


class Counts(Value):
    title = "Count them"
    difficulty = 2
    entries = {
        "simple": "integer",
        "lstm": "integer",
        "gru": "integer",
        "gru_paper": "integer",
        "both_ways": "integer",
        "on_top": "integer",
    }
    follows = {"both_ways": "both_ways / lstm"}
    criteria = (
        Criterion("simple", 1, "SimpleRNN"),
        Criterion("lstm", 1, "LSTM"),
        Criterion("gru", 1, "Keras's GRU"),
        Criterion("gru_paper", 1, "the paper's GRU"),
        Criterion("both_ways", 1, "Bidirectional"),
        Criterion("on_top", 1, "the layer on top of it"),
    )
    revisit = "GRU: one state, two gates"

    as_dict = accepted("a dictionary", source=_counts())
    computed = accepted(
        "computed",
        source="""{
    "simple": 4 * 8 + 8 * 8 + 8, "lstm": 4 * 8 * (4 + 8 + 1), "gru": 3 * 8 * (4 + 8 + 2),
    "gru_paper": 3 * 8 * (4 + 8 + 1), "both_ways": 2 * 4 * 8 * (4 + 8 + 1),
    "on_top": 8 * (16 + 8 + 1),
}""",
    )
    as_floats = accepted(
        "as floats, by name",
        source="""dict(
    simple=104.0, lstm=416.0, gru=336.0, gru_paper=312.0, both_ways=832.0, on_top=200.0
)""",
    )
    one_bias = wrong(
        "Your GRU has one bias for each unit and set: that is the paper's. Keras's default adds "
        "another one to the product with the old state.",
        change={": 336": ": 312"},
    )
    versions_swapped = wrong(
        "You have exchanged the two GRUs. `reset_after=True` is Keras's default, and it is the one "
        "with more biases.",
        change={": 336": ": 312", ": 312": ": 336"},
    )
    both_doubled = wrong(
        "You give the paper's GRU the second bias, too. It comes with `reset_after=True` alone.",
        change={": 312": ": 336"},
    )
    no_bias = wrong(
        "You left out the biases: one for each unit in each set of weights.",
        source=_counts(simple=96, lstm=384, gru=288, gru_paper=288, both_ways=768, on_top=192),
    )
    no_feedback = wrong(
        "You count W and b and leave out U, through which the old state comes in.",
        source=_counts(simple=40, lstm=160, gru=120, gru_paper=120, both_ways=320, on_top=136),
    )
    gates_forgotten = wrong(
        "Your LSTM is as large as a SimpleRNN. How many sets of weights has it: for gates and for "
        "the candidate?",
        change={": 416": ": 104", ": 832": ": 208"},
        revisit="LSTM: a memory with gates",
    )
    three_sets = wrong(
        "You give the LSTM three sets of weights: you forgot the candidate, or one of the gates.",
        change={": 416": ": 312", ": 832": ": 624"},
        revisit="LSTM: a memory with gates",
    )
    two_gates = wrong(
        "You give the GRU two sets of weights, for its two gates. The candidate has one, too.",
        change={": 336": ": 224", ": 312": ": 208"},
    )
    shared_directions = wrong(
        "Your two directions share their weights. Each has its own.",
        change={": 832": ": 416"},
    )
    summed_up = wrong(
        "Your layer on top reads 8 features. Side by side, the two directions have more.",
        change={": 200": ": 136"},
    )
    reads_the_input = wrong(
        "Your layer on top reads the 4 features of the sequence. It reads the output of the layer "
        "below.",
        change={": 200": ": 104"},
    )
    times_steps = wrong(
        "You multiply by the number of steps. The same weights serve at every step.",
        revisit="What comes out",
        source=_counts(
            simple=2496, lstm=9984, gru=8064, gru_paper=7488, both_ways=19968, on_top=4800
        ),
    )
