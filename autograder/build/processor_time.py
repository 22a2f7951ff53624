"""Watch what a process uses, and end it when that is too much.

What counts is processor time, not time on the clock: a busy machine makes nobody fail.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import psutil


@dataclass(frozen=True)
class Allowance:
    """What one piece of work may use.

    Args:
        busy_seconds: processor time of the process and its children, all cores added up.
        idle_seconds: time on the clock with next to no use of the processor, after which the
            process is taken to wait for something that never comes.
    """

    busy_seconds: float = 1800
    idle_seconds: float = 900

    @property
    def housekeeping_seconds(self) -> float:
        """Processor time that counts as none; a waiting kernel uses 0.2 ms/s (measured)."""
        return max(0.2, self.idle_seconds / 1000)


class Watch:
    """The use that a process makes of its allowance.

    Args:
        pid: the process.
        allowance: what it may use from now on.
    """

    def __init__(self, pid: int, allowance: Allowance) -> None:
        self._process = psutil.Process(pid)
        self._allowance = allowance
        self.excess: str | None = None
        self.renew()

    def renew(self) -> None:
        """Begin a new piece of work, with all of the allowance."""
        self._start = self._seen = _used(self._process)
        self._alive = time.monotonic()

    @property
    def used(self) -> float:
        """Processor seconds of the process and its children so far."""
        return _used(self._process)

    def look(self) -> None:
        """Measure what was used, and end the process and its children if that is too much.

        `excess` then says what was too much, a clause.
        """
        used = _used(self._process)
        now = time.monotonic()
        # A child that ends while it is looked at may be missed for a moment, so less is use too.
        if abs(used - self._seen) > self._allowance.housekeeping_seconds:
            self._seen, self._alive = used, now
        if used - self._start > self._allowance.busy_seconds:
            self.excess = f"used more than {self._allowance.busy_seconds:g} s of processor time"
        elif now - self._alive > self._allowance.idle_seconds:
            self.excess = f"did nothing for {self._allowance.idle_seconds:g} s but wait"
        if self.excess:
            _end(self._process)


@contextmanager
def watched(
    pid: int,
    allowance: Allowance,
    *,
    every: float = 1.0,
    on_look: Callable[[], None] = lambda: None,
) -> Iterator[Watch]:
    """Watch a process from another thread for as long as the block lasts.

    Args:
        pid: the process.
        allowance: what it may use.
        every: seconds between two looks.
        on_look: is called after each look.

    Yields:
        The watch, to renew the allowance and to learn what was too much.
    """
    watch = Watch(pid, allowance)
    over = threading.Event()

    def run() -> None:
        while not over.wait(every) and not watch.excess:
            watch.look()
            on_look()

    thread = threading.Thread(target=run, name=f"watch {pid}", daemon=True)
    thread.start()
    try:
        yield watch
    finally:
        over.set()
        thread.join()


def _used(process: psutil.Process) -> float:
    """Return processor seconds of a process and of its children, those that ended included."""
    total = 0.0
    for one in _family(process):
        with suppress(psutil.Error):
            total += sum(one.cpu_times()[:4])  # user and system, its own and its ended children's
    return total


def _end(process: psutil.Process) -> None:
    for one in reversed(_family(process)):
        with suppress(psutil.Error):
            one.kill()


def _family(process: psutil.Process) -> list[psutil.Process]:
    try:
        return [process, *process.children(recursive=True)]
    except psutil.Error:  # it has just ended
        return [process]
