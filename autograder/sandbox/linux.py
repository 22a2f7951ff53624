"""The few Linux calls that Python 3.11 does not offer, each raising `OSError` when it fails."""

from __future__ import annotations

import ctypes
import os
import platform
import signal
import sys
from functools import cache

CLONE_NEWNS = 0x00020000
CLONE_NEWCGROUP = 0x02000000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_NOSUID = 2
MS_NODEV = 4
MS_NOEXEC = 8
MS_BIND = 4096
MS_REC = 16384
MS_PRIVATE = 1 << 18
MNT_DETACH = 2

ATTR_RDONLY = 1
ATTR_NOSUID = 2
ATTR_NODEV = 4

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_SECCOMP = 22
SECCOMP_MODE_FILTER = 2
PR_CAPBSET_DROP = 24
PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_CLEAR_ALL = 4

_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_MOUNT_SETATTR = 442  # one number on every architecture; Linux 5.12 and newer
_AT_FDCWD = -100
_AT_RECURSIVE = 0x8000
_RENAME_EXCHANGE = 2
_CAPABILITY_VERSION_3 = 0x20080522


class _MountAttr(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("set", "clear", "propagation", "userns")]


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _call(name: str, *args: object) -> int:
    result = getattr(_libc(), name)(*args)
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def _path(value: str | None) -> ctypes.c_char_p:
    return ctypes.c_char_p(None if value is None else os.fsencode(value))


def prctl(option: int, value: int = 0, *more: int) -> None:
    """Change one property of this process."""
    rest = [ctypes.c_ulong(v) for v in (value, *more, 0, 0, 0)[:4]]
    _call("prctl", ctypes.c_int(option), *rest)


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process once the thread that started it is gone.

    Args:
        parent: that process; if it is gone already, this one ends at once.
    """
    if sys.platform != "linux":
        return
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the line above took hold
        os._exit(1)


def exchange(one: os.PathLike[str], other: os.PathLike[str]) -> None:
    """Let two files or folders take each other's place.

    In one step where kernel and file system can do it; else with a moment in which `other` is
    missing.
    """
    here, names = ctypes.c_int(_AT_FDCWD), (_path(os.fspath(one)), _path(os.fspath(other)))
    try:
        _call("renameat2", here, names[0], here, names[1], ctypes.c_uint(_RENAME_EXCHANGE))
    except (OSError, AttributeError):  # not every file system, and Linux alone
        aside = f"{os.fspath(one)}-aside"
        os.rename(other, aside)
        os.rename(one, other)
        os.rename(aside, one)


def unshare(flags: int) -> None:
    """Move this process into new namespaces."""
    _call("unshare", ctypes.c_int(flags))


def mount(source: str | None, target: str, kind: str | None, flags: int, data: str = "") -> None:
    """Mount a file system, or change how one is mounted."""
    arguments = (_path(source), _path(target), _path(kind), ctypes.c_ulong(flags), _path(data))
    try:
        _call("mount", *arguments)
    except OSError as error:
        raise OSError(error.errno, f"{error.strerror} ({source} at {target})") from None


def detach(target: str) -> None:
    """Take a mounted tree out of sight at once."""
    _call("umount2", _path(target), ctypes.c_int(MNT_DETACH))


def restrict_mount(target: str, attributes: int, *, recursive: bool) -> None:
    """Add attributes such as read-only to a mount, and to all those below it."""
    attr = _MountAttr(set=attributes)
    _call(
        "syscall",
        ctypes.c_long(_MOUNT_SETATTR),
        ctypes.c_int(_AT_FDCWD),
        _path(target),
        ctypes.c_uint(_AT_RECURSIVE if recursive else 0),
        ctypes.byref(attr),
        ctypes.c_size_t(ctypes.sizeof(attr)),
    )


def pivot_root_here() -> None:
    """Make the working directory the root; the old root lies on top of it until detached."""
    number = ctypes.c_long(_PIVOT_ROOT[platform.machine()])
    _call("syscall", number, _path("."), _path("."))


def drop_capabilities() -> None:
    """Give up every capability, and the means to get one back."""
    for capability in range(64):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError:  # one past the last that this kernel knows
            break
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    _call("capset", ctypes.byref(header), ctypes.byref((ctypes.c_uint32 * 6)()))
