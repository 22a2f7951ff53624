"""Read what graded notebooks say of a student's answers; nothing is run and nothing judged again.

A graded notebook may be missing, cut short or of an older version: then it says nothing, or says
nothing of some answers, and whoever asked tells so.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.grading.judge import OUTCOME
from autograder.grading.merge import ANSWER
from autograder.grading.safe_html import text_of

_BROKEN = (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError)


@dataclass(frozen=True)
class Verdict:
    """What became of one answer, as its graded notebook says.

    Args:
        state: the outcome's state, such as ``wrong values``.
        message: what the student read first.
        misconception: identifier of the mistake that was named.
    """

    state: str
    message: str
    misconception: str | None = None


@dataclass(frozen=True)
class Use:
    """What one answer took.

    Args:
        seconds: processor time of its cells and of the questions to it.
        memory_mb: the most memory that it had at a time.
    """

    seconds: float | None = None
    memory_mb: float | None = None


@dataclass(frozen=True)
class GradedNotebook:
    """A student's graded notebook.

    Args:
        verdicts: exercise → what became of the answer, where it is on record.
        sources: exercise → the cell that answers it. It is a student's: nothing in it is trusted.
        added: sources of the code cells that the student added.
        used: exercise → what its answer took, where it was measured.
    """

    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    added: tuple[str, ...] = ()
    used: Mapping[str, Use] = field(default_factory=dict)


def read_graded(path: Path, released: Collection[str] = ()) -> GradedNotebook | None:
    """Read a graded notebook.

    Args:
        path: the file.
        released: sources of the release's code cells, which are nobody's own.

    Returns:
        What it says; None if it is not there or cannot be read.
    """
    try:
        tree = json.loads(path.read_text(encoding="utf-8"))
        return _read(tree["cells"], tree.get("metadata", {}), released)
    except _BROKEN:
        return None


def _read(cells: Any, metadata: Any, released: Collection[str]) -> GradedNotebook:
    verdicts, sources, added = {}, {}, []
    for cell in cells:
        about = cell["metadata"].get("nbgrader", {})
        name, source = about.get("grade_id", ""), text_of(cell["source"]) or ""
        if about.get("solution"):
            sources[name.removesuffix(ANSWER)] = source
        if about.get("grade") and (verdict := _verdict(cell["metadata"].get(OUTCOME))):
            verdicts[name] = verdict
        if not about and cell["cell_type"] == "code" and source not in released:
            added.append(source)
    used = metadata.get("cnncourse", {}).get("exercises", {})
    return GradedNotebook(
        verdicts, sources, tuple(added), {name: _use(taken) for name, taken in used.items()}
    )


def _verdict(outcome: Any) -> Verdict | None:
    match outcome:
        case {"state": str(state), "message": str(message), "misconception": str() | None as named}:
            return Verdict(state, text_of(message) or "", named)
    return None


def _use(taken: Mapping[str, Any]) -> Use:
    return Use(_amount(taken.get("seconds")), _amount(taken.get("memory_mb")))


def _amount(value: Any) -> float | None:
    """Return a measured amount; None for what is none."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if number and math.isfinite(value) and value >= 0 else None
