"""What nbgrader's pages, feedback and formgrader, make of students' work: nothing loads or runs."""

from __future__ import annotations

import base64
import html
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from jinja2 import pass_context
from latex2mathml.converter import convert
from nbconvert.exporters.html import IPythonRenderer, MarkdownWithMath
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.grading.entries import Entry, Unreadable, read
from autograder.grading.safe_html import PICTURES, clean_html
from autograder.grading.submission_limits import GradingLimits

TEMPLATES = Path(__file__).parent / "templates"
_LONGEST_FORMULA = 2000
_LEFT = "characters_left_for_pictures"  # one picture may be asked for ten thousand times
_ATTACHMENT = "attachment:"
_NAMES = ("student", "first_name", "last_name", "notebook_path")


@pass_context
def markdown2html(context: Any, source: str) -> str:
    """Render Markdown without anything in it that could run: the filter for nbgrader's pages."""
    attachments = context.get("cell", {}).get("attachments", {})
    return clean_markdown(source, attachments, context.get("resources", {}))


def clean_markdown(source: str, attachments: Mapping[str, Any], page: dict[str, Any]) -> str:
    """Render Markdown without anything in it that could run or load.

    Args:
        source: the text.
        attachments: pictures pasted into its cell, by their names.
        page: what the cells of a page share; counts the pictures in it. Its ``metadata`` may name
            the folder (``path``) whose pictures are embedded.

    Returns:
        HTML.

    Example:
        >>> clean_markdown("a *b*", {}, {}).strip()
        '<p>a <em>b</em></p>'
    """
    renderer = _Renderer(
        escape=False,
        exclude_anchor_links=True,  # they lead to ids, which `clean_html` drops
        attachments=attachments,
        page=page,
    )
    return clean_html(MarkdownWithMath(renderer=renderer).render(source))


class EscapeNames(NbGraderPreprocessor):
    """Escapes what a student's name may bring into a page: nbgrader's templates do not."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Return the notebook, and the resources with the names fit for HTML."""
        for key in _NAMES:
            if isinstance(resources.get(key), str):
                resources[key] = html.escape(resources[key])
        return nb, resources


def as_mathml(formula: str, display: str = "inline") -> str:
    """Turn a formula into MathML, which a browser shows by itself.

    Args:
        formula: TeX, as students write it; what comes out still has to be cleaned.
        display: "inline" or "block".

    Returns:
        MathML; the formula as code if it is no TeX, or too long.

    Example:
        >>> "<mi>x</mi>" in as_mathml("x + 1")
        True
        >>> as_mathml("{" * 5000)[:9]
        '<code>{{{'
    """
    try:
        if len(formula) <= _LONGEST_FORMULA:
            return convert(formula, display=display)
    except Exception:  # whatever the converter trips over, the reader can read TeX
        pass
    return f"<code>{html.escape(formula)}</code>"


class _Renderer(IPythonRenderer):
    """Renders formulas and embeds pictures, so that a page needs no script and asks for nothing."""

    def __init__(self, *, page: dict[str, Any], **options: Any) -> None:
        self._folder = page.get("metadata", {}).get("path")
        super().__init__(path=self._folder or "", **options)
        self._page = page  # one for all cells, to count what it holds

    def block_math(self, body: str) -> str:
        return as_mathml(body, "block")

    def inline_math(self, body: str) -> str:
        return as_mathml(body)

    def latex_environment(self, name: str, body: str) -> str:
        return as_mathml(f"\\begin{{{name}}}{body}\\end{{{name}}}", "block")

    def image(self, text: str, url: str, title: str | None = None) -> str:
        if url.startswith(_ATTACHMENT):
            address = url if url.removeprefix(_ATTACHMENT) in self.attachments else None
        elif url.startswith("data:"):
            address = url
        else:
            address = _embedded(Path(self._folder), url) if self._folder else None
        left = self._page.get(_LEFT, GradingLimits().notebook_bytes)
        if address and left > 0:
            shown = super().image(text, address, title)
            self._page[_LEFT] = left - len(shown)
            return shown
        elsewhere = ":" in url.removeprefix(_ATTACHMENT) or url.startswith(("/", "\\"))
        name = text if elsewhere else url.removeprefix(_ATTACHMENT)
        return f"<em>(Not shown: {html.escape(name) or 'a picture'})</em>"


def _embedded(folder: Path, name: str) -> str | None:
    """Return a picture that lies beside a notebook as a data address; None if there is none."""
    path = unquote(name)
    if {"", ".", ".."} & set(path.split("/")) or "\0" in path:
        return None
    try:
        data = read(Entry(path, folder / path), GradingLimits().attachment_bytes)
    except Unreadable:
        return None
    for mime, beginning in PICTURES.items():
        if data.startswith(beginning):
            return f"data:{mime};base64,{base64.b64encode(data).decode()}"
    return None
