"""Draw a class's results: SVG that stands in a page, takes its colours and says what it shows."""

from __future__ import annotations

import io
import re
import statistics as averages
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.grading.plain_text import plain
from autograder.grading.report.data import Exercise, Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Each picture is drawn for a wide page and for a phone; the page's style sheet shows one of them.
_WIDTHS = {"wide": 7.2, "narrow": 3.8}  # inches of 72 pixels
# Colours that stand for those of the page, which differ in a dark one: what is drawn so, is
# written as the page's variable.
_INK, _FAINT, _BAR = "#010101", "#020202", "#030303"
_VARIABLES = {_INK: "var(--ink)", _FAINT: "var(--line)", _BAR: "var(--accent)"}
# Okabe and Ito's, told apart with every kind of colour vision; light enough for dark numbers.
COLOURS = {
    Result.RIGHT: "#3DB794",
    Result.PARTLY: "#F0C24B",
    Result.WRONG: "#EC8A4A",
    Result.NOT_ATTEMPTED: "#B9BEC4",
    Result.WAITING: "#7DB8E0",
    Result.UNKNOWN: "#D9A6C4",
}
_ON_COLOUR = "#111111"
_LEAST_SHOWN = 0.07  # a part of a bar that is smaller has no room for its number
_LONGEST_TITLE = 44
_SVG = "{http://www.w3.org/2000/svg}"
_LEFT_OUT = {"metadata", "defs", "use"}  # `use` draws the marks of ticks, which have no length
_RC: Any = {
    "font.size": 9,
    "svg.fonttype": "none",  # text stays text: it can be read aloud, found and copied
    "text.color": _INK,
    "axes.labelcolor": _INK,
    "axes.edgecolor": _FAINT,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "text.parse_math": False,
}


def scores(shares: Sequence[float]) -> str:
    """Draw the distribution of the scores.

    Args:
        shares: share of the possible points, of each student.

    Returns:
        SVG; a tenth of the points per bar, and one bar for what is above all of them.
    """
    counts, above = np.histogram(np.clip(shares, 0, 1), 10, (0, 1))[0], sum(s > 1 for s in shares)
    counts[-1] -= above
    labels = [*(f"{10 * i}–{10 * i + 10} %" for i in range(10)), "over 100 %"]
    bars = [*counts, above] if above else list(counts)
    said = ", ".join(f"{label}: {n}" for label, n in zip(labels, bars, strict=False) if n)

    def draw(ax: Axes, wide: bool) -> None:
        ax.bar(np.arange(len(bars)) + 0.5, bars, width=0.92, color=_BAR, clip_on=False)
        for place, n in enumerate(bars):
            if n:
                ax.annotate(
                    str(n), (place + 0.5, n), (0, 3), textcoords="offset points", ha="center"
                )
        ticks = range(0, 11, 1 if wide else 2)
        ax.set_xticks([*ticks], [f"{10 * t} %" for t in ticks])
        if above:
            ax.set_xticks([10.5], ["more"], minor=True)
        ax.set_yticks([])
        ax.set_ylim(0, max(bars) * 1.12)
        ax.set_xlim(-0.1, len(bars) + 0.1)
        ax.set_xlabel("share of the points")
        ax.spines["left"].set_visible(False)

    return _pictures(f"Students by share of the points. {said}.", draw, height=2.1)


def outcomes(rows: Sequence[tuple[Exercise, Mapping[Result, int]]]) -> str:
    """Draw what became of each exercise: one bar each, in parts.

    Args:
        rows: exercise, and how many answers came to what.
    """
    said = "; ".join(
        f"{exercise.title}: {', '.join(f'{n} {result}' for result, n in counts.items() if n)}"
        for exercise, counts in rows
    )

    def draw(ax: Axes, wide: bool) -> None:
        for row, (exercise, counts) in enumerate(rows):
            _bar(ax, row, exercise, counts)
        ax.set_ylim(len(rows) - 0.6, -0.85)
        ax.set_xlim(0, 1)
        ax.axis("off")

    return _pictures(f"Outcomes by exercise. {said}.", draw, height=0.2 + 0.52 * len(rows))


