"""Run the notebook with solutions, and know when that is not needed."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from autograder.build.release import RECORD
from autograder.lesson import AuthoringError, Cell, Lesson, Problem

_CELL_SECONDS = 900
_ROUNDING = 5


def fingerprint(lesson: Lesson, budget: str) -> str:
    """Sum up all that the outputs of a lesson depend on and that stands in its folder.

    Args:
        lesson: the authored lesson.
        budget: what ``CNNCOURSE_BUDGET`` is set to.

    Returns:
        Hexadecimal digits that change when code, checks or budget change, not when prose does.
    """
    code = [cell.source for cell in lesson.cells if cell.kind == "code"]
    checks = [
        [spec.name, spec.title, [[c.key, c.points, c.text] for c in spec.criteria]]
        for spec in lesson.specs
        if spec.automatic
    ]
    return hashlib.sha256(json.dumps([budget, code, checks]).encode()).hexdigest()[:16]


def record(notebook: NotebookNode | None) -> dict:
    """What a notebook says about the run that made its outputs.

    Args:
        notebook: a notebook with solutions, or None.

    Returns:
        ``fingerprint`` and ``seconds``; empty if it was never executed.
    """
    return dict(notebook.metadata.get(RECORD, {})) if notebook else {}


def settled(before: int | None, now: int) -> int:
    """Choose the seconds to print, so that a busier machine alone changes no notebook.

    Args:
        before: what was printed until now; None if nothing was.
        now: what was measured.

    Returns:
        The old number unless the new one is more than half as much again, or less than two thirds.

    Example:
        >>> settled(40, 55), settled(40, 65), settled(None, 10)
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
    on_cell: Callable[[int, int], None] = lambda done, of: None,
) -> int:
    """Run a notebook from top to bottom in a fresh kernel.

    The kernel works in a temporary copy of the lesson's folder, finds the course's package
    before any installed one, and reads no start-up file of the person's.

    Args:
        notebook: the notebook; its outputs are written in place.
        lesson: the lesson, for its folder and for messages.
        cells: cell id → authored cell.
        budget: what ``CNNCOURSE_BUDGET`` is set to.
        on_cell: is told after each cell how many are done, of how many.

    Returns:
        Seconds from first to last cell, rounded up to the next five.

    Raises:
        AuthoringError: a cell raised, took too long or killed the kernel.
    """
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=_CELL_SECONDS,
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
    )
    with tempfile.TemporaryDirectory(prefix="autograder-") as scratch:
        folder = Path(scratch, lesson.name)
        shutil.copytree(lesson.folder, folder, ignore=shutil.ignore_patterns("__pycache__"))
        environment = _environment(lesson, scratch, budget)
        # What cells write to stderr reaches the notebook; this is the kernel's own talk.
        with client.setup_kernel(env=environment, cwd=str(folder), stderr=subprocess.DEVNULL):
            start = time.perf_counter()
            for index, cell in enumerate(notebook.cells):
                try:
                    client.execute_cell(cell, index)
                except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
                    line = cells[cell.id].line if cell.id in cells else 1
                    problem = Problem(lesson.script, line, _sentence(error))
                    raise AuthoringError([problem]) from None
                on_cell(index + 1, len(notebook.cells))
            seconds = time.perf_counter() - start
    return _ROUNDING * max(1, -int(-seconds // _ROUNDING))


def _environment(lesson: Lesson, scratch: str, budget: str) -> dict[str, str]:
    root = lesson.folder.parent.parent.resolve()
    path = [str(root), *filter(None, [os.environ.get("PYTHONPATH")])]
    return os.environ | {
        "CNNCOURSE_BUDGET": budget,
        "IPYTHONDIR": str(Path(scratch, "ipython")),
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": os.pathsep.join(path),
    }


def _sentence(error: Exception) -> str:
    if isinstance(error, CellExecutionError):
        return f"Running this cell raised {error.ename}: {error.evalue}"
    if isinstance(error, CellTimeoutError):
        return f"This cell ran for more than {_CELL_SECONDS} s; give it less to do."
    return "The kernel died in this cell; it may have run out of memory."
