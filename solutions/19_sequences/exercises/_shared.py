"""What several exercises of lesson 19 have in common."""

import numpy as np

from autograder.exercise import Rule, Tolerance

SUMS = {
    "float64": Tolerance(
        atol=1e-8, rtol=1e-7, reason="float64 sums of some dozen products, in any order"
    ),
    "float32": Tolerance(
        atol=1e-4, rtol=1e-4, reason="float32 sums, carried on over some dozen steps"
    ),
}


BY_HAND = Rule(
    forbid=("keras", "tensorflow", "torch", "jax"),
    reason="Write the arithmetic yourself; NumPy has all you need.",
)


def softmax(z, axis=-1):
    """The softmax that the lesson gives to everyone; the answers below use it."""
    e = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)
