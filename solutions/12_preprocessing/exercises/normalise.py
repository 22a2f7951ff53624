"""What is right in `normalise`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Function, Probe, Tolerance, accepted, wrong

STATISTICS = Tolerance(
    atol=1e-4,
    rtol=1e-4,
    reason="single precision, or a tiny number added to the deviation against division by zero",
)


class Normalise(Function):
    title = "Normalise"
    difficulty = 2
    criteria = (
        Criterion("train", 2, "the training images, where the test images are the same ones"),
        Criterion("test", 3, "test images that differ from the training images"),
        Criterion("constant", 1, "a channel that is constant in the training images"),
        Criterion("bytes", 1, "images of bytes, or of a single channel"),
    )
    tolerance = STATISTICS
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

    @wrong(
        "You learned mean and standard deviation from training and test images together. The test "
        "images stand for pictures that do not exist yet: nothing may be learned from them.",
        revisit="What does a leak cost?",
    )
    def adapts_on_all(train, test):
        both = np.concatenate(
            [np.reshape(x, (-1, x.shape[-1])) for x in (train, test)], dtype=float
        )
        mean, std = both.mean(axis=0), both.std(axis=0)
        std = np.where(std == 0, 1, std)
        return (train - mean) / std, (test - mean) / std

    @wrong(
        "You normalised the test images by their own mean and standard deviation. Then brighter "
        "test images come out like all others, and nobody learns that they were brighter.",
        revisit="What does a leak cost?",
    )
    def test_by_itself(train, test):
        def alone(x):
            std = x.std(axis=(0, 1, 2))
            return (x - x.mean(axis=(0, 1, 2))) / np.where(std == 0, 1, std)

        return alone(train), alone(test)

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

    @wrong(
        "You divided by the variance. The result then depends on the unit; look again at what the "
        "worked temperatures were divided by.",
    )
    def divided_by_variance(train, test):
        mean, var = train.mean(axis=(0, 1, 2)), train.var(axis=(0, 1, 2))
        var = np.where(var == 0, 1, var)
        return (train - mean) / var, (test - mean) / var

    @wrong(
        "You took one mean and one standard deviation for all channels together. A channel that is "
        "darker than the others stays darker.",
    )
    def one_for_all_channels(train, test):
        mean, std = train.mean(), train.std()
        return (train - mean) / std, (test - mean) / std

    @wrong(
        "You brought the values between 0 and 1 by the smallest and the largest one. That is "
        "another scaling, ruled by two single pixels; here mean and standard deviation are asked.",
    )
    def between_zero_and_one(train, test):
        low, high = train.min(axis=(0, 1, 2)), train.max(axis=(0, 1, 2))
        span = np.where(high == low, 1, high.astype(float) - low)
        return (train.astype(float) - low) / span, (test.astype(float) - low) / span

    @wrong(
        "You took a mean and a deviation for every channel of every *place* in the picture. The "
        "exercise asks for one number a channel, whatever the place (and test images of another "
        "size would not fit).",
    )
    def per_place(train, test):
        mean, std = train.mean(axis=0), train.std(axis=0)
        std = np.where(std == 0, 1, std)
        return (train - mean) / std, (test - mean) / std

    @wrong(
        "A channel that does not vary in the training images gives nan or infinity: you divide by "
        "its standard deviation, which is zero.",
    )
    def constant_channel_divided_by_zero(train, test):
        mean, std = train.mean(axis=(0, 1, 2)), train.std(axis=(0, 1, 2))
        return (train - mean) / std, (test - mean) / std

    @wrong(
        "A channel that does not vary in the training images becomes huge: what you added against "
        "division by zero is so small that the quotient explodes. The docstring says by what such "
        "a channel is divided.",
    )
    def constant_channel_explodes(train, test):
        mean, std = train.mean(axis=(0, 1, 2)), train.std(axis=(0, 1, 2)) + 1e-7
        return (train - mean) / std, (test - mean) / std

    not_centred = wrong(
        "You only scaled. Without subtracting the mean, the values are not centred.",
        change={"(train - mean) / std, (test - mean) / std": "train / std, test / std"},
    )

    @wrong(
        "Your standard deviation divides by one less than the number of pixels (ddof=1). The "
        "exercise says: as np.std gives it.",
    )
    def sample_deviation(train, test):
        mean, std = train.mean(axis=(0, 1, 2)), train.std(axis=(0, 1, 2), ddof=1)
        std = np.where(std == 0, 1, std)
        return (train - mean) / std, (test - mean) / std

    test_left_alone = wrong(
        "You handed the test images on as they came. What was done to the training images must be "
        "done to them, with the same numbers.",
        change={"(test - mean) / std": "test.astype(float)"},
    )
