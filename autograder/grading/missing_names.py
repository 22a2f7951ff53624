"""Tell whether a name that an answer did not find can be made by running more of its notebook."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from autograder.grading.cell_dependencies import is_uncertain
from autograder.sandbox.statements import LeftOut
from cnncourse.check.names import names

_UNDEFINED = re.compile(r"name '(\w+)' is not defined")
_UNREADABLE = ("SyntaxError", "IndentationError", "TabError")


def missing_name(kind: str, text: str) -> str | None:
    """Return the name that an exception says is missing, or "" where it does not say which.

    Args:
        kind: the exception's name.
        text: what it says.

    Example:
        >>> missing_name("NameError", "name 'x' is not defined")
        'x'
        >>> missing_name("ValueError", "x") is None
        True
    """
    if kind != "NameError":
        return None
    found = _UNDEFINED.search(text)
    return found[1] if found else ""


class Makers:
    """The cells of a notebook that may make a name, less those that were seen to fail.

    Args:
        sources: place of a code cell → its text.

    Example:
        >>> makers = Makers({0: "a = b", 1: "c = 1"})
        >>> makers.may_make("a"), makers.may_make("b"), makers.may_make("c")
        (True, False, True)
        >>> failed = LeftOut(1, "NameError", "name 'b' is not defined", ("a",))
        >>> makers.failed(0, "NameError", [failed])
        >>> makers.may_make("a")
        False
    """

    def __init__(self, sources: Mapping[int, str]) -> None:
        self._sources = sources
        self._lost: set[int] = set()
        self._without: dict[tuple[int, str], str] = {}

    def lost(self, place: int) -> None:
        """Count a cell out: it took its process with it, and would do so again."""
        self._lost.add(place)

    def failed(self, place: int, kind: str, left_out: Iterable[LeftOut]) -> None:
        """Note what of a cell failed: all of it, if it is not Python, or statements.

        Args:
            place: of the cell.
            kind: the exception that ended it, or "".
            left_out: its statements that failed.
        """
        if kind in _UNREADABLE:
            self.lost(place)
        for statement in left_out:
            if missing := missing_name(statement.kind, statement.text):
                self._without.update({(place, name): missing for name in statement.names})

    def may_make(self, name: str, asked: frozenset[str] = frozenset()) -> bool:
        """Say whether a cell may make a name, were it run with all others.

        A cell that failed for want of another name makes it only if that one can be made. One that
        failed for any other reason may have lacked what a cell that did not run would have done.

        Args:
            name: what is missing; "" for what is not known.
            asked: names whose lack is being followed.
        """
        return not name or any(
            self._makes(place, name, asked | {name}) for place in self._sources.keys() - self._lost
        )

    def _makes(self, place: int, name: str, asked: frozenset[str]) -> bool:
        source = self._sources[place]
        if is_uncertain(source):
            return True
        found = names(source)
        if name not in found.bound and name not in found.changed:
            return False
        without = self._without.get((place, name))
        return without is None or (without not in asked and self.may_make(without, asked))
