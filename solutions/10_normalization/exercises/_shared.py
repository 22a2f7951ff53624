"""What several exercises of lesson 10 have in common."""

from autograder.exercise import Rule, Tolerance

SUMS = {
    "float64": Tolerance(
        atol=1e-8, rtol=1e-7, reason="float64 means of some hundred numbers, in any order"
    ),
    "float32": Tolerance(
        atol=1e-3, rtol=1e-3, reason="float32 means, and a root that enlarges their rounding"
    ),
}


BY_HAND = Rule(
    forbid=("keras", "tensorflow", "torch", "jax"),
    reason="Write the arithmetic yourself; NumPy has all you need.",
)
