"""The outcomes of an answer, one type per state, so that no string is ever compared."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from cnncourse.check.text import printable

_LONGEST_MESSAGE = 1000
_LONGEST_LINE = 300


@dataclass(frozen=True)
class CriterionResult:
    """One named criterion and whether the answer meets it.

    Args:
        key: the criterion's name in the specification.
        text: what earns it, in words for the student.
        points: points it is worth.
        earned: whether the answer meets it.
    """

    key: str
    text: str
    points: float
    earned: bool


@dataclass(frozen=True)
class Outcome:
    """The verdict on one answer; subclasses are the states.

    Args:
        exercise: the exercise's name.
        criteria: every criterion, met or not.
        message: what the student did and which idea to revisit; never the solution.
        misconception: identifier of the wrong answer that behaves as this one does.
        revisit: heading of the lesson to go back to.
        notes: remarks that cost no points (an argument changed in place, say).
        details: lines such as the student's values beside the expected ones.
        measured: of a trained model, its accuracy on hidden data and its size, as plain values.
        solution: the author's own answer, to be read beside one that is right.
        alike: identifiers of several wrong answers that fit alike, where none is named.

    Example:
        >>> met = CriterionResult("values", "the values agree", 2, earned=True)
        >>> outcome = Right("conv2d", (met,), "Right.")
        >>> outcome.score, outcome.max_score, outcome.state
        (2, 2, 'right')
    """

    exercise: str
    criteria: tuple[CriterionResult, ...]
    message: str
    misconception: str | None = None
    revisit: str | None = None
    notes: tuple[str, ...] = ()
    details: tuple[str, ...] = field(default=())
    measured: dict[str, Any] = field(default_factory=dict)
    solution: str | None = None
    alike: tuple[str, ...] = ()

    state: ClassVar[str] = "unknown"
    symbol: ClassVar[str] = "?"

    def __post_init__(self) -> None:
        # Texts may come from student code. Whoever shows an outcome can rely on this.
        object.__setattr__(self, "message", printable(self.message, _LONGEST_MESSAGE))
        lines = tuple(printable(line, _LONGEST_LINE) for line in self.details)
        object.__setattr__(self, "details", lines)

    @property
    def score(self) -> float:
        """Points earned."""
        return sum(c.points for c in self.criteria if c.earned)

    @property
    def max_score(self) -> float:
        """Points that a right answer earns."""
        return sum(c.points for c in self.criteria)

    def as_dict(self) -> dict[str, Any]:
        """Return the outcome as the grading report writes it.

        Example:
            >>> NotAttempted("conv2d", (), "Nothing here yet.").as_dict()["state"]
            'not attempted'
        """
        return {
            "state": self.state,
            "score": self.score,
            "max": self.max_score,
            "misconception": self.misconception,
            "message": self.message,
        }


class NotAttempted(Outcome):
    """The exercise cell is as it was released, or gone."""

    state = "not attempted"
    symbol = "○"


class Raised(Outcome):
    """The student's code raised, was stopped, or took the whole process with it."""

    state = "raised"
    symbol = "✗"


class WrongType(Outcome):
    """The answer is of a kind that cannot be right: None, or a list where an array is due."""

    state = "wrong type"
    symbol = "✗"


class WrongShape(Outcome):
    """The numbers come in another shape than asked for."""

    state = "wrong shape"
    symbol = "✗"


class WrongValues(Outcome):
    """Type and shape fit; the values do not."""

    state = "wrong values"
    symbol = "✗"


class RuleBroken(Outcome):
    """The answer uses what the exercise rules out, or avoids what it asks to use."""

    state = "against the rules"
    symbol = "✗"


class PartlyRight(Outcome):
    """Some criteria are met; the message is about the first that is not."""

    state = "partly right"
    symbol = "◐"


class Right(Outcome):
    """Every criterion is met."""

    state = "right"
    symbol = "✓"


class Noted(Outcome):
    """An answer that only grading judges; its points are open until then."""

    state = "noted"
    symbol = "✎"


class AwaitingHand(Outcome):
    """A written answer: a person grades it."""

    state = "graded by hand"
    symbol = "✎"
