"""What a network says of its own structure, confirmed by building it again.

Counts and shapes come from the student's process, which can report what it likes. So its
configuration, which is data, is built anew in a second, disposable child that has never seen the
student's code, and the two reports must agree. A configuration may hold Keras's own layers and
operations alone: anything else could bring code along, and stays unconfirmed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from autograder.sandbox import ChildDied, Limits, ProtocolError, Sandbox

_LONGEST = 2_000_000
_MODULES = re.compile(
    r"keras|keras\.(layers|initializers|regularizers|constraints|activations)"
    r"|keras\.src\.(models\.(functional|sequential)|ops\.[a-z_]+)"
)
# Layers that run code from their configuration or from a file.
_CODE = {"Lambda", "TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer"}
_COMPARED = ("total", "trainable", "outputs", "stages")
_SECONDS = 60.0


class Confirmed:
    """Puts requests to a student's child and confirms the structures that it reports.

    Args:
        ask: puts a request to the student's child.
        sandbox: where to open the second child.

    Example:
        >>> with Confirmed(lambda request: {"value": 1}, sandbox=None) as ask:
        ...     ask({"op": "read", "name": "n"})
        {'value': 1}
    """

    def __init__(self, ask: Callable[[dict[str, Any]], Any], sandbox: Sandbox | None) -> None:
        self._ask = ask
        self._sandbox = sandbox
        self._child: Any = None

    def __enter__(self) -> Confirmed:
        return self

    def __exit__(self, *_: object) -> None:
        if self._child is not None:
            self._child.close()

    def __call__(self, request: dict[str, Any]) -> Any:
        """Return the reply, with ``confirmed`` beside a report of structure."""
        reply = self._ask(request)
        if not isinstance(reply, dict) or "report" not in reply:
            return reply
        return {**reply, "confirmed": self._confirms(reply["report"], reply.get("config"))}

    def _confirms(self, report: Any, config: Any) -> bool:
        if not isinstance(report, dict) or not is_harmless(config):
            return False
        try:
            if self._child is None:
                assert self._sandbox is not None
                self._child = self._sandbox.open(Limits(wall_seconds=10 * _SECONDS))
            rebuilt = self._child.call({"op": "rebuild", "config": config}, timeout=_SECONDS)
        except (ChildDied, ProtocolError):
            self._child = None
            return False
        again = rebuilt.get("report") if isinstance(rebuilt, dict) else None
        return isinstance(again, dict) and _same(report, again)


def is_harmless(config: Any) -> bool:
    """Whether a network's configuration names nothing but Keras's own layers and operations.

    Args:
        config: JSON text, as `keras.Model.to_json` writes it; anything else is refused.

    Example:
        >>> is_harmless('{"module": "keras.layers", "class_name": "Dense"}')
        True
        >>> is_harmless('{"module": "keras.layers", "class_name": "Lambda"}')
        False
    """
    if not isinstance(config, str) or len(config) > _LONGEST:
        return False
    try:
        classes = list(_classes(json.loads(config)))
    except (ValueError, RecursionError):
        return False
    return bool(classes) and all(_is_kerass(c) for c in classes)


def _classes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if "class_name" in node:
            yield node
        for value in node.values():
            yield from _classes(value)
    elif isinstance(node, list):
        for value in node:
            yield from _classes(value)


def _is_kerass(entry: dict[str, Any]) -> bool:
    name, module = entry["class_name"], entry.get("module")
    if name in ("__keras_tensor__", "__tuple__", "__tensor__", "__numpy__") and module is None:
        return True
    return (
        isinstance(name, str)
        and isinstance(module, str)
        and _MODULES.fullmatch(module) is not None
        and name not in _CODE
    )


def _same(report: dict[str, Any], again: dict[str, Any]) -> bool:
    try:
        weights = [
            sorted((w["role"], tuple(w["shape"]), w["trainable"]) for w in r["weights"])
            for r in (report, again)
        ]
        return weights[0] == weights[1] and all(report[k] == again[k] for k in _COMPARED)
    except (TypeError, KeyError):
        return False
