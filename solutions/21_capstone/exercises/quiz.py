"""What is right in `quiz`, and what students get wrong."""

from autograder.exercise import Choices


class Quiz(Choices):
    title = "Quiz"
    difficulty = 1
    questions = {
        "q1": (
            "58 % and 57 %",
            {
                "a": "dropout",
                "b": "more or faster",
                "c": "larger validation",
                "d": "early stopping",
            },
        ),
        "q2": (
            "halve the multiply-adds",
            {"a": "dense units", "b": "no normalisation", "c": "stride earlier", "d": "no biases"},
        ),
        "q3": (
            "frames of films",
            {"a": "by film", "b": "at random", "c": "every twentieth", "d": "by brightness"},
        ),
        "q4": (
            "best of five against one",
            {"a": "first better", "b": "nothing yet", "c": "equal", "d": "second better"},
        ),
        "q5": (
            "winner of 150 settings",
            {"a": "91 %", "b": "more", "c": "less", "d": "the mean"},
        ),
        "q6": (
            "Flatten or average",
            {"a": "as many", "b": "a 140th", "c": "none", "d": "a tenth"},
        ),
    }
    because = {
        "q1": {
            "a": "Dropout holds learning back. There is no gap to close; both numbers are low.",
            "c": "It would tell you the same low number more exactly.",
            "d": "It stops what has hardly begun.",
        },
        "q2": {
            "a": "A dense layer at the end works at one place. Work is weights times places.",
            "b": "Normalisation is counted with no multiply-adds; and the lesson measured what it "
            "brings.",
            "d": "A bias is no multiply-add, here as in papers.",
        },
        "q3": {
            "b": "Frames of one film would stand on both sides, nearly alike.",
            "c": "Its neighbours, nearly the same picture, stay on the other side.",
            "d": "Then validation asks about another kind of picture than training showed.",
        },
        "q4": {
            "a": "One of five tries is compared with one of one. The more tries, the luckier the "
            "best.",
            "c": "A point of difference between two numbers of unknown spread is no proof of "
            "equality.",
            "d": "It may be as good with fewer tries, or it was lucky. One run cannot tell.",
        },
        "q5": {
            "a": "It won partly by luck with these 100 images, and the luck stays behind.",
            "b": "Perhaps more images help a little. But first comes off what the choosing "
            "flattered.",
            "d": "The winner is better than the mean, most likely. Only not by as much as it "
            "looked.",
        },
        "q6": {
            "a": "Compare 12·12·32 numbers with 32: that is what comes into the dense layer.",
            "c": "The average has none; the dense layer behind it has.",
            "d": "The number of classes does not come into it. How many places become one?",
        },
    }
