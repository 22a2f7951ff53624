"""Exercises of lesson 12: getting data in; augmentation."""

from typing import ClassVar

import numpy as np

from autograder.exercise import (
    Choices,
    Criterion,
    Function,
    Pipeline,
    Probe,
    Rule,
    Tolerance,
    Value,
    accepted,
    wrong,
)

STATISTICS = Tolerance(
    atol=1e-4,
    rtol=1e-4,
    reason="single precision, or a tiny number added to the deviation against division by zero",
)
NO_LAYERS = Rule(
    forbid=("keras", "tensorflow", "torch", "jax", "sklearn"),
    reason="Write it yourself; NumPy and plain Python are all you need.",
)


class HandNumbers(Value):
    name = "hand_numbers"
    title = "Numbers by hand"
    difficulty = 1
    entries: ClassVar = {
        "variance": "number",
        "normalised": "number",
        "bin": "integer",
        "bins": "integer",
        "rescaled": "number",
    }
    step = 0.001
    criteria = (
        Criterion("variance", 1, "the variance that is learned"),
        Criterion("normalised", 1, "a reading, normalised"),
        Criterion("bin", 1, "the bin of a value on a boundary"),
        Criterion("bins", 1, "the number of bins"),
        Criterion("rescaled", 1, "a value, rescaled"),
    )
    revisit = "Numbers"

    as_dict = accepted(
        "a dictionary",
        source='{"variance": 8, "normalised": 2.5, "bin": 2, "bins": 4, "rescaled": -0.6}',
    )
    computed = accepted(
        "computed",
        source="""{
    "variance": np.var([2, 6, 10, 6, 2, 10, 6, 6]),
    "normalised": (11 - 6) / np.sqrt(4),
    "bin": int(np.digitize(15, [5, 15, 25])),
    "bins": len([5, 15, 25]) + 1,
    "rescaled": 51 / 127.5 - 1,
}""",
    )
    as_fractions = accepted(
        "fractions and another order",
        source="dict(bins=4.0, bin=2.0, rescaled=-3 / 5, normalised=5 / 2, variance=64 / 8)",
    )

    sample_variance = wrong(
        "Your variance divides by one less than the number of values. That estimates the variance "
        "of a population from a sample; the layer takes the mean of the squared distances.",
        source='{"variance": 64 / 7, "normalised": 2.5, "bin": 2, "bins": 4, "rescaled": -0.6}',
    )
    deviation_for_variance = wrong(
        "You gave the standard deviation where the variance is asked.",
        source='{"variance": 8**0.5, "normalised": 2.5, "bin": 2, "bins": 4, "rescaled": -0.6}',
    )
    divided_by_variance = wrong(
        "You divided the distance from the mean by the variance. Compare with the worked "
        "temperatures: which of the two numbers stands below there?",
        source='{"variance": 8, "normalised": 1.25, "bin": 2, "bins": 4, "rescaled": -0.6}',
    )
    mean_left = wrong(
        "You divided without subtracting the mean first.",
        source='{"variance": 8, "normalised": 5.5, "bin": 2, "bins": 4, "rescaled": -0.6}',
    )
    boundary_below = wrong(
        "You put a value that lies on a boundary into the bin below it. Compare with 0 in the "
        "printed example.",
        source='{"variance": 8, "normalised": 2.5, "bin": 1, "bins": 4, "rescaled": -0.6}',
    )
    bins_from_one = wrong(
        "You counted the bins from 1. The lowest one, below all boundaries, has the number 0.",
        source='{"variance": 8, "normalised": 2.5, "bin": 3, "bins": 4, "rescaled": -0.6}',
    )
    as_many_bins_as_boundaries = wrong(
        "You counted the boundaries. Draw them as three strokes on a line, and count the pieces.",
        source='{"variance": 8, "normalised": 2.5, "bin": 2, "bins": 3, "rescaled": -0.6}',
    )
    offset_forgotten = wrong(
        "You scaled, but did not add the offset.",
        source='{"variance": 8, "normalised": 2.5, "bin": 2, "bins": 4, "rescaled": 0.4}',
    )
    offset_first = wrong(
        "You added the offset before you scaled.",
        source='{"variance": 8, "normalised": 2.5, "bin": 2, "bins": 4, "rescaled": 50 / 127.5}',
    )


class Normalise(Function):
    name = "normalise"
    title = "Normalise without a leak"
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

    @wrong(
        "You only scaled. Without subtracting the mean, the values are not centred.",
    )
    def not_centred(train, test):
        std = train.std(axis=(0, 1, 2))
        std = np.where(std == 0, 1, std)
        return train / std, test / std

    @wrong(
        "Your standard deviation divides by one less than the number of pixels (ddof=1). The "
        "exercise says: as np.std gives it.",
    )
    def sample_deviation(train, test):
        mean, std = train.mean(axis=(0, 1, 2)), train.std(axis=(0, 1, 2), ddof=1)
        std = np.where(std == 0, 1, std)
        return (train - mean) / std, (test - mean) / std

    @wrong(
        "You handed the test images on as they came. What was done to the training images must be "
        "done to them, with the same numbers.",
    )
    def test_left_alone(train, test):
        mean, std = train.mean(axis=(0, 1, 2)), train.std(axis=(0, 1, 2))
        std = np.where(std == 0, 1, std)
        return (train - mean) / std, test.astype(float)


