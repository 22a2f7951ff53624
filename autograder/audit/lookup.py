"""The attack that a public key invites: look each question up, and answer nothing else.

Students have the questions of their own check with the answers. What earns points in grading must
not be had from that table, so the audit plays the student who has it and nothing more.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np

from autograder.exercise.probed import shown
from cnncourse.check.key import ExerciseKey
from cnncourse.check.reply import Ask
from cnncourse.check.verdict import verdict


def points_of_look_up(
    public: ExerciseKey, secret: ExerciseKey, reference: Ask, settled: Collection[str] = ()
) -> float:
    """Return the points that the table in a public key earns under another key.

    Args:
        public: the key that students have.
        secret: the key that judges.
        reference: puts requests to the right answer; only what the table holds is taken from it.
        settled: criteria that do not count, because the statement gives them away as well.
    """
    outcome = verdict(secret, looked_up(public, reference))
    return sum(c.points for c in outcome.criteria if c.earned and c.key not in settled)


def looked_up(public: ExerciseKey, reference: Ask) -> Ask:
    """Return an answer that knows what stands in a public key, and gives zeros elsewhere.

    Of functions the table holds results, zeros have their shape; of networks it holds counts and
    shapes, but no outputs, which hang on the weights that are imposed. Variables stand there as
    hashes alone: this answer leaves them out.

    Args:
        public: the key that students have.
        reference: puts requests to the right answer.
    """
    known = {shown(probe.request) for probe in public.probes}

    def ask(request: dict[str, Any]) -> Any:
        match request["op"]:
            case "call" | "repeat":
                reply = reference(request)
                return reply if shown(request) in known else {"value": _zeros(reply.get("value"))}
            case "build":
                if shown(request) in known:
                    return {"report": reference(request)["report"], "handle": 0}
                return {"error": {"type": "KeyError", "message": "This is not in the table."}}
            case "run":
                return {"value": np.zeros(1)}
        return {"absent": "untouched"}

    return ask


def _zeros(value: Any) -> Any:
    """Return a value tree of the same form, all of whose numbers are zero."""
    if isinstance(value, dict):
        return {key: _zeros(v) for key, v in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(map(_zeros, value))
    if isinstance(value, np.ndarray):
        return np.zeros_like(value)
    return type(value)() if isinstance(value, (bool, int, float, str)) else None
