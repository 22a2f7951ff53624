"""Random functions: judged by a statistic of many calls."""

from __future__ import annotations

from typing import Any

import numpy as np

from cnncourse.check.compare import Mismatch
from cnncourse.check.key import ExerciseKey, KeyProbe
from cnncourse.check.kinds.base import Ask, Findings, Kind, Sighting
from cnncourse.check.statistics import STATISTICS


class PipelineSighting(Sighting):
    """The statistic of the repeated calls."""

    def __init__(self, reply: dict[str, Any], within: float, name: str) -> None:
        super().__init__(reply)
        self._within, self._name = within, name

    def against(self, record: dict[str, Any]) -> Findings:
        """Compare shape first, then the statistic within its margin."""
        if "statistic" not in record:
            return {"value": None}
        if self.reply["shape"] != record["shape"]:
            mine, theirs = (tuple(r["shape"]) for r in (self.reply, record))
            text = f"Your result has shape {mine}; the expected shape is {theirs}."
            return {"value": Mismatch("shape", text)}
        mine, theirs = self.reply["statistic"], record["statistic"]
        if abs(mine - theirs) <= self._within:
            return {"value": None}
        word = self._name.replace("_", " ")
        details = (
            f"yours:    {mine:.4g}",
            f"expected: {theirs:.4g}, give or take {self._within:.2g}",
        )
        text = f"Over many calls, the {word} of your results is not what it should be."
        return {"value": Mismatch("values", text, details)}


class PipelineKind(Kind):
    """Calls the student's function many times and reduces the results."""

    def examine(self, key: ExerciseKey, probe: KeyProbe, ask: Ask) -> PipelineSighting:
        """Repeat the call, then compute the statistic on this side."""
        reply = ask(probe.request)
        name, within = probe.options["statistic"], probe.options["within"]
        if isinstance(reply.get("value"), np.ndarray) and reply["value"].dtype.kind in "biuf":
            outputs = reply["value"].astype("float64")
            first = np.asarray(next(iter(probe.request["args"]), 0.0))
            with np.errstate(all="ignore"):
                found = STATISTICS[name](outputs, first)
            reply = {"shape": list(outputs.shape[1:]), "statistic": float(np.nan_to_num(found))}
        elif "value" in reply:
            reply = {"error": {"type": "TypeError", "message": "no array came back"}}
        return PipelineSighting(reply, within, name)
