"""``autograder grade``."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from autograder.course import CourseError, find_course
from cnncourse.runtime import usable_cores


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the subcommand.

    Args:
        subparsers: what `argparse.ArgumentParser.add_subparsers` returned.
    """
    command = subparsers.add_parser("grade", help="grade what a class handed in for a lesson")
    command.add_argument("lesson", metavar="LESSON")
    command.add_argument(
        "--submitted", type=Path, metavar="DIR",
        help="folder with <student>/<lesson>/<lesson>.ipynb (default: submitted)",
    )  # fmt: skip
    command.add_argument(
        "--jobs", type=int, metavar="N", help="workers side by side (default: CPUs)"
    )
    command.add_argument("--scheduler", metavar="ADDRESS", help="use the workers of a Dask cluster")
    command.add_argument(
        "--json", type=Path, metavar="FILE", help="write the results there as well"
    )
    command.add_argument(
        "--isolation", choices=("namespaces", "none"), default="namespaces",
        help="'none' runs student code without walls: only for code that you trust",
    )  # fmt: skip
    command.add_argument(
        "--again", action="store_true", help="judge anew what was judged before, too"
    )
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
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
    from rich.markup import escape
    from rich.progress import Progress

    from autograder.grading.batch import Grading
    from autograder.grading.results import as_tree, print_table, write_json
    from autograder.grading.trouble import told

    submitted = arguments.submitted or course.root / "submitted"
    grading = Grading(course, arguments.lesson, submitted, isolation=arguments.isolation)
    jobs = arguments.jobs or usable_cores()
    if arguments.isolation == "none":
        print(
            "Student code runs WITHOUT walls: it can read and change your files.", file=sys.stderr
        )

    start, interrupted, trouble = time.monotonic(), False, None
    with Progress(console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("grading", total=len(grading))

        def tell(done: int, of: int) -> None:
            step = f"compiling the judge's key, {done} of {of} exercises" if of else "starting"
            progress.update(bar, description=step)

        try:
            results = grading.results(jobs, arguments.scheduler, again=arguments.again, tell=tell)
            for graded in results:
                progress.update(bar, advance=1, description=escape(f"graded {graded.student}"))
        except KeyboardInterrupt:
            interrupted = True
        except CourseError as error:
            trouble = error
            if not grading.finished:
                raise
    print_table(Console(), arguments.lesson, grading.finished)
    for sentence in grading.inventory.unmatched:
        print(sentence)
    seconds = time.monotonic() - start
    if arguments.json is not None:
        with told():
            write_json(arguments.json, as_tree(arguments.lesson, grading.finished, seconds))
    recorded = sum(graded.score is not None for graded in grading.finished)
    left = len(grading) - len(grading.finished)
    if interrupted:
        print(f"Interrupted: {recorded} recorded, {left} left; grade again.", file=sys.stderr)
        return 130
    if trouble is not None:
        print(f"{recorded} recorded, {left} left. {trouble}", file=sys.stderr)
        return 1
    return int(any(graded.score is None for graded in grading.finished))
