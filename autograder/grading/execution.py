"""Run a notebook's cells in the sandbox, and recover when a process that ran them is lost."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autograder.grading.submission_limits import MIB, GradingLimits
from autograder.sandbox import (
    CellResult,
    Child,
    ChildDied,
    HandlerFailed,
    Limits,
    ProtocolError,
    Sandbox,
    SandboxError,
)
from cnncourse.check.verdict import SubjectLost

# Time on the clock is twice the processor time, for a machine that is busy with others.
_CLOCK = 2


class TimeBudget:
    """What is left of a submission's time, whatever number of processes it wears out.

    Args:
        seconds: processor time.

    Example:
        >>> budget = TimeBudget(60)
        >>> budget.spend(61)
        >>> budget.left
        0.0
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._processor = seconds
        self._deadline = time.monotonic() + _CLOCK * seconds

    @property
    def processor(self) -> int:
        """Whole seconds of processor time that a new process may use."""
        return max(1, math.ceil(self._processor))

    @property
    def left(self) -> float:
        """Seconds on the clock; 0 once the processor time is used up, too."""
        return max(0.0, self._deadline - time.monotonic()) if self._processor > 0 else 0.0

    def spend(self, seconds: float) -> None:
        """Subtract processor time that was used."""
        self._processor -= seconds


@dataclass(frozen=True)
class Used:
    """What an exercise took: the cells of its answer and the questions put to it.

    Args:
        seconds: processor time.
        memory_mb: most memory seen meanwhile, beyond what the warm sandbox holds.

    Example:
        >>> Used(1, 30) + Used(2, 20)
        Used(seconds=3, memory_mb=30)
    """

    seconds: float = 0.0
    memory_mb: float = 0.0

    def __add__(self, other: Used) -> Used:
        return Used(self.seconds + other.seconds, max(self.memory_mb, other.memory_mb))


class Execution:
    """A notebook's cells, run one after another, in as many children as they wear out.

    Attributes:
        over: nothing more will run, because time or restarts are used up.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        limits: GradingLimits,
        files: Mapping[str, bytes],
        budget: TimeBudget | None = None,
    ) -> None:
        self.over = False
        self._sandbox = sandbox
        self._limits = limits
        self._files = files
        self._budget = budget or TimeBudget(limits.notebook_seconds)
        self._child: Child | None = None
        self._finished: list[str] = []
        self._deaths = 0
        self._gone = Used()  # what closed children used since the last question
        self._asked = 0.0  # processor time of the present child by the last question
        self._idle = True

    def __enter__(self) -> Execution:
        return self

    def __exit__(self, *_: object) -> None:
        self._drop()

    def run(self, source: str) -> CellResult:
        """Run a cell.

        Raises:
            SubjectLost: it took the process with it, or there was no time left for it.
        """
        child = self._living()
        seconds = self._seconds(self._limits.cell_seconds)
        try:
            result = child.run_cell(source, timeout=seconds)
        except HandlerFailed as failed:
            raise SubjectLost(str(failed)) from None
        except (ChildDied, ProtocolError) as died:
            raise self._lost("The cell", died, seconds) from None
        self._finished.append(source)
        return result

    def ask(self, request: dict[str, Any]) -> Any:
        """Put a question to the answers that are defined by now.

        Raises:
            SubjectLost: no reply will come.
        """
        child = self._living()
        seconds = self._seconds(self._limits.answer_seconds)
        try:
            return child.call(request, timeout=seconds)
        except HandlerFailed as failed:
            raise SubjectLost(str(failed)) from None
        except (ChildDied, ProtocolError) as died:
            raise self._lost("Your answer", died, seconds) from None

    def used(self) -> Used:
        """Return what was used since this was asked last."""
        if self._idle:
            return Used()
        used, self._gone, self._idle = self._gone, Used(), True
        if self._child is not None:
            seconds, peak = self._child.used()
            used += Used(seconds - self._asked, peak / MIB)
            self._asked = seconds
        return used

    def _living(self) -> Child:
        """Return the present child, or a new one in which cells that ended well ran again."""
        self._idle = False
        while self._child is None:
            self._seconds(1)
            if self._deaths > self._limits.restarts:
                self.over = True
                raise SubjectLost(
                    f"The notebook had ended its process {self._deaths} times before."
                )
            self._child = self._open()
            self._replay(self._child)
        return self._child

    def _open(self) -> Child:
        try:
            return self._sandbox.open(self._sandbox_limits(), self._files)
        except (ChildDied, ProtocolError) as error:  # before any code of the student's ran
            raise SandboxError(f"A student's process could not be started: {error}") from None

    def _replay(self, child: Child) -> None:
        for place, source in enumerate(self._finished):
            try:
                child.run_cell(source, timeout=self._seconds(self._limits.cell_seconds))
            except HandlerFailed:
                continue
            except (ChildDied, ProtocolError):
                self._lost("A cell", SandboxError(), 0)
                del self._finished[place]
                return

    def _lost(self, what: str, died: SandboxError, seconds: float) -> SubjectLost:
        """Close a child that was lost; return why, in words for the student."""
        self._deaths += 1
        self._drop()
        if not self._budget.left:
            return self._used_up("when this ran")
        match died:
            case ChildDied(reason="timeout"):
                return SubjectLost(f"{what} was stopped after {seconds:.0f} s.")
            case ChildDied(reason="memory"):
                most = self._limits.memory_bytes / (1024 * MIB)
                return SubjectLost(f"{what} used more than {most:g} GB of memory.")
        return SubjectLost(str(died))

    def _seconds(self, most: float) -> float:
        left = self._budget.left
        if not left:
            raise self._used_up("before this")
        return min(most, left)

    def _used_up(self, when: str) -> SubjectLost:
        self.over = True
        return SubjectLost(
            f"The notebook had used up its time ({self._budget.seconds:g} s) {when}."
        )

    def _sandbox_limits(self) -> Limits:
        return Limits(
            wall_seconds=self._budget.left + 1,
            request_seconds=self._limits.cell_seconds,
            cpu_seconds=self._budget.processor,
            memory_bytes=self._limits.memory_bytes,
            output_bytes=self._limits.output_bytes,
        )

    def _drop(self) -> None:
        if self._child is not None:
            usage = self._child.close()
            self._budget.spend(usage.cpu_seconds)
            self._gone += Used(
                max(0.0, usage.cpu_seconds - self._asked), usage.peak_memory_bytes / MIB
            )
            self._asked, self._child = 0.0, None
