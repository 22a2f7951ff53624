"""Tell network configurations that are data alone from those that could bring code along."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

# Characters of a configuration.
LONGEST = 2_000_000
# What is said of a network whose configuration is refused.
NOT_KERAS = "it is not made of Keras's own layers and operations alone"

_MODULES = re.compile(
    r"keras|keras\.(layers|initializers|regularizers|constraints|activations)"
    r"|keras\.src\.(models\.(functional|sequential)|ops\.[a-z_]+)"
)
# What Keras writes for arguments of layers and operations that are no JSON.
_DATA = ("__keras_tensor__", "__tuple__", "__tensor__", "__numpy__", "__slice__", "__ellipsis__")
# Layers that run code from their configuration or from a file.
_CODE = {"Lambda", "TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer"}


def is_harmless(config: Any) -> bool:
    """Return whether a network's configuration names nothing but Keras's own layers and operations.

    Args:
        config: JSON text, as `keras.Model.to_json` writes it; anything else is refused.

    Example:
        >>> is_harmless('{"module": "keras.layers", "class_name": "Dense"}')
        True
        >>> is_harmless('{"module": "keras.layers", "class_name": "Lambda"}')
        False
    """
    if not isinstance(config, str) or len(config) > LONGEST:
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
    if name in _DATA and module is None:
        return True
    return (
        isinstance(name, str)
        and isinstance(module, str)
        and _MODULES.fullmatch(module) is not None
        and name not in _CODE
    )
