"""MobileNet, versions 1 to 3."""

from __future__ import annotations

from typing import Any, NamedTuple

from .layers import Block, classify, convolve, published
from .rounding import round_channels

# Channels and stride of each separable block: Howard et al. 2017, Table 1.
MOBILENET_V1 = (
    (64, 1),
    (128, 2),
    (128, 1),
    (256, 2),
    (256, 1),
    (512, 2),
    *[(512, 1)] * 5,
    (1024, 2),
    (1024, 1),
)


class Bottlenecks(NamedTuple):
    """Inverted residual blocks that follow one another, as a row of the paper's Table 2."""

    expansion: int
    filters: int
    repeats: int
    stride: int


MOBILENET_V2 = (
    Bottlenecks(1, 16, 1, 1),
    Bottlenecks(6, 24, 2, 2),
    Bottlenecks(6, 32, 3, 2),
    Bottlenecks(6, 64, 4, 2),
    Bottlenecks(6, 96, 3, 1),
    Bottlenecks(6, 160, 3, 2),
    Bottlenecks(6, 320, 1, 1),
)


class Bneck(NamedTuple):
    """One block of MobileNetV3, as a row of the paper's Table 1 or 2."""

    kernel_size: int
    expanded: int
    filters: int
    squeeze: bool
    activation: str
    stride: int


_RE, _HS = "relu", "hard_silu"  # the paper's RE and HS
# The blocks; the channels of the last convolution, and those of the layer behind the pooling.
MOBILENET_V3 = {
    "large": (
        (
            Bneck(3, 16, 16, False, _RE, 1),
            Bneck(3, 64, 24, False, _RE, 2),
            Bneck(3, 72, 24, False, _RE, 1),
            Bneck(5, 72, 40, True, _RE, 2),
            Bneck(5, 120, 40, True, _RE, 1),
            Bneck(5, 120, 40, True, _RE, 1),
            Bneck(3, 240, 80, False, _HS, 2),
            Bneck(3, 200, 80, False, _HS, 1),
            Bneck(3, 184, 80, False, _HS, 1),
            Bneck(3, 184, 80, False, _HS, 1),
            Bneck(3, 480, 112, True, _HS, 1),
            Bneck(3, 672, 112, True, _HS, 1),
            Bneck(5, 672, 160, True, _HS, 2),
            Bneck(5, 960, 160, True, _HS, 1),
            Bneck(5, 960, 160, True, _HS, 1),
        ),
        960,
        1280,
    ),
    "small": (
        (
            Bneck(3, 16, 16, True, _RE, 2),
            Bneck(3, 72, 24, False, _RE, 2),
            Bneck(3, 88, 24, False, _RE, 1),
            Bneck(5, 96, 40, True, _HS, 2),
            Bneck(5, 240, 40, True, _HS, 1),
            Bneck(5, 240, 40, True, _HS, 1),
            Bneck(5, 120, 48, True, _HS, 1),
            Bneck(5, 144, 48, True, _HS, 1),
            Bneck(5, 288, 96, True, _HS, 2),
            Bneck(5, 576, 96, True, _HS, 1),
            Bneck(5, 576, 96, True, _HS, 1),
        ),
        576,
        1024,
    ),
}


def mobilenet_v1(
    block: Block, *, alpha: float = 1.0, resolution: int = 224, classes: int = 1000
) -> Any:
    """Return MobileNet.

    Args:
        block: ``block(x, filters, stride)``: a depthwise separable convolution, each half with
            batch normalisation and ReLU.
        alpha: the width multiplier, by which every number of channels is scaled.
        resolution: height and width of the images in pixels, a multiple of 32.
        classes: number of classes.

    Returns:
        A `keras.Model`.

    Reference:
        A. Howard et al., "MobileNets", 2017, Table 1 and section 3.3.
    """
    import keras

    inputs = keras.Input((resolution, resolution, 3))
    x = convolve(inputs, int(32 * alpha), 3, 2, activation="relu6")
    for filters, stride in MOBILENET_V1:
        x = block(x, int(filters * alpha), stride)
    return keras.Model(inputs, classify(x, classes, dropout=1e-3), name="mobilenet_v1")


def mobilenet_v2(
    block: Block, *, alpha: float = 1.0, resolution: int = 224, classes: int = 1000
) -> Any:
    """Return MobileNetV2.

    Args:
        block: ``block(x, filters, stride, expansion)``: an inverted residual with a linear
            bottleneck; with an expansion of 1 it does not expand.
        alpha: the width multiplier; above 1 it scales the last convolution, too.
        resolution: height and width of the images in pixels, a multiple of 32.
        classes: number of classes.

    Returns:
        A `keras.Model`.

    Reference:
        M. Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", 2018, Table 2.
    """
    import keras

    inputs = keras.Input((resolution, resolution, 3))
    x = convolve(inputs, round_channels(32 * alpha), 3, 2, activation="relu6")
    for row in MOBILENET_V2:
        for i in range(row.repeats):
            filters = round_channels(row.filters * alpha)
            x = block(x, filters, row.stride if i == 0 else 1, row.expansion)
    x = convolve(x, round_channels(1280 * max(alpha, 1.0)), 1, activation="relu6")
    return keras.Model(inputs, classify(x, classes), name="mobilenet_v2")


def mobilenet_v3(
    size: str, block: Block, *, minimalistic: bool = False, classes: int = 1000
) -> Any:
    """Return MobileNetV3.

    Args:
        size: "small" or "large".
        block: ``block(x, filters, kernel_size, stride, expanded, squeeze, activation)``: an
            inverted residual. ``expanded`` is its number of channels inside (where that is the
            number that comes in, it does not expand); ``squeeze`` says whether it weighs its
            channels; ``activation`` is "relu" or "hard_silu".
        minimalistic: kernels of 3 × 3, ReLU and no weighing of channels throughout.
        classes: number of classes.

    Returns:
        A `keras.Model` for images of 224 × 224 × 3 with values from 0 to 255.

    Raises:
        ValueError: the size is neither.

    Reference:
        A. Howard et al., "Searching for MobileNetV3", 2019, Tables 1 and 2.
    """
    import keras
    from keras import layers

    rows, last, behind = published(size, MOBILENET_V3, "MobileNetV3")
    activation = _RE if minimalistic else _HS
    inputs = keras.Input((224, 224, 3))
    x = layers.Rescaling(1 / 127.5, offset=-1)(inputs)
    x = convolve(x, 16, 3, 2, activation=activation)
    for row in rows:
        kernel_size = 3 if minimalistic else row.kernel_size
        squeeze = row.squeeze and not minimalistic
        inner = _RE if minimalistic else row.activation
        x = block(x, row.filters, kernel_size, row.stride, row.expanded, squeeze, inner)
    x = convolve(x, last, 1, activation=activation)
    x = layers.Dense(behind)(layers.GlobalAveragePooling2D()(x))
    x = layers.Dropout(0.2)(layers.Activation(activation)(x))
    x = layers.Dense(classes, activation="softmax")(x)
    return keras.Model(inputs, x, name=f"mobilenet_v3_{size}")
