"""Judge an answer as grading would, too: check and grader must agree in every criterion.

Both ask the same questions and reach their verdict by the same code. In one thing they differ: the
grader has a network built again in a process that has never seen the answer's code
(`autograder.grading.structure`), where the check does so itself. Only answers of which this was
asked are judged twice, and their own replies are not asked for again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograder.audit.once import Settled, digest
from autograder.exercise import Answer, Exercise
from autograder.grading.structure import RebuildingAsk
from autograder.grading.warm_sandboxes import in_warm_sandbox
from autograder.sandbox import Sandbox
from cnncourse.check.key import ExerciseKey
from cnncourse.check.outcome import Outcome
from cnncourse.check.reply import Ask
from cnncourse.check.verdict import verdict

_REBUILDING = ("rebuild", "measure")


class Noted:
    """Puts requests to an answer, and keeps the replies.

    Args:
        ask: takes requests to the answer.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._replies: dict[str, Any] = {}
        self.rebuilt = False

    def __call__(self, request: dict[str, Any]) -> Any:
        """Return the reply to a request."""
        self.rebuilt |= request["op"] in _REBUILDING
        reply = self._replies[digest(request)] = self._ask(request)
        return reply

    def again(self, request: dict[str, Any]) -> Any:
        """Return what was replied to a request; ask where there is no reply yet."""
        place = digest(request)
        return self._replies[place] if place in self._replies else self(request)


def faults(
    spec: Exercise,
    answer: Answer,
    keys: Sequence[ExerciseKey],
    noted: Noted,
    outcomes: Sequence[Outcome],
) -> list[str]:
    """Say in which criteria the grader would differ from the check.

    Args:
        spec: the exercise.
        answer: one of its answers.
        keys: what the answer was judged by.
        noted: what put the questions to it.
        outcomes: the check's outcome by each key.

    Returns:
        A sentence per criterion.
    """
    if not noted.rebuilt:
        return []

    def graded(sandbox: Sandbox) -> list[Outcome]:
        with RebuildingAsk(noted.again, sandbox) as rebuilding:
            ask = Settled(rebuilding)  # both keys may ask for the same network
            return [verdict(key, ask, spec.cell(answer)) for key in keys]

    # Only Keras is loaded there, and nobody's code: no walls are needed.
    pairs = zip(outcomes, in_warm_sandbox(graded, "none", ("keras",)), strict=True)
    return [
        f"check and grader differ on {answer.id!r}: {mine.key!r} is {_words(mine.earned)} here, "
        f"{_words(theirs.earned)} in grading"
        for check, grader in pairs
        for mine, theirs in zip(check.criteria, grader.criteria, strict=True)
        if mine.earned != theirs.earned
    ]


def _words(earned: bool) -> str:
    return "met" if earned else "not met"
