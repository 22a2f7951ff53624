"""What is right in `alexnet`, and what students get wrong."""

from autograder.exercise import Criterion, Value, accepted, wrong


def _sizes(conv1, pool1, conv2, pool2, pool5, one_tower, two_groups):
    """An answer for AlexNet from the sides of its square maps."""
    maps = {"conv1": 96, "pool1": 96, "conv2": 256, "pool2": 256, "pool5": 256}
    sides = dict(zip(maps, (conv1, pool1, conv2, pool2, pool5)))
    shapes = {layer: (side, side, maps[layer]) for layer, side in sides.items()}
    return repr({**shapes, "one_tower": one_tower, "two_groups": two_groups})


class AlexNet(Value):
    title = "AlexNet on paper"
    difficulty = 2
    entries = {
        **dict.fromkeys(("conv1", "pool1", "conv2", "pool2", "pool5"), "shape"),
        "one_tower": "integer",
        "two_groups": "integer",
    }
    follows = {
        "pool1": "pool1[0] - (conv1[0] - 3) // 2, pool1[1] - (conv1[1] - 3) // 2, "
        "pool1[2] - conv1[2]",
        "conv2": "conv2[0] - pool1[0], conv2[1] - pool1[1], conv2[2]",
        "pool2": "pool2[0] - (conv2[0] - 3) // 2, pool2[1] - (conv2[1] - 3) // 2, "
        "pool2[2] - conv2[2]",
        "pool5": "pool5[0] - (pool2[0] - 3) // 2, pool5[1] - (pool2[1] - 3) // 2, pool5[2]",
        "one_tower": "one_tower - 4096 * prod(pool5)",
        "two_groups": "two_groups - 4096 * prod(pool5)",
    }
    entry_criterion = {
        "conv1": "first",
        "pool1": "first",
        "conv2": "rest",
        "pool2": "rest",
        "pool5": "rest",
    }
    criteria = (
        Criterion("first", 1, "the shapes of conv1 and pool1"),
        Criterion("rest", 1, "the shapes of conv2, pool2 and pool5"),
        Criterion("one_tower", 1, "the parameters with one group everywhere"),
        Criterion("two_groups", 2, "the parameters with two groups"),
    )
    revisit = "The network, and two ways to round"

    numbers = accepted("numbers", source=_sizes(55, 27, 27, 13, 6, 62378344, 60965224))
    lists = accepted(
        "lists and sums",
        source="""{
            "conv1": [(227 - 11) // 4 + 1] * 2 + [96],
            "pool1": [27, 27, 96],
            "conv2": [27, 27, 256],
            "pool2": [13, 13, 256],
            "pool5": [6, 6, 256],
            "one_tower": 34944 + 614656 + 885120 + 1327488 + 884992 + 37752832 + 16781312 + 4097000,
            "two_groups": 34944 + 307456 + 885120 + 663936 + 442624 + 37752832 + 16781312 + 4097000,
        }""",
    )
    counted = accepted(
        "counted by Keras",
        source="""(lambda one, two: {
            **{n: two.get_layer(n).output.shape[1:]
               for n in ("conv1", "pool1", "conv2", "pool2", "pool5")},
            "one_tower": one.count_params(),
            "two_groups": two.count_params(),
        })(*(keras.Sequential([
            keras.Input((227, 227, 3)),
            layers.Conv2D(96, 11, 4, name="conv1"),
            layers.MaxPooling2D(3, 2, name="pool1"),
            layers.Conv2D(256, 5, padding="same", groups=g, name="conv2"),
            layers.MaxPooling2D(3, 2, name="pool2"),
            layers.Conv2D(384, 3, padding="same"),
            layers.Conv2D(384, 3, padding="same", groups=g),
            layers.Conv2D(256, 3, padding="same", groups=g),
            layers.MaxPooling2D(3, 2, name="pool5"),
            layers.Flatten(),
            layers.Dense(4096), layers.Dense(4096), layers.Dense(1000),
        ]) for g in (1, 2)))""",
    )
    printed_224 = wrong(
        "You took the 224 pixels that the paper prints: rounded down, as in Keras, conv1 then has "
        "54 rows, not the 55 that it prints as well. The exercise asks for 227.",
        source=_sizes(54, 26, 26, 12, 5, 50844008, 49430888),
    )
    pool_stride_3 = wrong(
        "Your pooling windows do not overlap: you moved them by their own size, 3. AlexNet moves "
        "windows of 3 by 2.",
        source=_sizes(55, 18, 18, 6, 2, 28823912, 27410792),
    )
    one_tower_twice = wrong(
        "Your two counts are the same. In two groups a filter sees only half of the maps below it, "
        "so it has fewer weights.",
        change={"60965224": "62378344"},
        of=numbers,
        revisit="Two groups",
    )
    conv2_unpadded = wrong(
        "You let conv2 lose its border. In the table it has the same padding.",
        source=_sizes(55, 27, 23, 11, 5, 50844008, 49430888),
    )
    skipped_pooling = wrong(
        "Your conv2 has the size that belongs after the second pooling. Convolutions with the same "
        "padding at stride 1 keep the size; only pooling shrinks here.",
        change={"(27, 27, 256)": "(13, 13, 256)", "(13, 13, 256)": "(6, 6, 256)"},
        of=numbers,
    )
    channels_first = wrong(
        "Your shapes begin with the maps. The exercise asks for (rows, columns, maps), the order "
        "that Keras uses.",
        change={
            "(55, 55, 96)": "(96, 55, 55)",
            "(27, 27, 96)": "(96, 27, 27)",
            "(27, 27, 256)": "(256, 27, 27)",
            "(13, 13, 256)": "(256, 13, 13)",
            "(6, 6, 256)": "(256, 6, 6)",
        },
    )
    no_biases = wrong(
        "You left out the biases: one for each map and each unit, in groups too.",
        change={"62378344": "62367776", "60965224": "60954656"},
        of=numbers,
    )
    conv3_grouped = wrong(
        "You count conv3 in two groups. It is the one convolution after the first that sees the "
        "maps of both GPUs.",
        change={"60965224": "60522856"},
        of=numbers,
        revisit="Two groups",
    )
    one_group_counted = wrong(
        "You count only one of the two groups: half of the maps in, half of the filters. The "
        "second group has as many parameters again.",
        change={"60965224": "60258216"},
        of=numbers,
        revisit="Two groups",
    )
    conv1_padded = wrong(
        "You padded conv1: 227 / 4, rounded up, is 57. The table gives it no padding.",
        source=_sizes(57, 28, 28, 13, 6, 62378344, 60965224),
    )
    pooling_padded = wrong(
        "You rounded up after pooling, as same padding does. Nothing is padded there: a window "
        "that sticks out is left out.",
        source=_sizes(55, 28, 28, 14, 7, 76009832, 74596712),
    )
    maps_of_one_gpu = wrong(
        "Your shapes hold the maps of one GPU. The two groups together are the layer: their maps "
        "lie side by side.",
        change={
            "(55, 55, 96)": "(55, 55, 48)",
            "(27, 27, 96)": "(27, 27, 48)",
            "(27, 27, 256)": "(27, 27, 128)",
            "(13, 13, 256)": "(13, 13, 128)",
            "(6, 6, 256)": "(6, 6, 128)",
        },
        revisit="Two groups",
    )
    averaged = wrong(
        "Your fc6 sees one number for each map. AlexNet flattens pool5: fc6 sees every number of "
        "it.",
        change={"62378344": "25678184", "60965224": "24265064"},
        of=numbers,
    )
    last_unpooled = wrong(
        "Your fc6 sees the maps of conv5. pool5 stands between them and shrinks each map first.",
        change={"62378344": "201838952", "60965224": "200425832"},
        of=numbers,
    )
    halved = wrong(
        "You halved the whole network. Only conv2, conv4 and conv5 are in two groups; the other "
        "layers keep all their weights.",
        change={"60965224": "31189172"},
        of=numbers,
        revisit="Two groups",
    )
    weights_and_biases_halved = wrong(
        "In the grouped layers you halved the biases as well. Two groups leave out half of the "
        "connections; every map keeps its bias.",
        change={"60965224": "60964776"},
        of=numbers,
        revisit="Two groups",
    )
    colours_forgotten = wrong(
        "Your conv1 sees one channel. The image has three.",
        change={"62378344": "62355112", "60965224": "60941992"},
        of=numbers,
    )
