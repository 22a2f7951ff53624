"""Run the notebook inside a child: an IPython shell without a kernel, and the loop that serves it.

Everything a cell prints, shows or raises goes to a `OutputRecorder`. Nothing here is trusted by the
judge: the student's code runs in this very process and may change all of it. What it cannot change
is that answers are value trees, bounded, and read outside without running code.
"""

from __future__ import annotations

import ast
import io
import os
import sys
from collections.abc import Callable
from socket import socket
from types import TracebackType
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.pylabtools import activate_matplotlib
from matplotlib_inline.backend_inline import configure_inline_support
from traitlets import Type
from traitlets.config import Config

from autograder.sandbox import wire
from autograder.sandbox.captured_outputs import OutputRecorder
from autograder.sandbox.newer_python import needed_python
from autograder.sandbox.process_state import ProcessState
from autograder.sandbox.statements import (
    LeftOut,
    Progress,
    WithoutMissingImports,
    one_by_one,
    without_cell_magic,
)
from autograder.sandbox.wire import Deadline, MessageKind
from cnncourse.check.values import MalformedTree, Tree

Handler = Callable[[dict[str, Any], Tree], Tree]

_FOREVER = Deadline(None)
_BACKEND = "module://matplotlib_inline.backend_inline"
_LONGEST_REASON = 2000
_FRAMES_KEPT = 20
# A cell in which more statements fail is no honest one; each shows a traceback, which takes time.
_MOST_FAILURES = 20


