"""What several exercises of lesson 20 have in common."""

import numpy as np

from autograder.exercise import Tolerance

NETWORK = Tolerance(
    atol=2e-5, rtol=2e-3, reason="float32 sums of some hundred products, added up in any order"
)


def _image(rng: np.random.Generator) -> np.ndarray:
    """An image for the tiny networks; its mean differs from channel to channel."""
    return (rng.normal(size=(12, 10, 3)) + rng.uniform(0.5, 1.5, 3)).astype("float32")


def _tiny(rng: np.random.Generator) -> str:
    return f"tiny-{rng.integers(1000)}"
