"""Set up a course of its own for the sample class, so that the real gradebook is left alone."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from autograder.course import Course
from autograder.course_file import NAME as COURSE_FILE
from autograder.demo.sample import Sample
from autograder.grading.batch import Graded, Grading
from autograder.grading.submission_limits import GradingLimits

# An honest notebook takes a second or two of processor time. Who takes longer waits for
# all others, and is given seconds where a real class is given minutes.
DEMO_LIMITS = GradingLimits(
    cell_seconds=10,
    answer_seconds=10,
    notebook_seconds=30,
    first_seconds=4,
    restarts=3,
    memory_bytes=2 << 30,
)


def grade_samples(
    root: Path,
    course: Course,
    lesson: str,
    samples: Iterable[Sample],
    jobs: int = 2,
    limits: GradingLimits = DEMO_LIMITS,
) -> Iterator[Graded]:
    """Set up a course in a folder, hand the samples in, and grade them.

    Args:
        root: the folder; what it holds of an earlier class is removed.
        course: the course that the lesson belongs to.
        lesson: the lesson's name.
        samples: the class.
        jobs: workers side by side.
        limits: what one submission may use.

    Yields:
        Results, as they are recorded.
    """
    copy = copied(root, course, lesson)
    submitted = root / "submitted"
    for sample in samples:
        sample.write(submitted, lesson)
    yield from Grading(copy, lesson, submitted, limits).results(jobs)


def copied(root: Path, course: Course, lesson: str) -> Course:
    """Return a course in a folder of its own, with one lesson of another course.

    Args:
        root: the folder; it is emptied first.
        course: the course to take the lesson from.
        lesson: the lesson's name.
    """
    shutil.rmtree(root, ignore_errors=True)
    copy = Course(root)
    shutil.copytree(course.solutions / lesson, copy.solutions / lesson)
    shutil.copytree(course.notebooks / lesson, copy.notebooks / lesson)
    for name in ("nbgrader_config.py", COURSE_FILE):
        shutil.copy(course.root / name, root)
    return copy
