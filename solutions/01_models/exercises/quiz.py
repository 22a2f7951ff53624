"""What is right in `quiz`, and what students get wrong."""

from autograder.exercise import Choices


class Quiz(Choices):
    title = "Quiz"
    questions = {
        "q1": (
            "Which of these can Sequential not express?",
            {
                "a": "a hundred layers",
                "b": "one output that feeds two layers",
                "c": "a layer of your own",
            },
        ),
        "q2": (
            "A loop that calls layers.Dense(8) anew for each of two inputs makes",
            {
                "a": "one layer used twice",
                "b": "two layers that start with equal weights",
                "c": "two layers with weights of their own",
            },
        ),
        "q3": (
            "The same answer for swapped inputs: the safest way is",
            {
                "a": "to show each pair in both orders while training",
                "b": "a shared branch and a comparison in which order does not count",
                "c": "one big Dense layer over both",
            },
        ),
        "q4": (
            "A softmax that Keras does not recognise, and from_logits=True: what will you notice?",
            {
                "a": "nothing but slower learning, if that",
                "b": "an error at once",
                "c": "answers that do not sum to 1",
            },
        ),
        "q5": (
            "Weights are made in call. What happens?",
            {
                "a": "all is well",
                "b": "new weights at each call, silently",
                "c": "Keras refuses: state belongs in __init__ or build",
            },
        ),
        "q6": (
            "count_params() is smaller than your count by hand. Look first for",
            {
                "a": "a layer whose output nobody uses",
                "b": "the batch size",
                "c": "the wrong backend",
            },
        ),
    }
    because = {
        "q1": {
            "a": "A stack may be as high as you like.",
            "c": "Any layer with one input and one output fits in a stack, yours as well.",
        },
        "q2": {
            "a": "Count the objects: the name of the class with its brackets makes a new one "
            "each time it is run.",
            "b": "Each layer draws its own random weights, and from then on they learn apart.",
        },
        "q3": {
            "a": "That makes changes of mind rarer. Rule them out by the graph's shape.",
            "c": "That is the glued network of the beginning, which changed its mind often.",
        },
        "q4": {
            "b": "Numbers are numbers: no error. That is what makes it dangerous.",
            "c": "The softmax in the network is still there; its outputs sum to 1.",
        },
        "q5": {
            "a": "`call` runs many times; weights are made once.",
            "b": "Keras locks a layer's state once it is built, so it does not go unnoticed.",
        },
        "q6": {
            "b": "The batch has no parameters.",
            "c": "The engine computes the graph; it does not change it.",
        },
    }
