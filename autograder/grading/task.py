"""What goes to a worker that grades a class, and what comes back: plain values, pickled."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import nbformat

from autograder.grading.inventory import Submission
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

    @cached_property
    def release_notebook(self) -> nbformat.NotebookNode:
        """The release, read once per process; nobody changes it."""
        return nbformat.reads(self.release, as_version=4)

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
    """

    submission: Submission
    hurried: bool = False


@dataclass(frozen=True)
class Graded:
    """One student's result.

    Args:
        student: whose it is.
        outcomes: exercise → outcome; empty if the submission could not be judged.
        error: all there is to report; None for an orderly submission.
        notebook: the graded notebook; None if there is none, and then nothing is recorded.
        files: what lies beside it.
        waited: after how many seconds it was put off until all others were judged; None if it
            was not.
        unfinished: it has to be judged again, with more time.
    """

    student: str
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    error: str | None = None
    notebook: nbformat.NotebookNode | None = field(repr=False, default=None)
    files: dict[str, bytes] = field(repr=False, default_factory=dict)
    waited: float | None = None
    unfinished: bool = False

    @property
    def score(self) -> float | None:
        """Points earned; None if nothing could be judged."""
        return sum(o.score for o in self.outcomes.values()) if self.outcomes else None

    @property
    def max_score(self) -> float | None:
        """Points there were to earn."""
        return sum(o.max_score for o in self.outcomes.values()) if self.outcomes else None
