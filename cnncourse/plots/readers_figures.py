"""Words for figures that readers draw with Matplotlib itself, where nobody wrote any."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .encoding import html

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Not Figure itself: of that class the inline backend forgets each formatter when it sets its own.
_NAME = ("matplotlib.figure", "FigureBase")


def give_words(shell: Any) -> None:
    """Let a live notebook show each figure of pyplot with a description as alternative text.

    Where there is no page, as in a sandbox, nothing changes, and nothing is drawn twice.

    Args:
        shell: IPython's shell in the notebook.
    """
    if getattr(shell, "kernel", None) is None:
        return
    formatters = shell.display_formatter.formatters

    def as_html(fig: Figure) -> str | None:
        drawn = formatters["image/png"](fig)  # as the inline backend has set it
        if not drawn:
            return None
        encoded = base64.b64encode(drawn).decode() if isinstance(drawn, bytes) else drawn
        return html("".join(encoded.split()), words(fig))

    formatters["text/html"].for_type_by_name(*_NAME, as_html)


def words(fig: Figure) -> str:
    """Return what a figure shows: its alternative text if it has one, else what stands on it.

    Example:
        >>> from matplotlib.figure import Figure
        >>> ax = Figure().subplots()
        >>> line = ax.plot([3, 2, 1], label="training")
        >>> text = ax.set(title="Loss", xlabel="epoch")
        >>> words(ax.figure)
        'Figure: "Loss"; horizontal axis "epoch"; 1 line: training.'
    """
    own = getattr(fig, "alt", "")
    if own:
        return own
    title = f'"{fig.get_suptitle()}"' if fig.get_suptitle() else ""
    panels = [_panel(ax) for ax in fig.axes if ax.get_visible()]
    if len(panels) > 1:
        panels = [f"panel {place}: {panel}" for place, panel in enumerate(panels, 1)]
    said = ". ".join(filter(None, [title, *panels]))
    return f"Figure: {said or 'empty'}."


def _panel(ax: Axes) -> str:
    """Say what stands on one pair of axes."""
    from matplotlib.container import BarContainer

    labels = {"": ax.get_title(), "horizontal axis ": ax.get_xlabel()}
    labels["vertical axis "] = ax.get_ylabel()
    said = [f'{what}"{text}"' for what, text in labels.items() if text]
    shown: dict[str, Sequence[Any]] = {
        "line": list(ax.lines),
        "picture": list(ax.images),
        "group of bars": [c for c in ax.containers if isinstance(c, BarContainer)],
        "group of points": list(ax.collections),
    }
    said += [_count(what, artists) for what, artists in shown.items() if artists]
    return "; ".join(said) or "nothing"


def _count(what: str, artists: Sequence[Any]) -> str:
    """Say how many there are, and how those are called that the author has named."""
    first, *rest = what.split(" ")
    many = what if len(artists) == 1 else " ".join([f"{first}s", *rest])
    labels = [str(artist.get_label()) for artist in artists]
    named = [label for label in labels if label and not label.startswith("_")]
    return f"{len(artists)} {many}" + (f": {', '.join(named)}" if named else "")
