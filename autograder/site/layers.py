"""Say where each Keras layer is taught."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from autograder.site.sections import Section, texts
from cnncourse.check.source import parse

_CODE = re.compile(r"`(?:keras\.)?(?:layers\.)?(?P<name>[A-Z]\w+)\b[^`]*`")
_MODULES = ("layers", "keras.layers")
_MOST = 4  # links beside the first
_HEADING = 10  # what a heading counts, in mentions
_INTRODUCTION = """\
# Index of Keras layers

Where a layer is taught: the section that says most about it comes first, in bold, then others in
the order of the lessons. Code and text both count.
"""


def layers_page(sections: Sequence[Section]) -> str:
    """Write the index of layers.

    Args:
        sections: those of all lessons, in teaching order.

    Returns:
        Markdown for MyST.
    """
    rows = "".join(
        f"| `{name}` | {', '.join(_links(places))} |\n"
        for name, places in sorted(places_of_layers(sections).items())
    )
    return f"{_INTRODUCTION}\n| layer | taught in |\n|---|---|\n{rows}"


def places_of_layers(sections: Iterable[Section]) -> dict[str, list[tuple[Section, int]]]:
    """Find the layers that lessons name, and where.

    Args:
        sections: those of all lessons, in teaching order.

    Returns:
        Layer → sections that name it, and how often; a heading counts as ten. Only what some
        lesson's visible code takes from ``keras.layers`` is a layer.
    """
    sections = list(sections)
    known = {name for s in sections for code in texts(s, "code") for name in layers_in(code)}
    found: dict[str, list[tuple[Section, int]]] = {}
    for section in sections:
        for name, count in _mentions(section, known).items():
            found.setdefault(name, []).append((section, count))
    return found


def layers_in(code: str) -> Iterator[str]:
    """Yield the layers that code takes from ``keras.layers``, as often as it does.

    Args:
        code: a cell's source.

    Example:
        >>> list(layers_in("x = layers.Dense(3)(layers.add([a, b]))"))
        ['Dense']
    """
    for node in ast.walk(parse(code)):
        if (
            isinstance(node, ast.Attribute)
            and node.attr[0].isupper()
            and ast.unparse(node.value) in _MODULES
        ):
            yield node.attr


def _mentions(section: Section, known: set[str]) -> Counter[str]:
    counts = Counter(name for code in texts(section, "code") for name in layers_in(code))
    for text in texts(section, "markdown"):
        counts.update(found["name"] for found in _CODE.finditer(text) if found["name"] in known)
    words = set(re.findall(r"\w+", section.title))
    counts.update(dict.fromkeys(words & known, _HEADING))
    return counts


def _links(places: Sequence[tuple[Section, int]]) -> Iterator[str]:
    most, _ = max(places, key=lambda place: place[1])
    yield f"**{most.link}**"
    others = [section for section, _ in places if section is not most]
    yield from (section.link for section in others[:_MOST])
    if len(others) > _MOST:
        yield f"and {len(others) - _MOST} more"
