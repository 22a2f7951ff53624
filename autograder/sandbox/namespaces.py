"""Isolate a child: namespaces, a file system of its own, and no way back.

The order is the one that was proved to work, as root and as an ordinary user:

1. the monitor becomes an unprivileged user (if it is root) and enters new user, mount, process,
   network, IPC and host-name namespaces; its next child is process 1 of them;
2. that child builds a root of its own: empty, in memory, with the scratch space first (or paths
   under /tmp would vanish below it), then the read-only paths (small files as copies), five
   harmless devices, and its own /proc; it moves there and detaches the old root;
3. it takes on resource limits, gives up every capability and the right to get one back, and puts
   on the system-call filter.

Nothing is hidden by a list of what to hide: a path is there because `View` names it.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path

from autograder.sandbox import linux, seccomp
from autograder.sandbox.limits import MIB, Limits

STAGE = "/.inside"  # the outer wall makes this empty folder; the child's root is built there
HOME = "/home/student"
WORK = f"{HOME}/work"
STUDENT_ID = 1000

_SCRATCH_FILES = 20_000
_SCRATCH = {"home": HOME, "tmp": "/tmp", "shm": "/dev/shm"}
_DEVICES = ("null", "zero", "full", "random", "urandom")
_PASSWD = f"student:x:{STUDENT_ID}:{STUDENT_ID}:student:{HOME}:/bin/false\n"
# Host user ids that a child takes on when the sandbox is started by root. Each child draws one:
# limits on processes are counted per user, so two children that shared one could starve each other.
_HOST_IDS = range(61184, 65520)


@dataclass(frozen=True)
class View:
    """What a child sees of the machine, apart from its scratch space.

    Args:
        paths: files and folders, shown read-only at the same place.
        links: symbolic links to make, by place.
    """

    paths: tuple[str, ...]
    links: dict[str, str]


def become_unprivileged() -> None:
    """Take on a user id that owns nothing on this machine, if this is root; else do nothing."""
    if os.geteuid() != 0:
        return
    host_id = _HOST_IDS[secrets.randbelow(len(_HOST_IDS))]
    os.setgroups([])
    os.setresgid(host_id, host_id, host_id)
    os.setresuid(host_id, host_id, host_id)
    linux.prctl(linux.PR_SET_DUMPABLE, 1)  # else its own /proc files would belong to root


def enter() -> None:
    """Move this process to new namespaces; its next child will be process 1 there."""
    user, group = os.geteuid(), os.getegid()
    linux.unshare(
        linux.CLONE_NEWUSER
        | linux.CLONE_NEWNS
        | linux.CLONE_NEWPID
        | linux.CLONE_NEWNET
        | linux.CLONE_NEWIPC
        | linux.CLONE_NEWUTS
    )
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{STUDENT_ID} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{STUDENT_ID} {group} 1")


def furnish(view: View, limits: Limits) -> None:
    """Build the child's root, and move there."""
    linux.mount(None, "/", None, linux.MS_REC | linux.MS_PRIVATE)
    copies = sum(os.path.getsize(path) for path in view.paths if _is_copied(path))
    _mount_memory(STAGE, MIB + copies, 4096, "755")
    _add_scratch(limits)
    for place, target in view.links.items():
        os.symlink(target, _inside(place))
    for path in sorted(view.paths):
        _add(path, linux.ATTR_RDONLY | linux.ATTR_NOSUID | linux.ATTR_NODEV)
    for name in _DEVICES:
        _add(f"/dev/{name}", linux.ATTR_NOSUID)
    os.symlink("/proc/self/fd", _inside("/dev/fd"))
    _inside("/etc/passwd").write_text(_PASSWD)
    proc = _inside("/proc")
    proc.mkdir()
    linux.mount("proc", str(proc), "proc", linux.MS_NOSUID | linux.MS_NODEV | linux.MS_NOEXEC)
    os.chdir(STAGE)
    linux.pivot_root_here()
    linux.detach(".")
    os.chdir("/")
    linux.restrict_mount("/", linux.ATTR_RDONLY, recursive=False)


def confine(limits: Limits, *, isolated: bool) -> None:
    """Take on the resource limits and, where isolated, give up every privilege for good."""
    import resource  # Windows has none, and must still be able to say that it needs Linux

    # Somewhat less than what the monitor allows, so that a MemoryError comes before a kill.
    address_space = _own_address_space() + limits.memory_bytes // 8 * 7
    bounds = {
        "RLIMIT_AS": address_space,
        "RLIMIT_CPU": limits.cpu_seconds + 1,  # the monitor, who counts all processes, comes first
        "RLIMIT_FSIZE": limits.file_bytes,
        "RLIMIT_NOFILE": limits.open_files,
        "RLIMIT_CORE": 0,
        "RLIMIT_MEMLOCK": MIB,
        "RLIMIT_MSGQUEUE": 0,
    }
    if isolated:  # without a user namespace this would count the instructor's own processes
        bounds["RLIMIT_NPROC"] = limits.processes
    for name, value in bounds.items():
        if hasattr(resource, name):  # some exist on Linux only
            kind = getattr(resource, name)
            _, hard = resource.getrlimit(kind)
            value = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(kind, (value, value))
    if isolated:
        linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
        linux.drop_capabilities()
        linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
        seccomp.install()


def _own_address_space() -> int:
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:  # no /proc: not Linux
        return 0
    return pages * os.sysconf("SC_PAGESIZE")


def _inside(path: str) -> Path:
    """Return the place that will be `path` for the child, its parents made."""
    place = Path(STAGE + path)
    place.parent.mkdir(parents=True, exist_ok=True)
    return place


def _mount_memory(target: str, size: int, files: int, mode: str) -> None:
    options = f"size={size},nr_inodes={files},mode={mode}"
    linux.mount("tmpfs", target, "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, options)


def _add_scratch(limits: Limits) -> None:
    """Mount one space in memory for all that a child may write, so that one limit holds it."""
    whole = _inside("/scratch")
    whole.mkdir()
    _mount_memory(str(whole), limits.disk_bytes, _SCRATCH_FILES, "700")
    for name, path in _SCRATCH.items():
        (whole / name).mkdir()
        target = _inside(path)
        target.mkdir()
        linux.mount(str(whole / name), str(target), None, linux.MS_BIND)
    _inside(WORK).mkdir()
    linux.detach(str(whole))
    whole.rmdir()


def _is_copied(path: str) -> bool:
    """Return whether a child gets its own copy of a path: of a small file that it may read.

    A file that is replaced while the parent lives, as an upgrade replaces /etc/ld.so.cache, can
    still be read there, but not be mounted any more. What lies in a folder is not concerned.
    """
    small = os.path.isfile(path) and os.path.getsize(path) <= MIB
    return small and os.access(path, os.R_OK)


def _add(path: str, attributes: int) -> None:
    source, target = path, _inside(path)
    if os.path.isdir(path):
        target.mkdir(exist_ok=True)
    elif _is_copied(path):
        source = shutil.copy(path, str(target))
    else:
        target.touch()
    linux.mount(source, str(target), None, linux.MS_BIND | linux.MS_REC)
    linux.restrict_mount(str(target), attributes, recursive=True)
