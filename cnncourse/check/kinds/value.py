"""Numbers, shapes, words and choices: compared as salted hashes, so that a key gives none away."""

from __future__ import annotations

import hashlib
import json
import re
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from cnncourse.check.carried import names_in, rest
from cnncourse.check.compare import Mismatch, describe
from cnncourse.check.key import ExerciseKey, KeyProbe
from cnncourse.check.kinds.base import Kind, Mismatches, Observation
from cnncourse.check.reply import MISSING, NO_DICTIONARY, Ask, Reply, question, unreadable
from cnncourse.check.text import printable

# What scrypt takes for one guess: 128 · _BLOCK · 2 ** hardness bytes, and time in proportion.
_BLOCK = 8
_MOST_MEMORY = 2**28
# Of what scrypt gives, these bytes are the hash. The rest seals what is said to that answer.
_HASH = 12
_SEAL = 32
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

    def __init__(self, reply: Reply, key: ExerciseKey, probe: KeyProbe, ask: Ask) -> None:
        super().__init__(reply)
        self._key, self._probe, self._ask = key, probe, ask
        self._expects = probe.options["expects"]
        self._step = probe.options.get("step")
        self._salt = f"{key.name}/{probe.request.get('entry')}/{probe.options['salt']}"
        self._hardness = probe.options["hardness"]

    @property
    def absent(self) -> bool:
        """None is what an empty cell leaves, too."""
        return super().absent or self.reply.get("value", 0) is None

    def repeats(self, record: dict[str, Any]) -> bool:
        """Return whether it is the recorded value, of whatever kind."""
        return any(self._digest(form) == record["hash"] for form in self._forms())

    def recorded(self) -> dict[str, Any]:
        """Return the hash alone."""
        return {"hash": self._digest(self._forms()[0])}

    def seal(self, text: str) -> str:
        """Return a text in a form that only whoever gives this value can read."""
        return _crypt(text.encode(), self._stretched(self._forms()[0])).hex()

    def unseal(self, record: dict[str, Any]) -> str:
        """Return what was sealed in the record of this value."""
        form = next(f for f in self._forms() if self._digest(f) == record["hash"])
        return _crypt(bytes.fromhex(record["sealed"]), self._stretched(form)).decode()

    def _stretched(self, form: str) -> bytes:
        return _stretched(form, self._salt, self._hardness)

    def _digest(self, form: str) -> str:
        return digest(form, self._salt, self._hardness)

    def _forms(self) -> list[str]:
        return canonical(self.reply["value"], self._expects, self._step)

    def against(self, record: dict[str, Any]) -> Mismatches:
        """Compare kinds first, then hashes; where the key withholds them, kinds alone."""
        value = self.reply["value"]
        if not fits(value, self._expects):
            return {"value": Mismatch("type", self._misfit(value))}
        if not record or self.repeats(record):
            return {"value": None}
        carried, wrong = self._followed(record)
        if carried:
            self.carries = wrong
            return {"value": None}
        yours = printable(repr(_plain(value)), 80)
        text = "That is not it."
        if wrong:
            text += f" It builds on {' and '.join(map(repr, wrong))}, which is not right either."
        return {"value": Mismatch("values", text, (f"yours: {yours}",))}

    def rests(self) -> list[list[str]]:
        """Return, for each way in which this entry follows from others, the hashes of its rest.

        There are none where the rest cannot be computed.
        """
        found = []
        for number, expression in enumerate(self._ways):
            names = names_in(expression)
            others = {n: s for n, s in self._others().items() if n in names and s.of_its_kind}
            entries = {n: _plain(s.reply["value"]) for n, s in others.items()}
            entries[self._probe.request["entry"]] = _plain(self.reply["value"])
            numbers = rest(expression, entries)
            forms = [] if numbers is None else _rest_forms(numbers, self._expects, self._step)
            found.append([digest(form, f"{self._salt}/{number}", self._hardness) for form in forms])
        return found

    @property
    def of_its_kind(self) -> bool:
        """Whether the value is of the kind that is asked for."""
        return "value" in self.reply and fits(self.reply["value"], self._expects)

    @property
    def _ways(self) -> list[str]:
        return self._probe.options.get("follows", [])

    def _others(self) -> dict[str, ValueObservation]:
        """Return the entries that this one follows from."""
        names = {n for way in self._ways for n in names_in(way)}
        return {
            probe.request["entry"]: ValueObservation(
                question(self._ask, probe.request), self._key, probe, self._ask
            )
            for probe in self._key.probes
            if probe.request.get("entry") in names - {self._probe.request.get("entry")}
        }

    def _followed(self, record: dict[str, Any]) -> tuple[bool, tuple[str, ...]]:
        """Return whether the entry only follows from others, and which of these are wrong.

        Nothing follows from a zero, which is what a sum of blanks would come to.
        """
        if "rests" not in record:
            return False, ()
        wrong = {n: other for n, other in self._others().items() if other.is_wrong}
        blank = any(_is_blank(w.reply.get("value")) for w in wrong.values())
        pairs = zip(record["rests"], self.rests(), strict=True)
        follows = not blank and any(right in hashes for right, hashes in pairs)
        return follows, tuple(wrong)

    @property
    def is_wrong(self) -> bool:
        """Whether the value is another than the reference's, whatever it follows from."""
        return not (self.of_its_kind and self.repeats(self._probe.expected))

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
        return ValueObservation(question(ask, probe.request), key, probe, ask)

    def reference(self, key: ExerciseKey, probe: KeyProbe, ask: Ask) -> dict[str, Any]:
        """Return the hash of the value, and those of its rests where it follows from others."""
        seen = self.examine(key, probe, ask)
        if seen.absent or seen.error or "follows" not in probe.options:
            return seen.record()
        rests = seen.rests()
        if not all(rests):
            return unreadable("what remains of it without other entries cannot be computed")
        return seen.record() | {"rests": [hashes[0] for hashes in rests]}


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


def _is_blank(value: Any) -> bool:
    plain = _plain(value)
    items = plain if isinstance(plain, (list, tuple)) else [plain]
    return any(type(item) in (int, float) and item == 0 for item in items)


def _rest_forms(numbers: tuple[Fraction, ...], expects: str, step: float | None) -> list[str]:
    if expects == "number" and len(numbers) == 1:
        return canonical(float(numbers[0]), expects, step)
    return [",".join(map(str, numbers))]


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


def digest(text: str, salt: str, hardness: int) -> str:
    """Return the salted hash of a canonical text.

    Args:
        text: as `canonical` returns it.
        salt: makes equal answers to two questions differ.
        hardness: the base-2 logarithm of scrypt's cost: of its time and of its memory.
    """
    return _stretched(text, salt, hardness)[:_HASH].hex()


@lru_cache(maxsize=1024)
def _stretched(text: str, salt: str, hardness: int) -> bytes:
    secret = text.encode("utf-8", "replace")  # a notebook's text may hold half a character
    return hashlib.scrypt(
        secret,
        salt=salt.encode(),
        n=2**hardness,
        r=_BLOCK,
        p=1,
        maxmem=_MOST_MEMORY,
        dklen=_HASH + _SEAL,
    )


def _crypt(data: bytes, stretched: bytes) -> bytes:
    """Seal, or unseal: each value has a stream of bytes of its own, used once."""
    stream = hashlib.shake_256(stretched[_HASH:]).digest(len(data))
    return bytes(a ^ b for a, b in zip(data, stream, strict=True))
