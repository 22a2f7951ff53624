"""Make the student's notebook from the one with solutions."""

from __future__ import annotations

import copy

from nbformat import NotebookNode
from nbgrader.utils import compute_checksum

from autograder.lesson.regions import cut_code, cut_text

RECORD = "cnncourse"  # the builder's own entry in the metadata of a notebook with solutions


def release(notebook: NotebookNode) -> NotebookNode:
    """Make the student's notebook.

    Args:
        notebook: the notebook with solutions, executed or not; it is left as it is.

    Returns:
        A notebook without solutions and outputs, its exercises locked and given checksums in
        the way of ``nbgrader generate_assignment``.
    """
    student = copy.deepcopy(notebook)
    cut_solutions(student)
    for cell in student.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        graded = cell.metadata.get("nbgrader")
        if graded:
            cell.metadata["deletable"] = False
            if graded.locked:
                cell.metadata["editable"] = False
            graded["cell_type"] = cell.cell_type
            graded["checksum"] = compute_checksum(cell)
    return student


def cut_solutions(notebook: NotebookNode) -> None:
    """Cut the solutions out of a notebook, and the record of how it was executed.

    Args:
        notebook: a notebook with nbgrader's metadata; it is changed in place.
    """
    notebook.metadata.pop(RECORD, None)
    for cell in notebook.cells:
        graded = cell.metadata.get("nbgrader", {})
        if graded.get("solution"):
            name = graded.grade_id.removesuffix("-answer")
            written = cell.cell_type == "markdown"
            cell.source = cut_text(cell.source) if written else cut_code(cell.source, name)
