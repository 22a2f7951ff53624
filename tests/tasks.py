"""Tasks for worker processes, which import them from here."""

from __future__ import annotations

import os
import signal


def times(factor: int, number: int) -> int:
    """Return a product."""
    return factor * number


def dies_on_three(factor: int, number: int) -> int:
    """Return a product, or end the process that was to compute it."""
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return factor * number
