"""``autograder build``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

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
    from autograder.build import builder
    from cnncourse.runtime import start_backend

    start_backend()  # before an exercises.py imports Keras, whose backend greets in many lines
    work: Callable[..., list]
    finish: Callable[[Course], list]
    if arguments.check:
        work = partial(builder.check, course, budget=arguments.budget)
        finish = builder.check_course
    else:
        work = partial(builder.build, course, budget=arguments.budget, run=arguments.execute)
        finish = builder.write_index
    refused: list[CourseError] = []
    found: list[object] = []
    with _progress(len(names)) as (tell, advance):
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


@contextmanager
def _progress(lessons: int) -> Iterator[tuple[Callable[[str, str], None], Callable[[], None]]]:
    """Show on a terminal which lesson is at which step; elsewhere, nothing."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    console = Console(stderr=True)
    hidden = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=hidden) as progress:
        task = progress.add_task("", total=lessons)
        yield (
            lambda lesson, step: progress.update(task, description=f"{lesson}: {step}"),
            lambda: progress.advance(task),
        )
