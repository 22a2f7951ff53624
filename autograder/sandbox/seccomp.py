"""Filter system calls: let through those that a notebook may make, and no others.

The namespaces already hide everything; the filter is there for what they cannot hide: memory that
no limit counts (memfd, System V segments), new namespaces, tracing, and the parts of the kernel in
which most privilege escalations were found. The programs in `system_calls/` are made by
`tools/make_seccomp.py`; `calls.json` there lists what they hold and where that comes from.
"""

from __future__ import annotations

import ctypes
import platform
from pathlib import Path

from autograder.sandbox import linux
from autograder.sandbox.errors import Unavailable

PROGRAMS = Path(__file__).with_name("system_calls")
# Read when the parent imports this: a child that puts its filter on no longer sees the files.
_CODE = {path.stem: path.read_bytes() for path in sorted(PROGRAMS.glob("*.bpf"))}
_INSTRUCTION_BYTES = 8


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def program(machine: str) -> bytes:
    """Return the filter as BPF instructions.

    Args:
        machine: the architecture as `platform.machine()` names it.

    Raises:
        Unavailable: there is no filter for that architecture.

    Example:
        >>> len(program("x86_64")) % 8
        0
    """
    if machine not in _CODE:
        known = " or ".join(_CODE)
        raise Unavailable(f"The sandbox has no system-call filter for {machine}: grade on {known}.")
    return _CODE[machine]


def install() -> None:
    """Put the filter on this process for good; it needs no_new_privs set before."""
    code = program(platform.machine())
    head = _Program(len(code) // _INSTRUCTION_BYTES, code)
    linux.prctl(linux.PR_SET_SECCOMP, linux.SECCOMP_MODE_FILTER, ctypes.addressof(head))
