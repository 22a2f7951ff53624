"""What is right in `quiz`, and what students get wrong."""

from autograder.exercise import Choices


class Quiz(Choices):
    title = "Quiz"
    difficulty = 1
    questions = {
        "q1": (
            "SimpleRNN(16) reads 100 steps instead of 10. Its parameters are",
            {"a": "ten times as many", "b": "the same", "c": "90 · 16 more"},
        ),
        "q2": (
            "A fresh LSTM of Keras, forget bias 1, no input that counts. After 24 steps, of its "
            "cell state there is left",
            {"a": "everything", "b": "about three quarters", "c": "less than a thousandth"},
        ),
        "q3": (
            "Keras's GRU(8) has 24 parameters more than the paper's, because",
            {
                "a": "the product with the old state has biases of its own",
                "b": "it has an output gate",
                "c": "its candidate has two kernels",
            },
        ),
        "q4": (
            "You shuffle the tokens of self-attention without positions. Its answers",
            {
                "a": "become different vectors",
                "b": "are shuffled in the same way",
                "c": "stay where they are",
            },
        ),
        "q5": (
            "d = 64, entries with variance 1. The dot product of a query and a key has a standard "
            "deviation of",
            {"a": "1", "b": "64", "c": "8"},
        ),
        "q6": (
            "Words are to be predicted one by one, and none may be judged by what follows it. "
            "Which layer fits?",
            {
                "a": "a Bidirectional LSTM",
                "b": "attention without mask",
                "c": "attention with a causal mask",
            },
        ),
    }
    because = {
        "q1": {
            "a": "That would be weights for each step. How many different cells has the picture?",
            "c": "The states are more, not the parameters.",
        },
        "q2": {
            "a": "The forget gate would have to be 1 for that. What is σ(1)?",
            "b": "That is left after a single step.",
        },
        "q3": {
            "b": "The GRU shows its whole state. Look at the shapes in the table of GRUs.",
            "c": "Another kernel would be 64 more. Look at the shapes in the table of GRUs.",
        },
        "q4": {
            "a": "Each token meets the same set of tokens as before. What of that has changed?",
            "c": "Then an answer would no longer belong to its token.",
        },
        "q5": {
            "a": "That is what it has after the division.",
            "b": "That is its variance.",
        },
        "q6": {
            "a": "One of its two halves comes from the end of the sentence.",
            "b": "It sees all words, later ones as well.",
        },
    }
