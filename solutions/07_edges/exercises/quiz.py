"""What is right in `quiz`, and what students get wrong."""

from autograder.exercise import Choices


class Quiz(Choices):
    title = "Quiz"
    difficulty = 1
    questions = {
        "q1": (
            "A photograph of horizontal blinds, lit evenly. The response of the kernel with "
            "columns −1 0 1 / −2 0 2 / −1 0 1 is",
            {"a": "strong along every slat", "b": "close to zero", "c": "strong, but negative"},
        ),
        "q2": (
            "The object in an image moves 10 pixels to the right. The feature map of a "
            "convolution (stride 1, away from the border)",
            {
                "a": "stays the same",
                "b": "changes in no simple way",
                "c": "moves 10 pixels to the right",
            },
        ),
        "q3": (
            "Someone replaces the cross-correlation in every layer of an untrained CNN by "
            "true convolution and trains it. The network",
            {
                "a": "learns flipped kernels and does as well",
                "b": "cannot learn edges",
                "c": "needs its images turned by 180°",
            },
        ),
        "q4": (
            "A Laplacian-of-Gaussian kernel sums to 0.2 instead of 0. On a cloudless, evenly "
            "bright sky the response is",
            {"a": "zero", "b": "one fifth of the sky's brightness", "c": "random"},
        ),
        "q5": (
            "You raise only Canny's high threshold. Then",
            {
                "a": "lines get thinner",
                "b": "lines get gaps wherever they are weak",
                "c": "some lines vanish as a whole, the others stay as they are",
            },
        ),
        "q6": (
            "A network imitates a filter on photographs with almost no error. Its kernel",
            {
                "a": "must be the filter's kernel",
                "b": "may differ, in directions that photographs hardly use",
                "c": "must be the filter's kernel, flipped",
            },
        ),
    }
    because = {
        "q1": {
            "a": "This kernel measures change along x. Walk along a slat: what changes?",
            "c": (
                "A sign needs a change first. This kernel measures change along x; walk along a "
                "slat."
            ),
        },
        "q2": {
            "a": (
                "That would be invariance. You shifted the photograph and looked: the output was "
                "not the same."
            ),
            "b": "You shifted the photograph and compared: there was a simple rule.",
        },
        "q3": {
            "b": (
                "Which kernels can the layer represent after the change that it could not before? "
                "None are lost."
            ),
            "c": (
                "The images need not change, since the kernels are learned: think of what becomes "
                "of them."
            ),
        },
        "q4": {
            "a": "Put the same brightness under every number of the kernel and add up.",
            "c": (
                "There is no chance in a sum of products. Put the same brightness under every "
                "number and add up."
            ),
        },
        "q5": {
            "a": "Thickness was decided one step before, by non-maximum suppression.",
            "b": (
                "Gaps come from the low threshold. The high one decides which chains are believed "
                "at all."
            ),
        },
        "q6": {
            "a": (
                "Look at the two curves again: the loss had fallen a hundredfold while the "
                "kernel was still off."
            ),
            "c": (
                "Nothing is flipped here. Look at the two curves again: what was near zero, and "
                "what was not?"
            ),
        },
    }
