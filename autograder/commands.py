"""``autograder grade``, ``export`` and ``doctor`` on the command line."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from autograder.course import CourseError, find_course

EXPORTS = ("csv", "canvas", "moodle")


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the subcommands.

    Args:
        subparsers: what `argparse.ArgumentParser.add_subparsers` returned.
    """
    grade = subparsers.add_parser("grade", help="grade what a class handed in for a lesson")
    grade.add_argument("lesson", metavar="LESSON")
    grade.add_argument(
        "--submitted", type=Path, metavar="DIR",
        help="folder with <student>/<lesson>/<lesson>.ipynb (default: submitted)",
    )  # fmt: skip
    grade.add_argument("--jobs", type=int, metavar="N", help="workers side by side (default: CPUs)")
    grade.add_argument("--scheduler", metavar="ADDRESS", help="use the workers of a Dask cluster")
    grade.add_argument("--json", type=Path, metavar="FILE", help="write the results there as well")
    grade.add_argument(
        "--isolation", choices=("namespaces", "none"), default="namespaces",
        help="'none' runs student code without walls: only for code that you trust",
    )  # fmt: skip
    grade.set_defaults(run=run_grade)

    export = subparsers.add_parser("export", help="write the gradebook for another system")
    export.add_argument("--format", choices=EXPORTS, required=True)
    export.add_argument("file", type=Path, metavar="FILE")
    export.set_defaults(run=run_export)

    doctor = subparsers.add_parser(
        "doctor", help="say what works on this machine and what does not"
    )
    doctor.set_defaults(run=run_doctor)


def run_grade(arguments: argparse.Namespace) -> int:
    """Grade a lesson; show progress, then a table.

    Returns:
        0 if every submission was graded and recorded, 1 if not, 130 when interrupted.
    """
    course = find_course()
    course.select([arguments.lesson])
    if arguments.jobs is not None and arguments.jobs < 1:
        raise CourseError(f"--jobs {arguments.jobs}: at least one worker is needed.")
    if arguments.json is not None and not arguments.json.absolute().parent.is_dir():
        raise CourseError(f"--json {arguments.json}: there is no such folder.")

    from rich.console import Console
    from rich.progress import Progress

    from autograder.grade import Graded, Grading
    from autograder.report import as_tree, print_table, write_json

    submitted = arguments.submitted or course.root / "submitted"
    grading = Grading(course, arguments.lesson, submitted, isolation=arguments.isolation)
    jobs = arguments.jobs or len(os.sched_getaffinity(0))
    if arguments.isolation == "none":
        print(
            "Student code runs WITHOUT walls: it can read and change your files.", file=sys.stderr
        )

    start, results, interrupted = time.monotonic(), list[Graded](), False
    with Progress(console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("grading", total=len(grading))
        try:
            for graded in grading.results(jobs, arguments.scheduler):
                results.append(graded)
                progress.update(bar, advance=1, description=f"graded {graded.student}")
        except KeyboardInterrupt:
            interrupted = True
    print_table(Console(), arguments.lesson, results)
    if arguments.json is not None:
        write_json(arguments.json, as_tree(arguments.lesson, results, time.monotonic() - start))
    if interrupted:
        left = len(grading) - len(results)
        print(f"Interrupted: {len(results)} recorded, {left} left; grade again.", file=sys.stderr)
        return 130
    return int(any(graded.score is None for graded in results))


def run_export(arguments: argparse.Namespace) -> int:
    """Write the gradebook in another system's form."""
    from autograder.export import export

    existed = arguments.file.exists()
    rows = export(find_course(), arguments.format, arguments.file)
    replaced = " (what was there was replaced)" if existed else ""
    print(f"{rows} students written to {arguments.file}{replaced}")
    return 0


def run_doctor(arguments: argparse.Namespace) -> int:
    """Examine this machine; 1 if anything that grading needs does not work."""
    from autograder.doctor import examine, show

    return show(examine())
