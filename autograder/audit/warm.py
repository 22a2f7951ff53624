"""Prepare a process that compiles and judges answers again and again."""

from __future__ import annotations

import gc
from functools import cache

from autograder.course import Course
from cnncourse.runtime import start_backend

# Judging builds thousands of Keras layers, each full of cycles. Python's default thresholds walk
# all of TensorFlow's objects every few layers, which takes a quarter of the time.
_THRESHOLDS = (50_000, 20, 50)


@cache  # frozen twice, a lesson that has been replaced would stay in memory
def warm_up(course: Course) -> None:
    """Import what a course's lessons use, and let the garbage collector leave it alone.

    Args:
        course: the course; a backend of Keras is imported only if its lessons use Keras.
    """
    if course.file.uses_keras:
        start_backend()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
