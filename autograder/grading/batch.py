"""Grade a class: judge every submission in worker processes, and record results one at a time.

Whatever goes wrong with one submission is reported in its result; the others are graded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from pathlib import Path

import nbformat
from traitlets.config import Config

from autograder.course import Course, CourseError
from autograder.grading.gradebook import Recorder
from autograder.grading.inventory import Submission, take_inventory
from autograder.grading.judge import judge
from autograder.grading.merge import fresh
from autograder.grading.preprocessors import annotate, lesson_files
from autograder.grading.rubric import show_rubrics
from autograder.grading.secret_key import JudgeKey, judge_key
from autograder.grading.submission import Repaired, repair, together
from autograder.grading.submission_limits import GradingLimits
from autograder.grading.warm_sandboxes import in_warm_sandbox
from autograder.grading.workers import Finished, run_here, run_inline, run_on_dask
from autograder.sandbox import Isolation, Unavailable
from cnncourse.check.key import Key
from cnncourse.check.outcome import Outcome


@dataclass(frozen=True)
class Task:
    """What a worker needs to judge one submission.

    Args:
        submission: what was handed in, and whose it is.
        lesson: the lesson.
        release: the lesson as released, as JSON.
        key: the judge's key, as JSON.
        files: what is released beside the notebook.
        limits: what the submission may use.
        isolation: how the sandbox keeps it apart.
        modules: what the course's lessons import.
        hurried: others wait: it is put off if it takes long.
    """

    submission: Submission
    lesson: str
    release: str = field(repr=False)
    key: str = field(repr=False)
    files: dict[str, bytes] = field(repr=False)
    limits: GradingLimits
    isolation: Isolation
    modules: tuple[str, ...]
    hurried: bool = False


@dataclass(frozen=True)
class Graded:
    """One student's result.

    Args:
        student: whose it is.
        outcomes: exercise → outcome; empty if the submission could not be judged.
        error: all there is to report; None for an orderly submission.
        notebook: the judged notebook; None if there is none, and then nothing is recorded.
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


class Grading:
    """One lesson's submissions, ready to be graded.

    Args:
        course: the course.
        lesson: the lesson's name.
        submitted: folder that holds ``<student>/<lesson>/<lesson>.ipynb``.
        limits: what one submission may use.
        isolation: how student code is kept apart.
        chosen: says of a student's name whether to grade this submission.
        config: nbgrader's, where it is more than ``nbgrader_config.py`` says.

    Attributes:
        inventory: what was handed in, and what else lies there.

    Raises:
        CourseError: the lesson is not released, or nothing was handed in.
    """

    def __init__(
        self,
        course: Course,
        lesson: str,
        submitted: Path,
        limits: GradingLimits | None = None,
        isolation: Isolation = "namespaces",
        *,
        chosen: Callable[[str], bool] = lambda student: True,
        config: Config | None = None,
    ) -> None:
        self.course = course
        self.lesson = lesson
        self._config = config
        self._release = _read_release(course, lesson)
        self._limits = limits or GradingLimits()
        self.inventory = take_inventory(
            submitted, lesson, self._release, course.lessons(), self._limits
        )
        self._submissions = [s for s in self.inventory.submissions if chosen(s.student)]
        self._isolation = isolation

    def __len__(self) -> int:
        return len(self._submissions)

    def results(
        self, jobs: int = 2, scheduler: str | None = None, *, feedback: bool = True
    ) -> Iterator[Graded]:
        """Judge every submission and record each as soon as it is judged.

        Args:
            jobs: worker processes on this machine; 0 to judge in this process.
            scheduler: address of a Dask scheduler whose workers to use instead; they must see the
                submissions under the same path.
            feedback: whether to write feedback pages, too.

        Yields:
            Results, in the order in which they are recorded.

        Raises:
            CourseError: grading cannot work here at all; what was yielded before is recorded.
        """
        key = judge_key(self.course, self.lesson)
        tasks = self._tasks(key.text)
        with Recorder(self.course, self.lesson, self._config) as recorder:
            recorder.prepare(self._release)
            for graded in _judged(tasks, jobs, scheduler):
                yield self._recorded(graded, recorder, key, feedback)

    def _tasks(self, key: str) -> list[Task]:
        release = nbformat.writes(self._release)
        files = lesson_files(self.course, self.lesson)
        modules = self.course.file.preload
        common = (self.lesson, release, key, files, self._limits, self._isolation, modules)
        return [Task(submission, *common) for submission in self._submissions]

    def _recorded(
        self, graded: Graded, recorder: Recorder, key: JudgeKey, feedback: bool
    ) -> Graded:
        """Record a result and return it; if recording fails, say so for this student only."""
        if graded.notebook is None:
            return graded
        show_rubrics(graded.notebook, self._release, key.rubrics)
        annotate(graded.notebook, graded.error, key.fingerprint)
        try:
            recorder.record(graded.student, graded.notebook, graded.files)
            if feedback:
                recorder.feedback(graded.student)
        except Exception as error:
            why = f"It was judged, but could not be recorded ({type(error).__name__}: {error})."
            return replace(graded, error=" ".join(filter(None, (why, graded.error))))
        return graded


