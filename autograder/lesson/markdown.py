"""Find headings and pictures in Markdown, as CommonMark reads it, with their rows.

Rows count from 0. HTML within Markdown is read too, and what stands in code is no Markdown.

Source: the CommonMark specification, sections 4.2 to 4.6 and 6.4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline, html_inline, image
from markdown_it.token import Token

_Rule = Callable[[StateInline, bool], bool]

_LEVELS = {f"h{level}": level for level in range(1, 7)}


@dataclass(frozen=True)
class Heading:
    """A heading.

    Args:
        level: 1 for `#` to 6 for `######`.
        text: what a reader sees of it, without markup and pictures, as JupyterLab's anchors are
            made from it.
        row: the row of its `#`, of its underline or of its HTML tag.
    """

    level: int
    text: str
    row: int


@dataclass(frozen=True)
class Image:
    """A picture.

    Args:
        alt: its alternative text, without markup; empty if it has none.
        row: the row in which its Markdown or its HTML tag begins.
    """

    alt: str
    row: int


def headings(source: str) -> list[Heading]:
    """Read the headings of Markdown.

    Args:
        source: Markdown.

    Returns:
        The headings in order, those in HTML, lists and quotations included.

    Example:
        >>> headings("# What `check()` says\\n\\n```\\n# a comment\\n```")
        [Heading(level=1, text='What check() says', row=0)]
    """
    return _page(source).headings


def images(source: str) -> list[Image]:
    """Read the pictures that Markdown shows.

    Args:
        source: Markdown.

    Returns:
        The pictures in order, those in HTML included.

    Example:
        >>> images("![A *red* house][h]\\n<img src='b.png'>\\n\\n[h]: a.png")
        [Image(alt='A red house', row=0), Image(alt='', row=1)]
    """
    return _page(source).images


def html_images(html: str) -> list[Image]:
    """Read the pictures that HTML shows.

    Args:
        html: HTML, or text with HTML in it.

    Returns:
        The pictures in order.

    Example:
        >>> html_images('<p title="no alt=">\\n<img src="a.png">')
        [Image(alt='', row=1)]
    """
    page = _Page()
    page.add_html(html, 0)
    return page.images


class _Page(HTMLParser):
    """Collects headings and pictures from the parts of a page, added one after another."""

    def __init__(self) -> None:
        super().__init__()
        self.headings: list[Heading] = []
        self.images: list[Image] = []
        self._first = 0
        self._open: Heading | None = None

    def add_html(self, html: str, row: int) -> None:
        """Read HTML that begins in a row."""
        self.reset()  # a tag that is never closed ends with its part
        self._first = row
        self.feed(html)
        self.close()

    def begin(self, level: int, row: int) -> None:
        """Begin a heading."""
        self._open = Heading(level, "", row)

    def end(self) -> None:
        """End the heading that has begun, if one has."""
        if self._open:
            text = " ".join(self._open.text.split())
            self.headings.append(Heading(self._open.level, text, self._open.row))
        self._open = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        row = self._first + self.getpos()[0] - 1
        if tag == "img":
            self.images.append(Image((dict(attrs).get("alt") or "").strip(), row))
        elif tag in _LEVELS:
            self.end()
            self.begin(_LEVELS[tag], row)

    def handle_endtag(self, tag: str) -> None:
        if tag in _LEVELS:
            self.end()

    def handle_data(self, data: str) -> None:
        if self._open:
            self._open = Heading(self._open.level, self._open.text + data, self._open.row)


def _page(source: str) -> _Page:
    page = _Page()
    for token in _PARSER.parse(source):
        first, end = token.map or (0, 0)
        match token.type:
            case "heading_open":
                page.begin(_LEVELS[token.tag], end - 1)
            case "heading_close":
                page.end()
            case "html_block":
                page.add_html(token.content, first)
            case "inline":
                _read_inline(page, token.children or [], first)
    page.end()
    return page


def _read_inline(page: _Page, tokens: Sequence[Token], first: int) -> None:
    for token in tokens:
        match token.type:
            case "html_inline":
                page.add_html(token.content, first + token.meta["row"])
            case "image":
                alt = "".join(_texts(token.children or [])).strip()
                page.images.append(Image(alt, first + token.meta["row"]))
            case _:
                page.handle_data("".join(_texts([token])))


def _texts(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "image":
            yield from _texts(token.children or [])
        elif token.type != "html_inline":
            yield " " if token.type in ("softbreak", "hardbreak") else token.content


def _noting_row(rule: _Rule) -> _Rule:
    """Let a rule note in its token in which row of the paragraph it stands."""

    def noting(state: StateInline, silent: bool) -> bool:
        start = state.pos
        found = rule(state, silent)
        if found and not silent:
            state.tokens[-1].meta["row"] = state.src.count("\n", 0, start)
        return found

    return noting


_PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_PARSER.inline.ruler.at("image", _noting_row(image))
_PARSER.inline.ruler.at("html_inline", _noting_row(html_inline))
