"""Remember what answers replied from one round to the next, in the same process.

Most of an audit's time goes into asking answers that did not change since the last save. A round
asks each answer as often as ever, so that what it measures stays the same; but a reply that was
given to the same questions by the same code is not computed again in a later round.
"""

from __future__ import annotations

import hashlib
from collections import Counter, OrderedDict
from collections.abc import Mapping
from typing import Any

from autograder.audit.once import digest
from autograder.build.compiler import run_answer
from autograder.exercise import Answer, Exercise
from cnncourse.check.reply import Ask

# An audit asks some 20 answers three times; this many turns are kept for one exercise.
_MOST = 200

# What an answer was asked, as hashes, and what it replied, in order.
_Turn = list[tuple[str, Any]]


class Replies:
    """The replies to one exercise's questions; call it as `compiler.run_answer` is called."""

    def __init__(self) -> None:
        self._turns: OrderedDict[tuple[str, str, int], _Turn] = OrderedDict()
        self._context = ""
        self._counts: Counter[str] = Counter()

    def begin(self, context: str) -> None:
        """Begin a round.

        Args:
            context: the source of all that runs before an answer. After any change to it, nothing
                that is remembered applies.
        """
        self._context = hashlib.sha256(context.encode()).hexdigest()
        self._counts.clear()

    def __call__(self, spec: Exercise, answer: Answer, namespace: Mapping[str, Any]) -> Ask:
        """Return what puts requests to an answer, which runs only where a reply is not known.

        Args:
            spec: the exercise.
            answer: one of its accepted or wrong answers.
            namespace: the lesson's variables up to there.

        Returns:
            A function from request to reply.
        """
        cell = spec.cell(answer)
        self._counts[cell] += 1
        place = (self._context, cell, self._counts[cell])
        known = self._turns.pop(place, [])
        turn = self._turns[place] = []
        while len(self._turns) > _MOST:
            self._turns.popitem(last=False)
        return _Asking(lambda: run_answer(spec, answer, namespace), known, turn)


class _Asking:
    """One turn: replies as remembered for as long as the questions are the same."""

    def __init__(self, start: Any, known: _Turn, turn: _Turn) -> None:
        self._start = start
        self._known = known
        self._turn = turn
        self._asked: list[dict[str, Any]] = []
        self._live: Ask | None = None

    def __call__(self, request: dict[str, Any]) -> Any:
        place = digest(request)
        reply = self._reply(request, place)
        self._asked.append(request)
        self._turn.append((place, reply))
        return reply

    def _reply(self, request: dict[str, Any], asked: str) -> Any:
        turn = len(self._turn)
        if self._live is None:
            if turn < len(self._known) and self._known[turn][0] == asked:
                return self._known[turn][1]
            self._live = self._start()
            for earlier in self._asked:  # a reply may depend on what was asked before
                self._live(earlier)
        return self._live(request)
