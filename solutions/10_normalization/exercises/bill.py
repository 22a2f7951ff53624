"""What is right in `bill`, and what students get wrong."""

from autograder.exercise import Criterion, Value, accepted, wrong


def _bill(**changed: float) -> str:
    """The bill as a student types it, with some entries changed."""
    right = {"conv": 432, "bn": 64, "bn_trained": 32, "gn": 48, "ln_image": 1200, "bias_saved": 16}
    return repr({**right, **changed})


class Bill(Value):
    title = "The bill"
    difficulty = 1
    entries = {
        "conv": "integer",
        "bn": "integer",
        "bn_trained": "integer",
        "gn": "integer",
        "ln_image": "integer",
        "bias_saved": "integer",
    }
    follows = {"bn_trained": "bn_trained / bn"}
    criteria = (
        Criterion("bn", 1, "batch normalisation, all"),
        Criterion("bn_trained", 1, "batch normalisation, those that are trained"),
        Criterion("gn", 1, "group normalisation"),
        Criterion("ln_image", 1, "layer normalisation over the image"),
        Criterion("conv", 1, "the convolution without bias, and what that saves"),
    )
    entry_criterion = {"bias_saved": "conv"}
    revisit = "Four numbers a channel"

    as_dict = accepted(
        "a dictionary",
        source=_bill(),
    )
    computed = accepted(
        "computed",
        source="""dict(
    conv=3 * 3 * 3 * 16, bn=4 * 16, bn_trained=2 * 16, gn=2 * 24, ln_image=2 * 5 * 5 * 24,
    bias_saved=16,
)""",
    )
    as_floats = accepted(
        "as floats",
        source=_bill(
            conv=432.0, bn=64.0, bn_trained=32.0, gn=48.0, ln_image=1200.0, bias_saved=16.0
        ),
    )

    bias_kept = wrong(
        "Your convolution has a bias for each filter. It was made with `use_bias=False`.",
        change={"432.0": "448"},
        of=as_floats,
    )
    running_forgotten = wrong(
        "You count γ and β of batch normalisation and leave out its running statistics. Keras "
        "counts them, as non-trainable.",
        change={"64.0": "32"},
        of=as_floats,
    )
    all_trained = wrong(
        "You let gradient descent train all four numbers a channel. Two of them are averages: "
        "another rule changes those.",
        change={": 32.0": ": 64"},
        of=as_floats,
    )
    per_layer = wrong(
        "Your batch normalisation has one set of numbers for the whole layer. It has one for each "
        "channel.",
        change={"64.0": "4", ": 32.0": ": 2"},
        of=as_floats,
    )
    per_group = wrong(
        "Your group normalisation has γ and β for each group. The groups share statistics; γ and β "
        "belong to the channels.",
        change={"48.0": "16"},
        of=as_floats,
    )
    group_running = wrong(
        "You give group normalisation running statistics. It needs none: it never looks beyond one "
        "image.",
        change={"48.0": "96"},
        of=as_floats,
        revisit="Who is averaged with whom",
    )
    layer_per_channel = wrong(
        "Your layer normalisation has γ and β for each channel. With axis=(1, 2, 3) they have the "
        "shape of the whole map.",
        change={"1200.0": "48"},
        of=as_floats,
    )
    layer_gamma_alone = wrong(
        "You counted γ of the layer normalisation and forgot β.",
        change={"1200.0": "600"},
        of=as_floats,
    )
    depth_forgotten = wrong(
        "Your kernels are one channel deep. Each spans all three channels of its input.",
        change={"432.0": "144"},
        of=as_floats,
    )
    one_bias = wrong(
        "A convolution has a bias for each filter, not one for the layer.",
        change={"16.0": "1"},
        of=as_floats,
    )
    input_channels = wrong(
        "You counted batch normalisation for the three channels of the photograph. It stands after "
        "the convolution: how many channels has it there?",
        change={"64.0": "12", ": 32.0": ": 6"},
        of=as_floats,
    )
    gamma_alone = wrong(
        "Gradient descent changes γ *and* β: two numbers for each channel.",
        change={": 32.0": ": 16"},
        of=as_floats,
    )
    group_gamma_alone = wrong(
        "You counted γ of the group normalisation and forgot β, or the other way round.",
        change={"48.0": "24"},
        of=as_floats,
    )
    group_size = wrong(
        "You counted γ and β for the channels of one group. All 24 channels have theirs.",
        change={"48.0": "6"},
        of=as_floats,
    )
    layer_running = wrong(
        "You give layer normalisation running statistics. It needs none: it never looks beyond one "
        "image.",
        change={"1200.0": "2400"},
        of=as_floats,
        revisit="Who is averaged with whom",
    )
    layer_per_place = wrong(
        "Your layer normalisation has γ and β for each place. With axis=(1, 2, 3) they have the "
        "shape of the whole map, channels included.",
        change={"1200.0": "50"},
        of=as_floats,
    )
    three_numbers = wrong(
        "You counted three numbers a channel. Which four does batch normalisation keep?",
        change={"64.0": "48"},
        of=as_floats,
    )
    saved_nothing = wrong(
        "Without its bias the convolution does have fewer parameters: how many biases would it "
        "have had?",
        change={"16.0": "0"},
        of=as_floats,
    )
    saved_twice = wrong(
        "You counted β as saved, too. β stays, in the normalisation: only the bias goes.",
        change={"16.0": "32"},
        of=as_floats,
    )
