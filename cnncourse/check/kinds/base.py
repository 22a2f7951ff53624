"""What every kind of exercise offers to the compiler and to the verdict."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from cnncourse.check.compare import Mismatch
from cnncourse.check.key import ExerciseKey, KeyProbe

Ask = Callable[[dict[str, Any]], dict[str, Any]]
# For each aspect of a probe ("value", "shape", "behaviour" …): what differs, or None.
Findings = dict[str, Mismatch | None]


class Sighting(ABC):
    """What one probe showed of one answer."""

    def __init__(self, reply: dict[str, Any]) -> None:
        self.reply = reply

    @property
    def absent(self) -> bool:
        """Whether there is no answer to look at."""
        return "absent" in self.reply or self.error_type == "NotImplementedError"

    @property
    def error(self) -> dict[str, Any] | None:
        """The exception that the student's code raised, as data."""
        return self.reply.get("error")

    @property
    def error_type(self) -> str | None:
        """Name of that exception's type."""
        return (self.error or {}).get("type")

    def agrees(self, record: dict[str, Any]) -> bool:
        """Whether the answer did what a record says, in every aspect."""
        if "error" in record or self.error:
            return self.error_type == record.get("error", {}).get("type")
        return not any(self.against(record).values())

    @abstractmethod
    def against(self, record: dict[str, Any]) -> Findings:
        """Compare with a record of the reference or of a wrong answer."""


class Kind(ABC):
    """Asks a probe's question, and turns the reply into something that can be compared."""

    # Whether a verdict's details may show the expected values.
    shows_expected = True

    @abstractmethod
    def examine(self, key: ExerciseKey, probe: KeyProbe, ask: Ask) -> Sighting:
        """Put a probe to an answer."""

    def record(self, key: ExerciseKey, probe: KeyProbe, ask: Ask) -> dict[str, Any]:
        """Return what an answer does on a probe, in the form that keys hold."""
        return self.examine(key, probe, ask).reply
