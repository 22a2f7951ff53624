"""What is right in `quiz`, and what students get wrong."""

from autograder.exercise import Choices


class Quiz(Choices):
    title = "Quiz"
    revisit = "The answer"
    questions = {
        "q1": (
            "block1_conv2 has few parameters and much work, fc1 the reverse. Why?",
            {
                "a": "Multiplications in a convolution are more expensive.",
                "b": "ReLU counts as work.",
                "c": "A convolution's weight is used at every position, a dense layer's once.",
                "d": "The convolution has more biases.",
            },
        ),
        "q2": (
            "Rows of conv1 in Keras for 224 pixels, a filter of 11, stride 4, no padding?",
            {"a": "53", "b": "54", "c": "55", "d": "56"},
        ),
        "q3": (
            "How many maps does one filter of AlexNet's conv2 see?",
            {"a": "24", "b": "48", "c": "96", "d": "128"},
        ),
        "q4": (
            "Why does a LeNet-5 trained on centred digits misread moved ones?",
            {
                "a": "Convolution is not equivariant to shifts.",
                "b": "Max pooling throws the digit away.",
                "c": "Zero padding erases the strokes.",
                "d": "The maps move along, but the dense layer has other weights at each place.",
            },
        ),
        "q5": (
            "Three 3×3 in place of one 7×7, C maps in and out?",
            {
                "a": "They see a 9×9 patch.",
                "b": "They have as many weights, but more ReLUs.",
                "c": "They see the same patch with 27C² weights in place of 49C².",
                "d": "They save weights because they see less.",
            },
        ),
        "q6": (
            "What makes the LeNet-5 of today larger by 1,706 parameters?",
            {
                "a": "A C3 that sees all maps and trained outputs, less the pooling's parameters.",
                "b": "Max pooling has parameters, average pooling has none.",
                "c": "ReLU has more parameters than tanh.",
                "d": "Images of 32 in place of 28 pixels.",
            },
        ),
    }
    because = {
        "q1": {
            "a": "A multiplication costs the same everywhere. Ask how often each weight is used.",
            "b": "Activations are not counted as multiply-adds, and fc1 has a ReLU as well.",
            "d": "It has 64 biases, fc1 has 4096, and biases are not multiplied.",
        },
        "q2": {
            "a": "Put the numbers into the formula of lesson 08; the last window still fits.",
            "c": "55 is what the paper prints: its program rounds up. Which way does Keras round?",
            "d": "Without padding, the number of windows is rounded down.",
        },
        "q3": {
            "a": "There are two groups, not four.",
            "c": "That is one group: every filter would see all maps.",
            "d": "128 is the number of filters in a group, not of the maps they see.",
        },
        "q4": {
            "a": "It is: when the digit moves, its feature maps move along.",
            "b": "Pooling keeps the largest values, wherever in its window they are.",
            "c": "A frame of zeros looks like more paper; no stroke is lost.",
        },
        "q5": {
            "a": "Neighbouring windows overlap: each layer adds two pixels, not three.",
            "b": "Compare three times nine with seven times seven.",
            "d": "They see as much; that is the point. Count the triangle of paths again.",
        },
        "q6": {
            "b": "Neither kind of pooling has parameters today; in 1998 subsampling had some.",
            "c": "Neither has any.",
            "d": "A convolution's parameters do not depend on the image's size, and C5 sees 5×5 "
            "maps in both.",
        },
    }
