"""What is right in `quiz`, and what students get wrong."""

from autograder.exercise import Choices


class Quiz(Choices):
    title = "Quiz"
    difficulty = 1
    questions = {
        "q1": (
            "Training 100 %, validation 88 %",
            {"a": "must be regularised", "b": "a gap, no cause yet", "c": "too large"},
        ),
        "q2": (
            "35 % on shuffled labels",
            {"a": "a leak", "b": "generalises", "c": "not trained long enough"},
        ),
        "q3": (
            "Dropout(0.2) at inference",
            {"a": "throws out a fifth", "b": "multiplies by 0.8", "c": "nothing"},
        ),
        "q4": (
            "Why ordinary dropout does little after a convolution",
            {"a": "few weights", "b": "neighbours tell", "c": "ReLU has zeros already"},
        ),
        "q5": (
            "What to report after choosing among 30 settings",
            {"a": "91 %", "b": "training accuracy", "c": "an untouched test set"},
        ),
        "q6": (
            "The largest gain with 200 rightly labelled images",
            {"a": "a smaller network", "b": "an L1 penalty", "c": "more images"},
        ),
        "q7": (
            "AlphaDropout keeps mean 0 and variance 1",
            {"a": "after SELU", "b": "after ReLU", "c": "after anything"},
        ),
    }
    because = {
        "q1": {
            "a": "A gap is no proof that regularising helps. In the left panel of the measured "
            "remedies the gap is as large, and most of them change little.",
            "c": "The much smaller network of this lesson did worse, not better. A gap does not "
            "name its cause.",
        },
        "q2": {
            "b": "There is nothing to generalise: shuffled labels have no rule.",
            "c": "Training longer can only memorise more of the training images; it cannot teach "
            "what labels a lottery gave to others.",
        },
        "q3": {
            "a": "Then every prediction would be a matter of luck. Look at the printed line "
            "beneath the table of rates.",
            "b": "That is the paper's recipe of 2014. Keras scales in training instead.",
        },
        "q4": {
            "a": "It is the *outputs* that are dropped, and a convolution has many of them.",
            "c": "Dropping a zero changes nothing, but half of the others are dropped as well. "
            "Look at the mended photograph.",
        },
        "q5": {
            "a": "They were not trained on, but chosen by. The best of 30 owes part of its score "
            "to luck.",
            "b": "The training score is perfect even with shuffled labels.",
        },
        "q6": {
            "a": "It did worse than the baseline with right labels.",
            "b": "Penalties changed the score by no more than the seeds did.",
        },
        "q7": {
            "b": "What ReLU gives has neither mean 0 nor variance 1, so there is nothing of the "
            "kind to keep.",
            "c": "Its constants are computed for inputs of mean 0 and variance 1.",
        },
    }
