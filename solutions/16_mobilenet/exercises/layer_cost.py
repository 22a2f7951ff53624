"""What is right in `layer_cost`, and what students get wrong."""

from autograder.exercise import Criterion, Value, accepted, wrong


class LayerCost(Value):
    title = "By hand"
    difficulty = 1
    entries = {
        "full": "integer",
        "depthwise": "integer",
        "pointwise": "integer",
        "ratio": "number",
    }
    follows = {"ratio": "ratio - (depthwise + pointwise) / full"}
    entry_criterion = {"depthwise": "halves", "pointwise": "halves"}
    criteria = (
        Criterion("full", 1, "the full convolution"),
        Criterion("halves", 1, "its two halves"),
        Criterion("ratio", 1, "the ratio"),
    )
    step = 1e-4
    revisit = "What it saves"

    numbers = accepted(
        "numbers",
        source="""{"full": 57802752, "depthwise": 451584, "pointwise": 6422528, "ratio": 0.1189}""",
    )
    formula = accepted(
        "the formula for the ratio",
        source="""dict(full=28**2 * 9 * 64 * 128, depthwise=28**2 * 9 * 64,
                       pointwise=28**2 * 64 * 128, ratio=1 / 128 + 1 / 9)""",
    )
    counted = accepted(
        "counted by cnncourse",
        source="""(lambda full, own, mix: {"full": full, "depthwise": own, "pointwise": mix,
                                           "ratio": (own + mix) / full})(*(
            anatomy.multiply_adds(keras.Sequential([keras.Input((28, 28, 64)), layer]))
            for layer in (
                layers.Conv2D(128, 3, padding="same"),
                layers.DepthwiseConv2D(3, padding="same"),
                layers.Conv2D(128, 1),
            )))""",
    )
    weights_only = wrong(
        "You counted weights. Each of them is used at every place of the map; the ratio does not "
        "notice that, the multiply-adds do.",
        change={"57802752": "73728", "451584": "576", "6422528": "8192"},
        of=numbers,
    )
    depthwise_times_c_out = wrong(
        "Your depthwise half is as expensive as the full convolution: you multiplied by the 128 "
        "filters. A depthwise layer has one kernel for each channel that comes in.",
        change={"451584": "57802752", "0.1189": "1.1111"},
        of=numbers,
    )
    c_in_in_the_ratio = wrong(
        "Your ratio agrees with 1/c_in + 1/k². Divide again: which number of channels is in both "
        "the depthwise half and the full convolution, and cancels?",
        change={"0.1189": "0.1267"},
        of=numbers,
    )
    per_filter_out = wrong(
        "You gave the depthwise half 128 kernels. It works on the channels that come in, before "
        "anything has been mixed.",
        change={"451584": "903168", "0.1189": "0.1267"},
        of=numbers,
    )
    pointwise_with_window = wrong(
        "Your pointwise half has nine weights for each pair of channels. It looks at one place at "
        "a time: 1×1.",
        change={"6422528": "57802752", "0.1189": "1.0078"},
        of=numbers,
    )
    one_channel = wrong(
        "Your full convolution reads one channel. Each filter has a 3×3 kernel for each channel "
        "that it reads.",
        change={"57802752": "903168", "0.1189": "7.6111"},
        of=numbers,
    )
    upside_down = wrong(
        "Your ratio is how many times the full convolution is dearer. Asked for is the other way "
        "round: the halves, divided by the full one.",
        change={"0.1189": "8.4087"},
        of=numbers,
    )
    limit_only = wrong(
        "Your ratio is 1/k² alone, the value for very many filters. With 128 of them the depthwise "
        "half still shows in the fourth decimal.",
        change={"0.1189": "0.1111"},
        of=numbers,
    )
    with_bias = wrong(
        "You counted an addition for each result, as if there were a bias. There is none, and a "
        "bias would multiply nothing.",
        change={
            "784 * 9 * 64 * 128": "784 * (9 * 64 + 1) * 128",
            "784 * 9 * 64,": "784 * (9 + 1) * 64,",
            "784 * 64 * 128": "784 * (64 + 1) * 128",
        },
    )
    halves_exchanged = wrong(
        "You have exchanged the two halves. Which of them looks around, and which mixes channels?",
        change={"451584": "6422528", "6422528": "451584"},
        of=numbers,
    )
    border_lost = wrong(
        "You counted 26·26 places. With padding that keeps the size there are as many places as "
        "the map has.",
        change={"57802752": "49840128", "451584": "389376", "6422528": "5537792"},
        of=numbers,
    )