class _Stream(io.TextIOBase):
    """A standard stream that writes to the recorder; the C library's streams lead nowhere."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, recorder: OutputRecorder, name: str) -> None:
        self._recorder = recorder
        self.name = name

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._recorder.stream(self.name, text)
        return len(text)

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        raise io.UnsupportedOperation("fileno")


class _Publisher(DisplayPublisher):
    recorder: OutputRecorder

    def publish(
        self,
        data: dict[str, Any],
        metadata: dict | None = None,
        source: Any = None,
        *,
        transient: dict | None = None,
        update: bool = False,
        **rest: Any,
    ) -> None:
        display_id = (transient or {}).get("display_id")
        self.recorder.display(data, display_id=display_id, update=update)

    def clear_output(self, wait: bool = False) -> None:
        self.recorder.clear(wait)


class _DisplayHook(DisplayHook):
    recorder: OutputRecorder

    def write_output_prompt(self) -> None:
        """Write nothing: notebooks show the number elsewhere."""

    def write_format_data(self, format_dict: dict[str, Any], md_dict: Any = None) -> None:
        self.recorder.display(format_dict, execution_count=self.prompt_count)

    def finish_displayhook(self) -> None:
        """Write nothing: there is no line to end."""


class Shell(InteractiveShell):
    """IPython as a notebook sees it, with all output recorded."""

    recorder: OutputRecorder
    progress: Progress
    display_pub_class = Type(_Publisher)
    displayhook_class = Type(_DisplayHook)

    async def run_ast_nodes(
        self,
        nodelist: list[ast.stmt],
        cell_name: str,
        interactivity: str = "last_expr",
        compiler: Any = compile,
        result: Any = None,
    ) -> bool:
        """Run statements one after another; return whether one failed.

        Those go on that do not use at once what a statement that failed would have bound, until
        many have failed. The cell's error is the first one.
        """
        errors: list[BaseException] = []
        statements = list(one_by_one(nodelist))
        for place, statement in enumerate(statements, start=1):
            if self.progress.lacks(statement):
                continue
            last = place == len(statements) or interactivity == "all"
            how = interactivity if last else "none"
            before = dict(self.user_ns)
            if await super().run_ast_nodes([statement], cell_name, how, compiler, result):
                error = result.error_before_exec or result.error_in_exec
                errors.append(error)
                go_on = isinstance(error, (Exception, SystemExit)) and len(errors) < _MOST_FAILURES
                if not go_on:
                    break
                said = type(error).__name__, _text(error)
                self.progress.leave_out(statement, said, before, self.user_ns)
                result.error_before_exec = None
            if not all(hasattr(getattr(sys, name, None), "write") for name in ("stdout", "stderr")):
                _open_streams(self)  # IPython itself writes to them after the cell
        if errors:
            result.error_in_exec = errors[0]
        return bool(errors)

    def _get_exc_info(self, exc_tuple: Any = None) -> tuple[Any, Any, Any]:
        etype, value, traceback = super()._get_exc_info(exc_tuple)
        _shorten(traceback)
        return etype, value, traceback

    def _showtraceback(self, etype: type, evalue: BaseException, stb: list[str]) -> None:
        self.recorder.error(etype.__name__, _text(evalue), [str(line) for line in stb])

    def show_usage_error(self, exc: BaseException) -> None:
        """Raise: a magic that does not exist or was used wrongly is an error of the cell."""
        self.recorder.error("UsageError", str(exc), [f"UsageError: {exc}"])

    def enable_matplotlib(self, gui: str | None = None) -> Any:
        """Show figures inline, whatever a notebook asks for elsewhere."""
        return super().enable_matplotlib("inline")

    def enable_gui(self, gui: str | None = None) -> None:
        """Do nothing: there is no event loop, and figures come out as images."""

    def ask_exit(self) -> None:
        """End the cell that called `exit()`, not the notebook."""
        raise SystemExit

    def system(self, command: str) -> None:
        """Say that shell commands do not run, and go on with the cell."""
        print(f"Shell commands do not run here: !{command}", file=sys.stderr)
        self.user_ns["_exit_code"] = 127

    system_piped = system_raw = system

    def getoutput(self, cmd: str, split: bool = True, depth: int = 0) -> list[str] | str:
        """Return nothing: shell commands do not run."""
        self.system(cmd)
        return [] if split else ""


def start(output_bytes: int) -> Shell:
    """Make the one shell of this process, with figures shown inline."""
    recorder = OutputRecorder(output_bytes)
    config = Config()
    config.HistoryManager.enabled = False  # its thread and its file are of no use here
    config.InteractiveShell.colors = "nocolor"
    shell = Shell.instance(config=config)
    shell.recorder = shell.display_pub.recorder = shell.displayhook.recorder = recorder
    shell.progress = Progress()
    shell.ast_transformers.append(WithoutMissingImports(lambda *found: _left_out(shell, *found)))
    _open_streams(shell)
    activate_matplotlib(_BACKEND)
    configure_inline_support(shell, _BACKEND)
    return shell


def _open_streams(shell: Shell) -> None:
    """Let what is printed go to the recorder, though a cell closed, cut or replaced the streams."""
    sys.stdout, sys.stderr = _Stream(shell.recorder, "stdout"), _Stream(shell.recorder, "stderr")


def _left_out(shell: Shell, statement: ast.stmt, module: str) -> None:
    said = "ModuleNotFoundError", f"No module named {module!r}"
    shell.progress.leave_out(statement, said, {}, {})
    shell.progress.missing.clear()  # what needs it runs when the function is called


def serve(sock: socket, handler: Handler, output_bytes: int) -> None:
    """Answer requests until the other side hangs up.

    Args:
        sock: where requests come from.
        handler: what a `CALL` asks: from the cells' variables and a request to an answer.
        output_bytes: what one cell may output.
    """
    shell = start(output_bytes)
    limits = wire.tree_limits(output_bytes)
    state = ProcessState()

    def question(request: Any) -> Tree:
        with state.question():
            return handler(shell.user_ns, request)

    def restore() -> None:
        state.restore(shell.user_ns)
        _open_streams(shell)

    answers: dict[int, Callable[[Tree], Tree]] = {
        MessageKind.FILES: _write_files,
        MessageKind.CELL: lambda source: _run_cell(shell, source, restore),
        MessageKind.CALL: question,
    }
    while True:
        try:
            message = wire.receive(sock, limits, _FOREVER)
        except EOFError:
            return
        try:
            kind, answer = MessageKind.DONE, answers[message.kind](message.tree(limits))
        except BaseException as error:
            kind, answer = MessageKind.FAILED, f"{type(error).__name__}: {_text(error)}"
        restore()  # now, since what sends and receives needs it, too
        try:
            wire.send(sock, message.nonce, kind, answer, limits, _FOREVER)
        except MalformedTree as error:
            wire.send(sock, message.nonce, MessageKind.FAILED, str(error), limits, _FOREVER)


def _shorten(traceback: TracebackType | None) -> None:
    """Cut the middle out of a long traceback: IPython takes ten seconds over a thousand frames."""
    frames = []
    while traceback is not None:
        frames.append(traceback)
        traceback = traceback.tb_next
    if len(frames) > 2 * _FRAMES_KEPT:
        frames[_FRAMES_KEPT - 1].tb_next = frames[-_FRAMES_KEPT]


def _run_cell(shell: Shell, source: str, restore: Callable[[], None]) -> Tree:
    """Run a cell and tell what it put out, what it raised, and which statements failed."""
    shell.recorder.begin()
    shell.progress = progress = Progress()
    text, unknown = without_cell_magic(source, lambda name: bool(shell.find_cell_magic(name)))
    if unknown:
        progress.left_out.append(LeftOut(1, "UsageError", f"Cell magic `%%{unknown}` not found."))
    lines = text.split("\n")
    progress.above = next((i for i, line in enumerate(lines) if line.strip()), 0)
    try:
        result = shell.run_cell(text, store_history=True)
    except Exception as error:  # such as IPython's own, where the cell took its streams away
        restore()
        raised: BaseException | None = error
        count = shell.execution_count
    else:
        raised = result.error_before_exec or result.error_in_exec
        count = result.execution_count or shell.execution_count
    return {
        "raised": raised and [type(raised).__name__, _with_version(_text(raised), raised, text)],
        "execution_count": count,
        "outputs": shell.recorder.finish(),
        "left_out": [found.as_list() for found in progress.left_out],
    }


def _with_version(said: str, error: BaseException, source: str) -> str:
    """Say of newer syntax which Python it needs, and which one is here."""
    needed = needed_python(source) if isinstance(error, SyntaxError) else None
    if not needed:
        return said
    here = sys.version_info
    return f"{said}: this needs Python {needed[0]}.{needed[1]}, here runs {here[0]}.{here[1]}"


def _write_files(files: dict[str, bytes]) -> None:
    for name, data in files.items():
        folder = os.path.dirname(name)
        if folder:
            os.makedirs(folder, exist_ok=True)
        with open(name, "wb") as file:
            file.write(data)


def _text(error: BaseException) -> str:
    try:
        return str(error)[:_LONGEST_REASON]
    except BaseException:
        return "<an exception that cannot be shown as text>"
