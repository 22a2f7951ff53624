"""What nbgrader's pages, feedback and formgrader, make of students' work: nothing loads or runs."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

from jinja2 import pass_context
from latex2mathml.converter import convert
from nbconvert.exporters.html import IPythonRenderer, MarkdownWithMath
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.grading.safe_html import clean_html

TEMPLATES = Path(__file__).parent / "templates"
_LONGEST_FORMULA = 2000
_ATTACHMENT = "attachment:"
_NAMES = ("student", "first_name", "last_name", "notebook_path")


@pass_context
def markdown2html(context: Any, source: str) -> str:
    """Render Markdown without anything in it that could run: the filter for nbgrader's pages."""
    renderer = _Renderer(
        escape=False,
        exclude_anchor_links=True,  # they lead to ids, which `clean_html` drops
        attachments=context.get("cell", {}).get("attachments", {}),
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
    """Renders formulas here, so that pages need no script, and names pictures that are lost."""

    def block_math(self, body: str) -> str:
        return as_mathml(body, "block")

    def inline_math(self, body: str) -> str:
        return as_mathml(body)

    def latex_environment(self, name: str, body: str) -> str:
        return as_mathml(f"\\begin{{{name}}}{body}\\end{{{name}}}", "block")

    def image(self, text: str, url: str, title: str | None = None) -> str:
        name = url.removeprefix(_ATTACHMENT)
        if name != url and name not in self.attachments:
            return f"<em>(The picture {html.escape(name)} is missing.)</em>"
        return super().image(text, url, title)
