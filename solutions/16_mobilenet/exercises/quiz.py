"""What is right in `quiz`, and what students get wrong."""

from autograder.exercise import Choices


class Quiz(Choices):
    title = "Quiz"
    revisit = "The answer"
    questions = {
        "q1": (
            "A 5×5 convolution, 200 to 400 channels, made separable: its work falls by nearly?",
            {"a": "9", "b": "24", "c": "200", "d": "400"},
        ),
        "q2": (
            "V1 with α = 0.5 on 112 pixels, against α = 1 on 224: multiply-adds?",
            {"a": "half", "b": "a quarter", "c": "an eighth", "d": "a fifteenth"},
        ),
        "q3": (
            "Why has V2's projection no ReLU6?",
            {
                "a": "ReLU6 is too slow there.",
                "b": "In few channels ReLU destroys information that many channels would keep.",
                "c": "Batch normalisation does the same job.",
                "d": "Softmax comes later.",
            },
        ),
        "q4": (
            "A V2 block with stride 1, 64 channels in, 96 out, expansion 6?",
            {
                "a": "The middle has 576 channels, and there is a shortcut.",
                "b": "The middle has 576 channels, and there is no shortcut.",
                "c": "The middle has 384 channels, and there is no shortcut.",
                "d": "The middle has 384 channels, and the shortcut has a 1×1 convolution.",
            },
        ),
        "q5": (
            "Why does a 512th of the multiply-adds take far more than a 512th of the time?",
            {
                "a": "Its multiplications are more expensive.",
                "b": "Keras counts wrongly.",
                "c": "It has a hidden pointwise step.",
                "d": "It does little arithmetic for each number that it moves.",
            },
        ),
        "q6": (
            "What did the search for V3 minimise, beside the errors?",
            {
                "a": "Parameters",
                "b": "Multiply-adds",
                "c": "Time measured on phones",
                "d": "The number of layers",
            },
        ),
    }
    because = {
        "q1": {
            "a": "Nine is the limit of a 3×3 kernel. How many weights has this one?",
            "c": "The channels that come in are in both halves; they cancel.",
            "d": "That is what depthwise alone would save. The pointwise half has to be paid, too.",
        },
        "q2": {
            "a": "Both knobs act with their square, and they multiply.",
            "b": "That is what one of the two knobs does.",
            "c": "Count the squares: one of α, one of ρ.",
        },
        "q3": {
            "a": "ReLU6 costs the same everywhere, and least where channels are few.",
            "c": "Batch normalisation shifts and scales; for fixed statistics it is linear.",
            "d": "Softmax is applied to the last layer's scores only.",
        },
        "q4": {
            "a": "Expansion multiplies what comes in, and what about the channels of both ends?",
            "b": "Expansion multiplies the channels that come in, not those that go out.",
            "d": "ResNet would project the shortcut. V2 does not.",
        },
        "q5": {
            "a": "A multiplication costs the same in every layer.",
            "b": "The count is right; you have done it by hand.",
            "c": "A depthwise layer has no pointwise step: 320 parameters, not 2,400.",
        },
        "q6": {
            "a": "V3 large has more parameters than V1.",
            "b": "Multiply-adds are only a stand-in for what the search could measure directly.",
            "d": "V3 has more layers than V1.",
        },
    }
