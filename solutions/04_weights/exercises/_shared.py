"""What several exercises of lesson 04 have in common."""

from autograder.exercise import Tolerance

SUMS = Tolerance(
    atol=1e-9, rtol=1e-6, reason="sums of a few hundred float64 numbers, or Keras's float32"
)


FRAMEWORKS = ("keras", "tensorflow", "torch", "jax")


GLOBAL_CHANCE = tuple(
    f"numpy.random.{name}" for name in ("uniform", "normal", "rand", "randn", "random", "seed")
)


def _rng(k):
    return {"rng": {"__rng__": k}}
