"""The house style, and how a figure is shown in a notebook: once, small, with alternative text."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from . import encoding
from .encoding import DPI
from .readers_figures import give_words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

P = ParamSpec("P")
R = TypeVar("R")

# Okabe and Ito (2008), Color Universal Design: told apart with every kind of colour vision.
# Their yellow is left out as a line colour: on white nobody sees it.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
INK, FAINT = "#222222", "#D9D9D9"
DIVERGING = "RdBu_r"  # blue below zero, white at zero, red above; safe for red-green blindness
WIDTH = 7.0  # inches: 700 pixels, the width of a notebook's output

_STYLE: dict[str, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": INK,
    "axes.grid": True,
    "axes.labelcolor": INK,
    "axes.labelsize": 10,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 11,
    "axes.titlepad": 6,
    # Opaque, so that dark text stays readable where the notebook's theme is dark.
    "figure.facecolor": "white",
    "figure.dpi": DPI,
    "figure.titlesize": 12,
    "font.size": 10,
    "grid.color": FAINT,
    "grid.linewidth": 0.6,
    "image.cmap": "gray",
    "image.interpolation": "nearest",
    "legend.fontsize": 9,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "savefig.dpi": DPI,
    "text.color": INK,
    "xtick.color": INK,
    "xtick.labelsize": 9,
    "ytick.color": INK,
    "ytick.labelsize": 9,
}

_held_back = 0


def use_style() -> None:
    """Give figures that a reader draws with Matplotlib itself the look of all others, and words."""
    import matplotlib

    matplotlib.rcParams.update(_rc())
    shell = notebook()
    if shell is not None:
        give_words(shell)


def in_house_style(draw: Callable[P, R]) -> Callable[P, R]:
    """Decorate a drawing function: in it the house style holds, outside the reader's own."""

    @wraps(draw)
    def styled(*args: P.args, **kwargs: P.kwargs) -> R:
        import matplotlib

        with matplotlib.rc_context(_rc()):
            return draw(*args, **kwargs)

    return styled


@in_house_style
def figure(
    rows: int = 1,
    columns: int = 1,
    *,
    width: float = WIDTH,
    height: float | None = None,
    **options: Any,
) -> tuple[Figure, Any]:
    """Return an empty figure in the house style; draw on its axes, then hand it to `show`.

    It does not go through pyplot, so it needs no closing and nothing draws it by itself.

    Args:
        rows, columns: how many axes.
        width, height: in inches of 100 pixels; a height of None suits the number of axes.
        options: more for `Figure.subplots`, such as `sharey=True` or `width_ratios=[2, 1]`.

    Returns:
        `(fig, axes)`: one Axes, or a NumPy array of them if there are several.

    Example:
        >>> fig, ax = figure()
        >>> line = ax.plot([1, 2, 4])
        >>> fig = show(fig, alt="A line that rises faster and faster.")
    """
    from matplotlib.figure import Figure

    if height is None:
        height = min(0.62 * width * rows / columns + 0.3, 8.0)
    fig = Figure(figsize=(width, height), layout="constrained")
    return fig, fig.subplots(rows, columns, **options)


def show(fig: Figure, *, alt: str) -> Figure:
    """Show a figure in the notebook, once, with alternative text; elsewhere do nothing.

    The picture goes out as HTML with the text in it, and as PNG for exporters that take no HTML;
    the text goes alone to a console (`encoding.bundle`).

    Args:
        fig: any Matplotlib figure, made by `figure` or by pyplot.
        alt: what the picture shows, for readers who cannot see it: one or two sentences.

    Returns:
        The figure; as a cell's last value it is not shown a second time.

    Raises:
        ValueError: the alternative text is empty.
    """
    set_alt(fig, alt)
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close(fig)  # else the inline backend shows it again
    shell = notebook()
    if shell is None or _held_back:
        return fig
    shown_in = shell.execution_count
    display_bundle(*bundle(fig))

    def show_again() -> None:
        if shell.execution_count != shown_in:
            display_bundle(*bundle(fig))

    fig._ipython_display_ = show_again  # type: ignore[attr-defined]
    return fig


def set_alt(fig: Figure, alt: str) -> None:
    """Give a figure its alternative text.

    Raises:
        ValueError: it is no text, or empty.
    """
    if not isinstance(alt, str) or not alt.strip():
        raise ValueError(
            'This figure has no alternative text; say in alt="…" what it shows, in a sentence.'
        )
    fig.alt = alt.strip()  # type: ignore[attr-defined]


def alt_of(fig: Figure) -> str:
    """Return a figure's alternative text.

    Raises:
        ValueError: it has none.
    """
    alt = getattr(fig, "alt", "")
    set_alt(fig, alt)
    return alt


@contextmanager
def held_back() -> Iterator[None]:
    """Keep figures made in this context from being shown: the caller shows them."""
    global _held_back
    _held_back += 1
    try:
        yield
    finally:
        _held_back -= 1


def notebook() -> Any:
    """Return the shell of the notebook that this runs in; None in a script or a terminal."""
    if "IPython" not in sys.modules:
        return None
    from IPython import get_ipython

    shell = get_ipython()
    return None if type(shell).__name__ == "TerminalInteractiveShell" else shell


def bundle(fig: Figure) -> tuple[dict[str, str], dict[str, Any]]:
    """Return the figure as a Jupyter display message: data by MIME type, and metadata."""
    return encoding.bundle(encoding.png(fig), alt_of(fig))


def display_bundle(data: dict[str, str], metadata: dict[str, Any], **options: Any) -> Any:
    """Send a display message; options as of `IPython.display.display`."""
    from IPython.display import display

    return display(data, raw=True, metadata=metadata, **options)


def _rc() -> Any:
    from cycler import cycler

    return {**_STYLE, "axes.prop_cycle": cycler(color=COLOURS)}
