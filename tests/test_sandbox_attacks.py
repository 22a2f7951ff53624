"""Hostile submissions, each against a real child, with honest children beside it and after it.

Where a cell probes for something, it tells what it reached in `found`, which must stay empty.
"""

from __future__ import annotations

import contextlib
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest

from autograder.sandbox import (
    MIB,
    ChildDied,
    HandlerFailed,
    Limits,
    ProtocolError,
    Sandbox,
    SandboxError,
    Unavailable,
)
from autograder.sandbox.namespaces import HOME

pytestmark = pytest.mark.heavy

HANDLERS = Path(__file__).parent / "sandbox_handlers"
REPOSITORY = Path(__file__).parent.parent
SECRET = "the-judge-keeps-this-" + os.urandom(8).hex()
SMALL = Limits(
    wall_seconds=60,
    request_seconds=20,
    memory_bytes=512 * MIB,
    disk_bytes=32 * MIB,
    file_bytes=16 * MIB,
    processes=64,
    output_bytes=100_000,
)

PRELUDE = """
import ctypes, os, sys, time
found = []
libc = ctypes.CDLL(None, use_errno=True)

def attempt(label, action):
    "Whatever `action` gives without raising is something that was reached."
    try:
        found.append((label, repr(action())[:200]))
    except Exception:
        pass

def call(label, *arguments):
    "A raw system call that is not refused is something that was reached."
    result = libc.syscall(*[ctypes.c_long(a) for a in arguments])
    if result >= 0:
        found.append((label, str(result)))

def served():
    "The frame of the loop that serves this child: its socket, its message, its answers."
    frame = sys._getframe()
    while "message" not in frame.f_locals or "sock" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals
"""


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    patch = pytest.MonkeyPatch()
    patch.setenv("JUDGE_SECRET", SECRET)
    handlers = shutil.copytree(HANDLERS, tmp_path_factory.mktemp("handlers") / "outside")
    try:
        modules = ("tensorflow", "keras")
        box = Sandbox(handler="echo:perform", import_from=[handlers], modules=modules)
    except Unavailable as error:
        pytest.skip(f"no isolation here: {error}")
    with box:
        yield box
    patch.undo()


@pytest.fixture(scope="module")
def neighbour(sandbox):
    """An honest child that lives beside every attacker of this file."""
    with sandbox.open(Limits(processes=64)) as child:
        child.run_cell("def double(x):\n    return 2 * x")
        yield child


@pytest.fixture
def attacker(sandbox, neighbour):
    """A child to attack from; afterwards its neighbour and the next child must work."""
    with sandbox.open(SMALL) as child:
        assert child.run_cell(PRELUDE).ok
        yield child
    assert neighbour.call({"name": "double", "args": [21]}) == 42
    with sandbox.open(SMALL) as next_child:
        assert next_child.run_cell("import numpy as np; print(np.ones(3).sum())").ok


def run(child, source, **options):
    return child.run_cell(textwrap.dedent(source), **options)


def run_twice(child, source):
    """Run a cell, and one more: some attacks show only when the next request is made."""
    child.run_cell(source)
    child.run_cell("1")


def assert_nothing_found(child, source):
    result = run(child, source)
    assert result.ok, result.error
    assert child.call({"name": "found"}) == []


ENDLESS = {
    "a loop": "while True: pass",
    "a loop that swallows everything": """
        import signal
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGXCPU, signal.SIGALRM):
            signal.signal(number, signal.SIG_IGN)
        while True:
            try:
                while True: pass
            except BaseException:
                pass
        """,
    "printing for ever": "while True: print('still here')",
    "a repr that hangs": """
        class Slow:
            def __repr__(self):
                time.sleep(1000)
        Slow()
        """,
    "a thread bomb that waits": """
        import threading
        while True:
            try:
                threading.Thread(target=time.sleep, args=(1000,)).start()
            except RuntimeError:
                pass
        """,
    "a fork bomb": """
        while True:
            try:
                os.fork()
            except OSError:
                pass
        """,
}


