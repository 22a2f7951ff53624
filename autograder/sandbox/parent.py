"""Run the warm parent, which has imported everything, runs no student code, and forks children.

Importing TensorFlow takes seconds, a fork milliseconds. The parent only imports: children of a
process that has executed one TensorFlow operation or built one model hang, because the threads
that this starts do not survive a fork. So it counts its threads and refuses to fork when there are
more than two. Nothing secret passes through it (no code, tests, answers), since every child can
read all of its memory; requests go straight from the judge to the child over a socket that the
parent only hands on.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import inspect
import json
import os
import signal
import socket
import sys
import time
from typing import Any

_MOST_THREADS = 2
_CHUNK = 2**16


def main(descriptor: int) -> None:
    """Serve fork requests on an inherited socket until the judge hangs up.

    Args:
        descriptor: the socket; its first message says what to import and what children see.
    """
    control = socket.socket(fileno=descriptor)
    config, _ = _request(control)
    started = time.perf_counter()
    try:
        handler = _import(config)
    except BaseException as error:
        _answer(control, failed=f"{type(error).__name__}: {error}")
        raise
    gc.collect()
    gc.freeze()  # else the first collection in each child would copy all memory
    too_many = _too_many_threads()
    if too_many:
        _answer(control, failed=too_many)
        return
    _answer(control, ready=True, seconds=round(time.perf_counter() - started, 3))
    _serve(control, config, handler)


def _serve(control: socket.socket, config: dict[str, Any], handler: Any) -> None:
    from autograder.sandbox.limits import Limits
    from autograder.sandbox.monitor import Monitor
    from autograder.sandbox.namespaces import View

    view = config["view"] and View(tuple(config["view"]["paths"]), config["view"]["links"])
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # monitors that end leave nothing behind
    while True:
        request, (data, channel) = _request(control)
        too_many = _too_many_threads()
        if not too_many and os.fork() == 0:
            control.close()
            Monitor(
                data=socket.socket(fileno=data),
                control=socket.socket(fileno=channel),
                limits=Limits(**request["limits"]),
                view=view,
                environment=config["environment"],
                handler=handler,
            ).run()
        os.close(data)
        os.close(channel)
        _answer(control, failed=too_many)


def _import(config: dict[str, Any]) -> Any:
    """Import what children will need, and return the handler."""
    sys.path += [p for p in config["search_path"] if p not in sys.path]
    for name in config["modules"]:
        importlib.import_module(name)
    for name in config["preload"]:
        with contextlib.suppress(ImportError):  # an optional one may be missing
            importlib.import_module(name)
    importlib.import_module("autograder.sandbox.monitor")
    # The first traceback asks which module each file belongs to: a quarter of a second, spent here.
    inspect.getmodule(compile("", "<warm>", "exec"))
    module, _, function = config["handler"].partition(":")
    return getattr(importlib.import_module(module), function)


def _request(control: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """Read one request, a line of JSON; exit when the judge has hung up."""
    line, descriptors = b"", []
    while not line.endswith(b"\n"):
        part, received, _, _ = socket.recv_fds(control, _CHUNK, 2)
        if not part:
            os._exit(0)
        line += part
        descriptors += received
    return json.loads(line), descriptors


def _answer(control: socket.socket, **fields: object) -> None:
    control.sendall(json.dumps(fields).encode() + b"\n")


def _too_many_threads() -> str | None:
    """Return the reason not to fork, if there is one."""
    try:
        threads = len(os.listdir("/proc/self/task"))
    except OSError:  # not Linux: nothing to count by
        return None
    if threads <= _MOST_THREADS:
        return None
    return f"importing started {threads} threads, which a fork would lose"
