"""Networks that have shapes but no numbers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def shapes_only() -> Iterator[None]:
    """Networks built in this context have shapes but no numbers: no memory, no waiting.

    They are there to be counted and drawn, not to be trained or run.

    Example:
        >>> import keras
        >>> with shapes_only():
        ...     vgg = keras.applications.VGG16(weights=None)   # 138 million parameters, at once
        >>> vgg.count_params()
        138357544
    """
    import keras
    from keras.src.backend.common import global_state

    # Keras notes every variable without a value, and fills all of them the next time that it
    # traces a layer's `call`: gigabytes, much later, somewhere else. So its list is put back to
    # what it was; there is no public way to reach it.
    waiting = "uninitialized_variables"
    before = list(global_state.get_global_attribute(waiting) or [])
    try:
        with keras.StatelessScope(initialize_variables=False):
            yield
    finally:
        global_state.set_global_attribute(waiting, before)
