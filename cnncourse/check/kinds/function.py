"""Functions of arrays: same outputs on the same inputs."""

from __future__ import annotations

from typing import Any

from cnncourse.check.compare import compare
from cnncourse.check.key import ExerciseKey, KeyProbe
from cnncourse.check.kinds.base import Ask, Findings, Kind, Sighting


class FunctionSighting(Sighting):
    """A function's return value."""

    def __init__(self, reply: dict[str, Any], key: ExerciseKey) -> None:
        super().__init__(reply)
        self._key = key

    def agrees(self, record: dict[str, Any]) -> bool:
        """Whether the answer did as recorded; a wrong answer's nan agrees with the same nan."""
        if "value" in record and "value" in self.reply:
            return compare(*map(_without_nan, (self.reply["value"], record["value"]))) is None
        return super().agrees(record)

    def against(self, record: dict[str, Any]) -> Findings:
        """Compare the returned value."""
        if "value" not in record:
            return {"value": None}
        expected = record["value"]
        tolerance = self._key.tolerance_for(expected)
        return {"value": compare(self.reply.get("value"), expected, tolerance)}


class FunctionKind(Kind):
    """Calls the student's function with a probe's arguments."""

    def examine(self, key: ExerciseKey, probe: KeyProbe, ask: Ask) -> FunctionSighting:
        """Call it once."""
        return FunctionSighting(ask(probe.request), key)

    def record(self, key: ExerciseKey, probe: KeyProbe, ask: Ask) -> dict[str, Any]:
        """Keep the value or the error, not whether an argument was changed."""
        reply = ask(probe.request)
        return {k: v for k, v in reply.items() if k != "mutated"}


def _without_nan(value: Any) -> Any:
    """The value with nan replaced by a number that nothing computes, so that nan equals nan."""
    import numpy as np

    if isinstance(value, (tuple, list)):
        return tuple(map(_without_nan, value))
    if isinstance(value, dict):
        return {k: _without_nan(v) for k, v in value.items()}
    if isinstance(value, (float, np.ndarray)) and np.asarray(value).dtype.kind == "f":
        return np.nan_to_num(value, nan=-1.2345e30, posinf=np.inf, neginf=-np.inf)
    return value
