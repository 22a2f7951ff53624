"""Build a student's network again, in a process that has never seen the student's code.

Counts and shapes come from the student's process, which can report what it likes. So where they
decide by themselves, its configuration, which is data, is built anew in a second, disposable child,
and the two reports are compared (`cnncourse.check.kinds.network`). A configuration may hold Keras's
own layers and operations alone: anything else could bring code along. Networks that hold code of
the student's own are not built again: they are judged by what they compute.

Where a budget is to be kept, a true description is not enough: the network described need not be
the one that answers. There the second child gets the weights, too, and the scores come from it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograder.sandbox import ChildDied, HandlerFailed, Limits, ProtocolError, Sandbox
from cnncourse.check.allowed_layers import NOT_KERAS, is_harmless

_SECONDS = 60.0
_UNBUILT = {
    "error": {"type": "Uncounted", "message": NOT_KERAS, "line": None, "code": None},
}


class RebuildingAsk:
    """Puts requests to a student's child, and those to build a network anew to a second one.

    Args:
        ask: puts a request to the student's child.
        sandbox: where to open the second child.

    Example:
        >>> with RebuildingAsk(lambda request: {"value": 1}, sandbox=None) as ask:
        ...     ask({"op": "read", "name": "n"})
        {'value': 1}
    """

    def __init__(self, ask: Callable[[dict[str, Any]], Any], sandbox: Sandbox | None) -> None:
        self._ask = ask
        self._sandbox = sandbox
        self._child: Any = None

    def __enter__(self) -> RebuildingAsk:
        return self

    def __exit__(self, *_: object) -> None:
        if self._child is not None:
            self._child.close()

    def __call__(self, request: dict[str, Any]) -> Any:
        """Return the reply of the child that a request is for."""
        match request["op"]:
            case "measure":
                return self._measured(request)
            case "rebuild":
                return self._apart(request) if is_harmless(request["config"]) else _UNBUILT
            case _:
                return self._ask(request)

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
        return self._apart({**asked, "config": config, "weights": weights})

    def _apart(self, request: dict[str, Any]) -> Any:
        """Put a request to the second child, which it may end."""
        try:
            return self._second().call(request, timeout=_SECONDS)
        except HandlerFailed:
            return _UNBUILT
        except (ChildDied, ProtocolError):
            self._child = None
            return _UNBUILT

    def _second(self) -> Any:
        if self._child is None:
            assert self._sandbox is not None
            self._child = self._sandbox.open(Limits(wall_seconds=10 * _SECONDS))
        return self._child
