"""Prove that a site tells no answer, asks no other host for anything, and is small."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from autograder.course import Course
from autograder.publish.scan import shown_answers

MOST_BYTES = 15_000_000
FIRST_PAGE_BYTES = 500_000
FIRST_PAGE = "index.html"
_LOADING = {"src", "srcset", "data", "poster", "background"}
_LINKING = {"stylesheet", "icon", "preload", "modulepreload", "manifest"}
_BLOCKS = {"p", "div", "pre", "li", "tr", "td", "th", "h1", "h2", "h3", "h4", "br", "summary"}
_CSS_LOADS = re.compile(r"(?:url\(\s*['\"]?|@import\s+['\"])((?:https?:)?//[^'\")\s]+)")
_ELSEWHERE = re.compile(r"(?:https?:)?//")


class Page(HTMLParser):
    """What stands on a page, and what it loads.

    Args:
        html: the page.

    Attributes:
        text: what a reader may see, alternative texts included, a line per block.
        loads: addresses of what a browser loads with it.
        links: addresses that lead away from it.
        places: what links may point at within it.

    Example:
        >>> page = Page("<p id=a>x<b>y</b><img src=z.png alt=w><a href=#a>l</a>")
        >>> page.text.split(), page.loads, page.links, page.places
        (['xy', 'w', 'l'], ['z.png'], ['#a'], {'a'})
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.places: set[str] = set()
        self._parts: list[str] = []
        self.feed(html)
        self.close()

    @property
    def text(self) -> str:
        """What a reader may see."""
        return "".join(self._parts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag loads, links to and says."""
        given = {name: value or "" for name, value in attrs}
        self.loads += [given[name] for name in _LOADING & given.keys()]
        if tag == "link" and _LINKING & set(given.get("rel", "").split()):
            self.loads.append(given.get("href", ""))
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if "id" in given:
            self.places.add(given["id"])
        self._parts += [f"\n{given[name]}\n" for name in ("alt", "title") if given.get(name)]
        if tag in _BLOCKS:
            self._parts.append("\n")

    def handle_data(self, data: str) -> None:
        """Note what is said."""
        self._parts.append(data)


def faults(course: Course, site: Path, *, solutions: bool = False) -> Iterator[str]:
    """Find what a site must not do.

    Args:
        course: the course.
        site: the folder that Sphinx made.
        solutions: whether the site shows answers on purpose.

    Yields:
        A sentence for each finding.
    """
    pages = {
        path.relative_to(site).as_posix(): Page(path.read_text(encoding="utf-8"))
        for path in sorted(site.rglob("*.html"))
    }
    if not solutions:
        texts = {name: page.text for name, page in pages.items()}
        yield from shown_answers(course, texts, is_of_lesson, lambda name: "lessons/" not in name)
    yield from _requests(site, pages)
    yield from _broken_links(site, pages)
    total = sum(path.stat().st_size for path in site.rglob("*") if path.is_file())
    if total > MOST_BYTES:
        yield f"The site takes {total / 1e6:.1f} MB, more than {MOST_BYTES / 1e6:.0f}."
    first = weight(site, FIRST_PAGE, pages[FIRST_PAGE])
    if first > FIRST_PAGE_BYTES:
        yield f"The first page takes {first / 1e3:.0f} kB, more than {FIRST_PAGE_BYTES / 1e3:.0f}."


def is_of_lesson(page: str, lesson: str) -> bool:
    """Say whether a page is a lesson's own.

    Args:
        page: path below the site.
        lesson: the lesson's folder.
    """
    return page == f"lessons/{lesson}.html"


def weight(site: Path, name: str, page: Page) -> int:
    """Return the bytes of a page with all that it loads.

    Args:
        site: the site's folder.
        name: path of the page below it.
        page: what stands on it.
    """
    files = {site / name} | {_target(site, name, load) for load in page.loads}
    return sum(path.stat().st_size for path in files if path.is_file())


def _requests(site: Path, pages: Mapping[str, Page]) -> Iterator[str]:
    """Find what a browser would load from another host, or would not find."""
    for name, page in pages.items():
        for load in page.loads:
            if _ELSEWHERE.match(load):
                yield f"{name} loads {load} from another host."
            elif not load.startswith("data:") and not _target(site, name, load).is_file():
                yield f"{name} loads {load}, which is not there."
    for path in sorted(site.rglob("*.css")):
        for found in _CSS_LOADS.finditer(path.read_text(encoding="utf-8")):
            yield f"{path.relative_to(site)} loads {found[1]} from another host."


def _broken_links(site: Path, pages: Mapping[str, Page]) -> Iterator[str]:
    for name, page in pages.items():
        for link in page.links:
            split = urlsplit(link)
            if split.scheme or split.netloc:
                continue
            path = _target(site, name, link)
            known = pages.get(path.relative_to(site).as_posix()) if _is_in(site, path) else None
            if not path.is_file():
                yield f"{name} links to {link}, which is not there."
            elif known and split.fragment and unquote(split.fragment) not in known.places:
                yield f"{name} links to {link}, a place that is not there."


def _target(site: Path, name: str, link: str) -> Path:
    path = unquote(urlsplit(link).path)
    return ((site / name).parent / path).resolve() if path else (site / name).resolve()


def _is_in(site: Path, path: Path) -> bool:
    return path.is_relative_to(site)
