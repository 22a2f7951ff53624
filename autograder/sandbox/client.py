"""The judge's side: start a warm parent, open children, send requests, check each reply."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from autograder.sandbox import bubblewrap, wire
from autograder.sandbox.captured_outputs import Output, clean, clean_text
from autograder.sandbox.errors import (
    ChildDied,
    HandlerFailed,
    ProtocolError,
    SandboxError,
    Unavailable,
)
from autograder.sandbox.limits import Limits, Usage
from autograder.sandbox.namespaces import HOME
from autograder.sandbox.statements import LeftOut
from autograder.sandbox.wire import Deadline, MessageKind
from cnncourse.check.values import Tree

Isolation = Literal["namespaces", "none"]

PRELOAD = (
    "numpy",
    "IPython",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "matplotlib_inline.backend_inline",
    "IPython.core.magics",
    "IPython.core.magics.pylab",
    "IPython.core.magic_arguments",
    "IPython.utils.timing",
    "stack_data",
    "pygments.formatters.terminal256",
    "pygments.styles",
    "PIL.PngImagePlugin",
    "PIL.JpegImagePlugin",
    "ipywidgets",
    "cnncourse",
)

_DEFAULT_LIMITS = Limits()
_START_SECONDS = 180.0
_REPORT_SECONDS = 20.0
_CHUNK = 2**16
_MOST_LEFT_OUT = 100
_BOOT = (
    "import sys; sys.path[:0] = sys.argv[2:]; "
    "from autograder.sandbox.parent import main; main(int(sys.argv[1]))"
)
_ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "HOME": HOME,
    "USER": "student",
    "LOGNAME": "student",
    "TMPDIR": "/tmp",
    "IPYTHONDIR": f"{HOME}/.ipython",
    "MPLCONFIGDIR": f"{HOME}/.matplotlib",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "KERAS_HOME": f"{HOME}/.keras",
    "CUDA_VISIBLE_DEVICES": "",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "CNNCOURSE_BUDGET": "smoke",
}
# The parent must import without starting threads, and keep each thread's address space small.
_PARENT_ENVIRONMENT = {
    "HOME": "/tmp",
    "MPLCONFIGDIR": "/tmp/.matplotlib",
    "IPYTHONDIR": "/tmp/.ipython",
    "KERAS_HOME": "/dev/null/keras",  # Keras makes the folder that is named here, and reads it
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "4",
    "PYTHONDONTWRITEBYTECODE": "1",
}

_MEND = (
    "Allow unprivileged user namespaces (sysctl user.max_user_namespaces, and on Ubuntu "
    "kernel.apparmor_restrict_unprivileged_userns=0), or in a container start it with "
    "--security-opt seccomp=unconfined --security-opt systempaths=unconfined."
)


@dataclass(frozen=True)
class CellResult:
    """What running one cell gave.

    Args:
        ok: the cell ran to its end.
        outputs: outputs in notebook format 4, cleaned: text and bitmaps only.
        error: name, text and traceback of what it raised, if it raised.
        execution_count: the number in `In [n]`.
        left_out: the statements that failed, while those that do not need them went on.
    """

    ok: bool
    outputs: list[Output]
    error: tuple[str, str, list[str]] | None
    execution_count: int
    left_out: tuple[LeftOut, ...] = ()


class Sandbox:
    """One warm parent, from which children are opened, one after another or side by side.

    Args:
        handler: "module:function" that answers `Child.call` inside the child, as
            `function(namespace, request) -> answer`; imported before any student code runs.
        isolation: "namespaces", or "none" for a plain process with resource limits only, which
            protects against accidents and not against intent.
        read_only: further files and folders that children may read.
        import_from: folders from which the handler may be imported; children see them too.
        modules: what the course's code imports, to be imported once, before forking.
        preload: what the shell uses, to be imported then, too; missing ones are left out.
        env: further environment variables of the children.

    Raises:
        Unavailable: this machine cannot isolate; the text says how to mend that.
        SandboxError: the parent could not start for another reason.
    """

    def __init__(
        self,
        *,
        handler: str,
        isolation: Isolation = "namespaces",
        read_only: Sequence[Path] = (),
        import_from: Sequence[Path] = (),
        modules: Sequence[str] = (),
        preload: Sequence[str] = PRELOAD,
        env: Mapping[str, str] = {},
    ) -> None:
        self.isolation = isolation
        self._lock = threading.Lock()
        isolated = isolation == "namespaces"
        if isolated:
            bubblewrap.require_linux()
        visible = [Path(p).absolute() for p in (*read_only, *import_from)]
        view = bubblewrap.child_view(visible) if isolated else None
        environment = {**_ENVIRONMENT, **env}
        config = {
            "handler": handler,
            "modules": list(modules),
            "preload": list(preload),
            "search_path": bubblewrap.search_path(import_from),
            "environment": environment,
            "view": view and dataclasses.asdict(view),
        }
        settings = {**environment, **_PARENT_ENVIRONMENT}
        wall = bubblewrap.command(view, settings) if view is not None else []
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the sandbox)
        self._control, theirs = socket.socketpair()
        self._reports = _Reports(self._control)
        boot = ["-I", "-B", "-c", _BOOT, str(theirs.fileno()), *bubblewrap.search_path()]
        with theirs:
            self._process = subprocess.Popen(
                [*wall, sys.executable, *boot],
                env=settings,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._log,
                start_new_session=True,  # Ctrl-C at the terminal is for the judge to handle
            )
        self.start_seconds = self._introduce(config)
        if isolated:
            self._prove()

    @property
    def warning(self) -> str | None:
        """What the caller must show when children are not isolated; `None` when they are."""
        if self.isolation == "namespaces":
            return None
        return "Student code runs WITHOUT isolation: it can read and change your files."

    def open(self, limits: Limits = _DEFAULT_LIMITS, files: Mapping[str, bytes] = {}) -> Child:
        """Fork a child.

        Args:
            limits: what it may use.
            files: content by relative path, put into its working directory.

        Returns:
            The child, ready for its first cell.

        Raises:
            SandboxError: the parent is gone, the child could not isolate itself although the first
                one could (a fresh sandbox may mend both), or a file cannot be placed.
        """
        data, their_data = socket.socketpair()
        control, their_control = socket.socketpair()
        child = Child(data, control, limits)
        with their_data, their_control:
            answer = self._request_fork(limits, [their_data.fileno(), their_control.fileno()])
        if "failed" not in answer or answer["failed"]:
            child._abandon()
            raise SandboxError(
                f"The sandbox gives no child: {answer.get('failed', 'it is closed')}."
            )
        try:
            child._begin(files)
        except BaseException:
            child.close()
            raise
        return child

    def close(self) -> None:
        """End the parent and every child."""
        self._control.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._log.close()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _request_fork(self, limits: Limits, descriptors: list[int]) -> dict[str, Any]:
        request = json.dumps({"limits": dataclasses.asdict(limits)}).encode() + b"\n"
        with self._lock:
            try:
                socket.send_fds(self._control, [request], descriptors)
            except OSError:
                return {}
            return self._reports.next(_REPORT_SECONDS)

    def _introduce(self, config: dict[str, Any]) -> float:
        """Tell the parent what to import and wait until it has: how many seconds it took."""
        with contextlib.suppress(OSError):
            self._control.sendall(json.dumps(config).encode() + b"\n")
        answer = self._reports.next(_START_SECONDS)
        if not answer.get("ready"):
            error = self._start_error(answer.get("failed"))
            self.close()
            raise error
        return answer["seconds"]

    def _start_error(self, failed: str | None) -> SandboxError:
        if failed:
            return SandboxError(f"The sandbox could not start: {failed}.")
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        self._log.seek(0)
        lines = self._log.read().decode("utf-8", "replace").strip().splitlines()
        cause = lines[-1] if lines else f"it ended with status {self._process.returncode}"
        if cause.startswith("bwrap:"):
            return Unavailable(f"Bubblewrap cannot isolate on this machine ({cause}). {_MEND}")
        return SandboxError(f"The sandbox could not start: {cause}")

    def _prove(self) -> None:
        """Open one child now, so that a machine that cannot isolate says so at the start."""
        try:
            self.open().close()
        except _NotIsolated as error:
            self.close()
            raise Unavailable(f"{error} {_MEND}") from None
        except SandboxError:
            self.close()
            raise


class Child:
    """One student's process. Make it with `Sandbox.open`; use it as a context manager."""

    def __init__(self, data: socket.socket, control: socket.socket, limits: Limits) -> None:
        self.limits = limits
        self._data = data
        self._control = control
        self._reports = _Reports(control)
        self._tree_limits = wire.tree_limits(limits.output_bytes)
        self._death: ChildDied | None = None
        self._usage: Usage | None = None

    def run_cell(self, source: str, *, timeout: float | None = None) -> CellResult:
        """Run one cell, as a notebook would.

        Args:
            source: its code; magics and top-level `await` work.
            timeout: seconds; the limit `request_seconds` if not given.

        Returns:
            What it put out and whether it raised.

        Raises:
            ChildDied: the process ended, or was ended because it took too long.
            ProtocolError: it sent something else than an answer, and has been ended.
        """
        most = self.limits.output_bytes
        return self._ask(MessageKind.CELL, source, timeout, lambda tree: _cell_result(tree, most))

    def call(self, request: Tree, *, timeout: float | None = None) -> Tree:
        """Pass a request to the handler inside the child.

        Args:
            request: a value tree.
            timeout: seconds; the limit `request_seconds` if not given.

        Returns:
            The handler's answer: a well-formed value tree, and anyone's word.

        Raises:
            HandlerFailed: the handler raised; the child lives on.
            ChildDied, ProtocolError: as in `run_cell`.
            MalformedTree: the request is no value tree.
        """
        return self._ask(MessageKind.CALL, request, timeout)

    def close(self) -> Usage:
        """End the child, if it is still there, and say how its life went."""
        if self._usage is None:
            self._end("closed", "The sandbox was closed.")
        assert self._usage is not None
        return self._usage

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _begin(self, files: Mapping[str, bytes]) -> None:
        report = self._reports.next(_REPORT_SECONDS)
        if not report.get("ready"):
            self._abandon()
            self._usage = Usage("killed", "It never started.", 0.0, 0, 0.0)
            cause = report.get("failed", "it said nothing")
            raise _NotIsolated(f"A student's process could not be isolated ({cause}).")
        if files:
            self._ask(MessageKind.FILES, _checked_files(files, self.limits), None)

    def _ask(
        self,
        kind: MessageKind,
        tree: Tree,
        timeout: float | None,
        read: Callable[[Tree], Any] = lambda tree: tree,
    ) -> Any:
        """Make one request; `read` makes sense of the answer or raises ProtocolError."""
        if self._death is not None:
            raise self._death
        seconds = self.limits.request_seconds if timeout is None else timeout
        deadline = Deadline(seconds)
        nonce = secrets.token_bytes(wire.NONCE_BYTES)
        try:
            wire.send(self._data, nonce, kind, tree, self._tree_limits, deadline)
            message = wire.receive(self._data, self._tree_limits, deadline)
            if message.nonce != nonce or message.kind not in (MessageKind.DONE, MessageKind.FAILED):
                raise ProtocolError("The student's process sent an answer to no request.")
            failed = message.kind == MessageKind.FAILED
            answer = (clean_text if failed else read)(message.tree(self._tree_limits))
        except TimeoutError:
            died = self._end("timeout", f"No answer came within {seconds:g} s.")
            raise died from None
        except ProtocolError as error:
            self._end("killed", str(error))
            raise
        except (EOFError, OSError):
            raise self._end(None, "") from None
        if failed:
            raise HandlerFailed(f"The request failed inside the child: {answer[:2000]}")
        return answer

    def _end(self, reason: Any, detail: str) -> ChildDied:
        """End the child, read the monitor's report, and remember both.

        Args:
            reason: why, if it is known here; else the report tells.
            detail: one sentence to go with the reason.
        """
        self._data.close()
        if reason is not None:
            with contextlib.suppress(OSError):  # the monitor may be gone
                self._control.sendall(b"end\n")
        report = self._reports.next(_REPORT_SECONDS)
        self._control.close()
        ended = report.get("ended", "killed")
        if reason is None or ended not in ("closed", "exited"):
            # what the monitor saw first is the cause; the closed channel only its effect
            reason, detail = ended, report.get("detail", "The process is gone.")
        self._usage = Usage(
            ended=reason,
            detail=detail,
            cpu_seconds=report.get("cpu_seconds", 0.0),
            peak_memory_bytes=report.get("peak_memory_bytes", 0),
            wall_seconds=report.get("wall_seconds", 0.0),
        )
        self._death = ChildDied("killed" if reason == "closed" else reason, detail)
        return self._death

    def _abandon(self) -> None:
        """Close the channels to a child that never came to life."""
        self._data.close()
        self._control.close()


