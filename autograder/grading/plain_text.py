"""Names and sentences of students, fit to be shown: nothing in them steers a terminal."""

from __future__ import annotations

import hashlib

from rich.text import Text

_LONGEST_SHOWN = 60
_LONGEST_NAME = 255  # bytes that a file system allows


def plain(text: str) -> str:
    """Return text with every character that cannot be seen written as Python writes it.

    Args:
        text: anything: it may hold line ends, terminal escapes, marks that turn the direction of
            writing, or bytes that are no text.

    Example:
        >>> print(plain("a\\x1b[2Jb\\n"), plain("Zoë"))
        a\\x1b[2Jb\\n Zoë
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def literal(text: str) -> Text:
    """Return text that a table shows as it is: no markup is obeyed, no `:name:` becomes a picture.

    Example:
        >>> literal("[red]:smile:").plain
        '[red]:smile:'
    """
    return Text(plain(text))


def shown(name: str) -> str:
    """Return a file's name fit for a sentence: plain, quoted, not too long.

    Example:
        >>> shown("final (2).ipynb")
        "'final (2).ipynb'"
    """
    text = plain(name)
    cut = text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"
    return f"'{cut}'"


def listed(names: list[str], most: int = 3) -> str:
    """Return names in a row, as many as a sentence carries.

    Example:
        >>> listed(["a", "b", "c", "d", "e"])
        'a, b, c and 2 more'
        >>> listed(["a", "b"])
        'a and b'
    """
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def student_id(name: str) -> str:
    """Return the name under which a student is recorded: plain, and a folder may have it.

    Args:
        name: the name of a student's folder, or one taken from a download.

    Example:
        >>> print(student_id("a\\u202eb"))
        a\\u202eb
    """
    text = plain(name)
    if len(text.encode()) <= _LONGEST_NAME:
        return text
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    return f"{text.encode()[: _LONGEST_NAME - 9].decode(errors='ignore')}~{digest}"
