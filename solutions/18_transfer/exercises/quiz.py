"""What is right in `quiz`, and what students get wrong."""

from autograder.exercise import Choices


class Quiz(Choices):
    title = "Quiz"
    questions = {
        "q1": (
            "You freeze a body after two epochs of fit, and call fit again. What is trained?",
            {
                "a": "the head only",
                "b": "all that was trained before",
                "c": "nothing",
                "d": "Keras raises an error",
            },
        ),
        "q2": (
            "A batch normalisation has trainable=False. In fit it uses",
            {
                "a": "the batch's mean and variance",
                "b": "the batch's, and does not store them",
                "c": "its running mean and variance",
                "d": "neither; it returns its input",
            },
        ),
        "q3": (
            "Keras's EfficientNet-B0 names every photograph wrongly; your pipeline divides by 255.",
            {
                "a": "divide by 127.5 and subtract 1",
                "b": "swap red and blue",
                "c": "train longer",
                "d": "leave the division out",
            },
        ),
        "q4": (
            "With Adam you multiply the body's gradients by 0.01. What happens?",
            {
                "a": "its steps are as long as before",
                "b": "its steps are a hundredth",
                "c": "it is frozen",
                "d": "its steps are a tenth",
            },
        ),
        "q5": (
            "Both projections of an adapter start at zero. What does training do to its kernels?",
            {
                "a": "both learn",
                "b": "only the up projection learns",
                "c": "only the down projection learns",
                "d": "neither ever moves",
            },
        ),
        "q6": (
            "30 photographs each of four kinds of birds. Where do you begin?",
            {
                "a": "from scratch",
                "b": "thaw all, rate 0.001",
                "c": "a probe on frozen features",
                "d": "thaw the first layers",
            },
        ),
    }
    because = {
        "q1": {
            "a": "That would be so after another compile. Read the second line of the table.",
            "c": "The training step of the first fit is still there. What does it train?",
            "d": "There is neither an error nor a warning, alas.",
        },
        "q2": {
            "a": "That is a trainable one. Look at the example with 3 and 5.",
            "b": "Freezing does more than to stop the storing. Look at the example with 3 and 5.",
            "d": "With running mean 0 and variance 1 it looks so; what if they are others?",
        },
        "q3": {
            "a": "That is what Lite0 and MobileNetV2 expect. What does EfficientNet do itself?",
            "b": "A wrong order is a quiet mistake; this one is loud.",
            "c": "Nothing is wrong with the weights.",
        },
        "q4": {
            "b": "So it would be with SGD. What does Adam divide by?",
            "c": "Even tiny gradients make steps of the usual length in Adam.",
            "d": "Adam's step does not depend on the gradients' scale by a root either.",
        },
        "q5": {
            "a": "The gradient of each is multiplied by something that the other makes.",
            "b": "What does the narrow layer put out, which the up projection's gradient needs?",
            "c": "Through which weights does its gradient come back?",
        },
        "q6": {
            "a": "120 images are few. Look at the first figure with three lines.",
            "b": "It can be tried later; at that rate, what is forgotten?",
            "d": "Edges and textures are what all images have.",
        },
    }
