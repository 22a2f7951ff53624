"""The one kind of error that is shown to people, and what it says to a name that is not known."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class CourseError(Exception):
    """Something the person at the keyboard can put right; its text is all they need to read."""


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """Say that a name is not known, and which known one is nearest.

    Args:
        what: the kind of thing, in words.
        name: what was asked for.
        known: the names that exist.

    Returns:
        One sentence.

    Example:
        >>> unknown("lesson", "07_edge", ["06_images", "07_edges"])
        "There is no lesson '07_edge'; did you mean '07_edges'?"
        >>> unknown("lesson", "zzz", ["07_edges"])
        "There is no lesson 'zzz'; there are: 07_edges."
    """
    known = list(known)
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    if near:
        return f"There is no {what} {name!r}; did you mean {near[0]!r}?"
    return f"There is no {what} {name!r}; there are: {', '.join(known)}."
