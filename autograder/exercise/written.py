"""The kind of exercise that a person grades."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import numpy as np

from autograder.exercise.base import Exercise
from cnncourse.check.key import KeyProbe


class Written(Exercise):
    """An answer in words, graded by a person in nbgrader's form.

    Attributes:
        rubric: for each criterion, what earns its points: shown in nbgrader's form to whoever
            grades, between the question and the answer; never to students.
    """

    kind = "written"
    has_reference = False
    automatic = False
    rubric: ClassVar[dict[str, str]] = {}

    def questions_for(self, rng: np.random.Generator) -> Iterator[KeyProbe]:
        """Yield nothing: no machine reads it."""
        yield from ()

    def rubric_table(self) -> str:
        """Return the rubric as a table in Markdown: criterion, points, what earns them."""
        rows = [("criterion", "points", "what earns it"), (":--", "--:", ":--")]
        rows += [(c.text, f"{c.points:g}", self.rubric.get(c.key, "")) for c in self.criteria]
        return "\n".join(f"| {' | '.join(map(_in_table, row))} |" for row in rows)

    def problems(self) -> list[str]:
        """Return what is wrong; every criterion must say what earns it."""
        found = super().problems()
        keys = [c.key for c in getattr(self, "criteria", ())]
        found += [
            f"{self.name}: the rubric does not say what earns {k!r}"
            for k in keys
            if not self.rubric.get(k)
        ]
        return found + [
            f"{self.name}: the rubric speaks of {k!r}, which is no criterion"
            for k in self.rubric
            if k not in keys
        ]


def _in_table(text: str) -> str:
    """Return a text on one line, without anything that ends a table's cell."""
    return " ".join(text.split()).replace("|", "\\|")
