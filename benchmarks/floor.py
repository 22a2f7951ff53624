"""Run what a grader cannot do without: the cells that the answers need, and nothing else.

One process imports what lessons import, then forks a child for each notebook, one after another.
Nothing isolates the child, nobody judges what it made, nothing is recorded. Prints the seconds of
each notebook on the clock and of the processor, as JSON.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import sys
import traceback
from pathlib import Path
from time import perf_counter

import nbformat

from autograder.course import Course
from autograder.grading.cell_dependencies import needed
from autograder.grading.merge import released_sources
from autograder.sandbox import PRELOAD


def main(root: str, lesson: str, *paths: str) -> None:
    """Run notebooks.

    Args:
        root: the course.
        lesson: the lesson's name.
        paths: the notebooks.
    """
    course = Course(Path(root))
    release = nbformat.read(course.release(lesson), as_version=4)
    sources = [_needed(Path(path), release) for path in paths]
    for module in (*PRELOAD, *course.file.preload, "cnncourse"):
        importlib.import_module(module)
    gc.freeze()
    print(json.dumps([_forked(cells) for cells in sources]))


def _needed(path: Path, release: nbformat.NotebookNode) -> list[str]:
    cells = nbformat.read(path, as_version=4).cells
    return [cells[i].source for i in sorted(needed(cells, released_sources(release)))]


def _forked(cells: list[str]) -> tuple[float, float]:
    """Run cells in a child; return its seconds on the clock and of the processor."""
    start = perf_counter()
    pid = os.fork()
    if not pid:
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            _run(cells)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    _, status, usage = os.wait4(pid, 0)
    if status:
        sys.exit("a notebook did not run")
    return perf_counter() - start, usage.ru_utime + usage.ru_stime


def _run(cells: list[str]) -> None:
    from IPython.core.inputtransformer2 import TransformerManager

    namespace: dict[str, object] = {"__name__": "__main__"}
    for place, cell in enumerate(cells):
        exec(compile(TransformerManager().transform_cell(cell), f"cell {place}", "exec"), namespace)


if __name__ == "__main__":
    main(*sys.argv[1:])
