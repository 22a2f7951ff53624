"""What is right in `lenet5`, and what students get wrong."""

import keras
from keras import layers

from autograder.exercise import SUMS_32, Build, Criterion, Model, accepted, wrong

# S2, C3 and S4, as they stand in the lesson's solution.
_POOLED_TWICE = """layers.{0}Pooling2D(2),
            layers.Conv2D(16, 5, activation="{1}"),
            layers.{0}Pooling2D(2),"""


class LeNet5(Model):
    title = "Build it"
    difficulty = 1
    criteria = (
        Criterion("shape", 1, "ten scores an image"),
        Criterion("parameters", 1, "61,706 parameters for both sizes"),
        Criterion("behaviour", 2, "the same scores as LeNet-5 with the same weights"),
    )
    settled = ("shape", "parameters")  # there are two sizes, and the text has their counts
    tolerance = SUMS_32
    revisit = "LeNet-5 as it is taught today"

    def probes(self, rng):
        yield Build("an image of 28×28, the default", input_shape=(28, 28, 1))
        yield Build("an image of 32×32", args=(32,), input_shape=(32, 32, 1))
        yield Build("side=28 by name", kwargs={"side": 28}, input_shape=(28, 28, 1))

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

    never_padded = wrong(
        "For images of 28 your C1 gives 24×24 maps: no padding there either. The 1998 images had "
        "a frame of two pixels, 32×32; images of 28 must get theirs from the padding of C1.",
        change={'"same" if side == 28 else "valid"': '"valid"'},
    )

    always_padded = wrong(
        "You pad C1 for images of 32, too, so its maps stay 32×32. An image of 32 has its frame "
        "already: its C1 must come to 28×28 as well.",
        change={'"same" if side == 28 else "valid"': '"same"'},
    )

    both_padded = wrong(
        "Your C3 is padded like C1. In LeNet-5 it is not: 14×14 maps become 10×10. Compare with "
        "the picture to scale, and with the 400 numbers that C5 sees.",
        change={
            'layers.Conv2D(16, 5, activation="relu")': (
                'layers.Conv2D(16, 5, padding="same", activation="relu")'
            ),
        },
    )

    ends_in_softmax = wrong(
        "Your network ends in a softmax. The scores are asked for as they are: with the lesson's "
        "loss, which expects logits, softmax would be applied twice.",
        change={"layers.Dense(10)": 'layers.Dense(10, activation="softmax")'},
    )

    average_pooling = wrong(
        "You pool by averaging, as many descriptions of LeNet-5 do. Here the maximum is asked for; "
        "the lesson compares the two further down.",
        change={
            "layers.MaxPooling2D(2),\n            layers.Conv2D(16": (
                "layers.AveragePooling2D(2),\n            layers.Conv2D(16"
            ),
            "layers.MaxPooling2D(2),\n            layers.Flatten()": (
                "layers.AveragePooling2D(2),\n            layers.Flatten()"
            ),
        },
    )

    linear_head = wrong(
        "C5 and F6 have no activation in your network. Then the three dense layers together are no "
        "more than one: a product of matrices is a matrix.",
        change={
            'layers.Dense(120, activation="relu")': "layers.Dense(120)",
            'layers.Dense(84, activation="relu")': "layers.Dense(84)",
        },
    )

    linear_convolutions = wrong(
        "Your convolutions have no activation. Without one, a convolution and what follows it lose "
        "their non-linearity; each convolution of the list has its ReLU.",
        change={
            'else "valid", activation="relu"': 'else "valid"',
            'layers.Conv2D(16, 5, activation="relu")': "layers.Conv2D(16, 5)",
        },
    )

    without_f6 = wrong(
        "One dense layer is missing: after C5 with 120 units comes F6 with 84, and only then the "
        "ten scores.",
        change={'            layers.Dense(84, activation="relu"),\n': ""},
    )

    as_in_1998 = wrong(
        "That is closer to the network of 1998: tanh, and pooling by averaging. The one that is "
        "taught today, and asked for here, has ReLU and takes the maximum.",
        change={
            'else "valid", activation="relu"': 'else "valid", activation="tanh"',
            _POOLED_TWICE.format("Max", "relu"): _POOLED_TWICE.format("Average", "tanh"),
            'layers.Dense(120, activation="relu")': 'layers.Dense(120, activation="tanh")',
            'layers.Dense(84, activation="relu")': 'layers.Dense(84, activation="tanh")',
        },
        revisit="LeNet-5 as it was printed",
    )

    tanh = wrong(
        "Your activations are tanh, as in 1998. ReLU is asked for.",
        change={
            'else "valid", activation="relu"': 'else "valid", activation="tanh"',
            'layers.Conv2D(16, 5, activation="relu")': 'layers.Conv2D(16, 5, activation="tanh")',
            'layers.Dense(120, activation="relu")': 'layers.Dense(120, activation="tanh")',
            'layers.Dense(84, activation="relu")': 'layers.Dense(84, activation="tanh")',
        },
        revisit="LeNet-5 as it was printed",
    )

    sigmoid_and_average = wrong(
        "Your activations are sigmoids, and you pool by averaging. ReLU and the maximum are asked "
        "for.",
        change={
            'else "valid", activation="relu"': 'else "valid", activation="sigmoid"',
            _POOLED_TWICE.format("Max", "relu"): _POOLED_TWICE.format("Average", "sigmoid"),
            'layers.Dense(120, activation="relu")': 'layers.Dense(120, activation="sigmoid")',
            'layers.Dense(84, activation="relu")': 'layers.Dense(84, activation="sigmoid")',
        },
    )

    scores_cut_off = wrong(
        "Your scores pass through a ReLU: all that are negative become 0, and a class once "
        "there learns no more. The scores are asked for as they are.",
        change={"layers.Dense(10)": 'layers.Dense(10, activation="relu")'},
    )

    scores_squashed = wrong(
        "Your scores pass through a sigmoid. They are asked for as they are: the loss will see to "
        "the rest.",
        change={"layers.Dense(10)": 'layers.Dense(10, activation="sigmoid")'},
    )

    not_flattened = wrong(
        "Your network gives ten scores for each *place* of S4: a Dense layer works on the last "
        "axis alone. The map has to be laid flat before it.",
        change={"            layers.Flatten(),\n": ""},
    )

    averaged_maps = wrong(
        "You average over each map where LeNet-5 flattens: C5 then sees 16 numbers, not 400.",
        change={"layers.Flatten()": "layers.GlobalAveragePooling2D()"},
    )

    filters_exchanged = wrong(
        "The numbers of filters are exchanged: C1 has 6, C3 has 16.",
        change={
            "layers.Conv2D(6, 5": "layers.Conv2D(16, 5",
            "layers.Conv2D(16, 5, act": ("layers.Conv2D(6, 5, act"),
        },
    )

    smaller_kernels = wrong(
        "Your filters are 3×3. LeNet-5's are 5×5, in both convolutions.",
        change={
            "layers.Conv2D(6, 5": "layers.Conv2D(6, 3",
            "layers.Conv2D(16, 5": "layers.Conv2D(16, 3",
        },
    )

    colour_image = wrong(
        "Your network takes colour images. Grey ones have one channel.",
        change={"(side, side, 1)": "(side, side, 3)"},
    )

    side_ignored = wrong(
        "Your network takes 28×28 whatever `side` says.",
        change={"(side, side, 1)": "(28, 28, 1)"},
    )

    unpooled_end = wrong(
        "S4 is missing: after C3 the maps are pooled once more.",
        change={"layers.MaxPooling2D(2),\n            layers.Flatten()": "layers.Flatten()"},
    )

    overlapping_pools = wrong(
        "Your pooling moves by one pixel and hardly shrinks the maps. Windows of 2×2 stand side "
        "by side.",
        change={
            "layers.MaxPooling2D(2),\n            layers.Conv2D(16": (
                "layers.MaxPooling2D(2, strides=1),\n            layers.Conv2D(16"
            ),
            "layers.MaxPooling2D(2),\n            layers.Flatten()": (
                "layers.MaxPooling2D(2, strides=1),\n            layers.Flatten()"
            ),
        },
    )

    one_score = wrong(
        "Your network gives one number an image. Ten scores are asked for, one for each digit.",
        change={"layers.Dense(10)": "layers.Dense(1)"},
    )

    no_biases = wrong(
        "Your layers have no biases. Each filter and each unit of LeNet-5 has one.",
        change={
            'else "valid", activation="relu"': 'else "valid", use_bias=False, activation="relu"',
            'layers.Conv2D(16, 5, activation="relu")': (
                'layers.Conv2D(16, 5, use_bias=False, activation="relu")'
            ),
            "layers.Dense(120, ": "layers.Dense(120, use_bias=False, ",
            "layers.Dense(84, ": "layers.Dense(84, use_bias=False, ",
            "layers.Dense(10)": "layers.Dense(10, use_bias=False)",
        },
    )

    as_in_1998_with_softmax = wrong(
        "That is closer to the network of 1998: tanh, and pooling by averaging; and it ends in a "
        "softmax. Asked for are ReLU, the maximum, and scores as they are.",
        change={
            'else "valid", activation="relu"': 'else "valid", activation="tanh"',
            _POOLED_TWICE.format("Max", "relu"): _POOLED_TWICE.format("Average", "tanh"),
            'layers.Dense(120, activation="relu")': 'layers.Dense(120, activation="tanh")',
            'layers.Dense(84, activation="relu")': 'layers.Dense(84, activation="tanh")',
            "layers.Dense(10)": 'layers.Dense(10, activation="softmax")',
        },
        revisit="LeNet-5 as it was printed",
    )

    never_padded_with_softmax = wrong(
        "Two things: for images of 28 your C1 gives 24×24 maps, without the frame of two pixels "
        "that its padding is to make; and your network ends in a softmax, though the scores are "
        "asked for as they are.",
        change={
            '"same" if side == 28 else "valid"': '"valid"',
            "layers.Dense(10)": 'layers.Dense(10, activation="softmax")',
        },
    )

    average_pooling_with_softmax = wrong(
        "Two things: you pool by averaging, where the maximum is asked for; and your network ends "
        "in a softmax, though the scores are asked for as they are.",
        change={
            _POOLED_TWICE.format("Max", "relu"): _POOLED_TWICE.format("Average", "relu"),
            "layers.Dense(10)": 'layers.Dense(10, activation="softmax")',
        },
    )
