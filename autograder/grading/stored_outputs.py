"""Drop what a notebook file stores of an earlier run, before the file is parsed.

Pictures and tables make files large; nobody reads them here, because every cell runs again.
"""

from __future__ import annotations

import re

# A string, closed or not, or a bracket. Possessive, so that hostile text costs no more than its
# length; anything between tokens is skipped by the search.
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{}]', re.DOTALL)
_VALUE = re.compile(rb"\s*:\s*(?=[\[{])")
_KEYS = (b'"outputs"', b'"widgets"')
_OPENING = (b"[", b"{")
_MOST_TOKENS = 4_000_000


class TooManyValues(Exception):
    """A file of more lists, objects and strings than any notebook has."""


def without_outputs(data: bytes) -> bytes:
    """Return a notebook file with its outputs and the state of its widgets emptied.

    Args:
        data: JSON in UTF-8; what is broken in it stays broken.

    Raises:
        TooManyValues: taking it apart would cost more than any notebook does.

    Example:
        >>> without_outputs(b'{"source": "a", "outputs": [{"text": ["]"]}], "id": 1}')
        b'{"source": "a", "outputs": [], "id": 1}'
    """
    kept: list[bytes] = []
    start = depth = 0
    inside: int | None = None  # where the value began that is being dropped
    waiting = -1  # where a value begins that is to be dropped
    for count, token in enumerate(_TOKEN.finditer(data)):
        if count == _MOST_TOKENS:
            raise TooManyValues
        text = token.group() if token.end() - token.start() < 12 else b""
        if inside is None:
            if text in _KEYS and (value := _VALUE.match(data, token.end())):
                waiting = value.end()
            elif token.start() == waiting:
                inside, depth = token.start(), 1
        elif text in _OPENING:
            depth += 1
        elif text in (b"]", b"}"):
            depth -= 1
            if depth == 0:
                kept += [data[start:inside], b"[]" if data[inside : inside + 1] == b"[" else b"{}"]
                start, inside = token.end(), None
    return b"".join([*kept, data[start:]])
