"""Bounds on the reading of source, whose syntax trees are a thousand times as large as the text."""

from __future__ import annotations

import functools
import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

Read = TypeVar("Read")

# The longest cell of a lesson has 1,000 tokens, and a whole lesson 13,000. A token takes up to a
# kilobyte as a tree, and 11 microseconds to parse.
MOST_TOKENS = 10_000
MOST_KEPT = 50_000
_TOKEN = re.compile(r"\w+|[^\w\s]")


def tokens(text: str, most: int = MOST_TOKENS) -> int:
    """Count the tokens of a text, roughly.

    Args:
        text: source.
        most: where to stop counting.

    Returns:
        Their number, or one more than `most`.

    Example:
        >>> tokens("x = f(1)"), tokens("a;" * 10, most=5)
        (6, 6)
    """
    if len(text) <= most:  # a token has a letter at least
        return sum(1 for _ in _TOKEN.finditer(text))
    return sum(1 for _ in zip(range(most + 1), _TOKEN.finditer(text), strict=False))


class Kept(Generic[Read]):
    """A function of a text that keeps the results for the texts that were asked for last.

    Args:
        function: what is called for other texts; what it raises is not kept.
        most: tokens of all the texts together whose results are kept.

    Example:
        >>> shout = Kept(lambda text: text.upper() + "!", most=3)
        >>> shout("a b"), len(shout.kept), shout("c d"), len(shout.kept)
        ('A B!', 1, 'C D!', 1)
    """

    def __init__(self, function: Callable[[str], Read], most: int = MOST_KEPT) -> None:
        functools.update_wrapper(self, function)
        self.kept: OrderedDict[str, tuple[int, Read]] = OrderedDict()
        self._function = function
        self._most = most
        self._held = 0
        self._lock = threading.Lock()

    def __call__(self, text: str) -> Read:
        """Return the function's result."""
        with self._lock:
            if text in self.kept:
                self.kept.move_to_end(text)
                return self.kept[text][1]
        result = self._function(text)
        size = 1 + tokens(text, self._most)
        with self._lock:
            if text not in self.kept:
                self.kept[text] = size, result
                self._held += size
            while self._held > self._most and len(self.kept) > 1:
                _, (freed, _) = self.kept.popitem(last=False)
                self._held -= freed
        return result
