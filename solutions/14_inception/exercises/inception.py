"""What is right in `inception`, and what students get wrong."""

import keras
from keras import layers

from autograder.exercise import Block, Build, Criterion, accepted, wrong

from ._shared import FLOAT32


class Inception(Block):
    title = "The module"
    difficulty = 2
    criteria = (
        Criterion("shape", 1, "the size of the input, the channels of all branches"),
        Criterion("parameters", 1, "six convolutions"),
        Criterion("behaviour", 3, "the same values, in the order asked for"),
    )
    tolerance = FLOAT32
    revisit = "The inception module"

    def probes(self, rng):
        yield Build("all numbers differ", args=(3, 5, 4, 2, 6, 7), input_shape=(7, 9, 8))
        yield Build("branches of equal width", args=(4, 3, 4, 2, 4, 4), input_shape=(8, 6, 5))
        yield Build(
            "by name, reductions that widen",
            kwargs={
                "ones": 2,
                "reduce_threes": 6,
                "threes": 3,
                "reduce_fives": 7,
                "fives": 5,
                "pool_projection": 1,
            },
            input_shape=(5, 5, 4),
        )
        widths = tuple(int(v) for v in rng.integers(2, 20, 6))
        yield Build(
            "six random widths",
            args=widths,
            input_shape=(6, 7, 5),
            aspects=("shape", "parameters"),
            symbolic=True,
        )

    @accepted("every layer spelled out")
    def spelled_out(x, ones, reduce_threes, threes, reduce_fives, fives, pool_projection):
        a = layers.ReLU()(layers.Conv2D(ones, (1, 1))(x))
        b = layers.ReLU()(layers.Conv2D(reduce_threes, (1, 1))(x))
        b = layers.ReLU()(layers.Conv2D(threes, (3, 3), padding="same")(b))
        c = layers.ReLU()(layers.Conv2D(reduce_fives, (1, 1))(x))
        c = layers.ReLU()(layers.Conv2D(fives, (5, 5), padding="same")(c))
        d = layers.MaxPooling2D(pool_size=(3, 3), strides=(1, 1), padding="same")(x)
        d = layers.ReLU()(layers.Conv2D(pool_projection, (1, 1))(d))
        return layers.Concatenate(axis=-1)([a, b, c, d])

    @accepted("branches as Sequential models, in another order")
    def branches(x, ones, reduce_threes, threes, reduce_fives, fives, pool_projection):
        def conv(filters, size):
            return layers.Conv2D(filters, size, padding="same", activation="relu")

        pool = keras.Sequential([layers.MaxPool2D(3, 1, "same"), conv(pool_projection, 1)])(x)
        five = keras.Sequential([conv(reduce_fives, 1), conv(fives, 5)])(x)
        three = keras.Sequential([conv(reduce_threes, 1), conv(threes, 3)])(x)
        return layers.concatenate([conv(ones, 1)(x), three, five, pool])

    @accepted("a loop over the branches, padding by hand")
    def loop(x, ones, reduce_threes, threes, reduce_fives, fives, pool_projection):
        joined = []
        for plan in (
            [(ones, 1)],
            [(reduce_threes, 1), (threes, 3)],
            [(reduce_fives, 1), (fives, 5)],
            ["pool", (pool_projection, 1)],
        ):
            y = x
            for step in plan:
                if step == "pool":
                    y = layers.MaxPooling2D(3, strides=1, padding="same")(y)
                else:
                    y = layers.ZeroPadding2D(step[1] // 2)(y)
                    y = layers.Conv2D(*step, activation=keras.ops.relu)(y)
            joined.append(y)
        return keras.ops.concatenate(joined, axis=-1)

    added = wrong(
        "You add the branches. They are laid behind one another as channels, so that each keeps "
        "its own and they may be of different width.",
        change={"layers.Concatenate()": "layers.Add()"},
    )

    projected_first = wrong(
        "Your pooling branch projects before it pools. The shape and the count are right, the "
        "values are not: the maximum is to be taken over the input's own channels.",
        change={
            'conv(pool_projection, 1)(layers.MaxPooling2D(3, 1, padding="same")(x))': (
                'layers.MaxPooling2D(3, 1, padding="same")(conv(pool_projection, 1)(x))'
            )
        },
    )

    no_reduction = wrong(
        "Your 3×3 and 5×5 see all channels of the input: the reducing 1×1 before them are "
        "missing. This is the paper's naive module.",
        change={"conv(reduce_threes, 1)(x)": "x", "conv(reduce_fives, 1)(x)": "x"},
        revisit="The bottleneck",
    )

    pool_stride_2 = wrong(
        "Your branches do not fit beside one another: one has shrunk the map. In a module all keep "
        "the size, the pool too. Look at strides and paddings: which does Keras take by itself?",
        change={
            'layers.MaxPooling2D(3, 1, padding="same")': (
                'layers.MaxPooling2D(3, 2, padding="same")'
            )
        },
    )

    no_projection = wrong(
        "Your pooling branch has no 1×1 behind it, so all channels of the input come out. Without "
        "a projection, maps grow from module to module.",
        change={
            'conv(pool_projection, 1)(layers.MaxPooling2D(3, 1, padding="same")(x))': (
                'layers.MaxPooling2D(3, 1, padding="same")(x)'
            )
        },
    )

    linear_reductions = wrong(
        "Your reducing 1×1 convolutions have no ReLU. In GoogLeNet every convolution has one.",
        change={
            "conv(reduce_threes, 1)": "layers.Conv2D(reduce_threes, 1)",
            "conv(reduce_fives, 1)": "layers.Conv2D(reduce_fives, 1)",
        },
    )

    no_relu = wrong(
        "No convolution of your module has a ReLU: it is linear, but for the pool.",
        change={'padding="same", activation="relu"': 'padding="same"'},
    )

    average_pool = wrong(
        "You average in the pooling branch; GoogLeNet takes the maximum.",
        change={"layers.MaxPooling2D": "layers.AveragePooling2D"},
    )

    other_order = wrong(
        "Your branches are joined in another order than 1×1, 3×3, 5×5, pool. A network that "
        "learns from scratch would not mind, but weights of others no longer fit.",
        change={"[one, three, five, pool]": "[pool, one, three, five]"},
    )

    reductions_exchanged = wrong(
        "You exchanged the two reductions: `reduce_threes` belongs before the 3×3, `reduce_fives` "
        "before the 5×5.",
        change={
            "conv(reduce_threes, 1)": "conv(reduce_fives, 1)",
            "conv(reduce_fives, 1)": "conv(reduce_threes, 1)",
        },
    )

    small_fives = wrong(
        "Your third branch has a 3×3 convolution, as the second. It looks at 5×5 here; two 3×3 in "
        "its place come later in the lesson.",
        change={"conv(fives, 5)": "conv(fives, 3)"},
    )

    rows_joined = wrong(
        "You join the branches along another axis than the channels. Their maps are of one size "
        "and stand behind one another.",
        change={"layers.Concatenate()": "layers.Concatenate(axis=1)"},
    )
