"""Run tasks, as a rule on several processes; a task whose process dies fails by itself."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from typing import Any, TypeVar

from autograder.sandbox.linux import die_with_parent

Shared = TypeVar("Shared")
Task = TypeVar("Task")
Result = TypeVar("Result")
Finished = tuple[Task, "Future[Result]"]


def run_here(
    function: Callable[[Shared, Task], Result],
    shared: Shared,
    tasks: Sequence[Task],
    jobs: int,
) -> Iterator[list[Finished]]:
    """Run a function on each task, on processes of this machine.

    A process that dies breaks the whole pool, and nothing tells which of the tasks at work did it.
    So each of those runs again, alone.

    Args:
        function: what to run on `shared` and a task; importable, as are their types.
        shared: is sent once to each process.
        tasks: what to run it on.
        jobs: processes side by side.

    Yields:
        Tasks with their finished futures, those together that are finished by now. A future's
        exception is a `BrokenProcessPool` only for a task that ended its process twice.
    """
    waiting = list(tasks)
    suspects: list[Task] = []
    while waiting:
        with _pool(min(jobs, len(waiting)), shared) as pool:
            for group in _finished(pool, partial(_run, function), list(waiting), 2 * jobs):
                for task, _ in group:
                    waiting.remove(task)
                suspects += [task for task, future in group if _is_broken(future)]
                yield [(task, future) for task, future in group if not _is_broken(future)]
    for task in suspects:
        with _pool(1, shared) as pool:
            yield from _finished(pool, partial(_run, function), [task], 1)


def run_inline(
    function: Callable[[Shared, Task], Result], shared: Shared, tasks: Sequence[Task]
) -> Iterator[Finished]:
    """Run a function on each task in this process, which keeps what it warmed up.

    Args:
        function: what to run on `shared` and a task.
        shared: what the tasks have in common.
        tasks: what to run it on, one after another.

    Yields:
        Each task with its finished future.
    """
    for task in tasks:
        future: Future[Result] = Future()
        try:
            future.set_result(function(shared, task))
        except Exception as error:
            future.set_exception(error)
        yield task, future


def _finished(
    executor: Executor, function: Callable, tasks: Sequence[Any], width: int
) -> Iterator[list[Finished]]:
    """Keep `width` tasks at work; stop handing out more once the executor is broken."""
    running: dict[Future, Any] = {}
    queue = iter(tasks)
    more = True
    while more or running:
        while more and len(running) < width:
            try:
                task = next(queue)
                running[executor.submit(function, task)] = task
            except (StopIteration, BrokenProcessPool):
                more = False
        if running:
            done = wait(running, return_when=FIRST_COMPLETED).done
            yield [(running.pop(future), future) for future in done]


def _is_broken(future: Future) -> bool:
    return isinstance(future.exception(), BrokenProcessPool)


# What the tasks of this worker process have in common.
_SHARED: list[Any] = []


def _begin(parent: int, shared: Any) -> None:
    """Make a fresh worker process ready: it ends with its parent, who handles interrupts."""
    die_with_parent(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _SHARED[:] = [shared]


def _run(function: Callable[[Any, Any], Any], task: Any) -> Any:
    return function(_SHARED[0], task)


@contextlib.contextmanager
def _pool(workers: int, shared: Any) -> Iterator[ProcessPoolExecutor]:
    """Yield a pool of processes, ended at once if its user is interrupted."""
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(
        workers,
        multiprocessing.get_context("spawn"),
        initializer=_begin,
        initargs=(os.getpid(), shared),
    )
    try:
        yield pool
    except BaseException:
        for process in set(multiprocessing.active_children()) - others:
            process.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)
