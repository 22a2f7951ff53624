"""Einsum equations: judged by what they compute, whatever letters they use."""

from __future__ import annotations

import re
from math import prod
from typing import Any

import numpy as np

from cnncourse.check.key import ExerciseKey, KeyProbe
from cnncourse.check.kinds.base import Ask, Kind
from cnncourse.check.kinds.function import FunctionSighting

# The student's text is data, but einsum would allocate whatever it asks for.
_FORM = re.compile(r"[A-Za-z. ]{1,16}(,[A-Za-z. ]{1,16}){0,3}->[A-Za-z. ]{0,16}")
_LARGEST = 1_000_000


class EquationKind(Kind):
    """Reads the student's text and evaluates it on the probe's arrays on this side."""

    def examine(self, key: ExerciseKey, probe: KeyProbe, ask: Ask) -> FunctionSighting:
        """Ask for the text, compute here."""
        reply = ask(probe.request)
        if "value" in reply:
            reply = _evaluate(reply["value"], probe.options["arrays"])
        return FunctionSighting(reply, key)


def _evaluate(equation: Any, arrays: list[np.ndarray]) -> dict[str, Any]:
    if not isinstance(equation, str):
        return {"value": equation}
    if not _FORM.fullmatch(equation):
        return {"error": _error("it is not of the form 'ab,bc->ac'")}
    letters = set(equation) - set("., ->")
    if prod([max(max(a.shape) for a in arrays)] * len(letters)) > _LARGEST:
        return {"error": _error("it uses more letters than the arrays have axes")}
    try:
        return {"value": np.einsum(equation, *arrays)}
    except ValueError as error:
        return {"error": _error(str(error))}


def _error(text: str) -> dict[str, Any]:
    return {"type": "ValueError", "message": f"NumPy refuses the equation: {text}"}
