"""Turn cells and their outputs into HTML: nothing in it runs or loads, and its size is bounded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from autograder.grading.pages import clean_markdown
from autograder.grading.safe_html import PICTURES, clean_html, picture, text_of
from autograder.grading.submission_limits import MIB, GradingLimits

PAGE_BYTES = 8 * MIB
_PARSED_CHARACTERS = 400_000  # of code coloured and Markdown rendered; what is beyond stays text
_CELL_CHARACTERS = 20_000  # of one cell coloured or rendered
_OUTPUT_CHARACTERS = 10_000
_SOURCE_CHARACTERS = 100_000
_PICTURE_CHARACTERS = 2 * GradingLimits().output_bytes  # whether it fits the page is seen later
_FULL = "Left out here: this page holds at most {} MB. It stands in your notebook."
_LONGER = "\n… ({:,} more characters are left out here.)"
_COLOURS = re.compile(r"\x1b\[[0-9;:?]*[A-Za-z]")
# Control characters, and marks that hide or turn text.
_UNSEEN = re.compile(
    "[\0-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
_HEADING = re.compile(r"<(/?)h([1-6])\b")
_UNNAMED = re.compile(r"<img\b(?![^>]*\balt=)")
# What may be wider than a phone scrolls by itself, and so has to be reachable by keyboard.
_WIDE = {
    '<math display="block"': '<math tabindex=0 display="block"',
    "<table": "<div class=wide role=group tabindex=0 aria-label=Table><table",
    "</table>": "</table></div>",
    "<th></th>": "<td></td>",
}
_LEXER, _FORMATTER = PythonLexer(), HtmlFormatter(nowrap=True)
_EMPTY = Markup("")
_BELOW_OUTPUT = 3  # level of the heading above an output


class ShownCells:
    """Renders the cells of one page, and counts what they take.

    Args:
        most: bytes that they may take together.
    """

    def __init__(self, most: int = PAGE_BYTES) -> None:
        self._most = self._left = most
        self._parsed = _PARSED_CHARACTERS
        self._pictures: dict[str, Any] = {}  # what `clean_markdown` counts of pasted pictures
        self._full = False
        self._count = 0

    def code(self, source: str, *, lesson: bool = False) -> Markup:
        """Return code in colours.

        Args:
            source: the cell's text.
            lesson: it is the lesson's, and much the same for a whole class.
        """
        if not self._affords(source):
            return self._kept(_plain(source))
        return self._kept(_class_code(source) if lesson else _code(source))

    def text(self, source: str) -> Markup:
        """Return a text as it is."""
        return self._kept(_plain(source))

    def markdown(self, cell: Any, level: int, *, lesson: bool = False) -> Markup:
        """Return a Markdown cell's text as HTML.

        Args:
            cell: the cell.
            level: level of the heading above it: those in it are made to follow.
            lesson: it is the lesson's.
        """
        attachments = cell.get("attachments")
        if not self._affords(cell.source):
            return self._kept(Markup("<pre>{}</pre>").format(_plain(cell.source)))
        if lesson and not attachments:
            return self._kept(_class_markdown(cell.source, level))
        pasted = attachments if isinstance(attachments, Mapping) else {}
        html = clean_markdown(cell.source, pasted, self._pictures)
        return self._kept(Markup(_fitted(html, level)))

    def outputs(self, cell: Any, of: str) -> list[Markup]:
        """Return what a code cell gave.

        Args:
            cell: the cell.
            of: names its pictures for those who cannot see them.
        """
        outputs = cell.get("outputs")
        given = [o for o in outputs if isinstance(o, Mapping)] if isinstance(outputs, list) else []
        return [self._kept(html) for output in given if (html := self._output(output, of))]

    def _output(self, output: Mapping[str, Any], of: str) -> Markup:
        if output.get("output_type") == "stream":
            return _text(output.get("text"), "stream")
        if output.get("output_type") == "error":
            lines = output.get("traceback")
            lines = [text_of(line) or "" for line in lines] if isinstance(lines, list) else []
            said = f"{text_of(output.get('ename'))}: {text_of(output.get('evalue'))}"
            return _text("\n".join(lines) or said, "error")
        data = output.get("data")
        if not isinstance(data, Mapping):
            return _EMPTY
        for mime in PICTURES:
            if mime in data and (drawn := picture(mime, data[mime], _PICTURE_CHARACTERS)):
                self._count += 1
                alt = _alt(output, data, mime) or f"Picture {self._count} of this page, from {of}"
                img = '<img src="data:{};base64,{}" alt="{}">'
                return Markup(img).format(mime, Markup(drawn), _seen(alt))
        table = text_of(data.get("text/html"))
        if table and len(table) <= _SOURCE_CHARACTERS and self._affords(table):
            frame = '<div class="text">{}</div>'
            return Markup(frame).format(Markup(_fitted(clean_html(table), _BELOW_OUTPUT)))
        return _text(data.get("text/plain"), "value")

    def _affords(self, source: str) -> bool:
        """Return whether a text is short enough to be parsed, and count it."""
        if len(source) > min(self._parsed, _CELL_CHARACTERS):
            return False
        self._parsed -= len(source)
        return True

    def _kept(self, html: Markup) -> Markup:
        """Return the HTML if there is room for it, else a sentence."""
        size = len(html.encode())
        if size <= self._left:
            self._left -= size
            return html
        if self._full:
            return _EMPTY
        self._full = True
        return Markup('<p class="left-out">{}</p>').format(_FULL.format(self._most // MIB))


def _alt(output: Mapping[str, Any], data: Mapping[str, Any], mime: str) -> str:
    """Return a picture's alternative text: its own, or what stands for it where only text goes."""
    metadata = output.get("metadata")
    own = metadata.get(mime) if isinstance(metadata, Mapping) else None
    named = own.get("alt") if isinstance(own, Mapping) else None
    text = text_of(named) or text_of(data.get("text/plain")) or ""
    return "" if text.startswith("<") else text[:1000]


