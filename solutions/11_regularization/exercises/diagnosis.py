"""What is right in `diagnosis`, and what students get wrong."""

from autograder.exercise import Choices


class Diagnosis(Choices):
    title = "Diagnosis"
    difficulty = 1
    revisit = "Reading learning curves"
    questions = {
        "A": (
            "200 images, panel A",
            {"a": "it underfits", "b": "it overfits", "c": "the validation set leaks"},
        ),
        "B": (
            "panel B",
            {"a": "it underfits", "b": "learning rate too high", "c": "it overfits"},
        ),
        "C": (
            "panel C",
            {
                "a": "it overfits",
                "b": "validation images of another kind",
                "c": "learning rate too high",
            },
        ),
        "D": (
            "panel D",
            {"a": "all is well", "b": "the validation set leaks", "c": "it underfits"},
        ),
        "E": (
            "panel E",
            {
                "a": "nothing is wrong",
                "b": "the validation set leaks",
                "c": "it overfits",
            },
        ),
        "F": (
            "panel F",
            {
                "a": "it overfits; more dropout",
                "b": "learning rate too high",
                "c": "validation images of another kind",
            },
        ),
    }
    because = {
        "A": {
            "a": "A network that underfits cannot even fit its training images. Look where the "
            "solid line of panel A ends.",
            "c": "With a leak the validation loss would follow the training loss down. In panel A "
            "it parts from it, and the new images agree with it.",
        },
        "B": {
            "b": "A rate that is too high shows as jumps of the training loss. In panel B it comes "
            "down smoothly, but not far.",
            "c": "To overfit is to do well on the training images at least. Panel B does badly on "
            "both.",
        },
        "C": {
            "a": "In panel C the training loss itself is in trouble: it starts far above guessing. "
            "It is not a matter of new images.",
            "b": "In panel C the new images do no better than the validation images; and no "
            "validation set can make the *training* loss jump.",
        },
        "D": {
            "a": "Training and validation agree in panel D, but the new images do not. Who is to "
            "be believed, and how can the dashed line have become so good?",
            "c": "Both lines of panel D end near zero: it fits what it was given very well.",
        },
        "E": {
            "b": "With a leak the new images would be far worse than the validation images. In "
            "panel E they agree.",
            "c": "Overfitting is a validation loss *above* the training loss. In panel E it is "
            "below. Under what conditions was each of the two measured?",
        },
        "F": {
            "a": "If panel F only overfitted, new images would do as badly as the validation "
            "images. They do far better, so these two sets are not alike.",
            "b": "The training loss of panel F goes down smoothly. With a rate too high it would "
            "jump.",
        },
    }
