"""Send and receive messages between the judge and a child, on a stream socket.

A message is a fixed binary head (nonce, kind, length of the text, number of buffers), the length of
each buffer, the JSON text of a value tree, and the buffers. Whoever reads checks every length
against a cap before it reads on, takes memory only for bytes that have arrived, and does all of it
within one monotonic deadline, so that neither a giant claim nor a slow drip costs anything.
"""

from __future__ import annotations

import dataclasses
import socket
import struct
import time
from dataclasses import dataclass
from enum import IntEnum

from autograder.sandbox.errors import ProtocolError
from cnncourse.check.values import MalformedTree, Tree, TreeLimits, decode, encode

NONCE_BYTES = 16
_HEAD = struct.Struct(f"!{NONCE_BYTES}sBII")
_CHUNK = 2**20


def tree_limits(output_bytes: int) -> TreeLimits:
    """Return what one message may hold for so much output; JSON may take six times that."""
    usual = TreeLimits()
    return dataclasses.replace(usual, text=usual.text + 6 * output_bytes)


class MessageKind(IntEnum):
    """What a message asks for, or how a request went."""

    FILES = 1
    CELL = 2
    CALL = 3
    DONE = 16
    FAILED = 17


class Deadline:
    """A point in time that sending and receiving share; `None` seconds means no deadline."""

    def __init__(self, seconds: float | None) -> None:
        self._end = None if seconds is None else time.monotonic() + seconds

    def remaining(self) -> float | None:
        """Return the seconds left, more than zero.

        Raises:
            TimeoutError: there are none.
        """
        if self._end is None:
            return None
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


@dataclass(frozen=True)
class Message:
    """One message as it came: lengths are within the caps, the text is still anyone's."""

    nonce: bytes
    kind: int
    text: str
    buffers: list[bytes]

    def tree(self, limits: TreeLimits) -> Tree:
        """Return the value it carries.

        Raises:
            ProtocolError: it carries none.
        """
        try:
            return decode(self.text, self.buffers, limits)
        except MalformedTree as error:
            raise ProtocolError(str(error)) from None


def send(
    sock: socket.socket,
    nonce: bytes,
    kind: MessageKind,
    tree: Tree,
    limits: TreeLimits,
    deadline: Deadline,
) -> None:
    """Send a value tree.

    Raises:
        MalformedTree: the value cannot travel; nothing was sent.
        TimeoutError: the other side did not read it in time.
        OSError: the other side is gone.
    """
    text, buffers = encode(tree, limits)
    sizes = struct.pack(f"!{len(buffers)}Q", *map(len, buffers))
    head = _HEAD.pack(nonce, kind, len(text), len(buffers)) + sizes + text.encode("ascii")
    for part in (head, *buffers):
        sock.settimeout(deadline.remaining())
        sock.sendall(part)


def receive(sock: socket.socket, limits: TreeLimits, deadline: Deadline) -> Message:
    """Read one message.

    Raises:
        ProtocolError: what came is no message, or larger than allowed.
        TimeoutError: it did not come in time.
        EOFError: the other side is gone.
    """
    nonce, kind, text_length, count = _HEAD.unpack(_read(sock, _HEAD.size, deadline))
    if text_length > limits.text or count > limits.nodes:
        raise ProtocolError("The student's process announced a message larger than allowed.")
    sizes = struct.unpack(f"!{count}Q", _read(sock, 8 * count, deadline))
    if sum(sizes) > limits.array_bytes:
        raise ProtocolError("The student's process announced more array data than allowed.")
    text = _read(sock, text_length, deadline)
    buffers = [_read(sock, size, deadline) for size in sizes]
    if not text.isascii():
        raise ProtocolError("The student's process sent a message that is not JSON.")
    return Message(nonce, kind, text.decode("ascii"), buffers)


def _read(sock: socket.socket, size: int, deadline: Deadline) -> bytes:
    data = bytearray()
    while len(data) < size:
        sock.settimeout(deadline.remaining())
        try:
            part = sock.recv(min(_CHUNK, size - len(data)))
        except ConnectionError:
            part = b""
        if not part:
            raise EOFError
        data += part
    return bytes(data)
