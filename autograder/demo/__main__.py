"""``make demo``: grade a class of honest, careless, unlucky and hostile students, and show it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import nbformat
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from autograder.build.builder import check_course
from autograder.course import Course, CourseError, find_course
from autograder.demo.attacks import ATTACKS
from autograder.demo.course import grade_samples
from autograder.demo.sample import Sample, sample_class
from autograder.grading.batch import Graded
from autograder.grading.results import row
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
    samples = list(_class(course))
    root = course.root / "demo"
    results = _graded(console, grade_samples(root, course, LESSON, samples), samples)
    unfair = _unfair(samples, results)
    for sentence in unfair:
        console.print(f"[red]{sentence}[/red]")
    page = root / "feedback" / samples[5].student / LESSON / f"{LESSON}.html"
    console.print(
        f"{len(ATTACKS)} kinds of attack exist; `make test` grades every one. "
        "`make lab` opens the course.\n\n"
        f"Gradebook:           {root / 'gradebook.db'}\n"
        f"A student's page:    {page}\n"
        f"{_report(root)}",
        soft_wrap=True,
    )
    return 1 if unfair else 0


def _graded(console: Console, grading: Iterator[Graded], samples: Sequence[Sample]) -> list[Graded]:
    """Grade the class, and show each student as soon as there is a result."""
    console.print(
        f"{len(samples)} students handed in {LESSON}. First the grader warms up: its own answers "
        "to new questions, an empty gradebook, a sandbox on each core …"
    )
    start, results = time.monotonic(), list[Graded]()
    width = max(len(sample.student) for sample in samples)
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as progress:
        bar = progress.add_task("warming up", total=len(samples))
        for graded in grading:
            if not results:
                console.print(f"Warm after {time.monotonic() - start:.0f} s.\n")
            results.append(graded)
            console.print(row(graded, width))
            progress.update(bar, advance=1, description="grading")
    console.print(f"\n{len(results)} submissions graded in {time.monotonic() - start:.0f} s.")
    return results


def _report(root: Path) -> str:
    """Write the report on the class, as an instructor would, and say where it lies."""
    command = [sys.executable, "-m", "autograder", "report", LESSON, "--out", "report.html"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    if done.returncode:
        why = done.stderr.strip().splitlines()[-1:] or ["it ended without a word"]
        return f"There is no report on the class: {why[0]}"
    return f"Report on the class: {root / 'report.html'}"


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
