"""Run something again whenever one of some files is saved."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

from autograder.audit.stamps import Stamps, stamps
from autograder.course import CourseError

SECONDS = 0.3


def watch(
    files: Callable[[], list[Path]],
    run: Callable[[set[Path]], int],
    wait: Callable[[float], None] = time.sleep,
) -> int:
    """Run at once and after each save, until Ctrl+C.

    Args:
        files: lists what to look at, each time anew, as files come and go.
        run: gets the files that changed, all of them at first; what it raises is shown.
        wait: passes the time between two looks.

    Returns:
        The last run's exit code.
    """
    code, seen = 1, Stamps()
    try:
        while True:
            now = stamps(files())
            changed = {path for path in now.keys() | seen.keys() if now.get(path) != seen.get(path)}
            if changed:
                seen = now  # taken before the run: what is saved meanwhile counts as a change
                code = _timed(run, changed)
                print(f"Watching {len(now)} files; Ctrl+C ends.", flush=True)
            wait(SECONDS)
    except KeyboardInterrupt:
        return code


def _timed(run: Callable[[set[Path]], int], changed: set[Path]) -> int:
    start = time.monotonic()
    code = 1
    try:
        code = run(changed)
    except CourseError as error:
        print(error, file=sys.stderr)
    except Exception as error:  # a file half saved: the next save may mend it
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
    print(f"{time.monotonic() - start:.1f} s", flush=True)
    return code
