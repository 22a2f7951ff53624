"""Prepare a process that compiles and judges answers again and again."""

from __future__ import annotations

import gc
from functools import cache

from cnncourse.runtime import start_backend

# Judging builds thousands of Keras layers, each full of cycles. Python's default thresholds walk
# all of TensorFlow's objects every few layers, which takes a quarter of the time.
_THRESHOLDS = (50_000, 20, 50)


@cache  # frozen twice, a lesson that has been replaced would stay in memory
def warm_up() -> None:
    """Import the backend, and let the garbage collector leave it alone from now on."""
    start_backend()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