def _text(value: Any, kind: str) -> Markup:
    text = text_of(value)
    if not text or not text.strip():
        return _EMPTY
    return Markup('<pre class="{}">{}</pre>').format(kind, _plain(text, _OUTPUT_CHARACTERS))


def _plain(text: str, most: int = _SOURCE_CHARACTERS) -> Markup:
    """Escape a text, and say so where it is cut."""
    cut = _seen(text[:most]).rstrip()
    return escape(cut + (_LONGER.format(len(text) - most) if len(text) > most else ""))


def _seen(text: str) -> str:
    """Return text in which nothing hides, steers or turns."""
    return _UNSEEN.sub("\ufffd", _COLOURS.sub("", text.replace("\r\n", "\n")))


def _code(source: str) -> Markup:
    text = _seen(source.encode("utf-8", "replace").decode())
    return Markup(highlight(text, _LEXER, _FORMATTER).rstrip())


def _fitted(html: str, level: int) -> str:
    """Return cleaned HTML made to fit a page: headings in order, pictures named, scrolling reached.

    Headings go on from a level without a gap. Nothing that is put in has quotes: where the text of
    an attribute reads like a tag, it stays text.

    Example:
        >>> _fitted("<h1>a</h1><h3>b</h3>", level=3)
        '<h4>a</h4><h5>b</h5>'
    """
    above = level

    def fitted(match: re.Match[str]) -> str:
        nonlocal above
        if not match[1]:
            above = min(int(match[2]) + level, above + 1, 6)
        return f"<{match[1]}h{above}"

    html = _UNNAMED.sub("<img alt=picture", _HEADING.sub(fitted, html))
    for tag, reachable in _WIDE.items():
        html = html.replace(tag, reachable)
    return html


_class_code = lru_cache(maxsize=1024)(_code)


@lru_cache(maxsize=1024)
def _class_markdown(source: str, level: int) -> Markup:
    return Markup(_fitted(clean_markdown(source, {}, {}), level))
