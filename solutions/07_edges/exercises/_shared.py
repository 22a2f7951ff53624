"""What several exercises of lesson 07 have in common."""

from autograder.exercise import Tolerance

SUMS = Tolerance(
    atol=1e-9, rtol=1e-9, reason="a few hundred float64 products, added up in any order"
)


# Four rows, there and back, from the lower left corner upwards, joined at alternating ends.
_SNAKE = [
    *((8, c) for c in range(10)),
    *((7, 9), (6, 9)),
    *((6, c) for c in range(9, -1, -1)),
    *((5, 0), (4, 0)),
    *((4, c) for c in range(10)),
    *((3, 9), (2, 9)),
    *((2, c) for c in range(9, 0, -1)),
]


_DIAGONAL = [(k, k) for k in range(7)] + [(6 - k, 7 + k) for k in range(1, 4)]
