"""What is right in `vgg_block`, and what students get wrong."""

import keras
from keras import layers

from autograder.exercise import SUMS_32, Block, Build, Criterion, accepted, wrong


class VggBlock(Block):
    title = "The block"
    difficulty = 1
    criteria = (
        Criterion("shape", 1, "half the height and width, the maps asked for"),
        Criterion("parameters", 1, "the convolutions' parameters"),
        Criterion("behaviour", 2, "the same values with the same weights"),
    )
    tolerance = SUMS_32
    revisit = "VGG: one filter size for everything"

    def probes(self, rng):
        yield Build("one convolution", args=(4, 1), input_shape=(8, 8, 3))
        yield Build("two, on a map that is not square", args=(5, 2), input_shape=(6, 10, 3))
        yield Build("three", kwargs={"filters": 3, "convs": 3}, input_shape=(8, 6, 2))
        f, c = (int(v) for v in rng.integers((9, 3), (40, 30)))
        yield Build(
            f"{f} filters on {c} channels",
            args=(f, 2),
            input_shape=(8, 12, c),
            aspects=("shape", "parameters"),
            symbolic=True,
        )

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
        return vgg_block(layers.ReLU()(x), filters, convs - 1)

    unpadded = wrong(
        "Your convolutions lose a pixel at each border. VGG's keep the size, so that only pooling "
        "shrinks the maps.",
        change={
            'padding="same"': 'padding="valid"',
            "strides=2": 'padding="same"',
        },
    )

    pools_each_time = wrong(
        "You pool after every convolution. A block shrinks once, at its end; that is why it can "
        "have as many convolutions as one likes.",
        change={
            "return layers.MaxPooling2D(2, strides=2)(x)": (
                '    x = layers.MaxPooling2D(2, padding="same")(x)\n    return x'
            ),
        },
    )

    not_chained = wrong(
        "Only one convolution of your block reaches the output, whatever `convs` says. Do they all "
        "start from the block's input, or does your loop end after its first round? The output of "
        "one must be the input of the next.",
        change={
            "x = layers.Conv2D": "y = layers.Conv2D",
            "layers.MaxPooling2D(2, strides=2)(x)": "layers.MaxPooling2D(2, strides=2)(y)",
        },
    )

    no_relu = wrong(
        "Your convolutions have no ReLU. Then three of them are no more than one linear 7×7 of a "
        "special kind.",
        change={'padding="same", activation="relu"': 'padding="same"'},
    )

    one_relu = wrong(
        "You apply one ReLU, at the end of the block. VGG has one after each convolution: more "
        "non-linearities are part of the paper's argument.",
        change={
            "for _ in": "for i in",
            'activation="relu"': 'activation="relu" if i == convs - 1 else None',
        },
    )

    averages = wrong(
        "You average where VGG takes the maximum of each 2×2 window.",
        change={"layers.MaxPooling2D(2, strides=2)": "layers.AveragePooling2D(2)"},
    )

    no_pooling = wrong(
        "Your block does not shrink its map: the pooling at its end is missing.",
        change={"layers.MaxPooling2D(2, strides=2)(x)": "x"},
    )

    strided = wrong(
        "You shrink with stride 2 in the last convolution. VGG's convolutions all have stride 1; "
        "pooling does the shrinking.",
        change={
            "for _ in": "for i in",
            'padding="same"': 'strides=2 if i == convs - 1 else 1, padding="same"',
            "layers.MaxPooling2D(2, strides=2)(x)": "x",
        },
    )

    doubles = wrong(
        "You double the maps inside the block. All of its convolutions have `filters` maps; "
        "doubling is what the list of blocks is for.",
        change={
            "for _ in": "for i in",
            "filters, 3": "filters * 2**i, 3",
        },
    )

    one_convolution_less = wrong(
        "Your block has one convolution less than `convs` says (but never none). How often does "
        "your loop run?",
        change={"range(convs)": "range(max(convs - 1, 1))"},
    )

    one_convolution_more = wrong(
        "Your block has one convolution more than `convs` says. How often does your loop run?",
        change={"range(convs)": "range(convs + 1)"},
    )

    none_left = wrong(
        "Your block has one convolution less than `convs` says, so that with `convs` = 1 there is "
        "none. How often does your loop run?",
        change={"range(convs)": "range(convs - 1)"},
    )

    always_two = wrong(
        "Your block has two convolutions, whatever `convs` says.",
        change={"range(convs)": "range(2)"},
    )

    overlapping_pool = wrong(
        "Your pooling moves by one pixel, so the map hardly shrinks. Windows of 2×2 are to stand "
        "side by side.",
        change={"MaxPooling2D(2, strides=2)": "MaxPooling2D(2, strides=1)"},
    )

    wide_pool = wrong(
        "Your pooling windows are 3×3, as in AlexNet. VGG's are 2×2.",
        change={"MaxPooling2D(2, strides=2)": 'MaxPooling2D(3, strides=2, padding="same")'},
    )

    normalised = wrong(
        "Your block normalises after each convolution. The paper of 2014 knows no batch "
        "normalisation yet: its block has convolutions, ReLU and pooling alone.",
        change={
            'padding="same", activation="relu")(x)': (
                'padding="same")(x)\n        x = layers.ReLU()(layers.BatchNormalization()(x))'
            ),
        },
    )

    normalised_last = wrong(
        "Your block normalises after each ReLU. The paper of 2014 knows no batch normalisation "
        "yet: its block has convolutions, ReLU and pooling alone.",
        change={
            'padding="same", activation="relu")(x)': (
                'padding="same", activation="relu")(x)\n        x = layers.BatchNormalization()(x)'
            ),
        },
    )

    one_layer_again = wrong(
        "You make one convolution and call it again and again. Each of the block's convolutions "
        "has weights of its own (and the first one sees another number of maps).",
        change={
            'for _ in range(convs):\n        x = layers.Conv2D(filters, 3, padding="same", '
            'activation="relu")(x)': (
                'conv = layers.Conv2D(filters, 3, padding="same", activation="relu")\n'
                "    for _ in range(convs):\n        x = conv(x)"
            ),
        },
    )

    wide_kernels = wrong(
        "Your kernels are not 3×3. VGG has one size of filter for everything.",
        change={"filters, 3, padding": "filters, 5, padding"},
    )

    pointwise = wrong(
        "Your kernels are 1×1 and see no neighbours. VGG's are 3×3.",
        change={"filters, 3, padding": "filters, 1, padding"},
    )

    no_biases = wrong(
        "Your convolutions have no biases. VGG has no batch normalisation that would replace them.",
        change={'padding="same", activation': 'padding="same", use_bias=False, activation'},
    )

    pools_first = wrong(
        "Your pooling stands before the convolutions. A block convolves first and shrinks at its "
        "end.",
        change={
            "for _ in range(convs):": ("x = layers.MaxPooling2D(2)(x)\n    for _ in range(convs):"),
            "return layers.MaxPooling2D(2, strides=2)(x)": "return x",
        },
    )

    named_layers = wrong(
        "Keras refuses a second layer of the same name: your convolutions are given a name, and "
        "there are several. Leave names to Keras.",
        change={'padding="same", activation': 'padding="same", name="conv", activation'},
    )
