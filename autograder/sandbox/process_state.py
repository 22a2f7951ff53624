"""Keep what every request needs in a child's process, whatever cells did to it.

A cell may set ``sys.stdout`` to None, an alarm, or NumPy to raise at each overflow, and costs its
author no more than that cell: before each request the process is put back into order. What a
notebook carries from cell to cell on purpose stays: variables, random numbers, folders that came
with the submission, added search paths and environment variables.
"""

from __future__ import annotations

import builtins
import contextlib
import os
import random
import signal
import sys
import threading
import warnings
from collections.abc import Iterator
from typing import Any

# What of `sys` cells may set for later cells (for argparse), or is restored on its own.
_LEFT = {"argv", "path", "stdin", "stdout", "stderr"}
# What is restored with these is used to restore the rest.
_TOOLS = (builtins, os, random, signal, sys, threading, warnings)
_TIMERS = (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF)


class ProcessState:
    """The state of a process as it is when this is made."""

    def __init__(self) -> None:
        self._modules = sys.modules
        self._loaded = dict(sys.modules)
        self._tools = [
            (tool, {k: v for k, v in vars(tool).items() if tool is not sys or k not in _LEFT})
            for tool in _TOOLS
        ]
        self._lists: list[tuple[list[Any], list[Any]]] = [
            (found, list(found)) for found in (sys.meta_path, sys.path_hooks, sys.path)
        ]
        self._path = sys.path
        self._handlers = {number: signal.getsignal(number) for number in signal.valid_signals()}
        self._depth = sys.getrecursionlimit()
        self._environment = dict(os.environ)
        self._folder = os.getcwd()
        self._numpy = sys.modules.get("numpy")
        if self._numpy:
            self._errors = self._numpy.geterr()
            self._printing = self._numpy.get_printoptions()

    def restore(self, namespace: dict[str, Any]) -> None:
        """Put back what a later cell or question needs.

        Args:
            namespace: the notebook's variables.
        """
        for tool, attributes in self._tools:
            vars(tool).update(attributes)
        self._modules.update(self._loaded)
        namespace["__builtins__"] = builtins
        sys.path = self._path
        for found, kept in self._lists:
            found += [entry for entry in kept if entry not in found]
        self._stop_interruptions()
        sys.setrecursionlimit(max(self._depth, sys.getrecursionlimit()))
        os.environ.update(self._environment)
        self._return_home()
        warnings.filters[:] = [  # type: ignore[index]  # a list, whatever its stub says
            f for f in warnings.filters if f[0] != "error"
        ]
        if self._numpy:
            self._numpy.seterr(**self._errors)

    @contextlib.contextmanager
    def question(self) -> Iterator[None]:
        """Answer a question: how numbers are printed has no part in it.

        Random numbers go on afterwards as if nobody had asked.
        """
        drawn = random.getstate()
        with contextlib.ExitStack() as after:
            after.callback(random.setstate, drawn)
            if self._numpy:
                numpy_random = self._numpy.random
                after.callback(numpy_random.set_state, numpy_random.get_state())
                after.enter_context(self._numpy.printoptions(**self._printing))
            yield

    def _stop_interruptions(self) -> None:
        """End what would interrupt later code: timers, handlers of signals, tracing."""
        for timer in _TIMERS:
            signal.setitimer(timer, 0)
        for number, handler in self._handlers.items():
            if handler is not None and signal.getsignal(number) != handler:
                signal.signal(number, handler)
        for owner in (sys, threading):
            owner.settrace(None)  # type: ignore[arg-type]
            owner.setprofile(None)

    def _return_home(self) -> None:
        """Leave a folder that is gone, or is none of the submission's."""
        try:
            if os.path.commonpath([os.getcwd(), self._folder]) == self._folder:
                return
        except (OSError, ValueError):
            pass
        os.chdir(self._folder)
