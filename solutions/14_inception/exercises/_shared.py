"""What several exercises of lesson 14 have in common."""

from autograder.exercise import Tolerance

SUMS = {
    "float32": Tolerance(
        atol=1e-4, rtol=1e-4, reason="float32 sums of some hundred products, added up in any order"
    ),
    "float64": Tolerance(atol=1e-10, rtol=1e-10, reason="float64 sums, added up in any order"),
}


FLOAT32 = SUMS["float32"]
