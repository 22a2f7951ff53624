"""Functions of arrays: same outputs on the same inputs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from cnncourse.check.compare import Mismatch, compare, in_single_precision
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
        return same and self.same_on_arguments(self._probe, record)

    def beside(self, record: dict[str, Any]) -> tuple[Any, Any] | None:
        """Return both values."""
        return self.reply["value"], record["value"]

    def against(self, record: dict[str, Any]) -> Mismatches:
        """Compare the returned value, and the arguments where they must stay."""
        mine, rounding = self.reply["value"], record.get("rounding")
        precise = self._precision == "float64"
        found = compare(mine, record["value"], self._tolerance, rounding=rounding, precise=precise)
        if found is None and self._precision == "float32":
            found = next((m for m in map(_misfit, _arrays(mine)) if m), None)
        return {"value": found, **self.on_arguments(self._probe, found)}

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


def _arrays(value: Any) -> Iterator[np.ndarray]:
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, (list, tuple, dict)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _arrays(part)


def _misfit(array: np.ndarray) -> Mismatch | None:
    if array.dtype.kind != "f" or array.dtype == "float32":
        return None
    return Mismatch(
        "type", f"The values are right, but their dtype is {array.dtype}; float32 is asked for."
    )


class FunctionKind(Kind):
    """Calls the student's function with a probe's arguments."""

    def examine(self, key: ExerciseKey, probe: KeyProbe, ask: Ask) -> FunctionObservation:
        """Call it once."""
        return FunctionObservation(question(ask, probe.request), key, probe)
