"""Grade one submission, in a worker: all that needs no gradebook."""

from __future__ import annotations

from autograder.grading.judge import judge
from autograder.grading.preprocessors import annotate
from autograder.grading.rubric import show_rubrics
from autograder.grading.submission import Repaired, repair, together
from autograder.grading.task import Graded, Shared, Task
from autograder.grading.warm_sandboxes import in_warm_sandbox


def grade_submission(shared: Shared, task: Task) -> Graded:
    """Repair and judge one submission; runs in a worker, which keeps a warm sandbox.

    Args:
        shared: what it has in common with the rest of the class.
        task: what to judge.

    Returns:
        The result, whatever the submission is like.

    Raises:
        CourseError: release and key do not belong together.
        SandboxError: this machine does not isolate student code, or not any more.
    """
    release, key = shared.release_notebook, shared.judge_key
    limits = shared.limits.hurried() if task.hurried else shared.limits
    repaired = repair(task.submission, release, shared.lesson, limits)
    files = together(repaired.files, shared.files)
    judged = in_warm_sandbox(
        lambda sandbox: judge(repaired.notebook, key, sandbox, limits, files, release),
        shared.isolation,
        shared.modules,
    )
    report = Repaired(repaired.notebook, repaired.findings + judged.findings, repaired.error)
    show_rubrics(judged.notebook, release, shared.rubrics)
    annotate(judged.notebook, report.sentence, shared.fingerprint)
    return Graded(
        task.submission.student,
        judged.outcomes,
        report.sentence,
        judged.notebook,
        repaired.files,
        unfinished=task.hurried and judged.out_of_time,
    )
