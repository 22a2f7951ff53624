"""Functions of arrays: same outputs on the same inputs."""

from __future__ import annotations

from typing import Any

from cnncourse.check.compare import compare
from cnncourse.check.key import ExerciseKey, KeyProbe
from cnncourse.check.kinds.base import Kind, Mismatches, Observation
from cnncourse.check.reply import Ask, Reply, question


class FunctionObservation(Observation):
    """A function's return value."""

    def __init__(self, reply: Reply, key: ExerciseKey) -> None:
        super().__init__(reply)
        self._tolerance = key.tolerance

    def repeats(self, record: dict[str, Any]) -> bool:
        """Return whether the same came back; where a wrong answer gives nan, nan is the same."""
        return compare(self.reply["value"], record["value"], self._tolerance, same_nan=True) is None

    def beside(self, record: dict[str, Any]) -> tuple[Any, Any] | None:
        """Return both values."""
        return self.reply["value"], record["value"]

    def against(self, record: dict[str, Any]) -> Mismatches:
        """Compare the returned value."""
        return {"value": compare(self.reply["value"], record["value"], self._tolerance)}


class FunctionKind(Kind):
    """Calls the student's function with a probe's arguments."""

    def examine(self, key: ExerciseKey, probe: KeyProbe, ask: Ask) -> FunctionObservation:
        """Call it once."""
        return FunctionObservation(question(ask, probe.request), key)
