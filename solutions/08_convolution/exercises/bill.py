"""What is right in `bill`, and what students get wrong."""

from autograder.exercise import Criterion, Value, accepted, wrong


class Bill(Value):
    title = "The bill"
    difficulty = 1
    entries = {
        "shape": "shape",
        "parameters": "integer",
        "multiply_adds": "integer",
        "separable": "integer",
        "back": "shape",
    }
    follows = {
        "multiply_adds": (
            "multiply_adds / (shape[0] * shape[1])",
            "multiply_adds / (shape[0] * shape[1] * (parameters - 32))",
        ),
        "back": "back[0] - 2 * shape[0], back[1] - 2 * shape[1], back[2]",
    }
    criteria = (
        Criterion("shape", 1, "the output's shape"),
        Criterion("parameters", 1, "the parameters"),
        Criterion("multiply_adds", 1, "the multiply-adds"),
        Criterion("separable", 1, "the separable layer's parameters"),
        Criterion("back", 1, "the transposed layer's output"),
    )
    revisit = "What it costs"

    as_dict = accepted(
        "a dictionary",
        source='{"shape": (15, 21, 32), "parameters": 12832, "multiply_adds": 4032000, '
        '"separable": 944, "back": (31, 43, 16)}',
    )
    computed = accepted(
        "computed",
        source="""{
    "shape": [-(-30 // 2), -(-41 // 2), 32],
    "parameters": (5 * 5 * 16 + 1) * 32,
    "multiply_adds": 15 * 21 * 5 * 5 * 16 * 32,
    "separable": 5 * 5 * 16 + 16 * 32 + 32,
    "back": [14 * 2 + 3, 20 * 2 + 3, 16],
}""",
    )
    by_keras = accepted(
        "asked Keras",
        source="""(lambda L, x: (lambda conv, sep, back: {
    "shape": tuple(conv(x).shape[1:]),
    "parameters": conv.count_params(),
    "multiply_adds": 4.032e6,
    "separable": (sep(x), sep.count_params())[1],
    "back": tuple(back(conv(x)).shape[1:]),
})(L.Conv2D(32, 5, strides=2, padding="same"),
   L.SeparableConv2D(32, 5, strides=2, padding="same"),
   L.Conv2DTranspose(16, 3, strides=2)))(keras.layers, np.zeros((1, 30, 41, 16)))""",
    )

    no_bias = wrong(
        "The biases are missing from your parameters: one for each filter.",
        change={"12_832": "12800", ": 944": ": 912"},
    )
    depth_forgotten = wrong(
        "Your filters are flat: 5×5 numbers each. A filter is as deep as the volume it looks at.",
        change={"12_832": "832", "4_032_000": "252000"},
        revisit="Volumes",
    )
    one_bias_for_each_weight_slice = wrong(
        "You counted a bias for each slice of each filter. A filter sums over its slices and "
        "then adds one bias.",
        change={"12_832": "13312"},
    )
    rounded_down = wrong(
        "You rounded the halves of 41 down. Same padding counts a stride that was started.",
        revisit="Same, with a stride",
        source='{"shape": (15, 20, 32), "parameters": 12832, "multiply_adds": 3840000, '
        '"separable": 944, "back": (31, 41, 16)}',
    )
    valid_for_same = wrong(
        "Your shape is that of a valid convolution. The layer is padded.",
        revisit="Same, with a stride",
        source='{"shape": (13, 19, 32), "parameters": 12832, "multiply_adds": 3161600, '
        '"separable": 944, "back": (27, 39, 16)}',
    )
    places_of_the_input = wrong(
        "Your multiply-adds count every pixel of the input as a place. The kernel stands only "
        "where there is an output.",
        change={"4_032_000": "15744000"},
    )
    depthwise_for_separable = wrong(
        "You stopped after the depthwise half. The pointwise half mixes the channels, and has "
        "most of the parameters.",
        change={": 944": ": 416"},
        revisit="Depthwise and separable",
    )
    bias_in_both_halves = wrong(
        "You gave the depthwise half of the separable layer biases of its own. The layer has "
        "one bias a filter, at its end.",
        change={": 944": ": 960"},
        revisit="Depthwise and separable",
    )
    transposed_twice_the_size = wrong(
        "You doubled the size on the way back. Valid keeps what the last stamp reaches beyond "
        "that: draw the last two stamps.",
        change={"(31, 43, 16)": "(30, 42, 16)"},
        revisit="Transposed",
    )
    transposed_to_the_start = wrong(
        "You went back to the size of the very first volume. The layer knows nothing of it: it "
        "stamps each of its own inputs.",
        change={"(31, 43, 16)": "(30, 41, 16)"},
        revisit="Transposed",
    )
