"""Say of an answer that failed which earlier answers it uses that are not right either."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from cnncourse.check.names import names
from cnncourse.check.outcome import AwaitingHand, NotAttempted, Outcome, Right


def with_causes(
    outcome: Outcome,
    source: str | None,
    exercises: Iterable[str],
    outcome_of: Callable[[str], Outcome | None],
) -> Outcome:
    """Return an outcome with a note on each earlier answer that it may have failed by.

    Args:
        outcome: of the answer.
        source: its cell; None where it is lost.
        exercises: the lesson's exercises, in order.
        outcome_of: gives the outcome of an earlier answer, or None where nothing is known of it.

    Example:
        >>> from cnncourse.check.outcome import WrongValues
        >>> wrong = WrongValues("second", (), "No.")
        >>> earlier = {"first": WrongValues("first", (), "No.")}
        >>> with_causes(wrong, "second = first + 1", ["first", "second"], earlier.get).notes
        ('It uses your `first`, which is not right yet. Mend that first, and check again.',)
    """
    if isinstance(outcome, (Right, NotAttempted, AwaitingHand)):
        return outcome
    order = list(exercises)
    used = _used(source or "")
    before = [name for name in order[: order.index(outcome.exercise)] if name in used]
    notes = [note for name in before if (note := _note(name, outcome_of(name)))]
    return replace(outcome, notes=(*notes, *outcome.notes))


def _note(name: str, earlier: Outcome | None) -> str | None:
    if earlier is None or isinstance(earlier, (Right, AwaitingHand)):
        return None
    gone = isinstance(earlier, NotAttempted)
    why = "which is not written yet" if gone else "which is not right yet"
    return f"It uses your `{name}`, {why}. Mend that first, and check again."


def _used(cell: str) -> set[str]:
    """Return the names that a cell takes from others, now or when it is called."""
    try:
        found = names(cell)
    except SyntaxError:
        return set()
    return found.used | found.later
