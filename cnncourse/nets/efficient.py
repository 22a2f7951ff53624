"""EfficientNet and EfficientNet-Lite."""

from __future__ import annotations

from typing import Any, NamedTuple

from .layers import Block, classify, convolve, published
from .rounding import round_channels, round_repeats


class Scale(NamedTuple):
    """How a network of the family differs from its smallest."""

    width: float
    depth: float
    resolution: int
    dropout: float


# Rounded by hand by the authors: no whole φ gives B2 to B7 exactly.
EFFICIENTNET = {
    "b0": Scale(1.0, 1.0, 224, 0.2),
    "b1": Scale(1.0, 1.1, 240, 0.2),
    "b2": Scale(1.1, 1.2, 260, 0.3),
    "b3": Scale(1.2, 1.4, 300, 0.3),
    "b4": Scale(1.4, 1.8, 380, 0.4),
    "b5": Scale(1.6, 2.2, 456, 0.4),
    "b6": Scale(1.8, 2.6, 528, 0.5),
    "b7": Scale(2.0, 3.1, 600, 0.5),
}
EFFICIENTNET_LITE = {
    0: Scale(1.0, 1.0, 224, 0.2),
    1: Scale(1.0, 1.1, 240, 0.2),
    2: Scale(1.1, 1.2, 260, 0.3),
    3: Scale(1.2, 1.4, 280, 0.3),
    4: Scale(1.4, 1.8, 300, 0.3),
}


class Stage(NamedTuple):
    """Blocks that follow one another, as a row of the paper's Table 1."""

    kernel_size: int
    expansion: int
    filters: int
    repeats: int
    stride: int


_STAGES = (
    Stage(3, 1, 16, 1, 1),
    Stage(3, 6, 24, 2, 2),
    Stage(5, 6, 40, 2, 2),
    Stage(3, 6, 80, 3, 2),
    Stage(5, 6, 112, 3, 1),
    Stage(5, 6, 192, 4, 2),
    Stage(3, 6, 320, 1, 1),
)


def efficientnet(name: str, block: Block, *, classes: int = 1000) -> Any:
    """Return EfficientNet, without stochastic depth.

    Args:
        name: "b0" to "b7".
        block: ``block(x, filters, kernel_size, stride, expansion)``: MBConv with squeeze and
            excitation, to a quarter of the channels that come in, and swish.
        classes: number of classes.

    Returns:
        A `keras.Model` for images with values from 0 to 255. As in Keras Applications it begins
        with a `Normalization` layer, whose seven values do nothing until they are set.

    Raises:
        ValueError: there is no such network.

    Reference:
        M. Tan and Q. V. Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural
        Networks", 2019, Table 1 and equation 3.
    """
    import keras
    from keras import layers

    scale = published(name, EFFICIENTNET, "EfficientNet")
    inputs = keras.Input((scale.resolution, scale.resolution, 3))
    x = layers.Normalization()(layers.Rescaling(1 / 255)(inputs))
    x = convolve(x, round_channels(32 * scale.width), 3, 2, activation="silu")
    for row in _STAGES:
        x = _stage(x, row, block, scale, round_repeats(row.repeats * scale.depth))
    x = convolve(x, round_channels(1280 * scale.width), 1, activation="silu")
    return keras.Model(inputs, classify(x, classes, scale.dropout), name=f"efficientnet_{name}")


def efficientnet_lite(number: int, block: Block, *, classes: int = 1000) -> Any:
    """Return EfficientNet-Lite: no squeeze and excitation, ReLU6, first and last layers not scaled.

    Args:
        number: 0 to 4.
        block: ``block(x, filters, kernel_size, stride, expansion)``: MBConv with ReLU6 and without
            squeeze and excitation.
        classes: number of classes.

    Returns:
        A `keras.Model` for images with values from −1 to 1.

    Raises:
        ValueError: there is no such network.

    Reference:
        R. Liu, "Higher accuracy on vision models with EfficientNet-Lite", TensorFlow blog, 2020.
    """
    import keras

    scale = published(number, EFFICIENTNET_LITE, "EfficientNet-Lite")
    inputs = keras.Input((scale.resolution, scale.resolution, 3))
    x = convolve(inputs, 32, 3, 2, activation="relu6")
    for row in _STAGES:
        outer = row in (_STAGES[0], _STAGES[-1])
        repeats = row.repeats if outer else round_repeats(row.repeats * scale.depth)
        x = _stage(x, row, block, scale, repeats)
    x = convolve(x, 1280, 1, activation="relu6")
    return keras.Model(inputs, classify(x, classes, scale.dropout), name=f"lite{number}")


def _stage(x: Any, row: Stage, block: Block, scale: Scale, repeats: int) -> Any:
    filters = round_channels(row.filters * scale.width)
    for i in range(repeats):
        x = block(x, filters, row.kernel_size, row.stride if i == 0 else 1, row.expansion)
    return x
