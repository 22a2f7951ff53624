"""What a feedback page tells, and from when on it may be read: ``[feedback]`` in course.toml."""

from __future__ import annotations

from dataclasses import dataclass

POINTS, REASON, CRITERIA = LEVELS = ("points", "reason", "criteria")
TIMES = ("at once", "after due date")


@dataclass(frozen=True)
class Shows:
    """What students learn from their feedback page, and when.

    Args:
        shows: "points": the points of each exercise; "reason": what was wrong with it, too;
            "criteria": also what earned each point and the values that the check compared.
        when: "at once" or "after due date"; the page itself is the same.

    Raises:
        ValueError: a value is none of these.

    Example:
        >>> Shows("reason").tells("reason"), Shows("reason").tells("criteria")
        (True, False)
    """

    shows: str = CRITERIA
    when: str = TIMES[0]

    def __post_init__(self) -> None:
        for name, value, known in (("shows", self.shows, LEVELS), ("when", self.when, TIMES)):
            if value not in known:
                choices = ", ".join(f'"{k}"' for k in known)
                raise ValueError(f"feedback: {name} must be one of {choices}, not {value!r}.")

    def tells(self, level: str) -> bool:
        """Return whether a page tells what belongs to a level, one of `LEVELS`."""
        return LEVELS.index(level) <= LEVELS.index(self.shows)
