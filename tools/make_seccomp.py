"""Make the sandbox's system-call filter: one BPF program per architecture, and the list it holds.

    python tools/make_seccomp.py                                    # from the recorded list
    python tools/make_seccomp.py seccomp.json --version 0.50.1      # the list too, from a profile

It starts from the allow-list of the profile that containers run under by default, takes away what
student code must not have, and lets libseccomp write the programs. Whatever neither mentions is
answered with "no such call", as by a kernel that is too old to have it.
"""

from __future__ import annotations

import argparse
import ctypes.util
import errno
import hashlib
import json
import socket
import tempfile
from pathlib import Path
from typing import Any

import pyseccomp

from autograder.sandbox import linux
from autograder.sandbox.seccomp import PROGRAMS

RECORD = PROGRAMS / "calls.json"
# platform.machine(): (libseccomp's name, the profile's name)
ARCHITECTURES = {
    "x86_64": (pyseccomp.Arch.X86_64, "amd64"),
    "aarch64": (pyseccomp.Arch.AARCH64, "arm64"),
}
UNKNOWN = -1  # lower numbers are calls that only other architectures have

# What student code must not have, whether the profile allows it or not.
REFUSED = {
    "tracing and other processes' memory": (
        "ptrace process_vm_readv process_vm_writev process_madvise process_mrelease kcmp "
        "pidfd_getfd"
    ),
    "namespaces and mounts": (
        "unshare setns mount umount2 pivot_root chroot open_tree move_mount fsopen fsconfig "
        "fsmount fspick mount_setattr name_to_handle_at open_by_handle_at"
    ),
    "sockets, apart from the one that is held": "socket connect bind listen accept accept4",
    "memory that outlives its use and that no limit counts": (
        "memfd_create memfd_secret shmget msgget semget mq_open"
    ),
    "large, risky parts of the kernel": (
        "bpf perf_event_open userfaultfd io_uring_setup io_uring_enter io_uring_register io_setup "
        "add_key request_key keyctl fanotify_init personality modify_ldt"
    ),
    "the machine": (
        "init_module finit_module delete_module kexec_load kexec_file_load reboot swapon swapoff "
        "acct quotactl quotactl_fd settimeofday adjtimex clock_settime clock_adjtime sethostname "
        "setdomainname syslog vhangup iopl ioperm"
    ),
}
# A filter cannot read the flags of clone3; told that there is none, the C library uses clone.
ABSENT = {"flags that a filter cannot read": "clone3"}

NEW_NAMESPACES = (
    linux.CLONE_NEWNS
    | linux.CLONE_NEWCGROUP
    | linux.CLONE_NEWUTS
    | linux.CLONE_NEWIPC
    | linux.CLONE_NEWUSER
    | linux.CLONE_NEWPID
    | linux.CLONE_NEWNET
)
# Of these calls the first argument decides. The kernel reads 32 bits of it and so does the filter:
# under a comparison of all 64, prctl(2**32 + PR_SET_PDEATHSIG) would pass.
CONDITIONS = {
    "clone": "no new namespace",
    "prctl": "any option but PR_SET_PDEATHSIG, by which a process could outlive its monitor",
    "socketpair": "AF_UNIX, by which event loops wake up",
}


