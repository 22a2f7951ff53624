"""What several exercises of lesson 09 have in common."""

from autograder.exercise import Rule, Tolerance

CHOSEN = Tolerance(atol=0, rtol=1e-12, reason="values are only chosen, never computed")


BY_HAND = Rule(
    forbid=("keras", "tensorflow", "torch", "jax", "skimage.measure", "scipy.ndimage"),
    reason="Write the windows yourself; NumPy is all you need.",
)
