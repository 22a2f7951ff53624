"""Watch over one child: a monitor outside its namespaces, and process 1 inside them.

The monitor is forked from the warm parent and never runs student code. It ends the child when the
judge hangs up or says so, when the time is over, or when all the child's processes together hold
more memory or used more processor time than allowed, and then reports how it ended. Killing process
1 ends every process of the namespace, whatever session it moved to. If the monitor dies, the kernel
kills process 1.
"""

from __future__ import annotations

import contextlib
import gc
import itertools
import json
import os
import random
import select
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Mapping
from typing import Any, NoReturn

from autograder.sandbox import linux, namespaces, shell
from autograder.sandbox.limits import ASK_USE, Limits
from autograder.sandbox.namespaces import View

_CHUNK = 16
_POLL_SECONDS = 0.05
_LOOKS_PER_SUM = 4
_SETUP_SECONDS = 30
_HELD = ("RssAnon:", "RssShmem:")
_TICKS = os.sysconf("SC_CLK_TCK")
_END_NAMES: dict[int, str] = {
    signal.SIGSEGV: "a segmentation fault",
    signal.SIGABRT: "an abort in native code",
}


class Monitor:
    """Starts one child and watches it.

    Args:
        data: the child's end of the channel for requests.
        control: our end of the channel on which the judge says "end" and reads the report.
        limits: what the child may use.
        view: what it sees; `None` means no isolation.
        environment: its environment variables.
        handler: what answers its calls.
    """

    def __init__(
        self,
        data: socket.socket,
        control: socket.socket,
        limits: Limits,
        view: View | None,
        environment: Mapping[str, str],
        handler: shell.Handler,
    ) -> None:
        self.data = data
        self.control = control
        self.limits = limits
        self.view = view
        self.environment = environment
        self.handler = handler
        self.folder: str | None = None  # where it works, if it has no file system of its own
        self.peak = 0
        self.recent_peak = 0
        self.busy = 0.0

    def run(self) -> NoReturn:
        """Run the child in this freshly forked process, from isolation to exit."""
        started = time.monotonic()
        try:
            self._start()
        except BaseException as error:
            self._report(failed=f"{type(error).__name__}: {error}")
            os._exit(1)
        self._report(ready=True)
        reason = self._watch(started + self.limits.wall_seconds)
        os.kill(self.child, signal.SIGKILL)
        _, status, used = os.wait4(self.child, 0)
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)
        # What a process that nobody waited for used is in the first alone.
        busy = max(self.busy, used.ru_utime + used.ru_stime)
        ended, detail = self._judge_end(reason, status, busy)
        self._report(
            ended=ended,
            detail=detail,
            cpu_seconds=round(busy, 3),
            peak_memory_bytes=self.peak,
            wall_seconds=round(time.monotonic() - started, 3),
        )
        os._exit(0)

    def _report(self, **fields: object) -> None:
        with contextlib.suppress(OSError):  # the judge may have hung up
            self.control.sendall(json.dumps(fields).encode() + b"\n")

    def _start(self) -> None:
        os.setsid()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        _close_all_but(self.data.fileno(), self.control.fileno())
        if self.view is not None:
            namespaces.become_unprivileged()
            linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
            namespaces.enter()
        else:
            self.folder = tempfile.mkdtemp(prefix="notebook-")
        ours, theirs = socket.socketpair()
        self.base = _anonymous_bytes("/proc/self")
        self._wake, wake = os.pipe()
        os.set_blocking(wake, False)
        self.child = os.fork()
        if self.child == 0:
            ours.close()
            self.control.close()
            os.close(self._wake)
            os.close(wake)
            _live(self, theirs)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        theirs.close()
        self.data.close()
        ours.settimeout(_SETUP_SECONDS)
        ours.sendall(b"g")
        word, descriptors, _, _ = socket.recv_fds(ours, 4000, 1)
        if word != b"ready":
            raise OSError(word.decode("utf-8", "replace") or "the child ended while it was set up")
        self.processes = descriptors[0] if descriptors else None
        ours.close()

    def _watch(self, end: float) -> str | None:
        """Wait until the child ended by itself (`None`) or must be ended, and say why."""
        looks = itertools.count()
        while True:
            self.recent_peak = max(self.recent_peak, used := self._memory())
            self.peak = max(self.peak, used)
            if used > self.limits.memory_bytes:
                return "memory"
            if next(looks) % _LOOKS_PER_SUM == 0:  # memory runs out faster
                self.busy = max(self.busy, self._busy())
            if self.busy > self.limits.cpu_seconds:
                return "busy"
            left = end - time.monotonic()
            if left <= 0:
                return "timeout"
            watched: list[Any] = [self.control, self._wake]
            ready, _, _ = select.select(watched, [], [], min(_POLL_SECONDS, left))
            if self._wake in ready:
                return None
            if self.control in ready and not self._tells_use():
                return "closed"

    def _tells_use(self) -> bool:
        """Answer the judge who asks what was used; say whether that is what the judge wants."""
        try:
            if self.control.recv(_CHUNK) != ASK_USE:
                return False
        except OSError:  # the judge is gone
            return False
        self.busy = max(self.busy, self._busy())
        self._report(
            cpu_seconds=round(self.busy, 3),
            recent_peak_bytes=max(self.recent_peak, self._memory()),
        )
        self.recent_peak = 0
        return True

    def _memory(self) -> int:
        """Return how many bytes the child's processes hold beyond what each inherited."""
        return sum(
            max(0, _anonymous_bytes(name, self.processes) - self.base) for name in self._all()
        )

    def _busy(self) -> float:
        """Return the processor seconds of the child's processes, those that ended included."""
        return sum(_busy_seconds(name, self.processes) for name in self._all())

    def _all(self) -> list[str]:
        """Return the folder in /proc of each of the child's processes."""
        if self.processes is None:
            return [f"/proc/{self.child}"]
        try:
            return [name for name in os.listdir(self.processes) if name.isdigit()]
        except OSError:  # the namespace ended a moment ago
            return []

    def _judge_end(self, reason: str | None, status: int, cpu: float) -> tuple[str, str]:
        limits = self.limits
        if reason == "closed":
            return "closed", "The sandbox was closed."
        if reason == "timeout":
            return "timeout", f"The notebook took more than {limits.wall_seconds:g} s in all."
        if reason == "memory":
            share = limits.memory_bytes / 2**30
            return "memory", f"The notebook used more than its {share:.2g} GiB of memory."
        if reason == "busy":
            return self._too_busy()
        if os.WIFEXITED(status):
            return "exited", f"The process ended itself with exit status {os.WEXITSTATUS(status)}."
        number = os.WTERMSIG(status)
        if number in (signal.SIGKILL, signal.SIGXCPU) and cpu >= limits.cpu_seconds - 1:
            return self._too_busy()
        if number == signal.SIGKILL:
            return "memory", "The process was killed by the system, most likely for its memory."
        name = _END_NAMES.get(number, f"signal {number}")
        return "killed", f"The process was ended by {name}."

    def _too_busy(self) -> tuple[str, str]:
        seconds = self.limits.cpu_seconds
        return "timeout", f"The notebook used more than {seconds} s of processor time."


