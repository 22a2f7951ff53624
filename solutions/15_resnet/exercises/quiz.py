"""What is right in `quiz`, and what students get wrong."""

from autograder.exercise import Choices


class Quiz(Choices):
    title = "Quiz"
    questions = {
        "q1": (
            "A plain network of 56 layers has a higher training error than one of 20. This is …",
            {
                "a": "overfitting",
                "b": "degradation: the deeper one is harder to optimise",
                "c": "underfitting, because it has too few parameters",
                "d": "vanishing gradients, as the authors show",
            },
        ),
        "q2": (
            "All weights and biases of a block's branch are zero. With a ReLU after the sum …",
            {
                "a": "it gives a for every a",
                "b": "it gives 0",
                "c": "it gives a wherever a is not negative",
                "d": "it gives 2a",
            },
        ),
        "q3": (
            "Where must the last ReLU of a basic block stand?",
            {
                "a": "on the branch, before the sum",
                "b": "on the shortcut",
                "c": "before and after the sum",
                "d": "after the sum",
            },
        ),
        "q4": (
            "A bottleneck with filters = 64, and 256 channels coming in at stride 1 …",
            {
                "a": "gives 256 channels; the shortcut is the identity",
                "b": "gives 64 channels",
                "c": "gives 256 channels; the shortcut is a projection",
                "d": "gives 1,024 channels",
            },
        ),
        "q5": (
            "ResNet-50 has 3.8 or 4.1 billion multiply-adds. Why two numbers?",
            {
                "a": "biases are counted or not",
                "b": "the stride of a stage's first block is on its first 1×1, or on its 3×3",
                "c": "the dense layer is counted or not",
                "d": "multiplications and additions are counted once or twice",
            },
        ),
        "q6": (
            "The last gamma of every branch starts at zero. In the first step …",
            {
                "a": "nothing in the branch moves, then or later",
                "b": "every weight of the branch moves",
                "c": "of the branch, only its last gamma and beta move",
                "d": "the shortcut has to learn first",
            },
        ),
    }
    because = {
        "q1": {
            "a": "Overfitting shows as a low training error with a high test error.",
            "c": "It has more parameters, and could copy the shallow one.",
            "d": "They argue the opposite: with batch normalisation the gradients were healthy.",
        },
        "q2": {
            "a": "What does the last ReLU do with a negative a?",
            "b": "The branch gives 0; the shortcut does not.",
            "d": "The branch adds nothing; the shortcut adds a once.",
        },
        "q3": {
            "a": "Then the branch could never take anything away.",
            "b": "The shortcut carries its input as it is.",
            "c": "The one before the sum would cut off all that the branch takes away.",
        },
        "q4": {
            "b": "64 is the width inside; the block comes back to four times that.",
            "c": "Compare what comes in with what goes out: is there anything to adapt?",
            "d": "Four times 64, not four times 256.",
        },
        "q5": {
            "a": "Biases are no multiply-adds, and Keras's ResNet-50 has biases and 3.86 billion.",
            "c": "The dense layer has 2 million multiply-adds: too few to matter here.",
            "d": "That would be a factor of two.",
        },
        "q6": {
            "a": "The gradient of gamma itself is not zero, so gamma moves; then the rest follows.",
            "b": "Their gradients come through gamma, which is zero.",
            "d": "An identity shortcut has nothing to learn.",
        },
    }
