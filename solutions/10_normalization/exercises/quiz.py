"""What is right in `quiz`, and what students get wrong."""

from autograder.exercise import Choices


class Quiz(Choices):
    title = "Quiz"
    difficulty = 1
    questions = {
        "q1": (
            "A batch of 8 images, maps of 10×10 with 16 channels. Over how many numbers "
            "is one mean "
            "of batch normalisation taken?",
            {"a": "800", "b": "8", "c": "1,600"},
        ),
        "q2": (
            "Training accuracy is 95 %, validation accuracy jumps between 20 and 60 % during the "
            "first epoch; momentum is 0.99. The likeliest cause:",
            {
                "a": "overfitting",
                "b": "running statistics that have not settled",
                "c": "a learning rate that is too small",
            },
        ),
        "q3": (
            "You double all weights of a convolution that is followed by batch normalisation, in "
            "training. The output of the normalisation",
            {"a": "doubles", "b": "halves", "c": "stays practically the same"},
        ),
        "q4": (
            "Video frames are classified one by one, in inference, by a network with batch "
            "normalisation that has been trained in batches of 64. This",
            {
                "a": "works: the running statistics are used",
                "b": "gives β everywhere",
                "c": "depends on the frame before",
            },
        ),
        "q5": (
            "Gradient descent changes, in a batch normalisation layer,",
            {
                "a": "γ, β, running mean and running variance",
                "b": "γ and β",
                "c": "nothing",
            },
        ),
        "q6": (
            "On maps of shape (N, H, W, C), LayerNormalization() with its defaults averages over",
            {"a": "H, W and C", "b": "N, H and W", "c": "C alone, at each pixel"},
        ),
    }
    because = {
        "q1": {
            "b": (
                "That would be one mean for each place of a map. All places of a channel share one."
            ),
            "c": "That is one image with all its channels: what layer normalisation takes.",
        },
        "q2": {
            "a": "Overfitting comes late, and creeps. This jumps within the first epoch.",
            "c": "With too small a learning rate the training accuracy would be poor as well.",
        },
        "q3": {
            "a": "What happens to the standard deviation of the channel, by which it is divided?",
            "b": (
                "What happens to the mean and the standard deviation, and what is divided by what?"
            ),
        },
        "q4": {
            "b": (
                "That happens with a batch of one number in *training*. Which statistics does "
                "inference use?"
            ),
            "c": "In inference no statistic is taken from what passes through.",
        },
        "q5": {
            "a": "Two of these are averages of what passes through. No slope changes them.",
            "c": "Two of its numbers are learned like any weight. Look at the table of weights.",
        },
        "q6": {
            "a": "That is what one expects from the name. Look at the default of `axis`.",
            "b": "Those are the axes of batch normalisation.",
        },
    }