@pytest.mark.parametrize("source", ENDLESS.values(), ids=ENDLESS)
def test_what_never_ends_is_ended_at_its_deadline(attacker, source):
    with pytest.raises(ChildDied) as caught:
        run(attacker, source, timeout=1)
    assert caught.value.reason == "timeout"


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [
        (Limits(wall_seconds=1, request_seconds=20), "more than 1 s in all"),
        (Limits(cpu_seconds=1, request_seconds=20), "1 s of processor time"),
    ],
    ids=["wall time", "processor time"],
)
def test_a_loop_ends_at_the_limits_of_its_whole_life(sandbox, neighbour, limits, sentence):
    with sandbox.open(limits) as child, pytest.raises(ChildDied, match=sentence) as caught:
        child.run_cell("while True: pass")
    assert caught.value.reason == "timeout"
    assert neighbour.call({"name": "double", "args": [1]}) == 2


SHARED = {
    "at once": """
import os, time
for _ in range(3):
    if os.fork() == 0:
        while True: pass
time.sleep(60)
""",
    "one after another": """
import os, time
while True:
    if os.fork() == 0:
        while time.process_time() < 0.3: pass
        os._exit(0)
    os.wait()
""",
}


@pytest.mark.parametrize("source", SHARED.values(), ids=SHARED)
def test_processor_time_is_counted_over_all_processes(sandbox, neighbour, source):
    """Is work that is spread over processes, none of which uses much, ended all the same?"""
    limits = Limits(cpu_seconds=1, request_seconds=60, wall_seconds=60)
    with sandbox.open(limits) as child, pytest.raises(ChildDied, match="1 s of processor time"):
        child.run_cell(source)
    assert child.close().cpu_seconds > 1
    assert neighbour.call({"name": "double", "args": [1]}) == 2


ENDINGS = {
    "os._exit": ("os._exit(3)", "exited"),
    "a segmentation fault": ("ctypes.string_at(0)", "killed"),
    "os.abort": ("os.abort()", "killed"),
    "every descriptor closed": ("os.closerange(0, 4096)", "exited"),
    "many processes that fill memory": (
        """
        for _ in range(8):
            if os.fork() == 0:
                kept = [bytearray(os.urandom(1)) * (100 * 2**20)]
                time.sleep(1000)
        time.sleep(1000)
        """,
        "memory",
    ),
    "shared memory without a file": (
        """
        import mmap
        blocks = []
        for _ in range(4):
            if os.fork() == 0:
                block = mmap.mmap(-1, 200 * 2**20)
                block.write(bytes(200 * 2**20))
                time.sleep(1000)
        time.sleep(1000)
        """,
        "memory",
    ),
}


@pytest.mark.parametrize(("source", "reason"), ENDINGS.values(), ids=ENDINGS)
def test_a_child_that_ends_is_reported_with_its_reason(attacker, source, reason):
    with pytest.raises(ChildDied) as caught:
        run_twice(attacker, textwrap.dedent(source))
    assert caught.value.reason == reason
    assert attacker.close().ended == reason


SURVIVED = {
    "sys.exit": ("sys.exit(1)", "SystemExit"),
    "exit()": ("exit()", "SystemExit"),
    "an allocation of 7 GB": ("bytearray(7 * 10**9)", "MemoryError"),
    "memory filled bit by bit": ("x = [bytearray(10**7) for _ in range(100)]", "MemoryError"),
    "a recursion without end": ("def f(): f()\nf()", "RecursionError"),
    "input()": ("input('password?')", "EOFError"),
    "a thread bomb": (
        "import threading\nwhile True: threading.Thread(target=time.sleep, args=(9,)).start()",
        "RuntimeError",
    ),
    "KeyboardInterrupt": ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    "an error that cannot be shown": (
        "class Mean(Exception):\n    def __str__(self): raise ValueError\nraise Mean",
        "ValueError",
    ),
}


