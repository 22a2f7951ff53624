"""What is right in `look_up`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Function, Probe, Rule, accepted, wrong

NO_LAYERS = Rule(
    forbid=("keras", "tensorflow", "torch", "jax", "sklearn"),
    reason="Write it yourself; NumPy and plain Python are all you need.",
)


class LookUp(Function):
    title = "Look it up"
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
        yield Probe("empty", "one word in the vocabulary", (vocabulary[:1], words))

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

    known_from_zero = wrong(
        "Your numbers are one too small: the first word of the vocabulary has 0, which belongs to "
        "the unknown words, so the two are mixed up.",
        change={"enumerate(vocabulary, start=1)": "enumerate(vocabulary)"},
    )

    unknown_minus_one = wrong(
        "Your unknown words get −1 and the known ones start at 0: everything is one too small. "
        "Later layers take indices from 0 upwards, so 0 is the place for the unknown.",
        change={
            "enumerate(vocabulary, start=1)": "enumerate(vocabulary)",
            "number.get(word.lower(), 0)": "number.get(word.lower(), -1)",
        },
    )

    as_in_text_vectorization = wrong(
        "Your known words start at 2. That is TextVectorization, which keeps 0 for filling; here "
        "only one number is kept.",
        change={
            "start=1": "start=2",
            "number.get(word.lower(), 0)": "number.get(word.lower(), 1)",
        },
    )

    unknown_dropped = wrong(
        "You left unknown words out, so the result is shorter than the sentence and nobody knows "
        "which number belongs to which word. An unknown word has a number, too.",
        change={"for word in words": "for word in words if word.lower() in number"},
    )

    capitals_unknown = wrong(
        "Words with capitals count as unknown in your answer. StringLookup does so; this function "
        "is to be kinder.",
        change={"word.lower()": "word"},
    )

    vocabulary_sorted = wrong(
        "You sorted the vocabulary first. Its order is given, and it counts: in an adapted layer "
        "it is the order of frequency.",
        change={"enumerate(vocabulary, start=1)": "enumerate(sorted(vocabulary), start=1)"},
    )

    unknown_last = wrong(
        "You gave unknown words the number after the last known one. It would change whenever the "
        "vocabulary grows; a fixed number is asked.",
        change={"number.get(word.lower(), 0)": "number.get(word.lower(), len(vocabulary) + 1)"},
    )

    unknown_raises = wrong(
        "An unknown word raises an error in your function. In use, unknown words are no error: "
        "they come every day.",
        change={"number.get(word.lower(), 0)": "number[word.lower()]"},
    )

    unknown_words_learned = wrong(
        "You give every unknown word a new number of its own. Then the numbers depend on the order "
        "of the sentences, and the network meets numbers it has no weights for.",
        change={"number.get(word.lower(), 0)": "number.setdefault(word.lower(), len(number) + 1)"},
    )

    empty_is_float = wrong(
        "Without words you return an array of floating-point numbers: NumPy cannot know what an "
        "empty list would have held. Say that these are whole numbers.",
        change={", dtype=int)": ")"},
    )

    unknown_not_in_list = wrong(
        "An unknown word raises an error in your function: `index` finds only what is there. In "
        "use, unknown words are no error.",
        change={"number.get(word.lower(), 0)": "vocabulary.index(word.lower()) + 1"},
    )

    floats = wrong(
        "Your numbers are floating-point numbers. Indices are whole numbers.",
        change={"dtype=int": "dtype=float"},
    )

    one_hot = wrong(
        "You return a row of zeros and a one for each word. Asked for is one number a word.",
        change={
            "return np.array([number.get(word.lower(), 0) for word in words], dtype=int)": (
                "places = np.array([number.get(word.lower(), 0) for word in words], dtype=int)\n"
                "    return np.eye(len(vocabulary) + 1, dtype=int)[places]"
            ),
        },
    )

    known_or_not = wrong(
        "You say whether each word is known. Asked for is its number.",
        change={"number.get(word.lower(), 0)": "int(word.lower() in number)"},
    )

    capitals_raise = wrong(
        "Capitals are turned into small letters when you ask whether a word is known, but not when "
        "you look up its number.",
        change={"vocabulary.index(word.lower())": "vocabulary.index(word)"},
        of=loop,
    )

    unknown_is_none = wrong(
        "An unknown word gets None in your answer. It has a number, too.",
        change={
            "np.array([number.get(word.lower(), 0) for word in words], dtype=int)": (
                "np.array([number.get(word.lower()) for word in words], dtype=int)"
            ),
        },
    )

    capitals_unknown_and_floats = wrong(
        "Two things: words with capitals count as unknown in your answer; and without words NumPy "
        "makes an array of floating-point numbers, unless you say that they are whole.",
        change={"word.lower()": "word", ", dtype=int)": ")"},
    )

    unknown_last_from_zero = wrong(
        "Your known words start at 0, which belongs to the unknown ones; and these get the number "
        "after the last known one, which would change whenever the vocabulary grows.",
        change={
            "enumerate(vocabulary, start=1)": "enumerate(vocabulary)",
            "number.get(word.lower(), 0)": "number.get(word.lower(), len(vocabulary))",
        },
    )

    unknown_is_minus_one = wrong(
        "Your unknown words get −1. Later layers take indices from 0 upwards, so 0 is the place "
        "for the unknown.",
        change={"number.get(word.lower(), 0)": "number.get(word.lower(), -1)"},
    )

    known_from_two = wrong(
        "Your known words start at 2, as in TextVectorization, which keeps one number for filling. "
        "Here only 0 is kept, for the unknown.",
        change={"start=1": "start=2"},
    )
