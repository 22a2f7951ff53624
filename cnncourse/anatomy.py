"""What a network is made of: shapes, parameters, multiply-adds and receptive fields.

Everything is read off the shapes that Keras recorded when the network was put together: nothing
is computed with data, so a network of a hundred million parameters takes no longer than a small
one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from .tables import Table

if TYPE_CHECKING:
    import keras

Shape = tuple[int | None, ...]


@dataclass(frozen=True)
class ReceptiveField:
    """Which pixels of the input one unit of a feature map sees, along one axis.

    Unit number i sees `size` pixels, from pixel `start + i·jump` on.

    Attributes:
        size: how many pixels one unit sees.
        jump: by how many pixels the windows of two neighbours differ: all strides multiplied.
        start: the first pixel that unit 0 sees; negative where it sees padding.
        whole: True where every unit sees the whole input (after Dense or global pooling).
    """

    size: int = 1
    jump: float = 1
    start: float = 0
    whole: bool = False

    def __str__(self) -> str:
        return "all" if self.whole else f"{self.size:,}"


@dataclass(frozen=True)
class Parameters:
    """How many numbers a network holds; `total` is the sum of the other two."""

    total: int
    trainable: int
    non_trainable: int


@dataclass(frozen=True)
class LayerRow:
    """One layer of a network, where it is used once. Shapes without the batch axis."""

    name: str
    kind: str
    output_shape: Shape
    parameters: int
    multiply_adds: int
    receptive_field: tuple[ReceptiveField, ...]


class LayerTable:
    """The layers of a network in order; prints as text, shows as HTML; iterate for the rows.

    Attributes:
        rows: one `LayerRow` a layer.
        parameters: `Parameters` of the whole network; a shared layer counts once.
        multiply_adds: for one image through the whole network.
    """

    def __init__(self, rows: Sequence[LayerRow], parameters: Parameters) -> None:
        self.rows = tuple(rows)
        self.parameters = parameters
        self.multiply_adds = sum(row.multiply_adds for row in rows)

    def __iter__(self) -> Iterator[LayerRow]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, key: int | str) -> LayerRow:
        if isinstance(key, int):
            return self.rows[key]
        for row in self.rows:
            if row.name == key:
                return row
        raise KeyError(f"no layer {key!r}; the layers are {', '.join(r.name for r in self.rows)}")

    def __str__(self) -> str:
        return str(self._table())

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return self._table()._repr_html_()

    def _table(self) -> Table:
        headings = ["layer", "kind", "output", "parameters", "multiply-adds", "sees"]
        rows = [
            [r.name, r.kind, r.output_shape, r.parameters, r.multiply_adds, _sees(r)]
            for r in self.rows
        ]
        total = ["total", "", "", self.parameters.total, self.multiply_adds, ""]
        return Table(headings, rows, footer=total)


def layer_table(model: keras.Model) -> LayerTable:
    """Every layer of a network: output shape, parameters, multiply-adds, receptive field.

    A model inside the model is opened; its layers are named "inner/layer". A layer or model
    written as a class is opened too where its `call` works on symbolic tensors (it does if it
    only uses Keras), else it is one row.

    Args:
        model: a built Keras model, Sequential or functional, or a class of one's own that has
            been called.

    Returns:
        A table whose rows also can be read: `layer_table(model)["conv1"].parameters`.

    Raises:
        ValueError: the model has no input shape yet, so nothing can be counted.

    Example:
        >>> import keras
        >>> net = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Conv2D(6, 5)])
        >>> layer_table(net).rows[-1].multiply_adds   # 24·24 positions × 6 filters × 5·5 weights
        86400
    """
    return LayerTable(_rows(model), count_parameters(model))


def count_parameters(model: keras.Model) -> Parameters:
    """How many parameters a built model or layer has, trainable and not.

    Args:
        model: a built model or layer.

    Raises:
        ValueError: it is not built yet.

    Example:
        >>> import keras
        >>> layer = keras.layers.BatchNormalization()
        >>> layer.build((None, 8))
        >>> count_parameters(layer)
        Parameters(total=32, trainable=16, non_trainable=16)
    """
    if not model.built:
        raise ValueError(
            f"{model.name!r} has no parameters yet, because it does not know its input's shape; "
            "start it with keras.Input(shape), or call it once."
        )

    def count(variables: Iterable[Any]) -> int:
        return sum(math.prod(variable.shape) for variable in variables)

    trainable = count(model.trainable_weights)
    non_trainable = count(model.non_trainable_weights)
    return Parameters(trainable + non_trainable, trainable, non_trainable)


def multiply_adds(model: keras.Model) -> int:
    """Multiply-adds of one forward pass with one image.

    Counted as the papers do: one for each multiplication by a weight of a convolution, a dense
    or a recurrent layer. Bias additions, normalisation, activations and pooling are left out.

    Args:
        model: a built Keras model.

    Example:
        >>> import keras
        >>> net = keras.Sequential([keras.Input((120,)), keras.layers.Dense(84)])
        >>> multiply_adds(net)
        10080
    """
    return sum(row.multiply_adds for row in _rows(model))


def receptive_field(
    network: keras.Model | Sequence[tuple[int, ...]], layer: str | None = None, axis: int = 0
) -> ReceptiveField:
    """How much of the input one output unit sees.

    Args:
        network: a Keras model; or a list with (kernel, stride) or (kernel, stride, dilation)
            for each layer, taken without padding.
        layer: of a model, the name of the layer; None for the last.
        axis: of a model, 0 for height and 1 for width.

    Returns:
        The `ReceptiveField` along that axis.

    Raises:
        ValueError: an entry of the list is not two or three positive integers.
        KeyError: no layer of the model has this name.

    Example:
        >>> receptive_field([(3, 1), (3, 1), (3, 1)]).size   # as much as one 7×7
        7

    Reference:
        A. Araujo, W. Norris and J. Sim (2019), Computing Receptive Fields of Convolutional
        Neural Networks, Distill, doi:10.23915/distill.00021.
    """
    if not isinstance(network, Sequence):
        table = layer_table(network)
        return table[-1 if layer is None else layer].receptive_field[axis]
    field = ReceptiveField()
    for entry in network:
        if len(entry) not in (2, 3) or any(int(n) != n or n < 1 for n in entry):
            raise ValueError(
                f"A layer is (kernel, stride) or (kernel, stride, dilation), all of them "
                f"positive integers, but one is {entry!r}."
            )
        field = _window(field, *entry)
    return field


def _window(
    field: ReceptiveField, kernel: int, stride: int, dilation: int = 1, padding: int = 0
) -> ReceptiveField:
    """What a unit sees after one more sliding window; `padding` is what stands before pixel 0."""
    if field.whole:
        return field
    return ReceptiveField(
        size=field.size + dilation * (kernel - 1) * field.jump,
        jump=field.jump * stride,
        start=field.start - padding * field.jump,
    )


# --- Walking through the network's graph ------------------------------------------------------


@dataclass(frozen=True)
class _Signal:
    """A tensor on its way through the network: its symbolic shape, and what its units see."""

    spec: Any
    sees: tuple[ReceptiveField, ...]

    @property
    def shape(self) -> Shape:
        return tuple(self.spec.shape)[1:]


def _rows(model: keras.Model) -> list[LayerRow]:
    graph = _graph(model)
    if graph is None:
        raise ValueError(
            f"{model.name!r} does not know its input's shape; start it with keras.Input(shape), "
            "or call it once."
        )
    rows: list[LayerRow] = []
    _walk(graph, [_input_signal(tensor) for tensor in graph.inputs], "", rows)
    return rows


def _input_signal(tensor: Any) -> _Signal:
    # Every axis between the batch and the channels is a place in the input.
    return _Signal(tensor, (ReceptiveField(),) * max(len(tensor.shape) - 2, 0))


def _graph(model: Any, inputs: Sequence[_Signal] | None = None) -> Any:
    """The functional form of a model or a composite layer; None if it cannot be seen into."""
    import keras

    if isinstance(model, keras.Sequential):
        return keras.Model(model.inputs, model.outputs) if model.built else None
    if getattr(model, "inputs", None) and hasattr(model, "operations"):
        return model
    if inputs is None:
        shape = getattr(model, "_build_shapes_dict", None)
        if not shape or len(shape) != 1:
            return None
        shape = next(iter(shape.values()))
        tensors = [keras.Input(batch_shape=shape)]
    else:
        tensors = [keras.Input(batch_shape=s.spec.shape, dtype=s.spec.dtype) for s in inputs]
    try:
        return keras.Model(tensors, model.call(*tensors))
    except Exception:  # whatever a hand-written `call` cannot do with a symbolic tensor
        return None


def _walk(
    graph: Any, inputs: Sequence[_Signal], prefix: str, rows: list[LayerRow]
) -> list[_Signal]:
    """Append a row for each layer of `graph`, in order, and return the outputs' signals."""
    import keras

    signals = {id(t): signal for t, signal in zip(graph.inputs, inputs, strict=True)}
    for operation, node in _calls(graph):
        if node.is_input:
            if not prefix:
                signal = signals[id(node.output_tensors[0])]
                rows.append(LayerRow(operation.name, "Input", signal.shape, 0, 0, signal.sees))
            continue
        given = [signals[id(tensor)] for tensor in node.input_tensors]
        produced = None
        if _is_composite(operation):
            inner = _graph(operation, given)
            if inner is not None:
                produced = _walk(inner, given, f"{prefix}{operation.name}/", rows)
        if produced is None:
            args, kwargs = node.arguments.fill_in({id(t): signals[id(t)].spec
                                                   for t in node.input_tensors})
            specs = keras.tree.flatten(operation.compute_output_spec(*args, **kwargs))
            sees = _sees_after(operation, given, tuple(specs[0].shape)[1:])
            produced = [_Signal(spec, sees) for spec in specs]
            if isinstance(operation, keras.Layer):
                rows.append(_row(operation, prefix, given, produced[0]))
        signals.update(zip(map(id, node.output_tensors), produced, strict=True))
    return [signals[id(tensor)] for tensor in graph.outputs]


