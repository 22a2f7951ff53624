"""Show whoever grades a written answer its question and its rubric, directly above the answer.

A student's cell holds question and answer in one, so the answer may have taken the question's
place. The rubric is for the grader alone: feedback pages leave these cells out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import nbformat
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade, is_solution

from autograder.lesson.regions import WRITTEN_STUB

ORIGIN = "rubric"


def show_rubrics(
    notebook: nbformat.NotebookNode,
    release: nbformat.NotebookNode,
    rubrics: Mapping[str, str],
) -> None:
    """Put a locked cell with the question and what earns points above each written answer.

    Cells that an earlier call put in are replaced. nbgrader accepts them in graded notebooks
    because they carry none of its metadata: nothing grades them.

    Args:
        notebook: a judged notebook; it is changed.
        release: the lesson as released: its cells hold the questions.
        rubrics: exercise → its rubric, as Markdown.
    """
    questions = {cell.metadata.nbgrader.grade_id: cell.source for cell in _written(release)}
    cells: list[Any] = []
    written = {id(cell) for cell in _written(notebook)}
    for cell in notebook.cells:
        if _is_rubric(cell):
            continue
        name = cell.metadata.nbgrader.grade_id if id(cell) in written else ""
        if name in rubrics:
            cells.append(_cell(name, questions.get(name, ""), rubrics[name]))
        cells.append(cell)
    notebook.cells = cells


class WithoutRubrics(NbGraderPreprocessor):
    """Leaves the rubrics out of feedback pages, which students read."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Return the graded notebook without the cells that `show_rubrics` put in."""
        nb.cells = [cell for cell in nb.cells if not _is_rubric(cell)]
        return nb, resources


def _written(notebook: nbformat.NotebookNode) -> list[Any]:
    return [cell for cell in notebook.cells if is_grade(cell) and is_solution(cell)]


def _is_rubric(cell: Any) -> bool:
    return cell.metadata.get("cnncourse", {}).get("origin") == ORIGIN


def _cell(name: str, question: str, rubric: str) -> Any:
    asked = "\n".join(line for line in question.split("\n") if line.strip() != WRITTEN_STUB)
    cell = nbformat.v4.new_markdown_cell(
        f"{asked.strip()}\n\n**What earns points**\n\n{rubric}",
        metadata={"cnncourse": {"origin": ORIGIN}, "editable": False, "deletable": False},
    )
    cell.id = f"{ORIGIN}-{name}"
    return cell
