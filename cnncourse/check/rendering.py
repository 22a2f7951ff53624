"""Render an outcome as text and as HTML, for the notebook, the terminal and the feedback page."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

from cnncourse.check.outcome import (
    AwaitingHand,
    NotAttempted,
    Noted,
    Outcome,
    PartlyRight,
    Right,
)

# Grounds of the headline, after Okabe and Ito, so that they stay apart for the colour-blind; the
# symbol says the same in print. No colour of letters is read on a white page and a black one alike,
# so the letters bring their ground: white is 4.5 times as light as each, and as a line each stands
# out from both pages.
_COLOURS = {
    Right: "#00805D",
    PartlyRight: "#9A6400",
    NotAttempted: "#707070",
    AwaitingHand: "#0072B2",
    Noted: "#0072B2",
}
_WRONG = "#BF5000"
_HEADLINE = "color:#fff;background-color:{};padding:.15em .5em;border-radius:3px"
_SOLUTION = "The author's own version:"
# Columns of numbers stay columns, whatever a page's style makes of <pre>.
# Long lines break between words, within one only where it is longer than the page is wide.
_NUMBERS = (
    "margin:.3em 0;white-space:pre-wrap;word-break:normal;overflow-wrap:break-word;"
    "font-family:monospace"
)
# Characters that an address keeps as they are after its #: all of ASCII but space, ", <, >, ` and
# %. Jupyter looks a heading up by what stands there, letter by letter.
_KEPT = "!#$&'()*+,/:;=?@[]^{|}\\~"


def as_text(outcome: Outcome) -> str:
    """Render an outcome as plain text.

    Example:
        >>> print(as_text(NotAttempted("conv2d", (), "Not attempted yet.")))
        ○ conv2d: not attempted
          Not attempted yet.
    """
    lines = [_headline(outcome), f"  {outcome.message}"]
    lines += [f"    {line}" for line in outcome.details]
    if _shows_criteria(outcome):
        lines += [
            f"  {'✓' if c.earned else '✗'} {c.text} ({_points(c.points)})" for c in outcome.criteria
        ]
    lines += [f"  Note: {note}" for note in outcome.notes]
    if outcome.revisit and not isinstance(outcome, Right):
        lines.append(f"  Revisit: {outcome.revisit}")
    if outcome.solution:
        lines += ["  " + _SOLUTION, *(f"    {line}" for line in outcome.solution.split("\n"))]
    return "\n".join(lines)


def as_html(outcome: Outcome) -> str:
    """Render an outcome as self-contained HTML; everything from the student is escaped.

    Example:
        >>> "&lt;b&gt;" in as_html(Right("f", (), "<b>"))
        True
    """
    colour = next((c for kind, c in _COLOURS.items() if isinstance(outcome, kind)), _WRONG)
    title = escape(_headline(outcome))
    parts = [
        f'<p style="margin:0"><b style="{_HEADLINE.format(colour)}">{title}</b></p>',
        f'<p style="margin:.3em 0">{escape(outcome.message)}</p>',
    ]
    if outcome.details:
        lines = escape("\n".join(outcome.details))
        parts.append(f'<pre style="{_NUMBERS}">{lines}</pre>')
    if _shows_criteria(outcome):
        items = "".join(
            f"<li>{'✓' if c.earned else '✗'} {escape(c.text)} ({_points(c.points)})</li>"
            for c in outcome.criteria
        )
        parts.append(f'<ul style="margin:.3em 0;list-style:none;padding-left:.5em">{items}</ul>')
    parts += [f'<p style="margin:.3em 0">Note: {escape(n)}</p>' for n in outcome.notes]
    if outcome.revisit and not isinstance(outcome, Right):
        parts.append(f'<p style="margin:.3em 0">Revisit: {_link(outcome.revisit)}</p>')
    if outcome.solution:
        parts.append(
            f'<details style="margin:.3em 0"><summary>{_SOLUTION}</summary>'
            f'<pre style="{_NUMBERS}">{escape(outcome.solution)}</pre></details>'
        )
    style = f"border-left:4px solid {colour};padding:.4em .8em;margin:.2em 0"
    # Jupyter would set what stands between dollar signs as a formula.
    return f'<div class="tex2jax_ignore mathjax_ignore" style="{style}">{"".join(parts)}</div>'


def _link(heading: str) -> str:
    """Link to a section of the same notebook; the anchor is the one that Jupyter makes of it.

    It is underlined, and has the colour of the text, which every theme lets be read.

    Example:
        >>> print(_link("Softmax: a share").replace(" style", "\\n style"))
        <a href="#Softmax:-a-share"
         style="color:inherit;text-decoration:underline">Softmax: a share</a>
    """
    anchor = escape(quote(heading.replace(" ", "-"), safe=_KEPT))
    style = "color:inherit;text-decoration:underline"
    return f'<a href="#{anchor}" style="{style}">{escape(heading)}</a>'


def _headline(outcome: Outcome) -> str:
    score = ""
    if outcome.criteria and not isinstance(outcome, (NotAttempted, AwaitingHand, Noted)):
        score = f" · {outcome.score:g} of {_points(outcome.max_score)}"
    return f"{outcome.symbol} {outcome.exercise}: {outcome.state}{score}"


def _shows_criteria(outcome: Outcome) -> bool:
    """Return whether criteria are listed: where they tell more than the headline does."""
    return isinstance(outcome, PartlyRight)


def _points(n: float) -> str:
    return f"{n:g} point" if n == 1 else f"{n:g} points"
