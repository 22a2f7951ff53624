"""What several exercises of lesson 14 have in common."""

from autograder.exercise import SUMS_32, Tolerance

FINE_SUMS = {
    "float32": SUMS_32,
    "float64": Tolerance(atol=1e-10, rtol=1e-10, reason="float64 sums, added up in any order"),
}


FLOAT32 = FINE_SUMS["float32"]
