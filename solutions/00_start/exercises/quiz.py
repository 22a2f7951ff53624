"""What is right in `quiz`, and what students get wrong."""

from autograder.exercise import Choices


class Quiz(Choices):
    title = "Quiz"
    questions = {
        "q1": ("a deleted cell", {"a": "old value", "b": "NameError", "c": "0"}),
        "q2": ("[1], [5], [3]", {"a": "five times", "b": "after the third", "c": "deleted"}),
        "q3": ("partly right", {"a": "hand in", "b": "an if", "c": "which kind of input"}),
        "q4": ("shape of predict", {"a": "(1000,)", "b": "(10, 1000)", "c": "(1000, 10)"}),
        "q5": ("99 % and 92 %", {"a": "99 %", "b": "92 %", "c": "mean"}),
        "q6": ("sure of everything", {"a": "pixels", "b": "optimizer", "c": "nothing"}),
        "q7": (
            "restore before add and commit",
            {"a": "in the commit", "b": "lost", "c": "on idea"},
        ),
    }
    because = {
        "q1": {
            "b": "That is what happens after a restart. Until then, the kernel knows nothing of "
            "the page, nor of what was deleted there.",
            "c": "A name never becomes 0 by itself.",
        },
        "q2": {
            "a": "The number says when a cell was last run, not how often.",
            "c": "Perhaps; but runs that were repeated leave gaps just the same.",
        },
        "q3": {
            "a": "Trying again costs nothing, and the reply tells you where to look.",
            "b": "The marks come from other inputs, so that one value earns nothing.",
        },
        "q4": {
            "a": "That is the shape after `argmax`. `predict` gives a probability for each class.",
            "b": "Images lie along the first axis, in what goes in and in what comes out.",
        },
        "q5": {
            "a": "That says how well it recalls. Your friend's images will be new to it.",
            "c": "A mean of the two describes no images at all, neither old nor new ones.",
        },
        "q6": {
            "b": "The optimizer works in training. Here a trained network is asked.",
            "c": "Being sure is not being right; you have seen a network sure of its mistakes.",
        },
        "q7": {
            "a": "It was never committed. A commit holds what was there when it was made.",
            "c": "You were on `main`, and a branch gets only what is committed on it.",
        },
    }
