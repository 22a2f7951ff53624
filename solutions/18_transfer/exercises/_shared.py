"""What several exercises of lesson 18 have in common."""

from autograder.exercise import Tolerance

FLOAT32 = Tolerance(
    atol=2e-4, rtol=2e-4, reason="float32 sums of some hundred products, added up in any order"
)