def _live(monitor: Monitor, setup: socket.socket) -> NoReturn:
    """Isolate this process as number 1 of its namespace, and serve until the judge hangs up."""
    isolated = monitor.view is not None
    try:
        if isolated:
            linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
        if setup.recv(1) != b"g":  # the monitor died before the line above took hold
            os._exit(1)
        os.setsid()
        if monitor.view is not None:
            namespaces.furnish(monitor.view, monitor.limits)
        os.chdir(monitor.folder or namespaces.WORK)
        _silence_standard_streams()
        _renew(monitor.environment, monitor.folder or namespaces.HOME)
        descriptors = [os.open("/proc", os.O_RDONLY)] if isolated else []
        namespaces.confine(monitor.limits, isolated=isolated)
        socket.send_fds(setup, [b"ready"], descriptors)
        for descriptor in (setup.detach(), *descriptors):
            os.close(descriptor)
    except BaseException as error:
        with contextlib.suppress(OSError):
            setup.sendall(f"{type(error).__name__}: {error}".encode()[:2000])
        os._exit(1)
    try:
        shell.serve(monitor.data, monitor.handler, monitor.limits.output_bytes)
    finally:  # whatever student code did to the loop, no frame above this one may go on
        os._exit(0)


def _renew(environment: Mapping[str, str], home: str) -> None:
    """Reset what was inherited: environment, signal handlers, random state, frozen garbage."""
    os.environ.clear()
    os.environ.update({k: v.replace(namespaces.HOME, home) for k, v in environment.items()})
    signal.signal(signal.SIGINT, signal.default_int_handler)
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    gc.enable()
    sys.argv[:] = [""]
    sys.path.insert(0, "")


def _silence_standard_streams() -> None:
    """Let 0, 1 and 2 lead nowhere: C code that fills an undrained pipe would hang."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(nowhere, standard)
    os.close(nowhere)


def _close_all_but(*kept: int) -> None:
    low = 3
    for descriptor in sorted(kept):
        os.closerange(low, descriptor)
        low = descriptor + 1
    # Some containers allow a thousand million descriptors; the parent never has many.
    os.closerange(low, min(os.sysconf("SC_OPEN_MAX"), 2**16))


def _anonymous_bytes(process: str, folder: int | None = None) -> int:
    """Return the memory of one process that no file backs; 0 where it ended or this is not Linux.

    Args:
        process: its folder in /proc.
        folder: an open /proc that the name is relative to, if not this machine's.
    """
    lines = [line.split() for line in _read(f"{process}/status", folder).splitlines()]
    return sum(int(words[1]) * 1024 for words in lines if words and words[0] in _HELD)


def _busy_seconds(process: str, folder: int | None = None) -> float:
    """Return the processor time of a process and of its children that it waited for; 0 as above."""
    # After the name, which may hold anything: user and system time, its own and its children's.
    times = _read(f"{process}/stat", folder).rpartition(")")[2].split()[11:15]
    return sum(map(int, times)) / _TICKS


def _read(path: str, folder: int | None) -> str:
    """Return a file of /proc; nothing where the process ended or this is not Linux."""
    try:
        descriptor = os.open(path, os.O_RDONLY, dir_fd=folder)
        with open(descriptor, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""
