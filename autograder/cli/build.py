"""``autograder build``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from autograder.cli.progress import progress
from autograder.course import Course, CourseError, find_course, shown

BUDGETS = ("cpu", "smoke")


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the subcommand to the command line.

    Args:
        subparsers: of the ``autograder`` parser.
    """
    parser = subparsers.add_parser(
        "build",
        help="make notebooks and keys from the authored lessons",
        description="Make solutions, student notebooks, keys and the index from authored lessons.",
    )
    parser.add_argument("lessons", nargs="*", metavar="LESSON", help="all lessons if none is named")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; fail if a file is not up to date"
    )
    running = parser.add_mutually_exclusive_group()
    running.add_argument(
        "--execute",
        action="store_true",
        default=None,
        dest="execute",
        help="run the notebooks even if their code did not change",
    )
    running.add_argument(
        "--no-execute", action="store_false", dest="execute", help="run nothing; keep old outputs"
    )
    parser.add_argument(
        "--budget", choices=BUDGETS, default="cpu", help="how much to train (default: %(default)s)"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Build or check lessons one after the other; one that is refused does not stop the others.

    Args:
        arguments: as parsed.

    Returns:
        0 if all is well, 1 if a lesson was refused or a file is not up to date.
    """
    course = find_course()
    names = course.select(arguments.lessons)
    course.parts()  # what is wrong with them is told before anything is built
    # Keys are compiled with as little training as in grading; --budget is for the notebooks.
    os.environ.setdefault("CNNCOURSE_BUDGET", "smoke")
    work: Callable[..., list]
    finish: Callable[[Course], list]
    if arguments.check:
        from autograder.build import checked

        work = partial(checked.check, course, budget=arguments.budget)
        finish = checked.check_course
    else:
        from autograder.build import builder

        work = partial(builder.build, course, budget=arguments.budget, run=arguments.execute)
        finish = builder.write_index
    refused: list[CourseError] = []
    found: list[object] = []
    with progress(len(names)) as (tell, advance):
        for name in names:
            try:
                found += work(name, tell=partial(tell, name))
            except CourseError as error:
                refused.append(error)
            advance()
    found += finish(course)
    return _report(refused, found, checking=arguments.check)


def _report(refused: list[CourseError], found: list[object], *, checking: bool) -> int:
    for error in refused:
        print(error, file=sys.stderr)
    for item in found:
        print(shown(item) if isinstance(item, Path) else item)
    if checking and found:
        print(f"{len(found)} file(s) are not up to date; run `autograder build`.", file=sys.stderr)
    elif not found and not refused:
        print("Everything is up to date.")
    return 1 if refused or (checking and found) else 0
