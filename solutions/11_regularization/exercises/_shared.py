"""What several exercises of lesson 11 have in common."""

from autograder.exercise import Rule, Tolerance

EXACT = Tolerance(atol=0, rtol=0, reason="image numbers and epochs are whole numbers")


LIBRARY_DROPOUT = Rule(
    forbid=("keras.layers", "keras.random.dropout", "keras.ops.nn", "tensorflow", "torch", "jax"),
    reason="Write the dropout yourself: draw random numbers, do not call a library's dropout.",
)
