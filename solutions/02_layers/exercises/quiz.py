"""What is right in `quiz`, and what students get wrong."""

from autograder.exercise import Choices


class Quiz(Choices):
    title = "Quiz"
    difficulty = 1
    questions = {
        "q1": (
            "A batch of photographs, shape (8, 32, 32, 3), goes into Dense(10). Out comes",
            {"a": "(8, 10)", "b": "(8, 32, 32, 10)", "c": "an error: Dense needs flat input"},
        ),
        "q2": (
            "Permute((2, 1)) and Reshape((3, 5)), on inputs of shape (batch, 5, 3), give the same",
            {
                "a": "shape, and the same values at the same places",
                "b": "shape, with the values at other places",
                "c": "shape, with other values",
            },
        ),
        "q3": (
            "An Embedding of 5,000 words with 64 numbers each. A word that does not occur in the "
            "training texts has",
            {
                "a": "the row that chance gave it at the start",
                "b": "a row of zeros",
                "c": "the mean of all rows",
            },
        ),
        "q4": (
            "Rows of a brightness image are read as a sequence, with Masking(0.0). The risk is "
            "that",
            {
                "a": "every black pixel is masked",
                "b": "a row that is black all over counts as padding, though it is data",
                "c": "the mask is learned wrongly",
            },
        ),
        "q5": (
            "Your model computes a mean over time. Somewhere after Masking there is a Reshape. "
            "The mean is",
            {
                "a": "the mean over real steps, as the mask goes on",
                "b": "an error",
                "c": "over all steps, padding included",
            },
        ),
        "q6": (
            "A network predicts a label for every pixel at half size. To show the label map at "
            "full size, enlarge it by",
            {"a": "nearest", "b": "bilinear, then round", "c": "bicubic, then round"},
        ),
    }
    because = {
        "q1": {
            "a": "That would need one axis with all the numbers. On which axis does Dense work?",
            "c": "You put Dense on a photograph and counted twelve parameters: no error came.",
        },
        "q2": {
            "a": "Draw six numbered cells again: is the tape the same after both?",
            "c": "Neither layer computes anything. Could a new value come from anywhere?",
        },
        "q3": {
            "b": "Embeddings start from random numbers. What moves a row, and did it happen here?",
            "c": "Nobody computes that mean. Think of the two rows that no pixel asked for.",
        },
        "q4": {
            "a": "A step is masked if *all* its features have the value, not one of them.",
            "c": "A mask is computed by comparing, never learned. Look at the digits with a gap.",
        },
        "q5": {
            "a": "Look at the table of layers that pass the mask on.",
            "b": "It would be better if it were. You saw one warning and a number: which number?",
        },
        "q6": {
            "b": "What lies halfway between label 1 and label 7, and does it belong there?",
            "c": "Wider mixing, same trouble: can two labels be averaged?",
        },
    }
