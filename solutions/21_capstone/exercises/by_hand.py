"""What is right in `by_hand`, and what students get wrong."""

from autograder.exercise import Criterion, Value, accepted, wrong


class ByHand(Value):
    title = "By hand"
    difficulty = 1
    entries = dict.fromkeys(
        (
            "conv_parameters",
            "conv_work",
            "norm_parameters",
            "separable_parameters",
            "separable_work",
            "flat_parameters",
            "mean_parameters",
        ),
        "integer",
    )
    follows = {
        "conv_work": "conv_work / conv_parameters",
        "separable_work": (
            "separable_work / separable_parameters",
            "separable_work * conv_parameters / (separable_parameters * conv_work)",
        ),
        "flat_parameters": "(flat_parameters - 10) * conv_parameters / conv_work",
    }
    entry_criterion = {
        "conv_parameters": "parameters",
        "norm_parameters": "parameters",
        "separable_parameters": "parameters",
        "conv_work": "work",
        "separable_work": "work",
        "flat_parameters": "heads",
        "mean_parameters": "heads",
    }
    criteria = (
        Criterion("parameters", 1, "parameters of the convolutions and the normalisation"),
        Criterion("work", 2, "multiply-adds of both convolutions"),
        Criterion("heads", 1, "parameters of both heads"),
    )
    revisit = "Count before you build"

    numbers = accepted(
        "numbers",
        source="""{"conv_parameters": 400, "conv_work": 57600, "norm_parameters": 64,
            "separable_parameters": 656, "separable_work": 94464,
            "flat_parameters": 46090, "mean_parameters": 330}""",
    )
    call = accepted(
        "dict with arithmetic",
        source="dict(conv_parameters=5 * 5 * 16, conv_work=5 * 5 * 16 * 144, norm_parameters=64, "
        "separable_parameters=9 * 16 + 16 * 32, separable_work=144 * (9 * 16 + 16 * 32), "
        "flat_parameters=144 * 32 * 10 + 10, mean_parameters=33 * 10)",
    )
    in_numpy = accepted(
        "products in NumPy",
        source="""{
            "conv_parameters": np.prod((5, 5, 1, 16)), "conv_work": np.prod((5, 5, 16, 12, 12)),
            "norm_parameters": np.int64(4) * 16, "separable_parameters": np.dot([9, 32], [16, 16]),
            "separable_work": np.dot([9, 32], [16, 16]) * 12**2,
            "flat_parameters": (np.prod((12, 12, 32)) + 1) * 10, "mean_parameters": 33 * 10}""",
    )
    with_biases = wrong(
        "You counted biases for the convolutions. They say `use_bias=False`: batch normalisation, "
        "which follows, shifts each channel anyway.",
        change={": 400": ": 416", ": 656": ": 688"},
        of=numbers,
    )
    full_size = wrong(
        "You counted places of the input. A weight is used once for each place of the output, and "
        "a stride of 2 leaves a quarter of the places.",
        change={"57600": "230400", "94464": "377856"},
        of=numbers,
    )
    two_a_channel = wrong(
        "You counted two numbers a channel for batch normalisation, those that are trained. It "
        "keeps two more, which the budget counts, too.",
        change={": 64": ": 32"},
        of=numbers,
        revisit="Your tools",
    )
    not_separated = wrong(
        "That is an ordinary 3×3 convolution. A separable one filters each channel by itself and "
        "mixes them in a second, 1×1 step.",
        change={": 656": ": 4608", "94464": "663552"},
        of=numbers,
    )
    depthwise_only = wrong(
        "That is the first half of a separable convolution. The 1×1 part, which makes 32 channels "
        "of 16, is missing.",
        change={": 656": ": 144", "94464": "20736"},
        of=numbers,
    )
    no_head_bias = wrong(
        "The dense layers have biases, one for each of the ten scores.",
        change={"46090": "46080", ": 330": ": 320"},
        of=numbers,
    )
    no_stride = wrong(
        "You flattened a map of 24×24 places. How large is it after a stride of 2?",
        change={"46090": "184330"},
        of=numbers,
    )
