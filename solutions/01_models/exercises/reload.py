"""What is right in `reload`, and what students get wrong."""

from autograder.exercise import Criterion, Value, accepted, near_miss, wrong


class Reload(Value):
    title = "What survives?"
    difficulty = 2
    criteria = (
        Criterion("noted", 1, "an argument without get_config"),
        Criterion("forgotten", 1, "a get_config that leaves something out"),
        Criterion("changed", 1, "an attribute changed later"),
        Criterion("weight", 2, "a weight, from the file and from the configuration"),
    )
    entries = {
        "shout": "integer",
        "echo": "integer",
        "louder": "integer",
        "learner": "integer",
        "learner_config": "integer",
    }
    entry_criterion = {
        "shout": "noted",
        "echo": "forgotten",
        "louder": "changed",
        "learner": "weight",
        "learner_config": "weight",
    }
    revisit = "Saved, and loaded again"

    as_dict = accepted(
        "by dict()", source="dict(shout=5, echo=2, louder=5, learner=3, learner_config=1)"
    )
    as_floats = accepted(
        "as floats",
        source='{"shout": 5.0, "echo": 2.0, "louder": 5.0, "learner": 3.0, "learner_config": 1.0}',
    )
    as_numpy = accepted(
        "as NumPy's numbers",
        source='dict(zip(["shout", "echo", "louder", "learner", "learner_config"], '
        "np.array([5, 2, 5, 3, 1])))",
    )
    all_survive = wrong(
        "You think that everything survives. Which of these numbers is in the configuration, "
        "which in the weights, and which in neither?",
        change={
            '"echo": 2': '"echo": 5',
            '"louder": 5': '"louder": 7',
            '"learner_config": 1': '"learner_config": 3',
        },
    )
    nothing_survives = wrong(
        "You think that no argument survives without help. That was so once; read again what "
        "Keras 3 notes when a layer is made.",
        change={
            '"shout": 5': '"shout": 2',
            '"louder": 5': '"louder": 2',
            '"learner": 3': '"learner": 1',
        },
        revisit="What survives?",
    )
    echo_noted = wrong(
        "Look at echo again. It writes a get_config of its own, so Keras's note is not used; what "
        "is in the dictionary that it returns?",
        change={'"echo": 2': '"echo": 5'},
        revisit="What survives?",
    )
    shout_forgotten = wrong(
        "Look at shout and louder again. They have no get_config, and their argument is a plain "
        "number: Keras noted it.",
        change={'"shout": 5': '"shout": 2', '"louder": 5': '"louder": 2'},
        revisit="What survives?",
    )
    change_kept = wrong(
        "Look at louder again. Keras wrote its note when the layer was made, and nobody told it "
        "of the change.",
        change={'"louder": 5': '"louder": 7'},
        revisit="What survives?",
    )
    weights_in_config = wrong(
        "Look at learner again. A configuration says how a layer is made, not what it has "
        "learned: a copy from it begins with fresh weights.",
        change={'"learner_config": 1': '"learner_config": 3'},
    )
    file_without_weights = wrong(
        "Look at learner again. A .keras file holds the weights as well; you saw them inside it.",
        change={'"learner": 3': '"learner": 1'},
    )

    other_numbers = near_miss(
        "another number in every entry",
        source='{"shout": 4, "echo": 3, "louder": 6, "learner": 2, "learner_config": 2}',
        unlike=(
            all_survive, nothing_survives, echo_noted, shout_forgotten, change_kept,
            weights_in_config, file_without_weights,
        ),
    )  # fmt: skip
