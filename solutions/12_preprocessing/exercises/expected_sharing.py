"""What is right in `expected_sharing`, and what students get wrong."""

import numpy as np

from autograder.exercise import EITHER, Criterion, Function, Probe, accepted, near_miss, wrong


class ExpectedSharing(Function):
    title = "How many share?"
    difficulty = 2
    criteria = (
        Criterion("small", 2, "few words, few buckets"),
        Criterion("edge", 1, "one word, or one bucket"),
        Criterion("large", 1, "many words, many buckets"),
    )
    tolerance = EITHER
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
        n = int(rng.integers(20, 900))
        yield Probe("edge", f"{n} words, one bucket", (n, 1))

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

    collides_with_itself = wrong(
        "Your exponent counts all words. A word cannot collide with itself: how many others are "
        "there?",
        change={"n - 1": "n"},
    )

    pairs = wrong(
        "You counted pairs of words that meet. Three words in one bucket are three pairs, but "
        "three words; and for many words the pairs outnumber the words.",
        change={"n * (1 - (1 - 1 / m) ** (n - 1))": "n * (n - 1) / (2 * m)"},
    )

    chances_added = wrong(
        "You added up the chances of meeting each of the other words. Chances of events that may "
        "happen together do not add up; in one bucket you get more words than there are.",
        change={"n * (1 - (1 - 1 / m) ** (n - 1))": "n * (n - 1) / m"},
    )

    all_but_the_first = wrong(
        "You counted the words that found their bucket taken: all but the first in each bucket. "
        "The first one shares it as well.",
        change={"n * (1 - (1 - 1 / m) ** (n - 1))": "n - m * (1 - (1 - 1 / m) ** n)"},
    )

    birthday = wrong(
        "You gave the chance that *any* two words meet (the birthday problem). The number of words "
        "that share is asked.",
        change={
            "n * (1 - (1 - 1 / m) ** (n - 1))": (
                "1 - float(np.prod([(m - k) / m for k in range(min(n, m + 1))]))"
            ),
        },
    )

    used_buckets = wrong(
        "You gave the number of buckets that are used at all.",
        change={"n * (1 - (1 - 1 / m) ** (n - 1))": "m * (1 - (1 - 1 / m) ** n)"},
    )

    words_alone = wrong(
        "You gave the words that are *alone*. Those that are not are asked.",
        change={"1 - (1 - 1 / m) ** (n - 1)": "(1 - 1 / m) ** (n - 1)"},
    )

    one_word_only = wrong(
        "You gave the chance for one word. How many words are there?",
        change={"n * (1 - (1 - 1 / m) ** (n - 1))": "1 - (1 - 1 / m) ** (n - 1)"},
    )

    handed_out_in_turn = wrong(
        "You assume that buckets are handed out one after another, so that words share only when "
        "all are taken. A hash throws each word by itself.",
        change={"n * (1 - (1 - 1 / m) ** (n - 1))": "float(max(0, n - m))"},
    )

    shared_buckets = wrong(
        "You gave the number of *buckets* with more than one word. Asked for is how many words "
        "lie in them.",
        change={
            "n * (1 - (1 - 1 / m) ** (n - 1))": (
                "m * (1 - (1 - 1 / m) ** n) - n * (1 - 1 / m) ** (n - 1)"
            ),
        },
    )

    mean_load = wrong(
        "You gave n / m: how many words a bucket holds on average, or the chance of meeting one "
        "of n others, added up. How many words share is another question.",
        change={"n * (1 - (1 - 1 / m) ** (n - 1))": "n / m"},
    )

    arguments_exchanged = wrong(
        "n and m have changed places: n words are thrown into m buckets.",
        change={
            "n * (1 - (1 - 1 / m) ** (n - 1))": "m * (1 - (1 - 1 / n) ** (m - 1))",
        },
    )

    approximated = wrong(
        "You used e^(−(n−1)/m) for the chance of being alone. That is close for many buckets, but "
        "not equal: for few it shows.",
        change={
            "(1 - 1 / m) ** (n - 1)": "float(np.exp(-(n - 1) / m))",
        },
    )

    approximated_with_all = wrong(
        "You used e^(−n/m) for the chance of being alone. That is close for many words and "
        "buckets, but not equal: for few it shows.",
        change={
            "(1 - 1 / m) ** (n - 1)": "float(np.exp(-n / m))",
        },
    )

    rounded = wrong(
        "You rounded. A mean need not be a whole number.",
        change={
            "n * (1 - (1 - 1 / m) ** (n - 1))": "float(round(n * (1 - (1 - 1 / m) ** (n - 1))))",
        },
    )

    share_of_the_words = wrong(
        "You counted each pair of words that meet as two words. Three words in one bucket are six "
        "then, but they are three.",
        change={"n * (1 - (1 - 1 / m) ** (n - 1))": "n**2 / m"},
    )

    rounded_down = near_miss(
        "rounds down to whole numbers",
        change={
            "return n * (1 - (1 - 1 / m) ** (n - 1))": (
                "return float(np.floor(n * (1 - (1 - 1 / m) ** (n - 1))))"
            )
        },
        unlike=(rounded, handed_out_in_turn),
    )
