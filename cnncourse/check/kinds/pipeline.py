"""Random functions: judged by a statistic of many calls."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from math import isfinite
from typing import Any

import numpy as np

from cnncourse.check.compare import Mismatch, describe, digits_apart
from cnncourse.check.key import ExerciseKey, KeyProbe
from cnncourse.check.kinds.base import Kind, Mismatches, Observation
from cnncourse.check.reply import Ask, Reply, question, unreadable
from cnncourse.check.statistics import STATISTICS, WORDS


class PipelineObservation(Observation):
    """The statistic of the repeated calls."""

    def __init__(self, reply: Reply, probe: KeyProbe) -> None:
        super().__init__(reply)
        self._probe = probe

    def against(self, record: dict[str, Any]) -> Mismatches:
        """Compare type and shape first, then the statistic within its margin."""
        found = self._mismatch(record)
        return {"value": found, **self.aside(self._probe, found)}

    def repeats(self, record: dict[str, Any]) -> bool:
        """Return whether it is the recorded mistake: the same odd thing, or the same statistic."""
        return self.same_aside(self._probe, record) and self._repeats(record)

    def _repeats(self, record: dict[str, Any]) -> bool:
        if self.shape is None or "odd" in record:
            return self.shape is None and describe(self.reply["value"]) == record.get("odd")
        if list(self.shape) == record["shape"] and not isfinite(record["statistic"]):
            return not isfinite(self.statistic)
        return self._mismatch(record) is None

    def _mismatch(self, record: dict[str, Any]) -> Mismatch | None:
        mine = self.shape
        if mine is None:
            found = describe(self.reply["value"])
            return Mismatch("type", f"Your result is {found}; numbers are expected.")
        if list(mine) != record["shape"]:
            theirs = tuple(record["shape"])
            text = f"Your result has shape {mine}; the expected shape is {theirs}."
            return Mismatch("shape", text)
        if not isfinite(self.statistic):
            return Mismatch("values", "Your results contain nan or infinity.")
        expected, within = record["statistic"], self._probe.options["within"]
        if abs(self.statistic - expected) <= within:
            return None
        words = WORDS[self._probe.options["statistic"]]
        text = f"Over many calls, {words} is not what it should be."
        digits = digits_apart(self.statistic, expected, least=4)
        details = (
            f"yours:    {self.statistic:.{digits}g}",
            f"expected: {expected:.{digits}g}, give or take {within:.2g}",
        )
        return Mismatch("values", text, details)

    def recorded(self) -> dict[str, Any]:
        """Return the shape and the statistic, not the results."""
        changed = {"mutated": True} if self.reply.get("mutated") else {}
        if self.shape is None:
            return {"odd": describe(self.reply["value"])}
        return {"shape": list(self.shape), "statistic": self.statistic, **changed}

    @cached_property
    def shape(self) -> tuple[int, ...] | None:
        """Shape of one call's result; None where no such series of results came back."""
        value = self.reply["value"]
        times = self._probe.request["times"]
        stacked = isinstance(value, np.ndarray) and value.ndim > 0 and len(value) == times
        return value.shape[1:] if stacked else None

    @cached_property
    def statistic(self) -> float:
        """The statistic of all results, nan where any is; asked only when the shape fits."""
        outputs = self.reply["value"].astype(np.float64)
        if outputs.size == 0 or not np.isfinite(outputs).all():
            return float("nan")
        arrays = (a for a in self._probe.request["args"] if isinstance(a, np.ndarray))
        return STATISTICS[self._probe.options["statistic"]](outputs, next(arrays, np.zeros(())))


# The reference is asked so many times as often as an answer, so that its chance hardly counts;
# an answer that does the same is then refused once in ten thousand times.
_SERIES = 10
_DEVIATIONS = 4


class PipelineKind(Kind):
    """Calls the student's function many times and reduces the results on this side."""

    def examine(self, key: ExerciseKey, probe: KeyProbe, ask: Ask) -> PipelineObservation:
        """Ask for the series of results."""
        return PipelineObservation(question(ask, probe.request), probe)

    def reference(self, key: ExerciseKey, probe: KeyProbe, ask: Ask) -> dict[str, Any]:
        """Average many series of calls, and refuse a margin that chance would cross."""
        starts = [n * probe.request["times"] for n in range(_SERIES)]
        series = [
            self.examine(key, replace(probe, request={**probe.request, "start": start}), ask)
            for start in starts
        ]
        records = [seen.record() for seen in series]
        if any("statistic" not in r or r["shape"] != records[0]["shape"] for r in records):
            return records[0]
        found = [r["statistic"] for r in records]
        least, within = _DEVIATIONS * float(np.std(found, ddof=1)), probe.options["within"]
        if least > within:
            reason = f"with {within:g} for its margin, chance decides: {least:.2g} at least"
            return unreadable(f"{reason}, or more repeats.")
        return {**records[0], "statistic": float(np.mean(found))}
