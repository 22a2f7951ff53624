from autograder.exercise import Choices


class Quiz(Choices):
    title = "Quiz"
    revisit = "What a distance costs"
    questions = {
        "q1": ("What hardly moves?", {"a": "the mean", "b": "the median", "c": "both alike"}),
        "q2": ("With doubled weights, the mean", {"a": "doubles", "b": "halves", "c": "stays"}),
        "q3": ("Of an even number of values", {"a": "between", "b": "none", "c": "the larger"}),
    }
    because = {
        "q1": {
            "a": "Each number moves the mean by its share, and this one is huge.",
            "c": "One of them asks only who is in the middle.",
        },
        "q2": {
            "a": "The sum doubles, but so does what it is divided by.",
            "b": "What you divide by doubles, but so does the sum.",
        },
        "q3": {
            "b": "There is one: look at what lies between the two.",
            "c": "Then the smaller one would have as good a claim.",
        },
    }
