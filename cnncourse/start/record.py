"""What checks said, kept beside the student's notebooks and sent nowhere.

Each check adds a line to a file, if there is a folder for it: `copies.lay_out` makes one where a
student works. In a grader's sandbox, in Colab or in a notebook that was downloaded alone there is
none, and nothing is kept.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from cnncourse.check.outcome import NotAttempted, Outcome, Right

FOLDER = ".cnncourse"
FILE = "checks.jsonl"


@dataclass(frozen=True)
class Check:
    """What one check said.

    Args:
        at: when, in seconds since 1970.
        lesson: the lesson's name.
        exercise: the exercise's name.
        right: whether the whole answer was right.
        score: points it earned.
        most: points it could earn.
    """

    at: float
    lesson: str
    exercise: str
    right: bool
    score: float
    most: float


def keep(lesson: str, outcome: Outcome) -> None:
    """Add what a check said to the record, if one is kept here; an untouched answer says nothing.

    A record that cannot be written disturbs no check.

    Args:
        lesson: the lesson's name.
        outcome: the verdict.
    """
    if isinstance(outcome, NotAttempted):
        return
    with suppress(OSError, TypeError, ValueError):
        here = Path.cwd()
        kept = next((f for p in (here, here.parent) if (f := p / FOLDER).is_dir()), None)
        if kept is None:
            return
        now = round(datetime.now(UTC).timestamp(), 1)
        right = isinstance(outcome, Right)
        said = Check(now, lesson, outcome.exercise, right, outcome.score, outcome.max_score)
        # One write of a short line: kernels of two notebooks do not mix theirs.
        file = os.open(kept / FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
        try:
            os.write(file, (json.dumps(asdict(said)) + "\n").encode())
        finally:
            os.close(file)


def checks(folder: Path) -> list[Check]:
    """Return what checks have said, in order of time.

    Args:
        folder: the folder of the student's notebooks.

    Returns:
        All that can be read; lines that were damaged are left out.
    """
    return sorted(_read(folder / FOLDER / FILE), key=lambda check: check.at)


def _read(path: Path) -> Iterator[Check]:
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return
    for line in lines:
        with suppress(ValueError, TypeError, KeyError, OverflowError):
            about = json.loads(line)
            yield Check(
                float(about["at"]),
                str(about["lesson"]),
                str(about["exercise"]),
                about["right"] is True,
                float(about["score"]),
                float(about["most"]),
            )