def grade_submission(task: Task) -> Graded:
    """Repair and judge one submission; runs in a worker, which keeps a warm sandbox.

    Args:
        task: what to judge.

    Returns:
        The result, whatever the submission is like.

    Raises:
        CourseError: release and key do not belong together.
        SandboxError: this machine does not isolate student code, or not any more.
    """
    release = nbformat.reads(task.release, as_version=4)
    limits = task.limits.hurried() if task.hurried else task.limits
    repaired = repair(task.submission, release, task.lesson, limits)
    key = Key.from_json(task.key)
    files = together(repaired.files, task.files)
    judged = in_warm_sandbox(
        lambda sandbox: judge(repaired.notebook, key, sandbox, limits, files, release),
        task.isolation,
        task.modules,
    )
    report = Repaired(repaired.notebook, repaired.findings + judged.findings, repaired.error)
    return Graded(
        task.submission.student,
        judged.outcomes,
        report.sentence,
        judged.notebook,
        repaired.files,
        unfinished=task.hurried and judged.out_of_time,
    )


def _judged(tasks: Sequence[Task], jobs: int, scheduler: str | None) -> Iterator[Graded]:
    """Judge all; whoever takes long is put off until all others are done, and begins anew.

    Yields:
        Results, in the order in which they come.
    """
    hurry = len(tasks) > max(1, jobs) and tasks[0].limits.hurried() != tasks[0].limits
    late = []
    for task, future in _run([replace(t, hurried=hurry) for t in tasks], jobs, scheduler):
        graded = _result(task, future)
        if graded.unfinished:
            late.append(replace(task, hurried=False))
        else:
            yield graded
    for task, future in _run(late, jobs, scheduler):
        yield replace(_result(task, future), waited=task.limits.first_seconds)


def _run(tasks: Sequence[Task], jobs: int, scheduler: str | None) -> Iterator[Finished]:
    if not tasks:
        return iter(())
    if scheduler is not None:
        return run_on_dask(grade_submission, tasks, scheduler)
    return run_here(grade_submission, tasks, jobs) if jobs else run_inline(grade_submission, tasks)


def _read_release(course: Course, lesson: str) -> nbformat.NotebookNode:
    path = course.release(lesson)
    try:
        return fresh(nbformat.read(path, as_version=4))
    except FileNotFoundError:
        raise CourseError(f"{lesson} is not released: run `autograder build {lesson}`.") from None


def _result(task: Task, future: Future[Graded]) -> Graded:
    error = future.exception()
    match error:
        case None:
            return future.result()
        case CourseError():
            raise error
        case Unavailable():
            raise CourseError(str(error)) from None
        case BrokenProcessPool():
            why = "It ended the process that graded it, twice; nothing was recorded."
        case _:
            why = f"It could not be graded ({type(error).__name__}: {error}); nothing was recorded."
    return Graded(task.submission.student, error=why)
