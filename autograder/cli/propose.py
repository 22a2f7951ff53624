"""``autograder propose``: the mistakes of a class that no misconception names yet."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.course import CourseError, find_course
from autograder.files import write

if TYPE_CHECKING:
    from rich.console import Console

    from autograder.audit.proposals import Proposal


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the subcommand.

    Args:
        subparsers: what `argparse.ArgumentParser.add_subparsers` returned.
    """
    command = subparsers.add_parser(
        "propose", help="list the mistakes of a graded class that no misconception names yet"
    )
    command.add_argument("lesson", metavar="LESSON")
    command.add_argument("--json", type=Path, metavar="FILE", help="write the report there, too")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the proposals, the most frequent of each exercise first.

    Args:
        arguments: ``lesson`` and ``json``.

    Returns:
        0.

    Raises:
        CourseError: there is no such lesson, it was never graded, or there is no folder for the
            report.
    """
    course = find_course()
    course.select([arguments.lesson])
    if arguments.json is not None and not arguments.json.absolute().parent.is_dir():
        raise CourseError(f"--json {arguments.json}: there is no such folder.")
    from autograder.grading.unexplained import unexplained

    read = unexplained(course, arguments.lesson)

    from rich.console import Console

    from autograder.audit.proposals import as_tree, proposals
    from autograder.audit.warm import warm_up
    from autograder.lesson import Lesson

    warm_up(course)  # before a specification imports Keras, whose backend greets in many lines
    specs = Lesson.read(course.solutions / arguments.lesson).specs
    found = proposals(read.answers, specs)
    if read.unreadable:
        print(
            f"{read.unreadable} graded notebook(s) do not say what became of the answers: "
            f"run `autograder grade {arguments.lesson}` again.",
            file=sys.stderr,
        )
    _show(found, read.notebooks, Console())
    if arguments.json is not None:
        tree = as_tree(arguments.lesson, read, found)
        write(arguments.json, json.dumps(tree, indent=2, ensure_ascii=False) + "\n")
    return 0


def _show(found: Sequence[Proposal], notebooks: int, console: Console) -> None:
    from rich.markup import escape

    from autograder.grading.plain_text import plain

    def say(text: str) -> None:
        visible = "\n".join(map(plain, text.split("\n")))  # it may be a student's
        console.print(escape(visible), highlight=False, soft_wrap=True)

    answers = sum(proposal.count for proposal in found)
    say(f"{notebooks} notebooks · {answers} unexplained answers · {len(found)} proposals")
    for p in found:
        say(f"\n{p.exercise}: {p.count} × {p.state}, {', '.join(p.lost)} lost")
        say(f"  {p.message}")
        for line in p.example:
            say(f"  | {line}")
        for line in (p.skeleton or "").splitlines():
            say(f"  {line}")
