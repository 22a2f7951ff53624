"""What several exercises of lesson 19 have in common."""

import numpy as np

from autograder.exercise import SUMS_32, Rule, Tolerance

STEPS = {
    "float64": Tolerance(
        atol=1e-7,
        rtol=1e-7,
        reason="sums of some dozen products, in any order; a gate that is shut leaves 1e-9, which "
        "float32 cannot tell from nothing",
    ),
    "float32": SUMS_32,
}


BY_HAND = Rule(
    forbid=("keras", "tensorflow", "torch", "jax"),
    reason="Write the arithmetic yourself; NumPy has all you need.",
)


def softmax(z, axis=-1):
    """The softmax that the lesson gives to everyone; the answers below use it."""
    e = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)
