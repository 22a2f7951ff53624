"""Draw what needs what: the lessons, part by part, and what each leads to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autograder.build.index import IndexEntry, number

_INTRODUCTION = """\
# Course map

The lessons in teaching order, the lessons that each one needs, and those that build on it.
"""
_HEADINGS = "| | lesson | needs | leads to | minutes | exercises |\n|---|---|---|---|---:|---:|\n"


def map_page(entries: Sequence[IndexEntry], parts: Mapping[str, str]) -> str:
    """Write the map.

    Args:
        entries: the lessons in teaching order.
        parts: the lesson that each part begins at → its title.

    Returns:
        Markdown for MyST.

    Example:
        >>> a = IndexEntry("00_a", "A", "Why?", (), "10", 2, 3)
        >>> b = IndexEntry("01_b", "B", "How?", ("00",), "20", 1, 3)
        >>> print(map_page([a, b], {}).splitlines()[6])
        | 00 | [A](lessons/00_a.ipynb)<br>Why? |  | [01](lessons/01_b.ipynb) | 10 | 2 |
    """
    pages = {number(e.name): f"[{number(e.name)}](lessons/{e.name}.ipynb)" for e in entries}
    leads: dict[str, list[str]] = {}
    for e in entries:
        for needed in e.needs:
            leads.setdefault(needed, []).append(pages[number(e.name)])
    lines, place = [_INTRODUCTION], 0
    for e in entries:
        if e.name in parts:
            place += 1
            lines.append(f"\n## Part {place} · {parts[e.name]}\n\n{_HEADINGS}")
        elif e is entries[0]:
            lines.append(f"\n{_HEADINGS}")
        needs = " ".join(pages[n] for n in e.needs if n in pages)
        lines.append(
            f"| {number(e.name)} | [{e.title}](lessons/{e.name}.ipynb)<br>{e.question} | {needs} "
            f"| {' '.join(leads.get(number(e.name), []))} | {e.minutes} | {e.exercises} |\n"
        )
    together = sum(int(e.minutes or 0) for e in entries), sum(e.exercises for e in entries)
    lines.append("\nTogether: {} minutes, {} exercises.\n".format(*together))
    return "".join(lines)
