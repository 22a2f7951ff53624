"""Find the cells of a lesson that an answer needs; grading need not run the others.

A lesson's experiments take most of its time, and none of them decides a verdict. A cell of the
lesson is needed when an exercise, a student's own cell or another needed cell sees a value that it
bound or changed. What cannot be read with certainty counts as needed.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from nbgrader.utils import is_grade, is_solution

from autograder.grading.merge import exercise_of
from cnncourse.check.names import STAR, Names, names

SETUP = "setup"
# What a cell with one of these binds or changes cannot be read.
_UNCERTAIN = {STAR, "get_ipython", "exec", "eval", "globals", "locals"}
_BUILT_IN = frozenset(vars(builtins))
# A lesson takes 4,000 at most, if every cell of it is followed.
_MOST_STEPS = 100_000


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
    code = {i: c for i, c in enumerate(cells) if c.cell_type == "code" and not _is_check(c)}
    running = {i for i, cell in code.items() if not _is_optional(cell, lesson_cells)}
    if running == code.keys():
        return running
    flow = _Flow({i: _names(cell.source) for i, cell in code.items()})
    flow.follow((i, i) for i in running)
    checks = {c.metadata.nbgrader.grade_id: i for i, c in enumerate(cells) if _is_check(c)}
    for i in running:
        if name := exercise_of(cells[i]):
            check = checks.get(name, len(cells))
            flow.follow([(i, check), *((maker, check) for maker in flow.makers(name, check))])
    return running | flow.seen


def _is_check(cell: Any) -> bool:
    return is_grade(cell) and not is_solution(cell)


def _is_optional(cell: Any, lesson_cells: Collection[str]) -> bool:
    return (
        cell.source in lesson_cells
        and not is_solution(cell)
        and SETUP not in cell.metadata.get("tags", ())
        and not is_uncertain(cell.source)
    )


def is_uncertain(source: str) -> bool:
    """Say whether what a cell binds or changes cannot be read from its text.

    Example:
        >>> is_uncertain("exec('x = 1')"), is_uncertain("x = 1")
        (True, False)
    """
    try:
        found = names(source)
    except SyntaxError:
        return True
    return bool(_UNCERTAIN & (found.bound.keys() | found.used | found.later))


def _names(source: str) -> Names:
    """Return the names of a cell; of one that cannot be read, every word, as it may use it."""
    try:
        return names(source)
    except SyntaxError:
        words = set(re.findall(r"[^\W\d]\w*", source))
        return Names(used=words, later=words)


class _Flow:
    """Follows values up through a notebook, from where they are used to where they are made.

    Args:
        cells: the names of each code cell, by its place.
    """

    def __init__(self, cells: Mapping[int, Names]) -> None:
        self._cells = cells
        self._places: dict[str, list[int]] = {}
        # A function of a module is seldom called to change the module: plots.show(…).
        made = {name for cell in cells.values() for name in cell.bound.keys() - cell.imported}
        modules = {name for cell in cells.values() for name in cell.imported} - made
        for place, cell in sorted(cells.items()):
            for name in cell.bound.keys() | cell.changed | (cell.called - modules):
                self._places.setdefault(name, []).append(place)
        self._done: set[tuple[int, int]] = set()
        self._steps = 0

    @property
    def seen(self) -> set[int]:
        """Return the places of the cells whose values are used."""
        return {place for place, _ in self._done}

    def follow(self, uses: Iterable[tuple[int, int]]) -> None:
        """Follow what cells use to the cells that make it.

        Args:
            uses: place of a cell, and the place at which what it binds is used: its functions see
                the notebook's names as they are there.
        """
        waiting = list(uses)
        while waiting:
            place, called = use = waiting.pop()
            if use in self._done:
                continue
            self._done.add(use)
            cell = self._cells[place]
            found = [(maker, called) for n in cell.used for maker in self.makers(n, place)]
            found += [(maker, called) for n in cell.later for maker in self.makers(n, called)]
            waiting += found
            self._steps += len(cell.used) + len(cell.later) + len(found)
            if self._steps > _MOST_STEPS:  # no honest notebook: run it all
                self._done |= {(every, every) for every in self._cells}
                return

    def makers(self, name: str, place: int) -> Iterator[int]:
        """Yield the cells above a place whose binding or change of a name may be seen there.

        Students run cells in odd orders: where no cell above binds it, nor the cell itself, those
        below count. What is bound above in a branch that is not taken is missed, so all cells run.
        """
        places = self._places.get(name, [])
        above = [p for p in places if p < place]
        for maker in reversed(above):
            yield maker
            if name in self._cells[maker].certain:
                return
        bound = any(name in self._cells[p].bound for p in above)
        if not bound and place not in places and name not in _BUILT_IN:
            yield from (p for p in places if p > place)
