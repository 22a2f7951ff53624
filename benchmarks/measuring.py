"""Run a program and measure it with all the processes it starts."""

from __future__ import annotations

import os
import statistics
import subprocess
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import psutil

_SAMPLE_SECONDS = 0.5


@dataclass(frozen=True)
class Measured:
    """What a run took.

    Args:
        seconds: on the clock.
        processor: seconds of processor time, of the program and of all it waited for.
        memory: bytes that all processes held together at most; shared pages count once.
    """

    seconds: float
    processor: float
    memory: int

    def __add__(self, other: Measured) -> Measured:
        """Return what both took, one after the other."""
        return Measured(
            self.seconds + other.seconds,
            self.processor + other.processor,
            max(self.memory, other.memory),
        )


def median(runs: Iterable[Measured]) -> Measured:
    """Return the median of each measure."""
    rows = [(run.seconds, run.processor, run.memory) for run in runs]
    seconds, processor, memory = (statistics.median(column) for column in zip(*rows, strict=True))
    return Measured(seconds, processor, int(memory))


def measured(command: Sequence[object], cwd: Path, env: Mapping[str, str]) -> Measured:
    """Run a program to its end.

    Args:
        command: the program and its arguments.
        cwd: where it runs.
        env: its environment, beside this process's.

    Raises:
        SystemExit: it failed; its last lines are in the message.
    """
    log = cwd / "benchmark.log"
    with log.open("wb") as out:
        start = perf_counter()
        process = subprocess.Popen(
            [str(word) for word in command],
            cwd=cwd,
            env={**os.environ, **env},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        with _Memory(process.pid) as memory:
            _, status, usage = os.wait4(process.pid, 0)
        seconds = perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        last = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
        raise SystemExit(f"{command} failed:\n{last}")
    return Measured(seconds, usage.ru_utime + usage.ru_stime, memory.peak)


class _Memory:
    """Looks twice a second at how much memory a process and its descendants hold."""

    def __init__(self, pid: int) -> None:
        self.peak = 0
        self._root = psutil.Process(pid)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> _Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(_SAMPLE_SECONDS):
            try:
                tree = [self._root, *self._root.children(recursive=True)]
            except psutil.NoSuchProcess:
                return
            self.peak = max(self.peak, sum(map(_held, tree)))


def _held(process: psutil.Process) -> int:
    """Return a process's share of memory: pages that n processes share count 1/n."""
    try:
        for line in Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass  # it has ended, or is another user's
    return 0
