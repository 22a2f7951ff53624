"""The layer table of a network, and the numbers that one asks for alone."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..tables import Table
from .costs import has_kernels, multiply_adds_of, total
from .field_rules import Fields, Shape
from .fields import ReceptiveField, of_windows
from .graph import Step, steps

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class Parameters:
    """How many numbers a network holds; `total` is the sum of the other two."""

    total: int
    trainable: int
    non_trainable: int


@dataclass(frozen=True)
class LayerRow:
    """One use of one layer.

    Attributes:
        name: the layer's name; inside another model "model/layer".
        kind: its class.
        output_shape: without the batch axis.
        parameters: its own, trainable or not; 0 where a shared layer is used again.
        multiply_adds: for one image; None for a layer with kernels that nobody can follow.
        receptive_field: one for each axis of the network's input but batch and channels.
    """

    name: str
    kind: str
    output_shape: Shape
    parameters: int
    multiply_adds: int | None
    receptive_field: Fields


class LayerTable:
    """The layers of a network in order: prints as text, shows as HTML, iterates over its rows.

    Attributes:
        rows: a tuple of `LayerRow`.
        parameters: `Parameters` of the whole network.
        multiply_adds: of the whole network, for one image; None if that of a layer is not known.
    """

    def __init__(self, rows: Iterable[LayerRow], parameters: Parameters) -> None:
        self.rows = tuple(rows)
        self.parameters = parameters
        self.multiply_adds = total(row.multiply_adds for row in self.rows)

    def __iter__(self) -> Iterator[LayerRow]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, key: int | str) -> LayerRow:
        """Return the row at a position, or the first of that name."""
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
        cells = [
            [r.name, r.kind, r.output_shape, r.parameters, _known(r.multiply_adds), _in_words(r)]
            for r in self.rows
        ]
        return Table(
            ["layer", "kind", "output", "parameters", "multiply-adds", "sees"],
            cells,
            footer=["total", "", "", self.parameters.total, _known(self.multiply_adds), ""],
        )


def layer_table(model: keras.Model, input_shape: Shape | None = None) -> LayerTable:
    """Return every layer of a network: output shape, parameters, multiply-adds, receptive field.

    A model inside the model is opened: its layers are named "model/layer". So is a layer that
    somebody wrote as a class, if its `call` uses nothing but Keras.

    Args:
        model: a built Keras model.
        input_shape: without the batch axis; only for a model whose input has no fixed size.

    Returns:
        A table; its rows can be read too: `layer_table(model)["conv1"].parameters`.

    Raises:
        ValueError: the model is not built, or cannot be followed, or has an input of no fixed
            size.

    Example:
        >>> import keras
        >>> net = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Conv2D(6, 5, name="c1")])
        >>> layer_table(net)["c1"].multiply_adds   # 24·24 places, 6 filters, 5·5 weights
        86400
    """
    return LayerTable(_rows(steps(model, input_shape)), count_parameters(model))


def count_parameters(model: keras.Model) -> Parameters:
    """Return how many parameters a built model or layer has, trainable and not.

    Args:
        model: a built model or layer.

    Raises:
        ValueError: it is not built yet.

    Example:
        >>> import keras
        >>> norm = keras.layers.BatchNormalization()
        >>> norm.build((None, 8))
        >>> count_parameters(norm)
        Parameters(total=32, trainable=16, non_trainable=16)
    """
    if not model.built:
        raise ValueError(
            f"{model.name!r} has no parameters yet, because it does not know its input's shape; "
            "start it with keras.Input(shape), or call it once on an array."
        )
    trainable, frozen = _count(model.trainable_weights), _count(model.non_trainable_weights)
    return Parameters(trainable + frozen, trainable, frozen)


def multiply_adds(model: keras.Model, input_shape: Shape | None = None) -> int:
    """Return the multiply-adds of one image's way through a network.

    Counted as papers do: one for every use of a weight of a convolution, a dense or a recurrent
    layer. Biases, normalisation, activations, pooling and attention scores are left out.

    Args:
        model: a built Keras model.
        input_shape: without the batch axis; only for a model whose input has no fixed size.

    Raises:
        ValueError: as for `layer_table`; or a layer's multiply-adds cannot be known.

    Example:
        >>> import keras
        >>> net = keras.Sequential([keras.Input((120,)), keras.layers.Dense(84)])
        >>> multiply_adds(net)
        10080
    """
    table = layer_table(model, input_shape)
    if table.multiply_adds is None:
        name = next(row.name for row in table if row.multiply_adds is None)
        raise ValueError(
            f"The multiply-adds of the layer {name!r} cannot be counted: it does more with its "
            "weights than Keras's convolution, dense and recurrent layers do."
        )
    return table.multiply_adds


def receptive_field(
    network: keras.Model | Sequence[Sequence[int]], layer: str | None = None, axis: int = 0
) -> ReceptiveField:
    """Return how much of the input one unit sees.

    Args:
        network: a built Keras model; or a list with (kernel, stride) or
            (kernel, stride, dilation) for each layer, first layer first, without padding.
        layer: of a model, the layer's name; None for the last layer.
        axis: of a model, 0 for height and 1 for width.

    Raises:
        ValueError: an entry of the list is not two or three positive integers.
        KeyError: the model has no layer of this name.

    Example:
        >>> receptive_field([(3, 1), (3, 1), (3, 1)]).size   # as much as one 7×7 window
        7

    Reference:
        A. Araujo, W. Norris and J. Sim (2019), Computing Receptive Fields of Convolutional
        Neural Networks, Distill, doi:10.23915/distill.00021.
    """
    if isinstance(network, Sequence):
        return of_windows(network)
    return layer_table(network)[-1 if layer is None else layer].receptive_field[axis]


def _rows(found: Sequence[Step]) -> Iterator[LayerRow]:
    counted: set[int] = set()
    for step in found:
        elsewhere = {id(w) for layer in step.inner for w in layer.weights}
        own = [w for w in step.layer.weights if id(w) not in counted | elsewhere]
        counted.update(map(id, own))
        if step.inner and not own:
            continue  # its inner layers, which come next, say all there is to say
        if step.inner:
            cost = None if has_kernels(own) else 0
        else:
            cost = multiply_adds_of(step.layer, step.shape_in, step.shape_out)
        kind = type(step.layer).__name__
        yield LayerRow(step.name, kind, step.shape_out, _count(own), cost, step.sees)


def _count(weights: Iterable[Any]) -> int:
    return sum(math.prod(weight.shape) for weight in weights)


def _known(cost: int | None) -> object:
    return "?" if cost is None else cost


def _in_words(row: LayerRow) -> str:
    """Return one number for a square window, two for another, nothing for a vector."""
    return " × ".join(dict.fromkeys(map(str, row.receptive_field)))