def _calls(graph: Any) -> Iterator[tuple[Any, Any]]:
    """Each use of an operation, inputs first.

    The one place that reads what Keras keeps to itself: there is no public way to ask where a
    layer used twice was used.
    """
    by_depth = graph._nodes_by_depth
    for depth in sorted(by_depth, reverse=True):
        for node in by_depth[depth]:
            yield node.operation, node


def _is_composite(operation: Any) -> bool:
    import keras

    if isinstance(operation, keras.Model):
        return True
    own_class = not type(operation).__module__.startswith("keras.")
    return own_class and isinstance(operation, keras.Layer)


def _row(layer: Any, prefix: str, given: Sequence[_Signal], output: _Signal) -> LayerRow:
    return LayerRow(
        prefix + layer.name,
        type(layer).__name__,
        output.shape,
        count_parameters(layer).total if layer.built else 0,
        _layer_multiply_adds(layer, given[0].shape, output.shape),
        output.sees,
    )


def _sees(row: LayerRow) -> str:
    texts = [str(field) for field in row.receptive_field]
    return texts[0] if len(set(texts)) == 1 else " × ".join(texts)


# --- Multiply-adds, by kind of layer -------------------------------------------------------------


def _layer_multiply_adds(layer: Any, shape_in: Shape, shape_out: Shape) -> int:
    import keras

    L = keras.layers
    if isinstance(layer, (L.SeparableConv1D, L.SeparableConv2D)):
        weights = _size(layer.depthwise_kernel) + _size(layer.pointwise_kernel)
        return _places(shape_out, layer) * weights
    if isinstance(layer, (L.Conv1DTranspose, L.Conv2DTranspose, L.Conv3DTranspose)):
        return _places(shape_in, layer) * _size(layer.kernel)  # each input is spread once
    if isinstance(layer, (L.Conv1D, L.Conv2D, L.Conv3D, L.DepthwiseConv1D, L.DepthwiseConv2D)):
        return _places(shape_out, layer) * _size(layer.kernel)
    if isinstance(layer, L.Dense):
        return _places(shape_out, layer) * _size(layer.kernel)
    return 0


def _size(weights: Any) -> int:
    return math.prod(weights.shape)


def _places(shape: Shape, layer: Any) -> int:
    places = shape[:-1]
    if None in places:
        raise ValueError(
            f"The input of {layer.name!r} has no fixed size, so its multiply-adds cannot be "
            "counted; build the model with a fixed Input shape."
        )
    return math.prod(places)


# --- Receptive fields, by kind of layer ----------------------------------------------------------


def _sees_after(
    operation: Any, given: Sequence[_Signal], shape_out: Shape
) -> tuple[ReceptiveField, ...]:
    import keras

    L = keras.layers
    sees, shape = _merged(given), given[0].shape
    spatial = len(shape) - 1 == len(sees)
    if not sees:
        return sees
    if hasattr(operation, "kernel_size") or hasattr(operation, "pool_size"):
        return tuple(
            _window(field, *window) if window else field
            for field, window in zip(sees, _windows(operation, shape), strict=True)
        )
    if isinstance(operation, (L.ZeroPadding1D, L.ZeroPadding2D, L.ZeroPadding3D)):
        pads = _pairs(operation.padding)
        return tuple(replace(f, start=f.start - a * f.jump) for f, (a, _) in zip(sees, pads))
    return sees