@pytest.mark.parametrize(("source", "name"), SURVIVED.values(), ids=SURVIVED)
def test_an_error_of_the_cell_does_not_end_the_notebook(attacker, source, name):
    result = attacker.run_cell(source)
    assert not result.ok
    assert result.error[0] == name
    assert attacker.run_cell("print('goes on')").outputs[0]["text"] == "goes on\n"


def test_signals_reach_nobody_else(attacker):
    """Killing the parent, the first process and everyone reaches no process at all."""
    result = run(
        attacker,
        """
        import signal
        for target in (os.getppid(), 1, -1, 0, 2, 100):
            try:
                os.kill(target, signal.SIGKILL)
            except OSError:
                pass
        "alive"
        """,
    )
    assert result.ok


def test_files_of_others_are_not_there(attacker, tmp_path):
    """Solutions, the grader, the gradebook, submissions, homes and host files cannot be read."""
    secret = tmp_path / "gradebook.db"
    secret.write_text(SECRET)
    paths = [
        secret,
        *(REPOSITORY / name for name in ("solutions", "autograder", "tests", ".git", "submitted")),
        *(REPOSITORY / name for name in ("pyproject.toml", "README.md", "gradebook.db")),
        *(Path(p) for p in ("/etc/shadow", "/etc/hostname", "/root/.bashrc", "/var", "/sys/class")),
        *(Path(p) for p in ("/dev/kmsg", "/dev/mem", "/dev/tty", "/dev/pts", "/.inside")),
        *(home for home in Path("/home").glob("*/") if str(home) != HOME),  # the child has that one
    ]
    assert_nothing_found(
        attacker,
        f"""
        for path in {[str(p) for p in paths]!r}:
            attempt(path, lambda: os.stat(path))
        here, _ = os.path.split(__import__("cnncourse").__path__[0])
        if sorted(os.listdir(here)) not in (["cnncourse"], [".venv", "cnncourse"]):
            found += os.listdir(here)
        """,
    )


def test_no_secret_of_the_judge_is_in_the_childs_memory(attacker):
    """The judge's environment was full of secrets; neither /proc nor the heap holds one."""
    assert_nothing_found(
        attacker,
        """
        import re
        pattern = re.compile(rb"the-judge-keeps-[t]his")
        for name in os.listdir("/proc"):
            if name.isdigit() and name != str(os.getpid()):
                found.append(("a process", name))
        attempt_environ = open("/proc/1/environ", "rb").read()
        found += [("environ", str(m)) for m in pattern.findall(attempt_environ)]
        with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
            for line in maps:
                span, rights, *_ = line.split()
                start, end = (int(x, 16) for x in span.split("-"))
                if rights.startswith("rw") and start < 2**63:
                    memory.seek(start)
                    try:
                        held = memory.read(end - start)
                    except OSError:
                        continue
                    found += [("memory", span) for _ in pattern.findall(held)]
                    del held
        """,
    )


def test_a_child_inherits_no_descriptor_but_its_own_socket(attacker):
    assert_nothing_found(
        attacker,
        """
        links = [f"/proc/self/fd/{n}" for n in os.listdir("/proc/self/fd")]
        held = sorted(os.readlink(link) for link in links if os.path.lexists(link))
        if held[:3] != ["/dev/null"] * 3 or len(held) != 4 or not held[3].startswith("socket:"):
            found.append(("held", str(held)))
        """,
    )


def test_nothing_outside_the_scratch_space_can_be_written(attacker):
    assert_nothing_found(
        attacker,
        """
        import cnncourse, numpy, IPython
        folders = [os.path.dirname(m.__file__) for m in (cnncourse, numpy, IPython, os)]
        for folder in [*folders, "/", "/etc", "/usr/lib", "/dev", "/work", "/proc/sys/kernel"]:
            attempt(folder, lambda: open(os.path.join(folder, "planted.py"), "w"))
            attempt(folder, lambda: os.chmod(folder, 0o777))
        for file in (cnncourse.__file__, numpy.__file__, "/proc/sys/kernel/core_pattern"):
            attempt(file, lambda: open(file, "a"))
            attempt(file, lambda: os.remove(file))
        """,
    )