class LookUp(Function):
    name = "look_up"
    title = "Look words up"
    difficulty = 1
    criteria = (
        Criterion("known", 2, "words of the vocabulary"),
        Criterion("unknown", 2, "words that are not in it"),
        Criterion("capitals", 1, "capitals"),
        Criterion("empty", 1, "no words, or no vocabulary"),
    )
    rule = NO_LAYERS
    revisit = "Words and categories"

    def probes(self, rng):
        animals = ["dog", "cat", "emu", "ant", "yak", "bee"]
        vocabulary = [animals[k] for k in rng.permutation(6)[:4]]
        others = [a for a in animals if a not in vocabulary]
        words = [vocabulary[k] for k in (*rng.permutation(4), *rng.integers(0, 4, 3))]
        yield Probe(
            "known",
            "words that are all known",
            (["zebra", "ape", "cow"], ["ape", "cow", "zebra", "ape"]),
        )
        yield Probe("known", "four words and some again", (vocabulary, words))
        yield Probe(
            "unknown",
            "known and unknown words",
            (vocabulary, [others[0], vocabulary[2], others[1], vocabulary[0], others[0]]),
        )
        yield Probe("unknown", "unknown words only", (vocabulary, others))
        yield Probe(
            "capitals",
            "capitals, known and unknown",
            (vocabulary, [vocabulary[1].capitalize(), others[0].upper(), vocabulary[3].upper()]),
        )
        yield Probe("empty", "no words", (vocabulary, []))
        yield Probe("empty", "an empty vocabulary", ([], others))

    @accepted("a loop")
    def loop(vocabulary, words):
        numbers = np.zeros(len(words), dtype=np.int64)
        for i, word in enumerate(words):
            if word.lower() in vocabulary:
                numbers[i] = vocabulary.index(word.lower()) + 1
        return numbers

    @accepted("comparing everything with everything")
    def by_comparison(vocabulary, words):
        small = np.array([w.lower() for w in words], dtype=object).reshape(-1, 1)
        places = np.arange(1, len(vocabulary) + 1)
        same = small == np.array(list(vocabulary), dtype=object).reshape(1, -1)
        return (same * places).sum(axis=1).astype(int)

    @accepted("try and except")
    def by_exception(vocabulary, words):
        def number(word):
            try:
                return 1 + list(vocabulary).index(word.casefold())
            except ValueError:
                return 0

        return np.fromiter(map(number, words), dtype=np.int32)

    @wrong(
        "Your numbers are one too small: the first word of the vocabulary has 0, which belongs to "
        "the unknown words, so the two are mixed up.",
    )
    def known_from_zero(vocabulary, words):
        number = {w: k for k, w in enumerate(vocabulary)}
        return np.array([number.get(w.lower(), 0) for w in words], dtype=int)

    @wrong(
        "Your unknown words get −1 and the known ones start at 0: everything is one too small. "
        "Later layers take indices from 0 upwards, so 0 is the place for the unknown.",
    )
    def unknown_minus_one(vocabulary, words):
        number = {w: k for k, w in enumerate(vocabulary)}
        return np.array([number.get(w.lower(), -1) for w in words], dtype=int)

    @wrong(
        "Your known words start at 2. That is TextVectorization, which keeps 0 for filling; here "
        "only one number is kept.",
    )
    def as_in_text_vectorization(vocabulary, words):
        number = {w: k for k, w in enumerate(vocabulary, 2)}
        return np.array([number.get(w.lower(), 1) for w in words], dtype=int)

    @wrong(
        "You left unknown words out, so the result is shorter than the sentence and nobody knows "
        "which number belongs to which word. An unknown word has a number, too.",
    )
    def unknown_dropped(vocabulary, words):
        number = {w: k for k, w in enumerate(vocabulary, 1)}
        return np.array([number[w.lower()] for w in words if w.lower() in number], dtype=int)

    @wrong(
        "Words with capitals count as unknown in your answer. StringLookup does so; this function "
        "is to be kinder.",
    )
    def capitals_unknown(vocabulary, words):
        number = {w: k for k, w in enumerate(vocabulary, 1)}
        return np.array([number.get(w, 0) for w in words], dtype=int)

    @wrong(
        "You sorted the vocabulary first. Its order is given, and it counts: in an adapted layer "
        "it is the order of frequency.",
    )
    def vocabulary_sorted(vocabulary, words):
        number = {w: k for k, w in enumerate(sorted(vocabulary), 1)}
        return np.array([number.get(w.lower(), 0) for w in words], dtype=int)

    @wrong(
        "You gave unknown words the number after the last known one. It would change whenever the "
        "vocabulary grows; a fixed number is asked.",
    )
    def unknown_last(vocabulary, words):
        number = {w: k for k, w in enumerate(vocabulary, 1)}
        return np.array([number.get(w.lower(), len(vocabulary) + 1) for w in words], dtype=int)

    @wrong(
        "An unknown word raises an error in your function. In use, unknown words are no error: "
        "they come every day.",
    )
    def unknown_raises(vocabulary, words):
        number = {w: k for k, w in enumerate(vocabulary, 1)}
        return np.array([number[w.lower()] for w in words], dtype=int)

    @wrong(
        "You give every unknown word a new number of its own. Then the numbers depend on the order "
        "of the sentences, and the network meets numbers it has no weights for.",
    )
    def unknown_words_learned(vocabulary, words):
        number = {w: k for k, w in enumerate(vocabulary, 1)}
        return np.array([number.setdefault(w.lower(), len(number) + 1) for w in words], dtype=int)


