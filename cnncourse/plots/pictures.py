"""Arrays as pictures: images, filters, feature maps, matrices with their numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .style import COLOURS, DIVERGING, FAINT, INK, WIDTH, figure, in_house_style, show

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MOST_CELLS = 14  # a matrix with more rows or columns is drawn without its numbers


@in_house_style
def images(
    pictures: Any,
    titles: Sequence[object] | None = None,
    *,
    alt: str,
    columns: int | None = None,
    value_range: tuple[float, float] | None = None,
    cmap: str = "gray",
    suptitle: str = "",
    width: float = WIDTH,
) -> Figure:
    """Draw pictures in a grid, each with its title.

    Args:
        pictures: a list, or an array with the pictures along its first axis; each one
            (height, width), (height, width, 1) or (height, width, 3). One picture alone may be
            given as (height, width) or (height, width, 3).
        titles: one per picture.
        alt: what the figure shows, in a sentence.
        columns: pictures in a row; None chooses.
        value_range: the values drawn black and white. None: 0 to 255 for a picture of uint8, 0
            to 1 for one whose values lie there; all others share their smallest and largest.
        cmap: colours for pictures of one channel.
        suptitle: a title over all.
        width: inches.

    Raises:
        ValueError: a picture has another shape, or the number of titles differs.

    Example:
        >>> import numpy as np
        >>> fig = images(np.zeros((3, 8, 8)), ["a", "b", "c"], alt="Three black squares.")
        >>> len(fig.axes)
        3
    """
    panels = _as_pictures(pictures)
    if titles is not None and len(titles) != len(panels):
        raise ValueError(
            f"There are {len(panels)} pictures but {len(titles)} titles; give one per picture."
        )
    ranges = _value_ranges(panels) if value_range is None else [value_range] * len(panels)
    columns = columns or min(len(panels), 4 if len(panels) < 9 else 8)
    fig, axes = _grid(panels, columns, width, has_titles=titles is not None, suptitle=suptitle)
    for k, (ax, panel) in enumerate(zip(axes, panels, strict=True)):
        low, high = ranges[k]
        if panel.ndim == 3:
            span = (high - low) or 1
            ax.imshow(np.clip((panel - low) / span, 0, 1), interpolation="nearest")
        else:
            ax.imshow(panel, cmap=cmap, vmin=low, vmax=high, interpolation="nearest")
        if titles is not None:
            ax.set_title(str(titles[k]), fontsize=10 if columns <= 5 else 8)
    return show(fig, alt=alt)


@in_house_style
def filters(
    kernels: Any,
    titles: Sequence[object] | None = None,
    *,
    alt: str,
    columns: int | None = None,
    suptitle: str = "",
) -> Figure:
    """Draw convolution kernels: red where a weight is positive, blue where negative, white at zero.

    Args:
        kernels: one (k, k), several (n, k, k), or a Keras kernel (k, k, c_in, c_out), of which
            each filter's mean over the input channels is drawn.
        titles: one per kernel.
        alt: what the figure shows, in a sentence.
        columns: kernels in a row; None chooses.
        suptitle: a title over all.

    Raises:
        ValueError: the array has another number of axes.
    """
    array = np.asarray(kernels, dtype=float)
    if array.ndim == 4:
        array = np.moveaxis(array.mean(axis=2), -1, 0)
    elif array.ndim == 2:
        array = array[None]
    if array.ndim != 3:
        raise ValueError(
            f"Kernels are (k, k), (n, k, k) or (k, k, c_in, c_out), not of shape {array.shape}."
        )
    bound = float(np.abs(array).max()) or 1.0
    columns = columns or min(len(array), 4 if len(array) < 9 else 8)
    fig, axes = _grid(
        list(array), columns, min(WIDTH, 1.9 * columns), has_titles=titles is not None,
        suptitle=suptitle,
    )  # fmt: skip
    for k, (ax, kernel) in enumerate(zip(axes, array, strict=True)):
        mesh = ax.imshow(kernel, cmap=DIVERGING, vmin=-bound, vmax=bound)
        if titles is not None:
            ax.set_title(str(titles[k]), fontsize=10 if columns <= 5 else 8)
        if kernel.size <= 25 and columns <= 5:
            _write_numbers(ax, kernel, None, mesh)
    fig.colorbar(mesh, ax=list(axes), shrink=0.8, pad=0.02, label="weight")
    return show(fig, alt=alt)


@in_house_style
def feature_maps(
    maps: Any, *, alt: str, count: int = 16, columns: int = 8, suptitle: str = ""
) -> Figure:
    """Draw the channels of one layer's output, each scaled to its own largest value.

    Args:
        maps: (height, width, channels), or a batch of one of them.
        alt: what the figure shows, in a sentence.
        count: at most so many channels, the first ones.
        columns: maps in a row.
        suptitle: a title over all.

    Raises:
        ValueError: the array is not the output for one image.
    """
    array = np.asarray(maps, dtype=float)
    if array.ndim == 4 and array.shape[0] == 1:
        array = array[0]
    if array.ndim != 3:
        raise ValueError(
            f"Feature maps of one image are (height, width, channels), not of shape {array.shape}."
        )
    shown = np.moveaxis(array[..., :count], -1, 0)
    fig, axes = _grid(list(shown), min(columns, len(shown)), WIDTH, True, suptitle)
    for k, (ax, one) in enumerate(zip(axes, shown, strict=True)):
        ax.imshow(one, cmap="viridis")
        ax.set_title(f"{k}", fontsize=8, pad=2)
    return show(fig, alt=alt)


@in_house_style
def matrix(
    array: Any,
    *,
    alt: str,
    title: str = "",
    fmt: str | None = None,
    highlight: tuple[int, int, int, int] | None = None,
) -> Figure:
    """Draw a small matrix with its numbers written in the cells: for work by hand.

    Args:
        array: (rows, columns), or a vector, drawn as one row.
        alt: what the figure shows, in a sentence.
        title: above the matrix.
        fmt: how to write a number, such as ".2f"; None: whole numbers whole, else two digits.
        highlight: (row, column, height, width) of a window to frame.

    Example:
        >>> fig = matrix([[1, 0, -1]] * 3, title="Prewitt", alt="A kernel: columns 1, 0, −1.")
    """
    return matrices(
        {title: array},
        fmt=fmt,
        highlight=None if highlight is None else {title: highlight},
        alt=alt,
    )


@in_house_style
def matrices(
    arrays: Mapping[str, Any],
    *,
    alt: str,
    signs: Sequence[str] = (),
    fmt: str | None = None,
    highlight: Mapping[str, tuple[int, int, int, int]] | None = None,
) -> Figure:
    """Draw small matrices side by side, with their numbers and signs between.

    Args:
        arrays: title → matrix (rows, columns).
        alt: what the figure shows, in a sentence.
        signs: what stands between neighbours, such as ("∗", "=").
        fmt: how to write a number, such as ".2f"; None: whole numbers whole, else two digits.
        highlight: title → (row, column, height, width) of a window to frame.

    Raises:
        ValueError: an array has more than two axes, or the number of signs does not fit.

    Example:
        >>> fig = matrices({"image": [[1, 2], [3, 4]], "kernel": [[1, 0], [0, 1]], "sum": [[5]]},
        ...                signs=("∗", "="), alt="A 2 by 2 image times a kernel gives 5.")
    """
    panels = {title: np.atleast_2d(np.asarray(array)) for title, array in arrays.items()}
    for title, panel in panels.items():
        if panel.ndim != 2:
            raise ValueError(f"{title or 'The matrix'!r} has {panel.ndim} axes; draw one slice.")
    if signs and len(signs) != len(panels) - 1:
        raise ValueError(f"{len(panels)} matrices need {len(panels) - 1} signs between them.")
    spans = [panel.shape[1] for panel in panels.values()]
    tallest = max(panel.shape[0] for panel in panels.values())
    cell = min(0.5, WIDTH / (sum(spans) + 0.9 * len(spans)))
    fig, axes = figure(
        1, len(panels), squeeze=False, width_ratios=spans,
        width=max(2.2, cell * (sum(spans) + 0.9 * len(spans))), height=cell * tallest + 0.45,
    )  # fmt: skip
    # Room between neighbours as a part of a mean panel's width: for a sign, nearly one cell.
    room = 0.9 * len(spans) / sum(spans) if signs else 0.05
    fig.set_layout_engine("constrained", wspace=room)
    for ax, (title, panel) in zip(axes[0], panels.items(), strict=True):
        _draw_matrix(ax, panel, fmt)
        ax.set_title(title)
        if highlight and title in highlight:
            _frame(ax, *highlight[title])
    for ax, sign in zip(axes[0][1:], signs, strict=False):
        ax.annotate(
            sign, (0, 0.5), xycoords="axes fraction", xytext=(-0.45 * cell * 72, 0),
            textcoords="offset points", ha="center", va="center", fontsize=16,
        )  # fmt: skip
    return show(fig, alt=alt)


@in_house_style
def compare(
    yours: Any, expected: Any, *, alt: str, labels: tuple[str, str] = ("yours", "expected")
) -> Figure:
    """Draw two results side by side, and their difference.

    Args:
        yours, expected: images or matrices (height, width) or (height, width, 3); a small
            matrix gets its numbers written in.
        alt: what the figure shows, in a sentence.
        labels: titles of the two.

    Example:
        >>> fig = compare([[1, 2]], [[1, 3]], alt="Two rows that differ in the second number.")
    """
    first, second = (np.squeeze(np.atleast_2d(np.asarray(a, float))) for a in (yours, expected))
    first, second = np.atleast_2d(first), np.atleast_2d(second)
    fig, axes = figure(1, 3, height=2.9)
    both = np.concatenate([first.ravel(), second.ravel()])
    finite = both[np.isfinite(both)]
    low, high = (finite.min(), finite.max()) if finite.size else (0.0, 1.0)
    for ax, panel, label in zip(axes, (first, second), labels, strict=False):
        _draw_panel(ax, panel, low, high, "gray")
        ax.set_title(f"{label}  {' × '.join(map(str, panel.shape))}")
    if first.shape != second.shape:
        axes[2].text(0.5, 0.5, "the shapes differ,\nso there is no\ndifference to draw",
                     ha="center", va="center", transform=axes[2].transAxes)  # fmt: skip
        _bare(axes[2])
    else:
        difference = first - second
        bound = float(np.nanmax(np.abs(difference), initial=0.0)) or 1.0
        if difference.ndim == 3:
            difference = difference.mean(axis=-1)
        _draw_panel(axes[2], difference, -bound, bound, DIVERGING)
        axes[2].set_title(f"difference, at most {bound if np.any(difference) else 0:.3g}")
    return show(fig, alt=alt)


def _as_pictures(pictures: Any) -> list[np.ndarray]:
    alone = isinstance(pictures, np.ndarray) and (
        pictures.ndim == 2 or (pictures.ndim == 3 and pictures.shape[-1] == 3)
    )
    panels = [np.asarray(picture) for picture in ([pictures] if alone else pictures)]
    panels = [p[..., 0] if p.ndim == 3 and p.shape[-1] == 1 else p for p in panels]
    if not panels:
        raise ValueError("There is no picture to draw.")
    for k, panel in enumerate(panels):
        if panel.ndim != 2 and not (panel.ndim == 3 and panel.shape[-1] == 3):
            raise ValueError(
                f"A picture is (height, width) or (height, width, 3), but number {k} has shape "
                f"{panel.shape}."
            )
    return panels


def _value_ranges(panels: Sequence[np.ndarray]) -> list[tuple[float, float]]:
    """Return the values of black and white per picture; without a natural range, shared ones."""
    natural = [_natural_range(panel) for panel in panels]
    free = [panel for panel, known in zip(panels, natural, strict=True) if known is None]
    shared = (
        float(min((panel.min() for panel in free), default=0)),
        float(max((panel.max() for panel in free), default=1)),
    )
    return [shared if known is None else known for known in natural]


def _natural_range(panel: np.ndarray) -> tuple[float, float] | None:
    if panel.dtype == np.uint8:
        return 0, 255
    return (0, 1) if panel.min() >= 0 and panel.max() <= 1 else None


def _grid(
    panels: Sequence[np.ndarray], columns: int, width: float, has_titles: bool, suptitle: str
) -> tuple[Figure, np.ndarray]:
    rows = math.ceil(len(panels) / columns)
    aspect = max(panel.shape[0] / panel.shape[1] for panel in panels)
    per_row = width / columns * aspect + (0.28 if has_titles else 0.05)
    fig, axes = figure(
        rows, columns, width=width, height=rows * per_row + (0.35 if suptitle else 0), squeeze=False
    )
    for ax in axes.flat:
        _bare(ax)
    for ax in axes.flat[len(panels) :]:
        ax.remove()
    if suptitle:
        fig.suptitle(suptitle)
    return fig, axes.ravel()[: len(panels)]


def _bare(ax: Axes) -> None:
    ax.set_xticks([])
    ax.set_yticks([])
    ax.grid(False)
    ax.spines[:].set(visible=True, color=FAINT, linewidth=0.6)  # a white border pixel has an edge


def _draw_panel(ax: Axes, panel: np.ndarray, low: float, high: float, cmap: str) -> None:
    _bare(ax)
    if panel.ndim == 3:
        ax.imshow(np.clip((panel - low) / ((high - low) or 1), 0, 1))
        return
    mesh = ax.imshow(panel, cmap=cmap, vmin=low, vmax=high)
    if max(panel.shape) <= 8:
        _write_numbers(ax, panel, None, mesh)


def _draw_matrix(ax: Axes, panel: np.ndarray, fmt: str | None) -> None:
    _bare(ax)
    numbers = panel.astype(float)
    bound = float(np.nanmax(np.abs(numbers), initial=0.0)) or 1.0
    # Pale colours: the numbers are what one reads, the shade only helps to find them.
    mesh = ax.imshow(numbers, cmap=DIVERGING, vmin=-2.2 * bound, vmax=2.2 * bound)
    for edge in np.arange(-0.5, panel.shape[1]):
        ax.axvline(edge, color="white", linewidth=1.5)
    for edge in np.arange(-0.5, panel.shape[0]):
        ax.axhline(edge, color="white", linewidth=1.5)
    if max(panel.shape) <= _MOST_CELLS:
        _write_numbers(ax, panel, fmt, mesh)


def _write_numbers(ax: Axes, panel: np.ndarray, fmt: str | None, mesh: Any) -> None:
    whole = np.issubdtype(panel.dtype, np.integer) or np.all(panel == np.round(panel))
    fmt = fmt or ("g" if whole else ".2f")
    for (row, column), value in np.ndenumerate(panel):
        red, green, blue, _ = mesh.cmap(mesh.norm(float(value)))
        dark = 0.299 * red + 0.587 * green + 0.114 * blue < 0.5
        text = format(value, fmt).replace("-", "−")
        ax.text(column, row, text, ha="center", va="center", fontsize=9,
                color="white" if dark else INK)  # fmt: skip


def _frame(ax: Axes, row: int, column: int, height: int, width: int) -> None:
    from matplotlib.patches import Rectangle

    ax.add_patch(
        Rectangle((column - 0.5, row - 0.5), width, height, fill=False, linewidth=3,
                  edgecolor=COLOURS[1], clip_on=False, zorder=5)
    )  # fmt: skip
