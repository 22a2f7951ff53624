"""Functions of arrays: same outputs on the same inputs."""

from __future__ import annotations

from typing import Any

from cnncourse.check.compare import compare, in_single_precision
from cnncourse.check.key import ExerciseKey, KeyProbe
from cnncourse.check.kinds.base import Kind, Mismatches, Observation
from cnncourse.check.reply import Ask, Reply, question

# Digits that are left in types less precise than float64.
_LESS = {"float16": 3, "float32": 7}


class FunctionObservation(Observation):
    """A function's return value."""

    def __init__(self, reply: Reply, key: ExerciseKey, probe: KeyProbe) -> None:
        super().__init__(reply)
        self._probe = probe
        self._tolerance = key.tolerance
        self._precision = key.precision

    def repeats(self, record: dict[str, Any]) -> bool:
        """Return whether the same came back; where a wrong answer gives nan, nan is the same."""
        theirs = record["value"]
        rounding = None
        if self._precision != "float64":  # how far it moves a mistake was not measured
            rounding = record["rounding"] if "rounding" in record else in_single_precision(theirs)
        mine = self.reply["value"]
        same = compare(mine, theirs, self._tolerance, same_nan=True, rounding=rounding) is None
        return same and self.same_aside(self._probe, record)

    def beside(self, record: dict[str, Any]) -> tuple[Any, Any] | None:
        """Return both values."""
        return self.reply["value"], record["value"]

    def against(self, record: dict[str, Any]) -> Mismatches:
        """Compare the returned value, and judge what is asked for beside it."""
        mine, rounding = self.reply["value"], record.get("rounding")
        precise = self._precision == "float64"
        found = compare(mine, record["value"], self._tolerance, rounding=rounding, precise=precise)
        return {"value": found, **self.aside(self._probe, found)}

    def remark(self, record: dict[str, Any]) -> str | None:
        """Say that precision was lost: float64 went in, and less came out than is expected."""
        mine, theirs = (_dtype(r["value"]) for r in (self.reply, record))
        given = set(map(_dtype, self._probe.request.get("args", ())))
        if mine in _LESS and theirs == "float64" and "float64" in given:
            return (
                f"Your result is {mine}, though float64 went in: it keeps {_LESS[mine]} of "
                "16 digits."
            )
        return None


def _dtype(value: Any) -> str:
    return str(getattr(value, "dtype", ""))


class FunctionKind(Kind):
    """Calls the student's function with a probe's arguments."""

    def examine(self, key: ExerciseKey, probe: KeyProbe, ask: Ask) -> FunctionObservation:
        """Call it once."""
        return FunctionObservation(question(ask, probe.request), key, probe)
