"""What nbgrader's gradebook keeps of a graded notebook, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from nbgrader.utils import compute_checksum, determine_grade, is_grade, is_solution, is_task

_NOTHING = "No response."  # nbgrader's words


@dataclass(frozen=True)
class Row:
    """What the judge has to say of one notebook.

    Args:
        scores: graded cell → its points; None where a person has to give them.
        comments: answer cell → nbgrader's automatic comment; None for none.
    """

    scores: dict[str, float | None] = field(default_factory=dict)
    comments: dict[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Standing:
    """What the gradebook holds of one notebook, points given by hand included.

    Args:
        scores: graded cell → points.
        penalty: points lost because it came late.
        comments: answer cell → what a person or nbgrader remarked on it.
        by_hand: a person gave points, extra credit or a comment.
        waiting: the cells that a person has yet to grade.
        due: until when it could be handed in, extension included, in UTC; None for no such date.
    """

    scores: dict[str, float] = field(default_factory=dict)
    penalty: float = 0.0
    comments: dict[str, str] = field(default_factory=dict)
    by_hand: bool = False
    waiting: tuple[str, ...] = ()
    due: datetime | None = None

    @property
    def score(self) -> float:
        """Points in all, as nbgrader exports them.

        Example:
            >>> Standing({"f": 3, "g": 1}, penalty=0.5).score
            3.5
        """
        return max(0.0, sum(self.scores.values()) - self.penalty)


def row_of(notebook: Any) -> Row:
    """Read from a graded notebook what nbgrader's SaveAutoGrades would.

    Args:
        notebook: its check cells hold the judge's outputs.
    """
    row = Row()
    for cell in notebook.cells:
        if "nbgrader" not in cell.metadata:
            continue
        name = cell.metadata.nbgrader["grade_id"]
        if is_grade(cell):
            row.scores[name], _ = determine_grade(cell)
        if is_task(cell):
            row.comments[name] = None
        elif is_solution(cell):
            released = cell.metadata.nbgrader.get("checksum") == compute_checksum(cell)
            row.comments[name] = _NOTHING if released else None
    return row
