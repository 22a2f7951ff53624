"""Tell the truth to nbgrader's Validate, which knows only whether a cell raised.

The button in JupyterLab and `nbgrader validate` run a notebook in a kernel of its own and call a
check cell good unless it raises or writes to stderr. So there a check raises unless all it looked
at is right, and nothing but its own words decides.
"""

from __future__ import annotations

import logging
import os
import signal
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr
from io import StringIO
from typing import Any, NoReturn

from cnncourse.check.outcome import AwaitingHand, Outcome, Right
from cnncourse.check.rendering import as_text
from cnncourse.runtime import VALIDATING_VARIABLE, quiet_stderr

# nbgrader cuts lines on its terminal page at 87 characters.
_WIDTH = 80
# Processor time of one cell, all threads added up; the slowest honest one trains for 20 s.
CELL_SECONDS = 300.0


class NotRight(Exception):
    """Ends a check cell under validation; a notebook shows its words, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return str(self).splitlines()


def validating() -> bool:
    """Return whether nbgrader validates this notebook: it tells the kernel so."""
    return os.environ.get(VALIDATING_VARIABLE) == "1"


def settle(outcomes: Sequence[Outcome]) -> None:
    """Raise unless every answer is right, or waits for a person to grade it.

    Args:
        outcomes: what one call of `check` found.

    Raises:
        NotRight: some are not; its text says why, in the words of the check.

    Example:
        >>> settle([Right("conv2d", (), "Right.")])
    """
    failed = [o for o in outcomes if not isinstance(o, Right | AwaitingHand)]
    if failed:
        raise NotRight("\n".join(_folded(as_text(outcome)) for outcome in failed))


@contextmanager
def silence() -> Iterator[None]:
    """Drop what is written to stderr meanwhile, by Python, by its logs or by C.

    A warning would make nbgrader call a right answer wrong.
    """
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with quiet_stderr(), redirect_stderr(StringIO()):
            yield
    finally:
        logging.disable(before)


def limit_cells(seconds: float = CELL_SECONDS) -> None:
    """Stop each later cell of this notebook that uses too much processor time.

    Args:
        seconds: processor time of one cell, all threads added up.
    """
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None or not hasattr(signal, "setitimer"):  # Windows has no such clock
        return

    def stop(*_: Any) -> NoReturn:
        raise TimeoutError(f"This cell used more than {seconds:g} s of processor time.")

    signal.signal(signal.SIGPROF, stop)
    shell.events.register("pre_run_cell", lambda _: signal.setitimer(signal.ITIMER_PROF, seconds))
    shell.events.register("post_run_cell", lambda _: signal.setitimer(signal.ITIMER_PROF, 0))


def _folded(text: str) -> str:
    lines = []
    for line in text.splitlines():
        indent = " " * (len(line) - len(line.lstrip()))
        lines += textwrap.wrap(line, _WIDTH, subsequent_indent=indent) or [""]
    return "\n".join(lines)
