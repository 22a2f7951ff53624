"""What is right in `factorised`, and what students get wrong."""

import keras
from keras import layers

from autograder.exercise import Block, Build, Criterion, accepted, wrong

from ._shared import FLOAT32

# The three bugs of the draft.
ONE_REDUCTION = {
    "conv(reduce_threes, 1)(x)": "(reduced := conv(reduce_threes, 1)(x))",
    "conv(reduce_fives, 1)(x)": "reduced",
}
NOT_CHAINED = {"conv(fives, 3)(first)": "first"}
POOL_UNUSED = {"conv(pool_projection, 1)(pool)": "conv(pool_projection, 1)(x)"}


class Factorised(Block):
    title = "Find the bugs"
    difficulty = 3
    criteria = (
        Criterion("shape", 1, "the size of the input, the channels of all branches"),
        Criterion("parameters", 2, "seven convolutions, each on the right tensor"),
        Criterion("behaviour", 2, "the same values with the same weights"),
    )
    tolerance = FLOAT32
    revisit = "What came after: InceptionV3"

    def probes(self, rng):
        yield Build("all numbers differ", args=(3, 5, 4, 2, 6, 7), input_shape=(7, 9, 8))
        yield Build("wide reductions", args=(2, 3, 5, 7, 4, 3), input_shape=(6, 8, 5))
        widths = tuple(int(v) for v in rng.integers(2, 20, 6))
        yield Build(
            "six random widths",
            args=widths,
            input_shape=(6, 7, 5),
            aspects=("shape", "parameters"),
            symbolic=True,
        )

    @accepted("one branch after the other")
    def spelled_out(x, ones, reduce_threes, threes, reduce_fives, fives, pool_projection):
        a = layers.Conv2D(ones, 1, activation="relu")(x)
        b = layers.Conv2D(reduce_threes, 1, activation="relu")(x)
        b = layers.Conv2D(threes, 3, padding="same", activation="relu")(b)
        c = layers.Conv2D(reduce_fives, 1, activation="relu")(x)
        c = layers.Conv2D(fives, 3, padding="same", activation="relu")(c)
        c = layers.Conv2D(fives, 3, padding="same", activation="relu")(c)
        d = layers.MaxPooling2D(3, 1, "same")(x)
        d = layers.Conv2D(pool_projection, 1, activation="relu")(d)
        return layers.concatenate([a, b, c, d])

    @accepted("lists of layers")
    def lists(x, ones, reduce_threes, threes, reduce_fives, fives, pool_projection):
        def branch(*stack):
            y = x
            for layer in stack:
                y = layer(y)
            return y

        def conv(filters, size):
            return layers.Conv2D(filters, size, padding="same", activation="relu")

        return layers.Concatenate()(
            [
                branch(conv(ones, 1)),
                branch(conv(reduce_threes, 1), conv(threes, 3)),
                branch(conv(reduce_fives, 1), conv(fives, 3), conv(fives, 3)),
                branch(layers.MaxPooling2D(3, 1, "same"), conv(pool_projection, 1)),
            ]
        )

    @accepted("Sequential models, ReLU as layers")
    def sequential(x, ones, reduce_threes, threes, reduce_fives, fives, pool_projection):
        def convs(*plan):
            for filters, size in plan:
                yield layers.Conv2D(filters, size, padding="same")
                yield layers.ReLU()

        five = keras.Sequential([*convs((reduce_fives, 1), (fives, 3), (fives, 3))])(x)
        three = keras.Sequential([*convs((reduce_threes, 1), (threes, 3))])(x)
        one = keras.Sequential([*convs((ones, 1))])(x)
        pool = keras.Sequential([layers.MaxPool2D(3, 1, "same"), *convs((pool_projection, 1))])(x)
        return keras.ops.concatenate([one, three, five, pool], -1)

    draft = wrong(
        "This is the draft as it was, with all three bugs. Take the branches one at a time, and "
        "follow each from `x` to the end.",
        change={**ONE_REDUCTION, **NOT_CHAINED, **POOL_UNUSED},
    )

    pool_unused = wrong(
        "One bug is left, in the pooling branch: is what the pool gives used by anyone? Counts and "
        "shapes cannot tell you.",
        change=POOL_UNUSED,
    )

    not_chained = wrong(
        "One bug is left: your second 3×3 does not stand behind the first, so the branch sees 3×3, "
        "not 5×5.",
        change=NOT_CHAINED,
    )

    shared_reduction = wrong(
        "One bug is left: two branches share one reduction. `reduce_fives` appears nowhere in your "
        "module.",
        change=ONE_REDUCTION,
    )

    five_branch = wrong(
        "Two bugs are left, both in the branch of the two 3×3: where does it start, and does the "
        "second stand behind the first?",
        change={**ONE_REDUCTION, **NOT_CHAINED},
    )

    shared_and_unpooled = wrong(
        "Two bugs are left: the branch of the two 3×3 has no reduction of its own, and what the "
        "pool gives is lost.",
        change={**ONE_REDUCTION, **POOL_UNUSED},
    )

    loose_ends = wrong(
        "Two bugs are left: one of the two 3×3 leads nowhere, and so does the pool.",
        change={**NOT_CHAINED, **POOL_UNUSED},
    )

    linear_between = wrong(
        "There is no ReLU between your two 3×3: then they are one 5×5 of a special kind, and the "
        "second bend is lost.",
        change={"first = conv(fives, 3)": 'first = layers.Conv2D(fives, 3, padding="same")'},
    )

    @wrong("That is your `inception`: its 5×5 is still there. Here two 3×3 stand in its place.")
    def still_five(x, ones, reduce_threes, threes, reduce_fives, fives, pool_projection):
        return inception(x, ones, reduce_threes, threes, reduce_fives, fives, pool_projection)

    narrow_first = wrong(
        "The first of your two 3×3 keeps the reduced number of channels. Both have `fives`.",
        change={"first = conv(fives, 3)": "first = conv(reduce_fives, 3)"},
    )
