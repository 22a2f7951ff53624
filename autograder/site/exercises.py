"""List the exercises of all lessons."""

from __future__ import annotations

import re
from collections.abc import Iterable

from autograder.build.index import number
from autograder.site.sections import Section

_HEADING = re.compile(
    r"Exercise (?P<number>\d+)(?P<star> ★)? · (?P<title>.+?) (?P<dots>[●○]{3}) · "
    r"(?P<points>[\d.]+) points?"
)
_INTRODUCTION = """\
# Index of exercises

Difficulty goes from ●○○ to ●●●. A star stands where exercises of a lesson build on one another.
Each lesson ends with a quiz beside these.
"""


def exercises_page(sections: Iterable[Section]) -> str:
    """Write the index of exercises.

    Args:
        sections: those of all lessons, in teaching order.

    Returns:
        Markdown for MyST.
    """
    rows = []
    for section in sections:
        if found := _HEADING.fullmatch(section.title):
            rows.append(
                f"| {number(section.lesson)}.{found['number']} "
                f"| [{found['title']}](#{section.label}){found['star'] or ''} "
                f"| {found['dots']} | {found['points']} |\n"
            )
    table = "| | exercise | difficulty | points |\n|---|---|---|---:|\n" + "".join(rows)
    return f"{_INTRODUCTION}\n{table}"
