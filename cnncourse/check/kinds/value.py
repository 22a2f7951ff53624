"""Numbers, shapes, words and choices: compared as salted hashes, so that a key gives none away."""

from __future__ import annotations

import hashlib
import json
import re
from functools import lru_cache
from typing import Any

import numpy as np

from cnncourse.check.compare import Mismatch, describe
from cnncourse.check.key import ExerciseKey, KeyProbe
from cnncourse.check.kinds.base import Kind, Mismatches, Observation
from cnncourse.check.reply import MISSING, NO_DICTIONARY, Ask, Reply, question
from cnncourse.check.text import printable

# Slow enough that trying all numbers up to a million takes longer than the exercise.
_ROUNDS = 2000
# No answer of the course is as large; what is beyond does not survive a division by a step.
_LARGEST = 1e30
_LONGEST_SHAPE = 64
# A letter of a quiz as people write it: b, (b), b), B., **b**.
_LETTER = re.compile(r"[\W_]*([A-Za-z])[\W_]*")

_WORDS = {
    "number": "a number",
    "integer": "a whole number",
    "shape": "a tuple of whole numbers",
    "text": "text",
    "truth": "True or False",
}


class ValueObservation(Observation):
    """The student's value, with the hashes it may be recognised by."""

    def __init__(self, reply: Reply, probe: KeyProbe, salt: str) -> None:
        super().__init__(reply)
        self._expects = probe.options["expects"]
        self._step = probe.options.get("step")
        self._salt = salt

    @property
    def absent(self) -> bool:
        """None is what an empty cell leaves, too."""
        return super().absent or self.reply.get("value", 0) is None

    def repeats(self, record: dict[str, Any]) -> bool:
        """Return whether it is the recorded value, of whatever kind."""
        return record["hash"] in {digest(f, self._salt) for f in self._forms()}

    def recorded(self) -> dict[str, Any]:
        """Return the hash alone."""
        return {"hash": digest(self._forms()[0], self._salt)}

    def _forms(self) -> list[str]:
        return canonical(self.reply["value"], self._expects, self._step)

    def against(self, record: dict[str, Any]) -> Mismatches:
        """Compare kinds first, then hashes."""
        value = self.reply["value"]
        if not fits(value, self._expects):
            return {"value": Mismatch("type", self._misfit(value))}
        if self.repeats(record):
            return {"value": None}
        yours = printable(repr(_plain(value)), 80)
        return {"value": Mismatch("values", "That is not it.", (f"yours: {yours}",))}

    def _misfit(self, value: Any) -> str:
        words = describe(value)
        if words.endswith(MISSING):
            return "This entry is missing from your dictionary."
        if words.endswith(NO_DICTIONARY):
            return f"Your answer is {words.removesuffix(NO_DICTIONARY)}; a dictionary is expected."
        odd = _odd_item(value) if self._expects == "shape" else ""
        return f"Your answer is {words}{odd}; {_WORDS[self._expects]} is expected."


class ValueKind(Kind):
    """Reads a variable, or one entry of a dictionary."""

    shows_expected = False

    def examine(self, key: ExerciseKey, probe: KeyProbe, ask: Ask) -> ValueObservation:
        """Read the value."""
        return ValueObservation(question(ask, probe.request), probe, _salt(key, probe))


def _salt(key: ExerciseKey, probe: KeyProbe) -> str:
    return f"{key.name}/{probe.request.get('entry')}"


def fits(value: Any, expects: str) -> bool:
    """Return whether a value is of the kind that is asked for.

    Example:
        >>> fits((3, 3), "shape"), fits("3 by 3", "shape"), fits(2.0, "integer")
        (True, False, True)
    """
    match expects:
        case "number":
            return _is_number(value)
        case "integer":
            return _is_number(value) and float(value).is_integer()
        case "shape":
            items = _plain(value)
            return isinstance(items, (tuple, list)) and all(fits(v, "integer") for v in items)
        case "truth":
            return isinstance(_plain(value), bool)
        case _:
            return isinstance(value, str)


def _odd_item(value: Any) -> str:
    """Name the first part of a would-be shape that is no whole number."""
    items = _plain(value)
    if not isinstance(items, (tuple, list)):
        return ""
    for place, item in enumerate(items):
        if not fits(item, "integer"):
            batch = " (leave the batch axis out)" if item is None and place == 0 else ""
            words = "None" if item is None else describe(item)
            return f", whose entry {place} is {words}{batch}"
    return ""


def _is_number(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return value.ndim == 0 and value.dtype.kind in "iuf" and _is_number(value.item())
    return type(value) in (int, float) and abs(value) < _LARGEST


def canonical(value: Any, expects: str, step: float | None = None) -> list[str]:
    """Return the texts by which a value is recognised, the main one first.

    A number with a tolerance is recognised by the step it falls in and by both neighbours: what
    is within one step is right, and what is beyond one and a half is not.

    Example:
        >>> canonical(62006.0, "integer"), canonical([28, 28, 6], "shape")
        (['62006'], ['28,28,6'])
        >>> canonical("(B)", "text"), canonical(0.731, "number", step=0.01)
        (['b'], ['73', '72', '74'])
    """
    if not fits(value, expects):
        return [f"odd {json.dumps(_plain(value), sort_keys=True, default=describe)}"]
    match expects:
        case "number":
            code = round(float(value) / (step or 1e-6))
            return [str(code), str(code - 1), str(code + 1)]
        case "integer":
            return [str(int(value))]
        case "shape":
            return [",".join(str(int(v)) for v in value)]
        case "truth":
            return [str(bool(value))]
        case _:
            letter = _LETTER.fullmatch(value)
            return [letter[1].lower() if letter else " ".join(value.lower().split())]


def _plain(value: Any) -> Any:
    """Return a short array as a list, since students write shapes so, too."""
    short = isinstance(value, np.ndarray) and value.size <= _LONGEST_SHAPE
    return value.tolist() if short else value


@lru_cache(maxsize=1024)
def digest(text: str, salt: str) -> str:
    """Return the salted hash of a canonical text."""
    secret = text.encode("utf-8", "replace")  # a notebook's text may hold half a character
    return hashlib.pbkdf2_hmac("sha256", secret, salt.encode(), _ROUNDS)[:12].hex()
