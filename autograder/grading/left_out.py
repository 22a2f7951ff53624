"""Tell which lines of a notebook did not run here, and which missing names that explains."""

from __future__ import annotations

import re
from collections.abc import Iterable

from autograder.grading.missing_names import missing_name
from autograder.sandbox.statements import LeftOut

# The exception's name, what to find in its text, and what to say: what works elsewhere.
_REASONS = (
    ("ModuleNotFoundError", r"No module named '([\w.]+)'", "no module {} here"),
    ("ImportError", r"cannot import name ('\w+') from '([\w.]+)'", "no {} in {} here"),
    ("UsageError", r"magic (?:function )?`(%+\w+)`", "no magic {} here"),
    ("EOFError|StdinNotImplementedError", r"", "nobody answers input() here"),
    ("FileNotFoundError", r"('[^']{1,80}')", "no file {} here"),
    ("URLError|HTTPError|gaierror|ConnectionError", r"", "no network here"),
    ("Exception", r"URL fetch failure", "no network here"),
    ("SystemError|SystemExit", r"", "it raised {kind}"),
)
# In the details of an outcome: the answer's mistake is none, or cannot be seen here.
MISSING = "is missing because of"


class LeftOutLines:
    """The lines of a submission that did not run here though they may elsewhere."""

    def __init__(self) -> None:
        self._places: dict[str, list[str]] = {}
        self._names: dict[str, str] = {}

    def add(self, cell: int, left_out: Iterable[LeftOut]) -> None:
        """Add what a cell of the student's left out; errors of their own are none of it.

        Args:
            cell: its number.
            left_out: its statements that failed.
        """
        for found in left_out:
            if reason := _reason(found):
                place = f"cell {cell}, line {found.line}"
                self._places.setdefault(reason, []).append(place)
                self._names.update(dict.fromkeys(found.names, f"{place}: {reason}"))

    def findings(self) -> list[str]:
        """Return one clause per reason, without full stop."""
        return [
            f"{_listed(places)}: {reason}; {'it was' if len(places) == 1 else 'they were'} left out"
            for reason, places in self._places.items()
        ]

    def explains(self, kind: str, text: str) -> str | None:
        """Return why a name is missing, if a line that was left out would have bound it.

        Args:
            kind: an exception's name.
            text: what it says, or a sentence that quotes it.

        Example:
            >>> lines = LeftOutLines()
            >>> missing = LeftOut(1, "ModuleNotFoundError", "No module named 'seaborn'", ("sns",))
            >>> lines.add(3, [missing])
            >>> lines.explains("NameError", "name 'sns' is not defined")
            "'sns' is missing because of cell 3, line 1: no module seaborn here"
            >>> lines.findings()
            ['cell 3, line 1: no module seaborn here; it was left out']
        """
        name = missing_name(kind, text)
        return f"{name!r} {MISSING} {self._names[name]}" if name in self._names else None


def _reason(found: LeftOut) -> str | None:
    for kinds, pattern, reason in _REASONS:
        if re.fullmatch(kinds, found.kind) and (match := re.search(pattern, found.text)):
            return reason.format(*match.groups(), kind=found.kind)
    return None


def _listed(places: list[str]) -> str:
    more = len(places) - 2
    return " and ".join(places) if more <= 0 else f"{places[0]} and {more + 1} more lines"