def test_files_left_by_one_student_are_not_there_for_the_next(sandbox, attacker):
    """A startup file in the home, files in /tmp and /dev/shm, and shared memory vanish."""
    result = run(
        attacker,
        """
        import pathlib
        startup = pathlib.Path.home() / ".ipython/profile_default/startup"
        startup.mkdir(parents=True, exist_ok=True)
        (startup / "00-planted.py").write_text("planted = 1")
        for folder in ("/tmp", "/dev/shm", ".", os.path.expanduser("~")):
            open(f"{folder}/planted", "w").write("x")
        """,
    )
    assert result.ok, result.error
    with sandbox.open(SMALL) as other:
        left = """
        import os, pathlib
        places = [pathlib.Path(place) for place in ("/tmp", "/dev/shm", "/home")]
        left = [str(path) for place in places for path in place.rglob("*planted*")]
        left += [n for n in ("planted",) if n in globals()]
        """
        assert run(other, left).ok
        assert other.call({"name": "left"}) == []


@pytest.mark.parametrize("folder", ["/tmp", "/dev/shm", ".", "~"])
def test_a_full_disk_is_the_students_own(attacker, folder):
    """All that a child writes counts against one limit, and only against its own."""
    result = run(
        attacker,
        f"""
        folder, written = os.path.expanduser({folder!r}), 0
        try:
            for i in range(10**6):
                with open(f"{{folder}}/{{i}}", "wb", 0) as file:
                    written += file.write(bytes(2**20))
        except OSError as error:
            stopped = error.errno
        """,
    )
    assert result.ok
    assert attacker.call({"name": "written"}) <= SMALL.disk_bytes


def test_files_without_number_run_out(attacker):
    result = run(
        attacker,
        """
        try:
            for i in range(10**6):
                os.close(os.open(f"/tmp/{i}", os.O_CREAT))
        except OSError:
            pass
        """,
        timeout=20,
    )
    assert result.ok
    assert attacker.call({"name": "i"}) < 25_000


def test_the_network_is_out_of_reach(attacker):
    """Neither a listener on this machine nor a name server nor an abstract socket answers."""
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_UNIX) as unix:
        name = b"\0" + os.urandom(8).hex().encode()
        unix.bind(name)
        unix.listen()
        tcp.settimeout(0.1)
        assert_nothing_found(
            attacker,
            f"""
            import socket, urllib.request
            address = ("127.0.0.1", {tcp.getsockname()[1]})
            attempt("tcp", lambda: socket.create_connection(address, timeout=2))
            attempt("http", lambda: urllib.request.urlopen("http://%s:%d" % address, timeout=2))
            attempt("dns", lambda: socket.getaddrinfo("example.org", 80))
            attempt("unix", lambda: socket.socket(socket.AF_UNIX).connect({name!r}))
            pair = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
            attempt("datagram", lambda: pair[0].sendto(b"x", {name!r}))
            attempt("packet", lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW))
            attempt("netlink", lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW))
            """,
        )
        with pytest.raises(TimeoutError):
            tcp.accept()


def test_privileges_cannot_be_gained(attacker):
    """Users, mounts, namespaces, tracing and risky system calls are refused, raw calls too."""
    assert_nothing_found(
        attacker,
        """
        import platform
        attempt("setuid", lambda: os.setuid(0))
        attempt("setgid", lambda: os.setgid(0))
        attempt("setgroups", lambda: os.setgroups([0]))
        attempt("chroot", lambda: os.chroot("/tmp"))
        attempt("mknod", lambda: os.mknod("/tmp/disk", 0o60666, os.makedev(254, 0)))
        attempt("nice", lambda: os.nice(-5))
        if platform.machine() == "x86_64":
            new_user, new_pid, thread = 0x10000000, 0x20000000, 0x100
            call("unshare", 272, new_user)
            call("clone", 56, new_user | 17, 0, 0, 0, 0)
            call("clone, processes", 56, new_pid | 17, 0, 0, 0, 0)
            call("clone3", 435, 0, 0)
            call("ptrace", 101, 0, 0, 0, 0)
            call("mount", 165, 0, 0, 0, 0, 0)
            call("setns", 308, 0, 0)
            call("bpf", 321, 0, 0, 0)
            call("keyctl", 250, 0, -3, 1)
            call("perf_event_open", 298, 0, 0, -1, -1, 0)
            call("userfaultfd", 323, 0)
            call("io_uring_setup", 425, 8, 0)
            call("memfd_create", 319, id("x"), 0)
            call("shmget", 29, 0, 4096, 0o1777)
            call("prctl PDEATHSIG", 157, 1, 0)
            call("prctl PDEATHSIG, high bits", 157, 2**32 + 1, 0)
            call("socket under its x32 number", 0x40000000 + 41, 1, 1, 0)
        status = open("/proc/self/status").read()
        for line in ("CapEff:\\t0000000000000000", "NoNewPrivs:\\t1", "Seccomp:\\t2"):
            if line not in status:
                found.append(("status", line))
        """,
    )


