"""What is right in `quiz`, and what students get wrong."""

from autograder.exercise import Choices


class Quiz(Choices):
    title = "Quiz"
    difficulty = 1
    questions = {
        "q1": (
            "After Normalization, adapted to the training set, the test set has",
            {
                "a": "mean 0 and standard deviation 1 exactly",
                "b": "values from 0 to 1",
                "c": "mean and standard deviation near 0 and 1, if it comes from the same source",
            },
        ),
        "q2": (
            "Normalization adapted to training and test set, same source, thousands of images",
            {
                "a": "much too good",
                "b": "practically the same, and the habit is still a bad one",
                "c": "worthless",
            },
        ),
        "q3": (
            'StringLookup(vocabulary=["cat", "dog"]) gives Dog the index',
            {"a": "0", "b": "1", "c": "2"},
        ),
        "q4": (
            "model(x_val) in your own loop, with RandomFlip inside the model",
            {
                "a": "left as they are",
                "b": "flipped at random, since nobody said training=False",
                "c": "refused",
            },
        ),
        "q5": (
            "Which augmentation is safe for road signs?",
            {
                "a": "mirroring, as for cats",
                "b": "any hue",
                "c": "small shifts, turns and changes of brightness",
            },
        ),
        "q6": (
            "A pipeline distorts, then caches. The network sees",
            {
                "a": "new distortions in each epoch",
                "b": "the first epoch's distortions for ever",
                "c": "no distortions",
            },
        ),
    }
    because = {
        "q1": {
            "a": "Exactly so are the images it was adapted to. The test set is shifted and scaled "
            "by another set's numbers.",
            "b": "That is another scaling. This layer makes no promise about the smallest and the "
            "largest value.",
        },
        "q2": {
            "a": "Look at the first row of the table of leaks: two numbers, averaged over "
            "thousands of pictures, hardly move.",
            "c": "Worthless are results with near-copies on both sides. Mean and variance of the "
            "same source are no copies.",
        },
        "q3": {
            "b": "1 is the first word of the vocabulary. And is this string in it at all?",
            "c": "dog has 2. Dog is another string.",
        },
        "q4": {
            "a": "Only if it is said, as predict and evaluate do. Look at the first of the four "
            "traps.",
            "c": "It runs without a word, which is the trap.",
        },
        "q5": {
            "a": "A mirrored arrow points the other way: another label.",
            "b": "Red and blue signs mean different things.",
        },
        "q6": {
            "a": "What the cache has kept is not computed again.",
            "c": "They are made once, in the first epoch.",
        },
    }
