"""What several exercises of lesson 01 have in common."""

from autograder.exercise import Tolerance

FLOAT32 = Tolerance(
    atol=1e-5, rtol=1e-4, reason="float32 sums of some hundred products, added up in any order"
)
