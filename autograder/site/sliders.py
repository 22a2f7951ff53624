"""Say in words what the sliders of a figure do, where they do not run."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from cnncourse.check.source import parse


def slider_sentence(source: str) -> str | None:
    """Name the sliders of a cell and how far they go.

    Args:
        source: the cell's code.

    Returns:
        A paragraph of Markdown; None if the cell has no sliders.

    Example:
        >>> slider_sentence("plots.interact(draw, sigma=(0.5, 4.0, 0.5), on=True)")
        '*Sliders in the notebook: sigma from 0.5 to 4.0 in steps of 0.5; on: yes or no.*'
        >>> slider_sentence("plots.lines([0, 1])") is None
        True
    """
    said = [_range(keyword) for call in _calls(source) for keyword in call.keywords if keyword.arg]
    return f"*Sliders in the notebook: {'; '.join(said)}.*" if said else None


def _calls(source: str) -> Iterator[ast.Call]:
    for node in ast.walk(parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "plots.interact":
            yield node


def _range(keyword: ast.keyword) -> str:
    name = f"{keyword.arg}".replace("_", " ")
    try:
        value = ast.literal_eval(keyword.value)
    except ValueError:  # a name, such as that of a list of choices
        return f"{name}, one of `{ast.unparse(keyword.value)}`"
    if isinstance(value, bool):
        return f"{name}: yes or no"
    if isinstance(value, tuple) and len(value) in (2, 3):
        low, high, *step = value
        return f"{name} from {low} to {high}" + (f" in steps of {step[0]}" if step else "")
    if isinstance(value, (list, tuple)):
        return f"{name}, one of {', '.join(map(str, value))}"
    return f"{name}, from {value}"
