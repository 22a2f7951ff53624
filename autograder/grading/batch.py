"""Grade a class: judge every submission in worker processes, and record results in one place.

Whatever goes wrong with one submission is reported in its result; the others are graded. A result
is kept in the journal as soon as it is there, so that an interrupted batch goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

import nbformat
from traitlets.config import Config

from autograder.build.inputs import code, digest, package_code, versions
from autograder.course import Course, CourseError
from autograder.grading.cluster import run_on_cluster
from autograder.grading.compiling import Tell
from autograder.grading.counting import counting_ones
from autograder.grading.grade_one import grade_submission, submission_digest
from autograder.grading.gradebook import Recorder, read_config
from autograder.grading.hand_ins import earlier_submissions
from autograder.grading.interrupts import uninterrupted
from autograder.grading.inventory import Submission, take_inventory
from autograder.grading.journal import Journal
from autograder.grading.lock import only_grader
from autograder.grading.merge import fresh
from autograder.grading.preprocessors import lesson_files, shortening
from autograder.grading.queue_order import slowest_first
from autograder.grading.secret_key import JudgeKey, judge_key
from autograder.grading.student_page import page_settings
from autograder.grading.submission import packed
from autograder.grading.submission_limits import GradingLimits
from autograder.grading.task import Graded, Shared, Task
from autograder.grading.trouble import told
from autograder.grading.workers import Finished, run_here, run_inline
from autograder.sandbox import Isolation, Unavailable

__all__ = ["Graded", "Grading", "Shared", "Task", "grade_submission"]

# The code that results depend on, beside `cnncourse` and the judge's key.
_CODE = ("grading", "sandbox")
_MOST_TOGETHER = 25  # students recorded in one transaction


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
        finished: the results that are recorded, or cannot be, by now.

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
        self.finished: list[Graded] = []
        self._config = config or read_config(course)
        self._release = _read_release(course, lesson)
        self._limits = limits or GradingLimits()
        self.inventory = take_inventory(
            submitted, lesson, self._release, course.lessons(), self._limits
        )
        self._counts = course.file.counts
        self._submissions = [
            each
            for last in self.inventory.submissions
            if chosen(last.student)
            for each in (*self._earlier(submitted, last.student), last)
        ]
        self._isolation = isolation
        self._journal = Journal(course.root, lesson)

    def __len__(self) -> int:
        return len({submission.student for submission in self._submissions})

    def results(
        self,
        jobs: int = 2,
        scheduler: str | None = None,
        *,
        feedback: bool = True,
        again: bool = False,
        tell: Tell = lambda done, of: None,
    ) -> Iterator[Graded]:
        """Judge every submission that the journal does not hold, and record all.

        Args:
            jobs: worker processes on this machine; 0 to judge in this process.
            scheduler: address of a Dask scheduler whose workers to use instead; submissions travel
                to them as bytes.
            feedback: whether to write feedback pages, too.
            again: whether to judge anew what was judged before.
            tell: is told how many exercises of the judge's key are compiled, and of how many.

        Yields:
            Results, as soon as they are recorded.

        Raises:
            CourseError: grading cannot work here at all, or not any more; what was yielded before
                is recorded.
        """
        with (
            only_grader(self.course.root),
            Recorder(self.course, self.lesson, self._config) as recorder,
        ):
            recorder.prepare(self._release)
            with told():
                shared = self._shared(judge_key(self.course, self.lesson, tell))
            judged = self._judged(shared, jobs, scheduler, again)
            names = [submission.name for submission in self._submissions]
            for group in counting_ones(judged, names, self._counts, recorder.share_lost):
                with uninterrupted():
                    recorded = _recorded(recorder, group, feedback)
                    self.finished += recorded
                yield from recorded

    def _judged(
        self, shared: Shared, jobs: int, scheduler: str | None, again: bool
    ) -> Iterator[list[Graded]]:
        """Yield what the journal holds and still counts, then what is judged now, in groups."""
        with told():
            self._journal.open()
        before = {s.name: self._journal.about(s.name) for s in self._submissions}
        to_do: list[Submission] = []
        kept: list[Graded] = []
        for submission in self._submissions:
            known = None if again else before[submission.name]
            found = None
            if known and known.digest == submission_digest(shared, submission):
                found = self._journal.get(submission.name)
            if found is None:
                to_do.append(submission)
                continue
            kept.append(found)
            if len(kept) == _MOST_TOGETHER:
                yield kept
                kept = []
        yield kept
        ordered = slowest_first(to_do, before)
        for group in _judged(shared, ordered, jobs, scheduler):
            for graded in group:
                if graded.notebook is not None:
                    # What cannot be text is told when it is recorded.
                    with told(), suppress(ValueError, TypeError):
                        self._journal.put(graded)
            yield group

    def _earlier(self, submitted: Path, student: str) -> tuple[Submission, ...]:
        """Return a student's earlier hand-ins, if they may count."""
        if self._counts == "last":
            return ()
        return earlier_submissions(submitted, student, self.lesson, self._release, self._limits)

    def _shared(self, key: JudgeKey) -> Shared:
        made_from = (code(_CODE), package_code(), versions(self.course.root, ()))
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
            shortening(self._config),
            page_settings(self.course),
            digest(made_from),
        )


def _recorded(recorder: Recorder, group: Sequence[Graded], feedback: bool) -> list[Graded]:
    """Record those of a group that have a notebook; return all."""
    done = recorder.record([g for g in group if g.notebook is not None], feedback=feedback)
    return [*done, *(g for g in group if g.notebook is None)]


def _judged(
    shared: Shared, submissions: Sequence[Submission], jobs: int, scheduler: str | None
) -> Iterator[list[Graded]]:
    """Judge all; whoever takes long is put off until all others are done, and begins anew.

    Yields:
        Results, in the order in which they come: those together that came together.
    """
    hurry = len(submissions) > max(1, jobs) and shared.limits.hurried() != shared.limits
    late = []
    tasks = [Task(submission, hurry) for submission in submissions]
    for finished in _run(shared, tasks, jobs, scheduler):
        results = [(task, _result(task, future)) for task, future in finished]
        late += [replace(task, hurried=False) for task, graded in results if graded.unfinished]
        yield [graded for _, graded in results if not graded.unfinished]
    for finished in _run(shared, late, jobs, scheduler):
        results = [(task, _result(task, future)) for task, future in finished]
        yield [replace(g, waited=shared.limits.first_seconds) for _, g in results]


def _run(
    shared: Shared, tasks: Sequence[Task], jobs: int, scheduler: str | None
) -> Iterator[list[Finished]]:
    if not tasks:
        return iter(())
    if scheduler is not None:
        return run_on_cluster(grade_submission, shared, tasks, scheduler, partial(_pack, shared))
    if jobs:
        return run_here(grade_submission, shared, tasks, jobs)
    return ([one] for one in run_inline(grade_submission, shared, tasks))


def _pack(shared: Shared, task: Task) -> Task:
    """Return a task for a machine that has none of the files, with their digest as it is here."""
    sums = submission_digest(shared, task.submission)
    return replace(task, submission=packed(task.submission, shared.limits), digest=sums)


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
    return Graded(task.submission.student, error=why, hand_in=task.submission.hand_in)
