"""Bound what all cells together add to a graded notebook, while they run."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from autograder.grading.safe_html import error
from autograder.grading.submission_limits import MIB

# A notebook file keeps each line as a string of its own, which costs this much in memory or on the
# disk, so that a million empty lines are no small output.
_LINE = 60
_LONGEST_ERROR = 500
_CUT = "The outputs of this cell were left out: all cells together have more than {} MB.\n"


class OutputRoom:
    r"""How much room is left for a notebook's outputs.

    Args:
        most: bytes for all of them.

    Example:
        >>> room = OutputRoom(2**20)
        >>> long = [{"output_type": "stream", "name": "stdout", "text": "x" * 2**21}]
        >>> room.fit(long)[0]["text"]
        'The outputs of this cell were left out: all cells together have more than 1 MB.\n'
        >>> room.finding
        'the outputs of 1 cell(s) were left out of the graded notebook: it keeps 1 MB'
    """

    def __init__(self, most: int) -> None:
        self.cut = 0
        self._most = self._left = most

    def fit(self, outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return a cell's outputs if there is room, else one line and the error, shortened."""
        size = sum(map(_size, outputs))
        if size <= self._left:
            self._left -= size
            return outputs
        self.cut += 1
        text = _CUT.format(self._most // MIB)
        note = {"output_type": "stream", "name": "stderr", "text": text}
        raised = [o for o in outputs if o["output_type"] == "error"][-1:]
        return [note, *(error(o["ename"], o["evalue"][:_LONGEST_ERROR]) for o in raised)]

    @property
    def finding(self) -> str | None:
        """Say in a clause what was left out; None if nothing was."""
        if not self.cut:
            return None
        return (
            f"the outputs of {self.cut} cell(s) were left out of the graded notebook: "
            f"it keeps {self._most // MIB} MB"
        )


def _size(output: dict[str, Any]) -> int:
    texts: Iterable[str] = [
        output.get("text", ""),
        output.get("evalue", ""),
        *output.get("data", {}).values(),
        *output.get("traceback", []),
    ]
    return sum(len(json.dumps(text)) + _LINE * text.count("\n") for text in texts)
