"""Grade one submission, in a worker: all that needs no gradebook."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from time import monotonic

import nbformat

from autograder.build.inputs import digest
from autograder.grading.entries import Entry, Unreadable, read
from autograder.grading.feedback import feedback_page
from autograder.grading.inventory import Submission
from autograder.grading.judge import Judged, judge
from autograder.grading.preprocessors import annotate, shorten
from autograder.grading.row import row_of
from autograder.grading.rubric import show_rubrics
from autograder.grading.submission import Repaired, repair, together
from autograder.grading.submission_limits import GradingLimits
from autograder.grading.task import Graded, Shared, Task
from autograder.grading.warm_sandboxes import in_warm_sandbox


def grade_submission(shared: Shared, task: Task) -> Graded:
    """Repair, judge and render one submission; runs in a worker, which keeps a warm sandbox.

    Args:
        shared: what it has in common with the rest of the class.
        task: what to judge.

    Returns:
        The result, ready to be recorded, whatever the submission is like.

    Raises:
        CourseError: release and key do not belong together.
        SandboxError: this machine does not isolate student code, or not any more.
    """
    start, sums = monotonic(), task.digest or submission_digest(shared, task.submission)
    release, key = shared.release_notebook, shared.judge_key
    limits = shared.limits.hurried() if task.hurried else shared.limits
    repaired = repair(task.submission, release, shared.lesson, limits)
    files = together(repaired.files, shared.files)
    judged = in_warm_sandbox(
        lambda sandbox: judge(repaired.notebook, key, sandbox, limits, files, release),
        shared.isolation,
        shared.modules,
    )
    if task.hurried and judged.out_of_time:
        return Graded(task.submission.student, unfinished=True, hand_in=task.submission.hand_in)
    report = Repaired(repaired.notebook, repaired.findings + judged.findings, repaired.error)
    notebook = judged.notebook
    show_rubrics(notebook, release, shared.rubrics)
    annotate(notebook, report.sentence, shared.fingerprint, _exercises(judged))
    shorten(notebook, shared.shortening)
    student = task.submission.student
    return Graded(
        student,
        judged.outcomes,
        report.sentence,
        notebook=nbformat.v4.writes(notebook),
        page=feedback_page(notebook, lesson=shared.lesson, student=student, shows=shared.shows),
        files=repaired.files,
        row=row_of(notebook),
        used=judged.used,
        digest=sums,
        seconds=round(monotonic() - start, 3),
        out_of_time=judged.out_of_time,
        hand_in=task.submission.hand_in,
    )


def submission_digest(shared: Shared, submission: Submission) -> str:
    """Sum up all that a result depends on: the submission's bytes, key, limits, code.

    Args:
        shared: what it has in common with the rest of the class.
        submission: what was handed in.
    """
    found = (submission.notebook, *submission.companions)
    contents = [list(_contents(entry, shared.limits)) for entry in found if entry is not None]
    said = (submission.student, submission.findings, submission.error)
    return digest(shared.digest, said, contents)


def _contents(entry: Entry, limits: GradingLimits) -> Iterator[str]:
    yield entry.name
    try:
        data = read(entry, limits.stored_bytes, limits)
    except Unreadable as error:
        yield str(error)
    else:
        yield hashlib.sha256(data).hexdigest()


def _exercises(judged: Judged) -> dict[str, dict[str, float]]:
    """Return what each exercise took and gave, as graded notebooks keep it."""
    return {
        name: {
            "seconds": round(judged.used[name].seconds, 3),
            "memory_mb": round(judged.used[name].memory_mb, 1),
            "points": outcome.score,
            "max": outcome.max_score,
        }
        for name, outcome in judged.outcomes.items()
    }
