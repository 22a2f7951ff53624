"""What is right in `counted`, and what students get wrong."""

from autograder.exercise import Criterion, Value, accepted, wrong


class CountBlocks(Value):
    title = "Count before you build"
    difficulty = 2
    entries = dict.fromkeys(
        ("wide_pair", "bottleneck", "blocks_152", "projections_34", "projections_50"), "integer"
    )
    entry_criterion = {
        "wide_pair": "weights",
        "bottleneck": "weights",
        "blocks_152": "depth",
        "projections_34": "projections",
        "projections_50": "projections",
    }
    criteria = (
        Criterion("weights", 1, "the weights of the two branches"),
        Criterion("depth", 1, "the blocks of ResNet-152"),
        Criterion("projections", 2, "the projections of ResNet-34 and ResNet-50"),
    )
    revisit = "The bottleneck"

    numbers = accepted(
        "numbers",
        source="""{"wide_pair": 1179648, "bottleneck": 69632, "blocks_152": 50,
            "projections_34": 3, "projections_50": 4}""",
    )
    arithmetic = accepted(
        "arithmetic",
        source="""dict(wide_pair=2 * 3 * 3 * 256 * 256, bottleneck=17 * 64 * 64,
            blocks_152=(152 - 2) // 3, projections_34=4 - 1, projections_50=4)""",
    )
    from_shapes = accepted(
        "products of kernel shapes in NumPy",
        source="""{
            "wide_pair": np.prod([(3, 3, 256, 256)] * 2, axis=1).sum(),
            "bottleneck": sum(map(np.prod, [(256, 64), (3, 3, 64, 64), (64, 256)])),
            "blocks_152": np.int64(3 + 8 + 36 + 3),
            "projections_34": sum(a != b for a, b in zip((64, 64, 128, 256), (64, 128, 256, 512))),
            "projections_50": sum(a != b for a, b in zip((64, 256, 512, 1024),
                                                         (256, 512, 1024, 2048))),
        }""",
    )
    one_three = wrong(
        "You count one 3×3 convolution at 256 channels. The pair has two.",
        change={"1179648": "589824"},
        of=numbers,
    )
    no_neighbours = wrong(
        "You count a weight for each pair of channels, as for 1×1 convolutions everywhere. A 3×3 "
        "filter has nine for each pair.",
        change={"1179648": "131072"},
        of=numbers,
    )
    nine_once = wrong(
        "You count the 3×3 convolution of the bottleneck alone, or all three of its convolutions "
        "as if they were 1×1. It is 1×1, 3×3 and 1×1, each between its own numbers of channels.",
        change={"69632": "36864"},
        of=numbers,
    )
    with_biases = wrong(
        "You count biases. The convolutions of these blocks have none, as a normalisation follows.",
        change={"1179648": "1180160", "69632": "70016"},
        of=numbers,
    )
    bottleneck_wide = wrong(
        "Your 3×3 convolution works at 256 channels. In the bottleneck the first 1×1 has brought "
        "them down to 64 before.",
        change={"69632": "622592"},
        of=numbers,
    )
    bottleneck_without_return = wrong(
        "Your bottleneck does not come back to 256 channels: the last 1×1 convolution is missing.",
        change={"69632": "53248"},
        of=numbers,
    )
    with_normalisation = wrong(
        "You count the scales and offsets of the normalisations. The exercise asks for the "
        "weights of the convolutions alone.",
        change={"1179648": "1180672", "69632": "70400"},
        of=numbers,
    )
    stem_forgotten = wrong(
        "Your number of blocks is 152 divided by 3, about. Two of the 152 layers are in no block: "
        "the first convolution and the dense layer.",
        change={": 50": ": 51"},
        of=numbers,
        revisit="ResNet-18 to -152",
    )
    two_in_a_block = wrong(
        "You count two convolutions a block. ResNet-152 is made of bottlenecks, which have three.",
        change={": 50": ": 75"},
        of=numbers,
        revisit="ResNet-18 to -152",
    )
    four_each = wrong(
        "You count one projection a stage in ResNet-34, too. In its first stage 64 channels come "
        "in and 64 go out, at stride 1.",
        change={": 3,": ": 4,"},
        of=numbers,
        revisit="ResNet-18 to -152",
    )
    three_each = wrong(
        "You count no projection in the first stage of ResNet-50. It has no stride, but compare "
        "the channels: what comes in, what goes out?",
        change={'"projections_50": 4': '"projections_50": 3'},
        of=numbers,
        revisit="ResNet-18 to -152",
    )
    every_block = wrong(
        "You count a projection in every block. Where the shapes agree the shortcut is the "
        "identity.",
        change={": 3,": ": 16,", ": 4,": ": 16,"},
        revisit="When the shapes differ",
    )

    four_in_a_block = wrong(
        "You count four layers a block. A bottleneck has three convolutions; a projection is on "
        "the shortcut and is not counted in the name.",
        change={": 50": ": 38"},
        of=numbers,
        revisit="ResNet-18 to -152",
    )
    nine_everywhere = wrong(
        "You give all three convolutions of the bottleneck nine weights for each pair of "
        "channels. Two of them are 1×1.",
        change={"69632": "331776"},
        of=numbers,
    )
    wide_out = wrong(
        "Your pair reads 64 channels. Both of its convolutions read and write 256.",
        change={"1179648": "737280"},
        of=numbers,
    )
