"""Network in network, and GoogLeNet."""

from __future__ import annotations

from typing import Any, NamedTuple

from .layers import Block, classify, published


class Mlpconv(NamedTuple):
    """One block of network in network, and the pooling behind it."""

    filters: tuple[int, int, int]
    kernel_size: int
    stride: int
    padding: str
    pool: str | None


# The 1000-class network is that of the authors' released model.
NIN = {
    "cifar10": (
        (32, 32, 3),
        [
            Mlpconv((192, 160, 96), 5, 1, "same", "max"),
            Mlpconv((192, 192, 192), 5, 1, "same", "average"),
            Mlpconv((192, 192, 10), 3, 1, "same", None),
        ],
    ),
    "imagenet": (
        (224, 224, 3),
        [
            Mlpconv((96, 96, 96), 11, 4, "valid", "max"),
            Mlpconv((256, 256, 256), 5, 1, "same", "max"),
            Mlpconv((384, 384, 384), 3, 1, "same", "max"),
            Mlpconv((1024, 1024, 1000), 3, 1, "same", None),
        ],
    ),
}


class Inception(NamedTuple):
    """Channels of the four branches of an inception module, as a row of the paper's Table 1."""

    ones: int
    reduce_threes: int
    threes: int
    reduce_fives: int
    fives: int
    pool_projection: int


# A name, or the pooling between stages.
GOOGLENET: dict[str, Inception | None] = {
    "3a": Inception(64, 96, 128, 16, 32, 32),
    "3b": Inception(128, 128, 192, 32, 96, 64),
    "pool3": None,
    "4a": Inception(192, 96, 208, 16, 48, 64),
    "4b": Inception(160, 112, 224, 24, 64, 64),
    "4c": Inception(128, 128, 256, 24, 64, 64),
    "4d": Inception(112, 144, 288, 32, 64, 64),
    "4e": Inception(256, 160, 320, 32, 128, 128),
    "pool4": None,
    "5a": Inception(256, 160, 320, 32, 128, 128),
    "5b": Inception(384, 192, 384, 48, 128, 128),
}
_AUXILIARY = ("4a", "4d")


def nin(variant: str, block: Block) -> Any:
    """Return the network in network.

    Args:
        variant: "cifar10" (32 × 32, 10 classes) or "imagenet" (224 × 224, 1000 classes).
        block: ``block(x, filters, kernel_size, stride, padding)``: a convolution and two of size
            1 × 1, each with ReLU; ``filters`` are their three numbers of channels.

    Returns:
        A `keras.Model`. There is no dense layer: the last block has a channel for each class,
        and global average pooling makes one score of each.

    Raises:
        ValueError: there is no such variant.

    Example:
        >>> from keras import layers
        >>> def mlpconv(x, filters, kernel_size, stride, padding):
        ...     for f, k, s in zip(filters, (kernel_size, 1, 1), (stride, 1, 1)):
        ...         x = layers.Conv2D(f, k, s, padding, activation="relu")(x)
        ...     return x
        >>> nin("cifar10", mlpconv).count_params()
        966986

    Reference:
        M. Lin, Q. Chen and S. Yan, "Network In Network", 2014, section 3.
    """
    import keras
    from keras import layers

    shape, rows = published(variant, NIN, "network in network")
    pools = {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D}
    x = inputs = keras.Input(shape)
    for row in rows:
        x = block(x, row.filters, row.kernel_size, row.stride, row.padding)
        if row.pool:
            x = pools[row.pool](3, 2, row.padding if variant == "cifar10" else "valid")(x)
            x = layers.Dropout(0.5)(x) if variant == "cifar10" else x
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Softmax()(x), name=f"nin_{variant}")


def googlenet(module: Block, *, heads: bool = False, classes: int = 1000) -> Any:
    """Return GoogLeNet, without its two local response normalisations, which hold no parameters.

    Args:
        module: ``module(x, ones, reduce_threes, threes, reduce_fives, fives, pool_projection)``:
            the inception module; the numbers are channels, and those of its output are
            ``ones + threes + fives + pool_projection``.
        heads: whether to add the two auxiliary classifiers that training used.
        classes: number of classes.

    Returns:
        A `keras.Model` for images of 224 × 224 × 3; with heads it has three outputs, the last
        classifier's first.

    Reference:
        C. Szegedy et al., "Going Deeper with Convolutions", 2015, Table 1 and section 5.
    """
    import keras
    from keras import layers

    x = inputs = keras.Input((224, 224, 3))
    x = layers.Conv2D(64, 7, 2, "same", activation="relu")(x)
    x = layers.MaxPooling2D(3, 2, "same")(x)
    x = layers.Conv2D(64, 1, activation="relu")(x)
    x = layers.Conv2D(192, 3, padding="same", activation="relu")(x)
    x = layers.MaxPooling2D(3, 2, "same")(x)
    outputs = []
    for name, row in GOOGLENET.items():
        x = module(x, *row) if row else layers.MaxPooling2D(3, 2, "same")(x)
        if heads and name in _AUXILIARY:
            outputs.append(_auxiliary(x, classes))
    outputs.insert(0, classify(x, classes, dropout=0.4))
    return keras.Model(inputs, outputs if heads else outputs[0], name="googlenet")


def _auxiliary(x: Any, classes: int) -> Any:
    from keras import layers

    x = layers.AveragePooling2D(5, 3)(x)
    x = layers.Conv2D(128, 1, activation="relu")(x)
    x = layers.Dense(1024, activation="relu")(layers.Flatten()(x))
    return layers.Dense(classes, activation="softmax")(layers.Dropout(0.7)(x))
