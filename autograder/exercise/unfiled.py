"""Change images so that no file holds them, while everybody reads them as before.

The images that trained networks are judged on come from public files. Whoever looks an image up in
those files finds its label, too. So each is moved by part of a pixel, made lighter or darker, and
given a grain, by amounts that are drawn: a network hardly notices, a table finds nothing.
"""

from __future__ import annotations

import numpy as np

# Small next to what the course's own networks bear: their accuracy changes by less than a point.
_LIGHT = 0.05
_GRAIN = 0.005


def unfiled(images: np.ndarray, rng: np.random.Generator, shift: float = 0.0) -> np.ndarray:
    """Return images that no file holds.

    Black stays black: some networks leave out what is exactly zero.

    Args:
        images: array of shape (n, height, width) or (n, height, width, channels); of another
            shape where ``shift`` is 0.
        rng: what the changes are drawn from.
        shift: the most that an image is moved along each axis, in pixels; at most 1.

    Returns:
        An array of the same shape and dtype, within the range of the given values.
    """
    changed = images.astype(np.float64)
    one_each = (len(images),) + (1,) * (images.ndim - 1)
    for axis in (1, 2) if shift else ():
        changed = _moved(changed, rng.uniform(-shift, shift, one_each), axis)
    changed *= rng.uniform(1 - _LIGHT, 1 + _LIGHT, one_each)
    changed *= rng.normal(1, _GRAIN, changed.shape)
    changed = changed.clip(images.min(), images.max())
    return (changed.round() if images.dtype.kind in "iu" else changed).astype(images.dtype)


def _moved(images: np.ndarray, by: np.ndarray, axis: int) -> np.ndarray:
    """Mix each pixel with its neighbour on one side; at the border with itself."""
    places = np.arange(images.shape[axis])
    after, before = (
        np.take(images, (places + step).clip(0, len(places) - 1), axis) for step in (1, -1)
    )
    return images * (1 - abs(by)) + np.where(by > 0, after, before) * abs(by)
