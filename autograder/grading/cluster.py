"""Run tasks on the workers of a Dask cluster, with nothing in common but a network.

Workers may come and go at any time. What all tasks share is sent out once, and from then on passes
from worker to worker. No more tasks travel than the workers can begin soon. A task whose worker
dies is begun once more, elsewhere; one that ends its worker twice fails by itself. Each is given
back exactly once.
"""

from __future__ import annotations

import queue
import sys
import uuid
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from autograder.build.inputs import code, digest, package_code
from autograder.course import CourseError

if TYPE_CHECKING:
    import distributed

Shared = TypeVar("Shared")
Task = TypeVar("Task")
Result = TypeVar("Result")

_ANSWER_SECONDS = 20
# A cluster that grows when there is work needs minutes for its first machine.
_WORKER_SECONDS = 600
_BEGUN_AT_MOST = 2
# Dask gives a task up after so many deaths of workers on which it only waited; it is sent again.
_SENT_AT_MOST = 5
_LOST = (
    "The connection to the Dask scheduler was lost. What was graded until then is recorded; "
    "grade again to go on."
)


@dataclass
class _Sent:
    """A task on its way.

    Attributes:
        task: as it was given.
        number: names it among the tasks of this run.
        times: how often it was sent.
        shared: where the workers find what all tasks share.
    """

    task: Any
    number: int
    times: int = 0
    shared: Any = None


def run_on_cluster(
    function: Callable[[Shared, Task], Result],
    shared: Shared,
    tasks: Sequence[Task],
    address: str,
    pack: Callable[[Task], Task] = lambda task: task,
) -> Iterator[list[tuple[Task, Future[Result]]]]:
    """Run a function on each task, on the workers of a Dask cluster.

    Args:
        function: what to run on `shared` and a task; importable on the workers.
        shared: what the tasks have in common.
        tasks: what to run it on.
        address: the scheduler's, ``tcp://host:8786``.
        pack: makes of a task, just before it is sent, one that needs no file of this machine.

    Yields:
        Tasks with their finished futures, those together that are finished by now. A future's
        exception is a `BrokenProcessPool` only for a task that ended its worker twice.

    Raises:
        CourseError: Dask is not installed; no scheduler answers, or not any more; it has no
            workers; a worker has another version of the grader.
    """
    with _connected(address) as client:
        try:
            yield from _Run(client, function, shared, pack).finished(tasks)
        except OSError:  # what tasks raise stays in their futures
            raise CourseError(_LOST) from None


class _Run:
    """One run of many tasks."""

    def __init__(
        self,
        client: distributed.Client,
        function: Callable[[Any, Any], Any],
        shared: Any,
        pack: Callable[[Any], Any],
    ) -> None:
        self._client = client
        self._function = function
        self._shared = shared
        self._pack = pack
        self._name = f"class-{uuid.uuid4().hex}"
        self._scattered: distributed.Future | None = None
        self._ended: queue.SimpleQueue[distributed.Future] = queue.SimpleQueue()

    def finished(self, tasks: Sequence[Any]) -> Iterator[list[tuple[Any, Future]]]:
        """Yield tasks with their futures, as they finish."""
        waiting = deque(_Sent(task, number) for number, task in enumerate(tasks))
        on_the_way: dict[Any, tuple[_Sent, distributed.Future]] = {}
        while waiting or on_the_way:
            while waiting and len(on_the_way) < self._width():
                sent = waiting.popleft()
                future = self._send(sent)
                on_the_way[future.key] = sent, future
            group = []
            for ended in self._all_ended():
                sent, future = on_the_way.pop(ended.key)
                settled = self._settled(sent, future)
                future.release()
                if settled is None:
                    waiting.appendleft(sent)
                else:
                    group.append((sent.task, settled))
            yield group
        self._client.set_metadata([self._name], {})

    def _all_ended(self) -> Iterator[distributed.Future]:
        """Wait for a future that ended; yield it and whatever else has ended meanwhile."""
        yield self._ended.get()
        while not self._ended.empty():
            yield self._ended.get()

    def _width(self) -> int:
        """Return how many tasks may be on the way: one per thread at work, and one more."""
        return 2 * max(1, sum(self._client.nthreads().values()))

    def _send(self, sent: _Sent) -> distributed.Future:
        if self._scattered is None:
            self._scattered = self._scatter()
        sent.times += 1
        sent.shared = self._scattered
        place = self._name, sent.number
        future = self._client.submit(
            _begin,
            self._function,
            version(),
            place,
            self._scattered,
            self._pack(sent.task),
            key=f"{self._name}-{sent.number}-{sent.times}",
            pure=False,
        )
        future.add_done_callback(self._ended.put)
        return future

    def _scatter(self) -> distributed.Future:
        """Send out what the tasks share; wait for a worker where there is none."""
        try:
            self._client.wait_for_workers(1, timeout=_WORKER_SECONDS)
            return self._client.scatter(self._shared, broadcast=True, hash=False)
        except TimeoutError:
            raise CourseError(
                f"The scheduler had no worker for {_WORKER_SECONDS // 60} minutes: start some with "
                "`dask worker ADDRESS --nthreads 1` and grade again."
            ) from None

    def _settled(self, sent: _Sent, future: distributed.Future) -> Future | None:
        """Return how a task ended; None if it has to be sent again."""
        from distributed import CancelledError, KilledWorker

        settled: Future = Future()
        try:
            settled.set_result(future.result())
        except CancelledError:
            self._gone(sent)
            return None
        except KilledWorker:
            begun = self._client.get_metadata([self._name, sent.number], default=0)
            if begun < _BEGUN_AT_MOST and sent.times < _SENT_AT_MOST:
                return None
            settled.set_exception(_lethal())
        except _EndsWorkers:
            settled.set_exception(_lethal())
        except Exception as error:
            settled.set_exception(error)
        return settled

    def _gone(self, sent: _Sent) -> None:
        """Find out why the scheduler forgot a task: the last worker that had `shared` died."""
        if self._client.status != "running":
            raise CourseError(_LOST)
        if sent.shared is self._scattered:
            self._scattered = None


def _lethal() -> BrokenProcessPool:
    return BrokenProcessPool("It ended its worker twice.")


class _EndsWorkers(Exception):
    """The task ended its worker each time it was begun."""


def _begin(
    function: Callable[[Any, Any], Any],
    expected: str,
    place: tuple[str, int],
    shared: Any,
    task: Any,
) -> Any:
    """Run a task on a worker, unless it ended two workers before."""
    from distributed import get_client, get_worker

    if version() != expected:
        raise CourseError(
            f"The worker {get_worker().address} runs another version of the grader: install the "
            "same one everywhere, restart the workers and grade again."
        )
    # Tasks that only waited on a worker that died did not end it: so who began is written down,
    # where it outlives the worker.
    client = get_client()
    begun = client.get_metadata(list(place), default=0)
    if begun >= _BEGUN_AT_MOST:
        raise _EndsWorkers
    client.set_metadata(list(place), begun + 1)
    try:
        return function(shared, task)
    finally:
        client.set_metadata(list(place), begun)


def version() -> str:
    """Name the code that grades: it must be the same on all machines."""
    return digest(package_code(), code(("",)), sys.version_info[:2])


def _connected(address: str) -> distributed.Client:
    try:
        from distributed import Client
    except ImportError:
        raise CourseError("--scheduler needs Dask: pip install distributed") from None
    try:
        return Client(address, timeout=_ANSWER_SECONDS)
    except (OSError, ValueError) as error:
        raise CourseError(f"No Dask scheduler answers at {address} ({error}).") from None
