"""Exercises of lesson 13: LeNet-5, AlexNet, VGG."""

from typing import ClassVar

import keras
import numpy as np
from keras import layers

from autograder.exercise import (
    Block,
    Choices,
    Criterion,
    Function,
    Model,
    Probe,
    Tolerance,
    Trained,
    Value,
    accepted,
    wrong,
)
from cnncourse import data

FLOAT32 = Tolerance(
    atol=1e-4, rtol=1e-4, reason="float32 sums of some hundred products, added up in any order"
)
EXACT = Tolerance(atol=0, rtol=0, reason="counts are whole numbers")


class LeNet5(Model):
    name = "lenet5"
    title = "LeNet-5 as it is taught today"
    difficulty = 1
    criteria = (
        Criterion("shape", 1, "ten scores an image"),
        Criterion("parameters", 1, "61,706 parameters for both sizes"),
        Criterion("behaviour", 2, "the same scores as LeNet-5 with the same weights"),
    )
    tolerance = FLOAT32
    revisit = "LeNet-5 as it is taught today"

    def probes(self, rng):
        yield Probe(None, "an image of 28×28, the default", input_shape=(28, 28, 1))
        yield Probe(None, "an image of 32×32", args=(32,), input_shape=(32, 32, 1))
        yield Probe(None, "side=28 by name", kwargs={"side": 28}, input_shape=(28, 28, 1))

    @accepted("functional")
    def functional(side=28):
        image = keras.Input((side, side, 1))
        x = layers.Conv2D(6, 5, padding={28: "same", 32: "valid"}[side], activation="relu")(image)
        x = layers.MaxPooling2D()(x)
        x = layers.Conv2D(16, 5, activation="relu")(x)
        x = layers.MaxPooling2D()(x)
        x = layers.Flatten()(x)
        x = layers.Dense(120, activation="relu")(x)
        x = layers.Dense(84, activation="relu")(x)
        return keras.Model(image, layers.Dense(10)(x))

    @accepted("a frame of zeros, activations as layers")
    def framed(side=28):
        model = keras.Sequential()
        model.add(keras.Input((side, side, 1)))
        model.add(layers.ZeroPadding2D((32 - side) // 2))
        for filters in (6, 16):
            model.add(layers.Conv2D(filters, (5, 5)))
            model.add(layers.ReLU())
            model.add(layers.MaxPool2D((2, 2), strides=(2, 2)))
        model.add(layers.Reshape((400,)))
        for units in (120, 84):
            model.add(layers.Dense(units))
            model.add(layers.ReLU())
        model.add(layers.Dense(10, activation="linear"))
        return model

    @accepted("two models, one inside the other")
    def nested(side=28):
        pad = "same" if side < 32 else "valid"
        eye = keras.Sequential(
            [
                layers.Conv2D(6, 5, padding=pad, activation=keras.ops.relu),
                layers.MaxPooling2D(2),
                layers.Conv2D(16, 5, activation=keras.ops.relu),
                layers.MaxPooling2D(2),
                layers.Flatten(),
            ]
        )
        brain = keras.Sequential(
            [layers.Dense(120, "relu"), layers.Dense(84, "relu"), layers.Dense(10)]
        )
        image = keras.Input((side, side, 1))
        return keras.Model(image, brain(eye(image)))

    @wrong(
        "For images of 28 your C1 gives 24×24 maps: no padding there either. The 1998 images had "
        "a frame of two pixels, 32×32; images of 28 must get theirs from the padding of C1."
    )
    def never_padded(side=28):
        return keras.Sequential(
            [
                keras.Input((side, side, 1)),
                layers.Conv2D(6, 5, activation="relu"),
                layers.MaxPooling2D(2),
                layers.Conv2D(16, 5, activation="relu"),
                layers.MaxPooling2D(2),
                layers.Flatten(),
                layers.Dense(120, activation="relu"),
                layers.Dense(84, activation="relu"),
                layers.Dense(10),
            ]
        )

    @wrong(
        "You pad C1 for images of 32, too, so its maps stay 32×32. An image of 32 has its frame "
        "already: its C1 must come to 28×28 as well."
    )
    def always_padded(side=28):
        return keras.Sequential(
            [
                keras.Input((side, side, 1)),
                layers.Conv2D(6, 5, padding="same", activation="relu"),
                layers.MaxPooling2D(2),
                layers.Conv2D(16, 5, activation="relu"),
                layers.MaxPooling2D(2),
                layers.Flatten(),
                layers.Dense(120, activation="relu"),
                layers.Dense(84, activation="relu"),
                layers.Dense(10),
            ]
        )

    @wrong(
        "Your C3 is padded like C1. In LeNet-5 it is not: 14×14 maps become 10×10. Compare with "
        "the picture to scale, and with the 400 numbers that C5 sees."
    )
    def both_padded(side=28):
        pad = "same" if side == 28 else "valid"
        return keras.Sequential(
            [
                keras.Input((side, side, 1)),
                layers.Conv2D(6, 5, padding=pad, activation="relu"),
                layers.MaxPooling2D(2),
                layers.Conv2D(16, 5, padding="same", activation="relu"),
                layers.MaxPooling2D(2),
                layers.Flatten(),
                layers.Dense(120, activation="relu"),
                layers.Dense(84, activation="relu"),
                layers.Dense(10),
            ]
        )

    @wrong(
        "Your network ends in a softmax. The scores are asked for as they are: with the lesson's "
        "loss, which expects logits, softmax would be applied twice."
    )
    def ends_in_softmax(side=28):
        return keras.Sequential(
            [
                keras.Input((side, side, 1)),
                layers.Conv2D(6, 5, padding="same" if side == 28 else "valid", activation="relu"),
                layers.MaxPooling2D(2),
                layers.Conv2D(16, 5, activation="relu"),
                layers.MaxPooling2D(2),
                layers.Flatten(),
                layers.Dense(120, activation="relu"),
                layers.Dense(84, activation="relu"),
                layers.Dense(10, activation="softmax"),
            ]
        )

    @wrong(
        "You pool by averaging, as many descriptions of LeNet-5 do. Here the maximum is asked for; "
        "the lesson compares the two further down."
    )
    def average_pooling(side=28):
        return keras.Sequential(
            [
                keras.Input((side, side, 1)),
                layers.Conv2D(6, 5, padding="same" if side == 28 else "valid", activation="relu"),
                layers.AveragePooling2D(2),
                layers.Conv2D(16, 5, activation="relu"),
                layers.AveragePooling2D(2),
                layers.Flatten(),
                layers.Dense(120, activation="relu"),
                layers.Dense(84, activation="relu"),
                layers.Dense(10),
            ]
        )

    @wrong(
        "C5 and F6 have no activation in your network. Then the three dense layers together are no "
        "more than one: a product of matrices is a matrix."
    )
    def linear_head(side=28):
        return keras.Sequential(
            [
                keras.Input((side, side, 1)),
                layers.Conv2D(6, 5, padding="same" if side == 28 else "valid", activation="relu"),
                layers.MaxPooling2D(2),
                layers.Conv2D(16, 5, activation="relu"),
                layers.MaxPooling2D(2),
                layers.Flatten(),
                layers.Dense(120),
                layers.Dense(84),
                layers.Dense(10),
            ]
        )

    @wrong(
        "Your convolutions have no activation. Without one, a convolution and what follows it lose "
        "their non-linearity; each convolution of the list has its ReLU."
    )
    def linear_convolutions(side=28):
        return keras.Sequential(
            [
                keras.Input((side, side, 1)),
                layers.Conv2D(6, 5, padding="same" if side == 28 else "valid"),
                layers.MaxPooling2D(2),
                layers.Conv2D(16, 5),
                layers.MaxPooling2D(2),
                layers.Flatten(),
                layers.Dense(120, activation="relu"),
                layers.Dense(84, activation="relu"),
                layers.Dense(10),
            ]
        )

    @wrong(
        "One dense layer is missing: after C5 with 120 units comes F6 with 84, and only then the "
        "ten scores."
    )
    def without_f6(side=28):
        return keras.Sequential(
            [
                keras.Input((side, side, 1)),
                layers.Conv2D(6, 5, padding="same" if side == 28 else "valid", activation="relu"),
                layers.MaxPooling2D(2),
                layers.Conv2D(16, 5, activation="relu"),
                layers.MaxPooling2D(2),
                layers.Flatten(),
                layers.Dense(120, activation="relu"),
                layers.Dense(10),
            ]
        )


class TrainedLeNet(Trained):
    name = "trained_lenet"
    title = "A reader that does not mind where the digit stands"
    difficulty = 2
    criteria = (
        Criterion("learns", 1, "reads 70 % of unseen digits up to two pixels off centre"),
        Criterion("anywhere", 2, "reads 93 % of them"),
        Criterion("parameters", 1, "at most 62,000 parameters"),
    )
    thresholds: ClassVar = {"learns": 0.70, "anywhere": 0.93}
    max_parameters = 62_000
    scale = 1 / 255
    revisit = "What it cannot do"

    def hidden(self, rng):
        _, (images, labels) = data.mnist_sample()
        chosen = rng.permutation(len(images))[:400]
        padded = np.pad(images[chosen], ((0, 0), (2, 2), (2, 2)))
        corners = rng.integers(0, 5, size=(len(chosen), 2))
        moved = [p[r : r + 28, c : c + 28] for p, (r, c) in zip(padded, corners)]
        return np.stack(moved)[..., None], labels[chosen]

    each_pass = accepted(
        "moved in NumPy, anew before each pass",
        source="""
        rng = np.random.default_rng(0)
        keras.utils.set_random_seed(0)
        trained_lenet = lenet5()
        trained_lenet.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        for _ in range(12):
            shifts = rng.integers(-2, 3, size=(len(x_train), 2))
            x = np.stack([moved(x_train[i:i + 1], r, d)[0] for i, (r, d) in enumerate(shifts)])
            trained_lenet.fit(x, y_train, batch_size=64, verbose=0)
        """,
    )
    copies = accepted(
        "all 25 places, for the whole training set",
        source="""
        keras.utils.set_random_seed(0)
        places = [(r, d) for r in range(-2, 3) for d in range(-2, 3)]
        x = np.concatenate([moved(x_train, r, d) for r, d in places])
        order = np.random.default_rng(0).permutation(len(x))[:48000]
        trained_lenet = lenet5()
        fit(trained_lenet, x[order], np.tile(y_train, 25)[order], epochs=1)
        """,
    )
    with_layer = accepted(
        "a random layer in front, nearest pixel",
        source="""
        keras.utils.set_random_seed(3)
        image = keras.Input((28, 28, 1))
        x = layers.RandomTranslation(3 / 28, 3 / 28, "constant", interpolation="nearest")(image)
        trained_lenet = keras.Model(image, lenet5()(x))
        fit(trained_lenet, x_train, y_train, 12)
        """,
    )
    centred = wrong(
        "Your network has learned, but it loses too many digits that stand off centre. Which "
        "digits has it seen in training, and how often? The sliders of the lesson show what it "
        "makes of a moved one.",
        symptom="falls_short",
        source="""
        keras.utils.set_random_seed(0)
        trained_lenet = lenet5()
        fit(trained_lenet, x_train, y_train, 6)
        """,
    )
    unscaled = wrong(
        "Your network has learned from values of 0 to 255, but it is asked with values of 0 to 1. "
        "What a network is asked must be scaled as what it learned from.",
        symptom="unscaled",
        source="""
        keras.utils.set_random_seed(0)
        trained_lenet = lenet5()
        trained_lenet.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        places = [(r, d) for r in (-2, 0, 2) for d in (-2, 0, 2)]
        x = np.concatenate([moved(train_images[..., None], r, d) for r, d in places])
        trained_lenet.fit(x.astype("float32"), np.tile(y_train, 9), batch_size=64, verbose=0)
        """,
    )
    inverted = wrong(
        "Your network has learned black digits on white paper; here ink is 1 and paper is 0.",
        symptom="inverted",
        source="""
        keras.utils.set_random_seed(0)
        trained_lenet = lenet5()
        fit(trained_lenet, 1 - x_train, y_train, 6)
        """,
    )
    transposed = wrong(
        "Your network does better on images whose rows and columns are exchanged: you have "
        "exchanged the axes of the training images while moving them.",
        symptom="transposed",
        source="""
        keras.utils.set_random_seed(0)
        trained_lenet = lenet5()
        fit(trained_lenet, np.swapaxes(x_train, 1, 2), y_train, 6)
        """,
    )
    untrained = wrong(
        "Your network guesses. Either it has not been fitted, or images and labels went out of "
        "step: who moves or shuffles images must keep the labels in the same order.",
        symptom="untrained",
        source="""
        keras.utils.set_random_seed(2)
        trained_lenet = lenet5()
        fit(trained_lenet, x_train, np.random.default_rng(0).permutation(y_train), 2)
        """,
    )
    one_number = wrong(
        "Your network does not give ten scores an image. A class is not a number to be "
        "approached: each digit needs its own score.",
        symptom="no_scores",
        source="""
        keras.utils.set_random_seed(0)
        trained_lenet = keras.Sequential([keras.Input((28, 28, 1)), lenet5(), layers.Dense(1)])
        trained_lenet.compile("adam", "mse")
        trained_lenet.fit(x_train, y_train, epochs=1, verbose=0)
        """,
    )


class LeNet1998(Value):
    name = "lenet_1998"
    title = "Where 60,000 comes from"
    difficulty = 2
    entries: ClassVar = dict.fromkeys(("C1", "S2", "C3", "S4", "C5", "F6"), "integer")
    entry_criterion: ClassVar = {
        "C1": "full",
        "C5": "full",
        "F6": "full",
        "S2": "pooling",
        "S4": "pooling",
        "C3": "partial",
    }
    criteria = (
        Criterion("full", 1, "C1, C5 and F6, which see everything below them"),
        Criterion("pooling", 1, "S2 and S4, which learn"),
        Criterion("partial", 2, "C3, which sees a part"),
    )
    revisit = "LeNet-5 as it was printed"

    numbers = accepted(
        "numbers",
        source="{'C1': 156, 'S2': 12, 'C3': 1516, 'S4': 32, 'C5': 48120, 'F6': 10164}",
    )
    call = accepted(
        "dict with arithmetic",
        source="dict(C1=26 * 6, S2=2 * 6, C3=60 * 25 + 16, S4=2 * 16, C5=401 * 120, F6=121 * 84)",
    )
    summed = accepted(
        "summed over the table in NumPy",
        source="""{
            "C1": np.prod((6, 26)),
            "S2": np.int64(12),
            "C3": sum(25 * n + 1 for n in [3] * 6 + [4] * 9 + [6]),
            "S4": np.int32(32),
            "C5": 120 + 120 * 5 * 5 * 16,
            "F6": 84 + 84 * 120,
        }""",
    )
    full_c3 = wrong(
        "Your C3 sees all six maps of S2: that is the network as it is taught today. In 1998 only "
        "some connections exist; count the black squares of the table.",
        source="{'C1': 156, 'S2': 12, 'C3': 2416, 'S4': 32, 'C5': 48120, 'F6': 10164}",
    )
    pooling_without_parameters = wrong(
        "You count no parameters for S2 and S4. Pooling of today has none, but the subsampling of "
        "1998 learns.",
        source="{'C1': 156, 'S2': 0, 'C3': 1516, 'S4': 0, 'C5': 48120, 'F6': 10164}",
    )
    pooling_without_bias = wrong(
        "You count one parameter a map in S2 and S4. Read again what is done to the sum of the "
        "four inputs before it is squashed: the coefficient is not all.",
        source="{'C1': 156, 'S2': 6, 'C3': 1516, 'S4': 16, 'C5': 48120, 'F6': 10164}",
    )
    pooling_with_weights = wrong(
        "You give S2 and S4 a weight for each of the four inputs, as a 2×2 convolution would have. "
        "The four are added up first; what is trained comes after.",
        source="{'C1': 156, 'S2': 30, 'C3': 1516, 'S4': 80, 'C5': 48120, 'F6': 10164}",
    )
    pooling_per_unit = wrong(
        "You give each unit of S2 and S4 its own parameters. All units of a map share them, as in "
        "a convolution.",
        source="{'C1': 156, 'S2': 2352, 'C3': 1516, 'S4': 800, 'C5': 48120, 'F6': 10164}",
    )
    bias_per_connection = wrong(
        "Your C3 has a bias for every connection. A map adds up its filters' results and then adds "
        "one bias.",
        source="{'C1': 156, 'S2': 12, 'C3': 1560, 'S4': 32, 'C5': 48120, 'F6': 10164}",
    )
    one_filter_per_map = wrong(
        "Your C3 has one 5×5 filter a map, whatever it sees. Each black square of the table is a "
        "filter of its own.",
        source="{'C1': 156, 'S2': 12, 'C3': 416, 'S4': 32, 'C5': 48120, 'F6': 10164}",
    )
    c5_sees_one_map = wrong(
        "Your C5 sees one map of 5×5. Each of its 120 units sees all sixteen maps of S4.",
        source="{'C1': 156, 'S2': 12, 'C3': 1516, 'S4': 32, 'C5': 3120, 'F6': 10164}",
    )
    no_biases = wrong(
        "You left the biases out. Every map and every unit of C1, C3, C5 and F6 has one.",
        source="{'C1': 150, 'S2': 12, 'C3': 1500, 'S4': 32, 'C5': 48000, 'F6': 10080}",
    )


def _sizes(conv1, pool1, conv2, pool2, pool5, one_tower, two_groups):
    """An answer for AlexNet from the sides of its square maps."""
    maps = {"conv1": 96, "pool1": 96, "conv2": 256, "pool2": 256, "pool5": 256}
    sides = dict(zip(maps, (conv1, pool1, conv2, pool2, pool5)))
    shapes = {layer: (side, side, maps[layer]) for layer, side in sides.items()}
    return repr({**shapes, "one_tower": one_tower, "two_groups": two_groups})


class AlexNet(Value):
    name = "alexnet"
    title = "AlexNet on paper"
    difficulty = 2
    entries: ClassVar = {
        **dict.fromkeys(("conv1", "pool1", "conv2", "pool2", "pool5"), "shape"),
        "one_tower": "integer",
        "two_groups": "integer",
    }
    entry_criterion: ClassVar = {
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
    revisit = "The network, and a first misprint"

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
        "You took the 224 pixels that the paper prints: then conv1 has 54 rows, not the 55 that "
        "it prints as well. The exercise asks for 227.",
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
        revisit="Two groups",
        source=_sizes(55, 27, 27, 13, 6, 62378344, 62378344),
    )
    conv2_unpadded = wrong(
        "You let conv2 lose its border. In the table it has the same padding.",
        source=_sizes(55, 27, 23, 11, 5, 50844008, 49430888),
    )
    skipped_pooling = wrong(
        "Your conv2 has the size that belongs after the second pooling. Convolutions with the same "
        "padding at stride 1 keep the size; only pooling shrinks here.",
        source=_sizes(55, 27, 13, 6, 6, 62378344, 60965224),
    )
    channels_first = wrong(
        "Your shapes begin with the maps. The exercise asks for (rows, columns, maps), the order "
        "that Keras uses.",
        source=repr(
            {
                "conv1": (96, 55, 55),
                "pool1": (96, 27, 27),
                "conv2": (256, 27, 27),
                "pool2": (256, 13, 13),
                "pool5": (256, 6, 6),
                "one_tower": 62378344,
                "two_groups": 60965224,
            }
        ),
    )
    no_biases = wrong(
        "You left out the biases: one for each map and each unit, in groups too.",
        source=_sizes(55, 27, 27, 13, 6, 62367776, 60954656),
    )
    conv3_grouped = wrong(
        "You count conv3 in two groups. It is the one convolution after the first that sees the "
        "maps of both GPUs.",
        revisit="Two groups",
        source=_sizes(55, 27, 27, 13, 6, 62378344, 60522856),
    )
    one_group_counted = wrong(
        "You count only one of the two groups: half of the maps in, half of the filters. The "
        "second group has as many parameters again.",
        revisit="Two groups",
        source=_sizes(55, 27, 27, 13, 6, 62378344, 60258216),
    )


class FieldOfView(Function):
    name = "field_of_view"
    title = "How much does one unit see?"
    difficulty = 2
    criteria = (
        Criterion("plain", 1, "layers of stride 1"),
        Criterion("strides", 2, "strides and pooling"),
    )
    tolerance = EXACT
    revisit = "Three of three see seven"

    def probes(self, rng):
        yield Probe("plain", "three layers of 3×3", args=([(3, 1), (3, 1), (3, 1)],))
        yield Probe("plain", "one layer of 11×11", args=([(11, 1)],))
        yield Probe("plain", "no layer at all", args=([],))
        yield Probe("plain", "a 1×1 between two 5×5", args=([(5, 1), (1, 1), (5, 1)],))
        yield Probe("strides", "the stride in the last layer", args=([(3, 1), (3, 2)],))
        yield Probe("strides", "the stride in the first layer", args=([(3, 2), (3, 1)],))
        yield Probe("strides", "LeNet-5 to S4", args=([(5, 1), (2, 2), (5, 1), (2, 2)],))
        yield Probe("strides", "strides that follow each other", args=([(3, 2)] * 4,))
        yield Probe("strides", "a stride larger than its kernel", args=([(1, 3), (2, 2), (4, 1)],))
        stack = [tuple(map(int, rng.integers(1, 6, size=2))) for _ in range(5)]
        yield Probe("strides", "five random layers", args=(stack,))

    @accepted("backwards, from the top")
    def backwards(stack):
        seen = 1
        for kernel, stride in reversed(stack):
            seen = (seen - 1) * stride + kernel
        return seen

    @accepted("recursion")
    def recursive(stack):
        if not stack:
            return 1
        (kernel, stride), *rest = stack
        return kernel + (field_of_view(rest) - 1) * stride  # noqa: F821

    @accepted("with NumPy")
    def vectorised(stack):
        kernels, strides = np.array(stack, dtype=int).reshape(-1, 2).T
        jumps = np.cumprod(np.concatenate([[1], strides]))[:-1]
        return int(1 + np.sum((kernels - 1) * jumps))

    @accepted("by marking pixels")
    def marked(stack):
        places = {0}
        for kernel, stride in stack[::-1]:
            places = {place * stride + k for place in places for k in range(kernel)}
        return max(places) - min(places) + 1

    @wrong(
        "You add up the kernels: three of 3 give you 9. Neighbouring windows overlap; look in the "
        "triangle of paths how much each layer really adds."
    )
    def nine(stack):
        return sum(kernel for kernel, _ in stack) if stack else 1

    @wrong(
        "You ignore the strides. After a stride of 2, two neighbours are two pixels apart, so the "
        "same kernel reaches farther.",
        revisit="LeNet-5 as it is taught today",
    )
    def stride_ignored(stack):
        return 1 + sum(kernel - 1 for kernel, _ in stack)

    @wrong(
        "You let a layer's own stride widen its own kernel. A stride changes how far apart the "
        "outputs are, so it matters to the layers after it.",
        revisit="LeNet-5 as it is taught today",
    )
    def own_stride(stack):
        field, distance = 1, 1
        for kernel, stride in stack:
            distance *= stride
            field += (kernel - 1) * distance
        return field

    @wrong(
        "You use only the stride of the layer just below. Strides build up: two pools of 2 put "
        "neighbours four pixels apart.",
        revisit="LeNet-5 as it is taught today",
    )
    def last_stride_only(stack):
        field, before = 1, 1
        for kernel, stride in stack:
            field += (kernel - 1) * before
            before = stride
        return field

    @wrong(
        "You multiply the kernels. That counts paths along one line, not the pixels at which "
        "they end."
    )
    def product(stack):
        return int(np.prod([kernel for kernel, _ in stack], initial=1))

    @wrong("You start with no pixel. A unit with nothing below it is one pixel itself.")
    def from_zero(stack):
        field, distance = 0, 1
        for kernel, stride in stack:
            field += (kernel - 1) * distance
            distance *= stride
        return field

    @wrong(
        "You add the whole kernel times the distance. The windows of neighbours share pixels: a "
        "layer adds less than its kernel."
    )
    def whole_kernel(stack):
        field, distance = 0, 1
        for kernel, stride in stack:
            field += kernel * distance
            distance *= stride
        return max(field, 1)

    @wrong(
        "You go through the stack from the wrong end: the first entry is the layer next to the "
        "image."
    )
    def upside_down(stack):
        seen = 1
        for kernel, stride in stack:
            seen = (seen - 1) * stride + kernel
        return seen


class VggBlock(Block):
    name = "vgg_block"
    title = "The block of VGG"
    difficulty = 1
    criteria = (
        Criterion("shape", 1, "half the height and width, the maps asked for"),
        Criterion("parameters", 1, "the convolutions' parameters"),
        Criterion("behaviour", 2, "the same values with the same weights"),
    )
    tolerance = FLOAT32
    revisit = "Exercise 6"

    def probes(self, rng):
        yield Probe(None, "one convolution", args=(4, 1), input_shape=(8, 8, 3))
        yield Probe(None, "two, on a map that is not square", args=(5, 2), input_shape=(6, 10, 3))
        yield Probe(None, "three", kwargs={"filters": 3, "convs": 3}, input_shape=(8, 6, 2))

    @accepted("explicit activations, pooling by name")
    def spelled_out(x, filters, convs):
        for _ in range(convs):
            x = layers.Conv2D(filters=filters, kernel_size=(3, 3), padding="same")(x)
            x = layers.Activation("relu")(x)
        return layers.MaxPool2D(pool_size=(2, 2))(x)

    @accepted("a Sequential inside")
    def sequential(x, filters, convs):
        stack = [layers.Conv2D(filters, 3, 1, "same", activation="relu") for _ in range(convs)]
        return keras.Sequential([*stack, layers.MaxPooling2D()])(x)

    @accepted("recursion, zero padding by hand")
    def recursive(x, filters, convs):
        if convs == 0:
            return layers.MaxPooling2D(2)(x)
        x = layers.Conv2D(filters, 3)(layers.ZeroPadding2D(1)(x))
        return vgg_block(layers.ReLU()(x), filters, convs - 1)  # noqa: F821

    @wrong(
        "Your convolutions lose a pixel at each border. VGG's keep the size, so that only pooling "
        "shrinks the maps."
    )
    def unpadded(x, filters, convs):
        for _ in range(convs):
            x = layers.Conv2D(filters, 3, activation="relu")(x)
        return layers.MaxPooling2D(2, padding="same")(x)

    @wrong(
        "You pool after every convolution. A block shrinks once, at its end; that is why it can "
        "have as many convolutions as one likes."
    )
    def pools_each_time(x, filters, convs):
        for _ in range(convs):
            x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
            x = layers.MaxPooling2D(2, padding="same")(x)
        return x

    @wrong(
        "Your convolutions all start from the block's input: only the last one reaches the output. "
        "The output of one must be the input of the next."
    )
    def not_chained(x, filters, convs):
        for _ in range(convs):
            y = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
        return layers.MaxPooling2D(2)(y)

    @wrong(
        "Your convolutions have no ReLU. Then three of them are no more than one linear 7×7 of a "
        "special kind."
    )
    def no_relu(x, filters, convs):
        for _ in range(convs):
            x = layers.Conv2D(filters, 3, padding="same")(x)
        return layers.MaxPooling2D(2)(x)

    @wrong(
        "You apply one ReLU, at the end of the block. VGG has one after each convolution: more "
        "non-linearities are part of the paper's argument."
    )
    def one_relu(x, filters, convs):
        for _ in range(convs - 1):
            x = layers.Conv2D(filters, 3, padding="same")(x)
        x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
        return layers.MaxPooling2D(2)(x)

    @wrong("You average where VGG takes the maximum of each 2×2 window.")
    def averages(x, filters, convs):
        for _ in range(convs):
            x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
        return layers.AveragePooling2D(2)(x)

    @wrong("Your block does not shrink its map: the pooling at its end is missing.")
    def no_pooling(x, filters, convs):
        for _ in range(convs):
            x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
        return x

    @wrong(
        "You shrink with stride 2 in the last convolution. VGG's convolutions all have stride 1; "
        "pooling does the shrinking."
    )
    def strided(x, filters, convs):
        for i in range(convs):
            stride = 2 if i == convs - 1 else 1
            x = layers.Conv2D(filters, 3, stride, padding="same", activation="relu")(x)
        return x

    @wrong(
        "You double the maps inside the block. All of its convolutions have `filters` maps; "
        "doubling is what the list of blocks is for."
    )
    def doubles(x, filters, convs):
        for i in range(convs):
            x = layers.Conv2D(filters * 2**i, 3, padding="same", activation="relu")(x)
        return layers.MaxPooling2D(2)(x)


SMALL = [(4, 1), (6, 2)]
VGG_D = [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)]
VGG_A = [(64, 1), (128, 1), (256, 2), (512, 2), (512, 2)]


class Vgg(Model):
    name = "vgg"
    title = "Every VGG from a list"
    difficulty = 3
    criteria = (
        Criterion("shape", 1, "one probability a class"),
        Criterion("parameters", 2, "the published numbers of parameters"),
        Criterion("behaviour", 2, "the same probabilities with the same weights"),
    )
    tolerance = FLOAT32
    revisit = "Exercise 7"

    def probes(self, rng):
        small = {"classes": 5, "side": 16, "dense": 7}
        yield Probe(None, "two small blocks", args=(SMALL,), kwargs=small, input_shape=(16, 16, 3))
        yield Probe(
            None,
            "three blocks, the last one narrow",
            args=([(3, 2), (8, 1), (2, 1)], 4, 24, 9),
            input_shape=(24, 24, 3),
        )
        for column, blocks in (("D, VGG-16", VGG_D), ("A, VGG-11", VGG_A)):
            yield Probe(
                None,
                f"column {column}",
                args=(blocks,),
                input_shape=(224, 224, 3),
                aspects=("shape", "parameters"),
                symbolic=True,
            )

    @accepted("Sequential, layer by layer")
    def sequential(blocks, classes=1000, side=224, dense=4096):
        model = keras.Sequential([keras.Input((side, side, 3))])
        for filters, convs in blocks:
            for _ in range(convs):
                model.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
            model.add(layers.MaxPooling2D(2))
        model.add(layers.Flatten())
        model.add(layers.Dense(dense, activation="relu"))
        model.add(layers.Dense(dense, activation="relu"))
        model.add(layers.Dense(classes, activation="softmax"))
        return model

    @accepted("softmax as a layer, one list of sizes")
    def flat_list(blocks, classes=1000, side=224, dense=4096):
        plan = [step for filters, convs in blocks for step in [filters] * convs + ["pool"]]
        image = keras.Input(shape=(side, side, 3))
        x = image
        for step in plan:
            if step == "pool":
                x = layers.MaxPooling2D(pool_size=2, strides=2)(x)
            else:
                x = layers.ReLU()(layers.Conv2D(step, (3, 3), padding="same")(x))
        x = layers.Reshape((-1,))(x)
        for _ in range(2):
            x = layers.ReLU()(layers.Dense(dense)(x))
        x = layers.Softmax()(layers.Dense(classes)(x))
        return keras.Model(inputs=image, outputs=x)

    @accepted("parts as models")
    def parts(blocks, classes=1000, side=224, dense=4096):
        def stage(filters, convs):
            made = [layers.Conv2D(filters, 3, 1, "same", activation="relu") for _ in range(convs)]
            return keras.Sequential([*made, layers.MaxPooling2D()])

        head = [layers.Dense(dense, "relu"), layers.Dense(dense, "relu")]
        return keras.Sequential(
            [
                keras.Input((side, side, 3)),
                *[stage(*block) for block in blocks],
                layers.Flatten(),
                *head,
                layers.Dense(classes, "softmax"),
            ]
        )

    @wrong(
        "Your network gives scores, not probabilities: its last layer has no softmax. The paper's "
        "network ends in one, and the exercise asks for it."
    )
    def no_softmax(blocks, classes=1000, side=224, dense=4096):
        model = keras.Sequential([keras.Input((side, side, 3))])
        for filters, convs in blocks:
            for _ in range(convs):
                model.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
            model.add(layers.MaxPooling2D(2))
        model.add(layers.Flatten())
        for _ in range(2):
            model.add(layers.Dense(dense, activation="relu"))
        model.add(layers.Dense(classes))
        return model

    @wrong(
        "Your network has one hidden dense layer. VGG has two of them before the layer of classes; "
        "count the layers with weights: 16 in column D."
    )
    def one_hidden(blocks, classes=1000, side=224, dense=4096):
        model = keras.Sequential([keras.Input((side, side, 3))])
        for filters, convs in blocks:
            for _ in range(convs):
                model.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
            model.add(layers.MaxPooling2D(2))
        model.add(layers.Flatten())
        model.add(layers.Dense(dense, activation="relu"))
        model.add(layers.Dense(classes, activation="softmax"))
        return model

    @wrong(
        "You average over each map where VGG flattens. That is what lesson 14 does, and it saves "
        "most of the parameters; here the flattened map is asked for."
    )
    def averaged(blocks, classes=1000, side=224, dense=4096):
        model = keras.Sequential([keras.Input((side, side, 3))])
        for filters, convs in blocks:
            for _ in range(convs):
                model.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
            model.add(layers.MaxPooling2D(2))
        model.add(layers.GlobalAveragePooling2D())
        for _ in range(2):
            model.add(layers.Dense(dense, activation="relu"))
        model.add(layers.Dense(classes, activation="softmax"))
        return model

    @wrong(
        "Your dense layers have 4096 units whatever `dense` says. The arguments are there to build "
        "small networks, too."
    )
    def fixed_width(blocks, classes=1000, side=224, dense=4096):
        model = keras.Sequential([keras.Input((side, side, 3))])
        for filters, convs in blocks:
            for _ in range(convs):
                model.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
            model.add(layers.MaxPooling2D(2))
        model.add(layers.Flatten())
        for _ in range(2):
            model.add(layers.Dense(4096, activation="relu"))
        model.add(layers.Dense(classes, activation="softmax"))
        return model

    @wrong("Your network has one convolution a block, whatever the second number of the pair says.")
    def one_convolution(blocks, classes=1000, side=224, dense=4096):
        model = keras.Sequential([keras.Input((side, side, 3))])
        for filters, _ in blocks:
            model.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
            model.add(layers.MaxPooling2D(2))
        model.add(layers.Flatten())
        for _ in range(2):
            model.add(layers.Dense(dense, activation="relu"))
        model.add(layers.Dense(classes, activation="softmax"))
        return model

    @wrong(
        "You do not pool after the last block, so the first dense layer sees four times as many "
        "numbers. Every block ends in pooling, the last one too."
    )
    def last_unpooled(blocks, classes=1000, side=224, dense=4096):
        model = keras.Sequential([keras.Input((side, side, 3))])
        for i, (filters, convs) in enumerate(blocks):
            for _ in range(convs):
                model.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
            if i < len(blocks) - 1:
                model.add(layers.MaxPooling2D(2))
        model.add(layers.Flatten())
        for _ in range(2):
            model.add(layers.Dense(dense, activation="relu"))
        model.add(layers.Dense(classes, activation="softmax"))
        return model

    @wrong(
        "The hidden dense layers have no ReLU in your network: together with the last one they are "
        "a single linear layer."
    )
    def linear_head(blocks, classes=1000, side=224, dense=4096):
        model = keras.Sequential([keras.Input((side, side, 3))])
        for filters, convs in blocks:
            for _ in range(convs):
                model.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
            model.add(layers.MaxPooling2D(2))
        model.add(layers.Flatten())
        for _ in range(2):
            model.add(layers.Dense(dense))
        model.add(layers.Dense(classes, activation="softmax"))
        return model


class VggCost(Function):
    name = "vgg_cost"
    title = "Find the bugs in the count"
    difficulty = 3
    criteria = (
        Criterion("convolution", 1, "blocks of one convolution"),
        Criterion("blocks", 1, "blocks of several convolutions"),
        Criterion("whole", 2, "whole networks, with dense layers"),
    )
    tolerance = EXACT
    revisit = "Exercise 8"

    def probes(self, rng):
        def sizes(*bounds):
            return tuple(int(rng.integers(*b)) for b in bounds)

        side, channels = sizes((5, 12), (2, 5))
        yield Probe(
            "convolution", "one block, one convolution", args=([(7, 1)], side, channels, ())
        )
        yield Probe("convolution", "two blocks on an odd side", args=([(3, 1), (5, 1)], 9, 2, ()))
        yield Probe("blocks", "one block of three", args=([(6, 3)], 8, 2, ()))
        yield Probe("blocks", "two blocks of two", args=([(4, 2), (9, 2)], 12, 3, ()))
        yield Probe("whole", "one dense layer", args=([(4, 1)], 6, 1, (10,)))
        yield Probe("whole", "three dense layers", args=(SMALL, 16, 3, (7, 11, 5)))
        yield Probe("whole", "VGG-16", args=(VGG_D,))
        yield Probe("whole", "VGG-11 with 10 classes", args=(VGG_A, 64, 3, (128, 128, 10)))

    @accepted("lists of layers first")
    def by_lists(blocks, side=224, channels=3, dense=(4096, 4096, 1000)):
        sizes = []  # (weights, outputs of a map, biases)
        for filters, convs in blocks:
            for _ in range(convs):
                sizes.append((9 * channels * filters, side**2, filters))
                channels = filters
            side //= 2
        widths = [side**2 * channels, *dense]
        sizes += [(widths[i] * n, 1, n) for i, n in enumerate(dense)]
        return sum(w + b for w, _, b in sizes), sum(w * n for w, n, _ in sizes)

    @accepted("one formula a block")
    def by_block(blocks, side=224, channels=3, dense=(4096, 4096, 1000)):
        parameters, work = 0, 0
        for filters, convs in blocks:
            weights = 9 * filters * (channels + (convs - 1) * filters)
            parameters, work = parameters + weights + convs * filters, work + weights * side * side
            channels, side = filters, side // 2
        units = channels * side * side
        for width in dense:
            parameters, work, units = parameters + (units + 1) * width, work + units * width, width
        return (parameters, work)

    @accepted("with NumPy")
    def vectorised(blocks, side=224, channels=3, dense=(4096, 4096, 1000)):
        maps = np.array([f for f, convs in blocks for _ in range(convs)], dtype=np.int64)
        sides = [side // 2**i for i, (_, convs) in enumerate(blocks) for _ in range(convs)]
        weights = 9 * maps * np.concatenate([[channels], maps[:-1]])
        last = side // 2 ** len(blocks)
        widths = np.array([last * last * maps[-1], *dense], dtype=np.int64)
        full = widths[:-1] * widths[1:]
        parameters = weights.sum() + maps.sum() + full.sum() + widths[1:].sum()
        return int(parameters), int((weights * np.square(sides)).sum() + full.sum())

    @wrong(
        "This is the draft as it was, with all three bugs. Take its smallest case and count by "
        "hand: one convolution with one map on an image of 2×2, no dense layer."
    )
    def draft(blocks, side=224, channels=3, dense=(4096, 4096, 1000)):
        parameters = multiply_adds = 0
        for filters, convs in blocks:
            for _ in range(convs):
                weights = 3 * 3 * channels * filters
                parameters += weights + filters
                multiply_adds += weights * side
            channels = filters
            side = side // 2
        units = side * side * channels
        for width in dense:
            parameters += units * width + width
            multiply_adds += units * width
        return parameters, multiply_adds

    @wrong(
        "One bug is left; it concerns work, not parameters: at how many positions does a filter "
        "stand on a square map?",
        revisit="LeNet-5 as it is taught today",
    )
    def one_row(blocks, side=224, channels=3, dense=(4096, 4096, 1000)):
        parameters = multiply_adds = 0
        for filters, convs in blocks:
            for _ in range(convs):
                weights = 3 * 3 * channels * filters
                parameters += weights + filters
                multiply_adds += weights * side
                channels = filters
            side = side // 2
        units = side * side * channels
        for width in dense:
            parameters += units * width + width
            multiply_adds += units * width
            units = width
        return parameters, multiply_adds

    @wrong(
        "One bug is left: what does the second convolution of a block see? In your count, as many "
        "maps as the first one."
    )
    def stale_channels(blocks, side=224, channels=3, dense=(4096, 4096, 1000)):
        parameters = multiply_adds = 0
        for filters, convs in blocks:
            for _ in range(convs):
                weights = 3 * 3 * channels * filters
                parameters += weights + filters
                multiply_adds += weights * side * side
            channels = filters
            side = side // 2
        units = side * side * channels
        for width in dense:
            parameters += units * width + width
            multiply_adds += units * width
            units = width
        return parameters, multiply_adds

    @wrong(
        "One bug is left, among the dense layers: in your count every one of them sees the "
        "flattened map."
    )
    def stale_units(blocks, side=224, channels=3, dense=(4096, 4096, 1000)):
        parameters = multiply_adds = 0
        for filters, convs in blocks:
            for _ in range(convs):
                weights = 3 * 3 * channels * filters
                parameters += weights + filters
                multiply_adds += weights * side * side
                channels = filters
            side = side // 2
        units = side * side * channels
        for width in dense:
            parameters += units * width + width
            multiply_adds += units * width
        return parameters, multiply_adds

    @wrong(
        "Two bugs are left. Dense layers are right; among the convolutions, look at what the "
        "second of a block sees, and at how many positions a filter stands."
    )
    def convolutions_wrong(blocks, side=224, channels=3, dense=(4096, 4096, 1000)):
        parameters = multiply_adds = 0
        for filters, convs in blocks:
            for _ in range(convs):
                weights = 3 * 3 * channels * filters
                parameters += weights + filters
                multiply_adds += weights * side
            channels = filters
            side = side // 2
        units = side * side * channels
        for width in dense:
            parameters += units * width + width
            multiply_adds += units * width
            units = width
        return parameters, multiply_adds

    @wrong(
        "Two bugs are left. You mended what the next convolution sees; ask the same of the dense "
        "layers, and count a filter's positions."
    )
    def positions_and_units(blocks, side=224, channels=3, dense=(4096, 4096, 1000)):
        parameters = multiply_adds = 0
        for filters, convs in blocks:
            for _ in range(convs):
                weights = 3 * 3 * channels * filters
                parameters += weights + filters
                multiply_adds += weights * side
                channels = filters
            side = side // 2
        units = side * side * channels
        for width in dense:
            parameters += units * width + width
            multiply_adds += units * width
        return parameters, multiply_adds

    @wrong(
        "Two bugs are left, of one kind: a layer that does not hand on what the next one sees. "
        "Positions are right."
    )
    def nothing_handed_on(blocks, side=224, channels=3, dense=(4096, 4096, 1000)):
        parameters = multiply_adds = 0
        for filters, convs in blocks:
            for _ in range(convs):
                weights = 3 * 3 * channels * filters
                parameters += weights + filters
                multiply_adds += weights * side * side
            channels = filters
            side = side // 2
        units = side * side * channels
        for width in dense:
            parameters += units * width + width
            multiply_adds += units * width
        return parameters, multiply_adds

    @wrong(
        "You count the biases as work. A bias is added, not multiplied; papers leave it out of the "
        "multiply-adds.",
    )
    def biases_as_work(blocks, side=224, channels=3, dense=(4096, 4096, 1000)):
        parameters = multiply_adds = 0
        for filters, convs in blocks:
            for _ in range(convs):
                weights = 3 * 3 * channels * filters
                parameters += weights + filters
                multiply_adds += (weights + filters) * side * side
                channels = filters
            side = side // 2
        units = side * side * channels
        for width in dense:
            parameters += units * width + width
            multiply_adds += units * width + width
            units = width
        return parameters, multiply_adds

    @wrong(
        "You halve the side before the block's convolutions. They run on the full map; pooling "
        "comes at the end of the block.",
    )
    def pooled_first(blocks, side=224, channels=3, dense=(4096, 4096, 1000)):
        parameters = multiply_adds = 0
        for filters, convs in blocks:
            side = side // 2
            for _ in range(convs):
                weights = 3 * 3 * channels * filters
                parameters += weights + filters
                multiply_adds += weights * side * side
                channels = filters
        units = side * side * channels
        for width in dense:
            parameters += units * width + width
            multiply_adds += units * width
            units = width
        return parameters, multiply_adds


class Quiz(Choices):
    name = "quiz"
    title = "Quiz"
    revisit = "The answer"
    questions: ClassVar = {
        "q1": (
            "block1_conv2 has few parameters and much work, fc1 the reverse. Why?",
            {
                "a": "Multiplications in a convolution are more expensive.",
                "b": "ReLU counts as work.",
                "c": "A convolution's weight is used at every position, a dense layer's once.",
                "d": "The convolution has more biases.",
            },
        ),
        "q2": (
            "Rows of conv1 for 224 pixels, a filter of 11, stride 4, no padding?",
            {"a": "53", "b": "54", "c": "55", "d": "56"},
        ),
        "q3": (
            "How many maps does one filter of AlexNet's conv2 see?",
            {"a": "24", "b": "48", "c": "96", "d": "128"},
        ),
        "q4": (
            "Why does a LeNet-5 trained on centred digits misread moved ones?",
            {
                "a": "Convolution is not equivariant to shifts.",
                "b": "Max pooling throws the digit away.",
                "c": "Zero padding erases the strokes.",
                "d": "The maps move along, but the dense layer has other weights at each place.",
            },
        ),
        "q5": (
            "Three 3×3 in place of one 7×7, C maps in and out?",
            {
                "a": "They see a 9×9 patch.",
                "b": "They have as many weights, but more ReLUs.",
                "c": "They see the same patch with 27C² weights in place of 49C².",
                "d": "They save weights because they see less.",
            },
        ),
        "q6": (
            "What makes the LeNet-5 of today larger by 1,706 parameters?",
            {
                "a": "A C3 that sees all maps and trained outputs, less the pooling's parameters.",
                "b": "Max pooling has parameters, average pooling has none.",
                "c": "ReLU has more parameters than tanh.",
                "d": "Images of 32 in place of 28 pixels.",
            },
        ),
    }
    because: ClassVar = {
        "q1": {
            "a": "A multiplication costs the same everywhere. Ask how often each weight is used.",
            "b": "Activations are not counted as multiply-adds, and fc1 has a ReLU as well.",
            "d": "It has 64 biases, fc1 has 4096, and biases are not multiplied.",
        },
        "q2": {
            "a": "Put the numbers into the formula of lesson 08; the last window still fits.",
            "c": "55 is what the paper prints, but it needs 227 pixels.",
            "d": "Without padding, the number of windows is rounded down.",
        },
        "q3": {
            "a": "There are two groups, not four.",
            "c": "That is one group: every filter would see all maps.",
            "d": "128 is the number of filters in a group, not of the maps they see.",
        },
        "q4": {
            "a": "It is: when the digit moves, its feature maps move along.",
            "b": "Pooling keeps the largest values, wherever in its window they are.",
            "c": "A frame of zeros looks like more paper; no stroke is lost.",
        },
        "q5": {
            "a": "Neighbouring windows overlap: each layer adds two pixels, not three.",
            "b": "Compare three times nine with seven times seven.",
            "d": "They see as much; that is the point. Count the triangle of paths again.",
        },
        "q6": {
            "b": "Neither kind of pooling has parameters today; in 1998 subsampling had some.",
            "c": "Neither has any.",
            "d": "A convolution's parameters do not depend on the image's size, and C5 sees 5×5 "
            "maps in both.",
        },
    }
