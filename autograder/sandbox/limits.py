"""The limits of a child, and what it used."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

MIB = 2**20
GIB = 2**30
ASK_USE = b"use\n"  # what a judge says to a monitor to learn what its child has used by now


@dataclass(frozen=True)
class Limits:
    """What one child may use; every limit is enforced.

    The defaults suit a two-core machine with 24 GiB that grades two students side by side.

    Args:
        wall_seconds: whole life of a child.
        request_seconds: deadline of one request, sending and answering together.
        cpu_seconds: processor time of all the child's processes together.
        memory_bytes: memory of all the child's processes together, beyond what the warm parent
            already holds; watched twenty times a second. One process may add seven eighths of it
            to its address space, so that most excesses end as a MemoryError in the student's line.
        processes: processes and threads.
        file_bytes: size of one file.
        disk_bytes: everything under the working directory, /tmp and /dev/shm together (kept in
            memory, and not counted in `memory_bytes`).
        open_files: file descriptors of one process.
        output_bytes: what one cell may print and show.
    """

    wall_seconds: float = 600.0
    request_seconds: float = 60.0
    cpu_seconds: int = 600
    memory_bytes: int = 4 * GIB
    processes: int = 256
    file_bytes: int = 256 * MIB
    disk_bytes: int = 512 * MIB
    open_files: int = 512
    output_bytes: int = 4 * MIB

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            if getattr(self, field.name) <= 0:
                raise ValueError(f"The limit {field.name} must be more than zero.")


@dataclass(frozen=True)
class Usage:
    """How a child's life went.

    Args:
        ended: "closed" for a child that was ended in good order, else a reason of `ChildDied`.
        detail: one sentence about the end.
        cpu_seconds: processor time of its processes.
        peak_memory_bytes: most memory seen at once, beyond what the warm parent holds.
        wall_seconds: how long it lived.
    """

    ended: str
    detail: str
    cpu_seconds: float
    peak_memory_bytes: int
    wall_seconds: float
