"""What several exercises of lesson 21 have in common."""

from autograder.exercise import Tolerance

EXACT = Tolerance(atol=0, rtol=0, reason="counts and row numbers are whole numbers")
