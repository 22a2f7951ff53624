"""What several exercises of lesson 06 have in common."""

from autograder.exercise import Rule, Tolerance

FRAMEWORKS = ("keras", "tensorflow", "torch", "jax", "optax")


WRITE_IT = Rule(
    forbid=FRAMEWORKS, reason="Write the update rule yourself; NumPy's arithmetic is all you need."
)


AS_KERAS = Tolerance(
    atol=1e-6, rtol=1e-6, reason="50 steps agree with Keras's own to this; order of sums is free"
)


EXACT = Tolerance(atol=1e-9, rtol=1e-9, reason="a few float64 operations, in any order")
