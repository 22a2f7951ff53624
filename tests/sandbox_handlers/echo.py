"""A handler for the sandbox's own tests: evaluates nothing, only calls a name with arguments."""

from __future__ import annotations

from typing import Any


def perform(namespace: dict[str, Any], request: dict[str, Any]) -> Any:
    """Call `request["name"]` with `request["args"]`, or return the variable of that name."""
    found = namespace[request["name"]]
    return found(*request["args"]) if "args" in request else found
