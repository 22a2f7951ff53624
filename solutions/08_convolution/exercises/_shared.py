"""What several exercises of lesson 08 have in common."""

from autograder.exercise import Rule

BY_HAND = Rule(
    forbid=(
        "scipy", "skimage", "cv2", "keras", "tensorflow", "torch", "jax",
        "numpy.convolve", "numpy.correlate",
    ),
    reason="Write the layer yourself; NumPy's arithmetic is all you need.",
)  # fmt: skip
