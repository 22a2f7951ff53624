"""Figures for the lessons, in one style, each with alternative text.

Every function shows its figure at once in a notebook and returns it; in a script or a terminal it
only returns it. Matplotlib is imported when the first figure is drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..tables import Table as table
from .charts import curves, lines
from .diagrams import network
from .pictures import compare, feature_maps, filters, images, matrices, matrix
from .sliders import interact
from .style import COLOURS, figure, show, use_style

if TYPE_CHECKING:
    from .live import LiveCurve

__all__ = [
    "COLOURS",
    "compare",
    "curves",
    "feature_maps",
    "figure",
    "filters",
    "images",
    "interact",
    "lines",
    "live_curve",
    "matrices",
    "matrix",
    "network",
    "show",
    "table",
    "use_style",
]


def live_curve(metrics: Sequence[str] | None = None, *, title: str = "") -> LiveCurve:
    """Return a callback for `fit` that shows progress and growing learning curves.

    In a notebook it is one picture, which ends as the finished curves; its alternative text
    gives the last values. In a terminal it is one line per epoch. Use it with `verbose=0`.

    Args:
        metrics: which curves, such as ["loss"]; None: all.
        title: over the curves.

    Returns:
        A Keras callback; after training its `values` holds metric → one number per epoch.

    Example:
        >>> callback = live_curve(["loss"])   # model.fit(x, y, verbose=0, callbacks=[callback])
    """
    from .live import LiveCurve  # a Keras callback: importing it imports Keras

    return LiveCurve(metrics, title)