@pytest.mark.skipif(
    platform.machine() != "x86_64",
    reason="the machine code is for x86_64, and so is its 32-bit door",
)
def test_a_32_bit_call_ends_the_process_that_makes_it(attacker):
    """System calls have other numbers through `int 0x80`; the filter lets none of them in."""
    assert_nothing_found(
        attacker,
        """
        import mmap
        get_process_id = bytes.fromhex("b814000000 cd80 c3")  # mov eax, 20; int 0x80; ret
        page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        page.write(get_process_id)
        address = ctypes.addressof(ctypes.c_char.from_buffer(page))
        child = os.fork()
        if child == 0:
            ctypes.CFUNCTYPE(ctypes.c_int)(address)()
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            found.append(("status", str(status)))
        """,
    )


def test_strays_die_with_the_child(attacker):
    """A process that left its session and its parent is gone when the child is closed."""
    name = "stray" + os.urandom(4).hex()
    result = run(
        attacker,
        f"""
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                libc.prctl(15, {name.encode()!r}, 0, 0, 0)
                for descriptor in range(64):
                    try:
                        os.close(descriptor)
                    except OSError:
                        pass
                while True:
                    time.sleep(1000)
            os._exit(0)
        time.sleep(0.2)
        """,
    )
    assert result.ok
    assert name in _process_names()
    attacker.close()
    assert name not in _process_names()


JUDGE = """
import sys
from autograder.sandbox import Sandbox
sandbox = Sandbox(handler="autograder.sandbox.probe:nothing", preload=())
child = sandbox.open()
child.run_cell("import ctypes, time; ctypes.CDLL(None).prctl(15, b'%s', 0, 0, 0)")
print("ready", flush=True)
child.run_cell("while True: time.sleep(1)")
"""


def test_children_die_with_a_judge_that_is_killed(sandbox):
    name = "orphan" + os.urandom(4).hex()
    command = [sys.executable, "-c", JUDGE % name]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=REPOSITORY) as judge:
        assert judge.stdout.readline() == b"ready\n"
        assert name in _process_names()
        judge.kill()
    _wait_until_gone(name)


def test_a_child_dies_with_its_monitor(attacker):
    """A student who could end the monitor would gain nothing by it."""
    name = "ward" + os.urandom(4).hex()
    assert run(attacker, f"libc.prctl(15, {name.encode()!r}, 0, 0, 0)").ok
    [child] = [p.parent for p in Path("/proc").glob("[0-9]*/comm") if name in _read(p)]
    [monitor] = [line for line in _read(child / "status").splitlines() if "PPid:" in line]
    os.kill(int(monitor.split()[1]), signal.SIGKILL)
    with pytest.raises(ChildDied, match="The process is gone"):
        attacker.run_cell("time.sleep(1000)")
    _wait_until_gone(name)


def _wait_until_gone(name):
    for _ in range(100):
        if name not in _process_names():
            return
        time.sleep(0.1)
    pytest.fail("a process outlived its keeper by ten seconds")


def _process_names():
    return {_read(path).strip() for path in Path("/proc").glob("[0-9]*/comm")}


