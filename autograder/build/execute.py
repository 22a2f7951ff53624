"""Run the notebook with solutions, and decide when that is not needed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from autograder.build.processor_time import Allowance, Watch, watched
from autograder.build.release import RECORD
from autograder.lesson import AuthoringError, Cell, Lesson, Problem
from cnncourse.check.key import KEYS_VARIABLE

# Nothing fails because the machine is busy: a kernel may take its time to start and to answer.
_PATIENCE = 600
_ROUNDING = 5
CELL = Allowance()


def record(notebook: NotebookNode | None) -> dict:
    """Return what a notebook says about the run that made its outputs.

    Args:
        notebook: a notebook with solutions, or None.

    Returns:
        ``fingerprint`` and ``seconds``; empty if it was never executed.
    """
    return dict(notebook.metadata.get(RECORD, {})) if notebook else {}


def steady_seconds(before: int | None, now: int) -> int:
    """Choose the seconds to print, so that a busier machine alone changes no notebook.

    Args:
        before: what was printed until now; None if nothing was.
        now: what was measured.

    Returns:
        The old number unless the new one is more than half as much again, or less than two thirds.

    Example:
        >>> steady_seconds(40, 55), steady_seconds(40, 65), steady_seconds(None, 10)
        (40, 65, 10)
    """
    return before if before and before / 1.5 <= now <= before * 1.5 else now


def keep_outputs(notebook: NotebookNode, old: NotebookNode) -> None:
    """Carry outputs over from an older notebook to the cells whose source is unchanged.

    Args:
        notebook: the notebook that gets them; it is changed in place.
        old: the notebook that has them.
    """
    before = {cell.id: cell for cell in old.cells if cell.cell_type == "code"}
    for cell in notebook.cells:
        kept = before.get(cell.id)
        if cell.cell_type == "code" and kept is not None and kept.source == cell.source:
            cell.outputs, cell.execution_count = kept.outputs, kept.execution_count


def execute(
    notebook: NotebookNode,
    lesson: Lesson,
    cells: Mapping[str, Cell],
    *,
    budget: str,
    key: str | None = None,
    allowance: Allowance = CELL,
    on_cell: Callable[[int, int], None] = lambda at, of: None,
) -> int:
    """Run a notebook from top to bottom in a fresh kernel.

    The kernel works in a temporary copy of the lesson's folder, finds the course's package
    before any installed one, and reads no start-up file of the person's.

    Args:
        notebook: the notebook; its outputs are written in place.
        lesson: the lesson, for its folder and for messages.
        cells: cell id → authored cell.
        budget: what ``CNNCOURSE_BUDGET`` is set to.
        key: the key that its checks use; None for the one that is in place.
        allowance: what each cell may use.
        on_cell: is told before each cell, and now and then while it runs, which it is, from 1, of
            how many.

    Returns:
        Seconds from first to last cell, rounded up to the next five. They are no more than the
        processor time that was used: on a busy machine the clock tells of others.

    Raises:
        AuthoringError: a cell raised, used too much or killed the kernel.
    """
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=None,  # processor time is limited instead
        startup_timeout=_PATIENCE,
        iopub_timeout=_PATIENCE,
        raise_on_iopub_timeout=True,
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
    )
    at, of = 1, len(notebook.cells)
    with (
        _kernel(client, lesson, budget, key) as pid,
        watched(pid, allowance, on_look=lambda: on_cell(at, of)) as watch,
    ):
        start, used = time.perf_counter(), watch.used
        for at, cell in enumerate(notebook.cells, start=1):
            on_cell(at, of)
            watch.renew()
            try:
                client.execute_cell(cell, at - 1)
            except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
                line = cells[cell.id].line if cell.id in cells else 1
                problem = Problem(lesson.script, line, _sentence(error, watch))
                raise AuthoringError([problem]) from None
        seconds = min(time.perf_counter() - start, watch.used - used)
    return _ROUNDING * max(1, -int(-seconds // _ROUNDING))


@contextmanager
def _kernel(client: NotebookClient, lesson: Lesson, budget: str, key: str | None) -> Iterator[int]:
    """Start a kernel in a folder of its own, and yield the number of its process."""
    with tempfile.TemporaryDirectory(prefix="autograder-") as scratch:
        folder = Path(scratch, lesson.name)
        shutil.copytree(lesson.folder, folder, ignore=shutil.ignore_patterns("__pycache__"))
        environment = _environment(lesson, scratch, budget)
        if key is not None:
            keys = Path(scratch, "keys")
            keys.mkdir()
            (keys / f"{lesson.name}.json").write_text(key, encoding="utf-8")
            environment[KEYS_VARIABLE] = str(keys)
        # What cells write to stderr reaches the notebook; this is the kernel's own talk.
        with client.setup_kernel(env=environment, cwd=str(folder), stderr=subprocess.DEVNULL):
            provisioner = client.km and client.km.provisioner
            yield provisioner.pid  # type: ignore[union-attr]  # it is a local one, and has started


def _environment(lesson: Lesson, scratch: str, budget: str) -> dict[str, str]:
    root = lesson.folder.parent.parent.resolve()
    path = [str(root), *filter(None, [os.environ.get("PYTHONPATH")])]
    return os.environ | {
        "CNNCOURSE_BUDGET": budget,
        "IPYTHONDIR": str(Path(scratch, "ipython")),
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": os.pathsep.join(path),
    }


def _sentence(error: Exception, watch: Watch) -> str:
    if watch.excess:
        return f"This cell {watch.excess}; give it less to do, or nothing to wait for."
    if isinstance(error, CellExecutionError):
        return f"Running this cell raised {error.ename}: {error.evalue}"
    if isinstance(error, CellTimeoutError):
        return f"This cell ended, but its output did not come within {_PATIENCE} s; build again."
    return "The kernel died in this cell; it may have run out of memory."
