"""What a seccomp program answers: an interpreter for the instructions that libseccomp writes."""

from __future__ import annotations

import struct

ALLOW, KILL = "allow", "kill"

_ANSWERS = {0x7FFF0000: ALLOW, 0x80000000: KILL}
_ERRNO = 0x00050000
_LOAD, _MASK, _JUMP, _RETURN = 0x20, 0x54, 0x05, 0x06
_TESTS = {
    0x15: lambda a, k: a == k,
    0x25: lambda a, k: a > k,
    0x35: lambda a, k: a >= k,
    0x45: lambda a, k: a & k,
}


def answer(program: bytes, architecture: int, number: int, *arguments: int) -> str | int:
    """Run a program on one system call, as the kernel does before the call.

    Args:
        program: instructions of eight bytes each, for a little-endian machine.
        architecture: the kernel's AUDIT_ARCH_… of the caller.
        number: the system call.
        arguments: up to six of 64 bits each; those left out are 0.

    Returns:
        `ALLOW`, `KILL`, or the errno that the caller gets.

    Raises:
        ValueError: an instruction or an answer that no filter of ours has.
        IndexError: the program runs past its end.

    Example:
        >>> answer(struct.pack("<HBBI", 0x06, 0, 0, 0x0005_0001), 0, 0)
        1
    """
    code = list(struct.iter_unpack("<HBBI", program))
    padded = [*arguments, 0, 0, 0, 0, 0, 0][:6]
    data = struct.pack("<IIQ6Q", number, architecture, 0, *padded)
    accumulator = at = 0
    while True:
        kind, if_true, if_false, k = code[at]
        at += 1
        if kind == _LOAD:
            (accumulator,) = struct.unpack_from("<I", data, k)
        elif kind == _MASK:
            accumulator &= k
        elif kind == _JUMP:
            at += k
        elif kind in _TESTS:
            at += if_true if _TESTS[kind](accumulator, k) else if_false
        elif kind == _RETURN:
            return _read_answer(k)
        else:
            raise ValueError(f"The instruction {kind:#x} is not understood.")


def _read_answer(k: int) -> str | int:
    if k & 0xFFFF0000 == _ERRNO:
        return k & 0xFFFF
    if k not in _ANSWERS:
        raise ValueError(f"The answer {k:#x} is not understood.")
    return _ANSWERS[k]
