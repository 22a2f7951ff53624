"""Watch a check while it runs: what it waits for, what is printed, and whether it is stopped."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from io import TextIOBase
from threading import Timer
from typing import Any

from cnncourse.check.key import ExerciseKey
from cnncourse.check.reply import Ask

PATIENCE_SECONDS = 20.0


class Stopped(KeyboardInterrupt):
    """A check that the student stopped; shown as one sentence, and the notebook stops there.

    Args:
        sentence: what was running.
    """

    def _render_traceback_(self) -> list[str]:
        """Return what IPython shows in the place of a traceback."""
        return [str(self)]


class _Lines(TextIOBase):
    """Counts the lines that are written, and keeps none."""

    def __init__(self) -> None:
        super().__init__()
        self._ended = 0
        self._open = False

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if text:
            self._ended += text.count("\n")
            self._open = not text.endswith("\n")
        return len(text)

    @property
    def count(self) -> int:
        """Lines so far, the one begun included."""
        return self._ended + self._open


@dataclass
class Watch:
    """Looks on while an answer is asked.

    Args:
        key: the exercise.
        patience: seconds after which it says what it is waiting for.
    """

    key: ExerciseKey
    patience: float = PATIENCE_SECONDS
    _request: dict[str, Any] = field(default_factory=dict)
    _printed: _Lines = field(default_factory=_Lines)

    def asking(self, ask: Ask) -> Ask:
        """Return what asks the same, and remembers what it asks."""

        def watched(request: dict[str, Any]) -> Any:
            self._request = request
            return ask(request)

        return watched

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Fold what is printed in the block, and say once what it is waiting for.

        Raises:
            Stopped: the student interrupted it.
        """
        shown, start = sys.stdout, time.monotonic()

        def tell() -> None:
            if shown is not None:
                print(f"… after {self.patience:g} s the check still waits for {self}.", file=shown)

        timer = Timer(self.patience, tell)
        timer.daemon = True
        timer.start()
        try:
            with redirect_stdout(self._printed):
                yield
        except KeyboardInterrupt:
            seconds = time.monotonic() - start
            raise Stopped(
                f"You stopped the check after {seconds:.0f} s, while it waited for {self}. "
                "Is there a loop that never ends?"
            ) from None
        finally:
            timer.cancel()
            timer.join()  # no thread outlives its check

    def __str__(self) -> str:
        """Name the answer and what it is tried with."""
        given = self._request.get("args", ...)
        label = next(
            (
                p.label
                for p in self.key.probes
                if p.request is self._request or p.request.get("args") is given
            ),
            None,
        )
        tried = f", tried with: {label}" if label and self._request.get("op") != "read" else ""
        return f"{self.key.name!r}{tried}"

    @property
    def notes(self) -> tuple[str, ...]:
        """What was printed, as one remark."""
        lines = self._printed.count
        if not lines:
            return ()
        return (
            f"Your answer printed {lines:,} line{'s' * (lines != 1)} while it was checked; "
            f"{'they are' if lines != 1 else 'it is'} not shown here.",
        )
