"""Do images that no file holds stop a table, and leave an honest reader as good as it was?"""

import numpy as np
import pytest

from autograder.exercise.unfiled import unfiled
from cnncourse import data


@pytest.fixture(scope="module")
def digits():
    """Training images, training labels, hidden images, hidden labels: all stand in a file."""
    (x, y), (hidden, labels) = data.mnist_sample()
    return x, y, hidden[:400], labels[:400]


def asked(images, shift=0.5):
    return unfiled(images, np.random.default_rng(3), shift)


def test_a_table_of_the_file_finds_nothing(digits):
    """Does an answer that looks images up in the shipped data know none of them?"""
    x, y, hidden, labels = digits
    images = np.concatenate([x, hidden]).astype("uint8")
    table = dict(zip(map(bytes, images), np.concatenate([y, labels]), strict=True))
    assert all(image.tobytes() in table for image in hidden)
    for shift in (0.0, 0.5):
        assert not any(image.tobytes() in table for image in asked(hidden, shift))


def test_a_table_of_sums_or_of_small_copies_finds_little(digits):
    """Does a table by the number of inked pixels, or by a few grey levels, name few rightly?"""
    _, _, hidden, labels = digits
    coarse = {(image // 64).tobytes(): label for image, label in zip(hidden, labels, strict=True)}
    ink = {int((image > 0).sum()): label for image, label in zip(hidden, labels, strict=True)}
    changed = asked(hidden)
    for said in (
        [coarse.get((image // 64).tobytes()) for image in changed],
        [ink.get(int((image > 0).sum())) for image in changed],
    ):
        assert np.mean([a == b for a, b in zip(said, labels, strict=True)]) < 0.3


def test_an_honest_reader_hardly_notices(digits):
    """Does the nearest of ten mean digits, learned from other images, stay as often right?"""
    x, y, hidden, labels = digits
    means = np.stack([x[y == k].mean(axis=0).ravel() for k in range(10)])
    means /= np.linalg.norm(means, axis=1, keepdims=True)

    def accuracy(images):
        return ((images.reshape(len(images), -1) @ means.T).argmax(1) == labels).mean()

    assert accuracy(asked(hidden)) > accuracy(hidden) - 0.02


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def test_form_range_and_black_stay(dtype):
    """Are shape, dtype and range kept, and is what was black still black?"""
    images = np.random.default_rng(0).integers(0, 256, (5, 6, 7, 3)).astype(dtype)
    images[:, 2:] = 0
    changed = asked(images, shift=0.0)
    assert (changed.shape, changed.dtype) == (images.shape, images.dtype)
    assert images.min() <= changed.min() <= changed.max() <= images.max()
    assert not changed[:, 2:].any()


def test_an_image_moves_by_less_than_its_shift():
    """Does a bright pixel share its light with its neighbours, and with nothing farther away?"""
    images = np.zeros((50, 7, 7), "uint8")
    images[:, 3, 3] = 255
    changed = asked(images, shift=0.25)
    assert (changed[:, 3, 3] > 120).all()
    assert len({image.tobytes() for image in changed}) == 50
    changed[:, 2:5, 2:5] = 0
    assert not changed.any()


def test_feature_vectors_are_not_moved():
    """Can what has no height and width be asked, too?"""
    assert asked(np.eye(4), shift=0.0).shape == (4, 4)
