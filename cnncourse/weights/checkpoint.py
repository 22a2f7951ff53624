"""Read PyTorch's older checkpoint files without PyTorch and without running what is in them.

Such a file is a row of pickles (a magic number, a protocol, the machine, the tensors' descriptions,
the storages' names), then the storages' numbers. A pickle can call any function it names; this
reader knows the few that describe tensors and refuses all others.
"""

from __future__ import annotations

import hashlib
import io
import pickle
from collections import OrderedDict
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np

_MAGIC = 0x1950A86A20F9469CFC6C
_DTYPES: dict[str, np.dtype] = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}


class _Described(NamedTuple):
    """Where a tensor's numbers are."""

    storage: str
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def read_checkpoint(path: Path, sha256: str) -> dict[str, np.ndarray]:
    """Read the tensors of a checkpoint.

    Args:
        path: the file.
        sha256: what it must hash to, in hexadecimal.

    Returns:
        Name → array, in the file's order.

    Raises:
        ValueError: the file is not the expected one, or holds something else than tensors.
    """
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ValueError(f"{path.name} is not the published file: install its package again.")
    try:
        return _tensors(io.BytesIO(content))
    except (pickle.UnpicklingError, EOFError, KeyError, TypeError, IndexError) as error:
        raise ValueError(f"{path.name} holds something else than tensors: {error}.") from None


def _tensors(file: BinaryIO) -> dict[str, np.ndarray]:
    if _Reader(file).load() != _MAGIC:
        raise pickle.UnpicklingError("it does not begin as such a file does")
    _Reader(file).load()  # the protocol
    _Reader(file).load()  # the machine
    reader = _Reader(file)
    described = reader.load()
    storages: dict[str, np.ndarray] = {}
    for name in _Reader(file).load():
        dtype, size = reader.storages[name]
        (count,) = np.frombuffer(file.read(8), "<i8")
        if count != size:
            raise pickle.UnpicklingError(f"storage {name} has {count} numbers, not {size}")
        storages[name] = np.frombuffer(file.read(size * dtype.itemsize), dtype)
    return {name: _array(storages[tensor.storage], tensor) for name, tensor in described.items()}


def _array(storage: np.ndarray, tensor: _Described) -> np.ndarray:
    last = tensor.offset + sum(
        (n - 1) * s for n, s in zip(tensor.shape, tensor.strides, strict=True)
    )
    if tensor.offset < 0 or min(tensor.strides, default=0) < 0 or last >= len(storage):
        raise pickle.UnpicklingError("a tensor reaches beyond its numbers")
    strides = [step * storage.itemsize for step in tensor.strides]
    part = storage[tensor.offset :]
    return np.lib.stride_tricks.as_strided(part, tensor.shape, strides).copy()


class _Reader(pickle.Unpickler):
    """Knows tensors, their storages and ordered dictionaries; nothing else."""

    def __init__(self, file: Any) -> None:
        super().__init__(file)
        self.storages: dict[str, tuple[np.dtype, int]] = {}

    def find_class(self, module: str, name: str) -> Any:
        match module, name:
            case "collections", "OrderedDict":
                return OrderedDict
            case "torch._utils", "_rebuild_tensor_v2":
                return _describe
            case "torch", "FloatStorage" | "LongStorage":
                return name
        raise pickle.UnpicklingError(f"it names {module}.{name}")

    def persistent_load(self, reference: Any) -> str:
        _, kind, name, _, size, *_ = reference
        self.storages[name] = _DTYPES[kind], int(size)
        return name


def _describe(storage: str, offset: int, shape: tuple, strides: tuple, *_: Any) -> _Described:
    return _Described(storage, int(offset), tuple(map(int, shape)), tuple(map(int, strides)))
