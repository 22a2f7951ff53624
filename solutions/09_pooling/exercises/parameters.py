"""What is right in `parameters`, and what students get wrong."""

from autograder.exercise import Criterion, Value, accepted, wrong

_NAMES = ("CONV1", "POOL1", "CONV2", "POOL2", "flat", "FC3", "FC4", "softmax", "total")


def _table(*numbers):
    """The dictionary a student would write, as text."""
    return repr(dict(zip(_NAMES, numbers, strict=True)))


class Parameters(Value):
    title = "The table"
    difficulty = 2
    entries = dict.fromkeys(_NAMES, "integer")
    follows = {
        "FC3": "FC3 / (flat + 1)",
        "total": "total - CONV1 - POOL1 - CONV2 - POOL2 - FC3 - FC4 - softmax",
    }
    entry_criterion = {
        "CONV1": "convolutions",
        "CONV2": "convolutions",
        "POOL1": "pooling",
        "POOL2": "pooling",
        "flat": "flat",
        "FC3": "dense",
        "FC4": "dense",
        "softmax": "dense",
        "total": "total",
    }
    criteria = (
        Criterion("convolutions", 2, "the convolutions"),
        Criterion("pooling", 1, "the pooling layers"),
        Criterion("flat", 1, "the number of values after flattening"),
        Criterion("dense", 2, "the Dense layers"),
        Criterion("total", 1, "the total"),
    )
    revisit = "A whole network"

    as_numbers = accepted("numbers", source=_table(456, 0, 2416, 0, 400, 48120, 10164, 850, 62006))
    as_products = accepted(
        "products",
        source="""{"CONV1": 6 * 75 + 6, "POOL1": 0, "CONV2": 16 * 150 + 16, "POOL2": 0,
 "flat": 5 * 5 * 16, "FC3": 400 * 120 + 120, "FC4": 120 * 84 + 84, "softmax": 84 * 10 + 10,
 "total": 62_006}""",
    )
    as_call = accepted(
        "dict(…)",
        source="""dict(CONV1=456.0, POOL1=0, CONV2=np.int64(2416), POOL2=0, flat=400, FC3=48120,
 FC4=10164, softmax=850, total=456 + 2416 + 48120 + 10164 + 850)""",
    )

    biases_omitted = wrong(
        "You left the biases out, everywhere. Each filter and each unit has one.",
        source=_table(450, 0, 2400, 0, 400, 48000, 10080, 840, 61770),
    )
    filters_without_bias = wrong(
        "Your convolutions have no biases, while your Dense layers do. Each filter has one.",
        source=_table(450, 0, 2400, 0, 400, 48120, 10164, 850, 61984),
    )
    bias_for_each_layer = wrong(
        "You gave each convolution one bias for the whole layer. Each *filter* has its own.",
        source=_table(451, 0, 2401, 0, 400, 48120, 10164, 850, 61986),
    )
    pooling_learns = wrong(
        "You gave the pooling layers weights, four for each channel. What would they be? Taking "
        "the largest of four numbers has nothing to learn.",
        revisit="Keep the largest",
        source=_table(456, 24, 2416, 64, 400, 48120, 10164, 850, 62094),
    )
    depth_forgotten = wrong(
        "Your filters are flat: 5×5 numbers. A filter is as deep as the volume that it slides "
        "over.",
        source=_table(156, 0, 416, 0, 400, 48120, 10164, 850, 59706),
    )
    channels_not_flattened = wrong(
        "You flattened one map of POOL2. All sixteen go into FC3.",
        source=_table(456, 0, 2416, 0, 25, 3120, 10164, 850, 17006),
    )
    conv2_padded = wrong(
        "Your CONV2 keeps its 14×14 maps, so POOL2 hands on 7×7. Nothing is padded here: look at "
        "the shapes in the picture.",
        source=_table(456, 0, 2416, 0, 784, 94200, 10164, 850, 108086),
    )
    bias_for_each_input = wrong(
        "Your Dense layers have a bias for each input. It is one for each unit, that is, for each "
        "output.",
        source=_table(456, 0, 2416, 0, 400, 48400, 10200, 924, 62396),
    )
    softmax_learns_nothing = wrong(
        "You counted nothing for the last layer. The softmax itself has no weights, but the ten "
        "units it is applied to have.",
        change={": 850": ": 0", "62006": "61156"},
        of=as_numbers,
    )
    flat_added = wrong(
        "Your total also contains the 400 values that FC3 gets. Those are numbers that flow "
        "through the network, not parameters.",
        change={"62006": "62406"},
        of=as_numbers,
    )
    everything_padded = wrong(
        "Both of your convolutions keep the size of their map. Nothing is padded here: a 5×5 "
        "window loses two pixels on each side.",
        source=_table(456, 0, 2416, 0, 1024, 123000, 10164, 850, 136886),
    )
    weights_at_each_place = wrong(
        "You counted a filter's weights again at each place. A convolution has one set of filters, "
        "used everywhere.",
        source=_table(357504, 0, 241600, 0, 400, 48120, 10164, 850, 658238),
    )
    conv2_sees_colours = wrong(
        "Your CONV2 has filters of depth 3. It does not see the photograph but what CONV1 made of "
        "it: how many maps?",
        source=_table(456, 0, 1216, 0, 400, 48120, 10164, 850, 60806),
    )
    unpooled = wrong(
        "Your POOL2 does not shrink: FC3 gets what CONV2 gives. Pooling halves both sides.",
        source=_table(456, 0, 2416, 0, 1600, 192120, 10164, 850, 206006),
    )
    flat_is_fc3 = wrong(
        "For `flat` you gave the units of FC3. Asked for is how many values come in.",
        change={"400": "120"},
        of=as_numbers,
    )
    one_bias_for_dense = wrong(
        "Your Dense layers have one bias for the whole layer. Each unit has one.",
        source=_table(456, 0, 2416, 0, 400, 48001, 10081, 841, 61795),
    )
    softmax_without_bias = wrong(
        "The ten units of the last layer have biases, too.",
        change={": 850": ": 840", "62006": "61996"},
        of=as_numbers,
    )
