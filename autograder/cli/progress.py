"""Say which lesson is at which step: a live line on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

Tell = Callable[[str, str], None]
_SILENCE = 30  # seconds after which a log says that a step still goes on


@contextmanager
def progress(lessons: int) -> Iterator[tuple[Tell, Callable[[], None]]]:
    """Show progress on stderr for as long as the block lasts.

    Args:
        lessons: how many there are to do.

    Yields:
        A function of lesson and step, to be called as often as there is something to tell, and
        one to be called after each lesson.
    """
    if not sys.stderr.isatty():
        yield Lines(sys.stderr), lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}", markup=False),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=lessons)
        yield (
            lambda lesson, step: bar.update(task, description=f"{lesson}: {step}"),
            lambda: bar.advance(task),
        )


class Lines:
    """Writes a line for each step of a lesson, and every half a minute while it lasts.

    Args:
        stream: where to.
        clock: seconds that pass.

    Example:
        >>> tell = Lines(sys.stdout)
        >>> for step in ("reading", "cell 1 of 86", "cell 2 of 86", "writing"):
        ...     tell("07_edges", step)
        07_edges: reading
        07_edges: cell 1 of 86
        07_edges: writing
    """

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._last: tuple[str, str] | None = None
        self._said = 0.0

    def __call__(self, lesson: str, step: str) -> None:
        """Tell that a lesson is at a step, which its first word names."""
        this, now = (lesson, step.split()[0]), self._clock()
        if this != self._last or now - self._said >= _SILENCE:
            print(f"{lesson}: {step}", file=self._stream, flush=True)
            self._last, self._said = this, now
