"""What several exercises of lesson 03 have in common."""

from autograder.exercise import DEEP_32, SUMS_64, Rule, Tolerance

_FAR_TOLERANCE = {
    "float64": SUMS_64,
    "float32": DEEP_32,
}


_SHARES = {
    "default": Tolerance(
        1e-6, 1e-6, "shares are at most 1, may be float32, and a sum may be kept from zero by 1e-7"
    ),
    "float32": DEEP_32,
}


_BY_HAND = Rule(
    forbid=("keras", "tensorflow", "torch", "jax"),
    reason=(
        "Write this one yourself, with NumPy and SciPy only; the notebook's `value` and `slope` "
        "ask Keras."
    ),
)
