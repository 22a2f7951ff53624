"""Machines in miniature: processes with a network, processes and a folder tree of their own."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

_TESTS = Path(__file__).parent
_NETWORK = f"10.{os.getpid() % 200 + 20}.{os.getpid() // 200 % 250}"
_BRIDGE = f"br{os.getpid()}"


def command(*words: object) -> None:
    subprocess.run([str(word) for word in words], check=True, capture_output=True)


def can_be_made() -> bool:
    """Whether this process may make networks: root may, where the kernel allows it."""
    try:
        command("ip", "link", "add", _BRIDGE, "type", "bridge")
        command("ip", "link", "del", _BRIDGE)
    except (OSError, subprocess.CalledProcessError):
        return False
    return os.geteuid() == 0


class Network:
    """A Dask scheduler on this machine, and a switch that joins it with machines of their own.

    Args:
        separate: whether each machine has a network, processes and a folder tree of its own.
        hidden: a folder that no other machine has.

    Attributes:
        address: the scheduler's.
    """

    def __init__(self, separate: bool, hidden: Path) -> None:
        self._separate = separate
        self._hidden = hidden
        self._processes: list[subprocess.Popen] = []
        self._made = 0
        host = f"{_NETWORK}.1" if separate else "127.0.0.1"
        if separate:
            command("ip", "link", "add", _BRIDGE, "type", "bridge")
            command("ip", "addr", "add", f"{host}/24", "dev", _BRIDGE)
            command("ip", "link", "set", _BRIDGE, "up")
        with socket.create_server((host, 0)) as free:
            port = free.getsockname()[1]
        self.address = f"tcp://{host}:{port}"
        self._start([], "scheduler", "--host", host, "--port", str(port), "--no-dashboard")

    def worker(self, *options: str) -> subprocess.Popen:
        """Start a machine with one worker on it; killing the process ends the machine."""
        self._made += 1
        name, host = f"{_BRIDGE}-{self._made}", f"{_NETWORK}.{self._made + 1}"
        apart: list[str] = []
        if self._separate:
            self._cable(name, host)
            hide = 'mount -t tmpfs none "$0" && exec "$@"'
            apart = [
                *("ip", "netns", "exec", name),
                *("unshare", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child"),
                *("sh", "-c", hide, str(self._hidden)),
            ]
        where = ["--host", host] if self._separate else []
        options = ("--nthreads", "1", "--no-dashboard", "--death-timeout", "60", *options)
        return self._start(apart, "worker", self.address, *where, *options)

    def close(self) -> None:
        """Switch everything off."""
        for process in self._processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if self._separate:
            for number in range(1, self._made + 1):
                command("ip", "netns", "del", f"{_BRIDGE}-{number}")
            command("ip", "link", "del", _BRIDGE)

    def _start(self, apart: list[str], *arguments: str) -> subprocess.Popen:
        process = subprocess.Popen(
            [*apart, sys.executable, "-m", "dask", *arguments],
            env={**os.environ, "PYTHONPATH": f"{_TESTS.parent}{os.pathsep}{_TESTS}"},
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._processes.append(process)
        return process

    def _cable(self, name: str, host: str) -> None:
        plug, socket_ = f"{_BRIDGE}p{self._made}", f"{_BRIDGE}s{self._made}"
        command("ip", "netns", "add", name)
        command("ip", "link", "add", plug, "type", "veth", "peer", "name", socket_, "netns", name)
        command("ip", "link", "set", plug, "master", _BRIDGE, "up")
        command("ip", "-n", name, "addr", "add", f"{host}/24", "dev", socket_)
        command("ip", "-n", name, "link", "set", socket_, "up")
        command("ip", "-n", name, "link", "set", "lo", "up")


@contextlib.contextmanager
def network(hidden: Path) -> Iterator[Network]:
    """Yield a scheduler, and a way to start workers, apart where that can be done.

    Args:
        hidden: a folder that no worker may see.
    """
    made = Network(can_be_made(), hidden)
    try:
        yield made
    finally:
        made.close()
