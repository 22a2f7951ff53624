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
        hidden = int(rng.integers(40, 400))
        yield Build(
            f"{hidden} hidden units",
            args=(hidden,),
            input_shape=(28, 28),
            aspects=("parameters",),
            symbolic=True,
        )

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

    as_it_was = wrong(
        "This is the draft as it was. Draw it: how many boxes lie between the image and the "
        "heads, and what does each head see?",
        change={
            'name="second")(x)': 'name="second")(flat)',
            'name="odd")(x)': 'name="odd")(digit)',
        },
        of=mended,
    )

    odd_on_digit = wrong(
        "The body is right now. One bug is left: what does the head `odd` see in your network? "
        "Ten scores, not the hidden layer.",
        change={'name="odd")(x)': 'name="odd")(digit)'},
    )

    layer_lost = wrong(
        "The heads are right now. One bug is left: a hidden layer is made and never used, so it "
        "is not part of the model.",
        change={'name="second")(x)': 'name="second")(flat)'},
        of=mended,
        revisit="A graph",
    )

    odd_too_early = wrong(
        "The head `odd` hangs on the first hidden layer, `digit` on the second. Both are to see "
        "the second.",
        change={"(flat)": "(flat)\n    first = x", 'name="odd")(x)': 'name="odd")(first)'},
        of=mended,
    )

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

    as_list = wrong(
        "The outputs came as a list. `compile` and `fit` of the lesson know them by name: a "
        'dictionary with "digit" and "odd" is asked for.',
        change={'{"digit": digit, "odd": odd}': "[digit, odd]"},
    )

    one_output = wrong(
        "Your network has one answer left: the output `odd` is missing.",
        change={'{"digit": digit, "odd": odd}': '{"digit": digit}'},
    )

    digit_softmax = wrong(
        "Your `digit` ends in a softmax. Ten scores without an activation are asked for: the "
        "lesson's loss expects them.",
        change={'(10, name="digit")': '(10, activation="softmax", name="digit")'},
        revisit="Scores, probabilities, and the loss that fits",
    )

    body_shared_with_itself = wrong(
        "Both hidden layers are one object, called twice: they share their weights. Sharing is "
        "for two inputs of one kind, not for two steps of a stack.",
        change={
            'x = layers.Dense(hidden, activation="relu", name="second")(x)': (
                'step = layers.Dense(hidden, activation="relu")\n    x = step(step(x))'
            )
        },
        of=mended,
        revisit="Two inputs, one pair of eyes",
    )
