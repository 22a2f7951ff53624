"""Make a lesson's page from its executed notebook, without what students must find themselves."""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Iterator

from nbformat import NotebookNode, v4

from autograder.build.release import cut_solutions
from autograder.lesson.regions import without_markers
from autograder.site.markdown import unfolded
from autograder.site.sliders import slider_sentence
from cnncourse.check.bindings import DEFINITIONS
from cnncourse.check.names import names
from cnncourse.check.source import parse

_BADGE = re.compile(r"\[!\[(?P<text>[^\]]*)\]\([^)]*\)\]\((?P<link>[^)]*)\)")


def lesson_page(executed: NotebookNode, *, solutions: bool = False) -> NotebookNode:
    """Make the notebook that a lesson's page shows.

    Answers become what a student starts from. With them go the outputs of answers and checks, and
    of each cell that uses a value which an exercise asks for. What an asked function gives stays:
    it tells what the function does, as the exercise's own text, and not how.

    Args:
        executed: the executed notebook with solutions; it is left as it is.
        solutions: whether the page is for those who may see them.

    Returns:
        A notebook of Markdown for MyST and of code with the outputs that it keeps.
    """
    page = copy.deepcopy(executed)
    hidden = set() if solutions else telling_cells(executed)
    if not solutions:
        cut_solutions(page)
    page.cells = list(_cells(page, hidden))
    page.metadata = NotebookNode(kernelspec=executed.metadata.get("kernelspec", {}))
    return page


def telling_cells(executed: NotebookNode) -> set[str]:
    """Find the cells whose outputs would tell an answer.

    Args:
        executed: the executed notebook with solutions.

    Returns:
        Ids of answers and checks, and of the cells that use the value of an answer, or what was
        made from it.
    """
    found: set[str] = set()
    telling = set(_asked_values(executed))
    for cell in executed.cells:
        if cell.cell_type != "code":
            continue
        used = names(without_markers(cell.source))
        if _is_exercise(cell):
            found.add(cell.id)
        elif (used.used | used.later) & telling:
            found.add(cell.id)
            telling |= used.bound.keys()
    return found


def _cells(page: NotebookNode, hidden: set[str]) -> Iterator[NotebookNode]:
    for cell in page.cells:
        if cell.cell_type == "markdown":
            if cell.id != "navigation":  # the theme links to the neighbours
                text = _BADGE.sub(r"[\g<text>](\g<link>)", without_markers(cell.source))
                yield v4.new_markdown_cell(unfolded(text), id=cell.id)
            continue
        outputs = [] if cell.id in hidden else [_as_picture(out) for out in cell.outputs]
        yield v4.new_code_cell(without_markers(cell.source), id=cell.id, outputs=outputs)
        if outputs and (sentence := slider_sentence(cell.source)):
            yield v4.new_markdown_cell(sentence, id=f"{cell.id}-sliders")


def _asked_values(notebook: NotebookNode) -> Iterator[str]:
    """Yield the names of exercises that ask for a value rather than a function or a class."""
    for cell in notebook.cells:
        graded = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and graded.get("solution"):
            name = graded.grade_id.removesuffix("-answer")
            tree = parse(without_markers(cell.source))
            if not any(_defines(node, name) for node in tree.body):
                yield name


def _defines(node: ast.stmt, name: str) -> bool:
    return isinstance(node, DEFINITIONS) and getattr(node, "name", None) == name


def _is_exercise(cell: NotebookNode) -> bool:
    return bool(cell.metadata.get("nbgrader"))


def _as_picture(output: NotebookNode) -> NotebookNode:
    """Return an output without the HTML that holds the same picture once more."""
    data = output.get("data", {})
    if "image/png" in data:
        data.pop("text/html", None)
    return output
