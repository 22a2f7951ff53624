"""What several exercises of lesson 15 have in common."""

from autograder.exercise import Criterion, Tolerance

FLOAT32 = Tolerance(
    atol=1e-4, rtol=1e-4, reason="float32 sums of some hundred products, added up in any order"
)


_SHAPES = (
    Criterion("shape", 1, "the right shape, where it changes and where it does not"),
    Criterion("parameters", 1, "no parameter more or less"),
    Criterion("behaviour", 2, "the same values with the same weights"),
)
