"""A filter on system calls, so that kernel features no notebook needs are out of reach.

The namespaces already hide everything; the filter is there for what they cannot hide: memory that
no limit counts (memfd, System V segments), new namespaces, tracing, and the parts of the kernel in
which most privilege escalations were found. Two entries carry the sandbox itself:
`prctl(PR_SET_PDEATHSIG)`, or a student's process could outlive its monitor, and `clone3`, whose
flags a filter cannot read: it says "no such call", and the C library falls back to `clone`.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct

from autograder.sandbox import linux
from autograder.sandbox.errors import Unavailable

# name: (x86_64, aarch64); None where the architecture has no such call
_DENIED: dict[str, tuple[int, int | None]] = {
    # tracing and other processes' memory
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "pidfd_getfd": (438, 438),
    # namespaces and mounts
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "open_tree_attr": (467, 467),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    # sockets, apart from the one that is held (socketpair stays: event loops wake up by it)
    "socket": (41, 198),
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
    "accept": (43, 202),
    "accept4": (288, 242),
    # memory that outlives its use and that no limit counts
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    # large, risky parts of the kernel
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "fanotify_init": (300, 262),
    "personality": (135, 92),
    "modify_ldt": (154, None),
    # the machine
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "settimeofday": (164, 170),
    "adjtimex": (159, 171),
    "clock_settime": (227, 112),
    "clock_adjtime": (305, 266),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "syslog": (103, 116),
    "vhangup": (153, 58),
    "iopl": (172, None),
    "ioperm": (173, None),
}
_CLONE = (56, 220)
_CLONE3 = (435, 435)
_PRCTL = (157, 167)
_ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}

_NEW_NAMESPACES = (
    linux.CLONE_NEWNS
    | linux.CLONE_NEWCGROUP
    | linux.CLONE_NEWUTS
    | linux.CLONE_NEWIPC
    | linux.CLONE_NEWUSER
    | linux.CLONE_NEWPID
    | linux.CLONE_NEWNET
)
_X32_BIT = 0x40000000  # a second set of numbers for the same calls on x86_64

_LOAD, _IF_EQUAL, _IF_AT_LEAST, _IF_ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _FAIL = 0x7FFF0000, 0x80000000, 0x00050000
_AT_NUMBER, _AT_ARCHITECTURE, _AT_FIRST_ARGUMENT = 0, 4, 16

Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, operand


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def program(machine: str) -> list[Instruction]:
    """The filter as BPF instructions.

    Args:
        machine: the architecture as `platform.machine()` names it.

    Raises:
        Unavailable: the filter has no table for that architecture.

    Example:
        >>> program("x86_64")[0]
        (32, 0, 0, 4)
    """
    if machine not in _ARCHITECTURES:
        raise Unavailable(
            f"The sandbox knows no system calls for {machine}: grade on x86_64 or aarch64."
        )
    column, architecture = _ARCHITECTURES[machine]

    def refuse(test: int, operand: int, action: int) -> list[Instruction]:
        return [(test, 0, 1, operand), (_RETURN, 0, 0, action)]

    def refuse_argument(number: int, test: int, operand: int) -> list[Instruction]:
        verdict = refuse(test, operand, _FAIL | errno.EPERM)
        load = (_LOAD, 0, 0, _AT_FIRST_ARGUMENT)
        return [(_IF_EQUAL, 0, 4, number), load, *verdict, (_RETURN, 0, 0, _ALLOW)]

    code: list[Instruction] = [
        (_LOAD, 0, 0, _AT_ARCHITECTURE),
        (_IF_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _AT_NUMBER),
        *refuse(_IF_AT_LEAST, _X32_BIT, _FAIL | errno.EPERM),
    ]
    for numbers in _DENIED.values():
        number = numbers[column]
        if number is not None:
            code += refuse(_IF_EQUAL, number, _FAIL | errno.EPERM)
    code += refuse(_IF_EQUAL, _CLONE3[column], _FAIL | errno.ENOSYS)
    code += refuse_argument(_CLONE[column], _IF_ANY_BIT, _NEW_NAMESPACES)
    code += refuse_argument(_PRCTL[column], _IF_EQUAL, linux.PR_SET_PDEATHSIG)
    return [*code, (_RETURN, 0, 0, _ALLOW)]


def install() -> None:
    """Put the filter on this process for good; it needs no_new_privs set before."""
    code = program(platform.machine())
    packed = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *i) for i in code))
    head = _Program(len(code), ctypes.cast(packed, ctypes.c_void_p))
    linux.prctl(linux.PR_SET_SECCOMP, 2, ctypes.addressof(head))
