"""What goes to a worker that grades a class, and what comes back: plain values, pickled."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any

import nbformat

from autograder.build.inputs import digest
from autograder.grading.execution import Used
from autograder.grading.feedback import Shows
from autograder.grading.inventory import Submission
from autograder.grading.row import Row, Standing
from autograder.grading.submission_limits import GradingLimits
from autograder.sandbox import Isolation
from cnncourse.check.key import Key
from cnncourse.check.outcome import Outcome


@dataclass(frozen=True)
class Shared:
    """What all submissions of a class have in common; it is sent once to each worker process.

    Args:
        lesson: the lesson's name.
        release: the lesson as released, as JSON.
        key: the judge's key, as JSON.
        rubrics: written exercise → what earns its points, as Markdown.
        fingerprint: names the grading seed.
        files: what is released beside the notebook.
        limits: what one submission may use.
        isolation: how the sandbox keeps it apart.
        modules: what the course's lessons import.
        shortening: nbgrader's settings for shortening outputs: class → option → value.
        shows: what feedback pages tell.
        made_from: sums up the code and the versions that results depend on.
    """

    lesson: str
    release: str = field(repr=False)
    key: str = field(repr=False)
    rubrics: dict[str, str] = field(repr=False)
    fingerprint: str
    files: dict[str, bytes] = field(repr=False)
    limits: GradingLimits
    isolation: Isolation = "namespaces"
    modules: tuple[str, ...] = ()
    shortening: dict[str, dict[str, Any]] = field(default_factory=dict)
    shows: Shows = field(default_factory=Shows)
    made_from: str = ""

    @cached_property
    def release_notebook(self) -> nbformat.NotebookNode:
        """The release, read once per process; nobody changes it."""
        return nbformat.reads(self.release, as_version=4)

    @cached_property
    def digest(self) -> str:
        """What results depend on, beside the submission."""
        files = {name: hashlib.sha256(data).hexdigest() for name, data in self.files.items()}
        parts = {name: vars(self)[name] for name in self.__dataclass_fields__}
        plain = {"files": files, "limits": asdict(self.limits), "shows": asdict(self.shows)}
        return digest(parts | plain)

    @cached_property
    def judge_key(self) -> Key:
        """The judge's key, read once per process."""
        return Key.from_json(self.key)

    def __getstate__(self) -> dict[str, Any]:
        """Return what is sent: not what this process has read."""
        return {name: vars(self)[name] for name in self.__dataclass_fields__}


@dataclass(frozen=True)
class Task:
    """One submission to grade.

    Args:
        submission: what was handed in, and whose it is.
        hurried: others wait: it is put off if it takes long.
        digest: sums up what the result depends on; empty where the worker has to find out.
    """

    submission: Submission
    hurried: bool = False
    digest: str = ""


@dataclass(frozen=True)
class Graded:
    """One student's result.

    Args:
        student: whose it is.
        outcomes: exercise → outcome; empty if the submission could not be judged.
        error: all there is to report; None for an orderly submission.
        notebook: the graded notebook as JSON; None if there is none, and then nothing is recorded.
        page: the feedback page as HTML.
        files: what lies beside the notebook.
        row: what the gradebook gets to know.
        used: exercise → what it took.
        digest: sums up all that this result depends on.
        seconds: how long it took in all, on the clock.
        out_of_time: it was stopped because it had used up its time.
        waited: after how many seconds it was put off until all others were judged; None if it
            was not.
        unfinished: it has to be judged again, with more time.
        judged_anew: it was judged in this run, not read from the journal.
        standing: what the gradebook holds, once it is recorded.
        hand_in: which of the student's hand-ins it is, as `Submission` names them.
    """

    student: str
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    error: str | None = None
    notebook: str | None = field(repr=False, default=None)
    page: str | None = field(repr=False, default=None)
    files: dict[str, bytes] = field(repr=False, default_factory=dict)
    row: Row = field(repr=False, default_factory=Row)
    used: dict[str, Used] = field(repr=False, default_factory=dict)
    digest: str = ""
    seconds: float = 0.0
    out_of_time: bool = False
    waited: float | None = None
    unfinished: bool = False
    judged_anew: bool = True
    standing: Standing | None = None
    hand_in: str = ""

    @property
    def score(self) -> float | None:
        """Points as the gradebook holds them, else as the judge gives them; None for neither."""
        if self.standing is not None:
            return self.standing.score
        return sum(o.score for o in self.outcomes.values()) if self.outcomes else None

    @property
    def max_score(self) -> float | None:
        """Points there were to earn."""
        return sum(o.max_score for o in self.outcomes.values()) if self.outcomes else None

    def without_texts(self) -> Graded:
        """Return what is left to tell when notebook, page and files are written."""
        return replace(self, notebook=None, page=None, files={}, row=Row())