class ExpectedSharing(Function):
    name = "expected_sharing"
    title = "How many words share a bucket?"
    difficulty = 2
    criteria = (
        Criterion("small", 2, "few words, few buckets"),
        Criterion("edge", 1, "one word, or one bucket"),
        Criterion("large", 1, "many words, many buckets"),
    )
    tolerance = Tolerance(
        atol=1e-6, rtol=1e-6, reason="powers of numbers close to 1 lose some digits"
    )
    revisit = "Without a vocabulary: hashing"

    def probes(self, rng):
        yield Probe("small", "2 words, 4 buckets", (2, 4))
        n, m = (int(k) for k in rng.integers(3, 9, 2))
        yield Probe("small", f"{n} words, {m} buckets", (n, m))
        yield Probe("small", "14 words, 14 buckets", (14, 14))
        yield Probe("edge", "one word, 5 buckets", (1, 5))
        yield Probe("edge", "6 words, one bucket", (6, 1))
        n, m = int(rng.integers(1000, 9000)), int(rng.integers(100_000, 900_000))
        yield Probe("large", f"{n} words, {m} buckets", (n, m))

    @accepted("a loop over the other words")
    def loop(n, m):
        alone = 1.0
        for _ in range(n - 1):
            alone *= (m - 1) / m
        return n - n * alone

    @accepted("by logarithms")
    def logarithms(n, m):
        if n == 1:
            return 0.0
        if m == 1:
            return float(n)
        return float(-n * np.expm1((n - 1) * np.log1p(-1 / m)))

    @accepted("exact fractions")
    def fractions(n, m):
        from fractions import Fraction

        if n > 100:
            return n * (1 - ((m - 1) / m) ** (n - 1))
        return float(n * (1 - Fraction(m - 1, m) ** (n - 1)))

    @accepted("buckets that hold exactly one word")
    def by_buckets(n, m):
        exactly_one = m * n * (1 / m) * (1 - 1 / m) ** (n - 1)
        return n - exactly_one

    @wrong(
        "Your exponent counts all words. A word cannot collide with itself: how many others are "
        "there?",
    )
    def collides_with_itself(n, m):
        return n * (1 - (1 - 1 / m) ** n)

    @wrong(
        "You counted pairs of words that meet. Three words in one bucket are three pairs, but "
        "three words; and for many words the pairs outnumber the words.",
    )
    def pairs(n, m):
        return n * (n - 1) / (2 * m)

    @wrong(
        "You added up the chances of meeting each of the other words. Chances of events that may "
        "happen together do not add up; in one bucket you get more words than there are.",
    )
    def chances_added(n, m):
        return n * (n - 1) / m

    @wrong(
        "You counted the words that found their bucket taken: all but the first in each bucket. "
        "The first one shares it as well.",
    )
    def all_but_the_first(n, m):
        return n - m * (1 - (1 - 1 / m) ** n)

    @wrong(
        "You gave the chance that *any* two words meet (the birthday problem). The number of words "
        "that share is asked.",
    )
    def birthday(n, m):
        return 1 - float(np.prod([(m - k) / m for k in range(min(n, m + 1))]))

    @wrong(
        "You gave the number of buckets that are used at all.",
    )
    def used_buckets(n, m):
        return m * (1 - (1 - 1 / m) ** n)

    @wrong(
        "You gave the words that are *alone*. Those that are not are asked.",
    )
    def words_alone(n, m):
        return n * (1 - 1 / m) ** (n - 1)

    @wrong(
        "You gave the chance for one word. How many words are there?",
    )
    def one_word_only(n, m):
        return 1 - (1 - 1 / m) ** (n - 1)

    @wrong(
        "You assume that buckets are handed out one after another, so that words share only when "
        "all are taken. A hash throws each word by itself.",
    )
    def handed_out_in_turn(n, m):
        return float(max(0, n - m))


