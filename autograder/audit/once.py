"""Run each answer once, and ask it each question once, however often an audit wants to know.

To put a known mistake on record, and to judge it by that record, takes the same questions. Running
its cell, building its networks and drawing its samples is what takes long. None of it turns out
differently the second time: a student's cell runs once, too, networks hold the weights that are
imposed, and samples are drawn from the seed in the question. A function is quick, and may remember
what it was called with: it is defined and called anew each time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from autograder.build.compiler import Asker
from autograder.exercise import Answer, Exercise, Function
from cnncourse.check import values
from cnncourse.check.reply import Ask

# Questions whose replies hang on nothing else; starting weights are drawn anew each time.
_SETTLED = ("build", "rebuild", "run", "repeat")


class Once:
    """Gives what puts requests to an answer; call it as `compiler.run_answer` is called.

    Args:
        asker: runs an answer.
    """

    def __init__(self, asker: Asker) -> None:
        self._asker = asker
        self._asks: dict[str, Ask] = {}

    def __call__(self, spec: Exercise, answer: Answer, namespace: Mapping[str, Any]) -> Ask:
        """Return what puts requests to an answer of the one exercise that is audited.

        Args:
            spec: the exercise.
            answer: one of its answers.
            namespace: the lesson's variables up to there.

        Returns:
            A function from request to reply.
        """
        if spec.kind == Function.kind:
            return self._asker(spec, answer, namespace)
        cell = spec.cell(answer)
        if cell not in self._asks:
            self._asks[cell] = Settled(self._asker(spec, answer, namespace))
        return self._asks[cell]


class Settled:
    """Puts each settled question to an answer once.

    Args:
        ask: takes requests to the answer.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._replies: dict[str, Any] = {}

    def __call__(self, request: dict[str, Any]) -> Any:
        """Return the reply to a request; the one that was given before, where it is settled."""
        if request["op"] not in _SETTLED:
            return self._ask(request)
        place = digest(request)
        if place not in self._replies:
            self._replies[place] = self._ask(request)
        return self._replies[place]


def digest(request: dict[str, Any]) -> str:
    """Return a hash of a request."""
    return hashlib.sha256(values.to_json(request).encode()).hexdigest()
