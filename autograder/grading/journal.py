"""Keep every judged submission, so that nothing is judged twice: not after a crash, not for fun.

An entry is one file. It is written before the result is recorded, whole or not at all, and read as
long as all that the result depends on is the same. A damaged one is as good as none.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from autograder.build.store import FOLDER
from autograder.files import write
from autograder.grading.execution import Used
from autograder.grading.row import Row
from autograder.grading.task import Graded
from cnncourse.check.outcome import CriterionResult, Outcome

_TEXTS = ("notebook", "page")
_PLAIN = ("student", "hand_in", "error", "digest", "seconds", "out_of_time", "waited")
_HALF_WRITTEN = re.compile(r"\..*-[0-9a-f]{8}")


class Journal:
    """The judged submissions of one lesson.

    Args:
        root: the course's folder.
        lesson: the lesson's name.
    """

    def __init__(self, root: Path, lesson: str) -> None:
        self._folder = root / FOLDER / "journal" / lesson

    def open(self) -> None:
        """Make the folder, and remove what a killed grader was about to write.

        Raises:
            OSError: it cannot be made.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path in self._folder.iterdir():
            if _HALF_WRITTEN.fullmatch(path.name):
                path.unlink()

    def put(self, graded: Graded) -> None:
        """Keep a result, in the place of an earlier one of the same hand-in.

        Raises:
            OSError: it cannot be written; the earlier one is still there.
        """
        texts = [(getattr(graded, name) or "").encode() for name in _TEXTS]
        parts = [*texts, *graded.files.values()]
        about = {name: getattr(graded, name) for name in _PLAIN} | {
            "outcomes": [asdict(o) | {"state": o.state} for o in graded.outcomes.values()],
            "row": asdict(graded.row),
            "used": {name: asdict(used) for name, used in graded.used.items()},
            "files": list(graded.files),
            "sizes": [len(part) for part in parts],
        }
        body = b"".join([json.dumps(about).encode(), b"\n", *parts])
        path = self._path((graded.student, graded.hand_in))
        write(path, _seal(body) + b"\n" + body, private=True)

    def about(self, name: tuple[str, str]) -> Graded | None:
        """Return what is kept of a hand-in without its texts, which are not even read.

        Args:
            name: the hand-in's, as `Submission.name`.

        Returns:
            The result; None if there is none. Whether it is damaged, `get` finds out.
        """
        try:
            with open(self._path(name), "rb") as file:
                file.readline()
                return _restored(json.loads(file.readline()), b"").without_texts()
        except (OSError, ValueError, LookupError, TypeError):
            return None

    def get(self, name: tuple[str, str]) -> Graded | None:
        """Return what is kept of a hand-in; None if nothing is, or it is damaged.

        Args:
            name: the hand-in's, as `Submission.name`.

        Returns:
            The result; the caller compares its digest.
        """
        try:
            seal, body = self._path(name).read_bytes().split(b"\n", 1)
            head, _, rest = body.partition(b"\n")
            if seal != _seal(body):
                return None
            return _restored(json.loads(head), rest)
        except (OSError, ValueError, LookupError, TypeError):
            return None

    def _path(self, name: tuple[str, str]) -> Path:
        # A student's id may be as long as a file's name may be.
        return self._folder / hashlib.sha256("\0".join(name).encode()).hexdigest()[:40]


def _seal(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest().encode()


def _restored(about: dict[str, Any], rest: bytes) -> Graded:
    parts, begin = [], 0
    for size in about["sizes"]:
        parts.append(rest[begin : begin + size])
        begin += size
    notebook, page, *files = parts
    outcomes = [_outcome(tree) for tree in about["outcomes"]]
    return Graded(
        **{name: about[name] for name in _PLAIN},
        notebook=notebook.decode() or None,
        page=page.decode() or None,
        outcomes={o.exercise: o for o in outcomes},
        row=Row(**about["row"]),
        used={name: Used(**used) for name, used in about["used"].items()},
        files=dict(zip(about["files"], files, strict=True)),
        judged_anew=False,
    )


def _outcome(tree: dict[str, Any]) -> Outcome:
    kinds = {kind.state: kind for kind in Outcome.__subclasses__()}
    values = {f.name: tree[f.name] for f in fields(Outcome)}
    values["criteria"] = tuple(CriterionResult(**c) for c in tree["criteria"])
    lists = {name: tuple(v) for name, v in values.items() if isinstance(v, list)}
    return kinds[tree["state"]](**values | lists)
