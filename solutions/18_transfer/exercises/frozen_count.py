"""What is right in `frozen_count`, and what students get wrong."""

from autograder.exercise import Criterion, Value, accepted, wrong


class FrozenCount(Value):
    title = "Freeze and count"
    difficulty = 2
    entries = dict.fromkeys(
        ("probe", "everything", "norm_frozen", "forgotten", "moving"), "integer"
    )
    follows = {
        "everything": ("everything - probe", "everything - probe + moving"),
        "norm_frozen": ("norm_frozen - probe", "norm_frozen - probe + 2 * moving"),
        "forgotten": "forgotten - probe",
    }
    entry_criterion = {
        "probe": "head",
        "everything": "thawed",
        "norm_frozen": "thawed",
        "forgotten": "compiled",
        "moving": "moving",
    }
    criteria = (
        Criterion("head", 1, "the head alone"),
        Criterion("thawed", 2, "a body that is trained, with and without its normalisations"),
        Criterion("compiled", 1, "what counts is the last compile"),
        Criterion("moving", 1, "what no gradient changes"),
    )
    revisit = "Frozen"

    numbers = accepted(
        "numbers",
        source="""{"probe": 8967, "everything": 3379975, "norm_frozen": 3337959,
            "forgotten": 8967, "moving": 42016}""",
    )
    arithmetic = accepted(
        "arithmetic",
        source="""(lambda head, total, channels: dict(
            probe=head, everything=total + head - 2 * channels,
            norm_frozen=total + head - 4 * channels, forgotten=head, moving=2 * channels,
        ))(1281 * 7, 3413024, 21008)""",
    )
    in_numpy = accepted(
        "in NumPy",
        source="""dict(zip(
            ["probe", "everything", "norm_frozen", "forgotten", "moving"],
            np.array([[0, 0, 1], [1, -2, 1], [1, -4, 1], [0, 0, 1], [0, 2, 0]])
            @ np.array([3_413_024, 21_008, 8_967]),
        ))""",
    )
    moving_counted = wrong(
        "Your `everything` counts the moving means and variances. They change in `fit`, but no "
        "gradient changes them.",
        change={"3379975": "3421991"},
        of=numbers,
    )
    no_recompile = wrong(
        "Your `forgotten` believes the body is trained. It was thawed after `compile` and `fit`: "
        "which training step does the second `fit` use?",
        change={'"forgotten": 8967': '"forgotten": 3379975'},
        of=numbers,
    )
    no_bias = wrong(
        "Your head has no biases. A dense layer has one a unit.",
        change={"1280 * 7 + 7": "1280 * 7"},
    )
    head_forgotten = wrong(
        "You forgot the head: it is trained in every case.",
        change={"1280 * 7 + 7": "0"},
    )
    gamma_counted = wrong(
        "Your `norm_frozen` still counts γ and β. `trainable=False` on a batch normalisation "
        "freezes all four numbers of a channel.",
        change={"3337959": "3379975"},
        of=numbers,
    )
    norms_for_channels = wrong(
        "Your `moving` counts layers. Each channel of each normalisation has its own statistics.",
        change={"42016": "98"},
        of=numbers,
    )
    mean_alone = wrong(
        "Your `moving` counts one number a channel. There is a moving mean and a moving variance.",
        change={"42016": "21008"},
        of=numbers,
    )
    all_four = wrong(
        "Your `moving` counts γ and β as well. Gradients change those, if they are trainable.",
        change={"42016": "84032"},
        of=numbers,
    )
