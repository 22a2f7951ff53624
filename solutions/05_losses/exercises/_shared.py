"""What several exercises of lesson 05 have in common."""

from autograder.exercise import Tolerance

FRAMEWORKS = ("scipy", "keras", "tensorflow", "torch", "jax", "sklearn")


SUMS = Tolerance(
    atol=1e-9, rtol=1e-7, reason="sums of a few hundred float64 numbers, added in any order"
)
