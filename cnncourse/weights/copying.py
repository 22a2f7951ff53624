"""Copy weights into another network of the same structure, whatever the layers are called.

Both networks are read as graphs of what computes: layers with weights, and places where tensors
meet. What has neither weights nor two inputs (activations, padding, dropout) is passed over. Two
such graphs are walked side by side, from the outputs back. Where tensors are added or multiplied
the order does not count: branches are told apart by what they hold.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any

from cnncourse.anatomy.graph import nodes

_COMMUTES = ("Add", "Multiply", "Maximum", "Minimum", "Average")


@dataclass(eq=False)
class _Part:
    """A layer with weights, a meeting of tensors, or an input.

    Attributes:
        kind: what must be the same in both networks, beside what comes in.
        layer: the Keras layer or operation.
        inputs: the parts it takes from; branches that commute, in an order of their own.
        signature: a number that is the same for parts that compute alike from alike parts.
    """

    kind: Hashable
    layer: Any
    inputs: list[_Part] = field(default_factory=list)
    signature: int = 0


def copy_weights(source: Any, target: Any) -> int:
    """Copy all weights of a network into another that computes the same.

    Layers are matched by their place in the graph and the shapes of their weights, never by name
    or by the order in which they were made. A 1 × 1 convolution and a dense layer match.

    Args:
        source: a functional or sequential `keras.Model`.
        target: another; its weights are replaced.

    Returns:
        How many layers were filled.

    Raises:
        ValueError: the networks differ; the text says where, and nothing was copied.

    Example:
        >>> import keras, numpy as np
        >>> from keras import layers
        >>> def net(head):
        ...     return keras.Sequential([keras.Input((1, 1, 3)), head, layers.Flatten()])
        >>> one, other = net(layers.Conv2D(2, 1)), net(layers.Dense(2))
        >>> copy_weights(one, other)
        1
        >>> x = np.ones((1, 1, 1, 3), "float32")
        >>> bool(np.allclose(one(x), other(x)))
        True
    """
    known: dict[Hashable, int] = {}
    sources: dict[Any, Any] = {}  # the source's layer for each of the target's
    for one, other in _pairs(_read(source, known), _read(target, known)):
        if sources.setdefault(other, one) is not one:
            raise ValueError(
                f"The networks differ: {other.name} of the second is used where the first has "
                f"{sources[other].name} and {one.name}."
            )
    for other, one in sources.items():
        for weight, place in zip(one.weights, other.weights, strict=True):
            place.assign(weight.numpy().reshape(place.shape))
    return len(sources)


def _read(model: Any, known: dict[Hashable, int]) -> list[_Part]:
    """Return the parts that a model's outputs come from; `known` numbers the signatures."""
    import keras

    if isinstance(model, keras.Sequential):
        model = keras.Model(model.inputs, model.outputs)
    made: dict[int, _Part] = {}
    for node in nodes(model):
        inputs = list(dict.fromkeys(made[id(t)] for t in node.input_tensors))
        part = _part(node.operation, node.is_input, inputs)
        if part not in inputs:
            identity = (part.kind, tuple(p.signature for p in part.inputs))
            part.signature = known.setdefault(identity, len(known))
        made.update({id(tensor): part for tensor in node.output_tensors})
    return [made[id(tensor)] for tensor in model.outputs]


def _part(operation: Any, is_input: bool, inputs: list[_Part]) -> _Part:
    """Return the part that an operation is; the one before it if it is passed over."""
    name = type(operation).__name__
    weights = getattr(operation, "weights", [])
    if is_input:
        return _Part("input", operation)
    if weights:
        return _Part(("weights", *map(_essential, weights)), operation, inputs)
    if len(inputs) == 1:  # also x · σ(x), where one part comes in twice
        return inputs[0]
    if name in _COMMUTES:
        inputs = sorted(inputs, key=lambda part: part.signature)
    return _Part(name, operation, inputs)


def _essential(weight: Any) -> tuple[int, ...]:
    """Return a weight's shape without axes of length one."""
    return tuple(n for n in weight.shape if n != 1)


def _pairs(ones: list[_Part], others: list[_Part]) -> Iterator[tuple[Any, Any]]:
    """Yield layers with weights that match.

    Raises:
        ValueError: two parts differ though they stand in the same place.
    """
    if len(ones) != len(others):
        raise ValueError(f"One network has {len(ones)} outputs, the other {len(others)}.")
    waiting = list(zip(ones, others, strict=True))
    seen: set[tuple[int, int]] = set()
    while waiting:
        one, other = waiting.pop()
        if (id(one), id(other)) in seen:
            continue
        seen.add((id(one), id(other)))
        if one.kind != other.kind or len(one.inputs) != len(other.inputs):
            raise ValueError(
                f"The networks differ, read from their ends: {_words(one)} in the first stands "
                f"where the second has {_words(other)}."
            )
        if getattr(one.layer, "weights", None):
            yield one.layer, other.layer
        waiting += zip(one.inputs, other.inputs, strict=True)


def _words(part: _Part) -> str:
    shapes = [tuple(w.shape) for w in getattr(part.layer, "weights", [])]
    what = f" with weights of shapes {', '.join(map(str, shapes))}" if shapes else ""
    return f"{part.layer.name} ({type(part.layer).__name__}){what}"
