"""Gather the papers that lessons refer to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from autograder.site.sections import Section, texts

_ITEM = re.compile(r"^[-*] (?P<text>.+?)(?=^[-*] |\n\n|\Z)", re.MULTILINE | re.DOTALL)
_TITLES = (
    re.compile(r"[\"“](?P<title>[^\"”]{8,}?),?[\"”]"),
    re.compile(r"\((?:19|20)\d\d[a-z]?\)[.,]\s+\*?(?P<title>[^*]+?[.?!*])"),
    re.compile(r"\*(?P<title>[^*]{8,}?)\*"),
)
_FIRST_AUTHOR = re.compile(
    r"^(?:(?:[A-ZÀ-Ž]\.[- ]?)+ ?)?(?P<name>[^\W\d][^,(.]*?)(?= and |,| et al| \(|\.|$)"
)
_INTRODUCTION = """\
# Index of papers

What the lessons refer to, by first author. Which section or table is meant, the lessons say where
they use it.
"""


@dataclass
class Paper:
    """A paper.

    Args:
        text: as the lesson that says most about it cites it.
        sections: the sections that list it, in teaching order.
    """

    text: str
    sections: list[Section] = field(default_factory=list)


def papers_page(sections: Iterable[Section]) -> str:
    """Write the index of papers.

    Args:
        sections: those of all lessons, in teaching order.

    Returns:
        Markdown for MyST.
    """
    found = sorted(papers(sections), key=lambda paper: first_author(paper.text).casefold())
    items = (f"- {p.text} – {', '.join(_links(p))}\n" for p in found)
    return f"{_INTRODUCTION}\n{''.join(items)}"


def papers(sections: Iterable[Section]) -> list[Paper]:
    """Find the papers under the headings "References".

    Args:
        sections: those of all lessons, in teaching order.

    Returns:
        Each paper once, though several lessons cite it, each in its own way.
    """
    found: dict[str, Paper] = {}
    for section in sections:
        if section.title == "References":
            for text in _items(section):
                paper = found.setdefault(_key(text), Paper(text))
                if section not in paper.sections:
                    paper.sections.append(section)
                paper.text = max(paper.text, text, key=len)
    return list(found.values())


def first_author(citation: str) -> str:
    """Return the family name of a citation's first author.

    Args:
        citation: as a lesson writes it.

    Example:
        >>> first_author("K. He, X. Zhang (2016). Deep residual learning.")
        'He'
        >>> first_author("Chen et al. (2018). DeepLab."), first_author("L.-C. Chen and others")
        ('Chen', 'Chen')
    """
    found = _FIRST_AUTHOR.match(citation)
    return found["name"].strip() if found else citation


def _items(section: Section) -> Iterator[str]:
    for text in texts(section, "markdown"):
        yield from (" ".join(item["text"].split()) for item in _ITEM.finditer(text))


def _key(citation: str) -> str:
    """Return what two citations of one paper have in common: the letters of its title."""
    titles = (found["title"] for form in _TITLES if (found := form.search(citation)))
    return re.sub(r"\W+", "", next(titles, citation).split(": ")[0].casefold())


def _links(paper: Paper) -> Iterator[str]:
    for section in paper.sections:
        yield f"[lesson {section.lesson[:2]}](#{section.label})"
