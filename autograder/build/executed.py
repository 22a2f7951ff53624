"""Keep the outputs of executed lessons: the same code is not executed again."""

from __future__ import annotations

import json
from collections.abc import Callable

import nbformat
from nbformat import NotebookNode

from autograder.build.assemble import as_text, named_cells
from autograder.build.cell_outputs import output_problems, tidy
from autograder.build.execute import execute
from autograder.build.inputs import execution_inputs
from autograder.build.store import Store
from autograder.lesson import Lesson


def executed(
    notebook: NotebookNode,
    lesson: Lesson,
    *,
    budget: str,
    key: str | None,
    store: Store,
    again: bool,
    tell: Callable[[str], None],
) -> tuple[NotebookNode, int]:
    """Execute a notebook, or look up what that gave before.

    Args:
        notebook: the notebook with solutions; it may be changed in place.
        lesson: its lesson.
        budget: what ``CNNCOURSE_BUDGET`` is set to.
        key: the key that its checks use; None for the one that is in place.
        store: where outputs are looked up and kept, if they are fit to be published: what warned
            by chance should not go on warning.
        again: whether to execute even what was executed before.
        tell: is told what is being done.

    Returns:
        The executed notebook, and the seconds that it took.

    Raises:
        AuthoringError: as `execute`.
    """
    sources = [[cell.id, cell.source] for cell in notebook.cells if cell.cell_type == "code"]
    made_from = execution_inputs(lesson, budget, sources)
    text = None if again else store.get(made_from)
    if text is not None:
        kept = json.loads(text)
        return nbformat.reads(kept["notebook"], as_version=4), kept["seconds"]
    cells = named_cells(lesson)
    seconds = execute(
        notebook,
        lesson,
        cells,
        budget=budget,
        key=key,
        on_cell=lambda at, of: tell(f"cell {at} of {of}"),
    )
    tidy(notebook)
    if not any(output_problems(notebook, cells, lesson.script)):
        store.put(made_from, json.dumps({"notebook": as_text(notebook), "seconds": seconds}))
    return notebook, seconds
