"""What several exercises of lesson 03 have in common."""

from autograder.exercise import DEEP_32, SUMS_64, Rule

_FAR_TOLERANCE = {
    "float64": SUMS_64,
    "float32": DEEP_32,
}


_BY_HAND = Rule(
    forbid=("keras", "tensorflow", "torch", "jax"),
    reason="Write this one yourself, with NumPy and SciPy.",
)