def main() -> None:
    """Write the programs, and first the list if a profile is given."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("profile", nargs="?", type=Path, help="a seccomp.json of containers-common")
    parser.add_argument("--version", help="which release the profile is from")
    options = parser.parse_args()
    if options.profile:
        if not options.version:
            parser.error("name the profile's release with --version, so that it can be found again")
        record = read_profile(options.profile.read_bytes(), options.version)
        RECORD.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    record = json.loads(RECORD.read_text(encoding="utf-8"))
    for machine in ARCHITECTURES:
        code = program(machine, record)
        (PROGRAMS / f"{machine}.bpf").write_bytes(code)
        allowed = len(record["architectures"][machine]["allowed"])
        print(f"{machine}: {allowed} calls allowed, {len(code) // 8} instructions")


def read_profile(content: bytes, version: str) -> dict[str, Any]:
    """Decide on every system call that the profile or this file names.

    Args:
        content: the profile, JSON as containers-common writes it.
        version: its release.

    Returns:
        The record: where it comes from, our deviations, and number by name for each architecture
        of what is allowed, allowed under a condition, and refused with EPERM.

    Raises:
        SystemExit: the profile says something that needs a decision here.
    """
    profile = json.loads(content)
    if profile["defaultErrnoRet"] != errno.ENOSYS:
        raise SystemExit("The profile's default is not ENOSYS: read it before you use it.")
    decided = {m: _decide(profile, m) for m in ARCHITECTURES}
    permitted = {name for _, names in decided.values() for name in names}
    return {
        "profile": {
            "source": "seccomp.json of containers-common",
            "version": version,
            "sha256": hashlib.sha256(content).hexdigest(),
        },
        "libseccomp": libseccomp_version(),
        "deviations": {
            why: sorted(permitted.intersection(names.split()))
            for why, names in {**REFUSED, **ABSENT}.items()
        },
        "conditions": CONDITIONS,
        "architectures": {machine: lists for machine, (lists, _) in decided.items()},
    }


def _decide(profile: dict[str, Any], machine: str) -> tuple[dict[str, dict[str, int]], set[str]]:
    """The lists for one architecture, and the names that the profile alone would allow."""
    architecture, profile_name = ARCHITECTURES[machine]
    allowed: set[str] = set()
    refused = {name for names in REFUSED.values() for name in names.split()}
    absent = {name for names in ABSENT.values() for name in names.split()}
    ours = refused | absent | CONDITIONS.keys()
    for rule in profile["syscalls"]:
        arches = rule["includes"].get("arches", [profile_name])
        if rule["includes"].get("caps") or profile_name not in arches:
            continue  # a student's process has no capabilities
        if rule["args"] and not ours.issuperset(rule["names"]):
            raise SystemExit(f"The profile sets conditions for {rule['names']}: decide here.")
        if rule["action"] == "SCMP_ACT_ALLOW":
            allowed.update(rule["names"])
        elif not rule["args"]:
            refused.update(rule["names"])
    lists = {
        "allowed": allowed - refused - absent - CONDITIONS.keys(),
        "conditional": set(CONDITIONS),
        "refused": refused,
    }
    return {kind: _numbers(names, architecture) for kind, names in lists.items()}, allowed


def _numbers(names: set[str], architecture: int) -> dict[str, int]:
    """Number by name, of those that exist on an architecture, in order of number."""
    numbers = {name: pyseccomp.resolve_syscall(architecture, name) for name in names}
    unknown = sorted(name for name, number in numbers.items() if number == UNKNOWN)
    if unknown:
        raise SystemExit(f"This libseccomp is too old to know {unknown}, or they are misspelt.")
    return {name: n for name, n in sorted(numbers.items(), key=lambda item: item[1]) if n >= 0}


def program(machine: str, record: dict[str, Any]) -> bytes:
    """The BPF program for one architecture.

    Args:
        machine: the architecture, as `platform.machine()` names it.
        record: what `calls.json` holds.

    Returns:
        Instructions of eight bytes each, as the kernel takes them.
    """
    lists = record["architectures"][machine]
    refusal = pyseccomp.ERRNO(errno.EPERM)
    pyseccomp.set_api(5)  # not what the kernel of this machine can do
    rules = pyseccomp.SyscallFilter(pyseccomp.ERRNO(errno.ENOSYS))
    rules.set_attr(pyseccomp.Attr.ACT_BADARCH, pyseccomp.KILL_PROCESS)
    rules.set_attr(pyseccomp.Attr.CTL_OPTIMIZE, 2)  # a binary search
    rules.remove_arch(pyseccomp.system_arch())
    rules.add_arch(ARCHITECTURES[machine][0])
    for name in lists["allowed"]:
        rules.add_rule(pyseccomp.ALLOW, name)
    for name in lists["refused"]:
        rules.add_rule(refusal, name)
    for name, action, tests in _conditions(refusal):
        for test in tests:
            rules.add_rule(action, name, test)
    if machine == "x86_64":
        rules.add_arch(pyseccomp.Arch.X32)  # now, without rules: it has no calls at all
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()


def _conditions(refusal: int) -> list[tuple[str, int, list[pyseccomp.Arg]]]:
    """What decides about each conditional call: an action, taken if one of the tests holds."""
    bits = [1 << bit for bit in range(32)]
    return [
        ("clone", pyseccomp.ALLOW, [_masked(NEW_NAMESPACES, 0)]),
        ("clone", refusal, [_masked(bit, bit) for bit in bits if bit & NEW_NAMESPACES]),
        ("prctl", refusal, [_equal(linux.PR_SET_PDEATHSIG)]),
        ("prctl", pyseccomp.ALLOW, _different(linux.PR_SET_PDEATHSIG)),
        ("socketpair", pyseccomp.ALLOW, [_equal(socket.AF_UNIX)]),
        ("socketpair", refusal, _different(socket.AF_UNIX)),
    ]


def _masked(mask: int, value: int) -> pyseccomp.Arg:
    return pyseccomp.Arg(0, pyseccomp.MASKED_EQ, mask, value)


def _equal(value: int) -> pyseccomp.Arg:
    return _masked(2**32 - 1, value)


def _different(value: int) -> list[pyseccomp.Arg]:
    """Tests of which one holds if the argument differs: libseccomp has no masked "not equal"."""
    return [_masked(1 << bit, ~value & 1 << bit) for bit in range(32)]


def libseccomp_version() -> str:
    """The release of the library that writes the programs."""
    library = ctypes.CDLL(ctypes.util.find_library("seccomp"))
    library.seccomp_version.restype = ctypes.POINTER(ctypes.c_uint)
    return ".".join(map(str, library.seccomp_version()[:3]))


if __name__ == "__main__":
    main()
