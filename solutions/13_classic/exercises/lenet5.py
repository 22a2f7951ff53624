"""What is right in `lenet5`, and what students get wrong."""

import keras
from keras import layers

from autograder.exercise import SUMS_32, Build, Criterion, Model, accepted, wrong


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
