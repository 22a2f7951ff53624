"""Walk through a network, layer by layer, with shapes alone: nothing is computed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .field_rules import Fields, Shape, fields_after, merged_fields
from .fields import ReceptiveField


@dataclass(frozen=True)
class Step:
    """One use of one layer.

    Attributes:
        layer: the Keras layer.
        name: its name, with those of the models around it: "backbone/conv1".
        shape_in, shape_out: of its first input and its output, without the batch axis.
        sees: what the units of its output see of the network's input.
        inner: the layers inside it that have steps of their own.
    """

    layer: Any
    name: str
    shape_in: Shape
    shape_out: Shape
    sees: Fields
    inner: tuple[Any, ...] = ()


@dataclass(frozen=True)
class _Signal:
    """A tensor on its way: its symbolic description, and what its units see."""

    spec: Any
    sees: Fields

    @property
    def shape(self) -> Shape:
        return tuple(self.spec.shape)[1:]


def steps(model: Any, input_shape: Shape | None = None) -> list[Step]:
    """Return every use of a layer in a built model, in order; models inside it are opened.

    Args:
        model: a Keras model.
        input_shape: without the batch axis, for a model whose input has no fixed size.

    Raises:
        ValueError: the model is not built, or its `call` cannot be followed symbolically.
    """
    graph = _functional(model, _known_inputs(model))
    if graph is None:
        raise ValueError(
            f"The layers of {model.name!r} cannot be followed: its `call` does more than Keras "
            "operations on its input; build it with keras.Model(inputs, outputs)."
        )
    found: list[Step] = []
    _walk(graph, [_input_signal(tensor, input_shape) for tensor in graph.inputs], "", found)
    return found


def _input_signal(tensor: Any, shape: Shape | None) -> _Signal:
    import keras

    if shape is not None:
        tensor = keras.KerasTensor((tensor.shape[0], *shape), dtype=tensor.dtype)
    # Every axis between the batch and the channels is a place in the input.
    return _Signal(tensor, (ReceptiveField(),) * max(len(tensor.shape) - 2, 0))


def _known_inputs(model: Any) -> list[Any]:
    """Return symbolic inputs for a built model.

    Raises:
        ValueError: it is not built, so nothing is known of them.
    """
    import keras

    if getattr(model, "inputs", None):
        return model.inputs
    config = model.get_build_config() if model.built else None
    if not config or "input_shape" not in config:
        raise ValueError(
            f"{model.name!r} does not know its input's shape; start it with keras.Input(shape), "
            "or call it once on an array."
        )
    return [keras.Input(config["input_shape"][1:])]


def _functional(layer: Any, inputs: Sequence[Any]) -> Any:
    """Return a model or a composite layer as a functional model; None if it cannot be followed."""
    import keras

    if isinstance(layer, keras.Sequential):
        return keras.Model(layer.inputs, layer.outputs)
    if isinstance(layer, keras.Model) and hasattr(layer, "operations"):
        return layer
    symbols = [keras.Input(batch_shape=tensor.shape, dtype=tensor.dtype) for tensor in inputs]
    try:
        return keras.Model(symbols, layer.call(*symbols))
    except Exception:  # a hand-written `call` may do anything to a symbolic tensor
        return None


def _walk(graph: Any, inputs: Sequence[_Signal], prefix: str, found: list[Step]) -> list[_Signal]:
    """Append the steps of `graph` to `found`; return what comes out."""
    signals = {id(tensor): s for tensor, s in zip(graph.inputs, inputs, strict=True)}
    for node in nodes(graph):
        if node.is_input:
            if not prefix:
                signal = signals[id(node.output_tensors[0])]
                shape, sees = signal.shape, signal.sees
                found.append(Step(node.operation, node.operation.name, shape, shape, sees))
            continue
        given = [signals[id(tensor)] for tensor in node.input_tensors]
        out = _open(node.operation, given, prefix, found) or _take(node, given, prefix, found)
        signals.update(zip(map(id, node.output_tensors), out, strict=True))
    return [signals[id(tensor)] for tensor in graph.outputs]


def nodes(graph: Any) -> Iterator[Any]:
    """Yield each use of an operation, from the inputs on.

    The only place that reads what Keras keeps to itself: it offers no other way to ask where a
    layer that is used twice was used.
    """
    for depth in sorted(graph._nodes_by_depth, reverse=True):
        yield from graph._nodes_by_depth[depth]


def _open(
    layer: Any, given: Sequence[_Signal], prefix: str, found: list[Step]
) -> list[_Signal] | None:
    """Walk through a model, or a layer that somebody wrote; None for Keras's own layers."""
    import keras

    of_keras = type(layer).__module__.partition(".")[0] == "keras"
    if not isinstance(layer, keras.Model) and (of_keras or not isinstance(layer, keras.Layer)):
        return None
    graph = _functional(layer, [signal.spec for signal in given])
    if graph is None:
        return None
    mine = len(found)
    out = _walk(graph, given, f"{prefix}{layer.name}/", found)
    inner = tuple(step.layer for step in found[mine:])
    name = prefix + layer.name
    found.insert(mine, Step(layer, name, given[0].shape, out[0].shape, out[0].sees, inner))
    return out


def _take(node: Any, given: Sequence[_Signal], prefix: str, found: list[Step]) -> list[_Signal]:
    """Return one step over a layer or an operation taken as a whole."""
    import keras

    operation = node.operation
    specs = {id(t): s.spec for t, s in zip(node.input_tensors, given, strict=True)}
    args, kwargs = node.arguments.fill_in(specs)
    outputs = keras.tree.flatten(operation.compute_output_spec(*args, **kwargs))
    shape_in, shape_out = given[0].shape, tuple(outputs[0].shape)[1:]
    sees = fields_after(operation, merged_fields([s.sees for s in given]), shape_in, shape_out)
    if isinstance(operation, keras.Layer):
        found.append(Step(operation, prefix + operation.name, shape_in, shape_out, sees))
    return [_Signal(spec, sees) for spec in outputs]
