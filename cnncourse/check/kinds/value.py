"""Numbers, shapes, words and choices: compared as salted hashes, so that a key gives none away."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from typing import Any

import numpy as np

from cnncourse.check.compare import Mismatch, describe
from cnncourse.check.key import ExerciseKey, KeyProbe
from cnncourse.check.kinds.base import Ask, Findings, Kind, Sighting

# Slow enough that trying all numbers up to a million takes longer than the exercise.
_ROUNDS = 2000

_WORDS = {
    "number": "a number",
    "integer": "a whole number",
    "shape": "a tuple of whole numbers",
    "text": "text",
    "truth": "True or False",
}


class ValueSighting(Sighting):
    """The student's value, with the hashes it may be recognised by."""

    def __init__(self, reply: dict[str, Any], probe: KeyProbe, salt: str) -> None:
        super().__init__(reply)
        self._expects = probe.options["expects"]
        self._step = probe.options.get("step")
        self._salt = salt

    @property
    def absent(self) -> bool:
        """None is what an empty cell leaves, too."""
        return super().absent or self.reply.get("value", 0) is None

    def against(self, record: dict[str, Any]) -> Findings:
        """Compare kinds first, then hashes."""
        value = self.reply.get("value")
        forms = canonical(value, self._expects, self._step)
        if record.get("hash") in {digest(f, self._salt) for f in forms}:
            return {"value": None}
        if not fits(value, self._expects):
            text = f"Your answer is {describe(value)}; {_WORDS[self._expects]} is expected."
            return {"value": Mismatch("type", text)}
        return {"value": Mismatch("values", "That is not it.", (f"yours: {_short(value)}",))}


class ValueKind(Kind):
    """Reads a variable, or one entry of a dictionary."""

    shows_expected = False

    def examine(self, key: ExerciseKey, probe: KeyProbe, ask: Ask) -> ValueSighting:
        """Read the value."""
        return ValueSighting(ask(probe.request), probe, _salt(key, probe))

    def record(self, key: ExerciseKey, probe: KeyProbe, ask: Ask) -> dict[str, Any]:
        """Keep the hash alone."""
        reply = ask(probe.request)
        if "value" not in reply:
            return reply
        form = canonical(reply["value"], probe.options["expects"], probe.options.get("step"))[0]
        return {"hash": digest(form, _salt(key, probe))}


def _salt(key: ExerciseKey, probe: KeyProbe) -> str:
    return f"{key.name}/{probe.request.get('entry')}"


def fits(value: Any, expects: str) -> bool:
    """Whether a value is of the kind that is asked for.

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
            items = value if isinstance(value, (tuple, list)) else None
            if isinstance(value, np.ndarray) and value.ndim == 1:
                items = value.tolist()
            return items is not None and all(fits(v, "integer") for v in items)
        case "truth":
            return isinstance(value, (bool, np.bool_))
        case _:
            return isinstance(value, str)


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float, np.ndarray)):
        return False
    if isinstance(value, np.ndarray):
        return value.ndim == 0 and value.dtype.kind in "iuf" and bool(np.isfinite(value))
    return bool(abs(value) < 1e300)


def canonical(value: Any, expects: str, step: float | None = None) -> list[str]:
    """Return the texts by which a value is recognised, the main one first.

    A number with a tolerance is recognised by the step it falls in and by both neighbours.

    Example:
        >>> canonical(62006.0, "integer"), canonical([28, 28, 6], "shape")
        (['62006'], ['28,28,6'])
        >>> canonical(" B ", "text"), canonical(0.731, "number", step=0.01)
        (['b'], ['73', '72', '74'])
    """
    if not fits(value, expects):
        return [f"odd {json.dumps(_plain(value), sort_keys=True, default=str)}"]
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
            return [" ".join(value.lower().split())]


def _plain(value: Any) -> Any:
    return value.tolist() if isinstance(value, np.ndarray) else value


@lru_cache(maxsize=1024)
def digest(text: str, salt: str) -> str:
    """Return the salted hash of a canonical text."""
    return hashlib.pbkdf2_hmac("sha256", text.encode(), salt.encode(), _ROUNDS)[:12].hex()


def _short(value: Any) -> str:
    text = repr(_plain(value))
    return text if len(text) <= 80 else text[:77] + "…"
