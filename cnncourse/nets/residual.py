"""Residual networks."""

from __future__ import annotations

from typing import Any, Literal

from .layers import Block, classify, convolve, published

# Blocks in each of the four stages: He et al. 2016a, Table 1.
RESNET = {
    18: (2, 2, 2, 2),
    34: (3, 4, 6, 3),
    50: (3, 4, 6, 3),
    101: (3, 4, 23, 3),
    152: (3, 8, 36, 3),
}
_FILTERS = (64, 128, 256, 512)


def resnet(
    depth: int, block: Block, *, bias: bool = False, epsilon: float = 1e-5, classes: int = 1000
) -> Any:
    """Return a residual network for ImageNet.

    Args:
        depth: 18, 34, 50, 101 or 152.
        block: ``block(x, filters, stride)``: a basic block for 18 and 34, else a bottleneck.
            ``filters`` is 64, 128, 256 or 512; a bottleneck's output has four times as many. It
            projects its shortcut where the shape changes.
        bias: whether the first convolution has one (in Keras Applications it has).
        epsilon: of the first batch normalisation (1.001e-5 in Keras Applications).
        classes: number of classes.

    Returns:
        A `keras.Model` for images of 224 × 224 × 3.

    Raises:
        ValueError: no residual network of that depth was published.

    Example:
        >>> from cnncourse.anatomy import shapes_only
        >>> with shapes_only():
        ...     model = resnet(18, lambda x, filters, stride: x)  # a network without its blocks
        >>> model.count_params()
        74664

    Reference:
        K. He et al., "Deep Residual Learning for Image Recognition", 2016, Table 1.
    """
    import keras

    repeats = published(depth, RESNET, "ResNet of depth")
    inputs = keras.Input((224, 224, 3))
    x = _stem(inputs, bias=bias, epsilon=epsilon)
    for stage, (filters, count) in enumerate(zip(_FILTERS, repeats, strict=True)):
        for i in range(count):
            x = block(x, filters, 2 if stage and i == 0 else 1)
    return keras.Model(inputs, classify(x, classes), name=f"resnet{depth}")


def resnet_v2(
    depth: int,
    block: Block,
    *,
    stride_on: Literal["first", "last"] = "first",
    bias: bool = False,
    epsilon: float = 1e-5,
    classes: int = 1000,
) -> Any:
    """Return a residual network with pre-activation for ImageNet.

    Args:
        depth: 18, 34, 50, 101 or 152.
        block: ``block(x, filters, stride)``, as for `resnet`, but normalised and activated before
            each convolution, and not after the sum.
        stride_on: the block of a stage that halves the maps; in Keras Applications it is the last,
            and the last stage keeps its size.
        bias: whether the first convolution has one (in Keras Applications it has).
        epsilon: of the last batch normalisation (1.001e-5 in Keras Applications).
        classes: number of classes.

    Returns:
        A `keras.Model` for images of 224 × 224 × 3.

    Raises:
        ValueError: no residual network of that depth was published.

    Reference:
        K. He et al., "Identity Mappings in Deep Residual Networks", 2016, Figure 4(e).
    """
    import keras
    from keras import layers

    repeats = published(depth, RESNET, "ResNet of depth")
    inputs = keras.Input((224, 224, 3))
    x = _stem(inputs, bias=bias, epsilon=None)
    for stage, (filters, count) in enumerate(zip(_FILTERS, repeats, strict=True)):
        # Counted from the first block, or from the last.
        halved = stage > 0 if stride_on == "first" else stage < len(repeats) - 1
        where = 0 if stride_on == "first" else count - 1
        for i in range(count):
            x = block(x, filters, 2 if halved and i == where else 1)
    x = layers.Activation("relu")(layers.BatchNormalization(epsilon=epsilon)(x))
    return keras.Model(inputs, classify(x, classes), name=f"resnet{depth}_v2")


def se_resnet50(block: Block, **options: Any) -> Any:
    """Return ResNet-50 whose bottlenecks weigh their channels.

    Args:
        block: ``block(x, filters, stride)``: a bottleneck with squeeze and excitation on its
            branch, before the sum.
        options: as for `resnet`.

    Returns:
        A `keras.Model` for images of 224 × 224 × 3.

    Reference:
        J. Hu, L. Shen and G. Sun, "Squeeze-and-Excitation Networks", 2018, Table 1.
    """
    return resnet(50, block, **options)


def resnet_cifar(depth: int, block: Block, *, epsilon: float = 1e-5, classes: int = 10) -> Any:
    """Return a residual network for CIFAR-10: three stages of 16, 32 and 64 channels.

    Args:
        depth: 6 n + 2, such as 20, 32, 44, 56 or 110; n blocks a stage.
        block: ``block(x, filters, stride)``: a basic block.
        epsilon: of the first batch normalisation.
        classes: number of classes.

    Returns:
        A `keras.Model` for images of 32 × 32 × 3.

    Raises:
        ValueError: the depth is not 6 n + 2.

    Reference:
        K. He et al., "Deep Residual Learning for Image Recognition", 2016, section 4.2.
    """
    import keras

    count, rest = divmod(depth - 2, 6)
    if rest or count < 1:
        raise ValueError(f"A depth of {depth} is not 6 n + 2: try 20, 32, 44, 56 or 110.")
    inputs = keras.Input((32, 32, 3))
    x = convolve(inputs, 16, 3, epsilon=epsilon)
    for stage, filters in enumerate((16, 32, 64)):
        for i in range(count):
            x = block(x, filters, 2 if stage and i == 0 else 1)
    return keras.Model(inputs, classify(x, classes), name=f"resnet{depth}_cifar")


def _stem(x: Any, *, bias: bool, epsilon: float | None) -> Any:
    """Return the first convolution and pooling; not normalised yet if there is no epsilon."""
    from keras import layers

    # Three pixels on each side, as the authors padded; "same" would pad two and three.
    x = layers.ZeroPadding2D(3)(x)
    if epsilon is None:
        x = layers.Conv2D(64, 7, 2, use_bias=bias)(x)
    else:
        x = convolve(x, 64, 7, 2, bias=bias, epsilon=epsilon, padding="valid")
    return layers.MaxPooling2D(3, 2)(layers.ZeroPadding2D(1)(x))
