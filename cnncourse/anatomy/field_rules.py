"""How each kind of layer changes what a unit sees of the network's input."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from .fields import ReceptiveField

Fields = tuple[ReceptiveField, ...]
Shape = tuple[int | None, ...]


def fields_after(operation: Any, fields: Fields, shape_in: Shape, shape_out: Shape) -> Fields:
    """Return the receptive fields behind a layer or an operation.

    Statistics that a normalisation layer takes over the whole map are not counted as seeing.

    Args:
        operation: a Keras layer, or an operation such as an addition.
        fields: in front of it, one for each axis of the network's input but batch and channels.
        shape_in, shape_out: of its first input and of its output, without the batch axis.

    Returns:
        As many fields. A map that is only flattened keeps those of its units.
    """
    in_place = len(shape_in) - 1 == len(fields)  # the map's axes still are those of the input
    for kinds, change in _rules():
        if isinstance(operation, kinds):
            return change(operation, fields, shape_in) if in_place else _everything(fields)
    if isinstance(operation, _kinds("Flatten Reshape Permute RepeatVector")):
        return fields
    each_unit_alone = shape_in == shape_out or (in_place and shape_in[:-1] == shape_out[:-1])
    return fields if each_unit_alone else _everything(fields)


def merged_fields(several: Sequence[Fields]) -> Fields:
    """Return what a unit sees that takes from several maps, at the same place of each."""
    axes = max((len(fields) for fields in several), default=0)
    # An input without places, such as a vector of numbers, has nothing that could be seen.
    first, *others = [fields for fields in several if len(fields) == axes]
    for fields in others:
        first = tuple(a.together_with(b) for a, b in zip(first, fields, strict=True))
    return first


def _slide(layer: Any, fields: Fields, shape: Shape) -> Fields:
    """Return the fields behind a window of a convolution or of pooling."""
    kernels = getattr(layer, "kernel_size", None) or layer.pool_size
    dilations = getattr(layer, "dilation_rate", (1,) * len(fields))
    return tuple(
        field.through(k, s, d, _zeros_before(layer.padding, n, k, s, d))
        for field, k, s, d, n in zip(fields, kernels, layer.strides, dilations, shape, strict=False)
    )


def _zeros_before(padding: str, size: int | None, kernel: int, stride: int, dilation: int) -> int:
    reach = dilation * (kernel - 1)
    if padding == "causal":
        return reach
    if padding == "valid":
        return 0
    if size is None:
        return reach // 2
    windows = math.ceil(size / stride)
    return max((windows - 1) * stride + reach + 1 - size, 0) // 2


def _spread(layer: Any, fields: Fields, shape: Shape) -> Fields:
    """Return the fields behind a transposed convolution, which sums at most ⌈k/s⌉ inputs."""
    reach = [math.ceil(k / s) for k, s in zip(layer.kernel_size, layer.strides, strict=True)]
    return tuple(
        field.through(k, 1 / s, padding=k - 1)
        for field, k, s in zip(fields, reach, layer.strides, strict=True)
    )


def _enlarge(layer: Any, fields: Fields, shape: Shape) -> Fields:
    sizes = layer.size if isinstance(layer.size, tuple) else (layer.size,)
    taps = 1 if getattr(layer, "interpolation", "nearest") == "nearest" else 2
    return tuple(field.through(taps, 1 / size) for field, size in zip(fields, sizes, strict=True))


def _pad(layer: Any, fields: Fields, shape: Shape) -> Fields:
    return _move(fields, layer.padding, -1)


def _crop(layer: Any, fields: Fields, shape: Shape) -> Fields:
    return _move(fields, layer.cropping, +1)


def _move(fields: Fields, margins: Any, sign: int) -> Fields:
    margins = margins if isinstance(margins[0], tuple) else (margins,)
    return tuple(
        replace(field, start=field.start + sign * before * field.jump)
        for field, (before, _) in zip(fields, margins, strict=True)
    )


def _mix(layer: Any, fields: Fields, shape: Shape) -> Fields:
    return _everything(fields)


def _everything(fields: Fields) -> Fields:
    return tuple(replace(field, whole=True) for field in fields)


_Change = Callable[[Any, Fields, Shape], Fields]


@cache
def _rules() -> list[tuple[tuple[type, ...], _Change]]:
    return [
        (_kinds("Conv1DTranspose Conv2DTranspose Conv3DTranspose"), _spread),
        (_kinds("Conv1D Conv2D Conv3D DepthwiseConv1D DepthwiseConv2D"), _slide),
        (_kinds("SeparableConv1D SeparableConv2D"), _slide),
        (_kinds("MaxPooling1D MaxPooling2D MaxPooling3D"), _slide),
        (_kinds("AveragePooling1D AveragePooling2D AveragePooling3D"), _slide),
        (_kinds("UpSampling1D UpSampling2D UpSampling3D"), _enlarge),
        (_kinds("ZeroPadding1D ZeroPadding2D ZeroPadding3D"), _pad),
        (_kinds("Cropping1D Cropping2D Cropping3D"), _crop),
        (_kinds("GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D"), _mix),
        (_kinds("GlobalAveragePooling1D GlobalAveragePooling2D GlobalAveragePooling3D"), _mix),
        (_kinds("RNN Bidirectional Attention AdditiveAttention MultiHeadAttention"), _mix),
    ]


def _kinds(names: str) -> tuple[type, ...]:
    from keras import layers

    return tuple(getattr(layers, name) for name in names.split())
