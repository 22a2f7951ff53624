"""What is right in `quiz`, and what students get wrong."""

from autograder.exercise import Choices


class Quiz(Choices):
    title = "Quiz"
    difficulty = 1
    questions = {
        "q1": (
            "Which borders can fifty Dense layers without activations draw?",
            {
                "a": "any",
                "b": "one straight line",
                "c": "a curve of degree 50",
                "d": "up to 50 straight pieces",
            },
        ),
        "q2": (
            "layers.LeakyReLU()(-1.0) and activations.leaky_relu(-1.0)?",
            {"a": "both -0.2", "b": "-0.3 and -0.2", "c": "-0.2 and -0.3", "d": "both -0.01"},
        ),
        "q3": (
            "How many sigmoids until the product of slopes is below a millionth?",
            {"a": "4", "b": "6", "c": "10", "d": "20"},
        ),
        "q4": (
            "For one image a ReLU unit answers 0. Is it dead?",
            {
                "a": "yes",
                "b": "nobody can tell from one image",
                "c": "yes, if its bias is negative",
                "d": "no, a unit that answers 0 is never dead",
            },
        ),
        "q5": (
            "100 is added to every score of a softmax. What happens to the shares?",
            {
                "a": "nothing",
                "b": "they become more decided",
                "c": "they all become equal",
                "d": "they become nan on paper",
            },
        ),
        "q6": (
            "Thirty layers of tanh, weights of variance 1/n. What reached layer 1?",
            {
                "a": "as little as with the sigmoid",
                "b": "a good part of the gradient",
                "c": "thousands of times the gradient",
                "d": "exactly nothing",
            },
        ),
    }
    because = {
        "q1": {
            "a": "Depth alone gives no freedom. You folded ten such layers into three numbers.",
            "c": "Powers of x never arise: no layer multiplies an input by an input.",
            "d": "Each straight piece needs a bend, and these layers have none.",
        },
        "q2": {
            "a": "The layer and the function have different defaults.",
            "c": "The right two numbers, the wrong way round.",
            "d": "0.01 is the slope of the paper of 2013, not of Keras.",
        },
        "q3": {
            "a": "Four slopes of a quarter multiply to 1/256.",
            "b": "Six would do if each slope were a tenth. A sigmoid's is at most a quarter.",
            "d": "Twenty would be needed if each slope were a half: that is the sigmoid's "
            "value at zero, not its slope.",
        },
        "q4": {
            "a": "A quiet image is no death. A useful unit is silent on most images.",
            "c": "A negative bias is a threshold. Another image may pass it.",
            "d": "A dead unit answers 0 too. The question is on how many images.",
        },
        "q5": {
            "b": "Shares become more decided when scores are multiplied, not when they are "
            "shifted.",
            "c": "Equal shares come from equal scores; a shift leaves the differences alone.",
            "d": "On paper nothing overflows. In a computer it may, unless one shifts back.",
        },
        "q6": {
            "a": "tanh's slope at zero is 1, the sigmoid's a quarter. Look at the figure of the "
            "thirty layers again.",
            "c": "That was tanh with weights three times as large.",
            "d": "Exactly nothing is what passes a dead ReLU. tanh's slope is never 0 on paper.",
        },
    }
