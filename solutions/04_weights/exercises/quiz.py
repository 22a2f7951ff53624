"""What is right in `quiz`, and what students get wrong."""

from autograder.exercise import Choices


class Quiz(Choices):
    title = "Quiz"
    difficulty = 1
    questions = {
        "q1": (
            "All kernels of a network start at the constant 0.05. After long training its layer "
            "of 64 units",
            {
                "a": "has learned nothing at all",
                "b": "is 64 copies of one unit that has learned something",
                "c": "has learned like any other, only more slowly",
            },
        ),
        "q2": (
            "A convolution with window 3×3 goes from 64 to 128 channels. He's variance is",
            {"a": "2/64", "b": "2/576", "c": "2/1152"},
        ),
        "q3": (
            "Glorot's weights in a stack of 20 square ReLU layers: the mean square of the signal",
            {"a": "stays", "b": "is divided by 20", "c": "is divided by about a million"},
        ),
        "q4": (
            "TruncatedNormal(stddev=0.1) gives weights with a standard deviation of about",
            {"a": "0.088", "b": "0.1", "c": "0.114"},
        ),
        "q5": (
            "You train with regularizers.L1(0.001) and count the weights that are exactly 0. You "
            "find",
            {
                "a": "most of them",
                "b": "hardly any, but many that are tiny",
                "c": "as many tiny ones as without a price",
            },
        ),
        "q6": (
            "You want each filter of a Conv2D to have at most length 2. You write",
            {
                "a": "MaxNorm(2)",
                "b": "MaxNorm(2, axis=3)",
                "c": "MaxNorm(2, axis=[0, 1, 2])",
            },
        ),
    }
    because = {
        "q1": {
            "a": "Look at the table of the five starts again: was its accuracy that of guessing?",
            "c": "What could ever make two equal units different, if what comes back is equal?",
        },
        "q2": {
            "a": "How many numbers enter one output number? The window has nine places.",
            "c": "That is the fan-out: 9 · 128. He's rule keeps the forward signal.",
        },
        "q3": {
            "a": "With tanh it nearly would. What does ReLU do to the mean square in each layer?",
            "b": "Layers multiply, they do not add. What is one layer's factor?",
        },
        "q4": {
            "b": "That is the bell's before its tails are cut. What is left without tails?",
            "c": "That is what VarianceScaling would have to start from to end at 0.1.",
        },
        "q5": {
            "a": "Look at the last column of the table, and at the path of a single weight at 0.",
            "c": "Compare the rows *no price* and *L1* of the table.",
        },
        "q6": {
            "a": "The default axis is 0. In a convolution kernel that is the window's height.",
            "b": "Axis 3 counts the filters. The sum runs over what belongs to *one* of them.",
        },
    }
