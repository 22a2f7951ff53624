"""What the networks share outside their blocks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

Row = TypeVar("Row")

# A function from tensor to tensor; what it takes beside the tensor is said by each network.
Block = Callable[..., Any]


def convolve(
    x: Any,
    filters: int,
    kernel_size: int,
    stride: int = 1,
    *,
    activation: str = "relu",
    epsilon: float = 1e-3,
    bias: bool = False,
    padding: str = "same",
) -> Any:
    """Return the result of a convolution, batch normalisation and activation."""
    from keras import layers

    x = layers.Conv2D(filters, kernel_size, stride, padding, use_bias=bias)(x)
    x = layers.BatchNormalization(epsilon=epsilon)(x)
    return layers.Activation(activation)(x)


def classify(x: Any, classes: int, dropout: float = 0.0) -> Any:
    """Return class probabilities, after global average pooling and dropout."""
    from keras import layers

    x = layers.GlobalAveragePooling2D()(x)
    if dropout:
        x = layers.Dropout(dropout)(x)
    return layers.Dense(classes, activation="softmax")(x)


def published(name: Any, table: Mapping[Any, Row], what: str) -> Row:
    """Return a row of a table of published networks.

    Raises:
        ValueError: there is none of that name.
    """
    if name not in table:
        names = ", ".join(map(repr, table))
        raise ValueError(f"There is no {what} {name!r}; the published ones are {names}.")
    return table[name]
