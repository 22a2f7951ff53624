"""What is right in `twins`, and what students get wrong."""

from autograder.exercise import Criterion, Value, accepted, near_miss, wrong


class Twins(Value):
    title = "Who stays equal?"
    difficulty = 2
    entries = {
        "constant": "integer",
        "zeros_tanh": "integer",
        "zeros_relu": "integer",
        "zero_output": "integer",
    }
    criteria = (
        Criterion("constant", 1, "equal units under random outputs"),
        Criterion("zeros_tanh", 1, "zeros under tanh"),
        Criterion("zeros_relu", 1, "zeros under ReLU"),
        Criterion("zero_output", 1, "outputs that start at zero"),
    )
    revisit = "Equal stays equal"

    in_braces = accepted(
        "in braces", source='{"constant": 64, "zeros_tanh": 64, "zeros_relu": 1, "zero_output": 64}'
    )
    by_keyword = accepted(
        "by keywords",
        source="dict(zero_output=64.0, zeros_relu=1.0, zeros_tanh=64.0, constant=64.0)",
    )
    by_reasoning = accepted(
        "by what can make a difference",
        source="""{
    name: 64 if differs else 1
    for name, differs in {
        "constant": True, "zeros_tanh": True, "zeros_relu": False, "zero_output": True,
    }.items()
}""",
    )

    all_equal = wrong(
        "You took every start with equal numbers in it for the end of learning. Equal units stay "
        "equal only if what comes *back* to them is equal, too. Where are the random numbers?",
        source='{"constant": 1, "zeros_tanh": 1, "zeros_relu": 1, "zero_output": 1}',
    )
    only_zeros_harm = wrong(
        "You let both networks with a hidden kernel of zeros stay equal. Under ReLU that is so. "
        "Compare tanh: what is its slope at 0, and through which weights does blame arrive?",
        change={'"zeros_tanh": 64': '"zeros_tanh": 1'},
    )
    hidden_decides = wrong(
        "You looked at the hidden kernel alone: equal numbers there, equal units afterwards. But "
        "each unit's blame comes through its own output weights, and these may differ.",
        change={'"constant": 64': '"constant": 1', '"zeros_tanh": 64': '"zeros_tanh": 1'},
    )
    zero_output_blocks = wrong(
        "You let an output kernel of zeros block everything. In the first step it does: no blame "
        "comes back. But what do its own weights get, under hidden units that differ already, and "
        "what comes back in the second step? (And what was random before stays different anyway.)",
        change={'"zero_output": 64': '"zero_output": 1'},
    )
    constant_stays = wrong(
        "You let the constant start stay equal. In the experiment it did, but there the *output* "
        "kernel was constant, too. Here each unit's blame comes back through other weights.",
        change={'"constant": 64': '"constant": 1'},
    )
    zeros_relu_learns = wrong(
        "You let random output weights wake units of zeros under ReLU. Blame does arrive, but it "
        "is multiplied by ReLU's slope at 0. What does Keras take for it?",
        change={'"zeros_relu": 1': '"zeros_relu": 64'},
    )
    inputs_counted = wrong(
        "You counted inputs. A unit is a column of the kernel, and there are 64 columns.",
        change={"64": "784"},
        of=by_reasoning,
    )

    thirty_two = near_miss(
        "other numbers of units",
        source='{"constant": 32, "zeros_tanh": 32, "zeros_relu": 32, "zero_output": 32}',
        unlike=(
            all_equal, only_zeros_harm, hidden_decides, zero_output_blocks, constant_stays,
            zeros_relu_learns, inputs_counted,
        ),
    )  # fmt: skip
