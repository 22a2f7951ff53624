"""What is right in `choice`, and what students get wrong."""

from autograder.exercise import Choices


class Choice(Choices):
    title = "Choose"
    difficulty = 2
    revisit = "Count before you build"
    questions = {
        "which": ("keep both", {"a": "A, C", "b": "B, C, D", "c": "C, D", "d": "all"}),
        "saves": (
            "one change to B",
            {"a": "3×3 first", "b": "second separable", "c": "stride 4", "d": "Flatten"},
        ),
        "early": (
            "what D gave up",
            {"a": "receptive field", "b": "detail", "c": "non-linearities", "d": "trainable"},
        ),
        "norm": (
            "C without normalisation",
            {"a": "half the work", "b": "nothing", "c": "640 less biases", "d": "memory"},
        ),
    }
    because = {
        "which": {
            "a": "A has its parameters in 32 to 64 channels at 3×3, and does most of its work on "
            "large maps. Compare its row with both budgets.",
            "b": "B is over both. Its second convolution, from 32 to 40 channels, is the reason.",
            "d": "Two rows of the table are over a budget; look at both columns.",
        },
        "saves": {
            "a": "That saves where B spends little; and its windows become smaller.",
            "c": "That saves work, but no parameter. And the receptive field grows.",
            "d": "A dense layer on 36 places has 36 times the weights.",
        },
        "early": {
            "a": "Look at the last column: large strides make it see far.",
            "c": "It has three, one more than B.",
            "d": "It has twice those of many a good network here; strides cost no parameters.",
        },
        "norm": {
            "a": "Scaling and shifting are not counted as multiply-adds, here as in papers.",
            "b": "It has four numbers a channel, and all of them are counted.",
            "d": "It saves memory, too. But look at the column of parameters.",
        },
    }
