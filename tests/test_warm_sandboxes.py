"""Does a process keep one sandbox for each way to isolate, and replace one that fails?"""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from autograder.grading import warm_sandboxes
from autograder.grading.warm_sandboxes import close_all, in_warm_sandbox
from autograder.sandbox import SandboxError, Unavailable


class FakeSandbox:
    """A sandbox that starts at once, and remembers what became of it."""

    def __init__(self, started, **options):
        self.options = options
        self.closed = 0
        started.append(self)

    def close(self):
        self.closed += 1


@pytest.fixture
def started(monkeypatch):
    """The sandboxes that were started, none being warm before."""
    started = []
    monkeypatch.setattr(warm_sandboxes, "Sandbox", lambda **o: FakeSandbox(started, **o))
    monkeypatch.setattr(warm_sandboxes, "_WARM", {})
    return started


def failing(error, times):
    """Work that fails so many times, and then returns the sandbox that it was given."""
    left = [error] * times

    def work(sandbox):
        if left:
            raise left.pop()
        return sandbox

    return work


def test_nothing_is_started_before_it_is_needed(started):
    """Does importing and closing start no sandbox?"""
    close_all()
    assert started == []


def test_one_sandbox_serves_all_work(started):
    """Is the sandbox of the first work used for the next?"""
    assert in_warm_sandbox(lambda s: s) is in_warm_sandbox(lambda s: s)
    assert [s.options for s in started] == [
        {"handler": warm_sandboxes.HANDLER, "isolation": "namespaces", "modules": ()}
    ]


def test_each_isolation_has_its_own(started):
    """Does work that asks for isolation never get a sandbox without?"""
    plain = in_warm_sandbox(lambda s: s, "none")
    assert in_warm_sandbox(lambda s: s, "namespaces") is not plain
    assert [s.options["isolation"] for s in started] == ["none", "namespaces"]


def test_each_set_of_modules_has_its_own(started):
    """Does a course never get a sandbox that imported another's modules?"""
    plain = in_warm_sandbox(lambda s: s)
    assert in_warm_sandbox(lambda s: s, modules=("numpy",)) is not plain
    assert [s.options["modules"] for s in started] == [(), ("numpy",)]


def test_a_sandbox_that_fails_is_closed_and_replaced_once(started):
    """Is the work done in a fresh one, which serves from then on?"""
    used = in_warm_sandbox(failing(SandboxError("gone"), 1))
    assert [s.closed for s in started] == [1, 0]
    assert used is started[1] is in_warm_sandbox(lambda s: s)


def test_work_that_fails_twice_is_told(started):
    """Is the second failure raised rather than tried for ever?"""
    with pytest.raises(SandboxError, match="gone"):
        in_warm_sandbox(failing(SandboxError("gone"), 2))
    assert len(started) == 2


def test_a_fresh_one_that_cannot_start_yet_is_waited_for(started, monkeypatch):
    """Does an upgrade that is still running cost a few tries, and not the class?"""
    pauses = []
    monkeypatch.setattr(warm_sandboxes.time, "sleep", pauses.append)
    make, refusals = warm_sandboxes.Sandbox, [None, Unavailable("no file"), SandboxError("gone")]

    def halting(**options):
        if refusal := refusals.pop(0) if refusals else None:
            raise refusal
        return make(**options)

    monkeypatch.setattr(warm_sandboxes, "Sandbox", halting)
    assert in_warm_sandbox(failing(SandboxError("gone"), 1)) is started[1]
    assert pauses == [1, 5]


def test_other_errors_leave_the_sandbox_alone(started):
    """Does a fault of the work cost no new start?"""
    with pytest.raises(KeyError):
        in_warm_sandbox(failing(KeyError("x"), 1))
    assert [s.closed for s in started] == [0]


def test_a_machine_that_cannot_isolate_is_told_at_once(started, monkeypatch):
    """Is no second start tried where the first one says that it cannot work?"""
    tried = []

    def refusing(**options):
        tried.append(options)
        raise Unavailable("Isolation needs Linux.")

    monkeypatch.setattr(warm_sandboxes, "Sandbox", refusing)
    with pytest.raises(Unavailable, match="needs Linux"):
        in_warm_sandbox(lambda s: s)
    assert len(tried) == 1


def test_a_thread_does_not_close_what_another_has_replaced(started):
    """Do two threads whose sandbox fails share the fresh one, and close the old one once?"""
    both = threading.Barrier(2, timeout=30)
    used = []

    def work(sandbox):
        if sandbox is started[0]:
            both.wait()
            raise SandboxError("gone")
        return sandbox

    threads = [
        threading.Thread(target=lambda: used.append(in_warm_sandbox(work))) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [s.closed for s in started] == [1, 0]
    assert used == [started[1], started[1]]


def test_all_are_closed_and_may_be_opened_again(started):
    """Does closing end each once, and the next work start afresh?"""
    in_warm_sandbox(lambda s: s, "none")
    in_warm_sandbox(lambda s: s)
    close_all()
    close_all()
    assert [s.closed for s in started] == [1, 1]
    assert in_warm_sandbox(lambda s: s) is started[2]


@pytest.mark.heavy
def test_they_end_with_the_process():
    """Is a sandbox closed when the process ends, without being told to?"""
    code = (
        "from autograder.grading import warm_sandboxes as w\n"
        "class Fake:\n"
        "    def __init__(self, **options): pass\n"
        "    def close(self): print('closed')\n"
        "w.Sandbox = Fake\n"
        "w.in_warm_sandbox(lambda sandbox: print('used'))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["used", "closed"]
