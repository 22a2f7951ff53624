"""What is right in `same_or_not`, and what students get wrong."""

import keras
from keras import layers, ops

from autograder.exercise import Build, Criterion, Model, accepted, wrong

from ._shared import FLOAT32


class SameOrNot(Model):
    title = "Same or not?"
    difficulty = 2
    criteria = (
        Criterion("shape", 1, "one number for each pair"),
        Criterion("parameters", 1, "one branch's weights and one head's"),
        Criterion("behaviour", 3, "the same answers as the network described, with its weights"),
    )
    tolerance = FLOAT32
    revisit = "Two inputs, one pair of eyes"

    def probes(self, rng):
        yield Build("as by default, 28×28, 32 units", input_shape=[(28, 28), (28, 28)])
        yield Build("side 6, units 3", args=(6, 3), input_shape=[(6, 6), (6, 6)])
        yield Build(
            "side=9, units=1 by name",
            kwargs={"side": 9, "units": 1},
            input_shape=[(9, 9), (9, 9)],
        )
        side, units = (int(v) for v in rng.integers((10, 4), (30, 40)))
        yield Build(
            f"side {side}, units {units}",
            args=(side, units),
            input_shape=[(side, side), (side, side)],
            aspects=("shape", "parameters"),
            symbolic=True,
        )

    @accepted("two layers shared, operations for the rest")
    def with_ops(side=28, units=32):
        left = keras.Input((side, side), name="left")
        right = keras.Input((side, side), name="right")
        dense = layers.Dense(units, activation="relu")
        u = dense(ops.reshape(left, (-1, side * side)))
        v = dense(ops.reshape(right, (-1, side * side)))
        joined = ops.concatenate([ops.abs(v - u), ops.multiply(u, v)], axis=-1)
        return keras.Model([left, right], layers.Dense(1, activation="sigmoid")(joined))

    @accepted("layers for everything")
    def with_layers(side=28, units=32):
        inputs = [keras.Input((side, side)) for _ in range(2)]
        flatten, dense, relu = layers.Flatten(), layers.Dense(units), layers.ReLU()
        u, v = (relu(dense(flatten(x))) for x in inputs)
        larger, smaller = layers.Maximum()([u, v]), layers.Minimum()([u, v])
        apart, product = layers.Subtract()([larger, smaller]), layers.Multiply()([u, v])
        score = layers.Dense(1)(layers.Concatenate(axis=1)([apart, product]))
        return keras.Model(inputs, layers.Activation("sigmoid")(score))

    @accepted("the branch is a functional model")
    def model_in_model(side=28, units=32):
        picture = keras.Input((side, side))
        x = layers.Flatten()(picture)
        eyes = keras.Model(picture, layers.Dense(units, activation="relu")(x))
        a, b = keras.Input((side, side)), keras.Input((side, side))
        u, v = eyes(a), eyes(b)
        both = layers.concatenate([ops.absolute(ops.subtract(u, v)), layers.multiply([u, v])])
        return keras.Model(inputs=[a, b], outputs=layers.Dense(1, "sigmoid")(both))

    made_twice = wrong(
        "You made the branch twice, once for each input: two sets of weights, which may see one "
        "picture in two ways. Sharing means calling one object twice.",
        change={"dense(flatten(x))": "layers.Dense(units)(flatten(x))"},
        of=with_layers,
    )

    @wrong(
        "You built a stack. A Sequential has one input; two pictures, looked at by the same "
        "branch, need a graph.",
        revisit="A graph",
    )
    def sequential_forced(side=28, units=32):
        return keras.Sequential(
            [
                keras.Input((side, 2 * side)),
                layers.Flatten(),
                layers.Dense(units, activation="relu"),
                layers.Dense(1, activation="sigmoid"),
            ]
        )

    pictures_joined = wrong(
        "You stuck the two pictures together and gave them to one dense layer. It has other "
        "weights for left and right; nothing is shared. The branch must see one picture at a time.",
        change={
            "u, v = eyes(left), eyes(right)": "both = layers.Concatenate()([left, right])",
            "layers.Concatenate()([ops.abs(u - v), u * v])": "eyes(both)",
        },
    )

    batch_axis = wrong(
        "You joined along axis 0, the batch: difference and product came to lie one below the "
        "other, as if they were other pairs. Each pair's row must grow longer, not the batch.",
        change={
            "layers.Concatenate()([ops.abs(u - v), u * v])": (
                "ops.concatenate([ops.abs(u - v), u * v], axis=0)"
            )
        },
    )

    descriptions_joined = wrong(
        "You join the two descriptions as they are. The head is to see how far apart they are, "
        "and their product.",
        change={"[ops.abs(u - v), u * v]": "[u, v]"},
    )

    signed_difference = wrong(
        "Your difference has a sign, so your network's answer changes when the pictures are "
        "swapped. The size of the difference is asked for.",
        change={"ops.abs(u - v)": "u - v"},
    )

    left_twice = wrong(
        "Your branch looks at the left picture twice and never at the right one. Keras does not "
        "complain about an input that nobody uses.",
        change={"eyes(right)": "eyes(left)"},
    )

    order_swapped = wrong(
        "Product first, difference second: the statement joins them the other way round.",
        change={"[ops.abs(u - v), u * v]": "[u * v, ops.abs(u - v)]"},
    )

    difference_alone = wrong(
        "The product is missing: your head sees the difference alone.",
        change={"layers.Concatenate()([ops.abs(u - v), u * v])": "ops.abs(u - v)"},
    )

    no_sigmoid = wrong(
        "Your last layer gives a score. One number from 0 to 1 is asked for; which activation "
        "makes one of a score?",
        change={'layers.Dense(1, activation="sigmoid")': "layers.Dense(1)"},
        revisit="Scores, probabilities, and the loss that fits",
    )

    no_relu = wrong(
        "The dense layer of your branch has no ReLU.",
        change={'layers.Dense(units, activation="relu")': "layers.Dense(units)"},
    )

    softmax_of_one = wrong(
        "Your last layer is a softmax over one number. That is 1, whatever the number: a single "
        "answer needs a sigmoid.",
        change={
            'layers.Dense(1, activation="sigmoid")(joined)': "ops.softmax(layers.Dense(1)(joined))"
        },
        revisit="Scores, probabilities, and the loss that fits",
    )
