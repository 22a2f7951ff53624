"""What is right in `two_heads`, and what students get wrong."""

import keras
from keras import layers, ops

from autograder.exercise import Build, Criterion, Model, accepted, wrong

from ._shared import FLOAT32


class TwoHeads(Model):
    title = "Find the bugs: two heads"
    difficulty = 2
    criteria = (
        Criterion("parameters", 1, "no layer too few, none too many"),
        Criterion("behaviour", 3, "both answers of the network described, with its weights"),
    )
    tolerance = FLOAT32
    revisit = "One picture, two answers"

    def probes(self, rng):
        yield Build("32 hidden units, the default", input_shape=(28, 28))
        yield Build("5 hidden units", args=(5,), input_shape=(28, 28))
        yield Build("hidden=12 by name", kwargs={"hidden": 12}, input_shape=(28, 28))

    @accepted("the body is a Sequential")
    def stacked_body(hidden=32):
        body = keras.Sequential(
            [
                layers.Flatten(),
                layers.Dense(hidden, activation="relu"),
                layers.Dense(hidden, activation="relu"),
            ]
        )
        image = keras.Input((28, 28))
        x = body(image)
        outputs = dict(odd=layers.Dense(1, activation="sigmoid")(x), digit=layers.Dense(10)(x))
        return keras.Model(image, outputs)

    @accepted("a loop over the body, activations as layers")
    def loop(hidden=32):
        image = keras.Input((28, 28), name="picture")
        x = layers.Reshape((784,))(image)
        for _ in range(2):
            x = layers.ReLU()(layers.Dense(hidden)(x))
        score = layers.Dense(1)(x)
        return keras.Model(image, {"digit": layers.Dense(10)(x), "odd": ops.sigmoid(score)})

    @accepted("the draft, mended")
    def mended(hidden=32):
        image = keras.Input((28, 28), name="image")
        flat = layers.Flatten(name="flat")(image)
        x = layers.Dense(hidden, activation="relu", name="first")(flat)
        x = layers.Dense(hidden, activation="relu", name="second")(x)
        digit = layers.Dense(10, name="digit")(x)
        odd = layers.Dense(1, activation="sigmoid", name="odd")(x)
        return keras.Model(image, {"digit": digit, "odd": odd})

    @wrong(
        "This is the draft as it was. Draw it: how many boxes lie between the image and the "
        "heads, and what does each head see?"
    )
    def as_it_was(hidden=32):
        image = keras.Input((28, 28), name="image")
        flat = layers.Flatten()(image)
        x = layers.Dense(hidden, activation="relu")(flat)
        x = layers.Dense(hidden, activation="relu")(flat)
        digit = layers.Dense(10, name="digit")(x)
        odd = layers.Dense(1, activation="sigmoid", name="odd")(digit)
        return keras.Model(image, {"digit": digit, "odd": odd})

    odd_on_digit = wrong(
        "The body is right now. One bug is left: what does the head `odd` see in your network? "
        "Ten scores, not the hidden layer.",
        change={
            'layers.Dense(1, activation="sigmoid", name="odd")(x)': 'layers.Dense(1, activation="sigmoid", name="odd")(digit)'
        },
    )

    @wrong(
        "The heads are right now. One bug is left: a hidden layer is made and never used, so it "
        "is not part of the model.",
        revisit="A graph",
    )
    def layer_lost(hidden=32):
        image = keras.Input((28, 28))
        flat = layers.Flatten()(image)
        x = layers.Dense(hidden, activation="relu")(flat)
        x = layers.Dense(hidden, activation="relu")(flat)
        digit = layers.Dense(10, name="digit")(x)
        odd = layers.Dense(1, activation="sigmoid", name="odd")(x)
        return keras.Model(image, {"digit": digit, "odd": odd})

    @wrong(
        "The head `odd` hangs on the first hidden layer, `digit` on the second. Both are to see "
        "the second."
    )
    def odd_too_early(hidden=32):
        image = keras.Input((28, 28))
        x = layers.Flatten()(image)
        first = layers.Dense(hidden, activation="relu")(x)
        second = layers.Dense(hidden, activation="relu")(first)
        digit = layers.Dense(10, name="digit")(second)
        odd = layers.Dense(1, activation="sigmoid", name="odd")(first)
        return keras.Model(image, {"digit": digit, "odd": odd})

    @wrong(
        "Each of your heads has a body of its own: twice the work, and neither learns from the "
        "other's task. One body for both."
    )
    def two_bodies(hidden=32):
        image = keras.Input((28, 28))
        flat = layers.Flatten()(image)
        ends = []
        for _ in range(2):
            x = layers.Dense(hidden, activation="relu")(flat)
            ends.append(layers.Dense(hidden, activation="relu")(x))
        digit = layers.Dense(10, name="digit")(ends[0])
        odd = layers.Dense(1, activation="sigmoid", name="odd")(ends[1])
        return keras.Model(image, {"digit": digit, "odd": odd})

    @wrong(
        "The outputs came as a list. `compile` and `fit` of the lesson know them by name: a "
        'dictionary with "digit" and "odd" is asked for.'
    )
    def as_list(hidden=32):
        image = keras.Input((28, 28))
        x = layers.Flatten()(image)
        x = layers.Dense(hidden, activation="relu")(x)
        x = layers.Dense(hidden, activation="relu")(x)
        return keras.Model(image, [layers.Dense(10)(x), layers.Dense(1, activation="sigmoid")(x)])

    @wrong("Your network has one answer left: the output `odd` is missing.")
    def one_output(hidden=32):
        image = keras.Input((28, 28))
        x = layers.Flatten()(image)
        x = layers.Dense(hidden, activation="relu")(x)
        x = layers.Dense(hidden, activation="relu")(x)
        return keras.Model(image, {"digit": layers.Dense(10)(x)})

    digit_softmax = wrong(
        "Your `digit` ends in a softmax. Ten scores without an activation are asked for: the "
        "lesson's loss expects them.",
        change={
            'layers.Dense(10, name="digit")': 'layers.Dense(10, activation="softmax", name="digit")'
        },
        revisit="Scores, probabilities, and the loss that fits",
    )

    @wrong(
        "Both hidden layers are one object, called twice: they share their weights. Sharing is "
        "for two inputs of one kind, not for two steps of a stack.",
        revisit="Two inputs, one pair of eyes",
    )
    def body_shared_with_itself(hidden=32):
        image = keras.Input((28, 28))
        x = layers.Dense(hidden, activation="relu")(layers.Flatten()(image))
        step = layers.Dense(hidden, activation="relu")
        x = step(step(x))
        digit = layers.Dense(10, name="digit")(x)
        odd = layers.Dense(1, activation="sigmoid", name="odd")(x)
        return keras.Model(image, {"digit": digit, "odd": odd})
