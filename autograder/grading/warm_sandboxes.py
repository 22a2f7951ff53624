"""The sandboxes that this process keeps warm: one for each way to isolate and set of modules.

A sandbox takes seconds to start, so it is started when it is first needed, serves every
submission that the process grades, and is closed when the process ends. One that fails is replaced.
"""

from __future__ import annotations

import atexit
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from autograder.grading.judge import HANDLER
from autograder.sandbox import Isolation, Sandbox, SandboxError, Unavailable

Result = TypeVar("Result")

_WARM: dict[tuple[Isolation, tuple[str, ...]], Sandbox] = {}
_LOCK = threading.Lock()
_PAUSES = (1.0, 5.0, 20.0)  # an upgrade replaces its files within seconds


def in_warm_sandbox(
    work: Callable[[Sandbox], Result],
    isolation: Isolation = "namespaces",
    modules: tuple[str, ...] = (),
) -> Result:
    """Do work that needs a sandbox; if the sandbox fails, once more with a fresh one.

    A warm parent may be ended by the system, for lack of memory say, or a part of the system that
    it shows to its children may be replaced by an upgrade.

    Args:
        work: is called with the sandbox; a second time only if the first raised `SandboxError`.
        isolation: how the sandbox keeps student code apart.
        modules: what the course's lessons import, to be imported once.

    Returns:
        What the work returned.

    Raises:
        Unavailable: this machine does not isolate student code, or not any more.
        SandboxError: a fresh sandbox failed, too.
    """
    sandbox = _warm(isolation, modules)
    try:
        return work(sandbox)
    except Unavailable:
        raise
    except SandboxError:
        _discard(sandbox)
        return work(_again(isolation, modules))


def close_all() -> None:
    """End every warm sandbox of this process; the next work starts a fresh one."""
    with _LOCK:
        while _WARM:
            _WARM.popitem()[1].close()


def _warm(isolation: Isolation, modules: tuple[str, ...]) -> Sandbox:
    with _LOCK:
        kind = isolation, modules
        if kind not in _WARM:
            _WARM[kind] = Sandbox(handler=HANDLER, isolation=isolation, modules=modules)
        return _WARM[kind]


def _again(isolation: Isolation, modules: tuple[str, ...]) -> Sandbox:
    """Start a fresh sandbox where one worked before: while an upgrade runs, some tries may fail."""
    for seconds in _PAUSES:
        try:
            return _warm(isolation, modules)
        except SandboxError:
            time.sleep(seconds)
    return _warm(isolation, modules)


def _discard(sandbox: Sandbox) -> None:
    """Close a sandbox that failed, unless another thread has replaced it already."""
    with _LOCK:
        for kind in [kind for kind, kept in _WARM.items() if kept is sandbox]:
            _WARM.pop(kind).close()


atexit.register(close_all)
