"""What is right in `quiz`, and what students get wrong."""

from autograder.exercise import Choices


class Quiz(Choices):
    title = "Quiz"
    revisit = "The answer"
    questions = {
        "q1": (
            "What does one filter of a 1×1 convolution do on a map of 14×14×512?",
            {
                "a": "It multiplies each of the 512 channels by one and the same constant.",
                "b": "At each position it forms a weighted sum of 512 numbers.",
                "c": "It averages each channel over its 196 positions.",
                "d": "It keeps one of the 512 channels.",
            },
        ),
        "q2": (
            "256 channels to 64 with a 5×5, behind a bottleneck of 32: how many weights?",
            {"a": "51,200", "b": "409,600", "c": "59,392", "d": "118,784"},
        ),
        "q3": (
            "Global average pooling, one dense layer: parameters at 448×448 in place of 224×224?",
            {
                "a": "Four times as many.",
                "b": "Only the dense layer has four times as many.",
                "c": "It cannot take such images.",
                "d": "None changes.",
            },
        ),
        "q4": (
            "Why is the 1×1 of the pooling branch after the pool?",
            {
                "a": "Pooling has no parameters and needs none before it.",
                "b": "The maximum is of the input's own channels; then their number is reduced.",
                "c": "Before it, it would change the size of the map.",
                "d": "A ReLU must not stand before a pool.",
            },
        ),
        "q5": (
            "The output of module 3a: 64, (96, 128), (16, 32), 32, on 28×28×192?",
            {"a": "28×28×256", "b": "28×28×368", "c": "28×28×128", "d": "14×14×256"},
        ),
        "q6": (
            "GoogLeNet's auxiliary heads at inference?",
            {
                "a": "They vote with weight 0.3 each.",
                "b": "They replace the main classifier where they are surer.",
                "c": "They are thrown away.",
                "d": "They keep the gradient from vanishing.",
            },
        ),
    }
    because = {
        "q1": {
            "a": "A filter has a weight for each channel, and what it does to them is added up.",
            "c": "A 1×1 sees one position. Averaging over positions is another layer.",
            "d": "It would have to have 511 weights of zero; in general all channels count.",
        },
        "q2": {
            "a": "That is the 5×5 alone. The 1×1 before it has weights, too.",
            "b": "That is the 5×5 without any bottleneck.",
            "d": "That is with a bottleneck of 64 channels.",
        },
        "q3": {
            "a": "A convolution's parameters do not depend on the size of the map.",
            "b": "What does the dense layer see: the map, or one number for each of its channels?",
            "c": "Averaging works on maps of any size.",
        },
        "q4": {
            "a": "True of its parameters, but it does not tell the two orders apart.",
            "c": "A 1×1 keeps the size wherever it stands.",
            "d": "It may: in GoogLeNet every pool between the stages stands behind one.",
        },
        "q5": {
            "b": "You counted the reductions too; their channels stay inside the branches.",
            "c": "Branches are joined, not chosen from: all four widths add up.",
            "d": "Inside a module no layer shrinks the map.",
        },
        "q6": {
            "a": "0.3 is the weight of their losses in training.",
            "b": "No such comparison is made.",
            "d": "There is no gradient at inference.",
        },
    }
