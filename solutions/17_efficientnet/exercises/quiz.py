"""What is right in `quiz`, and what students get wrong."""

from autograder.exercise import Choices


class Quiz(Choices):
    title = "Quiz"
    revisit = "The answer"
    questions = {
        "q1": (
            "SE adds 10 % to ResNet-50's parameters, but 0.06 % to its multiply-adds. Why?",
            {
                "a": "Sigmoids are cheap.",
                "b": "Its dense layers see a vector, so each weight is used once an image.",
                "c": "It stands in the last stage only.",
                "d": "The reduction ratio divides the work, not the parameters.",
            },
        ),
        "q2": (
            "Width 2, depth 1, resolution 1: about how much more work?",
            {"a": "twice", "b": "three times", "c": "four times", "d": "eight times"},
        ),
        "q3": (
            "Which does β scale in the paper?",
            {"a": "depth", "b": "width", "c": "resolution", "d": "the learning rate"},
        ),
        "q4": (
            "MBConv with 40 channels coming in, expansion 6. How many units has the gates' middle?",
            {"a": "10", "b": "15", "c": "40", "d": "60"},
        ),
        "q5": (
            "What does no EfficientNet-Lite have?",
            {
                "a": "depthwise convolutions",
                "b": "shortcuts",
                "c": "batch normalisation",
                "d": "gates",
            },
        ),
        "q6": (
            "B7 has depth 3.1, width 2.0 and 600 pixels. Which φ is that?",
            {"a": "6", "b": "7", "c": "7.3", "d": "no single one"},
        ),
    }
    because = {
        "q1": {
            "a": "Activations are not counted at all. Ask how often each weight is used.",
            "c": "It stands in all sixteen blocks.",
            "d": "It divides both alike.",
        },
        "q2": {
            "a": "Both sides of a weight matrix grow: the channels that come in, too.",
            "b": "Think of a 1×1 convolution from c to c channels.",
            "d": "That would be width and depth together.",
        },
        "q3": {
            "a": "Depth is α; it stands in the constraint without a square.",
            "c": "Resolution is γ.",
            "d": "The three constants scale the network, not its training.",
        },
        "q4": {
            "b": "That is a sixteenth of the expanded channels, SENet's ratio.",
            "c": "That would be no reduction at all.",
            "d": "That is a quarter of the expanded channels. The quarter is of what comes in.",
        },
        "q5": {
            "a": "They are the middle of every block.",
            "b": "They are where they were; only the gates and swish are gone.",
            "c": "Every convolution has one. It can be folded into the weights afterwards.",
        },
        "q6": {
            "a": "That fits the depth alone, nearly.",
            "b": "That fits the resolution alone.",
            "c": "That fits the width alone.",
        },
    }