def times(rows: Sequence[tuple[Exercise, Sequence[float]]]) -> str:
    """Draw how long answers took: the median as a dot on a line from the fastest to the slowest.

    Args:
        rows: exercise, and the seconds of each answer to it, at least one.
    """
    medians = [averages.median(seconds) for _, seconds in rows]
    said = "; ".join(
        f"{exercise.title}: median {m:.3g} s, longest {max(seconds):.3g} s"
        for (exercise, seconds), m in zip(rows, medians, strict=True)
    )

    def draw(ax: Axes, wide: bool) -> None:
        for row, ((exercise, seconds), middle) in enumerate(zip(rows, medians, strict=True)):
            ends = np.maximum([min(seconds), max(seconds)], _SHORTEST)
            ax.plot(ends, [row, row], color=_BAR, lw=2.2, solid_capstyle="round", clip_on=False)
            # a dot: a short thick line, since marks are `use` elements
            dot = np.array([1, 1.01]) * max(middle, _SHORTEST)
            ax.plot(dot, [row, row], color=_BAR, lw=8, solid_capstyle="round", clip_on=False)
            ax.text(0, row - 0.28, _short(exercise.title), transform=ax.get_yaxis_transform())
        ax.set_xscale("log")
        low, high = min(map(min, (s for _, s in rows))), max(map(max, (s for _, s in rows)))
        decades = np.arange(
            np.floor(np.log10(max(low, _SHORTEST))), np.ceil(np.log10(max(high, _SHORTEST))) + 1
        )
        decades = decades if len(decades) > 1 else np.append(decades, decades[-1] + 1)
        ax.set_xlim(10 ** decades[0], 10 ** decades[-1])
        ax.set_xticks(10**decades, [f"{10**d:g} s" for d in decades])
        ax.set_xticks([], minor=True)
        ax.grid(axis="x", color=_FAINT, lw=0.8)
        ax.set_yticks([])
        ax.set_ylim(len(rows) - 0.6, -0.85)
        for side in ("left", "bottom"):
            ax.spines[side].set_visible(False)

    return _pictures(f"Seconds per answer. {said}.", draw, height=0.55 + 0.52 * len(rows))


_SHORTEST = 0.001  # seconds; a logarithmic axis has no place for less


def _bar(ax: Axes, row: int, exercise: Exercise, counts: Mapping[Result, int]) -> None:
    total, left = sum(counts.values()), 0.0
    ax.text(0, row - 0.3, _short(exercise.title), va="bottom")
    for result, colour in COLOURS.items():
        n = counts.get(result, 0)
        if not n:
            continue
        share = n / total
        ax.barh(row, share, 0.5, left, color=colour, clip_on=False)
        if share >= _LEAST_SHOWN:
            ax.text(left + share / 2, row, str(n), color=_ON_COLOUR, ha="center", va="center")
        left += share


def _short(title: str) -> str:
    title = plain(title)
    return title if len(title) <= _LONGEST_TITLE else f"{title[: _LONGEST_TITLE - 1]}…"


def _pictures(said: str, draw: Any, height: float) -> str:
    """Draw for each width; a reader that cannot see it is told in words."""
    import matplotlib
    from matplotlib.figure import Figure

    drawn = []
    with matplotlib.rc_context(_RC):
        for name, width in _WIDTHS.items():
            figure = Figure(figsize=(width, height), layout="constrained")
            ax = figure.subplots()
            for side in ("top", "right"):
                ax.spines[side].set_visible(False)
            draw(ax, name == "wide")
            ax.tick_params(length=0, which="both")
            drawn.append(_svg(figure, name, said))
    return "".join(drawn)


def _svg(figure: Figure, name: str, said: str) -> str:
    """Return a figure as an element of a page: no ids, which would stand there twice."""
    file = io.BytesIO()
    figure.savefig(file, format="svg", transparent=True, metadata={"Date": None})
    root = ET.fromstring(file.getvalue())
    for parent in root.iter():
        for child in list(parent):
            if child.tag.removeprefix(_SVG) in _LEFT_OUT:
                parent.remove(child)
        for attribute in ("id", "clip-path"):
            parent.attrib.pop(attribute, None)
        parent.tag = parent.tag.removeprefix(_SVG)
    box = root.get("viewBox", "")
    text = "".join(ET.tostring(child, encoding="unicode") for child in root)
    for drawn, variable in _VARIABLES.items():
        text = text.replace(drawn, variable)
    text = re.sub(r"font: ([\d.]+)px [^;\"]*", r"font-size: \1px", text)
    label = escape(said, quote=True)
    return f'<svg class="plot {name}" viewBox="{box}" role="img" aria-label="{label}">{text}</svg>'
