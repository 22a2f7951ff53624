"""Count the multiply-adds of one layer."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

Shape = tuple[int | None, ...]


def multiply_adds_of(layer: Any, shape_in: Shape, shape_out: Shape) -> int | None:
    """Return the multiply-adds of one layer for one image: one per use of a kernel's weight.

    Additions of a bias, normalisation, activation and pooling are not counted, as in the papers.

    Args:
        layer: a built Keras layer.
        shape_in, shape_out: of its input and output, without the batch axis.

    Returns:
        The number; None for a layer with kernels of which it is not known how often they work.

    Raises:
        ValueError: the number of places is not known, because a size is None.
    """
    from keras import layers

    if isinstance(layer, layers.Bidirectional):
        both = (layer.forward_layer, layer.backward_layer)
        return total(multiply_adds_of(one, shape_in, shape_out) for one in both)
    if isinstance(layer, layers.TimeDistributed):
        one_step = multiply_adds_of(layer.layer, shape_in[1:], shape_out[1:])
        return None if one_step is None else one_step * _count(shape_in[:1], layer)
    for kinds, places, weights in _rules():
        if isinstance(layer, kinds):
            return _count(places(shape_in, shape_out), layer) * weights(layer)
    # Weights that scale, shift or are looked up; none of them is a kernel.
    if isinstance(layer, (layers.Embedding, layers.PReLU, layers.LayerNormalization)):
        return 0
    return None if has_kernels(layer.weights) else 0


def total(costs: Iterable[int | None]) -> int | None:
    """Return the sum; None if one of the costs is not known."""
    known = list(costs)
    return None if None in known else sum(cost or 0 for cost in known)


def has_kernels(weights: Iterable[Any]) -> bool:
    """Return whether there is a matrix among the weights; a bias or a scale is a vector."""
    return any(len(weight.shape) > 1 for weight in weights)


def _rules() -> list[tuple[tuple[type, ...], Any, Any]]:
    """Return, by kind of layer, the axes over which weights are reused, and their number."""
    from keras import layers

    def of_output(shape_in: Shape, shape_out: Shape) -> Shape:
        return shape_out[:-1]

    def of_input(shape_in: Shape, shape_out: Shape) -> Shape:
        return shape_in[:-1]

    def steps(shape_in: Shape, shape_out: Shape) -> Shape:
        return shape_in[:1]

    def kernel(layer: Any) -> int:
        return math.prod(layer.kernel.shape)

    def separable(layer: Any) -> int:
        return math.prod(layer.depthwise_kernel.shape) + math.prod(layer.pointwise_kernel.shape)

    def recurrent(layer: Any) -> int:
        cells = getattr(layer.cell, "cells", [layer.cell])
        return sum(math.prod(w.shape) for c in cells for w in (c.kernel, c.recurrent_kernel))

    transposed = (layers.Conv1DTranspose, layers.Conv2DTranspose, layers.Conv3DTranspose)
    plain = (layers.Conv1D, layers.Conv2D, layers.Conv3D)
    depthwise = (layers.DepthwiseConv1D, layers.DepthwiseConv2D)
    return [
        ((layers.SeparableConv1D, layers.SeparableConv2D), of_output, separable),
        (transposed, of_input, kernel),  # every input value is spread over one whole kernel
        ((*plain, *depthwise, layers.Dense), of_output, kernel),
        ((layers.SimpleRNN, layers.LSTM, layers.GRU), steps, recurrent),
    ]


def _count(places: Shape, layer: Any) -> int:
    known = [size for size in places if size is not None]
    if len(known) < len(places):
        raise ValueError(
            f"The input of {layer.name!r} has no fixed size, so its multiply-adds cannot be "
            "counted; say input_shape=(height, width, channels)."
        )
    return math.prod(known)
