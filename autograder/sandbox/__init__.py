"""A warm sandbox: student code in isolated processes that start in milliseconds.

    with Sandbox(handler="cnncourse.check.subject:perform") as sandbox:
        with sandbox.open(Limits(wall_seconds=60)) as child:
            result = child.run_cell("x = 1 + 1; x")
            answer = child.call({"name": "x"})

The layers, from the judge to the student: `client` (asks, and checks each reply), `wire` (bounded
messages), `bubblewrap` (the outer wall), `parent` (imports and forks), `monitor` (ends a child that
takes too much), `namespaces` and `seccomp` (what a child can reach), `shell` (the notebook).
It knows nothing of exercises.
"""

from autograder.sandbox.client import PRELOAD, CellResult, Child, Isolation, Sandbox
from autograder.sandbox.errors import (
    ChildDied,
    HandlerFailed,
    ProtocolError,
    SandboxError,
    Unavailable,
)
from autograder.sandbox.limits import GIB, MIB, Limits, Usage
from autograder.sandbox.probe import IsolationCheck, probe_isolation

__all__ = [
    "GIB",
    "MIB",
    "PRELOAD",
    "CellResult",
    "Child",
    "ChildDied",
    "HandlerFailed",
    "Isolation",
    "IsolationCheck",
    "Limits",
    "ProtocolError",
    "Sandbox",
    "SandboxError",
    "Unavailable",
    "Usage",
    "probe_isolation",
]
