"""What is right in `output_head`, and what students get wrong."""

from autograder.exercise import Choices


class OutputHead(Choices):
    title = "Choose the last layer"
    difficulty = 2
    revisit = "The last layer"
    questions = {
        "t1": (
            "One of 7 kinds of flower; the label is a whole number.",
            {
                "a": "Dense(7, softmax), sparse categorical cross-entropy",
                "b": "Dense(7, sigmoid), binary cross-entropy",
                "c": "Dense(1), mean squared error",
                "d": "Dense(1, softmax), sparse categorical cross-entropy",
            },
        ),
        "t2": (
            "A dog, a beach, a sunset: all, some or none.",
            {
                "a": "Dense(3, softmax), categorical cross-entropy",
                "b": "Dense(3, sigmoid), binary cross-entropy",
                "c": "Dense(1, sigmoid), binary cross-entropy",
                "d": "Dense(3, relu), mean squared error",
            },
        ),
        "t3": (
            "Tomorrow's temperature in degrees Celsius.",
            {
                "a": "Dense(1, relu), mean squared error",
                "b": "Dense(1, tanh), mean squared error",
                "c": "Dense(1), mean squared error",
                "d": "Dense(1, sigmoid), binary cross-entropy",
            },
        ),
        "t4": (
            "A standard deviation that the loss divides by.",
            {
                "a": "Dense(1)",
                "b": "Dense(1, relu)",
                "c": "Dense(1, sigmoid)",
                "d": "Dense(1, softplus)",
            },
        ),
        "t5": (
            "Spam or not, from Dense(1) without activation.",
            {
                "a": "BinaryCrossentropy()",
                "b": "BinaryCrossentropy(from_logits=True)",
                "c": "SparseCategoricalCrossentropy(from_logits=True)",
                "d": "CategoricalCrossentropy()",
            },
        ),
    }
    because = {
        "t1": {
            "b": "Seven sigmoids answer seven separate questions. A flower is one kind only, so "
            "the outputs should compete, and the loss should expect one number as a label.",
            "c": "The numbers of the kinds are names. Kind 6 is not twice kind 3, so a distance "
            "between them means nothing.",
            "d": "A softmax over one output always answers 1: there is nothing to share with.",
        },
        "t2": {
            "a": "Softmax makes the outputs share a total of 1. A photograph with all three "
            "could never score high on each.",
            "c": "One output cannot answer three questions.",
            "d": "The answers are yes or no. ReLU has no upper end and dies on the left, and a "
            "squared error does not know that 3 is as good a yes as 1.",
        },
        "t3": {
            "a": "ReLU has no negative outputs. There are frosty days.",
            "b": "tanh ends at −1 and 1. Look at the range of the answer.",
            "d": "A sigmoid answers with a number between 0 and 1, and binary cross-entropy "
            "expects such targets. Degrees are neither.",
        },
        "t4": {
            "a": "A linear output can be negative; a standard deviation cannot.",
            "b": "ReLU answers exactly 0 for half its inputs. The loss divides by it.",
            "c": "The sigmoid ends at 1. Nothing says that the forecast is never off by more "
            "than one degree.",
        },
        "t5": {
            "a": "Without from_logits=True the loss takes your scores for probabilities. They "
            "can be −3 or 8.",
            "c": "A categorical loss compares several scores with one another. With one output "
            "there is nothing to compare.",
            "d": "A categorical loss expects one output a class, with shares that sum to 1.",
        },
    }
