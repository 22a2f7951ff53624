"""Clean text from student code for a terminal, a page and a report."""

from __future__ import annotations

import re

# Terminal colours, as Keras puts them into its messages.
_COLOUR_CODES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def printable(text: str, most: int = 500) -> str:
    """Return a text without control characters, no longer than allowed.

    Everything that moves a cursor, breaks a line, hides or turns the direction of writing becomes
    a space; spaces stay, since lines of numbers are aligned by them.

    Args:
        text: any text.
        most: characters to keep; a longer text ends in an ellipsis.

    Returns:
        One line of text.

    Example:
        >>> printable("\\x1b[1mtwo\\nlines")
        'two lines'
        >>> printable("a" * 9, most=5)
        'aaaa…'
    """
    # Cut first, generously, so that a text of megabytes is not searched.
    clean = _COLOUR_CODES.sub("", text[: 8 * most])
    clean = "".join(c if c.isprintable() else " " for c in clean).rstrip()
    return clean if len(clean) <= most else clean[: most - 1] + "…"
