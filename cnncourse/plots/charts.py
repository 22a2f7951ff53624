"""Lines over an axis: functions, and learning curves with their spread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .style import COLOURS, WIDTH, figure, in_house_style, show

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_TRAINING, _VALIDATION = "training", "validation"


@in_house_style
def lines(
    x: Any,
    ys: Mapping[str, Any],
    *,
    alt: str,
    xlabel: str = "",
    ylabel: str = "",
    title: str = "",
    width: float = WIDTH,
    height: float = 3.4,
) -> Figure:
    """Draw lines over one axis, with a legend.

    Args:
        x: (n,).
        ys: label → values (n,).
        alt: what the figure shows, in a sentence.
        xlabel, ylabel, title: of the axes; say units.
        width, height: inches.

    Example:
        >>> fig = lines([0, 1, 2], {"square": [0, 1, 4]}, alt="A parabola from 0 to 4.")
    """
    fig, ax = figure(width=width, height=height)
    for k, (label, y) in enumerate(ys.items()):
        ax.plot(x, y, label=label, color=COLOURS[k % len(COLOURS)])
    ax.set(xlabel=xlabel, ylabel=ylabel, title=title)
    if len(ys) > 1:
        ax.legend()
    return show(fig, alt=alt)


@in_house_style
def curves(
    history: Any,
    *,
    alt: str,
    metrics: Sequence[str] | None = None,
    title: str = "",
    xlabel: str = "epoch",
    log: bool = False,
) -> Figure:
    """Draw learning curves: a panel per metric, training solid and validation dashed.

    Args:
        history: what `fit` returns, or a dictionary metric → values; or, to compare runs, a
            dictionary label → one of these. Values are (epochs,), or (runs, epochs) for several
            seeds, drawn as their mean with a band of one standard deviation.
        alt: what the figure shows, in a sentence.
        metrics: which ones, such as ["loss", "accuracy"]; None: all, in order.
        title: over all panels.
        xlabel: what one step is.
        log: True for a logarithmic vertical axis.

    Raises:
        ValueError: there is nothing to draw, or a metric is not in the history.

    Example:
        >>> fig = curves({"loss": [1.0, 0.5], "val_loss": [1.1, 0.9]},
        ...              alt="Training loss halves; validation loss falls less.")
    """
    runs = as_runs(history)
    names = list(metrics) if metrics is not None else metric_names(runs)
    fig, axes = figure(1, len(names), squeeze=False, height=3.3 if len(names) > 1 else 3.6)
    for ax, metric in zip(axes[0], names, strict=True):
        draw_metric(ax, runs, metric)
        ax.set_xlabel(xlabel)
        if log:
            ax.set_yscale("log")
    if title:
        fig.suptitle(title)
    return show(fig, alt=alt)


def as_runs(history: Any) -> dict[str, dict[str, np.ndarray]]:
    """Return histories of every kind as label → metric → (runs, epochs)."""
    found = getattr(history, "history", history)
    nested = any(isinstance(getattr(v, "history", v), Mapping) for v in found.values())
    labelled = found if nested else {"": found}
    return {
        label: {
            metric: np.atleast_2d(np.asarray(values, dtype=float))
            for metric, values in getattr(run, "history", run).items()
        }
        for label, run in labelled.items()
    }


def metric_names(runs: Mapping[str, Mapping[str, np.ndarray]]) -> list[str]:
    """Return the metrics of all runs, each once, without the prefix `val_`, the loss first.

    Raises:
        ValueError: there are none.
    """
    names = dict.fromkeys(m.removeprefix("val_") for run in runs.values() for m in run)
    names.pop("learning_rate", None)  # Keras adds it when a schedule changes the rate
    if not names:
        raise ValueError("The history is empty; train for at least one epoch.")
    return sorted(names, key=lambda name: name != "loss")


def draw_metric(ax: Axes, runs: Mapping[str, Mapping[str, np.ndarray]], metric: str) -> None:
    """Draw one metric of all runs on one pair of axes, with a legend."""
    from matplotlib.ticker import MaxNLocator

    drawn = False
    for k, (label, run) in enumerate(runs.items()):
        for prefix, dash, part in (("", "-", _TRAINING), ("val_", "--", _VALIDATION)):
            if prefix + metric not in run:
                continue
            drawn = True
            colour = COLOURS[k if label else (0 if not prefix else 1)]
            _draw_band(ax, run[prefix + metric], colour, dash, f"{label} {part}".strip())
    if not drawn:
        known = ", ".join(dict.fromkeys(m for run in runs.values() for m in run))
        raise ValueError(f"There is no metric {metric!r} in the history; it holds {known}.")
    ax.set_title(metric.replace("_", " "))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.legend()


def _draw_band(ax: Axes, values: np.ndarray, colour: str, dash: str, label: str) -> None:
    epochs = np.arange(1, values.shape[1] + 1)
    mean = values.mean(axis=0)
    marker = "o" if len(epochs) < 3 else None  # a line of one point cannot be seen
    if len(values) > 1:
        label = f"{label}, mean ± std of {len(values)}"
        spread = values.std(axis=0)
        ax.fill_between(epochs, mean - spread, mean + spread, color=colour, alpha=0.2, linewidth=0)
    ax.plot(epochs, mean, dash, color=colour, label=label, marker=marker)
