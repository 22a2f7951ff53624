"""Keep warm sandboxes for this process, one for each way to isolate.

A sandbox takes seconds to start, so it is started when it is first needed, serves every
submission that the process grades, and is closed when the process ends. One that fails is replaced.
"""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable
from typing import TypeVar

from autograder.grading.judge import HANDLER
from autograder.sandbox import Isolation, Sandbox, SandboxError, Unavailable

Result = TypeVar("Result")

_WARM: dict[Isolation, Sandbox] = {}
_LOCK = threading.Lock()


def in_warm_sandbox(
    work: Callable[[Sandbox], Result], isolation: Isolation = "namespaces"
) -> Result:
    """Do work that needs a sandbox; if the sandbox fails, once more with a fresh one.

    A warm parent may be ended by the system, for lack of memory say, or a part of the system that
    it shows to its children may be replaced by an upgrade.

    Args:
        work: is called with the sandbox; a second time only if the first raised `SandboxError`.
        isolation: how the sandbox keeps student code apart.

    Returns:
        What the work returned.

    Raises:
        Unavailable: this machine does not isolate student code, or not any more.
        SandboxError: a fresh sandbox failed, too.
    """
    sandbox = _warm(isolation)
    try:
        return work(sandbox)
    except Unavailable:
        raise
    except SandboxError:
        _discard(isolation, sandbox)
        return work(_warm(isolation))


def close_all() -> None:
    """End every warm sandbox of this process; the next work starts a fresh one."""
    with _LOCK:
        while _WARM:
            _WARM.popitem()[1].close()


def _warm(isolation: Isolation) -> Sandbox:
    with _LOCK:
        if isolation not in _WARM:
            _WARM[isolation] = Sandbox(handler=HANDLER, isolation=isolation)
        return _WARM[isolation]


def _discard(isolation: Isolation, sandbox: Sandbox) -> None:
    """Close a sandbox that failed, unless another thread has replaced it already."""
    with _LOCK:
        if _WARM.get(isolation) is sandbox:
            _WARM.pop(isolation).close()


atexit.register(close_all)
