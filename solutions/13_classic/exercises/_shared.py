"""What several exercises of lesson 13 have in common."""

from autograder.exercise import Tolerance

FLOAT32 = Tolerance(
    atol=1e-4, rtol=1e-4, reason="float32 sums of some hundred products, added up in any order"
)


EXACT = Tolerance(atol=0, rtol=0, reason="counts are whole numbers")


SMALL = [(4, 1), (6, 2)]


VGG_D = [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)]


VGG_A = [(64, 1), (128, 1), (256, 2), (512, 2), (512, 2)]
