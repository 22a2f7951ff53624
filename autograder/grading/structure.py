"""Confirm what a network says of its own structure by building it again.

Counts and shapes come from the student's process, which can report what it likes. So its
configuration, which is data, is built anew in a second, disposable child that has never seen the
student's code, and the two reports must agree. A configuration may hold Keras's own layers and
operations alone: anything else could bring code along, and stays unconfirmed.

Where a budget is to be kept, a true description is not enough: the network described need not be
the one that answers. There the second child gets the weights, too, and the scores come from it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograder.sandbox import ChildDied, HandlerFailed, Limits, ProtocolError, Sandbox
from cnncourse.check.allowed_layers import NOT_KERAS, is_harmless

_COMPARED = ("total", "trainable", "outputs", "stages")
_SECONDS = 60.0
_UNBUILT = {
    "error": {"type": "Uncounted", "message": NOT_KERAS, "line": None, "code": None},
}


class ConfirmingAsk:
    """Puts requests to a student's child and confirms the structures that it reports.

    Args:
        ask: puts a request to the student's child.
        sandbox: where to open the second child.

    Example:
        >>> with ConfirmingAsk(lambda request: {"value": 1}, sandbox=None) as ask:
        ...     ask({"op": "read", "name": "n"})
        {'value': 1}
    """

    def __init__(self, ask: Callable[[dict[str, Any]], Any], sandbox: Sandbox | None) -> None:
        self._ask = ask
        self._sandbox = sandbox
        self._child: Any = None

    def __enter__(self) -> ConfirmingAsk:
        return self

    def __exit__(self, *_: object) -> None:
        if self._child is not None:
            self._child.close()

    def __call__(self, request: dict[str, Any]) -> Any:
        """Return the reply, with ``confirmed`` beside a report of structure."""
        if request["op"] == "measure":
            return self._measured(request)
        reply = self._ask(request)
        if not isinstance(reply, dict) or "report" not in reply:
            return reply
        return {**reply, "confirmed": self._confirms(reply["report"], reply.get("config"))}

    def _measured(self, request: dict[str, Any]) -> Any:
        """Return scores and size of the network that the student's child describes.

        The student's child gives a configuration and weights, and no more: what is counted is
        what answers.
        """
        parts = self._ask({"op": "export", "name": request["name"]})
        match parts:
            case {"absent": _} | {"error": _}:
                return {key: parts[key] for key in ("absent", "error") if key in parts}
            case {"config": config, "weights": list(weights)} if is_harmless(config):
                asked = {key: request[key] for key in ("op", "inputs", "scale")}
            case _:
                return _UNBUILT
        try:
            again = {**asked, "config": config, "weights": weights}
            return self._second().call(again, timeout=_SECONDS)
        except HandlerFailed:
            return _UNBUILT
        except (ChildDied, ProtocolError):
            self._child = None
            return _UNBUILT

    def _confirms(self, report: Any, config: Any) -> bool:
        if not isinstance(report, dict) or not is_harmless(config):
            return False
        try:
            rebuilt = self._second().call({"op": "rebuild", "config": config}, timeout=_SECONDS)
        except (ChildDied, ProtocolError):
            self._child = None
            return False
        again = rebuilt.get("report") if isinstance(rebuilt, dict) else None
        return isinstance(again, dict) and _same(report, again)

    def _second(self) -> Any:
        if self._child is None:
            assert self._sandbox is not None
            self._child = self._sandbox.open(Limits(wall_seconds=10 * _SECONDS))
        return self._child


def _same(report: dict[str, Any], again: dict[str, Any]) -> bool:
    try:
        weights = [
            sorted((w["role"], tuple(w["shape"]), w["trainable"]) for w in r["weights"])
            for r in (report, again)
        ]
        return weights[0] == weights[1] and all(report[k] == again[k] for k in _COMPARED)
    except (TypeError, KeyError):
        return False
