"""Full data sets, through Keras's own loaders: downloaded once, then kept in Keras's cache."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from ._files import DataUnavailable, checked
from .handwriting import Split

_Loaded = TypeVar("_Loaded")

# Keras itself checks the CIFAR-10 archive by hash, but none of Fashion-MNIST's four files.
_FASHION_SHA256 = "ca3ab2a37f845e1b8ae23cab1b51749a3011ba3bf1d9016176d75cbaabac376f"
_CLASS_INDEX_SHA256 = "a1e7a966a1f601d39e4b43e119b3e7dd4a2ad3ea08cf69847cbaf021013767bc"
_CLASS_INDEX_URL = (
    "https://storage.googleapis.com/download.tensorflow.org/data/imagenet_class_index.json"
)

FASHION_CLASSES = (
    "T-shirt/top", "trouser", "pullover", "dress", "coat",
    "sandal", "shirt", "sneaker", "bag", "ankle boot",
)  # fmt: skip
CIFAR10_CLASSES = (
    "airplane", "automobile", "bird", "cat", "deer",
    "dog", "frog", "horse", "ship", "truck",
)  # fmt: skip


def fashion_mnist() -> Split:
    """Return Fashion-MNIST: 70,000 grey images of clothes in ten classes (30 MB, downloaded once).

    Returns:
        `(x_train, y_train), (x_test, y_test)`. Images: uint8, (60000, 28, 28) and
        (10000, 28, 28), 0 to 255. Labels: uint8, positions in `FASHION_CLASSES`.

    Raises:
        DataUnavailable: neither in Keras's cache nor to be downloaded, or damaged.

    Reference:
        H. Xiao, K. Rasul and R. Vollgraf (2017), Fashion-MNIST, arXiv:1708.07747 (MIT licence).
    """

    def load() -> Split:
        import keras

        return keras.datasets.fashion_mnist.load_data()

    (x_train, y_train), (x_test, y_test) = _download(load, "Fashion-MNIST", "mnist_sample()")
    digest = sha256()
    for array in (x_train, y_train, x_test, y_test):
        digest.update(array.tobytes())
    if digest.hexdigest() != _FASHION_SHA256:
        raise DataUnavailable(
            "Fashion-MNIST in Keras's cache is damaged (its SHA-256 differs); delete the folder "
            "datasets/fashion-mnist in ~/.keras, or in KERAS_HOME, and run this again."
        )
    # Keras hands out read-only views of the files' bytes.
    return (x_train.copy(), y_train.copy()), (x_test.copy(), y_test.copy())


def cifar10() -> Split:
    """Return CIFAR-10: 60,000 small colour photographs in ten classes (170 MB, downloaded once).

    Keras checks the archive by its SHA-256.

    Returns:
        `(x_train, y_train), (x_test, y_test)`. Images: uint8, (50000, 32, 32, 3) and
        (10000, 32, 32, 3), 0 to 255. Labels: uint8, (50000,) and (10000,), positions in
        `CIFAR10_CLASSES` (flat, where Keras returns a column).

    Raises:
        DataUnavailable: neither in Keras's cache nor to be downloaded, or damaged.

    Reference:
        A. Krizhevsky (2009), Learning Multiple Layers of Features from Tiny Images, chapter 3.
    """

    def load() -> Split:
        import keras

        return keras.datasets.cifar10.load_data()

    (x_train, y_train), (x_test, y_test) = _download(load, "CIFAR-10", "photo_patches()")
    return (x_train, y_train.ravel()), (x_test, y_test.ravel())


def imagenet_classes() -> list[str]:
    """Return the 1,000 class names of ImageNet (ILSVRC 2012), in the order of a network's outputs.

    Returns:
        1,000 names in lower case with spaces, such as "tabby" or "Egyptian cat".

    Raises:
        DataUnavailable: neither in Keras's cache nor to be downloaded, or damaged.
    """

    def load() -> str:
        import keras

        return keras.utils.get_file(
            "imagenet_class_index.json", origin=_CLASS_INDEX_URL, cache_subdir="models"
        )

    path = _download(load, "The list of ImageNet's class names", None)
    content = checked(Path(path).read_bytes(), _CLASS_INDEX_SHA256, path)
    index = json.loads(content)
    return [index[str(k)][1].replace("_", " ") for k in range(len(index))]


def _download(load: Callable[[], _Loaded], name: str, offline: str | None) -> _Loaded:
    try:
        return load()
    except Exception as error:  # Keras raises bare Exception when a download fails
        instead = f"; offline, use data.{offline}" if offline else ""
        raise DataUnavailable(
            f"{name} is not in Keras's cache and could not be downloaded ({error}); connect to "
            f"the internet once, or set KERAS_HOME to a folder that holds it{instead}."
        ) from error
