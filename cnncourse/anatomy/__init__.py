"""What a network is made of: shapes, parameters, multiply-adds and receptive fields.

All of it is read off the shapes that Keras knows once a network is put together. Nothing is
computed with data, so a network of a hundred million parameters takes no longer than a small one.
"""

from .fields import ReceptiveField
from .shapes import shapes_only
from .table import (
    LayerRow,
    LayerTable,
    Parameters,
    count_parameters,
    layer_table,
    multiply_adds,
    receptive_field,
)

__all__ = [
    "LayerRow",
    "LayerTable",
    "Parameters",
    "ReceptiveField",
    "count_parameters",
    "layer_table",
    "multiply_adds",
    "receptive_field",
    "shapes_only",
]
