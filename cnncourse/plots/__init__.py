"""Figures for the lessons, in one style, each with alternative text.

Every function shows its figure at once in a notebook and returns it; in a script or a terminal it
only returns it. Matplotlib is imported when the first figure is drawn.
"""

from ..tables import Table as table
from .lines import curves, lines
from .pictures import compare, feature_maps, filters, images, matrices, matrix
from .style import COLOURS, figure, show, use_style

__all__ = [
    "COLOURS",
    "compare",
    "curves",
    "feature_maps",
    "figure",
    "filters",
    "images",
    "lines",
    "matrices",
    "matrix",
    "show",
    "table",
    "use_style",
]
