"""``make demo``: grade a class of honest, careless, unlucky and hostile students, and show it."""

from __future__ import annotations

import sys
import time

import nbformat
from rich.console import Console
from rich.progress import track

from autograder.build.builder import check_course
from autograder.course import Course, CourseError, find_course
from autograder.demo.attacks import ATTACKS
from autograder.demo.course import grade_samples
from autograder.demo.sample import sample_class
from autograder.grading.results import print_table
from autograder.lesson import Lesson

LESSON = "07_edges"


def main() -> int:
    """Run the demo.

    Returns:
        0 when every student got what fairness demands, else 1.
    """
    console = Console()
    course = find_course()
    with console.status("Comparing what is built with what is authored …"):
        drift = check_course(course)
    for found in drift:
        console.print(f"[yellow]{found}[/yellow]: run `autograder build`.")
    start = time.monotonic()
    samples = list(_class(course))
    root = course.root / "demo"
    grading = grade_samples(root, course, LESSON, samples)
    results = list(track(grading, "Grading …", total=len(samples), console=console, transient=True))
    print_table(console, LESSON, results)
    unfair = _unfair(samples, results)
    for sentence in unfair:
        console.print(f"[red]{sentence}[/red]")
    console.print(
        f"{len(results)} submissions graded in {time.monotonic() - start:.0f} s. "
        f"{len(ATTACKS)} kinds of attack exist; `make test` grades every one.\n\n"
        f"Gradebook:      {root / 'gradebook.db'}\n"
        f"Feedback pages: {root / 'feedback'}/<student>/{LESSON}/{LESSON}.html\n"
        f"               (try {root / 'feedback' / samples[5].student / LESSON / LESSON}.html)\n\n"
        "Now open the course: make lab"
    )
    return 1 if unfair else 0


def _class(course: Course):
    lesson = Lesson.read(course.solutions / LESSON)
    release = nbformat.read(course.release(LESSON), as_version=4)
    others = [name for name in course.lessons() if name != LESSON and course.release(name).exists()]
    other = nbformat.read(course.release(others[0]), as_version=4) if others else None
    return sample_class(lesson, release, other, [a for a in ATTACKS if a.shown])


def _unfair(samples, results) -> list[str]:
    scores = {graded.student: graded.score or 0.0 for graded in results}
    return [
        f"{s.student} got {scores.get(s.student)} points; fair is {s.least:g} to {s.most:g}."
        for s in samples
        if not s.least <= scores.get(s.student, -1.0) <= s.most
    ]


if __name__ == "__main__":
    try:
        sys.exit(main())
    except CourseError as error:
        print(error, file=sys.stderr)
        sys.exit(1)
