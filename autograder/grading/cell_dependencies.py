"""Which of a lesson's own cells an answer needs: the others show things, and need not run to grade.

A lesson's experiments take most of its time, and none of them decides a verdict. A cell of the
lesson is needed when it makes a name that an exercise, a student's own cell or another needed cell
uses. What cannot be read with certainty counts as needed.
"""

from __future__ import annotations

import ast
import symtable
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from nbgrader.utils import is_grade, is_solution

SETUP = "setup"


def needed(cells: Sequence[Any], lesson_cells: Collection[str]) -> set[int]:
    """Find the code cells that grading must run.

    Args:
        cells: the notebook's cells, nbgrader's metadata in place.
        lesson_cells: sources of the cells that the lesson was released with.

    Returns:
        Indices of code cells: exercises, set-up cells, cells that the student added or changed,
        and those of the lesson that one of these needs.

    Example:
        >>> import nbformat
        >>> sources = ["a = 1", "print(a)", "b = 2", "mine = b"]
        >>> cells = [nbformat.v4.new_code_cell(source) for source in sources]
        >>> sorted(needed(cells, set(sources[:3])))
        [2, 3]
    """
    code = [i for i, c in enumerate(cells) if c.cell_type == "code" and not _is_check(c)]
    optional = {i for i in code if _is_optional(cells[i], lesson_cells)}
    running = set(code) - optional
    makes = {i: set(_bound(cells[i].source)) for i in optional}
    fresh = set(running)
    while fresh:
        names = {name for i in fresh for name in _used(cells[i].source)}
        fresh = {i for i in optional - running if makes[i] & names}
        running |= fresh
    return running


def _is_check(cell: Any) -> bool:
    return is_grade(cell) and not is_solution(cell)


def _is_optional(cell: Any, lesson_cells: Collection[str]) -> bool:
    return (
        cell.source in lesson_cells
        and not is_solution(cell)
        and SETUP not in cell.metadata.get("tags", ())
        and _readable(cell.source)
    )


def _readable(source: str) -> bool:
    try:
        ast.parse(source)
    except (SyntaxError, ValueError):  # a magic: what it does cannot be read
        return False
    return True


def _bound(source: str) -> Iterator[str]:
    """The names that a cell makes, or whose value it changes in place."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                yield name
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                yield from ((a.asname or a.name).split(".")[0] for a in names)
            case ast.Attribute(value=ast.Name(id=name), ctx=ast.Store()):
                yield name
            case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store()):
                yield name
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name)))):
                yield name  # values.append(1), model.fit(x, y)


def _used(source: str) -> set[str]:
    """The notebook's names that a cell uses: all it mentions, but for its functions' own."""
    try:
        return set(_globals(symtable.symtable(source, "<cell>", "exec")))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        # unreadable to us, perhaps not to IPython: every word may be a name
        return set("".join(c if c.isidentifier() or c.isdigit() else " " for c in source).split())


def _globals(table: symtable.SymbolTable) -> Iterator[str]:
    top = table.get_type() == "module"
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (top or symbol.is_global()):
            yield symbol.get_name()
    for child in table.get_children():
        yield from _globals(child)
