"""What is right in `quiz`, and what students get wrong."""

from autograder.exercise import Choices


class Quiz(Choices):
    title = "Quiz"
    difficulty = 1
    questions = {
        "q1": (
            "A descent converges, slowly. You double the learning rate and the loss becomes nan. "
            "So",
            {
                "a": "the gradient has a bug",
                "b": "the new rate was above 2 / (largest curvature)",
                "c": "the batch was too small",
            },
        ),
        "q2": (
            "4,000 images, batches of 32, five epochs. How many times are the weights changed?",
            {"a": "5", "b": "20,000", "c": "625"},
        ),
        "q3": (
            "In Keras's SGD you change momentum from 0.9 to 0.99. To keep the size of steady "
            "steps, the learning rate must become",
            {"a": "a tenth", "b": "the same", "c": "ten times as large"},
        ),
        "q4": (
            "You multiply the loss by 1,000. Which run hardly changes?",
            {"a": "SGD's", "b": "SGD's with momentum", "c": "Adam's"},
        ),
        "q5": (
            "Adam without bias correction. Its first steps are",
            {
                "a": "too long, as the average of squares is biased more",
                "b": "too short, as both averages start at zero",
                "c": "unchanged",
            },
        ),
        "q6": (
            "A paper compares a new optimizer, tuned, with Adam at its default. The new one is "
            "better. You conclude",
            {
                "a": "the new one is better",
                "b": "nothing yet",
                "c": "Adam is worse when tuned",
            },
        ),
    }
    because = {
        "q1": {
            "a": "With a wrong gradient the slower run would hardly have converged.",
            "c": "Noise makes a loss tremble. What makes it grow without end?",
        },
        "q2": {
            "a": "That is the number of passes. How many batches has one pass?",
            "b": "That would be one change an image. One change a batch.",
        },
        "q3": {
            "b": "Along a steady slope the velocity adds up. How long is the step it ends at?",
            "c": "The steps have grown already. Would you make them longer still?",
        },
        "q4": {
            "a": "Its step is the slope times the rate, and the slope is 1,000 times as long.",
            "b": "Its velocity is a sum of slopes, and each is 1,000 times as long.",
        },
        "q5": {
            "b": "One of the two is divided by the root of the other. Which is further from home?",
            "c": "You printed both. They were not equal.",
        },
        "q6": {
            "a": "Think of the race with one learning rate for all: who had the rate that suits?",
            "c": "Nobody has tuned Adam there.",
        },
    }
