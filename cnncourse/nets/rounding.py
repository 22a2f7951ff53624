"""Channels and repeats of scaled networks, rounded as their authors did."""

from __future__ import annotations

import math


def round_channels(channels: float, divisor: int = 8) -> int:
    """Return the multiple of a divisor nearest to a number of channels, at most a tenth below it.

    Args:
        channels: after scaling, so perhaps not whole.
        divisor: hardware works best on multiples of 8.

    Returns:
        The number of channels to build.

    Example:
        >>> round_channels(35.2), round_channels(3), round_channels(10.5)
        (32, 8, 16)

    Reference:
        M. Tan and Q. V. Le, "EfficientNet", 2019; the rule is in the authors' code.
    """
    rounded = max(divisor, int(channels + divisor / 2) // divisor * divisor)
    return rounded + divisor if rounded < 0.9 * channels else rounded


def round_repeats(repeats: float) -> int:
    """Return how often a scaled stage repeats its block: rounded up.

    Example:
        >>> round_repeats(1.1 * 2)
        3
    """
    return math.ceil(repeats)
