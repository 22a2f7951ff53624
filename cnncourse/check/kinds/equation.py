"""Einsum equations: judged by what they compute, whatever letters they use."""

from __future__ import annotations

import re
from math import prod
from typing import Any

import numpy as np

from cnncourse.check.compare import Mismatch, describe
from cnncourse.check.key import ExerciseKey, KeyProbe
from cnncourse.check.kinds.base import Kind, Mismatches
from cnncourse.check.kinds.function import FunctionObservation
from cnncourse.check.reply import Ask, Reply, question, unreadable

# The student's text is data, but it says how much einsum computes and allocates.
_OPERAND = r"[A-Za-z. ]{1,24}"
_FORM = re.compile(rf"{_OPERAND}(,{_OPERAND}){{0,3}}(->[A-Za-z. ]{{0,24}})?")
_FOREIGN = re.compile(r"[^A-Za-z., >-]")
_MOST_PRODUCTS = 20_000_000


class EquationObservation(FunctionObservation):
    """What an equation computes."""

    def against(self, record: dict[str, Any]) -> Mismatches:
        """Compare the result, or say that there is no equation."""
        if "no_equation" in self.reply:
            text = f"Your answer is {self.reply['no_equation']}; an equation as text is expected."
            return {"value": Mismatch("type", text)}
        return super().against(record)


class EquationKind(Kind):
    """Reads the student's text and evaluates it on the probe's arrays on this side."""

    def examine(self, key: ExerciseKey, probe: KeyProbe, ask: Ask) -> EquationObservation:
        """Ask for the text, compute here."""
        reply = question(ask, probe.request)
        if "value" in reply:
            reply = _evaluate(reply["value"], probe.options["arrays"])
        return EquationObservation(reply, key, probe)


def _evaluate(equation: Any, arrays: list[np.ndarray]) -> Reply:
    if not isinstance(equation, str):
        return {"value": None, "no_equation": describe(equation)}
    if not _FORM.fullmatch(equation):
        foreign = _FOREIGN.search(equation)
        what = f" ({foreign[0]!r} has no place in it)" if foreign else ""
        return _refusal(f"it is not of the form 'ab,bc->ac'{what}")
    if _products(equation, arrays) > _MOST_PRODUCTS:
        return _refusal("it multiplies far more numbers than this needs")
    try:
        return {"value": np.array(np.einsum(equation, *arrays))}
    except (ValueError, TypeError) as error:
        return _refusal(str(error))


def _products(equation: str, arrays: list[np.ndarray]) -> int:
    """Return how many products an equation stands for: one for each value of all its letters."""
    sizes: dict[str, int] = {}
    rest = 1
    for operand, array in zip(equation.split("->")[0].split(","), arrays, strict=False):
        letters = operand.replace(" ", "").replace(".", "")
        if len(letters) == array.ndim:
            sizes.update(zip(letters, array.shape, strict=True))
        else:  # dots stand for some axes, or it does not fit and NumPy says so
            rest *= array.size
    return rest * prod(sizes.values())


def _refusal(why: str) -> Reply:
    return unreadable(f"NumPy refuses the equation: {why.rstrip('.')}.")
