"""Give each section of a lesson's page a label, which indexes point at."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from urllib.parse import unquote

from nbformat import NotebookNode

from autograder.build.index import number
from autograder.lesson.markdown import headings

_OTHER = re.compile(r"[^a-z0-9]+")
_LINK = re.compile(r'href="#(?P<place>[^"]+)"')


@dataclass(frozen=True)
class Section:
    """A section of a lesson's page.

    Args:
        lesson: the lesson's folder.
        label: what links point at.
        title: its heading.
        parts: its cells' kinds and texts, those of sections within it not among them.
        exercise: name of the exercise that the section asks, or None.
    """

    lesson: str
    label: str
    title: str
    parts: tuple[tuple[str, str], ...] = ()
    exercise: str | None = None

    @property
    def link(self) -> str:
        """Markdown that links to the section."""
        return f"[{number(self.lesson)} {self.title}](#{self.label})"


def sections(lesson: str, page: NotebookNode) -> list[Section]:
    """Cut a lesson's page into sections, and write their labels into it.

    Args:
        lesson: the lesson's folder.
        page: what `lesson_page` returned; its Markdown is changed in place.

    Returns:
        The sections in order, the first being what stands under the title.
    """
    found: list[tuple[str, str, list[tuple[str, str]]]] = []
    taken: set[str] = set()
    for cell in page.cells:
        if cell.cell_type != "markdown":
            if found:
                found[-1][2].append((cell.cell_type, cell.source))
            continue
        rows, at = cell.source.split("\n"), 0
        written: list[str] = []
        for heading in headings(cell.source):
            if not rows[heading.row].startswith("#"):
                continue
            _add(found, rows[at : heading.row])
            written += rows[at : heading.row]
            label = _label(lesson, heading.text, taken)
            found.append((label, heading.text, []))
            written += ["", f"({label})=", rows[heading.row]]
            at = heading.row + 1
        _add(found, rows[at:])
        cell.source = "\n".join([*written, *rows[at:]]).strip("\n")
    _relink(page, {title.replace(" ", "-"): label for label, title, _ in reversed(found)})
    return [Section(lesson, label, _plain(title), tuple(parts)) for label, title, parts in found]


def _relink(page: NotebookNode, labels: Mapping[str, str]) -> None:
    """Let links to headings, as JupyterLab calls them, lead to the labels."""

    def one(found: re.Match[str]) -> str:
        place = labels.get(unquote(unescape(found["place"])))
        return f'href="#{place}"' if place else found[0]

    for cell in page.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "text/html" in data:
                data["text/html"] = _LINK.sub(one, data["text/html"])


def _add(found: list[tuple[str, str, list[tuple[str, str]]]], rows: list[str]) -> None:
    text = "\n".join(rows).strip()
    if text and found:
        found[-1][2].append(("markdown", text))


def _label(lesson: str, title: str, taken: set[str]) -> str:
    """Return a label that no section of the course has yet."""
    words = _OTHER.sub("-", title.lower()).strip("-") or "section"
    label = base = f"lesson-{number(lesson)}-{words}"  # an HTML id begins with a letter
    place = 1
    while label in taken:
        place += 1
        label = f"{base}-{place}"
    taken.add(label)
    return label


def _plain(title: str) -> str:
    """Return a heading as text that Markdown does not read further."""
    return re.sub(r"([\\\[\]*_`$<])", r"\\\1", title)


def texts(section: Section, kind: str) -> Iterator[str]:
    """Yield the texts of a section's cells of one kind.

    Args:
        section: a section.
        kind: "markdown" or "code".
    """
    yield from (text for of_kind, text in section.parts if of_kind == kind)
