"""A picture with sliders, which is a picture too where sliders do not run."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .style import alt_of, bundle, display_bundle, held_back, notebook

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def interact(draw: Callable[..., Figure], **sliders: Any) -> Figure:
    """Draw a figure, with a slider for each of its parameters where the notebook is alive.

    The figure for the parameters' default values is an ordinary picture and stays in the saved
    notebook. In a running notebook, moving a slider changes that picture in place.

    Args:
        draw: a function of the sliders' values that returns a figure of this package, so one
            with alternative text. Each parameter has a default value: there the slider starts.
        sliders: parameter → (low, high), (low, high, step), a list of choices, or True/False.

    Returns:
        The figure for the default values.

    Raises:
        ValueError: a slider names no parameter, or one without a default value.

    Example:
        >>> from cnncourse import plots
        >>> def line(slope=1.0):
        ...     return plots.lines([0, 1], {"y": [0, slope]}, alt=f"A line of slope {slope}.")
        >>> fig = interact(line, slope=(-2.0, 2.0, 0.1))
    """
    start = _start_values(draw, sliders)
    fig = _quietly(draw, start)
    shell = notebook()
    if shell is None:
        return fig
    live = getattr(shell, "kernel", None) is not None and not os.environ.get("CNNCOURSE_BUDGET")
    controls = _controls(sliders, start) if live else {}
    handle = display_bundle(*bundle(fig), display_id=True)
    fig._ipython_display_ = lambda: None  # type: ignore[attr-defined]

    def redraw(change: Any) -> None:
        values = {name: control.value for name, control in controls.items()}
        data, metadata = bundle(_quietly(draw, values))
        handle.update(data, raw=True, metadata=metadata)

    for control in controls.values():
        control.observe(redraw, names="value")
    return fig


def _start_values(draw: Callable[..., Figure], sliders: dict[str, Any]) -> dict[str, Any]:
    parameters = inspect.signature(draw).parameters
    for name in sliders:
        if name not in parameters or parameters[name].default is inspect.Parameter.empty:
            raise ValueError(
                f"The slider {name!r} needs a parameter of {draw.__name__} with a default value, "
                f"where it starts; write def {draw.__name__}({name}=…)."
            )
    return {name: parameters[name].default for name in sliders}


def _quietly(draw: Callable[..., Figure], values: dict[str, Any]) -> Figure:
    with held_back():
        fig = draw(**values)
    alt_of(fig)  # refuses a figure without
    return fig


def _controls(sliders: dict[str, Any], start: dict[str, Any]) -> dict[str, Any]:
    """Return the sliders, shown; their output says in words what they are where they cannot run."""
    import ipywidgets

    controls = {}
    for name, range_ in sliders.items():
        control = ipywidgets.interactive.widget_from_abbrev(range_, default=start[name])
        control.description = name.replace("_", " ")
        controls[name] = control
    box = ipywidgets.VBox(list(controls.values()))
    view = {"model_id": box.model_id, "version_major": 2, "version_minor": 0}
    names = ", ".join(controls)
    display_bundle(
        {
            "application/vnd.jupyter.widget-view+json": view,  # type: ignore[dict-item]
            "text/plain": f"(Run this cell to move sliders: {names}.)",
        },
        {},
    )
    return controls
