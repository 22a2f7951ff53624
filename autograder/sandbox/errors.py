"""The errors of a sandbox, as types that callers can tell apart."""

from __future__ import annotations

from typing import Literal

Reason = Literal["memory", "timeout", "killed", "exited"]


class SandboxError(Exception):
    """Any failure of the sandbox or of the code inside; its text is one sentence for people."""


class Unavailable(SandboxError):
    """This machine cannot isolate student code; the text says how to mend that."""


class ChildDied(SandboxError):
    """The student's process is gone, and every later request to it fails in the same way.

    Args:
        reason: "memory" (used more than its share), "timeout" (wall, processor or request time),
            "killed" (a signal, such as a segmentation fault) or "exited" (it left by itself).
        detail: one sentence for people.
    """

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason: Reason = reason
        self.detail = detail


class ProtocolError(SandboxError):
    """The child sent something that is no well-formed answer to the request; it has been ended."""


class HandlerFailed(ProtocolError):
    """The handler raised inside the child; the answer was well-formed and the child lives on."""
