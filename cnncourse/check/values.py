"""Value trees: the only form in which values travel to a student's process and back.

A tree is `None`, a bool, an int, a float, a string, bytes, a list, a tuple, a dictionary with
string keys, a NumPy array or a NumPy scalar. It becomes strict JSON, which says what is where, and
a list of raw little-endian buffers; key files hold the same, with the buffers in base64.
Reading one back runs no code: there is no pickle and no archive, data types come from a whitelist,
and every size is checked before memory is taken. Whatever breaks a rule raises `MalformedTree`,
with one sentence saying which.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Tree = Any

_DTYPES = {
    name: np.dtype(name).newbyteorder("<")
    for name in (
        *("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
        *("float16", "float32", "float64"),
    )
}
_NON_FINITE = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


class MalformedTree(ValueError):
    """A value that cannot travel, or a message that is no value tree; says which rule it broke."""


@dataclass(frozen=True)
class TreeLimits:
    """What a tree may hold at most.

    Args:
        depth: how many containers may stand inside one another.
        nodes: values, counting every element of every container.
        text: characters of JSON, all strings included.
        array_bytes: bytes of all arrays and byte strings together.
        dimensions: axes of one array.
        int_bits: size of a Python integer.
    """

    depth: int = 32
    nodes: int = 200_000
    text: int = 16 * 2**20
    array_bytes: int = 256 * 2**20
    dimensions: int = 16
    int_bits: int = 1024

    @property
    def digits(self) -> int:
        """Characters of the longest integer allowed, with its sign."""
        return self.int_bits * 3 // 10 + 2


def encode(tree: Tree, limits: TreeLimits = TreeLimits()) -> tuple[str, list[bytes]]:
    """Write a value tree as strict JSON and raw buffers.

    Args:
        tree: the value; its parts must be of exactly the types named above, not of subclasses.
        limits: what it may hold.

    Returns:
        The JSON text, and the little-endian bytes of each array and byte string in order.

    Raises:
        MalformedTree: the tree holds something that cannot travel, or too much.

    Example:
        >>> text, buffers = encode({"shape": (2, 1), "x": np.float32(1.5)})
        >>> text
        '{"dict":{"shape":{"tuple":[2,1]},"x":{"scalar":0,"dtype":"float32"}}}'
        >>> buffers
        [b'\\x00\\x00\\xc0?']
    """
    writer = _Writer(limits)
    try:
        text = json.dumps(writer.node(tree, 0), allow_nan=False, separators=(",", ":"))
    except RecursionError:
        raise MalformedTree("A value is nested too deeply to be sent.") from None
    if len(text) > limits.text:
        raise MalformedTree(f"A value is too long to be sent: {len(text)} characters.")
    return text, writer.buffers


def decode(text: str, buffers: Sequence[bytes], limits: TreeLimits = TreeLimits()) -> Tree:
    """Read a value tree that anyone may have written.

    Args:
        text: JSON as `encode` writes it.
        buffers: the buffers it refers to; each must be used exactly once, in order.
        limits: what the tree may hold.

    Returns:
        The value; arrays are fresh, writable and in native byte order.

    Raises:
        MalformedTree: the text or the buffers are not such a tree, or too large.

    Example:
        >>> decode('[1,{"float":"nan"},{"array":0,"dtype":"uint8","shape":[2,1]}]', [bytes([7, 8])])
        [1, nan, array([[7],
               [8]], dtype=uint8)]
    """
    if len(text) > limits.text:
        raise MalformedTree(f"A message is too long: {len(text)} characters.")
    try:
        parsed = json.loads(
            text,
            parse_constant=_refuse_constant,
            parse_int=_int_reader(limits),
            parse_float=_read_float,
            object_pairs_hook=_unique_keys,
        )
        reader = _Reader(buffers, limits)
        tree = reader.node(parsed, 0)
    except MalformedTree:
        raise
    except RecursionError:
        raise MalformedTree("A message is nested too deeply.") from None
    except (ValueError, TypeError, OverflowError, KeyError):
        raise MalformedTree("A message is not a value tree.") from None
    if reader.used != len(buffers):
        raise MalformedTree("A message carries buffers that its tree does not use.")
    return tree


def to_json(tree: Tree, limits: TreeLimits = TreeLimits()) -> str:
    """Write a value tree as one JSON text, arrays in base64: the form of key files.

    Example:
        >>> to_json([np.array([1, 2], "uint8")])
        '{"tree":[{"array":0,"dtype":"uint8","shape":[2]}],"buffers":["AQI="]}'
    """
    text, buffers = encode(tree, limits)
    packed = json.dumps(
        [base64.b64encode(b).decode("ascii") for b in buffers], separators=(",", ":")
    )
    return f'{{"tree":{text},"buffers":{packed}}}'


def from_json(text: str, limits: TreeLimits = TreeLimits()) -> Tree:
    """Read what `to_json` wrote.

    Raises:
        MalformedTree: the text is something else.

    Example:
        >>> from_json(to_json({"a": (1, 2.5)}))
        {'a': (1, 2.5)}
    """
    if len(text) > limits.text + 2 * limits.array_bytes:
        raise MalformedTree(f"A text is too long: {len(text)} characters.")
    try:
        parsed = json.loads(text)
        tree, packed = parsed["tree"], parsed["buffers"]
        buffers = [base64.b64decode(b, validate=True) for b in packed]
        return decode(json.dumps(tree), buffers, limits)
    except MalformedTree:
        raise
    except RecursionError:
        raise MalformedTree("A text is nested too deeply.") from None
    except (ValueError, TypeError, KeyError, binascii.Error):
        raise MalformedTree("A text is not a value tree.") from None


class _Writer:
    def __init__(self, limits: TreeLimits) -> None:
        self.limits = limits
        self.buffers: list[bytes] = []
        self.nodes = 0
        self.bytes = 0

    def node(self, value: Tree, depth: int) -> Any:
        self.nodes += 1
        if depth > self.limits.depth:
            raise MalformedTree("A value is nested too deeply to be sent.")
        if self.nodes > self.limits.nodes:
            raise MalformedTree("A value has too many parts to be sent.")
        kind = type(value)
        if value is None or kind in (bool, str):
            return value
        if kind is int:
            if value.bit_length() > self.limits.int_bits:
                raise MalformedTree(
                    f"An integer of {value.bit_length()} bits is too large to be sent."
                )
            return value
        if kind is float:
            return value if math.isfinite(value) else {"float": str(value)}
        if kind is bytes:
            return {"bytes": self.store(value)}
        if kind is list:
            return [self.node(v, depth + 1) for v in value]
        if kind is tuple:
            return {"tuple": [self.node(v, depth + 1) for v in value]}
        if kind is dict:
            if any(type(key) is not str for key in value):
                raise MalformedTree("A dictionary can be sent only with text as its keys.")
            return {"dict": {key: self.node(v, depth + 1) for key, v in value.items()}}
        if kind is np.ndarray:
            if value.ndim > self.limits.dimensions:
                raise MalformedTree(f"An array has too many axes to be sent: {value.ndim}.")
            return {"array": self.raw(value), "dtype": value.dtype.name, "shape": list(value.shape)}
        if isinstance(value, np.generic):
            return {"scalar": self.raw(np.asarray(value)), "dtype": value.dtype.name}
        raise MalformedTree(f"A value of type {kind.__name__} cannot be sent.")

    def raw(self, array: np.ndarray) -> int:
        dtype = _DTYPES.get(array.dtype.name)
        if dtype is None:
            raise MalformedTree(f"An array of type {array.dtype} cannot be sent.")
        self.check_room(array.nbytes)
        return self.store(array.astype(dtype, order="C").tobytes())

    def check_room(self, more: int) -> None:
        if self.bytes + more > self.limits.array_bytes:
            raise MalformedTree(f"Arrays are too large to be sent: {self.bytes + more} bytes.")

    def store(self, data: bytes) -> int:
        self.check_room(len(data))
        self.bytes += len(data)
        self.buffers.append(data)
        return len(self.buffers) - 1


class _Reader:
    def __init__(self, buffers: Sequence[bytes], limits: TreeLimits) -> None:
        if sum(map(len, buffers)) > limits.array_bytes:
            raise MalformedTree("A message carries more array data than allowed.")
        self.buffers = buffers
        self.limits = limits
        self.used = 0
        self.nodes = 0
        self.tagged: dict[frozenset[str], Callable[[dict, int], Tree]] = {
            frozenset({"float"}): self.non_finite,
            frozenset({"tuple"}): lambda n, d: tuple(self.items(n["tuple"], d)),
            frozenset({"dict"}): self.mapping,
            frozenset({"bytes"}): lambda n, d: bytes(self.take(n["bytes"])),
            frozenset({"array", "dtype", "shape"}): self.array,
            frozenset({"scalar", "dtype"}): self.scalar,
        }

    def node(self, value: Any, depth: int) -> Tree:
        self.nodes += 1
        if depth > self.limits.depth:
            raise MalformedTree("A message is nested too deeply.")
        if self.nodes > self.limits.nodes:
            raise MalformedTree("A message has too many parts.")
        if type(value) is list:
            return self.items(value, depth)
        if type(value) is dict:
            read = self.tagged.get(frozenset(value))
            if read is None:
                raise MalformedTree("A message holds an object of no known kind.")
            return read(value, depth)
        return _printable(value) if type(value) is str else value

    def items(self, values: Any, depth: int) -> list[Tree]:
        if type(values) is not list:
            raise MalformedTree("A message holds a tuple that is not a list of values.")
        return [self.node(v, depth + 1) for v in values]

    def mapping(self, node: dict, depth: int) -> dict[str, Tree]:
        if type(node["dict"]) is not dict:
            raise MalformedTree("A message holds a dictionary that is not one.")
        return {_printable(k): self.node(v, depth + 1) for k, v in node["dict"].items()}

    def non_finite(self, node: dict, depth: int) -> float:
        return _NON_FINITE[node["float"]]

    def array(self, node: dict, depth: int) -> np.ndarray:
        shape = node["shape"]
        if type(shape) is not list or len(shape) > self.limits.dimensions:
            raise MalformedTree("A message holds an array with a shape that is not a short list.")
        if any(type(n) is not int or not 0 <= n < 2**40 for n in shape):
            raise MalformedTree("A message holds an array with a size that is no natural number.")
        return self.numbers(node["dtype"], node["array"], math.prod(shape)).reshape(shape)

    def scalar(self, node: dict, depth: int) -> np.generic:
        return self.numbers(node["dtype"], node["scalar"], 1)[0]

    def numbers(self, name: Any, index: Any, count: int) -> np.ndarray:
        dtype = _DTYPES.get(name) if type(name) is str else None
        if dtype is None:
            raise MalformedTree("A message holds an array of a type that is not allowed.")
        data = self.take(index)
        if len(data) != count * dtype.itemsize:
            raise MalformedTree("A message holds an array whose shape and data disagree.")
        if name == "bool":  # a byte other than 0 and 1 is no truth value to NumPy
            return np.frombuffer(data, "uint8") != 0
        return np.frombuffer(data, dtype).astype(dtype.newbyteorder("="))

    def take(self, index: Any) -> bytes:
        if type(index) is not int or index != self.used or index >= len(self.buffers):
            raise MalformedTree("A message refers to a buffer that is missing or out of order.")
        self.used += 1
        return self.buffers[index]


def _printable(text: str) -> str:
    """Replace lone surrogates, which JSON can spell but no file can hold."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _refuse_constant(word: str) -> float:
    raise MalformedTree(f"A message holds {word}, which is not JSON.")


def _read_float(word: str) -> float:
    value = float(word)
    if not math.isfinite(value):
        raise MalformedTree("A message holds a number too large for a float.")
    return value


def _int_reader(limits: TreeLimits) -> Callable[[str], int]:
    def read(word: str) -> int:
        if len(word) > limits.digits:
            raise MalformedTree(f"A message holds an integer of {len(word)} digits.")
        return int(word)

    return read


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise MalformedTree("A message holds an object with a key given twice.")
    return found
