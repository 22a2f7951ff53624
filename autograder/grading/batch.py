"""Grade a class: judge every submission in worker processes, and record results one at a time.

Whatever goes wrong with one submission is reported in its result; the others are graded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from functools import partial
from pathlib import Path

import nbformat
from traitlets.config import Config

from autograder.course import Course, CourseError
from autograder.grading.cluster import run_on_cluster
from autograder.grading.grade_one import grade_submission
from autograder.grading.gradebook import Recorder
from autograder.grading.inventory import Submission, take_inventory
from autograder.grading.merge import fresh
from autograder.grading.preprocessors import lesson_files
from autograder.grading.secret_key import JudgeKey, judge_key
from autograder.grading.submission import packed
from autograder.grading.submission_limits import GradingLimits
from autograder.grading.task import Graded, Shared, Task
from autograder.grading.workers import Finished, run_here, run_inline
from autograder.sandbox import Isolation, Unavailable

__all__ = ["Graded", "Grading", "Shared", "Task", "grade_submission"]


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
            scheduler: address of a Dask scheduler whose workers to use instead; submissions travel
                to them as bytes.
            feedback: whether to write feedback pages, too.

        Yields:
            Results, in the order in which they are recorded.

        Raises:
            CourseError: grading cannot work here at all; what was yielded before is recorded.
        """
        shared = self._shared(judge_key(self.course, self.lesson))
        with Recorder(self.course, self.lesson, self._config) as recorder:
            recorder.prepare(self._release)
            for graded in _judged(shared, self._submissions, jobs, scheduler):
                yield self._recorded(graded, recorder, feedback)

    def _shared(self, key: JudgeKey) -> Shared:
        return Shared(
            self.lesson,
            nbformat.writes(self._release),
            key.text,
            key.rubrics,
            key.fingerprint,
            lesson_files(self.course, self.lesson),
            self._limits,
            self._isolation,
            self.course.file.preload,
        )

    def _recorded(self, graded: Graded, recorder: Recorder, feedback: bool) -> Graded:
        """Record a result and return it; if recording fails, say so for this student only."""
        if graded.notebook is None:
            return graded
        try:
            recorder.record(graded.student, graded.notebook, graded.files)
            if feedback:
                recorder.feedback(graded.student)
        except Exception as error:
            why = f"It was judged, but could not be recorded ({type(error).__name__}: {error})."
            return replace(graded, error=" ".join(filter(None, (why, graded.error))))
        return graded


def _judged(
    shared: Shared, submissions: Sequence[Submission], jobs: int, scheduler: str | None
) -> Iterator[Graded]:
    """Judge all; whoever takes long is put off until all others are done, and begins anew.

    Yields:
        Results, in the order in which they come.
    """
    hurry = len(submissions) > max(1, jobs) and shared.limits.hurried() != shared.limits
    late = []
    tasks = [Task(submission, hurry) for submission in submissions]
    for task, future in _run(shared, tasks, jobs, scheduler):
        graded = _result(task, future)
        if graded.unfinished:
            late.append(replace(task, hurried=False))
        else:
            yield graded
    for task, future in _run(shared, late, jobs, scheduler):
        yield replace(_result(task, future), waited=shared.limits.first_seconds)


def _run(
    shared: Shared, tasks: Sequence[Task], jobs: int, scheduler: str | None
) -> Iterator[Finished]:
    if not tasks:
        return iter(())
    if scheduler is not None:
        return run_on_cluster(grade_submission, shared, tasks, scheduler, partial(_pack, shared))
    if jobs:
        return run_here(grade_submission, shared, tasks, jobs)
    return run_inline(grade_submission, shared, tasks)


def _pack(shared: Shared, task: Task) -> Task:
    return replace(task, submission=packed(task.submission, shared.limits))


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
