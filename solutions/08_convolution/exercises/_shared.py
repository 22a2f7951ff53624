"""What several exercises of lesson 08 have in common."""

from autograder.exercise import Rule, Tolerance

SUMS = {
    "float32": Tolerance(
        atol=1e-4, rtol=1e-4, reason="a few hundred float32 products, added up in any order"
    ),
    "float64": Tolerance(
        atol=1e-9, rtol=1e-9, reason="a few hundred float64 products, added up in any order"
    ),
}


BY_HAND = Rule(
    forbid=(
        "scipy", "skimage", "cv2", "keras", "tensorflow", "torch", "jax",
        "numpy.convolve", "numpy.correlate",
    ),
    reason="Write the layer yourself; NumPy's arithmetic is all you need.",
)  # fmt: skip