class _NotIsolated(SandboxError):
    """A child could not build its walls: this machine cannot, if it is the first one."""


class _Reports:
    """Lines of JSON from the sandbox's own processes, which no student code can reach."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._received = b""

    def next(self, seconds: float) -> dict[str, Any]:
        """Return the next one; {} if the other side is gone or silent for so long."""
        deadline = Deadline(seconds)
        try:
            while b"\n" not in self._received:
                self._sock.settimeout(deadline.remaining())
                part = self._sock.recv(_CHUNK)
                if not part:
                    return {}
                self._received += part
        except OSError:
            return {}
        line, _, self._received = self._received.partition(b"\n")
        return json.loads(line)


def _cell_result(answer: Tree, output_bytes: int) -> CellResult:
    fields = {"raised", "execution_count", "outputs", "left_out"}
    if type(answer) is not dict or set(answer) != fields:
        raise ProtocolError("The student's process sent something that is no cell result.")
    count, raised, told = answer["execution_count"], answer["raised"], answer["left_out"]
    if type(count) is not int or not 0 <= count < 2**31 or type(told) is not list:
        raise ProtocolError("The student's process sent something that is no cell result.")
    outputs = clean(answer["outputs"], output_bytes)
    left_out = tuple(map(_left_out, told[:_MOST_LEFT_OUT]))
    if raised is None:
        return CellResult(True, outputs, None, count, left_out)
    if type(raised) is not list or len(raised) != 2:
        raise ProtocolError("The student's process sent something that is no cell result.")
    name, text = (clean_text(part)[:2000] for part in raised)
    tracebacks = [o["traceback"] for o in outputs if o["output_type"] == "error"]
    error = name, text, tracebacks[-1] if tracebacks else []
    return CellResult(False, outputs, error, count, left_out)


def _left_out(told: Any) -> LeftOut:
    match told:
        case [int(line), str(kind), str(text), list(names)] if 0 <= line < 2**31:
            kind, text, *bound = (clean_text(part)[:2000] for part in (kind, text, *names[:99]))
            return LeftOut(line, kind, text, tuple(bound))
    raise ProtocolError("The student's process sent something that is no cell result.")


def _checked_files(files: Mapping[str, bytes], limits: Limits) -> dict[str, bytes]:
    for name, data in files.items():
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or not path.parts or "\0" in name:
            raise SandboxError(f"A file cannot be placed outside the working directory: {name!r}.")
        if len(data) > limits.file_bytes:
            raise SandboxError(f"A file is too large for the sandbox: {name!r}.")
    if sum(map(len, files.values())) > limits.disk_bytes // 2:
        raise SandboxError("The files together are too large for the sandbox.")
    return {name: bytes(data) for name, data in files.items()}