def _read(path):
    try:
        return path.read_text()
    except OSError:  # the process ended a moment ago
        return ""


FORGED = {
    "an early answer with a nonce that is made up": """
        from autograder.sandbox import wire
        done, limits, deadline = wire.MessageKind.DONE, wire.TreeLimits(), wire.Deadline(None)
        wire.send(sock, bytes(16), done, "right", limits, deadline)
        """,
    "the answer given twice": """
        from autograder.sandbox import wire
        for _ in range(2):
            wire.send(sock, nonce, wire.MessageKind.DONE, 1, wire.TreeLimits(), wire.Deadline(None))
        """,
    "a giant text": "sock.sendall(nonce + bytes([16]) + (2**32 - 1).to_bytes(4, 'big') + bytes(4))",
    "a giant number of buffers": "sock.sendall(nonce + bytes([16]) + bytes(4) + b'\\xff' * 4)",
    "a giant buffer": """
        sock.sendall(nonce + bytes([16]) + (1).to_bytes(4, 'big') * 2 + b'\\x7f' + b'\\xff' * 7)
        """,
    "an unknown kind": "reply(b'1', kind=99)",
    "a text that is not JSON": "reply(b'{')",
    "a text that is not ASCII": "reply(bytes([200, 201]))",
    "deep JSON": "reply(b'[' * 10**6)",
    "an integer of a million digits": "reply(b'9' * 10**6)",
    "NaN that is not JSON": "reply(b'NaN')",
    "a float that overflows": "reply(b'1e999')",
    "a negative shape": """
        reply(b'{"array":0,"dtype":"uint8","shape":[-1]}', b'abc')
        """,
    "a boolean shape": """
        reply(b'{"array":0,"dtype":"uint8","shape":[true]}', b'a')
        """,
    "objects as array elements": """
        reply(b'{"array":0,"dtype":"object","shape":[1]}', bytes(8))
        """,
    "an array without its data": """
        reply(b'{"array":0,"dtype":"float64","shape":[1000000]}', bytes(8))
        """,
    "a tree that is no cell result": "reply(b'[1,2,3]')",
    "outputs that are none": """
        told = b'{"dict":{"raised":null,"execution_count":1,"left_out":[],"outputs":%s}}'
        reply(told % b'[{"dict":{"a":1}}]')
        """,
    "lines left out that are none": """
        told = b'{"dict":{"raised":null,"execution_count":1,"outputs":[],"left_out":%s}}'
        reply(told % b'[[1,2,3,4]]')
        """,
    "lines left out that are no list": """
        told = b'{"dict":{"raised":null,"execution_count":1,"outputs":[],"left_out":%s}}'
        reply(told % b'"all"')
        """,
}

REPLY = """
sock, nonce = served()["sock"], served()["message"].nonce

def reply(text, *buffers, kind=16):
    head = nonce + bytes([kind]) + len(text).to_bytes(4, "big") + len(buffers).to_bytes(4, "big")
    sizes = b"".join(len(b).to_bytes(8, "big") for b in buffers)
    sock.sendall(head + sizes + text + b"".join(buffers))
"""


@pytest.mark.parametrize("source", FORGED.values(), ids=FORGED)
def test_a_forged_answer_is_refused_and_ends_the_child(attacker, source):
    """The cell writes on the child's own socket, with the right nonce where it helps."""
    with pytest.raises(ProtocolError) as caught:
        run_twice(attacker, REPLY + textwrap.dedent(source))
    assert not isinstance(caught.value, HandlerFailed)
    with pytest.raises(ChildDied):
        attacker.run_cell("1")


@pytest.mark.parametrize(
    "source",
    ["for byte in bytes(1000): sock.sendall(b'x'); time.sleep(0.1)", "time.sleep(1000)"],
    ids=["drip", "silence"],
)
def test_an_answer_that_drips_has_one_deadline(attacker, source):
    started = time.monotonic()
    with pytest.raises(ChildDied, match="No answer came within 1 s") as caught:
        attacker.run_cell(REPLY + source, timeout=1)
    assert caught.value.reason == "timeout"
    assert time.monotonic() - started < 15


