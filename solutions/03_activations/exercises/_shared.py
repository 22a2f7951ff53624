"""What several exercises of lesson 03 have in common."""

import numpy as np

from autograder.exercise import Probe, Rule, Tolerance

_FAR_TOLERANCE = {
    "float64": Tolerance(1e-9, 1e-9, "two formulas for one function agree to about ten digits"),
    "float32": Tolerance(2e-4, 2e-4, "neighbours of 1000 in float32 lie 6e-5 apart"),
}


_FAR = np.array([-1000.0, -90.0, 90.0, 1000.0])


_BY_HAND = Rule(
    forbid=("keras", "tensorflow", "torch", "jax"),
    reason="Write this one yourself, with NumPy and SciPy.",
)


def _points(rng, name, near):
    """Probe one named function: chosen points, a random block, float32, and far from zero."""
    yield Probe(name, f"{name}, a few points", (np.array(near), name))
    yield Probe(name, f"{name}, a random (2, 3, 4) array", (rng.normal(0, 3, (2, 3, 4)), name))
    single = rng.normal(0, 3, (5, 1)).astype("float32")
    yield Probe(name, f"{name}, a float32 column", (single, name))
    yield Probe(name, f"{name}, far from zero", (_FAR, name))
    yield Probe(name, f"{name}, far from zero, float32", (_FAR.astype("float32"), name))
