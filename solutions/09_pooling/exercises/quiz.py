"""What is right in `quiz`, and what students get wrong."""

from autograder.exercise import Choices


class Quiz(Choices):
    title = "Quiz"
    difficulty = 1
    questions = {
        "q1": (
            "A volume of 28×28×6 goes through max pooling with f = 2, s = 2. Out comes",
            {"a": "14×14×6", "b": "14×14×3", "c": "14×14×1"},
        ),
        "q2": (
            "How many parameters does that pooling layer learn?",
            {"a": "4", "b": "24", "c": "none"},
        ),
        "q3": (
            "In training, one input of a 2×2 max-pooling window is smaller than another one in "
            "it. Its gradient is",
            {
                "a": "zero",
                "b": "a quarter of what comes from above",
                "c": "all of what comes from above",
            },
        ),
        "q4": (
            "A convolutional network with two poolings ends in Flatten and a Dense layer, and "
            "has seen only centred digits. A digit slid by ten pixels",
            {
                "a": "is read as before, since convolution is invariant to translation",
                "b": "is read as before, thanks to pooling",
                "c": "may well be misread",
            },
        ),
        "q5": (
            "You train on 32×32 images and want to use the network on 64×64. It suffices that",
            {
                "a": "its Input leaves the size open, and a global pooling replaces Flatten",
                "b": "it pools twice as often",
                "c": "its convolutions use same padding",
            },
        ),
        "q6": (
            "CONV1 of the notes' network, against a Dense layer with as many parameters, does",
            {
                "a": "as many multiply-adds",
                "b": "many more, since each weight is used at 784 places",
                "c": "fewer, since it is sparse",
            },
        ),
    }
    because = {
        "q1": {
            "b": "Halved are height and width. Does the window reach across channels?",
            "c": "Each channel is pooled by itself: what becomes of their number?",
        },
        "q2": {
            "a": "The window has four places, but what would a weight do in taking the largest?",
            "b": "Four places, six channels: but what would a weight do in taking the largest?",
        },
        "q3": {
            "b": "An even share is what the mean hands down. Nudge this input: what moves?",
            "c": "Only the winner gets that. Nudge this input: what moves?",
        },
        "q4": {
            "a": (
                "Convolution is equivariant: the features move along. What does the Dense layer "
                "find at their old places?"
            ),
            "b": "Look at the curve for Flatten: how many pixels do two poolings forgive?",
        },
        "q5": {
            "b": (
                "That holds for this one size, if at all, and it changes the network. Which layer "
                "counts places?"
            ),
            "c": "The convolutions never minded. Which layer counts places?",
        },
        "q6": {
            "a": "A Dense layer uses each weight once. How often does a filter use its own?",
            "c": (
                "Sparse means few inputs for each output. How often is each of its weights used, "
                "though?"
            ),
        },
    }