class Augment(Pipeline):
    name = "augment"
    title = "Pad, crop, mirror"
    difficulty = 2
    criteria = (
        Criterion("inference", 1, "images pass unchanged when it is not training"),
        Criterion("mirror", 2, "left to right, half of the time"),
        Criterion("labels", 1, "never mirrored where mirroring is not allowed"),
        Criterion("crop", 2, "crops of the padded image, at all places equally often"),
        Criterion("each", 2, "each image by itself"),
    )
    revisit = "New pictures from old"

    def probes(self, rng):
        image = rng.uniform(0.1, 1, (1, 5, 7, 2))
        level = np.tile(rng.uniform(0.1, 1, (1, 5, 1, 1)), (1, 1, 4, 1))
        left = np.zeros((1, 5, 5, 1))
        left[:, :, 0] = 1
        spark = np.zeros((1, 5, 5, 1))
        spark[:, 2, 2] = 1
        batch = np.repeat(image, 8, axis=0)
        changed = {"statistic": "fraction_changed", "repeats": 400}
        yield Probe(
            "inference",
            "training=False, pad 2, mirror: how often changed",
            (image, 2, True, False),
            within=0.01,
            **changed,
        )
        yield Probe(
            "mirror",
            "no padding, mirror: how often changed",
            (image, 0, True, True),
            within=0.15,
            **changed,
        )
        yield Probe(
            "mirror",
            "level stripes, no padding, mirror: how often changed",
            (level, 0, True, True),
            within=0.01,
            **changed,
        )
        yield Probe(
            "labels",
            "no padding, mirror=False: how often changed",
            (image, 0, False, True),
            within=0.01,
            **changed,
        )
        yield Probe(
            "crop",
            "a white image, pad 2: share of black pixels",
            (np.ones((1, 5, 5, 1)), 2, False, True),
            statistic="zero_fraction",
            repeats=300,
            within=0.06,
        )
        yield Probe(
            "crop",
            "a white line at the left end, pad 1, no mirror: spread between the calls",
            (left, 1, False, True),
            statistic="spread",
            repeats=300,
            within=0.05,
        )
        yield Probe(
            "crop",
            "one bright pixel, pad 2: different results among the calls",
            (spark, 2, True, True),
            statistic="distinct",
            repeats=400,
            within=0.004,
        )
        yield Probe(
            "each",
            "eight equal images, pad 2: how often a batch varies",
            (batch, 2, False, True),
            statistic="varies_in_batch",
            repeats=60,
            within=0.05,
        )
        yield Probe(
            "each",
            "eight equal images, mirror only: how often a batch varies",
            (batch, 0, True, True),
            statistic="varies_in_batch",
            repeats=100,
            within=0.08,
        )

    @accepted("indices for the whole batch at once")
    def by_indices(images, pad, mirror, training):
        if not training:
            return images
        rng = np.random.default_rng()
        n, h, w, _ = images.shape
        around = ((0, 0), (pad, pad), (pad, pad), (0, 0))
        padded = np.pad(images, around)
        rows = rng.integers(0, 2 * pad + 1, (n, 1, 1)) + np.arange(h)[None, :, None]
        columns = rng.integers(0, 2 * pad + 1, (n, 1, 1)) + np.arange(w)[None, None, :]
        if mirror:
            turned = rng.random((n, 1, 1)) < 0.5
            columns = np.where(turned, columns[:, :, ::-1], columns)
        return padded[np.arange(n)[:, None, None], rows, columns]

    @accepted("Python's random numbers, an empty canvas")
    def on_a_canvas(images, pad, mirror, training):
        import random

        if not training:
            return images.copy()
        _, h, w, c = images.shape
        pieces = []
        for image in images:
            canvas = np.zeros((h + 2 * pad, w + 2 * pad, c))
            canvas[pad : pad + h, pad : pad + w] = image
            i, j = random.randint(0, 2 * pad), random.randint(0, 2 * pad)
            piece = canvas[i : i + h, j : j + w]
            if mirror and random.random() < 0.5:
                piece = np.fliplr(piece)
            pieces.append(piece)
        return np.array(pieces)

    @accepted("Keras's random numbers and ops")
    def with_keras(images, pad, mirror, training):
        import keras

        if not training:
            return images
        n, h, w = images.shape[:3]
        padded = keras.ops.pad(images, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
        starts = np.asarray(keras.random.randint((n, 2), 0, 2 * pad + 1))
        flips = np.asarray(keras.random.uniform((n,))) < (0.5 if mirror else 0)
        out = [
            keras.ops.flip(padded[k, i : i + h, j : j + w], 1)
            if flips[k]
            else padded[k, i : i + h, j : j + w]
            for k, (i, j) in enumerate(starts)
        ]
        return keras.ops.stack(out)

    @wrong(
        "You draw one place and one throw for the whole batch, so all its images are treated "
        "alike. Each image has its own luck.",
    )
    def one_draw_for_the_batch(images, pad, mirror, training):
        if not training:
            return images
        h, w = images.shape[1:3]
        padded = np.pad(images, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
        i, j = np.random.randint(0, 2 * pad + 1, 2)
        out = padded[:, i : i + h, j : j + w]
        return out[:, :, ::-1] if mirror and np.random.rand() < 0.5 else out

    @wrong(
        "You crop the whole batch at one place, as RandomCrop does; only the mirroring is drawn "
        "for each image.",
    )
    def one_crop_for_the_batch(images, pad, mirror, training):
        if not training:
            return images
        h, w = images.shape[1:3]
        padded = np.pad(images, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
        i, j = np.random.randint(0, 2 * pad + 1, 2)
        out = padded[:, i : i + h, j : j + w]
        turned = (np.random.rand(len(images), 1, 1, 1) < 0.5) & mirror
        return np.where(turned, out[:, :, ::-1], out)

    @wrong(
        "You mirror the whole batch or none of it; only the crops are drawn for each image.",
    )
    def one_flip_for_the_batch(images, pad, mirror, training):
        if not training:
            return images
        h, w = images.shape[1:3]
        padded = np.pad(images, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
        places = np.random.randint(0, 2 * pad + 1, (len(images), 2))
        out = np.stack([p[i : i + h, j : j + w] for p, (i, j) in zip(padded, places, strict=True)])
        return out[:, :, ::-1] if mirror and np.random.rand() < 0.5 else out

    @wrong(
        "You augment when training is False, too. Then validation and test are measured on changed "
        "pictures, and differently each time.",
    )
    def augments_validation(images, pad, mirror, training):
        h, w = images.shape[1:3]
        out = []
        for p in np.pad(images, ((0, 0), (pad, pad), (pad, pad), (0, 0))):
            i, j = np.random.randint(0, 2 * pad + 1, 2)
            piece = p[i : i + h, j : j + w]
            out.append(piece[:, ::-1] if mirror and np.random.rand() < 0.5 else piece)
        return np.stack(out)

    @wrong(
        "You mirror although mirror is False. Whoever calls it so has digits or letters, whose "
        "labels do not survive a mirror.",
        revisit="An augmentation is a claim",
    )
    def flips_digits(images, pad, mirror, training):
        if not training:
            return images
        h, w = images.shape[1:3]
        out = []
        for p in np.pad(images, ((0, 0), (pad, pad), (pad, pad), (0, 0))):
            i, j = np.random.randint(0, 2 * pad + 1, 2)
            piece = p[i : i + h, j : j + w]
            out.append(piece[:, ::-1] if np.random.rand() < 0.5 else piece)
        return np.stack(out)

    @wrong(
        "You mirror every image. Then the network never sees the pictures as they are; a throw "
        "decides, for each image.",
    )
    def always_mirrored(images, pad, mirror, training):
        if not training:
            return images
        h, w = images.shape[1:3]
        out = []
        for p in np.pad(images, ((0, 0), (pad, pad), (pad, pad), (0, 0))):
            i, j = np.random.randint(0, 2 * pad + 1, 2)
            piece = p[i : i + h, j : j + w]
            out.append(piece[:, ::-1] if mirror else piece)
        return np.stack(out)

    @wrong(
        "You mirror top to bottom. Axis 0 of an image runs down, axis 1 to the right.",
    )
    def upside_down(images, pad, mirror, training):
        if not training:
            return images
        h, w = images.shape[1:3]
        out = []
        for p in np.pad(images, ((0, 0), (pad, pad), (pad, pad), (0, 0))):
            i, j = np.random.randint(0, 2 * pad + 1, 2)
            piece = p[i : i + h, j : j + w]
            out.append(piece[::-1] if mirror and np.random.rand() < 0.5 else piece)
        return np.stack(out)

    @wrong(
        "Your crop always begins in the top left corner of the padded image: the picture is "
        "shifted, but by the same amount every time.",
    )
    def always_in_the_corner(images, pad, mirror, training):
        if not training:
            return images
        h, w = images.shape[1:3]
        out = np.pad(images, ((0, 0), (pad, pad), (pad, pad), (0, 0)))[:, :h, :w]
        turned = (np.random.rand(len(images), 1, 1, 1) < 0.5) & mirror
        return np.where(turned, out[:, :, ::-1], out)

    @wrong(
        "You never crop: the images are mirrored, but they stay where they are.",
    )
    def never_cropped(images, pad, mirror, training):
        if not training:
            return images
        turned = (np.random.rand(len(images), 1, 1, 1) < 0.5) & mirror
        return np.where(turned, images[:, :, ::-1], images)

    @wrong(
        "You return the padded images as they are. A piece of the old size is to be cut out of "
        "each.",
    )
    def padded_only(images, pad, mirror, training):
        if not training:
            return images
        out = np.pad(images, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
        turned = (np.random.rand(len(images), 1, 1, 1) < 0.5) & mirror
        return np.where(turned, out[:, :, ::-1], out)

    @wrong(
        "Your crop never begins at the last row and column that it could: one place is missing "
        "both ways. Is the end of your range included?",
    )
    def last_place_missing(images, pad, mirror, training):
        if not training:
            return images
        h, w = images.shape[1:3]
        out = []
        for p in np.pad(images, ((0, 0), (pad, pad), (pad, pad), (0, 0))):
            i, j = np.random.randint(0, max(2 * pad, 1), 2)
            piece = p[i : i + h, j : j + w]
            out.append(piece[:, ::-1] if mirror and np.random.rand() < 0.5 else piece)
        return np.stack(out)

    @wrong(
        "You move every image along the diagonal: one number serves as its row and its column. "
        "Most places never occur.",
    )
    def along_the_diagonal(images, pad, mirror, training):
        if not training:
            return images
        h, w = images.shape[1:3]
        out = []
        for p in np.pad(images, ((0, 0), (pad, pad), (pad, pad), (0, 0))):
            i = np.random.randint(0, 2 * pad + 1)
            piece = p[i : i + h, i : i + w]
            out.append(piece[:, ::-1] if mirror and np.random.rand() < 0.5 else piece)
        return np.stack(out)

    @wrong(
        "What leaves your image on one side comes back on the other (np.roll). Black pixels are to "
        "come in.",
    )
    def rolled_around(images, pad, mirror, training):
        if not training:
            return images
        out = []
        for x in images:
            i, j = np.random.randint(-pad, pad + 1, 2)
            x = np.roll(x, (i, j), axis=(0, 1))
            out.append(x[:, ::-1] if mirror and np.random.rand() < 0.5 else x)
        return np.stack(out)

    @wrong(
        "You filled the margin with copies of the image's border. Black (zero) is asked.",
    )
    def border_repeated(images, pad, mirror, training):
        if not training:
            return images
        h, w = images.shape[1:3]
        out = []
        for p in np.pad(images, ((0, 0), (pad, pad), (pad, pad), (0, 0)), mode="edge"):
            i, j = np.random.randint(0, 2 * pad + 1, 2)
            piece = p[i : i + h, j : j + w]
            out.append(piece[:, ::-1] if mirror and np.random.rand() < 0.5 else piece)
        return np.stack(out)


class ColourShift(Function):
    name = "colour_shift"
    title = "Find the bug: AlexNet's colour shift"
    difficulty = 3
    criteria = (
        Criterion("first", 2, "along the direction of largest variance"),
        Criterion("others", 1, "along the other two directions"),
        Criterion("all", 2, "along all three at once"),
        Criterion("range", 1, "results stay between 0 and 1"),
    )
    tolerance = Tolerance(
        atol=1e-6, rtol=1e-6, reason="eigenvectors of a well-conditioned 3×3 matrix"
    )
    revisit = "Colour, as AlexNet did it"

    def probes(self, rng):
        # Colours that vary mostly in brightness, and then from red to blue.
        mixing = np.array([[0.2, 0.21, 0.17], [0.12, -0.02, -0.09], [0.05, -0.03, 0.06]])
        pixels = 0.5 + rng.normal(size=(60, 3)) @ mixing
        image = rng.uniform(0.35, 0.65, (3, 4, 3))
        yield Probe("first", "alphas (1, 0, 0)", (image, pixels, (1.0, 0.0, 0.0)))
        yield Probe("first", "alphas (−0.7, 0, 0)", (image, pixels, (-0.7, 0.0, 0.0)))
        yield Probe("others", "alphas (0, 2, 0)", (image, pixels, (0.0, 2.0, 0.0)))
        yield Probe("others", "alphas (0, 0, −3)", (image, pixels, (0.0, 0.0, -3.0)))
        alphas = tuple(float(a) for a in rng.uniform(0.3, 1, 3) * rng.choice([-1, 1], 3))
        yield Probe("all", "three random alphas", (image, pixels, alphas))
        yield Probe(
            "range", "large alphas", (rng.uniform(size=(2, 3, 3)), pixels, (4.0, -3.0, 5.0))
        )

    @accepted("a sum over the directions")
    def as_sum(image, pixels, alphas):
        values, vectors = np.linalg.eigh(np.cov(pixels, rowvar=False))
        shifted = np.array(image, dtype=float)
        for k in range(3):
            direction = vectors[:, 2 - k]
            if direction.sum() < 0:
                direction = -direction
            shifted = shifted + alphas[k] * values[2 - k] * direction
        return np.minimum(np.maximum(shifted, 0), 1)

    @accepted("by a singular value decomposition")
    def by_svd(image, pixels, alphas):
        centred = pixels - pixels.mean(axis=0)
        _, sizes, rows = np.linalg.svd(centred, full_matrices=False)
        rows = rows * np.where(rows.sum(axis=1) < 0, -1, 1)[:, None]
        values = sizes**2 / (len(pixels) - 1)
        return np.clip(image + (np.array(alphas) * values) @ rows, 0, 1)

    @accepted("transposed, with einsum")
    def transposed(image, pixels, alphas):
        values, vectors = np.linalg.eig(np.cov(pixels.T))
        order = np.argsort(-values)
        directions = vectors.T[order]
        directions = directions * np.where(directions.sum(1) >= 0, 1, -1)[:, None]
        shift = np.einsum("k,k,kc->c", np.asarray(alphas), values[order], directions)
        return np.clip(np.asarray(image) + shift[None, None, :], 0.0, 1.0)

    @wrong(
        "You still add up the rows of the matrix of eigenvectors: this is the colleague's shift. "
        "eigh puts each direction elsewhere.",
    )
    def rows_for_columns(image, pixels, alphas):
        values, vectors = np.linalg.eigh(np.cov(pixels.T))
        order = np.argsort(values)[::-1]
        values, vectors = values[order], vectors[:, order]
        vectors = vectors * np.where(vectors.sum(axis=0) < 0, -1, 1)
        return np.clip(image + (np.asarray(alphas) * values) @ vectors, 0, 1)

    @wrong(
        "You sorted the rows of the matrix instead of its columns: eigenvalues and directions do "
        "not belong together any more.",
    )
    def rows_sorted(image, pixels, alphas):
        values, vectors = np.linalg.eigh(np.cov(pixels.T))
        order = np.argsort(values)[::-1]
        values, vectors = values[order], vectors[order]
        vectors = vectors * np.where(vectors.sum(axis=0) < 0, -1, 1)
        return np.clip(image + vectors @ (np.asarray(alphas) * values), 0, 1)

    @wrong(
        "Your first alpha goes with the *smallest* variance: eigh sorts upwards, and the order was "
        "not turned round.",
    )
    def smallest_first(image, pixels, alphas):
        values, vectors = np.linalg.eigh(np.cov(pixels.T))
        vectors = vectors * np.where(vectors.sum(axis=0) < 0, -1, 1)
        return np.clip(image + vectors @ (np.asarray(alphas) * values), 0, 1)

    @wrong(
        "You took the root of the eigenvalues. Many programs do, because it is then a standard "
        "deviation; the paper, and this exercise, take the eigenvalue itself.",
    )
    def root_of_eigenvalue(image, pixels, alphas):
        values, vectors = np.linalg.eigh(np.cov(pixels.T))
        values, vectors = values[::-1], vectors[:, ::-1]
        vectors = vectors * np.where(vectors.sum(axis=0) < 0, -1, 1)
        return np.clip(image + vectors @ (np.asarray(alphas) * np.sqrt(values)), 0, 1)

    @wrong(
        "The eigenvalues are missing: all three directions count alike, and rare colours become "
        "frequent.",
    )
    def without_eigenvalues(image, pixels, alphas):
        _, vectors = np.linalg.eigh(np.cov(pixels.T))
        vectors = vectors[:, ::-1]
        vectors = vectors * np.where(vectors.sum(axis=0) < 0, -1, 1)
        return np.clip(image + vectors @ np.asarray(alphas), 0, 1)

    @wrong(
        "You did not subtract the mean colour: this is the matrix of second moments, not the "
        "covariance. Its first direction points at the mean colour.",
    )
    def not_centred(image, pixels, alphas):
        values, vectors = np.linalg.eigh(pixels.T @ pixels / (len(pixels) - 1))
        values, vectors = values[::-1], vectors[:, ::-1]
        vectors = vectors * np.where(vectors.sum(axis=0) < 0, -1, 1)
        return np.clip(image + vectors @ (np.asarray(alphas) * values), 0, 1)

    @wrong(
        "The sign of your directions is left to chance: an eigenvector is one with either sign. "
        "The docstring says which one to take.",
    )
    def signs_turned(image, pixels, alphas):
        values, vectors = np.linalg.eigh(np.cov(pixels.T))
        values, vectors = values[::-1], vectors[:, ::-1]
        vectors = vectors * np.where(vectors.sum(axis=0) < 0, 1, -1)
        return np.clip(image + vectors @ (np.asarray(alphas) * values), 0, 1)

    @wrong(
        "You took the matrix of correlations. It forgets that one channel may vary more than "
        "another; the covariance is asked.",
    )
    def correlations(image, pixels, alphas):
        values, vectors = np.linalg.eigh(np.corrcoef(pixels.T))
        values, vectors = values[::-1], vectors[:, ::-1]
        vectors = vectors * np.where(vectors.sum(axis=0) < 0, -1, 1)
        return np.clip(image + vectors @ (np.asarray(alphas) * values), 0, 1)

    @wrong(
        "Your results leave the range from 0 to 1.",
    )
    def not_clipped(image, pixels, alphas):
        values, vectors = np.linalg.eigh(np.cov(pixels.T))
        values, vectors = values[::-1], vectors[:, ::-1]
        vectors = vectors * np.where(vectors.sum(axis=0) < 0, -1, 1)
        return image + vectors @ (np.asarray(alphas) * values)

    @wrong(
        "You add the mean of the three shifts to all channels: the picture becomes brighter or "
        "darker, but its colours never shift.",
    )
    def grey_shift(image, pixels, alphas):
        values, vectors = np.linalg.eigh(np.cov(pixels.T))
        values, vectors = values[::-1], vectors[:, ::-1]
        vectors = vectors * np.where(vectors.sum(axis=0) < 0, -1, 1)
        return np.clip(image + (vectors @ (np.asarray(alphas) * values)).mean(), 0, 1)


QUESTIONS = {
    "disk": "what is read from the disk",
    "distortion": "how pictures are distorted",
    "order": "order and company",
    "batches": "sizes of batches, each picture once",
    "ahead": "whether the next batch is prepared meanwhile",
}
WORTH = {"disk": 2, "distortion": 2, "order": 2, "batches": 1, "ahead": 1}

# The steps of the right answer; accepted and wrong ones chain them otherwise.
READ = "map(read_picture)"
CACHE = "cache()"
SHUFFLE = "shuffle(len(numbers))"
DISTORT = "map(distort)"
BATCH = "batch(batch_size)"
AHEAD = "prefetch(2)"


def chain(*steps: str) -> str:
    """An answer to `pipeline` that chains these steps after the numbers."""
    lines = "".join(f"\n        .{step}" for step in steps)
    return f"""
def pipeline(numbers, batch_size, question):
    dataset = (
        tf.data.Dataset.from_tensor_slices(numbers){lines}
    )
    return observe(dataset, question)
"""


class RightOrder(Function):
    name = "pipeline"
    title = "A pipeline in the right order"
    difficulty = 3
    criteria = tuple(Criterion(key, WORTH[key], text) for key, text in QUESTIONS.items())
    revisit = "The order"

    def probes(self, rng):
        for key, text in QUESTIONS.items():
            n, size = int(rng.integers(18, 24)), int(rng.integers(4, 6))
            n += n % size == 0  # the last batch is never full
            numbers = int(rng.integers(1, 20)) + np.arange(n)
            yield Probe(key, f"{n} pictures in batches of {size}: {text}", (numbers, size, key))

    chained = accepted(
        "with a fixed number of batches ahead",
        source=chain(READ, CACHE, SHUFFLE, DISTORT, BATCH, AHEAD),
    )
    shuffled_last = accepted(
        "distorted before shuffled",
        source=chain(READ, CACHE, DISTORT, "shuffle(1000)", BATCH, "prefetch(1)"),
    )
    many_threads = accepted(
        "several threads",
        source=chain(
            "map(read_picture, num_parallel_calls=2)",
            CACHE,
            "shuffle(len(numbers), reshuffle_each_iteration=True)",
            "map(distort, num_parallel_calls=tf.data.AUTOTUNE)",
            BATCH,
            "prefetch(tf.data.AUTOTUNE)",
        ),
    )
    each_in_its_batch = accepted(
        "distorted in the batch, each picture by itself",
        source=chain(
            READ,
            CACHE,
            SHUFFLE,
            BATCH,
            "map(lambda batch: tf.map_fn(distort, batch))",
            "prefetch(tf.data.AUTOTUNE)",
        ),
    )
    step_by_step = accepted(
        "one step a line",
        source="""
def pipeline(numbers, batch_size, question):
    files = tf.data.Dataset.from_tensor_slices(numbers)
    pictures = files.map(read_picture).cache()
    mixed = pictures.shuffle(buffer_size=pictures.cardinality())
    dataset = mixed.map(distort).batch(batch_size, drop_remainder=False)
    dataset = dataset.prefetch(tf.data.AUTOTUNE)
    return observe(dataset, question)
""",
    )

    augment_then_cache = wrong(
        "You distort before you cache. The cache keeps the first epoch's distortions, and the "
        "network sees the same ones for ever.",
        source=chain(READ, DISTORT, CACHE, SHUFFLE, BATCH, AHEAD),
    )
    shuffle_after_batch = wrong(
        "You shuffle after you batch, so whole batches change places. The same pictures stay "
        "together in every epoch.",
        source=chain(READ, CACHE, DISTORT, BATCH, SHUFFLE, AHEAD),
    )
    no_cache = wrong(
        "Every picture is read again in each epoch: nothing is kept after the reading. (A cache "
        "that stands before the reading keeps only the numbers.)",
        source=chain(READ, SHUFFLE, DISTORT, BATCH, AHEAD),
    )
    shuffle_then_cache = wrong(
        "The order is drawn once only, before the cache (or outside the dataset), and every later "
        "epoch repeats it. What the cache keeps does not change any more.",
        source=chain(SHUFFLE, READ, CACHE, DISTORT, BATCH, AHEAD),
    )
    everything_cached = wrong(
        "The cache stands at the end: order, company and distortions of the first epoch are all "
        "kept. Only what is slow and always the same belongs into it.",
        source=chain(READ, SHUFFLE, DISTORT, BATCH, CACHE, AHEAD),
    )
    small_buffer = wrong(
        "Your buffer holds a batch only, so pictures hardly move: the last one can never come "
        "early. If the files are sorted by class, whole batches hold one class.",
        source=chain(READ, CACHE, "shuffle(batch_size)", DISTORT, BATCH, AHEAD),
    )
    not_shuffled = wrong(
        "You do not shuffle: every epoch has the same order and the same company.",
        source=chain(READ, CACHE, DISTORT, BATCH, AHEAD),
    )
    one_distortion_a_batch = wrong(
        "You distort after you batch, so one random number serves a whole batch. Each picture is "
        "to be distorted by itself.",
        source=chain(READ, CACHE, SHUFFLE, BATCH, DISTORT, AHEAD),
    )
    not_distorted = wrong(
        "Your pictures come as they were read: distort is never applied.",
        source=chain(READ, CACHE, SHUFFLE, BATCH, AHEAD),
    )
    last_batch_dropped = wrong(
        "The last batch, which is not full, is thrown away, so some pictures are missing in each "
        "epoch.",
        source=chain(
            READ, CACHE, SHUFFLE, DISTORT, "batch(batch_size, drop_remainder=True)", AHEAD
        ),
    )
    no_prefetch = wrong(
        "You do not ask for the next batch ahead of time, as the last step. Recent TensorFlow adds "
        "that step by itself where it is missing; do not rely on it.",
        source=chain(READ, CACHE, SHUFFLE, DISTORT, BATCH),
    )
    not_batched = wrong(
        "Your dataset delivers single pictures: batch is missing.",
        source=chain(READ, CACHE, SHUFFLE, DISTORT, AHEAD),
    )
    repeated = wrong(
        "Your dataset holds every picture twice: fit asks for epochs by itself.",
        source=chain(READ, CACHE, SHUFFLE, "repeat(2)", DISTORT, BATCH, AHEAD),
    )


class Quiz(Choices):
    name = "quiz"
    title = "Quiz"
    difficulty = 1
    revisit = "Summary"
    questions: ClassVar = {
        "q1": (
            "After Normalization, adapted to the training set, the test set has",
            {
                "a": "mean 0 and standard deviation 1 exactly",
                "b": "values from 0 to 1",
                "c": "mean and standard deviation near 0 and 1, if it comes from the same source",
            },
        ),
        "q2": (
            "Normalization adapted to training and test set, same source, thousands of images",
            {
                "a": "much too good",
                "b": "practically the same, and the habit is still a bad one",
                "c": "worthless",
            },
        ),
        "q3": (
            'StringLookup(vocabulary=["cat", "dog"]) gives Dog the index',
            {"a": "0", "b": "1", "c": "2"},
        ),
        "q4": (
            "model(x_val) in your own loop, with RandomFlip inside the model",
            {
                "a": "left as they are",
                "b": "flipped at random, since nobody said training=False",
                "c": "refused",
            },
        ),
        "q5": (
            "Which augmentation is safe for road signs?",
            {
                "a": "mirroring, as for cats",
                "b": "any hue",
                "c": "small shifts, turns and changes of brightness",
            },
        ),
        "q6": (
            "A pipeline distorts, then caches. The network sees",
            {
                "a": "new distortions in each epoch",
                "b": "the first epoch's distortions for ever",
                "c": "no distortions",
            },
        ),
    }
    because: ClassVar = {
        "q1": {
            "a": "Exactly so are the images it was adapted to. The test set is shifted and scaled "
            "by another set's numbers.",
            "b": "That is another scaling. This layer makes no promise about the smallest and the "
            "largest value.",
        },
        "q2": {
            "a": "Look at the first row of the table of leaks: two numbers, averaged over "
            "thousands of pictures, hardly move.",
            "c": "Worthless are results with near-copies on both sides. Mean and variance of the "
            "same source are no copies.",
        },
        "q3": {
            "b": "1 is the first word of the vocabulary. And is this string in it at all?",
            "c": "dog has 2. Dog is another string.",
        },
        "q4": {
            "a": "Only if it is said, as predict and evaluate do. Look at the first of the four "
            "traps.",
            "c": "It runs without a word, which is the trap.",
        },
        "q5": {
            "a": "A mirrored arrow points the other way: another label.",
            "b": "Red and blue signs mean different things.",
        },
        "q6": {
            "a": "What the cache has kept is not computed again.",
            "c": "They are made once, in the first epoch.",
        },
    }