def test_a_child_that_never_reads_has_the_same_deadline(attacker):
    """A request larger than any socket's buffer cannot block the judge."""
    source = "from autograder.sandbox import wire\nwire.receive = lambda *_: time.sleep(1000)"
    attacker.run_cell(source)
    with pytest.raises(ChildDied) as caught:
        attacker.call({"name": "found", "more": np.zeros(10**7)}, timeout=1)
    assert caught.value.reason == "timeout"


def test_a_patched_handler_can_lie_and_no_more(attacker):
    """Replies are the student's word: well-formed, and given no more credit than that."""
    attacker.run_cell("served()['answers'][3] = lambda request: {'state': 'right', 'score': 10**6}")
    assert attacker.call({"name": "found"}) == {"state": "right", "score": 10**6}


PATCHES = {
    "json": "import json; json.dumps = json.loads = lambda *a, **k: 'right'",
    "pickle": "import pickle; pickle.loads = pickle.dumps = lambda *a: None",
    "builtins": "import builtins; builtins.len = builtins.isinstance = lambda *a: 1",
    "the display hook": "sys.displayhook = lambda value: print('right')",
    "the shell": "get_ipython().run_cell = lambda *a, **k: None",
    "the number of processes that answer": "os.fork()",
    "standard output": "sys.stdout = None",
    "the recorder": "get_ipython().recorder.outputs = [1, 2, 3]",
    "the wire": "from autograder.sandbox import wire; wire.encode = lambda *a: ('\"right\"', [])",
}


@pytest.mark.parametrize("source", PATCHES.values(), ids=PATCHES)
def test_patching_the_childs_own_modules_harms_only_the_child(attacker, source):
    """Whatever comes afterwards is a well-formed answer or one of the sandbox's own errors."""
    with contextlib.suppress(SandboxError):
        attacker.run_cell(source, timeout=5)
        attacker.run_cell("1 + 1", timeout=5)
        attacker.call({"name": "found"}, timeout=5)


def test_objects_do_not_leave_the_child(attacker):
    """An object with a hostile __reduce__ and __eq__ is refused where it lives, and never run."""
    result = run(
        attacker,
        """
        class Hostile:
            def __reduce__(self):
                return (os.system, ("touch /tmp/pwned",))
            def __eq__(self, other):
                return True
        hostile = Hostile()
        """,
    )
    assert result.ok
    with pytest.raises(HandlerFailed, match="type Hostile cannot be sent"):
        attacker.call({"name": "hostile"})
    assert attacker.call({"name": "found"}) == []


@pytest.mark.parametrize(
    "source",
    ["print('x' * 10**8)", "for _ in range(10**5): print('x' * 100)", "'x' * 10**8"],
    ids=["one line", "many lines", "a value"],
)
def test_a_flood_of_output_is_cut(attacker, source):
    result = attacker.run_cell(source)
    assert result.ok
    assert len(str(result.outputs)) < SMALL.output_bytes + 2000
    assert "was cut" in str(result.outputs)


def test_outputs_hold_nothing_that_could_run(attacker):
    """HTML, scripts, SVG and terminal commands are dropped; plain text stays."""
    result = run(
        attacker,
        """
        from IPython.display import HTML, SVG, Javascript, Markdown, display
        display(HTML("<script>alert(1)</script>"), Javascript("alert(1)"), Markdown("<script>"))
        display({"text/html": "<script>", "image/svg+xml": "<svg onload=x>"}, raw=True)
        print("a\\x1b]0;title\\x07b\\x1b[2Jc\\x1b[31mred\\x1b[0m\\x00")
        """,
    )
    assert result.ok, result.error
    mimes = {mime for o in result.outputs for mime in o.get("data", {})}
    assert mimes == {"text/plain"}
    assert "<script>" not in str(result.outputs)
    assert result.outputs[-1]["text"] == "abc\x1b[31mred\x1b[0m\n"
