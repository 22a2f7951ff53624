"""A network as a row of boxes, drawn to scale."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from .style import COLOURS, INK, WIDTH, figure, in_house_style, show

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_TALLEST = 1.9  # inches for the tallest map
_GAP = 0.3  # inches between two boxes
_LABEL = 0.66  # inches that a label such as 224×224 takes
_VECTOR = (0.8, 0.0, 0.09)  # height, depth and width of the bar for a vector
_MOST_BOXES = 14
_TILT = 0.28  # how far a box's depth goes up and to the right, as a part of its width
_COLOURS = {
    "input": "#BBBBBB",
    "convolution": COLOURS[0],
    "pooling": COLOURS[4],
    "dense": COLOURS[2],
    "other": COLOURS[3],
}


@dataclass(frozen=True)
class _Box:
    name: str
    shape: tuple[int, ...]
    kind: str

    @property
    def size(self) -> tuple[int, int, int]:
        """Height, width, channels; a vector has neither height nor width."""
        height, width = {1: (0, 0), 2: (self.shape[0], 1)}.get(len(self.shape), self.shape[:2])
        return height, width, self.shape[-1]


@in_house_style
def network(model: Any, *, alt: str, title: str = "") -> Figure:
    """Draw a network's feature maps as boxes to scale: maps shrink, channels grow.

    Height and depth of a box are those of the map, in one scale; its width is the number of
    channels, in another scale. Vectors are bars of one length. Layers in a row whose outputs
    have the same shape share a box; of a deep network, only the last box of each map size is
    drawn.

    Args:
        model: a built Keras model, or a list with (name, output shape) for each layer, shapes
            without the batch axis.
        alt: what the figure shows, in a sentence.
        title: over the drawing.

    Raises:
        ValueError: there is nothing to draw, or a size is None.

    Example:
        >>> fig = network([("image", (32, 32, 1)), ("C1", (28, 28, 6)), ("S2", (14, 14, 6))],
        ...               alt="Three boxes: 32×32×1, 28×28×6, 14×14×6.")
    """
    boxes = _from_rows(model) if isinstance(model, Sequence) else _from_model(model)
    if not boxes:
        raise ValueError("There is no layer to draw.")
    if any(size is None for box in boxes for size in box.shape):
        raise ValueError("A map of unknown size cannot be drawn; give the model a fixed shape.")
    slanted = len(boxes) > 11 or max(len(box.name) for box in boxes) > 8
    fig, ax = figure(height=_TALLEST + (2.1 if slanted else 1.6))
    ax.set_axis_off()
    ax.set_aspect("equal")
    _draw(ax, boxes, slanted)
    _legend(ax, boxes)
    if title:
        fig.suptitle(title)
    return show(fig, alt=alt)


def _from_rows(rows: Iterable[Sequence[Any]]) -> list[_Box]:
    boxes: list[_Box] = []
    for name, shape in rows:
        boxes.append(_Box(str(name), tuple(shape), _guess(tuple(shape), boxes)))
    return boxes


def _guess(shape: tuple[int, ...], before: Sequence[_Box]) -> str:
    """Return the kind of a layer of which only the shape is known."""
    if not before:
        return "input"
    if len(shape) == 1:
        return "dense"
    same_channels = shape[-1] == before[-1].shape[-1]
    return "pooling" if same_channels and shape[0] < before[-1].shape[0] else "convolution"


def _from_model(model: Any) -> list[_Box]:
    from ..anatomy import layer_table

    rows = [row for row in layer_table(model) if not row.kind.startswith(("Flatten", "ZeroPad"))]
    boxes = []
    for shape, run in groupby(rows, key=lambda row: row.output_shape):
        layers = list(run)
        weighted = [row for row in layers if row.multiply_adds] or layers[:1]
        name = weighted[0].name
        if len(weighted) > 1:  # block1_conv1, block1_conv2 become block1_conv × 2
            name = f"{re.sub('[_0-9]+$', '', name)} × {len(weighted)}"
        boxes.append(_Box(name, shape, _kind_of(weighted[0].kind)))
    return _shortened(boxes)


def _shortened(boxes: list[_Box]) -> list[_Box]:
    """Return the boxes; of too many, the input and the last box of each map size."""
    if len(boxes) <= _MOST_BOXES:
        return boxes
    by_size = groupby(boxes[1:], key=lambda box: box.size[:2])
    return [boxes[0], *(list(group)[-1] for _, group in by_size)][:_MOST_BOXES]


def _kind_of(layer: str) -> str:
    for part, kind in (("Input", "input"), ("Conv", "convolution"), ("Pool", "pooling")):
        if part in layer:
            return kind
    return "dense" if layer == "Dense" else "other"


def _draw(ax: Axes, boxes: Sequence[_Box], slanted: bool) -> None:
    """Draw the boxes from left to right; one unit of the axes is about one inch."""
    per_pixel = _TALLEST / max(max(max(box.size[:2]) for box in boxes), 1)
    per_channel = _inches_per_channel(boxes, per_pixel)
    x = top = 0.0
    for box in boxes:
        height, width, channels = box.size
        high, deep, wide = height * per_pixel, width * per_pixel * _TILT, channels * per_channel
        if not height:
            high, deep, wide = _VECTOR
        step = max(wide + deep + _GAP, _LABEL if height else 0.75 * _LABEL)
        left = x + (step - wide - deep) / 2
        _draw_box(ax, left, max(high, 0.02), max(wide, 0.02), deep, _COLOURS[box.kind])
        size = "×".join(map(str, box.shape[:2])) + f"\n×{channels:,}" if height else f"{channels:,}"
        ax.text(x + step / 2, high / 2 + deep + 0.06, size, ha="center", va="bottom", fontsize=8)
        ax.text(
            x + step / 2, -_TALLEST / 2 - 0.1, box.name, va="top", fontsize=8,
            rotation=30 if slanted else 0, rotation_mode="anchor",
            ha="right" if slanted else "center",
        )  # fmt: skip
        top = max(top, high / 2 + deep)
        x += step
    ax.set_xlim(-0.5 if slanted else 0, x)
    ax.set_ylim(-_TALLEST / 2 - (0.9 if slanted else 0.3), top + 0.7)


def _inches_per_channel(boxes: Sequence[_Box], per_pixel: float) -> float:
    """Return the scale of widths: boxes fill the figure, none wider than 1.2 inches."""
    maps = [box for box in boxes if box.size[0]]
    if not maps:
        return 0.0
    taken = sum(box.size[1] * per_pixel * _TILT for box in maps) + _GAP * len(boxes)
    room = max(WIDTH - taken, 0.25 * WIDTH)
    return min(room / sum(box.size[2] for box in maps), 1.2 / max(box.size[2] for box in maps))


def _draw_box(ax: Axes, x: float, high: float, wide: float, deep: float, colour: str) -> None:
    from matplotlib.colors import to_rgb
    from matplotlib.patches import Polygon

    def shade(factor: float) -> tuple[float, ...]:
        return tuple(1 - (1 - part) * factor for part in to_rgb(colour))

    low, top, right = -high / 2, high / 2, x + wide
    front = [(x, low), (right, low), (right, top), (x, top)]
    roof = [(x, top), (right, top), (right + deep, top + deep), (x + deep, top + deep)]
    side = [(right, low), (right + deep, low + deep), (right + deep, top + deep), (right, top)]
    for corners, factor in ((front, 0.75), (roof, 0.4), (side, 0.9)):
        ax.add_patch(Polygon(corners, facecolor=shade(factor), edgecolor=INK, linewidth=0.6))


def _legend(ax: Axes, boxes: Sequence[_Box]) -> None:
    from matplotlib.patches import Patch

    kinds = [kind for kind in _COLOURS if any(box.kind == kind for box in boxes)]
    ax.legend(
        handles=[Patch(color=_COLOURS[kind], label=kind) for kind in kinds],
        loc="upper right", ncols=len(kinds), handlelength=1.0,
    )  # fmt: skip
