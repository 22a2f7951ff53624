"""The base classes of kinds: how a probe is asked, and how its result is compared."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any

import numpy as np

from cnncourse.check.compare import Mismatch
from cnncourse.check.key import ExerciseKey, KeyProbe
from cnncourse.check.relations import Relation
from cnncourse.check.reply import Ask, Reply

# For each aspect of a probe ("value", "shape", "behaviour" …): what differs, or None.
Mismatches = dict[str, Mismatch | None]

# What differs between two messages about the same mistake: addresses, the names of layers, which
# are the student's own, numbers, and those that Keras appends to a name that is taken (`dense_1`,
# `dense_1_1`). Other names in quotes stay: they say what the mistake is about.
_PARTICULARS = re.compile(r"0x[0-9a-f]+|(?<=layer )('[^']*'|\"[^\"]*\")|(_?[\d.])+", re.IGNORECASE)
_MESSAGE_CHARACTERS = 200
# Errors of a name, an attribute or an import that Python does not find. A slip of the pen raises
# them in any answer, so that they say nothing about what a student believes.
SLIPS = frozenset(
    [
        "NameError",
        "UnboundLocalError",
        "AttributeError",
        "ImportError",
        "ModuleNotFoundError",
        "SyntaxError",
        "IndentationError",
        "TabError",
    ]
)
# Aspects of a probe that are judged beside its result: whether arguments stay as they are, and
# whether the result has the dtype that is asked for.
ARGUMENTS, DTYPE = ASIDE = ("arguments", "dtype")
# The option of a probe that must be right before anything is earned beside it.
BASIC = "basic"
CHANGES = "Your function changes an array that it was given"
# TensorFlow writes the calls that led to an operation into its messages; they differ by caller.
_STACK = "defined at (most recent call last)"


class Observation(ABC):
    """What one probe showed of one answer."""

    # The entries of the answer whose mistakes this one only carries on.
    carries: tuple[str, ...] = ()

    def __init__(self, reply: Reply) -> None:
        self.reply = reply

    @property
    def absent(self) -> bool:
        """Whether there is no answer to look at."""
        return "absent" in self.reply or (self.error or {}).get("type") == "NotImplementedError"

    @property
    def error(self) -> dict[str, Any] | None:
        """The exception that the student's code raised, as data."""
        return self.reply.get("error")

    def agrees(self, record: dict[str, Any]) -> bool:
        """Return whether the answer did what a record says, in every aspect.

        A slip (`SLIPS`) agrees with nothing but a record that its author marked as meant.
        """
        if self.error or "error" in record:
            recorded = dict(record.get("error") or {})
            meant = recorded.pop("meant", False)
            mine = _mistake(self.error)
            return mine == recorded and (meant or (mine or {}).get("type") not in SLIPS)
        if "absent" in self.reply or "absent" in record:
            return False
        return self.repeats(record)

    def repeats(self, record: dict[str, Any]) -> bool:
        """Return whether an answer that did not raise did the same as one that did not."""
        return not any(self.against(record).values())

    def aside(self, probe: KeyProbe, value: Mismatch | None) -> Mismatches:
        """Judge what the exercise asks for beside the result: arguments left alone, a dtype.

        Args:
            probe: the probe.
            value: what is wrong with the result. Where the probe is a basic one, a wrong result
                earns nothing beside it, either.
        """
        basic = value if probe.options.get(BASIC) else None
        return {a: basic or m for a, m in aside_faults(probe, self.reply).items()}

    def same_aside(self, probe: KeyProbe, record: dict[str, Any]) -> bool:
        """Return whether an answer is at fault beside its result as the recorded one is.

        Where the result is wrong, too, the answer may have more faults than the recorded one: the
        result tells what went wrong.
        """
        mine, theirs = (
            {a for a, m in aside_faults(probe, r).items() if m} for r in (self.reply, record)
        )
        wrong = bool(probe.expected) and self.against(probe.expected)["value"]
        return mine == theirs or bool(wrong and theirs <= mine)

    def beside(self, record: dict[str, Any]) -> tuple[Any, Any] | None:
        """Return result and expected result, where both are numbers to lay side by side."""
        return None

    def relation(self, record: dict[str, Any]) -> Relation | None:
        """Return how a wrong result relates to the expected one, apart from its numbers."""
        return None

    @property
    def measured(self) -> dict[str, Any]:
        """What was measured beside the verdict, for those who compare answers."""
        return {}

    def remark(self, record: dict[str, Any]) -> str | None:
        """Say what could be better in an answer that agrees with the reference's record."""
        return None

    @abstractmethod
    def against(self, record: dict[str, Any]) -> Mismatches:
        """Compare with the reference's record."""

    def record(self) -> dict[str, Any]:
        """Return what was seen in the form that keys hold: no line of anybody's source."""
        if "error" in self.reply:
            return {"error": _mistake(self.error)}
        return self.reply if "absent" in self.reply else self.recorded()

    def recorded(self) -> dict[str, Any]:
        """Return the record of an answer that there is, and that did not raise."""
        return {k: v for k, v in self.reply.items() if k != "mutated" or v}


class Kind(ABC):
    """Asks a probe's question, and turns the reply into something that can be compared."""

    # Whether a verdict's details may show the expected values.
    shows_expected = True

    @abstractmethod
    def examine(self, key: ExerciseKey, probe: KeyProbe, ask: Ask) -> Observation:
        """Put a probe to an answer."""

    def reference(self, key: ExerciseKey, probe: KeyProbe, ask: Ask) -> dict[str, Any]:
        """Return the record that answers are judged by; an error where it would be no good."""
        return self.examine(key, probe, ask).record()


def aside_faults(probe: KeyProbe, reply: Reply) -> Mismatches:
    """Return what a reply does wrong beside its result, for each such aspect of a probe."""
    found: Mismatches = {}
    if ARGUMENTS in probe.criteria:
        text = f"{CHANGES}; here it must stay as it is: work on a copy."
        found[ARGUMENTS] = Mismatch("values", text) if reply.get("mutated") else None
    if DTYPE in probe.criteria:
        dtypes = (a.dtype for a in _arrays(reply.get("value")) if a.dtype.kind == "f")
        other = next((d for d in dtypes if d != "float32"), None)
        text = f"The dtype of your result is {other}; float32 is asked for."
        found[DTYPE] = Mismatch("type", text) if other else None
    return found


def _arrays(value: Any) -> Iterator[np.ndarray]:
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, (list, tuple, dict)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _arrays(part)


def _mistake(error: dict[str, Any] | None) -> dict[str, str] | None:
    """Return what two errors have in common when they come from the same mistake."""
    if error is None:
        return None
    message = _PARTICULARS.sub("", error["message"].partition(_STACK)[0])[:_MESSAGE_CHARACTERS]
    return {"type": error["type"], "message": message}
