"""Impose weights on the student's model and on the reference, equal from a seed alone."""

from __future__ import annotations

import zlib

import numpy as np


def weight(role: str, shape: tuple[int, ...], seed: int) -> np.ndarray:
    """Return the weight that a seed stands for.

    Scaled so that signals neither vanish nor explode through a deep network; variances positive;
    biases and offsets away from zero, so that leaving one out shows. `RandomState` is used
    because NumPy promises that its stream never changes.

    Args:
        role: the variable's name in its layer (``kernel``, ``bias``, ``gamma`` …).
        shape: its shape.
        seed: any integer from 0 to 2³² − 1.

    Returns:
        A float32 array of that shape.

    Example:
        >>> weight("kernel", (3, 3, 8, 4), seed=1).shape
        (3, 3, 8, 4)
    """
    rng = np.random.RandomState(seed)
    if "variance" in role:
        values = rng.uniform(0.5, 1.5, shape)
    elif role in ("gamma", "scale"):
        values = rng.uniform(0.6, 1.4, shape)
    elif len(shape) <= 1:
        values = rng.normal(0.0, 0.3, shape)
    else:
        # a depthwise kernel, (k, k, channels, 1), sums over the window alone
        summed = shape[:-2] if shape[-1] == 1 and len(shape) > 2 else shape[:-1]
        fan_in = int(np.prod(summed))
        values = rng.normal(0.0, np.sqrt(2.0 / fan_in), shape)
    return values.astype("float32")


def seed_of(*parts: object) -> int:
    """Return a seed that depends on all parts, the same on every machine.

    Example:
        >>> seed_of("probe", 1) == seed_of("probe", 1) != seed_of("probe", 2)
        True
    """
    return zlib.crc32("\x1f".join(map(str, parts)).encode())
