"""What is right in `quiz`, and what students get wrong."""

from autograder.exercise import Choices


class Quiz(Choices):
    title = "Quiz"
    difficulty = 1
    questions = {
        "q1": (
            "224 pixels, kernel 3, stride 2, Keras's “same”. The zeros on the left and on the "
            "right are",
            {"a": "one and one", "b": "none and one", "c": "one and none"},
        ),
        "q2": (
            "`Conv2D(10, 3)` on an RGB photograph. One filter is a box of",
            {
                "a": "3×3 numbers, used on each channel alike",
                "b": "3×3×3 numbers that slides in three directions",
                "c": "3×3×3 numbers that slides in two directions",
            },
        ),
        "q3": (
            "You feed images twice as high and twice as wide to the same `Conv2D`. Its "
            "parameters and its multiply-adds",
            {
                "a": "stay, and grow about fourfold",
                "b": "both grow about fourfold",
                "c": "both stay",
            },
        ),
        "q4": (
            "`Conv2D` with stride 2, then `Conv2DTranspose` with the same kernel and stride. "
            "What is restored?",
            {"a": "the picture", "b": "the shape alone", "c": "the picture up to a factor"},
        ),
        "q5": (
            "An object moves by one pixel to the right. The feature map of a layer with stride 2",
            {
                "a": "moves by one",
                "b": "moves by exactly half a pixel",
                "c": "takes values that were nowhere in the old map",
            },
        ),
        "q6": (
            "Three `Conv1D` layers, kernel 3, dilations 1, 2, 4. One output sees how many inputs?",
            {"a": "15", "b": "9", "c": "21"},
        ),
    }
    because = {
        "q1": {
            "a": (
                "That is PyTorch's usual padding. Count the pixels that 112 windows need; how "
                "many are missing?"
            ),
            "c": "The total is right. Look again at what the first tap saw.",
        },
        "q2": {
            "a": "Then no filter could tell red from green. The slices are separate numbers.",
            "b": "Which way could it move along the channels, if it is as deep as they are?",
        },
        "q3": {
            "b": "Does the image's size stand in the formula for the parameters?",
            "c": "Each place costs the same; how many places are there now?",
        },
        "q4": {
            "a": "You grew the photographer back. Was he as sharp as before?",
            "c": "No factor brings back what a mean of sixteen pixels has thrown away.",
        },
        "q5": {
            "a": "One pixel of the map stands for two of the image.",
            "b": (
                "A map has no half pixels. Look at the third of the four tests: which image "
                "pixels does the layer look at now?"
            ),
        },
        "q6": {
            "b": "Nine is the number of weights. How far do the windows reach, one on the other?",
            "c": "Each layer adds twice its dilation to the reach of a single pixel. Add up.",
        },
    }
