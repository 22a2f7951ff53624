"""A trained network as data: built anew, its size counted, its scores computed.

What a budget is checked on must be what the scores come from. So a network is taken apart into its
configuration and its weights, and built again from these two alone. In grading this happens in a
process that has never seen the student's code: a network cannot claim to be smaller than the one
that answers.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from cnncourse.check.allowed_layers import NOT_KERAS, is_harmless

# Operations on tensors that have no weights and multiply nothing by a matrix. (Masks compare.)
_FREE = frozenset(
    (
        "Absolute", "Add", "All", "Any", "AveragePool", "Cast", "Clip", "Concatenate", "Divide",
        "Elu", "Equal", "Exp", "Exp2", "ExpandDims", "Flip", "Gelu", "GetItem", "Greater",
        "GreaterEqual", "HardSigmoid", "HardSilu", "HardTanh", "LeakyRelu", "Less", "LessEqual",
        "Log", "Log1p", "LogSigmoid", "LogSoftmax", "LogicalAnd", "LogicalNot", "LogicalOr",
        "Max", "MaxPool", "Maximum", "Mean", "Min", "Minimum", "Mish", "Multiply", "Negative",
        "NotEqual", "Pad", "Power", "Prod", "Relu", "Relu6", "Repeat", "Reshape", "Roll", "Rsqrt",
        "Selu", "Sigmoid", "Sign", "Silu", "Softmax", "Softplus", "Softsign", "Sqrt", "Square",
        "Squeeze", "Stack", "Std", "Subtract", "Sum", "SwapAxes", "Tanh", "Tile", "Transpose",
        "TrueDivide", "Var", "Where",
    )
)  # fmt: skip
# Layers that multiply their inputs with each other, which nobody's count of weights shows.
_PRODUCTS = ("Dot", "Attention", "AdditiveAttention", "MultiHeadAttention", "GroupQueryAttention")
_ARRAYS = ("__numpy__", "__tensor__")
_MOST_NUMBERS = 16
_MOST_ENTRIES = 5000
# Rates, slopes, axes, sizes of windows: so many numbers a network may hold beside its weights. One
# that holds more computes with them, and they count as the parameters that they are.
_FREE_NUMBERS = 300
# A layer with weights has sizes, and up to two fractions (batch normalisation: ε and momentum).
_FREE_FRACTIONS = 2
_NO_NUMBERS = ("build_config", "dtype", "name", "registered_name", "input_layers", "output_layers")


class Uncounted(Exception):
    """A network whose size nobody can know for certain; the text says why, after "because"."""


def parts_of(model: Any) -> dict[str, Any]:
    """Return a model's configuration as JSON text, and its weights in order.

    Args:
        model: what ought to be a built `keras.Model`.

    Returns:
        ``{"config": text, "weights": [arrays]}``; optimizer and loss are left out.

    Raises:
        Uncounted: it is no model, or does not describe itself.
    """
    import keras

    if not isinstance(model, keras.Model):
        raise Uncounted("it is not a keras.Model")
    config = described(model)
    if config is None:
        raise Uncounted(NOT_KERAS)
    return {"config": config, "weights": [np.asarray(w) for w in model.get_weights()]}


def described(model: Any) -> str | None:
    """Return a model's configuration as JSON text, or None if it does not describe itself.

    Args:
        model: a built `keras.Model`; its optimizer and its loss are left out.
    """
    try:
        return json.dumps(_untrained(json.loads(model.to_json())))
    except Exception:  # a layer of the student's own raises what it likes
        return None


def model_from_parts(config: str, weights: list[np.ndarray]) -> Any:
    """Return the `keras.Model` that `parts_of` described.

    Raises:
        Uncounted: the configuration is not Keras's alone, or the weights do not fit it.
    """
    import keras

    if not is_harmless(config):
        raise Uncounted(NOT_KERAS)
    try:
        model = keras.models.model_from_json(config)
        model.set_weights(weights)
    except Exception:  # Keras raises many kinds
        raise Uncounted("it cannot be built again from its configuration") from None
    return model


def size_of(model: Any, config: str) -> dict[str, Any]:
    """Count what a budget limits.

    Args:
        model: a built `keras.Model`.
        config: its configuration as JSON text.

    Returns:
        ``parameters`` and ``multiply_adds``, each None where nobody can know it; ``uncounted``
        says why, in words, or is None.
    """
    from cnncourse import anatomy

    why = uncounted(json.loads(config))
    if why:
        return {"parameters": None, "multiply_adds": None, "uncounted": why}
    parameters = anatomy.count_parameters(model).total
    numbers = numbers_beside_weights(json.loads(config), _weighted(model))
    if numbers > _FREE_NUMBERS:
        why = f"it computes with {numbers:,} numbers that are no layer's weights"
        return {"parameters": parameters + numbers, "multiply_adds": None, "uncounted": why}
    try:
        cost = anatomy.multiply_adds(model)
    except ValueError as error:
        return {"parameters": parameters, "multiply_adds": None, "uncounted": str(error)}
    return {"parameters": parameters, "multiply_adds": cost, "uncounted": None}


def uncounted(config: Any) -> str | None:
    """Say what in a configuration holds numbers or does work that no layer's weights show.

    Args:
        config: a model's configuration, read from JSON.

    Example:
        >>> uncounted({"class_name": "Matmul", "module": "keras.src.ops.numpy"})
        'it uses the operation Matmul'
        >>> uncounted({"class_name": "Dense", "module": "keras.layers"}) is None
        True
    """
    for number, node in enumerate(_nodes(config)):
        if number == _MOST_ENTRIES:
            return "it has too many parts"
        if isinstance(node, list):
            if sum(1 for _ in _leaves(node)) > _MOST_NUMBERS:
                return "its configuration holds a table of numbers"
            continue
        name, module = node.get("class_name"), str(node.get("module"))
        if name in _ARRAYS:
            return "it holds an array that is not a layer's weight"
        if name in _PRODUCTS:
            return f"it uses the layer {name}"
        if module.startswith("keras.src.ops") and name not in _FREE:
            return f"it uses the operation {name}"
    return None


def numbers_beside_weights(config: Any, weighted: Iterable[str] = ()) -> int:
    """Count the numbers in a configuration that a network can compute with.

    Args:
        config: a model's configuration, read from JSON.
        weighted: the names of the layers that have weights of their own, each as often as there is
            such a layer. Their sizes are not counted, nor are two fractions each.

    Example:
        >>> scale = {"class_name": "Rescaling", "config": {"name": "r", "scale": [0.5, 2]}}
        >>> numbers_beside_weights({"layers": [scale, scale]})
        4
    """
    return _numbers(config, Counter(weighted))


def _numbers(config: Any, weighted: Counter[str]) -> int:
    """Count numbers; each name in ``weighted`` is used up by one layer."""
    if isinstance(config, list):
        return sum(_numbers(item, weighted) for item in config)
    if not isinstance(config, dict):
        return type(config) in (int, float)
    if config.get("class_name") == "__keras_tensor__":
        return 0
    parts = {k: v for k, v in config.items() if not _says_nothing(k)}
    own = parts.get("config")
    free = 0
    if isinstance(own, dict) and weighted[str(own.get("name"))] > 0:
        weighted[str(own["name"])] -= 1
        parts["config"], free = _fractions(own), _FREE_FRACTIONS
    return max(0, sum(_numbers(part, weighted) for part in parts.values()) - free)


def _says_nothing(key: str) -> bool:
    """Return whether what stands under a key is names, shapes, or what weights start from."""
    return key in _NO_NUMBERS or key.endswith("_initializer")


def _fractions(config: Any) -> Any:
    """Return a configuration without its whole numbers, which are sizes in a layer with weights."""
    if isinstance(config, dict):
        return {k: _fractions(v) for k, v in config.items()}
    if isinstance(config, list):
        return [_fractions(v) for v in config]
    return None if type(config) is int else config


def _weighted(model: Any) -> Iterator[str]:
    """Yield the names of the layers that have weights and are no models themselves."""
    for layer in model.layers:
        if getattr(layer, "layers", None):
            yield from _weighted(layer)
        elif layer.weights:
            yield layer.name


def _untrained(config: Any) -> Any:
    """Return a configuration without its optimizers and losses, which no structure depends on."""
    if isinstance(config, dict):
        return {k: _untrained(v) for k, v in config.items() if k != "compile_config"}
    return [_untrained(v) for v in config] if isinstance(config, list) else config


def _nodes(config: Any) -> Iterator[Any]:
    """Yield everything that names a class, and every list of nothing but numbers and words."""
    if isinstance(config, dict):
        if "class_name" in config:
            yield config
        for key, value in config.items():
            if not _says_nothing(key):
                yield from _nodes(value)
    elif isinstance(config, list):
        if all(isinstance(x, (int, float, str, type(None))) for x in _leaves(config)):
            yield config
        else:
            for value in config:
                yield from _nodes(value)


def _leaves(node: Any) -> Iterator[Any]:
    if isinstance(node, list):
        for value in node:
            yield from _leaves(value)
    else:
        yield node
