"""What several exercises of lesson 17 have in common."""

from autograder.exercise import Tolerance

FLOAT32 = Tolerance(
    atol=2e-4, rtol=2e-4, reason="float32 sums of some hundred products, added up in any order"
)


EXACT = Tolerance(atol=0, rtol=0, reason="counts are whole numbers")
