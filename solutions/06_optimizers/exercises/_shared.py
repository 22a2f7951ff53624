"""What several exercises of lesson 06 have in common."""

from autograder.exercise import Rule

FRAMEWORKS = ("keras", "tensorflow", "torch", "jax", "optax")


WRITE_IT = Rule(
    forbid=FRAMEWORKS, reason="Write the update rule yourself; NumPy's arithmetic is all you need."
)
