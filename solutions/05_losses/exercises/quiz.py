"""What is right in `quiz`, and what students get wrong."""

from autograder.exercise import Choices


class Quiz(Choices):
    title = "Quiz"
    difficulty = 1
    questions = {
        "q1": (
            "House prices; two of the thousand in your table lack a digit. You want the model not "
            "to care. Train with",
            {"a": "MSE", "b": "MAE or Huber", "c": "hinge"},
        ),
        "q2": (
            "A loss with from_logits=True is handed an array of probabilities of ten classes. "
            "Even when they are perfectly sure and right, the loss is about",
            {"a": "0", "b": "2.303", "c": "1.461"},
        ),
        "q3": (
            "Labels are whole numbers from 0 to 9, and the last layer has ten outputs. The loss is",
            {
                "a": "sparse categorical cross-entropy",
                "b": "categorical cross-entropy",
                "c": "binary cross-entropy",
            },
        ),
        "q4": (
            "A classifier's loss before the first training step, 100 classes, is 11.5. Most likely",
            {
                "a": "all is well, training will lower it",
                "b": "it is sure of wrong answers already: look at scaling and initialisation",
                "c": "the learning rate is too high",
            },
        ),
        "q5": (
            "In a graph a value feeds three boxes. Its slope is",
            {
                "a": "the sum over the three roads",
                "b": "the product of the three roads",
                "c": "the largest of the three",
            },
        ),
        "q6": (
            "A central difference in float64 with h = 10⁻¹⁵ disagrees with your gradient in the "
            "second digit. You conclude",
            {
                "a": "the gradient is wrong",
                "b": "nothing yet: h is too small",
                "c": "h must be smaller still",
            },
        ),
    }
    because = {
        "q1": {
            "a": "A missing digit is an error of hundreds of thousands. Think of its square.",
            "c": "Hinge is for yes and no. What do its labels look like?",
        },
        "q2": {
            "a": (
                "The loss applies a softmax of its own. What does softmax make of "
                "(1, 0, 0, …), the surest output there is?"
            ),
            "b": "That is ten equal probabilities. Softmax of (1, 0, 0, …) is not quite equal.",
        },
        "q3": {
            "b": "That one wants one-hot rows as labels.",
            "c": "Ten outputs, of which exactly one is right: that is not ten separate yes or no.",
        },
        "q4": {
            "a": "What is the loss of a network that finds all 100 classes equally likely?",
            "c": "No step has been taken yet, so no learning rate has been used.",
        },
        "q5": {
            "b": "Slopes multiply along one road. These are three different ones.",
            "c": "A change goes down all three roads, not only the widest.",
        },
        "q6": {
            "a": "Look at the left end of the plot with the two valleys.",
            "c": "Look at the plot with the two valleys: which way does the error go on the left?",
        },
    }
