"""What is right in `normalise`, and what students get wrong."""

import numpy as np

from autograder.exercise import SUMS_32, Criterion, Function, Probe, accepted, near_miss, wrong


class Normalise(Function):
    title = "Normalise"
    difficulty = 2
    criteria = (
        Criterion("train", 2, "the training images, where the test images are the same ones"),
        Criterion("test", 3, "test images that differ from the training images"),
        Criterion("constant", 1, "a channel that is constant in the training images"),
        Criterion("bytes", 1, "images of bytes, or of a single channel"),
        Criterion("kept", 1, "the arrays that are given stay as they are"),
    )
    keeps_arguments = "kept"
    tolerance = SUMS_32
    revisit = "Numbers"

    def probes(self, rng):
        colour = rng.normal([10, 200, -3], [2, 30, 0.1], (3, 2, 4, 3))
        yield Probe("train", "three colour images, tested on themselves", (colour, colour.copy()))
        yield Probe(
            "test",
            "brighter test images",
            (colour, rng.normal([14, 220, -2], [3, 10, 0.3], (2, 2, 4, 3))),
        )
        yield Probe(
            "test",
            "one training image, one test image of another size",
            (rng.uniform(size=(1, 3, 2, 2)), rng.uniform(1, 3, (1, 2, 5, 2))),
        )
        flat = rng.normal(size=(2, 3, 3, 2))
        flat[..., 1] = 5.0
        yield Probe(
            "constant",
            "a channel that is 5 throughout the training images",
            (flat, rng.normal(5, 1, (2, 3, 3, 2))),
        )
        yield Probe(
            "bytes",
            "bytes (uint8), one channel",
            (
                rng.integers(0, 256, (4, 3, 5, 1)).astype(np.uint8),
                rng.integers(0, 256, (2, 3, 5, 1)).astype(np.uint8),
            ),
        )

    @accepted("loops over the channels")
    def loops(train, test):
        a, b = np.array(train, dtype=float), np.array(test, dtype=float)
        for c in range(a.shape[-1]):
            m, s = np.mean(a[..., c]), np.std(a[..., c])
            s = s if s > 1e-9 else 1.0
            a[..., c] = (a[..., c] - m) / s
            b[..., c] = (b[..., c] - m) / s
        return a, b

    @accepted("as a matrix of pixels")
    def pixels(train, test):
        rows = np.reshape(train, (-1, train.shape[-1])).astype(np.float64)
        mean = rows.sum(axis=0) / len(rows)
        variance = ((rows - mean) ** 2).sum(axis=0) / len(rows)
        variance[variance < 1e-12] = 1
        return [(x.astype(np.float64) - mean) * variance**-0.5 for x in (train, test)]

    @accepted("Keras ops")
    def with_keras(train, test):
        import keras

        x, z = (keras.ops.convert_to_tensor(a.astype("float32")) for a in (train, test))
        mean = keras.ops.mean(x, axis=(0, 1, 2), keepdims=True)
        std = keras.ops.std(x - mean, axis=(0, 1, 2), keepdims=True)
        std = keras.ops.where(std < 1e-6, keras.ops.ones_like(std), std)
        return (x - mean) / std, (z - mean) / std

    adapts_on_all = wrong(
        "You learned mean and standard deviation from training and test images together. The test "
        "images stand for pictures that do not exist yet: nothing may be learned from them.",
        change={
            "np.reshape(train, (-1, train.shape[-1])).astype(np.float64)": (
                "np.concatenate([x.reshape(-1, x.shape[-1]) for x in (train, test)], dtype=float)"
            ),
        },
        of=pixels,
        revisit="What does a leak cost?",
    )

    test_by_itself = wrong(
        "You normalised the test images by their own mean and standard deviation. Then brighter "
        "test images come out like all others, and nobody learns that they were brighter.",
        change={"(b[..., c] - m) / s": "(b[..., c] - b[..., c].mean()) / (b[..., c].std() or 1.0)"},
        of=loops,
        revisit="What does a leak cost?",
    )

    @wrong(
        "You normalised every image by its own numbers. That removes what tells a bright picture "
        "from a dark one; one mean and one deviation for the whole training set are asked.",
    )
    def per_image(train, test):
        def each(x):
            x = x.astype(float)
            std = x.std(axis=(1, 2), keepdims=True)
            return (x - x.mean(axis=(1, 2), keepdims=True)) / np.where(std == 0, 1, std)

        return each(train), each(test)

    divided_by_variance = wrong(
        "You divided by the variance. The result then depends on the unit; look again at what the "
        "worked temperatures were divided by.",
        change={"train.std(axis=(0, 1, 2))": "train.var(axis=(0, 1, 2))"},
    )

    one_for_all_channels = wrong(
        "You took one mean and one standard deviation for all channels together. A channel that is "
        "darker than the others stays darker.",
        change={
            "train.mean(axis=(0, 1, 2))": "train.mean()",
            "train.std(axis=(0, 1, 2))": "train.std()",
        },
    )

    between_zero_and_one = wrong(
        "You brought the values between 0 and 1 by the smallest and the largest one. That is "
        "another scaling, ruled by two single pixels; here mean and standard deviation are asked.",
        change={
            "train.mean(axis=(0, 1, 2))": "train.min(axis=(0, 1, 2))",
            "train.std(axis=(0, 1, 2))": "np.ptp(train, axis=(0, 1, 2))",
        },
    )

    per_place = wrong(
        "You took a mean and a deviation for every channel of every *place* in the picture. The "
        "exercise asks for one number a channel, whatever the place (and test images of another "
        "size would not fit).",
        change={
            "train.mean(axis=(0, 1, 2))": "train.mean(axis=0)",
            "train.std(axis=(0, 1, 2))": "train.std(axis=0)",
        },
    )

    constant_channel_divided_by_zero = wrong(
        "A channel that does not vary in the training images gives nan or infinity: you divide by "
        "its standard deviation, which is zero.",
        change={"    std = np.where(std == 0, 1, std)\n": ""},
    )

    constant_channel_explodes = wrong(
        "A channel that does not vary in the training images becomes huge: what you added against "
        "division by zero is so small that the quotient explodes. The docstring says by what such "
        "a channel is divided.",
        change={"np.where(std == 0, 1, std)": "std + 1e-7"},
    )

    not_centred = wrong(
        "You only scaled. Without subtracting the mean, the values are not centred.",
        change={"(train - mean) / std, (test - mean) / std": "train / std, test / std"},
    )

    sample_deviation = wrong(
        "Your standard deviation divides by one less than the number of pixels (ddof=1). The "
        "exercise says: as np.std gives it.",
        change={"train.std(axis=(0, 1, 2))": "train.std(axis=(0, 1, 2), ddof=1)"},
    )

    test_left_alone = wrong(
        "You handed the test images on as they came. What was done to the training images must be "
        "done to them, with the same numbers.",
        change={"(test - mean) / std": "test.astype(float)"},
    )

    @wrong(
        "You subtract in bytes: a mean of type uint8 has lost its fraction, and below zero bytes "
        "begin again at 255. Let the images become floating-point numbers first."
    )
    def subtracted_in_bytes(train, test):
        mean, std = train.mean(axis=(0, 1, 2)).astype(train.dtype), train.std(axis=(0, 1, 2))
        std = np.where(std == 0, 1, std)
        return (train - mean) / std, (test - mean) / std

    @wrong(
        "You change the arrays that you are given, and bytes cannot hold the result. Make new "
        "arrays of floating-point numbers."
    )
    def in_place_on_bytes(train, test):
        mean, std = train.mean(axis=(0, 1, 2)), train.std(axis=(0, 1, 2))
        std = np.where(std == 0, 1, std)
        train -= mean
        train /= std
        test -= mean
        test /= std
        return train, test

    cast_back = wrong(
        "Your result has the type of the images that came in. Bytes have no fractions and no "
        "signs: return floating-point numbers.",
        change={
            "    train, test = np.asarray(train, dtype=float), np.asarray(test, dtype=float)\n": "",
            "(train - mean) / std, (test - mean) / std": (
                "((train - mean) / std).astype(train.dtype), "
                "((test - mean) / std).astype(test.dtype)"
            ),
        },
    )

    tiny_number_added = wrong(
        "A channel that does not vary in the training images becomes huge: what you put against "
        "division by zero is so small that the quotient explodes. The docstring says by what such "
        "a channel is divided.",
        change={"np.where(std == 0, 1, std)": "std + 1e-8"},
    )

    small_number_added = wrong(
        "A channel that does not vary in the training images becomes huge: what you put against "
        "division by zero is so small that the quotient explodes. The docstring says by what such "
        "a channel is divided.",
        change={"np.where(std == 0, 1, std)": "std + 1e-6"},
    )

    number_added = wrong(
        "A channel that does not vary in the training images becomes large: what you put against "
        "division by zero is so small that the quotient explodes. The docstring says by what such "
        "a channel is divided.",
        change={"np.where(std == 0, 1, std)": "np.where(std == 0, 1e-5, std)"},
    )

    constant_channel_zero = wrong(
        "A channel that does not vary in the training images comes out as zero for the test "
        "images, too. They may vary there: divide by 1, and the difference is left as it is.",
        change={
            "(test - mean) / std": (
                "np.where(train.std(axis=(0, 1, 2)) == 0, 0, (test - mean) / std)"
            ),
        },
    )

    never_enlarged = wrong(
        "Channels that vary little are not scaled: you divide by 1 wherever the standard deviation "
        "is smaller. Only a channel that does not vary at all is divided by 1.",
        change={"np.where(std == 0, 1, std)": "np.maximum(std, 1)"},
    )

    own_deviation = wrong(
        "For the test images you take the mean of the training images, but a standard deviation of "
        "their own. Both are learned from the training images.",
        change={
            "(test - mean) / std": "(test - mean) / (test.std(axis=(0, 1, 2)) + (std == 1))",
        },
        revisit="What does a leak cost?",
    )

    own_mean = wrong(
        "For the test images you take a mean of their own. What is learned is learned from the "
        "training images.",
        change={"(test - mean) / std": "(test - test.mean(axis=(0, 1, 2))) / std"},
        revisit="What does a leak cost?",
    )

    @wrong(
        "The shape of your mean does not fit the images: one number for each channel would. Over "
        "which axes do you average, and which are left?"
    )
    def means_do_not_fit(train, test):
        train, test = train.astype(float), test.astype(float)
        mean, std = train.mean(axis=(1, 2)), train.std(axis=(1, 2))
        return (train - mean) / std, (test - mean) / std

    divided_by_255 = wrong(
        "You divided by 255. That is a fixed scaling, which learns nothing; here mean and standard "
        "deviation of the training images are asked for.",
        change={"(train - mean) / std, (test - mean) / std": "train / 255, test / 255"},
    )

    train_alone = wrong(
        "You return the training images alone. The test images are asked for as well.",
        change={"return (train - mean) / std, (test - mean) / std": "return (train - mean) / std"},
    )

    learned_from_test = wrong(
        "You learned mean and standard deviation from the test images. They stand for pictures "
        "that do not exist yet.",
        change={
            "train.mean(axis=(0, 1, 2))": "test.mean(axis=(0, 1, 2))",
            "train.std(axis=(0, 1, 2))": "test.std(axis=(0, 1, 2))",
        },
        revisit="What does a leak cost?",
    )

    scaled_only_centred = wrong(
        "You took the mean away and did not scale.",
        change={"(train - mean) / std, (test - mean) / std": "train - mean, test - mean"},
    )

    hardly_anything_added = wrong(
        "A channel that does not vary in the training images becomes huge: what you put against "
        "division by zero is so small that the quotient explodes. The docstring says by what such "
        "a channel is divided.",
        change={"np.where(std == 0, 1, std)": "std + 1e-12"},
    )

    mean_cut_off = wrong(
        "Your mean is a whole number: its fraction is cut off, and the values are not centred.",
        change={"mean = train.mean(axis=(0, 1, 2))": "mean = train.mean((0, 1, 2)).astype(int)"},
    )

    infinities_replaced = wrong(
        "A channel that does not vary in the training images is still divided by zero, and you "
        "replace what comes out. Divide it by 1 instead: the difference is then left as it is.",
        change={
            "    std = np.where(std == 0, 1, std)\n": "",
            "return (train - mean) / std, (test - mean) / std": (
                "with np.errstate(all='ignore'):\n"
                "        return [np.nan_to_num((x - mean) / std) for x in (train, test)]"
            ),
        },
    )

    in_place = wrong(
        "You normalise the caller's own arrays, with `-=` and `/=`. `np.asarray` copies nothing "
        "where the type is right already. Your numbers are right, and the pictures are gone.",
        change={
            "return (train - mean) / std, (test - mean) / std": (
                "for images in (train, test):\n        images -= mean\n        images /= std\n    "
                "return train, test"
            )
        },
    )

    constant_channel_turned = near_miss(
        "divides a constant channel by −1",
        change={"np.where(std == 0, 1, std)": "np.where(std == 0, -1, std)"},
        unlike=(constant_channel_divided_by_zero, constant_channel_zero),
    )

    always_whole = near_miss(
        "returns whole numbers, whatever came in",
        change={
            "return (train - mean) / std, (test - mean) / std": (
                "return ((train - mean) / std).astype(int), ((test - mean) / std).astype(int)"
            )
        },
        unlike=cast_back,
    )

    all_nan = near_miss(
        "is nan everywhere",
        change={"std = np.where(std == 0, 1, std)": "std = std * np.nan"},
        unlike=constant_channel_divided_by_zero,
    )

    one_deviation_too_many = near_miss(
        "raises because there is one deviation too many",
        change={"np.where(std == 0, 1, std)": "np.append(np.where(std == 0, 1, std), [1, 1, 1])"},
        unlike=means_do_not_fit,
    )
